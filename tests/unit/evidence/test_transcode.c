/* tests/unit/evidence/test_transcode.c - binary evidence becomes lines: login accounting, mail,
 * event logs. */
#include "tests/unit/evidence/evidence_test.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/library.h"

struct pipe {
	struct noro_view in;
	size_t step; /* bytes a pull gives */
	struct noro_buf out;
};

static enum noro_status pull(void *ctx, char *buf, size_t cap, size_t *ret_n)
{
	struct pipe *p = ctx;
	size_t n = p->in.n < cap ? p->in.n : cap;

	if (n > p->step)
		n = p->step;
	if (n)
		memcpy(buf, p->in.p, n);
	p->in = noro_view_sub(p->in, n, p->in.n);
	*ret_n = n;
	return n ? NORO_OK : NORO_END;
}

static enum noro_status push(void *ctx, const char *text, size_t n)
{
	struct pipe *p = ctx;

	noro_buf_add(&p->out, text, n);
	return p->out.status;
}

static enum noro_status run(
	const char *reader, const char *path, struct noro_view in, size_t step, struct pipe *p)
{
	struct noro_log_opts opts = { .ref_ns = TEST_REF, .path = path };
	struct noro_error err = { 0 };

	*p = (struct pipe){ .in = in, .step = step };
	return noro_reader_by_name(reader)->transcode(&opts, pull, p, push, p, &err);
}

/* Every line that comes out is one JSON object, whatever went in. */
static void all_lines_are_json(const struct pipe *p)
{
	struct noro_view rest = noro_buf_as_view(&p->out), line;

	while (noro_view_line(&rest, &line)) {
		struct noro_arena *a = noro_arena_new(0);
		const struct noro_json *v;

		assert_int_equal(noro_json_parse(a, line, NULL, &v, NULL), NORO_OK);
		assert_int_equal(v->kind, NORO_JSON_OBJECT);
		noro_arena_free(a);
	}
}

static void first_record(
	const char *reader, const char *path, const struct pipe *p, const char *const *want)
{
	struct noro_log *log = test_log(reader, path, noro_buf_as_view(&p->out));
	struct noro_arena *a = noro_arena_new(0);
	struct noro_view rest = noro_buf_as_view(&p->out), line;
	struct noro_record r;

	assert_true(noro_view_line(&rest, &line));
	noro_record_parse(log, a, line, &r);
	assert_true(r.parsed && r.time_ns == INT64_C(1754528523) * NORO_NS_PER_S);
	test_fields(&r, want);
	noro_arena_free(a);
	noro_log_free(log);
}

