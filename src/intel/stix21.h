/*
 * src/intel/stix21.h - is this one object valid STIX 2.1? (OASIS STIX 2.1 with Errata 01, April
 * 2025; sections below are its.) What the hub asks of every object on its way in: a verdict with a
 * place and a reason for each fault, its version, its deterministic id, its TLP.
 *
 * What the standard says MUST is refused here, what it says SHOULD or MAY is let through: open
 * vocabularies, custom properties (11.1) and unknown extensions (7.3) pass, closed enumerations,
 * empty lists and references to the wrong type do not. Relations between objects (does the thing
 * referred to exist, who may make a new version) are the store's business.
 */
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "finding/finding.h"

enum {
	NORO_STIX21_FAULTS = 16,            /* kept of one object; the rest is counted */
	NORO_STIX21_PATH = 160,             /* room for a path and its NUL */
	NORO_STIX21_ARGS = 3,               /* %1 %2 %3 */
	NORO_STIX21_ARG = 96,               /* room for one of them */
	NORO_STIX21_ID = 304,               /* room for any id: a type of 250, "--", a UUID */
	NORO_STIX21_MAX_DEPTH = 48,         /* lists and objects in each other */
	NORO_STIX21_MAX_PATTERN = 64 << 10, /* bytes of an indicator's pattern */
	NORO_STIX21_MAX_STEPS = 200000,     /* that the selectors of one object may take in all */
};

enum noro_stix21_class {
	NORO_STIX21_UNKNOWN, /* no type that could be told */
	NORO_STIX21_SDO,     /* domain object (4) */
	NORO_STIX21_SRO,     /* relationship, sighting (5) */
	NORO_STIX21_SCO,     /* cyber-observable (6) */
	NORO_STIX21_META,    /* marking-definition, language-content, extension-definition (7) */
};

/* How the id of an SCO stands to section 2.9. */
enum noro_stix21_sco {
	NORO_STIX21_SCO_NONE,   /* no SCO, or nothing that an id could be made of */
	NORO_STIX21_SCO_RANDOM, /* an id that says nothing about the content (UUIDv4, ...) */
	NORO_STIX21_SCO_SAME,   /* the UUIDv5 that the content gives */
	NORO_STIX21_SCO_OTHER,  /* a UUIDv5 that the content does not give */
};

/* What an object says of itself. Views borrow from the parsed object. Filled as far as it can be
 * told when the object is refused, so that a failure can be reported with id and version. */
struct noro_stix21 {
	struct noro_view type, id;
	enum noro_stix21_class class;
	bool custom; /* a type that the standard does not define (7.3, 11.2) */
	bool revoked;
	enum noro_stix21_sco sco;
	struct noro_view spec_version; /* as written; of an SCO without one "2.1" */
	/*
	 * modified, else created, else p == NULL (an SCO has none): TAXII 2.1, 3.6. As
	 * written and as a moment; one outside the years 1678-2262 is the nearest that fits,
	 * so compare versions with noro_stix21_time_cmp.
	 */
	struct noro_view version;
	int64_t version_ns;                          /* NORO_TIME_NONE without a version */
	int64_t created_ns;                          /* the same, of `created` */
	struct noro_view created_by_ref;             /* p == NULL: anonymous */
	const struct noro_json *object_marking_refs; /* the list, or NULL */
	const struct noro_json *granular_markings;
};

/* One thing wrong: where (a JSON pointer, RFC 6901; of a long one the end is kept behind "...") and
 * what (a message id with %1 to %3). All of it is safe to show: control characters are replaced. */
struct noro_stix21_fault {
	char path[NORO_STIX21_PATH];
	const char *msg;
	char arg[NORO_STIX21_ARGS][NORO_STIX21_ARG];
	size_t at; /* byte of that string where it goes wrong (patterns); SIZE_MAX: no such place */
};

/* On the caller's stack, so that reporting cannot fail. */
struct noro_stix21_faults {
	size_t n;     /* filled */
	size_t found; /* in all: may be more */
	struct noro_stix21_fault fault[NORO_STIX21_FAULTS];
};

