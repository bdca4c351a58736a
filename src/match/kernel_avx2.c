/* src/match/kernel_avx2.c - 32 bytes at a time: x86-64-v3. */
#include "match/lane.h"

#include <immintrin.h>

static inline uint64_t bits(__m256i a, __m256i b)
{
	return (uint32_t)_mm256_movemask_epi8(a) | (uint64_t)(uint32_t)_mm256_movemask_epi8(b)
							   << 32;
}

static inline __m256i below(__m256i v, int n)
{
	return _mm256_cmpeq_epi8(_mm256_min_epu8(v, _mm256_set1_epi8((char)(n - 1))), v);
}

static inline uint64_t equal(__m256i x, __m256i y, char c)
{
	__m256i v = _mm256_set1_epi8(c);

	return bits(_mm256_cmpeq_epi8(x, v), _mm256_cmpeq_epi8(y, v));
}

static inline __m256i opens(__m256i x, __m256i low)
{
	/* '[' and '{' differ in the bit that `low` sets */
	return _mm256_or_si256(_mm256_or_si256(_mm256_cmpeq_epi8(low, _mm256_set1_epi8('{')),
				       _mm256_cmpeq_epi8(x, _mm256_set1_epi8('('))),
		_mm256_cmpeq_epi8(x, _mm256_set1_epi8('%')));
}

static inline __m256i closes(__m256i x, __m256i low)
{
	return _mm256_or_si256(_mm256_cmpeq_epi8(low, _mm256_set1_epi8('}')),
		_mm256_cmpeq_epi8(x, _mm256_set1_epi8(')')));
}

static inline void classify(struct noro_lane *l, unsigned i, const uint8_t *p, bool spots)
{
	const __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)p);
	const __m256i y = _mm256_loadu_si256((const __m256i *)(const void *)(p + 32));
	const __m256i sp = _mm256_set1_epi8(0x20), a = _mm256_set1_epi8('a');
	const __m256i zero = _mm256_set1_epi8('0');
	const __m256i lx = _mm256_or_si256(x, sp), ly = _mm256_or_si256(y, sp);
	const __m256i ax = _mm256_sub_epi8(lx, a), ay = _mm256_sub_epi8(ly, a);

	l->row[ROW_DIGIT][i] =
		bits(below(_mm256_sub_epi8(x, zero), 10), below(_mm256_sub_epi8(y, zero), 10));
	l->row[ROW_ALPHA][i] = bits(below(ax, 26), below(ay, 26));
	l->row[ROW_HEX][i] = bits(below(ax, 6), below(ay, 6));
	l->row[ROW_DOT][i] = equal(x, y, '.');
	l->row[ROW_COLON][i] = equal(x, y, ':');
	l->row[ROW_DASH][i] = equal(x, y, '-');
	l->row[ROW_UNDER][i] = equal(x, y, '_');
	l->newlines += (unsigned)__builtin_popcountll(equal(x, y, '\n'));
	if (!spots)
		return;
	l->row[ROW_OPEN][i] = bits(opens(x, lx), opens(y, ly));
	l->row[ROW_CLOSE][i] = bits(closes(x, lx), closes(y, ly));
	l->row[ROW_SLASH][i] = equal(x, y, '\\');
}

#include "match/quad_x86.inc"

#define LANE noro_lane_avx2
#include "match/kernel.inc"
