/* tests/unit/telescope/test_respond.c - who is answered, with what, and what is kept. */
#include "tests/test.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/siphash.h"
#include "telescope/respond.h"

#define SECOND NORO_NS_PER_S

static const uint8_t secret[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };

enum { HER = 0xc6336407 /* 198.51.100.7 */, OURS = 0xc0000285 /* 192.0.2.133 */ };

struct seen {
	size_t payloads, n;
	char text[NORO_FIRST_PAYLOAD + 1], port[8], digest[65];
	struct noro_ip src;
	int64_t time_ns;
};

static enum noro_status on_payload(void *ctx, const struct noro_payload *m)
{
	struct seen *s = ctx;

	s->payloads++;
	s->n = m->n;
	memcpy(s->text, m->byte, m->n);
	s->text[m->n] = '\0';
	(void)snprintf(s->port, sizeof(s->port), "%s", m->port);
	memcpy(s->digest, m->sha256, sizeof(s->digest));
	s->src = m->src;
	s->time_ns = m->time_ns;
	assert_true(m->answered);
	return NORO_OK;
}

struct bench {
	struct noro_arena *a;
	const struct noro_sensor *sensor;
	struct noro_responder *r;
	struct seen seen;
	struct noro_measures to;
	uint8_t out[NORO_ANSWER];
	size_t n;
};

static struct bench *bench_new(struct noro_respond_opts o)
{
	static const char text[] = "sensor: test\n"
				   "addresses: [ 192.0.2.0/24, \"2001:db8:1::/48\" ]\n"
				   "except: [ 192.0.2.130 ]\n"
				   "respond: [ 192.0.2.128/25, \"2001:db8:1:80::/64\" ]\n";
	struct bench *b = calloc(1, sizeof(*b));
	struct noro_error err = { 0 };
	size_t n;

	assert_non_null(b);
	b->a = noro_arena_new(0);
	if (noro_sensor_load("test", noro_view_str(text), b->a, &b->sensor, &n, &err) != NORO_OK)
		fail_msg("%s", err.msg);
	b->to = (struct noro_measures){ .payload = on_payload, .ctx = &b->seen };
	o.sensor = b->sensor;
	o.secret = secret;
	o.to = &b->to;
	assert_int_equal(noro_responder_new(&o, &b->r, &err), NORO_OK);
	return b;
}

static void bench_free(struct bench *b)
{
	noro_responder_free(b->r);
	noro_arena_free(b->a);
	free(b);
}

/* A TCP packet as somebody sends it, in an Ethernet frame. */
struct packet {
	uint32_t src, dst, seq, ack;
	uint16_t sport, dport;
	uint8_t flags;
	const char *data;
};

static size_t frame(const struct packet *p, uint8_t out[1600])
{
	size_t n = p->data ? strlen(p->data) : 0;
	uint8_t *ip = out + 14, *tcp = ip + 20;

	memset(out, 0, 14 + 40);
	memcpy(out, "\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x08\0", 14);
	ip[0] = 0x45;
	ip[2] = (uint8_t)((40 + n) >> 8);
	ip[3] = (uint8_t)(40 + n);
	ip[8] = 60;
	ip[9] = 6;
	for (unsigned i = 0; i < 4; i++) {
		ip[12 + i] = (uint8_t)(p->src >> (24 - 8 * i));
		ip[16 + i] = (uint8_t)(p->dst >> (24 - 8 * i));
		tcp[4 + i] = (uint8_t)(p->seq >> (24 - 8 * i));
		tcp[8 + i] = (uint8_t)(p->ack >> (24 - 8 * i));
	}
	tcp[0] = (uint8_t)(p->sport >> 8);
	tcp[1] = (uint8_t)p->sport;
	tcp[2] = (uint8_t)(p->dport >> 8);
	tcp[3] = (uint8_t)p->dport;
	tcp[12] = 0x50;
	tcp[13] = p->flags;
	tcp[14] = 0xff;
	if (n)
		memcpy(tcp + 20, p->data, n);
	return 54 + n;
}

