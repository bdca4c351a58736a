/*
 * src/knowledge/load.c - folders of YAML into one sorted, indexed whole. Files
 * are read in order of name and records sorted by id, so that what a run knows
 * never depends on how a file system lists a folder. Parsing happens in a
 * scratch arena per file; only the bound structs stay.
 */
#include "knowledge/bind_priv.h"

#include "base/file.h"
#include "base/yaml.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	MAX_FILE_BYTES = 4 << 20,
	MAX_TREE_BYTES = 64 << 20, /* what one file's tree may take while it is bound */
	MAX_TREE_VALUES = 1 << 20,
	MAX_TREE_DEPTH = 12,
	MAX_FILES = 2000, /* in one sub-folder */
};

/* A record on its way: every kind that has an id begins with it. */
struct know_row {
	const char *id;
	const void *record;
	size_t dir;
};
struct know_rows {
	struct know_row *row;
	size_t n, cap;
};

enum know_kind {
	KNOW_ADVISORY,
	KNOW_ACTOR,
	KNOW_INCIDENT,
	KNOW_TECHNIQUE,
	KNOW_TACTIC,
	KNOW_FORM,
	KNOW_SOURCE,
	KNOW_CLAIM, /* from here on without an id: all are kept, in order */
	KNOW_EVENT,
	KNOW_SUCCESSION,
	KNOW_KINDS,
};

struct loader {
	struct noro_arena *arena;
	struct noro_error *err;
	size_t dir;
	struct know_rows rows[KNOW_KINDS];
};

static enum noro_status no_memory(struct noro_error *err)
{
	return noro_fail(err, NORO_ENOMEM, NULL);
}

static enum noro_status keep(
	struct loader *l, enum know_kind kind, const void *records, size_t n, size_t size)
{
	struct know_rows *to = &l->rows[kind];
	const char *at = records;

	for (size_t i = 0; i < n; i++, at += size) {
		struct know_row *row = to->row;

		if (to->n == to->cap) {
			row = noro_arena_grow(l->arena, to->row, to->n, &to->cap, sizeof(*row));
			if (!row)
				return no_memory(l->err);
			to->row = row;
		}
		row[to->n] = (struct know_row){ .record = at, .dir = l->dir };
		if (kind < KNOW_CLAIM)
			memcpy(&row[to->n].id, at, sizeof(row[to->n].id));
		to->n++;
	}
	return NORO_OK;
}

#define KEEP(l, kind, array, n) keep(l, kind, array, n, sizeof(*(array)))

static enum noro_status keep_file(struct loader *l, const struct know_file *f)
{
	enum noro_status s = KEEP(l, KNOW_ADVISORY, f->advisory, f->advisories);

	if (s == NORO_OK)
		s = KEEP(l, KNOW_ACTOR, f->actor, f->actors);
	if (s == NORO_OK)
		s = KEEP(l, KNOW_CLAIM, f->claim, f->claims);
	if (s == NORO_OK)
		s = KEEP(l, KNOW_EVENT, f->event, f->events);
	if (s == NORO_OK)
		s = KEEP(l, KNOW_INCIDENT, f->incident, f->incidents);
	if (s == NORO_OK)
		s = KEEP(l, KNOW_TECHNIQUE, f->technique, f->techniques);
	if (s == NORO_OK)
		s = KEEP(l, KNOW_TACTIC, f->tactic, f->tactics);
	if (s == NORO_OK)
		s = KEEP(l, KNOW_SUCCESSION, f->succession, f->successions);
	if (s == NORO_OK)
		s = KEEP(l, KNOW_FORM, f->form, f->forms);
	if (s == NORO_OK)
		s = KEEP(l, KNOW_SOURCE, f->source, f->sources);
	return s;
}

/* What a file of ATT&CK says once holds for each of its rows. */
static enum noro_status fill_down(struct loader *l, struct know_file *f)
{
	struct noro_technique *technique;
	struct noro_tactic *tactic;
	struct know_succession *succession;

	if (!f->domain && !f->release)
		return NORO_OK;
	technique = noro_arena_array(l->arena, f->techniques + 1, sizeof(*technique));
	tactic = noro_arena_array(l->arena, f->tactics + 1, sizeof(*tactic));
	succession = noro_arena_array(l->arena, f->successions + 1, sizeof(*succession));
	if (!technique || !tactic || !succession)
		return no_memory(l->err);
	for (size_t i = 0; i < f->techniques; i++) {
		technique[i] = f->technique[i];
		if (!technique[i].domain)
			technique[i].domain = f->domain;
		if (!technique[i].release)
			technique[i].release = f->release;
	}
	for (size_t i = 0; i < f->tactics; i++) {
		tactic[i] = f->tactic[i];
		if (!tactic[i].domain)
			tactic[i].domain = f->domain;
	}
	for (size_t i = 0; i < f->successions; i++) {
		succession[i] = f->succession[i];
		if (!succession[i].release)
			succession[i].release = f->release;
	}
	f->technique = technique;
	f->tactic = tactic;
	f->succession = succession;
	return NORO_OK;
}

