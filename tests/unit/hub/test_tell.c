/* tests/unit/hub/test_tell.c - from the inbox of one member to what all read. */
#include "tests/test.h"

#include "hub/tell.h"
#include "store/hub_fate.h"
#include "store/hub_member.h"

#define IND "indicator--33333330-3333-4333-8333-333333333333"

static const char *const sent[] = {
	"{\"type\":\"indicator\",\"id\":\"" IND
	"\",\"spec_version\":\"2.1\",\"created\":\"2026-01-02T03:04:05.000Z\","
	"\"modified\":\"2026-01-02T03:04:05.000Z\",\"name\":\"at Example Telecom and Other Works\","
	"\"pattern\":\"[ipv4-addr:value = "
	"'203.0.113.9']\",\"pattern_type\":\"stix\",\"valid_from\":\"2026-01-02T03:04:05Z\"}",
	"{\"type\":\"domain-name\",\"id\":\"domain-name--0e9a6f36-4a4f-4e4b-8f39-0a4b4b4b4b4b\","
	"\"value\":\"vpn.works.example.jp\"}",
};

struct world {
	struct noro_hubdb *db;
	struct noro_arena *a;
	struct noro_hub_tell t;
	struct noro_hub_collection inbox, amber, clear;
};

static void open_world(struct world *w)
{
	const struct noro_hub_act by = { "console", 1 };
	const struct noro_hub_root root = {
		.name = "share", .title = "The hub", .max_content = 1 << 20
	};
	struct noro_hub_object o[2];
	struct noro_hub_taken took[2];
	int64_t other;

	*w = (struct world){ .a = noro_arena_new(0) };
	assert_int_equal(noro_hubdb_open(NULL, false, &w->db, NULL), NORO_OK);
	assert_int_equal(noro_hubdb_root_add(w->db, &root, NULL), NORO_OK);
	w->clear = (struct noro_hub_collection){
		.root = 1, .alias = "clear", .title = "c", .tlp = NORO_TLP_CLEAR
	};
	w->amber = (struct noro_hub_collection){
		.root = 1, .alias = "amber", .title = "a", .tlp = NORO_TLP_AMBER
	};
	w->inbox = (struct noro_hub_collection){ .root = 1,
		.alias = "inbox",
		.title = "i",
		.kind = NORO_HUB_INBOX,
		.tlp = NORO_TLP_RED };
	assert_int_equal(noro_hubdb_collection_add(w->db, &w->clear, NULL), NORO_OK);
	assert_int_equal(noro_hubdb_collection_add(w->db, &w->amber, NULL), NORO_OK);
	assert_int_equal(noro_hubdb_collection_add(w->db, &w->inbox, NULL), NORO_OK);
	assert_int_equal(noro_hubdb_member_apply(w->db, &by, "Example Telecom", &w->t.member, NULL),
		NORO_OK);
	assert_int_equal(noro_hubdb_member_apply(w->db, &by, "Other Works", &other, NULL), NORO_OK);
	assert_int_equal(noro_hubdb_asset_add(w->db, &by, "Other Works",
				 &(struct noro_hub_asset){
					 .kind = NORO_HUB_DOMAIN, .value = "works.example.jp" },
				 NULL),
		NORO_OK);
	for (size_t i = 0; i < 2; i++) {
		struct noro_view v = noro_view_str(sent[i]);
		struct noro_stix21_faults faults;
		struct noro_stix21 said;
		const struct noro_json *j;

		assert_int_equal(noro_json_parse(w->a, v, NULL, &j, NULL), NORO_OK);
		assert_int_equal(noro_stix21_check(w->a, j, 0, &said, &faults), NORO_OK);
		o[i] = (struct noro_hub_object){ .id = said.id,
			.type = said.type,
			.spec_version = said.spec_version,
			.version = said.version,
			.version_ns = said.version_ns,
			.bytes = v };
		assert_int_equal(noro_stix21_digest(w->a, j, o[i].digest), NORO_OK);
	}
	assert_int_equal(noro_hubdb_put(w->db,
				 &(struct noro_hub_envelope){ .collection = w->inbox.no,
					 .owner = w->t.member,
					 .object = o,
					 .n = 2,
					 .now_ns = 1000 },
				 took, NULL),
		NORO_OK);
	w->t.db = w->db;
	w->t.title = "The hub";
	w->t.by = "analyst";
	w->t.now_ns = INT64_C(1767322800000000000);
}

