/*
 * src/finding/measure.h - what a sensor has to say: counts, scans, victims, first
 * payloads and the account of its own time. The only things that cross from the
 * telescope to the store, the wire and the report (docs/decisions/0009).
 */
#pragma once

#include "base/addr.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/jsonw.h"
#include "finding/finding.h"

/* Widths of bins, seconds. */
enum { NORO_MINUTE_S = 60, NORO_TEN_S = 600, NORO_HOUR_S = 3600, NORO_DAY_S = 86400 };

/* By what a count is cut. The key of a cell is a text: "" for TOTAL. */
enum noro_cut {
	NORO_CUT_TOTAL,
	NORO_CUT_CLASS,   /* "scan", "backscatter", ...: noro_klass_name */
	NORO_CUT_PORT,    /* "tcp/23", "udp/53", "icmp/8" (type): asked for, not answered from */
	NORO_CUT_TOOL,    /* "zmap", "masscan", ...: id in knowledge/fingerprints */
	NORO_CUT_PROBE,   /* id in knowledge/probes: the signature that matched */
	NORO_CUT_AS,      /* "AS64500", "" not known */
	NORO_CUT_COUNTRY, /* "JP", "" not known */
	NORO_CUT_PAYLOAD, /* id of a rule in knowledge/payloads */
	NORO_CUTS,
};

/*
 * One count: sensor x bin x cut. Sums add over sensors and bins; `sources` do not, so
 * each width is counted by itself.
 */
struct noro_cell {
	const char *sensor;
	int64_t start_ns; /* of the bin, a multiple of its width */
	uint32_t width_s;
	enum noro_cut cut;
	const char *key;
	uint64_t packets, bytes; /* bytes: lengths of the IP packets */
	uint64_t sources;        /* distinct addresses (IPv6: /64) */
	uint64_t nets;           /* distinct /24 (IPv6: /48) of sources */
	uint64_t wide;           /* distinct /16 of sources while nets are few enough to tell (an
				    IPv6 /48 counts as one); 0: not told */
	uint64_t fresh; /* sources not seen on this port for 28 days, where the store knows; else 0
			 */
	double sources_error; /* standard error as a share; 0: exact */
};

/* What we know of the reality of a source (reference: DSCOPE, Spoki; docs/decisions/0009). */
enum noro_proof {
	NORO_PROOF_NONE, /* nothing speaks for or against */
	NORO_PROOF_REAL, /* completed a handshake, or reset our answer: it exists and can hear us */
	NORO_PROOF_BOGON, /* an address that cannot be a source (RFC 6890, IPv6 alike, not routed)
			   */
	NORO_PROOF_FLOOD, /* sources spread evenly over all addresses: made up */
};

enum { NORO_SCAN_SAMPLES = 3, NORO_TALLIES = 16 };

/* A packet kept as a sample: the IP packet's first bytes, at most 96. */
struct noro_sample {
	int64_t time_ns;
	uint16_t n;
	uint8_t byte[96];
};

/* How many of an event's packets passed the test of a tool. */
struct noro_tally {
	const char *tool; /* id in knowledge/fingerprints */
	uint64_t hits;
};

/* A scanner event: one source, one port, until it falls silent for the gap. */
struct noro_scan {
	const char *sensor;
	struct noro_ip src;
	const char *port;  /* as the key of NORO_CUT_PORT */
	const char *klass; /* noro_klass_name */
	int64_t first_ns, last_ns;
	uint64_t packets, bytes, dsts, nets; /* distinct destinations and their /24 */
	double dsts_error;                   /* 0: exact */
	double rate_pps; /* of the whole address space, (k-1) * 2^32 / (n * time); 0: not told */
	uint32_t gap_s;  /* that ended it */
	const char *tool, *tool_version; /* label, NULL none; version as in the rule: ">=4.1" */
	struct noro_tally tally[NORO_TALLIES];
	size_t tallies;
	const char *probe; /* UDP or SYN payload signature, NULL */
	const char
		*cluster; /* window, options, ttl class as one string: new tools show as clusters */
	uint8_t ttl_min, ttl_max, flags; /* union of TCP flags */
	enum noro_proof proof;
	const char *proof_why;    /* N_() */
	const char *two_phase;    /* NULL, or how the second phase was seen: "handshake",
				     "ordinary-stack" */
	const char *owner;        /* a research scanner by published list, NULL */
	const char *country, *as; /* tags, NULL */
	const char *tables;       /* dates of the tables the tags came from */
	struct noro_sample sample[NORO_SCAN_SAMPLES];
	size_t samples;
};

