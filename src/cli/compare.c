/* src/cli/compare.c - findings against an earlier run, and against what was silenced on purpose. */
#include "cli/compare.h"

#include "base/file.h"
#include "base/timeparse.h"
#include "base/yaml.h"
#include "report/report.h"

#include <fnmatch.h>
#include <stdlib.h>

enum { MAX_FILE = 1 << 30 };

static int by_id(const void *x, const void *y)
{
	const struct noro_finding *a = *(const struct noro_finding *const *)x,
				  *b = *(const struct noro_finding *const *)y;

	return strcmp(a->id, b->id);
}

static const struct noro_finding **sorted(
	struct noro_arena *a, const struct noro_finding *f, size_t n)
{
	const struct noro_finding **order = noro_arena_array(a, n + 1, sizeof(*order));

	for (size_t i = 0; order && i < n; i++)
		order[i] = &f[i];
	if (order && n > 1)
		qsort(order, n, sizeof(*order), by_id);
	return order;
}

static bool has_id(const struct noro_finding *const *order, size_t n, const struct noro_finding *f)
{
	return n && bsearch(&f, order, n, sizeof(*order), by_id);
}

enum noro_status noro_compare_previous(
	struct noro_cli *cli, const char *dir, struct noro_result *r, struct noro_error *err)
{
	const char *path = noro_arena_printf(cli->arena, "%s/findings.jsonl", dir);
	const struct noro_finding *old, **now_order, **old_order;
	struct noro_finding *all;
	struct noro_buf text = { 0 };
	size_t olds = 0, n = 0;
	enum noro_status st = path ? noro_file_read(path, MAX_FILE, &text, err) : NORO_ENOMEM;

	if (st == NORO_OK)
		st = noro_findings_read(noro_arena_view(cli->arena, noro_buf_as_view(&text)),
			cli->arena, &old, &olds, err);
	noro_buf_done(&text);
	if (st != NORO_OK)
		return st;
	all = noro_arena_array(cli->arena, r->findings + olds + 1, sizeof(*all));
	now_order = sorted(cli->arena, r->finding, r->findings);
	old_order = sorted(cli->arena, old, olds);
	if (!all || !now_order || !old_order)
		return noro_fail(err, NORO_ENOMEM, NULL);
	for (size_t i = 0; i < r->findings; i++) {
		all[n] = r->finding[i];
		all[n++].state =
			has_id(old_order, olds, &r->finding[i]) ? NORO_STATE_KNOWN : NORO_STATE_NEW;
	}
	for (size_t i = 0; i < olds; i++) {
		if (old[i].state == NORO_STATE_GONE || has_id(now_order, r->findings, &old[i]))
			continue;
		all[n] = old[i];
		all[n++].state = NORO_STATE_GONE;
	}
	r->finding = all;
	r->findings = n;
	return NORO_OK;
}

/* One entry of a suppress file; NULL keys match anything. */
struct silence {
	const char *id, *rule, *value, *path, *text;
};

static const char *text_of(struct noro_arena *a, const struct noro_json *v, const char *key)
{
	struct noro_view t = noro_json_str(v, key);

	return t.p ? noro_arena_strn(a, t.p, t.n) : NULL;
}

static bool silences(const struct silence *s, const struct noro_finding *f)
{
	return (!s->id || strcmp(s->id, f->id) == 0) &&
	       (!s->rule || strcmp(s->rule, f->rule) == 0) &&
	       (!s->value || fnmatch(s->value, f->value ? f->value : "", 0) == 0) &&
	       (!s->path || fnmatch(s->path, f->places ? f->place[0].path : "", 0) == 0);
}

static enum noro_status read_silence(struct noro_cli *cli, const struct noro_json *v,
	struct silence *ret, bool *ret_active, struct noro_error *err)
{
	const char *reason = text_of(cli->arena, v, "reason"),
		   *owner = text_of(cli->arena, v, "owner"),
		   *expires = text_of(cli->arena, v, "expires");
	struct noro_time_ctx ctx = { .ref_ns = NORO_TIME_NONE };
	struct noro_time until;

	*ret = (struct silence){ .id = text_of(cli->arena, v, "id"),
		.rule = text_of(cli->arena, v, "rule"),
		.value = text_of(cli->arena, v, "value"),
		.path = text_of(cli->arena, v, "path") };
	if (!reason || !owner || !expires)
		return noro_fail(err, NORO_EFORMAT, N_("an entry needs reason, owner and expires"));
	if (!ret->id && !ret->rule && !ret->value && !ret->path)
		return noro_fail(err, NORO_EFORMAT,
			N_("an entry needs id, rule, value or path: nothing may silence "
			   "everything"));
	if (!noro_time_parse(noro_view_str(expires), &ctx, &until))
		return noro_fail(err, NORO_EFORMAT, N_("'%1' is no day"), expires);
	*ret_active = until.ns > cli->now_ns;
	ret->text = noro_arena_printf(cli->arena, "%s (%s, %s)", reason, owner, expires);
	return ret->text ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
}

enum noro_status noro_compare_suppress(
	struct noro_cli *cli, const char *file, struct noro_result *r, struct noro_error *err)
{
	struct noro_buf text = { 0 };
	struct noro_view kept;
	const struct noro_json *root;
	struct noro_finding *all = noro_arena_array(cli->arena, r->findings + 1, sizeof(*all));
	enum noro_status st = noro_file_read(file, MAX_FILE, &text, err);

	kept = noro_arena_view(cli->arena, noro_buf_as_view(&text));
	noro_buf_done(&text);
	if (st == NORO_OK)
		st = noro_yaml_parse(cli->arena, kept, NULL, &root, err);
	if (st != NORO_OK || !all)
		return st == NORO_OK ? noro_fail(err, NORO_ENOMEM, NULL) : st;
	if (r->findings)
		memcpy(all, r->finding, r->findings * sizeof(*all));
	for (const struct noro_json *v = root->child; v; v = v->next) {
		struct silence s;
		bool active = false;

		st = read_silence(cli, v, &s, &active, err);
		if (st != NORO_OK) {
			(void)noro_error_at(err, file, NORO_AT_LINE, noro_line_of(kept, v->at));
			return st;
		}
		for (size_t i = 0; active && i < r->findings; i++)
			if (!all[i].suppressed && silences(&s, &all[i]))
				all[i].suppressed = s.text;
	}
	r->finding = all;
	return NORO_OK;
}
