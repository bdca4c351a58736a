/*
 * src/match/decode.c - indicators written defanged, percent-encoded, in JSON escapes
 * or in entities of HTML and XML.
 *
 * The kernel marks where such a form may be; ampersands are looked for here unless it did. The
 * word around a real one (the whole line when free strings are wanted, which may
 * hold blanks) is decoded into a side buffer, words apart by newlines, and the side
 * buffer is searched by the same engine; offsets are mapped back through the list of
 * what was undone. What is still escaped there was escaped twice (JSON in JSON,
 * %252e) and goes the same way into the next buffer, a few levels deep.
 */
#include "match/match_priv.h"

#include "base/mem.h"
#include "base/text.h"

enum { LEVELS = 3, MAX_ENTITY = 12 };

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
	size_t done;                /* the text is decoded, or need not be, up to here */
	struct noro_decode *deeper; /* of this side text; NULL on the last level */
};

struct piece {
	size_t src_n;
	uint8_t bytes[4];
	size_t n;
	uint8_t form;
};

enum noro_status noro_decode_new(struct noro_decode **ret)
{
	*ret = NULL;
	for (size_t i = 0; i < LEVELS; i++) {
		struct noro_decode *d = noro_calloc(1, sizeof(*d));

		if (!d) {
			noro_decode_free(*ret);
			*ret = NULL;
			return NORO_ENOMEM;
		}
		d->deeper = *ret;
		*ret = d;
	}
	return NORO_OK;
}

void noro_decode_free(struct noro_decode *d)
{
	while (d) {
		struct noro_decode *deeper = d->deeper;

		free(d->buf);
		free(d->undone);
		free(d);
		d = deeper;
	}
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

/* &#46; and &#x2e;: the scalar, if there is one. */
static uint32_t number_of(struct noro_view v)
{
	bool hex = v.n && noro_lower(v.p[0]) == 'x';
	uint32_t c = 0;

	if (v.n == hex)
		return 0;
	for (size_t i = hex; i < v.n; i++) {
		int d = noro_hex_value(v.p[i]);

		if (d < 0 || (!hex && d > 9) || c > 0x110000)
			return 0;
		c = c * (hex ? 16 : 10) + (uint32_t)d;
	}
	return c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? 0 : c;
}

static bool entity(const uint8_t *p, size_t left, struct piece *ret)
{
	static const struct {
		const char *name;
		char is;
	} known[] = { { "amp", '&' }, { "quot", '"' }, { "lt", '<' }, { "gt", '>' },
		{ "apos", '\'' }, { "period", '.' }, { "sol", '/' }, { "colon", ':' },
		{ "commat", '@' }, { "lowbar", '_' }, { "quest", '?' }, { "equals", '=' },
		{ "num", '#' }, { "percnt", '%' }, { "bsol", '\\' } };
	const uint8_t *end = memchr(p, ';', left < MAX_ENTITY ? left : MAX_ENTITY);
	struct noro_view name;
	uint32_t c = 0;

	if (!end || end == p + 1)
		return false;
	name = noro_view(p + 1, (size_t)(end - p) - 1);
	if (name.p[0] == '#')
		c = number_of(noro_view_sub(name, 1, name.n));
	for (size_t i = 0; !c && i < sizeof(known) / sizeof(*known); i++)
		if (noro_view_is(name, known[i].name))
			c = (uint8_t)known[i].is;
	if (!c)
		return false;
	ret->form = NORO_FORM_ENTITY;
	ret->n = noro_utf8_put(c, (char *)ret->bytes);
	ret->src_n = name.n + 2;
	return true;
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
	case '&':
		return entity(p, left, ret);
	default:
		return false;
	}
}

static bool in_label(uint8_t c)
{
	return noro_is_alnum((char)c) || c >= 0x80;
}

/* "evil [dot] com": a blank at `at`, a dot or at sign in brackets, a blank, all between labels. */
static bool joint(const struct noro_scanner *s, size_t at, struct piece *ret)
{
	const uint8_t *p = s->text + at;
	size_t left = s->len - at;

	if (left < 6 || *p != ' ' || !at || !in_label(p[-1]) || !memchr("([{", p[1], 3))
		return false;
	if (!bracket(p + 1, left - 1, ret) || ret->n != 1 || !memchr(".@", ret->bytes[0], 2) ||
		left < ret->src_n + 3)
		return false;
	if (p[ret->src_n + 1] != ' ' || !in_label(p[ret->src_n + 2]))
		return false;
	ret->src_n += 2;
	return true;
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

		if (!undo(s->text + i, to - i, &p) && !joint(s, i, &p)) {
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

	if (at < s->len && s->text[at] == '&' && entity(s->text + at, s->len - at, &p))
		return true;
	for (size_t back = 1; back <= 4 && back <= at; back++)
		if (opens[s->text[at - back]] >> (back - 1) & 1 &&
			undo(s->text + at - back, s->len - (at - back), &p) && p.src_n > back)
			return true;
	return false;
}

/* Where the word begins that goes on before `at`; it may go on across a joint. */
static size_t word_start(const struct noro_scanner *s, size_t at)
{
	size_t least = s->decode->done;
	struct piece p;

	for (;;) {
		size_t was = at;

		while (at > least && !between(s, s->text[at - 1]))
			at--;
		/* the joint's first blank, then its last: the longest is " [dot] " */
		for (size_t back = 1; back <= 7 && back <= at - least; back++)
			if (s->text[at - back] == ' ' && joint(s, at - back, &p) &&
				(back == 1 || p.src_n == back)) {
				at -= back;
				break;
			}
		if (at == was || at == least)
			return at;
	}
}

static size_t word_end(const struct noro_scanner *s, size_t at)
{
	struct piece p;

	for (;;) {
		while (at < s->len && !between(s, s->text[at]))
			at++;
		if (at == s->len)
			return at;
		if (!joint(s, at, &p))
			return at;
		at += p.src_n;
	}
}

static void decode_word(struct noro_scanner *s, size_t at)
{
	size_t from = word_start(s, at), to = word_end(s, from);

	s->decode->done = to;
	decode_region(s, from, to);
}

/* The next entity in [from, to), or `to`. */
static size_t next_entity(const struct noro_scanner *s, size_t from, size_t to)
{
	struct piece p;

	while (from < to) {
		const uint8_t *at = memchr(s->text + from, '&', to - from);

		if (!at)
			return to;
		from = (size_t)(at - s->text);
		if (entity(at, s->len - from, &p))
			return from;
		from++;
	}
	return to;
}

void noro_decode_spots(struct noro_scanner *s, size_t at)
{
	const uint32_t *spot = s->lane->spot, *last = spot + s->lane->spots;
	struct noro_decode *d = s->decode;
	size_t end = s->len - at < LANE_BYTES ? s->len : at + LANE_BYTES;
	size_t amp = s->lane->amps ? end : next_entity(s, at, end);

	while (spot < last || amp < end) {
		if (amp < end && (spot == last || amp < *spot)) {
			if (amp >= d->done)
				decode_word(s, amp);
			amp = next_entity(s, d->done > amp ? d->done : amp + 1, end);
			continue;
		}
		if (*spot >= d->done && is_real(s, *spot))
			decode_word(s, *spot);
		spot++;
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
	s->decode = d->deeper;
	s->form = NORO_FORM_DEFANGED;
	if (d->deeper)
		noro_decode_reset(d->deeper);
	noro_scan_text(s);
	if (d->deeper)
		noro_decode_run(s);
	s->decode = d;
	s->text = text;
	s->len = len;
	for (size_t i = plain; i < s->hits; i++)
		map_hit(d, &s->hit[i]);
}
