/*
 * tests/unit/hub/test_correlate.c - the rule, what is made of it, and a year with known truth
 * (tests/hub_year.h): campaigns surface within a day of meeting the rule, and hardly anything else.
 * NOROSHI_SOAK=1: 8,800 members and a whole year.
 */
#include "tests/test.h"

#include "hub/correlate.h"
#include "tests/hub_year.h"

#include <limits.h>

/* ---- the rule ---- */

static int64_t met(const struct noro_hub_rule *rule, const struct noro_hub_sight *s, size_t n)
{
	struct noro_arena *a = noro_arena_new(0);
	int64_t day = -1;
	enum noro_status st = noro_hub_rule_day(a, rule, s, n, 0, &day);

	assert_true(st == NORO_OK || st == NORO_END);
	noro_arena_free(a);
	return st == NORO_OK ? day : -1;
}

static void the_rule_needs_members_and_sectors_within_its_days(void **state)
{
	const struct noro_hub_rule rule = { 3, 2, 7 };
	struct noro_hub_sight s[] = { { 10, 1, 1 }, { 11, 2, 1 }, { 16, 3, 2 } };

	(void)state;
	assert_int_equal(met(&rule, s, 3), 16);
	s[2].day = 17; /* the first is out of its days */
	assert_int_equal(met(&rule, s, 3), -1);
	s[2] = (struct noro_hub_sight){ 16, 3, 1 };
	assert_int_equal(met(&rule, s, 3), -1);
	s[2] = (struct noro_hub_sight){ 16, 2, 1 };
	assert_int_equal(met(&rule, s, 3), -1);
}

/* The same by asking every window for itself. */
static int64_t met_slowly(
	const struct noro_hub_rule *rule, const struct noro_hub_sight *s, size_t n)
{
	for (size_t hi = 0; hi < n; hi++) {
		unsigned members = 0, sectors = 0;

		for (size_t i = 0; i < n && s[i].day <= s[hi].day; i++) {
			bool m = s[i].day > s[hi].day - (int64_t)rule->days, c = m;

			for (size_t k = 0; k < i; k++)
				if (s[k].day > s[hi].day - (int64_t)rule->days) {
					m = m && s[k].member != s[i].member;
					c = c && s[k].sector != s[i].sector;
				}
			members += m;
			sectors += c;
		}
		if (members >= rule->members && sectors >= rule->sectors)
			return s[hi].day;
	}
	return -1;
}

static void the_pass_agrees_with_asking_every_window(void **state)
{
	struct year y = { .seed = 7 };

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct noro_hub_sight s[40];
		size_t n = year_rand(&y) % 40;
		const struct noro_hub_rule rule = { 2 + (uint32_t)(year_rand(&y) % 4),
			1 + (uint32_t)(year_rand(&y) % 3), 1 + (uint32_t)(year_rand(&y) % 9) };
		int64_t day = 0;

		for (size_t i = 0; i < n; i++) {
			day += (int64_t)(year_rand(&y) % 3);
			s[i] = (struct noro_hub_sight){ day, (int64_t)(year_rand(&y) % 6),
				year_rand(&y) % 4 };
		}
		assert_int_equal(met(&rule, s, n), met_slowly(&rule, s, n));
	}
}

static void scores_age(void **state)
{
	(void)state;
	assert_int_equal(noro_hub_decay(NORO_IOC_IPV4, 80, 0), 80);
	assert_int_equal(noro_hub_decay(NORO_IOC_IPV4, 80, 30 * NORO_DAY_NS), 0);
	/* 80 x (1 - sqrt(7.5/30)) */
	assert_int_equal(noro_hub_decay(NORO_IOC_IPV4, 80, 15 * NORO_DAY_NS / 2), 40);
	assert_true(noro_hub_decay(NORO_IOC_SHA256, 80, 15 * NORO_DAY_NS) >
		    noro_hub_decay(NORO_IOC_IPV4, 80, 15 * NORO_DAY_NS));
}

/* ---- a few members ---- */

struct site {
	struct year y;
	char path[64];
	struct noro_arena *a;
};

static void open_site(struct site *s, unsigned members)
{
	*s = (struct site){ .y = { .members = members, .days = 100 }, .a = noro_arena_new(0) };
	assert_true(year_path(s->path));
	assert_true(year_open(&s->y, s->path));
}

static void close_site(struct site *s)
{
	year_close(&s->y);
	noro_arena_free(s->a);
	year_unlink(s->path);
}

