/*
 * src/sensor/send.c - batches out of a spool.
 *
 * Sending twice is harmless, so that there is one rule: a batch stays until a receipt for exactly
 * this batch, signed by the receiver we know, is in our hands. Whatever else happens is a reason to
 * wait, except that the receiver says of this very batch that it will never take it: then it is set
 * aside with the reason, and the others go on.
 */
#include "sensor/send.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "net/batch.h"
#include "sensor/spool_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_WAIT_NS NORO_NS_PER_S
#define MOST_WAIT_NS  (300 * NORO_NS_PER_S)

enum { RECEIPTS_BYTES = 16 << 20 };

struct noro_sender {
	struct noro_sender_opts o;
	struct noro_sender_sum sum;
	int lock;
	int64_t not_before_ns;
	struct noro_arena *arena; /* of one run */
	struct noro_buf bytes;
	struct noro_http_answer answer;
};

/* What became of one attempt. */
enum outcome { DELIVERED, ASIDE, KEEP, LATER };

enum noro_status noro_sender_open(
	const struct noro_sender_opts *o, struct noro_sender **ret, struct noro_error *err)
{
	struct noro_sender *s = noro_calloc(1, sizeof(*s));
	enum noro_status st;

	if (!s)
		return noro_fail(err, NORO_ENOMEM, NULL);
	s->o = *o;
	s->o.first_wait_ns = o->first_wait_ns ? o->first_wait_ns : FIRST_WAIT_NS;
	s->o.most_wait_ns = o->most_wait_ns ? o->most_wait_ns : MOST_WAIT_NS;
	s->not_before_ns = NORO_TIME_NONE;
	s->lock = -1;
	s->arena = noro_arena_new(0);
	st = s->arena ? spool_lock(o->folder, "sending", N_("another process sends from '%1'"),
				&s->lock, err)
		      : noro_fail(err, NORO_ENOMEM, NULL);
	if (st == NORO_OK)
		*ret = s;
	else
		noro_sender_close(s);
	return st;
}

void noro_sender_close(struct noro_sender *s)
{
	if (!s)
		return;
	if (s->lock >= 0)
		(void)close(s->lock);
	noro_buf_done(&s->bytes);
	noro_buf_done(&s->answer.body);
	noro_arena_free(s->arena);
	free(s);
}

const struct noro_sender_sum *noro_sender_sum(const struct noro_sender *s)
{
	return &s->sum;
}

static void tell(const struct noro_sender *s, const struct noro_error *why, bool set_aside)
{
	if (s->o.tell)
		s->o.tell(s->o.tell_ctx, why, set_aside);
}

/* --- what leaves the spool --- */

/* Proof in hand if the receiver should lose what it promised to keep. Best effort: a full disk
 * keeps no batch from leaving. */
static void keep_receipt(const struct noro_sender *s)
{
	const char *path = spool_path(s->arena, s->o.folder, "receipts.jsonl"),
		   *older = spool_path(s->arena, s->o.folder, "receipts.1.jsonl");
	struct stat at;
	int fd;

	if (!path || !older)
		return;
	if (stat(path, &at) == 0 && at.st_size > RECEIPTS_BYTES)
		(void)rename(path, older);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd < 0)
		return;
	if (write(fd, s->answer.body.p, s->answer.body.n) != (ssize_t)s->answer.body.n)
		errno = 0; /* the proof is lost, the batch is not */
	(void)close(fd);
}

static void note(const struct noro_sender *s, const char *path, const char *id,
	const struct noro_error *why, int64_t now_ns)
{
	struct noro_buf text = { 0 };
	struct noro_jsonw w = noro_jsonw(&text);

	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "batch", id);
	noro_jsonw_ktime(&w, "refused", now_ns);
	noro_jsonw_ku64(&w, "code", s->answer.code);
	noro_jsonw_kstr(&w, "why", why->msg);
	noro_jsonw_key(&w, "arguments");
	noro_jsonw_array(&w);
	for (size_t i = 0; i < NORO_ERROR_ARGS && why->arg[i][0]; i++)
		noro_jsonw_str(&w, why->arg[i]);
	noro_jsonw_array_end(&w);
	noro_jsonw_object_end(&w);
	noro_buf_chr(&text, '\n');
	if (text.status == NORO_OK && noro_file_write(path, 0640, noro_buf_as_view(&text), NULL))
		(void)unlink(path);
	noro_buf_done(&text);
}

