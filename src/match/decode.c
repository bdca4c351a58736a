/*
 * src/match/decode.c - indicators written defanged, percent-encoded or in JSON
 * escapes.
 *
 * The kernel marks where such a form may be. The word around a real one (the whole
 * line when free strings are wanted, which may hold blanks) is decoded once into a
 * side buffer, words apart by newlines, and the side buffer is searched by the same
 * engine; offsets are mapped back through the list of what was undone.
 */
#include "match/match_priv.h"

#include "base/mem.h"
#include "base/text.h"

struct undone {
	uint32_t dec, src; /* where in the side buffer, where in the text */
	uint8_t dec_n, src_n;
	uint8_t form; /* NORO_FORM_PLAIN marks the start of a region */
};

struct noro_decode {
	uint8_t *buf; /* NORO_SCAN_PAD bytes, the side text, NORO_SCAN_PAD bytes */
	size_t n, cap;
	struct undone *undone;
	size_t count, undone_cap;
	size_t done; /* the text is decoded, or need not be, up to here */
};

struct piece {
	size_t src_n;
	uint8_t bytes[4];
	size_t n;
	uint8_t form;
};

enum noro_status noro_decode_new(struct noro_decode **ret)
{
	*ret = noro_calloc(1, sizeof(**ret));
	return *ret ? NORO_OK : NORO_ENOMEM;
}

void noro_decode_free(struct noro_decode *d)
{
	if (!d)
		return;
	free(d->buf);
	free(d->undone);
	free(d);
}

void noro_decode_reset(struct noro_decode *d)
{
	d->n = 0;
	d->count = 0;
	d->done = 0;
}

/* --- one escape --- */

static bool hex4(const uint8_t *p, uint32_t *ret)
{
	uint32_t v = 0;

	for (size_t i = 0; i < 4; i++) {
		int d = noro_hex_value((char)p[i]);

		if (d < 0)
			return false;
		v = v << 4 | (uint32_t)d;
	}
	*ret = v;
	return true;
}

static bool unicode_escape(const uint8_t *p, size_t left, struct piece *ret)
{
	uint32_t c, low;

	if (left < 6 || !hex4(p + 2, &c))
		return false;
	ret->src_n = 6;
	if (c >= 0xd800 && c < 0xdc00 && left >= 12 && p[6] == '\\' && p[7] == 'u' &&
		hex4(p + 8, &low) && low >= 0xdc00 && low < 0xe000) {
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		ret->src_n = 12;
	}
	if (c >= 0xd800 && c < 0xe000)
		return false;
	ret->n = noro_utf8_put(c, (char *)ret->bytes);
	return true;
}

static bool backslash(const uint8_t *p, size_t left, struct piece *ret)
{
	static const char from[] = "nrtbf/\\\".", to[] = "\n\r\t\b\f/\\\".";
	const char *at;
	int hi, lo;

	ret->form = NORO_FORM_JSON;
	if (left < 2 || !p[1])
		return false;
	if (p[1] == 'u')
		return unicode_escape(p, left, ret);
	if (p[1] == 'x' && left >= 4) {
		hi = noro_hex_value((char)p[2]);
		lo = noro_hex_value((char)p[3]);
		if (hi < 0 || lo < 0)
			return false;
		ret->bytes[0] = (uint8_t)(hi << 4 | lo);
		ret->src_n = 4;
		ret->n = 1;
		return true;
	}
	at = strchr(from, p[1]);
	if (!at)
		return false;
	ret->bytes[0] = (uint8_t)to[at - from];
	ret->src_n = 2;
	ret->n = 1;
	return true;
}

static bool percent(const uint8_t *p, size_t left, struct piece *ret)
{
	int hi, lo;

	if (left < 3)
		return false;
	hi = noro_hex_value((char)p[1]);
	lo = noro_hex_value((char)p[2]);
	if (hi < 0 || lo < 0)
		return false;
	ret->form = NORO_FORM_PERCENT;
	ret->bytes[0] = (uint8_t)(hi << 4 | lo);
	ret->src_n = 3;
	ret->n = 1;
	return true;
}

static bool bracket(const uint8_t *p, size_t left, struct piece *ret)
{
	static const struct {
		const char *inside, *is;
	} known[] = { { ".", "." }, { "dot", "." }, { ":", ":" }, { "@", "@" }, { "at", "@" },
		{ "/", "/" }, { "://", "://" } };
	char close = (char)(*p == '(' ? ')' : *p == '[' ? ']' : '}');

	ret->form = NORO_FORM_DEFANGED;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		size_t n = strlen(known[i].inside);

		if (left < n + 2 || p[n + 1] != (uint8_t)close)
			continue;
		if (!noro_view_is_i(noro_view(p + 1, n), known[i].inside))
			continue;
		ret->src_n = n + 2;
		ret->n = strlen(known[i].is);
		memcpy(ret->bytes, known[i].is, ret->n);
		return true;
	}
	return false;
}

static bool undo(const uint8_t *p, size_t left, struct piece *ret)
{
	switch (*p) {
	case '%':
		return percent(p, left, ret);
	case '\\':
		return backslash(p, left, ret);
	case '(':
	case '[':
	case '{':
		return bracket(p, left, ret);
	default:
		return false;
	}
}

