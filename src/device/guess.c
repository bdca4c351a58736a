/*
 * src/device/guess.c - which dialect a text is written in. Every line that only
 * some dialects write gives them points (tells.c); the dialect with most points wins.
 * It is a configuration only when several different lines tell so and most lines
 * that could have been statements have the shape of that form: hunting picks
 * configurations out of evidence by this, and logs, manuals and show output quote
 * single lines of them.
 */
#include "device/guess_priv.h"
#include "device/strange_priv.h"
#include "device/tree_priv.h"

#include <stdio.h>

enum {
	LOOK_AT = 64 << 10,
	MAX_LINES = 3000,
	LONGEST = 4096, /* bytes of one line that are looked at */
	BANNER = 100,   /* lines of one, then it has no end that we know */
	ENOUGH = 400,   /* lines after which a clear lead decides */
	FEW = 8,        /* so short a text may tell with fewer lines */
};

struct tally {
	unsigned points[NORO_DIALECTS];
	unsigned form[NORO_FORM_OBJECTS + 1];
	uint64_t seen[NORO_TELLS_MAX / 64];
	unsigned kinds[NORO_DIALECTS]; /* different rows that gave points */
	unsigned rest;                 /* lines of top level, comments aside */
	unsigned told;                 /* those that a row knows */
	unsigned deeper;               /* indented lines */
	unsigned comments;
	unsigned blocks, menus, sets, brace_ends, semicolons, closes, tags; /* shapes of lines */
	unsigned ends_brace;
	struct noro_view best_line[NORO_DIALECTS];
	unsigned best_points[NORO_DIALECTS];
	uint32_t line_of[NORO_TELLS_MAX]; /* where a row was met first at the top; 0: nowhere */
	uint32_t line;
	bool inside; /* the line is indented */
	unsigned prompts;
	struct noro_view first; /* the first line that is not empty */
};

static void give(struct tally *y, const struct noro_tell *row, struct noro_view line)
{
	size_t n, id = (size_t)(row - noro_tells(&n));
	bool again = y->seen[id / 64] >> id % 64 & 1;

	if (!y->line_of[id] && !y->inside)
		y->line_of[id] = y->line;
	y->seen[id / 64] |= (uint64_t)1 << id % 64;
	y->form[row->form] += row->points;
	for (unsigned d = 0; d < NORO_DIALECTS; d++) {
		if (!(row->dialects >> d & 1))
			continue;
		/* the same kind of line again says less */
		y->points[d] += again ? (row->points > 3) : row->points;
		y->kinds[d] += !again && row->points > 0;
		if (row->points > y->best_points[d]) {
			y->best_points[d] = row->points;
			y->best_line[d] = line;
		}
	}
}

static bool is_comment(struct noro_view t)
{
	return t.p[0] == '!' || t.p[0] == '#' || noro_view_starts(t, "/*") ||
	       noro_view_starts(t, "//");
}

static bool is_word_of(struct noro_view word, const struct noro_view *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (word.n == words[i].n && memcmp(word.p, words[i].p, word.n) == 0)
			return true;
	return false;
}

/* Count what forms the line could belong to. */
static void shapes(struct tally *y, struct noro_view t)
{
	static const struct noro_view blocks[] = { { "config", 6 }, { "edit", 4 }, { "set", 3 },
		{ "unset", 5 }, { "next", 4 }, { "end", 3 } };
	static const struct noro_view sets[] = { { "set", 3 }, { "delete", 6 },
		{ "deactivate", 10 }, { "activate", 8 }, { "/configure", 10 }, { "annotate", 8 },
		{ "insert", 6 }, { "rename", 6 }, { "move", 4 }, { "override", 8 } };
	struct noro_view word = noro_view(t.p, 0);
	char last = t.p[t.n - 1];

	while (word.n < t.n && word.n < 12 && t.p[word.n] != ' ')
		word.n++;
	y->blocks += is_word_of(word, blocks, 6);
	y->sets += is_word_of(word, sets, 10);
	y->menus += t.p[0] == '/' || noro_view_starts(t, "add ") || noro_view_starts(t, "set ") ||
		    noro_view_chr(t, '=') != SIZE_MAX;
	y->brace_ends += last == '{' || last == '}' || last == ';';
	y->ends_brace += last == '{';
	y->closes += t.p[0] == '}';
	y->semicolons += last == ';' || noro_view_ends(t, "## SECRET-DATA");
	y->tags += t.p[0] == '<';
}

