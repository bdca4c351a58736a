/*
 * src/rule/state.c - what is remembered per source, per user, per pair: a table
 * of fixed-size entries that never grows past its ceiling. Events come in order
 * of time, so the entry touched longest ago is the one that can least matter; at
 * the ceiling it is used again and the caller learns how old it was.
 */
#include "base/hash.h"
#include "base/mem.h"
#include "rule/rule_priv.h"

static uint64_t rotate(uint64_t x, int b)
{
	return (x << b) | (x >> (64 - b));
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

/* SipHash-1-3: keys come from strangers, who must not be able to choose one bucket for all. */
uint64_t noro_view_hash(const uint64_t seed[2], struct noro_view v)
{
	uint64_t s[4] = { seed[0] ^ 0x736f6d6570736575u, seed[1] ^ 0x646f72616e646f6du,
		seed[0] ^ 0x6c7967656e657261u, seed[1] ^ 0x7465646279746573u };
	uint64_t m;
	size_t i = 0;

	for (; i + 8 <= v.n; i += 8) {
		memcpy(&m, v.p + i, 8);
		s[3] ^= m;
		sip_round(s);
		s[0] ^= m;
	}
	m = (uint64_t)v.n << 56;
	for (size_t k = 0; i + k < v.n; k++)
		m |= (uint64_t)(uint8_t)v.p[i + k] << (8 * k);
	s[3] ^= m;
	sip_round(s);
	s[0] ^= m;
	s[2] ^= 0xff;
	for (int k = 0; k < 3; k++)
		sip_round(s);
	return s[0] ^ s[1] ^ s[2] ^ s[3];
}

static struct noro_keyed_head *at(const struct noro_keyed *t, uint32_t index_1)
{
	return (struct noro_keyed_head *)(void *)(t->entry + (size_t)(index_1 - 1) * t->size);
}

static uint64_t hash_of(const struct noro_keyed *t, const struct noro_view key[NORO_RULE_BY])
{
	uint64_t h = 0;

	for (int i = 0; i < NORO_RULE_BY; i++)
		h = rotate(h, 7) ^ noro_view_hash(t->seed, key[i]) * 0x9e3779b97f4a7c15u;
	return h;
}

static bool same_key(const struct noro_keyed_head *e, const struct noro_view key[NORO_RULE_BY])
{
	for (int i = 0; i < NORO_RULE_BY; i++)
		if (!noro_view_eq(e->key[i], key[i]))
			return false;
	return true;
}

enum noro_status noro_keyed_init(struct noro_keyed *t, size_t size, size_t most)
{
	*t = (struct noro_keyed){ .size = (size + 15) & ~(size_t)15 };
	t->most = NORO_RULE_MAX_STATE / t->size;
	if (t->most > most)
		t->most = most;
	if (t->most == 0)
		t->most = 1;
	t->buckets = 64;
	t->bucket = noro_calloc(t->buckets, sizeof(*t->bucket));
	if (!t->bucket)
		return NORO_ENOMEM;
	return noro_random(t->seed, sizeof(t->seed));
}

void noro_keyed_done(struct noro_keyed *t)
{
	free(t->entry);
	free(t->bucket);
	*t = (struct noro_keyed){ 0 };
}

static uint32_t look(const struct noro_keyed *t, const struct noro_view key[], uint64_t hash)
{
	uint32_t i = t->bucket[hash & (t->buckets - 1)];

	while (i && !(at(t, i)->hash == hash && same_key(at(t, i), key)))
		i = at(t, i)->next;
	return i;
}

static void unlink_age(struct noro_keyed *t, struct noro_keyed_head *e)
{
	if (e->older)
		at(t, e->older)->newer = e->newer;
	else
		t->oldest = e->newer;
	if (e->newer)
		at(t, e->newer)->older = e->older;
	else
		t->newest = e->older;
	e->older = e->newer = 0;
}

static void append_age(struct noro_keyed *t, uint32_t i)
{
	struct noro_keyed_head *e = at(t, i);

	e->older = t->newest;
	if (t->newest)
		at(t, t->newest)->newer = i;
	else
		t->oldest = i;
	t->newest = i;
}

static void unlink_bucket(struct noro_keyed *t, uint32_t i)
{
	uint32_t *from = &t->bucket[at(t, i)->hash & (t->buckets - 1)];

	while (*from != i)
		from = &at(t, *from)->next;
	*from = at(t, i)->next;
}

static bool more_buckets(struct noro_keyed *t)
{
	size_t n = t->buckets * 2;
	uint32_t *bucket = noro_calloc(n, sizeof(*bucket));

	if (!bucket)
		return false;
	for (uint32_t i = 1; i <= t->entries; i++) {
		struct noro_keyed_head *e = at(t, i);

		e->next = bucket[e->hash & (n - 1)];
		bucket[e->hash & (n - 1)] = i;
	}
	free(t->bucket);
	t->bucket = bucket;
	t->buckets = n;
	return true;
}

/* A free entry: a new one, or at the ceiling the oldest. 0 without memory. */
static uint32_t take(struct noro_keyed *t, int64_t *ret_lost)
{
	if (t->entries >= t->most) {
		uint32_t i = t->oldest;

		*ret_lost = at(t, i)->seen_ns;
		unlink_bucket(t, i);
		unlink_age(t, at(t, i));
		return i;
	}
	if (t->entries >= t->buckets && !more_buckets(t))
		return 0;
	if (t->entries == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 32;
		char *moved;

		if (cap > t->most)
			cap = t->most;
		moved = noro_reallocarray(t->entry, cap, t->size);
		if (!moved)
			return 0;
		t->entry = moved;
		t->cap = cap;
	}
	return (uint32_t)++t->entries;
}

void *noro_keyed_find(const struct noro_keyed *t, const struct noro_view key[NORO_RULE_BY])
{
	uint32_t i = look(t, key, hash_of(t, key));

	return i ? at(t, i) : NULL;
}

void *noro_keyed_get(struct noro_keyed *t, const struct noro_view key[NORO_RULE_BY], int64_t now_ns,
	int64_t *ret_lost)
{
	uint64_t hash = hash_of(t, key);
	uint32_t i = look(t, key, hash);
	struct noro_keyed_head *e;

	*ret_lost = NORO_TIME_NONE;
	if (i) {
		e = at(t, i);
		unlink_age(t, e);
		e->fresh = 0;
	} else {
		i = take(t, ret_lost);
		if (!i)
			return NULL;
		e = at(t, i);
		memset(e, 0, t->size);
		e->hash = hash;
		memcpy(e->key, key, sizeof(e->key));
		e->next = t->bucket[hash & (t->buckets - 1)];
		t->bucket[hash & (t->buckets - 1)] = i;
		e->fresh = 1;
	}
	append_age(t, i);
	e->seen_ns = now_ns;
	return e;
}
