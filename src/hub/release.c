/*
 * src/hub/release.c - what a member sent, as it may be told to others; see release.h. In four
 * steps: which objects can be told at all; what they are called from now on, until no object that
 * is told refers to one that is not; what of each is written anew; and, whatever the steps before
 * thought, whether what was written names somebody.
 *
 * Texts for people lose the names that stand in them. Everything else (a pattern, the value of an
 * observable) would be false without them: such an object is withheld, and the change says for
 * whose eyes it is.
 */
#include "hub/release.h"

#include "base/hash.h"
#include "base/jsonw.h"
#include "base/siphash.h"
#include "base/text.h"
#include "intel/indicator.h"
#include "store/hub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PASSES = 64, SHOWN = 200, PATH = 256 };

struct part {
	const struct noro_json *o;
	struct noro_view id, type;
	enum noro_stix21_class class;
	char fresh[NORO_STIX21_ID]; /* what it is called from now on */
	enum noro_tlp tlp;
	bool out; /* withheld */
};

struct making {
	struct noro_arena *a;
	const struct noro_release_opts *o;
	struct part *part;
	size_t n;
	uint32_t *slot; /* id -> 1 + part, open addressing */
	size_t mask;
	uint8_t key[16];
	struct noro_release_change *change;
	size_t changes, cap, more;
	char *stamp;
	/* the object that is written */
	size_t at;
	char path[PATH];
	size_t path_n;
	struct noro_jsonw w;
	bool mute; /* it is written only to see its id */
	enum noro_status status;
};

/* ---- what is told of it ---- */

static void tell(struct making *m, enum noro_release_did did, struct noro_view was, const char *why,
	int64_t member)
{
	struct noro_release_change *c;

	if (m->mute)
		return;
	if (m->changes == NORO_RELEASE_CHANGES) {
		m->more++;
		return;
	}
	m->change = noro_arena_grow(m->a, m->change, m->changes, &m->cap, sizeof(*c));
	if (!m->change) {
		m->status = NORO_ENOMEM;
		return;
	}
	if (was.n > SHOWN) { /* at the end of a sign */
		was.n = SHOWN;
		was.n = noro_utf8_valid(was);
	}
	c = &m->change[m->changes++];
	*c = (struct noro_release_change){ .object = m->at,
		.did = did,
		.path = noro_arena_strn(m->a, m->path, m->path_n),
		.was = was,
		.why = why,
		.member = member };
	if (!c->path)
		m->status = NORO_ENOMEM;
}

static void withhold(struct making *m, size_t i, const char *why, int64_t member)
{
	struct part *p = &m->part[i];
	bool mute = m->mute;

	m->at = i;
	m->path_n = 0;
	m->mute = false;
	tell(m, NORO_RELEASE_WITHHELD, p->id, why, member);
	m->mute = mute;
	p->out = true;
}

/* A step down; cut off where it gets too long. Returns how long it was before. */
static size_t down(struct making *m, struct noro_view name)
{
	size_t before = m->path_n;

	if (m->path_n + name.n + 2 < PATH) {
		m->path[m->path_n++] = '/';
		memcpy(m->path + m->path_n, name.p, name.n);
		m->path_n += name.n;
	}
	return before;
}

static size_t down_to(struct making *m, size_t index)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%zu", index);

	return down(m, (struct noro_view){ text, n > 0 ? (size_t)n : 0 });
}

/* ---- ids ---- */

static size_t place(const struct making *m, struct noro_view id)
{
	size_t at = noro_siphash(m->key, id.p, id.n) & m->mask;

	while (m->slot[at] && !noro_view_eq(m->part[m->slot[at] - 1].id, id))
		at = (at + 1) & m->mask;
	return at;
}

static const struct part *part_of(const struct making *m, struct noro_view id)
{
	uint32_t slot = m->slot[place(m, id)];

	return slot ? &m->part[slot - 1] : NULL;
}

/* What an id is called from now on; p NULL: nobody who reads this may be told. */
static struct noro_view called(const struct making *m, struct noro_view id)
{
	const struct part *p = part_of(m, id);

	if (p && !p->out)
		return noro_view_str(p->fresh);
	if (p)
		return (struct noro_view){ 0 };
	if (noro_stix21_tlp_of_id(id) >= 0 || (m->o->known && m->o->known(m->o->ctx, id)))
		return id;
	return (struct noro_view){ 0 };
}

