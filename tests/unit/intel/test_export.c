/* tests/unit/intel/test_export.c - what we write, others can load and we can read back. */
#include "tests/test.h"

#include "base/json.h"
#include "intel/export.h"
#include "intel/import.h"
#include "intel/stix21.h"

static struct noro_arena *arena;

static struct noro_set *import(struct noro_view bytes, const char *name)
{
	struct noro_import_opts o = { .from_ns = NORO_TIME_NONE, .until_ns = NORO_TIME_NONE };
	struct noro_import_result r;
	struct noro_set_builder *b = NULL;
	struct noro_set *s = NULL;

	if (!arena)
		arena = noro_arena_new(0);
	assert_int_equal(noro_set_builder_new(0, &b), NORO_OK);
	assert_int_equal(noro_import_bytes(bytes, name, &o, arena, b, &r, NULL), NORO_OK);
	if (r.refused)
		fail_msg("%s: refused %s", name, r.note[0].arg);
	assert_int_equal(noro_set_finish(b, &s, NULL), NORO_OK);
	noro_set_builder_free(b);
	return s;
}

static const char everything[] =
	"indicator,type,role,first_seen,last_seen,description,tags,actor,advisory,confidence\n"
	"192.0.2.1,ipv4,block,2021-08-01T00:00:00Z,2025-06-30T00:00:00Z,\"a \"\"note\"\", with; "
	"signs\",one,EXAMPLE "
	"BEACON,AA25-239A,90\n"
	"2001:db8::1,ipv6,block,,,,,,,50\n"
	"198.51.100.0/24,net,block,,,,,,,50\n"
	"203.0.113.1-203.0.113.9,net,block,,,,,,,50\n"
	"9.0.0.0/8,net,block,,,,,,,50\n"
	"evil.example.net,domain,block,,,,,,,50\n"
	"lead.example.net,domain,hunt,,,,,,,50\n"
	"seen.example.net,domain,context,,,,,,,50\n"
	"8.8.8.8,ipv4,block,,,,,,,50\n"
	"http://evil.example.net/a?b='c'&d=%20,url,block,,,,,,,50\n"
	"someone@example.net,email,block,,,,,,,50\n"
	"44d88612fea8a8f36de82e1278abb02e,md5,block,,,,,,,50\n"
	"3395856ce81f2b7382dee72602f798b642f14140,sha1,block,,,,,,,50\n"
	"275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f,sha256,block,,,,,,,50\n"
	"44d88612fea8a8f36de82e1278abb02f,ja3,hunt,,,,,,,50\n"
	"t13d1516h2_8daaf6152771_b186095e22b6,ja4,hunt,,,,,,,50\n"
	"44d88612fea8a8f36de82e1278abb030,hassh,hunt,,,,,,,50\n"
	"AS64496,asn,hunt,,,,,,,50\n"
	"00:00:5e:00:53:af,mac,hunt,,,,,,,50\n"
	"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa,btc,hunt,,,,,,,50\n"
	"0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed,eth,hunt,,,,,,,50\n"
	"T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb,tron,hunt,,,,,,,50\n"
	"it's \\a file.exe,file-path,hunt,,,,,,,50\n"
	"Get-GPPPassword.py,file-name,hunt,,,,,,,50\n"
	"Mozilla/4.0 (compatible; evil),user-agent,hunt,,,,,,,50\n"
	"operator7,user-name,hunt,,,,,,,50\n"
	"HKLM\\Software\\Evil,registry,hunt,,,,,,,50\n"
	"Global\\MUTEX_7,mutex,hunt,,,,,,,50\n"
	"EvilSvc,service,hunt,,,,,,,50\n"
	"\"=cmd|' /C calc'!A0\",string,hunt,,,,,,,50\n"
	"evil[0-9]+,regex,hunt,,,,,,,50\n";

static const char pattern_bundle[] =
	"{\"type\":\"bundle\",\"objects\":[{\"type\":\"indicator\",\"id\":\"indicator--1\","
	"\"pattern\":"
	"\"[file:hashes.MD5 = '44d88612fea8a8f36de82e1278abb02e' AND file:name = 'new2']\"}]}";

