/*
 * src/store/click_more.c - what is known, which sensors there are, payloads judged again, and age:
 * a partition is dropped whole once all that lies in it is older than is kept.
 */
#include "store/click_priv.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NS = 1000000000, KNOWN_MOST = 1 << 20, JUDGE_PAGE = 256 };

/* --- payloads judged again --- */

struct again {
	struct noro_history *h;
	noro_history_judge_fn *judge;
	void *ctx;
	struct noro_error *err;
	uint64_t changed;
	struct noro_buf page; /* rows that were read: the connection must be free for the judge */
	uint64_t rows;
	int64_t at, seq, version;
	uint8_t attempt[CLICK_ATTEMPT];
};

static enum noro_status on_page(void *ctx, struct click_row *r)
{
	struct again *g = ctx;
	const uint8_t *from = r->p;
	struct noro_view body;

	(void)click_i64(r);
	(void)click_fixed(r);
	(void)click_i64(r);
	(void)click_i64(r);
	body = click_view(r);
	(void)body;
	if (!click_whole(r))
		return NORO_OK;
	noro_buf_add(&g->page, from, (size_t)(r->p - from));
	g->rows++;
	return g->page.status;
}

static enum noro_status on_payload(void *ctx, const struct noro_payload *m)
{
	struct again *g = ctx;
	struct noro_payload now;
	bool changed;
	enum noro_status st = history_judged(g->judge, g->ctx, m, &now, &changed);

	if (st != NORO_OK || !changed)
		return st;
	g->changed++;
	click_payload_row(g->h, &now, g->version + 1, g->attempt, g->at, g->seq);
	return g->h->click->table[CLICK_PAYLOAD].rows.status;
}

static enum noro_status judge_page(struct again *g)
{
	const struct noro_measures to = { .payload = on_payload, .ctx = g };
	struct noro_view left = noro_buf_as_view(&g->page);
	enum noro_status st = NORO_OK;

	while (st == NORO_OK && left.n) {
		struct click_row r = { .p = (const uint8_t *)left.p, .n = left.n };
		struct noro_view body;

		g->at = click_i64(&r);
		memcpy(g->attempt, click_fixed(&r), CLICK_ATTEMPT);
		g->seq = click_i64(&r);
		g->version = click_i64(&r);
		body = click_view(&r);
		st = history_body(g->h, body, &to, g->err);
		left = noro_view(r.p, r.n);
	}
	return st == NORO_OK ? click_flush(g->h, CLICK_PAYLOAD, g->err) : st;
}

static enum noro_status next_page(struct again *g)
{
	struct noro_history *h = g->h;
	struct noro_buf *sql =
		click_sql(h, "SELECT at, attempt, seq, max(version), argMax(body, version) FROM ");

	click_name(h, "payload");
	noro_buf_printf(
		sql, " WHERE (at > %" PRId64 " OR (at = %" PRId64 " AND (attempt > ", g->at, g->at);
	click_literal(sql, noro_view(g->attempt, CLICK_ATTEMPT));
	noro_buf_str(sql, " OR (attempt = ");
	click_literal(sql, noro_view(g->attempt, CLICK_ATTEMPT));
	noro_buf_printf(sql, " AND seq > %" PRId64 "))))", g->seq);
	click_visible(h);
	noro_buf_printf(
		sql, " GROUP BY at, attempt, seq ORDER BY at, attempt, seq LIMIT %d", JUDGE_PAGE);
	noro_buf_clear(&g->page);
	g->rows = 0;
	return click_rows(h, on_page, g, g->err);
}

enum noro_status click_judge(struct noro_history *h, noro_history_judge_fn *judge, void *ctx,
	uint64_t *ret_changed, struct noro_error *err)
{
	struct again g = { .h = h, .judge = judge, .ctx = ctx, .err = err, .at = -1 };
	enum noro_status st = next_page(&g);

	while (st == NORO_OK && g.rows) {
		st = judge_page(&g);
		if (st == NORO_OK)
			st = next_page(&g);
	}
	click_abandon(h);
	noro_buf_done(&g.page);
	*ret_changed = st == NORO_OK ? g.changed : 0;
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}