/* It comes; the answer, taken apart, or one without addresses. */
static struct noro_packet comes(struct bench *b, const struct packet *p, int64_t ts_ns)
{
	uint8_t bytes[1600];
	struct noro_frame f = { .ts_ns = ts_ns, .p = bytes, .link = 1 };
	struct noro_packet q, a = { 0 };

	f.n = f.wire_n = (uint32_t)frame(p, bytes);
	noro_packet_read(&f, 0, &q);
	assert_int_equal(q.flaw, NORO_FLAW_NONE);
	assert_int_equal(noro_respond(b->r, &f, &q, b->out, &b->n), NORO_OK);
	assert_true(b->n <= NORO_ANSWER);
	if (b->n) {
		f = (struct noro_frame){ .ts_ns = ts_ns, .p = b->out, .link = 1 };
		f.n = f.wire_n = (uint32_t)b->n;
		noro_packet_read(&f, 0, &a);
		assert_int_equal(a.flaw, NORO_FLAW_NONE);
	}
	return a;
}

static struct packet syn(void)
{
	return (struct packet){ .src = HER,
		.dst = OURS,
		.seq = 1000,
		.sport = 40000,
		.dport = 80,
		.flags = NORO_TCP_SYN };
}

static uint32_t sum16(const uint8_t *p, size_t n, uint32_t sum)
{
	for (size_t i = 0; i < n; i++)
		sum += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void siphash_gives_what_its_paper_says(void **state)
{
	uint8_t key[16], text[15];

	(void)state;
	for (uint8_t i = 0; i < 16; i++)
		key[i] = i;
	for (uint8_t i = 0; i < 15; i++)
		text[i] = i;
	assert_true(noro_siphash(key, text, 15) == UINT64_C(0xa129ca6149be45e5));
	assert_true(noro_siphash(key, text, 0) == UINT64_C(0x726fdb47dd0e0e31));
	assert_true(noro_siphash(key, text, 8) == UINT64_C(0x93f5f5799a932462));
}

static void a_question_gets_an_answer_that_holds(void **state)
{
	struct bench *b = bench_new((struct noro_respond_opts){ 0 });
	struct packet p = syn();
	struct noro_packet a = comes(b, &p, SECOND);

	(void)state;
	assert_int_equal(b->n, 14 + 20 + 24);
	assert_int_equal(a.tcp_flags, NORO_TCP_SYN | NORO_TCP_ACK);
	assert_int_equal(a.src4, OURS);
	assert_int_equal(a.dst4, HER);
	assert_int_equal(a.sport, 80);
	assert_int_equal(a.dport, 40000);
	assert_int_equal(a.ack, 1001);
	assert_memory_equal(b->out, "\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\0", 14);
	assert_int_equal(sum16(b->out + 14, 20, 0), 0xffff);
	assert_int_equal(sum16(b->out + 34, 24, sum16(b->out + 26, 8, 6 + 24)), 0xffff);
	/* the same question, the same answer; another one, another number */
	assert_int_equal(comes(b, &p, 2 * SECOND).seq, a.seq);
	p.sport++;
	assert_int_not_equal(comes(b, &p, 2 * SECOND).seq, a.seq);
	/* what was in the SYN is acknowledged too */
	p.data = "GET";
	assert_int_equal(comes(b, &p, 2 * SECOND).ack, 1004);
	bench_free(b);
}

static void only_addresses_of_the_list_answer(void **state)
{
	static const uint32_t silent[] = { 0xc0000205, 0xc0000282, 0xc0000301 };
	struct bench *b = bench_new((struct noro_respond_opts){ 0 });
	struct packet p = syn();

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		p.dst = silent[i];
		(void)comes(b, &p, SECOND);
		assert_int_equal(b->n, 0);
	}
	p = syn();
	/* nobody can be at these addresses, or they are our own */
	for (const uint32_t *src = (const uint32_t[]){ 0x7f000001, 0xe0000001, 0, OURS + 1, 1 };
		*src != 1; src++) {
		p.src = *src;
		(void)comes(b, &p, SECOND);
		assert_int_equal(b->n, 0);
	}
	p = syn();
	for (const uint8_t *flags = (const uint8_t[]){ NORO_TCP_RST, NORO_TCP_SYN | NORO_TCP_ACK,
		     NORO_TCP_SYN | NORO_TCP_FIN, NORO_TCP_FIN, 0xff };
		*flags != 0xff; flags++) {
		p.flags = *flags;
		(void)comes(b, &p, SECOND);
		assert_int_equal(b->n, 0);
	}
	assert_int_equal(noro_respond_sum(b->r)->answered, 0);
	bench_free(b);
}

