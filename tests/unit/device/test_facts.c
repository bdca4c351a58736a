/* tests/unit/device/test_facts.c - patterns, strictness, secrets, rows and their differences. */
#include "tests/unit/device/facts.h"

#include "base/file.h"

/* --- patterns --- */

/* A pattern against one line: captures as "name=value" joined by blanks; NULL: no match. */
static const char *match(struct noro_arena *a, const char *pattern, const char *line)
{
	struct noro_dialect_guess g = { .dialect = NORO_DIALECT_IOS, .form = NORO_FORM_LINES };
	struct fact_names names = { 0 };
	struct fact_cap cap[64];
	struct fact_pattern p;
	struct noro_tree *t;
	struct noro_buf out = { 0 };
	char *ret;
	size_t n = 0;

	assert_int_equal(
		fact_pattern_compile(a, &names, noro_view_str(pattern), &p, NULL), NORO_OK);
	assert_int_equal(noro_tree_parse(noro_view_str(line), &g, a, &t), NORO_OK);
	assert_non_null(t->root.child);
	if (p.negated != !!(t->root.child->flags & NORO_STMT_NEGATED) ||
		!fact_pattern_match(&p, t->root.child, false, cap, &n, 64))
		return NULL;
	noro_buf_chr(&out, ';');
	for (size_t i = 0; i < n; i++) {
		struct noro_view v = fact_value(&cap[i], false, a);

		noro_buf_printf(
			&out, "%.*s=%.*s;", NORO_VARG(names.name[cap[i].name]), NORO_VARG(v));
	}
	ret = noro_arena_strn(a, out.p, out.n);
	noro_buf_done(&out);
	return ret;
}

static void patterns_take_what_they_say(void **state)
{
	static const struct {
		const char *pattern, *line, *want;
	} cases[] = {
		{ "hostname <name>", "hostname R1", ";name=R1;" },
		{ "HostName <name>", "hostname R1", ";name=R1;" },
		{ "hostname <name>", "hostname R1 x", NULL },
		{ "hostname <name> ...", "hostname R1 x", ";name=R1;" },
		{ "a [b] c", "a c", ";" },
		{ "a [b] c", "a b c", ";" },
		{ "a [b] c", "a b b c", NULL },
		{ "a (b|c <x>)* d", "a c 1 b b c 2 d", ";x=1;x=2;" },
		{ "a (b|c <x>)* d", "a c d", NULL },
		{ "a <x*>", "a one two", ";x=one two;" },
		{ "a <x*>", "a", NULL },
		{ "a <x:permit|deny>", "a PERMIT", ";x=permit;" },
		{ "a <x:tunnel*>", "a Tunnel7", ";x=Tunnel7;" },
		{ "a <x:tunnel*>", "a Loopback7", NULL },
		{ "a <x:!local>", "a LOCAL", NULL },
		{ "a <x:!local>", "a T", ";x=T;" },
		{ "a <x:=on>", "a on", ";x=on;" },
		{ "a tcp/<port:num>", "a tcp/1470", ";port=1470;" },
		{ "a tcp/<port:num>", "a tcp/x", NULL },
		{ "a \\(<i>\\)", "a (inside)", ";i=inside;" },
		{ "a <x:ip>", "a 192.0.2.1", ";x=192.0.2.1;" },
		{ "a <x:ip>", "a 192.0.2.256", NULL },
		{ "a <x:net>", "a 192.0.2.1 255.255.255.0", ";x=192.0.2.1/24;" },
		{ "a <x:net> <y>", "a 0.0.0.0 0.0.0.0 192.0.2.1", ";x=0.0.0.0/0;y=192.0.2.1;" },
		{ "a <x:net>", "a 2001:db8::/32", ";x=2001:db8::/32;" },
		{ "a <x:acl> <y:acl>", "a host 192.0.2.1 any", ";x=192.0.2.1;y=any;" },
		{ "a <x:acl> <y:acl>", "a 192.0.2.0 0.0.0.255 10.0.0.0 0.255.0.255",
			";x=192.0.2.0/24;y=10.0.0.0/0.255.0.255;" },
		{ "a <x:acl> <y:acl>", "a object-group G 0.0.0.0 255.255.255.255",
			";x=group:G;y=any;" },
		{ "a <x:port>", "a eq ssh", ";x=22;" },
		{ "a <x:port>", "a range 20 ftp", ";x=20-21;" },
		{ "a <x:port> log", "a eq 22 23 log", ";x=22 23;" },
		{ "no a <x>", "no a 1", ";x=1;" },
		{ "no a <x>", "a 1", NULL },
		{ "a <x>", "no a 1", NULL },
	};
	struct noro_arena *a = noro_arena_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got = match(a, cases[i].pattern, cases[i].line);

		if (!cases[i].want != !got || (got && strcmp(got, cases[i].want) != 0))
			fail_msg("%s / %s: %s instead of %s", cases[i].pattern, cases[i].line,
				got ? got : "(none)", cases[i].want ? cases[i].want : "(none)");
	}
	noro_arena_free(a);
}

