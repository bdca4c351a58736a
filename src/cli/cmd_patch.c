/* src/cli/cmd_patch.c - noroshi patch: what to repair first, on which device, and why. */
#include "cli/cmds.h"
#include "cli/load.h"
#include "device/fact.h"
#include "report/patch.h"

#include "base/file.h"

static const struct noro_opt opts[] = {
	{ "cve", 0, "PATH", N_("CVE records (cvelistV5 folders, files, archives); repeatable") },
	{ "csaf", 0, "PATH", N_("CSAF 2.0 advisories and VEX; repeatable") },
	{ "nvd", 0, "PATH", N_("NVD 2.0 JSON; repeatable") },
	{ "kev", 0, "PATH", N_("catalogue of exploited flaws of CISA, JSON or CSV; repeatable") },
	{ "epss", 0, "PATH", N_("EPSS scores, CSV; repeatable") },
	{ "ssvc", 0, "PATH", N_("CISA SSVC decisions (vulnrichment); repeatable") },
	{ "explain", 0, "CVE", N_("only this flaw: which of these it concerns, and why") },
	{ "site", 0, "FILE", N_("your own facts: addresses, administrators, approved servers") },
	{ "output", 'o', "DIR",
		N_("write patch.jsonl, patch.csv, patch.html, findings.jsonl, report.html and what "
		   "--format "
		   "names") },
	{ "format", 0, "NAMES",
		N_("terminal, jsonl, csv or html; with -o also sarif, stix and others of hunt") },
	{ "no-builtin", 0, NULL, N_("leave out the facts and checks that come with the program") },
	{ "knowledge", 0, "DIR", N_("more knowledge: vulnerabilities, checks; repeatable") },
	{ "jobs", 'j', "N", N_("workers; otherwise one for each processor") },
	{ "password-file", 0, "FILE", N_("passwords for encrypted archives, one a line") },
	{ 0 },
};

static const char *const text[] = {
	N_("Reads what you run, from configurations and outputs of 'show version', and from lists: "
	   "CSV and "
	   "Excel with English or Japanese headers, CycloneDX, SPDX, dpkg and rpm. Joins it with "
	   "what is known of flaws and says what to repair first, on which device, and why."),
	N_("The order: affected (by an exact release, by a span, not known), open by the device's "
	   "own "
	   "configuration and to untrusted networks, known to be exploited, named in AA25-239A, "
	   "EPSS "
	   "percentile, CVSS. A version that is not known never counts as safe. Facts on exploited "
	   "flaws "
	   "of network gear come with the program; more are read from the files that you "
	   "give. Nothing is fetched."),
	NULL,
};

static const char *const examples[] = {
	"noroshi patch configs/ show/",
	N_("what to repair first, with nothing but the facts that come with the program"),
	"noroshi patch --cve cves/ --kev kev.json --epss epss.csv.gz -o out/ list.xlsx",
	N_("a list of machines against your copies of public data"),
	NULL,
};

struct patching {
	struct noro_cli *cli;
	const struct noro_args *args;
	struct noro_load load;
	struct noro_pool *pool;
	struct noro_patch *p;
	struct noro_patch_result result;
	struct noro_report_opts ro;
	uint64_t refused; /* files of another form than ours */
};

/* A folder may hold many files that are no inventory: a few are named, the rest counted. */
static void refuse(void *ctx, const struct noro_error *err)
{
	enum { NAMED = 3 };
	struct patching *t = ctx;

	if (!t->cli->verbose && err->status == NORO_EFORMAT && t->refused++ >= NAMED)
		return;
	(void)noro_complain(t->cli, err);
}

static void tell_rest(const struct patching *t)
{
	enum { NAMED = 3 };

	if (!t->cli->verbose && t->refused > NAMED)
		noro_say(t->cli, t->cli->err,
			N_("%1 more files could not be used; --verbose names them"),
			NORO_NUM(t->refused - NAMED));
}

static enum noro_status prepare(struct patching *t, struct noro_error *err)
{
	struct noro_patch_opts o = { .now_ns = t->cli->now_ns, .refuse = refuse, .ctx = t };
	enum noro_status st = noro_load_knowledge(t->cli, t->args, &t->load, err);
	uint64_t jobs = 0;

