/*
 * src/intel/stix.c - STIX 2.0 and 2.1: bundles, TAXII envelopes, arrays, single objects.
 *
 * An indicator is worth what stands around it: relationships name the malware,
 * the actor, the technique and the CVE, a report names the advisory, a marking
 * the circle it may be shown to. So the other objects are indexed first (bundle.c),
 * then the indicators are taken in order. `valid_from` is only the day somebody
 * typed it in (DESIGN 5) and never becomes the activity window; the campaign that
 * it indicates may have one.
 */
#include "intel/bundle_priv.h"
#include "intel/pattern.h"
#include "intel/stix21.h"
#include "intel/stix_priv.h"

struct stix {
	struct noro_intake *in;
	struct noro_bundle bundle;
	size_t base;      /* where the object in hand begins in the text */
	char marking[96]; /* the last one, and what it says */
	uint8_t marking_tlp;
	struct noro_buf note, actors, attack, cve, labels, advisory, section;
	int64_t from_ns, until_ns; /* of the campaign that the indicator belongs to */
};

/* --- one walk over an object's members ----------------------------------- */

enum part {
	P_TYPE,
	P_ID,
	P_PATTERN,
	P_PATTERN_TYPE,
	P_VALID_FROM,
	P_VALID_UNTIL,
	P_CONFIDENCE,
	P_DESCRIPTION,
	P_NAME,
	P_LABELS,
	P_INDICATOR_TYPES,
	P_MARKINGS,
	P_REVOKED,
	P_OWN_ROLE,
	PARTS,
};

static const struct noro_view part_names[PARTS] = {
	[P_TYPE] = { "type", 4 },
	[P_ID] = { "id", 2 },
	[P_PATTERN] = { "pattern", 7 },
	[P_PATTERN_TYPE] = { "pattern_type", 12 },
	[P_VALID_FROM] = { "valid_from", 10 },
	[P_VALID_UNTIL] = { "valid_until", 11 },
	[P_CONFIDENCE] = { "confidence", 10 },
	[P_DESCRIPTION] = { "description", 11 },
	[P_NAME] = { "name", 4 },
	[P_LABELS] = { "labels", 6 },
	[P_INDICATOR_TYPES] = { "indicator_types", 15 },
	[P_MARKINGS] = { "object_marking_refs", 19 },
	[P_REVOKED] = { "revoked", 7 },
	[P_OWN_ROLE] = { "x_noroshi_role", 14 },
};

/* Asking for each member by name would walk the list a dozen times, for every indicator. */
struct parts {
	const struct noro_json *at[PARTS];
};

static struct parts parts_of(const struct noro_json *o)
{
	struct parts p = { 0 };

	for (const struct noro_json *m = o->kind == NORO_JSON_OBJECT ? o->child : NULL; m;
		m = m->next)
		for (size_t i = 0; i < PARTS; i++)
			if (m->key.n == part_names[i].n && m->key.p[0] == part_names[i].p[0] &&
				!p.at[i] && memcmp(m->key.p, part_names[i].p, m->key.n) == 0)
				p.at[i] = m;
	return p;
}

static struct noro_view str(const struct parts *p, enum part which)
{
	const struct noro_json *v = p->at[which];

	return v && v->kind == NORO_JSON_STRING ? v->text : noro_view(NULL, 0);
}

/* --- what stands around an indicator ------------------------------------- */

/* "T1569" from the external references, or from a name that carries it in brackets. */
static struct noro_view external_id(const struct noro_json *o, const char *source)
{
	const struct noro_json *refs = noro_json_get(o, "external_references");

	for (const struct noro_json *r = refs ? refs->child : NULL; r; r = r->next)
		if (noro_view_starts(noro_json_str(r, "source_name"), source) &&
			noro_json_str(r, "external_id").n)
			return noro_json_str(r, "external_id");
	return noro_view("", 0);
}

