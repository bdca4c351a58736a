/* tests/unit/hub/test_release.c - what others may read of what a member sent. */
#include "tests/test.h"

#include "base/buf.h"
#include "hub/release.h"

#define HUB      "identity--11111111-1111-4111-8111-111111111111"
#define REPORTER "identity--22222222-2222-4222-8222-222222222222"
#define COMMON                                                                                     \
	"\"spec_version\":\"2.1\",\"created\":\"2026-01-02T03:04:05.000Z\",\"modified\":\"2026-"   \
	"01-02T03:04:05.000Z\",\"created_by_ref\":\"" REPORTER "\","
#define INDICATOR(n, name, pattern)                                                                \
	"{\"type\":\"indicator\",\"id\":\"indicator--3333333" n                                    \
	"-3333-4333-8333-333333333333\"," COMMON "\"name\":\"" name "\",\"pattern\":\"" pattern    \
	"\",\"pattern_type\":\"stix\",\"valid_from\":\"2026-01-02T03:04:05Z\"}"
#define MALWARE "malware--44444444-4444-4444-8444-444444444444"
#define IND(n)  "indicator--3333333" n "-3333-4333-8333-333333333333"

static const struct noro_leak_name names[] = {
	{ 2, NORO_LEAK_NETWORK, "192.0.2.0/24" },
	{ 2, NORO_LEAK_DOMAIN, "tele.example.jp" },
	{ 2, NORO_LEAK_WORD, "Example Telecom" },
	{ 3, NORO_LEAK_WORD, "Other Organisation" },
};

struct world {
	struct noro_arena *a;
	struct noro_leaks *leaks;
	struct noro_release_opts o;
	struct noro_release r;
	const struct noro_json *in[64];
	size_t n;
	unsigned uuids;
};

static enum noro_status next_uuid(void *ctx, char ret[37])
{
	struct world *w = ctx;

	(void)snprintf(ret, 37, "00000000-0000-4000-8000-%012u", ++w->uuids);
	return NORO_OK;
}

static bool attack_is_known(void *ctx, struct noro_view id)
{
	(void)ctx;
	return noro_view_is(id, "attack-pattern--aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa");
}

static void open_world(struct world *w)
{
	*w = (struct world){ .a = noro_arena_new(0) };
	assert_int_equal(noro_leaks_new(names, 4, NULL, &w->leaks, NULL), NORO_OK);
	w->o = (struct noro_release_opts){ .hub = HUB,
		.now_ns = INT64_C(1767322800000000000),
		.uuid = next_uuid,
		.known = attack_is_known,
		.ctx = w };
	assert_int_equal(noro_leak_finder_new(w->leaks, &w->o.names, NULL), NORO_OK);
}

static void close_world(struct world *w)
{
	noro_leak_finder_free(w->o.names);
	noro_leaks_free(w->leaks);
	noro_arena_free(w->a);
}

/* `text`: a list of objects, each of them valid. */
static void release(struct world *w, const char *text)
{
	const struct noro_json *list;
	struct noro_stix21_faults faults;
	struct noro_stix21 said;

	assert_int_equal(noro_json_parse(w->a, noro_view_str(text), NULL, &list, NULL), NORO_OK);
	for (const struct noro_json *o = list->child; o; o = o->next) {
		if (noro_stix21_check(w->a, o, 0, &said, &faults) != NORO_OK)
			fail_msg("object %zu: %s %s", w->n, faults.fault[0].path,
				faults.fault[0].msg);
		w->in[w->n++] = o;
	}
	assert_int_equal(noro_release_make(w->a, w->in, w->n, &w->o, &w->r, NULL), NORO_OK);
}

static bool said(const struct world *w, size_t i, const char *what)
{
	return noro_view_find(w->r.object[i].bytes, noro_view_str(what)) < w->r.object[i].bytes.n;
}

