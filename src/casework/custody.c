/* src/casework/custody.c - writing the manifest. */
#include "casework/custody_priv.h"

#include "base/file.h"
#include "base/jsonw.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_SIZE = 1 << 18 };

struct noro_custody {
	struct noro_outfile *out;
	uint64_t line, entries;
	char prev[NORO_HASH_TEXT]; /* digest of the line before */
	struct noro_buf text;
};

static int64_t ns_of(const struct timespec *t)
{
	return (int64_t)t->tv_sec * NORO_NS_PER_S + t->tv_nsec;
}

static enum noro_status hash_all(
	int fd, const char *path, struct examined *ret, struct noro_error *err)
{
	struct noro_hash *h = noro_hash_new(1u << NORO_SHA256);
	char *room = noro_malloc(READ_SIZE);
	enum noro_status st = h && room ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
	ssize_t n = 1;

	ret->size = 0;
	while (st == NORO_OK && n != 0) {
		n = read(fd, room, READ_SIZE);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			st = noro_fail_errno(err, errno, path);
			break;
		}
		noro_hash_add(h, room, (size_t)n);
		ret->size += (uint64_t)n;
	}
	if (st == NORO_OK)
		st = noro_hash_hex(h, NORO_SHA256, ret->sha256);
	noro_hash_free(h);
	free(room);
	return st;
}

enum noro_status noro_custody_examine_(
	const char *path, struct examined *ret, struct noro_error *err)
{
	/* O_NONBLOCK: evidence may hold a pipe, and opening it must not hang */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat before, after;
	enum noro_status st;

	if (fd < 0)
		return noro_fail_errno(err, errno, path);
	if (fstat(fd, &before) < 0 || !S_ISREG(before.st_mode)) {
		(void)close(fd);
		noro_fail(err, NORO_EUNSUPPORTED, N_("not a regular file"));
		(void)noro_error_at(err, path, NORO_AT_NONE, 0);
		return NORO_EUNSUPPORTED;
	}
	st = hash_all(fd, path, ret, err);
	ret->mtime_ns = ns_of(&before.st_mtim);
	ret->ctime_ns = ns_of(&before.st_ctim);
	ret->changed = fstat(fd, &after) < 0 || ns_of(&after.st_mtim) != ret->mtime_ns ||
		       (uint64_t)after.st_size != ret->size;
	(void)close(fd);
	return st;
}

/* End the object in c->text, write it as a line and remember its digest. */
static enum noro_status end_line(
	struct noro_custody *c, struct noro_jsonw *w, struct noro_error *err)
{
	enum noro_status st;

	noro_jsonw_object_end(w);
	if (c->text.status != NORO_OK)
		return noro_fail(err, c->text.status, NULL);
	st = noro_hash_of(NORO_SHA256, noro_buf_as_view(&c->text), c->prev);
	if (st != NORO_OK)
		return noro_fail(err, st, NULL);
	noro_buf_chr(&c->text, '\n');
	if (c->text.status != NORO_OK)
		return noro_fail(err, c->text.status, NULL);
	return noro_outfile_write(c->out, c->text.p, c->text.n, err);
}

static struct noro_jsonw begin_line(struct noro_custody *c)
{
	struct noro_jsonw w = noro_jsonw(&c->text);

	noro_buf_clear(&c->text);
	noro_jsonw_object(&w);
	noro_jsonw_ku64(&w, "line", ++c->line);
	noro_jsonw_kstr(&w, "prev", c->prev);
	return w;
}

static enum noro_status write_head(
	struct noro_custody *c, const struct noro_custody_run *run, struct noro_error *err)
{
	struct noro_jsonw w = begin_line(c);

	noro_jsonw_kstr(&w, "format", CUSTODY_FORMAT);
	noro_jsonw_kstr(&w, "tool", "noroshi");
	noro_jsonw_kstr(&w, "version", run->version);
	noro_jsonw_key(&w, "argv");
	noro_jsonw_array(&w);
	for (size_t i = 0; i < run->argv.n; i++)
		noro_jsonw_str(&w, run->argv.item[i]);
	noro_jsonw_array_end(&w);
	noro_jsonw_ktime(&w, "time", run->now_ns);
	return end_line(c, &w, err);
}

enum noro_status noro_custody_open(const char *path, const struct noro_custody_run *run,
	struct noro_custody **ret, struct noro_error *err)
{
	struct noro_custody *c = noro_calloc(1, sizeof(*c));
	enum noro_status st;

	if (!c)
		return noro_fail(err, NORO_ENOMEM, NULL);
	memset(c->prev, '0', NORO_CUSTODY_DIGEST - 1);
	st = noro_outfile_open(path, 0644, &c->out, err);
	if (st == NORO_OK)
		st = write_head(c, run, err);
	if (st != NORO_OK) {
		noro_custody_abandon(c);
		return st;
	}
	*ret = c;
	return NORO_OK;
}

enum noro_status noro_custody_add(
	struct noro_custody *c, const struct noro_custody_entry *e, struct noro_error *err)
{
	struct noro_jsonw w = begin_line(c);

	noro_jsonw_kstr(&w, "path", e->path);
	noro_jsonw_ku64(&w, "size", e->size);
	noro_jsonw_ktime(&w, "mtime", e->mtime_ns);
	noro_jsonw_ktime(&w, "ctime", e->ctime_ns);
	noro_jsonw_kstr(&w, "sha256", e->sha256);
	if (e->changed)
		noro_jsonw_kbool(&w, "changed_while_read", true);
	c->entries++;
	return end_line(c, &w, err);
}

enum noro_status noro_custody_add_file(
	struct noro_custody *c, const char *path, struct noro_error *err)
{
	struct examined x = { 0 };
	enum noro_status st = noro_custody_examine_(path, &x, err);

	if (st != NORO_OK)
		return st;
	return noro_custody_add(c,
		&(struct noro_custody_entry){ .path = path,
			.size = x.size,
			.mtime_ns = x.mtime_ns,
			.ctime_ns = x.ctime_ns,
			.sha256 = x.sha256,
			.changed = x.changed },
		err);
}

enum noro_status noro_custody_commit(
	struct noro_custody *c, char digest[NORO_CUSTODY_DIGEST], struct noro_error *err)
{
	struct noro_jsonw w = begin_line(c);
	enum noro_status st;

	noro_jsonw_kbool(&w, "end", true);
	noro_jsonw_ku64(&w, "entries", c->entries);
	st = end_line(c, &w, err);
	memcpy(digest, c->prev, NORO_CUSTODY_DIGEST);
	if (st == NORO_OK) {
		st = noro_outfile_commit(c->out, err);
		c->out = NULL;
	}
	noro_custody_abandon(c);
	return st;
}

void noro_custody_abandon(struct noro_custody *c)
{
	if (!c)
		return;
	noro_outfile_abandon(c->out);
	noro_buf_done(&c->text);
	free(c);
}
