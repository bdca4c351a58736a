/*
 * src/hub/leak.c - does a text name a member? Two searches of the same engine that hunts for
 * indicators. The first looks for networks and domains in the text as it stands, which also undoes
 * defanging, percent signs and escapes. The second looks for words in a copy of the text that has
 * only its letters and digits, folded and decomposed, so that it does not matter what stands
 * between them or in which width they were typed; each letter of the copy knows where it came from.
 * What could be base64 is decoded from each of the four places a group can begin at, and searched
 * too.
 */
#include "hub/leak.h"

#include "base/mem.h"
#include "base/text.h"
#include "match/match.h"

#include <stdlib.h>

enum {
	DEPTH = 2,      /* base64 in base64 */
	RUN_LEAST = 12, /* of base64: eight bytes */
	OVERLAP = 4096, /* of pieces that are searched one after the other */
	PIECE = 1 << 20,
	LOOK_BACK = 16,
	BREAK = 0xff, /* between pieces that have nothing to do with one another */
	NONE = -1,
};

/* One thing that is searched for, and all the names that are that. */
struct what {
	struct noro_view text; /* normal form; squeezed, of a word */
	enum noro_ioc_kind kind;
	uint32_t name; /* first in `order` */
};

struct noro_leaks {
	struct noro_arena *arena;
	struct noro_leak_name *name;
	struct what *what; /* in order of kind and text; `n` of them, equal ones side by side */
	size_t n;
	struct noro_set *set;        /* networks and domains */
	uint32_t *first_of;          /* key of the set -> first in `what` */
	struct noro_match *raw;      /* and domains inside longer names, as extra */
	struct noro_match *words;    /* extra only */
	struct noro_set *none;       /* the empty set that these are searched with */
	uint32_t *domain, *word;     /* extra -> first in `what` */
	const char **dtext, **wtext; /* what the extras are */
	size_t domains, wordn;
};

struct noro_leak_finder {
	const struct noro_leaks *l;
	struct noro_scanner *raw, *words;
	struct noro_buf text; /* what is searched, with room either side */
	struct noro_buf bare, plain;
	uint32_t *from, *plain_from; /* of each byte: where it began in what it was made of */
	size_t from_cap, plain_cap;
};

/* ---- letters and digits alone ---- */

struct squeezed {
	struct noro_buf *out;
	uint32_t **from;
	size_t *cap;
};

static bool note(struct squeezed *s, size_t bytes, uint32_t at)
{
	while (s->from && bytes--) {
		uint32_t *p = noro_grow(*s->from, s->out->n - bytes, s->cap, sizeof(*p));

		if (!p)
			return false;
		*s->from = p;
		p[s->out->n - bytes - 1] = at;
	}
	return true;
}

/* Returns the letters and digits there were, and how many of them are ASCII in *ret_ascii. */
static size_t squeeze(struct noro_view v, struct squeezed *s, size_t *ret_ascii)
{
	size_t n = 0, len;

	*ret_ascii = 0;
	for (size_t i = 0; i < v.n; i += len) {
		uint32_t c, bare[NORO_UTF8_BARE];
		size_t k;

		len = noro_utf8_next(noro_view_sub(v, i, 4), &c);
		k = len ? noro_utf8_bare(c, bare) : 0;
		len = len ? len : 1;
		if ((unsigned char)v.p[i] == BREAK) {
			noro_buf_chr(s->out, v.p[i]);
			if (s->out->status != NORO_OK || !note(s, 1, (uint32_t)i))
				return n;
		}
		for (size_t j = 0; j < k; j++) {
			char utf8[4];
			size_t bytes = noro_utf8_put(bare[j], utf8);

			noro_buf_add(s->out, utf8, bytes);
			if (s->out->status != NORO_OK || !note(s, bytes, (uint32_t)i))
				return n;
			*ret_ascii += bare[j] < 0x80;
		}
		n += k > 0;
	}
	return n;
}

/* ---- whose names ---- */

