/*
 * src/hunt/check.c - records for the checks, and what the checks conclude. The
 * stateless half runs in the workers; their events are put in one order (time,
 * file, offset) before the serial half, so that the answer does not depend on
 * how many workers there were.
 */
#include "hunt/hunt_priv.h"

#include "base/mem.h"

/* FIELD_OWN: "own.NAME"; "target" is never asked for. */
enum { FIELD_RAW = -1, FIELD_SHAPE = -2, FIELD_OWN = -3 };

/* What the engine asks, as one record. */
struct asked {
	const struct hunt *h;
	const struct noro_record *r;
};

enum noro_status hunt_check_fields(struct hunt *h)
{
	size_t n;
	const char *const *name = noro_rules_fields(h->o->rules, &n);

	h->rule_field = noro_arena_array(h->keep, n + 1, sizeof(*h->rule_field));
	if (!h->rule_field)
		return NORO_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		int f = noro_field_by_name(noro_view_str(name[i]));

		if (strcmp(name[i], "raw") == 0)
			f = FIELD_RAW;
		else if (strcmp(name[i], "shape") == 0)
			f = FIELD_SHAPE;
		else if (f < 0)
			f = FIELD_OWN;
		h->rule_field[i] = f;
	}
	return NORO_OK;
}

static bool own_field(const struct noro_record *r, const char *name, struct noro_view *ret)
{
	for (size_t i = 0; i < r->owns; i++) {
		if (noro_view_is_i(r->own[i].name, name)) {
			*ret = r->own[i].value;
			return true;
		}
	}
	return false;
}

static bool get_field(const void *rec, uint32_t field, struct noro_view *ret)
{
	const struct asked *q = rec;
	int f = q->h->rule_field[field];
	size_t n;

	if (f == FIELD_RAW)
		*ret = q->r->raw;
	else if (f == FIELD_SHAPE)
		*ret = noro_view_str(q->r->shape ? q->r->shape : "");
	else if (f == FIELD_OWN)
		return own_field(
			q->r, noro_rules_fields(q->h->o->rules, &n)[field] + strlen("own."), ret);
	else
		*ret = q->r->field[f];
	return ret->p != NULL;
}

struct emitting {
	struct worker *w;
	struct piece *p;
	const struct noro_record *r;
	const struct sample *at;
};

static enum noro_status emit(void *ctx, const struct noro_rule_event *e)
{
	struct emitting *m = ctx;
	struct worker *w = m->w;
	struct noro_view *field;
	struct checked *grown, c = { .piece = m->p->number, .at = *m->at, .event = *e };
	size_t n = m->r->raw.n < MAX_RECORD_KEPT ? m->r->raw.n : MAX_RECORD_KEPT;

	if (w->events == MAX_EVENTS || hunt_is_full(w)) {
		w->events_dropped++;
		return NORO_OK;
	}
	grown = noro_grow(w->event, w->events, &w->event_cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	w->event = grown;
	field = noro_arena_array(w->keep, e->fields + 1, sizeof(*field));
	c.at.record = noro_arena_strn(w->keep, m->r->raw.p, n);
	if (m->r->field[NORO_FIELD_HOST].p)
		c.at.host = noro_arena_strn(
			w->keep, m->r->field[NORO_FIELD_HOST].p, m->r->field[NORO_FIELD_HOST].n);
	if (!field || !c.at.record)
		return NORO_ENOMEM;
	for (uint32_t i = 0; i < e->fields; i++)
		if (e->field[i].p)
			field[i] = noro_arena_view(w->keep, e->field[i]);
	c.event.field = field;
	w->event[w->events++] = c;
	return NORO_OK;
}

enum noro_status hunt_check(struct worker *w, struct piece *p, const struct noro_record *r,
	const struct sample *at, const uint32_t *literal, size_t n)
{
	struct asked q = { .h = w->h, .r = r };
	struct noro_rule_view v = { .get = get_field, .rec = &q, .time_ns = r->time_ns };
	struct emitting m = { .w = w, .p = p, .r = r, .at = at };

	return noro_rules_match(w->rules, &v, literal, n, emit, &m);
}

enum noro_status hunt_check_flow(
	struct worker *w, struct piece *p, const struct noro_record *r, const struct sample *at)
{
	struct asked q = { .h = w->h, .r = r };
	struct noro_rule_view v = { .get = get_field, .rec = &q, .time_ns = r->time_ns };
	struct emitting m = { .w = w, .p = p, .r = r, .at = at };

