/* tests/unit/device/test_transcript.c - sessions cut by prompts, and what file names say. */
#include "tests/test.h"

#include "base/arena.h"
#include "device/state.h"

static struct noro_arena *arena;
static const struct noro_output *out;
static size_t outs;

static int setup(void **state)
{
	(void)state;
	arena = noro_arena_new(0);
	return arena ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	noro_arena_free(arena);
	return 0;
}

static void cut(const char *text, const char *path)
{
	assert_int_equal(
		noro_transcript_cut(noro_view_str(text), path, arena, &out, &outs), NORO_OK);
}

static void a_session_is_cut_by_its_prompts(void **state)
{
	(void)state;
	cut("r1>en\r\nPassword: \r\nr1#terminal length 0\r\nr1#sh users\r\n"
	    "    Line       User       Host(s)              Idle       Location\r\n"
	    "*  2 vty 0     ops        idle                 00:00:00 192.0.2.7\r\n"
	    "\r\nr1#sh clo\r\n*12:34:56.789 UTC Mon Mar 1 2021\r\nr1#exit\r\n",
		"session.log");
	assert_int_equal(outs, 3);
	assert_view_is(out[1].device, "r1");
	assert_view_is(out[1].command, "sh users");
	assert_int_equal(out[1].line, 5);
	assert_true(noro_view_starts(noro_view_trim(out[1].body), "Line"));
	assert_view_is(out[2].command, "sh clo");
	assert_int_equal(out[2].time_ns / 1000000, 1614602096789);
}

static void a_shell_shows_routes_too(void **state)
{
	(void)state;
	cut("root@b2:~# ip -j r\n[{\"dst\":\"default\",\"dev\":\"eth0\"}]\n"
	    "root@b2:/etc# sudo vtysh -c \"show ip route\"\nCodes: K - kernel route\n"
	    "ops@b2:~$ birdc show route all\nBIRD 2.0.12 ready.\nops@b2:~$\n",
		"session.log");
	assert_int_equal(outs, 3);
	assert_view_is(out[0].device, "b2");
	assert_view_is(out[0].command, "ip route");
	assert_view_is(out[1].command, "show ip route");
	assert_view_is(out[2].command, "birdc show route");
	cut("default via 192.0.2.1 dev eth0 proto static\n192.0.2.0/24 dev eth1 scope link\n",
		"x.txt");
	assert_view_is(out[0].command, "ip route");
	cut("[ {\"dst\":\"default\",\"gateway\":\"192.0.2.1\",\"dev\":\"eth0\"} ]", "x.json");
	assert_view_is(out[0].command, "ip route");
	cut("{ \"0.0.0.0/0\":[ { \"prefix\":\"0.0.0.0/0\", \"protocol\":\"kernel\","
	    " \"nexthops\":[] } ] }",
		"x.json");
	assert_view_is(out[0].command, "show ip route json");
	cut("BIRD 2.0.12 ready.\nTable master4:\n", "x.txt");
	assert_view_is(out[0].command, "birdc show route");
	/* a script that sets routes, and prose, are no tables */
	cut("ip route 192.0.2.0 255.255.255.0 192.0.2.1\n", "x.txt");
	assert_false(noro_view_is(out[0].command, "ip route"));
	cut("default dev tools are in /usr\n", "x.txt");
	assert_int_equal(out[0].command.n, 0);
}

static void every_maker_prompts_in_its_way(void **state)
{
	static const struct {
		const char *prompt, *device;
		enum noro_dialect dialect;
	} row[] = {
		{ "r1#", "r1", 0 },
		{ "r1(config-if)#do ", "r1", 0 },
		{ "RP/0/RP0/CPU0:pe1#", "pe1", NORO_DIALECT_IOS_XR },
		{ "ops@mx1> ", "mx1", 0 },
		{ "<HUAWEI>", "HUAWEI", NORO_DIALECT_VRP },
		{ "[~HUAWEI-aaa]", "HUAWEI-aaa", NORO_DIALECT_VRP },
		{ "[ops@MikroTik] > ", "MikroTik", NORO_DIALECT_ROUTEROS },
		{ "FGT60 # ", "FGT60", NORO_DIALECT_FORTIOS },
		{ "FGT60 (global) # ", "FGT60", NORO_DIALECT_FORTIOS },
		{ "ops@PA-220(active)> ", "PA-220", 0 },
		{ "*A:sr1# ", "sr1", NORO_DIALECT_SROS },
		{ "A:sr1# show version", "sr1", NORO_DIALECT_SROS },
		{ "C:sr1# show version", "C:sr1", NORO_DIALECT_NONE },
		{ "vyos@edge:~$ ", "edge", 0 },
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		(void)snprintf(text, sizeof(text), "%sshow clock\nanswer\n%s\n", row[i].prompt,
			row[i].prompt);
		cut(text, NULL);
		assert_int_equal(outs, 1);
		assert_view_is(out[0].device, row[i].device);
		assert_view_is(noro_view_trim(out[0].body), "answer");
		assert_int_equal(out[0].dialect, row[i].dialect);
	}
}

