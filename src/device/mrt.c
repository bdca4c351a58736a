/*
 * src/device/mrt.c - MRT files (RFC 6396, RFC 8050), read record by record through a
 * buffer that holds one of them. The length of a record is believed only as far as
 * bytes follow; everything within is read by a cursor that cannot leave it.
 */
#include "device/mrt_priv.h"

#include "base/mem.h"

enum {
	MRT_BGP = 5,
	MRT_TABLE_DUMP = 12,
	MRT_TABLE_DUMP_V2 = 13,
	MRT_BGP4MP = 16,
	MRT_BGP4MP_ET = 17,
	MRT_ISIS = 32,
	MRT_OSPFV3_ET = 49,
	HEADER = 12,
	FIRST_BUFFER = 256 << 10,
	BGP_HEADER = 19,
	AGAIN_MAX = 64 << 10, /* of a record that puts the reader in step again */
	BGP_UPDATE = 2,
	FIRST_YEAR = 631152000, /* 1990: nobody collected routes before */
};

struct header {
	uint32_t time_s, usec;
	uint16_t type, subtype;
	uint32_t length;
};

/* Are AS numbers of such a BGP4MP record four bytes wide? */
static bool as4_of(const struct header *h)
{
	static const uint16_t with_as4 = 1 << 4 | 1 << 5 | 1 << 7 | 1 << 9 | 1 << 11;

	return h->subtype < 12 && (with_as4 >> h->subtype & 1);
}

/* --- TABLE_DUMP_V2 --- */

static void peer_index(struct mrt *m, struct noro_cursor *c)
{
	uint16_t count;

	noro_cursor_skip(c, 4);                   /* the collector's id */
	noro_cursor_skip(c, noro_cursor_be16(c)); /* name of the view */
	count = noro_cursor_be16(c);
	free(m->peer);
	m->peers = 0;
	m->peer = noro_calloc((size_t)count + 1, sizeof(*m->peer));
	if (!m->peer) {
		m->status = NORO_ENOMEM;
		return;
	}
	for (unsigned i = 0; i < count && c->status == NORO_OK; i++) {
		uint8_t type = noro_cursor_u8(c);
		struct mrt_peer p;

		noro_cursor_skip(c, 4); /* its BGP id */
		p.ip = mrt_ip(c, type & 1);
		p.as = type & 2 ? noro_cursor_be32(c) : noro_cursor_be16(c);
		if (c->status == NORO_OK)
			m->peer[m->peers++] = p;
	}
	m->stats->bad_records += c->status != NORO_OK;
}

static void rib_entry(
	struct mrt *m, struct noro_cursor *c, struct noro_bgp_entry *e, const struct mrt_how *how)
{
	uint16_t peer = noro_cursor_be16(c);
	struct noro_view bytes;
	struct noro_cursor in;

	e->originated_s = noro_cursor_be32(c);
	e->path_id = e->add_path ? noro_cursor_be32(c) : 0;
	bytes = noro_cursor_bytes(c, noro_cursor_be16(c));
	if (c->status != NORO_OK)
		return;
	if (peer >= m->peers) {
		m->stats->bad_records++;
		return;
	}
	e->peer = m->peer[peer].ip;
	e->peer_as = m->peer[peer].as;
	in = noro_cursor(bytes.p, bytes.n);
	mrt_attrs(m, &in, how);
	if (m->attrs.mp_nexthop.family)
		m->attrs.nexthop = m->attrs.mp_nexthop;
	mrt_emit(m, e);
}

static void rib(struct mrt *m, struct noro_cursor *c, const struct header *h)
{
	struct noro_bgp_entry e = { .kind = NORO_BGP_RIB,
		.form = NORO_BGP_FORM_TABLE_DUMP2,
		.time_s = h->time_s,
		.attrs = &m->attrs,
		.add_path = h->subtype >= 8 };
	unsigned kind = e.add_path ? h->subtype - 6U : h->subtype; /* 2-6 as without add-path */
	bool v6 = kind == 4 || kind == 5;
	uint16_t entries;

	noro_cursor_skip(c, 4); /* sequence */
	if (kind == 6) {
		uint16_t afi = noro_cursor_be16(c);
		uint8_t safi = noro_cursor_u8(c);

		if ((afi != AFI_IP && afi != AFI_IP6) || (safi != 1 && safi != 2)) {
			m->stats->other_records++;
			return;
		}
		v6 = afi == AFI_IP6;
	}
	if (!mrt_prefix(c, v6, &e.prefix)) {
		m->stats->bad_records++;
		return;
	}
	entries = noro_cursor_be16(c);
	for (unsigned i = 0; i < entries && c->status == NORO_OK && m->status == NORO_OK; i++)
		rib_entry(m, c, &e, &(struct mrt_how){ .as4 = true, .table = kind != 6, .v6 = v6 });
	m->stats->bad_records += c->status != NORO_OK;
}

