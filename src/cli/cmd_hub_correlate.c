/*
 * src/cli/cmd_hub_correlate.c - noroshi hub correlate, value: a table, and below each alert the
 * rows that make it one. Members are counted, never named.
 */
#include "cli/cmd_hub_seen_priv.h"

#include "base/text.h"
#include "hub/counts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_DAYS = 366, MENTIONS = 20, HISTORY_DAYS = 90 };

/* ---- as JSON ---- */

static void json_near(struct noro_jsonw *w, const struct noro_hub_correlation *r)
{
	noro_jsonw_key(w, "near");
	noro_jsonw_array(w);
	for (size_t i = 0; i < r->nears; i++)
		noro_jsonw_view(w, r->near[i].text);
	noro_jsonw_array_end(w);
}

static void json_rows(struct noro_jsonw *w, const struct noro_hub_correlation *r)
{
	char day[NORO_TIME_TEXT];

	noro_jsonw_key(w, "days");
	noro_jsonw_array(w);
	for (size_t i = 0; i < r->days; i++) {
		noro_jsonw_object(w);
		noro_jsonw_kstr(w, "day", noro_hub_seen_day(r->day[i].day, day));
		noro_jsonw_ku64(w, "members", r->day[i].members);
		noro_jsonw_ku64(w, "sectors", r->day[i].sectors);
		noro_jsonw_ku64(w, "reports", r->day[i].reports);
		noro_jsonw_object_end(w);
	}
	noro_jsonw_array_end(w);
	noro_jsonw_key(w, "by_sector");
	noro_jsonw_array(w);
	for (size_t i = 0; i < r->sector_n; i++) {
		noro_jsonw_object(w);
		noro_jsonw_kstr(w, "sector", r->sector[i].sector);
		noro_jsonw_ku64(w, "members", r->sector[i].members);
		noro_jsonw_object_end(w);
	}
	noro_jsonw_array_end(w);
}

static void show_json(const struct noro_hub_correlation *r, struct noro_buf *out)
{
	struct noro_jsonw w = noro_jsonw(out);
	char day[NORO_TIME_TEXT], p[32];

	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "kind", noro_ioc_kind_name(r->value.kind));
	noro_jsonw_kview(&w, "value", r->value.text);
	noro_jsonw_kstr(&w, "class", noro_hub_class_name(r->class));
	noro_jsonw_kbool(&w, "alert", noro_hub_class_alerts(r->class));
	noro_jsonw_ku64(&w, "group", r->group);
	noro_jsonw_ku64(&w, "score", r->score);
	noro_jsonw_ku64(&w, "members", r->members);
	noro_jsonw_ku64(&w, "sectors", r->sectors);
	noro_jsonw_ku64(&w, "reports", r->reports);
	noro_jsonw_kstr(&w, "first", noro_hub_seen_day(r->first_day, day));
	noro_jsonw_kstr(&w, "last", noro_hub_seen_day(r->last_day, day));
	noro_jsonw_kstr(
		&w, "met", r->crossed_day >= 0 ? noro_hub_seen_day(r->crossed_day, day) : NULL);
	noro_jsonw_ku64(&w, "members_before", r->before);
	noro_jsonw_ku64(&w, "windows_before", r->windows);
	(void)snprintf(p, sizeof(p), "%.3g", r->p);
	noro_jsonw_kstr(&w, "chance", isnan(r->p) ? NULL : p);
	noro_jsonw_kstr(&w, "allowed", r->why);
	noro_jsonw_ku64(&w, "not_seen", r->not_seen);
	noro_jsonw_ku64(&w, "false_positive", r->false_positive);
	noro_jsonw_ku64(&w, "texts", r->texts);
	noro_jsonw_ku64(&w, "alike", r->alike);
	json_rows(&w, r);
	json_near(&w, r);
	noro_jsonw_object_end(&w);
	noro_buf_chr(out, '\n');
}

/* ---- as text ---- */

static const char *class_text(enum noro_hub_class c)
{
	static const char *const texts[NORO_HUB_CLASSES] = { N_("new"), N_("rising"), N_("steady"),
		N_("common"), N_("allowed"), N_("withdrawn"), N_("below the rule") };

	return texts[c];
}

static void sentence(struct seeing *s, struct noro_buf *out, const struct noro_msg *m)
{
	noro_buf_str(out, "    ");
	noro_lang_msg(s->cli->lang, m, out);
	noro_buf_chr(out, '\n');
}

