/*
 * src/intel/stix21_id.c - deterministic ids (STIX 2.1, 2.9) and the digest of what an object says.
 *
 * Both are hashes over canonical JSON (RFC 8785) of a part of the object, so both build that part
 * from copied nodes that share everything below them, and leave the object as it is.
 */
#include "intel/stix21_priv.h"

#include "base/hash.h"
#include "base/jsonw.h"

#include <stdio.h>

enum { MAX_MAKES_ID = 8, UUID_BYTES = 16 };

/* 00abedb4-aa42-466c-9c01-fed23315a9b7 */
static const uint8_t namespace_bytes[UUID_BYTES] = { 0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c,
	0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7 };

/* --- what makes the id ----------------------------------------------------------- */

static const struct noro_json *one_hash(const struct noro_json *hashes)
{
	static const char *const preferred[] = { "MD5", "SHA-1", "SHA-256", "SHA-512" };
	const struct noro_json *first = hashes->child;

	for (size_t i = 0; i < STIX_COUNT(preferred); i++)
		if (noro_json_get(hashes, preferred[i]))
			return noro_json_get(hashes, preferred[i]);
	for (const struct noro_json *h = first; h; h = h->next)
		if (noro_view_cmp(h->key, first->key) < 0) /* ASCII, or it would be refused */
			first = h;
	return first;
}

struct part {
	struct noro_json object, member[MAX_MAKES_ID], hash;
};

/* An object of copies of the contributing properties; false if there is none. */
static bool contributing(const struct noro_json *sco, struct part *p)
{
	const struct noro_json *name = noro_json_get(sco, "type");
	const struct stix_type *t =
		name && name->kind == NORO_JSON_STRING ? noro_stix_type(name->text) : NULL;
	size_t n = 0;

	*p = (struct part){ .object = { .kind = NORO_JSON_OBJECT } };
	for (const char *const *m = t ? t->makes_id : NULL; m && *m; m++) {
		const struct noro_json *v = noro_json_get(sco, *m);

		if (!v)
			continue;
		p->member[n] = *v;
		p->member[n].next = NULL;
		if (strcmp(*m, "hashes") == 0 && v->kind == NORO_JSON_OBJECT && v->child) {
			p->hash = *one_hash(v);
			p->hash.next = NULL;
			p->member[n].child = &p->hash;
			p->member[n].count = 1;
		}
		if (n)
			p->member[n - 1].next = &p->member[n];
		n++;
	}
	p->object.child = n ? p->member : NULL;
	p->object.count = (uint32_t)n;
	return n > 0;
}

static void print_uuid5(const char hex[NORO_HASH_TEXT], char out[37])
{
	static const char variant[] = "89ab";

	(void)snprintf(out, 37, "%.8s-%.4s-5%.3s-%c%.3s-%.12s", hex, hex + 8, hex + 13,
		variant[(unsigned)noro_hex_value(hex[16]) & 3], hex + 17, hex + 20);
}

enum noro_status noro_stix21_sco_id(const struct noro_json *sco, char out[NORO_STIX21_ID])
{
	struct noro_view type = noro_json_str(sco, "type");
	char hex[NORO_HASH_TEXT], uuid[37];
	struct noro_buf name = { 0 };
	struct part p;
	enum noro_status st;

	if (!contributing(sco, &p))
		return NORO_ENOENT;
	noro_buf_add(&name, namespace_bytes, UUID_BYTES);
	st = noro_json_canonical(&p.object, &name, NULL);
	if (st == NORO_OK)
		st = noro_hash_of(NORO_SHA1, noro_buf_as_view(&name), hex);
	noro_buf_done(&name);
	if (st == NORO_ELIMIT)
		st = NORO_EFORMAT; /* a number too long to be canonical */
	if (st != NORO_OK)
		return st;
	print_uuid5(hex, uuid);
	(void)snprintf(out, NORO_STIX21_ID, "%.*s--%s", NORO_VARG(type), uuid);
	return NORO_OK;
}

/* --- the id that it has ------------------------------------------------------------ */

static bool versioned(const struct noro_json *o)
{
	return noro_json_get(o, "created") || noro_json_get(o, "modified") ||
	       noro_json_get(o, "revoked") || noro_json_get(o, "created_by_ref");
}

