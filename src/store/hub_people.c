/* src/store/hub_people.c - people of members, their tokens and certificates. */
#include "store/hub_people.h"
#include "store/hub_priv.h"

#include "base/hash.h"

#include <string.h>

/* A person may act if it is not suspended, nor its member, and the member is active. */
#define PERSON                                                                                     \
	"SELECT p.no, p.member, p.name, p.roles, p.suspended + m.suspended"                        \
	" + CASE WHEN m.state = 2 THEN 0 ELSE 1 END, m.name FROM person p"                         \
	" JOIN member m ON m.no = p.member"

enum { HOUR_S = 3600 };

enum noro_status noro_hubdb_people_counter(
	struct noro_hubdb *h, int64_t *ret, struct noro_error *err)
{
	static const char ask[] = "SELECT value FROM meta WHERE name = 'people'";
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_number(db, ask, NULL, 0, ret, err);

	hubdb_give_back(h, which);
	return st;
}

enum noro_status hubdb_take_person(struct noro_arena *a, const struct db_rows *r,
	struct noro_hub_person *to, struct noro_error *err)
{
	enum noro_status st = NORO_OK;

	*to = (struct noro_hub_person){ .no = db_i64(r, 0),
		.member = db_i64(r, 1),
		.name = hubdb_string(a, r, 2, &st),
		.roles = (unsigned)db_i64(r, 3),
		.suspended = db_i64(r, 4) != 0,
		.of = hubdb_string(a, r, 5, &st) };
	return st == NORO_OK ? NORO_OK : noro_fail(err, st, NULL);
}

enum noro_status hubdb_one_person(struct db *db, const struct hubdb_question *q,
	struct noro_arena *a, struct noro_hub_person *ret, struct noro_error *err)
{
	struct db_rows r;
	enum noro_status st = db_ask(db, q->sql, q->arg, q->args, &r, err);

	if (st == NORO_OK)
		st = db_row(&r, err);
	if (st == NORO_OK)
		st = hubdb_take_person(a, &r, ret, err);
	db_done(&r);
	if (st == NORO_END)
		return noro_fail(err, NORO_ENOENT, NULL);
	return st == NORO_OK ? hubdb_groups_of(db, a, ret, err) : st;
}

enum noro_status hubdb_person_no(
	struct noro_hubdb *h, const char *name, int64_t *ret, struct noro_error *err)
{
	static const char find[] = "SELECT no FROM person WHERE name = $1";
	enum noro_status st;

	*ret = 0;
	st = db_number(h->writer, find, DB_ARGS(db_of_text(noro_view_str(name))), ret, err);
	if (st == NORO_OK && !*ret)
		st = noro_fail(err, NORO_ENOENT, N_("no such person: %1"), name);
	return st;
}

/* ---- people ---- */

enum noro_status hubdb_person_insert(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct noro_hub_newcomer *p, int64_t *ret_no, struct noro_error *err)
{
	static const char add[] = "INSERT INTO person(member, name, roles, suspended, added)"
				  " VALUES($1, $2, $3, 0, $4) ON CONFLICT DO NOTHING";
	char roles[24];
	struct hubdb_said said[] = { { "member", noro_view_str(p->member) },
		{ "roles", noro_view_str(noro_num(roles, p->roles)) } };
	int64_t member = 0;
	uint64_t n = 0;
	enum noro_status st = hubdb_member_no(h, p->member, &member, err);

	if (st == NORO_OK)
		st = db_do(h->writer, add,
			DB_ARGS(db_of(member), db_of_text(noro_view_str(p->name)), db_of(p->roles),
				db_of(by->now_ns)),
			&n, err);
	if (st == NORO_OK && !n)
		st = hubdb_taken(err, p->name);
	if (st == NORO_OK)
		st = hubdb_person_no(h, p->name, ret_no, err);
	if (st == NORO_OK)
		st = hubdb_changed(h, err);
	if (st == NORO_OK)
		st = hubdb_tell(h, by,
			&(struct hubdb_tale){ "person.add", noro_view_str(p->name), said, 2 }, err);
	return st;
}

enum noro_status noro_hubdb_person_make(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct noro_hub_newcomer *p, int64_t *ret_no, struct noro_error *err)
{
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = hubdb_person_insert(h, by, p, ret_no, err);
	return hubdb_finish(h, st, err);
}

