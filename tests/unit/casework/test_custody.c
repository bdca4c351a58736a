/* tests/unit/casework/test_custody.c - no byte of manifest or evidence changes unseen. */
#include "tests/test.h"

#include "base/file.h"
#include "casework/custody.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char dir[64], manifest[100], digest[NORO_CUSTODY_DIGEST];

static const char *at(const char *name)
{
	static char path[4][120];
	static unsigned turn;
	char *p = path[turn++ % 4];

	(void)snprintf(p, sizeof(path[0]), "%s/%s", dir, name);
	return p;
}

static void put(const char *name, const char *text)
{
	assert_int_equal(noro_file_write(at(name), 0644, noro_view_str(text), NULL), NORO_OK);
}

/* Two files and their manifest, with the file times pinned. */
static int make(void **state)
{
	static const char *const argv[] = { "noroshi", "hunt", "--custody", "evidence" };
	struct noro_custody_run run = { "0.1.0", { argv, 4 }, INT64_C(1746403200) * NORO_NS_PER_S };
	struct timespec both[2] = { { 1746403200, 5 }, { 1746403200, 5 } };
	struct noro_custody *c;

	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/noro-custody-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	put("a.log", "first\n");
	put("b.log", "second \xe3\x81\x82\n");
	assert_int_equal(utimensat(-1, at("a.log"), both, 0), 0);
	assert_int_equal(utimensat(-1, at("b.log"), both, 0), 0);
	(void)snprintf(manifest, sizeof(manifest), "%s/custody.jsonl", dir);
	assert_int_equal(noro_custody_open(manifest, &run, &c, NULL), NORO_OK);
	assert_int_equal(access(manifest, F_OK), -1);
	assert_int_equal(noro_custody_add_file(c, at("a.log"), NULL), NORO_OK);
	assert_int_equal(noro_custody_add_file(c, at("b.log"), NULL), NORO_OK);
	assert_int_equal(noro_custody_add_file(c, at("none"), NULL), NORO_ENOENT);
	assert_int_equal(noro_custody_commit(c, digest, NULL), NORO_OK);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	(void)unlink(at("a.log"));
	(void)unlink(at("b.log"));
	(void)unlink(manifest);
	return rmdir(dir);
}

struct told {
	uint64_t line;
	char path[120], id[120];
	unsigned n;
};

static void keep_first(void *arg, const struct noro_custody_problem *p)
{
	struct told *t = arg;

	if (t->n++)
		return;
	t->line = p->line;
	(void)snprintf(t->path, sizeof(t->path), "%s", p->path ? p->path : "");
	(void)snprintf(t->id, sizeof(t->id), "%s", p->what.id);
}

static struct noro_custody_verdict verify(struct told *t)
{
	struct noro_custody_verdict v;

	*t = (struct told){ 0 };
	assert_int_equal(noro_custody_verify(manifest, NULL, keep_first, t, &v, NULL), NORO_OK);
	assert_int_equal(v.problems, t->n);
	return v;
}

static void an_untouched_case_holds(void **state)
{
	struct told t;
	struct noro_custody_verdict v = verify(&t);

	(void)state;
	assert_int_equal(v.problems, 0);
	assert_int_equal(v.entries, 2);
	assert_string_equal(v.digest, digest);
}

static void a_changed_file_is_named(void **state)
{
	struct told t;

	(void)state;
	put("b.log", "Second \xe3\x81\x82\n");
	assert_int_equal(verify(&t).problems, 1);
	assert_int_equal(t.line, 3);
	assert_string_equal(t.path, at("b.log"));
	assert_string_equal(t.id, "the file's content has changed");
	put("b.log", "longer than before\n");
	assert_int_equal(verify(&t).chain, 0);
	assert_non_null(strstr(t.id, "another size"));
	put("b.log", "second \xe3\x81\x82\n");
	assert_int_equal(verify(&t).problems, 1);
	assert_non_null(strstr(t.id, "time has changed"));
	assert_int_equal(unlink(at("a.log")), 0);
	assert_int_equal(verify(&t).problems, 2);
	assert_non_null(strstr(t.id, "cannot be read"));
}

