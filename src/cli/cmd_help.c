/* src/cli/cmd_help.c - noroshi help, noroshi help COMMAND, noroshi help CHECK-ID. */
#include "cli/cmds.h"
#include "cli/load.h"

static const struct noro_opt opts[] = {
	{ "man", 0, NULL, N_("print the manual page as mdoc(7)") },
	{ "knowledge", 0, "DIR", N_("more knowledge: advisories, actors, checks; repeatable") },
	{ "no-builtin", 0, NULL,
		N_("leave out the advisories and checks that come with the program") },
	{ 0 },
};

static const char *const examples[] = {
	"noroshi help hunt",
	N_("options and examples of one command"),
	"noroshi help LOGIN-02 --lang ja",
	N_("what a check looks for and what to do about it, in Japanese"),
	NULL,
};

/* Rules that are no check of the knowledge: the hunt makes them itself. */
static const struct {
	const char *prefix, *text;
} made_here[] = {
	{ "contact", N_("contact: a machine inside came back to a listed address again and again, "
			"at least eight times over at "
			"least an hour, inside the time in which the address was in use. That is "
			"how an implant reports home. Find "
			"the program that makes the connections before blocking them.") },
	{ "ioc:", N_("ioc:KIND: a value of the intelligence stands in the evidence, exactly and as "
		     "a whole. Its confidence "
		     "starts from the kind of value and from what the source says, and changes "
		     "with the time of the record, the "
		     "way it is written, and allow-lists; the reasons are listed with each "
		     "finding.") },
	{ "stix-pattern:", N_("stix-pattern:KIND: a STIX pattern of several parts was decided over "
			      "the records of one text. What could "
			      "not be decided there lowers the confidence and is named.") },
	{ "yara:", N_("yara:RULE: one of your YARA rules matches the bytes of a file. How much "
		      "that says depends on the rule.") },
};

static bool explain_made_here(const struct noro_cli *cli, const char *id)
{
	for (size_t i = 0; i < sizeof(made_here) / sizeof(*made_here); i++) {
		if (strncmp(id, made_here[i].prefix, strlen(made_here[i].prefix)) != 0)
			continue;
		noro_say(cli, cli->out, made_here[i].text);
		return true;
	}
	return false;
}

static int explain(struct noro_cli *cli, const struct noro_args *args)
{
	struct noro_load load = { 0 };
	struct noro_error err = { 0 };
	struct noro_buf out = { 0 };
	enum noro_status st = noro_load_knowledge(cli, args, &load, &err);
	int code = NORO_EXIT_CLEAN;

	if (st == NORO_OK)
		st = noro_load_rules(&load, &err);
	if (st == NORO_OK && noro_rules_explain(load.rules, args->word[0], cli->lang == NORO_JA,
				     &out) != NORO_OK)
		st = noro_fail(&err, NORO_ENOENT, N_("'%1' is neither a command nor a check"),
			args->word[0]);
	if (st == NORO_OK)
		noro_emit(cli->out, &out);
	else
		code = noro_complain(cli, &err);
	noro_buf_done(&out);
	noro_load_done(&load);
	return code;
}

static int run(struct noro_cli *cli, const struct noro_args *args)
{
	const struct noro_cmd *cmd;

	if (noro_args_has(args, "man")) {
		noro_man_page(cli, args->words ? noro_cmd_by_name(args->word[0]) : NULL, cli->out);
		return NORO_EXIT_CLEAN;
	}
	if (!args->words) {
		noro_help_all(cli, cli->out);
		return NORO_EXIT_CLEAN;
	}
	cmd = noro_cmd_by_name(args->word[0]);
	if (!cmd && explain_made_here(cli, args->word[0]))
		return NORO_EXIT_CLEAN;
	if (!cmd)
		return explain(cli, args);
	noro_help_command(cli, cmd, cli->out);
	return NORO_EXIT_CLEAN;
}

const struct noro_cmd noro_cmd_help = {
	.name = "help",
	.usage = "[COMMAND | CHECK-ID]",
	.summary = N_("explain a command or a check"),
	.opts = opts,
	.examples = examples,
	.run = run,
};
