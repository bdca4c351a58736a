/* src/intel/indicator.h - an indicator and where it comes from. Knows no evidence. */
#pragma once

#include "base/addr.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"

#include <stdbool.h>

enum noro_ioc_kind {
	NORO_IOC_IPV4,
	NORO_IOC_IPV6,
	NORO_IOC_NET,    /* prefix or range of either family: "192.0.2.0/24", "a-b" */
	NORO_IOC_DOMAIN, /* and everything below it */
	NORO_IOC_URL,
	NORO_IOC_EMAIL,
	NORO_IOC_MD5,
	NORO_IOC_SHA1,
	NORO_IOC_SHA256,
	NORO_IOC_SHA512,
	NORO_IOC_JA3, /* and JA3S */
	NORO_IOC_JA4,
	NORO_IOC_HASSH,
	NORO_IOC_ASN,
	NORO_IOC_MAC,
	NORO_IOC_BTC, /* base58check or bech32(m), checksum verified */
	NORO_IOC_ETH,
	NORO_IOC_TRON,
	NORO_IOC_FILE_NAME,
	NORO_IOC_FILE_PATH,
	NORO_IOC_USER_AGENT,
	NORO_IOC_USER_NAME,
	NORO_IOC_REGISTRY,
	NORO_IOC_MUTEX,
	NORO_IOC_SERVICE,
	NORO_IOC_STRING, /* free text, case-sensitive, no boundaries */
	NORO_IOC_REGEX,  /* PCRE syntax */
	NORO_IOC_KINDS,
};
const char *noro_ioc_kind_name(enum noro_ioc_kind k); /* "ipv4", "sha256", "file-name" ... */
int noro_ioc_kind_by_name(struct noro_view name);     /* accepts common synonyms; -1 if none */

enum noro_ioc_role { NORO_ROLE_HUNT, NORO_ROLE_BLOCK, NORO_ROLE_CONTEXT };
const char *noro_ioc_role_name(enum noro_ioc_role r);

/* What many indicators of one source share. Interned by the set; strings live with the set. */
struct noro_ioc_meta {
	const char *source;   /* file name or builtin id */
	const char *advisory; /* "AA25-239A", NULL */
	const char *section;  /* of a document: "Indicators of compromise", NULL */
	const char *note;     /* description, malware, campaign; NULL */
	const char *actors, *attack, *cve, *labels; /* comma-separated, NULL */
	int64_t from_ns, until_ns;                  /* activity window; NORO_TIME_NONE: open */
	int64_t typed_ns;   /* STIX valid_from and its like: only when it was typed in */
	int64_t expires_ns; /* STIX valid_until, MISP decay */
	enum noro_ioc_role role;
	uint8_t confidence;  /* 0-100 as the source says, 50 if it does not */
	uint8_t tlp;         /* enum noro_tlp of finding.h as a number */
	uint8_t severity;    /* enum noro_severity as a number; medium (2) if unsaid */
	const char *allowed; /* why an allow-list lowers it; NULL if none does */
};

/*
 * Bring a value to the form in which it is compared and stored: addresses per
 * RFC 5952, domains lower-case A-labels without root dot, hashes lower-case hex,
 * URLs with scheme and host lower-case, default port and user name dropped (no
 * scheme: http), MAC aa:bb:.., ETH lower-case 0x.., ranges "a-b" (one prefix: as
 * a prefix). Refanging has been done before. NORO_EFORMAT if it is not of that
 * kind (a TLD that does not exist, a wrong checksum ...). Appends to `out`.
 */
enum noro_status noro_ioc_normal(
	enum noro_ioc_kind kind, struct noro_view value, struct noro_buf *out) NORO_MUSTUSE;
/* The kind a bare value looks like: -1 for none. Never a string, regex, name or path kind but for
 * clear file names. */
int noro_ioc_guess(struct noro_view value);
