/*
 * src/store/hub_cross.c - which values meet the rule, found as they do.
 *
 * Only a row of a value that was there before can make it meet the rule, and only within the days
 * around that row; so that is what is read, day by day, for `seen` is laid out by days. A value
 * that met it is left alone for as many days as the rule has.
 */
#include "store/hub_priv.h"

#include "base/mem.h"
#include "base/siphash.h"
#include "store/hub_seen.h"

#include <stdlib.h>

/* A value that thousands report met the rule long ago, unless all of them are of one sector. */
enum { LOOK_ROWS = 4096 };

static const struct noro_hub_rule first_rule = { 3, 2, 7 };

static uint64_t sector_no(struct noro_view name)
{
	static const uint8_t key[16] = { 's', 'e', 'c', 't', 'o', 'r' };

	/* a row of nobody's (a member that is not there) has no name at all */
	return name.n ? noro_siphash(key, name.p, name.n) : 0;
}

/* ---- the rule that is set ---- */

static bool rule_ok(const struct noro_hub_rule *r)
{
	return r->members >= 2 && r->members <= NORO_HUB_RULE_MEMBERS && r->sectors >= 1 &&
	       r->sectors <= NORO_HUB_RULE_SECTORS && r->sectors <= r->members && r->days >= 1 &&
	       r->days <= NORO_HUB_RULE_DAYS;
}

enum noro_status hubdb_cross_open(struct noro_hubdb *h, struct noro_error *err)
{
	static const char ask[] = "SELECT value FROM meta WHERE name = 'rule'";
	int64_t n = 0;
	enum noro_status st = db_number(h->writer, ask, NULL, 0, &n, err);

	h->rule = (struct noro_hub_rule){ (uint32_t)(n / 1000000), (uint32_t)(n / 1000 % 1000),
		(uint32_t)(n % 1000) };
	if (!rule_ok(&h->rule))
		h->rule = first_rule;
	return st;
}

enum noro_status noro_hubdb_rule(
	struct noro_hubdb *h, struct noro_hub_rule *ret, struct noro_error *err)
{
	(void)err;
	(void)pthread_mutex_lock(&h->lock);
	*ret = h->rule;
	(void)pthread_mutex_unlock(&h->lock);
	return NORO_OK;
}

enum noro_status noro_hubdb_rule_set(
	struct noro_hubdb *h, const struct noro_hub_rule *rule, struct noro_error *err)
{
	static const char set[] = "INSERT INTO meta(name, value) VALUES('rule', $1)"
				  " ON CONFLICT(name) DO UPDATE SET value = $1";
	enum noro_status st;

	if (!rule_ok(rule))
		return noro_fail(err, NORO_EARG,
			N_("a rule is members/sectors/days: 2 to %1 members, no more sectors than "
			   "members, 1 to %2 days"),
			NORO_NUM(NORO_HUB_RULE_MEMBERS), NORO_NUM(NORO_HUB_RULE_DAYS));
	st = hubdb_begin(h, err);
	if (st != NORO_OK)
		return st;
	st = db_do(h->writer, set,
		DB_ARGS(db_of((int64_t)rule->members * 1000000 + (int64_t)rule->sectors * 1000 +
			      rule->days)),
		NULL, err);
	if (st == NORO_OK)
		h->rule = *rule;
	return hubdb_finish(h, st, err);
}

/* ---- as they come ---- */

struct sights {
	struct noro_hub_sight *row;
	size_t n, cap;
};

/* Rows of one day; members come in order, so that the first so many are always the same. */
static enum noro_status read_day(
	struct noro_hubdb *h, int64_t value, int64_t day, struct sights *l, struct noro_error *err)
{
	static const char ask[] =
		"SELECT s.member, m.sector FROM seen s LEFT JOIN member m ON m.no = s.member"
		" WHERE s.day = $1 AND s.value = $2 ORDER BY s.member";
	struct db_rows r;
	enum noro_status st = db_ask(h->writer, ask, DB_ARGS(db_of(day), db_of(value)), &r, err);

