/* src/device/strange_priv.h - statements that nobody knows: which words a dialect has at each
 * place, and what of a configuration fits none (docs/decisions/0014-unknown-statements.md). */
#pragma once

#include "device/audit.h"
#include "device/fact_priv.h"

struct words_edge {
	struct noro_view word;
	uint32_t hash;         /* 0: an empty place */
	struct words_node *to; /* NULL: any words may follow, and anything may stand below */
};
/* A place where a word may stand: behind other words of a statement, or at its head. */
struct words_node {
	struct words_edge *edge;  /* a table with room; NULL: any word may stand here */
	uint32_t mask, edges;     /* mask + 1 places */
	struct words_node *any;   /* behind a word of choice: a name, an interface */
	struct words_node *below; /* heads of the statements below; NULL: any */
};

/* A file of knowledge/device/statements: rows for one or more dialects, added to what is known. */
enum noro_status noro_strange_parse(struct noro_facts_def *d, struct noro_view text,
	const char *file, struct noro_error *err) NORO_MUSTUSE;
/*
 * Count what of the tree fits no row, and keep the first of them, secrets masked. Adds to `ret`;
 * `line` is where the tree's first line stands in its file. Nothing for a dialect without rows.
 */
void noro_strange_ask(const struct noro_facts_def *d, const struct noro_tree *t, uint32_t line,
	struct noro_audit_taken *ret);
/* A statement nobody knows may hold a secret anywhere: what could be one is hidden. */
void noro_strange_mask(struct noro_view text, struct noro_buf *out);
