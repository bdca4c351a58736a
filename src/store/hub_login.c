/*
 * src/store/hub_login.c - passwords, codes, recovery codes, sessions, invitations: what is kept of
 * them. Each of the things that work once is used up by an UPDATE that only one can win.
 */
#include "store/hub_people.h"
#include "store/hub_priv.h"

#include <string.h>

enum { SEEN_S = 60 }; /* the last use of a session is kept to the minute */

enum noro_status noro_hubdb_secrets(struct noro_hubdb *h, struct noro_arena *a, const char *name,
	struct noro_hub_secrets *ret, struct noro_error *err)
{
	static const char ask[] = "SELECT p.no, p.password, p.totp, p.suspended + m.suspended"
				  " + CASE WHEN m.state = 2 THEN 0 ELSE 1 END FROM person p"
				  " JOIN member m ON m.no = p.member WHERE p.name = $1";
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_ask(db, ask, DB_ARGS(db_of_text(noro_view_str(name))), &r, err);

	if (st == NORO_OK)
		st = db_row(&r, err);
	if (st == NORO_OK) {
		struct noro_view totp = db_view(&r, 2);

		*ret = (struct noro_hub_secrets){ .no = db_i64(&r, 0),
			.password = hubdb_string(a, &r, 1, &st),
			.suspended = db_i64(&r, 3) != 0 };
		if (totp.p)
			ret->totp = noro_arena_view(a, totp);
		if (st != NORO_OK || (totp.p && !ret->totp.p))
			st = noro_fail(err, NORO_ENOMEM, NULL);
	}
	db_done(&r);
	hubdb_give_back(h, which);
	return st == NORO_END ? noro_fail(err, NORO_ENOENT, NULL) : st;
}

enum noro_status noro_hubdb_password_set(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, const char *phc, struct noro_error *err)
{
	static const char set[] = "UPDATE person SET password = $2 WHERE no = $1";
	struct hubdb_person_change c = { .name = name,
		.verb = "password.set",
		.sql = set,
		.arg = db_of_text(noro_view_str(phc)),
		.ends_sessions = true };
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = hubdb_person_change(h, by, &c, err);
	return hubdb_finish(h, st, err);
}

enum noro_status noro_hubdb_password_again(struct noro_hubdb *h, int64_t person, const char *was,
	const char *phc, struct noro_error *err)
{
	static const char set[] = "UPDATE person SET password = $3 WHERE no = $1 AND password = $2";
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = db_do(h->writer, set,
		DB_ARGS(db_of(person), db_of_text(noro_view_str(was)),
			db_of_text(noro_view_str(phc))),
		NULL, err);
	return hubdb_finish(h, st, err);
}

static enum noro_status write_recovery(struct noro_hubdb *h, int64_t person,
	const struct noro_hub_second *s, struct noro_error *err)
{
	static const char forget[] = "DELETE FROM recovery WHERE person = $1";
	static const char add[] = "INSERT INTO recovery(person, digest, used) VALUES($1, $2, 0)"
				  " ON CONFLICT DO NOTHING";
	enum noro_status st = db_do(h->writer, forget, DB_ARGS(db_of(person)), NULL, err);

	for (size_t i = 0; st == NORO_OK && i < s->n; i++)
		st = db_do(h->writer, add,
			DB_ARGS(db_of(person), db_of_bytes(noro_view(s->digest[i], 64))), NULL,
			err);
	return st;
}

static enum noro_status second_set(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, const struct noro_hub_second *s, struct noro_error *err)
{
	/* the last step stays: a new secret does not make an old moment new */
	static const char set[] = "UPDATE person SET totp = $2 WHERE no = $1";
	struct hubdb_person_change c = { .name = name,
		.verb = "second.set",
		.sql = set,
		.arg = db_of_bytes(s->totp),
		.ends_sessions = true };
	int64_t no = 0;
	enum noro_status st = hubdb_person_change(h, by, &c, err);

	if (st == NORO_OK)
		st = hubdb_person_no(h, name, &no, err);
	return st == NORO_OK ? write_recovery(h, no, s, err) : st;
}

enum noro_status noro_hubdb_second_set(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, const struct noro_hub_second *s, struct noro_error *err)
{
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = second_set(h, by, name, s, err);
	return hubdb_finish(h, st, err);
}

enum noro_status noro_hubdb_totp_take(
	struct noro_hubdb *h, int64_t person, int64_t step, struct noro_error *err)
{
	static const char take[] =
		"UPDATE person SET totp_step = $2 WHERE no = $1 AND totp_step < $2";
	uint64_t n = 0;
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = db_do(h->writer, take, DB_ARGS(db_of(person), db_of(step)), &n, err);
	if (st == NORO_OK && !n)
		st = noro_fail(err, NORO_EACCESS, N_("this code was used before"));
	return hubdb_finish(h, st, err);
}

