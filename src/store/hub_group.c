/* src/store/hub_group.c - groups of members: the councils of places, and any other. */
#include "store/hub_priv.h"

#include <string.h>

#define GROUP                                                                                      \
	"SELECT g.no, g.id, g.kind, g.name_en, g.name_ja,"                                         \
	" (SELECT count(*) FROM grp_member c WHERE c.grp = g.no) FROM grp g"

enum noro_status noro_hubdb_group_add(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct noro_hub_group *g, struct noro_error *err)
{
	static const char add[] = "INSERT INTO grp(id, kind, name_en, name_ja)"
				  " VALUES($1, $2, $3, $4) ON CONFLICT DO NOTHING";
	struct hubdb_said said[] = { { "name_en", noro_view_str(g->name_en) },
		{ "name_ja", noro_view_str(g->name_ja) } };
	uint64_t n = 0;
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = db_do(h->writer, add,
		DB_ARGS(db_of_text(noro_view_str(g->id)), db_of(g->kind), db_of_text(said[0].value),
			db_of_text(said[1].value)),
		&n, err);
	if (st == NORO_OK && !n)
		st = hubdb_taken(err, g->id);
	if (st == NORO_OK)
		st = hubdb_tell(h, by,
			&(struct hubdb_tale){ "group.add", noro_view_str(g->id), said, 2 }, err);
	return hubdb_finish(h, st, err);
}

enum noro_status noro_hubdb_groups(struct noro_hubdb *h, struct noro_arena *a, int64_t member,
	const struct noro_hub_group **ret, size_t *ret_n, struct noro_error *err)
{
	static const char all[] = GROUP " ORDER BY g.no";
	static const char one[] = GROUP " JOIN grp_member i ON i.grp = g.no AND i.member = $1"
					" ORDER BY g.no";
	struct db_arg arg = db_of(member);
	struct noro_hub_group *list = NULL;
	size_t n = 0, cap = 0;
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_ask(db, member ? one : all, &arg, member ? 1 : 0, &r, err);

	while (st == NORO_OK && (st = db_row(&r, err)) == NORO_OK) {
		list = noro_arena_grow(a, list, n, &cap, sizeof(*list));
		if (!list) {
			st = noro_fail(err, NORO_ENOMEM, NULL);
			break;
		}
		list[n++] = (struct noro_hub_group){ .no = db_i64(&r, 0),
			.id = hubdb_string(a, &r, 1, &st),
			.kind = (enum noro_hub_group_kind)db_i64(&r, 2),
			.name_en = hubdb_string(a, &r, 3, &st),
			.name_ja = hubdb_string(a, &r, 4, &st),
			.members = (uint64_t)db_i64(&r, 5) };
		if (st != NORO_OK)
			(void)noro_fail(err, st, NULL);
	}
	db_done(&r);
	hubdb_give_back(h, which);
	*ret = list;
	*ret_n = n;
	return st == NORO_END ? NORO_OK : st;
}

static enum noro_status group_no(
	struct noro_hubdb *h, const char *id, int64_t *ret, struct noro_error *err)
{
	static const char find[] = "SELECT no FROM grp WHERE id = $1";
	enum noro_status st;

	*ret = 0;
	st = db_number(h->writer, find, DB_ARGS(db_of_text(noro_view_str(id))), ret, err);
	if (st == NORO_OK && !*ret)
		st = noro_fail(err, NORO_ENOENT, N_("no such group: %1"), id);
	return st;
}

enum noro_status noro_hubdb_group_join(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *group, const char *member, bool in, struct noro_error *err)
{
	static const char join[] = "INSERT INTO grp_member(grp, member) VALUES($1, $2)"
				   " ON CONFLICT DO NOTHING";
	static const char leave[] = "DELETE FROM grp_member WHERE grp = $1 AND member = $2";
	struct hubdb_said said = { "group", noro_view_str(group) };
	int64_t grp = 0, no = 0;
	uint64_t n = 0;
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = group_no(h, group, &grp, err);
	if (st == NORO_OK)
		st = hubdb_member_no(h, member, &no, err);
	if (st == NORO_OK)
		st = db_do(h->writer, in ? join : leave, DB_ARGS(db_of(grp), db_of(no)), &n, err);
	if (st == NORO_OK && !n)
		st = noro_fail(err, NORO_EARG,
			in ? N_("%1 is in %2 already") : N_("%1 is not in %2"), member, group);
	if (st == NORO_OK)
		st = hubdb_changed(h, err);
	if (st == NORO_OK)
		st = hubdb_tell(h, by,
			&(struct hubdb_tale){ in ? "group.join" : "group.leave",
				noro_view_str(member), &said, 1 },
			err);
	return hubdb_finish(h, st, err);
}

enum noro_status hubdb_groups_of(
	struct db *db, struct noro_arena *a, struct noro_hub_person *who, struct noro_error *err)
{
	static const char ask[] = "SELECT grp FROM grp_member WHERE member = $1 ORDER BY grp";
	int64_t *list = NULL;
	size_t n = 0, cap = 0;
	struct db_rows r;
	enum noro_status st = db_ask(db, ask, DB_ARGS(db_of(who->member)), &r, err);

	while (st == NORO_OK && (st = db_row(&r, err)) == NORO_OK) {
		list = noro_arena_grow(a, list, n, &cap, sizeof(*list));
		if (list)
			list[n++] = db_i64(&r, 0);
		else
			st = noro_fail(err, NORO_ENOMEM, NULL);
	}
	db_done(&r);
	who->group = list;
	who->groups = n;
	return st == NORO_END ? NORO_OK : st;
}
