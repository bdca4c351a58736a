/*
 * tests/unit/evidence/test_real_logs.c - lines that nobody of this project wrote, with what others
 * say they hold: fail2ban's annotated samples, loghub's structured tables, napalm-logs' messages,
 * Zeek's and Suricata's own logs.
 */
#include "tests/unit/evidence/evidence_test.h"

#include "base/buf.h"
#include "base/json.h"

#include <dirent.h>

static bool slurp(const char *path, struct noro_buf *b)
{
	FILE *f = fopen(path, "rb");
	size_t n = 1;

	noro_buf_clear(b);
	if (!f)
		return false;
	while (n) {
		char *room = noro_buf_room(b, 65536);

		assert_non_null(room);
		n = fread(room, 1, 65536, f);
		b->n += n;
	}
	fclose(f);
	return true;
}

/* Lines whose annotation asks for more than the line itself says; each with its reason. */
static const struct {
	const char *file, *part, *why;
} hosts_elsewhere[] = {
	{ "sshd-journal", "Too many authentication failures",
		"the address stands in an earlier line of the session" },
	{ "sshd-journal", "Read from socket failed",
		"the address stands in an earlier line of the session" },
	{ "sshd-journal", "Unable to negotiate a key exchange method",
		"the address stands in an earlier line" },
	{ "sshd-journal", "no matching mac found",
		"the address stands in an earlier line of the session" },
	{ "sshd-journal", "192.030.0.6",
		"an octet with a leading zero may be octal (RFC 6943 3.1.1)" },
	{ "slapd", "RESULT tag=97 err=49", "the address stands in an earlier line of the session" },
	{ "exim", "H=(test) [8.8.8.8]", "a client put a label of its own into the command" },
};
static const struct {
	const char *file, *part, *why;
} times_elsewhere[] = {
	{ "dovecot", "@4000",
		"TAI64N is ten seconds ahead of UTC by djb's convention; the annotation adds "
		"them" },
	{ "guacamole", "WARNING: ", "the time stands in the line before" },
	{ "guacamole", "12:57:32.907", "a clock without a date takes the day of the reference" },
	{ "haproxy-http-auth", "14/Nov/2015",
		"HAProxy's own time has a year, the syslog head has none" },
};

struct tally {
	unsigned hosts, hosts_right, times, times_right, unexplained;
	unsigned web, web_right; /* apache and nginx shapes, where nothing may be missing */
};

static bool host_elsewhere(const char *file, struct noro_view line)
{
	for (size_t i = 0; i < sizeof(hosts_elsewhere) / sizeof(hosts_elsewhere[0]); i++)
		if (strcmp(file, hosts_elsewhere[i].file) == 0 &&
			noro_view_find(line, noro_view_str(hosts_elsewhere[i].part)) != SIZE_MAX)
			return true;
	return false;
}

static bool time_elsewhere(const char *file, struct noro_view line)
{
	for (size_t i = 0; i < sizeof(times_elsewhere) / sizeof(times_elsewhere[0]); i++)
		if (strcmp(file, times_elsewhere[i].file) == 0 &&
			noro_view_find(line, noro_view_str(times_elsewhere[i].part)) != SIZE_MAX)
			return true;
	return false;
}

static void check_host(
	struct tally *t, const char *file, const struct noro_record *r, struct noro_view host)
{
	bool web = strncmp(file, "apache", 6) == 0 || strncmp(file, "nginx", 5) == 0;
	bool right = noro_view_eq(r->field[NORO_FIELD_SRC_IP], host) ||
		     noro_view_eq(r->field[NORO_FIELD_SRC_HOST], host);

	t->hosts++;
	t->hosts_right += right;
	t->web += web;
	t->web_right += web && right;
	if (!right && !host_elsewhere(file, r->raw)) {
		print_error("%s: wanted host %.*s, got '%.*s': %.*s\n", file, NORO_VARG(host),
			NORO_VARG(r->field[NORO_FIELD_SRC_IP]), NORO_VARG(r->raw));
		t->unexplained++;
	}
}

