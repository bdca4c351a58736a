/* src/cli/cli.c - from argv to a row of the table. */
#include "cli/cli.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/timeparse.h"

#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

const struct noro_opt noro_common_opts[] = {
	{ "lang", 0, "en|ja",
		N_("language of all texts; otherwise LC_ALL, LC_MESSAGES or LANG decide") },
	{ "now", 0, "TIME", N_("pin the clock, so that a run can be repeated byte for byte") },
	{ "json", 0, NULL, N_("machine-readable text on standard output") },
	{ "quiet", 'q', NULL, N_("results only: no progress, no advice") },
	{ "verbose", 'v', NULL, N_("say more about what was read and how") },
	{ "help", 'h', NULL, N_("this text") },
	{ 0 },
};

void noro_emit(FILE *f, const struct noro_buf *b)
{
	if (b->n)
		(void)fwrite(b->p, 1, b->n, f);
}

void noro_say_(const struct noro_cli *cli, FILE *f, const char *id, ...)
{
	struct noro_msg m = { .id = id };
	struct noro_buf b = { 0 };
	va_list ap;

	va_start(ap, id);
	for (size_t i = 0; i < 4; i++) {
		m.arg[i] = va_arg(ap, const char *);
		if (!m.arg[i])
			break;
	}
	va_end(ap);
	noro_lang_msg(cli->lang, &m, &b);
	noro_buf_chr(&b, '\n');
	noro_emit(f, &b);
	noro_buf_done(&b);
}

static void say_of(
	const struct noro_cli *cli, const struct noro_coverage *c, const struct noro_msg *m)
{
	struct noro_buf b = { 0 };

	noro_buf_str(&b, "noroshi: ");
	noro_escape(noro_view_str(c->path ? c->path : ""), 300, &b);
	noro_buf_str(&b, ": ");
	noro_lang_msg(cli->lang, m, &b);
	noro_buf_chr(&b, '\n');
	noro_emit(cli->err, &b);
	noro_buf_done(&b);
}

void noro_say_doubts(const struct noro_cli *cli, const struct noro_coverage *coverage, size_t n)
{
	enum { NAMED = 10 };
	size_t said = 0;

	for (size_t i = 0; !cli->quiet && i < n; i++) {
		const struct noro_coverage *c = &coverage[i];

		if (c->unread.id && said++ < NAMED)
			say_of(cli, c, &c->unread);
		if (c->note.id && said++ < NAMED)
			say_of(cli, c, &c->note);
	}
	if (said > NAMED)
		noro_say(cli, cli->err, N_("and %1 more"), NORO_NUM(said - NAMED));
}

void noro_say_absent(const struct noro_cli *cli, const struct noro_coverage *coverage, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (coverage[i].unread.id && coverage[i].status == NORO_ENOENT)
			say_of(cli, &coverage[i], &coverage[i].unread);
}

/* Statements that nobody knows, with the place of each. */
static void say_strange(const struct noro_cli *cli, const struct noro_coverage *c)
{
	struct noro_buf place = { 0 }, text = { 0 };

	for (size_t i = 0; i < c->strangers; i++) {
		noro_buf_clear(&place);
		noro_buf_clear(&text);
		noro_escape(noro_view_str(c->path ? c->path : ""), 300, &place);
		noro_escape(noro_view_str(c->stranger[i].text), 200, &text);
		noro_buf_chr(&place, '\0');
		noro_buf_chr(&text, '\0');
		if (place.status == NORO_OK && text.status == NORO_OK)
			noro_say(cli, cli->err, N_("%1:%2: a statement no map knows: %3"), place.p,
				NORO_NUM(c->stranger[i].line), text.p);
	}
	noro_buf_done(&place);
	noro_buf_done(&text);
	if (c->strange > c->strangers)
		say_of(cli, c,
			&(struct noro_msg){ N_("and %1 more statements no map knows"),
				{ NORO_NUM(c->strange - c->strangers) } });
}

void noro_say_read(const struct noro_cli *cli, const struct noro_result *r)
{
	for (size_t i = 0; i < r->coverages; i++) {
		const struct noro_coverage *c = &r->coverage[i];
		char sure[16];

		(void)snprintf(sure, sizeof(sure), "%u", c->why_sure);
		say_of(cli, c,
			&(struct noro_msg){ c->why_sure ? N_("read as %1, sure to %2 of 100")
							: N_("read as %1"),
				{ c->format, sure } });
		if (c->why.id)
			say_of(cli, c, &c->why);
		say_strange(cli, c);
	}
	for (size_t i = 0; i < r->machines; i++)
		for (size_t k = 0; k < r->machine[i].puzzles.n; k++)
			noro_say(cli, cli->err,
				N_("%1: the first line of this output that no pattern knows"),
				r->machine[i].puzzles.item[k]);
}

int noro_complain(const struct noro_cli *cli, const struct noro_error *err)
{
	struct noro_buf b = { 0 };

	noro_buf_str(&b, "noroshi: ");
	noro_lang_error(cli->lang, err, &b);
	noro_buf_chr(&b, '\n');
	noro_emit(cli->err, &b);
	noro_buf_done(&b);
	return NORO_EXIT_FAILURE;
}

int noro_usage(const struct noro_cli *cli, const struct noro_cmd *cmd, const struct noro_error *err)
{
	(void)noro_complain(cli, err);
	noro_say(cli, cli->err, N_("usage: noroshi %1 %2 (see 'noroshi help %1')"), cmd->name,
		cmd->usage);
	return NORO_EXIT_FAILURE;
}

