/*
 * src/hunt/times.c - the time span of a log and the holes in it, for next to
 * nothing: the first and last record of each chunk tell their time; only where a
 * chunk spans far more than its records would need is it halved until the hole
 * is found. A chunk of n records can hold at most a few such holes, so the work
 * stays a small part of the records.
 */
#include "hunt/hunt_priv.h"

#include "base/mem.h"

enum {
	MIN_GAP_S = 3600,
	STEP_BACK_S = 300,
	GAP_FACTOR = 100,
	PROBE_LINES = 8,
	SMALL_LOG = 4 << 20, /* of which more places are looked at */
	SMALL_LOOKS = 64,
	LARGE_LOOKS = 2,
	STAYS_LINES = 8, /* behind a step the records go on from there */
};

/* Moments of hostile logs lie as far apart as the type allows: differences and products saturate.
 */
static int64_t apart(int64_t from, int64_t to)
{
	int64_t d;

	if (__builtin_sub_overflow(to, from, &d))
		return to > from ? INT64_MAX : INT64_MIN;
	return d;
}

static int64_t times_factor(int64_t usual, int64_t factor)
{
	int64_t product;

	return __builtin_mul_overflow(usual, factor, &product) ? INT64_MAX : product;
}

struct halving {
	struct noro_view text;
	const struct noro_log *log;
	struct seg *seg;
	uint64_t offset;
	int64_t threshold;
	unsigned budget; /* probes left */
};

static struct noro_view line_at(struct noro_view text, size_t at)
{
	size_t n = noro_view_chr(noro_view_sub(text, at, text.n), '\n');

	return noro_view_sub(text, at, n);
}

/* The first record at or after `at`, of the next few, that tells a time; its start in *at. */
static bool time_from(const struct halving *h, size_t *at, int64_t *ret, unsigned *flags)
{
	size_t pos = *at;

	for (int i = 0; i < PROBE_LINES && pos < h->text.n; i++) {
		struct noro_view line = line_at(h->text, pos);
		struct noro_time t;

		if (line.n && noro_record_time(h->log, line, &t)) {
			*at = pos;
			*ret = t.ns;
			*flags |= t.flags;
			return true;
		}
		pos += line.n + 1;
	}
	return false;
}

/* The last record that tells a time, looking at no more than a few from the end. */
static bool time_at_end(const struct halving *h, size_t *at, int64_t *ret, unsigned *flags)
{
	size_t end = h->text.n;

	for (int i = 0; i < PROBE_LINES && end > 0; i++) {
		struct noro_view before = noro_view_sub(h->text, 0, end - 1);
		size_t nl = noro_view_rchr(before, '\n');
		size_t start = nl == SIZE_MAX ? 0 : nl + 1;
		struct noro_view line = line_at(h->text, start);
		struct noro_time t;

		if (line.n && noro_record_time(h->log, line, &t)) {
			*at = start;
			*ret = t.ns;
			*flags |= t.flags;
			return true;
		}
		end = start;
	}
	return false;
}

/* Does one of the records around the hole say that the machine went down or came up? */
static bool tells_restart(struct noro_view text, size_t lo, size_t hi)
{
	static const char *const words[] = { "-RELOAD", "-RESTART", "System restarted",
		"Reload requested", "coldStart", "rebooting", "Reboot requested" };
	size_t before = hi > lo + 512 ? hi - 512 : lo;
	struct noro_view near = noro_view_sub(text, before, hi - before + 1024);

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (noro_view_find(near, noro_view_str(words[i])) != SIZE_MAX)
			return true;
	return false;
}

static void add_gap(struct seg *seg, int64_t from, int64_t to, uint64_t offset, bool restart)
{
	struct noro_gap *grown;

	if (seg->gaps == MAX_GAPS)
		return;
	grown = noro_reallocarray(seg->gap, seg->gaps + 1, sizeof(*grown));
	if (!grown)
		return;
	seg->gap = grown;
	seg->gap[seg->gaps++] = (struct noro_gap){
		.from_ns = from, .to_ns = to, .offset = offset, .restart = restart
	};
}

