/*
 * src/hub/login.c - people: password and code, sessions, invitations.
 *
 * What a login says does not depend on what was wrong, nor, but for noise, how long it takes: a
 * password is checked even of a name that nobody has. The code of the app is looked at after it;
 * the step it belongs to is used up in the store, so that it works once on all machines.
 */
#include "hub/gate_priv.h"

#include "base/base64.h"
#include "base/otp.h"
#include "base/password.h"
#include "hub/member.h"

#include <openssl/crypto.h>
#include <stdio.h>

/* ---- short texts that people type ---- */

/* Without vowels, and what looks alike: no words, no mistakes. 5 bits each would need 32. */
static const char letters[] = "23456789BCDFGHJKMNPQRSTVWXYZ"; /* 28 */

/* `n` letters in fours; about 4.8 bits each. */
static enum noro_status make_code(size_t n, char *ret)
{
	size_t at = 0;

	while (n) {
		uint8_t b;
		enum noro_status st = noro_random(&b, 1);

		if (st != NORO_OK)
			return st;
		if (b >= 252) /* 9 times 28: all as likely */
			continue;
		if (at % 5 == 4)
			ret[at++] = '-';
		ret[at++] = letters[b % 28];
		n--;
	}
	ret[at] = '\0';
	return NORO_OK;
}

/* SHA-256 of the letters alone, whatever case and blanks they were typed with. */
static enum noro_status code_digest(struct noro_view code, char ret[65])
{
	char text[32], hex[NORO_HASH_TEXT];
	size_t n = 0;
	enum noro_status st;

	for (size_t i = 0; i < code.n && i < 64; i++) {
		char c = code.p[i];

		if (c == '-' || c == ' ')
			continue;
		if (n == sizeof(text))
			return NORO_EACCESS;
		text[n++] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
	}
	st = noro_hash_of(NORO_SHA256, noro_view(text, n), hex);
	if (st == NORO_OK)
		memcpy(ret, hex, 65);
	return st;
}

static enum noro_status session_digest(struct noro_view session, char ret[65])
{
	char hex[NORO_HASH_TEXT];
	enum noro_status st = noro_hash_of(NORO_SHA256, session, hex);

	if (st == NORO_OK)
		memcpy(ret, hex, 65);
	return st;
}

/* ---- login ---- */

/* The code of the app, or a recovery code. NORO_EACCESS. */
static enum noro_status second(struct noro_hub_gate *g, const struct noro_hub_login *l,
	const struct noro_hub_secrets *s, struct noro_error *err)
{
	struct noro_hub_act by = { l->name, l->now_ns };
	char digest[65];
	int64_t step;
	enum noro_status st;

	if (!s->totp.p)
		return noro_fail(err, NORO_EACCESS, NULL); /* nobody comes in by a password alone */
	st = noro_otp_check(s->totp, l->code, l->now_ns, &step);
	if (st == NORO_OK)
		return noro_hubdb_totp_take(g->db, s->no, step, err);
	if (st != NORO_EACCESS)
		return noro_fail(err, st, NULL);
	st = code_digest(l->code, digest);
	return st == NORO_OK ? noro_hubdb_recovery_take(g->db, &by, s->no, digest, err)
			     : noro_fail(err, st, NULL);
}

static enum noro_status begin_session(struct noro_hub_gate *g, const struct noro_hub_act *by,
	int64_t person, char ret[NORO_HUB_SESSION], struct noro_error *err)
{
	uint8_t bytes[32];
	struct noro_buf text = { 0 };
	char digest[65];
	enum noro_status st = noro_random(bytes, sizeof(bytes));

	if (st == NORO_OK)
		noro_base64(noro_view(bytes, sizeof(bytes)), true, &text);
	if (st == NORO_OK)
		st = text.status;
	if (st == NORO_OK)
		memcpy(ret, text.p, NORO_HUB_SESSION);
	noro_buf_done(&text);
	if (st == NORO_OK)
		st = session_digest(noro_view_str(ret), digest);
	if (st != NORO_OK)
		return noro_fail(err, st, NULL);
	return noro_hubdb_session_add(g->db, by, person, digest, err);
}

/* The password was kept with parameters of another day. */
static void strengthen(
	struct noro_hub_gate *g, const struct noro_hub_secrets *s, struct noro_view password)
{
	struct noro_phc p;
	char phc[NORO_PHC_TEXT];
	struct noro_error err = { 0 };

