/* src/base/time_forms.c - dates by how they begin: a year, a day, a month's name, or only digits.
 */
#include "base/timeparse_priv.h"

enum {
	OLDEST_YEAR = 1678,
	LAST_YEAR = 2261,
	PIVOT = 69, /* two digits: 69-99 are 19xx (POSIX) */
};

/* Beyond the year 2100 ten digits are more likely a number than a time. */
#define LAST_EPOCH_S INT64_C(4102444800)

static bool year_fits(unsigned y)
{
	return y >= OLDEST_YEAR && y <= LAST_YEAR;
}

static bool is_date_sign(char c)
{
	return c == '-' || c == '/' || c == '.' || c == ':' || c == ' ';
}

static bool ends_here(const struct noro_time_in *in)
{
	char c = noro_time_peek(in, 0);

	return !noro_is_alnum(c) && c != '_' && !(c == '-' && noro_is_alnum(noro_time_peek(in, 1)));
}

/* Between a date and its clock; a comma or a tab when they are two columns. */
static bool clock_after_date(struct noro_time_in *in, struct noro_time_parts *t)
{
	struct noro_time_in c = *in;
	char sep = noro_time_peek(&c, 0);
	bool columns = false;

	if (sep == 'T' || sep == 't' || sep == '_' || sep == '-' || sep == ':') {
		c.at++;
	} else if (sep == ',' || sep == ';') {
		c.at++;
		columns = !noro_time_blanks(&c);
	} else if (!noro_time_blanks(&c)) {
		return false;
	}
	if (noro_view_starts(noro_view(c.p + c.at, c.n - c.at), "time="))
		c.at += 5; /* FortiOS: date=... time=... */
	if (!noro_time_clock(&c, t, columns))
		return false;
	*in = c;
	return true;
}

/* "T0102", "T010203.5+0900", "T01": ISO 8601 basic, behind the T or blank. */
static bool basic_clock(struct noro_time_in *in, struct noro_time_parts *t)
{
	struct noro_time_in c = *in;
	size_t n = noro_time_digits(&c, 6);

	if (n != 2 && n != 4 && n != 6)
		return false;
	if (!noro_time_fixed(&c, 2, &t->hour) || (n >= 4 && !noro_time_fixed(&c, 2, &t->minute)) ||
		(n == 6 && !noro_time_fixed(&c, 2, &t->second)))
		return false;
	if (n == 6)
		noro_time_fraction(&c, t);
	if (t->hour > 23 || t->minute > 59 || t->second > 60)
		return false;
	t->has_clock = true;
	noro_time_zone(&c, t);
	*in = c;
	return true;
}

static bool month_day_in_range(const struct noro_time_parts *t)
{
	return t->month >= 1 && t->month <= 12 && t->day >= 1 && t->day <= 31;
}

/* "2025-08-07", "2025/8/7", "2025 Aug  7", "2025:08:07-01:02:03". */
static bool from_year(struct noro_time_in *in, struct noro_time_parts *t)
{
	unsigned year;
	char sign;
	bool named;

	if (!noro_time_fixed(in, 4, &year) || !year_fits(year))
		return false;
	sign = noro_time_peek(in, 0);
	if (!is_date_sign(sign))
		return false;
	in->at++;
	named = noro_time_month(in, &t->month);
	if (!named && (sign == ' ' || !noro_time_number(in, 1, 2, &t->month)))
		return false;
	if (sign == ' ' ? !noro_time_blanks(in) : !noro_time_take(in, sign))
		return false;
	if (!noro_time_number(in, 1, 2, &t->day) || !month_day_in_range(t))
		return false;
	t->year = (int)year;
	if (clock_after_date(in, t))
		return true;
	if ((noro_time_peek(in, 0) == 'T' || noro_time_peek(in, 0) == 't')) {
		struct noro_time_in c = { in->p, in->n, in->at + 1 };

		if (!basic_clock(&c, t))
			return false;
		*in = c;
		return true;
	}
	/* without a clock it must look like nothing but a date */
	return (sign == '-' || sign == '/') && ends_here(in) && noro_time_peek(in, 0) != sign;
}

