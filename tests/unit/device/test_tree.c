/* tests/unit/device/test_tree.c - one shape of tree for every dialect. */
#include "tests/test.h"

#include "base/clock.h"
#include "device/tree.h"
#include "tests/unit/device/tree_samples.h"

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

/* Put together of both forms, whichever comes first, and with the one of them cut off. */
static void a_file_of_both_forms_gives_one_tree(void **state)
{
	static const char curly[] = "system {\n    host-name r1;\n    services {\n        ssh;\n"
				    "    }\n}\n";
	static const char set[] = "set system services telnet\nset snmp community public\n"
				  "set interfaces ge-0/0/0 unit 0\n";
	static const char whole[] = "<system>\n  <host-name>\n    <r1>\n  <services>\n    <ssh>\n"
				    "    <telnet>\n<snmp>\n  <community>\n    <public>\n"
				    "<interfaces>\n  <ge-0/0/0>\n    <unit>\n      <0>\n";
	char text[1024];
	struct sample s;

	(void)state;
	(void)snprintf(text, sizeof(text), "%s%s", curly, set);
	assert_shape(JUNOS, BRACES, text, whole);
	assert_shape(JUNOS, SET, text, whole);
	(void)snprintf(text, sizeof(text), "%sversion 21.4R1;\n%s", set, curly);
	s = parse(NORO_DIALECT_JUNOS, NORO_FORM_SET, text);
	assert_int_equal(s.tree->unknown, 0);
	assert_true(s.tree->complete);
	assert_true(noro_view_is(s.tree->name, "r1") && noro_view_is(s.tree->version, "21.4R1"));
	noro_arena_free(s.arena);
	/* the last braces of the first half are missing: the second is read, and the cut told */
	(void)snprintf(text, sizeof(text), "%.*s%s", (int)(strlen(curly) - 8), curly, set);
	for (int f = 0; f < 2; f++) {
		s = parse(NORO_DIALECT_JUNOS, f ? NORO_FORM_SET : NORO_FORM_BRACES, text);
		assert_string_equal(shape(s), whole);
		assert_false(s.tree->complete);
		noro_arena_free(s.arena);
	}
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

static const struct tree_sample *sample_of(const char *name)
{
	for (size_t i = 0; i < TREE_SAMPLES; i++)
		if (strcmp(tree_samples[i].name, name) == 0)
			return &tree_samples[i];
	fail_msg("no sample %s", name);
	return &tree_samples[0];
}

static void every_dialect_is_recognised_by_its_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < TREE_SAMPLES; i++) {
		const struct tree_sample *x = &tree_samples[i];
		struct noro_dialect_guess g;

		noro_dialect_guess(noro_view_str(x->text), NULL, &g);
		if (g.dialect != x->dialect || g.form != x->form || !g.config)
			fail_msg("%s: taken for %s, form %d, config %d, by %s", x->name,
				noro_dialect_name(g.dialect), g.form, g.config, g.arg);
		assert_non_null(g.why.id);
		assert_true(g.confidence > 20 && g.confidence <= 100);
	}
}

static void names_versions_and_endings_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < TREE_SAMPLES; i++) {
		const struct tree_sample *x = &tree_samples[i];
		struct sample s = parse(x->dialect, x->form, x->text);

		if (x->host)
			assert_view_is(s.tree->name, x->host);
		if (x->version)
			assert_view_is(s.tree->version, x->version);
		if (!s.tree->complete || s.tree->cut || s.tree->unknown)
			fail_msg("%s: complete %d, cut %d, unknown %u", x->name, s.tree->complete,
				s.tree->cut, s.tree->unknown);
		noro_arena_free(s.arena);
	}
}

static void forms_of_one_configuration_give_one_tree(void **state)
{
	static const char *const pairs[][2] = { { "junos curly", "junos set" },
		{ "junos curly", "junos xml" }, { "vyos curly", "vyos set" },
		{ "pan-os xml", "pan-os set" }, { "sros curly", "sros flat" } };

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct tree_sample *a = sample_of(pairs[i][0]), *b = sample_of(pairs[i][1]);
		struct sample one = parse(a->dialect, a->form, a->text);
		struct sample two = parse(b->dialect, b->form, b->text);

		assert_string_equal(shape(one), shape(two));
		noro_arena_free(one.arena);
		noro_arena_free(two.arena);
	}
}

