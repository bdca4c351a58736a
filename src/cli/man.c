/*
 * src/cli/man.c - manual pages in mdoc(7) from the rows that parse the command
 * line, in either language: what is documented is what is there. tools/man writes
 * them into docs/man, and a test tells when they are out of date.
 */
#include "cli/cli.h"

#include <string.h>

/* Bumped when the pages change in substance. */
static const char page_date[] = "November 22, 2026";

/* One piece of text, `stop` excluded. A quotation mark would group a macro's arguments. */
static void escaped_until(struct noro_buf *b, const char *text, const char *stop)
{
	for (const char *p = text; p < stop; p++) {
		if (*p == '\\')
			noro_buf_str(b, "\\e");
		else if (*p == '-')
			noro_buf_str(b, "\\-");
		else if (*p == '"')
			noro_buf_str(b, "\\(dq");
		else if (p == text && (*p == '.' || *p == '\''))
			noro_buf_printf(b, "\\&%c", *p);
		else
			noro_buf_chr(b, *p);
	}
}

static void escaped(struct noro_buf *b, const char *text)
{
	escaped_until(b, text, text + strlen(text));
}

/* The end of the first sentence: mdoc wants each on a line of its own. */
static const char *sentence_end(const char *text)
{
	for (const char *p = text; *p; p++)
		if (p[0] == '.' && p[1] == ' ' && !(p[2] >= 'a' && p[2] <= 'z'))
			return p + 1;
	return text + strlen(text);
}

static void line(struct noro_buf *b, const struct noro_cli *cli, const char *id)
{
	const char *text = noro_lang_text(cli->lang, id);

	while (*text) {
		const char *stop = sentence_end(text);

		escaped_until(b, text, stop);
		noro_buf_chr(b, '\n');
		text = *stop ? stop + 1 : stop;
	}
}

static void option(struct noro_buf *b, const struct noro_cli *cli, const struct noro_opt *o)
{
	noro_buf_str(b, ".It ");
	if (o->letter)
		noro_buf_printf(b, "Fl %c , ", o->letter);
	noro_buf_printf(b, "Fl \\-%s", o->name);
	if (o->value)
		noro_buf_printf(b, " Ar %s", o->value);
	noro_buf_chr(b, '\n');
	line(b, cli, o->help);
}

static void options(struct noro_buf *b, const struct noro_cli *cli, const struct noro_cmd *cmd)
{
	noro_buf_str(b, ".Bl -tag -width Ds\n");
	for (const struct noro_opt *o = cmd ? cmd->also : NULL; o && o->name; o++)
		option(b, cli, o);
	for (const struct noro_opt *o = cmd ? cmd->opts : NULL; o && o->name; o++)
		option(b, cli, o);
	for (const struct noro_opt *o = noro_common_opts; o->name; o++)
		option(b, cli, o);
	noro_buf_str(b, ".El\n");
}

static void commands(struct noro_buf *b, const struct noro_cli *cli)
{
	noro_buf_str(b, ".Bl -tag -width completion\n");
	for (const struct noro_cmd *const *c = noro_cmds; *c; c++) {
		noro_buf_printf(b, ".It Cm %s\n", (*c)->name);
		line(b, cli, (*c)->summary);
	}
	noro_buf_str(b, ".El\n");
}

static void exit_status(struct noro_buf *b, const struct noro_cli *cli)
{
	static const struct {
		const char *code, *id;
	} rows[] = {
		{ "0", N_("nothing found, and everything was read") },
		{ "1", N_("findings") },
		{ "2", N_("wrong usage, or a failure") },
		{ "3", N_("nothing found, but something could not be read") },
	};

	noro_buf_str(b, ".Sh EXIT STATUS\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		noro_buf_printf(b, ".It %s\n", rows[i].code);
		line(b, cli, rows[i].id);
	}
	noro_buf_str(b, ".El\n");
}

static void examples(struct noro_buf *b, const struct noro_cli *cli, const struct noro_cmd *cmd)
{
	noro_buf_str(b, ".Sh EXAMPLES\n");
	for (const char *const *e = cmd ? cmd->examples : NULL; e && e[0]; e += 2) {
		line(b, cli, e[1]);
		noro_buf_str(b, ".Pp\n.Dl ");
		escaped(b, e[0]);
		noro_buf_str(b, e[2] ? "\n.Pp\n" : "\n");
	}
	if (!cmd)
		noro_buf_str(b, ".Dl noroshi hunt \\-o report/ /var/log\n");
}

/* The first command after `after` in the order of the alphabet, NULL at the end. */
static const char *next_name(const char *after)
{
	const char *best = NULL;

	for (const struct noro_cmd *const *c = noro_cmds; *c; c++)
		if (strcmp((*c)->name, after) > 0 && (!best || strcmp((*c)->name, best) < 0))
			best = (*c)->name;
	return best;
}

static void see_also(struct noro_buf *b, const struct noro_cmd *self)
{
	const char *between = "";

	noro_buf_str(b, ".Sh SEE ALSO\n");
	if (self) {
		noro_buf_str(b, ".Xr noroshi 1");
		between = " ,\n";
	}
	for (const char *name = next_name(""); name; name = next_name(name)) {
		if (self && strcmp(name, self->name) == 0)
			continue;
		noro_buf_printf(b, "%s.Xr noroshi-%s 1", between, name);
		between = " ,\n";
	}
	noro_buf_chr(b, '\n');
}

void noro_man_page(const struct noro_cli *cli, const struct noro_cmd *cmd, FILE *f)
{
	struct noro_buf b = { 0 };
	const char *dash = cmd ? "-" : "", *name = cmd ? cmd->name : "";

	noro_buf_printf(&b, ".Dd %s\n.Dt NOROSHI%s", page_date, dash);
	for (const char *p = name; *p; p++)
		noro_buf_chr(&b, (char)(*p & ~0x20));
	noro_buf_printf(&b, " 1\n.Os\n.Sh NAME\n.Nm noroshi%s%s\n.Nd ", dash, name);
	line(&b, cli, cmd ? cmd->summary : N_("network defence: hunt, share, report"));
	noro_buf_str(&b, ".Sh SYNOPSIS\n.Nm noroshi\n");
	if (cmd) {
		noro_buf_printf(&b, ".Cm %s\n", cmd->name);
		noro_buf_str(&b, ".Li ");
		escaped(&b, cmd->usage);
		noro_buf_chr(&b, '\n');
	} else {
		noro_buf_str(&b, ".Ar command\n.Op Ar arguments\n");
	}
	noro_buf_str(&b, ".Sh DESCRIPTION\n");
	if (!cmd)
		line(&b, cli,
			N_("noroshi hunts through an operator's evidence with an advisory in hand, "
			   "and says who, since "
			   "when, how sure, what to fix first, and what it could not see."));
	for (const char *const *p = cmd ? cmd->text : NULL; p && *p; p++) {
		if (p != cmd->text)
			noro_buf_str(&b, ".Pp\n");
		line(&b, cli, *p);
	}
	if (!cmd)
		commands(&b, cli);
	options(&b, cli, cmd);
	exit_status(&b, cli);
	examples(&b, cli, cmd);
	see_also(&b, cmd);
	if (cmd && cmd->standards) {
		noro_buf_str(&b, ".Sh STANDARDS\n");
		escaped(&b, cmd->standards);
		noro_buf_chr(&b, '\n');
	}
	noro_emit(f, &b);
	noro_buf_done(&b);
}
