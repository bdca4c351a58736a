/* tests/unit/device/test_audit.c - many devices at once: what workers share, and what they do not.
 */
#include "tests/unit/device/facts.h"

#include "base/mem.h"
#include "device/audit.h"
#include "device/keep.h"

enum { DEVICES = 48, BOTH = 7 }; /* every seventh device has two texts */

static struct noro_arena *shared;
static struct noro_facts_def *def;
static struct noro_rules *rules;

static struct noro_rules *rules_of_devices(struct noro_arena *a)
{
	static const char *const common[] = { "device", "dialect", "version", "device.role",
		"source", "diff", "text", "context", "from.command" };
	struct noro_rule_table *t = noro_arena_array(a, noro_facts_tables(def), sizeof(*t));
	const char *path =
		noro_arena_printf(a, "%s/knowledge/checks/device", getenv("NOROSHI_SOURCE"));
	struct noro_rules_opts o = { .table = t,
		.tables = noro_facts_tables(def),
		.common = common,
		.commons = NORO_COMMONS };
	struct noro_rules *r = NULL;
	struct noro_error err = { 0 };

	for (size_t i = 0; i < o.tables; i++) {
		const struct noro_table *one = noro_facts_table(def, i);

		t[i] = (struct noro_rule_table){ one->name, one->column, one->columns };
	}
	assert_int_equal(noro_rules_load(a, &path, 1, &o, &r, &err), NORO_OK);
	return r;
}

static int setup(void **state)
{
	(void)state;
	shared = noro_arena_new(0);
	def = facts_def(shared);
	rules = rules_of_devices(shared);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	noro_arena_free(shared);
	return 0;
}

/* --- adding from all workers --- */

struct adding {
	struct noro_audit *u;
	unsigned number;
	bool again;
	enum noro_status status;
};

static void add(void *arg, unsigned worker)
{
	struct adding *t = arg;
	struct noro_buf text = { 0 };
	struct noro_audit_taken taken;
	struct noro_error err = { 0 };
	char path[32];

	(void)worker;
	(void)snprintf(path, sizeof(path), "%s/r%02u.cfg", t->again ? "b" : "a", t->number);
	noro_buf_printf(&text, "version 17.6\nhostname r%02u\nip http server\n", t->number);
	noro_buf_printf(&text, "snmp-server community public RO\nusername admin%u privilege 15\n",
		t->number % 3);
	for (unsigned i = 0; i < 40; i++)
		noro_buf_printf(&text,
			"interface GigabitEthernet0/%u\n description port %u\n"
			" ip address 10.%u.%u.1 255.255.255.0\n",
			i, i, t->number, i);
	noro_buf_str(&text, "line vty 0 4\n transport input telnet ssh\nend\n");
	t->status = text.status;
	if (t->status == NORO_OK)
		t->status = noro_audit_add(t->u,
			&(struct noro_audit_text){ .path = path,
				.text = noro_buf_as_view(&text),
				.mtime_ns = (int64_t)t->again * NORO_NS_PER_S },
			&taken, &err);
	if (t->status == NORO_OK && !taken.used)
		t->status = NORO_EFORMAT;
	noro_buf_done(&text);
}

static struct noro_audit_result audit(unsigned jobs, struct noro_arena *a)
{
	struct noro_pool *pool = NULL;
	struct adding t[DEVICES * 2];
	struct noro_audit_result r;
	struct noro_error err = { 0 };
	struct noro_audit_opts o = { .def = def, .rules = rules, .secret_key = facts_key };
	struct noro_audit *u;
	size_t n = 0;

	assert_int_equal(noro_pool_new(jobs, &pool, &err), NORO_OK);
	o.pool = pool;
	assert_int_equal(noro_audit_new(&o, &u, &err), NORO_OK);
	for (unsigned i = 0; i < DEVICES; i++) {
		t[n++] = (struct adding){ .u = u, .number = i };
		if (i % BOTH == 0)
			t[n++] = (struct adding){ .u = u, .number = i, .again = true };
	}
	for (size_t i = 0; i < n; i++)
		assert_int_equal(noro_pool_submit(pool, add, &t[i]), NORO_OK);
	noro_pool_wait(pool);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(t[i].status, NORO_OK);
	assert_int_equal(noro_audit_conclude(u, a, &r, &err), NORO_OK);
	noro_audit_free(u); /* what was found outlives it */
	noro_pool_free(pool);
	return r;
}

