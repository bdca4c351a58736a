/* src/cli/cmd_sense.c - noroshi sense: what touches addresses that nobody should talk to. */
#include "cli/cmds.h"
#include "cli/load.h"
#include "cli/watch.h"
#include "evidence/capture.h"
#include "report/sense.h"
#include "source/source.h"
#include "telescope/scope.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>

enum { NS_PER_S = 1000000000, TOP = 10, LISTED = 20, SILENT_S = 3600, MAX_SENSOR_FILE = 1 << 20 };

static const struct noro_opt opts[] = {
	{ "sensor", 0, "FILE", N_("description of the sensor, YAML (docs/measures.md)") },
	{ "addresses", 0, "PREFIX",
		N_("instead of --sensor: addresses that are ours; repeatable") },
	{ "name", 0, "NAME", N_("name of the sensor; of --addresses it is 'sensor'") },
	{ "store", 0, "FILE", N_("history to write to or to ask; without it one run is reported") },
	{ "rir", 0, "FILE",
		N_("countries: delegated statistics of a registry; repeatable, beside those of "
		   "--sensor") },
	{ "prefix-as", 0, "FILE", N_("networks: lines of prefix and AS; repeatable") },
	{ "research", 0, "FILE",
		N_("research scanners: lines of prefix and name; labels, nothing is dropped; "
		   "repeatable") },
	{ "since", 0, "TIME", N_("report from then on") },
	{ "until", 0, "TIME", N_("report up to then") },
	{ "by", 0, "CUT", N_("rank: port, class, tool, probe, as or country; port unless given") },
	{ "sources", 0, NULL, N_("rank by sources instead of packets") },
	{ "top", 0, "N", N_("so many rows; 10 unless given") },
	{ "format", 0, "NAME", N_("text, json or csv") },
	{ "era", 0, NULL, N_("write Japanese eras") },
	{ "all", 0, NULL, N_("keep also what touched fewer than 10 addresses") },
	{ "no-builtin", 0, NULL,
		N_("leave out the fingerprints and probes that come with the program") },
	{ "knowledge", 0, "DIR", N_("more knowledge: fingerprints, probes; repeatable") },
	{ "jobs", 'j', "N", N_("workers; otherwise one for each processor") },
	{ "max-memory", 0, "SIZE",
		N_("of tables; past it the idlest events are ended, and that is told") },
	{ 0 },
};

static const char *const text[] = {
	N_("read takes captures (pcap, pcapng, ERF; plain or packed) of unused addresses and "
	   "counts who "
	   "asked for what: ports, tools by their fingerprints, requests by their first bytes, and "
	   "victims of attacks with made-up sources by what comes back from them."),
	N_("report prints accesses per address and day and the interval it means, rankings beside "
	   "the period before, victims and the widest scanners; rank one ranking; victims and show "
	   "IP "
	   "answer from the store. Sensors of different size are one: what is counted is divided "
	   "by "
	   "addresses x time that somebody listened, and time that was lost is never taken for "
	   "quiet."),
	N_("self-test runs the vectors of all fingerprints and probes."),
	NULL,
};

static const char *const examples[] = {
	"noroshi sense read --addresses 192.0.2.0/24 day.pcap.gz",
	N_("one capture, reported at once"),
	"noroshi sense read --sensor tokyo.yaml --store sensors.db 2025-08/",
	N_("a month into a history"),
	"noroshi sense report --store sensors.db --since 2025-08-01 --until 2025-09-01 --era",
	N_("the figures of August"),
	"noroshi sense rank --by tool --store sensors.db",
	N_("which tools were used"),
	NULL,
};

struct sensing {
	struct noro_cli *cli;
	const struct noro_args *args;
	struct noro_load load;
	struct noro_history *h;
	struct noro_progress progress;
	struct noro_sensor sensor;
	struct noro_tools const *tools;
	struct noro_probes const *probes;
	struct noro_tags *tags;
	struct noro_research const *research;
	struct noro_scope *scope;
	uint64_t captures, unread;
};

static enum noro_status open_store(struct sensing *s, bool must_exist, struct noro_error *err)
{
	const char *path = noro_args_get(s->args, "store");

