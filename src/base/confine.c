/*
 * src/base/confine.c - children that read strangers' bytes with empty hands.
 *
 * The child is a fork: it needs no protocol for its arguments, and it keeps no
 * descriptor but the one it reads and the one it writes. It first tells the parent
 * in four bytes what was really taken away; a kernel or a container that refuses
 * makes that less, never a failure.
 */
#include "base/sandbox_priv.h"

#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	GRACE_MS = 200, /* for a child that has closed its output and is about to exit */
	CHUNK = 64 * 1024,
	EXEC_FAILED = 127,
	SYS_CLOSE_RANGE = 436,
	SYS_PIDFD_OPEN = 434,
	CHILD_IN = 3, /* where the child finds its descriptors */
	CHILD_OUT = 4,
};

#define PROGRAM_MEMORY ((size_t)2 << 30)

/* Descriptors from `first` on, one system call where there is one (Linux 5.9). */
static void close_from(unsigned first)
{
	struct rlimit most;

	if (syscall(SYS_CLOSE_RANGE, first, ~0U, 0) == 0)
		return;
	if (getrlimit(RLIMIT_NOFILE, &most) != 0 || most.rlim_cur > 65536)
		most.rlim_cur = 65536;
	for (unsigned fd = first; fd < most.rlim_cur; fd++)
		(void)close((int)fd);
}

/* Both to their places, and nothing else but /dev/null left; `in` may be -1. */
static bool keep_only(int in, int out, int place_in, int place_out, unsigned first_closed)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* first out of the way of the places that are to be filled */
	in = in >= 0 ? fcntl(in, F_DUPFD, 16) : fcntl(null, F_DUPFD, 16);
	out = fcntl(out, F_DUPFD, 16);
	null = fcntl(null, F_DUPFD, 16);
	if (in < 0 || out < 0 || null < 0)
		return false;
	for (int fd = 0; fd < 3; fd++) {
#ifdef NORO_SANITIZED
		if (fd == 2)
			continue; /* the sanitizer's report goes there */
#endif
		if (dup2(null, fd) < 0)
			return false;
	}
	if (dup2(in, place_in) < 0 || dup2(out, place_out) < 0)
		return false;
	close_from(first_closed);
	return true;
}

static void calm_signals(void)
{
	sigset_t none;

	/* ^C goes to the whole group: the parent decides, and kills us if it must */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGHUP, SIG_DFL);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGCHLD, SIG_DFL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* What the address space holds already: the limit is on top of that. */
static size_t mapped_now(void)
{
	char text[64] = { 0 };
	uint64_t pages = 0;
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
	struct noro_view rest = noro_view(text, n > 0 ? (size_t)n : 0), word;

	if (fd >= 0)
		(void)close(fd);
	if (!noro_view_word(&rest, &word) || !noro_view_u64(word, &pages))
		return 0;
	return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

static bool limit(int which, size_t value)
{
	struct rlimit l = { value, value };

	return setrlimit((__rlimit_resource_t)which, &l) == 0;
}

/* Memory on top of what is mapped. Sanitizers reserve terabytes of shadow: no limit there. */
static unsigned limit_memory(size_t max_memory)
{
	size_t mapped = mapped_now(), sum;

#ifdef NORO_SANITIZED
	max_memory = 0;
#endif
	if (max_memory == 0 || mapped == 0 || __builtin_add_overflow(mapped, max_memory, &sum))
		return 0;
	return limit(RLIMIT_AS, sum) ? NORO_CONFINED_MEM : 0;
}

static unsigned give_away(bool may_run)
{
	unsigned bits = 0;

	(void)limit(RLIMIT_CORE, 0);
	(void)limit(RLIMIT_FSIZE, 0); /* regular files only: a pipe has no size */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return 0;
	bits |= noro_sandbox_landlock(may_run);
	bits |= noro_sandbox_seccomp(may_run);
	return bits;
}

static bool write_bits(int fd, unsigned bits)
{
	uint32_t word = bits;

	return write(fd, &word, sizeof(word)) == (ssize_t)sizeof(word);
}

/* In the child, before its work: returns only if the parent is still there. */
static void begin_child(pid_t parent)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXEC_FAILED);
	calm_signals();
}

static __attribute__((noreturn)) void run_fn(
	noro_child_fn *fn, int in, int out, void *arg, size_t max_memory)
{
	bool has_in = in >= 0;
	unsigned bits;

	if (!keep_only(in, out, CHILD_IN, CHILD_OUT, CHILD_OUT + 1))
		_exit(EXEC_FAILED);
	bits = limit_memory(max_memory); /* first: it looks into /proc */
	bits |= give_away(false);
	if (!write_bits(CHILD_OUT, bits))
		_exit(EXEC_FAILED);
	_exit(fn(has_in ? CHILD_IN : -1, CHILD_OUT, arg));
}

