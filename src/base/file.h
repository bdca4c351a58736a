/* src/base/file.h - read whole files with a ceiling; write them so that a crash leaves the old or
 * the new. */
#pragma once

#include "base/buf.h"

/* Append the file's bytes to `out`. NORO_ELIMIT past `max` bytes. */
enum noro_status noro_file_read(
	const char *path, size_t max, struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;

/*
 * Write beside, sync, rename. A half-written file never carries the name.
 * `mode` as for open(2). Path "-" is not special here.
 */
struct noro_outfile;
enum noro_status noro_outfile_open(const char *path, unsigned mode, struct noro_outfile **ret,
	struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_outfile_write(
	struct noro_outfile *f, const void *p, size_t n, struct noro_error *err) NORO_MUSTUSE;
/* Sync, close and rename; the handle is gone whatever happens. */
enum noro_status noro_outfile_commit(struct noro_outfile *f, struct noro_error *err) NORO_MUSTUSE;
/* Close and remove what was written. NULL is fine. */
void noro_outfile_abandon(struct noro_outfile *f);
/* All in one. */
enum noro_status noro_file_write(const char *path, unsigned mode, struct noro_view bytes,
	struct noro_error *err) NORO_MUSTUSE;
/* mkdir -p; an existing directory is fine. */
enum noro_status noro_mkdirs(const char *path, struct noro_error *err) NORO_MUSTUSE;
