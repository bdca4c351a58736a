/*
 * tests/unit/device/test_tree_real.c - recognition, parsing and printing over every file
 * of the real data. What a file is said to be comes from its folder and name alone (rules
 * below, first match counts); the misses are printed.
 */
#include "tests/test.h"

#include "base/clock.h"
#include "device/tree.h"

#include <ftw.h>

#define D(name) (1u << NORO_DIALECT_##name)
enum { IOS = D(IOS) | D(IOS_XE), NOTHING = 0 };

static const struct rule {
	const char *part[3]; /* all of these stand in the path; NULL: no more */
	unsigned dialects;
} rules[] = {
	/* what no device wrote: texts about configurations, code, expected values */
	{ { "LICENSE" }, NOTHING },
	{ { "README" }, NOTHING },
	{ { "BUILD.bazel" }, NOTHING },
	{ { ".json" }, NOTHING },
	{ { ".yaml" }, NOTHING },
	{ { ".yml" }, NOTHING },
	{ { ".py" }, NOTHING },
	{ { ".md" }, NOTHING },
	{ { "/iptables/" }, NOTHING },
	{ { "blacklist" }, NOTHING },
	{ { "google+capirca" }, NOTHING },
	/* batfish names its test networks by vendor */
	{ { "grammar/cisco/" }, IOS },
	{ { "grammar/cisco_xr/" }, D(IOS_XR) },
	{ { "grammar/cisco_asa/" }, D(ASA) },
	{ { "grammar/juniper/" }, D(JUNOS) },
	{ { "grammar/palo_alto/" }, D(PANOS) },
	{ { "grammar/fortios/" }, D(FORTIOS) },
	{ { "vendor/arista/" }, D(EOS) },
	{ { "vendor/cisco_nxos/" }, D(NXOS) },
	{ { "vendor/sros/" }, D(SROS) },
	{ { "allinone/testconfigs/ios" }, IOS },
	{ { "preprocess-flat-pa" }, D(PANOS) },
	{ { "main/testconfigs/" }, D(JUNOS) },
	{ { "annotate-hierarchical" }, D(JUNOS) },
	{ { "evpn-type5-juniper" }, D(JUNOS) },
	{ { "batfish+batfish/networks", "/configs/" }, IOS },
	/* lab-validation: the snapshot's name; what it calls a receiver is a router with IOS */
	{ { "lab-validation", "/configs/", "/fake_rcvr" }, IOS },
	{ { "lab-validation", "/configs/", "panos_" }, D(PANOS) },
	{ { "lab-validation", "/configs/", "junos_" }, D(JUNOS) },
	{ { "lab-validation", "/configs/", "eos_" }, D(EOS) },
	/* oxidized: model#device#output.txt */
	{ { "/ios#", "#output.txt" }, IOS },
	{ { "/junos#", "#output.txt" }, D(JUNOS) },
	{ { "/routeros#", "#output.txt" }, D(ROUTEROS) },
	{ { "/fortigate#", "#output.txt" }, D(FORTIOS) },
	{ { "ciscoconfparse", ".iosxr" }, D(IOS_XR) },
	{ { "ciscoconfparse", ".ios" }, IOS },
	{ { "ciscoconfparse", ".asa" }, D(ASA) },
	{ { "ciscoconfparse", ".nxos" }, D(NXOS) },
	/* sample_02.junos holds a fragment of a script in braces */
	{ { "ciscoconfparse", "sample_02.junos" }, NOTHING },
	{ { "ciscoconfparse", ".junos" }, D(JUNOS) },
	{ { "hier_config", "/fortios_" }, D(FORTIOS) },
	{ { "hier_config", "/junos_" }, D(JUNOS) },
	{ { "hier_config", ".conf" }, IOS },
	/* show outputs: the command in the name; of a section alone nobody can tell the dialect */
	{ { "napalm", "include_" }, NOTHING },
	{ { "napalm", "section_" }, NOTHING },
	{ { "napalm", "get_config__", "format_text" }, D(JUNOS) },
	{ { "napalm/test/ios/", "running_config" }, IOS },
	{ { "napalm/test/ios/", "startup_config" }, IOS },
	{ { "napalm/test/eos/", "running_config" }, D(EOS) },
	{ { "napalm/test/eos/", "startup_config" }, D(EOS) },
	{ { "napalm/test/nxos", "running_config" }, D(NXOS) },
	{ { "napalm/test/nxos", "startup_config" }, D(NXOS) },
	{ { "napalm/test/iosxr", "running_config" }, D(IOS_XR) },
	{ { "tests/cisco_ios/show_running-config", ".raw" }, IOS },
	{ { "tests/cisco_asa/show_running-config", ".raw" }, D(ASA) },
	{ { "tests/mikrotik_routeros/", "_export_" }, D(ROUTEROS) },
	{ { "parser/iosxe/", "/ShowRunningConfig", "_output.txt" }, IOS },
};

