/* src/store/hub_schema.c - the tables of a hub, in steps: a file of any earlier step is brought up
 * in place, all of it or nothing. What differs between engines stands in these texts alone. */
#include "store/hub_priv.h"

static const char objects[] =
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
	"CREATE TABLE member(no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
	" suspended INTEGER NOT NULL, added BIGINT NOT NULL);"
	"CREATE TABLE person(no INTEGER PRIMARY KEY, member INTEGER NOT NULL REFERENCES member(no),"
	" name TEXT NOT NULL UNIQUE, roles INTEGER NOT NULL, suspended INTEGER NOT NULL,"
	" token BLOB NOT NULL UNIQUE, added BIGINT NOT NULL);"
	"CREATE TABLE root(no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL,"
	" description TEXT, max_content BIGINT NOT NULL);"
	"CREATE TABLE collection(no INTEGER PRIMARY KEY, root INTEGER NOT NULL REFERENCES root(no),"
	" id TEXT NOT NULL UNIQUE, alias TEXT, title TEXT NOT NULL, description TEXT,"
	" kind INTEGER NOT NULL, tlp INTEGER NOT NULL, audience INTEGER NOT NULL,"
	" UNIQUE(root, alias));"
	"CREATE TABLE object(no INTEGER PRIMARY KEY, version TEXT, spec TEXT NOT NULL,"
	" digest BLOB NOT NULL, bytes BLOB NOT NULL);"
	"CREATE TABLE entry(collection INTEGER NOT NULL, owner INTEGER NOT NULL,"
	" added BIGINT NOT NULL, object INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,"
	" version BIGINT NOT NULL, flags INTEGER NOT NULL, PRIMARY KEY(collection, owner, added))"
	" WITHOUT ROWID;"
	"CREATE UNIQUE INDEX entry_id ON entry(collection, owner, id, version);"
	"CREATE INDEX entry_last ON entry(collection, owner, added, object, version)"
	" WHERE flags % 2 = 1;"
	"CREATE INDEX entry_type ON entry(collection, owner, type, added);"
	"CREATE TABLE status(id TEXT PRIMARY KEY, root INTEGER NOT NULL, owner INTEGER NOT NULL,"
	" until BIGINT NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX status_until ON status(until);"
	"INSERT INTO member VALUES(1, 'hub', 0, 0);"
	"INSERT INTO meta VALUES('schema', 1);"
	"INSERT INTO meta VALUES('added', 0);";

