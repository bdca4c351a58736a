/*
 * src/cli/load.c - knowledge, indicators and checks. A list that
 * cannot be read costs only itself: it is complained about, the rest is used,
 * and the exit code says so.
 */
#include "cli/load.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/timeparse.h"
#include "base/yaml.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_ROA_BYTES = 512 << 20, SNIFF_BYTES = 4096 };

const struct noro_opt noro_load_opts[] = {
	{ "intel", 'i', "FILE",
		N_("intelligence: STIX, MISP, CSV, a list, an advisory as text, HTML or PDF, Sigma "
		   "or YARA rules, a compiled set, or a folder of them; repeatable") },
	{ "output", 'o', "DIR",
		N_("write findings.jsonl, coverage.jsonl, run.json, report.html and what --format "
		   "names") },
	{ "format", 0, "NAMES",
		N_("also csv, stix, sarif, timeline-jsonl, timeline-csv, authority-report; "
		   "comma-separated") },
	{ "site", 0, "FILE", N_("your own facts: addresses, administrators, approved servers") },
	{ "baseline", 0, "PATH",
		N_("approved configurations and outputs of the same devices: what differs is told; "
		   "repeatable") },
	{ "roas", 0, "FILE", N_("validated route origins as JSON or CSV, for routes") },
	{ "no-builtin", 0, NULL,
		N_("leave out the advisories and checks that come with the program") },
	{ "knowledge", 0, "DIR", N_("more knowledge: advisories, actors, checks; repeatable") },
	{ "allow", 0, "FILE", N_("allow-list: plain lines or a MISP warning list; repeatable") },
	{ "suppress", 0, "FILE",
		N_("known findings to silence: a YAML list of entries with id, rule, value or path "
		   "(* "
		   "and ? match anything), and reason, owner and expires; counted, never hidden") },
	{ "previous", 0, "DIR",
		N_("an earlier output folder: findings are marked new, known or gone") },
	{ "tz", 0, "ZONE",
		N_("zone of times that name none, like Asia/Tokyo or +09:00; otherwise UTC") },
	{ "show-tz", 0, "ZONE", N_("show times in this zone too; UTC stays beside it") },
	{ "era", 0, NULL, N_("write Japanese eras") },
	{ "jobs", 'j', "N", N_("workers; otherwise one for each processor") },
	{ "max-memory", 0, "SIZE",
		N_("for indicators and findings: lists that do not fit are an error, findings that "
		   "do not are counted and not kept") },
	{ "password-file", 0, "FILE", N_("passwords for encrypted archives, one a line") },
	{ "hash", 0, "none|findings|all",
		N_("SHA-256 of which evidence: none, what holds findings (the default), or all") },
	{ "custody", 0, NULL,
		N_("hash all evidence and write a hash-chained manifest to the output folder") },
	{ 0 },
};

const char *const *noro_load_list(
	struct noro_cli *cli, const struct noro_args *args, const char *name, size_t *ret_n)
{
	size_t n = 0;
	const char **list;

	while (noro_args_nth(args, name, n))
		n++;
	list = noro_arena_array(cli->arena, n + 1, sizeof(*list));
	for (size_t i = 0; list && i < n; i++)
		list[i] = noro_args_nth(args, name, i);
	*ret_n = list ? n : 0;
	return list;
}

static void free_zone(void *z)
{
	noro_zone_free(z);
}

enum noro_status noro_load_zone(struct noro_cli *cli, const char *name,
	const struct noro_zone **ret, struct noro_error *err)
{
	struct noro_zone *z;
	enum noro_status st;

	*ret = NULL;
	if (!name)
		return NORO_OK;
	st = noro_zone_open(name, &z, err);
	if (st == NORO_OK)
		st = noro_arena_on_free(cli->arena, free_zone, z);
	if (st == NORO_OK)
		*ret = z;
	return st;
}

enum noro_status noro_load_time(const struct noro_cli *cli, const char *option, const char *text,
	const struct noro_zone *zone, int64_t *ret, struct noro_error *err)
{
	struct noro_time_ctx ctx = { .zone = zone, .ref_ns = cli->now_ns };
	struct noro_time t;

	*ret = NORO_TIME_NONE;
	if (!text)
		return NORO_OK;
	if (!noro_time_parse(noro_view_str(text), &ctx, &t))
		return noro_fail(err, NORO_EARG,
			N_("option '--%1' needs a time like 2025-08-27 or 2025-08-27T10:00:00Z, "
			   "not '%2'"),
			option, text);
	*ret = t.ns;
	return NORO_OK;
}

