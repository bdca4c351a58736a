/*
 * src/base/time_era.c - Japanese dates: 2025年8月7日, 令和7年8月7日, R7.8.7.
 *
 * Forms and reports carry them, in full-width digits as often as not. The text is
 * folded to half width first, so that one reader does for both. An era's year is
 * read even past its end (昭和65年 is 1990): people write it, and it means one day.
 */
#include "base/timeparse_priv.h"

#include "base/text.h"

#include <stdio.h>

struct era {
	const char *name; /* two kanji, UTF-8 */
	char letter;
	int first_year;      /* the year that is 元年 */
	unsigned month, day; /* its first day */
};

/* Newest first. Before 1873 the months were lunar; the day here is the Gregorian one. */
static const struct era eras[] = {
	{ "\xE4\xBB\xA4\xE5\x92\x8C", 'R', 2019, 5, 1 },   /* 令和 */
	{ "\xE5\xB9\xB3\xE6\x88\x90", 'H', 1989, 1, 8 },   /* 平成 */
	{ "\xE6\x98\xAD\xE5\x92\x8C", 'S', 1926, 12, 25 }, /* 昭和 */
	{ "\xE5\xA4\xA7\xE6\xAD\xA3", 'T', 1912, 7, 30 },  /* 大正 */
	{ "\xE6\x98\x8E\xE6\xB2\xBB", 'M', 1868, 10, 23 }, /* 明治 */
};

enum { MAX_ERA_YEAR = 99 };

size_t noro_time_fold(
	struct noro_view text, char out[NORO_TIME_FOLD], uint16_t from[NORO_TIME_FOLD + 1])
{
	size_t n = 0, i = 0;

	while (i < text.n && n + 4 <= NORO_TIME_FOLD) {
		uint32_t c;
		size_t len = noro_utf8_next(noro_view_sub(text, i, 4), &c);

		if (len == 0)
			break;
		if (c >= 0xFF01 && c <= 0xFF5E)
			c -= 0xFF01 - '!';
		else if (c == 0x3000)
			c = ' ';
		from[n] = (uint16_t)i;
		for (size_t k = noro_utf8_put(c, out + n); k-- > 0; n++)
			from[n] = (uint16_t)i;
		i += len;
	}
	from[n] = (uint16_t)i;
	return n;
}

static bool take_text(struct noro_time_in *in, const char *text)
{
	struct noro_view rest = noro_view(in->p + in->at, in->n - in->at);

	if (!noro_view_starts(rest, text))
		return false;
	in->at += strlen(text);
	return true;
}

/* The era's name or letter, and its year: the Gregorian year. */
static bool era_year(struct noro_time_in *in, bool *ret_letter, int *ret)
{
	for (size_t i = 0; i < sizeof(eras) / sizeof(*eras); i++) {
		unsigned y;

		*ret_letter = noro_time_peek(in, 0) == eras[i].letter;
		if (*ret_letter)
			in->at++;
		else if (!take_text(in, eras[i].name))
			continue;
		(void)noro_time_blanks(in);
		if (take_text(in, "\xE5\x85\x83")) /* 元 */
			y = 1;
		else if (!noro_time_number(in, 1, 2, &y) || y == 0 || y > MAX_ERA_YEAR)
			return false;
		*ret = eras[i].first_year + (int)y - 1;
		return true;
	}
	return false;
}

/* "1時2分3秒", "午後1時", or "1:02:03". */
static bool japanese_clock(struct noro_time_in *in, struct noro_time_parts *t)
{
	struct noro_time_in c = *in;
	bool half, pm;

	(void)noro_time_blanks(&c);
	pm = take_text(&c, "\xE5\x8D\x88\xE5\xBE\x8C");         /* 午後 */
	half = pm || take_text(&c, "\xE5\x8D\x88\xE5\x89\x8D"); /* 午前 */
	if (!half && noro_time_clock(&c, t, false)) {
		*in = c;
		return true;
	}
	(void)noro_time_blanks(&c);
	if (!noro_time_number(&c, 1, 2, &t->hour) || !take_text(&c, "\xE6\x99\x82")) /* 時 */
		return false;
	(void)noro_time_blanks(&c);
	if (noro_time_number(&c, 1, 2, &t->minute) && !take_text(&c, "\xE5\x88\x86")) /* 分 */
		return false;
	(void)noro_time_blanks(&c);
	if (noro_time_number(&c, 1, 2, &t->second)) {
		noro_time_fraction(&c, t);
		if (!take_text(&c, "\xE7\xA7\x92")) /* 秒 */
			return false;
	}
	if (half && t->hour > 12)
		return false;
	if (half)
		t->hour = t->hour % 12 + (pm ? 12 : 0);
	t->has_clock = true;
	noro_time_zone(&c, t);
	*in = c;
	return true;
}

