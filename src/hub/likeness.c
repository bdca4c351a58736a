/* src/hub/likeness.c - MinHash; see likeness.h. */
#include "hub/likeness.h"

#include "base/siphash.h"

/* Letters and digits of any script, folded where that is ASCII; everything else parts words. */
static bool next_word(struct noro_view *rest, uint64_t *ret)
{
	static const uint8_t key[16] = { 'w', 'o', 'r', 'd' };
	char word[64];
	size_t n = 0, i = 0;

	while (i < rest->n && !noro_is_alnum(rest->p[i]) && !(rest->p[i] & 0x80))
		i++;
	for (; i < rest->n && (noro_is_alnum(rest->p[i]) || (rest->p[i] & 0x80)); i++) {
		/* Japanese has no blanks: a character outside ASCII begins a word of its own */
		if (n && (rest->p[i] & 0xc0) == 0xc0)
			break;
		if (n < sizeof(word))
			word[n++] = noro_lower(rest->p[i]);
	}
	*rest = noro_view_sub(*rest, i, rest->n);
	*ret = noro_siphash(key, word, n);
	return n > 0;
}

static void add(struct noro_likeness *l, uint64_t shingle)
{
	for (uint64_t i = 0; i < NORO_LIKENESS; i++) {
		uint64_t z =
			(shingle ^ i * UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xbf58476d1ce4e5b9);
		uint32_t h = (uint32_t)((z ^ (z >> 29)) * UINT64_C(0x94d049bb133111eb) >> 32);

		if (h < l->least[i])
			l->least[i] = h;
	}
}

struct noro_likeness noro_likeness(struct noro_view text)
{
	struct noro_likeness l;
	uint64_t one = 0, two = 0, three;
	size_t words = 0;

	memset(l.least, 0xff, sizeof(l.least));
	for (; next_word(&text, &three); words++) {
		if (words >= 2)
			add(&l, one * 31 + two * 7 + three);
		one = two;
		two = three;
	}
	l.is = words >= NORO_LIKENESS_WORDS;
	return l;
}

double noro_likeness_of(const struct noro_likeness *a, const struct noro_likeness *b)
{
	unsigned same = 0;

	if (!a->is || !b->is)
		return 0;
	for (unsigned i = 0; i < NORO_LIKENESS; i++)
		same += a->least[i] == b->least[i];
	return (double)same / NORO_LIKENESS;
}
