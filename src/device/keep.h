/* src/device/keep.h - texts of devices, packed until all are known. */
#pragma once

#include "base/status.h"
#include "base/view.h"

#include <stddef.h>

struct noro_kept {
	char *p; /* owned; zstd frame */
	size_t packed, bytes;
};

/* NORO_ENOMEM only. */
enum noro_status noro_keep(struct noro_view text, struct noro_kept *ret) NORO_MUSTUSE;
void noro_kept_done(struct noro_kept *k);
/* Write k->bytes bytes to `out`. NORO_EFORMAT would mean that memory was overwritten. */
enum noro_status noro_kept_read(const struct noro_kept *k, char *out) NORO_MUSTUSE;
