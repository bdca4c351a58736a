/* src/store/hub_audit_read.c - the log: listing it, and whether it still is what was written. */
#include "store/hub_audit_priv.h"
#include "store/hub_priv.h"

#include "base/json.h"
#include "base/jws.h"
#include "base/text.h"

#include <string.h>

#define ROW "SELECT no, at, who, verb, object, detail, digest FROM audit"

/* Strings of one row in the arena. Bytes that are no text were never written by us. */
static enum noro_status take_row(
	struct noro_arena *a, const struct db_rows *r, struct noro_hub_row_told *to, bool *ret_text)
{
	enum noro_status st = NORO_OK;
	const char **text[] = { &to->who, &to->verb, &to->object, &to->detail, &to->digest };

	to->no = db_i64(r, 0);
	to->at_ns = db_i64(r, 1);
	*ret_text = true;
	for (int i = 0; i < 5; i++) {
		struct noro_view v = db_view(r, 2 + i);

		*text[i] = hubdb_string(a, r, 2 + i, &st);
		if (!*text[i] || noro_utf8_valid(v) != v.n || memchr(v.p, 0, v.n))
			*ret_text = false;
	}
	return st;
}

enum noro_status noro_hubdb_audit_rows(struct noro_hubdb *h, int64_t after, size_t most,
	enum noro_status (*on)(void *ctx, const struct noro_hub_row_told *row), void *ctx,
	struct noro_error *err)
{
	static const char ask[] = ROW " WHERE no > $1 ORDER BY no LIMIT $2";
	struct noro_arena *a = noro_arena_new(0);
	struct db_rows r;
	unsigned which;
	bool text;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = a ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);

	if (most > INT32_MAX)
		most = INT32_MAX;
	if (st == NORO_OK)
		st = db_ask(db, ask, DB_ARGS(db_of(after), db_of((int64_t)most)), &r, err);
	else
		r = (struct db_rows){ 0 };
	while (st == NORO_OK && (st = db_row(&r, err)) == NORO_OK) {
		struct noro_hub_row_told row;

		noro_arena_reset(a);
		st = take_row(a, &r, &row, &text);
		if (st != NORO_OK)
			(void)noro_fail(err, st, NULL);
		else if (!text)
			st = noro_fail(err, NORO_ECORRUPT, N_("the log does not hold"));
		else
			st = on(ctx, &row);
	}
	db_done(&r);
	hubdb_give_back(h, which);
	noro_arena_free(a);
	return st == NORO_END ? NORO_OK : st;
}

static enum noro_status roots_of(struct db *db, struct noro_arena *a,
	struct noro_hub_audit_root **ret, size_t *ret_n, struct noro_error *err)
{
	static const char ask[] = "SELECT no, day, digest, body, jws FROM audit_root ORDER BY no";
	struct noro_hub_audit_root *list = NULL;
	size_t n = 0, cap = 0;
	struct db_rows r;
	enum noro_status st = db_ask(db, ask, NULL, 0, &r, err);

	while (st == NORO_OK && (st = db_row(&r, err)) == NORO_OK) {
		list = noro_arena_grow(a, list, n, &cap, sizeof(*list));
		if (!list) {
			st = noro_fail(err, NORO_ENOMEM, NULL);
			break;
		}
		list[n] = (struct noro_hub_audit_root){ .no = db_i64(&r, 0),
			.day = hubdb_string(a, &r, 1, &st),
			.digest = hubdb_string(a, &r, 2, &st),
			.body = hubdb_string(a, &r, 3, &st),
			.jws = hubdb_string(a, &r, 4, &st) };
		if (st == NORO_OK && list[n].day && list[n].digest && list[n].body && list[n].jws)
			n++;
		else if (st == NORO_OK)
			st = noro_fail(err, NORO_ECORRUPT, N_("the log does not hold"));
		else
			(void)noro_fail(err, st, NULL);
	}
	db_done(&r);
	*ret = list;
	*ret_n = n;
	return st == NORO_END ? NORO_OK : st;
}

enum noro_status noro_hubdb_audit_roots(struct noro_hubdb *h, struct noro_arena *a,
	const struct noro_hub_audit_root **ret, size_t *ret_n, struct noro_error *err)
{
	struct noro_hub_audit_root *list = NULL;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = roots_of(db, a, &list, ret_n, err);

	hubdb_give_back(h, which);
	*ret = list;
	return st;
}

