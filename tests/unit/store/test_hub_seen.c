/*
 * tests/unit/store/test_hub_seen.c - who saw what on which day: however objects come, come again,
 * come in new versions, refer to each other, are revoked or deleted.
 */
#include "tests/test.h"

#include "base/arena.h"
#include "base/json.h"
#include "intel/stix21.h"
#include "store/hub_seen.h"

#define NS  NORO_NS_PER_S
#define DAY NORO_DAY_NS

enum { INBOX = 1, SHARED = 2 };

struct site {
	struct noro_hubdb *db;
	struct noro_arena *a;
	int64_t now, added_us;
	bool moved;
};

static void open_site(struct site *s)
{
	struct noro_hub_root root = { .name = "r", .title = "R", .max_content = 1 << 20 };
	struct noro_hub_collection inbox = {
		.root = 1, .title = "in", .kind = NORO_HUB_INBOX, .tlp = NORO_TLP_RED
	};
	struct noro_hub_collection shared = { .root = 1, .title = "out", .tlp = NORO_TLP_RED };

	*s = (struct site){ .now = 20000 * DAY + 3600 * NS, .a = noro_arena_new(0) };
	assert_int_equal(noro_hubdb_open(NULL, false, &s->db, NULL), NORO_OK);
	assert_int_equal(noro_hubdb_root_add(s->db, &root, NULL), NORO_OK);
	assert_int_equal(noro_hubdb_collection_add(s->db, &inbox, NULL), NORO_OK);
	assert_int_equal(noro_hubdb_collection_add(s->db, &shared, NULL), NORO_OK);
}

static void close_site(struct site *s)
{
	noro_hubdb_close(s->db);
	noro_arena_free(s->a);
}

/* A member (0: the hub, to all) says something. */
static enum noro_hub_how put(struct site *s, int64_t member, const char *text)
{
	const struct noro_json *o;
	struct noro_values v;
	struct noro_hub_object object = { .spec_version = NORO_V("2.1"), .values = &v };
	struct noro_hub_envelope e = { .collection = member ? INBOX : SHARED,
		.owner = member,
		.object = &object,
		.n = 1,
		.now_ns = s->now };
	struct noro_hub_taken taken;
	int64_t ns;

	assert_int_equal(noro_json_parse(s->a, noro_view_str(text), NULL, &o, NULL), NORO_OK);
	assert_int_equal(noro_values_of(s->a, o, &v), NORO_OK);
	assert_int_equal(noro_stix21_digest(s->a, o, object.digest), NORO_OK);
	object.id = noro_json_str(o, "id");
	object.type = noro_json_str(o, "type");
	object.version = noro_json_str(o, "modified");
	object.version_ns =
		object.version.p && noro_stix21_time(object.version, &ns) ? ns : NORO_TIME_NONE;
	object.revoked = noro_json_get(o, "revoked") != NULL;
	object.bytes = noro_view_str(text);
	object.added_us = s->added_us;
	assert_int_equal(noro_hubdb_put(s->db, &e, &taken, NULL), NORO_OK);
	s->now += NS;
	s->moved = taken.moved;
	return taken.how;
}

static const char *indicator(struct site *s, const char *id, int version, const char *value)
{
	return noro_arena_printf(s->a,
		"{\"type\":\"indicator\",\"id\":\"indicator--%s\",\"modified\":"
		"\"2024-01-0%dT00:00:00.000Z\",\"pattern_type\":\"stix\",\"pattern\":\"[ipv4-addr:"
		"value = '%s']\"}",
		id, version, value);
}

static const char *sighting(
	struct site *s, const char *id, const char *of, const char *last_seen, int count)
{
	return noro_arena_printf(s->a,
		"{\"type\":\"sighting\",\"id\":\"sighting--%s\",\"modified\":"
		"\"2024-01-01T00:00:00.000Z\",\"sighting_of_ref\":\"%s\",\"count\":%d%s%s%s}",
		id, of, count, last_seen ? ",\"last_seen\":\"" : "", last_seen ? last_seen : "",
		last_seen ? "\"" : "");
}

