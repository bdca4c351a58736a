/* tests/unit/intel/test_import.c - from anybody's bytes to indicators. */
#include "tests/test.h"

#include "base/file.h"
#include "intel/import.h"

struct taken {
	struct noro_arena *a;
	struct noro_import_result r;
	struct noro_set *set;
};

static enum noro_status take(struct taken *t, struct noro_view bytes, const char *name,
	const struct noro_import_opts *opts)
{
	struct noro_import_opts o = opts ? *opts : (struct noro_import_opts){ 0 };
	struct noro_set_builder *b = NULL;
	enum noro_status st;

	if (!opts)
		o.from_ns = o.until_ns = NORO_TIME_NONE;
	*t = (struct taken){ .a = noro_arena_new(0) };
	st = t->a ? noro_set_builder_new(0, &b) : NORO_ENOMEM;
	if (st == NORO_OK)
		st = noro_import_bytes(bytes, name, &o, t->a, b, &t->r, NULL);
	if (st == NORO_OK)
		st = noro_set_finish(b, &t->set, NULL);
	noro_set_builder_free(b);
	return st;
}

static void let_go(struct taken *t)
{
	noro_set_free(t->set);
	noro_arena_free(t->a);
}

/* The meta of a value that must be there. */
static const struct noro_ioc_meta *must_have(
	const struct taken *t, enum noro_ioc_kind kind, const char *value)
{
	struct noro_set_key k;
	struct noro_set_record r;
	uint32_t key;

	if (noro_set_find(t->set, kind, noro_view_str(value), &key) != NORO_OK)
		fail_msg("missing %s %s", noro_ioc_kind_name(kind), value);
	assert_int_equal(noro_set_key(t->set, key, &k), NORO_OK);
	assert_int_equal(noro_set_record(t->set, k.record, &r), NORO_OK);
	return noro_set_meta_at(t->set, r.meta);
}

static const char list_text[] = "\xef\xbb\xbf# a list\n"
				"192.0.2.1\n"
				"198.51.100[.]7:8443   # command and control\r\n"
				"2001:DB8::1\n"
				"203.0.113.0/24\n"
				"Evil.Example.NET\n"
				"hxxps://evil[.]example[.]org/a/b.php\n"
				"evil.example.org/without/scheme\n"
				"0.0.0.0 ads.example.info tracker.example.info\n"
				"d41d8cd98f00b204e9800998ecf8427f // a hash\n"
				"Get-GPPPassword.py\n"
				"dropper.exe\n"
				"someone[at]example.com\n"
				"regex:/evil[0-9]+\\.php\n"
				"user-agent:Mozilla/4.0 (compatible; evil)\n"
				"8.8.8.8\n"
				"10.1.2.3\n"
				"this line is prose and no value\n";

static void reads_a_plain_list(void **state)
{
	struct taken t;

	(void)state;
	assert_int_equal(take(&t, NORO_V(list_text), "a.txt", NULL), NORO_OK);
	assert_string_equal(t.r.kind, "list");
	must_have(&t, NORO_IOC_IPV4, "192.0.2.1");
	must_have(&t, NORO_IOC_IPV4, "198.51.100.7");
	must_have(&t, NORO_IOC_IPV6, "2001:db8::1");
	must_have(&t, NORO_IOC_NET, "203.0.113.0/24");
	must_have(&t, NORO_IOC_DOMAIN, "evil.example.net");
	must_have(&t, NORO_IOC_URL, "https://evil.example.org/a/b.php");
	must_have(&t, NORO_IOC_URL, "http://evil.example.org/without/scheme");
	must_have(&t, NORO_IOC_URL, "https://evil.example.org/without/scheme");
	must_have(&t, NORO_IOC_DOMAIN, "ads.example.info");
	must_have(&t, NORO_IOC_DOMAIN, "tracker.example.info");
	must_have(&t, NORO_IOC_MD5, "d41d8cd98f00b204e9800998ecf8427f");
	must_have(&t, NORO_IOC_FILE_NAME, "Get-GPPPassword.py");
	must_have(&t, NORO_IOC_FILE_NAME, "dropper.exe");
	must_have(&t, NORO_IOC_EMAIL, "someone@example.com");
	must_have(&t, NORO_IOC_REGEX, "/evil[0-9]+\\.php");
	must_have(&t, NORO_IOC_USER_AGENT, "Mozilla/4.0 (compatible; evil)");
	assert_non_null(must_have(&t, NORO_IOC_IPV4, "8.8.8.8")->allowed);
	assert_non_null(must_have(&t, NORO_IOC_IPV4, "10.1.2.3")->allowed);
	assert_null(must_have(&t, NORO_IOC_IPV4, "192.0.2.1")->allowed);
	assert_int_equal(t.r.refused, 1);
	assert_int_equal(t.r.note[0].at, 18);
	let_go(&t);
}

