/* src/cli/cmd_hunt.c - noroshi hunt: the main job. */
#include "base/file.h"
#include "base/pool.h"
#include "cli/cmds.h"
#include "cli/compare.h"
#include "cli/load.h"
#include "cli/resume.h"
#include "cli/watch.h"
#include "hunt/hunt.h"
#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static const struct noro_opt opts[] = {
	{ "no-checks", 0, NULL, N_("indicators only") },
	{ "since", 0, "TIME", N_("leave out records before this time") },
	{ "until", 0, "TIME", N_("leave out records after this time") },
	{ "resume", 0, NULL,
		N_("go on where an interrupted run with the same output folder stopped") },
	{ "max-depth", 0, "N", N_("archives inside archives that are opened (5)") },
	{ "max-ratio", 0, "N", N_("how many times larger unpacked data may be (1000)") },
	{ "kernel", 0, "NAME",
		N_("matching kernel: avx512, avx2, sse42, neon or scalar; otherwise the best "
		   "one") },
	{ 0 },
};

static const char *const text[] = {
	N_("Reads log files, folders and archives, looks for every indicator of the given and the "
	   "built-in advisories, "
	   "runs the checks, and says who, since when, how sure, what to fix first, and what the "
	   "evidence could not have "
	   "shown. Without -i the built-in knowledge is used. '-' reads standard input. Evidence "
	   "is never changed."),
	NULL,
};

static const char *const examples[] = {
	"noroshi hunt /var/log",
	N_("look for everything the built-in advisories know"),
	"noroshi hunt -i AA25-239A.stix.json -o out/ evidence/ --tz Asia/Tokyo",
	N_("an advisory in hand, a folder of evidence, a report to read"),
	"noroshi hunt --previous out-1/ -o out-2/ evidence/",
	N_("what is new since the last time"),
	"zcat fw.log.gz | noroshi hunt -i list.txt --json -",
	N_("in a pipe, findings as JSON Lines"),
	NULL,
};

/* What one run needs beside the intelligence. */
struct hunting {
	struct noro_cli *cli;
	const struct noro_args *args;
	struct noro_load load;
	struct noro_hunt_opts o;
	struct noro_report_opts ro;
	struct noro_progress progress;
	struct noro_result result;
	struct noro_buf state; /* what a later --resume needs */
	const struct noro_hunt_mode *mode;
	bool interrupted;
};

enum { MAX_DEPTH = 64, MAX_RATIO = 1000000000 };

static enum noro_status numbers(struct hunting *h, struct noro_error *err)
{
	uint64_t jobs, memory, depth, ratio;
	enum noro_status st = noro_args_count(h->args, "jobs", 0, NORO_MAX_JOBS, &jobs, err);

	if (st == NORO_OK)
		st = noro_args_size(h->args, "max-memory", 0, &memory, err);
	if (st == NORO_OK)
		st = noro_args_count(h->args, "max-depth", 0, MAX_DEPTH, &depth, err);
	if (st == NORO_OK)
		st = noro_args_count(h->args, "max-ratio", 0, MAX_RATIO, &ratio, err);
	if (st != NORO_OK)
		return st;
	h->o.jobs = (unsigned)jobs;
	h->o.max_memory = (size_t)memory;
	h->o.source.limits.max_depth = (unsigned)depth;
	h->o.source.limits.max_ratio = ratio;
	return NORO_OK;
}

static enum noro_status zones(struct hunting *h, struct noro_error *err)
{
	enum noro_status st = noro_load_zone(h->cli, noro_args_get(h->args, "tz"), &h->o.zone, err);

	if (st == NORO_OK)
		st = noro_load_zone(
			h->cli, noro_args_get(h->args, "show-tz"), &h->ro.show_zone, err);
	if (st == NORO_OK)
		st = noro_load_time(h->cli, "since", noro_args_get(h->args, "since"), h->o.zone,
			&h->o.since_ns, err);
	if (st == NORO_OK)
		st = noro_load_time(h->cli, "until", noro_args_get(h->args, "until"), h->o.zone,
			&h->o.until_ns, err);
	return st;
}

/* A baseline that is not there would make everything look approved by nobody. */
static enum noro_status baselines(struct hunting *h, struct noro_error *err)
{
	h->o.baseline = noro_load_list(h->cli, h->args, "baseline", &h->o.baselines);
	for (size_t i = 0; i < h->o.baselines; i++)
		if (access(h->o.baseline[i], R_OK) != 0)
			return noro_fail_errno(err, errno, h->o.baseline[i]);
	return NORO_OK;
}

