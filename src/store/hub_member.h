/*
 * src/store/hub_member.h - organisations: how they become members, where they belong, what is
 * theirs, whom to reach. Everything that changes something names who does it and stands in the log
 * in the same transaction. Names were checked before (hub/member.h).
 */
#pragma once

#include "store/hub_audit.h"

enum noro_hub_state {
	NORO_HUB_APPLIED, /* asks to come in */
	NORO_HUB_VETTED,  /* two persons of the hub have looked at it */
	NORO_HUB_ACTIVE,  /* somebody of it has come */
};
enum { NORO_HUB_VOTES = 2, NORO_HUB_SELF = 1 /* the member that is the hub */ };

enum noro_status noro_hubdb_member_apply(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, int64_t *ret_no, struct noro_error *err) NORO_MUSTUSE;
/*
 * One person of the hub, an approver or admin who is not suspended, has looked at it: NORO_EACCESS
 * otherwise, NORO_EARG: has said so already, or it is no longer applying. The second makes it
 * vetted.
 */
enum noro_status noro_hubdb_member_vet(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, enum noro_hub_state *ret, struct noro_error *err) NORO_MUSTUSE;
/* NORO_EARG: it was not vetted. */
enum noro_status noro_hubdb_member_activate(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, struct noro_error *err) NORO_MUSTUSE;
/* At once: the next request is refused. The hub itself cannot be. `why` may be NULL. */
enum noro_status noro_hubdb_member_stop(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, bool suspended, const char *why, struct noro_error *err) NORO_MUSTUSE;
/* Where it belongs; NULL and -1 leave it. It joins the councils of that place and leaves those of
 * the former. */
struct noro_hub_place {
	const char *sector, *industry; /* ids (hub/sector.h), "" none */
	int prefecture;                /* JIS X 0401, 0 none */
};
enum noro_status noro_hubdb_member_place(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *name, const struct noro_hub_place *p, struct noro_error *err) NORO_MUSTUSE;
/* NORO_ENOENT. Strings in the arena. */
enum noro_status noro_hubdb_member(struct noro_hubdb *h, struct noro_arena *a, const char *name,
	struct noro_hub_member *ret, struct noro_error *err) NORO_MUSTUSE;

/* --- groups ------------------------------------------------------------------- */

enum noro_hub_group_kind { NORO_HUB_FREE, NORO_HUB_PREFECTURE, NORO_HUB_SECTOR };
struct noro_hub_group {
	int64_t no;
	const char *id; /* "prefecture-13", "sector-finance", any other */
	enum noro_hub_group_kind kind;
	const char *name_en, *name_ja;
	uint64_t members;
};
/* NORO_EARG: the id is taken. */
enum noro_status noro_hubdb_group_add(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct noro_hub_group *g, struct noro_error *err) NORO_MUSTUSE;
/* All, or those of one member (0: all). */
enum noro_status noro_hubdb_groups(struct noro_hubdb *h, struct noro_arena *a, int64_t member,
	const struct noro_hub_group **ret, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_hubdb_group_members(struct noro_hubdb *h, struct noro_arena *a,
	const char *group, const struct noro_hub_member **ret, size_t *ret_n,
	struct noro_error *err) NORO_MUSTUSE;
/* Joins or leaves; NORO_ENOENT, NORO_EARG: is so already. */
enum noro_status noro_hubdb_group_join(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *group, const char *member, bool in, struct noro_error *err) NORO_MUSTUSE;

/* --- what is theirs ----------------------------------------------------------- */

enum noro_hub_asset_kind { NORO_HUB_NETWORK = 1, NORO_HUB_DOMAIN = 2, NORO_HUB_WORD = 3 };
struct noro_hub_asset {
	int64_t no, member;
	enum noro_hub_asset_kind kind;
	const char *value;      /* in its normal form */
	uint8_t lo[17], hi[17]; /* of a network: family and address, as they are sorted */
	bool confirmed;         /* somebody of the hub has looked at it */
};
/* NORO_EARG: it is declared already. */
enum noro_status noro_hubdb_asset_add(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *member, const struct noro_hub_asset *asset,
	struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_hubdb_asset_confirm(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *member, int64_t no, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_hubdb_asset_remove(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *member, int64_t no, struct noro_error *err) NORO_MUSTUSE;
/* Of one member, or of all (0). */
enum noro_status noro_hubdb_assets(struct noro_hubdb *h, struct noro_arena *a, int64_t member,
	const struct noro_hub_asset **ret, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;

struct noro_hub_contact {
	int64_t no;
	const char *name, *mail, *role, *lang; /* role: an id of hub/member.h; lang: "ja" or "en" */
};
enum noro_status noro_hubdb_contact_add(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *member, const struct noro_hub_contact *c, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_hubdb_contact_remove(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *member, int64_t no, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_hubdb_contacts(struct noro_hubdb *h, struct noro_arena *a, int64_t member,
	const struct noro_hub_contact **ret, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;

/* --- how much it may ask for --------------------------------------------------- */

struct noro_hub_quota {
	int64_t requests_s, burst, bytes_day; /* each from 1 */
};
/* Of a member; the hub's table where nothing else was said. */
enum noro_status noro_hubdb_quota(struct noro_hubdb *h, int64_t member, struct noro_hub_quota *ret,
	struct noro_error *err) NORO_MUSTUSE;
/* `member` NULL: of all for whom nothing else is said. `q` NULL: as those again. */
enum noro_status noro_hubdb_quota_set(struct noro_hubdb *h, const struct noro_hub_act *by,
	const char *member, const struct noro_hub_quota *q, struct noro_error *err) NORO_MUSTUSE;