static struct noro_view technique_in(struct noro_view name)
{
	for (size_t i = 0; i + 5 <= name.n; i++) {
		size_t n = 1;

		if (name.p[i] != 'T' || (i && noro_is_alnum(name.p[i - 1])))
			continue;
		while (i + n < name.n &&
			(noro_is_digit(name.p[i + n]) || (n == 5 && name.p[i + n] == '.')))
			n++;
		if (n == 5 || n == 9)
			return noro_view_sub(name, i, n);
	}
	return noro_view_sub(name, 0, 0);
}

/* Two campaigns make one window that holds both. */
static void around_campaign(struct stix *s, const struct noro_json *t)
{
	int64_t from = noro_intake_moment(s->in, noro_json_str(t, "first_seen")),
		until = noro_intake_moment(s->in, noro_json_str(t, "last_seen"));

	if (from == NORO_TIME_NONE || until == NORO_TIME_NONE || until < from)
		return;
	if (s->from_ns == NORO_TIME_NONE || from < s->from_ns)
		s->from_ns = from;
	if (s->until_ns == NORO_TIME_NONE || until > s->until_ns)
		s->until_ns = until;
}

static void around_target(struct stix *s, const struct noro_json *t)
{
	struct noro_view type = noro_json_str(t, "type"), name = noro_json_str(t, "name"), id;

	if (noro_view_is(type, "attack-pattern")) {
		id = external_id(t, "mitre");
		noro_intake_join(&s->attack, id.n ? id : technique_in(name));
	} else if (noro_view_is(type, "vulnerability")) {
		id = external_id(t, "cve");
		noro_intake_join(&s->cve, id.n ? id : name);
	} else if (noro_view_is(type, "threat-actor") || noro_view_is(type, "intrusion-set") ||
		   noro_view_is(type, "campaign")) {
		noro_intake_join(&s->actors, name);
		if (noro_view_is(type, "campaign"))
			around_campaign(s, t);
	} else {
		noro_intake_join(&s->labels, name);
	}
}

static void around_relations(struct stix *s, struct noro_view id)
{
	const struct noro_bundle_row *r = noro_bundle_relation(&s->bundle, id);

	for (; r; r = noro_bundle_next(&s->bundle, r)) {
		const struct noro_json *t = noro_bundle_thing(&s->bundle, r->target);

		if (t)
			around_target(s, t);
	}
}

static void add_labels(struct stix *s, const struct noro_json *list)
{
	for (const struct noro_json *l = list ? list->child : NULL; l; l = l->next)
		if (l->kind == NORO_JSON_STRING)
			noro_intake_join(&s->labels, l->text);
}

static void around_report(struct stix *s, struct noro_view id)
{
	const struct noro_json *r = noro_bundle_report(&s->bundle, id);
	struct noro_view name = noro_json_str(r, "name");

	if (!r)
		return;
	noro_intake_join(&s->advisory, noro_advisory_id(name));
	noro_buf_view(&s->section, noro_view_sub(name, 0, 300));
}

/* TLP 1.0 and 2.0 by the ids the standard fixes, or by what a marking in the document says. */
static uint8_t tlp_of(const struct stix *s, struct noro_view ref)
{
	int fixed = noro_stix21_tlp_of_id(ref);
	const struct noro_json *m = noro_bundle_thing(&s->bundle, ref);
	struct noro_view said =
		m ? noro_json_str(noro_json_get(m, "definition"), "tlp") : noro_view("", 0);

	if (fixed >= 0)
		return (uint8_t)fixed;
	return noro_intake_tlp(said);
}

/* Nearly all objects of a bundle carry the same marking. */
static uint8_t same_tlp_of(struct stix *s, struct noro_view ref)
{
	if (ref.n >= sizeof(s->marking))
		return tlp_of(s, ref);
	if (!noro_view_is(ref, s->marking)) {
		memcpy(s->marking, ref.p, ref.n);
		s->marking[ref.n] = '\0';
		s->marking_tlp = tlp_of(s, ref);
	}
	return s->marking_tlp;
}

