/*
 * src/match/scan.c - one text through the kernel, its candidates through the exact
 * answers, and the hits in order.
 */
#include "match/match_priv.h"

#include "base/mem.h"

void noro_scan_fail(struct noro_scanner *s, enum noro_status st)
{
	if (s->status == NORO_OK)
		s->status = st;
}

void noro_scan_hit(
	struct noro_scanner *s, size_t at, size_t len, uint32_t key, enum noro_ioc_kind k, bool sub)
{
	struct noro_hit *grown = noro_grow(s->hit, s->hits, &s->hit_cap, sizeof(*s->hit));

	if (!grown) {
		noro_scan_fail(s, NORO_ENOMEM);
		return;
	}
	s->hit = grown;
	s->hit[s->hits++] = (struct noro_hit){
		.at = (uint32_t)at,
		.len = (uint32_t)len,
		.key = key,
		.kind = (uint8_t)k,
		.form = s->form,
		.sub = sub,
	};
}

static void verify_lists(struct noro_scanner *s)
{
	struct noro_lane *l = s->lane;

	/* what a kernel found in the bytes that pad the last block ends behind the text */
	for (size_t i = 0; i < l->rares; i++)
		noro_verify_rare(s, l->rare[i]);
	for (size_t i = 0; i < l->then->v4s; i++)
		noro_verify_v4(s, l->then->v4[i], l->then->ip[i]);
	for (size_t i = 0; i < l->then->names; i++)
		noro_verify_name(s, l->then->name[i]);
	if (s->v6s >= ENOUGH_WAITING)
		noro_verify_waiting(s);
	for (size_t i = 0; i < l->hexes; i++)
		noro_verify_hex(s, l->hex[i][0], l->hex[i][1]);
	for (size_t i = 0; i < l->shapes; i++)
		noro_verify_shape(s, l->shape[i]);
}

void noro_scan_text(struct noro_scanner *s)
{
	s->hex_done = s->colon_done = 0;
	for (size_t at = 0; at <= s->len; at += LANE_BYTES) {
		s->m->lane(s->lane, s->text, at, s->len);
		verify_lists(s);
		if (s->decode)
			noro_decode_spots(s, at);
	}
	s->m->lane(s->lane, s->text, LANE_FLUSH, s->len);
	verify_lists(s);
	noro_verify_waiting(s);
	noro_verify_waiting4(s);
	if (s->m->view->idn)
		noro_wide_scan(s);
	if (s->strings)
		noro_strings_scan(s);
}

static int compare_hits(const void *a, const void *b)
{
	const struct noro_hit *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return x->form < y->form ? -1 : x->form > y->form;
}

/* In order, each (at, len, key) once; the plain form stands before the others. */
static void settle(struct noro_scanner *s)
{
	size_t n = 0;

	if (s->hits > 1)
		qsort(s->hit, s->hits, sizeof(*s->hit), compare_hits);
	for (size_t i = 0; i < s->hits; i++) {
		const struct noro_hit *h = &s->hit[i];

		if (n && s->hit[n - 1].at == h->at && s->hit[n - 1].len == h->len &&
			s->hit[n - 1].key == h->key)
			continue;
		s->hit[n++] = *h;
	}
	s->hits = n;
}

enum noro_status noro_scan(
	struct noro_scanner *s, const char *buf, size_t len, struct noro_scan *ret)
{
	if (len > NORO_SCAN_MAX)
		return NORO_ELIMIT;
	s->text = (const uint8_t *)buf;
	s->len = len;
	s->hits = 0;
	s->status = NORO_OK;
	s->form = NORO_FORM_PLAIN;
	s->lane->newlines = 0;
	if (s->decode)
		noro_decode_reset(s->decode);
	noro_scan_text(s);
	ret->newlines = s->lane->newlines;
	if (s->decode)
		noro_decode_run(s);
	settle(s);
	ret->hit = s->hit;
	ret->hits = s->hits;
	return s->status;
}

enum noro_status noro_scanner_new(const struct noro_match *m, struct noro_scanner **ret)
{
	struct noro_scanner *s = noro_calloc(1, sizeof(*s));
	enum noro_status st = NORO_OK;
	void *lane;

	if (!s)
		return NORO_ENOMEM;
	s->m = m;
	lane = noro_calloc(1, sizeof(*s->lane) + 64);
	s->lane_memory = lane;
	if (lane && m->strings)
		st = noro_strings_state_new(m->strings, &s->strings);
	if (lane && st == NORO_OK && m->decode)
		st = noro_decode_new(&s->decode);
	if (!lane || st != NORO_OK) {
		noro_scanner_free(s);
		return NORO_ENOMEM;
	}
	s->lane = (void *)(((uintptr_t)lane + 63) & ~(uintptr_t)63);
	s->lane->set = m->view;
	s->lane->want = m->want;
	s->lane->any_escape = m->strings ? UINT64_MAX : 0;
	s->lane->quad_shape = m->quad_shape;
	s->lane->quad_mix = m->quad_mix;
	*ret = s;
	return NORO_OK;
}

void noro_scanner_free(struct noro_scanner *s)
{
	if (!s)
		return;
	free(s->lane_memory);
	noro_strings_state_free(s->strings);
	noro_decode_free(s->decode);
	free(s->hit);
	free(s);
}
