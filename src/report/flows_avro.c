/*
 * src/report/flows_avro.c - FlowTuple 3 and 4, the records that CAIDA's corsaro3 writes and its
 * readers take, through libavro.
 *
 * A row of the table below is a field of the record and the function that fills it; the schema's
 * text is made from the rows, so that the two cannot part. libavro writes to a stream of ours that
 * passes bytes on and remembers the first failure; from then on it says yes, because libavro's own
 * way out of a failed write leaks.
 */
#include "report/flows_priv.h"

#include "base/library.h"
#include "base/mem.h"

#include <avro.h>
#include <stdio.h>
#include <string.h>

#define CALLS(X)                                                                                   \
	X(avro_schema_from_json_length)                                                            \
	X(avro_schema_decref)                                                                      \
	X(avro_generic_class_from_schema)                                                          \
	X(avro_generic_value_new)                                                                  \
	X(avro_value_decref)                                                                       \
	X(avro_file_writer_create_with_codec_fp)                                                   \
	X(avro_file_writer_append_value)                                                           \
	X(avro_file_writer_close)
NORO_LIBRARY(avro, "libavro", CALLS, "libavro.so.23");

enum { COMMON = 5, BLOCK = 1 << 16 };

struct share {
	uint32_t value;
	uint64_t packets;
};

/* The values of one column in a record: how many differ, and those that stand for most packets. */
struct spread {
	uint32_t distinct;
	size_t n;
	struct share common[COMMON];
};

struct noro_avro {
	FILE *fp;
	avro_schema_t schema;
	avro_value_iface_t *class;
	avro_value_t value;
	avro_file_writer_t writer;
	struct share *scratch;
	size_t scratch_cap;
	bool have_value, have_writer;
	/* the record under way */
	int64_t second;
	const struct noro_tuple *tuple; /* the first */
	struct noro_tag tag;
	uint64_t packets;
	uint32_t dsts;
	const struct noro_tuple *syn;
	struct spread size, ttl, port, flags;
};

struct field {
	const char *name, *type;
	int (*fill)(const struct noro_avro *a, avro_value_t *to);
};

/* --- fields --- */

#define LONG(id, expression)                                                                       \
	static int id(const struct noro_avro *a, avro_value_t *to)                                 \
	{                                                                                          \
		return avro_value_set_long(to, (int64_t)(expression));                             \
	}
#define INT(id, expression)                                                                        \
	static int id(const struct noro_avro *a, avro_value_t *to)                                 \
	{                                                                                          \
		return avro_value_set_int(to, (int32_t)(expression));                              \
	}
LONG(second, a->second)
LONG(src, noro_flows_be32(a->tuple->src))
LONG(dst, noro_flows_be32(a->tuple->dst))
LONG(net, noro_flows_be32(a->tuple->dst) & 0xffffff00)
LONG(packets, a->packets)
LONG(asn, a->tag.asn)
INT(sport, a->tuple->sport)
INT(dport, a->tuple->dport)
INT(service, a->tuple->proto == 1 ? a->tuple->sport << 8 | a->tuple->dport : a->tuple->dport)
INT(proto, a->tuple->proto)
INT(ttl, a->tuple->ttl)
INT(flags, a->tuple->tcp_flags)
INT(length, a->tuple->ip_n)
INT(syn_n, a->syn ? a->syn->syn_n : 0)
INT(syn_window, a->syn ? a->syn->syn_window : 0)
INT(spoofed, a->tuple->spoofed)
INT(masscan, a->tuple->masscan)
INT(dsts, a->dsts)
INT(sizes, a->size.distinct)
INT(ttls, a->ttl.distinct)
INT(ports, a->port.distinct)
INT(flagses, a->flags.distinct)

static int unknown(const struct noro_avro *a, avro_value_t *to)
{
	(void)a;
	return avro_value_set_string_len(to, "??", 3);
}

static int country(const struct noro_avro *a, avro_value_t *to)
{
	if (!a->tag.country[0])
		return unknown(a, to);
	return avro_value_set_string_len(to, a->tag.country, 3);
}