/* ---- does it hold? ---- */

struct verifying {
	struct db *db;
	struct noro_arena *a, *scratch;
	const struct noro_hub_audit_asked *asked;
	struct noro_hub_audit_said *said;
	struct noro_hub_audit_root *root;
	size_t roots, at; /* those behind `at` are still to come */
	int64_t last_ns;
	struct noro_error *err;
};

static void fault(struct verifying *v, int64_t no, const char *what)
{
	if (v->said->fault)
		return;
	v->said->fault = what;
	v->said->fault_no = no;
}

/* The row that says "the root of a day was made" stands right behind what it is the root of. */
static void check_root(struct verifying *v, const struct noro_hub_row_told *row)
{
	const struct noro_hub_audit_root *r = v->at < v->roots ? &v->root[v->at] : NULL;
	struct noro_buf text = { 0 };

	if (!r || r->no != row->no - 1 || strcmp(r->day, row->object) != 0 ||
		strcmp(r->digest, v->said->digest) != 0) {
		fault(v, row->no, N_("the root of a day is missing or was changed"));
		return;
	}
	audit_root_text(r, &text);
	if (text.status != NORO_OK || strcmp(text.p, r->body) != 0)
		fault(v, row->no, N_("the root of a day is missing or was changed"));
	else if (v->asked->key &&
		 !noro_jws_holds(v->asked->key, noro_buf_as_view(&text), noro_view_str(r->jws)))
		fault(v, row->no, N_("the signature of the root of a day does not hold"));
	noro_buf_done(&text);
	v->at++;
}

static void check_kept(struct verifying *v, const struct noro_hub_row_told *row)
{
	for (size_t i = 0; i < v->asked->n; i++)
		if (v->asked->kept[i].no == row->no &&
			strcmp(v->asked->kept[i].digest, row->digest) != 0)
			fault(v, row->no, N_("the root that was kept elsewhere is another"));
}

static enum noro_status check_row(
	struct verifying *v, const struct noro_hub_row_told *row, bool text)
{
	char digest[NORO_HASH_TEXT];
	enum noro_status st;

	if (row->no != (int64_t)v->said->rows + 1) {
		fault(v, (int64_t)v->said->rows + 1, N_("a row is missing"));
		return NORO_OK;
	}
	if (!text) {
		fault(v, row->no, N_("a row was changed"));
		return NORO_OK;
	}
	st = audit_digest(v->said->digest, row, digest);
	if (st != NORO_OK)
		return noro_fail(v->err, st, NULL);
	if (strcmp(digest, row->digest) != 0) {
		fault(v, row->no, N_("a row was changed"));
		return NORO_OK;
	}
	if (strcmp(row->verb, "audit.root") == 0)
		check_root(v, row);
	check_kept(v, row);
	memcpy(v->said->digest, digest, sizeof(v->said->digest));
	v->last_ns = row->at_ns > v->last_ns ? row->at_ns : v->last_ns;
	v->said->rows++;
	return NORO_OK;
}

static enum noro_status walk(struct verifying *v)
{
	static const char ask[] = ROW " ORDER BY no";
	struct db_rows r;
	enum noro_status st = db_ask(v->db, ask, NULL, 0, &r, v->err);

	while (st == NORO_OK && !v->said->fault && (st = db_row(&r, v->err)) == NORO_OK) {
		struct noro_hub_row_told row;
		bool text;

		noro_arena_reset(v->scratch);
		st = take_row(v->scratch, &r, &row, &text);
		st = st == NORO_OK ? check_row(v, &row, text) : noro_fail(v->err, st, NULL);
	}
	db_done(&r);
	return st == NORO_END ? NORO_OK : st;
}

static void check_signature(struct verifying *v, struct noro_view signature)
{
	struct noro_buf text = { 0 };

	audit_head_text((int64_t)v->said->rows, v->last_ns, v->said->digest, &text);
	v->said->signed_head = signature.n != 0;
	if (v->asked->key && v->said->rows &&
		(text.status != NORO_OK ||
			!noro_sign_holds(v->asked->key, noro_buf_as_view(&text), signature)))
		fault(v, (int64_t)v->said->rows,
			N_("the signature of the head does not hold: rows were added without the "
			   "key"));
	noro_buf_done(&text);
}