static void shapes_are_as_patterns_ask_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < TREE_SAMPLES; i++) {
		const struct tree_sample *x = &tree_samples[i];
		struct sample s;

		if (!x->shape)
			continue;
		s = parse(x->dialect, x->form, x->text);
		assert_string_equal(shape(s), x->shape);
		noro_arena_free(s.arena);
	}
}

static enum noro_tree_form canonical(const struct noro_tree *t)
{
	if (t->dialect == NORO_DIALECT_JUNOS)
		return NORO_FORM_BRACES;
	if (t->dialect == NORO_DIALECT_VYOS || t->dialect == NORO_DIALECT_PANOS)
		return NORO_FORM_SET;
	if (t->dialect == NORO_DIALECT_SROS && t->form == NORO_FORM_SET)
		return NORO_FORM_BRACES;
	return t->form;
}

/* Print, parse, print: the same bytes; and the same shape. */
static void assert_prints_stably(enum noro_dialect d, enum noro_tree_form f, const char *text)
{
	struct sample one = parse(d, f, text), two;
	struct noro_buf a = { 0 }, b = { 0 };

	assert_int_equal(noro_tree_print(one.tree, &a), NORO_OK);
	two = parse(d, canonical(one.tree), a.p ? a.p : "");
	assert_int_equal(noro_tree_print(two.tree, &b), NORO_OK);
	assert_int_equal(a.n, b.n);
	assert_string_equal(a.p ? a.p : "", b.p ? b.p : "");
	noro_buf_done(&a);
	noro_buf_done(&b);
	noro_arena_free(one.arena);
	noro_arena_free(two.arena);
}

static void every_dialect_prints_what_parses_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < TREE_SAMPLES; i++) {
		const struct tree_sample *x = &tree_samples[i];
		struct sample s = parse(x->dialect, x->form, x->text), again;
		struct noro_buf b = { 0 };

		assert_int_equal(noro_tree_print(s.tree, &b), NORO_OK);
		again = parse(x->dialect, canonical(s.tree), b.p);
		assert_string_equal(shape(s), shape(again));
		noro_buf_done(&b);
		noro_arena_free(s.arena);
		noro_arena_free(again.arena);
		assert_prints_stably(x->dialect, x->form, x->text);
	}
}

/* Every prefix parses (a cut text is no failure), as every dialect, and prints stably. */
static void every_truncation_parses(void **state)
{
	(void)state;
	for (size_t i = 0; i < TREE_SAMPLES; i++) {
		const struct tree_sample *x = &tree_samples[i];
		size_t n = strlen(x->text);

		for (size_t k = 0; k < n; k++) {
			uint8_t *exact = test_exact_copy(x->text, k);
			struct noro_dialect_guess g = { .dialect = x->dialect, .form = x->form },
						  any;
			struct noro_arena *a = noro_arena_new(0);
			struct noro_tree *t;
			uint32_t seen = 0;

			noro_dialect_guess(noro_view(exact, k), NULL, &any);
			assert_int_equal(noro_tree_parse(noro_view(exact, k), &g, a, &t), NORO_OK);
			for (const struct noro_stmt *s = noro_stmt_walk(&t->root); s;
				s = noro_stmt_walk(s))
				assert_int_equal(s->number, seen++);
			assert_int_equal(seen, t->statements);
			noro_arena_free(a);
			free(exact);
		}
	}
}

static bool parse_and_print(void *arg)
{
	const struct tree_sample *x = arg;
	struct noro_dialect_guess g = { .dialect = x->dialect, .form = x->form };
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf b = { 0 };
	struct noro_tree *t = NULL;
	bool done = false;

	if (!a)
		return false;
	if (noro_tree_parse(noro_view_str(x->text), &g, a, &t) == NORO_OK)
		done = noro_tree_print(t, &b) == NORO_OK && b.n > 0;
	noro_buf_done(&b);
	noro_arena_free(a);
	return done;
}

