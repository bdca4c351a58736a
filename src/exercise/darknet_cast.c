/*
 * src/exercise/darknet_cast.c - who comes on which day.
 *
 * Shares are near what published darknets see: half of it survey scanners and fast tools, a fifth
 * the Mirai family, a tenth the answers of victims. How many actors a kind has follows from its
 * share; the fraction left over is decided by a throw, so that small runs have rare kinds too.
 */
#include "exercise/darknet_priv.h"

const char *const noro_darknet_sensor[NORO_DARKNET_SENSORS] = { "tokyo", "osaka", "sapporo" };

const struct dark_sensor noro_dark_sensor[NORO_DARKNET_SENSORS] = {
	{ "tokyo", 0xc6120000, 16384, "198.18.0.0/18", { 0 }, 16384, false },
	{ "osaka", 0xc6134000, 2048, "198.19.64.0/21, \"2001:db8:a0::/48\"",
		{ 0x20, 0x01, 0x0d, 0xb8, 0x00, 0xa0 }, 2048, true },
	{ "sapporo", 0xcb007100, 256, "203.0.113.0/24", { 0 }, 128, false },
};

const char *const noro_dark_research[3] = { "Example Survey", "Example University",
	"Example Index" };

/* clang-format off */
const struct dark_kind noro_dark_kind[] = {
	{ "zmap-old", "zmap", MAKE_ZMAP_OLD, WHO_ANYBODY, WHEN_ALWAYS, 70, 300, 1500, { 22, 80, 443, 8080, 3389, 21, 25, 110 } },
	{ "zmap-new", "zmap", MAKE_ZMAP_NEW, WHO_ANYBODY, WHEN_ALWAYS, 90, 300, 1500, { 443, 80, 22, 8443, 8080, 2375, 6443 } },
	{ "masscan-old", "masscan", MAKE_MASSCAN_OLD, WHO_ANYBODY, WHEN_ALWAYS, 60, 400, 900, { 3389, 445, 6379, 5900, 1433 } },
	{ "masscan-new", "masscan", MAKE_MASSCAN_NEW, WHO_ANYBODY, WHEN_ALWAYS, 90, 400, 900, { 3389, 22, 80, 8088, 9200, 27017 } },
	{ "mirai", "mirai", MAKE_MIRAI, WHO_BOT, WHEN_GROWING, 170, 40, 14400, { 23 } },
	{ "nmap", "nmap", MAKE_NMAP, WHO_ANYBODY, WHEN_ALWAYS, 30, 80, 3600, { 22, 80, 139, 445, 161, 8000 } },
	{ "unicornscan", "unicornscan", MAKE_UNICORN, WHO_ANYBODY, WHEN_ALWAYS, 12, 80, 1800, { 80, 443, 22 } },
	{ "linux", NULL, MAKE_LINUX, WHO_ANYBODY, WHEN_ALWAYS, 60, 24, 7200, { 22, 23, 80, 5555, 7547, 37215 } },
	{ "windows", NULL, MAKE_WINDOWS, WHO_ANYBODY, WHEN_ALWAYS, 80, 40, 7200, { 445, 1433, 3389 } },
	{ "by-hand", NULL, MAKE_BY_HAND, WHO_ANYBODY, WHEN_ALWAYS, 30, 200, 3600, { 5555, 8728, 4444 } },
	{ "two-phase", "zmap", MAKE_ZMAP_NEW, WHO_PAIR, WHEN_ALWAYS, 12, 200, 1200, { 80, 443, 8080 } },
	{ "research", "zmap", MAKE_ZMAP_NEW, WHO_RESEARCH, WHEN_ALWAYS, 90, 160, 21600, { 443, 80, 22, 502, 102, 47808, 5060, 8291 } },
	{ "udp", NULL, MAKE_UDP, WHO_ANYBODY, WHEN_ALWAYS, 60, 150, 1800, { 53, 123, 1900, 161, 11211, 5060, 5683, 53413 } },
	{ "ping", NULL, MAKE_PING, WHO_ANYBODY, WHEN_ALWAYS, 30, 60, 3600, { 8 } },
	{ "odd-flags", NULL, MAKE_ODD, WHO_ANYBODY, WHEN_ALWAYS, 8, 20, 1800, { 80, 443 } },
	{ "rest", NULL, MAKE_REST, WHO_ANYBODY, WHEN_ALWAYS, 10, 10, 1800, { 6881, 443 } },
	{ "fragment", NULL, MAKE_FRAGMENT, WHO_ANYBODY, WHEN_ALWAYS, 5, 10, 1800, { 1 } },
	{ "gre", NULL, MAKE_GRE, WHO_ANYBODY, WHEN_ALWAYS, 3, 10, 1800, { 1 } },
	{ "broken", NULL, MAKE_BROKEN, WHO_ANYBODY, WHEN_ALWAYS, 4, 10, 1800, { 1 } },
	{ "mistake", NULL, MAKE_MISTAKE, WHO_ANYBODY, WHEN_ALWAYS, 10, 400, 43200, { 514 } },
	{ "bogon", NULL, MAKE_LINUX, WHO_BOGON, WHEN_ALWAYS, 8, 24, 3600, { 445, 80 } },
	{ "flood", NULL, MAKE_FLOOD, WHO_ANYBODY, WHEN_ALWAYS, 20, 3000, 300, { 80, 443 } },
	{ "syn-flood", NULL, MAKE_SYN_ACK, WHO_VICTIM, WHEN_ALWAYS, 40, 1200, 2400, { 80, 443, 22, 25565 } },
	{ "rst-flood", NULL, MAKE_RST, WHO_VICTIM, WHEN_ALWAYS, 10, 900, 1800, { 80, 443 } },
	{ "udp-flood", NULL, MAKE_UNREACHABLE, WHO_VICTIM, WHEN_ALWAYS, 10, 900, 1800, { 80, 9987 } },
	{ "dns-flood", NULL, MAKE_DNS, WHO_VICTIM, WHEN_ALWAYS, 8, 900, 1800, { 53 } },
	{ "quic-flood", NULL, MAKE_QUIC, WHO_VICTIM, WHEN_ALWAYS, 6, 900, 1800, { 443 } },
	{ "ping-flood", NULL, MAKE_PONG, WHO_VICTIM, WHEN_ALWAYS, 6, 900, 1800, { 8 } },
	{ "six", NULL, MAKE_SIX_SYN, WHO_ANYBODY, WHEN_ALWAYS, 8, 60, 3600, { 22, 80, 443 } },
	{ "six-flood", NULL, MAKE_SIX_ANSWER, WHO_VICTIM, WHEN_ALWAYS, 2, 200, 1800, { 443 } },
	{ "surge", NULL, MAKE_LINUX, WHO_ANYBODY, WHEN_SURGE, 60, 30, 10800, { 1 } },
	{ "quiet-surge", NULL, MAKE_BY_HAND, WHO_ANYBODY, WHEN_QUIET_SURGE, 1, 20, 3600, { 37777 } },
};
/* clang-format on */
const size_t noro_dark_kinds = sizeof(noro_dark_kind) / sizeof(noro_dark_kind[0]);