static unsigned expected(const char *path)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		bool all = true;

		for (unsigned k = 0; k < 3 && rules[i].part[k]; k++)
			all = all && strstr(path, rules[i].part[k]);
		if (all)
			return rules[i].dialects;
	}
	return NOTHING;
}

/* A file of the walk; nftw has no argument for a state. */
static struct {
	void (*take)(const char *path, struct noro_view text);
	size_t root; /* bytes of the path before the data */
	unsigned files, configs, wrong, false_ones, unstable;
	unsigned seen[NORO_DIALECTS], missed[NORO_DIALECTS];
	uint64_t bytes, statements[NORO_DIALECTS], unknown[NORO_DIALECTS];
} walk;

static int visit(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	size_t n = st->st_size > 4 << 20 ? 4 << 20 : (size_t)st->st_size;
	char *text;
	FILE *f;

	(void)at;
	if (kind != FTW_F || n == 0)
		return 0;
	f = fopen(path, "rb");
	text = malloc(n);
	assert_non_null(text);
	if (f) {
		n = fread(text, 1, n, f);
		walk.take(path, noro_view(text, n));
		fclose(f);
	}
	free(text);
	return 0;
}

static bool over(const char *folder, void (*take)(const char *path, struct noro_view text))
{
	const char *data = test_data();
	char path[4600];

	if (!data)
		return false;
	(void)snprintf(path, sizeof(path), "%s/%s", data, folder);
	memset(&walk, 0, sizeof(walk));
	walk.take = take;
	walk.root = strlen(data) + 1;
	(void)nftw(path, visit, 16, FTW_PHYS);
	return walk.files > 0;
}

static void recognise(const char *path, struct noro_view text)
{
	unsigned right = expected(path + walk.root), d;
	struct noro_dialect_guess g;

	noro_dialect_guess(text, path, &g);
	walk.files++;
	for (d = 0; d < NORO_DIALECTS - 1 && !(right >> d & 1); d++)
		;
	d = right ? d : 0;
	walk.seen[d]++;
	if (right ? g.config && right >> g.dialect & 1 : !g.config)
		return;
	walk.missed[d]++;
	walk.wrong += right != 0;
	walk.false_ones += right == 0;
	print_message("# not as expected (%s): taken for %s%s: %s: %s\n", noro_dialect_name(d),
		noro_dialect_name(g.dialect), g.config ? "" : ", no configuration",
		path + walk.root, g.arg);
}

static void configurations_and_outputs_are_told_apart(void **state)
{
	static const char *const folders[] = { "config", "show" };
	unsigned files = 0, wrong = 0, false_ones = 0, configs = 0;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		if (!over(folders[i], recognise))
			return;
		for (unsigned d = 0; d < NORO_DIALECTS; d++)
			if (walk.seen[d])
				print_message("# %s: %-8s %4u files, %u not as expected\n",
					folders[i], d ? noro_dialect_name(d) : "(none)",
					walk.seen[d], walk.missed[d]);
		files += walk.files;
		configs += walk.files - walk.seen[0];
		wrong += walk.wrong;
		false_ones += walk.false_ones;
	}
	print_message("# %u files, %u configurations: %u not recognised, %u others taken for one\n",
		files, configs, wrong, false_ones);
	assert_true(wrong * 50 <= configs);
	assert_true((wrong + false_ones) * 100 <= files);
}

static void mistaken(const char *path, struct noro_view text)
{
	struct noro_dialect_guess g;

	walk.files++;
	noro_dialect_guess(text, path, &g);
	if (!g.config)
		return;
	walk.false_ones++;
	print_message(
		"# taken for %s: %s: %s\n", noro_dialect_name(g.dialect), path + walk.root, g.arg);
}

