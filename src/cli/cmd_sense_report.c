/* src/cli/cmd_sense_report.c - noroshi sense report, rank, victims, show: questions to the history.
 */
#include "base/file.h"
#include "cli/cmd_sense_priv.h"
#include "report/sense.h"

#include <stdlib.h>
#include <string.h>

enum { NS_PER_S = 1000000000, TOP = 10, LISTED = 20, SILENT_S = 3600, FILE_MODE = 0644 };

struct listed {
	struct sensing *s;
	const struct noro_scan **scan;
	size_t scans, scan_cap;
	const struct noro_victim **victim;
	size_t victims, victim_cap;
};

/* Rows live only for the call: they are kept as their JSON, read again into the arena. */
static enum noro_status on_kept_scan(void *ctx, const struct noro_scan *m)
{
	struct listed *l = ctx;
	struct noro_scan *copy = noro_arena_alloc(l->s->cli->arena, sizeof(*copy));
	const struct noro_scan **grown =
		noro_arena_grow(l->s->cli->arena, l->scan, l->scans, &l->scan_cap, sizeof(*grown));

	if (!copy || !grown)
		return NORO_ENOMEM;
	*copy = *m;
	l->scan = grown;
	l->scan[l->scans++] = copy;
	return NORO_OK;
}

static enum noro_status on_kept_victim(void *ctx, const struct noro_victim *m)
{
	struct listed *l = ctx;
	struct noro_victim *copy = noro_arena_alloc(l->s->cli->arena, sizeof(*copy));
	const struct noro_victim **grown = noro_arena_grow(
		l->s->cli->arena, l->victim, l->victims, &l->victim_cap, sizeof(*grown));

	if (!copy || !grown)
		return NORO_ENOMEM;
	*copy = *m;
	l->victim = grown;
	l->victim[l->victims++] = copy;
	return NORO_OK;
}

static enum noro_status again(struct listed *l, const struct noro_buf *json)
{
	const struct noro_measures to = {
		.scan = on_kept_scan, .victim = on_kept_victim, .ctx = l
	};
	struct noro_view kept = noro_arena_view(l->s->cli->arena, noro_buf_as_view(json));
	const struct noro_json *v;
	enum noro_status st = kept.p && json->status == NORO_OK ? NORO_OK : NORO_ENOMEM;

	if (st == NORO_OK)
		st = noro_json_parse(l->s->cli->arena, kept, NULL, &v, NULL);
	return st == NORO_OK ? noro_measure_read(v, l->s->cli->arena, &to, NULL) : st;
}

static enum noro_status on_scan(void *ctx, const struct noro_scan *m)
{
	struct noro_buf json = { 0 };
	struct noro_jsonw w = noro_jsonw(&json);
	enum noro_status st = noro_scan_json(&w, m);

	if (st == NORO_OK)
		st = again(ctx, &json);
	noro_buf_done(&json);
	return st;
}

static enum noro_status on_victim(void *ctx, const struct noro_victim *m)
{
	struct noro_buf json = { 0 };
	struct noro_jsonw w = noro_jsonw(&json);
	enum noro_status st = noro_victim_json(&w, m);

	if (st == NORO_OK)
		st = again(ctx, &json);
	noro_buf_done(&json);
	return st;
}

static int widest(const void *a, const void *b)
{
	const struct noro_scan *x = *(const struct noro_scan *const *)a;
	const struct noro_scan *y = *(const struct noro_scan *const *)b;

	if (x->dsts != y->dsts)
		return x->dsts > y->dsts ? -1 : 1;
	if (x->first_ns != y->first_ns)
		return x->first_ns < y->first_ns ? -1 : 1;
	return noro_ip_cmp(&x->src, &y->src);
}

static int longest(const void *a, const void *b)
{
	const struct noro_victim *x = *(const struct noro_victim *const *)a;
	const struct noro_victim *y = *(const struct noro_victim *const *)b;

	if (x->probes != y->probes)
		return x->probes > y->probes ? -1 : 1;
	return noro_ip_cmp(&x->victim.ip, &y->victim.ip);
}

/* People are told of an attack once, programs what each sensor said of it. */
static enum noro_status as_one(struct listed *l, struct noro_error *err)
{
	const char *format = noro_args_get(l->s->args, "format");
	enum noro_status st;

	if (l->s->cli->json || (format && strcmp(format, "json") == 0))
		return NORO_OK;
	st = noro_observe_victims(l->victim, &l->victims, l->s->cli->arena);
	if (l->victims)
		qsort(l->victim, l->victims, sizeof(*l->victim), longest);
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}

static const char *day_text(struct sensing *s, int64_t ns)
{
	char text[NORO_TIME_TEXT];

	(void)noro_time_print(ns, text);
	return noro_arena_printf(s->cli->arena, "%.10s", text);
}

