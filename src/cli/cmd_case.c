/* src/cli/cmd_case.c - noroshi case verify, and the manifest that `hunt --custody` writes. */
#include "casework/custody.h"
#include "cli/cmds.h"

#include "base/jsonw.h"

static const struct noro_opt opts[] = {
	{ "root", 0, "DIR",
		N_("relative paths of the manifest stand below this folder; otherwise the working "
		   "folder") },
	{ 0 },
};

static const char *const text[] = {
	N_("verify reads the manifest of 'noroshi hunt --custody' and every file it names. It says "
	   "whether the chain of "
	   "digests is whole and which files changed. Keep the last digest apart, signed or on "
	   "paper: whoever rewrites the "
	   "whole chain is caught only by it."),
	NULL,
};

static const char *const examples[] = {
	"noroshi hunt --custody -o out/ evidence/",
	N_("hunt, and write out/custody.jsonl"),
	"noroshi case verify out/custody.jsonl",
	N_("is the evidence still what was hunted?"),
	NULL,
};

enum noro_status noro_cmd_custody(
	struct noro_cli *cli, const char *dir, const struct noro_result *r, struct noro_error *err)
{
	struct noro_custody_run run = {
		.version = NORO_VERSION, .argv = r->run.argv, .now_ns = r->run.now_ns
	};
	const char *path = noro_arena_printf(cli->arena, "%s/custody.jsonl", dir);
	struct noro_custody *c = NULL;
	char digest[NORO_CUSTODY_DIGEST];
	enum noro_status st =
		path ? noro_custody_open(path, &run, &c, err) : noro_fail(err, NORO_ENOMEM, NULL);

	for (size_t i = 0; st == NORO_OK && i < r->containers; i++) {
		const struct noro_container *k = &r->container[i];
		struct noro_custody_entry e = { .path = k->path,
			.size = k->size,
			.mtime_ns = k->mtime_ns,
			.ctime_ns = k->ctime_ns,
			.sha256 = k->sha256,
			.changed = k->changed };

		if (k->sha256)
			st = noro_custody_add(c, &e, err);
	}
	if (st != NORO_OK) {
		noro_custody_abandon(c);
		return st;
	}
	st = noro_custody_commit(c, digest, err);
	if (st == NORO_OK && !cli->quiet)
		noro_say(cli, cli->err, N_("custody: %1 files, last digest %2"),
			NORO_NUM(r->containers), digest);
	return st;
}

enum { MOST_SHOWN = 20 }; /* as text; a file that is no manifest would fill the screen */

struct verifying {
	struct noro_cli *cli;
	uint64_t told;
	struct noro_buf out;
};

static void on_problem(void *arg, const struct noro_custody_problem *p)
{
	struct verifying *v = arg;

	if (v->cli->json) {
		struct noro_jsonw w = noro_jsonw(&v->out);

		noro_jsonw_object(&w);
		noro_jsonw_ku64(&w, "line", p->line);
		noro_jsonw_kstr(&w, "path", p->path);
		noro_jsonw_key(&w, "problem");
		noro_jsonw_str(&w, p->what.id);
		noro_jsonw_object_end(&w);
	} else if (v->told++ >= MOST_SHOWN) {
		return;
	} else {
		noro_buf_printf(&v->out, "%llu: ", (unsigned long long)p->line);
		if (p->path)
			noro_buf_printf(&v->out, "%s: ", p->path);
		noro_lang_msg(v->cli->lang, &p->what, &v->out);
	}
	noro_buf_chr(&v->out, '\n');
}

static int verify(struct noro_cli *cli, const struct noro_args *args)
{
	struct verifying v = { .cli = cli };
	struct noro_custody_verdict verdict;
	struct noro_error err = { 0 };
	enum noro_status st = noro_custody_verify(
		args->word[1], noro_args_get(args, "root"), on_problem, &v, &verdict, &err);

	noro_emit(cli->out, &v.out);
	noro_buf_done(&v.out);
	if (st != NORO_OK)
		return noro_complain(cli, &err);
	if (!cli->json)
		noro_say(cli, cli->out,
			verdict.problems ? N_("%1 entries, %2 problems; last digest %3")
					 : N_("%1 entries, everything as it was; last digest %3"),
			NORO_NUM(verdict.entries), NORO_NUM(verdict.problems), verdict.digest);
	return verdict.problems ? NORO_EXIT_FINDINGS : NORO_EXIT_CLEAN;
}

static int run(struct noro_cli *cli, const struct noro_args *args)
{
	struct noro_error err;

	if (args->words == 2 && strcmp(args->word[0], "verify") == 0)
		return verify(cli, args);
	(void)noro_fail(&err, NORO_EARG, N_("say what to do: %1"), "verify MANIFEST");
	return noro_usage(cli, &noro_cmd_case, &err);
}

const struct noro_cmd noro_cmd_case = {
	.name = "case",
	.usage = "verify MANIFEST",
	.summary = N_("check that evidence is still what was hunted"),
	.text = text,
	.opts = opts,
	.examples = examples,
	.standards = "FIPS 180-4 (SHA-256), RFC 8259",
	.run = run,
	.words = "verify",
};
