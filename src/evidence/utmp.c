/*
 * src/evidence/utmp.c - wtmp, btmp, utmp and lastlog: who logged in on a Linux machine,
 * in C structures whose layout differs by architecture.
 *
 * glibc writes 384 bytes an entry where time is 32 bits wide (also on x86-64,
 * for compatibility) and 400 where it is 64 (arm64, riscv64); lastlog has 292 or
 * 296. The size that makes the first entries plausible wins.
 */
#include "evidence/log_priv.h"

#include "base/addr.h"
#include "base/cursor.h"
#include "base/jsonw.h"

enum { MAX_ENTRY = 400, LASTLOG_HOST = 256, LASTLOG_LINE = 32 };

enum layout { UTMP_32 = 384, UTMP_64 = 400, LASTLOG_32 = 292, LASTLOG_64 = 296 };

struct entry {
	unsigned type;
	uint32_t pid;
	struct noro_view line, user, host;
	int64_t s, us;
	struct noro_ip ip;
};

static const char *const types[] = { "EMPTY", "RUN_LVL", "BOOT_TIME", "NEW_TIME", "OLD_TIME",
	"INIT_PROCESS", "LOGIN_PROCESS", "USER_PROCESS", "DEAD_PROCESS", "ACCOUNTING" };
enum { TYPES = sizeof(types) / sizeof(types[0]), TYPE_USER = 7, TYPE_DEAD = 8, TYPE_LOGIN = 6 };

/* A fixed field up to its NUL; `*ok` turns false for control characters. */
static struct noro_view fixed(struct noro_cursor *c, size_t n, bool *ok)
{
	struct noro_view v = noro_cursor_bytes(c, n);
	const char *end = v.n ? memchr(v.p, 0, v.n) : NULL;

	if (end)
		v.n = (size_t)(end - v.p);
	for (size_t i = 0; i < v.n; i++)
		if ((unsigned char)v.p[i] < 0x20 || v.p[i] == 0x7f)
			*ok = false;
	return v;
}

static void address(struct noro_cursor *c, struct entry *e)
{
	struct noro_view v = noro_cursor_bytes(c, 16);

	if (v.n != 16)
		return;
	memcpy(e->ip.b, v.p, 16);
	for (size_t i = 4; i < 16; i++)
		if (e->ip.b[i])
			e->ip.family = 6;
	if (e->ip.family == 0 && (e->ip.b[0] | e->ip.b[1] | e->ip.b[2] | e->ip.b[3]))
		e->ip.family = 4;
	e->ip = noro_ip_unmap(e->ip);
}

/* One struct utmp; false when its bytes are implausible. */
static bool read_utmp(struct noro_cursor *c, enum layout layout, struct entry *e)
{
	bool ok = true;

	*e = (struct entry){ .type = noro_cursor_le16(c) };
	noro_cursor_skip(c, 2);
	e->pid = noro_cursor_le32(c);
	e->line = fixed(c, 32, &ok);
	noro_cursor_skip(c, 4);
	e->user = fixed(c, 32, &ok);
	e->host = fixed(c, 256, &ok);
	noro_cursor_skip(c, 4); /* exit status */
	if (layout == UTMP_32) {
		noro_cursor_skip(c, 4); /* session */
		e->s = (int32_t)noro_cursor_le32(c);
		e->us = (int32_t)noro_cursor_le32(c);
	} else {
		noro_cursor_skip(c, 8); /* session, a long here */
		e->s = (int64_t)noro_cursor_le64(c);
		e->us = (int64_t)noro_cursor_le64(c);
	}
	address(c, e);
	noro_cursor_skip(c, layout == UTMP_32 ? 20 : 24); /* reserved, and padding to eight */
	return ok && c->status == NORO_OK && e->type < TYPES && e->us >= 0 && e->us < 1000000;
}

static bool read_lastlog(struct noro_cursor *c, enum layout layout, struct entry *e)
{
	bool ok = true;

	*e = (struct entry){ .type = TYPE_USER };
	e->s = layout == LASTLOG_32 ? (int64_t)noro_cursor_le32(c) : (int64_t)noro_cursor_le64(c);
	e->line = fixed(c, LASTLOG_LINE, &ok);
	e->host = fixed(c, LASTLOG_HOST, &ok);
	return ok && c->status == NORO_OK;
}

/* Between 1990 and 2100, or none at all. */
static bool plausible_time(int64_t s)
{
	return s == 0 || (s > INT64_C(631152000) && s < INT64_C(4102444800));
}

static bool fits(struct noro_view head, enum layout layout, bool last)
{
	struct noro_cursor c = noro_cursor(head.p, head.n);
	struct entry e;
	size_t full = head.n / layout, timed = 0;

	if (full == 0)
		return false;
	for (size_t i = 0; i < full && i < 64; i++) {
		if (!(last ? read_lastlog(&c, layout, &e) : read_utmp(&c, layout, &e)) ||
			!plausible_time(e.s))
			return false;
		timed += e.s != 0;
	}
	return timed > 0;
}

static bool is_lastlog(const char *path)
{
	return strncmp(noro_ev_base_name(path), "lastlog", 7) == 0;
}

static bool is_failed(const char *path)
{
	return strncmp(noro_ev_base_name(path), "btmp", 4) == 0;
}

/* 0: neither. */
static unsigned layout_of(struct noro_view head, const char *path)
{
	if (is_lastlog(path))
		return fits(head, LASTLOG_32, true)   ? LASTLOG_32
		       : fits(head, LASTLOG_64, true) ? LASTLOG_64
						      : 0;
	return fits(head, UTMP_32, false) ? UTMP_32 : fits(head, UTMP_64, false) ? UTMP_64 : 0;
}

