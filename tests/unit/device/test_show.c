/*
 * tests/unit/device/test_show.c - show outputs against what other parsers make of them, field by
 * field (real data), and against our own examples.
 */
#include "tests/test.h"

#include "base/file.h"
#include "base/yaml.h"
#include "device/state.h"
#include "device/template_priv.h"
#include "tests/unit/device/facts.h"
#include "tests/unit/device/show_agree.h"

#include <ftw.h>

static struct noro_arena *arena;
static struct noro_facts_def *def;
static bool verbose;

static int setup(void **state)
{
	(void)state;
	arena = noro_arena_new(0);
	def = facts_def(arena);
	verbose = getenv("NOROSHI_SHOW_VERBOSE") != NULL;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	noro_arena_free(arena);
	return 0;
}

/* --- files --- */

struct files {
	char **path;
	size_t n, cap;
};
static struct files files;

static int take_file(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	if (kind != FTW_F)
		return 0;
	if (files.n == files.cap) {
		files.cap = files.cap ? files.cap * 2 : 1024;
		files.path = realloc(files.path, files.cap * sizeof(*files.path));
		assert_non_null(files.path);
	}
	files.path[files.n++] = strdup(path);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void files_below(const char *root, const char *below)
{
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/%s", root, below);
	(void)nftw(path, take_file, 16, FTW_PHYS);
	qsort(files.path, files.n, sizeof(*files.path), by_name);
}

static void files_done(void)
{
	for (size_t i = 0; i < files.n; i++)
		free(files.path[i]);
	free(files.path);
	files = (struct files){ 0 };
}

/* Outputs, not what they should give. */
static bool is_output(const char *path)
{
	struct noro_view v = noro_view_str(path);

	return noro_view_ends(v, ".raw") || noro_view_ends(v, "_output.txt") ||
	       (strstr(path, "mocked_data/") && !strstr(path, "expected_result")) ||
	       (strstr(path, "lab-validation") && strstr(path, "/show/"));
}

/* --- reading --- */

struct got {
	struct noro_facts facts;
	struct noro_state_read read; /* of the last output with a template */
	uint32_t outputs, understood, unknown;
	char command[96];
};

static void read_text(
	struct noro_arena *a, struct noro_view text, const char *path, struct got *ret)
{
	static const struct noro_fact_file file = { .path = "x" };
	struct noro_facts_maker *m;
	const struct noro_output *o;
	size_t n;

	*ret = (struct got){ 0 };
	assert_int_equal(noro_facts_maker_new(def, a, facts_key, &m), NORO_OK);
	assert_int_equal(noro_transcript_cut(text, path, a, &o, &n), NORO_OK);
	for (size_t i = 0; i < n; i++) {
		struct noro_state_read r;
		struct noro_error err;

		assert_int_equal(noro_state_read(def, &o[i], &file, m, &r, &err), NORO_OK);
		ret->outputs++;
		ret->understood += r.template_id != NULL;
		ret->unknown += r.unknown;
		if (r.template_id)
			ret->read = r;
		(void)snprintf(ret->command, sizeof(ret->command), "%s: %.60s",
			noro_dialect_name(o[i].dialect),
			noro_arena_strn(a, noro_command_expand(o[i].dialect, o[i].command, a).p,
				noro_command_expand(o[i].dialect, o[i].command, a).n));
	}
	assert_int_equal(noro_facts_take(m, &ret->facts), NORO_OK);
}

static bool file_text(const char *path, struct noro_buf *b)
{
	struct noro_error err;

	return noro_file_read(path, 1 << 26, b, &err) == NORO_OK && b->n;
}

/* --- their entries --- */

struct entry {
	const struct noro_json *v;
	struct noro_view key[4]; /* taken on the way */
};
struct entries {
	struct entry *item;
	size_t n, cap;
};

static void add_entry(struct entries *es, const struct entry *e)
{
	if (es->n == es->cap) {
		es->cap = es->cap ? es->cap * 2 : 64;
		es->item = realloc(es->item, es->cap * sizeof(*es->item));
		assert_non_null(es->item);
	}
	es->item[es->n++] = *e;
}

static void walk_way(struct entries *es, const struct noro_json *v, struct noro_view way,
	struct entry e, size_t keys)
{
	struct noro_view step;

	if (v->kind == NORO_JSON_ARRAY) {
		for (const struct noro_json *c = v->child; c; c = c->next)
			walk_way(es, c, way, e, keys);
		return;
	}
	if (!noro_view_word(&way, &step)) {
		e.v = v;
		add_entry(es, &e);
		return;
	}
	for (const struct noro_json *c = v->kind == NORO_JSON_OBJECT ? v->child : NULL; c;
		c = c->next) {
		struct entry inner = e;

		if (step.p[0] == '<')
			inner.key[keys] = c->key;
		else if (!noro_view_is(step, "*") && !noro_view_eq(step, c->key))
			continue;
		walk_way(es, c, way, inner, keys + (step.p[0] == '<'));
	}
}

/* The number of <x> among those of the way. */
static size_t key_number(const char *way, const char *name)
{
	struct noro_view rest = noro_view_str(way), step;
	size_t n = 0;

	while (noro_view_word(&rest, &step) && !noro_view_is(step, name))
		n += step.p[0] == '<';
	return n;
}

static struct noro_view scalar(const struct noro_json *v)
{
	if (v && v->kind == NORO_JSON_ARRAY)
		v = v->child;
	if (!v || v->kind == NORO_JSON_NULL || v->kind == NORO_JSON_OBJECT)
		return NORO_V("");
	if (v->kind == NORO_JSON_TRUE)
		return NORO_V("true");
	return v->kind == NORO_JSON_FALSE ? NORO_V("false") : noro_view_trim(v->text);
}

static const struct noro_json *member(const struct noro_json *v, struct noro_view name)
{
	struct noro_view step;

	while (v && noro_view_word(&name, &step)) {
		const struct noro_json *c = v->kind == NORO_JSON_OBJECT ? v->child : NULL;

		while (c && !noro_view_eq(c->key, step))
			c = c->next;
		v = c;
	}
	return v;
}

/* "{a}/{b}" with `look` for what stands in braces. */
typedef struct noro_view look_fn(const void *from, struct noro_view name);

static struct noro_view filled(
	struct noro_arena *a, const char *text, look_fn *look, const void *from)
{
	struct noro_view rest = noro_view_str(text);
	struct noro_buf b = { 0 };
	struct noro_view out;

	if (!strchr(text, '{'))
		return look(from, rest);
	while (rest.n) {
		size_t close = noro_view_chr(rest, '}');

		if (rest.p[0] == '{' && close != SIZE_MAX) {
			noro_buf_view(&b, look(from, noro_view_sub(rest, 1, close - 1)));
			rest = noro_view_sub(rest, close + 1, rest.n);
		} else {
			noro_buf_chr(&b, rest.p[0]);
			rest = noro_view_sub(rest, 1, rest.n);
		}
	}
	out = noro_arena_view(a, noro_buf_as_view(&b));
	noro_buf_done(&b);
	return out;
}

static struct noro_view look_theirs(const void *from, struct noro_view name)
{
	return scalar(member(from, name));
}

struct our_row {
	const struct noro_table *t;
	const struct noro_fact *f;
};

static struct noro_view look_ours(const void *from, struct noro_view name)
{
	const struct our_row *r = from;
	int c = noro_table_column(r->t, name);

	assert_true(c >= NORO_COMMONS);
	return r->f->col[c - NORO_COMMONS].p ? r->f->col[c - NORO_COMMONS] : NORO_V("");
}

/* --- comparing --- */

static bool same_mac(struct noro_view a, struct noro_view b)
{
	size_t i = 0, k = 0;

	for (;; i++, k++) {
		while (i < a.n && !noro_is_hex(a.p[i]))
			i++;
		while (k < b.n && !noro_is_hex(b.p[k]))
			k++;
		if (i >= a.n || k >= b.n)
			return i >= a.n && k >= b.n;
		if (noro_lower(a.p[i]) != noro_lower(b.p[k]))
			return false;
	}
}

/* "their>our": + stands for a blank, - for nothing. */
static bool told_same(const char *same, struct noro_view theirs, struct noro_view ours)
{
	struct noro_view rest = noro_view_str(same), pair;

	while (noro_view_word(&rest, &pair)) {
		size_t at = noro_view_rchr(pair, '>');
		char left[64];
		size_t n = 0;
		struct noro_view right;

		if (at == SIZE_MAX || at >= sizeof(left))
			continue;
		for (; n < at; n++)
			left[n] = pair.p[n] == '+' ? ' ' : pair.p[n];
		right = noro_view_sub(pair, at + 1, pair.n);
		if (noro_view_eq_i(theirs, noro_view(left, n)) &&
			(noro_view_is(right, "-") ? ours.n == 0 : noro_view_eq_i(ours, right)))
			return true;
	}
	return false;
}

static bool agree(const struct agree_field *f, struct noro_view theirs, struct noro_view ours)
{
	if (!strcmp(f->same, "~mac"))
		return same_mac(theirs, ours);
	if (!strcmp(f->same, "~begins"))
		return theirs.n >= ours.n
			       ? noro_view_eq_i(noro_view_sub(theirs, 0, ours.n), ours)
			       : noro_view_eq_i(noro_view_sub(ours, 0, theirs.n), theirs);
	if (!strcmp(f->same, "~ends"))
		return ours.n >= theirs.n &&
		       noro_view_eq_i(noro_view_sub(ours, ours.n - theirs.n, theirs.n), theirs);
	if (!strcmp(f->same, "~sign"))
		return theirs.n &&
		       noro_view_starts(ours, theirs.p[0] == '+' ? "added" : "removed") &&
		       noro_view_find(ours, noro_view_sub(theirs, 1, theirs.n)) != SIZE_MAX;
	if (!strcmp(f->same, "~holds"))
		return noro_view_find_i(ours, theirs) != SIZE_MAX || !theirs.n;
	/* "{address}:{port}" without a port */
	if (strchr(f->ours, '{') && noro_view_ends(ours, ":"))
		ours.n--;
	return noro_view_eq_i(theirs, ours) || told_same(f->same, theirs, ours);
}

static struct noro_view theirs_of(struct noro_arena *a, const struct agree *g,
	const struct agree_field *f, const struct entry *e)
{
	if (f->theirs[0] == '<')
		return e->key[key_number(g->way, f->theirs)];
	if (!f->theirs[0])
		return scalar(e->v);
	return filled(a, f->theirs, look_theirs, e->v);
}

struct tally {
	unsigned files, entries, agreed, differ, missing;
	unsigned field[10];
};

/* The row that agrees in the key fields and was not taken yet; without keys the next one. */
static const struct noro_fact *row_for(struct noro_arena *a, const struct agree *g,
	const struct entry *e, const struct got *got, int table, bool *used)
{
	const struct noro_table *t = noro_facts_table(def, (size_t)table);

	for (uint32_t i = got->facts.at[table]; i < got->facts.at[table + 1]; i++) {
		struct our_row r = { t, &got->facts.row[i] };
		bool fits = !used[i];

		for (unsigned k = 0; fits && k < g->keys; k++)
			fits = agree(&g->field[k], theirs_of(a, g, &g->field[k], e),
				filled(a, g->field[k].ours, look_ours, &r));
		if (fits) {
			used[i] = !g->again;
			return r.f;
		}
	}
	return NULL;
}

static void compare(struct noro_arena *a, const struct agree *g, const char *path,
	const struct entries *es, const struct got *got, struct tally *t)
{
	int table = noro_facts_table_by_name(def, noro_view_str(g->table));
	bool *used = calloc(got->facts.rows + 1, 1);

	assert_true(table >= 0);
	assert_non_null(used);
	for (size_t i = 0; i < es->n; i++) {
		const struct noro_fact *f;
		bool something = false;

		for (unsigned k = 0; k < 10 && g->field[k].theirs; k++)
			something |= theirs_of(a, g, &g->field[k], &es->item[i]).n > 0;
		/* an entry that says nothing in our words (a heading) is none */
		if (g->only &&
			!noro_view_is(look_theirs(es->item[i].v, noro_view_str(g->only)), g->value))
			continue;
		if ((g->keys && !something) ||
			(g->keys && !theirs_of(a, g, &g->field[g->keys - 1], &es->item[i]).n))
			continue;
		t->entries++;
		f = row_for(a, g, &es->item[i], got, table, used);
		if (!f) {
			t->missing++;
			if (verbose)
				print_message("# %s %s: no row for %.*s\n", path, g->table,
					NORO_VARG(theirs_of(a, g, &g->field[0], &es->item[i])));
			continue;
		}
		for (unsigned k = 0; k < 10 && g->field[k].theirs; k++) {
			struct our_row r = { noro_facts_table(def, (size_t)table), f };
			struct noro_view theirs = theirs_of(a, g, &g->field[k], &es->item[i]);
			struct noro_view ours = filled(a, g->field[k].ours, look_ours, &r);

			/* what they leave open is not compared */
			if (!theirs.n)
				continue;
			if (agree(&g->field[k], theirs, ours)) {
				t->agreed++;
				continue;
			}
			t->differ++;
			t->field[k]++;
			if (verbose)
				print_message("# %s %s: theirs '%.*s', ours '%.*s'\n", path,
					g->field[k].ours, NORO_VARG(theirs), NORO_VARG(ours));
		}
	}
	free(used);
}

/* The file with what it should give. */
static bool expected_of(const char *path, char out[4096])
{
	size_t n = strlen(path);

	if (n > 4000)
		return false;
	memcpy(out, path, n + 1);
	if (noro_view_ends(noro_view_str(path), ".raw")) {
		memcpy(out + n - 4, ".yml", 5);
	} else if (strstr(path, "mocked_data/")) {
		(void)snprintf(strrchr(out, '/'), 32, "/expected_result.json");
	} else if (noro_view_ends(noro_view_str(path), "_output.txt")) {
		(void)snprintf(out + n - 11, 32, "_expected.json");
	} else {
		return false;
	}
	return true;
}

static void one_file(const struct agree *g, const char *path, struct tally *t)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf text = { 0 }, want = { 0 };
	struct noro_json_limits limits = { .allow_duplicates = true };
	const struct noro_json *root = NULL;
	struct entries es = { 0 };
	char expected[4096];
	struct noro_error err;
	struct got got;

	assert_non_null(a);
	if (expected_of(path, expected) && file_text(path, &text) && file_text(expected, &want)) {
		enum noro_status st =
			noro_view_ends(noro_view_str(expected), ".yml")
				? noro_yaml_parse(a, noro_buf_as_view(&want), NULL, &root, &err)
				: noro_json_parse(a, noro_buf_as_view(&want), &limits, &root, &err);

		if (st == NORO_OK) {
			walk_way(&es, root, noro_view_str(g->way), (struct entry){ 0 }, 0);
			read_text(a, noro_buf_as_view(&text), path, &got);
			compare(a, g, path, &es, &got, t);
			t->files++;
		}
	}
	free(es.item);
	noro_buf_done(&text);
	noro_buf_done(&want);
	noro_arena_free(a);
}

