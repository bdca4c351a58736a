/* tests/unit/base/test_confine.c - what a confined child can no longer do. */
#include "tests/test.h"

#include "base/confine.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct noro_child start(noro_child_fn *fn, int in, void *arg, size_t memory)
{
	struct noro_child c = { 0 };
	struct noro_error err = { 0 };

	if (noro_child_start(fn, in, arg, memory, &c, &err) != NORO_OK)
		fail_msg("%s", err.msg);
	return c;
}

static int copy(int in, int out, void *arg)
{
	char buf[100];
	ssize_t n;

	(void)arg;
	while ((n = read(in, buf, sizeof(buf))) > 0)
		if (write(out, buf, (size_t)n) != n)
			return 9;
	return n == 0 ? 7 : 8;
}

static void a_child_reads_writes_and_its_result_is_its_status(void **state)
{
	int fd = memfd_create("in", MFD_CLOEXEC);
	struct noro_child c;
	char got[16] = { 0 };

	(void)state;
	assert_int_equal(write(fd, "hello", 5), 5);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	c = start(copy, fd, NULL, 64 << 20);
	assert_int_equal(read(c.fd, got, sizeof(got)), 5);
	assert_string_equal(got, "hello");
	assert_int_equal(read(c.fd, got, sizeof(got)), 0);
	assert_int_equal(noro_child_end(&c), 7);
	close(fd);
}

enum try { TRY_SOCKET, TRY_WRITE, TRY_CREATE, TRY_EXEC, TRY_FORK, TRY_READ_HOME, TRY_OTHER_FD };

static int attempt(int in, int out, void *arg)
{
	char *const argv[] = { (char *)(uintptr_t) "/bin/true", NULL };
	enum try what = *(enum try *)arg;

	(void)in;
	(void)out;
	switch (what) {
	case TRY_SOCKET:
		return socket(AF_INET, SOCK_STREAM, 0) < 0;
	case TRY_WRITE:
		return open("/dev/zero", O_WRONLY) < 0 && open("/dev/zero", O_RDWR) < 0;
	case TRY_CREATE:
		return open("/tmp/noroshi-test-confine", O_CREAT | O_WRONLY, 0600) < 0;
	case TRY_EXEC:
		return execve("/bin/true", argv, argv + 1) < 0;
	case TRY_FORK:
		return fork() < 0;
	case TRY_READ_HOME:
		return open("/etc/passwd", O_RDONLY) < 0;
	case TRY_OTHER_FD:
		return fcntl(20, F_GETFD) < 0;
	}
	return 2;
}

static int refused(enum try what, unsigned *ret_bits)
{
	struct noro_child c = start(attempt, -1, &what, 64 << 20);
	char byte;

	*ret_bits = c.confined;
	while (read(c.fd, &byte, 1) > 0)
		;
	return noro_child_end(&c);
}

/* Where the kernel offers a gate it must hold, and where it does not the bit must say so. */
static void what_the_bits_promise_holds(void **state)
{
	unsigned bits;
	int r;

	(void)state;
	r = refused(TRY_SOCKET, &bits);
	print_message("# confined: %u\n", bits);
	assert_true(r == 1 || !(bits & NORO_CONFINED_NET));
	r = refused(TRY_WRITE, &bits);
	assert_true(r == 1 || !(bits & NORO_CONFINED_WRITE));
	r = refused(TRY_CREATE, &bits);
	assert_true(r == 1 || !(bits & NORO_CONFINED_WRITE));
	r = refused(TRY_EXEC, &bits);
	assert_true(r == 1 || !(bits & NORO_CONFINED_EXEC));
	r = refused(TRY_FORK, &bits);
	assert_true(r == 1 || !(bits & NORO_CONFINED_NET));
	(void)unlink("/tmp/noroshi-test-confine");
}

struct served {
	const char *folder;
	unsigned bits;
	bool inside, outside, connects, runs;
};

static bool opens(const char *folder)
{
	char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/noroshi-test-new", folder);
	fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		(void)close(fd);
	(void)unlink(path);
	return fd >= 0;
}

