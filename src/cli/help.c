/* src/cli/help.c - help made from the rows: what is printed cannot drift from what is parsed. */
#include "cli/cli.h"

#include "base/text.h"

enum { WIDTH = 79, OPTION_MARGIN = 28 };

static void indent(struct noro_buf *b, size_t columns)
{
	for (size_t i = 0; i < columns; i++)
		noro_buf_chr(b, ' ');
}

/* The next piece that must not be broken: an English word, a blank, or one wide character. */
static struct noro_view piece_of(struct noro_view rest)
{
	uint32_t scalar;
	size_t n = 0;

	if (rest.p[0] == ' ')
		return noro_view(rest.p, 1);
	if ((unsigned char)rest.p[0] >= 0x80) {
		n = noro_utf8_next(rest, &scalar);
		return noro_view(rest.p, n ? n : 1);
	}
	while (n < rest.n && rest.p[n] != ' ' && (unsigned char)rest.p[n] < 0x80)
		n++;
	return noro_view(rest.p, n);
}

/* Text at a left margin, wrapped; `at` is the column where it starts. */
static void wrapped(struct noro_buf *b, const char *text, size_t margin, size_t at)
{
	struct noro_view rest = noro_view_str(text);

	while (rest.n) {
		struct noro_view piece = piece_of(rest);
		size_t columns = noro_utf8_columns(piece);

		if (at + columns > WIDTH && at > margin) {
			noro_buf_chr(b, '\n');
			indent(b, margin);
			at = margin;
		}
		if (piece.p[0] != ' ' || at != margin) {
			noro_buf_view(b, piece);
			at += columns;
		}
		rest = noro_view_sub(rest, piece.n, rest.n);
	}
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
	indent(b, OPTION_MARGIN - width);
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