static enum noro_status bind_file(
	struct loader *l, const char *folder, struct noro_view text, const struct noro_json *tree)
{
	struct bind b = { .arena = l->arena, .text = text, .err = l->err };
	const struct bind_shape *shape = know_shape(folder);
	struct know_file file = { 0 };
	enum noro_status s;

	if (strcmp(folder, "advisories") == 0) { /* one file is one advisory */
		struct noro_advisory *adv = noro_arena_alloc(l->arena, sizeof(*adv));

		if (!adv)
			return no_memory(l->err);
		s = bind_struct(&b, tree, shape, adv);
		file.advisory = adv;
		file.advisories = 1;
	} else {
		s = bind_struct(&b, tree, shape, &file);
	}
	if (s == NORO_OK)
		s = fill_down(l, &file);
	return s == NORO_OK ? keep_file(l, &file) : s;
}

static enum noro_status parse_text(struct loader *l, const char *folder, struct noro_view text)
{
	const struct noro_json_limits limits = { .max_bytes = MAX_FILE_BYTES,
		.max_depth = MAX_TREE_DEPTH,
		.max_values = MAX_TREE_VALUES };
	struct noro_arena *scratch = noro_arena_new(MAX_TREE_BYTES);
	const struct noro_json *tree;
	enum noro_status s;

	if (!scratch)
		return no_memory(l->err);
	s = noro_yaml_parse(scratch, text, &limits, &tree, l->err);
	if (s == NORO_OK)
		s = bind_file(l, folder, text, tree);
	noro_arena_free(scratch);
	return s;
}

static enum noro_status load_file(struct loader *l, const char *folder, const char *path)
{
	struct noro_buf text = { 0 };
	enum noro_status s = noro_file_read(path, MAX_FILE_BYTES, &text, l->err);

	if (s == NORO_OK) {
		s = parse_text(l, folder, noro_buf_as_view(&text));
		if (s != NORO_OK && l->err)
			(void)noro_error_at(l->err, path, l->err->unit, l->err->at);
	}
	noro_buf_done(&text);
	return s;
}

static int by_text(const void *a, const void *b)
{
	const char *const *one = a, *const *two = b;

	return strcmp(*one, *two);
}

/* The names of the *.yaml files of an open folder, sorted. */
static enum noro_status list_files(
	struct loader *l, DIR *d, const char *path, const char ***ret, size_t *ret_n)
{
	const char **name = NULL;
	size_t n = 0, cap = 0;

	for (;;) {
		const struct dirent *e;

		errno = 0;
		e = readdir(d);
		if (!e)
			break;
		if (e->d_name[0] == '.' || !noro_view_ends(noro_view_str(e->d_name), ".yaml"))
			continue;
		if (n == MAX_FILES) {
			(void)noro_fail(l->err, NORO_ELIMIT, N_("more than %1 files in one folder"),
				NORO_NUM(MAX_FILES));
			return noro_error_at(l->err, path, NORO_AT_NONE, 0), NORO_ELIMIT;
		}
		if (n == cap) {
			const char **more = noro_arena_grow(l->arena, name, n, &cap, sizeof(*name));

			if (!more)
				return no_memory(l->err);
			name = more;
		}
		name[n] = noro_arena_str(l->arena, e->d_name);
		if (!name[n++])
			return no_memory(l->err);
	}
	if (errno)
		return noro_fail_errno(l->err, errno, path);
	if (n)
		qsort(name, n, sizeof(*name), by_text);
	*ret = name;
	*ret_n = n;
	return NORO_OK;
}

static enum noro_status load_folder(struct loader *l, const char *dir, const char *folder)
{
	char path[PATH_MAX];
	const char **name = NULL;
	size_t n = 0;
	DIR *d;
	enum noro_status s;

	if (snprintf(path, sizeof(path), "%s/%s", dir, folder) >= (int)sizeof(path))
		return noro_fail_errno(l->err, ENAMETOOLONG, dir);
	d = opendir(path);
	if (!d)
		return errno == ENOENT ? NORO_OK : noro_fail_errno(l->err, errno, path);
	s = list_files(l, d, path, &name, &n);
	closedir(d);
	for (size_t i = 0; s == NORO_OK && i < n; i++) {
		if (snprintf(path, sizeof(path), "%s/%s/%s", dir, folder, name[i]) >=
			(int)sizeof(path))
			return noro_fail_errno(l->err, ENAMETOOLONG, dir);
		s = load_file(l, folder, path);
	}
	return s;
}

/* By id; of the same id the later folder first. */
static int by_id(const void *a, const void *b)
{
	const struct know_row *one = a, *two = b;
	int c = strcmp(one->id, two->id);

	return c ? c : (one->dir < two->dir) - (one->dir > two->dir);
}

/* Sort, refuse an id that one folder gives twice, let the last folder win. */
static enum noro_status settle(struct loader *l, enum know_kind kind, void *ret, size_t *ret_n)
{
	struct know_rows *rows = &l->rows[kind];
	char *array = noro_arena_array(l->arena, rows->n + 1, sizeof(void *));
	size_t n = 0;