/* --- knowledge --- */

/* Beside the program when it runs from a build, else where it was installed. */
static const char *builtin_dir(struct noro_cli *cli)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char *named = getenv("NOROSHI_KNOWLEDGE");
	static const char *const beside[] = { "/../share/noroshi/knowledge", "/../knowledge",
		"/knowledge" };

	if (named && *named)
		return named;
	for (; n > 0 && self[n - 1] != '/'; n--)
		;
	for (size_t i = 0; n > 0 && i < sizeof(beside) / sizeof(*beside); i++) {
		const char *path =
			noro_arena_printf(cli->arena, "%.*s%s", (int)n - 1, self, beside[i]);

		if (path && access(path, R_OK) == 0)
			return path;
	}
	return access(NORO_DATADIR "/knowledge", R_OK) == 0 ? NORO_DATADIR "/knowledge" : NULL;
}

enum noro_status noro_load_knowledge(struct noro_cli *cli, const struct noro_args *args,
	struct noro_load *ret, struct noro_error *err)
{
	size_t more;
	const char *const *dir = noro_load_list(cli, args, "knowledge", &more);
	const char *own = noro_args_has(args, "no-builtin") ? NULL : builtin_dir(cli);
	const char **all = noro_arena_array(cli->arena, more + 2, sizeof(*all));

	ret->cli = cli;
	ret->args = args;
	if (!all || !dir)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (!own && !noro_args_has(args, "no-builtin"))
		return noro_fail(err, NORO_ENOENT,
			N_("the knowledge folder is missing: reinstall, or set NOROSHI_KNOWLEDGE, "
			   "or use --no-builtin"));
	if (own)
		all[ret->knowledge_dirs++] = own;
	for (size_t i = 0; i < more; i++)
		all[ret->knowledge_dirs++] = dir[i];
	ret->knowledge_dir = all;
	if (!ret->knowledge_dirs)
		return NORO_OK;
	return noro_knowledge_load(all, ret->knowledge_dirs, cli->arena, &ret->knowledge, err);
}

/* --- indicators --- */

static struct noro_intel_used *used_new(struct noro_load *l)
{
	return &l->used[l->useds++];
}

static enum noro_status know_meta(
	const struct noro_know_item *item, struct noro_set_builder *b, uint32_t *ret)
{
	struct noro_ioc_meta m = { .advisory = item->advisory->id,
		.from_ns = item->from_ns,
		.until_ns = item->until_ns,
		.typed_ns = NORO_TIME_NONE,
		.expires_ns = NORO_TIME_NONE,
		.confidence = 70,
		.severity = NORO_SEV_HIGH,
		.tlp = NORO_TLP_CLEAR,
		.source = item->advisory->id,
		.note = item->ioc->note.en };
	char source[128];

	(void)snprintf(source, sizeof(source), "builtin:%s", item->advisory->id);
	m.source = source;
	m.role = !item->role || strcmp(item->role, "hunt") == 0 ? NORO_ROLE_HUNT
		 : strcmp(item->role, "block") == 0             ? NORO_ROLE_BLOCK
								: NORO_ROLE_CONTEXT;
	return noro_set_meta(b, &m, ret);
}

static enum noro_status add_knowledge(struct noro_load *l, struct noro_set_builder *b)
{
	struct noro_know_walk walk = { 0 };
	struct noro_know_item item;
	struct noro_buf normal = { 0 };
	struct noro_intel_used *used = used_new(l);
	enum noro_status st = NORO_OK;

	*used = (struct noro_intel_used){ .path = "builtin", .kind = "builtin" };
	while (st == NORO_OK && noro_knowledge_next(l->knowledge, &walk, &item)) {
		int kind = noro_ioc_kind_by_name(noro_view_str(item.kind));
		uint32_t meta;

		noro_buf_clear(&normal);
		if (kind < 0 || noro_ioc_normal((enum noro_ioc_kind)kind, noro_view_str(item.value),
					&normal) != NORO_OK)
			continue;
		st = know_meta(&item, b, &meta);
		if (st == NORO_OK)
			st = noro_set_add(b, (enum noro_ioc_kind)kind, noro_buf_as_view(&normal),
				meta, NORO_NO_PATTERN);
		used->indicators++;
		used->searchable++;
	}
	noro_buf_done(&normal);
	return st;
}

