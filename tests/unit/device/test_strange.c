/* tests/unit/device/test_strange.c - statements that nobody knows are counted, and shown without
 * a secret. */
#include "tests/unit/device/facts.h"

#include "base/file.h"
#include "device/strange_priv.h"

#include <ftw.h>
#include <stdio.h>

static struct noro_audit_taken asked(const struct noro_facts_def *d, enum noro_dialect dialect,
	enum noro_tree_form form, const char *text)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_dialect_guess g = { .dialect = dialect, .form = form, .config = true };
	struct noro_audit_taken ret = { 0 };
	struct noro_tree *t;

	assert_non_null(a);
	assert_int_equal(noro_tree_parse(noro_view_str(text), &g, a, &t), NORO_OK);
	noro_strange_ask(d, t, 1, &ret);
	noro_arena_free(a);
	return ret;
}

/* Each line is a statement; those of the second text nobody knows. */
static const struct sample {
	enum noro_dialect dialect;
	enum noro_tree_form form;
	const char *known;
	const char *strange; /* one statement */
	const char *shown;
	uint32_t line;
} samples[] = {
	{ NORO_DIALECT_IOS, NORO_FORM_LINES,
		"hostname r1\nno ip http server\nip ssh version 2\naaa new-model\n"
		"interface Gi0/0\n ip address 192.0.2.1 255.255.255.0\n no shutdown\n"
		"line vty 0 4\n transport input ssh\nrouter bgp 65001\n neighbor 192.0.2.9 x\n"
		"banner motd ^C\nfrobnicate\n^C\n",
		"hostname r1\nfrobnicate the widget\n", "frobnicate the widget", 2 },
	{ NORO_DIALECT_IOS, NORO_FORM_LINES, "default interface Gi0/0\n",
		"no frobnicate the widget\n", "no frobnicate the widget", 1 },
	{ NORO_DIALECT_IOS, NORO_FORM_LINES, "ip route 192.0.2.0 255.255.255.0 Null0\n",
		"ip frobnicate 3\n", "ip frobnicate 3", 1 },
	{ NORO_DIALECT_IOS_XE, NORO_FORM_LINES, "interface Gi0/0\n negotiation auto\n",
		"interface Gi0/0\n frobnicate\n  deeper still\n", "frobnicate", 2 },
	{ NORO_DIALECT_IOS_XR, NORO_FORM_LINES,
		"hostname r1\nroute-policy P\n  pass\nend-policy\nrouter static\n",
		"router frobnicate\n", "router frobnicate", 1 },
	{ NORO_DIALECT_NXOS, NORO_FORM_LINES, "feature bash-shell\nvrf context m\n",
		"feature frobnicate\n", "feature frobnicate", 1 },
	{ NORO_DIALECT_ASA, NORO_FORM_LINES,
		"ASA Version 9.12(4)\nno names\nCryptochecksum:0123456789abcdef\n",
		"frobnicate outside\n", "frobnicate outside", 1 },
	{ NORO_DIALECT_EOS, NORO_FORM_LINES, "management ssh\n   idle-timeout 5\n",
		"management frobnicate\n", "management frobnicate", 1 },
	{ NORO_DIALECT_VRP, NORO_FORM_LINES,
		"sysname r1\nundo telnet server enable\nuser-interface vty 0 4\n",
		"undo frobnicate\n", "undo frobnicate", 1 },
	{ NORO_DIALECT_JUNOS, NORO_FORM_SET,
		"set system services ssh\nset protocols bgp group x\nset groups g system services "
		"ssh\n"
		"deactivate interfaces ge-0/0/0\ndelete snmp community x\nmove a after b\n",
		"set frobnicate x\n", "frobnicate x", 1 },
	{ NORO_DIALECT_JUNOS, NORO_FORM_SET, "set routing-instances r protocols bgp group x\n",
		"set groups g system frobnicate x y\n", "groups g system frobnicate x y", 1 },
	{ NORO_DIALECT_JUNOS, NORO_FORM_BRACES, "system {\n host-name r1;\n}\n",
		"system {\n services {\n  frobnicate 7;\n }\n}\n", "system services frobnicate 7",
		3 },
	{ NORO_DIALECT_JUNOS, NORO_FORM_XML,
		"<configuration><system><host-name>r1</host-name></system></configuration>",
		"<configuration><frobnicate><a>1</a></frobnicate></configuration>",
		"frobnicate a 1", 1 },
	{ NORO_DIALECT_FORTIOS, NORO_FORM_BLOCKS,
		"config global\nconfig system global\nset hostname f\nend\nend\n"
		"config vdom\nedit root\nconfig firewall policy\nend\nnext\nend\n",
		"config vdom\nedit root\nconfig frobnicate policy\nend\nnext\nend\n",
		"config frobnicate policy", 3 },
	{ NORO_DIALECT_PANOS, NORO_FORM_SET,
		"set deviceconfig system hostname p\nset network interface ethernet\n",
		"set deviceconfig frobnicate p\n", "deviceconfig frobnicate p", 1 },
	{ NORO_DIALECT_ROUTEROS, NORO_FORM_MENUS,
		"/ip service\nset telnet disabled=yes\n/system identity\nset name=m\n",
		"/ip frobnicate\nadd a=b\n", "ip frobnicate add a=***", 1 },
	{ NORO_DIALECT_VYOS, NORO_FORM_BRACES, "service {\n    ssh {\n        port 22\n    }\n}\n",
		"service {\n    frobnicate x\n}\n", "service frobnicate x", 2 },
	{ NORO_DIALECT_SROS, NORO_FORM_LINES,
		"exit all\nconfigure\n    system\n        name \"s\"\n    exit\nexit all\n",
		"configure\n    frobnicate\n    exit\n", "frobnicate", 2 },
	{ NORO_DIALECT_SROS, NORO_FORM_SET, "/configure system name s\n",
		"/configure frobnicate x\n", "configure frobnicate x", 1 },
	{ NORO_DIALECT_YAMAHA, NORO_FORM_LINES, "ip route default gateway pp 1\nsshd service on\n",
		"frobnicate on\n", "frobnicate on", 1 },
	{ NORO_DIALECT_NEC_IX, NORO_FORM_LINES, "hostname n\nno telnet-server ip enable\n",
		"no frobnicate\n", "no frobnicate", 1 },
	{ NORO_DIALECT_ALAXALA, NORO_FORM_LINES, "hostname \"a\"\nline vty 0 3\n", "frobnicate\n",
		"frobnicate", 1 },
};

