/*
 * tests/unit/hub/test_hub_import.c - data sets keep their dates, nothing is taken twice, whatever
 * is cut off or refused; memory that fails is told.
 */
#include "tests/test.h"

#include "base/arena.h"
#include "base/file.h"
#include "hub/import.h"
#include "store/hub_seen.h"

#include <unistd.h>

#define ID "indicator--00000001-0000-4000-8000-00000000000"

static const char dataset[] =
	"{\"trust\":{\"information\":{\"title\":\"T\"},\"collections\":[{\"id\":"
	"\"91a7b528-80eb-42ed-a74d-c6fbd5a26116\",\"title\":\"c\",\"can_read\":false,\"objects\":["
	"{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"" ID "2\",\"created\":"
	"\"2025-08-01T00:00:00.000Z\",\"modified\":\"2025-08-03T00:00:00.000Z\",\"pattern_type\":"
	"\"stix\",\"pattern\":\"[domain-name:value = 'b.example.com']\",\"valid_from\":"
	"\"2025-08-01T00:00:00Z\"},{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"" ID
	"1\",\"created\":\"2025-08-01T00:00:00.000Z\",\"modified\":\"2025-08-01T00:00:00.000Z\","
	"\"pattern_type\":\"stix\",\"pattern\":\"[domain-name:value = 'a.example.com']\","
	"\"valid_from\":\"2025-08-01T00:00:00Z\"},{\"type\":\"indicator\"}],\"manifest\":["
	"{\"id\":\"" ID "2\",\"date_added\":\"2025-08-04T00:00:00Z\",\"versions\":["
	"\"2025-08-03T00:00:00.000Z\"]},{\"id\":\"" ID "1\",\"date_added\":"
	"\"2025-08-02T00:00:00Z\",\"version\":\"2025-08-01T00:00:00.000Z\"}]}]}}";

struct site {
	struct noro_hubdb *db;
	char path[32];
	unsigned refused;
};

static void on_refused(void *ctx, const struct noro_hub_refusal *r)
{
	struct site *s = ctx;

	s->refused++;
	assert_string_equal(r->file, s->path);
	assert_non_null(r->place);
	assert_true(r->faults || r->msg);
}

static void open_site(struct site *s)
{
	int fd;

	*s = (struct site){ .path = "/tmp/noroshi_import_XXXXXX" };
	fd = mkstemp(s->path);
	assert_true(fd >= 0);
	(void)close(fd);
	assert_int_equal(noro_hubdb_open(NULL, false, &s->db, NULL), NORO_OK);
}

static void close_site(struct site *s)
{
	noro_hubdb_close(s->db);
	(void)unlink(s->path);
}

static enum noro_status import(struct site *s, struct noro_view text, struct noro_hub_imported *ret)
{
	const struct noro_hub_import imp = { .db = s->db,
		.now_ns = 20400 * NORO_DAY_NS,
		.tlp = NORO_TLP_AMBER,
		.refused = on_refused,
		.ctx = s };
	struct noro_error err;

	*ret = (struct noro_hub_imported){ 0 };
	s->refused = 0;
	assert_int_equal(noro_file_write(s->path, 0600, text, NULL), NORO_OK);
	return noro_hub_import(&imp, s->path, ret, &err);
}

struct page {
	int64_t added[4];
	char id[4][64];
	size_t n;
};

static enum noro_status on_row(void *ctx, const struct noro_hub_row *row)
{
	struct page *p = ctx;

	assert_true(p->n < 4);
	p->added[p->n] = row->added_us;
	(void)snprintf(p->id[p->n], sizeof(p->id[0]), "%.*s", NORO_VARG(row->id));
	p->n++;
	return NORO_OK;
}

static void a_data_set_keeps_its_dates_and_order(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_hub_collection *c;
	const struct noro_hub_root *root;
	struct noro_hub_imported r;
	struct noro_hub_end end;
	struct page p = { 0 };
	struct site s;
	size_t n;

	(void)state;
	open_site(&s);
	assert_int_equal(import(&s, noro_view_str(dataset), &r), NORO_OK);
	assert_int_equal(r.taken, 2);
	assert_int_equal(r.refused, 1);
	assert_int_equal(s.refused, 1);
	assert_int_equal(r.undated, 0);
	assert_int_equal(r.collections, 1);
	assert_int_equal(noro_hubdb_roots(s.db, a, &root, &n, NULL), NORO_OK);
	assert_int_equal(n, 1);
	assert_string_equal(root[0].name, "trust");
	assert_int_equal(noro_hubdb_collections(s.db, root[0].no, a, &c, &n, NULL), NORO_OK);
	assert_int_equal(n, 1);
	assert_true(c[0].audience != 0); /* nobody could read it there */
	assert_int_equal(noro_hubdb_page(s.db,
				 &(struct noro_hub_ask){ .collection = c[0].no,
					 .after_us = INT64_MIN,
					 .limit = 10,
					 .versions = NORO_HUB_ALL },
				 on_row, &p, &end, NULL),
		NORO_OK);
	assert_int_equal(p.n, 2);
	assert_string_equal(p.id[0], ID "1");
	assert_true(p.added[0] == INT64_C(1754092800000000)); /* 2025-08-02 */
	assert_true(p.added[1] == INT64_C(1754265600000000)); /* 2025-08-04 */
	assert_int_equal(import(&s, noro_view_str(dataset), &r), NORO_OK);
	assert_int_equal(r.taken, 0);
	assert_int_equal(r.there, 2);
	assert_int_equal(r.collections, 0);
	close_site(&s);
	noro_arena_free(a);
}

static void what_is_cut_off_is_refused_whole(void **state)
{
	struct noro_hub_imported r;
	struct site s;

	(void)state;
	open_site(&s);
	for (size_t n = 1; n < sizeof(dataset) - 1; n += 7) {
		assert_int_not_equal(import(&s, noro_view(dataset, n), &r), NORO_OK);
		assert_int_equal(r.taken, 0);
	}
	close_site(&s);
}

static bool try_import(void *arg)
{
	struct noro_hub_import imp = { .now_ns = 20400 * NORO_DAY_NS, .tlp = NORO_TLP_AMBER };
	struct noro_hub_imported r = { 0 };
	struct noro_error err;
	bool done = noro_hubdb_open(NULL, false, &imp.db, &err) == NORO_OK &&
		    noro_hub_import(&imp, arg, &r, &err) == NORO_OK;

	noro_hubdb_close(imp.db);
	assert_true(!done || r.taken == 2);
	return done;
}

static void survives_any_allocation_that_fails(void **state)
{
	struct noro_hub_imported r;
	struct site s;

	(void)state;
	open_site(&s);
	assert_int_equal(import(&s, noro_view_str(dataset), &r), NORO_OK);
	test_allocation_sweep(try_import, s.path, 2000);
	close_site(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_data_set_keeps_its_dates_and_order),
		cmocka_unit_test(what_is_cut_off_is_refused_whole),
		cmocka_unit_test(survives_any_allocation_that_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
