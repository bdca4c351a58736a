/* src/report/flows.c - the formats of flows as rows of a table. */
#include "report/flows_priv.h"

#include "base/mem.h"

#include <string.h>

static const struct noro_flows_row *const rows[] = {
	[NORO_FLOWTUPLE3] = &noro_flows_tuple3,
	[NORO_FLOWTUPLE4] = &noro_flows_tuple4,
	[NORO_IPFIX] = &noro_flows_ipfix,
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

int noro_flows_parse(const char *name)
{
	for (int i = 0; i < ROWS; i++)
		if (strcmp(rows[i]->name, name) == 0)
			return i;
	return -1;
}

enum noro_status noro_flows_begin(
	const struct noro_flows_opts *o, struct noro_flows **ret, struct noro_error *err)
{
	struct noro_flows *f = noro_calloc(1, sizeof(*f));
	enum noro_status st;

	if (!f)
		return noro_fail(err, NORO_ENOMEM, NULL);
	f->o = *o;
	f->row = rows[o->how];
	st = f->row->begin(f, err);
	if (st == NORO_OK)
		*ret = f;
	else
		noro_flows_free(f);
	return st;
}

bool noro_flows_want_flows(const struct noro_flows *f)
{
	return f->row->flows;
}

enum noro_status noro_flows_put(void *ctx, int64_t minute_ns, const struct noro_tuple *t, size_t n)
{
	struct noro_flows *f = ctx;

	return f->row->put(f, minute_ns, t, n);
}

enum noro_status noro_flows_end(struct noro_flows *f, struct noro_error *err)
{
	enum noro_status st = f->row->end(f, err);

	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}

uint64_t noro_flows_records(const struct noro_flows *f)
{
	return f->records;
}

uint64_t noro_flows_unsaid(const struct noro_flows *f)
{
	return f->unsaid;
}

void noro_flows_free(struct noro_flows *f)
{
	if (!f)
		return;
	f->row->free(f);
	noro_buf_done(&f->message);
	free(f);
}
