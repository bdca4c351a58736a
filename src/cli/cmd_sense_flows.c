/*
 * src/cli/cmd_sense_flows.c - noroshi sense export of captures: tuples and flows for others.
 *
 * A history holds sums, from which no flow can be told any more. So these formats are made from
 * captures, minute by minute, without a history.
 */
#include "cli/cmd_sense_priv.h"
#include "cli/watch.h"
#include "report/flows.h"

static void summary(struct sensing *s, const struct noro_flows *f, const char *format)
{
	const struct noro_tuples_sum *m = noro_tuples_sum(s->tuples);

	if (s->cli->quiet)
		return;
	noro_say(s->cli, s->cli->err,
		N_("%1 packets (captures: %2): %3 to our addresses, in %4 records"),
		NORO_NUM(m->packets), NORO_NUM(s->captures), NORO_NUM(m->own),
		NORO_NUM(noro_flows_records(f)));
	if (noro_flows_unsaid(f))
		noro_say(s->cli, s->cli->err, N_("packets that %1 has no words for: %2"), format,
			NORO_NUM(noro_flows_unsaid(f)));
	if (m->malformed)
		noro_say(s->cli, s->cli->err, N_("%1 packets were malformed; they are left out"),
			NORO_NUM(m->malformed));
	if (m->late)
		noro_say(s->cli, s->cli->err,
			N_("%1 packets came after their minute was written; they stand in the "
			   "next"),
			NORO_NUM(m->late));
	if (m->early)
		noro_say(s->cli, s->cli->err,
			N_("minutes too full for the table were written in parts (%1 times): a "
			   "record may come twice in them"),
			NORO_NUM(m->early));
}

static enum noro_status convert(struct sensing *s, struct noro_flows *f, struct noro_error *err)
{
	struct noro_watcher *watcher = noro_watch_start(s->cli, &s->progress);
	enum noro_status st = noro_sense_walk(s, s->args->word + 1, s->args->words - 1, err);

	noro_watch_stop(watcher);
	if (st == NORO_OK)
		st = noro_tuples_end(s->tuples, err);
	if (st == NORO_OK)
		st = noro_flows_end(f, err);
	return st;
}

static enum noro_status with_tuples(struct sensing *s, struct noro_flows *f, struct noro_error *err)
{
	struct noro_tuples_opts o = { .tools = s->tools,
		.open = s->sensor.tunnels,
		.flows = noro_flows_want_flows(f),
		.give = noro_flows_put,
		.ctx = f };
	struct noro_own *own;
	enum noro_status st = noro_own_new(&s->sensor, &own, err);

	if (st != NORO_OK)
		return st;
	o.own = own;
	st = noro_tuples_new(&o, &s->tuples, err);
	if (st == NORO_OK)
		st = convert(s, f, err);
	if (st == NORO_OK)
		summary(s, f, noro_args_get(s->args, "format"));
	noro_tuples_free(s->tuples);
	s->tuples = NULL;
	noro_own_free(own);
	return st;
}

enum noro_status noro_sense_do_flows(struct sensing *s, int how, struct noro_error *err)
{
	struct noro_sense_out to = { 0 };
	struct noro_flows_opts o = {
		.how = (enum noro_flows_format)how, .write = noro_sense_out_write, .ctx = &to
	};
	struct noro_flows *f = NULL;
	enum noro_status st;

	if (s->args->words < 2)
		return noro_fail(err, NORO_EARG,
			N_("%1 is made from captures: which? A history holds no flows"),
			noro_args_get(s->args, "format"));
	st = noro_sense_sensor(s, err);
	if (st == NORO_OK)
		st = noro_sense_tables(s, err);
	if (st == NORO_OK && !noro_args_get(s->args, "output") && s->cli->out_tty)
		st = noro_fail(err, NORO_EARG,
			N_("this is not for a screen: give --output FILE, or a pipe"));
	if (st == NORO_OK)
		st = noro_sense_out_open(s, &to, err);
	if (st != NORO_OK)
		return st;
	o.tags = s->tags;
	st = noro_flows_begin(&o, &f, err);
	if (st == NORO_OK)
		st = with_tuples(s, f, err);
	noro_flows_free(f);
	return noro_sense_out_close(&to, st, err);
}
