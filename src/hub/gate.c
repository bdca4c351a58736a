/*
 * src/hub/gate.c - who comes in. A token is looked up anew with each request, which costs no more
 * than remembering; a password is slow on purpose, so that one that was right is remembered for
 * some minutes by a keyed digest of the header, together with the counter of rights.
 */
#include "hub/gate.h"
#include "hub/gate_priv.h"

#include "base/base64.h"
#include "base/mem.h"
#include "base/otp.h"
#include "base/password.h"

#include <openssl/crypto.h>
#include <stdlib.h>

enum { MAX_AUTHORIZATION = 1024, REMEMBER_S = 300, SLOW_AT_ONCE = 2, BUSY_S = 2 };

/* an account waits a minute at most: whoever guesses must not lock its owner out for long */
static const struct noro_throttle_rule account_rule = { 5, 60 };
static const struct noro_throttle_rule address_rule = { 20, 900 };

enum noro_status noro_hub_gate_new(
	struct noro_hubdb *db, struct noro_hub_gate **ret, struct noro_error *err)
{
	struct noro_hub_gate *g = noro_calloc(1, sizeof(*g));
	enum noro_status st;

	if (!g)
		return noro_fail(err, NORO_ENOMEM, NULL);
	g->db = db;
	(void)pthread_mutex_init(&g->lock, NULL);
	st = noro_random(g->key, sizeof(g->key));
	if (st == NORO_OK)
		st = noro_random(g->failed.key, sizeof(g->failed.key));
	if (st == NORO_OK)
		st = noro_random(g->quota.key, sizeof(g->quota.key));
	if (st != NORO_OK)
		(void)noro_fail(err, st, NULL);
	if (st == NORO_OK)
		st = noro_hubdb_secret(db, "csrf", g->csrf, err);
	if (st == NORO_OK)
		st = noro_hubdb_secret(db, "offer", g->offer, err);
	if (st == NORO_OK)
		*ret = g;
	else
		noro_hub_gate_free(g);
	return st;
}

void noro_hub_gate_free(struct noro_hub_gate *g)
{
	if (!g)
		return;
	(void)pthread_mutex_destroy(&g->lock);
	OPENSSL_cleanse(g->key, sizeof(g->key));
	free(g);
}

/* ---- failing too often ---- */

uint32_t gate_wait(struct noro_hub_gate *g, const char *name, const char *address, int64_t now_ns)
{
	uint32_t one, two = 0;

	(void)pthread_mutex_lock(&g->lock);
	one = noro_throttle_wait(&g->failed, noro_view_str(name), &account_rule, now_ns);
	if (address)
		two = noro_throttle_wait(&g->failed, noro_view_str(address), &address_rule, now_ns);
	(void)pthread_mutex_unlock(&g->lock);
	return one > two ? one : two;
}

void gate_failed(struct noro_hub_gate *g, const char *name, const char *address, int64_t now_ns)
{
	(void)pthread_mutex_lock(&g->lock);
	noro_throttle_failed(&g->failed, noro_view_str(name), now_ns);
	if (address)
		noro_throttle_failed(&g->failed, noro_view_str(address), now_ns);
	(void)pthread_mutex_unlock(&g->lock);
}

void gate_right(struct noro_hub_gate *g, const char *name)
{
	(void)pthread_mutex_lock(&g->lock);
	noro_throttle_forget(&g->failed, noro_view_str(name));
	(void)pthread_mutex_unlock(&g->lock);
}

/* 46 MiB and a core each: a few at once, the others come back. */
enum noro_status gate_password(struct noro_hub_gate *g, struct noro_view password, const char *phc,
	uint32_t *ret_wait_s, struct noro_error *err)
{
	enum noro_status st;

	if (atomic_fetch_add(&g->slow, 1) >= SLOW_AT_ONCE) {
		*ret_wait_s = BUSY_S;
		st = noro_fail(err, NORO_ELIMIT, N_("too many come in at once"));
	} else {
		st = noro_password_check(password, phc, err);
	}
	(void)atomic_fetch_sub(&g->slow, 1);
	return st;
}

/* ---- the header ---- */

struct credentials {
	struct noro_view name, secret; /* name empty: Bearer */
};

static bool read_header(struct noro_arena *a, struct noro_view v, struct credentials *ret)
{
	struct noro_view scheme, both;
	struct noro_buf plain = { 0 };
	size_t colon;
	bool ok;

	if (!v.p || v.n > MAX_AUTHORIZATION || !noro_view_word(&v, &scheme))
		return false;
	v = noro_view_trim(v);
	*ret = (struct credentials){ noro_view("", 0), v };
	if (noro_view_is_i(scheme, "Bearer"))
		return v.n > 0;
	if (!noro_view_is_i(scheme, "Basic"))
		return false;
	ok = noro_base64_undo(v, false, &plain);
	both = ok ? noro_arena_view(a, noro_buf_as_view(&plain)) : noro_view(NULL, 0);
	noro_buf_done(&plain);
	colon = both.p ? noro_view_chr(both, ':') : SIZE_MAX;
	if (colon == SIZE_MAX || colon == 0 || memchr(both.p, 0, both.n))
		return false;
	ret->name = noro_view_sub(both, 0, colon);
	ret->secret = noro_view_sub(both, colon + 1, both.n);
	return true;
}

/* ---- a password in Basic, remembered ---- */

static enum noro_status header_mac(
	struct noro_hub_gate *g, struct noro_view header, char ret[NORO_HASH_TEXT])
{
	return noro_hmac_hex(noro_view(g->key, sizeof(g->key)), header, ret);
}

