/* src/device/plan_priv.h - what to collect from a device, as data: knowledge/device/plan/. */
#pragma once

#include "device/state.h"
#include "device/template_priv.h"

/* One file: { dialect, rows: [ { command, fills, why, risk, caution } ] }, in the order to collect.
 */
enum noro_status noro_plan_parse(struct noro_arena *a, struct noro_templates *ts, const char *path,
	struct noro_view text, struct noro_error *err) NORO_MUSTUSE;
