/* src/rule/verdict.c - how bad and how sure, with the reasons. */
#include "rule/conclude_priv.h"

#include <stdio.h>

enum { MAX_REASONS = NORO_RULE_ADJUSTS + 10 };

struct reasons {
	struct noro_msg msg[MAX_REASONS];
	size_t n;
	struct noro_arena *arena;
	bool failed;
};

static void because(struct reasons *r, const char *id, const char *arg0, const char *arg1)
{
	struct noro_msg *m = &r->msg[r->n];

	if (r->n == MAX_REASONS)
		return;
	m->id = id;
	m->arg[0] = arg0 ? noro_arena_str(r->arena, arg0) : NULL;
	m->arg[1] = arg1 ? noro_arena_str(r->arena, arg1) : NULL;
	r->failed |= (arg0 && !m->arg[0]) || (arg1 && !m->arg[1]);
	r->n++;
}

/* "10m", "7d": the largest unit that leaves nothing over. */
static const char *duration(char buf[32], int64_t ns)
{
	static const struct {
		int64_t s;
		char unit;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	int64_t s = ns / NORO_NS_PER_S;
	size_t i = 0;

	while (i < 3 && (s < units[i].s || s % units[i].s))
		i++;
	(void)snprintf(buf, 32, "%lld%c", (long long)(s / units[i].s), units[i].unit);
	return buf;
}

static const char *days(char buf[32], int64_t ns)
{
	int64_t tenths = ns / (NORO_NS_PER_S * 8640);

	(void)snprintf(buf, 32, "%lld.%lld", (long long)(tenths / 10), (long long)(tenths % 10));
	return buf;
}

static const char *const type_of_field[][2] = {
	{ "user", "user" },
	{ "user.target", "user" },
	{ "host", "host" },
	{ "src.host", "host" },
	{ "dst.host", "host" },
	{ "path", "path" },
	{ "url", "url" },
	{ "query", "path" },
	{ "file", "file" },
	{ "command", "command" },
	{ "dns.query", "domain" },
	{ "tls.sni", "domain" },
	{ "user_agent", "user-agent" },
	{ "mail.from", "email" },
	{ "hash.md5", "md5" },
	{ "hash.sha1", "sha1" },
	{ "hash.sha256", "sha256" },
};

static const char *type_of(const char *field, struct noro_view value)
{
	struct noro_ip ip;

	if (noro_ip_parse_loose(value, &ip))
		return ip.family == 4 ? "ipv4" : "ipv6";
	for (size_t i = 0; i < sizeof(type_of_field) / sizeof(*type_of_field); i++)
		if (strcmp(type_of_field[i][0], field) == 0)
			return type_of_field[i][1];
	return "text";
}

static void shape_reason(
	const struct noro_concluder *c, const struct noro_verdict_state *v, struct reasons *why)
{
	const struct noro_rule *rule = c->rule;
	char within[32], n[24];

	(void)duration(within, rule->within_ns);
	(void)noro_num(n, rule->step[0].at_least);
	switch (rule->kind) {
	case NORO_CONCLUDE_EACH:
		break;
	case NORO_CONCLUDE_COUNT:
		if (rule->row_signal)
			because(why, N_("at least %1 rows"), n, NULL);
		else
			because(why, N_("at least %1 records within %2"), n, within);
		break;
	case NORO_CONCLUDE_DISTINCT:
		if (rule->row_signal)
			because(why, N_("at least %1 different values"), n, NULL);
		else
			because(why, N_("at least %1 different values within %2"), n, within);
		break;
	case NORO_CONCLUDE_SEQUENCE:
		if (rule->step[0].of)
			because(why, N_("after at least %1 different values within %2"), n, within);
		else
			because(why, N_("after at least %1 records within %2"), n, within);
		break;
	case NORO_CONCLUDE_FIRST:
		because(why, N_("not seen in the %1 days before"), days(within, c->learn_ns), NULL);
		break;
	}
	(void)v;
}

static int short_log(const struct noro_concluder *c, struct reasons *why)
{
	int minus = 0;

	if (c->rule->kind != NORO_CONCLUDE_FIRST)
		return 0;
	if (c->learn_ns < c->rule->learn_ns) {
		because(why, N_("the log is short: less was learned than the check wants"), NULL,
			NULL);
		minus += 20;
	}
	if (c->keys_lost) {
		because(why, N_("some of what was seen before had to be forgotten"), NULL, NULL);
		minus += 30;
	}
	return minus;
}

static enum noro_rule_outcome judge(
	const struct noro_rule *rule, const struct noro_verdict_state *v, struct reasons *why)
{
	char n[24], of[24];

	if (!rule->judges)
		return NORO_OUTCOME_UNKNOWN;
	(void)noro_num(of, v->count);
	if (v->outcome[NORO_OUTCOME_SUCCESS]) {
		because(why, N_("%1 of %2 were answered as if they had succeeded"),
			noro_num(n, v->outcome[NORO_OUTCOME_SUCCESS]), of);
		return NORO_OUTCOME_SUCCESS;
	}
	if (v->outcome[NORO_OUTCOME_UNKNOWN]) {
		because(why, N_("%1 of %2 do not tell how they were answered"),
			noro_num(n, v->outcome[NORO_OUTCOME_UNKNOWN]), of);
		return NORO_OUTCOME_UNKNOWN;
	}
	because(why, N_("all %1 were refused"), of, NULL);
	return NORO_OUTCOME_ATTEMPT;
}

static int clamp(int n, int least, int most)
{
	return n < least ? least : n > most ? most : n;
}

/* What lowers must hold for every event, what raises for one. */
static bool applies(const struct noro_adjust *a, const struct noro_verdict_state *v, uint32_t i)
{
	bool lowers = a->severity < 0 || (a->severity == 0 && a->confidence < 0);

	return (lowers ? v->every : v->any) & 1u << i;
}

static const struct noro_rule_pair *fields_of(const struct noro_concluder *c,
	const struct noro_verdict_state *v, struct noro_verdict *ret)
{
	struct noro_rule_pair *pair =
		noro_arena_array(c->arena, NORO_RULE_MAX_FIELDS, sizeof(*pair));

	for (uint32_t i = 0; pair && i < v->signal->emits && i < v->event->fields; i++)
		if (v->event->field[i].p)
			pair[ret->fields++] =
				(struct noro_rule_pair){ c->rules->field[v->signal->emit[i]],
					noro_arena_view(c->arena, v->event->field[i]) };
	return pair;
}

/* What the baseline says of the rows; a new one among old ones is what counts. */
static int row_reasons(const struct noro_verdict_state *v, struct reasons *why)
{
	if (v->row_any & NORO_EVENT_NEW) {
		because(why, N_("it is not in the baseline"), NULL, NULL);
		return 1;
	}
	if (v->row_any & v->row_every & NORO_EVENT_STANDING) {
		because(why, N_("it stood in the baseline already"), NULL, NULL);
		return -1;
	}
	return 0;
}

static void weigh_all(struct noro_concluder *c, const struct noro_verdict_state *v,
	struct reasons *why, struct noro_verdict *ret)
{
	const struct noro_rule *rule = c->rule;
	int severity, confidence = (int)rule->pub.confidence;

	shape_reason(c, v, why);
	confidence -= short_log(c, why);
	ret->outcome = judge(rule, v, why);
	severity = v->base ? (int)v->base - 1 : (int)rule->severity[ret->outcome];
	if (v->why)
		because(why, v->why, NULL, NULL);
	ret->weakness = v->base ? !v->trace : rule->pub.weakness;
	for (uint32_t i = 0; i < rule->adjusts; i++) {
		if (!applies(&rule->adjust[i], v, i))
			continue;
		severity += rule->adjust[i].severity;
		confidence += rule->adjust[i].confidence;
		because(why, rule->adjust[i].why, NULL, NULL);
	}
	severity += row_reasons(v, why);
	if (v->row_every & v->row_any & NORO_EVENT_UNLISTED) {
		if (severity > (int)NORO_SEV_MEDIUM)
			severity = NORO_SEV_MEDIUM;
		because(why, N_("needs your list: %1"), c->rules->set[v->set - 1].name, NULL);
		ret->unlisted = true;
	}
	if (rule->requires && !c->asker.set[rule->requires - 1].known) {
		if (severity > (int)NORO_SEV_MEDIUM)
			severity = NORO_SEV_MEDIUM;
		because(why, N_("needs your list: %1"), c->rules->set[rule->requires - 1].name,
			NULL);
		ret->unlisted = true;
	}
	ret->severity = (enum noro_severity)clamp(severity, NORO_SEV_INFO, NORO_SEV_CRITICAL);
	ret->confidence = (unsigned)clamp(confidence, 1, 100);
}

enum noro_status noro_verdict_give(struct noro_concluder *c, const struct noro_verdict_state *v)
{
	const char *field = c->rules->field[v->field];
	struct reasons why = { .arena = c->arena };
	struct noro_verdict ret = { .check = (uint32_t)(c->rule - c->rules->rule),
		.type = type_of(field, v->value),
		.role = strncmp(field, "src.", 4) == 0   ? "src"
			: strncmp(field, "dst.", 4) == 0 ? "dst"
							 : "",
		.count = v->count,
		.first_ns = v->first_ns,
		.last_ns = v->last_ns,
		.places = v->places };
	struct noro_msg *reason;
	uint64_t *place;

	weigh_all(c, v, &why, &ret);
	reason = noro_arena_array(c->arena, why.n ? why.n : 1, sizeof(*reason));
	place = noro_arena_array(c->arena, NORO_RULE_PLACES, sizeof(*place));
	ret.field = fields_of(c, v, &ret);
	ret.value = noro_arena_view(c->arena, v->value.p ? v->value : (struct noro_view){ "", 0 });
	if (v->device.p)
		ret.device = noro_arena_view(c->arena, v->device);
	if (!reason || !place || (v->device.p && !ret.device.p) || !ret.field || !ret.value.p ||
		why.failed)
		return NORO_ENOMEM;
	for (size_t i = 0; i < ret.fields; i++)
		if (!ret.field[i].value.p)
			return NORO_ENOMEM;
	memcpy(reason, why.msg, why.n * sizeof(*reason));
	memcpy(place, v->place, v->places * sizeof(*place));
	ret.reason = reason;
	ret.reasons = why.n;
	ret.place = place;
	return c->opts->verdict(c->opts->ctx, &ret);
}

const char *noro_rule_outcome_name(enum noro_rule_outcome o)
{
	return o == NORO_OUTCOME_SUCCESS   ? "success"
	       : o == NORO_OUTCOME_ATTEMPT ? "attempt"
					   : "unknown";
}