static void on_refused(void *ctx, const char *path, const struct noro_error *err)
{
	struct hunting *h = ctx;
	struct noro_error own = *err;

	(void)noro_error_at(&own, path, own.unit, own.at);
	(void)noro_complain(h->cli, &own);
	h->load.failed_part = true;
}

static enum noro_status prepare(struct hunting *h, struct noro_error *err)
{
	const char *hash = noro_args_get(h->args, "hash");
	enum noro_status st = numbers(h, err);

	if (st == NORO_OK && hash && strcmp(hash, "none") != 0 && strcmp(hash, "findings") != 0 &&
		strcmp(hash, "all") != 0)
		st = noro_fail(err, NORO_EARG,
			N_("option '--hash' is none, findings or all, not '%1'"), hash);
	if (st == NORO_OK)
		st = zones(h, err);
	if (st == NORO_OK)
		st = noro_load_passwords(h->cli, h->args, &h->o.source, err);
	if (st == NORO_OK)
		st = noro_load_all(h->cli, h->args, &h->load, err);
	if (st == NORO_OK && noro_args_has(h->args, "resume"))
		st = noro_resume_open(h->cli, noro_args_get(h->args, "output"), &h->o, err);
	if (noro_args_has(h->args, "output"))
		h->o.state = &h->state;
	h->o.path = (const char *const *)h->args->word;
	h->o.paths = h->args->words;
	h->o.set = h->load.set;
	h->o.rules = noro_args_has(h->args, "no-checks") ? NULL : h->load.rules;
	h->o.facts = h->o.rules ? h->load.facts : NULL;
	h->o.vrps = h->load.vrps;
	h->o.protect = h->load.protect;
	h->o.protects = h->load.protects;
	if (st == NORO_OK)
		st = baselines(h, err);
	h->o.on_refused = on_refused;
	h->o.refused_ctx = h;
	h->o.devices_only = h->mode->devices_only;
	h->o.knowledge = h->load.knowledge;
	h->o.allow = h->load.allow;
	h->o.own = h->load.site.own;
	h->o.owns = h->load.site.owns;
	h->o.exercise = h->load.site.exercise;
	h->o.yara = h->load.yara;
	h->o.yaras = h->load.yaras;
	h->o.now_ns = h->cli->now_ns;
	h->o.kernel = noro_args_get(h->args, "kernel");
	h->o.hash_all = noro_args_has(h->args, "custody") || (hash && strcmp(hash, "all") == 0);
	h->o.hash_none = hash && strcmp(hash, "none") == 0 && !h->o.hash_all;
	h->o.progress = &h->progress;
	h->o.source.progress = &h->progress;
	h->ro.lang = h->cli->lang;
	h->ro.knowledge = h->load.knowledge;
	h->ro.era = noro_args_has(h->args, "era");
	h->ro.colour = h->cli->out_tty && !getenv("NO_COLOR");
	h->ro.dir = noro_args_get(h->args, "output");
	return st;
}

static enum noro_status hunt_now(struct hunting *h, struct noro_error *err)
{
	struct noro_watcher *watch = noro_watch_start(h->cli, &h->progress);
	enum noro_status st;

	if (watch) {
		h->o.on_first = noro_watch_first;
		h->o.ctx = watch;
	}
	st = noro_hunt(&h->o, h->cli->arena, &h->result, err);
	noro_watch_stop(watch);
	h->interrupted = st == NORO_EINTR;
	if (st == NORO_OK || h->interrupted)
		st = noro_report_redact(&h->result, h->cli->arena);
	return st;
}

static enum noro_status afterwards(struct hunting *h, struct noro_error *err)
{
	const char *previous = noro_args_get(h->args, "previous"),
		   *suppress = noro_args_get(h->args, "suppress");
	struct noro_run *run = &h->result.run;
	enum noro_status st = NORO_OK;

	run->argv = (struct noro_list){ (const char *const *)h->cli->argv, (size_t)h->cli->argc };
	run->intel = h->load.used;
	run->intels = h->load.useds;
	run->show_tz = noro_args_get(h->args, "show-tz");
	run->era = h->ro.era;
	if (st == NORO_OK && previous)
		st = noro_compare_previous(h->cli, previous, &h->result, err);
	if (st == NORO_OK && suppress)
		st = noro_compare_suppress(h->cli, suppress, &h->result, err);
	return st;
}

