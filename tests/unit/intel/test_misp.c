/* tests/unit/intel/test_misp.c - events as MISP writes them, and its warning lists. */
#include "tests/test.h"

#include "intel/import.h"

static const char event_text[] =
	"{\"Event\":{\"info\":\"AA25-239A "
	"(example)\",\"threat_level_id\":\"1\",\"Tag\":[{\"name\":\"tlp:amber\"},"
	"{\"name\":\"misp-galaxy:mitre-attack-pattern=\\\"Exploit Public-Facing Application - "
	"T1190\\\"\"}],"
	"\"Galaxy\":[{\"type\":\"threat-actor\",\"GalaxyCluster\":[{\"value\":\"EXAMPLE "
	"BEACON\"}]}],"
	"\"Attribute\":["
	"{\"type\":\"ip-dst|port\",\"value\":\"192.0.2.1|8443\",\"to_ids\":true,\"category\":"
	"\"Network activity\","
	"\"first_seen\":\"2024-03-01T00:00:00.000000+00:00\",\"last_seen\":\"2024-04-01T00:00:00+"
	"00:00\","
	"\"comment\":\"c2\",\"Tag\":[{\"name\":\"own-tag\"}]},"
	"{\"type\":\"filename|sha256\",\"value\":\"a|b.exe|"
	"275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f\",\"to_ids\":true},"
	"{\"type\":\"domain|ip\",\"value\":\"evil.example.net|192.0.2.9\",\"to_ids\":false,"
	"\"category\":\"Network activity\"},"
	"{\"type\":\"link\",\"value\":\"https://report.example.org/\",\"to_ids\":false},"
	"{\"type\":\"url\",\"value\":\"https://report.example.org/x\",\"to_ids\":false,"
	"\"category\":\"External analysis\"},"
	"{\"type\":\"vulnerability\",\"value\":\"CVE-2024-21887\"},"
	"{\"type\":\"yara\",\"value\":\"rule x {}\",\"to_ids\":true},"
	"{\"type\":\"stix2-pattern\",\"value\":\"[ipv4-addr:value = "
	"'192.0.2.33']\",\"to_ids\":true},"
	"{\"type\":\"ip-src\",\"value\":\"192.0.2.66\",\"to_ids\":true,\"deleted\":true},"
	"{\"type\":\"ip-src\",\"value\":\"no address\",\"to_ids\":true}],"
	"\"Object\":[{\"name\":\"file\",\"Attribute\":[{\"type\":\"md5\",\"value\":"
	"\"44d88612fea8a8f36de82e1278abb02e\",\"to_ids\":true}]}]}}";

struct taken {
	struct noro_arena *a;
	struct noro_import_result r;
	struct noro_set *set;
};

static bool take(struct taken *t, struct noro_view bytes, const struct noro_allow *allow)
{
	struct noro_import_opts o = {
		.allow = allow, .from_ns = NORO_TIME_NONE, .until_ns = NORO_TIME_NONE
	};
	struct noro_set_builder *b = NULL;
	bool ok;

	*t = (struct taken){ .a = noro_arena_new(0) };
	ok = t->a && noro_set_builder_new(0, &b) == NORO_OK &&
	     noro_import_bytes(bytes, "e.json", &o, t->a, b, &t->r, NULL) == NORO_OK &&
	     noro_set_finish(b, &t->set, NULL) == NORO_OK;
	noro_set_builder_free(b);
	return ok;
}

static void let_go(struct taken *t)
{
	noro_set_free(t->set);
	noro_arena_free(t->a);
}

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

static void reads_an_event_with_all_its_parts(void **state)
{
	const struct noro_ioc_meta *m;
	struct taken t;

	(void)state;
	assert_true(take(&t, NORO_V(event_text), NULL));
	assert_string_equal(t.r.kind, "misp");
	assert_string_equal(t.r.advisory, "AA25-239A");
	m = must_have(&t, NORO_IOC_IPV4, "192.0.2.1");
	assert_int_equal(m->role, NORO_ROLE_BLOCK);
	assert_int_equal(m->tlp, 3);
	assert_int_equal(m->severity, 3);
	assert_string_equal(m->actors, "EXAMPLE BEACON");
	assert_string_equal(m->attack, "T1190");
	assert_string_equal(m->cve, "CVE-2024-21887");
	assert_string_equal(m->labels, "own-tag");
	assert_string_equal(m->note, "c2");
	assert_true(m->from_ns == INT64_C(1709251200) * NORO_NS_PER_S);
	assert_true(m->until_ns == INT64_C(1711929600) * NORO_NS_PER_S);
	must_have(&t, NORO_IOC_FILE_NAME, "a|b.exe");
	m = must_have(&t, NORO_IOC_SHA256,
		"275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f");
	assert_null(m->labels); /* one attribute's tag is not the next one's */
	assert_int_equal(must_have(&t, NORO_IOC_DOMAIN, "evil.example.net")->role, NORO_ROLE_HUNT);
	must_have(&t, NORO_IOC_IPV4, "192.0.2.9");
	assert_int_equal(must_have(&t, NORO_IOC_URL, "https://report.example.org/x")->role,
		NORO_ROLE_CONTEXT);
	must_have(&t, NORO_IOC_MD5, "44d88612fea8a8f36de82e1278abb02e");
	must_have(&t, NORO_IOC_IPV4, "192.0.2.33");
	assert_int_equal(noro_set_kind_count(t.set, NORO_IOC_IPV4), 3);
	assert_int_equal(t.r.undecided, 1);
	assert_int_equal(t.r.refused, 1);
	let_go(&t);
}

