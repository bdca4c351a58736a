/*
 * src/hunt/silence.c - holes in what a network device tells, as findings. Whoever
 * clears a log or turns it off leaves time in which nothing was said. Two sources,
 * neither a pass of its own: the holes of a whole file (times.c), and for the file
 * of a collector, where the others go on speaking, some records of each chunk whose
 * host and time are kept. That a host is missing from the sample says something only
 * if it should have stood there many times over, so what speaks seldom is not judged.
 * A hole that comes back (nights, weekends) is the habit of that log and no finding.
 */
#include "hunt/hunt_priv.h"

#include "base/mem.h"

enum {
	MIN_SILENCE_S = 3600,
	NEAR_S = 3600,      /* how far a command may stand from the hole it explains */
	ALIKE_FACTOR = 3,   /* a hole a third as long is one of the same kind ... */
	MOST_ALIKE = 3,     /* ... and more of a kind are a habit */
	LEAST_RECORDS = 50, /* of a file with a rhythm */
	STEP_BACK_S = 300,
	LEAST_HEARD = 40,    /* samples of one host that give it a rhythm */
	LEAST_EXPECTED = 12, /* samples that should have stood in the hole */
	MAX_HOLES = 256,
	PLACES = 5,
};

struct hole {
	int64_t from_ns, to_ns;
	uint64_t offset;
	bool restart, open; /* open: it lasts to the end of the log */
};

/* One stream: a host in a file, or the file. */
struct stream {
	const struct piece *p;
	const char *host;    /* NULL: unknown */
	bool sampled, steps; /* steps: of the clock, not holes */
	struct hole *hole;
	size_t holes;
};

static int64_t length(const struct hole *h)
{
	int64_t d;

	if (__builtin_sub_overflow(h->to_ns, h->from_ns, &d))
		return h->to_ns > h->from_ns ? INT64_MAX : INT64_MIN;
	return d < 0 ? (d == INT64_MIN ? INT64_MAX : -d) : d;
}

