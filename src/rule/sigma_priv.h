/* src/rule/sigma_priv.h - between the parts of the Sigma loader. */
#pragma once

#include "rule/rule_priv.h"

enum { NORO_SIGMA_SELECTIONS = 256, NORO_SIGMA_DEPTH = 24 };

struct noro_selection {
	struct noro_view name;
	struct noro_cond cond;
};

/* One rule being read. What cannot be decided is told once, in `why`. */
struct noro_sigma {
	const struct noro_rule_doc *doc;
	struct noro_selection *selection;
	size_t selections;
	const char *why; /* message id: the rule is left out */
	const char *why_arg;
	/* aggregation behind a '|' */
	bool counts;
	uint32_t count_of; /* field + 1 */
	uint32_t by[NORO_RULE_BY], bys;
	uint32_t at_least;
};

/* Name why the rule cannot be decided (the first reason stays); returns NORO_EUNSUPPORTED. */
enum noro_status noro_sigma_undecided(struct noro_sigma *s, const char *why, struct noro_view arg);

/* A selection: fields with modifiers, lists of those, or words. */
enum noro_status noro_sigma_selection(
	struct noro_sigma *s, const struct noro_json *v, struct noro_cond *ret) NORO_MUSTUSE;
/* The condition line over the selections. */
enum noro_status noro_sigma_condition(
	struct noro_sigma *s, struct noro_view text, struct noro_cond *ret) NORO_MUSTUSE;

/* Sigma's name for a field as fields of records; at most 8. */
enum noro_status noro_sigma_fields(struct noro_rules *r, struct noro_view name, uint32_t field[8],
	uint32_t *ret_n) NORO_MUSTUSE;
/* The classes of evidence that a log source means. */
const char *noro_sigma_class(
	struct noro_view category, struct noro_view product, struct noro_view service);
/* Shapes of records that a log source can be, as globs; NULL: any. */
const char *const *noro_sigma_shapes(struct noro_view category, struct noro_view product,
	struct noro_view service, size_t *ret_n);
