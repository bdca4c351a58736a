/*
 * src/exercise/world.c - who plays.
 *
 * Attackers get small last octets, so that ten times the octet plus something is
 * a neighbour whose text begins with the attacker's: a search without token
 * boundaries is caught by it. Every octet is used once over both attacker
 * networks, so that no look-alike can be an attacker by chance.
 */
#include "exercise/exercise_priv.h"

#include "base/hash.h"

#include <stdio.h>

struct rng noro_exercise_rng(const char *scenario, uint64_t seed, const char *purpose)
{
	struct rng r = { .s = seed };

	for (const char *p = scenario; *p; p++)
		r.s = (r.s ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
	for (const char *p = purpose; *p; p++)
		r.s = (r.s ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
	(void)rng_next(&r);
	return r;
}

static const char *const nets[] = { "192.0.2", "198.51.100" };

static void shuffle(struct rng *r, unsigned char *v, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = rng_below(r, (uint32_t)i);
		unsigned char t = v[i - 1];

		v[i - 1] = v[j];
		v[j] = t;
	}
}

static void addresses(struct rng *r, struct cast *c)
{
	unsigned char octet[15];
	unsigned net, o;

	for (size_t i = 0; i < sizeof(octet); i++)
		octet[i] = (unsigned char)(10 + i);
	shuffle(r, octet, sizeof(octet));
	for (size_t i = 0; i < ATTACKERS; i++)
		(void)snprintf(c->attacker[i], sizeof(c->attacker[i]), "%s.%u",
			nets[rng_below(r, 2)], octet[i]);
	for (size_t i = 0; i < STALE; i++)
		(void)snprintf(c->stale[i], sizeof(c->stale[i]), "%s.%u", nets[rng_below(r, 2)],
			octet[ATTACKERS + i]);
	net = strncmp(c->attacker[0], nets[0], strlen(nets[0])) != 0;
	o = octet[0];
	/* begins like the first attacker; its octet in the other network; with a digit before; with
	 * a fifth number behind */
	(void)snprintf(c->lookalike[0], sizeof(c->lookalike[0]), "%s.%u", nets[net],
		o * 10 + rng_below(r, 10));
	(void)snprintf(c->lookalike[1], sizeof(c->lookalike[1]), "%s.%u", nets[!net], o);
	(void)snprintf(c->lookalike[2], sizeof(c->lookalike[2]), "1%s", c->attacker[0]);
	(void)snprintf(c->lookalike[3], sizeof(c->lookalike[3]), "%s.%u", c->attacker[1],
		1 + rng_below(r, 9));
	(void)snprintf(c->scanner[0], sizeof(c->scanner[0]), "203.0.113.250");
	(void)snprintf(c->scanner[1], sizeof(c->scanner[1]), "203.0.113.53");
}

static void names(struct rng *r, struct cast *c)
{
	static const char *const first[] = { "sync", "metrics", "cdn", "status", "mirror", "pkg" };
	static const char *const second[] = { "edge", "relay", "cache", "node", "gate", "feed" };
	static const char *const zone[DOMAIN] = { "example.net", "example.org", "example.com" };

	for (size_t i = 0; i < DOMAIN; i++) {
		(void)snprintf(c->domain[i], sizeof(c->domain[i]), "%s-%s%u.%s",
			first[rng_below(r, 6)], second[rng_below(r, 6)], 10 + rng_below(r, 90),
			zone[i]);
		(void)snprintf(c->like_domain[i], sizeof(c->like_domain[i]), "my%s", c->domain[i]);
	}
	for (size_t i = 0; i < V6; i++)
		(void)snprintf(c->v6[i], sizeof(c->v6[i]), "2001:db8:%x:%x::%x",
			0x1000 + rng_below(r, 0xe000), 1 + rng_below(r, 0xfff),
			0x10 + rng_below(r, 0xff0));
}

enum noro_status noro_exercise_cast(const char *scenario, uint64_t seed, struct cast *ret)
{
	struct rng r = noro_exercise_rng(scenario, seed, "cast");

	addresses(&r, ret);
	names(&r, ret);
	for (size_t i = 0; i < DIGEST; i++) {
		char text[80], hex[NORO_HASH_TEXT];
		enum noro_status st;

		(void)snprintf(text, sizeof(text), NORO_EXERCISE_MARK " %016llx %zu",
			(unsigned long long)rng_next(&r), i);
		st = noro_hash_of(NORO_SHA256, noro_view_str(text), hex);
		if (st != NORO_OK)
			return st;
		memcpy(ret->digest[i], hex, sizeof(ret->digest[i]));
	}
	return NORO_OK;
}
