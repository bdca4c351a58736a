/* src/telescope/tool_priv.h - rules of tools as they are tested. */
#pragma once

#include "telescope/tool.h"

enum field {
	F_IP_N,
	F_TTL,
	F_DF,
	F_IP_ID,
	F_FLAGS,
	F_HEADER,
	F_WINDOW,
	F_SPORT,
	F_DPORT,
	F_SEQ,
	F_ACK,
	F_SRC,
	F_DST,
	F_OPTIONS_N,
	F_PAYLOAD_N,
	FIELDS,
};

enum pair { PAIR_NONE, PAIR_NMAP, PAIR_UNICORN };
enum { RULE_MAX_TESTS = 12, RULE_MAX_XOR = 4, RULE_MAX_OPTIONS = 4 };

/* Where in a packet a field stands: four bytes from there, of which it is some. */
struct place {
	uint8_t at, shift;
	uint32_t mask;
};

struct test {
	uint8_t field;
	struct place place;
	uint32_t lo, hi;
};

struct rule {
	struct test test[RULE_MAX_TESTS];
	unsigned tests;
	unsigned char left[RULE_MAX_TESTS]; /* those that the tables by value do not decide */
	unsigned lefts;
	uint8_t xor_of[RULE_MAX_XOR];
	uint8_t equals; /* field that the xor, masked, must be */
	struct place xor_at[RULE_MAX_XOR], equals_at;
	unsigned xors;
	uint32_t mask;
	struct noro_view option[RULE_MAX_OPTIONS]; /* one of these, byte for byte */
	unsigned option_sets;
	enum pair pair;
	struct noro_tool_rule shown;
	const struct noro_json *vectors; /* examples */
};

/* For some fields, which rules a value may satisfy (a bit each), by the value or its upper byte:
 * what is left after all of them are asked is tested in full. */
enum { MAYS = 7 };
struct may {
	uint8_t field, shift;
	uint16_t by[256];
};

struct noro_tools {
	struct rule rule[NORO_TOOLS_MAX];
	size_t rules, pairs;
	uint32_t pair_rules; /* bits */
	struct may may[MAYS];
};
/* After the last rule. */
void noro_tools_index(struct noro_tools *t);

/* Bytes of hexadecimal digits, blanks between them allowed; p NULL for anything else, or no memory.
 */
struct noro_view noro_hex_bytes(struct noro_arena *a, struct noro_view hex);
