/*
 * src/evidence/journal.c - the systemd journal's export format: NAME=value lines, a
 * blank line between entries; a value with newlines or binary bytes follows its
 * name after a 64-bit little-endian length.
 */
#include "evidence/log_priv.h"

#include "base/cursor.h"

/* One field; false at the end or when a length lies. */
static bool next_field(struct noro_cursor *c, struct noro_view *name, struct noro_view *value)
{
	struct noro_view rest = noro_view(c->p + c->at, c->n - c->at), line;
	size_t eq;
	uint64_t len;

	if (c->status != NORO_OK || rest.n == 0)
		return false;
	line = rest;
	eq = noro_view_chr(rest, '\n');
	if (eq != SIZE_MAX)
		line.n = eq;
	noro_cursor_skip(c, line.n + (line.n < rest.n));
	eq = noro_view_chr(line, '=');
	if (eq != SIZE_MAX) {
		*name = noro_view(line.p, eq);
		*value = noro_view_sub(line, eq + 1, line.n);
		return true;
	}
	len = noro_cursor_le64(c);
	if (c->status != NORO_OK || len > noro_cursor_left(c))
		return false;
	*name = line;
	*value = noro_cursor_bytes(c, (size_t)len);
	if (noro_cursor_left(c))
		noro_cursor_skip(c, 1); /* the newline behind the value */
	return true;
}

static bool field_name(struct noro_view v)
{
	if (v.n == 0 || v.n > 64)
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_digit(v.p[i]) && v.p[i] != '_' && !(v.p[i] >= 'A' && v.p[i] <= 'Z'))
			return false;
	return true;
}

static bool parse(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	struct noro_cursor c = noro_cursor(raw.p, raw.n);
	struct noro_take t;
	struct noro_view name, value;

	noro_ev_take_init(&t, log, a, r, NORO_FAMILY_JSON);
	while (next_field(&c, &name, &value))
		if (field_name(name))
			noro_ev_take(&t, name, value);
	if (t.n < 3 || !t.time_from)
		return false;
	if (!r->field[NORO_FIELD_PROGRAM].p)
		noro_ev_set(r, NORO_FIELD_PROGRAM, noro_ev_taken(&t, "_COMM"));
	r->shape = "journal";
	noro_ev_message(log, a, r);
	noro_ev_take_done(&t);
	return true;
}

/* Entries are parted by an empty line. */
static struct noro_view around(const struct noro_log *log, struct noro_view text, size_t at)
{
	size_t low = at > NORO_EV_LINE ? at - NORO_EV_LINE : 0, from = at, to;
	size_t high = text.n - at > NORO_EV_LINE ? at + NORO_EV_LINE : text.n;
	const char *end;

	(void)log;
	while (from > low &&
		!(text.p[from - 1] == '\n' && (from - 1 == low || text.p[from - 2] == '\n')))
		from--;
	end = memmem(text.p + at, high - at, "\n\n", 2);
	to = end ? (size_t)(end - text.p) + 1 : high;
	return noro_view(text.p + from, to - from);
}

static void sniff(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)path;
	if (noro_view_starts(head, "__CURSOR=") ||
		(noro_view_starts(head, "__") &&
			noro_view_find(noro_view_sub(head, 0, 4096),
				NORO_V("\n__REALTIME_TIMESTAMP=")) != SIZE_MAX))
		noro_ev_sniffed(
			ret, 98, N_("begins with an entry of the journal's export format"), "");
}

const struct noro_reader noro_reader_journal = {
	.name = "journal-export",
	.title = N_("systemd journal, export format"),
	.sniff = sniff,
	.parse = parse,
	.around = around,
	.classes = "ip domain login command",
};
