/*
 * src/report/flows_ipfix.c - flows as an IPFIX file: messages of RFC 7011 one behind the other
 * (RFC 5655), with standard information elements only (iana.org/assignments/ipfix).
 *
 * A template is a list of elements; the row of each says how its value is taken from a flow, so
 * that the template and the records are made from one table. Messages stay below what fits into a
 * datagram on Ethernet, so that they can be sent as they are. Templates stand in the first.
 */
#include "report/flows_priv.h"

#include <string.h>

enum {
	VERSION = 10,
	HEADER = 16,
	SET = 4,
	TEMPLATES = 2, /* the set of templates */
	DOMAIN_ID = 1, /* a capture is one observation domain */
	MESSAGE_MOST = 1400,
	NS_PER_MS = 1000000,
};

enum element {
	OCTETS = 1,
	PACKETS = 2,
	PROTOCOL = 4,
	TCP_BITS = 6,
	SOURCE_PORT = 7,
	SOURCE_V4 = 8,
	TARGET_PORT = 11,
	TARGET_V4 = 12,
	SOURCE_AS = 16,
	SOURCE_V6 = 27,
	TARGET_V6 = 28,
	ICMP_V4 = 32,
	TTL_LEAST = 52,
	TTL_MOST = 53,
	ICMP_V6 = 139,
	START_MS = 152,
	END_MS = 153,
};

struct field {
	uint16_t element, n;
};

#define COMMON                                                                                     \
	{ START_MS, 8 }, { END_MS, 8 }, { PACKETS, 8 }, { OCTETS, 8 }, { PROTOCOL, 1 },            \
		{ TTL_LEAST, 1 }, { TTL_MOST, 1 },                                                 \
	{                                                                                          \
		SOURCE_AS, 4                                                                       \
	}
static const struct {
	uint16_t id;
	struct field field[16]; /* ends with an element 0 */
} templates[] = {
	{ 256, { COMMON, { SOURCE_V4, 4 }, { TARGET_V4, 4 }, { SOURCE_PORT, 2 }, { TARGET_PORT, 2 },
		       { TCP_BITS, 2 } } },
	{ 257, { COMMON, { SOURCE_V6, 16 }, { TARGET_V6, 16 }, { SOURCE_PORT, 2 },
		       { TARGET_PORT, 2 }, { TCP_BITS, 2 } } },
	{ 258, { COMMON, { SOURCE_V4, 4 }, { TARGET_V4, 4 }, { ICMP_V4, 2 } } },
	{ 259, { COMMON, { SOURCE_V6, 16 }, { TARGET_V6, 16 }, { ICMP_V6, 2 } } },
};
enum { TEMPLATE_N = sizeof(templates) / sizeof(templates[0]), ICMP = 2 };

/* --- bytes --- */

