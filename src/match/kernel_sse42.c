/* src/match/kernel_sse42.c - 16 bytes at a time: x86-64-v2. */
#include "match/lane.h"

#include <immintrin.h>

static inline uint64_t below(const __m128i v[4], int n)
{
	const __m128i most = _mm_set1_epi8((char)(n - 1));
	uint64_t m = 0;

	for (unsigned i = 0; i < 4; i++)
		m |= (uint64_t)(uint32_t)_mm_movemask_epi8(
			     _mm_cmpeq_epi8(_mm_min_epu8(v[i], most), v[i]))
		     << (16 * i);
	return m;
}

static inline uint64_t equal(const __m128i v[4], char c)
{
	uint64_t m = 0;

	for (unsigned i = 0; i < 4; i++)
		m |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v[i], _mm_set1_epi8(c)))
		     << (16 * i);
	return m;
}

static uint64_t classify(
	struct noro_lane *l, const uint8_t *p, unsigned blocks, unsigned first, bool spots)
{
	uint64_t newlines = 0;

	for (unsigned i = first; i < first + blocks; i++, p += 64) {
		__m128i x[4], low[4], digit[4], alpha[4];

		for (size_t k = 0; k < 4; k++) {
			x[k] = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * k));
			low[k] = _mm_or_si128(x[k], _mm_set1_epi8(0x20));
			digit[k] = _mm_sub_epi8(x[k], _mm_set1_epi8('0'));
			alpha[k] = _mm_sub_epi8(low[k], _mm_set1_epi8('a'));
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

#include "match/quad_x86.inc"

#define LANE noro_lane_sse42
#include "match/kernel.inc"
