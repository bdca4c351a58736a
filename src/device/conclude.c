/*
 * src/device/conclude.c - all devices, by name: which texts belong together, each
 * examined by whatever worker is free, and then the conclusions over the whole fleet.
 */
#include "device/ask_priv.h"

#include "base/mem.h"

/* The texts of one device, and what came of it. */
struct task {
	struct noro_audit *u;
	const char *name; /* NULL: a collector, by its number */
	const char *shown;
	size_t collector;
	const struct text **text;
	size_t texts;
	struct outcome out;
	struct noro_rule_worker **worker; /* one for each thread */
};

static enum noro_status examine(struct task *t, struct exam *x, struct noro_rule_worker *w)
{
	struct outcome *o = &t->out;
	enum noro_status st;

	x->a = noro_arena_new(MAX_DEVICE_ARENA);
	if (!x->a)
		return NORO_ENOMEM;
	st = noro_exam_read(x);
	if (st == NORO_OK)
		st = noro_exam_page(x, o->a, &o->machine);
	if (st == NORO_OK)
		st = noro_outcome_ask(o, x, w);
	noro_arena_free(x->a);
	return st;
}

static void run_task(void *arg, unsigned worker)
{
	struct task *t = arg;
	struct exam *x = t->name ? noro_calloc(1, sizeof(*x)) : NULL;

	if (!t->name) {
		t->out.status = noro_collected_ask(
			t->u, t->collector, &t->out, t->worker ? t->worker[worker] : NULL);
	} else if (x) {
		*x = (struct exam){ .u = t->u,
			.name = t->name,
			.shown = t->shown,
			.text = t->text,
			.texts = t->texts,
			.clock_ns = NORO_TIME_NONE };
		t->out.status = examine(t, x, t->worker ? t->worker[worker] : NULL);
	} else {
		t->out.status = NORO_ENOMEM;
	}
	free(x);
}

static bool is_of(const struct member *m, uint32_t group)
{
	return m->group == group || m->group == NORO_TWINS_ALL;
}

/* Where the results of a task go. */
static bool room(struct task *t, struct noro_arena *a)
{
	t->out.a = noro_arena_new(0);
	return t->out.a &&
	       noro_arena_on_free(a, (void (*)(void *))noro_arena_free, t->out.a) == NORO_OK;
}

/* One of the devices that share a name; none that only the baseline knows. */
static enum noro_status make_task(struct noro_audit *u, const struct member *m, size_t n,
	uint32_t group, struct noro_arena *a, struct task *ret)
{
	bool here = false;

	*ret = (struct task){ .u = u, .name = m->name };
	for (size_t i = 0; i < n; i++)
		here = here || (m[i].group == group && !m[i].text->baseline);
	if (!here)
		return NORO_END;
	ret->text = noro_arena_array(a, n + 1, sizeof(struct text *));
	if (!ret->text || !room(ret, a))
		return NORO_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		if (!is_of(&m[i], group))
			continue;
		ret->text[ret->texts++] = m[i].text;
		ret->shown = m[i].shown ? m[i].shown : ret->shown;
	}
	return NORO_OK;
}

static enum noro_status make_tasks(
	struct noro_audit *u, struct noro_arena *a, struct task **ret, size_t *ret_n)
{
	struct task *t = noro_arena_array(a, u->members + u->collects + 1, sizeof(*t));
	size_t tasks = 0;

	for (size_t i = 0, to; t && i < u->members; i = to) {
		uint32_t groups = 1;

		to = noro_audit_same_name(u, i);
		for (size_t k = i; k < to; k++)
			if (u->member[k].group != NORO_TWINS_ALL && u->member[k].group >= groups)
				groups = u->member[k].group + 1;
		for (uint32_t g = 0; g < groups; g++) {
			enum noro_status st = make_task(u, &u->member[i], to - i, g, a, &t[tasks]);

			if (st == NORO_ENOMEM)
				return st;
			tasks += st == NORO_OK;
		}
	}
	noro_collected_sort(u);
	for (size_t i = 0; t && i < u->collects; i++, tasks++) {
		t[tasks] = (struct task){ .u = u, .collector = i };
		if (!room(&t[tasks], a))
			return NORO_ENOMEM;
	}
	*ret = t;
	*ret_n = tasks;
	return t ? NORO_OK : NORO_ENOMEM;
}

/* --- conclusions --- */

struct concluding {
	const struct noro_audit *u;
	struct noro_arena *a;
	const struct stand *const *place;
	struct noro_finding *finding;
	uint8_t *source; /* of each: 1 a configuration shows it, 2 the state */
	size_t n, cap, source_cap;
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
	struct noro_finding *f =
		noro_arena_grow(c->a, c->finding, c->n, &c->cap, sizeof(*c->finding));
	uint8_t *source = noro_arena_grow(c->a, c->source, c->n, &c->source_cap, 1);
	enum noro_status st;

