/* tests/unit/evidence/test_capture.c - frames out of captures: whole, damaged, cut, in any pieces.
 */
#include "tests/unit/evidence/packet_test.h"

enum { FRAME = 54, T0 = 1700000000 };
static const int64_t base_ns = T0 * NORO_NS_PER_S;

/* A SYN in Ethernet whose sequence number says which it is. */
static void put_frame(struct test_bytes *t, unsigned which)
{
	put_ether(t, 0x0800);
	put_v4(t, 6, 20, 0);
	put_tcp(t, 0);
	t->b[t->n - 13] = (uint8_t)which;
}

static void put_pcap_head(struct test_bytes *t, uint32_t magic, uint32_t link, bool big)
{
	order32(t, magic, big);
	order16(t, 2, big);
	order16(t, 4, big);
	order32(t, 0, big);
	order32(t, 0, big);
	order32(t, 65535, big);
	order32(t, link, big);
}

static void put_pcap_frame(struct test_bytes *t, unsigned i, bool big, unsigned more)
{
	order32(t, T0 + i, big);
	order32(t, 123456, big);
	order32(t, FRAME, big);
	order32(t, FRAME + i, big);
	put(t, "\1\0\0\0\2\0\0\0", more);
	put_frame(t, i);
}

static void put_block(struct test_bytes *t, uint32_t type, const struct test_bytes *body, bool big)
{
	uint32_t pad = (uint32_t)(-body->n & 3), n = (uint32_t)body->n + pad + 12;

	order32(t, type, big);
	order32(t, n, big);
	put(t, body->b, body->n);
	put(t, "\0\0\0", pad);
	order32(t, n, big);
}