	if (st == NORO_OK)
		st = noro_args_count(t->args, "jobs", 0, NORO_MAX_JOBS, &jobs, err);
	t->load.exposure = true;
	if (st == NORO_OK)
		st = noro_load_site(&t->load, t->args, err);
	if (st == NORO_OK)
		st = noro_load_devices(&t->load, err);
	if (st == NORO_OK)
		st = noro_load_rules(&t->load, err);
	if (st == NORO_OK)
		st = noro_pool_new((unsigned)jobs, &t->pool, err);
	o.facts = t->load.facts;
	o.rules = t->load.rules;
	o.pool = t->pool;
	if (st == NORO_OK)
		st = noro_load_passwords(t->cli, t->args, &o.source, err);
	if (st == NORO_OK)
		st = noro_patch_new(&o, &t->p, err);
	for (size_t i = 0; st == NORO_OK && i < t->load.knowledge_dirs; i++) {
		const char *path = noro_arena_printf(
			t->cli->arena, "%s/vulnerabilities", t->load.knowledge_dir[i]);

		st = path ? noro_patch_builtin(t->p, path, err) : noro_fail(err, NORO_ENOMEM, NULL);
	}
	t->ro.lang = t->cli->lang;
	t->ro.knowledge = t->load.knowledge;
	t->ro.dir = noro_args_get(t->args, "output");
	return st;
}

static enum noro_status feeds(struct patching *t, struct noro_error *err)
{
	static const char *const names[] = { "cve", "csaf", "nvd", "ssvc", "kev", "epss" };
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < sizeof(names) / sizeof(*names); i++) {
		size_t n;
		const char *const *path = noro_load_list(t->cli, t->args, names[i], &n);

		if (n)
			st = noro_patch_feeds(t->p, path, n, err);
	}
	return st;
}

static enum noro_status judge(struct patching *t, struct noro_error *err)
{
	enum noro_status st =
		noro_patch_inventory(t->p, (const char *const *)t->args->word, t->args->words, err);

	if (st == NORO_OK)
		st = feeds(t, err);
	return st == NORO_OK ? noro_patch_conclude(t->p, t->cli->arena, &t->result, err) : st;
}

/* Of one flaw only, whatever its place is. */
static enum noro_status explain(struct patching *t, struct noro_error *err)
{
	const char *id = noro_args_get(t->args, "explain");
	struct noro_patch_row *row;
	size_t n = 0;

	if (!id)
		return NORO_OK;
	row = noro_arena_array(t->cli->arena, t->result.rows + 1, sizeof(*row));
	if (!row)
		return noro_fail(err, NORO_ENOMEM, NULL);
	for (size_t i = 0; i < t->result.rows; i++)
		if (noro_view_is_i(noro_view_str(t->result.row[i].vuln->id), id))
			row[n++] = t->result.row[i];
	t->result.row = row;
	t->result.rows = n;
	if (!n)
		noro_say(t->cli, t->cli->err,
			N_("'%1' concerns none of these, as far as the facts in use tell"), id);
	return NORO_OK;
}

/* --- what comes out --- */

static enum noro_status write_file(
	struct patching *t, const char *name, struct noro_buf *out, struct noro_error *err)
{
	const char *path = noro_arena_printf(t->cli->arena, "%s/%s", t->ro.dir, name);

	return path ? noro_file_write(path, 0644, noro_buf_as_view(out), err)
		    : noro_fail(err, NORO_ENOMEM, NULL);
}

static bool asked(const struct patching *t, const struct noro_report_format *f)
{
	const char *list = noro_args_get(t->args, "format");
	struct noro_view rest = noro_view_str(list ? list : ""), one;

	while (noro_view_cut(&rest, ',', &one))
		if (noro_report_selects(noro_view_trim(one), f))
			return true;
	return false;
}

static enum noro_status write_findings(struct patching *t, struct noro_error *err)
{
	struct noro_result r = { .coverage = t->result.coverage,
		.coverages = t->result.coverages,
		.machine = t->result.machine,
		.machines = t->result.machines };
	enum noro_status st =
		noro_patch_findings(&t->result, t->cli->arena, &r.finding, &r.findings);