enum noro_status noro_hubdb_persons(struct noro_hubdb *h, struct noro_arena *a, int64_t member,
	const struct noro_hub_person **ret, size_t *ret_n, struct noro_error *err)
{
	static const char all[] = PERSON " ORDER BY p.no";
	static const char one[] = PERSON " WHERE p.member = $1 ORDER BY p.no";
	struct db_arg arg = db_of(member);
	struct noro_hub_person *list = NULL;
	size_t n = 0, cap = 0;
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_ask(db, member ? one : all, &arg, member ? 1 : 0, &r, err);

	while (st == NORO_OK && (st = db_row(&r, err)) == NORO_OK) {
		list = noro_arena_grow(a, list, n, &cap, sizeof(*list));
		st = list ? hubdb_take_person(a, &r, &list[n++], err)
			  : noro_fail(err, NORO_ENOMEM, NULL);
	}
	db_done(&r);
	hubdb_give_back(h, which);
	*ret = list;
	*ret_n = n;
	return st == NORO_END ? NORO_OK : st;
}

enum noro_status noro_hubdb_person(struct noro_hubdb *h, struct noro_arena *a, const char *name,
	struct noro_hub_person *ret, struct noro_error *err)
{
	static const char ask[] = PERSON " WHERE p.name = $1";
	struct db_arg arg = db_of_text(noro_view_str(name));
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st =
		hubdb_one_person(db, &(struct hubdb_question){ ask, &arg, 1 }, a, ret, err);

	hubdb_give_back(h, which);
	return st == NORO_ENOENT ? noro_fail(err, st, N_("no such person: %1"), name) : st;
}

enum noro_status hubdb_person_change(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct hubdb_person_change *c, struct noro_error *err)
{
	int64_t no = 0;
	uint64_t n = 0;
	enum noro_status st = hubdb_person_no(h, c->name, &no, err);

	if (st == NORO_OK)
		st = db_do(h->writer, c->sql, DB_ARGS(db_of(no), c->arg), &n, err);
	if (st == NORO_OK && !n)
		st = noro_fail(err, NORO_ENOENT, N_("%1 has none of that name"), c->name);
	if (st == NORO_OK && c->ends_sessions)
		st = db_do(h->writer, hubdb_end_sessions, DB_ARGS(db_of(no)), NULL, err);
	if (st == NORO_OK)
		st = hubdb_changed(h, err);
	if (st == NORO_OK)
		st = hubdb_tell(h, by,
			&(struct hubdb_tale){
				c->verb, noro_view_str(c->name), &c->said, c->said.name ? 1 : 0 },
			err);
	return st;
}

const char hubdb_end_sessions[] = "DELETE FROM session WHERE person = $1";

static enum noro_status change(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct hubdb_person_change *c, struct noro_error *err)
{
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = hubdb_person_change(h, by, c, err);
	return hubdb_finish(h, st, err);
}

enum noro_status noro_hubdb_person_roles(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, unsigned roles, struct noro_error *err)
{
	static const char set[] = "UPDATE person SET roles = $2 WHERE no = $1";
	char text[24];
	struct hubdb_person_change c = { .name = name,
		.verb = "person.roles",
		.sql = set,
		.arg = db_of(roles),
		.said = { "roles", noro_view_str(noro_num(text, roles)) } };

	return change(h, by, &c, err);
}

enum noro_status noro_hubdb_person_stop(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, bool suspended, struct noro_error *err)
{
	static const char set[] = "UPDATE person SET suspended = $2 WHERE no = $1";
	struct hubdb_person_change c = { .name = name,
		.verb = suspended ? "person.suspend" : "person.resume",
		.sql = set,
		.arg = db_of(suspended ? by->now_ns | 1 : 0),
		.ends_sessions = suspended };

	return change(h, by, &c, err);
}

/* ---- tokens: 32 random bytes, told as base64url, kept as SHA-256 ---- */

static enum noro_status digest(struct noro_view token, char ret[NORO_HASH_TEXT])
{
	return noro_hash_of(NORO_SHA256, token, ret);
}

static enum noro_status token_insert(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct noro_hub_token *t, const char *sha, struct noro_error *err)
{
	static const char there[] = "SELECT count(*) FROM token WHERE person = $1 AND name = $2"
				    " AND revoked = 0";
	static const char add[] =
		"INSERT INTO token(person, name, digest, added, expires, revoked, used)"
		" VALUES($1, $2, $3, $4, $5, 0, 0)";
	struct hubdb_said said[] = { { "token", noro_view_str(t->name) }, { "until", { 0 } } };
	char until[NORO_TIME_TEXT];
	int64_t person = 0, n = 0;
	enum noro_status st = hubdb_person_no(h, t->person, &person, err);

	if (t->expires_ns)
		said[1].value = noro_view(until, noro_time_print(t->expires_ns, until));
	if (st == NORO_OK)
		st = db_number(h->writer, there,
			DB_ARGS(db_of(person), db_of_text(noro_view_str(t->name))), &n, err);
	if (st == NORO_OK && n)
		st = hubdb_taken(err, t->name);
	if (st == NORO_OK)
		st = db_do(h->writer, add,
			DB_ARGS(db_of(person), db_of_text(noro_view_str(t->name)),
				db_of_bytes(noro_view_str(sha)), db_of(by->now_ns),
				db_of(t->expires_ns)),
			NULL, err);
	if (st == NORO_OK)
		st = hubdb_changed(h, err);
	if (st == NORO_OK)
		st = hubdb_tell(h, by,
			&(struct hubdb_tale){ "token.add", noro_view_str(t->person), said, 2 },
			err);
	return st;
}