static void bad_patterns_are_told(void **state)
{
	static const char *const cases[] = { "", "a [b", "a b]", "a (b", "<>", "<a:nothing>",
		"a <x", "... a", "([b])* c", "a | b", "<a b>", "x<a*>" };
	struct noro_arena *a = noro_arena_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fact_names names = { 0 };
		struct fact_pattern p;
		struct noro_error err = { 0 };

		if (fact_pattern_compile(a, &names, noro_view_str(cases[i]), &p, &err) == NORO_OK)
			fail_msg("'%s' was taken", cases[i]);
		assert_int_equal(err.status, NORO_EFORMAT);
	}
	noro_arena_free(a);
}

static void a_pattern_that_could_run_wild_ends(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf line = { 0 };

	(void)state;
	noro_buf_str(&line, "a");
	for (unsigned i = 0; i < 3000; i++)
		noro_buf_str(&line, " x");
	assert_null(match(a, "a (<_>|x <_>|x x <_>)* never", line.p));
	noro_buf_done(&line);
	noro_arena_free(a);
}

/* --- strictness --- */

static const char tables[] =
	"- { table: user, key: [name], columns: [name, privilege, secret.type, secret.id, "
	"secret.weak], "
	"secret: user, title: { en: user, ja: x } }\n"
	"- { table: acl, key: [name, src], columns: [name, src, position], numbered: [name], "
	"loose: "
	"[position], title: { en: a, ja: b } }\n"
	"- { table: peer, key: [address], columns: [address, as, kind, group, import], inherit: { "
	"by: "
	"group, kind: group, name: address }, title: { en: a, ja: b } }\n"
	"- { table: secret, key: [owner.kind, owner, where], columns: [owner.kind, owner, where, "
	"secret.type, secret.id, secret.weak], title: { en: a, ja: b } }\n";

static const char map[] =
	"dialect: ios\n"
	"facts:\n"
	"  - table: user\n"
	"    each: \"username <name> [privilege <privilege:num>] [secret <secret:secret>]\"\n"
	"    merge: true\n"
	"    default: { privilege: 1 }\n"
	"  - { table: acl, each: [\"ip access-list <name>\", \"permit <src:acl>\"] }\n"
	"  - { table: peer, each: \"peer <address> (as <as>|group <group>|import <import>)\", "
	"merge: "
	"true }\n"
	"  - { table: peer, each: \"group <address> (as <as>|import <import>)\", set: { kind: "
	"group }, "
	"merge: true }\n";

static struct noro_facts_def *small_def(struct noro_arena *a, struct noro_error *err)
{
	struct noro_facts_def *d;

	if (fact_def_new(a, &d, err) == NORO_OK &&
		fact_schema_parse(d, noro_view_str(tables), "t", err) == NORO_OK &&
		fact_map_parse(d, noro_view_str(map), "m", err) == NORO_OK &&
		fact_def_seal(d, err) == NORO_OK)
		return d;
	return NULL;
}

