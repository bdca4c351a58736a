/* src/intel/stix21_value.c - STIX 2.1 section 2: what a single value must look like. */
#include "intel/stix21_priv.h"

#include "base/addr.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_NAME = 250, MAX_NUMBER = 4096 /* as in base/jcs.c */ };

/* --- strings of a certain form ---------------------------------------------------------- */

static bool all_hex(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_hex(v.p[i]))
			return false;
	return true;
}

/*
 * 2.8 says lower case, but an example of the standard itself (6.6) and its schemas have capitals
 * too; nothing is gained by refusing them.
 */
static bool is_hex(struct noro_view v)
{
	return v.n % 2 == 0 && all_hex(v);
}

static bool is_binary(struct noro_view v)
{
	size_t pad = 0;

	while (pad < 2 && v.n > pad && v.p[v.n - 1 - pad] == '=')
		pad++;
	if (v.n % 4 != 0)
		return false;
	for (size_t i = 0; i < v.n - pad; i++)
		if (!noro_is_alnum(v.p[i]) && v.p[i] != '+' && v.p[i] != '/')
			return false;
	return true;
}

static bool no_blank(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if ((unsigned char)v.p[i] <= ' ' || v.p[i] == 0x7f)
			return false;
	return v.n > 0;
}

/* RFC 3986, 3.1 and no more: what attackers write behind the colon is often no URL to the letter.
 */
static bool is_url(struct noro_view v)
{
	size_t colon = noro_view_chr(v, ':');

	if (!no_blank(v) || colon == SIZE_MAX || colon + 1 == v.n || !noro_is_alpha(v.p[0]))
		return false;
	for (size_t i = 1; i < colon; i++)
		if (!noro_is_alnum(v.p[i]) && !strchr("+-.", v.p[i]))
			return false;
	return true;
}

static bool is_prefix(struct noro_view v, unsigned family)
{
	struct noro_prefix p;
	bool host_bits;

	return noro_prefix_parse(v, &p, &host_bits) && p.ip.family == family;
}

static bool is_ipv4(struct noro_view v)
{
	return is_prefix(v, 4);
}

static bool is_ipv6(struct noro_view v)
{
	return is_prefix(v, 6);
}

static bool is_mac(struct noro_view v)
{
	if (v.n != 17)
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (i % 3 == 2 ? v.p[i] != ':'
			       : !noro_is_digit(v.p[i]) && (v.p[i] < 'a' || v.p[i] > 'f'))
			return false;
	return true;
}

/* Labels of 1 to 63 bytes, 253 in all; in Unicode or as A-labels, with '_' as services have it. */
static bool is_domain(struct noro_view v)
{
	struct noro_view label;

	if (v.n && v.p[v.n - 1] == '.')
		v.n--;
	if (v.n > 253 || !no_blank(v) || v.p[v.n - 1] == '.')
		return false;
	for (size_t i = 0; i < v.n; i++)
		if ((unsigned char)v.p[i] < 0x80 && !noro_is_alnum(v.p[i]) &&
			!strchr("-_.", v.p[i]))
			return false;
	while (noro_view_cut(&v, '.', &label))
		if (label.n == 0 || label.n > 63)
			return false;
	return true;
}

/* The address alone (RFC 5322 addr-spec), without a display name. */
static bool is_email(struct noro_view v)
{
	size_t at = noro_view_rchr(v, '@');

	return no_blank(v) && at != SIZE_MAX && at > 0 && at + 1 < v.n && v.p[0] != '<' &&
	       v.p[v.n - 1] != '>';
}

static bool is_relation(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_digit(v.p[i]) && (v.p[i] < 'a' || v.p[i] > 'z') && v.p[i] != '-')
			return false;
	return v.n >= 3 && v.n <= MAX_NAME;
}

/* Hives are written out: HKEY_LOCAL_MACHINE, never HKLM. */
static bool is_registry(struct noro_view v)
{
	static const char *const cut[] = { "HKLM", "HKCC", "HKCR", "HKCU", "HKU", NULL };
	struct noro_view hive = noro_view_sub(v, 0, noro_view_chr(v, '\\'));

	for (const char *const *c = cut; *c; c++)
		if (noro_view_is_i(hive, *c))
			return false;
	return v.n > 0;
}

