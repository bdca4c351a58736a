/*
 * src/intel/set_build.c - collecting indicators for a compiled set.
 *
 * Each kind is a column: binary values side by side or texts in one pool, with a
 * 32-bit reference beside each that names what the value's source said. Nothing
 * is looked up or sorted while adding, so that ten million plain values cost
 * little more than reading them; set_finish.c does the rest in one go.
 */
#include "intel/set_priv.h"

#include "base/hash.h"
#include "base/mem.h"

static const uint8_t widths[NORO_IOC_KINDS] = {
	[NORO_IOC_IPV4] = 4,
	[NORO_IOC_IPV6] = 16,
	[NORO_IOC_MD5] = 16,
	[NORO_IOC_SHA1] = 20,
	[NORO_IOC_SHA256] = 32,
	[NORO_IOC_SHA512] = 64,
	[NORO_IOC_JA3] = 16,
	[NORO_IOC_HASSH] = 16,
	[NORO_IOC_ASN] = 4,
	[NORO_IOC_MAC] = 6,
	[NORO_IOC_ETH] = 20,
};

unsigned noro_set_width(enum noro_ioc_kind k)
{
	return widths[k];
}

enum noro_status noro_set_builder_new(size_t max_memory, struct noro_set_builder **ret)
{
	struct noro_set_builder *b = noro_calloc(1, sizeof(*b));

	if (!b)
		return NORO_ENOMEM;
	b->max_memory = max_memory;
	if (noro_random(&b->seed, sizeof(b->seed)) != NORO_OK)
		b->seed = (uintptr_t)b; /* worse, but still not the writer's choice */
	noro_buf_chr(&b->strings, '\0');
	if (b->strings.status != NORO_OK) {
		noro_set_builder_free(b);
		return NORO_ENOMEM;
	}
	*ret = b;
	return NORO_OK;
}

void noro_set_builder_free(struct noro_set_builder *b)
{
	if (!b)
		return;
	for (size_t k = 0; k < NORO_IOC_KINDS; k++) {
		free(b->col[k].values);
		free(b->col[k].offset);
		free(b->col[k].ref);
	}
	noro_buf_done(&b->strings);
	noro_buf_done(&b->scratch);
	free(b->meta);
	free(b->slot);
	free(b->pattern);
	free(b->pair);
	free(b);
}

/* Room for `more` elements behind `n`; half as much again each time, under the ceiling. */
static bool make_room(
	struct noro_set_builder *b, void **array, size_t n, size_t more, size_t *cap, size_t size)
{
	size_t want, bytes;
	void *moved;

	if (n + more <= *cap)
		return true;
	want = *cap + *cap / 2;
	if (want < n + more)
		want = n + more;
	if (want < 64)
		want = 64;
	if (__builtin_mul_overflow(want, size, &bytes))
		return false;
	if (b->max_memory && b->memory + (bytes - *cap * size) > b->max_memory)
		return false;
	moved = noro_realloc(*array, bytes);
	if (!moved)
		return false;
	noro_set_prefer_large_pages((char *)moved + n * size, bytes - n * size);
	b->memory += bytes - *cap * size;
	*array = moved;
	*cap = want;
	return true;
}

/* --- metas --- */

static uint32_t intern(struct noro_set_builder *b, const char *s)
{
	size_t at = b->strings.n;

	if (!s)
		return 0;
	if (at > UINT32_MAX / 2) { /* far past any list; the rest goes without its remarks */
		return 0;
	}
	noro_buf_add(&b->strings, s, strlen(s) + 1);
	return (uint32_t)at;
}

static const char *const *meta_strings(const struct noro_ioc_meta *m, const char *out[9])
{
	out[0] = m->source;
	out[1] = m->advisory;
	out[2] = m->section;
	out[3] = m->note;
	out[4] = m->actors;
	out[5] = m->attack;
	out[6] = m->cve;
	out[7] = m->labels;
	out[8] = m->allowed;
	return out;
}

static uint64_t hash_text(uint64_t h, const char *s)
{
	size_t n = s ? strlen(s) : 0;
	uint64_t w = 0;

	h = noro_mum(h ^ n, UINT64_C(0x9e3779b97f4a7c15) + (s != NULL));
	for (; n >= 8; n -= 8, s += 8)
		h = noro_mum(h ^ noro_load64(s), UINT64_C(0xe7037ed1a0b428db));
	if (n)
		memcpy(&w, s, n);
	return n ? noro_mum(h ^ w, UINT64_C(0x8ebc6af09c88c6e3)) : h;
}