/* YARA and Sigma rules are told from indicator lists by what they look like. */
enum intel_shape { SHAPE_INDICATORS, SHAPE_SET, SHAPE_YARA, SHAPE_SIGMA };

static enum intel_shape shape_of(const char *path)
{
	char head[SNIFF_BYTES];
	struct stat sb = { 0 };
	/* a pipe gives its bytes only once, and they belong to the importer */
	FILE *f = stat(path, &sb) == 0 && S_ISREG(sb.st_mode) ? fopen(path, "rb") : NULL;
	size_t n = f ? fread(head, 1, sizeof(head), f) : 0;
	struct noro_view v = noro_view(head, n), name = noro_view_str(path);

	if (f)
		(void)fclose(f);
	if (S_ISDIR(sb.st_mode))
		return noro_load_holds_rules(path) ? SHAPE_SIGMA : SHAPE_INDICATORS;
	if (noro_set_is(v))
		return SHAPE_SET;
	if (noro_view_ends_i(name, ".yar") || noro_view_ends_i(name, ".yara"))
		return SHAPE_YARA;
	if ((noro_view_ends_i(name, ".yml") || noro_view_ends_i(name, ".yaml")) &&
		noro_view_find(v, NORO_V("detection:")) != SIZE_MAX)
		return SHAPE_SIGMA;
	return SHAPE_INDICATORS;
}

/* The records of a compiled set, once more into a builder: for several sets at once. */
static enum noro_status add_set(const struct noro_set *s, struct noro_set_builder *b)
{
	enum noro_status st = NORO_OK;

	for (uint32_t k = 0; st == NORO_OK && k < noro_set_keys(s); k++) {
		struct noro_set_key key;

		st = noro_set_key(s, k, &key);
		for (uint32_t i = 0; st == NORO_OK && i < key.records; i++) {
			struct noro_set_record r;
			uint32_t meta, pattern = NORO_NO_PATTERN, owner;

			st = noro_set_record(s, key.record + i, &r);
			if (st == NORO_OK)
				st = noro_set_meta(b, noro_set_meta_at(s, r.meta), &meta);
			if (st == NORO_OK && r.pattern != NORO_NO_PATTERN)
				st = noro_set_add_pattern(
					b, meta, noro_set_pattern(s, r.pattern, &owner), &pattern);
			if (st == NORO_OK)
				st = noro_set_add(b, key.kind, key.value, meta, pattern);
		}
	}
	return st;
}

static enum noro_status merge_set(
	struct noro_load *l, const char *path, struct noro_set_builder *b, struct noro_error *err)
{
	struct noro_set *s;
	enum noro_status st = noro_set_open(path, &s, err);

	if (st != NORO_OK)
		return st;
	*used_new(l) = (struct noro_intel_used){ .path = path,
		.kind = "set",
		.indicators = noro_set_keys(s),
		.searchable = noro_set_keys(s) };
	st = add_set(s, b);
	noro_set_free(s);
	return st == NORO_OK ? NORO_OK : noro_fail(err, st, NULL);
}

static const char *note_text(struct noro_load *l, const struct noro_import_note *n)
{
	struct noro_msg m = { .id = n->msg, .arg = { n->arg } };
	struct noro_buf b = { 0 };
	const char *kept;

	noro_lang_msg(l->cli->lang, &m, &b);
	kept = n->at ? noro_arena_printf(
			       l->cli->arena, "%llu: %s", (unsigned long long)n->at, b.p ? b.p : "")
		     : noro_arena_str(l->cli->arena, b.p ? b.p : "");
	noro_buf_done(&b);
	return kept;
}

const char *noro_load_path(const char *path)
{
	return strcmp(path, "-") == 0 ? "/dev/stdin" : path;
}

static enum noro_status import_one(
	struct noro_load *l, const char *path, struct noro_set_builder *b, struct noro_error *err)
{
	struct noro_import_opts o = {
		.from_ns = NORO_TIME_NONE, .until_ns = NORO_TIME_NONE, .now_ns = l->cli->now_ns
	};
	struct noro_import_result r = { 0 };
	struct noro_intel_used *used;
	const char **notes;
	enum noro_status st = noro_import(noro_load_path(path), &o, l->cli->arena, b, &r, err);

