/* tests/unit/intel/test_stix21_data.c - the verdict on objects that others published. */
#include "tests/test.h"

#include "base/file.h"
#include "base/jsonw.h"
#include "intel/stix21.h"

struct count {
	size_t passed, refused;
	char path[NORO_STIX21_PATH]; /* of the first fault */
	const char *msg;
};

static void judge(struct noro_arena *a, const struct noro_json *o, struct count *n)
{
	struct noro_stix21 r;
	struct noro_stix21_faults f;

	if (noro_stix21_check(a, o, 0, &r, &f) == NORO_OK) {
		n->passed++;
		return;
	}
	if (n->refused++ == 0) {
		memcpy(n->path, f.fault[0].path, sizeof(n->path));
		n->msg = f.fault[0].msg;
	}
}

static bool read_data(const char *name, struct noro_buf *out)
{
	const char *root = test_data();
	char path[4200];

	if (!root)
		return false;
	(void)snprintf(path, sizeof(path), "%s/%s", root, name);
	if (noro_file_read(path, (size_t)1 << 30, out, NULL) == NORO_OK)
		return true;
	print_message("# skip: no %s\n", name);
	return false;
}

/* Bundles: every object of version 2.1 (an SCO need not say so). */
static void bundle(const char *name, struct count *n)
{
	struct noro_arena *whole = noro_arena_new(0), *work = noro_arena_new(0);
	struct noro_buf text = { 0 };
	const struct noro_json *v;

	*n = (struct count){ 0 };
	if (read_data(name, &text)) {
		assert_int_equal(
			noro_json_parse(whole, noro_buf_as_view(&text), NULL, &v, NULL), NORO_OK);
		for (v = noro_json_get(v, "objects")->child; v; v = v->next) {
			const struct noro_json *said = noro_json_get(v, "spec_version");

			if (!said || noro_json_is_str(said, "2.1"))
				judge(work, v, n);
			noro_arena_reset(work);
		}
	}
	noro_buf_done(&text);
	noro_arena_free(whole);
	noro_arena_free(work);
}

#define DOC    "stix/oasis-open+cti-documentation/examples/example_json/"
#define SCHEMA "stix/oasis-open+cti-stix2-json-schemas/examples/"
#define ATTACK "attack/mitre-attack+attack-stix-data/"

static const struct {
	const char *name;
	size_t objects;
} published[] = {
	{ DOC "apt1.json", 76 },
	{ DOC "poisonivy.json", 155 },
	{ DOC "defining-campaigns-threat-actors-intrusion-sets.json", 26 },
	{ DOC "identifying-a-threat-actor-profile.json", 3 },
	{ DOC "indicator-for-malicious-url.json", 3 },
	{ DOC "malware-indicator-for-file-hash.json", 3 },
	{ DOC "sighting-of-an-indicator.json", 4 },
	{ DOC "sighting-of-observed-data.json", 8 },
	{ DOC "threat-actor-leveraging-attack-patterns-and-malware.json", 7 },
	{ DOC "using-granular-markings.json", 4 },
	{ DOC "using-marking-definitions.json", 4 },
	{ SCHEMA "threat-reports/apt1.json", 76 },
	{ SCHEMA "threat-reports/poisonivy.json", 155 },
	{ SCHEMA "indicator-to-campaign-relationship.json", 3 },
	{ SCHEMA "infrastructure.json", 10 },
	{ SCHEMA "malicious-email-indicator-with-attachment.json", 6 },
	{ SCHEMA "indicators-for-C2-with-COA.json", 8 },
	{ "attack/derived/enterprise-attack-18.1.stix21.json", 24771 },
	{ "attack/mitre-attack+attack-stix-data/mobile-attack/mobile-attack-17.1.json", 2148 },
	{ "ti/ollerenac+tim-platform/corpus/aa25-239a/AA25-239A.stix_.json", 172 },
	{ "attack/OpenCTI-Platform+datasets/data/geography.json", 539 },
	{ "attack/OpenCTI-Platform+datasets/data/sectors.json", 121 },
};

static void published_objects_pass(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++) {
		struct count n;

		bundle(published[i].name, &n);
		if (n.refused)
			fail_msg("%s: %s %s", published[i].name, n.path, n.msg);
		assert_true(n.passed == 0 || n.passed == published[i].objects);
	}
}

/* Four assets of ATT&CK for ICS hold an empty list, which 2.12 forbids everywhere. */
static void an_empty_list_is_found_in_what_is_published(void **state)
{
	struct count n;

	(void)state;
	bundle("attack/mitre-attack+attack-stix-data/ics-attack/ics-attack-18.1.json", &n);
	if (n.passed == 0)
		return;
	assert_int_equal(n.passed, 1822);
	assert_int_equal(n.refused, 4);
	assert_non_null(strstr(n.path, "/related_asset_sectors"));
}

/* --- patterns ------------------------------------------------------------------------ */

static bool passes(struct noro_view pattern)
{
	static const char head[] = "{\"type\":\"indicator\",\"spec_version\":\"2.1\","
				   "\"id\":\"indicator--4e72cb2c-0d1c-4a3c-8d53-2c4f1ad7a1b0\","
				   "\"created\":\"2025-01-01T00:00:00.000Z\","
				   "\"modified\":\"2025-01-01T00:00:00.000Z\","
				   "\"valid_from\":\"2025-01-01T00:00:00Z\","
				   "\"pattern_type\":\"stix\",\"pattern\":";
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf text = { 0 };
	struct noro_jsonw w = noro_jsonw(&text);
	const struct noro_json *o;
	struct count n = { 0 };

	noro_buf_str(&text, head);
	noro_jsonw_view(&w, pattern);
	noro_buf_chr(&text, '}');
	assert_int_equal(noro_json_parse(a, noro_buf_as_view(&text), NULL, &o, NULL), NORO_OK);
	judge(a, o, &n);
	noro_buf_done(&text);
	noro_arena_free(a);
	return n.passed == 1;
}

static void the_official_verdicts_on_patterns_are_ours(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf text = { 0 };
	const struct noro_json *v;
	size_t n = 0;

	(void)state;
	if (read_data("stix/derived/pattern-cases-v20.json", &text)) {
		assert_int_equal(
			noro_json_parse(a, noro_buf_as_view(&text), NULL, &v, NULL), NORO_OK);
		for (v = v->child; v; v = v->next, n++) {
			const struct noro_json *valid = noro_json_get(v, "valid");
			struct noro_view pattern = noro_json_str(v, "pattern");

			if (passes(pattern) != (valid->kind == NORO_JSON_TRUE))
				fail_msg("%.*s", NORO_VARG(pattern));
		}
		assert_int_equal(n, 58);
	}
	noro_buf_done(&text);
	noro_arena_free(a);
}

static void the_patterns_of_the_specification_pass(void **state)
{
	struct noro_buf text = { 0 };
	struct noro_view rest, line;
	size_t n = 0;

	(void)state;
	if (read_data("stix/oasis-open+cti-pattern-validator/stix2patterns/test/v20/"
		      "spec_examples.txt",
		    &text)) {
		rest = noro_buf_as_view(&text);
		while (noro_view_line(&rest, &line)) {
			if (line.n && !passes(line))
				fail_msg("%.*s", NORO_VARG(line));
			n += line.n > 0;
		}
		assert_int_equal(n, 24);
	}
	noro_buf_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_objects_pass),
		cmocka_unit_test(an_empty_list_is_found_in_what_is_published),
		cmocka_unit_test(the_official_verdicts_on_patterns_are_ours),
		cmocka_unit_test(the_patterns_of_the_specification_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
