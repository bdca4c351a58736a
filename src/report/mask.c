/*
 * src/report/mask.c - secrets out of a record, the one function for every output.
 *
 * One pass over the bytes. At each word we ask whether it names a secret
 * (password, community, key-string ...); if so, what follows its separator is
 * replaced, whatever it looks like. Beside that, things that are secrets by their
 * shape go: crypt strings, JSON web tokens, provider tokens, private keys, the
 * password of a URL. When in doubt it masks: a lost word is a nuisance, a leaked
 * password is an incident. Only plain prose ("Failed password for root") is left
 * alone, because a hunter needs that line. Look-ahead is bounded, so is the time.
 */
#include "report/report.h"

#include "base/buf.h"

#include <string.h>

#define MASK "[masked]"

enum {
	MAX_WORD = 64,        /* longer words name nothing */
	MAX_AUTHORITY = 1024, /* user:password@host of a URL */
	MAX_SKIPPED = 6,      /* type and algorithm words between a key word and its secret */
	MIN_TOKEN = 16,
};

/* What a word promises about what follows. */
enum promise {
	NOTHING,
	VALUE,  /* a secret after : = or > , or as the next word of a configuration */
	HEADER, /* the rest of the line */
	KEYED,  /* a secret only after : = or > */
};

struct masker {
	struct noro_view in;
	size_t at;
	struct noro_buf *out;
	bool snmp, snmp_host, aaa; /* what this line has spoken of */
	bool line_start, in_quotes;
	struct noro_view before; /* the word before this one */
};

static bool is_word(char c)
{
	return noro_is_alnum(c) || c == '_' || c == '-';
}

/* Words with their lengths: most questions end there, or at one letter. All in lower case. */
#define W(text)                                                                                    \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}

static bool is_one_of(struct noro_view w, const struct noro_view *list)
{
	char first = w.n ? noro_lower(w.p[0]) : '\0';

	for (size_t i = 0; list[i].p; i++)
		if (w.n == list[i].n && first == list[i].p[0] && noro_view_eq_i(w, list[i]))
			return true;
	return false;
}

static bool ends_with_one_of(struct noro_view w, const struct noro_view *list)
{
	char last = w.n ? noro_lower(w.p[w.n - 1]) : '\0';

	for (size_t i = 0; list[i].p; i++) {
		size_t n = list[i].n;

		if (w.n >= n && last == list[i].p[n - 1] &&
			noro_view_eq_i(noro_view(w.p + (w.n - n), n), list[i]))
			return true;
	}
	return false;
}

static const struct noro_view always[] = { W("password"), W("passwd"), W("passphrase"),
	W("passcode"), W("pwd"), W("secret"), W("psksecret"), W("key-string"), W("keystring"),
	W("pre-shared-key"), W("preshared-key"), W("presharedkey"), W("shared-key"),
	W("authentication-key"), W("message-digest-key"), W("wpa-psk"), W("psk"), W("phash"),
	W("private-key"), W("private_key"), W("privatekey"), W("auth-password"), W("priv-password"),
	W("apikey"), W("api-key"), W("api_key"), W("secret-key"), W("secret_key"), W("secretkey"),
	W("access-key"), W("access_key"), W("accesskey"), W("account-key"), W("accountkey"),
	W("sharedaccesskey"), { NULL, 0 } };
static const struct noro_view keyed[] = { W("pass"), W("pw"), W("pin"), W("token"), W("sid"),
	W("session"), W("sessionid"), W("session_id"), W("session-id"), W("sessid"),
	W("jsessionid"), W("phpsessid"), W("samlresponse"), W("samlrequest"), W("community"),
	W("credential"), W("credentials"), W("client_assertion"), W("signature"), W("sig"),
	W("otp"), W("passkey"), W("userpassword"), W("unicodepwd"), W("ticket"), W("auth"),
	W("key"), W("csrf"), W("xsrf"), W("nonce"), { NULL, 0 } };
