/* src/observe/campaign_priv.h - what the reading of events and the joining of sources share. */
#pragma once

#include "observe/observe.h"

enum {
	CAMPAIGN_EVENTS = 1 << 20, /* held at once: 88 bytes each */
	CAMPAIGN_WORDS = 1 << 18,  /* different texts */
	CAMPAIGN_HOSTS = 1 << 20,  /* pairs of source and host */
};

/* Texts as numbers: equal is equal. 0 is none. */
struct campaign_words {
	struct noro_arena *a;
	uint32_t *slot;
	const char **text; /* by number */
	size_t n, cap;
	bool full;
};
enum noro_status campaign_word(
	struct campaign_words *w, const char *text, uint32_t *ret) NORO_MUSTUSE;

enum campaign_habit { HABIT_UNKNOWN, HABIT_ONE, HABIT_MANY }; /* source ports */

/* What an event tells about its source. */
struct campaign_mark {
	struct noro_ip ip; /* IPv6: its /64 */
	uint8_t habit, family;
	uint32_t port, tool, cluster, probe, owner, country, sensor;
	uint32_t payload; /* of all samples alike; 0: none, or not alike */
	uint32_t secret;  /* with which it makes sequence numbers; 0: cannot be told */
	int64_t first_ns, last_ns;
	uint64_t packets;
};

struct campaign_named {
	struct noro_ip ip;
	uint32_t host;
};

struct campaign_read {
	struct campaign_words words;
	struct campaign_mark *mark; /* by address, port, time */
	size_t marks, mark_cap;
	struct campaign_named *named;
	size_t nameds, named_cap;
	bool cut;
};
enum noro_status campaign_read(struct noro_history *h, const struct noro_ask *ask,
	struct campaign_read *r, struct noro_error *err) NORO_MUSTUSE;
void campaign_read_done(struct campaign_read *r);

enum campaign_reason {
	BY_OWNER,
	BY_HOST,
	BY_SEQUENCE,
	BY_FAMILY,
	BY_BURST,
	BY_HOURS,
	BY_ALIKE,
	BY_REASONS
};
struct campaign_actor {
	struct noro_ip ip;
	uint8_t habit, family;
	bool mixed;
	size_t mark, marks;
	uint32_t tool, cluster, probe, owner, payload;
	uint32_t port[NORO_CAMPAIGN_PORTS], ports; /* busiest, then sorted */
	uint64_t key, packets;
	int64_t first_ns, last_ns;
	uint32_t root;  /* of the tree that it hangs in */
	uint32_t group; /* from 1; 0 none */
};

/* Who shares what, and of how much. */
struct campaign_pair {
	uint64_t what;
	uint32_t actor;
};

struct campaign_tie {
	uint32_t actor; /* one of those that it holds for */
	uint32_t reason, sources;
	uint64_t what;
	double measure;
};

struct campaign_joining {
	struct noro_arena *a, *own; /* own: until the answer is made */
	const struct noro_campaign_ask *ask;
	struct campaign_read r;
	struct campaign_actor *actor;
	size_t actors;
	struct campaign_pair *pair;
	size_t pairs, pair_cap;
	struct campaign_tie *tie;
	size_t ties, tie_cap;
	int64_t from_ns, to_ns;
	struct noro_campaigns *ret;
};

uint64_t campaign_mix(const void *p, size_t n);
uint32_t campaign_root(struct campaign_joining *j, uint32_t i);
/* Every tree with its ties as a campaign, into the caller's arena. */
enum noro_status campaign_tell(struct campaign_joining *j) NORO_MUSTUSE;
