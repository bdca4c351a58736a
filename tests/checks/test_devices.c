/* tests/checks/test_devices.c - the checks of devices and the maps of dialects together. */
#include "tests/test.h"

#include "base/file.h"
#include "device/audit.h"

#include <ftw.h>
#include <time.h>

struct bench {
	struct noro_arena *arena;
	struct noro_facts_def *def;
	struct noro_rules *rules;
	size_t failed;
};

/* The names of the common columns, as device/fact.h numbers them. */
static const char *const common[NORO_COMMONS] = { "device", "dialect", "version", "device.role",
	"source", "diff", "text", "context", "from.command" };

static enum noro_status schema(struct bench *b, struct noro_rules_opts *o)
{
	struct noro_rule_table *table =
		noro_arena_array(b->arena, noro_facts_tables(b->def) + 1, sizeof(*table));

	for (; table && o->tables < noro_facts_tables(b->def); o->tables++) {
		const struct noro_table *t = noro_facts_table(b->def, o->tables);

		table[o->tables] = (struct noro_rule_table){ t->name, t->column, t->columns };
	}
	o->table = table;
	o->common = common;
	o->commons = NORO_COMMONS;
	return table ? NORO_OK : NORO_ENOMEM;
}

static enum noro_status device(
	void *ctx, const struct noro_rule_example *e, noro_rule_rows_fn *rows, void *to)
{
	const struct bench *b = ctx;

	return noro_audit_example(b->def, e, rows, to);
}

static void start(struct bench *b)
{
	struct noro_rules_opts o = { 0 };
	struct noro_error err = { 0 };
	const char *folder, *path;

	*b = (struct bench){ .arena = noro_arena_new(0) };
	folder = noro_arena_printf(b->arena, "%s/knowledge", getenv("NOROSHI_SOURCE"));
	path = noro_arena_printf(b->arena, "%s/checks", folder);
	if (noro_facts_def_load(b->arena, &folder, 1, &b->def, &err) != NORO_OK ||
		schema(b, &o) != NORO_OK ||
		noro_rules_load(b->arena, &path, 1, &o, &b->rules, &err) != NORO_OK)
		fail_msg("%s:%llu: %s (%s)", err.where, (unsigned long long)err.at,
			err.msg ? err.msg : "?", err.arg[0]);
}

static void tell(void *ctx, const char *id, uint64_t line, const struct noro_msg *why)
{
	(void)ctx;
	print_message("# %s, line %llu: %s (%s, %s)\n", id, (unsigned long long)line, why->id,
		why->arg[0] ? why->arg[0] : "", why->arg[1] ? why->arg[1] : "");
}

/* Configurations and outputs of every example, through the maps and templates we have. */
static void texts_of_examples_do_as_they_say(void **state)
{
	struct bench b;
	struct noro_self_test t = { .device = device, .fail = tell };

	(void)state;
	start(&b);
	t.ctx = &b;
	assert_int_equal(noro_rules_self_test(b.rules, &t, NULL), NORO_OK);
	print_message("# %zu checks, %zu examples, %zu of dialects without a map\n", t.checks,
		t.examples, t.devices_skipped);
	assert_int_equal(t.failures, 0);
	noro_arena_free(b.arena);
}

/* --- real configurations: how loud, how fast --- */

enum { MAX_FILES = 20000, MAX_CHECKS = 1024 };

static char *file[MAX_FILES];
static size_t files;

static int note(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	if (kind == FTW_F && files < MAX_FILES)
		file[files++] = strdup(path);
	return 0;
}

struct hearing {
	struct bench *b;
	struct noro_rule_worker *worker;
	struct noro_arena *arena; /* of one file */
	struct noro_rule_event *event;
	size_t events, cap;
	size_t rows, verdicts;
	uint64_t ns;
	unsigned severity[NORO_SEV_CRITICAL + 1], critical[MAX_CHECKS];
};

static enum noro_status keep(void *ctx, const struct noro_rule_event *e)
{
	struct hearing *h = ctx;
	struct noro_view *field = noro_arena_array(h->arena, e->fields + 1, sizeof(*field));

	h->event = noro_arena_grow(h->arena, h->event, h->events, &h->cap, sizeof(*h->event));
	assert_non_null(h->event);
	assert_non_null(field);
	for (uint32_t i = 0; i < e->fields; i++)
		if (e->field[i].p)
			field[i] = noro_arena_view(h->arena, e->field[i]);
	h->event[h->events] = *e;
	h->event[h->events++].field = field;
	return NORO_OK;
}