static void every_failing_allocation_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < TREE_SAMPLES; i++) {
		struct tree_sample x = tree_samples[i];

		test_allocation_sweep(parse_and_print, &x, 200);
	}
}

static void every_dialect_takes_every_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < TREE_SAMPLES; i++)
		for (size_t k = 0; k < TREE_SAMPLES; k++)
			assert_prints_stably(tree_samples[k].dialect, tree_samples[k].form,
				tree_samples[i].text);
}

/* A text of `count` pieces. */
static char *repeated(const char *piece, size_t count, size_t *ret_n)
{
	size_t n = strlen(piece);
	char *text = malloc(n * count + 1);

	assert_non_null(text);
	for (size_t i = 0; i < count; i++)
		memcpy(text + i * n, piece, n);
	text[n * count] = 0;
	*ret_n = n * count;
	return text;
}

/* Time and memory stay in proportion whatever the adapter: the ceiling is generous, a square is
 * not. */
static void assert_linear(const char *piece, size_t count, uint32_t at_least)
{
	static const struct {
		enum noro_dialect d;
		enum noro_tree_form f;
	} ways[] = { { NORO_DIALECT_IOS, NORO_FORM_LINES }, { NORO_DIALECT_EOS, NORO_FORM_LINES },
		{ NORO_DIALECT_JUNOS, NORO_FORM_BRACES }, { NORO_DIALECT_VYOS, NORO_FORM_BRACES },
		{ NORO_DIALECT_PANOS, NORO_FORM_SET }, { NORO_DIALECT_JUNOS, NORO_FORM_SET },
		{ NORO_DIALECT_FORTIOS, NORO_FORM_BLOCKS },
		{ NORO_DIALECT_ROUTEROS, NORO_FORM_MENUS }, { NORO_DIALECT_PANOS, NORO_FORM_XML } };
	size_t n;
	char *text = repeated(piece, count, &n);

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct noro_dialect_guess g = { .dialect = ways[i].d, .form = ways[i].f };
		struct noro_arena *a = noro_arena_new(0);
		int64_t began = noro_clock_mono();
		struct noro_tree *t;

		assert_int_equal(noro_tree_parse(noro_view(text, n), &g, a, &t), NORO_OK);
		if (i == 0)
			assert_true(t->statements >= at_least);
		assert_true(noro_clock_mono() - began < INT64_C(20000000000));
		noro_arena_free(a);
	}
	free(text);
}

static void big_texts_take_linear_time(void **state)
{
	(void)state;
	assert_linear(
		"set interfaces ge-0/0/0 unit 0 family inet address 10.0.0.1/24\n", 300000, 300000);
	assert_linear("banner login \n", 100000, 100000);
	assert_linear("banner motd ^C\n", 99999, 40000);
	assert_linear("x \"a\" b \"", 1000000, 1);
	assert_linear("x \"a ", 1000000, 1);
	assert_linear("\"a\"b ", 1000000, 1);
	assert_linear("set a \"b\n", 300000, 300000);
	assert_linear("{ a ", 1000000, 1);
	assert_linear("<a b=\"c\">", 300000, 1);
	assert_linear("  /* ", 300000, 1);
	assert_linear("a\\\n", 300000, 100000);
	assert_linear("add a=\"b\\\n", 300000, 100000);
	assert_linear("--More-- \b\b\b x\r\n", 300000, 300000);
}

static void a_line_of_a_hundred_megabytes_is_cut(void **state)
{
	size_t n;
	char *text = repeated("0123456789abcdef", 100 << 16, &n);
	struct noro_dialect_guess g = { .dialect = NORO_DIALECT_IOS };
	struct noro_arena *a = noro_arena_new(0);
	struct noro_tree *t;

	(void)state;
	memcpy(text + n - 12, "\nhostname x\n", 12);
	noro_dialect_guess(noro_view(text, n), NULL, &g);
	assert_false(g.config);
	g = (struct noro_dialect_guess){ .dialect = NORO_DIALECT_IOS };
	assert_int_equal(noro_tree_parse(noro_view(text, n), &g, a, &t), NORO_OK);
	assert_true(t->cut);
	assert_int_equal(t->statements, 2);
	assert_int_equal(t->root.child->text.n, NORO_TREE_MAX_LINE);
	assert_view_is(t->name, "x");
	noro_arena_free(a);
	free(text);
}

