/*
 * src/device/gather.c - the findings of all devices in one row, in the order of checks and then of
 * devices, and what the checks say that compare devices: distinct values, rows that
 * all others have.
 */
#include "device/ask_priv.h"

#include "base/mem.h"

#include <stdlib.h>

struct concluding {
	struct noro_audit *u;
	struct noro_arena *a;
	const struct stand **place;
	struct noro_rule_event *event;
	size_t events;
	/* of the checks that look at more than one device, in their order */
	struct noro_finding *finding;
	uint32_t *check;
	uint8_t *source; /* of each: 1 a configuration shows it, 2 the state */
	size_t n, cap, check_cap, source_cap;
	enum noro_status noted;
};

static enum noro_status add_places(
	struct concluding *c, struct noro_finding *f, const struct noro_verdict *v)
{
	struct noro_place *p = noro_arena_array(c->a, v->places + 1, sizeof(*p));
	const char **host = noro_arena_array(c->a, v->places + 1, sizeof(char *));

	if (!p || !host)
		return NORO_ENOMEM;
	c->source[c->n] = 0;
	for (size_t i = 0; i < v->places; i++) {
		const struct stand *s = c->place[v->place[i]];
		bool known = false;

		c->source[c->n] |= s->state ? 2 : 1;
		p[i] = s->at;
		for (size_t k = 0; k < f->hosts.n; k++)
			known = known || strcmp(host[k], s->at.host) == 0;
		if (!known)
			host[f->hosts.n++] = s->at.host;
	}
	f->hosts.item = host;
	f->place = p;
	f->places = v->places;
	f->container = v->places ? c->place[v->place[0]]->container : "";
	f->grade = v->places ? c->place[v->place[0]]->grade : 0;
	if (v->places && f->first_ns == NORO_TIME_NONE && p[0].time_ns != NORO_TIME_NONE) {
		f->first_ns = f->last_ns = p[0].time_ns;
		f->time_from = NORO_FROM_FILE;
	}
	return NORO_OK;
}

static enum noro_status on_verdict(void *ctx, const struct noro_verdict *v)
{
	struct concluding *c = ctx;
	struct noro_finding *f = noro_grow(c->finding, c->n, &c->cap, sizeof(*f));
	uint32_t *check = noro_grow(c->check, c->n, &c->check_cap, sizeof(*check));
	uint8_t *source = noro_grow(c->source, c->n, &c->source_cap, 1);
	enum noro_status st;

	if (f)
		c->finding = f;
	if (check)
		c->check = check;
	if (source)
		c->source = source;
	if (!f || !check || !source)
		return NORO_ENOMEM;
	c->check[c->n] = v->check;
	f = &c->finding[c->n];
	st = noro_rule_finding(c->u->o.rules, v, c->a, f);
	if (st == NORO_OK)
		st = add_places(c, f, v);
	if (st == NORO_OK)
		st = noro_finding_identify(f);
	c->n += st == NORO_OK;
	return st;
}

/* Events of all devices one behind the other; places are numbered through. */
static enum noro_status join(struct concluding *c, const struct outcome *const *o, size_t n)
{
	size_t events = 0;

	for (size_t i = 0; i < n; i++)
		events += o[i]->events;
	c->event = noro_reallocarray(NULL, events + 1, sizeof(*c->event));
	c->place = noro_reallocarray(NULL, events + 1, sizeof(*c->place));
	if (!c->event || !c->place)
		return NORO_ENOMEM;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < o[i]->events; k++) {
			c->event[c->events] = o[i]->event[k];
			c->event[c->events].place = c->events;
			c->place[c->events++] = &o[i]->place[o[i]->event[k].place];
		}
	return NORO_OK;
}

/* A ceiling: told at the first text that has something to compare. */
static void on_note(void *ctx, uint32_t check, const struct noro_msg *what)
{
	struct concluding *c = ctx;

	(void)check;
	if (c->noted == NORO_OK && c->events)
		c->noted = noro_audit_tell(c->u, c->a, c->place[0]->at.path, what);
}

