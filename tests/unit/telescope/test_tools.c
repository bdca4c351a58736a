/*
 * tests/unit/telescope/test_tools.c - fingerprints: the vectors of the data, chance, and an hour of
 * a reactive telescope whose columns prove which packets came from which tool.
 */
#include "tests/test.h"

#include "base/file.h"
#include "telescope/tool.h"

#include <dirent.h>

static const char *folder[1];
static struct noro_arena *arena;
static const struct noro_tools *tools;

static int load(void **state)
{
	static char path[4096];
	struct noro_error err = { 0 };

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/knowledge", getenv("NOROSHI_SOURCE"));
	folder[0] = path;
	arena = noro_arena_new(0);
	if (noro_tools_load(arena, folder, 1, &tools, &err) != NORO_OK) {
		print_error("%s: %s at %llu\n", err.where, err.msg, (unsigned long long)err.at);
		return -1;
	}
	return 0;
}

static int unload(void **state)
{
	(void)state;
	noro_arena_free(arena);
	return 0;
}

static uint64_t random_of(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

static void tell(void *ctx, const char *rule, const char *what)
{
	print_error("%s: %s\n", rule, what);
	++*(size_t *)ctx;
}

static void every_vector_holds(void **state)
{
	size_t failed = 0, run = 0;
	struct noro_error err = { 0 };

	(void)state;
	assert_int_equal(noro_tools_self_test(folder, 1, tell, &failed, &run, &err), NORO_OK);
	assert_int_equal(failed, 0);
	assert_true(run >= 2 * noro_tools_n(tools));
}

static size_t rule_of(const char *id)
{
	for (size_t i = 0; i < noro_tools_n(tools); i++)
		if (strcmp(noro_tools_rule(tools, i)->id, id) == 0)
			return i;
	fail_msg("no rule %s", id);
	return 0;
}

/* SYNs of ordinary systems with everything random that they choose at random. */
static void random_syn(uint64_t *s, struct noro_packet *p)
{
	static const uint8_t linux_options[] = { 2, 4, 5, 0xb4, 4, 2, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0,
		1, 3, 3, 7 };
	static const uint8_t windows_options[] = { 2, 4, 5, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2 };
	static const uint16_t windows[] = { 1024, 1025, 8192, 29200, 64240, 65535, 5840, 512 };
	uint64_t a = random_of(s), b = random_of(s);
	unsigned kind = (unsigned)(a >> 60);

	*p = (struct noro_packet){ .family = 4, .proto = 6, .tcp_flags = NORO_TCP_SYN };
	p->src4 = (uint32_t)a;
	p->dst4 = 0xc0000200u | (uint32_t)(b & 0xff);
	p->seq = (uint32_t)(b >> 32);
	p->ip_id = (uint16_t)(a >> 32);
	p->sport = (uint16_t)(b >> 16);
	p->dport = (uint16_t)(random_of(s) >> 20);
	p->window = windows[a >> 48 & 7];
	p->df = kind < 12; /* most systems set it; so does every Windows */
	p->ttl = (uint8_t)(32 + (b >> 8) % 200);
	if (kind < 4) {
		p->options = windows_options;
		p->options_n = sizeof(windows_options);
		p->df = 1;
	} else if (kind < 8) {
		p->options = linux_options;
		p->options_n = sizeof(linux_options);
	} else if (kind < 10) {
		p->options = windows_options;
		p->options_n = 4;
	}
	p->tcp_header = (uint8_t)(20 + p->options_n);
	p->ip_n = 20u + p->tcp_header;
}

static void random_syns_are_nobody_s(void **state)
{
	const uint64_t n = getenv("NOROSHI_SOAK") ? 10000000 : 1000000;
	uint64_t s = 88172645463325252u, named = 0;
	struct noro_tool_seen seen = { 0 };
	struct noro_packet p;

	(void)state;
	for (uint64_t i = 0; i < n; i++) {
		random_syn(&s, &p);
		named += noro_tools_test(tools, &p) != 0;
		named += noro_tools_test_pair(tools, &p, &seen) != 0;
		noro_tools_keep(&p, &seen);
	}
	print_message("# %llu of %llu random SYNs named\n", (unsigned long long)named,
		(unsigned long long)n);
	assert_true(named * 10000 < n);
}

static void labels_need_half_of_the_packets_or_one_certain(void **state)
{
	uint64_t hits[NORO_TOOLS_MAX] = { 0 };
	size_t masscan = rule_of("masscan-1025"), mirai = rule_of("mirai"),
	       nmap = rule_of("nmap-syn");

	(void)state;
	assert_int_equal(noro_tools_label(tools, hits, 10), SIZE_MAX);
	hits[masscan] = 1;
	assert_int_equal(noro_tools_label(tools, hits, 1), SIZE_MAX); /* 16 bits may be chance */
	hits[masscan] = 2;
	assert_int_equal(noro_tools_label(tools, hits, 4), masscan);
	assert_int_equal(noro_tools_label(tools, hits, 5), SIZE_MAX);
	hits[masscan] = 0;
	hits[mirai] = 1;
	assert_int_equal(noro_tools_label(tools, hits, 1), mirai);
	assert_int_equal(noro_tools_label(tools, hits, 2), SIZE_MAX);
	hits[mirai] = 0;
	hits[nmap] = 3;
	assert_int_equal(noro_tools_label(tools, hits, 4), nmap);
}

static void clusters_say_what_a_stack_looks_like(void **state)
{
	uint64_t s = 42, first;
	char text[NORO_CLUSTER_TEXT];
	struct noro_packet p;
	static const uint8_t odd[] = { 2, 4, 5, 0xb4, 1, 3, 3, 8, 200, 9, 1 };

	(void)state;
	random_syn(&s, &p);
	p.window = 65535;
	p.df = 0;
	p.ttl = 49;
	p.options = odd;
	p.options_n = 8;
	assert_int_equal(noro_cluster_text(&p, text), strlen("65535:mss1460-nop-ws8:64:df0"));
	assert_string_equal(text, "65535:mss1460-nop-ws8:64:df0");
	first = noro_cluster_hash(&p);
	p.ttl = 60; /* the same stack from nearer */
	p.seq++;
	assert_true(first == noro_cluster_hash(&p));
	p.options_n = sizeof(odd); /* an option that runs over */
	(void)noro_cluster_text(&p, text);
	assert_string_equal(text, "65535:mss1460-nop-ws8-bad:64:df0");
	assert_true(first != noro_cluster_hash(&p));
	for (unsigned n = 0; n < 40; n++) { /* the longest text there can be */
		uint8_t many[40];

		memset(many, 1, sizeof(many));
		p.options = many;
		p.options_n = (uint8_t)n;
		assert_true(noro_cluster_text(&p, text) < sizeof(text));
	}
}

/* --- an hour of Spoki:
 * ts|saddr|daddr|ipid|ttl|proto|sport|dport|anum|snum|options|payload|syn|ack|... --- */

struct column {
	struct noro_view v[24];
	size_t n;
};

static void cut(struct noro_view line, struct column *c)
{
	c->n = 0;
	for (size_t from = 0, i = 0; i <= line.n && c->n < 24; i++)
		if (i == line.n || line.p[i] == '|') {
			c->v[c->n++] = noro_view(line.p + from, i - from);
			from = i + 1;
		}
}

static uint64_t num(struct noro_view v)
{
	uint64_t n = 0;

	(void)noro_view_u64(v, &n);
	return n;
}

static bool packet_of(struct noro_view line, struct noro_packet *p)
{
	static const uint8_t mss[12] = { 2, 4, 5,
		0xb4 }; /* the columns name options, not their bytes */
	struct noro_ip src, dst;
	struct column c;

	cut(line, &c);
	if (c.n < 17 || !noro_ip_parse(c.v[1], &src) || !noro_ip_parse(c.v[2], &dst) ||
		!noro_view_is(c.v[12], "1") || !noro_view_is(c.v[13], "0"))
		return false;
	*p = (struct noro_packet){ .family = 4, .proto = 6, .tcp_flags = NORO_TCP_SYN };
	p->src4 = noro_ip_v4(&src);
	p->dst4 = noro_ip_v4(&dst);
	p->ip_id = (uint16_t)num(c.v[3]);
	p->ttl = (uint8_t)num(c.v[4]);
	p->sport = (uint16_t)num(c.v[6]);
	p->dport = (uint16_t)num(c.v[7]);
	p->seq = (uint32_t)num(c.v[9]);
	p->window = (uint16_t)num(c.v[16]);
	p->options = mss;
	p->options_n = noro_view_is(c.v[10], "mss") ? 4 : noro_view_is(c.v[10], "") ? 0 : 12;
	p->tcp_header = (uint8_t)(20 + p->options_n);
	p->ip_n = 20u + p->tcp_header;
	return true;
}

struct spoki {
	unsigned zmap, masscan, named_zmap, named_masscan, mirai, other;
};

static void look_at(const char *path, struct spoki *x)
{
	struct noro_buf text = { 0 };
	struct noro_view rest, line;
	struct noro_packet p;
	size_t zmap = rule_of("zmap-54321"), masscan = rule_of("masscan-1024");

	assert_int_equal(noro_file_read(path, 64 << 20, &text, NULL), NORO_OK);
	rest = noro_buf_as_view(&text);
	while (noro_view_line(&rest, &line)) {
		uint32_t bits;
		bool z, m;

		if (!packet_of(line, &p))
			continue;
		bits = noro_tools_test(tools, &p);
		z = p.ip_id == 54321;
		m = p.ip_id == ((p.dst4 ^ p.dport ^ p.seq) & 0xffff);
		x->zmap += z;
		x->masscan += m;
		x->named_zmap += z && bits & 1u << zmap;
		x->named_masscan += m && bits & 1u << masscan;
		x->mirai += p.seq == p.dst4;
		x->other += !z && !m && p.seq != p.dst4 && bits != 0;
	}
	noro_buf_done(&text);
}

static void names_what_the_columns_prove(void **state)
{
	const char *data = test_data();
	char path[8192];
	struct spoki x = { 0 };
	struct dirent *e;
	DIR *d;

	(void)state;
	if (!data)
		return;
	(void)snprintf(path, sizeof(path), "%s/telescope/inetrg+spoki/logs/example", data);
	d = opendir(path);
	assert_non_null(d);
	while ((e = readdir(d))) {
		char file[8192 + 256];

		if (!strstr(e->d_name, ".tcp.raw."))
			continue;
		(void)snprintf(file, sizeof(file), "%s/%s", path, e->d_name);
		look_at(file, &x);
	}
	closedir(d);
	print_message("# ZMap %u of %u, masscan %u of %u, Mirai %u, others named %u\n",
		x.named_zmap, x.zmap, x.named_masscan, x.masscan, x.mirai, x.other);
	assert_true(x.zmap > 0 && x.masscan > 0);
	assert_int_equal(x.named_zmap, x.zmap);
	assert_int_equal(x.named_masscan, x.masscan);
	assert_int_equal(x.other, 0);
}

static bool try_load(void *arg)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_tools *t;
	bool ok = a && noro_tools_load(a, folder, 1, &t, NULL) == NORO_OK;

	(void)arg;
	noro_arena_free(a);
	return ok;
}

static void loading_survives_want_of_memory(void **state)
{
	(void)state;
	test_allocation_sweep(try_load, NULL, 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_vector_holds),
		cmocka_unit_test(random_syns_are_nobody_s),
		cmocka_unit_test(labels_need_half_of_the_packets_or_one_certain),
		cmocka_unit_test(clusters_say_what_a_stack_looks_like),
		cmocka_unit_test(names_what_the_columns_prove),
		cmocka_unit_test(loading_survives_want_of_memory),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
