/* src/store/hub_org.c - organisations: applied, vetted by two, active; suspended apart from that.
 */
#include "store/hub_priv.h"

#include <stdio.h>
#include <string.h>

#define MEMBER                                                                                     \
	"SELECT m.no, m.name, m.suspended, m.state, m.sector, m.industry, m.prefecture, m.added,"  \
	" (SELECT count(*) FROM vetting v WHERE v.member = m.no) FROM member m"

enum noro_status hubdb_taken(struct noro_error *err, const char *what)
{
	return noro_fail(err, NORO_EARG, N_("there is one of that name: %1"), what);
}

enum noro_status hubdb_changed(struct noro_hubdb *h, struct noro_error *err)
{
	static const char up[] = "UPDATE meta SET value = value + 1 WHERE name = 'people'";

	return db_do(h->writer, up, NULL, 0, NULL, err);
}

static enum noro_status take_member(
	struct noro_arena *a, const struct db_rows *r, struct noro_hub_member *to)
{
	enum noro_status st = NORO_OK;

	*to = (struct noro_hub_member){ .no = db_i64(r, 0),
		.name = hubdb_string(a, r, 1, &st),
		.suspended = db_i64(r, 2) != 0,
		.state = (int)db_i64(r, 3),
		.sector = hubdb_string(a, r, 4, &st),
		.industry = hubdb_string(a, r, 5, &st),
		.prefecture = (int)db_i64(r, 6),
		.added_ns = db_i64(r, 7),
		.votes = (unsigned)db_i64(r, 8) };
	return st;
}

enum noro_status hubdb_member_no(
	struct noro_hubdb *h, const char *name, int64_t *ret, struct noro_error *err)
{
	static const char find[] = "SELECT no FROM member WHERE name = $1";
	enum noro_status st;

	*ret = 0;
	st = db_number(h->writer, find, DB_ARGS(db_of_text(noro_view_str(name))), ret, err);
	if (st == NORO_OK && !*ret)
		st = noro_fail(err, NORO_ENOENT, N_("no such member: %1"), name);
	return st;
}

/* What has a member's name as its object. */
static enum noro_status tell_member(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *verb, const char *name, struct noro_error *err)
{
	struct hubdb_tale t = { .verb = verb, .object = noro_view_str(name) };

	return hubdb_tell(h, by, &t, err);
}

static enum noro_status add_member(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, enum noro_hub_state state, int64_t *ret_no, struct noro_error *err)
{
	static const char add[] = "INSERT INTO member(name, suspended, added, state)"
				  " VALUES($1, 0, $2, $3) ON CONFLICT DO NOTHING";
	uint64_t n = 0;
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = db_do(h->writer, add,
		DB_ARGS(db_of_text(noro_view_str(name)), db_of(by->now_ns), db_of(state)), &n, err);
	if (st == NORO_OK && !n)
		st = hubdb_taken(err, name);
	if (st == NORO_OK)
		st = hubdb_member_no(h, name, ret_no, err);
	if (st == NORO_OK)
		st = tell_member(
			h, by, state == NORO_HUB_ACTIVE ? "member.add" : "member.apply", name, err);
	return hubdb_finish(h, st, err);
}

enum noro_status noro_hubdb_member_add(struct noro_hubdb *h, const char *name, int64_t now_ns,
	int64_t *ret_no, struct noro_error *err)
{
	struct noro_hub_act by = { "console", now_ns };

	return add_member(h, &by, name, NORO_HUB_ACTIVE, ret_no, err);
}

enum noro_status noro_hubdb_member_apply(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, int64_t *ret_no, struct noro_error *err)
{
	return add_member(h, by, name, NORO_HUB_APPLIED, ret_no, err);
}

/* ---- vetting ---- */

