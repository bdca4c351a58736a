/*
 * src/hub/correlate_tell.c - the rows behind a result, and which results are one story.
 *
 * An attack leaves a dozen values; a dozen alerts about it would be as bad as none. Those that the
 * same members saw, and those of one net or registered name, are one group.
 */
#include "hub/correlate_priv.h"

#include <stdlib.h>

enum { GROUP_MOST = 2000, SECTORS_MOST = 100 };

static void count_day(struct correlating *c, struct noro_hub_day *d, size_t from, size_t to)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++) {
		bool known = false;

		for (size_t k = 0; k < n && !known; k++)
			known = c->work[k] == c->row[i].sight.sector;
		if (!known && n < SECTORS_MOST)
			c->work[n++] = c->row[i].sight.sector;
		d->reports += c->row[i].n;
	}
	d->day = c->row[from].sight.day;
	d->members = (uint32_t)(to - from); /* a member and a day are one row */
	d->sectors = (uint32_t)n;
}

static enum noro_status tell_days(struct correlating *c, struct noro_hub_correlation *r)
{
	struct noro_hub_day *day =
		noro_arena_array(c->a, (size_t)c->ask->rule.days + 1, sizeof(*day));
	int64_t from = r->window_day - (int64_t)c->ask->rule.days + 1;

	if (!day)
		return noro_fail(c->err, NORO_ENOMEM, NULL);
	for (size_t i = 0, end; i < c->n; i = end) {
		for (end = i; end < c->n && c->row[end].sight.day == c->row[i].sight.day; end++)
			;
		if (c->row[i].sight.day >= from && c->row[i].sight.day <= r->window_day)
			count_day(c, &day[r->days++], i, end);
	}
	r->day = day;
	return NORO_OK;
}

struct of_sector {
	const char *sector;
	int64_t member;
};

static int by_sector(const void *a, const void *b)
{
	const struct of_sector *x = a, *y = b;
	int d = strcmp(x->sector, y->sector);

	return d ? d : (x->member > y->member) - (x->member < y->member);
}

static int by_members(const void *a, const void *b)
{
	const struct noro_hub_sector_count *x = a, *y = b;

	if (x->members != y->members)
		return x->members < y->members ? 1 : -1;
	return strcmp(x->sector, y->sector);
}

static enum noro_status tell_sectors(struct correlating *c, struct noro_hub_correlation *r)
{
	struct of_sector *of = noro_arena_array(c->scratch, c->n + 1, sizeof(*of));
	struct noro_hub_sector_count *s =
		noro_arena_array(c->a, (size_t)r->sectors + 1, sizeof(*s));
	int64_t from = r->window_day - (int64_t)c->ask->rule.days + 1;
	size_t n = 0;

	if (!of || !s)
		return noro_fail(c->err, NORO_ENOMEM, NULL);
	for (size_t i = 0; i < c->n; i++)
		if (c->row[i].sight.day >= from && c->row[i].sight.day <= r->window_day)
			of[n++] = (struct of_sector){ c->row[i].sector, c->row[i].sight.member };
	if (n)
		qsort(of, n, sizeof(*of), by_sector);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || strcmp(of[i].sector, of[i - 1].sector) != 0) {
			if (r->sector_n == r->sectors)
				break; /* a hash that two names share */
			s[r->sector_n++].sector = of[i].sector;
		}
		s[r->sector_n - 1].members += i == 0 || by_sector(&of[i], &of[i - 1]) != 0;
	}
	if (r->sector_n)
		qsort(s, r->sector_n, sizeof(*s), by_members);
	r->sector = s;
	return NORO_OK;
}

enum noro_status hub_explain(struct correlating *c, struct noro_hub_correlation *r)
{
	enum noro_status st = tell_days(c, r);

	return st == NORO_OK ? tell_sectors(c, r) : st;
}

/* ---- groups ---- */

struct who {
	const int64_t *member; /* in order */
	size_t n;
};

/* Members of both, of members of either: half of them or more? */
static bool same_people(const struct who *x, const struct who *y)
{
	size_t i = 0, k = 0, both = 0;

	while (i < x->n && k < y->n) {
		if (x->member[i] == y->member[k]) {
			both++;
			i++;
			k++;
		} else if (x->member[i] < y->member[k]) {
			i++;
		} else {
			k++;
		}
	}
	return both >= 2 && 2 * both >= x->n + y->n - both;
}

static size_t root_of(size_t *up, size_t i)
{
	while (up[i] != i)
		i = up[i] = up[up[i]];
	return i;
}

static int by_i64(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

struct gather {
	int64_t *member;
	size_t n, cap;
	struct noro_arena *a;
};

static enum noro_status on_member(void *ctx, const struct noro_hub_seen *row)
{
	struct gather *g = ctx;
	int64_t *more = noro_arena_grow(g->a, g->member, g->n, &g->cap, sizeof(*more));

	if (!more)
		return NORO_ENOMEM;
	g->member = more;
	more[g->n++] = row->member;
	return NORO_OK;
}

static enum noro_status members_of_alert(
	struct correlating *c, const struct noro_hub_correlation *r, struct who *ret)
{
	const struct noro_hub_seen_ask ask = { r->value.no,
		c->from_day - (int64_t)c->ask->rule.days + 1, c->now_day };
	struct gather g = { .a = c->scratch };
	size_t n = 0;
	enum noro_status st = noro_hubdb_seen(c->db, &ask, on_member, &g, c->err);

	if (g.n)
		qsort(g.member, g.n, sizeof(*g.member), by_i64);
	for (size_t i = 0; i < g.n; i++)
		if (i == 0 || g.member[i] != g.member[i - 1])
			g.member[n++] = g.member[i];
	*ret = (struct who){ g.member, n };
	return st;
}

static enum noro_status join(struct correlating *c, size_t n, struct who *who, size_t *up)
{
	for (size_t i = 0; i < n; i++) {
		enum noro_status st = members_of_alert(c, &c->list[i], &who[i]);

		if (st != NORO_OK)
			return st;
		up[i] = i;
		for (size_t k = 0; k < i; k++) {
			bool near = c->list[i].value.near &&
				    c->list[i].value.near == c->list[k].value.near;

			if (near || same_people(&who[i], &who[k]))
				up[root_of(up, i)] = root_of(up, k);
		}
	}
	return NORO_OK;
}

enum noro_status hub_group(struct correlating *c)
{
	size_t n = 0;
	size_t *up;
	struct who *who;
	enum noro_status st;

	while (n < c->ret->n && n < GROUP_MOST && noro_hub_class_alerts(c->list[n].class))
		n++;
	up = noro_arena_array(c->scratch, n + 1, sizeof(*up));
	who = noro_arena_array(c->scratch, n + 1, sizeof(*who));
	if (!up || !who)
		return noro_fail(c->err, NORO_ENOMEM, NULL);
	st = join(c, n, who, up);
	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		size_t r = root_of(up, i);

		if (r == i || !c->list[r].group)
			c->list[r].group = c->list[r].group ? c->list[r].group : ++c->ret->groups;
		c->list[i].group = c->list[r].group;
	}
	return st;
}