static bool two_digit_year(struct noro_time_in *in, struct noro_time_parts *t)
{
	unsigned y;
	size_t n = noro_time_digits(in, 4);

	if ((n != 2 && n != 4) || !noro_time_fixed(in, n, &y))
		return false;
	if (n == 2)
		y += y >= PIVOT ? 1900 : 2000;
	t->year = (int)y;
	return year_fits(y);
}

/* "08-07 01:02:03", Snort's "08/07-01:02:03.5": a month and a day, then the clock. */
static bool month_day_numbers(
	struct noro_time_in *in, struct noro_time_parts *t, unsigned month, unsigned day)
{
	struct noro_time_in c = *in;

	t->month = month;
	t->day = day;
	if (!month_day_in_range(t) ||
		(noro_time_peek(&c, 0) != '-' && noro_time_peek(&c, 0) != ' '))
		return false;
	c.at++;
	(void)noro_time_blanks(&c);
	if (!noro_time_clock(&c, t, true))
		return false;
	*in = c;
	return true;
}

/*
 * "08/07/2025", "7.8.2025 01:02:03", "13-06-2013 ...": which is the day? Where
 * both could be, slashes mean the month first unless the caller knows better, and
 * dots and dashes the day, because those who write them that way do.
 */
static bool day_month_numbers(
	struct noro_time_in *in, const struct noro_time_ctx *ctx, struct noro_time_parts *t)
{
	unsigned a, b;
	char sign;
	bool day_first;

	if (!noro_time_number(in, 1, 2, &a))
		return false;
	sign = noro_time_peek(in, 0);
	if (sign != '/' && sign != '-' && sign != '.')
		return false;
	in->at++;
	if (!noro_time_number(in, 1, 2, &b))
		return false;
	if (sign != '.' && month_day_numbers(in, t, a, b))
		return true;
	if (!noro_time_take(in, sign) || !two_digit_year(in, t))
		return false;
	day_first = a > 12 || (b <= 12 && (sign != '/' || ctx->day_first));
	if (sign != '.' && a <= 12 && b <= 12 && a != b)
		t->flags |= NORO_TIME_AMBIGUOUS;
	t->day = day_first ? a : b;
	t->month = day_first ? b : a;
	if (!month_day_in_range(t))
		return false;
	if (clock_after_date(in, t))
		return true;
	/* a version or an address has dots too */
	return sign == '/' && ends_here(in) && noro_time_peek(in, 0) != sign;
}

/* The year that may follow a clock: "Aug 07 01:02:03 2025". */
static void year_behind(struct noro_time_in *in, struct noro_time_parts *t)
{
	struct noro_time_in y = *in;
	unsigned year;
	char next;

	if (!noro_time_blanks(&y) || noro_time_digits(&y, 4) != 4 ||
		!noro_time_fixed(&y, 4, &year) || year < 1970 || !year_fits(year))
		return;
	next = noro_time_peek(&y, 0);
	if (noro_is_alnum(next) || next == '.' || next == '-' || next == '_' || next == '/')
		return;
	if (next == ':' && noro_time_peek(&y, 1) != ' ' && noro_time_peek(&y, 1) != '\0')
		return; /* an IPv6 address */
	t->year = (int)year;
	*in = y;
}

/* "07/Aug/2025:01:02:03 +0900", "7 Aug 2025 01:02:03", "07-Aug-25", "07Aug2025 1:02:03". */
static bool day_month_name(struct noro_time_in *in, struct noro_time_parts *t)
{
	char sign;

	if (!noro_time_number(in, 1, 2, &t->day))
		return false;
	sign = noro_time_peek(in, 0);
	if (sign == '/' || sign == '-' || sign == '.')
		in->at++;
	else
		(void)noro_time_blanks(in);
	if (!noro_time_month(in, &t->month) || !month_day_in_range(t))
		return false;
	(void)(noro_time_take(in, sign) || noro_time_take(in, '.') || noro_time_take(in, ','));
	(void)noro_time_blanks(in);
	if (noro_time_clock(in, t, true)) {
		year_behind(in, t);
		return true;
	}
	if (!two_digit_year(in, t))
		return false;
	return clock_after_date(in, t) || ends_here(in);
}

