/*
 * src/hunt/look.c - search one text. The matcher finds candidates at memory
 * speed; only around a hit is a line looked up, understood and dated. Records
 * that carry a check's literal are understood and given to the checks.
 */
#include "hunt/hunt_priv.h"

#include "base/hash.h"
#include "base/mem.h"

/* Where we are in a text: line numbers are counted only as far as a sample needs them. */
struct place {
	struct worker *w;
	struct piece *p;
	uint32_t seg_number;
	const struct seg *seg;
	struct noro_view text;
	uint64_t offset;
	size_t counted_to;
	uint64_t lines;         /* newlines in text[0..counted_to) */
	struct noro_record rec; /* the record understood last */
	bool have_rec;
};

static uint64_t line_of(struct place *l, size_t at)
{
	while (l->counted_to < at) {
		size_t nl = noro_view_chr(
			noro_view_sub(l->text, l->counted_to, at - l->counted_to), '\n');

		if (nl == SIZE_MAX) {
			l->counted_to = at;
			break;
		}
		l->lines++;
		l->counted_to += nl + 1;
	}
	return l->seg->newlines + l->lines;
}

/* The record around a byte, understood once however many hits it has. */
static const struct noro_record *record_at(struct place *l, size_t at)
{
	const char *p = l->text.p + at;

	if (l->have_rec && p >= l->rec.raw.p && p < l->rec.raw.p + l->rec.raw.n)
		return &l->rec;
	noro_arena_reset(l->w->scratch);
	noro_record_parse(
		l->p->log, l->w->scratch, noro_record_around(l->p->log, l->text, at), &l->rec);
	l->have_rec = true;
	return &l->rec;
}

static bool denied(const struct noro_record *r)
{
	static const char *const words[] = { "deny", "denied", "drop", "dropped", "block",
		"blocked", "reject", "rejected", "teardown-deny", "reset" };
	struct noro_view action = r->field[NORO_FIELD_ACTION];

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (noro_view_is_i(action, words[i]))
			return true;
	return false;
}

/* The field that holds the hit tells its role. */
static const char *role_of(const struct noro_record *r, const char *at, size_t n)
{
	for (int f = 0; f < NORO_FIELDS; f++) {
		struct noro_view v = r->field[f];

		if (!v.p || at < v.p || at + n > v.p + v.n || f == NORO_FIELD_MESSAGE)
			continue;
		switch (f) {
		case NORO_FIELD_SRC_IP:
		case NORO_FIELD_SRC_HOST:
		case NORO_FIELD_SRC_NAT:
			return "src";
		case NORO_FIELD_DST_IP:
		case NORO_FIELD_DST_HOST:
		case NORO_FIELD_DST_NAT:
			return "dst";
		default:
			return noro_field_name((enum noro_field)f);
		}
	}
	return NULL;
}

static const char *kept_view(struct worker *w, struct noro_view v)
{
	return v.p ? noro_arena_strn(w->keep, v.p, v.n) : NULL;
}

/* At most MAX_RECORD_KEPT bytes of the record, with the hit among them. */
static struct noro_view cut_record(struct noro_view raw, const char *hit)
{
	size_t at = hit && hit >= raw.p && hit < raw.p + raw.n ? (size_t)(hit - raw.p) : 0;
	size_t from = at > MAX_RECORD_KEPT / 2 ? at - MAX_RECORD_KEPT / 2 : 0;

	if (raw.n <= MAX_RECORD_KEPT)
		return raw;
	if (from + MAX_RECORD_KEPT > raw.n)
		from = raw.n - MAX_RECORD_KEPT;
	while (from && ((unsigned char)raw.p[from] & 0xc0) == 0x80)
		from--;
	return noro_view_sub(raw, from, MAX_RECORD_KEPT);
}

static bool sample_here(
	struct place *l, const struct noro_record *r, const char *hit, size_t n, struct sample *ret)
{
	size_t at = (size_t)(r->raw.p - l->text.p);

	*ret = (struct sample){ .seg = l->seg_number,
		.offset = l->offset + at,
		.line = line_of(l, at),
		.time_ns = r->time_ns,
		.time_flags = r->time_flags,
		.role = role_of(r, hit, n),
		.record = kept_view(l->w, cut_record(r->raw, hit)),
		.host = kept_view(l->w, r->field[NORO_FIELD_HOST]) };
	return ret->record != NULL;
}

