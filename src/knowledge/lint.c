/*
 * src/knowledge/lint.c - what a file may say without being right. The loader
 * refuses what cannot be read; here stands what reads well and leads nowhere: an
 * id that no record has, a technique that ATT&CK does not know, a text that only
 * half of the readers can read, a window that ends before it begins. The test
 * suite runs this over the shipped knowledge and wants silence.
 */
#include "knowledge/bind_priv.h"

#include <stdlib.h>

struct linter {
	const struct noro_knowledge *k;
	struct noro_arena *arena;
	struct noro_know_problem *problem;
	size_t n, cap;
	enum noro_status status; /* NORO_ENOMEM sticks */
	const char *record;
};

static void say(struct linter *l, const char *msg, const char *one, const char *two)
{
	if (l->status != NORO_OK)
		return;
	if (l->n == l->cap) {
		struct noro_know_problem *more =
			noro_arena_grow(l->arena, l->problem, l->n, &l->cap, sizeof(*more));

		if (!more) {
			l->status = NORO_ENOMEM;
			return;
		}
		l->problem = more;
	}
	l->problem[l->n++] = (struct noro_know_problem){ l->record, msg, { one, two } };
}

static void enter(struct linter *l, const char *kind, const char *id)
{
	l->record = noro_arena_printf(l->arena, "%s %s", kind, id);
	if (!l->record)
		l->status = NORO_ENOMEM;
}

static void text(struct linter *l, struct noro_bitext t, const char *what)
{
	if (t.en && !t.ja)
		say(l, N_("no Japanese for %1: %2"), what, t.en);
	if (t.ja && !t.en)
		say(l, N_("no English for %1: %2"), what, t.ja);
}

static void texts(struct linter *l, const struct noro_bitext *t, size_t n, const char *what)
{
	for (size_t i = 0; i < n; i++)
		text(l, t[i], what);
}

static void origin(struct linter *l, struct noro_origin o, const char *what)
{
	for (size_t i = 0; i < o.source.n; i++) {
		if (!noro_knowledge_source(l->k, o.source.item[i]))
			say(l, N_("%1 names the unknown source '%2'"), what, o.source.item[i]);
	}
	if (!o.source.n && !o.trust)
		say(l, N_("%1 says neither source nor trust"), what, NULL);
}

static void window(struct linter *l, struct noro_day from, struct noro_day until)
{
	if (from.text && until.text && until.ns < from.ns)
		say(l, N_("the window ends before it begins: %1 to %2"), from.text, until.text);
}

static void technique(struct linter *l, const char *id)
{
	const struct noro_technique *now;

	if (id[0] == 'T' && id[1] == 'A') {
		if (!noro_knowledge_tactic(l->k, id))
			say(l, N_("'%1' is no tactic of ATT&CK"), id, NULL);
		return;
	}
	now = noro_knowledge_technique_now(l->k, id);
	if (!now)
		say(l, N_("'%1' is no technique of ATT&CK"), id, NULL);
	else if (!now->name.ja)
		say(l, N_("no Japanese for %1: %2"), now->id, now->name.en);
}

static void techniques(struct linter *l, struct noro_strings ids)
{
	for (size_t i = 0; i < ids.n; i++)
		technique(l, ids.item[i]);
}

/* CVE-YYYY-NNNN, at least four digits. */
static bool is_cve(const char *id)
{
	size_t n = 0;

	if (strncmp(id, "CVE-", 4) != 0)
		return false;
	for (n = 4; n < 8; n++) {
		if (!noro_is_digit(id[n]))
			return false;
	}
	if (id[8] != '-')
		return false;
	for (n = 9; noro_is_digit(id[n]); n++)
		;
	return n >= 13 && id[n] == '\0';
}

static void cves(struct linter *l, struct noro_strings ids)
{
	for (size_t i = 0; i < ids.n; i++) {
		if (!is_cve(ids.item[i]))
			say(l, N_("'%1' is no CVE number"), ids.item[i], NULL);
	}
}

static void actors(struct linter *l, struct noro_strings ids)
{
	for (size_t i = 0; i < ids.n; i++) {
		if (!noro_knowledge_actor(l->k, ids.item[i]))
			say(l, N_("'%1' is no actor that has a record"), ids.item[i], NULL);
	}
}

static void advisories(struct linter *l, struct noro_strings ids)
{
	for (size_t i = 0; i < ids.n; i++) {
		if (!noro_knowledge_advisory(l->k, ids.item[i]))
			say(l, N_("'%1' is no advisory that has a record"), ids.item[i], NULL);
	}
}

static bool is_digest(const char *hex, size_t digits)
{
	size_t n = 0;

	while (noro_is_digit(hex[n]) || (hex[n] >= 'a' && hex[n] <= 'f'))
		n++;
	return n == digits && hex[n] == '\0';
}

static void digest(struct linter *l, const char *hex, size_t digits)
{
	if (hex && !is_digest(hex, digits))
		say(l, N_("'%1' is no digest in lower-case hex"), hex, NULL);
}