static int by_length(const void *x, const void *y)
{
	const struct hole *a = x, *b = y;

	if (length(a) != length(b))
		return length(a) > length(b) ? -1 : 1;
	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static int by_offset(const void *x, const void *y)
{
	const struct hole *a = x, *b = y;

	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/* Keep the holes that stand out: at most a few of about the same length. */
static void drop_habits(struct stream *s)
{
	size_t keep = 0;

	if (!s->holes)
		return;
	qsort(s->hole, s->holes, sizeof(*s->hole), by_length);
	for (size_t i = 0; i < s->holes; i++) {
		size_t alike = i;

		while (alike < s->holes &&
			length(&s->hole[alike]) >= length(&s->hole[i]) / ALIKE_FACTOR)
			alike++;
		if (alike > MOST_ALIKE)
			break;
		keep = i + 1;
	}
	s->holes = keep;
	if (keep)
		qsort(s->hole, keep, sizeof(*s->hole), by_offset);
}

static bool tells_of_logging(const struct noro_finding *f)
{
	static const char *const rules[] = { "LOG-02", "LOG-03", "LOG-05" };

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (strcmp(f->rule, rules[i]) == 0)
			return true;
	return false;
}

static bool beside(const struct hole *h, int64_t ns)
{
	struct hole before = { .from_ns = ns, .to_ns = h->from_ns };
	struct hole after = { .from_ns = h->to_ns, .to_ns = ns };

	if (ns == NORO_TIME_NONE)
		return false;
	return (ns >= h->from_ns && ns <= h->to_ns) ||
	       length(&before) <= (int64_t)NEAR_S * NORO_NS_PER_S ||
	       length(&after) <= (int64_t)NEAR_S * NORO_NS_PER_S;
}

/* What was found of somebody who cleared, stopped or redirected the log around the hole. */
static const char *control_near(
	const struct findings *out, size_t n, const struct stream *s, const struct hole *h)
{
	for (size_t i = 0; i < n; i++) {
		const struct noro_finding *f = &out->item[i];

		if (!tells_of_logging(f))
			continue;
		for (size_t k = 0; k < f->places; k++) {
			const struct noro_place *at = &f->place[k];

			if (at->path && strcmp(at->path, s->p->path) == 0 &&
				(!s->host || !at->host || strcmp(at->host, s->host) == 0) &&
				beside(h, at->time_ns))
				return f->rule;
		}
	}
	return NULL;
}

static struct noro_text title_of(struct noro_arena *a, const struct stream *s)
{
	const struct hole *h = &s->hole[0];
	const char *who = s->host ? s->host : s->p->path;
	struct noro_text t;

	if (s->steps) {
		t.en = noro_arena_printf(a, "the clock in the log of %.120s steps back", who);
		t.ja = noro_arena_printf(a, "%.120sのログで時刻が後戻りしている", who);
	} else if (h->open) {
		t.en = noro_arena_printf(a, "%.120s falls silent while others go on", who);
		t.ja = noro_arena_printf(
			a, "%.120sの記録だけが途絶え、その後も再開していない", who);
	} else {
		t.en = noro_arena_printf(a, "hole in the log of %.120s", who);
		t.ja = noro_arena_printf(a, "%.120sのログの空白", who);
	}
	return t;
}

static enum noro_status reasons(
	struct findings *out, size_t n, const struct stream *s, struct noro_finding *f, int *score)
{
	const char *control = NULL;
	bool restart = false;
	enum noro_status st;

	for (size_t i = 0; i < s->holes; i++) {
		control = control ? control : control_near(out, n, s, &s->hole[i]);
		restart = restart || s->hole[i].restart;
	}
	st = hunt_reason(out->a, f,
		s->steps ? N_("the records are written in order, but their times go back: the "
			      "clock was set, or records were put in later")
		: s->sampled
			? N_("other hosts of the same file go on, and this one would have been "
			     "seen many times: judged from a sample of the records")
			: N_("far longer than the usual time between two records of this log, "
			     "and no hole like it comes back"),
		NULL);
	if (st == NORO_OK && control) {
		*score += 25;
		f->severity = NORO_SEV_MEDIUM;
		f->sort = NORO_SORT_TRACE;
		st = hunt_reason(out->a, f,
			N_("logging was stopped, cleared or redirected next to it (%1)"), control);
	}
	if (st == NORO_OK && restart) {
		*score += 10;
		f->severity = NORO_SEV_MEDIUM;
		st = hunt_reason(out->a, f, N_("the device restarted next to it"), NULL);
	}
	return st;
}

static enum noro_status places_of(
	struct findings *out, const struct stream *s, struct noro_finding *f)
{
	struct noro_place *place = noro_arena_array(out->a, PLACES, sizeof(*place));

	if (!place)
		return NORO_ENOMEM;
	f->first_ns = f->last_ns = NORO_TIME_NONE;
	for (size_t i = 0; i < s->holes; i++) {
		const struct hole *h = &s->hole[i];
		int64_t low = h->from_ns < h->to_ns ? h->from_ns : h->to_ns;
		int64_t high = h->from_ns < h->to_ns ? h->to_ns : h->from_ns;

		if (f->first_ns == NORO_TIME_NONE || low < f->first_ns)
			f->first_ns = low;
		if (f->last_ns == NORO_TIME_NONE || high > f->last_ns)
			f->last_ns = high;
		if (f->places < PLACES)
			place[f->places++] = (struct noro_place){ .path = s->p->path,
				.offset = h->offset,
				.time_ns = h->from_ns,
				.host = s->host };
	}
	f->place = place;
	return NORO_OK;
}

static enum noro_status tell(struct findings *out, size_t before, struct stream *s)
{
	struct noro_finding f = { .kind = NORO_F_GAP,
		.sort = NORO_SORT_WEAKNESS,
		.rule = s->steps ? "log-clock" : "log-gap",
		.severity = NORO_SEV_LOW,
		.container = s->p->container,
		.time_from = NORO_FROM_RECORD,
		.grade = 1 };
	struct noro_finding *slot;
	int score = s->sampled ? 40 : 45;
	enum noro_status st;

	drop_habits(s);
	if (!s->holes)
		return NORO_OK;
	f.count = s->holes;
	f.type = s->host ? "host" : "file";
	f.value = s->host ? noro_arena_str(out->a, s->host) : s->p->path;
	f.title = title_of(out->a, s);
	f.next = (struct noro_text){
		"Look for the same time in the log server, in accounting and in the logs of the "
		"neighbours, and ask whether work was planned. What cannot be filled counts as "
		"unknown, not as quiet.",
		"同じ時間帯をログサーバ、アカウンティング、隣接機器のログで調べ、計画作業の有無を"
		"確認する。埋められない時間帯は「異常なし」ではなく「不明」として扱う。",
	};
	st = f.value && f.title.en && f.title.ja ? places_of(out, s, &f) : NORO_ENOMEM;
	if (st == NORO_OK)
		st = reasons(out, before, s, &f, &score);
	if (st == NORO_OK && s->host)
		st = hunt_list_add(out->a, &f.hosts, s->host);
	if (st == NORO_OK && f.sort == NORO_SORT_TRACE)
		st = hunt_list_add(out->a, &f.attack, "T1562");
	f.confidence = (unsigned)score;
	if (st == NORO_OK)
		st = noro_finding_identify(&f);
	slot = st == NORO_OK ? hunt_finding_new(out) : NULL;
	if (slot)
		*slot = f;
	return slot ? NORO_OK : st == NORO_OK ? NORO_ENOMEM : st;
}

/* --- streams of a collector's file --- */

struct ordered {
	const struct heard *h;
	size_t at; /* among all samples of the piece */
};

static int by_host(const void *x, const void *y)
{
	const struct ordered *a = x, *b = y;
	int c = strcmp(a->h->host, b->h->host);

	return c ? c : a->at < b->at ? -1 : a->at > b->at;
}

static void add_hole(
	struct stream *s, const struct heard *from, int64_t to_ns, uint64_t offset, bool open)
{
	struct hole h = { .from_ns = from->ns, .to_ns = to_ns, .offset = offset, .open = open };

	if (s->holes < MAX_HOLES && to_ns > from->ns &&
		length(&h) >= (int64_t)MIN_SILENCE_S * NORO_NS_PER_S)
		s->hole[s->holes++] = h;
}

/* o[0..n) is one host; `all` samples in the piece, the newest of them at `last_ns`. */
static void holes_of_host(
	struct stream *s, const struct ordered *o, size_t n, size_t all, int64_t last_ns)
{
	for (size_t i = 0; i < n; i++) {
		size_t next = i + 1 < n ? o[i + 1].at : all;

		if ((uint64_t)(next - o[i].at - 1) * n < (uint64_t)LEAST_EXPECTED * all)
			continue;
		if (i + 1 < n)
			add_hole(s, o[i].h, o[i + 1].h->ns, o[i + 1].h->offset, false);
		else
			add_hole(s, o[i].h, last_ns, o[i].h->offset, true);
	}
}

/* Times that go back between two samples of one host. */
static void steps_of_host(struct stream *s, const struct ordered *o, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++) {
		struct hole h = {
			.from_ns = o[i].h->ns, .to_ns = o[i + 1].h->ns, .offset = o[i + 1].h->offset
		};

		if (s->holes < MAX_HOLES && h.to_ns < h.from_ns &&
			length(&h) > (int64_t)STEP_BACK_S * NORO_NS_PER_S)
			s->hole[s->holes++] = h;
	}
}

static size_t heard_in(const struct piece *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->segs; i++)
		n += p->seg[i].heards;
	return n;
}

