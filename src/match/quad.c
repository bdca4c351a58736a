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

/* For each of the 81 ways to write four numbers: what bits end so, whatever stands before them. */
static void fill_shapes(uint8_t shapes[QUAD_SHAPES])
{
	memset(shapes, 0, QUAD_SHAPES);
	for (unsigned shape = 1; shape < QUAD_MIXES; shape++) {
		unsigned len[4] = { shape / 27 + 1, shape / 9 % 3 + 1, shape / 3 % 3 + 1,
			shape % 3 + 1 };
		unsigned used = len[0] + len[1] + len[2] + len[3] + 3, at = 15, bits = 0;

		for (unsigned o = 4; o-- > 1;) {
			at -= len[o] + 1;
			bits |= 1U << at;
		}
		/* a digit more would make the first number longer */
		if (used < 15)
			bits |= 1U << (14 - used);
		for (unsigned rest = 0; rest < 1U << (used < 15 ? 14 - used : 0); rest++)
			shapes[bits | rest] = (uint8_t)shape;
	}
}

void noro_quad_tables(uint8_t shapes[QUAD_SHAPES], uint8_t mix[QUAD_MIXES][16])
{
	fill_shapes(shapes);
	fill_mixes(mix);
}
