/* tests/unit/device/test_explain.c - which routes need a word, and which word; validated ROAs. */
#include "tests/test.h"

#include "device/mrt.h"
#include "device/route.h"
#include "tests/unit/device/facts.h"

/* --- a device of our own --- */

struct world {
	struct noro_arena *a;
	const struct noro_facts_def *def;
	struct noro_facts_maker *m;
	struct noro_facts facts, out;
	struct noro_rib *rib, *before;
};

static const struct noro_fact_file file = { .path = "r1.txt", .line = 1 };

static void start(struct world *w)
{
	*w = (struct world){ .a = noro_arena_new(0) };
	w->def = facts_def(w->a);
	assert_int_equal(noro_facts_maker_new(w->def, w->a, facts_key, &w->m), NORO_OK);
	assert_int_equal(noro_rib_new(w->a, &w->rib), NORO_OK);
	assert_int_equal(noro_rib_new(w->a, &w->before), NORO_OK);
}

/* "table column=value column=value ..." */
static void fact(struct world *w, const char *text, enum noro_fact_source source)
{
	struct noro_view rest = noro_view_str(text), word, col[64] = { 0 };
	const struct noro_table *t;
	int number;

	assert_true(noro_view_word(&rest, &word));
	number = noro_facts_table_by_name(w->def, word);
	assert_true(number >= 0);
	t = noro_facts_table(w->def, (size_t)number);
	while (noro_view_word(&rest, &word)) {
		size_t eq = noro_view_chr(word, '=');
		int c = noro_table_column(t, noro_view_sub(word, 0, eq)) - NORO_COMMONS;

		assert_in_range(c, 0, 63);
		col[c] = noro_view_sub(word, eq + 1, word.n);
	}
	assert_int_equal(noro_facts_add_row(w->m, &(struct noro_fact){ .table = (uint16_t)number,
							  .source = (uint8_t)source,
							  .file = &file,
							  .line = 1,
							  .text = NORO_V("x"),
							  .col = col }),
		NORO_OK);
}

static void read_rib(struct noro_rib *r, const char *text)
{
	struct noro_route_read read;
	struct noro_error err = { 0 };

	assert_int_equal(
		noro_routes_read(r, NORO_DIALECT_IOS, NULL, noro_view_str(text), &read, &err),
		NORO_OK);
	assert_int_equal(read.unknown, 0);
}

static void read_junos(struct noro_rib *r, const char *text)
{
	struct noro_route_read read;
	struct noro_error err = { 0 };

	assert_int_equal(
		noro_routes_read(r, NORO_DIALECT_JUNOS, NULL, noro_view_str(text), &read, &err),
		NORO_OK);
	assert_int_equal(read.unknown, 0);
}

static void explain(struct world *w, struct noro_explain_opts *o)
{
	assert_int_equal(noro_facts_take(w->m, &w->facts), NORO_OK);
	assert_int_equal(noro_facts_maker_new(w->def, w->a, facts_key, &w->m), NORO_OK);
	o->facts = &w->facts;
	o->def = w->def;
	assert_int_equal(noro_routes_explain(w->rib, o, &file, w->m), NORO_OK);
	assert_int_equal(noro_facts_take(w->m, &w->out), NORO_OK);
}

static const char *get(const struct world *w, size_t row, const char *column)
{
	static char room[4][256];
	static int turn;
	int number = noro_facts_table_by_name(w->def, NORO_V("rib"));
	const struct noro_table *t = noro_facts_table(w->def, (size_t)number);
	int c = noro_table_column(t, noro_view_str(column)) - NORO_COMMONS;
	struct noro_view v;

	assert_true(row < w->out.rows);
	v = w->out.row[row].col[c];
	turn = (turn + 1) % 4;
	(void)snprintf(room[turn], sizeof(room[turn]), "%.*s", NORO_VARG(v));
	return room[turn];
}

/* The row of a prefix; fails when there is none. */
static size_t row_of(const struct world *w, const char *prefix)
{
	for (size_t i = 0; i < w->out.rows; i++)
		if (strcmp(get(w, i, "prefix"), prefix) == 0)
			return i;
	fail_msg("no row for %s", prefix);
	return 0;
}

static bool has_row(const struct world *w, const char *prefix)
{
	for (size_t i = 0; i < w->out.rows; i++)
		if (strcmp(get(w, i, "prefix"), prefix) == 0)
			return true;
	return false;
}

