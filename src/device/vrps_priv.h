/* src/device/vrps_priv.h - validated ROA payloads: the list as read, and the index asked. */
#pragma once

#include "device/route.h"

/* Of one family. An IPv4 address stands in the upper half of `hi`. */
struct noro_vrp {
	uint64_t hi, lo;
	uint32_t asn;
	uint8_t len, max;
	uint8_t family;
	bool gone; /* taken out by a SLURM filter */
};

/* All VRPs of one prefix, 32 bytes; `parent` is the group of the closest prefix around it. */
struct noro_vrp_group {
	uint64_t hi, lo;
	uint32_t parent, first;
	uint32_t asn; /* of the first: most prefixes have one, and no other memory is touched */
	uint16_t n;
	uint8_t len, max;
};

enum {
	NORO_VRPS_MAX = 16 << 20,
	NORO_VRPS_BUCKETS = 1 << 16, /* by the first 16 bits */
	NORO_VRPS_NONE = -1,
};

struct noro_vrp_index {
	struct noro_vrp_group *group;
	uint32_t groups;
	uint32_t *bucket; /* NORO_VRPS_BUCKETS + 1: groups whose address begins so */
	struct noro_vrp *vrp;
	size_t vrps;
};

struct noro_vrps {
	struct noro_arena *a;
	struct noro_vrp *vrp; /* as read; on the heap */
	size_t vrps, cap;
	struct noro_vrp_index v4, v6;
};

enum noro_status noro_vrps_new(struct noro_arena *a, struct noro_vrps **ret) NORO_MUSTUSE;
/* False only when the entry is no VRP; memory and the ceiling are told in *st. */
bool noro_vrps_add(struct noro_vrps *v, struct noro_view prefix, struct noro_view asn,
	struct noro_view max, enum noro_status *st);
/* Sort what was added and make the index anew. */
enum noro_status noro_vrps_index(struct noro_vrps *v) NORO_MUSTUSE;
/* "AS64496", "64496" */
bool noro_vrps_asn(struct noro_view v, uint32_t *ret);
