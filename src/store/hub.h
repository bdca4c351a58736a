/*
 * src/store/hub.h - what a hub keeps: members and their keys, collections, objects as they came.
 * docs/decisions/0013-hub.md says how it is laid out and why.
 *
 * Any thread may call; writers wait for one another. What a call that writes reports as done is
 * durable.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "finding/finding.h"
#include "intel/value.h"

struct noro_hubdb;
/* The file; NULL: in memory (one thread). Makes it unless `must_exist`. A newer schema is refused.
 */
enum noro_status noro_hubdb_open(const char *path, bool must_exist, struct noro_hubdb **ret,
	struct noro_error *err) NORO_MUSTUSE;
void noro_hubdb_close(struct noro_hubdb *h);

enum {
	NORO_HUB_NAME = 63,      /* bytes of a name of a root, member or key */
	NORO_HUB_UUID = 37,      /* room for a UUID and its NUL */
	NORO_HUB_TOKEN = 44,     /* room for a token and its NUL */
	NORO_HUB_MAX_PAGE = 1000 /* objects */
};

/* --- members and keys -------------------------------------------------------- */

enum noro_hub_role {
	NORO_HUB_READER = 1,   /* may read what concerns the member */
	NORO_HUB_REPORTER = 2, /* may send reports */
	NORO_HUB_ANALYST = 4,  /* of the hub: sees the reports, writes what is shared */
	NORO_HUB_APPROVER = 8,
	NORO_HUB_ADMIN = 16,
};

struct noro_hub_member {
	int64_t no;       /* the hub itself is 1 */
	const char *name; /* of the organisation */
	bool suspended;
	int state;                     /* enum noro_hub_state (store/hub_member.h) */
	unsigned votes;                /* persons of the hub who have vetted it */
	const char *sector, *industry; /* "" not said */
	int prefecture;                /* JIS X 0401; 0 not said */
	int64_t added_ns;
};
/* A person or a program of a member, told by its key. */
struct noro_hub_person {
	int64_t no, member;
	const char *name;
	unsigned roles;       /* enum noro_hub_role */
	bool suspended;       /* the person or the member, or the member is not active */
	const char *of;       /* name of the member */
	const int64_t *group; /* that the member is in */
	size_t groups;
};

/* Active at once, by the console; store/hub_member.h has the way that four eyes take. NORO_EARG:
 * there is one of that name. */