static void tells_the_known_from_the_unknown(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_facts_def *d = facts_def(a);
	uint32_t seen = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		const struct sample *s = &samples[i];
		struct noro_audit_taken t = asked(d, s->dialect, s->form, s->known);

		if (t.strange)
			fail_msg("%s: %s", noro_dialect_name(s->dialect), t.stranger[0].text);
		t = asked(d, s->dialect, s->form, s->strange);
		if (t.strange != 1 || strcmp(t.stranger[0].text, s->shown) != 0 ||
			t.stranger[0].line != s->line)
			fail_msg("%s: %u, \"%s\" at %u for %s", noro_dialect_name(s->dialect),
				t.strange, t.stranger[0].text, t.stranger[0].line, s->strange);
		seen |= 1u << s->dialect;
	}
	assert_int_equal(seen, (1u << NORO_DIALECTS) - 2); /* every dialect has words */
	noro_arena_free(a);
}

static void counts_all_and_keeps_the_first(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_facts_def *d = facts_def(a);
	struct noro_buf b = { 0 };
	struct noro_audit_taken t;

	(void)state;
	for (unsigned i = 0; i < 5000; i++)
		noro_buf_str(&b, "frobnicate the widget\n");
	noro_buf_chr(&b, '\0');
	assert_int_equal(b.status, NORO_OK);
	t = asked(d, NORO_DIALECT_IOS, NORO_FORM_LINES, b.p);
	assert_int_equal(t.strange, 5000);
	assert_int_equal(t.stranger[NORO_AUDIT_STRANGE - 1].line, NORO_AUDIT_STRANGE);
	noro_buf_done(&b);
	noro_arena_free(a);
}