/* The child's first word; false if it died before. */
static bool read_bits(int fd, unsigned *ret)
{
	uint32_t word = 0;
	size_t n = 0;

	while (n < sizeof(word)) {
		ssize_t got = read(fd, (char *)&word + n, sizeof(word) - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		n += (size_t)got;
	}
	*ret = word;
	return true;
}

#ifdef NORO_FORK_ALONE
/*
 * AddressSanitizer's allocator cannot be used after a fork while other threads allocate: what they
 * hold locked stays locked. There the work runs in a thread, which gives away the same rights
 * (Landlock and seccomp are of a thread), though not its descriptors or its memory; the sanitizer
 * sees its faults as well. A process that has one thread forks as it does elsewhere.
 */
struct noro_child_thread {
	pthread_t id;
	noro_child_fn *fn;
	int in, out, status;
	void *arg;
};

static bool alone(void)
{
	char text[4096];
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
	const char *at;

	if (fd >= 0)
		(void)close(fd);
	text[n > 0 ? n : 0] = '\0';
	at = strstr(text, "\nThreads:");
	return at && strtoul(at + 9, NULL, 10) == 1;
}

static void *thread_main(void *arg)
{
	struct noro_child_thread *t = arg;
	unsigned bits = 0;
	sigset_t pipe;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &pipe, NULL);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		bits = noro_sandbox_landlock(false) | noro_sandbox_seccomp(false);
	t->status = write_bits(t->out, bits) ? t->fn(t->in, t->out, t->arg) : EXEC_FAILED;
	(void)close(t->out);
	if (t->in >= 0)
		(void)close(t->in);
	return NULL;
}

static enum noro_status start_thread(
	noro_child_fn *fn, int in, void *arg, struct noro_child *ret, struct noro_error *err)
{
	struct noro_child c = { 0 };
	struct noro_child_thread *t = noro_calloc(1, sizeof(*t));
	int ends[2];

	if (!t)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (pipe2(ends, O_CLOEXEC) != 0) {
		free(t);
		return noro_fail_errno(err, errno, "pipe");
	}
	*t = (struct noro_child_thread){ .fn = fn,
		.in = in >= 0 ? fcntl(in, F_DUPFD_CLOEXEC, 3) : -1,
		.out = ends[1],
		.arg = arg };
	if (pthread_create(&t->id, NULL, thread_main, t) != 0) {
		(void)close(ends[0]);
		(void)close(ends[1]);
		(void)close(t->in);
		free(t);
		return noro_fail(err, NORO_EIO, N_("the confined child did not start"));
	}
	c.thread = t;
	c.fd = ends[0];
	if (!read_bits(c.fd, &c.confined)) {
		(void)noro_child_end(&c);
		return noro_fail(err, NORO_EIO, N_("the confined child did not start"));
	}
	*ret = c;
	return NORO_OK;
}

static int end_thread(struct noro_child *c)
{
	int status;

	if (c->fd >= 0)
		(void)close(c->fd); /* one that still writes is told so */
	(void)pthread_join(c->thread->id, NULL);
	status = c->thread->status;
	free(c->thread);
	*c = (struct noro_child){ .fd = -1 };
	return status;
}
#endif

static pthread_mutex_t forking = PTHREAD_MUTEX_INITIALIZER;

void noro_fork_forbid(void)
{
	(void)pthread_mutex_lock(&forking);
}

void noro_fork_allow(void)
{
	(void)pthread_mutex_unlock(&forking);
}

enum noro_status noro_child_start(noro_child_fn *fn, int in, void *arg, size_t max_memory,
	struct noro_child *ret, struct noro_error *err)
{
	struct noro_child c = { 0 };
	pid_t parent = getpid();
	int ends[2];

#ifdef NORO_FORK_ALONE
	if (!alone())
		return start_thread(fn, in, arg, ret, err);
#endif
	if (pipe2(ends, O_CLOEXEC) != 0)
		return noro_fail_errno(err, errno, "pipe");
	noro_fork_forbid();
	c.pid = fork();
	noro_fork_allow(); /* both of the two that there are now */
	if (c.pid < 0) {
		int e = errno;

		(void)close(ends[0]);
		(void)close(ends[1]);
		return noro_fail_errno(err, e, "fork");
	}
	if (c.pid == 0) {
		begin_child(parent);
		run_fn(fn, in, ends[1], arg, max_memory);
	}
	(void)close(ends[1]);
	c.fd = ends[0];
	if (!read_bits(c.fd, &c.confined)) {
		(void)noro_child_end(&c);
		return noro_fail(err, NORO_EIO, N_("the confined child did not start"));
	}
	*ret = c;
	return NORO_OK;
}

/* True once the child has ended, waiting for it at most `ms`. */
static bool ended_within(pid_t pid, int ms)
{
	struct pollfd p = { .fd = (int)syscall(SYS_PIDFD_OPEN, pid, 0), .events = POLLIN };
	int n;

	if (p.fd < 0)
		return false;
	do {
		n = poll(&p, 1, ms);
	} while (n < 0 && errno == EINTR);
	(void)close(p.fd);
	return n > 0;
}

