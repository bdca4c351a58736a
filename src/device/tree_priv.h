/*
 * src/device/tree_priv.h - what the adapters share: the maker of a tree, lines freed
 * of what a terminal did to them, and words.
 */
#pragma once

#include "device/tree.h"

enum {
	NORO_TREE_WORD_SLAB = 1024, /* words are handed out of arrays of this size */
	NORO_TREE_STMT_SLAB = 64,
	NORO_TREE_TAB = 8,
	NORO_TREE_MAX_QUOTED = 64 << 10, /* bytes of a quoted text that spans lines */
};

/* A tree while it is made. The index lives on the heap: noro_tree_maker_done gives it back. */
struct noro_tree_maker {
	struct noro_arena *a;
	struct noro_view text;
	struct noro_tree *t;
	struct noro_view *word; /* free words */
	size_t word_room;
	struct noro_stmt *stmt; /* free statements */
	size_t stmt_room;
	struct noro_stmt **slot; /* index of (parent, word), for trees of one word a level */
	size_t slots, used;
	/* where the search for a closing quote failed: it need not be searched again (double,
	 * single)
	 */
	const char *unclosed[2], *unclosed_end[2];
	enum noro_status status; /* NORO_ENOMEM sticks */
};
void noro_tree_maker_done(struct noro_tree_maker *m);
/* Number the statements of a finished tree, and count the unknown ones. */
void noro_tree_number(struct noro_tree *t);

/* Where a statement stands. */
struct noro_tree_at {
	struct noro_view text;
	uint64_t offset;
	uint32_t line, column;
};
/* A new last child; NULL without memory, or at the ceiling of statements (then t->cut is set). */
struct noro_stmt *noro_tree_add(
	struct noro_tree_maker *m, struct noro_stmt *parent, const struct noro_tree_at *at);
/* One more word for the statement that is being made: words of one statement must follow one
 * another without another statement's between them. */
bool noro_tree_word(struct noro_tree_maker *m, struct noro_stmt *s, struct noro_view word);
/* The child with this word and negation, made if there is none. */
struct noro_stmt *noro_tree_enter(struct noro_tree_maker *m, struct noro_stmt *parent,
	struct noro_view word, unsigned flags, const struct noro_tree_at *at);

/* How quotes are understood when a line is cut into words: bits. */
enum noro_tree_quote {
	NORO_QUOTE_NONE = 0,
	NORO_QUOTE_DOUBLE = 1,
	NORO_QUOTE_SINGLE = 2,
	NORO_QUOTE_ESCAPE = 4, /* a backslash inside double quotes takes the next byte */
	NORO_QUOTE_LOOSE = 8,  /* only a quote before a blank or the end closes */
	NORO_QUOTE_LINES = NORO_QUOTE_DOUBLE | NORO_QUOTE_LOOSE,
	NORO_QUOTE_BRACES = NORO_QUOTE_DOUBLE | NORO_QUOTE_ESCAPE,
	NORO_QUOTE_SHELL = NORO_QUOTE_BRACES | NORO_QUOTE_SINGLE,
	NORO_QUOTE_PANOS = NORO_QUOTE_SHELL | NORO_QUOTE_LOOSE,
};
/* The next word of `rest`, quotes off (a copy in the arena only where escapes were undone). */
bool noro_tree_next_word(
	struct noro_tree_maker *m, struct noro_view *rest, unsigned quote, struct noro_view *ret);
/* The quoted text that `rest` begins with, if its quote closes. */
bool noro_tree_quoted(
	struct noro_tree_maker *m, struct noro_view *rest, unsigned quote, struct noro_view *ret);
/* True if a double quote that opens in the line (or was `open` before it) does not close in it. */
bool noro_tree_quote_open(struct noro_view line, bool open);
/* All words of a line into a statement, its ceiling kept. */
void noro_tree_split(
	struct noro_tree_maker *m, struct noro_stmt *s, struct noro_view line, unsigned quote);

/* Lines, with what a pager and a terminal did undone. */
struct noro_tree_lines {
	struct noro_tree_maker *m;
	size_t at;
	uint32_t line;
	bool has_cr, has_bs, has_esc, has_more;
	bool dirty; /* the line given last was rewritten */
};
struct noro_tree_line {
	struct noro_view text; /* without indentation, end of line and trailing blanks */
	struct noro_view raw;  /* with indentation */
	uint64_t offset;
	uint32_t line, column, indent;
	bool noise; /* a prompt, a banner of time or load, a header of the session */
};
void noro_tree_lines_init(struct noro_tree_lines *in, struct noro_tree_maker *m);
bool noro_tree_lines_next(struct noro_tree_lines *in, struct noro_tree_line *ret);
/* Let the line run on until the quote that opens in it closes; false if it does not within
 * NORO_TREE_MAX_QUOTED bytes, and the line stays. */
bool noro_tree_lines_join(struct noro_tree_lines *in, struct noro_tree_line *l);
struct noro_tree_at noro_tree_line_at(const struct noro_tree_line *l);

/* Do lines of a certificate follow (crypto pki certificate chain ...)? */
bool noro_tree_is_certificate(const struct noro_stmt *s);

/* Would a line be taken for a part of the session? Its host is told if it has a prompt. */
bool noro_tree_is_session(enum noro_dialect d, struct noro_view line, struct noro_view *ret_host);
/* Take the prompt off a line: its command (perhaps empty) and the host; false if there is none. */
struct noro_prompt {
	struct noro_view host, command;
	char mark; /* > # $ % ] */
};
bool noro_tree_prompt(struct noro_view line, struct noro_prompt *ret);

/* The adapters. They leave status in the maker. */
void noro_tree_read_lines(struct noro_tree_maker *m);
void noro_tree_read_braces(struct noro_tree_maker *m);
void noro_tree_read_set(struct noro_tree_maker *m);
/* What is in braces among commands, from its first line to the end of its last brace; false (and
 * nothing read) when that is none. `*ret_torn` is set when a brace was not closed. */
bool noro_tree_read_block(struct noro_tree_maker *m, struct noro_tree_lines *in,
	const struct noro_tree_line *first, bool *ret_torn);
/* One line of such paths; false (and nothing done) when it is none. */
bool noro_tree_read_path(struct noro_tree_maker *m, const struct noro_tree_line *l);
void noro_tree_read_blocks(struct noro_tree_maker *m);
void noro_tree_read_menus(struct noro_tree_maker *m);
void noro_tree_read_xml(struct noro_tree_maker *m);

/* A word as curly and set forms write it. */
void noro_tree_print_word(struct noro_buf *out, struct noro_view word);
void noro_tree_print_quoted(struct noro_buf *out, struct noro_view word);
