/*
 * src/hunt/feed.c - from a file to texts that end at line ends. A large plain
 * file is cut into ranges that any worker may read; the line that crosses a
 * border belongs to the left range, and both sides compute the border alike.
 * What comes out of a decompressor is handed on chunk by chunk while it is hot:
 * to a free worker if one is waiting, else it is searched right here, so that
 * one thread inflates while the others match and nobody ever blocks.
 */
#include "hunt/hunt_priv.h"

#include "base/hash.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct visit {
	struct hunt *h;
	struct worker *w;
	uint32_t item, members;
	const struct noro_item *file;
	struct piece *last;
	struct noro_dialect_guess guess; /* of the text that is open */
};

/* One chunk on its way to another worker. */
struct parcel {
	struct hunt *h;
	struct piece *p;
	uint32_t seg;
	uint64_t offset;
	size_t n;
	char *buf;
};

static void complain_memory(struct hunt *h)
{
	atomic_store(&h->failed_memory, true);
}

static bool stopped(const struct hunt *h)
{
	return atomic_load(&h->failed_memory) || noro_progress_stop(h->o->progress);
}

/* The user interrupted, or memory is gone: what this piece still had to give stays unread. */
static bool halted(const struct hunt *h, struct piece *p)
{
	if (!stopped(h))
		return false;
	atomic_store(&p->incomplete, true);
	return true;
}

static struct piece *piece_new(struct visit *v, const char *path, const char *container)
{
	struct hunt *h = v->h;
	struct piece *p, **grown;

	pthread_mutex_lock(&h->lock);
	p = noro_arena_alloc(h->keep, sizeof(*p));
	grown = noro_grow(h->piece, h->pieces, &h->piece_cap, sizeof(struct piece *));
	if (grown)
		h->piece = grown;
	if (p && grown) {
		*p = (struct piece){ .number = (uint32_t)h->pieces,
			.item = v->item,
			.member = v->members++,
			.path = noro_arena_str(h->keep, path),
			.container = noro_arena_str(h->keep, container),
			.fd = -1,
			.confined = ~0U };
		pthread_mutex_init(&p->lock, NULL);
		h->piece[h->pieces++] = p;
		v->last = p;
	}
	pthread_mutex_unlock(&h->lock);
	if (!p || !grown || !p->path || !p->container) {
		complain_memory(h);
		return NULL;
	}
	return p;
}

void hunt_piece_fails(struct hunt *h, struct piece *p, const struct noro_error *err)
{
	static const struct noro_error no_memory = { .status = NORO_ENOMEM };
	struct noro_error *copy;

	pthread_mutex_lock(&h->lock);
	if (!p->err) {
		copy = noro_arena_alloc(h->keep, sizeof(*copy));
		if (copy)
			*copy = *err;
		p->err = copy ? copy : &no_memory;
	}
	pthread_mutex_unlock(&h->lock);
}

static uint32_t seg_new(struct hunt *h, struct piece *p, uint64_t offset)
{
	uint32_t number = UINT32_MAX;
	struct seg *grown;

	pthread_mutex_lock(&p->lock);
	grown = noro_grow(p->seg, p->segs, &p->seg_cap, sizeof(*p->seg));
	if (grown && p->segs < UINT32_MAX - 1) {
		p->seg = grown;
		number = (uint32_t)p->segs++;
		p->seg[number] = (struct seg){
			.offset = offset, .first_ns = NORO_TIME_NONE, .last_ns = NORO_TIME_NONE
		};
	}
	pthread_mutex_unlock(&p->lock);
	if (number == UINT32_MAX)
		complain_memory(h);
	return number;
}

static void seg_put(struct piece *p, uint32_t number, const struct seg *s)
{
	pthread_mutex_lock(&p->lock);
	p->seg[number] = *s;
	pthread_mutex_unlock(&p->lock);
}

