/* Differences of configurations: sets, order where it counts, and real pairs against a second
 * opinion. */
#include "tests/test.h"

#include "device/diff.h"

#include "base/buf.h"
#include "base/file.h"

struct pair {
	struct noro_arena *a;
	struct noro_tree *was, *now;
	struct noro_diff d;
};

static struct noro_tree *parse(
	struct noro_arena *a, struct noro_view text, enum noro_dialect d, enum noro_tree_form form)
{
	struct noro_dialect_guess g = { .dialect = d, .form = form, .config = true };
	struct noro_tree *t;

	assert_int_equal(noro_tree_parse(text, &g, a, &t), NORO_OK);
	return t;
}

static struct pair compare(
	struct noro_view was, struct noro_view now, enum noro_dialect d, enum noro_tree_form form)
{
	struct pair p = { .a = noro_arena_new(0) };

	assert_non_null(p.a);
	p.was = parse(p.a, was, d, form);
	p.now = parse(p.a, now, d, form);
	assert_int_equal(noro_tree_diff(p.was, p.now, p.a, &p.d), NORO_OK);
	return p;
}

static struct pair compare_ios(const char *was, const char *now)
{
	return compare(noro_view_str(was), noro_view_str(now), NORO_DIALECT_IOS, NORO_FORM_LINES);
}

static bool has(const struct pair *p, enum noro_diff_mark mark, const char *text)
{
	for (size_t i = 0; i < p->d.lines; i++) {
		const struct noro_diff_line *l = &p->d.line[i];

		if (l->mark == mark && noro_view_is((l->now ? l->now : l->was)->text, text))
			return true;
	}
	return false;
}

/* hier_config #145: a second community is an addition, not another value of the first. */
static void test_communities_do_not_collapse(void **state)
{
	struct pair p = compare_ios("snmp-server community alpha RO\n",
		"snmp-server community alpha RO\nsnmp-server community beta RW\n");

	(void)state;
	assert_true(has(&p, NORO_MARK_ADDED, "snmp-server community beta RW"));
	assert_int_equal(p.d.added, 1);
	assert_int_equal(p.d.removed, 0);
	noro_arena_free(p.a);
}

/* hier_config #157: every line of a neighbour counts. */
static void test_neighbours_do_not_collapse(void **state)
{
	struct pair p = compare_ios("router bgp 65001\n neighbor 192.0.2.1 remote-as 65002\n",
		"router bgp 65001\n neighbor 192.0.2.1 remote-as 65002\n neighbor 192.0.2.9 "
		"remote-as "
		"65009\n neighbor 192.0.2.9 description peer\n");

	(void)state;
	assert_true(has(&p, NORO_MARK_ADDED, "neighbor 192.0.2.9 remote-as 65009"));
	assert_true(has(&p, NORO_MARK_ADDED, "neighbor 192.0.2.9 description peer"));
	assert_true(has(&p, NORO_MARK_CONTEXT, "router bgp 65001"));
	assert_int_equal(p.d.added, 2);
	noro_arena_free(p.a);
}

static void test_order_counts_in_filters_only(void **state)
{
	struct pair acl = compare_ios(
		"ip access-list extended X\n permit tcp any any eq 22\n deny ip any "
		"any\n permit ip host 192.0.2.1 any\n",
		"ip access-list extended X\n permit ip host 192.0.2.1 any\n permit tcp any any eq "
		"22\n deny ip any any\n");
	struct pair hosts = compare_ios("logging host 192.0.2.1\nlogging host 192.0.2.2\n",
		"logging host 192.0.2.2\nlogging host 192.0.2.1\n");
	struct pair flat = compare_ios("access-list 10 permit 192.0.2.1\naccess-list 10 deny any\n",
		"access-list 10 deny any\naccess-list 10 permit 192.0.2.1\n");

	(void)state;
	assert_int_equal(acl.d.moved, 1);
	assert_true(has(&acl, NORO_MARK_MOVED, "permit ip host 192.0.2.1 any"));
	assert_int_equal(acl.d.added + acl.d.removed, 0);
	assert_int_equal(hosts.d.lines, 0);
	assert_int_equal(flat.d.moved, 1);
	noro_arena_free(acl.a);
	noro_arena_free(hosts.a);
	noro_arena_free(flat.a);
}

static void test_a_negation_is_another_statement(void **state)
{
	struct pair p = compare_ios("ip http server\n", "no ip http server\n");

	(void)state;
	assert_int_equal(p.d.added, 1);
	assert_int_equal(p.d.removed, 1);
	noro_arena_free(p.a);
}

static void test_secrets_salted_anew_are_no_change(void **state)
{
	const char *was =
		"config system admin\n edit \"a\"\n  set password ENC SH2aaaa\n next\nend\n";
	const char *now =
		"config system admin\n edit \"a\"\n  set password ENC SH2bbbb\n next\nend\n";
	struct pair p = compare(
		noro_view_str(was), noro_view_str(now), NORO_DIALECT_FORTIOS, NORO_FORM_BLOCKS);

	(void)state;
	assert_int_equal(p.d.lines, 0);
	noro_arena_free(p.a);
}

/* --- real pairs, against sets of paths made here another way --- */

struct paths {
	char *item[4096];
	size_t n;
};

static void add_path(struct paths *l, const char *path)
{
	assert_true(l->n < 4096);
	l->item[l->n++] = strdup(path);
}

static bool path_in(const struct paths *l, const char *path)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->item[i], path) == 0)
			return true;
	return false;
}