	if (noro_phc_parse(noro_view_str(s->password), &p) && noro_phc_weak(&p) &&
		noro_password_hash(password, phc, &err) == NORO_OK)
		(void)!noro_hubdb_password_again(g->db, s->no, s->password, phc, &err);
}

enum noro_status noro_hub_gate_login(struct noro_hub_gate *g, const struct noro_hub_login *l,
	char ret_session[NORO_HUB_SESSION], uint32_t *ret_wait_s, struct noro_error *err)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_hub_act by = { l->name, l->now_ns };
	struct noro_hub_secrets s = { 0 };
	enum noro_status st;

	if (!a)
		return noro_fail(err, NORO_ENOMEM, NULL);
	*ret_wait_s = gate_wait(g, l->name, l->address, l->now_ns);
	st = *ret_wait_s ? noro_fail(err, NORO_ELIMIT, N_("too many failures; wait"))
			 : noro_hubdb_secrets(g->db, a, l->name, &s, err);
	if (st == NORO_OK || st == NORO_ENOENT)
		st = gate_password(
			g, l->password, st == NORO_OK ? s.password : NULL, ret_wait_s, err);
	if (st == NORO_OK && s.suspended)
		st = NORO_EACCESS;
	if (st == NORO_OK)
		st = second(g, l, &s, err);
	if (st == NORO_EACCESS) {
		gate_failed(g, l->name, l->address, l->now_ns);
		(void)noro_fail(err, st, N_("name, password or code is wrong"));
	}
	if (st == NORO_OK) {
		gate_right(g, l->name);
		strengthen(g, &s, l->password);
		st = begin_session(g, &by, s.no, ret_session, err);
	}
	noro_arena_free(a);
	return st;
}

/* ---- sessions ---- */

enum noro_status noro_hub_gate_session(struct noro_hub_gate *g, struct noro_view session,
	int64_t now_ns, struct noro_arena *a, struct noro_hub_person *ret, struct noro_error *err)
{
	char digest[65];
	struct noro_hub_session s = { digest, now_ns, NORO_HUB_IDLE_S * NORO_NS_PER_S,
		NORO_HUB_WHOLE_S * NORO_NS_PER_S };
	enum noro_status st = session_digest(session, digest);

	if (st == NORO_OK)
		st = noro_hubdb_session(g->db, &s, a, ret, err);
	else
		return noro_fail(err, st, NULL);
	if (st == NORO_OK && ret->suspended)
		st = noro_fail(err, NORO_ENOENT, NULL);
	return st;
}

enum noro_status noro_hub_gate_logout(struct noro_hub_gate *g, const struct noro_hub_act *by,
	struct noro_view session, struct noro_error *err)
{
	char digest[65];
	enum noro_status st = session_digest(session, digest);

	return st == NORO_OK ? noro_hubdb_session_end(g->db, by, digest, err)
			     : noro_fail(err, st, NULL);
}

enum noro_status noro_hub_gate_csrf(struct noro_hub_gate *g, struct noro_view session, char ret[65])
{
	char hex[NORO_HASH_TEXT];
	enum noro_status st = noro_hmac_hex(noro_view_str(g->csrf), session, hex);

	if (st == NORO_OK)
		memcpy(ret, hex, 65);
	return st;
}

bool noro_hub_gate_csrf_holds(
	struct noro_hub_gate *g, struct noro_view session, struct noro_view given)
{
	char right[65];

	return given.n == 64 && noro_hub_gate_csrf(g, session, right) == NORO_OK &&
	       CRYPTO_memcmp(given.p, right, 64) == 0;
}

/* ---- invitations ---- */

enum noro_status noro_hub_invite(struct noro_hubdb *db, const struct noro_hub_act *by,
	const struct noro_hub_invite *i, char ret_code[NORO_HUB_CODE], struct noro_error *err)
{
	struct noro_hub_invitation kept = { i->member, i->roles, i->expires_ns, { 0 } };
	enum noro_status st = make_code(20, ret_code);

	if (st == NORO_OK)
		st = code_digest(noro_view_str(ret_code), kept.digest);
	return st == NORO_OK ? noro_hubdb_invite(db, by, &kept, err) : noro_fail(err, st, NULL);
}