/* Just the differences that are known and explained, no more and no fewer. */
static void expect(const struct agree *g, const struct tally *t)
{
	for (unsigned k = 0; k <= 10; k++) {
		const char *ours = k < 10 ? g->field[k].ours : "";
		unsigned known = 0, seen = k < 10 ? t->field[k] : t->missing;

		if (!ours)
			continue;
		for (size_t i = 0; i < sizeof(knowns) / sizeof(knowns[0]); i++)
			if (!strcmp(knowns[i].folder, g->folder) && !strcmp(knowns[i].ours, ours))
				known = knowns[i].differ;
		if (seen != known)
			fail_msg("%s %s: %u differences of '%s', %u known "
				 "(NOROSHI_SHOW_VERBOSE=1 shows them)",
				g->folder, g->table, seen, ours, known);
	}
}

static void what_others_read_we_read_too(void **state)
{
	struct tally all = { 0 };
	const char *data = test_data();

	(void)state;
	if (!data)
		return;
	files_below(data, "show");
	for (size_t i = 0; i < sizeof(agrees) / sizeof(agrees[0]); i++) {
		struct tally t = { 0 };

		for (size_t k = 0; k < files.n; k++)
			if (is_output(files.path[k]) && strstr(files.path[k], agrees[i].folder))
				one_file(&agrees[i], files.path[k], &t);
		expect(&agrees[i], &t);
		if (verbose || t.differ || t.missing)
			print_message("# %-55s %-14s %2u files %4u entries %5u agree %4u differ "
				      "%3u missing\n",
				agrees[i].folder, agrees[i].table, t.files, t.entries, t.agreed,
				t.differ, t.missing);
		all.files += t.files;
		all.entries += t.entries;
		all.agreed += t.agreed;
		all.differ += t.differ;
		all.missing += t.missing;
	}
	print_message("# %u comparisons of files, %u entries: %u fields agree, %u differ, %u "
		      "entries without a row\n",
		all.files, all.entries, all.agreed, all.differ, all.missing);
	files_done();
	assert_true(all.files > 0);
}

