/* src/cli/cmd_intel.c - noroshi intel show | lint | compile | diff; the rest stands in
 * cmd_intel_text.c. */
#include "cli/cmd_intel_priv.h"
#include "cli/cmds.h"

#include "base/jsonw.h"
#include "base/text.h"

#include <sys/stat.h>
#include <unistd.h>

static const struct noro_opt opts[] = {
	{ "to", 0, "SET|FORMAT", N_("compile: the file to write; convert: the format to write") },
	{ "format", 0, "NAME",
		N_("export: the format; 'noroshi intel export' without it lists them") },
	{ "output", 'o', "FILE", N_("write there instead of standard output") },
	{ "intel", 'i', "FILE",
		N_("export: from this file instead of the built-in knowledge; repeatable") },
	{ "state", 0, "CC", N_("show: everything attributed to one state, like CN, RU or KP") },
	{ "role", 0, "block|hunt",
		N_("export: block lists hold role block only; 'hunt' adds what should be hunted "
		   "but not blocked") },
	{ "columns", 0, "LIST",
		N_("CSV: where things stand, like value=2,kind=1; otherwise guessed") },
	{ "knowledge", 0, "DIR", N_("more knowledge: advisories, actors, checks; repeatable") },
	{ "no-builtin", 0, NULL, N_("compile: leave the built-in advisories out of the set") },
	{ "allow", 0, "FILE", N_("allow-list: plain lines or a MISP warning list; repeatable") },
	{ "max-memory", 0, "SIZE", N_("stop with an error rather than use more than this") },
	{ 0 },
};

static const char *const text[] = {
	N_("show NAME prints the profile of an actor, company, organ or malware, with who claims "
	   "what; show FILE counts "
	   "what an intelligence file holds; show --state CC spans all groups of a state."),
	N_("lint FILE names everything that is wrong or cannot be decided; of a compiled set it "
	   "checks every block."),
	N_("extract FILE lists the indicators of an advisory in text, Markdown, HTML or PDF, with "
	   "section, role and line."),
	N_("convert --to FORMAT FILE rewrites one format as another; compile --to SET FILE... "
	   "makes a compiled set for "
	   "fast starts; diff A B says what was added and removed; export --format NAME writes for "
	   "other tools."),
	NULL,
};

static const char *const examples[] = {
	"noroshi intel show \"Salt Typhoon\" --lang ja",
	N_("who is it, says whom, since when"),
	"noroshi intel compile --to iocs.set lists/*.txt",
	N_("ten million indicators that open in milliseconds"),
	"noroshi intel extract advisory.pdf",
	N_("what an advisory names, and where it says so"),
	"noroshi intel export --format zeek -i advisory.json",
	N_("for a Zeek sensor"),
	NULL,
};

int intel_usage(struct noro_cli *cli, const char *what)
{
	struct noro_error err;

	(void)noro_fail(&err, NORO_EARG, N_("say what to do: %1"), what);
	return noro_usage(cli, &noro_cmd_intel, &err);
}

enum noro_status intel_set_of(struct noro_load *l, const char *const *file, size_t n, bool builtin,
	struct noro_set **ret, struct noro_error *err)
{
	struct noro_set_builder *b = NULL;
	uint64_t limit;
	enum noro_status st = noro_args_size(l->args, "max-memory", 0, &limit, err);

	if (st == NORO_OK)
		st = noro_set_builder_new((size_t)limit, &b);
	if (st == NORO_OK)
		st = noro_load_into(l, file, n, builtin, b, err);
	if (st == NORO_OK)
		st = noro_set_finish(b, ret, err);
	noro_set_builder_free(b);
	return noro_load_room(l->args, st, err);
}

/* --- show --- */

static void count_kinds(
	struct noro_cli *cli, const struct noro_set *s, const char *name, struct noro_buf *out)
{
	struct noro_jsonw w = noro_jsonw(out);

	if (cli->json) {
		noro_jsonw_object(&w);
		noro_jsonw_kstr(&w, "file", name);
		for (int k = 0; k < NORO_IOC_KINDS; k++)
			if (noro_set_kind_count(s, (enum noro_ioc_kind)k))
				noro_jsonw_ku64(&w, noro_ioc_kind_name((enum noro_ioc_kind)k),
					noro_set_kind_count(s, (enum noro_ioc_kind)k));
		noro_jsonw_ku64(&w, "patterns", noro_set_patterns(s));
		noro_jsonw_object_end(&w);
		noro_buf_chr(out, '\n');
		return;
	}
	noro_escape(noro_view_str(name), 4096, out);
	noro_buf_chr(out, '\n');
	for (int k = 0; k < NORO_IOC_KINDS; k++) {
		uint64_t n = noro_set_kind_count(s, (enum noro_ioc_kind)k);

		if (n)
			noro_buf_printf(out, "%10llu  %s\n", (unsigned long long)n,
				noro_ioc_kind_name((enum noro_ioc_kind)k));
	}
	if (noro_set_patterns(s))
		noro_buf_printf(out, "%10u  %s\n", noro_set_patterns(s),
			noro_lang_text(cli->lang, N_("patterns")));
}

