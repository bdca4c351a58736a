/*
 * tests/unit/telescope/test_payload_real.c - requests that were really sent: attacks have the name
 * of what they were after, everyday requests have none.
 */
#include "tests/test.h"

#include "base/file.h"
#include "evidence/capture.h"
#include "evidence/packet.h"
#include "telescope/payload.h"

#include <ftw.h>

static struct noro_arena *arena, *lists;
static struct noro_rules *checks;
static struct noro_payload_rules *judge;

static int load(void **state)
{
	struct noro_error err = { 0 };
	const char *path;

	(void)state;
	arena = noro_arena_new(0);
	lists = noro_arena_new(0);
	path = noro_arena_printf(arena, "%s/knowledge/checks", getenv("NOROSHI_SOURCE"));
	if (noro_rules_load(arena, &path, 1, NULL, &checks, &err) != NORO_OK ||
		noro_payload_rules_new(checks, &judge, &err) != NORO_OK) {
		print_error("%s: %s %s\n", err.where, err.msg ? err.msg : "", err.arg[0]);
		return -1;
	}
	return 0;
}

static int unload(void **state)
{
	(void)state;
	noro_payload_rules_free(judge);
	noro_arena_free(lists);
	noro_arena_free(arena);
	return 0;
}

static bool has(const struct noro_list *list, const char *what)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->item[i], what) == 0)
			return true;
	return false;
}

static struct noro_payload judged(struct noro_view bytes, const char *port)
{
	struct noro_payload m = { .byte = (const uint8_t *)bytes.p, .n = bytes.n, .port = port };

	noro_arena_reset(lists);
	assert_int_equal(noro_payload_judge(judge, lists, &m, NULL), NORO_OK);
	return m;
}

/* --- requests of access logs, as they were on the wire --- */

static struct noro_view quoted(struct noro_view *rest)
{
	size_t from = noro_view_chr(*rest, '"'), to;
	struct noro_view in;

	if (from == SIZE_MAX)
		return NORO_V("");
	*rest = noro_view_sub(*rest, from + 1, rest->n);
	to = noro_view_chr(*rest, '"');
	in = noro_view_sub(*rest, 0, to == SIZE_MAX ? rest->n : to);
	*rest = noro_view_sub(*rest, to == SIZE_MAX ? rest->n : to + 1, rest->n);
	return in;
}

/* The request of a line like "GET / HTTP/1.1" 200 1 "referer" "agent"; false if it has none. */
static bool request_of(struct noro_view line, char *out, size_t cap, size_t *ret_n)
{
	struct noro_view request = quoted(&line), referer = quoted(&line), agent = quoted(&line);

	if (noro_view_find(request, NORO_V(" HTTP/1.")) == SIZE_MAX &&
		noro_view_find(request, NORO_V(" HTTP/2")) == SIZE_MAX)
		return false;
	*ret_n = (size_t)snprintf(out, cap,
		"%.*s\r\nHost: www.example.jp\r\nReferer: %.*s\r\nUser-Agent: %.*s\r\n\r\n",
		NORO_VARG(request), NORO_VARG(referer), NORO_VARG(agent));
	return *ret_n < cap;
}

static void logged_attacks_are_named(void **state)
{
	static const struct {
		const char *log, *cve;
		size_t least;
	} row[] = { { "apache_log4j2_cve-2021-44228", "CVE-2021-44228", 3 },
		{ "grafana_cve-2021-43798", "CVE-2021-43798", 1 },
		{ "spring4shell_cve-2022-22965", "CVE-2022-22965", 2 },
		{ "vmware-cve-2022-22954", "CVE-2022-22954", 2 } };
	const char *data = test_data();

	(void)state;
	for (size_t i = 0; data && i < sizeof(row) / sizeof(row[0]); i++) {
		const char *path = noro_arena_printf(arena,
			"%s/log/crowdsecurity+hub/.tests/%s/%s.log", data, row[i].log, row[i].log);
		struct noro_buf bytes = { 0 };
		struct noro_view rest, line;
		size_t n, lines = 0;
		char out[8192];

		assert_int_equal(noro_file_read(path, 1 << 20, &bytes, NULL), NORO_OK);
		rest = noro_buf_as_view(&bytes);
		while (noro_view_line(&rest, &line)) {
			struct noro_payload m;

			if (!request_of(line, out, sizeof(out), &n))
				continue;
			lines++;
			m = judged(noro_view(out, n), "80");
			if (!has(&m.cve, row[i].cve))
				fail_msg("%.*s: not %s", NORO_VARG(line), row[i].cve);
			if (noro_view_find(line, NORO_V("Base64/KGN1")) != SIZE_MAX)
				assert_true(has(&m.urls, "45.155.205.233"));
		}
		noro_buf_done(&bytes);
		assert_true(lines >= row[i].least);
	}
}

