/* src/device/example.c - the little configurations and outputs inside checks, as devices. */
#include "device/ask_priv.h"

enum { MOST_TEXTS = 4 };

/* How a text of a known dialect is written. */
static enum noro_tree_form form_of(enum noro_dialect d, struct noro_view text)
{
	struct noro_view v = noro_view_trim(text);

	switch (d) {
	case NORO_DIALECT_FORTIOS:
		return NORO_FORM_BLOCKS;
	case NORO_DIALECT_ROUTEROS:
		return NORO_FORM_MENUS;
	case NORO_DIALECT_JUNOS:
	case NORO_DIALECT_VYOS:
	case NORO_DIALECT_PANOS:
		if (noro_view_starts(v, "<"))
			return NORO_FORM_XML;
		return noro_view_starts(v, "set ") || noro_view_starts(v, "delete ") ||
				       noro_view_starts(v, "deactivate ")
			       ? NORO_FORM_SET
			       : NORO_FORM_BRACES;
	case NORO_DIALECT_SROS:
		return noro_view_chr(v, '{') != SIZE_MAX ? NORO_FORM_BRACES : NORO_FORM_LINES;
	default:
		return NORO_FORM_LINES;
	}
}

static struct text config_text(
	const struct noro_rule_example *e, struct noro_view text, const char *path)
{
	struct text t = { .path = path,
		.container = path,
		.time_ns = NORO_TIME_NONE,
		.config = true,
		.names = 1 };

	noro_dialect_guess(text, path, &t.guess);
	if (e->dialect) {
		t.guess.dialect = noro_dialect_by_name(noro_view_str(e->dialect));
		t.guess.form = form_of(t.guess.dialect, text);
	}
	t.guess.config = true;
	t.guess.transcript = false;
	t.plain = text;
	return t;
}

static enum noro_status output_text(
	const struct noro_rule_example *e, struct noro_arena *a, struct text *ret)
{
	struct noro_output *o = noro_arena_array(a, e->outputs + 1, sizeof(*o));

	if (!o)
		return NORO_ENOMEM;
	for (size_t i = 0; i < e->outputs; i++)
		o[i] = (struct noro_output){ .command = noro_view_str(e->output[i].command),
			.body = e->output[i].text,
			.dialect = e->dialect ? noro_dialect_by_name(noro_view_str(e->dialect))
					      : NORO_DIALECT_NONE,
			.line = 1,
			.time_ns = NORO_TIME_NONE };
	*ret = (struct text){ .path = "example.txt",
		.container = "example.txt",
		.time_ns = NORO_TIME_NONE,
		.names = 1,
		.output = o,
		.outputs = e->outputs };
	return NORO_OK;
}

enum noro_status noro_audit_example(const struct noro_facts_def *def,
	const struct noro_rule_example *e, noro_rule_rows_fn *rows, void *to)
{
	struct noro_audit u = { .o = { .def = def } };
	struct text text[MOST_TEXTS];
	const struct text *order[MOST_TEXTS];
	struct exam x = { .u = &u,
		.name = e->name ? e->name : "example",
		.shown = e->name ? e->name : "example",
		.text = order };
	enum noro_status st = NORO_OK;

	x.a = noro_arena_new(0);
	if (!x.a)
		return NORO_ENOMEM;
	if (e->config.p)
		text[x.texts++] = config_text(e, e->config, "example.cfg");
	if (e->startup.p) {
		text[x.texts] = config_text(e, e->startup, "example-startup.cfg");
		text[x.texts++].startup = true;
	}
	if (e->baseline.p) {
		text[x.texts] = config_text(e, e->baseline, "example-baseline.cfg");
		text[x.texts++].baseline = true;
	}
	if (e->outputs)
		st = output_text(e, x.a, &text[x.texts++]);
	for (size_t i = 0; i < x.texts; i++)
		order[i] = &text[i];
	if (e->dialect)
		x.dialect = noro_dialect_by_name(noro_view_str(e->dialect));
	if (st == NORO_OK && e->config.p && !noro_facts_mapped(def, text[0].guess.dialect))
		st = NORO_END; /* nothing could be seen of it */
	for (size_t i = 0; st == NORO_OK && i < e->outputs; i++)
		if (!noro_command_is_known(def, x.dialect, noro_view_str(e->output[i].command)))
			st = NORO_END;
	if (st == NORO_OK)
		st = noro_exam_read(&x);
	if (st == NORO_OK) {
		struct noro_rule_rows r = noro_exam_rows(&x);

		st = rows(to, &r);
	}
	noro_arena_free(x.a);
	return st;
}
