/*
 * src/match/lane.h - what a kernel works on: one worker's rows of character masks,
 * lists of positions, and the candidates that passed the filters.
 */
#pragma once

#include "intel/set_view.h"

enum {
	LANE_BLOCKS = 64, /* blocks of 64 bytes in one step; rows and lists stay in L1 */
	LANE_BYTES = 64 * LANE_BLOCKS,
	LANE_STRIDE = LANE_BLOCKS + 16, /* word 0 of a row is what stood before the step; a
					  kernel may fill eight words beyond the last block */
	LANE_PAST = 32, /* rows of which a kernel keeps eight words from one step to the next */
	LANE_NAME_BITS = 57, /* what one unaligned 64-bit load of a row surely holds */
};

/* Rows: one bit a byte of text. */
enum {
	/* classes, from the bytes */
	ROW_DIGIT,
	ROW_ALPHA,
	ROW_HEX, /* a-f only when classified, with digits after lane_bits */
	ROW_DOT,
	ROW_COLON,
	ROW_DASH,
	ROW_UNDER,
	ROW_BRACKET, /* ( ) [ ] { } */
	ROW_PERCENT,
	ROW_SLASH, /* \ */
	ROW_CLASSES,
	/* IPv4: dots behind digits, the second and third such dot two to four bytes on */
	ROW_V1 = ROW_CLASSES,
	ROW_V1W,
	ROW_V2,
	ROW_V2W,
	ROW_V3,
	ROW_V3W,
	ROW_V4, /* the byte that ends what may be a dotted quad */
	/* names */
	ROW_LABEL,
	ROW_STOP,  /* dot, or no character of a name */
	ROW_FIRST, /* a letter behind a dot */
	ROW_CARRY,
	ROW_AFTER, /* the byte that ends a label which began so */
	ROW_NAME,  /* the byte after the byte that ends a name */
	/* colons and long hex runs */
	ROW_X1,
	ROW_X1W,
	ROW_X2,
	ROW_X2W,
	ROW_X2V,
	ROW_RARE,
	/* kinds of their own shape */
	ROW_P2,
	ROW_P4,
	ROW_P8,
	ROW_D3,
	ROW_D6,
	ROW_Q5,
	ROW_A1,
	ROW_A2,
	ROW_A4,
	ROW_A8,
	ROW_A16,
	ROW_SHAPE,
	ROW_SPOT, /* where an escaped or defanged form may be */
	ROWS,
};

/* What the set needs; the rest is not computed. */
enum {
	WANT_V4 = 1,
	WANT_NAME = 2,
	WANT_COLON = 4, /* IPv6, MAC with colons */
	WANT_HEX = 8,
	WANT_SHAPE = 16, /* MAC, JA4, ASN, coins */
	WANT_COIN = 64,  /* with WANT_SHAPE */
	WANT_SPOT = 32,  /* escaped and defanged forms */
};

enum { QUAD_SHAPES = 1 << 15, QUAD_MIXES = 81 };

enum { LANE_LIST = LANE_BYTES + 640 };

/* The addresses and names of one step, asked of the filters and not answered yet. */
struct noro_asked {
	uint32_t v4[LANE_LIST], ip[LANE_LIST], name[LANE_LIST];
	uint64_t ip_hash[LANE_LIST], hash[LANE_LIST];
	size_t v4s, names;
};

struct noro_lane {
	/* word 1 of a row, where every loop begins, stands at the start of a cache line */
	uint64_t ahead[7] __attribute__((aligned(64)));
	uint64_t row[ROWS][LANE_STRIDE];
	uint64_t any_escape; /* all ones: a backslash before any byte may matter */
	uint64_t past[LANE_PAST][8] __attribute__((aligned(64)));
	unsigned want;
	bool amps; /* the kernel lists ampersands among the spots */
	const struct noro_set_view *set;
	const uint8_t
		*quad_shape; /* 32768: non-digit bits of the last 15 bytes -> row of quad_mix */
	const uint8_t (*quad_mix)[16];
	uint64_t newlines;
	/* of this step, and of the one before, whose answers are here by now */
	struct noro_asked bank[2], *now, *then;
	/* positions, then scratch of the token loops */
	uint32_t rare[LANE_LIST], shape[LANE_LIST], spot[LANE_LIST];
	size_t rares, shapes, spots;
	uint64_t window[LANE_LIST];
	/* hex runs that may be a key: from, to */
	uint32_t hex[LANE_LIST][2];
	size_t hexes, hex_done;
};

/*
 * One step: bytes [at, at + LANE_BYTES) of the text, which ends at `len` (a step
 * may lie behind it, to see what ends with the text). Fills the lists; then->v4[i] and
 * then->name[i] are ends of tokens whose filter said "maybe", then->ip[i] belongs to then->v4[i].
 * Those are of the step before: a large filter's words take their time to come, and the next
 * step's bytes are classified meanwhile. So after the last step `at` is LANE_FLUSH once.
 */
#define LANE_FLUSH SIZE_MAX
typedef void noro_lane_fn(struct noro_lane *l, const uint8_t *text, size_t at, size_t len);

noro_lane_fn noro_lane_scalar, noro_lane_sse42, noro_lane_avx2, noro_lane_avx512, noro_lane_neon;

/* Fill the tables of quad_shape and quad_mix. */
void noro_quad_tables(uint8_t shapes[QUAD_SHAPES], uint8_t mix[QUAD_MIXES][16]);