static void *serve(void *arg)
{
	struct served *s = arg;
	char *const nothing[] = { NULL };
	int fd;

	s->bits = noro_confine_server(s->folder);
	s->inside = opens(s->folder);
	s->outside = opens("/var/tmp");
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	s->connects = fd >= 0;
	if (fd >= 0)
		(void)close(fd);
	/* a program that is not there fails otherwise where running one is allowed */
	s->runs = execve("/nonexistent", nothing, nothing) == 0 || errno == ENOENT;
	return NULL;
}

/* A thread that reads what strangers send keeps its own folder, and nothing that leads elsewhere;
 * its neighbours keep everything. */
static void a_serving_thread_keeps_its_folder(void **state)
{
	struct served s = { .folder = "/tmp/noroshi-test-served" };
	pthread_t t;

	(void)state;
	(void)mkdir(s.folder, 0700);
	assert_int_equal(pthread_create(&t, NULL, serve, &s), 0);
	assert_int_equal(pthread_join(t, NULL), 0);
	print_message("# confined: %u\n", s.bits);
	assert_true(s.inside);
	assert_true(!s.outside || !(s.bits & NORO_CONFINED_WRITE));
	assert_true(!s.connects || !(s.bits & NORO_CONFINED_NET));
	assert_true(!s.runs || !(s.bits & NORO_CONFINED_EXEC));
	assert_true(opens("/var/tmp"));
	(void)rmdir(s.folder);
}

static void no_other_descriptor_survives(void **state)
{
	unsigned bits;
	int fd = open("/dev/null", O_RDONLY);

	(void)state;
	assert_int_equal(dup2(fd, 20), 20);
	assert_int_equal(refused(TRY_OTHER_FD, &bits), 1);
	close(20);
	close(fd);
}

static int eat_memory(int in, int out, void *arg)
{
	volatile char *p =
		mmap(NULL, 512 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)in;
	(void)out;
	(void)arg;
	return p == MAP_FAILED ? 1 : 0;
}

static void memory_has_a_ceiling(void **state)
{
	struct noro_child c = start(eat_memory, -1, NULL, 64 << 20);
	bool limited = c.confined & NORO_CONFINED_MEM;

	(void)state;
	assert_int_equal(noro_child_end(&c), limited ? 1 : 0);
}

static int hang(int in, int out, void *arg)
{
	(void)in;
	(void)out;
	(void)arg;
	for (;;)
		(void)pause();
	return 0;
}

static int crash(int in, int out, void *arg)
{
	(void)in;
	(void)out;
	(void)arg;
	(void)signal(SIGTERM, SIG_DFL);
	(void)raise(SIGTERM);
	return 0;
}

static int flood(int in, int out, void *arg)
{
	static char zeros[4096];

	(void)in;
	(void)arg;
	while (write(out, zeros, sizeof(zeros)) > 0)
		;
	return 0;
}

static void a_child_that_does_not_end_is_ended(void **state)
{
	struct noro_child c = start(hang, -1, NULL, 0);

	(void)state;
	assert_int_equal(noro_child_end(&c), 256 + SIGKILL);
	c = start(flood, -1, NULL, 0);
	assert_int_equal(noro_child_end(&c), 256 + SIGPIPE);
	c = start(crash, -1, NULL, 0);
	assert_int_equal(noro_child_end(&c), 256 + SIGTERM);
}

static void a_program_runs_on_its_standard_input(void **state)
{
	const char *const argv[] = { "tr", "a-z", "A-Z", NULL };
	int fd = memfd_create("in", MFD_CLOEXEC);
	struct noro_buf out = { 0 };
	struct noro_error err = { 0 };

	(void)state;
	assert_int_equal(write(fd, "hello", 5), 5);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(noro_child_run(argv, fd, 100, 20, &out, &err), NORO_OK);
	assert_view_is(noro_buf_as_view(&out), "HELLO");
	noro_buf_done(&out);
	close(fd);
}

static void run_fails(const char *const *argv, size_t max, unsigned s, enum noro_status want)
{
	struct noro_buf out = { 0 };
	struct noro_error err = { 0 };

	assert_int_equal(noro_child_run(argv, -1, max, s, &out, &err), want);
	assert_int_equal(err.status, want);
	noro_buf_done(&out);
}

