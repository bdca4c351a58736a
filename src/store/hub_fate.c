/* src/store/hub_fate.c - what became of what a member sent; see hub_fate.h. */
#include "store/hub_fate.h"

#include "store/hub_audit.h"
#include "store/hub_priv.h"

static const char fate_schema[] =
	"CREATE TABLE IF NOT EXISTS fate(of_collection INTEGER NOT NULL, of_owner BIGINT NOT NULL,"
	" of_id TEXT NOT NULL, collection INTEGER NOT NULL, id TEXT NOT NULL, at BIGINT NOT NULL,"
	" who TEXT NOT NULL, PRIMARY KEY(of_collection, of_owner, of_id, collection, id))"
	" WITHOUT ROWID;";

enum noro_status hubdb_fate_open(struct noro_hubdb *h, struct noro_error *err)
{
	static const char is[] =
		"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'fate'";
	int64_t n = 0;
	enum noro_status st = db_number(h->writer, is, NULL, 0, &n, err);

	return st != NORO_OK || n ? st : db_run(h->writer, fate_schema, err);
}

static enum noro_status tell_one(
	struct noro_hubdb *h, const struct noro_hub_envelope *e, size_t i, struct noro_error *err)
{
	static const char add[] =
		"INSERT INTO fate(of_collection, of_owner, of_id, collection, id, at, who)"
		" VALUES($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
	const struct noro_hub_source *s = &e->source[i];
	struct noro_hub_act by = { e->who, e->now_ns };
	enum noro_status st = db_do(h->writer, add,
		DB_ARGS(db_of(s->collection), db_of(s->owner), db_of_text(s->id),
			db_of(e->collection), db_of_text(e->object[i].id), db_of(e->now_ns),
			db_of_text(noro_view_str(e->who))),
		NULL, err);

	if (st == NORO_OK)
		st = hubdb_tell(h, &by,
			&(struct hubdb_tale){
				"object.tell", e->object[i].id, HUBDB_SAID({ "of", s->id }) },
			err);
	return st;
}

enum noro_status hubdb_fate(struct noro_hubdb *h, const struct noro_hub_envelope *e,
	const struct noro_hub_taken *taken, struct noro_error *err)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; e->source && st == NORO_OK && i < e->n; i++)
		if (e->source[i].id.p &&
			(taken[i].how == NORO_HUB_TAKEN || taken[i].how == NORO_HUB_THERE))
			st = tell_one(h, e, i, err);
	return st;
}

enum noro_status noro_hubdb_fates(struct noro_hubdb *h, const struct noro_hub_source *of,
	struct noro_arena *a, const struct noro_hub_fate **ret, size_t *ret_n,
	struct noro_error *err)
{
	static const char ask[] =
		"SELECT of_id, id, collection, at, who FROM fate"
		" WHERE of_collection = $1 AND of_owner = $2 ORDER BY at, of_id, collection, id";
	struct noro_hub_fate *list = NULL;
	size_t cap = 0;
	struct db_rows r;
	unsigned which;
	struct db *db = hubdb_reader(h, &which);
	enum noro_status st =
		db_ask(db, ask, DB_ARGS(db_of(of->collection), db_of(of->owner)), &r, err);

	*ret_n = 0;
	while (st == NORO_OK && (st = db_row(&r, err)) == NORO_OK) {
		list = noro_arena_grow(a, list, *ret_n, &cap, sizeof(*list));
		if (!list) {
			st = noro_fail(err, NORO_ENOMEM, NULL);
			break;
		}
		list[(*ret_n)++] = (struct noro_hub_fate){ .of_id = hubdb_string(a, &r, 0, &st),
			.id = hubdb_string(a, &r, 1, &st),
			.collection = db_i64(&r, 2),
			.at_ns = db_i64(&r, 3),
			.who = hubdb_string(a, &r, 4, &st) };
		if (st != NORO_OK)
			(void)noro_fail(err, st, NULL);
	}
	db_done(&r);
	hubdb_give_back(h, which);
	*ret = list;
	return st == NORO_END ? NORO_OK : st;
}
