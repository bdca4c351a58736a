/* src/intel/bundle_priv.h - the objects of a STIX document, and which of them point at which. */
#pragma once

#include "intel/intake_priv.h"

/* An object of the document: a tree that stays, or text that is parsed when it is taken. */
struct noro_bundle_object {
	const struct noro_json *tree; /* NULL: later */
	struct noro_view raw;
};

struct noro_bundle_row {
	struct noro_view id;
	const struct noro_json *object; /* of a relation: NULL */
	struct noro_view target;        /* of a relation: what it points at */
	uint32_t next;                  /* row of the same id, in document order; or none */
	uint32_t last;                  /* of a first row: the last of its id */
};

/* Rows in document order, and a hash table of the first row of each id. */
struct noro_bundle_index {
	struct noro_bundle_row *row;
	size_t n, cap;
	struct noro_bundle_slot {
		uint32_t row, tag; /* the tag spares a look at most rows, which are far away */
	} * slot;
	size_t mask;
};

struct noro_bundle {
	struct noro_intake *in;
	struct noro_arena *a;   /* of the document */
	struct noro_arena *one; /* of the object in hand */
	struct noro_view text;
	struct noro_bundle_object *object; /* all but relationships, in document order */
	size_t objects, object_cap;
	struct noro_bundle_index things;    /* what indicators point at, by id */
	struct noro_bundle_index relations; /* by source id */
	struct noro_bundle_index reported;  /* by id of the object a report names */
	const struct noro_json *only_report;
	size_t reports;
	uint64_t seed;
};

/* Find the objects of `text` and index them. Needs noro_bundle_done also when it fails. */
enum noro_status noro_bundle_open(struct noro_bundle *b, struct noro_intake *in,
	struct noro_view text, struct noro_error *err) NORO_MUSTUSE;
void noro_bundle_done(struct noro_bundle *b);

/*
 * The tree of object `i`, which begins at byte `*ret_base` of the text (the tree's own
 * places count from there); valid until the next is asked for.
 */
enum noro_status noro_bundle_object(struct noro_bundle *b, size_t i, const struct noro_json **ret,
	size_t *ret_base, struct noro_error *err) NORO_MUSTUSE;

/* The malware, actor, marking, ... of that id, or NULL. */
const struct noro_json *noro_bundle_thing(const struct noro_bundle *b, struct noro_view id);
/* The relationships that start from that id, one after the other; NULL at the end. */
const struct noro_bundle_row *noro_bundle_relation(
	const struct noro_bundle *b, struct noro_view id);
const struct noro_bundle_row *noro_bundle_next(
	const struct noro_bundle *b, const struct noro_bundle_row *relation);
/* The report that names the object, or the only one there is; or NULL. */
const struct noro_json *noro_bundle_report(const struct noro_bundle *b, struct noro_view id);