static void check_time(struct tally *t, const char *file, const struct noro_record *r,
	struct noro_view text, const struct noro_zone *zone)
{
	struct noro_time_ctx ctx = { .zone = zone, .ref_ns = NORO_TIME_NONE };
	struct noro_time want;
	bool right;

	if (!noro_time_parse(text, &ctx, &want))
		return;
	right = r->time_ns != NORO_TIME_NONE &&
		r->time_ns / NORO_NS_PER_S == want.ns / NORO_NS_PER_S;
	t->times++;
	t->times_right += right;
	if (!right && !time_elsewhere(file, r->raw)) {
		print_error(
			"%s: wanted time %.*s: %.*s\n", file, NORO_VARG(text), NORO_VARG(r->raw));
		t->unexplained++;
	}
}

static void check_file(
	struct tally *t, const char *path, const char *file, const struct noro_zone *zone)
{
	/* 2005-08-14T11:59:59 in Zurich, fail2ban's own "now" */
	struct noro_log_opts opts = {
		.zone = zone, .ref_ns = INT64_C(1124013599) * NORO_NS_PER_S, .path = file
	};
	struct noro_buf b = { 0 };
	struct noro_view rest, line;
	const struct noro_json *note = NULL;
	struct noro_arena *a = noro_arena_new(0);
	struct noro_sniff s;
	struct noro_log *log;

	assert_true(slurp(path, &b));
	rest = noro_buf_as_view(&b);
	assert_int_equal(
		noro_log_new(noro_reader_sniff(rest, file, &s), &opts, rest, &log, NULL), NORO_OK);
	while (noro_view_line(&rest, &line)) {
		struct noro_record r;

		if (noro_view_starts(line, "# failJSON:")) {
			if (noro_json_parse(a, noro_view_trim(noro_view_sub(line, 11, line.n)),
				    NULL, &note, NULL) != NORO_OK)
				note = NULL;
			continue;
		}
		if (!note || line.n == 0 || line.p[0] == '#')
			continue;
		if (noro_json_get(note, "match") &&
			noro_json_get(note, "match")->kind == NORO_JSON_TRUE) {
			noro_record_parse(log, a, line, &r);
			if (noro_json_str(note, "host").p)
				check_host(t, file, &r, noro_json_str(note, "host"));
			if (noro_json_str(note, "time").p)
				check_time(t, file, &r, noro_json_str(note, "time"), zone);
		}
		note = NULL;
	}
	noro_log_free(log);
	noro_arena_free(a);
	noro_buf_done(&b);
}

static void fail2ban_is_read_as_annotated(void **state)
{
	const char *data = test_data();
	struct tally t = { 0 };
	struct noro_zone *zone;
	struct dirent **names;
	char dir[8192], path[16384];
	int n;

	(void)state;
	if (!data)
		return;
	(void)snprintf(
		dir, sizeof(dir), "%s/log/fail2ban+fail2ban/fail2ban/tests/files/logs", data);
	n = scandir(dir, &names, NULL, alphasort);
	assert_true(n > 20);
	assert_int_equal(noro_zone_open("Europe/Zurich", &zone, NULL), NORO_OK);
	for (int i = 0; i < n; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);
		if (names[i]->d_type == DT_REG)
			check_file(&t, path, names[i]->d_name, zone);
		free(names[i]);
	}
	free(names);
	noro_zone_free(zone);
	print_message("# hosts %u of %u, times %u of %u, web %u of %u\n", t.hosts_right, t.hosts,
		t.times_right, t.times, t.web_right, t.web);
	assert_int_equal(t.unexplained, 0);
	assert_true(t.hosts > 400 && t.hosts_right * 100 > t.hosts * 95);
	assert_true(t.times > 350 && t.times_right * 100 > t.times * 95);
	assert_true(t.web > 50 && t.web_right == t.web);
}

static struct noro_log *open_real(const char *path, struct noro_buf *b, const char *reader)
{
	struct noro_log_opts opts = { .ref_ns = TEST_REF, .path = path };
	struct noro_sniff s;
	struct noro_log *log = NULL;
	const struct noro_reader *r;

