/*
 * tests/unit/store/test_hub_audit.c - the log of a hub: every row that is changed, removed, moved,
 * added or cut off is found; what is read stands before what is changed after it. And a file of
 * the first schema opens with all that was in it.
 */
#include "tests/test.h"

#include "base/jsonw.h"
#include "base/jws.h"
#include "store/hub_people.h"

#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAY (INT64_C(86400) * 1000000000)
#define T0  (INT64_C(20682) * DAY) /* 2026-08-17 */

static char folder[] = "/tmp/noroshi-audit-XXXXXX";
static char path[128];

static void raw(const char *sql)
{
	sqlite3 *db;
	char *why = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void remove_file(void)
{
	char name[160];

	for (int i = 0; i < 3; i++) {
		(void)snprintf(name, sizeof(name), "%s%s", path,
			(const char *[]){ "", "-wal", "-shm" }[i]);
		(void)unlink(name);
	}
}

static void read_one(struct noro_hubdb *h, const char *who, const char *what, int64_t at, bool now)
{
	struct noro_error err = { 0 };

	assert_int_equal(noro_hubdb_read(h, &(struct noro_hub_act){ who, at },
				 &(struct noro_hub_reading){ "read", what, 1, now }, &err),
		NORO_OK);
}

/* Seven rows over three days; two roots among them. */
static void write_log(const struct noro_key *key)
{
	struct noro_hubdb *h;
	struct noro_error err = { 0 };

	remove_file();
	assert_int_equal(noro_hubdb_open(path, false, &h, &err), NORO_OK);
	noro_hubdb_audit_key(h, key);
	read_one(h, "ichiro", "amber", T0, true);
	read_one(h, "jiro", "green", T0 + 1, true);
	read_one(h, "saburo", "clear", T0 + DAY, true);
	read_one(h, "ichiro", "amber", T0 + DAY + 5, true);
	assert_int_equal(noro_hubdb_audit_tick(h, T0 + 2 * DAY, &err), NORO_OK);
	read_one(h, "\xe5\xb1\xb1\xe7\x94\xb0", "amber", T0 + 2 * DAY + 1, true);
	noro_hubdb_close(h);
}

static struct noro_hub_audit_said verify(const struct noro_hub_audit_asked *asked)
{
	struct noro_hub_audit_said said;
	struct noro_hubdb *h;
	struct noro_error err = { 0 };

	assert_int_equal(noro_hubdb_open(path, true, &h, &err), NORO_OK);
	assert_int_equal(noro_hubdb_audit_verify(h, asked, &said, &err), NORO_OK);
	noro_hubdb_close(h);
	return said;
}

static void finds_whatever_was_done_to_it(void **state)
{
	static const struct {
		const char *sql;
		int64_t no;
	} done[] = {
		{ "UPDATE audit SET at = at + 1 WHERE no = 2", 2 },
		{ "UPDATE audit SET who = 'goro' WHERE no = 1", 1 },
		{ "UPDATE audit SET verb = 'reads' WHERE no = 2", 2 },
		{ "UPDATE audit SET object = '' WHERE no = 4", 4 },
		{ "UPDATE audit SET detail = '{}' WHERE no = 7", 7 },
		{ "UPDATE audit SET digest = lower(hex(randomblob(32))) WHERE no = 5", 5 },
		{ "UPDATE audit SET who = CAST(x'ff' AS TEXT) WHERE no = 2", 2 },
		{ "DELETE FROM audit WHERE no = 3", 3 },
		{ "DELETE FROM audit WHERE no = 1", 1 },
		{ "DELETE FROM audit WHERE no = 7", 7 },
		{ "DELETE FROM audit WHERE no > 3", 4 },
		{ "DELETE FROM audit", 1 },
		{ "UPDATE audit SET no = -1 WHERE no = 2; UPDATE audit SET no = 2 WHERE no = 3;"
		  "UPDATE audit SET no = 3 WHERE no = -1",
			2 },
		{ "UPDATE audit SET no = no + 1 WHERE no = 7", 7 },
		{ "INSERT INTO audit SELECT 8, at, who, verb, object, detail, digest FROM audit"
		  " WHERE no = 7",
			8 },
		{ "UPDATE audit_head SET no = 6", 7 },
		{ "UPDATE audit_head SET at = at - 1", 7 },
		{ "DELETE FROM audit WHERE no = 7; UPDATE audit_head SET no = 6,"
		  " digest = (SELECT digest FROM audit WHERE no = 6)",
			6 },
		{ "UPDATE audit_head SET signature = ''", 7 },
		{ "DELETE FROM audit_head", 7 },
		{ "UPDATE audit_root SET digest = '' WHERE no = 2", 3 },
		{ "UPDATE audit_root SET day = '2026-08-16' WHERE no = 2", 3 },
		{ "UPDATE audit_root SET jws = '' WHERE no = 2", 3 },
		{ "UPDATE audit_root SET body = body || ' ' WHERE no = 2", 3 },
		{ "DELETE FROM audit_root WHERE no = 2", 3 },
		{ "DELETE FROM audit_root", 3 },
		{ "INSERT INTO audit_root SELECT 7, day, digest, body, jws FROM audit_root"
		  " WHERE no = 2",
			7 },
	};
	struct noro_error err = { 0 };
	struct noro_hub_audit_said said;
	struct noro_hub_audit_asked asked = { 0 };
	struct noro_key *key;

	(void)state;
	assert_int_equal(noro_key_make(&key, &err), NORO_OK);
	asked.key = key;
	write_log(key);
	said = verify(&asked);
	assert_null(said.fault);
	assert_int_equal(said.rows, 7);
	assert_int_equal(said.roots, 2);
	assert_true(said.signed_head);
	for (size_t i = 0; i < sizeof(done) / sizeof(done[0]); i++) {
		write_log(key);
		raw(done[i].sql);
		said = verify(&asked);
		if (!said.fault || said.fault_no != done[i].no)
			fail_msg("%s: %s in row %lld", done[i].sql, said.fault ? said.fault : "-",
				(long long)said.fault_no);
	}
	noro_key_free(key);
}

/* Who has the file and the key can write it anew, but not what others keep. */
static void a_root_kept_elsewhere_shows_a_past_written_anew(void **state)
{
	struct noro_error err = { 0 };
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_hub_audit_root *root;
	struct noro_hub_audit_root kept;
	struct noro_hub_audit_said said;
	struct noro_hub_audit_asked asked = { 0 };
	struct noro_buf text = { 0 };
	struct noro_jsonw w;
	struct noro_hubdb *h;
	struct noro_key *key;
	size_t n;

	(void)state;
	assert_int_equal(noro_key_make(&key, &err), NORO_OK);
	write_log(key);
	assert_int_equal(noro_hubdb_open(path, true, &h, &err), NORO_OK);
	assert_int_equal(noro_hubdb_audit_roots(h, a, &root, &n, &err), NORO_OK);
	assert_int_equal(n, 2);
	assert_string_equal(root[0].day, "2026-08-17");
	assert_true(noro_jws_holds(key, noro_view_str(root[0].body), noro_view_str(root[0].jws)));
	w = noro_jsonw(&text);
	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "day", root[1].day);
	noro_jsonw_kstr(&w, "digest", root[1].digest);
	noro_jsonw_kstr(&w, "jws", root[1].jws);
	noro_jsonw_ki64(&w, "no", root[1].no);
	noro_jsonw_kstr(&w, "of", "noroshi hub audit root");
	noro_jsonw_object_end(&w);
	assert_int_equal(
		noro_hub_audit_root_read(a, noro_buf_as_view(&text), &kept, &err), NORO_OK);
	assert_string_equal(kept.body, root[1].body);
	for (size_t i = 0; i < text.n; i++) /* no prefix of it is one */
		assert_int_not_equal(noro_hub_audit_root_read(a, noro_view(text.p, i),
					     &(struct noro_hub_audit_root){ 0 }, &err),
			NORO_OK);
	noro_hubdb_close(h);

	asked = (struct noro_hub_audit_asked){ .key = key, .kept = &kept, .n = 1 };
	assert_null(verify(&asked).fault);
	remove_file();
	assert_int_equal(noro_hubdb_open(path, false, &h, &err), NORO_OK);
	noro_hubdb_audit_key(h, key);
	for (int i = 0; i < 3; i++)
		read_one(h, "goro", "amber", T0 + i * DAY, true);
	noro_hubdb_close(h);
	said = verify(&asked);
	assert_non_null(said.fault);
	asked.n = 0;
	assert_null(verify(&asked).fault);
	noro_buf_done(&text);
	noro_arena_free(a);
	noro_key_free(key);
}

