/*
 * src/base/file.c - whole files in, and files out that are never half there.
 *
 * A file is written without a name where the file system can (O_TMPFILE), else
 * under a random name beside its place; it is synced before it is renamed, and
 * the folder after, so that power loss leaves the old bytes or the new ones. An
 * unnamed file cannot replace an existing one: it is first linked to the random
 * name, so a crash leaves at worst that one stray name behind.
 */
#include "base/file.h"

#include "base/hash.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 16, BUFFER = 1 << 18, NAME_TRIES = 16 };

struct noro_outfile {
	int fd, dir;
	bool named; /* `temp` stands in `dir` */
	char *path; /* for messages */
	const char *name;
	char temp[32];
	size_t held; /* bytes in `buffer` not written yet */
	char buffer[BUFFER];
};

static int open_retry(int dir, const char *path, int flags, mode_t mode)
{
	int fd;

	do
		fd = openat(dir, path, flags | O_CLOEXEC, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}

/* Read on to the end or to one byte past `max`; *last is what the last read said. */
static enum noro_status read_to_end(int fd, size_t max, struct noro_buf *out, ssize_t *last)
{
	size_t from = out->n;

	do {
		size_t left = max - (out->n - from), want = left < CHUNK ? left + 1 : CHUNK;
		char *room = noro_buf_room(out, want);

		if (!room)
			return NORO_ENOMEM;
		*last = read(fd, room, want);
		if (*last > 0)
			out->n += (size_t)*last;
		if (out->n - from > max)
			return NORO_ELIMIT;
	} while (*last > 0 || (*last < 0 && errno == EINTR));
	return *last < 0 ? NORO_EIO : NORO_OK;
}

enum noro_status noro_file_read(
	const char *path, size_t max, struct noro_buf *out, struct noro_error *err)
{
	size_t before = out->n;
	enum noro_status st;
	ssize_t last = 0;
	int fd = open_retry(AT_FDCWD, path, O_RDONLY | O_NOCTTY, 0);

	if (fd < 0)
		return noro_fail_errno(err, errno, path);
	st = read_to_end(fd, max, out, &last);
	if (st == NORO_EIO)
		st = noro_fail_errno(err, errno, path);
	else if (st == NORO_ELIMIT)
		noro_fail(err, st, N_("file is longer than %1 bytes"), NORO_NUM(max));
	else if (st != NORO_OK)
		noro_fail(err, st, NULL);
	(void)close(fd);
	if (st != NORO_OK && st != NORO_ENOMEM)
		out->n = before;
	if (st != NORO_OK)
		(void)noro_error_at(err, path, NORO_AT_NONE, 0);
	else if (out->p)
		out->p[out->n] = '\0';
	return st;
}

static enum noro_status temp_name(struct noro_outfile *f)
{
	uint64_t r;

	if (noro_random(&r, sizeof(r)) != NORO_OK)
		return NORO_EIO;
	(void)snprintf(f->temp, sizeof(f->temp), ".noro-%016llx", (unsigned long long)r);
	return NORO_OK;
}

/* A file under a random name; errno tells why there is none. */
static int open_named(struct noro_outfile *f, mode_t mode)
{
	for (int i = 0; i < NAME_TRIES; i++) {
		int fd;

		errno = EIO;
		if (temp_name(f) != NORO_OK)
			return -1;
		fd = open_retry(f->dir, f->temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
		if (fd >= 0)
			f->named = true;
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

/* The folder of `path` and the name in it. */
static int open_dir(struct noro_outfile *f)
{
	char *slash = strrchr(f->path, '/');
	int dir;

	f->name = slash ? slash + 1 : f->path;
	if (!slash)
		return open_retry(AT_FDCWD, ".", O_RDONLY | O_DIRECTORY, 0);
	if (slash == f->path)
		return open_retry(AT_FDCWD, "/", O_RDONLY | O_DIRECTORY, 0);
	*slash = '\0';
	dir = open_retry(AT_FDCWD, f->path, O_RDONLY | O_DIRECTORY, 0);
	*slash = '/';
	return dir;
}

enum noro_status noro_outfile_open(
	const char *path, unsigned mode, struct noro_outfile **ret, struct noro_error *err)
{
	struct noro_outfile *f = noro_calloc(1, sizeof(*f));
	enum noro_status st;

	if (f)
		f->path = noro_strndup(path, strlen(path));
	if (!f || !f->path) {
		free(f);
		return noro_fail(err, NORO_ENOMEM, NULL);
	}
	f->fd = -1;
	f->dir = open_dir(f);
	if (f->dir >= 0 && !*f->name)
		errno = EISDIR;
	else if (f->dir >= 0)
		f->fd = open_retry(f->dir, ".", O_WRONLY | O_TMPFILE, (mode_t)mode);
	if (f->dir >= 0 && f->fd < 0 &&
		(errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL) && *f->name)
		f->fd = open_named(f, (mode_t)mode);
	if (f->fd >= 0) {
		*ret = f;
		return NORO_OK;
	}
	st = noro_fail_errno(err, errno, path);
	noro_outfile_abandon(f);
	return st;
}

static bool write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t wrote = write(fd, p, n);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return false;
		p += wrote;
		n -= (size_t)wrote;
	}
	return true;
}

static enum noro_status flush(struct noro_outfile *f, struct noro_error *err)
{
	if (!write_all(f->fd, f->buffer, f->held))
		return noro_fail_errno(err, errno, f->path);
	f->held = 0;
	return NORO_OK;
}

enum noro_status noro_outfile_write(
	struct noro_outfile *f, const void *p, size_t n, struct noro_error *err)
{
	if (n > sizeof(f->buffer) - f->held) {
		enum noro_status st = flush(f, err);

		if (st != NORO_OK)
			return st;
	}
	if (n > sizeof(f->buffer)) {
		if (!write_all(f->fd, p, n))
			return noro_fail_errno(err, errno, f->path);
		return NORO_OK;
	}
	if (n)
		memcpy(f->buffer + f->held, p, n);
	f->held += n;
	return NORO_OK;
}

/* Give an unnamed file the random name; false with errno. */
static bool give_name(struct noro_outfile *f)
{
	char from[40];

	(void)snprintf(from, sizeof(from), "/proc/self/fd/%d", f->fd);
	for (int i = 0; i < NAME_TRIES && !f->named; i++) {
		errno = EIO;
		if (temp_name(f) != NORO_OK)
			return false;
		f->named = linkat(AT_FDCWD, from, f->dir, f->temp, AT_SYMLINK_FOLLOW) == 0;
		if (!f->named && errno != EEXIST)
			return false;
	}
	return f->named;
}

enum noro_status noro_outfile_commit(struct noro_outfile *f, struct noro_error *err)
{
	enum noro_status st = flush(f, err);

	if (st == NORO_OK && (fsync(f->fd) < 0 || !give_name(f)))
		st = noro_fail_errno(err, errno, f->path);
	if (st == NORO_OK && renameat(f->dir, f->temp, f->dir, f->name) < 0)
		st = noro_fail_errno(err, errno, f->path);
	if (st == NORO_OK) {
		f->named = false;
		if (fsync(f->dir) < 0 && errno != EINVAL) /* some file systems sync no folder */
			st = noro_fail_errno(err, errno, f->path);
	}
	noro_outfile_abandon(f);
	return st;
}

void noro_outfile_abandon(struct noro_outfile *f)
{
	if (!f)
		return;
	if (f->named)
		(void)unlinkat(f->dir, f->temp, 0);
	if (f->fd >= 0)
		(void)close(f->fd);
	if (f->dir >= 0)
		(void)close(f->dir);
	free(f->path);
	free(f);
}

enum noro_status noro_file_write(
	const char *path, unsigned mode, struct noro_view bytes, struct noro_error *err)
{
	struct noro_outfile *f;
	enum noro_status st = noro_outfile_open(path, mode, &f, err);

	if (st != NORO_OK)
		return st;
	st = noro_outfile_write(f, bytes.p, bytes.n, err);
	if (st != NORO_OK) {
		noro_outfile_abandon(f);
		return st;
	}
	return noro_outfile_commit(f, err);
}

static bool is_dir(const char *path)
{
	struct stat s;

	return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

enum noro_status noro_mkdirs(const char *path, struct noro_error *err)
{
	char at[PATH_MAX];
	size_t n = strlen(path);

	if (n == 0 || n >= sizeof(at))
		return noro_fail_errno(err, n ? ENAMETOOLONG : ENOENT, path);
	for (size_t i = 1; i <= n; i++) {
		if (i < n && path[i] != '/')
			continue;
		memcpy(at, path, i);
		at[i] = '\0';
		if (mkdir(at, 0777) < 0 && !is_dir(at))
			return noro_fail_errno(err, errno, at);
	}
	return NORO_OK;
}
