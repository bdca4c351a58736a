/* src/patch/feed_priv.h - what readers of facts share. */
#pragma once

#include "patch/patch_priv.h"

struct noro_feeding {
	struct noro_patch *p;
	const char *path;
	struct noro_view text;
	struct noro_arena *a; /* of one record */
	struct noro_feed *feed;
	struct noro_error *err;
};
typedef enum noro_status noro_feed_record_fn(struct noro_feeding *f, const struct noro_json *v);

enum noro_status noro_feed_cve(struct noro_feeding *f, const struct noro_json *v) NORO_MUSTUSE;
enum noro_status noro_feed_nvd(struct noro_feeding *f, const struct noro_json *v) NORO_MUSTUSE;
enum noro_status noro_feed_csaf(struct noro_feeding *f, const struct noro_json *v) NORO_MUSTUSE;
enum noro_status noro_feed_kev(struct noro_feeding *f, const struct noro_json *v) NORO_MUSTUSE;
/* EPSS and KEV as tables. */
enum noro_status noro_feed_table(struct noro_feeding *f) NORO_MUSTUSE;

/* Keep a statement of this file if the inventory has such a product; its texts are copied. */
enum noro_status noro_feed_product(struct noro_feeding *f, const struct noro_vuln_product *q,
	struct noro_view vendor, struct noro_view product, struct noro_view id,
	bool *ret_used) NORO_MUSTUSE;
void noro_feed_date(struct noro_feeding *f, struct noro_view text);
void noro_feed_title(struct noro_feeding *f, struct noro_vuln *v, struct noro_view text);
double noro_feed_number(const struct noro_json *v, const char *name); /* < 0: none */
