/* tests/unit/report/test_flows.c - what we write as flows, libavro reads back as we meant it. */
#include "tests/test.h"

#include "base/buf.h"
#include "base/library.h"
#include "report/flows.h"

#include <avro.h>
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

#define NS 1000000000LL
static const int64_t t0 = 1756252800LL * NS;

static enum noro_status into_buf(void *ctx, struct noro_view bytes)
{
	noro_buf_view(ctx, bytes);
	return ((struct noro_buf *)ctx)->status;
}

static struct noro_tuple tuple(
	unsigned last, unsigned dst, unsigned sport, unsigned dport, unsigned ttl, uint64_t packets)
{
	return (struct noro_tuple){ .family = 4,
		.proto = 6,
		.src = { 198, 51, 100, (uint8_t)last },
		.dst = { 192, 0, 2, (uint8_t)dst },
		.sport = (uint16_t)sport,
		.dport = (uint16_t)dport,
		.ttl = (uint8_t)ttl,
		.ttl_least = (uint8_t)ttl,
		.ttl_most = (uint8_t)ttl,
		.tcp_flags = 2,
		.flags_all = 2,
		.ip_n = 40,
		.syn_n = 20,
		.syn_window = 1024,
		.masscan = 1,
		.first_ns = t0 + (int64_t)sport,
		.last_ns = t0 + 59 * NS,
		.packets = packets,
		.bytes = 40 * packets };
}

static struct noro_tuple six(void)
{
	struct noro_tuple t = tuple(0, 0, 40000, 443, 60, 5);

	t.family = 6;
	memcpy(t.src, (const uint8_t[16]){ 0x20, 1, 0xd, 0xb8, [15] = 1 }, 16);
	memcpy(t.dst, (const uint8_t[16]){ 0x20, 1, 0xd, 0xb8, [15] = 2 }, 16);
	return t;
}

/* Two records of version 4: one of three tuples to two addresses, one of ICMP; and IPv6. */
static size_t sample(struct noro_tuple *t)
{
	t[0] = tuple(1, 7, 1000, 23, 60, 10);
	t[1] = tuple(1, 7, 1001, 23, 61, 4);
	t[2] = tuple(1, 9, 1000, 23, 60, 1);
	t[3] = tuple(2, 9, 3, 1, 50, 2);
	t[3].proto = 1;
	t[3].tcp_flags = t[3].flags_all = t[3].masscan = 0;
	t[3].syn_n = t[3].syn_window = 0;
	t[3].spoofed = 1;
	t[4] = six();
	return 5;
}

static enum noro_status write_all(enum noro_flows_format how, struct noro_buf *out,
	uint64_t *ret_unsaid, struct noro_error *err)
{
	struct noro_flows_opts o = { .how = how, .write = into_buf, .ctx = out };
	struct noro_tuple t[8];
	size_t n = sample(t);
	struct noro_flows *f;
	enum noro_status st = noro_flows_begin(&o, &f, err);

	if (st != NORO_OK)
		return st;
	st = noro_flows_put(f, t0, t, n);
	if (st == NORO_OK)
		st = noro_flows_put(f, t0 + 60 * NS, t, 1);
	if (st == NORO_OK)
		st = noro_flows_end(f, err);
	*ret_unsaid = noro_flows_unsaid(f);
	noro_flows_free(f);
	return st;
}

/* --- libavro, opened as the program does, reads it back --- */

static struct {
	__typeof__(avro_file_reader_fp) *open;
	__typeof__(avro_file_reader_close) *close;
	__typeof__(avro_file_reader_get_writer_schema) *schema;
	__typeof__(avro_schema_decref) *schema_free;
	__typeof__(avro_generic_class_from_schema) *class_of;
	__typeof__(avro_generic_value_new) *value_new;
	__typeof__(avro_value_decref) *value_free;
	__typeof__(avro_file_reader_read_value) *read;
	__typeof__(avro_value_to_json) *json;
} lib;