static void reads_a_list_of_one_kind(void **state)
{
	struct noro_import_opts o = {
		.as = "string", .from_ns = NORO_TIME_NONE, .until_ns = NORO_TIME_NONE
	};
	struct taken t;

	(void)state;
	assert_int_equal(take(&t, NORO_V("#one\ntwo words\n"), "a.txt", &o), NORO_OK);
	must_have(&t, NORO_IOC_STRING, "#one");
	must_have(&t, NORO_IOC_STRING, "two words");
	let_go(&t);
}

static const char csv_text[] =
	"Indicator;Type;First Seen;Last Seen;Description;Tags;Role\n"
	"192.0.2.1;ip;2021-08-01;2025-06-30;\"a, \"\"quoted\"\" note\";one,two;block\n"
	"hxxp://a[.]example.com/x;url;;;;;\n"
	"\"two\nlines\";string;;;;;\n"
	"Global\\MUTEX_7;mutex;;;;;\n"
	"C:\\Windows\\Temp\\a.dll;filepath;;;;;\n"
	"not an address;ip;;;;;\n";

static void reads_a_table_with_a_header(void **state)
{
	const struct noro_ioc_meta *m;
	struct taken t;

	(void)state;
	assert_int_equal(take(&t, NORO_V(csv_text), "a.csv", NULL), NORO_OK);
	assert_string_equal(t.r.kind, "csv");
	m = must_have(&t, NORO_IOC_IPV4, "192.0.2.1");
	assert_string_equal(m->note, "a, \"quoted\" note");
	assert_string_equal(m->labels, "one,two");
	assert_int_equal(m->role, NORO_ROLE_BLOCK);
	assert_true(m->from_ns == INT64_C(1627776000) * NORO_NS_PER_S);
	assert_true(m->until_ns == INT64_C(1751327999) * NORO_NS_PER_S + 0 ||
		    m->until_ns == INT64_C(1751328000) * NORO_NS_PER_S - 1);
	assert_null(must_have(&t, NORO_IOC_URL, "http://a.example.com/x")->note);
	must_have(&t, NORO_IOC_STRING, "two\nlines");
	must_have(&t, NORO_IOC_MUTEX, "Global\\MUTEX_7");
	must_have(&t, NORO_IOC_FILE_PATH, "C:\\Windows\\Temp\\a.dll");
	assert_int_equal(t.r.refused, 1);
	assert_int_equal(t.r.note[0].at, 8);
	let_go(&t);
}

static void guesses_columns_without_a_header(void **state)
{
	static const char text[] = "1,192.0.2.1,scanner\n2,evil.example.net,c2\n3,192.0.2.2,x\n";
	struct noro_import_opts o = {
		.columns = "value=2,note=3", .from_ns = NORO_TIME_NONE, .until_ns = NORO_TIME_NONE
	};
	struct taken t;

	(void)state;
	assert_int_equal(take(&t, NORO_V(text), "feed.csv", NULL), NORO_OK);
	must_have(&t, NORO_IOC_IPV4, "192.0.2.1");
	must_have(&t, NORO_IOC_DOMAIN, "evil.example.net");
	assert_int_equal(t.r.indicators, 3);
	let_go(&t);
	assert_int_equal(take(&t, NORO_V(text), "feed.csv", &o), NORO_OK);
	assert_string_equal(must_have(&t, NORO_IOC_DOMAIN, "evil.example.net")->note, "c2");
	let_go(&t);
	o.columns = "value=none";
	assert_int_equal(take(&t, NORO_V(text), "feed.csv", &o), NORO_EARG);
	let_go(&t);
}