/* Search a whole text as one segment. */
static void look_alone(struct worker *w, struct piece *p, uint32_t number, const char *text,
	size_t n, uint64_t offset)
{
	struct seg s = { .offset = offset, .first_ns = NORO_TIME_NONE, .last_ns = NORO_TIME_NONE };

	if (hunt_look(w, p, number, &s, noro_view(text, n), offset) != NORO_OK)
		complain_memory(w->h);
	seg_put(p, number, &s);
}

static char *buf_take(struct hunt *h)
{
	char *b = NULL;
	bool fresh = false;

	pthread_mutex_lock(&h->lock);
	if (h->free_bufs) {
		b = h->free_buf[--h->free_bufs];
	} else if (h->bufs_out < (size_t)h->workers * 2) {
		h->bufs_out++;
		fresh = true;
	}
	pthread_mutex_unlock(&h->lock);
	if (!fresh)
		return b;
	b = noro_calloc(1, 2 * NORO_SCAN_PAD + CHUNK_BYTES);
	if (!b) {
		pthread_mutex_lock(&h->lock);
		h->bufs_out--;
		pthread_mutex_unlock(&h->lock);
	}
	return b;
}

static void buf_give(struct hunt *h, char *b)
{
	pthread_mutex_lock(&h->lock);
	h->free_buf[h->free_bufs++] = b;
	pthread_mutex_unlock(&h->lock);
}

static void parcel_task(void *arg, unsigned worker)
{
	struct parcel *c = arg;

	if (!halted(c->h, c->p))
		look_alone(&c->h->worker[worker], c->p, c->seg, c->buf + NORO_SCAN_PAD, c->n,
			c->offset);
	buf_give(c->h, c->buf);
	free(c);
}

/*
 * Search buf[0..n): by another worker if one of the shared buffers is free, which
 * means the others are not behind; the caller then goes on with that buffer. A small text
 * is not worth the way.
 */
static void hand_on(
	struct visit *v, struct piece *p, char **buf, size_t n, size_t carry, uint64_t offset)
{
	struct hunt *h = v->h;
	uint32_t number = seg_new(h, p, offset);
	bool small = p->size <= SMALL_BYTES && offset + n <= SMALL_BYTES;
	char *other = h->workers > 1 && !small ? buf_take(h) : NULL;
	struct parcel *c = other ? noro_malloc(sizeof(*c)) : NULL;

	if (number == UINT32_MAX || !c) {
		if (other)
			buf_give(h, other);
		if (number != UINT32_MAX)
			look_alone(v->w, p, number, *buf + NORO_SCAN_PAD, n, offset);
		memmove(*buf + NORO_SCAN_PAD, *buf + NORO_SCAN_PAD + n, carry);
		return;
	}
	*c = (struct parcel){
		.h = h, .p = p, .seg = number, .offset = offset, .n = n, .buf = *buf
	};
	memcpy(other + NORO_SCAN_PAD, *buf + NORO_SCAN_PAD + n, carry);
	*buf = other;
	p->shared = true;
	if (noro_pool_submit(h->pool, parcel_task, c) != NORO_OK)
		parcel_task(c, (unsigned)(v->w - h->worker));
}

/* Where a text without a line end may be cut without cutting a token. */
static size_t soft_cut(const char *p, size_t n)
{
	for (size_t back = 1; back < n && back < 16384; back++) {
		char c = p[n - back];

		if (c == ' ' || c == '\t' || c == '"' || c == ',' || c == ';' || c == '\0')
			return n - back + 1;
	}
	return n;
}

/* How much of a full or final buffer can be searched: up to the last line end. */
static size_t cut_of(const char *p, size_t n, size_t fresh_from, bool full)
{
	size_t nl = noro_view_rchr(noro_view(p + fresh_from, n - fresh_from), '\n');

	if (nl != SIZE_MAX)
		return fresh_from + nl + 1;
	return full ? soft_cut(p, n) : 0;
}

/* The text of a piece arrives in pushes of any size. */
struct filling {
	struct visit *v;
	struct piece *p;
	char *buf; /* the worker's, or one of the shared */
	size_t n;
	uint64_t offset;
	struct noro_buf *whole; /* an object for YARA is kept whole, up to a ceiling */
};

