/* src/base/clock.c - moments: UTC nanoseconds since 1970 and the civil calendar. */
#include "base/clock.h"

#include <time.h>

enum { SECONDS_A_DAY = 86400, DAYS_AN_ERA = 146097, YEARS_AN_ERA = 400 };

/* Years whose days all fit 64-bit nanoseconds, and the two that fit in part. */
enum { FIRST_YEAR = 1677, LAST_YEAR = 2262 };

/*
 * Days since 1970-01-01 and back, proleptic Gregorian. The year is counted from
 * March, so that the leap day is its last and the months' lengths follow one
 * straight line; 400 years repeat exactly.
 */
static int64_t days_from_civil(int year, unsigned month, unsigned day)
{
	int64_t y = year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - (YEARS_AN_ERA - 1)) / YEARS_AN_ERA;
	int64_t yoe = y - era * YEARS_AN_ERA;
	int64_t doy = (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * DAYS_AN_ERA + doe - 719468;
}

static void civil_from_days(int64_t days, struct noro_civil *c)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - (DAYS_AN_ERA - 1)) / DAYS_AN_ERA;
	int64_t doe = z - era * DAYS_AN_ERA;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	c->day = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	c->month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	c->year = (int)(yoe + era * YEARS_AN_ERA + (c->month <= 2));
}

static unsigned days_in_month(int year, unsigned month)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && leap ? 29 : days[month - 1];
}

/* Division that rounds down, so that moments before 1970 fall on the right day. */
static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

bool noro_civil_to_ns(const struct noro_civil *c, int32_t offset_s, int64_t *ret)
{
	int64_t s, ns;

	if (c->year < FIRST_YEAR || c->year > LAST_YEAR || c->month < 1 || c->month > 12 ||
		c->day < 1 || c->day > days_in_month(c->year, c->month) || c->hour > 23 ||
		c->minute > 59 || c->second > 60 || c->ns >= NORO_NS_PER_S)
		return false;
	s = days_from_civil(c->year, c->month, c->day) * SECONDS_A_DAY +
	    (int64_t)(c->hour * 3600 + c->minute * 60 + c->second) - offset_s;
	if (__builtin_mul_overflow(s, NORO_NS_PER_S, &ns) ||
		__builtin_add_overflow(ns, (int64_t)c->ns, &ns) || ns == NORO_TIME_NONE)
		return false;
	*ret = ns;
	return true;
}

struct noro_civil noro_civil_from_ns(int64_t ns, int32_t offset_s)
{
	int64_t utc_s = floor_div(ns, NORO_NS_PER_S), s = utc_s + offset_s;
	int64_t days = floor_div(s, SECONDS_A_DAY), left = s - days * SECONDS_A_DAY;
	int64_t part = ns % NORO_NS_PER_S;
	struct noro_civil c = { .hour = (unsigned)(left / 3600),
		.minute = (unsigned)(left / 60 % 60),
		.second = (unsigned)(left % 60),
		.ns = (uint32_t)(part < 0 ? part + NORO_NS_PER_S : part) };

	civil_from_days(days, &c);
	return c;
}

unsigned noro_weekday(int64_t ns)
{
	int64_t day = floor_div(ns, NORO_NS_PER_S * SECONDS_A_DAY);

	return (unsigned)(((day + 4) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
}

static char *put(char *o, uint32_t v, unsigned digits)
{
	for (unsigned i = digits; i-- > 0; v /= 10)
		o[i] = (char)('0' + v % 10);
	return o + digits;
}

size_t noro_time_print(int64_t ns, char out[NORO_TIME_TEXT])
{
	struct noro_civil c;
	char *o = out;

	if (ns == NORO_TIME_NONE) {
		out[0] = '\0';
		return 0;
	}
	c = noro_civil_from_ns(ns, 0);
	o = put(o, (uint32_t)c.year, 4);
	*o++ = '-';
	o = put(o, c.month, 2);
	*o++ = '-';
	o = put(o, c.day, 2);
	*o++ = 'T';
	o = put(o, c.hour, 2);
	*o++ = ':';
	o = put(o, c.minute, 2);
	*o++ = ':';
	o = put(o, c.second, 2);
	*o++ = '.';
	o = put(o, c.ns, 9);
	*o++ = 'Z';
	*o = '\0';
	return (size_t)(o - out);
}

void noro_time_print_millis(int64_t ns, char out[NORO_TIME_TEXT])
{
	if (noro_time_print(ns, out)) /* behind 2025-08-07T01:02:03.456 */
		memcpy(out + 23, "Z", 2);
}

static int64_t read_clock(clockid_t which)
{
	struct timespec ts;

	/* cannot fail for these two clocks and a valid pointer */
	(void)clock_gettime(which, &ts);
	return (int64_t)ts.tv_sec * NORO_NS_PER_S + ts.tv_nsec;
}

int64_t noro_clock_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t noro_clock_mono(void)
{
	return read_clock(CLOCK_MONOTONIC);
}
