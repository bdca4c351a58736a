/*
 * src/report/stix.c - findings as a STIX 2.1 bundle.
 *
 * A finding becomes a sighting of an indicator, with the observed data and the
 * observable behind it; a check that has no observable becomes a sighting of the
 * technique it stands for, and what has neither a note. All ids are version 5
 * UUIDs: those of observables per the standard (section 2.9), so that two
 * organisations that saw the same address name it alike, ours in a name space of
 * our own over the finding's stable id. The same result gives the same bundle.
 */
#include "report/stix_priv.h"

#include "report/report_priv.h"

#include <stdio.h>

struct stix {
	const struct noro_result *r;
	const struct noro_report_opts *o;
	struct noro_stix w;
};

static void put_sdo(struct stix *s, const char *type, const char *id)
{
	noro_stix_sdo(&s->w, type, id, s->r->run.now_ns);
}

/* The marking objects of TLP 2.0, as OASIS publishes them. */
static const char *const tlp_id[] = { NULL,
	"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
	"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
	"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
	"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
	"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1" };

static void put_marking(struct stix *s, enum noro_tlp tlp)
{
	static const char *const word[] = { NULL, "clear", "green", "amber", "amber+strict",
		"red" };
	char name[32];

	if (tlp == NORO_TLP_NONE || !noro_stix_new(&s->w, tlp_id[tlp]))
		return;
	(void)snprintf(name, sizeof(name), "TLP:%s", noro_tlp_name(tlp));
	noro_stix_object(&s->w, "marking-definition", tlp_id[tlp]);
	noro_jsonw_kstr(&s->w.w, "created", "2022-10-01T00:00:00.000Z");
	noro_jsonw_kstr(&s->w.w, "name", name);
	noro_jsonw_key(&s->w.w, "extensions");
	noro_jsonw_object(&s->w.w);
	noro_jsonw_key(&s->w.w, "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d");
	noro_jsonw_object(&s->w.w);
	noro_jsonw_kstr(&s->w.w, "extension_type", "property-extension");
	noro_jsonw_kstr(&s->w.w, "tlp_2_0", word[tlp]);
	noro_jsonw_object_end(&s->w.w);
	noro_jsonw_object_end(&s->w.w);
	noro_jsonw_object_end(&s->w.w);
}

static void put_marking_ref(struct stix *s, enum noro_tlp tlp)
{
	if (tlp != NORO_TLP_NONE)
		noro_stix_ref(&s->w, "object_marking_refs", tlp_id[tlp]);
}

/* The observable of a finding, written once; false when STIX has no object for its type. */
static bool put_observable(struct stix *s, const struct noro_finding *f, char id[NORO_STIX_ID])
{
	const struct noro_stix_kind *k = noro_stix_kind(f->type);
	struct noro_buf name = { 0 };

	if (!k || !k->object || !f->value || !*f->value)
		return false;
	noro_stix_identify(k, f->value, &name);
	if (name.status != NORO_OK)
		s->w.failed = true;
	noro_stix_id(&s->w, NORO_STIX_SCO, k->object, noro_buf_as_view(&name), id);
	noro_buf_done(&name);
	if (!noro_stix_new(&s->w, id))
		return true;
	noro_stix_object(&s->w, k->object, id);
	noro_stix_properties(k, f->value, &s->w.w);
	noro_jsonw_object_end(&s->w.w);
	return true;
}

static bool put_indicator(struct stix *s, const struct noro_finding *f, char id[NORO_STIX_ID])
{
	const struct noro_stix_kind *k = noro_stix_kind(f->type);
	struct noro_buf pattern = { 0 };
	int64_t from = f->active_from_ns || f->active_until_ns ? f->active_from_ns : NORO_TIME_NONE;

	if (!k || !f->value || !*f->value)
		return false;
	noro_stix_own_id(&s->w, "indicator", f->type, f->value, id);
	if (!noro_stix_new(&s->w, id))
		return true;
	if (from == NORO_TIME_NONE)
		from = f->first_ns != NORO_TIME_NONE ? f->first_ns : s->r->run.now_ns;
	noro_report_stix_pattern(k, f->value, &pattern);
	if (pattern.status != NORO_OK)
		s->w.failed = true;
	put_sdo(s, "indicator", id);
	noro_jsonw_kstr(&s->w.w, "name", f->value);
	noro_jsonw_kview(&s->w.w, "pattern", noro_buf_as_view(&pattern));
	noro_jsonw_kstr(&s->w.w, "pattern_type", "stix");
	noro_stix_time(&s->w, "valid_from", from);
	put_marking_ref(s, f->tlp);
	noro_jsonw_object_end(&s->w.w);
	noro_buf_done(&pattern);
	return true;
}

