/* src/store/hub_priv.h - the hub's store inside: one connection that writes, some that read. */
#pragma once

#include "store/db_priv.h"
#include "store/hub.h"
#include "store/hub_member.h"
#include "store/hub_seen.h"

#include <pthread.h>

enum { HUBDB_READERS = 4, HUBDB_READS = 256 };

/* What somebody read, until it stands in the log. */
struct hubdb_read {
	char *who, *verb, *object; /* one piece of memory, of `who` */
	uint64_t n;
	int64_t first_ns, last_ns;
};

struct noro_hubdb {
	pthread_mutex_t lock; /* of the writer */
	struct db *writer;
	int64_t added_us; /* the last that was given out */
	struct {
		pthread_mutex_t lock;
		struct db *db; /* NULL: the writer reads, in memory */
	} reader[HUBDB_READERS];
	_Atomic unsigned turn;
	bool memory;
	/* of the values (hub_seen.c) */
	uint8_t value_key[16]; /* of the dictionary's index: nobody else can make two alike */
	int64_t value_no;      /* the last that was given out */
	int64_t waiting;       /* sayings that wait for what they refer to */
	int64_t waiting_day;   /* when old ones were last forgotten */
	/* the log (hub_audit.c): of the transaction that is under way, under `lock` */
	struct {
		bool open; /* a row was written: the head is */
		int64_t no, at_ns;
		char digest[65];
		size_t reads; /* so many of those below are written with it */
		const struct noro_key *key;
	} told;
	pthread_mutex_t reads_lock; /* inside `lock`, never the other way */
	struct hubdb_read read[HUBDB_READS];
	size_t reads;

	struct noro_hub_rule rule;
};

/* hub_schema.c: makes the tables, or brings up what an earlier version made. */
enum noro_status hubdb_schema(
	struct noro_hubdb *h, bool must_exist, struct noro_error *err) NORO_MUSTUSE;

/* The writer, inside a transaction. */
enum noro_status hubdb_begin(struct noro_hubdb *h, struct noro_error *err) NORO_MUSTUSE;
/* Ends what begin began: commits for NORO_OK, undoes for anything else; returns what came of it. */
enum noro_status hubdb_finish(
	struct noro_hubdb *h, enum noro_status st, struct noro_error *err) NORO_MUSTUSE;
/* A connection to read by, this thread's until it is given back. */
struct db *hubdb_reader(struct noro_hubdb *h, unsigned *ret_which);
void hubdb_give_back(struct noro_hubdb *h, unsigned which);

/* Strings of a row into an arena; NULL where the column is null, *st NORO_ENOMEM on failure. */
char *hubdb_string(struct noro_arena *a, const struct db_rows *r, int column, enum noro_status *st);

/* ---- values: hub_seen.c ---- */

/* An entry that was just written. */
struct hubdb_entry {
	int64_t collection, owner, added_us;
	const struct noro_hub_object *object;
	bool beside; /* other versions of it are there */
};
/* Tables, numbers and key; once, at opening. */
enum noro_status hubdb_seen_open(struct noro_hubdb *h, struct noro_error *err) NORO_MUSTUSE;
/* What it says of its values; inside the transaction that wrote it. */
enum noro_status hubdb_say(
	struct noro_hubdb *h, const struct hubdb_entry *e, struct noro_error *err) NORO_MUSTUSE;
/* What it said no longer counts: the entry goes. */
enum noro_status hubdb_unsay(
	struct noro_hubdb *h, const struct hubdb_entry *e, struct noro_error *err) NORO_MUSTUSE;
/* ---- what was told of what came in: hub_fate.c ---- */
enum noro_status hubdb_fate_open(struct noro_hubdb *h, struct noro_error *err) NORO_MUSTUSE;
/* Inside the transaction that wrote them. */
enum noro_status hubdb_fate(struct noro_hubdb *h, const struct noro_hub_envelope *e,
	const struct noro_hub_taken *taken, struct noro_error *err) NORO_MUSTUSE;

/* A value and its number. */
struct hubdb_word {
	const struct noro_value *value;
	bool make; /* if there is none */
	int64_t added_us;
	/* the answer */
	int64_t no;
	bool fresh; /* it was not there */
};
/* NORO_END: there is none, and none was made. */
enum noro_status hubdb_value_no(struct noro_hubdb *h, struct db *db, struct hubdb_word *w,
	struct noro_error *err) NORO_MUSTUSE;
