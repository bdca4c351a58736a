/* tests/unit/intel/test_open.c - intelligence comes packed, in many character sets, and long. */
#include "tests/test.h"

#include "base/hash.h"
#include "intel/import.h"

#include <stdio.h>
#include <unistd.h>

/* "192.0.2.1" and "evil.example.org", a line each */
/* clang-format off */
static const uint8_t as_gz[] = { 31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 51, 180, 52, 210, 51, 208, 51, 210, 51, 228, 74, 45, 203, 204, 209, 75, 173, 72, 204, 45, 200, 73, 213, 203, 47, 74, 231, 2, 0, 214, 118, 24, 225, 27, 0, 0, 0 };
static const uint8_t as_bz2[] = { 66, 90, 104, 57, 49, 65, 89, 38, 83, 89, 188, 187, 11, 116, 0, 0, 4, 217, 128, 0, 16, 0, 1, 112, 32, 34, 166, 209, 64, 32, 0, 34, 32, 218, 153, 12, 155, 80, 161, 166, 152, 0, 117, 8, 57, 182, 70, 124, 49, 208, 90, 50, 124, 40, 202, 124, 93, 201, 20, 225, 66, 66, 242, 236, 45, 208 };
static const uint8_t as_xz[] = { 253, 55, 122, 88, 90, 0, 0, 4, 230, 214, 180, 70, 2, 0, 33, 1, 28, 0, 0, 0, 16, 207, 88, 204, 1, 0, 26, 49, 57, 50, 46, 48, 46, 50, 46, 49, 10, 101, 118, 105, 108, 46, 101, 120, 97, 109, 112, 108, 101, 46, 111, 114, 103, 10, 0, 0, 30, 90, 231, 134, 204, 50, 219, 11, 0, 1, 51, 27, 247, 25, 136, 94, 31, 182, 243, 125, 1, 0, 0, 0, 0, 4, 89, 90 };
static const uint8_t as_zst[] = { 40, 181, 47, 253, 36, 27, 217, 0, 0, 49, 57, 50, 46, 48, 46, 50, 46, 49, 10, 101, 118, 105, 108, 46, 101, 120, 97, 109, 112, 108, 101, 46, 111, 114, 103, 10, 226, 73, 89, 68 };
static const uint8_t as_zip[] = { 80, 75, 3, 4, 20, 0, 0, 0, 8, 0, 0, 0, 27, 91, 214, 118, 24, 225, 29, 0, 0, 0, 27, 0, 0, 0, 1, 0, 0, 0, 115, 51, 180, 52, 210, 51, 208, 51, 210, 51, 228, 74, 45, 203, 204, 209, 75, 173, 72, 204, 45, 200, 73, 213, 203, 47, 74, 231, 2, 0, 80, 75, 1, 2, 20, 3, 20, 0, 0, 0, 8, 0, 0, 0, 27, 91, 214, 118, 24, 225, 29, 0, 0, 0, 27, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 1, 0, 0, 0, 0, 115, 80, 75, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0, 47, 0, 0, 0, 60, 0, 0, 0, 0, 0 };
/* clang-format on */

static const struct packed {
	const char *name;
	const uint8_t *p;
	size_t n;
} packed[] = {
	{ "list.gz", as_gz, sizeof(as_gz) },
	{ "list.bz2", as_bz2, sizeof(as_bz2) },
	{ "list.xz", as_xz, sizeof(as_xz) },
	{ "list.zst", as_zst, sizeof(as_zst) },
	{ "list.zip", as_zip, sizeof(as_zip) },
};
enum { PACKED = sizeof(packed) / sizeof(*packed) };

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/noroshi-open-XXXXXX");
	return mkdtemp(folder) ? 0 : 1;
}

static int drop_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

struct taken {
	enum noro_status st;
	struct noro_import_result r;
	struct noro_error err;
	struct noro_set_builder *b;
	struct noro_arena *a;
};

static enum noro_status take_path(struct taken *t, const char *path, size_t max_memory)
{
	struct noro_import_opts o = { .from_ns = NORO_TIME_NONE, .until_ns = NORO_TIME_NONE };

