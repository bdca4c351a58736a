/* src/base/addr.h - IP addresses, prefixes and ranges: parse, print, compare. */
#pragma once

#include "base/status.h"
#include "base/view.h"

/* An address in network order; IPv4 stands in b[0..3], the rest is zero. family is 4 or 6 (0:
 * none). */
struct noro_ip {
	uint8_t b[16];
	uint8_t family;
};

struct noro_prefix {
	struct noro_ip ip; /* host bits cleared */
	uint8_t len;       /* 0-32 or 0-128 */
};

struct noro_range {
	struct noro_ip lo, hi; /* inclusive, one family, lo <= hi */
};

enum { NORO_IP_TEXT = 46 }; /* room for any address and a NUL */

/*
 * Strict and whole: the view is the address and nothing else. IPv4 is four
 * decimal octets (a leading zero is refused: it may be octal, RFC 6943 3.1.1);
 * IPv6 per RFC 4291 2.2 with `::` and a dotted tail, no zone. `::ffff:1.2.3.4`
 * stays IPv6 here; noro_ip_unmap makes it IPv4.
 */
bool noro_ip_parse(struct noro_view text, struct noro_ip *ret);
/* Accepts what logs carry: [v6], v6%zone, and IPv4-mapped as IPv4. */
bool noro_ip_parse_loose(struct noro_view text, struct noro_ip *ret);
struct noro_ip noro_ip_unmap(struct noro_ip ip);
/* RFC 5952 text; returns its length. */
size_t noro_ip_print(const struct noro_ip *ip, char out[NORO_IP_TEXT]);
int noro_ip_cmp(const struct noro_ip *a, const struct noro_ip *b); /* family first, then value */
uint32_t noro_ip_v4(const struct noro_ip *ip);                     /* host order */
struct noro_ip noro_ip_from_v4(uint32_t host_order);

/* "a/len", or a bare address as a full-length prefix; set host bits are cleared and reported. */
bool noro_prefix_parse(struct noro_view text, struct noro_prefix *ret, bool *ret_host_bits);
bool noro_prefix_has(const struct noro_prefix *p, const struct noro_ip *ip);
struct noro_range noro_prefix_range(const struct noro_prefix *p);
/* "a-b", "a/len", or one address. */
bool noro_range_parse(struct noro_view text, struct noro_range *ret);
bool noro_range_has(const struct noro_range *r, const struct noro_ip *ip);
/*
 * The fewest prefixes that cover the range exactly, in order; at most 254 for
 * IPv6 and 62 for IPv4. Returns how many were written to `out` (room for 256).
 */
size_t noro_range_prefixes(const struct noro_range *r, struct noro_prefix *out);

/* What kind of address it is, from the IANA special-purpose registries (RFC 6890 and its updates).
 */
enum noro_ip_class {
	NORO_IP_GLOBAL,
	NORO_IP_UNSPECIFIED,
	NORO_IP_LOOPBACK,
	NORO_IP_PRIVATE,       /* RFC 1918, RFC 4193 */
	NORO_IP_SHARED,        /* RFC 6598 */
	NORO_IP_LINK_LOCAL,    /* RFC 3927, RFC 4291 */
	NORO_IP_DOCUMENTATION, /* RFC 5737, RFC 3849, RFC 9637 */
	NORO_IP_BENCHMARK,     /* RFC 2544 */
	NORO_IP_MULTICAST,
	NORO_IP_BROADCAST,
	NORO_IP_RESERVED,
};
enum noro_ip_class noro_ip_classify(const struct noro_ip *ip);
const char *noro_ip_class_name(enum noro_ip_class c);
