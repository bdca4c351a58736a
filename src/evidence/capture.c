/*
 * src/evidence/capture.c - captured frames out of a stream, whatever the file format.
 *
 * A kind's batch reads frames out of the bytes at hand and copies none. It stops
 * where a record is not whole or not believable, and only then, with no frame of
 * this call handed out yet, may the window be filled (which moves bytes) or the
 * stream be searched for a next record. Mapped bytes are a window that is never
 * filled: both ways run through the same code and give the same frames.
 */
#include "evidence/capture_priv.h"

#include "base/mem.h"

enum { HEAD = 64 << 10 };

bool noro_capture_fill(struct noro_capture *c, size_t n)
{
	size_t left = c->n - c->at;

	if (!c->pull || n > CAPTURE_WINDOW)
		return false;
	if (!c->dry && (c->at + n > CAPTURE_WINDOW || (c->at >= CAPTURE_PULL && left <= c->at))) {
		memmove(c->buf, c->buf + c->at, left);
		c->base += c->at;
		c->at = 0;
		c->n = left;
	}
	while (!c->dry && c->n - c->at < n) {
		size_t got = 0, room = CAPTURE_WINDOW - c->n;

		room = room < CAPTURE_PULL ? room : CAPTURE_PULL;
		c->pulled = c->pull(c->ctx, (char *)c->buf + c->n, room, &got);
		if (c->pulled == NORO_OK && got > room)
			c->pulled = NORO_ECORRUPT;
		c->dry = c->pulled != NORO_OK || got == 0;
		if (!c->dry)
			c->n += got;
	}
	return c->n - c->at >= n;
}

void noro_capture_damage(struct noro_capture *c, enum noro_status st, const char *why, size_t from)
{
	if (c->sum.damaged++ == 0) {
		(void)noro_fail(&c->sum.err, st, why);
		(void)noro_error_at(&c->sum.err, "", NORO_AT_BYTE, c->base + c->at + from);
	}
}

bool noro_capture_near(const struct noro_capture *c, int64_t ns)
{
	const int64_t day = 86400 * NORO_NS_PER_S;

	if (c->sum.last_ns == NORO_TIME_NONE)
		return true;
	return ns > c->sum.last_ns - day && ns < c->sum.last_ns + day;
}

void noro_capture_count(struct noro_capture *c, const struct noro_frame *f, size_t n)
{
	struct noro_capture_sum *s = &c->sum;
	int64_t last = s->last_ns;
	uint64_t bytes = 0, cut = 0, back = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t ts = f[i].ts_ns;

		bytes += f[i].n;
		cut += f[i].n < f[i].wire_n;
		if (ts == NORO_TIME_NONE)
			continue;
		if (last == NORO_TIME_NONE)
			s->first_ns = ts;
		else
			back += ts < last - NORO_NS_PER_S;
		last = ts;
	}
	s->last_ns = last;
	s->frames += n;
	s->bytes += bytes;
	s->cut += cut;
	s->clock_back += back;
}

static size_t batch(struct noro_capture *c, struct noro_frame *ret, size_t cap)
{
	c->want = 0;
	c->why = NULL;
	switch (c->sum.kind) {
	case NORO_CAPTURE_PCAP:
		return noro_pcap_batch(c, ret, cap);
	case NORO_CAPTURE_PCAPNG:
		return noro_pcapng_batch(c, ret, cap);
	case NORO_CAPTURE_ERF:
		return noro_erf_batch(c, ret, cap);
	case NORO_CAPTURE_NONE:
		break;
	}
	return 0;
}

static bool plausible(struct noro_capture *c)
{
	switch (c->sum.kind) {
	case NORO_CAPTURE_PCAP:
		return noro_pcap_plausible(c);
	case NORO_CAPTURE_PCAPNG:
		return noro_pcapng_plausible(c);
	case NORO_CAPTURE_ERF:
		return noro_erf_plausible(c);
	case NORO_CAPTURE_NONE:
		break;
	}
	return false;
}

/* Look for a next record. The stream ends here if there is none near. */
static void resync(struct noro_capture *c, enum noro_status st)
{
	for (size_t passed = 0; passed < CAPTURE_RESYNC; passed++) {
		if (!noro_capture_have(c, 1))
			break;
		c->at++;
		c->sum.skipped_bytes++;
		if (plausible(c))
			return;
	}
	c->sum.status = c->pulled < NORO_OK ? c->pulled : st;
	c->done = true;
}