	return noro_rules_match_flow(w->rules, &v, emit, &m);
}

/* --- the serial half --- */

struct concluding {
	struct hunt *h;
	struct findings *f;
	const struct checked *const *order;
	struct noro_error *err;
};

static int by_time_and_place(const void *x, const void *y, void *ctx)
{
	const struct hunt *sorting = ctx;
	const struct checked *a = *(const struct checked *const *)x,
			     *b = *(const struct checked *const *)y;
	const struct piece *p = sorting->piece[a->piece], *q = sorting->piece[b->piece];

	if (a->event.time_ns != b->event.time_ns)
		return a->event.time_ns < b->event.time_ns ? -1 : 1;
	if (p->item != q->item)
		return p->item < q->item ? -1 : 1;
	if (p->member != q->member)
		return p->member < q->member ? -1 : 1;
	if (a->at.seg != b->at.seg || a->at.offset != b->at.offset)
		return hunt_sample_cmp(&a->at, &b->at);
	return a->event.signal < b->event.signal ? -1 : a->event.signal > b->event.signal;
}

static enum noro_status add_places(
	struct concluding *c, struct noro_finding *f, const struct noro_verdict *v)
{
	struct noro_place *place = noro_arena_array(c->f->a, v->places + 1, sizeof(*place));

	if (!place)
		return NORO_ENOMEM;
	for (size_t i = 0; i < v->places; i++) {
		const struct checked *e = c->order[v->place[i]];

		place[i] = hunt_place(c->h, c->h->piece[e->piece], &e->at);
		if (place[i].host && hunt_list_add(c->f->a, &f->hosts, place[i].host) != NORO_OK)
			return NORO_ENOMEM;
	}
	f->place = place;
	f->places = v->places;
	f->container = v->places ? c->h->piece[c->order[v->place[0]]->piece]->container : "";
	return NORO_OK;
}

static enum noro_status on_verdict(void *ctx, const struct noro_verdict *v)
{
	struct concluding *c = ctx;
	struct noro_finding *f = hunt_finding_new(c->f);
	enum noro_status st = f ? noro_rule_finding(c->h->o->rules, v, c->f->a, f) : NORO_ENOMEM;

	if (st == NORO_OK)
		st = add_places(c, f, v);
	return st == NORO_OK ? noro_finding_identify(f) : st;
}

/*
 * A line of a device's text that the checks on rows have judged: the same event is not told a
 * second time from its words. What a configuration within a transcript says is asked of its rows
 * alone, as in a file of its own.
 */
static bool told_by_rows(const struct hunt *h, const struct checked *c)
{
	const struct piece *p = h->piece[c->piece];
	struct noro_place at;

	if (!p->taken)
		return false;
	at = hunt_place(h, p, &c->at);
	for (uint32_t i = 0; i < p->askeds; i++)
		if (at.line >= p->asked[i][0] && at.line < p->asked[i][1])
			return true;
	return noro_audit_asked(&h->asked, at.path, at.line);
}

static const struct checked **in_order(struct hunt *h, size_t *ret_n)
{
	const struct checked **order;
	size_t n = 0;

	for (unsigned w = 0; w < h->workers; w++)
		n += h->worker[w].events;
	order = noro_reallocarray(NULL, n + 1, sizeof(*order));
	*ret_n = n;
	if (!order)
		return NULL;
	n = 0;
	for (unsigned w = 0; w < h->workers; w++)
		for (size_t i = 0; i < h->worker[w].events; i++)
			if (!told_by_rows(h, &h->worker[w].event[i]))
				order[n++] = &h->worker[w].event[i];
	*ret_n = n;
	return order;
}

enum noro_status hunt_check_conclude(struct hunt *h, struct findings *f, struct noro_error *err)
{
	size_t n;
	const struct checked **order;
	struct noro_rule_event *event;
	struct concluding c = { .h = h, .f = f, .err = err };
	struct noro_conclude_opts o = {
		.learn_until_ns = NORO_TIME_NONE, .verdict = on_verdict, .ctx = &c
	};
	enum noro_status st = NORO_ENOMEM;

	if (!h->o->rules)
		return NORO_OK;
	order = in_order(h, &n);
	event = noro_reallocarray(NULL, n + 1, sizeof(*event));
	if (order && event) {
		qsort_r(order, n, sizeof(*order), by_time_and_place, h);
		for (size_t i = 0; i < n; i++) {
			event[i] = order[i]->event;
			event[i].place = i;
		}
		c.order = order;
		st = noro_rules_conclude(h->o->rules, f->a, event, n, &o, err);
	}
	free((void *)order);
	free(event);
	return st;
}
