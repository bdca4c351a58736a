/* src/base/clock.h - moments: UTC nanoseconds since 1970, calendar arithmetic, zones. */
#pragma once

#include "base/status.h"
#include "base/view.h"

/* No moment known. Years 1678 to 2262 fit. */
#define NORO_TIME_NONE INT64_MIN
#define NORO_NS_PER_S  INT64_C(1000000000)

enum { NORO_TIME_TEXT = 40 };

struct noro_civil {
	int year;
	unsigned month, day, hour, minute, second; /* month and day from 1; second may be 60 */
	uint32_t ns;
};

/* Proleptic Gregorian; `offset_s` is what the zone is ahead of UTC. False when a field is out of
 * range. */
bool noro_civil_to_ns(const struct noro_civil *c, int32_t offset_s, int64_t *ret);
struct noro_civil noro_civil_from_ns(int64_t ns, int32_t offset_s);
/* 0 is Sunday. */
unsigned noro_weekday(int64_t ns);

/* "2025-08-27T00:00:00.000000000Z": RFC 3339, UTC, nine digits. Returns the length. */
size_t noro_time_print(int64_t ns, char out[NORO_TIME_TEXT]);
/* The same with three digits, as STIX 2.1 asks (section 3.2). */
void noro_time_print_millis(int64_t ns, char out[NORO_TIME_TEXT]);

/* A time zone by IANA name, or "UTC", "local" is refused, or "+09:00". Immutable, shared by
 * threads. */
struct noro_zone;
/* Reads the system's compiled zone file (RFC 8536) with a bounded reader. NORO_ENOENT for an
 * unknown name. */
enum noro_status noro_zone_open(
	const char *name, struct noro_zone **ret, struct noro_error *err) NORO_MUSTUSE;
/* The same from the bytes of a compiled zone file. */
enum noro_status noro_zone_parse(struct noro_view bytes, const char *name, struct noro_zone **ret,
	struct noro_error *err) NORO_MUSTUSE;
void noro_zone_free(struct noro_zone *z);
const char *noro_zone_name(const struct noro_zone *z);
/* Seconds ahead of UTC at a UTC moment (NULL zone: 0). */
int32_t noro_zone_offset_at(const struct noro_zone *z, int64_t utc_ns);
/* A wall-clock time in the zone; where it occurs twice the earlier, where it does not exist the
 * later side. */
int64_t noro_zone_to_utc(const struct noro_zone *z, int64_t wall_ns);

/* The wall clock; the only call that asks the system. Everything below run/ and cli/ takes `now` as
 * an argument. */
int64_t noro_clock_now(void);
/* Monotonic, for rates and deadlines only. */
int64_t noro_clock_mono(void);
