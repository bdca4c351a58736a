/*
 * tests/unit/device/test_state.c - templates on outputs of our own: what each form of a
 * template does, and that torn outputs and lost memory do no harm.
 */
#include "tests/test.h"

#include "device/command_priv.h"
#include "device/state.h"
#include "device/template_priv.h"
#include "tests/unit/device/facts.h"

static struct noro_arena *arena;
static struct noro_facts_def *def;

static int setup(void **state)
{
	(void)state;
	arena = noro_arena_new(0);
	def = facts_def(arena);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	noro_arena_free(arena);
	return 0;
}

static struct noro_state_read last;

static struct noro_facts rows_of(enum noro_dialect d, const char *command, struct noro_view body)
{
	static const struct noro_fact_file file = { .path = "x" };
	struct noro_output o = { .command = noro_view_str(command),
		.body = body,
		.dialect = d,
		.line = 1,
		.time_ns = NORO_TIME_NONE };
	struct noro_facts_maker *m;
	struct noro_facts f;
	struct noro_error err;

	assert_int_equal(noro_facts_maker_new(def, arena, facts_key, &m), NORO_OK);
	assert_int_equal(noro_state_read(def, &o, &file, m, &last, &err), NORO_OK);
	assert_int_equal(noro_facts_take(m, &f), NORO_OK);
	return f;
}

/* Column `name` of the row `i` of its table; "" if absent. */
static struct noro_view col(
	const struct noro_facts *f, const char *table, size_t i, const char *name)
{
	int t = noro_facts_table_by_name(def, noro_view_str(table));
	int c;

	assert_true(t >= 0);
	c = noro_table_column(noro_facts_table(def, (size_t)t), noro_view_str(name));
	assert_true(c >= NORO_COMMONS);
	assert_true(f->at[t] + i < f->at[t + 1]);
	return f->row[f->at[t] + i].col[c - NORO_COMMONS].p
		       ? f->row[f->at[t] + i].col[c - NORO_COMMONS]
		       : NORO_V("");
}

static size_t count(const struct noro_facts *f, const char *table)
{
	int t = noro_facts_table_by_name(def, noro_view_str(table));

	assert_true(t >= 0);
	return f->at[t + 1] - f->at[t];
}

static const char users[] =
	"    Line       User       Host(s)              Idle       Location\n"
	"*  2 vty 0     ops        idle                 00:00:00 192.0.2.7\n"
	"   3 vty 1                idle                 00:12:00 jump.example.net\n"
	"   0 con 0                idle                 1d02h\n"
	"\n"
	"  Interface    User               Mode         Idle     Peer Address\n"
	"  nonsense behind the end\n";

static void a_table_is_cut_where_its_header_stands(void **state)
{
	struct noro_facts f = rows_of(NORO_DIALECT_IOS, "sh users", NORO_V(users));

	(void)state;
	assert_int_equal(count(&f, "session"), 3);
	assert_view_is(col(&f, "session", 0, "user"), "ops");
	assert_view_is(col(&f, "session", 0, "line"), "vty 0");
	assert_view_is(col(&f, "session", 0, "src.ip"), "192.0.2.7");
	assert_view_is(col(&f, "session", 1, "user"), "");
	assert_view_is(col(&f, "session", 1, "src.host"), "jump.example.net");
	assert_view_is(col(&f, "session", 2, "line"), "console 0");
	assert_int_equal(last.unknown, 0);
	assert_string_equal(last.template_id, "ios.users");
}

