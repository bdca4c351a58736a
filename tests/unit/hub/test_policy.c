/*
 * tests/unit/hub/test_policy.c - who may do what, as a table: every role, of a member and of the
 * hub, in and out of the group, suspended or not, against every kind of collection; and every TLP
 * against every collection.
 */
#include "tests/test.h"

#include "hub/policy.h"

enum { GROUP = 7, OTHER = 8 };

struct row {
	unsigned role;
	bool hub;
	/* r: may read, w: may write, in this order: inbox, shared with all, shared with the group
	 * that it is in, with one it is not in */
	const char *may[4];
};

static const struct row rows[] = {
	{ 0, false, { "", "", "", "" } },
	{ NORO_HUB_READER, false, { "r", "r", "r", "" } },
	{ NORO_HUB_REPORTER, false, { "rw", "", "", "" } },
	{ NORO_HUB_ANALYST, false, { "", "r", "r", "" } },
	{ NORO_HUB_APPROVER, false, { "", "", "", "" } },
	{ NORO_HUB_ADMIN, false, { "", "", "", "" } },
	{ NORO_HUB_READER | NORO_HUB_REPORTER, false, { "rw", "r", "r", "" } },
	{ 31, false, { "rw", "r", "r", "" } }, /* all roles do not make a member the hub */
	{ 0, true, { "", "", "", "" } },
	{ NORO_HUB_READER, true, { "r", "r", "r", "r" } },
	{ NORO_HUB_REPORTER, true, { "rw", "", "", "" } },
	{ NORO_HUB_ANALYST, true, { "", "rw", "rw", "rw" } },
	{ NORO_HUB_APPROVER, true, { "", "", "", "" } },
	{ NORO_HUB_ADMIN, true, { "", "", "", "" } },
	{ 31, true, { "rw", "rw", "rw", "rw" } },
};

static void the_table_of_who_may_what(void **state)
{
	static const int64_t in[] = { 3, GROUP, 9 };
	static const struct noro_hub_collection c[4] = { { .kind = NORO_HUB_INBOX },
		{ .kind = NORO_HUB_SHARED }, { .kind = NORO_HUB_SHARED, .audience = GROUP },
		{ .kind = NORO_HUB_SHARED, .audience = OTHER } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int k = 0; k < 4; k++)
			for (int suspended = 0; suspended < 2; suspended++)
				for (int tlp = NORO_TLP_NONE; tlp <= NORO_TLP_RED; tlp++) {
					struct noro_hub_person who = { .no = 5,
						.member = rows[i].hub ? NORO_HUB_SELF : 12,
						.roles = rows[i].role,
						.suspended = suspended,
						.group = in,
						.groups = 3 };
					struct noro_hub_collection one = c[k];
					const char *want = suspended ? "" : rows[i].may[k];
					struct noro_hub_may may;

					one.tlp = (enum noro_tlp)tlp; /* changes nothing here */
					may = noro_hub_may(&who, &one);
					assert_int_equal(may.read, strchr(want, 'r') != NULL);
					assert_int_equal(may.write, strchr(want, 'w') != NULL);
					assert_int_equal(may.see, *want != 0);
					assert_int_equal(
						may.owner, !suspended && one.kind == NORO_HUB_INBOX
								   ? who.member
								   : 0);
				}
}

static void what_a_collection_may_hold(void **state)
{
	(void)state;
	for (int tlp = NORO_TLP_NONE; tlp <= NORO_TLP_RED; tlp++)
		for (int most = NORO_TLP_CLEAR; most <= NORO_TLP_RED; most++) {
			struct noro_hub_collection c = { .tlp = (enum noro_tlp)most };
			int is = tlp == NORO_TLP_NONE ? NORO_TLP_AMBER : tlp;

			assert_int_equal(
				noro_hub_may_hold(&c, (enum noro_tlp)tlp, false), is <= most);
			assert_int_equal(noro_hub_may_hold(&c, (enum noro_tlp)tlp, true),
				most == NORO_TLP_RED);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_of_who_may_what),
		cmocka_unit_test(what_a_collection_may_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
