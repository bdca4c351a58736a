/* src/base/time_clock.c - the smallest parts of a written time: numbers, names, clocks, zones. */
#include "base/timeparse_priv.h"

size_t noro_time_digits(const struct noro_time_in *in, size_t most)
{
	size_t n = 0;

	while (n <= most && noro_is_digit(noro_time_peek(in, n)))
		n++;
	return n;
}

bool noro_time_fixed(struct noro_time_in *in, size_t digits, unsigned *ret)
{
	unsigned v = 0;

	for (size_t i = 0; i < digits; i++) {
		char c = noro_time_peek(in, i);

		if (!noro_is_digit(c))
			return false;
		v = v * 10 + (unsigned)(c - '0');
	}
	in->at += digits;
	*ret = v;
	return true;
}

bool noro_time_number(struct noro_time_in *in, size_t least, size_t most, unsigned *ret)
{
	size_t n = noro_time_digits(in, most);

	return n >= least && n <= most && noro_time_fixed(in, n, ret);
}

bool noro_time_blanks(struct noro_time_in *in)
{
	size_t n = 0;

	while (n < 8 && (noro_time_peek(in, n) == ' ' || noro_time_peek(in, n) == '\t'))
		n++;
	in->at += n;
	return n > 0;
}

/* The first letter, before anything is compared: most names fall here. */
static inline bool may_be(const struct noro_time_in *in, const char *full)
{
	return in->at < in->n && noro_lower(in->p[in->at]) == *full;
}

/* The word here, if it is `full` or its first three letters or more; returns its length. */
static size_t short_for(const struct noro_time_in *in, const char *full)
{
	size_t n = 0;

	while (full[n] && noro_lower(noro_time_peek(in, n)) == full[n])
		n++;
	return n >= 3 && !noro_is_alpha(noro_time_peek(in, n)) ? n : 0;
}

bool noro_time_month(struct noro_time_in *in, unsigned *ret)
{
	static const char *const name[] = { "january", "february", "march", "april", "may", "june",
		"july", "august", "september", "october", "november", "december" };

	for (unsigned i = 0; i < 12; i++) {
		size_t n = may_be(in, name[i]) ? short_for(in, name[i]) : 0;

		if (n == 0)
			continue;
		in->at += n;
		*ret = i + 1;
		return true;
	}
	return false;
}

bool noro_time_weekday(struct noro_time_in *in)
{
	static const char *const name[] = { "sunday", "monday", "tuesday", "wednesday", "thursday",
		"friday", "saturday" };

	for (unsigned i = 0; i < 7; i++) {
		size_t n = may_be(in, name[i]) ? short_for(in, name[i]) : 0;

		in->at += n;
		if (n > 0)
			return true;
	}
	return false;
}

/*
 * '.' and any digits; ',' or ':' and exactly three, six or nine, because a comma
 * may also begin the next column.
 */
void noro_time_fraction(struct noro_time_in *in, struct noro_time_parts *t)
{
	char mark = noro_time_peek(in, 0);
	struct noro_time_in rest = { in->p, in->n, in->at + 1 };
	size_t n = noro_time_digits(&rest, 18);
	uint32_t ns = 0;

	if ((mark != '.' && mark != ',' && mark != ':') || n == 0)
		return;
	if (mark != '.' && n != 3 && n != 6 && n != 9)
		return;
	for (size_t i = 0; i < 9; i++)
		ns = ns * 10 + (i < n ? (uint32_t)(noro_time_peek(&rest, i) - '0') : 0);
	t->ns = ns;
	in->at += 1 + n;
}

/* AM or PM, with or without dots. False for an hour that no such clock shows. */
static bool half_day(struct noro_time_in *in, struct noro_time_parts *t)
{
	size_t i = noro_time_peek(in, 0) == ' ' ? 1 : 0;
	char half = noro_lower(noro_time_peek(in, i));
	bool dots = noro_time_peek(in, i + 1) == '.';

	if (half != 'a' && half != 'p')
		return true;
	i += dots ? 2 : 1;
	if (noro_lower(noro_time_peek(in, i)) != 'm' || noro_is_alnum(noro_time_peek(in, i + 1)))
		return true;
	if (t->hour < 1 || t->hour > 12)
		return false;
	t->hour = t->hour % 12 + (half == 'p' ? 12 : 0);
	in->at += i + 1 + (dots && noro_time_peek(in, i + 1) == '.');
	return true;
}