static struct noro_buf export_as(const struct noro_set *s, const char *name, bool hunt)
{
	const struct noro_export *e = noro_export_find(name);
	struct noro_export_opts o = { .hunt = hunt, .now_ns = INT64_C(1767225600) * NORO_NS_PER_S };
	struct noro_buf out = { 0 };

	assert_non_null(e);
	assert_int_equal(e->write(s, &o, &out), NORO_OK);
	return out;
}

static bool same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static void expect_same(const struct noro_set *a, const struct noro_set *b, const char *format)
{
	assert_int_equal(noro_set_patterns(a), noro_set_patterns(b));
	if (noro_set_keys(a) != noro_set_keys(b))
		fail_msg("%s: %u keys became %u", format, noro_set_keys(a), noro_set_keys(b));
	for (uint32_t i = 0; i < noro_set_keys(a); i++) {
		const struct noro_ioc_meta *m, *n;
		struct noro_set_record r;
		struct noro_set_key k, l;
		uint32_t key;

		assert_int_equal(noro_set_key(a, i, &k), NORO_OK);
		if (noro_set_find(b, k.kind, k.value, &key) != NORO_OK)
			fail_msg("%s lost %s %.*s", format, noro_ioc_kind_name(k.kind),
				NORO_VARG(k.value));
		assert_int_equal(noro_set_key(b, key, &l), NORO_OK);
		assert_int_equal(k.records, l.records);
		assert_int_equal(noro_set_record(a, k.record, &r), NORO_OK);
		m = noro_set_meta_at(a, r.meta);
		assert_int_equal(noro_set_record(b, l.record, &r), NORO_OK);
		n = noro_set_meta_at(b, r.meta);
		if (m->role != n->role || m->from_ns != n->from_ns || m->until_ns != n->until_ns ||
			m->confidence != n->confidence || !same(m->note, n->note) ||
			!same(m->advisory, n->advisory) || !same(m->actors, n->actors) ||
			!same(m->labels, n->labels) || !same(m->allowed, n->allowed))
			fail_msg("%s changed what is known about %.*s", format, NORO_VARG(k.value));
	}
}

static void round_trip(const char *format, const char *name, bool patterns)
{
	struct noro_set *a = import(NORO_V(everything), "a.csv"), *b;
	struct noro_buf out = export_as(a, format, false), again;

	b = import(noro_buf_as_view(&out), name);
	expect_same(a, b, format);
	again = export_as(b, format, false);
	assert_string_equal(out.p, again.p); /* and the same bytes the second time */
	noro_buf_done(&out);
	noro_buf_done(&again);
	noro_set_free(a);
	noro_set_free(b);
	if (patterns) {
		a = import(NORO_V(pattern_bundle), "p.json");
		out = export_as(a, format, false);
		b = import(noro_buf_as_view(&out), name);
		assert_int_equal(noro_set_patterns(b), 1);
		assert_int_equal(noro_set_keys(b), noro_set_keys(a));
		noro_buf_done(&out);
		noro_set_free(a);
		noro_set_free(b);
	}
}

static void stix_comes_back_the_same(void **state)
{
	(void)state;
	round_trip("stix", "b.json", true);
}

static void misp_comes_back_the_same(void **state)
{
	(void)state;
	round_trip("misp", "b.json", true);
}

static void csv_comes_back_the_same(void **state)
{
	(void)state;
	round_trip("csv", "b.csv", false);
}

static void a_plain_list_keeps_kinds_and_values(void **state)
{
	struct noro_set *a = import(NORO_V(everything), "a.csv"), *b;
	struct noro_buf out = export_as(a, "list", false);

	(void)state;
	b = import(noro_buf_as_view(&out), "b.txt");
	assert_int_equal(noro_set_keys(a), noro_set_keys(b));
	noro_buf_done(&out);
	noro_set_free(a);
	noro_set_free(b);
}