static void count(struct tally *y, struct noro_view line, bool deep)
{
	const struct noro_tell *row = noro_tell_find(line);

	if (!row && noro_view_starts(line, "no ")) {
		struct noro_view bare = noro_view_trim(noro_view_sub(line, 3, line.n));

		row = noro_tell_find(bare);
	}
	if (row)
		give(y, row, line);
	if (is_comment(line)) {
		y->comments++;
		return;
	}
	shapes(y, line);
	if (deep) {
		y->deeper++;
		return;
	}
	y->rest++;
	y->told += row || noro_view_is(line, "end") || noro_view_is(line, "exit");
}

static bool opens_banner(struct noro_view t)
{
	return noro_view_starts(t, "banner ") &&
	       (noro_view_ends(t, "^C") || t.p[t.n - 1] == 3 || noro_view_is(t, "banner login") ||
		       noro_view_is(t, "banner motd"));
}

/* One dialect leads so far that the rest will not change it. */
static bool is_clear(const struct tally *y)
{
	unsigned first = 0, second = 0;

	for (unsigned d = 0; d < NORO_DIALECTS; d++) {
		if (y->points[d] > first) {
			second = first;
			first = y->points[d];
		} else if (y->points[d] > second) {
			second = y->points[d];
		}
	}
	return first >= 60 && first - second >= 15;
}

static bool ends_banner(struct noro_view t)
{
	return noro_view_find(t, NORO_V("^C")) < t.n || noro_view_is(t, "EOF") || t.p[t.n - 1] == 3;
}

static void read_lines(struct tally *y, struct noro_view head)
{
	struct noro_view line, t;
	struct noro_prompt p;
	unsigned banner = 0, lines = 0;

	while (lines < MAX_LINES && noro_view_line(&head, &line)) {
		y->line++;
		t = noro_view_trim(noro_view_sub(line, 0, LONGEST));
		if (t.n == 0)
			continue;
		lines++;
		if (!y->first.n)
			y->first = t;
		if (banner) { /* its text tells nothing, and ends soon */
			banner = ends_banner(t) ? 0 : banner - 1;
			continue;
		}
		if (t.p == line.p && noro_tree_prompt(t, &p)) {
			y->prompts += p.command.n > 0;
			continue;
		}
		if (opens_banner(t))
			banner = BANNER;
		y->inside = t.p > line.p;
		count(y, t, t.p > line.p);
		if (lines % ENOUGH == 0 && is_clear(y))
			break;
	}
}

/* A document that carries configurations as texts is none. */
static bool is_yaml(struct noro_view first)
{
	return noro_view_is(first, "---") || noro_view_ends(first, ": |") ||
	       noro_view_ends(first, ": |-");
}

/* Of one form. A file may go on in the other one, but then hardly a line is of neither. */
static unsigned junos_lines(const struct tally *y, unsigned of_form, unsigned all)
{
	unsigned both = y->sets + y->brace_ends;

	return both * 4 >= all * 3 ? both : of_form;
}

/* VRP and classic SR OS indent even what stands at the top, XML and braces have their own shape. */
static bool is_config(const struct tally *y, enum noro_dialect d, enum noro_tree_form form)
{
	unsigned all = y->rest + y->deeper, shaped = 0, asked = all;
	unsigned kinds = y->kinds[d], points = y->points[d];

	switch (form) {
	case NORO_FORM_LINES:
		shaped = y->told;
		asked = y->rest;
		break;
	case NORO_FORM_BRACES:
		shaped = d == NORO_DIALECT_JUNOS ? junos_lines(y, y->brace_ends, all) : all;
		if (y->ends_brace == 0 && y->semicolons == 0)
			return false;
		break;
	case NORO_FORM_SET:
		shaped = d == NORO_DIALECT_JUNOS ? junos_lines(y, y->sets, all) : y->sets;
		break;
	case NORO_FORM_BLOCKS:
		shaped = y->blocks;
		break;
	case NORO_FORM_MENUS:
		shaped = y->menus;
		break;
	case NORO_FORM_XML:
		shaped = y->tags;
		break;
	case NORO_FORM_OBJECTS:
		return false;
	}
	if (asked == 0 || shaped * 2 < asked || is_yaml(y->first))
		return false;
	if (y->best_points[d] >= NORO_TELL_HEADER)
		return points >= NORO_TELL_HEADER + 2 || kinds > 1;
	/* when (nearly) every line fits, two kinds will do */
	if (shaped * 10 >= asked * 9 || (asked <= FEW && shaped * 4 >= asked * 3))
		return points >= 4 && kinds >= 2;
	return points >= 6 && kinds >= (form == NORO_FORM_SET ? 2 : 3);
}

