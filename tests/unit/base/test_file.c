/* tests/unit/base/test_file.c - a name stands for the old bytes or the new, never for half. */
#include "tests/test.h"

#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64];

static int make_dir(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/noro-file-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int entries(const char *path)
{
	DIR *d = opendir(path);
	int n = 0;

	assert_non_null(d);
	for (struct dirent *e = readdir(d); e; e = readdir(d))
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return n;
}

static int drop_dir(void **state)
{
	DIR *d = opendir(dir);
	char path[400];

	(void)state;
	if (!d)
		return -1;
	for (struct dirent *e = readdir(d); e; e = readdir(d)) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		(void)unlink(path);
	}
	closedir(d);
	return rmdir(dir);
}

static const char *in_dir(const char *name)
{
	static char path[200];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void what_is_written_is_read(void **state)
{
	struct noro_buf out = { 0 };
	const char *path = in_dir("a");

	(void)state;
	assert_int_equal(noro_file_write(path, 0600, NORO_V("one"), NULL), NORO_OK);
	assert_int_equal(noro_file_write(path, 0600, NORO_V("second"), NULL), NORO_OK);
	assert_int_equal(noro_file_read(path, 6, &out, NULL), NORO_OK);
	assert_int_equal(noro_file_read(path, 6, &out, NULL), NORO_OK);
	assert_string_equal(out.p, "secondsecond");
	noro_buf_done(&out);
	assert_int_equal(entries(dir), 1);
}

static void a_large_write_passes_the_buffer(void **state)
{
	enum { N = 700001 };
	struct noro_outfile *f;
	struct noro_buf out = { 0 };
	char *bytes = malloc(N);
	const char *path = in_dir("large");

	(void)state;
	assert_non_null(bytes);
	for (int i = 0; i < N; i++)
		bytes[i] = (char)(i * 7);
	assert_int_equal(noro_outfile_open(path, 0644, &f, NULL), NORO_OK);
	assert_int_equal(noro_outfile_write(f, bytes, 10, NULL), NORO_OK);
	assert_int_equal(noro_outfile_write(f, bytes + 10, 600000, NULL), NORO_OK);
	assert_int_equal(noro_outfile_write(f, bytes + 600010, N - 600010, NULL), NORO_OK);
	assert_int_equal(access(path, F_OK), -1); /* not there before it is whole */
	assert_int_equal(noro_outfile_commit(f, NULL), NORO_OK);
	assert_int_equal(noro_file_read(path, N, &out, NULL), NORO_OK);
	assert_int_equal(out.n, N);
	assert_memory_equal(out.p, bytes, N);
	noro_buf_done(&out);
	free(bytes);
}

static void what_is_abandoned_leaves_nothing(void **state)
{
	struct noro_outfile *f;
	int before = entries(dir);

	(void)state;
	assert_int_equal(noro_outfile_open(in_dir("never"), 0644, &f, NULL), NORO_OK);
	assert_int_equal(noro_outfile_write(f, "x", 1, NULL), NORO_OK);
	noro_outfile_abandon(f);
	noro_outfile_abandon(NULL);
	assert_int_equal(entries(dir), before);
}

static void a_ceiling_is_kept_and_nothing_is_given(void **state)
{
	struct noro_buf out = { 0 };
	struct noro_error err;

	(void)state;
	noro_buf_str(&out, "kept");
	assert_int_equal(noro_file_write(in_dir("b"), 0600, NORO_V("12345"), NULL), NORO_OK);
	assert_int_equal(noro_file_read(in_dir("b"), 4, &out, &err), NORO_ELIMIT);
	assert_string_equal(err.arg[0], "4");
	assert_int_equal(out.n, 4);
	assert_int_equal(noro_file_read(in_dir("b"), 5, &out, &err), NORO_OK);
	assert_string_equal(out.p, "kept12345");
	noro_buf_done(&out);
}

static void a_missing_file_and_a_folder_say_so(void **state)
{
	struct noro_buf out = { 0 };
	struct noro_outfile *f;
	struct noro_error err;

	(void)state;
	assert_int_equal(noro_file_read(in_dir("none"), 9, &out, &err), NORO_ENOENT);
	assert_string_equal(err.where, in_dir("none"));
	assert_int_equal(noro_file_read(dir, 9, &out, &err), NORO_EIO);
	assert_int_equal(noro_outfile_open(in_dir("none/x"), 0600, &f, &err), NORO_ENOENT);
	assert_int_equal(noro_outfile_open(in_dir(""), 0600, &f, &err), NORO_EIO);
	assert_int_equal(noro_file_write(dir, 0600, NORO_V("x"), &err), NORO_EIO);
	noro_buf_done(&out);
}

static void a_refused_write_keeps_the_old(void **state)
{
	static const char text[2000];
	struct rlimit before, small;
	struct noro_buf out = { 0 };
	int n;

	(void)state;
	assert_int_equal(noro_file_write(in_dir("r"), 0600, NORO_V("old"), NULL), NORO_OK);
	n = entries(dir);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){ 1000, before.rlim_max };
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(
		noro_file_write(in_dir("r"), 0600, noro_view(text, sizeof(text)), NULL), NORO_EIO);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(entries(dir), n);
	assert_int_equal(noro_file_read(in_dir("r"), 9, &out, NULL), NORO_OK);
	assert_string_equal(out.p, "old");
	noro_buf_done(&out);
}

static void folders_are_made_down_to_the_last(void **state)
{
	char path[300];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/p//q/", dir);
	assert_int_equal(noro_mkdirs(path, NULL), NORO_OK);
	assert_int_equal(noro_mkdirs(path, NULL), NORO_OK);
	assert_int_equal(rmdir(path), 0);
	(void)snprintf(path, sizeof(path), "%s/p", dir);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(noro_file_write(path, 0600, NORO_V("x"), NULL), NORO_OK);
	(void)snprintf(path, sizeof(path), "%s/p/q", dir);
	assert_int_equal(noro_mkdirs(path, NULL), NORO_EIO); /* p is a file */
	assert_int_equal(noro_mkdirs("", NULL), NORO_ENOENT);
}

struct attempt {
	const char *path;
};

static bool try_write(void *arg)
{
	struct attempt *a = arg;

	return noro_file_write(a->path, 0600, NORO_V("x"), NULL) == NORO_OK;
}

static void a_failed_allocation_leaves_nothing_behind(void **state)
{
	struct attempt a = { in_dir("sweep") };

	(void)state;
	test_allocation_sweep(try_write, &a, 10);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(a_large_write_passes_the_buffer),
		cmocka_unit_test(what_is_abandoned_leaves_nothing),
		cmocka_unit_test(a_ceiling_is_kept_and_nothing_is_given),
		cmocka_unit_test(a_missing_file_and_a_folder_say_so),
		cmocka_unit_test(a_refused_write_keeps_the_old),
		cmocka_unit_test(folders_are_made_down_to_the_last),
		cmocka_unit_test(a_failed_allocation_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, make_dir, drop_dir);
}