	if (!slurp(path, b))
		return NULL;
	r = noro_reader_sniff(noro_buf_as_view(b), path, &s);
	assert_string_equal(r->name, reader);
	assert_int_equal(noro_log_new(r, &opts, noro_buf_as_view(b), &log, NULL), NORO_OK);
	return log;
}

static struct noro_view own(const struct noro_record *r, const char *name)
{
	for (size_t i = 0; i < r->owns; i++)
		if (noro_view_is(r->own[i].name, name))
			return r->own[i].value;
	return (struct noro_view){ 0 };
}

/* A raw log and loghub's table of the same lines: program, process and text agree. */
static void loghub_pair(const char *data, const char *name, const char *raw_reader,
	enum noro_field field, const char *column)
{
	struct noro_buf raw = { 0 }, table = { 0 };
	struct noro_view lines, rows, line, row;
	struct noro_log *log, *csv;
	char path[8192];
	unsigned n = 0, agree = 0;

	(void)snprintf(path, sizeof(path), "%s/log/logpai+loghub/%s/%s_2k.log", data, name, name);
	log = open_real(path, &raw, raw_reader);
	(void)snprintf(path, sizeof(path), "%s/log/logpai+loghub/%s/%s_2k.log_structured.csv", data,
		name, name);
	csv = open_real(path, &table, "csv");
	assert_non_null(log);
	assert_non_null(csv);
	lines = noro_buf_as_view(&raw);
	rows = noro_buf_as_view(&table);
	(void)noro_view_line(&rows, &row);
	while (noro_view_line(&lines, &line) && noro_view_line(&rows, &row)) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_record x, y;

		noro_record_parse(log, a, line, &x);
		noro_record_parse(csv, a, row, &y);
		n++;
		assert_true(x.parsed && x.time_ns != NORO_TIME_NONE && y.parsed);
		if (noro_view_eq(noro_view_trim(x.field[field]), noro_view_trim(own(&y, column))))
			agree++;
		else if (n - agree < 5)
			print_error("%s: '%.*s' and '%.*s'\n", name, NORO_VARG(x.field[field]),
				NORO_VARG(own(&y, column)));
		noro_arena_free(a);
	}
	assert_int_equal(n, 2000);
	assert_int_equal(agree, n);
	noro_log_free(log);
	noro_log_free(csv);
	noro_buf_done(&raw);
	noro_buf_done(&table);
}

static void loghub_tables_agree(void **state)
{
	const char *data = test_data();

	(void)state;
	if (!data)
		return;
	loghub_pair(data, "OpenSSH", "syslog", NORO_FIELD_HOST, "Component");
	loghub_pair(data, "OpenSSH", "syslog", NORO_FIELD_MESSAGE, "Content");
	loghub_pair(data, "Apache", "http-error", NORO_FIELD_SEVERITY, "Level");
}

/* Addresses that stand in the text of the log must come out of the fields. */
static void every_scanner_request_is_understood(void **state)
{
	const char *data = test_data();
	struct noro_buf b = { 0 };
	struct noro_view rest, line;
	struct noro_log *log;
	char path[8192];
	unsigned n = 0, requests = 0;

	(void)state;
	if (!data)
		return;
	(void)snprintf(path, sizeof(path), "%s/log/ocatak+apache-http-logs/w3af.txt", data);
	log = open_real(path, &b, "http-access");
	assert_non_null(log);
	rest = noro_buf_as_view(&b);
	while (noro_view_line(&rest, &line)) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_record r;

		noro_record_parse(log, a, line, &r);
		n++;
		assert_true(r.parsed && r.time_ns != NORO_TIME_NONE);
		assert_true(r.field[NORO_FIELD_SRC_IP].p && r.field[NORO_FIELD_STATUS].n == 3);
		requests += r.field[NORO_FIELD_METHOD].p && r.field[NORO_FIELD_PATH].p;
		noro_arena_free(a);
	}
	assert_true(n > 3900 && requests * 100 > n * 99);
	noro_log_free(log);
	noro_buf_done(&b);
}

/* An indented array of alerts: each line of it belongs to a record with addresses and a signature.
 */
