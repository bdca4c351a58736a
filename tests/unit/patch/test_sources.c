/* tests/unit/patch/test_sources.c - lists and feeds: whole, cut off anywhere, and without memory.
 */
#include "tests/test.h"

#include "base/file.h"
#include "base/json.h"
#include "patch/patch.h"

struct sample {
	const char *path, *text;
	bool feed;
	size_t assets; /* of the whole text */
};

static const char table[] =
	"list of machines\nhostname;Vendor;OS;Version\nr1;Cisco;\"IOS XE\";17.03.04\n"
	"f1;Fortinet;FortiOS;v7.0.6,build0366\n;;;\n";
static const char cyclonedx[] =
	"{\"bomFormat\":\"CycloneDX\",\"metadata\":{\"component\":{\"name\":\"m\"}},\"components\":"
	"["
	"{\"name\":\"openssl\",\"version\":\"3.0.1\",\"purl\":\"pkg:deb/debian/openssl@3.0.1-1\"},"
	"{\"name\":\"b\",\"version\":\"1\",\"components\":[{\"name\":\"c\",\"version\":\"2\"}]}]}";
static const char cyclonedx_xml[] =
	"<?xml version=\"1.0\"?><!DOCTYPE x><bom "
	"xmlns=\"http://cyclonedx.org/schema/bom/1.4\"><!-- c -->"
	"<components><component "
	"type='library'><name>a&#65;&amp;</name><version><![CDATA[1.0]]></version>"
	"<cpe>cpe:2.3:o:cisco:ios_xe:17.3.4:*:*:*:*:*:*:*</cpe></component></components></bom>";
static const char spdx[] =
	"{\"spdxVersion\":\"SPDX-2.3\",\"name\":\"n\",\"packages\":[{\"name\":\"zlib\","
	"\"versionInfo\":\"1.2.11\",\"supplier\":\"Organization: Z (x)\",\"externalRefs\":["
	"{\"referenceType\":\"purl\",\"referenceLocator\":\"pkg:generic/zlib@1.2.11\"}]}]}";
static const char spdx_tag[] =
	"SPDXVersion: SPDX-2.3\nPackageName: a\nPackageVersion: 1\nPackageName: b\n"
	"PackageVersion: 2\nExternalRef: SECURITY cpe23Type cpe:2.3:a:x:b:2:*\n";
static const char dpkg[] = "Package: libc6\nStatus: install ok installed\nVersion: 2.36-9\n\n"
			   "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n";
static const char rpm[] = "openssl-libs-3.0.7-24.el9.x86_64\nbash-5.1.8-6.el9.x86_64\n";
static const char cve[] =
	"{\"dataType\":\"CVE_RECORD\",\"cveMetadata\":{\"cveId\":\"CVE-2023-20231\","
	"\"datePublished\":"
	"\"2023-09-27T17:00:00Z\"},\"containers\":{\"cna\":{\"affected\":[{\"vendor\":\"Cisco\","
	"\"product\":"
	"\"Cisco IOS XE "
	"Software\",\"defaultStatus\":\"unaffected\",\"versions\":[{\"version\":\"17.3.1\","
	"\"status\":\"affected\",\"lessThan\":\"17.4\",\"changes\":[{\"at\":\"17.3.6\",\"status\":"
	"\"unaffected\"}]}]}]},"
	"\"adp\":[{\"metrics\":[{\"other\":{\"type\":\"ssvc\",\"content\":{\"options\":[{"
	"\"Exploitation\":\"active\"}]}}}]}]}}";