static void ioc(struct linter *l, const struct noro_know_ioc *i)
{
	text(l, i->note, i->value);
	window(l, i->from, i->until);
	digest(l, i->sha256, 64);
	digest(l, i->sha1, 40);
	digest(l, i->md5, 32);
	if (strcmp(i->kind, "sha256") == 0)
		digest(l, i->value, 64);
	if (strcmp(i->kind, "sha1") == 0)
		digest(l, i->value, 40);
	if (strcmp(i->kind, "md5") == 0)
		digest(l, i->value, 32);
	if (strcmp(i->kind, "file") == 0 && !i->sha256 && !i->sha1 && !i->md5)
		say(l, N_("the file '%1' has no digest"), i->value, NULL);
}

static int by_value(const void *a, const void *b)
{
	const struct noro_know_ioc *const *one = a, *const *two = b;
	int c = strcmp((*one)->kind, (*two)->kind);

	return c ? c : strcmp((*one)->value, (*two)->value);
}

static void twice(struct linter *l, const struct noro_advisory *adv)
{
	const struct noro_know_ioc **sorted =
		noro_arena_array(l->arena, adv->iocs + 1, sizeof(void *));

	if (!sorted) {
		l->status = NORO_ENOMEM;
		return;
	}
	for (size_t i = 0; i < adv->iocs; i++)
		sorted[i] = &adv->ioc[i];
	if (adv->iocs)
		qsort(sorted, adv->iocs, sizeof(void *), by_value);
	for (size_t i = 1; i < adv->iocs; i++) {
		if (by_value(&sorted[i - 1], &sorted[i]) == 0)
			say(l, N_("the indicator '%1' is there twice"), sorted[i]->value, NULL);
	}
}

static void behaviour(
	struct linter *l, const struct noro_advisory *adv, const struct noro_behaviour *b)
{
	text(l, b->title, b->id);
	text(l, b->looks, b->id);
	text(l, b->caution, b->id);
	techniques(l, b->attack);
	cves(l, b->cve);
	origin(l, b->origin, b->id);
	if (!b->classes.n)
		say(l, N_("%1 says no evidence class that could show it"), b->id, NULL);
	if (noro_advisory_behaviour(adv, b->id) != b)
		say(l, N_("the behaviour '%1' is there twice"), b->id, NULL);
}

static void advice(struct linter *l, const struct noro_advisory *adv,
	const struct noro_advice_group *g, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		text(l, g[i].title, "group");
		for (size_t j = 0; j < g[i].items; j++) {
			const struct noro_advice *a = &g[i].item[j];

			text(l, a->text, "advice");
			origin(l, a->origin, a->text.en ? a->text.en : "advice");
			for (size_t b = 0; b < a->behaviours.n; b++) {
				if (!noro_advisory_behaviour(adv, a->behaviours.item[b]))
					say(l, N_("'%1' is no behaviour of this advisory"),
						a->behaviours.item[b], NULL);
			}
		}
	}
}

static void cited(struct linter *l, const struct noro_advisory *adv)
{
	for (size_t i = 0; i < adv->techniques; i++) {
		const struct noro_know_cited *t = &adv->technique[i];

		technique(l, t->id);
		if (t->tactic && !noro_knowledge_tactic(l->k, t->tactic))
			say(l, N_("'%1' is no tactic of ATT&CK"), t->tactic, NULL);
	}
	for (size_t i = 0; i < adv->cves; i++) {
		const struct noro_know_cve *c = &adv->cve[i];

		if (!is_cve(c->id))
			say(l, N_("'%1' is no CVE number"), c->id, NULL);
		text(l, c->role, c->id);
		origin(l, c->origin, c->id);
	}
	for (size_t i = 0; i < adv->n_cases; i++) {
		text(l, adv->cases[i].title, "case");
		text(l, adv->cases[i].text, "case");
		window(l, adv->cases[i].from, adv->cases[i].until);
	}
}

static void advisory(struct linter *l, const struct noro_advisory *adv)
{
	enter(l, "advisory", adv->id);
	text(l, adv->title, "title");
	text(l, adv->summary, "summary");
	text(l, adv->caution, "caution");
	text(l, adv->window_note, "window-note");
	window(l, adv->from, adv->until);
	origin(l, adv->origin, adv->id);
	actors(l, adv->actors);
	for (size_t i = 0; i < adv->issuers; i++)
		text(l, adv->issuer[i].name, "issuer");
	for (size_t i = 0; i < adv->revisions; i++)
		text(l, adv->revision[i].note, "revision");
	for (size_t i = 0; i < adv->files; i++)
		digest(l, adv->file[i].sha256, 64);
	for (size_t i = 0; i < adv->iocs; i++)
		ioc(l, &adv->ioc[i]);
	twice(l, adv);
	cited(l, adv);
	for (size_t i = 0; i < adv->behaviours; i++)
		behaviour(l, adv, &adv->behaviour[i]);
	advice(l, adv, adv->mitigation, adv->mitigations);
	advice(l, adv, adv->hunting, adv->huntings);
}