static enum noro_status state_of(
	struct noro_hubdb *h, int64_t no, enum noro_hub_state *ret, struct noro_error *err)
{
	static const char ask[] = "SELECT state FROM member WHERE no = $1";
	int64_t n = -1;
	enum noro_status st = db_number(h->writer, ask, DB_ARGS(db_of(no)), &n, err);

	*ret = (enum noro_hub_state)n;
	return st;
}

static enum noro_status set_state(
	struct noro_hubdb *h, int64_t no, enum noro_hub_state state, struct noro_error *err)
{
	static const char set[] = "UPDATE member SET state = $2 WHERE no = $1";
	enum noro_status st = db_do(h->writer, set, DB_ARGS(db_of(no), db_of(state)), NULL, err);

	return st == NORO_OK ? hubdb_changed(h, err) : st;
}

/* Asked inside the transaction: a role that was taken away a moment ago does not vote. */
static enum noro_status who_votes(
	struct noro_hubdb *h, const char *who, int64_t *ret, struct noro_error *err)
{
	static const char ask[] = "SELECT p.no FROM person p JOIN member m ON m.no = p.member"
				  " WHERE p.name = $1 AND p.member = 1 AND p.suspended = 0"
				  " AND m.suspended = 0 AND p.roles % 32 >= 8";
	enum noro_status st;

	/* 8 and 16 are approver and admin, the two highest roles there are */
	*ret = 0;
	st = db_number(h->writer, ask, DB_ARGS(db_of_text(noro_view_str(who))), ret, err);
	if (st == NORO_OK && !*ret)
		st = noro_fail(err, NORO_EACCESS,
			N_("%1 is no approver or administrator of the hub"), who);
	return st;
}

static enum noro_status vote(struct noro_hubdb *h, const struct noro_hub_act *by, int64_t member,
	int64_t *ret_votes, struct noro_error *err)
{
	static const char add[] = "INSERT INTO vetting(member, person, at) VALUES($1, $2, $3)"
				  " ON CONFLICT DO NOTHING";
	static const char count[] = "SELECT count(*) FROM vetting WHERE member = $1";
	int64_t person = 0;
	uint64_t n = 0;
	enum noro_status st = who_votes(h, by->who, &person, err);

	if (st == NORO_OK)
		st = db_do(h->writer, add, DB_ARGS(db_of(member), db_of(person), db_of(by->now_ns)),
			&n, err);
	if (st == NORO_OK && !n)
		st = noro_fail(err, NORO_EARG,
			N_("%1 has said so already; the second must be somebody else"), by->who);
	return st == NORO_OK ? db_number(h->writer, count, DB_ARGS(db_of(member)), ret_votes, err)
			     : st;
}

enum noro_status noro_hubdb_member_vet(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, enum noro_hub_state *ret, struct noro_error *err)
{
	int64_t no = 0, votes = 0;
	char text[24];
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = hubdb_member_no(h, name, &no, err);
	if (st == NORO_OK)
		st = state_of(h, no, ret, err);
	if (st == NORO_OK && *ret != NORO_HUB_APPLIED)
		st = noro_fail(err, NORO_EARG, N_("%1 was vetted before"), name);
	if (st == NORO_OK)
		st = vote(h, by, no, &votes, err);
	if (st == NORO_OK && votes >= NORO_HUB_VOTES) {
		*ret = NORO_HUB_VETTED;
		st = set_state(h, no, *ret, err);
	}
	if (st == NORO_OK) {
		struct hubdb_said said = { "votes",
			noro_view_str(noro_num(text, (uint64_t)votes)) };

		st = hubdb_tell(h, by,
			&(struct hubdb_tale){ "member.vet", noro_view_str(name), &said, 1 }, err);
	}
	return hubdb_finish(h, st, err);
}

