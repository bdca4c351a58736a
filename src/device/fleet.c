/*
 * src/device/fleet.c - what hardly any device of its kind has. Every configuration adds the shapes
 * of its statements to one table of counts: the words of its path, those with digits as one
 * word, secrets and descriptions left out. A statement of the management plane whose shape next to
 * nobody else has is an outlier. A device that has many of them is of another kind, and nothing is
 * said of it.
 *
 * The table is as large for ten devices as for ten thousand. Two shapes may share a count; then one
 * looks more common than it is, and an outlier is missed, never made.
 */
#include "device/audit_priv.h"

#include "base/mem.h"
#include "device/fact_priv.h"

enum {
	SLOTS = 1 << 20,
	LEAST_CONFIGS = 10, /* below that nobody is the odd one out */
	RARE_IN = 50,       /* one in so many is rare */
	MOST_OUTLIERS = 40, /* told of one device */
	ALWAYS_TOLD = 3,
	ODD_SHARE = 12,       /* more than one statement in so many: another kind of device */
	SURELY_COMMON = 1311, /* a count that is not rare among 65,000 */
};

static bool holds_digit(uint64_t x)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), low = x & ones * 0x7f;

	return ((low + ones * (0x80 - '0')) & ~(low + ones * (0x7f - '9')) & ~x & ones * 0x80) != 0;
}

static uint64_t stir(uint64_t h, uint64_t x)
{
	h = (h ^ x) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 32;
}

/* A word with a digit in it is like any other such word. */
static uint64_t mix(uint64_t h, struct noro_view w)
{
	const uint64_t any = stir(h, '#');

	for (size_t i = 0; i < w.n; i += 8) {
		uint64_t x = 0;

		if (w.n - i >= 8)
			memcpy(&x, w.p + i, 8);
		for (size_t k = i; w.n - i < 8 && k < w.n; k++)
			x = x << 8 | (unsigned char)w.p[k];
		if (holds_digit(x))
			return any;
		h = stir(h, noro_lower8(x));
	}
	return stir(h, w.n);
}

/* Of its own words; those of the levels above are in `above`. */
static uint64_t shape_of(const struct noro_stmt *s, uint64_t above)
{
	uint64_t h = above ^ (s->flags & (NORO_STMT_NEGATED | NORO_STMT_INACTIVE));

	for (uint32_t i = 0; i < s->words && i < 12; i++)
		h = mix(h, s->word[i]);
	return h;
}

/* What everybody writes as they please, or has to himself. */
static bool is_own(const struct noro_stmt *s)
{
	static const struct fact_word words[] = { FACT_W("description"), FACT_W("remark"),
		FACT_W("hostname"), FACT_W("host-name"), FACT_W("sysname"), FACT_W("banner"),
		FACT_W("location"), FACT_W("contact"), FACT_W("comment"), FACT_W("name"),
		FACT_W("alias"), FACT_W("certificate"), FACT_W("router-id"), FACT_W("version"),
		FACT_W("boot"), FACT_W("license"), FACT_W("serial"), FACT_W("annotate") };

	/* the lengths that occur with each first letter: most words are told by that */
	static const uint16_t lengths['z' - 'a' + 1] = { ['a' - 'a'] = 1 << 5 | 1 << 8,
		['b' - 'a'] = 1 << 6 | 1 << 4,
		['c' - 'a'] = 1 << 7 | 1 << 11,
		['d' - 'a'] = 1 << 11,
		['h' - 'a'] = 1 << 8 | 1 << 9,
		['l' - 'a'] = 1 << 8 | 1 << 7,
		['n' - 'a'] = 1 << 4,
		['r' - 'a'] = 1 << 6 | 1 << 9,
		['s' - 'a'] = 1 << 7 | 1 << 6,
		['v' - 'a'] = 1 << 7 };

	for (uint32_t i = 0; i < s->words && i < 3; i++) {
		struct noro_view w = s->word[i];
		char first = w.n && w.n < 16 ? noro_lower(w.p[0]) : '\0';

		if (first >= 'a' && first <= 'z' && lengths[first - 'a'] >> w.n & 1 &&
			FACT_LISTED(w, words))
			return true;
	}
	return s->words == 0 || (s->flags & NORO_STMT_TEXT);
}

