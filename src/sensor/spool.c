/*
 * src/sensor/spool.c - the writing side of a spool.
 *
 * A batch grows in memory and becomes a file of a folder that nobody looks into; publishing is one
 * rename of that folder, so that a set of any number of batches is there whole or not at all.
 * What cannot be kept is dropped whole too, and its minutes are remembered: the receiver shall
 * not take them for quiet.
 */
#include "sensor/spool_priv.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "net/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	BATCH_BYTES = 4 << 20,
	MOST_LOST = 7 * 24 * 60, /* minutes that are remembered; past it they are only counted */
	SALT_TEXT = 17,
};
#define MAX_BYTES  (UINT64_C(1) << 30)
#define MAX_AGE_NS (60 * NORO_NS_PER_S)

/* A minute of a set: what is said of it if the set is dropped. */
struct minute {
	char sensor[NORO_BATCH_MAX_SENSOR + 1];
	int64_t start_ns;
	uint32_t width_s, alive_s;
	uint64_t addresses, packets;
};

struct minutes {
	struct minute *at;
	size_t n, cap;
};

struct noro_spool {
	char *folder;
	int lock;
	struct noro_spool_opts o;
	struct noro_spool_sum sum;
	struct noro_measures measures, lines;
	int64_t now_ns;
	uint64_t held; /* bytes in the folder, when we last looked and added */

	/* the batch that grows */
	struct noro_buf batch;
	char sensor[NORO_BATCH_MAX_SENSOR + 1];

	/* the set */
	char *making; /* its folder, NULL: none yet */
	char salt[SALT_TEXT];
	unsigned files;
	uint64_t rows, set_bytes;
	int64_t since_ns; /* the first tick that saw it; NORO_TIME_NONE */
	struct minutes open, lost;
	enum noro_status status; /* of the first row that failed */
	struct noro_error why;
};

static enum noro_status salt(char out[SALT_TEXT])
{
	uint64_t r;
	enum noro_status st = noro_random(&r, sizeof(r));

	if (st == NORO_OK)
		(void)snprintf(out, SALT_TEXT, "%016llx", (unsigned long long)r);
	return st;
}

static char *joined(const char *a, const char *b, const char *c)
{
	struct noro_buf path = { 0 };

	noro_buf_printf(&path, "%s/%s%s", a, b, c);
	if (path.status == NORO_OK)
		return path.p;
	noro_buf_done(&path);
	return NULL;
}

/* --- opening --- */

/* Sets that nobody acknowledged: of a process that was killed. */
static enum noro_status sweep(const struct noro_spool *s, struct noro_error *err)
{
	struct noro_arena *a = noro_arena_new(0);
	struct spool_names list = { .prefix = SPOOL_MAKING, .suffix = "" };
	enum noro_status st = a ? spool_names(s->folder, a, &list, err) : NORO_ENOMEM;

	for (size_t i = 0; st == NORO_OK && i < list.n; i++) {
		const char *path = spool_path(a, s->folder, list.name[i]);

		if (path)
			spool_remove(path);
	}
	noro_arena_free(a);
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}

static enum noro_status make_folder(const char *folder, struct noro_error *err)
{
	char *parent;
	enum noro_status st;

	if (mkdir(folder, 0750) < 0 && errno == ENOENT) {
		st = noro_mkdirs(folder, err);
		if (st != NORO_OK)
			return st;
	}
	parent = joined(folder, "..", "");
	st = parent ? spool_sync(parent, err) : noro_fail(err, NORO_ENOMEM, NULL);
	free(parent);
	return st == NORO_EACCESS ? NORO_OK : st; /* a parent we may not read holds it anyhow */
}

static void all_measures(struct noro_spool *s);

enum noro_status noro_spool_open(const char *folder, const struct noro_spool_opts *o,
	struct noro_spool **ret, struct noro_error *err)
{
	const size_t largest = NORO_BATCH_MAX_BYTES - NORO_BATCH_MAX_LINE;
	struct noro_spool *s;
	enum noro_status st = make_folder(folder, err);