static bool load(void)
{
	void *h = dlopen("libavro.so.23", RTLD_NOW);
	static const char *const name[] = { "avro_file_reader_fp", "avro_file_reader_close",
		"avro_file_reader_get_writer_schema", "avro_schema_decref",
		"avro_generic_class_from_schema", "avro_generic_value_new", "avro_value_decref",
		"avro_file_reader_read_value", "avro_value_to_json" };
	void *p[sizeof(name) / sizeof(name[0])];

	if (!h) {
		print_message("# libavro is not installed\n");
		return false;
	}
	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		p[i] = dlsym(h, name[i]);
		assert_non_null(p[i]);
	}
	memcpy(&lib, p, sizeof(lib));
	return true;
}

/* All records as JSON, one a line. */
static char *read_back(const struct noro_buf *file, size_t *ret_n)
{
	FILE *fp = fmemopen(file->p, file->n, "r");
	avro_file_reader_t reader;
	avro_value_iface_t *class;
	avro_schema_t schema;
	avro_value_t value;
	struct noro_buf out = { 0 };

	assert_non_null(fp);
	assert_int_equal(lib.open(fp, "", 0, &reader), 0);
	schema = lib.schema(reader);
	class = lib.class_of(schema);
	assert_int_equal(lib.value_new(class, &value), 0);
	*ret_n = 0;
	while (lib.read(reader, &value) == 0) {
		char *text;

		assert_int_equal(lib.json(&value, 1, &text), 0);
		noro_buf_str(&out, text);
		noro_buf_chr(&out, '\n');
		free(text);
		++*ret_n;
	}
	lib.value_free(&value);
	avro_value_iface_decref(class);
	lib.schema_free(schema);
	lib.close(reader);
	fclose(fp);
	return out.p;
}

static void has(const char *text, const char *what)
{
	if (!text || !strstr(text, what))
		fail_msg("no %s in %s", what, text ? text : "nothing");
}

static void flowtuple3_is_read_back(void **state)
{
	struct noro_buf file = { 0 };
	uint64_t unsaid;
	size_t n;
	char *text;

	(void)state;
	if (!load())
		return;
	assert_int_equal(write_all(NORO_FLOWTUPLE3, &file, &unsaid, NULL), NORO_OK);
	text = read_back(&file, &n);
	assert_int_equal(n, 5);
	assert_int_equal(unsaid, 5); /* packets of IPv6 */
	has(text, "{\"time\": 1756252800, \"src_ip\": 3325256705, \"dst_ip\": 3221225991, "
		  "\"src_port\": 1000, \"dst_port\": 23, \"protocol\": 6, \"ttl\": 60, "
		  "\"tcp_flags\": 2, \"ip_len\": 40, \"tcp_synlen\": 20, \"tcp_synwinlen\": 1024, "
		  "\"packet_cnt\": 10, \"is_spoofed\": 0, \"is_masscan\": 1, "
		  "\"maxmind_continent\": \"??\", \"maxmind_country\": \"??\", "
		  "\"netacq_continent\": \"??\", \"netacq_country\": \"??\", \"prefix2asn\": 0}");
	has(text, "\"src_port\": 3, \"dst_port\": 1, \"protocol\": 1");
	has(text, "\"is_spoofed\": 1");
	has(text, "{\"time\": 1756252860, ");
	free(text);
	noro_buf_done(&file);
}

static void flowtuple4_is_read_back(void **state)
{
	struct noro_buf file = { 0 };
	uint64_t unsaid;
	size_t n;
	char *text;

	(void)state;
	if (!load())
		return;
	assert_int_equal(write_all(NORO_FLOWTUPLE4, &file, &unsaid, NULL), NORO_OK);
	text = read_back(&file, &n);
	assert_int_equal(n, 3);
	has(text, "{\"time\": 1756252800, \"src_ip\": 3325256705, \"dst_net\": 3221225984, "
		  "\"dst_port\": 23, \"protocol\": 6, \"packet_cnt\": 15, \"uniq_dst_ips\": 2, "
		  "\"uniq_pkt_sizes\": 1, \"uniq_ttls\": 2, \"uniq_src_ports\": 2, "
		  "\"uniq_tcp_flags\": 1, \"first_syn_length\": 20, \"first_tcp_rwin\": 1024, "
		  "\"common_pktsizes\": [40], \"common_pktsize_freqs\": [15], "
		  "\"common_ttls\": [60], \"common_ttl_freqs\": [11], "
		  "\"common_srcports\": [1000], \"common_srcport_freqs\": [11], "
		  "\"common_tcpflags\": [2], \"common_tcpflag_freqs\": [15], ");
	has(text, "\"dst_port\": 769, \"protocol\": 1, \"packet_cnt\": 2, \"uniq_dst_ips\": 1, "
		  "\"uniq_pkt_sizes\": 1, \"uniq_ttls\": 1, \"uniq_src_ports\": 0");
	free(text);
	noro_buf_done(&file);
}