enum noro_stix21_flag {
	/*
	 * Let an SCO pass whose id is a UUIDv5 that its content does not give. Other
	 * namespaces are allowed (2.9), but nobody can tell them from a wrong or a borrowed
	 * id, under which a false object would take the place of the true one; so by default
	 * such an id is a fault.
	 */
	NORO_STIX21_FOREIGN_UUID5 = 1,
};

/*
 * Check one parsed object. NORO_OK; NORO_EFORMAT with at least one fault; NORO_ENOMEM. `a` is
 * working room (patterns, containers): nothing in it is needed afterwards, so reset it between
 * objects. Time is linear in the object but for sorting, and no step takes more memory than a fixed
 * multiple of it.
 */
enum noro_status noro_stix21_check(struct noro_arena *a, const struct noro_json *object,
	unsigned flags, struct noro_stix21 *ret, struct noro_stix21_faults *faults) NORO_MUSTUSE;

/* A fault as an error, so that its sentence is made like any other (report/lang.h). */
void noro_stix21_error(const struct noro_stix21_fault *f, struct noro_error *err);

/* --- moments (2.16) -------------------------------------------------------- */

/* YYYY-MM-DDTHH:mm:ss[.s+]Z and a day that exists. False: no timestamp. ns as version_ns above. */
bool noro_stix21_time(struct noro_view text, int64_t *ret_ns);
/* Order of two valid timestamps as instants, to their last digit: .5Z and .500Z are one. */
int noro_stix21_time_cmp(struct noro_view a, struct noro_view b);

/* --- ids (2.9) ------------------------------------------------------------- */

/* The class of a standard type by name; UNKNOWN for others (also "bundle"). */
enum noro_stix21_class noro_stix21_class_of(struct noro_view type);
/* The type in front of "--" of an identifier whose UUID is one; p == NULL if it is none. */
struct noro_view noro_stix21_id_type(struct noro_view id);
/*
 * The deterministic id of an SCO: UUIDv5 over the JCS text of its contributing properties, of
 * `hashes` only one (MD5, SHA-1, SHA-256, SHA-512, else the first in JCS order, since the order of
 * writing means nothing in JSON). NORO_ENOENT: its type has no such id or no contributing property
 * is there; then the id is to be random. NORO_EFORMAT: a number beyond canonical JSON.
 */
enum noro_status noro_stix21_sco_id(
	const struct noro_json *sco, char out[NORO_STIX21_ID]) NORO_MUSTUSE;

/* --- content ---------------------------------------------------------------- */

/*
 * A digest of what the object says, for "same id and modified, but other content": SHA-256 in
 * lower-case hex over its JCS text, in which created and modified are written in one way and
 * properties that only say their default (3.6: revoked, defanged and summary false, the
 * spec_version of an SCO) are left out. `a` is working room.
 */
enum noro_status noro_stix21_digest(
	struct noro_arena *a, const struct noro_json *object, char out[65]) NORO_MUSTUSE;

/* --- markings (7.2) --------------------------------------------------------- */

/* The TLP of a marking definition whose id TLP 1 or TLP 2 fixes; -1 for any other id. */
int noro_stix21_tlp_of_id(struct noro_view id);
/* The id that TLP 2 fixes; NULL for NONE. */
const char *noro_stix21_tlp_id(enum noro_tlp tlp);
/* What a marking definition says itself: the enum, NORO_TLP_NONE if it is of another kind. */
enum noro_tlp noro_stix21_tlp_of_marking(const struct noro_json *marking);

/* Looks up a marking definition that is not one of the fixed: its TLP (NONE: a statement, say), or
 * -1 if it is not known. */
typedef int noro_stix21_marking_fn(void *ctx, struct noro_view id);

struct noro_stix21_tlp {
	enum noro_tlp
		tlp;     /* the strictest of all, granular ones too: a part decides for the whole */
	size_t unknown;  /* markings that nobody knows: treat the object as the strictest */
	size_t granular; /* granular data markings (not those that name a language) */
};

/* The TLP of a checked object. `resolve` may be NULL: then only the fixed ids are known. */
struct noro_stix21_tlp noro_stix21_tlp(
	const struct noro_json *object, noro_stix21_marking_fn *resolve, void *ctx);
