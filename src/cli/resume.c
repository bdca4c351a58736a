/*
 * src/cli/resume.c - go on where an interrupted run stopped: files that were read
 * whole are not read again; their findings and coverage are taken over.
 */
#include "cli/resume.h"

#include "base/file.h"
#include "report/report.h"

#include <stdlib.h>
#include <unistd.h>

enum { MAX_FILE = 1 << 30 };

/* The file on disk of "a.zip!/b": what stands before the first "!/". */
static struct noro_view container_of(const char *path)
{
	struct noro_view v = noro_view_str(path);
	size_t at = noro_view_find(v, NORO_V("!/"));

	return at == SIZE_MAX ? v : noro_view_sub(v, 0, at);
}

static int by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static bool in_list(const struct noro_resume *r, const char *container)
{
	return r->dones && bsearch(&container, r->done, r->dones, sizeof(*r->done), by_text);
}

/* A container counts as done when every one of its entries was read to the end. */
static enum noro_status find_done(
	struct noro_cli *cli, struct noro_resume *r, struct noro_error *err)
{
	r->done = noro_arena_array(cli->arena, r->coverages + 1, sizeof(*r->done));
	if (!r->done)
		return noro_fail(err, NORO_ENOMEM, NULL);
	for (size_t i = 0; i < r->coverages; i++) {
		struct noro_view c = container_of(r->coverage[i].path ? r->coverage[i].path : "");
		bool whole = true,
		     first = i == 0 || !noro_view_eq(c, container_of(r->coverage[i - 1].path));

		/* entries of one container stand together */
		for (size_t k = i; first && whole && k < r->coverages &&
				   noro_view_eq(c, container_of(r->coverage[k].path));
			k++)
			whole = r->coverage[k].status == NORO_OK;
		if (first && whole)
			r->done[r->dones++] = noro_arena_strn(cli->arena, c.p, c.n);
	}
	qsort(r->done, r->dones, sizeof(*r->done), by_text);
	return NORO_OK;
}

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

enum noro_status noro_resume_open(struct noro_cli *cli, const char *dir, struct noro_resume *ret,
	struct noro_hunt_opts *o, struct noro_error *err)
{
	struct noro_view text;
	enum noro_status st = read_text(cli, dir, "coverage.jsonl", &text, err);

	*ret = (struct noro_resume){ 0 };
	if (st == NORO_ENOENT)
		return NORO_OK;
	if (st == NORO_OK)
		st = noro_coverage_read(text, cli->arena, &ret->coverage, &ret->coverages, err);
	if (st == NORO_OK)
		st = read_text(cli, dir, "findings.jsonl", &text, err);
	if (st == NORO_OK)
		st = noro_findings_read(text, cli->arena, &ret->finding, &ret->findings, err);
	if (st == NORO_OK)
		st = find_done(cli, ret, err);
	o->done = ret->done;
	o->dones = ret->dones;
	return st;
}

static int by_path(const void *x, const void *y)
{
	const struct noro_coverage *a = x, *b = y;

	return strcmp(a->path, b->path);
}

static bool belongs(const struct noro_resume *r, struct noro_arena *a, const char *path)
{
	struct noro_view c = container_of(path ? path : "");
	const char *container = noro_arena_strn(a, c.p, c.n);

	return container && in_list(r, container);
}

enum noro_status noro_resume_join(struct noro_cli *cli, const struct noro_resume *old,
	struct noro_result *r, struct noro_error *err)
{
	struct noro_finding *f =
		noro_arena_array(cli->arena, r->findings + old->findings + 1, sizeof(*f));
	struct noro_coverage *c =
		noro_arena_array(cli->arena, r->coverages + old->coverages + 1, sizeof(*c));
	size_t nf = r->findings, nc = r->coverages;

	if (!f || !c)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (nf)
		memcpy(f, r->finding, nf * sizeof(*f));
	if (nc)
		memcpy(c, r->coverage, nc * sizeof(*c));
	for (size_t i = 0; i < old->findings; i++)
		if (old->finding[i].container &&
			belongs(old, cli->arena, old->finding[i].container))
			f[nf++] = old->finding[i];
	for (size_t i = 0; i < old->coverages; i++) {
		if (!belongs(old, cli->arena, old->coverage[i].path))
			continue;
		c[nc++] = old->coverage[i];
		r->run.bytes += old->coverage[i].read_bytes;
		r->run.records += old->coverage[i].records;
	}
	if (nf)
		qsort(f, nf, sizeof(*f), noro_finding_cmp);
	if (nc)
		qsort(c, nc, sizeof(*c), by_path);
	r->finding = f;
	r->findings = nf;
	r->coverage = c;
	r->coverages = nc;
	return NORO_OK;
}
