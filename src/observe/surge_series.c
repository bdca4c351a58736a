/* src/observe/surge_series.c - counts of all ports in memory, 16 bytes for a port that a sensor saw
 * in a bin and nothing for silence. */
#include "observe/surge_priv.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const proto[] = { "tcp", "udp", "icmp" };

enum noro_status surge_series_new(uint32_t width_s, int64_t start_s, uint32_t bins,
	uint32_t sensors, struct surge_series **ret)
{
	struct surge_series *s = noro_calloc(1, sizeof(*s));
	size_t cells = (size_t)bins * sensors;

	if (!s)
		return NORO_ENOMEM;
	*s = (struct surge_series){
		.width_s = width_s, .start_s = start_s, .bins = bins, .sensors = sensors
	};
	s->port = noro_calloc(SURGE_SLOTS, sizeof(*s->port));
	s->addresses = noro_calloc(cells + 1, sizeof(*s->addresses));
	s->share = noro_calloc(cells + 1, sizeof(*s->share));
	s->born = noro_calloc((size_t)sensors + 1, sizeof(*s->born));
	if (!s->port || !s->addresses || !s->share || !s->born) {
		surge_series_free(s);
		return NORO_ENOMEM;
	}
	for (uint32_t i = 0; i < sensors; i++)
		s->born[i] = UINT32_MAX;
	*ret = s;
	return NORO_OK;
}

void surge_series_free(struct surge_series *s)
{
	if (!s)
		return;
	for (uint32_t i = 0; s->port && i < SURGE_SLOTS; i++)
		free(s->port[i].e);
	free(s->port);
	free(s->addresses);
	free(s->share);
	free(s->born);
	free(s->hit);
	free(s);
}

bool surge_port_parse(const char *key, uint32_t *ret)
{
	const char *slash = strchr(key, '/');
	uint32_t n = 0;

	for (uint32_t i = 0; slash && i < 3; i++) {
		size_t len = strlen(proto[i]);

		if ((size_t)(slash - key) != len || memcmp(key, proto[i], len) != 0)
			continue;
		for (const char *c = slash + 1; *c; c++) {
			if (*c < '0' || *c > '9' || n > 65535)
				return false;
			n = n * 10 + (uint32_t)(*c - '0');
		}
		*ret = i * 65536 + n;
		return slash[1] && n <= (i == 2 ? 255U : 65535U);
	}
	return false;
}

void surge_port_print(uint32_t port, char out[24])
{
	(void)snprintf(out, 24, "%s/%u", proto[port >> 16], port & 65535);
}

enum noro_status surge_series_add(
	struct surge_series *s, uint32_t port, const struct surge_entry *e)
{
	struct surge_port *p = &s->port[port];

	if (p->n == p->cap) {
		uint32_t cap = p->cap ? p->cap + p->cap / 2 : 4;
		struct surge_entry *grown = noro_reallocarray(p->e, cap, sizeof(*grown));

		if (!grown)
			return NORO_ENOMEM;
		p->e = grown;
		p->cap = cap;
	}
	p->e[p->n++] = *e;
	return NORO_OK;
}

void surge_series_watch(
	struct surge_series *s, uint32_t sensor, uint32_t bin, uint64_t addresses, double share)
{
	size_t at = (size_t)sensor * s->bins + bin;

	s->addresses[at] = (float)addresses;
	s->share[at] = (float)(share < 0 ? 0 : share > 1 ? 1 : share);
	if (share > 0 && bin < s->born[sensor])
		s->born[sensor] = bin;
}
