/*
 * src/net/receipt.c - the word of the receiver that a batch is kept.
 *
 * What is signed is the canonical form (RFC 8785) of the object without its signature, so that
 * blanks and order do not matter and members that later versions add are covered.
 */
#include "base/jsonw.h"
#include "net/batch.h"

#include "base/timeparse.h"

#include <string.h>

static const char version[] = "noroshi/1";

static const struct noro_json_limits limits = {
	.max_bytes = NORO_RECEIPT_MAX_BYTES, .max_depth = 4, .max_values = 64
};

static void members(struct noro_jsonw *w, const struct noro_receipt *r, const struct noro_key *key)
{
	noro_jsonw_object(w);
	noro_jsonw_kstr(w, "receipt", version);
	noro_jsonw_kstr(w, "batch", r->batch);
	noro_jsonw_ku64(w, "measures", r->measures);
	noro_jsonw_ktime(w, "received", r->received_ns);
	noro_jsonw_kstr(w, "receiver", noro_key_id(key));
}

enum noro_status noro_receipt_write(const struct noro_receipt *r, const struct noro_key *key,
	struct noro_buf *out, struct noro_error *err)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf bare = { 0 }, text = { 0 };
	struct noro_jsonw w = noro_jsonw(&bare);
	const struct noro_json *v;
	char signature[NORO_SIGNATURE_TEXT];
	enum noro_status st;

	members(&w, r, key);
	noro_jsonw_object_end(&w);
	st = a && bare.status == NORO_OK ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
	if (st == NORO_OK)
		st = noro_json_parse(a, noro_buf_as_view(&bare), &limits, &v, err);
	if (st == NORO_OK)
		st = noro_json_canonical_but(v, "signature", a, &text, err);
	if (st == NORO_OK) {
		st = noro_sign(key, noro_buf_as_view(&text), signature);
		if (st != NORO_OK)
			(void)noro_fail(err, st, NULL);
	}
	if (st == NORO_OK) {
		w = noro_jsonw(out);
		members(&w, r, key);
		noro_jsonw_kstr(&w, "signature", signature);
		noro_jsonw_object_end(&w);
		noro_buf_chr(out, '\n');
		st = out->status == NORO_OK ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
	}
	noro_buf_done(&bare);
	noro_buf_done(&text);
	noro_arena_free(a);
	return st;
}

static enum noro_status take(
	const struct noro_json *v, struct noro_receipt *r, struct noro_error *err)
{
	static const struct noro_time_ctx utc = { .ref_ns = NORO_TIME_NONE };
	struct noro_view batch = noro_json_str(v, "batch"), at = noro_json_str(v, "received"),
			 by = noro_json_str(v, "receiver"), n = noro_json_str(v, "measures");
	struct noro_time t;

	if (!noro_view_is(noro_json_str(v, "receipt"), version) || !noro_batch_is_id(batch) ||
		!noro_view_u64(n, &r->measures) || by.n != sizeof(r->receiver) - 1 ||
		!noro_view_plain(by) || !noro_time_parse(at, &utc, &t) || t.length != at.n ||
		t.flags)
		return noro_fail(err, NORO_EFORMAT, N_("the answer is no receipt"));
	memcpy(r->batch, batch.p, batch.n);
	memcpy(r->receiver, by.p, by.n);
	r->received_ns = t.ns;
	return NORO_OK;
}

enum noro_status noro_receipt_read(struct noro_view bytes, const struct noro_key *key,
	struct noro_receipt *ret, struct noro_error *err)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_receipt r = { .measures = 0 };
	struct noro_buf text = { 0 };
	const struct noro_json *v = NULL;
	enum noro_status st = a ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);

	if (st == NORO_OK)
		st = noro_json_parse(a, bytes, &limits, &v, err);
	if (st == NORO_OK)
		st = take(v, &r, err);
	if (st == NORO_OK)
		st = noro_json_canonical_but(v, "signature", a, &text, err);
	if (st == NORO_OK &&
		!noro_sign_holds(key, noro_buf_as_view(&text), noro_json_str(v, "signature")))
		st = noro_fail(err, NORO_ECORRUPT,
			N_("the receipt is not signed by the key that was given"));
	noro_buf_done(&text);
	noro_arena_free(a);
	if (st == NORO_OK)
		*ret = r;
	return st;
}
