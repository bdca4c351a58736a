/* src/observe/surge_priv.h - counts of all ports as series of bins, and the judgement over them. */
#pragma once

#include "observe/observe.h"

enum {
	SURGE_TCP = 0, /* numbers of ports: TCP, then UDP, then types of ICMP */
	SURGE_UDP = 65536,
	SURGE_ICMP = 131072,
	SURGE_SLOTS = SURGE_ICMP + 256,
	SURGE_FAMILY = 131072, /* hypotheses of a bin: every port of TCP and UDP */
	SURGE_DAYS = 28,
	SURGE_DAYS_OUT = 7,   /* a rise that stays is the new level after so many */
	SURGE_COOL_S = 86400, /* of silence before a port may be a finding again */
	SURGE_SOURCES = 5,    /* the gate: so many new sources */
	SURGE_NETS = 3,       /* in so many networks */
	SURGE_TOGETHER = 100, /* ports that rise in one bin are one finding: a sweep */
	SURGE_SENSORS = 4096,
	SURGE_BINS = 65535,
};

/* What one sensor counted on one port in one bin. Small, for there may be tens of millions. */
struct surge_entry {
	uint32_t sources, packets;
	uint16_t bin, sensor;
	uint16_t nets, wide;
};

struct surge_hit {
	uint32_t port; /* SURGE_SLOTS: many together */
	uint32_t first, last, peak;
	uint32_t before; /* hit of the same port before this, from 1; 0 none */
	uint32_t ports;
	double sources, expected, p, z; /* of the peak; z NaN where it was not asked */
	const char *how;                /* "poisson", "robust-z", "ewma" */
};

struct surge_port {
	struct surge_entry *e;
	uint32_t n, cap;
	uint32_t lo, at; /* entries of the window begin at `lo`, of the judged bin at `at` */
	uint32_t hit;    /* newest, from 1 */
};

struct surge_series {
	uint32_t width_s, bins, sensors;
	int64_t start_s; /* of bin 0 */
	struct surge_port *port;
	float *addresses; /* [sensor * bins + bin] */
	float *share;     /* of the bin that the sensor listened and did not drop */
	uint32_t *born;   /* first bin of each sensor; UINT32_MAX: never there */
	struct surge_hit *hit;
	size_t hits, hit_cap;
	uint64_t judged, stood, gated; /* bins; ports in them; of those not let through the gate */
};

/* Is what stands out made by enough new sources? `bin` of `port`; sum over sensors and the largest
 * of one. */
struct surge_asked {
	uint32_t port, bin;
	double sources, expected, past_most; /* most of any bin of the past */
	double past_sum;                     /* of all bins of the past */
	uint32_t one_most, nets, wide;       /* of the sensor that saw most */
};
struct surge_gate {
	enum noro_status (*open)(void *ctx, const struct surge_asked *q, bool *ret);
	void *ctx;
};

enum noro_status surge_series_new(uint32_t width_s, int64_t start_s, uint32_t bins,
	uint32_t sensors, struct surge_series **ret) NORO_MUSTUSE;
void surge_series_free(struct surge_series *s);
/* "tcp/8443"; false for what is not judged. */
bool surge_port_parse(const char *key, uint32_t *ret);
void surge_port_print(uint32_t port, char out[24]);
/* Bins of a port come in order. */
enum noro_status surge_series_add(
	struct surge_series *s, uint32_t port, const struct surge_entry *e) NORO_MUSTUSE;
void surge_series_watch(
	struct surge_series *s, uint32_t sensor, uint32_t bin, uint64_t addresses, double share);
/* The gate by counts alone. */
enum noro_status surge_gate_counts(void *ctx, const struct surge_asked *q, bool *ret);
/* Judge bins [from, bins); hits are in s->hit. The 28 days before `from` are the past. */
enum noro_status surge_judge(
	struct surge_series *s, uint32_t from, const struct surge_gate *gate) NORO_MUSTUSE;