static void filling_flush(struct filling *f, bool end)
{
	char *text = f->buf + NORO_SCAN_PAD;
	size_t cut = end ? f->n : cut_of(text, f->n, 0, f->n == CHUNK_BYTES);

	if (!cut)
		return;
	hand_on(f->v, f->p, &f->buf, cut, f->n - cut, f->offset);
	f->offset += cut;
	f->n -= cut;
}

static enum noro_status filling_push(void *ctx, const char *p, size_t n)
{
	struct filling *f = ctx;

	while (n) {
		size_t room = CHUNK_BYTES - f->n, take = n < room ? n : room;

		memcpy(f->buf + NORO_SCAN_PAD + f->n, p, take);
		f->n += take;
		p += take;
		n -= take;
		if (f->n == CHUNK_BYTES)
			filling_flush(f, false);
		if (halted(f->v->h, f->p))
			return NORO_EINTR;
	}
	return NORO_OK;
}

static enum noro_status stream_pull(void *ctx, char *buf, size_t cap, size_t *ret_n)
{
	struct noro_error err = { 0 };

	return noro_stream_read(ctx, buf, cap, ret_n, &err);
}

/* The worker's own buffer may have gone to another; keep whichever is in hand. */
static void give_back(struct visit *v, char *buf)
{
	v->w->buf = buf;
}

static void transcoded(struct visit *v, struct piece *p, struct noro_stream *s)
{
	struct filling f = { .v = v, .p = p, .buf = v->w->buf };
	struct noro_log_opts opts = {
		.zone = v->h->o->zone, .ref_ns = v->h->o->now_ns, .path = p->path
	};
	struct noro_error err = { 0 };
	enum noro_status st = p->reader->transcode(&opts, stream_pull, s, filling_push, &f, &err);

	if (f.n && !halted(v->h, p))
		filling_flush(&f, true);
	if (st < 0 && st != NORO_EINTR) {
		if (err.status == NORO_OK)
			(void)noro_fail(&err, st, NULL);
		hunt_piece_fails(v->h, p, &err);
	}
	give_back(v, f.buf);
}

static void yara_object(struct visit *v, struct piece *p, const struct noro_buf *whole)
{
	struct noro_error err;

	if (whole->n > MAX_YARA_BYTES) {
		(void)noro_fail(&err, NORO_ELIMIT, N_("larger than 64 MiB: not given to YARA"));
		hunt_piece_fails(v->h, p, &err);
	} else if (whole->status != NORO_OK ||
		   hunt_yara_scan(v->w, p, whole->p ? whole->p : "", whole->n) != NORO_OK) {
		(void)noro_fail(&err, NORO_EUNSUPPORTED,
			N_("the YARA rules could not be run over it to the end"));
		hunt_piece_fails(v->h, p, &err);
	}
}

/* A configuration, or what a device printed, for the audit. */
static void machine_text(struct visit *v, struct piece *p, const struct noro_buf *whole)
{
	struct noro_error err;

	if (whole->n > MAX_DEVICE_TEXT) {
		(void)noro_fail(&err, NORO_ELIMIT,
			N_("larger than 128 MiB: searched, but not audited as a device's text"));
		hunt_piece_fails(v->h, p, &err);
	} else if (hunt_device_text(v->w, p, whole, &v->guess) != NORO_OK) {
		complain_memory(v->h);
	}
}