static void usual_facts(struct world *w)
{
	fact(w, "interface name=GigabitEthernet0/0 kind=physical prefix=192.0.2.5/24",
		NORO_FACT_CONFIG);
	fact(w, "interface name=GigabitEthernet0/1 kind=physical prefix=10.1.0.1/30",
		NORO_FACT_CONFIG);
	fact(w, "interface name=Tunnel100 kind=tunnel prefix=10.99.0.1/30", NORO_FACT_CONFIG);
	fact(w, "route.static prefix=0.0.0.0/0 nexthop=192.0.2.1", NORO_FACT_CONFIG);
	fact(w, "route.static prefix=10.20.0.0/16 nexthop=192.0.2.2", NORO_FACT_CONFIG);
	fact(w, "bgp.neighbor address=10.1.0.2 as=65001 local.as=64999", NORO_FACT_CONFIG);
	fact(w, "aaa.server proto=tacacs address=10.50.0.49", NORO_FACT_CONFIG);
}

static void what_is_explained_needs_no_word(void **state)
{
	struct world w;
	struct noro_explain_opts o = { 0 };

	(void)state;
	start(&w);
	usual_facts(&w);
	read_rib(w.rib, "S*    0.0.0.0/0 [1/0] via 192.0.2.1\n"
			"S     10.20.0.0/16 [1/0] via 192.0.2.2\n"
			"C     192.0.2.0/24 is directly connected, Gi0/0\n"
			"L     192.0.2.5/32 is directly connected, Gi0/0\n"
			"C     10.1.0.0/30 is directly connected, GigabitEthernet0/1\n"
			"B     198.51.100.0/24 [20/0] via 10.1.0.2, 1d00h\n");
	explain(&w, &o);
	assert_int_equal(w.out.rows, 0);
	noro_arena_free(w.a);
}

static void what_nobody_told_the_device_is_reported(void **state)
{
	struct world w;
	struct noro_explain_opts o = { 0 };

	(void)state;
	start(&w);
	usual_facts(&w);
	read_rib(w.rib, "C     192.0.2.0/24 is directly connected, GigabitEthernet0/0\n"
			"C     10.1.0.0/30 is directly connected, GigabitEthernet0/1\n"
			"C     10.99.0.0/30 is directly connected, Tunnel100\n"
			"C     172.31.0.0/24 is directly connected, GigabitEthernet0/1\n"
			"S     203.0.113.0/24 [1/0] via 192.0.2.77\n"
			"S     10.20.0.0/16 [1/0] via 192.0.2.66\n"
			"a     10.30.0.0/16 [1/0] via 192.0.2.1\n"
			"B     198.51.100.0/24 [20/0] via 10.77.0.1, 1d00h\n"
			"B     10.50.0.0/24 [20/0] via 10.99.0.2, 1d00h\n");
	explain(&w, &o);
	assert_string_equal(get(&w, row_of(&w, "203.0.113.0/24"), "explained"), "no");
	assert_string_equal(get(&w, row_of(&w, "203.0.113.0/24"), "why"), "static-not-configured");
	assert_string_equal(
		get(&w, row_of(&w, "10.20.0.0/16"), "why"), "next-hop-not-as-configured");
	assert_string_equal(get(&w, row_of(&w, "10.30.0.0/16"), "why"), "application-route");
	assert_string_equal(get(&w, row_of(&w, "172.31.0.0/24"), "why"), "network-not-configured");
	assert_string_equal(get(&w, row_of(&w, "198.51.100.0/24"), "adjacent"), "no");
	assert_string_equal(get(&w, row_of(&w, "198.51.100.0/24"), "explained"), "yes");
	assert_string_equal(get(&w, row_of(&w, "10.50.0.0/24"), "egress"), "tunnel");
	assert_false(has_row(&w, "10.99.0.0/30"));
	/* the way to the AAA server goes there, too: its own row says so */
	assert_string_equal(get(&w, w.out.rows - 1, "prefix"), "10.50.0.0/24");
	assert_string_equal(get(&w, w.out.rows - 1, "protected"), "aaa");
	noro_arena_free(w.a);
}

