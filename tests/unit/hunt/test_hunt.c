/* tests/unit/hunt/test_hunt.c - what is there is found, once, in place and in time, by any number
 * of workers. */
#include "tests/test.h"

#include "base/file.h"
#include "base/library.h"
#include "hunt/hunt.h"

#include <unistd.h>

enum { LINES = 400000, EVERY = 5000 };

static char folder[64];

static void write_file(const char *name, const struct noro_buf *b)
{
	char path[128];
	struct noro_error err;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(noro_file_write(path, 0600, noro_buf_as_view(b), &err), NORO_OK);
}

static struct noro_set *one_address(const char *value)
{
	struct noro_set_builder *b;
	struct noro_set *s;
	struct noro_ioc_meta m = { .source = "test",
		.from_ns = 0,
		.until_ns = INT64_C(1735689600) * NORO_NS_PER_S,
		.typed_ns = NORO_TIME_NONE,
		.expires_ns = NORO_TIME_NONE,
		.confidence = 50,
		.severity = 2 };
	struct noro_error err;
	uint32_t meta;

	assert_int_equal(noro_set_builder_new(0, &b), NORO_OK);
	assert_int_equal(noro_set_meta(b, &m, &meta), NORO_OK);
	assert_int_equal(
		noro_set_add(b, NORO_IOC_IPV4, noro_view_str(value), meta, NORO_NO_PATTERN),
		NORO_OK);
	assert_int_equal(noro_set_finish(b, &s, &err), NORO_OK);
	noro_set_builder_free(b);
	return s;
}

static enum noro_status hunt(
	const struct noro_set *s, unsigned jobs, struct noro_arena *a, struct noro_result *r)
{
	const char *path[] = { folder };
	struct noro_hunt_opts o = { .path = path,
		.paths = 1,
		.set = s,
		.jobs = jobs,
		.now_ns = INT64_C(1735689600) * NORO_NS_PER_S,
		.since_ns = NORO_TIME_NONE,
		.until_ns = NORO_TIME_NONE };
	struct noro_error err = { 0 };

	return noro_hunt(&o, a, r, &err);
}

/* One large syslog file: hits every EVERY lines, one clock second each line. */
static void large_log(void)
{
	struct noro_buf b = { 0 };

	for (int i = 0; i < LINES; i++) {
		char when[NORO_TIME_TEXT];

		(void)noro_time_print((INT64_C(1704067200) + i) * NORO_NS_PER_S, when);
		noro_buf_printf(&b,
			"%.19sZ gw%d sshd[1]: Connection from %s port 22 filler filler\n", when,
			i % 3, i % EVERY == 0 ? "198.51.100.77" : "198.51.100.7");
	}
	write_file("large.log", &b);
	noro_buf_done(&b);
}

static int setup(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/noroshi-test-XXXXXX");
	if (!mkdtemp(folder))
		return 1;
	large_log();
	return 0;
}

static int teardown(void **state)
{
	char path[128];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/large.log", folder);
	(void)unlink(path);
	return rmdir(folder);
}

static void workers_agree_on_everything(void **state)
{
	struct noro_set *s = one_address("198.51.100.77");
	struct noro_arena *a[2] = { noro_arena_new(0), noro_arena_new(0) };
	struct noro_result r[2];

	(void)state;
	assert_int_equal(hunt(s, 1, a[0], &r[0]), NORO_OK);
	assert_int_equal(hunt(s, 4, a[1], &r[1]), NORO_OK);
	for (int i = 0; i < 2; i++) {
		const struct noro_finding *f = r[i].finding;

		assert_int_equal(r[i].findings, 1);
		assert_int_equal(f->count, LINES / EVERY);
		assert_int_equal(f->places, 5);
		for (size_t p = 0; p < f->places; p++)
			assert_int_equal(f->place[p].line, p * EVERY + 1);
		assert_true(f->first_ns == INT64_C(1704067200) * NORO_NS_PER_S);
		assert_true(f->last_ns == (INT64_C(1704067200) + LINES - EVERY) * NORO_NS_PER_S);
		assert_int_equal(f->window, NORO_WIN_INSIDE);
		assert_int_equal(r[i].coverages, 1);
		assert_int_equal(r[i].coverage->records, LINES);
		assert_int_equal(r[i].coverage->gaps, 0);
	}
	assert_string_equal(r[0].finding->id, r[1].finding->id);
	assert_int_equal(r[0].finding->confidence, r[1].finding->confidence);
	noro_arena_free(a[0]);
	noro_arena_free(a[1]);
	noro_set_free(s);
}