static void say(struct site *s, unsigned day, unsigned member, const char *text)
{
	s->y.says = 0;
	year_say(&s->y, member, NORO_IOC_DOMAIN, text);
	assert_int_equal(year_put(&s->y, day), NORO_OK);
}

static struct noro_hub_correlations ask(struct site *s, unsigned day, uint32_t days)
{
	struct noro_hub_correlate q = { .rule = { 3, 2, 7 },
		.days = days,
		.now_ns = (s->y.first_day + day + 1) * NORO_DAY_NS - 1 };
	struct noro_hub_correlations r;

	assert_int_equal(noro_hub_correlate(s->y.db, &q, s->a, &r, NULL), NORO_OK);
	return r;
}

static void a_result_is_explained_by_its_rows(void **state)
{
	struct noro_hub_correlations r;
	struct site s;

	(void)state;
	open_site(&s, 30);
	say(&s, 1, 0, "a.evil-example.com");
	say(&s, 1, 0, "a.evil-example.com");
	say(&s, 1, 1, "a.evil-example.com");
	say(&s, 1, 1, "other.evil-example.com");
	assert_int_equal(ask(&s, 1, 1).n, 0);
	say(&s, 3, 2, "a.evil-example.com");
	r = ask(&s, 3, 1);
	assert_int_equal(r.n, 1);
	assert_view_is(r.row[0].value.text, "a.evil-example.com");
	assert_int_equal(r.row[0].class, NORO_HUB_NEW);
	assert_int_equal(r.row[0].members, 3);
	assert_int_equal(r.row[0].sectors, 3);
	assert_int_equal(r.row[0].reports, 4);
	assert_int_equal(r.row[0].days, 2);
	assert_int_equal(r.row[0].day[0].members, 2);
	assert_int_equal(r.row[0].day[0].reports, 3);
	assert_int_equal(r.row[0].crossed_day, s.y.first_day + 3);
	assert_int_equal(r.row[0].sector_n, 3);
	assert_int_equal(r.row[0].sector[0].members, 1);
	assert_int_equal(r.row[0].nears, 1);
	assert_int_equal(r.row[0].group, 1);
	assert_true(r.row[0].score > 50);
	close_site(&s);
}

static void what_was_found_as_it_came_is_what_is_read_later(void **state)
{
	struct noro_hub_seen_ask days = { 0, 0, INT32_MAX };
	struct noro_hub_crossings found;
	struct site s;

	(void)state;
	open_site(&s, 60);
	for (unsigned d = 0; d < 40; d++) {
		year_day(&s.y, d);
		for (unsigned i = 0; i < 6; i++) {
			char text[64];

			year_name(text, "pool", (unsigned)(year_rand(&s.y) % 12), 0);
			year_say(&s.y, (uint32_t)(year_rand(&s.y) % 60), NORO_IOC_DOMAIN, text);
		}
		qsort(s.y.say, s.y.says, sizeof(*s.y.say), year_by_member);
		assert_int_equal(year_put(&s.y, d), NORO_OK);
	}
	assert_int_equal(noro_hubdb_crossings(s.y.db, &days, s.a, &found, NULL), NORO_OK);
	assert_true(found.n > 10);
	for (size_t i = 0; i < found.n; i++) {
		struct noro_hub_correlations r =
			ask(&s, (unsigned)(found.row[i].day - s.y.first_day), 1);
		bool there = false;

		for (size_t k = 0; k < r.n; k++)
			there = there || (r.row[k].value.no == found.row[i].value &&
						 r.row[k].crossed_day == found.row[i].day);
		assert_true(there);
	}
	for (unsigned d = 0; d < 40; d++) { /* and each that is read was found within its days */
		struct noro_hub_correlations r = ask(&s, d, 1);

		for (size_t k = 0; k < r.n; k++) {
			bool there = false;

			for (size_t i = 0; i < found.n; i++)
				there = there || (found.row[i].value == r.row[k].value.no &&
							 found.row[i].day <= s.y.first_day + d &&
							 found.row[i].day > s.y.first_day + d - 7);
			assert_true(there);
		}
	}
	close_site(&s);
}

static void what_comes_every_week_is_steady_until_it_rises(void **state)
{
	struct noro_hub_correlations r;
	struct site s;

	(void)state;
	open_site(&s, 60);
	for (unsigned d = 0; d < 80; d += 2)
		say(&s, d, d * 7 % 60, "cdn.example-shared.com");
	r = ask(&s, 78, 1);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.row[0].class, NORO_HUB_STEADY);
	assert_int_equal(r.row[0].group, 0);
	assert_true(r.row[0].p > 0.05);
	for (unsigned m = 0; m < 20; m++)
		say(&s, 80, m * 3, "cdn.example-shared.com");
	r = ask(&s, 80, 1);
	assert_int_equal(r.row[0].class, NORO_HUB_RISING);
	assert_true(r.row[0].p < 0.001);
	close_site(&s);
}

