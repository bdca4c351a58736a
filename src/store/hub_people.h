/*
 * src/store/hub_people.h - people and programs of members and how they prove who they are. Secrets
 * come and are kept as digests, but for the secret of codes, which must be known to check one.
 * Whatever changes a right moves the counter noro_hubdb_people_counter in the same transaction.
 */
#pragma once

#include "store/hub_member.h"

/* Who remembers that somebody was let in remembers this too, and asks again when it moved. */
enum noro_status noro_hubdb_people_counter(
	struct noro_hubdb *h, int64_t *ret, struct noro_error *err) NORO_MUSTUSE;

/* Without a way in yet. NORO_ENOENT: no such member; NORO_EARG: the name is taken. */
enum noro_status noro_hubdb_person_make(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct noro_hub_newcomer *p, int64_t *ret_no, struct noro_error *err) NORO_MUSTUSE;
/* Of one member, or of all (0). Strings in the arena; groups are left out. */
enum noro_status noro_hubdb_persons(struct noro_hubdb *h, struct noro_arena *a, int64_t member,
	const struct noro_hub_person **ret, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;
/* NORO_ENOENT. With groups. */
enum noro_status noro_hubdb_person(struct noro_hubdb *h, struct noro_arena *a, const char *name,
	struct noro_hub_person *ret, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_hubdb_person_roles(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, unsigned roles, struct noro_error *err) NORO_MUSTUSE;
/* Their sessions end with it. */
enum noro_status noro_hubdb_person_stop(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, bool suspended, struct noro_error *err) NORO_MUSTUSE;

/* --- tokens and certificates --------------------------------------------------- */

struct noro_hub_token {
	const char *person, *name;
	int64_t expires_ns; /* 0: never */
	/* as listed */
	int64_t added_ns, used_ns; /* used: to the hour, 0 never */
	bool revoked;
};
/* A new one, told this once. NORO_EARG: this person has one of that name that is not revoked. */
enum noro_status noro_hubdb_token_add(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct noro_hub_token *t, char ret[NORO_HUB_TOKEN],
	struct noro_error *err) NORO_MUSTUSE;
/* All of that name; `name` NULL: every one of the person. NORO_ENOENT: none. */
enum noro_status noro_hubdb_token_revoke(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *person, const char *name, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_hubdb_tokens(struct noro_hubdb *h, struct noro_arena *a, const char *person,
	const struct noro_hub_token **ret, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;
/* Those of everybody that have expired and are not revoked. */
enum noro_status noro_hubdb_tokens_expired(
	struct noro_hubdb *h, int64_t now_ns, int64_t *ret_n, struct noro_error *err) NORO_MUSTUSE;

/* Whose is it? NORO_ENOENT: nobody's, expired or revoked. With groups. */
struct noro_hub_shown {
	struct noro_view name;  /* of the person; empty: not said */
	struct noro_view token; /* or */
	const char *spki;       /* of a client certificate that was verified: 64 hex digits */
	int64_t now_ns;
};
enum noro_status noro_hubdb_person_shown(struct noro_hubdb *h, const struct noro_hub_shown *s,
	struct noro_arena *a, struct noro_hub_person *ret, struct noro_error *err) NORO_MUSTUSE;

/* `spki`: SHA-256 over SubjectPublicKeyInfo (DER), 64 hex digits in lower case. */
enum noro_status noro_hubdb_certificate_add(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *person, const char *spki, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_hubdb_certificate_revoke(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *spki, struct noro_error *err) NORO_MUSTUSE;

/* --- password, code, recovery ---------------------------------------------------- */

struct noro_hub_secrets {
	int64_t no;
	const char *password;  /* PHC; NULL: none */
	struct noro_view totp; /* the secret; p NULL: none */
	bool suspended;
};
enum noro_status noro_hubdb_secrets(struct noro_hubdb *h, struct noro_arena *a, const char *name,
	struct noro_hub_secrets *ret, struct noro_error *err) NORO_MUSTUSE;
/* Their sessions end with it. */
enum noro_status noro_hubdb_password_set(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, const char *phc, struct noro_error *err) NORO_MUSTUSE;
/* The same password, kept with the parameters of today: nothing is told. */
enum noro_status noro_hubdb_password_again(struct noro_hubdb *h, int64_t person, const char *was,
	const char *phc, struct noro_error *err) NORO_MUSTUSE;
/* `digest`: of each recovery code, 64 hex digits; those of before are gone. */
struct noro_hub_second {
	struct noro_view totp;
	const char (*digest)[65];
	size_t n;
};
enum noro_status noro_hubdb_second_set(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, const struct noro_hub_second *s, struct noro_error *err) NORO_MUSTUSE;
/* A code of this step was right: NORO_EACCESS if one of it or of a later one was taken before. */
enum noro_status noro_hubdb_totp_take(
	struct noro_hubdb *h, int64_t person, int64_t step, struct noro_error *err) NORO_MUSTUSE;
/* NORO_EACCESS: no such code, or it was used. Durable and in the log before it returns. */
enum noro_status noro_hubdb_recovery_take(struct noro_hubdb *h, const struct noro_hub_act *by,
	int64_t person, const char digest[65], struct noro_error *err) NORO_MUSTUSE;

/* --- sessions ---------------------------------------------------------------------- */

/* `digest`: of the id that the browser holds. */
enum noro_status noro_hubdb_session_add(struct noro_hubdb *h, const struct noro_hub_act *by,
	int64_t person, const char digest[65], struct noro_error *err) NORO_MUSTUSE;
struct noro_hub_session {
	const char *digest;
	int64_t now_ns, idle_ns, whole_ns; /* it ends so long after the last use, after the first */
};
/* NORO_ENOENT: none, or it has ended. With groups. */
enum noro_status noro_hubdb_session(struct noro_hubdb *h, const struct noro_hub_session *s,
	struct noro_arena *a, struct noro_hub_person *ret, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_hubdb_session_end(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char digest[65], struct noro_error *err) NORO_MUSTUSE;
/* Those that ended long ago go. */
enum noro_status noro_hubdb_sessions_forget(struct noro_hubdb *h, int64_t seen_before_ns,
	int64_t added_before_ns, struct noro_error *err) NORO_MUSTUSE;

/* --- invitations -------------------------------------------------------------------- */

struct noro_hub_invitation {
	const char *member;
	unsigned roles;
	int64_t expires_ns;
	char digest[65]; /* of the code */
};
/* NORO_EARG: the member was not vetted. */
enum noro_status noro_hubdb_invite(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct noro_hub_invitation *i, struct noro_error *err) NORO_MUSTUSE;
/* NORO_ENOENT: unknown, used or expired. Strings in the arena. */
enum noro_status noro_hubdb_invitation(struct noro_hubdb *h, struct noro_arena *a,
	const char digest[65], int64_t now_ns, struct noro_hub_invitation *ret,
	struct noro_error *err) NORO_MUSTUSE;
/* One transaction: the person is there with password and code, the invitation is used, and its
 * member is active. */
struct noro_hub_redeeming {
	const char *digest;     /* of the invitation */
	const char *name, *phc; /* of the person */
	struct noro_hub_second second;
};
enum noro_status noro_hubdb_redeem(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct noro_hub_redeeming *r, struct noro_error *err) NORO_MUSTUSE;