static const char stix_text[] =
	"{\"type\":\"bundle\",\"id\":\"bundle--1\",\"objects\":["
	"{\"type\":\"indicator\",\"id\":\"indicator--1\",\"pattern\":\"[ipv4-addr:value = "
	"'192.0.2.1' OR "
	"domain-name:value = 'evil.example.net']\",\"pattern_type\":\"stix\",\"valid_from\":"
	"\"2025-01-01T00:00:00Z\",\"valid_until\":\"2026-01-01T00:00:00Z\",\"indicator_types\":["
	"\"malicious-activity\"],\"confidence\":85,\"object_marking_refs\":["
	"\"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da\"]},"
	"{\"type\":\"indicator\",\"id\":\"indicator--2\",\"pattern\":\"[file:hashes.'SHA-256' = "
	"'AEC070645FE53EE3B3763059376134F058CC337247C978ADD178B6CCDFB0019F' AND file:name = "
	"'new2']\"},"
	"{\"type\":\"indicator\",\"id\":\"indicator--3\",\"pattern\":\"[file:hashes.SSDEEP = "
	"'3:a:b']\"},"
	"{\"type\":\"indicator\",\"id\":\"indicator--4\",\"pattern\":\"rule x "
	"{}\",\"pattern_type\":\"yara\"},"
	"{\"type\":\"indicator\",\"id\":\"indicator--5\",\"pattern\":\"[broken\"},"
	"{\"type\":\"indicator\",\"id\":\"indicator--6\",\"pattern\":\"[ipv4-addr:value = "
	"'192.0.2.6']\","
	"\"revoked\":true},"
	"{\"type\":\"relationship\",\"source_ref\":\"indicator--1\",\"target_ref\":\"malware--1\"},"
	"{\"type\":\"relationship\",\"source_ref\":\"indicator--1\",\"target_ref\":\"intrusion-set-"
	"-1\"},"
	"{\"type\":\"relationship\",\"source_ref\":\"indicator--1\",\"target_ref\":\"attack-"
	"pattern--1\"},"
	"{\"type\":\"relationship\",\"source_ref\":\"indicator--1\",\"target_ref\":\"vulnerability-"
	"-1\"},"
	"{\"type\":\"malware\",\"id\":\"malware--1\",\"name\":\"Example Door\"},"
	"{\"type\":\"intrusion-set\",\"id\":\"intrusion-set--1\",\"name\":\"EXAMPLE BEACON\"},"
	"{\"type\":\"attack-pattern\",\"id\":\"attack-pattern--1\",\"name\":\"Execution / System "
	"Services "
	"[T1569] (ENT)\"},"
	"{\"type\":\"vulnerability\",\"id\":\"vulnerability--1\",\"name\":\"CVE-2024-21887\"},"
	"{\"type\":\"ipv4-addr\",\"id\":\"ipv4-addr--1\",\"value\":\"192.0.2.77\"},"
	"{\"type\":\"report\",\"id\":\"report--1\",\"name\":\"AA25-239A: an "
	"example\",\"object_refs\":[]}]}";

static void reads_a_bundle_with_what_stands_around(void **state)
{
	const struct noro_ioc_meta *m;
	struct taken t;

	(void)state;
	assert_int_equal(take(&t, NORO_V(stix_text), "b.json", NULL), NORO_OK);
	assert_string_equal(t.r.kind, "stix");
	assert_string_equal(t.r.advisory, "AA25-239A");
	m = must_have(&t, NORO_IOC_IPV4, "192.0.2.1");
	assert_string_equal(m->actors, "EXAMPLE BEACON");
	assert_string_equal(m->attack, "T1569");
	assert_string_equal(m->cve, "CVE-2024-21887");
	assert_string_equal(m->labels, "Example Door,malicious-activity");
	assert_string_equal(m->advisory, "AA25-239A");
	assert_int_equal(m->role, NORO_ROLE_BLOCK);
	assert_int_equal(m->confidence, 85);
	assert_int_equal(m->tlp, 2);
	assert_true(m->from_ns == NORO_TIME_NONE); /* valid_from is no activity */
	assert_true(m->typed_ns == INT64_C(1735689600) * NORO_NS_PER_S);
	assert_true(m->expires_ns == INT64_C(1767225600) * NORO_NS_PER_S);
	must_have(&t, NORO_IOC_DOMAIN, "evil.example.net");
	must_have(&t, NORO_IOC_SHA256,
		"aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f");
	assert_int_equal(noro_set_patterns(t.set), 1);
	assert_int_equal(must_have(&t, NORO_IOC_IPV4, "192.0.2.77")->role, NORO_ROLE_CONTEXT);
	assert_int_equal(t.r.undecided, 2); /* the fuzzy hash, the YARA rule */
	assert_int_equal(t.r.refused, 1);
	assert_int_equal(noro_set_kind_count(t.set, NORO_IOC_IPV4), 2);
	let_go(&t);
}