static uint8_t strictest_tlp(struct stix *s, const struct noro_json *refs)
{
	uint8_t most = 0;

	for (const struct noro_json *r = refs ? refs->child : NULL; r; r = r->next) {
		uint8_t t = r->kind == NORO_JSON_STRING ? same_tlp_of(s, r->text) : 0;

		if (t > most)
			most = t;
	}
	return most;
}

static bool labelled(const struct noro_json *l, const char *label)
{
	for (l = l ? l->child : NULL; l; l = l->next)
		if (noro_json_is_str(l, label))
			return true;
	return false;
}

static enum noro_ioc_role role_of(const struct stix *s, const struct parts *p)
{
	if (s->in->opts->have_role)
		return s->in->opts->role;
	if (labelled(p->at[P_INDICATOR_TYPES], "benign") || labelled(p->at[P_LABELS], "benign"))
		return NORO_ROLE_CONTEXT;
	if (labelled(p->at[P_INDICATOR_TYPES], "malicious-activity") ||
		labelled(p->at[P_LABELS], "malicious-activity"))
		return NORO_ROLE_BLOCK;
	return NORO_ROLE_HUNT;
}

/* The meta of an indicator; its texts stand in the buffers of `s` until the next one. */
static struct noro_intake_meta around(struct stix *s, const struct parts *p)
{
	struct noro_intake_meta m = noro_intake_start(s->in);
	struct noro_view id = str(p, P_ID), note = str(p, P_DESCRIPTION);
	int64_t confidence;

	noro_buf_clear(&s->note);
	noro_buf_clear(&s->actors);
	noro_buf_clear(&s->attack);
	noro_buf_clear(&s->cve);
	noro_buf_clear(&s->labels);
	noro_buf_clear(&s->advisory);
	noro_buf_clear(&s->section);
	s->from_ns = s->until_ns = NORO_TIME_NONE;
	around_relations(s, id);
	around_report(s, id);
	add_labels(s, p->at[P_LABELS]);
	add_labels(s, p->at[P_INDICATOR_TYPES]);
	noro_buf_view(&s->note, noro_view_sub(note.n ? note : str(p, P_NAME), 0, 500));
	m.m.note = noro_intake_text(&s->note);
	m.m.actors = noro_intake_text(&s->actors);
	m.m.attack = noro_intake_text(&s->attack);
	m.m.cve = noro_intake_text(&s->cve);
	m.m.labels = noro_intake_text(&s->labels);
	m.m.section = noro_intake_text(&s->section);
	if (!m.m.advisory)
		m.m.advisory = noro_intake_text(&s->advisory);
	m.m.tlp = strictest_tlp(s, p->at[P_MARKINGS]);
	m.m.role = role_of(s, p);
	if (m.m.from_ns == NORO_TIME_NONE && m.m.until_ns == NORO_TIME_NONE) {
		m.m.from_ns = s->from_ns;
		m.m.until_ns = s->until_ns;
	}
	m.m.typed_ns = noro_intake_moment(s->in, str(p, P_VALID_FROM));
	m.m.expires_ns = noro_intake_moment(s->in, str(p, P_VALID_UNTIL));
	if (p->at[P_CONFIDENCE] && noro_json_i64(p->at[P_CONFIDENCE], &confidence) &&
		confidence >= 0 && confidence <= 100)
		m.m.confidence = (uint8_t)confidence;
	return m;
}