static void depth_and_words_have_ceilings(void **state)
{
	size_t n;
	char deep[70 * 71 / 2 + 4096], *at = deep, *words;
	struct sample s;
	unsigned depth = 0;
	struct noro_dialect_guess g = { .dialect = NORO_DIALECT_IOS };
	struct noro_arena *a;
	struct noro_tree *t;

	(void)state;
	for (int i = 0; i < 70; i++)
		at += snprintf(at, 128, "%*sl%d\n", i, "", i);
	s = parse(NORO_DIALECT_IOS, NORO_FORM_LINES, deep);
	assert_int_equal(s.tree->statements, 70);
	for (const struct noro_stmt *x = s.tree->root.child; x; x = x->child)
		depth++;
	assert_int_equal(depth, NORO_TREE_MAX_DEPTH);
	noro_arena_free(s.arena);

	words = repeated("word ", 200000, &n);
	a = noro_arena_new(0);
	assert_int_equal(noro_tree_parse(noro_view(words, n), &g, a, &t), NORO_OK);
	assert_int_equal(t->statements, 1);
	assert_int_equal(t->root.child->words, NORO_TREE_MAX_WORDS);
	noro_arena_free(a);
	free(words);
	assert_linear("word ", 1000000, 1);
}

static void outputs_of_commands_become_trees(void **state)
{
	struct sample s = { .arena = noro_arena_new(0) };
	struct noro_error err = { 0 };

	(void)state;
	assert_int_equal(
		noro_tree_parse_json(NORO_V("{\"host\": \"r1\", \"up\": true,\n \"row\": [{\"ip\": "
					    "\"10.0.0.1\"},"
					    " {\"ip\": null, \"n\": [1, 2]}], \"none\": []}"),
			s.arena, &s.tree, &err),
		NORO_OK);
	assert_string_equal(shape(s), "<host><r1>\n<up><true>\n<row>\n  <ip><10.0.0.1>\n<row>\n"
				      "  <ip><null>\n  <n><1>\n  <n><2>\n");
	assert_int_equal(s.tree->root.child->next->next->line, 2);
	assert_int_equal(
		noro_tree_parse_json(NORO_V("{\"a\": "), s.arena, &s.tree, &err), NORO_ETRUNC);
	assert_int_equal(noro_tree_parse_xml(
				 NORO_V("<?xml version='1.0'?>\n<!-- c --><rpc-reply xmlns=\"x\">\n"
					"<user-entry state='on'><user>a &amp; b</user>\n<tty/>"
					"<from><![CDATA[<x>]]></from></user-entry></rpc-reply>"),
				 s.arena, &s.tree, &err),
		NORO_OK);
	assert_string_equal(shape(s), "<rpc-reply>\n  <user-entry>\n    <state><on>\n"
				      "    <user><a & b>\n    <tty>\n    <from><<x>>\n");
	assert_int_equal(s.tree->root.child->child->child->next->line, 3);
	assert_int_equal(
		noro_tree_parse_xml(NORO_V("<a><b></a>"), s.arena, &s.tree, &err), NORO_EFORMAT);
	assert_int_equal(
		noro_tree_parse_xml(NORO_V("<a><b>"), s.arena, &s.tree, &err), NORO_ETRUNC);
	assert_int_equal(noro_tree_parse_xml(NORO_V("text"), s.arena, &s.tree, &err), NORO_EFORMAT);
	noro_arena_free(s.arena);
}

