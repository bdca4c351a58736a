/*
 * src/device/exam.c - the texts of one device become trees and facts. The newest
 * configuration is the one in force, older ones are its history; outputs of commands
 * join in by the tables they fill.
 */
#include "device/audit_priv.h"

#include "base/mem.h"

static struct noro_fact_file *file_of(struct exam *x, const struct text *t)
{
	struct noro_fact_file *f = noro_arena_alloc(x->a, sizeof(*f));

	if (f)
		*f = (struct noro_fact_file){
			.path = t->path, .container = t->container, .line = 1, .time_ns = t->time_ns
		};
	return f;
}

/* A configuration takes its place: in force, before, as approved, or for the next start. */
static void place_config(struct exam *x, const struct text *t, const struct noro_tree *tree,
	const struct noro_fact_file *f, enum noro_fact_source source)
{
	if (t->baseline) {
		x->baseline = tree;
		x->baseline_file = f;
	} else if (source == NORO_FACT_STARTUP) {
		x->startup = tree;
		x->startup_file = f;
	} else {
		if (x->config && x->snapshots < MAX_SNAPSHOTS) {
			x->snapshot[x->snapshots] = x->config;
			x->snapshot_file[x->snapshots++] = x->config_file;
		}
		x->config = tree;
		x->config_file = f;
	}
	if (!t->baseline && tree->dialect != NORO_DIALECT_NONE)
		x->dialect = tree->dialect;
}

bool noro_path_is_startup(const char *path)
{
	struct noro_view v = noro_view_str(path);

	return noro_view_find_i(v, NORO_V("startup")) != SIZE_MAX;
}

static enum noro_status read_config(struct exam *x, const struct text *t, struct noro_view text)
{
	struct noro_fact_file *f = file_of(x, t);
	struct noro_tree *parsed = NULL;
	enum noro_status st = f ? NORO_OK : NORO_ENOMEM;

	if (st == NORO_OK && !t->tree)
		st = noro_tree_parse(text, &t->guess, x->a, &parsed);
	if (st != NORO_OK)
		return st;
	place_config(x, t, t->tree ? t->tree : parsed, f,
		t->startup || noro_path_is_startup(t->path) ? NORO_FACT_STARTUP : NORO_FACT_CONFIG);
	return NORO_OK;
}

/* --- outputs --- */

static struct noro_fact_file *file_of_output(
	struct exam *x, const struct text *t, const struct noro_output *o, struct noro_view command)
{
	struct noro_fact_file *f = file_of(x, t);

	if (!f)
		return NULL;
	f->command = noro_arena_strn(x->a, command.p, command.n);
	f->offset = o->offset;
	f->line = o->line;
	if (o->time_ns != NORO_TIME_NONE)
		f->time_ns = o->time_ns;
	return f->command ? f : NULL;
}

/* A filter behind a bar that leaves lines out; forms of display leave none. */
bool noro_command_cuts(struct noro_view command)
{
	static const char *const whole[] = { "display", "json", "json-pretty", "xml", "no-more",
		"no_more", "nomore" };
	static const char *const cuts[] = { "include", "section", "exclude", "begin", "match",
		"grep", "inc", "sec" };
	size_t bar = noro_view_chr(command, '|');
	struct noro_view rest = command, word;

	while (noro_view_word(&rest, &word)) /* names of files cannot hold the bar */
		for (size_t i = 0; i < sizeof(cuts) / sizeof(*cuts); i++)
			if (noro_view_is_i(word, cuts[i]))
				return true;
	if (bar == SIZE_MAX)
		return false;
	rest = noro_view_sub(command, bar + 1, command.n);
	if (!noro_view_word(&rest, &word))
		return false;
	for (size_t i = 0; i < sizeof(whole) / sizeof(*whole); i++)
		if (noro_view_is_i(word, whole[i]))
			return false;
	return true;
}

enum noro_status noro_exam_output_tree(const struct noro_output *o, const char *path,
	struct noro_arena *a, const struct noro_tree **ret)
{
	struct noro_dialect_guess g;
	struct noro_tree *tree = NULL;
	enum noro_status st;

	*ret = NULL;
	noro_dialect_guess(noro_view_sub(o->body, 0, 64 << 10), path, &g);
	if (!g.config) {
		if (o->dialect == NORO_DIALECT_NONE || o->body.n < 64)
			return NORO_OK;
		g.dialect = o->dialect; /* a part of a configuration, asked for by its command */
		g.config = true;
	}
	g.transcript = false;
	st = noro_tree_parse(o->body, &g, a, &tree);
	*ret = tree;
	return st;
}