static const struct noro_view keyed_ends[] = { W("token"), W("sessid"), W("sessionid"),
	W("session_id"), W("_pass"), W("-pass"), W("_pw"), W("_key"), W("credential"),
	W("credentials"), { NULL, 0 } };
static const struct noro_view headers[] = { W("authorization"), W("proxy-authorization"),
	W("cookie"), W("set-cookie"), W("cookie2"), W("set-cookie2"), W("x-auth-token"),
	W("x-api-key"), W("www-authenticate"), W("proxy-authenticate"), W("authentication-info"),
	W("http_cookie"), W("http_authorization"), { NULL, 0 } };

static enum promise promise_of(const struct masker *m, struct noro_view w)
{
	if (w.n > MAX_WORD)
		return NOTHING;
	if (is_one_of(w, headers))
		return HEADER;
	if (ends_with_one_of(w, always))
		return VALUE;
	if (noro_view_is_i(w, "community") && (m->snmp || m->line_start))
		return VALUE;
	if (noro_view_is_i(w, "key") && (m->aaa || m->line_start))
		return VALUE;
	if ((noro_view_is_i(w, "auth") || noro_view_is_i(w, "priv")) && m->snmp && !m->snmp_host)
		return VALUE;
	if (noro_view_is_i(w, "text") && noro_view_is_i(m->before, "authentication"))
		return VALUE;
	if (is_one_of(w, keyed) || ends_with_one_of(w, keyed_ends))
		return KEYED;
	return NOTHING;
}

/* Words of a sentence about passwords, not of a configuration that holds one. */
static const struct noro_view prose_after[] = { W("for"), W("is"), W("was"), W("has"), W("had"),
	W("not"), W("expired"), W("expires"), W("changed"), W("change"), W("changing"),
	W("authentication"), W("policy"), W("incorrect"), W("mismatch"), W("failed"), W("failure"),
	W("check"), W("from"), W("of"), W("attempt"), W("attempts"), W("required"), W("reset"),
	W("and"), W("or"), W("to"), W("in"), W("on"), W("by"), W("with"), W("the"), W("will"),
	W("must"), W("cannot"), W("accepted"), W("rejected"), W("verification"), W("protected"),
	W("aging"), W("length"), W("minimum"), W("history"), W("recovery"), W("file"), W("prompt"),
	W("database"), W("chain"), { NULL, 0 } };
static const struct noro_view type_words[] = { W("cipher"), W("irreversible-cipher"), W("simple"),
	W("plain"), W("plain-text"), W("plaintext"), W("clear"), W("clear-text"), W("cleartext"),
	W("encrypted"), W("encoded"), W("encryption"), W("encryption-type"), W("hash"), W("hashed"),
	W("md5"), W("sha"), W("sha1"), W("sha-1"), W("sha256"), W("sha-256"), W("sha2-256"),
	W("sha384"), W("sha512"), W("hmac-md5"), W("hmac-sha-1"), W("hmac-sha-256"), W("aes"),
	W("aes128"), W("aes256"), W("des"), W("3des"), W("des56"), W("ascii"), W("ascii-text"),
	W("hex"), W("hexadecimal"), W("enc"), W("type"), W("level"), W("read"), W("write"), W("ro"),
	W("rw"), W("text"), W("local"), W("remote"), W("string"), W("ipv4"), W("ipv6"),
	{ NULL, 0 } };

static bool is_type_word(struct noro_view w)
{
	bool digits = w.n > 0 && w.n <= 3;

	for (size_t i = 0; digits && i < w.n; i++)
		digits = noro_is_digit(w.p[i]);
	return digits || is_one_of(w, type_words);
}

static struct noro_view rest_of(const struct masker *m)
{
	return noro_view(m->in.p + m->at, m->in.n - m->at);
}

/* Are we inside double quotes on this line? Then a header ends where they do. */
static void count_quotes(struct masker *m, size_t n)
{
	for (size_t i = m->at; i < m->at + n; i++)
		if (m->in.p[i] == '"' && (!i || m->in.p[i - 1] != '\\'))
			m->in_quotes = !m->in_quotes;
}

