/*
 * src/rule/rows.c - phase 1 over tables: every question of one device.
 *
 * Questions stand ordered by table, so a row is asked only what concerns it. A join
 * ("unless the filter is defined") is a hash of the other table's rows over the
 * compared columns, made when the first row needs it and forgotten with the device:
 * each row is looked at once per question and once per hash, whatever they hold.
 */
#include "base/hash.h"
#include "base/mem.h"
#include "rule/rule_priv.h"

/* --- one row as a record --- */

struct row {
	const struct noro_rule_rows *d;
	const struct noro_table_facts *facts;
	uint32_t table, row;
	uint32_t step; /* as it stood after so many of its statements; 0: all */
};

static bool row_get(const void *rec, uint32_t field, struct noro_view *ret)
{
	const struct row *r = rec;
	uint16_t column = r->facts->column[field];

	if (r->step && column != NORO_COLUMN_NONE)
		return r->d->cell_after(r->d->ctx, r->table, r->row, column, r->step, ret);
	return column != NORO_COLUMN_NONE && r->d->cell(r->d->ctx, r->table, r->row, column, ret);
}

static bool row_value(const struct row *r, uint32_t field, struct noro_view *ret)
{
	return row_get(r, field, ret) && ret->p != NULL;
}

/* --- hashes of rows --- */

struct slot {
	uint64_t hash;
	uint32_t row; /* + 1; 0: free */
	bool many;    /* more rows than this one have the key */
};

struct hashed {
	struct slot *slot;
	size_t slots, cap; /* power of two; as allocated */
	uint32_t first;    /* of a join without columns: a row that holds, + 1 */
	bool many;
	bool made;
};

struct noro_row_worker {
	uint64_t seed[2];
	struct hashed *join;
	size_t joins;
};

enum noro_status noro_row_worker_new(const struct noro_rules *r, struct noro_row_worker **ret)
{
	struct noro_row_worker *w = noro_calloc(1, sizeof(*w));
	enum noro_status st = NORO_ENOMEM;

	if (w) {
		w->joins = r->joins;
		w->join = noro_calloc(r->joins + 1, sizeof(*w->join));
		st = w->join ? noro_random(w->seed, sizeof(w->seed)) : NORO_ENOMEM;
	}
	if (st != NORO_OK) {
		noro_row_worker_free(w);
		return st;
	}
	*ret = w;
	return NORO_OK;
}

void noro_row_worker_free(struct noro_row_worker *w)
{
	if (!w)
		return;
	for (size_t i = 0; w->join && i < w->joins; i++)
		free(w->join[i].slot);
	free(w->join);
	free(w);
}

/* Letter case does not count; long values go through in pieces. */
static uint64_t hash_folded(const uint64_t seed[2], uint64_t h, struct noro_view v)
{
	char low[128];
	size_t at = 0;

	do {
		uint64_t mixed[2] = { seed[0] ^ h, seed[1] + at };
		size_t n = v.n - at < sizeof(low) ? v.n - at : sizeof(low);

		for (size_t i = 0; i < n; i++)
			low[i] = noro_lower(v.p[at + i]);
		h = noro_view_hash(mixed, noro_view(low, n));
		at += n;
	} while (at < v.n);
	return h;
}

/* False when a column is absent: what is not told agrees with nothing. */
static bool hash_row(const uint64_t seed[2], const struct row *r, const uint32_t *field, uint32_t n,
	uint64_t *ret)
{
	struct noro_view v;

	*ret = n;
	for (uint32_t i = 0; i < n; i++) {
		if (!row_value(r, field[i], &v))
			return false;
		*ret = hash_folded(seed, *ret, v);
	}
	return true;
}

static bool agree(const struct row *a, const uint32_t *a_field, const struct row *b,
	const uint32_t *b_field, uint32_t n)
{
	struct noro_view x, y;

	for (uint32_t i = 0; i < n; i++)
		if (!row_value(a, a_field[i], &x) || !row_value(b, b_field[i], &y) ||
			!noro_view_eq_i(x, y))
			return false;
	return true;
}

/* --- asking --- */

struct asking {
	const struct noro_rules *rules;
	struct noro_row_worker *w;
	struct noro_asker *asker;
	const struct noro_rule_rows *d;
	noro_rule_emit_fn *emit;
	void *ctx;
	enum noro_status status;
	bool told;     /* of the row at hand something was reported */
	uint32_t last; /* under this signal */
	struct noro_view field[NORO_RULE_MAX_FIELDS];
};