/* Between records at lo and hi with times a and b there is more than the threshold: where? */
static void halve(struct halving *h, size_t lo, int64_t a, size_t hi, int64_t b)
{
	while (apart(a, b) > h->threshold && h->budget) {
		size_t mid = lo + (hi - lo) / 2,
		       next = noro_view_chr(noro_view_sub(h->text, mid, hi - mid), '\n');
		int64_t m;

		h->budget--;
		mid = next == SIZE_MAX ? hi : mid + next + 1;
		if (mid >= hi || !time_from(h, &mid, &m, &h->seg->time_flags) || mid >= hi) {
			/* nothing in the right half: the hole may be in the left one */
			size_t after = lo + line_at(h->text, lo).n + 1;

			if (after >= hi) {
				add_gap(h->seg, a, b, h->offset + hi,
					tells_restart(h->text, lo, hi));
				return;
			}
			mid = after;
			if (!time_from(h, &mid, &m, &h->seg->time_flags) || mid >= hi) {
				add_gap(h->seg, a, b, h->offset + hi,
					tells_restart(h->text, lo, hi));
				return;
			}
		}
		if (apart(a, m) > h->threshold && apart(m, b) > h->threshold)
			halve(h, lo, a, mid, m);
		else if (apart(a, m) > h->threshold) {
			hi = mid;
			b = m;
			continue;
		}
		lo = mid;
		a = m;
	}
}

static bool stepped_back(int64_t from, int64_t to)
{
	return apart(to, from) > (int64_t)STEP_BACK_S * NORO_NS_PER_S;
}

/* A single record out of order (a connection that ended late) is no step: those around it tell. */
static bool stays_back(struct halving *h, size_t lo, int64_t a, size_t hi, int64_t b)
{
	struct halving before = *h;
	size_t at, lines = 0;
	int64_t t;

	before.text = noro_view_sub(h->text, 0, lo);
	if (lo && time_at_end(&before, &at, &t, &h->seg->time_flags) && !stepped_back(t, b))
		return false;
	for (at = hi; lines < STAYS_LINES && at < h->text.n; lines++) {
		if (!time_from(h, &at, &t, &h->seg->time_flags))
			break;
		if (!stepped_back(a, t) || stepped_back(b, t))
			return false;
		at += line_at(h->text, at).n + 1;
	}
	return lines >= STAYS_LINES / 2;
}

/* The record at hi is earlier than the one at lo by more than clocks differ: where does it begin?
 */
static void find_step(struct halving *h, size_t lo, int64_t a, size_t hi, int64_t b)
{
	while (h->budget) {
		size_t mid = lo + (hi - lo) / 2,
		       next = noro_view_chr(noro_view_sub(h->text, mid, hi - mid), '\n');
		int64_t m;

		h->budget--;
		mid = next == SIZE_MAX ? hi : mid + next + 1;
		if (mid >= hi)
			mid = lo + line_at(h->text, lo).n + 1;
		if (mid >= hi || !time_from(h, &mid, &m, &h->seg->time_flags) || mid >= hi)
			break;
		if (stepped_back(a, m)) {
			hi = mid;
			b = m;
		} else if (stepped_back(m, b)) {
			lo = mid;
			a = m;
		} else {
			return; /* slipped back little by little: records in no strict order */
		}
	}
	if (h->budget && stays_back(h, lo, a, hi, b))
		add_gap(h->seg, a, b, h->offset + hi, tells_restart(h->text, lo, hi));
}

/* Between the first and the last record: does the clock run backwards anywhere? */
static void look_for_steps(struct halving *h, size_t lo, int64_t a, size_t last, unsigned looks)
{
	const size_t begin = lo;

	for (unsigned i = 1; i <= looks; i++) {
		size_t at = begin + (size_t)((uint64_t)(last - begin) * i / looks), nl;
		int64_t m;

		if (i < looks) {
			nl = noro_view_chr(noro_view_sub(h->text, at, last - at), '\n');
			at = nl == SIZE_MAX ? last : at + nl + 1;
		}
		if (at <= lo || !time_from(h, &at, &m, &h->seg->time_flags))
			continue;
		if (stepped_back(a, m))
			find_step(h, lo, a, at, m);
		lo = at;
		a = m;
	}
}