static void copy(struct masker *m, size_t n)
{
	count_quotes(m, n);
	noro_buf_add(m->out, m->in.p + m->at, n);
	m->at += n;
}

static void drop(struct masker *m, size_t n)
{
	count_quotes(m, n);
	if (n)
		noro_buf_str(m->out, MASK);
	m->at += n;
}

static bool is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

/* Does `word=` or `word:` begin here? Then a comma or semicolon before it ended a value. */
static bool begins_pair(struct noro_view v)
{
	size_t i = 0;

	while (i < v.n && (v.p[i] == ' ' || v.p[i] == '\\' || v.p[i] == '"' || v.p[i] == '\''))
		i++;
	if (i == v.n || i > 8)
		return i == v.n;
	for (size_t k = 0; i < v.n && k < MAX_WORD && (is_word(v.p[i]) || v.p[i] == '.'); k++)
		i++;
	return i < v.n && (v.p[i] == '=' || v.p[i] == ':' || v.p[i] == '"');
}

/* How long a bare value is: to the blank, quote, ampersand, or a comma before the next pair. */
static size_t bare_length(struct noro_view v, bool markup)
{
	size_t i = 0;

	for (; i < v.n; i++) {
		char c = v.p[i];

		if (noro_is_space(c) || c == '&' || (markup && c == '<'))
			break;
		if (i && (c == '"' || c == '\''))
			break;
		if (c == '%' && noro_view_starts_i(noro_view(v.p + i, v.n - i), "%26"))
			break;
		if ((c == ',' || c == ';' || c == '|') && i &&
			begins_pair(noro_view(v.p + i + 1, v.n - i - 1)))
			break;
	}
	return i;
}

/* The bytes up to the quote that closes one opened with `slashes` backslashes before it. */
static size_t quoted_length(struct noro_view v, char quote, size_t slashes)
{
	size_t run = 0;

	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '\\') {
			run++;
			continue;
		}
		if (v.p[i] == quote && (slashes ? run <= slashes : run % 2 == 0))
			return i - run * (slashes != 0);
		run = 0;
	}
	return v.n;
}

/* A value that stands right here, in quotes or bare. */
static void mask_value(struct masker *m, bool markup)
{
	struct noro_view v = rest_of(m);
	size_t slashes = 0;

	while (slashes < v.n && slashes < 8 && v.p[slashes] == '\\')
		slashes++;
	if (slashes < v.n && (v.p[slashes] == '"' || v.p[slashes] == '\'' || v.p[slashes] == '`')) {
		char quote = v.p[slashes];

		copy(m, slashes + 1);
		drop(m, quoted_length(rest_of(m), quote, slashes));
		return;
	}
	drop(m, bare_length(v, markup));
}

/* Blanks, closing quotes of the name, and one of : = => > %3D %3A. The length, 0 if none is here.
 */
static size_t separator(struct noro_view v, bool markup, bool *ret_markup)
{
	size_t i = 0;

	*ret_markup = false;
	while (i < v.n && i < 8 && (v.p[i] == '\\' || v.p[i] == '"' || v.p[i] == '\''))
		i++;
	if (i < v.n && v.p[i] == ']' && i == 0)
		i++;
	while (i < v.n && i < 16 && (v.p[i] == ' ' || v.p[i] == '\t'))
		i++;
	if (i == v.n)
		return 0;
	if (noro_view_starts_i(noro_view(v.p + i, v.n - i), "%3d") ||
		noro_view_starts_i(noro_view(v.p + i, v.n - i), "%3a")) {
		i += 3;
	} else if (v.p[i] == ':' || v.p[i] == '=') {
		i++;
		while (i < v.n && (v.p[i] == '=' || v.p[i] == '>' || v.p[i] == ':') && i < 20)
			i++;
	} else if (v.p[i] == '>' && markup) {
		*ret_markup = true;
		return i + 1;
	} else {
		return 0;
	}
	while (i < v.n && i < 40 && (v.p[i] == ' ' || v.p[i] == '\t'))
		i++;
	return i;
}

