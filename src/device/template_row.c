/* src/device/template_row.c - from captures to the columns of a row. */
#include "device/fact_priv.h"
#include "device/state.h"
#include "device/template_priv.h"

enum noro_status noro_template_reader_init(struct noro_template_reader *r,
	const struct noro_template *t, struct noro_template_run *run)
{
	struct noro_template_entry *const all[] = { &r->entry, &r->row, &r->kept };

	*r = (struct noro_template_reader){ .t = t, .run = run };
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		all[i]->v = noro_arena_array(run->a, t->vars + 1u, sizeof(struct noro_view));
		if (!all[i]->v)
			return NORO_ENOMEM;
	}
	r->out = noro_arena_array(run->a, t->vars + 1u, sizeof(struct noro_view));
	if (!r->out)
		return NORO_ENOMEM;
	return noro_line_scratch(run->a, &r->scratch);
}

void noro_template_forget(struct noro_template_reader *r, struct noro_template_entry *e)
{
	memset(e->v, 0, r->t->vars * sizeof(*e->v));
	e->open = e->any = false;
}

static struct noro_view lowered(struct noro_template_reader *r, struct noro_view v)
{
	char *p = noro_arena_strn(r->run->a, v.p, v.n);

	if (!p) {
		r->status = NORO_ENOMEM;
		return noro_view(NULL, 0);
	}
	for (size_t i = 0; i < v.n; i++)
		p[i] = noro_lower(p[i]);
	return noro_view(p, v.n);
}

static struct noro_view printed(struct noro_template_reader *r, const char *text)
{
	if (!text)
		r->status = NORO_ENOMEM;
	return noro_view_str(text);
}

/* One spelling for what configurations and outputs write in many. */
static struct noro_view filter_words(
	struct noro_template_reader *r, enum noro_line_type type, struct noro_view v)
{
	struct noro_view word[24], rest = v;
	bool masks = r->run->output->dialect == NORO_DIALECT_ASA;
	struct fact_cap c = { .type = type == NORO_LT_ACL ? FACT_ACL : FACT_PORT, .word = word };

	while (c.n < 24 && noro_view_word(&rest, &word[c.n]))
		c.n++;
	v = fact_value(&c, masks, r->run->a);
	if (!v.p)
		r->status = NORO_ENOMEM;
	return v;
}

static struct noro_view converted(
	struct noro_template_reader *r, const struct noro_line_cap *cap, struct noro_view v)
{
	uint64_t n;

	if (cap->type == NORO_LT_LOW)
		return lowered(r, v);
	if (cap->type == NORO_LT_ACL || cap->type == NORO_LT_PORT)
		return filter_words(r, cap->type, v);
	if (cap->type == NORO_LT_DURATION && noro_line_duration(v, &n))
		return printed(r, noro_arena_printf(r->run->a, "%llu", (unsigned long long)n));
	if (cap->type == NORO_LT_NAME && v.n > 1 && (v.p[0] == '"' || v.p[0] == '\'') &&
		v.p[v.n - 1] == v.p[0])
		return noro_view_sub(v, 1, v.n - 2);
	return v;
}

/* Four columns instead of the secret; the text itself goes no further. */
static void take_secret(struct noro_template_reader *r, struct noro_template_entry *e, int16_t var,
	struct noro_view value)
{
	static const uint8_t none[32];
	const uint8_t *key = r->run->maker ? noro_facts_maker_key(r->run->maker) : none;
	struct noro_secret s;

	r->secret[r->secrets++ % NORO_TEMPLATE_SECRETS] = value;
	noro_secret_read(NORO_V(""), value, NORO_V(""), key, &s);
	if (var + 3 >= r->t->def->columns)
		return;
	e->v[var] = noro_view_str(s.type);
	if (s.id[0])
		e->v[var + 1] = printed(r, noro_arena_str(r->run->a, s.id));
	if (s.length)
		e->v[var + 2] = noro_view_str(s.length);
	if (s.weak)
		e->v[var + 3] = noro_view_str(s.weak);
}

void noro_template_take(struct noro_template_reader *r, struct noro_template_entry *e, int16_t var,
	const struct noro_line_cap *cap, struct noro_view value)
{
	struct noro_view *slot;

	if (var < 0)
		return;
	slot = &e->v[var];
	e->any = true;
	if (cap && cap->type == NORO_LT_SECRET) {
		take_secret(r, e, var, value);
		return;
	}
	if (cap)
		value = converted(r, cap, value);
	if (cap && cap->add && slot->n)
		value = printed(r, noro_arena_printf(r->run->a, "%.*s %.*s", NORO_VARG(*slot),
					   NORO_VARG(value)));
	*slot = value;
}

void noro_template_take_all(struct noro_template_reader *r, struct noro_template_entry *e,
	const struct noro_tpl_pattern *p)
{
	for (uint16_t i = 0; i < p->p->caps; i++)
		if (r->scratch.cap[i].p)
			noro_template_take(r, e, p->var[i], &p->p->cap[i], r->scratch.cap[i]);
}