	if (st != NORO_OK)
		return st;
	s = noro_calloc(1, sizeof(*s));
	if (!s)
		return noro_fail(err, NORO_ENOMEM, NULL);
	s->o = *o;
	s->o.max_bytes = o->max_bytes ? o->max_bytes : MAX_BYTES;
	s->o.batch_bytes = o->batch_bytes ? o->batch_bytes : BATCH_BYTES;
	if (s->o.batch_bytes > largest)
		s->o.batch_bytes = largest;
	s->o.max_age_ns = o->max_age_ns ? o->max_age_ns : MAX_AGE_NS;
	s->now_ns = o->now_ns;
	s->since_ns = NORO_TIME_NONE;
	s->lock = -1;
	s->folder = noro_strndup(folder, strlen(folder));
	all_measures(s);
	st = s->folder ? spool_lock(folder, "lock", N_("another process writes into '%1'"),
				 &s->lock, err)
		       : noro_fail(err, NORO_ENOMEM, NULL);
	if (st == NORO_OK)
		st = sweep(s, err);
	if (st == NORO_OK)
		st = spool_bytes(folder, &s->held, err);
	if (st == NORO_OK)
		*ret = s;
	else
		noro_spool_close(s);
	return st;
}

/* The set begins anew; what was made of it and is not published goes. */
static void forget_set(struct noro_spool *s, bool published)
{
	if (s->making && !published) {
		spool_remove(s->making);
		s->held -= s->held < s->set_bytes ? s->held : s->set_bytes;
	}
	free(s->making);
	s->making = NULL;
	s->files = 0;
	s->rows = s->set_bytes = 0;
	s->since_ns = NORO_TIME_NONE;
	s->open.n = 0;
	s->status = NORO_OK;
	noro_buf_clear(&s->batch);
}

void noro_spool_close(struct noro_spool *s)
{
	if (!s)
		return;
	forget_set(s, false);
	if (s->lock >= 0)
		(void)close(s->lock);
	noro_buf_done(&s->batch);
	free(s->open.at);
	free(s->lost.at);
	free(s->folder);
	free(s);
}

/* --- batches --- */

static enum noro_status need_set(struct noro_spool *s, struct noro_error *err)
{
	if (s->making)
		return NORO_OK;
	if (salt(s->salt) != NORO_OK)
		return noro_fail(err, NORO_EIO, NULL);
	s->making = joined(s->folder, SPOOL_MAKING, s->salt);
	if (!s->making)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (mkdir(s->making, 0750) < 0) {
		enum noro_status st = noro_fail_errno(err, errno, s->making);

		free(s->making);
		s->making = NULL;
		return st;
	}
	return NORO_OK;
}

/* The sender takes away while we add, so that we look again before we refuse. */
static enum noro_status fits(struct noro_spool *s, struct noro_error *err)
{
	enum noro_status st = NORO_OK;

	if (s->held + s->batch.n <= s->o.max_bytes)
		return NORO_OK;
	st = spool_bytes(s->folder, &s->held, err);
	if (st != NORO_OK || s->held + s->batch.n <= s->o.max_bytes)
		return st;
	(void)noro_fail(err, NORO_ENOSPC,
		N_("the spool is full: %1 bytes wait, and it may hold %2"), NORO_NUM(s->held),
		NORO_NUM(s->o.max_bytes));
	return noro_error_at(err, s->folder, NORO_AT_NONE, 0), NORO_ENOSPC;
}

/* The batch becomes a file of the set. */
static enum noro_status flush(struct noro_spool *s, struct noro_error *err)
{
	char id[NORO_BATCH_ID_TEXT], name[NORO_BATCH_ID_TEXT + 24];
	char *path;
	enum noro_status st;

