/* src/report/words.c - escaping, moments, numbers and words that all writers share. */
#include "base/text.h"
#include "base/timeparse.h"
#include "report/report_priv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

/* Records are at most 1 KiB; one from an edited findings.jsonl may not be. */
enum { MAX_SEARCHED = 8192, MAX_VALUE = 1024, READ_BACK = 1 << 16 };

enum noro_status noro_report_end(const struct noro_buf *out, struct noro_error *err)
{
	return out->status == NORO_OK ? NORO_OK : noro_fail(err, out->status, NULL);
}

/* Characters that change how other characters are read, or that nobody sees. */
static bool is_deceptive(uint32_t c)
{
	return (c >= 0x80 && c <= 0x9f) || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

/* How many bytes at p become an escape, and which scalar they are; 0: they stay as they are. */
static size_t to_escape(struct noro_view v, bool html, uint32_t *ret)
{
	uint8_t c = (uint8_t)v.p[0];

	if (c < 0x80) {
		*ret = c;
		return html && (c == '<' || c == '>' || c == '&') ? 1 : 0;
	}
	/* only these lead bytes can begin a deceptive character: the rest is skipped cheaply */
	if (c != 0xc2 && c != 0xd8 && c != 0xe2 && c != 0xef && c != 0xf3)
		return 0;
	c = (uint8_t)noro_utf8_next(v, ret);
	return c && is_deceptive(*ret) ? c : 0;
}

static size_t put_escape(uint32_t c, char out[13])
{
	if (c > 0xffff) {
		c -= 0x10000;
		return (size_t)snprintf(
			out, 13, "\\u%04x\\u%04x", 0xd800 + (c >> 10), 0xdc00 + (c & 0x3ff));
	}
	return (size_t)snprintf(out, 13, "\\u%04x", c);
}

void noro_report_seal_json(struct noro_buf *out, size_t from, bool html)
{
	struct noro_buf sealed = { 0 };
	size_t done = from;
	uint32_t c;

	if (out->status != NORO_OK)
		return;
	for (size_t i = from; i < out->n;) {
		size_t n;
		char text[13];

		for (uint64_t x = 0; !html && out->n - i >= 8; i += 8) { /* ASCII stays */
			memcpy(&x, out->p + i, 8);
			if (x & UINT64_C(0x8080808080808080))
				break;
		}
		if (i == out->n)
			break;
		n = to_escape(noro_view(out->p + i, out->n - i), html, &c);
		if (!n) {
			i++;
			continue;
		}
		noro_buf_add(&sealed, out->p + done, i - done);
		noro_buf_add(&sealed, text, put_escape(c, text));
		i += n;
		done = i;
	}
	if (done != from || sealed.status != NORO_OK) {
		noro_buf_add(&sealed, out->p + done, out->n - done);
		out->n = from;
		if (sealed.status != NORO_OK)
			out->status = sealed.status;
		else
			noro_buf_view(out, noro_buf_as_view(&sealed));
	}
	noro_buf_done(&sealed);
}

void noro_report_flat(struct noro_view text, size_t max, struct noro_buf *out)
{
	struct noro_view piece;
	bool more = false;

	for (text = noro_view_sub(text, 0, max); noro_view_cut(&text, '\t', &piece); more = true) {
		if (more)
			noro_buf_chr(out, ' ');
		noro_escape(piece, SIZE_MAX, out);
	}
}

void noro_report_snippet(
	struct noro_view record, struct noro_view value, size_t most, struct noro_buf *out)
{
	size_t at, from = 0;

	record = noro_view_sub(record, 0, MAX_SEARCHED);
	at = value.n && value.n <= MAX_VALUE ? noro_view_find_i(record, value) : SIZE_MAX;

	if (at != SIZE_MAX && record.n > most && at + value.n > most - most / 4) {
		from = at > most / 2 ? at - most / 2 : 0;
		if (value.n > most / 2)
			from = at;
		/* not in the middle of a character */
		while (from < at && ((uint8_t)record.p[from] & 0xc0) == 0x80)
			from++;
	}
	if (from)
		noro_buf_str(out, "...");
	noro_report_flat(noro_view_sub(record, from, most * 2), most * 2, out);
}

static void put_clock(struct noro_civil c, struct noro_buf *out)
{
	noro_buf_printf(out, "%04d-%02u-%02u %02u:%02u:%02u", c.year, c.month, c.day, c.hour,
		c.minute, c.second);
}

void noro_report_when(const struct noro_report_opts *o, int64_t ns, struct noro_buf *out)
{
	char era[NORO_TIME_TEXT];
	struct noro_civil c;
	unsigned day;

	if (ns == NORO_TIME_NONE) {
		noro_buf_str(out, noro_lang_text(o->lang, N_("time unknown")));
		return;
	}
	c = noro_civil_from_ns(ns, 0);
	put_clock(c, out);
	noro_buf_str(out, " UTC");
	if (!o->show_zone && !o->era)
		return;
	day = c.day;
	c = noro_civil_from_ns(ns, noro_zone_offset_at(o->show_zone, ns));
	noro_buf_str(out, " (");
	if (o->era && noro_era_print(ns, o->show_zone, era))
		noro_buf_printf(out, "%s %02u:%02u:%02u", era, c.hour, c.minute, c.second);
	else if (c.day == day) /* zones differ by less than a month */
		noro_buf_printf(out, "%02u:%02u:%02u", c.hour, c.minute, c.second);
	else
		put_clock(c, out);
	if (o->show_zone)
		noro_buf_printf(out, " %s", noro_zone_name(o->show_zone));
	noro_buf_chr(out, ')');
}

void noro_report_span(enum noro_lang l, int64_t ns, struct noro_buf *out)
{
	uint64_t s = (uint64_t)(ns < 0 ? 0 : ns) / (uint64_t)NORO_NS_PER_S;

	if (s >= UINT64_C(2) * 86400)
		noro_report_say(
			l, out, N_("%1 d %2 h"), { NORO_NUM(s / 86400), NORO_NUM(s / 3600 % 24) });
	else if (s >= 3600)
		noro_report_say(
			l, out, N_("%1 h %2 min"), { NORO_NUM(s / 3600), NORO_NUM(s / 60 % 60) });
	else if (s >= 60)
		noro_report_say(l, out, N_("%1 min"), { NORO_NUM(s / 60) });
	else
		noro_report_say(l, out, N_("%1 s"), { NORO_NUM(s) });
}

int64_t noro_report_between(int64_t from, int64_t to)
{
	int64_t d;

	if (from == NORO_TIME_NONE || to == NORO_TIME_NONE)
		return 0;
	if (__builtin_sub_overflow(to, from, &d) || d == INT64_MIN)
		return INT64_MAX;
	return d < 0 ? -d : d;
}

void noro_report_count(uint64_t n, struct noro_buf *out)
{
	char digits[24];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, n);

	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			noro_buf_chr(out, ',');
		noro_buf_chr(out, digits[i]);
	}
}

