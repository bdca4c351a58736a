/*
 * tests/unit/evidence/test_real_captures.c - captures that nobody of this project made (libtrace,
 * tcpdump's hostile files, Zeek, Suricata, scapy, nDPI, Snort), read beside tcpdump: as many
 * frames, and the same addresses, ports and flags in them.
 */
#include "tests/test.h"

#include "evidence/packet.h"
#include "source/source.h"

#include <ctype.h>
#include <unistd.h>

/* Where the two may differ, and why. `theirs` of -1: tcpdump reads no such file. */
static const struct {
	const char *file;
	long ours, theirs;
	const char *why;
} differ[] = {
	{ "bug-1450-05/tls_DER-incomplete-content.pcap", 13, 6,
		"a record is 16 bytes short: tcpdump stops there, we find the next one" },
	{ "traces/complex.pcapng", 5, 0, "interfaces of two link types: libpcap takes but one" },
	{ "traces/100_packets.erf", 100, -1, "ERF: not read by tcpdump" },
	{ "traces/5_packets.erf", 5, -1, "ERF: not read by tcpdump" },
};

/* What tcpdump opens and we do not. */
static const struct {
	const char *file, *why;
} unopened[] = {
	{ "tests/icmp-rfc8335-missing-bytes.pcap", "MACsec without encryption" },
};

struct reading {
	long frames;
	uint64_t digest;
	bool seen;
};

static void mix(uint64_t *h, const void *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*h = (*h ^ ((const uint8_t *)p)[i]) * 1099511628211U;
}

static void digest_frame(uint64_t *h, const struct noro_frame *f)
{
	struct noro_packet pk;
	uint64_t told[12];

	noro_packet_read(f, NORO_OPEN_ALL, &pk);
	told[0] = (uint64_t)f->ts_ns;
	told[1] = f->n;
	told[2] = f->wire_n;
	told[3] = f->link;
	told[4] = pk.family;
	told[5] = pk.flaw;
	told[6] = pk.proto;
	told[7] = (uint64_t)pk.src4 << 32 | pk.dst4;
	told[8] = (uint64_t)pk.sport << 16 | pk.dport;
	told[9] = pk.tcp_flags;
	told[10] = pk.via;
	told[11] = pk.payload_wire_n;
	mix(h, told, sizeof(told));
	mix(h, f->p, f->n);
}

static void read_all(struct noro_capture *c, struct reading *r)
{
	struct noro_frame f[64];
	size_t n = 0;

	r->seen = true;
	while (noro_capture_next(c, f, 64, &n, NULL) == NORO_OK) {
		for (size_t i = 0; i < n; i++)
			digest_frame(&r->digest, &f[i]);
		r->frames += (long)n;
	}
	noro_capture_free(c);
}

static enum noro_status pull(void *ctx, char *buf, size_t cap, size_t *ret_n)
{
	return noro_stream_read(ctx, buf, cap, ret_n, NULL);
}

static enum noro_status visit(void *ctx, struct noro_stream *s, const struct noro_stream_info *info)
{
	struct noro_capture *c = NULL;

	(void)info;
	if (noro_capture_new(pull, s, &c, NULL) == NORO_OK)
		read_all(c, ctx);
	return NORO_OK;
}

static void refuse(void *ctx, const char *path, const char *container, const struct noro_error *err)
{
	(void)ctx;
	(void)container;
	print_error("%s: %s\n", path, err->msg ? err->msg : "refused");
}

/* Through the source layer, as the program reads it. */
static struct reading read_item(const struct noro_item *item)
{
	struct reading r = { .digest = 14695981039346656037U };
	const struct noro_source_opts opts = { .limits = { .max_depth = 1 } };
	const struct noro_visitor v = { .visit = visit, .refuse = refuse, .ctx = &r };

	assert_int_equal(noro_source_visit(item, &opts, &v, NULL), NORO_OK);
	return r;
}

static uint8_t *slurp(const char *path, size_t *ret_n)
{
	FILE *f = fopen(path, "rb");
	uint8_t *p = malloc(8 << 20);

	assert_non_null(f);
	assert_non_null(p);
	*ret_n = fread(p, 1, 8 << 20, f);
	assert_true(*ret_n < 8 << 20);
	(void)fclose(f);
	return p;
}

static FILE *tcpdump(const char *options, const char *path)
{
	char command[4400];

	assert_null(strchr(path, '\''));
	(void)snprintf(command, sizeof(command), "tcpdump %s -r '%s' 2>/dev/null", options, path);
	return popen(command, "r");
}

static bool have_tcpdump(void)
{
	if (system("tcpdump --version >/dev/null 2>&1") == 0)
		return true;
	print_message("# no tcpdump to compare with\n");
	return false;
}