static void a_program_that_misbehaves_is_told_by_name(void **state)
{
	(void)state;
	run_fails((const char *const[]){ "no-such-program-here", NULL }, 10, 5, NORO_EUNSUPPORTED);
	run_fails((const char *const[]){ "../../tmp/x", NULL }, 10, 5, NORO_EUNSUPPORTED);
	run_fails((const char *const[]){ "false", NULL }, 10, 20, NORO_EFORMAT);
	run_fails((const char *const[]){ "seq", "100000", NULL }, 100, 20, NORO_ELIMIT);
	run_fails((const char *const[]){ "sleep", "100", NULL }, 100, 1, NORO_ELIMIT);
}

static atomic_bool enough;

static void *allocate(void *arg)
{
	for (size_t n = 1; !atomic_load(&enough); n = n * 7 % 4093 + 1) {
		void *p = noro_malloc(n);

		memset(p, 1, n);
		free(p);
	}
	return arg;
}

static int takes_memory(int in, int out, void *arg)
{
	char *p[64];
	int kept = 0;

	(void)arg;
	for (size_t i = 0; i < 64; i++)
		p[i] = noro_malloc(i * i + 1);
	for (size_t i = 0; i < 64; i++) {
		kept += p[i] != NULL;
		free(p[i]);
	}
	return copy(in, out, NULL) == 7 ? kept : 0;
}

/* What another thread holds locked at that moment must not stay locked in the child: one that
 * waited would be found by what it does not write. */
static void children_start_beside(void *busy(void *arg), noro_child_fn *fn, int result)
{
	int fd = memfd_create("in", MFD_CLOEXEC);
	pthread_t other[2];

	assert_int_equal(write(fd, "hello", 5), 5);
	atomic_store(&enough, false);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&other[i], NULL, busy, NULL), 0);
	for (int round = 0; round < 100; round++) {
		struct noro_child c;
		struct pollfd p = { .events = POLLIN };
		char got[16];

		assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
		c = start(fn, fd, NULL, 64 << 20);
		p.fd = c.fd;
		assert_int_equal(poll(&p, 1, 20000), 1);
		assert_int_equal(read(c.fd, got, sizeof(got)), 5);
		assert_int_equal(read(c.fd, got, sizeof(got)), 0);
		assert_int_equal(noro_child_end(&c), result);
	}
	atomic_store(&enough, true);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(pthread_join(other[i], NULL), 0);
	close(fd);
}

static void a_child_starts_while_other_threads_allocate(void **state)
{
	(void)state;
	children_start_beside(allocate, takes_memory, 64);
}

static void *convert(void *arg)
{
	while (!atomic_load(&enough)) {
		iconv_t cd;

		noro_fork_forbid();
		cd = iconv_open("UTF-8", "EUC-JP");
		noro_fork_allow();
		if (cd == (iconv_t)-1)
			break;
		noro_fork_forbid();
		(void)iconv_close(cd);
		noro_fork_allow();
	}
	return arg;
}

static int converts(int in, int out, void *arg)
{
	iconv_t cd = iconv_open("UTF-8", "UTF-16LE");

	(void)arg;
	if (cd != (iconv_t)-1)
		(void)iconv_close(cd);
	return copy(in, out, NULL);
}

/* As libraries that unpack do. */
static void a_child_converts_while_other_threads_open_conversions(void **state)
{
	(void)state;
	children_start_beside(convert, converts, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_child_reads_writes_and_its_result_is_its_status),
		cmocka_unit_test(what_the_bits_promise_holds),
		cmocka_unit_test(a_serving_thread_keeps_its_folder),
		cmocka_unit_test(no_other_descriptor_survives),
		cmocka_unit_test(memory_has_a_ceiling),
		cmocka_unit_test(a_child_that_does_not_end_is_ended),
		cmocka_unit_test(a_program_runs_on_its_standard_input),
		cmocka_unit_test(a_child_starts_while_other_threads_allocate),
		cmocka_unit_test(a_child_converts_while_other_threads_open_conversions),
		cmocka_unit_test(a_program_that_misbehaves_is_told_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
