/* src/cli/cmd_sense_export.c - noroshi sense export: what a history holds, for others. */
#include "cli/cmd_sense_priv.h"
#include "report/flows.h"
#include "report/sense_export.h"

#include "base/file.h"

#include <errno.h>
#include <string.h>

enum { FILE_MODE = 0644 };

enum noro_status noro_sense_out_open(
	struct sensing *s, struct noro_sense_out *to, struct noro_error *err)
{
	const char *path = noro_args_get(s->args, "output");

	*to = (struct noro_sense_out){ .stream = s->cli->out };
	return path ? noro_outfile_open(path, FILE_MODE, &to->file, err) : NORO_OK;
}

enum noro_status noro_sense_out_write(void *ctx, struct noro_view bytes)
{
	struct noro_sense_out *to = ctx;

	if (to->file)
		return noro_outfile_write(to->file, bytes.p, bytes.n, &to->why);
	if (fwrite(bytes.p, 1, bytes.n, to->stream) == bytes.n)
		return NORO_OK;
	return noro_fail_errno(&to->why, errno, "-");
}

enum noro_status noro_sense_out_close(
	struct noro_sense_out *to, enum noro_status st, struct noro_error *err)
{
	if (st == NORO_OK && to->file)
		return noro_outfile_commit(to->file, err);
	noro_outfile_abandon(to->file);
	if (st == NORO_OK && fflush(to->stream) != 0)
		st = noro_fail_errno(&to->why, errno, "-");
	if (to->why.status == NORO_OK)
		return st;
	*err = to->why;
	return err->status;
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
	struct noro_sense_out to;
	struct noro_export_opts o = { .author = noro_args_get(s->args, "author"),
		.now_ns = s->cli->now_ns,
		.write = noro_sense_out_write,
		.ctx = &to };
	struct noro_ask ask;
	struct noro_exporter *e = NULL;
	enum noro_status st;

	if (format && noro_flows_parse(format) >= 0)
		return noro_sense_do_flows(s, noro_flows_parse(format), err);
	if (how < 0)
		return noro_fail(err, NORO_EARG,
			N_("no format '%1'; json, csv, dshield, stix, flowtuple3, flowtuple4 or "
			   "ipfix"),
			format);
	o.how = (enum noro_export)how;
	st = noro_sense_whole(s, &ask, err);
	ask.width_s = NORO_MINUTE_S;
	if (st == NORO_OK)
		st = noro_sense_store(s, true, err);
	if (st == NORO_OK)
		st = noro_sense_out_open(s, &to, err);
	if (st != NORO_OK)
		return st;
	st = noro_export_begin(&o, &e, err);
	if (st == NORO_OK)
		st = rows(s, &ask, noro_export_measures(e), err);
	if (st == NORO_OK)
		st = noro_export_end(e, err);
	if (st == NORO_OK && noro_export_unsaid(e) && !s->cli->quiet)
		noro_say(s->cli, s->cli->err, N_("rows that %1 has no words for: %2"), format,
			NORO_NUM(noro_export_unsaid(e)));
	noro_export_free(e);
	return noro_sense_out_close(&to, st, err);
}