/* The batch and why nobody takes it, for a person. */
static enum noro_status set_aside(struct noro_sender *s, const char *path, const char *id,
	const struct noro_error *why, int64_t now_ns, struct noro_error *err)
{
	const char *folder = spool_path(s->arena, s->o.folder, SPOOL_REFUSED);
	const char *to = folder ? noro_arena_printf(s->arena, "%s/%s%s", folder, id, SPOOL_BATCH)
				: NULL,
		   *reason = folder ? noro_arena_printf(s->arena, "%s/%s.json", folder, id) : NULL;
	enum noro_status st;

	if (!to || !reason)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (mkdir(folder, 0750) < 0 && errno != EEXIST)
		return noro_fail_errno(err, errno, folder);
	note(s, reason, id, why, now_ns);
	if (rename(path, to) < 0)
		return noro_fail_errno(err, errno, path);
	st = spool_sync(folder, err);
	s->sum.refused++;
	tell(s, why, true);
	return st;
}

/* --- one batch --- */

static uint64_t count_measures(struct noro_view bytes)
{
	uint64_t lines = 0;

	for (size_t at; (at = noro_view_chr(bytes, '\n')) != SIZE_MAX; lines++)
		bytes = noro_view(bytes.p + at + 1, bytes.n - at - 1);
	return lines ? lines - 1 : 0;
}

static enum outcome judge_receipt(struct noro_sender *s, const char *id, struct noro_error *why)
{
	struct noro_receipt r;
	uint64_t n = count_measures(noro_buf_as_view(&s->bytes));

	if (noro_receipt_read(noro_buf_as_view(&s->answer.body), s->o.receiver, &r, why) != NORO_OK)
		return LATER;
	if (strcmp(r.batch, id) != 0) {
		(void)noro_fail(why, NORO_ECORRUPT, N_("the receipt is for another batch"));
		return LATER;
	}
	if (r.measures != n) {
		(void)noro_fail(why, NORO_ECORRUPT,
			N_("the receipt is for %1 measures, and %2 were sent"),
			NORO_NUM(r.measures), NORO_NUM(n));
		return LATER;
	}
	s->sum.measures += n;
	return DELIVERED;
}

/* What the receiver says is a stranger's text: shown only if it is plain. */
static enum outcome judge_answer(struct noro_sender *s, const char *id, struct noro_error *why)
{
	static const struct noro_json_limits limits = { .max_depth = 4, .max_values = 64 };
	const struct noro_json *v;
	struct noro_view said = { 0 };
	unsigned code = s->answer.code;
	char text[96] = "";

	if (code == 200 || code == 201)
		return judge_receipt(s, id, why);
	if (noro_json_parse(s->arena, noro_buf_as_view(&s->answer.body), &limits, &v, NULL) ==
		NORO_OK)
		said = noro_json_str(v, "error");
	if (said.n && said.n < sizeof(text) && noro_view_plain(said))
		memcpy(text, said.p, said.n);
	(void)noro_fail(why, NORO_EIO,
		*text ? N_("the receiver answered %1: %2") : N_("the receiver answered %1"),
		NORO_NUM(code), text);
	switch (code) {
	case 400: /* no batch, as the receiver reads it */
	case 413: /* larger than it takes */
	case 415: /* of a version it does not know */
		return ASIDE;
	case 422: /* damaged on the way: ours is as it was written */
		return KEEP;
	default:
		return LATER;
	}
}

/* Ours, as it was written? What cannot be read now may be readable later. */
static enum outcome load(
	struct noro_sender *s, const char *path, const char *id, struct noro_error *why)
{
	char now[NORO_BATCH_ID_TEXT];

	noro_buf_clear(&s->bytes);
	s->answer.code = 0;
	if (noro_file_read(path, NORO_BATCH_MAX_BYTES, &s->bytes, why) != NORO_OK)
		return why->status == NORO_ELIMIT ? ASIDE : KEEP;
	if (noro_batch_id(noro_buf_as_view(&s->bytes), now) != NORO_OK) {
		(void)noro_fail(why, NORO_ENOMEM, NULL);
		return LATER;
	}
	if (strcmp(now, id) == 0)
		return DELIVERED;
	(void)noro_fail(why, NORO_ECORRUPT, N_("the batch was damaged on this disk"));
	(void)noro_error_at(why, path, NORO_AT_NONE, 0);
	return ASIDE;
}

static enum outcome attempt(
	struct noro_sender *s, const char *path, const char *id, struct noro_error *why)
{
	enum outcome how = load(s, path, id, why);

	if (how != DELIVERED)
		return how;
	s->sum.attempts++;
	noro_buf_clear(&s->answer.body);
	if (s->o.put(s->o.put_ctx, id, noro_buf_as_view(&s->bytes), &s->answer, why) != NORO_OK)
		return LATER;
	return judge_answer(s, id, why);
}