static void add(struct noro_buf *b, uint64_t v, unsigned n)
{
	uint8_t be[8];

	for (unsigned i = 0; i < n; i++)
		be[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
	noro_buf_add(b, be, n);
}

static void patch16(struct noro_buf *b, size_t at, size_t v)
{
	b->p[at] = (char)(v >> 8);
	b->p[at + 1] = (char)v;
}

static void close_set(struct noro_flows *f)
{
	if (f->set && f->message.status == NORO_OK)
		patch16(&f->message, f->set + 2, f->message.n - f->set);
	f->set = 0;
}

static void open_message(struct noro_flows *f)
{
	struct noro_buf *b = &f->message;

	noro_buf_clear(b);
	add(b, VERSION, 2);
	add(b, 0, 2); /* length */
	add(b, 0, 4); /* time */
	add(b, (uint32_t)f->records, 4);
	add(b, DOMAIN_ID, 4);
	f->export_s = 0;
}

static enum noro_status send(struct noro_flows *f)
{
	struct noro_buf *b = &f->message;

	close_set(f);
	if (b->status != NORO_OK)
		return b->status;
	if (f->status != NORO_OK || b->n <= HEADER)
		return f->status;
	patch16(b, 2, b->n);
	patch16(b, 4, f->export_s >> 16);
	patch16(b, 6, f->export_s & 0xffff);
	f->status = f->o.write(f->o.ctx, noro_buf_as_view(b));
	return f->status;
}

/* --- templates and records --- */

static enum noro_status begin(struct noro_flows *f, struct noro_error *err)
{
	struct noro_buf *b = &f->message;

	open_message(f);
	f->set = b->n;
	add(b, TEMPLATES, 2);
	add(b, 0, 2);
	for (size_t i = 0; i < TEMPLATE_N; i++) {
		const struct field *e = templates[i].field;
		unsigned n = 0;

		while (e[n].element)
			n++;
		add(b, templates[i].id, 2);
		add(b, n, 2);
		for (unsigned k = 0; k < n; k++) {
			add(b, e[k].element, 2);
			add(b, e[k].n, 2);
		}
	}
	close_set(f);
	return b->status == NORO_OK ? NORO_OK : noro_fail(err, b->status, NULL);
}

static uint64_t number(const struct noro_flows *f, const struct noro_tuple *t, unsigned element)
{
	struct noro_tag tag = { 0 };

	switch (element) {
	case START_MS:
		return (uint64_t)(t->first_ns / NS_PER_MS);
	case END_MS:
		return (uint64_t)(t->last_ns / NS_PER_MS);
	case PACKETS:
		return t->packets;
	case OCTETS:
		return t->bytes;
	case PROTOCOL:
		return t->proto;
	case TTL_LEAST:
		return t->ttl_least;
	case TTL_MOST:
		return t->ttl_most;
	case SOURCE_PORT:
		return t->sport;
	case TARGET_PORT:
		return t->dport;
	case TCP_BITS:
		return t->flags_all;
	case ICMP_V4:
	case ICMP_V6:
		return (uint64_t)t->sport << 8 | t->dport;
	case SOURCE_AS:
		if (f->o.tags && t->family == 4)
			noro_tags_v4(f->o.tags, noro_flows_be32(t->src), &tag);
		else if (f->o.tags)
			noro_tags_v6(f->o.tags, t->src, &tag);
		return tag.asn; /* 0: not known */
	}
	return 0;
}

static size_t template_of(const struct noro_tuple *t)
{
	size_t i = t->family == 6;

	return t->proto == (t->family == 6 ? 58 : 1) ? i + ICMP : i;
}

static void record(struct noro_flows *f, const struct noro_tuple *t, size_t which)
{
	struct noro_buf *b = &f->message;

	for (const struct field *e = templates[which].field; e->element; e++)
		if (e->element == SOURCE_V4 || e->element == SOURCE_V6)
			noro_buf_add(b, t->src, e->n);
		else if (e->element == TARGET_V4 || e->element == TARGET_V6)
			noro_buf_add(b, t->dst, e->n);
		else
			add(b, number(f, t, e->element), e->n);
}

static size_t record_n(size_t which)
{
	size_t n = 0;

	for (const struct field *e = templates[which].field; e->element; e++)
		n += e->n;
	return n;
}

/* Room for the record, in a set of its template. */
static enum noro_status open_set(struct noro_flows *f, size_t which)
{
	struct noro_buf *b = &f->message;
	uint16_t id = templates[which].id;

	if (b->n + SET + record_n(which) > MESSAGE_MOST) {
		enum noro_status st = send(f);

		if (st != NORO_OK)
			return st;
		open_message(f);
	}
	if (b->status != NORO_OK)
		return b->status;
	if (f->set && (uint8_t)b->p[f->set] == id >> 8 && (uint8_t)b->p[f->set + 1] == (id & 255))
		return NORO_OK;
	close_set(f);
	f->set = b->n;
	add(b, id, 2);
	add(b, 0, 2);
	return b->status;
}

static enum noro_status put(
	struct noro_flows *f, int64_t minute_ns, const struct noro_tuple *t, size_t n)
{
	(void)minute_ns;
	for (size_t i = 0; i < n; i++) {
		size_t which = template_of(&t[i]);
		int64_t last_s = t[i].last_ns / 1000000000 + 1;
		enum noro_status st = open_set(f, which);

		if (st != NORO_OK)
			return st;
		record(f, &t[i], which);
		f->records++;
		/* no flow ends after its export */
		if (last_s > f->export_s)
			f->export_s = last_s < UINT32_MAX ? (uint32_t)last_s : UINT32_MAX;
	}
	return f->message.status;
}

static enum noro_status end(struct noro_flows *f, struct noro_error *err)
{
	(void)err;
	return send(f);
}

static void done(struct noro_flows *f)
{
	(void)f;
}

const struct noro_flows_row noro_flows_ipfix = { "ipfix", true, begin, put, end, done };