/* What our own export adds where STIX has no property for it. */
static void own_properties(struct stix *s, const struct noro_json *o, struct noro_ioc_meta *m)
{
	struct noro_view role = noro_json_str(o, "x_noroshi_role"), v;
	const struct {
		const char *name;
		struct noro_buf *to;
	} texts[] = { { "x_noroshi_advisory", &s->advisory }, { "x_noroshi_actors", &s->actors },
		{ "x_noroshi_attack", &s->attack }, { "x_noroshi_cve", &s->cve },
		{ "x_noroshi_labels", &s->labels } };

	if (!role.n)
		return;
	for (int r = NORO_ROLE_HUNT; r <= NORO_ROLE_CONTEXT && !s->in->opts->have_role; r++)
		if (noro_view_is(role, noro_ioc_role_name((enum noro_ioc_role)r)))
			m->role = (enum noro_ioc_role)r;
	noro_buf_clear(&s->labels); /* the types we wrote are no labels */
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		v = noro_json_str(o, texts[i].name);
		if (v.n && noro_view_chr(v, '\0') == SIZE_MAX) {
			noro_buf_clear(texts[i].to);
			noro_buf_view(texts[i].to, noro_view_sub(v, 0, 2000));
		}
	}
	m->labels = noro_intake_text(&s->labels);
	m->actors = noro_intake_text(&s->actors);
	m->attack = noro_intake_text(&s->attack);
	m->cve = noro_intake_text(&s->cve);
	if (!s->in->opts->advisory)
		m->advisory = noro_intake_text(&s->advisory);
	if (noro_intake_moment(s->in, noro_json_str(o, "x_noroshi_from")) != NORO_TIME_NONE)
		m->from_ns = noro_intake_moment(s->in, noro_json_str(o, "x_noroshi_from"));
	if (noro_intake_moment(s->in, noro_json_str(o, "x_noroshi_until")) != NORO_TIME_NONE)
		m->until_ns = noro_intake_moment(s->in, noro_json_str(o, "x_noroshi_until"));
}

/* --- indicators ---------------------------------------------------------- */

static enum noro_status add_planned(struct noro_intake *in, struct noro_intake_meta *m,
	struct noro_view text, const struct noro_pattern_plan *plan)
{
	uint32_t pattern = NORO_NO_PATTERN, id;
	enum noro_status st = noro_intake_meta_id(in, m, &id);

	if (st == NORO_OK && !plan->simple)
		st = noro_set_add_pattern(in->b, id, text, &pattern);
	for (size_t i = 0; st == NORO_OK && i < plan->anchors; i++) {
		st = noro_intake_add_normal(
			in, m, plan->anchor[i].kind, plan->anchor[i].value, pattern);
		if (st == NORO_EFORMAT || st == NORO_ELIMIT)
			st = noro_intake_note(in, NORO_IMPORT_REFUSED, 0,
				N_("not a valid value: %1"), plan->anchor[i].value);
	}
	return st;
}

static enum noro_status any_pattern(
	struct noro_intake *in, struct noro_intake_meta *m, struct noro_view text, uint64_t at)
{
	struct noro_arena *a = in->scratch ? in->scratch : noro_arena_new(0);
	const struct noro_pattern *p;
	struct noro_pattern_plan plan;
	struct noro_error why = { 0 };
	uint64_t before = in->ret->indicators;
	enum noro_status st = a ? noro_pattern_parse(a, text, true, &p, &why) : NORO_ENOMEM;

	if (st == NORO_EFORMAT || st == NORO_ELIMIT) {
		st = noro_intake_note(
			in, NORO_IMPORT_REFUSED, at, N_("not a STIX pattern: %1"), text);
		goto out;
	}
	if (st == NORO_OK)
		st = noro_pattern_plan(a, p, &plan);
	if (st != NORO_OK)
		goto out;
	for (size_t i = 0; st == NORO_OK && i < plan.undecideds; i++)
		st = noro_intake_note(in, NORO_IMPORT_UNDECIDED, at,
			N_("no evidence decides this comparison: %1"),
			noro_view_str(plan.undecided[i]));
	if (st == NORO_OK && plan.anchors)
		st = add_planned(in, m, text, &plan);
	else if (st == NORO_OK && !plan.undecideds)
		st = noro_intake_note(in, NORO_IMPORT_UNDECIDED, at,
			N_("no value of this pattern can be searched for: %1"), text);
	if (st == NORO_OK && plan.anchors && !plan.complete && !plan.undecideds)
		st = noro_intake_note(in, NORO_IMPORT_WARNING, at,
			N_("only some ways of meeting this pattern can be found: %1"), text);
	in->ret->indicators = before + (plan.anchors > 0);
out:
	in->scratch = a; /* one block serves all patterns */
	if (a)
		noro_arena_reset(a);
	return st;
}