static void table_dump_v2(struct mrt *m, struct noro_cursor *c, const struct header *h)
{
	if (h->subtype == 1)
		peer_index(m, c);
	else if (h->subtype >= 2 && h->subtype <= 12 && h->subtype != 7)
		rib(m, c, h);
	else
		m->stats->other_records++;
}

/* --- TABLE_DUMP --- */

static void table_dump(struct mrt *m, struct noro_cursor *c, const struct header *h)
{
	struct noro_bgp_entry e = { .kind = NORO_BGP_RIB,
		.form = NORO_BGP_FORM_TABLE_DUMP,
		.time_s = h->time_s,
		.attrs = &m->attrs };
	bool v6 = h->subtype == AFI_IP6;
	struct noro_view bytes;
	struct noro_cursor in;

	noro_cursor_skip(c, 4); /* view, sequence */
	e.prefix.ip = mrt_ip(c, v6);
	e.prefix.len = noro_cursor_u8(c);
	noro_cursor_skip(c, 1); /* status */
	e.originated_s = noro_cursor_be32(c);
	e.peer = mrt_ip(c, v6);
	e.peer_as = noro_cursor_be16(c);
	bytes = noro_cursor_bytes(c, noro_cursor_be16(c));
	if (c->status != NORO_OK || e.prefix.len > (v6 ? 128 : 32)) {
		m->stats->bad_records++;
		return;
	}
	in = noro_cursor(bytes.p, bytes.n);
	mrt_attrs(m, &in, &(struct mrt_how){ .v6 = v6 });
	if (m->attrs.mp_nexthop.family)
		m->attrs.nexthop = m->attrs.mp_nexthop;
	mrt_emit(m, &e);
}

/* --- BGP4MP --- */

static void state_change(struct mrt *m, struct noro_cursor *c, struct noro_bgp_entry *e)
{
	e->kind = NORO_BGP_STATE;
	e->before = noro_cursor_be16(c);
	e->after = noro_cursor_be16(c);
	if (c->status == NORO_OK)
		mrt_emit(m, e);
	else
		m->stats->bad_records++;
}

static void message(
	struct mrt *m, struct noro_cursor *c, struct noro_bgp_entry *e, bool as4, unsigned add_path)
{
	uint16_t length;
	uint8_t type;
	struct noro_view body;
	struct noro_cursor in;

	noro_cursor_skip(c, 16); /* marker */
	length = noro_cursor_be16(c);
	type = noro_cursor_u8(c);
	body = noro_cursor_bytes(c, length < BGP_HEADER ? 0 : length - (size_t)BGP_HEADER);
	if (c->status != NORO_OK || length < BGP_HEADER) {
		m->stats->bad_records++;
		return;
	}
	in = noro_cursor(body.p, body.n);
	if (type == BGP_UPDATE)
		mrt_update(m, &in, e, as4, add_path);
	else
		m->stats->other_records++;
}

static void bgp4mp(struct mrt *m, struct noro_cursor *c, const struct header *h)
{
	struct noro_bgp_entry e = { .time_s = h->time_s,
		.usec = h->usec,
		.form = h->type == MRT_BGP4MP_ET ? NORO_BGP_FORM_BGP4MP_ET : NORO_BGP_FORM_BGP4MP };
	bool as4 = as4_of(h);
	uint16_t afi;

	if (h->subtype == 2 || h->subtype == 3 || h->subtype > 11) {
		m->stats->other_records++;
		return;
	}
	e.peer_as = as4 ? noro_cursor_be32(c) : noro_cursor_be16(c);
	noro_cursor_skip(c, as4 ? 6 : 4); /* own AS, interface */
	afi = noro_cursor_be16(c);
	e.peer = mrt_ip(c, afi == AFI_IP6);
	(void)mrt_ip(c, afi == AFI_IP6);
	if (c->status != NORO_OK || (afi != AFI_IP && afi != AFI_IP6))
		m->stats->bad_records++;
	else if (h->subtype == 0 || h->subtype == 5)
		state_change(m, c, &e);
	else
		message(m, c, &e, as4, h->subtype >= 8 ? ADD_PATH_V4 | ADD_PATH_V6 : 0);
}

