/*
 * src/store/history.c - a sensor's measures in SQLite: opening, schema, batches.
 *
 * Counts are rows of one table ordered by width, cut and time, so that a period is one range. Texts
 * (sensors, keys) are numbers in it. Scans, victims and payloads are kept as the JSON object
 * that travels, beside the columns by which they are asked. A batch is a transaction with its
 * id in it: what is acknowledged is durable (WAL, synchronous=FULL) and cannot come twice.
 */
#include "store/history_priv.h"

#include "base/mem.h"

#include <string.h>
#include <sys/stat.h>

enum { SCHEMA = 2, BUSY_MS = 10000 };

static const char schema[] =
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
	"CREATE TABLE sensor(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
	"CREATE TABLE key(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);"
	"CREATE TABLE batch(id TEXT PRIMARY KEY) WITHOUT ROWID;"
	"CREATE TABLE cell(width INTEGER NOT NULL, cut INTEGER NOT NULL, start INTEGER NOT NULL,"
	" sensor INTEGER NOT NULL, key INTEGER NOT NULL, packets INTEGER NOT NULL,"
	" bytes INTEGER NOT NULL, sources INTEGER NOT NULL, nets INTEGER NOT NULL,"
	" fresh INTEGER NOT NULL, error REAL NOT NULL, wide INTEGER NOT NULL DEFAULT 0,"
	" PRIMARY KEY(width, cut, start, sensor, key)) WITHOUT ROWID;"
	"CREATE TABLE scan(id INTEGER PRIMARY KEY, sensor INTEGER NOT NULL, src BLOB NOT NULL,"
	" port TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, dsts INTEGER NOT NULL,"
	" body TEXT NOT NULL);"
	"CREATE INDEX scan_time ON scan(first);"
	"CREATE INDEX scan_src ON scan(src, port, last);"
	"CREATE INDEX scan_port ON scan(port, first);"
	"CREATE TABLE victim(id INTEGER PRIMARY KEY, sensor INTEGER NOT NULL, ip BLOB NOT NULL,"
	" first INTEGER NOT NULL, last INTEGER NOT NULL, body TEXT NOT NULL);"
	"CREATE INDEX victim_time ON victim(first);"
	"CREATE INDEX victim_ip ON victim(ip, first);"
	"CREATE TABLE payload(id INTEGER PRIMARY KEY, sensor INTEGER NOT NULL, src BLOB NOT NULL,"
	" port TEXT NOT NULL, time INTEGER NOT NULL, body TEXT NOT NULL);"
	"CREATE INDEX payload_time ON payload(time);"
	"CREATE INDEX payload_src ON payload(src, time);"
	"CREATE TABLE watch(width INTEGER NOT NULL, start INTEGER NOT NULL, sensor INTEGER NOT "
	"NULL,"
	" alive INTEGER NOT NULL, addresses INTEGER NOT NULL, packets INTEGER NOT NULL,"
	" own INTEGER NOT NULL, dropped INTEGER NOT NULL, malformed INTEGER NOT NULL,"
	" strange INTEGER NOT NULL, clock_back INTEGER NOT NULL,"
	" PRIMARY KEY(width, start, sensor)) WITHOUT ROWID;"
	"INSERT INTO meta VALUES('schema', 2);";

/* From each schema to the next; what an old one did not keep is "not told". */
static const char *const migrate[SCHEMA] = {
	[1] = "ALTER TABLE cell ADD COLUMN wide INTEGER NOT NULL DEFAULT 0;"
	      "CREATE INDEX scan_port ON scan(port, first);"
	      "UPDATE meta SET value = 2 WHERE name = 'schema';",
};

