/* src/device/keep.h - texts of devices: packed until all are known, or kept once for a fleet. */
#pragma once

#include "base/arena.h"

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

/* once.c: what was kept already; all zero is an empty one. Not for threads. */
struct once_slot;
struct noro_once {
	struct once_slot *slot; /* the texts are the arena's, which is always the same */
	size_t cap, n;
};
/* The n bytes and a NUL in `a`, copied or found there; NULL without memory. */
const void *noro_once_bytes(
	struct noro_once *o, const uint8_t key[16], struct noro_arena *a, const void *p, size_t n);
const char *noro_once_text(
	struct noro_once *o, const uint8_t key[16], struct noro_arena *a, struct noro_view v);
void noro_once_done(struct noro_once *o);