int noro_child_end(struct noro_child *c)
{
	int status = 0;
	pid_t got;

#ifdef NORO_FORK_ALONE
	if (c->thread)
		return end_thread(c);
#endif
	if (c->pid <= 0)
		return 0;
	if (c->fd >= 0)
		(void)close(c->fd); /* a child that still writes ends by SIGPIPE */
	if (!ended_within(c->pid, GRACE_MS))
		(void)kill(c->pid, SIGKILL);
	do {
		got = waitpid(c->pid, &status, 0);
	} while (got < 0 && errno == EINTR);
	c->pid = 0;
	c->fd = -1;
	if (got > 0 && WIFSIGNALED(status))
		return 256 + WTERMSIG(status);
	return got > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : EXEC_FAILED;
}

static bool find_program(const char *name, char path[256])
{
	static const char *const folder[] = { "/usr/bin", "/bin" };

	if (strchr(name, '/') || *name == '\0')
		return false;
	for (size_t i = 0; i < 2; i++) {
		int n = snprintf(path, 256, "%s/%s", folder[i], name);

		if (n > 0 && n < 256 && access(path, X_OK) == 0)
			return true;
	}
	return false;
}

static __attribute__((noreturn)) void run_program(
	const char *path, const char *const *argv, int in, int out)
{
	static const char *const env[] = { "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8",
		"HOME=/nonexistent", NULL };

	if (!keep_only(in, out, 0, 1, 3))
		_exit(EXEC_FAILED);
	(void)give_away(true);
	(void)limit(RLIMIT_AS, PROGRAM_MEMORY);
	/* execve does not write to what it is given; its prototype is older than const */
	(void)syscall(SYS_execve, path, argv, env);
	_exit(EXEC_FAILED);
}

/* Everything the program prints, until its end, the ceiling, or the deadline. */
static enum noro_status collect(
	int fd, size_t max_out, int64_t deadline, struct noro_buf *out, struct noro_error *err)
{
	const size_t start = out->n;

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left_ms = (deadline - noro_clock_mono()) / 1000000;
		char *room;
		ssize_t n;

		if (left_ms <= 0)
			return noro_fail(err, NORO_ELIMIT, N_("the program takes too long"));
		if (poll(&p, 1, (int)left_ms) <= 0)
			continue;
		room = noro_buf_room(out, CHUNK);
		if (!room)
			return noro_fail(err, NORO_ENOMEM, NULL);
		n = read(fd, room, CHUNK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return noro_fail_errno(err, errno, "pipe");
		if (n == 0)
			return NORO_OK;
		out->n += (size_t)n;
		out->p[out->n] = '\0';
		if (out->n - start > max_out)
			return noro_fail(err, NORO_ELIMIT,
				N_("the program prints more than %1 bytes"), NORO_NUM(max_out));
	}
}

enum noro_status noro_child_run(const char *const *argv, int in, size_t max_out, unsigned timeout_s,
	struct noro_buf *out, struct noro_error *err)
{
	struct noro_child c = { 0 };
	pid_t parent = getpid();
	enum noro_status st;
	char path[256];
	int ends[2], ended;

	if (!find_program(argv[0], path))
		return noro_fail(err, NORO_EUNSUPPORTED, N_("%1 is not installed"), argv[0]);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return noro_fail_errno(err, errno, "pipe");
	c.fd = ends[0];
	c.pid = fork();
	if (c.pid == 0) {
		begin_child(parent);
		run_program(path, argv, in, ends[1]);
	}
	(void)close(ends[1]);
	if (c.pid < 0) {
		(void)close(ends[0]);
		return noro_fail_errno(err, errno, "fork");
	}
	st = collect(
		c.fd, max_out, noro_clock_mono() + (int64_t)timeout_s * NORO_NS_PER_S, out, err);
	if (st != NORO_OK)
		(void)kill(c.pid, SIGKILL);
	ended = noro_child_end(&c);
	if (st != NORO_OK || ended == 0)
		return st;
	return noro_fail(
		err, NORO_EFORMAT, N_("%1 failed with status %2"), argv[0], NORO_NUM(ended));
}

enum noro_status noro_give_up_privileges(struct noro_error *err)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return noro_fail_errno(err, errno, "PR_SET_NO_NEW_PRIVS");
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (syscall(SYS_capset, &head, none) != 0)
		return noro_fail_errno(err, errno, "capset");
	(void)noro_sandbox_no_new(0);
	return NORO_OK;
}

unsigned noro_confine_server(const char *folder)
{
	unsigned held;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return 0;
	held = folder ? noro_sandbox_folder(folder) : 0;
	return held | noro_sandbox_no_new(NORO_MAY_ACCEPT | (folder ? 0 : NORO_MAY_CONNECT));
}
