/*
 * src/hub/sector.h - where members belong: the 15 critical infrastructure sectors of Japan (action
 * plan of 2024), the sectors of STIX 2.1 (industry-sector-ov), the 47 prefectures (JIS X 0401).
 */
#pragma once

#include "base/view.h"

struct noro_hub_sector {
	const char *id, *name_en, *name_ja;
};
enum { NORO_HUB_SECTORS = 15, NORO_HUB_PREFECTURES = 47 };
extern const struct noro_hub_sector noro_hub_sectors[NORO_HUB_SECTORS];
/* [0] is 01 */
extern const struct noro_hub_sector noro_hub_prefectures[NORO_HUB_PREFECTURES];

/* NULL: no such id. */
const struct noro_hub_sector *noro_hub_sector(struct noro_view id);
bool noro_hub_is_industry(struct noro_view id);
/* By code ("13"), romaji ("tokyo") or name with or without its suffix; 0: none. */
int noro_hub_prefecture(struct noro_view text);