static void a_part_cut_out_of_what_is_protected_is_told(void **state)
{
	struct world w;
	struct noro_prefix protect;
	bool bits;
	struct noro_explain_opts o = { .protect = &protect, .protects = 1 };

	(void)state;
	start(&w);
	usual_facts(&w);
	assert_true(noro_prefix_parse(NORO_V("10.20.0.0/16"), &protect, &bits));
	read_rib(w.rib, "C     192.0.2.0/24 is directly connected, GigabitEthernet0/0\n"
			"C     10.1.0.0/30 is directly connected, GigabitEthernet0/1\n"
			"S     10.20.0.0/16 [1/0] via 192.0.2.2\n"
			"B     10.20.7.0/24 [20/0] via 10.1.0.2, 1d00h\n"
			"B     10.21.0.0/16 [20/0] via 10.1.0.2, 1d00h\n");
	explain(&w, &o);
	assert_int_equal(w.out.rows, 1);
	assert_string_equal(get(&w, 0, "prefix"), "10.20.7.0/24");
	assert_string_equal(get(&w, 0, "protected"), "site");
	assert_string_equal(get(&w, 0, "why"), "more-specific-of-protected");
	noro_arena_free(w.a);
}

/* One upstream is the way to everything: then it is the origin that differs. */
static void a_part_of_the_list_is_told_where_the_whole_is_not_there(void **state)
{
	struct noro_prefix protect;
	struct world w;
	struct noro_explain_opts o = { .protect = &protect, .protects = 1 };
	bool bits;

	(void)state;
	start(&w);
	usual_facts(&w);
	assert_true(noro_prefix_parse(NORO_V("198.51.100.0/24"), &protect, &bits));
	read_rib(w.rib, "S*    0.0.0.0/0 [1/0] via 192.0.2.1\n"
			"C     192.0.2.0/24 is directly connected, GigabitEthernet0/0\n"
			"C     10.1.0.0/30 is directly connected, GigabitEthernet0/1\n"
			"B     198.51.100.0/25 [20/0] via 10.1.0.2, 1d00h\n"
			"B     203.0.113.0/25 [20/0] via 10.1.0.2, 1d00h\n");
	explain(&w, &o);
	assert_string_equal(get(&w, row_of(&w, "198.51.100.0/25"), "protected"), "site");
	assert_false(has_row(&w, "203.0.113.0/25"));
	noro_arena_free(w.a);
}

/* "show ip route bgp" prints no connected network: nothing is known of next hops then. */
static void a_table_of_one_protocol_says_nothing_of_next_hops(void **state)
{
	struct world w;
	struct noro_explain_opts o = { 0 };

	(void)state;
	start(&w);
	read_rib(w.rib, "B     198.51.100.0/24 [20/0] via 10.1.0.2, 1d00h\n"
			"B     203.0.113.0/24 [20/0] via 10.1.0.2, 1d00h\n");
	explain(&w, &o);
	assert_false(has_row(&w, "198.51.100.0/24"));
	assert_false(has_row(&w, "203.0.113.0/24"));
	noro_arena_free(w.a);
}

static void part_of_a_protected_prefix_by_another_as_is_told(void **state)
{
	static const char heading[] =
		"     Network          Next Hop            Metric LocPrf Weight Path\n";
	struct world w;
	struct noro_prefix protect;
	bool bits;
	struct noro_explain_opts o = { .protect = &protect, .protects = 1, .paths_only = true };
	char text[1024];

	(void)state;
	start(&w);
	assert_true(noro_prefix_parse(NORO_V("198.18.0.0/15"), &protect, &bits));
	(void)snprintf(text, sizeof(text), "%s%s", heading,
		" *>  198.18.0.0/15    192.0.2.9                0             0 64501 64510 i\n"
		" *>  198.18.64.0/18   192.0.2.9                0             0 64501 64520 i\n"
		" *>  198.19.0.0/18    192.0.2.9                0             0 64501 64510 i\n");
	read_rib(w.rib, text);
	explain(&w, &o);
	assert_int_equal(w.out.rows, 1);
	assert_string_equal(get(&w, 0, "prefix"), "198.18.64.0/18");
	assert_string_equal(get(&w, 0, "why"), "more-specific-of-protected");
	noro_arena_free(w.a);
}