static void output_that_looks_like_a_prompt_is_none(void **state)
{
	(void)state;
	cut("r1#show run\nbanner motd ^C\nother#hello\nlab> world\n^C\nend\nr1#show clock\nx\n",
		NULL);
	assert_int_equal(outs, 2);
	assert_true(noro_view_find(out[0].body, NORO_V("lab> world")) != SIZE_MAX);
	cut("<a>show</a>\n<b>x</b>\n", "x.xml");
	assert_int_equal(outs, 1);
	assert_int_equal(out[0].command.n, 0);
}

static void rulers_name_the_commands_of_a_report(void **state)
{
	(void)state;
	cut("------------------ show version ------------------\n\nCisco IOS Software\n"
	    "------------------ show users ------------------\nnobody\n",
		"tech/r7_show_tech.txt");
	assert_int_equal(outs, 2);
	assert_view_is(out[0].command, "show version");
	assert_view_is(out[1].command, "show users");
	assert_view_is(noro_view_trim(out[1].body), "nobody");
}

static void refusals_are_marked(void **state)
{
	(void)state;
	cut("r1#show foo\n           ^\n% Invalid input detected at '^' marker.\n\nr1#show "
	    "clock\nx\n",
		NULL);
	assert_int_equal(outs, 2);
	assert_true(out[0].refused);
	assert_false(out[1].refused);
}