/* --- requests on the wire --- */

struct wire {
	const char *cve;
	uint64_t requests, named, with_cve;
	const char *path; /* at hand */
};

/* Samples of attacks; the rest is what servers see all day. */
static bool of_an_attack(const char *path)
{
	static const char *const name[] = { "_cve-", "-cve-", "aws-alb-logs" };

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++)
		if (strstr(path, name[i]))
			return true;
	return false;
}

static void on_frame(struct wire *w, const struct noro_frame *f)
{
	struct noro_packet p;
	struct noro_payload m;
	struct noro_view bytes;
	char port[8];
	size_t sp;

	noro_packet_read(f, NORO_OPEN_ALL, &p);
	if (!p.family || p.proto != 6 || !p.payload_n)
		return;
	bytes = noro_view(p.payload, p.payload_n);
	sp = noro_view_chr(noro_view_sub(bytes, 0, 12), ' ');
	if (sp == SIZE_MAX || sp < 3 || !noro_is_alpha(bytes.p[0]) ||
		noro_view_find(bytes, NORO_V(" HTTP/1.")) == SIZE_MAX ||
		noro_view_starts(bytes, "HTTP/"))
		return;
	(void)snprintf(port, sizeof(port), "%u", p.dport);
	m = judged(bytes, port);
	w->requests++;
	w->named += m.rules.n > 0;
	w->with_cve += w->cve && has(&m.cve, w->cve);
	if (m.rules.n && !w->cve)
		print_message("# %s: %s\n", w->path, m.rules.item[0]);
}

static void read_capture(const char *path, struct wire *w)
{
	struct noro_buf bytes = { 0 };
	struct noro_capture *c;
	struct noro_frame f[64];
	size_t n;

	w->path = path;
	if (noro_file_read(path, 64 << 20, &bytes, NULL) != NORO_OK)
		return;
	if (noro_capture_is(noro_buf_as_view(&bytes)) != NORO_CAPTURE_NONE &&
		noro_capture_new_bytes(noro_buf_as_view(&bytes), &c, NULL) == NORO_OK) {
		while (noro_capture_next(c, f, 64, &n, NULL) == NORO_OK)
			for (size_t i = 0; i < n; i++)
				on_frame(w, &f[i]);
		noro_capture_free(c);
	}
	noro_buf_done(&bytes);
}

static void an_attack_on_the_wire_is_named(void **state)
{
	struct wire w = { .cve = "CVE-2023-20198" };
	const char *data = test_data();

	(void)state;
	if (!data)
		return;
	read_capture(noro_arena_printf(arena,
			     "%s/telescope/fox-it+cisco-ios-xe-implant-detection/suricata/"
			     "fox-it-cisco-cve-2023-20198-auth-bypass-wsma-config.pcap",
			     data),
		&w);
	assert_true(w.requests > 0);
	assert_true(w.with_cve > 0);
}

/* --- everyday requests --- */

static struct wire everyday;

static int on_capture(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)at;
	if (kind == FTW_F && st->st_size < 64 << 20)
		read_capture(path, &everyday);
	return 0;
}

static void captures_of_protocols_give_no_name(void **state)
{
	const char *data = test_data();

	(void)state;
	if (!data)
		return;
	everyday = (struct wire){ 0 };
	assert_int_equal(
		nftw(noro_arena_printf(arena, "%s/pcap", data), on_capture, 16, FTW_PHYS), 0);
	print_message("# %llu requests on the wire, %llu named\n",
		(unsigned long long)everyday.requests, (unsigned long long)everyday.named);
	assert_true(everyday.requests > 200);
	assert_int_equal(everyday.named, 0);
}

