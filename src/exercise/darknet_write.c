/*
 * src/exercise/darknet_write.c - captures on their way out: pcap with nanoseconds, or pcapng where
 * a sensor tells what it dropped (statistics once a minute), packets as raw IP.
 */
#include "exercise/darknet_priv.h"

#include "base/mem.h"
#include "evidence/capture.h"

enum { BLOCK = 1 << 18, LINK_RAW = 101, SNAPLEN = 65535 };

struct dark_file {
	struct noro_outfile *out;
	struct noro_buf text;
	bool pcapng;
	uint64_t dropped, told;
	int64_t told_at;
};

/* pcapng in the byte order of x86: one that every reader must know. */
static void le(struct noro_buf *b, uint64_t v, unsigned bytes)
{
	char c[8];

	for (unsigned i = 0; i < bytes; i++)
		c[i] = (char)(v >> 8 * i);
	noro_buf_add(b, c, bytes);
}

static void start_of(struct dark_file *f)
{
	uint8_t head[NORO_PCAP_HEADER];

	if (!f->pcapng) {
		noro_pcap_header(head, LINK_RAW, SNAPLEN);
		noro_buf_add(&f->text, head, sizeof(head));
		return;
	}
	le(&f->text, 0x0a0d0d0a, 4);
	le(&f->text, 28, 4);
	le(&f->text, 0x1a2b3c4d, 4);
	le(&f->text, 1, 4);
	le(&f->text, UINT64_MAX, 8);
	le(&f->text, 28, 4);
	le(&f->text, 1, 4); /* an interface; option 9: nanoseconds */
	le(&f->text, 32, 4);
	le(&f->text, LINK_RAW, 4);
	le(&f->text, SNAPLEN, 4);
	le(&f->text, 9 | 1 << 16, 4);
	le(&f->text, 9, 4);
	le(&f->text, 0, 4);
	le(&f->text, 32, 4);
}

static void statistics(struct dark_file *f, int64_t t)
{
	le(&f->text, 5, 4);
	le(&f->text, 40, 4);
	le(&f->text, 0, 4);
	le(&f->text, (uint64_t)t >> 32, 4);
	le(&f->text, (uint64_t)t & UINT32_MAX, 4);
	le(&f->text, 5 | 8 << 16, 4); /* isb_ifdrop */
	le(&f->text, f->dropped, 8);
	le(&f->text, 0, 4);
	le(&f->text, 40, 4);
	f->told = f->dropped;
	f->told_at = t;
}

static enum noro_status drain(struct dark_file *f, struct noro_error *err)
{
	enum noro_status st = f->text.status;

	if (st != NORO_OK)
		return noro_fail(err, st, NULL);
	if (f->text.n)
		st = noro_outfile_write(f->out, f->text.p, f->text.n, err);
	noro_buf_clear(&f->text);
	return st;
}

enum noro_status noro_dark_open(const char *path, bool pcapng, int64_t start_ns,
	struct dark_file **ret, struct noro_error *err)
{
	struct dark_file *f = noro_calloc(1, sizeof(*f));
	enum noro_status st =
		f ? noro_outfile_open(path, 0644, &f->out, err) : noro_fail(err, NORO_ENOMEM, NULL);

	if (st != NORO_OK) {
		free(f);
		return st;
	}
	f->pcapng = pcapng;
	f->told_at = start_ns;
	start_of(f);
	*ret = f;
	return NORO_OK;
}

enum noro_status noro_dark_put(
	struct dark_file *f, int64_t t, const struct dark_packet *p, struct noro_error *err)
{
	uint8_t head[NORO_PCAP_RECORD];
	unsigned pad = -p->n & 3U;

	if (!f->pcapng) {
		noro_pcap_record(head, t, p->n, p->n);
		noro_buf_add(&f->text, head, sizeof(head));
		noro_buf_add(&f->text, p->b, p->n);
	} else {
		if (t - f->told_at >= 60 * NORO_NS_PER_S && f->told != f->dropped)
			statistics(f, t);
		le(&f->text, 6, 4);
		le(&f->text, 32U + p->n + pad, 4);
		le(&f->text, 0, 4);
		le(&f->text, (uint64_t)t >> 32, 4);
		le(&f->text, (uint64_t)t & UINT32_MAX, 4);
		le(&f->text, p->n, 4);
		le(&f->text, p->n, 4);
		noro_buf_add(&f->text, p->b, p->n);
		le(&f->text, 0, pad);
		le(&f->text, 32U + p->n + pad, 4);
	}
	return f->text.n < BLOCK ? NORO_OK : drain(f, err);
}

void noro_dark_dropped(struct dark_file *f)
{
	f->dropped++;
}

enum noro_status noro_dark_close(struct dark_file *f, int64_t t, struct noro_error *err)
{
	struct noro_outfile *out = f->out;
	enum noro_status st;

	if (f->pcapng && f->told != f->dropped)
		statistics(f, t);
	st = drain(f, err);
	noro_buf_done(&f->text);
	free(f);
	if (st == NORO_OK)
		return noro_outfile_commit(out, err);
	noro_outfile_abandon(out);
	return st;
}

void noro_dark_abandon(struct dark_file *f)
{
	if (!f)
		return;
	noro_outfile_abandon(f->out);
	noro_buf_done(&f->text);
	free(f);
}
