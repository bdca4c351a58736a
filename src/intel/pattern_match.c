/*
 * src/intel/pattern_match.c - the expression over observations.
 *
 * Every node yields spans: from the earliest to the latest record of one way of
 * making it true. Only spans that hold no other span of the same node are kept,
 * because whatever a longer one satisfies (WITHIN, START and STOP, being before
 * or after) the shorter one inside it does too. Such lists have ascending starts
 * and ascending ends, so that each operator is one walk over two lists.
 * Different records are asked for where two operands are single records; longer
 * spans may share one, which no written pattern here has needed.
 */
#include "intel/pattern.h"

#include "base/mem.h"

struct span {
	int64_t lo, hi;
	uint64_t first, last; /* records */
};

struct spans {
	struct span *s;
	size_t n, cap;
};

struct run {
	const struct noro_pattern_event *event; /* by observation */
	size_t n;
	bool guesses;  /* undecided events count as well */
	bool timeless; /* every record is at one moment: what is left when times lack */
	enum noro_status status;
};

static void spans_done(struct spans *l)
{
	free(l->s);
	*l = (struct spans){ 0 };
}

static void add(struct run *r, struct spans *l, struct span s)
{
	struct span *more;

	if (r->status != NORO_OK)
		return;
	more = noro_grow(l->s, l->n, &l->cap, sizeof(*more));
	if (!more) {
		r->status = NORO_ENOMEM;
		return;
	}
	l->s = more;
	more[l->n++] = s;
}

static int by_span(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->lo != y->lo)
		return x->lo < y->lo ? -1 : 1;
	if (x->hi != y->hi)
		return x->hi < y->hi ? -1 : 1;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return x->last < y->last ? -1 : x->last > y->last;
}

static bool one_record(const struct span *s)
{
	return s->lo == s->hi && s->first == s->last;
}

/* Drop spans around others, and repeats; records of one moment all stay, since REPEATS counts them.
 */
static void minimal(struct spans *l)
{
	size_t out = l->n;
	int64_t least = INT64_MAX;

	if (l->n == 0)
		return;
	qsort(l->s, l->n, sizeof(*l->s), by_span);
	/* from the right: a span that starts no earlier and ends no later lies inside ours */
	for (size_t i = l->n; i-- > 0;) {
		struct span s = l->s[i];
		bool repeat = out < l->n && by_span(&s, &l->s[out]) == 0;

		if (s.hi < least || (s.hi == least && one_record(&s) && !repeat))
			l->s[--out] = s;
		if (s.hi < least)
			least = s.hi;
	}
	memmove(l->s, l->s + out, (l->n - out) * sizeof(*l->s));
	l->n -= out;
}