static long their_count(const char *path)
{
	FILE *p = tcpdump("--count", path);
	char line[256];
	long n = -1;

	assert_non_null(p);
	while (fgets(line, sizeof(line), p))
		if (strstr(line, " packet"))
			n = strtol(line, NULL, 10);
	(void)pclose(p);
	return n;
}

static bool ends(const char *path, const char *tail)
{
	size_t n = strlen(path), m = strlen(tail);

	return n >= m && strcmp(path + n - m, tail) == 0;
}

static bool named_as_capture(const char *path)
{
	static const char *const tail[] = { ".pcap", ".pcapng", ".erf", ".pcap_", ".cap" };

	for (size_t i = 0; i < sizeof(tail) / sizeof(tail[0]); i++)
		if (ends(path, tail[i]))
			return true;
	return false;
}

static void expect_count(const char *path, long ours, long theirs)
{
	for (size_t i = 0; i < sizeof(differ) / sizeof(differ[0]); i++)
		if (ends(path, differ[i].file)) {
			assert_int_equal(ours, differ[i].ours);
			assert_int_equal(theirs, differ[i].theirs);
			return;
		}
	if (ours != theirs)
		print_error("%s: %ld frames, tcpdump says %ld\n", path, ours, theirs);
	assert_int_equal(ours, theirs);
}

/* The word before or after " > ", as address and port (-1: none). */
static bool their_end(struct noro_view word, struct noro_ip *ret, long *ret_port)
{
	size_t dot = noro_view_rchr(word, '.');
	bool v6 = noro_view_chr(word, ':') != SIZE_MAX;
	uint64_t port;

	*ret_port = -1;
	if (noro_ip_parse(word, ret))
		return true;
	if (dot == SIZE_MAX || !noro_view_u64(noro_view_sub(word, dot + 1, word.n), &port))
		return false;
	*ret_port = (long)port;
	word.n = dot;
	return noro_ip_parse(word, ret) && (ret->family == 6) == v6;
}

static unsigned their_flags(const char *line)
{
	static const char name[] = "FSRP.UEW"; /* bits from the lowest */
	const char *p = strstr(line, "Flags [");
	unsigned flags = 0;

	for (p = p ? p + 7 : ""; *p && *p != ']'; p++)
		if (strchr(name, *p))
			flags |= 1U << (strchr(name, *p) - name);
	return flags;
}

/* Does a line say what we read? -1: it says nothing of addresses. */
static int agrees(const char *line, const struct noro_packet *pk)
{
	const char *ip = strncmp(line, "IP", 2) == 0 ? line : strstr(line, " IP");
	const char *sep = ip ? strstr(ip, " > ") : NULL, *from = sep, *to;
	struct noro_ip src, dst, ours_src = noro_packet_src(pk), ours_dst = noro_packet_dst(pk);
	long sport, dport;

	if (!sep)
		return -1;
	while (from > ip && from[-1] != ' ')
		from--;
	for (to = sep + 3; *to && !isspace((unsigned char)*to); to++)
		;
	if (to > sep + 3 && to[-1] == ':')
		to--;
	if (!their_end(noro_view(from, (size_t)(sep - from)), &src, &sport) ||
		!their_end(noro_view(sep + 3, (size_t)(to - sep - 3)), &dst, &dport))
		return -1;
	if (noro_ip_cmp(&src, &ours_src) != 0 || noro_ip_cmp(&dst, &ours_dst) != 0)
		return 0;
	if (sport >= 0 && (pk->sport != sport || pk->dport != dport))
		return 0;
	if (pk->proto == 6 && strncmp(to, ": Flags [", 9) == 0 && pk->tcp_flags != their_flags(to))
		return 0;
	return 1;
}

struct tally {
	unsigned files, lines, agreed, differed, unknown_link;
};

static bool is_unopened(const char *path)
{
	for (size_t i = 0; i < sizeof(unopened) / sizeof(unopened[0]); i++)
		if (ends(path, unopened[i].file))
			return true;
	return false;
}

/* Lines that begin a packet: the others are indented. */
static long their_lines(const char *path)
{
	static char line[65536];
	FILE *p = tcpdump("-nn -t", path);
	long n = 0;

	assert_non_null(p);
	while (fgets(line, sizeof(line), p))
		n += !isspace((unsigned char)line[0]);
	(void)pclose(p);
	return n;
}

