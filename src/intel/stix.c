/*
 * src/intel/stix.c - STIX 2.0 and 2.1: bundles, TAXII envelopes, arrays, single objects.
 *
 * An indicator is worth what stands around it: relationships name the malware,
 * the actor, the technique and the CVE, a report names the advisory, a marking
 * the circle it may be shown to. So the other objects are indexed first, then
 * the indicators are taken in order. `valid_from` is only the day somebody
 * typed it in (DESIGN 5) and never becomes the activity window; the campaign that
 * it indicates may have one.
 */
#include "intel/intake_priv.h"

#include "base/hash.h"
#include "base/timeparse.h"
#include "intel/pattern.h"
#include "intel/set_view.h"
#include "intel/stix_priv.h"

enum { NO_ROW = UINT32_MAX };

struct by_id {
	struct noro_view id;
	const struct noro_json *object;
	uint32_t next; /* row of the same id, in document order; or NO_ROW */
	uint32_t last; /* of a first row: the last of its id */
};

/* Rows in document order, and a hash table of the first row of each id. */
struct index {
	struct by_id *row;
	size_t n, cap;
	struct slot {
		uint32_t row, tag; /* the tag spares a look at most rows, which are far away */
	} * slot;
	size_t mask;
};

/* An object of the document: a tree that stays, or text that is parsed when it is taken. */
struct object {
	const struct noro_json *tree; /* NULL: later */
	struct noro_view raw;
};

struct stix {
	struct noro_intake *in;
	struct noro_arena *a;   /* of the document */
	struct noro_arena *one; /* of the indicator in hand */
	struct noro_view text;
	size_t base; /* where the object in hand begins in it */
	struct object *object;
	size_t objects, object_cap;
	struct index things;    /* what indicators point at, by id */
	struct index relations; /* by source id */
	struct index reported;  /* by id of the object a report names */
	const struct noro_json *only_report;
	size_t reports;
	uint64_t seed;
	char marking[96]; /* the last one, and what it says */
	uint8_t marking_tlp;
	struct noro_buf note, actors, attack, cve, labels, advisory, section;
	int64_t from_ns, until_ns; /* of the campaign that the indicator belongs to */
};

static bool push(struct stix *s, struct index *x, struct noro_view id, const struct noro_json *o)
{
	struct by_id *more = noro_arena_grow(s->a, x->row, x->n, &x->cap, sizeof(*more));

	if (!more)
		return false;
	x->row = more;
	more[x->n++] = (struct by_id){ .id = id, .object = o };
	return true;
}

/* Seeded by chance: who writes a bundle cannot choose ids that fall on each other. */
static uint64_t hash_of(const struct stix *s, struct noro_view id)
{
	uint64_t h = s->seed ^ id.n, w;
	size_t i = 0;

	for (; i + 8 <= id.n; i += 8)
		h = noro_mum(noro_load64(id.p + i) ^ s->seed, h ^ UINT64_C(0x9e3779b97f4a7c15));
	w = 0;
	memcpy(&w, id.p + i, id.n - i);
	return noro_mum(w ^ s->seed, h ^ UINT64_C(0xe7037ed1a0b428db));
}

/* The slot of the id, or the free one where it belongs. */
static struct slot *slot_of(
	const struct stix *s, const struct index *x, struct noro_view id, uint32_t *ret_tag)
{
	uint64_t h = hash_of(s, id);
	size_t i = h & x->mask;

	*ret_tag = (uint32_t)(h >> 32);
	while (x->slot[i].row != NO_ROW &&
		(x->slot[i].tag != *ret_tag || !noro_view_eq(x->row[x->slot[i].row].id, id)))
		i = (i + 1) & x->mask;
	return &x->slot[i];
}

static bool tie(const struct stix *s, struct index *x)
{
	size_t slots = 16;

	while (slots < 2 * x->n)
		slots *= 2;
	x->mask = slots - 1;
	x->slot = x->n < NO_ROW ? noro_arena_array(s->a, slots, sizeof(*x->slot)) : NULL;
	if (!x->slot)
		return false;
	memset(x->slot, 0xff, slots * sizeof(*x->slot));
	for (uint32_t i = 0; i < x->n; i++) {
		uint32_t tag;
		struct slot *first = slot_of(s, x, x->row[i].id, &tag);

		x->row[i].next = NO_ROW;
		if (first->row == NO_ROW)
			*first = (struct slot){ i, tag };
		else
			x->row[x->row[first->row].last].next = i;
		x->row[first->row].last = i;
	}
	return true;
}

