/* src/device/session.c - what a terminal session adds to the output of commands. */
#include "base/timeparse.h"
#include "device/transcript_priv.h"

#include <stdio.h>

/* Pagers of all makers: what stands on the line before the key is pressed. */
static const char *const pagers[] = {
	"<--- More --->",
	"---- More ----",
	"--More--",
	"-- more --",
	"---(more",
	"--- more ---",
	"---more---",
	"-- [Q quit|",
	"<More>",
};

static size_t pager_length(struct noro_view line)
{
	for (size_t i = 0; i < sizeof(pagers) / sizeof(pagers[0]); i++) {
		size_t n;

		if (!noro_view_starts_i(line, pagers[i]))
			continue;
		n = strlen(pagers[i]);
		/* "---(more 42%)---" and "-- [Q quit|D dump|down]" go on */
		if (pagers[i][n - 1] == 'e' || pagers[i][n - 1] == '|')
			while (n < line.n &&
				strchr("0123456789%()- |]abcdefghijklmnopqrstuvwxyzDC", line.p[n]))
				n++;
		return n;
	}
	return 0;
}

static bool is_month(struct noro_view w)
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	if (w.n < 3 || w.n > 9)
		return false;
	for (size_t i = 0; i < 36; i += 3)
		if (noro_lower(w.p[0]) == months[i] && noro_lower(w.p[1]) == months[i + 1] &&
			noro_lower(w.p[2]) == months[i + 2])
			return true;
	return false;
}

/* "Tue Jan  3 14:57:35.234 UTC": XR leaves the year out. */
static bool is_day(struct noro_view line)
{
	static const char days[] = "MonTueWedThuFriSatSun";
	struct noro_view day, month, date, clock;

	if (!noro_view_word(&line, &day) || !noro_view_word(&line, &month) ||
		!noro_view_word(&line, &date) || !noro_view_word(&line, &clock))
		return false;
	for (size_t i = 0; i < 21; i += 3)
		if (day.n == 3 && !memcmp(day.p, days + i, 3))
			return is_month(month) && noro_is_digit(date.p[0]) && clock.n >= 8 &&
			       clock.p[2] == ':' && noro_view_trim(line).n <= 12;
	return false;
}

/* "r1#" and nothing behind: the prompt that waited for the next command. */
static bool is_bare_prompt(struct noro_view line)
{
	size_t n = 0;

	while (n < line.n && (noro_is_alnum(line.p[n]) || strchr("_.-/:@", line.p[n])))
		n++;
	return n > 1 && noro_is_alpha(line.p[0]) && n + 1 == line.n &&
	       (line.p[n] == '#' || line.p[n] == '>');
}

bool noro_transcript_noise(struct noro_view line)
{
	static const char *const starts[] = { "Load for five secs", "Time source is ",
		"No time source, ", "Building configuration...", "{master", "{backup", "{primary",
		"{secondary", "{linecard" };

	line = noro_view_trim(line);
	if (pager_length(line) || is_day(line) || is_bare_prompt(line))
		return true;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (noro_view_starts(line, starts[i]))
			return true;
	/* a line that is only a moment: XR and NX-OS print it before every output */
	return line.n < 48 && noro_transcript_time(line) != NORO_TIME_NONE;
}

static bool needs_cleaning(struct noro_view line)
{
	for (size_t i = 0; i < line.n; i++)
		if ((unsigned char)line.p[i] < 0x20 && line.p[i] != '\t')
			return true;
	line = noro_view_trim(line);
	return line.n && (line.p[0] == '-' || line.p[0] == '<') && pager_length(line) > 0;
}

/* The length of a terminal's escape sequence at p. */
static size_t escape_length(struct noro_view v)
{
	size_t n = 2;

	if (v.n < 2)
		return v.n;
	if (v.p[1] != '[')
		return v.p[1] == '(' || v.p[1] == ')' ? 3 : 2;
	while (n < v.n && (v.p[n] < '@' || v.p[n] > '~'))
		n++;
	return n + 1;
}

enum noro_status noro_transcript_clean(
	struct noro_view line, struct noro_arena *a, struct noro_view *ret)
{
	size_t n = 0, pager;
	char *out;

