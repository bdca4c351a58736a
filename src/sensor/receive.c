/*
 * src/sensor/receive.c - batches into a history.
 *
 * A batch is judged whole before anything is written, and written in one transaction with its id:
 * a receipt is signed only after that is durable, and a batch that comes again gets the same
 * answer without being counted again.
 */
#include "sensor/receive.h"

#include "base/confine.h"
#include "net/batch.h"
#include "report/lang.h"

#include <string.h>

static void say(struct noro_http_answer *a, unsigned code, const struct noro_error *why)
{
	struct noro_buf text = { 0 };
	struct noro_jsonw w;

	noro_lang_error(NORO_EN, why, &text);
	noro_buf_clear(&a->body);
	w = noro_jsonw(&a->body);
	a->code = code;
	noro_jsonw_object(&w);
	noro_jsonw_kview(&w, "error", noro_buf_as_view(&text));
	noro_jsonw_object_end(&w);
	noro_buf_chr(&a->body, '\n');
	noro_buf_done(&text);
}

/* The sender's fault; it is told, and it is over. */
static void refuse(struct noro_receiver *r, struct noro_http_answer *a, unsigned code,
	const struct noro_error *why)
{
	r->refused++;
	say(a, code, why);
}

/* Ours: the batch stays with the sender, who comes again. */
static void fail(struct noro_receiver *r, struct noro_http_answer *a, const struct noro_error *why)
{
	if (r->tell)
		r->tell(r->tell_ctx, why);
	say(a, why->status == NORO_ENOSPC ? 507 : 503, why);
	a->retry_after_s = 10;
}

static enum noro_status keep(struct noro_receiver *r, const char *id, struct noro_view bytes,
	bool *again, struct noro_error *err)
{
	struct noro_batch b;
	enum noro_status st = noro_history_begin(r->history, id, err);

	*again = st == NORO_END;
	if (st != NORO_OK)
		return st == NORO_END ? NORO_OK : st;
	st = noro_batch_read(bytes, &b, noro_history_measures(r->history), err);
	if (st == NORO_OK)
		return noro_history_commit(r->history, err);
	noro_history_abandon(r->history);
	return st;
}

static void take(struct noro_receiver *r, const char *id, struct noro_view bytes,
	struct noro_http_answer *ret)
{
	struct noro_error err = { 0 };
	struct noro_receipt receipt = { .received_ns = r->now(r->now_ctx) };
	struct noro_batch b;
	bool again = false;
	enum noro_status st = noro_batch_read(bytes, &b, NULL, &err);

	if (st != NORO_OK && st != NORO_ENOMEM) {
		char name[13] = { 0 };

		memcpy(name, id, sizeof(name) - 1);
		(void)noro_error_at(&err, name, err.unit, err.at);
		refuse(r, ret, 400, &err);
		return;
	}
	if (st == NORO_OK)
		st = keep(r, id, bytes, &again, &err);
	if (st == NORO_OK) {
		memcpy(receipt.batch, id, sizeof(receipt.batch));
		receipt.measures = b.measures;
		st = noro_receipt_write(&receipt, r->key, &ret->body, &err);
	}
	if (st != NORO_OK) {
		fail(r, ret, &err);
		return;
	}
	ret->code = again ? 200 : 201;
	if (again) {
		r->again++;
		return;
	}
	r->batches++;
	r->measures += b.measures;
}

void noro_receive_begin(void *ctx)
{
	struct noro_receiver *r = ctx;

	if (!r->begun)
		r->confined = noro_confine_server(r->folder);
	r->begun = true;
}

void noro_receive(void *ctx, const struct noro_http_request *q, struct noro_http_answer *ret)
{
	static const char prefix[] = "/batches/";
	struct noro_receiver *r = ctx;
	struct noro_view path = noro_view_str(q->path),
			 id = noro_view_sub(path, sizeof(prefix) - 1, SIZE_MAX);
	char digest[NORO_BATCH_ID_TEXT];
	struct noro_error err = { 0 };
	unsigned code = 0;

	if (!noro_view_starts(path, prefix) || !noro_batch_is_id(id)) {
		(void)noro_fail(&err, NORO_ENOENT, N_("batches are put to /batches/ID"));
		code = 404;
	} else if (strcmp(q->method, "PUT") != 0) {
		(void)noro_fail(&err, NORO_EARG, N_("batches are put to /batches/ID"));
		code = 405;
	} else if (r->token.n && !noro_http_bearer(q->authorization, r->token)) {
		(void)noro_fail(&err, NORO_EACCESS, N_("this needs a token"));
		code = 401;
	} else if (noro_batch_id(q->body, digest) != NORO_OK) {
		(void)noro_fail(&err, NORO_ENOMEM, NULL);
		code = 503;
	} else if (!noro_view_is(id, digest)) {
		(void)noro_fail(&err, NORO_ECORRUPT,
			N_("the bytes are not those of this batch: their digest is another"));
		code = 422;
	}
	if (code)
		refuse(r, ret, code, &err);
	else
		take(r, digest, q->body, ret);
}
