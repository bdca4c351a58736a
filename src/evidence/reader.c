/*
 * src/evidence/reader.c - the table of readers, and what they have in common: taking
 * a file for one of them, cutting records, and falling back to line shapes.
 */
#include "evidence/log_priv.h"

#include "base/mem.h"

/* Order breaks ties: the more particular first. */
const struct noro_reader *const noro_readers[] = {
	&noro_reader_evtx,
	&noro_reader_utmp,
	&noro_reader_zeek_tsv,
	&noro_reader_iis,
	&noro_reader_journal,
	&noro_reader_zeek_json,
	&noro_reader_eve,
	&noro_reader_clouddoc,
	&noro_reader_windoc,
	&noro_reader_jsondoc,
	&noro_reader_cloud,
	&noro_reader_winjson,
	&noro_reader_linux_audit,
	&noro_reader_fortios,
	&noro_reader_panos,
	&noro_reader_huawei,
	&noro_reader_appliance,
	&noro_reader_junos,
	&noro_reader_routeros,
	&noro_reader_tacacs,
	&noro_reader_cisco,
	&noro_reader_http_access,
	&noro_reader_http_error,
	&noro_reader_squid,
	&noro_reader_syslog,
	&noro_reader_winevent,
	&noro_reader_mail,
	&noro_reader_history,
	&noro_reader_csv,
	&noro_reader_jsonl,
	&noro_reader_lines,
	&noro_reader_binary,
	NULL,
};

const struct noro_reader *noro_reader_by_name(const char *name)
{
	for (size_t i = 0; noro_readers[i]; i++)
		if (strcmp(noro_readers[i]->name, name) == 0)
			return noro_readers[i];
	return NULL;
}

const struct noro_reader *noro_reader_sniff(
	struct noro_view head, const char *path, struct noro_sniff *ret)
{
	const struct noro_reader *best = &noro_reader_binary;
	struct noro_sniff top = { .why = N_("no reader knows these bytes") };

	if (head.n > NORO_EV_LINE)
		head.n = NORO_EV_LINE;
	for (size_t i = 0; noro_readers[i]; i++) {
		struct noro_sniff one = { 0 };

		noro_readers[i]->sniff(head, path ? path : "", &one);
		if (one.score > top.score) {
			top = one;
			best = noro_readers[i];
		}
	}
	*ret = top;
	return best;
}

void noro_ev_sniffed(struct noro_sniff *ret, unsigned score, const char *why, const char *arg)
{
	size_t n = strnlen(arg, sizeof(ret->arg) - 1);

	ret->score = score > 100 ? 100 : score;
	ret->why = why;
	memcpy(ret->arg, arg, n);
	ret->arg[n] = '\0';
}

const char *noro_ev_base_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	if (!path)
		return "";
	return slash ? slash + 1 : path;
}

int noro_ev_sample(struct noro_view head, bool (*fits)(struct noro_view line))
{
	enum { LINES = 32, LOOK = 256 };
	struct noro_view line;
	int seen = 0, fit = 0;

	for (unsigned i = 0; i < LOOK && seen < LINES && noro_view_line(&head, &line); i++) {
		line = noro_view_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		seen++;
		fit += fits(line);
	}
	return seen ? fit * 100 / seen : -1;
}

enum noro_status noro_log_new(const struct noro_reader *r, const struct noro_log_opts *opts,
	struct noro_view head, struct noro_log **ret, struct noro_error *err)
{
	struct noro_log *log = noro_calloc(1, sizeof(*log));
	enum noro_status st = NORO_OK;

	if (!log)
		return noro_fail(err, NORO_ENOMEM, NULL);
	log->reader = r;
	log->arena = noro_arena_new(0);
	log->time = (struct noro_time_ctx){ opts->zone, opts->ref_ns, opts->day_first };
	log->sep = '\t';
	log->set_sep = ',';
	log->indent = SIZE_MAX;
	noro_ev_names_init(&log->names);
	log->path = log->arena ? noro_arena_str(log->arena, opts->path ? opts->path : "") : NULL;
	if (!log->path)
		st = NORO_ENOMEM;
	if (st == NORO_OK && r->learn)
		st = r->learn(log, head);
	if (st != NORO_OK) {
		noro_log_free(log);
		return noro_fail(err, st, NULL);
	}
	*ret = log;
	return NORO_OK;
}

void noro_log_free(struct noro_log *log)
{
	if (!log)
		return;
	noro_arena_free(log->arena);
	free(log);
}

const struct noro_reader *noro_log_reader(const struct noro_log *log)
{
	return log->reader;
}

static struct noro_view line_around(struct noro_view text, size_t at)
{
	size_t from = at, low = at > NORO_EV_LINE ? at - NORO_EV_LINE : 0;
	size_t high = text.n - at > NORO_EV_LINE ? at + NORO_EV_LINE : text.n;
	const char *nl = memrchr(text.p + low, '\n', at - low);
	const char *end = memchr(text.p + at, '\n', high - at);

	from = nl ? (size_t)(nl - text.p) + 1 : low;
	if (end)
		high = (size_t)(end - text.p);
	if (high > from && text.p[high - 1] == '\r')
		high--;
	return noro_view(text.p + from, high - from);
}

struct noro_view noro_record_around(const struct noro_log *log, struct noro_view text, size_t at)
{
	struct noro_view v;

	if (text.n == 0)
		return text;
	if (at >= text.n)
		at = text.n - 1;
	if (log->reader->around) {
		v = log->reader->around(log, text, at);
		if (v.n)
			return v;
	}
	return line_around(text, at);
}

static void blank(struct noro_record *r, struct noro_view raw, bool only_time)
{
	memset(r, 0, sizeof(*r));
	r->raw = raw;
	r->only_time = only_time;
	r->time_ns = NORO_TIME_NONE;
}

static void parse(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *ret, bool only_time)
{
	struct noro_view v = noro_view_sub(raw, 0, NORO_EV_LINE);

	blank(ret, raw, only_time);
	while (v.n && (v.p[v.n - 1] == '\n' || v.p[v.n - 1] == '\r'))
		v.n--;
	if (v.n == 0)
		return;
	if (log->reader->parse && log->reader->parse(log, a, v, ret)) {
		ret->parsed = true;
		return;
	}
	blank(ret, raw, only_time);
	ret->parsed = noro_ev_line(log, a, v, ret);
	if (!ret->parsed)
		ret->shape = NULL;
}

void noro_record_parse(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *ret)
{
	parse(log, a, raw, ret, false);
}

bool noro_record_time(const struct noro_log *log, struct noro_view raw, struct noro_time *ret)
{
	struct noro_record r;
	struct noro_arena *a = noro_arena_new(1 << 20);

	if (!a)
		return false;
	parse(log, a, raw, &r, true);
	noro_arena_free(a);
	if (r.time_ns == NORO_TIME_NONE)
		return false;
	*ret = (struct noro_time){ .ns = r.time_ns, .flags = r.time_flags };
	return true;
}
