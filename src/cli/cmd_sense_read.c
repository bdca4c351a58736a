/* src/cli/cmd_sense_read.c - noroshi sense read: captures into the history of a sensor. */
#include "cli/cmd_sense_priv.h"
#include "cli/watch.h"
#include "evidence/capture.h"
#include "source/source.h"

#include "base/file.h"

#include <string.h>

enum { MAX_SENSOR_FILE = 1 << 20 };

enum noro_status noro_sense_sensor_of(
	struct sensing *s, const char *path, const char *name, struct noro_error *err)
{
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

enum noro_status noro_sense_sensor(struct sensing *s, struct noro_error *err)
{
	const char *path = noro_args_get(s->args, "sensor"), *name = noro_args_get(s->args, "name");
	const char *const *prefix;
	size_t n;

	if (path)
		return noro_sense_sensor_of(s, path, name, err);
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
		st = s->tuples ? noro_tuples_read(s->tuples, c, &s->progress, &err)
			       : noro_scope_read(s->scope, c, &s->progress, &err);
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
	s->failed = err;
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
		files_of(s, "prefix-as", s->sensor.prefix_as),
		files_of(s, "mmdb", s->sensor.mmdb) };
	const char *const *research = files_of(s, "research", s->sensor.research);
	enum noro_status st = NORO_OK;

	if (files.rir || files.prefix_as || files.mmdb)
		st = noro_tags_open(&files, &s->tags, err);
	if (st == NORO_OK && research)
		st = noro_research_load(research, s->cli->arena, &s->research, err);
	return st;
}

enum noro_status noro_sense_tables(struct sensing *s, struct noro_error *err)
{
	enum noro_status st = knowledge(s, err);

	return st == NORO_OK ? tables(s, err) : st;
}

enum noro_status noro_sense_scope(
	struct sensing *s, const struct noro_measures *to, struct noro_error *err)
{
	struct noro_scope_opts o = { .sensor = &s->sensor,
		.open = s->sensor.tunnels,
		.keep_small = noro_args_has(s->args, "all") };
	uint64_t jobs = 0;
	enum noro_status st = noro_sense_tables(s, err);

	o.tools = s->tools;
	o.probes = s->probes;
	o.tags = s->tags;
	o.research = s->research;
	if (st == NORO_OK)
		st = noro_args_count(s->args, "jobs", s->jobs, NORO_MAX_JOBS, &jobs, err);
	if (st == NORO_OK)
		st = noro_args_size(s->args, "max-memory", 0, &o.max_memory, err);
	o.jobs = (unsigned)(jobs > 64 ? 64 : jobs);
	return st == NORO_OK ? noro_scope_new(&o, to, &s->scope, err) : st;
}

enum noro_status noro_sense_walk(
	struct sensing *s, const char *const *path, size_t paths, struct noro_error *err)
{
	static const struct noro_source_opts source;
	const struct noro_visitor visitor = { visit, refuse, s };
	const struct noro_item *item;
	size_t n;
	enum noro_status st = noro_walk(path, paths, s->cli->arena, &item, &n, err);

	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		if (item[i].status != NORO_OK)
			told(s, item[i].path, &item[i].err);
		else
			st = noro_source_visit(&item[i], &source, &visitor, err);
		if (st != NORO_OK && s->failed.status == st)
			*err = s->failed;
		if (noro_progress_stop(&s->progress))
			return noro_fail(err, NORO_EINTR, NULL);
	}
	return st;
}

/* All files of a call are one batch: named by the sensor and the moment, so that two calls are two.
 */
enum noro_status noro_sense_captures(
	struct sensing *s, const char *const *path, size_t paths, struct noro_error *err)
{
	const char *id = noro_arena_printf(
		s->cli->arena, "%s-%lld", s->sensor.name, (long long)s->cli->now_ns);
	enum noro_status st =
		id ? noro_history_begin(s->h, id, err) : noro_fail(err, NORO_ENOMEM, NULL);

	if (st == NORO_END)
		return noro_fail(err, NORO_EARG, N_("this was read before, at this very moment"));
	if (st == NORO_OK)
		st = noro_sense_walk(s, path, paths, err);
	if (st == NORO_OK)
		st = noro_scope_end(s->scope, err);
	if (st == NORO_OK)
		st = noro_sense_publish(s, err);
	return st == NORO_OK ? noro_history_commit(s->h, err) : st;
}