enum noro_status noro_sense_whole(struct sensing *s, struct noro_ask *ask, struct noro_error *err)
{
	const char *since = noro_args_get(s->args, "since"),
		   *until = noro_args_get(s->args, "until");
	enum noro_status st = NORO_OK;

	*ask = (struct noro_ask){ .cut = -1, .from_ns = NORO_TIME_NONE, .to_ns = NORO_TIME_NONE };
	if (since)
		st = noro_load_time(s->cli, "since", since, NULL, &ask->from_ns, err);
	if (st == NORO_OK && until)
		st = noro_load_time(s->cli, "until", until, NULL, &ask->to_ns, err);
	return st;
}

enum noro_status noro_sense_period(struct sensing *s, struct noro_ask *ask,
	struct noro_sense_report *r, struct noro_error *err)
{
	const char *since = noro_args_get(s->args, "since"),
		   *until = noro_args_get(s->args, "until");
	const int64_t day = (int64_t)NORO_DAY_S * NS_PER_S;
	struct noro_history_span all = { 0 };
	bool widened;
	enum noro_status st = noro_history_sensors(s->h, s->cli->arena, &all, err);

	if (st == NORO_OK && all.first_ns == NORO_TIME_NONE)
		return noro_fail(err, NORO_ENOENT, N_("this history holds nothing yet"));
	r->sensor = all.sensor;
	r->sensors = all.sensors;
	ask->to_ns = all.last_ns;
	ask->from_ns =
		all.last_ns - all.first_ns > 31 * day ? all.last_ns - 30 * day : all.first_ns;
	if (st == NORO_OK && since)
		st = noro_load_time(s->cli, "since", since, NULL, &ask->from_ns, err);
	if (st == NORO_OK && until)
		st = noro_load_time(s->cli, "until", until, NULL, &ask->to_ns, err);
	if (st == NORO_OK && ask->from_ns >= ask->to_ns)
		return noro_fail(err, NORO_EARG, N_("the period ends before it begins"));
	/* by days, whose sources are counted as such, unless somebody asked for less than one */
	ask->width_s =
		(since || until) && ask->to_ns - ask->from_ns < day ? NORO_HOUR_S : NORO_DAY_S;
	if (st == NORO_OK)
		st = noro_observe_period(s->h, ask, &widened, err);
	if (st == NORO_OK && widened)
		noro_say(s->cli, s->cli->err,
			N_("hours are no longer kept of that time: the whole days stand in for "
			   "them, %1 to %2"),
			day_text(s, ask->from_ns), day_text(s, ask->to_ns));
	return st;
}

static enum noro_status one_ranking(struct sensing *s, const struct noro_ask *ask,
	struct noro_sense_ranking *k, struct noro_error *err)
{
	struct noro_ask q = *ask;
	struct noro_ranks ranks = { 0 };
	uint64_t top = TOP;
	enum noro_status st = noro_args_count(s->args, "top", TOP, NORO_SENSE_TOP, &top, err);

	q.cut = (int)k->cut;
	q.limit = top;
	if (st == NORO_OK)
		st = noro_observe_rank(s->h, &q, k->by_sources, s->cli->arena, &ranks, err);
	k->row = ranks.row;
	k->rows = ranks.rows;
	return st;
}

static enum noro_status lists(
	struct sensing *s, const struct noro_ask *ask, struct listed *l, struct noro_error *err)
{
	const struct noro_measures to = { .scan = on_scan, .victim = on_victim, .ctx = l };
	enum noro_status st = noro_history_scans(s->h, ask, &to, err);

	if (st == NORO_OK)
		st = noro_history_victims(s->h, ask, &to, err);
	if (l->scans)
		qsort(l->scan, l->scans, sizeof(*l->scan), widest);
	if (l->victims)
		qsort(l->victim, l->victims, sizeof(*l->victim), longest);
	if (st == NORO_OK)
		st = as_one(l, err);
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}

static enum noro_status print(
	struct sensing *s, const struct noro_sense_report *r, struct noro_error *err)
{
	const char *format = noro_args_get(s->args, "format"),
		   *file = noro_args_get(s->args, "output");
	struct noro_buf out = { 0 };
	enum noro_status st;