/* Does one of its words name what guards or changes the device? What stands below does so too. */
static bool is_guard(const struct noro_stmt *s)
{
	static const struct fact_word words[] = { FACT_W("aaa"), FACT_W("tacacs"),
		FACT_W("tacacs-server"), FACT_W("radius"), FACT_W("radius-server"),
		FACT_W("username"), FACT_W("user"), FACT_W("users"), FACT_W("enable"),
		FACT_W("privilege"), FACT_W("snmp"), FACT_W("snmp-server"), FACT_W("snmp-agent"),
		FACT_W("logging"), FACT_W("syslog"), FACT_W("info-center"), FACT_W("line"),
		FACT_W("user-interface"), FACT_W("access-list"), FACT_W("access-class"),
		FACT_W("acl"), FACT_W("filter"), FACT_W("firewall"), FACT_W("crypto"),
		FACT_W("ike"), FACT_W("ipsec"), FACT_W("tunnel"), FACT_W("ntp"), FACT_W("ssh"),
		FACT_W("telnet"), FACT_W("stelnet"), FACT_W("http"), FACT_W("https"),
		FACT_W("web-management"), FACT_W("control-plane"), FACT_W("monitor"),
		FACT_W("mirror"), FACT_W("capture"), FACT_W("sniffer"), FACT_W("event"),
		FACT_W("event-options"), FACT_W("scheduler"), FACT_W("kron"), FACT_W("scripts"),
		FACT_W("guestshell"), FACT_W("iox"), FACT_W("app-hosting"), FACT_W("feature"),
		FACT_W("login"), FACT_W("authentication"), FACT_W("authorization"),
		FACT_W("accounting"), FACT_W("local-user"), FACT_W("admin"), FACT_W("management"),
		FACT_W("service"), FACT_W("services"), FACT_W("socks"), FACT_W("proxy"),
		FACT_W("mgt-config"), FACT_W("deviceconfig"), FACT_W("root-authentication"),
		FACT_W("bash-shell"), FACT_W("same-security-traffic"), FACT_W("system"),
		FACT_W("global") };

	/* the lengths that occur with each first letter, as above */
	static const uint32_t lengths['z' - 'a' + 1] = {
		['a' - 'a'] = UINT32_C(1) << 3 | UINT32_C(1) << 5 | UINT32_C(1) << 10 |
			      UINT32_C(1) << 11 | UINT32_C(1) << 12 | UINT32_C(1) << 13 |
			      UINT32_C(1) << 14,
		['b' - 'a'] = UINT32_C(1) << 10,
		['c' - 'a'] = UINT32_C(1) << 6 | UINT32_C(1) << 7 | UINT32_C(1) << 13,
		['d' - 'a'] = UINT32_C(1) << 12,
		['e' - 'a'] = UINT32_C(1) << 5 | UINT32_C(1) << 6 | UINT32_C(1) << 13,
		['f' - 'a'] = UINT32_C(1) << 6 | UINT32_C(1) << 7 | UINT32_C(1) << 8,
		['g' - 'a'] = UINT32_C(1) << 6 | UINT32_C(1) << 10,
		['h' - 'a'] = UINT32_C(1) << 4 | UINT32_C(1) << 5,
		['i' - 'a'] = UINT32_C(1) << 3 | UINT32_C(1) << 5 | UINT32_C(1) << 11,
		['k' - 'a'] = UINT32_C(1) << 4,
		['l' - 'a'] =
			UINT32_C(1) << 4 | UINT32_C(1) << 5 | UINT32_C(1) << 7 | UINT32_C(1) << 10,
		['m' - 'a'] = UINT32_C(1) << 6 | UINT32_C(1) << 7 | UINT32_C(1) << 10,
		['n' - 'a'] = UINT32_C(1) << 3,
		['p' - 'a'] = UINT32_C(1) << 5 | UINT32_C(1) << 9,
		['r' - 'a'] = UINT32_C(1) << 6 | UINT32_C(1) << 13 | UINT32_C(1) << 19,
		['s' - 'a'] = UINT32_C(1) << 3 | UINT32_C(1) << 4 | UINT32_C(1) << 5 |
			      UINT32_C(1) << 6 | UINT32_C(1) << 7 | UINT32_C(1) << 8 |
			      UINT32_C(1) << 9 | UINT32_C(1) << 10 | UINT32_C(1) << 11 |
			      UINT32_C(1) << 21,
		['t' - 'a'] = UINT32_C(1) << 6 | UINT32_C(1) << 13,
		['u' - 'a'] =
			UINT32_C(1) << 4 | UINT32_C(1) << 5 | UINT32_C(1) << 8 | UINT32_C(1) << 14,
		['w' - 'a'] = UINT32_C(1) << 14
	};

	for (uint32_t i = 0; i < s->words && i < 3; i++) {
		struct noro_view w = s->word[i];
		char first = w.n && w.n < 32 ? noro_lower(w.p[0]) : '\0';

		if (first >= 'a' && first <= 'z' && lengths[first - 'a'] >> w.n & 1 &&
			FACT_LISTED(w, words))
			return true;
	}
	return false;
}

/* Does the path touch what guards or changes the device? */
static bool is_guarded(const struct noro_stmt *s)
{
	for (; s && s->parent; s = s->parent)
		if (is_guard(s))
			return true;
	return false;
}

/* --- counting --- */

struct shapes {
	uint64_t *seen; /* of this configuration: each counts once */
	size_t mask;
	uint16_t *count;
	uint32_t *mark; /* what may turn out to be an outlier; NULL: nobody asks */
	uint32_t marks;
};

static bool first_time(struct shapes *x, uint64_t h)
{
	size_t at = (size_t)(h >> 20) & x->mask;

	h |= 1; /* 0 is an empty place */
	while (x->seen[at] && x->seen[at] != h)
		at = (at + 1) & x->mask;
	if (x->seen[at])
		return false;
	x->seen[at] = h;
	return true;
}