	if (!path && must_exist)
		return noro_fail(err, NORO_EARG, N_("which history? give --store FILE"));
	return noro_history_open(path, must_exist, &s->h, err);
}

/* --- read --- */

static enum noro_status sensor_of_file(struct sensing *s, const char *path, struct noro_error *err)
{
	const char *name = noro_args_get(s->args, "name");
	const struct noro_sensor *list;
	struct noro_buf bytes = { 0 };
	struct noro_view kept;
	size_t n = 0;
	enum noro_status st = noro_file_read(path, MAX_SENSOR_FILE, &bytes, err);

	if (st == NORO_OK) {
		kept = noro_arena_view(s->cli->arena, noro_buf_as_view(&bytes));
		st = kept.p ? noro_sensor_load(path, kept, s->cli->arena, &list, &n, err)
			    : noro_fail(err, NORO_ENOMEM, NULL);
	}
	noro_buf_done(&bytes);
	if (st != NORO_OK)
		return st;
	for (size_t i = 0; i < n; i++)
		if (name ? strcmp(list[i].name, name) == 0 : n == 1) {
			s->sensor = list[i];
			return NORO_OK;
		}
	return noro_fail(err, NORO_EARG,
		name ? N_("'%1' describes no sensor called '%2'")
		     : N_("'%1' describes several sensors; choose one with --name"),
		path, name ? name : "");
}

static enum noro_status sensor_of(struct sensing *s, struct noro_error *err)
{
	const char *path = noro_args_get(s->args, "sensor"), *name = noro_args_get(s->args, "name");
	const char *const *prefix;
	size_t n;

	if (path)
		return sensor_of_file(s, path, err);
	prefix = noro_load_list(s->cli, s->args, "addresses", &n);
	if (!n)
		return noro_fail(err, NORO_EARG,
			N_("whose addresses? give --sensor FILE or --addresses PREFIX"));
	return noro_sensor_make(name ? name : "sensor", prefix, n, s->cli->arena, &s->sensor, err);
}

static enum noro_status pull(void *ctx, char *buf, size_t cap, size_t *ret_n)
{
	return noro_stream_read(ctx, buf, cap, ret_n, NULL);
}

static void told(struct sensing *s, const char *path, const struct noro_error *err)
{
	struct noro_error e = *err;

	(void)noro_error_at(&e, path, err->unit, err->at);
	(void)noro_complain(s->cli, &e);
	s->unread++;
}

static enum noro_status visit(
	void *ctx, struct noro_stream *stream, const struct noro_stream_info *info)
{
	struct sensing *s = ctx;
	struct noro_error err = { 0 };
	struct noro_capture *c;
	struct noro_view head;
	enum noro_status st = noro_stream_peek(stream, &head, &err);

	if (st != NORO_OK && st != NORO_END) {
		told(s, info->path, &err);
		return NORO_OK;
	}
	if (noro_capture_is(head) == NORO_CAPTURE_NONE) {
		(void)noro_fail(&err, NORO_EFORMAT, N_("this is no capture"));
		told(s, info->path, &err);
		return NORO_OK;
	}
	st = noro_capture_new(pull, stream, &c, &err);
	if (st == NORO_OK) {
		s->captures++;
		st = noro_scope_read(s->scope, c, &s->progress, &err);
		if (st == NORO_OK && noro_capture_sum(c)->damaged)
			told(s, info->path, &noro_capture_sum(c)->err);
		noro_capture_free(c);
	}
	if (st == NORO_OK || st == NORO_END)
		return NORO_OK;
	if (st == NORO_EFORMAT || st == NORO_ETRUNC) {
		told(s, info->path, &err);
		return NORO_OK;
	}
	(void)noro_complain(s->cli, &err);
	return st;
}

static void refuse(void *ctx, const char *path, const char *container, const struct noro_error *err)
{
	(void)container;
	told(ctx, path, err);
}

static enum noro_status knowledge(struct sensing *s, struct noro_error *err)
{
	enum noro_status st = noro_load_knowledge(s->cli, s->args, &s->load, err);