struct rows {
	struct noro_hub_seen row[32];
	size_t n;
};

static enum noro_status on_row(void *ctx, const struct noro_hub_seen *row)
{
	struct rows *r = ctx;

	assert_true(r->n < 32);
	r->row[r->n++] = *row;
	return NORO_OK;
}

static struct noro_hub_value value(struct site *s, const char *text)
{
	struct noro_hub_value v = { .kind = NORO_IOC_IPV4, .text = noro_view_str(text) };
	struct noro_hub_value ret;

	assert_int_equal(noro_hubdb_value(s->db, &v, s->a, &ret, NULL), NORO_OK);
	assert_view_is(ret.text, text);
	return ret;
}

/* Rows of one value; both ways of asking agree. */
static struct rows seen(struct site *s, const char *text)
{
	int64_t no = value(s, text).no;
	struct rows one = { 0 }, all = { 0 };
	size_t n = 0;

	assert_int_equal(noro_hubdb_seen(s->db, &(struct noro_hub_seen_ask){ no, 0, INT32_MAX },
				 on_row, &one, NULL),
		NORO_OK);
	assert_int_equal(noro_hubdb_seen(s->db, &(struct noro_hub_seen_ask){ 0, 0, INT32_MAX },
				 on_row, &all, NULL),
		NORO_OK);
	for (size_t i = 0; i < all.n; i++)
		if (all.row[i].value == no) {
			assert_true(n < one.n);
			assert_memory_equal(&all.row[i], &one.row[n], sizeof(one.row[n]));
			n++;
		}
	assert_int_equal(n, one.n);
	return one;
}

static void a_member_and_a_day_are_one_row(void **state)
{
	struct site s;
	struct rows r;

	(void)state;
	open_site(&s);
	assert_int_equal(put(&s, 5, indicator(&s, "a", 1, "203.0.113.1")), NORO_HUB_TAKEN);
	assert_int_equal(put(&s, 5, indicator(&s, "a", 1, "203.0.113.1")), NORO_HUB_THERE);
	assert_int_equal(put(&s, 5, indicator(&s, "a", 2, "203.0.113.1")), NORO_HUB_TAKEN);
	r = seen(&s, "203.0.113.1");
	assert_int_equal(r.n, 1);
	assert_int_equal(r.row[0].n, 1); /* a newer version says the same */
	assert_int_equal(r.row[0].member, 5);
	assert_int_equal(r.row[0].day, 20000);
	assert_int_equal(put(&s, 5, indicator(&s, "b", 1, "203.0.113.1")), NORO_HUB_TAKEN);
	assert_int_equal(put(&s, 6, indicator(&s, "a", 1, "203.0.113.1")), NORO_HUB_TAKEN);
	s.now += DAY;
	assert_int_equal(put(&s, 5, indicator(&s, "c", 1, "203.0.113.1")), NORO_HUB_TAKEN);
	assert_int_equal(put(&s, 5, indicator(&s, "a", 3, "203.0.113.2")), NORO_HUB_TAKEN);
	r = seen(&s, "203.0.113.1");
	assert_int_equal(r.n, 3);
	assert_int_equal(r.row[0].n, 2);
	assert_true(r.row[0].last_ns > r.row[0].first_ns);
	assert_int_equal(r.row[1].member, 6);
	assert_int_equal(r.row[2].day, 20001);
	assert_int_equal(seen(&s, "203.0.113.2").n, 1);
	close_site(&s);
}