static void put_section(struct test_bytes *t, bool big)
{
	struct test_bytes b = { 0 };

	order32(&b, 0x1a2b3c4d, big);
	order16(&b, 1, big);
	order16(&b, 0, big);
	put(&b, "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
	put_block(t, 0x0a0d0d0a, &b, big);
}

/* resolution 0: none told; offset_s 0: none told */
static void put_interface(
	struct test_bytes *t, unsigned link, unsigned resolution, unsigned offset_s, bool big)
{
	struct test_bytes b = { 0 };

	order16(&b, link, big);
	order16(&b, 0, big);
	order32(&b, 96, big);
	if (resolution) {
		order16(&b, 9, big);
		order16(&b, 1, big);
		put8(&b, resolution);
		put(&b, "\0\0\0", 3);
	}
	if (offset_s) {
		order16(&b, 14, big);
		order16(&b, 8, big);
		order32(&b, big ? 0 : offset_s, big);
		order32(&b, big ? offset_s : 0, big);
	}
	order16(&b, 13, big);
	order16(&b, 1, big);
	put32(&b, 0x04000000);
	order32(&b, 0, big);
	put_block(t, 1, &b, big);
}

static void put_enhanced(
	struct test_bytes *t, unsigned iface, uint64_t ticks, unsigned which, bool big)
{
	struct test_bytes b = { 0 };

	order32(&b, iface, big);
	order32(&b, (uint32_t)(ticks >> 32), big);
	order32(&b, (uint32_t)ticks, big);
	order32(&b, FRAME, big);
	order32(&b, FRAME, big);
	put_frame(&b, which);
	put_block(t, 6, &b, big);
}

static void put_erf(struct test_bytes *t, unsigned type, unsigned lost, const char *ext,
	size_t ext_n, unsigned wire_n)
{
	size_t head = 16 + ext_n + 2 + FRAME, n = (head + 7) / 8 * 8;

	order32(t, 0x80000000, false);
	order32(t, T0, false);
	put8(t, type);
	put8(t, 1);
	put16(t, (unsigned)n);
	put16(t, lost);
	put16(t, wire_n);
	put(t, ext, ext_n);
	put16(t, 0);
	put_frame(t, 1);
	put(t, "\0\0\0\0\0\0\0", n - head);
}

struct pieces {
	const uint8_t *p;
	size_t n, at, step;
	enum noro_status end;
};

static enum noro_status pull(void *ctx, char *buf, size_t cap, size_t *ret_n)
{
	struct pieces *in = ctx;
	size_t n = in->n - in->at < in->step ? in->n - in->at : in->step;

	assert_true(cap > 0);
	n = n < cap ? n : cap;
	if (n)
		memcpy(buf, in->p + in->at, n);
	in->at += n;
	*ret_n = n;
	return n ? NORO_OK : in->end;
}

/* All frames, at most `cap`, which hold what was put there; and the sum. */
static size_t frames_of(const struct test_bytes *t, struct noro_frame *ret, size_t cap,
	struct noro_capture_sum *ret_sum)
{
	struct noro_capture *c = NULL;
	size_t got = 0, n = 0;

	assert_int_equal(noro_capture_new_bytes(noro_view(t->b, t->n), &c, NULL), NORO_OK);
	while (got < cap && noro_capture_next(c, ret + got, cap - got, &n, NULL) == NORO_OK)
		got += n;
	*ret_sum = *noro_capture_sum(c);
	noro_capture_free(c);
	return got;
}

static void pcap_is_read_as_written(void **state)
{
	struct test_bytes t = { 0 };
	struct noro_capture_sum sum;
	struct noro_frame f[8];

	(void)state;
	noro_pcap_header(t.b, 101, 65535);
	t.n = NORO_PCAP_HEADER;
	for (unsigned i = 0; i < 5; i++) {
		noro_pcap_record(t.b + t.n, base_ns + 123456789 + i, 3 + i, 40 + i);
		t.n += NORO_PCAP_RECORD;
		put(&t, "abcdefghij", 3 + i);
	}
	assert_memory_equal(
		t.b, "\x4d\x3c\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x65\0\0\0", 24);
	assert_memory_equal(t.b + 24, "\0\xf1\x53\x65\x15\xcd\x5b\x07\3\0\0\0\x28\0\0\0", 16);
	assert_int_equal(frames_of(&t, f, 8, &sum), 5);
	for (unsigned i = 0; i < 5; i++) {
		assert_true(f[i].ts_ns == base_ns + 123456789 + i);
		assert_int_equal(f[i].n, 3 + i);
		assert_int_equal(f[i].wire_n, 40 + i);
		assert_int_equal(f[i].link, 101);
		assert_memory_equal(f[i].p, "abcdefghij", f[i].n);
	}
	assert_int_equal(sum.kind, NORO_CAPTURE_PCAP);
	assert_int_equal(sum.frames, 5);
	assert_int_equal(sum.bytes, 3 + 4 + 5 + 6 + 7);
	assert_int_equal(sum.cut, 5);
	assert_int_equal(sum.damaged, 0);
	assert_int_equal(sum.status, NORO_END);
	assert_true(sum.first_ns == base_ns + 123456789 && sum.last_ns == sum.first_ns + 4);
}

static void every_pcap_there_is(void **state)
{
	static const struct {
		uint32_t magic;
		unsigned more, unit;
	} kind[] = { { 0xa1b2c3d4, 0, 1000 }, { 0xa1b23c4d, 0, 1 }, { 0xa1b2cd34, 8, 1000 } };

	(void)state;
	for (unsigned k = 0; k < 6; k++) {
		struct test_bytes t = { 0 };
		struct noro_capture_sum sum;
		struct noro_frame f[8];
		bool big = k % 2;

		put_pcap_head(&t, kind[k / 2].magic, 0x24000001, big); /* four bytes of check */
		for (unsigned i = 0; i < 4; i++)
			put_pcap_frame(&t, i, big, kind[k / 2].more);
		assert_int_equal(frames_of(&t, f, 8, &sum), 4);
		for (unsigned i = 0; i < 4; i++) {
			assert_true(f[i].ts_ns ==
				    base_ns + i * NORO_NS_PER_S + 123456 * kind[k / 2].unit);
			assert_int_equal(f[i].n, FRAME);
			assert_int_equal(f[i].wire_n, FRAME + i);
			assert_int_equal(f[i].link, 1);
			assert_int_equal(f[i].fcs, 4);
			assert_int_equal(f[i].p[FRAME - 13], i);
		}
		assert_int_equal(sum.damaged, 0);
	}
}

static void old_pcap_has_its_lengths_turned(void **state)
{
	struct test_bytes t = { 0 };
	struct noro_capture_sum sum;
	struct noro_frame f[2];

	(void)state;
	put_pcap_head(&t, 0xa1b2c3d4, 1, false);
	t.b[6] = 2; /* version 2.2 */
	put_pcap_frame(&t, 0, false, 0);
	t.b[24 + 8] = FRAME + 9; /* on the wire, first */
	assert_int_equal(frames_of(&t, f, 2, &sum), 1);
	assert_int_equal(f[0].n, FRAME);
	assert_int_equal(f[0].wire_n, FRAME + 9);
	t.b[6] = 3; /* 2.3: the greater one is the wire's */
	assert_int_equal(frames_of(&t, f, 2, &sum), 1);
	assert_int_equal(f[0].n, FRAME);
}

static void damage_is_passed_over(void **state)
{
	struct test_bytes t = { 0 };
	struct noro_capture_sum sum;
	struct noro_frame f[8];

	(void)state;
	put_pcap_head(&t, 0xa1b2c3d4, 1, false);
	for (unsigned i = 0; i < 6; i++) {
		put_pcap_frame(&t, i, false, 0);
		if (i == 2)
			memset(t.b + t.n - FRAME - 16, 0xee, 30);
	}
	assert_int_equal(frames_of(&t, f, 8, &sum), 5);
	assert_int_equal(f[2].p[FRAME - 13], 3);
	assert_int_equal(sum.damaged, 1);
	assert_int_equal(sum.skipped_bytes, FRAME + 16);
	assert_int_equal(sum.status, NORO_END);
	assert_int_equal(sum.err.status, NORO_EFORMAT);
	assert_int_equal(sum.err.at, 24 + 2 * (FRAME + 16));

	t.n = 24 + 2 * (FRAME + 16) + 40; /* nothing after it either */
	assert_int_equal(frames_of(&t, f, 8, &sum), 2);
	assert_int_equal(sum.status, NORO_EFORMAT);
	assert_int_equal(sum.skipped_bytes, 40);
	t.n = 24 + 2 * (FRAME + 16) - 1; /* the last one is not whole */
	assert_int_equal(frames_of(&t, f, 8, &sum), 1);
	assert_int_equal(sum.status, NORO_ETRUNC);
	assert_int_equal(sum.err.status, NORO_ETRUNC);
	assert_int_equal(sum.skipped_bytes, FRAME + 16 - 1);
}

static void a_clock_that_steps_back_is_counted(void **state)
{
	struct test_bytes t = { 0 };
	struct noro_capture_sum sum;
	struct noro_frame f[8];

	(void)state;
	put_pcap_head(&t, 0xa1b2c3d4, 1, false);
	put_pcap_frame(&t, 9, false, 0);
	put_pcap_frame(&t, 8, false, 0); /* one second: tolerated */
	put_pcap_frame(&t, 1, false, 0);
	assert_int_equal(frames_of(&t, f, 8, &sum), 3);
	assert_int_equal(sum.clock_back, 1);
}

static void sections_and_interfaces(void **state)
{
	struct test_bytes t = { 0 }, b = { 0 };
	struct noro_capture_sum sum;
	struct noro_frame f[16];
	const uint64_t us = T0 * UINT64_C(1000000) + 250;

	(void)state;
	for (unsigned s = 0; s < 2; s++) {
		bool big = s == 1;

		put_section(&t, big);
		put_interface(&t, 1, 0, 0, big);
		put_interface(&t, 113, 9, 0, big);
		put_interface(&t, 101, 0x80 | 10, 100, big); /* 1/1024 s, ahead of 1970 + 100 s */
		put_interface(&t, 101, 12, 0, big);
		put_enhanced(&t, 0, us, 0, big);
		put_enhanced(&t, 1, us * 1000, 1, big);
		put_enhanced(&t, 2, (uint64_t)T0 << 10 | 512, 2, big);
		put_enhanced(&t, 3, UINT64_C(7000000000123), 3, big);
		put_enhanced(&t, 4, us, 4, big); /* of no interface */
	}
	assert_int_equal(frames_of(&t, f, 16, &sum), 8);
	for (unsigned i = 0; i < 8; i++) {
		static const uint16_t link[] = { 1, 113, 101, 101 };

		assert_int_equal(f[i].iface, i % 4);
		assert_int_equal(f[i].link, link[i % 4]);
		assert_int_equal(f[i].fcs, 4);
		assert_int_equal(f[i].p[FRAME - 13], i % 4);
	}
	for (unsigned i = 0; i < 8; i += 4) {
		assert_true(f[i].ts_ns == base_ns + 250000);
		assert_true(f[i + 1].ts_ns == base_ns + 250000);
		assert_true(f[i + 2].ts_ns == base_ns + 100 * NORO_NS_PER_S + NORO_NS_PER_S / 2);
		assert_true(f[i + 3].ts_ns == 7 * NORO_NS_PER_S);
	}
	assert_int_equal(sum.kind, NORO_CAPTURE_PCAPNG);
	assert_int_equal(sum.interfaces, 8);
	assert_int_equal(sum.damaged, 2);
	assert_int_equal(sum.err.at, 28 + 32 + 2 * 40 + 52 + 4 * 88);
	assert_int_equal(sum.status, NORO_END);

	t.n = 0; /* a time that would overflow stands at the edge */
	put_section(&t, false);
	put_interface(&t, 1, 1, 0, false);
	put_enhanced(&t, 0, UINT64_MAX, 0, false);
	put_block(&t, 77, &b, false);
	assert_int_equal(frames_of(&t, f, 16, &sum), 1);
	assert_true(f[0].ts_ns == INT64_C(7258118400) * NORO_NS_PER_S);
	assert_int_equal(sum.blocks_unread, 1);
}

static void simple_and_obsolete_blocks(void **state)
{
	struct test_bytes t = { 0 }, b = { 0 };
	struct noro_capture_sum sum;
	struct noro_frame f[4];

	(void)state;
	put_section(&t, true);
	put_interface(&t, 1, 0, 0, true);
	put32(&b, 1000); /* longer than the interface keeps */
	put_frame(&b, 1);
	put(&b, b.b, 96 - FRAME);
	put_block(&t, 3, &b, true);
	b.n = 0;
	put16(&b, 0);
	put16(&b, 5); /* lost before it */
	put32(&b, 0);
	put32(&b, 8000000);
	put32(&b, FRAME);
	put32(&b, 60);
	put_frame(&b, 2);
	put_block(&t, 2, &b, true);
	assert_int_equal(frames_of(&t, f, 4, &sum), 2);
	assert_int_equal(f[0].n, 96);
	assert_int_equal(f[0].wire_n, 1000);
	assert_true(f[0].ts_ns == NORO_TIME_NONE);
	assert_int_equal(f[1].n, FRAME);
	assert_int_equal(f[1].wire_n, 60);
	assert_true(f[1].ts_ns == 8 * NORO_NS_PER_S);
	assert_int_equal(sum.dropped, 5);
	assert_int_equal(sum.cut, 2);
	assert_true(sum.first_ns == 8 * NORO_NS_PER_S);
}

static void what_the_capture_lost_is_told(void **state)
{
	struct test_bytes t = { 0 }, b = { 0 };
	struct noro_capture_sum sum;
	struct noro_frame f[4];

	(void)state;
	put_section(&t, true);
	put_interface(&t, 1, 0, 0, true);
	for (unsigned i = 1; i <= 2; i++) { /* the second goes on from the first */
		b.n = 0;
		put32(&b, 0);
		put32(&b, 0);
		put32(&b, 0);
		put32(&b, 5 << 16 | 8);
		put32(&b, 0);
		put32(&b, 7 * i);
		put32(&b, 7 << 16 | 8);
		put32(&b, 0);
		put32(&b, 1);
		put32(&b, 0);
		put_block(&t, 5, &b, true);
	}
	put_enhanced(&t, 0, 1, 0, true);
	assert_int_equal(frames_of(&t, f, 4, &sum), 1);
	assert_int_equal(sum.dropped, 15);
	assert_int_equal(sum.blocks_unread, 2);

	t.n = 0;
	put_erf(&t, 2, 5, "", 0, FRAME);
	put_erf(&t, 2, 2, "", 0, FRAME);
	put_erf(&t, 11, 0xbeef, "", 0, FRAME); /* a colour, not a count */
	assert_int_equal(frames_of(&t, f, 4, &sum), 3);
	assert_int_equal(sum.dropped, 7);
}

static void a_torn_block_is_passed_over(void **state)
{
	struct test_bytes t = { 0 };
	struct noro_capture_sum sum;
	struct noro_frame f[8];
	size_t third;

	(void)state;
	put_section(&t, false);
	put_interface(&t, 1, 0, 0, false);
	put_enhanced(&t, 0, 1, 0, false);
	third = t.n;
	for (unsigned i = 1; i < 4; i++)
		put_enhanced(&t, 0, i, i, false);
	t.b[third + 4] ^= 0x40; /* its first length */
	assert_int_equal(frames_of(&t, f, 8, &sum), 3);
	assert_int_equal(sum.damaged, 1);
	assert_int_equal(sum.err.at, third);
	t.b[third + 4] = 0xff; /* not even a length */
	assert_int_equal(frames_of(&t, f, 8, &sum), 3);
	assert_int_equal(f[1].p[FRAME - 13], 2);
	assert_int_equal(sum.skipped_bytes, 88);
}

/* Keys of sessions may be longer than the window: passed over, and what follows is read. */
static void a_block_longer_than_the_window(void **state)
{
	enum { LONG = 9 << 20 };
	struct test_bytes t = { 0 };
	struct pieces in = { .step = 100000, .end = NORO_END };
	struct noro_capture *c = NULL;
	struct noro_frame f[4];
	size_t head, n;
	uint8_t *p = calloc(1, LONG + sizeof(t.b));

	(void)state;
	assert_non_null(p);
	put_section(&t, false);
	put_interface(&t, 1, 0, 0, false);
	head = t.n;
	put_enhanced(&t, 0, 1, 7, false);
	memcpy(p, t.b, head);
	memcpy(p + head, "\x0a\0\0\0\0\0\x90\0", 8); /* 9 MiB of secrets */
	memcpy(p + head + LONG - 4, "\0\0\x90\0", 4);
	memcpy(p + head + LONG, t.b + head, t.n - head);
	in.p = p;
	in.n = LONG + t.n;
	for (unsigned torn = 0; torn < 2; torn++) {
		for (unsigned streamed = 0; streamed < 2; streamed++) {
			in.at = 0;
			assert_int_equal(
				streamed ? noro_capture_new(pull, &in, &c, NULL)
					 : noro_capture_new_bytes(noro_view(p, in.n), &c, NULL),
				NORO_OK);
			assert_int_equal(noro_capture_next(c, f, 4, &n, NULL), NORO_OK);
			assert_int_equal(n, 1);
			assert_int_equal(f[0].p[FRAME - 13], 7);
			assert_int_equal(f[0].offset, head + LONG);
			assert_int_equal(noro_capture_sum(c)->damaged, torn);
			assert_int_equal(noro_capture_sum(c)->skipped_bytes, torn ? LONG : 0);
			noro_capture_free(c);
		}
		p[head + LONG - 4] = 4; /* its end is another's */
	}
	free(p);
}

static void erf_is_told_by_its_records(void **state)
{
	static const char ext[] = "\x80\0\0\0\0\0\0\1\0\0\0\0\0\0\0\2";
	struct test_bytes t = { 0 };
	struct noro_capture_sum sum;
	struct noro_frame f[8];

	(void)state;
	put_erf(&t, 2, 0, "", 0, FRAME + 4);
	put_erf(&t, 0x82, 0, ext, 16, FRAME);
	put_erf(&t, 48, 0, "", 0, 0);
	put_erf(&t, 2, 0, "", 0, FRAME);
	assert_int_equal(noro_capture_is(noro_view(t.b, t.n)), NORO_CAPTURE_ERF);
	assert_int_equal(frames_of(&t, f, 8, &sum), 3);
	assert_true(f[0].ts_ns == base_ns + NORO_NS_PER_S / 2);
	assert_int_equal(f[0].n, FRAME); /* 72 bytes of record, no padding: cut by four */
	assert_int_equal(f[0].wire_n, FRAME + 4);
	assert_int_equal(f[0].iface, 1);
	assert_int_equal(f[1].n, FRAME);
	assert_int_equal(f[1].p[FRAME - 13], 1);
	assert_int_equal(f[2].link, 1);
	assert_int_equal(sum.blocks_unread, 1);
	assert_int_equal(sum.damaged, 0);

	put_erf(&t, 2, 0, "", 0, FRAME);
	t.b[72 + 88 + 72 + 11] = 17; /* a record shorter than its own headers */
	assert_int_equal(frames_of(&t, f, 8, &sum), 3);
	assert_int_equal(f[2].offset, 72 + 88 + 72 + 72);
	assert_int_equal(sum.damaged, 2); /* and what stands where it says that it ends */
	assert_int_equal(sum.err.at, 72 + 88 + 72);
}

static void other_files_are_no_captures(void **state)
{
	static const char *const text[] = { "", "a", "one line of words\nand another\n",
		("\x7f"
		 "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0\x3e\0"),
		"PK\3\4\x14\0\0\0\x08\0\0\0\0\0", "\n\r\r\n\x1c\0\0\0????" };
	uint8_t zero[4096] = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		struct noro_capture *c = NULL;
		struct noro_error err = { 0 };

		assert_int_equal(noro_capture_is(noro_view_str(text[i])), NORO_CAPTURE_NONE);
		assert_int_equal(
			noro_capture_new_bytes(noro_view_str(text[i]), &c, &err), NORO_EFORMAT);
		assert_null(c);
		assert_non_null(err.msg);
	}
	assert_int_equal(noro_capture_is(noro_view(zero, sizeof(zero))), NORO_CAPTURE_NONE);
}

