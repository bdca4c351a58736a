/* src/device/mrt_priv.h - what MRT and BMP share: attributes, prefixes, updates. */
#pragma once

#include "base/cursor.h"
#include "device/mrt.h"

enum { AFI_IP = 1, AFI_IP6 = 2, SAFI_UNICAST = 1, SAFI_MULTICAST = 2 };

/* Add-path by family, as the two ends of a session agreed. */
enum { ADD_PATH_V4 = 1, ADD_PATH_V6 = 2 };

struct mrt_nlri {
	struct noro_view bytes;
	uint16_t afi;
	uint8_t safi;
};

struct mrt {
	noro_mrt_take *take;
	void *ctx;
	struct noro_mrt_stats *stats;
	struct noro_bgp_attrs attrs;
	uint32_t as4[NORO_BGP_MAX_PATH]; /* AS4_PATH, until it is joined with AS_PATH */
	struct noro_bgp_segment as4_segment[NORO_BGP_MAX_PATH / 8];
	size_t as4s, as4_segments;
	uint32_t as4_aggregator;
	bool has_as4_aggregator;
	struct mrt_nlri reach, unreach;
	/* the peers of TABLE_DUMP_V2, on the heap */
	struct mrt_peer *peer;
	size_t peers;
	/* BMP: sessions with add-path */
	struct bmp_session *session;
	size_t sessions, cap_sessions;
	uint32_t time_s; /* of the record before */
	bool guess;      /* the session's peer-up was not seen: it may have agreed on add-path */
	enum noro_status status; /* of take, or memory: stops the reading */
};

struct mrt_peer {
	struct noro_ip ip;
	uint32_t as;
};

/* How the attributes are written. */
struct mrt_how {
	bool as4;   /* AS numbers of four bytes */
	bool table; /* RIB of V2: MP_REACH_NLRI is cut down to its next hop */
	uint8_t v6; /* AFI of the table's prefixes is IPv6 */
};

/* Path attributes into m->attrs (emptied first). A bad one is skipped and counted. */
void mrt_attrs(struct mrt *m, struct noro_cursor *c, const struct mrt_how *how);
/* One prefix of NLRI; false at a length that cannot be. */
bool mrt_prefix(struct noro_cursor *c, bool v6, struct noro_prefix *ret);
struct noro_ip mrt_ip(struct noro_cursor *c, bool v6);
/* The body of an UPDATE. `e` says who and when. */
void mrt_update(struct mrt *m, struct noro_cursor *c, struct noro_bgp_entry *e, bool as4,
	unsigned add_path);
void mrt_emit(struct mrt *m, const struct noro_bgp_entry *e);

/* One BMP message, header included. */
void bmp_message(struct mrt *m, struct noro_view message);
bool bmp_is(struct noro_view head);
/* As sure as what was seen allows: a second message follows the first. */
bool bmp_begins(struct noro_view head);
