/* src/intel/indicator_priv.h - ceilings and fast paths that the readers of this module share. */
#pragma once

#include "base/buf.h"
#include "intel/indicator.h"

enum {
	NORO_IOC_MAX = 4096,   /* bytes of any value */
	NORO_DOMAIN_MAX = 253, /* RFC 1035 */
};

/*
 * An ASCII domain in its normal form into `out`; its length, or 0 when it is
 * none (or not ASCII). Leading "*." and "." mean "and everything below", which
 * every domain means here, and the root dot is dropped.
 */
size_t noro_domain_ascii(struct noro_view v, char out[NORO_DOMAIN_MAX + 1]);