/* One of each kind, for the sweeps. */
static void sample(struct test_bytes *t, unsigned which)
{
	t->n = 0;
	if (which < 2) {
		put_pcap_head(t, 0xa1b2c3d4, 1, which == 1);
		for (unsigned i = 0; i < 4; i++)
			put_pcap_frame(t, i, which == 1, 0);
	} else if (which == 2) {
		put_section(t, false);
		put_interface(t, 1, 9, 0, false);
		for (unsigned i = 0; i < 3; i++)
			put_enhanced(t, 0, i, i, false);
		put_section(t, true);
		put_interface(t, 1, 9, 7, true);
		put_enhanced(t, 0, 9, 9, true);
	} else {
		for (unsigned i = 0; i < 4; i++)
			put_erf(t, 0x82, 0, "\0\0\0\0\0\0\0\1", 8, FRAME);
	}
}

static size_t count(struct noro_capture *c, const uint8_t *p, size_t n)
{
	struct noro_frame f[3];
	size_t got = 0, all = 0;
	enum noro_status st;

	while ((st = noro_capture_next(c, f, 3, &got, NULL)) == NORO_OK) {
		for (size_t i = 0; i < got && p; i++)
			assert_true(f[i].p >= p && f[i].n <= (size_t)(p + n - f[i].p));
		all += got;
	}
	assert_int_equal(st, NORO_END);
	assert_int_equal(noro_capture_sum(c)->frames, all);
	return all;
}

