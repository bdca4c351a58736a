/* src/device/keep.c - configurations repeat themselves: packed they take a fifth. */
#include "device/keep.h"

#include "base/mem.h"

#include <zstd.h>

enum { LEVEL = 1 };

struct noro_packer {
	ZSTD_CCtx *ctx;
	char *room;
	size_t cap;
};

struct noro_packer *noro_packer_new(void)
{
	struct noro_packer *p = noro_calloc(1, sizeof(*p));

	if (p && !(p->ctx = ZSTD_createCCtx())) {
		free(p);
		return NULL;
	}
	return p;
}

void noro_packer_free(struct noro_packer *p)
{
	if (!p)
		return;
	(void)ZSTD_freeCCtx(p->ctx);
	free(p->room);
	free(p);
}

enum noro_status noro_keep(struct noro_packer *p, struct noro_view text, struct noro_kept *ret)
{
	size_t room = ZSTD_compressBound(text.n), n;

	*ret = (struct noro_kept){ .bytes = text.n };
	if (room > p->cap) {
		char *grown = noro_realloc(p->room, room);

		if (!grown)
			return NORO_ENOMEM;
		p->room = grown;
		p->cap = room;
	}
	n = ZSTD_compressCCtx(p->ctx, p->room, room, text.p ? text.p : "", text.n, LEVEL);
	ret->p = ZSTD_isError(n) ? NULL : noro_malloc(n);
	if (!ret->p)
		return NORO_ENOMEM;
	memcpy(ret->p, p->room, n);
	ret->packed = n;
	return NORO_OK;
}

void noro_kept_done(struct noro_kept *k)
{
	free(k->p);
	*k = (struct noro_kept){ 0 };
}

enum noro_status noro_kept_read(const struct noro_kept *k, char *out)
{
	size_t n = ZSTD_decompress(out, k->bytes, k->p, k->packed);

	return ZSTD_isError(n) || n != k->bytes ? NORO_EFORMAT : NORO_OK;
}