static void sniff(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	const char *base = noro_ev_base_name(path);
	bool named = is_lastlog(path) || is_failed(path) || strncmp(base, "wtmp", 4) == 0 ||
		     strncmp(base, "utmp", 4) == 0;

	if (head.n == 0 || !memchr(head.p, 0, head.n) || (is_lastlog(path) && !named))
		return;
	if (layout_of(head, path))
		noro_ev_sniffed(ret, named ? 97 : 60, N_("entries of a login accounting file"), "");
}

static const char *action(const struct entry *e, bool failed)
{
	if (failed || e->type == TYPE_USER)
		return "login";
	if (e->type == TYPE_DEAD)
		return "logout";
	return NULL;
}

static void write_entry(
	struct noro_buf *out, const struct entry *e, bool failed, uint64_t uid, bool last)
{
	struct noro_jsonw w = noro_jsonw(out);
	char ip[NORO_IP_TEXT];
	const char *what = action(e, failed);
	int64_t ns;

	noro_jsonw_object(&w);
	if (!__builtin_mul_overflow(e->s, NORO_NS_PER_S, &ns))
		noro_jsonw_ktime(&w, "time", ns + e->us * 1000);
	noro_jsonw_kstr(&w, "event", types[e->type]);
	if (what)
		noro_jsonw_kstr(&w, "action", what);
	if (what && strcmp(what, "login") == 0)
		noro_jsonw_kstr(&w, "outcome", failed ? "failure" : "success");
	if (last)
		noro_jsonw_ku64(&w, "uid", uid);
	if (e->user.n)
		noro_jsonw_kview(&w, "user", e->user);
	if (e->line.n)
		noro_jsonw_kview(&w, "line", e->line);
	if (e->ip.family) {
		noro_ip_print(&e->ip, ip);
		noro_jsonw_kstr(&w, "ip", ip);
	}
	if (e->host.n)
		noro_jsonw_kview(&w, "src", e->host);
	if (e->pid)
		noro_jsonw_ku64(&w, "pid", e->pid);
	noro_jsonw_object_end(&w);
	noro_buf_chr(out, '\n');
}

struct state {
	char held[MAX_ENTRY * 64]; /* enough entries to know the layout by */
	size_t n;
	unsigned layout;
	bool last, failed;
	uint64_t index;
	struct noro_buf out;
};

/* Turn the whole entries held into text; the rest moves to the front. */
static enum noro_status convert(struct state *s, noro_push_fn *push, void *push_ctx)
{
	size_t at = 0;
	enum noro_status st;

	noro_buf_clear(&s->out);
	while (s->layout && s->n - at >= s->layout) {
		struct noro_cursor c = noro_cursor(s->held + at, s->layout);
		struct entry e;
		bool ok = s->last ? read_lastlog(&c, (enum layout)s->layout, &e)
				  : read_utmp(&c, (enum layout)s->layout, &e);

		/* an empty slot of lastlog is a user who never came */
		if (ok && !(s->last && e.s == 0) && !(e.type == 0 && e.s == 0))
			write_entry(&s->out, &e, s->failed, s->index, s->last);
		s->index++;
		at += s->layout;
	}
	memmove(s->held, s->held + at, s->n - at);
	s->n -= at;
	st = s->out.status;
	if (st == NORO_OK && s->out.n)
		st = push(push_ctx, s->out.p, s->out.n);
	return st;
}

static enum noro_status run(struct state *s, const char *path, noro_pull_fn *pull, void *pull_ctx,
	noro_push_fn *push, void *push_ctx)
{
	enum noro_status st = NORO_OK;

	while (st == NORO_OK) {
		size_t got = 0;

		st = pull(pull_ctx, s->held + s->n, sizeof(s->held) - s->n, &got);
		if (st < 0)
			return st;
		s->n += got;
		if (!s->layout && (s->n == sizeof(s->held) || st == NORO_END)) {
			s->layout = layout_of(noro_view(s->held, s->n), path);
			if (!s->layout)
				return s->n ? NORO_EFORMAT : NORO_OK;
		}
		if (s->layout) {
			enum noro_status done = convert(s, push, push_ctx);

			if (done < 0)
				return done;
		}
	}
	return s->n ? NORO_ETRUNC : NORO_OK;
}

static enum noro_status transcode(const struct noro_log_opts *opts, noro_pull_fn *pull,
	void *pull_ctx, noro_push_fn *push, void *push_ctx, struct noro_error *err)
{
	struct state s = { .last = is_lastlog(opts->path), .failed = is_failed(opts->path) };
	enum noro_status st = run(&s, opts->path, pull, pull_ctx, push, push_ctx);

	noro_buf_done(&s.out);
	if (st == NORO_EFORMAT)
		return noro_fail(err, st, N_("no layout of login accounting fits these bytes"));
	if (st == NORO_ETRUNC)
		return noro_fail(err, st, N_("the last entry is cut off"));
	return st < 0 ? noro_fail(err, st, NULL) : NORO_OK;
}

static bool parse(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	struct noro_take t;

	noro_ev_take_init(&t, log, a, r, NORO_FAMILY_JSON);
	if (!noro_ev_flat_json(&t, raw))
		return false;
	r->shape = "utmp";
	noro_ev_set(r, NORO_FIELD_DEVICE, noro_ev_taken(&t, "line"));
	noro_ev_take_done(&t);
	return true;
}

const struct noro_reader noro_reader_utmp = {
	.name = "utmp",
	.title = N_("login accounting (wtmp, btmp, lastlog)"),
	.sniff = sniff,
	.parse = parse,
	.transcode = transcode,
	.classes = "ip domain login",
};
