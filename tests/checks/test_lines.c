/* tests/checks/test_lines.c - checks and readers together. */
#include "tests/checks/records.h"

#include "base/file.h"
#include "rule/rule_priv.h"

#include <dirent.h>

struct bench {
	struct noro_arena *arena;
	struct noro_rules *rules;
	struct test_map map;
	struct test_view view;
	struct noro_log *log;
	const char *reader;
	struct noro_arena *record; /* of the last line */
};

static void start(struct bench *b)
{
	struct noro_error err = { 0 };
	const char *path;

	*b = (struct bench){ .arena = noro_arena_new(0) };
	path = noro_arena_printf(b->arena, "%s/knowledge/checks", getenv("NOROSHI_SOURCE"));
	if (noro_rules_load(b->arena, &path, 1, NULL, &b->rules, &err) != NORO_OK)
		fail_msg("%s:%llu: %s", err.where, (unsigned long long)err.at, err.msg);
	b->map = test_map(b->rules, b->arena);
	b->view.map = &b->map;
}

static void stop(struct bench *b)
{
	noro_log_free(b->log);
	noro_arena_free(b->record);
	noro_arena_free(b->arena);
}

static void open_log(struct bench *b, const struct noro_reader *reader, struct noro_view head)
{
	struct noro_log_opts opts = { .ref_ns = TEST_REF, .path = "x.log" };

	noro_log_free(b->log);
	b->log = NULL;
	assert_int_equal(noro_log_new(reader, &opts, head, &b->log, NULL), NORO_OK);
}

static bool parse(void *ctx, const char *shape, struct noro_view line, struct noro_rule_view *ret)
{
	struct bench *b = ctx;
	const struct noro_reader *reader = noro_reader_by_name(shape);

	if (!reader)
		return false;
	open_log(b, reader, line);
	noro_arena_free(b->record);
	b->record = noro_arena_new(0);
	memset(&b->view.record, 0, sizeof(b->view.record));
	noro_record_parse(b->log, b->record, line, &b->view.record);
	*ret = (struct noro_rule_view){
		.get = test_view_get, .rec = &b->view, .time_ns = b->view.record.time_ns
	};
	return b->view.record.parsed;
}

static void tell(void *ctx, const char *id, uint64_t line, const struct noro_msg *why)
{
	(void)ctx;
	print_message("# %s, line %llu: %s (%s, %s)\n", id, (unsigned long long)line, why->id,
		why->arg[0] ? why->arg[0] : "", why->arg[1] ? why->arg[1] : "");
}

static void raw_lines_of_examples_do_as_they_say(void **state)
{
	struct bench b;
	struct noro_self_test t = { .parse = parse, .fail = tell, .ctx = &b };

	(void)state;
	start(&b);
	assert_int_equal(noro_rules_self_test(b.rules, &t, NULL), NORO_OK);
	assert_int_equal(t.failures, 0);
	assert_int_equal(t.lines_skipped, 0);
	stop(&b);
}

static void every_field_of_a_record_is_a_word_of_the_language(void **state)
{
	(void)state;
	for (int f = 0; f < NORO_FIELDS; f++)
		if (!noro_rule_field_known(noro_view_str(noro_field_name((enum noro_field)f))))
			fail_msg("rules do not know '%s'", noro_field_name((enum noro_field)f));
}

struct tally {
	unsigned events[512];
	size_t logins, missed; /* records that are logins, and those that no literal led to */
};

static enum noro_status count(void *ctx, const struct noro_rule_event *e)
{
	struct tally *t = ctx;

	assert_true(e->signal < 512);
	t->events[e->signal]++;
	return NORO_OK;
}

static uint32_t literals_in(const struct noro_rules *r, struct noro_view line, uint32_t *index)
{
	size_t n;
	uint32_t found = 0;
	const char *const *literal = noro_rules_literals(r, &n);

	for (size_t i = 0; i < n; i++)
		if (noro_view_find_i(line, noro_view_str(literal[i])) != SIZE_MAX)
			index[found++] = (uint32_t)i;
	return found;
}