static void a_wrong_map_is_told_with_its_line(void **state)
{
	static const struct {
		const char *text;
		uint64_t line;
	} cases[] = {
		{ "dialect: ios\nfacts:\n  - { table: nope, each: \"a\" }\n", 3 },
		{ "dialect: ios\nfacts:\n  - { table: user, each: \"a <nope>\" }\n", 3 },
		{ "dialect: ios\nfacts:\n  - table: user\n    each: \"a <name:nope>\"\n", 4 },
		{ "dialect: ios\nfacts:\n  - table: user\n    each: \"a <name>\"\n    nope: 1\n",
			5 },
		{ "dialect: ios\nfacts:\n  - table: user\n    each: \"a\"\n    set: { nope: 1 }\n",
			5 },
		{ "dialect: ios\nfacts:\n  - table: user\n    each: \"a\"\n    set: { name: "
		  "\"{_x}\" }\n",
			5 },
		{ "dialect: nope\nfacts:\n  - { table: user, each: \"a\" }\n", 1 },
		{ "dialect: ios\nnope: 1\nfacts:\n  - { table: user, each: \"a\" }\n", 2 },
		{ "dialect: junos\nfacts:\n  - { table: user, each: \"a (b)* c\" }\n", 3 },
		{ "dialect: ios\nfacts:\n  - { table: user, set: { name: x } }\n", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_error err = { 0 };
		struct noro_facts_def *d;

		assert_int_equal(fact_def_new(a, &d, &err), NORO_OK);
		assert_int_equal(fact_schema_parse(d, noro_view_str(tables), "t", &err), NORO_OK);
		assert_int_equal(fact_map_parse(d, noro_view_str(cases[i].text), "m.yaml", &err),
			NORO_EFORMAT);
		assert_string_equal(err.where, "m.yaml");
		if (err.at != cases[i].line)
			fail_msg("case %zu: line %llu", i, (unsigned long long)err.at);
		noro_arena_free(a);
	}
}

static void a_wrong_schema_is_told(void **state)
{
	static const char twice[] =
		"- { table: a, key: [y], columns: [y], title: { en: a, ja: b } }\n"
		"- { table: a, key: [y], columns: [y], title: { en: a, ja: b } }";
	static const char *const cases[] = { twice,
		"- { table: a, key: [x], columns: [y], title: { en: a, ja: b } }",
		"- { table: a, columns: [y], title: { en: a, ja: b } }",
		"- { table: a, key: [y], columns: [y, y], title: { en: a, ja: b } }",
		"- { table: a, key: [y], columns: [y] }",
		"- { table: a, key: [y], columns: [y], title: { en: a } }",
		"- { table: A, key: [y], columns: [y], title: { en: a, ja: b } }",
		"- { table: a, key: [y], columns: [y], title: { en: a, ja: b }, more: 1 }",
		"a: b" };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_error err = { 0 };
		struct noro_facts_def *d;

		assert_int_equal(fact_def_new(a, &d, &err), NORO_OK);
		assert_int_equal(
			fact_schema_parse(d, noro_view_str(cases[i]), "t", &err), NORO_EFORMAT);
		noro_arena_free(a);
	}
}

/* --- rows --- */

static void rows_merge_inherit_and_count(void **state)
{
	static const char config[] = "username bob privilege 15\nusername bob secret 5 $1$ab$cd\n"
				     "username eve\n"
				     "ip access-list A\n permit any\n permit host 192.0.2.1\n"
				     "ip access-list B\n permit any\n"
				     "group G as 65001\ngroup G import IN\n"
				     "peer 192.0.2.9 group G\npeer 192.0.2.8 as 65002\n";
	struct noro_arena *a = noro_arena_new(0);
	struct noro_facts_def *d = small_def(a, NULL);
	const struct noro_fact *row;
	struct noro_facts f;

	(void)state;
	assert_non_null(d);
	f = facts_of(a, d, NORO_DIALECT_IOS, NORO_FORM_LINES, NORO_V(config));
	row = facts_row(d, &f, "user", "name", "bob");
	assert_view_is(facts_col(d, row, "privilege"), "15");
	assert_view_is(facts_col(d, row, "secret.type"), "5");
	assert_view_is(row->text, "username bob privilege 15");
	assert_int_equal(row->line, 1);
	assert_view_is(facts_col(d, facts_row(d, &f, "user", "name", "eve"), "privilege"), "1");
	assert_view_is(facts_col(d, facts_row(d, &f, "acl", "src", "192.0.2.1"), "position"), "2");
	assert_view_is(facts_col(d, facts_row(d, &f, "acl", "name", "B"), "position"), "1");
	assert_view_is(facts_row(d, &f, "acl", "name", "B")->context, "ip access-list B");
	row = facts_row(d, &f, "peer", "address", "192.0.2.9");
	assert_view_is(facts_col(d, row, "as"), "65001");
	assert_view_is(facts_col(d, row, "import"), "IN");
	assert_null(facts_col(d, row, "kind").p);
	row = facts_row(d, &f, "secret", "owner", "bob");
	assert_view_is(facts_col(d, row, "where"), "username bob secret");
	assert_view_is(row->text, "username bob secret 5 ***");
	noro_arena_free(a);
}