/* Where a format goes: a file, or else the screen. */
struct sink {
	FILE *out;
	struct noro_outfile *file;
};

static enum noro_status put(const struct sink *to, const struct noro_buf *b, struct noro_error *err)
{
	if (b->status != NORO_OK)
		return noro_fail(err, b->status, NULL);
	if (to->file)
		return noro_outfile_write(to->file, b->p ? b->p : "", b->n, err);
	noro_emit(to->out, b);
	return NORO_OK;
}

/* A format of lines is made and written in stretches: the whole of a fleet's would not fit. */
static enum noro_status write_format(struct hunting *h, const struct noro_report_format *f,
	const struct sink *to, struct noro_error *err)
{
	enum { STRETCH = 512 };
	struct noro_result part = h->result;
	struct noro_buf out = { 0 };
	size_t done = 0, all = h->result.findings;
	enum noro_status st;

	do {
		if (f->lines) {
			part.finding = h->result.finding ? h->result.finding + done : NULL;
			part.findings = all - done < STRETCH ? all - done : STRETCH;
		}
		noro_buf_clear(&out);
		st = f->write(&part, &h->ro, &out, err);
		if (st == NORO_OK)
			st = put(to, &out, err);
		done += part.findings;
	} while (st == NORO_OK && done < all);
	noro_buf_done(&out);
	return st;
}

static enum noro_status write_one(struct hunting *h, const struct noro_report_format *f,
	const char *dir, struct noro_error *err)
{
	const char *path = noro_arena_printf(h->cli->arena, "%s/%s", dir, f->file);
	struct sink to = { 0 };
	enum noro_status st = path ? noro_outfile_open(path, 0644, &to.file, err) : NORO_ENOMEM;

	if (st != NORO_OK)
		return st;
	st = write_format(h, f, &to, err);
	if (st == NORO_OK)
		return noro_outfile_commit(to.file, err);
	noro_outfile_abandon(to.file);
	return st;
}

/* A format whose library is not installed is named; the others are written all the same. */
static enum noro_status without_library(struct hunting *h, enum noro_status st,
	const struct noro_report_format *f, struct noro_error *err)
{
	if (st != NORO_EUNSUPPORTED)
		return st;
	(void)noro_error_at(err, f->file, NORO_AT_NONE, 0);
	(void)noro_complain(h->cli, err);
	*err = (struct noro_error){ 0 };
	h->load.failed_part = true;
	return NORO_OK;
}

static bool named(const char *list, const struct noro_report_format *f)
{
	struct noro_view rest = noro_view_str(list), one;

	while (noro_view_cut(&rest, ',', &one))
		if (noro_report_selects(noro_view_trim(one), f))
			return true;
	return false;
}

static bool some_format(struct noro_view asked)
{
	for (const struct noro_report_format *f = noro_report_formats; f->name; f++)
		if (noro_report_selects(asked, f))
			return true;
	return false;
}

static enum noro_status check_formats(const char *list, struct noro_error *err)
{
	struct noro_view rest = noro_view_str(list), one;

	while (noro_view_cut(&rest, ',', &one)) {
		char name[64] = "";

		one = noro_view_trim(one);
		if (one.n < sizeof(name))
			memcpy(name, one.p, one.n);
		if (!some_format(one))
			return noro_fail(err, NORO_EARG,
				N_("no format '%1'; 'noroshi help hunt' lists them"), name);
	}
	return NORO_OK;
}

static enum noro_status write_folder(struct hunting *h, const char *dir, struct noro_error *err)
{
	const char *list = noro_args_get(h->args, "format");
	enum noro_status st = noro_mkdirs(dir, err);

	for (const struct noro_report_format *f = noro_report_formats; st == NORO_OK && f->name;
		f++)
		if (f->file && (f->by_default || named(list ? list : "", f)))
			st = without_library(h, write_one(h, f, dir, err), f, err);
	if (st == NORO_OK)
		st = noro_resume_keep(h->cli, dir, noro_buf_as_view(&h->state), err);
	if (st == NORO_OK && noro_args_has(h->args, "custody"))
		st = noro_cmd_custody(h->cli, dir, &h->result, err);
	return st;
}

static enum noro_status print_format(struct hunting *h, const char *name, struct noro_error *err)
{
	const struct noro_report_format *f = noro_report_by_name(name);
	struct sink to = { .out = h->cli->out };