const struct noro_cmd *noro_cmd_by_name(const char *name)
{
	for (const struct noro_cmd *const *c = noro_cmds; *c; c++)
		if (strcmp((*c)->name, name) == 0)
			return *c;
	return NULL;
}

static enum noro_lang lang_of_environment(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *v = getenv(names[i]);

		if (v && *v)
			return noro_lang_by_name(v);
	}
	return NORO_EN;
}

static enum noro_status common_options(
	struct noro_cli *cli, const struct noro_args *args, struct noro_error *err)
{
	const char *lang = noro_args_get(args, "lang"), *now = noro_args_get(args, "now");

	if (lang && strcmp(lang, "en") != 0 && strcmp(lang, "ja") != 0)
		return noro_fail(
			err, NORO_EARG, N_("option '--lang' is 'en' or 'ja', not '%1'"), lang);
	if (lang)
		cli->lang = noro_lang_by_name(lang);
	cli->quiet = noro_args_has(args, "quiet");
	cli->verbose = noro_args_has(args, "verbose");
	cli->json = noro_args_has(args, "json");
	if (now) {
		struct noro_time_ctx ctx = { .ref_ns = NORO_TIME_NONE };
		struct noro_time t;

		if (!noro_time_parse(noro_view_str(now), &ctx, &t))
			return noro_fail(err, NORO_EARG,
				N_("option '--now' needs a time like 2025-08-27T00:00:00Z, not "
				   "'%1'"),
				now);
		cli->now_ns = t.ns;
	}
	return NORO_OK;
}

static int run_command(struct noro_cli *cli, const struct noro_cmd *cmd, int argc, char **argv)
{
	const struct noro_opt *const tables[] = { noro_common_opts, cmd->opts, cmd->also, NULL };
	struct noro_args args;
	struct noro_error err = { 0 };
	int code;

	/* --lang counts even when the command line is wrong */
	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "--lang=", 7) == 0)
			cli->lang = noro_lang_by_name(argv[i] + 7);
		else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
			cli->lang = noro_lang_by_name(argv[i + 1]);
	}
	if (noro_args_parse(argc, argv, tables, &args, &err) != NORO_OK)
		return noro_usage(cli, cmd, &err);
	if (common_options(cli, &args, &err) != NORO_OK) {
		code = noro_usage(cli, cmd, &err);
	} else if (noro_args_has(&args, "help")) {
		noro_help_command(cli, cmd, cli->out);
		code = NORO_EXIT_CLEAN;
	} else {
		code = cmd->run(cli, &args);
	}
	noro_args_done(&args);
	return code;
}

/* `noroshi --lang ja help`, `noroshi --help`, `noroshi --version`: options may stand before the
 * verb. */
static int leading_options(struct noro_cli *cli, int argc, char **argv, int *at)
{
	for (; *at < argc && argv[*at][0] == '-'; (*at)++) {
		const char *a = argv[*at];

		if (strcmp(a, "--version") == 0 || strcmp(a, "-V") == 0) {
			(void)fprintf(cli->out, "noroshi %s\n", NORO_VERSION);
			return NORO_EXIT_CLEAN;
		}
		if (strcmp(a, "--help") == 0 || strcmp(a, "-h") == 0) {
			noro_help_all(cli, cli->out);
			return NORO_EXIT_CLEAN;
		}
		if (strcmp(a, "--lang") == 0 && *at + 1 < argc) {
			cli->lang = noro_lang_by_name(argv[++*at]);
		} else if (strncmp(a, "--lang=", 7) == 0) {
			cli->lang = noro_lang_by_name(a + 7);
		} else {
			struct noro_error err;

			(void)noro_fail(&err, NORO_EARG,
				N_("unknown option '%1': options stand behind the command"), a);
			return noro_complain(cli, &err);
		}
	}
	return -1;
}

int noro_cli_main(int argc, char **argv)
{
	struct noro_cli cli = { .out = stdout,
		.err = stderr,
		.argc = argc,
		.argv = argv,
		.lang = lang_of_environment(),
		.out_tty = isatty(STDOUT_FILENO) == 1,
		.err_tty = isatty(STDERR_FILENO) == 1,
		.now_ns = noro_clock_now() };
	int at = 1, code = leading_options(&cli, argc, argv, &at);
	const struct noro_cmd *cmd;

	if (code >= 0)
		return code;
	if (at >= argc) {
		noro_help_all(&cli, cli.err);
		return NORO_EXIT_FAILURE;
	}
	cmd = noro_cmd_by_name(argv[at]);
	if (!cmd) {
		struct noro_error err;

		(void)noro_fail(&err, NORO_EARG, N_("no command '%1'; 'noroshi help' lists them"),
			argv[at]);
		return noro_complain(&cli, &err);
	}
	cli.arena = noro_arena_new(0);
	if (!cli.arena)
		return NORO_EXIT_FAILURE;
	code = run_command(&cli, cmd, argc - at - 1, argv + at + 1);
	noro_arena_free(cli.arena);
	/* A full disk or a closed pipe behind standard output is a failure, not a clean run. */
	if (fflush(cli.out) != 0 || ferror(cli.out))
		return NORO_EXIT_FAILURE;
	return code;
}