static enum noro_status show_file(struct noro_cli *cli, struct noro_load *l, const char *path,
	struct noro_buf *out, struct noro_error *err)
{
	struct noro_set *s = NULL;
	enum noro_status st = intel_set_of(l, &path, 1, false, &s, err);

	if (st == NORO_OK)
		count_kinds(cli, s, path, out);
	for (size_t i = 0; st == NORO_OK && cli->verbose && i < l->useds; i++) {
		for (size_t k = 0; k < l->used[i].notes.n; k++) {
			noro_escape(noro_view_str(l->used[i].notes.item[k]), 4096, out);
			noro_buf_chr(out, '\n');
		}
	}
	noro_set_free(s);
	return l->failed_part ? NORO_EFORMAT : st;
}

static enum noro_status show_name(struct noro_cli *cli, const struct noro_load *l, const char *name,
	const char *state, struct noro_buf *out, struct noro_error *err)
{
	bool ja = cli->lang == NORO_JA;
	enum noro_status st;

	if (!l->knowledge)
		return noro_fail(err, NORO_ENOENT,
			N_("there is no knowledge to ask: leave out --no-builtin or give "
			   "--knowledge"));
	if (state)
		st = cli->json ? noro_knowledge_state_json(l->knowledge, state, out)
			       : noro_knowledge_state(l->knowledge, state, ja, out);
	else
		st = cli->json ? noro_knowledge_profile_json(l->knowledge, name, out)
			       : noro_knowledge_profile(l->knowledge, name, ja, out);
	if (st == NORO_ENOENT && !state)
		st = noro_knowledge_document(l->knowledge, name, ja, out);
	if (st == NORO_ENOENT)
		return noro_fail(
			err, st, N_("nobody is known by the name '%1'"), state ? state : name);
	return st == NORO_OK ? NORO_OK : noro_fail(err, st, NULL);
}

static int show(struct noro_cli *cli, const struct noro_args *args)
{
	const char *state = noro_args_get(args, "state");
	struct noro_load l = { 0 };
	struct noro_error err = { 0 };
	struct noro_buf out = { 0 };
	enum noro_status st;

	if (args->words < 2 && !state)
		return intel_usage(cli, "show NAME | show FILE | show --state CC");
	st = noro_load_knowledge(cli, args, &l, &err);
	if (st == NORO_OK && !state && access(noro_load_path(args->word[1]), R_OK) == 0)
		st = show_file(cli, &l, args->word[1], &out, &err);
	else if (st == NORO_OK)
		st = show_name(cli, &l, state ? NULL : args->word[1], state, &out, &err);
	noro_emit(cli->out, &out);
	noro_buf_done(&out);
	noro_load_done(&l);
	if (st == NORO_OK)
		return NORO_EXIT_CLEAN;
	return l.failed_part ? NORO_EXIT_FAILURE : noro_complain(cli, &err);
}

/* --- lint --- */

/* Only of files: a pipe gives its bytes once. */
static bool is_set(const char *path)
{
	char head[64];
	struct stat about;
	FILE *f = stat(path, &about) == 0 && S_ISREG(about.st_mode) ? fopen(path, "rb") : NULL;
	size_t n = f ? fread(head, 1, sizeof(head), f) : 0;

	if (f)
		(void)fclose(f);
	return noro_set_is(noro_view(head, n));
}

static int lint_set(struct noro_cli *cli, const char *path)
{
	struct noro_set *s;
	struct noro_error err = { 0 };
	enum noro_status st = noro_set_open(path, &s, &err);

	if (st == NORO_OK) {
		st = noro_set_verify(s, &err);
		noro_set_free(s);
	}
	if (st != NORO_OK)
		return noro_complain(cli, &err);
	if (!cli->quiet)
		noro_say(cli, cli->out, N_("%1: every block is sound"), path);
	return NORO_EXIT_CLEAN;
}

static int lint_file(struct noro_cli *cli, const struct noro_args *args, const char *path)
{
	struct noro_load l = { .cli = cli, .args = args, .linting = true };
	struct noro_error err = { 0 };
	struct noro_set *s = NULL;
	size_t notes = 0, checks = 0;
	enum noro_status st = intel_set_of(&l, &path, 1, false, &s, &err);

	if (st == NORO_OK && l.sigmas) {
		st = noro_load_rules(&l, &err);
		checks = st == NORO_OK ? noro_rules_count(l.rules) : 0;
	}

	noro_set_free(s);
	if (st != NORO_OK)
		return noro_complain(cli, &err);
	for (size_t i = 0; i < l.useds; i++) {
		notes += l.used[i].notes.n;
		for (size_t k = 0; k < l.used[i].notes.n; k++)
			noro_say(cli, cli->out, "%1:%2", path, l.used[i].notes.item[k]);
	}
	if (l.failed_part)
		return NORO_EXIT_FAILURE;
	if (l.sigmas && !cli->quiet)
		noro_say(cli, cli->out, N_("%1: %2 rules are decided here, %3 are not"), path,
			NORO_NUM(checks), NORO_NUM(notes));
	else if (!notes && !cli->quiet)
		noro_say(cli, cli->out, N_("%1: %2 indicators, nothing to complain about"), path,
			NORO_NUM(l.useds ? l.used[0].indicators : 0));
	return notes ? NORO_EXIT_FINDINGS : NORO_EXIT_CLEAN;
}

