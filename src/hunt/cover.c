/*
 * src/hunt/cover.c - what was read, for what it was taken, how far it reaches in
 * time, and what stopped us. "Nothing found" is worth no more than this.
 */
#include "hunt/hunt_priv.h"

#include "base/hash.h"
#include "base/mem.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int by_report_order(const void *x, const void *y)
{
	const struct piece *a = *(const struct piece *const *)x,
			   *b = *(const struct piece *const *)y;

	if (a->item != b->item)
		return a->item < b->item ? -1 : 1;
	return a->member < b->member ? -1 : a->member > b->member;
}

static struct noro_list split(struct noro_arena *a, const char *blanks)
{
	struct noro_view rest = noro_view_str(blanks), word;
	struct noro_list l = { 0 };

	while (noro_view_word(&rest, &word)) {
		char one[64];

		if (word.n >= sizeof(one))
			continue;
		memcpy(one, word.p, word.n);
		one[word.n] = '\0';
		if (hunt_list_add(a, &l, one) != NORO_OK)
			break;
	}
	return l;
}

static void span(const struct piece *p, struct noro_coverage *c)
{
	c->first_ns = c->last_ns = NORO_TIME_NONE;
	for (size_t i = 0; i < p->segs; i++) {
		const struct seg *s = &p->seg[i];

		c->read_bytes += s->bytes;
		c->records += s->newlines;
		c->time_flags |= s->time_flags;
		if (s->first_ns == NORO_TIME_NONE)
			continue;
		if (c->first_ns == NORO_TIME_NONE || s->first_ns < c->first_ns)
			c->first_ns = s->first_ns;
		if (c->last_ns == NORO_TIME_NONE || s->last_ns > c->last_ns)
			c->last_ns = s->last_ns;
	}
	if (p->collector) {
		c->records = p->routes_records;
		c->first_ns = p->routes_first_ns;
		c->last_ns = p->routes_last_ns;
	}
	c->time_from = c->first_ns == NORO_TIME_NONE ? NORO_FROM_NONE : NORO_FROM_RECORD;
}

static enum noro_status why_unread(
	struct noro_arena *a, const struct piece *p, struct noro_coverage *c)
{
	const struct noro_error *e = p->err;

	c->status = e->status;
	c->unread_at = e->at;
	c->unread.id = e->msg ? e->msg : noro_status_text(e->status);
	for (size_t i = 0; i < NORO_ERROR_ARGS; i++) {
		c->unread.arg[i] = e->arg[i][0] ? noro_arena_str(a, e->arg[i]) : NULL;
		if (e->arg[i][0] && !c->unread.arg[i])
			return NORO_ENOMEM;
	}
	return NORO_OK;
}

/* Which powers the child that unpacked it had given away: fewer where the kernel offers less. */
static const char *confined_as(struct noro_arena *a, unsigned bits)
{
	if (bits == ~0U)
		return NULL;
	return noro_arena_printf(a, "%s%s%s%s", bits & NORO_CONFINED_NET ? "net " : "",
		bits & NORO_CONFINED_WRITE ? "write " : "",
		bits & NORO_CONFINED_EXEC ? "exec " : "", bits & NORO_CONFINED_MEM ? "mem" : "");
}

static enum noro_status cover_piece(
	struct hunt *h, struct noro_arena *a, const struct piece *p, struct noro_coverage *c)
{
	enum noro_status st = NORO_OK;

