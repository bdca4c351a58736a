/* tests/unit/device/test_collector.c - files of route collectors as evidence: which are taken for
 * such, which routes become rows, and what is left of a file that is torn. */
#include "tests/test.h"

#include "base/file.h"
#include "device/audit.h"
#include "tests/unit/device/facts.h"

struct file {
	const uint8_t *p;
	size_t n, piece;
};

static enum noro_status pull(void *ctx, void *buf, size_t n, size_t *ret_n)
{
	struct file *f = ctx;

	n = n < f->piece ? n : f->piece;
	*ret_n = n < f->n ? n : f->n;
	if (*ret_n)
		memcpy(buf, f->p, *ret_n);
	f->p += *ret_n;
	f->n -= *ret_n;
	return NORO_OK;
}

/* A table of six records: two peers; an origin that is not allowed, a part that is too long, a
 * private number amid a path, a path that comes back up. */
static struct noro_view table(struct noro_buf *b)
{
	char path[4096];
	struct noro_error err = { 0 };

	(void)snprintf(path, sizeof(path), "%s/tests/golden/data/routes/in/table.mrt",
		getenv("NOROSHI_SOURCE"));
	assert_int_equal(noro_file_read(path, 1 << 20, b, &err), NORO_OK);
	return noro_buf_as_view(b);
}

static const char roas[] = "{\"roas\":[{\"asn\":\"AS64510\",\"prefix\":\"198.51.100.0/24\","
			   "\"maxLength\":24},{\"asn\":\"AS64520\",\"prefix\":\"192.0.2.0/24\","
			   "\"maxLength\":25}]}";

struct judging {
	struct noro_arena *a;
	const struct noro_facts_def *def;
	const struct noro_vrps *vrps;
	struct noro_prefix protect;
	struct noro_mrt_sum sum;
	struct noro_facts facts;
	struct noro_view bytes;
};

static void start(struct judging *j)
{
	struct noro_vrps *v;
	struct noro_error err = { 0 };
	bool bits;

	*j = (struct judging){ .a = noro_arena_new(0) };
	j->def = facts_def(j->a);
	assert_int_equal(noro_vrps_read(noro_view_str(roas), j->a, &v, &err), NORO_OK);
	j->vrps = v;
	assert_true(noro_prefix_parse(NORO_V("198.51.100.0/24"), &j->protect, &bits));
}

static const struct noro_fact_file named = { .path = "table.mrt", .line = 1 };

static enum noro_status judge(struct judging *j, struct noro_view v, size_t piece)
{
	struct file f = { (const uint8_t *)v.p, v.n, piece };
	struct noro_mrt_source source = { pull, &f };
	struct noro_mrt_examine_opts o = { .def = j->def,
		.vrps = j->vrps,
		.protect = &j->protect,
		.protects = 1,
		.file = &named };
	struct noro_error err = { 0 };
	struct noro_facts_maker *m;
	enum noro_status st = noro_facts_maker_new(j->def, j->a, facts_key, &m);

	if (st == NORO_OK)
		st = noro_mrt_examine(&source, &o, m, j->a, &j->sum, &err);
	return st == NORO_OK ? noro_facts_take(m, &j->facts) : st;
}

/* "record prefix why" of each row. */
static void expect(const struct judging *j, const char *text)
{
	const struct noro_table *t = NULL;
	struct noro_buf b = { 0 };

	for (size_t i = 0; i < j->facts.rows; i++) {
		const struct noro_fact *f = &j->facts.row[i];
		struct noro_view prefix, why, origin;

		t = noro_facts_table(j->def, f->table);
		prefix = f->col[noro_table_column(t, NORO_V("prefix")) - NORO_COMMONS];
		why = f->col[noro_table_column(t, NORO_V("why")) - NORO_COMMONS];
		origin = f->col[noro_table_column(t, NORO_V("origin")) - NORO_COMMONS];
		noro_buf_printf(&b, "%u %.*s AS%.*s %.*s\n", f->line, (int)prefix.n, prefix.p,
			(int)origin.n, origin.p, (int)why.n, why.p);
		assert_ptr_not_equal(f->file, &named);
		assert_int_equal(f->file->time_ns, 1754006400 * NORO_NS_PER_S);
	}
	noro_buf_add(&b, "", 1);
	assert_string_equal(b.p, text);
	noro_buf_done(&b);
}