static const char *const text[STATEMENTS] = {
	[S_BATCH] = "INSERT OR IGNORE INTO batch VALUES(?1)",
	[S_SENSOR_ADD] = "INSERT OR IGNORE INTO sensor(name) VALUES(?1)",
	[S_SENSOR] = "SELECT id FROM sensor WHERE name = ?1",
	[S_KEY_ADD] = "INSERT OR IGNORE INTO key(text) VALUES(?1)",
	[S_KEY] = "SELECT id FROM key WHERE text = ?1",
	[S_CELL] = "INSERT INTO cell VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
		   " ON CONFLICT DO UPDATE SET packets = packets + excluded.packets,"
		   " bytes = bytes + excluded.bytes, sources = max(sources, excluded.sources),"
		   " nets = max(nets, excluded.nets), fresh = max(fresh, excluded.fresh),"
		   " error = max(error, excluded.error), wide = max(wide, excluded.wide)",
	[S_SCAN] = "INSERT INTO scan(sensor, src, port, first, last, dsts, body)"
		   " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	[S_VICTIM] = "INSERT INTO victim(sensor, ip, first, last, body) VALUES(?1, ?2, ?3, ?4, ?5)",
	[S_PAYLOAD] =
		"INSERT INTO payload(sensor, src, port, time, body) VALUES(?1, ?2, ?3, ?4, ?5)",
	[S_PAYLOAD_NEXT] = "SELECT id, body FROM payload WHERE id > ?1 ORDER BY id LIMIT 1",
	[S_PAYLOAD_SET] = "UPDATE payload SET body = ?2 WHERE id = ?1",
	[S_WATCH] =
		"INSERT INTO watch VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
		" ON CONFLICT DO UPDATE SET alive = min(width, alive + excluded.alive),"
		" addresses = max(addresses, excluded.addresses),"
		" packets = packets + excluded.packets, own = own + excluded.own,"
		" dropped = dropped + excluded.dropped, malformed = malformed + excluded.malformed,"
		" strange = strange + excluded.strange,"
		" clock_back = max(clock_back, excluded.clock_back)",
	[S_KNOWN] = "SELECT 1 FROM scan WHERE src = ?1 AND port = ?2 AND last >= ?3 AND first < ?4"
		    " LIMIT 1",
};

enum noro_status history_statement(
	struct noro_history *h, enum statement which, sqlite3_stmt **ret, struct noro_error *err)
{
	enum noro_status st = sql_prepare(h->db, h->path, text[which], &h->stmt[which], err);

	*ret = h->stmt[which];
	return st;
}

static enum noro_status raise_schema(
	struct noro_history *h, int64_t version, struct noro_error *err)
{
	enum noro_status st = sql_run(h->db, h->path, "BEGIN IMMEDIATE", err);

	/* somebody else may have done it while we waited */
	if (st == NORO_OK)
		st = sql_number(h->db, h->path, "SELECT value FROM meta WHERE name = 'schema'", 0,
			&version, err);
	for (int64_t v = version; st == NORO_OK && v >= 1 && v < SCHEMA; v++)
		st = sql_run(h->db, h->path, migrate[v], err);
	if (st == NORO_OK)
		return sql_run(h->db, h->path, "COMMIT", err);
	(void)sqlite3_exec(h->db, "ROLLBACK", NULL, NULL, NULL);
	return st;
}

static enum noro_status check_schema(struct noro_history *h, struct noro_error *err)
{
	int64_t tables, version;
	enum noro_status st =
		sql_number(h->db, h->path, "SELECT count(*) FROM sqlite_schema", 0, &tables, err);

	if (st != NORO_OK)
		return st;
	if (!tables) {
		st = sql_run(h->db, h->path, "BEGIN IMMEDIATE", err);
		if (st == NORO_OK)
			st = sql_run(h->db, h->path, schema, err);
		return st == NORO_OK ? sql_run(h->db, h->path, "COMMIT", err) : st;
	}
	st = sql_number(
		h->db, h->path, "SELECT value FROM meta WHERE name = 'schema'", 0, &version, NULL);
	if (st != NORO_OK || version < 1) {
		(void)noro_fail(err, NORO_EFORMAT, N_("this database is no history of a sensor"));
		return noro_error_at(err, h->path, NORO_AT_NONE, 0), NORO_EFORMAT;
	}
	if (version > SCHEMA) {
		(void)noro_fail(err, NORO_EUNSUPPORTED,
			N_("this history was written by a newer noroshi (schema %1)"),
			NORO_NUM(version));
		return noro_error_at(err, h->path, NORO_AT_NONE, 0), NORO_EUNSUPPORTED;
	}
	return version < SCHEMA ? raise_schema(h, version, err) : NORO_OK;
}

static enum noro_status prepare_file(struct noro_history *h, struct noro_error *err)
{
	enum noro_status st;