static void streamed(struct visit *v, struct piece *p, struct noro_stream *s)
{
	bool yara = p->object && v->h->yara;
	size_t keep = p->machine ? MAX_DEVICE_TEXT : MAX_YARA_BYTES;
	struct noro_buf whole = { 0 };
	struct filling f = {
		.v = v, .p = p, .buf = v->w->buf, .whole = yara || p->machine ? &whole : NULL
	};
	/* what comes unpacked piece by piece is handed on when there is enough of it; a live source
	 * may never give more */
	const bool packed = strcmp(p->packing, "plain") != 0;
	size_t seen = 0; /* so far there is no line end in it */
	bool end = false;

	while (!end && !halted(v->h, p)) {
		struct noro_error err = { 0 };
		size_t got = 0, cut;
		enum noro_status st = noro_stream_read(
			s, f.buf + NORO_SCAN_PAD + f.n, CHUNK_BYTES - f.n, &got, &err);

		if (st < 0)
			hunt_piece_fails(v->h, p, &err);
		end = st != NORO_OK;
		if (f.whole && whole.n <= keep)
			noro_buf_add(&whole, f.buf + NORO_SCAN_PAD + f.n, got);
		f.n += got;
		if (packed && !end && f.n < ENOUGH_BYTES)
			continue;
		cut = end ? f.n : cut_of(f.buf + NORO_SCAN_PAD, f.n, seen, f.n == CHUNK_BYTES);
		if (cut) {
			hand_on(v, p, &f.buf, cut, f.n - cut, f.offset);
			f.offset += cut;
			f.n -= cut;
		}
		seen = f.n;
	}
	if (yara && !stopped(v->h))
		yara_object(v, p, &whole);
	if (p->machine && !stopped(v->h))
		machine_text(v, p, &whole);
	noro_buf_done(&whole);
	give_back(v, f.buf);
}

/* --- routes of a collector: judged while they are read, and searched like any other bytes --- */

struct routing {
	struct visit *v;
	struct noro_stream *s;
	struct filling f;
};

static enum noro_status pull_routes(void *ctx, void *buf, size_t n, size_t *ret_n)
{
	struct routing *r = ctx;
	struct noro_error err = { 0 };
	enum noro_status st;

	*ret_n = 0;
	if (halted(r->v->h, r->f.p))
		return NORO_OK; /* as if it ended here; coverage says that it was interrupted */
	st = noro_stream_read(r->s, buf, n, ret_n, &err);
	if (st < 0) {
		hunt_piece_fails(r->v->h, r->f.p, &err);
		return st == NORO_ENOMEM ? st : NORO_OK;
	}
	if (r->f.whole && r->f.whole->n <= MAX_YARA_BYTES)
		noro_buf_add(r->f.whole, buf, *ret_n);
	(void)filling_push(&r->f, buf, *ret_n);
	return NORO_OK;
}

static void routed(struct visit *v, struct piece *p, struct noro_stream *s)
{
	struct noro_buf whole = { 0 };
	struct routing r = { .v = v,
		.s = s,
		.f = { .v = v, .p = p, .buf = v->w->buf, .whole = v->h->yara ? &whole : NULL } };

	if (hunt_device_routes(v->h, p, &(struct noro_mrt_source){ pull_routes, &r }) != NORO_OK)
		complain_memory(v->h);
	if (r.f.n && !halted(v->h, p))
		filling_flush(&r.f, true);
	if (r.f.whole && !stopped(v->h))
		yara_object(v, p, &whole);
	noro_buf_done(&whole);
	give_back(v, r.f.buf);
}

/* --- ranges of a large plain file --- */

struct range {
	struct hunt *h;
	struct piece *p;
	uint32_t seg;
	uint64_t from, to;
};

static ssize_t read_at(int fd, char *buf, size_t n, uint64_t at)
{
	size_t got = 0;

	while (got < n) {
		ssize_t r = pread(fd, buf + got, n - got, (off_t)(at + got));

		if (r < 0)
			return -1;
		if (r == 0)
			break;
		got += (size_t)r;
	}
	return (ssize_t)got;
}

/*
 * Where the text of a range begins: behind the first line end at or after
 * `from` - 1; without one within MAX_LINE_LOOK, behind the first separator.
 * The left neighbour ends there, because it asks the same question.
 */
