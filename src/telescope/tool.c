/*
 * src/telescope/tool.c - fingerprints of scanning tools.
 *
 * A rule is a list of comparisons of header fields with numbers, and at most one
 * equation (the xor of fields equals a field). Tables by the values of a few fields say
 * which rules can hold at all: for most packets none or one, which is then tested in full.
 */
#include "telescope/tool_priv.h"

#include <stdio.h>
#include <string.h>

#define PLACE(member)                                                                              \
	{                                                                                          \
		offsetof(struct noro_packet, member), sizeof(((struct noro_packet *)0)->member)    \
	}
static const struct {
	uint8_t at, size;
} place_of[FIELDS] = {
	[F_IP_N] = PLACE(ip_n),
	[F_TTL] = PLACE(ttl),
	[F_DF] = PLACE(df),
	[F_IP_ID] = PLACE(ip_id),
	[F_FLAGS] = PLACE(tcp_flags),
	[F_HEADER] = PLACE(tcp_header),
	[F_WINDOW] = PLACE(window),
	[F_SPORT] = PLACE(sport),
	[F_DPORT] = PLACE(dport),
	[F_SEQ] = PLACE(seq),
	[F_ACK] = PLACE(ack),
	[F_SRC] = PLACE(src4),
	[F_DST] = PLACE(dst4),
	[F_OPTIONS_N] = PLACE(options_n),
	[F_PAYLOAD_N] = PLACE(payload_wire_n),
};
#undef PLACE
_Static_assert(offsetof(struct noro_packet, ip) + 4 < 256, "every field has a place");

static struct place place(unsigned field)
{
	unsigned bits = place_of[field].size * 8U;

	return (struct place){ .at = place_of[field].at,
		.shift = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? (uint8_t)(32 - bits) : 0,
		.mask = (uint32_t)((UINT64_C(1) << bits) - 1) };
}

static inline uint32_t value(const struct noro_packet *p, struct place at)
{
	uint32_t v;

	memcpy(&v, (const char *)p + at.at, sizeof(v));
	return v >> at.shift & at.mask;
}

static inline bool test_holds(const struct test *t, const struct noro_packet *p)
{
	uint32_t v = value(p, t->place);

	return v >= t->lo && v <= t->hi;
}

static inline bool equation_holds(const struct rule *r, const struct noro_packet *p)
{
	uint32_t x = 0;

	for (unsigned i = 0; i < r->xors; i++)
		x ^= value(p, r->xor_at[i]);
	return (x & r->mask) == value(p, r->equals_at);
}

/* Of a rule that the tables by value leave possible. */
static bool rule_holds(const struct rule *r, const struct noro_packet *p)
{
	for (unsigned i = 0; i < r->lefts; i++)
		if (!test_holds(&r->test[r->left[i]], p))
			return false;
	if (r->xors && !equation_holds(r, p))
		return false;
	for (unsigned i = 0; i < r->option_sets; i++)
		if (p->options_n == r->option[i].n &&
			(!p->options_n || memcmp(p->options, r->option[i].p, p->options_n) == 0))
			return true;
	return !r->option_sets;
}

/* Of all values from lo to hi of a field, may one satisfy the rule? */
static bool rule_may(const struct rule *r, uint8_t field, uint32_t lo, uint32_t hi)
{
	for (unsigned i = 0; i < r->tests; i++)
		if (r->test[i].field == field && (hi < r->test[i].lo || lo > r->test[i].hi))
			return false;
	if (field != F_OPTIONS_N || !r->option_sets)
		return true;
	for (unsigned i = 0; i < r->option_sets; i++)
		if (r->option[i].n >= lo && r->option[i].n <= hi)
			return true;
	return false;
}

/* Nmap: the sequence number is a fixed number, in which a counter is laid over both halves alike
 * (nmap/nmap scan_engine_raw.cc); a number used twice says something only for two targets. */
static bool nmap_pair(const struct noro_packet *p, const struct noro_tool_seen *b)
{
	uint32_t d = p->seq ^ b->seq;

	return d >> 16 == (d & 0xffff) && d >> 16 <= 0xff && (d || p->dst4 != b->dst4);
}

/* Unicornscan: seq ^ src ^ ports is constant for a source, which drops out of the difference; which
 * way round bytes and ports stood depends on the sender's machine. */