static struct noro_facts of_text(
	struct noro_arena *a, const struct noro_facts_def *d, const char *text)
{
	return facts_of(a, d, NORO_DIALECT_IOS, NORO_FORM_LINES, noro_view_str(text));
}

static unsigned with_diff(const struct noro_facts *f, enum noro_fact_diff diff)
{
	unsigned n = 0;

	for (size_t i = 0; i < f->rows; i++)
		n += f->row[i].diff == diff;
	return n;
}

static void differences_are_sets(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_facts_def *d = facts_def(a);
	/* Where "the same command" hides an addition: a second community, a neighbour's line. */
	struct noro_facts base = of_text(a, d,
		"hostname r\nsnmp-server community one RO\nrouter bgp 1\n neighbor 192.0.2.1 "
		"remote-as 2\n"
		" neighbor 192.0.2.1 route-map IN in\nip access-list standard X\n permit "
		"192.0.2.1\n");
	struct noro_facts now = of_text(a, d,
		"hostname r\nsnmp-server community one RO\nsnmp-server community two RW\nrouter "
		"bgp 1\n"
		" neighbor 192.0.2.1 remote-as 2\nip access-list standard X\n permit 198.51.100.1\n"
		" permit 192.0.2.1\n");
	const struct noro_fact *row;

	(void)state;
	assert_int_equal(noro_facts_compare(d, &now, &base, a), NORO_OK);
	row = facts_row(d, &now, "snmp.community", "access", "rw");
	assert_int_equal(row->diff, NORO_DIFF_ADDED);
	row = facts_row(d, &now, "snmp.community", "access", "ro");
	assert_int_equal(row->diff, NORO_DIFF_SAME);
	row = facts_row(d, &now, "bgp.neighbor", "import", "IN");
	assert_int_equal(row->diff, NORO_DIFF_REMOVED);
	/* An entry put ahead does not make those behind it new. */
	row = facts_row(d, &now, "acl", "src", "192.0.2.1");
	assert_int_equal(row->diff, NORO_DIFF_SAME);
	row = facts_row(d, &now, "acl", "src", "198.51.100.1");
	assert_int_equal(row->diff, NORO_DIFF_ADDED);
	assert_view_is(facts_col(d, row, "position"), "1");
	noro_arena_free(a);
}

static void nothing_differs_from_itself(void **state)
{
	static const char text[] =
		"hostname r\nusername a privilege 15 secret 9 $9$abc\nusername a2\n"
		"line vty 0 4\n access-class 9 in\naccess-list 9 permit any\n";
	struct noro_arena *a = noro_arena_new(0);
	struct noro_facts_def *d = facts_def(a);
	struct noro_facts now = of_text(a, d, text), base = of_text(a, d, text), empty;
	size_t n = now.rows;

	(void)state;
	assert_int_equal(noro_facts_compare(d, &now, &base, a), NORO_OK);
	assert_int_equal(with_diff(&now, NORO_DIFF_SAME), n);
	assert_int_equal(now.rows, n);
	/* What the other side never had a configuration for is not compared. */
	empty = of_text(a, d, "!\n");
	assert_int_equal(noro_facts_compare(d, &base, &empty, a), NORO_OK);
	assert_int_equal(with_diff(&base, NORO_DIFF_NONE), n);
	noro_arena_free(a);
}

