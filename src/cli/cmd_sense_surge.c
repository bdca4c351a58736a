/* src/cli/cmd_sense_surge.c - noroshi sense surge, trend, campaigns: what rises, how the years
 * went, and who works as one. */
#include "base/file.h"
#include "cli/cmd_sense_priv.h"
#include "report/sense.h"

#include <stdio.h>
#include <string.h>

enum format { TEXT, JSON, CSV, HTML, XLSX };
enum { CAMPAIGNS_TOP = 10, FILE_MODE = 0644 };

/* The first `most` of the names; campaigns have no page of their own but that of the report. */
static enum noro_status format_of(
	const struct sensing *s, size_t most, enum format *ret, struct noro_error *err)
{
	static const char *const name[] = { "text", "json", "csv", "html", "xlsx" };
	const char *asked = s->cli->json ? "json" : noro_args_get(s->args, "format");

	*ret = TEXT;
	for (size_t i = 0; asked && i < most; i++)
		if (strcmp(asked, name[i]) == 0) {
			*ret = (enum format)i;
			return NORO_OK;
		}
	if (!asked)
		return NORO_OK;
	return noro_fail(err, NORO_EARG,
		most == 3 ? N_("no format '%1' here; text, json or csv")
			  : N_("no format '%1' here; text, json, csv, html or xlsx"),
		asked);
}

static enum noro_status emit(
	struct sensing *s, struct noro_buf *out, enum noro_status st, struct noro_error *err)
{
	const char *file = noro_args_get(s->args, "output");

	if (st == NORO_OK && file)
		st = noro_file_write(file, FILE_MODE, noro_buf_as_view(out), err);
	else if (st == NORO_OK)
		noro_emit(s->cli->out, out);
	noro_buf_done(out);
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}

static enum noro_status times(struct sensing *s, int64_t *from, int64_t *to, struct noro_error *err)
{
	const char *since = noro_args_get(s->args, "since"),
		   *until = noro_args_get(s->args, "until");
	enum noro_status st = NORO_OK;

	*from = *to = NORO_TIME_NONE;
	if (since)
		st = noro_load_time(s->cli, "since", since, NULL, from, err);
	if (st == NORO_OK && until)
		st = noro_load_time(s->cli, "until", until, NULL, to, err);
	if (st == NORO_OK && since && until && *from >= *to)
		return noro_fail(err, NORO_EARG, N_("the period ends before it begins"));
	return st;
}

/* A list that cannot be read is told; the rises are told without it. */
static enum noro_status flaws(
	struct sensing *s, const struct noro_flaws **ret, struct noro_error *err)
{
	static const char *const option[] = { "kev", "cve" };
	struct noro_flaws *f = NULL;
	size_t n[2], used;
	const char *const *file[2];
	enum noro_status st;

	for (size_t i = 0; i < 2; i++)
		file[i] = noro_load_list(s->cli, s->args, option[i], &n[i]);
	if (!n[0] && !n[1])
		return NORO_OK;
	st = noro_load_knowledge(s->cli, s->args, &s->load, err);
	if (st == NORO_OK)
		st = noro_flaws_open(
			s->load.knowledge_dir, s->load.knowledge_dirs, s->cli->arena, &f, err);
	for (size_t i = 0; st == NORO_OK && i < 2; i++)
		for (size_t k = 0; st == NORO_OK && k < n[i]; k++) {
			st = noro_flaws_file(f, file[i][k], &used, err);
			if (st == NORO_OK || st == NORO_ENOMEM)
				continue;
			(void)noro_complain(s->cli, err);
			s->unread++;
			st = NORO_OK;
		}
	*ret = f;
	return st;
}

static bool width_of(const char *by, uint32_t *ret)
{
	static const struct {
		const char *name;
		uint32_t width;
	} known[] = { { "ten", NORO_TEN_S }, { "hour", NORO_HOUR_S }, { "day", NORO_DAY_S } };

	*ret = 0;
	for (size_t i = 0; by && i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(by, known[i].name) == 0)
			*ret = known[i].width;
	return !by || *ret;
}

static void told(struct sensing *s, const struct noro_surges *r)
{
	char days[32];

	if (s->cli->quiet)
		return;
	(void)snprintf(days, sizeof(days), "%.1f", r->days > 0 ? r->days : 0);
	if (r->from_ns == NORO_TIME_NONE) {
		noro_say(s->cli, s->cli->err,
			N_("no verdict: the history has %1 days, 28 are needed"), days);
		return;
	}
	noro_say(s->cli, s->cli->err,
		N_("%1 bins judged over all ports; %2 counts stood out, %3 of them without enough "
		   "new sources"),
		NORO_NUM(r->bins), NORO_NUM(r->stood), NORO_NUM(r->gated));
	for (size_t i = 0; i < r->youngs; i++)
		noro_say(s->cli, s->cli->err,
			N_("sensor %1 is not judged yet: it has no 28 days of its own"),
			r->young[i]);
}

enum noro_status noro_sense_do_surge(struct sensing *s, struct noro_error *err)
{
	struct noro_surge_ask ask = { .sensor = noro_args_get(s->args, "name") };
	struct noro_surges r = { 0 };
	bool era = noro_args_has(s->args, "era");
	struct noro_buf out = { 0 };
	enum format format;
	enum noro_status st = format_of(s, 5, &format, err);