static int by_text(const void *pa, const void *pb)
{
	const struct what *a = pa, *b = pb;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (noro_view_cmp(a->text, b->text) != 0)
		return noro_view_cmp(a->text, b->text);
	return a->name < b->name ? -1 : a->name > b->name;
}

/* False: it cannot be looked for. `ret_text` is in the arena. */
static enum noro_status normal(struct noro_leaks *l, const struct noro_leak_name *name,
	struct noro_buf *b, struct what *ret, bool *ret_is)
{
	struct noro_view v = noro_view_str(name->text);
	enum noro_status st = NORO_OK;
	size_t n, ascii;

	noro_buf_clear(b);
	*ret_is = false;
	switch (name->kind) {
	case NORO_LEAK_NETWORK:
		ret->kind = noro_view_chr(v, '/') < v.n || noro_view_chr(v, '-') < v.n
				    ? NORO_IOC_NET
			    : noro_view_chr(v, ':') < v.n ? NORO_IOC_IPV6
							  : NORO_IOC_IPV4;
		st = noro_ioc_normal(ret->kind, v, b);
		break;
	case NORO_LEAK_DOMAIN:
		ret->kind = NORO_IOC_DOMAIN;
		if (!noro_domain_normal(v, b))
			st = NORO_EFORMAT;
		break;
	case NORO_LEAK_WORD:
		ret->kind = NORO_IOC_STRING;
		n = squeeze(v, &(struct squeezed){ .out = b }, &ascii);
		if (n < (ascii ? NORO_LEAK_LEAST : NORO_LEAK_LEAST_WIDE))
			st = NORO_EFORMAT;
		break;
	}
	if (b->status != NORO_OK)
		st = b->status;
	if (st == NORO_EFORMAT)
		return NORO_OK;
	*ret_is = st == NORO_OK;
	ret->text = st == NORO_OK ? noro_arena_view(l->arena, noro_buf_as_view(b))
				  : (struct noro_view){ 0 };
	return st == NORO_OK && !ret->text.p ? NORO_ENOMEM : st;
}

static enum noro_status take_names(
	struct noro_leaks *l, const struct noro_leak_name *name, size_t n, size_t *skipped)
{
	struct noro_buf b = { 0 };
	enum noro_status st = NORO_OK;

	l->name = noro_arena_array(l->arena, n + 1, sizeof(*l->name));
	l->what = noro_arena_array(l->arena, n + 1, sizeof(*l->what));
	if (!l->name || !l->what)
		return NORO_ENOMEM;
	for (size_t i = 0; i < n && st == NORO_OK; i++) {
		struct what w = { .name = (uint32_t)i };
		bool is = false;

		l->name[i] = name[i];
		l->name[i].text = noro_arena_str(l->arena, name[i].text);
		st = l->name[i].text ? normal(l, &name[i], &b, &w, &is) : NORO_ENOMEM;
		if (is)
			l->what[l->n++] = w;
		*skipped += st == NORO_OK && !is;
	}
	noro_buf_done(&b);
	if (l->n)
		qsort(l->what, l->n, sizeof(*l->what), by_text);
	return st;
}

static bool is_first(const struct noro_leaks *l, size_t i)
{
	return i == 0 || l->what[i].kind != l->what[i - 1].kind ||
	       !noro_view_eq(l->what[i].text, l->what[i - 1].text);
}

/* Of the extras: what they are, and which. */
static enum noro_status list_extras(struct noro_leaks *l)
{
	size_t n = l->n + 1;

	l->domain = noro_arena_array(l->arena, n, sizeof(*l->domain));
	l->word = noro_arena_array(l->arena, n, sizeof(*l->word));
	l->dtext = noro_arena_array(l->arena, n, sizeof(*l->dtext));
	l->wtext = noro_arena_array(l->arena, n, sizeof(*l->wtext));
	if (!l->domain || !l->word || !l->dtext || !l->wtext)
		return NORO_ENOMEM;
	for (size_t i = 0; i < l->n; i++) {
		if (!is_first(l, i))
			continue;
		if (l->what[i].kind == NORO_IOC_DOMAIN) {
			l->dtext[l->domains] = l->what[i].text.p;
			l->domain[l->domains++] = (uint32_t)i;
		} else if (l->what[i].kind == NORO_IOC_STRING) {
			l->wtext[l->wordn] = l->what[i].text.p;
			l->word[l->wordn++] = (uint32_t)i;
		}
	}
	return NORO_OK;
}

