/*
 * src/device/value.c - what captures take and what they become: addresses with masks or
 * wildcards, ports by name, times, secrets. Two ways of writing the same thing give one
 * text, so that checks and comparisons see no difference where there is none.
 */
#include "device/fact_priv.h"

#include "base/addr.h"

#include <stdio.h>

static bool is_v4(struct noro_view w, struct noro_ip *ret)
{
	return noro_ip_parse(w, ret) && ret->family == 4;
}

/* The length of a mask of leading ones; -1 if it is none. */
static int mask_len(const struct noro_ip *m)
{
	uint32_t v = noro_ip_v4(m), inv = ~v;

	if (inv & (inv + 1))
		return -1;
	return 32 - __builtin_popcount(inv);
}

static int wildcard_len(const struct noro_ip *m)
{
	uint32_t v = noro_ip_v4(m);

	if (v & (v + 1))
		return -1;
	return 32 - __builtin_popcount(v);
}

static bool is_prefix(struct noro_view w)
{
	struct noro_prefix p;
	bool bits;

	return noro_view_chr(w, '/') != SIZE_MAX && noro_prefix_parse(w, &p, &bits);
}

static bool is_any(struct noro_view w)
{
	return FACT_IS(w, "any") || FACT_IS(w, "any4") || FACT_IS(w, "any6") ||
	       FACT_IS(w, "any-ipv4");
}

static bool is_group_word(struct noro_view w)
{
	static const struct fact_word words[] = { FACT_W("object-group"), FACT_W("object"),
		FACT_W("addrgroup"), FACT_W("net-group"), FACT_W("address-group"),
		FACT_W("prefix-list"), FACT_W("network-group") };

	return FACT_LISTED(w, words);
}

static bool is_relation(struct noro_view w)
{
	return FACT_IS(w, "eq") || FACT_IS(w, "gt") || FACT_IS(w, "lt") || FACT_IS(w, "neq");
}

static bool is_number(struct noro_view w)
{
	uint64_t n;

	return noro_view_u64(w, &n);
}

/* Words that say how the secret behind them is written. */
static bool is_secret_type(struct noro_view w)
{
	static const struct fact_word words[] = { FACT_W("0"), FACT_W("3"), FACT_W("4"),
		FACT_W("5"), FACT_W("6"), FACT_W("7"), FACT_W("8"), FACT_W("8a"), FACT_W("9"),
		FACT_W("10"), FACT_W("clear"), FACT_W("clear-text"), FACT_W("cleartext"),
		FACT_W("plain"), FACT_W("plaintext"), FACT_W("encrypted"), FACT_W("cipher"),
		FACT_W("simple"), FACT_W("irreversible-cipher"), FACT_W("sha512"), FACT_W("sha256"),
		FACT_W("md5"), FACT_W("enc"), FACT_W("hidden"), FACT_W("hash"), FACT_W("hashed"),
		FACT_W("pbkdf2") };

	return FACT_LISTED(w, words);
}

static uint32_t acl_takes(const struct noro_view *w, uint32_t left)
{
	struct noro_ip ip;

	if (is_any(w[0]))
		return 1;
	if (left > 1 &&
		(FACT_IS(w[0], "host") || FACT_IS(w[0], "interface") || is_group_word(w[0])))
		return 2;
	if (is_v4(w[0], &ip))
		return left > 1 && is_v4(w[1], &ip) ? 2 : 1;
	return is_prefix(w[0]) || noro_ip_parse_loose(w[0], &ip) ? 1 : 0;
}

static uint32_t net_takes(const struct noro_view *w, uint32_t left)
{
	struct noro_ip ip, mask;

	if (is_v4(w[0], &ip)) {
		if (left > 1 && is_v4(w[1], &mask) &&
			(mask_len(&mask) >= 0 || wildcard_len(&mask) >= 0))
			return 2;
		return 1;
	}
	return is_prefix(w[0]) || noro_ip_parse_loose(w[0], &ip) ? 1 : 0;
}

