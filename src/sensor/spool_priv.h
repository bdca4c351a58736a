/* src/sensor/spool_priv.h - the folder, as its writer and its sender know it. */
#pragma once

#include "base/arena.h"
#include "sensor/spool.h"

/* Names in a spool. A set is a folder of batches "000001-<id>.batch". */
#define SPOOL_MAKING  "making-"
#define SPOOL_READY   "ready-"
#define SPOOL_REFUSED "refused"
#define SPOOL_BATCH   ".batch"

enum { SPOOL_MAX_NAMES = 1 << 20 };

/* "folder/name" in the arena; NULL when there is no memory. */
char *spool_path(struct noro_arena *a, const char *folder, const char *name);
/* Hold `name` in the folder alone; `what` is the complaint if another does. The lock ends with the
 * descriptor. */
enum noro_status spool_lock(const char *folder, const char *name, const char *what, int *ret_fd,
	struct noro_error *err) NORO_MUSTUSE;
/* Names in a folder that begin and end so, sorted. */
struct spool_names {
	const char *prefix, *suffix; /* wanted */
	const char **name;
	size_t n, cap;
};
enum noro_status spool_names(const char *folder, struct noro_arena *a, struct spool_names *list,
	struct noro_error *err) NORO_MUSTUSE;
/* Bytes of all files in it and in its folders. */
enum noro_status spool_bytes(
	const char *folder, uint64_t *ret, struct noro_error *err) NORO_MUSTUSE;
/* What was renamed in it stays renamed. */
enum noro_status spool_sync(const char *folder, struct noro_error *err) NORO_MUSTUSE;
/* Remove a folder and the files in it. */
void spool_remove(const char *folder);
