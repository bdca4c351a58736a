/*
 * src/evidence/line.c - any line: a look at its first bytes decides which shapes are
 * worth trying. This is what "anything else line by line" means, and what every
 * reader falls back to for lines that are not of its kind.
 */
#include "evidence/log_priv.h"

typedef bool shape_fn(
	const struct noro_log *, struct noro_arena *, struct noro_view, struct noro_record *);

static void clear(struct noro_record *r)
{
	struct noro_view raw = r->raw;
	bool only_time = r->only_time;

	memset(r, 0, sizeof(*r));
	r->raw = raw;
	r->only_time = only_time;
	r->time_ns = NORO_TIME_NONE;
}

static bool try_shape(shape_fn *fn, const struct noro_log *log, struct noro_arena *a,
	struct noro_view v, struct noro_record *r)
{
	if (fn(log, a, v, r))
		return true;
	clear(r);
	return false;
}

/* Time wherever a plausible one stands, then labels in the text. */
static bool plain(
	const struct noro_log *log, struct noro_arena *a, struct noro_view v, struct noro_record *r)
{
	struct noro_time t;
	size_t at;
	bool timed;

	timed = noro_time_find(noro_view_sub(v, 0, 512), &log->time, &t, &at);
	if (timed) {
		r->time_ns = t.ns;
		r->time_flags = t.flags;
	}
	r->shape = "text";
	if (timed && at + t.length <= v.n && at < 4) {
		v = noro_view_trim(noro_view_sub(v, at + t.length, v.n));
		if (v.n && v.p[0] == ']')
			v = noro_view_trim(noro_view_sub(v, 1, v.n));
	}
	if (noro_view_starts(v, "stdout ") || noro_view_starts(v, "stderr "))
		v = noro_view_trim(noro_view_sub(v, 9, v.n)); /* containers: "stdout F line" */
	noro_ev_set(r, NORO_FIELD_MESSAGE, v);
	noro_ev_message(log, a, r);
	for (unsigned f = 0; f < NORO_FIELDS; f++)
		if (f != NORO_FIELD_MESSAGE && r->field[f].p)
			return true;
	return timed;
}

static bool key_value(struct noro_view v)
{
	size_t i = noro_view_chr(noro_view_sub(v, 0, 8), '>');

	if (v.p[0] == '<' && i != SIZE_MAX)
		v = noro_view_sub(v, i + 1, v.n);

	for (i = 0; i < v.n && i < 24 && (noro_is_alnum(v.p[i]) || v.p[i] == '_'); i++)
		;
	return i > 1 && i < v.n && v.p[i] == '=';
}

static bool digit_first(
	const struct noro_log *log, struct noro_arena *a, struct noro_view v, struct noro_record *r)
{
	if (try_shape(noro_ev_http_access, log, a, v, r) || try_shape(noro_ev_squid, log, a, v, r))
		return true;
	if (v.n > 24 && (v.p[4] == '/' || v.p[4] == '-') &&
		try_shape(noro_ev_http_error, log, a, v, r))
		return true;
	if (v.n > 8 && v.p[1] == ',' && try_shape(noro_ev_panos, log, a, v, r))
		return true;
	return try_shape(noro_ev_syslog, log, a, v, r);
}

bool noro_ev_line(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	struct noro_view v = noro_view_trim(raw);
	char c;

	if (v.n == 0)
		return false;
	if (v.n > 3 && memcmp(v.p, "\xef\xbb\xbf", 3) == 0)
		v = noro_view_sub(v, 3, v.n);
	c = v.n ? v.p[0] : 0;
	if (c == '{' && try_shape(noro_ev_json_line, log, a, v, r))
		return true;
	if (noro_view_chr(noro_view_sub(v, 0, 300), '%') != SIZE_MAX &&
		(try_shape(noro_ev_cisco, log, a, v, r) || try_shape(noro_ev_huawei, log, a, v, r)))
		return true;
	if (c == '<' && noro_view_starts(v, "<Event") && try_shape(noro_ev_winevent, log, a, v, r))
		return true;
	if (c == '[' && try_shape(noro_ev_http_error, log, a, v, r))
		return true;
	if (noro_is_digit(c) && digit_first(log, a, v, r))
		return true;
	if ((key_value(v) || noro_view_starts(v, "CEF:")) &&
		try_shape(noro_ev_fortios, log, a, v, r))
		return true;
	if (noro_view_starts(v, "type=") && try_shape(noro_ev_audit, log, a, v, r))
		return true;
	if (noro_is_alpha(c) && try_shape(noro_ev_ivanti_export, log, a, v, r))
		return true;
	if ((noro_is_alpha(c) || c == '<' || c == '*') && try_shape(noro_ev_syslog, log, a, v, r))
		return true;
	if (!noro_is_digit(c) && try_shape(noro_ev_http_access, log, a, v, r))
		return true;
	if (noro_view_chr(noro_view_sub(v, 0, 200), '\t') != SIZE_MAX &&
		try_shape(noro_ev_tacacs, log, a, v, r))
		return true;
	return plain(log, a, v, r);
}
