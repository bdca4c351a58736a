/* tests/unit/source/test_walk.c - folders as they are found in the field. */
#include "tests/unit/source/archives.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char root[64];

static void put(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	fclose(f);
}

static int enter(void **state)
{
	(void)state;
	(void)snprintf(root, sizeof(root), "/tmp/noroshi-walk-XXXXXX");
	if (!mkdtemp(root) || chdir(root) != 0)
		return 1;
	return 0;
}

static int drop(const char *path, const struct stat *sb, int flag, struct FTW *where)
{
	(void)sb;
	(void)flag;
	(void)where;
	return remove(path);
}

static int leave(void **state)
{
	(void)state;
	if (chdir("/") != 0)
		return 1;
	return nftw(root, drop, 16, FTW_DEPTH | FTW_PHYS);
}

/* The items as one text: "path status\n". */
static void lists(const char *const *paths, size_t n, const char *want)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf got = { 0 };
	const struct noro_item *items;
	size_t count;

	assert_int_equal(noro_walk(paths, n, a, &items, &count, NULL), NORO_OK);
	for (size_t i = 0; i < count; i++)
		noro_buf_printf(&got, "%s %d\n", items[i].path, items[i].status);
	noro_buf_chr(&got, '\0');
	assert_string_equal(got.p, want);
	noro_buf_done(&got);
	noro_arena_free(a);
}

static void files_come_sorted_and_once(void **state)
{
	(void)state;
	assert_int_equal(mkdir("d", 0755), 0);
	assert_int_equal(mkdir("d/sub", 0755), 0);
	put("d/b", "b");
	put("d/a", "a");
	put("d/sub/c", "c");
	put("d/sub.log", "x");
	assert_int_equal(link("d/a", "d/hard"), 0);
	assert_int_equal(symlink("b", "d/soft"), 0);
	lists((const char *const[]){ "d" }, 1, "d/a 0\nd/b 0\nd/sub.log 0\nd/sub/c 0\n");
	lists((const char *const[]){ "d/b", "d", "d/", "d/b" }, 4,
		"d/a 0\nd/b 0\nd/sub.log 0\nd/sub/c 0\n");
}

static void links_to_folders_are_followed_only_when_named(void **state)
{
	(void)state;
	assert_int_equal(mkdir("d", 0755), 0);
	put("d/a", "a");
	assert_int_equal(symlink(".", "d/loop"), 0);
	assert_int_equal(symlink("d", "to-d"), 0);
	lists((const char *const[]){ "d" }, 1, "d/a 0\n");
	lists((const char *const[]){ "to-d" }, 1, "to-d/a 0\n");
}

static void what_cannot_be_read_is_listed_with_its_reason(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)state;
	assert_int_equal(mkdir("d", 0755), 0);
	assert_int_equal(mkfifo("d/fifo", 0644), 0);
	memcpy(address.sun_path, "d/sock", 7);
	assert_int_equal(bind(s, (struct sockaddr *)&address, sizeof(address)), 0);
	close(s);
	assert_int_equal(symlink("nowhere", "d/broken"), 0);
	assert_int_equal(symlink("d/self", "d/self"), 0);
	lists((const char *const[]){ "d", "gone", "/dev/null" }, 3,
		"/dev/null -9\nd/broken -3\nd/fifo -9\nd/self -3\nd/sock -9\ngone -3\n");
}

static void unreadable_folders_and_files_cost_only_themselves(void **state)
{
	(void)state;
	if (geteuid() == 0)
		return; /* root reads everything */
	assert_int_equal(mkdir("d", 0755), 0);
	assert_int_equal(mkdir("d/closed", 0), 0);
	put("d/a", "a");
	put("d/secret", "s");
	assert_int_equal(chmod("d/secret", 0), 0);
	lists((const char *const[]){ "d" }, 1, "d/a 0\nd/closed -4\nd/secret -4\n");
	assert_int_equal(chmod("d/closed", 0755), 0);
}

static void standard_input_is_an_item(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_item *items;
	size_t n;

	(void)state;
	assert_int_equal(
		noro_walk((const char *const[]){ "-", "-" }, 2, a, &items, &n, NULL), NORO_OK);
	assert_int_equal(n, 1);
	assert_true(items[0].standard_input);
	noro_arena_free(a);
}

