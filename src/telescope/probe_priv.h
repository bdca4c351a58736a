/* src/telescope/probe_priv.h - rules of payloads as they are tested. */
#pragma once

#include "telescope/probe.h"

enum { PROBES_MAX = 96, MATCHES_MAX = 128 };
/* RFC 1035 4.1: a header, and a question for the root. */
enum { DNS_LEAST = 12 + 1 + 4 };

/* One way a rule can hold: all that is said in it. */
struct match {
	uint16_t rule;
	bool nocase;
	uint16_t port;                /* 0: any */
	uint16_t at;                  /* of `bytes` (or of `text`, if `within` is 0) */
	struct noro_view bytes, mask; /* mask.p NULL: all bits */
	struct noro_view text;
	uint16_t within; /* text stands somewhere in the first so many bytes; 0: at `at` */
	uint32_t lo, hi; /* length */
	bool dns, snmp;
	uint16_t dns_type, dns_class, dns_edns; /* 0: any */
	uint8_t pdu;                            /* SNMP: A0 ...; 3: version 3 */
};

struct noro_probes {
	struct noro_probe_rule rule[PROBES_MAX];
	const struct noro_json *vectors[PROBES_MAX], *others[PROBES_MAX];
	size_t rules;
	struct match match[MATCHES_MAX];
	size_t matches;
	/* Which matches a first byte, a length (255: or more) and the lower byte of a port leave
	 * possible. */
	uint64_t first[256][MATCHES_MAX / 64];
	uint64_t length[256][MATCHES_MAX / 64];
	uint64_t port[256][MATCHES_MAX / 64];
};