static struct packet after(const struct packet *p, const struct noro_packet *a, const char *data)
{
	struct packet q = *p;

	q.seq = a->ack;
	q.ack = a->seq + 1;
	q.flags = NORO_TCP_ACK | NORO_TCP_PSH;
	q.data = data;
	return q;
}

static void what_is_said_after_the_handshake_is_kept(void **state)
{
	struct bench *b = bench_new((struct noro_respond_opts){ 0 });
	struct packet p = syn(), q;
	struct noro_packet a = comes(b, &p, 59 * SECOND);
	char digest[NORO_HASH_TEXT];

	(void)state;
	/* the acknowledgement comes in the next minute; nothing was kept for it until then */
	q = after(&p, &a, "GET / HTTP/1.1\r\n");
	a = comes(b, &q, 61 * SECOND);
	assert_int_equal(a.tcp_flags, NORO_TCP_ACK);
	assert_int_equal(a.ack, q.seq + 16);
	/* the same bytes again are acknowledged and not kept twice, those that follow are */
	(void)comes(b, &q, 61 * SECOND);
	q.seq += 16;
	q.data = "Host: x\r\n\r\n";
	a = comes(b, &q, 62 * SECOND);
	assert_int_equal(a.ack, q.seq + 11);
	assert_int_equal(b->seen.payloads, 0);
	/* three seconds of silence end it */
	assert_int_equal(noro_respond_due(b->r, 64 * SECOND, b->out, &b->n), NORO_OK);
	assert_int_equal(b->n, 0);
	assert_int_equal(noro_respond_due(b->r, 66 * SECOND, b->out, &b->n), NORO_OK);
	assert_int_equal(b->out[14 + 20 + 13], NORO_TCP_RST | NORO_TCP_ACK);
	assert_int_equal(b->seen.payloads, 1);
	assert_string_equal(b->seen.text, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_string_equal(b->seen.port, "80");
	assert_int_equal(noro_ip_v4(&b->seen.src), HER);
	assert_int_equal(b->seen.time_ns, 62 * SECOND);
	assert_int_equal(
		noro_hash_of(NORO_SHA256, noro_view(b->seen.text, b->seen.n), digest), NORO_OK);
	assert_string_equal(b->seen.digest, digest);
	assert_int_equal(noro_respond_sum(b->r)->handshakes, 1);
	bench_free(b);
}

static void who_guesses_our_number_is_nobody(void **state)
{
	struct bench *b = bench_new((struct noro_respond_opts){ 0 });
	struct packet p = syn(), q;
	struct noro_packet a = comes(b, &p, SECOND);

	(void)state;
	q = after(&p, &a, "x");
	q.ack++;
	(void)comes(b, &q, SECOND);
	assert_int_equal(b->n, 0);
	q.ack--;
	q.src++; /* somebody else's number */
	(void)comes(b, &q, SECOND);
	assert_int_equal(b->n, 0);
	q.src--;
	(void)comes(b, &q, 181 * SECOND); /* long after */
	assert_int_equal(b->n, 0);
	assert_int_equal(noro_respond_sum(b->r)->forged, 3);
	assert_int_equal(noro_respond_sum(b->r)->handshakes, 0);
	assert_int_equal(noro_respond_end(b->r), NORO_OK);
	assert_int_equal(b->seen.payloads, 0);
	bench_free(b);
}

static void a_server_that_speaks_first_waits_two_seconds(void **state)
{
	struct bench *b = bench_new((struct noro_respond_opts){ 0 });
	struct packet p = syn(), q;
	struct noro_packet a;

	(void)state;
	p.dport = 22;
	a = comes(b, &p, SECOND);
	q = after(&p, &a, NULL);
	q.flags = NORO_TCP_ACK;
	(void)comes(b, &q, SECOND);
	assert_int_equal(b->n, 0);
	assert_int_equal(noro_respond_due(b->r, 2 * SECOND, b->out, &b->n), NORO_OK);
	assert_int_equal(b->n, 0);
	assert_int_equal(noro_respond_due(b->r, 4 * SECOND, b->out, &b->n), NORO_OK);
	assert_true(b->n > 54 && memcmp(b->out + 54, "SSH-2.0-", 8) == 0);
	/* once; and after twenty seconds it is over, with nothing to keep */
	assert_int_equal(noro_respond_due(b->r, 6 * SECOND, b->out, &b->n), NORO_OK);
	assert_int_equal(b->n, 0);
	assert_int_equal(noro_respond_due(b->r, 22 * SECOND, b->out, &b->n), NORO_OK);
	assert_int_equal(b->out[14 + 20 + 13], NORO_TCP_RST | NORO_TCP_ACK);
	assert_int_equal(b->seen.payloads, 0);
	bench_free(b);
}

static void no_more_than_four_kib_is_kept(void **state)
{
	struct bench *b = bench_new((struct noro_respond_opts){ .source_s = 100 });
	char much[1001];
	struct packet p = syn(), q;
	struct noro_packet a = comes(b, &p, SECOND);

	(void)state;
	memset(much, 'A', 1000);
	much[1000] = '\0';
	q = after(&p, &a, much);
	for (unsigned i = 0; i < 5; i++, q.seq += 1000)
		a = comes(b, &q, SECOND);
	assert_int_equal(a.tcp_flags, NORO_TCP_RST | NORO_TCP_ACK);
	assert_int_equal(b->seen.payloads, 1);
	assert_int_equal(b->seen.n, NORO_FIRST_PAYLOAD);
	bench_free(b);
}

static void caps_hold_for_a_source_and_in_all(void **state)
{
	struct bench *b = bench_new((struct noro_respond_opts){ .source_s = 5, .total_s = 12 });
	struct packet p = syn();
	unsigned answered = 0;

	(void)state;
	for (unsigned i = 0; i < 40; i++, p.sport++) {
		(void)comes(b, &p, SECOND);
		answered += b->n != 0;
	}
	assert_int_equal(answered, 5);
	for (unsigned i = 0; i < 200; i++, p.src += 256) {
		(void)comes(b, &p, SECOND);
		answered += b->n != 0;
	}
	assert_int_equal(answered, 12);
	(void)comes(b, &p, 2 * SECOND);
	assert_true(b->n);
	bench_free(b);
}

static void a_full_table_ends_the_oldest_and_loses_nothing(void **state)
{
	enum { TALKS = 8, MANY = 100 };
	struct bench *b = bench_new(
		(struct noro_respond_opts){ .talks = TALKS, .source_s = 1000, .total_s = 1000 });
	struct packet p = syn();

	(void)state;
	for (unsigned i = 0; i < MANY; i++, p.sport++) {
		struct noro_packet a = comes(b, &p, SECOND + i);
		struct packet q = after(&p, &a, "hello");

		(void)comes(b, &q, SECOND + i);
	}
	assert_int_equal(noro_respond_sum(b->r)->pushed_out, MANY - TALKS);
	assert_int_equal(noro_respond_end(b->r), NORO_OK);
	assert_int_equal(b->seen.payloads, MANY);
	bench_free(b);
}

static void ipv6_and_tags_are_answered_in_kind(void **state)
{
	struct bench *b = bench_new((struct noro_respond_opts){ 0 });
	uint8_t bytes[18 + 40 + 20] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x81, 0, 0, 7, 0x86,
		0xdd };
	uint8_t *ip = bytes + 18, *tcp = ip + 40;
	struct noro_frame f = { .ts_ns = SECOND, .p = bytes, .n = sizeof(bytes), .link = 1 };
	struct noro_packet q;

	(void)state;
	f.wire_n = f.n;
	memcpy(ip, "\x60\0\0\0\0\x14\x06\x40", 8);
	memcpy(ip + 8, "\x20\x01\x0d\xb8\0\x02\0\0\0\0\0\0\0\0\0\x09", 16);
	memcpy(ip + 24, "\x20\x01\x0d\xb8\0\x01\0\x80\0\0\0\0\0\0\0\x01", 16);
	memcpy(tcp, "\x30\x39\0\x50\0\0\0\x01\0\0\0\0\x50\x02\x10\0", 16);
	noro_packet_read(&f, 0, &q);
	assert_int_equal(noro_respond(b->r, &f, &q, b->out, &b->n), NORO_OK);
	assert_int_equal(b->n, 18 + 40 + 24);
	assert_memory_equal(b->out + 12, bytes + 12, 6);
	assert_memory_equal(b->out + 18 + 8, ip + 24, 16);
	assert_int_equal(sum16(b->out + 58, 24, sum16(b->out + 26, 32, 6 + 24)), 0xffff);
	/* to the whole of a network: never */
	bytes[0] = 0xff;
	assert_int_equal(noro_respond(b->r, &f, &q, b->out, &b->n), NORO_OK);
	assert_int_equal(b->n, 0);
	bench_free(b);
}