/* --- what is known --- */

static enum noro_status on_known(void *ctx, struct click_row *r)
{
	struct click *c = ((struct noro_history *)ctx)->click;
	const uint8_t *src = click_fixed(r);
	uint8_t family = click_u8(r);
	void *grown;

	if (!click_whole(r))
		return NORO_OK;
	grown = noro_grow(c->known, c->knowns, &c->known_cap, sizeof(*c->known));
	if (!grown)
		return NORO_ENOMEM;
	c->known = grown;
	memcpy(c->known[c->knowns], src, CLICK_ATTEMPT);
	c->known[c->knowns++][CLICK_ATTEMPT] = family;
	return NORO_OK;
}

static struct noro_buf *known_where(
	struct noro_history *h, const char *select, const char *port, int64_t before_ns)
{
	int64_t from = before_ns - 28 * (int64_t)NORO_DAY_S * NS;
	struct noro_buf *sql = click_sql(h, select);

	click_name(h, "scan");
	noro_buf_printf(sql,
		" WHERE part >= %" PRId64 " AND last >= %" PRId64 " AND first < %" PRId64,
		click_period(click_day(history_seconds(from))), from, before_ns);
	click_equal(sql, "port", port);
	click_visible(h);
	return sql;
}

static enum noro_status fetch_known(
	struct noro_history *h, const char *port, int64_t before_ns, struct noro_error *err)
{
	struct click *c = h->click;
	struct noro_buf *sql = known_where(h, "SELECT DISTINCT src, family FROM ", port, before_ns);
	enum noro_status st;

	noro_buf_printf(sql, " ORDER BY src, family LIMIT %d", KNOWN_MOST);
	c->knowns = 0;
	c->known_port[0] = '\0';
	st = click_rows(h, on_known, h, err);
	if (st != NORO_OK || strlen(port) >= sizeof(c->known_port))
		return st;
	memcpy(c->known_port, port, strlen(port) + 1);
	c->known_before = before_ns;
	c->known_whole = c->knowns < KNOWN_MOST;
	return NORO_OK;
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, CLICK_ATTEMPT + 1);
}

/* Sources are asked for one after the other, for the same port and moment: so all that are known
 * there are fetched at the first. */
enum noro_status click_known(struct noro_history *h, const char *port, const struct noro_ip *ip,
	int64_t before_ns, bool *ret, struct noro_error *err)
{
	struct click *c = h->click;
	uint8_t key[CLICK_ATTEMPT + 1] = { [CLICK_ATTEMPT] = (uint8_t)ip->family };
	enum noro_status st = NORO_OK;
	int64_t n = 0;

	memcpy(key, ip->b, ip->family == 4 ? 4 : 16);
	if (strcmp(c->known_port, port) != 0 || c->known_before != before_ns)
		st = fetch_known(h, port, before_ns, err);
	*ret = st == NORO_OK && c->knowns &&
	       bsearch(key, c->known, c->knowns, sizeof(*c->known), by_bytes);
	if (st != NORO_OK || *ret || c->known_whole)
		return st;
	known_where(h, "SELECT toInt64(count()) FROM ", port, before_ns);
	noro_buf_printf(&c->sql, " AND family = %u AND src = ", (unsigned)ip->family);
	click_literal(&c->sql, noro_view(key, CLICK_ATTEMPT));
	st = click_numbers(h, &n, 1, err);
	*ret = st == NORO_OK && n > 0;
	return st;
}

/* One number of the bins that count, as `what`; `none` where there is no bin. */
static enum noro_status of_bins(struct noro_history *h, const char *what, const char *where,
	int64_t none, int64_t *ret, struct noro_error *err)
{
	struct noro_buf *sql = click_sql(h, "SELECT toInt64(count()), ");
	int64_t v[2];
	enum noro_status st;

	noro_buf_printf(sql, "%s FROM ", what);
	click_name(h, where[0] == 'c' ? "cell" : "watch");
	noro_buf_printf(sql, " WHERE %s", where);
	click_visible(h);
	st = click_numbers(h, v, 2, err);
	*ret = st == NORO_OK && v[0] ? v[1] / NS : none;
	return st;
}

