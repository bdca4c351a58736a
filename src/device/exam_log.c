/*
 * src/device/exam_log.c - a log buffer that begins long after the device did was emptied. It takes
 * three things to say so: the oldest line, how long the device has been up, and what time it is on
 * the device; and the buffer must have room left, or old lines went because new ones came.
 */
#include "device/audit_priv.h"

#include "base/timeparse.h"

enum { LATE_S = 3600, HOW_FULL = 4 };

/* "Log Buffer (8192 bytes):" */
static bool buffer_size(struct noro_view line, uint64_t *ret)
{
	size_t open = noro_view_chr(line, '('), end = noro_view_find(line, NORO_V(" bytes)"));

	return noro_view_starts(line, "Log Buffer (") && end != SIZE_MAX && end > open + 1 &&
	       noro_view_u64(noro_view_sub(line, open + 1, end - open - 1), ret);
}

void noro_exam_log_seen(struct exam *x, const struct noro_output *o, const struct noro_fact_file *f)
{
	struct log_seen seen = { .file = f };
	struct noro_view rest = o->body, line;
	uint32_t number = o->line;
	bool inside = false;

	if (o->time_ns != NORO_TIME_NONE && o->time_ns > x->clock_ns)
		x->clock_ns = o->time_ns;
	for (; noro_view_line(&rest, &line); number++) {
		line = noro_view_trim(line);
		if (!inside) {
			inside = buffer_size(line, &seen.size);
			continue;
		}
		seen.used += line.n;
		if (!seen.first.n && line.n) {
			seen.first = line;
			seen.line = number;
			seen.offset = o->offset + (uint64_t)(line.p - o->body.p);
		}
	}
	if (seen.first.n)
		x->log = seen;
}

/* "000123: *Jan 12 10:02:01.123: %SYS-5-..." */
static int64_t moment(struct noro_view line, int64_t clock_ns)
{
	const struct noro_time_ctx ctx = { .ref_ns = clock_ns };
	struct noro_time t;
	size_t n = 0;

	while (n < line.n && noro_is_digit(line.p[n]))
		n++;
	if (n && n < line.n && line.p[n] == ':')
		line = noro_view_trim(noro_view_sub(line, n + 1, line.n));
	while (line.n && strchr("*.", line.p[0]))
		line = noro_view_sub(line, 1, line.n);
	if (!noro_time_parse(line, &ctx, &t) || t.flags & (NORO_TIME_NO_DATE | NORO_TIME_NO_CLOCK))
		return NORO_TIME_NONE;
	return t.ns;
}

enum noro_status noro_exam_log_age(struct exam *x, bool *ret_told)
{
	const struct log_seen *l = &x->log;
	const char *up = l->file ? noro_exam_cell(x, x->a, "device", "uptime.seconds") : NULL;
	struct noro_fact like = { .source = NORO_FACT_STATE,
		.line = l->line,
		.column = 1,
		.offset = l->offset,
		.file = l->file,
		.text = l->first };
	uint64_t seconds;
	int64_t oldest;

	*ret_told = false;
	if (!up || !noro_view_u64(noro_view_str(up), &seconds) || seconds > INT32_MAX ||
		x->clock_ns == NORO_TIME_NONE || l->used * HOW_FULL >= l->size * (HOW_FULL - 1))
		return NORO_OK;
	oldest = moment(l->first, x->clock_ns);
	if (oldest == NORO_TIME_NONE || oldest > x->clock_ns ||
		(x->clock_ns - oldest) / NORO_NS_PER_S + LATE_S >= (int64_t)seconds)
		return NORO_OK;
	*ret_told = true;
	return noro_exam_row(x, "log.buffer", &like,
		(const char *const[]){ "item", "buffer", "cleared", "younger-than-uptime", NULL });
}