static void a_table_of_bgp_tells_who_took_a_prefix(void **state)
{
	static const char heading[] =
		"     Network          Next Hop            Metric LocPrf Weight Path\n";
	struct world w;
	struct noro_explain_opts o = { .paths_only = true };
	char text[1024];

	(void)state;
	start(&w);
	(void)snprintf(text, sizeof(text), "%s%s", heading,
		" *>  198.51.100.0/24  192.0.2.9                0             0 64501 64510 i\n"
		" *>  203.0.113.0/24   192.0.2.9                0             0 64501 64511 i\n"
		" *>  198.18.0.0/15    192.0.2.9                0             0 64501 64509 i\n"
		" *>  192.0.2.0/24     192.0.2.9                0             0 64501 64508 i\n");
	read_rib(w.before, text);
	(void)snprintf(text, sizeof(text), "%s%s", heading,
		" *>  198.51.100.0/24  192.0.2.7                0             0 64501 64510 i\n"
		" *>  203.0.113.0/24   192.0.2.9                0             0 64501 64520 i\n"
		" *>  198.18.0.0/15    192.0.2.9                0             0 64501 64509 i\n"
		" *>  198.18.64.0/18   192.0.2.9                0             0 64501 64520 i\n"
		" *>  198.19.64.0/18   192.0.2.9                0             0 64501 64509 i\n");
	read_rib(w.rib, text);
	o.before = w.before;
	explain(&w, &o);
	assert_int_equal(w.out.rows, 5);
	assert_string_equal(get(&w, row_of(&w, "198.51.100.0/24"), "why"), "moved");
	assert_string_equal(get(&w, row_of(&w, "203.0.113.0/24"), "why"), "origin-changed");
	assert_string_equal(get(&w, row_of(&w, "198.18.64.0/18"), "why"), "new part-of-another");
	assert_string_equal(get(&w, row_of(&w, "198.19.64.0/18"), "why"), "new");
	assert_string_equal(get(&w, row_of(&w, "192.0.2.0/24"), "why"), "lost");
	noro_arena_free(w.a);
}

/* A way that was never the best one may go, come, or take another's place. */
static void ways_that_are_not_taken_come_and_go(void **state)
{
	static const char heading[] =
		"     Network          Next Hop            Metric LocPrf Weight Path\n";
	struct world w;
	struct noro_explain_opts o = { .paths_only = true };
	char text[2048];
	size_t lost = 0;

	(void)state;
	start(&w);
	(void)snprintf(text, sizeof(text), "%s%s", heading,
		" *>  198.51.100.0/24  192.0.2.9                0             0 64501 64510 i\n"
		" *                    192.0.2.8                0             0 64502 64510 i\n"
		" *>  203.0.113.0/24   192.0.2.9                0             0 64501 64511 i\n"
		" *>  198.18.0.0/15    192.0.2.9                0             0 64501 64509 i\n"
		" *                    192.0.2.8                0             0 64502 64509 i\n"
		" *>  198.51.101.0/24  192.0.2.9                0             0 64501 64507 i\n"
		" *                    192.0.2.8                0             0 64502 64507 i\n");
	read_rib(w.before, text);
	(void)snprintf(text, sizeof(text), "%s%s", heading,
		" *>  198.51.100.0/24  192.0.2.9                0             0 64501 64510 i\n"
		" *>  203.0.113.0/24   192.0.2.9                0             0 64501 64511 i\n"
		" *                    192.0.2.7                0             0 64503 64511 i\n"
		" *   198.18.0.0/15    192.0.2.9                0             0 64501 64509 i\n"
		" *>                   192.0.2.8                0             0 64502 64509 i\n");
	read_rib(w.rib, text);
	o.before = w.before;
	explain(&w, &o);
	/* the third has only changed places; of the last the best way tells */
	assert_int_equal(w.out.rows, 4);
	assert_string_equal(get(&w, row_of(&w, "198.51.100.0/24"), "why"), "path-lost");
	assert_string_equal(get(&w, row_of(&w, "198.51.100.0/24"), "nexthop"), "192.0.2.8");
	assert_string_equal(get(&w, row_of(&w, "198.51.100.0/24"), "origin"), "64510");
	assert_string_equal(get(&w, row_of(&w, "203.0.113.0/24"), "why"), "path-new");
	assert_string_equal(get(&w, row_of(&w, "203.0.113.0/24"), "as.path"), "64503 64511");
	assert_string_equal(get(&w, row_of(&w, "198.18.0.0/15"), "why"), "moved");
	for (size_t i = 0; i < w.out.rows; i++)
		lost += strcmp(get(&w, i, "why"), "lost") == 0;
	assert_int_equal(lost, 1);
	noro_arena_free(w.a);
}