enum noro_status noro_hubdb_recovery_take(struct noro_hubdb *h, const struct noro_hub_act *by,
	int64_t person, const char digest[65], struct noro_error *err)
{
	static const char take[] =
		"UPDATE recovery SET used = $3 WHERE person = $1 AND digest = $2 AND used = 0";
	struct hubdb_tale t = { "recovery.use", noro_view_str(by->who), NULL, 0 };
	uint64_t n = 0;
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = db_do(h->writer, take,
		DB_ARGS(db_of(person), db_of_bytes(noro_view_str(digest)), db_of(by->now_ns | 1)),
		&n, err);
	if (st == NORO_OK && !n)
		st = noro_fail(err, NORO_EACCESS, N_("no such recovery code, or it was used"));
	if (st == NORO_OK)
		st = hubdb_tell(h, by, &t, err);
	return hubdb_finish(h, st, err);
}

/* ---- sessions ---- */

enum noro_status noro_hubdb_session_add(struct noro_hubdb *h, const struct noro_hub_act *by,
	int64_t person, const char digest[65], struct noro_error *err)
{
	static const char add[] =
		"INSERT INTO session(digest, person, added, seen) VALUES($1, $2, $3, $3)";
	struct hubdb_tale t = { "session.begin", noro_view_str(by->who), NULL, 0 };
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = db_do(h->writer, add,
		DB_ARGS(db_of_bytes(noro_view_str(digest)), db_of(person), db_of(by->now_ns)), NULL,
		err);
	if (st == NORO_OK)
		st = hubdb_tell(h, by, &t, err);
	return hubdb_finish(h, st, err);
}

static enum noro_status mark_seen(
	struct noro_hubdb *h, const struct noro_hub_session *s, struct noro_error *err)
{
	static const char due[] = "SELECT count(*) FROM session WHERE digest = $1 AND seen < $2";
	static const char set[] = "UPDATE session SET seen = $2 WHERE digest = $1 AND seen < $2";
	struct db_arg key = db_of_bytes(noro_view_str(s->digest));
	int64_t n = 0;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_number(
		db, due, DB_ARGS(key, db_of(s->now_ns - SEEN_S * NORO_NS_PER_S)), &n, err);

	hubdb_give_back(h, which);
	if (st != NORO_OK || !n)
		return st;
	st = hubdb_begin(h, err);
	if (st != NORO_OK)
		return st;
	st = db_do(h->writer, set, DB_ARGS(key, db_of(s->now_ns)), NULL, err);
	return hubdb_finish(h, st, err);
}

enum noro_status noro_hubdb_session(struct noro_hubdb *h, const struct noro_hub_session *s,
	struct noro_arena *a, struct noro_hub_person *ret, struct noro_error *err)
{
	static const char ask[] =
		"SELECT p.no, p.member, p.name, p.roles, p.suspended + m.suspended"
		" + CASE WHEN m.state = 2 THEN 0 ELSE 1 END, m.name FROM person p"
		" JOIN member m ON m.no = p.member JOIN session s ON s.person = p.no"
		" WHERE s.digest = $1 AND s.seen > $2 AND s.added > $3";
	struct db_arg arg[] = { db_of_bytes(noro_view_str(s->digest)),
		db_of(s->now_ns - s->idle_ns), db_of(s->now_ns - s->whole_ns) };
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st =
		hubdb_one_person(db, &(struct hubdb_question){ ask, arg, 3 }, a, ret, err);

	hubdb_give_back(h, which);
	return st == NORO_OK ? mark_seen(h, s, err) : st;
}

enum noro_status noro_hubdb_session_end(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char digest[65], struct noro_error *err)
{
	static const char del[] = "DELETE FROM session WHERE digest = $1";
	struct hubdb_tale t = { "session.end", noro_view_str(by->who), NULL, 0 };
	uint64_t n = 0;
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = db_do(h->writer, del, DB_ARGS(db_of_bytes(noro_view_str(digest))), &n, err);
	if (st == NORO_OK && n)
		st = hubdb_tell(h, by, &t, err);
	return hubdb_finish(h, st, err);
}

enum noro_status noro_hubdb_sessions_forget(struct noro_hubdb *h, int64_t seen_before_ns,
	int64_t added_before_ns, struct noro_error *err)
{
	static const char del[] = "DELETE FROM session WHERE seen < $1 OR added < $2";
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = db_do(
		h->writer, del, DB_ARGS(db_of(seen_before_ns), db_of(added_before_ns)), NULL, err);
	return hubdb_finish(h, st, err);
}

/* ---- invitations ---- */