	if (st == NORO_OK)
		st = noro_tools_load(s->cli->arena, s->load.knowledge_dir, s->load.knowledge_dirs,
			&s->tools, err);
	if (st == NORO_OK)
		st = noro_probes_load(s->cli->arena, s->load.knowledge_dir, s->load.knowledge_dirs,
			&s->probes, err);
	return st;
}

/* The files of the sensor's description, and those of the call; NULL for none. */
static const char *const *files_of(struct sensing *s, const char *option, const char *const *own)
{
	size_t n, owns = 0;
	const char *const *given = noro_load_list(s->cli, s->args, option, &n);
	const char **all;

	while (own && own[owns])
		owns++;
	if (!n && !owns)
		return NULL;
	all = noro_arena_array(s->cli->arena, n + owns + 1, sizeof(*all));
	for (size_t i = 0; all && i < owns; i++)
		all[i] = own[i];
	for (size_t i = 0; all && i < n; i++)
		all[owns + i] = given[i];
	return all;
}

static enum noro_status tables(struct sensing *s, struct noro_error *err)
{
	const struct noro_tag_files files = { files_of(s, "rir", s->sensor.rir),
		files_of(s, "prefix-as", s->sensor.prefix_as) };
	const char *const *research = files_of(s, "research", s->sensor.research);
	enum noro_status st = NORO_OK;

	if (files.rir || files.prefix_as)
		st = noro_tags_open(&files, &s->tags, err);
	if (st == NORO_OK && research)
		st = noro_research_load(research, s->cli->arena, &s->research, err);
	return st;
}

static enum noro_status new_scope(struct sensing *s, struct noro_error *err)
{
	struct noro_scope_opts o = { .sensor = &s->sensor,
		.tools = s->tools,
		.probes = s->probes,
		.tags = s->tags,
		.research = s->research,
		.keep_small = noro_args_has(s->args, "all") };
	uint64_t jobs = 0;
	enum noro_status st = noro_args_size(s->args, "jobs", 0, &jobs, err);

	if (st == NORO_OK)
		st = noro_args_size(s->args, "max-memory", 0, &o.max_memory, err);
	o.jobs = (unsigned)(jobs > 64 ? 64 : jobs);
	return st == NORO_OK ? noro_scope_new(&o, noro_history_measures(s->h), &s->scope, err) : st;
}

/* All files of a call are one batch: named by the sensor and the moment, so that two calls are two.
 */
static enum noro_status read_all(struct sensing *s, struct noro_error *err)
{
	static const struct noro_source_opts source;
	const struct noro_visitor visitor = { visit, refuse, s };
	const struct noro_item *item;
	size_t n;
	const char *id = noro_arena_printf(
		s->cli->arena, "%s-%lld", s->sensor.name, (long long)s->cli->now_ns);
	enum noro_status st =
		noro_walk(s->args->word + 1, s->args->words - 1, s->cli->arena, &item, &n, err);

	if (st == NORO_OK)
		st = id ? noro_history_begin(s->h, id, err) : noro_fail(err, NORO_ENOMEM, NULL);
	if (st == NORO_END)
		return noro_fail(err, NORO_EARG, N_("this was read before, at this very moment"));
	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		if (item[i].status != NORO_OK)
			told(s, item[i].path, &item[i].err);
		else
			st = noro_source_visit(&item[i], &source, &visitor, err);
		if (noro_progress_stop(&s->progress))
			return noro_fail(err, NORO_EINTR, NULL);
	}
	if (st == NORO_OK)
		st = noro_scope_end(s->scope, err);
	return st == NORO_OK ? noro_history_commit(s->h, err) : st;
}

static void summary(const struct sensing *s)
{
	const struct noro_scope_sum *m = noro_scope_sum(s->scope);

	if (s->cli->quiet || s->cli->json)
		return;
	noro_say(s->cli, s->cli->err,
		N_("%1 packets (captures: %2): %3 to our addresses, %4 to others"),
		NORO_NUM(m->packets), NORO_NUM(s->captures), NORO_NUM(m->own),
		NORO_NUM(m->foreign));
	if (m->own * 2 < m->foreign)
		noro_say(s->cli, s->cli->err,
			N_("most of the traffic is not for these addresses: is the sensor "
			   "described rightly?"));
	if (m->malformed)
		noro_say(s->cli, s->cli->err,
			N_("%1 packets were malformed; they are counted as such"),
			NORO_NUM(m->malformed));
	if (m->clock_back)
		noro_say(s->cli, s->cli->err, N_("the clock went back %1 times"),
			NORO_NUM(m->clock_back));
	if (m->ended_early)
		noro_say(s->cli, s->cli->err, N_("%1 events were ended early for want of memory"),
			NORO_NUM(m->ended_early));
}

