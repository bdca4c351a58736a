/* src/rule/found.c - what a check concluded, as a finding. */
#include "rule/rule.h"

enum noro_status noro_rule_finding(const struct noro_rules *r, const struct noro_verdict *v,
	struct noro_arena *a, struct noro_finding *ret)
{
	const struct noro_check *k = noro_rules_check(r, v->check);
	struct noro_msg *reason = noro_arena_array(a, v->reasons + 1, sizeof(*reason));
	const char **source = noro_arena_array(a, 1, sizeof(char *));
	bool sigma = strcmp(k->source, "sigma") == 0;

	if (!reason || !source)
		return NORO_ENOMEM;
	if (v->reasons)
		memcpy(reason, v->reason, v->reasons * sizeof(*reason));
	*source = k->source;
	*ret = (struct noro_finding){ .kind = sigma             ? NORO_F_RULE
					      : k->behaviours.n ? NORO_F_BEHAVIOUR
								: NORO_F_CHECK,
		.sort = v->weakness   ? NORO_SORT_WEAKNESS
			: v->unlisted ? NORO_SORT_UNLISTED
				      : NORO_SORT_TRACE,
		.rule = k->id,
		.title = k->title,
		.next = k->next,
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
		.attack = k->attack,
		.cve = k->cve,
		.actors = k->actors,
		.advisory = k->advisory,
		.sources = { source, 1 },
		.grade = 1 };
	return ret->value ? NORO_OK : NORO_ENOMEM;
}