static void hides_what_may_be_a_secret(void **state)
{
	static const char *const line[] = { "frobnicate password Hunter2secret",
		"usrname bob 0 Hunter2secret", "frob snmp-community Hunter2secret RO",
		"frob 7 Hunter2secret", "frob pasword 0 Hunter2secret", "frob key=Hunter2secret",
		"frob a=Hunter2secretHunter2secret", "frob $9$Hunter2secret",
		"frob ENC Hunter2secret==", "frob psksecret ENC Hunter2secret",
		"frob Hunter2secretHunter2secret1", "encrypted-password \"$6$Hunter2secret\"",
		"frob shared secret Hunter2secret", "frob Hunter2secret!",
		"frob phash Hunter2secret", "set x name=Hunter2", "set x name=\"a Hunter2\" y=b" };

	(void)state;
	for (size_t i = 0; i < sizeof(line) / sizeof(*line); i++) {
		struct noro_buf b = { 0 };

		noro_strange_mask(noro_view_str(line[i]), &b);
		if (noro_view_find(noro_buf_as_view(&b), NORO_V("Hunter2")) != SIZE_MAX)
			fail_msg("%s: %.*s", line[i], (int)b.n, b.p);
		assert_true(noro_view_find(noro_buf_as_view(&b), NORO_V("***")) != SIZE_MAX);
		noro_buf_done(&b);
	}
}

/* The examples of the maps are statements that maps know. */
static void knows_what_maps_know(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_facts_def *d = facts_def(a);
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < d->maps; i++)
		for (const struct noro_json *e = d->map[i]->examples->child; e; e = e->next) {
			struct noro_arena *one = noro_arena_new(0);
			struct noro_view config = noro_json_str(e, "config");
			struct noro_view named = noro_json_str(e, "dialect");
			struct noro_dialect_guess g = { .config = true };
			struct noro_audit_taken t = { 0 };
			struct noro_tree *tree;

			for (unsigned k = 1; k < NORO_DIALECTS && !g.dialect; k++)
				if (d->map[i]->dialects & 1u << k)
					g.dialect = (enum noro_dialect)k;
			if (named.p)
				g.dialect = noro_dialect_by_name(named);
			g.form = facts_form(g.dialect);
			if (noro_view_starts(config, "<"))
				g.form = NORO_FORM_XML;
			else if (noro_view_starts(config, "set ") ||
				 noro_view_starts(config, "/configure "))
				g.form = NORO_FORM_SET;
			else if (noro_view_starts(config, "configure {"))
				g.form = NORO_FORM_BRACES;
			assert_int_equal(noro_tree_parse(config, &g, one, &tree), NORO_OK);
			noro_strange_ask(d, tree, 1, &t);
			for (uint32_t k = 0; k < t.strange && k < NORO_AUDIT_STRANGE; k++, wrong++)
				print_message("# %s: %s\n", d->map[i]->file, t.stranger[k].text);
			noro_arena_free(one);
		}
	assert_int_equal(wrong, 0);
	noro_arena_free(a);
}

/* --- real configurations --- */

static struct {
	const struct noro_facts_def *d;
	unsigned files[NORO_DIALECTS];
	uint64_t statements[NORO_DIALECTS], strange[NORO_DIALECTS];
} real;

static int one_file(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	struct noro_buf b = { 0 };
	struct noro_arena *a;
	struct noro_dialect_guess g;
	struct noro_audit_taken t = { 0 };
	struct noro_tree *tree;

	(void)ftw;
	if (kind != FTW_F || st->st_size > 4 << 20 ||
		noro_file_read(path, 4 << 20, &b, NULL) != NORO_OK)
		return 0;
	a = noro_arena_new(0);
	noro_dialect_guess(noro_view_sub(noro_buf_as_view(&b), 0, 64 << 10), path, &g);
	if (g.config && !g.transcript &&
		noro_tree_parse(noro_buf_as_view(&b), &g, a, &tree) == NORO_OK) {
		noro_strange_ask(real.d, tree, 1, &t);
		real.files[g.dialect]++;
		real.statements[g.dialect] += tree->statements;
		real.strange[g.dialect] += t.strange;
	}
	for (uint32_t k = 0; k < t.strange && k < 2; k++)
		print_message("# %s:%u: %s\n", path + strlen(test_data()) + 1, t.stranger[k].line,
			t.stranger[k].text);
	noro_arena_free(a);
	noro_buf_done(&b);
	return 0;
}