static size_t blanks(struct noro_view v)
{
	size_t i = 0;

	while (i < v.n && (v.p[i] == ' ' || v.p[i] == '\t'))
		i++;
	return i;
}

/* The next word of a configuration line: to the blank; quotes and all. */
static struct noro_view config_word(struct noro_view v)
{
	size_t i = blanks(v), n = 0;

	v = noro_view(v.p + i, v.n - i);
	while (n < v.n && !noro_is_space(v.p[n]))
		n++;
	return noro_view(v.p, n);
}

static bool ends_line(struct noro_view v)
{
	size_t i = blanks(v);

	return i == v.n || is_line_end(v.p[i]);
}

/*
 * "password 7 0822455D", "key-string foo", "auth sha Secret priv aes 128 Secret":
 * words that tell a type are kept as long as another word follows on the line.
 */
static void mask_config(struct masker *m, struct noro_view key)
{
	bool option = key.p - m->in.p >= 2 && key.p[-1] == '-' && key.p[-2] == '-';
	struct noro_view w;

	if (ends_line(rest_of(m)) || !blanks(rest_of(m)))
		return;
	w = config_word(rest_of(m));
	if (!option && (is_one_of(w, prose_after) || noro_view_chr(w, ':') == w.n - 1))
		return;
	for (size_t i = 0; i < MAX_SKIPPED && is_type_word(w); i++) {
		struct noro_view rest;
		size_t n = blanks(rest_of(m)) + w.n;

		rest = noro_view(m->in.p + m->at + n, m->in.n - m->at - n);
		if (ends_line(rest)) {
			/* "key 1" of a key chain is a number; anything else may be the secret */
			if (noro_view_is_i(key, "key") && noro_is_digit(w.p[0]))
				return;
			break;
		}
		copy(m, n);
		w = config_word(rest);
	}
	copy(m, blanks(rest_of(m)));
	if (w.n && (w.p[0] == '"' || w.p[0] == '\''))
		mask_value(m, false);
	else
		drop(m, w.n - (w.n > 1 && w.p[w.n - 1] == ';'));
}

/* Header values run to the end of the line, or to the quote or escaped line end that closes them.
 */
static void mask_header(struct masker *m)
{
	struct noro_view v = rest_of(m);
	size_t i = 0;

	if (v.n && (v.p[0] == '"' || v.p[0] == '\'' || v.p[0] == '\\')) {
		mask_value(m, false);
		return;
	}
	while (i < v.n && !is_line_end(v.p[i])) {
		bool escaped = v.p[i] == '\\' && i + 1 < v.n;

		if (m->in_quotes && v.p[i] == '"')
			break;
		if (escaped && (v.p[i + 1] == 'r' || v.p[i + 1] == 'n'))
			break;
		i += 1 + escaped;
	}
	i = i > v.n ? v.n : i;
	drop(m, i);
}

/* "snmp-server host 192.0.2.1 traps version 2c COMMUNITY": the first word that is no keyword. */
static void mask_snmp_host(struct masker *m)
{
	static const struct noro_view keyword[] = { W("traps"), W("trap"), W("informs"),
		W("version"), W("1"), W("2c"), W("v1"), W("v2c"), W("3"), W("auth"), W("noauth"),
		W("priv"), W("public-address"), W("udp-port"), W("vrf"), W("use-vrf"),
		W("trap-version"), { NULL, 0 } };

	copy(m, blanks(rest_of(m)));
	copy(m, config_word(rest_of(m)).n); /* the address */
	for (size_t i = 0; i < 12 && !ends_line(rest_of(m)); i++) {
		struct noro_view w = config_word(rest_of(m));
		bool takes_one = noro_view_is_i(w, "udp-port") || noro_view_is_i(w, "vrf") ||
				 noro_view_is_i(w, "use-vrf");

		copy(m, blanks(rest_of(m)));
		if (!is_one_of(w, keyword)) {
			drop(m, w.n);
			return;
		}
		copy(m, w.n);
		if (takes_one && !ends_line(rest_of(m))) {
			copy(m, blanks(rest_of(m)));
			copy(m, config_word(rest_of(m)).n);
		}
	}
}

