/* src/base/timeparse_priv.h - what the files of the time parser share. */
#pragma once

#include "base/timeparse.h"

/* A place in the text. Reading past the end gives NUL, which no form wants. */
struct noro_time_in {
	const char *p;
	size_t n, at;
};

/* What was read; what was not is 0. */
struct noro_time_parts {
	int year; /* 0: none written */
	unsigned month, day, hour, minute, second;
	uint32_t ns;
	int32_t offset_s;
	int64_t moment; /* epoch forms give the moment itself */
	bool has_clock, has_zone, has_moment;
	bool weak; /* digits that could be anything: not believed inside a line */
	unsigned flags;
};

static inline char noro_time_peek(const struct noro_time_in *in, size_t ahead)
{
	size_t i = in->at + ahead;

	if (i >= in->n)
		return '\0';
	return in->p[i];
}

static inline bool noro_time_take(struct noro_time_in *in, char c)
{
	if (in->at >= in->n || in->p[in->at] != c)
		return false;
	in->at++;
	return true;
}

/* How many digits stand here, counted to at most `most` + 1. */
size_t noro_time_digits(const struct noro_time_in *in, size_t most);
/* A number of `least` to `most` (<= 9) digits, all that stand here. */
bool noro_time_number(struct noro_time_in *in, size_t least, size_t most, unsigned *ret);
/* Exactly so many digits, whatever follows. */
bool noro_time_fixed(struct noro_time_in *in, size_t digits, unsigned *ret);
/* Skip blanks and tabs; true if there was one. */
bool noro_time_blanks(struct noro_time_in *in);
/* An English month by three or more of its letters. */
bool noro_time_month(struct noro_time_in *in, unsigned *ret);
bool noro_time_weekday(struct noro_time_in *in);

/* "1:02:03.5 PM +0900": the clock and what may follow it. `need_seconds` where a date does not
 * vouch for it. */
bool noro_time_clock(struct noro_time_in *in, struct noro_time_parts *t, bool need_seconds);
/* A zone after a clock, blanks before it included; takes nothing when there is none. */
void noro_time_zone(struct noro_time_in *in, struct noro_time_parts *t);
void noro_time_fraction(struct noro_time_in *in, struct noro_time_parts *t);

/* Forms by how they begin; each leaves `in` behind what it took. */
bool noro_time_from_digits(
	struct noro_time_in *in, const struct noro_time_ctx *ctx, struct noro_time_parts *t);
bool noro_time_from_month(struct noro_time_in *in, struct noro_time_parts *t);
bool noro_time_from_tai64(struct noro_time_in *in, struct noro_time_parts *t);
bool noro_time_from_japanese(struct noro_time_in *in, struct noro_time_parts *t);

/*
 * Full-width digits, letters and signs as ASCII, at most NORO_TIME_FOLD bytes;
 * from[i] is where out[i] began, from[length] the end. Japanese letters stay.
 */
enum { NORO_TIME_FOLD = 96 };
size_t noro_time_fold(
	struct noro_view text, char out[NORO_TIME_FOLD], uint16_t from[NORO_TIME_FOLD + 1]);
