/* src/intel/export.h - a set in the languages of other tools, each with its own writer. */
#pragma once

#include "base/buf.h"
#include "intel/set.h"

struct noro_export_opts {
	bool hunt;      /* block lists: indicators to hunt for as well, not only those to block */
	int64_t now_ns; /* stands as creation time where a format asks for one */
	const char *source; /* who exports: a name in headers; NULL: "noroshi" */
};

struct noro_export {
	const char *name, *title; /* "stix", N_("STIX 2.1 bundle") */
	/* A block list holds role block only (and hunt if asked): never what an allow-list knows,
	 * never a net wider than /16 (IPv4) or /32 (IPv6). */
	bool block_list;
	enum noro_status (*write)(
		const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out);
};

/* All formats, in the order to show them. */
const struct noro_export *noro_exports(size_t *ret_n);
const struct noro_export *noro_export_find(const char *name); /* NULL if there is none */