	if (strcmp(s->args->word[0], "demo") == 0)
		file = NULL; /* its folder */
	if (s->cli->json || (format && strcmp(format, "json") == 0))
		st = noro_sense_json(r, &out);
	else if (format && strcmp(format, "csv") == 0)
		st = noro_sense_csv(r, s->cli->lang, &out);
	else if (format && strcmp(format, "html") == 0)
		st = noro_sense_html(r, s->cli->lang, &out);
	else if (format && strcmp(format, "xlsx") == 0)
		st = noro_sense_xlsx(r, s->cli->lang, &out, err);
	else
		st = noro_sense_text(r, s->cli->lang, &out);
	if (st == NORO_ENOMEM)
		(void)noro_fail(err, st, NULL);
	if (st == NORO_OK && file)
		st = noro_file_write(file, FILE_MODE, noro_buf_as_view(&out), err);
	else if (st == NORO_OK)
		noro_emit(s->cli->out, &out);
	noro_buf_done(&out);
	return st;
}

static bool pictured(const struct sensing *s)
{
	const char *format = noro_args_get(s->args, "format");

	return format && (strcmp(format, "html") == 0 || strcmp(format, "xlsx") == 0);
}

static enum noro_status write_page(struct sensing *s, const struct noro_sense_report *r,
	const char *path, struct noro_error *err)
{
	struct noro_buf out = { 0 };
	enum noro_status st = noro_sense_html(r, s->cli->lang, &out);

	if (st == NORO_OK)
		st = noro_file_write(path, 0644, noro_buf_as_view(&out), err);
	noro_buf_done(&out);
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}

/* What is asked of the past is not judged by today. */
static bool judges_health(const struct sensing *s)
{
	return noro_args_get(s->args, "store") && !noro_args_has(s->args, "until") &&
	       s->args->words && strcmp(s->args->word[0], "report") == 0;
}

/* Rises of the period, where there are 28 days before it to judge by. */
static enum noro_status surges(struct sensing *s, const struct noro_ask *ask,
	struct noro_surges *ret, struct noro_error *err)
{
	struct noro_surge_ask q = {
		.sensor = ask->sensor, .from_ns = ask->from_ns, .to_ns = ask->to_ns
	};

	return noro_observe_surges(s->h, &q, s->cli->arena, ret, err);
}

static enum noro_status campaigns(struct sensing *s, const struct noro_ask *ask,
	struct noro_campaigns *ret, struct noro_error *err)
{
	const struct noro_campaign_ask q = { .which = *ask };

	return noro_observe_campaigns(s->h, &q, s->cli->arena, ret, err);
}

static enum noro_status report(struct sensing *s, const char *page, struct noro_error *err)
{
	struct noro_sense_ranking ranking[] = {
		{ .title = N_("What was asked for: ports"), .cut = NORO_CUT_PORT },
		{ .title = N_("What it was: classes"), .cut = NORO_CUT_CLASS },
		{ .title = N_("With which tools"), .cut = NORO_CUT_TOOL },
		{ .title = N_("Requests by their first bytes"), .cut = NORO_CUT_PROBE },
		{ .title = N_("From which countries"), .cut = NORO_CUT_COUNTRY },
		{ .title = N_("From which networks"), .cut = NORO_CUT_AS },
	};
	enum { RANKINGS = sizeof(ranking) / sizeof(ranking[0]) };
	struct noro_sense_report r = { .ranking = ranking,
		.rankings = RANKINGS,
		.now_ns = s->cli->now_ns,
		.era = noro_args_has(s->args, "era") };
	struct noro_ask ask = { .cut = -1 }, before;
	struct listed l = { .s = s };
	struct noro_ills ill = { 0 };
	struct noro_surges rises = { .from_ns = NORO_TIME_NONE };
	struct noro_campaigns joined = { 0 };
	enum noro_status st = noro_sense_period(s, &ask, &r, err);

	if (st == NORO_OK)
		st = noro_observe_rate(s->h, &ask, s->cli->arena, &r.now, err);
	before = ask;
	before.from_ns = ask.from_ns - (ask.to_ns - ask.from_ns);
	before.to_ns = ask.from_ns;
	if (st == NORO_OK)
		st = noro_observe_rate(s->h, &before, s->cli->arena, &r.before, err);
	for (size_t i = 0; i < RANKINGS && st == NORO_OK; i++)
		st = one_ranking(s, &ask, &ranking[i], err);
	if (st == NORO_OK)
		st = lists(s, &ask, &l, err);
	if (st == NORO_OK && (page || pictured(s)))
		st = noro_observe_days(s->h, &ask, s->cli->arena, &r.days, err);
	if (st == NORO_OK && (page || judges_health(s)))
		st = noro_observe_health(s->h, s->cli->now_ns, SILENT_S, s->cli->arena, &ill, err);
	if (st == NORO_OK && noro_args_get(s->args, "store"))
		st = surges(s, &ask, &rises, err);
	if (st == NORO_OK)
		st = campaigns(s, &ask, &joined, err);
	r.campaigns = &joined;
	r.surges = rises.from_ns != NORO_TIME_NONE ? &rises : NULL;
	r.ill = ill.ill;
	r.ills = ill.ills;
	s->findings += judges_health(s) ? ill.ills : 0;
	r.scan = l.scan;
	r.scans = l.scans < LISTED ? l.scans : LISTED;
	r.victim = l.victim;
	r.victims = l.victims < LISTED ? l.victims : LISTED;
	if (st == NORO_OK && page)
		st = write_page(s, &r, page, err);
	return st == NORO_OK ? print(s, &r, err) : st;
}