/* One member saw one value; `old`: the value was there before. */
struct hubdb_sight {
	int64_t value, member, day, first_ns, last_ns;
	bool old;
	int64_t now_ns;
};
enum noro_status hubdb_see(
	struct noro_hubdb *h, const struct hubdb_sight *s, struct noro_error *err) NORO_MUSTUSE;

/*
 * One row of the log, in the transaction of the change it tells of; what was read before stands
 * before it. `said` are members of its detail, in any order.
 */
struct hubdb_said {
	const char *name;
	struct noro_view value; /* p NULL: left out */
};
#define HUBDB_SAID(...)                                                                            \
	(const struct hubdb_said[]){ __VA_ARGS__ },                                                \
		sizeof((const struct hubdb_said[]){ __VA_ARGS__ }) / sizeof(struct hubdb_said)
struct hubdb_tale {
	const char *verb;
	struct noro_view object;
	const struct hubdb_said *said;
	size_t n;
};
enum noro_status hubdb_tell(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct hubdb_tale *t, struct noro_error *err) NORO_MUSTUSE;
/* Before the commit: the head of the chain. */
enum noro_status hubdb_tell_head(struct noro_hubdb *h, struct noro_error *err) NORO_MUSTUSE;
/* Behind it: what was read and stands in the log now is forgotten, unless it was undone. */
void hubdb_tell_end(struct noro_hubdb *h, bool committed);
void hubdb_reads_done(struct noro_hubdb *h);

/* ---- crossing: hub_cross.c ---- */

enum noro_status hubdb_cross_open(struct noro_hubdb *h, struct noro_error *err) NORO_MUSTUSE;
/* A value that was there was seen by a member on a day for the first time: does it meet the rule?
 */
enum noro_status hubdb_cross(
	struct noro_hubdb *h, const struct hubdb_sight *s, struct noro_error *err) NORO_MUSTUSE;

/* A right was changed, in this transaction. */
enum noro_status hubdb_changed(struct noro_hubdb *h, struct noro_error *err) NORO_MUSTUSE;
/* "there is one of that name" */
enum noro_status hubdb_taken(struct noro_error *err, const char *what);
/* By the writer; NORO_ENOENT. */
enum noro_status hubdb_member_no(
	struct noro_hubdb *h, const char *name, int64_t *ret, struct noro_error *err) NORO_MUSTUSE;
enum noro_status hubdb_person_no(
	struct noro_hubdb *h, const char *name, int64_t *ret, struct noro_error *err) NORO_MUSTUSE;
enum noro_status hubdb_random_text(char ret[NORO_HUB_TOKEN]) NORO_MUSTUSE;

struct hubdb_question {
	const char *sql;
	const struct db_arg *arg;
	size_t args;
};
enum noro_status hubdb_member_list(struct noro_hubdb *h, struct noro_arena *a,
	const struct hubdb_question *q, const struct noro_hub_member **ret, size_t *ret_n,
	struct noro_error *err) NORO_MUSTUSE;
/* Of a question for no, member, name, roles, suspended, member's name. NORO_ENOENT. With groups. */
enum noro_status hubdb_one_person(struct db *db, const struct hubdb_question *q,
	struct noro_arena *a, struct noro_hub_person *ret, struct noro_error *err) NORO_MUSTUSE;
enum noro_status hubdb_take_person(struct noro_arena *a, const struct db_rows *r,
	struct noro_hub_person *to, struct noro_error *err) NORO_MUSTUSE;
enum noro_status hubdb_groups_of(struct db *db, struct noro_arena *a, struct noro_hub_person *who,
	struct noro_error *err) NORO_MUSTUSE;
/* Inside a transaction. */
enum noro_status hubdb_person_insert(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct noro_hub_newcomer *p, int64_t *ret_no, struct noro_error *err) NORO_MUSTUSE;
/* One statement about a person, $1 its number, and $2; told as `verb`. */
struct hubdb_person_change {
	const char *name, *verb, *sql;
	struct db_arg arg;
	struct hubdb_said said; /* name NULL: nothing more is said */
	bool ends_sessions;
};
enum noro_status hubdb_person_change(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct hubdb_person_change *c, struct noro_error *err) NORO_MUSTUSE;
extern const char hubdb_end_sessions[];