/* --- questions --- */

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

static enum noro_status period(struct sensing *s, struct noro_ask *ask, struct noro_sense_report *r,
	struct noro_error *err)
{
	const char *since = noro_args_get(s->args, "since"),
		   *until = noro_args_get(s->args, "until");
	const int64_t day = (int64_t)NORO_DAY_S * NS_PER_S;
	struct noro_history_span all = { 0 };
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
	return st;
}

static enum noro_status one_ranking(struct sensing *s, const struct noro_ask *ask,
	struct noro_sense_ranking *k, struct noro_error *err)
{
	struct noro_ask q = *ask;
	struct noro_ranks ranks = { 0 };
	uint64_t top = TOP;
	enum noro_status st = noro_args_size(s->args, "top", TOP, &top, err);

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
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}

static enum noro_status print(
	struct sensing *s, const struct noro_sense_report *r, struct noro_error *err)
{
	const char *format = noro_args_get(s->args, "format");
	struct noro_buf out = { 0 };
	enum noro_status st;

	if (s->cli->json || (format && strcmp(format, "json") == 0))
		st = noro_sense_json(r, &out);
	else if (format && strcmp(format, "csv") == 0)
		st = noro_sense_csv(r, s->cli->lang, &out);
	else
		st = noro_sense_text(r, s->cli->lang, &out);
	if (st == NORO_OK)
		noro_emit(s->cli->out, &out);
	noro_buf_done(&out);
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}

static enum noro_status report(struct sensing *s, struct noro_error *err)
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
	enum noro_status st = period(s, &ask, &r, err);

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
	/* what is asked of the past is not judged by today */
	if (st == NORO_OK && noro_args_get(s->args, "store") && !noro_args_has(s->args, "until") &&
		s->args->words && strcmp(s->args->word[0], "report") == 0)
		st = noro_observe_health(s->h, s->cli->now_ns, SILENT_S, s->cli->arena, &ill, err);
	r.ill = ill.ill;
	r.ills = ill.ills;
	r.scan = l.scan;
	r.scans = l.scans < LISTED ? l.scans : LISTED;
	r.victim = l.victim;
	r.victims = l.victims < LISTED ? l.victims : LISTED;
	return st == NORO_OK ? print(s, &r, err) : st;
}

static enum noro_status do_read(struct sensing *s, struct noro_error *err)
{
	struct noro_watcher *watcher;
	enum noro_status st;

	if (s->args->words < 2)
		return noro_fail(err, NORO_EARG, N_("which captures?"));
	st = sensor_of(s, err);
	if (st == NORO_OK)
		st = knowledge(s, err);
	if (st == NORO_OK)
		st = tables(s, err);
	if (st == NORO_OK)
		st = open_store(s, false, err);
	if (st == NORO_OK)
		st = new_scope(s, err);
	if (st != NORO_OK)
		return st;
	watcher = noro_watch_start(s->cli, &s->progress);
	st = read_all(s, err);
	noro_watch_stop(watcher);
	if (st != NORO_OK)
		return st;
	summary(s);
	if (noro_args_get(s->args, "store") || !noro_scope_sum(s->scope)->own)
		return NORO_OK;
	return report(s, err);
}

static enum noro_status do_report(struct sensing *s, struct noro_error *err)
{
	enum noro_status st = open_store(s, true, err);

	return st == NORO_OK ? report(s, err) : st;
}

static enum noro_status do_rank(struct sensing *s, struct noro_error *err)
{
	const char *by = noro_args_get(s->args, "by");
	struct noro_sense_ranking k = { .title = N_("Ranking"),
		.by_sources = noro_args_has(s->args, "sources") };
	struct noro_sense_report r = { .ranking = &k, .rankings = 1 };
	struct noro_ask ask = { .cut = -1 };
	struct noro_buf out = { 0 };
	int cut = by ? noro_cut_parse(noro_view_str(by)) : NORO_CUT_PORT;
	enum noro_status st = open_store(s, true, err);