static const char nvd[] = "{\"format\":\"NVD_CVE\",\"timestamp\":\"2025-08-01T00:00:00\","
			  "\"vulnerabilities\":[{\"cve\":{\"id\":"
			  "\"CVE-2020-10001\",\"published\":\"2020-01-01T00:00:00\","
			  "\"configurations\":[{\"operator\":\"AND\",\"nodes\":["
			  "{\"operator\":\"OR\",\"cpeMatch\":[{\"vulnerable\":true,\"criteria\":"
			  "\"cpe:2.3:o:cisco:ios_xe:17.3.4:*:*:*:*:*:*:*\"}]},"
			  "{\"cpeMatch\":[{\"vulnerable\":false,\"criteria\":\"cpe:2.3:h:cisco:asr_"
			  "1001:-:*:*:*:*:*:*:*\"}]}]}]}},"
			  "{\"cve\":{\"id\":\"CVE-2020-10002\",\"configurations\":[{\"nodes\":[{"
			  "\"cpeMatch\":[{\"vulnerable\":true,"
			  "\"criteria\":\"cpe:2.3:o:juniper:junos:22.4:r1-s1:*:*:*:*:*:*\"}]}]}]}},"
			  "{\"cve\":{\"id\":\"bad\"}}]}";
static const char csaf[] =
	"{\"document\":{\"csaf_version\":\"2.0\",\"title\":\"t\",\"tracking\":{\"current_release_"
	"date\":\"2024-01-01T00:00:00Z\"}},"
	"\"product_tree\":{\"branches\":[{\"category\":\"vendor\",\"name\":\"Cisco\",\"branches\":["
	"{\"category\":"
	"\"product_name\",\"name\":\"IOS "
	"XE\",\"branches\":[{\"category\":\"product_version\",\"name\":\"17.3.4\","
	"\"product\":{\"product_id\":\"P1\",\"name\":\"x\"}},{\"category\":\"product_version_"
	"range\",\"name\":"
	"\"vers:generic/>=17.1|<17.3.6\",\"product\":{\"product_id\":\"P2\",\"name\":\"y\"}}]}]}]},"
	"\"vulnerabilities\":[{\"cve\":\"CVE-2020-10003\",\"product_status\":{\"known_affected\":["
	"\"P2\"]}},"
	"{\"cve\":\"CVE-2023-20231\",\"product_status\":{\"known_not_affected\":[\"P1\"]}}]}";
static const char kev[] = "{\"catalogVersion\":\"2025\",\"dateReleased\":\"2025-08-20T10:00:00Z\","
			  "\"vulnerabilities\":["
			  "{\"cveID\":\"CVE-2023-20231\",\"dateAdded\":\"2025-08-01\","
			  "\"knownRansomwareCampaignUse\":\"Known\"}]}";
static const char epss[] =
	"#model_version:v2025.03.14,score_date:2025-08-26T00:00:00+0000\ncve,epss,percentile\n"
	"CVE-2023-20231,0.5,0.9\n";

static const struct sample samples[] = {
	{ "a.csv", table, false, 2 },
	{ "bom.json", cyclonedx, false, 3 },
	{ "bom.xml", cyclonedx_xml, false, 1 },
	{ "spdx.json", spdx, false, 1 },
	{ "a.spdx", spdx_tag, false, 2 },
	{ "status", dpkg, false, 1 },
	{ "rpm.txt", rpm, false, 2 },
	{ "cve.json", cve, true, 0 },
	{ "nvd.json", nvd, true, 0 },
	{ "csaf.json", csaf, true, 0 },
	{ "kev.json", kev, true, 0 },
	{ "epss.csv", epss, true, 0 },
};
enum { SAMPLES = sizeof(samples) / sizeof(*samples) };

static size_t refused;

static void count(void *ctx, const struct noro_error *err)
{
	(void)ctx;
	refused += err->status != NORO_OK;
}

static struct noro_patch *fresh(void)
{
	struct noro_patch_opts o = { .now_ns = INT64_C(1756252800) * NORO_NS_PER_S,
		.refuse = count };
	struct noro_patch *p = NULL;

	return noro_patch_new(&o, &p, NULL) == NORO_OK ? p : NULL;
}

static enum noro_status give(
	struct noro_patch *p, const struct sample *s, const char *text, size_t n)
{
	return s->feed ? noro_patch_feed_text(p, s->path, noro_view(text, n), NULL)
		       : noro_patch_inventory_text(
				 p, s->path, noro_view(text, n), NORO_TIME_NONE, NULL);
}

