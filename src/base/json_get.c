/*
 * src/base/json_get.c - asking a tree, and asking one record without a tree.
 *
 * noro_json_pick walks a line once and keeps nothing but a set of paths that
 * may still match. All paths alive inside an object share the text that led
 * there, so one length says how much of each is used up; a name that holds a dot
 * itself (Zeek writes "id.orig_h") matches as well as the nested form.
 */
#include "base/json_priv.h"

enum { MAX_PICK = 64, MAX_PICK_DEPTH = 8, MAX_ESCAPED_NAME = 256 };

const struct noro_json *noro_json_get(const struct noro_json *v, const char *name)
{
	struct noro_view want = noro_view_str(name);

	if (!v || v->kind != NORO_JSON_OBJECT)
		return NULL;
	for (const struct noro_json *c = v->child; c; c = c->next)
		if (noro_view_eq(c->key, want))
			return c;
	return NULL;
}

const struct noro_json *noro_json_path(const struct noro_json *v, const char *path)
{
	struct noro_view rest = noro_view_str(path), name;

	while (v && noro_view_cut(&rest, '.', &name)) {
		const struct noro_json *c = v->kind == NORO_JSON_OBJECT ? v->child : NULL;

		while (c && !noro_view_eq(c->key, name))
			c = c->next;
		v = c;
	}
	return v;
}

struct noro_view noro_json_str(const struct noro_json *v, const char *name)
{
	const struct noro_json *m = noro_json_get(v, name);

	if (!m || (m->kind != NORO_JSON_STRING && m->kind != NORO_JSON_NUMBER))
		return (struct noro_view){ NULL, 0 };
	return m->text;
}

bool noro_json_i64(const struct noro_json *v, int64_t *ret)
{
	struct noro_view digits;
	bool negative;
	uint64_t n;

	if (!v || v->kind != NORO_JSON_NUMBER)
		return false;
	digits = v->text;
	negative = digits.p[0] == '-';
	if (negative)
		digits = noro_view_sub(digits, 1, digits.n);
	if (!noro_view_u64(digits, &n) || n > (uint64_t)INT64_MAX + negative)
		return false;
	*ret = negative ? (int64_t)(0 - n) : (int64_t)n;
	return true;
}

bool noro_json_is_str(const struct noro_json *v, const char *text)
{
	return v && v->kind == NORO_JSON_STRING && noro_view_is(v->text, text);
}

struct pick {
	const char *p, *end;
	const char *const *paths;
	size_t n;
	struct noro_view *ret;
	uint64_t open; /* paths without an answer yet */
};

static void blanks(struct pick *k)
{
	while (k->p < k->end && noro_is_space(*k->p))
		k->p++;
}

/* On the quote; leaves behind the closing one. False when the line ends inside. */
static bool skip_string(struct pick *k, struct noro_view *raw)
{
	const char *from = ++k->p;

	for (; k->p < k->end; k->p++) {
		k->p = noro_json_plain_end_(k->p, k->end);
		if (k->p == k->end)
			return false;
		if (*k->p == '"') {
			*raw = (struct noro_view){ from, (size_t)(k->p - from) };
			k->p++;
			return true;
		}
		if (*k->p == '\\' && ++k->p == k->end)
			return false;
	}
	return false;
}

/* On the bracket, byte by byte. */
static bool skip_container_plainly(struct pick *k)
{
	struct noro_view raw;
	size_t depth = 0;

	while (k->p < k->end) {
		char c = *k->p;

		if (c == '"') {
			if (!skip_string(k, &raw))
				return false;
			continue;
		}
		k->p++;
		if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && --depth == 0)
			return true;
	}
	return false;
}

#ifdef __SSE2__
/* Which of 64 bytes are quotes, backslashes, brackets (or braces) that open and that close. */
struct bits {
	uint64_t quote, slash, open, close;
};

static inline uint64_t mask16(__m128i v, char c)
{
	return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(c)));
}

static inline struct bits bits_of(const char *p)
{
	struct bits b = { 0 };

	for (unsigned i = 0; i < 64; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		__m128i brace = _mm_or_si128(v, _mm_set1_epi8(0x20)); /* [ to {, ] to } */

		b.quote |= mask16(v, '"') << i;
		b.slash |= mask16(v, '\\') << i;
		b.open |= mask16(brace, '{') << i;
		b.close |= mask16(brace, '}') << i;
	}
	return b;
}