static void columns_are_asked_by_number(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_facts_def *d = facts_def(a);
	struct noro_facts f = of_text(a, d, "hostname r\nip ssh version 1\n");
	const struct noro_fact *row = facts_row(d, &f, "service", "name", "ssh");
	const struct noro_table *t = noro_facts_table(d, row->table);
	struct noro_fact_device of = { .name = NORO_V("r"), .version = NORO_V("15.2") };
	struct noro_view v;

	(void)state;
	assert_true(noro_fact_get(row, &of, noro_table_column(t, NORO_V("device")), &v));
	assert_view_is(v, "r");
	assert_true(noro_fact_get(row, &of, noro_table_column(t, NORO_V("version")), &v));
	assert_view_is(v, "1"); /* its own, not the device's */
	assert_true(noro_fact_get(row, &of, NORO_COL_VERSION, &v));
	assert_view_is(v, "15.2");
	assert_false(noro_fact_get(row, &of, noro_table_column(t, NORO_V("diff")), &v));
	assert_false(noro_fact_get(row, &of, noro_table_column(t, NORO_V("dialect")), &v));
	assert_int_equal(noro_table_column(t, NORO_V("nope")), -1);
	noro_arena_free(a);
}

/* --- secrets --- */

static struct noro_secret secret(const char *type, const char *word, const char *owner)
{
	struct noro_secret s;

	noro_secret_read(
		noro_view_str(type), noro_view_str(word), noro_view_str(owner), facts_key, &s);
	return s;
}

static void secrets_become_facts(void **state)
{
	struct noro_secret plain = secret("0", "cisco", ""),
			   seven = secret("7", "0822455D0A16", "");
	struct noro_secret nine = secret("", "$9$LbHX-wg4Z", "lc");

	(void)state;
	assert_string_equal(plain.weak, "default");
	assert_string_equal(plain.length, "1-7");
	assert_string_equal(seven.type, "7");
	assert_string_equal(seven.weak, "default");
	assert_string_equal(seven.id, plain.id); /* however it is written */
	assert_string_equal(nine.type, "$9$");
	assert_string_equal(nine.weak, "owner"); /* "lc" */
	assert_string_equal(nine.length, "1-7");
	assert_string_equal(secret("5", "$1$abc$def", "").type, "5");
	/* what the device hides says nothing, least of all that it is weak */
	assert_string_equal(secret("", "*****", "").type, "hidden");
	assert_null(secret("", "*****", "").weak);
	assert_string_equal(secret("7", "<removed>", "").type, "hidden");
	assert_string_equal(secret("", "<removed>", "").id, "");
	assert_string_equal(secret("", "**", "").type, "0");
	assert_null(secret("5", "$1$abc$def", "").length);
	assert_string_equal(secret("5", "$5$abc$def", "").type, "$5$");
	assert_string_equal(secret("9", "$9$abcdefghijklmn", "").type, "9");
	assert_string_equal(secret("5", "!", "").type, "locked");
	assert_string_equal(secret("0", "*", "").type, "0");
	assert_string_equal(secret("", "x= hash2", "").type, "hash2");
	assert_string_equal(secret("sha512", "$6$abc$def", "").type, "$6$");
	assert_string_equal(secret("ENC", "AbCd", "").id, "");
	assert_string_equal(secret("0", "", "").weak, "empty");
	assert_string_equal(secret("0", "Zq8!", "").weak, "short");
	assert_null(secret("0", "Zq8!vbn3TTkw", "").weak);
	assert_string_equal(secret("0", "Bob", "bob").weak, "owner");
	assert_string_equal(secret("0", "Passw0rd", "").weak, "dictionary");
	assert_string_not_equal(secret("0", "one", "").id, secret("0", "two", "").id);
}

