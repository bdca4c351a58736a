/* tests/unit/hunt/test_silence.c - a hole in the log of a device is told, its habits are not, and a
 * host of a collector that falls silent is told while the others go on. */
#include "tests/test.h"

#include "base/file.h"
#include "hunt/hunt.h"

#include <unistd.h>

#define START INT64_C(1704067200)

static char folder[64];

static const char check[] = "id: LOG-03\n"
			    "title: {en: a, ja: b}\n"
			    "about: {en: a, ja: b}\n"
			    "next: {en: a, ja: b}\n"
			    "severity: high\n"
			    "confidence: 60\n"
			    "needs: [command]\n"
			    "emit: host\n"
			    "prefilter: ['no logging']\n"
			    "when: {raw: {ios_in: 'no logging on'}}\n"
			    "examples: {positive: [{record: {raw: no logging on}}], "
			    "negative: [{record: {raw: logging on}}]}\n";

static void say(struct noro_buf *b, int64_t at, const char *host, const char *what)
{
	char when[NORO_TIME_TEXT];

	(void)noro_time_print((START + at) * NORO_NS_PER_S, when);
	noro_buf_printf(b, "%.19sZ %s %%%s\n", when, host, what);
}

static void hunt(
	const struct noro_buf *log, unsigned jobs, struct noro_arena *a, struct noro_result *r)
{
	char name[128];
	const char *path[] = { folder };
	struct noro_set_builder *b;
	struct noro_set *s;
	struct noro_rules *rules;
	struct noro_error err = { 0 };
	struct noro_hunt_opts o = { .path = path,
		.paths = 1,
		.jobs = jobs,
		.now_ns = (START + 90 * 86400) * NORO_NS_PER_S,
		.since_ns = NORO_TIME_NONE,
		.until_ns = NORO_TIME_NONE };

	assert_int_equal(noro_set_builder_new(0, &b), NORO_OK);
	assert_int_equal(noro_set_finish(b, &s, &err), NORO_OK);
	noro_set_builder_free(b);
	(void)snprintf(name, sizeof(name), "%s/device.log", folder);
	assert_int_equal(noro_file_write(name, 0600, noro_buf_as_view(log), &err), NORO_OK);
	assert_int_equal(noro_rules_new(a, NULL, &rules, &err), NORO_OK);
	assert_int_equal(noro_rules_add_text(rules, "t.yaml", noro_view_str(check), &err), NORO_OK);
	assert_int_equal(noro_rules_seal(rules, &err), NORO_OK);
	o.set = s;
	o.rules = rules;
	assert_int_equal(noro_hunt(&o, a, r, &err), NORO_OK);
	noro_set_free(s);
	(void)unlink(name);
}

static const struct noro_finding *gap_of(const struct noro_result *r, const char *value)
{
	static const struct noro_finding none = { .title = { "", "" } };

	for (size_t i = 0; i < r->findings; i++)
		if (r->finding[i].kind == NORO_F_GAP && strcmp(r->finding[i].value, value) == 0)
			return &r->finding[i];
	return &none;
}

static size_t gaps(const struct noro_result *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->findings; i++)
		n += r->finding[i].kind == NORO_F_GAP;
	return n;
}

static const char updown[] = "LINK-3-UPDOWN: Interface Gi0/1, changed state to up";

/* One device, a record a minute; `hole` seconds are missing behind every `every` records. */
static void one_device(struct noro_buf *b, int records, int every, int hole, const char *last)
{
	int64_t at = 0;

	for (int i = 0; i < records; i++) {
		bool before = i % every == every - 1;

		say(b, at, "pe1", before ? last : updown);
		at += before ? hole : 60;
	}
}

static void a_hole_is_told_with_its_ends(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_result r = { 0 };
	struct noro_buf b = { 0 };
	const struct noro_finding *f;

	(void)state;
	one_device(&b, 1500, 1000, 9 * 3600, updown);
	hunt(&b, 1, a, &r);
	f = gap_of(&r, "pe1");
	assert_int_equal(f->kind, NORO_F_GAP);
	assert_int_equal(f->severity, NORO_SEV_LOW);
	assert_int_equal(f->sort, NORO_SORT_WEAKNESS);
	assert_int_equal(f->first_ns, (START + 999 * 60) * NORO_NS_PER_S);
	assert_int_equal(f->last_ns, (START + 999 * 60 + 9 * 3600) * NORO_NS_PER_S);
	noro_buf_done(&b);
	noro_arena_free(a);
}

static void a_restart_or_a_command_beside_it_raises_it(void **state)
{
	static const char *const last[] = { "SYS-5-RELOAD: Reload requested by x",
		"PARSER-5-CFGLOG_LOGGEDCMD: User:x  logged command:no logging on" };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_result r = { 0 };
		struct noro_buf b = { 0 };
		const struct noro_finding *f;

		one_device(&b, 1500, 1000, 9 * 3600, last[i]);
		hunt(&b, 1, a, &r);
		f = gap_of(&r, "pe1");
		assert_int_equal(f->kind, NORO_F_GAP);
		assert_int_equal(f->severity, NORO_SEV_MEDIUM);
		assert_int_equal(f->sort, i ? NORO_SORT_TRACE : NORO_SORT_WEAKNESS);
		assert_int_equal(f->reasons, 2);
		noro_buf_done(&b);
		noro_arena_free(a);
	}
}

static void what_comes_back_is_a_habit(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_result r = { 0 };
	struct noro_buf b = { 0 };

	(void)state;
	one_device(&b, 6000, 600, 14 * 3600, updown);
	hunt(&b, 1, a, &r);
	assert_int_equal(gaps(&r), 0);
	noro_buf_done(&b);
	noro_arena_free(a);
}

static void a_clock_that_steps_back_is_told(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_result r = { 0 };
	struct noro_buf b = { 0 };
	const struct noro_finding *f;

	(void)state;
	one_device(&b, 30000, 16000, -2 * 3600, updown);
	hunt(&b, 1, a, &r);
	f = gap_of(&r, "pe1");
	assert_int_equal(f->kind, NORO_F_GAP);
	assert_string_equal(f->rule, "log-clock");
	noro_buf_done(&b);
	noro_arena_free(a);
}

static void one_of_many_that_falls_silent_is_told(void **state)
{
	static const char *const host[] = { "r1", "r2", "r3", "r4" };
	struct noro_buf b = { 0 };

	(void)state;
	for (int i = 0; i < 40000; i++) {
		bool silent = i % 4 == 1 && i >= 15000 && i < 22000;

		say(&b, (int64_t)i * 20, silent ? "r1" : host[i * 7 % 4], updown);
	}
	for (unsigned jobs = 1; jobs <= 4; jobs += 3) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_result r = { 0 };

		hunt(&b, jobs, a, &r);
		assert_int_equal(gaps(&r), 1);
		noro_arena_free(a);
	}
	noro_buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hole_is_told_with_its_ends),
		cmocka_unit_test(a_restart_or_a_command_beside_it_raises_it),
		cmocka_unit_test(what_comes_back_is_a_habit),
		cmocka_unit_test(a_clock_that_steps_back_is_told),
		cmocka_unit_test(one_of_many_that_falls_silent_is_told),
	};
	int rc;

	(void)snprintf(folder, sizeof(folder), "/tmp/noroshi-test-XXXXXX");
	if (!mkdtemp(folder))
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	(void)rmdir(folder);
	return rc;
}