/* The BGP type of before: updates without their header. */
static void old_bgp(struct mrt *m, struct noro_cursor *c, const struct header *h)
{
	struct noro_bgp_entry e = { .time_s = h->time_s, .form = NORO_BGP_FORM_BGP };

	e.peer_as = noro_cursor_be16(c);
	e.peer = mrt_ip(c, false);
	if (h->subtype == 3)
		state_change(m, c, &e);
	else if (h->subtype == 1) {
		noro_cursor_skip(c, 6); /* own AS and address */
		mrt_update(m, c, &e, false, 0);
	} else
		m->stats->other_records++;
}

static void record(struct mrt *m, struct header *h, struct noro_view body)
{
	struct noro_cursor c = noro_cursor(body.p, body.n);

	m->stats->records++;
	if (h->type == MRT_BGP4MP_ET)
		h->usec = noro_cursor_be32(&c);
	switch (h->type) {
	case MRT_TABLE_DUMP:
		table_dump(m, &c, h);
		break;
	case MRT_TABLE_DUMP_V2:
		table_dump_v2(m, &c, h);
		break;
	case MRT_BGP4MP:
	case MRT_BGP4MP_ET:
		bgp4mp(m, &c, h);
		break;
	case MRT_BGP:
		old_bgp(m, &c, h);
		break;
	default:
		m->stats->other_records++;
	}
}

/* --- the stream --- */

struct input {
	const struct noro_mrt_source *source;
	struct noro_mrt_stats *stats;
	char *buf;
	size_t at, n, cap;
	bool end;
	enum noro_status status;
};

/* At least `want` bytes at buf + at, as far as there are any. */
static bool fill(struct input *in, size_t want)
{
	if (in->n - in->at >= want)
		return true;
	if (in->end || in->status != NORO_OK)
		return false;
	if (in->at) {
		memmove(in->buf, in->buf + in->at, in->n - in->at);
		in->n -= in->at;
		in->at = 0;
	}
	if (want > in->cap) {
		size_t cap = want < FIRST_BUFFER ? (size_t)FIRST_BUFFER : want;
		char *grown = noro_realloc(in->buf, cap);

		if (!grown) {
			in->status = NORO_ENOMEM;
			return false;
		}
		in->buf = grown;
		in->cap = cap;
	}
	while (in->n < want && !in->end && in->status == NORO_OK) {
		size_t got = 0;

		in->status =
			in->source->pull(in->source->ctx, in->buf + in->n, in->cap - in->n, &got);
		if (in->status == NORO_END)
			in->status = NORO_OK;
		in->end = got == 0;
		in->n += got;
		in->stats->bytes += got;
	}
	return in->status == NORO_OK && in->n >= want;
}

static void skip(struct input *in, size_t n)
{
	while (n) {
		size_t piece = n < FIRST_BUFFER ? n : FIRST_BUFFER;

		if (!fill(in, piece)) {
			in->stats->truncated = true;
			in->at = in->n;
			return;
		}
		in->at += piece;
		n -= piece;
	}
}

static struct header header_of(const char *p)
{
	struct noro_cursor c = noro_cursor(p, HEADER);
	struct header h = { .time_s = noro_cursor_be32(&c) };

	h.type = noro_cursor_be16(&c);
	h.subtype = noro_cursor_be16(&c);
	h.length = noro_cursor_be32(&c);
	return h;
}

static bool known_header(const struct header *h)
{
	if (h->length > NORO_MRT_MAX_RECORD || h->length < 4)
		return false;
	switch (h->type) {
	case MRT_BGP:
		return h->subtype <= 7;
	case MRT_TABLE_DUMP:
		return h->subtype == 1 || h->subtype == 2;
	case MRT_TABLE_DUMP_V2:
		return h->subtype >= 1 && h->subtype <= 12;
	case MRT_BGP4MP:
	case MRT_BGP4MP_ET:
		return h->subtype <= 11;
	default:
		return h->type >= MRT_ISIS && h->type <= MRT_OSPFV3_ET && h->subtype <= 2;
	}
}

static bool soon_after(uint32_t t, uint32_t before)
{
	return t - before <= 86400 || before - t <= 86400;
}

/*
 * A record whose end is no beginning of another has a wrong length (old collectors lost
 * bytes). The next header is looked for within it: one of a known type, at about the
 * same time, that another follows.
 */