/* A campaign that was seen from then to then is when its indicators were in use. */
static void a_campaign_gives_its_indicators_a_window(void **state)
{
	static const char text[] =
		"{\"type\":\"bundle\",\"id\":\"bundle--2\",\"objects\":["
		"{\"type\":\"campaign\",\"id\":\"campaign--1\",\"name\":\"A\",\"first_seen\":"
		"\"2025-01-01T00:00:00Z\",\"last_seen\":\"2026-01-01T00:00:00Z\"},"
		"{\"type\":\"campaign\",\"id\":\"campaign--2\",\"name\":\"B\",\"first_seen\":"
		"\"2025-01-01T00:00:00Z\"},"
		"{\"type\":\"indicator\",\"id\":\"indicator--1\",\"pattern\":\"[ipv4-addr:value = "
		"'192.0.2.1']\"},"
		"{\"type\":\"indicator\",\"id\":\"indicator--2\",\"pattern\":\"[ipv4-addr:value = "
		"'192.0.2.2']\"},"
		"{\"type\":\"relationship\",\"source_ref\":\"indicator--1\",\"target_ref\":"
		"\"campaign--1\"},"
		"{\"type\":\"relationship\",\"source_ref\":\"indicator--2\",\"target_ref\":"
		"\"campaign--2\"}]}";
	const struct noro_ioc_meta *m;
	struct taken t;

	(void)state;
	assert_int_equal(take(&t, NORO_V(text), "c.json", NULL), NORO_OK);
	m = must_have(&t, NORO_IOC_IPV4, "192.0.2.1");
	assert_true(m->from_ns == INT64_C(1735689600) * NORO_NS_PER_S);
	assert_true(m->until_ns == INT64_C(1767225600) * NORO_NS_PER_S);
	/* an open end is no window: who published it may only have stopped looking */
	m = must_have(&t, NORO_IOC_IPV4, "192.0.2.2");
	assert_true(m->from_ns == NORO_TIME_NONE && m->until_ns == NORO_TIME_NONE);
	let_go(&t);
}

static void survives_every_cut(void **state)
{
	static const struct {
		const char *text, *name;
	} whole[] = { { list_text, "a.txt" }, { csv_text, "a.csv" }, { stix_text, "b.json" } };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (size_t n = 0; n < strlen(whole[i].text); n += i == 2 ? 3 : 1) {
			uint8_t *exact = test_exact_copy(whole[i].text, n);
			struct taken t;

			(void)!take(&t, noro_view(exact, n), whole[i].name, NULL);
			let_go(&t);
			free(exact);
		}
}

static bool import_again(void *arg)
{
	struct taken t;
	bool ok = take(&t, noro_view_str(arg), "x", NULL) == NORO_OK;

	let_go(&t);
	return ok;
}

static void leaks_nothing_when_memory_fails(void **state)
{
	static char l[sizeof(list_text)], c[sizeof(csv_text)], s[sizeof(stix_text)];

	(void)state;
	memcpy(l, list_text, sizeof(l));
	memcpy(c, csv_text, sizeof(c));
	memcpy(s, stix_text, sizeof(s));
	test_allocation_sweep(import_again, l, 20000);
	test_allocation_sweep(import_again, c, 20000);
	test_allocation_sweep(import_again, s, 20000);
}

static void finds_all_of_the_official_bundle(void **state)
{
	const char *root = test_data();
	struct noro_buf text = { 0 };
	char path[4200];
	struct taken t;

	(void)state;
	if (!root)
		return; /* test_data() has said so; cmocka 1.1.5 reports a skip as a failure to TAP
			 */
	(void)snprintf(path, sizeof(path),
		"%s/ti/ollerenac+tim-platform/corpus/aa25-239a/AA25-239A.stix_.json", root);
	assert_int_equal(noro_file_read(path, 1 << 24, &text, NULL), NORO_OK);
	assert_int_equal(take(&t, noro_buf_as_view(&text), "AA25-239A.stix_.json", NULL), NORO_OK);
	assert_string_equal(t.r.advisory, "AA25-239A");
	assert_int_equal(t.r.indicators, 93);
	assert_int_equal(t.r.refused, 0);
	assert_int_equal(noro_set_kind_count(t.set, NORO_IOC_IPV4), 87);
	assert_int_equal(noro_set_kind_count(t.set, NORO_IOC_IPV6), 2);
	assert_int_equal(noro_set_patterns(t.set), 4);
	/* the four file patterns: seven hashes; the one fuzzy hash is named */
	assert_int_equal(noro_set_kind_count(t.set, NORO_IOC_SHA256) +
				 noro_set_kind_count(t.set, NORO_IOC_SHA1) +
				 noro_set_kind_count(t.set, NORO_IOC_MD5),
		7);
	assert_int_equal(t.r.undecided, 1);
	let_go(&t);
	noro_buf_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_plain_list),
		cmocka_unit_test(reads_a_list_of_one_kind),
		cmocka_unit_test(reads_a_table_with_a_header),
		cmocka_unit_test(guesses_columns_without_a_header),
		cmocka_unit_test(reads_a_bundle_with_what_stands_around),
		cmocka_unit_test(a_campaign_gives_its_indicators_a_window),
		cmocka_unit_test(survives_every_cut),
		cmocka_unit_test(leaks_nothing_when_memory_fails),
		cmocka_unit_test(finds_all_of_the_official_bundle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