static void close_world(struct world *w)
{
	noro_hubdb_close(w->db);
	noro_arena_free(w->a);
}

struct read {
	size_t n, named;
};

static enum noro_status on_row(void *ctx, const struct noro_hub_row *row)
{
	struct read *r = ctx;

	r->n++;
	r->named += noro_view_find(row->bytes, NORO_V("Example")) < row->bytes.n ||
		    noro_view_find(row->bytes, NORO_V("orks")) < row->bytes.n ||
		    noro_view_find(row->bytes, NORO_V("33333330")) < row->bytes.n;
	return NORO_OK;
}

static struct read read_all(struct world *w, int64_t collection)
{
	const struct noro_hub_ask ask = { .collection = collection,
		.after_us = INT64_MIN,
		.limit = 100,
		.limit_bytes = 1 << 20,
		.versions = NORO_HUB_ALL,
		.bytes = true };
	struct noro_hub_end end;
	struct read r = { 0 };

	assert_int_equal(noro_hubdb_page(w->db, &ask, on_row, &r, &end, NULL), NORO_OK);
	return r;
}

static void what_is_shown_is_told_once(void **state)
{
	struct world w;
	struct noro_hub_telling of;
	const struct noro_hub_fate *fate;
	size_t n;

	(void)state;
	open_world(&w);
	assert_int_equal(noro_hub_tell_prepare(&w.t, w.a, &of, NULL), NORO_OK);
	assert_string_equal(of.to.alias, "amber"); /* what bears no marking is AMBER */
	assert_int_equal(of.ins, 2);
	assert_int_equal(of.release.objects, 1);
	assert_int_equal(read_all(&w, w.amber.no).n, 0); /* so far it was only shown */
	assert_int_equal(noro_hub_tell_do(&w.t, &of, w.a, &n, NULL), NORO_OK);
	assert_int_equal(n, 1);
	assert_int_equal(read_all(&w, w.amber.no).n, 2); /* and the hub itself */
	assert_int_equal(read_all(&w, w.amber.no).named, 0);
	assert_int_equal(
		noro_hubdb_fates(w.db, &(struct noro_hub_source){ w.inbox.no, w.t.member, { 0 } },
			w.a, &fate, &n, NULL),
		NORO_OK);
	assert_int_equal(n, 1);
	assert_string_equal(fate[0].of_id, IND);
	assert_string_equal(fate[0].who, "analyst");
	assert_int_equal(fate[0].collection, w.amber.no);
	assert_int_equal(noro_hub_tell_prepare(&w.t, w.a, &of, NULL), NORO_OK);
	assert_int_equal(of.ins, 1); /* what was withheld is still there to be looked at */
	assert_int_equal(of.release.objects, 0);
	close_world(&w);
}

static void a_collection_that_may_not_hold_it_is_refused(void **state)
{
	struct world w;
	struct noro_hub_telling of;
	struct noro_error err = { 0 };

	(void)state;
	open_world(&w);
	w.t.to = "clear";
	assert_int_equal(noro_hub_tell_prepare(&w.t, w.a, &of, &err), NORO_EARG);
	w.t.to = "inbox";
	assert_int_equal(noro_hub_tell_prepare(&w.t, w.a, &of, &err), NORO_ENOENT);
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_shown_is_told_once),
		cmocka_unit_test(a_collection_that_may_not_hold_it_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