/* Records of many machines in no order: what is looked at must not depend on who reads where. */
static void workers_agree_on_a_log_without_order(void **state)
{
	struct noro_set *s = one_address("198.51.100.77");
	struct noro_arena *a[2] = { noro_arena_new(0), noro_arena_new(0) };
	struct noro_result r[2];
	struct noro_buf b = { 0 };

	(void)state;
	for (int i = 0; i < LINES; i++) {
		char when[NORO_TIME_TEXT];

		(void)noro_time_print(
			(INT64_C(1704067200) + (int64_t)i * 7919 % 40000) * NORO_NS_PER_S, when);
		noro_buf_printf(&b,
			"%.19sZ gw%d sshd[1]: Connection from 198.51.100.7 port 22 filler filler\n",
			when, i % 3);
	}
	write_file("large.log", &b);
	noro_buf_done(&b);
	assert_int_equal(hunt(s, 1, a[0], &r[0]), NORO_OK);
	assert_int_equal(hunt(s, 4, a[1], &r[1]), NORO_OK);
	large_log();
	assert_true(r[0].coverage->first_ns == r[1].coverage->first_ns);
	assert_true(r[0].coverage->last_ns == r[1].coverage->last_ns);
	assert_int_equal(r[0].coverage->gaps, r[1].coverage->gaps);
	for (size_t i = 0; i < r[0].coverage->gaps; i++)
		assert_true(r[0].coverage->gap[i].offset == r[1].coverage->gap[i].offset);
	noro_arena_free(a[0]);
	noro_arena_free(a[1]);
	noro_set_free(s);
}

/* Minute by minute; from line `from` on the clock is `back` seconds behind, for one line or for
 * all. */
static void stepping_log(int from, int back, bool once)
{
	struct noro_buf b = { 0 };

	for (int i = 0; i < 300; i++) {
		bool behind = once ? i == from : i >= from;
		char when[NORO_TIME_TEXT];

		(void)noro_time_print(
			(INT64_C(1704067200) + i * 60 - (behind ? back : 0)) * NORO_NS_PER_S, when);
		noro_buf_printf(&b, "%.19sZ gw1 cron[1]: a line of no interest\n", when);
	}
	write_file("large.log", &b);
	noro_buf_done(&b);
}