	*ret = line;
	if (!needs_cleaning(line))
		return NORO_OK;
	out = noro_arena_alloc(a, line.n + 1);
	if (!out)
		return NORO_ENOMEM;
	for (size_t i = 0; i < line.n; i++) {
		char c = line.p[i];

		if (c == '\x1b') {
			i += escape_length(noro_view_sub(line, i, line.n)) - 1;
		} else if (c == '\b' || c == 0x7f) {
			n -= n > 0;
		} else if (c == '\r') {
			/* what follows is written over what stands here */
			if (i + 1 < line.n)
				n = 0;
		} else if ((unsigned char)c >= 0x20 || c == '\t') {
			out[n++] = c;
		}
	}
	*ret = noro_view(out, n);
	for (n = 0; n < ret->n && noro_is_space(ret->p[n]); n++)
		;
	pager = pager_length(noro_view_sub(*ret, n, ret->n));
	if (pager)
		*ret = noro_view_sub(*ret, n + pager, ret->n);
	return NORO_OK;
}

/* --- time --- */

/* "12:34:56.789 UTC Mon Mar 1 2021" in the order that timeparse reads: month, day, year, clock. */
static int64_t clock_first(struct noro_view line)
{
	struct noro_view word, clock = { 0 }, month = { 0 }, day = { 0 }, year = { 0 };
	char text[96];
	struct noro_time t;
	const struct noro_time_ctx ctx = { .ref_ns = NORO_TIME_NONE };

	for (unsigned i = 0; i < 8 && noro_view_word(&line, &word); i++) {
		if (word.n && (word.p[word.n - 1] == ',' || word.p[word.n - 1] == '.'))
			word.n--;
		if (i == 0)
			clock = word;
		else if (!month.n && is_month(word))
			month = word;
		else if (month.n && !day.n)
			day = word;
		else if (month.n && !year.n)
			year = word;
	}
	while (clock.n && (clock.p[0] == '*' || clock.p[0] == '.'))
		clock = noro_view_sub(clock, 1, clock.n);
	if (clock.n > 20 || day.n > 2 || year.n != 4 || !day.n ||
		noro_view_chr(clock, ':') == SIZE_MAX)
		return NORO_TIME_NONE;
	(void)snprintf(text, sizeof(text), "%.3s %.*s %.*s %.*s", month.p, NORO_VARG(day),
		NORO_VARG(year), NORO_VARG(clock));
	return noro_time_parse(noro_view_str(text), &ctx, &t) ? t.ns : NORO_TIME_NONE;
}

int64_t noro_transcript_time(struct noro_view line)
{
	const struct noro_time_ctx ctx = { .ref_ns = NORO_TIME_NONE };
	struct noro_time t;
	size_t comma;
	int64_t ns;

	line = noro_view_trim(line);
	if (line.n < 8 || line.n > 120)
		return NORO_TIME_NONE;
	if (noro_view_starts(line, "Time source is ") ||
		noro_view_starts(line, "No time source, ")) {
		comma = noro_view_chr(line, ',');
		return comma == SIZE_MAX ? NORO_TIME_NONE
					 : clock_first(noro_view_trim(
						   noro_view_sub(line, comma + 1, line.n)));
	}
	if (line.n > 60)
		return NORO_TIME_NONE;
	if (noro_view_starts(line, "Current time: "))
		line = noro_view_sub(line, 14, line.n);
	ns = noro_is_digit(line.p[0]) || line.p[0] == '*' || line.p[0] == '.' ? clock_first(line)
									      : NORO_TIME_NONE;
	if (ns != NORO_TIME_NONE)
		return ns;
	if (!noro_time_parse(line, &ctx, &t) ||
		t.flags & (NORO_TIME_NO_DATE | NORO_TIME_NO_CLOCK | NORO_TIME_NO_YEAR))
		return NORO_TIME_NONE;
	/* nothing but the moment, a zone aside */
	return noro_view_trim(noro_view_sub(line, t.length, line.n)).n <= 10 && t.length > 14
		       ? t.ns
		       : NORO_TIME_NONE;
}
