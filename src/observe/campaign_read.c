/*
 * src/observe/campaign_read.c - what the events and first payloads of a history tell about each
 * source: fingerprint, tool, ports, payload, habit of source ports, the key of its sequence
 * numbers, the hosts that it names.
 *
 * Texts become numbers, so that an event is 88 bytes; past the ceilings what comes is not taken,
 * and that is told.
 */
#include "observe/campaign_priv.h"

#include "base/mem.h"
#include "base/siphash.h"
#include "evidence/packet.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 2 * CAMPAIGN_WORDS, HOST_MOST = 253 };

static const uint8_t plain_key[16] = "noroshi campaign";

enum noro_status campaign_word(struct campaign_words *w, const char *text, uint32_t *ret)
{
	size_t at;
	const char **grown;

	*ret = 0;
	if (!text || !text[0])
		return NORO_OK;
	if (!w->slot && !(w->slot = noro_calloc(SLOTS, sizeof(*w->slot))))
		return NORO_ENOMEM;
	at = noro_siphash(plain_key, text, strlen(text)) & (SLOTS - 1);
	for (; w->slot[at]; at = (at + 1) & (SLOTS - 1))
		if (strcmp(w->text[w->slot[at] - 1], text) == 0) {
			*ret = w->slot[at];
			return NORO_OK;
		}
	if (w->n == CAMPAIGN_WORDS) {
		w->full = true;
		return NORO_OK;
	}
	grown = noro_grow(w->text, w->n, &w->cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	w->text = grown;
	w->text[w->n] = noro_arena_str(w->a, text);
	if (!w->text[w->n])
		return NORO_ENOMEM;
	w->slot[at] = *ret = (uint32_t)++w->n;
	return NORO_OK;
}

static struct noro_ip source_of(const struct noro_ip *ip)
{
	struct noro_ip ret = *ip;

	if (ip->family == 6)
		memset(ret.b + 8, 0, 8);
	return ret;
}

/*
 * Two tools make their sequence numbers of one secret for the whole run, so that sources that show
 * the same are one run: Nmap puts two bytes of counters, twice, over it, of which the lower ones
 * move; Unicornscan the address and ports of the packet. 0: not told.
 */
static uint32_t secret_of(const char *tool, const struct noro_packet *p)
{
	uint32_t secret = 0;

	if (strcmp(tool, "nmap") == 0)
		secret = (p->seq & 0xff00ff00) | ((p->seq >> 16 ^ p->seq) & 0xff);
	else if (strcmp(tool, "unicornscan") == 0)
		secret = p->seq ^ p->src4 ^ ((uint32_t)p->sport << 16 | p->dport);
	return secret;
}

/* Of an event: what its samples have in common. */
static void samples_of(const struct noro_scan *m, struct campaign_mark *mark)
{
	uint16_t sport = 0;
	bool alike = true, secret = m->tool != NULL;

	for (size_t i = 0; i < m->samples; i++) {
		struct noro_packet p;
		uint32_t payload, own;

		noro_packet_read_ip(m->sample[i].byte, m->sample[i].n, m->sample[i].time_ns, &p);
		payload =
			p.payload_n ? (uint32_t)noro_siphash(plain_key, p.payload, p.payload_n) : 0;
		own = m->tool && p.proto == 6 ? secret_of(m->tool, &p) : 0;
		if (i) {
			mark->habit = p.sport == sport && mark->habit != HABIT_MANY ? HABIT_ONE
										    : HABIT_MANY;
			alike = alike && payload == mark->payload;
			secret = secret && own == mark->secret;
		}
		sport = p.sport;
		mark->payload = payload;
		mark->secret = own;
	}
	if (!alike)
		mark->payload = 0;
	if (!secret || m->samples < 2) /* one packet proves no tool */
		mark->secret = 0;
}

static enum noro_status on_scan(void *ctx, const struct noro_scan *m)
{
	struct campaign_read *r = ctx;
	struct campaign_mark *grown, mark = { .ip = source_of(&m->src),
		.family = m->tool_version && strcmp(m->tool_version, "family") == 0,
		.first_ns = m->first_ns,
		.last_ns = m->last_ns,
		.packets = m->packets };
	const struct {
		const char *text;
		uint32_t *to;
	} word[] = { { m->port, &mark.port }, { m->tool, &mark.tool },
		{ m->cluster, &mark.cluster }, { m->probe, &mark.probe }, { m->owner, &mark.owner },
		{ m->country, &mark.country }, { m->sensor, &mark.sensor } };
	enum noro_status st = NORO_OK;