static size_t changes(
	const struct world *w, size_t object, enum noro_release_did did, const char *path)
{
	size_t n = 0;

	for (size_t i = 0; i < w->r.changes; i++)
		n += w->r.change[i].object == object && w->r.change[i].did == did &&
		     (!path || strcmp(w->r.change[i].path, path) == 0);
	return n;
}

static void a_report_is_told_as_new_objects_of_the_hub(void **state)
{
	struct world w;

	(void)state;
	open_world(&w);
	release(&w,
		"[" INDICATOR("0", "seen at Example Telecom",
			"[ipv4-addr:value = '203.0.113.9']") ","
							     "{\"type\":\"malware\",\"id\":"
							     "\"" MALWARE "\"," COMMON
							     "\"name\":\"Loader\",\"is_family\":"
							     "false,\"x_ticket\":\"T-1\","
							     "\"labels\":[\"vpn.tele.example.jp\","
							     "\"b\"],"
							     "\"external_references\":[{\"source_"
							     "name\":\"our "
							     "tickets\",\"external_id\":\"7\"},{"
							     "\"source_name\":\"cve\",\"external_"
							     "id\":\"CVE-2025-0001\"}]},"
							     "{\"type\":\"relationship\",\"id\":"
							     "\"relationship--55555555-5555-4555-"
							     "8555-555555555555\"," COMMON
							     "\"relationship_type\":\"indicates\","
							     "\"source_ref\":\"" IND(
								     "0") "\",\"target_ref\":"
									  "\"" MALWARE "\"},"
									  "{\"type\":\"identity\","
									  "\"id\":\"" REPORTER
									  "\",\"spec_version\":\"2."
									  "1\",\"created\":\"2026-"
									  "01-02T03:04:05.000Z\","
									  "\"modified\":\"2026-01-"
									  "02T03:04:05.000Z\","
									  "\"name\":\"Example "
									  "Telecom\"}]");
	assert_int_equal(w.r.objects, 3);
	assert_int_equal(w.r.tlp, NORO_TLP_AMBER);
	for (size_t i = 0; i < 3; i++) {
		assert_true(said(&w, i, "\"created_by_ref\":\"" HUB "\""));
		assert_true(said(&w, i, "\"created\":\"2026-01-02T03:00:00.000Z\""));
		assert_false(said(&w, i, REPORTER));
		assert_false(said(&w, i, "33333330"));
		assert_false(said(&w, i, "tele"));
		assert_false(said(&w, i, "Telecom"));
	}
	assert_true(said(&w, 0, "\"name\":\"seen at " NORO_RELEASE_MARK "\""));
	assert_true(said(&w, 0, "203.0.113.9"));
	assert_true(said(&w, 1, "CVE-2025-0001"));
	assert_false(said(&w, 1, "tickets"));
	assert_false(said(&w, 1, "x_ticket"));
	assert_true(
		said(&w, 2, "\"source_ref\":\"indicator--00000000-0000-4000-8000-000000000001\""));
	assert_true(
		said(&w, 2, "\"target_ref\":\"malware--00000000-0000-4000-8000-000000000002\""));
	assert_int_equal(changes(&w, 0, NORO_RELEASE_REPLACED, "/name"), 1);
	assert_int_equal(changes(&w, 1, NORO_RELEASE_REMOVED, "/x_ticket"), 1);
	assert_int_equal(changes(&w, 1, NORO_RELEASE_REMOVED, "/external_references/0"), 1);
	assert_int_equal(changes(&w, 1, NORO_RELEASE_REPLACED, "/labels/0"), 1);
	assert_int_equal(changes(&w, 3, NORO_RELEASE_WITHHELD, ""), 1);
	assert_int_equal(w.r.changes, 5);
	close_world(&w);
}