enum noro_status noro_hubdb_member_add(struct noro_hubdb *h, const char *name, int64_t now_ns,
	int64_t *ret_no, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_hubdb_members(struct noro_hubdb *h, struct noro_arena *a,
	const struct noro_hub_member **ret, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;
/* At once: the next request is refused. NORO_ENOENT. */
enum noro_status noro_hubdb_member_suspend(struct noro_hubdb *h, const char *name, bool suspended,
	int64_t now_ns, struct noro_error *err) NORO_MUSTUSE;
/*
 * A person with a new token, which is told this once and kept as a digest. `name` is unique in the
 * hub. NORO_ENOENT: no such member; NORO_EARG: there is a person of that name.
 */
struct noro_hub_newcomer {
	const char *member, *name;
	unsigned roles;
};
enum noro_status noro_hubdb_person_add(struct noro_hubdb *h, const struct noro_hub_newcomer *p,
	int64_t now_ns, char ret_token[NORO_HUB_TOKEN], struct noro_error *err) NORO_MUSTUSE;

/* --- roots and collections --------------------------------------------------- */

struct noro_hub_root {
	int64_t no;
	const char *name; /* in its URL: letters, digits, - and _ */
	const char *title, *description;
	uint64_t max_content; /* bytes of one envelope */
};

enum noro_hub_kind {
	NORO_HUB_SHARED, /* what the hub says to many */
	NORO_HUB_INBOX,  /* what members send: each sees its own */
};

struct noro_hub_collection {
	int64_t no, root;
	char id[NORO_HUB_UUID];
	const char *alias, *title, *description; /* alias and description may be NULL */
	enum noro_hub_kind kind;
	enum noro_tlp tlp; /* the strictest it may hold */
	int64_t audience;  /* group whose members may read; 0: all members */
};

enum noro_status noro_hubdb_root_add(
	struct noro_hubdb *h, const struct noro_hub_root *r, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_hubdb_roots(struct noro_hubdb *h, struct noro_arena *a,
	const struct noro_hub_root **ret, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;
/* `id` and `no` are made if empty. NORO_EARG: id, or alias within the root, is taken. */
enum noro_status noro_hubdb_collection_add(
	struct noro_hubdb *h, struct noro_hub_collection *c, struct noro_error *err) NORO_MUSTUSE;
/* In the order they were made. */
enum noro_status noro_hubdb_collections(struct noro_hubdb *h, int64_t root, struct noro_arena *a,
	const struct noro_hub_collection **ret, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;

/* --- objects ------------------------------------------------------------------ */

/* One that was checked. `version_ns` NORO_TIME_NONE: it has none, and gets the moment it was
 * added. */
struct noro_hub_object {
	struct noro_view id, type, spec_version, version; /* version as written; p NULL: none */
	int64_t version_ns;
	bool revoked;
	struct noro_view bytes;
	char digest[65];                  /* of what it says (noro_stix21_digest) */
	const struct noro_values *values; /* that it speaks of; NULL: none (hub_seen.h) */
	int64_t added_us;                 /* of one that was added elsewhere before; 0: now */
};

enum noro_hub_how {
	NORO_HUB_TAKEN,
	NORO_HUB_THERE,   /* the same is there already */
	NORO_HUB_OTHER,   /* the same id and version say something else there: the first is kept */
	NORO_HUB_REVOKED, /* its id was revoked before: no later version can be */
};
struct noro_hub_taken {
	enum noro_hub_how how;
	int64_t version_ns; /* its own, or the moment it was added */
	bool moved;         /* it could not keep its `added_us`: what is there is later */
};

/* What is answered about an envelope afterwards, by its id. */
struct noro_hub_status {
	const char *id;
	int64_t owner, root, until_ns;
	/* Makes the text once it is known what became of each. */
	enum noro_status (*text)(
		void *ctx, const struct noro_hub_taken *taken, struct noro_buf *out);
	void *ctx;
};
/* What an object of the hub was made of: another entry, whose owner never hears of it from what is
 * told (store/hub_fate.h). */
struct noro_hub_source {
	int64_t collection, owner;
	struct noro_view id; /* p NULL: nothing */
};
struct noro_hub_envelope {
	int64_t collection, owner; /* the member of an inbox, 0 else */
	const struct noro_hub_object *object;
	size_t n;
	const struct noro_hub_source *source; /* of each object; NULL: none has one. With `who` */
	const struct noro_hub_status *status; /* kept with it; NULL: none */
	int64_t now_ns;
	const char *who, *where; /* for the log: person and collection; NULL: it is not told */
};
/* All in one transaction; ret[i] says what became of each. */
enum noro_status noro_hubdb_put(struct noro_hubdb *h, const struct noro_hub_envelope *e,
	struct noro_hub_taken *ret, struct noro_error *err) NORO_MUSTUSE;
/* By id, owner and root of `which`. NORO_ENOENT: unknown, another's or expired. */
enum noro_status noro_hubdb_status(struct noro_hubdb *h, const struct noro_hub_status *which,
	int64_t now_ns, struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;

/* What is asked of a collection: each list is an OR, all of them an AND; n == 0 is anything. */
enum { NORO_HUB_VALUES = 64 };
enum noro_hub_versions { NORO_HUB_LAST = 1, NORO_HUB_FIRST = 2, NORO_HUB_ALL = 4 };
struct noro_hub_ask {
	int64_t collection, owner;
	int64_t after_us;   /* added later than this; INT64_MIN: from the beginning */
	size_t limit;       /* of objects */
	size_t limit_bytes; /* and of their bytes together; the first is always given */
	struct noro_view id[NORO_HUB_VALUES], type[NORO_HUB_VALUES], spec[NORO_HUB_VALUES];
	size_t ids, types, specs;
	unsigned versions; /* enum noro_hub_versions */
	int64_t version_ns[NORO_HUB_VALUES];
	size_t version_n;
	bool bytes; /* rows carry them */
	/* deleting, for the log: person, collection, when; NULL: it is not told */
	const char *who, *where;
	int64_t now_ns;
};
struct noro_hub_row {
	int64_t added_us, version_ns;
	struct noro_view id, version, spec, bytes; /* bytes only if they were asked for */
};
/* Where a page ended. A question that few objects answer is cut off too, so that its cost is
 * bounded: a page may be empty and have more behind it. */
struct noro_hub_end {
	bool more;
	int64_t after_us; /* the next page is what was added later than this */
};
/* Rows in order of `added_us`. A failure of `on` ends it. */
enum noro_status noro_hubdb_page(struct noro_hubdb *h, const struct noro_hub_ask *ask,
	enum noro_status (*on)(void *ctx, const struct noro_hub_row *row), void *ctx,
	struct noro_hub_end *ret, struct noro_error *err) NORO_MUSTUSE;
/* Has the collection any version of it? */
enum noro_status noro_hubdb_has(struct noro_hubdb *h, int64_t collection, int64_t owner,
	struct noro_view id, bool *ret, struct noro_error *err) NORO_MUSTUSE;
/* The versions that `ask` names of the one id it has; all of them without any. */
enum noro_status noro_hubdb_delete(struct noro_hubdb *h, const struct noro_hub_ask *ask,
	uint64_t *ret_n, struct noro_error *err) NORO_MUSTUSE;

/* A new random UUID (version 4). */
enum noro_status noro_hubdb_uuid(char ret[NORO_HUB_UUID]) NORO_MUSTUSE;
/* A key of this hub that outlives restarts, made at first use: 32 bytes as hex. */
enum noro_status noro_hubdb_secret(
	struct noro_hubdb *h, const char *name, char ret[65], struct noro_error *err) NORO_MUSTUSE;
