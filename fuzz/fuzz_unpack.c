/*
 * fuzz/fuzz_unpack.c - everything that may be packed, in process. Each member begins
 * and ends once, refusals come between, and the limits hold.
 */
#include "fuzz/fuzz.h"

#include "base/text.h"
#include "source/source_priv.h"

struct state {
	bool inside;
	size_t members;
	uint64_t bytes;
};

static enum noro_status begin(void *ctx, const struct noro_member *m)
{
	struct state *s = ctx;

	assert(!s->inside && m->path && m->packing);
	assert(noro_utf8_valid(noro_view_str(m->path)) == strlen(m->path));
	s->inside = true;
	s->members++;
	return NORO_OK;
}

static enum noro_status data(void *ctx, const char *p, size_t n)
{
	struct state *s = ctx;
	volatile char touch;

	assert(s->inside && n > 0);
	touch = p[0];
	touch = p[n - 1];
	(void)touch;
	s->bytes += n;
	return NORO_OK;
}

static enum noro_status end(void *ctx)
{
	struct state *s = ctx;

	assert(s->inside);
	s->inside = false;
	return NORO_OK;
}

static enum noro_status refuse(void *ctx, const char *path, const struct noro_error *err)
{
	struct state *s = ctx;

	assert(!s->inside && path && err->status < 0);
	return NORO_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct noro_view words[] = { { "x", 1 } };
	const struct noro_source_opts opts = { .limits = { .max_depth = 3,
						       .max_members = 100,
						       .max_member_bytes = 1 << 20,
						       .max_total_bytes = 4 << 20 },
		.password = words,
		.passwords = 1 };
	struct noro_unpack_job job = { .path = "f",
		.head = noro_view(bytes, size),
		.in = -1,
		.size = size,
		.mtime_ns = NORO_TIME_NONE,
		.opts = &opts };
	struct state s = { 0 };
	const struct noro_sink sink = { begin, data, end, refuse, &s };

	assert(noro_unpack(&job, &sink) == NORO_OK); /* faults go to refuse */
	assert(!s.inside);
	assert(s.members <= 101);
	assert(s.bytes <= (5 << 20));
	return 0;
}