/* "sshpass -p X", "curl -u name:X", "mysql -pX": what stands on a command line. */
static bool mask_option(struct masker *m, struct noro_view w)
{
	struct noro_view v = rest_of(m);
	size_t i = blanks(v), colon;

	if (!i || noro_view_sub(v, i, 1).n == 0 || v.p[i] != '-' || v.n < i + 2)
		return false;
	if ((noro_view_is_i(w, "sshpass") || noro_view_is_i(w, "mysql") ||
		    noro_view_is_i(w, "mysqldump")) &&
		v.p[i + 1] == 'p') {
		copy(m, i + 2);
		copy(m, noro_view_is_i(w, "sshpass") ? blanks(rest_of(m)) : 0);
		drop(m, config_word(rest_of(m)).n *
				(m->at < m->in.n && !noro_is_space(m->in.p[m->at])));
		return true;
	}
	if (v.p[i + 1] != 'u' || !(noro_view_is_i(w, "curl") || noro_view_is_i(w, "wget")))
		return false;
	copy(m, i + 2);
	copy(m, blanks(rest_of(m)));
	v = config_word(rest_of(m));
	colon = noro_view_chr(v, ':');
	if (colon == SIZE_MAX || colon + 1 >= v.n)
		return true;
	copy(m, colon + 1);
	drop(m, v.n - colon - 1);
	return true;
}

static bool is_token_char(char c)
{
	return is_word(c) || c == '.' || c == '/' || c == '+' || c == '=' || c == '~';
}

static size_t token_length(struct noro_view v)
{
	size_t n = 0;

	while (n < v.n && is_token_char(v.p[n]))
		n++;
	return n;
}

/* "$6$salt$hash", "$9$Junos", "$8$", "$y$": a dollar, a short name, a dollar, and text. */
static size_t crypt_length(struct noro_view v)
{
	size_t i = 1;

	while (i < v.n && i < 12 && (noro_is_alnum(v.p[i]) || v.p[i] == '-'))
		i++;
	if (i == 1 || i >= v.n || v.p[i] != '$')
		return 0;
	for (i++; i < v.n && (is_token_char(v.p[i]) || v.p[i] == '$' || v.p[i] == ','); i++)
		;
	return i >= 10 ? i : 0;
}

/* Tokens that say themselves what they are. */
static size_t shaped_length(struct noro_view v)
{
	static const char *const prefix[] = { "eyJ", "ghp_", "gho_", "ghu_", "ghs_", "ghr_",
		"github_pat_", "glpat-", "xoxb-", "xoxp-", "xoxa-", "xoxs-", "AKIA", "ASIA", "AIza",
		"sk_live_", "rk_live_", "hvs.", NULL };

	for (size_t i = 0; prefix[i]; i++)
		if (noro_view_starts(v, prefix[i])) {
			size_t n = token_length(v);

			return n >= MIN_TOKEN ? n : 0;
		}
	return 0;
}

/* The password of "scheme://name:password@host"; `m` stands on the colon of "://". */
static void mask_url(struct masker *m)
{
	struct noro_view v;
	size_t colon = SIZE_MAX, at_sign = SIZE_MAX;

	copy(m, 3);
	v = noro_view_sub(rest_of(m), 0, MAX_AUTHORITY);
	for (size_t i = 0; i < v.n; i++) {
		if (noro_is_space(v.p[i]) || v.p[i] == '/' || v.p[i] == '"' || v.p[i] == '\'' ||
			v.p[i] == '<' || v.p[i] == '>')
			break;
		if (v.p[i] == ':' && colon == SIZE_MAX)
			colon = i;
		if (v.p[i] == '@')
			at_sign = i;
	}
	if (at_sign == SIZE_MAX || colon == SIZE_MAX || colon + 1 >= at_sign)
		return;
	copy(m, colon + 1);
	drop(m, at_sign - colon - 1);
}

