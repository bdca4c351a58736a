/* src/match/kernel_scalar.c - the kernel for any CPU: classes from a table. */
#include "match/lane.h"

/* Bit r of class_of[c]: is byte c of class row r? */
#define LOW(c)         ((unsigned)(c) | 0x20)
#define BIT(test, row) ((test) ? 1u << (row) : 0u)
#define C1(c)                                                                                      \
	BIT((unsigned)(c) - '0' < 10u, ROW_DIGIT) | BIT(LOW(c) - 'a' < 26u, ROW_ALPHA) |           \
		BIT(LOW(c) - 'a' < 6u, ROW_HEX) | BIT((c) == '.', ROW_DOT) |                       \
		BIT((c) == ':', ROW_COLON) | BIT((c) == '-', ROW_DASH) |                           \
		BIT((c) == '_', ROW_UNDER) |                                                       \
		BIT((c) == '(' || (c) == '[' || (c) == '{', ROW_BRACKET) |                         \
		BIT((c) == ')' || (c) == ']' || (c) == '}', ROW_BRACKET) |                         \
		BIT((c) == '%', ROW_PERCENT) | BIT((c) == '\\', ROW_SLASH)
#define C4(c)  C1(c), C1((c) + 1), C1((c) + 2), C1((c) + 3)
#define C16(c) C4(c), C4((c) + 4), C4((c) + 8), C4((c) + 12)
#define C64(c) C16(c), C16((c) + 16), C16((c) + 32), C16((c) + 48)

static const uint16_t class_of[256] = { C64(0), C64(64), C64(128), C64(192) };

static uint64_t classify(
	struct noro_lane *l, const uint8_t *p, unsigned blocks, unsigned first, bool spots)
{
	uint64_t newlines = 0;

	(void)spots;
	for (unsigned i = first; i < first + blocks; i++, p += 64) {
		uint64_t m[ROW_CLASSES] = { 0 };

		for (unsigned b = 0; b < 64; b++) {
			uint64_t c = class_of[p[b]];

			for (unsigned r = 0; r < ROW_CLASSES; r++)
				m[r] |= (c >> r & 1) << b;
			newlines += p[b] == '\n';
		}
		for (unsigned r = 0; r < ROW_CLASSES; r++)
			l->row[r][i] = m[r];
	}
	return newlines;
}

#define LANE noro_lane_scalar
#include "match/kernel.inc"