enum noro_status noro_sense_report_all(struct sensing *s, struct noro_error *err)
{
	return report(s, NULL, err);
}

enum noro_status noro_sense_report_page(struct sensing *s, const char *path, struct noro_error *err)
{
	return report(s, path, err);
}

enum noro_status noro_sense_do_report(struct sensing *s, struct noro_error *err)
{
	enum noro_status st = noro_sense_store(s, true, err);

	return st == NORO_OK ? noro_sense_report_all(s, err) : st;
}

enum noro_status noro_sense_do_rank(struct sensing *s, struct noro_error *err)
{
	const char *by = noro_args_get(s->args, "by");
	struct noro_sense_ranking k = { .title = N_("Ranking"),
		.by_sources = noro_args_has(s->args, "sources") };
	struct noro_sense_report r = { .ranking = &k, .rankings = 1 };
	struct noro_ask ask = { .cut = -1 };
	struct noro_buf out = { 0 };
	int cut = by ? noro_cut_parse(noro_view_str(by)) : NORO_CUT_PORT;
	enum noro_status st = noro_sense_store(s, true, err);

	if (cut <= NORO_CUT_TOTAL)
		return noro_fail(err, NORO_EARG,
			N_("no ranking by '%1'; port, class, tool, probe, as or country"), by);
	k.cut = (enum noro_cut)cut;
	if (st == NORO_OK)
		st = noro_sense_period(s, &ask, &r, err);
	if (st == NORO_OK)
		st = noro_observe_rate(s->h, &ask, s->cli->arena, &r.now, err);
	if (st == NORO_OK)
		st = one_ranking(s, &ask, &k, err);
	if (st == NORO_OK && (s->cli->json || noro_args_has(s->args, "format")))
		return print(s, &r, err);
	if (st == NORO_OK) {
		noro_sense_ranking_text(&k, s->cli->lang, &out);
		noro_emit(s->cli->out, &out);
	}
	noro_buf_done(&out);
	return st;
}

/* victims, and show IP: the rows themselves. */
enum noro_status noro_sense_do_rows(struct sensing *s, struct noro_error *err)
{
	bool show = strcmp(s->args->word[0], "show") == 0;
	struct noro_sense_report r = { 0 };
	struct noro_ask ask = { .cut = -1 };
	struct listed l = { .s = s };
	struct noro_buf out = { 0 };
	struct noro_jsonw w = noro_jsonw(&out);
	struct noro_ip ip;
	bool era = noro_args_has(s->args, "era");
	enum noro_status st;

	if (show &&
		(s->args->words < 2 || !noro_ip_parse_loose(noro_view_str(s->args->word[1]), &ip)))
		return noro_fail(err, NORO_EARG, N_("which address?"));
	st = noro_sense_store(s, true, err);
	if (st == NORO_OK)
		st = noro_sense_period(s, &ask, &r, err);
	if (show && ip.family == 6) /* whose events are those of its /64 */
		memset(ip.b + 8, 0, 8);
	ask.ip = show ? &ip : NULL;
	if (st == NORO_OK)
		st = lists(s, &ask, &l, err);
	for (size_t i = 0; st == NORO_OK && s->cli->json && i < l.victims; i++) {
		st = noro_victim_json(&w, l.victim[i]);
		noro_buf_chr(&out, '\n');
		w = noro_jsonw(&out);
	}
	for (size_t i = 0; st == NORO_OK && s->cli->json && show && i < l.scans; i++) {
		st = noro_scan_json(&w, l.scan[i]);
		noro_buf_chr(&out, '\n');
		w = noro_jsonw(&out);
	}
	if (st == NORO_OK && show && !l.victims && !l.scans && !s->cli->quiet)
		noro_say(s->cli, s->cli->err, N_("nothing is known of '%1' in this time"),
			s->args->word[1]);
	if (st == NORO_OK && !s->cli->json) {
		noro_sense_victims_text(l.victim, l.victims, s->cli->lang, era, &out);
		if (show)
			noro_sense_scans_text(l.scan, l.scans, s->cli->lang, era, &out);
	}
	if (st == NORO_OK)
		noro_emit(s->cli->out, &out);
	noro_buf_done(&out);
	return st;
}
