/*
 * tests/unit/store/test_hub_member.c - members come in by four eyes, are out at once, and what
 * works once works once; each change stands in the log.
 */
#include "tests/test.h"

#include "store/hub_people.h"

#include <stdio.h>

#define NS  INT64_C(1000000000)
#define NOW (INT64_C(1756252800) * NS)

static struct noro_hubdb *db;
static struct noro_arena *arena;
static struct noro_error err;

#define OK(call)  assert_int_equal((call), NORO_OK)
#define BY(name)  (&(struct noro_hub_act){ (name), NOW })
#define ADD(name) noro_hubdb_member_apply(db, BY("console"), (name), &(int64_t){ 0 }, &err)

static void person(const char *member, const char *name, unsigned roles)
{
	int64_t no;

	OK(noro_hubdb_person_make(
		db, BY("console"), &(struct noro_hub_newcomer){ member, name, roles }, &no, &err));
}

static int begin(void **state)
{
	(void)state;
	arena = noro_arena_new(0);
	OK(noro_hubdb_open(NULL, false, &db, &err));
	person("hub", "ichiro", NORO_HUB_APPROVER);
	person("hub", "jiro", NORO_HUB_ADMIN);
	person("hub", "saburo", NORO_HUB_ANALYST | NORO_HUB_READER | NORO_HUB_REPORTER);
	return 0;
}

struct last {
	char text[256];
};

static enum noro_status keep_last(void *ctx, const struct noro_hub_row_told *row)
{
	struct last *l = ctx;

	(void)snprintf(l->text, sizeof(l->text), "%s %s %s %s", row->who, row->verb, row->object,
		row->detail);
	return NORO_OK;
}

static void last_row_is(const char *text)
{
	struct last l = { "" };

	OK(noro_hubdb_audit_rows(db, 0, 10000, keep_last, &l, &err));
	assert_string_equal(l.text, text);
}

static int end(void **state)
{
	struct noro_hub_audit_said said;

	(void)state;
	OK(noro_hubdb_audit_verify(db, &(struct noro_hub_audit_asked){ 0 }, &said, &err));
	assert_null(said.fault); /* whatever a test did and was refused */
	noro_hubdb_close(db);
	noro_arena_free(arena);
	return 0;
}

static void two_different_persons_of_the_hub_vet(void **state)
{
	enum noro_hub_state is;
	struct noro_hub_member m;

	(void)state;
	OK(ADD("Example Telecom"));
	assert_int_equal(ADD("Example Telecom"), NORO_EARG);
	person("Example Telecom", "goro", NORO_HUB_APPROVER | NORO_HUB_ADMIN);
	assert_int_equal(
		noro_hubdb_member_activate(db, BY("jiro"), "Example Telecom", &err), NORO_EARG);
	assert_int_equal(/* an approver of another member, an analyst, nobody */
		noro_hubdb_member_vet(db, BY("goro"), "Example Telecom", &is, &err), NORO_EACCESS);
	assert_int_equal(noro_hubdb_member_vet(db, BY("saburo"), "Example Telecom", &is, &err),
		NORO_EACCESS);
	assert_int_equal(noro_hubdb_member_vet(db, BY("console"), "Example Telecom", &is, &err),
		NORO_EACCESS);
	OK(noro_hubdb_member_vet(db, BY("ichiro"), "Example Telecom", &is, &err));
	assert_int_equal(is, NORO_HUB_APPLIED);
	last_row_is("ichiro member.vet Example Telecom {\"votes\":\"1\"}");
	assert_int_equal(
		noro_hubdb_member_vet(db, BY("ichiro"), "Example Telecom", &is, &err), NORO_EARG);
	OK(noro_hubdb_person_stop(db, BY("console"), "jiro", true, &err));
	assert_int_equal(
		noro_hubdb_member_vet(db, BY("jiro"), "Example Telecom", &is, &err), NORO_EACCESS);
	OK(noro_hubdb_person_stop(db, BY("console"), "jiro", false, &err));
	OK(noro_hubdb_member_vet(db, BY("jiro"), "Example Telecom", &is, &err));
	assert_int_equal(is, NORO_HUB_VETTED);
	assert_int_equal(
		noro_hubdb_member_vet(db, BY("jiro"), "Example Telecom", &is, &err), NORO_EARG);
	OK(noro_hubdb_member_activate(db, BY("jiro"), "Example Telecom", &err));
	assert_int_equal(
		noro_hubdb_member_activate(db, BY("jiro"), "Example Telecom", &err), NORO_EARG);
	OK(noro_hubdb_member(db, arena, "Example Telecom", &m, &err));
	assert_int_equal(m.state, NORO_HUB_ACTIVE);
	assert_int_equal(m.votes, 2);
	assert_int_equal(noro_hubdb_member_vet(db, BY("jiro"), "Nobody", &is, &err), NORO_ENOENT);
}