static void every_list_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct noro_patch *p = fresh();
		struct noro_arena *a = noro_arena_new(0);
		struct noro_patch_result r;

		assert_non_null(p);
		refused = 0;
		assert_int_equal(
			give(p, &samples[i], samples[i].text, strlen(samples[i].text)), NORO_OK);
		assert_int_equal(refused, samples[i].text == nvd);
		assert_int_equal(noro_patch_conclude(p, a, &r, NULL), NORO_OK);
		assert_int_equal(r.assets, samples[i].assets);
		noro_patch_free(p);
		noro_arena_free(a);
	}
}

static const struct noro_patch_row *row_of(const struct noro_patch_result *r, const char *cve_id)
{
	for (size_t i = 0; i < r->rows; i++)
		if (strcmp(r->row[i].vuln->id, cve_id) == 0)
			return &r->row[i];
	return NULL;
}

static void join(struct noro_arena *a, const char *const *text, size_t n, struct noro_patch **p,
	struct noro_patch_result *r)
{
	*p = fresh();
	assert_non_null(*p);
	assert_int_equal(
		noro_patch_inventory_text(*p, "a.csv", noro_view_str(table), NORO_TIME_NONE, NULL),
		NORO_OK);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(
			noro_patch_feed_text(*p, "f", noro_view_str(text[i]), NULL), NORO_OK);
	assert_int_equal(noro_patch_conclude(*p, a, r, NULL), NORO_OK);
}

static void feeds_are_joined_by_id_in_any_order(void **state)
{
	const char *const orders[2][3] = { { cve, kev, epss }, { epss, kev, cve } };
	struct noro_arena *a = noro_arena_new(0);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct noro_patch *p;
		struct noro_patch_result r;
		const struct noro_patch_row *row;

		join(a, orders[i], 3, &p, &r);
		assert_int_equal(r.rows, 1);
		row = row_of(&r, "CVE-2023-20231");
		assert_true(row && row->affected == NORO_AFFECTED_RANGE && row->vuln->ransomware);
		assert_string_equal(r.row[0].fixed, "17.3.6");
		assert_string_equal(r.row[0].vuln->ssvc_exploitation, "active");
		assert_int_equal(r.row[0].days_kev, 26);
		assert_true(r.row[0].vuln->epss_percentile > 0.89 &&
			    r.row[0].vuln->epss_percentile < 0.91);
		noro_patch_free(p);
	}
	noro_arena_free(a);
}

static void a_maker_s_word_clears(void **state)
{
	const char *const feeds[] = { cve, csaf };
	struct noro_arena *a = noro_arena_new(0);
	struct noro_patch *p;
	struct noro_patch_result r;

	(void)state;
	join(a, feeds, 2, &p, &r);
	assert_null(row_of(&r, "CVE-2023-20231")); /* known not affected */
	assert_int_equal(r.rows, 1);
	assert_string_equal(r.row[0].vuln->id, "CVE-2020-10003");
	assert_int_equal(r.row[0].affected, NORO_AFFECTED_RANGE);
	assert_string_equal(r.row[0].fixed, "17.3.6");
	noro_patch_free(p);
	noro_arena_free(a);
}

static void hardware_is_a_condition(void **state)
{
	static const char with[] =
		"host,vendor,os,model,version\nr1,cisco,ios xe,ASR 1001,17.3.4\n"
		"r2,cisco,ios xe,C9300,17.3.4\nj1,juniper,junos,MX204,22.4R1-S1.5\n";
	struct noro_arena *a = noro_arena_new(0);
	struct noro_patch *p = fresh();
	struct noro_patch_result r;

	(void)state;
	assert_non_null(p);
	assert_int_equal(
		noro_patch_inventory_text(p, "h.csv", noro_view_str(with), NORO_TIME_NONE, NULL),
		NORO_OK);
	assert_int_equal(noro_patch_feed_text(p, "nvd", noro_view_str(nvd), NULL), NORO_OK);
	assert_int_equal(noro_patch_conclude(p, a, &r, NULL), NORO_OK);
	assert_int_equal(r.rows, 3);
	assert_string_equal(r.row[0].asset->name, "j1"); /* version and update are two fields */
	assert_int_equal(r.row[0].affected, NORO_AFFECTED_EXACT);
	assert_string_equal(r.row[1].asset->name, "r1");
	assert_int_equal(r.row[1].affected, NORO_AFFECTED_EXACT);
	assert_string_equal(r.row[2].asset->name, "r2");
	assert_int_equal(r.row[2].affected, NORO_AFFECTED_UNKNOWN);
	noro_patch_free(p);
	noro_arena_free(a);
}

