/*
 * src/base/json.c - strict I-JSON into a tree.
 *
 * One pass, no recursion: open containers stand in a list of frames, each with
 * the place where its next child is hung. A string is first scanned to its
 * closing quote (16 bytes a step while it is plain ASCII) and borrowed from the
 * input; only one that holds an escape is decoded into the arena. Names are
 * compared when an object closes: pairwise while there are few, through a hash
 * table with a random seed when there are many, so that a hostile object costs
 * no more than its length.
 */
#include "base/json_priv.h"

#include "base/mem.h"
#include "base/utf8_priv.h"

#include <sys/random.h>

enum { DEFAULT_DEPTH = 64, FEW_NAMES = 8 };
static const size_t default_bytes = (size_t)1 << 30, default_values = 100000000;

struct frame {
	struct noro_json *node;
	struct noro_json **tail; /* where the next child is hung */
};

struct parser {
	struct noro_arena *arena;
	const char *start, *p, *end;
	struct frame *frame;
	size_t depth, frames_cap, max_depth;
	size_t values, max_values;
	bool duplicates;
	enum json_decode decode;
	struct json_dups dups;
	struct noro_error *err;
};

static enum noro_status fail_at(
	struct parser *ps, const char *at, enum noro_status st, const char *msg)
{
	noro_fail(ps->err, st, msg);
	(void)noro_error_at(ps->err, "", NORO_AT_BYTE, (uint64_t)(at - ps->start));
	return st;
}

static enum noro_status ends_early(struct parser *ps)
{
	return fail_at(ps, ps->end, NORO_ETRUNC, N_("JSON ends too early"));
}

static inline void skip_space(struct parser *ps)
{
	while (ps->p < ps->end &&
		(*ps->p == ' ' || *ps->p == '\n' || *ps->p == '\r' || *ps->p == '\t'))
		ps->p++;
}

/* From behind the opening quote to the closing one; *escaped tells whether decoding is needed. */
static enum noro_status scan_string(struct parser *ps, struct noro_view *ret, bool *escaped)
{
	const char *from = ps->p, *p = from;

	*escaped = false;
	for (;;) {
		size_t n;

		p = noro_json_plain_end_(p, ps->end);
		if (p == ps->end)
			return ends_early(ps);
		if (*p == '"')
			break;
		if (*p == '\\') {
			*escaped = true;
			if (ps->end - p < 2)
				return ends_early(ps);
			p += 2;
			continue;
		}
		if ((unsigned char)*p < 0x20)
			return fail_at(
				ps, p, NORO_EFORMAT, N_("control character in a JSON string"));
		n = utf8_len((const unsigned char *)p, (size_t)(ps->end - p));
		if (n == 0)
			return fail_at(ps, p, NORO_EFORMAT, N_("JSON is not valid UTF-8"));
		p += n;
	}
	*ret = (struct noro_view){ from, (size_t)(p - from) };
	ps->p = p + 1;
	return NORO_OK;
}

static enum noro_status read_string(struct parser *ps, struct noro_view *ret)
{
	struct noro_view raw;
	bool escaped;
	size_t bad;
	char *out;
	enum noro_status st = scan_string(ps, &raw, &escaped);

	if (st != NORO_OK)
		return st;
	*ret = raw;
	if (!escaped)
		return NORO_OK;
	out = noro_arena_alloc(ps->arena, raw.n);
	if (!out)
		return noro_fail(ps->err, NORO_ENOMEM, NULL);
	*ret = (struct noro_view){ out, noro_json_decode_(raw, ps->decode, out, &bad) };
	if (bad != SIZE_MAX)
		return fail_at(ps, raw.p + bad, NORO_EFORMAT,
			N_("bad escape or lone surrogate in a JSON string"));
	return NORO_OK;
}

static const char *skip_digits(const char *p, const char *end)
{
	while (p < end && noro_is_digit(*p))
		p++;
	return p;
}

static enum noro_status bad_number(struct parser *ps, const char *at)
{
	if (at == ps->end)
		return ends_early(ps);
	return fail_at(ps, at, NORO_EFORMAT, N_("bad JSON number"));
}

static enum noro_status read_number(struct parser *ps, struct noro_view *ret)
{
	const char *from = ps->p, *p = from, *digits;

	if (*p == '-')
		p++;
	digits = p;
	p = skip_digits(p, ps->end);
	if (p == digits || (*digits == '0' && p - digits > 1))
		return bad_number(ps, p == digits ? p : digits);
	if (p < ps->end && *p == '.') {
		digits = ++p;
		p = skip_digits(p, ps->end);
		if (p == digits)
			return bad_number(ps, p);
	}
	if (p < ps->end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < ps->end && (*p == '+' || *p == '-'))
			p++;
		digits = p;
		p = skip_digits(p, ps->end);
		if (p == digits)
			return bad_number(ps, p);
	}
	*ret = (struct noro_view){ from, (size_t)(p - from) };
	ps->p = p;
	return NORO_OK;
}

