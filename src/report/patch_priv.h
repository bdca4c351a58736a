/* src/report/patch_priv.h - what the writers of the order of repairs share. */
#pragma once

#include "report/patch.h"

enum { NORO_REPORT_ASSET = 256 };

/* "Cisco IOS XE 17.9.3 (C9300-24T)". */
const char *noro_report_asset_text(const struct noro_asset *a, char out[NORO_REPORT_ASSET]);
/* Decided, or open at least: shown by itself. */
bool noro_report_patch_firm(const struct noro_patch_row *r);
enum noro_status noro_report_patch_html(const struct noro_patch_result *r,
	const struct noro_report_opts *o, struct noro_buf *out,
	struct noro_error *err) NORO_MUSTUSE;
