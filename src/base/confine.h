/* src/base/confine.h - give away what is not needed before reading strangers' bytes. */
#pragma once

#include "base/buf.h"
#include "base/status.h"

#include <sys/types.h>

/* What was in fact taken away, as bits; less than asked for is reported in coverage. */
enum noro_confined {
	NORO_CONFINED_NET = 1,
	NORO_CONFINED_WRITE = 2,
	NORO_CONFINED_EXEC = 4,
	NORO_CONFINED_MEM = 8
};

/*
 * Run fn(in, out, arg) in a forked child that has no network, cannot write to
 * any file or run a program, and may take at most `max_memory` bytes (Landlock,
 * seccomp, rlimits). `in` is a descriptor the child may read (or -1); it writes
 * its result to `out`. The parent gets the reading end and the pid. The child's
 * exit status is fn's result. Nothing of the parent's threads survives in it.
 */
struct noro_child_thread;
struct noro_child {
	pid_t pid;
	int fd;                           /* read its output here */
	unsigned confined;                /* enum noro_confined bits that hold */
	struct noro_child_thread *thread; /* instead of a process, in sanitizer builds only */
};
/* A fork copies locks as they are, and the C library mends only some of its own: while one thread
 * opens or closes a conversion (iconv_open, iconv_close) no child may begin, or one that converts
 * waits for ever. Such calls stand between these two; what they hold is shared by all threads. */
void noro_fork_forbid(void);
void noro_fork_allow(void);

typedef int noro_child_fn(int in, int out, void *arg);
enum noro_status noro_child_start(noro_child_fn *fn, int in, void *arg, size_t max_memory,
	struct noro_child *ret, struct noro_error *err) NORO_MUSTUSE;
/* Kill it if it still runs, reap it, close the descriptor. Returns its exit status, or 256 +
 * signal. */
int noro_child_end(struct noro_child *c);

/*
 * Run a program (argv[0] found in /usr/bin or /bin only) the same way with `in`
 * as standard input: collect at most `max_out` bytes of standard output, or
 * fail with NORO_ELIMIT; NORO_EUNSUPPORTED when there is no such program;
 * killed after `timeout_s`.
 */
enum noro_status noro_child_run(const char *const *argv, int in, size_t max_out, unsigned timeout_s,
	struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;

/*
 * Give away every capability of this process, for good, and the right to open sockets and to run
 * programs. To be called once what needed them (a raw socket) is open, before other threads start.
 * A kernel without seccomp makes it less; without capabilities to give away it fails.
 */
enum noro_status noro_give_up_privileges(struct noro_error *err) NORO_MUSTUSE;

/*
 * For the thread that calls it, for good: it may accept connections on the sockets there are, and
 * open files below `folder` (and read what the system ships); no new sockets, no programs, no
 * processes. Without a folder files stay as they are, and it may connect: to a store elsewhere.
 * Returns the enum noro_confined bits that hold.
 */
unsigned noro_confine_server(const char *folder);
