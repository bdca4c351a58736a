/* src/sensor/folder.c - the folders of a spool: names, sizes, locks. */
#include "sensor/spool_priv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

char *spool_path(struct noro_arena *a, const char *folder, const char *name)
{
	return noro_arena_printf(a, "%s/%s", folder, name);
}

static int open_folder(const char *folder)
{
	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

enum noro_status spool_lock(
	const char *folder, const char *name, const char *what, int *ret_fd, struct noro_error *err)
{
	int dir = open_folder(folder), fd;

	if (dir < 0)
		return noro_fail_errno(err, errno, folder);
	fd = openat(dir, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	(void)close(dir);
	if (fd < 0)
		return noro_fail_errno(err, errno, folder);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		(void)close(fd);
		return noro_fail(err, NORO_EARG, what, folder);
	}
	*ret_fd = fd;
	return NORO_OK;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum noro_status keep_name(struct noro_arena *a, struct spool_names *list, const char *name)
{
	if (list->n == SPOOL_MAX_NAMES)
		return NORO_ELIMIT;
	if (list->n == list->cap) {
		const char **grown =
			noro_arena_grow(a, list->name, list->n, &list->cap, sizeof(*list->name));

		if (!grown)
			return NORO_ENOMEM;
		list->name = grown;
	}
	list->name[list->n] = noro_arena_str(a, name);
	return list->name[list->n++] ? NORO_OK : NORO_ENOMEM;
}

enum noro_status spool_names(
	const char *folder, struct noro_arena *a, struct spool_names *list, struct noro_error *err)
{
	DIR *d = opendir(folder);
	enum noro_status st = NORO_OK;

	list->name = NULL;
	list->n = list->cap = 0;
	if (!d)
		return noro_fail_errno(err, errno, folder);
	for (const struct dirent *e; st == NORO_OK && (e = readdir(d)) != NULL;) {
		struct noro_view name = noro_view_str(e->d_name);

		if (noro_view_starts(name, list->prefix) && noro_view_ends(name, list->suffix))
			st = keep_name(a, list, e->d_name);
	}
	(void)closedir(d);
	if (st == NORO_ELIMIT) /* the rest comes when these are gone */
		st = NORO_OK;
	if (st != NORO_OK)
		return noro_fail(err, st, NULL);
	if (list->n)
		qsort(list->name, list->n, sizeof(*list->name), by_name);
	return NORO_OK;
}

/* Of one folder; the names of folders in it are given on once. */
static bool add_folder(int at, const char *name, bool deeper, uint64_t *bytes)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;

	if (!d) {
		if (fd >= 0)
			(void)close(fd);
		return errno == ENOENT; /* sent and gone meanwhile */
	}
	for (const struct dirent *e; (e = readdir(d)) != NULL;) {
		struct stat s;

		if (e->d_name[0] == '.' ||
			fstatat(dirfd(d), e->d_name, &s, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (S_ISREG(s.st_mode))
			*bytes += (uint64_t)s.st_size;
		else if (S_ISDIR(s.st_mode) && deeper)
			(void)add_folder(dirfd(d), e->d_name, false, bytes);
	}
	(void)closedir(d);
	return true;
}

enum noro_status spool_bytes(const char *folder, uint64_t *ret, struct noro_error *err)
{
	uint64_t n = 0;

	if (!add_folder(AT_FDCWD, folder, true, &n))
		return noro_fail_errno(err, errno, folder);
	*ret = n;
	return NORO_OK;
}

enum noro_status spool_sync(const char *folder, struct noro_error *err)
{
	int fd = open_folder(folder);
	enum noro_status st = NORO_OK;

	if (fd < 0 || (fsync(fd) < 0 && errno != EINVAL)) /* some file systems sync no folder */
		st = noro_fail_errno(err, errno, folder);
	if (fd >= 0)
		(void)close(fd);
	return st;
}

void spool_remove(const char *folder)
{
	DIR *d = opendir(folder);

	if (!d)
		return;
	for (const struct dirent *e; (e = readdir(d)) != NULL;)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			(void)unlinkat(dirfd(d), e->d_name, 0);
	(void)closedir(d);
	(void)rmdir(folder);
}
