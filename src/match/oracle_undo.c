/*
 * src/match/oracle_undo.c - the slow truth about escaped and defanged forms.
 *
 * Each word of the evidence (each line, when letters are looked for) that holds
 * something to undo is written anew without it, with the place every byte came
 * from, and looked at like any text; then once more, for escapes inside escapes.
 */
#include "match/oracle_priv.h"

#include "base/mem.h"
#include "base/text.h"

struct undone {
	char bytes[4];
	size_t n, src;
	bool mark; /* makes its word be decoded */
};

static unsigned hex_n(const char *p, size_t n, bool *good)
{
	unsigned v = 0;

	for (size_t i = 0; i < n; i++) {
		int d = noro_hex_value(p[i]);

		*good = *good && d >= 0;
		v = v * 16 + (unsigned)(d & 15);
	}
	return v;
}

static bool undo_backslash(struct noro_view v, struct undone *u)
{
	static const char *const pairs[] = { "n\n", "r\r", "t\t", "b\b", "f\f", "//", "\\\\",
		"\"\"", ".." };
	bool good = true;
	uint32_t c, low;

	if (v.n < 2)
		return false;
	u->mark = noro_is_alpha(v.p[1]) || v.p[1] == '.';
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		if (v.p[1] == pairs[i][0]) {
			u->bytes[0] = pairs[i][1];
			u->n = 1;
			u->src = 2;
			return true;
		}
	if (v.p[1] == 'x' && v.n >= 4) {
		u->bytes[0] = (char)hex_n(v.p + 2, 2, &good);
		u->n = 1;
		u->src = 4;
		return good;
	}
	if (v.p[1] != 'u' || v.n < 6)
		return false;
	c = hex_n(v.p + 2, 4, &good);
	u->src = 6;
	if (good && c >= 0xd800 && c < 0xdc00 && v.n >= 12 && v.p[6] == '\\' && v.p[7] == 'u') {
		low = hex_n(v.p + 8, 4, &good);
		good = good && low >= 0xdc00 && low < 0xe000;
		c = 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff);
		u->src = 12;
	}
	if (!good || (c >= 0xd800 && c < 0xe000))
		return false;
	u->n = noro_utf8_put(c, u->bytes);
	return true;
}

static const char *const entities[][2] = { { "&amp;", "&" }, { "&quot;", "\"" }, { "&lt;", "<" },
	{ "&gt;", ">" }, { "&apos;", "'" }, { "&period;", "." }, { "&sol;", "/" },
	{ "&colon;", ":" }, { "&commat;", "@" }, { "&lowbar;", "_" }, { "&quest;", "?" },
	{ "&equals;", "=" }, { "&num;", "#" }, { "&percnt;", "%" }, { "&bsol;", "\\" } };

