/*
 * src/base/sandbox.c - what the kernel lets a process give away: Landlock for the
 * file system, seccomp for system calls.
 *
 * Landlock (Linux 5.13) is asked by number, because the headers of the build may
 * be older than the kernel. Seccomp takes away what no decoder needs rather than
 * listing what it does need: a list of permitted calls breaks with every new C
 * library, and a filter that breaks is one that gets switched off.
 */
#include "base/sandbox_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* linux/landlock.h, as of ABI 6; kept here so that an old header does not weaken us. */
struct ruleset_attr {
	uint64_t handled_fs, handled_net, scoped;
};

struct __attribute__((packed)) path_attr {
	uint64_t allowed;
	int32_t parent_fd;
};

enum {
	SYS_CREATE_RULESET = 444, /* one number on every architecture */
	SYS_ADD_RULE = 445,
	SYS_RESTRICT_SELF = 446,
	CREATE_RULESET_VERSION = 1,
	RULE_PATH_BENEATH = 1,
	FS_EXECUTE = 1 << 0,
	FS_READ_FILE = 1 << 2,
	FS_READ_DIR = 1 << 3,
	FS_ABI1 = (1 << 13) - 1,
	FS_REFER = 1 << 13,     /* ABI 2 */
	FS_TRUNCATE = 1 << 14,  /* ABI 3 */
	NET_TCP = 3,            /* ABI 4: bind and connect */
	FS_IOCTL_DEV = 1 << 15, /* ABI 5 */
	SCOPED = 3,             /* ABI 6: abstract sockets and signals */
};

static void allow_below(int ruleset, const char *path, uint64_t rights)
{
	struct path_attr rule = { .allowed = rights };

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return;
	(void)syscall(SYS_ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0);
	(void)close(rule.parent_fd);
}

/* Libraries load their tables late (character sets, CMaps), so what the system ships stays
 * readable. */
static void allow_system(int ruleset, bool may_run)
{
	static const char *const folder[] = { "/usr", "/lib", "/lib64", "/bin" };
	static const char *const for_programs[] = { "/etc/fonts", "/var/cache/fontconfig" };
	const uint64_t rights = FS_READ_FILE | FS_READ_DIR | (may_run ? FS_EXECUTE : 0);

	for (size_t i = 0; i < sizeof(folder) / sizeof(*folder); i++)
		allow_below(ruleset, folder[i], rights);
	allow_below(ruleset, "/etc/ld.so.cache", FS_READ_FILE);
	allow_below(ruleset, "/dev/null", FS_READ_FILE);
	allow_below(ruleset, "/dev/urandom", FS_READ_FILE);
	for (size_t i = 0; may_run && i < sizeof(for_programs) / sizeof(*for_programs); i++)
		allow_below(ruleset, for_programs[i], FS_READ_FILE | FS_READ_DIR);
#ifdef NORO_SANITIZED
	allow_below(ruleset, "/proc", FS_READ_FILE | FS_READ_DIR);
#endif
}

static unsigned restrict_files(bool may_run, const char *folder)
{
	long abi = syscall(SYS_CREATE_RULESET, NULL, 0, CREATE_RULESET_VERSION);
	struct ruleset_attr attr = { .handled_fs = FS_ABI1 };
	size_t size = sizeof(attr.handled_fs);
	int ruleset;
	bool held;

	if (abi < 1)
		return 0;
	attr.handled_fs |= (abi >= 2 ? FS_REFER : 0) | (abi >= 3 ? FS_TRUNCATE : 0) |
			   (abi >= 5 ? FS_IOCTL_DEV : 0);
	if (abi >= 4) {
		attr.handled_net = NET_TCP;
		size += sizeof(attr.handled_net);
	}
	if (abi >= 6) {
		attr.scoped = SCOPED;
		size += sizeof(attr.scoped);
	}
	ruleset = (int)syscall(SYS_CREATE_RULESET, &attr, size, 0);
	if (ruleset < 0)
		return 0;
	allow_system(ruleset, may_run);
	if (folder) {
		allow_below(ruleset, folder, attr.handled_fs);
		allow_below(ruleset, "/etc", FS_READ_FILE | FS_READ_DIR); /* names, certificates */
	}
	held = syscall(SYS_RESTRICT_SELF, ruleset, 0) == 0;
	(void)close(ruleset);
	return held ? NORO_CONFINED_WRITE | (may_run ? 0 : NORO_CONFINED_EXEC) : 0;
}

unsigned noro_sandbox_landlock(bool may_run)
{
	return restrict_files(may_run, NULL);
}

unsigned noro_sandbox_folder(const char *folder)
{
	return restrict_files(false, folder);
}

/* Never needed by anything that only turns bytes into bytes. Absent calls of an architecture are
 * skipped. */