/* The bytes behind an odd run of backslashes; `*odd` says that the run before goes on here. */
static inline uint64_t escaped_of(uint64_t slash, uint64_t *odd)
{
	const uint64_t even = UINT64_C(0x5555555555555555);
	uint64_t behind, runs;

	slash &= ~*odd;
	behind = slash << 1 | *odd;
	*odd = __builtin_add_overflow(slash & ~even & ~behind, slash, &runs);
	return (even ^ runs << 1) & behind;
}

/* From each quote to the byte before the next one. */
static inline uint64_t between(uint64_t quote)
{
	for (unsigned shift = 1; shift < 64; shift *= 2)
		quote ^= quote << shift;
	return quote;
}

enum skipped { SKIP_ENDS, SKIP_CUT, SKIP_ODD };

/*
 * Sixty-four bytes a step: quotes tell what lies inside strings, and only brackets outside
 * them count. SKIP_ODD: a backslash outside strings, where it means nothing, was met; then
 * the masks say nothing and the bytes have to be looked at one by one.
 */
static enum skipped skip_by_blocks(struct pick *k)
{
	uint64_t odd = 0, carry = 0;
	size_t depth = 0;

	for (const char *p = k->p; p < k->end; p += 64) {
		char last[64];
		uint64_t inside, ends;
		struct bits b;

		if (k->end - p < 64) {
			memset(last, ' ', sizeof(last));
			memcpy(last, p, (size_t)(k->end - p));
		}
		b = bits_of(k->end - p < 64 ? last : p);
		if (b.slash | odd)
			b.quote &= ~escaped_of(b.slash, &odd);
		inside = between(b.quote) ^ carry;
		if (b.slash & ~inside)
			return SKIP_ODD;
		carry = 0 - (inside >> 63);
		for (ends = (b.open | b.close) & ~inside; ends; ends &= ends - 1) {
			if (b.open & ends & (0 - ends)) {
				depth++;
			} else if (--depth == 0) {
				k->p = p + __builtin_ctzll(ends) + 1;
				return SKIP_ENDS;
			}
		}
	}
	return SKIP_CUT;
}

static bool skip_container(struct pick *k)
{
	switch (skip_by_blocks(k)) {
	case SKIP_ENDS:
		return true;
	case SKIP_CUT:
		k->p = k->end;
		return false;
	case SKIP_ODD:
		break;
	}
	return skip_container_plainly(k);
}
#else
static bool skip_container(struct pick *k)
{
	return skip_container_plainly(k);
}
#endif

static bool skip_value(struct pick *k, struct noro_view *raw)
{
	const char *from = k->p;

	if (from == k->end)
		return false;
	if (*from == '"')
		return skip_string(k, raw);
	if (*from == '{' || *from == '[') {
		if (!skip_container(k))
			return false;
	} else {
		while (k->p < k->end && *k->p != ',' && *k->p != '}' && *k->p != ']' &&
			!noro_is_space(*k->p))
			k->p++;
	}
	*raw = (struct noro_view){ from, (size_t)(k->p - from) };
	return raw->n > 0;
}

/* Paths whose rest is the name (`whole`) or starts with it and a dot (returned). */
static uint64_t matching(
	struct pick *k, struct noro_view name, size_t used, uint64_t alive, uint64_t *whole)
{
	uint64_t deeper = 0;

	*whole = 0;
	for (size_t i = 0; i < k->n; i++) {
		const char *rest;

		if (!(alive & k->open & UINT64_C(1) << i))
			continue;
		rest = k->paths[i] + used;
		if (strncmp(rest, name.p, name.n) != 0 || memchr(name.p, '\0', name.n))
			continue;
		if (rest[name.n] == '\0')
			*whole |= UINT64_C(1) << i;
		else if (rest[name.n] == '.')
			deeper |= UINT64_C(1) << i;
	}
	return deeper;
}

static struct noro_view plain_name(struct noro_view raw, char room[MAX_ESCAPED_NAME])
{
	size_t bad;

	if (!raw.n || raw.n > MAX_ESCAPED_NAME || !memchr(raw.p, '\\', raw.n))
		return raw;
	return (struct noro_view){ room, noro_json_decode_(raw, JSON_TOLERANT, room, &bad) };
}

/* On a name; leaves behind its colon and the blanks there. */
static bool member_name(struct pick *k, struct noro_view *raw)
{
	if (k->p == k->end || *k->p != '"' || !skip_string(k, raw))
		return false;
	blanks(k);
	if (k->p == k->end || *k->p != ':')
		return false;
	k->p++;
	blanks(k);
	return true;
}

