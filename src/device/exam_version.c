/*
 * src/device/exam_version.c - what version the device runs, and whether it ran a newer one before:
 * an older release brings its holes back.
 */
#include "device/audit_priv.h"

#include "device/version.h"

/* The row that tells the version that runs; NULL. */
static const struct noro_fact *version_row(
	const struct exam *x, const struct noro_facts *facts, struct noro_view *ret)
{
	int t = noro_facts_table_by_name(x->u->o.def, NORO_V("image"));
	int c = t < 0 ? -1
		      : noro_table_column(
				noro_facts_table(x->u->o.def, (size_t)t), NORO_V("version"));

	if (c < NORO_COMMONS || !facts->at)
		return NULL;
	for (uint32_t i = facts->at[t]; i < facts->at[t + 1]; i++) {
		*ret = facts->row[i].col[c - NORO_COMMONS];
		if (ret->n)
			return &facts->row[i];
	}
	return NULL;
}

static const char *normal(const struct exam *x, struct noro_view v)
{
	char out[NORO_VERSION_TEXT];

	if (!v.n)
		return NULL;
	return noro_version_normal(x->dialect, v, out) ? noro_arena_str(x->a, out)
						       : noro_arena_strn(x->a, v.p, v.n);
}

enum noro_status noro_exam_version(struct exam *x)
{
	struct noro_view v = { 0 };

	if (!version_row(x, &x->facts, &v) && x->config)
		v = x->config->version;
	x->version = normal(x, v);
	if (v.n && !x->version)
		return NORO_ENOMEM;
	x->device = (struct noro_fact_device){ .name = noro_view_str(x->shown),
		.dialect = noro_view_str(noro_dialect_name(x->dialect)),
		.version = noro_view_str(x->version) };
	return NORO_OK;
}

enum noro_status noro_exam_downgrade(struct exam *x, bool *ret_told)
{
	struct noro_view now = { 0 }, was = { 0 };
	const struct noro_fact *row = version_row(x, &x->facts, &now);
	const char *a, *b;
	bool ok = false;
	int cmp;

	*ret_told = false;
	if (!row || !version_row(x, &x->approved, &was) || noro_view_eq(now, was))
		return NORO_OK;
	a = normal(x, now);
	b = normal(x, was);
	if (!a || !b)
		return NORO_ENOMEM;
	cmp = noro_version_cmp(x->dialect, a, b, &ok);
	if (cmp == 0 && ok)
		return NORO_OK;
	*ret_told = true;
	return noro_exam_row(x, "integrity", row,
		(const char *const[]){ "item", "version", "name", "running", "value", a, "expected",
			b, "state",
			!ok       ? "other"
			: cmp < 0 ? "older"
				  : "newer",
			NULL });
}