/* First octets of /8 that hosts of the internet do not have. */
static const uint8_t nowhere[] = { 25, 26, 28, 29, 30, 33 };
/* Bots a reader meets again on the next day. */
enum { BOTS_TO_CHOOSE = 3, SOURCES_EDGE = 2, MOST_ACTORS = 1 << 22 };

uint32_t noro_dark_research_net(unsigned i)
{
	return (uint32_t)33 << 24 | (uint32_t)255 << 16 | i << 8;
}

/* Populous networks first: /10 by /10, each with half the chance of two before it. */
static uint32_t anywhere(struct rng *r)
{
	uint32_t u = rng_below(r, 24), v = rng_below(r, 24), block = u < v ? u : v;
	uint32_t low = rng_below(r, 1U << 22) & ~UINT32_C(1) & ~UINT32_C(0x100);

	if (block == 23 && (low >> 16) == 0x3f) /* research has its own */
		low ^= UINT32_C(1) << 20;
	return ((uint32_t)nowhere[block / 4] << 24 | block % 4 << 22 | low) | SOURCES_EDGE;
}

static double mod_growing(const struct dark_plan *p, unsigned day)
{
	double x = p->opts->days > 1 ? (double)day / (p->opts->days - 1) : 0.5;

	return 0.5 + 1.1 * x * x * (3 - 2 * x); /* slow, fast, slow */
}