	while (st == NORO_OK && l->n < LOOK_ROWS && (st = db_row(&r, err)) == NORO_OK) {
		struct noro_hub_sight *more = noro_grow(l->row, l->n, &l->cap, sizeof(*more));

		if (!more) {
			st = noro_fail(err, NORO_ENOMEM, NULL);
			break;
		}
		l->row = more;
		more[l->n++] =
			(struct noro_hub_sight){ day, db_i64(&r, 0), sector_no(db_view(&r, 1)) };
	}
	db_done(&r);
	return st == NORO_END ? NORO_OK : st;
}

static enum noro_status crossed_near(
	struct noro_hubdb *h, const struct hubdb_sight *s, bool *ret, struct noro_error *err)
{
	static const char ask[] =
		"SELECT 1 FROM crossed WHERE value = $1 AND day > $2 AND day < $3 LIMIT 1";
	int64_t n = 0;
	enum noro_status st = db_number(h->writer, ask,
		DB_ARGS(db_of(s->value), db_of(s->day - (int64_t)h->rule.days),
			db_of(s->day + (int64_t)h->rule.days)),
		&n, err);

	*ret = n != 0;
	return st;
}

static enum noro_status judge(struct noro_hubdb *h, const struct hubdb_sight *s,
	const struct sights *l, int64_t *ret_day, struct noro_error *err)
{
	struct noro_arena *a = noro_arena_new(0);
	enum noro_status st =
		a ? noro_hub_rule_day(a, &h->rule, l->row, l->n, s->day, ret_day) : NORO_ENOMEM;

	noro_arena_free(a);
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}

enum noro_status hubdb_cross(
	struct noro_hubdb *h, const struct hubdb_sight *s, struct noro_error *err)
{
	static const char add[] = "INSERT INTO crossed(day, value, at) VALUES($1, $2, $3)"
				  " ON CONFLICT DO NOTHING";
	int64_t days = (int64_t)h->rule.days, day = 0, to = s->day + days - 1;
	struct sights l = { 0 };
	bool before = false;
	enum noro_status st = crossed_near(h, s, &before, err);

	if (st != NORO_OK || before)
		return st;
	if (to > noro_hub_day(s->now_ns))
		to = noro_hub_day(s->now_ns);
	for (int64_t d = s->day - days + 1; st == NORO_OK && d <= to && l.n < LOOK_ROWS; d++)
		st = read_day(h, s->value, d, &l, err);
	if (st == NORO_OK && l.n >= h->rule.members)
		st = judge(h, s, &l, &day, err);
	else if (st == NORO_OK)
		st = NORO_END;
	free(l.row);
	if (st == NORO_OK)
		st = db_do(h->writer, add, DB_ARGS(db_of(day), db_of(s->value), db_of(s->now_ns)),
			NULL, err);
	return st == NORO_END ? NORO_OK : st;
}

/* ---- reading ---- */

enum noro_status noro_hubdb_crossings(struct noro_hubdb *h, const struct noro_hub_seen_ask *days,
	struct noro_arena *a, struct noro_hub_crossings *ret, struct noro_error *err)
{
	static const char ask[] = "SELECT value, day, at FROM crossed"
				  " WHERE day >= $1 AND day <= $2 ORDER BY day, value";
	struct noro_hub_crossing *list = NULL, *more;
	size_t cap = 0;
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st =
		db_ask(db, ask, DB_ARGS(db_of(days->from_day), db_of(days->to_day)), &r, err);

	ret->n = 0;
	while (st == NORO_OK && (st = db_row(&r, err)) == NORO_OK) {
		more = noro_arena_grow(a, list, ret->n, &cap, sizeof(*more));
		if (!more) {
			st = noro_fail(err, NORO_ENOMEM, NULL);
			break;
		}
		list = more;
		list[ret->n++] =
			(struct noro_hub_crossing){ db_i64(&r, 0), db_i64(&r, 1), db_i64(&r, 2) };
	}
	db_done(&r);
	hubdb_give_back(h, which);
	ret->row = list;
	return st == NORO_END ? NORO_OK : st;
}

enum noro_status noro_hubdb_often(struct noro_hubdb *h, const struct noro_hub_seen_ask *days,
	struct noro_arena *a, struct noro_hub_often *ret, struct noro_error *err)
{
	static const char ask[] = "SELECT value FROM seen WHERE day >= $1 AND day <= $2"
				  " GROUP BY value HAVING count(*) >= $3 ORDER BY value";
	int64_t *list = NULL, *more;
	size_t cap = 0;
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_ask(db, ask,
		DB_ARGS(db_of(days->from_day), db_of(days->to_day), db_of(ret->least)), &r, err);

