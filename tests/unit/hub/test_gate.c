/*
 * tests/unit/hub/test_gate.c - who comes in, who not, and who not again: tokens, passwords with
 * codes, sessions, invitations, quotas.
 */
#include "tests/test.h"

#include "base/base64.h"
#include "base/otp.h"
#include "base/password.h"
#include "hub/gate.h"
#include "hub/throttle.h"

#include <stdio.h>

#define NS  INT64_C(1000000000)
#define NOW (INT64_C(1756252800) * NS)

static struct noro_hubdb *db;
static struct noro_hub_gate *gate;
static struct noro_arena *arena;
static struct noro_error err;

#define OK(call) assert_int_equal((call), NORO_OK)
#define BY       (&(struct noro_hub_act){ "console", NOW })

static int begin(void **state)
{
	int64_t no;

	(void)state;
	arena = noro_arena_new(0);
	OK(noro_hubdb_open(NULL, false, &db, &err));
	OK(noro_hub_gate_new(db, &gate, &err));
	OK(noro_hubdb_member_add(db, "one", NOW, &no, &err));
	OK(noro_hubdb_person_make(
		db, BY, &(struct noro_hub_newcomer){ "one", "hana", NORO_HUB_READER }, &no, &err));
	return 0;
}

static int end(void **state)
{
	(void)state;
	noro_hub_gate_free(gate);
	noro_hubdb_close(db);
	noro_arena_free(arena);
	return 0;
}

static enum noro_status basic(const char *name, const char *secret, int64_t at, uint32_t *wait)
{
	struct noro_hub_person who;
	struct noro_buf plain = { 0 }, header = { 0 };
	struct noro_hub_asked q = { .address = "192.0.2.1", .now_ns = at };
	enum noro_status st;

	noro_buf_printf(&plain, "%s:%s", name, secret);
	noro_buf_str(&header, "Basic ");
	noro_base64(noro_buf_as_view(&plain), false, &header);
	q.authorization = noro_buf_as_view(&header);
	st = noro_hub_gate_ask(gate, &q, arena, &who, wait, &err);
	if (st == NORO_OK)
		assert_string_equal(who.name, name);
	if (st == NORO_OK && who.suspended)
		st = NORO_END;
	noro_buf_done(&plain);
	noro_buf_done(&header);
	return st;
}

static void a_token_is_let_in_by_either_scheme(void **state)
{
	struct noro_hub_person who;
	struct noro_buf header = { 0 };
	struct noro_hub_asked q = { .now_ns = NOW };
	char token[NORO_HUB_TOKEN];
	uint32_t wait;

	(void)state;
	OK(noro_hubdb_token_add(
		db, BY, &(struct noro_hub_token){ .person = "hana", .name = "x" }, token, &err));
	noro_buf_printf(&header, "Bearer %s", token);
	q.authorization = noro_buf_as_view(&header);
	OK(noro_hub_gate_ask(gate, &q, arena, &who, &wait, &err));
	assert_string_equal(who.name, "hana");
	for (size_t n = 0; n < header.n; n++) { /* no part of it is enough */
		q.authorization = noro_view(header.p, n);
		assert_int_equal(
			noro_hub_gate_ask(gate, &q, arena, &who, &wait, &err), NORO_ENOENT);
	}
	OK(basic("hana", token, NOW, &wait));
	assert_int_equal(basic("hanako", token, NOW, &wait), NORO_ENOENT);
	assert_int_equal(basic("hana", "wrong", NOW, &wait), NORO_ENOENT);
	noro_buf_done(&header);
}

static void a_password_is_remembered_until_a_right_changes(void **state)
{
	char phc[NORO_PHC_TEXT];
	uint32_t wait;

	(void)state;
	OK(noro_password_hash(NORO_V("a long password"), phc, &err));
	OK(noro_hubdb_password_set(db, BY, "hana", phc, &err));
	for (int i = 0; i < 3; i++)
		OK(basic("hana", "a long password", NOW + i, &wait));
	OK(noro_hubdb_member_stop(db, BY, "one", true, NULL, &err));
	assert_int_equal(basic("hana", "a long password", NOW + 3, &wait), NORO_ENOENT);
	OK(noro_hubdb_member_stop(db, BY, "one", false, NULL, &err));
	OK(basic("hana", "a long password", NOW + 4, &wait));
	OK(noro_password_hash(NORO_V("another password"), phc, &err));
	OK(noro_hubdb_password_set(db, BY, "hana", phc, &err));
	assert_int_equal(basic("hana", "a long password", NOW + 5, &wait), NORO_ENOENT);
	OK(basic("hana", "another password", NOW + 6, &wait));
	/* who guesses waits, longer each time; the right one is not asked for meanwhile */
	for (int i = 0; i < 4; i++)
		assert_int_equal(basic("hana", "wrong", NOW + 7, &wait), NORO_ENOENT);
	assert_int_equal(basic("hana", "wrong", NOW + 7, &wait), NORO_ELIMIT);
	assert_int_equal(wait, 1);
	assert_int_equal(basic("hana", "wrong", NOW + 2 * NS, &wait), NORO_ENOENT);
	assert_int_equal(basic("hana", "wrong", NOW + 2 * NS, &wait), NORO_ELIMIT);
	assert_int_equal(wait, 2);
	OK(basic("hana", "another password", NOW + 3 * NS, &wait)); /* remembered */
}