/* Every way in which the systems we read write a secret down, and what it is taken for. */
static void hashes_are_told_from_clear_text(void **state)
{
	static const struct {
		const char *type, *word, *is;
	} way[] = {
		{ "hashed", "cJkT9cqK3wYpE", "des" }, /* PAN-OS phash */
		{ "hashed", "$1$abcdefgh$0123456789abcdefghijkl", "$1$" },
		{ "hashed", "$5$abcdefgh$0123456789abcdef", "$5$" },
		{ "hashed", "$6$abcdefgh$0123456789abcdef", "$6$" },
		{ "hashed", "$sha1$24680$abcdefgh$0123456789", "hashed" },
		{ "hashed", "5f4dcc3b5aa765d61d8327deb882cf99", "md5" },
		{ "hashed", "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8", "sha1" },
		{ "hashed", "*", "locked" },
		{ "hashed", "!!", "locked" },
		{ "hashed", "", "0" },
		{ "", "cJkT9cqK3wYpE", "0" }, /* nobody says that it is one */
		{ "", "$2a$10$abcdefghijklmnop", "$2y$" },
		{ "", "$2b$10$abcdefghijklmnop", "$2y$" },
		{ "", "$14$abcd$efgh$ijkl", "$14$" },
		{ "", "$9$", "0" },
		{ "4", "tnhtc92DXBhelxjYk8LWJrPV36S2i4ntXrpb4RFmfqY", "4" },
		{ "8", "$8$abcdefgh$0123456789abcdef", "8" },
		{ "9", "$9$abcdefgh$0123456789abcdef", "9" },
		{ "6", "QdGcYaZYXaFZUTZ]ZZSXQ", "6" },
		{ "encrypted", "ZrjNMnBhTvuDqHxL", "encrypted" }, /* ASA */
		{ "pbkdf2", "$sha512$5000$abc==$def==", "$sha512$" },
		{ "ENC", "AK1abcdefghijklmnopqrstuvwxyz0123456789abcdef=", "sha1" },
		{ "ENC", "SH2abcdefghijklmnopqrstuvwxyz0123456789abcdef=", "sha256" },
		{ "ENC", "PB2abcdefghijklmnopqrstuvwxyz0123456789abcdef=", "pbkdf2" },
		{ "ENC", "bm9uZSBvZiB0aGUgYWJvdmU=", "enc" },
		{ "cipher", "%^%#Ab1c:D2e^%#", "cipher" },
		{ "cipher", "AAAABBBBCCCCDDDDEEEEFF!!", "cipher-des" },
		{ "irreversible-cipher", "$1a$abcdefgh$ijklmnop$", "irreversible" },
		{ "", "-AQ==abcdefgh", "master-key" },
		{ "hash2", "x1y2z3=", "hash2" },
		{ "0", "$1$abc", "0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(way) / sizeof(way[0]); i++)
		assert_string_equal(secret(way[i].type, way[i].word, "").type, way[i].is);
	assert_string_equal(secret("hashed", "fnRL/G5lXVMug", "admin").weak, "default");
	assert_string_equal(secret("encrypted", "8Ry2YjIyt7RRXU24", "").weak, "empty");
	assert_null(secret("hashed", "cJkT9cqK3wYpE", "").weak);
	assert_string_equal(
		secret("ENC", "SH2abcdefghijklmnopqrstuvwxyz0123456789abcdef=", "").id, "");
}

static void no_secret_stays_in_a_row(void **state)
{
	static const char text[] =
		"hostname r\nusername bob privilege 15 password 0 Hidden1\n"
		"enable secret 5 $1$Hidden2$Hidden2\nsnmp-server community Hidden3 RO\n"
		"snmp-server host 192.0.2.1 version 2c Hidden3\n"
		"tacacs-server host 192.0.2.2 key 7 0822455D0A16\n"
		"ntp authentication-key 1 md5 Hidden5 7\nrouter bgp 1\n"
		" neighbor 192.0.2.3 remote-as 2\n neighbor 192.0.2.3 password Hidden6\n"
		"crypto isakmp key Hidden7 address 192.0.2.4\nkey chain K\n key 1\n"
		"  key-string Hidden8\nline vty 0 4\n password Hidden9\n";
	struct noro_arena *a = noro_arena_new(0);
	struct noro_facts_def *d = facts_def(a);
	struct noro_facts f = of_text(a, d, text);

	(void)state;
	assert_true(f.at[d->t_secret + 1] - f.at[d->t_secret] >= 9);
	for (size_t i = 0; i < f.rows; i++) {
		const struct noro_table *t = noro_facts_table(d, f.row[i].table);

		assert_true(noro_view_find_i(f.row[i].text, NORO_V("hidden")) == SIZE_MAX);
		assert_true(noro_view_find_i(f.row[i].text, NORO_V("0822")) == SIZE_MAX);
		assert_true(noro_view_find_i(f.row[i].context, NORO_V("hidden")) == SIZE_MAX);
		for (unsigned c = 0; c < t->columns; c++)
			if (f.row[i].col[c].n &&
				(noro_view_find_i(f.row[i].col[c], NORO_V("hidden")) != SIZE_MAX ||
					noro_view_find_i(f.row[i].col[c], NORO_V("0822")) !=
						SIZE_MAX))
				fail_msg("%s.%s holds a secret", t->name, t->column[c]);
	}
	noro_arena_free(a);
}

static void masking_hides_what_follows_its_word(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "username x password 7 0822", "username x password 7 ***" },
		{ "snmp-server community public RO", "snmp-server community *** RO" },
		{ "set community 65000:1", "set community 65000:1" },
		{ "encrypted-password \"$6$abc\";", "encrypted-password \"***\";" },
		{ "description nothing here", "description nothing here" },
		{ "neighbor 192.0.2.1 password s3", "neighbor 192.0.2.1 password ***" },
		{ "add name=x password=s3 y=z", "add name=x password=*** y=z" },
		{ "add secret=\"s3 s4\" y=z", "add secret=\"*** ***\" y=z" },
		{ "password \"s3 s4 s5\" end", "password \"*** *** ***\" end" },
	};
	struct noro_arena *a = noro_arena_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_view_is(noro_facts_mask(noro_view_str(cases[i].text), a), cases[i].want);
	noro_arena_free(a);
}