static void show_days(struct seeing *s, const struct noro_hub_correlation *r, struct noro_buf *out)
{
	char day[NORO_TIME_TEXT];

	for (size_t i = 0; i < r->days; i++) {
		const struct noro_hub_day *d = &r->day[i];

		sentence(s, out,
			&(struct noro_msg){ N_("%1: %2 members of %3 sectors, %4 reports"),
				{ noro_hub_seen_day(d->day, day), NORO_NUM(d->members),
					NORO_NUM(d->sectors), NORO_NUM(d->reports) } });
	}
	noro_buf_str(out, r->sector_n ? "    " : "");
	for (size_t i = 0; i < r->sector_n; i++)
		noro_buf_printf(out, "%s%s %u", i ? ", " : "",
			r->sector[i].sector[0] ? r->sector[i].sector
					       : noro_lang_text(s->cli->lang, N_("sector unknown")),
			r->sector[i].members);
	noro_buf_str(out, r->sector_n ? "\n" : "");
}

static void show_why(struct seeing *s, const struct noro_hub_correlation *r, struct noro_buf *out)
{
	char chance[32];

	(void)snprintf(chance, sizeof(chance), "%.2g", r->p);
	if (r->class == NORO_HUB_ALLOWED)
		sentence(s, out,
			&(struct noro_msg){ N_("on an allow-list: %1"),
				{ noro_lang_text(s->cli->lang, r->why) } });
	else if (!isnan(r->p) && r->windows)
		sentence(s, out,
			&(struct noro_msg){
				N_("%1 members in the %2 stretches before; chance brings so "
				   "many with probability %3"),
				{ NORO_NUM(r->before), NORO_NUM(r->windows), chance } });
	if (r->false_positive || r->not_seen)
		sentence(s, out,
			&(struct noro_msg){
				N_("%1 members call it false, %2 looked and did not see it"),
				{ NORO_NUM(r->false_positive), NORO_NUM(r->not_seen) } });
	if (r->alike > 1)
		sentence(s, out,
			&(struct noro_msg){
				N_("%1 of the latest %2 reports with text say nearly the same"),
				{ NORO_NUM(r->alike), NORO_NUM(r->texts) } });
	if (!r->nears)
		return;
	noro_buf_printf(out, "    %s", noro_lang_text(s->cli->lang, N_("near:")));
	for (size_t i = 0; i < r->nears; i++) {
		noro_buf_chr(out, ' ');
		noro_escape(r->near[i].text, 80, out);
	}
	noro_buf_chr(out, '\n');
}

static void show_text(struct seeing *s, const struct noro_hub_correlation *r, struct noro_buf *out)
{
	char day[NORO_TIME_TEXT];

	if (r->group)
		noro_buf_printf(out, "%3u ", r->group);
	else
		noro_buf_str(out, "  - ");
	noro_buf_printf(
		out, "%3u  %s  ", r->score, noro_lang_text(s->cli->lang, class_text(r->class)));
	noro_escape(r->value.text, 120, out);
	noro_buf_printf(out, " (%s)  ", noro_ioc_kind_name(r->value.kind));
	noro_lang_msg(s->cli->lang,
		&(struct noro_msg){ N_("%1 members, %2 sectors, %3 reports, first on %4"),
			{ NORO_NUM(r->members), NORO_NUM(r->sectors), NORO_NUM(r->reports),
				noro_hub_seen_day(r->first_day, day) } },
		out);
	noro_buf_chr(out, '\n');
	if (noro_hub_class_alerts(r->class) || s->cli->verbose)
		show_days(s, r, out);
	if (noro_hub_class_alerts(r->class) || s->cli->verbose)
		show_why(s, r, out);
}

void noro_hub_show(struct seeing *s, const struct noro_hub_correlation *r, struct noro_buf *out)
{
	if (s->cli->json)
		show_json(r, out);
	else
		show_text(s, r, out);
}

/* ---- correlate ---- */

static bool number(struct noro_view *rest, uint32_t *ret)
{
	struct noro_view one;
	uint64_t n;

	if (!noro_view_cut(rest, '/', &one) || !noro_view_u64(one, &n) || n > 100000)
		return false;
	*ret = (uint32_t)n;
	return true;
}

static enum noro_status read_rule(
	struct seeing *s, struct noro_hub_rule *ret, struct noro_error *err)
{
	const char *text = noro_args_get(s->args, "rule");
	struct noro_view rest = noro_view_str(text);

