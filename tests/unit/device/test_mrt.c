/* tests/unit/device/test_mrt.c - collectors' files: what is read, and that nothing else is
 * believed. */
#include "tests/test.h"

#include "device/mrt.h"
#include "source/source.h"

/* --- a small writer --- */

struct bytes {
	uint8_t p[4096];
	size_t n;
};

static void put(struct bytes *b, uint64_t v, unsigned bytes)
{
	while (bytes--)
		b->p[b->n++] = (uint8_t)(bytes < 8 ? v >> 8 * bytes : 0);
}

static void put_v4(struct bytes *b, unsigned a, unsigned c, unsigned d, unsigned e)
{
	put(b, (uint64_t)a << 24 | c << 16 | d << 8 | e, 4);
}

static size_t header(struct bytes *b, unsigned type, unsigned subtype)
{
	put(b, 1700000000, 4);
	put(b, type, 2);
	put(b, subtype, 2);
	put(b, 0, 4);
	return b->n;
}

static void length(struct bytes *b, size_t from, size_t at, unsigned width)
{
	struct bytes l = { 0 };

	put(&l, b->n - from, width);
	memcpy(b->p + at, l.p, width);
}

static void attributes(struct bytes *b)
{
	put(b, 0x40010100, 4); /* ORIGIN IGP */
	put(b, 0x40021202, 4); /* AS_PATH: a sequence of two, a set of one */
	put(b, 0x02, 1);
	put(b, 65001, 4);
	put(b, 4200000000, 4);
	put(b, 0x0101, 2);
	put(b, 65003, 4);
	put(b, 0, 2); /* a segment of no type: the attribute is bad, see below */
}

/* A table of two peers and one prefix; `bad`: its path carries a segment of no type. */
static void table(struct bytes *b, bool bad)
{
	size_t at = header(b, 13, 1), attr;

	put_v4(b, 192, 0, 2, 254);
	put(b, 0, 2);
	put(b, 2, 2);
	put(b, 2, 1);
	put_v4(b, 1, 1, 1, 1);
	put_v4(b, 192, 0, 2, 1);
	put(b, 65001, 4);
	put(b, 0, 1);
	put_v4(b, 2, 2, 2, 2);
	put_v4(b, 192, 0, 2, 2);
	put(b, 65002, 2);
	length(b, at, at - 4, 4);
	at = header(b, 13, 2);
	put(b, 0, 4);
	put(b, 24, 1);
	put(b, 0xc63364, 3);
	put(b, 1, 2);
	put(b, 0, 2);
	put(b, 1600000000, 4);
	put(b, 0, 2);
	attr = b->n;
	attributes(b);
	if (!bad) {
		b->n -= 2;
		b->p[attr + 6] = 16;
	}
	put(b, 0x400304, 3);
	put_v4(b, 192, 0, 2, 1);
	put(b, 0xc00804fde80064, 7);
	length(b, attr, attr - 2, 2);
	length(b, at, at - 4, 4);
}

struct memory {
	struct noro_view left;
	size_t piece;
};

static enum noro_status pull(void *ctx, void *buf, size_t n, size_t *ret_n)
{
	struct memory *m = ctx;

	n = n < m->piece ? n : m->piece;
	*ret_n = n < m->left.n ? n : m->left.n;
	memcpy(buf, m->left.p, *ret_n);
	m->left = noro_view_sub(m->left, *ret_n, m->left.n);
	return NORO_OK;
}

static enum noro_status print(void *ctx, const struct noro_bgp_entry *e)
{
	struct noro_buf *out = ctx;

	assert_true(e->kind == NORO_BGP_STATE ||
		    e->prefix.len <= (e->prefix.ip.family == 6 ? 128 : 32));
	noro_mrt_print(e, out);
	return out->status;
}

static enum noro_status read_bytes(
	struct noro_view v, size_t piece, struct noro_buf *out, struct noro_mrt_stats *stats)
{
	struct memory m = { v, piece };
	struct noro_mrt_source source = { pull, &m };
	struct noro_error err = { 0 };

	return noro_mrt_read(&source, print, out, stats, &err);
}

static void expect(const struct bytes *b, const char *text, uint64_t bad)
{
	struct noro_buf out = { 0 };
	struct noro_mrt_stats stats;

	assert_int_equal(read_bytes(noro_view(b->p, b->n), 3, &out, &stats), NORO_OK);
	noro_buf_chr(&out, '\0');
	assert_string_equal(out.p, text);
	assert_int_equal(stats.bad_attributes, bad);
	assert_int_equal(stats.bad_records, 0);
	assert_false(stats.truncated);
	noro_buf_done(&out);
}

static void a_table_is_read(void **state)
{
	struct bytes b = { 0 };

	(void)state;
	table(&b, false);
	expect(&b,
		"TABLE_DUMP2|1700000000|B|192.0.2.1|65001|198.51.100.0/24|65001 4200000000 "
		"{65003}|IGP|192.0.2.1|0|0|65000:100|NAG||\n",
		0);
}

