/*
 * src/report/surge.c - ports that rise, for people and programs: how much, since when, who makes
 * it, and which flaw became public near it.
 */
#include "report/sense_text_priv.h"

#include "report/layout.h"

#include <math.h>
#include <string.h>

/* --- text --- */

static void indent(const struct printing *p, size_t n)
{
	noro_layout_blanks(n, p->out);
}

static void headline(const struct printing *p, const struct noro_surge *u)
{
	static const char *const rise[] = {
		N_("%1 rose %2-fold: %3 sources in an hour, %4 expected"),
		N_("%1 rose %2-fold: %3 sources in a day, %4 expected"),
		N_("%1 rose %2-fold: %3 sources in ten minutes, %4 expected"),
	};
	int width = u->width_s == NORO_DAY_S ? 1 : u->width_s == NORO_HOUR_S ? 0 : 2;
	int decimals = u->expected < 10 ? u->expected < 0.1 ? 3 : 1 : 0;

	indent(p, 2);
	noro_sense_column(p->out, MOMENT(p, u->first_ns), p->era ? 24 : 16, false);
	if (!u->port)
		say(p,
			N_("%1 ports rose together by %2 sources each: somebody asks for "
			   "everything"),
			{ NUMBER(u->ports, 0), NUMBER(u->sources, 0) });
	else if (strcmp(u->how, "ewma") == 0)
		say(p, N_("%1 grows from day to day: %2 sources in a day, %3 before"),
			{ u->port, NUMBER(u->sources, 0), NUMBER(u->expected, decimals) });
	else
		say(p, rise[width],
			{ u->port, NUMBER(u->fold, u->fold < 10 ? 1 : 0), NUMBER(u->sources, 0),
				NUMBER(u->expected, decimals) });
	noro_buf_chr(p->out, '\n');
}

/* Indexed by: listed as exploited; the rise is days before, a day before, on the day, a day after,
 * days after. */
static const char *const nearness[2][5] = {
	{ N_("%1 days before %2 (%3) was published"), N_("a day before %2 (%3) was published"),
		N_("on the day %2 (%3) was published"), N_("a day after %2 (%3) was published"),
		N_("%1 days after %2 (%3) was published") },
	{ N_("%1 days before %2 (%3) was listed as exploited"),
		N_("a day before %2 (%3) was listed as exploited"),
		N_("on the day %2 (%3) was listed as exploited"),
		N_("a day after %2 (%3) was listed as exploited"),
		N_("%1 days after %2 (%3) was listed as exploited") },
};

static void links(const struct printing *p, const struct noro_surge *u)
{
	for (size_t i = 0; i < u->links; i++) {
		const struct noro_surge_link *l = &u->link[i];
		int at = l->days < -2 ? -2 : l->days > 2 ? 2 : l->days;

		indent(p, 6);
		say(p, nearness[l->kev][at + 2],
			{ NUMBER(l->days < 0 ? -l->days : l->days, 0), l->cve,
				l->product && l->product[0] ? l->product : u->port });
		if (strcmp(l->why, "payload") == 0) {
			noro_buf_str(p->out, "  ");
			say(p, N_("(its payload was seen)"), { NULL });
		}
		noro_buf_chr(p->out, '\n');
	}
}

static const struct {
	const char *kind, *label;
} labels[] = {
	{ "tool", N_("tool") },
	{ "version", N_("version") },
	{ "payload", N_("payload") },
	{ "probe", N_("first bytes") },
	{ "cluster", N_("fingerprint") },
	{ "research", N_("research") },
	{ "as", N_("network") },
	{ "country", N_("country") },
	{ "net", N_("range") },
	{ "source", N_("source") },
};

