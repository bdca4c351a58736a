/*
 * src/intel/set_filter.c - what stands before the exact tables: Bloom filters, the
 * map of last labels, and prefixes as a forest.
 *
 * Prefixes are nested or disjoint, never crossing (ranges are cut into prefixes),
 * so that sorted by (first address, widest first) each has at most one next wider
 * one. An address is looked up by the last prefix that begins at or before it and
 * then upwards: at most 33 or 129 steps, however many prefixes there are.
 */
#include "intel/set_priv.h"

#include "base/mem.h"

#include <sys/mman.h>

enum { BITS_PER_KEY = 16, MIN_WORDS = 64, HUGE_PAGE = 2 << 20, MAX_PREFIXES = 256 };

void noro_set_prefer_large_pages(void *p, size_t n)
{
	uintptr_t from = ((uintptr_t)p + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1);
	uintptr_t to = ((uintptr_t)p + n) & ~(uintptr_t)(HUGE_PAGE - 1);

	if (to > from)
		(void)madvise((uint8_t *)p + (from - (uintptr_t)p), to - from, MADV_HUGEPAGE);
}

void *noro_set_large(size_t n)
{
	void *p = noro_calloc(1, n);

	if (p)
		noro_set_prefer_large_pages(p, n);
	return p;
}

static bool bloom_new(struct noro_set *s, unsigned sec, size_t keys, struct noro_bloom *ret)
{
	size_t words = MIN_WORDS;
	void *p;

	while (words * 64 < keys * BITS_PER_KEY)
		words *= 2;
	p = noro_set_large(words * 8);
	if (!p)
		return false;
	s->sec[sec] = (struct section){ .p = p, .n = words * 8, .owned = p };
	ret->word = p;
	ret->words = words;
	ret->shift = 64 - (unsigned)__builtin_ctzll(words);
	return true;
}

static void bloom_add(struct noro_set *s, unsigned sec, const struct noro_bloom *b, uint64_t h)
{
	uint64_t *word = s->sec[sec].owned;

	word[h >> b->shift] |= noro_bloom_bits(h);
}

static struct noro_view text_of(const struct noro_set *s, unsigned k, uint32_t i)
{
	const uint32_t *offset = (const uint32_t *)(const void *)set_part(s, k, PART_OFFSETS)->p;

	return noro_view(set_part(s, k, PART_VALUES)->p + offset[i], offset[i + 1] - offset[i]);
}

static void add_name(struct noro_set *s, struct noro_view name)
{
	uint64_t *tld = s->sec[SEC_TLD].owned;
	size_t dot = noro_view_rchr(name, '.');
	uint8_t padded[8 + NORO_NAME_MAX];
	struct noro_view two = name;
	uint32_t slot;

	if (dot == SIZE_MAX || name.n > NORO_NAME_MAX)
		return;
	if (dot) {
		size_t second = noro_view_rchr(noro_view_sub(name, 0, dot), '.');

		if (second != SIZE_MAX)
			two = noro_view_sub(name, second + 1, name.n);
	}
	bloom_add(s, SEC_BLOOM_NAME, &s->view.name, noro_hash_text(two));
	bloom_add(s, SEC_BLOOM_NAME, &s->view.name, noro_hash_text(name));
	memset(padded, 0, 8);
	memcpy(padded + 8, name.p, name.n);
	slot = noro_tld_slot(padded + 8 + name.n, (unsigned)(name.n - dot - 1));
	tld[slot >> 6] |= UINT64_C(1) << (slot & 63);
	if (noro_view_find_i(name, NORO_V("xn--")) != SIZE_MAX)
		s->view.idn = true;
}

static void add_host(struct noro_set *s, struct noro_view host)
{
	uint8_t bin[16];
	uint32_t v4;

	if (noro_set_read_bin(NORO_IOC_IPV4, host, bin)) {
		memcpy(&v4, bin, 4);
		bloom_add(s, SEC_BLOOM4, &s->view.v4, noro_hash_v4(v4));
	} else if (noro_set_read_bin(NORO_IOC_IPV6, host, bin)) {
		bloom_add(s, SEC_BLOOM_HEX, &s->view.hex, noro_hash_v6(bin));
	} else {
		add_name(s, host);
	}
}