static size_t first_of(const struct run *r, uint32_t observation)
{
	size_t lo = 0, hi = r->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (r->event[mid].observation < observation)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void leaf(struct run *r, const struct noro_pattern_node *n, struct spans *ret)
{
	for (size_t i = first_of(r, n->observation);
		i < r->n && r->event[i].observation == n->observation; i++) {
		const struct noro_pattern_event *e = &r->event[i];
		int64_t at = r->timeless ? 0 : e->time_ns;

		if (e->truth == NORO_FALSE || (e->truth == NORO_UNDECIDED && !r->guesses) ||
			at == NORO_TIME_NONE)
			continue;
		add(r, ret, (struct span){ at, at, e->record, e->record });
	}
	minimal(ret);
}

static struct span cover(const struct span *a, const struct span *b)
{
	const struct span *early = a->lo <= b->lo ? a : b, *late = a->hi >= b->hi ? a : b;

	return (struct span){ early->lo, late->hi, early->first, late->last };
}

static bool same_record(const struct span *a, const struct span *b)
{
	return one_record(a) && one_record(b) && a->first == b->first;
}

/* The shortest cover from these places on, of two different records. */
static void pair(struct run *r, const struct spans *a, size_t i, const struct spans *b, size_t k,
	struct spans *ret)
{
	if (!same_record(&a->s[i], &b->s[k])) {
		add(r, ret, cover(&a->s[i], &b->s[k]));
		return;
	}
	if (i + 1 < a->n)
		add(r, ret, cover(&a->s[i + 1], &b->s[k]));
	if (k + 1 < b->n)
		add(r, ret, cover(&a->s[i], &b->s[k + 1]));
}

static void both(struct run *r, const struct spans *a, const struct spans *b, struct spans *ret)
{
	size_t i = 0, k = 0;

	/* every start of either list, with the nearest ends behind it */
	while (i < a->n && k < b->n && r->status == NORO_OK) {
		pair(r, a, i, b, k, ret);
		if (a->s[i].lo <= b->s[k].lo)
			i++;
		else
			k++;
	}
	minimal(ret);
}

static void followed(struct run *r, const struct spans *a, const struct spans *b, struct spans *ret)
{
	size_t k = 0;

	for (size_t i = 0; i < a->n && r->status == NORO_OK; i++) {
		size_t at;

		while (k < b->n && b->s[k].lo < a->s[i].hi)
			k++;
		at = k;
		if (at < b->n && same_record(&a->s[i], &b->s[at]))
			at++;
		if (at < b->n)
			add(r, ret,
				(struct span){
					a->s[i].lo, b->s[at].hi, a->s[i].first, b->s[at].last });
	}
	minimal(ret);
}

/* For each span the next one that shares nothing with it; n means none. */
static void next_apart(const struct spans *l, size_t *next)
{
	size_t k = 0;

	next[l->n] = l->n;
	for (size_t i = 0; i < l->n; i++) {
		if (k <= i)
			k = i + 1;
		while (k < l->n && l->s[k].lo < l->s[i].hi)
			k++;
		next[i] = k < l->n && l->s[k].lo == l->s[i].hi && l->s[k].first == l->s[i].last
				  ? k + 1
				  : k;
	}
}

/* `times` spans in a row: follow the links by doubling, so that a huge count costs its logarithm.
 */
static void repeated(struct run *r, const struct spans *l, uint64_t times, struct spans *ret)
{
	size_t room = l->n + 1, *next, *at, *twice;

	if (times > l->n)
		return;
	next = noro_reallocarray(NULL, room * 3, sizeof(*next));
	if (!next) {
		r->status = NORO_ENOMEM;
		return;
	}
	at = next + room;
	twice = at + room;
	next_apart(l, next);
	for (size_t i = 0; i < room; i++)
		at[i] = i;
	for (uint64_t left = times - 1; left; left >>= 1) {
		for (size_t i = 0; i < room && left & 1; i++)
			at[i] = next[at[i]];
		for (size_t i = 0; i < room; i++)
			twice[i] = next[next[i]];
		memcpy(next, twice, room * sizeof(*next));
	}
	for (size_t i = 0; i < l->n; i++)
		if (at[i] < l->n)
			add(r, ret,
				(struct span){ l->s[i].lo, l->s[at[i]].hi, l->s[i].first,
					l->s[at[i]].last });
	free(next);
	minimal(ret);
}

static bool passes(const struct run *r, const struct noro_pattern_node *n, const struct span *s)
{
	if (r->timeless)
		return true;
	if (n->kind == NORO_PATTERN_WITHIN)
		return (uint64_t)s->hi - (uint64_t)s->lo <= (uint64_t)n->within_ns;
	return (n->start_ns == NORO_TIME_NONE || s->lo >= n->start_ns) &&
	       (n->stop_ns == NORO_TIME_NONE || s->hi < n->stop_ns);
}

static void spans_of(struct run *r, const struct noro_pattern_node *n, struct spans *ret);

/* AND, OR and FOLLOWEDBY from left to right. */
static void chain(struct run *r, const struct noro_pattern_node *n, struct spans *ret)
{
	spans_of(r, n->child, ret);
	for (const struct noro_pattern_node *c = n->child->next; c && r->status == NORO_OK;
		c = c->next) {
		struct spans more = { 0 }, joined = { 0 };

		spans_of(r, c, &more);
		if (n->kind == NORO_PATTERN_OBS_AND)
			both(r, ret, &more, &joined);
		else if (n->kind == NORO_PATTERN_FOLLOWEDBY)
			followed(r, ret, &more, &joined);
		else
			for (size_t i = 0; i < more.n; i++)
				add(r, ret, more.s[i]);
		spans_done(&more);
		if (n->kind == NORO_PATTERN_OBS_OR)
			continue;
		spans_done(ret);
		*ret = joined;
	}
	minimal(ret);
}

static void spans_of(struct run *r, const struct noro_pattern_node *n, struct spans *ret)
{
	struct spans inner = { 0 };

	switch (n->kind) {
	case NORO_PATTERN_OBSERVE:
		leaf(r, n, ret);
		return;
	case NORO_PATTERN_OBS_AND:
	case NORO_PATTERN_OBS_OR:
	case NORO_PATTERN_FOLLOWEDBY:
		chain(r, n, ret);
		return;
	case NORO_PATTERN_REPEATS:
		spans_of(r, n->child, &inner);
		repeated(r, &inner, n->times, ret);
		break;
	case NORO_PATTERN_WITHIN:
	case NORO_PATTERN_START_STOP:
		spans_of(r, n->child, &inner);
		for (size_t i = 0; i < inner.n; i++)
			if (passes(r, n, &inner.s[i]))
				add(r, ret, inner.s[i]);
		break;
	case NORO_PATTERN_COMPARE:
	case NORO_PATTERN_AND:
	case NORO_PATTERN_OR:
		break;
	}
	spans_done(&inner);
}

static bool asks_for_time(const struct noro_pattern_node *n)
{
	if (n->kind == NORO_PATTERN_FOLLOWEDBY || n->kind == NORO_PATTERN_WITHIN ||
		n->kind == NORO_PATTERN_START_STOP)
		return true;
	if (n->kind == NORO_PATTERN_OBSERVE)
		return false;
	for (const struct noro_pattern_node *c = n->child; c; c = c->next)
		if (asks_for_time(c))
			return true;
	return false;
}

static bool try(struct run *r, const struct noro_pattern *p, struct span *ret)
{
	struct spans l = { 0 };
	bool some;

	spans_of(r, p->root, &l);
	some = r->status == NORO_OK && l.n > 0;
	if (some)
		*ret = l.s[0];
	spans_done(&l);
	return some;
}

static void decide(struct run *r, const struct noro_pattern *p, struct noro_pattern_result *ret)
{
	int rounds = 2;
	struct span s;

	for (size_t i = 0; i < r->n; i++)
		if (r->event[i].time_ns == NORO_TIME_NONE)
			rounds = 4;
	for (int round = 0; round < rounds && r->status == NORO_OK; round++) {
		r->guesses = round & 1;
		r->timeless = round >= 2;
		if (!try(r, p, &s))
			continue;
		ret->truth = r->guesses || (r->timeless && asks_for_time(p->root)) ? NORO_UNDECIDED
										   : NORO_TRUE;
		ret->first_record = s.first;
		ret->last_record = s.last;
		if (ret->truth == NORO_TRUE && !r->timeless) {
			ret->first_ns = s.lo;
			ret->last_ns = s.hi;
		}
		/* an undecided record is no reason to stop before the surer ones without a time */
		if (ret->truth == NORO_TRUE)
			return;
	}
}

static int by_observation(const void *a, const void *b)
{
	const struct noro_pattern_event *x = a, *y = b;

	if (x->observation != y->observation)
		return x->observation < y->observation ? -1 : 1;
	if (x->time_ns != y->time_ns)
		return x->time_ns < y->time_ns ? -1 : 1;
	return x->record < y->record ? -1 : x->record > y->record;
}

enum noro_status noro_pattern_eval(const struct noro_pattern *p,
	const struct noro_pattern_event *event, size_t n, struct noro_pattern_result *ret)
{
	struct run r = { .n = n };
	struct noro_pattern_event *sorted = noro_reallocarray(NULL, n + 1, sizeof(*sorted));

	if (!sorted)
		return NORO_ENOMEM;
	if (n)
		memcpy(sorted, event, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_observation);
	r.event = sorted;
	*ret = (struct noro_pattern_result){
		.truth = NORO_FALSE, .first_ns = NORO_TIME_NONE, .last_ns = NORO_TIME_NONE
	};
	decide(&r, p, ret);
	free(sorted);
	return r.status;
}