static uint64_t border(const struct piece *p, char *buf, uint64_t from)
{
	uint64_t at = from ? from - 1 : 0;
	uint64_t soft = 0;

	if (from == 0 || from >= p->size)
		return from < p->size ? from : p->size;
	for (uint64_t seen = 0, look = FIRST_LOOK; seen < MAX_LINE_LOOK;
		seen += look, look = CHUNK_BYTES / 8) {
		ssize_t n = read_at(p->fd, buf, look, at + seen);
		struct noro_view v = noro_view(buf, n > 0 ? (size_t)n : 0);
		size_t nl = noro_view_chr(v, '\n');

		if (nl != SIZE_MAX)
			return at + seen + nl + 1;
		for (size_t i = 0; !soft && i < v.n; i++)
			if (v.p[i] == ' ' || v.p[i] == '"' || v.p[i] == ',')
				soft = at + seen + i + 1;
		if (v.n < look)
			return p->size;
	}
	return soft ? soft : from;
}

static void range_read(struct worker *w, struct range *r, struct seg *s)
{
	struct hunt *h = r->h;
	char *text = w->buf + NORO_SCAN_PAD;
	uint64_t at = border(r->p, text, r->from), end = border(r->p, text, r->to);
	size_t carry = 0;

	s->offset = at;
	while (at < end && !halted(h, r->p)) {
		uint64_t left = end - at - carry;
		size_t want = left < CHUNK_BYTES - carry ? (size_t)left : CHUNK_BYTES - carry, cut;
		ssize_t got = read_at(r->p->fd, text + carry, want, at + carry);
		size_t n = carry + (got > 0 ? (size_t)got : 0);
		bool last = n == end - at || (size_t)(got > 0 ? got : 0) < want;

		if (got < 0) {
			struct noro_error err;

			(void)noro_fail_errno(&err, errno, r->p->path);
			hunt_piece_fails(h, r->p, &err);
		}
		cut = last ? n : cut_of(text, n, carry, n == CHUNK_BYTES);
		if (cut && hunt_look(w, r->p, r->seg, s, noro_view(text, cut), at) != NORO_OK)
			complain_memory(h);
		noro_progress_add(h->o->progress, cut);
		if (last)
			break;
		memmove(text, text + cut, n - cut);
		carry = n - cut;
		at += cut;
	}
}

static void range_task(void *arg, unsigned worker)
{
	struct range *r = arg;
	struct seg s = { .offset = r->from, .first_ns = NORO_TIME_NONE, .last_ns = NORO_TIME_NONE };

	if (!halted(r->h, r->p))
		range_read(&r->h->worker[worker], r, &s);
	seg_put(r->p, r->seg, &s);
	free(r);
}

static bool ranged(struct visit *v, struct piece *p, int fd)
{
	uint64_t n = (p->size + RANGE_BYTES - 1) / RANGE_BYTES;

	p->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (p->fd < 0)
		return false;
	p->shared = true;
	for (uint64_t i = 0; i < n; i++) {
		struct range *r = noro_malloc(sizeof(*r));
		uint32_t seg = seg_new(v->h, p, i * RANGE_BYTES);

		if (!r || seg == UINT32_MAX) {
			free(r);
			complain_memory(v->h);
			break;
		}
		*r = (struct range){ .h = v->h,
			.p = p,
			.seg = seg,
			.from = i * RANGE_BYTES,
			.to = (i + 1) * RANGE_BYTES };
		if (r->to > p->size)
			r->to = p->size;
		if (noro_pool_submit(v->h->pool, range_task, r) != NORO_OK)
			range_task(r, (unsigned)(v->w - v->h->worker));
	}
	return true;
}

/* --- one stream --- */

/* The last part of "a.zip!/b/c" or "/b/c", in memory that lasts. */
static const char *object_base(struct worker *w, const struct piece *p)
{
	struct noro_view path = noro_view_str(p->path);

	for (size_t i = path.n; i > 0; i--) {
		if (path.p[i - 1] == '/' || path.p[i - 1] == '!') {
			path = noro_view_sub(path, i, path.n);
			break;
		}
	}
	return noro_arena_strn(w->keep, path.p, path.n);
}