static void changes_since_the_snapshot_are_told(void **state)
{
	struct world w;
	struct noro_explain_opts o = { 0 };

	(void)state;
	start(&w);
	usual_facts(&w);
	read_rib(w.before, "C     10.1.0.0/30 is directly connected, GigabitEthernet0/1\n"
			   "B     198.51.100.0/24 [20/0] via 10.1.0.2, 2d00h\n"
			   "B     198.51.101.0/24 [20/0] via 10.1.0.2, 2d00h\n"
			   "B     198.51.102.0/24 [20/0] via 10.1.0.2, 2d00h\n"
			   "B     198.51.103.0/24 [20/0] via 10.1.0.2, 2d00h\n");
	read_rib(w.rib, "C     10.1.0.0/30 is directly connected, GigabitEthernet0/1\n"
			"B     198.51.100.0/24 [20/0] via 10.1.0.2, 3d00h\n"
			"B     198.51.101.0/24 [20/0] via 10.1.0.1, 00:01:00\n"
			"B     198.51.102.0/24 [20/0] via 10.1.0.2, 00:01:00\n"
			"B     198.51.104.0/24 [20/0] via 10.1.0.2, 00:01:00\n");
	o.before = w.before;
	explain(&w, &o);
	assert_int_equal(w.out.rows, 4);
	assert_string_equal(get(&w, row_of(&w, "198.51.101.0/24"), "why"), "moved");
	assert_string_equal(get(&w, row_of(&w, "198.51.102.0/24"), "why"), "age-reset");
	assert_string_equal(get(&w, row_of(&w, "198.51.103.0/24"), "why"), "lost");
	assert_string_equal(get(&w, row_of(&w, "198.51.104.0/24"), "why"), "new");
	noro_arena_free(w.a);
}

/* Junos prints paths, so a change of the origin shows; of two equal ways one may go alone. */
static void changes_of_origin_and_of_one_way_are_told(void **state)
{
	struct world w;
	struct noro_explain_opts o = { 0 };
	struct noro_rib *between;
	struct noro_rib_part was[] = { { 0, &file, true } }, is[] = { { 0, &file, true } };
	struct noro_fact_file middle = { .path = "r1-between.txt", .line = 11 };
	struct noro_rib_part mid[] = { { 0, &middle, true } };
	static const char head[] =
		"inet.0: 3 destinations, 3 routes (3 active, 0 holddown, 0 hidden)\n"
		"+ = Active Route, - = Last Active, * = Both\n\n";
	static const char line[] =
		"%s     *[BGP/170] 2d 03:04:05, localpref 100\n"
		"                      AS path: 64501 %u I, validation-state: unverified\n"
		"                    >  to 10.1.0.2 via ge-0/0/1.0\n"
		"%s";
	static const char second[] = "                       to 10.1.0.1 via ge-0/0/1.0\n";
	char a[2048], b[2048], c[2048];
	size_t n;

	(void)state;
	start(&w);
	usual_facts(&w);
	assert_int_equal(noro_rib_new(w.a, &between), NORO_OK);
	n = (size_t)snprintf(a, sizeof(a), "%s", head);
	n += (size_t)snprintf(a + n, sizeof(a) - n, line, "198.51.100.0/24", 64510U, "");
	(void)snprintf(a + n, sizeof(a) - n, line, "198.51.101.0/24", 64511U, second);
	n = (size_t)snprintf(b, sizeof(b), "%s", head);
	n += (size_t)snprintf(b + n, sizeof(b) - n, line, "198.51.100.0/24", 64599U, "");
	(void)snprintf(b + n, sizeof(b) - n, line, "198.51.101.0/24", 64511U, "");
	n = (size_t)snprintf(c, sizeof(c), "%s", head);
	(void)snprintf(c + n, sizeof(c) - n, line, "203.0.113.0/24", 64513U, "");
	read_junos(w.before, a);
	read_junos(w.rib, b);
	read_junos(between, c);
	o.before = w.before;
	o.first = (struct noro_rib_parts){ w.before, was, 1, 1 };
	o.now = (struct noro_rib_parts){ w.rib, is, 1, 1 };
	o.between = (struct noro_rib_parts){ between, mid, 1, 1 };
	explain(&w, &o);
	assert_int_equal(w.out.rows, 3);
	assert_string_equal(get(&w, row_of(&w, "198.51.100.0/24"), "why"), "origin-changed");
	assert_string_equal(get(&w, row_of(&w, "198.51.101.0/24"), "why"), "lost");
	assert_string_equal(get(&w, row_of(&w, "198.51.101.0/24"), "nexthop"), "10.1.0.1");
	assert_string_equal(get(&w, row_of(&w, "203.0.113.0/24"), "why"), "came-and-went");
	assert_ptr_equal(w.out.row[row_of(&w, "203.0.113.0/24")].file, &middle);
	assert_int_equal(w.out.row[row_of(&w, "203.0.113.0/24")].line, 16); /* of its next hop */

	/* what nobody asked for then is not new now */
	is[0].compared = false;
	noro_arena_free(w.a);
	start(&w);
	usual_facts(&w);
	read_junos(w.rib, b);
	o = (struct noro_explain_opts){ .before = w.before, .now = { w.rib, is, 1, 1 } };
	explain(&w, &o);
	assert_int_equal(w.out.rows, 0);
	noro_arena_free(w.a);
}