static bool holds(struct asking *k, const struct noro_cond *c, const struct row *r)
{
	struct noro_rule_view v = { .get = row_get, .rec = r, .time_ns = NORO_TIME_NONE };

	noro_asker_next(k->asker);
	return noro_cond_holds(k->asker, c, &v);
}

static bool gone(struct asking *k, const struct row *r)
{
	struct noro_view diff;

	return row_value(r, k->rules->diff - 1, &diff) && noro_view_is(diff, "removed");
}

static bool counts(struct asking *k, const struct noro_join *j, const struct row *r)
{
	return (j->asks_diff || !gone(k, r)) && (!j->conditional || holds(k, &j->when, r));
}

static struct slot *find(struct hashed *h, const struct noro_join *j, struct row theirs,
	uint64_t hash, const struct row *with, const uint32_t *field)
{
	for (size_t i = hash & (h->slots - 1);; i = (i + 1) & (h->slots - 1)) {
		struct slot *s = &h->slot[i];

		if (!s->row)
			return s;
		if (s->hash != hash)
			continue;
		theirs.row = s->row - 1;
		if (agree(&theirs, j->their, with, field, j->on))
			return s;
	}
}

static bool room(struct hashed *h, size_t rows)
{
	size_t n = 16;

	while (n < rows * 2)
		n *= 2;
	if (n > h->cap) {
		free(h->slot);
		h->slot = noro_calloc(n, sizeof(*h->slot));
		h->cap = h->slot ? n : 0;
	} else {
		memset(h->slot, 0, n * sizeof(*h->slot));
	}
	h->slots = n;
	return h->slot != NULL;
}

static void make(struct asking *k, const struct noro_join *j, struct hashed *h)
{
	struct row r = { .d = k->d, .facts = &k->rules->table[j->table], .table = j->table };
	size_t n = k->d->rows(k->d->ctx, j->table);

	h->made = true;
	h->first = 0;
	h->many = false;
	if (n >= UINT32_MAX || (j->on > 0 && !room(h, n))) {
		k->status = n >= UINT32_MAX ? NORO_ELIMIT : NORO_ENOMEM;
		return;
	}
	for (; r.row < n; r.row++) {
		uint64_t hash;
		struct slot *s;

		if (!counts(k, j, &r) || !hash_row(k->w->seed, &r, j->their, j->on, &hash))
			continue;
		h->many = h->first != 0;
		if (!h->first)
			h->first = r.row + 1;
		if (j->on == 0 && (h->many || !j->other))
			return;
		if (j->on == 0)
			continue;
		s = find(h, j, r, hash, &r, j->their);
		if (s->row)
			s->many = true;
		else
			*s = (struct slot){ hash, r.row + 1, false };
	}
}

static bool joined(struct asking *k, const struct noro_join *j, const struct row *r)
{
	struct hashed *h = &k->w->join[j->index];
	struct row theirs = { .d = k->d, .facts = &k->rules->table[j->table], .table = j->table };
	bool self = j->other && j->table == r->table;
	const struct slot *s;
	uint64_t hash;

	if (!h->made)
		make(k, j, h);
	if (k->status != NORO_OK || !h->first)
		return false;
	if (j->on == 0)
		return !self || h->many || h->first != r->row + 1;
	if (!hash_row(k->w->seed, r, j->our, j->on, &hash))
		return false;
	s = find(h, j, theirs, hash, r, j->our);
	return s->row && (!self || s->many || s->row != r->row + 1);
}

static bool all_joined(struct asking *k, const struct noro_question *q, const struct row *r)
{
	for (uint32_t i = 0; i < q->joins; i++)
		if (!q->join[i].fleet && joined(k, &q->join[i], r) == q->join[i].absent)
			return false;
	return true;
}

/* --- what is approved --- */

static bool listed(struct asking *k, const struct noro_approval *a, const struct row *r)
{
	struct noro_view v;

	if (!row_value(r, a->field, &v))
		return false;
	for (uint32_t i = 0; i < a->sets; i++)
		if (noro_set_has(&k->asker->set[a->set[i]], v))
			return true;
	return false;
}

/* The first list that nobody gave, + 1. Of several for a column one is enough. */
static uint16_t missing(const struct asking *k, const struct noro_question *q)
{
	for (uint32_t i = 0; i < q->approveds; i++) {
		const struct noro_approval *a = &q->approved[i];
		bool known = false;

		for (uint32_t s = 0; s < a->sets; s++)
			known |= k->asker->set[a->set[s]].known;
		if (!known)
			return (uint16_t)(a->set[0] + 1);
	}
	return 0;
}

