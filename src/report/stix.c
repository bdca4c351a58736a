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
#include "report/uuid_priv.h"

#include <stdio.h>

enum { MAX_COUNT = 999999999, ID_TEXT = 32 + NORO_UUID_TEXT };

/* 00abedb4-aa42-466c-9c01-fed23315a9b7: of observables, in the standard. */
static const uint8_t sco_space[16] = { 0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01,
	0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7 };
/* Ours: uuid5(DNS name space, "noroshi.invalid"). */
static const uint8_t own_space[16] = { 0x1b, 0x35, 0xa0, 0x90, 0x5f, 0xf3, 0x5d, 0xb0, 0xa9, 0xdb,
	0xae, 0x8c, 0x34, 0x24, 0x2f, 0xe1 };

struct stix {
	const struct noro_result *r;
	const struct noro_report_opts *o;
	struct noro_jsonw w;
	struct noro_stix_seen seen; /* ids that stand in the bundle */
	char identity[ID_TEXT];
	bool failed;
};

static void make_id(struct stix *s, const uint8_t space[16], const char *type,
	struct noro_view name, char out[ID_TEXT])
{
	char uuid[NORO_UUID_TEXT] = "";

	if (noro_uuid5(space, name, uuid) != NORO_OK)
		s->failed = true;
	(void)snprintf(out, ID_TEXT, "%.31s--%s", type, uuid);
}

/* An id of ours from two texts, kept apart by a byte that stands in neither. */
static void own_id(
	struct stix *s, const char *type, const char *kind, const char *name, char out[ID_TEXT])
{
	struct noro_buf b = { 0 };

	noro_buf_printf(&b, "%s\n%s\n%s", type, kind ? kind : "", name ? name : "");
	if (b.status != NORO_OK)
		s->failed = true;
	make_id(s, own_space, type, noro_buf_as_view(&b), out);
	noro_buf_done(&b);
}

/* True the first time: then the object is to be written. */
static bool is_new(struct stix *s, const char *id)
{
	int fresh = noro_stix_see(&s->seen, id);

	s->failed = s->failed || fresh < 0;
	return fresh > 0;
}

/* STIX wants milliseconds in created and modified; we use them everywhere. */
static void put_time(struct stix *s, const char *name, int64_t ns)
{
	char text[NORO_TIME_TEXT];

	(void)noro_time_print(ns, text);
	(void)snprintf(text + 23, sizeof(text) - 23, "Z");
	noro_jsonw_kstr(&s->w, name, text);
}

static void put_common(struct stix *s, const char *type, const char *id)
{
	noro_jsonw_object(&s->w);
	noro_jsonw_kstr(&s->w, "type", type);
	noro_jsonw_kstr(&s->w, "spec_version", "2.1");
	noro_jsonw_kstr(&s->w, "id", id);
}

static void put_sdo(struct stix *s, const char *type, const char *id)
{
	put_common(s, type, id);
	noro_jsonw_kstr(&s->w, "created_by_ref", s->identity);
	put_time(s, "created", s->r->run.now_ns);
	put_time(s, "modified", s->r->run.now_ns);
}

static void put_one_ref(struct stix *s, const char *name, const char *id)
{
	noro_jsonw_key(&s->w, name);
	noro_jsonw_array(&s->w);
	noro_jsonw_str(&s->w, id);
	noro_jsonw_array_end(&s->w);
}

static void put_identity(struct stix *s)
{
	own_id(s, "identity", "system", "noroshi", s->identity);
	put_common(s, "identity", s->identity);
	put_time(s, "created", s->r->run.now_ns);
	put_time(s, "modified", s->r->run.now_ns);
	noro_jsonw_kstr(&s->w, "name", "noroshi");
	noro_jsonw_kstr(&s->w, "identity_class", "system");
	noro_jsonw_object_end(&s->w);
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

	if (tlp == NORO_TLP_NONE || !is_new(s, tlp_id[tlp]))
		return;
	(void)snprintf(name, sizeof(name), "TLP:%s", noro_tlp_name(tlp));
	put_common(s, "marking-definition", tlp_id[tlp]);
	noro_jsonw_kstr(&s->w, "created", "2022-10-01T00:00:00.000Z");
	noro_jsonw_kstr(&s->w, "name", name);
	noro_jsonw_key(&s->w, "extensions");
	noro_jsonw_object(&s->w);
	noro_jsonw_key(&s->w, "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d");
	noro_jsonw_object(&s->w);
	noro_jsonw_kstr(&s->w, "extension_type", "property-extension");
	noro_jsonw_kstr(&s->w, "tlp_2_0", word[tlp]);
	noro_jsonw_object_end(&s->w);
	noro_jsonw_object_end(&s->w);
	noro_jsonw_object_end(&s->w);
}

