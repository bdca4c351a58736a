/*
 * src/cli/cmd_sense_send.c - noroshi sense send, receive and key: what sensors measured, on its way
 * by a spool.
 */
#include "base/confine.h"
#include "cli/cmd_sense_priv.h"
#include "cli/watch.h"
#include "sensor/receive.h"
#include "sensor/send.h"
#include "sensor/spool.h"

#include "base/clock.h"
#include "base/file.h"
#include "net/batch.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PEM = 1 << 16, MAX_TOKEN = 4096, LOOK_MS = 250 };

/* A small file of a person, kept until the program ends. */
static enum noro_status text_of(struct sensing *s, const char *path, size_t most,
	struct noro_view *ret, struct noro_error *err)
{
	struct noro_buf bytes = { 0 };
	enum noro_status st = noro_file_read(path, most, &bytes, err);

	if (st == NORO_OK) {
		*ret = noro_arena_view(s->cli->arena, noro_buf_as_view(&bytes));
		if (!ret->p)
			st = noro_fail(err, NORO_ENOMEM, NULL);
	}
	noro_buf_done(&bytes);
	return st;
}

static void free_key(void *key)
{
	noro_key_free(key);
}

static enum noro_status key_of(
	struct sensing *s, const char *path, struct noro_key **ret, struct noro_error *err)
{
	struct noro_view pem = { 0 };
	enum noro_status st = text_of(s, path, MAX_PEM, &pem, err);

	if (st != NORO_OK)
		return st;
	st = noro_key_read(pem, ret, err);
	if (st != NORO_OK)
		return noro_error_at(err, path, NORO_AT_NONE, 0);
	st = noro_arena_on_free(s->cli->arena, free_key, *ret);
	return st == NORO_OK ? st : noro_fail(err, st, NULL);
}

/* The token of --token-file, without the line's end; empty without the option. */
static enum noro_status token_of(struct sensing *s, struct noro_view *ret, struct noro_error *err)
{
	const char *path = noro_args_get(s->args, "token-file");
	enum noro_status st;

	*ret = noro_view("", 0);
	if (!path)
		return NORO_OK;
	st = text_of(s, path, MAX_TOKEN, ret, err);
	if (st != NORO_OK)
		return st;
	*ret = noro_view_trim(*ret);
	if (ret->n && noro_view_plain(*ret) && noro_view_chr(*ret, ' ') == SIZE_MAX)
		return NORO_OK;
	(void)noro_fail(err, NORO_EFORMAT, N_("this is no token: one word of plain letters"));
	return noro_error_at(err, path, NORO_AT_NONE, 0);
}

/* Rest a little, or less if somebody ends the program. */
static void rest(unsigned ms)
{
	struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };

	(void)nanosleep(&t, NULL);
}

/* --- read --spool --- */

static void close_spool(void *spool)
{
	noro_spool_close(spool);
}

#define BOTH(kind)                                                                                 \
	static enum noro_status both_##kind(void *ctx, const struct noro_##kind *m)                \
	{                                                                                          \
		struct sensing *s = ctx;                                                           \
		const struct noro_measures *store = noro_history_measures(s->h),                   \
					   *spool = noro_spool_measures(s->spool);                 \
		enum noro_status st = store->kind(store->ctx, m);                                  \
                                                                                                   \
		return st == NORO_OK ? spool->kind(spool->ctx, m) : st;                            \
	}
BOTH(cell)
BOTH(scan)
BOTH(victim)
BOTH(payload)
BOTH(watch)

enum noro_status noro_sense_spool(
	struct sensing *s, const struct noro_measures **ret, struct noro_error *err)
{
	const char *folder = noro_args_get(s->args, "spool");
	struct noro_spool_opts o = { .now_ns = s->cli->now_ns,
		.keep_going = strcmp(s->args->word[0], "run") == 0 };
	enum noro_status st;