	if (!f)
		return noro_fail(
			err, NORO_EARG, N_("no format '%1'; 'noroshi help hunt' lists them"), name);
	return write_format(h, f, &to, err);
}

static void say_doubts(const struct hunting *h)
{
	const struct noro_run *run = &h->result.run;

	noro_say_doubts(h->cli, h->result.coverage, h->result.coverages);
	if (run->undecided && !h->cli->quiet)
		noro_say(h->cli, h->cli->err,
			N_("%1 times the expression '%2' of a check was given up: not decided "
			   "there"),
			NORO_NUM(run->undecided), run->undecided_by);
}

static enum noro_status deliver(struct hunting *h, struct noro_error *err)
{
	const char *dir = h->ro.dir, *format = noro_args_get(h->args, "format");
	enum noro_status st = dir ? write_folder(h, dir, err) : NORO_OK;

	if (st != NORO_OK)
		return st;
	if (h->cli->json || (format && !dir && strcmp(format, "terminal") != 0) || h->mode->show)
		say_doubts(h);
	else if (!h->cli->quiet)
		noro_say_absent(h->cli, h->result.coverage, h->result.coverages);
	if (h->cli->verbose && !h->cli->quiet)
		noro_say_read(h->cli, &h->result);
	if (h->cli->json)
		return print_format(h, "jsonl", err);
	if (format && !dir)
		return print_format(h, format, err);
	if (h->mode->show) {
		h->mode->show(h->cli, h->args, &h->result);
		return NORO_OK;
	}
	return print_format(h, "terminal", err);
}

static int exit_code(const struct hunting *h)
{
	for (size_t i = 0; i < h->result.findings; i++)
		if (!h->result.finding[i].suppressed &&
			h->result.finding[i].state != NORO_STATE_GONE)
			return NORO_EXIT_FINDINGS;
	return h->result.run.unread || h->result.run.undecided || h->load.failed_part ||
			       h->interrupted
		       ? NORO_EXIT_UNREAD
		       : NORO_EXIT_CLEAN;
}

int noro_hunt_run(
	struct noro_cli *cli, const struct noro_args *args, const struct noro_hunt_mode *mode)
{
	struct hunting h = { .cli = cli, .args = args, .mode = mode };
	struct noro_error err = { 0 };
	const char *format = noro_args_get(args, "format");
	enum noro_status st = format ? check_formats(format, &err) : NORO_OK;
	int code;

	if (!args->words)
		st = noro_fail(&err, NORO_EARG,
			N_("what should be searched? name files or folders, or '-'"));
	if (st == NORO_OK && noro_args_has(args, "resume") && !noro_args_has(args, "output"))
		st = noro_fail(&err, NORO_EARG, N_("option '--resume' needs '--output'"));
	if (st == NORO_OK && noro_args_has(args, "custody") && !noro_args_has(args, "output"))
		st = noro_fail(&err, NORO_EARG, N_("option '--custody' needs '--output'"));
	if (st != NORO_OK)
		return noro_usage(cli, mode->cmd, &err);
	st = prepare(&h, &err);
	if (st == NORO_OK)
		st = hunt_now(&h, &err);
	if (st == NORO_OK)
		st = afterwards(&h, &err);
	if (st == NORO_OK)
		st = deliver(&h, &err);
	code = st == NORO_OK ? exit_code(&h) : noro_complain(cli, &err);
	noro_buf_done(&h.state);
	noro_load_done(&h.load);
	return code;
}

static int run(struct noro_cli *cli, const struct noro_args *args)
{
	struct noro_hunt_mode mode = { .cmd = &noro_cmd_hunt };

	return noro_hunt_run(cli, args, &mode);
}

const struct noro_cmd noro_cmd_hunt = {
	.name = "hunt",
	.usage = "[-i INTEL]... [-o DIR] EVIDENCE...",
	.summary = N_("search evidence for what advisories describe, and report what was and could "
		      "not be seen"),
	.text = text,
	.opts = opts,
	.also = noro_load_opts,
	.examples = examples,
	.standards = "STIX 2.0 and 2.1 (OASIS), MISP core format, RFC 3164, RFC 5424, RFC 4180, "
		     "RFC 8259, RFC 7493, RFC 3339, "
		     "SARIF 2.1.0 (OASIS), MITRE ATT&CK, FIRST TLP 2.0",
	.run = run,
};