/* A clock first: alone, or Cisco's "01:02:03.123 UTC Thu Aug 7 2025". */
static bool from_clock(struct noro_time_in *in, struct noro_time_parts *t)
{
	struct noro_time_in d;
	unsigned month, day, year;

	if (!noro_time_clock(in, t, true))
		return false;
	if (noro_time_peek(in, 0) == ':' && noro_is_hex(noro_time_peek(in, 1)))
		return false; /* a hardware or an IPv6 address */
	d = *in;
	if (!noro_time_blanks(&d))
		return true;
	if (noro_time_weekday(&d))
		(void)noro_time_blanks(&d);
	if (noro_time_month(&d, &month) && noro_time_blanks(&d) &&
		noro_time_number(&d, 1, 2, &day) && noro_time_blanks(&d) &&
		noro_time_digits(&d, 4) == 4 && noro_time_fixed(&d, 4, &year) && year_fits(year)) {
		t->month = month;
		t->day = day;
		t->year = (int)year;
		*in = d;
		return month_day_in_range(t);
	}
	return true;
}

/* Seconds and smaller since 1970 by the number of digits: 10, 13, 16, 19. */
static bool from_epoch(struct noro_time_in *in, struct noro_time_parts *t, size_t digits)
{
	uint64_t v = 0;
	int64_t scale = digits == 10   ? NORO_NS_PER_S
			: digits == 13 ? 1000000
			: digits == 16 ? 1000
				       : 1;

	if (noro_time_peek(in, 0) == '0')
		return false;
	for (size_t i = 0; i < digits; i++)
		v = v * 10 + (uint64_t)(noro_time_peek(in, i) - '0');
	in->at += digits;
	if (v > (uint64_t)(LAST_EPOCH_S * (NORO_NS_PER_S / scale)))
		return false;
	t->weak = true;
	if (digits == 10 && noro_time_peek(in, 0) == '.') {
		noro_time_fraction(in, t);
		t->weak = t->ns == 0;
	}
	if (noro_is_alnum(noro_time_peek(in, 0)) || noro_time_peek(in, 0) == '_')
		return false;
	t->moment = (int64_t)v * scale + t->ns;
	t->has_moment = true;
	return true;
}

/* "20250807T010203Z", "20250807 01:02:03", "20250807". */
static bool from_eight(struct noro_time_in *in, struct noro_time_parts *t)
{
	struct noro_time_in c;
	unsigned year;
	char sep;

	if (!noro_time_fixed(in, 4, &year) || !noro_time_fixed(in, 2, &t->month) ||
		!noro_time_fixed(in, 2, &t->day) || !year_fits(year) || !month_day_in_range(t))
		return false;
	t->year = (int)year;
	if (clock_after_date(in, t))
		return true;
	sep = noro_time_peek(in, 0);
	c = (struct noro_time_in){ in->p, in->n, in->at + 1 };
	if ((sep == 'T' || sep == 't' || sep == '-' || sep == '_' || sep == ' ') &&
		noro_time_digits(&c, 6) >= (sep == 'T' || sep == 't' ? 2 : 6) &&
		basic_clock(&c, t)) {
		*in = c;
		return true;
	}
	t->weak = true;
	return ends_here(in);
}

/* "20250807010203.5Z": LDAP's generalised time, and file names. */
static bool from_fourteen(struct noro_time_in *in, struct noro_time_parts *t)
{
	unsigned year;

	if (!noro_time_fixed(in, 4, &year) || !noro_time_fixed(in, 2, &t->month) ||
		!noro_time_fixed(in, 2, &t->day) || !year_fits(year) || !month_day_in_range(t) ||
		!basic_clock(in, t))
		return false;
	t->year = (int)year;
	return !noro_is_alnum(noro_time_peek(in, 0));
}

