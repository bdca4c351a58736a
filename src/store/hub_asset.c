/* src/store/hub_asset.c - what a member calls its own, whom to reach there, how much it may ask
 * for. */
#include "store/hub_priv.h"

#include "base/hash.h"

#include <string.h>

static const char *const kinds[] = { "?", "network", "domain", "word" };

/* A change of one member's things: the number of the member, then the statement, then the log. */
static enum noro_status finish_told(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct hubdb_tale *t, enum noro_status st, struct noro_error *err)
{
	if (st == NORO_OK)
		st = hubdb_tell(h, by, t, err);
	return hubdb_finish(h, st, err);
}

enum noro_status noro_hubdb_asset_add(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *member, const struct noro_hub_asset *asset, struct noro_error *err)
{
	static const char add[] = "INSERT INTO asset(member, kind, value, lo, hi, confirmed, added)"
				  " VALUES($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
	bool net = asset->kind == NORO_HUB_NETWORK;
	struct noro_view lo = net ? noro_view(asset->lo, sizeof(asset->lo)) : noro_view(NULL, 0),
			 hi = net ? noro_view(asset->hi, sizeof(asset->hi)) : noro_view(NULL, 0);
	struct hubdb_said said[] = { { "kind", noro_view_str(kinds[asset->kind & 3]) },
		{ "value", noro_view_str(asset->value) },
		{ "confirmed", asset->confirmed ? NORO_V("yes") : NORO_V("no") } };
	struct hubdb_tale t = { "asset.add", noro_view_str(member), said, 3 };
	int64_t no = 0;
	uint64_t n = 0;
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = hubdb_member_no(h, member, &no, err);
	if (st == NORO_OK)
		st = db_do(h->writer, add,
			DB_ARGS(db_of(no), db_of(asset->kind), db_of_text(said[1].value),
				db_of_bytes(lo), db_of_bytes(hi),
				db_of(asset->confirmed ? by->now_ns | 1 : 0), db_of(by->now_ns)),
			&n, err);
	if (st == NORO_OK && !n)
		st = noro_fail(err, NORO_EARG, N_("%1 is declared already"), asset->value);
	return finish_told(h, by, &t, st, err);
}

/* One statement with $1 member, $2 number of the thing, $3 the time. */
static enum noro_status change_one(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *member, int64_t thing, const char *const sql_verb[2], struct noro_error *err)
{
	char number[24];
	struct hubdb_said said = { "no", noro_view_str(noro_num(number, (uint64_t)thing)) };
	struct hubdb_tale t = { sql_verb[1], noro_view_str(member), &said, 1 };
	int64_t no = 0;
	uint64_t n = 0;
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = hubdb_member_no(h, member, &no, err);
	if (st == NORO_OK)
		st = db_do(h->writer, sql_verb[0],
			DB_ARGS(db_of(no), db_of(thing), db_of(by->now_ns | 1)), &n, err);
	if (st == NORO_OK && !n)
		st = noro_fail(err, NORO_ENOENT, N_("%1 has no such number: %2"), member, number);
	return finish_told(h, by, &t, st, err);
}

enum noro_status noro_hubdb_asset_confirm(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *member, int64_t no, struct noro_error *err)
{
	static const char set[] = "UPDATE asset SET confirmed = $3 WHERE member = $1 AND no = $2";

	return change_one(h, by, member, no, (const char *const[]){ set, "asset.confirm" }, err);
}

enum noro_status noro_hubdb_asset_remove(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *member, int64_t no, struct noro_error *err)
{
	static const char del[] = "DELETE FROM asset WHERE member = $1 AND no = $2 AND $3 > 0";

	return change_one(h, by, member, no, (const char *const[]){ del, "asset.remove" }, err);
}

enum noro_status noro_hubdb_contact_remove(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *member, int64_t no, struct noro_error *err)
{
	static const char del[] = "DELETE FROM contact WHERE member = $1 AND no = $2 AND $3 > 0";

	return change_one(h, by, member, no, (const char *const[]){ del, "contact.remove" }, err);
}

enum noro_status noro_hubdb_assets(struct noro_hubdb *h, struct noro_arena *a, int64_t member,
	const struct noro_hub_asset **ret, size_t *ret_n, struct noro_error *err)
{
	static const char all[] =
		"SELECT no, member, kind, value, lo, hi, confirmed FROM asset ORDER BY no";
	static const char one[] = "SELECT no, member, kind, value, lo, hi, confirmed FROM asset"
				  " WHERE member = $1 ORDER BY kind, no";
	struct db_arg arg = db_of(member);
	struct noro_hub_asset *list = NULL;
	size_t n = 0, cap = 0;
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_ask(db, member ? one : all, &arg, member ? 1 : 0, &r, err);

	while (st == NORO_OK && (st = db_row(&r, err)) == NORO_OK) {
		struct noro_view lo = db_view(&r, 4), hi;

		list = noro_arena_grow(a, list, n, &cap, sizeof(*list));
		if (!list) {
			st = noro_fail(err, NORO_ENOMEM, NULL);
			break;
		}
		list[n] = (struct noro_hub_asset){ .no = db_i64(&r, 0),
			.member = db_i64(&r, 1),
			.kind = (enum noro_hub_asset_kind)db_i64(&r, 2),
			.value = hubdb_string(a, &r, 3, &st),
			.confirmed = db_i64(&r, 6) != 0 };
		if (lo.n == sizeof(list[n].lo))
			memcpy(list[n].lo, lo.p, lo.n);
		hi = db_view(&r, 5);
		if (hi.n == sizeof(list[n].hi))
			memcpy(list[n].hi, hi.p, hi.n);
		n++;
		if (st != NORO_OK)
			(void)noro_fail(err, st, NULL);
	}
	db_done(&r);
	hubdb_give_back(h, which);
	*ret = list;
	*ret_n = n;
	return st == NORO_END ? NORO_OK : st;
}