static enum noro_status tell_hosts(
	struct findings *out, size_t before, struct stream *s, struct ordered *o, size_t n)
{
	enum noro_status st = NORO_OK;
	int64_t last_ns = NORO_TIME_NONE;

	for (size_t i = 0; i < n; i++)
		if (last_ns == NORO_TIME_NONE || o[i].h->ns > last_ns)
			last_ns = o[i].h->ns;
	if (n)
		qsort(o, n, sizeof(*o), by_host);
	if (n && strcmp(o[0].h->host, o[n - 1].h->host) == 0)
		s->host = o[0].h->host; /* the file is its stream */
	for (size_t i = 0, to; st == NORO_OK && i < n; i = to) {
		struct stream one = {
			.p = s->p, .host = o[i].h->host, .sampled = true, .hole = s->hole
		};

		for (to = i; to < n && strcmp(o[to].h->host, o[i].h->host) == 0;)
			to++;
		if (to - i < LEAST_HEARD)
			continue;
		steps_of_host(&one, &o[i], to - i);
		one.steps = true;
		st = tell(out, before, &one);
		one.steps = false;
		one.holes = 0;
		if (st == NORO_OK && !s->host) {
			holes_of_host(&one, &o[i], to - i, n, last_ns);
			st = tell(out, before, &one);
		}
	}
	return st;
}

static enum noro_status tell_file(struct findings *out, size_t before, struct stream *s)
{
	const struct noro_gap *gap;
	uint64_t records = 0;
	size_t n;
	enum noro_status st = hunt_gaps(s->p, out->a, &gap, &n);

	for (size_t i = 0; i < s->p->segs; i++)
		records += s->p->seg[i].newlines;
	if (st != NORO_OK || records < LEAST_RECORDS)
		return st;
	s->holes = 0;
	for (size_t i = 0; i < n && i < MAX_HOLES; i++)
		if (gap[i].to_ns > gap[i].from_ns)
			s->hole[s->holes++] = (struct hole){ .from_ns = gap[i].from_ns,
				.to_ns = gap[i].to_ns,
				.offset = gap[i].offset,
				.restart = gap[i].restart };
	return tell(out, before, s);
}

static enum noro_status one_piece(struct findings *out, size_t before, const struct piece *p)
{
	struct hole hole[MAX_HOLES];
	struct stream s = { .p = p, .hole = hole };
	struct ordered *o = noro_reallocarray(NULL, heard_in(p) + 1, sizeof(*o));
	size_t n = 0;
	enum noro_status st = o ? NORO_OK : NORO_ENOMEM;

	for (size_t i = 0; st == NORO_OK && i < p->segs; i++)
		for (uint32_t k = 0; k < p->seg[i].heards; k++, n++)
			o[n] = (struct ordered){ &p->seg[i].heard[k], n };
	if (st == NORO_OK)
		st = tell_hosts(out, before, &s, o, n);
	if (st == NORO_OK)
		st = tell_file(out, before, &s);
	free(o);
	return st;
}

enum noro_status hunt_silence(struct hunt *h, struct findings *out)
{
	size_t before = out->n;
	enum noro_status st = NORO_OK;

	for (size_t i = 0; h->o->rules && st == NORO_OK && i < h->pieces; i++) {
		const struct piece *p = h->piece[i];

		if (!p->earlier && !p->err && !p->taken && atomic_load(&p->device) &&
			!atomic_load(&p->incomplete))
			st = one_piece(out, before, p);
	}
	return st;
}