static bool is_remembered(struct noro_hub_gate *g, const char *mac, int64_t counter, int64_t now_ns)
{
	const struct gate_memory *m;
	bool is;

	(void)pthread_mutex_lock(&g->lock);
	m = &g->memory[gate_slot(mac)];
	is = m->counter == counter && m->until_ns > now_ns &&
	     m->until_ns - now_ns <= REMEMBER_S * NORO_NS_PER_S &&
	     CRYPTO_memcmp(m->mac, mac, sizeof(m->mac)) == 0;
	(void)pthread_mutex_unlock(&g->lock);
	return is;
}

static void remember(struct noro_hub_gate *g, const char *mac, int64_t counter, int64_t now_ns)
{
	struct gate_memory *m;

	(void)pthread_mutex_lock(&g->lock);
	m = &g->memory[gate_slot(mac)];
	memcpy(m->mac, mac, sizeof(m->mac));
	m->counter = counter;
	m->until_ns = now_ns + REMEMBER_S * NORO_NS_PER_S;
	(void)pthread_mutex_unlock(&g->lock);
}

/* Of a person without a second factor: a program that knows nothing but Basic. */
static enum noro_status by_password(struct noro_hub_gate *g, const struct noro_hub_asked *q,
	const char *name, struct noro_view password, uint32_t *ret_wait_s)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_hub_secrets secrets;
	char mac[NORO_HASH_TEXT];
	int64_t counter = 0;
	enum noro_status st = a ? noro_hubdb_people_counter(g->db, &counter, NULL) : NORO_ENOMEM;

	if (st == NORO_OK) /* the counter first: a change after it is seen the next time */
		st = noro_hubdb_secrets(g->db, a, name, &secrets, NULL);
	if (st == NORO_OK && (!secrets.password || secrets.totp.p || secrets.suspended))
		st = NORO_ENOENT;
	if (st == NORO_OK)
		st = header_mac(g, q->authorization, mac);
	if (st == NORO_OK && !is_remembered(g, mac, counter, q->now_ns)) {
		*ret_wait_s = gate_wait(g, name, q->address, q->now_ns);
		st = *ret_wait_s ? NORO_ELIMIT
				 : gate_password(g, password, secrets.password, ret_wait_s, NULL);
		if (st == NORO_EACCESS)
			gate_failed(g, name, q->address, q->now_ns);
		if (st == NORO_OK)
			remember(g, mac, counter, q->now_ns);
	}
	noro_arena_free(a);
	return st == NORO_EACCESS ? NORO_ENOENT : st;
}

enum noro_status noro_hub_gate_ask(struct noro_hub_gate *g, const struct noro_hub_asked *q,
	struct noro_arena *a, struct noro_hub_person *ret, uint32_t *ret_wait_s,
	struct noro_error *err)
{
	struct noro_hub_shown shown = { .spki = q->spki, .now_ns = q->now_ns };
	struct credentials c = { { 0 }, { 0 } };
	const char *name;
	enum noro_status st;

	*ret_wait_s = 0;
	if (!read_header(a, q->authorization, &c) && !q->spki)
		return noro_fail(err, NORO_ENOENT, NULL);
	if (c.secret.p) { /* who says a name and a token is asked for these */
		shown.name = c.name;
		shown.token = c.secret;
		shown.spki = NULL;
	}
	st = noro_hubdb_person_shown(g->db, &shown, a, ret, err);
	if (st != NORO_ENOENT || !c.name.n)
		return st;
	name = noro_arena_strn(a, c.name.p, c.name.n);
	st = name ? by_password(g, q, name, c.secret, ret_wait_s) : NORO_ENOMEM;
	return st == NORO_OK ? noro_hubdb_person(g->db, a, name, ret, err)
			     : noro_fail(err, st, NULL);
}

/* ---- quotas ---- */

enum noro_status noro_hub_gate_take(struct noro_hub_gate *g, int64_t member, int64_t now_ns,
	uint32_t *ret_wait_s, struct noro_error *err)
{
	struct noro_quota_row *r;
	struct noro_hub_quota q = { 0 };
	int64_t counter = 0;
	bool known;
	enum noro_status st = noro_hubdb_people_counter(g->db, &counter, err);

	*ret_wait_s = 0;
	if (st != NORO_OK || member == NORO_HUB_SELF)
		return st;
	(void)pthread_mutex_lock(&g->lock);
	r = noro_quota_row(&g->quota, member, now_ns);
	known = r->requests_s && r->counter == counter;
	(void)pthread_mutex_unlock(&g->lock);
	if (!known)
		st = noro_hubdb_quota(g->db, member, &q, err);
	if (st != NORO_OK)
		return st;
	(void)pthread_mutex_lock(&g->lock);
	r = noro_quota_row(&g->quota, member, now_ns);
	if (!known || !r->requests_s) {
		if (!r->requests_s) /* new: all of the burst is there */
			r->milli = (known ? 1 : q.burst) * 1000;
		r->requests_s = known ? 1 : q.requests_s;
		r->burst = known ? 1 : q.burst;
		r->bytes_day = known ? INT64_MAX : q.bytes_day;
		r->counter =
			known ? -1 : counter; /* pushed out meanwhile: asked for the next time */
	}
	*ret_wait_s = noro_quota_take(r, now_ns);
	(void)pthread_mutex_unlock(&g->lock);
	return *ret_wait_s ? noro_fail(err, NORO_ELIMIT, N_("the quota of the member is used up"))
			   : NORO_OK;
}

void noro_hub_gate_bytes(struct noro_hub_gate *g, int64_t member, uint64_t n, int64_t now_ns)
{
	struct noro_quota_row *r;

	if (member == NORO_HUB_SELF)
		return;
	(void)pthread_mutex_lock(&g->lock);
	r = noro_quota_row(&g->quota, member, now_ns);
	noro_quota_bytes(r, n, now_ns);
	(void)pthread_mutex_unlock(&g->lock);
}
