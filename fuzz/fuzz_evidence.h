/* fuzz/fuzz_evidence.h - what the targets of readers share: bytes in, lines out, and what must hold
 * of both. */
#pragma once

#include "fuzz/fuzz.h"

#include "base/buf.h"
#include "base/json.h"
#include "evidence/reader.h"

#include <stdlib.h>
#include <string.h>

struct fuzz_pipe {
	struct noro_view in;
	struct noro_buf out;
};

static inline enum noro_status fuzz_pull(void *ctx, char *buf, size_t cap, size_t *ret_n)
{
	struct fuzz_pipe *p = ctx;
	size_t n = p->in.n < cap ? p->in.n : cap;

	if (n)
		memcpy(buf, p->in.p, n);
	p->in = noro_view_sub(p->in, n, p->in.n);
	*ret_n = n;
	return n ? NORO_OK : NORO_END;
}

static inline enum noro_status fuzz_push(void *ctx, const char *text, size_t n)
{
	struct fuzz_pipe *p = ctx;

	noro_buf_add(&p->out, text, n);
	return p->out.status;
}

/* A field lies in the record, or is no part of it. */
static inline void fuzz_inside(const struct noro_record *r, struct noro_view text)
{
	for (unsigned f = 0; f < NORO_FIELDS; f++) {
		struct noro_view v = r->field[f];

		if (v.p && v.p >= text.p && v.p <= text.p + text.n)
			assert(v.n <= (size_t)(text.p + text.n - v.p));
	}
	assert(r->owns <= 128);
}

/* Sniff, learn, cut and parse as a hunt does; `name` NULL takes what the sniffers say. */
static inline void fuzz_text(const char *name, const char *path, struct noro_view text)
{
	struct noro_log_opts opts = { .ref_ns = INT64_C(1756684800000000000), .path = path };
	struct noro_sniff s;
	const struct noro_reader *r = noro_reader_sniff(text, path, &s);
	struct noro_view rest = text, line;
	struct noro_log *log;

	assert(r && s.why && s.score <= 100);
	if (name)
		r = noro_reader_by_name(name);
	if (noro_log_new(r, &opts, text, &log, NULL) != NORO_OK)
		return;
	while (noro_view_line(&rest, &line)) {
		struct noro_arena *a = noro_arena_new(1 << 22);
		struct noro_view v = noro_record_around(log, text, (size_t)(line.p - text.p));
		struct noro_record rec;
		struct noro_time t = { .ns = NORO_TIME_NONE };

		assert(v.p >= text.p && v.p + v.n <= text.p + text.n);
		noro_record_parse(log, a, v, &rec);
		fuzz_inside(&rec, text);
		/* asked for its time alone, a record says the same */
		assert(v.n > 4096 ||
			noro_record_time(log, v, &t) == (rec.time_ns != NORO_TIME_NONE));
		assert(v.n > 4096 || t.ns == rec.time_ns);
		noro_arena_free(a);
	}
	noro_log_free(log);
}

/* Whatever goes into a transcoder, what comes out are JSON objects. */
static inline void fuzz_transcode(const char *name, const char *path, struct noro_view in)
{
	struct noro_log_opts opts = { .path = path };
	struct fuzz_pipe p = { .in = in };
	struct noro_view rest, line;

	(void)noro_reader_by_name(name)->transcode(&opts, fuzz_pull, &p, fuzz_push, &p, NULL);
	rest = noro_buf_as_view(&p.out);
	while (noro_view_line(&rest, &line)) {
		struct noro_json_limits limits = { .allow_duplicates = true };
		struct noro_arena *a = noro_arena_new(0);
		const struct noro_json *v;

		assert(noro_json_parse(a, line, &limits, &v, NULL) == NORO_OK);
		assert(v->kind == NORO_JSON_OBJECT);
		noro_arena_free(a);
	}
	if (p.out.n)
		fuzz_text(name, path, noro_buf_as_view(&p.out));
	noro_buf_done(&p.out);
}