static void put_marking_ref(struct stix *s, enum noro_tlp tlp)
{
	if (tlp != NORO_TLP_NONE)
		put_one_ref(s, "object_marking_refs", tlp_id[tlp]);
}

/* The observable of a finding, written once; false when STIX has no object for its type. */
static bool put_observable(struct stix *s, const struct noro_finding *f, char id[ID_TEXT])
{
	const struct noro_stix_kind *k = noro_stix_kind(f->type);
	struct noro_buf name = { 0 };

	if (!k || !k->object || !f->value || !*f->value)
		return false;
	noro_stix_identify(k, f->value, &name);
	if (name.status != NORO_OK)
		s->failed = true;
	make_id(s, sco_space, k->object, noro_buf_as_view(&name), id);
	noro_buf_done(&name);
	if (!is_new(s, id))
		return true;
	put_common(s, k->object, id);
	noro_stix_properties(k, f->value, &s->w);
	noro_jsonw_object_end(&s->w);
	return true;
}

static bool put_indicator(struct stix *s, const struct noro_finding *f, char id[ID_TEXT])
{
	const struct noro_stix_kind *k = noro_stix_kind(f->type);
	struct noro_buf pattern = { 0 };
	int64_t from = f->active_from_ns || f->active_until_ns ? f->active_from_ns : NORO_TIME_NONE;

	if (!k || !f->value || !*f->value)
		return false;
	own_id(s, "indicator", f->type, f->value, id);
	if (!is_new(s, id))
		return true;
	if (from == NORO_TIME_NONE)
		from = f->first_ns != NORO_TIME_NONE ? f->first_ns : s->r->run.now_ns;
	noro_report_stix_pattern(k, f->value, &pattern);
	if (pattern.status != NORO_OK)
		s->failed = true;
	put_sdo(s, "indicator", id);
	noro_jsonw_kstr(&s->w, "name", f->value);
	noro_jsonw_kview(&s->w, "pattern", noro_buf_as_view(&pattern));
	noro_jsonw_kstr(&s->w, "pattern_type", "stix");
	put_time(s, "valid_from", from);
	put_marking_ref(s, f->tlp);
	noro_jsonw_object_end(&s->w);
	noro_buf_done(&pattern);
	return true;
}

static bool put_technique(struct stix *s, const struct noro_finding *f, char id[ID_TEXT])
{
	if (!f->attack.n)
		return false;
	own_id(s, "attack-pattern", "mitre-attack", f->attack.item[0], id);
	if (!is_new(s, id))
		return true;
	put_sdo(s, "attack-pattern", id);
	noro_jsonw_kstr(&s->w, "name", f->attack.item[0]);
	noro_jsonw_key(&s->w, "external_references");
	noro_jsonw_array(&s->w);
	noro_jsonw_object(&s->w);
	noro_jsonw_kstr(&s->w, "source_name", "mitre-attack");
	noro_jsonw_kstr(&s->w, "external_id", f->attack.item[0]);
	noro_jsonw_object_end(&s->w);
	noro_jsonw_array_end(&s->w);
	noro_jsonw_object_end(&s->w);
	return true;
}

static uint64_t count_of(const struct noro_finding *f)
{
	if (f->count < 1)
		return 1;
	return f->count > MAX_COUNT ? MAX_COUNT : f->count;
}

static void put_span(
	struct stix *s, const struct noro_finding *f, const char *first, const char *last)
{
	put_time(s, first, f->first_ns);
	put_time(s, last, f->last_ns > f->first_ns ? f->last_ns : f->first_ns);
}

/* Observed data must have a time: without one there is none, and the sighting says so by its lack.
 */
