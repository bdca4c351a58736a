/*
 * src/telescope/simulate.h - darknet captures with truth: mixes of tools, floods with made-up
 * sources, campaigns, surges, IPv6, noise. Writes files only; nothing is sent. Sources and victims
 * lie in ranges that are nobody's (RFC 2544 benchmarking, RFC 5737, RFC 3849, and 240/4 where many
 * are needed), payloads are inert (DESIGN 8).
 */
#pragma once

#include "base/buf.h"
#include "base/progress.h"
#include "telescope/sensor.h"

struct noro_simulate_opts {
	const struct noro_sensor *sensor;
	size_t sensors; /* a capture each, of one world: merging can be judged */
	uint64_t seed;
	uint64_t packets; /* about; 0: 1 million */
	int64_t start_ns, length_ns;
	unsigned sources; /* about how many scanners; 0: by packets */
	const char *
		scenario; /* "mix", "flood", "surge", "campaign", "quiet", "v6"; NULL: mix of all */
};

/*
 * `out[i]` gets the capture of sensor i in pieces, in order of time; `truth` JSON Lines: one object
 * a scanner, flood, surge, campaign with what a perfect observer would report.
 */
struct noro_simulate_to {
	enum noro_status (*capture)(void *ctx, size_t sensor, const void *p, size_t n);
	enum noro_status (*truth)(void *ctx, const void *p, size_t n);
	void *ctx;
};
enum noro_status noro_simulate(const struct noro_simulate_opts *o,
	const struct noro_simulate_to *to, struct noro_progress *progress,
	struct noro_error *err) NORO_MUSTUSE;