static void each_route_that_needs_a_word_is_told_with_its_record(void **state)
{
	struct judging j;
	struct noro_buf b = { 0 };

	(void)state;
	start(&j);
	for (size_t piece = 1; piece < 5000; piece *= 7) {
		assert_int_equal(judge(&j, table(&b), piece), NORO_OK);
		expect(&j, "3 198.51.100.128/25 AS64599 more-specific-of-protected rpki-invalid\n"
			   "4 192.0.2.0/24 AS64598 rpki-invalid\n"
			   "5 203.0.113.0/24 AS174 private-as leak\n"
			   "6 100.64.0.0/10 AS5580 leak\n");
		assert_int_equal(j.sum.stats.records, 6);
		assert_int_equal(j.sum.stats.entries, 7);
		assert_int_equal(j.sum.validity[NORO_ROV_VALID], 3);
		assert_int_equal(j.sum.validity[NORO_ROV_INVALID_ASN], 2);
		assert_int_equal(j.sum.peers, 2);
		assert_int_equal(j.sum.peer[1].invalid, 2);
		assert_false(j.sum.stats.truncated);
		b.n = 0;
	}
	noro_buf_done(&b);
	noro_arena_free(j.a);
}

/* Whole records before the tear are judged; a tear within a record is told. */
static void every_truncation_keeps_what_stands_before(void **state)
{
	struct judging j;
	struct noro_buf b = { 0 };
	struct noro_view all = table(&b);
	size_t rows = 0;

	(void)state;
	start(&j);
	for (size_t n = 12; n < all.n; n++) {
		uint8_t *exact = test_exact_copy(all.p, n);

		assert_int_equal(judge(&j, noro_view((char *)exact, n), 4096), NORO_OK);
		assert_true(j.facts.rows >= rows && j.facts.rows < 4);
		assert_true(j.sum.stats.at <= n);
		assert_true(j.sum.stats.truncated == (j.sum.stats.at != n));
		rows = j.facts.rows;
		free(exact);
	}
	assert_int_equal(rows, 3);
	noro_buf_done(&b);
	noro_arena_free(j.a);
}

/* A length that lies costs its record, not the memory it asks for and not what follows. */
static void a_length_that_lies_costs_its_record(void **state)
{
	struct judging j;
	struct noro_buf b = { 0 };
	struct noro_view all = table(&b);
	size_t second = 12 + (size_t)(uint8_t)all.p[11];
	static const uint8_t lies[][4] = { { 0, 0, 0, 0 }, { 0, 0, 0, 9 }, { 0, 0, 1, 0 },
		{ 0xff, 0xff, 0xff, 0xff }, { 0x7f, 0, 0, 0 } };

	(void)state;
	start(&j);
	for (size_t i = 0; i < sizeof(lies) / sizeof(*lies); i++) {
		uint8_t *bent = test_exact_copy(all.p, all.n);

		memcpy(bent + second + 8, lies[i], 4);
		assert_int_equal(judge(&j, noro_view((char *)bent, all.n), 4096), NORO_OK);
		assert_true(j.sum.stats.bad_records || j.sum.stats.truncated);
		if (lies[i][0] == 0) /* found again: the rows behind are all there */
			assert_int_equal(j.facts.rows, 4);
		free(bent);
	}
	noro_buf_done(&b);
	noro_arena_free(j.a);
}

static bool try_judge(void *arg)
{
	struct judging *j = arg;
	struct noro_arena *a = noro_arena_new(0), *old = j->a;
	enum noro_status st = NORO_ENOMEM;

	if (a) {
		j->a = a;
		st = judge(j, j->bytes, 4096);
		j->a = old;
		noro_arena_free(a);
	}
	return st == NORO_OK;
}

static void no_allocation_is_taken_for_granted(void **state)
{
	struct judging j;
	struct noro_buf b = { 0 };

	(void)state;
	start(&j);
	j.bytes = table(&b);
	test_allocation_sweep(try_judge, &j, 1000);
	noro_buf_done(&b);
	noro_arena_free(j.a);
}

static void other_files_are_not_taken_for_routes(void **state)
{
	static const char elf[64] = "\177ELF\2\1\1", pcap[64] = "\324\303\262\241\2\0\4";
	static const char zeros[64] = { 0 }, three[64] = "\3\0\0\0\7\4";
	struct noro_buf b = { 0 };
	struct noro_view all = table(&b);

	(void)state;
	assert_null(noro_mrt_form(noro_view(elf, 64)));
	assert_null(noro_mrt_form(noro_view(pcap, 64)));
	assert_null(noro_mrt_form(noro_view(zeros, 64)));
	assert_null(noro_mrt_form(noro_view(three, 64)));
	assert_null(noro_mrt_form(noro_view("", 0)));
	assert_null(noro_mrt_form(noro_view(all.p, 11)));
	assert_string_equal(noro_mrt_form(all), "mrt");
	assert_string_equal(noro_mrt_form(noro_view(all.p, 20)), "mrt");
	assert_null(noro_mrt_form(noro_view(all.p + 1, all.n - 1)));
	noro_buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_route_that_needs_a_word_is_told_with_its_record),
		cmocka_unit_test(every_truncation_keeps_what_stands_before),
		cmocka_unit_test(a_length_that_lies_costs_its_record),
		cmocka_unit_test(no_allocation_is_taken_for_granted),
		cmocka_unit_test(other_files_are_not_taken_for_routes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
