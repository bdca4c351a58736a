/* src/match/quad.c - dotted quads: from where the digits stand to four numbers in a register. */
#include "match/lane.h"

static void fill_mixes(uint8_t mix[QUAD_MIXES][16])
{
	for (unsigned i = 0; i < QUAD_MIXES; i++) {
		unsigned len[4] = { i / 27 % 3 + 1, i / 9 % 3 + 1, i / 3 % 3 + 1, i % 3 + 1 };
		unsigned end = 15;

		memset(mix[i], 0x80, 16);
		for (unsigned o = 4; o-- > 0;) {
			/* the last octet goes to the lowest lane: its units to byte 2 */
			for (unsigned k = 0; k < len[o]; k++)
				mix[i][(3 - o) * 4 + 2 - k] = (uint8_t)(end - k);
			end -= len[o] + 1;
		}
	}
}

static void fill_shapes(uint8_t shapes[QUAD_SHAPES])
{
	for (unsigned bits = 0; bits < QUAD_SHAPES; bits++) {
		unsigned len[4], shape = 0;
		int at = 14; /* bit 14 is the byte before the end */
		bool good = true;

		for (unsigned o = 4; o-- > 0;) {
			len[o] = 0;
			while (at >= 0 && !(bits >> at & 1)) {
				len[o]++;
				at--;
			}
			at--;
			good = good && len[o] >= 1 && len[o] <= 3;
		}
		if (good)
			shape = (len[0] - 1) * 27 + (len[1] - 1) * 9 + (len[2] - 1) * 3 + len[3] -
				1;
		shapes[bits] = (uint8_t)shape;
	}
}

void noro_quad_tables(uint8_t shapes[QUAD_SHAPES], uint8_t mix[QUAD_MIXES][16])
{
	fill_shapes(shapes);
	fill_mixes(mix);
}
