/* tests/unit/device/test_tree.c - one shape of tree for every dialect. */
#include "tests/test.h"

#include "device/tree.h"

/* A text parsed as a dialect and a form; the arena lives until the end of the test. */
struct sample {
	struct noro_arena *arena;
	struct noro_tree *tree;
};

static struct sample parse(enum noro_dialect d, enum noro_tree_form f, const char *text)
{
	struct noro_dialect_guess g = { .dialect = d, .form = f };
	struct sample s = { .arena = noro_arena_new(0) };

	assert_non_null(s.arena);
	assert_int_equal(noro_tree_parse(noro_view_str(text), &g, s.arena, &s.tree), NORO_OK);
	return s;
}

/* The tree as text: a line a statement, two blanks a level, words in < >. */
static char *shape(struct sample s)
{
	struct noro_buf b = { 0 };
	char *out;

	for (const struct noro_stmt *at = noro_stmt_walk(&s.tree->root); at;
		at = noro_stmt_walk(at)) {
		for (const struct noro_stmt *up = at->parent; up->parent; up = up->parent)
			noro_buf_str(&b, "  ");
		if (at->flags & NORO_STMT_NEGATED)
			noro_buf_str(&b, "!");
		if (at->flags & NORO_STMT_INACTIVE)
			noro_buf_str(&b, "?");
		if (at->flags & NORO_STMT_TEXT)
			noro_buf_printf(&b, "|%.*s", NORO_VARG(at->text));
		for (uint32_t i = 0; i < at->words; i++)
			noro_buf_printf(&b, "<%.*s>", NORO_VARG(at->word[i]));
		noro_buf_chr(&b, '\n');
	}
	noro_buf_chr(&b, '\0');
	assert_int_equal(b.status, NORO_OK);
	out = noro_arena_strn(s.arena, b.p, b.n);
	assert_non_null(out);
	noro_buf_done(&b);
	return out;
}

#define assert_shape(d, f, text, expected)                                                         \
	do {                                                                                       \
		struct sample s_ = parse(NORO_DIALECT_##d, NORO_FORM_##f, text);                   \
                                                                                                   \
		assert_string_equal(shape(s_), expected);                                          \
		noro_arena_free(s_.arena);                                                         \
	} while (0)

static void lines_nest_by_indentation(void **state)
{
	(void)state;
	assert_shape(IOS, LINES,
		"Building configuration...\n\n!\nversion 15.2\nhostname r1\ninterface Gi0/1\n"
		" description \"to core\"\n no ip address\n!\nrouter bgp 1\n"
		" address-family ipv4\n  neighbor 1.1.1.1 activate\n exit-address-family\nend\n",
		"<version><15.2>\n<hostname><r1>\n<interface><Gi0/1>\n  <description><to core>\n"
		"  !<ip><address>\n<router><bgp><1>\n  <address-family><ipv4>\n"
		"    <neighbor><1.1.1.1><activate>\n  <exit-address-family>\n");
}

static void a_family_as_deep_as_its_lines_still_holds_them(void **state)
{
	(void)state;
	assert_shape(IOS, LINES,
		"router bgp 1\n neighbor 1.1.1.1 remote-as 2\n address-family ipv4 vrf A\n"
		" neighbor 2.2.2.2 activate\n no auto-summary\n exit-address-family\n",
		"<router><bgp><1>\n  <neighbor><1.1.1.1><remote-as><2>\n"
		"  <address-family><ipv4><vrf><A>\n    <neighbor><2.2.2.2><activate>\n"
		"    !<auto-summary>\n  <exit-address-family>\n");
}

static void banners_and_certificates_are_text(void **state)
{
	(void)state;
	assert_shape(IOS, LINES,
		"banner motd ^C\nno entry\n  router bgp 1\n^C\nbanner login #one line#\n"
		"crypto pki certificate chain TP\n certificate self-signed 01\n"
		"  3082022B 30820194\n  A0030201\n  \tquit\nline con 0\n",
		"<banner><motd>\n  |no entry\n  |  router bgp 1\n<banner><login>\n  |one line\n"
		"<crypto><pki><certificate><chain><TP>\n  <certificate><self-signed><01>\n"
		"    |3082022B 30820194\n    |A0030201\n<line><con><0>\n");
	/* nothing ends it: then it swallows nothing */
	assert_shape(IOS, LINES, "banner motd ^C\nhostname r1\n",
		"<banner><motd><^C>\n<hostname><r1>\n");
	assert_shape(EOS, LINES, "banner login\nkeep out\nEOF\nhostname r1\n",
		"<banner><login>\n  |keep out\n<hostname><r1>\n");
}

static void curly_and_set_give_one_tree(void **state)
{
	static const char both[] = "<system>\n  <host-name>\n    <r1>\n  <login>\n    <user>\n"
				   "      <a b>\n        <class>\n          <super-user>\n"
				   "<interfaces>\n  <ge-0/0/0>\n    <unit>\n      <0>\n"
				   "        <family>\n          ?<inet>\n      <1>\n"
				   "        <vlan-id-list>\n          <5>\n          <7>\n";

	(void)state;
	assert_shape(JUNOS, BRACES,
		"## Last commit: today\nsystem {\n    host-name r1; ## SECRET-DATA\n    login {\n"
		"        user \"a b\" {\n            class super-user;\n        }\n    }\n}\n"
		"interfaces {\n    /* uplink */\n    ge-0/0/0 {\n        unit 0 {\n"
		"            family {\n                inactive: inet;\n            }\n        }\n"
		"        unit 1 {\n            vlan-id-list [ 5 7 ];\n        }\n    }\n}\n",
		both);
	assert_shape(JUNOS, SET,
		"set system host-name r1\nset system login user \"a b\" class super-user\n"
		"set interfaces ge-0/0/0 unit 0 family inet\n"
		"deactivate interfaces ge-0/0/0 unit 0 family inet\n"
		"set interfaces ge-0/0/0 unit 1 vlan-id-list [ 5 7 ]\n",
		both);
	assert_shape(JUNOS, SET, "set a b\ndelete a c d\n", "<a>\n  <b>\n  <c>\n    !<d>\n");
}

static void what_a_terminal_took_back_is_gone(void **state)
{
	struct sample s;

	(void)state;
	s = parse(NORO_DIALECT_IOS, NORO_FORM_LINES,
		"r1#show running-config\r\n"
		"Load for five secs: 1%/0%; one minute: 2%\r\nhostname r1\r\n"
		" --More-- \b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\binterface Gi0/1\r\n"
		"\x1b[7m--More--\x1b[27m\x1b[8D\x1b[K ip address 10.0.0.1 255.0.0.0\r\n"
		"<--- More --->\r              \r shutdown\r\nend\r\nr1#\r\n");
	assert_string_equal(shape(s),
		"<hostname><r1>\n<interface><Gi0/1>\n  <ip><address><10.0.0.1><255.0.0.0>\n"
		"  <shutdown>\n");
	assert_int_equal(s.tree->noise, 3);
	assert_true(s.tree->complete);
	noro_arena_free(s.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_nest_by_indentation),
		cmocka_unit_test(a_family_as_deep_as_its_lines_still_holds_them),
		cmocka_unit_test(banners_and_certificates_are_text),
		cmocka_unit_test(curly_and_set_give_one_tree),
		cmocka_unit_test(what_a_terminal_took_back_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