static void find_again(struct input *in, uint32_t time_s)
{
	in->at++;
	while (fill(in, HEADER)) {
		struct header h = header_of(in->buf + in->at), then;

		if (known_header(&h) && soon_after(h.time_s, time_s) && h.length <= AGAIN_MAX) {
			size_t n = HEADER + (size_t)h.length;

			if (!fill(in, n + HEADER)) {
				if (in->status != NORO_OK || in->n - in->at == n)
					return;
			} else {
				then = header_of(in->buf + in->at + n);
				if (known_header(&then) && soon_after(then.time_s, time_s))
					return;
			}
		}
		in->at++;
	}
}

/* The rest of an entry of a table: attributes of the length they say. */
static void over_attributes(struct noro_cursor *c)
{
	noro_cursor_skip(c, noro_cursor_be16(c));
}

static void over_rib(struct noro_cursor *c, const struct header *h)
{
	bool add_path = h->subtype >= 8;
	unsigned count;

	noro_cursor_skip(c, 4);
	noro_cursor_skip(c, (noro_cursor_u8(c) + 7U) / 8);
	count = noro_cursor_be16(c);
	for (unsigned i = 0; i < count && c->status == NORO_OK; i++) {
		noro_cursor_skip(c, add_path ? 10 : 6);
		over_attributes(c);
	}
}

static void over_peers(struct noro_cursor *c)
{
	unsigned count;

	noro_cursor_skip(c, 4);
	noro_cursor_skip(c, noro_cursor_be16(c));
	count = noro_cursor_be16(c);
	for (unsigned i = 0; i < count && c->status == NORO_OK; i++) {
		uint8_t type = noro_cursor_u8(c);

		noro_cursor_skip(c, 4 + (type & 1 ? 16U : 4U) + (type & 2 ? 4U : 2U));
	}
}

static void over_message(struct noro_cursor *c, const struct header *h)
{
	uint16_t afi, length;

	noro_cursor_skip(c, h->type == MRT_BGP4MP_ET ? 4 : 0);
	noro_cursor_skip(c, as4_of(h) ? 10 : 6);
	afi = noro_cursor_be16(c);
	noro_cursor_skip(c, afi == AFI_IP6 ? 32 : 8);
	noro_cursor_skip(c, 16);
	length = noro_cursor_be16(c);
	noro_cursor_skip(c, length < 18 ? SIZE_MAX : length - 18U);
}

/* Does what the record says within add up to the length it claims? Then that is its length. */
static bool adds_up(struct noro_view body, const struct header *h)
{
	struct noro_cursor c = noro_cursor(body.p, body.n);

	if (h->type == MRT_TABLE_DUMP_V2 && h->subtype == 1) {
		over_peers(&c);
	} else if (h->type == MRT_TABLE_DUMP_V2 && h->subtype <= 11 && h->subtype != 6 &&
		   h->subtype != 7) {
		over_rib(&c, h);
	} else if (h->type == MRT_TABLE_DUMP) {
		noro_cursor_skip(&c, h->subtype == AFI_IP6 ? 44 : 20);
		over_attributes(&c);
	} else if ((h->type == MRT_BGP4MP || h->type == MRT_BGP4MP_ET) && h->subtype != 0 &&
		   h->subtype != 5) {
		over_message(&c, h);
	} else {
		return false;
	}
	return c.status == NORO_OK && noro_cursor_left(&c) == 0;
}

/* Is what stands behind a record of `n` bytes the next one, or the end? */
static bool holds(struct input *in, size_t n, uint32_t time_s)
{
	struct header h;

	if (!fill(in, n + HEADER))
		return true; /* nothing follows, or less than a header: a torn end */
	h = header_of(in->buf + in->at + n);
	return known_header(&h) && soon_after(h.time_s, time_s);
}