	if (st != NORO_OK)
		return st;
	used = used_new(l);
	*used = (struct noro_intel_used){ .path = path,
		.kind = r.kind,
		.sha256 = noro_arena_str(l->cli->arena, r.sha256),
		.indicators = r.indicators,
		.searchable = r.indicators,
		.undecided = r.undecided };
	notes = noro_arena_array(l->cli->arena, r.notes + 1, sizeof(*notes));
	for (size_t i = 0; notes && i < r.notes; i++)
		notes[used->notes.n++] = note_text(l, &r.note[i]);
	used->notes.item = notes;
	return NORO_OK;
}

enum noro_status noro_load_into(struct noro_load *l, const char *const *word, size_t n,
	bool builtin, struct noro_set_builder *b, struct noro_error *err)
{
	enum noro_status st = noro_load_expand(l, word, n, &word, &n, err);

	if (st != NORO_OK)
		return st;
	l->used = noro_arena_array(l->cli->arena, n + 2, sizeof(*l->used));
	l->yara = noro_arena_array(l->cli->arena, n + 1, sizeof(*l->yara));
	l->sigma = noro_arena_array(l->cli->arena, n + 1, sizeof(*l->sigma));
	if (!l->used || !l->yara || !l->sigma)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (builtin && l->knowledge)
		st = add_knowledge(l, b);
	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		struct noro_error one = { 0 };

		switch (shape_of(word[i])) {
		case SHAPE_YARA:
			l->yara[l->yaras++] = word[i];
			continue;
		case SHAPE_SIGMA:
			l->sigma[l->sigmas++] = word[i];
			continue;
		case SHAPE_SET:
			st = merge_set(l, word[i], b, &one);
			break;
		case SHAPE_INDICATORS:
			st = import_one(l, word[i], b, &one);
			break;
		}
		if (st == NORO_ENOMEM)
			return noro_fail(err, st, NULL);
		if (st != NORO_OK) {
			if (!one.where[0])
				(void)noro_error_at(&one, word[i], one.unit, one.at);
			(void)noro_complain(l->cli, &one);
			l->failed_part = true;
			st = NORO_OK;
		}
	}
	return st == NORO_OK ? NORO_OK : noro_fail(err, st, NULL);
}

/* A set that was compiled with the knowledge inside needs nothing else: it is mapped as it is. */
static bool holds_builtin(const struct noro_set *s)
{
	for (uint32_t i = 0; i < noro_set_metas(s); i++)
		if (strncmp(noro_set_meta_at(s, i)->source, "builtin:", 8) == 0)
			return true;
	return false;
}

static enum noro_status open_alone(
	struct noro_load *l, const char *path, bool builtin, struct noro_error *err)
{
	enum noro_status st;

	if (shape_of(path) != SHAPE_SET)
		return NORO_END;
	st = noro_set_open(path, &l->set, err);
	if (st != NORO_OK)
		return st;
	if (builtin && l->knowledge && !holds_builtin(l->set)) {
		noro_set_free(l->set);
		l->set = NULL;
		return NORO_END;
	}
	l->used = noro_arena_array(l->cli->arena, 1, sizeof(*l->used));
	if (!l->used)
		return noro_fail(err, NORO_ENOMEM, NULL);
	*used_new(l) = (struct noro_intel_used){ .path = path,
		.kind = "set",
		.indicators = noro_set_keys(l->set),
		.searchable = noro_set_keys(l->set) };
	return NORO_OK;
}

enum noro_status noro_load_room(
	const struct noro_args *args, enum noro_status st, struct noro_error *err)
{
	const char *limit = noro_args_get(args, "max-memory");

	if (st != NORO_ENOMEM || !limit)
		return st;
	return noro_fail(err, st,
		N_("the indicators need more than the %1 that --max-memory allows: raise it, or "
		   "split the list; nothing was searched"),
		limit);
}

static enum noro_status load_set(
	struct noro_load *l, const struct noro_args *args, struct noro_error *err)
{
	size_t n;
	const char *const *intel = noro_load_list(l->cli, args, "intel", &n);
	bool builtin = !noro_args_has(args, "no-builtin");
	struct noro_set_builder *b = NULL;
	uint64_t limit;
	enum noro_status st = noro_args_size(args, "max-memory", 0, &limit, err);