static int list(const struct spread *s, bool packets_of, avro_value_t *to)
{
	avro_value_t item;
	int rc = 0;

	for (size_t i = 0; !rc && i < s->n; i++) {
		rc = avro_value_append(to, &item, NULL);
		if (!rc)
			rc = avro_value_set_long(&item, packets_of ? (int64_t)s->common[i].packets
								   : (int64_t)s->common[i].value);
	}
	return rc;
}
#define LIST(id, of)                                                                               \
	static int id##_values(const struct noro_avro *a, avro_value_t *to)                        \
	{                                                                                          \
		return list(&a->of, false, to);                                                    \
	}                                                                                          \
	static int id##_packets(const struct noro_avro *a, avro_value_t *to)                       \
	{                                                                                          \
		return list(&a->of, true, to);                                                     \
	}
LIST(size, size)
LIST(ttl, ttl)
LIST(port, port)
LIST(flag, flags)

#define NUMBERS "{\"type\":\"array\",\"items\":\"long\"}"
static const struct field tuple3[] = {
	{ "time", "\"long\"", second },
	{ "src_ip", "\"long\"", src },
	{ "dst_ip", "\"long\"", dst },
	{ "src_port", "\"int\"", sport },
	{ "dst_port", "\"int\"", dport },
	{ "protocol", "\"int\"", proto },
	{ "ttl", "\"int\"", ttl },
	{ "tcp_flags", "\"int\"", flags },
	{ "ip_len", "\"int\"", length },
	{ "tcp_synlen", "\"int\"", syn_n },
	{ "tcp_synwinlen", "\"int\"", syn_window },
	{ "packet_cnt", "\"long\"", packets },
	{ "is_spoofed", "\"int\"", spoofed },
	{ "is_masscan", "\"int\"", masscan },
	{ "maxmind_continent", "\"string\"", unknown },
	{ "maxmind_country", "\"string\"", country },
	{ "netacq_continent", "\"string\"", unknown },
	{ "netacq_country", "\"string\"", unknown },
	{ "prefix2asn", "\"long\"", asn },
	{ 0 },
};
static const struct field tuple4[] = {
	{ "time", "\"long\"", second },
	{ "src_ip", "\"long\"", src },
	{ "dst_net", "\"long\"", net },
	{ "dst_port", "\"int\"", service },
	{ "protocol", "\"int\"", proto },
	{ "packet_cnt", "\"long\"", packets },
	{ "uniq_dst_ips", "\"int\"", dsts },
	{ "uniq_pkt_sizes", "\"int\"", sizes },
	{ "uniq_ttls", "\"int\"", ttls },
	{ "uniq_src_ports", "\"int\"", ports },
	{ "uniq_tcp_flags", "\"int\"", flagses },
	{ "first_syn_length", "\"int\"", syn_n },
	{ "first_tcp_rwin", "\"int\"", syn_window },
	{ "common_pktsizes", NUMBERS, size_values },
	{ "common_pktsize_freqs", NUMBERS, size_packets },
	{ "common_ttls", NUMBERS, ttl_values },
	{ "common_ttl_freqs", NUMBERS, ttl_packets },
	{ "common_srcports", NUMBERS, port_values },
	{ "common_srcport_freqs", NUMBERS, port_packets },
	{ "common_tcpflags", NUMBERS, flag_values },
	{ "common_tcpflag_freqs", NUMBERS, flag_packets },
	{ "maxmind_continent", "\"string\"", unknown },
	{ "maxmind_country", "\"string\"", country },
	{ "netacq_continent", "\"string\"", unknown },
	{ "netacq_country", "\"string\"", unknown },
	{ "prefix2asn", "\"long\"", asn },
	{ 0 },
};

static const struct field *fields_of(const struct noro_flows *f)
{
	return f->o.how == NORO_FLOWTUPLE3 ? tuple3 : tuple4;
}

/* --- the file --- */

static ssize_t pass_on(void *ctx, const char *p, size_t n)
{
	struct noro_flows *f = ctx;

	if (f->status == NORO_OK)
		f->status = f->o.write(f->o.ctx, noro_view(p, n));
	return (ssize_t)n;
}

static void schema_text(const struct noro_flows *f, struct noro_buf *out)
{
	const struct field *row = fields_of(f);

	noro_buf_printf(out,
		"{\"type\":\"record\",\"namespace\":\"org.caida.corsaro\",\"name\":\"%s\","
		"\"fields\":[",
		f->o.how == NORO_FLOWTUPLE3 ? "flowtuple" : "flowtuple4");
	for (size_t i = 0; row[i].name; i++)
		noro_buf_printf(out, "%s{\"name\":\"%s\",\"type\":%s}", i ? "," : "", row[i].name,
			row[i].type);
	noro_buf_str(out, "]}");
}

