/*
 * src/finding/measure_read.c - measures out of JSON that travelled: whatever it holds, a row that
 * is given on is whole, in range, and bounded.
 */
#include "finding/measure_priv.h"

#include "base/timeparse.h"

#include <math.h>
#include <stdlib.h>

enum { LIST_MOST = 1024, PAYLOAD_MOST = 4096, STRING_MOST = 65536 };

struct reader {
	struct noro_arena *a;
	enum noro_status status; /* NORO_EFORMAT: not of its kind */
};

static bool whole(const struct noro_json *v, uint64_t most, uint64_t *ret)
{
	return v->kind == NORO_JSON_NUMBER && noro_view_u64(v->text, ret) && *ret <= most;
}

static const char *text(struct reader *r, struct noro_view v)
{
	const char *s;

	if (v.n > STRING_MOST || (v.n && memchr(v.p, 0, v.n))) {
		r->status = NORO_EFORMAT;
		return NULL;
	}
	s = noro_arena_strn(r->a, v.p ? v.p : "", v.n);
	if (!s)
		r->status = NORO_ENOMEM;
	return s;
}

static bool real(const struct noro_json *v, double *ret)
{
	char buf[40], *end;

	*ret = NAN;
	if (v->kind == NORO_JSON_NULL)
		return true;
	if (v->kind != NORO_JSON_NUMBER || v->text.n >= sizeof(buf))
		return false;
	memcpy(buf, v->text.p, v->text.n);
	buf[v->text.n] = 0;
	*ret = strtod(buf, &end);
	return !*end && isfinite(*ret);
}

static bool moment(const struct noro_json *v, int64_t *ret)
{
	static const struct noro_time_ctx utc = { .ref_ns = NORO_TIME_NONE };
	struct noro_time t;

	*ret = NORO_TIME_NONE;
	if (v->kind == NORO_JSON_NULL)
		return true;
	if (v->kind != NORO_JSON_STRING || v->text.n < 20 || !noro_is_digit(v->text.p[0]) ||
		!noro_time_parse(v->text, &utc, &t) || t.length != v->text.n || t.flags)
		return false;
	*ret = t.ns;
	return true;
}