static void what_the_hub_says_itself_is_no_member_seeing_it(void **state)
{
	struct noro_hub_value unknown = { .kind = NORO_IOC_IPV4, .text = NORO_V("203.0.113.77") };
	struct noro_hub_value ret;
	struct site s;

	(void)state;
	open_site(&s);
	(void)put(&s, 0, indicator(&s, "a", 1, "203.0.113.1"));
	assert_int_equal(seen(&s, "203.0.113.1").n, 0);
	assert_int_equal(noro_hubdb_value(s.db, &unknown, s.a, &ret, NULL), NORO_ENOENT);
	close_site(&s);
}

static void a_sighting_counts_on_its_own_day_in_whatever_order_it_comes(void **state)
{
	struct site s;
	struct rows r;

	(void)state;
	open_site(&s);
	(void)put(&s, 7, sighting(&s, "1", "indicator--a", "2024-10-01T12:00:00Z", 3));
	(void)put(&s, 8, sighting(&s, "1", "indicator--a", "2999-10-01T12:00:00Z", 1));
	(void)put(&s, 0, indicator(&s, "a", 1, "203.0.113.1"));
	(void)put(&s, 9, sighting(&s, "1", "indicator--a", NULL, 1));
	r = seen(&s, "203.0.113.1");
	assert_int_equal(r.n, 3);
	assert_int_equal(r.row[0].member, 7);
	assert_int_equal(r.row[0].day, 19997);
	assert_int_equal(r.row[1].member, 8); /* not in the future */
	assert_int_equal(r.row[1].day, 20000);
	assert_int_equal(r.row[2].member, 9);
	close_site(&s);
}

static void a_chain_of_references_ends_at_the_value(void **state)
{
	static const char observed[] =
		"{\"type\":\"observed-data\",\"id\":\"observed-data--1\",\"modified\":"
		"\"2024-01-01T00:00:00.000Z\",\"last_observed\":\"2024-10-02T00:00:00Z\","
		"\"object_refs\":[\"ipv4-addr--1\"]}";
	static const char address[] =
		"{\"type\":\"ipv4-addr\",\"id\":\"ipv4-addr--1\",\"value\":\"203.0.113.9\"}";
	struct site s;
	struct rows r;

	(void)state;
	open_site(&s);
	(void)put(&s, 7, sighting(&s, "1", "observed-data--1", "2024-10-01T12:00:00Z", 1));
	(void)put(&s, 7, observed);
	(void)put(&s, 7, address);
	r = seen(&s, "203.0.113.9");
	assert_int_equal(r.n, 3);
	assert_int_equal(r.row[0].day, 19997);
	assert_int_equal(r.row[1].day, 19998);
	assert_int_equal(r.row[2].day, 20000);
	close_site(&s);
}

static void nobody_refers_to_what_is_in_anothers_inbox(void **state)
{
	struct site s;

	(void)state;
	open_site(&s);
	(void)put(&s, 5, indicator(&s, "a", 1, "203.0.113.1"));
	(void)put(&s, 6, sighting(&s, "1", "indicator--a", NULL, 1));
	assert_int_equal(seen(&s, "203.0.113.1").n, 1);
	(void)put(&s, 6, indicator(&s, "a", 1, "203.0.113.2"));
	assert_int_equal(seen(&s, "203.0.113.1").n, 1);
	assert_int_equal(seen(&s, "203.0.113.2").n, 1);
	assert_int_equal(seen(&s, "203.0.113.2").row[0].n, 2);
	close_site(&s);
}

