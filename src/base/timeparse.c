/*
 * src/base/timeparse.c - every way a log, a table or a person writes a moment.
 *
 * The first byte decides which family of forms is tried; a form reads into parts
 * (what was written), and one place at the end turns parts into a moment and says
 * what had to be assumed. No form looks more than about a hundred bytes ahead.
 */
#include "base/timeparse_priv.h"

enum { MAX_BLANKS = 16, YEARS_BACK = 8, FIND_WITHIN = 4096 };

/* How far a clock may run ahead before a time without a date means the day before. */
#define CLOCK_SLACK (3600 * NORO_NS_PER_S)

static bool era_letter(const struct noro_time_in *in)
{
	return strchr("MTSHR", noro_time_peek(in, 0)) && noro_is_digit(noro_time_peek(in, 1));
}

static bool from_letter(
	struct noro_time_in *in, const struct noro_time_ctx *ctx, struct noro_time_parts *t)
{
	struct noro_time_in start = *in;

	if (era_letter(in))
		return noro_time_from_japanese(in, t);
	if (noro_time_weekday(in)) {
		(void)(noro_time_take(in, ',') || noro_time_take(in, '.'));
		(void)noro_time_blanks(in);
		if (noro_is_digit(noro_time_peek(in, 0)))
			return noro_time_from_digits(in, ctx, t);
	} else {
		*in = start;
	}
	return noro_time_from_month(in, t);
}

static bool dispatch(
	struct noro_time_in *in, const struct noro_time_ctx *ctx, struct noro_time_parts *t)
{
	char c = noro_time_peek(in, 0);

	if ((c == '*' || c == '.') && noro_is_alnum(noro_time_peek(in, 1))) {
		/* Cisco: what the device thinks of its own clock */
		t->flags |= c == '*' ? NORO_TIME_UNSYNCED : NORO_TIME_LOST_SYNC;
		in->at++;
		c = noro_time_peek(in, 0);
	}
	if (noro_is_digit(c))
		return noro_time_from_digits(in, ctx, t);
	if (noro_is_alpha(c))
		return from_letter(in, ctx, t);
	if (c == '@')
		return noro_time_from_tai64(in, t);
	if ((unsigned char)c >= 0x80)
		return noro_time_from_japanese(in, t);
	return false;
}

/* The same form in full width: fold the beginning, read that, and count back. */
static bool dispatch_folded(
	struct noro_time_in *in, const struct noro_time_ctx *ctx, struct noro_time_parts *t)
{
	char ascii[NORO_TIME_FOLD];
	uint16_t from[NORO_TIME_FOLD + 1];
	struct noro_time_in folded = { .p = ascii };

	folded.n = noro_time_fold(noro_view(in->p + in->at, in->n - in->at), ascii, from);
	if (!dispatch(&folded, ctx, t))
		return false;
	in->at += from[folded.at];
	return true;
}

/* Wall-clock parts to a moment in the zone that holds. */
static bool to_utc(
	const struct noro_time_parts *t, int year, const struct noro_time_ctx *ctx, int64_t *ret)
{
	struct noro_civil c = { year, t->month, t->day, t->hour, t->minute, t->second, t->ns };
	int64_t wall;

	if (t->has_zone)
		return noro_civil_to_ns(&c, t->offset_s, ret);
	if (!noro_civil_to_ns(&c, 0, &wall))
		return false;
	*ret = ctx->zone ? noro_zone_to_utc(ctx->zone, wall) : wall;
	return true;
}

static struct noro_civil ref_civil(
	const struct noro_time_parts *t, const struct noro_time_ctx *ctx, int64_t ns)
{
	return noro_civil_from_ns(
		ns, t->has_zone ? t->offset_s : noro_zone_offset_at(ctx->zone, ns));
}

/* The latest year that does not put it more than a day after the neighbour (29 February: a leap
 * year). */
static bool without_year(
	const struct noro_time_parts *t, const struct noro_time_ctx *ctx, int64_t *ret)
{
	int64_t latest;
	int year;

	if (ctx->ref_ns == NORO_TIME_NONE ||
		__builtin_add_overflow(ctx->ref_ns, 86400 * NORO_NS_PER_S, &latest))
		return false;
	year = ref_civil(t, ctx, latest).year;
	for (int y = year; y >= year - YEARS_BACK; y--)
		if (to_utc(t, y, ctx, ret) && *ret <= latest)
			return true;
	return false;
}

