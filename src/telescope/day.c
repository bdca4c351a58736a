/*
 * src/telescope/day.c - exact IPv4 sources of a day. One bit an address takes 512 MiB as soon as a
 * million sources are spread over the internet, and a miss of every cache for each; a set of the
 * addresses takes a few bytes a source. So a shard keeps a set until that would be as large as bits
 * for all the addresses that fall to it (2 MiB), then bits: never more than 512 MiB in all, and
 * for 10 million sources an eighth of that. Both are exact, so that the number of workers, which
 * own whole shards, does not matter.
 *
 * Nobody asks how many there are before the minute ends. So sources are written behind one another
 * first, and looked up a thousand at a time: those of one shard lie in a few pages, which are then
 * walked to once, and not once for each source.
 */
#include "telescope/scope_priv.h"

enum {
	LOG_FIRST = 10, /* a page at least */
	LOG_MOST = 18,
	LATER = 1024, /* a page */
	AHEAD = 16,
};
static const size_t WORDS = (size_t)1 << 18; /* 65,536 blocks of /24, 256 bits each */

static uint32_t place(const struct noro_day *d, uint32_t addr, uint64_t key)
{
	return (uint32_t)(noro_mix(addr ^ key) >> (64 - d->log));
}

static size_t word_of(uint32_t addr, uint16_t block)
{
	return (size_t)block << 2 | (addr >> 6 & 3);
}

/* True: it was not there. */
static bool put(struct noro_day *d, uint32_t addr, uint64_t key)
{
	uint32_t mask = (1U << d->log) - 1, at = place(d, addr, key);

	while (d->set[at] && d->set[at] != addr)
		at = (at + 1) & mask;
	if (d->set[at])
		return false;
	d->set[at] = addr;
	return true;
}

static bool set_bit(struct noro_day *d, uint32_t addr, uint16_t block)
{
	uint64_t *word = &d->bits[word_of(addr, block)], bit = UINT64_C(1) << (addr & 63);
	bool is_new = !(*word & bit);

	*word |= bit;
	return is_new;
}

static size_t set_bytes(const struct noro_day *d)
{
	return d->log ? sizeof(*d->set) << d->log : 0;
}

static bool become_bits(struct noro_slab *slab, struct noro_day *d)
{
	d->bits = noro_slab_get(slab, WORDS * sizeof(*d->bits));
	if (!d->bits)
		return false;
	for (uint32_t i = 0; i < 1U << d->log; i++)
		if (d->set[i])
			(void)set_bit(d, d->set[i], noro_block(d->set[i] >> 8));
	if (d->zero)
		(void)set_bit(d, 0, noro_block(0));
	noro_slab_put(slab, d->set, set_bytes(d));
	d->set = NULL;
	d->log = 0;
	return true;
}

static bool grow(struct noro_slab *slab, struct noro_day *d, uint64_t key)
{
	struct noro_day to = *d;

	if (d->log == LOG_MOST)
		return become_bits(slab, d);
	to.log = d->log ? (uint8_t)(d->log + 1) : LOG_FIRST;
	to.set = noro_slab_get(slab, set_bytes(&to));
	if (!to.set)
		return false;
	for (uint32_t i = 0; d->log && i < 1U << d->log; i++)
		if (d->set[i])
			(void)put(&to, d->set[i], key);
	noro_slab_put(slab, d->set, set_bytes(d));
	*d = to;
	return true;
}

static bool add(struct noro_slab *slab, struct noro_day *d, uint32_t addr, uint64_t key)
{
	if (!d->bits && (!d->log || 4 * ((uint64_t)d->n + 1) > UINT64_C(3) << d->log) &&
		!grow(slab, d, key))
		return false;
	if (d->bits) {
		d->n += set_bit(d, addr, noro_block(addr >> 8));
	} else if (addr) {
		d->n += put(d, addr, key);
	} else {
		d->n += !d->zero;
		d->zero = true;
	}
	return true;
}

static void ask(const struct noro_day *d, uint32_t addr, uint64_t key)
{
	if (d->bits)
		noro_ask(&d->bits[word_of(addr, noro_block(addr >> 8))]);
	else if (d->log)
		noro_ask(&d->set[place(d, addr, key)]);
}

bool noro_day_settle(struct noro_slab *slab, struct noro_day *d, uint64_t key)
{
	uint32_t n = d->laters;
	bool ok = true;

	for (uint32_t i = 0; i < n && i < AHEAD; i++)
		ask(d, d->later[i], key);
	for (uint32_t i = 0; ok && i < n; i++) {
		if (i + AHEAD < n)
			ask(d, d->later[i + AHEAD], key);
		ok = add(slab, d, d->later[i], key);
	}
	d->laters = 0;
	return ok;
}

bool noro_day_add(struct noro_slab *slab, struct noro_day *d, uint32_t addr, uint64_t key)
{
	if (!d->later) {
		d->later = noro_slab_take(slab, LATER * sizeof(*d->later));
		if (!d->later)
			return false;
	}
	d->later[d->laters++] = addr;
	return d->laters < LATER || noro_day_settle(slab, d, key);
}

void noro_day_clear(struct noro_slab *slab, struct noro_day *d)
{
	noro_slab_put(slab, d->set, set_bytes(d));
	noro_slab_put(slab, d->bits, WORDS * sizeof(*d->bits));
	noro_slab_put(slab, d->later, LATER * sizeof(*d->later));
	*d = (struct noro_day){ 0 };
}
