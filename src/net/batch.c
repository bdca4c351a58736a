/*
 * src/net/batch.c - batches of measures, written and read.
 *
 * A batch is named by the digest of its bytes, so that there is one identifier and nothing to
 * disagree about: a damaged batch is another batch, and the same batch sent again is the same.
 */
#include "net/batch.h"

#include "base/hash.h"
#include "base/timeparse.h"

#include <string.h>

static const char version[] = "noroshi/1";

/* No sum of counts this large can overflow; and every program that reads JSON knows them exactly
 * (RFC 7493). */
static const uint64_t most = UINT64_C(1) << 53;

static const struct noro_json_limits line_limits = {
	.max_bytes = NORO_BATCH_MAX_LINE, .max_depth = 8, .max_values = 4096
};

/* As in a sensor's description: it becomes a column and a part of names. */
static bool good_name(struct noro_view v)
{
	if (!v.n || v.n > NORO_BATCH_MAX_SENSOR || !noro_is_alnum(v.p[0]))
		return false;
	for (size_t i = 1; i < v.n; i++)
		if (!noro_is_alnum(v.p[i]) && !strchr("-_.", v.p[i]))
			return false;
	return true;
}

enum noro_status noro_batch_begin(
	struct noro_buf *out, const char *sensor, int64_t made_ns, const char *salt)
{
	struct noro_jsonw w = noro_jsonw(out);

	if (!good_name(noro_view_str(sensor)))
		return NORO_EARG;
	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "batch", version);
	noro_jsonw_kstr(&w, "sensor", sensor);
	noro_jsonw_ktime(&w, "made", made_ns);
	noro_jsonw_kstr(&w, "salt", salt);
	noro_jsonw_object_end(&w);
	noro_buf_chr(out, '\n');
	return out->status;
}

#define LINE(kind)                                                                                 \
	static enum noro_status kind##_line(void *ctx, const struct noro_##kind *m)                \
	{                                                                                          \
		struct noro_jsonw w = noro_jsonw(ctx);                                             \
		enum noro_status st = noro_##kind##_json(&w, m);                                   \
                                                                                                   \
		noro_buf_chr(ctx, '\n');                                                           \
		return st == NORO_OK ? ((struct noro_buf *)ctx)->status : st;                      \
	}
LINE(cell)
LINE(scan)
LINE(victim)
LINE(payload)
LINE(watch)

struct noro_measures noro_batch_lines(struct noro_buf *out)
{
	return (struct noro_measures){ .cell = cell_line,
		.scan = scan_line,
		.victim = victim_line,
		.payload = payload_line,
		.watch = watch_line,
		.ctx = out };
}

enum noro_status noro_batch_id(struct noro_view bytes, char ret[NORO_BATCH_ID_TEXT])
{
	char hex[NORO_HASH_TEXT];
	enum noro_status st = noro_hash_of(NORO_SHA256, bytes, hex);

	if (st == NORO_OK) {
		memcpy(ret, hex, NORO_BATCH_ID_TEXT - 1);
		ret[NORO_BATCH_ID_TEXT - 1] = '\0';
	}
	return st;
}

bool noro_batch_is_id(struct noro_view text)
{
	if (text.n != NORO_BATCH_ID_TEXT - 1)
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (!noro_is_digit(text.p[i]) && (text.p[i] < 'a' || text.p[i] > 'f'))
			return false;
	return true;
}

/* --- reading --- */

struct reading {
	const char *sensor;
	const struct noro_measures *to;
	struct noro_error *err;
};

static enum noro_status wrong(const struct reading *r, const char *what)
{
	return noro_fail(r->err, NORO_EFORMAT, what);
}

static bool bin(int64_t start_ns, uint32_t width_s)
{
	return (width_s == NORO_MINUTE_S || width_s == NORO_TEN_S || width_s == NORO_HOUR_S ||
		       width_s == NORO_DAY_S) &&
	       start_ns % ((int64_t)width_s * NORO_NS_PER_S) == 0;
}

static enum noro_status judge(const struct reading *r, const char *sensor, uint64_t largest)
{
	if (strcmp(sensor, r->sensor) != 0)
		return wrong(r, N_("a measure of another sensor than the batch"));
	if (largest > most)
		return wrong(r, N_("a count is past 2^53"));
	return NORO_OK;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static enum noro_status on_cell(void *ctx, const struct noro_cell *m)
{
	const struct reading *r = ctx;
	uint64_t n =
		larger(larger(m->packets, m->bytes), larger(m->fresh, larger(m->sources, m->nets)));
	enum noro_status st = judge(r, m->sensor, n);

	if (st == NORO_OK && !bin(m->start_ns, m->width_s))
		return wrong(r, N_("a bin that is none"));
	if (st == NORO_OK && !(m->sources_error >= 0 && m->sources_error <= 1))
		return wrong(r, N_("an error that is no share"));
	return st == NORO_OK && r->to->cell ? r->to->cell(r->to->ctx, m) : st;
}

static enum noro_status on_scan(void *ctx, const struct noro_scan *m)
{
	const struct reading *r = ctx;
	enum noro_status st =
		judge(r, m->sensor, larger(larger(m->packets, m->bytes), larger(m->dsts, m->nets)));