static void what_is_common_or_allowed_never_alerts(void **state)
{
	struct noro_hub_correlate q = { .rule = { 3, 2, 7 }, .days = 1 };
	struct noro_hub_correlations r;
	struct noro_allow *allow;
	struct site s;

	(void)state;
	open_site(&s, 100);
	for (unsigned m = 0; m < 30; m++)
		say(&s, 0, m, "everybody.example-shared.com");
	for (unsigned m = 0; m < 5; m++)
		say(&s, 0, m, "www.google.com");
	q.now_ns = (s.y.first_day + 1) * NORO_DAY_NS - 1;
	assert_int_equal(noro_allow_new(&allow), NORO_OK);
	q.allow = allow;
	assert_int_equal(noro_hub_correlate(s.y.db, &q, s.a, &r, NULL), NORO_OK);
	assert_int_equal(r.n, 2);
	assert_int_equal(r.groups, 0);
	for (size_t i = 0; i < 2; i++) {
		bool top = noro_view_is(r.row[i].value.text, "www.google.com");

		assert_int_equal(r.row[i].class, top ? NORO_HUB_ALLOWED : NORO_HUB_COMMON);
		assert_true(!top || r.row[i].why != NULL);
		assert_int_equal(r.row[i].members, top ? 5 : 30);
	}
	noro_allow_free(allow);
	close_site(&s);
}

static bool try_correlate(void *arg)
{
	const struct site *s = arg;
	struct noro_hub_correlate q = {
		.rule = { 3, 2, 7 }, .days = 1, .now_ns = (s->y.first_day + 2) * NORO_DAY_NS - 1
	};
	struct noro_hub_correlations r;
	struct noro_arena *a = noro_arena_new(0);
	bool done = a && noro_hub_correlate(s->y.db, &q, a, &r, NULL) == NORO_OK;

	assert_true(!done || (r.n == 2 && r.groups == 1));
	noro_arena_free(a);
	return done;
}

static void survives_any_allocation_that_fails(void **state)
{
	struct site s;

	(void)state;
	open_site(&s, 30);
	for (unsigned m = 0; m < 4; m++) {
		say(&s, 0, m, "a.evil-example.com");
		say(&s, 1, m, "b.evil-example.com");
		say(&s, 1, m, "a.evil-example.com");
	}
	test_allocation_sweep(try_correlate, &s, 1000);
	close_site(&s);
}

/* ---- a year ---- */

struct judged {
	unsigned crossed[YEAR_CAMPAIGNS], surfaced[YEAR_CAMPAIGNS]; /* days; UINT_MAX never */
	unsigned false_alerts, mass, top, waves;
};

/* Truth by itself: what each value of a campaign was said by, day by day. */
struct told {
	struct noro_hub_sight s[YEAR_OF][4096];
	size_t n[YEAR_OF];
};

static void follow_truth(const struct year *y, unsigned day, struct told *t, struct judged *j)
{
	const struct noro_hub_rule rule = { 3, 2, 7 };

	for (size_t i = 0; i < y->says; i++) {
		unsigned no, v = (unsigned)strtoul(y->say[i].text + 1, NULL, 10);
		struct told *of;

		if (year_truth(noro_view_str(y->say[i].text), &no) != YEAR_CAMPAIGN)
			continue;
		of = &t[no];
		if (of->n[v] < 4096)
			of->s[v][of->n[v]++] = (struct noro_hub_sight){ day, y->say[i].member + 2,
				(uint64_t)(uintptr_t)year_sector(y->say[i].member) };
	}
	for (unsigned c = 0; c < YEAR_CAMPAIGNS; c++)
		for (unsigned v = 0; v < YEAR_OF && j->crossed[c] == UINT_MAX; v++)
			if (met_slowly(&rule, t[c].s[v], t[c].n[v]) >= 0)
				j->crossed[c] = day;
}