	*c = (struct noro_coverage){ .path = p->path,
		.format = p->reader ? p->reader->name : "unread",
		.charset = p->charset,
		.size_bytes = p->size,
		.status = NORO_OK };
	if (p->sniff.why) {
		c->why.id = p->sniff.why;
		c->why.arg[0] = p->sniff.arg[0] ? noro_arena_str(a, p->sniff.arg) : NULL;
	}
	c->confined = confined_as(a, p->confined);
	span(p, c);
	if (!p->err && atomic_load(&p->incomplete)) {
		c->status = NORO_EINTR;
		c->unread.id = noro_status_text(NORO_EINTR);
		c->unread_at = c->read_bytes;
	}
	c->note = p->note;
	if (!c->note.id && p->taken && p->charset && strncmp(p->charset, "UTF-16", 6) == 0)
		c->note = (struct noro_msg){ N_("written in %1, and read so"), { p->charset } };
	if (p->err)
		st = why_unread(a, p, c);
	if (st == NORO_OK)
		st = hunt_gaps(p, a, &c->gap, &c->gaps);
	if (p->reader && c->read_bytes)
		c->classes = split(a, p->reader->classes);
	if (st == NORO_OK && p->taken) {
		c->format = p->collector
				    ? p->collector
				    : noro_arena_printf(a, "%s-%s",
					      p->dialect ? noro_dialect_name(p->dialect) : "device",
					      p->config ? "config" : "output");
		c->skipped = p->not_understood;
		c->why_sure = p->sure;
		c->strange = p->strange;
		c->stranger = p->stranger;
		c->strangers = p->strangers;
		st = c->format ? hunt_list_add(a, &c->detectors, "devices") : NORO_ENOMEM;
	}
	if (st == NORO_OK && p->taken)
		st = hunt_list_add(a, &c->classes,
			p->config      ? "config"
			: p->collector ? "route"
				       : "state");
	if (st == NORO_OK && atomic_load(&p->device))
		st = hunt_list_add(a, &c->classes, "device");
	if (st == NORO_OK && noro_set_keys(h->o->set))
		st = hunt_list_add(a, &c->detectors, "indicators");
	if (st == NORO_OK && h->o->rules && !p->object)
		st = hunt_list_add(a, &c->detectors, "checks");
	if (st == NORO_OK && p->object && h->hash_mask)
		st = hunt_list_add(a, &c->detectors, "hash,name");
	if (p->hash && p->hash[NORO_SHA256][0])
		c->sha256 = p->hash[NORO_SHA256];
	return st;
}

/* --- SHA-256 of containers: those with findings, or all --- */

struct digest {
	struct noro_container c;
	char hex[NORO_HASH_TEXT];
};

static int64_t moment(const struct timespec *t)
{
	return (int64_t)t->tv_sec * NORO_NS_PER_S + t->tv_nsec;
}