	if (!s->batch.n)
		return NORO_OK;
	st = fits(s, err);
	if (st == NORO_OK)
		st = need_set(s, err);
	if (st != NORO_OK)
		return st;
	if (noro_batch_id(noro_buf_as_view(&s->batch), id) != NORO_OK)
		return noro_fail(err, NORO_ENOMEM, NULL);
	(void)snprintf(name, sizeof(name), "%06u-%s", s->files + 1, id);
	path = joined(s->making, name, SPOOL_BATCH);
	st = path ? noro_file_write(path, 0640, noro_buf_as_view(&s->batch), err)
		  : noro_fail(err, NORO_ENOMEM, NULL);
	free(path);
	if (st == NORO_OK) {
		s->files++;
		s->set_bytes += s->batch.n;
		s->held += s->batch.n;
		noro_buf_clear(&s->batch);
	}
	return st;
}

/* A batch for this sensor that has room. */
static enum noro_status room(struct noro_spool *s, const char *sensor, struct noro_error *err)
{
	char text[SALT_TEXT];
	enum noro_status st = NORO_OK;

	if (s->batch.n && s->batch.n < s->o.batch_bytes && strcmp(sensor, s->sensor) == 0)
		return NORO_OK;
	st = flush(s, err);
	if (st == NORO_OK && salt(text) != NORO_OK)
		st = noro_fail(err, NORO_EIO, NULL);
	if (st != NORO_OK)
		return st;
	st = noro_batch_begin(&s->batch, sensor, s->now_ns, text);
	if (st == NORO_EARG)
		return noro_fail(err, st, N_("'%1' cannot be the name of a sensor"), sensor);
	if (st != NORO_OK)
		return noro_fail(err, st, NULL);
	(void)snprintf(s->sensor, sizeof(s->sensor), "%s", sensor);
	return NORO_OK;
}

/* What a row came to. A set that lacks a row is no set. */
static enum noro_status wrote(struct noro_spool *s, size_t before, enum noro_status st)
{
	if (st == NORO_OK && s->batch.n - before > NORO_BATCH_MAX_LINE)
		st = noro_fail(&s->why, NORO_ELIMIT, N_("a measure is longer than %1 bytes"),
			NORO_NUM(NORO_BATCH_MAX_LINE));
	else if (st == NORO_ENOMEM)
		(void)noro_fail(&s->why, st, NULL);
	if (st != NORO_OK && s->status == NORO_OK)
		s->status = st;
	return s->o.keep_going ? NORO_OK : st;
}

#define ROW(kind)                                                                                  \
	static enum noro_status on_##kind(void *ctx, const struct noro_##kind *m)                  \
	{                                                                                          \
		struct noro_spool *s = ctx;                                                        \
		enum noro_status st = s->status;                                                   \
		size_t before = 0;                                                                 \
                                                                                                   \
		s->rows++;                                                                         \
		if (st == NORO_OK)                                                                 \
			st = room(s, m->sensor, &s->why);                                          \
		if (st == NORO_OK) {                                                               \
			before = s->batch.n;                                                       \
			st = s->lines.kind(s->lines.ctx, m);                                       \
		}                                                                                  \
		return wrote(s, before, st);                                                       \
	}
ROW(cell)
ROW(scan)
ROW(victim)
ROW(payload)
ROW(watch)

static bool remember(struct minutes *list, const struct minute *m)
{
	struct minute *grown;

	if (list->n == MOST_LOST)
		return false;
	if (list->n == list->cap) {
		grown = noro_grow(list->at, list->n, &list->cap, sizeof(*grown));
		if (!grown)
			return false;
		list->at = grown;
	}
	list->at[list->n++] = *m;
	return true;
}

static enum noro_status on_minute(void *ctx, const struct noro_watch *m)
{
	struct noro_spool *s = ctx;
	struct minute at = { .start_ns = m->start_ns,
		.width_s = m->width_s,
		.alive_s = m->alive_s,
		.addresses = m->addresses,
		.packets = m->packets + m->dropped };