static void what_is_revoked_or_deleted_no_longer_counts(void **state)
{
	static const char revoked[] =
		"{\"type\":\"indicator\",\"id\":\"indicator--a\",\"modified\":"
		"\"2024-01-09T00:00:00.000Z\",\"revoked\":true,\"pattern_type\":\"stix\","
		"\"pattern\":\"[ipv4-addr:value = '203.0.113.1']\"}";
	struct noro_hub_ask ask = {
		.collection = INBOX, .owner = 5, .id = { NORO_V("indicator--b") }, .ids = 1
	};
	struct site s;
	uint64_t n;

	(void)state;
	open_site(&s);
	(void)put(&s, 5, indicator(&s, "a", 1, "203.0.113.1"));
	(void)put(&s, 5, indicator(&s, "a", 2, "203.0.113.1"));
	(void)put(&s, 5, indicator(&s, "b", 1, "203.0.113.1"));
	assert_int_equal(seen(&s, "203.0.113.1").row[0].n, 2);
	assert_int_equal(put(&s, 5, revoked), NORO_HUB_TAKEN);
	assert_int_equal(seen(&s, "203.0.113.1").row[0].n, 1);
	assert_int_equal(noro_hubdb_delete(s.db, &ask, &n, NULL), NORO_OK);
	assert_int_equal(n, 1);
	assert_int_equal(seen(&s, "203.0.113.1").n, 0);
	close_site(&s);
}

static void the_last_word_of_each_member_is_kept(void **state)
{
	static const char opinion[] =
		"{\"type\":\"opinion\",\"id\":\"opinion--1\",\"modified\":"
		"\"2024-01-01T00:00:00.000Z\",\"opinion\":\"strongly-disagree\",\"object_refs\":"
		"[\"indicator--a\"]}";
	const struct noro_hub_verdict *v;
	struct site s;
	size_t n;

	(void)state;
	open_site(&s);
	(void)put(&s, 0, indicator(&s, "a", 1, "203.0.113.1"));
	(void)put(&s, 6, sighting(&s, "1", "indicator--a", NULL, 0));
	(void)put(&s, 6, opinion);
	(void)put(&s, 7, sighting(&s, "1", "indicator--a", NULL, 0));
	assert_int_equal(seen(&s, "203.0.113.1").n, 0);
	assert_int_equal(
		noro_hubdb_verdicts(s.db, value(&s, "203.0.113.1").no, s.a, &v, &n, NULL), NORO_OK);
	assert_int_equal(n, 2);
	assert_int_equal(v[0].says, NORO_SAYS_FALSE);
	assert_int_equal(v[1].says, NORO_SAYS_NOT_SEEN);
	close_site(&s);
}

static void mentions_and_neighbours_are_found(void **state)
{
	struct noro_hub_mentions m = { .most = 10 };
	struct noro_hub_nears near = { .most = 10 };
	struct noro_hub_value v;
	struct site s;

	(void)state;
	open_site(&s);
	(void)put(&s, 5, indicator(&s, "a", 1, "203.0.113.1"));
	(void)put(&s, 6, indicator(&s, "b", 1, "203.0.113.2"));
	s.now += 40 * DAY;
	(void)put(&s, 6, indicator(&s, "c", 1, "203.0.113.3"));
	(void)put(&s, 0, indicator(&s, "d", 1, "203.0.113.1"));
	v = value(&s, "203.0.113.1");
	assert_int_equal(noro_hubdb_mentions(s.db, v.no, s.a, &m, NULL), NORO_OK);
	assert_int_equal(m.n, 2);
	assert_string_equal(m.row[0].id, "indicator--d");
	assert_string_equal(m.row[1].id, "indicator--a");
	assert_int_equal(m.row[1].owner, 5);
	assert_int_equal(noro_hubdb_near(s.db, &v, 0, s.a, &near, NULL), NORO_OK);
	assert_int_equal(near.n, 2);
	assert_int_equal(noro_hubdb_near(s.db, &v, 20010, s.a, &near, NULL), NORO_OK);
	assert_int_equal(near.n, 1);
	assert_view_is(near.row[0].text, "203.0.113.3");
	close_site(&s);
}