static int lint(struct noro_cli *cli, const struct noro_args *args)
{
	int worst = NORO_EXIT_CLEAN;

	if (args->words < 2)
		return intel_usage(cli, "lint FILE...");
	for (size_t i = 1; i < args->words; i++) {
		int one = is_set(args->word[i]) ? lint_set(cli, args->word[i])
						: lint_file(cli, args, args->word[i]);

		worst = one > worst ? one : worst;
	}
	return worst;
}

/* --- compile --- */

static int compile(struct noro_cli *cli, const struct noro_args *args)
{
	const char *to = noro_args_get(args, "to");
	struct noro_load l = { 0 };
	struct noro_error err = { 0 };
	struct noro_set_builder *b = NULL;
	uint64_t limit, n = 0;
	enum noro_status st;

	if (args->words < 2 || !to)
		return intel_usage(cli, "compile --to SET FILE...");
	st = noro_load_knowledge(cli, args, &l, &err);
	if (st == NORO_OK)
		st = noro_args_size(args, "max-memory", 0, &limit, &err);
	if (st == NORO_OK)
		st = noro_set_builder_new((size_t)limit, &b);
	if (st == NORO_OK)
		st = noro_load_into(
			&l, (const char *const *)args->word + 1, args->words - 1, true, b, &err);
	if (st == NORO_OK) {
		n = noro_set_builder_count(b);
		st = noro_set_write(b, to, &err);
	}
	noro_set_builder_free(b);
	noro_load_done(&l);
	if (noro_load_room(args, st, &err) != NORO_OK)
		return noro_complain(cli, &err);
	if (!cli->quiet)
		noro_say(cli, cli->out, N_("wrote %1: %2 indicators"), to, NORO_NUM(n));
	return l.failed_part ? NORO_EXIT_UNREAD : NORO_EXIT_CLEAN;
}

/* --- diff --- */

static uint64_t only_in(
	const struct noro_set *a, const struct noro_set *b, char sign, struct noro_buf *out)
{
	uint64_t n = 0;

	for (uint32_t k = 0; k < noro_set_keys(a); k++) {
		struct noro_set_key key;
		uint32_t other;

		if (noro_set_key(a, k, &key) != NORO_OK ||
			noro_set_find(b, key.kind, key.value, &other) == NORO_OK)
			continue;
		noro_buf_printf(out, "%c %s ", sign, noro_ioc_kind_name(key.kind));
		noro_escape(key.value, 4096, out);
		noro_buf_chr(out, '\n');
		n++;
	}
	return n;
}

static int diff(struct noro_cli *cli, const struct noro_args *args)
{
	struct noro_load l = { .cli = cli, .args = args };
	struct noro_error err = { 0 };
	struct noro_set *a = NULL, *b = NULL;
	struct noro_buf out = { 0 };
	uint64_t n = 0;
	enum noro_status st;

	if (args->words != 3)
		return intel_usage(cli, "diff OLD NEW");
	st = intel_set_of(&l, (const char *const *)args->word + 1, 1, false, &a, &err);
	if (st == NORO_OK && !l.failed_part)
		st = intel_set_of(&l, (const char *const *)args->word + 2, 1, false, &b, &err);
	if (st == NORO_OK && !l.failed_part)
		n = only_in(a, b, '-', &out) + only_in(b, a, '+', &out);
	noro_emit(cli->out, &out);
	noro_buf_done(&out);
	noro_set_free(a);
	noro_set_free(b);
	if (st != NORO_OK)
		return noro_complain(cli, &err);
	if (l.failed_part)
		return NORO_EXIT_FAILURE;
	return n ? NORO_EXIT_FINDINGS : NORO_EXIT_CLEAN;
}

static int run(struct noro_cli *cli, const struct noro_args *args)
{
	static const struct {
		const char *name;
		int (*run)(struct noro_cli *, const struct noro_args *);
	} verbs[] = {
		{ "show", show },
		{ "lint", lint },
		{ "compile", compile },
		{ "diff", diff },
		{ "extract", intel_extract },
		{ "export", intel_export },
		{ "convert", intel_convert },
	};

	for (size_t i = 0; args->words && i < sizeof(verbs) / sizeof(*verbs); i++)
		if (strcmp(args->word[0], verbs[i].name) == 0)
			return verbs[i].run(cli, args);
	return intel_usage(cli, "show | lint | extract | convert | compile | diff | export");
}

const struct noro_cmd noro_cmd_intel = {
	.name = "intel",
	.usage = "show | lint | extract | convert | compile | diff | export ...",
	.summary = N_("look at, check, convert and compile intelligence"),
	.text = text,
	.opts = opts,
	.examples = examples,
	.standards = "STIX 2.0 and 2.1 with patterning (OASIS), MISP core format and warning "
		     "lists, RFC 4180",
	.run = run,
	.words = "show lint extract convert compile diff export",
};