static void every_prefix_gives_the_whole_frames_in_it(void **state)
{
	struct test_bytes t;

	(void)state;
	for (unsigned which = 0; which < 4; which++) {
		size_t before = 0;

		sample(&t, which);
		for (size_t n = 0; n <= t.n; n++) {
			uint8_t *exact = test_exact_copy(t.b, n);
			struct noro_capture *c = NULL, *s = NULL;
			struct pieces in = {
				.p = exact, .n = n, .step = 1 + n % 13, .end = NORO_END
			};
			enum noro_status st = noro_capture_new_bytes(noro_view(exact, n), &c, NULL);

			assert_int_equal(noro_capture_new(pull, &in, &s, NULL), st);
			if (st == NORO_OK) {
				size_t got = count(c, exact, n);

				assert_int_equal(count(s, NULL, 0), got);
				assert_true(got == before || got == before + 1 || before == 0);
				before = got;
				noro_capture_free(c);
				noro_capture_free(s);
			}
			free(exact);
		}
		assert_int_equal(before, 4);
	}
}

static void a_stream_that_fails_gives_what_came_before(void **state)
{
	struct test_bytes t;
	struct pieces in = { .step = 100, .end = NORO_ECORRUPT };
	struct noro_capture *c = NULL;
	struct noro_frame f[8];
	struct noro_error err = { 0 };
	size_t n;

	(void)state;
	sample(&t, 0);
	in.p = t.b;
	in.n = t.n - 1;
	assert_int_equal(noro_capture_new(pull, &in, &c, NULL), NORO_OK);
	assert_int_equal(noro_capture_next(c, f, 8, &n, &err), NORO_OK);
	assert_int_equal(n, 3);
	assert_int_equal(noro_capture_next(c, f, 8, &n, &err), NORO_ECORRUPT);
	assert_int_equal(err.status, NORO_ECORRUPT);
	assert_int_equal(noro_capture_sum(c)->status, NORO_ECORRUPT);
	assert_int_equal(noro_capture_sum(c)->damaged, 0); /* no fault of the capture */
	noro_capture_free(c);
	in.at = in.n;
	assert_int_equal(noro_capture_new(pull, &in, &c, NULL), NORO_ECORRUPT);
}