static enum noro_status make_set(
	struct noro_leaks *l, bool empty, struct noro_set **ret, struct noro_error *err)
{
	struct noro_set_builder *b;
	struct noro_ioc_meta meta = {
		.from_ns = NORO_TIME_NONE, .until_ns = NORO_TIME_NONE, .typed_ns = NORO_TIME_NONE
	};
	uint32_t m = 0;
	enum noro_status st = noro_set_builder_new(0, &b);

	if (st != NORO_OK)
		return st;
	meta.source = "declared";
	meta.expires_ns = NORO_TIME_NONE;
	st = noro_set_meta(b, &meta, &m);
	for (size_t i = 0; !empty && st == NORO_OK && i < l->n; i++)
		if (l->what[i].kind != NORO_IOC_STRING && is_first(l, i))
			st = noro_set_add(b, l->what[i].kind, l->what[i].text, m, NORO_NO_PATTERN);
	if (st == NORO_OK)
		st = noro_set_finish(b, ret, err);
	noro_set_builder_free(b);
	return st;
}

static enum noro_status find_keys(struct noro_leaks *l)
{
	uint32_t keys = noro_set_keys(l->set);

	l->first_of = noro_arena_array(l->arena, (size_t)keys + 1, sizeof(*l->first_of));
	if (!l->first_of)
		return NORO_ENOMEM;
	for (uint32_t k = 0; k < keys; k++)
		l->first_of[k] = UINT32_MAX;
	for (size_t i = 0; i < l->n; i++) {
		uint32_t key;
		enum noro_status st;

		if (l->what[i].kind == NORO_IOC_STRING || !is_first(l, i))
			continue;
		st = noro_set_find(l->set, l->what[i].kind, l->what[i].text, &key);
		if (st == NORO_OK)
			l->first_of[key] = (uint32_t)i;
		else if (st != NORO_ENOENT)
			return st;
	}
	return NORO_OK;
}

static enum noro_status build(struct noro_leaks *l, const struct noro_leak_name *name, size_t n,
	size_t *skipped, struct noro_error *err)
{
	enum noro_status st = take_names(l, name, n, skipped);

	if (st == NORO_OK)
		st = list_extras(l);
	if (st == NORO_OK)
		st = make_set(l, false, &l->set, err);
	if (st == NORO_OK)
		st = make_set(l, true, &l->none, err);
	if (st == NORO_OK)
		st = find_keys(l);
	if (st == NORO_OK)
		st = noro_match_new(l->set,
			&(struct noro_match_opts){ .extra = l->dtext, .extras = l->domains },
			&l->raw, err);
	if (st == NORO_OK)
		st = noro_match_new(l->none,
			&(struct noro_match_opts){
				.no_decode = true, .extra = l->wtext, .extras = l->wordn },
			&l->words, err);
	return st;
}

enum noro_status noro_leaks_new(const struct noro_leak_name *name, size_t n, size_t *ret_skipped,
	struct noro_leaks **ret, struct noro_error *err)
{
	struct noro_leaks *l = noro_calloc(1, sizeof(*l));
	size_t skipped = 0;
	enum noro_status st = NORO_ENOMEM;

	if (l)
		l->arena = noro_arena_new(0);
	if (l && l->arena)
		st = n < UINT32_MAX ? build(l, name, n, &skipped, err) : NORO_EARG;
	if (st != NORO_OK) {
		noro_leaks_free(l);
		return noro_fail(err, st, NULL);
	}
	if (ret_skipped)
		*ret_skipped = skipped;
	*ret = l;
	return NORO_OK;
}

