/*
 * src/device/bmp.c - BGP monitoring protocol (RFC 7854, RFC 8671, RFC 9069): messages
 * one after another, as a station writes them down. Whether prefixes carry a path
 * identifier was agreed in the OPEN messages, which the peer-up message repeats; it is
 * remembered by peer.
 */
#include "device/mrt_priv.h"

#include "base/mem.h"

enum {
	BMP_VERSION = 3,
	BMP_MONITORING = 0,
	BMP_PEER_DOWN = 2,
	BMP_PEER_UP = 3,
	BMP_MIRRORING = 6,
	PEER_HEADER = 42,
	FLAG_V6 = 0x80,
	FLAG_AS2 = 0x20,
	STATE_IDLE = 1,
	STATE_ESTABLISHED = 6,
	OPEN = 1,
	UPDATE = 2,
	OPTION_CAPABILITIES = 2,
	CAPABILITY_ADD_PATH = 69,
	MAX_SESSIONS = 65536,
	SENDS = 2, /* of the add-path capability */
	RECEIVES = 1,
};

struct bmp_session {
	uint8_t key[8 + 16]; /* distinguisher and address */
	unsigned add_path;
	bool as2;
};

struct peer {
	struct noro_bgp_entry e;
	uint8_t key[24];
	bool as2;
};

static bool peer_header(struct noro_cursor *c, struct peer *ret)
{
	struct noro_view key;
	uint8_t flags;

	noro_cursor_skip(c, 1); /* type of peer */
	flags = noro_cursor_u8(c);
	key = noro_cursor_bytes(c, 24);
	if (c->status != NORO_OK)
		return false;
	memcpy(ret->key, key.p, 24);
	ret->e = (struct noro_bgp_entry){ .form = NORO_BGP_FORM_BMP };
	ret->e.peer.family = flags & FLAG_V6 ? 6 : 4;
	memcpy(ret->e.peer.b, key.p + (flags & FLAG_V6 ? 8 : 20), flags & FLAG_V6 ? 16 : 4);
	ret->as2 = flags & FLAG_AS2;
	ret->e.peer_as = noro_cursor_be32(c);
	noro_cursor_skip(c, 4); /* its BGP id */
	ret->e.time_s = noro_cursor_be32(c);
	ret->e.usec = noro_cursor_be32(c);
	return c->status == NORO_OK;
}

static struct bmp_session *session_of(struct mrt *m, const struct peer *p, bool make)
{
	struct bmp_session *grown;

	for (size_t i = m->sessions; i > 0; i--)
		if (memcmp(m->session[i - 1].key, p->key, sizeof(p->key)) == 0)
			return &m->session[i - 1];
	if (!make || m->sessions >= MAX_SESSIONS)
		return NULL;
	grown = noro_grow(m->session, m->sessions, &m->cap_sessions, sizeof(*grown));
	if (!grown) {
		m->status = NORO_ENOMEM;
		return NULL;
	}
	m->session = grown;
	grown = &m->session[m->sessions++];
	*grown = (struct bmp_session){ .as2 = p->as2 };
	memcpy(grown->key, p->key, sizeof(p->key));
	return grown;
}

/* --- what an OPEN offers --- */

static void add_path_of(struct noro_cursor *c, unsigned *sends, unsigned *receives)
{
	while (noro_cursor_left(c) >= 4) {
		uint16_t afi = noro_cursor_be16(c);
		uint8_t safi = noro_cursor_u8(c), how = noro_cursor_u8(c);
		unsigned bit = afi == AFI_IP6 ? ADD_PATH_V6 : ADD_PATH_V4;

		if (safi != SAFI_UNICAST || (afi != AFI_IP && afi != AFI_IP6))
			continue;
		*sends |= how & SENDS ? bit : 0;
		*receives |= how & RECEIVES ? bit : 0;
	}
}

static void capabilities(struct noro_cursor *c, unsigned *sends, unsigned *receives)
{
	while (noro_cursor_left(c) >= 2) {
		uint8_t code = noro_cursor_u8(c);
		struct noro_view v = noro_cursor_bytes(c, noro_cursor_u8(c));
		struct noro_cursor in = noro_cursor(v.p, v.n);

		if (code == CAPABILITY_ADD_PATH)
			add_path_of(&in, sends, receives);
	}
}