/* More than a window, out of a stream that is generated as it is read. */
struct endless {
	struct test_bytes unit;
	size_t at, units;
};

static enum noro_status pull_endless(void *ctx, char *buf, size_t cap, size_t *ret_n)
{
	struct endless *e = ctx;
	size_t n = e->unit.n - e->at;

	if (e->units == 0) {
		*ret_n = 0;
		return NORO_END;
	}
	n = n < cap ? n : cap;
	memcpy(buf, e->unit.b + e->at, n);
	e->at += n;
	if (e->at == e->unit.n) { /* the file header stands only before the first */
		e->units--;
		e->at = NORO_PCAP_HEADER;
	}
	*ret_n = n;
	return NORO_OK;
}

static void a_stream_longer_than_the_window(void **state)
{
	static struct endless e;
	struct noro_capture *c = NULL;

	(void)state;
	put_pcap_head(&e.unit, 0xa1b2c3d4, 1, false);
	for (unsigned i = 0; i < 100; i++)
		put_pcap_frame(&e.unit, i, false, 0);
	e.units = 3000; /* 21 MB */
	assert_int_equal(noro_capture_new(pull_endless, &e, &c, NULL), NORO_OK);
	assert_int_equal(count(c, NULL, 0), 300000);
	assert_int_equal(noro_capture_sum(c)->damaged, 0);
	assert_int_equal(noro_capture_sum(c)->clock_back, 2999);
	noro_capture_free(c);
}

