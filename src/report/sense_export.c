/*
 * src/report/sense_export.c - measures in the words of others.
 *
 * Rows become text as they come, so that years need no memory; STIX alone remembers ids, because
 * an address stands in a bundle once. Whatever is exported twice is the same twice: ids come from
 * what was observed, and so do the dates of objects.
 */
#include "report/sense_export.h"

#include "base/mem.h"
#include "evidence/packet.h"
#include "report/csv_priv.h"
#include "report/report_priv.h"
#include "report/stix_priv.h"

#include <stdio.h>
#include <string.h>

enum { PIECE = 1 << 16 };

enum { NAMES_MOST = 32 }; /* of one payload */

struct noro_exporter {
	struct noro_export_opts o;
	struct noro_measures rows;
	struct noro_buf out;
	struct noro_csv csv;
	struct noro_stix stix;
	uint64_t unsaid;
};

int noro_export_parse(const char *name)
{
	static const char *const names[] = { [NORO_EXPORT_JSON] = "json",
		[NORO_EXPORT_CSV] = "csv",
		[NORO_EXPORT_DSHIELD] = "dshield",
		[NORO_EXPORT_STIX] = "stix" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return (int)i;
	return -1;
}

/* --- pieces --- */

static enum noro_status pass_on(struct noro_exporter *e)
{
	enum noro_status st = e->out.status;

	if (st == NORO_OK && e->stix.failed)
		st = NORO_ENOMEM;
	if (st == NORO_OK && e->out.n)
		st = e->o.write(e->o.ctx, noro_buf_as_view(&e->out));
	noro_buf_clear(&e->out);
	return st;
}

/* A row is whole in `out` from `from` on. */
static enum noro_status row_done(struct noro_exporter *e, size_t from)
{
	if (e->o.how == NORO_EXPORT_STIX)
		noro_report_seal_json(&e->out, from, false);
	return e->out.n < PIECE && e->out.status == NORO_OK ? NORO_OK : pass_on(e);
}

/* --- JSON Lines --- */

#define LINE(kind)                                                                                 \
	static enum noro_status kind##_line(void *ctx, const struct noro_##kind *m)                \
	{                                                                                          \
		struct noro_exporter *e = ctx;                                                     \
		struct noro_jsonw w = noro_jsonw(&e->out);                                         \
		enum noro_status st = noro_##kind##_json(&w, m);                                   \
                                                                                                   \
		noro_buf_chr(&e->out, '\n');                                                       \
		return st == NORO_OK ? row_done(e, 0) : st;                                        \
	}
LINE(cell)
LINE(scan)
LINE(victim)
LINE(payload)
LINE(watch)

/* --- CSV: events and victims in one table --- */

static void csv_ip(struct noro_csv *c, const struct noro_ip *ip)
{
	char text[NORO_IP_TEXT];

	noro_csv_view(c, noro_view(text, noro_ip_print(ip, text)));
}

static enum noro_status scan_csv(void *ctx, const struct noro_scan *m)
{
	struct noro_exporter *e = ctx;
	struct noro_csv *c = &e->csv;

	noro_csv_str(c, "scan");
	noro_csv_str(c, m->sensor);
	csv_ip(c, &m->src);
	noro_csv_str(c, m->port);
	noro_csv_str(c, m->klass);
	noro_csv_time(c, m->first_ns);
	noro_csv_time(c, m->last_ns);
	noro_csv_u64(c, m->packets);
	noro_csv_u64(c, m->bytes);
	noro_csv_u64(c, m->dsts);
	noro_csv_str(c, m->tool);
	noro_csv_str(c, m->tool_version);
	noro_csv_str(c, m->probe);
	noro_csv_str(c, noro_proof_name(m->proof));
	noro_csv_str(c, m->owner);
	noro_csv_str(c, m->country);
	noro_csv_str(c, m->as);
	noro_csv_end(c);
	return row_done(e, 0);
}

static enum noro_status victim_csv(void *ctx, const struct noro_victim *m)
{
	struct noro_exporter *e = ctx;
	struct noro_csv *c = &e->csv;
	struct noro_buf ports = { 0 };

	for (size_t i = 0; i < m->ports.n; i++)
		noro_buf_printf(&ports, "%s%s/%s", i ? " " : "", m->proto, m->ports.item[i]);
	if (ports.status != NORO_OK)
		e->out.status = ports.status;
	noro_csv_str(c, "victim");
	noro_csv_str(c, m->sensor);
	csv_ip(c, &m->victim.ip);
	noro_csv_view(c, noro_buf_as_view(&ports));
	noro_csv_str(c, m->how);
	noro_csv_time(c, m->first_ns);
	noro_csv_time(c, m->last_ns);
	noro_csv_u64(c, m->packets);
	noro_csv_u64(c, m->bytes);
	noro_csv_u64(c, m->dsts);
	for (int i = 0; i < 5; i++)
		noro_csv_str(c, NULL);
	noro_csv_str(c, m->country);
	noro_csv_str(c, m->as);
	noro_csv_end(c);
	noro_buf_done(&ports);
	return row_done(e, 0);
}

static void csv_head(struct noro_exporter *e)
{
	static const char *const head[] = { "kind", "sensor", "address", "ports", "what", "first",
		"last", "packets", "bytes", "addresses", "tool", "version", "probe", "proof",
		"owner", "country", "as" };

	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		noro_csv_str(&e->csv, head[i]);
	noro_csv_end(&e->csv);
}

/* --- DShield --- */

static const struct noro_ip *masked(struct noro_ip *ip)
{
	/* whose network listens is nobody's business: as DShield's own clients do it */
	static const uint8_t documentation[4] = { 0x20, 0x01, 0x0d, 0xb8 };

	if (ip->family == 4)
		ip->b[0] = 10;
	else
		memcpy(ip->b, documentation, sizeof(documentation));
	return ip;
}

static void put_flags(struct noro_buf *out, uint8_t flags)
{
	static const char letter[8] = { 'F', 'S', 'R', 'P', 'A', 'U', '1', '2' };

	for (unsigned i = 0; i < 8; i++)
		if (flags & 1u << i)
			noro_buf_chr(out, letter[i]);
}

static void put_ip(struct noro_buf *out, const struct noro_ip *ip)
{
	char text[NORO_IP_TEXT];

	noro_buf_add(out, text, noro_ip_print(ip, text));
	noro_buf_chr(out, '\t');
}

/*
 * Date, user, count, source, its port, target, its port, protocol, flags: one line an event, with
 * the ports of its first packet; ICMP has type and code there. An event of which no packet was kept
 * has no line.
 */
static enum noro_status scan_dshield(void *ctx, const struct noro_scan *m)
{
	struct noro_exporter *e = ctx;
	struct noro_packet p = { 0 };
	struct noro_ip dst;
	bool icmp;
	char when[NORO_TIME_TEXT];

	if (m->samples)
		noro_packet_read_ip(m->sample[0].byte, m->sample[0].n, m->sample[0].time_ns, &p);
	icmp = p.proto == 1 || p.proto == 58;
	if (!p.family || p.frag == NORO_FRAG_LATER || (!icmp && p.proto != 6 && p.proto != 17)) {
		e->unsaid++;
		return NORO_OK;
	}
	dst = noro_packet_dst(&p);
	(void)noro_time_print(m->first_ns, when);
	when[10] = ' ';
	noro_buf_printf(&e->out, "%.19s +00:00\t%s\t", when, e->o.author ? e->o.author : "0");
	noro_buf_u64(&e->out, m->packets);
	noro_buf_chr(&e->out, '\t');
	put_ip(&e->out, &m->src);
	noro_buf_printf(&e->out, "%u\t", icmp ? p.icmp_type : p.sport);
	put_ip(&e->out, masked(&dst));
	noro_buf_printf(&e->out, "%u\t%s\t", icmp ? p.icmp_code : p.dport,
		icmp            ? "ICMP"
		: p.proto == 17 ? "UDP"
				: "TCP");
	if (p.proto == 6)
		put_flags(&e->out, m->flags);
	noro_buf_chr(&e->out, '\n');
	return row_done(e, 0);
}

static enum noro_status victim_unsaid(void *ctx, const struct noro_victim *m)
{
	(void)m;
	((struct noro_exporter *)ctx)->unsaid++;
	return NORO_OK;
}

/* --- STIX --- */

/* An object whose value is all that it has, written once. */
static void stix_value(
	struct noro_exporter *e, const char *kind, const char *text, char id[NORO_STIX_ID])
{
	const struct noro_stix_kind *k = noro_stix_kind(kind);
	struct noro_buf name = { 0 };

	noro_stix_identify(k, text, &name);
	if (name.status != NORO_OK)
		e->stix.failed = true;
	noro_stix_id(&e->stix, NORO_STIX_SCO, k->object, noro_buf_as_view(&name), id);
	noro_buf_done(&name);
	if (!noro_stix_new(&e->stix, id))
		return;
	noro_stix_object(&e->stix, k->object, id);
	noro_jsonw_kstr(&e->stix.w, "value", text);
	noro_jsonw_object_end(&e->stix.w);
}

static void stix_address(struct noro_exporter *e, const struct noro_ip *ip, char id[NORO_STIX_ID])
{
	char text[NORO_IP_TEXT];

	text[noro_ip_print(ip, text)] = '\0';
	stix_value(e, ip->family == 4 ? "ipv4" : "ipv6", text, id);
}

struct traffic {
	const char *from;    /* id of the address that sent it */
	const char *port;    /* "src_port" or "dst_port" */
	uint64_t number;     /* of the port; SIZE_MAX none */
	const char *ip, *on; /* protocols: "ipv4", "tcp" */
};

/* What identifies it (STIX 2.1 section 2.9), in canonical order. */
static void traffic_members(struct noro_jsonw *w, const struct traffic *t)
{
	bool has = t->number != SIZE_MAX, to = strcmp(t->port, "dst_port") == 0;

	if (has && to)
		noro_jsonw_ku64(w, "dst_port", t->number);
	noro_jsonw_key(w, "protocols");
	noro_jsonw_array(w);
	noro_jsonw_str(w, t->ip);
	noro_jsonw_str(w, t->on);
	noro_jsonw_array_end(w);
	if (has && !to)
		noro_jsonw_ku64(w, "src_port", t->number);
	noro_jsonw_kstr(w, "src_ref", t->from);
}

static void stix_traffic(struct noro_exporter *e, const struct traffic *t, char id[NORO_STIX_ID])
{
	struct noro_buf name = { 0 };
	struct noro_jsonw w = noro_jsonw(&name);

	noro_jsonw_object(&w);
	traffic_members(&w, t);
	noro_jsonw_object_end(&w);
	if (name.status != NORO_OK)
		e->stix.failed = true;
	noro_stix_id(&e->stix, NORO_STIX_SCO, "network-traffic", noro_buf_as_view(&name), id);
	noro_buf_done(&name);
	if (!noro_stix_new(&e->stix, id))
		return;
	noro_stix_object(&e->stix, "network-traffic", id);
	traffic_members(&e->stix.w, t);
	noro_jsonw_object_end(&e->stix.w);
}

struct observed {
	const char *sensor, *address, *traffic, *name; /* of its id, beside the rest */
	int64_t first_ns, last_ns;
	uint64_t packets;
	const char *label[4];             /* NULL: left out */
	const char (*more)[NORO_STIX_ID]; /* objects that were named, beside the first two */
	size_t mores;
	const struct noro_list *labels; /* more of them; NULL */
};

static void stix_observed(struct noro_exporter *e, const struct observed *o)
{
	struct noro_stix *s = &e->stix;
	struct noro_buf name = { 0 };
	char id[NORO_STIX_ID];
	uint64_t n = o->packets > NORO_STIX_MOST ? NORO_STIX_MOST : o->packets;

	noro_buf_printf(
		&name, "%s\n%s\n%s\n%lld", o->address, o->traffic, o->name, (long long)o->first_ns);
	if (name.status != NORO_OK)
		s->failed = true;
	noro_stix_own_id(s, "observed-data", o->sensor, name.p, id);
	noro_buf_done(&name);
	if (!noro_stix_new(s, id))
		return;
	noro_stix_sdo(s, "observed-data", id, o->last_ns);
	noro_stix_time(s, "first_observed", o->first_ns);
	noro_stix_time(s, "last_observed", o->last_ns);
	noro_jsonw_ku64(&s->w, "number_observed", n ? n : 1);
	noro_jsonw_key(&s->w, "object_refs");
	noro_jsonw_array(&s->w);
	noro_jsonw_str(&s->w, o->address);
	noro_jsonw_str(&s->w, o->traffic);
	for (size_t i = 0; i < o->mores; i++)
		noro_jsonw_str(&s->w, o->more[i]);
	noro_jsonw_array_end(&s->w);
	noro_jsonw_key(&s->w, "labels");
	noro_jsonw_array(&s->w);
	for (size_t i = 0; i < sizeof(o->label) / sizeof(o->label[0]); i++)
		if (o->label[i] && *o->label[i])
			noro_jsonw_str(&s->w, o->label[i]);
	for (size_t i = 0; o->labels && i < o->labels->n; i++)
		noro_jsonw_str(&s->w, o->labels->item[i]);
	noro_jsonw_array_end(&s->w);
	noro_jsonw_object_end(&s->w);
}

/* "tcp/23" in its parts; a number only where STIX has a place for it. */
static void split_port(const char *port, char proto[16], uint64_t *number)
{
	struct noro_view rest = noro_view_str(port), name;

	*number = SIZE_MAX;
	proto[0] = '\0';
	if (!noro_view_cut(&rest, '/', &name) || !name.n || name.n >= 16)
		return;
	memcpy(proto, name.p, name.n);
	proto[name.n] = '\0';
	if ((strcmp(proto, "tcp") != 0 && strcmp(proto, "udp") != 0) ||
		!noro_view_u64(rest, number) || *number > UINT16_MAX)
		*number = SIZE_MAX;
}

static enum noro_status scan_stix(void *ctx, const struct noro_scan *m)
{
	struct noro_exporter *e = ctx;
	char address[NORO_STIX_ID], traffic[NORO_STIX_ID], proto[16];
	struct traffic t = { .from = address,
		.port = "dst_port",
		.ip = m->src.family == 4 ? "ipv4" : "ipv6",
		.on = proto };
	const struct observed o = { .sensor = m->sensor,
		.address = address,
		.traffic = traffic,
		.name = m->port,
		.first_ns = m->first_ns,
		.last_ns = m->last_ns,
		.packets = m->packets,
		.label = { m->klass, m->tool, m->probe, m->owner ? "research-scanner" : NULL } };
	size_t from = e->out.n;

	split_port(m->port, proto, &t.number);
	if (!*proto) {
		e->unsaid++;
		return NORO_OK;
	}
	stix_address(e, &m->src, address);
	stix_traffic(e, &t, traffic);
	stix_observed(e, &o);
	return row_done(e, from);
}

/* What comes back from the victim: it sends, and is no scanner. */
static enum noro_status victim_stix(void *ctx, const struct noro_victim *m)
{
	struct noro_exporter *e = ctx;
	char address[NORO_STIX_ID], traffic[NORO_STIX_ID];
	struct traffic t = { .from = address,
		.port = "src_port",
		.number = SIZE_MAX,
		.ip = m->victim.ip.family == 4 ? "ipv4" : "ipv6",
		.on = m->proto };
	const struct observed o = { .sensor = m->sensor,
		.address = address,
		.traffic = traffic,
		.name = m->proto,
		.first_ns = m->first_ns,
		.last_ns = m->last_ns,
		.packets = m->packets,
		.label = { "backscatter", "victim-of-denial-of-service", m->how } };
	size_t from = e->out.n;

	if (!m->ports.n || !noro_view_u64(noro_view_str(m->ports.item[0]), &t.number) ||
		t.number > UINT16_MAX)
		t.number = SIZE_MAX;
	stix_address(e, &m->victim.ip, address);
	stix_traffic(e, &t, traffic);
	stix_observed(e, &o);
	return row_done(e, from);
}

/* A URL, an address or a name; NULL for a wallet, for which STIX has no object. */
static const char *kind_of_name(const char *text)
{
	struct noro_ip ip;

	if (strstr(text, "://"))
		return "url";
	if (noro_ip_parse(noro_view_str(text), &ip))
		return ip.family == 4 ? "ipv4" : "ipv6";
	return strchr(text, '.') && !strpbrk(text, "/:") ? "domain" : NULL;
}

/* What was said first, by the objects it names: wallets are labels. */
static enum noro_status payload_stix(void *ctx, const struct noro_payload *m)
{
	struct noro_exporter *e = ctx;
	char address[NORO_STIX_ID], traffic[NORO_STIX_ID], proto[16];
	char more[NAMES_MOST][NORO_STIX_ID];
	const char *wallet[NAMES_MOST];
	struct traffic t = { .from = address,
		.port = "dst_port",
		.ip = m->src.family == 4 ? "ipv4" : "ipv6",
		.on = proto };
	struct noro_list wallets = { wallet, 0 };
	struct observed o = { .sensor = m->sensor,
		.address = address,
		.traffic = traffic,
		.name = m->sha256,
		.first_ns = m->time_ns,
		.last_ns = m->time_ns,
		.packets = 1,
		.label = { "first-payload", m->rules.n ? m->rules.item[0] : NULL },
		.more = (const char(*)[NORO_STIX_ID])more,
		.labels = &wallets };
	size_t from = e->out.n;

	split_port(m->port, proto, &t.number);
	if (!*proto) {
		e->unsaid++;
		return NORO_OK;
	}
	stix_address(e, &m->src, address);
	stix_traffic(e, &t, traffic);
	for (size_t i = 0; i < m->urls.n && i < NAMES_MOST; i++) {
		const char *kind = kind_of_name(m->urls.item[i]);

		if (kind)
			stix_value(e, kind, m->urls.item[i], more[o.mores++]);
		else if (!strpbrk(m->urls.item[i], "./:"))
			wallet[wallets.n++] = m->urls.item[i];
	}
	stix_observed(e, &o);
	return row_done(e, from);
}

static void stix_head(struct noro_exporter *e)
{
	char id[NORO_STIX_ID], name[64];

	(void)snprintf(name, sizeof(name), "%lld", (long long)e->o.now_ns);
	noro_stix_own_id(&e->stix, "bundle", "sense", name, id);
	noro_jsonw_object(&e->stix.w);
	noro_jsonw_kstr(&e->stix.w, "type", "bundle");
	noro_jsonw_kstr(&e->stix.w, "id", id);
	noro_jsonw_key(&e->stix.w, "objects");
	noro_jsonw_array(&e->stix.w);
	noro_stix_identity(&e->stix, e->o.now_ns);
}

/* --- the whole --- */

enum noro_status noro_export_begin(
	const struct noro_export_opts *o, struct noro_exporter **ret, struct noro_error *err)
{
	static const struct noro_measures rows[] = {
		[NORO_EXPORT_JSON] = { cell_line, scan_line, victim_line, payload_line, watch_line,
			NULL },
		[NORO_EXPORT_CSV] = { .scan = scan_csv, .victim = victim_csv },
		[NORO_EXPORT_DSHIELD] = { .scan = scan_dshield, .victim = victim_unsaid },
		[NORO_EXPORT_STIX] = { .scan = scan_stix,
			.victim = victim_stix,
			.payload = payload_stix },
	};
	struct noro_exporter *e;

	if (o->author && !noro_view_u64(noro_view_str(o->author), &(uint64_t){ 0 }))
		return noro_fail(err, NORO_EARG, N_("'%1' is no number of a user"), o->author);
	e = noro_calloc(1, sizeof(*e));
	if (!e)
		return noro_fail(err, NORO_ENOMEM, NULL);
	e->o = *o;
	e->rows = rows[o->how];
	e->rows.ctx = e;
	e->csv.out = &e->out;
	e->stix.w = noro_jsonw(&e->out);
	if (o->how == NORO_EXPORT_CSV)
		csv_head(e);
	if (o->how == NORO_EXPORT_STIX)
		stix_head(e);
	*ret = e;
	return NORO_OK;
}

const struct noro_measures *noro_export_measures(struct noro_exporter *e)
{
	return &e->rows;
}

enum noro_status noro_export_end(struct noro_exporter *e, struct noro_error *err)
{
	enum noro_status st;

	if (e->o.how == NORO_EXPORT_STIX) {
		noro_jsonw_array_end(&e->stix.w);
		noro_jsonw_object_end(&e->stix.w);
		noro_buf_chr(&e->out, '\n');
	}
	st = pass_on(e);
	return st == NORO_OK ? st : noro_fail(err, st, NULL);
}

uint64_t noro_export_unsaid(const struct noro_exporter *e)
{
	return e->unsaid;
}

void noro_export_free(struct noro_exporter *e)
{
	if (!e)
		return;
	noro_stix_seen_done(&e->stix.seen);
	noro_buf_done(&e->csv.text);
	noro_buf_done(&e->out);
	free(e);
}
