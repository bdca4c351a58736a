/*
 * src/device/version.c - versions of network software. Each maker writes them in its own way;
 * what cannot be brought to a normal form is unknown, and what is unknown is never
 * older or newer than anything.
 */
#include "device/version.h"

#include "base/mem.h"

#include <stdio.h>

enum { MAX_PARTS = 12 };

/* A version cut into numbers and letters in turn: 15.2(4)M7 is 15 2 4 m 7. */
struct parts {
	struct {
		bool number;
		uint64_t n;
		char s[12];
	} part[MAX_PARTS];
	unsigned n;
};

static bool version_char(char c)
{
	return noro_is_alnum(c) || c == '.' || c == '(' || c == ')' || c == '-' || c == '_' ||
	       c == ':';
}

/* The first run of characters that begins with a digit (or "V" and a digit) behind a word like
 * Version; the first such run of all if there is no such word. */
static struct noro_view find_version(struct noro_view text)
{
	static const char *const words[] = { "version:", "version", "sw-version:", "sw-version",
		"junos:", "release", "routeros", "software image version:", "vyos" };
	struct noro_view best = { 0 };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words) && !best.n; i++) {
		size_t at = noro_view_find_i(text, noro_view_str(words[i]));

		if (at != SIZE_MAX)
			best = noro_view_sub(text, at + strlen(words[i]), text.n);
	}
	if (!best.n)
		best = text;
	for (size_t i = 0; i < best.n; i++) {
		size_t n = 0;

		if (!noro_is_digit(best.p[i]) ||
			(i && noro_is_alnum(best.p[i - 1]) && noro_lower(best.p[i - 1]) != 'v'))
			continue;
		while (i + n < best.n && version_char(best.p[i + n]))
			n++;
		while (n && (best.p[i + n - 1] == '.' || best.p[i + n - 1] == '-' ||
				    best.p[i + n - 1] == ':' || best.p[i + n - 1] == '_'))
			n--;
		if (noro_view_chr(noro_view_sub(best, i, n), '.') != SIZE_MAX)
			return noro_view_sub(best, i, n);
		i += n; /* "FortiGate-60F" is a model */
	}
	return (struct noro_view){ 0 };
}

struct out {
	char *p;
	size_t n;
};

static void put(struct out *o, char c)
{
	if (o->n + 1 < NORO_VERSION_TEXT)
		o->p[o->n++] = c;
	o->p[o->n] = '\0';
}

/* Leading zeros of each number go: 16.09.03a is 16.9.3a. */
static void put_plain(struct out *o, struct noro_view v, bool keep_parens)
{
	for (size_t i = 0; i < v.n; i++) {
		bool begins = i == 0 || !noro_is_digit(v.p[i - 1]);

		if (begins && v.p[i] == '0' && i + 1 < v.n && noro_is_digit(v.p[i + 1])) {
			while (i + 1 < v.n && v.p[i] == '0' && noro_is_digit(v.p[i + 1]))
				i++;
		}
		if (!keep_parens && (v.p[i] == '(' || v.p[i] == ')'))
			continue;
		put(o, v.p[i]);
	}
}

/* IOS: 15.2(4)M7 as it is. Without parentheses it is no IOS. */
static bool normal_ios(struct noro_view v, struct out *o)
{
	size_t open = noro_view_chr(v, '('), close = noro_view_chr(v, ')');

	if (open == SIZE_MAX || close == SIZE_MAX || close < open || noro_view_chr(v, '.') > open)
		return false;
	put_plain(o, v, true);
	return true;
}

/* IOS XE: 16.09.03a is 16.9.3a; 03.08.02.S is 3.8.2S. A classic number in parentheses stays. */
static bool normal_xe(struct noro_view v, struct out *o)
{
	if (noro_view_chr(v, '(') != SIZE_MAX)
		return normal_ios(v, o);
	for (size_t i = 1; i + 1 < v.n; i++) {
		if (v.p[i] == '.' && noro_is_alpha(v.p[i + 1])) {
			put_plain(o, noro_view_sub(v, 0, i), true);
			put_plain(o, noro_view_sub(v, i + 1, v.n), true);
			return true;
		}
	}
	put_plain(o, v, true);
	return noro_view_chr(v, '.') != SIZE_MAX;
}