static void add_text(struct noro_set *s, enum noro_ioc_kind k, struct noro_view v)
{
	char canonical[NORO_URL_MAX];
	struct noro_url_parts parts;

	if (k == NORO_IOC_DOMAIN || (k == NORO_IOC_FILE_NAME && noro_name_shaped(v)))
		add_name(s, v);
	if (k == NORO_IOC_EMAIL)
		add_host(s, noro_view_sub(v, noro_view_rchr(v, '@') + 1, v.n));
	if (k == NORO_IOC_URL && noro_url_canonical(v, canonical, &parts))
		add_host(s, noro_view(canonical + parts.host_at, parts.host_n));
}

static void add_bin(struct noro_set *s, enum noro_ioc_kind k, const uint8_t *value)
{
	uint64_t h = noro_set_hash_bin(k, value);

	if (k == NORO_IOC_IPV4)
		bloom_add(s, SEC_BLOOM4, &s->view.v4, h);
	else
		bloom_add(s, SEC_BLOOM_HEX, &s->view.hex, h);
}

static enum noro_status build_blooms(struct noro_set *s)
{
	size_t named = (size_t)s->count[NORO_IOC_DOMAIN] + s->count[NORO_IOC_URL] +
		       s->count[NORO_IOC_EMAIL] + s->count[NORO_IOC_FILE_NAME];
	size_t v4 = (size_t)s->count[NORO_IOC_IPV4] + s->count[NORO_IOC_URL];
	size_t hex = s->count[NORO_IOC_URL];
	void *tld;

	for (unsigned k = 0; k < NORO_IOC_KINDS; k++)
		if (k != NORO_IOC_IPV4 && noro_set_width((enum noro_ioc_kind)k))
			hex += s->count[k];
	tld = noro_calloc(1, NORO_TLD_SLOTS / 8);
	s->sec[SEC_TLD] = (struct section){ .p = tld, .n = NORO_TLD_SLOTS / 8, .owned = tld };
	if (!tld || !bloom_new(s, SEC_BLOOM4, v4, &s->view.v4) ||
		!bloom_new(s, SEC_BLOOM_NAME, named + named / 4, &s->view.name) ||
		!bloom_new(s, SEC_BLOOM_HEX, hex, &s->view.hex))
		return NORO_ENOMEM;
	for (unsigned k = 0; k < NORO_IOC_KINDS; k++) {
		unsigned width = noro_set_width((enum noro_ioc_kind)k);

		for (uint32_t i = 0; i < s->count[k]; i++) {
			if (width)
				add_bin(s, (enum noro_ioc_kind)k,
					set_part(s, k, PART_VALUES)->p + (size_t)i * width);
			else
				add_text(s, (enum noro_ioc_kind)k, text_of(s, k, i));
		}
	}
	return NORO_OK;
}

/* --- prefixes --- */

struct nets {
	struct noro_net4 *v4;
	struct noro_net6 *v6;
	size_t n4, n6, cap4, cap6;
};

static enum noro_status add_net(struct nets *t, const struct noro_prefix *p, uint32_t key)
{
	struct noro_range r = noro_prefix_range(p);
	void *grown;

	if (p->ip.family == 4) {
		grown = noro_grow(t->v4, t->n4, &t->cap4, sizeof(*t->v4));
		if (!grown)
			return NORO_ENOMEM;
		t->v4 = grown;
		t->v4[t->n4++] = (struct noro_net4){ noro_ip_v4(&r.lo), noro_ip_v4(&r.hi), key, 0 };
		return NORO_OK;
	}
	grown = noro_grow(t->v6, t->n6, &t->cap6, sizeof(*t->v6));
	if (!grown)
		return NORO_ENOMEM;
	t->v6 = grown;
	memcpy(t->v6[t->n6].lo, r.lo.b, 16);
	memcpy(t->v6[t->n6].hi, r.hi.b, 16);
	t->v6[t->n6].parent = 0;
	t->v6[t->n6++].key = key;
	return NORO_OK;
}

static int by_start4(const void *a, const void *b)
{
	const struct noro_net4 *x = a, *y = b;

	if (x->lo != y->lo)
		return x->lo < y->lo ? -1 : 1;
	if (x->hi != y->hi)
		return x->hi > y->hi ? -1 : 1;
	return x->key < y->key ? -1 : x->key > y->key;
}

static int by_start6(const void *a, const void *b)
{
	const struct noro_net6 *x = a, *y = b;
	int c = memcmp(x->lo, y->lo, 16);

	if (!c)
		c = memcmp(y->hi, x->hi, 16);
	if (c)
		return c;
	return x->key < y->key ? -1 : x->key > y->key;
}

