/* src/cli/cmd_exercise.c - noroshi exercise make | score. */
#include "base/file.h"
#include "cli/cmds.h"
#include "exercise/exercise.h"
#include "report/report.h"

enum { MAX_FINDINGS = 1 << 30 };

static const struct noro_opt opts[] = {
	{ "output", 'o', "DIR",
		N_("make: the folder to write; it must not exist yet or be empty") },
	{ "seed", 0, "N",
		N_("make: another number, another incident; the same number, the same bytes (1)") },
	{ "size", 0, "SIZE", N_("make: evidence in all, before compression (16M)") },
	{ "brief", 0, "en|ja",
		N_("make: write the handout, the timed injects and the model answer too") },
	{ "truth", 0, "FILE", N_("score: truth.jsonl of the exercise") },
	{ 0 },
};

static const char *const text[] = {
	N_("'make' writes the traces of an incident at a small carrier: weeks of mixed logs with "
	   "planted activity and "
	   "decoys, the intelligence to hunt it with, and the truth. It writes traces of attacks, "
	   "never attacks: "
	   "addresses are documentation addresses, and markers stand where payloads would be."),
	N_("Scenarios: salt-typhoon, apt40-web, apt40-remote-access."),
	N_("'score' compares the findings of a hunt with the truth: precision, recall, and how "
	   "soon the first evidence "
	   "was there."),
	NULL,
};

static const char *const examples[] = {
	"noroshi exercise make salt-typhoon --seed 7 --size 64M --brief ja -o drill/",
	N_("an incident for a joint drill, with a Japanese handout"),
	"noroshi exercise score --truth drill/truth.jsonl out/findings.jsonl",
	N_("how well did a team do"),
	NULL,
};

static int make(struct noro_cli *cli, const struct noro_args *args)
{
	struct noro_exercise_opts o = { .dir = noro_args_get(args, "output"),
		.lang = noro_args_get(args, "brief") };
	struct noro_error err = { 0 };
	uint64_t seed;
	enum noro_status st = noro_args_size(args, "size", 16 << 20, &o.size_bytes, &err);

	if (st == NORO_OK)
		st = noro_args_count(args, "seed", 1, UINT64_MAX, &seed, &err);
	if (st == NORO_OK && (args->words != 2 || !o.dir))
		st = noro_fail(&err, NORO_EARG, N_("'make' needs one scenario and '--output'"));
	if (st != NORO_OK)
		return noro_usage(cli, &noro_cmd_exercise, &err);
	o.scenario = args->word[1];
	o.seed = seed;
	st = noro_exercise_make(&o, &err);
	if (st != NORO_OK)
		return noro_complain(cli, &err);
	if (!cli->quiet)
		noro_say(cli, cli->out, N_("wrote %1: evidence/, intel/, site.yaml, truth.jsonl"),
			o.dir);
	return NORO_EXIT_CLEAN;
}

static int score(struct noro_cli *cli, const struct noro_args *args)
{
	const char *truth = noro_args_get(args, "truth");
	const struct noro_finding *f;
	struct noro_exercise_score s;
	struct noro_error err = { 0 };
	struct noro_buf in = { 0 }, out = { 0 };
	size_t n;
	enum noro_status st;

	if (args->words != 2 || !truth) {
		(void)noro_fail(
			&err, NORO_EARG, N_("'score' needs '--truth' and one findings.jsonl"));
		return noro_usage(cli, &noro_cmd_exercise, &err);
	}
	st = noro_file_read(args->word[1], MAX_FINDINGS, &in, &err);
	if (st == NORO_OK)
		st = noro_findings_read(noro_buf_as_view(&in), cli->arena, &f, &n, &err);
	if (st != NORO_OK && err.unit == NORO_AT_LINE)
		(void)noro_error_at(&err, args->word[1], err.unit, err.at);
	if (st == NORO_OK)
		st = noro_exercise_score(cli->arena, truth, f, n, &s, &err);
	if (st == NORO_OK && cli->json)
		noro_exercise_score_json(&s, &out);
	else if (st == NORO_OK)
		noro_exercise_score_text(&s, cli->lang == NORO_JA ? "ja" : "en", &out);
	noro_emit(cli->out, &out);
	noro_buf_done(&out);
	noro_buf_done(&in);
	return st == NORO_OK ? NORO_EXIT_CLEAN : noro_complain(cli, &err);
}

static int run(struct noro_cli *cli, const struct noro_args *args)
{
	struct noro_error err;

	if (args->words && strcmp(args->word[0], "make") == 0)
		return make(cli, args);
	if (args->words && strcmp(args->word[0], "score") == 0)
		return score(cli, args);
	(void)noro_fail(&err, NORO_EARG, N_("say what to do: %1"), "make | score");
	return noro_usage(cli, &noro_cmd_exercise, &err);
}

const struct noro_cmd noro_cmd_exercise = {
	.name = "exercise",
	.usage = "make SCENARIO -o DIR | score --truth FILE FINDINGS",
	.summary = N_("make a realistic incident with its truth, and score a hunt against it"),
	.text = text,
	.opts = opts,
	.examples = examples,
	.run = run,
	.words = "make score",
};