enum noro_status noro_hubdb_invite(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct noro_hub_invitation *i, struct noro_error *err)
{
	static const char state[] = "SELECT state FROM member WHERE no = $1";
	static const char add[] =
		"INSERT INTO invitation(digest, member, roles, added, expires, used)"
		" VALUES($1, $2, $3, $4, $5, 0)";
	char roles[24], until[NORO_TIME_TEXT];
	struct hubdb_said said[] = { { "roles", noro_view_str(noro_num(roles, i->roles)) },
		{ "until", noro_view(until, noro_time_print(i->expires_ns, until)) } };
	int64_t no = 0, is = 0;
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = hubdb_member_no(h, i->member, &no, err);
	if (st == NORO_OK)
		st = db_number(h->writer, state, DB_ARGS(db_of(no)), &is, err);
	if (st == NORO_OK && is == NORO_HUB_APPLIED)
		st = noro_fail(err, NORO_EARG, N_("%1 was not vetted by two persons of the hub"),
			i->member);
	if (st == NORO_OK)
		st = db_do(h->writer, add,
			DB_ARGS(db_of_bytes(noro_view_str(i->digest)), db_of(no), db_of(i->roles),
				db_of(by->now_ns), db_of(i->expires_ns)),
			NULL, err);
	if (st == NORO_OK)
		st = hubdb_tell(h, by,
			&(struct hubdb_tale){ "invite", noro_view_str(i->member), said, 2 }, err);
	return hubdb_finish(h, st, err);
}

static enum noro_status find_invitation(struct db *db, struct noro_arena *a, const char *digest,
	int64_t now_ns, struct noro_hub_invitation *ret, struct noro_error *err)
{
	static const char ask[] = "SELECT m.name, i.roles, i.expires FROM invitation i"
				  " JOIN member m ON m.no = i.member"
				  " WHERE i.digest = $1 AND i.used = 0 AND i.expires > $2"
				  " AND m.suspended = 0";
	struct db_rows r;
	enum noro_status st = db_ask(
		db, ask, DB_ARGS(db_of_bytes(noro_view_str(digest)), db_of(now_ns)), &r, err);

	if (st == NORO_OK)
		st = db_row(&r, err);
	if (st == NORO_OK) {
		*ret = (struct noro_hub_invitation){ .member = hubdb_string(a, &r, 0, &st),
			.roles = (unsigned)db_i64(&r, 1),
			.expires_ns = db_i64(&r, 2) };
		memcpy(ret->digest, digest, sizeof(ret->digest));
		if (st != NORO_OK)
			(void)noro_fail(err, st, NULL);
	}
	db_done(&r);
	if (st == NORO_END)
		return noro_fail(err, NORO_ENOENT,
			N_("there is no such invitation, or it was used, or it is too old"));
	return st;
}

enum noro_status noro_hubdb_invitation(struct noro_hubdb *h, struct noro_arena *a,
	const char digest[65], int64_t now_ns, struct noro_hub_invitation *ret,
	struct noro_error *err)
{
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = find_invitation(db, a, digest, now_ns, ret, err);

	hubdb_give_back(h, which);
	return st;
}

static enum noro_status redeem(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct noro_hub_redeeming *r, const struct noro_hub_invitation *i,
	struct noro_error *err)
{
	static const char use[] = "UPDATE invitation SET used = $2 WHERE digest = $1 AND used = 0";
	static const char activate[] = "UPDATE member SET state = 2 WHERE name = $1 AND state = 1";
	static const char password[] = "UPDATE person SET password = $2 WHERE no = $1";
	struct noro_hub_newcomer p = { .member = i->member, .name = r->name, .roles = i->roles };
	struct hubdb_person_change c = { .name = r->name,
		.verb = "password.set",
		.sql = password,
		.arg = db_of_text(noro_view_str(r->phc)) };
	struct hubdb_tale t = { "member.activate", noro_view_str(i->member), NULL, 0 };
	int64_t no;
	uint64_t n = 0;
	enum noro_status st = db_do(h->writer, use,
		DB_ARGS(db_of_bytes(noro_view_str(r->digest)), db_of(by->now_ns | 1)), NULL, err);

	if (st == NORO_OK)
		st = hubdb_person_insert(h, by, &p, &no, err);
	if (st == NORO_OK)
		st = hubdb_person_change(h, by, &c, err);
	if (st == NORO_OK)
		st = second_set(h, by, r->name, &r->second, err);
	if (st == NORO_OK)
		st = db_do(h->writer, activate, DB_ARGS(db_of_text(noro_view_str(i->member))), &n,
			err);
	return st == NORO_OK && n ? hubdb_tell(h, by, &t, err) : st;
}

enum noro_status noro_hubdb_redeem(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct noro_hub_redeeming *r, struct noro_error *err)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_hub_invitation i;
	enum noro_status st = a ? hubdb_begin(h, err) : noro_fail(err, NORO_ENOMEM, NULL);

	if (st == NORO_OK) {
		st = find_invitation(h->writer, a, r->digest, by->now_ns, &i, err);
		if (st == NORO_OK)
			st = redeem(h, by, r, &i, err);
		st = hubdb_finish(h, st, err);
	}
	noro_arena_free(a);
	return st;
}