	*ret = noro_history_measures(s->h);
	if (!folder)
		return NORO_OK;
	st = noro_args_size(s->args, "spool-max", 0, &o.max_bytes, err);
	if (st == NORO_OK)
		st = noro_spool_open(folder, &o, &s->spool, err);
	if (st == NORO_OK)
		st = noro_arena_on_free(s->cli->arena, close_spool, s->spool);
	s->both = (struct noro_measures){ both_cell, both_scan, both_victim, both_payload,
		both_watch, s };
	*ret = &s->both;
	return st;
}

enum noro_status noro_sense_publish(struct sensing *s, struct noro_error *err)
{
	const struct noro_spool_sum *sum;
	enum noro_status st;

	if (!s->spool)
		return NORO_OK;
	st = noro_spool_publish(s->spool, s->cli->now_ns, err);
	sum = noro_spool_sum(s->spool);
	if (st == NORO_OK && !s->cli->quiet && !s->cli->json)
		noro_say(s->cli, s->cli->err, N_("the spool got %1 measures (batches: %2)"),
			NORO_NUM(sum->measures), NORO_NUM(sum->batches));
	return st;
}

/* --- send --- */

static void told(void *ctx, const struct noro_error *why, bool set_aside)
{
	struct sensing *s = ctx;

	if (set_aside)
		noro_say(s->cli, s->cli->err, N_("a batch was set aside in '%1/refused':"),
			noro_args_get(s->args, "spool"));
	(void)noro_complain(s->cli, why);
}

static void say_sent(struct sensing *s, const struct noro_sender_sum *sum)
{
	struct noro_buf out = { 0 };
	struct noro_jsonw w = noro_jsonw(&out);

	s->unread = sum->waiting + sum->refused;
	if (s->cli->json) {
		noro_jsonw_object(&w);
		noro_jsonw_ku64(&w, "batches", sum->batches);
		noro_jsonw_ku64(&w, "measures", sum->measures);
		noro_jsonw_ku64(&w, "attempts", sum->attempts);
		noro_jsonw_ku64(&w, "refused", sum->refused);
		noro_jsonw_ku64(&w, "waiting", sum->waiting);
		noro_jsonw_object_end(&w);
		noro_buf_chr(&out, '\n');
		noro_emit(s->cli->out, &out);
	} else if (!s->cli->quiet) {
		noro_say(s->cli, s->cli->err,
			N_("%1 measures delivered (batches: %2); waiting: %3, set aside: %4"),
			NORO_NUM(sum->measures), NORO_NUM(sum->batches), NORO_NUM(sum->waiting),
			NORO_NUM(sum->refused));
	}
	noro_buf_done(&out);
}

/* One run, or runs until somebody ends it. */
static enum noro_status deliver(
	struct sensing *s, struct noro_sender *sender, struct noro_error *err)
{
	bool follow = noro_args_has(s->args, "follow");
	int64_t next = s->cli->now_ns;
	enum noro_status st = noro_sender_run(sender, s->cli->now_ns, &next, err);

	while (follow && st >= NORO_OK && !noro_progress_stop(&s->progress)) {
		int64_t now = noro_clock_now();

		if (st == NORO_END || now < next) {
			rest(LOOK_MS);
			now = noro_clock_now();
		}
		st = noro_sender_run(sender, now, &next, err);
	}
	say_sent(s, noro_sender_sum(sender));
	return st < NORO_OK ? st : NORO_OK;
}

static enum noro_status send_from(
	struct sensing *s, struct noro_sender_opts *o, const char *url, struct noro_error *err)
{
	struct noro_http_opts http = { .ca_file = noro_args_get(s->args, "ca") };
	struct noro_view token = { 0 };
	struct noro_sender *sender = NULL;
	struct noro_watcher *watcher;
	struct noro_http *h = NULL;
	enum noro_status st = token_of(s, &token, err);

