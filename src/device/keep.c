/* src/device/keep.c - configurations repeat themselves: packed they take a fifth. */
#include "device/keep.h"

#include "base/mem.h"

#include <zstd.h>

enum { LEVEL = 1 };

enum noro_status noro_keep(struct noro_view text, struct noro_kept *ret)
{
	size_t room = ZSTD_compressBound(text.n), n;
	char *p = noro_malloc(room), *fit;

	*ret = (struct noro_kept){ .bytes = text.n };
	if (!p)
		return NORO_ENOMEM;
	n = ZSTD_compress(p, room, text.p ? text.p : "", text.n, LEVEL);
	if (ZSTD_isError(n)) {
		free(p);
		return NORO_ENOMEM;
	}
	fit = noro_realloc(p, n);
	ret->p = fit ? fit : p;
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
