/*
 * src/device/state.c - the output of one command through every template that answers
 * for it. What no template understood is counted and the first such line told.
 */
#include "device/command_priv.h"
#include "device/template_priv.h"
#include "device/transcript_priv.h"

enum {
	MAX_TEMPLATES = 32, /* for one command */
	MAX_BODY_LINES = 4 << 20,
};

struct chosen {
	const struct noro_template *t[MAX_TEMPLATES];
	size_t n;
};

/* JSON and XML go to the templates with ways, text to all others. */
static bool is_tree(struct noro_view body, bool *ret_json)
{
	struct noro_view inner = noro_view_trim(noro_view_sub(body, 1, 64));

	*ret_json = body.n && (body.p[0] == '{' || body.p[0] == '[');
	if (*ret_json && body.p[0] == '[')
		return inner.n && strchr("{[\"]", inner.p[0]);
	return *ret_json ||
	       (body.n > 3 && body.p[0] == '<' && (noro_is_alpha(body.p[1]) || body.p[1] == '?') &&
		       body.p[body.n - 1] == '>');
}

/* Without what a session leaves behind a document: "{master:0}", a prompt, the end of a NETCONF
 * frame that NX-OS prints behind its XML. */
static struct noro_view document(struct noro_view body)
{
	body = noro_view_trim(body);
	for (;;) {
		if (noro_view_ends(body, "]]>]]>"))
			body = noro_view_trim(noro_view_sub(body, 0, body.n - 6));
		size_t nl = noro_view_rchr(body, '\n');

		if (nl == SIZE_MAX || !noro_transcript_noise(noro_view_sub(body, nl, body.n)))
			return body;
		body = noro_view_trim(noro_view_sub(body, 0, nl));
	}
}

static bool answers(
	const struct noro_template *t, struct noro_view command, struct noro_line_scratch *s)
{
	for (size_t i = 0; i < t->commands; i++)
		if (noro_line_match(t->command[i], command, s))
			return true;
	return false;
}

/* Of an output without a command: one of its first lines says what it is. */
static bool has_shape(
	const struct noro_template *t, struct noro_view body, struct noro_line_scratch *s)
{
	struct noro_view line;

	for (unsigned n = 0; n < 40 && noro_view_line(&body, &line); n++)
		for (size_t i = 0; i < t->shapes; i++)
			if (noro_line_match(t->shape[i], line, s))
				return true;
	return false;
}

struct ask {
	const struct noro_templates *ts;
	const struct noro_output *o;
	struct noro_view command, body; /* of a document: from its first to its last byte */
	bool tree, json;
	struct noro_arena *a;
	struct noro_line_scratch scratch;
};

static void choose(struct ask *q, enum noro_dialect d, struct chosen *ret)
{
	ret->n = 0;
	for (size_t i = 0; i < q->ts->items && ret->n < MAX_TEMPLATES; i++) {
		const struct noro_template *t = q->ts->item[i];

		if (!(t->dialects >> d & 1) || (t->form == NORO_TPL_TREE) != q->tree)
			continue;
		if (q->command.n ? answers(t, q->command, &q->scratch)
				 : has_shape(t, q->o->body, &q->scratch))
			ret->t[ret->n++] = t;
	}
}

static uint32_t lines_of(struct noro_view body)
{
	uint32_t n = 0;
	struct noro_view line;

	while (n < MAX_BODY_LINES && noro_view_line(&body, &line))
		n++;
	return n;
}

static void count_unknown(const struct noro_template_run *run, struct noro_state_read *ret)
{
	for (uint32_t i = 0; i < run->lines; i++) {
		if (run->taken[i / 64] >> i % 64 & 1)
			continue;
		if (!ret->unknown++)
			ret->first_unknown = run->output->line + i;
	}
}

static enum noro_status read_with(struct ask *q, const struct chosen *c,
	const struct noro_tree *tree, const struct noro_fact_file *f, struct noro_facts_maker *m,
	struct noro_state_read *ret)
{
	struct noro_template_run run = { .output = q->o, .file = f, .maker = m, .a = q->a };
	enum noro_status st = NORO_OK;

	*ret = (struct noro_state_read){ 0 };
	if (!c->n)
		return NORO_OK;
	run.lines = q->tree ? 0 : lines_of(q->o->body);
	run.taken = noro_arena_array(q->a, run.lines / 64 + 1, sizeof(*run.taken));
	if (!run.taken)
		return NORO_ENOMEM;
	ret->template_id = c->t[0]->id;
	for (size_t i = 0; st == NORO_OK && i < c->n; i++)
		st = q->tree ? noro_template_read_tree(c->t[i], tree, &run)
			     : noro_template_read(c->t[i], &run);
	ret->rows = run.rows;
	count_unknown(&run, ret);
	return st;
}