enum noro_status noro_stix_pattern(
	struct noro_intake *in, struct noro_intake_meta *m, struct noro_view text, uint64_t at)
{
	struct noro_pattern_anchor anchor = { 0 };
	const struct noro_pattern_plan plan = {
		.simple = true, .complete = true, .anchor = &anchor, .anchors = 1
	};
	uint64_t before = in->ret->indicators;
	enum noro_status st;

	if (!noro_pattern_plain(text, &in->refanged, &in->tmp, &anchor.kind))
		return any_pattern(in, m, text, at);
	anchor.value = noro_buf_as_view(&in->tmp);
	st = add_planned(in, m, text, &plan);
	in->ret->indicators = before + 1;
	return st;
}

static enum noro_status indicator(struct stix *s, const struct noro_json *o)
{
	const struct parts p = parts_of(o);
	struct noro_view kind = str(&p, P_PATTERN_TYPE), pattern = str(&p, P_PATTERN);
	struct noro_intake_meta m;

	if (p.at[P_REVOKED] && p.at[P_REVOKED]->kind == NORO_JSON_TRUE)
		return noro_intake_note(s->in, NORO_IMPORT_WARNING, s->base + o->at,
			N_("left out, its author has revoked it: %1"), noro_json_str(o, "id"));
	if (kind.n && !noro_view_is(kind, "stix"))
		return noro_intake_note(s->in, NORO_IMPORT_UNDECIDED, s->base + o->at,
			N_("a pattern of another language is not decided here: %1"), kind);
	if (!pattern.n)
		return noro_intake_note(s->in, NORO_IMPORT_REFUSED, s->base + o->at,
			N_("an indicator without a pattern: %1"), noro_json_str(o, "id"));
	m = around(s, &p);
	if (p.at[P_OWN_ROLE])
		own_properties(s, o, &m.m);
	return noro_stix_pattern(s->in, &m, pattern, s->base + o->at);
}

/* --- observables: what was seen, not what is bad ------------------------- */

static const struct {
	const char *type, *property;
	int kind; /* -1: guess */
} observables[] = {
	{ "ipv4-addr", "value", -1 },
	{ "ipv6-addr", "value", -1 },
	{ "domain-name", "value", NORO_IOC_DOMAIN },
	{ "url", "value", NORO_IOC_URL },
	{ "email-addr", "value", NORO_IOC_EMAIL },
	{ "mac-addr", "value", NORO_IOC_MAC },
	{ "file", "name", NORO_IOC_FILE_NAME },
	{ "mutex", "name", NORO_IOC_MUTEX },
	{ "windows-registry-key", "key", NORO_IOC_REGISTRY },
	{ "autonomous-system", "number", NORO_IOC_ASN },
	{ "user-account", "account_login", NORO_IOC_USER_NAME },
	{ "cryptocurrency-wallet", "value", -1 },
};

static enum noro_status observable_hashes(
	struct stix *s, struct noro_intake_meta *m, const struct noro_json *o)
{
	const struct noro_json *list = noro_json_get(o, "hashes");
	enum noro_status st = NORO_OK;

	for (const struct noro_json *h = list ? list->child : NULL; h && st == NORO_OK;
		h = h->next) {
		int kind = noro_ioc_kind_by_name(h->key);

		if (kind >= NORO_IOC_MD5 && kind <= NORO_IOC_SHA512 && h->kind == NORO_JSON_STRING)
			st = noro_intake_add(s->in, m, (enum noro_ioc_kind)kind, h->text, o->at);
	}
	return st;
}