static enum noro_status shown(const char *token, int64_t now, struct noro_hub_person *who)
{
	return noro_hubdb_person_shown(db,
		&(struct noro_hub_shown){ .token = noro_view_str(token), .now_ns = now }, arena,
		who, &err);
}

static void who_is_suspended_is_out_with_the_next_request(void **state)
{
	struct noro_hub_person who;
	char token[NORO_HUB_TOKEN];
	int64_t before, after;

	(void)state;
	OK(ADD("Example Rail"));
	person("Example Rail", "hana", NORO_HUB_READER);
	OK(noro_hubdb_token_add(db, BY("jiro"),
		&(struct noro_hub_token){ "hana", "soc", 0, 0, 0, false }, token, &err));
	OK(shown(token, NOW, &who));
	assert_true(who.suspended); /* applied: not in yet */
	for (int i = 0; i < 2; i++)
		OK(noro_hubdb_member_vet(db, BY(i ? "ichiro" : "jiro"), "Example Rail",
			&(enum noro_hub_state){ 0 }, &err));
	OK(noro_hubdb_member_activate(db, BY("jiro"), "Example Rail", &err));
	OK(shown(token, NOW, &who));
	assert_false(who.suspended);
	assert_string_equal(who.of, "Example Rail");
	OK(noro_hubdb_people_counter(db, &before, &err));
	OK(noro_hubdb_member_stop(db, BY("jiro"), "Example Rail", true, "asked for it", &err));
	last_row_is("jiro member.suspend Example Rail {\"why\":\"asked for it\"}");
	OK(noro_hubdb_people_counter(db, &after, &err));
	assert_true(after > before);
	OK(shown(token, NOW, &who));
	assert_true(who.suspended);
	OK(noro_hubdb_member_stop(db, BY("jiro"), "Example Rail", false, NULL, &err));
	last_row_is("jiro member.resume Example Rail {}");
	OK(shown(token, NOW, &who));
	assert_false(who.suspended);
	assert_int_equal(
		noro_hubdb_member_stop(db, BY("jiro"), "hub", true, NULL, &err), NORO_EARG);
}

static void a_token_ends_and_can_be_taken_back(void **state)
{
	struct noro_hub_token t = {
		.person = "saburo", .name = "poll", .expires_ns = NOW + 10 * NS
	};
	const struct noro_hub_token *list;
	struct noro_hub_person who;
	char one[NORO_HUB_TOKEN], two[NORO_HUB_TOKEN];
	int64_t expired;
	size_t n;

	(void)state;
	OK(noro_hubdb_token_add(db, BY("jiro"), &t, one, &err));
	assert_int_equal(noro_hubdb_token_add(db, BY("jiro"), &t, two, &err), NORO_EARG);
	OK(shown(one, NOW + 10 * NS - 1, &who));
	assert_int_equal(shown(one, NOW + 10 * NS, &who), NORO_ENOENT);
	OK(noro_hubdb_tokens_expired(db, NOW + 11 * NS, &expired, &err));
	assert_int_equal(expired, 1);
	t = (struct noro_hub_token){ .person = "saburo", .name = "other" };
	OK(noro_hubdb_token_add(db, BY("jiro"), &t, two, &err));
	assert_int_equal(noro_hubdb_person_shown(db,
				 &(struct noro_hub_shown){ .name = NORO_V("jiro"),
					 .token = noro_view_str(two),
					 .now_ns = NOW },
				 arena, &who, &err),
		NORO_ENOENT); /* another's name with it */
	OK(noro_hubdb_token_revoke(db, BY("jiro"), "saburo", "other", &err));
	last_row_is("jiro token.revoke saburo {\"token\":\"other\"}");
	assert_int_equal(
		noro_hubdb_token_revoke(db, BY("jiro"), "saburo", "other", &err), NORO_ENOENT);
	assert_int_equal(shown(two, NOW, &who), NORO_ENOENT);
	OK(noro_hubdb_tokens(db, arena, "saburo", &list, &n, &err));
	assert_int_equal(n, 2);
	assert_int_equal(list[0].used_ns, NOW + 10 * NS - 1);
	assert_int_equal(list[1].used_ns, 0);
	assert_true(list[1].revoked);
}