/* --- regions --- */

static bool side_room(struct noro_scanner *s, size_t more)
{
	struct noro_decode *d = s->decode;
	size_t want = d->n + more + (size_t)2 * NORO_SCAN_PAD;
	void *grown;

	if (want <= d->cap)
		return true;
	want += want / 2;
	grown = noro_realloc(d->buf, want);
	if (!grown) {
		noro_scan_fail(s, NORO_ENOMEM);
		return false;
	}
	if (!d->buf)
		memset(grown, 0, NORO_SCAN_PAD);
	d->buf = grown;
	d->cap = want;
	return true;
}

static bool note_undone(struct noro_scanner *s, size_t src, const struct piece *p)
{
	struct noro_decode *d = s->decode;
	void *grown = noro_grow(d->undone, d->count, &d->undone_cap, sizeof(*d->undone));

	if (!grown) {
		noro_scan_fail(s, NORO_ENOMEM);
		return false;
	}
	d->undone = grown;
	d->undone[d->count++] = (struct undone){ (uint32_t)d->n, (uint32_t)src, (uint8_t)p->n,
		(uint8_t)p->src_n, p->form };
	return true;
}

static bool between(const struct noro_scanner *s, uint8_t c)
{
	return s->m->strings ? c == '\n' : c <= ' ';
}

static void decode_region(struct noro_scanner *s, size_t from, size_t to)
{
	static const struct piece start;
	struct noro_decode *d = s->decode;
	uint8_t *out;

	if (!side_room(s, to - from + 1) || !note_undone(s, from, &start))
		return;
	out = d->buf + NORO_SCAN_PAD;
	for (size_t i = from; i < to;) {
		struct piece p = { 0 };

		if (!undo(s->text + i, to - i, &p)) {
			out[d->n++] = s->text[i++];
			continue;
		}
		if (!note_undone(s, i, &p))
			return;
		memcpy(out + d->n, p.bytes, p.n);
		d->n += p.n;
		i += p.src_n;
	}
	out[d->n++] = '\n';
}

/* Is there really something to undo that the mark at `at` may mean? */
static bool is_real(const struct noro_scanner *s, size_t at)
{
	static const uint8_t opens[256] = {
		['\\'] = 1, ['%'] = 2, ['('] = 2 | 4 | 8, ['['] = 2 | 4 | 8, ['{'] = 2 | 4 | 8
	};
	struct piece p;

	for (size_t back = 1; back <= 4 && back <= at; back++)
		if (opens[s->text[at - back]] >> (back - 1) & 1 &&
			undo(s->text + at - back, s->len - (at - back), &p) && p.src_n > back)
			return true;
	return false;
}

void noro_decode_spots(struct noro_scanner *s, const uint32_t *spot, size_t n)
{
	struct noro_decode *d = s->decode;

	for (size_t i = 0; i < n; i++) {
		size_t from = spot[i], to = spot[i];

		if (from < d->done || !is_real(s, from))
			continue;
		while (from > d->done && !between(s, s->text[from - 1]))
			from--;
		while (to < s->len && !between(s, s->text[to]))
			to++;
		d->done = to;
		decode_region(s, from, to);
	}
}

/* --- mapping back --- */

/* The last entry at or before `dec`. */
static const struct undone *entry_at(const struct noro_decode *d, size_t dec)
{
	size_t lo = 0, hi = d->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (d->undone[mid].dec <= dec)
			lo = mid + 1;
		else
			hi = mid;
	}
	return &d->undone[lo - 1];
}

static void map_hit(const struct noro_decode *d, struct noro_hit *h)
{
	const struct undone *first = entry_at(d, h->at), *last = entry_at(d, h->at + h->len - 1);
	const struct undone *u = first;
	size_t at = first->src, end = last->src + last->src_n, in;

	in = h->at - first->dec;
	if (in >= first->dec_n)
		at += first->src_n + in - first->dec_n;
	in = h->at + h->len - 1 - last->dec;
	if (in >= last->dec_n)
		end += in - last->dec_n + 1;
	/* the form is that of the first escape inside, else of the nearest one of the word */
	if (u->form == NORO_FORM_PLAIN && u + 1 < d->undone + d->count)
		u++;
	else if (first->dec + first->dec_n <= h->at && first != last)
		u = first + 1;
	h->form = u->form;
	h->at = (uint32_t)at;
	h->len = (uint32_t)(end - at);
}

void noro_decode_run(struct noro_scanner *s)
{
	struct noro_decode *d = s->decode;
	const uint8_t *text = s->text;
	size_t len = s->len, plain = s->hits;

	if (!d->n)
		return;
	memset(d->buf + NORO_SCAN_PAD + d->n, 0, NORO_SCAN_PAD);
	s->text = d->buf + NORO_SCAN_PAD;
	s->len = d->n;
	s->decode = NULL; /* once is enough: what is left escaped was escaped twice */
	s->form = NORO_FORM_DEFANGED;
	noro_scan_text(s);
	s->decode = d;
	s->text = text;
	s->len = len;
	for (size_t i = plain; i < s->hits; i++)
		map_hit(d, &s->hit[i]);
}