/* What is left is misspelt or made up: "descripton", "this line is unrecognized". */
static void knows_what_devices_write(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	char path[8192];
	uint64_t statements = 0, strange = 0;

	(void)state;
	real.d = facts_def(a);
	if (!test_data()) {
		noro_arena_free(a);
		return;
	}
	(void)snprintf(path, sizeof(path), "%s/config", test_data());
	(void)nftw(path, one_file, 16, FTW_PHYS);
	(void)snprintf(path, sizeof(path), "%s/show", test_data());
	(void)nftw(path, one_file, 16, FTW_PHYS);
	for (unsigned d = 1; d < NORO_DIALECTS; d++) {
		if (real.files[d])
			print_message("# %-8s %3u files %6llu statements %3llu not known\n",
				noro_dialect_name((enum noro_dialect)d), real.files[d],
				(unsigned long long)real.statements[d],
				(unsigned long long)real.strange[d]);
		statements += real.statements[d];
		strange += real.strange[d];
	}
	if (statements)
		assert_true(strange * 1000 <= statements);
	noro_arena_free(a);
}

/* --- the lists as they are written --- */

static enum noro_status parse(struct noro_arena *a, const char *text, struct noro_facts_def **ret)
{
	struct noro_error err = { 0 };

	if (fact_def_new(a, ret, &err) != NORO_OK)
		return NORO_ENOMEM;
	return noro_strange_parse(*ret, noro_view_str(text), "x.yaml", &err);
}

static const char whole[] = "dialect: [ios]\nrows:\n  - words: hostname ip\n"
			    "  - { after: ip, words: route }\n"
			    "  - { below: \"interface * / deep\", words: a * c }\n"
			    "  - { below: \"vdom / *\", as: \"\" }\n";

static void refuses_what_is_no_list(void **state)
{
	static const char *const bad[] = { "", "[]", "dialect: [ios]\n", "rows: []\n",
		"dialect: [nobody]\nrows: []\n", "dialect: ios\nrows: []\n",
		"dialect: [ios]\nrows: [x]\n", "dialect: [ios]\nrows: [{after: ip}]\n",
		"dialect: [ios]\nrows: [{words: ip, as: ip}]\n",
		"dialect: [ios]\nrows: [{after: a, below: b, words: c}]\n",
		"dialect: [ios]\nrows: [{words: ip, more: 1}]\n",
		"dialect: [ios]\nrows: [{words: [ip]}]\n" };
	struct noro_facts_def *d;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct noro_arena *a = noro_arena_new(0);

		if (parse(a, bad[i], &d) != NORO_EFORMAT)
			fail_msg("%s", bad[i]);
		noro_arena_free(a);
	}
	for (size_t n = 0; n < sizeof(whole); n++) { /* every beginning is read or refused */
		struct noro_arena *a = noro_arena_new(0);
		char *cut = strndup(whole, n);

		assert_true(parse(a, cut, &d) != NORO_ENOMEM);
		free(cut);
		noro_arena_free(a);
	}
}

static bool parse_all(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_facts_def *d;
	bool ok = a && parse(a, arg, &d) == NORO_OK;

	noro_arena_free(a);
	return ok;
}

static void memory_may_fail_anywhere(void **state)
{
	static char text[sizeof(whole)];

	(void)state;
	memcpy(text, whole, sizeof(whole));
	test_allocation_sweep(parse_all, text, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_the_known_from_the_unknown),
		cmocka_unit_test(counts_all_and_keeps_the_first),
		cmocka_unit_test(hides_what_may_be_a_secret),
		cmocka_unit_test(knows_what_maps_know),
		cmocka_unit_test(knows_what_devices_write),
		cmocka_unit_test(refuses_what_is_no_list),
		cmocka_unit_test(memory_may_fail_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