/* Junos: 22.4R1.10 loses its build; a service release stays: 22.4R3-S2.11 is 22.4R3-S2. */
static bool normal_junos(struct noro_view v, struct out *o)
{
	size_t end = v.n, letter = SIZE_MAX;

	for (size_t i = 0; i < v.n && letter == SIZE_MAX; i++)
		if (noro_is_alpha(v.p[i]))
			letter = i;
	if (letter == SIZE_MAX || noro_view_chr(v, '.') == SIZE_MAX)
		return false;
	for (size_t i = letter; i < v.n; i++)
		if (v.p[i] == '.') {
			end = i;
			break;
		}
	for (size_t i = 0; i < end; i++)
		put(o, v.p[i] >= 'a' && v.p[i] <= 'z' ? (char)(v.p[i] - 32) : v.p[i]);
	return true;
}

/* VRP: "V800R011C00SPC200" behind the plain number tells more. */
static bool normal_vrp(struct noro_view text, struct noro_view v, struct out *o)
{
	for (size_t i = 0; i + 4 < text.n; i++) {
		size_t n = 0;

		if (noro_lower(text.p[i]) != 'v' || !noro_is_digit(text.p[i + 1]) ||
			(i && noro_is_alnum(text.p[i - 1])))
			continue;
		while (i + n < text.n && noro_is_alnum(text.p[i + n]))
			n++;
		if (noro_view_find_i(noro_view_sub(text, i, n), NORO_V("R0")) == SIZE_MAX)
			continue;
		for (size_t k = 0; k < n; k++)
			put(o, text.p[i + k] >= 'a' && text.p[i + k] <= 'z'
					? (char)(text.p[i + k] - 32)
					: text.p[i + k]);
		return true;
	}
	put_plain(o, v, true);
	return v.n != 0;
}

/* "v7.4.7,build2731" and "7.4.7-build2731": the three numbers. */
static bool normal_three(struct noro_view v, struct out *o)
{
	size_t n = 0;

	while (n < v.n && (noro_is_digit(v.p[n]) || v.p[n] == '.'))
		n++;
	put_plain(o, noro_view_sub(v, 0, n), true);
	return noro_view_chr(noro_view_sub(v, 0, n), '.') != SIZE_MAX;
}

bool noro_version_normal(enum noro_dialect d, struct noro_view text, char out[NORO_VERSION_TEXT])
{
	struct out o = { .p = out };
	struct noro_view v;

	out[0] = '\0';
	if (text.n > 4096)
		text.n = 4096;
	v = find_version(text);
	if (!v.n && d != NORO_DIALECT_VRP)
		return false;
	switch (d) {
	case NORO_DIALECT_IOS:
		return normal_ios(v, &o);
	case NORO_DIALECT_IOS_XE:
		return normal_xe(v, &o);
	case NORO_DIALECT_JUNOS:
		return normal_junos(v, &o);
	case NORO_DIALECT_VRP:
		return normal_vrp(text, v, &o);
	case NORO_DIALECT_FORTIOS:
		return normal_three(v, &o);
	default:
		put_plain(&o, v, true);
		return noro_view_chr(v, '.') != SIZE_MAX;
	}
}

static void cut_up(const char *s, struct parts *ret)
{
	ret->n = 0;
	while (*s && ret->n < MAX_PARTS) {
		unsigned k = 0;

		if (!noro_is_alnum(*s)) {
			s++;
			continue;
		}
		ret->part[ret->n].number = noro_is_digit(*s);
		ret->part[ret->n].n = 0;
		if (noro_is_digit(*s)) {
			for (; noro_is_digit(*s); s++)
				if (ret->part[ret->n].n < UINT64_MAX / 16)
					ret->part[ret->n].n =
						ret->part[ret->n].n * 10 + (uint64_t)(*s - '0');
		} else {
			for (; noro_is_alpha(*s); s++)
				if (k + 1 < sizeof(ret->part[0].s))
					ret->part[ret->n].s[k++] = noro_lower(*s);
		}
		ret->part[ret->n++].s[k] = '\0';
	}
}

/* The letters of an IOS train: 15.2(4)M7 is of M, 12.2(55)SE10 of SE, 15.0(1) of none. */
static const char *train(const struct parts *p)
{
	for (unsigned i = 3; i < p->n; i++)
		if (!p->part[i].number)
			return p->part[i].s;
	return "";
}