static enum noro_status read_word(struct parser *ps, struct noro_json *v)
{
	static const struct {
		struct noro_view text;
		enum noro_json_kind kind;
	} word[] = {
		{ NORO_V("null"), NORO_JSON_NULL },
		{ NORO_V("true"), NORO_JSON_TRUE },
		{ NORO_V("false"), NORO_JSON_FALSE },
	};
	size_t left = (size_t)(ps->end - ps->p);

	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
		size_t n = word[i].text.n;

		if (memcmp(ps->p, word[i].text.p, n < left ? n : left) != 0)
			continue;
		if (left < n)
			return ends_early(ps);
		v->kind = word[i].kind;
		ps->p += n;
		return NORO_OK;
	}
	return fail_at(ps, ps->p, NORO_EFORMAT, N_("a JSON value is expected here"));
}

static enum noro_status open_container(struct parser *ps, struct noro_json *v)
{
	struct frame *f;

	if (ps->depth >= ps->max_depth)
		return fail_at(ps, ps->p, NORO_ELIMIT, N_("JSON is nested too deeply"));
	f = noro_arena_grow(ps->arena, ps->frame, ps->depth, &ps->frames_cap, sizeof(*f));
	if (!f)
		return noro_fail(ps->err, NORO_ENOMEM, NULL);
	ps->frame = f;
	v->kind = *ps->p == '{' ? NORO_JSON_OBJECT : NORO_JSON_ARRAY;
	f[ps->depth++] = (struct frame){ v, &v->child };
	ps->p++;
	return NORO_OK;
}

/* Read the value that starts here (a container: only its bracket) into v. */
static enum noro_status read_value(struct parser *ps, struct noro_json *v)
{
	enum noro_status st;

	if (ps->p == ps->end)
		return ends_early(ps);
	v->at = (size_t)(ps->p - ps->start);
	switch (*ps->p) {
	case '{':
	case '[':
		return open_container(ps, v);
	case '"':
		ps->p++;
		v->kind = NORO_JSON_STRING;
		st = read_string(ps, &v->text);
		break;
	case '-':
	case '0' ... '9':
		v->kind = NORO_JSON_NUMBER;
		st = read_number(ps, &v->text);
		break;
	default:
		st = read_word(ps, v);
		break;
	}
	v->end = (size_t)(ps->p - ps->start);
	return st;
}

static enum noro_status close_container(struct parser *ps)
{
	struct noro_json *v = ps->frame[--ps->depth].node;
	const struct noro_json *twice;
	enum noro_status st;

	ps->p++;
	v->end = (size_t)(ps->p - ps->start);
	if (v->kind != NORO_JSON_OBJECT || ps->duplicates)
		return NORO_OK;
	st = noro_json_duplicate_(&ps->dups, v, &twice);
	if (st != NORO_OK)
		return noro_fail(ps->err, st, NULL);
	if (twice)
		return fail_at(ps, ps->start + twice->at, NORO_EFORMAT,
			N_("this value's name stands twice in its JSON object"));
	return NORO_OK;
}

static enum noro_status read_key(struct parser *ps, struct noro_json *v)
{
	enum noro_status st;

	if (ps->p == ps->end)
		return ends_early(ps);
	if (*ps->p != '"')
		return fail_at(ps, ps->p, NORO_EFORMAT, N_("a JSON name is expected here"));
	ps->p++;
	st = read_string(ps, &v->key);
	if (st != NORO_OK)
		return st;
	skip_space(ps);
	if (ps->p == ps->end)
		return ends_early(ps);
	if (*ps->p != ':')
		return fail_at(ps, ps->p, NORO_EFORMAT, N_("a colon is expected here"));
	ps->p++;
	skip_space(ps);
	return NORO_OK;
}

/* One child of the innermost container, or its end. */
static enum noro_status step(struct parser *ps)
{
	struct frame *f = &ps->frame[ps->depth - 1];
	bool object = f->node->kind == NORO_JSON_OBJECT;
	struct noro_json *v;

	skip_space(ps);
	if (ps->p == ps->end)
		return ends_early(ps);
	if (*ps->p == (object ? '}' : ']'))
		return close_container(ps);
	if (f->node->count) {
		if (*ps->p != ',')
			return fail_at(ps, ps->p, NORO_EFORMAT,
				N_("a comma or a closing bracket is expected here"));
		ps->p++;
		skip_space(ps);
	}
	if (ps->values++ >= ps->max_values || f->node->count == UINT32_MAX)
		return fail_at(ps, ps->p, NORO_ELIMIT, N_("JSON holds too many values"));
	v = noro_arena_alloc(ps->arena, sizeof(*v));
	if (!v)
		return noro_fail(ps->err, NORO_ENOMEM, NULL);
	if (object) {
		enum noro_status st = read_key(ps, v);

		if (st != NORO_OK)
			return st;
	}
	f->node->count++;
	*f->tail = v;
	f->tail = &v->next;
	return read_value(ps, v);
}

