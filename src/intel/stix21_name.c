/*
 * src/intel/stix21_name.c - STIX 2.1 sections 2.9, 2.16 and 3.1: moments, identifiers and names.
 *
 * Moments are compared as instants to their last digit: a timestamp may have more digits than
 * nanoseconds and years that no 64-bit count of them reaches (valid_until in 9999 is common), so
 * one is seconds, nanoseconds, and the finer digits as they stand.
 */
#include "intel/stix21_priv.h"

enum { UUID_LEN = 36, MAX_NAME = 250 };

/* --- moments (2.16) -------------------------------------------------------------- */

static bool two_digits(const char *p, unsigned *ret)
{
	*ret = (unsigned)(p[0] - '0') * 10 + (unsigned)(p[1] - '0');
	return noro_is_digit(p[0]) && noro_is_digit(p[1]);
}

/* Behind the second: nothing, or a point and digits; then Z. */
static bool fraction(struct noro_view v, struct stix_moment *m)
{
	size_t n = 0;

	if (v.n == 1 && v.p[0] == 'Z')
		return true;
	if (v.n < 3 || v.p[0] != '.' || v.p[v.n - 1] != 'Z')
		return false;
	v = noro_view(v.p + 1, v.n - 2);
	for (; n < v.n && noro_is_digit(v.p[n]); n++)
		if (n < 9)
			m->ns = m->ns * 10 + (uint32_t)(v.p[n] - '0');
	m->digits = n;
	for (size_t i = n; i < 9; i++)
		m->ns *= 10;
	if (n != v.n)
		return false;
	while (v.n && v.p[v.n - 1] == '0')
		v.n--;
	m->finer = noro_view_sub(v, 9, v.n);
	return true;
}

bool noro_stix_moment(struct noro_view text, struct stix_moment *ret)
{
	static const char form[] = "0000-00-00T00:00:00";
	struct stix_moment m = { 0 };
	struct noro_civil c = { 0 };
	unsigned century, year;
	int64_t ns, ages;

	if (text.n < sizeof(form))
		return false;
	for (size_t i = 0; i < sizeof(form) - 1; i++)
		if (form[i] == '0' ? !noro_is_digit(text.p[i]) : text.p[i] != form[i])
			return false;
	(void)two_digits(text.p, &century);
	(void)two_digits(text.p + 2, &year);
	year += century * 100;
	/* The calendar repeats after 400 years: so every year from 0000 to 9999 can be counted. */
	c.year = 1800 + (int)((year + 200) % 400);
	ages = ((int64_t)year - c.year) / 400;
	(void)two_digits(text.p + 5, &c.month);
	(void)two_digits(text.p + 8, &c.day);
	(void)two_digits(text.p + 11, &c.hour);
	(void)two_digits(text.p + 14, &c.minute);
	(void)two_digits(text.p + 17, &c.second);
	if (c.second == 60 && (c.hour != 23 || c.minute != 59))
		return false; /* a leap second ends a day (RFC 3339, 5.7) */
	if (!noro_civil_to_ns(&c, 0, &ns) ||
		!fraction(noro_view_sub(text, sizeof(form) - 1, text.n), &m))
		return false;
	m.s = ns / NORO_NS_PER_S + ages * 146097 * 86400;
	*ret = m;
	return true;
}

int noro_stix_moment_cmp(const struct stix_moment *a, const struct stix_moment *b)
{
	if (a->s != b->s)
		return a->s < b->s ? -1 : 1;
	if (a->ns != b->ns)
		return a->ns < b->ns ? -1 : 1;
	return noro_view_cmp(a->finer, b->finer);
}

int64_t noro_stix_moment_ns(const struct stix_moment *m)
{
	if (m->s >= INT64_MAX / NORO_NS_PER_S)
		return INT64_MAX;
	if (m->s <= INT64_MIN / NORO_NS_PER_S)
		return INT64_MIN + 1; /* INT64_MIN is "none" */
	return m->s * NORO_NS_PER_S + m->ns;
}

bool noro_stix21_time(struct noro_view text, int64_t *ret_ns)
{
	struct stix_moment m;

	if (!noro_stix_moment(text, &m))
		return false;
	*ret_ns = noro_stix_moment_ns(&m);
	return true;
}

int noro_stix21_time_cmp(struct noro_view a, struct noro_view b)
{
	struct stix_moment x = { 0 }, y = { 0 };

	(void)noro_stix_moment(a, &x);
	(void)noro_stix_moment(b, &y);
	return noro_stix_moment_cmp(&x, &y);
}

/* --- names and ids ------------------------------------------------------------------- */

bool noro_stix_word(struct noro_view v, const char *const *words)
{
	for (; *words; words++)
		if (noro_view_is(v, *words))
			return true;
	return false;
}

bool noro_stix_dict_key(struct noro_view v, size_t least)
{
	if (v.n < least || v.n > MAX_NAME)
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_alnum(v.p[i]) && v.p[i] != '-' && v.p[i] != '_')
			return false;
	return true;
}

static bool small_name(struct noro_view v, char joint)
{
	if (v.n < 3 || v.n > MAX_NAME || v.p[0] < 'a' || v.p[0] > 'z')
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_digit(v.p[i]) && (v.p[i] < 'a' || v.p[i] > 'z') && v.p[i] != joint)
			return false;
	return true;
}

bool noro_stix_prop_name(struct noro_view v)
{
	return small_name(v, '_');
}

bool noro_stix_type_name(struct noro_view v)
{
	if (!small_name(v, '-'))
		return false;
	for (size_t i = 1; i < v.n; i++)
		if (v.p[i] == '-' && v.p[i - 1] == '-')
			return false;
	return true;
}

/* RFC 4122: versions 1 to 5, the variant that it defines. */
static bool uuid(const char *p)
{
	for (size_t i = 0; i < UUID_LEN; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23 ? p[i] != '-' : !noro_is_hex(p[i]))
			return false;
	return p[14] >= '1' && p[14] <= '5' && strchr("89abAB", p[19]) != NULL;
}

struct noro_view noro_stix21_id_type(struct noro_view id)
{
	struct noro_view none = { NULL, 0 }, type;

	if (id.n < UUID_LEN + 5 || !uuid(id.p + id.n - UUID_LEN))
		return none;
	type = noro_view(id.p, id.n - UUID_LEN - 2);
	if (id.p[type.n] != '-' || id.p[type.n + 1] != '-' || !noro_stix_type_name(type))
		return none;
	return type;
}

char noro_stix_uuid_version(struct noro_view id)
{
	return noro_stix21_id_type(id).p ? id.p[id.n - UUID_LEN + 14] : '0';
}

/* RFC 5646 in form: subtags of one to eight letters and digits, the first of letters. */
bool noro_stix_lang(struct noro_view v)
{
	struct noro_view part;
	bool first = true;

	if (v.n == 0 || v.p[v.n - 1] == '-')
		return false;
	while (noro_view_cut(&v, '-', &part)) {
		if (part.n == 0 || part.n > 8)
			return false;
		for (size_t i = 0; i < part.n; i++)
			if (first ? !noro_is_alpha(part.p[i]) : !noro_is_alnum(part.p[i]))
				return false;
		if (first && part.n == 1 && part.p[0] != 'x' && part.p[0] != 'i')
			return false;
		first = false;
	}
	return true;
}