	if (st == NORO_OK && m->first_ns > m->last_ns)
		return wrong(r, N_("it ends before it begins"));
	return st == NORO_OK && r->to->scan ? r->to->scan(r->to->ctx, m) : st;
}

static enum noro_status on_victim(void *ctx, const struct noro_victim *m)
{
	const struct reading *r = ctx;
	enum noro_status st = judge(
		r, m->sensor, larger(larger(m->packets, m->bytes), larger(m->probes, m->dsts)));

	if (st == NORO_OK && m->first_ns > m->last_ns)
		return wrong(r, N_("it ends before it begins"));
	return st == NORO_OK && r->to->victim ? r->to->victim(r->to->ctx, m) : st;
}

static enum noro_status on_payload(void *ctx, const struct noro_payload *m)
{
	const struct reading *r = ctx;
	enum noro_status st = judge(r, m->sensor, 0);

	return st == NORO_OK && r->to->payload ? r->to->payload(r->to->ctx, m) : st;
}

static enum noro_status on_watch(void *ctx, const struct noro_watch *m)
{
	const struct reading *r = ctx;
	uint64_t n = larger(larger(larger(m->packets, m->own), larger(m->dropped, m->malformed)),
		larger(m->foreign, m->addresses));
	enum noro_status st = judge(r, m->sensor, n);

	if (st == NORO_OK && !bin(m->start_ns, m->width_s))
		return wrong(r, N_("a bin that is none"));
	if (st == NORO_OK && m->alive_s > m->width_s)
		return wrong(r, N_("it listened for longer than the bin is"));
	return st == NORO_OK && r->to->watch ? r->to->watch(r->to->ctx, m) : st;
}

static enum noro_status header(
	const struct noro_json *v, struct noro_batch *b, struct noro_error *err)
{
	static const struct noro_time_ctx utc = { .ref_ns = NORO_TIME_NONE };
	struct noro_view sensor = noro_json_str(v, "sensor"), made = noro_json_str(v, "made");
	struct noro_time t;

	if (!noro_view_is(noro_json_str(v, "batch"), version))
		return noro_fail(err, NORO_EFORMAT, N_("this is no batch of a sensor"));
	if (!good_name(sensor))
		return noro_fail(err, NORO_EFORMAT, N_("'%1' has no value of its kind"), "sensor");
	if (made.n < 20 || !noro_time_parse(made, &utc, &t) || t.length != made.n || t.flags)
		return noro_fail(err, NORO_EFORMAT, N_("'%1' has no value of its kind"), "made");
	b->made_ns = t.ns;
	memcpy(b->sensor, sensor.p, sensor.n);
	b->sensor[sensor.n] = '\0';
	return NORO_OK;
}

/* One line is one tree; its memory is used again for the next. */
static enum noro_status lines(
	struct noro_view rest, struct noro_arena *a, struct noro_batch *b, struct reading *r)
{
	const struct noro_measures to = { on_cell, on_scan, on_victim, on_payload, on_watch, r };
	enum noro_status st = NORO_OK;

	for (uint64_t n = 1; st == NORO_OK && rest.n; n++) {
		const struct noro_json *v;
		struct noro_view line;
		size_t end = noro_view_chr(rest, '\n');

		if (end == SIZE_MAX) {
			(void)noro_fail(r->err, NORO_ETRUNC, NULL);
			return noro_error_at(r->err, "", NORO_AT_LINE, n), NORO_ETRUNC;
		}
		line = noro_view(rest.p, end);
		rest = noro_view(rest.p + end + 1, rest.n - end - 1);
		noro_arena_reset(a);
		st = noro_json_parse(a, line, &line_limits, &v, r->err);
		if (st == NORO_OK && n == 1)
			st = header(v, b, r->err);
		else if (st == NORO_OK)
			st = noro_measure_read(v, a, &to, r->err);
		if (st != NORO_OK)
			(void)noro_error_at(r->err, "", NORO_AT_LINE, n);
		else if (n > 1)
			b->measures++;
	}
	return st;
}

enum noro_status noro_batch_read(struct noro_view bytes, struct noro_batch *ret,
	const struct noro_measures *to, struct noro_error *err)
{
	static const struct noro_measures nowhere;
	struct noro_batch b = { .made_ns = NORO_TIME_NONE };
	struct reading r = { b.sensor, to ? to : &nowhere, err };
	struct noro_arena *a;
	enum noro_status st;

	if (!bytes.n)
		return noro_fail(err, NORO_ETRUNC, NULL);
	if (bytes.n > NORO_BATCH_MAX_BYTES)
		return noro_fail(err, NORO_ELIMIT, N_("a batch is at most %1 bytes"),
			NORO_NUM(NORO_BATCH_MAX_BYTES));
	a = noro_arena_new(0);
	st = a ? lines(bytes, a, &b, &r) : noro_fail(err, NORO_ENOMEM, NULL);
	noro_arena_free(a);
	if (st == NORO_OK)
		*ret = b;
	return st;
}