static uint64_t now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static enum noro_status hear(void *to, const struct noro_rule_rows *d)
{
	struct hearing *h = to;
	uint64_t from = now_ns();
	enum noro_status st = noro_rules_match_rows(h->worker, d, keep, h);

	h->ns += now_ns() - from;
	for (uint32_t t = 0; t < noro_facts_tables(h->b->def); t++)
		h->rows += d->rows(d->ctx, t);
	return st;
}

static enum noro_status verdict(void *ctx, const struct noro_verdict *v)
{
	struct hearing *h = ctx;

	h->verdicts++;
	h->severity[v->severity]++;
	assert_true(v->device.n > 0);
	assert_true(v->places > 0);
	assert_true(v->check < MAX_CHECKS);
	h->critical[v->check] += v->severity == NORO_SEV_CRITICAL;
	return NORO_OK;
}

/* False if it is no configuration of a dialect that has a map. */
static bool one_file(struct hearing *h, const char *path)
{
	struct noro_buf text = { 0 };
	struct noro_rule_example e = { .name = "r1" };
	struct noro_conclude_opts o = {
		.learn_until_ns = NORO_TIME_NONE, .verdict = verdict, .ctx = h
	};
	struct noro_dialect_guess guess;
	enum noro_status st = NORO_END;

	assert_int_equal(noro_file_read(path, 64 << 20, &text, NULL), NORO_OK);
	h->arena = noro_arena_new(0);
	h->event = NULL;
	h->events = h->cap = 0;
	e.config = noro_buf_as_view(&text);
	noro_dialect_guess(e.config, path, &guess);
	e.dialect = noro_dialect_name(guess.dialect);
	if (guess.dialect != NORO_DIALECT_NONE && guess.config && text.n > 0)
		st = noro_audit_example(h->b->def, &e, hear, h);
	assert_true(st == NORO_OK || st == NORO_END);
	if (st == NORO_OK)
		assert_int_equal(
			noro_rules_conclude(h->b->rules, h->arena, h->event, h->events, &o, NULL),
			NORO_OK);
	noro_arena_free(h->arena);
	noro_buf_done(&text);
	return st == NORO_OK;
}

/*
 * Nobody's intruder was in these: what is critical there without any list of the site is a
 * default or a password in clear text, and there must be few of them.
 */
static void real_configurations_are_quiet(void **state)
{
	static const char *const set[] = { "ytti+oxidized", "batfish+lab-validation",
		"batfish+batfish", "mpenning+ciscoconfparse" };
	const char *data = test_data();
	struct bench b;

	(void)state;
	if (!data) {
		print_message("# no real data beside the source tree\n");
		return;
	}
	start(&b);
	for (size_t i = 0; i < sizeof(set) / sizeof(*set); i++) {
		struct hearing h = { .b = &b };
		size_t taken = 0;

		assert_int_equal(noro_rule_worker_new(b.rules, &h.worker), NORO_OK);
		for (files = 0; files == 0;) {
			const char *folder =
				noro_arena_printf(b.arena, "%s/config/%s", data, set[i]);

			if (nftw(folder, note, 16, FTW_PHYS) != 0 || files == 0)
				break;
		}
		for (size_t f = 0; f < files; f++) {
			taken += one_file(&h, file[f]);
			free(file[f]);
		}
		noro_rule_worker_free(h.worker);
		print_message(
			"# %s: %zu configurations, %zu rows, %zu verdicts, %u critical, %u high; "
			"%.2f us a row\n",
			set[i], taken, h.rows, h.verdicts, h.severity[NORO_SEV_CRITICAL],
			h.severity[NORO_SEV_HIGH],
			(double)h.ns / 1000.0 / (double)(h.rows ? h.rows : 1));
		assert_true(h.severity[NORO_SEV_CRITICAL] * 10 <= h.verdicts);
		for (uint32_t c = 0; c < MAX_CHECKS; c++)
			if (h.critical[c])
				print_message("#   %s %u\n", noro_rules_check(b.rules, c)->id,
					h.critical[c]);
	}
	noro_arena_free(b.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_of_examples_do_as_they_say),
		cmocka_unit_test(real_configurations_are_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