static enum noro_status make_token(
	char ret[NORO_HUB_TOKEN], char sha[NORO_HASH_TEXT], struct noro_error *err)
{
	enum noro_status st = hubdb_random_text(ret);

	if (st == NORO_OK)
		st = digest(noro_view_str(ret), sha);
	return st == NORO_OK ? NORO_OK : noro_fail(err, st, NULL);
}

enum noro_status noro_hubdb_token_add(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct noro_hub_token *t, char ret[NORO_HUB_TOKEN], struct noro_error *err)
{
	char sha[NORO_HASH_TEXT];
	enum noro_status st = make_token(ret, sha, err);

	if (st == NORO_OK)
		st = hubdb_begin(h, err);
	if (st != NORO_OK)
		return st;
	st = token_insert(h, by, t, sha, err);
	return hubdb_finish(h, st, err);
}

enum noro_status noro_hubdb_person_add(struct noro_hubdb *h, const struct noro_hub_newcomer *p,
	int64_t now_ns, char ret_token[NORO_HUB_TOKEN], struct noro_error *err)
{
	struct noro_hub_act by = { "console", now_ns };
	struct noro_hub_token t = { .person = p->name, .name = p->name };
	char sha[NORO_HASH_TEXT];
	int64_t no;
	enum noro_status st = make_token(ret_token, sha, err);

	if (st == NORO_OK)
		st = hubdb_begin(h, err);
	if (st != NORO_OK)
		return st;
	st = hubdb_person_insert(h, &by, p, &no, err);
	if (st == NORO_OK)
		st = token_insert(h, &by, &t, sha, err);
	return hubdb_finish(h, st, err);
}

enum noro_status noro_hubdb_token_revoke(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *person, const char *name, struct noro_error *err)
{
	static const char one[] =
		"UPDATE token SET revoked = 1 WHERE person = $1 AND revoked = 0 AND name = $2";
	static const char all[] =
		"UPDATE token SET revoked = 1 WHERE person = $1 AND revoked = 0 AND $2 = 0";
	struct hubdb_person_change c = { .name = person,
		.verb = "token.revoke",
		.sql = name ? one : all,
		.arg = name ? db_of_text(noro_view_str(name)) : db_of(0),
		.said = { "token", noro_view_str(name ? name : "*") } };

	return change(h, by, &c, err);
}

enum noro_status noro_hubdb_tokens(struct noro_hubdb *h, struct noro_arena *a, const char *person,
	const struct noro_hub_token **ret, size_t *ret_n, struct noro_error *err)
{
	static const char ask[] =
		"SELECT p.name, t.name, t.expires, t.added, t.used, t.revoked FROM token t"
		" JOIN person p ON p.no = t.person WHERE p.name = $1 ORDER BY t.no";
	struct noro_hub_token *list = NULL;
	size_t n = 0, cap = 0;
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_ask(db, ask, DB_ARGS(db_of_text(noro_view_str(person))), &r, err);

	while (st == NORO_OK && (st = db_row(&r, err)) == NORO_OK) {
		list = noro_arena_grow(a, list, n, &cap, sizeof(*list));
		if (!list) {
			st = noro_fail(err, NORO_ENOMEM, NULL);
			break;
		}
		list[n++] = (struct noro_hub_token){ .person = hubdb_string(a, &r, 0, &st),
			.name = hubdb_string(a, &r, 1, &st),
			.expires_ns = db_i64(&r, 2),
			.added_ns = db_i64(&r, 3),
			.used_ns = db_i64(&r, 4),
			.revoked = db_i64(&r, 5) != 0 };
		if (st != NORO_OK)
			(void)noro_fail(err, st, NULL);
	}
	db_done(&r);
	hubdb_give_back(h, which);
	*ret = list;
	*ret_n = n;
	return st == NORO_END ? NORO_OK : st;
}

enum noro_status noro_hubdb_tokens_expired(
	struct noro_hubdb *h, int64_t now_ns, int64_t *ret_n, struct noro_error *err)
{
	static const char ask[] = "SELECT count(*) FROM token WHERE revoked = 0 AND expires > 0"
				  " AND expires <= $1";
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st;

	*ret_n = 0;
	st = db_number(db, ask, DB_ARGS(db_of(now_ns)), ret_n, err);
	hubdb_give_back(h, which);
	return st;
}