/* After a batch that gave nothing: more bytes, the end, or damage to get over. */
static void go_on(struct noro_capture *c)
{
	if (c->want && noro_capture_have(c, c->want))
		return;
	if (!c->want) {
		noro_capture_damage(c, NORO_EFORMAT, c->why, 0);
		resync(c, NORO_EFORMAT);
	} else if (c->pulled < NORO_OK) { /* no fault of the capture */
		c->sum.status = c->pulled;
		c->done = true;
	} else if (c->n == c->at) {
		c->done = true;
	} else {
		noro_capture_damage(
			c, NORO_ETRUNC, N_("the capture ends in the middle of a record"), 0);
		resync(c, NORO_ETRUNC);
	}
}

enum noro_status noro_capture_next(struct noro_capture *c, struct noro_frame *ret, size_t cap,
	size_t *ret_n, struct noro_error *err)
{
	size_t got = 0;

	*ret_n = 0;
	if (cap == 0)
		return noro_fail(err, NORO_EARG, NULL);
	while (got == 0 && !c->done) {
		got = batch(c, ret, cap);
		if (got == 0)
			go_on(c);
	}
	if (got) {
		noro_capture_count(c, ret, got);
		*ret_n = got;
		return NORO_OK;
	}
	if (c->pulled < NORO_OK)
		return noro_fail(err, c->pulled, NULL);
	return NORO_END;
}

enum noro_capture_kind noro_capture_is(struct noro_view head)
{
	if (noro_pcap_is(head))
		return NORO_CAPTURE_PCAP;
	if (noro_pcapng_is(head))
		return NORO_CAPTURE_PCAPNG;
	return noro_erf_is(head) ? NORO_CAPTURE_ERF : NORO_CAPTURE_NONE;
}

static enum noro_status open_kind(struct noro_capture *c, struct noro_error *err)
{
	size_t n;

	(void)noro_capture_have(c, HEAD);
	n = c->n - c->at;
	c->sum.kind = noro_capture_is(noro_view(c->p, n < HEAD ? n : HEAD));
	if (c->sum.kind != NORO_CAPTURE_NONE)
		return c->sum.kind == NORO_CAPTURE_PCAP ? noro_pcap_open(c, err) : NORO_OK;
	if (c->pulled < NORO_OK)
		return noro_fail(err, c->pulled, NULL);
	return noro_fail(err, NORO_EFORMAT, N_("this is no packet capture (pcap, pcapng, ERF)"));
}

static enum noro_status open_capture(
	struct noro_capture *c, struct noro_capture **ret, struct noro_error *err)
{
	enum noro_status st;

	c->sum.first_ns = c->sum.last_ns = NORO_TIME_NONE;
	c->sum.status = NORO_END;
	st = open_kind(c, err);
	if (st == NORO_OK)
		*ret = c;
	else
		noro_capture_free(c);
	return st;
}

enum noro_status noro_capture_new(
	noro_capture_pull_fn *pull, void *ctx, struct noro_capture **ret, struct noro_error *err)
{
	struct noro_capture *c = noro_calloc(1, sizeof(*c));

	if (c)
		c->buf = noro_malloc(CAPTURE_WINDOW);
	if (!c || !c->buf) {
		noro_capture_free(c);
		return noro_fail(err, NORO_ENOMEM, NULL);
	}
	c->pull = pull;
	c->ctx = ctx;
	c->p = c->buf;
	return open_capture(c, ret, err);
}

enum noro_status noro_capture_new_bytes(
	struct noro_view bytes, struct noro_capture **ret, struct noro_error *err)
{
	struct noro_capture *c = noro_calloc(1, sizeof(*c));

	if (!c)
		return noro_fail(err, NORO_ENOMEM, NULL);
	c->p = (const uint8_t *)bytes.p;
	c->n = bytes.n;
	c->dry = true;
	c->pulled = NORO_END;
	return open_capture(c, ret, err);
}

void noro_capture_free(struct noro_capture *c)
{
	if (!c)
		return;
	free(c->iface);
	free(c->buf);
	free(c);
}

const struct noro_capture_sum *noro_capture_sum(const struct noro_capture *c)
{
	return &c->sum;
}