static void of_many_alike_the_first_are_told_and_the_rest_counted(void **state)
{
	struct world w;
	struct noro_explain_opts o = { 0 };
	static char text[1 << 16];
	size_t n = 0;

	(void)state;
	start(&w);
	usual_facts(&w);
	for (unsigned i = 0; i < 300; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
			"S     203.%u.%u.0/24 [1/0] via 192.0.2.77\n", i / 256, i % 256);
	read_rib(w.rib, text);
	explain(&w, &o);
	assert_int_equal(w.out.rows, 51);
	assert_string_equal(get(&w, 0, "why"), "more-of-this");
	assert_view_is(w.out.row[0].text, "300 routes: static-not-configured");
	noro_arena_free(w.a);
}

/* --- validated ROAs --- */

static struct noro_vrps *vrps_of(struct noro_arena *a, const char *text)
{
	struct noro_vrps *v = NULL;
	struct noro_error err = { 0 };

	assert_int_equal(noro_vrps_read(noro_view_str(text), a, &v, &err), NORO_OK);
	return v;
}

static enum noro_validity ask(const struct noro_vrps *v, const char *prefix, uint32_t origin)
{
	struct noro_prefix p;
	bool bits;

	assert_true(noro_prefix_parse(noro_view_str(prefix), &p, &bits));
	return noro_vrps_ask(v, &p, origin);
}