static void a_clock_that_steps_back_is_told(void **state)
{
	struct noro_set *s = one_address("198.51.100.77");
	static const struct {
		int from, back;
		bool once;
		size_t steps;
	} logs[] = { { 120, 5400, false, 1 }, { 120, 5400, true, 0 }, { 7, 3600, false, 1 },
		{ 290, 90000, false, 1 }, { 120, 200, false, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_result r;

		stepping_log(logs[i].from, logs[i].back, logs[i].once);
		assert_int_equal(hunt(s, 1, a, &r), NORO_OK);
		assert_int_equal(r.coverage->gaps, logs[i].steps);
		if (logs[i].steps)
			assert_true(
				r.coverage->gap->from_ns ==
				(INT64_C(1704067200) + (logs[i].from - 1) * 60) * NORO_NS_PER_S);
		noro_arena_free(a);
	}
	large_log();
	noro_set_free(s);
}

static void an_interrupted_hunt_says_so(void **state)
{
	struct noro_set *s = one_address("198.51.100.77");
	struct noro_arena *a = noro_arena_new(0);
	struct noro_progress progress = { 0 };
	const char *path[] = { folder };
	struct noro_hunt_opts o = { .path = path,
		.paths = 1,
		.set = s,
		.jobs = 2,
		.now_ns = 0,
		.since_ns = NORO_TIME_NONE,
		.until_ns = NORO_TIME_NONE,
		.progress = &progress };
	struct noro_result r;
	struct noro_error err = { 0 };

	(void)state;
	atomic_store(&progress.interrupted, true);
	assert_int_equal(noro_hunt(&o, a, &r, &err), NORO_EINTR);
	assert_true(r.run.interrupted);
	noro_arena_free(a);
	noro_set_free(s);
}

static enum noro_status hunt_with_yara(
	const struct noro_set *s, struct noro_arena *a, struct noro_result *r)
{
	char object[128], rules[128];
	const char *path[] = { object }, *yara[] = { rules };
	struct noro_hunt_opts o = { .path = path,
		.paths = 1,
		.set = s,
		.jobs = 1,
		.since_ns = NORO_TIME_NONE,
		.until_ns = NORO_TIME_NONE,
		.yara = yara,
		.yaras = 1 };
	struct noro_buf b = { 0 };
	struct noro_error err = { 0 };
	enum noro_status st;

	(void)snprintf(object, sizeof(object), "%s/object.bin", folder);
	(void)snprintf(rules, sizeof(rules), "%s/rules.yar", folder);
	noro_buf_add(&b, "\x7f\0\1\2planted-mark\0\0", 18);
	write_file("object.bin", &b);
	noro_buf_clear(&b);
	noro_buf_str(&b, "rule planted { strings: $a = \"planted-mark\" condition: $a }\n");
	write_file("rules.yar", &b);
	noro_buf_done(&b);
	st = noro_hunt(&o, a, r, &err);
	(void)unlink(object);
	(void)unlink(rules);
	return st;
}

static void yara_rules_match_a_file(void **state)
{
	struct noro_set *s = one_address("198.51.100.77");
	struct noro_arena *a = noro_arena_new(0);
	struct noro_result r;

	(void)state;
	assert_int_equal(hunt_with_yara(s, a, &r), NORO_OK);
	assert_int_equal(r.findings, 1);
	assert_string_equal(r.finding->rule, "yara:planted");
	assert_int_equal(r.run.unread, 0);
	noro_arena_free(a);
	noro_set_free(s);
}

static void without_yara_the_hunt_goes_on_and_coverage_says_what_it_needs(void **state)
{
	struct noro_set *s = one_address("198.51.100.77");
	struct noro_arena *a = noro_arena_new(0);
	struct noro_result r;

	(void)state;
	noro_library_hide("libyara");
	assert_int_equal(hunt_with_yara(s, a, &r), NORO_OK);
	noro_library_hide(NULL);
	assert_int_equal(r.findings, 0);
	assert_int_equal(r.coverages, 1);
	assert_int_equal(r.coverage->status, NORO_EUNSUPPORTED);
	assert_string_equal(r.coverage->unread.arg[0], "libyara");
	assert_true(r.coverage->read_bytes > 0);
	assert_int_equal(r.run.unread, 1);
	noro_arena_free(a);
	noro_set_free(s);
}

static void stop_at_first(void *ctx, const struct noro_first_hit *hit)
{
	struct noro_progress *p = ctx;

	(void)hit;
	atomic_store(&p->interrupted, true);
}

static enum noro_status go_on(const struct noro_set *s, struct noro_view state)
{
	const char *path[] = { folder };
	struct noro_arena *a = noro_arena_new(0);
	struct noro_earlier e = { .state = state };
	struct noro_hunt_opts o = { .path = path,
		.paths = 1,
		.set = s,
		.jobs = 1,
		.since_ns = NORO_TIME_NONE,
		.until_ns = NORO_TIME_NONE,
		.earlier = &e };
	struct noro_result r;
	struct noro_error err = { 0 };
	enum noro_status st = noro_hunt(&o, a, &r, &err);

	noro_arena_free(a);
	return st;
}

/* a.log has no hit and is read whole; large.log interrupts at its first. */
static void interrupted_state(const struct noro_set *s, struct noro_buf *state)
{
	const char *path[] = { folder };
	struct noro_arena *a = noro_arena_new(0);
	struct noro_progress progress = { 0 };
	struct noro_hunt_opts o = { .path = path,
		.paths = 1,
		.set = s,
		.jobs = 1,
		.since_ns = NORO_TIME_NONE,
		.until_ns = NORO_TIME_NONE,
		.progress = &progress,
		.on_first = stop_at_first,
		.ctx = &progress,
		.state = state };
	struct noro_buf b = { 0 };
	struct noro_result r;
	struct noro_error err = { 0 };

	noro_buf_str(&b, "2024-01-01T00:00:00Z gw sshd[1]: Connection from 198.51.100.7 port 22\n");
	write_file("a.log", &b);
	noro_buf_done(&b);
	assert_int_equal(noro_hunt(&o, a, &r, &err), NORO_EINTR);
	noro_arena_free(a);
}

static void a_damaged_state_is_refused_wherever_it_ends(void **state)
{
	struct noro_set *s = one_address("198.51.100.77"), *other = one_address("198.51.100.78");
	struct noro_buf kept = { 0 };
	char path[128];

	(void)state;
	interrupted_state(s, &kept);
	(void)snprintf(path, sizeof(path), "%s/a.log", folder);
	assert_true(noro_view_find(noro_buf_as_view(&kept), noro_view_str(path)) != SIZE_MAX);
	assert_true(noro_view_find(noro_buf_as_view(&kept), NORO_V("large.log")) == SIZE_MAX);
	for (size_t n = 0; n < kept.n; n++) {
		char *exact = (char *)test_exact_copy(kept.p, n);

		assert_int_equal(go_on(s, noro_view(exact, n)), NORO_ECORRUPT);
		free(exact);
	}
	assert_int_equal(go_on(other, noro_buf_as_view(&kept)), NORO_EARG);
	assert_int_equal(go_on(s, noro_buf_as_view(&kept)), NORO_OK);
	kept.p[kept.n - 1] ^= 1;
	assert_int_equal(go_on(s, noro_buf_as_view(&kept)), NORO_ECORRUPT);
	noro_buf_done(&kept);
	(void)unlink(path);
	noro_set_free(s);
	noro_set_free(other);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(workers_agree_on_everything),
		cmocka_unit_test(workers_agree_on_a_log_without_order),
		cmocka_unit_test(a_clock_that_steps_back_is_told),
		cmocka_unit_test(an_interrupted_hunt_says_so),
		cmocka_unit_test(a_damaged_state_is_refused_wherever_it_ends),
		cmocka_unit_test(yara_rules_match_a_file),
		cmocka_unit_test(without_yara_the_hunt_goes_on_and_coverage_says_what_it_needs),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