static bool is_cpe(struct noro_view v)
{
	return noro_view_starts(v, "cpe:2.3:") && no_blank(v);
}

/* --- hashes (2.7): names are an open vocabulary, known ones have a form
 * -------------------------------------------------------------------------- */

static const struct {
	struct noro_view name;
	size_t digits; /* 0: another form */
} algorithms[] = {
	{ STIX_NAME("MD5"), 32 },
	{ STIX_NAME("SHA-1"), 40 },
	{ STIX_NAME("SHA-256"), 64 },
	{ STIX_NAME("SHA-512"), 128 },
	{ STIX_NAME("SHA3-256"), 64 },
	{ STIX_NAME("SHA3-512"), 128 },
	{ STIX_NAME("SSDEEP"), 0 },
	{ STIX_NAME("TLSH"), 0 },
};

/* TLSH: 35 bytes in hex, since version 4 behind "T1"; ssdeep: block size and two digests. */
static bool other_digest(struct noro_view name, struct noro_view v)
{
	size_t first;

	if (noro_view_is(name, "TLSH"))
		return (v.n == 70 || (v.n == 72 && noro_view_starts(v, "T1"))) &&
		       all_hex(noro_view_sub(v, v.n - 70, 70));
	first = noro_view_chr(v, ':');
	return first != SIZE_MAX && first > 0 &&
	       noro_view_chr(noro_view_sub(v, first + 1, v.n), ':') != SIZE_MAX;
}

static void one_hash(struct stix_check *c, const struct stix_at *at, const struct noro_json *h)
{
	char digits[24];

	for (size_t i = 0; i < STIX_COUNT(algorithms); i++) {
		if (!noro_view_eq(h->key, algorithms[i].name))
			continue;
		if (algorithms[i].digits == 0 && !other_digest(h->key, h->text))
			noro_stix_fault_of(c, at, N_("not the form of a %1 value"), h->key,
				(struct noro_view){ NULL, 0 });
		if (algorithms[i].digits != 0 &&
			(h->text.n != algorithms[i].digits || !all_hex(h->text)))
			noro_stix_fault_of(c, at, N_("a %1 value has %2 hexadecimal digits"),
				h->key, noro_view_str(noro_num(digits, algorithms[i].digits)));
		return;
	}
}

void noro_stix_hashes(struct stix_check *c, const struct stix_at *at, const struct noro_json *v)
{
	if (v->kind != NORO_JSON_OBJECT) {
		noro_stix_fault(c, at, N_("must be a dictionary"));
		return;
	}
	if (!v->child)
		noro_stix_fault(
			c, at, N_("an empty dictionary is not allowed: leave the property out"));
	for (const struct noro_json *h = v->child; h; h = h->next) {
		struct stix_at here = { at, h->key, 0 };

		if (!noro_stix_dict_key(h->key, 3))
			noro_stix_fault(c, &here,
				N_("the name of a hash algorithm has 3 to 250 letters, digits, "
				   "hyphens and underscores"));
		else if (h->kind != NORO_JSON_STRING)
			noro_stix_fault(c, &here, N_("must be a string"));
		else
			one_hash(c, &here, h);
	}
}

/* --- numbers ---------------------------------------------------------------------------------- */

static const struct stix_range any_integer = { -((INT64_C(1) << 53) - 1), (INT64_C(1) << 53) - 1 };

/* As a double, which is what JSON numbers are between programs (RFC 7493, 2.2): 1, 1.0 and 1e0 are
 * one. False: past its range, or too long to be canonical. */
static bool as_double(struct noro_view text, double *ret)
{
	char room[MAX_NUMBER + 1];

	if (text.n > MAX_NUMBER)
		return false;
	memcpy(room, text.p, text.n);
	room[text.n] = '\0';
	*ret = strtod(room, NULL);
	return isfinite(*ret);
}

static void out_of_range(struct stix_check *c, const struct stix_at *at,
	const struct stix_range *of, const char *msg)
{
	char lo[24], hi[24];

	(void)snprintf(lo, sizeof(lo), "%lld", (long long)of->lo);
	(void)snprintf(hi, sizeof(hi), "%lld", (long long)of->hi);
	noro_stix_fault_of(c, at, msg, noro_view_str(lo), noro_view_str(hi));
}