static void free_paths(struct paths *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->item[i]);
	l->n = 0;
}

/* One blank between words, so that both sides write alike. */
static void put_words(char *out, size_t cap, struct noro_view line)
{
	struct noro_view word;

	while (noro_view_word(&line, &word)) {
		size_t n = strlen(out);

		(void)snprintf(out + n, cap - n, "%s%.*s", n ? " " : "", (int)word.n, word.p);
	}
}

/* Indented text: the path of a line is the nearest lines above with less indentation. */
static void paths_of_indented(struct noro_view text, struct paths *ret)
{
	struct {
		size_t indent;
		char path[1024];
	} above[16];
	size_t depth = 0;
	struct noro_view line;

	while (noro_view_line(&text, &line)) {
		char path[1024] = "";
		size_t indent = 0;

		while (indent < line.n && line.p[indent] == ' ')
			indent++;
		if (indent == line.n || line.p[indent] == '!')
			continue;
		while (depth && above[depth - 1].indent >= indent)
			depth--;
		if (depth)
			(void)snprintf(path, sizeof(path), "%s", above[depth - 1].path);
		put_words(path, sizeof(path), line);
		above[depth].indent = indent;
		(void)snprintf(above[depth].path, sizeof(above[depth].path), "%s", path);
		depth++;
		add_path(ret, path);
	}
}

static void paths_of_diff(const struct pair *p, enum noro_diff_mark mark, struct paths *ret)
{
	for (size_t i = 0; i < p->d.lines; i++) {
		const struct noro_stmt *s = p->d.line[i].now ? p->d.line[i].now : p->d.line[i].was;
		char path[1024] = "", whole[1024];

		if (p->d.line[i].mark != mark)
			continue;
		for (; s && s->parent; s = s->parent) {
			char one[1024] = "";

			put_words(one, sizeof(one), s->text);
			(void)snprintf(whole, sizeof(whole), "%s%s%s", one, *path ? " " : "", path);
			memcpy(path, whole, sizeof(path));
		}
		add_path(ret, path);
	}
}

static void assert_only_in(
	const struct paths *got, const struct paths *with, const struct paths *without)
{
	for (size_t i = 0; i < with->n; i++)
		if (!path_in(without, with->item[i]) && !path_in(got, with->item[i]))
			fail_msg("not told: %s", with->item[i]);
	for (size_t i = 0; i < got->n; i++)
		if (!path_in(with, got->item[i]) || path_in(without, got->item[i]))
			fail_msg("told, but no difference: %s", got->item[i]);
}

static bool read_pair(const char *folder, const char *running, const char *intended,
	struct noro_buf *was, struct noro_buf *now)
{
	const char *root = test_data();
	char path[8192];
	struct noro_error err = { 0 };

	if (!root)
		return false;
	(void)snprintf(path, sizeof(path), "%s/config/netdevops+hier_config/tests/%s/%s", root,
		folder, running);
	if (noro_file_read(path, 1 << 20, was, &err) != NORO_OK)
		return false;
	(void)snprintf(path, sizeof(path), "%s/config/netdevops+hier_config/tests/%s/%s", root,
		folder, intended);
	return noro_file_read(path, 1 << 20, now, &err) == NORO_OK;
}

static void check_indented(const char *folder, const char *running, const char *intended)
{
	struct noro_buf was = { 0 }, now = { 0 };
	struct paths w = { .n = 0 }, n = { .n = 0 }, added = { .n = 0 }, removed = { .n = 0 };
	struct pair p;

	if (!read_pair(folder, running, intended, &was, &now)) {
		noro_buf_done(&was);
		return;
	}
	p = compare(
		noro_buf_as_view(&was), noro_buf_as_view(&now), NORO_DIALECT_IOS, NORO_FORM_LINES);
	paths_of_indented(noro_buf_as_view(&was), &w);
	paths_of_indented(noro_buf_as_view(&now), &n);
	paths_of_diff(&p, NORO_MARK_ADDED, &added);
	paths_of_diff(&p, NORO_MARK_REMOVED, &removed);
	assert_only_in(&added, &n, &w);
	assert_only_in(&removed, &w, &n);
	assert_true(added.n > 0);
	free_paths(&w);
	free_paths(&n);
	free_paths(&added);
	free_paths(&removed);
	noro_arena_free(p.a);
	noro_buf_done(&was);
	noro_buf_done(&now);
}

static void test_real_pairs(void **state)
{
	(void)state;
	check_indented("fixtures", "running_config.conf", "generated_config.conf");
	check_indented("circular/fixtures", "ios_running.conf", "ios_generated.conf");
}

static bool try_diff(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	struct pair *p = arg;
	struct noro_diff d;
	bool done = a && noro_tree_diff(p->was, p->now, a, &d) == NORO_OK;

	noro_arena_free(a);
	return done;
}

static void test_allocations(void **state)
{
	struct pair p = compare_ios("interface A\n ip address 1\n shutdown\n",
		"interface A\n ip address 2\ninterface B\n shutdown\n");

	(void)state;
	test_allocation_sweep(try_diff, &p, 200);
	noro_arena_free(p.a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_communities_do_not_collapse),
		cmocka_unit_test(test_neighbours_do_not_collapse),
		cmocka_unit_test(test_order_counts_in_filters_only),
		cmocka_unit_test(test_a_negation_is_another_statement),
		cmocka_unit_test(test_secrets_salted_anew_are_no_change),
		cmocka_unit_test(test_real_pairs),
		cmocka_unit_test(test_allocations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