static void packages_with_own_repairs_are_not_judged_by_upstream(void **state)
{
	static const char upstream[] =
		"{\"dataType\":\"CVE_RECORD\",\"cveMetadata\":{\"cveId\":\"CVE-2023-0286\"},"
		"\"containers\":{\"cna\":{"
		"\"affected\":[{\"vendor\":\"GNU\",\"product\":\"libc6\",\"defaultStatus\":"
		"\"unaffected\",\"versions\":["
		"{\"version\":\"2.0\",\"lessThan\":\"2.40\",\"status\":\"affected\"}]}]}}}";
	struct noro_arena *a = noro_arena_new(0);
	struct noro_patch *p = fresh();
	struct noro_patch_result r;

	(void)state;
	assert_non_null(p);
	assert_int_equal(
		noro_patch_inventory_text(p, "status", noro_view_str(dpkg), NORO_TIME_NONE, NULL),
		NORO_OK);
	assert_int_equal(noro_patch_feed_text(p, "u", noro_view_str(upstream), NULL), NORO_OK);
	assert_int_equal(noro_patch_conclude(p, a, &r, NULL), NORO_OK);
	assert_int_equal(r.rows, 1);
	assert_int_equal(r.row[0].affected, NORO_AFFECTED_UNKNOWN);
	noro_patch_free(p);
	noro_arena_free(a);
}

/* Advisories speak of xz; what is installed is liblzma5 out of xz-utils, whose home says xz. */
static void a_package_is_known_by_what_it_was_built_from(void **state)
{
	static const char status[] =
		"Package: liblzma5\nStatus: install ok installed\nSource: xz-utils\n"
		"Version: 5.6.1-1\nHomepage: https://tukaani.org/xz/\n\n"
		"Package: libc-bin\nStatus: install ok installed\nSource: glibc (2.36-9)\n"
		"Version: 2:1-1\nHomepage: https://www.gnu.org/software/libc/libc.html\n\n"
		"Package: other\nStatus: install ok installed\nVersion: 5.6.1-1\n";
	static const char upstream[] =
		"{\"dataType\":\"CVE_RECORD\",\"cveMetadata\":{\"cveId\":\"CVE-2024-3094\"},"
		"\"containers\":{\"cna\":{\"affected\":[{\"vendor\":\"tukaani\",\"product\":\"xz\","
		"\"defaultStatus\":\"unaffected\",\"versions\":[{\"version\":\"5.6.0\",\"status\":"
		"\"affected\"},{\"version\":\"5.6.1\",\"status\":\"affected\"}]}]}}}";
	static const char packager[] =
		"{\"dataType\":\"CVE_RECORD\",\"cveMetadata\":{\"cveId\":\"CVE-2023-4911\"},"
		"\"containers\":{\"cna\":{\"affected\":[{\"vendor\":\"Debian\",\"product\":"
		"\"glibc\","
		"\"defaultStatus\":\"unaffected\",\"versions\":[{\"version\":\"2.0-1\","
		"\"lessThan\":\"2.36-9+deb12u3\",\"status\":\"affected\"}]}]}}}";
	struct noro_arena *a = noro_arena_new(0);
	struct noro_patch *p = fresh();
	struct noro_patch_result r;
	size_t xz, libc;

	(void)state;
	assert_non_null(p);
	assert_int_equal(
		noro_patch_inventory_text(p, "status", noro_view_str(status), NORO_TIME_NONE, NULL),
		NORO_OK);
	assert_int_equal(noro_patch_feed_text(p, "u", noro_view_str(upstream), NULL), NORO_OK);
	assert_int_equal(noro_patch_feed_text(p, "d", noro_view_str(packager), NULL), NORO_OK);
	assert_int_equal(noro_patch_conclude(p, a, &r, NULL), NORO_OK);
	assert_int_equal(r.rows, 2);
	xz = strcmp(r.row[0].asset->product, "liblzma5") == 0 ? 0 : 1;
	libc = 1 - xz;
	assert_string_equal(r.row[xz].vuln->id, "CVE-2024-3094");
	assert_int_equal(r.row[xz].affected, NORO_AFFECTED_UNKNOWN); /* it may be repaired */
	assert_string_equal(r.row[libc].asset->product, "libc-bin");
	assert_int_equal(r.row[libc].affected, NORO_AFFECTED_RANGE); /* by the source's version */
	noro_patch_free(p);
	noro_arena_free(a);
}