/* (水), （水曜日） */
static void skip_weekday(struct noro_time_in *in)
{
	static const char *const day[] = { "\xE6\x97\xA5", "\xE6\x9C\x88", "\xE7\x81\xAB",
		"\xE6\xB0\xB4", "\xE6\x9C\xA8", "\xE9\x87\x91", "\xE5\x9C\x9F" };
	struct noro_time_in d = *in;

	(void)noro_time_blanks(&d);
	if (!noro_time_take(&d, '('))
		return;
	for (size_t i = 0; i < sizeof(day) / sizeof(*day); i++) {
		if (!take_text(&d, day[i]))
			continue;
		(void)take_text(&d, "\xE6\x9B\x9C\xE6\x97\xA5"); /* 曜日 */
		if (noro_time_take(&d, ')'))
			*in = d;
		return;
	}
}

/* Behind the year: 年8月7日, or .8.7 and /08/07 and -8-7. */
static bool month_and_day(struct noro_time_in *in, struct noro_time_parts *t, bool letter)
{
	char sign = noro_time_peek(in, 0);

	if (take_text(in, "\xE5\xB9\xB4")) { /* 年 */
		(void)noro_time_blanks(in);
		if (!noro_time_number(in, 1, 2, &t->month) || !take_text(in, "\xE6\x9C\x88"))
			return false;
		(void)noro_time_blanks(in);
		return noro_time_number(in, 1, 2, &t->day) && take_text(in, "\xE6\x97\xA5");
	}
	if (sign != '.' && sign != '/' && sign != '-')
		return false;
	in->at++;
	if (!noro_time_number(in, 1, 2, &t->month) || !noro_time_take(in, sign) ||
		!noro_time_number(in, 1, 2, &t->day))
		return false;
	/* "S3.1.2-b" is a version */
	sign = noro_time_peek(in, 0);
	return !letter || (!noro_is_alnum(sign) && !strchr("./-_", sign)) || sign == '\0';
}

static bool read_folded(struct noro_time_in *in, struct noro_time_parts *t)
{
	struct noro_time_in start = *in;
	bool letter = false;
	unsigned year;

	if (noro_time_number(in, 4, 4, &year)) {
		t->year = (int)year;
		if (!month_and_day(in, t, false))
			return false;
	} else if (noro_time_number(in, 1, 2, &t->month)) {
		if (!take_text(in, "\xE6\x9C\x88") || !noro_time_number(in, 1, 2, &t->day) ||
			!take_text(in, "\xE6\x97\xA5"))
			return false;
	} else {
		*in = start;
		if (!era_year(in, &letter, &t->year) || !month_and_day(in, t, letter))
			return false;
		t->flags |= NORO_TIME_ERA;
	}
	if (t->month < 1 || t->month > 12 || t->day < 1 || t->day > 31)
		return false;
	skip_weekday(in);
	if (!japanese_clock(in, t)) {
		t->hour = t->minute = t->second = 0;
		t->ns = 0;
		/* a day of the year alone is prose */
		return t->year != 0;
	}
	return t->hour <= 23 && t->minute <= 59 && t->second <= 60;
}

bool noro_time_from_japanese(struct noro_time_in *in, struct noro_time_parts *t)
{
	char half[NORO_TIME_FOLD];
	uint16_t from[NORO_TIME_FOLD + 1];
	struct noro_time_in folded = { .p = half };

	folded.n = noro_time_fold(noro_view(in->p + in->at, in->n - in->at), half, from);
	if (!read_folded(&folded, t))
		return false;
	in->at += from[folded.at];
	return true;
}

static bool not_before(const struct noro_civil *c, const struct era *e)
{
	if (c->year != e->first_year)
		return c->year > e->first_year;
	return c->month != e->month ? c->month > e->month : c->day >= e->day;
}

bool noro_era_print(int64_t ns, const struct noro_zone *zone, char out[NORO_TIME_TEXT])
{
	struct noro_civil c = noro_civil_from_ns(ns, noro_zone_offset_at(zone, ns));

	for (size_t i = 0; i < sizeof(eras) / sizeof(*eras); i++) {
		char year[12] = "\xE5\x85\x83";

		if (!not_before(&c, &eras[i]))
			continue;
		if (c.year != eras[i].first_year)
			(void)snprintf(year, sizeof(year), "%d", c.year - eras[i].first_year + 1);
		(void)snprintf(out, NORO_TIME_TEXT, "%s%s\xE5\xB9\xB4%u\xE6\x9C\x88%u\xE6\x97\xA5",
			eras[i].name, year, c.month, c.day);
		return true;
	}
	return false;
}