static enum noro_status observable(
	struct stix *s, struct noro_intake_meta *m, const struct noro_json *o)
{
	struct noro_view type = noro_json_str(o, "type");
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < sizeof(observables) / sizeof(observables[0]); i++) {
		struct noro_view v;

		if (!noro_view_is(type, observables[i].type))
			continue;
		v = noro_json_str(o, observables[i].property);
		if (v.n)
			st = noro_intake_loose(s->in, m, observables[i].kind, v, o->at);
	}
	if (st == NORO_OK && noro_view_is(type, "file"))
		st = observable_hashes(s, m, o);
	return st;
}

static bool is_observable(struct noro_view type)
{
	for (size_t i = 0; i < sizeof(observables) / sizeof(observables[0]); i++)
		if (noro_view_is(type, observables[i].type))
			return true;
	return false;
}

static struct noro_intake_meta as_context(struct stix *s, const struct noro_json *o)
{
	const struct parts p = parts_of(o);
	struct noro_intake_meta m = around(s, &p);

	if (!s->in->opts->have_role)
		m.m.role = NORO_ROLE_CONTEXT;
	if (noro_intake_moment(s->in, noro_json_str(o, "first_observed")) != NORO_TIME_NONE) {
		m.m.from_ns = noro_intake_moment(s->in, noro_json_str(o, "first_observed"));
		m.m.until_ns = noro_intake_moment(s->in, noro_json_str(o, "last_observed"));
	}
	return m;
}

/* STIX 2.0 keeps what was seen inside observed-data, 2.1 beside it. */
static enum noro_status seen(struct stix *s, const struct noro_json *o)
{
	const struct noro_json *list = noro_json_get(o, "objects");
	struct noro_intake_meta m = as_context(s, o);
	enum noro_status st = NORO_OK;

	if (!list)
		return observable(s, &m, o);
	for (const struct noro_json *c = list->child; c && st == NORO_OK; c = c->next)
		st = observable(s, &m, c);
	return st;
}

/* --- the document -------------------------------------------------------- */

static enum noro_status take(struct stix *s, const struct noro_json *o)
{
	struct noro_view type = noro_json_str(o, "type");

	if (noro_view_is(type, "indicator")) /* nearly all of a large bundle */
		return indicator(s, o);
	if (noro_view_is(type, "observed-data") || is_observable(type))
		return seen(s, o);
	return NORO_OK;
}

/* The only report of a document gives all of it the advisory. */
static enum noro_status name_advisory(struct stix *s)
{
	const struct noro_json *report = s->bundle.only_report;
	struct noro_view id;

	if (!report || s->in->ret->advisory)
		return NORO_OK;
	id = noro_advisory_id(noro_json_str(report, "name"));
	if (id.n)
		s->in->ret->advisory = noro_arena_strn(s->in->a, id.p, id.n);
	return id.n && !s->in->ret->advisory ? NORO_ENOMEM : NORO_OK;
}

static enum noro_status take_all(struct stix *s, struct noro_error *err)
{
	enum noro_status st = noro_intake_fail(s->in, err, name_advisory(s), NORO_AT_NONE, 0);

	for (size_t i = 0; i < s->bundle.objects && st == NORO_OK; i++) {
		const struct noro_json *o;

		st = noro_bundle_object(&s->bundle, i, &o, &s->base, err);
		if (st == NORO_OK)
			st = noro_intake_fail(s->in, err, take(s, o), NORO_AT_NONE, 0);
	}
	return st;
}

static void stix_done(struct stix *s)
{
	noro_buf_done(&s->note);
	noro_buf_done(&s->actors);
	noro_buf_done(&s->attack);
	noro_buf_done(&s->cve);
	noro_buf_done(&s->labels);
	noro_buf_done(&s->advisory);
	noro_buf_done(&s->section);
	noro_bundle_done(&s->bundle);
}

enum noro_status noro_import_stix(
	struct noro_intake *in, struct noro_view text, struct noro_error *err)
{
	struct stix s = { .in = in };
	enum noro_status st = noro_bundle_open(&s.bundle, in, text, err);

	if (st == NORO_OK)
		st = take_all(&s, err);
	stix_done(&s);
	return st;
}