static void same(const struct noro_finding *x, const struct noro_finding *y)
{
	assert_string_equal(x->id, y->id);
	assert_string_equal(x->rule, y->rule);
	assert_string_equal(x->value, y->value);
	assert_string_equal(x->container, y->container);
	assert_int_equal(x->severity, y->severity);
	assert_int_equal(x->confidence, y->confidence);
	assert_int_equal(x->count, y->count);
	assert_int_equal(x->places, y->places);
	assert_int_equal(x->hosts.n, y->hosts.n);
	for (size_t i = 0; i < x->places; i++) {
		assert_string_equal(x->place[i].path, y->place[i].path);
		assert_string_equal(x->place[i].record, y->place[i].record);
		assert_string_equal(x->place[i].host, y->place[i].host);
		assert_int_equal(x->place[i].line, y->place[i].line);
	}
}

static void workers_find_the_same_in_the_same_order(void **state)
{
	struct noro_arena *a[2] = { noro_arena_new(0), noro_arena_new(0) };
	struct noro_audit_result one = audit(1, a[0]), four = audit(4, a[1]);

	(void)state;
	assert_int_equal(one.machines, DEVICES);
	assert_int_equal(four.machines, DEVICES);
	assert_true(one.findings >= (size_t)3 * DEVICES);
	assert_int_equal(one.findings, four.findings);
	for (size_t i = 0; i < DEVICES; i++) {
		assert_string_equal(one.machine[i].name, four.machine[i].name);
		assert_int_equal(one.machine[i].files.n, i % BOTH == 0 ? 2 : 1);
		assert_int_equal(one.machine[i].rows, four.machine[i].rows);
	}
	for (size_t i = 0; i < one.findings; i++)
		same(&one.finding[i], &four.finding[i]);
	noro_arena_free(a[0]);
	noro_arena_free(a[1]);
}

static void findings_stand_in_the_order_of_checks_and_devices(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_audit_result r = audit(2, a);

	(void)state;
	for (size_t i = 1; i < r.findings; i++) {
		const struct noro_finding *x = &r.finding[i - 1], *y = &r.finding[i];
		ptrdiff_t before = noro_rules_by_id(rules, x->rule);
		ptrdiff_t now = noro_rules_by_id(rules, y->rule);

		assert_true(before <= now);
		if (before == now && noro_rules_alone(rules, (uint32_t)now))
			assert_true(strcmp(x->hosts.item[0], y->hosts.item[0]) <= 0);
	}
	noro_arena_free(a);
}

/* --- what a row is put together from --- */

static const struct noro_finding *found(const struct noro_audit_result *r, const char *rule)
{
	for (size_t i = 0; i < r->findings; i++)
		if (strcmp(r->finding[i].rule, rule) == 0)
			return &r->finding[i];
	fail_msg("no finding of %s", rule);
	return NULL;
}

static struct noro_audit_result audit_text(struct noro_view text, struct noro_arena *a)
{
	struct noro_audit_opts o = { .def = def, .rules = rules, .secret_key = facts_key };
	struct noro_audit_text t = { .path = "r1.cfg", .text = text };
	struct noro_audit_taken taken;
	struct noro_audit_result r;
	struct noro_error err = { 0 };
	struct noro_audit *u;

	assert_int_equal(noro_pool_new(1, &o.pool, &err), NORO_OK);
	assert_int_equal(noro_audit_new(&o, &u, &err), NORO_OK);
	assert_int_equal(noro_audit_add(u, &t, &taken, &err), NORO_OK);
	assert_true(taken.used);
	assert_int_equal(noro_audit_conclude(u, a, &r, &err), NORO_OK);
	noro_audit_free(u);
	noro_pool_free(o.pool);
	return r;
}