void noro_leaks_free(struct noro_leaks *l)
{
	if (!l)
		return;
	noro_match_free(l->words);
	noro_match_free(l->raw);
	noro_set_free(l->none);
	noro_set_free(l->set);
	noro_arena_free(l->arena);
	free(l);
}

enum noro_status noro_leak_finder_new(
	const struct noro_leaks *l, struct noro_leak_finder **ret, struct noro_error *err)
{
	struct noro_leak_finder *f = noro_calloc(1, sizeof(*f));
	enum noro_status st = NORO_ENOMEM;

	if (f) {
		f->l = l;
		st = noro_scanner_new(l->raw, &f->raw);
		if (st == NORO_OK)
			st = noro_scanner_new(l->words, &f->words);
	}
	if (st != NORO_OK) {
		noro_leak_finder_free(f);
		return noro_fail(err, st, NULL);
	}
	*ret = f;
	return NORO_OK;
}

void noro_leak_finder_free(struct noro_leak_finder *f)
{
	if (!f)
		return;
	noro_scanner_free(f->words);
	noro_scanner_free(f->raw);
	noro_buf_done(&f->text);
	noro_buf_done(&f->bare);
	noro_buf_done(&f->plain);
	free(f->from);
	free(f->plain_from);
	free(f);
}

/* ---- finding ---- */

/* A run of base64: where it stands in the text, and from where on what it says stands in `out`. */
struct run {
	size_t at, n, out;
};

struct finding {
	struct noro_leak_finder *f;
	struct noro_arena *arena;
	struct noro_leak *list;
	size_t n, cap;
	struct noro_view text, in; /* in: what was squeezed; each byte of it stood where in_from
				      says, or there if that is NULL */
	const uint32_t *in_from;
	const struct run *run; /* what is searched was decoded; NULL: it is the text */
	size_t runs;
};

/* The run that says what stands at `at` of what was decoded. */
static const struct run *run_at(const struct run *run, size_t n, size_t at)
{
	size_t lo = 0, hi = n;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (run[mid].out <= at)
			lo = mid;
		else
			hi = mid;
	}
	return &run[lo];
}

static enum noro_status add(struct finding *g, size_t what, size_t at, size_t len)
{
	const struct noro_leaks *l = g->f->l;

	if (g->run) {
		const struct run *r = run_at(g->run, g->runs, at);

		at = r->at;
		len = r->n;
	}
	for (size_t i = what; i < l->n && (i == what || !is_first(l, i)); i++) {
		g->list = noro_arena_grow(g->arena, g->list, g->n, &g->cap, sizeof(*g->list));
		if (!g->list)
			return NORO_ENOMEM;
		g->list[g->n++] = (struct noro_leak){
			.at = at, .len = len, .name = &l->name[l->what[i].name], .hidden = g->run
		};
	}
	return NORO_OK;
}

/* Search all of `v` by pieces that overlap. */
static enum noro_status scan(struct finding *g, struct noro_scanner *s, struct noro_view v,
	enum noro_status (*on)(struct finding *g, struct noro_view v, const struct noro_hit *h))
{
	struct noro_buf *b = &g->f->text;
	enum noro_status st = NORO_OK;

	for (size_t from = 0; st == NORO_OK && from < v.n; from += PIECE) {
		struct noro_view part = noro_view_sub(v, from, PIECE + OVERLAP);
		struct noro_scan got;
		char *p;

		noro_buf_clear(b);
		p = noro_buf_room(b, part.n + 2 * (size_t)NORO_SCAN_PAD);
		if (!p)
			return NORO_ENOMEM;
		memset(p, 0, part.n + 2 * (size_t)NORO_SCAN_PAD);
		memcpy(p + NORO_SCAN_PAD, part.p, part.n);
		st = noro_scan(s, p + NORO_SCAN_PAD, part.n, &got);
		for (size_t i = 0; st == NORO_OK && i < got.hits; i++) {
			struct noro_hit h = got.hit[i];

			h.at += (uint32_t)from;
			if (h.at < from + PIECE || part.n <= PIECE)
				st = on(g, v, &h);
		}
	}
	return st;
}

