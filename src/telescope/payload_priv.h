/* src/telescope/payload_priv.h - a payload in parts: undone, and what it names. */
#pragma once

#include "telescope/payload.h"

/* --- payload_plain.c --- */

/* An HTTP request as it came; absent parts have p == NULL. */
struct payload_request {
	struct noro_view method, path, query, version, headers, body;
};
/* False when it is none. The last part may be cut short. */
bool payload_request(struct noro_view bytes, struct payload_request *ret);
/* The value of a header, letter case aside; '_' stands for '-' too. */
bool payload_header(struct noro_view headers, struct noro_view name, struct noro_view *ret);

/* The text of a payload with its parts; views into `text`. */
struct payload_plain {
	struct noro_buf text, scratch, piece, twice;
	bool request;
	struct payload_request part; /* of `text` */
	size_t own; /* bytes of it that the payload itself said; behind it what base64 hid */
};
enum noro_status payload_plain(struct payload_plain *p, struct noro_view bytes) NORO_MUSTUSE;
void payload_plain_done(struct payload_plain *p);
/* The path in lower case, as it is compared: last, because base64 may stand in it. */
void payload_lower_path(struct payload_plain *p);

/* Near texts get numbers that differ in few bits; digits and the Host header do not count. */
uint64_t payload_simhash(struct noro_view text, bool request);

/* --- payload_name.c --- */

/* URLs and their hosts, addresses that commands fetch from, wallets. */
struct payload_names {
	struct noro_arena *a;
	const char *item[NORO_PAYLOAD_URLS];
	size_t n;
	struct noro_view host; /* what the request was sent to: no news */
};
enum noro_status payload_names(struct payload_names *names, struct noro_view text) NORO_MUSTUSE;
