/*
 * src/base/jcs.c - the canonical form of JSON (RFC 8785).
 *
 * Strings and brackets are the compact writer's; here are the two things that
 * differ: names in the order of their UTF-16 code units, and numbers as
 * ECMAScript prints them (ECMA-262 6.1.6.1.20): the fewest digits that read back
 * as the same double, of those the closest. Correct rounding to k digits (what
 * printf does) finds them, but for powers of two: there the doubles below lie
 * twice as close, so the rounded text may read back as a neighbour although the
 * next text up does not; that one is tried as well.
 */
#include "base/jsonw.h"

#include "base/mem.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

enum { MAX_NUMBER = 4096, DIGITS_MAX = 17 };

/* value = 0.d1 d2 d3 ... x 10^point, without trailing zeros. */
struct decimal {
	char digit[DIGITS_MAX + 1];
	int n, point;
};

/* Add one to the last digit; a carry past the first makes "1" one place further up. */
static void bump(struct decimal *d)
{
	int i = d->n - 1;

	while (i >= 0 && d->digit[i] == '9')
		d->digit[i--] = '0';
	if (i >= 0) {
		d->digit[i]++;
		return;
	}
	d->digit[0] = '1';
	d->point++;
}

static bool reads_back(const struct decimal *d, double v)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "0.%.*se%d", d->n, d->digit, d->point);
	return strtod(text, NULL) == v;
}

/* v > 0 with `n` digits, correctly rounded. */
static struct decimal round_to(double v, int n)
{
	struct decimal d = { .n = n };
	char text[40];

	(void)snprintf(text, sizeof(text), "%.*e", n - 1, v);
	d.digit[0] = text[0];
	if (n > 1)
		memcpy(d.digit + 1, text + 2, (size_t)n - 1);
	d.point = (int)strtol(strchr(text, 'e') + 1, NULL, 10) + 1;
	return d;
}

static struct decimal shortest(double v)
{
	/* any 15 digits survive in a normal double, so fewer need not be tried one by one */
	int n = v < DBL_MIN ? 1 : DBL_DIG;
	struct decimal d = round_to(v, n);

	for (; n < DIGITS_MAX; d = round_to(v, ++n)) {
		struct decimal up = d;

		if (reads_back(&d, v))
			break;
		bump(&up);
		if (reads_back(&up, v)) {
			d = up;
			break;
		}
	}
	while (d.n > 1 && d.digit[d.n - 1] == '0')
		d.n--;
	return d;
}

static void put_zeros(struct noro_buf *out, int n)
{
	for (int i = 0; i < n; i++)
		noro_buf_chr(out, '0');
}

/* ECMA-262 6.1.6.1.20, steps 6 to 10. */
static void put_decimal(struct noro_buf *out, const struct decimal *d)
{
	if (d->n <= d->point && d->point <= 21) {
		noro_buf_add(out, d->digit, (size_t)d->n);
		put_zeros(out, d->point - d->n);
	} else if (0 < d->point && d->point <= 21) {
		noro_buf_add(out, d->digit, (size_t)d->point);
		noro_buf_chr(out, '.');
		noro_buf_add(out, d->digit + d->point, (size_t)(d->n - d->point));
	} else if (-6 < d->point && d->point <= 0) {
		noro_buf_str(out, "0.");
		put_zeros(out, -d->point);
		noro_buf_add(out, d->digit, (size_t)d->n);
	} else {
		noro_buf_chr(out, d->digit[0]);
		if (d->n > 1) {
			noro_buf_chr(out, '.');
			noro_buf_add(out, d->digit + 1, (size_t)d->n - 1);
		}
		noro_buf_printf(out, "e%+d", d->point - 1);
	}
}

static enum noro_status put_number(
	struct noro_buf *out, struct noro_view text, struct noro_error *err)
{
	char room[MAX_NUMBER + 1];
	struct decimal d;
	double v;

	if (text.n > MAX_NUMBER)
		return noro_fail(err, NORO_ELIMIT, N_("a number has too many digits"));
	memcpy(room, text.p, text.n);
	room[text.n] = '\0';
	v = strtod(room, NULL);
	if (isinf(v))
		return noro_fail(err, NORO_EFORMAT, N_("a number is too large for canonical JSON"));
	if (v == 0) { /* minus zero too: RFC 8785 3.2.2.3 */
		noro_buf_chr(out, '0');
		return NORO_OK;
	}
	if (v < 0)
		noro_buf_chr(out, '-');
	d = shortest(fabs(v));
	put_decimal(out, &d);
	return NORO_OK;
}

/*
 * UTF-8 sorts by scalar value. UTF-16 differs in one place: the surrogates of
 * what lies above U+FFFF (first byte f0 to f4) come before U+E000 (ee, ef).
 */
static unsigned char utf16_rank(char c)
{
	unsigned char b = (unsigned char)c;

	if (b >= 0xf0)
		return (unsigned char)(b - 2);
	return (unsigned char)(b >= 0xee ? b + 5 : b);
}

