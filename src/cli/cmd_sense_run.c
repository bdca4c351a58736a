/*
 * src/cli/cmd_sense_run.c - noroshi sense run: a sensor that listens on an interface.
 *
 * What a closed minute gives is one batch of the history, committed before the next packets are
 * taken: a kill loses the running minute, and the sensor's account of its own time says so. The
 * clock is that of the packets; only while nothing at all comes does the wall move it, a second
 * behind, because a frame may still lie in a block that the kernel has not given out.
 */
#include "cli/cmd_sense_priv.h"
#include "cli/watch.h"
#include "evidence/live.h"
#include "net/clickhouse.h"
#include "sensor/spool.h"
#include "telescope/respond.h"

#include "base/confine.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"

#include <signal.h>

#define DAY_NS (NORO_DAY_S * NORO_NS_PER_S)

enum { BATCH = 512, WAIT_MS = 250, BEHIND_S = 1, LAST_S = 2, WRITE_MODE = 0640 };

/* Our answers go the way of what came: counted, judged, written. The kernel does not show them to
 * who sent them. */
struct answers {
	struct noro_frame frame[2 * BATCH]; /* what came and our answers, in their order */
	uint8_t bytes[BATCH][NORO_ANSWER];
	size_t frames, answers;
	uint8_t secret[16];
};

struct running {
	struct sensing *s;
	struct noro_measures to; /* where all rows go */
	struct noro_live *live;
	struct noro_outfile *copy;        /* --write */
	struct noro_responder *responder; /* --respond */
	struct noro_sense_judge *judge;   /* of what it hears */
	struct answers *answers;
	uint64_t unsent;
	uint16_t link;
	bool history;       /* rows go there: --store, or for the report at the end */
	bool open;          /* a batch of it */
	bool fresh;         /* rows came since they were last kept */
	struct noro_buf id; /* its name */
	uint64_t batches, dropped, most, frames;
	int64_t end_mono, asked_mono,
		day; /* INT64_MAX: no end; the kernel was asked for drops; aged */
};

static volatile sig_atomic_t reload;

static void on_hangup(int number)
{
	(void)number;
	reload = 1;
}

/* --- measures: the first row of a closed minute opens its batch --- */

static enum noro_status batch(struct running *r)
{
	struct noro_error err;
	enum noro_status st;

	if (r->open)
		return NORO_OK;
	noro_buf_clear(&r->id);
	noro_buf_printf(&r->id, "%s-run-%lld-%llu", r->s->sensor.name, (long long)r->s->cli->now_ns,
		(unsigned long long)r->batches++);
	if (r->id.status != NORO_OK)
		return r->id.status;
	st = noro_history_begin(r->s->h, r->id.p, &err);
	r->open = st == NORO_OK;
	return st;
}

#define FORWARD(kind)                                                                              \
	static enum noro_status on_##kind(void *ctx, const struct noro_##kind *m)                  \
	{                                                                                          \
		struct running *r = ctx;                                                           \
		const struct noro_measures *to = noro_history_measures(r->s->h);                   \
		enum noro_status st = r->history ? batch(r) : NORO_OK;                             \
                                                                                                   \
		if (st == NORO_OK && r->history)                                                   \
			st = to->kind(to->ctx, m);                                                 \
		to = r->s->spool ? noro_spool_measures(r->s->spool) : NULL;                        \
		r->fresh = true;                                                                   \
		return st == NORO_OK && to ? to->kind(to->ctx, m) : st;                            \
	}
FORWARD(cell)
FORWARD(scan)
FORWARD(victim)
FORWARD(payload)
FORWARD(watch)

static enum noro_status keep(struct running *r, struct noro_error *err)
{
	struct noro_error why = { 0 };
	enum noro_status st;

	if (!r->fresh)
		return NORO_OK;
	r->fresh = false;
	/* a full disk loses these minutes, which the spool tells its receiver; the sensor goes on
	 */
	if (r->s->spool && noro_spool_publish(r->s->spool, noro_clock_now(), &why) != NORO_OK)
		(void)noro_complain(r->s->cli, &why);
	if (!r->open)
		return NORO_OK;
	r->open = false;
	st = noro_history_commit(r->s->h, err);
	if (st == NORO_OK && noro_clock_now() / DAY_NS != r->day) {
		static const struct noro_history_keep usual;

		r->day = noro_clock_now() / DAY_NS;
		st = noro_history_age(r->s->h, &usual, noro_clock_now(), &r->s->progress, err);
	}
	return st;
}