static enum noro_status make_class(struct noro_flows *f, struct noro_error *err)
{
	struct noro_avro *a = f->avro;
	struct noro_buf text = { 0 };
	enum noro_status st;

	schema_text(f, &text);
	st = text.status;
	if (st == NORO_OK && avro.avro_schema_from_json_length(text.p, text.n, &a->schema) != 0)
		st = NORO_ENOMEM; /* the text is ours: nothing else can be wrong with it */
	noro_buf_done(&text);
	if (st == NORO_OK)
		a->class = avro.avro_generic_class_from_schema(a->schema);
	if (st == NORO_OK && (!a->class || avro.avro_generic_value_new(a->class, &a->value) != 0))
		st = NORO_ENOMEM;
	a->have_value = st == NORO_OK;
	return st == NORO_OK ? st : noro_fail(err, st, NULL);
}

static enum noro_status begin(struct noro_flows *f, struct noro_error *err)
{
	const cookie_io_functions_t calls = { .write = pass_on };
	enum noro_status st = noro_library_load(&avro_library, err);
	struct noro_avro *a;

	if (st != NORO_OK)
		return st;
	a = f->avro = noro_calloc(1, sizeof(*a));
	if (!a)
		return noro_fail(err, NORO_ENOMEM, NULL);
	st = make_class(f, err);
	if (st != NORO_OK)
		return st;
	a->fp = fopencookie(f, "w", calls);
	if (!a->fp || avro.avro_file_writer_create_with_codec_fp(
			      a->fp, "", 0, a->schema, &a->writer, "deflate", BLOCK) != 0)
		return noro_fail(err, NORO_ENOMEM, NULL);
	a->have_writer = true;
	return NORO_OK;
}

/* --- records --- */

static enum noro_status record(struct noro_flows *f)
{
	struct noro_avro *a = f->avro;
	const struct field *row = fields_of(f);
	int rc = avro_value_reset(&a->value);

	a->tag = (struct noro_tag){ 0 };
	if (f->o.tags)
		noro_tags_v4(f->o.tags, noro_flows_be32(a->tuple->src), &a->tag);
	for (size_t i = 0; !rc && row[i].name; i++) {
		avro_value_t to;

		rc = avro_value_get_by_index(&a->value, i, &to, NULL);
		if (!rc)
			rc = row[i].fill(a, &to);
	}
	if (!rc)
		rc = avro.avro_file_writer_append_value(a->writer, &a->value);
	f->records++;
	if (f->status != NORO_OK)
		return f->status;
	return rc ? NORO_ENOMEM : NORO_OK; /* shapes are ours: only memory can fail */
}

static enum noro_status put3(
	struct noro_flows *f, int64_t minute_ns, const struct noro_tuple *t, size_t n)
{
	struct noro_avro *a = f->avro;
	enum noro_status st = NORO_OK;

	a->second = minute_ns / 1000000000;
	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		if (t[i].family != 4) {
			f->unsaid += t[i].packets;
			continue;
		}
		a->tuple = &t[i];
		a->packets = t[i].packets;
		a->syn = t[i].syn_n ? &t[i] : NULL;
		st = record(f);
	}
	return st;
}

static bool same_record(const struct noro_tuple *a, const struct noro_tuple *b)
{
	bool service = a->dport == b->dport && (a->proto != 1 || a->sport == b->sport);

	return b->family == 4 && a->proto == b->proto && service &&
	       memcmp(a->src, b->src, 4) == 0 && memcmp(a->dst, b->dst, 3) == 0;
}

static int by_value(const void *a, const void *b)
{
	const struct share *l = a, *r = b;

	return l->value < r->value ? -1 : l->value > r->value;
}

static int by_packets(const void *a, const void *b)
{
	const struct share *l = a, *r = b;

	if (l->packets != r->packets)
		return l->packets > r->packets ? -1 : 1;
	return by_value(a, b);
}

/* What share of the packets makes a value common: as corsaro's converter to version 4 has it. */
static double least_share(size_t distinct, uint64_t packets)
{
	if (packets >= 10)
		return distinct < 15 ? 0.33 : 0.2;
	return distinct < 4 ? 1.0 : distinct < 7 ? 0.5 : 0.33;
}

