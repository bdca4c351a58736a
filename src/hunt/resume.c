/*
 * src/hunt/resume.c - what an interrupted run knows, and how a later one goes on.
 *
 * Hits of indicators, patterns and YARA rules are decided container by container:
 * of one that was read to its end the findings and the coverage can be taken over.
 * Checks decide over the records of all evidence, so their events are kept instead
 * and their conclusions drawn again (docs/decisions/0007-resume.md). The state is
 * worth nothing with other indicators or checks; a fingerprint of them stands in it.
 */
#include "hunt/hunt_priv.h"

#include "base/cursor.h"
#include "base/hash.h"
#include "base/mem.h"

enum { MAGIC_LEN = 16 };
#define NONE  UINT32_MAX
#define MAGIC "noroshi resume1\n"

/* --- what the run was about --- */

static void add_text(struct noro_hash *sum, const char *s)
{
	noro_hash_add(sum, s, strlen(s) + 1);
}

static void add_rules(const struct noro_rules *r, struct noro_hash *sum)
{
	size_t n;
	const char *const *name = noro_rules_fields(r, &n);

	for (size_t i = 0; i < n; i++)
		add_text(sum, name[i]);
	name = noro_rules_literals(r, &n);
	for (size_t i = 0; i < n; i++)
		add_text(sum, name[i]);
	for (size_t i = 0; i < noro_rules_count(r); i++)
		add_text(sum, noro_rules_check(r, i)->id);
}

static enum noro_status fingerprint(const struct noro_hunt_opts *o, char out[NORO_HASH_TEXT])
{
	struct noro_hash *sum = noro_hash_new(1U << NORO_SHA256);
	enum noro_status st = sum ? NORO_OK : NORO_ENOMEM;

	if (!sum)
		return st;
	add_text(sum, NORO_VERSION);
	noro_hash_add(sum, &o->since_ns, sizeof(o->since_ns));
	noro_hash_add(sum, &o->until_ns, sizeof(o->until_ns));
	for (uint32_t k = 0; st == NORO_OK && k < noro_set_keys(o->set); k++) {
		struct noro_set_key key;

		st = noro_set_key(o->set, k, &key);
		if (st == NORO_OK) {
			noro_hash_add(sum, &key.kind, sizeof(key.kind));
			noro_hash_add(sum, key.value.p, key.value.n);
		}
	}
	if (o->rules)
		add_rules(o->rules, sum);
	for (size_t i = 0; i < o->yaras; i++)
		add_text(sum, o->yara[i]);
	if (st == NORO_OK)
		st = noro_hash_hex(sum, NORO_SHA256, out);
	noro_hash_free(sum);
	return st;
}

/* --- writing --- */

static void put32(struct noro_buf *b, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		noro_buf_chr(b, (char)(v >> 8 * i & 0xff));
}

static void put64(struct noro_buf *b, uint64_t v)
{
	put32(b, (uint32_t)v);
	put32(b, (uint32_t)(v >> 32));
}

static void put_view(struct noro_buf *b, struct noro_view v)
{
	put32(b, v.p ? (uint32_t)v.n : NONE);
	if (v.p)
		noro_buf_view(b, v);
}

static void put_text(struct noro_buf *b, const char *s)
{
	put_view(b, s ? noro_view_str(s) : (struct noro_view){ 0 });
}

/* Read to the end, and nothing in it that a second try might read better. */
static bool *whole_items(const struct hunt *h)
{
	bool *whole = noro_calloc(h->items + 1, sizeof(*whole));

	if (!whole)
		return NULL;
	for (size_t i = 0; i < h->items; i++)
		whole[i] = atomic_load(&h->item_done[i]) && !h->item[i].standard_input;
	for (size_t i = 0; i < h->pieces; i++)
		if (h->piece[i]->err || atomic_load(&h->piece[i]->incomplete))
			whole[h->piece[i]->item] = false;
	return whole;
}