/* NORO_END: wait. */
static enum noro_status deliver(struct noro_sender *s, const char *path, const char *id,
	int64_t now_ns, struct noro_error *err)
{
	struct noro_error why = { 0 };

	switch (attempt(s, path, id, &why)) {
	case DELIVERED:
		keep_receipt(s);
		if (unlink(path) < 0)
			return noro_fail_errno(err, errno, path);
		s->sum.batches++;
		s->sum.bytes += s->bytes.n;
		s->sum.failures = 0;
		return NORO_OK;
	case ASIDE:
		return set_aside(s, path, id, &why, now_ns, err);
	case KEEP:
		s->sum.waiting++;
		tell(s, &why, false);
		return NORO_OK;
	case LATER:
		break;
	}
	tell(s, &why, false);
	return NORO_END;
}

/* --- a run --- */

/* "000001-<id>.batch" */
static const char *id_of(struct noro_arena *a, const char *name, struct noro_error *err)
{
	struct noro_view v = noro_view_str(name);
	size_t dash = noro_view_chr(v, '-');
	char *id;

	v = dash == SIZE_MAX ? noro_view("", 0) : noro_view_sub(v, dash + 1, SIZE_MAX);
	v.n -= v.n < sizeof(SPOOL_BATCH) - 1 ? v.n : sizeof(SPOOL_BATCH) - 1;
	if (!noro_batch_is_id(v)) {
		(void)noro_fail(err, NORO_EFORMAT, N_("'%1' is no batch of this spool"), name);
		return NULL;
	}
	id = noro_arena_strn(a, v.p, v.n);
	if (!id)
		(void)noro_fail(err, NORO_ENOMEM, NULL);
	return id;
}

static enum noro_status deliver_set(
	struct noro_sender *s, const char *set, int64_t now_ns, struct noro_error *err)
{
	const char *folder = spool_path(s->arena, s->o.folder, set);
	struct spool_names list = { .prefix = "", .suffix = SPOOL_BATCH };
	enum noro_status st = folder ? spool_names(folder, s->arena, &list, err)
				     : noro_fail(err, NORO_ENOMEM, NULL);

	for (size_t i = 0; st == NORO_OK && i < list.n; i++) {
		const char *path = spool_path(s->arena, folder, list.name[i]),
			   *id = id_of(s->arena, list.name[i], err);

		if (noro_progress_stop(s->o.progress))
			st = NORO_END;
		else if (!path || !id)
			st = err && err->status != NORO_OK ? err->status : NORO_ENOMEM;
		else
			st = deliver(s, path, id, now_ns, err);
		if (st == NORO_END)
			s->sum.waiting += list.n - i;
	}
	if (st == NORO_OK)
		(void)rmdir(folder); /* not if something stays */
	return st;
}

static int64_t wait_of(struct noro_sender *s)
{
	int64_t wait = s->o.first_wait_ns, least = s->answer.retry_after_s * NORO_NS_PER_S;
	uint8_t r = 0;

	for (unsigned i = 1; i < s->sum.failures && wait < s->o.most_wait_ns; i++)
		wait *= 2;
	if (wait > s->o.most_wait_ns)
		wait = s->o.most_wait_ns;
	/* sensors that failed together do not come back together */
	if (noro_random(&r, sizeof(r)) == NORO_OK)
		wait += wait / 4 * r / 255;
	return wait > least ? wait : least;
}

enum noro_status noro_sender_run(
	struct noro_sender *s, int64_t now_ns, int64_t *ret_next_ns, struct noro_error *err)
{
	struct spool_names set = { .prefix = SPOOL_READY, .suffix = "" };
	struct noro_error local = { 0 };
	size_t at = 0;
	enum noro_status st;

	if (now_ns < s->not_before_ns && s->not_before_ns - now_ns <= 2 * s->o.most_wait_ns) {
		*ret_next_ns = s->not_before_ns;
		return NORO_OK;
	}
	s->sum.waiting = 0;
	s->answer.retry_after_s = 0;
	noro_arena_reset(s->arena);
	st = spool_names(s->o.folder, s->arena, &set, &local);
	for (; st == NORO_OK && at < set.n; at++)
		st = deliver_set(s, set.name[at], now_ns, &local);
	if (st < NORO_OK) {
		if (err)
			*err = local;
		return st;
	}
	if (st == NORO_OK && !s->sum.waiting)
		return NORO_END;
	s->sum.waiting += set.n - at; /* at least one in each */
	s->sum.failures++;
	s->not_before_ns = now_ns + wait_of(s);
	*ret_next_ns = s->not_before_ns;
	return NORO_OK;
}

enum noro_status noro_sender_put(void *http, const char *id, struct noro_view bytes,
	struct noro_http_answer *ret, struct noro_error *err)
{
	char path[NORO_BATCH_ID_TEXT + 16];

	(void)snprintf(path, sizeof(path), "/batches/%s", id);
	return noro_http_put(http, path, "application/jsonl", bytes, ret, err);
}
