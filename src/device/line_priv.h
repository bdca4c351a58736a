/*
 * src/device/line_priv.h - patterns over one line of output: words with typed
 * captures (docs/decisions/0008-show-templates.md). Matching is linear in the line.
 */
#pragma once

#include "base/arena.h"

enum {
	NORO_LINE_MAX = 2048, /* a longer line matches nothing */
	NORO_LINE_CAPS = 24,  /* captures of one pattern */
	NORO_LINE_OPS = 512,  /* operations of one pattern */
};

enum noro_line_type {
	NORO_LT_WORD, /* anything but blanks */
	NORO_LT_NUM,
	NORO_LT_IP,       /* an address; checked */
	NORO_LT_NET,      /* an address or a prefix; checked */
	NORO_LT_MAC,      /* hex with . : - */
	NORO_LT_HEX,      /* 0x is part of it */
	NORO_LT_IFACE,    /* a word with a digit in it */
	NORO_LT_NAME,     /* a word; quotes are taken off */
	NORO_LT_ITEM,     /* no blank, comma, semicolon */
	NORO_LT_LOW,      /* a word, made lower case */
	NORO_LT_DURATION, /* "1w2d", "2 years, 3 weeks", "01:02:03": seconds */
	NORO_LT_ACL,      /* an address of a filter: any, host x, group, with mask or wildcard */
	NORO_LT_PORT,     /* eq 22, range a b */
	NORO_LT_SECRET,   /* type, digest, length, weakness */
};

struct noro_line_cap {
	struct noro_view name; /* empty: thrown away */
	enum noro_line_type type;
	bool rest; /* <c*>: blanks too */
	bool add;  /* <c+>: put behind what is there */
};

struct noro_line_op {
	uint8_t op, cls;
	uint16_t x, y; /* where to go on; or number of a capture */
	struct noro_view lit;
};

/* Compiled; immutable. */
struct noro_line_pattern {
	struct noro_view source;
	const struct noro_line_op *op;
	uint16_t ops, forks;
	const struct noro_line_cap *cap;
	uint16_t caps;
	bool flush;    /* ^: the line must not be indented */
	bool indented; /* leading blank: it must be */
};

/* Working memory of a reader; one per thread. */
struct noro_line_scratch {
	struct noro_view cap[NORO_LINE_CAPS];
	uint64_t *seen; /* owned by the arena it was made in */
	size_t words;
};
enum noro_status noro_line_scratch(
	struct noro_arena *a, struct noro_line_scratch *ret) NORO_MUSTUSE;

/* By the name that stands behind a colon: "ip". False if there is none. */
bool noro_line_type_by_name(struct noro_view name, enum noro_line_type *ret);
/* `at` is the byte of the mistake in the pattern. */
enum noro_status noro_line_compile(struct noro_arena *a, struct noro_view text,
	struct noro_line_pattern **ret, struct noro_error *err) NORO_MUSTUSE;
/* The whole line, blanks at its ends aside. On true, captures that took part have p != NULL. */
bool noro_line_match(
	const struct noro_line_pattern *p, struct noro_view line, struct noro_line_scratch *s);
/* "2 years, 3 weeks", "1w2d", "3d04h", "01:02:03", "5 min" in seconds. */
bool noro_line_duration(struct noro_view text, uint64_t *ret);
