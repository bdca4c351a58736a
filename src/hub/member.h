/*
 * src/hub/member.h - what is said of members, checked before it is kept: names, declared networks,
 * domains and words, contacts. The one place that says what any of them may look like.
 */
#pragma once

#include "store/hub_people.h"

/* Names are printed and go into headers: one line of UTF-8 text without colons, 1 to 63 bytes,
 * nothing that turns the direction of writing. */
enum noro_status noro_hub_check_name(const char *name, struct noro_error *err) NORO_MUSTUSE;
/* The same of a person or program; "console" and "hub" are ours. */
enum noro_status noro_hub_check_person(const char *name, struct noro_error *err) NORO_MUSTUSE;
/* Lower-case letters, digits and -, 1 to 63. */
enum noro_status noro_hub_check_id(const char *id, struct noro_error *err) NORO_MUSTUSE;

/* "network", "domain" or "word"; 0: none. */
enum noro_hub_asset_kind noro_hub_asset_kind(struct noro_view name);
const char *noro_hub_asset_kind_name(enum noro_hub_asset_kind kind);
/*
 * What a member declares, in its normal form in the arena. Refused: networks that are not routed on
 * the Internet or wider than a /8 or /19, names under which everybody is (co.jp), words that are
 * too short to mean anybody.
 */
enum noro_status noro_hub_asset_read(struct noro_arena *a, enum noro_hub_asset_kind kind,
	struct noro_view text, struct noro_hub_asset *ret, struct noro_error *err) NORO_MUSTUSE;

/* Fields of `c` that are not as they must be; its mail in normal form in the arena. */
enum noro_status noro_hub_contact_check(
	struct noro_arena *a, struct noro_hub_contact *c, struct noro_error *err) NORO_MUSTUSE;

/* "reader,reporter", NORO_EARG. Empty: none. */
enum noro_status noro_hub_roles_read(
	const char *list, unsigned *ret, struct noro_error *err) NORO_MUSTUSE;
/* "reader,reporter", at most 44 bytes. */
void noro_hub_roles_print(unsigned roles, char ret[48]);
const char *noro_hub_state_name(int state); /* "applied", "vetted", "active" */