/* --- frames --- */

static enum noro_status begin_copy(struct running *r, struct noro_error *err)
{
	const char *path = noro_args_get(r->s->args, "write");
	uint8_t head[NORO_PCAP_HEADER];
	enum noro_status st;

	r->link = noro_live_sum(r->live)->link;
	if (!path)
		return NORO_OK;
	st = noro_outfile_open(path, WRITE_MODE, &r->copy, err);
	if (st != NORO_OK)
		return st;
	noro_pcap_header(head, r->link, 1 << 18);
	return noro_outfile_write(r->copy, head, sizeof(head), err);
}

static enum noro_status copy(
	struct running *r, const struct noro_frame *f, size_t n, struct noro_error *err)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; r->copy && i < n && st == NORO_OK; i++) {
		uint8_t head[NORO_PCAP_RECORD];

		noro_pcap_record(head, f[i].ts_ns, f[i].n, f[i].wire_n);
		st = noro_outfile_write(r->copy, head, sizeof(head), err);
		if (st == NORO_OK)
			st = noro_outfile_write(r->copy, f[i].p, f[i].n, err);
	}
	return st;
}

/* What the kernel dropped belongs to the minute in which it is told; it is asked once a second. */
static enum noro_status account(
	struct running *r, int64_t last_ns, bool idle, struct noro_error *err)
{
	int64_t mono = noro_clock_mono();
	uint64_t dropped, fresh;

	if (mono - r->asked_mono < NORO_NS_PER_S)
		return NORO_OK;
	r->asked_mono = mono;
	dropped = noro_live_sum(r->live)->dropped;
	fresh = dropped - r->dropped;
	r->dropped = dropped;
	if (idle)
		last_ns = noro_clock_now() - BEHIND_S * NORO_NS_PER_S;
	return noro_scope_tick(r->s->scope, last_ns, fresh, err);
}

static void read_tables_again(struct running *r)
{
	struct noro_error err = { 0 };

	reload = 0;
	if (!r->s->tags)
		return;
	if (noro_tags_reload(r->s->tags, &err) != NORO_OK)
		(void)noro_complain(r->s->cli, &err); /* the old ones go on */
	else if (!r->s->cli->quiet)
		noro_say(r->s->cli, r->s->cli->err, N_("tables read again: %1"),
			noro_tags_dates(r->s->tags));
}

/* --- answers --- */

static void send(struct running *r, size_t n, const struct noro_frame *to, int64_t ts_ns)
{
	struct answers *a = r->answers;
	struct noro_error err;

	if (noro_live_send(r->live, a->bytes[a->answers], n, &err) != NORO_OK) {
		if (!r->unsent++)
			(void)noro_complain(r->s->cli, &err);
		return;
	}
	a->frame[a->frames++] = (struct noro_frame){ .ts_ns = ts_ns,
		.p = a->bytes[a->answers++],
		.n = (uint32_t)n,
		.wire_n = (uint32_t)n,
		.iface = to ? to->iface : 0,
		.link = r->link };
}

static enum noro_status answer(struct running *r, const struct noro_frame *f, size_t n)
{
	struct answers *a = r->answers;
	enum noro_status st = NORO_OK;

	a->frames = a->answers = 0;
	for (size_t i = 0; i < n && st == NORO_OK; i++) {
		struct noro_packet p;
		size_t said;

		a->frame[a->frames++] = f[i];
		noro_packet_read(&f[i], 0, &p);
		st = noro_respond(r->responder, &f[i], &p, a->bytes[a->answers], &said);
		if (st == NORO_OK && said)
			send(r, said, &f[i], f[i].ts_ns);
	}
	return st;
}

/* What time alone brings: banners, and the end of who says no more. */
static enum noro_status remind(struct running *r, int64_t now_ns)
{
	struct answers *a = r->answers;
	enum noro_status st = NORO_OK;
	size_t said = 1;

	a->frames = a->answers = 0;
	while (st == NORO_OK && said && a->answers < BATCH) {
		st = noro_respond_due(r->responder, now_ns, a->bytes[a->answers], &said);
		if (st == NORO_OK && said)
			send(r, said, NULL, now_ns);
	}
	return st;
}

