/* src/device/route_priv.h - what the readers of routing tables share. */
#pragma once

#include "device/rib_priv.h"

/* What a letter of the legend stands for; filled from the text ("C - connected"). */
struct noro_route_code {
	char code[8];
	uint8_t n, proto, flags;
};

enum {
	NORO_ROUTE_MAX_CODES = 128,
	NORO_ROUTE_MAX_LINE = 64 << 10, /* more of one line is not looked at */
	NORO_ROUTE_TEXTS = 64,          /* texts seen lately, by hash */
	NORO_ROUTE_NO_AGE = UINT32_MAX,
	NORO_ROUTE_NO_PATH = UINT32_MAX,
};

/* One reading. Lines follow each other; `now` is the route that later lines belong to. */
struct noro_route_in {
	struct noro_rib *rib;
	struct noro_route_read *read;
	enum noro_dialect dialect;
	struct noro_route now;
	struct noro_route last; /* its code, and what that meant */
	bool have;              /* now.prefix is set */
	bool waits;             /* the route has not been added yet: its next hop comes below */
	bool legend;            /* lines of the legend are being read */
	bool marked;            /* the text marks selected routes: those without are not */
	bool wide;              /* the line of `now` was as long as a terminal is wide */
	bool skip;              /* a table of labels or of another address family */
	struct noro_prefix net; /* "10.0.0.0/24 is subnetted": the length of what follows */
	struct noro_route_code code[NORO_ROUTE_MAX_CODES];
	size_t codes;
	const char *text[NORO_ROUTE_TEXTS];
	uint8_t text_n[NORO_ROUTE_TEXTS];
	size_t first; /* number of the first route of the entry that is being read */
	size_t col_net, col_hop, col_metric,
		col_path;          /* of a BGP table; col_path 0: no heading yet */
	size_t col_number;         /* where paths begin behind a number: its column; 0: not so */
	bool best;                 /* of a BGP table: the way is marked so */
	struct noro_view document; /* of JSON, and up to where its lines were counted */
	size_t counted;
	uint32_t line;
	enum noro_status status;
};

/* Words of one line, from left to right. */
struct noro_route_words {
	const char *p, *end;
};

static inline struct noro_route_words noro_route_words(struct noro_view line)
{
	return (struct noro_route_words){ line.p, line.p + line.n };
}

/* The next run without blanks; n == 0 at the end. */
static inline struct noro_view noro_route_word(struct noro_route_words *w)
{
	const char *from;

	while (w->p < w->end && (*w->p == ' ' || *w->p == '\t'))
		w->p++;
	from = w->p;
	while (w->p < w->end && *w->p != ' ' && *w->p != '\t')
		w->p++;
	return (struct noro_view){ from, (size_t)(w->p - from) };
}

static inline struct noro_view noro_route_rest(const struct noro_route_words *w)
{
	return (struct noro_view){ w->p, (size_t)(w->end - w->p) };
}

/* An address, or a prefix with its length; a bare address sets `*ret_bare` (length 32 or 128). */
bool noro_route_ip(struct noro_view v, struct noro_ip *ret);
bool noro_route_prefix(struct noro_view v, struct noro_prefix *ret, bool *ret_bare);
/* The length of a netmask in dotted form; -1. */
int noro_route_mask(struct noro_view v);
void noro_route_clear_host(struct noro_prefix *p);
/* "1w2d", "3d04h", "01:02:03", "1d05h38m", "PT1H", "never": seconds. */
bool noro_route_age(struct noro_view v, uint32_t *ret);
bool noro_route_u32(struct noro_view v, uint32_t *ret);
/* The protocol of a name: "ospf-1", "bgp 65000", "Static", "direct", "eBGP", "O_ASE". */
enum noro_route_proto noro_route_proto_of(struct noro_view name);
/* "Null0", "discard", "blackhole" ... */
bool noro_route_is_discard(struct noro_view v);

/* Interned; NULL for an empty view. Sets in->status without memory. */
const char *noro_route_text(struct noro_route_in *in, struct noro_view v);
/* The table that the following routes belong to; "default", "global", "Public" are NULL. */
void noro_route_vrf(struct noro_route_in *in, struct noro_view name);
/* A new route begins: everything of the last one but its table is forgotten. */
void noro_route_begin(struct noro_route_in *in, const struct noro_prefix *p);
/* Add `now`; the prefix, code and metrics stay for the next path of it. */
void noro_route_emit(struct noro_route_in *in);
void noro_route_unknown(struct noro_route_in *in);
/* "10.0.0.1" or an interface as what stands behind `via`. */
void noro_route_via(struct noro_route_in *in, struct noro_view v);

/* Readers of one line each (without its end). */
void noro_routes_codes(struct noro_route_in *in, struct noro_view line);
bool noro_routes_legend(struct noro_route_in *in, struct noro_view line);
const struct noro_route_code *noro_routes_code_of(
	const struct noro_route_in *in, struct noro_view code);
void noro_routes_bgp(struct noro_route_in *in, struct noro_view line);
void noro_routes_panos_bgp(struct noro_route_in *in, struct noro_view line);
void noro_routes_sros_bgp(struct noro_route_in *in, struct noro_view line);
/* "65001 65002", "65001,65002", "65001 65002 i": the number of its path, none for one with sets. */
uint32_t noro_routes_bgp_path(struct noro_route_in *in, struct noro_view v);
void noro_routes_entry(struct noro_route_in *in, struct noro_view line);
void noro_routes_nxos(struct noro_route_in *in, struct noro_view line);
void noro_routes_junos(struct noro_route_in *in, struct noro_view line);
/* A table by its name; tables of labels and of other families are skipped. */
void noro_routes_junos_table(struct noro_route_in *in, struct noro_view name);
/* "65001 65002 I" becomes the path of the route. */
void noro_routes_junos_path(struct noro_route_in *in, struct noro_view v);
void noro_routes_linux(struct noro_route_in *in, struct noro_view line);
void noro_routes_bird(struct noro_route_in *in, struct noro_view line);
void noro_routes_panos(struct noro_route_in *in, struct noro_view line);
void noro_routes_vrp(struct noro_route_in *in, struct noro_view line);
void noro_routes_routeros(struct noro_route_in *in, struct noro_view line);
void noro_routes_sros(struct noro_route_in *in, struct noro_view line);
void noro_routes_simple(struct noro_route_in *in, struct noro_view line);

/* Whole documents; what is made of them lives in `a`. */
void noro_routes_json(struct noro_route_in *in, struct noro_view text, struct noro_arena *a);
void noro_routes_xml(struct noro_route_in *in, struct noro_view v, struct noro_arena *a);
size_t noro_route_json_end(struct noro_view t, size_t at);
/* A node of a document of Junos: one of the two. */
struct noro_json;
struct noro_route_doc {
	const struct noro_json *json;
	const struct noro_stmt *stmt;
};
void noro_route_junos_table(struct noro_route_in *in, struct noro_route_doc d);
void noro_route_junos_rt(struct noro_route_in *in, struct noro_route_doc rt);