/* Of a large log a few places in each chunk must do. */
static unsigned looks_of(const struct piece *p, size_t n)
{
	if (!p->size || p->size > SMALL_LOG || n / 256 < LARGE_LOOKS)
		return LARGE_LOOKS;
	return n / 256 < SMALL_LOOKS ? (unsigned)(n / 256) : SMALL_LOOKS;
}

void hunt_times(
	struct worker *w, struct piece *p, struct seg *seg, struct noro_view text, uint64_t offset)
{
	struct halving h = {
		.text = text, .log = p->log, .seg = seg, .offset = offset, .budget = 4096
	};
	size_t lo = 0, hi = 0;
	int64_t a, b, lines;

	(void)w;
	if (!time_from(&h, &lo, &a, &seg->time_flags) ||
		!time_at_end(&h, &hi, &b, &seg->time_flags))
		return;
	if (seg->last_ns != NORO_TIME_NONE) {
		if (apart(seg->last_ns, a) > (int64_t)MIN_GAP_S * NORO_NS_PER_S ||
			apart(a, seg->last_ns) > (int64_t)STEP_BACK_S * NORO_NS_PER_S)
			add_gap(seg, seg->last_ns, a, offset + lo, tells_restart(text, 0, lo));
	} else {
		seg->first_ns = a;
	}
	seg->last_ns = b;
	look_for_steps(&h, lo, a, hi, looks_of(p, text.n));
	/* every record in its turn would take (b - a) / lines */
	lines = 1 + (int64_t)(text.n / 100);
	h.threshold = times_factor(apart(a, b) / lines, GAP_FACTOR);
	if (h.threshold < (int64_t)MIN_GAP_S * NORO_NS_PER_S)
		h.threshold = (int64_t)MIN_GAP_S * NORO_NS_PER_S;
	if (hi > lo && b > a)
		halve(&h, lo, a, hi, b);
}

static int by_offset(const void *x, const void *y)
{
	const struct noro_gap *a = x, *b = y;

	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/* What counts as a hole depends on how often this log speaks at all. */
static int64_t threshold_of(const struct piece *p)
{
	int64_t first = NORO_TIME_NONE, last = NORO_TIME_NONE, usual;
	uint64_t lines = 1;

	for (size_t i = 0; i < p->segs; i++) {
		if (p->seg[i].first_ns == NORO_TIME_NONE)
			continue;
		if (first == NORO_TIME_NONE)
			first = p->seg[i].first_ns;
		last = p->seg[i].last_ns;
		lines += p->seg[i].newlines;
	}
	if (first == NORO_TIME_NONE || last <= first)
		return (int64_t)MIN_GAP_S * NORO_NS_PER_S;
	usual = times_factor(apart(first, last) / (int64_t)lines, GAP_FACTOR) / 4;
	return usual > (int64_t)MIN_GAP_S * NORO_NS_PER_S ? usual
							  : (int64_t)MIN_GAP_S * NORO_NS_PER_S;
}

enum noro_status hunt_gaps(
	const struct piece *p, struct noro_arena *a, const struct noro_gap **ret, size_t *ret_n)
{
	int64_t threshold = threshold_of(p), last = NORO_TIME_NONE;
	struct noro_gap *out = noro_arena_array(a, MAX_GAPS, sizeof(*out));
	size_t n = 0;

	if (!out)
		return NORO_ENOMEM;
	for (size_t i = 0; i < p->segs && n < MAX_GAPS; i++) {
		const struct seg *s = &p->seg[i];

		for (uint32_t k = 0; k < s->gaps && n < MAX_GAPS; k++)
			if (s->gap[k].to_ns < s->gap[k].from_ns ||
				apart(s->gap[k].from_ns, s->gap[k].to_ns) > threshold)
				out[n++] = s->gap[k];
		if (s->first_ns == NORO_TIME_NONE)
			continue;
		if (last != NORO_TIME_NONE && n < MAX_GAPS &&
			(apart(last, s->first_ns) > threshold ||
				apart(s->first_ns, last) > (int64_t)STEP_BACK_S * NORO_NS_PER_S))
			out[n++] = (struct noro_gap){
				.from_ns = last, .to_ns = s->first_ns, .offset = s->offset
			};
		last = s->last_ns;
	}
	qsort(out, n, sizeof(*out), by_offset);
	*ret = out;
	*ret_n = n;
	return NORO_OK;
}
