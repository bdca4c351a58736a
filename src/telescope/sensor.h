/*
 * src/telescope/sensor.h - a sensor described: its name, the addresses that are
 * ours, and the thresholds that follow from how many they are. YAML:
 *
 *   sensor: tokyo-1
 *   addresses: [ 192.0.2.0/24, "2001:db8::/48" ]
 *   except: [ 192.0.2.1 ]          # lit addresses: not counted
 *   respond: [ 192.0.2.128/25 ]    # may be answered for (sense run --respond)
 *   rate: 100                      # scanners of this rate (packets/s, whole space) ...
 *   miss: 0.001                    # ... are split with this probability a gap
 *   attack-rate: 100               # R_min of a victim, packets/s
 *   tunnels: [ gre, vxlan ]        # what the packets are brought in: opened
 *   research: [ FILE... ]          # lists of research scanners: labels
 *   tables: { rir: [FILE...], prefix-as: [FILE...],
 *     mmdb: [FILE...] }
 *
 * Files are named as seen from the folder of the description.
 */
#pragma once

#include "base/addr.h"
#include "base/arena.h"
#include "base/yaml.h"

struct noro_sensor {
	const char *name;
	const struct noro_prefix *own; /* sorted, none inside another */
	size_t owns;
	const struct noro_prefix *except;
	size_t excepts;
	const struct noro_prefix *respond;
	size_t responds;
	uint64_t addresses; /* IPv4 of `own` less `except`: n */
	double rate_pps, miss, attack_pps;
	unsigned tunnels; /* enum noro_via bits: strangers' tunnels of other kinds stay closed */
	const char *const *research, *const *rir, *const *prefix_as,
							  *const *mmdb; /* NULL-terminated */
	const char *path;
};

/* One file may describe several sensors (YAML documents or a list under `sensors`). */
enum noro_status noro_sensor_load(const char *path, struct noro_view text, struct noro_arena *a,
	const struct noro_sensor **ret, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;
/* From the command line: name and prefixes, with the default thresholds. */
enum noro_status noro_sensor_make(const char *name, const char *const *prefix, size_t n,
	struct noro_arena *a, struct noro_sensor *ret, struct noro_error *err) NORO_MUSTUSE;

/* Seconds of silence that end an event: -ln(miss) * 2^32 / (rate * n), 60 s to 6 h. */
uint32_t noro_sensor_gap_s(const struct noro_sensor *s);
/* The same for an attack, 300 s to 1 h: on a small sensor one attack is not to fall into pieces. */
uint32_t noro_sensor_attack_gap_s(const struct noro_sensor *s);
/*
 * Least distinct probes in an attack's best minute, max(25 a gap, R_min * n / 2^32), and the rate
 * at the victim that means. A constant of probes a minute would blind small sensors: 30 a minute on
 * a /23 is 4 million packets/s at the victim.
 */
double noro_sensor_attack_floor(const struct noro_sensor *s, double *ret_victim_pps);

/* Is it ours? A flat look-up for IPv4 (built once), a short search for IPv6. `index` counts our
 * IPv4 addresses in order, for cells of equal size; UINT32_MAX for others. */
struct noro_own;
enum noro_status noro_own_new(
	const struct noro_sensor *s, struct noro_own **ret, struct noro_error *err) NORO_MUSTUSE;
void noro_own_free(struct noro_own *o);
bool noro_own_v4(const struct noro_own *o, uint32_t host_order, uint32_t *ret_index);
bool noro_own_v6(const struct noro_own *o, const uint8_t b[16]);
