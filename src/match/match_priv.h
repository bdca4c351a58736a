/* src/match/match_priv.h - the engine's inside: one struct for the set, one for a worker. */
#pragma once

#include "match/lane.h"
#include "match/match.h"

#include "base/buf.h"

enum {
	MAX_SPELLINGS = 64, /* keys that differ in letters' case only */
	MAX_NETS = 160,     /* prefixes around one address: 129 lengths at most, ranges beside */
	MAX_LABELS = 128,
};

enum { MAX_WAITING = 64, ENOUGH_WAITING = 12 };

/* An IPv6 address whose filter word is on its way. */
struct waiting {
	uint8_t ip[16];
	uint64_t hash;
	size_t at, end;
};

/* An IPv4 address that the filter knows: the set is asked for some of them together. */
struct waiting4 {
	uint32_t ip;
	size_t at, end;
};

enum { MAX_ABSENT = 64 };

/* A last pair of labels, "co.uk", of which the set knows that it is none of its keys. */
struct absent {
	uint8_t n, name[23];
};

struct noro_strings; /* free strings and regular expressions */
struct noro_strings_state;

struct noro_match {
	const struct noro_set *set;
	const struct noro_set_view *view;
	const char *kernel;
	noro_lane_fn *lane;
	unsigned want;
	bool decode;
	bool has[NORO_IOC_KINDS];
	uint8_t quad_shape[QUAD_SHAPES];
	uint8_t quad_mix[QUAD_MIXES][16] __attribute__((aligned(16)));
	struct noro_strings *strings; /* NULL when there are none */
};

/* One text that is being searched: the caller's, or the decoded side buffer. */
struct noro_scanner {
	const struct noro_match *m;
	struct noro_lane *lane;
	void *lane_memory; /* what is freed */
	struct noro_strings_state *strings;
	const uint8_t *text;
	size_t len;
	uint8_t form; /* of hits in this text */
	struct noro_hit *hit;
	size_t hits, hit_cap;
	enum noro_status status;     /* first failure: no memory, or a broken block of the set */
	size_t hex_done, colon_done; /* runs before these were looked at */
	struct noro_decode *decode;
	struct waiting v6[MAX_WAITING];
	unsigned v6s;
	struct waiting4 v4[MAX_WAITING];
	unsigned v4s;
	struct absent absent[MAX_ABSENT]; /* by hash */
};

void noro_scan_hit(struct noro_scanner *s, size_t at, size_t len, uint32_t key,
	enum noro_ioc_kind k, bool sub);
void noro_scan_fail(struct noro_scanner *s, enum noro_status st);

/* Candidates that passed the filters; `end` is the byte behind the token. */
void noro_verify_v4(struct noro_scanner *s, size_t end, uint32_t ip);
void noro_verify_name(struct noro_scanner *s, size_t end);
void noro_verify_hex(struct noro_scanner *s, size_t at, size_t end);
void noro_verify_rare(struct noro_scanner *s, size_t at);  /* colons, hex runs */
void noro_verify_shape(struct noro_scanner *s, size_t at); /* MAC, JA4, ASN, coins */
/* A host at [at, end): is it the host of a URL that the set has? */
void noro_verify_url(struct noro_scanner *s, size_t at, size_t end);
void noro_verify_waiting(struct noro_scanner *s); /* IPv6 addresses that were put off */
void noro_verify_waiting4(struct noro_scanner *s);

/* Text kinds of one value: every spelling becomes a hit. */
void noro_verify_text(struct noro_scanner *s, enum noro_ioc_kind k, struct noro_view v, size_t at,
	size_t end, bool sub);

/* Where local parts before the '@' at `at - 1` may begin: plain ones, then any. */
void noro_email_starts(const struct noro_scanner *s, size_t at, size_t ret[2]);

/* wide.c: names written in letters outside ASCII */
void noro_wide_scan(struct noro_scanner *s);

/* strings.c */
enum noro_status noro_strings_new(const struct noro_set *set, const struct noro_match_opts *o,
	struct noro_strings **ret, struct noro_error *err) NORO_MUSTUSE;
void noro_strings_free(struct noro_strings *p);
enum noro_status noro_strings_state_new(
	const struct noro_strings *p, struct noro_strings_state **ret) NORO_MUSTUSE;
void noro_strings_state_free(struct noro_strings_state *t);
void noro_strings_scan(struct noro_scanner *s);
/* True for text kinds that are found by their letters, not by their shape. */
bool noro_by_letters(enum noro_ioc_kind k, struct noro_view v);

/* decode.c */
struct noro_decode;
enum noro_status noro_decode_new(struct noro_decode **ret) NORO_MUSTUSE;
void noro_decode_free(struct noro_decode *d);
void noro_decode_reset(struct noro_decode *d);
/* Note places of the step at `at` where an escaped form may be. */
void noro_decode_spots(struct noro_scanner *s, size_t at);
void noro_decode_run(struct noro_scanner *s);
void noro_scan_text(struct noro_scanner *s); /* all kinds over s->text */
