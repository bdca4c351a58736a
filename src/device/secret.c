/*
 * src/device/secret.c - secrets as facts. What a device can undo (type 7, Junos $9$) is undone
 * on the stack only to see whether it is weak and to compare it across devices, and wiped at
 * once; what leaves is a type, a keyed digest, a length class and a reason for weakness.
 */
#include "device/fact_priv.h"

#include "base/hash.h"

#include <string.h>

enum { MAX_PLAIN = 256 };

/* --- Cisco type 7: a fixed text, xored from an offset that stands in front --- */

static bool decode_7(struct noro_view v, char out[MAX_PLAIN], size_t *ret_n)
{
	static const char key[] = "dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87";
	size_t salt, n = 0;

	if (v.n < 2 || v.n % 2 || v.n / 2 > MAX_PLAIN || !noro_is_digit(v.p[0]) ||
		!noro_is_digit(v.p[1]))
		return false;
	salt = (size_t)(v.p[0] - '0') * 10 + (size_t)(v.p[1] - '0');
	for (size_t i = 2; i + 1 < v.n; i += 2) {
		int hi = noro_hex_value(v.p[i]), lo = noro_hex_value(v.p[i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		out[n] = (char)((hi << 4 | lo) ^ key[(salt + n) % (sizeof(key) - 1)]);
		n++;
	}
	*ret_n = n;
	return true;
}

/* --- Junos $9$: distances between letters of four families, added up with weights --- */

static const char families[] = "QzF3n6/9CAtpu0OB1IREhcSyrleKvMW8LXx7N-dVbwsY2g4oaJZGUDjiHkq.mPf5T";

static int letter(char c)
{
	const char *at = c ? strchr(families, c) : NULL;

	return at ? (int)(at - families) : -1;
}

/* How many letters of padding follow the first one. */
static unsigned padding(char c)
{
	int at = letter(c);

	return at < 15 ? 3 : at < 35 ? 2 : at < 55 ? 1 : 0;
}

static bool decode_9(struct noro_view v, char out[MAX_PLAIN], size_t *ret_n)
{
	static const struct {
		uint8_t n, weight[4];
	} code[] = { { 3, { 1, 4, 32 } }, { 3, { 1, 16, 32 } }, { 3, { 1, 8, 32 } },
		{ 2, { 1, 64 } }, { 2, { 1, 32 } }, { 4, { 1, 4, 16, 128 } },
		{ 3, { 1, 32, 64 } } };
	size_t at = 4, n = 0;
	int last;

	if (v.n < 4 || !noro_view_starts(v, "$9$") || letter(v.p[3]) < 0)
		return false;
	last = letter(v.p[3]);
	at += padding(v.p[3]);
	while (at < v.n && n < MAX_PLAIN) {
		size_t row = n % (sizeof(code) / sizeof(code[0]));
		unsigned sum = 0;

		if (v.n - at < code[row].n)
			return false;
		for (unsigned i = 0; i < code[row].n; i++, at++) {
			int here = letter(v.p[at]);

			if (here < 0)
				return false;
			sum += (unsigned)((here - last + 64) % 65) * code[row].weight[i];
			last = here;
		}
		out[n++] = (char)(sum & 0xff);
	}
	*ret_n = n;
	return at >= v.n;
}

/* --- what kind of secret it is --- */

static const struct {
	const char *word, *type;
} spelled[] = {
	{ "clear", "0" },
	{ "clear-text", "0" },
	{ "cleartext", "0" },
	{ "plain", "0" },
	{ "plaintext", "0" },
	{ "simple", "0" },
	{ "plaintext-password", "0" },
	{ "ascii-text", "0" },
	{ "enc", "enc" },
	{ "cipher", "cipher" },
	{ "irreversible-cipher", "irreversible" },
	{ "8a", "8a" },
	{ "sha512", "$6$" },
	{ "sha256", "$5$" },
	{ "md5", "md5" },
	{ "pbkdf2", "pbkdf2" },
	{ "encrypted", "encrypted" },
	{ "encryption", "encrypted" },
	{ "hashed", "hashed" },
	{ "hash", "hashed" },
	{ "hash2", "hash2" },
	{ "hidden", "hidden" },
	{ "hex", "0" },
	{ "ascii", "0" },
};

static bool starts(struct noro_view w, struct fact_word head)
{
	return w.n >= head.n && memcmp(w.p, head.p, head.n) == 0;
}

struct head {
	struct fact_word begins;
	const char *type;
};

static const char *by_head(struct noro_view word, const struct head *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (word.n > list[i].begins.n + 2 && starts(word, list[i].begins))
			return list[i].type;
	return NULL;
}

/* How a hash begins that says itself what it is. */
static const struct head heads[] = { { FACT_W("$1$"), "$1$" }, { FACT_W("$2y$"), "$2y$" },
	{ FACT_W("$2a$"), "$2y$" }, { FACT_W("$2b$"), "$2y$" }, { FACT_W("$5$"), "$5$" },
	{ FACT_W("$6$"), "$6$" }, { FACT_W("$8$"), "$8$" }, { FACT_W("$9$"), "$9$" },
	{ FACT_W("$14$"), "$14$" }, { FACT_W("$sha512$"), "$sha512$" },
	{ FACT_W("$apr1$"), "$apr1$" }, { FACT_W("$y$"), "$y$" }, { FACT_W("$7$"), "$y$" },
	{ FACT_W("$1a$"), "irreversible" }, { FACT_W("$1c$"), "irreversible" },
	{ FACT_W("$1d$"), "irreversible" }, { FACT_W("-AQ=="), "master-key" },
	{ FACT_W("%^%#"), "cipher" }, { FACT_W("%$%$"), "cipher" }, { FACT_W("%@%@"), "cipher" } };

static bool all_of(struct noro_view w, const char *more, bool hex)
{
	for (size_t i = 0; i < w.n; i++)
		if (hex ? noro_hex_value(w.p[i]) < 0
			: !noro_is_alnum(w.p[i]) && !strchr(more, w.p[i]))
			return false;
	return true;
}

/* No password fits these. */
static bool is_locked(struct noro_view w)
{
	static const struct fact_word locked[] = { FACT_W("*"), FACT_W("!"), FACT_W("!!"),
		FACT_W("*lk*"), FACT_W("!*") };

	return FACT_LISTED(w, locked);
}

/* Of a word that its place calls a hash: by how long it is and of which letters. */
static const char *hash_form(struct noro_view w)
{
	if (w.n == 0)
		return "0";
	if (w.n == 13 && all_of(w, "./", false))
		return "des";
	if (all_of(w, "", true))
		return w.n == 32    ? "md5"
		       : w.n == 40  ? "sha1"
		       : w.n == 64  ? "sha256"
		       : w.n == 128 ? "sha512"
				    : "hashed";
	return "hashed";
}

/* What a type's word means for the word behind it: FortiOS and VRP write several sorts alike. */
static const char *refined(const char *type, struct noro_view w)
{
	static const struct head fortios[] = { { FACT_W("AK1"), "sha1" },
		{ FACT_W("SH2"), "sha256" }, { FACT_W("PB2"), "pbkdf2" } };
	const char *better = NULL;

	if (strcmp(type, "hashed") == 0)
		return hash_form(w);
	if (strcmp(type, "enc") == 0 && w.n > 30)
		better = by_head(w, fortios, sizeof(fortios) / sizeof(fortios[0]));
	/* before V200R001: DES with one key for all devices */
	if (strcmp(type, "cipher") == 0 && w.n == 24 && noro_view_ends(w, "!!"))
		better = "cipher-des";
	return better ? better : type;
}

/* SR OS MD-CLI writes "abc= hash2" between one pair of quotes. */
static bool says_hash(struct noro_view w)
{
	return noro_view_ends(w, " hash2") || noro_view_ends(w, " hash");
}

static const char *type_of(struct noro_view type, struct noro_view word)
{
	static const struct fact_word numbers[] = { FACT_W("0"), FACT_W("3"), FACT_W("4"),
		FACT_W("5"), FACT_W("6"), FACT_W("7"), FACT_W("8"), FACT_W("9"), FACT_W("10") };
	const char *told;

	if (type.n && !FACT_IS(type, "0") && is_locked(word))
		return "locked";
	if (FACT_IS(type, "5") && noro_view_starts(word, "$5$")) /* NX-OS: SHA-256, not MD5 */
		return "$5$";
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (fact_is(type, numbers[i].p, numbers[i].n))
			return numbers[i].p;
	/* "$9$" alone is a password as good as any */
	told = by_head(word, heads, sizeof(heads) / sizeof(heads[0]));
	if (told)
		return told;
	for (size_t i = 0; i < sizeof(spelled) / sizeof(spelled[0]); i++)
		if (noro_view_is_i(type, spelled[i].word))
			return refined(spelled[i].type, word);
	return type.n ? "other" : says_hash(word) ? "hash2" : "0";
}

/* --- how weak it is --- */

static const struct fact_word defaults[] = { FACT_W("cisco"), FACT_W("cisco123"), FACT_W("admin"),
	FACT_W("admin123"), FACT_W("public"), FACT_W("private"), FACT_W("juniper"),
	FACT_W("juniper123"), FACT_W("arista"), FACT_W("huawei"), FACT_W("huawei@123"),
	FACT_W("admin@huawei.com"), FACT_W("admin@123"), FACT_W("ubnt"), FACT_W("vyos"),
	FACT_W("mikrotik"), FACT_W("fortinet"), FACT_W("paloalto"), FACT_W("manager"),
	FACT_W("operator"), FACT_W("netscreen"), FACT_W("community"), FACT_W("ilmi"),
	FACT_W("cable-docsis"), FACT_W("secret"), FACT_W("sanfran"), FACT_W("netadmin") };

static const struct fact_word dictionary[] = { FACT_W("password"), FACT_W("password1"),
	FACT_W("password123"), FACT_W("passw0rd"), FACT_W("p@ssw0rd"), FACT_W("p@ssword"),
	FACT_W("pa55word"), FACT_W("letmein"), FACT_W("welcome"), FACT_W("welcome1"),
	FACT_W("welcome123"), FACT_W("changeme"), FACT_W("changeme123"), FACT_W("default"),
	FACT_W("enable"), FACT_W("network"), FACT_W("router"), FACT_W("switch"), FACT_W("firewall"),
	FACT_W("tacacs"), FACT_W("radius"), FACT_W("tacacskey"), FACT_W("radiuskey"),
	FACT_W("testing123"), FACT_W("snmp"), FACT_W("monitor"), FACT_W("test"), FACT_W("test123"),
	FACT_W("testing"), FACT_W("temp"), FACT_W("temp123"), FACT_W("lab"), FACT_W("lab123"),
	FACT_W("guest"), FACT_W("root"), FACT_W("toor"), FACT_W("backup"), FACT_W("support"),
	FACT_W("security"), FACT_W("internet"), FACT_W("qwerty"), FACT_W("qwerty123"),
	FACT_W("1q2w3e4r"), FACT_W("abc123"), FACT_W("123456"), FACT_W("1234567"),
	FACT_W("12345678"), FACT_W("123456789"), FACT_W("1234567890"), FACT_W("12345"),
	FACT_W("1234"), FACT_W("111111"), FACT_W("000000"), FACT_W("iloveyou"), FACT_W("monkey"),
	FACT_W("dragon"), FACT_W("master"), FACT_W("superuser"), FACT_W("administrator"),
	FACT_W("vpn"), FACT_W("vpn123"), FACT_W("mysecret"), FACT_W("mykey"), FACT_W("mypassword"),
	FACT_W("presharedkey"), FACT_W("sharedsecret"), FACT_W("sharedkey"), FACT_W("secret123") };

static const char *weakness(struct noro_view plain, struct noro_view owner)
{
	if (plain.n == 0)
		return "empty";
	if (owner.n && noro_view_eq_i(plain, owner))
		return "owner";
	if (FACT_LISTED(plain, defaults))
		return "default";
	if (FACT_LISTED(plain, dictionary))
		return "dictionary";
	return plain.n < 8 ? "short" : NULL;
}

/* Hashes with which devices leave the factory, or that their makers' manuals print. */
static const char *known_hash(struct noro_view w)
{
	if (noro_view_is(w, "fnRL/G5lXVMug") || noro_view_is(w, "2KFQnbNIdI.2KYOU"))
		return "default"; /* admin of PAN-OS, cisco of ASA */
	return noro_view_is(w, "8Ry2YjIyt7RRXU24") ? "empty" : NULL; /* enable of ASA */
}

static const char *length_class(size_t n)
{
	return n == 0 ? "0" : n < 8 ? "1-7" : n < 12 ? "8-11" : n < 16 ? "12-15" : "16+";
}

/*
 * Equal secrets give equal ids however they are written, so what could be undone is
 * digested as plain text; a hash is digested as it stands, with its salt.
 */
static void digest(const char *kind, struct noro_view v, const uint8_t key[32], char id[33])
{
	char bytes[MAX_PLAIN + 64], hex[NORO_HASH_TEXT];
	size_t n = strlen(kind);

	memcpy(bytes, kind, n);
	if (v.n > sizeof(bytes) - n) { /* longer than any secret: its own digest stands for it */
		if (noro_hmac_hex(noro_view(key, 32), v, hex) != NORO_OK)
			return;
		memcpy(bytes + n, hex, 64);
		n += 64;
	} else {
		if (v.n)
			memcpy(bytes + n, v.p, v.n);
		n += v.n;
	}
	if (noro_hmac_hex(noro_view(key, 32), noro_view(bytes, n), hex) == NORO_OK) {
		memcpy(id, hex, 32);
		id[32] = '\0';
	}
	explicit_bzero(bytes, sizeof(bytes));
}

/* What stands where the device, or whoever passed the text on, took the secret out: "*****" of an
 * ASA, "<removed>" of show tech-support. Nothing is known of it, not even that two are the same. */
static bool is_taken_out(struct noro_view word)
{
	static const char *const words[] = { "<removed>", "<secret hidden>", "<hidden>",
		"<redacted>", "[removed]", "[redacted]" };
	size_t stars = 0;

	while (stars < word.n && word.p[stars] == '*')
		stars++;
	if (stars >= 3 && stars == word.n)
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (noro_view_is_i(word, words[i]))
			return true;
	return false;
}

void noro_secret_read(struct noro_view type, struct noro_view word, struct noro_view owner,
	const uint8_t key[32], struct noro_secret *ret)
{
	char undone[MAX_PLAIN];
	struct noro_view plain = { NULL, 0 };
	size_t n = 0;

	if (is_taken_out(word)) {
		*ret = (struct noro_secret){ .type = "hidden" };
		return;
	}
	*ret = (struct noro_secret){ .type = type_of(type, word) };
	if (strcmp(ret->type, "0") == 0)
		plain = noro_view(word.p ? word.p : "", word.n);
	else if (strcmp(ret->type, "7") == 0 && decode_7(word, undone, &n))
		plain = noro_view(undone, n);
	else if (strcmp(ret->type, "$9$") == 0 && decode_9(word, undone, &n))
		plain = noro_view(undone, n);
	if (plain.p) {
		ret->length = length_class(plain.n);
		ret->weak = weakness(plain, owner);
		digest("plain:", plain, key, ret->id);
	} else {
		ret->weak = known_hash(word);
		if (!noro_view_is_i(type, "enc")) /* FortiOS salts anew for every export */
			digest("hash:", word, key, ret->id);
	}
	explicit_bzero(undone, sizeof(undone));
}

/* --- hiding them --- */

/* Words that stand before a secret. */
static bool announces(struct noro_view w, struct noro_view first)
{
	static const struct fact_word always[] = { FACT_W("password"), FACT_W("passwd"),
		FACT_W("secret"), FACT_W("key-string"), FACT_W("psk"), FACT_W("passphrase"),
		FACT_W("pre-shared-key"), FACT_W("preshared-key"), FACT_W("authentication-key"),
		FACT_W("shared-secret"), FACT_W("encrypted-password"), FACT_W("plaintext-password"),
		FACT_W("md5"), FACT_W("psksecret"), FACT_W("auth-pwd"), FACT_W("priv-pwd"),
		FACT_W("wpa-psk"), FACT_W("sae-password"), FACT_W("message-digest-key"),
		FACT_W("auth-password"), FACT_W("privacy-password"),
		FACT_W("authentication-password"), FACT_W("private-key"), FACT_W("key-hash"),
		FACT_W("phash"), FACT_W("ascii-text"), FACT_W("hexadecimal"), FACT_W("passwordx"),
		FACT_W("pre_shared_key"), FACT_W("ntlm-password"), FACT_W("authentication-md5") };

	/* the lengths that occur with each first letter: most words of most lines end here */
	static const uint32_t lengths['z' - 'a' + 1] = { ['a' - 'a'] = 1 << 8 | 1 << 10 | 1 << 13 |
								       1 << 18 | 1 << 23,
		['c' - 'a'] = 1 << 9,
		['e' - 'a'] = 1 << 18,
		['h' - 'a'] = 1 << 11,
		['k' - 'a'] = 1 << 8 | 1 << 10,
		['m' - 'a'] = 1 << 3 | 1 << 18,
		['n' - 'a'] = 1 << 13,
		['p' - 'a'] = 1 << 3 | 1 << 5 | 1 << 6 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 11 |
			      1 << 13 | 1 << 14 | 1 << 16 | 1 << 18,
		['s' - 'a'] = 1 << 6 | 1 << 12 | 1 << 13,
		['w' - 'a'] = 1 << 7 };
	char letter = w.n < 32 ? noro_lower(w.p[0]) : '\0';

	if (letter < 'a' || letter > 'z' || !(lengths[letter - 'a'] >> w.n & 1))
		return false;
	if (FACT_LISTED(w, always))
		return true;
	if (FACT_IS(w, "community"))
		return noro_view_starts_i(first, "snmp");
	return false;
}

static bool is_type_word(struct noro_view w)
{
	static const struct fact_word words[] = { FACT_W("0"), FACT_W("3"), FACT_W("4"),
		FACT_W("5"), FACT_W("6"), FACT_W("7"), FACT_W("8"), FACT_W("9"), FACT_W("10"),
		FACT_W("8a"), FACT_W("encrypted"), FACT_W("clear"), FACT_W("clear-text"),
		FACT_W("cleartext"), FACT_W("sha512"), FACT_W("sha256"), FACT_W("md5"),
		FACT_W("cipher"), FACT_W("simple"), FACT_W("enc"), FACT_W("irreversible-cipher"),
		FACT_W("hidden"), FACT_W("pbkdf2"), FACT_W("read"), FACT_W("write"),
		FACT_W("ascii-text"), FACT_W("level"), FACT_W("encrypted-password"),
		FACT_W("password") };

	return FACT_LISTED(w, words);
}

static bool looks_hashed(struct noro_view w)
{
	const char *told = NULL;

	if (w.p && (w.p[0] == '$' || w.p[0] == '-'))
		told = by_head(w, heads, sizeof(heads) / sizeof(heads[0]));
	return told != NULL;
}

/* A word without the quotes and the semicolon that dialects put around it. */
static struct noro_view bare(struct noro_view w)
{
	while (w.n && (w.p[0] == '"' || w.p[0] == '\''))
		w = noro_view_sub(w, 1, SIZE_MAX);
	while (w.n && (w.p[w.n - 1] == '"' || w.p[w.n - 1] == '\'' || w.p[w.n - 1] == ';'))
		w.n--;
	return w;
}

struct hiding {
	const struct noro_view *secret;
	size_t secrets;
	struct noro_view first;
	bool expected; /* the word before announced a secret */
	char quote;    /* a hidden text in quotes goes on */
};

/* RouterOS: name=value. The value; p == NULL: it is no such word. */
static struct noro_view value_of(struct noro_view w)
{
	size_t at = noro_view_chr(w, '=');

	return at == SIZE_MAX || at == 0 || at + 1 >= w.n ? noro_view(NULL, 0)
							  : noro_view_sub(w, at + 1, w.n);
}

/* The whole of one, or the first word of one that has several. */
static bool is_secret(const struct hiding *h, struct noro_view w)
{
	for (size_t i = 0; i < h->secrets; i++) {
		struct noro_view s = h->secret[i];

		if (s.n >= w.n && noro_view_eq(w, noro_view_sub(s, 0, w.n)) &&
			(s.n == w.n || noro_is_space(s.p[w.n])))
			return true;
	}
	return false;
}

/* A secret of several words in quotes, of which this is the first. */
static void open_quote(struct hiding *h, struct noro_view from, struct noro_view word)
{
	char q = from.p > word.p ? from.p[-1] : 0;

	if ((q == '"' || q == '\'') && !memchr(from.p, q, (size_t)(word.p + word.n - from.p)))
		h->quote = q;
}

/* The part of a word name=value to be hidden; p == NULL: nothing. */
static struct noro_view hidden_value(const struct hiding *h, struct noro_view word)
{
	struct noro_view v = value_of(word), w = v.p ? bare(v) : v;

	if (!w.p || !w.n ||
		!(is_secret(h, w) || looks_hashed(w) ||
			announces(noro_view_sub(word, 0, word.n - v.n - 1), h->first)))
		return noro_view(NULL, 0);
	return w;
}

static bool hides(struct hiding *h, struct noro_view word)
{
	struct noro_view w = bare(word);
	bool hidden;

	if (w.n == 0)
		return false;
	hidden = is_secret(h, w);
	if (!hidden && looks_hashed(w))
		hidden = true;
	if (!hidden && h->expected && is_type_word(w))
		return false; /* the secret comes behind its type */
	/* "key 7 0822..." : a key is a number or a name as often as a secret */
	if (!hidden && h->expected)
		hidden = true;
	h->expected = !hidden && announces(w, h->first);
	return hidden;
}

struct noro_view fact_mask(
	struct noro_view text, const struct noro_view *secret, size_t n, struct noro_arena *a)
{
	struct hiding h = { .secret = secret, .secrets = n };
	struct noro_view rest = text, word, ret = text;
	struct noro_buf out = { 0 };
	const char *copied = text.p;
	bool any = false;

	while (noro_view_word(&rest, &word)) {
		struct noro_view w = bare(word);
		bool goes_on = h.quote != 0;

		if (!h.first.p)
			h.first = word;
		if (goes_on) {
			h.quote = memchr(word.p, h.quote, word.n) ? 0 : h.quote;
		} else if (!hides(&h, word)) {
			w = hidden_value(&h, word);
			if (!w.p)
				continue;
		}
		if (!goes_on)
			open_quote(&h, w, word);
		if (w.n == 0)
			continue;
		any = true;
		noro_buf_add(&out, copied, (size_t)(w.p - copied));
		noro_buf_str(&out, "***");
		copied = w.p + w.n;
	}
	if (any) {
		noro_buf_add(&out, copied, (size_t)(text.p + text.n - copied));
		ret = out.status == NORO_OK ? noro_arena_view(a, noro_buf_as_view(&out))
					    : noro_view(NULL, 0);
	}
	noro_buf_done(&out);
	return ret;
}

struct noro_view noro_facts_mask(struct noro_view text, struct noro_arena *a)
{
	return fact_mask(text, NULL, 0, a);
}
