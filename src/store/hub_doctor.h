/* src/store/hub_doctor.h - is a hub's file what it should be? */
#pragma once

#include "store/hub.h"

/* NORO_ECORRUPT: what the engine itself found, its first complaint in `ret`. */
enum noro_status noro_hubdb_integrity(
	struct noro_hubdb *h, char ret[160], struct noro_error *err) NORO_MUSTUSE;
/* The latest moment anything in it carries. */
enum noro_status noro_hubdb_latest(
	struct noro_hubdb *h, int64_t *ret_ns, struct noro_error *err) NORO_MUSTUSE;
/* All of it as it is at one moment into a new file, while others read and write. NORO_EARG or
 * NORO_EIO: the file is there, or cannot be written. */
enum noro_status noro_hubdb_copy(
	struct noro_hubdb *h, const char *path, struct noro_error *err) NORO_MUSTUSE;
