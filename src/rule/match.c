/* src/rule/match.c - phase 1: ask the conditions of one record, in any worker. */
#include "base/mem.h"
#include "rule/rule_priv.h"

struct noro_rule_worker {
	const struct noro_rules *rules;
	struct noro_asker asker;
	struct noro_row_worker *rows;
	uint32_t *asked; /* the record a signal was last asked of */
	uint32_t record;
	struct noro_view field[NORO_RULE_MAX_FIELDS];
};

enum noro_status noro_rule_worker_new(const struct noro_rules *r, struct noro_rule_worker **ret)
{
	struct noro_rule_worker *w = noro_calloc(1, sizeof(*w));

	if (!w)
		return NORO_ENOMEM;
	w->rules = r;
	w->asked = noro_calloc(r->signals + 1, sizeof(*w->asked));
	if (!w->asked || noro_asker_init(&w->asker, r) != NORO_OK ||
		noro_row_worker_new(r, &w->rows) != NORO_OK) {
		noro_rule_worker_free(w);
		return NORO_ENOMEM;
	}
	*ret = w;
	return NORO_OK;
}

void noro_rule_worker_free(struct noro_rule_worker *w)
{
	if (!w)
		return;
	noro_asker_done(&w->asker);
	noro_row_worker_free(w->rows);
	free(w->asked);
	free(w);
}

struct noro_asker *noro_rule_worker_asker(struct noro_rule_worker *w)
{
	return &w->asker;
}

struct noro_row_worker *noro_rule_worker_rows(struct noro_rule_worker *w)
{
	return w->rows;
}

const struct noro_rules *noro_rule_worker_rules(struct noro_rule_worker *w)
{
	return w->rules;
}

uint64_t noro_rule_worker_undecided(const struct noro_rule_worker *w)
{
	return w->asker.undecided;
}

struct noro_view noro_rule_worker_gave_up(const struct noro_rule_worker *w)
{
	return w->asker.gave_up;
}

static enum noro_status ask(struct noro_rule_worker *w, uint32_t index,
	const struct noro_rule_view *v, noro_rule_emit_fn *emit, void *ctx)
{
	const struct noro_signal *s = &w->rules->signal[index];
	struct noro_rule_event e = { .signal = index,
		.fields = s->emits,
		.field = w->field,
		.time_ns = v->time_ns,
		.place = v->place };

	if (w->asked[index] == w->record || !s->used || s->rows)
		return NORO_OK;
	w->asked[index] = w->record;
	if (!noro_cond_holds(&w->asker, &s->when, v))
		return NORO_OK;
	for (uint32_t i = 0; i < s->emits; i++) {
		uint32_t field = s->emit[i];

		if (field + 1 == w->rules->target)
			field = w->rules->path - 1;
		if (!v->get(v->rec, field, &w->field[i]))
			w->field[i] = (struct noro_view){ NULL, 0 };
		if (w->field[i].n > NORO_RULE_KEPT)
			w->field[i].n = NORO_RULE_KEPT;
	}
	return emit(ctx, &e);
}

static void next_record(struct noro_rule_worker *w)
{
	noro_asker_next(&w->asker);
	if (++w->record == 0) { /* after 2^32 records every mark is stale */
		memset(w->asked, 0, w->rules->signals * sizeof(*w->asked));
		w->record = 1;
	}
}

enum noro_status noro_rules_match(struct noro_rule_worker *w, const struct noro_rule_view *v,
	const uint32_t *literal, size_t n, noro_rule_emit_fn *emit, void *ctx)
{
	const struct noro_rules *r = w->rules;
	enum noro_status st = NORO_OK;

	next_record(w);
	if (!literal) {
		for (uint32_t i = 0; i < r->signals && st == NORO_OK; i++)
			st = ask(w, i, v, emit, ctx);
		return st;
	}
	for (size_t i = 0; i < n; i++) {
		if (literal[i] >= r->literals)
			continue;
		for (uint32_t k = r->of_literal_at[literal[i]];
			k < r->of_literal_at[literal[i] + 1] && st == NORO_OK; k++)
			st = ask(w, r->of_literal[k], v, emit, ctx);
	}
	return st;
}

enum noro_status noro_rules_match_flow(struct noro_rule_worker *w, const struct noro_rule_view *v,
	noro_rule_emit_fn *emit, void *ctx)
{
	size_t n;
	const uint32_t *signal = noro_flow_signals(w->rules, &n);
	enum noro_status st = NORO_OK;

	next_record(w);
	for (size_t i = 0; i < n && st == NORO_OK; i++)
		st = ask(w, signal[i], v, emit, ctx);
	return st;
}