static void deep_folders_end_where_names_end(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_item *items;
	size_t n, depth = 0;
	char name[101];

	(void)state;
	memset(name, 'x', 100);
	name[100] = '\0';
	for (; depth < 60; depth++)
		if (mkdir(name, 0755) != 0 || chdir(name) != 0)
			break;
	put("leaf", "x");
	assert_int_equal(chdir(root), 0);
	assert_int_equal(noro_walk((const char *const[]){ "." }, 1, a, &items, &n, NULL), NORO_OK);
	/* 60 names of 101 bytes are more than one path may hold: told, not lost in silence */
	assert_int_equal(n, 1);
	assert_int_equal(items[0].status, NORO_EIO);
	noro_arena_free(a);
	for (size_t i = 0; i < depth; i++)
		assert_int_equal(chdir(name), 0);
	assert_int_equal(remove("leaf"), 0);
	for (size_t i = 0; i < depth; i++) {
		assert_int_equal(chdir(".."), 0);
		assert_int_equal(rmdir(name), 0);
	}
}

static void a_file_that_vanished_is_refused_not_fatal(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_item *items;
	struct seen seen = { 0 };
	const struct noro_visitor v = { seen_visit, seen_refuse, &seen };
	size_t n;

	(void)state;
	put("a", "a");
	assert_int_equal(
		noro_walk((const char *const[]){ "a", "none" }, 2, a, &items, &n, NULL), NORO_OK);
	assert_int_equal(n, 2);
	assert_int_equal(unlink("a"), 0);
	assert_int_equal(noro_source_visit(&items[0], NULL, &v, NULL), NORO_OK);
	assert_int_equal(noro_source_visit(&items[1], NULL, &v, NULL), NORO_OK);
	assert_string_equal(seen_text(&seen), "a ! -3\nnone ! -3\n");
	seen_done(&seen);
	noro_arena_free(a);
}

/* Standard input is a pipe: an archive in it must come whole although it cannot be read twice. */
static void a_pipe_is_read_like_a_file(void **state)
{
	const struct file files[] = { { "a", NORO_V("alpha\n") }, { "b", NORO_V("beta\n") } };
	set_format *const format[] = { archive_write_set_format_ustar, archive_write_set_format_zip,
		archive_write_set_format_7zip };
	const struct noro_item item = { .path = "-", .standard_input = true };
	int keep = dup(STDIN_FILENO);

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct noro_buf packed = make_archive(format[i % 3],
			i < 3 ? NULL : archive_write_add_filter_gzip, files, 2, NULL);
		struct seen seen = { 0 };
		const struct noro_visitor v = { seen_visit, seen_refuse, &seen };
		int ends[2];

		assert_int_equal(pipe(ends), 0);
		assert_int_equal(write(ends[1], packed.p, packed.n), packed.n);
		close(ends[1]);
		assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
		close(ends[0]);
		assert_int_equal(noro_source_visit(&item, NULL, &v, NULL), NORO_OK);
		assert_int_equal(seen.refused, 0);
		assert_int_equal(seen.streams, 2);
		seen_done(&seen);
		noro_buf_done(&packed);
	}
	assert_int_equal(dup2(keep, STDIN_FILENO), STDIN_FILENO);
	close(keep);
}

static bool try_walk(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_item *items;
	size_t n;
	bool done = a && noro_walk((const char *const[]){ "d", "-", "none" }, 3, a, &items, &n,
				 NULL) == NORO_OK;

	(void)arg;
	noro_arena_free(a);
	return done;
}

static void no_memory_is_a_clean_failure(void **state)
{
	(void)state;
	assert_int_equal(mkdir("d", 0755), 0);
	put("d/a", "a");
	test_allocation_sweep(try_walk, NULL, 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(files_come_sorted_and_once, enter, leave),
		cmocka_unit_test_setup_teardown(
			links_to_folders_are_followed_only_when_named, enter, leave),
		cmocka_unit_test_setup_teardown(
			what_cannot_be_read_is_listed_with_its_reason, enter, leave),
		cmocka_unit_test_setup_teardown(
			unreadable_folders_and_files_cost_only_themselves, enter, leave),
		cmocka_unit_test_setup_teardown(standard_input_is_an_item, enter, leave),
		cmocka_unit_test_setup_teardown(deep_folders_end_where_names_end, enter, leave),
		cmocka_unit_test_setup_teardown(
			a_file_that_vanished_is_refused_not_fatal, enter, leave),
		cmocka_unit_test_setup_teardown(a_pipe_is_read_like_a_file, enter, leave),
		cmocka_unit_test_setup_teardown(no_memory_is_a_clean_failure, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
