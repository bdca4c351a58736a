/* src/rule/walk.c - rule files below a folder, in an order that does not depend on the disk. */
#include "base/file.h"
#include "base/mem.h"
#include "rule/rule_priv.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

enum { MAX_FOLDERS_DEEP = 16 };

typedef enum noro_status visit_fn(
	struct noro_rules *r, const char *path, struct noro_view text, struct noro_error *err);

static enum noro_status visit_file(
	struct noro_rules *r, const char *path, visit_fn *visit, struct noro_error *err)
{
	struct noro_buf text = { 0 };
	enum noro_status st;

	if (++r->files > NORO_RULE_MAX_FILES)
		return noro_fail(err, NORO_ELIMIT, N_("more than %1 rule files"),
			NORO_NUM(NORO_RULE_MAX_FILES));
	st = noro_file_read(path, NORO_RULE_MAX_FILE, &text, err);
	if (st == NORO_OK)
		st = visit(r, path, noro_view(text.p ? text.p : "", text.n), err);
	noro_buf_done(&text);
	return st;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct names {
	char **name;
	size_t n, cap;
};

static void names_done(struct names *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->name[i]);
	free(l->name);
}

static enum noro_status names_of(const char *path, struct names *l, struct noro_error *err)
{
	DIR *dir = opendir(path);
	struct dirent *e;

	if (!dir)
		return noro_fail_errno(err, errno, path);
	while ((e = readdir(dir)) && l->n < NORO_RULE_MAX_FILES) {
		char **grown = l->name;

		if (e->d_name[0] == '.')
			continue;
		if (l->n == l->cap)
			grown = noro_grow(l->name, l->n, &l->cap, sizeof(*grown));
		if (grown)
			l->name = grown;
		if (!grown || !(l->name[l->n] = noro_strndup(e->d_name, strlen(e->d_name)))) {
			closedir(dir);
			return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
		}
		l->n++;
	}
	closedir(dir);
	if (l->n)
		qsort(l->name, l->n, sizeof(*l->name), by_name);
	return NORO_OK;
}

/* A folder on the way down: a link to one of them would lead around for ever. */
struct above {
	const struct above *up;
	dev_t dev;
	ino_t ino;
};

struct walking {
	struct noro_rules *r;
	visit_fn *visit;
	struct noro_error *err;
};

static enum noro_status walk(
	const struct walking *w, const char *path, unsigned depth, const struct above *up);

/* With somebody to tell, what one file lacks costs that file only. */
static enum noro_status settle(const struct walking *w, const char *path, enum noro_status st)
{
	struct noro_error own = { 0 };

	if (st == NORO_OK || st == NORO_ENOMEM || !w->r->opts.refused)
		return st;
	if (w->err) {
		own = *w->err;
		*w->err = (struct noro_error){ 0 };
	}
	if (!own.where[0])
		(void)noro_error_at(&own, path, own.unit, own.at);
	w->r->opts.refused(w->r->opts.refused_ctx, &own);
	return NORO_OK;
}

static enum noro_status walk_file(const struct walking *w, const char *path, unsigned depth)
{
	struct noro_view name = noro_view_str(path);

	if (depth > 0 && !noro_view_ends(name, ".yaml") && !noro_view_ends(name, ".yml"))
		return NORO_OK;
	return settle(w, path, visit_file(w->r, path, w->visit, w->err));
}

static enum noro_status walk_names(
	const struct walking *w, const char *path, unsigned depth, const struct above *here)
{
	struct names l = { 0 };
	enum noro_status st = names_of(path, &l, w->err);

	for (size_t i = 0; st == NORO_OK && i < l.n; i++) {
		struct noro_buf full = { 0 };

		noro_buf_printf(&full, "%s/%s", path, l.name[i]);
		st = full.status == NORO_OK ? walk(w, full.p, depth + 1, here)
					    : noro_fail(w->err, NORO_ENOMEM, N_("out of memory"));
		noro_buf_done(&full);
	}
	names_done(&l);
	return st;
}

static enum noro_status walk(
	const struct walking *w, const char *path, unsigned depth, const struct above *up)
{
	struct above here = { .up = up };
	struct stat about;

	if (stat(path, &about) != 0)
		return settle(w, path, noro_fail_errno(w->err, errno, path));
	if (!S_ISDIR(about.st_mode))
		return walk_file(w, path, depth);
	here.dev = about.st_dev;
	here.ino = about.st_ino;
	for (const struct above *a = up; a; a = a->up)
		if (a->dev == here.dev && a->ino == here.ino)
			return settle(w, path,
				noro_fail(w->err, NORO_ELIMIT,
					N_("the folder leads back into itself")));
	if (depth >= MAX_FOLDERS_DEEP)
		return settle(
			w, path, noro_fail(w->err, NORO_ELIMIT, N_("folders are nested too deep")));
	return walk_names(w, path, depth, &here);
}

enum noro_status noro_rule_walk(
	struct noro_rules *r, const char *path, visit_fn *visit, struct noro_error *err)
{
	struct walking w = { .r = r, .visit = visit, .err = err };

	return walk(&w, path, 0, NULL);
}