/* Why packets are not whole; those that are no flaw, or that can be judged all the same, are none.
 */
void noro_sense_say_flaws(const struct sensing *s)
{
	static const char *const why[NORO_FLAWS] = {
		[NORO_FLAW_LINK] = N_("  of a link type that is not known: %1"),
		[NORO_FLAW_CUT] = N_("  cut off within their headers: %1"),
		[NORO_FLAW_VERSION] = N_("  neither IPv4 nor IPv6 where IP was promised: %1"),
		[NORO_FLAW_IP_HEADER] = N_("  with an impossible IP header: %1"),
		[NORO_FLAW_EXTENSION] = N_("  with impossible IPv6 extension headers: %1"),
		[NORO_FLAW_TRANSPORT] = N_("  with an impossible TCP, UDP or ICMP header: %1"),
		[NORO_FLAW_OPTIONS] = N_("  with TCP options that run over: %1"),
		[NORO_FLAW_TUNNELS] = N_("  with too many tunnels in one another: %1"),
	};
	const struct noro_scope_sum *m = noro_scope_sum(s->scope);

	if (m->malformed)
		noro_say(s->cli, s->cli->err,
			N_("%1 packets were malformed; they are counted as such"),
			NORO_NUM(m->malformed));
	for (size_t i = 0; i < NORO_FLAWS; i++)
		if (why[i] && m->by_flaw[i])
			noro_say(s->cli, s->cli->err, why[i], NORO_NUM(m->by_flaw[i]));
	if (m->not_ip)
		noro_say(s->cli, s->cli->err, N_("%1 frames held no IP packet (ARP and its like)"),
			NORO_NUM(m->not_ip));
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
	if (m->own && m->own * 2 < m->foreign)
		noro_say(s->cli, s->cli->err,
			N_("most of the traffic is not for these addresses: is the sensor "
			   "described rightly?"));
	noro_sense_say_flaws(s);
	if (m->clock_back)
		noro_say(s->cli, s->cli->err, N_("the clock went back %1 times"),
			NORO_NUM(m->clock_back));
	if (m->ended_early)
		noro_say(s->cli, s->cli->err, N_("%1 events were ended early for want of memory"),
			NORO_NUM(m->ended_early));
}

/* Nothing that was read tells of the sensor: that is no quiet day, and cron must hear of it. */
static void judge_own(struct sensing *s)
{
	const struct noro_scope_sum *m = noro_scope_sum(s->scope);

	if (m->by_flaw[NORO_FLAW_LINK]) { /* what was in there, nobody read */
		noro_say(s->cli, s->cli->err,
			N_("warning: %1 packets are of a link type that is not known: nothing in "
			   "them was read"),
			NORO_NUM(m->by_flaw[NORO_FLAW_LINK]));
		s->unread++;
	}
	if (!m->packets || m->own)
		return;
	noro_say(s->cli, s->cli->err,
		N_("warning: none of %1 packets is to our addresses; nothing is known of the "
		   "sensor. "
		   "Is it described rightly?"),
		NORO_NUM(m->packets));
	s->unread++;
}

enum noro_status noro_sense_do_read(struct sensing *s, struct noro_error *err)
{
	const struct noro_measures *to;
	struct noro_watcher *watcher;
	enum noro_status st;

	if (s->args->words < 2)
		return noro_fail(err, NORO_EARG, N_("which captures?"));
	st = noro_sense_sensor(s, err);
	if (st == NORO_OK)
		st = noro_sense_store(s, false, err);
	if (st == NORO_OK)
		st = noro_sense_spool(s, &to, err);
	if (st == NORO_OK)
		st = noro_sense_scope(s, to, err);
	if (st != NORO_OK)
		return st;
	watcher = noro_watch_start(s->cli, &s->progress);
	st = noro_sense_captures(s, s->args->word + 1, s->args->words - 1, err);
	noro_watch_stop(watcher);
	if (st != NORO_OK)
		return st;
	summary(s);
	judge_own(s);
	if (noro_args_get(s->args, "store") || s->spool || !noro_scope_sum(s->scope)->own)
		return NORO_OK;
	return noro_sense_report_all(s, err);
}
