/* src/cli/cmd_audit.c - noroshi audit: configurations and outputs of devices, and what to collect.
 */
#include "cli/cmds.h"
#include "cli/load.h"
#include "device/audit.h"

#include "base/mem.h"

static const struct noro_opt opts[] = {
	{ "advisory", 0, "ID",
		N_("print the behaviours of this advisory: could this evidence show it, was it "
		   "found, where") },
	{ "explain", 0, "CHECK", N_("say what a check looks for and what to do about it") },
	{ "self-test", 0, NULL, N_("run the examples of every check and stop") },
	{ 0 },
};

static const char *const text[] = {
	N_("Reads configurations and outputs of show commands of network devices, from files, "
	   "folders and archives, and reports what an intruder adds or weakens: accounts, keys, "
	   "AAA servers, filters, tunnels, mirrors, captures, containers, routes. What runs is "
	   "compared with what is configured, and both with a baseline. Texts of one device "
	   "are found by its name. Nothing is sent to a device."),
	N_("Routes of collectors are read as well, alone or beside a device: MRT (RFC 6396: tables "
	   "and updates, compressed too) and BMP (RFC 7854), against --roas and the protected "
	   "prefixes of --site."),
	N_("'audit plan DIALECT' prints the commands to collect, in a safe order: ios, ios-xe, "
	   "ios-xr, nx-os, asa, junos, eos, vrp, fortios, pan-os, routeros, vyos, sros, yamaha, "
	   "nec-ix, "
	   "alaxala."),
	NULL,
};

static const char *const examples[] = {
	"noroshi audit configs/",
	N_("all devices of a backup folder"),
	"noroshi audit --baseline approved/ --site site.yaml -o out/ collected/",
	N_("what came since the approved state, with your own lists"),
	"noroshi audit --advisory AA25-239A collected/",
	N_("behaviour by behaviour: found, not found, or not visible here"),
	"noroshi audit --roas vrps.json --site site.yaml rib.20250827.0000.bz2 updates.bmp",
	N_("routes of a collector: origins that no ROA allows, parts of your own prefixes"),
	"noroshi audit plan ios-xe",
	N_("what to collect from a device before judging it"),
	NULL,
};

/* --- plan --- */

static void print_plan(const struct noro_cli *cli, const struct noro_plan_row *row, size_t n)
{
	bool ja = cli->lang == NORO_JA;

	for (size_t i = 0; i < n; i++) {
		const char *why = ja && row[i].why.ja ? row[i].why.ja : row[i].why.en;
		const char *caution =
			ja && row[i].caution.ja ? row[i].caution.ja : row[i].caution.en;

		(void)fprintf(cli->out, "%s%s\n", row[i].risk ? "! " : "", row[i].command);
		if (cli->quiet)
			continue;
		if (why && *why)
			(void)fprintf(cli->out, "    %s\n", why);
		if (row[i].risk)
			(void)fprintf(
				cli->out, "    [%s] %s\n", row[i].risk, caution ? caution : "");
	}
}

static int plan(struct noro_cli *cli, const struct noro_args *args)
{
	struct noro_load load = { 0 };
	struct noro_error err = { 0 };
	const char *name = args->words > 1 ? args->word[1] : "";
	enum noro_dialect d = noro_dialect_by_name(noro_view_str(name));
	enum noro_status st = NORO_OK;
	const struct noro_plan_row *row = NULL;
	size_t n = 0;

	if (d == NORO_DIALECT_NONE)
		st = noro_fail(&err, NORO_EARG,
			N_("no dialect '%1'; 'noroshi help audit' lists them"), name);
	if (st == NORO_OK)
		st = noro_load_knowledge(cli, args, &load, &err);
	if (st == NORO_OK)
		st = noro_load_devices(&load, &err);
	if (st == NORO_OK && load.facts)
		n = noro_plan(load.facts, d, &row);
	if (st == NORO_OK && !n)
		st = noro_fail(&err, NORO_ENOENT, N_("there is no plan for '%1' yet"), name);
	if (st == NORO_OK)
		print_plan(cli, row, n);
	noro_load_done(&load);
	return st == NORO_OK ? NORO_EXIT_CLEAN : noro_complain(cli, &err);
}

/* --- one advisory, behaviour by behaviour --- */

static const struct noro_finding *finding_by_id(const struct noro_result *r, const char *id)
{
	for (size_t i = 0; i < r->findings; i++)
		if (strcmp(r->finding[i].id, id) == 0)
			return &r->finding[i];
	return NULL;
}

static const char *answer_text(enum noro_answer a)
{
	switch (a) {
	case NORO_ANSWER_FOUND:
		return N_("found");
	case NORO_ANSWER_NOT_FOUND:
		return N_("not found, though it would have shown");
	case NORO_ANSWER_NO_EVIDENCE:
		return N_("no evidence of that kind");
	case NORO_ANSWER_OPEN:
		return N_("not seen, but the way stands open, or only your list can tell");
	default:
		return N_("not decided yet");
	}
}

static void show_row(
	struct noro_cli *cli, const struct noro_result *r, const struct noro_behaviour_row *b)
{
	enum { MOST = 5 };
	const char *title = cli->lang == NORO_JA && b->title.ja ? b->title.ja : b->title.en;