static void file_names_say_the_command(void **state)
{
	static const struct {
		const char *path, *command, *device;
		enum noro_dialect dialect;
	} row[] = {
		{ "r1/show_version.txt", "show version", "r1", 0 },
		{ "out/r1_show-ip-route.raw", "show ip route", "r1", 0 },
		{ "show users.log", "show users", "", 0 },
		{ "x/show/pe2/show_route_|_display_json.txt", "show route | display json", "pe2",
			0 },
		{ "tests/cisco_ios/show_ip_access-lists/cisco_ios_show_ip_access-lists_2.raw",
			"show ip access-lists", "", NORO_DIALECT_IOS },
		{ "iosxe/tests/ShowIpArp/cli/equal/golden_output_output.txt", "show ip arp", "",
			NORO_DIALECT_IOS_XE },
		{ "nxos_ssh/mocked_data/t/normal/show_ip_arp_vrf_all___exc_X.txt",
			"show ip arp vrf all | exc X", "", NORO_DIALECT_NXOS },
		{ "tests/mikrotik_routeros/ip_arp_print/mikrotik_routeros_ip_arp_print.raw",
			"ip arp print", "", NORO_DIALECT_ROUTEROS },
		{ "notes.txt", "", "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		cut("something\n", row[i].path);
		assert_int_equal(outs, 1);
		assert_view_is(out[0].command, row[i].command);
		assert_view_is(out[0].device, row[i].device);
		assert_int_equal(out[0].dialect, row[i].dialect);
	}
}

static void abbreviations_are_written_out(void **state)
{
	static const struct {
		enum noro_dialect d;
		const char *typed, *full;
	} row[] = {
		{ NORO_DIALECT_IOS, "sh ver", "show version" },
		{ NORO_DIALECT_IOS, "sh ip int br", "show ip interface brief" },
		{ NORO_DIALECT_IOS, "sh run", "show running-config" },
		{ NORO_DIALECT_IOS, "se in", "service internal" },
		{ NORO_DIALECT_IOS, "conf t", "configure terminal" },
		{ NORO_DIALECT_IOS, "wr mem", "write memory" },
		{ NORO_DIALECT_IOS, "clea log", "clear logging" },
		{ NORO_DIALECT_IOS, "sh int tu0", "show interfaces tu0" },
		{ NORO_DIALECT_IOS, "show users", "show users" },
		{ NORO_DIALECT_IOS, "frobnicate x", "frobnicate x" },
		{ NORO_DIALECT_VRP, "dis cur", "display current-configuration" },
		{ NORO_DIALECT_VRP, "dis acl all", "display acl all" },
		{ NORO_DIALECT_JUNOS, "sho sys conn", "show system connections" },
		{ NORO_DIALECT_FORTIOS, "get sys status", "get system status" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_view_is(noro_command_expand(row[i].d, noro_view_str(row[i].typed), arena),
			row[i].full);
}

static void kinds_of_commands(void **state)
{
	enum noro_fact_source s;

	(void)state;
	assert_true(noro_command_is_config(NORO_DIALECT_IOS, NORO_V("sh run"), &s));
	assert_int_equal(s, NORO_FACT_CONFIG);
	assert_true(noro_command_is_config(NORO_DIALECT_IOS, NORO_V("show start"), &s));
	assert_int_equal(s, NORO_FACT_STARTUP);
	assert_true(noro_command_is_config(
		NORO_DIALECT_JUNOS, NORO_V("show configuration | display set"), &s));
	assert_true(noro_command_is_config(NORO_DIALECT_VRP, NORO_V("dis cur"), &s));
	assert_false(noro_command_is_config(NORO_DIALECT_IOS, NORO_V("show users"), &s));
	assert_false(noro_command_is_config(
		NORO_DIALECT_IOS, NORO_V("show archive config differences"), &s));
	assert_true(noro_command_is_routes(NORO_DIALECT_IOS, NORO_V("sh ip ro vrf x")));
	assert_true(noro_command_is_routes(NORO_DIALECT_VRP, NORO_V("display ip routing-table")));
	assert_false(noro_command_is_routes(NORO_DIALECT_IOS, NORO_V("show ip route summary")));
	assert_view_is(
		noro_command_vrf(NORO_DIALECT_SROS, NORO_V("show router 99 bgp routes")), "99");
	assert_view_is(noro_command_vrf(NORO_DIALECT_SROS, NORO_V("show router bgp routes")), "");
	assert_view_is(
		noro_command_vrf(NORO_DIALECT_SROS, NORO_V("show router Base bgp routes")), "");
	assert_view_is(noro_command_vrf(NORO_DIALECT_IOS, NORO_V("show ip route vrf x")), "");
}

static void pagers_and_colours_leave_no_trace(void **state)
{
	(void)state;
	cut("r1#show x\na\n --More-- \b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\bb\n"
	    "\x1b[7mr1#\x1b[0mshow y\nc\n",
		NULL);
	assert_int_equal(outs, 2);
	assert_view_is(noro_view_trim(out[1].body), "c");
}

static const char sample[] = "r1#sh ver\nCisco IOS Software\n\nr1#show run\nhostname r1\nend\n"
			     "<H>display clock\n2021-03-01 12:34:56\n"
			     "---------- show users ----------\nx\nf # get system status\ny\n";

static void every_prefix_is_cut_without_harm(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(sample); n++) {
		uint8_t *exact = test_exact_copy(sample, n);
		struct noro_arena *a = noro_arena_new(0);

		assert_int_equal(
			noro_transcript_cut(noro_view(exact, n), "a/b_show_c.txt", a, &out, &outs),
			NORO_OK);
		for (size_t i = 0; i < outs; i++)
			assert_true(out[i].offset + out[i].body.n <= n);
		noro_arena_free(a);
		free(exact);
	}
}

static bool try_cut(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_output *o;
	size_t n;
	bool ok;

	(void)arg;
	if (!a)
		return false;
	ok = noro_transcript_cut(noro_view_str(sample), "r1/show_version.txt", a, &o, &n) ==
	     NORO_OK;
	noro_arena_free(a);
	return ok;
}

static void memory_may_fail(void **state)
{
	(void)state;
	test_allocation_sweep(try_cut, NULL, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_session_is_cut_by_its_prompts, setup, teardown),
		cmocka_unit_test_setup_teardown(every_maker_prompts_in_its_way, setup, teardown),
		cmocka_unit_test_setup_teardown(
			output_that_looks_like_a_prompt_is_none, setup, teardown),
		cmocka_unit_test_setup_teardown(
			rulers_name_the_commands_of_a_report, setup, teardown),
		cmocka_unit_test_setup_teardown(refusals_are_marked, setup, teardown),
		cmocka_unit_test_setup_teardown(file_names_say_the_command, setup, teardown),
		cmocka_unit_test_setup_teardown(abbreviations_are_written_out, setup, teardown),
		cmocka_unit_test_setup_teardown(kinds_of_commands, setup, teardown),
		cmocka_unit_test_setup_teardown(pagers_and_colours_leave_no_trace, setup, teardown),
		cmocka_unit_test(every_prefix_is_cut_without_harm),
		cmocka_unit_test_setup_teardown(a_shell_shows_routes_too, setup, teardown),
		cmocka_unit_test(memory_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