static void code_of(const uint8_t *secret, int64_t at, char code[NORO_OTP_DIGITS + 1])
{
	OK(noro_otp_code(noro_view(secret, NORO_OTP_SECRET), at / NS / 30, code));
}

static void from_invitation_to_session_and_out(void **state)
{
	struct noro_hub_invite i = { "one", NORO_HUB_READER | NORO_HUB_REPORTER, NOW + 100 * NS };
	struct noro_hub_offer offer, again;
	struct noro_hub_redeem r = {
		.name = "yuki", .password = NORO_V("a long password"), .now_ns = NOW
	};
	struct noro_hub_login l = {
		.name = "yuki", .password = NORO_V("a long password"), .now_ns = NOW + 60 * NS
	};
	struct noro_hub_person who;
	char code[NORO_HUB_CODE], otp[NORO_OTP_DIGITS + 1], session[NORO_HUB_SESSION], csrf[65],
		recovery[NORO_HUB_RECOVERY][NORO_HUB_RECOVERY_TEXT], typed[64];
	uint32_t wait;

	(void)state;
	OK(noro_hub_invite(db, BY, &i, code, &err));
	r.code = noro_view_str(code);
	assert_int_equal(
		noro_hub_offer(gate, NORO_V("2222-2222"), NOW, arena, &offer, &err), NORO_ENOENT);
	OK(noro_hub_offer(gate, r.code, NOW, arena, &offer, &err));
	OK(noro_hub_offer(gate, r.code, NOW, arena, &again, &err));
	assert_memory_equal(offer.secret, again.secret, sizeof(offer.secret));
	r.otp = NORO_V("000000");
	code_of(offer.secret, NOW, otp);
	if (strcmp(otp, "000000") != 0)
		assert_int_equal(noro_hub_redeem(gate, &r, recovery, &err), NORO_EACCESS);
	r.otp = noro_view_str(otp);
	r.password = NORO_V("short");
	assert_int_equal(noro_hub_redeem(gate, &r, recovery, &err), NORO_EARG);
	r.password = NORO_V("a long password");
	(void)snprintf(typed, sizeof(typed), " %s", code); /* as people type */
	for (char *p = typed; *p; p++)
		*p = noro_lower(*p);
	r.code = noro_view_str(typed);
	OK(noro_hub_redeem(gate, &r, recovery, &err));
	assert_int_equal(noro_hub_redeem(gate, &r, recovery, &err), NORO_ENOENT);

	code_of(offer.secret, l.now_ns, otp);
	assert_int_equal(noro_hub_gate_login(gate, &l, session, &wait, &err), NORO_EACCESS);
	l.code = noro_view_str(otp);
	OK(noro_hub_gate_login(gate, &l, session, &wait, &err));
	assert_int_equal(/* the same code again */
		noro_hub_gate_login(gate, &l, session, &wait, &err), NORO_EACCESS);
	OK(noro_hub_gate_session(gate, noro_view_str(session), l.now_ns + NS, arena, &who, &err));
	/* that failed after the session was made: it is another's text now, or still this one's */
	assert_string_equal(who.name, "yuki");
	assert_int_equal(basic("yuki", "a long password", l.now_ns, &wait), NORO_ENOENT);
	OK(noro_hub_gate_csrf(gate, noro_view_str(session), csrf));
	assert_true(noro_hub_gate_csrf_holds(gate, noro_view_str(session), noro_view_str(csrf)));
	assert_false(noro_hub_gate_csrf_holds(gate, NORO_V("other"), noro_view_str(csrf)));
	csrf[5] = csrf[5] == '0' ? '1' : '0';
	assert_false(noro_hub_gate_csrf_holds(gate, noro_view_str(session), noro_view_str(csrf)));
	assert_false(noro_hub_gate_csrf_holds(gate, noro_view_str(session), noro_view(csrf, 63)));
	OK(noro_hub_gate_logout(
		gate, &(struct noro_hub_act){ "yuki", l.now_ns }, noro_view_str(session), &err));
	assert_int_equal(noro_hub_gate_session(
				 gate, noro_view_str(session), l.now_ns + NS, arena, &who, &err),
		NORO_ENOENT);
	l.code = noro_view_str(recovery[3]);
	OK(noro_hub_gate_login(gate, &l, session, &wait, &err));
	assert_int_equal(noro_hub_gate_login(gate, &l, session, &wait, &err), NORO_EACCESS);
	l.name = "nobody";
	assert_int_equal(noro_hub_gate_login(gate, &l, session, &wait, &err), NORO_EACCESS);
}