/* --- sweeps --- */

static bool all_of_it(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_dialect_guess g = { .dialect = NORO_DIALECT_IOS, .form = NORO_FORM_LINES };
	static const struct noro_fact_file file = { .path = "x", .line = 1 };
	struct noro_facts_def *d = a ? small_def(a, NULL) : NULL;
	struct noro_facts_maker *m;
	struct noro_facts f[2];
	struct noro_tree *t;
	bool ok = d && noro_tree_parse(noro_view_str(arg), &g, a, &t) == NORO_OK;

	for (unsigned i = 0; i < 2 && ok; i++)
		ok = noro_facts_maker_new(d, a, facts_key, &m) == NORO_OK &&
		     noro_facts_add_tree(m, t, &file, NORO_FACT_CONFIG) == NORO_OK &&
		     (i || noro_facts_add_row(m, &(struct noro_fact){ .table = 0,
							 .source = NORO_FACT_STATE,
							 .file = &file,
							 .text = NORO_V("x password y"),
							 .col = (struct noro_view[5]){ NORO_V(
								 "q") } }) == NORO_OK) &&
		     noro_facts_take(m, &f[i]) == NORO_OK;
	ok = ok && noro_facts_compare(d, &f[0], &f[1], a) == NORO_OK;
	noro_arena_free(a);
	return ok;
}

static void memory_may_fail_anywhere(void **state)
{
	static char text[] = "username bob privilege 15\nusername bob secret 5 $1$ab$cd\n"
			     "ip access-list A\n permit any\n permit 192.0.2.0 0.0.0.255\n"
			     "group G as 1\npeer 192.0.2.9 group G\n";

	(void)state;
	test_allocation_sweep(all_of_it, text, 10000);
}