/* Of an observable whose content gives its id, that; a new one of everything else. */
static enum noro_status give_id(struct making *m, struct part *p)
{
	char uuid[NORO_HUB_UUID];
	enum noro_status st = NORO_ENOENT;

	if (p->class == NORO_STIX21_SCO)
		st = noro_stix21_sco_id(p->o, p->fresh);
	if (st != NORO_ENOENT)
		return st == NORO_EFORMAT ? NORO_OK : st;
	st = m->o->uuid ? m->o->uuid(m->o->ctx, uuid) : noro_hubdb_uuid(uuid);
	if (st == NORO_OK)
		(void)snprintf(
			p->fresh, sizeof(p->fresh), "%.*s--%s", (int)p->type.n, p->type.p, uuid);
	return st;
}

/* ---- first: can it be told at all? ---- */

static bool is_ref(struct noro_view key)
{
	return noro_view_ends(key, "_ref") || noro_view_ends(key, "_refs");
}

/* What is said about the object and not by it. */
static bool is_ours(struct noro_view key)
{
	static const char *const names[] = { "type", "id", "spec_version", "created", "modified",
		"created_by_ref", "object_marking_refs", "granular_markings", "revoked" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (noro_view_is(key, names[i]))
			return true;
	return false;
}

static bool is_custom(struct noro_view key)
{
	return noro_view_starts(key, "x_") || noro_view_starts(key, "extension-definition--");
}

/* A text for people, which can do without a name? */
static bool is_text(const struct part *p, struct noro_view key)
{
	return (p->class == NORO_STIX21_SDO || p->class == NORO_STIX21_SRO) &&
	       !noro_view_is(key, "pattern") && !noro_view_is(p->type, "observed-data");
}

/* The first name in a value of which nothing can be left out. */
static bool names_somebody(struct making *m, struct noro_view text, int64_t *ret_member)
{
	const struct noro_leak *leak = NULL;
	size_t n = 0;

	if (m->status == NORO_OK)
		m->status = noro_leaks_find(m->o->names, text, m->a, &leak, &n);
	if (m->status != NORO_OK || !n)
		return false;
	*ret_member = leak[0].name->member;
	return true;
}

/* Withheld for each member that is named, once. */
static void withhold_from(struct making *m, size_t i, struct noro_view text)
{
	const struct noro_leak *leak = NULL;
	size_t n = 0, kept = m->changes;

	m->status = noro_leaks_find(m->o->names, text, m->a, &leak, &n);
	for (size_t k = 0; m->status == NORO_OK && k < n; k++) {
		bool there = false;

		for (size_t c = kept; c < m->changes && !there; c++)
			there = m->change[c].member == leak[k].name->member;
		if (!there)
			withhold(m, i, N_("it names a member: it is for that member alone"),
				leak[k].name->member);
	}
}

static void check_values(struct making *m, size_t i, const struct noro_json *v, bool text)
{
	int64_t member;

	for (const struct noro_json *c = v->child; c && !m->part[i].out; c = c->next) {
		bool skip = c->key.p && (is_custom(c->key) || is_ref(c->key) ||
						(v == m->part[i].o && is_ours(c->key)));

		if (skip || m->status != NORO_OK)
			continue;
		if (c->key.p && v == m->part[i].o)
			text = is_text(&m->part[i], c->key);
		if (c->kind == NORO_JSON_STRING && !text) {
			if (names_somebody(m, c->text, &member))
				withhold_from(m, i, c->text);
		} else if (c->key.p && !text && names_somebody(m, c->key, &member)) {
			withhold_from(m, i, c->key);
		} else {
			check_values(m, i, c, text);
		}
	}
}

static const char *why_not(const struct making *m, struct part *p)
{
	struct noro_stix21_tlp t = noro_stix21_tlp(p->o, NULL, NULL);
	const struct noro_json *revoked = noro_json_get(p->o, "revoked");

	p->tlp = t.tlp == NORO_TLP_NONE ? NORO_TLP_AMBER : t.tlp;
	if (m->o->tlp > p->tlp)
		p->tlp = m->o->tlp;
	if (noro_view_is(p->type, "identity"))
		return N_("it says who somebody is");
	if (p->class == NORO_STIX21_META)
		return N_("it is a definition of who sent it");
	if (p->class == NORO_STIX21_UNKNOWN)
		return N_("it is of a type that nobody here knows");
	if (revoked && revoked->kind == NORO_JSON_TRUE)
		return N_("who sent it has withdrawn it");
	if (t.unknown)
		return N_("it bears a marking that nobody here knows");
	if (p->tlp == NORO_TLP_RED)
		return N_("TLP:RED is for those alone to whom it was said");
	return NULL;
}

static enum noro_status judge(struct making *m)
{
	for (size_t i = 0; i < m->n && m->status == NORO_OK; i++) {
		struct part *p = &m->part[i];
		const char *why = why_not(m, p);
		size_t at = place(m, p->id);

		if (m->slot[at])
			why = N_("an object of the same id stands before it");
		else
			m->slot[at] = (uint32_t)i + 1;
		if (why)
			withhold(m, i, why, 0);
		else
			check_values(m, i, p->o, false);
		if (!p->out && m->status == NORO_OK)
			m->status = give_id(m, p);
		if (!p->out && m->status == NORO_OK && !p->fresh[0])
			withhold(m, i, N_("its number cannot be written in canonical JSON"), 0);
	}
	return m->status;
}

/* ---- second: nothing that is told refers to what is not ---- */

/* References without which the object says nothing. */
static bool is_needed(struct noro_view key)
{
	static const char *const names[] = { "source_ref", "target_ref", "sighting_of_ref" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (noro_view_is(key, names[i]))
			return true;
	return false;
}

static size_t refs_left(const struct making *m, const struct noro_json *list)
{
	size_t left = 0;

	for (const struct noro_json *r = list->child; r; r = r->next)
		left += r->kind == NORO_JSON_STRING && called(m, r->text).p;
	return left;
}

static bool can_stand(const struct making *m, const struct part *p)
{
	for (const struct noro_json *c = p->o->child; c; c = c->next) {
		if (c->kind == NORO_JSON_STRING && is_needed(c->key) && !called(m, c->text).p)
			return false;
		if (c->kind == NORO_JSON_ARRAY && noro_view_is(c->key, "object_refs") &&
			!refs_left(m, c))
			return false;
	}
	return true;
}

/* In a batch that was made so that each pass settles one object, the last pass withholds what is
 * left: it is then said too little, never too much. */
static void settle(struct making *m)
{
	bool moved = true;

	for (unsigned pass = 0; moved && m->status == NORO_OK; pass++) {
		moved = false;
		for (size_t i = 0; i < m->n && m->status == NORO_OK; i++) {
			const struct part *p = &m->part[i];

			if (p->out || p->class == NORO_STIX21_SCO ||
				(pass < PASSES && can_stand(m, p)))
				continue;
			withhold(m, i, N_("what it refers to is not told"), 0);
			moved = pass < PASSES;
		}
	}
}

/* ---- third: what is written ---- */

static void write_value(struct making *m, const struct noro_json *v, bool text);

/* After a failure nothing is written any more, a name may stand without its value. */
static void end_list(struct making *m, bool object)
{
	if (m->status != NORO_OK)
		return;
	if (object)
		noro_jsonw_object_end(&m->w);
	else
		noro_jsonw_array_end(&m->w);
}

/* A text without the names in it. */
static void write_text(struct making *m, struct noro_view v)
{
	struct noro_buf b = { 0 };
	const struct noro_leak *leak = NULL;
	size_t n = 0, at = 0;

	m->status = noro_leaks_find(m->o->names, v, m->a, &leak, &n);
	for (size_t i = 0; i < n && m->status == NORO_OK; i++) {
		const struct noro_leak *l = &leak[i];

		tell(m, NORO_RELEASE_REPLACED, noro_view_sub(v, l->at, l->len),
			N_("it names a member"), l->name->member);
		if (l->at + l->len <= at)
			continue;
		if (l->at >= at) {
			noro_buf_view(&b, noro_view_sub(v, at, l->at - at));
			noro_buf_str(&b, NORO_RELEASE_MARK);
		}
		at = l->at + l->len;
	}
	noro_buf_view(&b, noro_view_sub(v, at, v.n - at));
	if (m->status == NORO_OK)
		m->status = b.status;
	if (m->status == NORO_OK)
		noro_jsonw_view(&m->w, n ? noro_buf_as_view(&b) : v);
	noro_buf_done(&b);
}

/* What only a person can judge. */
static void look_at(struct making *m, struct noro_view v)
{
	struct noro_view rest = v, word;

	while (m->status == NORO_OK && noro_view_word(&rest, &word)) {
		size_t at = noro_view_chr(word, '@');

		if (at > 0 && at < word.n &&
			noro_view_chr(noro_view_sub(word, at, word.n), '.') < word.n - at)
			tell(m, NORO_RELEASE_LOOK, word, N_("a mail address"), 0);
		else if (word.n >= 7 &&
			 (noro_view_starts(word, "10.") || noro_view_starts(word, "192.168.") ||
				 noro_view_starts(word, "172.")) &&
			 noro_ioc_guess(word) == NORO_IOC_IPV4)
			tell(m, NORO_RELEASE_LOOK, word, N_("perhaps an address inside"), 0);
	}
}

static void remove_it(struct making *m, const struct noro_json *v, const char *why)
{
	tell(m, NORO_RELEASE_REMOVED,
		v->kind == NORO_JSON_STRING || v->kind == NORO_JSON_NUMBER
			? v->text
			: (struct noro_view){ 0 },
		why, 0);
}

static const char not_told[] = N_("it refers to what is not told");
static const char own[] = N_("nobody here knows what a property of one's own says");

static void write_refs(struct making *m, const struct noro_json *list)
{
	size_t i = 0;

	noro_jsonw_array(&m->w);
	for (const struct noro_json *r = list->child; r; r = r->next, i++) {
		struct noro_view now = called(m, r->text);
		size_t before = down_to(m, i);

		if (now.p)
			noro_jsonw_view(&m->w, now);
		else
			remove_it(m, r, not_told);
		m->path_n = before;
	}
	end_list(m, false);
}

static void write_ref(struct making *m, const struct noro_json *v)
{
	struct noro_view now =
		v->kind == NORO_JSON_STRING ? called(m, v->text) : (struct noro_view){ 0 };

	if (v->kind == NORO_JSON_ARRAY ? !refs_left(m, v) : !now.p) {
		remove_it(m, v, not_told);
		return;
	}
	noro_jsonw_key_view(&m->w, v->key);
	if (v->kind == NORO_JSON_ARRAY)
		write_refs(m, v);
	else
		noro_jsonw_view(&m->w, now);
}

/* References to what everybody can look up say nothing of who reported. */
static bool is_public(const struct noro_json *ref)
{
	struct noro_view from = noro_json_str(ref, "source_name");

	return noro_view_is_i(from, "cve") || noro_view_is_i(from, "capec") ||
	       noro_view_is_i(from, "cwe") || noro_view_starts_i(from, "mitre-");
}

static void write_externals(struct making *m, const struct noro_json *list)
{
	size_t i = 0;
	bool any = false;

	for (const struct noro_json *r = list->child; r; r = r->next, i++) {
		size_t before = down_to(m, i);

		if (is_public(r)) {
			if (!any) {
				noro_jsonw_key_view(&m->w, list->key);
				noro_jsonw_array(&m->w);
			}
			any = true;
			write_value(m, r, true);
		} else {
			remove_it(m, r, N_("it may lead back to who reported"));
		}
		m->path_n = before;
	}
	if (any)
		end_list(m, false);
}

/* Extensions that the standard has. */
static bool has_standard(const struct noro_json *extensions)
{
	for (const struct noro_json *c = extensions->child; c; c = c->next)
		if (!is_custom(c->key))
			return true;
	return false;
}

static void write_member(struct making *m, const struct noro_json *c, bool text)
{
	size_t before = down(m, c->key);

	if (is_custom(c->key)) {
		remove_it(m, c, own);
	} else if (is_ref(c->key)) {
		write_ref(m, c);
	} else if (noro_view_is(c->key, "external_references")) {
		write_externals(m, c);
	} else if (noro_view_is(c->key, "extensions") && !has_standard(c)) {
		remove_it(m, c, own);
	} else {
		noro_jsonw_key_view(&m->w, c->key);
		write_value(m, c, text);
	}
	m->path_n = before;
}

/* A checked object is at most NORO_STIX21_MAX_DEPTH deep. */
static void write_value(struct making *m, const struct noro_json *v, bool text)
{
	size_t i = 0;

	if (m->status != NORO_OK)
		return;
	switch (v->kind) {
	case NORO_JSON_OBJECT:
		noro_jsonw_object(&m->w);
		for (const struct noro_json *c = v->child; c && m->status == NORO_OK; c = c->next)
			write_member(m, c, text);
		end_list(m, true);
		break;
	case NORO_JSON_ARRAY:
		noro_jsonw_array(&m->w);
		for (const struct noro_json *c = v->child; c && m->status == NORO_OK; c = c->next) {
			size_t before = down_to(m, i++);

			write_value(m, c, text);
			m->path_n = before;
		}
		end_list(m, false);
		break;
	case NORO_JSON_STRING:
		if (!text) {
			noro_jsonw_view(&m->w, v->text);
			break;
		}
		write_text(m, v->text);
		look_at(m, v->text);
		break;
	default:
		noro_jsonw_value(&m->w, v);
		break;
	}
}

/* What the hub says about it. */
static void write_head(struct making *m, const struct part *p)
{
	bool dated = p->class != NORO_STIX21_SCO;

	noro_jsonw_kview(&m->w, "type", p->type);
	noro_jsonw_kstr(&m->w, "id", p->fresh);
	noro_jsonw_kstr(&m->w, "spec_version", "2.1");
	if (dated) {
		noro_jsonw_kstr(&m->w, "created", m->stamp);
		noro_jsonw_kstr(&m->w, "modified", m->stamp);
		noro_jsonw_kstr(&m->w, "created_by_ref", m->o->hub);
	}
	noro_jsonw_key(&m->w, "object_marking_refs");
	noro_jsonw_array(&m->w);
	noro_jsonw_str(&m->w, noro_stix21_tlp_id(p->tlp));
	noro_jsonw_array_end(&m->w);
}

/* Anew, parsed again: what is judged is what will be read. */
static enum noro_status write_part(struct making *m, size_t i, const struct noro_json **ret)
{
	const struct part *p = &m->part[i];
	struct noro_buf b = { 0 };
	struct noro_view text;

	m->at = i;
	m->path_n = 0;
	m->w = noro_jsonw(&b);
	noro_jsonw_object(&m->w);
	write_head(m, p);
	for (const struct noro_json *c = p->o->child; c && m->status == NORO_OK; c = c->next)
		if (!is_ours(c->key))
			write_member(m, c, is_text(p, c->key));
	end_list(m, true);
	if (m->status == NORO_OK)
		m->status = b.status;
	text = m->status == NORO_OK ? noro_arena_view(m->a, noro_buf_as_view(&b))
				    : (struct noro_view){ 0 };
	noro_buf_done(&b);
	if (m->status == NORO_OK && !text.p)
		m->status = NORO_ENOMEM;
	if (m->status == NORO_OK)
		m->status = noro_json_parse(m->a, text, NULL, ret, NULL);
	return m->status;
}

/*
 * The id of an observable follows from what it says, and that from the ids of what it refers to. A
 * chain of them (a file in a folder in a folder) is settled from its end on.
 */
static void settle_ids(struct making *m)
{
	bool moved = true;

	m->mute = true;
	for (unsigned pass = 0; moved && pass < NORO_STIX21_MAX_DEPTH && m->status == NORO_OK;
		pass++) {
		moved = false;
		for (size_t i = 0; i < m->n && m->status == NORO_OK; i++) {
			struct part *p = &m->part[i];
			const struct noro_json *now;
			char id[NORO_STIX21_ID];

			if (p->out || p->class != NORO_STIX21_SCO ||
				write_part(m, i, &now) != NORO_OK ||
				noro_stix21_sco_id(now, id) != NORO_OK || strcmp(id, p->fresh) == 0)
				continue;
			memcpy(p->fresh, id, sizeof(id));
			moved = true;
		}
	}
	m->mute = false;
}

/* ---- fourth: does it hold? ---- */

/* Written, judged and read by others' eyes; what does not hold is withheld. */
static enum noro_status try_part(struct making *m, size_t i, struct noro_view *ret_bytes)
{
	struct noro_stix21_faults faults;
	struct noro_stix21 said;
	const struct noro_json *now;
	struct noro_buf b = { 0 };
	int64_t member;

	if (write_part(m, i, &now) != NORO_OK)
		return m->status;
	m->status = noro_stix21_check(m->a, now, 0, &said, &faults);
	if (m->status == NORO_EFORMAT) {
		m->status = NORO_OK;
		withhold(m, i, N_("without what cannot be told it says nothing"), 0);
		return m->status;
	}
	if (m->status == NORO_OK)
		m->status = noro_json_canonical(now, &b, NULL);
	if (m->status == NORO_OK) {
		*ret_bytes = noro_arena_view(m->a, noro_buf_as_view(&b));
		m->status = ret_bytes->p ? NORO_OK : NORO_ENOMEM;
	}
	noro_buf_done(&b);
	if (m->status == NORO_OK && names_somebody(m, *ret_bytes, &member))
		withhold_from(m, i, *ret_bytes);
	return m->status;
}

/* What is withheld at the last moment may be referred to by others, and they by others: so all is
 * tried until nothing changes any more. */
static enum noro_status try_all(struct making *m)
{
	bool moved = true;

	for (unsigned pass = 0; moved && m->status == NORO_OK; pass++) {
		moved = false;
		settle(m);
		settle_ids(m);
		m->mute = true;
		for (size_t i = 0; i < m->n && m->status == NORO_OK; i++) {
			struct noro_view bytes;

			if (m->part[i].out)
				continue;
			if (pass == PASSES)
				withhold(m, i, N_("what it refers to is not told"), 0);
			else
				m->status = try_part(m, i, &bytes);
			moved |= pass < PASSES && m->part[i].out;
		}
		m->mute = false;
	}
	return m->status;
}

static int by_object(const void *pa, const void *pb)
{
	const struct noro_release_change *a = pa, *b = pb;

	if (a->object != b->object)
		return a->object < b->object ? -1 : 1;
	if (strcmp(a->path, b->path) != 0)
		return strcmp(a->path, b->path);
	return a->member < b->member ? -1 : a->member > b->member;
}

static enum noro_status give(struct making *m, struct noro_release *ret)
{
	struct noro_released *list = noro_arena_array(m->a, m->n + 1, sizeof(*list));

	if (!list)
		return NORO_ENOMEM;
	for (size_t i = 0; i < m->n && m->status == NORO_OK; i++) {
		struct part *p = &m->part[i];
		struct noro_released *r = &list[ret->objects];

		if (p->out || try_part(m, i, &r->bytes) != NORO_OK || p->out)
			continue;
		r->of = i;
		r->id = p->fresh;
		r->version = p->class == NORO_STIX21_SCO ? NULL : m->stamp;
		ret->tlp = p->tlp > ret->tlp ? p->tlp : ret->tlp;
		ret->objects++;
	}
	if (m->changes)
		qsort(m->change, m->changes, sizeof(*m->change), by_object);
	ret->object = list;
	ret->change = m->change;
	ret->changes = m->changes;
	ret->more = m->more;
	return m->status;
}

static enum noro_status begin(
	struct making *m, const struct noro_json *const *object, size_t n, struct noro_error *err)
{
	size_t slots = 16;

	if (n > NORO_RELEASE_OBJECTS)
		return noro_fail(err, NORO_ELIMIT, N_("too many objects at once"));
	while (slots < 2 * n)
		slots *= 2;
	m->mask = slots - 1;
	m->slot = noro_arena_array(m->a, slots, sizeof(*m->slot));
	m->part = noro_arena_array(m->a, n + 1, sizeof(*m->part));
	m->stamp = noro_arena_alloc(m->a, NORO_TIME_TEXT);
	if (!m->slot || !m->part || !m->stamp)
		return noro_fail(err, NORO_ENOMEM, NULL);
	noro_time_print_millis(m->o->now_ns, m->stamp);
	for (size_t i = 0; i < n; i++) {
		struct part *p = &m->part[i];

		p->o = object[i];
		p->id = noro_json_str(p->o, "id");
		p->type = noro_json_str(p->o, "type");
		p->class = noro_stix21_class_of(p->type);
		if (!p->id.p || !p->type.p || p->type.n + 39 > NORO_STIX21_ID)
			return noro_fail(err, NORO_EARG, N_("an object has no id or type"));
	}
	m->n = n;
	return noro_random(m->key, sizeof(m->key));
}

enum noro_status noro_release_make(struct noro_arena *a, const struct noro_json *const *object,
	size_t n, const struct noro_release_opts *o, struct noro_release *ret,
	struct noro_error *err)
{
	struct making m = { .a = a, .o = o };

	*ret = (struct noro_release){ 0 };
	m.status = begin(&m, object, n, err);
	if (m.status != NORO_OK)
		return m.status;
	if (judge(&m) == NORO_OK && try_all(&m) == NORO_OK)
		(void)give(&m, ret);
	return m.status == NORO_OK ? NORO_OK : noro_fail(err, m.status, NULL);
}
