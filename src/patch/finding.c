/* src/patch/finding.c - rows of the order as findings, so that every report can carry them. */
#include "patch/patch_priv.h"

static enum noro_severity severity_of(const struct noro_patch_row *r)
{
	bool exploited = r->vuln->kev_ns != NORO_TIME_NONE, open = r->exposed >= NORO_EXPOSED_YES;
	int s = NORO_SEV_LOW;

	if (r->affected >= NORO_AFFECTED_RANGE)
		s = exploited ? NORO_SEV_HIGH : r->vuln->cvss >= 7 ? NORO_SEV_MEDIUM : NORO_SEV_LOW;
	else if (exploited && open)
		s = NORO_SEV_MEDIUM;
	if (open && r->affected >= NORO_AFFECTED_RANGE)
		s++;
	if (r->exposed == NORO_EXPOSED_NOT)
		s--;
	return (enum noro_severity)s;
}

static unsigned confidence_of(const struct noro_patch_row *r)
{
	static const unsigned by[] = { [NORO_AFFECTED_NOT] = 0,
		[NORO_AFFECTED_UNKNOWN] = 30,
		[NORO_AFFECTED_RANGE] = 85,
		[NORO_AFFECTED_EXACT] = 95 };

	return by[r->affected];
}

static struct noro_list one(struct noro_arena *a, const char *s)
{
	const char **item = noro_arena_array(a, 1, sizeof(*item));

	if (item)
		item[0] = s;
	return (struct noro_list){ item, item ? 1 : 0 };
}

static struct noro_text next_of(struct noro_arena *a, const struct noro_patch_row *r)
{
	struct noro_text m = r->vuln->mitigation;

	if (!r->fixed)
		return m.en || m.ja
			       ? m
			       : (struct noro_text){
					 "Update to the release that its maker names as repaired.",
					 "メーカーが修正済みとする版に更新する。"
				 };
	return (struct noro_text){ noro_arena_printf(a, "Update to %s or later. %s", r->fixed,
					   m.en ? m.en : ""),
		noro_arena_printf(a, "%s 以降に更新する。%s", r->fixed, m.ja ? m.ja : "") };
}

static enum noro_status fill(
	struct noro_arena *a, const struct noro_patch_row *r, struct noro_finding *f)
{
	struct noro_place *place = noro_arena_alloc(a, sizeof(*place));
	const struct noro_asset *s = r->asset;

	if (!place)
		return NORO_ENOMEM;
	*place = (struct noro_place){ .path = s->path,
		.line = s->line,
		.time_ns = s->seen_ns,
		.record = s->written ? s->written : "",
		.host = s->name };
	*f = (struct noro_finding){ .kind = NORO_F_VULNERABILITY,
		.rule = r->vuln->id,
		.title = r->vuln->title,
		.severity = severity_of(r),
		.confidence = confidence_of(r),
		.reason = r->reason,
		.reasons = r->reasons,
		.first_ns = s->since_ns,
		.last_ns = s->seen_ns,
		.time_from = s->seen_ns == NORO_TIME_NONE ? NORO_FROM_NONE : NORO_FROM_FILE,
		.count = 1,
		.place = place,
		.places = 1,
		.container = s->path,
		.grade = 1,
		.type = "software",
		.role = "",
		.hosts = one(a, s->name),
		.cve = one(a, r->vuln->id),
		.advisory = r->vuln->advisory,
		.next = next_of(a, r) };
	if (!f->title.en && !f->title.ja)
		f->title.en = r->vuln->id;
	f->value = noro_arena_printf(a, "%s: %s %s", s->name, s->product ? s->product : s->key,
		s->version ? s->version : "?");
	if (!f->value || !f->hosts.n || !f->cve.n)
		return NORO_ENOMEM;
	return noro_finding_identify(f);
}

enum noro_status noro_patch_findings(const struct noro_patch_result *r, struct noro_arena *a,
	const struct noro_finding **ret, size_t *ret_n)
{
	struct noro_finding *f = noro_arena_array(a, r->rows + 1, sizeof(*f));
	enum noro_status st = f ? NORO_OK : NORO_ENOMEM;

	for (size_t i = 0; st == NORO_OK && i < r->rows; i++)
		st = fill(a, &r->row[i], &f[i]);
	*ret = f;
	*ret_n = st == NORO_OK ? r->rows : 0;
	return st;
}
