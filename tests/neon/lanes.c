/*
 * tests/neon/lanes.c - a kernel and the table kernel give the same candidates. Built
 * for another CPU by tests/neon/run and executed under an emulator, so it needs
 * nothing but the kernels themselves.
 */
#include "base/text.h"
#include "match/lane.h"

#include <stdio.h>
#include <stdlib.h>

#ifndef KERNEL
#define KERNEL noro_lane_neon
#endif

enum { MOST = 20000, PAD = 128 };

/* What the hashing of URLs links, and never calls here: these texts are ASCII, and the Unicode
 * tables are not built for this CPU. */
size_t noro_utf8_next(struct noro_view v, uint32_t *ret)
{
	*ret = v.n ? (unsigned char)*v.p : 0;
	return v.n && *ret < 0x80;
}

bool noro_utf8_in_name(uint32_t scalar)
{
	return scalar < 0x80 && noro_is_alnum((char)scalar);
}

size_t noro_name_ascii(struct noro_view name, char out[256])
{
	(void)name;
	(void)out;
	abort();
}

static uint64_t all_ones[64], tld[64];
static uint8_t shapes[QUAD_SHAPES];
static uint8_t mixes[QUAD_MIXES][16] __attribute__((aligned(16)));

static uint32_t below(uint32_t n)
{
	static uint64_t s = 7;

	s = s * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)((s >> 33) % n);
}

static size_t put_text(uint8_t *out)
{
	static const char *const crumbs[] = { "1.2.3.4", "255.255.255.255", "evil.com", "a.b.co.uk",
		"2001:db8::1", "aa:bb:cc:dd:ee:ff", "d41d8cd98f00b204e9800998ecf8427e", "[.]",
		"%2e", "\\u002e", " ", "\n", ".", ":", "-", "_", "AS64500", "00-11-22-33-44-55",
		"0011.2233.4455", "_0123456789ab_", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "(x)",
		"\t", "\xe3\x81\x82", "@", "/", "0", "f", "Z" };
	size_t n = 0, most = below(MOST - 64);

	while (n < most) {
		const char *c = crumbs[below(sizeof(crumbs) / sizeof(*crumbs))];

		memcpy(out + n, c, strlen(c));
		n += strlen(c);
	}
	return n;
}

static struct noro_lane *new_lane(const struct noro_set_view *v)
{
	struct noro_lane *l = aligned_alloc(64, (sizeof(*l) + 63) & ~(size_t)63);

	if (!l)
		exit(2);
	memset(l, 0, sizeof(*l));
	l->want = WANT_V4 | WANT_NAME | WANT_COLON | WANT_HEX | WANT_SHAPE | WANT_COIN | WANT_SPOT;
	l->set = v;
	l->quad_shape = shapes;
	l->quad_mix = (const uint8_t(*)[16])mixes;
	return l;
}

static int same(const char *what, const void *a, size_t n, const void *b, size_t m, size_t size)
{
	if (n == m && memcmp(a, b, n * size) == 0)
		return 1;
	printf("%s differ: %zu and %zu\n", what, n, m);
	return 0;
}

/* Something that is no quad may give any number: it is read again before it is believed. */
static int same_addresses(
	const struct noro_asked *a, const struct noro_asked *b, const uint8_t *text)
{
	for (size_t i = 0; i < a->v4s; i++) {
		size_t end = a->v4[i], at = end;
		struct noro_ip ip;

		while (end - at < 15 && at &&
			(noro_is_digit((char)text[at - 1]) || text[at - 1] == '.'))
			at--;
		if (a->ip[i] == b->ip[i] || !noro_ip_parse(noro_view(text + at, end - at), &ip))
			continue;
		printf("addresses differ: %.*s\n", (int)(end - at), (const char *)text + at);
		return 0;
	}
	return 1;
}

static int compare(const struct noro_lane *a, const struct noro_lane *b, const uint8_t *text)
{
	const struct noro_asked *p = a->then, *q = b->then;

	return same("quads", p->v4, p->v4s, q->v4, q->v4s, 4) && same_addresses(p, q, text) &&
	       same("names", p->name, p->names, q->name, q->names, 4) &&
	       same("hashes", p->hash, p->names, q->hash, q->names, 8) &&
	       same("rare", a->rare, a->rares, b->rare, b->rares, 4) &&
	       same("hex runs", a->hex, a->hexes, b->hex, b->hexes, 8) &&
	       same("shapes", a->shape, a->shapes, b->shape, b->shapes, 4) &&
	       same("spots", a->spot, a->spots, b->spot, b->spots, 4) &&
	       same("lines", &a->newlines, 1, &b->newlines, 1, 8);
}

int main(void)
{
	static uint8_t room[MOST + 2 * PAD];
	struct noro_bloom full = { .word = all_ones, .words = 64, .shift = 58 };
	struct noro_set_view v = { .v4 = full, .name = full, .hex = full, .tld = tld };
	struct noro_lane *a, *b;
	size_t found = 0;

	memset(all_ones, 0xff, sizeof(all_ones));
	memset(tld, 0xff, sizeof(tld));
	noro_quad_tables(shapes, mixes);
	a = new_lane(&v);
	b = new_lane(&v);
	for (int round = 0; round < 100; round++) {
		size_t n = put_text(room + PAD);

		for (size_t next = 0, at = 0; at != LANE_FLUSH; next += LANE_BYTES) {
			at = next <= n ? next : LANE_FLUSH;
			noro_lane_scalar(a, room + PAD, at, n);
			KERNEL(b, room + PAD, at, n);
			if (!compare(a, b, room + PAD))
				return 1;
			found += a->then->v4s + a->then->names + a->hexes + a->spots;
		}
	}
	printf("%zu candidates agree\n", found);
	return found > 1000 ? 0 : 1;
}