static void put_event(const struct hunt *h, const struct checked *c, struct noro_buf *b)
{
	const struct piece *p = h->piece[c->piece];
	struct noro_place at = hunt_place(h, p, &c->at);

	put_text(b, p->container);
	put_text(b, p->path);
	put32(b, p->member);
	put32(b, c->at.seg);
	put64(b, at.offset);
	put64(b, at.line);
	put64(b, (uint64_t)at.time_ns);
	put32(b, at.time_flags);
	put_text(b, at.record);
	put_text(b, at.host);
	put32(b, c->event.signal);
	put64(b, (uint64_t)c->event.time_ns);
	put32(b, c->event.fields);
	for (uint32_t i = 0; i < c->event.fields; i++)
		put_view(b, c->event.field[i]);
}

static void put_state(const struct hunt *h, const bool *whole, struct noro_buf *b)
{
	uint32_t items = 0;

	for (size_t i = 0; i < h->items; i++)
		items += whole[i];
	put32(b, items);
	for (size_t i = 0; i < h->items; i++)
		if (whole[i])
			put_text(b, h->item[i].path);
	for (unsigned w = 0; w < h->workers; w++)
		for (size_t i = 0; i < h->worker[w].events; i++) {
			const struct checked *c = &h->worker[w].event[i];

			if (whole[h->piece[c->piece]->item])
				put_event(h, c, b);
			if (b->n > NORO_HUNT_MAX_STATE)
				return;
		}
}

enum noro_status hunt_state_save(const struct hunt *h)
{
	struct noro_buf body = { 0 }, *out = h->o->state;
	char about[NORO_HASH_TEXT], digest[NORO_HASH_TEXT];
	bool *whole = whole_items(h);
	enum noro_status st = whole ? fingerprint(h->o, about) : NORO_ENOMEM;

	if (st == NORO_OK) {
		put_state(h, whole, &body);
		st = body.status;
	}
	free(whole);
	if (st == NORO_OK)
		st = noro_hash_of(NORO_SHA256, noro_buf_as_view(&body), digest);
	if (st == NORO_OK && body.n <= NORO_HUNT_MAX_STATE) {
		noro_buf_str(out, MAGIC);
		noro_buf_str(out, about);
		noro_buf_str(out, digest);
		noro_buf_view(out, noro_buf_as_view(&body));
		st = out->status;
	}
	noro_buf_done(&body);
	return st;
}

/* --- reading --- */

static struct noro_view get_view(struct noro_cursor *c)
{
	uint32_t n = noro_cursor_le32(c);
	struct noro_view v = { 0 };

	if (n != NONE)
		v = noro_cursor_bytes(c, n);
	return v;
}

static const char *get_text(struct noro_cursor *c, struct noro_arena *a)
{
	struct noro_view v = get_view(c);

	return v.p ? noro_arena_strn(a, v.p, v.n) : NULL;
}

