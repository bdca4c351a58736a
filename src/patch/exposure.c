/*
 * src/patch/exposure.c - is this device open to that flaw? Each flaw names checks of the device
 * catalogue; a finding of one of them on that very device answers yes. No finding answers no only
 * in dialects whose configuration would have shown it, and not where a port that no configuration
 * explains says that something else runs.
 */
#include "patch/patch_priv.h"

#include "base/mem.h"

struct answer {
	const char *host, *rule;
	const struct noro_finding *finding;
};

struct noro_exposure {
	struct answer *answer; /* by host, then rule */
	size_t answers;
	const struct noro_machine **machine; /* by name, letter case aside */
	size_t machines;
};

static int answer_cmp(const void *pa, const void *pb)
{
	const struct answer *a = pa, *b = pb;
	int c = noro_patch_name_cmp(a->host, b->host);

	return c ? c : strcmp(a->rule, b->rule);
}

static int machine_cmp(const void *a, const void *b)
{
	return noro_patch_name_cmp((*(const struct noro_machine *const *)a)->name,
		(*(const struct noro_machine *const *)b)->name);
}

static enum noro_status gather(
	struct noro_exposure *e, struct noro_arena *a, const struct noro_audit_result *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->findings; i++)
		n += r->finding[i].hosts.n;
	e->answer = noro_arena_array(a, n + 1, sizeof(*e->answer));
	if (!e->answer)
		return NORO_ENOMEM;
	for (size_t i = 0; i < r->findings; i++)
		for (size_t k = 0; k < r->finding[i].hosts.n; k++)
			e->answer[e->answers++] = (struct answer){ r->finding[i].hosts.item[k],
				r->finding[i].rule, &r->finding[i] };
	if (e->answers > 1)
		qsort(e->answer, e->answers, sizeof(*e->answer), answer_cmp);
	e->machine = noro_arena_array(a, r->machines + 1, sizeof(*e->machine));
	if (!e->machine)
		return NORO_ENOMEM;
	for (size_t i = 0; i < r->machines; i++)
		e->machine[e->machines++] = &r->machine[i];
	if (e->machines > 1)
		qsort(e->machine, e->machines, sizeof(*e->machine), machine_cmp);
	return NORO_OK;
}

/* Another device of the same name: said where its text is accounted for. */
static enum noro_status note_twin(
	struct noro_patch *p, struct noro_arena *a, const struct noro_audit_note *n)
{
	for (size_t i = 0; i < p->coverages; i++) {
		struct noro_msg *m = &p->coverage[i].note;

		if (strcmp(p->coverage[i].path, n->path) != 0)
			continue;
		*m = n->what;
		for (size_t k = 0; k < sizeof(m->arg) / sizeof(*m->arg); k++)
			if (m->arg[k] && !(m->arg[k] = noro_arena_str(a, m->arg[k])))
				return NORO_ENOMEM;
	}
	return NORO_OK;
}

enum noro_status noro_exposure_new(struct noro_patch *p, struct noro_arena *a,
	struct noro_patch_result *ret, struct noro_exposure **e, struct noro_error *err)
{
	struct noro_audit_result r = { 0 };
	enum noro_status st = NORO_OK;

	*e = noro_arena_alloc(a, sizeof(**e));
	if (!*e)
		return NORO_ENOMEM;
	if (p->audit)
		st = noro_audit_conclude(p->audit, a, &r, err);
	if (st == NORO_OK)
		st = gather(*e, a, &r);
	for (size_t i = 0; st == NORO_OK && i < r.notes; i++)
		st = note_twin(p, a, &r.note[i]);
	ret->machine = r.machine;
	ret->machines = r.machines;
	return st;
}

static const struct noro_finding *found(
	const struct noro_exposure *e, const char *host, const struct noro_list *checks)
{
	for (size_t i = 0; i < checks->n; i++) {
		struct answer key = { host, checks->item[i], NULL };
		const struct answer *hit =
			e->answers ? bsearch(&key, e->answer, e->answers, sizeof(key), answer_cmp)
				   : NULL;

		if (hit)
			return hit->finding;
	}
	return NULL;
}

static bool was_read(const struct noro_exposure *e, const char *host)
{
	struct noro_machine key = { .name = host };
	const struct noro_machine *k = &key, *const * hit;

	hit = e->machines ? bsearch(&k, e->machine, e->machines, sizeof(*e->machine), machine_cmp)
			  : NULL;
	return hit && (*hit)->rows != 0;
}

void noro_exposure_of(const struct noro_exposure *e, struct noro_patch_row *row)
{
	const struct noro_asset *a = row->asset;
	const struct noro_vuln *v = row->vuln;
	const char *dialect = noro_dialect_name(a->dialect);

	row->exposed = NORO_EXPOSED_UNKNOWN;
	if (!a->dialect)
		return;
	row->finding = found(e, a->name, &v->untrusted);
	if (row->finding) {
		row->exposed = NORO_EXPOSED_UNTRUSTED;
		return;
	}
	row->finding = found(e, a->name, &v->checks);
	if (row->finding) {
		row->exposed = NORO_EXPOSED_YES;
		return;
	}
	row->finding = found(e, a->name, &v->doubts);
	for (size_t i = 0; i < v->clears.n && !row->finding; i++)
		if (strcmp(v->clears.item[i], dialect) == 0 && a->config && was_read(e, a->name))
			row->exposed = NORO_EXPOSED_NOT;
}
