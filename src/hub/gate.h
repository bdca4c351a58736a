/*
 * src/hub/gate.h - who comes in: by token, certificate, password with a code, session; how often
 * one may fail, and how much a member may ask for. Any thread; memory is bounded.
 *
 * Nothing here knows HTTP. What is remembered of a check is forgotten at once when a right changes
 * (noro_hubdb_people_counter), whoever changed it.
 */
#pragma once

#include "store/hub_people.h"

struct noro_hub_gate;
enum noro_status noro_hub_gate_new(
	struct noro_hubdb *db, struct noro_hub_gate **ret, struct noro_error *err) NORO_MUSTUSE;
void noro_hub_gate_free(struct noro_hub_gate *g);

/* --- programs: with every request ------------------------------------------------ */

struct noro_hub_asked {
	struct noro_view authorization; /* the header; p NULL: none */
	const char *address;            /* of who asks; NULL: not known */
	const char *spki;               /* of a verified client certificate; NULL: none */
	int64_t now_ns;
};
/*
 * Bearer with a token; Basic with a person's name and a token, or the password of one who has no
 * second factor. NORO_ENOENT: nobody. NORO_ELIMIT: too many failures, or too much is asked at once;
 * come back in *ret_wait_s. A suspended person is found: who asks must look.
 */
enum noro_status noro_hub_gate_ask(struct noro_hub_gate *g, const struct noro_hub_asked *q,
	struct noro_arena *a, struct noro_hub_person *ret, uint32_t *ret_wait_s,
	struct noro_error *err) NORO_MUSTUSE;

/* --- quotas ------------------------------------------------------------------------ */

/* One more request of a member: NORO_ELIMIT and *ret_wait_s when it was too many, or its bytes of
 * the day (UTC) are used up. The hub itself has none. */
enum noro_status noro_hub_gate_take(struct noro_hub_gate *g, int64_t member, int64_t now_ns,
	uint32_t *ret_wait_s, struct noro_error *err) NORO_MUSTUSE;
/* So many bytes went in or out for it. */
void noro_hub_gate_bytes(struct noro_hub_gate *g, int64_t member, uint64_t n, int64_t now_ns);

/* --- people: password and code, then a session -------------------------------------- */

enum { NORO_HUB_SESSION = NORO_HUB_TOKEN, NORO_HUB_IDLE_S = 1800, NORO_HUB_WHOLE_S = 43200 };

struct noro_hub_login {
	const char *name;
	struct noro_view password, code; /* code: of the app, or a recovery code */
	const char *address;
	int64_t now_ns;
};
/* NORO_EACCESS: something is wrong, not said what; NORO_ELIMIT as above. */
enum noro_status noro_hub_gate_login(struct noro_hub_gate *g, const struct noro_hub_login *l,
	char ret_session[NORO_HUB_SESSION], uint32_t *ret_wait_s,
	struct noro_error *err) NORO_MUSTUSE;
/* Whose session is it? NORO_ENOENT. */
enum noro_status noro_hub_gate_session(struct noro_hub_gate *g, struct noro_view session,
	int64_t now_ns, struct noro_arena *a, struct noro_hub_person *ret,
	struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_hub_gate_logout(struct noro_hub_gate *g, const struct noro_hub_act *by,
	struct noro_view session, struct noro_error *err) NORO_MUSTUSE;
/* What a form of this session carries: 64 hex digits. And is it that? In constant time. */
enum noro_status noro_hub_gate_csrf(
	struct noro_hub_gate *g, struct noro_view session, char ret[65]) NORO_MUSTUSE;
bool noro_hub_gate_csrf_holds(
	struct noro_hub_gate *g, struct noro_view session, struct noro_view given);

/* --- invitations ------------------------------------------------------------------------ */

enum {
	NORO_HUB_CODE = 32, /* room for the code of an invitation: 20 letters in fours, dashes */
	NORO_HUB_RECOVERY = 10, /* codes */
	NORO_HUB_RECOVERY_TEXT = 24
};

struct noro_hub_invite {
	const char *member;
	unsigned roles;
	int64_t expires_ns;
};
/* A new one, told this once. */
enum noro_status noro_hub_invite(struct noro_hubdb *db, const struct noro_hub_act *by,
	const struct noro_hub_invite *i, char ret_code[NORO_HUB_CODE],
	struct noro_error *err) NORO_MUSTUSE;
/* For the page: whose it is, and the secret for the app, the same each time it is asked. */
struct noro_hub_offer {
	const char *member;
	unsigned roles;
	uint8_t secret[20];
};
enum noro_status noro_hub_offer(struct noro_hub_gate *g, struct noro_view code, int64_t now_ns,
	struct noro_arena *a, struct noro_hub_offer *ret, struct noro_error *err) NORO_MUSTUSE;
/*
 * Name and password were chosen and the app shows a code: the person is there, its member active.
 * NORO_EACCESS: the code of the app is wrong; NORO_EARG: the name or the password will not do.
 */
struct noro_hub_redeem {
	struct noro_view code; /* of the invitation */
	const char *name;
	struct noro_view password, otp;
	int64_t now_ns;
};
enum noro_status noro_hub_redeem(struct noro_hub_gate *g, const struct noro_hub_redeem *r,
	char ret_recovery[NORO_HUB_RECOVERY][NORO_HUB_RECOVERY_TEXT],
	struct noro_error *err) NORO_MUSTUSE;