static enum noro_status parse(struct parser *ps, struct noro_json *root)
{
	enum noro_status st;

	skip_space(ps);
	st = read_value(ps, root);
	while (st == NORO_OK && ps->depth)
		st = step(ps);
	if (st != NORO_OK)
		return st;
	skip_space(ps);
	if (ps->p != ps->end)
		return fail_at(
			ps, ps->p, NORO_EFORMAT, N_("something follows the end of the JSON text"));
	return NORO_OK;
}

enum noro_status noro_json_parse(struct noro_arena *a, struct noro_view text,
	const struct noro_json_limits *limits, const struct noro_json **ret, struct noro_error *err)
{
	static const struct noro_json_limits none;
	const struct noro_json_limits *l = limits ? limits : &none;
	struct parser ps = { .arena = a,
		.start = text.p ? text.p : "",
		.err = err,
		.max_depth = l->max_depth ? l->max_depth : DEFAULT_DEPTH,
		.max_values = l->max_values ? l->max_values : default_values,
		.duplicates = l->allow_duplicates,
		.decode = l->allow_lone_surrogates ? JSON_REPLACE : JSON_STRICT };
	size_t max_bytes = l->max_bytes ? l->max_bytes : default_bytes;
	struct noro_json *root;
	enum noro_status st;

	ps.p = ps.start;
	ps.end = ps.start + text.n;
	ps.values = 1;
	if (ps.max_depth > JSON_DEPTH_CEILING)
		ps.max_depth = JSON_DEPTH_CEILING;
	if (text.n > max_bytes)
		return fail_at(&ps, ps.start + max_bytes, NORO_ELIMIT, N_("JSON is too long"));
	root = noro_arena_alloc(a, sizeof(*root));
	if (!root)
		return noro_fail(err, NORO_ENOMEM, NULL);
	st = parse(&ps, root);
	free(ps.dups.slot);
	if (st == NORO_OK)
		*ret = root;
	return st;
}

static uint64_t hash_name(struct noro_view v, uint64_t seed)
{
	uint64_t h = seed ^ v.n;

	for (size_t i = 0; i < v.n; i += 8) {
		uint64_t w = 0;

		memcpy(&w, v.p + i, v.n - i < 8 ? v.n - i : 8);
		h = (h ^ w) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29 ^ seed >> 7;
	}
	h *= UINT64_C(0xbf58476d1ce4e5b9);
	return h ^ h >> 31;
}

static enum noro_status make_room(struct json_dups *d, size_t names)
{
	size_t want = 64;

	while (want < names * 2)
		want *= 2;
	if (want > d->cap) {
		free(d->slot);
		d->cap = 0;
		d->slot = noro_calloc(want, sizeof(const struct noro_json *));
		if (!d->slot)
			return NORO_ENOMEM;
		d->cap = want;
	} else {
		memset(d->slot, 0, want * sizeof(const struct noro_json *));
	}
	if (!d->seed && getrandom(&d->seed, sizeof(d->seed), GRND_NONBLOCK) < 0)
		d->seed = (uintptr_t)d->slot; /* worse, but still not the writer's choice */
	d->seed |= 1;
	return NORO_OK;
}

static const struct noro_json *pairwise(const struct noro_json *object)
{
	for (const struct noro_json *v = object->child; v; v = v->next)
		for (const struct noro_json *o = object->child; o != v; o = o->next)
			if (noro_view_eq(v->key, o->key))
				return v;
	return NULL;
}

enum noro_status noro_json_duplicate_(
	struct json_dups *d, const struct noro_json *object, const struct noro_json **ret)
{
	size_t mask = 64;

	*ret = NULL;
	if (object->count <= FEW_NAMES) {
		*ret = pairwise(object);
		return NORO_OK;
	}
	if (make_room(d, object->count) != NORO_OK)
		return NORO_ENOMEM;
	while (mask < (size_t)object->count * 2)
		mask *= 2;
	mask--; /* the part of the table that make_room has cleared */
	for (const struct noro_json *v = object->child; v; v = v->next) {
		size_t i = (size_t)hash_name(v->key, d->seed) & mask;

		for (; d->slot[i]; i = (i + 1) & mask) {
			if (noro_view_eq(d->slot[i]->key, v->key)) {
				*ret = v;
				return NORO_OK;
			}
		}
		d->slot[i] = v;
	}
	return NORO_OK;
}