static void sockets_of_every_system_are_one_table(void **state)
{
	static const struct {
		enum noro_dialect d;
		const char *command, *body, *port, *local, *st, *remote;
	} row[] = {
		{ NORO_DIALECT_IOS, "show tcp brief all",
			"TCB       Local Address           Foreign Address        (state)\n"
			"7F1       192.0.2.1.22            198.51.100.7.50122     ESTAB\n",
			"22", "192.0.2.1", "established", "198.51.100.7" },
		{ NORO_DIALECT_IOS, "show tcp brief all",
			"7F2       *.4786                  *.*                    LISTEN\n", "4786",
			"*", "listen", "" },
		{ NORO_DIALECT_IOS_XE, "show control-plane host open-ports",
			"Active internet connections (servers and established)\n"
			"Prot        Local Address      Foreign Address                  Service   "
			" State\n"
			" tcp                 *:22                  *:0               SSH-Server   "
			"LISTEN\n",
			"22", "*", "listen", "" },
		{ NORO_DIALECT_IOS_XR, "show tcp brief",
			"   PCB     VRF-ID     Recv-Q Send-Q Local Address         Foreign Address "
			"      State\n"
			"0x08 0x60000000      0      0  :::57722              :::0                 "
			" LISTEN\n",
			"57722", "::", "listen", "::" },
		{ NORO_DIALECT_JUNOS, "show system connections",
			"Active Internet connections (including servers)\n"
			"Proto Recv-Q Send-Q  Local Address          Foreign Address        "
			"(state)\n"
			"tcp4       0      0  192.0.2.1.22           198.51.100.7.50122     "
			"ESTABLISHED\n",
			"22", "192.0.2.1", "established", "198.51.100.7" },
		{ NORO_DIALECT_EOS, "bash netstat -an",
			"tcp        0      0 0.0.0.0:22       0.0.0.0:*          LISTEN      "
			"812/sshd\n",
			"22", "0.0.0.0", "listen", "0.0.0.0" },
		{ NORO_DIALECT_FORTIOS, "diagnose sys tcpsock",
			"0.0.0.0:541->0.0.0.0:0->state=listen err=0 socktype=1 rma=0\n", "541",
			"0.0.0.0", "listen", "0.0.0.0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct noro_facts f = rows_of(row[i].d, row[i].command, noro_view_str(row[i].body));

		assert_int_equal(count(&f, "listen"), 1);
		assert_view_is(col(&f, "listen", 0, "local.port"), row[i].port);
		assert_view_is(col(&f, "listen", 0, "local.ip"), row[i].local);
		assert_view_is(col(&f, "listen", 0, "state"), row[i].st);
		assert_view_is(col(&f, "listen", 0, "remote.ip"), row[i].remote);
		assert_int_equal(last.unknown, 0);
	}
}

static void an_entry_may_span_lines(void **state)
{
	struct noro_facts f = rows_of(NORO_DIALECT_IOS, "show interfaces tunnel 5",
		NORO_V("Tunnel5 is up, line protocol is up \n"
		       "  Hardware is Tunnel\n"
		       "  Internet address is 10.0.0.1/30\n"
		       "  Tunnel source 192.0.2.1 (GigabitEthernet1), destination 203.0.113.9\n"
		       "  Tunnel protocol/transport GRE/IP\n"
		       "  Tunnel protection via IPSec (profile \"P\")\n"));

	(void)state;
	assert_int_equal(count(&f, "tunnel"), 1);
	assert_view_is(col(&f, "tunnel", 0, "name"), "Tunnel5");
	assert_view_is(col(&f, "tunnel", 0, "destination"), "203.0.113.9");
	assert_view_is(col(&f, "tunnel", 0, "mode"), "gre");
	assert_int_equal(count(&f, "interface"), 1);
	assert_view_is(col(&f, "interface", 0, "prefix"), "10.0.0.1/30");
}

static void counters_of_filters_keep_the_spelling_of_configurations(void **state)
{
	struct noro_facts f = rows_of(NORO_DIALECT_IOS, "show access-lists",
		NORO_V("Extended IP access list MGMT\n"
		       "    10 permit tcp 192.0.2.0 0.0.0.255 any eq ssh log (7 matches)\n"
		       "    20 deny ip any host 198.51.100.1\n"));

	(void)state;
	assert_int_equal(count(&f, "acl"), 2);
	assert_view_is(col(&f, "acl", 0, "name"), "MGMT");
	assert_view_is(col(&f, "acl", 0, "src"), "192.0.2.0/24");
	assert_view_is(col(&f, "acl", 0, "dst.port"), "22");
	assert_view_is(col(&f, "acl", 0, "hits"), "7");
	assert_view_is(col(&f, "acl", 1, "dst"), "198.51.100.1");
}

static void a_secret_goes_no_further(void **state)
{
	struct noro_facts f = rows_of(NORO_DIALECT_IOS, "show snmp community",
		NORO_V("Community name: s3cr3t-word\nCommunity Index: c0\n"
		       "storage-type: nonvolatile\t active\taccess-list: 33\n"));

	(void)state;
	assert_int_equal(count(&f, "snmp.community"), 1);
	assert_view_is(col(&f, "snmp.community", 0, "filter"), "33");
	assert_true(col(&f, "snmp.community", 0, "secret.id").n == 32);
	for (size_t i = 0; i < f.rows; i++)
		assert_true(noro_view_find(f.row[i].text, NORO_V("s3cr3t-word")) == SIZE_MAX);
}

static void documents_go_by_ways(void **state)
{
	struct noro_facts f = rows_of(NORO_DIALECT_EOS, "show ip bgp summary vrf all | json",
		NORO_V("{\"vrfs\": {\"red\": {\"asn\": \"65000\", \"peers\": {\"192.0.2.1\": "
		       "{\"asn\": \"65001\", \"peerState\": \"Established\"}}}}}"));

	(void)state;
	assert_int_equal(count(&f, "bgp.neighbor"), 1);
	assert_view_is(col(&f, "bgp.neighbor", 0, "address"), "192.0.2.1");
	assert_view_is(col(&f, "bgp.neighbor", 0, "vrf"), "red");
	assert_view_is(col(&f, "bgp.neighbor", 0, "as"), "65001");
	assert_view_is(col(&f, "bgp.neighbor", 0, "local.as"), "65000");
	(void)rows_of(NORO_DIALECT_EOS, "show vrf | json", NORO_V("{\"vrfs\": {\"a\""));
	assert_int_equal(last.unknown, 1);
	assert_int_equal(last.rows, 0);
}

static void a_document_that_no_template_reads_is_told(void **state)
{
	(void)state;
	(void)rows_of(NORO_DIALECT_EOS, "show snmp community | json",
		NORO_V("{\"communities\":{\"x\":{\"access\":\"rw\"}}}"));
	assert_int_equal(last.rows, 0);
	assert_int_equal(last.unknown, 1);
	/* one that is read, and empty, is not */
	(void)rows_of(NORO_DIALECT_EOS, "show monitor session | json", NORO_V("{\"sessions\":{}}"));
	assert_int_equal(last.rows, 0);
	assert_int_equal(last.unknown, 0);
}

static void what_nobody_understands_is_told(void **state)
{
	struct noro_facts f = rows_of(NORO_DIALECT_IOS, "show ip arp",
		NORO_V("Protocol  Address    Age (min)  Hardware Addr   Type   Interface\n"
		       "Internet  192.0.2.1         3   0000.5e00.5301  ARPA   Vlan1\n"
		       "something new in this release\n"));

	(void)state;
	assert_int_equal(count(&f, "neighbor.l2"), 1);
	assert_int_equal(last.unknown, 1);
	assert_int_equal(last.first_unknown, 3);
	(void)rows_of(NORO_DIALECT_IOS, "show frobnication", NORO_V("x\n"));
	assert_null(last.template_id);
}

static void an_output_without_command_or_system_tells_itself(void **state)
{
	struct noro_facts f = rows_of(NORO_DIALECT_NONE, "", NORO_V(users));

	(void)state;
	assert_int_equal(count(&f, "session"), 3);
}

/* A template of that system that fills the table from that command. */
static bool is_filled(enum noro_dialect d, const char *command, struct noro_view table)
{
	const struct noro_templates *ts = noro_facts_def_templates(def);
	struct noro_line_scratch s;
	struct noro_view bare =
		noro_command_expand(d, noro_command_bare(noro_view_str(command)), arena);

	assert_int_equal(noro_line_scratch(arena, &s), NORO_OK);
	for (size_t i = 0; i < ts->items; i++) {
		const struct noro_template *t = ts->item[i];

		if (!(t->dialects >> d & 1) || !noro_view_is(table, t->def->name))
			continue;
		for (size_t k = 0; k < t->commands; k++)
			if (noro_line_match(t->command[k], bare, &s))
				return true;
	}
	return false;
}

static void every_plan_says_what_it_risks(void **state)
{
	(void)state;
	for (unsigned d = 1; d < NORO_DIALECTS; d++) {
		const struct noro_plan_row *row;
		size_t n = noro_plan(def, (enum noro_dialect)d, &row);

		for (size_t i = 0; i < n; i++) {
			struct noro_view rest = noro_view_str(row[i].fills), word;

			assert_non_null(row[i].command);
			assert_true(!row[i].risk || (row[i].caution.en && row[i].caution.ja));
			assert_true(!row[i].why.en == !row[i].why.ja);
			while (noro_view_word(&rest, &word))
				if (!noro_view_is(word, "config") &&
					!noro_view_is(word, "startup") &&
					!noro_view_is(word, "routes") &&
					!is_filled((enum noro_dialect)d, row[i].command, word))
					fail_msg("%s: nothing fills '%.*s' from '%s'",
						noro_dialect_name((enum noro_dialect)d),
						NORO_VARG(word), row[i].command);
		}
	}
}

/* --- mistakes in a template --- */

static void mistakes_are_told_with_their_line(void **state)
{
	static const struct {
		const char *text;
		uint64_t line;
	} row[] = {
		{ "- id: x\n  dialect: ios\n  command: show x\n  table: nowhere\n", 1 },
		{ "- id: x\n  dialect: ios\n  command: show x\n  table: session\n  lines:\n    - "
		  "row: '<colour>'\n",
			6 },
		{ "- id: x\n  dialect: beos\n  command: show x\n  table: session\n", 2 },
		{ "- id: x\n  dialect: ios\n  command: show x\n  table: session\n  speed: 9\n", 5 },
		{ "- id: x\n  dialect: ios\n  table: session\n", 1 },
		{ "- id: x\n  dialect: ios\n  command: show x\n  table: session\n  lines:\n    - "
		  "jump: '<user>'\n",
			6 },
		{ "- id: x\n  dialect: ios\n  command: '<a'\n  table: session\n", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct noro_template_list list = { 0 };
		struct noro_error err = { 0 };

		assert_int_equal(noro_templates_parse(arena, def, "x.yaml",
					 noro_view_str(row[i].text), &list, &err),
			NORO_EFORMAT);
		assert_int_equal(err.at, row[i].line);
	}
}

/* --- harm --- */

static const struct {
	enum noro_dialect d;
	const char *command, *body;
} samples[] = {
	{ NORO_DIALECT_IOS, "show users", users },
	{ NORO_DIALECT_IOS, "show access-lists",
		"Extended IP access list A\n 10 permit tcp host 192.0.2.1 eq 22 any (2 "
		"matches)\n" },
	{ NORO_DIALECT_VRP, "display ntp-service status",
		" clock status: synchronized\n clock stratum: 2\n" },
	{ NORO_DIALECT_EOS, "show vrf", "{\"vrfs\": {\"a\": {\"routeDistinguisher\": \"1:1\"}}}" },
	{ NORO_DIALECT_JUNOS, "show arp",
		"<a><arp-table-information><arp-table-entry><ip-address>192.0.2.1</ip-address>"
		"</arp-table-entry></arp-table-information></a>" },
};

static void every_prefix_is_read_without_harm(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		for (size_t n = 0; n <= strlen(samples[i].body); n++) {
			uint8_t *exact = test_exact_copy(samples[i].body, n);

			(void)rows_of(samples[i].d, samples[i].command, noro_view(exact, n));
			assert_true(last.rows <= n);
			free(exact);
		}
}

static bool try_read(void *arg)
{
	struct noro_fact_file file = { .path = "x" };
	struct noro_arena *a = noro_arena_new(0);
	bool ok = a != NULL;

	(void)arg;
	for (size_t i = 0; ok && i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct noro_output o = { .command = noro_view_str(samples[i].command),
			.body = noro_view_str(samples[i].body),
			.dialect = samples[i].d };
		struct noro_facts_maker *m;
		struct noro_state_read r;

		ok = noro_facts_maker_new(def, a, facts_key, &m) == NORO_OK &&
		     noro_state_read(def, &o, &file, m, &r, NULL) == NORO_OK;
	}
	noro_arena_free(a);
	return ok;
}

static void memory_may_fail_while_reading(void **state)
{
	(void)state;
	test_allocation_sweep(try_read, NULL, 1000);
}

static bool try_load(void *arg)
{
	static const char text[] =
		"- id: x\n  dialect: [ios, eos]\n  command: [show x, 'show y [...]']\n  table: "
		"session\n"
		"  lines:\n    - keep: 'Group <$g>'\n      set: { proto: ssh }\n"
		"    - start: ['<user> <line>', '<user>']\n      go: inside\n"
		"    - more: '<idle:duration>'\n      in: [inside]\n"
		"  set: { what: '{$g} of {user}' }\n  map: { proto: { 'a*': b } }\n  need: user\n"
		"- id: y\n  dialect: ios\n  command: show z\n  table: session\n"
		"  tree: { each: 'a <user>', take: { line: [b, '.. c'] } }\n";
	struct noro_arena *a = noro_arena_new(0);
	struct noro_template_list list = { 0 };
	bool ok;

	(void)arg;
	if (!a)
		return false;
	ok = noro_templates_parse(a, def, "x.yaml", noro_view_str(text), &list, NULL) == NORO_OK;
	assert_true(!ok || list.n == 2);
	noro_arena_free(a);
	return ok;
}

static void memory_may_fail_while_loading(void **state)
{
	(void)state;
	test_allocation_sweep(try_load, NULL, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_is_cut_where_its_header_stands),
		cmocka_unit_test(a_document_that_no_template_reads_is_told),
		cmocka_unit_test(sockets_of_every_system_are_one_table),
		cmocka_unit_test(an_entry_may_span_lines),
		cmocka_unit_test(counters_of_filters_keep_the_spelling_of_configurations),
		cmocka_unit_test(a_secret_goes_no_further),
		cmocka_unit_test(documents_go_by_ways),
		cmocka_unit_test(what_nobody_understands_is_told),
		cmocka_unit_test(an_output_without_command_or_system_tells_itself),
		cmocka_unit_test(every_plan_says_what_it_risks),
		cmocka_unit_test(mistakes_are_told_with_their_line),
		cmocka_unit_test(every_prefix_is_read_without_harm),
		cmocka_unit_test(memory_may_fail_while_reading),
		cmocka_unit_test(memory_may_fail_while_loading),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