static struct noro_view port_number(struct noro_view name)
{
	static const struct {
		const char *name, *number;
	} known[] = {
		{ "ftp-data", "20" },
		{ "ftp", "21" },
		{ "ssh", "22" },
		{ "telnet", "23" },
		{ "smtp", "25" },
		{ "tacacs", "49" },
		{ "tacacs-ds", "49" },
		{ "domain", "53" },
		{ "dns", "53" },
		{ "bootps", "67" },
		{ "bootpc", "68" },
		{ "tftp", "69" },
		{ "www", "80" },
		{ "http", "80" },
		{ "ntp", "123" },
		{ "snmp", "161" },
		{ "snmptrap", "162" },
		{ "bgp", "179" },
		{ "https", "443" },
		{ "isakmp", "500" },
		{ "syslog", "514" },
		{ "netconf-ssh", "830" },
		{ "radius", "1812" },
		{ "radius-acct", "1813" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (noro_view_is_i(name, known[i].name))
			return noro_view_str(known[i].number);
	return name;
}

static bool is_port_name(struct noro_view w)
{
	return port_number(w).p != w.p;
}

static uint32_t port_takes(const struct noro_view *w, uint32_t left)
{
	uint32_t n = 2;

	if (left > 1 && FACT_IS(w[0], "portgroup"))
		return 2;
	if (left > 2 && FACT_IS(w[0], "range"))
		return 3;
	if (left < 2 || !is_relation(w[0]))
		return 0;
	while (n < left && (is_number(w[n]) || is_port_name(w[n]))) /* "eq 22 ssh" */
		n++;
	return n;
}

uint32_t fact_type_takes(enum fact_type t, const struct noro_view *w, uint32_t left, bool masks)
{
	struct noro_ip ip;

	(void)masks;
	switch (t) {
	case FACT_WORD:
	case FACT_NAME:
	case FACT_CHOICE:
	case FACT_OTHER:
	case FACT_PLAIN:
		return 1;
	case FACT_REST:
		return left;
	case FACT_IP:
		return noro_ip_parse_loose(w[0], &ip) ? 1 : 0;
	case FACT_NUM:
	case FACT_SECONDS:
	case FACT_MINUTES:
	case FACT_HOURS:
		return is_number(w[0]) ? 1 : 0;
	case FACT_NET:
	case FACT_HOST:
		return net_takes(w, left);
	case FACT_ACL:
		return acl_takes(w, left);
	case FACT_PORT:
		return port_takes(w, left);
	case FACT_SECRET:
	case FACT_HASH:
		return left > 1 && is_secret_type(w[0]) ? 2 : 1;
	case FACT_TYPES:
		break;
	}
	return 0;
}

/* --- values --- */

static struct noro_view joined(
	const struct noro_view *w, size_t n, char between, struct noro_arena *a)
{
	size_t len = 0, at = 0;
	char *p;

	if (n == 1)
		return w[0];
	for (size_t i = 0; i < n; i++)
		len += w[i].n + 1;
	p = noro_arena_alloc(a, len);
	if (!p)
		return noro_view(NULL, 0);
	for (size_t i = 0; i < n; i++) {
		if (i)
			p[at++] = between;
		if (w[i].n)
			memcpy(p + at, w[i].p, w[i].n);
		at += w[i].n;
	}
	return noro_view(p, at);
}

static struct noro_view slashed(struct noro_view ip, int len, struct noro_arena *a)
{
	char *p = noro_arena_printf(a, "%.*s/%d", NORO_VARG(ip), len);

	return noro_view_str(p);
}

static struct noro_view net_value(const struct fact_cap *c, struct noro_arena *a)
{
	struct noro_ip mask;
	int len;

	if (c->n < 2 || !is_v4(c->word[1], &mask))
		return c->word[0];
	len = mask_len(&mask);
	return slashed(c->word[0], len >= 0 ? len : wildcard_len(&mask), a);
}

static struct noro_view group_value(const char *kind, struct noro_view name, struct noro_arena *a)
{
	return noro_view_str(noro_arena_printf(a, "%s:%.*s", kind, NORO_VARG(name)));
}

static struct noro_view acl_value(const struct fact_cap *c, bool masks, struct noro_arena *a)
{
	struct noro_ip mask;
	int len;

	if (is_any(c->word[0]) || noro_view_is(c->word[0], "0.0.0.0/0") ||
		noro_view_is(c->word[0], "::/0"))
		return NORO_V("any");
	if (c->n < 2)
		return c->word[0];
	if (FACT_IS(c->word[0], "host"))
		return c->word[1];
	if (FACT_IS(c->word[0], "interface"))
		return group_value("interface", c->word[1], a);
	if (is_group_word(c->word[0]))
		return group_value("group", c->word[1], a);
	if (!is_v4(c->word[1], &mask))
		return joined(c->word, 2, ' ', a);
	/* Some write a mask where a wildcard belongs; 0.0.0.0 and all ones keep the dialect's
	 * sense. */
	len = masks ? mask_len(&mask) : wildcard_len(&mask);
	if (len < 0)
		len = masks ? wildcard_len(&mask) : mask_len(&mask);
	if (len < 0)
		return joined(c->word, 2, '/', a);
	if (len == 0)
		return NORO_V("any");
	return len == 32 ? c->word[0] : slashed(c->word[0], len, a);
}

static struct noro_view port_value(const struct fact_cap *c, struct noro_arena *a)
{
	struct noro_view one = c->n > 1 ? port_number(c->word[1]) : c->word[0], two;

	if (FACT_IS(c->word[0], "range") && c->n > 2) {
		two = port_number(c->word[2]);
		return noro_view_str(
			noro_arena_printf(a, "%.*s-%.*s", NORO_VARG(one), NORO_VARG(two)));
	}
	if (FACT_IS(c->word[0], "portgroup"))
		return group_value("group", one, a);
	if (FACT_IS(c->word[0], "eq"))
		return c->n == 2 ? one : joined(c->word + 1, (size_t)c->n - 1, ' ', a);
	return noro_view_str(
		noro_arena_printf(a, "%.*s %.*s", NORO_VARG(c->word[0]), NORO_VARG(one)));
}

/* The last words of every branch below a statement, in order: lists of dialects with levels. */
static struct noro_view leaves(const struct noro_stmt *top, struct noro_arena *a)
{
	const struct noro_stmt *s = top;
	struct noro_buf out = { 0 };
	struct noro_view v = { NULL, 0 };
	size_t n = 0;

	while ((s = noro_stmt_walk(s)) && n < NORO_TREE_MAX_WORDS) {
		const struct noro_stmt *up = s->parent;

		while (up && up != top)
			up = up->parent;
		if (!up)
			break;
		if (s->child || s->words == 0)
			continue;
		if (n++)
			noro_buf_chr(&out, ' ');
		noro_buf_view(&out, s->word[s->words - 1]);
	}
	if (out.status == NORO_OK)
		v = noro_arena_view(a, out.n ? noro_buf_as_view(&out) : NORO_V(""));
	noro_buf_done(&out);
	return v;
}

struct noro_view fact_value(const struct fact_cap *c, bool masks, struct noro_arena *a)
{
	if (c->below)
		return leaves(c->stmt, a);
	if (c->part.p)
		return c->part;
	switch ((enum fact_type)c->type) {
	case FACT_REST:
		return joined(c->word, c->n, ' ', a);
	case FACT_NET:
		return net_value(c, a);
	case FACT_HOST:
		return noro_view(c->word[0].p, noro_view_chr(c->word[0], '/') < c->word[0].n
						       ? noro_view_chr(c->word[0], '/')
						       : c->word[0].n);
	case FACT_ACL:
		return acl_value(c, masks, a);
	case FACT_PORT:
		return port_value(c, a);
	case FACT_WORD:
	case FACT_NAME:
	case FACT_CHOICE:
	case FACT_OTHER:
	case FACT_IP:
	case FACT_NUM:
	case FACT_SECONDS:
	case FACT_MINUTES:
	case FACT_HOURS:
	case FACT_SECRET:
	case FACT_HASH:
	case FACT_PLAIN:
	case FACT_TYPES:
		break;
	}
	return c->word[0];
}

bool fact_seconds(const struct fact_cap *c, uint64_t *ret)
{
	uint64_t n, unit = c->type == FACT_HOURS ? 3600 : c->type == FACT_MINUTES ? 60 : 1;

	if (!noro_view_u64(c->part.p ? c->part : c->word[0], &n))
		return false;
	return !__builtin_mul_overflow(n, unit, ret);
}

void fact_secret_words(const struct fact_cap *c, struct noro_view *type, struct noro_view *word)
{
	*type = c->n > 1 ? c->word[0] : noro_view_str(c->type == FACT_HASH ? "hashed" : "");
	*word = c->part.p ? c->part : c->word[c->n - 1];
}