/* The secret of the app follows from the invitation: asked twice, it is the same. */
static enum noro_status offer_secret(
	struct noro_hub_gate *g, const char *digest, uint8_t ret[NORO_OTP_SECRET])
{
	char hex[NORO_HASH_TEXT];
	enum noro_status st = noro_hmac_hex(noro_view_str(g->offer), noro_view_str(digest), hex);

	for (size_t k = 0; st == NORO_OK && k < NORO_OTP_SECRET; k++) {
		unsigned high = (unsigned)noro_hex_value(hex[2 * k]) & 15,
			 low = (unsigned)noro_hex_value(hex[2 * k + 1]) & 15;

		ret[k] = (uint8_t)(high << 4 | low);
	}
	return st;
}

enum noro_status noro_hub_offer(struct noro_hub_gate *g, struct noro_view code, int64_t now_ns,
	struct noro_arena *a, struct noro_hub_offer *ret, struct noro_error *err)
{
	struct noro_hub_invitation i;
	char digest[65];
	enum noro_status st = code_digest(code, digest);

	if (st != NORO_OK)
		return noro_fail(err, st == NORO_EACCESS ? NORO_ENOENT : st, NULL);
	st = noro_hubdb_invitation(g->db, a, digest, now_ns, &i, err);
	if (st != NORO_OK)
		return st;
	*ret = (struct noro_hub_offer){ .member = i.member, .roles = i.roles };
	st = offer_secret(g, digest, ret->secret);
	return st == NORO_OK ? NORO_OK : noro_fail(err, st, NULL);
}

static enum noro_status make_recovery(
	char ret[NORO_HUB_RECOVERY][NORO_HUB_RECOVERY_TEXT], char digest[NORO_HUB_RECOVERY][65])
{
	enum noro_status st = NORO_OK;

	for (size_t k = 0; st == NORO_OK && k < NORO_HUB_RECOVERY; k++) {
		st = make_code(16, ret[k]);
		if (st == NORO_OK)
			st = code_digest(noro_view_str(ret[k]), digest[k]);
	}
	return st;
}

static enum noro_status check_chosen(const struct noro_hub_redeem *r, struct noro_error *err)
{
	enum noro_status st = noro_hub_check_person(r->name, err);

	if (st == NORO_OK &&
		(r->password.n < NORO_PASSWORD_LEAST || r->password.n > NORO_PASSWORD_MOST))
		st = noro_fail(err, NORO_EARG, N_("a password is %1 to %2 bytes long"),
			NORO_NUM(NORO_PASSWORD_LEAST), NORO_NUM(NORO_PASSWORD_MOST));
	return st;
}

enum noro_status noro_hub_redeem(struct noro_hub_gate *g, const struct noro_hub_redeem *r,
	char ret_recovery[NORO_HUB_RECOVERY][NORO_HUB_RECOVERY_TEXT], struct noro_error *err)
{
	char digest[65], phc[NORO_PHC_TEXT], codes[NORO_HUB_RECOVERY][65];
	uint8_t secret[NORO_OTP_SECRET];
	struct noro_arena *a = noro_arena_new(0);
	struct noro_hub_act by = { r->name, r->now_ns };
	struct noro_hub_redeeming kept = { digest, r->name, phc,
		{ noro_view(secret, sizeof(secret)), (const char(*)[65])codes,
			NORO_HUB_RECOVERY } };
	struct noro_hub_offer offer;
	int64_t step;
	enum noro_status st =
		a ? noro_hub_offer(g, r->code, r->now_ns, a, &offer, err) : NORO_ENOMEM;

	noro_arena_free(a);
	if (st == NORO_OK)
		st = check_chosen(r, err);
	if (st != NORO_OK)
		return a ? st : noro_fail(err, st, NULL);
	memcpy(secret, offer.secret, sizeof(secret));
	st = noro_otp_check(kept.second.totp, r->otp, r->now_ns, &step);
	if (st != NORO_OK)
		return noro_fail(err, st, N_("the code of the app is wrong"));
	st = make_recovery(ret_recovery, codes);
	if (st == NORO_OK)
		st = code_digest(r->code, digest);
	if (st != NORO_OK)
		return noro_fail(err, st, NULL);
	st = noro_password_hash(r->password, phc, err);
	return st == NORO_OK ? noro_hubdb_redeem(g->db, &by, &kept, err) : st;
}