static void object_name(struct visit *v, struct piece *p)
{
	const char *name = object_base(v->w, p);
	uint32_t key[4];
	size_t n = name ? noro_match_value(
				  v->h->match, NORO_IOC_FILE_NAME, noro_view_str(name), key, 4)
			: 0;

	for (size_t i = 0; i < n; i++)
		if (hunt_object_hit(v->w, p, key[i], name, name) != NORO_OK)
			complain_memory(v->h);
}

static void object_digests(struct visit *v, struct piece *p, struct noro_stream *s)
{
	const char *name = object_base(v->w, p);

	static const enum noro_ioc_kind kinds[NORO_HASH_KINDS] = {
		[NORO_MD5] = NORO_IOC_MD5,
		[NORO_SHA1] = NORO_IOC_SHA1,
		[NORO_SHA256] = NORO_IOC_SHA256,
		[NORO_SHA512] = NORO_IOC_SHA512,
	};

	pthread_mutex_lock(&v->h->lock);
	p->hash = noro_arena_array(v->h->keep, NORO_HASH_KINDS, sizeof(*p->hash));
	pthread_mutex_unlock(&v->h->lock);
	if (!p->hash) {
		complain_memory(v->h);
		return;
	}
	for (unsigned k = 0; k < NORO_HASH_KINDS; k++)
		if (!(v->h->hash_mask & 1U << k) || noro_stream_digest(s, k, p->hash[k]) != NORO_OK)
			p->hash[k][0] = '\0';
	for (unsigned k = 0; k < NORO_HASH_KINDS; k++) {
		uint32_t key[4];
		size_t n;

		if (!p->hash[k][0])
			continue;
		n = noro_match_value(v->h->match, kinds[k], noro_view_str(p->hash[k]), key, 4);
		for (size_t i = 0; i < n; i++)
			if (hunt_object_hit(v->w, p, key[i], name, p->hash[k]) != NORO_OK)
				complain_memory(v->h);
	}
}

static enum noro_status log_for(
	struct visit *v, struct piece *p, struct noro_view head, struct noro_error *err)
{
	int64_t now = v->h->o->now_ns;
	struct noro_log_opts opts = { .zone = v->h->o->zone,
		.path = p->path,
		.ref_ns = p->mtime_ns != NORO_TIME_NONE && p->mtime_ns < now ? p->mtime_ns : now };

	return noro_log_new(p->reader, &opts, head, &p->log, err);
}

/* Is the class one of the blank-separated ones? */
static bool shows(const char *classes, const char *one)
{
	struct noro_view rest = noro_view_str(classes), word;

	while (noro_view_word(&rest, &word))
		if (noro_view_is(word, one))
			return true;
	return false;
}

/*
 * A text of unknown shape may come from anything that logs in, serves or routes, and syslog or JSON
 * may carry what Windows tells: its literals are looked for, though nobody may rely on it.
 */
static const char *searched_classes(const struct piece *p)
{
	static const struct {
		const char *reader, *classes;
	} wider[] = { { "lines", "ip domain url hash email login web command config device process "
				 "file conn dns windows" },
		{ "syslog", "ip domain login command windows" },
		{ "csv", "ip domain url hash login windows" },
		{ "json-lines", "ip domain url hash login web dns command windows" },
		{ "json-document", "ip domain url hash login web dns command windows" } };

	/* what a configuration says is asked of its rows, not of its lines */
	if (p->binary || p->config)
		return NULL;
	for (size_t i = 0; i < sizeof(wider) / sizeof(wider[0]); i++)
		if (strcmp(p->reader->name, wider[i].reader) == 0)
			return wider[i].classes;
	return p->reader->classes;
}