static void causes_of(const struct printing *p, const struct noro_surge *u, size_t label)
{
	size_t said = 0;

	for (size_t i = 0; i < u->causes; i++) {
		const struct noro_surge_cause *c = &u->cause[i];

		if (strcmp(c->kind, labels[label].kind) != 0 ||
			(c->share < 0.05 && strcmp(c->kind, "source") == 0))
			continue; /* one of hundreds is no cause */
		if (!said++) {
			indent(p, 6);
			noro_buf_str(p->out, noro_lang_text(p->lang, labels[label].label));
			noro_buf_str(p->out, ": ");
		} else {
			noro_buf_str(p->out, ", ");
		}
		noro_buf_str(p->out, c->key);
		noro_buf_chr(p->out, ' ');
		noro_buf_str(p->out, NUMBER(100 * c->share, 0));
		noro_buf_str(p->out, " %");
		if (c->fresh) {
			noro_buf_chr(p->out, ' ');
			noro_buf_str(p->out, noro_lang_text(p->lang, N_("(new here)")));
		}
	}
	if (said)
		noro_buf_chr(p->out, '\n');
}

static void people(const struct printing *p, const struct noro_surge *u)
{
	if (!u->named)
		return;
	indent(p, 6);
	if (u->one >= 0.8)
		say(p,
			N_("one source sends %1 % of the packets; %2 sources by name, %3 of them "
			   "new"),
			{ NUMBER(100 * u->one, 0), NUMBER(u->named, 0), NUMBER(u->fresh, 0) });
	else
		say(p, N_("many sources; %1 by name, %2 of them new"),
			{ NUMBER(u->named, 0), NUMBER(u->fresh, 0) });
	noro_buf_chr(p->out, '\n');
}

enum noro_status noro_surges_text(
	const struct noro_surges *s, enum noro_lang lang, bool era, struct noro_buf *out)
{
	struct printing p = { lang, era, out };

	for (size_t i = 0; i < s->surges; i++) {
		const struct noro_surge *u = &s->surge[i];

		headline(&p, u);
		if (u->last_ns - u->first_ns > (int64_t)u->width_s * NORO_NS_PER_S) {
			indent(&p, 6);
			say(&p,
				u->continues ? N_("goes on from before; last seen %1")
					     : N_("last seen %1"),
				{ MOMENT(&p, u->last_ns) });
			noro_buf_chr(out, '\n');
		}
		links(&p, u);
		people(&p, u);
		for (size_t k = 0; k < sizeof(labels) / sizeof(labels[0]); k++)
			causes_of(&p, u, k);
	}
	return out->status;
}

/* --- JSON --- */

static void json_cause(struct noro_jsonw *w, const struct noro_surge_cause *c)
{
	noro_jsonw_object(w);
	noro_jsonw_kstr(w, "kind", c->kind);
	noro_jsonw_kstr(w, "key", c->key);
	noro_jsonw_ku64(w, "sources", c->sources);
	noro_jsonw_ku64(w, "packets", c->packets);
	noro_sense_real(w, "share", c->share);
	noro_jsonw_key(w, "fresh");
	noro_jsonw_bool(w, c->fresh);
	noro_jsonw_object_end(w);
}

static void json_link(struct noro_jsonw *w, const struct noro_surge_link *l)
{
	noro_jsonw_object(w);
	noro_jsonw_kstr(w, "cve", l->cve);
	noro_jsonw_kstr(w, "product", l->product);
	noro_jsonw_ktime(w, "day", l->day_ns);
	noro_sense_real(w, "days", l->days);
	noro_jsonw_key(w, "kev");
	noro_jsonw_bool(w, l->kev);
	noro_jsonw_kstr(w, "why", l->why);
	noro_jsonw_object_end(w);
}

static void json_surge(struct noro_jsonw *w, const struct noro_surge *u)
{
	noro_jsonw_object(w);
	noro_jsonw_kstr(w, "port", u->port);
	noro_jsonw_ku64(w, "ports", u->ports);
	noro_jsonw_ku64(w, "width_s", u->width_s);
	noro_jsonw_ktime(w, "first", u->first_ns);
	noro_jsonw_ktime(w, "last", u->last_ns);
	noro_jsonw_ktime(w, "peak", u->peak_ns);
	noro_sense_real(w, "sources", u->sources);
	noro_sense_real(w, "expected", u->expected);
	noro_sense_real(w, "fold", u->fold);
	noro_sense_real(w, "p", u->p);
	noro_sense_real(w, "z", u->z);
	noro_jsonw_kstr(w, "how", u->how);
	noro_jsonw_key(w, "continues");
	noro_jsonw_bool(w, u->continues);
	noro_jsonw_ku64(w, "named", u->named);
	noro_jsonw_ku64(w, "fresh", u->fresh);
	noro_sense_real(w, "one_source", u->one);
	noro_jsonw_key(w, "causes");
	noro_jsonw_array(w);
	for (size_t i = 0; i < u->causes; i++)
		json_cause(w, &u->cause[i]);
	noro_jsonw_array_end(w);
	noro_jsonw_key(w, "flaws");
	noro_jsonw_array(w);
	for (size_t i = 0; i < u->links; i++)
		json_link(w, &u->link[i]);
	noro_jsonw_array_end(w);
	noro_jsonw_object_end(w);
}

