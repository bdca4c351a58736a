/* src/hub/import_priv.h - one import: import.c tells what a file is, import_set.c reads data sets,
 * import_put.c checks objects and puts them. */
#pragma once

#include "base/arena.h"
#include "base/json.h"
#include "hub/import.h"

struct importing {
	const struct noro_hub_import *imp;
	const char *path;
	struct noro_hub_imported *ret;
	struct noro_arena *a; /* of the file */
	struct noro_view text;
	struct noro_error *err;
};

/* When an object was added where it comes from. */
struct import_date {
	struct noro_view id;
	int64_t version_ns, added_us;
};

/* Objects that go to one collection. */
struct import_list {
	const struct noro_json *array;
	const char *place; /* of the array */
	const struct noro_hub_collection *to;
	const struct import_date *date; /* sorted by id and version; NULL */
	size_t dates;
	bool made; /* by us, of something that is no STIX: an id that is there is there */
};
int import_by_id(const void *a, const void *b); /* of struct import_date */
/* In order of their dates, those without at the end. */
enum noro_status import_objects(struct importing *m, const struct import_list *l) NORO_MUSTUSE;

bool import_is_set(const struct noro_json *root);
enum noro_status import_set(struct importing *m, const struct noro_json *root) NORO_MUSTUSE;
void import_refuse(struct importing *m, const struct noro_hub_refusal *r);