static void answer(struct pick *k, uint64_t whole, struct noro_view raw)
{
	for (size_t i = 0; i < k->n; i++)
		if (whole & k->open & UINT64_C(1) << i)
			k->ret[i] = raw;
	k->open &= ~whole;
}

static bool pick_object(struct pick *k, size_t used, uint64_t alive, unsigned depth);

static bool pick_member(struct pick *k, size_t used, uint64_t alive, unsigned depth)
{
	char room[MAX_ESCAPED_NAME];
	struct noro_view raw, name;
	uint64_t whole, deeper;
	struct pick inner;

	if (!member_name(k, &raw))
		return false;
	name = plain_name(raw, room);
	deeper = matching(k, name, used, alive, &whole);
	inner = *k;
	if (!deeper || k->p == k->end || *k->p != '{' || depth >= MAX_PICK_DEPTH) {
		if (!skip_value(k, &raw))
			return false;
		answer(k, whole, raw);
		return true;
	}
	if (whole) {
		if (!skip_value(k, &raw))
			return false;
		answer(k, whole, raw);
		inner.open = k->open;
		(void)pick_object(&inner, used + name.n + 1, deeper, depth + 1);
		k->open = inner.open;
		return true;
	}
	return pick_object(k, used + name.n + 1, deeper, depth + 1);
}

/* On the brace; leaves behind its end. False when the line breaks off or all is found. */
static bool pick_object(struct pick *k, size_t used, uint64_t alive, unsigned depth)
{
	k->p++;
	blanks(k);
	if (k->p < k->end && *k->p == '}') {
		k->p++;
		return true;
	}
	while (k->open) {
		if (!pick_member(k, used, alive, depth))
			return false;
		blanks(k);
		if (k->p == k->end)
			return false;
		if (*k->p == '}') {
			k->p++;
			return true;
		}
		if (*k->p != ',')
			return false;
		k->p++;
		blanks(k);
	}
	return false;
}

bool noro_json_pick(
	struct noro_view text, const char *const *paths, size_t n, struct noro_view *ret)
{
	struct pick k = { .p = text.p, .paths = paths, .ret = ret };

	for (size_t i = 0; i < n; i++)
		ret[i] = (struct noro_view){ NULL, 0 };
	if (!text.n)
		return false;
	k.end = text.p + text.n;
	k.n = n < MAX_PICK ? n : MAX_PICK; /* more than one caller ever asks for */
	k.open = k.n == MAX_PICK ? UINT64_MAX : (UINT64_C(1) << k.n) - 1;
	blanks(&k);
	if (k.p == k.end || *k.p != '{')
		return false;
	(void)pick_object(&k, 0, k.open, 0);
	return true;
}

bool noro_json_inside(struct noro_view text, const char *name, struct noro_view *ret)
{
	struct pick k = { .p = text.p };
	char room[MAX_ESCAPED_NAME];
	struct noro_view raw;

	if (!text.n)
		return false;
	k.end = text.p + text.n;
	blanks(&k);
	if (k.p == k.end || *k.p != '{')
		return false;
	do {
		k.p++;
		blanks(&k);
		if (!member_name(&k, &raw))
			return false;
		if (noro_view_is(plain_name(raw, room), name)) {
			*ret = (struct noro_view){ k.p, (size_t)(k.end - k.p) };
			return true;
		}
		if (!skip_value(&k, &raw))
			return false;
		blanks(&k);
	} while (k.p < k.end && *k.p == ',');
	return false;
}

bool noro_json_element(struct noro_view *rest, struct noro_view *ret)
{
	struct pick k = { .p = rest->p, .end = rest->p + rest->n };
	struct noro_view raw;

	*ret = (struct noro_view){ NULL, 0 };
	blanks(&k);
	if (k.p < k.end && (*k.p == '[' || *k.p == ',')) {
		bool first = *k.p++ == '[';
		const char *from;

		blanks(&k);
		from = k.p;
		if (!(first && k.p < k.end && *k.p == ']') && skip_value(&k, &raw)) {
			*ret = (struct noro_view){ from, (size_t)(k.p - from) };
			*rest = (struct noro_view){ k.p, (size_t)(k.end - k.p) };
			return true;
		}
	}
	if (k.p < k.end && *k.p == ']')
		*ret = (struct noro_view){ k.p + 1, (size_t)(k.end - k.p) - 1 };
	return false;
}