/* NONE has points too: from lines that only somebody else writes. */
static enum noro_dialect best(const struct tally *y)
{
	enum noro_dialect d = NORO_DIALECT_NONE;

	for (unsigned i = 1; i < NORO_DIALECTS; i++)
		if (y->points[i] > y->points[d])
			d = (enum noro_dialect)i;
	return d;
}

static enum noro_tree_form form_of(const struct tally *y, enum noro_dialect d)
{
	switch (d) {
	case NORO_DIALECT_JUNOS:
	case NORO_DIALECT_VYOS:
	case NORO_DIALECT_PANOS:
		if (y->tags > y->sets && y->tags > y->brace_ends)
			return NORO_FORM_XML;
		if (d == NORO_DIALECT_PANOS)
			return NORO_FORM_SET;
		return y->sets > y->brace_ends ? NORO_FORM_SET : NORO_FORM_BRACES;
	case NORO_DIALECT_SROS:
		if (y->sets > y->ends_brace)
			return NORO_FORM_SET;
		return y->ends_brace ? NORO_FORM_BRACES : NORO_FORM_LINES;
	case NORO_DIALECT_FORTIOS:
		return NORO_FORM_BLOCKS;
	case NORO_DIALECT_ROUTEROS:
		return NORO_FORM_MENUS;
	default:
		return NORO_FORM_LINES;
	}
}

/* How far the first is before the second, and how much there is at all. */
static unsigned confidence(const struct tally *y, enum noro_dialect d)
{
	unsigned second = 0, most = y->points[d] > 40 ? 40 : y->points[d], lead;

	for (unsigned i = 1; i < NORO_DIALECTS; i++)
		if (i != d && y->points[i] > second)
			second = y->points[i];
	lead = (y->points[d] - second) * 40 / y->points[d];
	return 15 + most + lead;
}

/*
 * Another language in the same text: several typical lines that the first does not
 * write. Cisco's systems and those like them share too much to tell them apart so.
 */
static void other(const struct tally *y, struct noro_dialect_guess *g)
{
	enum { SURE = 5 };
	size_t n;
	const struct noro_tell *row = noro_tells(&n);
	unsigned points[NORO_DIALECTS] = { 0 }, kinds[NORO_DIALECTS] = { 0 }, most = SURE - 1;
	uint32_t line[NORO_DIALECTS] = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (!y->line_of[i] || row[i].dialects >> g->dialect & 1)
			continue;
		for (unsigned d = 1; d < NORO_DIALECTS; d++) {
			if (!(row[i].dialects >> d & 1) || row[i].form == (uint8_t)g->form)
				continue;
			points[d] += row[i].points;
			kinds[d]++;
			if (!line[d] || y->line_of[i] < line[d])
				line[d] = y->line_of[i];
		}
	}
	for (unsigned d = 1; d < NORO_DIALECTS; d++)
		if (kinds[d] > 1 && points[d] > most) {
			most = points[d];
			g->other = (enum noro_dialect)d;
			g->other_line = line[d];
		}
}

/* The line that tells most may hold a password. */
static void say_line(struct noro_dialect_guess *g, struct noro_view line)
{
	struct noro_buf b = { 0 };

	noro_strange_mask(line, &b);
	if (b.status == NORO_OK && b.n)
		(void)snprintf(g->arg, sizeof(g->arg), "%.*s", (int)b.n, b.p);
	noro_buf_done(&b);
}

void noro_dialect_guess(struct noro_view head, const char *path, struct noro_dialect_guess *ret)
{
	struct tally y = { 0 };
	enum noro_dialect d;

	(void)path;
	*ret = (struct noro_dialect_guess){ .why = { N_("no line tells a dialect"), { NULL } } };
	noro_tells_ready();
	read_lines(&y, noro_view_sub(head, 0, LOOK_AT));
	d = best(&y);
	ret->transcript = y.prompts > 0;
	if (d == NORO_DIALECT_NONE)
		return;
	ret->dialect = d;
	ret->form = form_of(&y, d);
	ret->confidence = confidence(&y, d);
	ret->config = is_config(&y, d, ret->form);
	other(&y, ret);
	say_line(ret, y.best_line[d]);
	ret->why = (struct noro_msg){ N_("written as only this dialect does: %1"), { ret->arg } };
}
