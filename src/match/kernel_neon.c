/* src/match/kernel_neon.c - 16 bytes at a time on AArch64. */
#include "match/lane.h"

#include <arm_neon.h>

/* Four vectors of 0x00/0xff to 64 bits: each byte keeps one bit, then pairs are added. */
static inline uint64_t bits(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d)
{
	static const uint8_t weight[16] = { 1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64,
		128 };
	const uint8x16_t w = vld1q_u8(weight);
	uint8x16_t ab = vpaddq_u8(vandq_u8(a, w), vandq_u8(b, w));
	uint8x16_t cd = vpaddq_u8(vandq_u8(c, w), vandq_u8(d, w));

	ab = vpaddq_u8(ab, cd);
	ab = vpaddq_u8(ab, ab);
	return vgetq_lane_u64(vreinterpretq_u64_u8(ab), 0);
}

static inline uint64_t below(const uint8x16_t v[4], uint8_t n)
{
	const uint8x16_t m = vdupq_n_u8(n);

	return bits(vcltq_u8(v[0], m), vcltq_u8(v[1], m), vcltq_u8(v[2], m), vcltq_u8(v[3], m));
}

static inline uint64_t equal(const uint8x16_t v[4], uint8_t c)
{
	const uint8x16_t m = vdupq_n_u8(c);

	return bits(vceqq_u8(v[0], m), vceqq_u8(v[1], m), vceqq_u8(v[2], m), vceqq_u8(v[3], m));
}

static uint64_t classify(
	struct noro_lane *l, const uint8_t *p, unsigned blocks, unsigned first, bool spots)
{
	uint64_t newlines = 0;

	for (unsigned i = first; i < first + blocks; i++, p += 64) {
		uint8x16_t x[4], low[4], digit[4], alpha[4];

		for (size_t k = 0; k < 4; k++) {
			x[k] = vld1q_u8(p + 16 * k);
			low[k] = vorrq_u8(x[k], vdupq_n_u8(0x20));
			digit[k] = vsubq_u8(x[k], vdupq_n_u8('0'));
			alpha[k] = vsubq_u8(low[k], vdupq_n_u8('a'));
		}
		l->row[ROW_DIGIT][i] = below(digit, 10);
		l->row[ROW_ALPHA][i] = below(alpha, 26);
		l->row[ROW_HEX][i] = below(alpha, 6);
		l->row[ROW_DOT][i] = equal(x, '.');
		l->row[ROW_COLON][i] = equal(x, ':');
		l->row[ROW_DASH][i] = equal(x, '-');
		l->row[ROW_UNDER][i] = equal(x, '_');
		newlines += (unsigned)__builtin_popcountll(equal(x, '\n'));
		if (!spots)
			continue;
		l->row[ROW_BRACKET][i] =
			equal(low, '{') | equal(low, '}') | equal(x, '(') | equal(x, ')');
		l->row[ROW_PERCENT][i] = equal(x, '%');
		l->row[ROW_SLASH][i] = equal(x, '\\');
	}
	return newlines;
}

#define LANE noro_lane_neon
#include "match/kernel.inc"
