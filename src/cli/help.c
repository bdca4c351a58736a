/* src/cli/help.c - help made from the rows: what is printed cannot drift from what is parsed. */
#include "cli/cli.h"

#include "report/layout.h"

enum { WIDTH = 79, OPTION_MARGIN = 28 };

/* Text at a left margin, wrapped; `at` is the column where it starts. */
static void wrapped(struct noro_buf *b, const char *text, size_t margin, size_t at)
{
	noro_layout_wrap(noro_view_str(text), at, margin, WIDTH, b);
	noro_buf_chr(b, '\n');
}

static void option_row(const struct noro_cli *cli, struct noro_buf *b, const struct noro_opt *o)
{
	size_t start = b->n, width;

	if (o->letter)
		noro_buf_printf(b, "  -%c, ", o->letter);
	else
		noro_buf_str(b, "      ");
	noro_buf_printf(b, "--%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
	width = b->n - start;
	if (width >= OPTION_MARGIN) {
		noro_buf_chr(b, '\n');
		width = 0;
	}
	noro_layout_blanks(OPTION_MARGIN - width, b);
	wrapped(b, noro_lang_text(cli->lang, o->help), OPTION_MARGIN, OPTION_MARGIN);
}

static void heading(const struct noro_cli *cli, struct noro_buf *b, const char *id)
{
	noro_buf_printf(b, "\n%s\n", noro_lang_text(cli->lang, id));
}

void noro_help_command(const struct noro_cli *cli, const struct noro_cmd *cmd, FILE *f)
{
	struct noro_buf b = { 0 };

	noro_buf_printf(&b, "noroshi %s %s\n\n", cmd->name, cmd->usage);
	wrapped(&b, noro_lang_text(cli->lang, cmd->summary), 0, 0);
	for (const char *const *p = cmd->text; p && *p; p++) {
		noro_buf_chr(&b, '\n');
		wrapped(&b, noro_lang_text(cli->lang, *p), 0, 0);
	}
	heading(cli, &b, N_("Options"));
	for (const struct noro_opt *o = cmd->also; o && o->name; o++)
		option_row(cli, &b, o);
	for (const struct noro_opt *o = cmd->opts; o && o->name; o++)
		option_row(cli, &b, o);
	for (const struct noro_opt *o = noro_common_opts; o->name; o++)
		option_row(cli, &b, o);
	if (cmd->examples)
		heading(cli, &b, N_("Examples"));
	for (const char *const *e = cmd->examples; e && e[0]; e += 2) {
		noro_buf_str(&b, "  ");
		wrapped(&b, noro_lang_text(cli->lang, e[1]), 2, 2);
		noro_buf_printf(&b, "    %s\n", e[0]);
	}
	heading(cli, &b, N_("Exit status"));
	wrapped(&b,
		noro_lang_text(cli->lang, N_("0 nothing found and everything read; 1 findings; 2 "
					     "usage or failure; 3 nothing found, "
					     "but something could not be read.")),
		0, 0);
	noro_emit(f, &b);
	noro_buf_done(&b);
}

void noro_help_all(const struct noro_cli *cli, FILE *f)
{
	struct noro_buf b = { 0 };

	wrapped(&b,
		noro_lang_text(cli->lang,
			N_("noroshi hunts through an operator's evidence with an advisory in hand, "
			   "and says who, "
			   "since when, how sure, what to fix first, and what it could not see.")),
		0, 0);
	heading(cli, &b, N_("Commands"));
	for (const struct noro_cmd *const *c = noro_cmds; *c; c++) {
		noro_buf_printf(&b, "  %-10s ", (*c)->name);
		wrapped(&b, noro_lang_text(cli->lang, (*c)->summary), 13, 13);
	}
	heading(cli, &b, N_("Start here"));
	noro_buf_str(&b, "  noroshi hunt /var/log\n"
			 "  noroshi hunt -i advisory.json -o report/ evidence/\n"
			 "  noroshi help hunt\n");
	noro_emit(f, &b);
	noro_buf_done(&b);
}
