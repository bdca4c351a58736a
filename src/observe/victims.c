/*
 * src/observe/victims.c - one attack that several sensors saw is one attack.
 *
 * Each sensor tells what came back to its own addresses. The sensors' addresses are disjoint, so
 * packets, probes and destinations of one attack add up; the rate at the victim does not, being an
 * estimate of the same thing by each: it is made again from all probes over all addresses, in which
 * a large sensor weighs more because it saw more.
 */
#include "observe/observe.h"

#include <stdlib.h>
#include <string.h>

static const double V4_SPACE = 4294967296.0;

static const char *port_of(const struct noro_victim *v)
{
	return v->ports.n ? v->ports.item[0] : "";
}

static int same_target(const struct noro_victim *x, const struct noro_victim *y)
{
	int c = noro_ip_cmp(&x->victim.ip, &y->victim.ip);

	if (!c)
		c = strcmp(x->proto, y->proto);
	return c ? c : strcmp(port_of(x), port_of(y));
}

static int by_target(const void *a, const void *b)
{
	const struct noro_victim *x = *(const struct noro_victim *const *)a;
	const struct noro_victim *y = *(const struct noro_victim *const *)b;
	int c = same_target(x, y);

	if (!c && x->first_ns != y->first_ns)
		c = x->first_ns < y->first_ns ? -1 : 1;
	return c ? c : strcmp(x->sensor, y->sensor);
}

/* How many addresses looked, as the row's own rate tells; 0: it tells none (IPv6). */
static double looked(const struct noro_victim *v)
{
	double s = (double)(v->last_ns - v->first_ns) / 1e9;

	return v->rate_pps > 0 && s > 0 ? (double)v->probes / s * V4_SPACE / v->rate_pps : 0;
}

static bool named_before(const struct noro_victim *const *v, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(v[k]->sensor, v[i]->sensor) == 0)
			return true;
	return false;
}

static enum noro_status fold(struct noro_arena *a, const struct noro_victim *const *v, size_t n,
	const struct noro_victim **ret)
{
	struct noro_victim *m = noro_arena_alloc(a, sizeof(*m));
	const struct noro_victim *most = v[0];
	const char *names = v[0]->sensor;
	double addresses = 0, s;

	for (size_t i = 1; i < n; i++)
		if (v[i]->probes > most->probes)
			most = v[i];
	if (!m)
		return NORO_ENOMEM;
	*m = *most; /* what cannot be added is told by who saw most */
	m->packets = m->bytes = m->probes = m->dsts = m->nets = m->mismatches = 0;
	for (size_t i = 0; i < n; i++) {
		m->first_ns = v[i]->first_ns < m->first_ns ? v[i]->first_ns : m->first_ns;
		m->last_ns = v[i]->last_ns > m->last_ns ? v[i]->last_ns : m->last_ns;
		m->packets += v[i]->packets;
		m->bytes += v[i]->bytes;
		m->probes += v[i]->probes;
		m->dsts += v[i]->dsts;
		m->nets += v[i]->nets;
		m->mismatches += v[i]->mismatches;
		if (v[i]->dsts_error > m->dsts_error)
			m->dsts_error = v[i]->dsts_error;
		if (named_before(v, i))
			continue;
		addresses += looked(v[i]);
		if (i && !(names = noro_arena_printf(a, "%s, %s", names, v[i]->sensor)))
			return NORO_ENOMEM;
	}
	s = (double)(m->last_ns - m->first_ns) / 1e9;
	m->rate_pps = addresses > 0 && s > 0 ? (double)m->probes / s * V4_SPACE / addresses : 0;
	m->sensor = names;
	*ret = m;
	return NORO_OK;
}

enum noro_status noro_observe_victims(const struct noro_victim **v, size_t *n, struct noro_arena *a)
{
	size_t kept = 0;

	if (*n)
		qsort(v, *n, sizeof(*v), by_target);
	for (size_t i = 0, end; i < *n; i = end) {
		int64_t last = v[i]->last_ns;
		bool others = false;

		for (end = i + 1;
			end < *n && same_target(v[i], v[end]) == 0 && v[end]->first_ns <= last;
			end++) {
			last = v[end]->last_ns > last ? v[end]->last_ns : last;
			others |= strcmp(v[end]->sensor, v[i]->sensor) != 0;
		}
		if (!others)
			end = i + 1;
		if (others) {
			enum noro_status st = fold(a, v + i, end - i, &v[kept++]);

			if (st != NORO_OK)
				return st;
		} else {
			v[kept++] = v[i];
		}
	}
	*n = kept;
	return NORO_OK;
}
