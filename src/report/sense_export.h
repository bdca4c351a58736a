/*
 * src/report/sense_export.h - measures of a history in the words of others: JSON Lines (docs/
 * measures.md), CSV, STIX 2.1 observed data, DShield submissions.
 */
#pragma once

#include "finding/measure.h"

enum noro_export { NORO_EXPORT_JSON, NORO_EXPORT_CSV, NORO_EXPORT_DSHIELD, NORO_EXPORT_STIX };
/* -1: none. */
int noro_export_parse(const char *name);

struct noro_export_opts {
	enum noro_export how;
	const char *author; /* DShield: the user id, digits; NULL: 0, nobody in particular */
	int64_t now_ns;
	/* Where the text goes, piece by piece. */
	enum noro_status (*write)(void *ctx, struct noro_view text);
	void *ctx;
};

struct noro_exporter;
enum noro_status noro_export_begin(const struct noro_export_opts *o, struct noro_exporter **ret,
	struct noro_error *err) NORO_MUSTUSE;
/* Give rows in order of time; kinds that the format cannot say are passed over. */
const struct noro_measures *noro_export_measures(struct noro_exporter *e);
enum noro_status noro_export_end(struct noro_exporter *e, struct noro_error *err) NORO_MUSTUSE;
/* Rows that the format has no words for; after the end too. */
uint64_t noro_export_unsaid(const struct noro_exporter *e);
void noro_export_free(struct noro_exporter *e);