static void integer(struct stix_check *c, const struct stix_at *at, const struct stix_range *of,
	const struct noro_json *v)
{
	double d;

	if (!of)
		of = &any_integer;
	if (v->kind != NORO_JSON_NUMBER)
		noro_stix_fault(c, at, N_("must be a whole number"));
	else if (!as_double(v->text, &d) || d < (double)of->lo || d > (double)of->hi)
		out_of_range(c, at, of, N_("must be a whole number from %1 to %2"));
	else if (d != floor(d))
		noro_stix_fault(c, at, N_("must be a whole number"));
}

static void number(struct stix_check *c, const struct stix_at *at, const struct stix_range *of,
	const struct noro_json *v)
{
	double d;

	if (v->kind != NORO_JSON_NUMBER)
		noro_stix_fault(c, at, N_("must be a number"));
	else if (!as_double(v->text, &d))
		noro_stix_fault(c, at, N_("a number beyond what JSON programs can hold"));
	else if (of && (d < (double)of->lo || d > (double)of->hi))
		out_of_range(c, at, of, N_("must be a number from %1 to %2"));
}

/*
 * A number whose type we do not know: canonical JSON writes it as an integer below 1e21, and then
 * it is one that lost its last digits on the way.
 */
void noro_stix_number(struct stix_check *c, const struct stix_at *at, const struct noro_json *v)
{
	double d;

	if (!as_double(v->text, &d))
		noro_stix_fault(c, at, N_("a number beyond what JSON programs can hold"));
	else if (d == floor(d) && fabs(d) < 1e21 && fabs(d) > (double)any_integer.hi)
		out_of_range(c, at, &any_integer, N_("must be a whole number from %1 to %2"));
}

/* --- references ---------------------------------------------------------------------------------
 */

static bool refers(const struct stix_refs *r, struct noro_view type)
{
	enum noro_stix21_class class;

	if (r->type)
		return noro_stix_word(type, r->type);
	class = noro_stix21_class_of(type);
	if (class == NORO_STIX21_UNKNOWN)
		return (r->classes & STIX_CUSTOM) != 0 && !noro_view_is(type, "bundle");
	return (r->classes & 1u << class) != 0;
}

static void reference(struct stix_check *c, const struct stix_at *at, const struct stix_refs *of,
	const struct noro_json *v)
{
	struct noro_view type;

	if (v->kind != NORO_JSON_STRING) {
		noro_stix_fault(c, at, N_("must be a string"));
		return;
	}
	type = noro_stix21_id_type(v->text);
	if (!type.p)
		noro_stix_fault_of(c, at,
			N_("not an identifier (type, two hyphens, UUID of RFC 4122): %1"), v->text,
			(struct noro_view){ NULL, 0 });
	else if (!refers(of, type))
		noro_stix_fault_of(
			c, at, N_("must refer to %1, not to %2"), noro_view_str(of->said), type);
}

static void self(struct stix_check *c, const struct stix_at *at, const struct noro_json *v)
{
	struct noro_view none = { NULL, 0 },
			 type = v->kind == NORO_JSON_STRING ? noro_stix21_id_type(v->text) : none;

	if (v->kind != NORO_JSON_STRING)
		noro_stix_fault(c, at, N_("must be a string"));
	else if (!type.p)
		noro_stix_fault_of(c, at,
			N_("not an identifier (type, two hyphens, UUID of RFC 4122): %1"), v->text,
			none);
	else if (!noro_view_eq(type, c->ret->type))
		noro_stix_fault_of(c, at, N_("the id says %1, the type %2"), type, c->ret->type);
}

/* --- by kind -------------------------------------------------------------------------------------
 */

static void timestamp(
	struct stix_check *c, const struct stix_at *at, bool millis, const struct noro_json *v)
{
	struct stix_moment m;

	if (v->kind != NORO_JSON_STRING)
		noro_stix_fault(c, at, N_("must be a string"));
	else if (!noro_stix_moment(v->text, &m))
		noro_stix_fault_of(c, at,
			N_("not a timestamp of the form 2025-08-27T01:02:03.456Z: %1"), v->text,
			(struct noro_view){ NULL, 0 });
	else if (millis && m.digits < 3)
		noro_stix_fault(c, at,
			N_("a timestamp with milliseconds at least: 2025-08-27T01:02:03.456Z"));
}

