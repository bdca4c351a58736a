/*
 * src/exercise/darknet_truth.c - what is in the captures, counted while they are written: by the
 * kinds that wrote the packets, not by reading them again.
 */
#include "exercise/darknet_priv.h"

#include "base/jsonw.h"
#include "base/mem.h"
#include "telescope/klass.h"

#include <stdio.h>

enum { PROTOS = 3, PORTS = 65536, SLOTS_FIRST = 4096 };

enum noro_status noro_dark_count_new(struct dark_count *c)
{
	*c = (struct dark_count){ .slots = SLOTS_FIRST };
	c->port = noro_calloc((size_t)PROTOS * PORTS, sizeof(*c->port));
	c->src = noro_calloc(c->slots, sizeof(*c->src));
	return c->port && c->src ? NORO_OK : NORO_ENOMEM;
}

void noro_dark_count_done(struct dark_count *c)
{
	free(c->port);
	free(c->src);
}

void noro_dark_count_clear(struct dark_count *c)
{
	struct dark_count kept = { .port = c->port, .src = c->src, .slots = c->slots };

	memset(kept.port, 0, (size_t)PROTOS * PORTS * sizeof(*kept.port));
	memset(kept.src, 0, kept.slots * sizeof(*kept.src));
	*c = kept;
}

static bool set_put(uint32_t *set, size_t slots, uint32_t v)
{
	uint32_t hash = v * 2654435761U;
	size_t at = hash & (slots - 1);

	while (set[at] && set[at] != v)
		at = (at + 1) & (slots - 1);
	if (set[at])
		return false;
	set[at] = v;
	return true;
}

static enum noro_status add_src(struct dark_count *c, uint32_t v)
{
	if (2 * c->srcs >= c->slots) {
		uint32_t *p = noro_calloc(2 * c->slots, sizeof(*p));

		if (!p)
			return NORO_ENOMEM;
		for (size_t i = 0; i < c->slots; i++)
			if (c->src[i])
				(void)set_put(p, 2 * c->slots, c->src[i]);
		free(c->src);
		c->src = p;
		c->slots *= 2;
	}
	c->srcs += set_put(c->src, c->slots, v ? v : 1);
	return NORO_OK;
}

enum noro_status noro_dark_count_add(struct dark_count *c, const struct dark_packet *p)
{
	c->klass[p->klass]++;
	if (p->klass == NORO_KLASS_MALFORMED) /* nobody can be told from it */
		return NORO_OK;
	c->own++;
	if (p->klass == NORO_KLASS_SCAN)
		c->port[(size_t)(p->proto == 6 ? 0 : p->proto == 17 ? 1 : 2) * PORTS + p->port]++;
	return p->six ? NORO_OK : add_src(c, p->actor);
}

static void real(struct noro_jsonw *w, const char *key, double v)
{
	char text[48];

	(void)snprintf(text, sizeof(text), "%.6f", v);
	noro_jsonw_key(w, key);
	noro_jsonw_value(
		w, &(struct noro_json){ .kind = NORO_JSON_NUMBER, .text = noro_view_str(text) });
}

static void begin(struct noro_jsonw *w, const char *what, const char *sensor)
{
	noro_jsonw_object(w);
	noro_jsonw_kstr(w, "truth", what);
	if (sensor)
		noro_jsonw_kstr(w, "sensor", sensor);
}

static void end(struct noro_jsonw *w)
{
	noro_jsonw_object_end(w);
	noro_buf_chr(w->out, '\n');
}

void noro_dark_truth_run(const struct dark_plan *p, struct noro_buf *out)
{
	struct noro_jsonw w = noro_jsonw(out);

	begin(&w, "run", NULL);
	noro_jsonw_ku64(&w, "seed", p->opts->seed);
	noro_jsonw_ku64(&w, "days", p->opts->days);
	noro_jsonw_ktime(&w, "start", p->start_ns);
	noro_jsonw_kstr(&w, "note",
		"made up: no packet of this was ever sent; sources lie in 25, 26, 28, 29, 30 and "
		"33/8, 10/8 and 3ffe::/16, those of floods anywhere");
	end(&w);
	for (unsigned i = 0; i < NORO_DARKNET_SENSORS; i++) {
		w = noro_jsonw(out);
		begin(&w, "sensor", noro_dark_sensor[i].name);
		noro_jsonw_ku64(&w, "addresses", noro_dark_sensor[i].n);
		end(&w);
	}
	w = noro_jsonw(out);
	begin(&w, "surge", NULL);
	noro_jsonw_ku64(&w, "port", p->surge_port);
	noro_jsonw_ku64(&w, "day", p->surge_day);
	end(&w);
	w = noro_jsonw(out);
	begin(&w, "quiet-surge", NULL);
	noro_jsonw_ku64(&w, "port", 37777);
	noro_jsonw_ku64(&w, "day", p->quiet_day);
	end(&w);
}

void noro_dark_truth_day(const struct dark_sensor *s, int64_t day_ns, const struct dark_count *c,
	struct noro_buf *out)
{
	static const char *const proto[] = { "tcp", "udp", "icmp" };
	struct noro_jsonw w = noro_jsonw(out);
	char key[16];