static void a_quota_is_a_bucket_and_a_day(void **state)
{
	struct noro_hub_quota q = { 2, 3, 1000 };
	int64_t at = NOW;
	uint32_t wait;

	(void)state;
	OK(noro_hubdb_quota_set(db, BY, "one", &q, &err));
	for (int i = 0; i < 3; i++)
		OK(noro_hub_gate_take(gate, 2, at, &wait, &err));
	assert_int_equal(noro_hub_gate_take(gate, 2, at, &wait, &err), NORO_ELIMIT);
	assert_int_equal(wait, 1);
	at += NS / 2;
	OK(noro_hub_gate_take(gate, 2, at, &wait, &err));
	assert_int_equal(noro_hub_gate_take(gate, 2, at, &wait, &err), NORO_ELIMIT);
	OK(noro_hub_gate_take(gate, 3, at, &wait, &err)); /* another member */
	for (int i = 0; i < 1000; i++)                    /* the hub itself */
		OK(noro_hub_gate_take(gate, NORO_HUB_SELF, at, &wait, &err));
	at -= 3600 * NS; /* the clock goes back: nobody waits an hour for it */
	assert_int_equal(noro_hub_gate_take(gate, 2, at, &wait, &err), NORO_ELIMIT);
	OK(noro_hub_gate_take(gate, 2, at + NS, &wait, &err));
	noro_hub_gate_bytes(gate, 2, 1000, at + NS);
	assert_int_equal(noro_hub_gate_take(gate, 2, at + 5 * NS, &wait, &err), NORO_ELIMIT);
	assert_true(wait > 1 && wait <= 86400);
	OK(noro_hub_gate_take(gate, 2, at + 5 * NS + wait * NS, &wait, &err)); /* the next day */
	q.requests_s = 100000;
	q.burst = 100000;
	OK(noro_hubdb_quota_set(db, BY, "one", &q, &err)); /* works with the next request */
	at += 100000 * NS;
	for (int i = 0; i < 100; i++)
		OK(noro_hub_gate_take(gate, 2, at + i * NS / 1000, &wait, &err));
}

/* However many come, the table is as large as before, and one who fails much stays in it. */
static void failures_are_kept_in_bounded_memory(void **state)
{
	static const struct noro_throttle_rule rule = { 5, 60 };
	static struct noro_throttle t;
	char name[24];

	(void)state;
	for (int i = 0; i < 40; i++)
		noro_throttle_failed(&t, NORO_V("victim"), NOW);
	for (int i = 0; i < 200000; i++) {
		(void)snprintf(name, sizeof(name), "n%d", i);
		noro_throttle_failed(&t, noro_view_str(name), NOW + i);
	}
	assert_int_equal(noro_throttle_wait(&t, NORO_V("victim"), &rule, NOW + NS), 59);
	assert_int_equal(noro_throttle_wait(&t, NORO_V("victim"), &rule, NOW - NS), 60);
	assert_int_equal(noro_throttle_wait(&t, NORO_V("victim"), &rule, NOW + 61 * NS), 0);
	noro_throttle_forget(&t, NORO_V("victim"));
	assert_int_equal(noro_throttle_wait(&t, NORO_V("victim"), &rule, NOW + NS), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_token_is_let_in_by_either_scheme, begin, end),
		cmocka_unit_test_setup_teardown(
			a_password_is_remembered_until_a_right_changes, begin, end),
		cmocka_unit_test_setup_teardown(from_invitation_to_session_and_out, begin, end),
		cmocka_unit_test_setup_teardown(a_quota_is_a_bucket_and_a_day, begin, end),
		cmocka_unit_test(failures_are_kept_in_bounded_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
