/*
 * src/exercise/darknet.h - captures of unused addresses with their truth.
 *
 * Files only: nothing is sent, no scanner is run, and no packet carries an attack: where a payload
 * would be, there is a harmless request or the marker NOROSHI-EXERCISE. Our sensors are
 * documentation and benchmark prefixes (RFC 5737, RFC 2544, RFC 3849), and so are victims. Who asks
 * must look like a source that can exist, or a reader could only call all of them made up: such
 * sources lie in six /8 that are announced to nobody, and tables beside the captures give them
 * countries and networks that exist nowhere (user-assigned codes of ISO 3166, RFC 5398).
 */
#pragma once

#include "base/progress.h"
#include "base/status.h"

#include <stdint.h>

struct noro_darknet_opts {
	uint64_t seed, packets; /* about so many in all */
	unsigned days;
	const char *dir;                /* made if needed */
	int64_t start_ns;               /* midnight of the first day; 0: 1 June 2025 UTC */
	struct noro_progress *progress; /* may be NULL */
};

struct noro_darknet_sum {
	uint64_t packets, files;
	double per_address_day; /* what really came, with what the sensors lost */
};

enum { NORO_DARKNET_SENSORS = 3, NORO_DARKNET_DAYS = 4000 };
extern const char *const noro_darknet_sensor[NORO_DARKNET_SENSORS]; /* names */

/*
 * Write DIR/sensors.yaml (sensors and their tables), DIR/captures/SENSOR/DAY.pcap (.pcapng where
 * the sensor tells what it dropped), DIR/tables/... and DIR/truth.jsonl (docs/darknet.md). The same
 * options but DIR give the same bytes. Memory grows with the actors of one day, not with packets.
 */
enum noro_status noro_darknet_make(const struct noro_darknet_opts *opts,
	struct noro_darknet_sum *ret, struct noro_error *err) NORO_MUSTUSE;