enum noro_status noro_hubdb_member_activate(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, struct noro_error *err)
{
	enum noro_hub_state state = NORO_HUB_APPLIED;
	int64_t no = 0;
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = hubdb_member_no(h, name, &no, err);
	if (st == NORO_OK)
		st = state_of(h, no, &state, err);
	if (st == NORO_OK && state != NORO_HUB_VETTED)
		st = noro_fail(err, NORO_EARG,
			state == NORO_HUB_ACTIVE
				? N_("%1 is active already")
				: N_("%1 was not vetted by two persons of the hub"),
			name);
	if (st == NORO_OK)
		st = set_state(h, no, NORO_HUB_ACTIVE, err);
	if (st == NORO_OK)
		st = tell_member(h, by, "member.activate", name, err);
	return hubdb_finish(h, st, err);
}

enum noro_status noro_hubdb_member_stop(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, bool suspended, const char *why, struct noro_error *err)
{
	static const char set[] = "UPDATE member SET suspended = $2 WHERE no = $1";
	struct hubdb_said said = { "why", noro_view_str(why) };
	struct hubdb_tale t = { suspended ? "member.suspend" : "member.resume", noro_view_str(name),
		&said, 1 };
	int64_t no = 0;
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = hubdb_member_no(h, name, &no, err);
	if (st == NORO_OK && no == NORO_HUB_SELF)
		st = noro_fail(err, NORO_EARG, N_("the hub itself cannot be suspended"));
	if (st == NORO_OK)
		st = db_do(h->writer, set,
			DB_ARGS(db_of(no), db_of(suspended ? by->now_ns | 1 : 0)), NULL, err);
	if (st == NORO_OK)
		st = hubdb_changed(h, err);
	if (st == NORO_OK)
		st = hubdb_tell(h, by, &t, err);
	return hubdb_finish(h, st, err);
}

enum noro_status noro_hubdb_member_suspend(struct noro_hubdb *h, const char *name, bool suspended,
	int64_t now_ns, struct noro_error *err)
{
	struct noro_hub_act by = { "console", now_ns };

	return noro_hubdb_member_stop(h, &by, name, suspended, NULL, err);
}

/* ---- where it belongs ---- */

/* The council of a place, if there is one; out of all others of that kind. */
static enum noro_status move_to(struct noro_hubdb *h, int64_t member, enum noro_hub_group_kind kind,
	const char *id, struct noro_error *err)
{
	static const char leave[] = "DELETE FROM grp_member WHERE member = $1 AND grp IN"
				    " (SELECT no FROM grp WHERE kind = $2)";
	static const char join[] =
		"INSERT INTO grp_member(grp, member)"
		" SELECT no, CAST($2 AS BIGINT) FROM grp WHERE id = $1 AND kind = $3";
	enum noro_status st =
		db_do(h->writer, leave, DB_ARGS(db_of(member), db_of(kind)), NULL, err);

	if (st == NORO_OK)
		st = db_do(h->writer, join,
			DB_ARGS(db_of_text(noro_view_str(id)), db_of(member), db_of(kind)), NULL,
			err);
	return st;
}

static enum noro_status place(
	struct noro_hubdb *h, int64_t no, const struct noro_hub_place *p, struct noro_error *err)
{
	static const char sector[] = "UPDATE member SET sector = $2 WHERE no = $1";
	static const char industry[] = "UPDATE member SET industry = $2 WHERE no = $1";
	static const char prefecture[] = "UPDATE member SET prefecture = $2 WHERE no = $1";
	char id[80];
	enum noro_status st = NORO_OK;

	if (p->sector) {
		(void)snprintf(id, sizeof(id), "sector-%.60s", p->sector);
		st = db_do(h->writer, sector,
			DB_ARGS(db_of(no), db_of_text(noro_view_str(p->sector))), NULL, err);
		if (st == NORO_OK)
			st = move_to(h, no, NORO_HUB_SECTOR, id, err);
	}
	if (st == NORO_OK && p->industry)
		st = db_do(h->writer, industry,
			DB_ARGS(db_of(no), db_of_text(noro_view_str(p->industry))), NULL, err);
	if (st == NORO_OK && p->prefecture >= 0) {
		(void)snprintf(id, sizeof(id), "prefecture-%02d", p->prefecture);
		st = db_do(
			h->writer, prefecture, DB_ARGS(db_of(no), db_of(p->prefecture)), NULL, err);
		if (st == NORO_OK)
			st = move_to(h, no, NORO_HUB_PREFECTURE, id, err);
	}
	return st;
}