static void judge_day(struct site *s, unsigned day, const struct noro_allow *allow,
	unsigned *last_alert, struct judged *j)
{
	struct noro_hub_correlate q = { .rule = { 3, 2, 7 },
		.days = 1,
		.now_ns = (s->y.first_day + day + 1) * NORO_DAY_NS - 1,
		.allow = allow };
	struct noro_arena *a = noro_arena_new(0);
	struct noro_hub_correlations r;
	uint32_t told = 0; /* groups come in order: one false alert for each that is not known */

	assert_int_equal(noro_hub_correlate(s->y.db, &q, a, &r, NULL), NORO_OK);
	for (size_t i = 0; i < r.n && noro_hub_class_alerts(r.row[i].class); i++) {
		unsigned no = 0, slot = (unsigned)(r.row[i].value.no % 65536);
		enum year_truth is = year_truth(r.row[i].value.text, &no);
		bool again = last_alert[slot] && day - last_alert[slot] + 1 < 7;

		last_alert[slot] = day + 1;
		if (is == YEAR_CAMPAIGN) {
			if (j->surfaced[no] == UINT_MAX)
				j->surfaced[no] = day;
			continue;
		}
		j->top += is == YEAR_TOP;
		if (again || r.row[i].group <= told)
			continue;
		told = r.row[i].group;
		j->waves += is == YEAR_WAVE;
		j->mass += is == YEAR_MASS;
		j->false_alerts += is != YEAR_WAVE;
	}
	noro_arena_free(a);
}

static struct noro_allow *tops(void)
{
	struct noro_allow *al;

	assert_int_equal(noro_allow_new(&al), NORO_OK);
	for (unsigned i = 0; i < YEAR_TOPS; i++) {
		char name[64];

		year_name(name, "top", i, 0);
		assert_int_equal(noro_allow_value(al, noro_view_str(name), "a top site"), NORO_OK);
	}
	return al;
}

static void run_year(unsigned members, unsigned days, uint64_t seed)
{
	struct judged j = { .false_alerts = 0 };
	struct told *t = calloc(YEAR_CAMPAIGNS, sizeof(*t));
	unsigned *last_alert = calloc(65536, sizeof(*last_alert));
	struct noro_allow *allow = tops();
	struct site s;

	open_site(&s, members);
	s.y.seed = seed;
	s.y.days = days;
	s.y.reports = members > 2000 ? 0.05 : 0.3;
	for (unsigned c = 0; c < YEAR_CAMPAIGNS; c++) {
		s.y.campaign_from[c] = days / 6 + c * days / 4;
		s.y.campaign_days[c] = days / (3 + 2 * c) > 60 ? 60 : days / (3 + 2 * c);
		s.y.campaign_members[c] = 10 + 4 * c;
		j.crossed[c] = j.surfaced[c] = UINT_MAX;
	}
	for (unsigned d = 0; d < days; d++) {
		year_day(&s.y, d);
		assert_int_equal(year_put(&s.y, d), NORO_OK);
		follow_truth(&s.y, d, t, &j);
		judge_day(&s, d, allow, last_alert, &j);
	}
	print_message(
		"# %u members, %u days, %llu objects: %u false alerts (%u of mass mails), %u of "
		"waves\n",
		members, days, (unsigned long long)s.y.puts, j.false_alerts, j.mass, j.waves);
	for (unsigned c = 0; c < YEAR_CAMPAIGNS; c++) {
		print_message("# campaign %u from day %u met the rule on day %d, surfaced on %d\n",
			c, s.y.campaign_from[c], (int)j.crossed[c], (int)j.surfaced[c]);
		assert_true(j.crossed[c] != UINT_MAX);
		assert_true(j.surfaced[c] <= j.crossed[c] + 1);
	}
	assert_int_equal(j.top, 0);
	assert_true(j.false_alerts < 5 * days / 7);
	close_site(&s);
	noro_allow_free(allow);
	free(last_alert);
	free(t);
}

static void campaigns_surface_and_hardly_anything_else(void **state)
{
	(void)state;
	run_year(400, 120, 1);
	if (getenv("NOROSHI_SOAK"))
		run_year(8800, 365, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rule_needs_members_and_sectors_within_its_days),
		cmocka_unit_test(the_pass_agrees_with_asking_every_window),
		cmocka_unit_test(scores_age),
		cmocka_unit_test(a_result_is_explained_by_its_rows),
		cmocka_unit_test(what_was_found_as_it_came_is_what_is_read_later),
		cmocka_unit_test(what_comes_every_week_is_steady_until_it_rises),
		cmocka_unit_test(what_is_common_or_allowed_never_alerts),
		cmocka_unit_test(survives_any_allocation_that_fails),
		cmocka_unit_test(campaigns_surface_and_hardly_anything_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