static enum noro_status on_raw(struct finding *g, struct noro_view v, const struct noro_hit *h)
{
	const struct noro_leaks *l = g->f->l;
	uint32_t what;

	if (h->key < NORO_EXTRA) {
		what = l->first_of[h->key];
		return what == UINT32_MAX ? NORO_OK : add(g, what, h->at, h->len);
	}
	/* a domain inside a longer name, from the beginning of a label on */
	if (h->at > 0 && noro_is_alnum(v.p[h->at - 1]))
		return NORO_OK;
	return add(g, l->domain[h->key - NORO_EXTRA], h->at, h->len);
}

static bool hex(struct noro_view v, uint32_t *ret)
{
	*ret = 0;
	for (size_t i = 0; i < v.n; i++) {
		int d = noro_hex_value(v.p[i]);

		if (d < 0)
			return false;
		*ret = *ret << 4 | (uint32_t)d;
	}
	return v.n > 0;
}

/* Is this %41 or \u0041? Its length, or 0. */
static size_t escape(struct noro_view v, uint32_t *ret)
{
	if (v.n >= 3 && v.p[0] == '%' && hex(noro_view_sub(v, 1, 2), ret))
		return 3;
	if (v.n >= 6 && v.p[0] == '\\' && v.p[1] == 'u' && hex(noro_view_sub(v, 2, 4), ret))
		return 6;
	return 0;
}

static enum noro_status on_word(struct finding *g, struct noro_view v, const struct noro_hit *h)
{
	const struct noro_leak_finder *f = g->f;
	size_t at = f->from[h->at], last = f->from[h->at + h->len - 1], n;
	uint32_t c;

	(void)v;
	n = noro_utf8_next(noro_view_sub(g->in, last, 4), &c);
	last += n ? n - 1 : 0;
	n = 1;
	if (g->in_from) {
		at = g->in_from[at];
		last = g->in_from[last];
		n = g->run ? 1 : escape(noro_view_sub(g->text, last, 6), &c);
	}
	return add(g, f->l->word[h->key - NORO_EXTRA], at, last - at + (n ? n : 1));
}

/* %41 and \u0041 undone; each byte knows where it stood. */
static enum noro_status undo(struct noro_leak_finder *f, struct noro_view v, bool *ret_any)
{
	struct squeezed s = { &f->plain, &f->plain_from, &f->plain_cap };

	noro_buf_clear(&f->plain);
	*ret_any = false;
	for (size_t i = 0, len; i < v.n; i += len) {
		char utf8[4] = { v.p[i] };
		size_t bytes = 1;
		uint32_t c;

		len = escape(noro_view_sub(v, i, 6), &c);
		if (len == 3)
			utf8[0] = (char)(unsigned char)c;
		else if (len)
			bytes = noro_utf8_put(c, utf8);
		*ret_any |= len > 0;
		len = len ? len : 1;
		noro_buf_add(&f->plain, utf8, bytes);
		if (f->plain.status != NORO_OK || !note(&s, bytes, (uint32_t)i))
			return NORO_ENOMEM;
	}
	return NORO_OK;
}

/* Words; `from`: where each byte of `v` stood in the text, NULL: there. */
static enum noro_status find_words(struct finding *g, struct noro_view v, const uint32_t *from)
{
	struct noro_leak_finder *f = g->f;
	struct squeezed s = { &f->bare, &f->from, &f->from_cap };
	size_t ascii;

	noro_buf_clear(&f->bare);
	(void)squeeze(v, &s, &ascii);
	if (f->bare.status != NORO_OK || (f->bare.n && !f->from))
		return NORO_ENOMEM;
	g->in = v;
	g->in_from = from;
	return scan(g, f->words, noro_buf_as_view(&f->bare), on_word);
}

static enum noro_status find_here(struct finding *g, struct noro_view v)
{
	struct noro_leak_finder *f = g->f;
	bool any;
	enum noro_status st = scan(g, f->raw, v, on_raw);

