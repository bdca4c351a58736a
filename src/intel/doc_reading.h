/* src/intel/doc_reading.h - a document while its lines are read, for the files that read it. */
#pragma once

#include "intel/doc_priv.h"
#include "intel/intake_priv.h"

enum {
	MAX_CELLS = 64,
	MAX_WORD = 4096,
	MIN_PIECE = 6, /* of a value broken over lines */
	MAX_PIECES = 16,
	MAX_IDS = 256,
	MAX_ID_LOOKUPS = 20000,
	NEAR_COLUMNS = 2,
};

struct found {
	struct noro_doc_item item;
	bool alone, reference;
	enum noro_doc_doubt doubt;
};

/* A word alone in its cell waits one line: its rest may stand below. */
struct piece {
	struct noro_buf text;
	size_t column;
	uint64_t line;
	enum noro_doc_row row;
	bool live;
};

struct reading {
	struct noro_arena *a;
	struct found *found;
	size_t n, cap;
	struct noro_doc_where where;
	const char *heading; /* kept copy of where.heading */
	struct noro_doc_months months;
	struct piece piece[MAX_PIECES];
	struct noro_buf plain, normal, line_text, unspoken;
	bool only_sha256; /* the text speaks of SHA-256, and of no digest of 32 digits */
	size_t defanged;  /* network values the author made harmless */
	uint64_t line;
	size_t first_of_line;
	struct noro_doc_around around; /* of the word in hand */
	bool labelled;                 /* the word is a link with a text of its own, or that text */
	bool cut;                      /* a placeholder follows the word at once */
	bool in_heading;
	unsigned lookups;
	struct noro_buf cve, attack;
	enum noro_status status;
};

struct cell {
	struct noro_view text;
	size_t column;
};

/* --- doc_word.c --- */

bool noro_doc_is_hash(int kind);
bool noro_doc_is_place(int kind);
void noro_doc_take(
	struct reading *r, enum noro_ioc_kind kind, struct noro_view v, bool defanged, bool alone);
/* Cheap: may this word be a value at all? */
bool noro_doc_worth_a_look(struct noro_view v);
/* Trailing brackets that were opened before the word, and stops of the sentence. */
struct noro_view noro_doc_bare(struct noro_view v);
int noro_doc_kind_of(struct noro_view v, struct noro_view *ret);
void noro_doc_words_of(struct reading *r, struct noro_view cell);
/* Cells are apart by a tab, a bar, or two blanks; bullets in front are no part of them. */
size_t noro_doc_split_cells(struct noro_view line, struct cell *out);
struct noro_view noro_doc_without_bullet(struct noro_view v);

/* --- doc_join.c --- */

bool noro_doc_one_plain_word(struct noro_view v, size_t least);
void noro_doc_flush_piece(struct reading *r, struct piece *p);
void noro_doc_flush_all(struct reading *r);
struct piece *noro_doc_piece_above(struct reading *r, const struct cell *c);
void noro_doc_keep_piece(struct reading *r, const struct cell *c, struct noro_view v);
/* A cell of one word: the rest of the piece above it, or a piece itself. */
bool noro_doc_join_cell(struct reading *r, const struct cell *c, struct noro_view v);

/* --- doc_wide.c --- */

/* A name in letters outside ASCII that begins at `at` of a cell: taken, and the bytes it fills; 0
 * if none does. */
size_t noro_doc_wide_name(struct reading *r, struct noro_view cell, size_t at);

/* --- doc_role.c --- */

void noro_doc_settle(struct reading *r, struct noro_doc *ret);
