/* src/store/hub_doctor.c - looking a hub's file over, and copying it; two statements are the
 * engine's own. */
#include "store/hub_doctor.h"
#include "store/hub_priv.h"

#include <string.h>

enum noro_status noro_hubdb_integrity(struct noro_hubdb *h, char ret[160], struct noro_error *err)
{
	static const char ask[] = "PRAGMA integrity_check(1)";
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_ask(db, ask, NULL, 0, &r, err);

	ret[0] = '\0';
	if (st == NORO_OK)
		st = db_row(&r, err);
	if (st == NORO_OK && !noro_view_is(db_view(&r, 0), "ok")) {
		struct noro_view v = noro_view_sub(db_view(&r, 0), 0, 159);

		if (v.n)
			memcpy(ret, v.p, v.n);
		ret[v.n] = '\0';
		st = noro_fail(err, NORO_ECORRUPT, N_("the database is damaged"));
	}
	db_done(&r);
	hubdb_give_back(h, which);
	return st == NORO_END ? NORO_OK : st;
}

enum noro_status noro_hubdb_latest(struct noro_hubdb *h, int64_t *ret_ns, struct noro_error *err)
{
	static const char added[] = "SELECT value FROM meta WHERE name = 'added'";
	static const char told[] = "SELECT at FROM audit_head WHERE one = 1";
	int64_t at = 0, us = 0;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_number(db, added, NULL, 0, &us, err);

	if (st == NORO_OK)
		st = db_number(db, told, NULL, 0, &at, err);
	hubdb_give_back(h, which);
	*ret_ns = us * 1000 > at ? us * 1000 : at;
	return st;
}

enum noro_status noro_hubdb_copy(struct noro_hubdb *h, const char *path, struct noro_error *err)
{
	static const char copy[] = "VACUUM INTO $1";
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st = db_do(db, copy, DB_ARGS(db_of_text(noro_view_str(path))), NULL, err);

	hubdb_give_back(h, which);
	return st;
}
