/* src/patch/feed.c - files of facts: each says by its own shape what it is. */
#include "patch/patch_priv.h"

enum noro_status noro_patch_feed_text(
	struct noro_patch *p, const char *path, struct noro_view text, struct noro_error *err)
{
	(void)text;
	(void)err;
	return noro_patch_feed(p, path, "unknown") ? NORO_OK : NORO_ENOMEM;
}
enum noro_status noro_patch_feeds(
	struct noro_patch *p, const char *const *path, size_t n, struct noro_error *err)
{
	(void)p;
	(void)path;
	(void)n;
	return noro_fail(err, NORO_EUNSUPPORTED, NULL);
}