double noro_dark_today(const struct dark_plan *p, const struct dark_kind *k, unsigned day)
{
	static const double wave[] = { 1, 0.7, 0.45, 0.25, 0.12 };
	unsigned since = day - p->surge_day;

	switch (k->when) {
	case WHEN_GROWING:
		return mod_growing(p, day);
	case WHEN_SURGE:
		return day >= p->surge_day && since < 5 ? wave[since] : 0.02;
	case WHEN_QUIET_SURGE:
		return day == p->quiet_day;
	case WHEN_ALWAYS:
		break;
	}
	return 1;
}

void noro_dark_plan(const struct noro_darknet_opts *o, struct dark_plan *ret)
{
	static const uint16_t port[] = { 8443, 9530, 60023, 10443, 7001 };
	const int64_t june = INT64_C(1748736000) * NORO_NS_PER_S;
	struct rng r = noro_exercise_rng("darknet", o->seed, "plan");
	double parts = 0;

	*ret = (struct dark_plan){ .opts = o,
		.start_ns = o->start_ns ? o->start_ns : june,
		.surge_day = o->days * 3 / 5,
		.quiet_day = o->days * 4 / 5,
		.surge_port = port[rng_below(&r, 5)] };
	for (unsigned d = 0; d < o->days; d++)
		for (size_t k = 0; k < noro_dark_kinds; k++)
			parts += noro_dark_kind[k].share *
				 noro_dark_today(ret, &noro_dark_kind[k], d);
	ret->weight = parts > 0 ? (double)o->packets / parts : 0;
}

/* Hours are not alike, and actors least of all. */
static void when_and_how_much(
	const struct dark_plan *p, unsigned day, struct rng *r, struct dark_actor *a)
{
	static const uint8_t busy[24] = { 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6, 5, 5, 5,
		4, 4, 4, 4, 4 };
	static const uint8_t much[] = { 3, 4, 5, 7, 10, 12, 15, 24 }; /* tenths; mean 1 */
	const int64_t day_ns = 86400 * NORO_NS_PER_S, lasts = a->kind->lasts_s * NORO_NS_PER_S;
	unsigned hour;

	do
		hour = rng_below(r, 24);
	while (rng_below(r, 6) >= busy[hour]);
	a->from = (int64_t)hour * 3600 * NORO_NS_PER_S +
		  (int64_t)(rng_next(r) % (uint64_t)(3600 * NORO_NS_PER_S));
	a->from += p->start_ns + day * day_ns;
	a->to = a->from + lasts;
	a->packets = a->kind->packets * much[rng_below(r, 8)] / 10.0;
}

static void who(const struct dark_plan *p, struct rng *r, struct dark_actor *a, uint64_t i)
{
	switch (a->kind->who) {
	case WHO_BOT: { /* one of a few more than are there: most come again */
		double all = p->weight * a->kind->share * 1.6 / a->kind->packets;
		struct rng bot = noro_exercise_rng("darknet", p->opts->seed, "bot");

		bot.s += rng_below(r, (uint32_t)(all * BOTS_TO_CHOOSE) + 1) *
			 UINT64_C(0x9e3779b97f4a7c15);
		a->src = anywhere(&bot);
		break;
	}
	case WHO_RESEARCH:
		a->src = noro_dark_research_net((unsigned)(i % 3)) | (1 + rng_below(r, 14));
		break;
	case WHO_BOGON:
		a->src = 0x0a000000 | rng_below(r, 1U << 24);
		break;
	case WHO_VICTIM: /* RFC 5737: nobody's server */
		a->src = (rng_below(r, 2) ? 0xc6336400 : 0xc0000200) | (1 + rng_below(r, 253));
		break;
	case WHO_ANYBODY:
	case WHO_PAIR:
		a->src = anywhere(r);
		break;
	}
}

static void actor(const struct dark_plan *p, const struct dark_kind *k, unsigned day, uint64_t i,
	struct rng *r, struct dark_actor *a)
{
	unsigned ports = 0;