static void link_parents(struct nets *t)
{
	for (size_t i = 1; i < t->n4; i++) {
		uint32_t up = (uint32_t)i; /* plus 1: the one before */

		while (up && t->v4[up - 1].hi < t->v4[i].hi)
			up = t->v4[up - 1].parent;
		t->v4[i].parent = up;
	}
	for (size_t i = 1; i < t->n6; i++) {
		uint32_t up = (uint32_t)i;

		while (up && memcmp(t->v6[up - 1].hi, t->v6[i].hi, 16) < 0)
			up = t->v6[up - 1].parent;
		t->v6[i].parent = up;
	}
}

static enum noro_status build_nets(struct noro_set *s)
{
	struct noro_prefix *cut = noro_reallocarray(NULL, MAX_PREFIXES, sizeof(*cut));
	enum noro_status st = cut ? NORO_OK : NORO_ENOMEM;
	struct nets t = { 0 };

	for (uint32_t i = 0; i < s->count[NORO_IOC_NET] && st == NORO_OK; i++) {
		struct noro_range r;
		size_t n = 0;

		if (noro_range_parse(text_of(s, NORO_IOC_NET, i), &r))
			n = noro_range_prefixes(&r, cut);
		for (size_t p = 0; p < n && st == NORO_OK; p++)
			st = add_net(&t, &cut[p], s->first[NORO_IOC_NET] + i);
	}
	free(cut);
	if (t.n4)
		qsort(t.v4, t.n4, sizeof(*t.v4), by_start4);
	if (t.n6)
		qsort(t.v6, t.n6, sizeof(*t.v6), by_start6);
	link_parents(&t);
	s->sec[SEC_NET4] = (struct section){ (uint8_t *)t.v4, t.n4 * sizeof(*t.v4), t.v4 };
	s->sec[SEC_NET6] = (struct section){ (uint8_t *)t.v6, t.n6 * sizeof(*t.v6), t.v6 };
	return st;
}

enum noro_status noro_set_filters(struct noro_set *s)
{
	enum noro_status st = build_blooms(s);

	return st == NORO_OK ? build_nets(s) : st;
}

/* --- reading them --- */

static void mark(uint64_t *bits, uint32_t from, uint32_t to)
{
	for (uint32_t i = from;; i++) {
		if (i % 64 == 0 && to - i >= 64) {
			bits[i / 64] = UINT64_MAX;
			i += 63;
		} else {
			bits[i / 64] |= UINT64_C(1) << (i % 64);
		}
		if (i == to)
			return;
	}
}

enum noro_status noro_set_net_maps(struct noro_set *s)
{
	const struct noro_net4 *net = s->view.net4;

	if (!s->view.nets4)
		return NORO_OK;
	s->net16 = noro_calloc(65536 / 64, 8);
	s->net24 = noro_set_large((1 << 24) / 8);
	if (!s->net16 || !s->net24)
		return NORO_ENOMEM;
	for (uint32_t i = 0; i < s->view.nets4; i++) {
		if (net[i].parent) /* inside one that is marked */
			continue;
		mark(s->net16, net[i].lo >> 16, net[i].hi >> 16);
		mark(s->net24, net[i].lo >> 8, net[i].hi >> 8);
	}
	s->view.net16 = s->net16;
	s->view.net24 = s->net24;
	return NORO_OK;
}

size_t noro_set_nets4(const struct noro_set *s, uint32_t ip, uint32_t *keys, size_t cap)
{
	const struct noro_net4 *net = s->view.net4;
	uint32_t lo = 0, hi = s->view.nets4;
	size_t n = 0;

	if (!hi || !(s->net24[ip >> 14] >> (ip >> 8 & 63) & 1))
		return 0;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (net[mid].lo <= ip)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (uint32_t at = lo; at && n < cap; at = net[at - 1].parent)
		if (net[at - 1].hi >= ip)
			keys[n++] = net[at - 1].key;
	return n;
}

size_t noro_set_nets6(const struct noro_set *s, const uint8_t ip[16], uint32_t *keys, size_t cap)
{
	const struct noro_net6 *net = s->view.net6;
	uint32_t lo = 0, hi = s->view.nets6;
	size_t n = 0;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (memcmp(net[mid].lo, ip, 16) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (uint32_t at = lo; at && n < cap; at = net[at - 1].parent)
		if (memcmp(net[at - 1].hi, ip, 16) >= 0)
			keys[n++] = net[at - 1].key;
	return n;
}