static void allow_lists_explain_and_lower(void **state)
{
	static const char nets[] =
		"{\"name\":\"Example cloud\",\"type\":\"cidr\",\"list\":[\"192.0.2.0/28\","
		"\"192.0.2.32/28\",\"192.0.2.40/29\",\"2001:db8::/32\"]}";
	static const char hosts[] =
		"{\"name\":\"Top sites\",\"type\":\"hostname\",\"list\":[\"example.net\","
		"\".below.example.org\"]}";
	static const char parts[] =
		"{\"name\":\"Parts\",\"type\":\"substring\",\"list\":[\"harmless\"]}";
	struct noro_allow *al;

	(void)state;
	assert_int_equal(noro_allow_new(&al), NORO_OK);
	assert_int_equal(noro_allow_bytes(al, NORO_V(nets), "n", NULL), NORO_OK);
	assert_int_equal(noro_allow_bytes(al, NORO_V(hosts), "h", NULL), NORO_OK);
	assert_int_equal(noro_allow_bytes(al, NORO_V(parts), "p", NULL), NORO_OK);
	assert_int_equal(
		noro_allow_bytes(
			al, NORO_V("# ours\nour.example.com # main\n198.51.100.0/24\n"), "f", NULL),
		NORO_OK);
	assert_int_equal(
		noro_allow_bytes(al, NORO_V("{\"type\":\"regex\",\"list\":[]}"), "r", NULL),
		NORO_EUNSUPPORTED);
	assert_int_equal(noro_allow_value(al, NORO_V("mine.example.info"), "mine"), NORO_OK);

	assert_string_equal(
		noro_allow_why(al, NORO_IOC_IPV4, NORO_V("192.0.2.45")), "Example cloud");
	assert_string_equal(
		noro_allow_why(al, NORO_IOC_NET, NORO_V("192.0.2.0/29")), "Example cloud");
	assert_null(noro_allow_why(al, NORO_IOC_NET, NORO_V("192.0.2.0/24")));
	assert_null(noro_allow_why(al, NORO_IOC_IPV4, NORO_V("192.0.2.16")));
	assert_non_null(noro_allow_why(al, NORO_IOC_IPV6, NORO_V("2001:db8::5")));
	assert_non_null(noro_allow_why(al, NORO_IOC_IPV4, NORO_V("8.8.8.8")));
	assert_non_null(noro_allow_why(al, NORO_IOC_IPV4, NORO_V("10.0.0.1")));
	assert_null(noro_allow_why(al, NORO_IOC_IPV4, NORO_V("203.0.113.1")));
	assert_string_equal(
		noro_allow_why(al, NORO_IOC_DOMAIN, NORO_V("example.net")), "Top sites");
	assert_null(noro_allow_why(al, NORO_IOC_DOMAIN, NORO_V("evil.example.net")));
	assert_non_null(noro_allow_why(al, NORO_IOC_DOMAIN, NORO_V("a.below.example.org")));
	assert_string_equal(noro_allow_why(al, NORO_IOC_DOMAIN, NORO_V("a.our.example.com")), "f");
	assert_null(noro_allow_why(al, NORO_IOC_DOMAIN, NORO_V("nour.example.com")));
	assert_string_equal(
		noro_allow_why(al, NORO_IOC_URL, NORO_V("http://mine.example.info:8080/x")),
		"mine");
	assert_null(noro_allow_why(al, NORO_IOC_URL, NORO_V("http://example.net/evil")));
	assert_non_null(noro_allow_why(al, NORO_IOC_URL, NORO_V("http://10.1.2.3/x")));
	assert_non_null(noro_allow_why(al, NORO_IOC_EMAIL, NORO_V("x@our.example.com")));
	assert_non_null(
		noro_allow_why(al, NORO_IOC_MD5, NORO_V("d41d8cd98f00b204e9800998ecf8427e")));
	assert_string_equal(
		noro_allow_why(al, NORO_IOC_FILE_NAME, NORO_V("very-harmless.txt")), "Parts");
	noro_allow_free(al);
}

static bool import_again(void *arg)
{
	struct taken t;
	bool ok = take(&t, noro_view_str(arg), NULL);

	let_go(&t);
	return ok;
}

static void survives_every_cut_and_lack_of_memory(void **state)
{
	static char text[sizeof(event_text)];

	(void)state;
	for (size_t n = 0; n < sizeof(event_text) - 1; n += 2) {
		uint8_t *exact = test_exact_copy(event_text, n);
		struct taken t;

		(void)take(&t, noro_view(exact, n), NULL);
		let_go(&t);
		free(exact);
	}
	memcpy(text, event_text, sizeof(text));
	test_allocation_sweep(import_again, text, 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_an_event_with_all_its_parts),
		cmocka_unit_test(allow_lists_explain_and_lower),
		cmocka_unit_test(survives_every_cut_and_lack_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