static enum noro_status visit_stream(
	void *ctx, struct noro_stream *s, const struct noro_stream_info *info)
{
	struct visit *v = ctx;
	struct hunt *h = v->h;
	struct piece *p = piece_new(v, info->path, info->container);
	struct noro_error err = { 0 };
	struct noro_view head;

	if (!p)
		return NORO_ENOMEM;
	pthread_mutex_lock(&h->lock);
	p->packing = noro_arena_str(h->keep, info->packing ? info->packing : "plain");
	p->charset = noro_arena_str(h->keep, info->charset ? info->charset : "UTF-8");
	pthread_mutex_unlock(&h->lock);
	p->charset_why = info->charset_why;
	p->size = info->size;
	p->mtime_ns = info->mtime_ns;
	p->confined = info->confined;
	if (noro_stream_peek(s, &head, &err) < 0) {
		hunt_piece_fails(v->h, p, &err);
		return NORO_OK;
	}
	p->reader = noro_reader_sniff(head, info->path, &p->sniff);
	p->binary = strcmp(p->reader->name, "binary") == 0;
	/* a large text of unknown shape is a log; a small one may be a script or a note, and has a
	 * digest too */
	p->object =
		p->binary || (strcmp(p->reader->name, "lines") == 0 && p->size <= MAX_YARA_BYTES);
	p->machine = hunt_device_wants(h, p, head, &v->guess);
	if (h->o->devices_only && !p->machine) {
		(void)hunt_device_refuse(p, head, &err);
		hunt_piece_fails(v->h, p, &err);
		return NORO_OK;
	}
	if (hunt_engine(h, searched_classes(p), &p->engine) != NORO_OK)
		complain_memory(h);
	p->flows = h->o->rules && noro_rules_over_flow(h->o->rules) &&
		   shows(p->reader->classes, "conn");
	if (log_for(v, p, head, &err) != NORO_OK) {
		hunt_piece_fails(v->h, p, &err);
		return NORO_OK;
	}
	if (p->object && h->hash_mask && noro_stream_hash(s, h->hash_mask) != NORO_OK)
		complain_memory(h);
	if (p->collector) {
		routed(v, p, s);
	} else if (p->reader->transcode && !p->machine) {
		transcoded(v, p, s);
	} else if (info->fd < 0 || p->machine || (p->object && (h->hash_mask || h->yara)) ||
		   p->size < 2 * (uint64_t)RANGE_BYTES || !ranged(v, p, info->fd)) {
		streamed(v, p, s);
	}
	if (p->object && h->hash_mask && !p->err && !stopped(h))
		object_digests(v, p, s);
	if (h->has_names)
		object_name(v, p);
	if (p->object && h->no_yara.status != NORO_OK)
		hunt_piece_fails(v->h, p, &h->no_yara);
	if (!p->shared) {
		noro_log_free(p->log);
		p->log = NULL;
	}
	return stopped(h) ? NORO_EINTR : NORO_OK;
}

static void refuse_stream(
	void *ctx, const char *path, const char *container, const struct noro_error *err)
{
	struct visit *v = ctx;
	struct piece *p = v->last;

	/* what was read of the same path is one piece with what stopped it */
	if (!p || strcmp(p->path, path) != 0)
		p = piece_new(v, path, container);
	if (p)
		hunt_piece_fails(v->h, p, err);
}

void hunt_item(struct hunt *h, uint32_t item, unsigned worker)
{
	struct visit v = { .h = h, .w = &h->worker[worker], .item = item, .file = &h->item[item] };
	struct noro_visitor visitor = { .visit = visit_stream, .refuse = refuse_stream, .ctx = &v };
	struct noro_error err = { 0 };
	enum noro_status st;

	if (stopped(h)) {
		(void)noro_fail(&err, NORO_EINTR, NULL);
		refuse_stream(&v, v.file->path, v.file->path, &err);
		return;
	}
	if (v.file->status != NORO_OK) {
		refuse_stream(&v, v.file->path, v.file->path, &v.file->err);
		return;
	}
	st = noro_source_visit(v.file, &h->o->source, &visitor, &err);
	if (st < 0 && st != NORO_EINTR) {
		if (err.status == NORO_OK)
			(void)noro_fail(&err, st, NULL);
		refuse_stream(&v, v.file->path, v.file->path, &err);
	}
}