static enum noro_status judge(
	struct running *r, const struct noro_frame *f, size_t n, struct noro_error *err)
{
	enum noro_status st = copy(r, f, n, err);

	return st == NORO_OK && n ? noro_scope_feed(r->s->scope, f, n, err) : st;
}

static enum noro_status respond_to(
	struct running *r, const struct noro_frame *f, size_t n, struct noro_error *err)
{
	/* behind by as much as a frame may be late, so that what is sent does not lead the clock */
	int64_t now = n ? f[n - 1].ts_ns : noro_clock_now() - BEHIND_S * NORO_NS_PER_S;
	enum noro_status st = answer(r, f, n);

	if (st == NORO_OK)
		st = judge(r, r->answers->frame, r->answers->frames, err);
	if (st == NORO_OK)
		st = remind(r, now);
	if (st == NORO_OK)
		st = judge(r, r->answers->frame, r->answers->frames, err);
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}

static enum noro_status begin_answers(
	struct running *r, const struct noro_measures *to, struct noro_error *err)
{
	struct noro_respond_opts o = { .sensor = &r->s->sensor, .to = to };
	enum noro_status st;

	if (!noro_args_has(r->s->args, "respond"))
		return NORO_OK;
	r->answers = noro_calloc(1, sizeof(*r->answers));
	if (!r->answers)
		return noro_fail(err, NORO_ENOMEM, NULL);
	st = noro_sense_judge_new(r->s, &r->judge, err);
	if (st != NORO_OK)
		return st;
	o.judge = noro_sense_judge;
	o.judge_ctx = r->judge;
	o.secret = r->answers->secret;
	st = noro_random(r->answers->secret, sizeof(r->answers->secret));
	return st == NORO_OK ? noro_responder_new(&o, &r->responder, err)
			     : noro_fail(err, st, NULL);
}

/* The next frames, or a quarter of a second in which none came (*ret_n 0). */
static enum noro_status step(struct running *r, size_t *ret_n, struct noro_error *err)
{
	struct noro_frame f[BATCH];
	size_t cap = r->most - r->frames < BATCH ? (size_t)(r->most - r->frames) : BATCH, n;
	enum noro_status st = noro_live_next(r->live, f, cap, WAIT_MS, &n, err);

	*ret_n = n;
	r->frames += n;
	if (st == NORO_OK)
		st = r->responder ? respond_to(r, f, n, err) : judge(r, f, n, err);
	if (st == NORO_OK)
		st = account(r, n ? f[n - 1].ts_ns : 0, n == 0, err);
	return st == NORO_OK ? keep(r, err) : st;
}

static enum noro_status listen_on(struct running *r, struct noro_error *err)
{
	enum noro_status st = NORO_OK;
	int64_t last;
	size_t n = 1;

	while (st == NORO_OK && !noro_progress_stop(&r->s->progress) && r->frames < r->most &&
		noro_clock_mono() < r->end_mono) {
		st = step(r, &n, err);
		if (reload)
			read_tables_again(r);
	}
	/* what lay in the rings when somebody said stop */
	last = noro_clock_mono() + LAST_S * NORO_NS_PER_S;
	for (n = 1; st == NORO_OK && n && r->frames < r->most && noro_clock_mono() < last;)
		st = step(r, &n, err);
	return st;
}

static enum noro_status end(struct running *r, enum noro_status st, struct noro_error *err)
{
	struct noro_error later = { 0 };
	enum noro_status ended = r->responder ? noro_respond_end(r->responder) : NORO_OK;

	if (ended == NORO_OK)
		ended = noro_scope_end(r->s->scope, &later);

	/* whatever ended it, what was seen until then is kept */
	if (ended == NORO_OK)
		ended = keep(r, &later);
	if (r->copy && ended == NORO_OK)
		ended = noro_outfile_commit(r->copy, &later);
	else
		noro_outfile_abandon(r->copy);
	if (st == NORO_OK && ended != NORO_OK)
		*err = later;
	return st == NORO_OK ? ended : st;
}