	begin(&w, "day", s->name);
	noro_jsonw_ktime(&w, "day", day_ns);
	noro_jsonw_ku64(&w, "own", c->own);
	noro_jsonw_ku64(&w, "sources4", c->srcs);
	noro_jsonw_ku64(&w, "sent", c->sent);
	noro_jsonw_ku64(&w, "missed", c->missed);
	noro_jsonw_ku64(&w, "dropped", c->dropped);
	noro_jsonw_key(&w, "class");
	noro_jsonw_object(&w);
	for (unsigned k = 0; k < DARK_CLASSES; k++)
		if (c->klass[k])
			noro_jsonw_ku64(&w, noro_klass_name((enum noro_klass)k), c->klass[k]);
	noro_jsonw_object_end(&w);
	noro_jsonw_key(&w, "port");
	noro_jsonw_object(&w);
	for (unsigned i = 0; i < PROTOS * PORTS; i++)
		if (c->port[i]) {
			(void)snprintf(key, sizeof(key), "%s/%u", proto[i / PORTS], i % PORTS);
			noro_jsonw_ku64(&w, key, c->port[i]);
		}
	noro_jsonw_object_end(&w);
	end(&w);
}

static const char *reality(const struct dark_kind *k)
{
	return k->make == MAKE_FLOOD || k->who == WHO_BOGON ? "spoofed" : "real";
}

static void scan(
	const struct dark_sensor *s, const struct dark_stream *t, unsigned i, struct noro_buf *out)
{
	const struct dark_actor *a = t->a;
	struct noro_jsonw w = noro_jsonw(out);
	struct noro_ip ip = noro_ip_from_v4(a->src);
	char src[NORO_IP_TEXT], port[16];

	(void)noro_ip_print(&ip, src);
	(void)snprintf(port, sizeof(port), "%s/%u",
		a->kind->make == MAKE_PING                                   ? "icmp"
		: a->kind->make == MAKE_UDP || a->kind->make == MAKE_MISTAKE ? "udp"
									     : "tcp",
		a->port[i]);
	begin(&w, a->kind->make == MAKE_FLOOD ? "flood" : "scan", s->name);
	noro_jsonw_kstr(&w, "src", a->kind->make == MAKE_FLOOD ? NULL : src);
	noro_jsonw_kstr(&w, "port", port);
	noro_jsonw_kstr(&w, "kind", a->kind->name);
	noro_jsonw_kstr(&w, "tool", a->kind->tool);
	noro_jsonw_kstr(&w, "owner",
		a->kind->who == WHO_RESEARCH ? noro_dark_research[a->src >> 8 & 3] : NULL);
	noro_jsonw_kstr(&w, "is", reality(a->kind));
	noro_jsonw_ktime(&w, "first", t->first[i]);
	noro_jsonw_ktime(&w, "last", t->last[i]);
	noro_jsonw_ku64(&w, "packets", t->packets[i]);
	noro_jsonw_ku64(&w, "heard", t->heard[i]);
	end(&w);
}

static void victim(const struct dark_sensor *s, const struct dark_stream *t, struct noro_buf *out)
{
	static const char *const how[] = { "syn-ack", "rst", "icmp-error", "dns", "quic",
		"icmp-reply" };
	const struct dark_actor *a = t->a;
	struct noro_jsonw w = noro_jsonw(out);
	struct noro_ip ip = noro_ip_from_v4(a->src);
	unsigned make = a->kind->make - MAKE_SYN_ACK;
	char text[NORO_IP_TEXT];

	(void)noro_ip_print(&ip, text);
	begin(&w, "victim", s->name);
	noro_jsonw_kstr(&w, "victim", text);
	noro_jsonw_kstr(&w, "proto",
		a->kind->make == MAKE_PONG                                   ? "icmp"
		: a->kind->make == MAKE_SYN_ACK || a->kind->make == MAKE_RST ? "tcp"
									     : "udp");
	noro_jsonw_ku64(&w, "port", a->port[0]);
	noro_jsonw_kstr(&w, "how", make < sizeof(how) / sizeof(how[0]) ? how[make] : NULL);
	noro_jsonw_ktime(&w, "first", t->first[0]);
	noro_jsonw_ktime(&w, "last", t->last[0]);
	noro_jsonw_ku64(&w, "packets", t->packets[0]);
	noro_jsonw_ku64(&w, "probes", t->probes);
	end(&w);
}

void noro_dark_truth_stream(
	const struct dark_sensor *s, const struct dark_stream *t, struct noro_buf *out)
{
	switch (t->a->kind->make) {
	case MAKE_SYN_ACK:
	case MAKE_RST:
	case MAKE_UNREACHABLE:
	case MAKE_DNS:
	case MAKE_QUIC:
	case MAKE_PONG:
		if (t->packets[0])
			victim(s, t, out);
		return;
	case MAKE_ODD:
	case MAKE_REST:
	case MAKE_FRAGMENT:
	case MAKE_GRE:
	case MAKE_BROKEN:
	case MAKE_SIX_SYN:
	case MAKE_SIX_ANSWER:
		return;
	default:
		break;
	}
	for (unsigned i = 0; i < 2; i++)
		if (t->packets[i])
			scan(s, t, i, out);
}

void noro_dark_truth_end(const struct noro_darknet_sum *sum, double address_days, uint64_t came,
	struct noro_buf *out)
{
	struct noro_jsonw w = noro_jsonw(out);

	begin(&w, "rate", NULL);
	noro_jsonw_ku64(&w, "packets", sum->packets);
	noro_jsonw_ku64(&w, "came", came);
	real(&w, "address_days", address_days);
	real(&w, "per_address_day", sum->per_address_day);
	end(&w);
}
