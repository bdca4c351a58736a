/* src/device/map_priv.h - a map while it is read: the reader (map.c) and the trie (trie.c). */
#pragma once

#include "base/json.h"
#include "device/fact_priv.h"

struct reader {
	struct noro_facts_def *d;
	struct fact_map *map;
	struct noro_view text;
	const char *file;
	struct noro_error *err;
	struct draft *roots; /* NULL: the map has none */
};

/* A fact while it is read. */
struct draft {
	struct fact_def *f;
	const struct noro_table *t;       /* NULL for `roots` */
	uint16_t seen[FACT_MAX_CAPS * 2]; /* names that its patterns take */
	size_t n;
	size_t paths; /* inserted so far */
};

/* One level of a path. */
struct level {
	struct fact_pattern pattern;
	bool optional, deep;
};

/* A path of a fact on its way into the trie. */
struct insertion {
	struct reader *r;
	struct draft *d;
	const struct noro_json *at; /* for messages */
	const struct level *level;
	size_t levels;
	struct fact_end end;
};

static inline enum noro_status map_bad(
	struct reader *r, const struct noro_json *at, const char *msg, struct noro_view arg)
{
	return fact_bad(r->err, r->text, at->at, r->file, msg, arg);
}

static inline enum noro_status map_no_memory(struct reader *r)
{
	return noro_fail(r->err, NORO_ENOMEM, NULL);
}

/* NULL without memory. */
struct fact_node *map_node(struct reader *r);
/* From level `i` of the path on, below `node`. */
enum noro_status map_insert(struct insertion *x, struct fact_node *node, size_t i) NORO_MUSTUSE;
/* When all paths are in: what a node asks of a statement, by its first words. */
enum noro_status map_index(struct reader *r, struct fact_node *node) NORO_MUSTUSE;
