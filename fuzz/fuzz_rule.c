/*
 * fuzz/fuzz_rule.c - a rule file and a record, split at the first NUL byte. What
 * is accepted must match without harm, and a record that a check matches without
 * literals must hold one of its derived literals if the record is its raw text. As
 * rows of tables its lines must do no harm either, and no event may name a row that
 * is not there.
 */
#include "fuzz/fuzz.h"

#include "rule/rule.h"

static struct noro_view record;

static bool get(const void *rec, uint32_t field, struct noro_view *ret)
{
	(void)rec;
	(void)field;
	*ret = record;
	return true;
}

static unsigned events;

static enum noro_status emit(void *ctx, const struct noro_rule_event *e)
{
	(void)ctx;
	assert(e->fields <= NORO_RULE_MAX_FIELDS);
	events++;
	return NORO_OK;
}

static void match(const struct noro_rules *r)
{
	struct noro_rule_view v = { .get = get, .time_ns = 0 };
	struct noro_rule_worker *w;
	size_t n;
	const char *const *literal = noro_rules_literals(r, &n);
	uint32_t all[64];
	unsigned without;

	if (noro_rule_worker_new(r, &w) != NORO_OK)
		return;
	events = 0;
	assert(noro_rules_match(w, &v, NULL, 0, emit, NULL) == NORO_OK);
	without = events;
	events = 0;
	for (size_t i = 0; i < n; i++)
		assert(strlen(literal[i]) >= 3);
	for (size_t i = 0; i < n && i < 64; i++)
		all[i] = (uint32_t)i;
	assert(noro_rules_match(w, &v, all, n < 64 ? n : 64, emit, NULL) == NORO_OK);
	assert(events <= without);
	assert(n > 64 || events == without);
	noro_rule_worker_free(w);
}

/* --- the record as rows: a line is a row, its blanks part columns --- */

static const char *const common[] = { "device", "source", "diff" };
static const char *const column[] = { "name", "address" };
static const struct noro_rule_table table[] = { { "user", column, 2 }, { "acl", column, 2 } };
enum { MOST_ROWS = 64 };

static size_t rows_of(const void *ctx, uint32_t t)
{
	struct noro_view rest = record, line;
	size_t n = 0;

	(void)ctx;
	(void)t;
	while (n < MOST_ROWS && noro_view_line(&rest, &line))
		n++;
	return n;
}

static bool cell_of(const void *ctx, uint32_t t, uint32_t row, uint32_t col, struct noro_view *ret)
{
	struct noro_view rest = record, line = record;

	(void)ctx;
	assert(t < 2 && col < 5 && row < rows_of(NULL, t));
	for (uint32_t i = 0; i <= row; i++)
		if (!noro_view_line(&rest, &line))
			return false;
	for (uint32_t i = 0; i <= col; i++)
		if (!noro_view_word(&line, ret))
			return false;
	return true;
}

static uint64_t place_of(const void *ctx, uint32_t t, uint32_t row)
{
	(void)ctx;
	return (uint64_t)t << 32 | row;
}

static enum noro_status emit_row(void *ctx, const struct noro_rule_event *e)
{
	assert(e->fields <= NORO_RULE_MAX_FIELDS && e->question > 0);
	assert((e->place & 0xffffffff) < rows_of(ctx, 0));
	return NORO_OK;
}

static void match_rows(struct noro_view text)
{
	struct noro_rules_opts o = { .table = table, .tables = 2, .common = common, .commons = 3 };
	struct noro_rule_rows d = { .rows = rows_of, .cell = cell_of, .place = place_of };
	struct noro_arena *a = noro_arena_new(32 << 20);
	struct noro_rule_worker *w;
	struct noro_rules *r;

	if (a && noro_rules_new(a, &o, &r, NULL) == NORO_OK &&
		noro_rules_add_text(r, "f", text, NULL) == NORO_OK &&
		noro_rules_seal(r, NULL) == NORO_OK && noro_rule_worker_new(r, &w) == NORO_OK) {
		assert(noro_rules_match_rows(w, &d, emit_row, NULL) == NORO_OK);
		noro_rule_worker_free(w);
	}
	noro_arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = memchr(data, '\0', size);
	size_t n = nul ? (size_t)(nul - data) : size;
	struct noro_arena *a = noro_arena_new(32 << 20);
	struct noro_error err = { 0 };
	struct noro_rules *r;

	if (!a)
		return 0;
	record = nul ? noro_view(nul + 1, size - n - 1) : noro_view("", 0);
	if (noro_rules_new(a, NULL, &r, NULL) == NORO_OK &&
		noro_rules_add_text(r, "f", noro_view(data, n), &err) == NORO_OK &&
		noro_rules_seal(r, &err) == NORO_OK)
		match(r);
	else
		assert(err.status != NORO_OK);
	noro_arena_free(a);
	match_rows(noro_view(data, n));
	return 0;
}