static void say_sum(const struct running *r)
{
	const struct noro_live_sum *m = noro_live_sum(r->live);
	const struct noro_scope_sum *sum = noro_scope_sum(r->s->scope);
	const struct noro_respond_sum *a = r->responder ? noro_respond_sum(r->responder) : NULL;

	if (r->s->cli->quiet)
		return;
	noro_say(r->s->cli, r->s->cli->err, N_("%1 packets: %2 to our addresses, %3 to others"),
		NORO_NUM(m->frames), NORO_NUM(sum->own), NORO_NUM(sum->foreign));
	noro_sense_say_flaws(r->s);
	noro_say(r->s->cli, r->s->cli->err, N_("the kernel dropped %1, the card %2"),
		NORO_NUM(m->dropped), NORO_NUM(m->card_dropped));
	if (a)
		noro_say(r->s->cli, r->s->cli->err,
			N_("%1 asked, %2 were answered, %3 proved real; first payloads: %4"),
			NORO_NUM(a->asked), NORO_NUM(a->answered), NORO_NUM(a->handshakes),
			NORO_NUM(a->payloads));
}

static enum noro_status prepare(struct running *r, struct noro_error *err)
{
	struct sensing *s = r->s;
	struct noro_live_opts o = { .interface = noro_args_get(s->args, "interface"),
		.xdp = noro_args_has(s->args, "xdp") };
	const char *store = noro_args_get(s->args, "store");
	const struct noro_measures *unused;
	uint64_t rings = 1, seconds = 0;
	enum noro_status st;

	if (!o.interface)
		return noro_fail(err, NORO_EARG, N_("which interface? give --interface NAME"));
	if (store && noro_clickhouse_is(store))
		return noro_fail(err, NORO_EARG,
			N_("a sensor at work does not wait for a server: give --spool, and bring "
			   "it on with send and receive --store %1"),
			store);
	st = noro_args_count(s->args, "rings", 1, NORO_SENSE_RINGS, &rings, err);
	if (st == NORO_OK)
		st = noro_args_count(s->args, "for", 0, INT32_MAX, &seconds, err);
	if (st == NORO_OK)
		st = noro_args_count(
			s->args, "packets", UINT64_MAX, NORO_SENSE_PACKETS, &r->most, err);
	if (st == NORO_OK)
		st = noro_sense_sensor(s, err);
	if (st != NORO_OK)
		return st;
	o.rings = (unsigned)rings;
	r->end_mono = seconds && seconds < INT32_MAX
			      ? noro_clock_mono() + (int64_t)seconds * NORO_NS_PER_S
			      : INT64_MAX;
	st = noro_live_open(&o, &r->live, err);
	/* from here on nobody needs the right to a raw socket, nor any other */
	if (st == NORO_OK)
		st = noro_give_up_privileges(err);
	if (st == NORO_OK)
		st = noro_sense_store(s, false, err);
	if (st == NORO_OK)
		st = noro_sense_spool(s, &unused, err);
	r->history = noro_args_get(s->args, "store") || !s->spool;
	if (st == NORO_OK)
		st = noro_sense_scope(s, &r->to, err);
	if (st == NORO_OK)
		st = begin_answers(r, &r->to, err);
	if (st == NORO_OK)
		st = begin_copy(r, err);
	if (st == NORO_OK && !s->cli->quiet)
		noro_say(s->cli, s->cli->err, N_("listening on %1 for sensor '%2' (addresses: %3)"),
			o.interface, s->sensor.name, NORO_NUM(s->sensor.addresses));
	return st;
}

enum noro_status noro_sense_do_run(struct sensing *s, struct noro_error *err)
{
	struct running r = { .s = s,
		.day = noro_clock_now() / DAY_NS,
		.to = { on_cell, on_scan, on_victim, on_payload, on_watch, &r } };
	struct sigaction act = { .sa_handler = on_hangup, .sa_flags = SA_RESTART }, before;
	struct noro_watcher *watcher;
	enum noro_status st = prepare(&r, err);

	if (st == NORO_OK) {
		(void)sigaction(SIGHUP, &act, &before);
		watcher = noro_watch_start(s->cli, &s->progress);
		st = end(&r, listen_on(&r, err), err);
		noro_watch_stop(watcher);
		(void)sigaction(SIGHUP, &before, NULL);
		say_sum(&r);
	} else {
		noro_outfile_abandon(r.copy);
	}
	noro_responder_free(r.responder);
	noro_sense_judge_free(r.judge);
	free(r.answers);
	noro_live_close(r.live);
	noro_buf_done(&r.id);
	if (st != NORO_OK || noro_args_get(s->args, "store") || s->spool ||
		!noro_scope_sum(s->scope)->own)
		return st;
	return noro_sense_report_all(s, err);
}
