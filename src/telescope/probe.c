/*
 * src/telescope/probe.c - what a payload asks for. Its first byte, its length and its port leave a
 * few of the matches possible (a bit set for each of 256); those are tried, the rule whose usual
 * port was asked before the others.
 */
#include "telescope/probe_priv.h"

#include "base/cursor.h"

#include <string.h>

static bool bytes_hold(const struct match *m, struct noro_view v)
{
	if (!m->bytes.n)
		return true;
	if ((size_t)m->at + m->bytes.n > v.n)
		return false;
	for (size_t i = 0; i < m->bytes.n; i++) {
		uint8_t mask = m->mask.p ? (uint8_t)m->mask.p[i] : 0xff;

		if (((uint8_t)v.p[m->at + i] & mask) != (uint8_t)m->bytes.p[i])
			return false;
	}
	return true;
}

static bool text_holds(const struct match *m, struct noro_view v)
{
	size_t n = m->text.n, last;

	if (!n)
		return true;
	if (v.n < n)
		return false;
	last = m->within ? (m->within < v.n ? m->within : v.n) : (size_t)m->at + n;
	if (last > v.n || last < n)
		return false;
	for (size_t i = m->within ? 0 : m->at; i + n <= last; i++) {
		struct noro_view at = noro_view(v.p + i, n);

		if (m->nocase ? noro_view_eq_i(at, m->text) : noro_view_eq(at, m->text))
			return true;
	}
	return false;
}

/* What all matches ask of a payload that may be DNS: taken apart when the first one asks. */
struct question {
	bool read, whole;
	uint16_t type, class, edns; /* edns: 0 none */
};

/* RFC 1035 4.1: a question, the first one's type and class; RFC 6891: the size in the first OPT. */
static void read_question(struct noro_view v, struct question *q)
{
	struct noro_cursor c = noro_cursor(v.p, v.n);
	uint16_t flags, questions, answers, authorities, more, edns;
	unsigned labels = 0;
	uint8_t len;

	q->read = true;
	noro_cursor_skip(&c, 2);
	flags = noro_cursor_be16(&c);
	questions = noro_cursor_be16(&c);
	answers = noro_cursor_be16(&c);
	authorities = noro_cursor_be16(&c);
	more = noro_cursor_be16(&c);
	if (c.status != NORO_OK || flags & 0xf870 || questions != 1 || answers || authorities ||
		more > 4)
		return;
	while ((len = noro_cursor_u8(&c)) && c.status == NORO_OK) {
		if (len > 63 || ++labels > 127)
			return;
		noro_cursor_skip(&c, len);
	}
	q->type = noro_cursor_be16(&c);
	q->class = noro_cursor_be16(&c);
	q->whole = c.status == NORO_OK && q->type;
	if (!more || noro_cursor_u8(&c) != 0 || noro_cursor_be16(&c) != 41)
		return;
	edns = noro_cursor_be16(&c);
	q->edns = c.status == NORO_OK ? edns : 0;
}

static bool dns_holds(const struct match *m, struct noro_view v, struct question *q)
{
	if (!q->read)
		read_question(v, q);
	return q->whole && (!m->dns_type || q->type == m->dns_type) &&
	       (!m->dns_class || q->class == m->dns_class) && q->edns >= m->dns_edns;
}

/* A BER length; SIZE_MAX if it is none. */
static size_t ber_length(struct noro_cursor *c)
{
	uint8_t first = noro_cursor_u8(c);
	size_t n = 0;

	if (first < 0x80)
		return first;
	if (first == 0x80 || first > 0x84)
		return SIZE_MAX;
	for (unsigned i = 0; i < (first & 0x7fU); i++)
		n = n << 8 | noro_cursor_u8(c);
	return n;
}

/* RFC 1157 4, RFC 3412 6: version, community, PDU. */
static bool snmp_holds(const struct match *m, struct noro_view v)
{
	struct noro_cursor c = noro_cursor(v.p, v.n);
	uint8_t version;
	size_t n;

	if (noro_cursor_u8(&c) != 0x30 || ber_length(&c) == SIZE_MAX || noro_cursor_u8(&c) != 2 ||
		noro_cursor_u8(&c) != 1)
		return false;
	version = noro_cursor_u8(&c);
	if (version == 3)
		return m->pdu == 3 && c.status == NORO_OK;
	if (version > 1 || noro_cursor_u8(&c) != 4)
		return false;
	n = ber_length(&c);
	if (n > v.n)
		return false;
	noro_cursor_skip(&c, n);
	return noro_cursor_u8(&c) == m->pdu && c.status == NORO_OK && m->pdu != 3;
}