enum noro_status click_oldest(
	struct noro_history *h, uint32_t width_s, int64_t *ret_ns, struct noro_error *err)
{
	char where[64];
	int64_t oldest;
	enum noro_status st;

	/* every bin that counted anything has its total */
	(void)snprintf(
		where, sizeof(where), "cut = %d AND width = %" PRIu32, NORO_CUT_TOTAL, width_s);
	st = of_bins(h, "min(start)", where, INT64_MIN, &oldest, err);
	*ret_ns = oldest == INT64_MIN ? NORO_TIME_NONE : oldest * NS;
	return st;
}

struct names {
	struct noro_arena *a;
	const char **name;
	size_t n, cap;
};

static enum noro_status on_name(void *ctx, struct click_row *r)
{
	struct names *l = ctx;
	struct noro_view v = click_view(r);
	const char **grown;

	if (!click_whole(r))
		return NORO_OK;
	grown = noro_arena_grow(l->a, l->name, l->n, &l->cap, sizeof(*grown));
	if (!grown || !(grown[l->n] = noro_arena_strn(l->a, v.p, v.n)))
		return NORO_ENOMEM;
	l->name = grown;
	l->n++;
	return NORO_OK;
}

enum noro_status click_sensors(struct noro_history *h, struct noro_arena *a,
	struct noro_history_span *ret, struct noro_error *err)
{
	struct names l = { .a = a };
	int64_t first, days = INT64_MIN, last = INT64_MIN;
	enum noro_status st = of_bins(h, "min(start)", "width = 60", INT64_MAX, &first, err);

	if (st == NORO_OK)
		st = of_bins(h, "min(start)", "width = 86400", INT64_MIN, &days, err);
	if (st == NORO_OK)
		st = of_bins(
			h, "max(start + width * 1000000000)", "width = 60", INT64_MIN, &last, err);
	if (st == NORO_OK && last == INT64_MIN)
		st = of_bins(h, "max(start + width * 1000000000)", "1", INT64_MIN, &last, err);
	if (st == NORO_OK) {
		(void)click_sql(h, "SELECT DISTINCT arrayJoin(sensors) AS sensor FROM ");
		click_name(h, "batch");
		noro_buf_str(&h->click->sql, " ORDER BY sensor");
		st = click_rows(h, on_name, &l, err);
	}
	*ret = (struct noro_history_span){ .sensor = l.name, .sensors = l.n };
	history_span(first, days, last, ret);
	return st;
}

/* --- age --- */

enum { DROPS_MOST = 4096 };

struct drops {
	struct noro_buf *sql; /* what is dropped, one a line */
	const char *of;
	int64_t before[HISTORY_WIDTHS]; /* days; of bins */
	int64_t before_period;          /* of events */
	size_t n;
};

/* Digits up to `stop`; false for anything else, so that only numbers of ours are said again. */
static bool number(struct noro_view *v, char stop, int64_t *ret)
{
	size_t i = 0;

	*ret = 0;
	for (; i < v->n && v->p[i] >= '0' && v->p[i] <= '9' && i < 9; i++)
		*ret = *ret * 10 + (v->p[i] - '0');
	if (!i || (stop ? i >= v->n || v->p[i] != stop : i != v->n))
		return false;
	*v = noro_view_sub(*v, i + 1, SIZE_MAX);
	return true;
}

/* A partition is named "(60,20300)" of bins, "725" of events. */
static enum noro_status on_partition(void *ctx, struct click_row *r)
{
	struct drops *d = ctx;
	struct noro_view v = click_view(r);
	int64_t width, part;

