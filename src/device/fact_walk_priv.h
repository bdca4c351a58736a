/* src/device/fact_walk_priv.h - one walk of a tree beside its map (fact.c), and the columns that it
 * fills (fact_columns.c). */
#pragma once

#include "device/fact_priv.h"

enum {
	FACT_WALK_CAPS = 256, /* on the stack at once */
	FACT_ROW_SECRETS = 8, /* of one row */
};

/* One walk of one tree. */
struct fact_walk {
	struct noro_facts_maker *m;
	const struct noro_tree *tree;
	const struct fact_map *map;
	const struct noro_fact_file *file;
	enum noro_fact_source source;
	bool masks;
	struct fact_cap cap[FACT_WALK_CAPS];
	size_t caps;
	/* The row whose `with` is being walked. */
	const struct fact_def *def;
	bool drop; /* something below says that it is no row */
	struct noro_view *col;
	const struct noro_view *preset;
	struct fact_cap secret[FACT_ROW_SECRETS];
	size_t secrets;
	uint8_t seen[FACT_MAX_FLAGS / 8];
	/* The context of the last statement: rows of one place share it. */
	const struct noro_stmt *parent;
	struct noro_view context;
};

static inline const struct noro_table *fact_table_of(
	const struct fact_walk *w, const struct fact_def *def)
{
	return &w->m->d->table[def->table].t;
}

/* What a pattern took goes into the column of its name, or is kept as a secret of the row. */
enum noro_status fact_put_cap(struct fact_walk *w, const struct fact_cap *c) NORO_MUSTUSE;
/* Texts made of captures, into their columns; `only_absent`: where nothing stands yet. */
enum noro_status fact_apply_sets(
	struct fact_walk *w, const struct fact_set *set, unsigned n, bool only_absent) NORO_MUSTUSE;
/* Values of statements below are added to what is there. */
enum noro_status fact_add_sets(
	struct fact_walk *w, const struct fact_set *set, unsigned n) NORO_MUSTUSE;
/* Defaults that refer to captures, while those are there; used when all rows are known. */
enum noro_status fact_note_presets(struct fact_walk *w, const struct fact_def *def) NORO_MUSTUSE;
/* Columns whose value is the class of another's. */
void fact_apply_classes(struct fact_walk *w);