static void enumerated(struct stix_check *c, const struct stix_at *at, const char *const *words,
	const struct noro_json *v)
{
	char all[NORO_STIX21_ARG] = "";
	size_t n = 0;

	if (v->kind == NORO_JSON_STRING && noro_stix_word(v->text, words))
		return;
	for (const char *const *w = words; *w && n < sizeof(all) - 1; w++) {
		int k = snprintf(all + n, sizeof(all) - n, "%s%s", n ? ", " : "", *w);

		n += k > 0 ? (size_t)k : 0;
	}
	noro_stix_fault_of(
		c, at, N_("must be one of: %1"), noro_view_str(all), (struct noro_view){ NULL, 0 });
}

static const struct {
	bool (*is)(struct noro_view v);
	const char *msg;
	bool fangs; /* not asked of a defanged object */
} forms[] = {
	[STIX_HEX] = { is_hex, N_("must be an even number of hexadecimal digits: %1"), false },
	[STIX_BINARY] = { is_binary, N_("must be base64 (RFC 4648)"), false },
	[STIX_LANG] = { noro_stix_lang, N_("not a language code (RFC 5646): %1"), false },
	[STIX_URL] = { is_url, N_("not a URL: %1"), true },
	[STIX_IPV4] = { is_ipv4, N_("not an IPv4 address or CIDR block: %1"), true },
	[STIX_IPV6] = { is_ipv6, N_("not an IPv6 address or CIDR block: %1"), true },
	[STIX_MAC] = { is_mac,
		N_("not a MAC address in lower case with colons (00:0a:95:9d:68:16): %1"), true },
	[STIX_DOMAIN] = { is_domain, N_("not a domain name: %1"), true },
	[STIX_EMAIL] = { is_email, N_("not an e-mail address without a display name: %1"), true },
	[STIX_RELATION] = { is_relation,
		N_("a relationship type has a-z, 0-9 and hyphens only: %1"), false },
	[STIX_CPE] = { is_cpe, N_("not a CPE 2.3 name: %1"), false },
	[STIX_REGISTRY] = { is_registry, N_("the hive of a registry key must be written out: %1"),
		false },
};

static void string(struct stix_check *c, const struct stix_at *at, enum stix_kind kind,
	const struct noro_json *v)
{
	if (v->kind != NORO_JSON_STRING)
		noro_stix_fault(c, at, N_("must be a string"));
	else if ((size_t)kind < STIX_COUNT(forms) && forms[kind].is &&
		 !(c->defanged && forms[kind].fangs) && !forms[kind].is(v->text))
		noro_stix_fault_of(c, at, forms[kind].msg, v->text, (struct noro_view){ NULL, 0 });
}

void noro_stix_scalar(struct stix_check *c, const struct stix_at *at, const struct stix_prop *p,
	const struct noro_json *v)
{
	switch ((int)p->kind) {
	case STIX_BOOL:
		if (v->kind != NORO_JSON_TRUE && v->kind != NORO_JSON_FALSE)
			noro_stix_fault(c, at, N_("must be true or false"));
		return;
	case STIX_INT:
		integer(c, at, p->of, v);
		return;
	case STIX_FLOAT:
		number(c, at, p->of, v);
		return;
	case STIX_TIME:
	case STIX_MILLIS:
		timestamp(c, at, p->kind == STIX_MILLIS, v);
		return;
	case STIX_TEXT_OR_INT:
		if (v->kind == NORO_JSON_NUMBER)
			integer(c, at, NULL, v);
		else if (v->kind != NORO_JSON_STRING)
			noro_stix_fault(c, at, N_("must be a string or a whole number"));
		return;
	case STIX_ENUM:
		enumerated(c, at, p->of, v);
		return;
	case STIX_REF:
		reference(c, at, p->of, v);
		return;
	case STIX_SELF:
		self(c, at, v);
		return;
	case STIX_TYPE: /* the first thing that was looked at */
		return;
	case STIX_NEVER:
		noro_stix_fault(c, at, N_("this property is not allowed here"));
		return;
	default:
		string(c, at, p->kind, v);
	}
}