/* The next record or message; false at the end. */
static bool next(struct input *in, struct mrt *m, bool bmp)
{
	size_t head = bmp ? 5 : HEADER;
	struct header h = { 0 };
	size_t n;

	in->stats->at = in->stats->bytes - (in->n - in->at);
	if (!fill(in, head)) {
		in->stats->truncated = in->n != in->at;
		return false;
	}
	if (bmp) {
		struct noro_cursor c = noro_cursor(in->buf + in->at + 1, 4);

		n = noro_cursor_be32(&c);
		if (in->buf[in->at] != 3 || n < head + 1) {
			m->stats->bad_records++;
			m->stats->truncated = true;
			return false; /* out of step: nothing behind can be believed */
		}
	} else {
		h = header_of(in->buf + in->at);
		n = HEADER + (size_t)h.length;
	}
	if (n > NORO_MRT_MAX_RECORD) {
		in->stats->bad_records++;
		if (bmp)
			skip(in, n);
		else
			find_again(in, m->time_s);
		return true;
	}
	if (!fill(in, n)) {
		in->stats->truncated = true;
		return false;
	}
	if (!bmp && !holds(in, n, h.time_s) && in->status == NORO_OK &&
		!adds_up(noro_view(in->buf + in->at + HEADER, n - HEADER), &h)) {
		in->stats->bad_records++;
		find_again(in, h.time_s);
		return true;
	}
	if (bmp)
		bmp_message(m, noro_view(in->buf + in->at, n));
	else
		record(m, &h, noro_view(in->buf + in->at + HEADER, n - HEADER));
	m->time_s = h.time_s;
	in->at += n;
	return true;
}

static bool mrt_is(struct noro_view head)
{
	struct header h;

	if (head.n < HEADER)
		return false;
	h = header_of(head.p);
	return known_header(&h);
}

/* The record names a family of addresses where its type says it does. */
static bool family_is_named(struct noro_view body, const struct header *h)
{
	struct noro_cursor c = noro_cursor(body.p, body.n);
	uint16_t afi;

	if (h->type != MRT_BGP4MP && h->type != MRT_BGP4MP_ET)
		return true;
	noro_cursor_skip(&c, h->type == MRT_BGP4MP_ET ? 4 : 0);
	noro_cursor_skip(&c, as4_of(h) ? 10 : 6);
	afi = noro_cursor_be16(&c);
	return c.status != NORO_OK || afi == AFI_IP || afi == AFI_IP6;
}

/*
 * A header of twelve bytes is soon like one by chance: a file of another kind is told by
 * what follows, as far as that was seen. What stands behind a first record that is sure by
 * itself may be damaged: one of BGP4MP names a family of addresses.
 */
static bool mrt_begins(struct noro_view head)
{
	struct header h, then;
	size_t n;

	if (!mrt_is(head))
		return false;
	h = header_of(head.p);
	n = HEADER + (size_t)h.length;
	if (h.time_s < FIRST_YEAR || !family_is_named(noro_view_sub(head, HEADER, head.n), &h))
		return false;
	if (head.n < n + HEADER)
		return true; /* the second one was not seen */
	then = header_of(head.p + n);
	return (known_header(&then) && soon_after(then.time_s, h.time_s)) || h.type == MRT_BGP4MP ||
	       h.type == MRT_BGP4MP_ET || adds_up(noro_view_sub(head, HEADER, n), &h);
}

const char *noro_mrt_form(struct noro_view head)
{
	return mrt_begins(head) ? "mrt" : bmp_begins(head) ? "bmp" : NULL;
}

bool noro_mrt_is(struct noro_view head)
{
	return noro_mrt_form(head) != NULL;
}

static enum noro_status read_all(struct input *in, struct mrt *m, struct noro_error *err)
{
	struct noro_view head;
	bool bmp;

	(void)fill(in, HEADER);
	head = noro_view(in->buf, in->n);
	bmp = in->status == NORO_OK && !mrt_is(head) && bmp_is(head);
	if (in->status == NORO_OK && !bmp && !mrt_is(head))
		return noro_fail(err, NORO_EFORMAT, N_("neither an MRT file nor BMP messages"));
	while (in->status == NORO_OK && m->status == NORO_OK && next(in, m, bmp))
		;
	if (in->status == NORO_OK)
		in->status = m->status;
	return in->status == NORO_OK || !err || err->status
		       ? in->status
		       : noro_fail(err, in->status, "%1", noro_status_text(in->status));
}

enum noro_status noro_mrt_read(const struct noro_mrt_source *source, noro_mrt_take *take, void *ctx,
	struct noro_mrt_stats *ret, struct noro_error *err)
{
	struct input in = { .source = source, .stats = ret };
	struct mrt *m = noro_calloc(1, sizeof(*m));
	enum noro_status st;

	*ret = (struct noro_mrt_stats){ 0 };
	if (!m)
		return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
	m->take = take;
	m->ctx = ctx;
	m->stats = ret;
	st = read_all(&in, m, err);
	free(m->peer);
	free(m->session);
	free(m);
	free(in.buf);
	return st;
}