static void evidence_of_other_kinds_is_no_configuration(void **state)
{
	static const char *const folders[] = { "log", "ti", "flow", "vuln", "stix", "pcap",
		"telescope", "attack", "image" };
	unsigned files = 0, taken = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		if (!over(folders[i], mistaken))
			return;
		files += walk.files;
		taken += walk.false_ones;
		assert_true(i > 0 || walk.false_ones == 0); /* no log at all */
	}
	print_message("# %u files of evidence, %u taken for a configuration\n", files, taken);
	assert_true(taken * 1000 <= files);
}

static enum noro_tree_form canonical(const struct noro_tree *t)
{
	if (t->dialect == NORO_DIALECT_JUNOS)
		return NORO_FORM_BRACES;
	if (t->dialect == NORO_DIALECT_VYOS || t->dialect == NORO_DIALECT_PANOS)
		return NORO_FORM_SET;
	return t->form;
}

/* Statements in the order of their lines, within the text, and numbered as they are walked. */
static void assert_well_made(const struct noro_tree *t, struct noro_view text)
{
	uint32_t n = 0, line = 0;

	for (const struct noro_stmt *s = noro_stmt_walk(&t->root); s; s = noro_stmt_walk(s)) {
		assert_int_equal(s->number, n++);
		assert_true(s->offset < text.n && s->line > 0 && s->column > 0);
		assert_true(s->words > 0 || s->flags & NORO_STMT_TEXT);
		if (t->form == NORO_FORM_LINES || t->form == NORO_FORM_BLOCKS)
			assert_true(s->line >= line);
		line = s->line;
	}
	assert_int_equal(n, t->statements);
}

static void parse_and_print(const char *path, struct noro_view text)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf once = { 0 }, twice = { 0 };
	struct noro_dialect_guess g;
	struct noro_tree *t, *again;

	noro_dialect_guess(text, path, &g);
	walk.files++;
	if (g.config) {
		walk.configs++;
		walk.bytes += text.n;
		assert_int_equal(noro_tree_parse(text, &g, a, &t), NORO_OK);
		assert_well_made(t, text);
		walk.statements[g.dialect] += t->statements;
		walk.unknown[g.dialect] += t->unknown;
		assert_int_equal(noro_tree_print(t, &once), NORO_OK);
		g.form = canonical(t);
		assert_int_equal(noro_tree_parse(noro_buf_as_view(&once), &g, a, &again), NORO_OK);
		assert_int_equal(noro_tree_print(again, &twice), NORO_OK);
		if (once.n != twice.n || memcmp(once.p, twice.p, once.n) != 0) {
			walk.unstable++;
			print_message("# printed differently: %s\n", path + walk.root);
		}
	}
	noro_buf_done(&once);
	noro_buf_done(&twice);
	noro_arena_free(a);
}

static void every_real_configuration_prints_stably(void **state)
{
	static const char *const folders[] = { "config", "show" };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		if (!over(folders[i], parse_and_print))
			return;
		for (unsigned d = 1; d < NORO_DIALECTS; d++)
			if (walk.statements[d])
				print_message("# %s: %-8s %7u statements, %u of no known form\n",
					folders[i], noro_dialect_name(d),
					(unsigned)walk.statements[d], (unsigned)walk.unknown[d]);
		print_message("# %s: %u configurations, %u unstable\n", folders[i], walk.configs,
			walk.unstable);
		assert_int_equal(walk.unstable, 0);
	}
}

/* One word a level: leaves as set commands, what is inactive named after them. */
static void as_set(const struct noro_tree *t, struct noro_arena *a, struct noro_buf *out)
{
	for (const struct noro_stmt *s = noro_stmt_walk(&t->root); s; s = noro_stmt_walk(s)) {
		const struct noro_stmt *up[80];
		unsigned n = 0;

		if (s->child && !(s->flags & NORO_STMT_INACTIVE))
			continue;
		for (const struct noro_stmt *p = s; p->parent; p = p->parent)
			up[n++] = p;
		for (unsigned twice = s->child ? 1 : 0;
			twice < (s->flags & NORO_STMT_INACTIVE ? 2u : 1u); twice++) {
			noro_buf_str(out, s->flags & NORO_STMT_NEGATED ? "delete"
					  : twice                      ? "deactivate"
								       : "set");
			for (unsigned i = n; i-- > 0;) {
				noro_buf_str(out, " \"");
				for (size_t k = 0; k < up[i]->word[0].n; k++) {
					if (memchr("\"\\", up[i]->word[0].p[k], 2))
						noro_buf_chr(out, '\\');
					noro_buf_chr(out, up[i]->word[0].p[k]);
				}
				noro_buf_chr(out, '"');
			}
			noro_buf_chr(out, '\n');
		}
	}
	(void)a;
}