enum noro_status noro_hubdb_member_place(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, const struct noro_hub_place *p, struct noro_error *err)
{
	char number[24];
	struct hubdb_said said[] = { { "sector", noro_view_str(p->sector) },
		{ "industry", noro_view_str(p->industry) }, { "prefecture", { 0 } } };
	int64_t no = 0;
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	if (p->prefecture >= 0)
		said[2].value = noro_view_str(noro_num(number, (uint64_t)p->prefecture));
	st = hubdb_member_no(h, name, &no, err);
	if (st == NORO_OK)
		st = place(h, no, p, err);
	if (st == NORO_OK)
		st = hubdb_changed(h, err);
	if (st == NORO_OK)
		st = hubdb_tell(h, by,
			&(struct hubdb_tale){ "member.place", noro_view_str(name), said, 3 }, err);
	return hubdb_finish(h, st, err);
}

/* ---- reading ---- */

enum noro_status hubdb_member_list(struct noro_hubdb *h, struct noro_arena *a,
	const struct hubdb_question *q, const struct noro_hub_member **ret, size_t *ret_n,
	struct noro_error *err)
{
	struct noro_hub_member *list = NULL;
	size_t n = 0, cap = 0;
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_ask(db, q->sql, q->arg, q->args, &r, err);

	while (st == NORO_OK && (st = db_row(&r, err)) == NORO_OK) {
		list = noro_arena_grow(a, list, n, &cap, sizeof(*list));
		st = list ? take_member(a, &r, &list[n]) : NORO_ENOMEM;
		if (st != NORO_OK)
			(void)noro_fail(err, st, NULL);
		n++;
	}
	db_done(&r);
	hubdb_give_back(h, which);
	*ret = list;
	*ret_n = n;
	return st == NORO_END ? NORO_OK : st;
}

enum noro_status noro_hubdb_members(struct noro_hubdb *h, struct noro_arena *a,
	const struct noro_hub_member **ret, size_t *ret_n, struct noro_error *err)
{
	static const char ask[] = MEMBER " ORDER BY m.no";

	return hubdb_member_list(h, a, &(struct hubdb_question){ ask, NULL, 0 }, ret, ret_n, err);
}

enum noro_status noro_hubdb_member(struct noro_hubdb *h, struct noro_arena *a, const char *name,
	struct noro_hub_member *ret, struct noro_error *err)
{
	static const char ask[] = MEMBER " WHERE m.name = $1";
	struct db_arg arg = db_of_text(noro_view_str(name));
	const struct noro_hub_member *list;
	size_t n;
	enum noro_status st =
		hubdb_member_list(h, a, &(struct hubdb_question){ ask, &arg, 1 }, &list, &n, err);

	if (st == NORO_OK && !n)
		st = noro_fail(err, NORO_ENOENT, N_("no such member: %1"), name);
	if (st == NORO_OK)
		*ret = list[0];
	return st;
}

enum noro_status noro_hubdb_group_members(struct noro_hubdb *h, struct noro_arena *a,
	const char *group, const struct noro_hub_member **ret, size_t *ret_n,
	struct noro_error *err)
{
	static const char ask[] = MEMBER " JOIN grp_member i ON i.member = m.no"
					 " JOIN grp g ON g.no = i.grp WHERE g.id = $1"
					 " ORDER BY m.no";
	struct db_arg arg = db_of_text(noro_view_str(group));

	return hubdb_member_list(h, a, &(struct hubdb_question){ ask, &arg, 1 }, ret, ret_n, err);
}