static enum noro_status check_head(struct verifying *v)
{
	static const char ask[] = "SELECT no, at, digest, signature FROM audit_head WHERE one = 1";
	int64_t rows = (int64_t)v->said->rows, no;
	struct db_rows r;
	enum noro_status st = db_ask(v->db, ask, NULL, 0, &r, v->err);

	if (st == NORO_OK)
		st = db_row(&r, v->err);
	if (st == NORO_OK) {
		no = db_i64(&r, 0);
		if (no > rows)
			fault(v, rows + 1, N_("rows are missing at the end"));
		else if (no < rows)
			fault(v, no + 1, N_("there are rows behind the head"));
		else if (db_i64(&r, 1) != v->last_ns ||
			 !noro_view_is(db_view(&r, 2), v->said->digest))
			fault(v, rows, N_("the head does not fit the last row"));
		check_signature(v, db_view(&r, 3));
	} else if (st == NORO_END) {
		fault(v, rows, N_("the log has no head"));
		st = NORO_OK;
	}
	db_done(&r);
	if (v->at < v->roots)
		fault(v, v->root[v->at].no, N_("the root of a day is missing or was changed"));
	for (size_t i = 0; i < v->asked->n; i++)
		if (v->asked->kept[i].no > rows)
			fault(v, rows + 1, N_("rows are missing at the end"));
	return st;
}

enum noro_status noro_hubdb_audit_verify(struct noro_hubdb *h,
	const struct noro_hub_audit_asked *asked, struct noro_hub_audit_said *ret,
	struct noro_error *err)
{
	struct verifying v = { .a = noro_arena_new(0),
		.scratch = noro_arena_new(0),
		.asked = asked,
		.said = ret,
		.err = err };
	unsigned which;
	enum noro_status st;

	*ret = (struct noro_hub_audit_said){ 0 };
	v.db = hubdb_reader(h, &which);
	st = v.a && v.scratch ? db_snapshot(v.db, err) : noro_fail(err, NORO_ENOMEM, NULL);
	if (st == NORO_OK) {
		st = roots_of(v.db, v.a, &v.root, &v.roots, err);
		if (st == NORO_OK)
			st = walk(&v);
		if (st == NORO_OK && !ret->fault)
			st = check_head(&v);
		ret->roots = v.at;
		db_end(v.db);
	}
	hubdb_give_back(h, which);
	noro_arena_free(v.a);
	noro_arena_free(v.scratch);
	return st;
}

enum noro_status noro_hub_audit_root_read(struct noro_arena *a, struct noro_view text,
	struct noro_hub_audit_root *ret, struct noro_error *err)
{
	static const struct noro_json_limits limits = {
		.max_bytes = 4096, .max_depth = 4, .max_values = 64
	};
	const struct noro_json *v;
	struct noro_view digest, day, jws;
	struct noro_buf body = { 0 };
	enum noro_status st = noro_json_parse(a, text, &limits, &v, err);

	if (st != NORO_OK)
		return st;
	*ret = (struct noro_hub_audit_root){ 0 };
	digest = noro_json_str(v, "digest");
	day = noro_json_str(v, "day");
	jws = noro_json_str(v, "jws");
	if (!noro_view_is(noro_json_str(v, "of"), "noroshi hub audit root") || digest.n != 64 ||
		memchr(digest.p, 0, digest.n) || day.n != 10 || memchr(day.p, 0, day.n) ||
		!noro_json_get(v, "no") || !noro_json_i64(noro_json_get(v, "no"), &ret->no) ||
		ret->no < 1)
		return noro_fail(err, NORO_EFORMAT, N_("this is no root of a log"));
	ret->digest = noro_arena_strn(a, digest.p, digest.n);
	ret->day = noro_arena_strn(a, day.p, day.n);
	ret->jws = noro_arena_strn(a, jws.p ? jws.p : "", jws.n);
	if (ret->digest && ret->day)
		audit_root_text(ret, &body);
	ret->body = body.n ? noro_arena_strn(a, body.p, body.n) : NULL;
	noro_buf_done(&body);
	return ret->body && ret->jws ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
}