static void what_is_a_members_own_is_for_that_member(void **state)
{
	struct world w;

	(void)state;
	open_world(&w);
	release(&w,
		"[" INDICATOR("0", "scanned",
			"[ipv4-addr:value = '192.0.2.77']") ","
							    "{\"type\":\"ipv4-addr\",\"id\":\"ipv4-"
							    "addr--28bb3599-77cd-5a82-a950-"
							    "b5bc3caf07c4\",\"value\":\"198.51.100."
							    "3\"},"
							    "{\"type\":\"domain-name\",\"id\":"
							    "\"domain-name--66666666-6666-4666-"
							    "8666-666666666666\",\"value\":"
							    "\"otherorganisation-login.example\"},"
							    "{\"type\":\"note\",\"id\":\"note--"
							    "77777777-7777-4777-8777-"
							    "777777777777\"," COMMON
							    "\"content\":\"c\",\"object_refs\":["
							    "\"" IND("0") "\"]},"
									  "{\"type\":\"note\","
									  "\"id\":\"note--77777777-"
									  "7777-4777-8777-"
									  "777777777778\"," COMMON
									  "\"content\":\"c\","
									  "\"object_refs\":[\"note-"
									  "-77777777-7777-4777-"
									  "8777-777777777777\","
									  "\"attack-pattern--"
									  "aaaaaaaa-aaaa-4aaa-8aaa-"
									  "aaaaaaaaaaaa\"]}]");
	assert_int_equal(w.r.objects, 2);
	assert_string_equal(w.r.object[0].id, "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
	assert_true(said(&w, 1,
		"\"object_refs\":[\"attack-pattern--aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa\"]"));
	assert_int_equal(changes(&w, 0, NORO_RELEASE_WITHHELD, ""), 1);
	assert_int_equal(w.r.change[0].member, 2);
	assert_int_equal(changes(&w, 2, NORO_RELEASE_WITHHELD, ""), 1);
	assert_int_equal(w.r.change[1].member, 3);
	assert_int_equal(changes(&w, 3, NORO_RELEASE_WITHHELD, ""), 1);
	assert_int_equal(changes(&w, 4, NORO_RELEASE_REMOVED, "/object_refs/0"), 1);
	close_world(&w);
}

static void markings_decide(void **state)
{
	struct world w;

	(void)state;
	open_world(&w);
#define MARKED(n, id)                                                                              \
	"{\"type\":\"campaign\",\"id\":\"campaign--8888888" n                                      \
	"-8888-4888-8888-888888888888\"," COMMON                                                   \
	"\"name\":\"n\",\"object_marking_refs\":[\"marking-definition--" id "\"]}"
	release(&w, "[" MARKED("0", "613f2e26-407d-48c7-9eca-b8e91df99dc9") "," MARKED(
			    "1", "5e57c739-391a-4eb3-b6be-7d15ca92d5ed") "," MARKED("2",
			    "99999999-9999-4999-8999-999999999999") "," MARKED("3",
			    "34098fce-860f-48ae-8e50-ebd3cc5e41da") "]");
	assert_int_equal(w.r.objects, 2);
	assert_int_equal(w.r.tlp, NORO_TLP_GREEN);
	assert_true(said(&w, 0, "94868c89-83c2-464b-929b-a1a8aa3c8487"));
	assert_true(said(&w, 1, "bab4a63c-aed9-4cf5-a766-dfca5abac2bb"));
	close_world(&w);
	open_world(&w);
	w.o.tlp = NORO_TLP_AMBER_STRICT;
	release(&w, "[" MARKED("0", "613f2e26-407d-48c7-9eca-b8e91df99dc9") "]");
	assert_true(said(&w, 0, "939a9414-2ddd-4d32-a0cd-375ea402b003"));
	close_world(&w);
}

static void an_observable_that_refers_to_others_gets_the_id_of_what_it_says_now(void **state)
{
	struct world w;
	struct noro_stix21_faults faults;
	struct noro_stix21 is;
	const struct noro_json *o;

	(void)state;
	open_world(&w);
	release(&w, "[{\"type\":\"network-traffic\",\"id\":\"network-traffic--12121212-1212-4212-"
		    "8212-121212121212\",\"protocols\":[\"tcp\"],"
		    "\"src_ref\":\"ipv4-addr--34343434-3434-4434-8434-343434343434\",\"dst_ref\":"
		    "\"ipv4-addr--56565656-5656-4656-8656-565656565656\"},"
		    "{\"type\":\"ipv4-addr\",\"id\":\"ipv4-addr--34343434-3434-4434-8434-"
		    "343434343434\",\"value\":\"198.51.100.3\"},"
		    "{\"type\":\"ipv4-addr\",\"id\":\"ipv4-addr--56565656-5656-4656-8656-"
		    "565656565656\",\"value\":\"192.0.2.1\"}]");
	assert_int_equal(w.r.objects, 2);
	assert_int_equal(changes(&w, 0, NORO_RELEASE_REMOVED, "/dst_ref"), 1);
	assert_true(said(&w, 0, "\"src_ref\":\"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4\""));
	assert_int_equal(noro_json_parse(w.a, w.r.object[0].bytes, NULL, &o, NULL), NORO_OK);
	assert_int_equal(noro_stix21_check(w.a, o, 0, &is, &faults), NORO_OK);
	assert_int_equal(is.sco, NORO_STIX21_SCO_SAME);
	close_world(&w);
}

static void a_person_is_asked_to_look(void **state)
{
	struct world w;

	(void)state;
	open_world(&w);
	release(&w, "[" INDICATOR("0", "ask taro@mail.example or see 10.1.2.3 there",
			    "[ipv4-addr:value = '203.0.113.9']") "]");
	assert_int_equal(w.r.objects, 1);
	assert_int_equal(changes(&w, 0, NORO_RELEASE_LOOK, "/name"), 2);
	assert_true(said(&w, 0, "taro@mail.example"));
	close_world(&w);
}

/* A list in which each object refers to the next, and the last to nobody: all are withheld, in
 * bounded time, in whichever order they stand. */
static void a_chain_ends(void **state)
{
	struct world w;
	struct noro_buf b = { 0 };

	(void)state;
	open_world(&w);
	noro_buf_str(&b, "[");
	for (unsigned i = 0; i < 60; i++)
		noro_buf_printf(&b,
			"%s{\"type\":\"note\",\"id\":\"note--77777777-7777-4777-8777-7777777777%"
			"02u\"," COMMON "\"content\":\"c\",\"object_refs\":[\"note--77777777-7777-"
			"4777-8777-7777777777%02u\"]}",
			i ? "," : "", i, i + 1);
	noro_buf_str(&b, "]");
	release(&w, b.p);
	assert_int_equal(w.r.objects, 0);
	assert_int_equal(w.r.changes, 60);
	noro_buf_done(&b);
	close_world(&w);
}

static bool one_round(void *ctx)
{
	static const char text[] =
		"[" INDICATOR("0", "Example Telecom", "[ipv4-addr:value = '203.0.113.9']") "]";
	struct world *w = ctx;
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *list;
	struct noro_release r;
	enum noro_status st =
		a ? noro_json_parse(a, noro_view_str(text), NULL, &list, NULL) : NORO_ENOMEM;

	if (st == NORO_OK)
		st = noro_release_make(
			a, (const struct noro_json *const[]){ list->child }, 1, &w->o, &r, NULL);
	if (st == NORO_OK)
		assert_int_equal(r.objects, 1);
	noro_arena_free(a);
	assert_true(st == NORO_OK || st == NORO_ENOMEM);
	return st == NORO_OK;
}

static void memory_may_run_out(void **state)
{
	struct world w;

	(void)state;
	open_world(&w);
	test_allocation_sweep(one_round, &w, 2000);
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_is_told_as_new_objects_of_the_hub),
		cmocka_unit_test(what_is_a_members_own_is_for_that_member),
		cmocka_unit_test(markings_decide),
		cmocka_unit_test(
			an_observable_that_refers_to_others_gets_the_id_of_what_it_says_now),
		cmocka_unit_test(a_person_is_asked_to_look),
		cmocka_unit_test(a_chain_ends),
		cmocka_unit_test(memory_may_run_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