/* --- a row --- */

static struct noro_view part_of(struct noro_template_reader *r, const struct noro_tpl_part *p)
{
	const struct noro_line_cap as = { .type = p->type };
	uint64_t n;

	if (p->var < 0)
		return p->text;
	if (p->type == NORO_LT_WORD || !r->out[p->var].p)
		return r->out[p->var];
	if (p->type == NORO_LT_DURATION && !noro_line_duration(r->out[p->var], &n))
		return noro_view(NULL, 0);
	return converted(r, &as, r->out[p->var]);
}

/* Every part must be there, else the whole is not said. */
static struct noro_view composed(struct noro_template_reader *r, const struct noro_tpl_set *s)
{
	struct noro_view part[NORO_TEMPLATE_MAX_PARTS];
	size_t n = 0, at = 0;
	char *p;

	for (uint16_t i = 0; i < s->parts; i++) {
		part[i] = part_of(r, &s->part[i]);
		if (!part[i].p)
			return part[i];
		n += part[i].n;
	}
	if (s->parts == 1)
		return part[0];
	p = noro_arena_alloc(r->run->a, n + 1);
	if (!p) {
		r->status = NORO_ENOMEM;
		return noro_view(NULL, 0);
	}
	for (uint16_t i = 0; i < s->parts; i++) {
		memcpy(p + at, part[i].p, part[i].n);
		at += part[i].n;
	}
	return noro_view(p, n);
}

static void mapped(struct noro_template_reader *r, bool own)
{
	for (size_t i = 0; i < r->t->maps; i++) {
		const struct noro_tpl_map *m = &r->t->map[i];
		struct noro_view *v = &r->out[m->var];

		if ((m->var < r->t->def->columns) != own || !v->p)
			continue;
		for (uint16_t k = 0; k < m->pairs; k++) {
			const struct noro_tpl_pair *p = &m->pair[k];

			if (p->prefix ? v->n >= p->from.n &&
						noro_view_eq_i(
							noro_view_sub(*v, 0, p->from.n), p->from)
				      : noro_view_eq_i(*v, p->from)) {
				*v = p->to;
				break;
			}
		}
	}
}

static bool complete(const struct noro_template_reader *r)
{
	bool any = false;

	for (size_t i = 0; i < r->t->needs; i++)
		if (!r->out[r->t->need[i]].n)
			return false;
	for (uint16_t i = 0; i < r->t->def->columns; i++)
		any |= r->out[i].p != NULL;
	return any;
}

/* What was captured is in `out`; the rest of the row follows from it. */
static void emit_one(struct noro_template_reader *r, const struct noro_template_entry *e)
{
	const struct noro_template *t = r->t;
	struct noro_template_run *run = r->run;
	struct noro_fact f = { .table = t->table, .source = NORO_FACT_STATE, .column = 1 };

	mapped(r, false);
	for (size_t i = 0; i < t->sets; i++) {
		struct noro_view v = composed(r, &t->set[i]);

		if (v.p)
			r->out[t->set[i].var] = v;
	}
	mapped(r, true);
	for (size_t i = 0; i < t->fallbacks; i++)
		if (!r->out[t->fallback[i].var].p)
			r->out[t->fallback[i].var] = composed(r, &t->fallback[i]);
	if (r->status != NORO_OK || !complete(r))
		return;
	run->rows++;
	if (!run->maker)
		return;
	f.line = e->line;
	f.offset = e->offset;
	f.file = run->file;
	f.text = e->text;
	if (r->secrets)
		f.text = fact_mask(e->text, r->secret,
			r->secrets < NORO_TEMPLATE_SECRETS ? r->secrets : NORO_TEMPLATE_SECRETS,
			run->a);
	f.col = r->out;
	r->status = noro_facts_add_row(run->maker, &f);
}

static void refill(struct noro_template_reader *r, const struct noro_template_entry *e)
{
	for (uint16_t i = 0; i < r->t->vars; i++)
		r->out[i] = e->v[i].p ? e->v[i] : r->kept.v[i];
}

/* Up to one of these signs; `rest` begins after it. */
static struct noro_view piece(struct noro_view *rest, struct noro_view at)
{
	struct noro_view v = *rest;
	size_t n = 0;

	while (n < v.n && !memchr(at.p, v.p[n], at.n))
		n++;
	*rest = noro_view_sub(v, n + (n < v.n), v.n);
	return noro_view_sub(v, 0, n);
}

void noro_template_emit(struct noro_template_reader *r, const struct noro_template_entry *e)
{
	const struct noro_template *t = r->t;
	struct noro_view list, one;

	refill(r, e);
	list = t->split_at.n ? r->out[t->split] : noro_view(NULL, 0);
	if (!list.n) {
		emit_one(r, e);
		return;
	}
	while (list.n && r->status == NORO_OK) {
		one = piece(&list, t->split_at);
		if (t->split_cut.n)
			one = piece(&one, t->split_cut);
		if (!one.n)
			continue;
		refill(r, e);
		r->out[t->split] = one;
		emit_one(r, e);
	}
}
