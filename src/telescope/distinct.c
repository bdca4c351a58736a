/*
 * src/telescope/distinct.c - how many different ones. Up to NORO_FEW they are kept as they are, in
 * a small open-addressed set; past that a HyperLogLog (Flajolet 2007) with Ertl's estimator (2017),
 * which has no bias to correct in any range. Whether few or many is decided by the set alone, so
 * that parts counted apart and merged say the same as one count.
 */
#include "telescope/scope_priv.h"

#include "base/mem.h"

enum { LOG_FIRST = 3, LOG_MOST = 8 };

static double sigma(double x)
{
	double y = 1, z = x, before;

	if (x >= 1)
		return INFINITY;
	do {
		x *= x;
		before = z;
		z += x * y;
		y += y;
	} while (z != before);
	return z;
}

static double tau(double x)
{
	double y = 1, z = 1 - x, before;

	if (x <= 0 || x >= 1)
		return 0;
	do {
		x = sqrt(x);
		before = z;
		y /= 2;
		z -= (1 - x) * (1 - x) * y;
	} while (z != before);
	return z / 3;
}

double noro_hll_count(const uint8_t *reg, uint8_t p)
{
	size_t m = (size_t)1 << p, with[66] = { 0 };
	unsigned q = 64U - p;
	double z;

	for (size_t i = 0; i < m; i++)
		with[reg[i]]++;
	z = (double)m * tau(1 - (double)with[q + 1] / (double)m);
	for (unsigned k = q; k >= 1; k--)
		z = 0.5 * (z + (double)with[k]);
	z += (double)m * sigma((double)with[0] / (double)m);
	return (double)m * (double)m / (2 * log(2)) / z;
}

/* True if it is there now; *ret_new says whether it was put there. `cap` slots, never full. */
static void put(uint32_t *few, unsigned log, uint32_t id, uint32_t *n)
{
	uint32_t mask = (1U << log) - 1, at = noro_few_at(id, log);

	while (few[at] && few[at] != id)
		at = (at + 1) & mask;
	*n += !few[at];
	few[at] = id;
}

static bool grow(struct noro_distinct *d)
{
	unsigned log = d->log ? d->log + 1U : LOG_FIRST;
	uint32_t *p = noro_calloc((size_t)1 << log, sizeof(*p)), n = 0;

	if (!p)
		return false;
	for (uint32_t i = 0; d->log && i < 1U << d->log; i++)
		if (d->few[i])
			put(p, log, d->few[i], &n);
	if (!d->lent)
		free(d->few);
	d->lent = false;
	d->few = p;
	d->log = (uint8_t)log;
	return true;
}

static bool become_many(struct noro_distinct *d, uint8_t p)
{
	uint8_t *reg = noro_calloc((size_t)1 << p, 1);

	if (!reg)
		return false;
	for (uint32_t i = 0; d->log && i < 1U << d->log; i++)
		if (d->few[i])
			noro_hll_add(reg, p, noro_mix(d->few[i]));
	if (!d->lent)
		free(d->few);
	d->lent = false;
	d->few = NULL;
	d->log = 0;
	d->many = reg;
	d->p = p;
	return true;
}

bool noro_distinct_put(struct noro_distinct *d, uint32_t id, uint8_t p)
{
	uint32_t mask, at;

	if (d->log) {
		mask = (1U << d->log) - 1;
		at = noro_few_at(id, d->log);
		while (d->few[at] && d->few[at] != id)
			at = (at + 1) & mask;
		if (d->few[at])
			return true;
	}
	if (d->n == NORO_FEW) {
		if (!become_many(d, p))
			return false;
		noro_hll_add(d->many, p, noro_mix(id));
		return true;
	}
	if ((!d->log || 4 * (d->n + 1) > 3U << d->log) && d->log < LOG_MOST && !grow(d))
		return false;
	put(d->few, d->log, id, &d->n);
	return true;
}

bool noro_distinct_has(const struct noro_distinct *d, uint32_t id)
{
	uint32_t mask = (1U << d->log) - 1, at;

	id = id ? id : 1;
	if (!d->log)
		return false;
	at = noro_few_at(id, d->log);
	while (d->few[at] && d->few[at] != id)
		at = (at + 1) & mask;
	return d->few[at];
}

bool noro_distinct_merge(struct noro_distinct *to, const struct noro_distinct *from, uint8_t p)
{
	if (!from->p) {
		for (uint32_t i = 0; from->log && i < 1U << from->log; i++)
			if (from->few[i] && !noro_distinct_add(to, from->few[i], p))
				return false;
		return true;
	}
	if (!to->p && !become_many(to, from->p))
		return false;
	for (size_t i = 0; i < (size_t)1 << from->p; i++)
		if (to->many[i] < from->many[i])
			to->many[i] = from->many[i];
	return true;
}

uint64_t noro_distinct_count(const struct noro_distinct *d, double *ret_error)
{
	if (!d->p) {
		*ret_error = 0;
		return d->n;
	}
	*ret_error = 1.04 / sqrt((double)((size_t)1 << d->p));
	return (uint64_t)(noro_hll_count(d->many, d->p) + 0.5);
}

size_t noro_distinct_bytes(const struct noro_distinct *d)
{
	if (d->lent)
		return 0;
	return (d->log ? sizeof(uint32_t) << d->log : 0) + (d->p ? (size_t)1 << d->p : 0);
}

void noro_distinct_done(struct noro_distinct *d)
{
	if (!d->lent) {
		free(d->few);
		free(d->many);
	}
	*d = (struct noro_distinct){ 0 };
}