static void count_below(struct shapes *x, const struct noro_stmt *s, uint64_t above, bool guarded)
{
	for (const struct noro_stmt *c = s->child; c; c = c->next) {
		uint64_t h;
		uint16_t *n, before;
		bool guards;

		if (is_own(c))
			continue;
		h = shape_of(c, above);
		guards = guarded || is_guard(c);
		if (first_time(x, h)) {
			n = &x->count[h & (SLOTS - 1)];
			before = __atomic_load_n(n, __ATOMIC_RELAXED);
			if (before < UINT16_MAX - 64)
				__atomic_fetch_add(n, 1, __ATOMIC_RELAXED);
			if (guards && x->mark && before < SURELY_COMMON)
				x->mark[x->marks++] = (uint32_t)(h & (SLOTS - 1));
		}
		if (c->child)
			count_below(x, c, h, guards);
	}
}

static uint16_t *counts_of(struct fleet *f, enum noro_dialect d)
{
	uint16_t *none = NULL, *made = __atomic_load_n(&f->count[d], __ATOMIC_ACQUIRE);

	if (made)
		return made;
	made = noro_calloc(SLOTS, sizeof(*made));
	if (made && !__atomic_compare_exchange_n(
			    &f->count[d], &none, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
		free(made); /* another worker was first */
		made = none;
	}
	return made;
}

bool noro_fleet_count(
	struct fleet *f, const struct noro_tree *t, struct noro_arena *a, struct marks *marks)
{
	struct shapes x = { .mask = 1023 };

	while (x.mask < (size_t)t->statements * 2)
		x.mask = x.mask * 2 + 1;
	x.seen = noro_calloc(x.mask + 1, sizeof(*x.seen));
	x.count = x.seen ? counts_of(f, t->dialect) : NULL;
	if (marks)
		x.mark = noro_arena_array(a, (size_t)t->statements + 1, sizeof(*x.mark));
	if (x.count) { /* without memory nothing is an outlier */
		count_below(&x, &t->root, 0xcbf29ce484222325U, false);
		__atomic_fetch_add(&f->configs[t->dialect], 1, __ATOMIC_RELAXED);
	}
	if (marks)
		*marks = (struct marks){ x.mark, x.marks };
	free(x.seen);
	return x.count && (!marks || x.mark);
}

void noro_fleet_done(struct fleet *f)
{
	for (unsigned i = 0; i < NORO_DIALECTS; i++)
		free(f->count[i]);
	*f = (struct fleet){ 0 };
}

/* --- asking --- */

struct odd {
	const uint16_t *count;
	uint32_t own, configs; /* of this device; of all */
	const struct noro_stmt *s[MOST_OUTLIERS];
	size_t n, all;
};

/* Only this device's own texts have it, or next to nobody else. */
static bool is_rare(const struct odd *o, uint64_t h)
{
	uint32_t n = o->count[h & (SLOTS - 1)];

	return n && (n <= o->own || (n - o->own) * RARE_IN <= o->configs - o->own);
}

static void seek_below(struct odd *o, const struct noro_stmt *s, uint64_t above)
{
	for (const struct noro_stmt *c = s->child; c; c = c->next) {
		uint64_t h;

		if (is_own(c))
			continue;
		h = shape_of(c, above);
		if (!is_rare(o, h)) {
			seek_below(o, c, h);
			continue;
		}
		/* a whole block is one: what stands below came with it */
		o->all++;
		if (o->n < MOST_OUTLIERS && is_guarded(c))
			o->s[o->n++] = c;
	}
}

bool noro_fleet_may_be_odd(const struct fleet *f, enum noro_dialect d, const struct marks *m)
{
	struct odd o = { .count = f->count[d], .own = 1, .configs = f->configs[d] };

	if (o.configs < LEAST_CONFIGS)
		return false;
	if (o.configs / RARE_IN >= SURELY_COMMON - 1)
		return true; /* more may be rare than was marked */
	for (uint32_t i = 0; i < m->n; i++)
		if (is_rare(&o, m->slot[i]))
			return true;
	return false;
}

enum noro_status noro_exam_outliers(struct exam *x)
{
	struct fleet *f = &x->u->fleet;
	struct odd o = { 0 };
	enum noro_status st = NORO_OK;

	if (!x->config || !f->count[x->config->dialect])
		return NORO_OK;
	o.count = f->count[x->config->dialect];
	o.configs = f->configs[x->config->dialect];
	o.own = (uint32_t)x->snapshots + 1;
	if (o.configs < LEAST_CONFIGS + o.own - 1)
		return NORO_OK;
	seek_below(&o, &x->config->root, 0xcbf29ce484222325U);
	if (o.all > ALWAYS_TOLD && o.all * ODD_SHARE > x->config->statements)
		return NORO_OK;
	for (size_t i = 0; st == NORO_OK && i < o.n; i++)
		st = noro_exam_change(x, "outlier", "fleet", o.s[i], x->config_file);
	return st;
}