static void origins_are_judged_as_rfc_6811_says(void **state)
{
	static const char *const texts[] = {
		("{\"metadata\":{\"counts\":4},\"roas\":[\n"
		 "{\"asn\":\"AS64496\",\"prefix\":\"192.0.2.0\\/"
		 "24\",\"maxLength\":26,\"ta\":\"x\"},\n"
		 "{\"asn\":64497,\"prefix\":\"192.0.0.0/16\",\"maxLength\":16},\n"
		 "{\"asn\":\"AS0\",\"prefix\":\"203.0.113.0/24\",\"maxLength\":32},\n"
		 "{\"asn\":\"AS64498\",\"prefix\":\"2001:db8::/32\",\"maxLength\":48}]}"),
		("ASN,IP Prefix,Max Length,Trust Anchor,Expires\n"
		 "AS64496,192.0.2.0/24,26,x,1\nAS64497,192.0.0.0/16,16,x,1\n"
		 "AS0,203.0.113.0/24,32,x,1\nAS64498,2001:db8::/32,48,x,1\n"),
		("\"ASN\",\"IP Prefix\",\"Max Length\",\"Trust Anchor\"\n"
		 "\"64496\",\"192.0.2.0/24\",\"26\",\"x\"\n\"64497\",\"192.0.0.0/"
		 "16\",\"16\",\"x\"\n"
		 "\"0\",\"203.0.113.0/24\",\"32\",\"x\"\n\"64498\",\"2001:db8::/"
		 "32\",\"48\",\"x\"\n"),
		("URI,ASN,IP Prefix,Max Length,Not Before,Not After\n"
		 "rsync://a,AS64496,192.0.2.0/24,26,,\nrsync://a,AS64497,192.0.0.0/16,16,,\n"
		 "rsync://a,AS0,203.0.113.0/24,32,,\nrsync://a,AS64498,2001:db8::/32,48,,\n"),
		("roa-set {\n  192.0.2.0/24 maxlen 26 source-as 64496\n  192.0.0.0/16 source-as "
		 "64497\n"
		 "  203.0.113.0/24 maxlen 32 source-as 0\n  2001:db8::/32 maxlen 48 source-as "
		 "64498\n}\n"),
		("roa 192.0.2.0/24 max 26 as 64496;\nroa 192.0.0.0/16 max 16 as 64497;\n"
		 "roa 203.0.113.0/24 max 32 as 0;\nroa 2001:db8::/32 max 48 as 64498;\n"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct noro_arena *a = noro_arena_new(0);
		const struct noro_vrps *v = vrps_of(a, texts[i]);

		assert_int_equal(noro_vrps_count(v), 4);
		assert_int_equal(ask(v, "192.0.2.0/24", 64496), NORO_ROV_VALID);
		assert_int_equal(ask(v, "192.0.2.64/26", 64496), NORO_ROV_VALID);
		assert_int_equal(ask(v, "192.0.2.128/27", 64496), NORO_ROV_INVALID_LENGTH);
		assert_int_equal(ask(v, "192.0.2.0/24", 64499), NORO_ROV_INVALID_ASN);
		assert_int_equal(ask(v, "192.0.0.0/16", 64497), NORO_ROV_VALID);
		assert_int_equal(ask(v, "192.0.2.0/24", 64497), NORO_ROV_INVALID_LENGTH);
		assert_int_equal(ask(v, "192.0.0.0/15", 64497), NORO_ROV_NOT_FOUND);
		assert_int_equal(ask(v, "203.0.113.0/24", 0), NORO_ROV_INVALID_ASN);
		assert_int_equal(ask(v, "203.0.113.9/32", 64496), NORO_ROV_INVALID_ASN);
		assert_int_equal(ask(v, "2001:db8:1::/48", 64498), NORO_ROV_VALID);
		assert_int_equal(ask(v, "2001:db8:1::/49", 64498), NORO_ROV_INVALID_LENGTH);
		assert_int_equal(ask(v, "2001:db9::/32", 64498), NORO_ROV_NOT_FOUND);
		noro_arena_free(a);
	}
}

static void local_exceptions_take_out_and_add(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_vrps *v = vrps_of(a, "ASN,IP Prefix,Max Length,Trust Anchor\n"
					 "AS64496,192.0.2.0/24,24,x\nAS64497,198.51.100.0/24,24,x\n"
					 "AS64498,203.0.113.0/24,24,x\n");
	static const char slurm[] =
		"{\"slurmVersion\":1,\"validationOutputFilters\":{\"prefixFilters\":["
		"{\"prefix\":\"192.0.0.0/16\",\"comment\":\"all within\"},{\"asn\":64497}],"
		"\"bgpsecFilters\":[]},\"locallyAddedAssertions\":{\"prefixAssertions\":["
		"{\"asn\":64500,\"prefix\":\"198.51.100.0/24\",\"maxPrefixLength\":28}],"
		"\"bgpsecAssertions\":[]}}";
	struct noro_error err = { 0 };

	(void)state;
	assert_int_equal(noro_vrps_more(v, NORO_V(slurm), &err), NORO_OK);
	assert_int_equal(noro_vrps_count(v), 2);
	assert_int_equal(ask(v, "192.0.2.0/24", 64496), NORO_ROV_NOT_FOUND);
	assert_int_equal(ask(v, "198.51.100.0/28", 64500), NORO_ROV_VALID);
	assert_int_equal(ask(v, "198.51.100.0/24", 64497), NORO_ROV_INVALID_ASN);
	assert_int_equal(ask(v, "203.0.113.0/24", 64498), NORO_ROV_VALID);
	noro_arena_free(a);
}

/* Asked against every entry one by one, as the RFC writes it. */
static enum noro_validity slow(const struct noro_prefix *p, const struct noro_prefix *vrp,
	const uint8_t *max, const uint32_t *as, size_t n, uint32_t origin)
{
	enum noro_validity found = NORO_ROV_NOT_FOUND;

	for (size_t i = 0; i < n; i++) {
		if (vrp[i].len > p->len || !noro_prefix_has(&vrp[i], &p->ip))
			continue;
		if (as[i] == origin && p->len <= max[i])
			return NORO_ROV_VALID;
		if (as[i] == origin)
			found = NORO_ROV_INVALID_LENGTH;
		else if (found == NORO_ROV_NOT_FOUND)
			found = NORO_ROV_INVALID_ASN;
	}
	return found;
}

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void the_index_answers_as_the_list_does(void **state)
{
	enum { N = 400, ASKED = 4000 };
	static struct noro_prefix vrp[N];
	static uint8_t max[N];
	static uint32_t as[N];
	struct noro_arena *a = noro_arena_new(0);
	struct noro_vrps *v;
	struct noro_buf text = { 0 };
	uint32_t seed = 7;
	bool bits;

	(void)state;
	noro_buf_str(&text, "ASN,IP Prefix,Max Length,Trust Anchor\n");
	for (size_t i = 0; i < N; i++) {
		char p[64];
		unsigned len = 8 + next(&seed) % 17;

		(void)snprintf(
			p, sizeof(p), "10.%u.%u.0/%u", next(&seed) % 4, next(&seed) % 8 * 32, len);
		assert_true(noro_prefix_parse(noro_view_str(p), &vrp[i], &bits));
		max[i] = (uint8_t)(len + next(&seed) % 9);
		as[i] = 1 + next(&seed) % 5;
		noro_buf_printf(&text, "AS%u,%s,%u,x\n", as[i], p, max[i]);
	}
	noro_buf_chr(&text, '\0');
	v = vrps_of(a, text.p);
	for (size_t i = 0; i < ASKED; i++) {
		char p[64];
		struct noro_prefix asked;
		uint32_t origin = 1 + next(&seed) % 6;

		(void)snprintf(p, sizeof(p), "10.%u.%u.0/%u", next(&seed) % 5, next(&seed) % 256,
			6 + next(&seed) % 26);
		assert_true(noro_prefix_parse(noro_view_str(p), &asked, &bits));
		assert_int_equal(
			noro_vrps_ask(v, &asked, origin), slow(&asked, vrp, max, as, N, origin));
	}
	noro_buf_done(&text);
	noro_arena_free(a);
}

static void other_texts_are_no_lists(void **state)
{
	static const char *const texts[] = { "", "{}", "{\"roas\":", "hello\n", "[1,2]",
		"\"ASN\",\"name\"\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_vrps *v = NULL;
		struct noro_error err = { 0 };

		assert_int_equal(
			noro_vrps_read(noro_view_str(texts[i]), a, &v, &err), NORO_EFORMAT);
		noro_arena_free(a);
	}
}

static bool try_vrps(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_vrps *v;
	struct noro_error err = { 0 };
	enum noro_status st = a ? noro_vrps_read(noro_view_str(arg), a, &v, &err) : NORO_ENOMEM;

	noro_arena_free(a);
	return st == NORO_OK;
}

static void no_allocation_is_taken_for_granted(void **state)
{
	static char text[] = "ASN,IP Prefix,Max Length,Trust Anchor\nAS64496,192.0.2.0/24,24,x\n";

	(void)state;
	test_allocation_sweep(try_vrps, text, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_explained_needs_no_word),
		cmocka_unit_test(what_nobody_told_the_device_is_reported),
		cmocka_unit_test(a_part_cut_out_of_what_is_protected_is_told),
		cmocka_unit_test(a_part_of_the_list_is_told_where_the_whole_is_not_there),
		cmocka_unit_test(a_table_of_one_protocol_says_nothing_of_next_hops),
		cmocka_unit_test(part_of_a_protected_prefix_by_another_as_is_told),
		cmocka_unit_test(a_table_of_bgp_tells_who_took_a_prefix),
		cmocka_unit_test(ways_that_are_not_taken_come_and_go),
		cmocka_unit_test(changes_since_the_snapshot_are_told),
		cmocka_unit_test(changes_of_origin_and_of_one_way_are_told),
		cmocka_unit_test(of_many_alike_the_first_are_told_and_the_rest_counted),
		cmocka_unit_test(origins_are_judged_as_rfc_6811_says),
		cmocka_unit_test(local_exceptions_take_out_and_add),
		cmocka_unit_test(the_index_answers_as_the_list_does),
		cmocka_unit_test(other_texts_are_no_lists),
		cmocka_unit_test(no_allocation_is_taken_for_granted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
