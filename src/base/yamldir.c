/* src/base/yamldir.c - a folder of YAML files. */
#include "base/yaml.h"

#include "base/file.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct names {
	char **item;
	size_t n, cap;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum noro_status list(struct noro_arena *a, DIR *d, struct names *to)
{
	struct dirent *e;

	while ((e = readdir(d))) {
		char **grown;

		if (e->d_name[0] == '.' || !noro_view_ends(noro_view_str(e->d_name), ".yaml"))
			continue;
		grown = noro_arena_grow(a, to->item, to->n, &to->cap, sizeof(*grown));
		if (!grown)
			return NORO_ENOMEM;
		to->item = grown;
		to->item[to->n] = noro_arena_str(a, e->d_name);
		if (!to->item[to->n++])
			return NORO_ENOMEM;
	}
	return NORO_OK;
}

static enum noro_status one(struct noro_arena *a, const char *path, noro_yaml_each *each, void *ctx,
	struct noro_error *err)
{
	struct noro_buf bytes = { 0 };
	struct noro_view text;
	const struct noro_json *root;
	enum noro_status st = noro_file_read(path, NORO_YAML_MAX_FILE, &bytes, err);

	if (st != NORO_OK) {
		noro_buf_done(&bytes);
		return st;
	}
	text = noro_arena_view(a, noro_buf_as_view(&bytes));
	noro_buf_done(&bytes);
	if (!text.p)
		return noro_fail(err, NORO_ENOMEM, NULL);
	st = noro_yaml_parse(a, text, NULL, &root, err);
	if (st != NORO_OK) {
		if (err && !err->where[0])
			(void)noro_error_at(err, path, err->unit, err->at);
		return st;
	}
	return each(ctx, path, text, root, err);
}

enum noro_status noro_yaml_folder(struct noro_arena *a, const char *folder, noro_yaml_each *each,
	void *ctx, struct noro_error *err)
{
	struct names names = { 0 };
	enum noro_status st;
	DIR *d = opendir(folder);

	if (!d)
		return errno == ENOENT ? NORO_OK : noro_fail_errno(err, errno, folder);
	st = list(a, d, &names);
	(void)closedir(d);
	if (names.n)
		qsort(names.item, names.n, sizeof(*names.item), by_name);
	for (size_t i = 0; st == NORO_OK && i < names.n; i++) {
		const char *path = noro_arena_printf(a, "%s/%s", folder, names.item[i]);

		st = path ? one(a, path, each, ctx, err) : NORO_ENOMEM;
	}
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}

enum noro_status noro_yaml_bad(struct noro_error *err, const char *path, struct noro_view text,
	const struct noro_json *at, const char *msg, struct noro_view arg)
{
	char shown[96];

	(void)snprintf(shown, sizeof(shown), "%.*s", NORO_VARG(arg));
	(void)noro_fail(err, NORO_EFORMAT, msg, shown);
	(void)noro_error_at(err, path, NORO_AT_LINE, noro_line_of(text, at ? at->at : 0));
	return NORO_EFORMAT;
}

static enum noro_status rows_of(void *ctx, const char *path, struct noro_view text,
	const struct noro_json *root, struct noro_error *err)
{
	const struct noro_yaml_rows *rows = ctx;
	const struct noro_yaml_file file = { path, text, err };
	const struct noro_json *list = noro_json_get(root, rows->list);
	enum noro_status st = NORO_OK;

	if (!list || list->kind != NORO_JSON_ARRAY)
		return noro_yaml_bad(err, path, text, root, N_("no list called '%1'"),
			noro_view_str(rows->list));
	for (const struct noro_json *v = list->child; v && st == NORO_OK; v = v->next)
		st = rows->row(rows->ctx, &file, v);
	return st;
}

enum noro_status noro_yaml_lists(struct noro_arena *a, const char *const *folder, size_t n,
	const struct noro_yaml_rows *rows, struct noro_error *err)
{
	struct noro_yaml_rows copy = *rows;

	for (size_t i = 0; i < n; i++) {
		const char *path = noro_arena_printf(a, "%s/%s", folder[i], rows->sub);
		enum noro_status st = path ? noro_yaml_folder(a, path, rows_of, &copy, err)
					   : noro_fail(err, NORO_ENOMEM, NULL);

		if (st != NORO_OK)
			return st;
	}
	return NORO_OK;
}