/* Nobody said what system it is: the one whose templates understand most. */
static enum noro_status best_dialect(
	struct ask *q, const struct noro_tree *tree, struct chosen *ret)
{
	struct noro_state_read got;
	uint32_t best_rows = 0, best_unknown = UINT32_MAX;
	enum noro_status st = NORO_OK;

	ret->n = 0;
	for (unsigned d = 1; st == NORO_OK && d < NORO_DIALECTS; d++) {
		struct chosen c;

		choose(q, (enum noro_dialect)d, &c);
		if (!c.n)
			continue;
		st = read_with(q, &c, tree, NULL, NULL, &got);
		if (st == NORO_OK && got.rows &&
			(got.unknown < best_unknown ||
				(got.unknown == best_unknown && got.rows > best_rows))) {
			best_unknown = got.unknown;
			best_rows = got.rows;
			*ret = c;
		}
	}
	return st;
}

static enum noro_status read_output(struct ask *q, const struct noro_fact_file *f,
	struct noro_facts_maker *m, struct noro_state_read *ret, struct noro_error *err)
{
	struct noro_tree *tree = NULL;
	struct chosen c;
	enum noro_status st = noro_line_scratch(q->a, &q->scratch);

	if (st != NORO_OK)
		return st;
	q->command = noro_command_expand(q->o->dialect, noro_command_bare(q->o->command), q->a);
	q->body = document(q->o->body);
	q->tree = is_tree(q->body, &q->json);
	choose(q, q->o->dialect, &c);
	if (q->tree) {
		st = q->json ? noro_tree_parse_json(q->body, q->a, &tree, err)
			     : noro_tree_parse_xml(q->body, q->a, &tree, err);
		/* a torn document is no failure of the run */
		if (st != NORO_OK) {
			ret->unknown = 1;
			ret->first_unknown = q->o->line;
			return st == NORO_ENOMEM ? st : NORO_OK;
		}
	}
	/* a folder's name may lead astray: what says nothing as the one may speak as another */
	st = read_with(q, &c, tree, NULL, NULL, ret);
	if (st == NORO_OK && !ret->rows) {
		struct chosen other;

		st = best_dialect(q, tree, &other);
		if (other.n)
			c = other;
	}
	if (st == NORO_OK)
		st = read_with(q, &c, tree, f, m, ret);
	if (q->tree && !c.n) { /* we read that command as text only: say so */
		ret->unknown = 1;
		ret->first_unknown = q->o->line;
	}
	return st;
}

enum noro_status noro_state_read(const struct noro_facts_def *d, const struct noro_output *o,
	const struct noro_fact_file *f, struct noro_facts_maker *m, struct noro_state_read *ret,
	struct noro_error *err)
{
	struct ask q = { .ts = noro_facts_def_templates(d), .o = o };
	enum noro_status st;

	*ret = (struct noro_state_read){ 0 };
	if (!q.ts || o->refused)
		return NORO_OK;
	q.a = noro_arena_new(0);
	if (!q.a)
		return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
	st = read_output(&q, f, m, ret, err);
	noro_arena_free(q.a);
	if (st == NORO_ENOMEM)
		return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
	return st;
}

bool noro_state_is_another(const struct noro_facts_def *d, const struct noro_output *o)
{
	struct ask q = { .ts = noro_facts_def_templates(d), .o = o, .a = noro_arena_new(0) };
	bool other = false, own = false;

	if (q.ts && q.a && noro_line_scratch(q.a, &q.scratch) == NORO_OK) {
		q.command = noro_command_expand(o->dialect, noro_command_bare(o->command), q.a);
		for (size_t i = 0; i < q.ts->items; i++) {
			const struct noro_template *t = q.ts->item[i];

			if (!(t->dialects >> o->dialect & 1) || !has_shape(t, o->body, &q.scratch))
				continue;
			if (answers(t, q.command, &q.scratch))
				own = true;
			else
				other = true;
		}
	}
	noro_arena_free(q.a);
	return other && !own;
}

bool noro_command_is_known(
	const struct noro_facts_def *d, enum noro_dialect dialect, struct noro_view command)
{
	struct ask q = { .ts = noro_facts_def_templates(d), .a = noro_arena_new(0) };
	bool known = false;

	if (q.ts && q.a && noro_line_scratch(q.a, &q.scratch) == NORO_OK) {
		q.command = noro_command_expand(dialect, noro_command_bare(command), q.a);
		for (size_t i = 0; i < q.ts->items && !known; i++)
			known = (!dialect || q.ts->item[i]->dialects >> dialect & 1) &&
				answers(q.ts->item[i], q.command, &q.scratch);
	}
	noro_arena_free(q.a);
	return known;
}