static void digest_task(void *arg, unsigned worker)
{
	struct digest *d = arg;
	struct noro_hash *sum = noro_hash_new(1U << NORO_SHA256);
	int fd = open(d->c.path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char *buf = noro_malloc(CHUNK_BYTES);
	struct stat before = { 0 }, after = { 0 };
	ssize_t n = -1;

	(void)worker;
	if (fd >= 0)
		(void)fstat(fd, &before);
	while (sum && buf && fd >= 0 && (n = read(fd, buf, CHUNK_BYTES)) > 0)
		noro_hash_add(sum, buf, (size_t)n);
	if (fd >= 0)
		(void)fstat(fd, &after);
	if (n == 0 && noro_hash_hex(sum, NORO_SHA256, d->hex) == NORO_OK)
		d->c.sha256 = d->hex;
	d->c.size = (uint64_t)after.st_size;
	d->c.mtime_ns = moment(&after.st_mtim);
	d->c.ctime_ns = moment(&after.st_ctim);
	d->c.changed = before.st_size != after.st_size || d->c.mtime_ns != moment(&before.st_mtim);
	if (fd >= 0)
		close(fd);
	free(buf);
	noro_hash_free(sum);
}

static int by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* Paths of what holds findings, in order. NULL without memory. */
static const char **holders(const struct noro_result *r)
{
	const char **path = noro_reallocarray(NULL, r->findings + 1, sizeof(*path));

	for (size_t i = 0; path && i < r->findings; i++)
		path[i] = r->finding[i].container;
	if (path && r->findings)
		qsort((void *)path, r->findings, sizeof(*path), by_text);
	return path;
}

static bool holds_finding(const char **path, size_t n, const char *container)
{
	return n && bsearch(&container, (const void *)path, n, sizeof(*path), by_text);
}

static int by_path(const void *x, const void *y)
{
	const struct digest *a = *(const struct digest *const *)x,
			    *b = *(const struct digest *const *)y;

	return strcmp(a->c.path, b->c.path);
}

/* The digests that there are, in order of their paths. */
static const struct digest **in_order(struct noro_arena *a, const struct digest *d, size_t *n)
{
	const struct digest **at = noro_arena_array(a, *n + 1, sizeof(*at));
	size_t made = 0;

	for (size_t i = 0; at && i < *n; i++)
		if (d[i].c.sha256)
			at[made++] = &d[i];
	*n = made;
	if (at && made)
		qsort((void *)at, made, sizeof(*at), by_path);
	return at;
}

static const char *digest_of(const struct digest **at, size_t n, const char *path)
{
	struct digest key = { .c = { .path = path } };
	const struct digest *k = &key;
	const struct digest *const *found =
		n ? bsearch(&k, (const void *)at, n, sizeof(*at), by_path) : NULL;

	return found ? (*found)->c.sha256 : NULL;
}

static enum noro_status hash_containers(
	struct hunt *h, struct noro_arena *a, struct noro_result *ret)
{
	struct digest *d = noro_arena_array(a, h->items + 1, sizeof(*d));
	struct noro_finding *f =
		(struct noro_finding *)(uintptr_t)ret->finding; /* ours until returned */
	struct noro_coverage *c = (struct noro_coverage *)(uintptr_t)ret->coverage;
	struct noro_container *done = noro_arena_array(a, h->items + 1, sizeof(*done));
	const char **held = holders(ret);
	const struct digest **at;
	size_t n = 0;
	enum noro_status st = NORO_OK;

	if (!d || !done || !held) {
		free((void *)held);
		return NORO_ENOMEM;
	}
	for (size_t i = 0; st == NORO_OK && i < h->items; i++) {
		if (h->item[i].standard_input || h->item[i].status != NORO_OK)
			continue;
		if (!h->o->hash_all && !holds_finding(held, ret->findings, h->item[i].path))
			continue;
		d[n].c.path = h->item[i].path;
		st = noro_pool_submit(h->pool, digest_task, &d[n++]);
	}
	noro_pool_wait(h->pool);
	for (size_t i = 0; i < n; i++)
		done[ret->containers++] = d[i].c;
	ret->container = done;
	free((void *)held);
	at = in_order(a, d, &n);
	if (!at)
		return NORO_ENOMEM;
	for (size_t i = 0; i < ret->findings; i++)
		f[i].container_sha256 = digest_of(at, n, f[i].container);
	for (size_t i = 0; i < ret->coverages; i++)
		if (!c[i].sha256)
			c[i].sha256 = digest_of(at, n, c[i].path);
	return st;
}

enum noro_status hunt_cover(struct hunt *h, struct noro_arena *a, struct noro_result *ret)
{
	struct noro_coverage *c = noro_arena_array(a, h->pieces + 1, sizeof(*c));
	struct piece **order = noro_arena_array(a, h->pieces + 1, sizeof(struct piece *));
	enum noro_status st = c && order ? NORO_OK : NORO_ENOMEM;
	size_t n = 0;

	for (size_t i = 0; st == NORO_OK && i < h->pieces; i++)
		if (!h->piece[i]->earlier)
			order[n++] = h->piece[i];
	if (n)
		qsort(order, n, sizeof(struct piece *), by_report_order);
	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		st = cover_piece(h, a, order[i], &c[i]);
		ret->run.bytes += c[i].read_bytes;
		ret->run.records += c[i].records;
		ret->run.unread += c[i].status != NORO_OK;
		ret->run.members += strcmp(order[i]->path, order[i]->container) != 0;
	}
	ret->run.files = h->items;
	ret->coverage = c;
	ret->coverages = st == NORO_OK ? n : 0;
	if (st == NORO_OK)
		st = hunt_join_coverage(h, ret);
	return st == NORO_OK && !h->o->hash_none ? hash_containers(h, a, ret) : st;
}