/* [+-]hh, hhmm or hh:mm. After a blank the short form would eat " -1". */
static bool numeric_zone(struct noro_time_in *in, struct noro_time_parts *t, bool apart)
{
	struct noro_time_in z = *in;
	char sign = noro_time_peek(&z, 0);
	unsigned h, m = 0;
	bool colon;

	if (sign != '+' && sign != '-')
		return false;
	z.at++;
	if (!noro_time_fixed(&z, 2, &h))
		return false;
	colon = noro_time_peek(&z, 0) == ':' && noro_is_digit(noro_time_peek(&z, 1));
	if (colon)
		z.at++;
	if (noro_is_digit(noro_time_peek(&z, 0)) || colon) {
		if (!noro_time_fixed(&z, 2, &m))
			return false;
	} else if (apart) {
		return false;
	}
	if (h > 15 || m > 59 || noro_is_alnum(noro_time_peek(&z, 0)))
		return false;
	t->offset_s = (int32_t)(h * 3600 + m * 60) * (sign == '-' ? -1 : 1);
	t->has_zone = true;
	*in = z;
	return true;
}

/*
 * Names that mean one offset wherever they are seen. CST, IST and BST mean
 * different ones on different continents: they are taken as a word, and the
 * user's zone decides.
 */
static bool named_zone(struct noro_time_in *in, struct noro_time_parts *t)
{
	static const struct {
		const char *name;
		int16_t minutes;
		bool decides;
	} zone[] = { { "UTC", 0, true }, { "GMT", 0, true }, { "Z", 0, true }, { "JST", 540, true },
		{ "KST", 540, true }, { "HKT", 480, true }, { "SGT", 480, true },
		{ "EST", -300, true }, { "EDT", -240, true }, { "CDT", -300, true },
		{ "MST", -420, true }, { "MDT", -360, true }, { "PST", -480, true },
		{ "PDT", -420, true }, { "WET", 0, true }, { "WEST", 60, true },
		{ "CET", 60, true }, { "CEST", 120, true }, { "EET", 120, true },
		{ "EEST", 180, true }, { "MSK", 180, true }, { "AEST", 600, true },
		{ "AEDT", 660, true }, { "NZST", 720, true }, { "NZDT", 780, true },
		{ "CST", 0, false }, { "IST", 0, false }, { "BST", 0, false } };
	struct noro_view rest = noro_view(in->p + in->at, in->n - in->at);

	for (size_t i = 0; i < sizeof(zone) / sizeof(*zone); i++) {
		size_t n = strlen(zone[i].name);

		if (!noro_view_starts(rest, zone[i].name) || noro_is_alnum(noro_time_peek(in, n)) ||
			noro_time_peek(in, n) == '_')
			continue;
		in->at += n;
		t->offset_s = zone[i].minutes * 60;
		t->has_zone = zone[i].decides;
		if (zone[i].decides && zone[i].minutes == 0)
			(void)numeric_zone(in, t, false); /* "GMT+9" */
		return true;
	}
	return false;
}

void noro_time_zone(struct noro_time_in *in, struct noro_time_parts *t)
{
	struct noro_time_in z = *in;
	bool apart = noro_time_blanks(&z);

	if (!apart && noro_lower(noro_time_peek(&z, 0)) == 'z' &&
		!noro_is_alnum(noro_time_peek(&z, 1))) {
		z.at++;
		t->has_zone = true;
		*in = z;
		return;
	}
	if (numeric_zone(&z, t, apart) || named_zone(&z, t))
		*in = z;
}

bool noro_time_clock(struct noro_time_in *in, struct noro_time_parts *t, bool need_seconds)
{
	struct noro_time_in c = *in;

	if (!noro_time_number(&c, 1, 2, &t->hour) || !noro_time_take(&c, ':') ||
		!noro_time_fixed(&c, 2, &t->minute))
		return false;
	t->second = 0;
	if (noro_time_peek(&c, 0) == ':' && noro_is_digit(noro_time_peek(&c, 1))) {
		c.at++;
		if (!noro_time_fixed(&c, 2, &t->second))
			return false;
		noro_time_fraction(&c, t);
	} else if (need_seconds) {
		return false;
	}
	if (noro_is_digit(noro_time_peek(&c, 0)) || t->hour > 23 || t->minute > 59 ||
		t->second > 60 || !half_day(&c, t))
		return false;
	t->has_clock = true;
	noro_time_zone(&c, t);
	*in = c;
	return true;
}