static void every_truncation_is_survived(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++)
		for (size_t n = 0; n < strlen(samples[i].text); n++) {
			uint8_t *exact = test_exact_copy(samples[i].text, n);
			struct noro_patch *p = fresh();
			struct noro_arena *a = noro_arena_new(0);
			struct noro_patch_result r;

			assert_non_null(p);
			assert_int_equal(give(p, &samples[i], (const char *)exact, n), NORO_OK);
			free(exact); /* nothing may point into it any more */
			assert_int_equal(noro_patch_conclude(p, a, &r, NULL), NORO_OK);
			assert_true(r.assets <= samples[i].assets);
			noro_patch_free(p);
			noro_arena_free(a);
		}
}

static bool all_of_it(void *arg)
{
	const struct sample *s = arg;
	struct noro_patch *p = fresh();
	struct noro_arena *a = noro_arena_new(0);
	struct noro_patch_result r;
	bool done = p && a &&
		    noro_patch_inventory_text(
			    p, "a.csv", noro_view_str(table), NORO_TIME_NONE, NULL) == NORO_OK &&
		    give(p, s, s->text, strlen(s->text)) == NORO_OK &&
		    noro_patch_conclude(p, a, &r, NULL) == NORO_OK;

	noro_patch_free(p);
	noro_arena_free(a);
	return done;
}

static void missing_memory_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++)
		test_allocation_sweep(all_of_it, (void *)(uintptr_t)&samples[i], 3000);
}

/* Public records as they are: what they name as affected is found again, what they do not is not.
 */
static void real_records_decide(void **state)
{
	static const char devices[] =
		"host,vendor,os,version\na,cisco,ios xe,16.12.4a\nb,cisco,ios xe,17.9.4a\n"
		"c,cisco,ios,12.2(55)SE3\nd,fortinet,fortios,7.2.2\ne,fortinet,fortios,7.2.3\n";
	static const char *const below[] = {
		"vuln/cisagov+vulnrichment/2023/20xxx/CVE-2023-20198.json",
		"vuln/oasis-tcs+csaf/csaf_2.0/examples/csaf/cisco-sa-20180328-smi2.json",
		"vuln/cisagov+vulnrichment"
	};
	const char *root = test_data(), *path[2];
	char text[2][8192];
	struct noro_arena *a;
	struct noro_patch *p;
	struct noro_patch_result r;
	bool hit[5] = { false };

	(void)state;
	if (!root)
		return;
	a = noro_arena_new(0);
	p = fresh();
	assert_non_null(p);
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(text[i], sizeof(text[i]), "%s/%s", root, below[i + 1]);
		path[i] = text[i];
	}
	assert_int_equal(
		noro_patch_inventory_text(p, "d.csv", noro_view_str(devices), NORO_TIME_NONE, NULL),
		NORO_OK);
	assert_int_equal(noro_patch_feeds(p, path, 2, NULL), NORO_OK);
	assert_int_equal(noro_patch_conclude(p, a, &r, NULL), NORO_OK);
	for (size_t i = 0; i < r.rows; i++) {
		const struct noro_patch_row *w = &r.row[i];
		const char *id = w->vuln->id;

		hit[0] = hit[0] || (w->asset->name[0] == 'a' && strcmp(id, "CVE-2023-20198") == 0 &&
					   w->affected == NORO_AFFECTED_EXACT);
		hit[1] = hit[1] || (w->asset->name[0] == 'b' && strcmp(id, "CVE-2023-20198") == 0);
		hit[2] = hit[2] || (w->asset->name[0] == 'c' && strcmp(id, "CVE-2018-0171") == 0 &&
					   w->affected == NORO_AFFECTED_EXACT);
		hit[3] = hit[3] || (w->asset->name[0] == 'd' && strcmp(id, "CVE-2022-42475") == 0 &&
					   w->affected == NORO_AFFECTED_RANGE);
		hit[4] = hit[4] || (w->asset->name[0] == 'e' && strcmp(id, "CVE-2022-42475") == 0);
	}
	assert_true(hit[0] && hit[2] && hit[3]);
	assert_false(hit[1] || hit[4]);
	noro_patch_free(p);
	noro_arena_free(a);
}