void noro_report_bytes(uint64_t n, struct noro_buf *out)
{
	static const char *const unit[] = { "B", "kB", "MB", "GB", "TB", "PB", "EB" };
	uint64_t whole = n, rest = 0;
	size_t u = 0;

	for (; whole >= 1000 && u < 6; u++) {
		rest = whole % 1000;
		whole /= 1000;
	}
	if (u == 0 || whole >= 100)
		noro_buf_printf(out, "%" PRIu64 " %s", whole, unit[u]);
	else
		noro_buf_printf(out, "%" PRIu64 ".%" PRIu64 " %s", whole, rest / 100, unit[u]);
}

const char *noro_report_severity_word(enum noro_lang l, enum noro_severity s)
{
	static const char *const word[] = { N_("info"), N_("low"), N_("medium"), N_("high"),
		N_("critical") };

	return noro_lang_text(l, word[s]);
}

const char *noro_report_answer_word(enum noro_lang l, enum noro_answer a)
{
	static const char *const word[] = { N_("found"), N_("not found, would have shown"),
		N_("no evidence of that kind"), N_("no detector yet"),
		N_("open, or needs your list") };

	return noro_lang_text(l, word[a]);
}

const char *noro_report_window_word(enum noro_lang l, enum noro_window w)
{
	static const char *const word[] = { N_("activity window unknown"),
		N_("inside the activity window"), N_("before the activity window"),
		N_("after the activity window") };

	return noro_lang_text(l, word[w]);
}

const char *noro_report_confidence_word(enum noro_lang l, unsigned confidence)
{
	if (confidence >= 85)
		return noro_lang_text(l, N_("very likely"));
	if (confidence >= 60)
		return noro_lang_text(l, N_("likely"));
	if (confidence >= 30)
		return noro_lang_text(l, N_("possible"));
	return noro_lang_text(l, N_("weak"));
}

enum noro_status noro_report_read_back(int fd, struct noro_buf *out, struct noro_error *err)
{
	for (off_t at = 0;;) {
		char *to = noro_buf_room(out, READ_BACK);
		ssize_t n = to ? pread(fd, to, READ_BACK, at) : -1;

		if (!to)
			return noro_fail(err, NORO_ENOMEM, NULL);
		if (n < 0)
			return noro_fail_errno(err, errno, "xlsx");
		if (n == 0)
			return noro_report_end(out, err);
		out->n += (size_t)n;
		out->p[out->n] = '\0';
		at += n;
	}
}
