/* src/finding/measure_priv.h - the members of each measure as rows: writing and reading use the
 * same table, so that what is written is read. */
#pragma once

#include "finding/measure.h"

enum member_kind {
	M_STR, /* NULL is null */
	M_U8,
	M_U16,
	M_U32,
	M_U64,
	M_I64,
	M_DOUBLE,
	M_TIME,
	M_BOOL,
	M_IP,
	M_PREFIX,
	M_LIST,
	M_CUT,
	M_PROOF,
	M_HEX64,   /* a number whose bits count: as hex text, JSON numbers lose them */
	M_SHA256,  /* char[65] */
	M_BYTES,   /* noro_payload: byte and n */
	M_TALLIES, /* noro_scan */
	M_SAMPLES, /* noro_scan */
};

struct noro_member {
	const char *name;
	uint8_t kind; /* enum member_kind */
	bool must;    /* a row without it is refused */
	uint16_t at;
};

struct noro_measure_kind {
	const char *name; /* value of "measure" */
	const struct noro_member *member;
	size_t members;
};

enum { NORO_M_CELL, NORO_M_SCAN, NORO_M_VICTIM, NORO_M_PAYLOAD, NORO_M_WATCH, NORO_M_KINDS };
extern const struct noro_measure_kind noro_measure_kinds[NORO_M_KINDS];
