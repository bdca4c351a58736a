/*
 * src/device/version.h - versions of network software: parse, normal form, compare
 * (reference: version -> CVE). An unknown version never compares as safe.
 */
#pragma once

#include "device/tree.h"

enum { NORO_VERSION_TEXT = 64 };

/* "Version 16.09.03a" of IOS XE becomes 16.9.3a; "22.4R1.10" of Junos 22.4R1. False: no version of
 * that dialect. */
bool noro_version_normal(enum noro_dialect d, struct noro_view text, char out[NORO_VERSION_TEXT]);
/* <0, 0, >0; *ret_ok false when the two cannot be compared (another train of IOS, a special build).
 */
int noro_version_cmp(enum noro_dialect d, const char *a, const char *b, bool *ret_ok);
/* CPE 2.3 name of the operating system with that version: "cpe:2.3:o:cisco:ios:15.2\\(4\\)m7:..."
 */
enum noro_status noro_version_cpe(enum noro_dialect d, const char *version, struct noro_arena *a,
	const char **ret) NORO_MUSTUSE;