static int by_utf16(const struct noro_json *a, const struct noro_json *b)
{
	size_t n = a->key.n < b->key.n ? a->key.n : b->key.n;

	for (size_t i = 0; i < n; i++)
		if (a->key.p[i] != b->key.p[i])
			return utf16_rank(a->key.p[i]) < utf16_rank(b->key.p[i]) ? -1 : 1;
	return (a->key.n > b->key.n) - (a->key.n < b->key.n);
}

/* Stable merge sort: the C library's may fall back to something quadratic. */
static void sort_members(const struct noro_json **v, const struct noro_json **scratch, size_t n)
{
	for (size_t run = 1; run < n; run *= 2) {
		for (size_t lo = 0; lo < n; lo += 2 * run) {
			size_t mid = n - lo < run ? n : lo + run;
			size_t hi = n - lo < 2 * run ? n : lo + 2 * run;
			size_t i = lo, j = mid;

			for (size_t k = lo; k < hi; k++)
				scratch[k] = j == hi || (i < mid && by_utf16(v[i], v[j]) <= 0)
						     ? v[i++]
						     : v[j++];
		}
		memcpy(v, scratch, n * sizeof(const struct noro_json *));
	}
}

static enum noro_status put_value(
	const struct noro_json *v, struct noro_buf *out, struct noro_error *err);

static void put_string(struct noro_buf *out, struct noro_view v)
{
	struct noro_jsonw w = noro_jsonw(out);

	noro_jsonw_view(&w, v);
}

static enum noro_status put_members(
	const struct noro_json **sorted, size_t n, struct noro_buf *out, struct noro_error *err)
{
	noro_buf_chr(out, '{');
	for (size_t i = 0; i < n; i++) {
		enum noro_status st;

		if (i && noro_view_eq(sorted[i]->key, sorted[i - 1]->key))
			continue; /* a tolerant parse may hold a name twice: the first wins */
		if (i)
			noro_buf_chr(out, ',');
		put_string(out, sorted[i]->key);
		noro_buf_chr(out, ':');
		st = put_value(sorted[i], out, err);
		if (st != NORO_OK)
			return st;
	}
	noro_buf_chr(out, '}');
	return NORO_OK;
}

static enum noro_status put_object(
	const struct noro_json *v, struct noro_buf *out, struct noro_error *err)
{
	const struct noro_json **sorted;
	enum noro_status st;
	size_t n = 0;

	sorted = noro_reallocarray(NULL, (size_t)v->count * 2, sizeof(const struct noro_json *));
	if (!sorted)
		return noro_fail(err, NORO_ENOMEM, NULL);
	for (const struct noro_json *c = v->child; c; c = c->next)
		sorted[n++] = c;
	sort_members(sorted, sorted + n, n);
	st = put_members(sorted, n, out, err);
	free(sorted);
	return st;
}

static enum noro_status put_array(
	const struct noro_json *v, struct noro_buf *out, struct noro_error *err)
{
	noro_buf_chr(out, '[');
	for (const struct noro_json *c = v->child; c; c = c->next) {
		enum noro_status st;

		if (c != v->child)
			noro_buf_chr(out, ',');
		st = put_value(c, out, err);
		if (st != NORO_OK)
			return st;
	}
	noro_buf_chr(out, ']');
	return NORO_OK;
}

/* Recursion is bounded: no parser of ours builds a tree past its depth ceiling. */
static enum noro_status put_value(
	const struct noro_json *v, struct noro_buf *out, struct noro_error *err)
{
	switch (v->kind) {
	case NORO_JSON_NULL:
		noro_buf_str(out, "null");
		return NORO_OK;
	case NORO_JSON_FALSE:
		noro_buf_str(out, "false");
		return NORO_OK;
	case NORO_JSON_TRUE:
		noro_buf_str(out, "true");
		return NORO_OK;
	case NORO_JSON_NUMBER:
		return put_number(out, v->text, err);
	case NORO_JSON_STRING:
		put_string(out, v->text);
		return NORO_OK;
	case NORO_JSON_ARRAY:
		return put_array(v, out, err);
	case NORO_JSON_OBJECT:
		return put_object(v, out, err);
	}
	return NORO_OK;
}

enum noro_status noro_json_canonical(
	const struct noro_json *v, struct noro_buf *out, struct noro_error *err)
{
	enum noro_status st = put_value(v, out, err);

	if (st == NORO_OK && out->status != NORO_OK)
		return noro_fail(err, out->status, NULL);
	return st;
}

enum noro_status noro_json_canonical_but(const struct noro_json *v, const char *name,
	struct noro_arena *a, struct noro_buf *out, struct noro_error *err)
{
	struct noro_json bare = *v, **end = &bare.child;

	bare.count = 0;
	for (const struct noro_json *m = v->child; m; m = m->next) {
		struct noro_json *copy;

		if (noro_view_is(m->key, name))
			continue;
		copy = noro_arena_alloc(a, sizeof(*copy));
		if (!copy)
			return noro_fail(err, NORO_ENOMEM, NULL);
		*copy = *m;
		*end = copy;
		end = &copy->next;
		bare.count++;
	}
	*end = NULL;
	return noro_json_canonical(&bare, out, err);
}