static bool comparable(enum noro_dialect d, const char *a, const char *b, const struct parts *p,
	const struct parts *q)
{
	bool classic = strchr(a, '(') || strchr(b, '(');

	if (!p->n || !q->n)
		return false;
	if ((d == NORO_DIALECT_IOS || d == NORO_DIALECT_IOS_XE) && classic) {
		/* other trains of one number were never one line of development */
		if (!strchr(a, '(') || !strchr(b, '(') || p->n < 3 || q->n < 3)
			return false;
		return strcmp(train(p), train(q)) == 0;
	}
	if (d == NORO_DIALECT_VRP)
		return (noro_lower(*a) == 'v') == (noro_lower(*b) == 'v');
	return p->part[0].number && q->part[0].number;
}

/* Junos counts X and R releases apart; a beta comes before what it leads to. */
static int rank(const char *letters)
{
	static const char *const early[] = { "alpha", "beta", "b", "rc", "d" };

	for (size_t i = 0; i < sizeof(early) / sizeof(*early); i++)
		if (strcmp(letters, early[i]) == 0)
			return -1;
	return 1;
}

static int cmp_parts(const struct parts *p, const struct parts *q)
{
	for (unsigned i = 0; i < p->n || i < q->n; i++) {
		int c;

		if (i == p->n)
			return q->part[i].number ? (q->part[i].n ? -1 : 0) : -rank(q->part[i].s);
		if (i == q->n)
			return p->part[i].number ? (p->part[i].n ? 1 : 0) : rank(p->part[i].s);
		if (p->part[i].number != q->part[i].number)
			return p->part[i].number ? 1 : -1;
		if (p->part[i].number && p->part[i].n != q->part[i].n)
			return p->part[i].n < q->part[i].n ? -1 : 1;
		c = p->part[i].number ? 0 : strcmp(p->part[i].s, q->part[i].s);
		if (c)
			return c < 0 ? -1 : 1;
	}
	return 0;
}

int noro_version_cmp(enum noro_dialect d, const char *a, const char *b, bool *ret_ok)
{
	struct parts p, q;

	cut_up(a, &p);
	cut_up(b, &q);
	*ret_ok = comparable(d, a, b, &p, &q);
	return *ret_ok ? cmp_parts(&p, &q) : 0;
}

/* CPE escapes what is not a letter, a digit, a dot, a dash or an underscore. */
static void cpe_add(struct noro_buf *b, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char c = noro_lower(s[i]);

		if (!noro_is_alnum(c) && c != '.' && c != '-' && c != '_')
			noro_buf_chr(b, '\\');
		noro_buf_chr(b, c);
	}
}

enum noro_status noro_version_cpe(
	enum noro_dialect d, const char *version, struct noro_arena *a, const char **ret)
{
	static const char *const product[NORO_DIALECTS] = { [NORO_DIALECT_IOS] = "cisco:ios",
		[NORO_DIALECT_IOS_XE] = "cisco:ios_xe",
		[NORO_DIALECT_IOS_XR] = "cisco:ios_xr",
		[NORO_DIALECT_NXOS] = "cisco:nx-os",
		[NORO_DIALECT_ASA] = "cisco:adaptive_security_appliance_software",
		[NORO_DIALECT_JUNOS] = "juniper:junos",
		[NORO_DIALECT_EOS] = "arista:eos",
		[NORO_DIALECT_VRP] = "huawei:vrp",
		[NORO_DIALECT_FORTIOS] = "fortinet:fortios",
		[NORO_DIALECT_PANOS] = "paloaltonetworks:pan-os",
		[NORO_DIALECT_ROUTEROS] = "mikrotik:routeros",
		[NORO_DIALECT_VYOS] = "vyos:vyos",
		[NORO_DIALECT_SROS] = "nokia:service_router_operating_system" };
	struct noro_buf b = { 0 };
	size_t cut = strlen(version);

	*ret = NULL;
	if (d >= NORO_DIALECTS || !product[d])
		return NORO_ENOENT;
	noro_buf_printf(&b, "cpe:2.3:o:%s:", product[d]);
	/* Junos: version and update are fields of their own; gluing them never matches */
	if (d == NORO_DIALECT_JUNOS)
		for (size_t i = 0; i < cut; i++)
			if (noro_is_alpha(version[i]))
				cut = i;
	cpe_add(&b, version, cut);
	noro_buf_chr(&b, ':');
	if (version[cut])
		cpe_add(&b, version + cut, strlen(version + cut));
	else
		noro_buf_chr(&b, '*');
	noro_buf_str(&b, ":*:*:*:*:*:*");
	*ret = b.status == NORO_OK ? noro_arena_strn(a, b.p, b.n) : NULL;
	noro_buf_done(&b);
	return *ret ? NORO_OK : NORO_ENOMEM;
}