	(void)sqlite3_busy_timeout(h->db, BUSY_MS);
	(void)sqlite3_db_config(h->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(h->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	st = sql_run(h->db, h->path,
		"PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;"
		" PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = "
		"-16384",
		err);
	return st == NORO_OK ? check_schema(h, err) : st;
}

static enum noro_status open_file(struct noro_history *h, bool must_exist, struct noro_error *err)
{
	int flags =
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (must_exist ? 0 : SQLITE_OPEN_CREATE);
	mode_t old = umask(0027); /* 0640: what was seen is not for everybody */
	int rc = sqlite3_open_v2(h->path ? h->path : ":memory:", &h->db, flags, NULL);

	if (rc == SQLITE_OK) /* the file is made when it is first used */
		rc = sqlite3_exec(h->db, "PRAGMA schema_version", NULL, NULL, NULL);
	(void)umask(old);
	return rc == SQLITE_OK ? NORO_OK : sql_fail(h->db, rc, h->path, err);
}

void lite_close(struct noro_history *h)
{
	if (!h)
		return;
	lite_abandon(h);
	for (int i = 0; i < STATEMENTS; i++)
		(void)sqlite3_finalize(h->stmt[i]);
	(void)sqlite3_close(h->db);
	noro_arena_free(h->arena);
	noro_buf_done(&h->json);
	free(h->path);
	free(h);
}

/* --- batches --- */

enum noro_status lite_begin(struct noro_history *h, const char *batch_id, struct noro_error *err)
{
	sqlite3_stmt *s;
	enum noro_status st = sql_run(h->db, h->path, "BEGIN IMMEDIATE", err);

	if (st != NORO_OK)
		return st;
	h->writing = true;
	h->why.status = NORO_OK;
	h->sensor[0] = h->key[0] = '\0'; /* numbers of an abandoned batch are not valid any more */
	h->sensor_id = h->key_id = 0;
	st = history_statement(h, S_BATCH, &s, err);
	if (st == NORO_OK) {
		sql_text(s, 1, batch_id);
		st = sql_step(s, h->path, err);
	}
	if (st == NORO_END && sqlite3_changes(h->db) > 0)
		return NORO_OK;
	lite_abandon(h);
	return st;
}

enum noro_status lite_commit(struct noro_history *h, struct noro_error *err)
{
	enum noro_status st = sql_run(h->db, h->path, "COMMIT", err);

	if (st != NORO_OK)
		lite_abandon(h);
	h->writing = false;
	return st;
}

void lite_abandon(struct noro_history *h)
{
	if (!h->writing)
		return;
	h->writing = false;
	for (int i = 0; i < STATEMENTS; i++)
		(void)sqlite3_reset(h->stmt[i]);
	(void)sqlite3_exec(h->db, "ROLLBACK", NULL, NULL, NULL);
}

enum noro_status lite_verify(struct noro_history *h, struct noro_error *err)
{
	sqlite3_stmt *s = NULL;
	enum noro_status st = sql_prepare(h->db, h->path, "PRAGMA integrity_check(1)", &s, err);

	if (st == NORO_OK)
		st = sql_step(s, h->path, err);
	if (st == NORO_OK && strcmp(sql_column(s, 0), "ok") != 0) {
		(void)noro_fail(
			err, NORO_ECORRUPT, N_("the history is damaged: %1"), sql_column(s, 0));
		st = NORO_ECORRUPT;
	}
	(void)sqlite3_finalize(s);
	return st;
}

static const struct history_ops lite = { .close = lite_close,
	.begin = lite_begin,
	.commit = lite_commit,
	.abandon = lite_abandon,
	.cells = lite_cells,
	.scans = lite_scans,
	.victims = lite_victims,
	.payloads = lite_payloads,
	.watch = lite_watch,
	.top = lite_top,
	.judge = lite_judge,
	.known = lite_known,
	.oldest = lite_oldest,
	.sensors = lite_sensors,
	.age = lite_age,
	.verify = lite_verify };

enum noro_status noro_history_open(
	const char *path, bool must_exist, struct noro_history **ret, struct noro_error *err)
{
	struct noro_history *h = noro_calloc(1, sizeof(*h));
	enum noro_status st;

	if (!h)
		return noro_fail(err, NORO_ENOMEM, NULL);
	h->ops = &lite;
	h->arena = noro_arena_new(0);
	h->path = path ? noro_strndup(path, strlen(path)) : NULL;
	st = h->arena && (!path || h->path) ? open_file(h, must_exist, err)
					    : noro_fail(err, NORO_ENOMEM, NULL);
	if (st == NORO_OK)
		st = prepare_file(h, err);
	if (st != NORO_OK) {
		lite_close(h);
		return st;
	}
	history_measures(h);
	*ret = h;
	return NORO_OK;
}