static void put32(uint8_t *p, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

/* One USER_PROCESS entry; `wide` is the layout with 64-bit times. */
static size_t entry(uint8_t *p, bool wide)
{
	static const uint8_t ip[4] = { 192, 0, 2, 80 };
	size_t n = wide ? 400 : 384;

	memset(p, 0, n);
	p[0] = 7;
	put32(p + 4, 4242);
	memcpy(p + 8, "pts/0", 5);
	memcpy(p + 44, "operator", 8);
	memcpy(p + 76, "host.example.net", 16);
	put32(p + (wide ? 344 : 340), 1754528523);
	memcpy(p + (wide ? 360 : 348), ip, 4);
	return n;
}

static void logins_are_read_in_both_layouts(void **state)
{
	static const char *const good[] = { "action=login", "outcome=success", "user=operator",
		"src.ip=192.0.2.80", "src.host=host.example.net", "device=pts/0", NULL };
	static const char *const bad[] = { "action=login", "outcome=failure", "user=operator",
		NULL };
	uint8_t bytes[1200];

	(void)state;
	for (unsigned wide = 0; wide < 2; wide++) {
		size_t n = entry(bytes, wide);
		struct noro_sniff s;
		struct pipe p;

		n += entry(bytes + n, wide);
		assert_string_equal(
			noro_reader_sniff(noro_view(bytes, n), "/var/log/wtmp", &s)->name, "utmp");
		assert_int_equal(run("utmp", "wtmp", noro_view(bytes, n), 100, &p), NORO_OK);
		all_lines_are_json(&p);
		first_record("utmp", "wtmp", &p, good);
		noro_buf_done(&p.out);
		assert_int_equal(run("utmp", "btmp", noro_view(bytes, n), 1000, &p), NORO_OK);
		first_record("utmp", "btmp", &p, bad);
		noro_buf_done(&p.out);
	}
}

static void a_cut_accounting_file_gives_its_whole_entries(void **state)
{
	uint8_t bytes[384 * 2];
	size_t n = entry(bytes, false);

	(void)state;
	entry(bytes + n, false);
	for (size_t cut = 1; cut < sizeof(bytes); cut++) {
		uint8_t *exact = test_exact_copy(bytes, cut);
		struct pipe p;
		enum noro_status st = run("utmp", "wtmp", noro_view(exact, cut), 64, &p);

		assert_int_equal(st, cut < 384 ? NORO_EFORMAT : cut == 384 ? NORO_OK : NORO_ETRUNC);
		assert_int_equal(p.out.n > 0, cut >= 384);
		noro_buf_done(&p.out);
		free(exact);
	}
}

static const char letter[] = "From sender@example.org Thu Aug  7 01:02:03 2025\n"
			     "Received: from mx.example.org (mx.example.org [192.0.2.81])\n\tby "
			     "mail.example.com; Thu, 7 Aug 2025 01:02:03 +0000\n"
			     "Date: Thu, 7 Aug 2025 01:02:03 +0000\n"
			     "From: =?ISO-2022-JP?B?GyRCJUYlOSVIGyhC?= <sender@example.org>\n"
			     "To: victim@example.com\n"
			     "Subject: =?UTF-8?Q?caf=C3=A9?= =?UTF-8?B?44GG?=\n"
			     "X-Originating-IP: [192.0.2.82]\n"
			     "MIME-Version: 1.0\n"
			     "Content-Type: multipart/mixed; boundary=\"b1\"\n"
			     "\n"
			     "--b1\n"
			     "Content-Type: text/plain; charset=utf-8\n"
			     "Content-Transfer-Encoding: quoted-printable\n"
			     "\n"
			     "see http://bad.exam=\nple.org/=41\n"
			     "--b1\n"
			     "Content-Type: application/octet-stream; name=\"x.bin\"\n"
			     "Content-Transfer-Encoding: base64\n"
			     "\n"
			     "aGVsbG8=\n"
			     "--b1--\n"
			     "\n"
			     "From second@example.org Thu Aug  7 01:02:04 2025\n"
			     "Date: Thu, 7 Aug 2025 01:02:04 +0000\n"
			     "From: second@example.org\n"
			     "To: victim@example.com\n"
			     "Subject: two\n"
			     "\n"
			     "body\n";

static void a_mailbox_becomes_one_object_a_message(void **state)
{
	static const char *const want[] = { "mail.to=victim@example.com", "src.ip=192.0.2.82",
		"subject=caf\xc3\xa9\xe3\x81\x86",
		"mail.from=\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88 <sender@example.org>", "file=x.bin",
		"hash.md5=5d41402abc4b2a76b9719d911017c592",
		"hash.sha256=2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
		NULL };
	struct noro_sniff s;
	struct pipe p;

	(void)state;
	assert_string_equal(noro_reader_sniff(noro_view_str(letter), "inbox", &s)->name, "mail");
	assert_int_equal(run("mail", "inbox", noro_view_str(letter), 7, &p), NORO_OK);
	all_lines_are_json(&p);
	first_record("mail", "inbox", &p, want);
	assert_true(noro_view_find(noro_buf_as_view(&p.out),
			    NORO_V("see http://bad.example.org/A")) != SIZE_MAX);
	assert_true(
		noro_view_find(noro_buf_as_view(&p.out), NORO_V("second@example.org")) != SIZE_MAX);
	noro_buf_done(&p.out);
}

static void a_cut_mailbox_is_still_json(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(letter); n++) {
		uint8_t *exact = test_exact_copy(letter, n);
		struct pipe p;

		assert_int_equal(run("mail", "inbox", noro_view(exact, n), 4096, &p), NORO_OK);
		all_lines_are_json(&p);
		noro_buf_done(&p.out);
		free(exact);
	}
}

static bool try_mail(void *arg)
{
	struct pipe p;
	enum noro_status st = run("mail", "inbox", noro_view_str(arg), 4096, &p);

	noro_buf_done(&p.out);
	if (st != NORO_OK)
		assert_int_equal(st, NORO_ENOMEM);
	return st == NORO_OK;
}

static void mail_without_memory_says_so(void **state)
{
	char copy[sizeof(letter)];

	(void)state;
	memcpy(copy, letter, sizeof(letter));
	test_allocation_sweep(try_mail, copy, 1000);
}

/* The library in its child refuses what is none, and the error says so. */
static void rubbish_is_no_event_log(void **state)
{
	char bytes[8192] = "ElfFile";
	struct noro_sniff s;
	struct pipe p;
	enum noro_status st;

	(void)state;
	assert_string_equal(
		noro_reader_sniff(noro_view(bytes, sizeof(bytes)), "x.evtx", &s)->name, "evtx");
	st = run("evtx", "x.evtx", noro_view(bytes, sizeof(bytes)), 4096, &p);
	assert_true(st < 0);
	assert_int_equal(p.out.n, 0);
	noro_buf_done(&p.out);
}

/* A sound log made by tools/make-evtx; the library reads it in its confined child. */
static void an_event_log_becomes_one_object_an_event(void **state)
{
	static const char *const want[] = { "host=dc1.example.com", "event=4625", "action=login",
		"outcome=failure", "user=sato", "src.ip=192.0.2.90", "method=network", NULL };
	static char bytes[1 << 17];
	char path[4096];
	struct noro_view rest, line;
	struct pipe p;
	unsigned n = 0;
	FILE *f;

	(void)state;
	assert_non_null(getenv("NOROSHI_SOURCE"));
	(void)snprintf(
		path, sizeof(path), "%s/fuzz/seeds/evtx/two-events", getenv("NOROSHI_SOURCE"));
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_int_equal(run("evtx", "Security.evtx",
				 noro_view(bytes, fread(bytes, 1, sizeof(bytes), f)), 5000, &p),
		NORO_OK);
	fclose(f);
	all_lines_are_json(&p);
	first_record("evtx", "Security.evtx", &p, want);
	rest = noro_buf_as_view(&p.out);
	while (noro_view_line(&rest, &line))
		n++;
	assert_int_equal(n, 2);
	noro_buf_done(&p.out);
}