	/* who was made up belongs to nobody */
	if ((m->klass && strcmp(m->klass, "scan") != 0) || m->proof == NORO_PROOF_BOGON ||
		m->proof == NORO_PROOF_FLOOD)
		return NORO_OK;
	if (r->marks == CAMPAIGN_EVENTS) {
		r->cut = true;
		return NORO_OK;
	}
	for (size_t i = 0; st == NORO_OK && i < sizeof(word) / sizeof(word[0]); i++)
		st = campaign_word(&r->words, word[i].text, word[i].to);
	if (st != NORO_OK || !mark.port)
		return st;
	samples_of(m, &mark);
	grown = noro_grow(r->mark, r->marks, &r->mark_cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	r->mark = grown;
	r->mark[r->marks++] = mark;
	return NORO_OK;
}

/* "http://198.51.100.7:8080/x" to "198.51.100.7"; false: there is none. */
static bool host_of(const char *url, char out[HOST_MOST + 1])
{
	const char *from = strstr(url, "://");
	size_t n;

	from = from ? from + 3 : url;
	n = strcspn(from, "/:?#\\ ");
	if (!n || n > HOST_MOST || (!memchr(from, '.', n) && from[0] != '['))
		return false;
	for (size_t i = 0; i < n; i++)
		out[i] = (char)(from[i] >= 'A' && from[i] <= 'Z' ? from[i] + 32 : from[i]);
	out[n] = '\0';
	return true;
}

static enum noro_status on_payload(void *ctx, const struct noro_payload *m)
{
	struct campaign_read *r = ctx;
	char host[HOST_MOST + 1], own[NORO_IP_TEXT];
	enum noro_status st = NORO_OK;

	(void)noro_ip_print(&m->dst, own);
	for (size_t i = 0; st == NORO_OK && i < m->urls.n; i++) {
		struct campaign_named *grown, named = { .ip = source_of(&m->src) };

		if (!host_of(m->urls.item[i], host) || strcmp(host, own) == 0)
			continue; /* our own name is nobody's in particular */
		if (r->nameds == CAMPAIGN_HOSTS) {
			r->cut = true;
			return NORO_OK;
		}
		st = campaign_word(&r->words, host, &named.host);
		if (st != NORO_OK || !named.host)
			continue;
		grown = noro_grow(r->named, r->nameds, &r->named_cap, sizeof(*grown));
		if (!grown)
			return NORO_ENOMEM;
		r->named = grown;
		r->named[r->nameds++] = named;
	}
	return st;
}

static int mark_order(const void *x, const void *y)
{
	const struct campaign_mark *a = x, *b = y;
	int c = noro_ip_cmp(&a->ip, &b->ip);

	if (c != 0)
		return c;
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	if (a->first_ns != b->first_ns)
		return a->first_ns < b->first_ns ? -1 : 1;
	if (a->sensor != b->sensor)
		return a->sensor < b->sensor ? -1 : 1;
	if (a->last_ns != b->last_ns)
		return a->last_ns < b->last_ns ? -1 : 1;
	return (a->packets > b->packets) - (a->packets < b->packets);
}

static int named_order(const void *x, const void *y)
{
	const struct campaign_named *a = x, *b = y;

	if (a->host != b->host)
		return a->host < b->host ? -1 : 1;
	return noro_ip_cmp(&a->ip, &b->ip);
}

enum noro_status campaign_read(struct noro_history *h, const struct noro_ask *ask,
	struct campaign_read *r, struct noro_error *err)
{
	const struct noro_measures to = { .scan = on_scan, .payload = on_payload, .ctx = r };
	enum noro_status st = noro_history_scans(h, ask, &to, err);

	if (st == NORO_OK)
		st = noro_history_payloads(h, ask, &to, err);
	if (r->marks)
		qsort(r->mark, r->marks, sizeof(*r->mark), mark_order);
	if (r->nameds)
		qsort(r->named, r->nameds, sizeof(*r->named), named_order);
	r->cut = r->cut || r->words.full;
	return st;
}

void campaign_read_done(struct campaign_read *r)
{
	free(r->words.slot);
	free(r->words.text);
	free(r->mark);
	free(r->named);
}
