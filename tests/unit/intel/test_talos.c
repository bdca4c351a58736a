/*
 * tests/unit/intel/test_talos.c - one post, published as text and as STIX by the
 * same people, must give the same indicators. Where the two differ, the posts
 * themselves do; each such post is named below with the reason.
 */
#include "tests/test.h"

#include "base/file.h"
#include "intel/import.h"

#include <dirent.h>
#include <sys/stat.h>

static const struct {
	const char *post;
	size_t only_text, only_stix;
	const char *why;
} known[] = {
	{ "mustang-panda", 1, 0, "a URL that the bundle leaves out" },
	{ "modernloader-delivers-multiple-stealers", 58, 14,
		"the bundle leaves out most URLs of the text, types three file names as domains, "
		"and takes "
		"names with endings of the actor's own (.go, .oo, .zz) and with blanks out of "
		"sentences" },
	{ "gamaredon-apt-targets-ukrainian-agencies", 4, 0, "values that the bundle leaves out" },
	{ "alchimist-offensive-framework", 2, 0, "two hashes that the bundle leaves out" },
	{ "breaking_the_silence_truebot_activity", 0, 4, "addresses that the text leaves out" },
	{ "prometei-botnet-improves", 0, 22,
		"the bundle takes the file names out of the URLs that the text has whole" },
	{ "new-horabot-targets-americas", 6, 0, "URLs that the bundle leaves out" },
	{ "ra-group-ransomware", 1, 0, "the leak site, left out of the bundle" },
	{ "lazarus-collectionrat", 3, 0, "addresses that the bundle leaves out" },
	{ "lazarus-quiterat", 0, 1, "an address that the text leaves out" },
	{ "google-forms-quiz-spam", 1, 0, "STIX has no object for a Bitcoin address" },
	{ "tinyturla-ng", 2, 3, "the bundle belongs to two posts" },
	{ "large-scale-brute-force-activity-targeting-vpns-ssh-services-with-commonly-used-login-"
	  "credentials",
		2105, 0, "the list of user names, which the bundle leaves out" },
	{ "victimology-using-three-information-stealers", 25, 0,
		"URLs that the bundle leaves out" },
	{ "new-spicerat-sneakychef", 0, 1, "a hash that the text leaves out" },
	{ "hidden-between-the-tags-insights-into-evasion-techniques-in-html-smuggling", 0, 1,
		"the bundle lists the post's own address as an indicator" },
	{ "DragonRank, a Chinese-speaking SEO manipulator service provider", 0, 46,
		"hashes that the text leaves out" },
	{ "threat-actors-using-macropack", 3, 0, "addresses that the bundle leaves out" },
};

struct half {
	struct noro_arena *a;
	struct noro_set *set;
};

static bool open_half(struct half *h, const char *path)
{
	struct noro_import_opts o = { .from_ns = NORO_TIME_NONE, .until_ns = NORO_TIME_NONE };
	struct noro_import_result r;
	struct noro_set_builder *b;
	bool ok;

	*h = (struct half){ .a = noro_arena_new(0) };
	assert_int_equal(noro_set_builder_new(0, &b), NORO_OK);
	ok = noro_import(path, &o, h->a, b, &r, NULL) == NORO_OK;
	if (ok)
		assert_int_equal(noro_set_finish(b, &h->set, NULL), NORO_OK);
	noro_set_builder_free(b);
	return ok;
}

static void close_half(struct half *h)
{
	noro_set_free(h->set);
	noro_arena_free(h->a);
}

static bool has(const struct half *h, enum noro_ioc_kind kind, struct noro_view v)
{
	uint32_t key;

	return noro_set_find(h->set, kind, v, &key) == NORO_OK;
}

/* The text seldom says the scheme: then the URL counts under either. */
static bool has_other_scheme(const struct half *h, struct noro_view url)
{
	char other[4200];
	bool https = noro_view_starts(url, "https://"), http = noro_view_starts(url, "http://");

	if (!https && !http)
		return false;
	(void)snprintf(other, sizeof(other), "%s%.*s", https ? "http" : "https",
		NORO_VARG(noro_view_sub(url, https ? 5 : 4, url.n)));
	return has(h, NORO_IOC_URL, noro_view_str(other));
}

/* What `a` has and `b` lacks; what is only context (links of the post) does not count. */
static size_t missing(
	const struct half *a, const struct half *b, const char *post, const char *side)
{
	size_t n = 0;

	for (uint32_t i = 0; i < noro_set_keys(a->set); i++) {
		struct noro_set_record r;
		struct noro_set_key k;

		assert_int_equal(noro_set_key(a->set, i, &k), NORO_OK);
		assert_int_equal(noro_set_record(a->set, k.record, &r), NORO_OK);
		if (noro_set_meta_at(a->set, r.meta)->role == NORO_ROLE_CONTEXT ||
			has(b, k.kind, k.value))
			continue;
		if (k.kind == NORO_IOC_URL &&
			(has_other_scheme(b, k.value) || (noro_view_starts(k.value, "https") &&
								 has_other_scheme(a, k.value))))
			continue; /* of a pair of schemes one is counted */
		if (n++ < 100)
			print_message("# %s only in %s: %s %.*s\n", post, side,
				noro_ioc_kind_name(k.kind), NORO_VARG(k.value));
	}
	return n;
}

static void compare(const char *text, const char *stix, const char *post)
{
	size_t want_text = 0, want_stix = 0, only_text, only_stix;
	struct half a, b;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].post, post) == 0) {
			want_text = known[i].only_text;
			want_stix = known[i].only_stix;
		}
	assert_true(open_half(&a, text));
	assert_true(open_half(&b, stix));
	only_text = missing(&a, &b, post, "the text");
	only_stix = missing(&b, &a, post, "the bundle");
	close_half(&a);
	close_half(&b);
	if (only_text != want_text || only_stix != want_stix)
		fail_msg("%s: %zu only in the text (known %zu), %zu only in the bundle (known %zu)",
			post, only_text, want_text, only_stix, want_stix);
}

static size_t walk(const char *dir)
{
	struct dirent **names;
	int n = scandir(dir, &names, NULL, alphasort);
	size_t pairs = 0;

	for (int i = 0; i < n; i++) {
		char path[4096], stix[4096], post[256];
		size_t len = strlen(names[i]->d_name);
		struct stat st;

		(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);
		if (names[i]->d_name[0] != '.' && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			pairs += walk(path);
		if (len > 4 && strcmp(names[i]->d_name + len - 4, ".txt") == 0) {
			(void)snprintf(
				post, sizeof(post), "%.*s", (int)(len - 4), names[i]->d_name);
			(void)snprintf(stix, sizeof(stix), "%s/%s.json", dir, post);
			if (stat(stix, &st) == 0) {
				compare(path, stix, post);
				pairs++;
			}
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return pairs;
}

static void text_and_bundle_of_a_post_agree(void **state)
{
	const char *root = test_data();
	char dir[4200];
	size_t pairs;

	(void)state;
	if (!root)
		return;
	(void)snprintf(dir, sizeof(dir), "%s/ti/Cisco-Talos+IOCs", root);
	pairs = walk(dir);
	print_message("# %zu posts compared, %zu of them differ in themselves\n", pairs,
		sizeof(known) / sizeof(known[0]));
	assert_int_equal(pairs, 74);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_bundle_of_a_post_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