/* One BGP message; its body, or an empty view if it is of another type. */
static struct noro_view bgp_body(struct noro_cursor *c, uint8_t type)
{
	uint16_t length;
	uint8_t is;
	struct noro_view body;

	noro_cursor_skip(c, 16);
	length = noro_cursor_be16(c);
	is = noro_cursor_u8(c);
	body = noro_cursor_bytes(c, length < 19 ? 0 : length - 19U);
	return is == type ? body : noro_view(NULL, 0);
}

static void open_message(struct noro_cursor *c, unsigned *sends, unsigned *receives)
{
	struct noro_view body = bgp_body(c, OPEN);
	struct noro_cursor in = noro_cursor(body.p, body.n);

	noro_cursor_skip(&in, 9); /* version, AS, hold time, id */
	noro_cursor_skip(&in, 1); /* length of all options: the message ends there */
	while (noro_cursor_left(&in) >= 2) {
		uint8_t option = noro_cursor_u8(&in);
		struct noro_view v = noro_cursor_bytes(&in, noro_cursor_u8(&in));
		struct noro_cursor caps = noro_cursor(v.p, v.n);

		if (option == OPTION_CAPABILITIES)
			capabilities(&caps, sends, receives);
	}
}

static void peer_up(struct mrt *m, struct noro_cursor *c, struct peer *p)
{
	unsigned we_send = 0, we_receive = 0, they_send = 0, they_receive = 0;
	struct bmp_session *s;

	noro_cursor_skip(c, 16 + 2 + 2); /* own address, ports */
	open_message(c, &we_send, &we_receive);
	open_message(c, &they_send, &they_receive);
	if (c->status != NORO_OK) {
		m->stats->bad_records++;
		return;
	}
	s = session_of(m, p, true);
	if (!s)
		return;
	s->add_path = they_send & we_receive;
	p->e.kind = NORO_BGP_STATE;
	p->e.before = STATE_IDLE;
	p->e.after = STATE_ESTABLISHED;
	mrt_emit(m, &p->e);
}

static void monitoring(struct mrt *m, struct noro_cursor *c, struct peer *p)
{
	struct noro_view body = bgp_body(c, UPDATE);
	struct noro_cursor in = noro_cursor(body.p, body.n);
	const struct bmp_session *s = session_of(m, p, false);

	m->guess = !s;
	if (c->status != NORO_OK)
		m->stats->bad_records++;
	else if (body.p)
		mrt_update(m, &in, &p->e, !p->as2, s ? s->add_path : 0);
}

void bmp_message(struct mrt *m, struct noro_view message)
{
	struct noro_cursor c = noro_cursor(message.p, message.n);
	struct peer p;
	uint8_t type;

	m->stats->records++;
	noro_cursor_skip(&c, 5);
	type = noro_cursor_u8(&c);
	if (type != BMP_MONITORING && type != BMP_PEER_DOWN && type != BMP_PEER_UP) {
		m->stats->other_records++;
		return;
	}
	if (!peer_header(&c, &p)) {
		m->stats->bad_records++;
		return;
	}
	if (type == BMP_MONITORING) {
		monitoring(m, &c, &p);
	} else if (type == BMP_PEER_UP) {
		peer_up(m, &c, &p);
	} else {
		p.e.kind = NORO_BGP_STATE;
		p.e.before = STATE_ESTABLISHED;
		p.e.after = STATE_IDLE;
		mrt_emit(m, &p.e);
	}
}

bool bmp_is(struct noro_view head)
{
	struct noro_cursor c = noro_cursor(head.p, head.n);
	uint8_t version = noro_cursor_u8(&c);
	uint32_t length = noro_cursor_be32(&c);
	uint8_t type = noro_cursor_u8(&c);

	return c.status == NORO_OK && version == BMP_VERSION && length >= 6 &&
	       length <= NORO_MRT_MAX_RECORD && type <= BMP_MIRRORING;
}

bool bmp_begins(struct noro_view head)
{
	struct noro_cursor c = noro_cursor(head.p, head.n);
	uint32_t length;

	if (!bmp_is(head))
		return false;
	noro_cursor_skip(&c, 1);
	length = noro_cursor_be32(&c);
	if (length >= head.n)
		return head.n >= PEER_HEADER || length == head.n;
	head = noro_view_sub(head, length, head.n);
	return head.n < 6 ? head.p[0] == BMP_VERSION : bmp_is(head);
}