static bool mask_private_key(struct masker *m)
{
	struct noro_view v = rest_of(m), head = noro_view_sub(v, 0, 64);
	size_t end;

	if (!noro_view_starts(v, "-----BEGIN ") ||
		noro_view_find(head, NORO_V("PRIVATE KEY")) == SIZE_MAX)
		return false;
	end = noro_view_find(v, NORO_V("-----END "));
	copy(m, 11);
	drop(m, (end == SIZE_MAX ? v.n : end) - 11);
	return true;
}

/* "Bearer abc...", "Basic dXNl...": the scheme names what follows, when that looks like a token. */
static bool mask_scheme(struct masker *m, struct noro_view w)
{
	static const struct noro_view scheme[] = { W("bearer"), W("basic"), W("negotiate"),
		W("ntlm"), { NULL, 0 } };
	size_t n, i = blanks(rest_of(m));

	if (!i || !is_one_of(w, scheme))
		return false;
	n = token_length(noro_view_sub(rest_of(m), i, SIZE_MAX));
	if (n < MIN_TOKEN)
		return false;
	copy(m, i);
	drop(m, n);
	return true;
}

static void remember(struct masker *m, struct noro_view w)
{
	if (noro_view_starts_i(w, "snmp"))
		m->snmp = true;
	if (noro_view_starts_i(w, "tacacs") || noro_view_starts_i(w, "radius") ||
		noro_view_is_i(w, "isakmp") || noro_view_starts_i(w, "ike") ||
		noro_view_is_i(w, "server-private") || noro_view_is_i(w, "aaa-server") ||
		noro_view_is_i(w, "ntp") || noro_view_is_i(w, "hwtacacs") ||
		noro_view_is_i(w, "wpa"))
		m->aaa = true;
	m->before = w;
	m->line_start = false;
}

static void mask_word(struct masker *m)
{
	struct noro_view v = rest_of(m), w;
	bool markup = m->at && m->in.p[m->at - 1] == '<', in_markup;
	enum promise p;
	size_t n = 0, sep;

	while (n < v.n && is_word(v.p[n]))
		n++;
	w = noro_view(v.p, n);
	p = promise_of(m, w);
	n = p == NOTHING ? shaped_length(v) : 0;
	if (n) {
		drop(m, n);
		return;
	}
	copy(m, w.n);
	remember(m, w);
	if (p == NOTHING) {
		if (m->snmp && noro_view_is_i(w, "host")) {
			m->snmp_host = true;
			mask_snmp_host(m);
		} else if (!mask_scheme(m, w)) {
			(void)mask_option(m, w);
		}
		return;
	}
	sep = separator(rest_of(m), markup, &in_markup);
	copy(m, sep);
	if (sep && p == HEADER)
		mask_header(m);
	else if (sep)
		mask_value(m, in_markup);
	else if (p == VALUE)
		mask_config(m, w);
}

void noro_mask(struct noro_view record, struct noro_buf *out)
{
	struct masker m = { .in = record, .out = out, .line_start = true };

	while (m.at < record.n && out->status == NORO_OK) {
		char c = record.p[m.at];
		struct noro_view v = rest_of(&m);

		if (is_line_end(c)) {
			m.snmp = m.snmp_host = m.aaa = m.in_quotes = false;
			m.line_start = true;
			copy(&m, 1);
		} else if (c == '$' && crypt_length(v)) {
			drop(&m, crypt_length(v));
		} else if (c == ':' && noro_view_starts(v, "://")) {
			mask_url(&m);
		} else if (c == '-' && mask_private_key(&m)) {
			continue;
		} else if (noro_is_alnum(c)) {
			mask_word(&m);
		} else {
			copy(&m, 1);
		}
	}
}