static void a_bad_attribute_costs_itself_only(void **state)
{
	struct bytes b = { 0 };

	(void)state;
	table(&b, true);
	expect(&b,
		"TABLE_DUMP2|1700000000|B|192.0.2.1|65001|198.51.100.0/24||IGP|192.0.2.1|0|0|65000:"
		"100|NAG||\n",
		1);
}

/* An update of an old speaker: AS_TRANS in its path, the truth in AS4_PATH; a prefix too long. */
static void update(struct bytes *b, unsigned length_of_prefix)
{
	size_t at = header(b, 16, 1), message, attr;

	put(b, 65001, 2);
	put(b, 65000, 2);
	put(b, 0, 2);
	put(b, 1, 2);
	put_v4(b, 192, 0, 2, 1);
	put_v4(b, 192, 0, 2, 254);
	message = b->n;
	put(b, UINT64_MAX, 8);
	put(b, UINT64_MAX, 8);
	put(b, 0, 2);
	put(b, 2, 1);
	put(b, 3, 2); /* withdrawn */
	put(b, 0x100a09, 3);
	put(b, 0, 2);
	attr = b->n;
	put(b, 0x40010102, 4);
	put(b, 0x40020602, 4);
	put(b, 2, 1);
	put(b, 65001, 2);
	put(b, 23456, 2);
	put(b, 0x400304, 3);
	put_v4(b, 192, 0, 2, 1);
	put(b, 0xc0110602, 4);
	put(b, 1, 1);
	put(b, 4200000000, 4);
	length(b, attr, attr - 2, 2);
	put(b, length_of_prefix, 1);
	put(b, 0xc63364, 3);
	length(b, message, message + 16, 2);
	length(b, at, at - 4, 4);
}

static void an_update_is_read_with_its_true_path(void **state)
{
	struct bytes b = { 0 };

	(void)state;
	update(&b, 24);
	expect(&b,
		"BGP4MP|1700000000|W|192.0.2.1|65001|10.9.0.0/16\n"
		"BGP4MP|1700000000|A|192.0.2.1|65001|198.51.100.0/24|65001 4200000000|INCOMPLETE|"
		"192.0.2.1|0|0||NAG||\n",
		0);
}

static void a_length_that_cannot_be_is_no_prefix(void **state)
{
	struct bytes b = { 0 };

	(void)state;
	update(&b, 208);
	expect(&b, "BGP4MP|1700000000|W|192.0.2.1|65001|10.9.0.0/16\n", 1);
}

static void every_truncation_is_told(void **state)
{
	struct bytes b = { 0 };

	(void)state;
	table(&b, false);
	update(&b, 24);
	for (size_t n = 0; n < b.n; n++) {
		uint8_t *exact = test_exact_copy(b.p, n);
		struct noro_buf out = { 0 };
		struct noro_mrt_stats stats;
		enum noro_status st = read_bytes(noro_view(exact, n), 4096, &out, &stats);

		if (n < 12)
			assert_int_equal(st, NORO_EFORMAT);
		else
			assert_int_equal(st, NORO_OK);
		assert_true(stats.entries < 3);
		noro_buf_done(&out);
		free(exact);
	}
}

/* Every byte of a file set to every of some values: it may say less, it may not break. */
static void no_byte_is_believed_blindly(void **state)
{
	static const uint8_t values[] = { 0, 1, 0x7f, 0x80, 0xff };
	struct bytes b = { 0 };

	(void)state;
	table(&b, false);
	update(&b, 24);
	for (size_t i = 0; i < b.n; i++) {
		for (size_t v = 0; v < sizeof(values); v++) {
			uint8_t *exact = test_exact_copy(b.p, b.n);
			struct noro_buf out = { 0 };
			struct noro_mrt_stats stats;

			exact[i] = values[v];
			(void)read_bytes(noro_view(exact, b.n), 4096, &out, &stats);
			assert_true(stats.entries <= 4096);
			noro_buf_done(&out);
			free(exact);
		}
	}
}

static bool try_read(void *arg)
{
	const struct bytes *b = arg;
	struct noro_buf out = { 0 };
	struct noro_mrt_stats stats;
	enum noro_status st = read_bytes(noro_view(b->p, b->n), 4096, &out, &stats);

	noro_buf_done(&out);
	return st == NORO_OK;
}

static void no_allocation_is_taken_for_granted(void **state)
{
	struct bytes b = { 0 };

	(void)state;
	table(&b, false);
	update(&b, 24);
	test_allocation_sweep(try_read, &b, 100);
}

/* --- BMP: add-path is agreed in the OPEN messages --- */

