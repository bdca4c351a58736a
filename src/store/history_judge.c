/*
 * src/store/history_judge.c - stored payloads are judged again: what nobody knew when it came may
 * have a name today.
 *
 * Rows are taken one by one, by number, in one transaction; only a row whose rules or CVEs differ
 * is written, so that a second run changes nothing.
 */
#include "store/history_priv.h"

struct again {
	struct noro_history *h;
	noro_history_judge_fn *judge;
	void *ctx;
	int64_t id;
	uint64_t changed;
	struct noro_error *err;
};

static enum noro_status rewrite(struct again *g, const struct noro_payload *m)
{
	struct noro_history *h = g->h;
	struct noro_jsonw w;
	sqlite3_stmt *s;
	enum noro_status st;

	noro_buf_clear(&h->json);
	w = noro_jsonw(&h->json);
	st = noro_payload_json(&w, m);
	if (st == NORO_OK)
		st = h->json.status;
	if (st == NORO_OK)
		st = history_statement(h, S_PAYLOAD_SET, &s, g->err);
	if (st != NORO_OK)
		return st;
	sql_i64(s, 1, g->id);
	(void)sqlite3_bind_text(s, 2, h->json.p, (int)h->json.n, SQLITE_STATIC);
	st = sql_step(s, h->path, g->err);
	(void)sqlite3_reset(s);
	g->changed += st == NORO_END;
	return st == NORO_END ? NORO_OK : st;
}

static enum noro_status on_payload(void *ctx, const struct noro_payload *m)
{
	struct again *g = ctx;
	struct noro_payload now;
	bool changed;
	enum noro_status st = history_judged(g->judge, g->ctx, m, &now, &changed);

	return st == NORO_OK && changed ? rewrite(g, &now) : st;
}

/* The row after g->id; NORO_END when there is none. */
static enum noro_status next(struct again *g)
{
	const struct noro_measures to = { .payload = on_payload, .ctx = g };
	struct noro_history *h = g->h;
	const struct noro_json *v;
	struct noro_view body;
	sqlite3_stmt *s;
	enum noro_status st = history_statement(h, S_PAYLOAD_NEXT, &s, g->err);

	if (st != NORO_OK)
		return st;
	noro_arena_reset(h->arena);
	sql_i64(s, 1, g->id);
	st = sql_step(s, h->path, g->err);
	if (st != NORO_OK)
		return st;
	g->id = sqlite3_column_int64(s, 0);
	body = noro_arena_view(
		h->arena, noro_view(sqlite3_column_text(s, 1), (size_t)sqlite3_column_bytes(s, 1)));
	(void)sqlite3_reset(s);
	if (!body.p)
		return NORO_ENOMEM;
	st = noro_json_parse(h->arena, body, NULL, &v, g->err);
	return st == NORO_OK ? noro_measure_read(v, h->arena, &to, g->err) : st;
}

enum noro_status lite_judge(struct noro_history *h, noro_history_judge_fn *judge, void *ctx,
	uint64_t *ret_changed, struct noro_error *err)
{
	struct again g = { .h = h, .judge = judge, .ctx = ctx, .err = err };
	enum noro_status st = sql_run(h->db, h->path, "BEGIN IMMEDIATE", err);

	*ret_changed = 0;
	if (st != NORO_OK)
		return st;
	h->writing = true;
	while (st == NORO_OK)
		st = next(&g);
	if (st == NORO_END)
		st = lite_commit(h, err);
	if (st != NORO_OK) {
		lite_abandon(h);
		return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
	}
	*ret_changed = g.changed;
	return NORO_OK;
}