void noro_sense_json_surges(struct noro_jsonw *w, const struct noro_surges *s)
{
	noro_jsonw_key(w, "surges");
	noro_jsonw_array(w);
	for (size_t i = 0; i < s->surges; i++)
		json_surge(w, &s->surge[i]);
	noro_jsonw_array_end(w);
}

enum noro_status noro_surges_json(const struct noro_surges *s, struct noro_buf *out)
{
	struct noro_jsonw w = noro_jsonw(out);

	noro_jsonw_object(&w);
	noro_jsonw_ktime(&w, "from", s->from_ns);
	noro_jsonw_ktime(&w, "to", s->to_ns);
	noro_sense_real(&w, "days_of_history", s->days);
	noro_jsonw_ku64(&w, "bins", s->bins);
	noro_jsonw_ku64(&w, "stood", s->stood);
	noro_jsonw_ku64(&w, "gated", s->gated);
	noro_jsonw_key(&w, "not_judged");
	noro_jsonw_array(&w);
	for (size_t i = 0; i < s->youngs; i++)
		noro_jsonw_str(&w, s->young[i]);
	noro_jsonw_array_end(&w);
	noro_sense_json_surges(&w, s);
	noro_jsonw_object_end(&w);
	noro_buf_chr(out, '\n');
	return out->status;
}

/* --- CSV --- */

static const char *first_of(const struct noro_surge *u, const char *kind)
{
	for (size_t i = 0; i < u->causes; i++)
		if (strcmp(u->cause[i].kind, kind) == 0)
			return u->cause[i].key;
	return "";
}

enum noro_status noro_surges_csv(
	const struct noro_surges *s, enum noro_lang lang, struct noro_buf *out)
{
	static const char *const name[] = { "first", "last", "port", "ports", "width_s", "sources",
		"expected", "fold", "p", "how", "continues", "named", "fresh", "tool", "as",
		"country", "source", "cve", "days" };
	struct noro_csv c = { .out = out };

	noro_sense_csv_begin(&c, lang, name, sizeof(name) / sizeof(name[0]));
	for (size_t i = 0; i < s->surges; i++) {
		const struct noro_surge *u = &s->surge[i];

		noro_csv_time(&c, u->first_ns);
		noro_csv_time(&c, u->last_ns);
		noro_csv_str(&c, u->port ? u->port : "");
		noro_csv_u64(&c, u->ports);
		noro_csv_u64(&c, u->width_s);
		noro_sense_csv_real(&c, u->sources);
		noro_sense_csv_real(&c, u->expected);
		noro_sense_csv_real(&c, u->fold);
		noro_sense_csv_real(&c, u->p);
		noro_csv_str(&c, u->how);
		noro_csv_str(&c, u->continues ? "true" : "false");
		noro_csv_u64(&c, u->named);
		noro_csv_u64(&c, u->fresh);
		noro_csv_str(&c, first_of(u, "tool"));
		noro_csv_str(&c, first_of(u, "as"));
		noro_csv_str(&c, first_of(u, "country"));
		noro_csv_str(&c, first_of(u, "source"));
		noro_csv_str(&c, u->links ? u->link[0].cve : "");
		noro_sense_csv_real(&c, u->links ? u->link[0].days : (double)NAN);
		noro_csv_end(&c);
	}
	noro_buf_done(&c.text);
	return out->status;
}
