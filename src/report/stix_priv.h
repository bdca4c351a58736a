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