/* Frame for line; the caller has seen to it that there are as many. */
static void compare_lines(const char *path, struct noro_view bytes, struct tally *t)
{
	static char line[65536];
	struct noro_capture *c = NULL;
	FILE *p = tcpdump("-nn -t", path);

	assert_non_null(p);
	assert_int_equal(noro_capture_new_bytes(bytes, &c, NULL), NORO_OK);
	t->files++;
	while (fgets(line, sizeof(line), p)) {
		struct noro_packet pk;
		struct noro_frame f;
		size_t n;
		int said;

		if (isspace((unsigned char)line[0]))
			continue;
		assert_int_equal(noro_capture_next(c, &f, 1, &n, NULL), NORO_OK);
		noro_packet_read(&f, NORO_OPEN_NONE, &pk);
		said = agrees(line, &pk);
		t->lines++;
		t->agreed += said == 1;
		if (said == 0 && pk.flaw == NORO_FLAW_LINK) {
			t->unknown_link++;
		} else if (said == 0 && !is_unopened(path)) {
			t->differed++;
			print_error("%s: frame %llu, %.150s", path,
				(unsigned long long)noro_capture_sum(c)->frames, line);
		}
	}
	(void)pclose(p);
	noro_capture_free(c);
}

static void captures_of_others_read_as_tcpdump_reads_them(void **state)
{
	const char *data = test_data();
	struct noro_arena *a;
	const struct noro_item *item;
	struct tally t = { 0 };
	unsigned captures = 0;
	char root[4200];
	const char *roots[] = { root };
	size_t n;

	(void)state;
	if (!data || !have_tcpdump())
		return;
	(void)snprintf(root, sizeof(root), "%s/pcap", data);
	a = noro_arena_new(0);
	assert_int_equal(noro_walk(roots, 1, a, &item, &n, NULL), NORO_OK);
	for (size_t i = 0; i < n; i++) {
		struct noro_capture *c = NULL;
		struct reading bytes = { .digest = 14695981039346656037U };
		struct reading stream;
		size_t size;
		uint8_t *p;

		if (!named_as_capture(item[i].path))
			continue;
		captures++;
		p = slurp(item[i].path, &size);
		stream = read_item(&item[i]);
		if (noro_capture_new_bytes(noro_view(p, size), &c, NULL) == NORO_OK)
			read_all(c, &bytes);
		assert_int_equal(stream.frames, bytes.frames);
		assert_true(stream.digest == bytes.digest && stream.seen);
		expect_count(item[i].path, bytes.frames, their_count(item[i].path));
		if (bytes.frames > 0 && their_lines(item[i].path) == bytes.frames)
			compare_lines(item[i].path, noro_view(p, size), &t);
		free(p);
	}
	print_message("# %u captures; %u compared line by line: %u lines, %u with addresses, "
		      "%u of unknown links, %u differ\n",
		captures, t.files, t.lines, t.agreed, t.unknown_link, t.differed);
	assert_true(captures >= 400 && t.files >= 300 && t.agreed >= 20000);
	assert_true(t.unknown_link <= 8); /* frame relay */
	assert_int_equal(t.differed, 0);
	noro_arena_free(a);
}

/* Packed by others (gzip, xz) or here, a capture holds what the plain one holds. */
static void packed_captures_hold_the_same(void **state)
{
	static const char *const packed[] = { "5_packets.erf.gz", "5_packets.erf.xz" };
	const char *data = test_data();
	struct noro_item item = { 0 };
	char path[4400], command[9000], made[128];
	struct reading plain;

	(void)state;
	if (!data)
		return;
	item.path = path;
	(void)snprintf(path, sizeof(path),
		"%s/pcap/LibtraceTeam+libtrace/test/traces/5_packets.erf", data);
	plain = read_item(&item);
	assert_int_equal(plain.frames, 5);
	for (size_t i = 0; i < 2; i++) {
		struct reading r;

		(void)snprintf(path, sizeof(path), "%s/pcap/LibtraceTeam+libtrace/test/traces/%s",
			data, packed[i]);
		r = read_item(&item);
		assert_int_equal(r.frames, 5);
		assert_true(r.digest == plain.digest);
	}
	(void)snprintf(
		path, sizeof(path), "%s/pcap/LibtraceTeam+libtrace/test/traces/vlan.pcap", data);
	plain = read_item(&item);
	assert_int_equal(plain.frames, 395);
	(void)snprintf(made, sizeof(made), "/tmp/noroshi-captures-%ld.gz", (long)getpid());
	(void)snprintf(command, sizeof(command), "gzip -c '%s' > %s", path, made);
	assert_int_equal(system(command), 0);
	(void)snprintf(path, sizeof(path), "%s", made);
	assert_true(read_item(&item).digest == plain.digest);
	(void)unlink(made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(captures_of_others_read_as_tcpdump_reads_them),
		cmocka_unit_test(packed_captures_hold_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