/* The first row of the id, or NO_ROW. */
static uint32_t find(const struct stix *s, const struct index *x, struct noro_view id)
{
	uint32_t tag;

	return x->n ? slot_of(s, x, id, &tag)->row : NO_ROW;
}

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

/* --- indexing ------------------------------------------------------------ */

static bool is_thing(struct noro_view type)
{
	static const char *const types[] = { "malware", "threat-actor", "intrusion-set", "campaign",
		"attack-pattern", "vulnerability", "tool", "marking-definition", "identity",
		"infrastructure" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (noro_view_is(type, types[i]))
			return true;
	return false;
}

static bool index_report(struct stix *s, const struct noro_json *o)
{
	const struct noro_json *refs = noro_json_get(o, "object_refs");

	s->reports++;
	s->only_report = s->reports == 1 ? o : NULL;
	for (const struct noro_json *r = refs ? refs->child : NULL; r; r = r->next)
		if (r->kind == NORO_JSON_STRING && !push(s, &s->reported, r->text, o))
			return false;
	return true;
}

static bool index_object(struct stix *s, const struct noro_json *o)
{
	struct noro_view type = noro_json_str(o, "type"), id;

	if (noro_view_is(type, "indicator"))
		return true;
	if (noro_view_is(type, "relationship"))
		return push(s, &s->relations, noro_json_str(o, "source_ref"), o);
	if (noro_view_is(type, "report") || noro_view_is(type, "grouping"))
		return index_report(s, o);
	id = is_thing(type) ? noro_json_str(o, "id") : noro_view(NULL, 0);
	if (id.p)
		return push(s, &s->things, id, o);
	return true;
}

static const struct noro_json *thing(const struct stix *s, struct noro_view id)
{
	uint32_t at = find(s, &s->things, id);

	return at != NO_ROW ? s->things.row[at].object : NULL;
}

/* --- what stands around an indicator ------------------------------------- */

static void join(struct noro_buf *b, struct noro_view v)
{
	struct noro_view rest = noro_buf_as_view(b), part;

	if (v.n == 0 || b->n + v.n > 2000)
		return;
	while (noro_view_cut(&rest, ',', &part))
		if (noro_view_eq(part, v))
			return;
	if (b->n)
		noro_buf_chr(b, ',');
	/* the comma separates: inside a name it would make two of one */
	for (size_t i = 0; i < v.n; i++)
		noro_buf_chr(b, v.p[i] == ',' || v.p[i] == '\0' ? ' ' : v.p[i]);
}

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

static int64_t moment_of(struct noro_view v)
{
	struct noro_time_ctx ctx = { .ref_ns = NORO_TIME_NONE };
	struct noro_time t;

	return v.n && noro_time_parse(v, &ctx, &t) ? t.ns : NORO_TIME_NONE;
}

static int64_t moment(const struct noro_json *o, const char *name)
{
	return moment_of(noro_json_str(o, name));
}

/* Two campaigns make one window that holds both. */
static void around_campaign(struct stix *s, const struct noro_json *t)
{
	int64_t from = moment(t, "first_seen"), until = moment(t, "last_seen");

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
		join(&s->attack, id.n ? id : technique_in(name));
	} else if (noro_view_is(type, "vulnerability")) {
		id = external_id(t, "cve");
		join(&s->cve, id.n ? id : name);
	} else if (noro_view_is(type, "threat-actor") || noro_view_is(type, "intrusion-set") ||
		   noro_view_is(type, "campaign")) {
		join(&s->actors, name);
		if (noro_view_is(type, "campaign"))
			around_campaign(s, t);
	} else {
		join(&s->labels, name);
	}
}

static void around_relations(struct stix *s, struct noro_view id)
{
	for (uint32_t i = find(s, &s->relations, id); i != NO_ROW; i = s->relations.row[i].next) {
		const struct noro_json *t =
			thing(s, noro_json_str(s->relations.row[i].object, "target_ref"));

		if (t)
			around_target(s, t);
	}
}

static void add_labels(struct stix *s, const struct noro_json *list)
{
	for (const struct noro_json *l = list ? list->child : NULL; l; l = l->next)
		if (l->kind == NORO_JSON_STRING)
			join(&s->labels, l->text);
}

