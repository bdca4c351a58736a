/* src/report/stix_priv.h - what STIX calls our observable types, and a set of ids. */
#pragma once

#include "base/jsonw.h"

/* A row of the table: our type, the observable object, how its property is written. */
struct noro_stix_kind {
	const char *type;   /* of a finding: "ipv4" */
	const char *object; /* "ipv4-addr"; NULL: STIX has no object, only a pattern */
	const char *name;   /* property, or hash algorithm */
	const char *path;   /* of the pattern: "ipv4-addr:value" */
	bool hash, number;
};

/* NULL for a type STIX cannot say. */
const struct noro_stix_kind *noro_stix_kind(const char *type);
/* Append the properties that identify the object, in canonical JSON (STIX 2.1 section 2.9). */
void noro_stix_identify(const struct noro_stix_kind *k, const char *value, struct noro_buf *out);
/* The same properties as members of the object being written. */
void noro_stix_properties(const struct noro_stix_kind *k, const char *value, struct noro_jsonw *w);
/* Append "[ipv4-addr:value = '192.0.2.1']", quoted per the grammar. */
void noro_report_stix_pattern(
	const struct noro_stix_kind *k, const char *value, struct noro_buf *out);

/* Ids seen so far, by hash. A zeroed struct is empty. */
struct noro_stix_seen {
	char (*slot)[80];
	size_t n, cap; /* cap is a power of two */
};
/* 1: new and now kept; 0: seen before; -1: out of memory. */
int noro_stix_see(struct noro_stix_seen *s, const char *id);
void noro_stix_seen_done(struct noro_stix_seen *s);

/* --- objects --- */

enum { NORO_STIX_MOST = 999999999, NORO_STIX_ID = 72 };

/* A bundle that is being written. `failed`: there was no memory. */
struct noro_stix {
	struct noro_jsonw w;
	struct noro_stix_seen seen; /* ids that stand in it */
	char identity[NORO_STIX_ID];
	bool failed;
};

/* Ids are version 5 UUIDs: of observables in the standard's name space, of all else in ours. */
enum noro_stix_space { NORO_STIX_SCO, NORO_STIX_OWN };
void noro_stix_id(struct noro_stix *s, enum noro_stix_space of, const char *type,
	struct noro_view name, char out[NORO_STIX_ID]);
/* An id of ours from two texts, kept apart by a byte that stands in neither. */
void noro_stix_own_id(struct noro_stix *s, const char *type, const char *kind, const char *name,
	char out[NORO_STIX_ID]);
/* True the first time: then the object is to be written. */
bool noro_stix_new(struct noro_stix *s, const char *id);
/* STIX wants milliseconds in created and modified; we use them everywhere. */
void noro_stix_time(struct noro_stix *s, const char *name, int64_t ns);
/* Begin an object; an SDO has an author and dates too. The caller ends it. */
void noro_stix_object(struct noro_stix *s, const char *type, const char *id);
void noro_stix_sdo(struct noro_stix *s, const char *type, const char *id, int64_t now_ns);
/* A list of one reference. */
void noro_stix_ref(struct noro_stix *s, const char *name, const char *id);
/* Who writes: the first object of a bundle. */
void noro_stix_identity(struct noro_stix *s, int64_t now_ns);