static void spread_of(struct share *s, size_t n, uint64_t packets, struct spread *ret)
{
	size_t kept = 0;

	*ret = (struct spread){ 0 };
	if (!n)
		return;
	qsort(s, n, sizeof(*s), by_value);
	for (size_t i = 1; i < n; i++)
		if (s[i].value == s[kept].value)
			s[kept].packets += s[i].packets;
		else
			s[++kept] = s[i];
	ret->distinct = (uint32_t)++kept;
	qsort(s, kept, sizeof(*s), by_packets);
	for (size_t i = 0; i < kept && i < COMMON; i++)
		if ((double)s[i].packets >= least_share(kept, packets) * (double)packets)
			ret->common[ret->n++] = s[i];
}

static uint32_t size_at(const struct noro_tuple *t)
{
	return t->ip_n;
}
static uint32_t ttl_at(const struct noro_tuple *t)
{
	return t->ttl;
}
static uint32_t port_at(const struct noro_tuple *t)
{
	return t->sport;
}
static uint32_t flags_at(const struct noro_tuple *t)
{
	return t->tcp_flags;
}

static void spread(struct noro_avro *a, const struct noro_tuple *t, size_t n,
	uint32_t (*value)(const struct noro_tuple *t), struct spread *ret)
{
	for (size_t i = 0; i < n; i++)
		a->scratch[i] = (struct share){ value(&t[i]), t[i].packets };
	spread_of(a->scratch, n, a->packets, ret);
}

static enum noro_status group(struct noro_flows *f, const struct noro_tuple *t, size_t n)
{
	struct noro_avro *a = f->avro;

	while (a->scratch_cap < n) {
		struct share *grown =
			noro_grow(a->scratch, a->scratch_cap, &a->scratch_cap, sizeof(*grown));

		if (!grown)
			return NORO_ENOMEM;
		a->scratch = grown;
	}
	a->tuple = t;
	a->syn = NULL;
	a->packets = 0;
	a->dsts = 0;
	for (size_t i = 0; i < n; i++) {
		a->packets += t[i].packets;
		a->dsts += !i || memcmp(t[i].dst, t[i - 1].dst, 4) != 0;
		if (t[i].syn_n && (!a->syn || t[i].first_ns < a->syn->first_ns))
			a->syn = &t[i];
	}
	spread(a, t, n, size_at, &a->size);
	spread(a, t, n, ttl_at, &a->ttl);
	spread(a, t, t->proto == 6 || t->proto == 17 ? n : 0, port_at, &a->port);
	spread(a, t, t->proto == 6 ? n : 0, flags_at, &a->flags);
	return record(f);
}

static enum noro_status put4(
	struct noro_flows *f, int64_t minute_ns, const struct noro_tuple *t, size_t n)
{
	enum noro_status st = NORO_OK;

	f->avro->second = minute_ns / 1000000000;
	for (size_t i = 0, end; st == NORO_OK && i < n; i = end) {
		end = i + 1;
		if (t[i].family != 4) {
			f->unsaid += t[i].packets;
			continue;
		}
		while (end < n && same_record(&t[i], &t[end]))
			end++;
		st = group(f, &t[i], end - i);
	}
	return st;
}

/* --- the end --- */

static enum noro_status end(struct noro_flows *f, struct noro_error *err)
{
	struct noro_avro *a = f->avro;
	int rc = avro.avro_file_writer_close(a->writer);

	a->have_writer = false;
	if (fflush(a->fp) != 0)
		rc = -1;
	if (f->status != NORO_OK)
		return f->status;
	return rc ? noro_fail(err, NORO_ENOMEM, NULL) : NORO_OK;
}

static void done(struct noro_flows *f)
{
	struct noro_avro *a = f->avro;

	if (!a)
		return;
	if (f->status == NORO_OK)
		f->status = NORO_EINTR; /* what is left of a file that was not ended goes nowhere */
	if (a->have_writer)
		(void)avro.avro_file_writer_close(a->writer);
	if (a->have_value)
		avro.avro_value_decref(&a->value);
	if (a->class)
		avro_value_iface_decref(a->class);
	if (a->schema)
		(void)avro.avro_schema_decref(a->schema);
	if (a->fp)
		(void)fclose(a->fp);
	free(a->scratch);
	free(a);
}

const struct noro_flows_row noro_flows_tuple3 = { "flowtuple3", false, begin, put3, end, done };
const struct noro_flows_row noro_flows_tuple4 = { "flowtuple4", false, begin, put4, end, done };