	(void)fprintf(cli->out, "%-8s %s\n         ", b->id, title ? title : "");
	noro_say(cli, cli->out, answer_text(b->answer));
	for (size_t i = 0; i < b->finding_ids.n && i < MOST; i++) {
		const struct noro_finding *f = finding_by_id(r, b->finding_ids.item[i]);

		if (f && f->places)
			(void)fprintf(cli->out, "         %s  %s:%llu\n", f->rule, f->place[0].path,
				(unsigned long long)f->place[0].line);
	}
	if (b->finding_ids.n > MOST)
		(void)fprintf(cli->out, "         ... %zu\n", b->finding_ids.n);
}

static void show_advisory(
	struct noro_cli *cli, const struct noro_args *args, const struct noro_result *r)
{
	const char *id = noro_args_get(args, "advisory");
	size_t n = 0;

	for (size_t i = 0; i < r->run.behaviours; i++) {
		const struct noro_behaviour_row *b = &r->run.behaviour[i];

		if (!noro_view_is_i(noro_view_str(b->advisory), id))
			continue;
		show_row(cli, r, b);
		n++;
	}
	if (!n)
		noro_say(cli, cli->err, N_("no advisory '%1' with behaviours is in use"), id);
}

/* --- examples of the checks --- */

struct testing {
	const struct noro_cli *cli;
	const struct noro_facts_def *facts;
};

static enum noro_status example_device(
	void *ctx, const struct noro_rule_example *e, noro_rule_rows_fn *rows, void *to)
{
	const struct testing *t = ctx;

	return noro_audit_example(t->facts, e, rows, to);
}

static void failed_example(void *ctx, const char *id, uint64_t line, const struct noro_msg *why)
{
	const struct testing *t = ctx;
	const struct noro_cli *cli = t->cli;

	(void)fprintf(cli->err, "%s:%llu: ", id, (unsigned long long)line);
	noro_say(cli, cli->err, why->id, why->arg[0], why->arg[1], why->arg[2]);
}

static int self_test(struct noro_cli *cli, const struct noro_args *args)
{
	struct noro_load load = { 0 };
	struct noro_error err = { 0 };
	struct testing testing = { .cli = cli };
	struct noro_self_test t = { .fail = failed_example, .ctx = &testing };
	enum noro_status st = noro_load_knowledge(cli, args, &load, &err);

	if (st == NORO_OK)
		st = noro_load_devices(&load, &err);
	if (st == NORO_OK)
		st = noro_load_rules(&load, &err);
	testing.facts = load.facts;
	t.device = load.facts ? example_device : NULL;
	if (st == NORO_OK)
		st = noro_rules_self_test(load.rules, &t, &err);
	if (st == NORO_OK)
		(void)fprintf(cli->out, "%zu checks, %zu examples, %zu failed\n", t.checks,
			t.examples, t.failures);
	noro_load_done(&load);
	if (st != NORO_OK)
		return noro_complain(cli, &err);
	return t.failures || load.failed_part ? NORO_EXIT_FAILURE : NORO_EXIT_CLEAN;
}

static int explain(struct noro_cli *cli, const char *check)
{
	const char *word[] = { check };
	struct noro_args one = { .word = word, .words = 1 };

	return noro_cmd_help.run(cli, &one);
}

/* Said before the work, not after it. */
static int unknown_advisory(struct noro_cli *cli, const struct noro_args *args, const char *id)
{
	struct noro_load load = { 0 };
	struct noro_error err = { 0 };
	enum noro_status st = noro_load_knowledge(cli, args, &load, &err);

	if (st == NORO_OK && (!load.knowledge || !noro_knowledge_advisory(load.knowledge, id)))
		st = noro_fail(
			&err, NORO_ENOENT, N_("no advisory '%1' with behaviours is in use"), id);
	noro_load_done(&load);
	return st == NORO_OK ? NORO_EXIT_CLEAN : noro_complain(cli, &err);
}

static int run(struct noro_cli *cli, const struct noro_args *args)
{
	const char *advisory = noro_args_get(args, "advisory");
	struct noro_hunt_mode mode = { .cmd = &noro_cmd_audit, .devices_only = true };
	const char *check = noro_args_get(args, "explain");

	if (check)
		return explain(cli, check);
	if (noro_args_has(args, "self-test"))
		return self_test(cli, args);
	if (args->words && strcmp(args->word[0], "plan") == 0)
		return plan(cli, args);
	if (advisory && unknown_advisory(cli, args, advisory) != NORO_EXIT_CLEAN)
		return NORO_EXIT_FAILURE;
	if (advisory)
		mode.show = show_advisory;
	return noro_hunt_run(cli, args, &mode);
}

const struct noro_cmd noro_cmd_audit = {
	.name = "audit",
	.usage = "[--site FILE] [--baseline PATH]... CONFIGURATIONS... | plan DIALECT",
	.summary = N_("judge configurations, running state and routes of network devices"),
	.text = text,
	.opts = opts,
	.also = noro_load_opts,
	.examples = examples,
	.standards = "RFC 6811, RFC 6396, RFC 7854, SARIF 2.1.0 (OASIS), MITRE ATT&CK",
	.run = run,
	.words = "plan",
};
