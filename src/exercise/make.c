/* src/exercise/make.c - from a scenario's rows to a folder: evidence, truth, intelligence, site. */
#include "exercise/exercise_priv.h"

#include "base/jsonw.h"

#include <stdio.h>

const struct noro_exercise_scenario noro_exercise_scenarios[] = {
	{ "salt-typhoon", { "A state-backed actor in a carrier's routers",
				  "通信事業者のルーターに潜む国家支援型アクター" } },
	{ "apt40-web",
		{ "Web shells on a customer portal", "顧客向けポータルに置かれたWebシェル" } },
	{ "apt40-remote-access", { "Stolen sessions on a remote-access gateway",
					 "リモートアクセス装置から盗まれたセッション" } },
	{ NULL, { NULL, NULL } },
};
static const struct scenario *const scenarios[] = { &noro_exercise_salt, &noro_exercise_web,
	&noro_exercise_remote };

static const int64_t default_start = INT64_C(1746403200) * 1000000000; /* Monday 5 May 2025 */
static const uint64_t default_size = 16 << 20;

static const struct scenario *scenario_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++)
		if (name && strcmp(scenarios[i]->name, name) == 0)
			return scenarios[i];
	return NULL;
}

static int64_t first_time(const struct job *j, const struct plant *p, struct rng *r)
{
	int64_t hour = p->clock / 100, minute = p->clock % 100;
	int64_t s = p->day * INT64_C(86400) + hour * 3600 + minute * 60;

	return j->start_ns + (s + rng_below(r, 50)) * NORO_NS_PER_S +
	       rng_below(r, 1000000) * INT64_C(1000);
}

/* Every line to plant, in the order of the scenario. */
static enum noro_status plan(struct job *j)
{
	struct rng r = noro_exercise_rng(j->scenario->name, j->opts->seed, "plan");
	size_t n = 0;

	for (const struct plant *p = j->scenario->plant; p->text; p++)
		n += p->times ? p->times : 1;
	j->planted = noro_arena_array(j->arena, n, sizeof(*j->planted));
	if (!j->planted)
		return noro_fail(j->err, NORO_ENOMEM, NULL);
	for (const struct plant *p = j->scenario->plant; p->text; p++) {
		int64_t at = first_time(j, p, &r);

		for (unsigned i = 0; i == 0 || i < p->times; i++) {
			j->planted[j->planteds] = (struct planted){ p, at, 0, j->planteds };
			j->planteds++;
			at += ((int64_t)p->every_s + rng_below(&r, 1 + p->every_s / 8)) *
				      NORO_NS_PER_S +
			      rng_below(&r, 1000) * INT64_C(1000);
		}
	}
	return NORO_OK;
}

enum noro_status noro_exercise_put(struct job *j, const char *name, const struct noro_buf *text)
{
	char *path = noro_arena_printf(j->arena, "%s/%s", j->opts->dir, name), *slash;
	enum noro_status st;

	if (!path || text->status != NORO_OK)
		return noro_fail(j->err, NORO_ENOMEM, NULL);
	slash = strrchr(path, '/');
	*slash = '\0';
	st = noro_mkdirs(path, j->err);
	*slash = '/';
	return st == NORO_OK ? noro_file_write(path, 0644, noro_buf_as_view(text), j->err) : st;
}

