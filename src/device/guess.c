/*
 * src/device/guess.c - which dialect a text is written in. Every line that only
 * some dialects write gives them points (tells.c); the dialect with most points
 * wins, and it is a configuration only when several different lines tell so and most
 * lines have the shape of statements: hunting picks configurations out of
 * evidence by this, and logs or prose quote single lines of them.
 */
#include "device/guess_priv.h"
#include "device/tree_priv.h"

#include <stdio.h>

enum { LOOK_AT = 64 << 10 };

struct tally {
	unsigned points[NORO_DIALECTS], lines_of[NORO_DIALECTS];
	unsigned lines, told; /* lines that are no comment; those that a tell took */
	unsigned form[NORO_FORM_JSON + 1];
	struct noro_view first[NORO_DIALECTS]; /* the strongest telling line */
	unsigned strongest[NORO_DIALECTS];
	unsigned prompts;
};

static void count(struct tally *y, struct noro_view line)
{
	struct noro_tell t;

	y->lines++;
	if (!noro_tell(line, &t))
		return;
	y->told++;
	y->form[t.form]++;
	for (unsigned d = 1; d < NORO_DIALECTS; d++) {
		if (!(t.dialects >> d & 1))
			continue;
		y->points[d] += t.points;
		y->lines_of[d]++;
		if (t.points > y->strongest[d]) {
			y->strongest[d] = t.points;
			y->first[d] = line;
		}
	}
}

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
		if (y->form[NORO_FORM_XML] > y->form[NORO_FORM_SET])
			return NORO_FORM_XML;
		return y->form[NORO_FORM_SET] > y->form[NORO_FORM_BRACES] ? NORO_FORM_SET
									  : NORO_FORM_BRACES;
	case NORO_DIALECT_SROS:
		if (y->form[NORO_FORM_SET] > y->form[NORO_FORM_BRACES])
			return NORO_FORM_SET;
		return y->form[NORO_FORM_BRACES] ? NORO_FORM_BRACES : NORO_FORM_LINES;
	case NORO_DIALECT_FORTIOS:
		return NORO_FORM_BLOCKS;
	case NORO_DIALECT_ROUTEROS:
		return NORO_FORM_MENUS;
	default:
		return NORO_FORM_LINES;
	}
}

void noro_dialect_guess(struct noro_view head, const char *path, struct noro_dialect_guess *ret)
{
	struct noro_view rest = noro_view_sub(head, 0, LOOK_AT), line;
	struct tally y = { 0 };
	struct noro_prompt p;
	enum noro_dialect d;

	(void)path;
	*ret = (struct noro_dialect_guess){ .why = { N_("no line tells a dialect"), { NULL } } };
	while (noro_view_line(&rest, &line)) {
		struct noro_view t = noro_view_trim(line);

		if (t.n == 0)
			continue;
		if (t.p == line.p && noro_tree_prompt(t, &p)) {
			y.prompts += p.command.n > 0;
			continue;
		}
		count(&y, t);
	}
	d = best(&y);
	if (d == NORO_DIALECT_NONE)
		return;
	ret->dialect = d;
	ret->form = form_of(&y, d);
	ret->transcript = y.prompts > 0;
	ret->confidence = y.points[d] > 20 ? 95 : 40 + y.points[d] * 5 / 2;
	ret->config = y.points[d] >= 6 && y.lines_of[d] >= 2 && y.told * 4 >= y.lines;
	(void)snprintf(ret->arg, sizeof(ret->arg), "%.*s", NORO_VARG(y.first[d]));
	ret->why = (struct noro_msg){ N_("written as only this dialect does: %1"), { ret->arg } };
}
