/*
 * src/cli/load_folder.c - a folder given as intelligence. A feed of MISP (it has a
 * manifest) is read by its reader, Sigma rules by theirs; of any other folder, and
 * of what lies beside the rules, each file that can be intelligence by its name is
 * taken as if it had been named.
 */
#include "cli/load.h"

#include "base/mem.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_FILES = 20000 };

/* A folder of Sigma rules, as its authors publish them, and no feed of MISP. */
static bool holds_rules(const char *path, unsigned depth)
{
	enum { DEEP = 4, LOOKS = 64 };
	DIR *d = opendir(path);
	struct dirent *e;
	bool found = false;

	for (unsigned i = 0; d && !found && i < LOOKS && (e = readdir(d)) != NULL; i++) {
		size_t n = strlen(e->d_name);
		char below[4096];

		if (e->d_name[0] == '.')
			continue;
		found = n > 4 && (strcmp(e->d_name + n - 4, ".yml") == 0 ||
					 (n > 5 && strcmp(e->d_name + n - 5, ".yaml") == 0));
		if (!found && e->d_type == DT_DIR && depth < DEEP &&
			snprintf(below, sizeof(below), "%s/%s", path, e->d_name) <
				(int)sizeof(below))
			found = holds_rules(below, depth + 1);
	}
	if (d)
		(void)closedir(d);
	return found;
}

bool noro_load_holds_rules(const char *path)
{
	return holds_rules(path, 0);
}

static bool is_feed(const char *path)
{
	char manifest[4096];

	return snprintf(manifest, sizeof(manifest), "%s/manifest.json", path) <
		       (int)sizeof(manifest) &&
	       access(manifest, F_OK) == 0;
}

/* By the name alone: what somebody keeps beside his lists is not read for addresses. */
static bool is_intelligence(const char *path)
{
	static const char *const ends[] = { ".json", ".stix", ".stix2", ".csv", ".tsv", ".txt",
		".lst", ".list", ".ioc", ".iocs", ".yar", ".yara", ".pdf", ".html", ".htm", ".md",
		".set", ".zip", ".tar", ".tgz" };
	static const char *const packed[] = { ".gz", ".bz2", ".xz", ".zst", ".lz4" };
	static const char *const beside[] = { "README", "LICENSE", "LICENCE", "CHANGELOG",
		"CONTRIBUTING", "SECURITY.", "requirements.txt" };
	const char *slash = strrchr(path, '/');
	struct noro_view name = noro_view_str(slash ? slash + 1 : path);

	for (size_t i = 0; i < sizeof(beside) / sizeof(*beside); i++)
		if (noro_view_starts(name, beside[i]))
			return false;
	for (size_t i = 0; i < sizeof(packed) / sizeof(*packed); i++)
		if (noro_view_ends_i(name, packed[i]))
			name.n -= strlen(packed[i]);
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (noro_view_ends_i(name, ends[i]))
			return true;
	return false;
}

struct list {
	const char **item;
	size_t n, cap;
};

static enum noro_status add(struct list *l, const char *path)
{
	const char **grown = noro_grow(l->item, l->n, &l->cap, sizeof(*grown));

	if (!grown)
		return NORO_ENOMEM;
	l->item = grown;
	l->item[l->n++] = path;
	return NORO_OK;
}

/* A path below a hidden folder (.git) is not what was meant. */
static bool is_hidden(const char *path, size_t root)
{
	return strstr(path + root, "/.") != NULL;
}

static enum noro_status add_files(
	struct noro_load *l, const char *folder, struct list *to, struct noro_error *err)
{
	const struct noro_item *item;
	size_t n, had = to->n;
	enum noro_status st = noro_walk(&folder, 1, l->cli->arena, &item, &n, err);

	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		if (is_hidden(item[i].path, strlen(folder)) || !is_intelligence(item[i].path))
			continue;
		if (to->n - had == MAX_FILES)
			return noro_fail(err, NORO_ELIMIT,
				N_("more than %1 files of intelligence in one folder"),
				NORO_NUM(MAX_FILES));
		st = add(to, item[i].path);
	}
	return st == NORO_OK || err->status == st ? st : noro_fail(err, st, NULL);
}

static enum noro_status add_folder(
	struct noro_load *l, const char *folder, struct list *to, struct noro_error *err)
{
	bool rules = holds_rules(folder, 0);
	size_t had = to->n;
	enum noro_status st = NORO_OK;

	if (rules || is_feed(folder))
		st = add(to, folder);
	if (st == NORO_OK && !is_feed(folder))
		st = add_files(l, folder, to, err);
	if (st == NORO_OK && to->n == had)
		return noro_fail(err, NORO_EFORMAT, N_("a folder without intelligence"));
	return st;
}

enum noro_status noro_load_expand(struct noro_load *l, const char *const *word, size_t n,
	const char *const **ret, size_t *ret_n, struct noro_error *err)
{
	struct list all = { 0 };
	enum noro_status st = NORO_OK;
	const char **kept;

	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		struct noro_error one = { 0 };
		struct stat sb;

		if (stat(word[i], &sb) != 0 || !S_ISDIR(sb.st_mode)) {
			st = add(&all, word[i]);
			continue;
		}
		st = add_folder(l, word[i], &all, &one);
		if (st == NORO_OK || st == NORO_ENOMEM)
			continue;
		(void)noro_error_at(&one, word[i], one.unit, one.at);
		(void)noro_complain(l->cli, &one);
		l->failed_part = true;
		st = NORO_OK;
	}
	kept = st == NORO_OK ? noro_arena_array(l->cli->arena, all.n + 1, sizeof(*kept)) : NULL;
	for (size_t i = 0; kept && i < all.n; i++)
		kept[i] = all.item[i];
	free(all.item);
	*ret = kept;
	*ret_n = all.n;
	return kept ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
}