	if (!click_whole(r) || d->n == DROPS_MOST)
		return NORO_OK;
	if (number(&v, '\0', &part)) {
		if (part >= d->before_period)
			return NORO_OK;
		noro_buf_printf(d->sql, "%s DROP PARTITION %" PRId64 "\n", d->of, part);
	} else {
		bool old = false;

		if (!v.n || v.p[0] != '(')
			return NORO_OK;
		v = noro_view_sub(v, 1, SIZE_MAX);
		if (!number(&v, ',', &width) || !number(&v, ')', &part))
			return NORO_OK;
		for (size_t i = 0; i < HISTORY_WIDTHS; i++)
			old = old || (width == history_widths[i] && part < d->before[i]);
		if (!old)
			return NORO_OK;
		noro_buf_printf(d->sql, "%s DROP PARTITION (%" PRId64 ", %" PRId64 ")\n", d->of,
			width, part);
	}
	d->n++;
	return d->sql->status;
}

static enum noro_status partitions(
	struct noro_history *h, const char *table, struct drops *d, struct noro_error *err)
{
	struct noro_buf *sql =
		click_sql(h, "SELECT DISTINCT partition FROM system.parts WHERE active");

	click_equal(sql, "database", h->click->database);
	noro_buf_printf(sql, " AND table = 'noroshi_%s'", table);
	d->of = table;
	return click_rows(h, on_partition, d, err);
}

static unsigned days(unsigned asked, unsigned usual)
{
	return asked ? asked : usual;
}

static enum noro_status drop_all(struct noro_history *h, const struct noro_buf *list,
	struct noro_progress *progress, struct noro_error *err)
{
	struct noro_view left = noro_buf_as_view(list);
	enum noro_status st = NORO_OK;

	while (st == NORO_OK && left.n && !noro_progress_stop(progress)) {
		const char *end = memchr(left.p, '\n', left.n);
		size_t n = end ? (size_t)(end - left.p) : left.n;
		struct noro_buf *sql = click_sql(h, "ALTER TABLE ");

		noro_buf_printf(sql, "%s.noroshi_", h->click->database);
		noro_buf_add(sql, left.p, n);
		st = click_run(h, noro_view(NULL, 0), err);
		left = noro_view_sub(left, n + 1, SIZE_MAX);
	}
	return st;
}

enum noro_status click_age(struct noro_history *h, const struct noro_history_keep *keep,
	int64_t now_ns, struct noro_progress *progress, struct noro_error *err)
{
	const int64_t today = click_day(history_seconds(now_ns));
	const struct {
		const char *table;
		unsigned days;
	} events[] = { { "scan", days(keep->scans, 400) }, { "victim", days(keep->victims, 1500) },
		{ "payload", days(keep->payloads, 400) } };
	struct noro_buf list = { 0 };
	struct drops d = { .sql = &list,
		.before = { today - days(keep->minute, 3), today - days(keep->ten, 35),
			today - days(keep->hour, 400), INT64_MIN } };
	enum noro_status st = partitions(h, "cell", &d, err);

	memset(h->click->first, 0, sizeof(h->click->first));
	if (st == NORO_OK)
		st = partitions(h, "watch", &d, err);
	for (size_t i = 0; st == NORO_OK && i < sizeof(events) / sizeof(events[0]); i++) {
		/* a period goes when its last day is too old */
		d.before_period = click_period(today - events[i].days);
		st = partitions(h, events[i].table, &d, err);
	}
	if (st == NORO_OK)
		st = drop_all(h, &list, progress, err);
	noro_buf_done(&list);
	return st;
}

enum noro_status click_verify(struct noro_history *h, struct noro_error *err)
{
	struct noro_buf *sql = click_sql(
		h, "SELECT toInt64(count()) FROM system.tables WHERE name LIKE 'noroshi_%'");
	int64_t tables;
	enum noro_status st;

	click_equal(sql, "database", h->click->database);
	st = click_numbers(h, &tables, 1, err);
	if (st == NORO_OK && tables < 7)
		return noro_fail(err, NORO_ECORRUPT, N_("tables of the history are missing"));
	return st;
}