/* --- a small decoder of IPFIX, knowing nothing but RFC 7011 --- */

struct decoded {
	uint16_t template_n[4][32][2];
	size_t fields[4];
	uint64_t records, packets, bytes, start_sum, messages;
	uint32_t export_s;
	bool v6;
	uint64_t icmp;
};

static uint64_t be(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

static void decode_templates(struct decoded *d, const uint8_t *p, size_t n)
{
	for (size_t at = 0; at + 4 <= n;) {
		size_t which = be(p + at, 2) - 256, fields = be(p + at + 2, 2);

		assert_true(which < 4 && fields && fields <= 32);
		at += 4;
		d->fields[which] = fields;
		for (size_t i = 0; i < fields; i++, at += 4) {
			assert_true(at + 4 <= n);
			d->template_n[which][i][0] = (uint16_t)be(p + at, 2);
			d->template_n[which][i][1] = (uint16_t)be(p + at + 2, 2);
		}
	}
}

static void decode_records(struct decoded *d, size_t which, const uint8_t *p, size_t n)
{
	assert_true(which < 4 && d->fields[which]);
	for (size_t at = 0; at < n; d->records++)
		for (size_t i = 0; i < d->fields[which]; i++) {
			uint16_t element = d->template_n[which][i][0],
				 len = d->template_n[which][i][1];
			uint64_t v;

			assert_true(at + len <= n); /* a set is a whole number of records */
			v = len <= 8 ? be(p + at, len) : 0;
			d->packets += element == 2 ? v : 0;
			d->bytes += element == 1 ? v : 0;
			d->start_sum += element == 152 ? v : 0;
			d->icmp = element == 32 ? v : d->icmp;
			d->v6 = d->v6 || (element == 27 && len == 16 && p[at] == 0x20);
			if (element == 153)
				assert_true(v <= UINT64_C(1000) * d->export_s);
			at += len;
		}
}

static void decode(struct decoded *d, const struct noro_buf *file)
{
	const uint8_t *p = (const uint8_t *)file->p;

	*d = (struct decoded){ 0 };
	for (size_t at = 0; at < file->n; d->messages++) {
		size_t n;

		assert_true(at + 16 <= file->n);
		n = be(p + at + 2, 2);
		assert_int_equal(be(p + at, 2), 10);
		assert_true(n >= 20 && n <= 1400 && at + n <= file->n);
		d->export_s = (uint32_t)be(p + at + 4, 4);
		assert_int_equal(be(p + at + 8, 4), d->records); /* those before */
		for (size_t set = at + 16; set < at + n;) {
			size_t id = be(p + set, 2), set_n = be(p + set + 2, 2);

			assert_true(set_n > 4 && set + set_n <= at + n);
			if (id == 2)
				decode_templates(d, p + set + 4, set_n - 4);
			else
				decode_records(d, id - 256, p + set + 4, set_n - 4);
			set += set_n;
		}
		at += n;
	}
}

static void ipfix_is_read_back(void **state)
{
	struct noro_buf file = { 0 };
	struct decoded d;
	uint64_t unsaid;

	(void)state;
	assert_int_equal(write_all(NORO_IPFIX, &file, &unsaid, NULL), NORO_OK);
	assert_int_equal(unsaid, 0);
	decode(&d, &file);
	assert_int_equal(d.messages, 1);
	assert_int_equal(d.records, 6);
	assert_int_equal(d.packets, 10 + 4 + 1 + 2 + 5 + 10);
	assert_int_equal(d.bytes, 40 * 32);
	assert_int_equal(d.start_sum, 6 * (t0 / 1000000));
	assert_int_equal(d.icmp, 3 << 8 | 1);
	assert_true(d.v6);
	noro_buf_done(&file);
}

static void many_flows_are_many_messages(void **state)
{
	struct noro_buf file = { 0 };
	struct noro_flows_opts o = { .how = NORO_IPFIX, .write = into_buf, .ctx = &file };
	struct noro_tuple t[8];
	struct noro_flows *f;
	struct decoded d;

	(void)state;
	assert_int_equal(noro_flows_begin(&o, &f, NULL), NORO_OK);
	for (size_t i = 0; i < 500; i++)
		assert_int_equal(noro_flows_put(f, t0, t, sample(t)), NORO_OK);
	assert_int_equal(noro_flows_end(f, NULL), NORO_OK);
	assert_int_equal(noro_flows_records(f), 2500);
	noro_flows_free(f);
	decode(&d, &file);
	assert_true(d.messages > 50);
	assert_int_equal(d.records, 2500);
	assert_int_equal(d.packets, 500 * 22);
	noro_buf_done(&file);
	/* no flow at all: templates alone, and that is a file */
	assert_int_equal(noro_flows_begin(&o, &f, NULL), NORO_OK);
	assert_int_equal(noro_flows_end(f, NULL), NORO_OK);
	noro_flows_free(f);
	decode(&d, &file);
	assert_int_equal(d.messages, 1);
	assert_int_equal(d.records, 0);
	noro_buf_done(&file);
}

/* --- every writer --- */

static bool try_all(void *arg)
{
	struct noro_buf file = { 0 };
	uint64_t unsaid;
	enum noro_status st = write_all(*(enum noro_flows_format *)arg, &file, &unsaid, NULL);

	noro_buf_done(&file);
	assert_true(st == NORO_OK || st == NORO_ENOMEM);
	return st == NORO_OK;
}

static void no_memory_is_an_answer(void **state)
{
	(void)state;
	if (!load())
		return;
	for (enum noro_flows_format how = 0; how <= NORO_IPFIX; how++)
		test_allocation_sweep(try_all, &how, 64);
}

struct disk {
	size_t left;
	bool full;
};

static enum noro_status onto_disk(void *ctx, struct noro_view bytes)
{
	struct disk *d = ctx;

	assert_false(d->full); /* nobody writes on after a failure */
	if (bytes.n <= d->left) {
		d->left -= bytes.n;
		return NORO_OK;
	}
	d->full = true;
	return NORO_ENOSPC;
}

static void a_full_disk_is_told_and_nothing_leaks(void **state)
{
	(void)state;
	if (!load())
		return;
	for (enum noro_flows_format how = 0; how <= NORO_IPFIX; how++)
		for (size_t left = 0; left < 40; left += 13) {
			struct disk d = { .left = left };
			struct noro_flows_opts o = { .how = how, .write = onto_disk, .ctx = &d };
			struct noro_tuple t = tuple(1, 2, 3, 4, 5, 6);
			struct noro_flows *f;
			enum noro_status st;

			assert_int_equal(noro_flows_begin(&o, &f, NULL), NORO_OK);
			st = NORO_OK;
			for (unsigned i = 0; st == NORO_OK && i < 20000; i++)
				st = noro_flows_put(f, t0, &t, 1);
			if (st == NORO_OK)
				st = noro_flows_end(f, NULL);
			assert_int_equal(st, NORO_ENOSPC);
			noro_flows_free(f);
		}
}

static void without_libavro_it_is_said(void **state)
{
	struct noro_flows_opts o = { .how = NORO_FLOWTUPLE3, .write = into_buf };
	struct noro_error err = { 0 };
	struct noro_flows *f;

	(void)state;
	noro_library_hide("libavro");
	assert_int_equal(noro_flows_begin(&o, &f, &err), NORO_EUNSUPPORTED);
	noro_library_hide(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flowtuple3_is_read_back),
		cmocka_unit_test(flowtuple4_is_read_back),
		cmocka_unit_test(ipfix_is_read_back),
		cmocka_unit_test(many_flows_are_many_messages),
		cmocka_unit_test(no_memory_is_an_answer),
		cmocka_unit_test(a_full_disk_is_told_and_nothing_leaks),
		cmocka_unit_test(without_libavro_it_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
