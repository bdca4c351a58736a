/*
 * src/device/conclude.c - all devices, by name: which texts belong together, each
 * examined and asked by whatever worker is free, and then the conclusions over the whole fleet.
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
	bool only; /* device of its name: texts that name nobody else have served with it */
	struct outcome *out;
};

/* Its packed texts are of no use to another device. */
static void let_go(struct task *t)
{
	for (size_t i = 0; t->only && i < t->texts; i++)
		if (t->text[i]->names == 1)
			noro_kept_done(&t->u->text[t->text[i] - t->u->text].kept);
}

/* Was it examined when it came, and was that all of it? */
static bool is_known(struct task *t)
{
	const struct outcome *o = NULL;

	if (t->name && t->only && t->texts == 1 && t->text[0]->names == 1)
		o = noro_early_outcome(t->u, t->text[0]);
	if (!o)
		return false;
	*t->out = *o;
	let_go(t);
	return true;
}

static void run_task(void *arg, unsigned worker)
{
	struct task *t = arg;
	struct exam *x = noro_calloc(1, sizeof(*x));
	struct desk *d = noro_desk_take(t->u);

	(void)worker;
	t->out->status = NORO_ENOMEM;
	if (d && !t->name) {
		t->out->status = noro_collected_outcome(t->u, t->collector, d, t->out);
	} else if (x && d) {
		*x = (struct exam){ .u = t->u,
			.name = t->name,
			.shown = t->shown,
			.text = t->text,
			.texts = t->texts,
			.clock_ns = NORO_TIME_NONE };
		t->out->status = noro_exam_outcome(x, d, t->out);
		let_go(t);
	}
	noro_desk_give(t->u, d);
	free(x);
}

static bool is_of(const struct member *m, uint32_t group)
{
	return m->group == group || m->group == NORO_TWINS_ALL;
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
	ret->out = noro_arena_alloc(a, sizeof(*ret->out));
	if (!ret->text || !ret->out)
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
			t[tasks].only = groups == 1;
			tasks += st == NORO_OK;
		}
	}
	noro_collected_sort(u);
	for (size_t i = 0; t && i < u->collects; i++, tasks++) {
		t[tasks] = (struct task){ .u = u, .collector = i };
		t[tasks].out = noro_arena_alloc(a, sizeof(*t->out));
		if (!t[tasks].out)
			return NORO_ENOMEM;
	}
	*ret = t;
	*ret_n = tasks;
	return t ? NORO_OK : NORO_ENOMEM;
}

static enum noro_status run_all(struct noro_audit *u, struct task *t, size_t n)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < n; i++)
		if (!is_known(&t[i]))
			st = noro_pool_submit(u->o.pool, run_task, &t[i]);
	noro_pool_wait(u->o.pool);
	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		st = t[i].out->status;
		u->undecided += t[i].out->undecided;
	}
	for (const struct desk *d = u->desks; u->undecided && !u->gave_up.n && d; d = d->all)
		if (d->rules)
			u->gave_up = noro_rule_worker_gave_up(d->rules);
	return st;
}

/* What results point into is theirs from now on; packed texts have served. */
static enum noro_status hand_over(struct noro_audit *u, struct noro_arena *a)
{
	enum noro_status st = NORO_OK;
	struct noro_arena *own = u->keep;

	for (size_t i = 0; i < u->texts; i++)
		noro_kept_done(&u->text[i].kept);
	u->keep = NULL;
	if (own)
		st = noro_arena_on_free(a, (void (*)(void *))noro_arena_free, own);
	for (struct desk *d = u->desks; st == NORO_OK && d; d = d->all) {
		own = d->keep;
		d->keep = NULL;
		noro_once_done(&d->once);
		if (own)
			st = noro_arena_on_free(a, (void (*)(void *))noro_arena_free, own);
	}
	noro_mem_trim();
	return st;
}

enum noro_status noro_audit_tell(
	struct noro_audit *u, struct noro_arena *a, const char *path, const struct noro_msg *what)
{
	struct noro_audit_note *grown =
		noro_arena_grow(a, u->note, u->notes, &u->note_cap, sizeof(*grown));

	if (!grown)
		return NORO_ENOMEM;
	u->note = grown;
	grown += u->notes;
	*grown = (struct noro_audit_note){ path, *what };
	for (size_t i = 0; i < sizeof(what->arg) / sizeof(*what->arg); i++)
		if (what->arg[i] && !(grown->what.arg[i] = noro_arena_str(a, what->arg[i])))
			return NORO_ENOMEM;
	u->notes++;
	return NORO_OK;
}

/* A ceiling that was reached is told where the device's first text is covered. */
static enum noro_status tell_dropped(
	struct noro_audit *u, const struct task *t, size_t n, struct noro_arena *a)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		struct noro_msg what = { N_("checks spoke of more than %1 rows of this device: %2 "
					    "are not reported"),
			{ NORO_NUM(MAX_EVENTS), NORO_NUM(t[i].out->dropped) } };

		if (t[i].out->dropped && t[i].out->machine.files.n)
			st = noro_audit_tell(u, a, t[i].out->machine.files.item[0], &what);
	}
	return st;
}

static enum noro_status deliver(struct noro_audit *u, const struct task *t, size_t n,
	struct noro_arena *a, struct noro_audit_result *ret, struct noro_error *err)
{
	struct noro_machine *m = noro_arena_array(a, n + 1, sizeof(*m));
	const struct outcome **o = noro_reallocarray(NULL, n + 1, sizeof(*o));
	enum noro_status st = NORO_ENOMEM;

	if (m && o) {
		for (size_t i = 0; i < n; i++) {
			o[i] = t[i].out;
			m[i] = t[i].out->machine;
		}
		ret->machine = m;
		ret->machines = n;
		st = noro_fleet_findings(u, o, n, a, ret, err);
		noro_desks_forget(u);
		if (st == NORO_OK)
			st = tell_dropped(u, t, n, a);
		ret->note = u->note;
		ret->notes = u->notes;
	}
	free((void *)o);
	return st;
}

enum noro_status noro_audit_conclude(struct noro_audit *u, struct noro_arena *a,
	struct noro_audit_result *ret, struct noro_error *err)
{
	struct noro_arena *plan = noro_arena_new(0);
	struct task *t = NULL;
	size_t tasks = 0;
	enum noro_status st = plan ? noro_audit_members(u) : NORO_ENOMEM;

	*ret = (struct noro_audit_result){ 0 };
	if (st == NORO_OK)
		st = make_tasks(u, plan, &t, &tasks);
	if (st == NORO_OK)
		st = run_all(u, t, tasks);
	noro_fleet_done(&u->fleet); /* nobody asks any more what is rare */
	ret->undecided = u->undecided;
	ret->gave_up = u->gave_up;
	if (st == NORO_OK)
		st = hand_over(u, a);
	if (st == NORO_OK)
		st = deliver(u, t, tasks, a, ret, err);
	noro_arena_free(plan);
	if (st != NORO_OK && err && err->status == NORO_OK)
		(void)noro_fail(err, st, NULL);
	return st;
}
