/*
 * src/cli/cmd_sense_payloads.c - noroshi sense payloads: what was said first, by the rule that
 * names it or by likeness; and the rules of today over what is stored.
 */
#include "cli/cmd_sense_priv.h"
#include "net/clickhouse.h"
#include "report/sense.h"
#include "telescope/payload.h"

#include <string.h>
#include <unistd.h>

enum { TOP = 10 };

struct noro_sense_judge {
	struct noro_payload_rules *rules;
	struct noro_arena *lists; /* of the payload at hand */
};

enum noro_status noro_sense_judge_new(
	struct sensing *s, struct noro_sense_judge **ret, struct noro_error *err)
{
	struct noro_sense_judge *j = noro_arena_alloc(s->cli->arena, sizeof(*j));
	enum noro_status st = j ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);

	*ret = NULL;
	if (st == NORO_OK && !s->load.cli)
		st = noro_load_knowledge(s->cli, s->args, &s->load, err);
	if (st == NORO_OK && !s->load.rules)
		st = noro_load_rules(&s->load, err);
	if (st != NORO_OK)
		return st;
	j->lists = noro_arena_new(0);
	st = j->lists ? noro_payload_rules_new(s->load.rules, &j->rules, err)
		      : noro_fail(err, NORO_ENOMEM, NULL);
	if (st != NORO_OK) {
		noro_arena_free(j->lists);
		return st;
	}
	*ret = j;
	return NORO_OK;
}

void noro_sense_judge_free(struct noro_sense_judge *j)
{
	if (!j)
		return;
	noro_payload_rules_free(j->rules);
	noro_arena_free(j->lists);
}

enum noro_status noro_sense_judge(void *ctx, struct noro_payload *m)
{
	struct noro_sense_judge *j = ctx;

	noro_arena_reset(j->lists);
	return noro_payload_judge(j->rules, j->lists, m, NULL);
}

/* --rejudge: the store, where it can be written; otherwise only what is shown. */
static enum noro_status rejudge(
	struct sensing *s, struct noro_payload_ask *ask, struct noro_error *err)
{
	const char *store = noro_args_get(s->args, "store");
	uint64_t changed = 0;
	enum noro_status st;

	if (!noro_clickhouse_is(store) && access(store, W_OK) != 0) {
		ask->judge_all = true;
		noro_say(s->cli, s->cli->err,
			N_("this history cannot be written: judged for this answer only"));
		return NORO_OK;
	}
	st = noro_history_judge(s->h, ask->judge, ask->judge_ctx, &changed, err);
	if (st == NORO_OK && !s->cli->quiet)
		noro_say(s->cli, s->cli->err, N_("judged again; what is said of %1 is new"),
			NORO_NUM(changed));
	return st;
}

/* What the rules say of themselves; a rule that is gone keeps its id alone. */
static void entitle(const struct noro_rules *rules, struct noro_payloads *p)
{
	for (size_t i = 0; i < p->groups; i++) {
		ptrdiff_t at = p->group[i].rule ? noro_rules_by_id(rules, p->group[i].rule) : -1;

		if (at < 0)
			continue;
		p->group[i].title = noro_rules_check(rules, (size_t)at)->title;
		p->group[i].cve = noro_rules_check(rules, (size_t)at)->cve;
	}
}

static enum noro_status print(
	struct sensing *s, const struct noro_payloads *p, uint64_t top, struct noro_error *err)
{
	const char *format = noro_args_get(s->args, "format");
	struct noro_buf out = { 0 };
	enum noro_status st;

	if (s->cli->json || (format && strcmp(format, "json") == 0))
		st = noro_sense_payloads_json(p, &out);
	else
		st = noro_sense_payloads_text(p, (size_t)top, s->cli->lang, &out);
	if (st == NORO_OK)
		noro_emit(s->cli->out, &out);
	noro_buf_done(&out);
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}

enum noro_status noro_sense_do_payloads(struct sensing *s, struct noro_error *err)
{
	const char *format = noro_args_get(s->args, "format");
	struct noro_payload_ask ask = { .cve = noro_args_get(s->args, "cve") };
	struct noro_sense_judge *j = NULL;
	struct noro_payloads p;
	uint64_t top;
	enum noro_status st;

	if (format && strcmp(format, "text") != 0 && strcmp(format, "json") != 0)
		return noro_fail(err, NORO_EARG, N_("payloads are shown as text or json"));
	/* the same option is a file for surge: who mixes them up is told, not answered with nothing
	 */
	if (ask.cve && !noro_view_starts_i(noro_view_str(ask.cve), "CVE-"))
		return noro_fail(err, NORO_EARG, N_("'%1' is no CVE number"), ask.cve);
	st = noro_args_count(s->args, "top", TOP, NORO_SENSE_TOP, &top, err);
	if (st == NORO_OK)
		st = noro_sense_store(s, true, err);
	if (st == NORO_OK)
		st = noro_sense_whole(s, &ask.which, err);
	if (st == NORO_OK)
		st = noro_sense_judge_new(s, &j, err);
	ask.judge = noro_sense_judge; /* of what a sensor without rules has sent */
	ask.judge_ctx = j;
	if (st == NORO_OK && noro_args_has(s->args, "rejudge"))
		st = rejudge(s, &ask, err);
	if (st == NORO_OK)
		st = noro_observe_payloads(s->h, &ask, s->cli->arena, &p, err);
	if (st == NORO_OK) {
		entitle(s->load.rules, &p);
		st = print(s, &p, top, err);
	}
	noro_sense_judge_free(j);
	return st;
}