/* Seeded by chance: texts of a source cannot be chosen to fall on each other. */
static uint64_t meta_hash(const struct noro_set_builder *b, const struct noro_ioc_meta *m)
{
	const char *str[9];
	uint64_t h = b->seed ^ noro_mix((uint64_t)m->from_ns) ^ noro_mix((uint64_t)m->until_ns + 1);

	meta_strings(m, str);
	h = noro_mix(
		h ^ noro_mix((uint64_t)m->typed_ns + 2) ^ noro_mix((uint64_t)m->expires_ns + 3));
	h ^= (uint64_t)m->role << 24 | (uint64_t)m->confidence << 16 | (uint64_t)m->tlp << 8 |
	     m->severity;
	for (size_t i = 0; i < 9; i++)
		h = hash_text(h + i, str[i]);
	return noro_mix(h);
}

static bool same_string(const struct noro_set_builder *b, uint32_t at, const char *s)
{
	if (!s || !at)
		return !s && !at;
	return strcmp(b->strings.p + at, s) == 0;
}

static bool same_meta(
	const struct noro_set_builder *b, const struct disk_meta *d, const struct noro_ioc_meta *m)
{
	const uint32_t *at = &d->source; /* nine offsets in the order of meta_strings */
	const char *str[9];

	meta_strings(m, str);
	for (size_t i = 0; i < 9; i++)
		if (!same_string(b, at[i], str[i]))
			return false;
	return d->from_ns == m->from_ns && d->until_ns == m->until_ns &&
	       d->typed_ns == m->typed_ns && d->expires_ns == m->expires_ns &&
	       d->role == (uint8_t)m->role && d->confidence == m->confidence && d->tlp == m->tlp &&
	       d->severity == m->severity;
}

static bool grow_slots(struct noro_set_builder *b)
{
	size_t slots = b->slots ? 2 * b->slots : 64;
	struct meta_slot *fresh;

	if (b->metas * 2 < b->slots)
		return true;
	if (b->max_memory && b->memory + slots * sizeof(*fresh) > b->max_memory)
		return false;
	fresh = noro_calloc(slots, sizeof(*fresh));
	if (!fresh)
		return false;
	noro_set_prefer_large_pages(fresh, slots * sizeof(*fresh));
	for (size_t i = 0; i < b->slots; i++) {
		size_t at = b->slot[i].hash & (slots - 1);

		if (!b->slot[i].meta)
			continue;
		while (fresh[at].meta)
			at = (at + 1) & (slots - 1);
		fresh[at] = b->slot[i];
	}
	b->memory += (slots - b->slots) * sizeof(*fresh);
	free(b->slot);
	b->slot = fresh;
	b->slots = slots;
	return true;
}

static enum noro_status store_meta(struct noro_set_builder *b, const struct noro_ioc_meta *m)
{
	size_t before = b->strings.n;
	struct disk_meta d = { 0 };

	if (!make_room(b, (void **)&b->meta, b->metas, 1, &b->meta_cap, sizeof(*b->meta)))
		return NORO_ENOMEM;
	d.source = intern(b, m->source);
	d.advisory = intern(b, m->advisory);
	d.section = intern(b, m->section);
	d.note = intern(b, m->note);
	d.actors = intern(b, m->actors);
	d.attack = intern(b, m->attack);
	d.cve = intern(b, m->cve);
	d.labels = intern(b, m->labels);
	d.allowed = intern(b, m->allowed);
	d.role = (uint8_t)m->role;
	d.confidence = m->confidence;
	d.tlp = m->tlp;
	d.severity = m->severity;
	d.from_ns = m->from_ns;
	d.until_ns = m->until_ns;
	d.typed_ns = m->typed_ns;
	d.expires_ns = m->expires_ns;
	b->memory += b->strings.n - before;
	if (b->strings.status != NORO_OK || (b->max_memory && b->memory > b->max_memory))
		return NORO_ENOMEM;
	b->meta[b->metas++] = d;
	return NORO_OK;
}

enum noro_status noro_set_meta(
	struct noro_set_builder *b, const struct noro_ioc_meta *m, uint32_t *ret)
{
	enum noro_status st;
	uint64_t h;
	size_t at;