/* --- an hour of October 2021, before Log4Shell: payloads are the twelfth column, in hex --- */

static struct noro_view column(struct noro_view line, unsigned n)
{
	struct noro_view v = { NULL, 0 };

	while (n-- > 0 && noro_view_cut(&line, '|', &v))
		;
	return v;
}

static size_t bytes_of(struct noro_view hex, uint8_t *out, size_t cap)
{
	size_t n = 0;

	for (; n < cap && 2 * n + 1 < hex.n; n++) {
		int high = noro_hex_value(hex.p[2 * n]), low = noro_hex_value(hex.p[2 * n + 1]);

		if (high < 0 || low < 0)
			return 0;
		out[n] = (uint8_t)(high << 4 | low);
	}
	return n;
}

static void an_hour_of_a_reactive_telescope(void **state)
{
	const char *data = test_data();
	struct noro_buf bytes = { 0 };
	struct noro_view rest, line;
	size_t payloads = 0, named = 0, fetching = 0;

	(void)state;
	if (!data)
		return;
	assert_int_equal(noro_file_read(noro_arena_printf(arena,
						"%s/telescope/inetrg+spoki/logs/example/2021-10-13."
						"21:00:00.test.spoki.tcp.raw.1634158800.csv",
						data),
				 64 << 20, &bytes, NULL),
		NORO_OK);
	rest = noro_buf_as_view(&bytes);
	while (noro_view_line(&rest, &line)) {
		uint8_t raw[NORO_PAYLOAD_MAX];
		size_t n = bytes_of(column(line, 12), raw, sizeof(raw));
		struct noro_payload m;

		if (!n)
			continue;
		m = judged(noro_view(raw, n), "80");
		payloads++;
		named += m.rules.n > 0;
		fetching += has(&m.urls, "http://141.22.28.35/evil");
	}
	noro_buf_done(&bytes);
	print_message("# %zu payloads of an hour, %zu named, %zu fetch something\n", payloads,
		named, fetching);
	assert_true(payloads > 1000);
	assert_int_equal(named, 0);
	assert_int_equal(fetching, 1);
}

static struct wire logged;

static int on_log(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	struct noro_buf bytes = { 0 };
	struct noro_view rest, line;
	char out[8192];
	size_t n;

	(void)at;
	if (kind != FTW_F || st->st_size > 64 << 20 || strstr(path, ".assert") ||
		noro_file_read(path, 64 << 20, &bytes, NULL) != NORO_OK)
		return 0;
	rest = noro_buf_as_view(&bytes);
	while (noro_view_line(&rest, &line)) {
		struct noro_payload m;

		if (!request_of(line, out, sizeof(out), &n))
			continue;
		m = judged(noro_view(out, n), "80");
		logged.requests++;
		logged.named += m.rules.n > 0;
		if (m.rules.n && !of_an_attack(path)) {
			logged.with_cve++;
			print_message("# %s: %s: %.100s\n", path, m.rules.item[0], out);
		}
	}
	noro_buf_done(&bytes);
	return 0;
}

static void only_attacks_in_logs_have_a_name(void **state)
{
	const char *data = test_data();

	(void)state;
	if (!data)
		return;
	logged = (struct wire){ 0 };
	assert_int_equal(nftw(noro_arena_printf(arena, "%s/log", data), on_log, 16, FTW_PHYS), 0);
	print_message("# %llu requests of logs, %llu named\n", (unsigned long long)logged.requests,
		(unsigned long long)logged.named);
	assert_true(logged.requests > 100 && logged.named > 5);
	assert_int_equal(logged.with_cve, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logged_attacks_are_named),
		cmocka_unit_test(an_attack_on_the_wire_is_named),
		cmocka_unit_test(captures_of_protocols_give_no_name),
		cmocka_unit_test(an_hour_of_a_reactive_telescope),
		cmocka_unit_test(only_attacks_in_logs_have_a_name),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
