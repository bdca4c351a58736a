/* src/store/history_priv.h - an open history. */
#pragma once

#include "store/history.h"
#include "store/sql_priv.h"

#include "base/buf.h"

/* The statements of the writer and of the reader, each prepared at first use. */
enum statement {
	S_BATCH,
	S_SENSOR_ADD,
	S_SENSOR,
	S_KEY_ADD,
	S_KEY,
	S_CELL,
	S_SCAN,
	S_VICTIM,
	S_PAYLOAD,
	S_PAYLOAD_NEXT,
	S_PAYLOAD_SET,
	S_WATCH,
	S_KNOWN,
	STATEMENTS,
};

struct noro_history {
	sqlite3 *db;
	char *path; /* NULL: memory */
	sqlite3_stmt *stmt[STATEMENTS];
	bool writing;
	struct noro_measures measures;
	struct noro_buf json;
	struct noro_arena *arena; /* of one row that is read */
	/* the last texts and their numbers: rows come sorted */
	char sensor[128], key[160];
	int64_t sensor_id, key_id;
};

enum noro_status history_statement(struct noro_history *h, enum statement which, sqlite3_stmt **ret,
	struct noro_error *err) NORO_MUSTUSE;
void history_measures(struct noro_history *h);