static void an_object_from_elsewhere_keeps_its_date_if_no_reader_can_miss_it(void **state)
{
	struct noro_hub_mentions m = { .most = 10 };
	struct site s;

	(void)state;
	open_site(&s);
	s.added_us = 10000 * (DAY / 1000) + 7;
	(void)put(&s, 5, indicator(&s, "a", 1, "203.0.113.1"));
	assert_false(s.moved);
	(void)put(&s, 5, indicator(&s, "b", 1, "203.0.113.1")); /* of the same moment */
	assert_false(s.moved);
	s.added_us -= DAY / 1000;
	(void)put(&s, 5, indicator(&s, "c", 1, "203.0.113.1")); /* readers are past it */
	assert_true(s.moved);
	assert_int_equal(
		noro_hubdb_mentions(s.db, value(&s, "203.0.113.1").no, s.a, &m, NULL), NORO_OK);
	assert_int_equal(m.n, 3);
	assert_int_equal(m.row[0].day, 20000);
	assert_int_equal(m.row[1].day, 10000);
	assert_int_equal(m.row[2].added_us + m.row[1].added_us, 20000 * (DAY / 1000) + 15);
	close_site(&s);
}

/* ---- memory that fails ---- */

/* A chain of references, so that every list in between is made. */
static bool try_chain(void *arg)
{
	static const char id[] = "indicator--a";
	const struct noro_value value = { NORO_IOC_IPV4, NORO_V("203.0.113.1"),
		NORO_V("ipv4-addr:value"), 1 };
	const struct noro_view ref = NORO_V(id);
	const struct noro_values says[2] = {
		{ .ref = &ref, .refs = 1, .first_ns = NORO_TIME_NONE, .last_ns = NORO_TIME_NONE },
		{ .value = &value,
			.values = 1,
			.first_ns = NORO_TIME_NONE,
			.last_ns = NORO_TIME_NONE }
	};
	const struct noro_hub_object object[2] = { { .id = NORO_V("sighting--a"),
							   .type = NORO_V("sighting"),
							   .spec_version = NORO_V("2.1"),
							   .version_ns = 1,
							   .bytes = NORO_V("{}"),
							   .digest = "0",
							   .values = &says[0] },
		{ .id = NORO_V(id),
			.type = NORO_V("indicator"),
			.spec_version = NORO_V("2.1"),
			.version_ns = 1,
			.bytes = NORO_V("{}"),
			.digest = "0",
			.values = &says[1] } };
	struct noro_hub_envelope e = { .collection = INBOX, .object = object, .n = 2 };
	struct noro_hub_collection inbox = { .root = 1, .title = "in", .kind = NORO_HUB_INBOX };
	struct noro_hub_root root = { .name = "r", .title = "R" };
	struct noro_hub_taken taken[2];
	struct noro_hubdb *db = NULL;
	bool done;

	(void)arg;
	done = noro_hubdb_open(NULL, false, &db, NULL) == NORO_OK &&
	       noro_hubdb_root_add(db, &root, NULL) == NORO_OK &&
	       noro_hubdb_collection_add(db, &inbox, NULL) == NORO_OK;
	for (int64_t m = 2; done && m < 6; m++) {
		e.owner = m;
		e.now_ns = 20000 * DAY + m * NS;
		done = noro_hubdb_put(db, &e, taken, NULL) == NORO_OK;
	}
	noro_hubdb_close(db);
	return done;
}

static void survives_any_allocation_that_fails(void **state)
{
	(void)state;
	test_allocation_sweep(try_chain, NULL, 3000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_member_and_a_day_are_one_row),
		cmocka_unit_test(what_the_hub_says_itself_is_no_member_seeing_it),
		cmocka_unit_test(a_sighting_counts_on_its_own_day_in_whatever_order_it_comes),
		cmocka_unit_test(a_chain_of_references_ends_at_the_value),
		cmocka_unit_test(nobody_refers_to_what_is_in_anothers_inbox),
		cmocka_unit_test(what_is_revoked_or_deleted_no_longer_counts),
		cmocka_unit_test(the_last_word_of_each_member_is_kept),
		cmocka_unit_test(mentions_and_neighbours_are_found),
		cmocka_unit_test(an_object_from_elsewhere_keeps_its_date_if_no_reader_can_miss_it),
		cmocka_unit_test(survives_any_allocation_that_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