static void around_report(struct stix *s, struct noro_view id)
{
	uint32_t at = find(s, &s->reported, id);
	const struct noro_json *r = at != NO_ROW ? s->reported.row[at].object : s->only_report;
	struct noro_view name = noro_json_str(r, "name");

	if (!r)
		return;
	join(&s->advisory, noro_advisory_id(name));
	noro_buf_view(&s->section, noro_view_sub(name, 0, 300));
}

/* TLP 1.0 and 2.0 by the ids the standard fixes, or by what a marking in the document says. */
static uint8_t tlp_of(const struct stix *s, struct noro_view ref)
{
	static const struct {
		const char *id;
		uint8_t tlp;
	} fixed[] = {
		{ "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", 1 }, /* white */
		{ "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", 1 }, /* clear */
		{ "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", 2 }, /* green */
		{ "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", 2 },
		{ "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", 3 }, /* amber */
		{ "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", 3 },
		{ "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
			4 }, /* amber+strict */
		{ "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", 5 }, /* red */
		{ "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", 5 },
	};
	const struct noro_json *m = thing(s, ref);
	struct noro_view said =
		m ? noro_json_str(noro_json_get(m, "definition"), "tlp") : noro_view("", 0);

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (noro_view_is(ref, fixed[i].id))
			return fixed[i].tlp;
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

static const char *text_of(const struct noro_buf *b)
{
	return b->n ? b->p : NULL;
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
	m.m.note = text_of(&s->note);
	m.m.actors = text_of(&s->actors);
	m.m.attack = text_of(&s->attack);
	m.m.cve = text_of(&s->cve);
	m.m.labels = text_of(&s->labels);
	m.m.section = text_of(&s->section);
	if (!m.m.advisory)
		m.m.advisory = text_of(&s->advisory);
	m.m.tlp = strictest_tlp(s, p->at[P_MARKINGS]);
	m.m.role = role_of(s, p);
	if (m.m.from_ns == NORO_TIME_NONE && m.m.until_ns == NORO_TIME_NONE) {
		m.m.from_ns = s->from_ns;
		m.m.until_ns = s->until_ns;
	}
	m.m.typed_ns = moment_of(str(p, P_VALID_FROM));
	m.m.expires_ns = moment_of(str(p, P_VALID_UNTIL));
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
	m->labels = text_of(&s->labels);
	m->actors = text_of(&s->actors);
	m->attack = text_of(&s->attack);
	m->cve = text_of(&s->cve);
	if (!s->in->opts->advisory)
		m->advisory = text_of(&s->advisory);
	if (moment(o, "x_noroshi_from") != NORO_TIME_NONE)
		m->from_ns = moment(o, "x_noroshi_from");
	if (moment(o, "x_noroshi_until") != NORO_TIME_NONE)
		m->until_ns = moment(o, "x_noroshi_until");
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

enum noro_status noro_stix_pattern(
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
	if (moment(o, "first_observed") != NORO_TIME_NONE) {
		m.m.from_ns = moment(o, "first_observed");
		m.m.until_ns = moment(o, "last_observed");
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

/* the first of two equal names counts, and a lone surrogate is no reason to lose a bundle */
static const struct noro_json_limits limits = {
	.max_bytes = NORO_IMPORT_MAX_BYTES, .allow_duplicates = true, .allow_lone_surrogates = true
};

static enum noro_status parse(struct stix *s, struct noro_arena *a, struct noro_view raw,
	const struct noro_json **ret, struct noro_error *err)
{
	enum noro_status st = noro_json_parse(a, raw, &limits, ret, err);

	s->base = (size_t)(raw.p - s->text.p);
	if (st != NORO_OK && err && err->unit == NORO_AT_BYTE)
		err->at += s->base;
	return st;
}

static bool add_object(struct stix *s, struct object o)
{
	struct object *more =
		noro_arena_grow(s->a, s->object, s->objects, &s->object_cap, sizeof(*more));

	if (!more)
		return false;
	s->object = more;
	more[s->objects++] = o;
	return true;
}

/* A document whose objects stand in no array that can be walked as text: all of it as a tree. */
static enum noro_status whole_tree(struct stix *s, struct noro_error *err)
{
	const struct noro_json *root, *objects, *list;
	enum noro_status st = parse(s, s->a, s->text, &root, err);

	if (st != NORO_OK)
		return st;
	objects = noro_json_get(root, "objects");
	if (objects && objects->kind == NORO_JSON_ARRAY)
		list = objects->child;
	else
		list = root->kind == NORO_JSON_ARRAY ? root->child : root;
	for (; list; list = list->next)
		if (!add_object(s, (struct object){ .tree = list, .raw = s->text }))
			return noro_fail(err, NORO_ENOMEM, NULL);
	return NORO_OK;
}

/* Is what stands around the array a document of its own? */
static bool sound_without(struct stix *s, struct noro_view array)
{
	struct noro_buf b = { 0 };
	const struct noro_json *root;
	struct noro_error err = { 0 };
	bool sound;

	noro_buf_add(&b, s->text.p, (size_t)(array.p - s->text.p));
	noro_buf_str(&b, "[]");
	noro_buf_add(&b, array.p + array.n, s->text.n - (size_t)(array.p + array.n - s->text.p));
	sound = b.status == NORO_OK &&
		noro_json_parse(s->one, noro_buf_as_view(&b), &limits, &root, &err) == NORO_OK;
	noro_arena_reset(s->one);
	noro_buf_done(&b);
	return sound;
}

/*
 * The objects of a bundle: an indicator stays text until it is taken, so that the tree of
 * a large bundle never stands in memory; the others are few and stay.
 */
static enum noro_status object_by_object(
	struct stix *s, struct noro_view array, struct noro_error *err)
{
	static const char *const paths[] = { "type" };
	struct noro_view rest = array, raw, type;

	while (noro_json_element(&rest, &raw)) {
		struct object o = { .raw = raw };
		enum noro_status st = NORO_OK;

		if (!noro_json_pick(raw, paths, 1, &type) || !noro_view_is(type, "indicator"))
			st = parse(s, s->a, raw, &o.tree, err);
		if (st == NORO_OK && !add_object(s, o))
			st = noro_fail(err, NORO_ENOMEM, NULL);
		if (st != NORO_OK)
			return st;
	}
	return rest.p ? NORO_EFORMAT : NORO_OK;
}

static enum noro_status objects_of(struct stix *s, struct noro_error *err)
{
	static const char *const paths[] = { "objects" };
	struct noro_view array;
	enum noro_status st = NORO_EFORMAT;

	if (noro_json_pick(s->text, paths, 1, &array) && noro_view_starts(array, "[") &&
		sound_without(s, array))
		st = object_by_object(s, array, err);
	if (st != NORO_EFORMAT)
		return st;
	s->objects = 0; /* the strict parser says where it goes wrong */
	return whole_tree(s, err);
}

static enum noro_status index_all(struct stix *s)
{
	for (size_t i = 0; i < s->objects; i++)
		if (s->object[i].tree && !index_object(s, s->object[i].tree))
			return NORO_ENOMEM;
	if (!tie(s, &s->things) || !tie(s, &s->relations) || !tie(s, &s->reported))
		return NORO_ENOMEM;
	if (s->only_report && !s->in->ret->advisory) {
		struct noro_view id = noro_advisory_id(noro_json_str(s->only_report, "name"));

		if (id.n)
			s->in->ret->advisory = noro_arena_strn(s->in->a, id.p, id.n);
	}
	return NORO_OK;
}

static enum noro_status take_all(struct stix *s, struct noro_error *err)
{
	enum noro_status st = noro_intake_fail(s->in, err, index_all(s), NORO_AT_NONE, 0);

	for (size_t i = 0; i < s->objects && st == NORO_OK; i++) {
		const struct noro_json *o = s->object[i].tree;

		s->base = (size_t)(s->object[i].raw.p - s->text.p);
		if (!o) {
			noro_arena_reset(s->one);
			st = parse(s, s->one, s->object[i].raw, &o, err);
			if (st != NORO_OK)
				return noro_error_at(err, s->in->name,
					err ? err->unit : NORO_AT_NONE, err ? err->at : 0);
		}
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
}

enum noro_status noro_import_stix(
	struct noro_intake *in, struct noro_view text, struct noro_error *err)
{
	struct stix s = {
		.in = in, .a = noro_arena_new(0), .one = noro_arena_new(0), .text = text
	};
	enum noro_status st =
		s.a && s.one ? objects_of(&s, err) : noro_fail(err, NORO_ENOMEM, NULL);

	if (st == NORO_OK && noro_random(&s.seed, sizeof(s.seed)) != NORO_OK)
		s.seed = (uintptr_t)s.a;
	if (st == NORO_OK)
		st = take_all(&s, err);
	else
		(void)noro_error_at(
			err, in->name, err ? err->unit : NORO_AT_NONE, err ? err->at : 0);
	stix_done(&s);
	noro_arena_free(s.a);
	noro_arena_free(s.one);
	return st;
}