static enum noro_status config_output(struct exam *x, const struct text *t,
	const struct noro_output *o, const struct noro_fact_file *f, enum noro_fact_source source)
{
	const struct noro_tree *tree;
	enum noro_status st = noro_exam_output_tree(o, t->path, x->a, &tree);

	if (st != NORO_OK || !tree)
		return st;
	if (!noro_command_cuts(o->command)) {
		place_config(x, t, tree, f, source);
	} else if (!t->baseline && x->parts < MAX_PARTS) {
		x->part[x->parts] = tree;
		x->part_file[x->parts++] = f;
	}
	return NORO_OK;
}

static enum noro_status remember_command(struct exam *x, const char *command)
{
	const char **grown = noro_arena_array(x->a, x->commands.n + 1, sizeof(char *));

	if (!grown)
		return NORO_ENOMEM;
	for (size_t i = 0; i < x->commands.n; i++)
		if (strcmp(x->commands.item[i], command) == 0)
			return NORO_OK;
	if (x->commands.n)
		memcpy(grown, x->commands.item, x->commands.n * sizeof(char *));
	grown[x->commands.n] = command;
	x->commands = (struct noro_list){ grown, x->commands.n + 1 };
	return NORO_OK;
}

enum noro_status noro_exam_puzzle(
	struct exam *x, const struct noro_fact_file *f, uint64_t lines, uint32_t first)
{
	const char *at;

	x->unknown += lines;
	if (!lines || x->puzzles == MAX_PUZZLES)
		return NORO_OK;
	at = noro_arena_printf(x->a, "%s:%u", f->path, first);
	if (!at)
		return NORO_ENOMEM;
	x->puzzle[x->puzzles++] = at;
	return NORO_OK;
}

/* A prompt that says nothing of its system is read as what the device was found to be. */
static enum noro_status state_output(struct exam *x, const struct text *t,
	const struct noro_output *o, const struct noro_fact_file *f)
{
	struct noro_facts_maker *m = t->baseline ? x->base : x->now;
	struct noro_output known = *o;
	struct noro_state_read read = { 0 };
	struct noro_error err = { 0 };
	enum noro_status st;

	if (known.dialect == NORO_DIALECT_NONE)
		known.dialect = x->dialect;
	if (!t->baseline)
		noro_exam_log_seen(x, &known, f);
	st = noro_state_read(x->u->o.def, &known, f, m, &read, &err);
	if (st == NORO_OK)
		st = noro_exam_puzzle(x, f, read.unknown, read.first_unknown);
	if (st == NORO_OK && !t->baseline && read.unknown && !read.rows &&
		noro_state_is_another(x->u->o.def, &known))
		return noro_exam_output_trouble(x, o, f);
	return st == NORO_ENOMEM ? st : NORO_OK;
}

static enum noro_status read_output(
	struct exam *x, const struct text *t, const struct noro_output *o)
{
	enum noro_dialect d = o->dialect == NORO_DIALECT_NONE ? x->dialect : o->dialect;
	struct noro_view command = noro_command_expand(d, o->command, x->a);
	struct noro_fact_file *f = file_of_output(x, t, o, command);
	enum noro_fact_source source;
	enum noro_status st;

	if (!f)
		return NORO_ENOMEM;
	if (x->dialect == NORO_DIALECT_NONE)
		x->dialect = o->dialect;
	x->outputs++;
	st = t->baseline ? NORO_OK : remember_command(x, f->command);
	if (st != NORO_OK)
		return st;
	if (noro_command_is_config(o->dialect, command, &source))
		return config_output(x, t, o, f, source);
	if (noro_command_is_routes(o->dialect, command))
		return noro_exam_route_output(x, &x->routes, o, f, t->baseline);
	if (noro_command_is_bgp(o->dialect, command))
		return noro_exam_route_output(x, &x->bgp, o, f, t->baseline);
	return state_output(x, t, o, f);
}

static bool is_this(const struct exam *x, const struct text *t, const struct noro_output *o)
{
	/* one device in the text: outputs without a prompt are its own as well */
	return t->names == 1 || noro_view_is_i(o->device, x->name);
}

static enum noro_status read_outputs(struct exam *x, const struct text *t, struct noro_view text)
{
	const struct noro_output *o = t->output;
	size_t n = t->outputs;
	enum noro_status st = o ? NORO_OK : noro_transcript_cut(text, t->path, x->a, &o, &n);

	for (size_t i = 0; st == NORO_OK && i < n; i++)
		if (!o[i].refused && o[i].body.n && o[i].command.n && is_this(x, t, &o[i]))
			st = read_output(x, t, &o[i]);
	return st;
}

static enum noro_status read_text(struct exam *x, const struct text *t)
{
	struct noro_view text = t->plain;

	if (t->kept.p && !t->tree) {
		char *bytes = noro_arena_alloc(x->a, t->kept.bytes + 1);
		enum noro_status st = bytes ? noro_kept_read(&t->kept, bytes) : NORO_ENOMEM;

		if (st != NORO_OK)
			return st;
		text = noro_view(bytes, t->kept.bytes);
	}
	return t->config ? read_config(x, t, text) : read_outputs(x, t, text);
}