static bool put_observed(
	struct stix *s, const struct noro_finding *f, const char *object, char id[ID_TEXT])
{
	if (f->first_ns == NORO_TIME_NONE)
		return false;
	own_id(s, "observed-data", NULL, f->id, id);
	if (!is_new(s, id))
		return true;
	put_sdo(s, "observed-data", id);
	put_span(s, f, "first_observed", "last_observed");
	noro_jsonw_ku64(&s->w, "number_observed", count_of(f));
	put_one_ref(s, "object_refs", object);
	put_marking_ref(s, f->tlp);
	noro_jsonw_object_end(&s->w);
	return true;
}

static void put_reference(struct stix *s, const char *source, const char *id)
{
	noro_jsonw_object(&s->w);
	noro_jsonw_kstr(&s->w, "source_name", source);
	noro_jsonw_kstr(&s->w, "external_id", id);
	noro_jsonw_object_end(&s->w);
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
	noro_jsonw_key(&s->w, "external_references");
	noro_jsonw_array(&s->w);
	for (size_t i = 0; i < f->advisory.n; i++)
		put_reference(s, "advisory", f->advisory.item[i]);
	for (size_t i = 0; i < f->cve.n; i++)
		if (is_cve(f->cve.item[i]))
			put_reference(s, "cve", f->cve.item[i]);
	noro_jsonw_array_end(&s->w);
}

static void put_sighting(
	struct stix *s, const struct noro_finding *f, const char *of, const char *observed)
{
	char id[ID_TEXT];

	own_id(s, "sighting", NULL, f->id, id);
	if (!is_new(s, id))
		return;
	put_sdo(s, "sighting", id);
	noro_jsonw_kstr(&s->w, "description", noro_lang_pick(s->o->lang, f->title));
	noro_jsonw_ku64(&s->w, "confidence", f->confidence);
	if (f->first_ns != NORO_TIME_NONE)
		put_span(s, f, "first_seen", "last_seen");
	noro_jsonw_ku64(&s->w, "count", count_of(f));
	noro_jsonw_kstr(&s->w, "sighting_of_ref", of);
	if (observed)
		put_one_ref(s, "observed_data_refs", observed);
	put_one_ref(s, "where_sighted_refs", s->identity);
	put_references(s, f);
	put_marking_ref(s, f->tlp);
	noro_jsonw_object_end(&s->w);
}

static void put_note(struct stix *s, const struct noro_finding *f)
{
	char id[ID_TEXT];

	own_id(s, "note", NULL, f->id, id);
	if (!is_new(s, id))
		return;
	put_sdo(s, "note", id);
	noro_jsonw_kstr(&s->w, "content", noro_lang_pick(s->o->lang, f->title));
	noro_jsonw_ku64(&s->w, "confidence", f->confidence);
	put_one_ref(s, "object_refs", s->identity);
	put_references(s, f);
	put_marking_ref(s, f->tlp);
	noro_jsonw_object_end(&s->w);
}

static void put_finding(struct stix *s, const struct noro_finding *f)
{
	char object[ID_TEXT], of[ID_TEXT], observed[ID_TEXT];
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
	char id[ID_TEXT];

	for (size_t i = 0; i < s->r->findings; i++)
		noro_buf_str(&names, s->r->finding[i].id);
	if (names.status != NORO_OK)
		s->failed = true;
	make_id(s, own_space, "bundle", noro_buf_as_view(&names), id);
	noro_buf_done(&names);
	noro_jsonw_object(&s->w);
	noro_jsonw_kstr(&s->w, "type", "bundle");
	noro_jsonw_kstr(&s->w, "id", id);
	noro_jsonw_key(&s->w, "objects");
	noro_jsonw_array(&s->w);
	put_identity(s);
	for (size_t i = 0; i < s->r->findings && !s->failed; i++)
		if (!s->r->finding[i].suppressed && s->r->finding[i].state != NORO_STATE_GONE)
			put_finding(s, &s->r->finding[i]);
	noro_jsonw_array_end(&s->w);
	noro_jsonw_object_end(&s->w);
}

enum noro_status noro_report_stix(const struct noro_result *r, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err)
{
	struct stix s = { .r = r, .o = o, .w = noro_jsonw(out) };
	size_t from = out->n;

	put_bundle(&s);
	noro_stix_seen_done(&s.seen);
	noro_buf_chr(out, '\n');
	if (s.failed)
		return noro_fail(err, NORO_ENOMEM, NULL);
	noro_report_seal_json(out, from, false);
	return noro_report_end(out, err);
}