	if (!text)
		return noro_hubdb_rule(s->db, ret, err);
	if (!number(&rest, &ret->members) || !number(&rest, &ret->sectors) ||
		!number(&rest, &ret->days) || rest.n || ret->members < 2 || !ret->sectors ||
		!ret->days || ret->members > NORO_HUB_RULE_MEMBERS ||
		ret->sectors > NORO_HUB_RULE_SECTORS || ret->days > NORO_HUB_RULE_DAYS)
		return noro_fail(err, NORO_EARG,
			N_("a rule is members/sectors/days, as in 3/2/7: %1"), text);
	return NORO_OK;
}

static void tell_rest(struct seeing *s, const struct noro_hub_correlations *all)
{
	size_t n[NORO_HUB_CLASSES] = { 0 };

	for (size_t i = 0; i < all->n; i++)
		n[all->row[i].class]++;
	if (!s->cli->verbose)
		noro_say(s->cli, s->cli->out,
			N_("no alert: %1 steady, %2 common, %3 allowed, %4 withdrawn"),
			NORO_NUM(n[NORO_HUB_STEADY]), NORO_NUM(n[NORO_HUB_COMMON]),
			NORO_NUM(n[NORO_HUB_ALLOWED]), NORO_NUM(n[NORO_HUB_WITHDRAWN]));
}

static void show_all(struct seeing *s, const struct noro_hub_correlate *ask,
	const struct noro_hub_correlations *all)
{
	struct noro_buf out = { 0 };

	if (!s->cli->json && !s->cli->quiet) {
		noro_say(s->cli, s->cli->out,
			N_("%1 members of %2 sectors within %3 days, met in the last %4 days:"),
			NORO_NUM(ask->rule.members), NORO_NUM(ask->rule.sectors),
			NORO_NUM(ask->rule.days), NORO_NUM(ask->days));
		noro_say(s->cli, s->cli->out,
			N_("%1 members reported; what %2 of them see is common"),
			NORO_NUM(all->active), NORO_NUM(all->common));
	}
	for (size_t i = 0; i < all->n; i++) {
		bool alerts = noro_hub_class_alerts(all->row[i].class);

		s->found = s->found || alerts;
		if (alerts || s->cli->verbose || s->cli->json)
			noro_hub_show(s, &all->row[i], &out);
	}
	noro_emit(s->cli->out, &out);
	noro_buf_done(&out);
	if (!s->cli->json && !s->cli->quiet)
		tell_rest(s, all);
}

enum noro_status noro_hub_do_correlate(struct seeing *s, struct noro_error *err)
{
	struct noro_hub_correlate ask = { .now_ns = s->cli->now_ns };
	struct noro_hub_correlations all = { 0 };
	uint64_t days = 7;
	enum noro_status st = read_rule(s, &ask.rule, err);

	if (st == NORO_OK)
		st = noro_args_count(s->args, "days", ask.rule.days, MAX_DAYS, &days, err);
	if (st == NORO_OK)
		st = noro_hub_seen_allow(s, err);
	ask.days = (uint32_t)days;
	ask.allow = s->allow;
	if (st == NORO_OK)
		st = noro_hub_correlate(s->db, &ask, s->cli->arena, &all, err);
	if (st == NORO_OK)
		st = noro_hub_seen_log(s, "hub.correlate", "", all.n, err);
	if (st == NORO_OK)
		show_all(s, &ask, &all);
	return st;
}

/* ---- value ---- */

static const char *says_text(enum noro_value_says says)
{
	switch (says) {
	case NORO_SAYS_SEEN:
		return N_("seen");
	case NORO_SAYS_NOT_SEEN:
		return N_("not seen");
	case NORO_SAYS_FALSE:
		return N_("false");
	case NORO_SAYS_NOTHING:
		break;
	}
	return N_("named");
}

static void json_mentions(const struct noro_hub_mentions *m, struct noro_buf *out)
{
	char day[NORO_TIME_TEXT];

	for (size_t i = 0; i < m->n; i++) {
		struct noro_jsonw w = noro_jsonw(out);

		noro_jsonw_object(&w);
		noro_jsonw_kstr(&w, "day", noro_hub_seen_day(m->row[i].day, day));
		noro_jsonw_kstr(&w, "says", says_text(m->row[i].says));
		noro_jsonw_kbool(&w, "hub", m->row[i].owner == 0);
		noro_jsonw_kstr(&w, "object", m->row[i].id);
		noro_jsonw_object_end(&w);
		noro_buf_chr(out, '\n');
	}
}

