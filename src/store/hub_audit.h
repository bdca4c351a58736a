/*
 * src/store/hub_audit.h - the log of a hub: who saw, changed and exported what. Rows are only ever
 * added, each with a digest over itself and the one before, in the transaction of the change they
 * tell of. docs/decisions/0015-members.md says what that proves.
 */
#pragma once

#include "base/sign.h"
#include "store/hub.h"

/* Who does it, and when. */
struct noro_hub_act {
	const char *who; /* name of a person, "console", "hub" */
	int64_t now_ns;
};

/* Signs the head of the chain and the root of each day from now on. Borrowed; NULL: unsigned. */
void noro_hubdb_audit_key(struct noro_hubdb *h, const struct noro_key *key);

/*
 * Somebody read or exported `n` things. What is read is gathered for a second or until something is
 * changed, and the same again is counted; it stands in the log before whatever is told after it.
 * With `now` it is durable when this returns. A failure means that it is not kept: then nothing
 * should be shown.
 */
struct noro_hub_reading {
	const char *verb, *object; /* "taxii.read", the collection */
	uint64_t n;
	bool now;
};
enum noro_status noro_hubdb_read(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct noro_hub_reading *r, struct noro_error *err) NORO_MUSTUSE;
/* What was gathered becomes durable, and yesterday gets its root: call it every second. */
enum noro_status noro_hubdb_audit_tick(
	struct noro_hubdb *h, int64_t now_ns, struct noro_error *err) NORO_MUSTUSE;

/* --- looking at it --- */

struct noro_hub_row_told {
	int64_t no, at_ns;
	const char *who, *verb, *object, *detail, *digest; /* detail: an object of strings, JCS */
};
/* Rows later than `after`, at most `most`, oldest first. A failure of `on` ends it. */
enum noro_status noro_hubdb_audit_rows(struct noro_hubdb *h, int64_t after, size_t most,
	enum noro_status (*on)(void *ctx, const struct noro_hub_row_told *row), void *ctx,
	struct noro_error *err) NORO_MUSTUSE;

/* The chain as it stood when a day was over. */
struct noro_hub_audit_root {
	int64_t no;
	const char *day, *digest; /* "2026-11-22" */
	const char *body;         /* JCS of {day, digest, no, of}; what `jws` signs */
	const char *jws;          /* detached (RFC 7515, RFC 7797); "" without a key */
};
enum noro_status noro_hubdb_audit_roots(struct noro_hubdb *h, struct noro_arena *a,
	const struct noro_hub_audit_root **ret, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;

struct noro_hub_audit_said {
	uint64_t rows, roots;
	char digest[65];
	bool signed_head;
	const char *fault; /* N_(): what does not hold; NULL: all does */
	int64_t fault_no;  /* in which row */
};
/*
 * Walks the whole chain. `key` (public; NULL: signatures are not looked at) is the hub's, `kept`
 * are roots that somebody kept elsewhere: they show that not even who has the key wrote the past
 * anew. NORO_OK although it does not hold: `ret` says so.
 */
struct noro_hub_audit_asked {
	const struct noro_key *key;
	const struct noro_hub_audit_root *kept; /* no and digest are looked at */
	size_t n;
};
enum noro_status noro_hubdb_audit_verify(struct noro_hubdb *h,
	const struct noro_hub_audit_asked *asked, struct noro_hub_audit_said *ret,
	struct noro_error *err) NORO_MUSTUSE;
/* A root as `hub audit roots --json` printed it. Strings in the arena. */
enum noro_status noro_hub_audit_root_read(struct noro_arena *a, struct noro_view text,
	struct noro_hub_audit_root *ret, struct noro_error *err) NORO_MUSTUSE;
