/* src/store/hub_priv.h - the hub's store inside: one connection that writes, some that read. */
#pragma once

#include "store/db_priv.h"
#include "store/hub.h"

#include <pthread.h>

enum { HUBDB_READERS = 4 };

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
};

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
