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

/* --- questions that take more than one text --- */

struct collection {
	struct bench b;
	struct noro_pool *pool;
	struct noro_audit *audit;
	struct noro_audit_result got;
};

static void open_collection(struct collection *c)
{
	struct noro_audit_opts o = { 0 };

	start(&c->b);
	assert_int_equal(noro_pool_new(2, &c->pool, NULL), NORO_OK);
	o.def = c->b.def;
	o.rules = c->b.rules;
	o.pool = c->pool;
	assert_int_equal(noro_audit_new(&o, &c->audit, NULL), NORO_OK);
	c->got = (struct noro_audit_result){ 0 };
}

static void give(struct collection *c, const char *path, const char *text, int day, bool baseline)
{
	struct noro_audit_text t = { .path = path,
		.container = path,
		.text = noro_view_str(text),
		.mtime_ns = (int64_t)day * 86400 * NORO_NS_PER_S,
		.baseline = baseline };
	struct noro_audit_taken taken;

	assert_int_equal(noro_audit_add(c->audit, &t, &taken, NULL), NORO_OK);
	assert_true(taken.used);
}

/* The finding of a check on a device; NULL. */
static const struct noro_finding *found(
	const struct collection *c, const char *check, const char *device)
{
	for (size_t i = 0; i < c->got.findings; i++) {
		const struct noro_finding *f = &c->got.finding[i];

		if (strcmp(f->rule, check) == 0 && f->hosts.n &&
			strcmp(f->hosts.item[0], device) == 0)
			return f;
	}
	return NULL;
}

/* The same where the test goes on with it. */
static const struct noro_finding *told(
	const struct collection *c, const char *check, const char *device)
{
	const struct noro_finding *f = found(c, check, device);

	if (!f) {
		fail_msg("%s of %s was not found", check, device);
		abort();
	}
	return f;
}

static void conclude(struct collection *c)
{
	assert_int_equal(noro_audit_conclude(c->audit, c->b.arena, &c->got, NULL), NORO_OK);
}

static void close_collection(struct collection *c)
{
	noro_audit_free(c->audit);
	noro_pool_free(c->pool);
	noro_arena_free(c->b.arena);
}

static void a_fleet_tells_its_odd_one(void **state)
{
	static const char like[] =
		"version 15.2\nhostname r%u\n!\naaa new-model\n"
		"aaa authentication login default group tacacs+ local\n!\n"
		"interface GigabitEthernet0/0\n ip address 192.0.2.%u 255.255.255.0\n!\n"
		"logging host 192.0.2.50\nntp server 192.0.2.51\n%sline vty 0 4\n"
		" transport input ssh\n!\nend\n";
	struct collection c;

	(void)state;
	open_collection(&c);
	for (unsigned i = 1; i <= 12; i++)
		give(&c, noro_arena_printf(c.b.arena, "r%u.cfg", i),
			noro_arena_printf(c.b.arena, like, i, i,
				i == 7 ? "username svc privilege 15 secret 9 $9$ab$cd\n" : ""),
			100, false);
	conclude(&c);
	assert_non_null(found(&c, "DIF-05", "r7"));
	assert_int_equal(told(&c, "DIF-05", "r7")->place[0].line, 12);
	for (unsigned i = 1; i <= 12; i++)
		if (i != 7)
			assert_null(found(&c, "DIF-05", noro_arena_printf(c.b.arena, "r%u", i)));
	close_collection(&c);
}

static void a_name_that_two_devices_have_is_told(void **state)
{
	static const char ios[] = "version 15.2\nhostname r1\n!\ninterface GigabitEthernet0/0\n"
				  " ip address 192.0.2.1 255.255.255.0\n!\nip ssh version 2\nend\n";
	static const char junos[] =
		"set version 20.1R1\nset system host-name r1\n"
		"set system services ssh\nset interfaces ge-0/0/0 unit 0 family "
		"inet address 192.0.2.9/24\n";
	struct collection c;

	(void)state;
	open_collection(&c);
	give(&c, "a/r1.cfg", junos, 100, false);
	give(&c, "b/r1.cfg", ios, 101, false);
	conclude(&c);
	assert_non_null(found(&c, "DIF-07", "r1"));
	close_collection(&c);
	open_collection(&c);
	give(&c, "a/r1.cfg", ios, 100, false);
	give(&c, "b/r1.cfg", ios, 101, false);
	conclude(&c);
	assert_null(found(&c, "DIF-07", "r1"));
	close_collection(&c);
}