	if (st != NORO_OK)
		return st;
	if (token.n) {
		http.token = noro_arena_strn(s->cli->arena, token.p, token.n);
		if (!http.token)
			return noro_fail(err, NORO_ENOMEM, NULL);
	}
	st = noro_http_open(url, &http, &h, err);
	o->put_ctx = h;
	if (st == NORO_OK)
		st = noro_sender_open(o, &sender, err);
	if (st == NORO_OK) {
		(void)signal(SIGPIPE, SIG_IGN);
		watcher = noro_watch_start(s->cli, &s->progress);
		st = deliver(s, sender, err);
		noro_watch_stop(watcher);
	}
	noro_sender_close(sender);
	noro_http_close(h);
	return st;
}

enum noro_status noro_sense_do_send(struct sensing *s, struct noro_error *err)
{
	const char *url = noro_args_get(s->args, "to"),
		   *path = noro_args_get(s->args, "receiver-key");
	struct noro_sender_opts o = { .folder = noro_args_get(s->args, "spool"),
		.put = noro_sender_put,
		.tell = told,
		.tell_ctx = s,
		.progress = &s->progress };
	struct noro_key *key;
	enum noro_status st;

	if (!o.folder || !url || !path)
		return noro_fail(err, NORO_EARG,
			N_("from where to whom? give --spool DIR, --to URL and --receiver-key "
			   "FILE"));
	st = key_of(s, path, &key, err);
	if (st != NORO_OK)
		return st;
	o.receiver = key;
	return send_from(s, &o, url, err);
}

/* --- receive --- */

static int64_t clock_of(void *ctx)
{
	(void)ctx;
	return noro_clock_now();
}

static void receiver_told(void *ctx, const struct noro_error *why)
{
	struct sensing *s = ctx;

	(void)noro_complain(s->cli, why);
}

/* What a whole confinement of it takes away. */
static unsigned confined_by(const struct noro_receiver *r)
{
	return NORO_CONFINED_EXEC | (r->folder ? NORO_CONFINED_NET | NORO_CONFINED_WRITE : 0);
}

static enum noro_status serve(struct sensing *s, struct noro_receiver *r, struct noro_httpd_opts *o,
	struct noro_error *err)
{
	struct noro_httpd *d;
	struct noro_watcher *watcher;
	enum noro_status st;

	(void)signal(SIGPIPE, SIG_IGN);
	watcher = noro_watch_start(s->cli, &s->progress);
	o->answer = noro_receive;
	o->begin = noro_receive_begin;
	o->ctx = r;
	o->max_body = NORO_BATCH_MAX_BYTES;
	st = noro_httpd_start(o, &d, err);
	if (st == NORO_OK) {
		noro_say(s->cli, s->cli->out, N_("listening on port %1; receipts by key %2"),
			NORO_NUM(noro_httpd_port(d)), noro_key_id(r->key));
		(void)fflush(s->cli->out);
		while (!noro_progress_stop(&s->progress))
			rest(LOOK_MS);
		noro_httpd_stop(d);
	}
	noro_watch_stop(watcher);
	if (st == NORO_OK && !s->cli->quiet)
		noro_say(s->cli, s->cli->err,
			N_("%1 measures received (batches: %2); again: %3, refused: %4"),
			NORO_NUM(r->measures), NORO_NUM(r->batches), NORO_NUM(r->again),
			NORO_NUM(r->refused));
	if (st == NORO_OK && r->begun && r->confined != confined_by(r) && !s->cli->quiet)
		noro_say(s->cli, s->cli->err,
			N_("this kernel confines less than it could: what came was read with the "
			   "rights of the whole program"));
	return st;
}

/* The folder of a history in a file, wherever links lead; NULL: it lies with a server. */
static enum noro_status folder_of(struct sensing *s, const char **ret, struct noro_error *err)
{
	const char *store = noro_args_get(s->args, "store");
	char *path, *slash;

