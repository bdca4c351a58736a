/* src/rule/found.c - what a check concluded, as a finding. */
#include "rule/rule.h"

void noro_rule_describe(const struct noro_rules *r, uint32_t check, struct noro_finding *f)
{
	const struct noro_check *k = noro_rules_check(r, check);

	f->kind = strcmp(k->source, "sigma") == 0 ? NORO_F_RULE
		  : k->behaviours.n               ? NORO_F_BEHAVIOUR
						  : NORO_F_CHECK;
	f->rule = k->id;
	f->title = k->title;
	f->next = k->next;
	f->attack = k->attack;
	f->cve = k->cve;
	f->actors = k->actors;
	f->advisory = k->advisory;
	f->sources = (struct noro_list){ &k->source, 1 };
}

enum noro_status noro_rule_finding(const struct noro_rules *r, const struct noro_verdict *v,
	struct noro_arena *a, struct noro_finding *ret)
{
	struct noro_msg *reason = noro_arena_array(a, v->reasons + 1, sizeof(*reason));

	if (!reason)
		return NORO_ENOMEM;
	if (v->reasons)
		memcpy(reason, v->reason, v->reasons * sizeof(*reason));
	*ret = (struct noro_finding){ .sort = v->weakness   ? NORO_SORT_WEAKNESS
					      : v->unlisted ? NORO_SORT_UNLISTED
							    : NORO_SORT_TRACE,
		.severity = v->severity,
		.confidence = v->confidence,
		.reason = reason,
		.reasons = v->reasons,
		.first_ns = v->first_ns,
		.last_ns = v->last_ns,
		.count = v->count,
		.time_from = v->first_ns == NORO_TIME_NONE ? NORO_FROM_NONE : NORO_FROM_RECORD,
		.type = v->type,
		.value = noro_arena_strn(a, v->value.p ? v->value.p : "", v->value.n),
		.role = v->role && *v->role ? v->role : NULL,
		.grade = 1 };
	noro_rule_describe(r, v->check, ret);
	return ret->value ? NORO_OK : NORO_ENOMEM;
}
