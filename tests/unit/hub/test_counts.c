/*
 * tests/unit/hub/test_counts.c - what members are told of others: never fewer than k, never twice
 * otherwise on one day, and nothing by subtracting.
 */
#include "tests/test.h"

#include "base/json.h"
#include "hub/counts.h"
#include "tests/hub_year.h"

struct site {
	struct year y;
	char path[64];
	struct noro_arena *a;
};

static void open_site(struct site *s, unsigned members)
{
	*s = (struct site){ .y = { .members = members, .days = 100, .seed = 5 },
		.a = noro_arena_new(0) };
	assert_true(year_path(s->path));
	assert_true(year_open(&s->y, s->path));
}

static void close_site(struct site *s)
{
	year_close(&s->y);
	year_unlink(s->path);
	noro_arena_free(s->a);
}

static void say(struct site *s, unsigned day, unsigned member, const char *text)
{
	s->y.says = 0;
	year_say(&s->y, member, NORO_IOC_DOMAIN, text);
	assert_int_equal(year_put(&s->y, day), NORO_OK);
}

static const char *told(struct site *s, unsigned day, const char *text)
{
	struct noro_hub_value v = { .kind = NORO_IOC_DOMAIN, .text = noro_view_str(text) }, found;
	const char *body;

	assert_int_equal(noro_hubdb_value(s->y.db, &v, s->a, &found, NULL), NORO_OK);
	assert_int_equal(noro_hub_counts(s->y.db, found.no, (s->y.first_day + day) * NORO_DAY_NS,
				 s->a, &body, NULL),
		NORO_OK);
	return body;
}

static void buckets_begin_at_k(void **state)
{
	(void)state;
	assert_null(noro_hub_bucket(2, 3));
	assert_null(noro_hub_bucket(4, 5));
	assert_string_equal(noro_hub_bucket(3, 3), "3-5");
	assert_string_equal(noro_hub_bucket(5, 5), "3-5");
	assert_string_equal(noro_hub_bucket(6, 3), "6-10");
	assert_string_equal(noro_hub_bucket(11, 3), "11-30");
	assert_string_equal(noro_hub_bucket(30, 3), "11-30");
	assert_string_equal(noro_hub_bucket(31, 3), "31+");
}

/* Who looks, reports and looks again sees the same all day, and not what others did meanwhile. */
static void looking_again_tells_nothing_new(void **state)
{
	static const char v[] = "x.example.com";
	const char *first;
	struct site s;

	(void)state;
	open_site(&s, 60);
	say(&s, 1, 0, v);
	say(&s, 1, 1, v);
	first = told(&s, 1, v);
	assert_non_null(strstr(first, "\"members\":null"));
	for (unsigned m = 2; m < 40; m++) {
		say(&s, 1, m, v);
		assert_string_equal(told(&s, 1, v), first);
	}
	assert_non_null(strstr(told(&s, 2, v), "\"members\":\"31+\""));
	first = told(&s, 2, v);
	for (unsigned m = 40; m < 60; m++)
		say(&s, 2, m, v);
	assert_string_equal(told(&s, 2, v), first);
	assert_string_equal(told(&s, 1, v), first); /* a clock that goes back is no second look */
	close_site(&s);
}

/* Own reports of today are not in what is told today: the step they make cannot be seen. */
static void a_report_of_ones_own_is_no_probe(void **state)
{
	struct site s;

	(void)state;
	open_site(&s, 60);
	for (unsigned others = 3; others < 12; others++) {
		char v[32];
		const char *without, *with;

		(void)snprintf(v, sizeof(v), "a%u.example.com", others);
		for (unsigned m = 0; m < others; m++)
			say(&s, 1, m, v);
		(void)snprintf(v, sizeof(v), "b%u.example.com", others);
		for (unsigned m = 0; m < others; m++)
			say(&s, 1, m, v);
		say(&s, 2, 59, v); /* the probe */
		with = told(&s, 2, v);
		v[0] = 'a';
		without = told(&s, 2, v);
		assert_string_equal(with, without);
	}
	close_site(&s);
}

static unsigned members_of(const char *sector, const bool *in, unsigned members)
{
	unsigned n = 0;

	for (unsigned m = 0; m < members; m++)
		n += in[m] && strcmp(year_sector(m), sector) == 0;
	return n;
}

static unsigned size_of(const char *sector, unsigned members)
{
	unsigned n = 0;

	for (unsigned m = 0; m < members; m++)
		n += strcmp(year_sector(m), sector) == 0;
	return n;
}

static void check_cells(const struct noro_json *o, const bool *in, unsigned members, unsigned all)
{
	const struct noro_json *list = noro_json_get(o, "sectors");
	unsigned shown = 0;
	bool rest = false;

	for (const struct noro_json *c = list ? list->child : NULL; c; c = c->next) {
		char name[32];
		unsigned n;

		(void)snprintf(name, sizeof(name), "%.*s", NORO_VARG(noro_json_str(c, "sector")));
		assert_true(noro_json_str(c, "members").n > 0);
		if (strcmp(name, "other") == 0) {
			rest = true;
			continue;
		}
		n = members_of(name, in, members);
		assert_true(n >= (size_of(name, members) < NORO_HUB_SMALL ? 5u : 3u));
		shown += n;
	}
	if (list) { /* what is left over is nobody, or enough to hide in */
		assert_int_equal(rest, all > shown);
		assert_true(all == shown || all - shown >= 3);
	}
}

static void no_cell_can_be_subtracted_down_to_fewer_than_k(void **state)
{
	enum { MEMBERS = 330 };
	struct site s;

	(void)state;
	open_site(&s, MEMBERS);
	for (unsigned round = 0; round < 60; round++) {
		bool in[MEMBERS] = { false };
		const struct noro_json *o;
		unsigned all = 0, share = 1 + round % 30;
		const char *body;
		char v[32];

		(void)snprintf(v, sizeof(v), "r%u.example.com", round);
		for (unsigned m = 0; m < MEMBERS; m++)
			in[m] = year_rand(&s.y) % share == 0 && m % (1 + round / 10) == 0;
		s.y.says = 0;
		for (unsigned m = 0; m < MEMBERS; m++)
			if (in[m]) {
				year_say(&s.y, m, NORO_IOC_DOMAIN, v);
				all++;
			}
		if (!all)
			continue;
		assert_int_equal(year_put(&s.y, 1), NORO_OK);
		body = told(&s, 2, v);
		assert_int_equal(
			noro_json_parse(s.a, noro_view_str(body), NULL, &o, NULL), NORO_OK);
		assert_int_equal(noro_json_get(o, "members")->kind == NORO_JSON_NULL, all < 3);
		assert_true(all >= 3 || !noro_json_get(o, "sectors"));
		check_cells(o, in, MEMBERS, all);
	}
	close_site(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_begin_at_k),
		cmocka_unit_test(looking_again_tells_nothing_new),
		cmocka_unit_test(a_report_of_ones_own_is_no_probe),
		cmocka_unit_test(no_cell_can_be_subtracted_down_to_fewer_than_k),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
