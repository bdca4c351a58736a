/* tests/unit/hunt/test_flows.c - flows are found by their numbers, in place, and a habit of calling
 * a listed host is told from a chance. */
#include "tests/test.h"

#include "base/file.h"
#include "hunt/hunt.h"

#include <unistd.h>

#define DAY INT64_C(1704067200)

static char folder[64];

static const char head[] =
	"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
	"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\t"
	"orig_bytes\tresp_bytes\tconn_state\n"
	"#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring"
	"\n";
enum { HEAD_LINES = 7 };

static const char check[] = "id: T-1\n"
			    "title: {en: a, ja: b}\n"
			    "about: {en: a, ja: b}\n"
			    "next: {en: a, ja: b}\n"
			    "severity: high\n"
			    "confidence: 60\n"
			    "needs: [conn]\n"
			    "emit: dst.ip\n"
			    "over: flow\n"
			    "numbers: [49]\n"
			    "when: {dst.port: 49}\n"
			    "examples: {positive: [{record: {dst.port: 49, raw: a 49}}], "
			    "negative: [{record: {dst.port: 50}}]}\n";

static void flow(struct noro_buf *b, int64_t at, const char *src, const char *dst, int port)
{
	noro_buf_printf(b,
		"%lld.490049\tC49aBcDeFgHiJkLmN\t%s\t50123\t%s\t%d\ttcp\t-\t0.49\t10\t20\tSF\n",
		(long long)at, src, dst, port);
}

static struct noro_set *listed(const char *value)
{
	struct noro_set_builder *b;
	struct noro_set *s;
	struct noro_ioc_meta m = { .source = "test",
		.from_ns = DAY * NORO_NS_PER_S,
		.until_ns = (DAY + 86400) * NORO_NS_PER_S,
		.typed_ns = NORO_TIME_NONE,
		.expires_ns = NORO_TIME_NONE,
		.confidence = 50,
		.severity = 3 };
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

/* Hunt a conn.log of these flows with the check above. */
static void hunt(const struct noro_buf *flows, struct noro_arena *a, struct noro_result *r)
{
	char name[128];
	const char *path[] = { folder };
	struct noro_buf all = { 0 };
	struct noro_set *s = listed("8.8.4.4");
	struct noro_rules *rules;
	struct noro_error err = { 0 };
	struct noro_hunt_opts o = { .path = path,
		.paths = 1,
		.set = s,
		.jobs = 2,
		.now_ns = (DAY + 5 * 86400) * NORO_NS_PER_S,
		.since_ns = NORO_TIME_NONE,
		.until_ns = NORO_TIME_NONE };

	noro_buf_str(&all, head);
	noro_buf_view(&all, noro_buf_as_view(flows));
	(void)snprintf(name, sizeof(name), "%s/conn.log", folder);
	assert_int_equal(noro_file_write(name, 0600, noro_buf_as_view(&all), &err), NORO_OK);
	noro_buf_done(&all);
	assert_int_equal(noro_rules_new(a, NULL, &rules, &err), NORO_OK);
	assert_int_equal(noro_rules_add_text(rules, "t.yaml", noro_view_str(check), &err), NORO_OK);
	assert_int_equal(noro_rules_seal(rules, &err), NORO_OK);
	o.rules = rules;
	assert_int_equal(noro_hunt(&o, a, r, &err), NORO_OK);
	noro_set_free(s);
}

static const struct noro_finding *of_rule(const struct noro_result *r, const char *rule)
{
	for (size_t i = 0; i < r->findings; i++)
		if (strcmp(r->finding[i].rule, rule) == 0)
			return &r->finding[i];
	return NULL;
}

static void a_flow_is_found_by_its_port_and_line(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf b = { 0 };
	struct noro_result r = { 0 };
	const struct noro_finding *f;

	(void)state;
	for (int i = 0; i < 100; i++)
		flow(&b, DAY + i, "10.0.0.49", "192.0.2.1", i == 41 || i == 42 ? 49 : 443);
	hunt(&b, a, &r);
	f = of_rule(&r, "T-1");
	if (!f) {
		fail_msg("the flows were not found");
		return;
	}
	assert_int_equal(f->count, 2);
	assert_string_equal(f->value, "192.0.2.1");
	assert_int_equal(f->place[0].line, HEAD_LINES + 42);
	assert_int_equal(f->place[1].line, HEAD_LINES + 43);
	noro_buf_done(&b);
	noro_arena_free(a);
}

/* `n` flows, one each `step` seconds, from or to the listed host: is it called a habit? */
static bool habit(int n, int64_t from, int64_t step, bool out)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf b = { 0 };
	struct noro_result r = { 0 };
	const struct noro_finding *f;
	bool ret;

	for (int i = 0; i < n; i++)
		flow(&b, from + i * step, out ? "10.0.0.7" : "8.8.4.4",
			out ? "8.8.4.4" : "10.0.0.7", 443);
	hunt(&b, a, &r);
	assert_non_null(of_rule(&r, "ioc:ipv4"));
	f = of_rule(&r, "contact");
	ret = f != NULL;
	if (f) {
		assert_int_equal(f->kind, NORO_F_BEHAVIOUR);
		assert_int_equal(f->count, n);
		assert_string_equal(f->value, "8.8.4.4");
	}
	noro_buf_done(&b);
	noro_arena_free(a);
	return ret;
}

static void coming_back_over_hours_is_a_habit(void **state)
{
	(void)state;
	assert_true(habit(12, DAY + 60, 3600, true));
	assert_false(habit(12, DAY + 60, 3600, false));       /* they call us */
	assert_false(habit(7, DAY + 60, 3600, true));         /* too few */
	assert_false(habit(12, DAY + 60, 10, true));          /* two minutes */
	assert_false(habit(12, DAY - 2 * 86400, 3600, true)); /* before the window */
}

static int setup(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/noroshi-test-XXXXXX");
	return mkdtemp(folder) ? 0 : 1;
}

static int teardown(void **state)
{
	char path[128];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/conn.log", folder);
	(void)unlink(path);
	return rmdir(folder);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flow_is_found_by_its_port_and_line),
		cmocka_unit_test(coming_back_over_hours_is_a_habit),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