struct collected {
	char text[2048];
};

static enum noro_status collect(void *ctx, const struct noro_hub_row_told *row)
{
	struct collected *c = ctx;
	size_t n = strlen(c->text);

	(void)snprintf(c->text + n, sizeof(c->text) - n, "%lld %s %s %s %s\n", (long long)row->no,
		row->who, row->verb, row->object, row->detail);
	return NORO_OK;
}

static void what_is_read_is_counted_and_keeps_its_order(void **state)
{
	struct noro_hubdb *h;
	struct noro_error err = { 0 };
	struct collected c = { "" };

	(void)state;
	assert_int_equal(noro_hubdb_open(NULL, false, &h, &err), NORO_OK);
	read_one(h, "ichiro", "amber", T0, false);
	read_one(h, "jiro", "amber", T0 + 1, false);
	read_one(h, "ichiro", "amber", T0 + 1000, false);
	assert_int_equal(noro_hubdb_audit_rows(h, 0, 100, collect, &c, &err), NORO_OK);
	assert_string_equal(c.text, "");
	read_one(h, "ichiro", "export", T0 + 2000, true);
	read_one(h, "jiro", "amber", T0 + 3000, false);
	assert_int_equal(noro_hubdb_audit_tick(h, T0 + 4000, &err), NORO_OK);
	assert_int_equal(noro_hubdb_audit_rows(h, 0, 100, collect, &c, &err), NORO_OK);
	assert_string_equal(c.text,
		"1 ichiro read amber {\"last\":\"2026-08-17T00:00:00.000001000Z\",\"n\":\"2\"}\n"
		"2 jiro read amber {\"last\":\"2026-08-17T00:00:00.000000001Z\",\"n\":\"1\"}\n"
		"3 ichiro read export {\"last\":\"2026-08-17T00:00:00.000002000Z\",\"n\":\"1\"}\n"
		"4 jiro read amber {\"last\":\"2026-08-17T00:00:00.000003000Z\",\"n\":\"1\"}\n");
	noro_hubdb_close(h);
}