/* The tree without places: paths and flags. */
static void shape(const struct noro_tree *t, struct noro_arena *a, struct noro_buf *out)
{
	for (const struct noro_stmt *s = noro_stmt_walk(&t->root); s; s = noro_stmt_walk(s)) {
		noro_buf_view(out, noro_stmt_path(s, a));
		noro_buf_printf(out, " %u\n", s->flags & (NORO_STMT_NEGATED | NORO_STMT_INACTIVE));
	}
}

static void compare_forms(const char *path, struct noro_view text)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf set = { 0 }, one = { 0 }, two = { 0 };
	struct noro_dialect_guess g;
	struct noro_tree *curly, *flat;

	noro_dialect_guess(text, path, &g);
	walk.files++;
	if (g.config && g.form == NORO_FORM_BRACES) {
		walk.configs++;
		assert_int_equal(noro_tree_parse(text, &g, a, &curly), NORO_OK);
		as_set(curly, a, &set);
		g.form = NORO_FORM_SET;
		if (g.dialect == NORO_DIALECT_SROS) /* its verb is another */
			g.dialect = NORO_DIALECT_JUNOS;
		assert_int_equal(noro_tree_parse(noro_buf_as_view(&set), &g, a, &flat), NORO_OK);
		shape(curly, a, &one);
		shape(flat, a, &two);
		if (one.n != two.n || memcmp(one.p, two.p, one.n) != 0) {
			walk.unstable++;
			print_message("# curly and set differ: %s\n", path + walk.root);
		}
	}
	noro_buf_done(&set);
	noro_buf_done(&one);
	noro_buf_done(&two);
	noro_arena_free(a);
}

static void every_real_curly_text_equals_its_set_form(void **state)
{
	(void)state;
	if (!over("config", compare_forms))
		return;
	print_message("# %u texts in braces, %u differ from their set form\n", walk.configs,
		walk.unstable);
	assert_true(walk.configs > 10);
	assert_int_equal(walk.unstable, 0);
}

static char *slurp(const char *name, size_t *ret_n)
{
	char path[4600];
	const char *data = test_data();
	char *text;
	FILE *f;

	if (!data)
		return NULL;
	(void)snprintf(path, sizeof(path), "%s/%s", data, name);
	f = fopen(path, "rb");
	if (!f)
		return NULL;
	text = malloc(1 << 20);
	assert_non_null(text);
	*ret_n = fread(text, 1, 1 << 20, f);
	fclose(f);
	return text;
}

static void batfish_flattens_to_the_same_tree(void **state)
{
	static const char folder[] = "config/batfish+batfish/projects/batfish/src/test/resources/"
				     "org/batfish/main/testconfigs/";
	static const char *const names[] = { "hierarchical", "flat" };
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf b[2] = { { 0 }, { 0 } };
	char *text[2] = { NULL, NULL };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct noro_dialect_guess g;
		struct noro_tree *t;
		char name[256];
		size_t n;

		(void)snprintf(name, sizeof(name), "%s%s", folder, names[i]);
		text[i] = slurp(name, &n);
		if (!text[i])
			break;
		noro_dialect_guess(noro_view(text[i], n), name, &g);
		assert_int_equal(g.form, i ? NORO_FORM_SET : NORO_FORM_BRACES);
		assert_int_equal(noro_tree_parse(noro_view(text[i], n), &g, a, &t), NORO_OK);
		shape(t, a, &b[i]);
	}
	if (text[1]) {
		assert_int_equal(b[0].n, b[1].n);
		assert_memory_equal(b[0].p, b[1].p, b[0].n);
	}
	for (unsigned i = 0; i < 2; i++) {
		free(text[i]);
		noro_buf_done(&b[i]);
	}
	noro_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(configurations_and_outputs_are_told_apart),
		cmocka_unit_test(evidence_of_other_kinds_is_no_configuration),
		cmocka_unit_test(every_real_configuration_prints_stably),
		cmocka_unit_test(every_real_curly_text_equals_its_set_form),
		cmocka_unit_test(batfish_flattens_to_the_same_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