	*t = (struct taken){ .a = noro_arena_new(0) };
	t->st = t->a ? noro_set_builder_new(max_memory, &t->b) : NORO_ENOMEM;
	if (t->st == NORO_OK)
		t->st = noro_import(path, &o, t->a, t->b, &t->r, &t->err);
	return t->st;
}

static void let_go(struct taken *t)
{
	noro_set_builder_free(t->b);
	noro_arena_free(t->a);
}

static void put_file(char path[128], const char *name, const void *p, size_t n)
{
	FILE *f;

	(void)snprintf(path, 128, "%s/%s", folder, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void packed_lists_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < PACKED; i++) {
		char path[128], sha[NORO_HASH_TEXT];
		struct taken t;

		put_file(path, packed[i].name, packed[i].p, packed[i].n);
		if (take_path(&t, path, 0) != NORO_OK)
			fail_msg("%s: %s", packed[i].name, t.err.msg);
		assert_string_equal(t.r.kind, "list");
		assert_int_equal(t.r.indicators, 2);
		assert_int_equal(
			noro_hash_of(NORO_SHA256, noro_view(packed[i].p, packed[i].n), sha),
			NORO_OK);
		assert_string_equal(t.r.sha256, sha); /* what sha256sum says of the file */
		let_go(&t);
		assert_int_equal(unlink(path), 0);
	}
}

/* A list that breaks off must not pass for a shorter one. */
static void no_packed_file_that_breaks_off_is_taken_for_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < PACKED; i++)
		for (size_t n = 6; n < packed[i].n; n++) {
			char path[128];
			struct taken t;

			put_file(path, packed[i].name, packed[i].p, n);
			/* a zip without its index has its member whole */
			if (take_path(&t, path, 0) == NORO_OK &&
				t.r.indicators != (packed[i].p[0] == 'P' ? 2 : 0))
				fail_msg("%s: %zu bytes are taken", packed[i].name, n);
			if (t.st != NORO_OK)
				assert_true(t.err.where[0]); /* the message names the file */
			let_go(&t);
			assert_int_equal(unlink(path), 0);
		}
}

struct at_path {
	char path[128];
};

static bool try_path(void *arg)
{
	struct at_path *at = arg;
	struct taken t;
	bool ok = take_path(&t, at->path, 0) == NORO_OK;

	if (!ok && t.st != NORO_ENOMEM)
		fail_msg("without memory: %s", t.err.msg ? t.err.msg : noro_status_text(t.st));
	let_go(&t);
	return ok;
}

static void a_packed_list_survives_any_failing_allocation(void **state)
{
	struct at_path at;

	(void)state;
	put_file(at.path, packed[0].name, packed[0].p, packed[0].n);
	test_allocation_sweep(try_path, &at, 2000);
	assert_int_equal(unlink(at.path), 0);
}

/* A heading of such a list: 通信先の一覧, and 通信先. */
static const struct {
	const char *name, *head;
} written[] = {
	{ "Shift_JIS", "# \x92\xca\x90\x4d\x90\xe6\x82\xcc\x88\xea\x97\x97\n" },
	{ "EUC-JP", "# \xc4\xcc\xbf\xae\xc0\xe8\xa4\xce\xb0\xec\xcd\xf7\n" },
	{ "UTF-8", "\xef\xbb\xbf# \xe9\x80\x9a\xe4\xbf\xa1\xe5\x85\x88\n" },
};

static void lists_in_japanese_character_sets_are_read(void **state)
{
	static const char values[] = "192.0.2.1\n";

	(void)state;
	for (size_t i = 0; i < sizeof(written) / sizeof(*written); i++) {
		char path[128], text[128];
		size_t n = strlen(written[i].head);
		struct taken t;

		memcpy(text, written[i].head, n);
		memcpy(text + n, values, 10);
		put_file(path, "list.txt", text, n + 10);
		if (take_path(&t, path, 0) != NORO_OK)
			fail_msg("%s: %s", written[i].name, t.err.msg);
		assert_string_equal(t.r.kind, "list");
		assert_int_equal(t.r.indicators, 1);
		assert_int_equal(t.r.refused, 0);
		let_go(&t);
		assert_int_equal(unlink(path), 0);
	}
}