static bool put_technique(struct stix *s, const struct noro_finding *f, char id[NORO_STIX_ID])
{
	if (!f->attack.n)
		return false;
	noro_stix_own_id(&s->w, "attack-pattern", "mitre-attack", f->attack.item[0], id);
	if (!noro_stix_new(&s->w, id))
		return true;
	put_sdo(s, "attack-pattern", id);
	noro_jsonw_kstr(&s->w.w, "name", f->attack.item[0]);
	noro_jsonw_key(&s->w.w, "external_references");
	noro_jsonw_array(&s->w.w);
	noro_jsonw_object(&s->w.w);
	noro_jsonw_kstr(&s->w.w, "source_name", "mitre-attack");
	noro_jsonw_kstr(&s->w.w, "external_id", f->attack.item[0]);
	noro_jsonw_object_end(&s->w.w);
	noro_jsonw_array_end(&s->w.w);
	noro_jsonw_object_end(&s->w.w);
	return true;
}

static uint64_t count_of(const struct noro_finding *f)
{
	if (f->count < 1)
		return 1;
	return f->count > NORO_STIX_MOST ? NORO_STIX_MOST : f->count;
}

static void put_span(
	struct stix *s, const struct noro_finding *f, const char *first, const char *last)
{
	noro_stix_time(&s->w, first, f->first_ns);
	noro_stix_time(&s->w, last, f->last_ns > f->first_ns ? f->last_ns : f->first_ns);
}

/* Observed data must have a time: without one there is none, and the sighting says so by its lack.
 */
static bool put_observed(
	struct stix *s, const struct noro_finding *f, const char *object, char id[NORO_STIX_ID])
{
	if (f->first_ns == NORO_TIME_NONE)
		return false;
	noro_stix_own_id(&s->w, "observed-data", NULL, f->id, id);
	if (!noro_stix_new(&s->w, id))
		return true;
	put_sdo(s, "observed-data", id);
	put_span(s, f, "first_observed", "last_observed");
	noro_jsonw_ku64(&s->w.w, "number_observed", count_of(f));
	noro_stix_ref(&s->w, "object_refs", object);
	put_marking_ref(s, f->tlp);
	noro_jsonw_object_end(&s->w.w);
	return true;
}

static void put_reference(struct stix *s, const char *source, const char *id)
{
	noro_jsonw_object(&s->w.w);
	noro_jsonw_kstr(&s->w.w, "source_name", source);
	noro_jsonw_kstr(&s->w.w, "external_id", id);
	noro_jsonw_object_end(&s->w.w);
}

/* The standard reserves the source "cve" for what has the form of a CVE number. */
static bool is_cve(const char *s)
{
	struct noro_view v = noro_view_str(s), rest = noro_view_sub(v, 9, SIZE_MAX);
	uint64_t n;

	return noro_view_starts(v, "CVE-") && v.n > 12 && v.p[8] == '-' &&
	       noro_view_u64(noro_view_sub(v, 4, 4), &n) && rest.n <= 12 && noro_view_u64(rest, &n);
}

/* Where it comes from: advisories and CVE numbers. */
static void put_references(struct stix *s, const struct noro_finding *f)
{
	size_t n = f->advisory.n;

	for (size_t i = 0; i < f->cve.n; i++)
		n += is_cve(f->cve.item[i]);
	if (!n)
		return;
	noro_jsonw_key(&s->w.w, "external_references");
	noro_jsonw_array(&s->w.w);
	for (size_t i = 0; i < f->advisory.n; i++)
		put_reference(s, "advisory", f->advisory.item[i]);
	for (size_t i = 0; i < f->cve.n; i++)
		if (is_cve(f->cve.item[i]))
			put_reference(s, "cve", f->cve.item[i]);
	noro_jsonw_array_end(&s->w.w);
}