	(void)snprintf(at.sensor, sizeof(at.sensor), "%s", m->sensor);
	if (s->o.keep_going)
		(void)remember(&s->open, &at);
	return on_watch(ctx, m);
}

static void all_measures(struct noro_spool *s)
{
	s->lines = noro_batch_lines(&s->batch);
	s->measures = (struct noro_measures){ .cell = on_cell,
		.scan = on_scan,
		.victim = on_victim,
		.payload = on_payload,
		.watch = on_minute,
		.ctx = s };
}

const struct noro_measures *noro_spool_measures(struct noro_spool *s)
{
	return &s->measures;
}

const struct noro_spool_sum *noro_spool_sum(const struct noro_spool *s)
{
	return &s->sum;
}

/* --- publishing --- */

/* Minutes of sets that were dropped: nobody listened, as far as the receiver can know. */
static enum noro_status add_lost(struct noro_spool *s, struct noro_error *err)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < s->lost.n; i++) {
		const struct minute *l = &s->lost.at[i];
		const struct noro_watch m = { .sensor = l->sensor,
			.start_ns = l->start_ns,
			.width_s = l->width_s,
			.addresses = l->addresses,
			.dropped = l->packets };

		st = room(s, l->sensor, err);
		if (st == NORO_OK && s->lines.watch(s->lines.ctx, &m) != NORO_OK)
			st = noro_fail(err, NORO_ENOMEM, NULL);
	}
	return st;
}

/* Everything is on the disk; now it gets the name that the sender looks for. */
static enum noro_status rename_set(struct noro_spool *s, struct noro_error *err)
{
	char name[64];
	char *to;
	enum noro_status st = NORO_OK;

	(void)snprintf(name, sizeof(name), "%s%020lld-", SPOOL_READY, (long long)s->now_ns);
	to = joined(s->folder, name, s->salt);
	if (!to)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (rename(s->making, to) < 0)
		st = noro_fail_errno(err, errno, to);
	else
		st = spool_sync(s->folder, err);
	if (st != NORO_OK && access(to, F_OK) == 0) /* visible, but perhaps not for long */
		(void)rename(to, s->making);
	free(to);
	return st;
}

static void drop_set(struct noro_spool *s)
{
	s->sum.lost_measures += s->rows;
	for (size_t i = 0; i < s->open.n; i++) {
		s->sum.lost_s += s->open.at[i].alive_s;
		(void)remember(&s->lost, &s->open.at[i]);
	}
	forget_set(s, false);
}

enum noro_status noro_spool_publish(struct noro_spool *s, int64_t now_ns, struct noro_error *err)
{
	enum noro_status st = s->status;

	s->now_ns = now_ns;
	if (!s->rows && !s->lost.n)
		return NORO_OK;
	if (st != NORO_OK && err)
		*err = s->why;
	if (st == NORO_OK)
		st = add_lost(s, err);
	if (st == NORO_OK)
		st = flush(s, err);
	if (st == NORO_OK)
		st = rename_set(s, err);
	if (st != NORO_OK) {
		drop_set(s);
		return st;
	}
	s->sum.batches += s->files;
	s->sum.measures += s->rows + s->lost.n;
	s->sum.bytes += s->set_bytes;
	s->lost.n = 0;
	forget_set(s, true);
	return NORO_OK;
}

enum noro_status noro_spool_tick(struct noro_spool *s, int64_t now_ns, struct noro_error *err)
{
	s->now_ns = now_ns;
	if (!s->rows && !s->lost.n)
		return NORO_OK;
	if (s->since_ns == NORO_TIME_NONE || s->since_ns > now_ns)
		s->since_ns = now_ns;
	if (now_ns - s->since_ns < s->o.max_age_ns)
		return NORO_OK;
	return noro_spool_publish(s, now_ns, err);
}

enum noro_status noro_spool_failed(const struct noro_spool *s, struct noro_error *err)
{
	if (s->status != NORO_OK && err)
		*err = s->why;
	return s->status;
}