/* Members as organisations, people with more than a token, and the log of who did what (0015). */
static const char members[] =
	"ALTER TABLE member ADD COLUMN state INTEGER NOT NULL DEFAULT 2;"
	"ALTER TABLE member ADD COLUMN sector TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE member ADD COLUMN industry TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE member ADD COLUMN prefecture INTEGER NOT NULL DEFAULT 0;"
	"CREATE TABLE vetting(member INTEGER NOT NULL REFERENCES member(no),"
	" person INTEGER NOT NULL, at BIGINT NOT NULL, PRIMARY KEY(member, person)) WITHOUT ROWID;"
	"CREATE TABLE grp(no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind INTEGER NOT NULL,"
	" name_en TEXT NOT NULL, name_ja TEXT NOT NULL);"
	"CREATE TABLE grp_member(grp INTEGER NOT NULL REFERENCES grp(no),"
	" member INTEGER NOT NULL REFERENCES member(no), PRIMARY KEY(grp, member)) WITHOUT ROWID;"
	"CREATE INDEX grp_member_of ON grp_member(member, grp);"
	"CREATE TABLE asset(no INTEGER PRIMARY KEY, member INTEGER NOT NULL REFERENCES member(no),"
	" kind INTEGER NOT NULL, value TEXT NOT NULL, lo BLOB, hi BLOB, confirmed BIGINT NOT NULL,"
	" added BIGINT NOT NULL, UNIQUE(member, kind, value));"
	"CREATE INDEX asset_value ON asset(kind, value);"
	"CREATE INDEX asset_lo ON asset(lo);"
	"CREATE TABLE contact(no INTEGER PRIMARY KEY, member INTEGER NOT NULL REFERENCES "
	"member(no),"
	" name TEXT NOT NULL, mail TEXT NOT NULL, role TEXT NOT NULL, lang TEXT NOT NULL,"
	" added BIGINT NOT NULL, UNIQUE(member, mail, role));"
	"ALTER TABLE person RENAME TO person_1;"
	"CREATE TABLE person(no INTEGER PRIMARY KEY, member INTEGER NOT NULL REFERENCES member(no),"
	" name TEXT NOT NULL UNIQUE, roles INTEGER NOT NULL, suspended BIGINT NOT NULL,"
	" added BIGINT NOT NULL, lang TEXT NOT NULL DEFAULT '', password TEXT, totp BLOB,"
	" totp_step BIGINT NOT NULL DEFAULT 0, seen BIGINT NOT NULL DEFAULT 0);"
	"CREATE INDEX person_member ON person(member);"
	"CREATE TABLE token(no INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES person(no),"
	" name TEXT NOT NULL, digest BLOB NOT NULL UNIQUE, added BIGINT NOT NULL,"
	" expires BIGINT NOT NULL, revoked BIGINT NOT NULL, used BIGINT NOT NULL);"
	"CREATE INDEX token_person ON token(person);"
	"INSERT INTO person(no, member, name, roles, suspended, added)"
	" SELECT no, member, name, roles, suspended, added FROM person_1;"
	"INSERT INTO token(person, name, digest, added, expires, revoked, used)"
	" SELECT no, name, token, added, 0, 0, 0 FROM person_1;"
	"DROP TABLE person_1;"
	"CREATE TABLE recovery(person INTEGER NOT NULL REFERENCES person(no), digest BLOB NOT NULL,"
	" used BIGINT NOT NULL, PRIMARY KEY(person, digest)) WITHOUT ROWID;"
	"CREATE TABLE certificate(spki TEXT PRIMARY KEY, person INTEGER NOT NULL"
	" REFERENCES person(no), name TEXT NOT NULL, added BIGINT NOT NULL,"
	" revoked BIGINT NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX certificate_person ON certificate(person);"
	"CREATE TABLE session(digest BLOB PRIMARY KEY, person INTEGER NOT NULL"
	" REFERENCES person(no), added BIGINT NOT NULL, seen BIGINT NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX session_person ON session(person);"
	"CREATE TABLE invitation(no INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE,"
	" member INTEGER NOT NULL REFERENCES member(no), roles INTEGER NOT NULL,"
	" added BIGINT NOT NULL, expires BIGINT NOT NULL, used BIGINT NOT NULL);"
	"CREATE TABLE quota(member INTEGER PRIMARY KEY, requests BIGINT NOT NULL,"
	" burst BIGINT NOT NULL, bytes BIGINT NOT NULL);"
	"INSERT INTO quota VALUES(0, 10, 100, 1073741824);"
	"CREATE TABLE audit(no BIGINT PRIMARY KEY, at BIGINT NOT NULL, who TEXT NOT NULL,"
	" verb TEXT NOT NULL, object TEXT NOT NULL, detail TEXT NOT NULL, digest TEXT NOT NULL)"
	" WITHOUT ROWID;"
	"CREATE TABLE audit_head(one INTEGER PRIMARY KEY, no BIGINT NOT NULL, at BIGINT NOT NULL,"
	" digest TEXT NOT NULL, signature TEXT NOT NULL);"
	"CREATE TABLE audit_root(no BIGINT PRIMARY KEY, day TEXT NOT NULL, digest TEXT NOT NULL,"
	" body TEXT NOT NULL, jws TEXT NOT NULL) WITHOUT ROWID;"
	"INSERT INTO meta VALUES('people', 0);"
	"INSERT INTO audit_head VALUES(1, 0, 0, '', '');";

static const char *const steps[] = { objects, members };

enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

static enum noro_status step_of(
	struct noro_hubdb *h, bool must_exist, int64_t *ret, struct noro_error *err)
{
	static const char tables[] =
		"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'meta'";
	static const char number[] = "SELECT value FROM meta WHERE name = 'schema'";
	int64_t there = 0;
	enum noro_status st = db_number(h->writer, tables, NULL, 0, &there, err);

	*ret = 0;
	if (st == NORO_OK && !there)
		return must_exist ? noro_fail(err, NORO_EFORMAT, N_("no hub")) : NORO_OK;
	if (st == NORO_OK)
		st = db_number(h->writer, number, NULL, 0, ret, err);
	if (st == NORO_OK && (*ret < 1 || *ret > STEPS))
		st = noro_fail(err, NORO_EUNSUPPORTED,
			N_("the hub has schema %1; this program knows %2"), NORO_NUM(*ret),
			NORO_NUM(STEPS));
	return st;
}

/* Another process may have done it since: asked again when nobody else can write. */
static enum noro_status bring_up(struct noro_hubdb *h, bool must_exist, struct noro_error *err)
{
	static const char set[] = "UPDATE meta SET value = $1 WHERE name = 'schema'";
	int64_t from = 0;
	enum noro_status st = db_begin(h->writer, err);

	if (st == NORO_OK)
		st = step_of(h, must_exist, &from, err);
	for (int64_t i = from; st == NORO_OK && i < STEPS; i++)
		st = db_run(h->writer, steps[i], err);
	if (st == NORO_OK && from < STEPS)
		st = db_do(h->writer, set, DB_ARGS(db_of(STEPS)), NULL, err);
	if (st == NORO_OK)
		return db_commit(h->writer, err);
	db_rollback(h->writer);
	return st;
}

enum noro_status hubdb_schema(struct noro_hubdb *h, bool must_exist, struct noro_error *err)
{
	static const char last[] = "SELECT value FROM meta WHERE name = 'added'";
	int64_t n = 0;
	enum noro_status st = step_of(h, must_exist, &n, err);

	if (st == NORO_OK && n < STEPS)
		st = bring_up(h, must_exist, err);
	return st == NORO_OK ? db_number(h->writer, last, NULL, 0, &h->added_us, err) : st;
}
