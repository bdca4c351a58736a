/*
 * src/hub/counts.c - counts that give nobody away.
 *
 * A sector that would be told with fewer than k members goes into the rest; if the rest is then
 * fewer than k itself, the smallest sector that could be told goes with it, for otherwise the rest
 * would follow from the sum. Cells are buckets, so that a sum of them says little either.
 */
#include "hub/counts.h"

#include "base/jsonw.h"
#include "base/mem.h"

#include <stdlib.h>

enum { CELLS = 256 };

const char *noro_hub_bucket(uint32_t members, uint32_t k)
{
	if (members < k)
		return NULL;
	if (members <= 5)
		return "3-5";
	if (members <= 10)
		return "6-10";
	return members <= 30 ? "11-30" : "31+";
}

struct who {
	int64_t member;
	uint64_t sector;
	const char *name;
};

struct cell {
	const char *name;
	uint64_t sector;
	uint32_t members; /* that saw it */
	uint32_t all;     /* that the sector has */
};

struct counting {
	struct noro_arena *a;
	struct noro_hub_sectors sectors;
	struct who *who;
	size_t n, cap;
	struct cell cell[CELLS];
	size_t cells;
	uint32_t members, rest;
};

static enum noro_status on_seen(void *ctx, const struct noro_hub_seen *row)
{
	struct counting *c = ctx;
	const struct noro_hub_sector_row *s = noro_hub_sector_of(&c->sectors, row->member);
	struct who *more = noro_arena_grow(c->a, c->who, c->n, &c->cap, sizeof(*more));

	if (!more)
		return NORO_ENOMEM;
	c->who = more;
	more[c->n++] = (struct who){ row->member, s ? s->no : 0, s ? s->sector : "" };
	return NORO_OK;
}

static int by_member(const void *a, const void *b)
{
	const struct who *x = a, *y = b;

	return (x->member > y->member) - (x->member < y->member);
}

static struct cell *cell_of(struct counting *c, const struct who *w)
{
	for (size_t i = 0; i < c->cells; i++)
		if (c->cell[i].sector == w->sector)
			return &c->cell[i];
	if (c->cells == CELLS)
		return NULL; /* goes to the rest */
	c->cell[c->cells] = (struct cell){ .name = w->name, .sector = w->sector };
	return &c->cell[c->cells++];
}

static void count(struct counting *c)
{
	if (c->n)
		qsort(c->who, c->n, sizeof(*c->who), by_member);
	for (size_t i = 0; i < c->n; i++) {
		struct cell *cell;

		if (i && c->who[i].member == c->who[i - 1].member)
			continue;
		c->members++;
		cell = c->who[i].name[0] ? cell_of(c, &c->who[i]) : NULL;
		if (cell)
			cell->members++;
		else
			c->rest++;
	}
	for (size_t i = 0; i < c->sectors.n; i++)
		for (size_t k = 0; k < c->cells; k++)
			c->cell[k].all += c->cell[k].sector == c->sectors.row[i].no;
}

static uint32_t k_of(const struct cell *c)
{
	return c->all < NORO_HUB_SMALL ? NORO_HUB_K_SMALL : NORO_HUB_K;
}

static void into_rest(struct counting *c, size_t i)
{
	c->rest += c->cell[i].members;
	c->cell[i] = c->cell[--c->cells];
}

static void merge(struct counting *c)
{
	for (size_t i = c->cells; i-- > 0;)
		if (c->cell[i].members < k_of(&c->cell[i]))
			into_rest(c, i);
	while (c->rest && c->rest < NORO_HUB_K_SMALL && c->cells) {
		size_t least = 0;

		for (size_t i = 1; i < c->cells; i++)
			if (c->cell[i].members < c->cell[least].members)
				least = i;
		into_rest(c, least);
	}
}

static int by_name(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void write_cell(struct noro_jsonw *w, const char *name, const char *bucket)
{
	noro_jsonw_object(w);
	noro_jsonw_kstr(w, "sector", name);
	noro_jsonw_kstr(w, "members", bucket);
	noro_jsonw_object_end(w);
}

static void write_body(struct counting *c, int64_t as_of, struct noro_buf *out)
{
	struct noro_jsonw w = noro_jsonw(out);
	const char *all = noro_hub_bucket(c->members, NORO_HUB_K);
	char day[NORO_TIME_TEXT];

	(void)noro_time_print(as_of * NORO_DAY_NS, day);
	day[10] = '\0';
	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "as_of", day);
	noro_jsonw_ku64(&w, "days", NORO_HUB_COUNT_DAYS);
	noro_jsonw_kstr(&w, "members", all); /* null: fewer than can be told */
	if (all && c->cells) {
		qsort(c->cell, c->cells, sizeof(*c->cell), by_name);
		noro_jsonw_key(&w, "sectors");
		noro_jsonw_array(&w);
		for (size_t i = 0; i < c->cells; i++)
			write_cell(&w, c->cell[i].name,
				noro_hub_bucket(c->cell[i].members, NORO_HUB_K));
		if (c->rest)
			write_cell(&w, "other", noro_hub_bucket(c->rest, NORO_HUB_K));
		noro_jsonw_array_end(&w);
	}
	noro_jsonw_object_end(&w);
}

/* As of the end of the day before: what somebody reports shows tomorrow at the earliest. */
static enum noro_status make(struct noro_hubdb *db, int64_t value, int64_t as_of,
	struct noro_arena *a, struct noro_buf *out, struct noro_error *err)
{
	struct counting *c = noro_arena_alloc(a, sizeof(*c));
	const struct noro_hub_seen_ask ask = { value, as_of - NORO_HUB_COUNT_DAYS + 1, as_of };
	enum noro_status st;

	if (!c)
		return noro_fail(err, NORO_ENOMEM, NULL);
	c->a = a;
	st = noro_hubdb_sectors(db, a, &c->sectors, err);
	if (st == NORO_OK)
		st = noro_hubdb_seen(db, &ask, on_seen, c, err);
	if (st != NORO_OK)
		return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
	count(c);
	merge(c);
	write_body(c, as_of, out);
	return out->status == NORO_OK ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
}

enum noro_status noro_hub_counts(struct noro_hubdb *db, int64_t value, int64_t now_ns,
	struct noro_arena *a, const char **ret, struct noro_error *err)
{
	struct noro_hub_told told = { .value = value, .day = noro_hub_day(now_ns) };
	struct noro_buf body = { 0 };
	enum noro_status st = noro_hubdb_told(db, &told, a, err);

	if (st == NORO_ENOENT) {
		st = make(db, value, told.day - 1, a, &body, err);
		told.body = body.p;
		/* who came first today has said it */
		if (st == NORO_OK)
			st = noro_hubdb_tell(db, &told, err);
		if (st == NORO_OK)
			st = noro_hubdb_told(db, &told, a, err);
	}
	noro_buf_done(&body);
	*ret = st == NORO_OK ? told.body : NULL;
	return st;
}