/* More at once than is gathered: nothing is dropped, nothing changes places. */
static void many_readers_lose_nothing(void **state)
{
	struct noro_hubdb *h;
	struct noro_error err = { 0 };
	struct noro_hub_audit_said said;
	struct noro_hub_audit_asked asked = { 0 };
	char who[24];

	(void)state;
	assert_int_equal(noro_hubdb_open(NULL, false, &h, &err), NORO_OK);
	for (int i = 0; i < 1000; i++) {
		(void)snprintf(who, sizeof(who), "reader%d", i);
		read_one(h, who, "amber", T0 + i, false);
	}
	assert_int_equal(noro_hubdb_audit_tick(h, T0 + 2000, &err), NORO_OK);
	assert_int_equal(noro_hubdb_audit_verify(h, &asked, &said, &err), NORO_OK);
	assert_null(said.fault);
	assert_int_equal(said.rows, 1000);
	assert_int_equal(noro_hubdb_read(h, &(struct noro_hub_act){ "\xff", T0 },
				 &(struct noro_hub_reading){ "read", "amber", 1, false }, &err),
		NORO_EARG);
	noro_hubdb_close(h);
}

static bool try_reading(void *arg)
{
	struct noro_hubdb *h = arg;
	struct noro_error err = { 0 };

	return noro_hubdb_read(h, &(struct noro_hub_act){ "ichiro", T0 },
		       &(struct noro_hub_reading){ "read", "amber", 1, true }, &err) == NORO_OK;
}

/* What was refused for want of memory is not lost from the chain either: it still holds. */
static void no_memory_breaks_no_chain(void **state)
{
	struct noro_hubdb *h;
	struct noro_error err = { 0 };
	struct noro_hub_audit_said said;
	struct noro_hub_audit_asked asked = { 0 };

	(void)state;
	assert_int_equal(noro_hubdb_open(NULL, false, &h, &err), NORO_OK);
	test_allocation_sweep(try_reading, h, 200);
	assert_int_equal(noro_hubdb_audit_verify(h, &asked, &said, &err), NORO_OK);
	assert_null(said.fault);
	assert_true(said.rows > 0);
	noro_hubdb_close(h);
}

/* ---- a file that an earlier version made ---- */

/* As the first version wrote it (decision 0013). */
static const char first[] =
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
	"INSERT INTO member VALUES(5, 'Example Telecom', 0, 77);"
	"INSERT INTO member VALUES(6, 'Example Rail', 99, 78);"
	"INSERT INTO person VALUES(3, 5, 'soc', 3, 0,"
	" CAST('9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' AS BLOB), 80);"
	"INSERT INTO root VALUES(1, 'share', 'noroshi', NULL, 1000);"
	"INSERT INTO collection VALUES(2, 1, 'a8b1', 'amber', 'Amber', NULL, 0, 3, 0);"
	"INSERT INTO object VALUES(9, NULL, '2.1', 'd', '{}');"
	"INSERT INTO entry VALUES(2, 0, 1234, 9, 'x--1', 'x', 5, 3);"
	"INSERT INTO meta VALUES('schema', 1);"
	"INSERT INTO meta VALUES('cursor',"
	" '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff');"
	"INSERT INTO meta VALUES('added', 1234);";