	if (st != NORO_OK)
		return st;
	if (!width_of(noro_args_get(s->args, "by"), &ask.width_s))
		return noro_fail(err, NORO_EARG, N_("no bins of '%1'; ten, hour or day"),
			noro_args_get(s->args, "by"));
	st = noro_sense_store(s, true, err);
	if (st == NORO_OK)
		st = times(s, &ask.from_ns, &ask.to_ns, err);
	if (st == NORO_OK)
		st = flaws(s, &ask.flaws, err);
	if (st == NORO_OK)
		st = noro_observe_surges(s->h, &ask, s->cli->arena, &r, err);
	if (st != NORO_OK)
		return st;
	for (size_t i = 0; i < r.surges; i++)
		s->findings += !r.surge[i].continues;
	told(s, &r);
	switch (format) {
	case JSON:
		st = noro_surges_json(&r, &out);
		break;
	case CSV:
		st = noro_surges_csv(&r, s->cli->lang, &out);
		break;
	case HTML:
		st = noro_surges_html(&r, s->cli->lang, era, &out);
		break;
	case XLSX:
		st = noro_surges_xlsx(&r, s->cli->lang, era, s->cli->now_ns, &out, err);
		break;
	case TEXT:
		st = noro_surges_text(&r, s->cli->lang, era, &out);
		break;
	}
	return emit(s, &out, st, err);
}

enum noro_status noro_sense_do_trend(struct sensing *s, struct noro_error *err)
{
	static const char *const known[] = { "day", "month", "year" };
	const char *by = noro_args_get(s->args, "by");
	struct noro_ask ask = { .sensor = noro_args_get(s->args, "name"), .cut = -1 };
	enum noro_trend_by chosen = NORO_BY_MONTH;
	struct noro_trend t = { 0 };
	bool era = noro_args_has(s->args, "era");
	struct noro_buf out = { 0 };
	bool found = !by;
	enum format format;
	enum noro_status st = format_of(s, 5, &format, err);

	for (size_t i = 0; by && i < 3; i++)
		if (strcmp(by, known[i]) == 0) {
			chosen = (enum noro_trend_by)i;
			found = true;
		}
	if (st != NORO_OK)
		return st;
	if (!found)
		return noro_fail(err, NORO_EARG, N_("no trend by '%1'; day, month or year"), by);
	st = noro_sense_store(s, true, err);
	if (st == NORO_OK)
		st = times(s, &ask.from_ns, &ask.to_ns, err);
	if (st == NORO_OK)
		st = noro_observe_trend(s->h, &ask, chosen, s->cli->arena, &t, err);
	if (st == NORO_OK && !t.rows)
		return noro_fail(err, NORO_ENOENT, N_("this history holds nothing yet"));
	if (st != NORO_OK)
		return st;
	switch (format) {
	case JSON:
		st = noro_trend_json(&t, &out);
		break;
	case CSV:
		st = noro_trend_csv(&t, s->cli->lang, &out);
		break;
	case HTML:
		st = noro_trend_html(&t, s->cli->lang, era, &out);
		break;
	case XLSX:
		st = noro_trend_xlsx(&t, s->cli->lang, era, s->cli->now_ns, &out, err);
		break;
	case TEXT:
		st = noro_trend_text(&t, s->cli->lang, era, &out);
		break;
	}
	return emit(s, &out, st, err);
}

/* Without --since and --until, the period of a report. */
enum noro_status noro_sense_do_campaigns(struct sensing *s, struct noro_error *err)
{
	struct noro_campaign_ask ask = { .alike = noro_args_has(s->args, "all") };
	struct noro_sense_report r = { 0 };
	struct noro_campaigns c = { 0 };
	struct noro_buf out = { 0 };
	uint64_t top = 0;
	enum format format;
	enum noro_status st = format_of(s, 3, &format, err);

	if (st == NORO_OK)
		st = noro_args_count(s->args, "top", CAMPAIGNS_TOP, NORO_SENSE_TOP, &top, err);
	if (st == NORO_OK)
		st = noro_sense_store(s, true, err);
	if (st == NORO_OK)
		st = noro_sense_period(s, &ask.which, &r, err);
	ask.which.sensor = noro_args_get(s->args, "name");
	ask.which.cut = -1;
	if (st == NORO_OK)
		st = noro_observe_campaigns(s->h, &ask, s->cli->arena, &c, err);
	if (st != NORO_OK)
		return st;
	if (c.cut) {
		noro_say(s->cli, s->cli->err,
			N_("more events than can be held at once: those after them do not count; "
			   "ask for a shorter time"));
		s->unread++;
	}
	if (!s->cli->quiet)
		noro_say(s->cli, s->cli->err, N_("%1 of %2 sources work together in %3 campaigns"),
			NORO_NUM(c.joined), NORO_NUM(c.sources), NORO_NUM(c.campaigns));
	switch (format) {
	case JSON:
		st = noro_campaigns_json(&c, &out);
		break;
	case CSV:
		st = noro_campaigns_csv(&c, s->cli->lang, &out);
		break;
	default:
		st = noro_campaigns_text(
			&c, (size_t)top, s->cli->lang, noro_args_has(s->args, "era"), &out);
		break;
	}
	return emit(s, &out, st, err);
}
