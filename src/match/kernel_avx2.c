/* src/match/kernel_avx2.c - 32 bytes at a time: x86-64-v3. */
#include "match/lane.h"

#include <immintrin.h>

/*
 * Two table look-ups, by the low and by the high four bits of a byte, have bits in
 * common where the byte is of a class; eight classes are eight rectangles. Letters
 * are two of them. Moving a class to the top bit and out costs two instructions.
 */
enum {
	DIGIT = 0x80,
	ATOO = 0x40, /* A-O a-o but for the sign before A and a */
	PTOZ = 0x20,
	ATOF = 0x10,
	DOT = 0x08,
	COLON = 0x04,
	DASH = 0x02,
	UNDER = 0x01,
};

#define B(x) ((char)(x))

static inline __m256i by_low(void)
{
	return _mm256_broadcastsi128_si256(
		_mm_setr_epi8(B(DIGIT | PTOZ), B(DIGIT | ATOO | PTOZ | ATOF),
			B(DIGIT | ATOO | PTOZ | ATOF), B(DIGIT | ATOO | PTOZ | ATOF),
			B(DIGIT | ATOO | PTOZ | ATOF), B(DIGIT | ATOO | PTOZ | ATOF),
			B(DIGIT | ATOO | PTOZ | ATOF), B(DIGIT | ATOO | PTOZ),
			B(DIGIT | ATOO | PTOZ), B(DIGIT | ATOO | PTOZ), B(ATOO | PTOZ | COLON),
			B(ATOO), B(ATOO), B(ATOO | DASH), B(ATOO | DOT), B(ATOO | UNDER)));
}

static inline __m256i by_high(void)
{
	return _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, B(DOT | DASH), B(DIGIT | COLON),
		B(ATOO | ATOF), B(PTOZ | UNDER), B(ATOO | ATOF), B(PTOZ), 0, 0, 0, 0, 0, 0, 0, 0));
}

/* 1: ( ), 2: [ ] { } */
static inline __m256i bracket_by_low(void)
{
	return _mm256_broadcastsi128_si256(
		_mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 2, 0, 2, 0, 0));
}

static inline __m256i bracket_by_high(void)
{
	return _mm256_broadcastsi128_si256(
		_mm_setr_epi8(0, 0, 1, 0, 0, 2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0));
}

static inline uint32_t top(__m256i v)
{
	return (uint32_t)_mm256_movemask_epi8(v);
}

/* One half of word `i` of a row; kernels run on little-endian machines only. */
static inline void put(uint64_t *row, unsigned i, unsigned half, uint32_t bits)
{
	memcpy((uint8_t *)(row + i) + 4 * (size_t)half, &bits, 4);
}

static inline void half_block(struct noro_lane *l, unsigned i, unsigned half, const uint8_t *p,
	bool spots, __m256i *lines)
{
	const __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)p);
	const __m256i high = _mm256_and_si256(_mm256_srli_epi16(x, 4), _mm256_set1_epi8(15));
	__m256i c = _mm256_and_si256(
		_mm256_shuffle_epi8(by_low(), x), _mm256_shuffle_epi8(by_high(), high));
	uint32_t letters;

	put(l->row[ROW_DIGIT], i, half, top(c));
	c = _mm256_add_epi8(c, c);
	letters = top(c);
	c = _mm256_add_epi8(c, c);
	put(l->row[ROW_ALPHA], i, half, letters | top(c));
	c = _mm256_add_epi8(c, c);
	put(l->row[ROW_HEX], i, half, top(c));
	c = _mm256_add_epi8(c, c);
	put(l->row[ROW_DOT], i, half, top(c));
	c = _mm256_add_epi8(c, c);
	put(l->row[ROW_COLON], i, half, top(c));
	c = _mm256_add_epi8(c, c);
	put(l->row[ROW_DASH], i, half, top(c));
	c = _mm256_add_epi8(c, c);
	put(l->row[ROW_UNDER], i, half, top(c));
	*lines = _mm256_sub_epi8(*lines, _mm256_cmpeq_epi8(x, _mm256_set1_epi8('\n')));
	if (spots) {
		const __m256i bracket = _mm256_and_si256(_mm256_shuffle_epi8(bracket_by_low(), x),
			_mm256_shuffle_epi8(bracket_by_high(), high));

		put(l->row[ROW_BRACKET], i, half,
			top(_mm256_cmpgt_epi8(bracket, _mm256_setzero_si256())));
		put(l->row[ROW_PERCENT], i, half, top(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('%'))));
		put(l->row[ROW_SLASH], i, half, top(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('\\'))));
	}
}

static inline __attribute__((always_inline)) uint64_t classify(
	struct noro_lane *l, const uint8_t *p, unsigned blocks, unsigned first, bool spots)
{
	__m256i lines = _mm256_setzero_si256(); /* 65 blocks: no byte overflows */
	uint64_t sum[4];

	for (unsigned i = first; i < first + blocks; i++, p += 64) {
		half_block(l, i, 0, p, spots, &lines);
		half_block(l, i, 1, p + 32, spots, &lines);
	}
	_mm256_storeu_si256((__m256i *)(void *)sum, _mm256_sad_epu8(lines, _mm256_setzero_si256()));
	return sum[0] + sum[1] + sum[2] + sum[3];
}

#include "match/quad_x86.inc"

#define LANE noro_lane_avx2
#include "match/kernel.inc"