static bool resolve(struct noro_time_parts *t, const struct noro_time_ctx *ctx, int64_t *ret)
{
	if (t->has_moment) {
		*ret = t->moment;
		return true;
	}
	if (!t->has_zone)
		t->flags |= NORO_TIME_NO_ZONE;
	if (!t->has_clock)
		t->flags |= NORO_TIME_NO_CLOCK;
	if (t->month == 0) {
		struct noro_civil c;

		t->flags |= NORO_TIME_NO_DATE;
		if (ctx->ref_ns == NORO_TIME_NONE)
			return false;
		c = ref_civil(t, ctx, ctx->ref_ns);
		t->month = c.month;
		t->day = c.day;
		if (!to_utc(t, c.year, ctx, ret))
			return false;
		if (*ret - CLOCK_SLACK > ctx->ref_ns) /* later than can be: yesterday's */
			*ret -= 86400 * NORO_NS_PER_S;
		return true;
	}
	if (t->year != 0)
		return to_utc(t, t->year, ctx, ret);
	t->flags |= NORO_TIME_NO_YEAR;
	return without_year(t, ctx, ret);
}

static bool parse(struct noro_view text, const struct noro_time_ctx *ctx, struct noro_time_parts *t,
	struct noro_time *ret)
{
	static const struct noro_time_ctx none = { .ref_ns = NORO_TIME_NONE };
	struct noro_time_in in = { text.p, text.n, 0 };

	if (!ctx)
		ctx = &none;
	while (in.at < MAX_BLANKS &&
		(noro_time_peek(&in, 0) == ' ' || noro_time_peek(&in, 0) == '\t'))
		in.at++;
	*t = (struct noro_time_parts){ 0 };
	if (noro_time_peek(&in, 0) == '\xEF' ? !dispatch_folded(&in, ctx, t)
					     : !dispatch(&in, ctx, t))
		return false;
	if (!resolve(t, ctx, &ret->ns))
		return false;
	ret->flags = t->flags;
	ret->length = in.at;
	return true;
}

bool noro_time_parse(struct noro_view text, const struct noro_time_ctx *ctx, struct noro_time *ret)
{
	struct noro_time_parts t;
	struct noro_time time = { 0 };

	if (!parse(text, ctx, &t, &time))
		return false;
	*ret = time;
	return true;
}

/* Can a time begin with this byte? Most places of a line are left here. */
static bool can_begin(struct noro_view v, size_t i)
{
	unsigned char c = (unsigned char)v.p[i];

	if (noro_is_digit((char)c) || c == '@' || c == '*' || c == '.')
		return true;
	if (c >= 0x80) /* 明大昭平令 and full-width digits */
		return c == 0xE4 || c == 0xE5 || c == 0xE6 || c == 0xEF;
	return strchr("JFMASONDTWRHjfmasondtwrh", c) && c != '\0';
}

static bool can_precede(char c)
{
	return noro_is_space(c) || (c && strchr("[\"=,(<>|;:'", c));
}

/* How much a time inside a line is worth; whole ones end the search. */
enum worth { WORTH_NOTHING, WORTH_CLOCK, WORTH_DATE, WORTH_DIGITS, WORTH_WHOLE };

static enum worth worth_of(const struct noro_time_parts *t, unsigned flags, size_t at)
{
	if (t->weak)
		return at == 0 && t->has_moment ? WORTH_WHOLE
		       : t->has_moment          ? WORTH_DIGITS
						: WORTH_NOTHING;
	if (flags & NORO_TIME_NO_DATE)
		return WORTH_CLOCK;
	if (flags & NORO_TIME_NO_CLOCK)
		return at == 0 ? WORTH_WHOLE : WORTH_DATE;
	return WORTH_WHOLE;
}

bool noro_time_find(struct noro_view text, const struct noro_time_ctx *ctx, struct noro_time *ret,
	size_t *ret_at)
{
	enum worth best = WORTH_NOTHING;
	struct noro_view v = noro_view_sub(text, 0, FIND_WITHIN);

	for (size_t i = 0; i < v.n && best < WORTH_WHOLE; i++) {
		struct noro_time_parts t;
		struct noro_time time;
		enum worth w;

		if ((i > 0 && !can_precede(v.p[i - 1])) || !can_begin(v, i))
			continue;
		if (!parse(noro_view_sub(v, i, SIZE_MAX), ctx, &t, &time))
			continue;
		w = worth_of(&t, time.flags, i);
		if (w > best) {
			best = w;
			*ret = time;
			*ret_at = i;
		}
	}
	return best != WORTH_NOTHING;
}