	if (b->metas && same_meta(b, &b->meta[b->metas - 1], m)) {
		*ret = (uint32_t)b->metas - 1;
		return NORO_OK;
	}
	if (!grow_slots(b))
		return NORO_ENOMEM;
	h = meta_hash(b, m);
	at = h & (b->slots - 1);
	while (b->slot[at].meta) {
		if (b->slot[at].hash == h && same_meta(b, &b->meta[b->slot[at].meta - 1], m)) {
			*ret = b->slot[at].meta - 1;
			return NORO_OK;
		}
		at = (at + 1) & (b->slots - 1);
	}
	if (b->metas >= SET_MAX_KEYS)
		return NORO_ELIMIT;
	st = store_meta(b, m);
	if (st != NORO_OK)
		return st;
	b->slot[at] = (struct meta_slot){ h, (uint32_t)b->metas };
	*ret = (uint32_t)b->metas - 1;
	return NORO_OK;
}

enum noro_status noro_set_add_pattern(
	struct noro_set_builder *b, uint32_t meta, struct noro_view text, uint32_t *ret)
{
	size_t at = b->strings.n;

	if (meta >= b->metas)
		return NORO_EARG;
	if (text.n > NORO_VALUE_MAX || at > UINT32_MAX / 2 || b->patterns >= SET_MAX_KEYS)
		return NORO_ELIMIT;
	if (!make_room(
		    b, (void **)&b->pattern, b->patterns, 1, &b->pattern_cap, sizeof(*b->pattern)))
		return NORO_ENOMEM;
	noro_buf_view(&b->strings, text);
	noro_buf_chr(&b->strings, '\0');
	b->memory += text.n + 1;
	if (b->strings.status != NORO_OK || (b->max_memory && b->memory > b->max_memory))
		return NORO_ENOMEM;
	b->pattern[b->patterns] = (struct disk_pattern){
		.text = (uint32_t)at, .len = (uint32_t)text.n, .meta = meta
	};
	*ret = (uint32_t)b->patterns++;
	return NORO_OK;
}

/* --- values --- */

static bool read_v4(struct noro_view v, uint8_t out[4])
{
	uint32_t ip = 0, octet = 0;
	unsigned digits = 0, dots = 0;

	for (size_t i = 0; i < v.n; i++) {
		char c = v.p[i];

		if (noro_is_digit(c) && digits < 3 && !(digits && octet == 0)) {
			octet = octet * 10 + (uint32_t)(c - '0');
			digits++;
		} else if (c == '.' && digits && octet < 256 && dots < 3) {
			ip = ip << 8 | octet;
			octet = digits = 0;
			dots++;
		} else {
			return false;
		}
	}
	ip = ip << 8 | octet;
	memcpy(out, &ip, 4);
	return digits && octet < 256 && dots == 3;
}

/* 0 to 15, or 16 and more for what is no digit; digits and letters come mixed, so no branch. */
static inline unsigned hex_digit(char c)
{
	unsigned d = (uint8_t)c - 0x30U, a = ((uint8_t)c | 0x20U) - 'a';
	unsigned letter = a < 6 ? a + 10 : 16;

	return d < 10 ? d : letter;
}