static void without_its_library_an_event_log_says_what_it_needs(void **state)
{
	struct noro_log_opts opts = { .path = "x.evtx" };
	struct pipe p = { .in = NORO_V("ElfFile"), .step = 4096 };
	struct noro_error err = { 0 };

	(void)state;
	noro_library_hide("libevtx");
	assert_int_equal(noro_reader_by_name("evtx")->transcode(&opts, pull, &p, push, &p, &err),
		NORO_EUNSUPPORTED);
	noro_library_hide(NULL);
	assert_string_equal(err.arg[0], "libevtx");
	assert_int_equal(p.out.n, 0);
}

/* A document on one line, and what its lines must be. */
static const struct {
	const char *reader, *text, *lines;
} documents[] = {
	{ "json-document", "[{\"a\":\"x\",\"b\":{\"c\":[{}]}},\n {\"a\":\"},{\"} ]",
		"[\n{\"a\":\"x\",\"b\":{\"c\":[{}]}}\n{\"a\":\"},{\"}\n]\n" },
	{ "cloud-audit-document",
		"{\"Records\":[{\"eventSource\":\"s3\",\"x\":[{\"y\":1}]},{\"eventSource\":\"iam\"}"
		"],"
		"\"more\":\"192.0.2.1\"}",
		"{\"Records\":[\n{\"eventSource\":\"s3\",\"x\":[{\"y\":1}]}\n"
		"{\"eventSource\":\"iam\"}\n],\"more\":\"192.0.2.1\"}\n" },
	{ "windows-json-document",
		"[{\"Id\":4625,\"TimeCreated\":\"\\/Date(1754528523123)\\/\"},{\"Id\":1}]",
		"[\n{\"Id\":4625,\"TimeCreated\":\"\\/Date(1754528523123)\\/\"}\n{\"Id\":1}\n]\n" },
	/* no blank of a broken document may vanish between two values */
	{ "json-document", "[{\"a\":1} 192.0.2.1\n192.0.2.2 {\"b\"",
		"[\n{\"a\":1}\n192.0.2.1 192.0.2.2 \n{\"b\"\n" },
};

static void one_document_becomes_a_line_for_each_record(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		struct noro_view text = noro_view_str(documents[i].text);
		struct noro_sniff s;

		assert_string_equal(
			noro_reader_sniff(text, "x.json", &s)->name, documents[i].reader);
		for (size_t step = 1; step <= text.n; step += 7) {
			struct pipe p;

			assert_int_equal(
				run(documents[i].reader, "x.json", text, step, &p), NORO_OK);
			noro_buf_chr(&p.out, '\0');
			assert_string_equal(p.out.p, documents[i].lines);
			noro_buf_done(&p.out);
		}
	}
}

static void powershell_dates_are_times(void **state)
{
	static const char line[] = "{\"Id\":4625,\"TimeCreated\":\"\\/Date(1754528523123)\\/\"}";
	struct noro_view text = NORO_V(line);
	struct noro_log *log = test_log("windows-json-document", "x.json", text);
	struct noro_time t = { 0 };

	(void)state;
	assert_true(noro_record_time(log, text, &t));
	assert_true(t.ns == INT64_C(1754528523123000000));
	noro_log_free(log);
}

/* Objects alone on their lines, or indented below one another, are lines already. */
static void lines_of_json_stay_lines(void **state)
{
	static const char *const texts[] = { "{\"a\":1,\"items\":[{\"b\":1}]}\n{\"a\":2}\n",
		"[\n  {\n    \"a\": 1\n  }\n]\n", "{\"a\":[1,2,{\"b\":1}]}\n",
		"{\"name\":{\"c\":[{\"b\":1}]}}\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct noro_sniff s;

		assert_string_equal(
			noro_reader_sniff(noro_view_str(texts[i]), "x", &s)->name, "json-lines");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logins_are_read_in_both_layouts),
		cmocka_unit_test(a_cut_accounting_file_gives_its_whole_entries),
		cmocka_unit_test(a_mailbox_becomes_one_object_a_message),
		cmocka_unit_test(a_cut_mailbox_is_still_json),
		cmocka_unit_test(mail_without_memory_says_so),
		cmocka_unit_test(an_event_log_becomes_one_object_an_event),
		cmocka_unit_test(rubbish_is_no_event_log),
		cmocka_unit_test(without_its_library_an_event_log_says_what_it_needs),
		cmocka_unit_test(one_document_becomes_a_line_for_each_record),
		cmocka_unit_test(powershell_dates_are_times),
		cmocka_unit_test(lines_of_json_stay_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