/* One object of truth.jsonl; `kind` may differ for two objects of one line. */
static void truth_line(const struct job *j, const struct planted *p, const char *kind,
	unsigned number, struct noro_buf *out)
{
	struct rng unused = { 0 };
	uint64_t serial = 0;
	struct moment m = { &j->cast, &unused, p->ns, &serial };
	struct noro_buf value = { 0 };
	struct noro_jsonw w = noro_jsonw(out);
	char id[16];

	(void)snprintf(id, sizeof(id), "t%04u", number);
	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "id", id);
	noro_jsonw_ku64(&w, "group", (uint64_t)(p->plant - j->scenario->plant) + 1);
	noro_jsonw_kstr(&w, "kind", kind);
	noro_jsonw_kbool(&w, "expected", !p->plant->decoy);
	noro_jsonw_kstr(&w, "path", noro_exercise_sources[p->plant->file].path);
	noro_jsonw_ku64(&w, "line", p->line);
	noro_jsonw_ktime(&w, "time", p->ns);
	if (p->plant->value) {
		noro_exercise_expand(p->plant->value, &m, &value);
		noro_jsonw_kstr(&w, "type", p->plant->type);
		noro_jsonw_kview(&w, "value", noro_buf_as_view(&value));
	}
	if (p->plant->behaviour && strcmp(kind, "indicator") != 0) {
		/* what the advisory does not list still happened, under a name of its own */
		if (strncmp(p->plant->behaviour, "BHV-", 4) == 0)
			noro_jsonw_kstr(&w, "advisory", j->scenario->advisory);
		noro_jsonw_kstr(&w, "behaviour", p->plant->behaviour);
	}
	noro_jsonw_key(&w, "what");
	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "en", p->plant->what.en);
	noro_jsonw_kstr(&w, "ja", p->plant->what.ja);
	noro_jsonw_object_end(&w);
	noro_jsonw_object_end(&w);
	noro_buf_chr(out, '\n');
	if (value.status != NORO_OK)
		out->status = value.status;
	noro_buf_done(&value);
}

enum noro_status noro_exercise_write_truth(struct job *j)
{
	struct noro_buf out = { 0 };
	unsigned number = 0;
	enum noro_status st;

	for (size_t i = 0; i < j->planteds; i++) {
		const struct planted *p = &j->planted[i];

		if (p->plant->decoy) {
			truth_line(j, p, "decoy", ++number, &out);
			continue;
		}
		if (p->plant->value)
			truth_line(j, p, "indicator", ++number, &out);
		if (p->plant->behaviour)
			truth_line(j, p, "behaviour", ++number, &out);
	}
	st = noro_exercise_put(j, "truth.jsonl", &out);
	noro_buf_done(&out);
	return st;
}

static enum noro_status make(struct job *j)
{
	enum noro_status st = noro_exercise_cast(j->scenario->name, j->opts->seed, &j->cast);

	if (st != NORO_OK)
		return noro_fail(j->err, st, NULL);
	st = plan(j);
	for (unsigned f = 0; st == NORO_OK && f < EV_FILES; f++)
		st = noro_exercise_write_evidence(j, (enum evidence)f);
	if (st == NORO_OK)
		st = noro_exercise_write_intel(j);
	if (st == NORO_OK && j->opts->lang)
		st = noro_exercise_write_brief(j);
	/* last: a folder with a truth is a whole exercise */
	return st == NORO_OK ? noro_exercise_write_truth(j) : st;
}

enum noro_status noro_exercise_make(const struct noro_exercise_opts *opts, struct noro_error *err)
{
	struct job j = { .opts = opts,
		.scenario = scenario_by_name(opts->scenario),
		.start_ns = opts->start_ns ? opts->start_ns : default_start,
		.size = opts->size_bytes ? opts->size_bytes : default_size,
		.err = err };
	enum noro_status st;

	if (!j.scenario)
		return noro_fail(err, NORO_EARG, N_("there is no exercise '%1'"),
			opts->scenario ? opts->scenario : "");
	if (j.size < NORO_EXERCISE_MIN_SIZE)
		return noro_fail(err, NORO_EARG, N_("an exercise needs at least %1 bytes"),
			NORO_NUM(NORO_EXERCISE_MIN_SIZE));
	if (opts->lang && strcmp(opts->lang, "en") != 0 && strcmp(opts->lang, "ja") != 0)
		return noro_fail(
			err, NORO_EARG, N_("a brief is written in en or ja, not '%1'"), opts->lang);
	j.arena = noro_arena_new(0);
	if (!j.arena)
		return noro_fail(err, NORO_ENOMEM, NULL);
	st = make(&j);
	noro_arena_free(j.arena);
	return st;
}