static void peer_header(struct bytes *b)
{
	put(b, 0, 2); /* a global peer, IPv4 */
	put(b, 0, 8);
	put(b, 0, 12);
	put_v4(b, 192, 0, 2, 1);
	put(b, 65001, 4);
	put_v4(b, 1, 1, 1, 1);
	put(b, 1700000000, 4);
	put(b, 5, 4);
}

static void open_message(struct bytes *b, unsigned how)
{
	put(b, UINT64_MAX, 8);
	put(b, UINT64_MAX, 8);
	put(b, 19 + 10 + 8, 2);
	put(b, 1, 1);
	put(b, 4, 1);
	put(b, 65001, 2);
	put(b, 180, 2);
	put_v4(b, 1, 1, 1, 1);
	put(b, 8, 1);
	put(b, 0x0206450400010100 | how, 8);
}

static size_t bmp(struct bytes *b, unsigned type)
{
	size_t at = b->n;

	put(b, 3, 1);
	put(b, 0, 4);
	put(b, type, 1);
	peer_header(b);
	return at;
}

static void bmp_remembers_what_peers_agreed(void **state)
{
	struct bytes b = { 0 };
	size_t at = bmp(&b, 3), message;

	(void)state;
	put(&b, 0, 16);
	put(&b, 0, 4);
	open_message(&b, 1); /* we receive */
	open_message(&b, 2); /* they send */
	length(&b, at, at + 1, 4);
	at = bmp(&b, 0);
	message = b.n;
	put(&b, UINT64_MAX, 8);
	put(&b, UINT64_MAX, 8);
	put(&b, 0, 2);
	put(&b, 2, 1);
	put(&b, 8, 2); /* a path's number, then the prefix */
	put(&b, 77, 4);
	put(&b, 0x18c63364, 4);
	put(&b, 0, 2);
	length(&b, message, message + 16, 2);
	length(&b, at, at + 1, 4);
	expect(&b,
		"BMP|1700000000.000005|STATE|192.0.2.1|65001|1|6\n"
		"BMP_AP|1700000000.000005|W|192.0.2.1|65001|198.51.100.0/24|77\n",
		0);
}

/* --- real files --- */

struct reading {
	struct noro_buf *out;
	struct noro_mrt_stats stats;
};

static enum noro_status pull_stream(void *ctx, void *buf, size_t n, size_t *ret_n)
{
	struct noro_error err = { 0 };

	return noro_stream_read(ctx, buf, n, ret_n, &err);
}

static enum noro_status visit(void *ctx, struct noro_stream *s, const struct noro_stream_info *info)
{
	struct reading *r = ctx;
	struct noro_mrt_source source = { pull_stream, s };
	struct noro_error err = { 0 };

	(void)info;
	return noro_mrt_read(&source, print, r->out, &r->stats, &err);
}

static enum noro_status slurp(void *ctx, struct noro_stream *s, const struct noro_stream_info *info)
{
	struct reading *r = ctx;
	struct noro_error err = { 0 };
	char buf[4096];
	size_t n = 0;

	(void)info;
	while (noro_stream_read(s, buf, sizeof(buf), &n, &err) == NORO_OK && n)
		noro_buf_add(r->out, buf, n);
	return NORO_OK;
}

static void refuse(void *ctx, const char *path, const char *c, const struct noro_error *err)
{
	(void)ctx;
	(void)c;
	fail_msg("%s: %s", path, err->msg ? err->msg : "");
}

static bool visit_file(const char *folder, const char *name, struct reading *r, bool plain)
{
	struct noro_source_opts opts = { 0 };
	struct noro_visitor v = { plain ? slurp : visit, refuse, r };
	struct noro_error err = { 0 };
	struct noro_item item = { .path = NULL };
	char path[8192];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/routing/%s/%s", test_data(), folder, name);
	f = fopen(path, "r");
	if (!f)
		return false;
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	item.size = (uint64_t)ftell(f);
	fclose(f);
	item.path = path;
	r->out->n = 0;
	assert_int_equal(noro_source_visit(&item, &opts, &v, &err), NORO_OK);
	return true;
}

static void bgpdump_expects_the_same_lines(void **state)
{
	static const char *const names[] = { "bview.64k_stream_overflow",
		"bview.ipv4_unicast_add_path", "bview.ipv6_unicast_add_path",
		"updates.20020722.2238", "updates.20100722.2015", "updates.long_withdrawal" };
	struct noro_buf ours = { 0 }, theirs = { 0 };

	(void)state;
	for (size_t i = 0; test_data() && i < sizeof(names) / sizeof(names[0]); i++) {
		struct reading a = { .out = &ours }, b = { .out = &theirs };
		char name[256];

		(void)snprintf(name, sizeof(name), "test_data/%s.gz", names[i]);
		if (!visit_file("RIPE-NCC+bgpdump", name, &a, false))
			return;
		(void)snprintf(name, sizeof(name), "test_expect/%s.gz.bgp.gz", names[i]);
		assert_true(visit_file("RIPE-NCC+bgpdump", name, &b, true));
		assert_int_equal(ours.n, theirs.n);
		assert_memory_equal(ours.p, theirs.p, ours.n);
		assert_int_equal(a.stats.bad_attributes + a.stats.bad_records, 0);
	}
	noro_buf_done(&ours);
	noro_buf_done(&theirs);
}