static void put_sighting(
	struct stix *s, const struct noro_finding *f, const char *of, const char *observed)
{
	char id[NORO_STIX_ID];

	noro_stix_own_id(&s->w, "sighting", NULL, f->id, id);
	if (!noro_stix_new(&s->w, id))
		return;
	put_sdo(s, "sighting", id);
	noro_jsonw_kstr(&s->w.w, "description", noro_lang_pick(s->o->lang, f->title));
	noro_jsonw_ku64(&s->w.w, "confidence", f->confidence);
	if (f->first_ns != NORO_TIME_NONE)
		put_span(s, f, "first_seen", "last_seen");
	noro_jsonw_ku64(&s->w.w, "count", count_of(f));
	noro_jsonw_kstr(&s->w.w, "sighting_of_ref", of);
	if (observed)
		noro_stix_ref(&s->w, "observed_data_refs", observed);
	noro_stix_ref(&s->w, "where_sighted_refs", s->w.identity);
	put_references(s, f);
	put_marking_ref(s, f->tlp);
	noro_jsonw_object_end(&s->w.w);
}

static void put_note(struct stix *s, const struct noro_finding *f)
{
	char id[NORO_STIX_ID];

	noro_stix_own_id(&s->w, "note", NULL, f->id, id);
	if (!noro_stix_new(&s->w, id))
		return;
	put_sdo(s, "note", id);
	noro_jsonw_kstr(&s->w.w, "content", noro_lang_pick(s->o->lang, f->title));
	noro_jsonw_ku64(&s->w.w, "confidence", f->confidence);
	noro_stix_ref(&s->w, "object_refs", s->w.identity);
	put_references(s, f);
	put_marking_ref(s, f->tlp);
	noro_jsonw_object_end(&s->w.w);
}

static void put_finding(struct stix *s, const struct noro_finding *f)
{
	char object[NORO_STIX_ID], of[NORO_STIX_ID], observed[NORO_STIX_ID];
	bool has_observed = false;

	put_marking(s, f->tlp);
	if (put_observable(s, f, object))
		has_observed = put_observed(s, f, object, observed);
	if (put_indicator(s, f, of) || put_technique(s, f, of))
		put_sighting(s, f, of, has_observed ? observed : NULL);
	else
		put_note(s, f);
}

/* What is suppressed or gone was not sighted by this run. */
static void put_bundle(struct stix *s)
{
	struct noro_buf names = { 0 };
	char id[NORO_STIX_ID];

	for (size_t i = 0; i < s->r->findings; i++)
		noro_buf_str(&names, s->r->finding[i].id);
	if (names.status != NORO_OK)
		s->w.failed = true;
	noro_stix_id(&s->w, NORO_STIX_OWN, "bundle", noro_buf_as_view(&names), id);
	noro_buf_done(&names);
	noro_jsonw_object(&s->w.w);
	noro_jsonw_kstr(&s->w.w, "type", "bundle");
	noro_jsonw_kstr(&s->w.w, "id", id);
	noro_jsonw_key(&s->w.w, "objects");
	noro_jsonw_array(&s->w.w);
	noro_stix_identity(&s->w, s->r->run.now_ns);
	for (size_t i = 0; i < s->r->findings && !s->w.failed; i++)
		if (!s->r->finding[i].suppressed && s->r->finding[i].state != NORO_STATE_GONE)
			put_finding(s, &s->r->finding[i]);
	noro_jsonw_array_end(&s->w.w);
	noro_jsonw_object_end(&s->w.w);
}

enum noro_status noro_report_stix(const struct noro_result *r, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err)
{
	struct stix s = { .r = r, .o = o, .w = { .w = noro_jsonw(out) } };
	size_t from = out->n;

	put_bundle(&s);
	noro_stix_seen_done(&s.w.seen);
	noro_buf_chr(out, '\n');
	if (s.w.failed)
		return noro_fail(err, NORO_ENOMEM, NULL);
	noro_report_seal_json(out, from, false);
	return noro_report_end(out, err);
}