static enum noro_status together(struct concluding *c, struct noro_error *err)
{
	struct noro_conclude_opts o = { .part = NORO_CONCLUDE_FLEET,
		.learn_until_ns = NORO_TIME_NONE,
		.note = on_note,
		.verdict = on_verdict,
		.ctx = c };
	enum noro_status st =
		noro_rules_conclude(c->u->o.rules, c->a, c->event, c->events, &o, err);

	return st == NORO_OK ? c->noted : st;
}

/* Where those of each check begin. */
static size_t *begins(const struct concluding *c, const struct outcome *const *o, size_t n)
{
	const size_t checks = noro_rules_count(c->u->o.rules);
	size_t *at = noro_calloc(checks + 1, sizeof(*at));

	for (size_t i = 0; at && i < n; i++)
		for (size_t k = 0; k < o[i]->founds; k++)
			at[o[i]->found[k].check + 1]++;
	for (size_t k = 0; at && k < c->n; k++)
		at[c->check[k] + 1]++;
	for (size_t k = 1; at && k < checks; k++)
		at[k] += at[k - 1];
	return at;
}

/* A counting sort by check: those of one device each in the order of devices. */
static enum noro_status in_order(struct concluding *c, const struct outcome *const *o, size_t n,
	struct noro_audit_result *ret)
{
	const struct noro_rules *r = c->u->o.rules;
	size_t *at = begins(c, o, n), all = c->n, to;
	enum noro_status st = NORO_ENOMEM;
	struct noro_finding *f;
	uint8_t *source;

	for (size_t i = 0; i < n; i++)
		all += o[i]->founds;
	source = noro_calloc(all + 1, 1);
	f = c->u->o.room ? c->u->o.room(c->u->o.room_ctx, all)
			 : noro_arena_array(c->a, all + 1, sizeof(*f));
	if (!at || !f || !source)
		goto out;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < o[i]->founds; k++) {
			to = at[o[i]->found[k].check]++;
			noro_found_unpack(&o[i]->found[k], r, &f[to]);
			source[to] = o[i]->found[k].source;
		}
	for (size_t k = 0; k < c->n; k++) {
		to = at[c->check[k]]++;
		f[to] = c->finding[k];
		source[to] = c->source[k];
	}
	ret->finding = f;
	ret->findings = all;
	st = noro_findings_confirm(c->a, f, source, all);
out:
	free(at);
	free(source);
	return st;
}

static int by_path_and_line(const void *x, const void *y)
{
	const struct noro_audit_line *a = x, *b = y;
	int c = strcmp(a->path, b->path);

	if (c)
		return c;
	return (a->line > b->line) - (a->line < b->line);
}

bool noro_audit_asked(const struct noro_audit_result *r, const char *path, uint64_t line)
{
	const struct noro_audit_line key = { path, line };

	return r->askeds &&
	       bsearch(&key, r->asked, r->askeds, sizeof(key), by_path_and_line) != NULL;
}

static enum noro_status lines_asked(const struct outcome *const *o, size_t n, struct noro_arena *a,
	struct noro_audit_result *ret)
{
	struct noro_audit_line *line;
	size_t all = 0;

	for (size_t i = 0; i < n; i++)
		all += o[i]->lines;
	line = noro_arena_array(a, all + 1, sizeof(*line));
	if (!line)
		return NORO_ENOMEM;
	all = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < o[i]->lines; k++)
			line[all++] = o[i]->line[k];
	qsort(line, all, sizeof(*line), by_path_and_line);
	ret->asked = line;
	ret->askeds = all;
	return NORO_OK;
}

enum noro_status noro_fleet_findings(struct noro_audit *u, const struct outcome *const *o, size_t n,
	struct noro_arena *a, struct noro_audit_result *ret, struct noro_error *err)
{
	struct concluding c = { .u = u, .a = a };
	enum noro_status st;

	if (!u->o.rules)
		return NORO_OK;
	st = join(&c, o, n);
	if (st == NORO_OK)
		st = together(&c, err);
	if (st == NORO_OK)
		st = in_order(&c, o, n, ret);
	if (st == NORO_OK)
		st = lines_asked(o, n, a, ret);
	free(c.event);
	free((void *)c.place);
	free(c.finding);
	free(c.check);
	free(c.source);
	return st;
}