static void old_and_damaged_files_give_what_they_hold(void **state)
{
	static const struct {
		const char *folder, *name;
		uint64_t entries, bad;
	} files[] = {
		{ "t2mune+mrtparse", "samples/quagga_rib", 9, 0 },
		{ "t2mune+mrtparse", "samples/quagga_bgp", 38, 0 },
		/* two records with a wrong length; bgpdump loses its way and prints noise */
		{ "bgpkit+bgpkit-parser/tests/fixtures/ripe/rrc00/2000.03",
			"updates.20000325.0345.gz", 5684, 2 },
		/* 63 records of a Zebra that left addresses out: bgpdump prints 0.0.0.0 */
		{ "bgpkit+bgpkit-parser/tests/fixtures/ripe/rrc01/2000.11",
			"updates.20001104.0124.gz", 841, 63 },
	};
	struct noro_buf out = { 0 };

	(void)state;
	for (size_t i = 0; test_data() && i < sizeof(files) / sizeof(files[0]); i++) {
		struct reading r = { .out = &out };

		if (!visit_file(files[i].folder, files[i].name, &r, false))
			break;
		assert_int_equal(r.stats.entries, files[i].entries);
		assert_int_equal(r.stats.bad_records, files[i].bad);
	}
	noro_buf_done(&out);
}

/* What a station received, cut out of the packets of a capture: Ethernet, IPv4, TCP. */
static size_t payload(const uint8_t *p, size_t n, uint8_t *out)
{
	size_t at = 24, made = 0;

	while (at + 16 + 54 <= n) {
		size_t len = p[at + 8] | (size_t)p[at + 9] << 8, ip = at + 16 + 14, tcp, from;

		tcp = ip + (p[ip] & 15U) * 4;
		from = tcp + (p[tcp + 12] >> 4) * 4U;
		at += 16 + len;
		if (at > n || from > at)
			break;
		memcpy(out + made, p + from, at - from);
		made += at - from;
	}
	return made;
}

static void stations_of_akvorado_read(void **state)
{
	static const struct {
		const char *name, *has;
		uint64_t entries;
	} files[] = {
		{ "bmp-reach.pcap",
			"BMP|1662743949.000000|A|2001:db8::3|65013|2001:db8:1::/64|65013 65013 174 "
			"174 174|INCOMPLETE|2001:db8::3|0|0|65013:10 65013:20|NAG||\n",
			10 },
		/* of a session whose beginning nobody saw */
		{ "bmp-reach-addpath.pcap", "BMP_AP|1662743949.000000|A|192.0.2.5|65500|", 1 },
	};
	struct noro_buf out = { 0 };

	(void)state;
	for (size_t i = 0; test_data() && i < 2; i++) {
		uint8_t packets[8192], bmp[8192];
		struct noro_mrt_stats stats;
		char path[8192];
		FILE *f;
		size_t n;

		(void)snprintf(path, sizeof(path),
			"%s/routing/akvorado+akvorado/outlet/routing/provider/bmp/testdata/%s",
			test_data(), files[i].name);
		f = fopen(path, "rb");
		if (!f)
			break;
		n = fread(packets, 1, sizeof(packets), f);
		fclose(f);
		out.n = 0;
		n = payload(packets, n, bmp);
		assert_int_equal(read_bytes(noro_view(bmp, n), 4096, &out, &stats), NORO_OK);
		assert_int_equal(stats.entries, files[i].entries);
		assert_int_equal(stats.bad_attributes + stats.bad_records, 0);
		assert_true(noro_view_find(noro_buf_as_view(&out), noro_view_str(files[i].has)) !=
			    SIZE_MAX);
	}
	noro_buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_is_read),
		cmocka_unit_test(a_bad_attribute_costs_itself_only),
		cmocka_unit_test(an_update_is_read_with_its_true_path),
		cmocka_unit_test(a_length_that_cannot_be_is_no_prefix),
		cmocka_unit_test(every_truncation_is_told),
		cmocka_unit_test(no_byte_is_believed_blindly),
		cmocka_unit_test(no_allocation_is_taken_for_granted),
		cmocka_unit_test(bmp_remembers_what_peers_agreed),
		cmocka_unit_test(bgpdump_expects_the_same_lines),
		cmocka_unit_test(old_and_damaged_files_give_what_they_hold),
		cmocka_unit_test(stations_of_akvorado_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