static void utf16_with_and_without_its_mark_is_read(void **state)
{
	static const char text[] = "# list\r\n192.0.2.1\r\nevil.example.org\r\n";

	(void)state;
	for (unsigned how = 0; how < 4; how++) {
		char path[128], wide[128];
		size_t n = 0;
		struct taken t;

		if (how & 1) {
			wide[n++] = (char)(how & 2 ? 0xfe : 0xff);
			wide[n++] = (char)(how & 2 ? 0xff : 0xfe);
		}
		for (size_t i = 0; i + 1 < sizeof(text); i++) {
			wide[n++] = how & 2 ? 0 : text[i];
			wide[n++] = how & 2 ? text[i] : 0;
		}
		put_file(path, "list.txt", wide, n);
		assert_int_equal(take_path(&t, path, 0), NORO_OK);
		assert_int_equal(t.r.indicators, 2);
		let_go(&t);
		assert_int_equal(unlink(path), 0);
	}
}

static void write_lines(const char *path, const char *head, size_t lines)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(head, f) >= 0);
	for (size_t i = 0; i < lines; i++)
		assert_true(fprintf(f, "192.0.2.%zu,evil-%zu.example.org\n", i % 256, i % 100) > 0);
	assert_int_equal(fclose(f), 0);
}

static void a_list_longer_than_the_memory_allowed_is_read_in_pieces(void **state)
{
	char path[128];
	struct taken t;
	FILE *f;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/long.txt", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	for (size_t i = 0; i < 400000; i++) /* 30 MB */
		assert_true(fprintf(f, "evil-%zu.example.org # %050zu\n", i % 100, i) > 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(take_path(&t, path, 26 << 20), NORO_OK);
	assert_int_equal(t.r.indicators, 400000);
	assert_int_equal(unlink(path), 0);
	let_go(&t);
}

static void a_table_larger_than_the_memory_allowed_is_refused(void **state)
{
	char path[128];
	struct taken t;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/long.csv", folder);
	write_lines(path, "ip,domain\n", 200000); /* 6 MB */
	assert_int_equal(take_path(&t, path, 4 << 20), NORO_ELIMIT);
	assert_string_equal(
		t.err.msg, "the file does not fit into --max-memory: raise it, or split the file");
	let_go(&t);
	assert_int_equal(take_path(&t, path, 0), NORO_OK);
	assert_int_equal(t.r.indicators, 400000);
	let_go(&t);
	assert_int_equal(unlink(path), 0);
}

static void a_line_without_end_costs_only_itself(void **state)
{
	char path[128], *text;
	size_t n = (3 << 20) + 77;
	struct taken t;

	(void)state;
	text = malloc(n + 64);
	assert_non_null(text);
	memset(text, 'x', n);
	memcpy(text, "198.51.100.7\n", 13);
	memcpy(text + n, " 203.0.113.5\n192.0.2.1\n", 23);
	put_file(path, "list.txt", text, n + 23);
	assert_int_equal(take_path(&t, path, 0), NORO_OK);
	assert_string_equal(t.r.kind, "list");
	assert_int_equal(t.r.indicators, 2); /* not what stands at the end of the long line */
	assert_int_equal(t.r.refused, 1);
	assert_int_equal(t.r.note[0].at, 2);
	let_go(&t);
	free(text);
	assert_int_equal(unlink(path), 0);
}

static void a_file_that_is_not_there_is_named(void **state)
{
	struct taken t;

	(void)state;
	assert_int_equal(take_path(&t, "/tmp/noroshi-no-such-file", 0), NORO_ENOENT);
	assert_string_equal(t.err.where, "/tmp/noroshi-no-such-file");
	let_go(&t);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(packed_lists_are_read),
		cmocka_unit_test(no_packed_file_that_breaks_off_is_taken_for_whole),
		cmocka_unit_test(a_packed_list_survives_any_failing_allocation),
		cmocka_unit_test(lists_in_japanese_character_sets_are_read),
		cmocka_unit_test(utf16_with_and_without_its_mark_is_read),
		cmocka_unit_test(a_list_longer_than_the_memory_allowed_is_read_in_pieces),
		cmocka_unit_test(a_table_larger_than_the_memory_allowed_is_refused),
		cmocka_unit_test(a_line_without_end_costs_only_itself),
		cmocka_unit_test(a_file_that_is_not_there_is_named),
	};

	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