/* Somebody under attack, seen by what comes back from the addresses an attacker made up. */
struct noro_victim {
	const char *sensor;
	struct noro_prefix victim; /* v4 /32, v6 /64 */
	const char *proto;         /* "tcp", "udp", "icmp": of the attack */
	struct noro_list ports;    /* services, busiest first, at most 8: "80" */
	int64_t first_ns, last_ns;
	uint64_t packets, bytes;
	uint64_t probes; /* distinct (victim, port, our address, our port, number) : retransmissions
			    removed */
	uint64_t dsts, nets;
	double dsts_error;
	uint64_t peak_min;   /* most distinct probes in a minute */
	double rate_pps;     /* of the victim: probes/s * 2^32 / n */
	double uniform_p;    /* chi-square of our addresses: small means not evenly spread */
	uint64_t mismatches; /* quoted packets whose source was not the address that got them */
	const char *how;     /* "syn-ack", "rst", "icmp-unreachable", "dns", "quic", ... busiest */
	const char *country, *as, *tables;
	double floor_pps; /* the floor it had to pass, of the victim */
};

/* A first payload: what somebody says when answered, or sends unasked. */
struct noro_payload {
	const char *sensor;
	int64_t time_ns;
	struct noro_ip src, dst;
	const char *port;
	const uint8_t *byte; /* at most 4,096 */
	size_t n;
	char sha256[65];
	uint64_t simhash;       /* of the normalised text: near payloads are near numbers */
	struct noro_list rules; /* ids of knowledge/payloads that match */
	struct noro_list cve;
	struct noro_list urls; /* and hosts that it names */
	const char *ja4;       /* of a TLS client; NULL: it is none, or not whole */
	bool answered;         /* after our handshake: the source is real */
};

/* The account of a sensor's own time: what it could not see is never taken for quiet. */
struct noro_watch {
	const char *sensor;
	int64_t start_ns;            /* of the minute */
	uint32_t width_s;            /* NORO_MINUTE_S, or wider after roll-up */
	uint32_t alive_s;            /* seconds of it that the sensor was listening */
	uint64_t addresses;          /* IPv4 it listens to */
	uint64_t packets, own;       /* seen; and those to addresses of ours */
	uint64_t dropped;            /* by kernel or card */
	uint64_t malformed, foreign; /* not understood; to addresses that are not ours */
	int64_t clock_back_ns;       /* largest step back, 0 none */
};

const char *noro_cut_name(enum noro_cut c); /* "total", "class", ... */
int noro_cut_parse(struct noro_view v);     /* -1: none */
const char *noro_proof_name(enum noro_proof p);
int noro_proof_parse(struct noro_view v);

/*
 * Where measures go: a store, a spool, a list in memory. Rows are borrowed for the call. A NULL
 * function drops its kind. The first failure ends the run with that status.
 */
struct noro_measures {
	enum noro_status (*cell)(void *ctx, const struct noro_cell *m);
	enum noro_status (*scan)(void *ctx, const struct noro_scan *m);
	enum noro_status (*victim)(void *ctx, const struct noro_victim *m);
	enum noro_status (*payload)(void *ctx, const struct noro_payload *m);
	enum noro_status (*watch)(void *ctx, const struct noro_watch *m);
	void *ctx;
};

/*
 * One JSON object each, with "measure": "cell" | "scan" | "victim" | "payload" | "watch" as its
 * first member; what is spooled, exported and shown with --json (docs/measures.md). Keys are
 * stable.
 */
enum noro_status noro_cell_json(struct noro_jsonw *w, const struct noro_cell *m) NORO_MUSTUSE;
enum noro_status noro_scan_json(struct noro_jsonw *w, const struct noro_scan *m) NORO_MUSTUSE;
enum noro_status noro_victim_json(struct noro_jsonw *w, const struct noro_victim *m) NORO_MUSTUSE;
enum noro_status noro_payload_json(struct noro_jsonw *w, const struct noro_payload *m) NORO_MUSTUSE;
enum noro_status noro_watch_json(struct noro_jsonw *w, const struct noro_watch *m) NORO_MUSTUSE;
/* Read one such object and give it to `to`; strings live in `a` until the call returns. */
enum noro_status noro_measure_read(const struct noro_json *object, struct noro_arena *a,
	const struct noro_measures *to, struct noro_error *err) NORO_MUSTUSE;