/* ---- contacts ---- */

enum noro_status noro_hubdb_contact_add(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *member, const struct noro_hub_contact *c, struct noro_error *err)
{
	static const char add[] = "INSERT INTO contact(member, name, mail, role, lang, added)"
				  " VALUES($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
	struct hubdb_said said[] = { { "mail", noro_view_str(c->mail) },
		{ "role", noro_view_str(c->role) } };
	struct hubdb_tale t = { "contact.add", noro_view_str(member), said, 2 };
	int64_t no = 0;
	uint64_t n = 0;
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = hubdb_member_no(h, member, &no, err);
	if (st == NORO_OK)
		st = db_do(h->writer, add,
			DB_ARGS(db_of(no), db_of_text(noro_view_str(c->name)),
				db_of_text(said[0].value), db_of_text(said[1].value),
				db_of_text(noro_view_str(c->lang)), db_of(by->now_ns)),
			&n, err);
	if (st == NORO_OK && !n)
		st = hubdb_taken(err, c->mail);
	return finish_told(h, by, &t, st, err);
}

enum noro_status noro_hubdb_contacts(struct noro_hubdb *h, struct noro_arena *a, int64_t member,
	const struct noro_hub_contact **ret, size_t *ret_n, struct noro_error *err)
{
	static const char ask[] =
		"SELECT no, name, mail, role, lang FROM contact WHERE member = $1 ORDER BY no";
	struct noro_hub_contact *list = NULL;
	size_t n = 0, cap = 0;
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_ask(db, ask, DB_ARGS(db_of(member)), &r, err);

	while (st == NORO_OK && (st = db_row(&r, err)) == NORO_OK) {
		list = noro_arena_grow(a, list, n, &cap, sizeof(*list));
		if (!list) {
			st = noro_fail(err, NORO_ENOMEM, NULL);
			break;
		}
		list[n++] = (struct noro_hub_contact){ .no = db_i64(&r, 0),
			.name = hubdb_string(a, &r, 1, &st),
			.mail = hubdb_string(a, &r, 2, &st),
			.role = hubdb_string(a, &r, 3, &st),
			.lang = hubdb_string(a, &r, 4, &st) };
		if (st != NORO_OK)
			(void)noro_fail(err, st, NULL);
	}
	db_done(&r);
	hubdb_give_back(h, which);
	*ret = list;
	*ret_n = n;
	return st == NORO_END ? NORO_OK : st;
}

/* ---- quotas ---- */

enum noro_status noro_hubdb_quota(
	struct noro_hubdb *h, int64_t member, struct noro_hub_quota *ret, struct noro_error *err)
{
	static const char ask[] = "SELECT requests, burst, bytes FROM quota"
				  " WHERE member = $1 OR member = 0 ORDER BY member DESC LIMIT 1";
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_ask(db, ask, DB_ARGS(db_of(member)), &r, err);

	if (st == NORO_OK)
		st = db_row(&r, err);
	if (st == NORO_OK)
		*ret = (struct noro_hub_quota){ db_i64(&r, 0), db_i64(&r, 1), db_i64(&r, 2) };
	db_done(&r);
	hubdb_give_back(h, which);
	return st == NORO_END ? noro_fail(err, NORO_ECORRUPT, N_("the table of quotas is empty"))
			      : st;
}

static enum noro_status write_quota(
	struct noro_hubdb *h, int64_t no, const struct noro_hub_quota *q, struct noro_error *err)
{
	static const char set[] =
		"INSERT INTO quota(member, requests, burst, bytes) VALUES($1, $2, $3, $4)"
		" ON CONFLICT(member) DO UPDATE SET requests = excluded.requests,"
		" burst = excluded.burst, bytes = excluded.bytes";
	static const char forget[] = "DELETE FROM quota WHERE member = $1 AND member <> 0";

	if (!q)
		return db_do(h->writer, forget, DB_ARGS(db_of(no)), NULL, err);
	if (q->requests_s < 1 || q->burst < 1 || q->bytes_day < 1)
		return noro_fail(err, NORO_EARG, N_("a quota is at least one"));
	return db_do(h->writer, set,
		DB_ARGS(db_of(no), db_of(q->requests_s), db_of(q->burst), db_of(q->bytes_day)),
		NULL, err);
}

enum noro_status noro_hubdb_quota_set(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *member, const struct noro_hub_quota *q, struct noro_error *err)
{
	char text[3][24];
	struct hubdb_said said[3] = { { "requests", { 0 } }, { "burst", { 0 } },
		{ "bytes", { 0 } } };
	struct hubdb_tale t = { "quota.set", noro_view_str(member ? member : ""), said, 3 };
	int64_t no = 0;
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	for (int i = 0; q && i < 3; i++)
		said[i].value =
			noro_view_str(noro_num(text[i], (uint64_t)(i == 0   ? q->requests_s
								   : i == 1 ? q->burst
									    : q->bytes_day)));
	if (member)
		st = hubdb_member_no(h, member, &no, err);
	if (st == NORO_OK)
		st = write_quota(h, no, q, err);
	if (st == NORO_OK)
		st = hubdb_changed(h, err);
	return finish_told(h, by, &t, st, err);
}