	if (!f || !source)
		return NORO_ENOMEM;
	c->finding = f;
	c->source = source;
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
static enum noro_status join(const struct task *t, size_t n, struct noro_arena *a,
	struct noro_rule_event **ret, size_t *ret_n, const struct stand ***ret_place)
{
	size_t events = 0, places = 0;

	for (size_t i = 0; i < n; i++) {
		events += t[i].out.events;
		places += t[i].out.places;
	}
	*ret = noro_arena_array(a, events + 1, sizeof(**ret));
	*ret_place = noro_arena_array(a, places + 1, sizeof(**ret_place));
	if (!*ret || !*ret_place)
		return NORO_ENOMEM;
	*ret_n = 0;
	places = 0;
	for (size_t i = 0; i < n; i++) {
		const struct outcome *o = &t[i].out;

		for (size_t k = 0; k < o->events; k++) {
			(*ret)[*ret_n] = o->event[k];
			(*ret)[(*ret_n)++].place += places;
		}
		for (size_t k = 0; k < o->places; k++)
			(*ret_place)[places + k] = &o->place[k];
		places += o->places;
	}
	return NORO_OK;
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

static enum noro_status lines_asked(const struct stand *const *place, size_t n,
	struct noro_arena *a, struct noro_audit_result *ret)
{
	struct noro_audit_line *line = noro_arena_array(a, n + 1, sizeof(*line));

	if (!line)
		return NORO_ENOMEM;
	for (size_t i = 0; i < n; i++)
		line[i] = (struct noro_audit_line){ place[i]->at.path, place[i]->at.line };
	qsort(line, n, sizeof(*line), by_path_and_line);
	ret->asked = line;
	ret->askeds = n;
	return NORO_OK;
}

static enum noro_status conclude(struct noro_audit *u, const struct task *t, size_t n,
	struct noro_arena *a, struct noro_audit_result *ret, struct noro_error *err)
{
	struct concluding c = { .u = u, .a = a };
	struct noro_conclude_opts o = {
		.learn_until_ns = NORO_TIME_NONE, .verdict = on_verdict, .ctx = &c
	};
	struct noro_rule_event *event;
	const struct stand **place;
	size_t events;
	enum noro_status st = join(t, n, a, &event, &events, &place);

	c.place = place;
	if (st == NORO_OK)
		st = lines_asked(place, events, a, ret);
	if (st == NORO_OK && u->o.rules)
		st = noro_rules_conclude(u->o.rules, a, event, events, &o, err);
	if (st == NORO_OK)
		st = noro_findings_confirm(a, c.finding, c.source, c.n);
	ret->finding = c.finding;
	ret->findings = c.n;
	return st;
}

static enum noro_status machines(
	const struct task *t, size_t n, struct noro_arena *a, struct noro_audit_result *ret)
{
	struct noro_machine *m = noro_arena_array(a, n + 1, sizeof(*m));

	if (!m)
		return NORO_ENOMEM;
	for (size_t i = 0; i < n; i++)
		m[i] = t[i].out.machine;
	ret->machine = m;
	ret->machines = n;
	return NORO_OK;
}

static enum noro_status run_all(struct noro_audit *u, struct task *t, size_t n)
{
	unsigned jobs = noro_pool_jobs(u->o.pool);
	struct noro_rule_worker **w = noro_calloc(jobs + 1, sizeof(struct noro_rule_worker *));
	enum noro_status st = w ? NORO_OK : NORO_ENOMEM;

	for (unsigned i = 0; st == NORO_OK && u->o.rules && i < jobs; i++)
		st = noro_rule_worker_new(u->o.rules, &w[i]);
	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		t[i].worker = u->o.rules ? w : NULL;
		st = noro_pool_submit(u->o.pool, run_task, &t[i]);
	}
	noro_pool_wait(u->o.pool);
	for (size_t i = 0; st == NORO_OK && i < n; i++)
		st = t[i].out.status;
	for (unsigned i = 0; w && i < jobs; i++) {
		if (w[i]) {
			u->undecided += noro_rule_worker_undecided(w[i]);
			if (!u->gave_up.n)
				u->gave_up = noro_rule_worker_gave_up(w[i]);
		}
		noro_rule_worker_free(w[i]);
	}
	free(w);
	return st;
}

enum noro_status noro_audit_conclude(struct noro_audit *u, struct noro_arena *a,
	struct noro_audit_result *ret, struct noro_error *err)
{
	struct task *t = NULL;
	size_t tasks = 0;
	enum noro_status st = noro_audit_members(u);

	*ret = (struct noro_audit_result){ .note = u->note, .notes = u->notes };
	if (st == NORO_OK)
		st = make_tasks(u, a, &t, &tasks);
	if (st == NORO_OK)
		st = run_all(u, t, tasks);
	ret->undecided = u->undecided;
	ret->gave_up = u->gave_up;
	if (st == NORO_OK)
		st = machines(t, tasks, a, ret);
	if (st == NORO_OK)
		st = conclude(u, t, tasks, a, ret, err);
	if (st != NORO_OK && err && err->status == NORO_OK)
		(void)noro_fail(err, st, NULL);
	return st;
}