/* What was sent: all matches look at the same. */
struct sent {
	struct noro_view v;
	uint32_t wire_n;
	uint16_t port;
	struct question question;
};

static bool match_holds(const struct match *m, struct sent *s)
{
	if ((m->port && m->port != s->port) || s->wire_n < m->lo || s->wire_n > m->hi)
		return false;
	return bytes_hold(m, s->v) && text_holds(m, s->v) &&
	       (!m->dns || dns_holds(m, s->v, &s->question)) && (!m->snmp || snmp_holds(m, s->v));
}

static size_t judge(const struct noro_probes *p, struct noro_view v, uint32_t wire_n, uint16_t port)
{
	struct sent s = { .v = v, .wire_n = wire_n, .port = port };
	const uint64_t *first = p->first[v.n ? (uint8_t)v.p[0] : 0];
	const uint64_t *length = p->length[wire_n < 255 ? wire_n : 255];
	const uint64_t *ports = p->port[port & 255];
	size_t best = SIZE_MAX;

	for (unsigned w = 0; w < MATCHES_MAX / 64; w++)
		for (uint64_t bits = first[w] & length[w] & ports[w]; bits; bits &= bits - 1) {
			const struct match *m = &p->match[w * 64 + (unsigned)__builtin_ctzll(bits)];

			if ((best != SIZE_MAX && m->rule >= best &&
				    p->rule[m->rule].port != port) ||
				!match_holds(m, &s))
				continue;
			if (p->rule[m->rule].port == port)
				return m->rule;
			if (best == SIZE_MAX || m->rule < best)
				best = m->rule;
		}
	return best;
}

size_t noro_probes_test(const struct noro_probes *p, const struct noro_packet *packet)
{
	struct noro_view v = noro_view(packet->payload, packet->payload_n);

	if (packet->frag == NORO_FRAG_LATER || !packet->payload_n || packet->proto != 17)
		return SIZE_MAX;
	return judge(p, v, packet->payload_wire_n, packet->dport);
}

size_t noro_probes_judge(const struct noro_probes *p, struct noro_view payload, uint16_t port)
{
	return judge(p, payload, (uint32_t)payload.n, port);
}

size_t noro_probes_n(const struct noro_probes *p)
{
	return p->rules;
}

const struct noro_probe_rule *noro_probes_rule(const struct noro_probes *p, size_t i)
{
	return &p->rule[i];
}

/* --- TCP SYN with payload (reference: RFC 7413 for Fast Open) --- */

static bool fast_open(const struct noro_packet *p)
{
	for (unsigned i = 0; i + 1 < p->options_n;) {
		unsigned kind = p->options[i], len = p->options[i + 1];

		if (kind == 34)
			return true;
		if (kind == 0)
			return false;
		if (kind == 1)
			len = 1;
		else if (len < 2)
			return false;
		i += len;
	}
	return false;
}

static bool is_http(struct noro_view v)
{
	static const char *const verb[] = { "GET ", "POST ", "HEAD ", "PUT ", "OPTIONS ",
		"CONNECT ", "DELETE ", "PRI * HTTP/2" };

	for (size_t i = 0; i < sizeof(verb) / sizeof(verb[0]); i++)
		if (noro_view_starts(v, verb[i]))
			return true;
	return false;
}

enum noro_syn_payload noro_syn_payload(const struct noro_packet *p)
{
	struct noro_view v = noro_view(p->payload, p->payload_n);
	size_t zeros = 0, text = 0;

	if (p->proto != 6 || !(p->tcp_flags & NORO_TCP_SYN) || p->tcp_flags & NORO_TCP_ACK)
		return NORO_SYNP_NONE;
	if (!v.n)
		return fast_open(p) ? NORO_SYNP_TFO : NORO_SYNP_NONE;
	if (is_http(v))
		return NORO_SYNP_HTTP;
	if (v.n >= 3 && v.p[0] == 0x16 && v.p[1] == 3 && (uint8_t)v.p[2] <= 4)
		return NORO_SYNP_TLS;
	for (size_t i = 0; i < v.n; i++) {
		uint8_t c = (uint8_t)v.p[i];

		zeros += c == 0;
		text += (c >= ' ' && c < 0x7f) || c == '\r' || c == '\n' || c == '\t';
	}
	return zeros == v.n ? NORO_SYNP_ZEROS : text == v.n ? NORO_SYNP_TEXT : NORO_SYNP_BINARY;
}

const char *noro_syn_payload_name(enum noro_syn_payload s)
{
	static const char *const name[] = { "syn", "syn-fast-open", "syn-http", "syn-tls",
		"syn-zeros", "syn-text", "syn-binary" };

	return name[s];
}