static enum noro_status count_row(void *ctx, const struct noro_hub_row *row)
{
	size_t *n = ctx;

	assert_int_equal(row->added_us, 1234);
	assert_view_is(row->id, "x--1");
	++*n;
	return NORO_OK;
}

static void a_file_of_the_first_schema_loses_nothing(void **state)
{
	struct noro_hubdb *h;
	struct noro_error err = { 0 };
	struct noro_arena *a = noro_arena_new(0);
	struct noro_hub_ask ask = {
		.collection = 2, .after_us = INT64_MIN, .limit = 10, .versions = NORO_HUB_ALL
	};
	struct noro_hub_end end;
	struct noro_hub_person who;
	const struct noro_hub_member *m;
	const struct noro_hub_collection *c;
	char secret[65];
	size_t n;

	(void)state;
	remove_file();
	raw(first);
	for (int turn = 0; turn < 2; turn++) { /* the second finds nothing left to do */
		assert_int_equal(noro_hubdb_open(path, true, &h, &err), NORO_OK);
		assert_int_equal(noro_hubdb_members(h, a, &m, &n, &err), NORO_OK);
		assert_int_equal(n, 3);
		assert_int_equal(m[1].no, 5);
		assert_false(m[1].suspended);
		assert_true(m[2].suspended);
		assert_int_equal(noro_hubdb_person_shown(h,
					 &(struct noro_hub_shown){ .name = NORO_V("soc"),
						 .token = NORO_V("test"),
						 .now_ns = T0 },
					 a, &who, &err),
			NORO_OK); /* its digest stands above */
		assert_int_equal(who.no, 3);
		assert_int_equal(who.member, 5);
		assert_int_equal(who.roles, 3);
		assert_false(who.suspended);
		assert_int_equal(noro_hubdb_collections(h, 1, a, &c, &n, &err), NORO_OK);
		assert_int_equal(n, 1);
		assert_string_equal(c[0].alias, "amber");
		n = 0;
		assert_int_equal(noro_hubdb_page(h, &ask, count_row, &n, &end, &err), NORO_OK);
		assert_int_equal(n, 1);
		assert_int_equal(noro_hubdb_secret(h, "cursor", secret, &err), NORO_OK);
		assert_string_equal(
			secret, "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
		noro_hubdb_close(h);
	}
	raw("UPDATE meta SET value = 99 WHERE name = 'schema'");
	assert_int_equal(noro_hubdb_open(path, true, &h, &err), NORO_EUNSUPPORTED);
	raw("UPDATE meta SET value = 0 WHERE name = 'schema'");
	assert_int_equal(noro_hubdb_open(path, true, &h, &err), NORO_EUNSUPPORTED);
	noro_arena_free(a);
}

/* A step that fails leaves the file as it was. */
static void a_step_that_fails_leaves_the_file_as_it_was(void **state)
{
	struct noro_hubdb *h;
	struct noro_error err = { 0 };

	(void)state;
	remove_file();
	raw(first);
	raw("CREATE TABLE audit_root(x)"); /* in the way of the last of them */
	assert_int_not_equal(noro_hubdb_open(path, true, &h, &err), NORO_OK);
	raw("DROP TABLE audit_root; UPDATE person SET token = token; SELECT suspended FROM member");
	assert_int_equal(noro_hubdb_open(path, true, &h, &err), NORO_OK);
	noro_hubdb_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_whatever_was_done_to_it),
		cmocka_unit_test(a_root_kept_elsewhere_shows_a_past_written_anew),
		cmocka_unit_test(what_is_read_is_counted_and_keeps_its_order),
		cmocka_unit_test(many_readers_lose_nothing),
		cmocka_unit_test(no_memory_breaks_no_chain),
		cmocka_unit_test(a_file_of_the_first_schema_loses_nothing),
		cmocka_unit_test(a_step_that_fails_leaves_the_file_as_it_was),
	};
	int bad;

	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/hub.db", folder);
	bad = cmocka_run_group_tests(tests, NULL, NULL);
	remove_file();
	(void)rmdir(folder);
	return bad;
}