static void text_mentions(struct seeing *s, const struct noro_hub_mentions *m, struct noro_buf *out)
{
	char day[NORO_TIME_TEXT];

	for (size_t i = 0; i < m->n; i++) {
		noro_buf_printf(out, "    %s  %s  %s  ", noro_hub_seen_day(m->row[i].day, day),
			noro_lang_text(
				s->cli->lang, m->row[i].owner ? N_("a member") : N_("the hub")),
			noro_lang_text(s->cli->lang, says_text(m->row[i].says)));
		noro_escape(noro_view_str(m->row[i].id), 120, out);
		noro_buf_chr(out, '\n');
	}
	if (m->n == m->most)
		noro_buf_printf(out, "    ...\n");
}

/* What a member would be told of it today. */
static enum noro_status show_counts(
	struct seeing *s, const struct noro_hub_value *v, struct noro_error *err)
{
	const char *body;
	enum noro_status st =
		noro_hub_counts(s->db, v->no, s->cli->now_ns, s->cli->arena, &body, err);
	struct noro_buf out = { 0 };

	if (st != NORO_OK)
		return st;
	noro_buf_str(&out, body);
	noro_buf_chr(&out, '\n');
	noro_emit(s->cli->out, &out);
	noro_buf_done(&out);
	return NORO_OK;
}

static enum noro_status show_value(
	struct seeing *s, const struct noro_hub_value *v, struct noro_error *err)
{
	struct noro_hub_correlate ask = {
		.now_ns = s->cli->now_ns, .days = HISTORY_DAYS, .allow = s->allow, .value = v->no
	};
	struct noro_hub_correlations all = { 0 };
	struct noro_hub_mentions m = { .most = MENTIONS };
	struct noro_buf out = { 0 };
	bool verbose = s->cli->verbose;
	enum noro_status st = noro_hubdb_rule(s->db, &ask.rule, err);

	if (st == NORO_OK)
		st = noro_hub_correlate(s->db, &ask, s->cli->arena, &all, err);
	if (st == NORO_OK)
		st = noro_hubdb_mentions(s->db, v->no, s->cli->arena, &m, err);
	s->cli->verbose = true; /* the rows are what was asked for */
	for (size_t i = 0; st == NORO_OK && i < all.n; i++)
		noro_hub_show(s, &all.row[i], &out);
	s->cli->verbose = verbose;
	if (st == NORO_OK && s->cli->json)
		json_mentions(&m, &out);
	else if (st == NORO_OK)
		text_mentions(s, &m, &out);
	noro_emit(s->cli->out, &out);
	noro_buf_done(&out);
	return st;
}

/* A text may be a value of several kinds: a digest of 32 digits, a name. */
static enum noro_status find_all(
	struct seeing *s, struct noro_view text, size_t *ret_n, struct noro_error *err)
{
	enum noro_status st = NORO_OK;
	struct noro_buf normal = { 0 };

	for (int k = 0; st == NORO_OK && k < NORO_IOC_KINDS; k++) {
		struct noro_hub_value which = { .kind = (enum noro_ioc_kind)k }, v;

		noro_buf_clear(&normal);
		if (k == NORO_IOC_REGEX ||
			noro_ioc_normal((enum noro_ioc_kind)k, text, &normal) != NORO_OK)
			continue;
		which.text = noro_buf_as_view(&normal);
		st = noro_hubdb_value(s->db, &which, s->cli->arena, &v, err);
		if (st == NORO_OK) {
			++*ret_n;
			st = noro_args_has(s->args, "public") ? show_counts(s, &v, err)
							      : show_value(s, &v, err);
		} else if (st == NORO_ENOENT) {
			st = NORO_OK;
		}
	}
	noro_buf_done(&normal);
	return st;
}

enum noro_status noro_hub_do_value(struct seeing *s, struct noro_error *err)
{
	struct noro_buf text = { 0 };
	size_t n = 0;
	enum noro_status st = NORO_OK;

	if (s->args->words != 3)
		return noro_fail(err, NORO_EARG, N_("which value? hub value DIR VALUE"));
	(void)noro_refang(noro_view_str(s->args->word[2]), &text);
	if (text.status != NORO_OK)
		st = noro_fail(err, NORO_ENOMEM, NULL);
	if (st == NORO_OK)
		st = noro_hub_seen_allow(s, err);
	if (st == NORO_OK)
		st = noro_hub_seen_log(s, "hub.value", s->args->word[2], 1, err);
	if (st == NORO_OK)
		st = find_all(s, noro_buf_as_view(&text), &n, err);
	noro_buf_done(&text);
	if (st == NORO_OK && !n && !s->cli->quiet)
		noro_say(s->cli, s->cli->json ? s->cli->err : s->cli->out,
			N_("nobody has spoken of it"));
	s->found = n > 0;
	return st;
}