static bool undo_entity(struct noro_view v, struct undone *u)
{
	unsigned long c;
	char text[13] = "", *end;
	bool hex;

	for (size_t i = 0; i < sizeof(entities) / sizeof(*entities); i++)
		if (noro_view_starts(v, entities[i][0])) {
			u->bytes[0] = entities[i][1][0];
			u->n = 1;
			u->src = strlen(entities[i][0]);
			return true;
		}
	if (!noro_view_starts(v, "&#"))
		return false;
	memcpy(text, v.p, v.n < 12 ? v.n : 12);
	hex = noro_lower(text[2]) == 'x';
	if (!noro_is_hex(text[hex ? 3 : 2]))
		return false;
	c = strtoul(text + (hex ? 3 : 2), &end, hex ? 16 : 10);
	if (*end != ';' || c == 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return false;
	u->n = noro_utf8_put((uint32_t)c, u->bytes);
	u->src = (size_t)(end - text) + 1;
	return true;
}

static bool undo_at(struct noro_view v, struct undone *u)
{
	static const char *const known[][2] = { { ".", "." }, { "dot", "." }, { ":", ":" },
		{ "@", "@" }, { "at", "@" }, { "/", "/" }, { "://", "://" } };
	static const char open[] = "([{", close[] = ")]}";
	const char *kind = v.n && v.p[0] ? strchr(open, v.p[0]) : NULL;
	bool good = true;

	*u = (struct undone){ .mark = true };
	if (v.n && v.p[0] == '\\')
		return undo_backslash(v, u);
	if (v.n && v.p[0] == '&')
		return undo_entity(v, u);
	if (v.n >= 3 && v.p[0] == '%') {
		u->bytes[0] = (char)hex_n(v.p + 1, 2, &good);
		u->n = 1;
		u->src = 3;
		return good;
	}
	for (size_t i = 0; kind && i < sizeof(known) / sizeof(*known); i++) {
		size_t n = strlen(known[i][0]);

		if (v.n >= n + 2 && noro_view_is_i(noro_view_sub(v, 1, n), known[i][0]) &&
			v.p[n + 1] == close[kind - open]) {
			u->n = strlen(known[i][1]);
			memcpy(u->bytes, known[i][1], u->n);
			u->src = n + 2;
			return true;
		}
	}
	return false;
}

static bool labels_touch(const struct truth *x, size_t i)
{
	return noro_is_alnum(noro_truth_at(x, i)) || (noro_truth_at(x, i) & 0x80);
}

/* "evil [dot] com": blanks around a dot or at sign in brackets, between labels. */
static bool undo_joint(const struct truth *x, size_t i, struct undone *u)
{
	if (noro_truth_at(x, i) != ' ' || i == 0 || i >= x->t.n || !labels_touch(x, i - 1) ||
		!strchr("([{", noro_truth_at(x, i + 1)) ||
		!undo_at(noro_view_sub(x->t, i + 1, x->t.n), u))
		return false;
	if (u->n != 1 || !strchr(".@", u->bytes[0]) || noro_truth_at(x, i + 1 + u->src) != ' ' ||
		!labels_touch(x, i + 2 + u->src))
		return false;
	u->src += 2;
	return true;
}

static bool undo_here(const struct truth *x, size_t i, size_t to, struct undone *u)
{
	return undo_at(noro_view_sub(x->t, i, to - i), u) || undo_joint(x, i, u);
}

static bool worth_decoding(const struct truth *x, size_t from, size_t to, bool lines)
{
	struct undone u;

	for (size_t i = from; i < to; i++)
		if (undo_at(noro_view_sub(x->t, i, to - i), &u) && (u.mark || lines))
			return true;
	return false;
}

/* How to look at what was undone. */
struct undoing {
	noro_truth_fn *look;
	bool lines;
	unsigned levels; /* of escapes inside each other that are left */
};

static void undo_words(const struct truth *x, const struct undoing *how);

static void undo_word(const struct truth *x, size_t from, size_t to, const struct undoing *how)
{
	size_t n = to - from, used = 0;
	char *text = noro_malloc(n + 1);
	uint32_t *maps = noro_calloc(2 * n + 2, sizeof(*maps));
	struct undoing inner = *how;
	struct truth y = *x;
	struct undone u;

	for (size_t i = from; text && maps && i < to; i += u.src) {
		size_t last;

		if (!undo_here(x, i, to, &u))
			u = (struct undone){ .bytes = { x->t.p[i] }, .n = 1, .src = 1 };
		last = i + u.src - 1;
		for (size_t b = 0; b < u.n; b++, used++) {
			text[used] = u.bytes[b];
			maps[used] = x->decoded ? x->from[i] : (uint32_t)i;
			maps[n + 1 + used] = x->decoded ? x->to[last] : (uint32_t)last + 1;
		}
	}
	if (text && maps) {
		y.t = noro_view(text, used);
		y.from = maps;
		y.to = maps + n + 1;
		y.decoded = true;
		how->look(&y);
		inner.levels--;
		if (inner.levels)
			undo_words(&y, &inner);
	} else {
		x->out->failed = true;
	}
	free(text);
	free(maps);
}

/* Words, or lines when letters are looked for, that hold something to undo. */
static void undo_words(const struct truth *x, const struct undoing *how)
{
	struct undone u;
	size_t from = 0;

	for (size_t i = 0; i <= x->t.n; i++) {
		if (i < x->t.n && (how->lines ? x->t.p[i] != '\n' : (unsigned char)x->t.p[i] > ' '))
			continue;
		if (!how->lines && undo_joint(x, i, &u)) {
			i += u.src - 1;
			continue;
		}
		if (worth_decoding(x, from, i, how->lines))
			undo_word(x, from, i, how);
		from = i + 1;
	}
}

void noro_truth_undo(const struct truth *x, bool lines, unsigned levels, noro_truth_fn *look)
{
	const struct undoing how = { .look = look, .lines = lines, .levels = levels };

	undo_words(x, &how);
}