	*ret = NULL;
	if (strstr(store, "://"))
		return NORO_OK;
	path = realpath(store, NULL);
	if (!path)
		return noro_fail_errno(err, errno, store);
	slash = strrchr(path, '/');
	*ret = noro_arena_strn(s->cli->arena, path, (size_t)(slash - path) + 1);
	free(path);
	return *ret ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
}

enum noro_status noro_sense_do_receive(struct sensing *s, struct noro_error *err)
{
	const char *path = noro_args_get(s->args, "key"), *cert = noro_args_get(s->args, "cert"),
		   *secret = noro_args_get(s->args, "cert-key");
	struct noro_httpd_opts o = { .listen = noro_args_get(s->args, "listen") };
	struct noro_receiver r = { .now = clock_of, .tell = receiver_told, .tell_ctx = s };
	struct noro_view pem = { 0 };
	struct noro_key *key;
	enum noro_status st;

	if (!path || !o.listen || !noro_args_get(s->args, "store"))
		return noro_fail(err, NORO_EARG,
			N_("into what, by which key, where? give --store FILE, --key FILE and "
			   "--listen ADDRESS:PORT"));
	if (!cert != !secret)
		return noro_fail(err, NORO_EARG, N_("a certificate and its key: both are needed"));
	st = key_of(s, path, &key, err);
	if (st == NORO_OK && !noro_key_secret(key))
		return noro_fail(err, NORO_EARG,
			N_("'%1' is the public half; receipts are signed by the secret one"), path);
	r.key = st == NORO_OK ? key : NULL;
	if (st == NORO_OK)
		st = token_of(s, &r.token, err);
	if (st == NORO_OK && cert)
		st = text_of(s, cert, MAX_PEM, &pem, err);
	o.cert = cert ? pem.p : NULL;
	if (st == NORO_OK && secret)
		st = text_of(s, secret, MAX_PEM, &pem, err);
	o.secret = secret ? pem.p : NULL;
	if (st == NORO_OK)
		st = noro_sense_store(s, false, err);
	r.history = s->h;
	if (st == NORO_OK)
		st = folder_of(s, &r.folder, err);
	return st == NORO_OK ? serve(s, &r, &o, err) : st;
}

/* --- key make FILE --- */

static enum noro_status write_keys(
	const struct noro_key *k, const char *path, const char *public, struct noro_error *err)
{
	struct noro_buf text = { 0 };
	enum noro_status st = noro_key_print(k, true, &text);

	st = st == NORO_OK ? noro_file_write(path, 0600, noro_buf_as_view(&text), err)
			   : noro_fail(err, st, NULL);
	if (text.p)
		explicit_bzero(text.p, text.n);
	noro_buf_clear(&text);
	if (st == NORO_OK) {
		st = noro_key_print(k, false, &text);
		st = st == NORO_OK ? noro_file_write(public, 0644, noro_buf_as_view(&text), err)
				   : noro_fail(err, st, NULL);
	}
	noro_buf_done(&text);
	return st;
}

enum noro_status noro_sense_do_key(struct sensing *s, struct noro_error *err)
{
	const char *path, *public;
	struct noro_key *k = NULL;
	enum noro_status st;

	if (s->args->words != 3 || strcmp(s->args->word[1], "make") != 0)
		return noro_fail(err, NORO_EARG, N_("which file? sense key make FILE"));
	path = s->args->word[2];
	public = noro_arena_printf(s->cli->arena, "%s.pub", path);
	if (!public)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (access(path, F_OK) == 0 || access(public, F_OK) == 0)
		return noro_fail(err, NORO_EARG,
			N_("'%1' or '%2' is there already; a key is not overwritten"), path,
			public);
	st = noro_key_make(&k, err);
	if (st == NORO_OK)
		st = write_keys(k, path, public, err);
	if (st == NORO_OK)
		noro_say(s->cli, s->cli->out,
			N_("key %1: '%2' stays with the receiver, '%3' goes to the sensors"),
			noro_key_id(k), path, public);
	noro_key_free(k);
	return st;
}