static bool unicorn_pair(const struct noro_packet *p, const struct noro_tool_seen *b)
{
	uint32_t ports = ((uint32_t)p->sport << 16 | p->dport) ^ b->ports, d = p->seq ^ b->seq;

	if (!ports)
		return false;
	return d == ports || __builtin_bswap32(d) == ports || d == (ports << 16 | ports >> 16) ||
	       __builtin_bswap32(d) == (ports << 16 | ports >> 16);
}

/* --- which rules can hold at all --- */

/* Where fields stand; and those that are left to test, whose tables do not tell each value apart.
 */
static void keep_left(struct rule *r)
{
	r->lefts = 0;
	for (unsigned i = 0; i < r->xors; i++)
		r->xor_at[i] = place(r->xor_of[i]);
	r->equals_at = place(r->equals);
	for (unsigned i = 0; i < r->tests; i++) {
		r->test[i].place = place(r->test[i].field);
		switch (r->test[i].field) {
		case F_FLAGS:
		case F_TTL:
		case F_DF:
		case F_HEADER:
		case F_OPTIONS_N:
			break;
		default:
			r->left[r->lefts++] = (unsigned char)i;
		}
	}
}

void noro_tools_index(struct noro_tools *t)
{
	static const struct {
		uint8_t field, shift;
	} by[MAYS] = { { F_FLAGS, 0 }, { F_WINDOW, 8 }, { F_IP_ID, 8 }, { F_TTL, 0 }, { F_DF, 0 },
		{ F_HEADER, 0 }, { F_OPTIONS_N, 0 } };

	for (size_t i = 0; i < t->rules; i++)
		keep_left(&t->rule[i]);
	t->pair_rules = 0;
	for (size_t i = 0; i < t->rules; i++)
		t->pair_rules |= t->rule[i].pair ? 1U << i : 0;
	for (unsigned m = 0; m < MAYS; m++) {
		struct may *may = &t->may[m];

		may->field = by[m].field;
		may->shift = by[m].shift;
		for (uint32_t v = 0; v < 256; v++) {
			uint32_t lo = v << may->shift, hi = lo + (1U << may->shift) - 1, bits = 0;

			for (size_t i = 0; i < t->rules; i++)
				bits |= rule_may(&t->rule[i], may->field, lo, hi) ? 1U << i : 0;
			may->by[v] = (uint16_t)bits;
		}
	}
}

/* In the order of noro_tools_index. */
static uint32_t candidates(const struct noro_tools *t, const struct noro_packet *p)
{
	const struct may *m = t->may;

	return (uint32_t)m[0].by[p->tcp_flags] & m[1].by[p->window >> 8] & m[2].by[p->ip_id >> 8] &
	       m[3].by[p->ttl] & m[4].by[p->df] & m[5].by[p->tcp_header] & m[6].by[p->options_n];
}

static bool testable(const struct noro_packet *p)
{
	return p->family == 4 && p->proto == 6 && p->flaw == NORO_FLAW_NONE &&
	       p->frag != NORO_FRAG_LATER;
}

static bool pair_holds(
	enum pair kind, const struct noro_packet *p, const struct noro_tool_seen *before)
{
	return kind == PAIR_NMAP ? nmap_pair(p, before) : unicorn_pair(p, before);
}

static uint32_t judge(const struct noro_tools *t, const struct noro_packet *p, uint32_t rules,
	const struct noro_tool_seen *before)
{
	uint32_t bits = 0;

	for (; rules; rules &= rules - 1) {
		unsigned i = (unsigned)__builtin_ctz(rules);
		const struct rule *r = &t->rule[i];

		if (r->pair && (!before || !pair_holds(r->pair, p, before)))
			continue;
		bits |= rule_holds(r, p) ? 1U << i : 0;
	}
	return bits;
}

uint32_t noro_tools_test(const struct noro_tools *t, const struct noro_packet *p)
{
	return testable(p) ? judge(t, p, candidates(t, p) & ~t->pair_rules, NULL) : 0;
}

uint32_t noro_tools_test_pair(const struct noro_tools *t, const struct noro_packet *p,
	const struct noro_tool_seen *before)
{
	return testable(p) ? judge(t, p, candidates(t, p) & t->pair_rules, before) : 0;
}

uint32_t noro_tools_test_both(const struct noro_tools *t, const struct noro_packet *p,
	const struct noro_tool_seen *before)
{
	return testable(p) ? judge(t, p, candidates(t, p) & ~(before ? 0 : t->pair_rules), before)
			   : 0;
}
void noro_tools_keep(const struct noro_packet *p, struct noro_tool_seen *ret)
{
	*ret = (struct noro_tool_seen){ p->seq, p->dst4, (uint32_t)p->sport << 16 | p->dport };
}