	ret->n = 0;
	while (st == NORO_OK && (st = db_row(&r, err)) == NORO_OK) {
		more = noro_arena_grow(a, list, ret->n, &cap, sizeof(*more));
		if (!more) {
			st = noro_fail(err, NORO_ENOMEM, NULL);
			break;
		}
		list = more;
		list[ret->n++] = db_i64(&r, 0);
	}
	db_done(&r);
	hubdb_give_back(h, which);
	ret->value = list;
	return st == NORO_END ? NORO_OK : st;
}

enum noro_status noro_hubdb_active(struct noro_hubdb *h, const struct noro_hub_seen_ask *days,
	uint32_t *ret, struct noro_error *err)
{
	static const char ask[] =
		"SELECT count(DISTINCT member) FROM seen WHERE day >= $1 AND day <= $2";
	int64_t n = 0;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st =
		db_number(db, ask, DB_ARGS(db_of(days->from_day), db_of(days->to_day)), &n, err);

	hubdb_give_back(h, which);
	*ret = (uint32_t)n;
	return st;
}

enum noro_status noro_hubdb_sectors(struct noro_hubdb *h, struct noro_arena *a,
	struct noro_hub_sectors *ret, struct noro_error *err)
{
	static const char ask[] = "SELECT no, sector FROM member WHERE no > 1 ORDER BY no";
	struct noro_hub_sector_row *list = NULL, *more;
	size_t cap = 0;
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_ask(db, ask, NULL, 0, &r, err);

	ret->n = 0;
	while (st == NORO_OK && (st = db_row(&r, err)) == NORO_OK) {
		more = noro_arena_grow(a, list, ret->n, &cap, sizeof(*more));
		if (!more) {
			st = noro_fail(err, NORO_ENOMEM, NULL);
			break;
		}
		list = more;
		list[ret->n++] = (struct noro_hub_sector_row){ db_i64(&r, 0),
			hubdb_string(a, &r, 1, &st), sector_no(db_view(&r, 1)) };
	}
	db_done(&r);
	hubdb_give_back(h, which);
	ret->row = list;
	return st == NORO_END ? NORO_OK : st;
}

static int by_member(const void *a, const void *b)
{
	const struct noro_hub_sector_row *x = a, *y = b;

	return (x->member > y->member) - (x->member < y->member);
}

const struct noro_hub_sector_row *noro_hub_sector_of(
	const struct noro_hub_sectors *s, int64_t member)
{
	const struct noro_hub_sector_row key = { .member = member };

	return s->n ? bsearch(&key, s->row, s->n, sizeof(key), by_member) : NULL;
}

/* ---- what members were told ---- */

enum noro_status noro_hubdb_told(
	struct noro_hubdb *h, struct noro_hub_told *t, struct noro_arena *a, struct noro_error *err)
{
	static const char ask[] = "SELECT body FROM told WHERE value = $1 AND day >= $2";
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_ask(db, ask, DB_ARGS(db_of(t->value), db_of(t->day)), &r, err);

	if (st == NORO_OK)
		st = db_row(&r, err);
	if (st == NORO_OK) {
		t->body = hubdb_string(a, &r, 0, &st);
		st = t->body ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
	}
	db_done(&r);
	hubdb_give_back(h, which);
	return st == NORO_END ? noro_fail(err, NORO_ENOENT, NULL) : st;
}

enum noro_status noro_hubdb_tell(
	struct noro_hubdb *h, const struct noro_hub_told *t, struct noro_error *err)
{
	static const char tell[] = "INSERT INTO told(value, day, body) VALUES($1, $2, $3)"
				   " ON CONFLICT(value) DO UPDATE SET day = $2, body = $3"
				   " WHERE told.day < $2";
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = db_do(h->writer, tell,
		DB_ARGS(db_of(t->value), db_of(t->day), db_of_text(noro_view_str(t->body))), NULL,
		err);
	return hubdb_finish(h, st, err);
}