	if (st == NORO_OK && n == 1) {
		st = open_alone(l, intel[0], builtin, err);
		if (st <= NORO_OK)
			return st;
		st = NORO_OK;
	}
	if (st == NORO_OK)
		st = noro_set_builder_new((size_t)limit, &b);
	if (st == NORO_OK)
		st = noro_load_into(l, intel, n, true, b, err);
	if (st == NORO_OK)
		st = noro_set_finish(b, &l->set, err);
	noro_set_builder_free(b);
	return noro_load_room(args, st, err);
}

/* --- checks --- */

/* The names that checks over tables may use. */
static enum noro_status rule_tables(struct noro_load *l, struct noro_rules_opts *o)
{
	static const char *const common[NORO_COMMONS] = { [NORO_COL_DEVICE] = "device",
		[NORO_COL_DIALECT] = "dialect",
		[NORO_COL_VERSION] = "version",
		[NORO_COL_ROLE] = "device.role",
		[NORO_COL_SOURCE] = "source",
		[NORO_COL_DIFF] = "diff",
		[NORO_COL_TEXT] = "text",
		[NORO_COL_CONTEXT] = "context",
		[NORO_COL_COMMAND] = "from.command" };
	size_t n = l->facts ? noro_facts_tables(l->facts) : 0;
	struct noro_rule_table *t = noro_arena_array(l->cli->arena, n + 1, sizeof(*t));

	if (!t)
		return NORO_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct noro_table *one = noro_facts_table(l->facts, i);

		t[i] = (struct noro_rule_table){ one->name, one->column, one->columns };
	}
	o->table = t;
	o->tables = n;
	o->common = common;
	o->commons = NORO_COMMONS;
	return NORO_OK;
}

enum noro_status noro_load_devices(struct noro_load *l, struct noro_error *err)
{
	const char *roas = noro_args_get(l->args, "roas");
	struct noro_buf b = { 0 };
	struct noro_vrps *vrps = NULL;
	enum noro_status st = NORO_OK;

	if (l->knowledge_dirs)
		st = noro_facts_def_load(
			l->cli->arena, l->knowledge_dir, l->knowledge_dirs, &l->facts, err);
	if (st != NORO_OK || !roas)
		return st;
	st = noro_file_read(roas, MAX_ROA_BYTES, &b, err);
	if (st == NORO_OK)
		st = noro_vrps_read(noro_buf_as_view(&b), l->cli->arena, &vrps, err);
	noro_buf_done(&b);
	l->vrps = vrps;
	return st == NORO_OK ? st : noro_error_at(err, roas, err->unit, err->at);
}

/* A check that cannot be read costs its file; the others look all the same. */
static void refuse_check(void *ctx, const struct noro_error *err)
{
	struct noro_load *l = ctx;

	(void)noro_complain(l->cli, err);
	l->failed_part = true;
}

static bool below(const char *file, const char *path)
{
	size_t n = strlen(path);

	return file && strncmp(file, path, n) == 0 && (file[n] == '\0' || file[n] == '/');
}

/* "12: rule: why it is not decided" of each Sigma rule in a file or folder. */
static const char *sigma_note(struct noro_load *l, const char *path, const struct noro_rule_note *n)
{
	const char *file = strcmp(n->file, path) == 0 ? "" : n->file + strlen(path) + 1;
	struct noro_buf b = { 0 };
	const char *kept;

	noro_lang_msg(l->cli->lang, &n->what, &b);
	kept = noro_arena_printf(l->cli->arena, "%s%s%llu: %s%s%s", file, *file ? ":" : "",
		(unsigned long long)n->line, n->rule ? n->rule : "", n->rule ? ": " : "",
		b.p ? b.p : "");
	noro_buf_done(&b);
	return kept;
}

/* What cannot be decided of the given Sigma rules is named, not dropped. */
static enum noro_status name_undecided(struct noro_load *l, const char *path)
{
	enum { NAMED = 5 };
	size_t n;
	const struct noro_rule_note *note = noro_rules_notes(l->rules, &n);
	const char **kept = noro_arena_array(l->cli->arena, n + 1, sizeof(*kept));
	struct noro_intel_used *used = used_new(l);