static void every_prefix_of_a_map_is_survived(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof(map); n++) {
		struct noro_arena *a = noro_arena_new(0);
		char *exact = (char *)test_exact_copy(map, n);
		struct noro_error err = { 0 };
		struct noro_facts_def *d;

		assert_int_equal(fact_def_new(a, &d, &err), NORO_OK);
		assert_int_equal(fact_schema_parse(d, noro_view_str(tables), "t", &err), NORO_OK);
		if (fact_map_parse(d, noro_view(exact, n), "m", &err) != NORO_OK)
			assert_true(err.status < NORO_OK);
		noro_arena_free(a);
		free(exact);
	}
}

static void every_prefix_of_a_configuration_becomes_rows(void **state)
{
	static const char text[] =
		"hostname r\nusername bob privilege 15 secret 5 $1$ab$cd\n"
		"line vty 0 4\n exec-timeout 5 30\n access-class A in\n"
		"ip access-list extended A\n permit tcp 192.0.2.0 0.0.0.255 any eq ssh log\n"
		"router bgp 1\n neighbor 192.0.2.1 remote-as 2\n"
		"snmp-server host 192.0.2.1 version 3 priv u udp-port 1162\n";
	struct noro_arena *a = noro_arena_new(0);
	struct noro_facts_def *d = facts_def(a);

	(void)state;
	for (size_t n = 0; n < sizeof(text); n++) {
		struct noro_arena *scratch = noro_arena_new(0);
		char *exact = (char *)test_exact_copy(text, n);

		(void)facts_of(scratch, d, NORO_DIALECT_IOS, NORO_FORM_LINES, noro_view(exact, n));
		noro_arena_free(scratch);
		free(exact);
	}
	noro_arena_free(a);
}

/* --- documentation --- */

static void the_page_names_every_table_and_column(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_facts_def *d = facts_def(a);
	struct noro_buf page = { 0 };
	char path[4096], want[4096];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/docs/facts.md", getenv("NOROSHI_SOURCE"));
	assert_int_equal(noro_file_read(path, 1 << 20, &page, NULL), NORO_OK);
	for (size_t t = 0; t < noro_facts_tables(d); t++) {
		const struct noro_table *table = noro_facts_table(d, t);
		struct noro_view part;
		size_t at;

		(void)snprintf(want, sizeof(want), "\n**%s** (", table->name);
		at = noro_view_find(noro_buf_as_view(&page), noro_view_str(want));
		if (at == SIZE_MAX)
			fail_msg("docs/facts.md lacks %s: run tools/facts-doc", table->name);
		part = noro_view_sub(noro_buf_as_view(&page), at + 1, SIZE_MAX);
		part.n = noro_view_find(part, NORO_V("\n**")) == SIZE_MAX
				 ? part.n
				 : noro_view_find(part, NORO_V("\n**"));
		for (unsigned c = 0; c < table->columns; c++) {
			(void)snprintf(
				want, sizeof(want), "%s%s", c ? ", " : "\n", table->column[c]);
			if (noro_view_find(part, noro_view_str(want)) == SIZE_MAX)
				fail_msg("docs/facts.md lacks %s.%s: run tools/facts-doc",
					table->name, table->column[c]);
		}
	}
	noro_buf_done(&page);
	noro_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_take_what_they_say),
		cmocka_unit_test(bad_patterns_are_told),
		cmocka_unit_test(a_pattern_that_could_run_wild_ends),
		cmocka_unit_test(a_wrong_map_is_told_with_its_line),
		cmocka_unit_test(a_wrong_schema_is_told),
		cmocka_unit_test(rows_merge_inherit_and_count),
		cmocka_unit_test(differences_are_sets),
		cmocka_unit_test(nothing_differs_from_itself),
		cmocka_unit_test(columns_are_asked_by_number),
		cmocka_unit_test(secrets_become_facts),
		cmocka_unit_test(hashes_are_told_from_clear_text),
		cmocka_unit_test(no_secret_stays_in_a_row),
		cmocka_unit_test(masking_hides_what_follows_its_word),
		cmocka_unit_test(memory_may_fail_anywhere),
		cmocka_unit_test(every_prefix_of_a_map_is_survived),
		cmocka_unit_test(every_prefix_of_a_configuration_becomes_rows),
		cmocka_unit_test(the_page_names_every_table_and_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