static bool read_hex(struct noro_view v, uint8_t *out, size_t n)
{
	unsigned seen = 0;

	if (v.n != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned hi = hex_digit(v.p[2 * i]), lo = hex_digit(v.p[2 * i + 1]);

		seen |= hi | lo;
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return seen < 16;
}

static bool read_asn(struct noro_view v, uint8_t out[4])
{
	uint64_t n;
	uint32_t asn;

	if (noro_view_starts_i(v, "AS"))
		v = noro_view_sub(v, 2, v.n);
	if (!noro_view_u64(v, &n) || n > UINT32_MAX)
		return false;
	asn = (uint32_t)n;
	memcpy(out, &asn, 4);
	return true;
}

static bool read_mac(struct noro_view v, uint8_t out[6])
{
	if (v.n != 17)
		return false;
	for (size_t i = 0; i < 6; i++)
		if ((i && v.p[3 * i - 1] != ':') ||
			!read_hex(noro_view_sub(v, 3 * i, 2), out + i, 1))
			return false;
	return true;
}

static bool read_v6(struct noro_view v, uint8_t out[16])
{
	struct noro_ip ip;

	if (!noro_ip_parse(v, &ip) || ip.family != 6)
		return false;
	memcpy(out, ip.b, 16);
	return true;
}

bool noro_set_read_bin(enum noro_ioc_kind k, struct noro_view v, uint8_t *out)
{
	switch (k) {
	case NORO_IOC_IPV4:
		return read_v4(v, out);
	case NORO_IOC_IPV6:
		return read_v6(v, out);
	case NORO_IOC_ASN:
		return read_asn(v, out);
	case NORO_IOC_MAC:
		return read_mac(v, out);
	case NORO_IOC_ETH:
		return noro_view_starts_i(v, "0x") && read_hex(noro_view_sub(v, 2, v.n), out, 20);
	default:
		return read_hex(v, out, widths[k]);
	}
}

/* Texts that no look-up could ever find are refused here, not lost later. */
static enum noro_status check_text(enum noro_ioc_kind k, struct noro_view v)
{
	struct noro_range r;

	if (v.n == 0)
		return NORO_EFORMAT;
	if (v.n > NORO_VALUE_MAX)
		return NORO_ELIMIT;
	if (k == NORO_IOC_DOMAIN && (v.n > NORO_NAME_MAX || noro_view_chr(v, '.') == SIZE_MAX))
		return NORO_EFORMAT;
	if (k == NORO_IOC_EMAIL &&
		(v.n > (size_t)2 * NORO_NAME_MAX || noro_view_rchr(v, '@') - 1 >= v.n - 2))
		return NORO_EFORMAT;
	if (k == NORO_IOC_URL) {
		struct noro_url_parts parts;
		char canonical[NORO_URL_MAX];

		if (!noro_url_canonical(v, canonical, &parts))
			return NORO_EFORMAT;
	}
	if (k == NORO_IOC_NET && !noro_range_parse(v, &r))
		return NORO_EFORMAT;
	return NORO_OK;
}

static enum noro_status make_ref(
	struct noro_set_builder *b, uint32_t meta, uint32_t pattern, uint32_t *ret)
{
	if (meta >= b->metas || (pattern != NORO_NO_PATTERN && pattern >= b->patterns))
		return NORO_EARG;
	if (pattern == NORO_NO_PATTERN) {
		*ret = meta;
		return NORO_OK;
	}
	if (b->pairs >= SET_MAX_KEYS)
		return NORO_ELIMIT;
	if (!make_room(b, (void **)&b->pair, b->pairs, 1, &b->pair_cap, sizeof(*b->pair)))
		return NORO_ENOMEM;
	b->pair[b->pairs] = (struct disk_record){ meta, pattern };
	*ret = REF_MANY | (uint32_t)b->pairs++;
	return NORO_OK;
}

static enum noro_status append(struct noro_set_builder *b, struct column *c, struct noro_view value,
	bool text, uint32_t ref)
{
	if (text && c->used + value.n > UINT32_MAX)
		return NORO_ELIMIT;
	if (!make_room(b, (void **)&c->values, c->used, value.n, &c->cap, 1) ||
		!make_room(b, (void **)&c->ref, c->n, 1, &c->ref_cap, sizeof(*c->ref)) ||
		(text && !make_room(b, (void **)&c->offset, c->n, 1, &c->offset_cap,
				 sizeof(*c->offset))))
		return NORO_ENOMEM;
	if (text)
		c->offset[c->n] = (uint32_t)c->used;
	memcpy(c->values + c->used, value.p, value.n);
	c->used += value.n;
	c->ref[c->n++] = ref;
	b->added++;
	return NORO_OK;
}

enum noro_status noro_set_add(struct noro_set_builder *b, enum noro_ioc_kind kind,
	struct noro_view value, uint32_t meta, uint32_t pattern)
{
	unsigned width = widths[kind];
	uint8_t bin[64];
	uint32_t ref;
	enum noro_status st = NORO_OK;

	if (b->added >= SET_MAX_KEYS)
		return NORO_ELIMIT;
	if (width && !noro_set_read_bin(kind, value, bin))
		return NORO_EFORMAT;
	if (!width)
		st = check_text(kind, value);
	if (st == NORO_OK)
		st = make_ref(b, meta, pattern, &ref);
	if (st != NORO_OK)
		return st;
	if (width)
		return append(b, &b->col[kind], noro_view(bin, width), false, ref);
	return append(b, &b->col[kind], value, true, ref);
}

uint64_t noro_set_builder_count(const struct noro_set_builder *b)
{
	return b->added;
}
