/*
 * tests/checks/test_verdicts.c - our readers against what the authors of public samples expect of
 * each line: crowdsec's parser assertions and wazuh's sample rules.
 *
 * Wazuh's rule numbers and levels are names of its own rules, most of them about faults of a
 * service that no advisory speaks of, so only those that say whether a login was refused can be
 * compared. Crowdsec's scenario assertions count with its own thresholds ("leaky buckets") and
 * decays, which ours are not; what both must agree on is whom a line accuses, so that is what is
 * compared.
 */
#include "tests/test.h"

#include "base/file.h"
#include "evidence/reader.h"

struct sample {
	struct noro_buf text, expected;
	struct noro_log *log;
	struct noro_arena *arena;
	unsigned compared, wrong;
};

static bool load(struct sample *s, const char *folder, const char *name, struct noro_buf *to)
{
	char path[8192];

	(void)snprintf(path, sizeof(path), "%s/log/%s/%s", test_data(), folder, name);
	return noro_file_read(path, 16 << 20, to, NULL) == NORO_OK && s;
}

static void open_log(struct sample *s, const char *path, struct noro_view head)
{
	struct noro_log_opts opts = { .ref_ns = INT64_C(1756684800000000000), .path = path };
	struct noro_sniff why = { 0 };

	assert_int_equal(
		noro_log_new(noro_reader_sniff(head, path, &why), &opts, head, &s->log, NULL),
		NORO_OK);
	s->arena = noro_arena_new(0);
}

static void close_sample(struct sample *s)
{
	noro_log_free(s->log);
	noro_arena_free(s->arena);
	noro_buf_done(&s->text);
	noro_buf_done(&s->expected);
}

/* The string behind `... == "` of an assertion, its escapes undone; false for another one. */
static bool asserted(struct noro_view line, const char *what, char *out, size_t cap)
{
	size_t at = noro_view_find(line, noro_view_str(what)), n = 0;
	const char *end = line.p + line.n;

	if (at == SIZE_MAX || noro_view_find(line, NORO_V("s01-parse")) == SIZE_MAX)
		return false;
	for (const char *p = line.p + at + strlen(what); p < end && *p != '"' && n + 1 < cap; p++) {
		if (*p == '\\' && p + 1 < end)
			p++;
		out[n++] = *p;
	}
	out[n] = '\0';
	return true;
}

static bool line_with(const struct sample *s, const char *part, struct noro_view *ret)
{
	struct noro_view rest = noro_buf_as_view(&s->text);

	while (noro_view_line(&rest, ret))
		if (noro_view_find(*ret, noro_view_str(part)) != SIZE_MAX)
			return true;
	return false;
}

static void same(struct sample *s, struct noro_view line, enum noro_field f, const char *want)
{
	struct noro_record r = { 0 };

	noro_record_parse(s->log, s->arena, line, &r);
	s->compared++;
	if (!noro_view_is(r.field[f], want)) {
		s->wrong++;
		print_message("# %s: '%.*s', expected '%s': %.*s\n", noro_field_name(f),
			NORO_VARG(r.field[f]), want, NORO_VARG(line));
	}
}

/* Returns how many assertions were compared; all must hold. */
static unsigned crowdsec(const char *folder, const char *log)
{
	struct sample s = { 0 };
	struct noro_view rest, line, shown = { 0 };
	char where[256], text[4096] = "", want[256];

	(void)snprintf(where, sizeof(where), "crowdsecurity+hub/.tests/%s", folder);
	assert_true(load(&s, where, log, &s.text) && load(&s, where, "parser.assert", &s.expected));
	open_log(&s, log, noro_buf_as_view(&s.text));
	rest = noro_buf_as_view(&s.expected);
	while (noro_view_line(&rest, &line)) {
		if (asserted(line, "Evt.Parsed[\"message\"] == \"", text, sizeof(text)) &&
			!line_with(&s, text, &shown))
			shown = (struct noro_view){ 0 };
		if (!shown.p)
			continue;
		if (asserted(line, "Evt.Meta[\"source_ip\"] == \"", want, sizeof(want)))
			same(&s, shown, NORO_FIELD_SRC_IP, want);
		if (asserted(line, "Evt.Meta[\"target_user\"] == \"", want, sizeof(want)))
			same(&s, shown, NORO_FIELD_USER, want);
	}
	assert_int_equal(s.wrong, 0);
	close_sample(&s);
	return s.compared;
}

static void sources_and_users_are_those_that_crowdsec_reads(void **state)
{
	(void)state;
	if (!test_data())
		return;
	assert_true(crowdsec("sshd-logs", "sshd-logs.log") >= 23);
	assert_true(crowdsec("iptables-logs", "iptables-logs.log") >= 3);
	assert_true(crowdsec("nginx_http-logs", "nginx_http-logs.log") >= 9);
	assert_true(crowdsec("postfix-logs", "postfix-logs.log") >= 7);
}

/* Rules of wazuh that say "login refused": 5710 for an unknown user, 5716 for a wrong secret. */
static bool is_refused(struct noro_view line)
{
	return noro_view_is(line, "rule = 5710") || noro_view_is(line, "rule = 5716");
}

/* "Postponed" stands among the samples of 5710 and is no answer yet. */
static void logins_that_wazuh_calls_refused_are_refused(void **state)
{
	struct sample s = { 0 };
	struct noro_view rest, line, sample[16];
	size_t n = 0;

	(void)state;
	if (!test_data())
		return;
	assert_true(load(&s, "wazuh+wazuh-ruleset/tools/rules-testing/tests", "sshd.ini", &s.text));
	open_log(&s, "auth.log",
		NORO_V("Feb  9 11:44:56 srv sshd[1]: Invalid user x from 192.0.2.1\n"));
	rest = noro_buf_as_view(&s.text);
	while (noro_view_line(&rest, &line)) {
		size_t at = noro_view_find(line, NORO_V(" pass = "));

		if (line.n && line.p[0] == '[')
			n = 0;
		if (at != SIZE_MAX && n < 16)
			sample[n++] = noro_view_sub(line, at + 8, line.n);
		for (size_t i = 0; i < n && is_refused(line); i++)
			if (noro_view_find(sample[i], NORO_V("Postponed")) == SIZE_MAX)
				same(&s, sample[i], NORO_FIELD_OUTCOME, "failure");
	}
	assert_true(s.compared >= 3);
	assert_int_equal(s.wrong, 0);
	close_sample(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_and_users_are_those_that_crowdsec_reads),
		cmocka_unit_test(logins_that_wazuh_calls_refused_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