static void a_certificate_is_a_person(void **state)
{
	static const char spki[] =
		"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	struct noro_hub_shown s = { .spki = spki, .now_ns = NOW };
	struct noro_hub_person who;

	(void)state;
	assert_int_equal(
		noro_hubdb_certificate_add(db, BY("jiro"), "saburo", "0011", &err), NORO_EARG);
	OK(noro_hubdb_certificate_add(db, BY("jiro"), "saburo", spki, &err));
	assert_int_equal(
		noro_hubdb_certificate_add(db, BY("jiro"), "ichiro", spki, &err), NORO_EARG);
	OK(noro_hubdb_person_shown(db, &s, arena, &who, &err));
	assert_string_equal(who.name, "saburo");
	OK(noro_hubdb_certificate_revoke(db, BY("jiro"), spki, &err));
	assert_int_equal(noro_hubdb_person_shown(db, &s, arena, &who, &err), NORO_ENOENT);
}

static void a_place_joins_its_councils_and_leaves_the_former(void **state)
{
	static const struct noro_hub_group g[] = {
		{ 0, "prefecture-13", NORO_HUB_PREFECTURE, "Tokyo", "\xe6\x9d\xb1\xe4\xba\xac", 0 },
		{ 0, "prefecture-27", NORO_HUB_PREFECTURE, "Osaka", "\xe5\xa4\xa7\xe9\x98\xaa", 0 },
		{ 0, "sector-water", NORO_HUB_SECTOR, "Water", "\xe6\xb0\xb4\xe9\x81\x93", 0 },
		{ 0, "drill", NORO_HUB_FREE, "Drill", "\xe6\xbc\x94\xe7\xbf\x92", 0 },
	};
	const struct noro_hub_group *list;
	const struct noro_hub_member *members;
	struct noro_hub_person who;
	size_t n;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		OK(noro_hubdb_group_add(db, BY("jiro"), &g[i], &err));
	assert_int_equal(noro_hubdb_group_add(db, BY("jiro"), &g[3], &err), NORO_EARG);
	OK(ADD("Example Water"));
	person("Example Water", "mizuki", NORO_HUB_READER);
	OK(noro_hubdb_member_place(db, BY("jiro"), "Example Water",
		&(struct noro_hub_place){ "water", NULL, 13 }, &err));
	last_row_is("jiro member.place Example Water {\"prefecture\":\"13\",\"sector\":\"water\"}");
	OK(noro_hubdb_group_join(db, BY("jiro"), "drill", "Example Water", true, &err));
	assert_int_equal(
		noro_hubdb_group_join(db, BY("jiro"), "drill", "Example Water", true, &err),
		NORO_EARG);
	OK(noro_hubdb_member_place(db, BY("jiro"), "Example Water",
		&(struct noro_hub_place){ NULL, "water", 27 }, &err));
	OK(noro_hubdb_groups(db, arena, 2, &list, &n, &err));
	assert_int_equal(n, 3);
	assert_string_equal(list[0].id, "prefecture-27");
	assert_string_equal(list[1].id, "sector-water");
	assert_string_equal(list[2].id, "drill");
	OK(noro_hubdb_person(db, arena, "mizuki", &who, &err));
	assert_int_equal(who.groups, 3);
	OK(noro_hubdb_group_members(db, arena, "prefecture-13", &members, &n, &err));
	assert_int_equal(n, 0);
	OK(noro_hubdb_group_members(db, arena, "drill", &members, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(members[0].prefecture, 27);
	OK(noro_hubdb_group_join(db, BY("jiro"), "drill", "Example Water", false, &err));
	assert_int_equal(noro_hubdb_group_join(db, BY("jiro"), "none", "Example Water", true, &err),
		NORO_ENOENT);
}

static void assets_wait_until_they_are_confirmed(void **state)
{
	const struct noro_hub_asset *list;
	const struct noro_hub_contact *contacts;
	struct noro_hub_asset a = { .kind = NORO_HUB_DOMAIN, .value = "example.jp" };
	size_t n;

	(void)state;
	OK(ADD("one"));
	OK(ADD("two"));
	OK(noro_hubdb_asset_add(db, BY("jiro"), "one", &a, &err));
	assert_int_equal(noro_hubdb_asset_add(db, BY("jiro"), "one", &a, &err), NORO_EARG);
	OK(noro_hubdb_asset_add(db, BY("jiro"), "two", &a, &err));
	OK(noro_hubdb_assets(db, arena, 2, &list, &n, &err));
	assert_int_equal(n, 1);
	assert_false(list[0].confirmed);
	assert_int_equal(/* another's */
		noro_hubdb_asset_confirm(db, BY("jiro"), "two", list[0].no, &err), NORO_ENOENT);
	OK(noro_hubdb_asset_confirm(db, BY("jiro"), "one", list[0].no, &err));
	OK(noro_hubdb_assets(db, arena, 2, &list, &n, &err));
	assert_true(list[0].confirmed);
	assert_int_equal(
		noro_hubdb_asset_remove(db, BY("jiro"), "two", list[0].no, &err), NORO_ENOENT);
	OK(noro_hubdb_asset_remove(db, BY("jiro"), "one", list[0].no, &err));
	OK(noro_hubdb_assets(db, arena, 0, &list, &n, &err));
	assert_int_equal(n, 1);
	OK(noro_hubdb_contact_add(db, BY("jiro"), "one",
		&(struct noro_hub_contact){ 0, "Hana", "soc@example.jp", "duty", "ja" }, &err));
	OK(noro_hubdb_contacts(db, arena, 2, &contacts, &n, &err));
	assert_int_equal(n, 1);
	assert_string_equal(contacts[0].mail, "soc@example.jp");
	OK(noro_hubdb_contact_remove(db, BY("jiro"), "one", contacts[0].no, &err));
}

static void quotas_are_the_table_s_unless_said(void **state)
{
	struct noro_hub_quota q = { 1, 2, 3 }, got;

	(void)state;
	OK(ADD("one"));
	OK(noro_hubdb_quota(db, 2, &got, &err));
	assert_int_equal(got.requests_s, 10);
	OK(noro_hubdb_quota_set(db, BY("jiro"), "one", &q, &err));
	OK(noro_hubdb_quota(db, 2, &got, &err));
	assert_int_equal(got.bytes_day, 3);
	q.burst = 0;
	assert_int_equal(noro_hubdb_quota_set(db, BY("jiro"), "one", &q, &err), NORO_EARG);
	OK(noro_hubdb_quota_set(db, BY("jiro"), "one", NULL, &err));
	OK(noro_hubdb_quota(db, 2, &got, &err));
	assert_int_equal(got.requests_s, 10);
	OK(noro_hubdb_quota_set(db, BY("jiro"), NULL, &(struct noro_hub_quota){ 7, 8, 9 }, &err));
	OK(noro_hubdb_quota(db, 2, &got, &err));
	assert_int_equal(got.requests_s, 7);
}

static void a_code_an_invitation_a_recovery_code_work_once(void **state)
{
	static const char codes[2][65] = {
		"1111111111111111111111111111111111111111111111111111111111111111",
		"2222222222222222222222222222222222222222222222222222222222222222"
	};
	struct noro_hub_invitation i = { "Example Gas", NORO_HUB_READER, NOW + 100 * NS,
		"3333333333333333333333333333333333333333333333333333333333333333" };
	struct noro_hub_redeeming r = { i.digest, "yuki", "$argon2id$x",
		{ NORO_V("12345678901234567890"), codes, 2 } };
	struct noro_hub_secrets secrets;
	struct noro_hub_member m;
	struct noro_hub_act late = { "yuki", NOW + 100 * NS };

	(void)state;
	OK(ADD("Example Gas"));
	assert_int_equal(noro_hubdb_invite(db, BY("jiro"), &i, &err), NORO_EARG);
	for (int k = 0; k < 2; k++)
		OK(noro_hubdb_member_vet(db, BY(k ? "ichiro" : "jiro"), "Example Gas",
			&(enum noro_hub_state){ 0 }, &err));
	OK(noro_hubdb_invite(db, BY("jiro"), &i, &err));
	assert_int_equal(noro_hubdb_redeem(db, &late, &r, &err), NORO_ENOENT);
	r.name = "jiro"; /* taken: nothing of it is done */
	assert_int_equal(noro_hubdb_redeem(db, BY("jiro"), &r, &err), NORO_EARG);
	r.name = "yuki";
	OK(noro_hubdb_redeem(db, BY("yuki"), &r, &err));
	r.name = "yuki2";
	assert_int_equal(noro_hubdb_redeem(db, BY("yuki2"), &r, &err), NORO_ENOENT);
	OK(noro_hubdb_member(db, arena, "Example Gas", &m, &err));
	assert_int_equal(m.state, NORO_HUB_ACTIVE);
	OK(noro_hubdb_secrets(db, arena, "yuki", &secrets, &err));
	assert_string_equal(secrets.password, "$argon2id$x");
	assert_view_is(secrets.totp, "12345678901234567890");
	assert_false(secrets.suspended);
	OK(noro_hubdb_totp_take(db, secrets.no, 100, &err));
	assert_int_equal(noro_hubdb_totp_take(db, secrets.no, 100, &err), NORO_EACCESS);
	assert_int_equal(noro_hubdb_totp_take(db, secrets.no, 99, &err), NORO_EACCESS);
	OK(noro_hubdb_totp_take(db, secrets.no, 101, &err));
	OK(noro_hubdb_recovery_take(db, BY("yuki"), secrets.no, codes[1], &err));
	last_row_is("yuki recovery.use yuki {}");
	assert_int_equal(
		noro_hubdb_recovery_take(db, BY("yuki"), secrets.no, codes[1], &err), NORO_EACCESS);
	assert_int_equal(noro_hubdb_recovery_take(db, BY("yuki"), secrets.no + 1, codes[0], &err),
		NORO_EACCESS);
}

static void a_session_ends_by_itself_and_with_its_rights(void **state)
{
	static const char id[65] =
		"4444444444444444444444444444444444444444444444444444444444444444";
	struct noro_hub_session s = { id, NOW, 900 * NS, 3600 * NS };
	struct noro_hub_person who;
	struct noro_hub_secrets secrets;

	(void)state;
	OK(noro_hubdb_secrets(db, arena, "saburo", &secrets, &err));
	OK(noro_hubdb_session_add(db, BY("saburo"), secrets.no, id, &err));
	OK(noro_hubdb_session(db, &s, arena, &who, &err));
	assert_string_equal(who.name, "saburo");
	for (int i = 0; i < 4; i++) { /* in use: it goes on, but not past an hour */
		s.now_ns += 890 * NS;
		OK(noro_hubdb_session(db, &s, arena, &who, &err));
	}
	s.now_ns += 100 * NS;
	assert_int_equal(noro_hubdb_session(db, &s, arena, &who, &err), NORO_ENOENT);
	OK(noro_hubdb_session_end(db, BY("saburo"), id, &err));
	for (int turn = 0; turn < 3; turn++) {
		OK(noro_hubdb_session_add(db, BY("saburo"), secrets.no, id, &err));
		s.now_ns = NOW;
		if (turn == 0)
			OK(noro_hubdb_password_set(db, BY("jiro"), "saburo", "$x", &err));
		if (turn == 1)
			OK(noro_hubdb_person_stop(db, BY("jiro"), "saburo", true, &err));
		if (turn == 2)
			s.now_ns = NOW + 901 * NS; /* nobody used it */
		assert_int_equal(noro_hubdb_session(db, &s, arena, &who, &err), NORO_ENOENT);
	}
	OK(noro_hubdb_sessions_forget(db, NOW + 1, NOW + 1, &err));
}

static bool try_vetting(void *arg)
{
	static int turn;
	char name[24];
	int64_t no;

	(void)arg;
	(void)snprintf(name, sizeof(name), "member%d", turn++);
	return noro_hubdb_member_apply(db, BY("console"), name, &no, &err) == NORO_OK;
}

static void no_memory_is_no_change(void **state)
{
	(void)state;
	test_allocation_sweep(try_vetting, NULL, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(two_different_persons_of_the_hub_vet, begin, end),
		cmocka_unit_test_setup_teardown(
			who_is_suspended_is_out_with_the_next_request, begin, end),
		cmocka_unit_test_setup_teardown(a_token_ends_and_can_be_taken_back, begin, end),
		cmocka_unit_test_setup_teardown(a_certificate_is_a_person, begin, end),
		cmocka_unit_test_setup_teardown(
			a_place_joins_its_councils_and_leaves_the_former, begin, end),
		cmocka_unit_test_setup_teardown(assets_wait_until_they_are_confirmed, begin, end),
		cmocka_unit_test_setup_teardown(quotas_are_the_table_s_unless_said, begin, end),
		cmocka_unit_test_setup_teardown(
			a_code_an_invitation_a_recovery_code_work_once, begin, end),
		cmocka_unit_test_setup_teardown(
			a_session_ends_by_itself_and_with_its_rights, begin, end),
		cmocka_unit_test_setup_teardown(no_memory_is_no_change, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