	if (!kept)
		return NORO_ENOMEM;
	*used = (struct noro_intel_used){ .path = path, .kind = "sigma" };
	for (size_t i = 0; i < n; i++) {
		if (!below(note[i].file, path))
			continue;
		kept[used->notes.n] = sigma_note(l, path, &note[i]);
		if (!kept[used->notes.n])
			return NORO_ENOMEM;
		if (used->notes.n < NAMED && !l->cli->quiet && !l->linting)
			noro_say(l->cli, l->cli->err, "noroshi: %1:%2", path, kept[used->notes.n]);
		used->notes.n++;
	}
	if (used->notes.n > NAMED && !l->cli->quiet && !l->linting)
		noro_say(l->cli, l->cli->err,
			N_("noroshi: %1: %2 more rules are not decided here; 'noroshi intel lint' "
			   "names them"),
			path, NORO_NUM(used->notes.n - NAMED));
	used->notes.item = kept;
	used->undecided = used->notes.n;
	return NORO_OK;
}

enum noro_status noro_load_rules(struct noro_load *l, struct noro_error *err)
{
	struct noro_rules_opts o = {
		.set = l->site.set, .sets = l->site.sets, .refused = refuse_check, .refused_ctx = l
	};
	enum noro_status st = rule_tables(l, &o);

	if (st == NORO_OK)
		st = noro_rules_new(l->cli->arena, &o, &l->rules, err);

	for (size_t i = 0; st == NORO_OK && i < l->knowledge_dirs; i++) {
		const char *path =
			noro_arena_printf(l->cli->arena, "%s/checks", l->knowledge_dir[i]);

		if (path && access(path, R_OK) == 0)
			st = noro_rules_add_path(l->rules, path, err);
		path = noro_arena_printf(
			l->cli->arena, "%s/vulnerabilities/checks", l->knowledge_dir[i]);
		if (st == NORO_OK && l->exposure && path && access(path, R_OK) == 0)
			st = noro_rules_add_path(l->rules, path, err);
	}
	for (size_t i = 0; st == NORO_OK && i < l->sigmas; i++)
		st = noro_sigma_add_path(l->rules, l->sigma[i], err);
	if (st == NORO_OK)
		st = noro_rules_seal(l->rules, err);
	for (size_t i = 0; st == NORO_OK && i < l->sigmas; i++)
		if ((st = name_undecided(l, l->sigma[i])) != NORO_OK)
			return noro_fail(err, st, NULL);
	return st;
}

enum noro_status noro_load_all(struct noro_cli *cli, const struct noro_args *args,
	struct noro_load *ret, struct noro_error *err)
{
	enum noro_status st = noro_load_knowledge(cli, args, ret, err);

	if (st == NORO_OK)
		st = noro_load_site(ret, args, err);
	if (st == NORO_OK)
		st = load_set(ret, args, err);
	if (st == NORO_OK && !noro_args_has(args, "no-checks"))
		st = noro_load_devices(ret, err);
	if (st == NORO_OK)
		st = noro_load_rules(ret, err);
	return st;
}

enum noro_status noro_load_passwords(struct noro_cli *cli, const struct noro_args *args,
	struct noro_source_opts *ret, struct noro_error *err)
{
	const char *file = noro_args_get(args, "password-file");
	struct noro_buf b = { 0 };
	struct noro_view rest, line, *list;
	size_t n = 0, room = 1;
	enum noro_status st;

	if (!file)
		return NORO_OK;
	st = noro_file_read(file, 1 << 20, &b, err);
	rest = noro_arena_view(cli->arena, noro_buf_as_view(&b));
	noro_buf_done(&b);
	for (size_t i = 0; i < rest.n; i++)
		room += rest.p[i] == '\n';
	list = noro_arena_array(cli->arena, room + 1, sizeof(*list));
	if (st == NORO_OK && !list)
		return noro_fail(err, NORO_ENOMEM, NULL);
	while (st == NORO_OK && noro_view_line(&rest, &line))
		if (line.n)
			list[n++] = line;
	ret->password = list;
	ret->passwords = n;
	return st;
}

void noro_load_done(struct noro_load *l)
{
	noro_set_free(l->set);
	noro_allow_free(l->allow);
	l->set = NULL;
	l->allow = NULL;
}
