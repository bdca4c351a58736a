/* src/telescope/tag_priv.h - what a table of countries and ASes is made of. */
#pragma once

#include "telescope/spans.h"
#include "telescope/tag.h"

struct noro_tag_table {
	struct noro_spans country[2], as[2]; /* IPv4, IPv6 */
	char dates[256];
};

/* "JP" as a number, 0 for what is no country code. */
uint32_t noro_tag_country(struct noro_view v);
/* "rir 2026-11-20" after what is there; `day` is yyyymmdd. */
void noro_tag_date(struct noro_tag_table *t, const char *what, struct noro_view day);
/* tag_mmdb.c: all networks of a MaxMind DB file. */
enum noro_status noro_tag_mmdb(
	struct noro_tag_table *t, const char *path, struct noro_error *err) NORO_MUSTUSE;