static bool try_all(void *arg)
{
	struct test_bytes *t = arg;
	struct pieces in = { .p = t->b, .n = t->n, .step = 50, .end = NORO_END };
	struct noro_capture *c = NULL;
	struct noro_frame f[8];
	size_t n, all = 0;
	enum noro_status st = noro_capture_new(pull, &in, &c, NULL);

	if (st == NORO_OK)
		while ((st = noro_capture_next(c, f, 8, &n, NULL)) == NORO_OK)
			all += n;
	assert_true(st == NORO_END || st == NORO_ENOMEM);
	if (st == NORO_END)
		assert_int_equal(all, 4);
	noro_capture_free(c);
	return st == NORO_END;
}

static void memory_that_runs_out_is_told(void **state)
{
	struct test_bytes t;

	(void)state;
	for (unsigned which = 0; which < 4; which++) {
		sample(&t, which);
		test_allocation_sweep(try_all, &t, 20);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pcap_is_read_as_written),
		cmocka_unit_test(every_pcap_there_is),
		cmocka_unit_test(old_pcap_has_its_lengths_turned),
		cmocka_unit_test(damage_is_passed_over),
		cmocka_unit_test(a_clock_that_steps_back_is_counted),
		cmocka_unit_test(sections_and_interfaces),
		cmocka_unit_test(simple_and_obsolete_blocks),
		cmocka_unit_test(what_the_capture_lost_is_told),
		cmocka_unit_test(a_torn_block_is_passed_over),
		cmocka_unit_test(a_block_longer_than_the_window),
		cmocka_unit_test(erf_is_told_by_its_records),
		cmocka_unit_test(other_files_are_no_captures),
		cmocka_unit_test(every_prefix_gives_the_whole_frames_in_it),
		cmocka_unit_test(a_stream_that_fails_gives_what_came_before),
		cmocka_unit_test(a_stream_longer_than_the_window),
		cmocka_unit_test(memory_that_runs_out_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