static void other_id(
	struct stix_check *c, const struct stix_at *root, unsigned flags, const char *right)
{
	c->ret->sco = NORO_STIX21_SCO_OTHER;
	if (!(flags & NORO_STIX21_FOREIGN_UUID5))
		noro_stix_fault_in(c, root, "id",
			N_("a UUIDv5 that is not made of this content; that would be %1"),
			noro_view_str(right));
}

void noro_stix_sco(struct stix_check *c, const struct stix_at *root, unsigned flags)
{
	char right[NORO_STIX21_ID], version = noro_stix_uuid_version(c->ret->id);
	const struct noro_view none = { NULL, 0 };
	enum noro_status st;

	if (version == '0' || c->faults->found)
		return; /* of a faulty object nothing is made */
	c->ret->sco = NORO_STIX21_SCO_RANDOM;
	if (c->ret->custom) /* only its extension knows what makes its id */
		return;
	st = noro_stix21_sco_id(c->object, right);
	if (st == NORO_ENOENT) {
		if (version != '4')
			noro_stix_fault_in(c, root, "id",
				N_("must be a random UUID (version 4): no property makes the id"),
				none);
		return;
	}
	if (st != NORO_OK) {
		c->status = st;
		return;
	}
	if (noro_view_is_i(c->ret->id, right)) {
		c->ret->sco = NORO_STIX21_SCO_SAME;
		if (versioned(c->object))
			noro_stix_fault_in(c, root, "id",
				N_("an observable with versions must not have the id that all "
				   "share"),
				none);
	} else if (version == '5') {
		other_id(c, root, flags, right);
	}
}

/* --- the digest ------------------------------------------------------------------------ */

/* What only says its default may come and go without a change (3.6). */
static bool says_default(const struct noro_json *m, bool sco)
{
	static const char *const usually_false[] = { "revoked", "defanged", "summary", NULL };

	if (m->kind == NORO_JSON_FALSE)
		return noro_stix_word(m->key, usually_false);
	return sco && noro_view_is(m->key, "spec_version") && noro_json_is_str(m, "2.1");
}

/* A timestamp without zeros that say nothing. */
static struct noro_view short_time(struct noro_arena *a, struct noro_view text)
{
	struct stix_moment m;
	size_t n = text.n - 1;
	char *copy;

	if (!noro_stix_moment(text, &m) || m.digits == 0)
		return text;
	while (text.p[n - 1] == '0')
		n--;
	if (text.p[n - 1] == '.')
		n--;
	copy = noro_arena_strn(a, text.p, n + 1);
	if (copy)
		copy[n] = 'Z';
	return noro_view(copy, n + 1);
}

/* The object with copied members; NULL without memory. */
static struct noro_json *as_said(struct noro_arena *a, const struct noro_json *object)
{
	bool sco = noro_stix21_class_of(noro_json_str(object, "type")) == NORO_STIX21_SCO;
	struct noro_json *copy = noro_arena_array(a, (size_t)object->count + 1, sizeof(*copy)),
			 **tail, *at = copy;

	if (!copy)
		return NULL;
	*copy = *object;
	copy->count = 0;
	tail = &copy->child;
	for (const struct noro_json *m = object->child; m; m = m->next) {
		if (says_default(m, sco))
			continue;
		*++at = *m;
		if (m->kind == NORO_JSON_STRING &&
			(noro_view_is(m->key, "created") || noro_view_is(m->key, "modified")))
			at->text = short_time(a, m->text);
		if (at->kind == NORO_JSON_STRING && !at->text.p)
			return NULL;
		*tail = at;
		tail = &at->next;
		copy->count++;
	}
	*tail = NULL;
	return copy;
}

enum noro_status noro_stix21_digest(
	struct noro_arena *a, const struct noro_json *object, char out[65])
{
	struct noro_json *copy = as_said(a, object);
	struct noro_buf text = { 0 };
	char hex[NORO_HASH_TEXT];
	enum noro_status st;

	if (!copy)
		return NORO_ENOMEM;
	st = noro_json_canonical(copy, &text, NULL);
	if (st == NORO_OK)
		st = noro_hash_of(NORO_SHA256, noro_buf_as_view(&text), hex);
	noro_buf_done(&text);
	if (st == NORO_OK)
		memcpy(out, hex, 65);
	return st == NORO_ELIMIT ? NORO_EFORMAT : st;
}
