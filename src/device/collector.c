/*
 * src/device/collector.c - files of a route collector among the evidence. Such a file may
 * hold a hundred million routes, so it is judged while it is read; what remains is the
 * rows that need a word, and they wait with the devices for the checks.
 */
#include "device/ask_priv.h"

#include "base/mem.h"

struct collected {
	const char *path, *container, *name;
	struct noro_arena *a;
	struct noro_facts facts;
	const struct noro_fact_file *file;
	uint64_t entries;
};

void noro_collected_free(struct noro_audit *u)
{
	for (size_t i = 0; i < u->collects; i++)
		noro_arena_free(u->collected[i].a);
	free(u->collected);
}

/* "in/rrc00/bview.20250801.gz" is "bview.20250801". */
static struct noro_view name_of(const char *path)
{
	static const char *const packed[] = { ".gz", ".bz2", ".xz", ".zst", ".mrt", ".bmp" };
	struct noro_view v = noro_view_str(path);
	size_t cut = noro_view_rchr(v, '/');

	if (cut != SIZE_MAX)
		v = noro_view_sub(v, cut + 1, v.n);
	for (size_t i = 0; i < sizeof(packed) / sizeof(*packed); i++) {
		struct noro_view end = noro_view_str(packed[i]);

		if (v.n > end.n && noro_view_eq_i(noro_view_sub(v, v.n - end.n, v.n), end))
			v.n -= end.n;
	}
	return v;
}

/* Names are part of the result. */
static enum noro_status name_it(
	struct noro_audit *u, struct collected *c, const struct noro_audit_text *t)
{
	struct noro_fact_file *f = noro_arena_alloc(c->a, sizeof(*f));
	struct noro_view name = name_of(t->path);

	pthread_mutex_lock(&u->lock);
	c->path = noro_arena_str(u->keep, t->path);
	c->container = noro_arena_str(u->keep, t->container ? t->container : t->path);
	c->name = noro_arena_strn(u->keep, name.p, name.n);
	pthread_mutex_unlock(&u->lock);
	if (!f || !c->path || !c->container || !c->name)
		return NORO_ENOMEM;
	*f = (struct noro_fact_file){
		.path = c->path, .container = c->container, .line = 1, .time_ns = NORO_TIME_NONE
	};
	c->file = f;
	return NORO_OK;
}

static enum noro_status judge(struct noro_audit *u, struct collected *c,
	const struct noro_mrt_source *source, struct noro_mrt_sum *ret, struct noro_error *err)
{
	struct noro_mrt_examine_opts o = { .def = u->o.def,
		.vrps = u->o.vrps,
		.protect = u->o.protect,
		.protects = u->o.protects,
		.file = c->file };
	struct noro_facts_maker *m;
	enum noro_status st = noro_facts_maker_new(u->o.def, c->a, u->secret_key, &m);

	if (st == NORO_OK)
		st = noro_mrt_examine(source, &o, m, c->a, ret, err);
	if (st == NORO_OK)
		st = noro_facts_take(m, &c->facts);
	c->entries = ret->stats.entries;
	return st;
}

static enum noro_status keep(struct noro_audit *u, const struct collected *c)
{
	struct collected *grown;

	pthread_mutex_lock(&u->lock);
	grown = noro_grow(u->collected, u->collects, &u->collected_cap, sizeof(*grown));
	if (grown) {
		u->collected = grown;
		u->collected[u->collects++] = *c;
	}
	pthread_mutex_unlock(&u->lock);
	return grown ? NORO_OK : NORO_ENOMEM;
}

enum noro_status noro_audit_add_routes(struct noro_audit *u, const struct noro_audit_text *t,
	const struct noro_mrt_source *source, struct noro_mrt_sum *ret, struct noro_error *err)
{
	struct collected c = { .a = noro_arena_new(MAX_DEVICE_ARENA) };
	enum noro_status st = c.a ? name_it(u, &c, t) : NORO_ENOMEM;

	*ret = (struct noro_mrt_sum){ 0 };
	if (st == NORO_OK)
		st = judge(u, &c, source, ret, err);
	ret->peer = NULL; /* they die with the arena of the device, or now */
	if (st == NORO_OK)
		st = keep(u, &c);
	if (st == NORO_OK)
		return st;
	noro_arena_free(c.a);
	return err->status == NORO_OK ? noro_fail(err, st, NULL) : st;
}

/* --- with the devices --- */

static int by_path(const void *x, const void *y)
{
	return strcmp(((const struct collected *)x)->path, ((const struct collected *)y)->path);
}

void noro_collected_sort(struct noro_audit *u)
{
	if (u->collects)
		qsort(u->collected, u->collects, sizeof(*u->collected), by_path);
}

enum noro_status noro_collected_outcome(
	struct noro_audit *u, size_t i, struct desk *d, struct outcome *o)
{
	const struct collected *c = &u->collected[i];
	struct exam *x = noro_calloc(1, sizeof(*x));
	const char **file = noro_arena_array(d->keep, 1, sizeof(char *));
	enum noro_status st = NORO_ENOMEM;

	if (!x || !file)
		goto out;
	*x = (struct exam){ .u = u, .name = c->name, .facts = c->facts };
	x->device.name = noro_view_str(c->name);
	file[0] = c->path;
	o->machine = (struct noro_machine){ .name = c->name,
		.dialect = "collector",
		.title = N_("route collector"),
		.files = { file, 1 },
		.rows = c->facts.rows,
		.routes = c->entries };
	st = noro_outcome_ask(o, x, d);
out:
	free(x);
	return st;
}