size_t noro_tools_n(const struct noro_tools *t)
{
	return t->rules;
}

const struct noro_tool_rule *noro_tools_rule(const struct noro_tools *t, size_t i)
{
	return &t->rule[i].shown;
}

size_t noro_tools_label(const struct noro_tools *t, const uint64_t *hits, uint64_t packets)
{
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < t->rules; i++) {
		const struct noro_tool_rule *r = &t->rule[i].shown;
		/* a pair needs two packets, so of k packets k - 1 can hit */
		uint64_t of = r->pairwise && packets > 1 ? packets - 1 : packets;
		bool most = hits[i] >= 2 && hits[i] * 2 >= of;
		bool all = hits[i] >= 1 && hits[i] >= of && (r->strong || r->pairwise) && of > 0;

		if (!most && !(all && (r->strong || packets > 2)))
			continue;
		if (best == SIZE_MAX || hits[i] > hits[best])
			best = i;
	}
	return best;
}

/* --- clusters: what a stack looks like, for tools that have no name yet --- */

static unsigned ttl_start(uint8_t ttl)
{
	return ttl <= 32 ? 32 : ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
}

static size_t put(char *out, size_t at, const char *text, unsigned n, bool number)
{
	int wrote;

	if (at >= NORO_CLUSTER_TEXT)
		return at;
	wrote = number ? snprintf(out + at, NORO_CLUSTER_TEXT - at, "%s%u", text, n)
		       : snprintf(out + at, NORO_CLUSTER_TEXT - at, "%s", text);
	return at + (wrote > 0 ? (size_t)wrote : 0);
}

static size_t put_option(char *out, size_t at, const uint8_t *o, unsigned kind, unsigned len)
{
	switch (kind) {
	case 1:
		return put(out, at, "nop", 0, false);
	case 2:
		return put(out, at, "mss", len == 4 ? (unsigned)o[2] << 8 | o[3] : 0, len == 4);
	case 3:
		return put(out, at, "ws", len == 3 ? o[2] : 0, len == 3);
	case 4:
		return put(out, at, "sack", 0, false);
	case 8:
		return put(out, at, "ts", 0, false);
	default:
		return put(out, at, "o", kind, true);
	}
}

size_t noro_cluster_text(const struct noro_packet *p, char out[NORO_CLUSTER_TEXT])
{
	size_t at = put(out, 0, "", p->window, true);
	unsigned i = 0, end = p->options_n;

	at = put(out, at, ":", 0, false);
	if (!end)
		at = put(out, at, "none", 0, false);
	while (i < end) {
		unsigned kind = p->options[i], len = 1;

		if (kind == 0) {
			at = put(out, at, i ? "-end" : "end", 0, false);
			break;
		}
		if (kind != 1) {
			len = i + 1 < end ? p->options[i + 1] : 0;
			if (len < 2 || len > end - i) {
				at = put(out, at, "-bad", 0, false);
				break;
			}
		}
		if (i)
			at = put(out, at, "-", 0, false);
		at = put_option(out, at, p->options + i, kind, len);
		i += len;
	}
	at = put(out, at, ":", ttl_start(p->ttl), true);
	if (p->family == 4)
		at = put(out, at, p->df ? ":df1" : ":df0", 0, false);
	return at < NORO_CLUSTER_TEXT ? at : NORO_CLUSTER_TEXT - 1;
}

uint64_t noro_cluster_hash(const struct noro_packet *p)
{
	uint64_t h =
		((uint64_t)p->window << 32 | ttl_start(p->ttl) << 8 | p->df) ^ 0x9e3779b97f4a7c15U;

	for (unsigned i = 0; i < p->options_n;) {
		unsigned kind = p->options[i];
		unsigned len = kind < 2 ? 1 : i + 1 < p->options_n ? p->options[i + 1] : 1;

		h = (h ^ kind) * 0x100000001b3U;
		if (kind == 0)
			break;
		if (len < 2 && kind > 1)
			break;
		for (unsigned k = 2; (kind == 2 || kind == 3) && k < len && i + k < p->options_n;
			k++)
			h = (h ^ p->options[i + k]) * 0x100000001b3U;
		i += len;
	}
	return h ^ h >> 29;
}
