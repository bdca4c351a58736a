/*
 * src/sensor/send.h - batches out of a spool to their receiver; a batch leaves only against a
 * receipt that holds.
 */
#pragma once

#include "base/progress.h"
#include "base/sign.h"
#include "net/http.h"

struct noro_sender_opts {
	const char *folder;              /* of the spool */
	const struct noro_key *receiver; /* whose receipts count */
	/* One attempt; as noro_http_put. */
	enum noro_status (*put)(void *ctx, const char *id, struct noro_view bytes,
		struct noro_http_answer *ret, struct noro_error *err);
	void *put_ctx;
	int64_t first_wait_ns, most_wait_ns; /* after failures, doubling; 0: 1 s, 5 minutes */
	/* What went wrong, as it happens: a wait, or a batch that was set aside. NULL: nobody
	 * listens. */
	void (*tell)(void *ctx, const struct noro_error *why, bool set_aside);
	void *tell_ctx;
	struct noro_progress *progress; /* interrupted is looked at between batches; NULL */
};

struct noro_sender_sum {
	uint64_t attempts, batches, measures, bytes; /* delivered */
	uint64_t refused;                            /* set aside */
	uint64_t waiting;                            /* in the spool at the end of the last run */
	unsigned failures;                           /* in a row, until something is delivered */
};

struct noro_sender;
/* NORO_EARG when another process sends from it. */
enum noro_status noro_sender_open(const struct noro_sender_opts *o, struct noro_sender **ret,
	struct noro_error *err) NORO_MUSTUSE;
void noro_sender_close(struct noro_sender *s);
/*
 * Deliver what is there. NORO_END: the spool is empty. NORO_OK: something waits; call again at
 * *ret_next_ns (nothing is tried before). Failures are of the spool itself.
 */
enum noro_status noro_sender_run(struct noro_sender *s, int64_t now_ns, int64_t *ret_next_ns,
	struct noro_error *err) NORO_MUSTUSE;
const struct noro_sender_sum *noro_sender_sum(const struct noro_sender *s);

/* The put of a struct noro_http. */
enum noro_status noro_sender_put(void *http, const char *id, struct noro_view bytes,
	struct noro_http_answer *ret, struct noro_error *err);