/* SSH is one row of many statements; each finding stands on the line that proves it. */
static void a_finding_stands_on_the_statement_that_proves_it(void **state)
{
	static const uint64_t line[] = { 5, 7, 9, 10 };
	static const char *const said[] = { "ip ssh version 1",
		"ip ssh server algorithm mac hmac-md5",
		"ip ssh server algorithm encryption 3des-cbc", "ip ssh dh min size 1024" };
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_finding *f;
	struct noro_audit_result r = audit_text(
		NORO_V("version 17.6\nhostname r1\nip domain name example.net\n"
		       "ip ssh time-out 60\nip ssh version 1\n"
		       "ip ssh server algorithm mac hmac-sha2-256\n"
		       "ip ssh server algorithm mac hmac-md5\n"
		       "ip ssh server algorithm encryption aes256-ctr\n"
		       "ip ssh server algorithm encryption 3des-cbc\nip ssh dh min size 1024\n"
		       "line vty 0 4\n login local\n transport input ssh\nend\n"),
		a);

	(void)state;
	f = found(&r, "CRY-01");
	assert_int_equal(f->count, 1);
	assert_int_equal(f->places, sizeof(line) / sizeof(line[0]));
	for (size_t i = 0; i < f->places; i++) {
		size_t k = 0;

		while (k < f->places && f->place[k].line != line[i])
			k++;
		assert_true(k < f->places);
		assert_string_equal(f->place[k].record, said[i]);
	}
	noro_arena_free(a);
}

/* Statements without end: what they make stays a fair part of what they are. */
static void thousands_of_statements_of_one_row_stay_small(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf b = { 0 };
	struct noro_audit_result r;
	const struct noro_finding *f;

	(void)state;
	noro_buf_str(&b, "version 17.6\nhostname r1\nip ssh time-out 60\n");
	for (unsigned i = 0; i < 20000; i++)
		noro_buf_printf(&b, "ip ssh server algorithm encryption c%u\n", i);
	noro_buf_str(&b, "ip ssh server algorithm encryption 3des-cbc\nline vty 0 4\n login\n");
	r = audit_text(noro_buf_as_view(&b), a);
	f = found(&r, "CRY-01");
	assert_int_equal(f->place[0].line, 20004);
	noro_buf_done(&b);
	noro_arena_free(a);
}

/* --- packing --- */

/* A fleet repeats itself: what devices have in common is not kept for each of them. */
static void what_many_devices_have_is_kept_once(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_audit_result r = audit(1, a);
	const struct noro_finding *first = NULL;
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; i < r.findings; i++) {
		const struct noro_finding *f = &r.finding[i];

		if (strcmp(f->rule, "SNM-01") != 0)
			continue;
		first = first ? first : f;
		assert_ptr_equal(f->place[0].record, first->place[0].record);
		assert_ptr_equal(f->value, first->value);
		assert_ptr_equal(f->reason, first->reason);
		seen++;
	}
	assert_true(seen >= DEVICES);
	noro_arena_free(a);
}

static void a_text_kept_again_is_the_same_text(void **state)
{
	static const uint8_t key[16] = { 1 };
	struct noro_arena *a = noro_arena_new(0);
	struct noro_once o = { 0 };
	const char *kept[5000], *again;
	char text[16];

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		(void)snprintf(text, sizeof(text), "text %u", i);
		kept[i] = noro_once_text(&o, key, a, noro_view_str(text));
		assert_string_equal(kept[i], text);
	}
	for (unsigned i = 0; i < 5000; i++) {
		(void)snprintf(text, sizeof(text), "text %u", i);
		assert_ptr_equal(noro_once_text(&o, key, a, noro_view_str(text)), kept[i]);
	}
	again = noro_once_text(&o, key, a, NORO_V("text"));
	assert_string_equal(again, "text"); /* the beginning of another is not the other */
	assert_int_equal(o.n, 5001);
	noro_once_done(&o);
	noro_arena_free(a);
}

static void packed_texts_come_back(void **state)
{
	struct noro_packer *p = noro_packer_new();
	char text[5000], back[5000];

	(void)state;
	assert_non_null(p);
	for (size_t n = 0; n <= sizeof(text); n += 1250) {
		struct noro_kept k;

		for (size_t i = 0; i < n; i++)
			text[i] = (char)('a' + i * n % 23);
		assert_int_equal(noro_keep(p, noro_view(text, n), &k), NORO_OK);
		assert_int_equal(k.bytes, n);
		assert_int_equal(noro_kept_read(&k, back), NORO_OK);
		assert_memory_equal(text, back, n);
		noro_kept_done(&k);
	}
	noro_packer_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(workers_find_the_same_in_the_same_order),
		cmocka_unit_test(a_finding_stands_on_the_statement_that_proves_it),
		cmocka_unit_test(thousands_of_statements_of_one_row_stay_small),
		cmocka_unit_test(findings_stand_in_the_order_of_checks_and_devices),
		cmocka_unit_test(what_many_devices_have_is_kept_once),
		cmocka_unit_test(a_text_kept_again_is_the_same_text),
		cmocka_unit_test(packed_texts_come_back),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
