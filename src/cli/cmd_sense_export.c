/* src/cli/cmd_sense_export.c - noroshi sense export: what a history holds, for others. */
#include "cli/cmd_sense_priv.h"
#include "report/sense_export.h"

#include <errno.h>
#include <string.h>

static enum noro_status emit(void *ctx, struct noro_view text)
{
	const struct sensing *s = ctx;

	return fwrite(text.p, 1, text.n, s->cli->out) == text.n ? NORO_OK : NORO_EIO;
}

static enum noro_status rows(struct sensing *s, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err)
{
	static enum noro_status (*const table[])(struct noro_history * h,
		const struct noro_ask *ask, const struct noro_measures *to,
		struct noro_error *err) = { noro_history_cells, noro_history_scans,
		noro_history_victims, noro_history_payloads, noro_history_watch };
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < sizeof(table) / sizeof(table[0]); i++)
		st = table[i](s->h, ask, to, err);
	return st;
}

enum noro_status noro_sense_do_export(struct sensing *s, struct noro_error *err)
{
	const char *format = noro_args_get(s->args, "format");
	int how = noro_export_parse(format ? format : "json");
	struct noro_export_opts o = { .author = noro_args_get(s->args, "author"),
		.now_ns = s->cli->now_ns,
		.write = emit,
		.ctx = s };
	struct noro_ask ask;
	struct noro_exporter *e;
	enum noro_status st;

	if (how < 0)
		return noro_fail(
			err, NORO_EARG, N_("no format '%1'; json, csv, dshield or stix"), format);
	o.how = (enum noro_export)how;
	st = noro_sense_whole(s, &ask, err);
	ask.width_s = NORO_MINUTE_S;
	if (st == NORO_OK)
		st = noro_sense_store(s, true, err);
	if (st == NORO_OK)
		st = noro_export_begin(&o, &e, err);
	if (st != NORO_OK)
		return st;
	st = rows(s, &ask, noro_export_measures(e), err);
	if (st == NORO_OK)
		st = noro_export_end(e, err);
	if (st == NORO_OK && noro_export_unsaid(e) && !s->cli->quiet)
		noro_say(s->cli, s->cli->err, N_("rows that %1 has no words for: %2"), format,
			NORO_NUM(noro_export_unsaid(e)));
	noro_export_free(e);
	return st;
}