static bool holds(const struct noro_buf *b, const char *text)
{
	return strstr(b->p, text) != NULL;
}

static void block_lists_hold_only_what_may_be_blocked(void **state)
{
	struct noro_set *s = import(NORO_V(everything), "a.csv");
	size_t n;
	const struct noro_export *e = noro_exports(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct noro_buf out;

		if (!e[i].block_list)
			continue;
		for (int hunt = 0; hunt < 2; hunt++) {
			out = export_as(s, e[i].name, hunt);
			if (holds(&out, "8.8.8.8") || holds(&out, "9.0.0.0") ||
				holds(&out, "seen.example.net") ||
				(!hunt && holds(&out, "lead.example.net")))
				fail_msg("%s: %s", e[i].name, out.p);
			noro_buf_done(&out);
		}
	}
	noro_set_free(s);
}

static const struct {
	const char *format, *text;
} expected[] = {
	{ "zeek", "evil.example.net\tIntel::DOMAIN\tnoroshi\t-\n" },
	{ "zeek", "192.0.2.1\tIntel::ADDR\tAA25-239A\ta \"note\", with; signs\n" },
	{ "zeek", "evil.example.net/a?b='c'&d=%20\tIntel::URL" },
	{ "suricata-domains", "ZXZpbC5leGFtcGxlLm5ldA==\n" },
	{ "suricata-hashes", "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f\n" },
	{ "suricata-addresses", "192.0.2.1\n" },
	{ "suricata-rules", "content:\".evil.example.net\"; nocase; endswith;" },
	{ "suricata-rules", "content:\"Mozilla/4.0|20|(compatible|3b||20|evil)\";" },
	{ "nftables", "203.0.113.1-203.0.113.9" },
	{ "nftables", "2001:db8::1" },
	{ "ipset", "add noroshi4 203.0.113.1/32 -exist\n" },
	{ "ipset", "add noroshi4 203.0.113.4/30 -exist\n" },
	{ "rpz", "*.evil.example.net CNAME .\n" },
	{ "rpz", "32.1.2.0.192.rpz-ip CNAME .\n" },
	{ "rpz", "24.0.100.51.198.rpz-ip CNAME .\n" },
	{ "rpz", "\n128.1.zz.db8.2001.rpz-ip CNAME .\n" },
	{ "hosts", "0.0.0.0 evil.example.net\n" },
	{ "dnsmasq", "local=/evil.example.net/\n" },
	{ "squid", ".evil.example.net\n" },
	{ "sigma", "            - 'http://evil.example.net/a\\?b=''c''&d=%20'" },
	{ "splunk", "search url IN (\"http://evil.example.net/a?b='c'&d=%20\")" },
	{ "sql", "url IN ('http://evil.example.net/a?b=''c''&d=%20');" },
	{ "sql", "src_ip IN ('192.0.2.1'" },
	{ "sigma", "        src_ip:\n            - '192.0.2.1'" },
	{ "eql", "file where file.hash.sha256 in (\"275a021b" },
	{ "kql", "SigninLogs | where IPAddress in (\"192.0.2.1\"" },
	{ "kql", "RemoteIP in (\"192.0.2.1\"" },
	{ "eql", "dns.question.name in (\"evil.example.net\"" },
	{ "elastic-kql", "file.name : (\"Get-GPPPassword.py\")" },
};

static void writes_each_language_as_it_is_read(void **state)
{
	struct noro_set *s = import(NORO_V(everything), "a.csv");

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		struct noro_buf out = export_as(s, expected[i].format, false);

		if (!holds(&out, expected[i].text))
			fail_msg(
				"%s lacks %s in:\n%s", expected[i].format, expected[i].text, out.p);
		noro_buf_done(&out);
	}
	noro_set_free(s);
	noro_arena_free(arena);
	arena = NULL;
}