/* --- the order of versions against what public records say --- */

struct spans {
	size_t all, ordered;
};

static void check_span(struct spans *s, enum noro_dialect d, const struct noro_json *v)
{
	static const char *const ends[] = { "lessThan", "lessThanOrEqual" };
	char from[NORO_VERSION_TEXT], to[NORO_VERSION_TEXT];
	struct noro_view low = noro_json_str(v, "version");

	for (size_t i = 0; i < 2; i++) {
		struct noro_view high = noro_json_str(v, ends[i]);
		bool ok;

		/* "17.3 and earlier", "*" and "unspecified" are no versions */
		if (!high.n || !low.n || !noro_is_digit(low.p[0]) || !noro_is_digit(high.p[0]) ||
			noro_view_chr(high, ' ') != SIZE_MAX || noro_view_chr(low, ' ') != SIZE_MAX)
			continue;
		if (!noro_version_normal(d, low, from) || !noro_version_normal(d, high, to))
			continue;
		s->all++;
		s->ordered += noro_patch_cmp(NULL, d, from, to, &ok) <= 0 && ok;
	}
}

static void check_record(struct spans *s, struct noro_arena *a, struct noro_view text)
{
	const struct noro_json *v, *l;
	char key[NORO_PATCH_KEY];

	if (noro_json_parse(a, text, NULL, &v, NULL) != NORO_OK)
		return;
	l = noro_json_path(v, "containers.cna.affected");
	for (const struct noro_json *c = l ? l->child : NULL; c; c = c->next) {
		const struct noro_json *versions = noro_json_get(c, "versions");

		if (!noro_product_keys(
			    noro_json_str(c, "vendor"), noro_json_str(c, "product"), &key, 1) ||
			!noro_product_dialect(key))
			continue;
		for (const struct noro_json *one = versions ? versions->child : NULL; one;
			one = one->next)
			check_span(s, noro_product_dialect(key), one);
	}
}

static void spans_of_public_records_begin_before_they_end(void **state)
{
	const char *root = test_data(), *path;
	char text[8192];
	struct noro_arena *a;
	const struct noro_item *item;
	struct spans s = { 0 };
	size_t items;

	(void)state;
	if (!root)
		return;
	(void)snprintf(text, sizeof(text), "%s/vuln", root);
	path = text;
	a = noro_arena_new(0);
	assert_int_equal(noro_walk(&path, 1, a, &item, &items, NULL), NORO_OK);
	for (size_t i = 0; i < items; i++) {
		struct noro_buf b = { 0 };

		if (strstr(item[i].path, "/CVE-") &&
			noro_file_read(item[i].path, 16 << 20, &b, NULL) == NORO_OK)
			check_record(&s, a, noro_arena_view(a, noro_buf_as_view(&b)));
		noro_buf_done(&b);
	}
	print_message("# %zu spans of device software, %zu in order\n", s.all, s.ordered);
	assert_true(s.all > 50);
	assert_int_equal(s.ordered, s.all);
	noro_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_list_is_read),
		cmocka_unit_test(feeds_are_joined_by_id_in_any_order),
		cmocka_unit_test(a_maker_s_word_clears),
		cmocka_unit_test(hardware_is_a_condition),
		cmocka_unit_test(packages_with_own_repairs_are_not_judged_by_upstream),
		cmocka_unit_test(a_package_is_known_by_what_it_was_built_from),
		cmocka_unit_test(every_truncation_is_survived),
		cmocka_unit_test(missing_memory_is_told),
		cmocka_unit_test(real_records_decide),
		cmocka_unit_test(spans_of_public_records_begin_before_they_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
