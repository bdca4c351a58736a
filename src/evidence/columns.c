/*
 * src/evidence/columns.c - logs that say at their top what their columns are:
 * Zeek TSV, W3C extended (IIS, Exchange, CloudFront), CSV with a header.
 */
#include "evidence/columns_priv.h"

/* "IP address", "Source-IP": titles for people are names with other marks between their words. */
static const struct noro_alias *alias_of_title(const struct noro_log *log, struct noro_view name)
{
	char joined[64];
	size_t n = 0;

	if (name.n > sizeof(joined))
		return NULL;
	for (size_t i = 0; i < name.n; i++)
		joined[n++] = name.p[i] == ' ' || name.p[i] == '-' ? '_' : name.p[i];
	return noro_ev_alias(&log->names, log->family, noro_view(joined, n));
}

enum noro_status noro_ev_column_add(struct noro_log *log, struct noro_view name)
{
	struct noro_column *c;

	if (!log->column) {
		log->column = noro_arena_array(log->arena, NORO_EV_COLUMNS, sizeof(*log->column));
		if (!log->column)
			return NORO_ENOMEM;
	}
	if (log->columns == NORO_EV_COLUMNS)
		return NORO_ELIMIT;
	c = &log->column[log->columns];
	c->name = noro_arena_view(log->arena, name);
	if (!c->name.p)
		return NORO_ENOMEM;
	c->alias = noro_ev_alias(&log->names, log->family, name);
	if (!c->alias)
		c->alias = alias_of_title(log, name);
	log->columns++;
	return NORO_OK;
}

enum noro_status noro_ev_columns_set(struct noro_log *log, struct noro_view names, char sep)
{
	struct noro_view name;
	enum noro_status st;

	log->columns = 0;
	while (noro_view_cut(&names, sep, &name)) {
		name = noro_view_trim(name);
		if (name.n == 0 && sep == ' ')
			continue;
		st = noro_ev_column_add(log, name);
		if (st == NORO_ELIMIT)
			return NORO_OK; /* what stands behind the ceiling has no name */
		if (st != NORO_OK)
			return st;
	}
	return NORO_OK;
}