/* Hex into the arena; the number of bytes, or SIZE_MAX. */
static size_t hex(struct reader *r, const struct noro_json *v, size_t most, uint8_t **ret)
{
	size_t n = v->text.n / 2;
	uint8_t *p;

	if (v->kind != NORO_JSON_STRING || v->text.n % 2 || n > most)
		return SIZE_MAX;
	p = noro_arena_alloc(r->a, n ? n : 1);
	if (!p) {
		r->status = NORO_ENOMEM;
		return SIZE_MAX;
	}
	for (size_t i = 0; i < n; i++) {
		int hi = noro_hex_value(v->text.p[2 * i]),
		    lo = noro_hex_value(v->text.p[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return SIZE_MAX;
		p[i] = (uint8_t)(hi << 4 | lo);
	}
	*ret = p;
	return n;
}

static bool bits(const struct noro_json *v, uint64_t *ret)
{
	*ret = 0;
	if (v->kind != NORO_JSON_STRING || v->text.n != 16)
		return false;
	for (size_t i = 0; i < 16; i++) {
		int d = noro_hex_value(v->text.p[i]);

		if (d < 0)
			return false;
		*ret = *ret << 4 | (uint64_t)d;
	}
	return true;
}

static bool list(struct reader *r, const struct noro_json *v, struct noro_list *ret)
{
	const char **item;
	size_t n = 0;

	if (v->kind != NORO_JSON_ARRAY || v->count > LIST_MOST)
		return false;
	item = noro_arena_array(r->a, v->count + 1, sizeof(*item));
	if (!item) {
		r->status = NORO_ENOMEM;
		return false;
	}
	for (const struct noro_json *x = v->child; x; x = x->next) {
		if (x->kind != NORO_JSON_STRING)
			return false;
		item[n] = text(r, x->text);
		if (!item[n++])
			return false;
	}
	*ret = (struct noro_list){ item, n };
	return true;
}

static bool tallies(struct reader *r, const struct noro_json *v, struct noro_scan *m)
{
	if (v->kind != NORO_JSON_ARRAY || v->count > NORO_TALLIES)
		return false;
	for (const struct noro_json *x = v->child; x; x = x->next) {
		const struct noro_json *tool = noro_json_get(x, "tool"),
				       *n = noro_json_get(x, "hits");
		struct noro_tally *t = &m->tally[m->tallies++];

		if (!tool || !n || tool->kind != NORO_JSON_STRING ||
			!whole(n, UINT64_MAX, &t->hits))
			return false;
		t->tool = text(r, tool->text);
		if (!t->tool)
			return false;
	}
	return true;
}

static bool samples(struct reader *r, const struct noro_json *v, struct noro_scan *m)
{
	if (v->kind != NORO_JSON_ARRAY || v->count > NORO_SCAN_SAMPLES)
		return false;
	for (const struct noro_json *x = v->child; x; x = x->next) {
		const struct noro_json *t = noro_json_get(x, "time"),
				       *b = noro_json_get(x, "bytes");
		struct noro_sample *s = &m->sample[m->samples++];
		uint8_t *p;
		size_t n;

		if (!t || !b || !moment(t, &s->time_ns))
			return false;
		n = hex(r, b, sizeof(s->byte), &p);
		if (n == SIZE_MAX)
			return false;
		memcpy(s->byte, p, n);
		s->n = (uint16_t)n;
	}
	return true;
}

static bool unsigned_of(const struct noro_json *v, enum member_kind kind, void *at)
{
	uint64_t n, most = kind == M_U8    ? UINT8_MAX
			   : kind == M_U16 ? UINT16_MAX
			   : kind == M_U32 ? UINT32_MAX
					   : UINT64_MAX;

	if (!whole(v, most, &n))
		return false;
	if (kind == M_U8)
		*(uint8_t *)at = (uint8_t)n;
	else if (kind == M_U16)
		*(uint16_t *)at = (uint16_t)n;
	else if (kind == M_U32)
		*(uint32_t *)at = (uint32_t)n;
	else
		*(uint64_t *)at = n;
	return true;
}

static bool name(const struct noro_json *v, int (*parse)(struct noro_view), int *ret)
{
	*ret = v->kind == NORO_JSON_STRING ? parse(v->text) : -1;
	return *ret >= 0;
}

static bool prefix(const struct noro_json *v, struct noro_prefix *ret)
{
	bool host_bits;

	return v->kind == NORO_JSON_STRING && noro_prefix_parse(v->text, ret, &host_bits) &&
	       !host_bits;
}

static bool sha256(const struct noro_json *v, char *to)
{
	if (v->kind != NORO_JSON_STRING || (v->text.n && v->text.n != 64))
		return false;
	for (size_t i = 0; i < v->text.n; i++)
		if (noro_hex_value(v->text.p[i]) < 0)
			return false;
	if (v->text.n)
		memcpy(to, v->text.p, 64);
	to[v->text.n] = 0;
	return true;
}

static bool string(struct reader *r, const struct noro_json *v, const char **ret)
{
	if (v->kind == NORO_JSON_NULL)
		return true;
	if (v->kind != NORO_JSON_STRING)
		return false;
	*ret = text(r, v->text);
	return *ret != NULL;
}

static bool bytes(struct reader *r, const struct noro_json *v, struct noro_payload *m)
{
	uint8_t *p;
	size_t n = hex(r, v, PAYLOAD_MOST, &p);

	if (n == SIZE_MAX)
		return false;
	m->byte = p;
	m->n = n;
	return true;
}

static bool take(struct reader *r, const struct noro_member *f, const struct noro_json *v, void *m)
{
	void *at = (char *)m + f->at;
	int n;

	switch ((enum member_kind)f->kind) {
	case M_STR:
		return string(r, v, at);
	case M_U8:
	case M_U16:
	case M_U32:
	case M_U64:
		return unsigned_of(v, (enum member_kind)f->kind, at);
	case M_I64:
		return noro_json_i64(v, at);
	case M_DOUBLE:
		return real(v, at);
	case M_TIME:
		return moment(v, at);
	case M_BOOL:
		*(bool *)at = v->kind == NORO_JSON_TRUE;
		return v->kind == NORO_JSON_TRUE || v->kind == NORO_JSON_FALSE;
	case M_IP:
		return v->kind == NORO_JSON_STRING && noro_ip_parse(v->text, at);
	case M_PREFIX:
		return prefix(v, at);
	case M_LIST:
		return list(r, v, at);
	case M_CUT:
		if (!name(v, noro_cut_parse, &n))
			return false;
		*(enum noro_cut *)at = (enum noro_cut)n;
		return true;
	case M_PROOF:
		if (!name(v, noro_proof_parse, &n))
			return false;
		*(enum noro_proof *)at = (enum noro_proof)n;
		return true;
	case M_HEX64:
		return bits(v, at);
	case M_SHA256:
		return sha256(v, at);
	case M_BYTES:
		return bytes(r, v, m);
	case M_TALLIES:
		return tallies(r, v, m);
	case M_SAMPLES:
		return samples(r, v, m);
	}
	return false;
}

union row {
	struct noro_cell cell;
	struct noro_scan scan;
	struct noro_victim victim;
	struct noro_payload payload;
	struct noro_watch watch;
};

static enum noro_status fill(struct reader *r, const struct noro_measure_kind *k,
	const struct noro_json *o, union row *row, struct noro_error *err)
{
	for (size_t i = 0; i < k->members; i++) {
		const struct noro_member *f = &k->member[i];
		const struct noro_json *v = noro_json_get(o, f->name);

		if ((!v || v->kind == NORO_JSON_NULL) && f->must)
			return noro_fail(err, NORO_EFORMAT, N_("key '%1' is missing"), f->name);
		if (!v || take(r, f, v, row))
			continue;
		if (r->status == NORO_ENOMEM)
			return noro_fail(err, NORO_ENOMEM, NULL);
		return noro_fail(err, NORO_EFORMAT, N_("'%1' has no value of its kind"), f->name);
	}
	return NORO_OK;
}

static enum noro_status hand_over(int kind, const union row *row, const struct noro_measures *to)
{
	switch (kind) {
	case NORO_M_CELL:
		return to->cell ? to->cell(to->ctx, &row->cell) : NORO_OK;
	case NORO_M_SCAN:
		return to->scan ? to->scan(to->ctx, &row->scan) : NORO_OK;
	case NORO_M_VICTIM:
		return to->victim ? to->victim(to->ctx, &row->victim) : NORO_OK;
	case NORO_M_PAYLOAD:
		return to->payload ? to->payload(to->ctx, &row->payload) : NORO_OK;
	default:
		return to->watch ? to->watch(to->ctx, &row->watch) : NORO_OK;
	}
}

enum noro_status noro_measure_read(const struct noro_json *object, struct noro_arena *a,
	const struct noro_measures *to, struct noro_error *err)
{
	struct noro_view name = noro_json_str(object, "measure");
	struct reader r = { .a = a };

	for (int i = 0; i < NORO_M_KINDS; i++) {
		union row row = { 0 };
		enum noro_status st;

		if (!noro_view_is(name, noro_measure_kinds[i].name))
			continue;
		st = fill(&r, &noro_measure_kinds[i], object, &row, err);
		return st == NORO_OK ? hand_over(i, &row, to) : st;
	}
	return noro_fail(err, NORO_EFORMAT, N_("this is no measure"));
}