	*a = (struct dark_actor){ .kind = k, .key = rng_next(r) };
	while (ports < sizeof(k->port) / sizeof(k->port[0]) && k->port[ports])
		ports++;
	/* the first ports are the favourites */
	a->port[0] = k->port[rng_below(r, 1 + rng_below(r, ports))];
	if (k->when == WHEN_SURGE)
		a->port[0] = p->surge_port;
	if (k->make == MAKE_MIRAI)
		a->port[1] = 2323;
	a->hops = (uint8_t)(6 + rng_below(r, 18));
	who(p, r, a, i);
	when_and_how_much(p, day, r, a);
}

static const struct dark_kind second_phase = { "second-phase", NULL, MAKE_LINUX, WHO_ANYBODY,
	WHEN_ALWAYS, 0, 30, 600, { 0 } };

/* The neighbour who comes to what answered, while the first goes on. */
static void follow(const struct dark_actor *first, struct dark_actor *a)
{
	*a = *first;
	a->kind = &second_phase;
	a->key ^= UINT64_C(0x5bd1e995);
	a->src ^= 4;
	a->from = first->from + 120 * NORO_NS_PER_S;
	a->to = a->from + second_phase.lasts_s * NORO_NS_PER_S;
	a->packets = second_phase.packets;
}

static uint64_t how_many(
	const struct dark_plan *p, const struct dark_kind *k, unsigned day, struct rng *r)
{
	double n = p->weight * k->share * noro_dark_today(p, k, day) / k->packets;
	uint64_t whole = (uint64_t)n;

	if (k->when == WHEN_QUIET_SURGE) /* told apart by its sources, not by its packets */
		return n > 0 ? 6 : 0;
	return whole + (rng_below(r, 1U << 24) < (n - (double)whole) * (1U << 24));
}

struct cast_list {
	struct noro_arena *a;
	struct dark_actor *at;
	size_t n, cap;
	int64_t end; /* of the day */
};

static bool keep(struct cast_list *l, const struct dark_actor *a)
{
	struct dark_actor *grown = noro_arena_grow(l->a, l->at, l->n, &l->cap, sizeof(*grown));

	if (!grown)
		return false;
	l->at = grown;
	grown[l->n++] = *a;
	return true;
}

/* Who goes on past midnight is there after the midnight before, too: days are even at their ends,
 * and each can be made by itself. */
static bool add(struct cast_list *l, const struct dark_actor *whole)
{
	const int64_t day_ns = 86400 * NORO_NS_PER_S, lasts = whole->to - whole->from;
	struct dark_actor part = *whole;

	if (whole->to <= l->end)
		return keep(l, whole);
	part.from = l->end - day_ns;
	part.to = whole->to - day_ns;
	if (whole->from >= l->end)
		part.from = whole->from - day_ns;
	part.packets = whole->packets * (double)(part.to - part.from) / (double)lasts;
	if (!keep(l, &part))
		return false;
	if (whole->from >= l->end)
		return true;
	part = *whole;
	part.to = l->end;
	part.packets = whole->packets * (double)(part.to - part.from) / (double)lasts;
	return keep(l, &part);
}

enum noro_status noro_dark_actors(const struct dark_plan *p, unsigned day, struct noro_arena *a,
	struct dark_actor **ret, size_t *ret_n)
{
	struct rng r = noro_exercise_rng("darknet", p->opts->seed, "day");
	struct cast_list l = { .a = a,
		.end = p->start_ns + ((int64_t)day + 1) * 86400 * NORO_NS_PER_S };

	r.s ^= (day + 1) * UINT64_C(0xd1342543de82ef95);
	for (size_t k = 0; k < noro_dark_kinds; k++) {
		const struct dark_kind *kind = &noro_dark_kind[k];
		uint64_t some = how_many(p, kind, day, &r);

		for (uint64_t i = 0; i < some && l.n < MOST_ACTORS; i++) {
			struct dark_actor first, second;

			actor(p, kind, day, i, &r, &first);
			if (!add(&l, &first))
				return NORO_ENOMEM;
			if (kind->who != WHO_PAIR)
				continue;
			follow(&first, &second);
			if (!add(&l, &second))
				return NORO_ENOMEM;
		}
	}
	*ret = l.at;
	*ret_n = l.n;
	return NORO_OK;
}
