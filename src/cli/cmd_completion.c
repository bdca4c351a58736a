/* src/cli/cmd_completion.c - shell completion from the rows. */
#include "cli/cmds.h"

#include <ctype.h>

static const struct noro_opt opts[] = { { 0 } };

static const char *const examples[] = {
	"noroshi completion bash > /etc/bash_completion.d/noroshi",
	N_("for every user of bash"),
	"noroshi completion fish > ~/.config/fish/completions/noroshi.fish",
	N_("for fish"),
	NULL,
};

static void words(struct noro_buf *b, const struct noro_opt *o)
{
	for (; o && o->name; o++)
		noro_buf_printf(b, " --%s", o->name);
}

static void verbs(struct noro_buf *b)
{
	for (const struct noro_cmd *const *c = noro_cmds; *c; c++)
		noro_buf_printf(b, "%s%s", c == noro_cmds ? "" : " ", (*c)->name);
}

/* "en|ja" lists its words; FILE and NAME do not. */
static bool lists_words(const struct noro_opt *o)
{
	return o->value && strchr(o->value, '|') && islower((unsigned char)o->value[0]);
}

static void value_words(struct noro_buf *b, const char *value)
{
	for (; *value; value++)
		noro_buf_chr(b, *value == '|' ? ' ' : *value);
}

static void bash_values(struct noro_buf *b, const char *verb, const struct noro_opt *o)
{
	for (; o && o->name; o++) {
		if (!lists_words(o))
			continue;
		noro_buf_printf(b, "\t%s,--%s) opts=\"", verb, o->name);
		value_words(b, o->value);
		noro_buf_str(b, "\"; COMPREPLY=($(compgen -W \"$opts\" -- \"$cur\")); return ;;\n");
	}
}

static void bash(const struct noro_cli *cli, struct noro_buf *b)
{
	(void)cli;
	noro_buf_str(b, "_noroshi() {\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} opts=\n"
			"\tif [ \"$COMP_CWORD\" = 1 ]; then COMPREPLY=($(compgen -W \"");
	verbs(b);
	noro_buf_str(b, "\" -- \"$cur\")); return; fi\n"
			"\tcase ${COMP_WORDS[1]},${COMP_WORDS[COMP_CWORD-1]} in\n");
	for (const struct noro_cmd *const *c = noro_cmds; *c; c++) {
		bash_values(b, (*c)->name, (*c)->opts);
		bash_values(b, (*c)->name, (*c)->also);
	}
	bash_values(b, "*", noro_common_opts);
	for (const struct noro_cmd *const *c = noro_cmds; *c; c++) {
		bool help = strcmp((*c)->name, "help") == 0;

		if (!(*c)->words && !help)
			continue;
		noro_buf_printf(b, "\t%s,%s) COMPREPLY=($(compgen -W \"", (*c)->name, (*c)->name);
		if (help)
			verbs(b);
		else
			noro_buf_str(b, (*c)->words);
		/* where files may stand there, too, a word that fits none is one of them */
		noro_buf_str(b, "\" -- \"$cur\")); [ ${#COMPREPLY[@]} -gt 0 ] && return ;;\n");
	}
	noro_buf_str(b, "\tesac\n\tcase ${COMP_WORDS[1]} in\n");
	for (const struct noro_cmd *const *c = noro_cmds; *c; c++) {
		noro_buf_printf(b, "\t%s) opts=\"", (*c)->name);
		words(b, (*c)->opts);
		words(b, (*c)->also);
		words(b, noro_common_opts);
		noro_buf_str(b, "\" ;;\n");
	}
	noro_buf_str(b,
		"\tesac\n\tcase $cur in\n\t-*) COMPREPLY=($(compgen -W \"$opts\" -- \"$cur\")) ;;\n"
		"\t*) local IFS=$'\\n'; COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n\tesac\n}\n"
		"complete -o filenames -F _noroshi noroshi\n");
}

static void zsh(const struct noro_cli *cli, struct noro_buf *b)
{
	noro_buf_str(b, "#compdef noroshi\nautoload -U +X bashcompinit && bashcompinit\n");
	bash(cli, b);
}

static void quoted(struct noro_buf *b, const char *text)
{
	noro_buf_chr(b, '\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			noro_buf_chr(b, '\\');
		noro_buf_chr(b, *text);
	}
	noro_buf_chr(b, '\'');
}

static void fish_options(
	const struct noro_cli *cli, struct noro_buf *b, const char *verb, const struct noro_opt *o)
{
	for (; o && o->name; o++) {
		noro_buf_printf(b, "complete -c noroshi -n '__fish_seen_subcommand_from %s' -l %s",
			verb, o->name);
		if (o->letter)
			noro_buf_printf(b, " -s %c", o->letter);
		if (lists_words(o)) {
			noro_buf_str(b, " -x -a '");
			value_words(b, o->value);
			noro_buf_str(b, "'");
		}
		noro_buf_str(b, o->value ? " -r -d " : " -d ");
		quoted(b, noro_lang_text(cli->lang, o->help));
		noro_buf_chr(b, '\n');
	}
}

static void fish(const struct noro_cli *cli, struct noro_buf *b)
{
	for (const struct noro_cmd *const *c = noro_cmds; *c; c++) {
		noro_buf_printf(
			b, "complete -c noroshi -n __fish_use_subcommand -a %s -d ", (*c)->name);
		quoted(b, noro_lang_text(cli->lang, (*c)->summary));
		noro_buf_chr(b, '\n');
		if ((*c)->words)
			noro_buf_printf(b,
				"complete -c noroshi -n '__fish_seen_subcommand_from %s; and not "
				"__fish_seen_subcommand_from %s' -a '%s'\n",
				(*c)->name, (*c)->words, (*c)->words);
		fish_options(cli, b, (*c)->name, (*c)->opts);
		fish_options(cli, b, (*c)->name, (*c)->also);
		fish_options(cli, b, (*c)->name, noro_common_opts);
	}
}

static int run(struct noro_cli *cli, const struct noro_args *args)
{
	static const struct {
		const char *name;
		void (*write)(const struct noro_cli *, struct noro_buf *);
	} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };
	struct noro_error err;

	for (size_t i = 0; args->words == 1 && i < sizeof(shells) / sizeof(*shells); i++) {
		struct noro_buf b = { 0 };

		if (strcmp(args->word[0], shells[i].name) != 0)
			continue;
		shells[i].write(cli, &b);
		noro_emit(cli->out, &b);
		noro_buf_done(&b);
		return NORO_EXIT_CLEAN;
	}
	(void)noro_fail(&err, NORO_EARG, N_("say which shell: %1"), "bash | zsh | fish");
	return noro_usage(cli, &noro_cmd_completion, &err);
}

const struct noro_cmd noro_cmd_completion = {
	.name = "completion",
	.usage = "bash | zsh | fish",
	.summary = N_("print completion for a shell"),
	.opts = opts,
	.examples = examples,
	.run = run,
	.words = "bash zsh fish",
};