/* --- all of it --- */

static enum noro_status tree_facts(struct exam *x, struct noro_facts_maker *m,
	const struct noro_tree *t, const struct noro_fact_file *f, enum noro_fact_source source)
{
	if (!t)
		return NORO_OK;
	x->statements += t->statements;
	x->unknown += t->unknown;
	return noro_facts_add_tree(m, t, f, source);
}

/* What was read of it, now and before: told at the configuration, else at the first text. */
static enum noro_status has(struct exam *x)
{
	const struct noro_fact_file *any = x->config_file;
	enum noro_status st;

	if (!any && x->texts)
		any = file_of(x, x->text[0]);
	if (!any)
		return x->texts ? NORO_ENOMEM : NORO_OK;
	st = noro_exam_has(x, x->now, x->config != NULL, x->startup != NULL, any);
	if (st == NORO_OK)
		st = noro_exam_has(x, x->base, x->baseline != NULL, false,
			x->baseline_file ? x->baseline_file : any);
	return st;
}

/* For a second taking: what was known stands there again. */
static enum noro_status put_back(struct exam *x)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < x->facts.rows; i++)
		st = noro_facts_add_row(x->now, &x->facts.row[i]);
	return st;
}

/* What compares rows with each other waits until all are known. */
static enum noro_status second_thoughts(struct exam *x)
{
	bool older = false, younger = false;
	enum noro_status st = noro_exam_downgrade(x, &older);

	if (st == NORO_OK)
		st = noro_exam_log_age(x, &younger);
	if (st != NORO_OK || (!older && !younger))
		return st;
	st = put_back(x);
	return st == NORO_OK ? noro_facts_take(x->now, &x->facts) : st;
}

static enum noro_status take_facts(struct exam *x)
{
	const struct noro_facts_def *d = x->u->o.def;
	enum noro_status st = tree_facts(x, x->now, x->config, x->config_file, NORO_FACT_CONFIG);

	if (st == NORO_OK)
		st = tree_facts(x, x->now, x->startup, x->startup_file, NORO_FACT_STARTUP);
	/* beside the whole it would say everything twice */
	for (size_t i = 0; st == NORO_OK && !x->config && i < x->parts; i++)
		st = tree_facts(x, x->now, x->part[i], x->part_file[i], NORO_FACT_CONFIG);
	if (st == NORO_OK)
		st = tree_facts(x, x->base, x->baseline, x->baseline_file, NORO_FACT_CONFIG);
	if (st == NORO_OK)
		st = noro_exam_changes(x);
	if (st == NORO_OK)
		st = noro_exam_collection(x);
	if (st == NORO_OK)
		st = has(x);
	if (st == NORO_OK)
		st = noro_facts_take(x->now, &x->facts);
	if (st == NORO_OK)
		st = noro_facts_take(x->base, &x->approved);
	if (st == NORO_OK)
		st = noro_exam_routes(x);
	if (st == NORO_OK)
		st = second_thoughts(x);
	x->compared = x->approved.rows != 0;
	if (st == NORO_OK && x->compared)
		st = noro_facts_compare(d, &x->facts, &x->approved, x->a);
	x->rows = x->facts.rows;
	return st == NORO_OK ? noro_exam_version(x) : st;
}

enum noro_status noro_exam_read(struct exam *x)
{
	const struct noro_facts_def *d = x->u->o.def;
	enum noro_status st = noro_facts_maker_new(d, x->a, x->u->secret_key, &x->now);

	if (st == NORO_OK)
		st = noro_facts_maker_new(d, x->a, x->u->secret_key, &x->base);
	for (size_t i = 0; st == NORO_OK && i < x->texts; i++)
		st = read_text(x, x->text[i]);
	return st == NORO_OK ? take_facts(x) : st;
}

enum noro_status noro_exam_row(
	struct exam *x, const char *table, const struct noro_fact *like, const char *const *pair)
{
	int number = noro_facts_table_by_name(x->u->o.def, noro_view_str(table));
	const struct noro_table *t;
	struct noro_fact row = *like;
	struct noro_view *col;

	if (number < 0)
		return NORO_OK; /* a knowledge folder without that table: nobody asks for it */
	t = noro_facts_table(x->u->o.def, (size_t)number);
	col = noro_arena_array(x->a, (size_t)t->columns + 1, sizeof(*col));
	if (!col)
		return NORO_ENOMEM;
	for (; pair[0]; pair += 2) {
		int c = noro_table_column(t, noro_view_str(pair[0]));

		if (c >= NORO_COMMONS && pair[1])
			col[c - NORO_COMMONS] = noro_view_str(pair[1]);
	}
	row.table = (uint16_t)number;
	row.col = col;
	return noro_facts_add_row(x->now, &row);
}