	if (cut <= NORO_CUT_TOTAL)
		return noro_fail(err, NORO_EARG,
			N_("no ranking by '%1'; port, class, tool, probe, as or country"), by);
	k.cut = (enum noro_cut)cut;
	if (st == NORO_OK)
		st = period(s, &ask, &r, err);
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
static enum noro_status do_rows(struct sensing *s, struct noro_error *err)
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
	st = open_store(s, true, err);
	if (st == NORO_OK)
		st = period(s, &ask, &r, err);
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

static void failed(void *ctx, const char *rule, const char *what)
{
	struct sensing *s = ctx;

	s->unread++;
	noro_say(s->cli, s->cli->err, N_("%1: %2"), rule, noro_lang_text(s->cli->lang, what));
}

static enum noro_status do_self_test(struct sensing *s, struct noro_error *err)
{
	size_t tools = 0, probes = 0;
	enum noro_status st = noro_load_knowledge(s->cli, s->args, &s->load, err);

	if (st == NORO_OK)
		st = noro_tools_self_test(
			s->load.knowledge_dir, s->load.knowledge_dirs, failed, s, &tools, err);
	if (st == NORO_OK)
		st = noro_probes_self_test(
			s->load.knowledge_dir, s->load.knowledge_dirs, failed, s, &probes, err);
	if (st == NORO_OK)
		noro_say(s->cli, s->cli->out,
			N_("%1 vectors of fingerprints, %2 of probes, %3 failed"), NORO_NUM(tools),
			NORO_NUM(probes), NORO_NUM(s->unread));
	return st == NORO_OK && s->unread
		       ? noro_fail(err, NORO_ECORRUPT, N_("a vector does not hold"))
		       : st;
}

/* Before the work: a day of captures is not read for nothing. */
static enum noro_status check_format(const struct noro_args *args, struct noro_error *err)
{
	static const char *const known[] = { "text", "json", "csv" };
	const char *format = noro_args_get(args, "format");

	for (size_t i = 0; format && i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(format, known[i]) == 0)
			return NORO_OK;
	return format ? noro_fail(err, NORO_EARG, N_("no format '%1'; text, json or csv"), format)
		      : NORO_OK;
}

static const struct {
	const char *name;
	enum noro_status (*run)(struct sensing *s, struct noro_error *err);
} verbs[] = {
	{ "read", do_read },
	{ "report", do_report },
	{ "rank", do_rank },
	{ "victims", do_rows },
	{ "show", do_rows },
	{ "self-test", do_self_test },
};

static int run(struct noro_cli *cli, const struct noro_args *args)
{
	struct sensing s = { .cli = cli, .args = args };
	struct noro_error err = { 0 };
	enum noro_status st = NORO_EARG;
	bool known = false;

	for (size_t i = 0; args->words && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(args->word[0], verbs[i].name) == 0) {
			known = true;
			st = check_format(args, &err);
			if (st == NORO_OK)
				st = verbs[i].run(&s, &err);
		}
	if (!known) {
		(void)noro_fail(&err, NORO_EARG,
			N_("what shall be done? read, report, rank, victims, show or self-test"));
		return noro_usage(cli, &noro_cmd_sense, &err);
	}
	noro_scope_free(s.scope);
	noro_tags_free(s.tags);
	noro_history_close(s.h);
	noro_load_done(&s.load);
	if (st != NORO_OK)
		return noro_complain(cli, &err);
	return s.unread ? NORO_EXIT_UNREAD : NORO_EXIT_CLEAN;
}

const struct noro_cmd noro_cmd_sense = {
	.name = "sense",
	.usage = "read CAPTURE... | report | rank | victims | show IP | self-test",
	.summary = N_("count and understand what touches unused addresses"),
	.text = text,
	.opts = opts,
	.examples = examples,
	.standards = "pcap, pcapng (IETF opsawg), ERF (Endace), RFC 6890, RFC 4180",
	.run = run,
};
