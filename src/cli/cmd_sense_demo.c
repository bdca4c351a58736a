/*
 * src/cli/cmd_sense_demo.c - noroshi sense demo: two months of three simulated sensors, through
 * everything that real captures go through, into a history, a report and a page. No set-up, no
 * network; what it leaves behind is one folder.
 */
#include "cli/cmd_sense_priv.h"
#include "cli/picture.h"
#include "cli/watch.h"
#include "exercise/darknet.h"

#include <stdio.h>
#include <stdlib.h>

enum { DAYS = 60, PACKETS = 900000, MINUTES_KEPT = 3, TENS_KEPT = 35, FRAME_MS = 20 };
static const int64_t DAY_NS = NORO_DAY_S * NORO_NS_PER_S;

/* What a history of that age still holds: fine bins of the last days only (store/history.h). */
struct aged {
	const struct noro_measures *to;
	int64_t minutes_from, tens_from;
};

static enum noro_status on_cell(void *ctx, const struct noro_cell *m)
{
	const struct aged *a = ctx;

	if ((m->width_s == NORO_MINUTE_S && m->start_ns < a->minutes_from) ||
		(m->width_s == NORO_TEN_S && m->start_ns < a->tens_from))
		return NORO_OK;
	return a->to->cell(a->to->ctx, m);
}

static enum noro_status on_scan(void *ctx, const struct noro_scan *m)
{
	const struct aged *a = ctx;

	return a->to->scan(a->to->ctx, m);
}

static enum noro_status on_victim(void *ctx, const struct noro_victim *m)
{
	const struct aged *a = ctx;

	return a->to->victim(a->to->ctx, m);
}

static enum noro_status on_watch(void *ctx, const struct noro_watch *m)
{
	const struct aged *a = ctx;

	return a->to->watch(a->to->ctx, m);
}

struct demo {
	struct sensing *s;
	const char *dir;
	int64_t start_ns;
	struct noro_picture *picture; /* on a terminal; NULL */
};

static enum noro_status choose_dir(struct demo *d, struct noro_error *err)
{
	struct noro_cli *cli = d->s->cli;
	const char *given = noro_args_get(d->s->args, "output"), *tmp = getenv("TMPDIR");
	char *made;

	if (given) {
		d->dir = given;
		return NORO_OK;
	}
	made = noro_arena_printf(cli->arena, "%s/noroshi-demo-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!made)
		return noro_fail(err, NORO_ENOMEM, NULL);
	d->dir = mkdtemp(made);
	return d->dir ? NORO_OK
		      : noro_fail(err, NORO_EIO, N_("no folder can be made in %1"),
				tmp && *tmp ? tmp : "/tmp");
}

static const char *in_dir(struct demo *d, const char *name)
{
	return noro_arena_printf(d->s->cli->arena, "%s/%s", d->dir, name);
}

/* One sensor's captures, as `sense read` takes them. One worker: sparse minutes end at once. */
static enum noro_status read_sensor(struct demo *d, const char *name, struct noro_error *err)
{
	struct sensing one = { .cli = d->s->cli, .args = d->s->args, .h = d->s->h, .jobs = 1 };
	const char *path = in_dir(d, noro_arena_printf(d->s->cli->arena, "captures/%s", name));
	const char *described = in_dir(d, "sensors.yaml");
	struct aged aged = { noro_history_measures(d->s->h),
		d->start_ns + (DAYS - MINUTES_KEPT) * DAY_NS,
		d->start_ns + (DAYS - TENS_KEPT) * DAY_NS };
	const struct noro_measures to = { .cell = on_cell,
		.scan = on_scan,
		.victim = on_victim,
		.watch = on_watch,
		.ctx = &aged };
	enum noro_status st = path && described ? noro_sense_sensor_of(&one, described, name, err)
						: noro_fail(err, NORO_ENOMEM, NULL);

	if (st == NORO_OK)
		st = noro_sense_scope(
			&one, d->picture ? noro_picture_measures(d->picture, &to) : &to, err);
	if (st == NORO_OK)
		st = noro_sense_captures(&one, &path, 1, err);
	noro_scope_free(one.scope);
	noro_tags_free(one.tags);
	noro_load_done(&one.load);
	d->s->unread += one.unread;
	return st;
}

/* While the captures are made there is a line of progress; while they are read, on a terminal, the
 * picture of what the sensors see instead. */
static enum noro_status make(struct demo *d, struct noro_error *err)
{
	struct sensing *s = d->s;
	struct noro_darknet_opts o = { .dir = d->dir,
		.days = DAYS,
		.packets = PACKETS,
		.start_ns = d->start_ns,
		.progress = &s->progress };
	struct noro_darknet_sum sum;
	struct noro_watcher *watcher;
	enum noro_status st = noro_args_count(s->args, "seed", 1, UINT64_MAX, &o.seed, err);

	if (st != NORO_OK)
		return st;
	watcher = noro_watch_start(s->cli, &s->progress);
	st = noro_darknet_make(&o, &sum, err);
	noro_watch_stop(watcher);
	return st;
}

static enum noro_status fill(struct demo *d, struct noro_error *err)
{
	struct sensing *s = d->s;
	const char *store = in_dir(d, "sensors.db");
	struct noro_watcher *watcher = NULL;
	enum noro_status st = make(d, err);

	if (s->cli->err_tty && !s->cli->quiet)
		d->picture = noro_picture_new(s->cli, s->cli->err, FRAME_MS);
	if (!d->picture)
		watcher = noro_watch_start(s->cli, &s->progress);
	if (st == NORO_OK)
		st = store ? noro_history_open(store, false, &s->h, err)
			   : noro_fail(err, NORO_ENOMEM, NULL);
	for (size_t i = 0; i < NORO_DARKNET_SENSORS && st == NORO_OK; i++)
		st = read_sensor(d, noro_darknet_sensor[i], err);
	noro_watch_stop(watcher);
	noro_picture_free(d->picture);
	d->picture = NULL;
	return st;
}

enum noro_status noro_sense_do_demo(struct sensing *s, struct noro_error *err)
{
	struct demo d = { .s = s };
	const char *page;
	enum noro_status st = choose_dir(&d, err);

	if (st != NORO_OK)
		return st;
	/* up to the last midnight; the clock stands there, so that no sensor seems silent */
	s->cli->now_ns -= s->cli->now_ns % DAY_NS;
	d.start_ns = s->cli->now_ns - DAYS * DAY_NS;
	if (!s->cli->quiet)
		noro_say(s->cli, s->cli->err,
			N_("Simulating three sensors over %1 days, and reading what they caught; "
			   "all of it is made up, nothing is sent."),
			NORO_NUM(DAYS));
	st = fill(&d, err);
	page = in_dir(&d, "report.html");
	if (st == NORO_OK)
		st = page ? noro_sense_report_page(s, page, err)
			  : noro_fail(err, NORO_ENOMEM, NULL);
	if (st != NORO_OK || s->cli->quiet)
		return st;
	noro_say(s->cli, s->cli->err,
		N_("More questions: noroshi sense report, rank, victims, show IP with --store "
		   "%1/sensors.db"),
		d.dir);
	noro_say(s->cli, s->cli->err, N_("The same with pictures: %1"), page);
	return NORO_OK;
}