/* Approved by the list, else by standing in the baseline. What holds otherwise goes into `e`. */
static bool approved(struct asking *k, const struct noro_question *q, const struct row *r,
	struct noro_rule_event *e)
{
	struct noro_view diff = { NULL, 0 };
	bool same, all = true;

	if (row_value(r, k->rules->diff - 1, &diff) && noro_view_is(diff, "added") && !q->plain_new)
		e->flags |= NORO_EVENT_NEW;
	if (q->approveds == 0)
		return false;
	same = noro_view_is(diff, "same");
	e->set = missing(k, q);
	if (e->set && same)
		return true;
	if (e->set && !diff.p)
		e->flags |= NORO_EVENT_UNLISTED;
	if (e->set)
		return false;
	for (uint32_t i = 0; all && i < q->approveds; i++)
		all = listed(k, &q->approved[i], r);
	if (same)
		e->flags |= NORO_EVENT_STANDING;
	return all;
}

/* Where the row says it: halving finds a statement before which the condition did not hold. */
static uint64_t place_of(struct asking *k, const struct noro_question *q, const struct row *r)
{
	uint32_t n = k->d->steps ? k->d->steps(k->d->ctx, r->table, r->row) : 0, before = 0;

	if (n < 2 || !q->conditional)
		return k->d->place(k->d->ctx, r->table, r->row);
	while (n - before > 1) {
		struct row at = *r;

		at.step = before + (n - before) / 2;
		if (holds(k, &q->when, &at))
			n = at.step;
		else
			before = at.step;
	}
	return k->d->place_of(k->d->ctx, r->table, r->row, n);
}

static void report(struct asking *k, uint32_t question, const struct row *r)
{
	const struct noro_question *q = &k->rules->question[question];
	const struct noro_signal *s = &k->rules->signal[q->signal];
	struct noro_rule_event e = { .signal = q->signal,
		.fields = s->emits,
		.field = k->field,
		.time_ns = NORO_TIME_NONE,
		.question = (uint16_t)(question + 1) };

	if (approved(k, q, r, &e))
		return;
	e.place = place_of(k, q, r);
	if (k->told && k->last == q->signal)
		e.flags |= NORO_EVENT_AGAIN;
	k->told = true;
	k->last = q->signal;
	for (uint32_t i = 0; i < s->emits; i++) {
		if (!row_value(r, s->emit[i], &k->field[i]))
			k->field[i] = (struct noro_view){ NULL, 0 };
		if (k->field[i].n > NORO_RULE_KEPT)
			k->field[i].n = NORO_RULE_KEPT;
	}
	k->status = k->emit(k->ctx, &e);
}

static void one_row(struct asking *k, const struct row *r)
{
	const struct noro_rules *rules = k->rules;
	bool lost = gone(k, r);

	k->told = false;
	for (uint32_t i = rules->of_table_at[r->table]; i < rules->of_table_at[r->table + 1]; i++) {
		const struct noro_question *q = &rules->question[rules->of_table[i]];

		if (k->status != NORO_OK)
			return;
		if ((lost && !q->asks_diff) || !rules->signal[q->signal].used)
			continue;
		if ((!q->conditional || holds(k, &q->when, r)) && all_joined(k, q, r) &&
			k->status == NORO_OK)
			report(k, rules->of_table[i], r);
	}
}

enum noro_status noro_rules_match_rows(struct noro_rule_worker *w, const struct noro_rule_rows *d,
	noro_rule_emit_fn *emit, void *ctx)
{
	const struct noro_rules *rules = noro_rule_worker_rules(w);
	struct asking k = { .rules = rules,
		.w = noro_rule_worker_rows(w),
		.asker = noro_rule_worker_asker(w),
		.d = d,
		.emit = emit,
		.ctx = ctx };

	for (size_t i = 0; i < k.w->joins; i++)
		k.w->join[i].made = false;
	for (uint32_t t = 0; t < rules->tables && k.status == NORO_OK; t++) {
		struct row r = { .d = d, .facts = &rules->table[t], .table = t };
		size_t n = 0;

		if (r.facts->def && rules->of_table_at[t] < rules->of_table_at[t + 1])
			n = d->rows(d->ctx, t);
		for (; r.row < n && k.status == NORO_OK; r.row++)
			one_row(&k, &r);
	}
	return k.status;
}
