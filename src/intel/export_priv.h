/* src/intel/export_priv.h - walking a set, and the writers. */
#pragma once

#include "intel/export.h"

/* One value with one of its metas. */
struct noro_export_row {
	enum noro_ioc_kind kind;
	struct noro_view value;
	const struct noro_ioc_meta *meta;
	uint32_t pattern;
	bool first; /* of the records of this value */
};

typedef void noro_export_row_fn(void *ctx, const struct noro_export_row *row);

/* Every record of every key, in the order of the set. */
enum noro_status noro_export_each(
	const struct noro_set *s, noro_export_row_fn *fn, void *ctx) NORO_MUSTUSE;
/* Each key once that may stand in a block list. */
enum noro_status noro_export_blocked(const struct noro_set *s, const struct noro_export_opts *o,
	noro_export_row_fn *fn, void *ctx) NORO_MUSTUSE;

/* Text cut at control characters: they become blanks. */
void noro_export_plain_text(struct noro_view v, struct noro_buf *out);
const char *noro_export_source(const struct noro_export_opts *o);

typedef enum noro_status noro_export_fn(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out);
noro_export_fn noro_export_stix, noro_export_misp, noro_export_csv, noro_export_list;
noro_export_fn noro_export_zeek, noro_export_suricata_domains, noro_export_suricata_hashes,
	noro_export_suricata_addresses, noro_export_suricata_rules, noro_export_nftables,
	noro_export_ipset, noro_export_rpz, noro_export_hosts, noro_export_dnsmasq,
	noro_export_squid;
noro_export_fn noro_export_sigma, noro_export_splunk, noro_export_eql, noro_export_elastic_kql,
	noro_export_kql, noro_export_sql;
