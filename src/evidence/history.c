/* src/evidence/history.c - shell histories that carry times: bash with HISTTIMEFORMAT, zsh
 * extended, fish. */
#include "evidence/log_priv.h"

static void command(struct noro_record *r, struct noro_view v, const char *shape)
{
	noro_ev_put(r, NORO_FIELD_COMMAND, noro_view_trim(v));
	noro_ev_set_str(r, NORO_FIELD_ACTION, "command");
	r->shape = shape;
}

static bool digits(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_digit(v.p[i]))
			return false;
	return v.n == 10;
}

/* "#1723000000" and the command on the next lines. */
static bool bash(const struct noro_log *log, struct noro_view raw, struct noro_record *r)
{
	struct noro_view rest = raw, stamp;

	if (!noro_view_line(&rest, &stamp) || stamp.n != 11 || stamp.p[0] != '#' ||
		!digits(noro_view_sub(stamp, 1, 10)) || noro_view_trim(rest).n == 0)
		return false;
	if (!noro_ev_set_time(log, r, noro_view_sub(stamp, 1, 10), NULL))
		return false;
	command(r, rest, "bash-history");
	return true;
}

/* ": 1723000000:0;command" */
static bool zsh(const struct noro_log *log, struct noro_view raw, struct noro_record *r)
{
	size_t semi = noro_view_chr(noro_view_sub(raw, 0, 32), ';');

	if (!noro_view_starts(raw, ": ") || semi == SIZE_MAX || semi < 14 || raw.p[12] != ':' ||
		!noro_ev_set_time(log, r, noro_view_sub(raw, 2, 10), NULL))
		return false;
	command(r, noro_view_sub(raw, semi + 1, raw.n), "zsh-history");
	return true;
}

/* "- cmd: command" and "  when: 1723000000" below. */
static bool fish(const struct noro_log *log, struct noro_view raw, struct noro_record *r)
{
	size_t when = noro_view_find(raw, NORO_V("\n  when: "));
	struct noro_view cmd;

	if (!noro_view_starts(raw, "- cmd: "))
		return false;
	cmd = noro_view_sub(raw, 7, (when == SIZE_MAX ? raw.n : when) - 7);
	if (when != SIZE_MAX)
		(void)noro_ev_set_time(log, r, noro_view_sub(raw, when + 9, 10), NULL);
	command(r, cmd, "fish-history");
	return true;
}

static bool parse(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	(void)a;
	if (bash(log, raw, r) || zsh(log, raw, r) || fish(log, raw, r))
		return true;
	if (raw.n == 0 || raw.p[0] == '#' || noro_view_starts(raw, "  "))
		return false;
	command(r, raw, "shell-history"); /* a command whose time was not kept */
	return true;
}

static bool starts_entry(struct noro_view line)
{
	return (line.n == 11 && line.p[0] == '#' && digits(noro_view_sub(line, 1, 10))) ||
	       noro_view_starts(line, "- cmd: ") ||
	       (line.n > 14 && noro_view_starts(line, ": ") && line.p[12] == ':');
}

/* From the line that carries the stamp to the line before the next stamp. */
static struct noro_view around(const struct noro_log *log, struct noro_view text, size_t at)
{
	size_t low = at > NORO_EV_LINE ? at - NORO_EV_LINE : 0, from = at, to, next;
	size_t high = text.n - at > NORO_EV_LINE ? at + NORO_EV_LINE : text.n;
	struct noro_view rest, line;

	(void)log;
	for (unsigned lines = 0; lines < 64; lines++) {
		while (from > low && text.p[from - 1] != '\n')
			from--;
		rest = noro_view(text.p + from, high - from);
		if (!noro_view_line(&rest, &line) || starts_entry(line) || from == low)
			break;
		from--;
	}
	if (!starts_entry(line))
		return (struct noro_view){ 0 };
	to = from + line.n;
	for (unsigned lines = 0; lines < 64 && to < high; lines++) {
		next = to + (text.p[to] == '\r');
		if (next < high && text.p[next] == '\n')
			next++;
		rest = noro_view(text.p + next, high - next);
		if (!noro_view_line(&rest, &line) || starts_entry(line))
			break;
		to = next + line.n;
	}
	if (to < at) /* a text between entries */
		return (struct noro_view){ 0 };
	return noro_view(text.p + from, to - from);
}

static bool row(struct noro_view line)
{
	return noro_view_starts(line, "- cmd: ") || noro_view_starts(line, "when: ") ||
	       (line.n > 14 && noro_view_starts(line, ": ") && line.p[12] == ':');
}

static void sniff(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	const char *base = noro_ev_base_name(path);
	struct noro_view line, rest = head;
	unsigned stamps = 0, lines = 0;

	while (lines < 40 && noro_view_line(&rest, &line)) {
		lines++;
		stamps += line.n == 11 && line.p[0] == '#' && digits(noro_view_sub(line, 1, 10));
	}
	if (stamps && stamps * 5 >= lines * 2)
		noro_ev_sniffed(
			ret, 90, N_("every other line is a # and a time: bash history"), "");
	else if (noro_ev_sample(head, row) >= 70)
		noro_ev_sniffed(ret, 90, N_("entries of a zsh or fish history"), "");
	else if (strstr(base, "_history") || strcmp(base, "fish_history") == 0)
		noro_ev_sniffed(ret, 55, N_("the name %1"), base);
}

const struct noro_reader noro_reader_history = {
	.name = "shell-history",
	.title = N_("shell history (bash, zsh, fish)"),
	.sniff = sniff,
	.parse = parse,
	.around = around,
	.classes = "ip domain url command file",
};