static void paths_and_walks_go_through_the_tree(void **state)
{
	struct sample s = parse(NORO_DIALECT_IOS, NORO_FORM_LINES,
		"interface Gi0/1\n ip address 10.0.0.1 255.0.0.0\nline vty 0 4\n no login\n");
	const struct noro_stmt *at = noro_stmt_walk(&s.tree->root);

	(void)state;
	at = noro_stmt_walk(at);
	assert_view_is(
		noro_stmt_path(at, s.arena), "interface Gi0/1 ip address 10.0.0.1 255.0.0.0");
	at = noro_stmt_walk(noro_stmt_walk(at));
	assert_view_is(noro_stmt_path(at, s.arena), "line vty 0 4 login");
	assert_view_is(at->text, "no login");
	assert_int_equal(at->line, 4);
	assert_int_equal(at->column, 2);
	assert_int_equal(at->offset, 60);
	assert_null(noro_stmt_walk(at));
	noro_arena_free(s.arena);
}

static void prose_logs_and_code_are_no_configuration(void **state)
{
	static const char *const texts[] = {
		"",
		"\n\n",
		"hostname\n",
		"The interface Gi0/1 is up.\nrouter bgp is used here, and so is line vty 0 4.\n"
		"Operators write ip address lines.\nWe looked at the hostname.\nThat is all.\n",
		"Mar  1 00:00:00 r1 1: %SYS-5-CONFIG_I: Configured from console by vty0 "
		"(10.0.0.1)\n"
		"Mar  1 00:00:01 r1 2: %LINK-3-UPDOWN: Interface Gi0/1, changed state to up\n",
		"{\"hostname\": \"r1\", \"config\": \"interface Gi0/1\\n ip address "
		"10.0.0.1\\n\"}\n",
		"int main(void)\n{\n\tsystem(\"x\");\n\treturn 0;\n}\n",
		"GigabitEthernet0/1 is up, line protocol is up\n  Hardware is iGbE\n"
		"  Internet address is 10.0.0.1/24\n  MTU 1500 bytes\n",
		"server {\n    listen 80;\n    server_name x;\n    location / {\n        root "
		"/y;\n    }\n}\n",
		"set -e\nset +x\nexport A=b\ninterface=eth0\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct noro_dialect_guess g;

		noro_dialect_guess(noro_view_str(texts[i]), NULL, &g);
		if (g.config)
			fail_msg("taken for %s: %s", noro_dialect_name(g.dialect), texts[i]);
	}
}

static void a_session_is_a_transcript(void **state)
{
	struct noro_dialect_guess g;

	(void)state;
	noro_dialect_guess(NORO_V("r1#show running-config\nversion 15.2\nhostname r1\n"
				  "interface FastEthernet0/0\n ip address 10.0.0.1 255.0.0.0\n"
				  "line vty 0 4\n login\nend\nr1#exit\n"),
		NULL, &g);
	assert_true(g.transcript);
	assert_true(g.config);
	noro_dialect_guess(NORO_V("hostname r1\n"), NULL, &g);
	assert_false(g.transcript);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_nest_by_indentation),
		cmocka_unit_test(a_family_as_deep_as_its_lines_still_holds_them),
		cmocka_unit_test(banners_and_certificates_are_text),
		cmocka_unit_test(curly_and_set_give_one_tree),
		cmocka_unit_test(a_file_of_both_forms_gives_one_tree),
		cmocka_unit_test(what_a_terminal_took_back_is_gone),
		cmocka_unit_test(every_dialect_is_recognised_by_its_lines),
		cmocka_unit_test(names_versions_and_endings_are_read),
		cmocka_unit_test(forms_of_one_configuration_give_one_tree),
		cmocka_unit_test(shapes_are_as_patterns_ask_them),
		cmocka_unit_test(every_dialect_prints_what_parses_again),
		cmocka_unit_test(every_truncation_parses),
		cmocka_unit_test(every_failing_allocation_is_told),
		cmocka_unit_test(every_dialect_takes_every_text),
		cmocka_unit_test(big_texts_take_linear_time),
		cmocka_unit_test(a_line_of_a_hundred_megabytes_is_cut),
		cmocka_unit_test(depth_and_words_have_ceilings),
		cmocka_unit_test(outputs_of_commands_become_trees),
		cmocka_unit_test(paths_and_walks_go_through_the_tree),
		cmocka_unit_test(prose_logs_and_code_are_no_configuration),
		cmocka_unit_test(a_session_is_a_transcript),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
