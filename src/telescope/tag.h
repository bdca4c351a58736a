/*
 * src/telescope/tag.h - address to country and AS from the user's tables: RIR delegated
 * statistics, prefix-to-AS lists, MaxMind DB files. Flattened into spans that do not overlap, found
 * by a short search; reloaded by an atomic swap, so that no packet waits. And lists of research
 * scanners, which are labels and never a drop list.
 */
#pragma once

#include "base/addr.h"
#include "base/arena.h"
#include "base/status.h"

struct noro_tag_files {
	const char *const *rir, *const *prefix_as, *const *mmdb; /* NULL or NULL-terminated */
};

struct noro_tag {
	char country[3]; /* "" not known */
	uint32_t asn;    /* 0 not known */
};

struct noro_tags;
enum noro_status noro_tags_open(const struct noro_tag_files *f, struct noro_tags **ret,
	struct noro_error *err) NORO_MUSTUSE;
/* Read the files again and swap. What was before stays until the next reload, so that a look-up
 * that runs meanwhile ends in peace; on failure the old tables go on. */
enum noro_status noro_tags_reload(struct noro_tags *t, struct noro_error *err) NORO_MUSTUSE;
void noro_tags_free(struct noro_tags *t);
/* Any thread, no lock. */
void noro_tags_v4(const struct noro_tags *t, uint32_t host_order, struct noro_tag *ret);
void noro_tags_v6(const struct noro_tags *t, const uint8_t b[16], struct noro_tag *ret);
/* "rir 2026-11-20, prefix-as 2026-11-21": the dates the tables themselves or their names give, or
 * the beginning of a digest; borrowed until reload. */
const char *noro_tags_dates(const struct noro_tags *t);
struct noro_research;
/* Lines "address-or-prefix [name]" or CSV "ip,name"; maltrail and darkvec shapes are read. */
enum noro_status noro_research_load(const char *const *path, struct noro_arena *a,
	const struct noro_research **ret, struct noro_error *err) NORO_MUSTUSE;
const char *noro_research_v4(const struct noro_research *r, uint32_t host_order); /* NULL: none */
const char *noro_research_v6(const struct noro_research *r, const uint8_t b[16]);