static size_t count(const struct noro_buf *b, const char *text)
{
	struct noro_view rest = noro_buf_as_view(b);
	size_t n = 0, at;

	while ((at = noro_view_find(rest, noro_view_str(text))) != SIZE_MAX) {
		n++;
		rest = noro_view_sub(rest, at + 1, rest.n);
	}
	return n;
}

/* An id, a uuid and a rule must not occur twice because two sources name the same value. */
static void what_two_sources_say_stands_once(void **state)
{
	static const char twice[] = "indicator,type,role,confidence\n"
				    "192.0.2.66,ipv4,block,50\n192.0.2.66,ipv4,block,90\n";
	struct noro_set *s = import(NORO_V(twice), "a.csv");
	static const char *const once[][2] = { { "stix", "\"type\":\"indicator\"" },
		{ "misp", "\"value\":\"192.0.2.66\"" }, { "zeek", "192.0.2.66" },
		{ "suricata-rules", "192.0.2.66" } };

	(void)state;
	for (size_t i = 0; i < sizeof(once) / sizeof(once[0]); i++) {
		struct noro_buf out = export_as(s, once[i][0], false);

		if (count(&out, once[i][1]) != 1)
			fail_msg("%s:\n%s", once[i][0], out.p);
		noro_buf_done(&out);
	}
	noro_set_free(s);
	noro_arena_free(arena);
	arena = NULL;
}

static void moments_of_stix_have_three_digits(void **state)
{
	struct noro_set *s = import(NORO_V("192.0.2.66\n"), "a.txt");
	struct noro_buf out = export_as(s, "stix", true);
	size_t at = noro_view_find(noro_buf_as_view(&out), NORO_V("\"created\":\""));

	(void)state;
	assert_true(at != SIZE_MAX);
	assert_int_equal(out.p[at + 11 + 19], '.');
	assert_int_equal(out.p[at + 11 + 23], 'Z');
	noro_buf_done(&out);
	noro_set_free(s);
	noro_arena_free(arena);
	arena = NULL;
}

/* What we ask of others (stix21.h) our own bundles must be able to show. */
static void every_object_of_our_stix_is_valid(void **state)
{
	struct noro_set *s = import(NORO_V(everything), "a.csv");
	struct noro_buf out = export_as(s, "stix", true);
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *v;
	size_t n = 0;

	(void)state;
	assert_int_equal(noro_json_parse(a, noro_buf_as_view(&out), NULL, &v, NULL), NORO_OK);
	for (v = noro_json_get(v, "objects")->child; v; v = v->next, n++) {
		struct noro_stix21 r;
		struct noro_stix21_faults f;

		if (noro_stix21_check(a, v, 0, &r, &f) != NORO_OK)
			fail_msg("%.*s %s: %s (%s)", NORO_VARG(r.id), f.fault[0].path,
				f.fault[0].msg, f.fault[0].arg[0]);
	}
	assert_true(n > 20);
	noro_arena_free(a);
	noro_buf_done(&out);
	noro_set_free(s);
	noro_arena_free(arena);
	arena = NULL;
}

static void every_writer_takes_an_empty_set(void **state)
{
	struct noro_set *s = import(NORO_V("# nothing\n"), "a.txt");
	size_t n;
	const struct noro_export *e = noro_exports(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct noro_buf out = export_as(s, e[i].name, true);

		noro_buf_done(&out);
	}
	noro_set_free(s);
	noro_arena_free(arena);
	arena = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stix_comes_back_the_same),
		cmocka_unit_test(misp_comes_back_the_same),
		cmocka_unit_test(csv_comes_back_the_same),
		cmocka_unit_test(a_plain_list_keeps_kinds_and_values),
		cmocka_unit_test(block_lists_hold_only_what_may_be_blocked),
		cmocka_unit_test(writes_each_language_as_it_is_read),
		cmocka_unit_test(what_two_sources_say_stands_once),
		cmocka_unit_test(moments_of_stix_have_three_digits),
		cmocka_unit_test(every_object_of_our_stix_is_valid),
		cmocka_unit_test(every_writer_takes_an_empty_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