	if (st == NORO_OK)
		st = find_words(g, v, NULL);
	if (st == NORO_OK)
		st = undo(f, v, &any);
	if (st == NORO_OK && any)
		st = find_words(g, noro_buf_as_view(&f->plain), f->plain_from);
	return st;
}

/* ---- base64 ---- */

static int digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : NONE;
}

/* What a run says; of UTF-16 the bytes without their zeros. */
static void decode(struct noro_view run, struct noro_buf *out)
{
	uint32_t bits = 0;
	unsigned n = 0;

	for (size_t i = 0; i < run.n; i++) {
		bits = bits << 6 | (uint32_t)digit(run.p[i]);
		n += 6;
		if (n >= 8) {
			char c = (char)(unsigned char)(bits >> (n - 8) & 255);

			if (c)
				noro_buf_chr(out, c);
			n -= 8;
		}
	}
}

/* All that could be base64 in `v`, decoded from each of the four places, with BREAK between. */
static enum noro_status decode_all(
	const struct finding *g, struct noro_view v, struct noro_buf *out, struct finding *ret)
{
	struct run *run = NULL;
	size_t runs = 0, cap = 0;

	for (size_t i = 0, n; i < v.n; i += n + 1) {
		for (n = 0; i + n < v.n && digit(v.p[i + n]) != NONE;)
			n++;
		for (size_t k = 0; n >= RUN_LEAST && k < 4; k++) {
			struct run r = { i, n, out->n };

			if (g->run) {
				r = *run_at(g->run, g->runs, i);
				r.out = out->n;
			}
			run = noro_arena_grow(g->arena, run, runs, &cap, sizeof(*run));
			if (!run)
				return NORO_ENOMEM;
			run[runs++] = r;
			decode(noro_view_sub(v, i + k, n - k), out);
			noro_buf_chr(out, (char)(unsigned char)BREAK);
		}
	}
	ret->run = run;
	ret->runs = runs;
	return out->status;
}

/* In the text, in what its base64 says, and in what that says. */
static enum noro_status find_all(struct finding *g, struct noro_view v)
{
	struct noro_buf b[DEPTH] = { 0 };
	enum noro_status st = find_here(g, v);

	for (size_t i = 0; st == NORO_OK && i < DEPTH; i++) {
		struct finding at = *g;

		st = decode_all(&at, v, &b[i], g);
		v = noro_buf_as_view(&b[i]);
		if (st != NORO_OK || !g->runs)
			break;
		st = find_here(g, v);
	}
	for (size_t i = 0; i < DEPTH; i++)
		noro_buf_done(&b[i]);
	return st;
}

static int by_place(const void *pa, const void *pb)
{
	const struct noro_leak *a = pa, *b = pb;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->len != b->len)
		return a->len > b->len ? -1 : 1;
	return a->name < b->name ? -1 : a->name > b->name;
}

/* Was the same name found there already, in another way or as a part of more? */
static bool is_known(const struct noro_leak *list, size_t n, const struct noro_leak *l)
{
	for (size_t k = n; k-- > 0 && n - k <= LOOK_BACK;)
		if (list[k].name == l->name && list[k].at + list[k].len >= l->at + l->len)
			return true;
	return false;
}

enum noro_status noro_leaks_find(struct noro_leak_finder *f, struct noro_view text,
	struct noro_arena *a, const struct noro_leak **ret, size_t *ret_n)
{
	struct finding g = { .f = f, .arena = a, .text = text };
	enum noro_status st = text.n < UINT32_MAX ? find_all(&g, text) : NORO_ELIMIT;
	size_t n = 0;

	if (g.n)
		qsort(g.list, g.n, sizeof(*g.list), by_place);
	for (size_t i = 0; i < g.n; i++)
		if (!is_known(g.list, n, &g.list[i]))
			g.list[n++] = g.list[i];
	*ret = g.list;
	*ret_n = n;
	return st;
}
