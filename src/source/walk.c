/* src/source/walk.c - list the files under the paths a user names, in an order that repeats. */
#include "source/source.h"

#include "base/buf.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct found {
	const char *path; /* in the arena */
	struct stat sb;
	enum noro_status status;
	struct noro_error err;
	bool standard_input, again;
};

struct walk {
	struct noro_arena *a;
	struct found *found;
	size_t n, cap;
	const char **todo; /* folders still to be read */
	size_t todo_n, todo_cap;
	enum noro_status status; /* NORO_ENOMEM sticks */
};

static struct found *add(struct walk *w, const char *path)
{
	struct found *grown = noro_grow(w->found, w->n, &w->cap, sizeof(*w->found));

	if (!grown || !path) {
		w->found = grown ? grown : w->found;
		w->status = NORO_ENOMEM;
		return NULL;
	}
	w->found = grown;
	w->found[w->n] = (struct found){ .path = path };
	return &w->found[w->n++];
}

static void add_refused(struct walk *w, const char *path, int errnum)
{
	struct found *f = add(w, path);

	if (f)
		f->status = noro_fail_errno(&f->err, errnum, path);
}

static void push_folder(struct walk *w, const char *path)
{
	const char **grown = noro_grow((void *)w->todo, w->todo_n, &w->todo_cap, sizeof(*w->todo));

	if (!grown) {
		w->status = NORO_ENOMEM;
		return;
	}
	w->todo = grown;
	w->todo[w->todo_n++] = path;
}

static const char *what_it_is(mode_t mode)
{
	if (S_ISSOCK(mode))
		return N_("is a socket, not a file");
	if (S_ISFIFO(mode))
		return N_("is a named pipe, not a file");
	return N_("is a device, not a file");
}

static void add_file(struct walk *w, const char *path, const struct stat *sb)
{
	struct found *f = add(w, path);

	if (!f)
		return;
	f->sb = *sb;
	if (!S_ISREG(sb->st_mode)) {
		f->status = noro_fail(&f->err, NORO_EUNSUPPORTED, what_it_is(sb->st_mode));
		(void)noro_error_at(&f->err, path, NORO_AT_NONE, 0);
	} else if (access(path, R_OK) != 0) {
		f->status = noro_fail_errno(&f->err, errno, path);
	}
}

/* `named`: the user asked for this very path, so a link to a folder is meant. */
static void look_behind(struct walk *w, const char *path, bool named)
{
	struct stat target;

	if (stat(path, &target) != 0)
		add_refused(w, path, errno);
	else if (!S_ISDIR(target.st_mode))
		add_file(w, path, &target);
	else if (named)
		push_folder(w, path);
}

static void look_at(struct walk *w, const char *path, bool named)
{
	struct stat sb;

	if (!path)
		w->status = NORO_ENOMEM;
	else if (lstat(path, &sb) != 0)
		add_refused(w, path, errno);
	else if (S_ISLNK(sb.st_mode))
		look_behind(w, path, named);
	else if (S_ISDIR(sb.st_mode))
		push_folder(w, path);
	else
		add_file(w, path, &sb);
}

static const char *joined(struct noro_arena *a, const char *folder, const char *name)
{
	size_t n = strlen(folder);

	return noro_arena_printf(
		a, "%s%s%s", folder, n > 0 && folder[n - 1] == '/' ? "" : "/", name);
}

static void read_folder(struct walk *w, const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	if (!d) {
		add_refused(w, path, errno);
		return;
	}
	errno = 0;
	while (w->status == NORO_OK && (e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			look_at(w, joined(w->a, path, e->d_name), false);
		errno = 0;
	}
	if (errno != 0)
		add_refused(w, path, errno);
	(void)closedir(d);
}

static void look_at_named(struct walk *w, const char *path)
{
	const char *copy = noro_arena_str(w->a, path);
	struct found *f;

	if (strcmp(path, "-") != 0) {
		look_at(w, copy, true);
		return;
	}
	f = add(w, copy);
	if (f)
		f->standard_input = true;
}

static int by_path(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static int by_inode(const void *a, const void *b)
{
	const struct found *x = *(const struct found *const *)a,
			   *y = *(const struct found *const *)b;

	if (x->sb.st_dev != y->sb.st_dev)
		return x->sb.st_dev < y->sb.st_dev ? -1 : 1;
	if (x->sb.st_ino != y->sb.st_ino)
		return x->sb.st_ino < y->sb.st_ino ? -1 : 1;
	return x < y ? -1 : x > y; /* the first by path stays */
}

static bool same_file(const struct found *a, const struct found *b)
{
	if (a->sb.st_ino == 0 || b->sb.st_ino == 0) /* what could not be looked at */
		return strcmp(a->path, b->path) == 0;
	return a->sb.st_dev == b->sb.st_dev && a->sb.st_ino == b->sb.st_ino;
}

/* Sort by path, and mark what is the same file as one before it. */
static enum noro_status order(struct walk *w)
{
	const struct found **by = noro_reallocarray(NULL, w->n + 1, sizeof(void *));

	if (!by)
		return NORO_ENOMEM;
	if (w->n > 0)
		qsort(w->found, w->n, sizeof(*w->found), by_path);
	for (size_t i = 0; i < w->n; i++)
		by[i] = &w->found[i];
	qsort((void *)by, w->n, sizeof(void *), by_inode);
	for (size_t i = 1; i < w->n; i++)
		w->found[by[i] - w->found].again = same_file(by[i - 1], by[i]);
	free((void *)by);
	return NORO_OK;
}

static enum noro_status emit(struct walk *w, const struct noro_item **ret, size_t *ret_n)
{
	struct noro_item *items = noro_arena_array(w->a, w->n ? w->n : 1, sizeof(*items));
	size_t n = 0;

	if (!items)
		return NORO_ENOMEM;
	for (size_t i = 0; i < w->n; i++) {
		const struct found *f = &w->found[i];

		if (f->again)
			continue;
		items[n++] = (struct noro_item){ .path = f->path,
			.size = S_ISREG(f->sb.st_mode) ? (uint64_t)f->sb.st_size : 0,
			.mtime_ns = f->sb.st_ino ? (int64_t)f->sb.st_mtim.tv_sec * NORO_NS_PER_S +
							   f->sb.st_mtim.tv_nsec
						 : NORO_TIME_NONE,
			.status = f->status,
			.err = f->err,
			.standard_input = f->standard_input };
	}
	*ret = items;
	*ret_n = n;
	return NORO_OK;
}

enum noro_status noro_walk(const char *const *paths, size_t n, struct noro_arena *a,
	const struct noro_item **ret, size_t *ret_n, struct noro_error *err)
{
	struct walk w = { .a = a };

	for (size_t i = 0; i < n && w.status == NORO_OK; i++)
		look_at_named(&w, paths[i]);
	while (w.todo_n > 0 && w.status == NORO_OK)
		read_folder(&w, w.todo[--w.todo_n]);
	if (w.status == NORO_OK)
		w.status = order(&w);
	if (w.status == NORO_OK)
		w.status = emit(&w, ret, ret_n);
	free(w.found);
	free((void *)w.todo);
	return w.status == NORO_OK ? NORO_OK : noro_fail(err, w.status, NULL);
}