static size_t lines_of(
	struct bench *b, const char *path, struct tally *t, struct noro_rule_worker *w)
{
	struct noro_buf text = { 0 };
	struct noro_view rest, line;
	struct noro_sniff why = { 0 };
	uint32_t index[512];
	size_t lines = 0;

	if (noro_file_read(path, 64 << 20, &text, NULL) != NORO_OK)
		return 0;
	rest = noro_buf_as_view(&text);
	open_log(b, noro_reader_sniff(noro_view_sub(rest, 0, 65536), path, &why),
		noro_view_sub(rest, 0, 65536));
	while (noro_view_line(&rest, &line)) {
		uint32_t n = literals_in(b->rules, line, index);
		struct noro_rule_view v = { .get = test_view_get, .rec = &b->view };

		lines++;
		noro_arena_free(b->record);
		b->record = noro_arena_new(0);
		memset(&b->view.record, 0, sizeof(b->view.record));
		noro_record_parse(b->log, b->record, line, &b->view.record);
		v.time_ns = b->view.record.time_ns;
		if (noro_view_is(b->view.record.field[NORO_FIELD_ACTION], "login") &&
			b->view.record.field[NORO_FIELD_OUTCOME].p) {
			t->logins++;
			t->missed += n == 0;
			if (n == 0 && getenv("SHOW"))
				print_message("# missed %.*s: %.*s\n",
					NORO_VARG(b->view.record.field[NORO_FIELD_OUTCOME]),
					NORO_VARG(line));
		}
		assert_int_equal(noro_rules_match(w, &v, index, n, count, t), NORO_OK);
	}
	noro_buf_done(&text);
	return lines;
}

static size_t folder(struct bench *b, const char *path, struct tally *t, struct noro_rule_worker *w)
{
	DIR *d = opendir(path);
	struct dirent *e;
	size_t lines = 0;

	if (!d)
		return lines_of(b, path, t, w);
	while ((e = readdir(d))) {
		char full[8192];

		if (e->d_name[0] == '.' && strcmp(e->d_name, ".tests") != 0)
			continue;
		(void)snprintf(full, sizeof(full), "%s/%s", path, e->d_name);
		lines += folder(b, full, t, w);
	}
	closedir(d);
	return lines;
}

/* Which checks speak on public logs that hold no such intrusion: a device check that does is too
 * eager. */
static void device_checks_are_silent_on_public_logs(void **state)
{
	static const char *const folders[] = { "logpai+loghub", "fail2ban+fail2ban",
		"brimdata+zed-sample-data", "FrankHassanabad+suricata-sample-data",
		"ocatak+apache-http-logs", "wazuh+wazuh-ruleset", "crowdsecurity+hub",
		"napalm-automation+napalm-logs" };
	static struct tally t;
	struct noro_rule_worker *w;
	struct bench b;
	size_t lines = 0;

	(void)state;
	if (!test_data())
		return;
	start(&b);
	assert_int_equal(noro_rule_worker_new(b.rules, &w), NORO_OK);
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		char path[8192];

		(void)snprintf(path, sizeof(path), "%s/log/%s", test_data(), folders[i]);
		lines += folder(&b, path, &t, w);
	}
	print_message("# %zu lines\n", lines);
	for (size_t i = 0; i < b.rules->signals; i++) {
		const struct noro_signal *s = &b.rules->signal[i];

		if (t.events[i])
			print_message("# %u events of %s:%llu %s\n", t.events[i],
				strrchr(s->file, '/') + 1, (unsigned long long)s->line,
				s->name ? s->name : "");
		if (strstr(s->file, "/network/") &&
			strcmp(s->file + strlen(s->file) - 9, "snmp.yaml"))
			assert_true(t.events[i] <= 6);
	}
	print_message("# %zu logins, %zu of them without a literal\n", t.logins, t.missed);
	assert_true(t.logins > 1000 && t.missed * 12 < t.logins);
	assert_int_equal(noro_rule_worker_undecided(w), 0);
	noro_rule_worker_free(w);
	stop(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(raw_lines_of_examples_do_as_they_say),
		cmocka_unit_test(every_field_of_a_record_is_a_word_of_the_language),
		cmocka_unit_test(device_checks_are_silent_on_public_logs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
