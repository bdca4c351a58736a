/* src/intel/stix_priv.h - what MISP shares with STIX: patterns as attributes. */
#pragma once

#include "intel/intake_priv.h"

/* One pattern: parsed, planned, its anchors added; what cannot be decided is noted. */
enum noro_status noro_stix_pattern(struct noro_intake *in, struct noro_intake_meta *m,
	struct noro_view text, uint64_t at) NORO_MUSTUSE;