/* MySQL's "130322  1:26:54". */
static bool from_six(struct noro_time_in *in, struct noro_time_parts *t)
{
	unsigned year;

	if (!noro_time_fixed(in, 2, &year) || !noro_time_fixed(in, 2, &t->month) ||
		!noro_time_fixed(in, 2, &t->day) || !month_day_in_range(t) || !noro_time_blanks(in))
		return false;
	t->year = (int)(year + (year >= PIVOT ? 1900 : 2000));
	return noro_time_clock(in, t, true);
}

static bool starts_japanese_sign(const struct noro_time_in *in, size_t at)
{
	struct noro_view v = noro_view_sub(noro_view(in->p, in->n), in->at + at, 3);

	return noro_view_starts(v, "\xE5\xB9\xB4") || noro_view_starts(v, "\xE6\x9C\x88");
}

/* One or two digits: a day, a month or an hour. */
static bool from_short(struct noro_time_in *in, const struct noro_time_ctx *ctx,
	struct noro_time_parts *t, size_t digits)
{
	char next = noro_time_peek(in, digits), after = noro_time_peek(in, digits + 1);

	if (next == ':')
		return from_clock(in, t);
	if ((next == '/' || next == '-' || next == '.') && noro_is_digit(after))
		return day_month_numbers(in, ctx, t);
	return day_month_name(in, t);
}

bool noro_time_from_digits(
	struct noro_time_in *in, const struct noro_time_ctx *ctx, struct noro_time_parts *t)
{
	size_t digits = noro_time_digits(in, 19);

	if (digits <= 4 && starts_japanese_sign(in, digits))
		return noro_time_from_japanese(in, t);
	switch (digits) {
	case 1:
	case 2:
		return from_short(in, ctx, t, digits);
	case 4:
		return from_year(in, t);
	case 6:
		return from_six(in, t);
	case 8:
		return from_eight(in, t);
	case 14:
		return from_fourteen(in, t);
	case 10:
	case 13:
	case 16:
	case 19:
		return from_epoch(in, t, digits);
	default:
		return false;
	}
}

/* The sign between the parts of a named date, or blanks behind an optional mark. */
static bool name_gap(struct noro_time_in *in, char sign, char mark)
{
	if (sign != ' ')
		return noro_time_take(in, sign);
	(void)noro_time_take(in, mark);
	return noro_time_blanks(in);
}

/* "Aug  7 01:02:03", with a year on either side, and RouterOS' "aug/07/2025". */
bool noro_time_from_month(struct noro_time_in *in, struct noro_time_parts *t)
{
	struct noro_time_in y;
	char sign;

	if (!noro_time_month(in, &t->month))
		return false;
	sign = noro_time_peek(in, 0);
	if (sign != '/' && sign != '-')
		sign = ' ';
	if (!name_gap(in, sign, '.') || !noro_time_number(in, 1, 2, &t->day) ||
		!month_day_in_range(t))
		return false;
	y = *in;
	if (name_gap(&y, sign, ','))
		if ((sign != ' ' || noro_time_digits(&y, 4) == 4) && two_digit_year(&y, t)) {
			*in = y;
			return clock_after_date(in, t) || ends_here(in);
		}
	t->year = 0;
	(void)noro_time_take(in, ',');
	if (!clock_after_date(in, t))
		return false;
	year_behind(in, t);
	return true;
}

/* "@4000000050d506482dbdf024": multilog and djb's tools, 10 s of leap seconds ahead of UTC then. */
bool noro_time_from_tai64(struct noro_time_in *in, struct noro_time_parts *t)
{
	uint64_t s = 0;
	uint32_t ns = 0;

	for (size_t i = 1; i <= 24; i++) {
		int v = noro_hex_value(noro_time_peek(in, i));

		if (v < 0)
			return false;
		if (i <= 16)
			s = s << 4 | (unsigned)v;
		else
			ns = ns << 4 | (unsigned)v;
	}
	if (noro_is_alnum(noro_time_peek(in, 25)) || s < (UINT64_C(1) << 62) || ns >= NORO_NS_PER_S)
		return false;
	s -= UINT64_C(1) << 62;
	if (s > (uint64_t)LAST_EPOCH_S || s < 10)
		return false;
	t->moment = (int64_t)(s - 10) * NORO_NS_PER_S + ns;
	t->has_moment = true;
	in->at += 25;
	return true;
}