static void without_a_list_nobody_answers(void **state)
{
	static const struct noro_measures to;
	struct noro_arena *a = noro_arena_new(0);
	const char *const prefix[] = { "192.0.2.0/24" };
	struct noro_sensor s;
	struct noro_respond_opts o = { .sensor = &s, .secret = secret, .to = &to };
	struct noro_responder *r = NULL;
	struct noro_error err = { 0 };

	(void)state;
	assert_int_equal(noro_sensor_make("x", prefix, 1, a, &s, &err), NORO_OK);
	assert_int_equal(noro_responder_new(&o, &r, &err), NORO_EARG);
	assert_null(r);
	noro_arena_free(a);
}

struct sweep {
	struct bench *b;
};

static bool talk_with_little_memory(void *arg)
{
	struct bench *b = ((struct sweep *)arg)->b;
	struct noro_respond_opts o = {
		.sensor = b->sensor, .secret = secret, .to = &b->to, .talks = 8
	};
	struct noro_responder *r = NULL;
	struct packet p = syn(), q;
	struct noro_error err;
	uint8_t bytes[1600];
	struct noro_frame f = { .ts_ns = SECOND, .p = bytes, .link = 1 };
	struct noro_packet k, a;
	enum noro_status st = noro_responder_new(&o, &r, &err);

	if (st != NORO_OK)
		return false;
	f.n = f.wire_n = (uint32_t)frame(&p, bytes);
	noro_packet_read(&f, 0, &k);
	assert_int_equal(noro_respond(r, &f, &k, b->out, &b->n), NORO_OK);
	f.p = b->out;
	f.n = f.wire_n = (uint32_t)b->n;
	noro_packet_read(&f, 0, &a);
	q = after(&p, &a, "hello");
	f.p = bytes;
	f.n = f.wire_n = (uint32_t)frame(&q, bytes);
	noro_packet_read(&f, 0, &k);
	st = noro_respond(r, &f, &k, b->out, &b->n);
	if (st == NORO_OK)
		st = noro_respond_end(r);
	noro_responder_free(r);
	return st == NORO_OK;
}

static void want_of_memory_is_told(void **state)
{
	struct sweep s = { bench_new((struct noro_respond_opts){ 0 }) };

	(void)state;
	test_allocation_sweep(talk_with_little_memory, &s, 64);
	bench_free(s.b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(siphash_gives_what_its_paper_says),
		cmocka_unit_test(a_question_gets_an_answer_that_holds),
		cmocka_unit_test(only_addresses_of_the_list_answer),
		cmocka_unit_test(what_is_said_after_the_handshake_is_kept),
		cmocka_unit_test(who_guesses_our_number_is_nobody),
		cmocka_unit_test(a_server_that_speaks_first_waits_two_seconds),
		cmocka_unit_test(no_more_than_four_kib_is_kept),
		cmocka_unit_test(caps_hold_for_a_source_and_in_all),
		cmocka_unit_test(a_full_table_ends_the_oldest_and_loses_nothing),
		cmocka_unit_test(ipv6_and_tags_are_answered_in_kind),
		cmocka_unit_test(without_a_list_nobody_answers),
		cmocka_unit_test(want_of_memory_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
