/*
 * src/sensor/receive.h - a small receiver: batches into a history, receipts out (docs/batch.md).
 * For tests and for sites with a few sensors; the hub accepts the same.
 */
#pragma once

#include "base/sign.h"
#include "net/http.h"
#include "store/history.h"

struct noro_receiver {
	struct noro_history *history;
	const struct noro_key *key; /* with its secret half: signs the receipts */
	struct noro_view token;     /* who may send; empty: whoever reaches us */
	int64_t (*now)(void *ctx);
	void *now_ctx;

	uint64_t batches, again, measures, refused; /* counted */
	/* What went wrong on our side, for a person; NULL: nobody listens. */
	void (*tell)(void *ctx, const struct noro_error *why);
	void *tell_ctx;

	/* Where the history lies: the thread that reads strangers' bytes may open no other files.
	 * NULL: it lies with a server elsewhere. */
	const char *folder;
	bool begun;
	unsigned confined; /* enum noro_confined bits that hold */
};

/* Before the first byte of a stranger, on the thread that reads it: give away what the work does
 * not need. For noro_httpd_opts. */
void noro_receive_begin(void *ctx);

/* The answer to a request, for noro_httpd_opts: `ctx` is a struct noro_receiver. */
void noro_receive(void *ctx, const struct noro_http_request *q, struct noro_http_answer *ret);