static void claim(struct linter *l, const struct noro_claim *c)
{
	text(l, c->by, "by");
	text(l, c->note, "note");
	origin(l, c->origin, c->rel);
	actors(l, c->to);
	if (c->about && !noro_knowledge_actor(l->k, c->about))
		say(l, N_("'%1' is no actor that has a record"), c->about, NULL);
	if (strcmp(c->rel, "alias") == 0 ? !c->names.n : !c->to.n)
		say(l, N_("the claim '%1' names nothing"), c->rel, NULL);
}

static void event(struct linter *l, const struct noro_know_event *e)
{
	text(l, e->title, e->date.text);
	text(l, e->issuer, e->date.text);
	origin(l, e->origin, e->date.text);
	actors(l, e->actors);
	if (e->advisory && !noro_knowledge_advisory(l->k, e->advisory))
		say(l, N_("'%1' is no advisory that has a record"), e->advisory, NULL);
}

static void actor(struct linter *l, const struct noro_actor *a)
{
	enter(l, "actor", a->id);
	text(l, a->name, "name");
	text(l, a->summary, "summary");
	texts(l, a->sector, a->sectors, "sector");
	texts(l, a->sign, a->signs, "sign");
	texts(l, a->indicator, a->indicators, "indicator");
	techniques(l, a->techniques);
	cves(l, a->cves);
	origin(l, a->origin, a->id);
	for (size_t i = 0; i < a->claims; i++)
		claim(l, &a->claim[i]);
	for (size_t i = 0; i < a->events; i++)
		event(l, &a->event[i]);
}

static void incident(struct linter *l, const struct noro_incident *i)
{
	enter(l, "incident", i->id);
	text(l, i->name, "name");
	text(l, i->summary, "summary");
	text(l, i->victim, "victim");
	text(l, i->attributed, "attributed");
	texts(l, i->fact, i->facts, "fact");
	window(l, i->from, i->until);
	actors(l, i->actors);
	cves(l, i->cves);
	techniques(l, i->techniques);
	advisories(l, i->advisories);
	origin(l, i->origin, i->id);
}

static void form(struct linter *l, const struct noro_report_form *f)
{
	enter(l, "form", f->id);
	text(l, f->title, "title");
	text(l, f->note, "note");
	origin(l, f->origin, f->id);
	for (size_t i = 0; i < f->sections; i++) {
		text(l, f->section[i].title, "section");
		for (size_t j = 0; j < f->section[i].fields; j++) {
			text(l, f->section[i].field[j].label, f->section[i].field[j].id);
			text(l, f->section[i].field[j].hint, f->section[i].field[j].id);
		}
	}
	for (size_t i = 0; i < f->duties; i++) {
		const struct noro_report_duty *d = &f->duty[i];

		text(l, d->recipient, "recipient");
		text(l, d->when, "when");
		text(l, d->deadline, "deadline");
		text(l, d->basis, "basis");
		text(l, d->note, "note");
		origin(l, d->origin, "duty");
		if (!d->as_of.text)
			say(l, N_("a duty to report to %1 says no date"), d->recipient.en, NULL);
	}
}

static void attack(struct linter *l)
{
	for (size_t i = 0; i < l->k->techniques; i++) {
		const struct noro_technique *t = l->k->technique[i];

		enter(l, "technique", t->id);
		if (!t->revoked_by)
			continue;
		if (!noro_knowledge_technique(l->k, t->revoked_by))
			say(l, N_("'%1' is no technique of ATT&CK"), t->revoked_by, NULL);
		else if (noro_knowledge_technique_now(l->k, t->id)->revoked_by)
			say(l, N_("the successions of '%1' have no end"), t->id, NULL);
	}
	for (size_t i = 0; i < l->k->tactics; i++) {
		enter(l, "tactic", l->k->tactic[i]->id);
		text(l, l->k->tactic[i]->name, "name");
	}
}

enum noro_status noro_knowledge_lint(const struct noro_knowledge *k, struct noro_arena *a,
	const struct noro_know_problem **ret, size_t *ret_n)
{
	struct linter l = { .k = k, .arena = a };

	for (size_t i = 0; i < k->advisories; i++)
		advisory(&l, k->advisory[i]);
	for (size_t i = 0; i < k->actors; i++)
		actor(&l, k->actor[i]);
	for (size_t i = 0; i < k->incidents; i++)
		incident(&l, k->incident[i]);
	for (size_t i = 0; i < k->forms; i++)
		form(&l, k->form[i]);
	attack(&l);
	enter(&l, "claims", "");
	for (size_t i = 0; i < k->claims; i++) {
		if (!k->claim[i]->about)
			say(&l, N_("a claim that stands apart says not whom it is about"), NULL,
				NULL);
		claim(&l, k->claim[i]);
	}
	for (size_t i = 0; i < k->events; i++)
		event(&l, k->event[i]);
	*ret = l.problem;
	*ret_n = l.n;
	return l.status;
}