static void indented_alerts_are_whole(void **state)
{
	const char *data = test_data();
	struct noro_buf b = { 0 };
	struct noro_view text;
	struct noro_log *log;
	char path[8192];
	size_t at = 0;
	unsigned n = 0;

	(void)state;
	if (!data)
		return;
	(void)snprintf(path, sizeof(path),
		"%s/log/FrankHassanabad+suricata-sample-data/samples/first-org-conf-2015/"
		"alerts-only.json",
		data);
	log = open_real(path, &b, "suricata-eve");
	assert_non_null(log);
	text = noro_buf_as_view(&b);
	for (;;) {
		size_t hit =
			noro_view_find(noro_view_sub(text, at, text.n), NORO_V("\"signature\""));
		struct noro_arena *a = noro_arena_new(0);
		struct noro_record r;

		if (hit == SIZE_MAX) {
			noro_arena_free(a);
			break;
		}
		at += hit + 1;
		noro_record_parse(log, a, noro_record_around(log, text, at), &r);
		n++;
		assert_true(r.parsed && r.time_ns != NORO_TIME_NONE && r.field[NORO_FIELD_RULE].p);
		assert_true(r.field[NORO_FIELD_SRC_IP].p && r.field[NORO_FIELD_DST_IP].p);
		noro_arena_free(a);
	}
	assert_true(n > 100);
	noro_log_free(log);
	noro_buf_done(&b);
}

/* napalm-logs keeps, beside each message, what its authors read in it. */
static void one_device_message(const char *dir, unsigned *ret_seen, unsigned *ret_hosts)
{
	struct noro_buf msg = { 0 }, want = { 0 };
	struct noro_log *log = test_log("lines", "x", NORO_V(""));
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *doc;
	struct noro_view host, line, rest;
	struct noro_record r;
	char path[16384];

	(void)snprintf(path, sizeof(path), "%s/syslog.msg", dir);
	if (slurp(path, &msg)) {
		(void)snprintf(path, sizeof(path), "%s/yang.json", dir);
		assert_true(slurp(path, &want));
		assert_int_equal(
			noro_json_parse(a, noro_buf_as_view(&want), NULL, &doc, NULL), NORO_OK);
		rest = noro_buf_as_view(&msg);
		assert_true(noro_view_line(&rest, &line));
		noro_record_parse(log, a, line, &r);
		host = noro_json_str(doc, "host");
		++*ret_seen;
		if (noro_view_eq(r.field[NORO_FIELD_HOST], host) && r.time_ns != NORO_TIME_NONE)
			++*ret_hosts;
		else
			print_message("# %s: host '%.*s', wanted '%.*s'\n", strstr(dir, "config"),
				NORO_VARG(r.field[NORO_FIELD_HOST]), NORO_VARG(host));
	}
	noro_arena_free(a);
	noro_log_free(log);
	noro_buf_done(&msg);
	noro_buf_done(&want);
}

static void walk_devices(const char *dir, unsigned depth, unsigned *seen, unsigned *hosts)
{
	struct dirent **names;
	int n = scandir(dir, &names, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		char path[12288];

		(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);
		if (names[i]->d_type == DT_DIR && names[i]->d_name[0] != '.' && depth < 4) {
			one_device_message(path, seen, hosts);
			walk_devices(path, depth + 1, seen, hosts);
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

static void network_devices_are_named(void **state)
{
	const char *data = test_data();
	unsigned seen = 0, hosts = 0;
	char dir[8192];

	(void)state;
	if (!data)
		return;
	(void)snprintf(dir, sizeof(dir), "%s/log/napalm-automation+napalm-logs/tests/config", data);
	walk_devices(dir, 0, &seen, &hosts);
	print_message("# host and time of %u of %u device messages\n", hosts, seen);
	assert_true(seen > 40);
	assert_true(hosts * 100 >= seen * 90);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fail2ban_is_read_as_annotated),
		cmocka_unit_test(loghub_tables_agree),
		cmocka_unit_test(every_scanner_request_is_understood),
		cmocka_unit_test(indented_alerts_are_whole),
		cmocka_unit_test(network_devices_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
