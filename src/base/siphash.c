/* src/base/siphash.c - SipHash-2-4. */
#include "base/siphash.h"

#include <endian.h>
#include <string.h>

struct state {
	uint64_t v0, v1, v2, v3;
};

static uint64_t turned(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

static void rounds(struct state *s, unsigned n)
{
	while (n--) {
		s->v0 += s->v1;
		s->v1 = turned(s->v1, 13) ^ s->v0;
		s->v0 = turned(s->v0, 32);
		s->v2 += s->v3;
		s->v3 = turned(s->v3, 16) ^ s->v2;
		s->v0 += s->v3;
		s->v3 = turned(s->v3, 21) ^ s->v0;
		s->v2 += s->v1;
		s->v1 = turned(s->v1, 17) ^ s->v2;
		s->v2 = turned(s->v2, 32);
	}
}

static uint64_t word(const uint8_t *p, size_t n)
{
	uint64_t w = 0;

	memcpy(&w, p, n);
	return le64toh(w);
}

static void absorb(struct state *s, uint64_t m)
{
	s->v3 ^= m;
	rounds(s, 2);
	s->v0 ^= m;
}

uint64_t noro_siphash(const uint8_t key[16], const void *bytes, size_t n)
{
	const uint64_t k0 = word(key, 8), k1 = word(key + 8, 8);
	struct state s = { k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d),
		k0 ^ UINT64_C(0x6c7967656e657261), k1 ^ UINT64_C(0x7465646279746573) };
	const uint8_t *p = bytes;
	size_t i = 0;

	for (; i + 8 <= n; i += 8)
		absorb(&s, word(p + i, 8));
	absorb(&s, word(p + i, n - i) | (uint64_t)n << 56);
	s.v2 ^= 0xff;
	rounds(&s, 4);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
