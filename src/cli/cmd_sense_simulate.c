/* src/cli/cmd_sense_simulate.c - noroshi sense simulate: captures of unused addresses with truth.
 */
#include "cli/cmd_sense_priv.h"
#include "cli/watch.h"
#include "exercise/darknet.h"

enum { DAYS = 3, PACKETS = 300000 };

enum noro_status noro_sense_do_simulate(struct sensing *s, struct noro_error *err)
{
	struct noro_darknet_opts o = { .dir = noro_args_get(s->args, "output"),
		.progress = &s->progress };
	struct noro_darknet_sum sum;
	struct noro_watcher *watcher;
	uint64_t days = 0;
	enum noro_status st = noro_args_count(s->args, "days", DAYS, NORO_DARKNET_DAYS, &days, err);

	if (st == NORO_OK)
		st = noro_args_count(
			s->args, "packets", PACKETS, NORO_SENSE_PACKETS, &o.packets, err);
	if (st == NORO_OK)
		st = noro_args_count(s->args, "seed", 1, UINT64_MAX, &o.seed, err);
	if (st == NORO_OK && !o.dir)
		st = noro_fail(err, NORO_EARG, N_("where to? give --output DIR"));
	if (st != NORO_OK)
		return st;
	o.days = (unsigned)days;
	watcher = noro_watch_start(s->cli, &s->progress);
	st = noro_darknet_make(&o, &sum, err);
	noro_watch_stop(watcher);
	if (st == NORO_OK && !s->cli->quiet)
		noro_say(s->cli, s->cli->out,
			N_("%1 packets in %2 captures: %3/captures, sensors.yaml, tables, "
			   "truth.jsonl; all of it is made up"),
			NORO_NUM(sum.packets), NORO_NUM(sum.files), o.dir);
	return st;
}