/* When a token was last used is kept to the hour: not a write for each request. */
static enum noro_status mark_used(
	struct noro_hubdb *h, const char *sha, int64_t now_ns, struct noro_error *err)
{
	static const char due[] = "SELECT count(*) FROM token WHERE digest = $1 AND used < $2";
	static const char set[] = "UPDATE token SET used = $2 WHERE digest = $1";
	struct db_arg key = db_of_bytes(noro_view_str(sha));
	int64_t n = 0;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st =
		db_number(db, due, DB_ARGS(key, db_of(now_ns - HOUR_S * NORO_NS_PER_S)), &n, err);

	hubdb_give_back(h, which);
	if (st != NORO_OK || !n)
		return st;
	st = hubdb_begin(h, err);
	if (st != NORO_OK)
		return st;
	st = db_do(h->writer, set, DB_ARGS(key, db_of(now_ns)), NULL, err);
	return hubdb_finish(h, st, err);
}

enum noro_status noro_hubdb_person_shown(struct noro_hubdb *h, const struct noro_hub_shown *s,
	struct noro_arena *a, struct noro_hub_person *ret, struct noro_error *err)
{
	/* by the digest: how long it takes tells nothing of a token */
	static const char by_token[] =
		PERSON " JOIN token t ON t.person = p.no WHERE t.digest = $1 AND t.revoked = 0"
		       " AND (t.expires = 0 OR t.expires > $2)";
	static const char by_spki[] =
		PERSON " JOIN certificate c ON c.person = p.no WHERE c.spki = $1 AND c.revoked = 0"
		       " AND $2 <> 0";
	char sha[NORO_HASH_TEXT];
	struct db_arg arg[2] = { { 0 }, db_of(s->now_ns | 1) };
	unsigned which;
	struct db *db;
	enum noro_status st = s->spki ? NORO_OK : digest(s->token, sha);

	if (st != NORO_OK)
		return noro_fail(err, st, NULL);
	arg[0] = s->spki ? db_of_text(noro_view_str(s->spki)) : db_of_bytes(noro_view_str(sha));
	db = hubdb_reader(h, &which);
	st = hubdb_one_person(
		db, &(struct hubdb_question){ s->spki ? by_spki : by_token, arg, 2 }, a, ret, err);
	hubdb_give_back(h, which);
	if (st == NORO_OK && s->name.n && !noro_view_is(s->name, ret->name))
		return noro_fail(err, NORO_ENOENT, NULL);
	if (st == NORO_OK && !s->spki && !ret->suspended)
		st = mark_used(h, sha, s->now_ns, err);
	return st;
}

/* ---- certificates ---- */

static bool is_digest(const char *s)
{
	size_t n = strspn(s, "0123456789abcdef");

	return n == 64 && !s[n];
}

enum noro_status noro_hubdb_certificate_add(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *person, const char *spki, struct noro_error *err)
{
	static const char add[] = "INSERT INTO certificate(spki, person, name, added, revoked)"
				  " VALUES($1, $2, '', $3, 0) ON CONFLICT DO NOTHING";
	struct hubdb_said said = { "spki", noro_view_str(spki) };
	int64_t no = 0;
	uint64_t n = 0;
	enum noro_status st;

	if (!is_digest(spki))
		return noro_fail(err, NORO_EARG,
			N_("the digest of a public key is 64 hexadecimal digits: %1"), spki);
	st = hubdb_begin(h, err);
	if (st != NORO_OK)
		return st;
	st = hubdb_person_no(h, person, &no, err);
	if (st == NORO_OK)
		st = db_do(h->writer, add,
			DB_ARGS(db_of_text(said.value), db_of(no), db_of(by->now_ns)), &n, err);
	if (st == NORO_OK && !n)
		st = hubdb_taken(err, spki);
	if (st == NORO_OK)
		st = hubdb_changed(h, err);
	if (st == NORO_OK)
		st = hubdb_tell(h, by,
			&(struct hubdb_tale){ "certificate.add", noro_view_str(person), &said, 1 },
			err);
	return hubdb_finish(h, st, err);
}

enum noro_status noro_hubdb_certificate_revoke(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *spki, struct noro_error *err)
{
	static const char set[] =
		"UPDATE certificate SET revoked = $2 WHERE spki = $1 AND revoked = 0";
	uint64_t n = 0;
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = db_do(h->writer, set, DB_ARGS(db_of_text(noro_view_str(spki)), db_of(by->now_ns | 1)),
		&n, err);
	if (st == NORO_OK && !n)
		st = noro_fail(err, NORO_ENOENT, N_("no such certificate: %1"), spki);
	if (st == NORO_OK)
		st = hubdb_changed(h, err);
	if (st == NORO_OK)
		st = hubdb_tell(h, by,
			&(struct hubdb_tale){ "certificate.revoke", noro_view_str(spki), NULL, 0 },
			err);
	return hubdb_finish(h, st, err);
}
