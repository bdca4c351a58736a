/* src/match/kernel_avx512.c - 64 bytes at a time, a mask register a class: BW, VL, VBMI, VBMI2. */
#include "match/lane.h"

#include <immintrin.h>

static uint64_t classify(
	struct noro_lane *l, const uint8_t *p, unsigned blocks, unsigned first, bool spots)
{
	const __m512i expected = _mm512_broadcast_i32x4(
		_mm_setr_epi8(-1, 0, 0, 0, 0, 0, 0, 0, '(', ')', 0, '{', 0, '}', 0, 0));
	uint64_t newlines = 0;

	for (unsigned i = first; i < first + blocks; i++, p += 64) {
		const __m512i x = _mm512_loadu_si512(p);
		const __m512i low = _mm512_or_si512(x, _mm512_set1_epi8(0x20));
		const __m512i a = _mm512_sub_epi8(low, _mm512_set1_epi8('a'));

		l->row[ROW_DIGIT][i] = _mm512_cmplt_epu8_mask(
			_mm512_sub_epi8(x, _mm512_set1_epi8('0')), _mm512_set1_epi8(10));
		l->row[ROW_ALPHA][i] = _mm512_cmplt_epu8_mask(a, _mm512_set1_epi8(26));
		l->row[ROW_HEX][i] = _mm512_cmplt_epu8_mask(a, _mm512_set1_epi8(6));
		l->row[ROW_DOT][i] = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('.'));
		l->row[ROW_COLON][i] = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8(':'));
		l->row[ROW_DASH][i] = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('-'));
		l->row[ROW_UNDER][i] = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('_'));
		newlines += (unsigned)__builtin_popcountll(
			_mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('\n')));
		if (!spots)
			continue;
		/*
		 * six signs, told apart by their low four bits once [ ] are folded into { };
		 * control characters would fold into them too */
		l->row[ROW_BRACKET][i] = _mm512_mask_cmpeq_epi8_mask(
			_mm512_cmpgt_epi8_mask(x, _mm512_set1_epi8(0x20)),
			_mm512_shuffle_epi8(expected, low), low);
		l->row[ROW_PERCENT][i] = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('%'));
		l->row[ROW_SLASH][i] = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('\\'));
	}
	return newlines;
}

#include "match/quad_x86.inc"

#define LANE noro_lane_avx512
#include "match/kernel.inc"