#define SHOW_VERSION(v)                                                                            \
	"fw1# show version\nCisco Adaptive Security Appliance Software Version " v                 \
	" \nDevice Manager Version 7.12(2)\n\nfw1 up 10 days 2 hours\nfw1# \n"

static void an_older_release_than_before_is_told(void **state)
{
	struct collection c;

	(void)state;
	open_collection(&c);
	give(&c, "base/fw1.txt", SHOW_VERSION("9.12(4)67"), 90, true);
	give(&c, "now/fw1.txt", SHOW_VERSION("9.8(2)"), 100, false);
	conclude(&c);
	assert_non_null(found(&c, "IMG-12", "fw1"));
	assert_int_equal(told(&c, "IMG-12", "fw1")->severity, NORO_SEV_HIGH);
	assert_int_equal(told(&c, "IMG-12", "fw1")->place[0].line, 2);
	close_collection(&c);
	open_collection(&c);
	give(&c, "base/fw1.txt", SHOW_VERSION("9.8(2)"), 90, true);
	give(&c, "now/fw1.txt", SHOW_VERSION("9.12(4)67"), 100, false);
	conclude(&c);
	assert_null(found(&c, "IMG-12", "fw1"));
	close_collection(&c);
}

static void an_answer_to_another_command_is_told(void **state)
{
	struct collection c;

	(void)state;
	open_collection(&c);
	give(&c, "r1.txt",
		"r1#show running-config\nversion 15.2\nhostname r1\n!\ninterface "
		"GigabitEthernet0/0\n ip address 192.0.2.1 255.255.255.0\n!\nend\n"
		"r1#show users\nProtocol  Address          Age (min)  Hardware Addr   Type   "
		"Interface\n"
		"Internet  192.0.2.2              12   0050.56aa.bb01  ARPA   GigabitEthernet0/0\n"
		"r1#\n",
		100, false);
	conclude(&c);
	assert_non_null(found(&c, "DIF-07", "r1"));
	close_collection(&c);
}

#define SHOW_LOG(up, used)                                                                         \
	"r1#show version\nCisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version "      \
	"15.2(4)M7, RELEASE SOFTWARE (fc2)\nr1 uptime is " up "\nr1#show clock\n"                  \
	"12:00:00.000 UTC Sun Jan 12 2025\nr1#show logging\nSyslog logging: enabled\n\n"           \
	"Log Buffer (1000 bytes):\n\n"                                                             \
	"*Jan 12 10:02:01.123: %SYS-5-CONFIG_I: Configured from console by noc on vty0\n" used     \
	"r1#\n"
#define LONG_LINE                                                                                  \
	"*Jan 12 10:03:01.123: %LINK-3-UPDOWN: Interface GigabitEthernet0/0, changed state to "    \
	"up, "                                                                                     \
	"and so on and on and on and on and on and on and on and on and on and on and on and on\n"

static void a_log_younger_than_its_device_is_told(void **state)
{
	static const struct {
		const char *text;
		bool told;
	} log[] = { { SHOW_LOG("1 week, 2 days", ""), true },
		{ SHOW_LOG("2 hours, 1 minute", ""), false },
		{ SHOW_LOG("1 week, 2 days",
			  LONG_LINE LONG_LINE LONG_LINE LONG_LINE LONG_LINE LONG_LINE),
			false } };

	(void)state;
	for (size_t i = 0; i < sizeof(log) / sizeof(log[0]); i++) {
		struct collection c;

		open_collection(&c);
		give(&c, "r1.txt", log[i].text, 100, false);
		conclude(&c);
		assert_int_equal(found(&c, "LOG-05", "r1") != NULL, log[i].told);
		if (log[i].told)
			assert_int_equal(told(&c, "LOG-05", "r1")->place[0].line, 11);
		close_collection(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fleet_tells_its_odd_one),
		cmocka_unit_test(a_name_that_two_devices_have_is_told),
		cmocka_unit_test(an_older_release_than_before_is_told),
		cmocka_unit_test(an_answer_to_another_command_is_told),
		cmocka_unit_test(a_log_younger_than_its_device_is_told),
		cmocka_unit_test(texts_of_examples_do_as_they_say),
		cmocka_unit_test(real_configurations_are_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
