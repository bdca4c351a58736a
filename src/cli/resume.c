/*
 * src/cli/resume.c - go on where an interrupted run stopped: its folder holds the
 * findings and the coverage it wrote, and resume.state, which only interrupted runs
 * leave there. What becomes of them is the hunt's business (hunt/resume.c).
 */
#include "cli/resume.h"

#include "base/file.h"
#include "report/report.h"

#include <unistd.h>

#define STATE "resume.state"
enum { MAX_FILE = 1 << 30 };

static enum noro_status read_text(struct noro_cli *cli, const char *dir, const char *name,
	struct noro_view *ret, struct noro_error *err)
{
	const char *path = noro_arena_printf(cli->arena, "%s/%s", dir, name);
	struct noro_buf b = { 0 };
	enum noro_status st = path ? noro_file_read(path, MAX_FILE, &b, err) : NORO_ENOMEM;

	*ret = noro_arena_view(cli->arena, noro_buf_as_view(&b));
	noro_buf_done(&b);
	return st;
}

enum noro_status noro_resume_open(
	struct noro_cli *cli, const char *dir, struct noro_hunt_opts *o, struct noro_error *err)
{
	struct noro_earlier *e = noro_arena_alloc(cli->arena, sizeof(*e));
	const char *state = noro_arena_printf(cli->arena, "%s/" STATE, dir);
	struct noro_view text;
	enum noro_status st;

	if (!e || !state)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (access(state, F_OK) != 0)
		return NORO_OK;
	st = read_text(cli, dir, STATE, &e->state, err);
	if (st == NORO_OK)
		st = read_text(cli, dir, "coverage.jsonl", &text, err);
	if (st == NORO_OK)
		st = noro_coverage_read(text, cli->arena, &e->coverage, &e->coverages, err);
	if (st == NORO_OK)
		st = read_text(cli, dir, "findings.jsonl", &text, err);
	if (st == NORO_OK)
		st = noro_findings_read(text, cli->arena, &e->finding, &e->findings, err);
	o->earlier = e;
	return st;
}

enum noro_status noro_resume_keep(
	struct noro_cli *cli, const char *dir, struct noro_view state, struct noro_error *err)
{
	const char *path = noro_arena_printf(cli->arena, "%s/" STATE, dir);

	if (!path)
		return noro_fail(err, NORO_ENOMEM, NULL);
	/* records as they are, secrets and all: for the owner only */
	if (state.n)
		return noro_file_write(path, 0600, state, err);
	(void)unlink(path);
	return NORO_OK;
}
