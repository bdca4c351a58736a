/* src/device/keep.h - texts of devices, packed until all are known. */
#pragma once

#include "base/status.h"
#include "base/view.h"

#include <stddef.h>

struct noro_kept {
	char *p; /* owned; zstd frame */
	size_t packed, bytes;
};

/* What packing needs, for text after text; not for threads. NULL without memory. */
struct noro_packer;
struct noro_packer *noro_packer_new(void);
void noro_packer_free(struct noro_packer *p);
/* NORO_ENOMEM only. */
enum noro_status noro_keep(
	struct noro_packer *p, struct noro_view text, struct noro_kept *ret) NORO_MUSTUSE;
void noro_kept_done(struct noro_kept *k);
/* Write k->bytes bytes to `out`. NORO_EFORMAT would mean that memory was overwritten. */
enum noro_status noro_kept_read(const struct noro_kept *k, char *out) NORO_MUSTUSE;