	r.run = (struct noro_run){ .version = NORO_VERSION,
		.argv = { (const char *const *)t->cli->argv, (size_t)t->cli->argc },
		.now_ns = t->cli->now_ns,
		.files = t->result.coverages,
		.unread = t->result.unread };
	for (const struct noro_report_format *f = noro_report_formats; st == NORO_OK && f->name;
		f++) {
		struct noro_buf out = { 0 };

		if (!f->file || !(f->by_default || asked(t, f)))
			continue;
		st = f->write(&r, &t->ro, &out, err);
		if (st == NORO_OK)
			st = write_file(t, f->file, &out, err);
		noro_buf_done(&out);
	}
	return st;
}

static enum noro_status write_folder(struct patching *t, struct noro_error *err)
{
	enum noro_status st = noro_mkdirs(t->ro.dir, err);

	for (const struct noro_report_patch_format *f = noro_report_patch_formats;
		st == NORO_OK && f->name; f++) {
		struct noro_buf out = { 0 };

		if (!f->file)
			continue;
		st = f->write(&t->result, &t->ro, &out, err);
		if (st == NORO_OK)
			st = write_file(t, f->file, &out, err);
		noro_buf_done(&out);
	}
	return st == NORO_OK ? write_findings(t, err) : st;
}

static enum noro_status print(struct patching *t, const char *name, struct noro_error *err)
{
	struct noro_buf out = { 0 };
	enum noro_status st = NORO_EARG;

	for (const struct noro_report_patch_format *f = noro_report_patch_formats; f->name; f++)
		if (strcmp(f->name, name) == 0)
			st = f->write(&t->result, &t->ro, &out, err);
	if (st == NORO_EARG)
		st = noro_fail(err, NORO_EARG,
			N_("no format '%1'; 'noroshi help patch' lists them"), name);
	if (st == NORO_OK)
		noro_emit(t->cli->out, &out);
	noro_buf_done(&out);
	return st;
}

static enum noro_status deliver(struct patching *t, struct noro_error *err)
{
	const char *format = noro_args_get(t->args, "format");
	enum noro_status st = t->ro.dir ? write_folder(t, err) : NORO_OK;

	if (st != NORO_OK)
		return st;
	if (t->cli->json)
		return print(t, "jsonl", err);
	return print(t, format && !t->ro.dir ? format : "terminal", err);
}

static int exit_code(const struct patching *t)
{
	if (t->result.rows)
		return NORO_EXIT_FINDINGS;
	return t->result.unread || t->result.unspoken || t->load.failed_part ? NORO_EXIT_UNREAD
									     : NORO_EXIT_CLEAN;
}

static int run(struct noro_cli *cli, const struct noro_args *args)
{
	struct patching t = { .cli = cli, .args = args };
	struct noro_error err = { 0 };
	enum noro_status st;
	int code;

	if (!args->words) {
		(void)noro_fail(&err, NORO_EARG,
			N_("what do you run? name configurations, outputs or lists"));
		return noro_usage(cli, &noro_cmd_patch, &err);
	}
	st = prepare(&t, &err);
	if (st == NORO_OK)
		st = judge(&t, &err);
	if (st == NORO_OK)
		st = explain(&t, &err);
	tell_rest(&t);
	noro_say_doubts(cli, t.result.coverage, t.result.coverages);
	if (st == NORO_OK)
		st = deliver(&t, &err);
	code = st == NORO_OK ? exit_code(&t) : noro_complain(cli, &err);
	noro_patch_free(t.p);
	noro_pool_free(t.pool);
	noro_load_done(&t.load);
	return code;
}

const struct noro_cmd noro_cmd_patch = {
	.name = "patch",
	.usage = "[--cve PATH]... [--kev FILE] [-o DIR] DEVICES...",
	.summary = N_("say what to repair first, on which device, and why"),
	.text = text,
	.opts = opts,
	.examples = examples,
	.standards =
		"CVE 5.x, CSAF 2.0 (OASIS), NVD 2.0, CPE 2.3, CISA KEV, FIRST EPSS, CISA SSVC, "
		"CycloneDX (ECMA-424), SPDX 2.3 (ISO/IEC 5962), RFC 4180, SARIF 2.1.0 (OASIS)",
	.run = run,
};