/* Any single byte of any line but the last: the next line's digest tells. */
static void every_changed_byte_of_the_manifest_shows(void **state)
{
	struct noro_buf b = { 0 };
	struct told t;
	size_t last;

	(void)state;
	assert_int_equal(noro_file_read(manifest, 1 << 20, &b, NULL), NORO_OK);
	for (last = b.n - 1; last > 0 && b.p[last - 1] != '\n'; last--)
		;
	for (size_t i = 0; i < last; i++) {
		struct noro_custody_verdict v;

		b.p[i] ^= 1;
		put("custody.jsonl", b.p);
		v = verify(&t);
		assert_true(v.problems > 0);
		b.p[i] ^= 1;
	}
	/* in the last line only the digest that was kept elsewhere can tell */
	for (size_t i = last; i + 1 < b.n; i++) {
		struct noro_custody_verdict v;

		b.p[i] ^= 1;
		put("custody.jsonl", b.p);
		v = verify(&t);
		assert_true(v.problems > 0 || strcmp(v.digest, digest) != 0);
		b.p[i] ^= 1;
	}
	noro_buf_done(&b);
}

static void a_line_taken_out_or_a_cut_end_shows(void **state)
{
	struct noro_buf b = { 0 }, out = { 0 };
	struct noro_view rest, line[4];
	struct told t;

	(void)state;
	assert_int_equal(noro_file_read(manifest, 1 << 20, &b, NULL), NORO_OK);
	rest = noro_buf_as_view(&b);
	for (int i = 0; i < 4; i++)
		assert_true(noro_view_line(&rest, &line[i]));
	for (int skip = 0; skip < 4; skip++) {
		noro_buf_clear(&out);
		for (int i = 0; i < 4; i++)
			if (i != skip) {
				noro_buf_view(&out, line[i]);
				noro_buf_chr(&out, '\n');
			}
		put("custody.jsonl", out.p);
		assert_true(verify(&t).chain > 0);
	}
	put("custody.jsonl", "");
	assert_int_equal(verify(&t).chain, 1);
	put("custody.jsonl", "[]\n{\"path\":1}\nno json\n");
	assert_true(verify(&t).chain >= 3);
	noro_buf_done(&b);
	noro_buf_done(&out);
}

static bool try_write(void *arg)
{
	struct noro_custody_run run = { "0", { NULL, 0 }, 0 };
	struct noro_custody *c;
	char end[NORO_CUSTODY_DIGEST];

	if (noro_custody_open(manifest, &run, &c, NULL) != NORO_OK)
		return false;
	if (noro_custody_add_file(c, arg, NULL) != NORO_OK) {
		noro_custody_abandon(c);
		return false;
	}
	return noro_custody_commit(c, end, NULL) == NORO_OK;
}

static bool try_verify(void *arg)
{
	struct noro_custody_verdict v;

	return noro_custody_verify(arg, NULL, NULL, NULL, &v, NULL) == NORO_OK && v.problems == 0;
}

static void every_failed_allocation_is_survived(void **state)
{
	(void)state;
	test_allocation_sweep(try_write, (char *)(uintptr_t)at("a.log"), 60);
	test_allocation_sweep(try_verify, manifest, 60);
}

static void relative_paths_stand_below_the_root(void **state)
{
	struct noro_custody_run run = { "0", { NULL, 0 }, 0 };
	struct noro_custody_entry e = { .path = "a.log",
		.size = 6,
		.mtime_ns = INT64_C(1746403200) * NORO_NS_PER_S + 5,
		.ctime_ns = NORO_TIME_NONE,
		.sha256 = "b7e4fa3f2a1f05f4c1fea6d0f2f0b2f6b2ea3c7d0a8d5a5e9d7a4a6b8c0d1e2f" };
	struct noro_custody_verdict v;
	struct noro_custody *c;
	struct told t = { 0 };

	(void)state;
	assert_int_equal(noro_custody_open(manifest, &run, &c, NULL), NORO_OK);
	assert_int_equal(noro_custody_add(c, &e, NULL), NORO_OK);
	assert_int_equal(noro_custody_commit(c, digest, NULL), NORO_OK);
	/* found below the root, and the digest made up above is not believed */
	assert_int_equal(noro_custody_verify(manifest, dir, keep_first, &t, &v, NULL), NORO_OK);
	assert_string_equal(t.id, "the file's content has changed");
	assert_int_equal(noro_custody_verify(at("none"), dir, NULL, NULL, &v, NULL), NORO_ENOENT);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_untouched_case_holds, make, drop),
		cmocka_unit_test_setup_teardown(a_changed_file_is_named, make, drop),
		cmocka_unit_test_setup_teardown(
			every_changed_byte_of_the_manifest_shows, make, drop),
		cmocka_unit_test_setup_teardown(a_line_taken_out_or_a_cut_end_shows, make, drop),
		cmocka_unit_test_setup_teardown(every_failed_allocation_is_survived, make, drop),
		cmocka_unit_test_setup_teardown(relative_paths_stand_below_the_root, make, drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
