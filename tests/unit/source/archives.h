/* tests/unit/source/archives.h - make archives in memory, and collect what a visit gives. */
#pragma once

#include "tests/test.h"

#include "base/buf.h"
#include "source/source.h"

#include <archive.h>
#include <archive_entry.h>

struct file {
	const char *name;
	struct noro_view bytes;
};

typedef int set_format(struct archive *);

/* A format and a filter of libarchive (NULL: none); `password` for zip. The caller frees. */
static inline struct noro_buf make_archive(set_format *format, set_format *filter,
	const struct file *files, size_t n, const char *password)
{
	const size_t cap = 64 << 20;
	struct archive *a = archive_write_new();
	struct noro_buf out = { 0 };
	char *room = noro_buf_room(&out, cap);

	assert_non_null(room);
	assert_int_equal(format(a), ARCHIVE_OK);
	if (filter)
		assert_int_equal(filter(a), ARCHIVE_OK);
	if (password) {
		assert_int_equal(archive_write_set_options(a, "zip:encryption=aes256"), ARCHIVE_OK);
		assert_int_equal(archive_write_set_passphrase(a, password), ARCHIVE_OK);
	}
	(void)archive_write_set_bytes_in_last_block(a, 1);
	assert_int_equal(archive_write_open_memory(a, room, cap, &out.n), ARCHIVE_OK);
	for (size_t i = 0; i < n; i++) {
		struct archive_entry *e = archive_entry_new();

		archive_entry_set_pathname(e, files[i].name);
		archive_entry_set_size(e, (la_int64_t)files[i].bytes.n);
		archive_entry_set_filetype(e, AE_IFREG);
		archive_entry_set_perm(e, 0644);
		archive_entry_set_mtime(e, 1723000000, 0);
		assert_true(archive_write_header(a, e) >= ARCHIVE_WARN);
		assert_int_equal(archive_write_data(a, files[i].bytes.p, files[i].bytes.n),
			files[i].bytes.n);
		archive_entry_free(e);
	}
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	return out;
}

/* One compressed stream. */
static inline struct noro_buf compress(set_format *filter, struct noro_view bytes)
{
	const struct file f = { "x", bytes };

	return make_archive(archive_write_set_format_raw, filter, &f, 1, NULL);
}

/* What a visit gave, as one text: "path [packing] content\n" and "path ! status\n". */
struct seen {
	struct noro_buf text;
	struct noro_buf last; /* the last stream's bytes */
	size_t streams, refused;
	enum noro_status status; /* of the last refusal */
	char message[200];
	char charset[32];
	uint64_t at;
	int64_t mtime_ns;
	size_t step; /* bytes per read; 0: a large buffer */
	int fd;
	bool print_content, ignore;
};

static inline enum noro_status seen_visit(
	void *ctx, struct noro_stream *s, const struct noro_stream_info *info)
{
	static char buf[1 << 18];
	struct seen *seen = ctx;
	enum noro_status st;

	st = NORO_OK;
	seen->streams++;
	seen->fd = info->fd;
	seen->mtime_ns = info->mtime_ns;
	(void)snprintf(seen->charset, sizeof(seen->charset), "%s", info->charset);
	noro_buf_clear(&seen->last);
	for (;;) {
		size_t n;

		if (seen->ignore)
			break;
		st = noro_stream_read(s, buf, seen->step ? seen->step : sizeof(buf), &n, NULL);
		if (st != NORO_OK)
			break;
		assert_true(n > 0 && n <= sizeof(buf));
		noro_buf_add(&seen->last, buf, n);
	}
	if (!seen->ignore && st != NORO_END)
		return st;
	noro_buf_printf(&seen->text, "%s [%s]", info->path, info->packing);
	if (seen->print_content) {
		noro_buf_chr(&seen->text, ' ');
		noro_buf_view(&seen->text, noro_buf_as_view(&seen->last));
	}
	noro_buf_chr(&seen->text, '\n');
	return NORO_OK;
}

static inline void seen_refuse(
	void *ctx, const char *path, const char *container, const struct noro_error *err)
{
	struct seen *seen = ctx;

	assert_non_null(container);
	seen->refused++;
	seen->status = err->status;
	seen->at = err->at;
	(void)snprintf(seen->message, sizeof(seen->message), "%s",
		err->msg ? err->msg : noro_status_text(err->status));
	noro_buf_printf(&seen->text, "%s ! %d\n", path, err->status);
}

static inline enum noro_status see(
	struct seen *seen, struct noro_view bytes, const struct noro_source_opts *opts)
{
	const struct noro_visitor v = { seen_visit, seen_refuse, seen };
	struct noro_error err = { 0 };

	return noro_source_visit_bytes(bytes, "f", opts, &v, &err);
}

static inline void seen_done(struct seen *seen)
{
	noro_buf_done(&seen->text);
	noro_buf_done(&seen->last);
	*seen = (struct seen){ 0 };
}

static inline const char *seen_text(struct seen *seen)
{
	noro_buf_chr(&seen->text, '\0');
	seen->text.n--;
	return seen->text.p;
}