int hunt_sample_cmp(const struct sample *a, const struct sample *b)
{
	if (a->seg != b->seg)
		return a->seg < b->seg ? -1 : 1;
	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/* Keep the earliest places, in whatever order the chunks come to this worker. */
static enum noro_status keep_sample(
	struct place *l, struct group *g, const struct noro_record *r, const char *hit, size_t n)
{
	struct sample probe = { .seg = l->seg_number,
		.offset = l->offset + (uint64_t)(r->raw.p - l->text.p) };
	uint32_t i = g->samples;

	if (i && hunt_is_full(l->w)) /* the first one dates it */
		return NORO_OK;
	if (i == GROUP_SAMPLES && hunt_sample_cmp(&probe, &g->sample[i - 1]) >= 0)
		return NORO_OK;
	if (!sample_here(l, r, hit, n, &probe))
		return NORO_ENOMEM;
	if (i < GROUP_SAMPLES)
		g->samples++;
	else
		i--;
	for (; i > 0 && hunt_sample_cmp(&probe, &g->sample[i - 1]) < 0; i--)
		g->sample[i] = g->sample[i - 1];
	g->sample[i] = probe;
	return NORO_OK;
}

enum side { UNKNOWN, INSIDE, BEFORE, AFTER };

/* A moment against the windows of everyone who names this indicator: inside one is inside. */
static enum side window_of(const struct hunt *h, const struct noro_set_key *key, int64_t ns)
{
	enum side best = UNKNOWN;

	for (uint32_t i = 0; i < key->records && i < 16; i++) {
		struct noro_set_record r;
		const struct window *m;

		if (noro_set_record(h->o->set, key->record + i, &r) != NORO_OK)
			continue;
		m = &h->window[r.meta];
		if (m->from_ns == NORO_TIME_NONE && m->until_ns == NORO_TIME_NONE)
			continue;
		if (m->from_ns != NORO_TIME_NONE && ns < m->from_ns)
			best = BEFORE;
		else if (m->until_ns != NORO_TIME_NONE && ns > m->until_ns)
			best = AFTER;
		else
			return INSIDE;
	}
	return best;
}

static void group_time(struct group *g, const struct hunt *h, const struct noro_set_key *key,
	int64_t ns, unsigned flags)
{
	if (ns == NORO_TIME_NONE)
		return;
	if (g->first_ns == NORO_TIME_NONE || ns < g->first_ns)
		g->first_ns = ns;
	if (g->last_ns == NORO_TIME_NONE || ns > g->last_ns)
		g->last_ns = ns;
	g->time_flags |= flags;
	switch (window_of(h, key, ns)) {
	case INSIDE:
		g->inside++;
		break;
	case BEFORE:
		g->before++;
		break;
	case AFTER:
		g->after++;
		break;
	case UNKNOWN:
		break;
	}
}

void hunt_group_time(
	const struct hunt *h, struct group *g, uint32_t key_number, int64_t ns, unsigned flags)
{
	struct noro_set_key key;

	if (noro_set_key(h->o->set, key_number, &key) == NORO_OK)
		group_time(g, h, &key, ns, flags);
}

static bool outside_asked(const struct noro_hunt_opts *o, int64_t ns)
{
	return ns != NORO_TIME_NONE && ((o->since_ns != NORO_TIME_NONE && ns < o->since_ns) ||
					       (o->until_ns != NORO_TIME_NONE && ns > o->until_ns));
}

static void tell_first(const struct place *l, const struct noro_set_key *key, int64_t ns)
{
	const struct noro_hunt_opts *o = l->w->h->o;
	char value[256];
	struct noro_first_hit hit = { .path = l->p->path,
		.kind = noro_ioc_kind_name(key->kind),
		.value = value,
		.time_ns = ns };
	size_t n = key->value.n < sizeof(value) - 1 ? key->value.n : sizeof(value) - 1;

	if (!o->on_first)
		return;
	memcpy(value, key->value.p, n);
	value[n] = '\0';
	o->on_first(o->ctx, &hit);
}

/* A copy whose views point into memory that lasts. */
static bool keep_record(struct worker *w, const struct noro_record *r, struct noro_record *ret)
{
	struct noro_view raw = noro_arena_view(w->keep, r->raw);
	struct noro_pair *own = r->owns ? noro_arena_array(w->keep, r->owns, sizeof(*own)) : NULL;

	if (!raw.p || (r->owns && !own))
		return false;
	*ret = *r;
	ret->raw = raw;
	for (int f = 0; f < NORO_FIELDS; f++)
		if (r->field[f].p)
			ret->field[f] = noro_arena_view(w->keep, r->field[f]);
	for (size_t i = 0; i < r->owns; i++)
		own[i] = (struct noro_pair){ noro_arena_view(w->keep, r->own[i].name),
			noro_arena_view(w->keep, r->own[i].value) };
	ret->own = own;
	return true;
}

/* Keep what a STIX pattern's later evaluation needs. `at` has its texts already. */
static enum noro_status keep_sightings(struct worker *w, uint32_t piece, uint32_t key_number,
	const struct noro_set_key *key, const struct noro_record *r, const struct sample *at)
{
	for (uint32_t i = 0; i < key->records; i++) {
		struct noro_set_record rec;
		struct sighting *grown;
		struct sighting s = {
			.piece = piece, .key = key_number, .kind = key->kind, .at = *at
		};

		if (noro_set_record(w->h->o->set, key->record + i, &rec) != NORO_OK ||
			rec.pattern == NORO_NO_PATTERN)
			continue;
		if (w->sightings == MAX_SIGHTINGS || hunt_is_full(w)) {
			w->dropped++;
			return NORO_OK;
		}
		s.pattern = rec.pattern;
		s.anchor = noro_arena_view(w->keep, key->value);
		if (!s.anchor.p || !keep_record(w, r, &s.record))
			return NORO_ENOMEM;
		grown = noro_grow(w->sighting, w->sightings, &w->sighting_cap, sizeof(*grown));
		if (!grown)
			return NORO_ENOMEM;
		w->sighting = grown;
		w->sighting[w->sightings++] = s;
	}
	return NORO_OK;
}

static bool in_a_pattern(const struct noro_set *set, const struct noro_set_key *key)
{
	for (uint32_t i = 0; i < key->records; i++) {
		struct noro_set_record rec;

		if (noro_set_record(set, key->record + i, &rec) == NORO_OK &&
			rec.pattern != NORO_NO_PATTERN)
			return true;
	}
	return false;
}

static enum noro_status indicator_hit(struct place *l, const struct noro_hit *hit)
{
	struct worker *w = l->w;
	const struct noro_record *r = record_at(l, hit->at);
	struct noro_set_key key;
	struct group *g;
	enum noro_status st;

	if (noro_set_key(w->h->o->set, hit->key, &key) != NORO_OK)
		return NORO_ECORRUPT;
	if (outside_asked(w->h->o, r->time_ns)) {
		w->outside_range++;
		return NORO_OK;
	}
	g = hunt_group(w, l->p->number, hit->key);
	if (!g) {
		w->dropped++;
		return w->groups == MAX_GROUPS || hunt_is_full(w) ? NORO_OK : NORO_ENOMEM;
	}
	if (g->count++ == 0)
		tell_first(l, &key, r->time_ns);
	g->forms |= 1U << hit->form;
	g->sub += hit->sub;
	g->denied += denied(r);
	group_time(g, w->h, &key, r->time_ns, r->time_flags);
	noro_progress_hit(w->h->o->progress);
	st = keep_sample(l, g, r, l->text.p + hit->at, hit->len);
	if (st == NORO_OK && noro_set_patterns(w->h->o->set) && in_a_pattern(w->h->o->set, &key)) {
		struct sample at;

		if (!sample_here(l, r, l->text.p + hit->at, hit->len, &at))
			return NORO_ENOMEM;
		st = keep_sightings(w, l->p->number, hit->key, &key, r, &at);
	}
	return st;
}

/* Give a record to the checks once, with all the literals that stand in it. */
static enum noro_status check_record(
	struct place *l, const struct noro_scan *found, size_t i, size_t *ret_end)
{
	const struct noro_record *r = record_at(l, found->hit[i].at);
	size_t start = (size_t)(r->raw.p - l->text.p), end = start + r->raw.n, n = 0;
	uint32_t literal[64];
	struct sample at;

	for (; i < found->hits && found->hit[i].at < end && n < 64; i++)
		if (found->hit[i].key & NORO_EXTRA)
			literal[n++] = l->w->h->engine[l->p->engine]
					       .literal[found->hit[i].key & ~NORO_EXTRA];
	*ret_end = end > start ? end : start + 1;
	if (outside_asked(l->w->h->o, r->time_ns))
		return NORO_OK;
	at = (struct sample){ .seg = l->seg_number,
		.offset = l->offset + start,
		.time_ns = r->time_ns,
		.time_flags = r->time_flags };
	at.line = line_of(l, start);
	return hunt_check(l->w, l->p, r, &at, literal, n);
}

/* Checks over flows have no words to look for: records that hold one of their numbers are read. */
static enum noro_status check_flows(struct place *l)
{
	const struct noro_rules *rules = l->w->h->o->rules;
	enum noro_status st = NORO_OK;
	size_t at = 0;

	l->counted_to = 0;
	l->lines = 0;
	while (st == NORO_OK && (at = noro_rules_next_flow(rules, l->text, at)) != SIZE_MAX) {
		const struct noro_record *r = record_at(l, at);
		size_t start = (size_t)(r->raw.p - l->text.p), end = start + r->raw.n;
		struct sample s = { .seg = l->seg_number,
			.offset = l->offset + start,
			.time_ns = r->time_ns,
			.time_flags = r->time_flags };

		at = end > at ? end : at + 1;
		if (!r->parsed || outside_asked(l->w->h->o, r->time_ns))
			continue;
		s.line = line_of(l, start);
		st = hunt_check_flow(l->w, l->p, r, &s);
	}
	return st;
}

/* The same value seen once plain and once decoded, in the same bytes, is one hit. */
static bool seen_already(const struct noro_scan *found, size_t i)
{
	const struct noro_hit *hit = &found->hit[i];

	for (size_t back = 1; back <= 8 && back <= i; back++) {
		const struct noro_hit *before = &found->hit[i - back];

		if (before->key == hit->key && hit->at < before->at + before->len)
			return true;
	}
	return false;
}

/* Shapes that only network devices write: with them a log can show what was typed into a router. */
static bool device_shape(const char *shape)
{
	static const char *const shapes[] = { "cisco", "cisco-asa", "junos", "huawei", "fortios",
		"panos", "routeros", "tacacs" };

	for (size_t i = 0; shape && i < sizeof(shapes) / sizeof(*shapes); i++)
		if (strcmp(shape, shapes[i]) == 0)
			return true;
	return false;
}

/*
 * What could this log have shown? A syslog file may come from a server or from a
 * router; some records spread over the chunk tell.
 */
static void probe_shapes(struct place *l)
{
	for (size_t i = 0; i < SHAPE_PROBES && !atomic_load(&l->p->device); i++) {
		size_t at = l->text.n / SHAPE_PROBES * i;
		const struct noro_record *r = record_at(l, at);

		if (device_shape(r->shape))
			atomic_store(&l->p->device, true);
	}
}

/* Logs in which several devices may speak. */
static bool many_may_speak(const struct piece *p)
{
	static const char *const readers[] = { "syslog", "cisco", "junos", "huawei" };

	for (size_t i = 0; p->reader && i < sizeof(readers) / sizeof(*readers); i++)
		if (strcmp(p->reader->name, readers[i]) == 0)
			return true;
	return false;
}

/* Names repeat: most were kept a few samples ago. */
static const char *kept_host(struct worker *w, const struct seg *seg, struct noro_view host)
{
	for (size_t back = 1; back <= 16 && back <= seg->heards; back++)
		if (noro_view_is(host, seg->heard[seg->heards - back].host))
			return seg->heard[seg->heards - back].host;
	return kept_view(w, host);
}

/* Some records of each chunk: enough to see a host fall silent that speaks often (silence.c). */
static enum noro_status hear(struct place *l, struct seg *seg)
{
	size_t n = l->offset < HEARD_DENSE_BYTES ? HEARD_DENSE : HEARD_SPARSE;
	size_t step = l->text.n / n + 1, end = 0;

	if (hunt_is_full(l->w))
		return NORO_OK;
	for (size_t at = 0; at < l->text.n; at += step) {
		const struct noro_record *r;
		struct heard *grown, one;

		if (at < end)
			continue;
		r = record_at(l, at);
		end = (size_t)(r->raw.p - l->text.p) + r->raw.n;
		if (r->time_ns == NORO_TIME_NONE || !r->field[NORO_FIELD_HOST].n)
			continue;
		one = (struct heard){ .ns = r->time_ns,
			.offset = l->offset + (uint64_t)(r->raw.p - l->text.p),
			.host = kept_host(l->w, seg, r->field[NORO_FIELD_HOST]) };
		grown = noro_grow(seg->heard, seg->heards, &seg->heard_cap, sizeof(*grown));
		if (!grown || !one.host)
			return NORO_ENOMEM;
		seg->heard = grown;
		seg->heard[seg->heards++] = one;
	}
	return NORO_OK;
}

enum noro_status hunt_look(struct worker *w, struct piece *p, uint32_t seg_number, struct seg *seg,
	struct noro_view text, uint64_t offset)
{
	struct place l = {
		.w = w, .p = p, .seg_number = seg_number, .seg = seg, .text = text, .offset = offset
	};
	struct noro_scan found;
	size_t checked_to = 0;
	struct noro_scanner *scanner = hunt_scanner(w, p->engine);
	enum noro_status st = scanner ? noro_scan(scanner, text.p, text.n, &found) : NORO_ENOMEM;

	for (size_t i = 0; st == NORO_OK && i < found.hits; i++) {
		const struct noro_hit *hit = &found.hit[i];

		if (!(hit->key & NORO_EXTRA))
			st = seen_already(&found, i) ? NORO_OK : indicator_hit(&l, hit);
		else if (hit->at >= checked_to)
			st = check_record(&l, &found, i, &checked_to);
	}
	if (st == NORO_OK && p->flows)
		st = check_flows(&l);
	if (w->h->o->rules && !p->binary && text.n && seg_number < SHAPE_CHUNKS)
		probe_shapes(&l);
	if (st == NORO_OK && w->h->o->rules && !p->binary && many_may_speak(p))
		st = hear(&l, seg);
	if (!p->binary)
		hunt_times(w, p, seg, l.text, offset);
	if (st == NORO_OK)
		seg->newlines += found.newlines;
	seg->bytes += text.n;
	return st;
}

/* A file as a record: its name and its digests, for patterns that ask for both. */
static struct noro_record file_record(const struct piece *p, const char *name)
{
	struct noro_record r = {
		.time_ns = p->mtime_ns, .parsed = true, .shape = "file", .raw = noro_view_str(name)
	};
	static const struct {
		enum noro_hash_kind kind;
		enum noro_field field;
	} digests[] = { { NORO_MD5, NORO_FIELD_MD5 }, { NORO_SHA1, NORO_FIELD_SHA1 },
		{ NORO_SHA256, NORO_FIELD_SHA256 } };

	for (size_t i = 0; i < sizeof(digests) / sizeof(*digests); i++)
		if (p->hash && p->hash[digests[i].kind][0])
			r.field[digests[i].field] = noro_view_str(p->hash[digests[i].kind]);
	r.field[NORO_FIELD_FILE] = noro_view_str(name);
	return r;
}

enum noro_status hunt_object_hit(
	struct worker *w, struct piece *p, uint32_t key_number, const char *name, const char *what)
{
	struct group *g = hunt_group(w, p->number, key_number);
	struct sample at = { .time_ns = p->mtime_ns, .record = what, .role = "file" };
	struct noro_record r = file_record(p, name);
	struct noro_set_key key;

	if (!g || !what || !name || noro_set_key(w->h->o->set, key_number, &key) != NORO_OK)
		return NORO_ENOMEM;
	g->count++;
	if (g->samples < GROUP_SAMPLES)
		g->sample[g->samples++] = at;
	group_time(g, w->h, &key, p->mtime_ns, 0);
	return keep_sightings(w, p->number, key_number, &key, &r, &at);
}