	if (!array)
		return no_memory(l->err);
	if (kind < KNOW_CLAIM && rows->n)
		qsort(rows->row, rows->n, sizeof(rows->row[0]), by_id);
	for (size_t i = 0; i < rows->n; i++) {
		const struct know_row *row = &rows->row[i];

		if (kind < KNOW_CLAIM && i && strcmp(row[-1].id, row->id) == 0) {
			if (row[-1].dir == row->dir)
				return noro_fail(l->err, NORO_EFORMAT,
					N_("the id '%1' is there twice"), row->id);
			continue;
		}
		/* cppcheck-suppress pointerSize; what is copied is a pointer */
		memcpy(array + n++ * sizeof(void *), &row->record, sizeof(void *));
	}
	memcpy(ret, &array, sizeof(array));
	*ret_n = n;
	return NORO_OK;
}

static enum noro_status settle_all(struct loader *l, struct noro_knowledge *k)
{
	enum noro_status s = settle(l, KNOW_ADVISORY, &k->advisory, &k->advisories);

	if (s == NORO_OK)
		s = settle(l, KNOW_ACTOR, &k->actor, &k->actors);
	if (s == NORO_OK)
		s = settle(l, KNOW_INCIDENT, &k->incident, &k->incidents);
	if (s == NORO_OK)
		s = settle(l, KNOW_TECHNIQUE, &k->technique, &k->techniques);
	if (s == NORO_OK)
		s = settle(l, KNOW_TACTIC, &k->tactic, &k->tactics);
	if (s == NORO_OK)
		s = settle(l, KNOW_FORM, &k->form, &k->forms);
	if (s == NORO_OK)
		s = settle(l, KNOW_SOURCE, &k->source, &k->sources);
	if (s == NORO_OK)
		s = settle(l, KNOW_CLAIM, &k->claim, &k->claims);
	if (s == NORO_OK)
		s = settle(l, KNOW_EVENT, &k->event, &k->events);
	return s;
}

/* Where in the sorted techniques an id stands; `n` if nowhere. */
static size_t place_of(const struct noro_technique *const *technique, size_t n, const char *id)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(technique[mid]->id, id);

		if (c == 0)
			return mid;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return n;
}

/*
 * ATT&CK's own release cannot know what a later one revoked, so such rows stand
 * in a file of their own and are joined here. An id that nobody lists is left to lint.
 */
static enum noro_status succeed(struct loader *l, struct noro_knowledge *k)
{
	const struct know_rows *rows = &l->rows[KNOW_SUCCESSION];
	const struct noro_technique **technique;

	if (!rows->n || !k->techniques)
		return NORO_OK;
	technique = noro_arena_array(l->arena, k->techniques, sizeof(void *));
	if (!technique)
		return no_memory(l->err);
	memcpy(technique, k->technique, k->techniques * sizeof(void *));
	for (size_t i = 0; i < rows->n; i++) {
		const struct know_succession *to = rows->row[i].record;
		size_t at = place_of(technique, k->techniques, to->id);
		struct noro_technique *revoked;

		if (at == k->techniques)
			continue;
		revoked = noro_arena_alloc(l->arena, sizeof(*revoked));
		if (!revoked)
			return no_memory(l->err);
		*revoked = *technique[at];
		revoked->revoked_by = to->by;
		revoked->revoked_in = to->release;
		technique[at] = revoked;
	}
	k->technique = technique;
	return NORO_OK;
}

static enum noro_status finish(struct loader *l, const struct noro_knowledge **ret)
{
	struct noro_knowledge *k = noro_arena_alloc(l->arena, sizeof(*k));
	enum noro_status s;

	if (!k)
		return no_memory(l->err);
	s = settle_all(l, k);
	if (s != NORO_OK)
		return s;
	s = succeed(l, k);
	if (s != NORO_OK)
		return s;
	s = know_index(l->arena, k);
	if (s != NORO_OK)
		return noro_fail(l->err, s, NULL);
	*ret = k;
	return NORO_OK;
}

enum noro_status noro_knowledge_load(const char *const *dirs, size_t n, struct noro_arena *a,
	const struct noro_knowledge **ret, struct noro_error *err)
{
	struct loader l = { .arena = a, .err = err };

	for (size_t i = 0; i < n; i++) {
		DIR *d = opendir(dirs[i]);

		if (!d)
			return noro_fail_errno(err, errno, dirs[i]);
		closedir(d);
		l.dir = i;
		for (size_t f = 0; know_folders[f]; f++) {
			enum noro_status s = load_folder(&l, dirs[i], know_folders[f]);

			if (s != NORO_OK)
				return s;
		}
	}
	return finish(&l, ret);
}

enum noro_status noro_knowledge_parse(const char *folder, struct noro_view text,
	struct noro_arena *a, const struct noro_knowledge **ret, struct noro_error *err)
{
	struct loader l = { .arena = a, .err = err };
	enum noro_status s;

	if (!know_shape(folder))
		return noro_fail(err, NORO_EARG, N_("there is no knowledge folder '%1'"), folder);
	s = parse_text(&l, folder, text);
	return s == NORO_OK ? finish(&l, ret) : s;
}
