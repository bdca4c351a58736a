/* src/device/mrt_print.c - an entry as `bgpdump -m` prints it, so that its users find their way. */
#include "device/mrt.h"

/* Numbers are most of a line: printf for each would cost more than reading the file. */
static void add_number(struct noro_buf *out, uint64_t n)
{
	char text[20];
	size_t at = sizeof(text);

	do
		text[--at] = (char)('0' + n % 10);
	while (n /= 10);
	noro_buf_add(out, text + at, sizeof(text) - at);
}

static unsigned group(const struct noro_ip *ip, size_t i)
{
	return (unsigned)ip->b[2 * i] << 8 | ip->b[2 * i + 1];
}

/* bgpdump shortens a single zero group too, which RFC 5952 does not. */
static void add_ip6(struct noro_buf *out, const struct noro_ip *ip)
{
	size_t best = 8, most = 0;

	for (size_t i = 0; i < 8; i++) {
		size_t n = 0;

		while (i + n < 8 && group(ip, i + n) == 0)
			n++;
		if (n > most) {
			best = i;
			most = n;
		}
	}
	for (size_t i = 0; i < 8; i++) {
		if (i == best) {
			noro_buf_str(out, "::");
			i += most - 1;
			continue;
		}
		if (i && i != best + most)
			noro_buf_chr(out, ':');
		noro_buf_printf(out, "%x", group(ip, i));
	}
}

static void add_ip(struct noro_buf *out, const struct noro_ip *ip)
{
	char text[NORO_IP_TEXT];
	struct noro_ip v4 = noro_ip_unmap(*ip);

	if (ip->family == 4) {
		for (int i = 0; i < 4; i++) {
			add_number(out, ip->b[i]);
			if (i < 3)
				noro_buf_chr(out, '.');
		}
		return;
	}
	if (v4.family == 4)
		noro_buf_add(out, text, noro_ip_print(ip, text));
	else
		add_ip6(out, ip);
}

static void add_field(struct noro_buf *out, uint64_t n)
{
	add_number(out, n);
	noro_buf_chr(out, '|');
}

static void add_path(struct noro_buf *out, const struct noro_bgp_attrs *a)
{
	static const char open[] = " { ([", close[] = " } )]", between[] = " ,  ,";
	const uint32_t *as = a->as;

	for (size_t s = 0; s < a->segments; s++) {
		const struct noro_bgp_segment *g = &a->segment[s];

		if (s)
			noro_buf_chr(out, ' ');
		if (g->type != NORO_BGP_SEQUENCE)
			noro_buf_chr(out, open[g->type]);
		for (uint32_t i = 0; i < g->n; i++) {
			if (i)
				noro_buf_chr(out, between[g->type]);
			add_number(out, *as++);
		}
		if (g->type != NORO_BGP_SEQUENCE)
			noro_buf_chr(out, close[g->type]);
	}
}

static void add_communities(struct noro_buf *out, struct noro_view v)
{
	for (size_t i = 0; i + 4 <= v.n; i += 4) {
		const uint8_t *p = (const uint8_t *)v.p + i;
		uint32_t c =
			(uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];

		if (i)
			noro_buf_chr(out, ' ');
		if (c == 0xffffff01)
			noro_buf_str(out, "no-export");
		else if (c == 0xffffff02)
			noro_buf_str(out, "no-advertise");
		else if (c == 0xffffff03)
			noro_buf_str(out, "local-AS");
		else {
			add_number(out, c >> 16);
			noro_buf_chr(out, ':');
			add_number(out, c & 0xffff);
		}
	}
}

static void add_attrs(struct noro_buf *out, const struct noro_bgp_attrs *a)
{
	static const char *const origins[] = { "IGP|", "EGP|", "INCOMPLETE|" };

	add_path(out, a);
	noro_buf_chr(out, '|');
	noro_buf_str(out, origins[a->has & NORO_BGP_HAS_ORIGIN && a->origin < 3 ? a->origin : 2]);
	if (a->nexthop.family)
		add_ip(out, &a->nexthop);
	else
		noro_buf_str(out, "255.255.255.255"); /* what it prints where there is none */
	noro_buf_chr(out, '|');
	add_field(out, a->local_pref);
	add_field(out, a->med);
	add_communities(out, a->communities);
	noro_buf_str(out, a->has & NORO_BGP_HAS_ATOMIC ? "|AG|" : "|NAG|");
	if (a->has & NORO_BGP_HAS_AGGREGATOR) {
		add_number(out, a->aggregator_as);
		noro_buf_chr(out, ' ');
		add_ip(out, &a->aggregator);
	}
	noro_buf_chr(out, '|');
}

static void add_time(struct noro_buf *out, const struct noro_bgp_entry *e)
{
	add_number(out, (uint64_t)e->time_s); /* 32 bits in the file: never negative */
	if (e->form == NORO_BGP_FORM_BGP4MP_ET || e->form == NORO_BGP_FORM_BMP)
		noro_buf_printf(out, ".%06u", (unsigned)e->usec);
	noro_buf_chr(out, '|');
}

void noro_mrt_print(const struct noro_bgp_entry *e, struct noro_buf *out)
{
	static const char *const forms[] = { "TABLE_DUMP", "TABLE_DUMP2", "BGP4MP", "BGP4MP_ET",
		"BGP", "BMP" };
	static const char *const kinds[] = { "B|", "A|", "W|", "STATE|" };

	noro_buf_str(out, forms[e->form]);
	noro_buf_str(out, e->add_path ? "_AP|" : "|");
	add_time(out, e);
	noro_buf_str(out, kinds[e->kind]);
	add_ip(out, &e->peer);
	noro_buf_chr(out, '|');
	add_number(out, e->peer_as);
	noro_buf_chr(out, '|');
	if (e->kind == NORO_BGP_STATE) {
		add_number(out, e->before);
		noro_buf_chr(out, '|');
		add_number(out, e->after);
		noro_buf_chr(out, '\n');
		return;
	}
	add_ip(out, &e->prefix.ip);
	noro_buf_chr(out, '/');
	add_number(out, e->prefix.len);
	if (e->add_path) {
		noro_buf_chr(out, '|');
		add_number(out, e->path_id);
	}
	if (e->attrs) {
		noro_buf_chr(out, '|');
		add_attrs(out, e->attrs);
	}
	noro_buf_chr(out, '\n');
}