static ptrdiff_t item_by_path(const struct hunt *h, const char *path)
{
	for (size_t lo = 0, hi = h->items; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(h->item[h->by_path[mid]].path, path);

		if (c == 0)
			return (ptrdiff_t)h->by_path[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return -1;
}

static int by_item_path(const void *x, const void *y, void *ctx)
{
	const struct hunt *h = ctx;

	return strcmp(h->item[*(const uint32_t *)x].path, h->item[*(const uint32_t *)y].path);
}

static enum noro_status order_paths(struct hunt *h)
{
	h->by_path = noro_arena_array(h->keep, h->items + 1, sizeof(*h->by_path));
	h->earlier_item = noro_arena_array(h->keep, h->items + 1, sizeof(*h->earlier_item));
	if (!h->by_path || !h->earlier_item)
		return NORO_ENOMEM;
	for (size_t i = 0; i < h->items; i++)
		h->by_path[i] = (uint32_t)i;
	qsort_r(h->by_path, h->items, sizeof(*h->by_path), by_item_path, h);
	return NORO_OK;
}

/* The item that a path of coverage or of a finding belongs to: "a.zip!/b" to "a.zip". */
static ptrdiff_t item_of(struct hunt *h, const char *path)
{
	ptrdiff_t item = path ? item_by_path(h, path) : -1;

	for (const char *cut = path; item < 0 && cut && (cut = strstr(cut, "!/")); cut++) {
		const char *container = noro_arena_strn(h->keep, path, (size_t)(cut - path));

		if (container)
			item = item_by_path(h, container);
	}
	return item;
}

static bool kept(struct hunt *h, const char *path)
{
	ptrdiff_t item = item_of(h, path);

	return item >= 0 && h->earlier_item[item];
}

static struct piece *earlier_piece(struct hunt *h, uint32_t item, uint32_t member, const char *path)
{
	struct piece *last = h->pieces ? h->piece[h->pieces - 1] : NULL, **grown;

	/* events of one text mostly follow each other */
	if (last && last->earlier && last->item == item && last->member == member)
		return last;
	grown = noro_grow(h->piece, h->pieces, &h->piece_cap, sizeof(struct piece *));
	if (!grown)
		return NULL;
	h->piece = grown;
	last = noro_arena_alloc(h->keep, sizeof(*last));
	if (!last)
		return NULL;
	*last = (struct piece){ .number = (uint32_t)h->pieces,
		.item = item,
		.member = member,
		.path = path,
		.container = h->item[item].path,
		.earlier = true,
		.fd = -1 };
	pthread_mutex_init(&last->lock, NULL);
	h->piece[h->pieces++] = last;
	return last;
}

static enum noro_status keep_event(struct hunt *h, const struct checked *c)
{
	struct worker *w = &h->worker[0];
	struct checked *grown = noro_grow(w->event, w->events, &w->event_cap, sizeof(*grown));

	if (!grown)
		return NORO_ENOMEM;
	w->event = grown;
	w->event[w->events++] = *c;
	return NORO_OK;
}

static enum noro_status get_event(struct hunt *h, struct noro_cursor *in)
{
	const char *container = get_text(in, h->keep), *path = get_text(in, h->keep);
	struct checked c = { 0 };
	struct noro_view *field;
	struct piece *p;
	uint32_t member = noro_cursor_le32(in);
	ptrdiff_t item = container ? item_by_path(h, container) : -1;

	c.at.seg = noro_cursor_le32(in);
	c.at.offset = noro_cursor_le64(in);
	c.at.line = noro_cursor_le64(in);
	c.at.time_ns = (int64_t)noro_cursor_le64(in);
	c.at.time_flags = noro_cursor_le32(in);
	c.at.record = get_text(in, h->keep);
	c.at.host = get_text(in, h->keep);
	c.event.signal = noro_cursor_le32(in);
	c.event.time_ns = (int64_t)noro_cursor_le64(in);
	c.event.fields = noro_cursor_le32(in);
	if (in->status != NORO_OK || !path || c.event.fields > NORO_RULE_MAX_FIELDS)
		return NORO_ECORRUPT;
	field = noro_arena_array(h->keep, c.event.fields + 1, sizeof(*field));
	for (uint32_t i = 0; field && i < c.event.fields; i++)
		field[i] = get_view(in);
	if (in->status != NORO_OK)
		return NORO_ECORRUPT;
	if (item < 0 || !h->earlier_item[item])
		return NORO_OK; /* the evidence is no longer there */
	p = field ? earlier_piece(h, (uint32_t)item, member, path) : NULL;
	if (!p)
		return NORO_ENOMEM;
	c.event.field = field;
	c.piece = p->number;
	return keep_event(h, &c);
}

static enum noro_status read_state(struct hunt *h, struct noro_view text, struct noro_error *err)
{
	struct noro_cursor in = noro_cursor(text.p, text.n);
	uint32_t items = noro_cursor_le32(&in);
	enum noro_status st = NORO_OK;

	for (uint32_t i = 0; i < items && in.status == NORO_OK; i++) {
		const char *path = get_text(&in, h->keep);
		ptrdiff_t item = path ? item_by_path(h, path) : -1;

		if (item >= 0)
			h->earlier_item[item] = true;
	}
	while (st == NORO_OK && in.status == NORO_OK && noro_cursor_left(&in))
		st = get_event(h, &in);
	if (st == NORO_OK && in.status != NORO_OK)
		st = NORO_ECORRUPT;
	return st == NORO_ECORRUPT
		       ? noro_fail(err, st, N_("the state of the interrupted run is damaged"))
		       : st;
}

enum noro_status hunt_state_open(struct hunt *h, struct noro_error *err)
{
	struct noro_view v = h->o->earlier->state;
	char about[NORO_HASH_TEXT], digest[NORO_HASH_TEXT];
	const size_t hex = (size_t)2 * 32, head = MAGIC_LEN + 2 * hex;
	enum noro_status st = order_paths(h);

	if (st == NORO_OK)
		st = fingerprint(h->o, about);
	if (st != NORO_OK)
		return st;
	if (v.n < head || memcmp(v.p, MAGIC, MAGIC_LEN) != 0)
		return noro_fail(
			err, NORO_ECORRUPT, N_("the state of the interrupted run is damaged"));
	if (memcmp(v.p + MAGIC_LEN, about, hex) != 0)
		return noro_fail(err, NORO_EARG,
			N_("the interrupted run had other indicators, checks or times: start "
			   "without --resume"));
	st = noro_hash_of(NORO_SHA256, noro_view_sub(v, head, v.n), digest);
	if (st != NORO_OK)
		return st;
	if (memcmp(v.p + MAGIC_LEN + hex, digest, hex) != 0)
		return noro_fail(
			err, NORO_ECORRUPT, N_("the state of the interrupted run is damaged"));
	return read_state(h, noro_view_sub(v, head, v.n), err);
}

/* --- joining --- */

/* A conclusion of the checks is drawn again, and what was gone is no finding. */
static bool taken_over(struct hunt *h, const struct noro_finding *f)
{
	bool concluded = h->o->rules && f->rule && noro_rules_by_id(h->o->rules, f->rule) >= 0;

	/* made of an indicator's hits, which are not looked for again */
	concluded = concluded && strcmp(f->rule, HUNT_DEVICE_HIT) != 0;

	return !concluded && f->state != NORO_STATE_GONE && kept(h, f->container);
}

enum noro_status hunt_join_findings(struct hunt *h, struct findings *out)
{
	const struct noro_earlier *e = h->o->earlier;

	for (size_t i = 0; e && i < e->findings; i++) {
		struct noro_finding *f =
			taken_over(h, &e->finding[i]) ? hunt_finding_new(out) : NULL;

		if (!f && taken_over(h, &e->finding[i]))
			return NORO_ENOMEM;
		if (!f)
			continue;
		*f = e->finding[i];
		f->state = (enum noro_state)0;
		f->suppressed = NULL;
	}
	return NORO_OK;
}

struct row {
	struct noro_coverage c;
	ptrdiff_t item;
	size_t number;
};

static int by_item(const void *x, const void *y)
{
	const struct row *a = x, *b = y;

	if (a->item != b->item)
		return a->item < b->item ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

/* Whether the digest is that of the whole container, which depends on the findings in it. */
static bool of_container(const struct noro_coverage *c)
{
	for (size_t i = 0; i < c->detectors.n; i++)
		if (strcmp(c->detectors.item[i], "hash") == 0)
			return false;
	return true;
}

enum noro_status hunt_join_coverage(struct hunt *h, struct noro_result *r)
{
	const struct noro_earlier *e = h->o->earlier;
	size_t n = 0;
	struct row *row;
	struct noro_coverage *c;

	if (!e)
		return NORO_OK;
	row = noro_reallocarray(NULL, r->coverages + e->coverages + 1, sizeof(*row));
	c = noro_arena_array(h->keep, r->coverages + e->coverages + 1, sizeof(*c));
	if (!row || !c) {
		free(row);
		return NORO_ENOMEM;
	}
	for (size_t i = 0; i < r->coverages; i++, n++)
		row[n] = (struct row){ r->coverage[i], item_of(h, r->coverage[i].path), n };
	for (size_t i = 0; i < e->coverages; i++) {
		if (!kept(h, e->coverage[i].path))
			continue;
		row[n] = (struct row){ e->coverage[i], item_of(h, e->coverage[i].path), n };
		if (of_container(&row[n].c))
			row[n].c.sha256 = NULL;
		r->run.bytes += e->coverage[i].read_bytes;
		r->run.records += e->coverage[i].records;
		r->run.members += strcmp(h->item[row[n].item].path, e->coverage[i].path) != 0;
		n++;
	}
	qsort(row, n, sizeof(*row), by_item);
	for (size_t i = 0; i < n; i++)
		c[i] = row[i].c;
	free(row);
	r->coverage = c;
	r->coverages = n;
	return NORO_OK;
}