static const char *const denied[] = { "socket", "socketpair", "connect", "bind", "listen", "accept",
	"accept4", "sendto", "sendmsg", "sendmmsg", "recvfrom", "recvmsg", "recvmmsg", "creat",
	"rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir",
	"link", "linkat", "symlink", "symlinkat", "mknod", "mknodat", "chmod", "fchmod", "fchmodat",
	"chown", "fchown", "lchown", "fchownat", "truncate", "ftruncate", "fallocate", "setxattr",
	"lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr", "utime", "utimes",
	"utimensat", "futimesat", "mount", "umount2", "pivot_root", "chroot", "setns", "unshare",
	"ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kill", "bpf",
	"perf_event_open", "keyctl", "add_key", "request_key", "userfaultfd", "io_uring_setup",
	"io_uring_enter", "io_uring_register", "kexec_load", "kexec_file_load", "init_module",
	"finit_module", "delete_module", "open_by_handle_at", "fork", "vfork", "openat2",
	"memfd_secret", "fsopen", "open_tree", "move_mount", "reboot", "swapon", "swapoff", "acct",
	"quotactl", "syslog", "setuid", "setgid", "setpgid", "setsid" };

static bool deny(scmp_filter_ctx f, const char *name)
{
	int nr = seccomp_syscall_resolve_name(name);

	if (nr == __NR_SCMP_ERROR)
		return true;
	return seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), nr, 0) == 0;
}

/* Opening is refused when any of these bits of the flags says that it would write. */
static bool deny_writing(scmp_filter_ctx f)
{
	static const struct {
		scmp_datum_t mask, value;
	} how[] = { { O_ACCMODE, O_WRONLY }, { O_ACCMODE, O_RDWR }, { O_CREAT, O_CREAT },
		{ O_TRUNC, O_TRUNC } };

	for (size_t i = 0; i < sizeof(how) / sizeof(*how); i++) {
#ifdef __NR_open
		if (seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(open), 1,
			    SCMP_A1(SCMP_CMP_MASKED_EQ, how[i].mask, how[i].value)) != 0)
			return false;
#endif
		if (seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 1,
			    SCMP_A2(SCMP_CMP_MASKED_EQ, how[i].mask, how[i].value)) != 0)
			return false;
	}
	return true;
}

static bool fill(scmp_filter_ctx f, bool may_run)
{
	for (size_t i = 0; i < sizeof(denied) / sizeof(*denied); i++)
		if (!deny(f, denied[i]))
			return false;
	if (!may_run && (!deny(f, "execve") || !deny(f, "execveat")))
		return false;
	/* threads yes, processes no; clone3 hides its flags, and glibc falls back to clone */
	if (seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) != 0 ||
		seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
			SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)) != 0)
		return false;
	return deny_writing(f);
}

unsigned noro_sandbox_seccomp(bool may_run)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	bool held;

	if (!f)
		return 0;
	held = fill(f, may_run) && seccomp_load(f) == 0;
	seccomp_release(f);
	if (!held)
		return 0;
	return NORO_CONFINED_NET | NORO_CONFINED_WRITE | (may_run ? 0 : NORO_CONFINED_EXEC);
}

static bool deny_all(scmp_filter_ctx f, const char *const *name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!deny(f, name[i]))
			return false;
	return true;
}

/* Of a process that goes on writing its files and using the sockets it has. */
unsigned noro_sandbox_no_new(unsigned may)
{
	static const char *const gone[] = { "execve", "execveat", "fork", "vfork", "bind", "listen",
		"process_vm_readv", "process_vm_writev", "pidfd_getfd", "bpf", "perf_event_open",
		"keyctl", "add_key", "request_key", "userfaultfd", "io_uring_setup", "mount",
		"umount2", "pivot_root", "chroot", "setns", "unshare", "kexec_load", "init_module",
		"finit_module", "delete_module", "open_by_handle_at", "reboot", "swapon",
		"swapoff" };
	static const char *const sockets[] = { "socket", "socketpair", "connect" };
	static const char *const accepts[] = { "accept", "accept4" };
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	bool held = f && deny_all(f, gone, sizeof(gone) / sizeof(*gone));

	if (!(may & NORO_MAY_CONNECT))
		held = held && deny_all(f, sockets, sizeof(sockets) / sizeof(*sockets));
	if (!(may & NORO_MAY_ACCEPT))
		held = held && deny_all(f, accepts, sizeof(accepts) / sizeof(*accepts));
#ifndef NORO_SANITIZED /* whose search for leaks stops us with a process of its own */
	held = held && deny(f, "ptrace") &&
	       seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
	       seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
		       SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)) == 0;
#endif
	held = held && seccomp_load(f) == 0;
	if (f)
		seccomp_release(f);
	if (!held)
		return 0;
	return NORO_CONFINED_EXEC | (may & NORO_MAY_CONNECT ? 0 : NORO_CONFINED_NET);
}