/* Nothing fails, and what no template reads is counted by command. */
static void every_output_is_read_or_counted(void **state)
{
	const char *data = test_data();
	unsigned none = 0, read = 0, lines = 0;

	(void)state;
	if (!data)
		return;
	files_below(data, "show");
	files_below(data, "config/batfish+lab-validation");
	for (size_t i = 0; i < files.n; i++) {
		struct noro_arena *a;
		struct noro_buf text = { 0 };
		struct got got;

		if (!is_output(files.path[i]) || !file_text(files.path[i], &text)) {
			noro_buf_done(&text);
			continue;
		}
		a = noro_arena_new(0);
		read_text(a, noro_buf_as_view(&text), files.path[i], &got);
		if (got.understood)
			read++;
		else
			none++;
		lines += got.unknown;
		if (verbose && !got.understood)
			print_message("# no template: %s\n", got.command);
		if (verbose && got.unknown)
			print_message("# %u unknown lines, first %u: %s\n", got.unknown,
				got.read.first_unknown, files.path[i]);
		noro_arena_free(a);
		noro_buf_done(&text);
	}
	print_message("# %u outputs read, %u of commands without a template; %u lines unknown\n",
		read, none, lines);
	files_done();
	assert_true(read > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_others_read_we_read_too),
		cmocka_unit_test(every_output_is_read_or_counted),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
