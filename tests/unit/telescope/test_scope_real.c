/* tests/unit/telescope/test_scope_real.c - a day of real backscatter: one victim, no scanner. */
#include "tests/unit/telescope/traffic.h"

#include "base/file.h"

struct seen {
	unsigned victims, scans;
	uint64_t probes, packets, watch_packets;
	char victim[NORO_IP_TEXT], port[8], how[16];
	uint32_t len;
	double uniform;
};

static enum noro_status one_victim(void *ctx, const struct noro_victim *m)
{
	struct seen *s = ctx;

	s->victims++;
	s->probes = m->probes;
	s->packets = m->packets;
	s->len = m->victim.len;
	s->uniform = m->uniform_p;
	(void)noro_ip_print(&m->victim.ip, s->victim);
	(void)snprintf(s->port, sizeof(s->port), "%s", m->ports.item[0]);
	(void)snprintf(s->how, sizeof(s->how), "%s", m->how);
	return NORO_OK;
}

static enum noro_status one_scan(void *ctx, const struct noro_scan *m)
{
	(void)m;
	((struct seen *)ctx)->scans++;
	return NORO_OK;
}

static enum noro_status one_watch(void *ctx, const struct noro_watch *m)
{
	((struct seen *)ctx)->watch_packets += m->packets;
	return NORO_OK;
}

static void read_capture(const char *path, const char *prefix, unsigned jobs, struct seen *to,
	struct noro_scope_sum *ret)
{
	struct noro_measures m = {
		.victim = one_victim, .scan = one_scan, .watch = one_watch, .ctx = to
	};
	struct noro_arena *a = noro_arena_new(0);
	struct noro_sensor sensor;
	struct noro_scope_opts o = { .sensor = &sensor, .jobs = jobs };
	struct noro_scope *s;
	struct noro_capture *c;
	struct noro_buf bytes = { 0 };

	assert_int_equal(noro_sensor_make("real", &prefix, 1, a, &sensor, NULL), NORO_OK);
	assert_int_equal(noro_file_read(path, 1 << 26, &bytes, NULL), NORO_OK);
	assert_int_equal(noro_capture_new_bytes(noro_buf_as_view(&bytes), &c, NULL), NORO_OK);
	assert_int_equal(noro_scope_new(&o, &m, &s, NULL), NORO_OK);
	assert_int_equal(noro_scope_read(s, c, NULL, NULL), NORO_OK);
	assert_int_equal(noro_scope_end(s, NULL), NORO_OK);
	*ret = *noro_scope_sum(s);
	noro_scope_free(s);
	noro_capture_free(c);
	noro_buf_done(&bytes);
	noro_arena_free(a);
}

/*
 * What is distinct: 928 pairs of address and port with their SYN's number among 3,431 SYN-ACKs, and
 * three more that only a RST+ACK answered, which names the SYN's number as well. (Counting the
 * resets that our own hosts sent out too gives 936; those are no probes.)
 */
static void one_attack_and_no_scan(void **state)
{
	const char *data = test_data();
	char path[4200];

	(void)state;
	if (!data)
		return;
	(void)snprintf(path, sizeof(path),
		"%s/telescope/ncsa+bro-simple-scan/testing/pcaps/backscatter.trace", data);
	for (unsigned jobs = 1; jobs <= 3; jobs += 2) {
		struct seen seen = { 0 };
		struct noro_scope_sum sum;

		read_capture(path, "192.150.186.0/23", jobs, &seen, &sum);
		assert_int_equal(seen.victims, 1);
		assert_string_equal(seen.victim, "202.229.120.98");
		assert_int_equal(seen.len, 32);
		assert_string_equal(seen.port, "80");
		assert_string_equal(seen.how, "syn-ack");
		assert_int_equal(seen.packets, 3468);
		assert_int_equal(seen.probes, 931);
		assert_int_equal(seen.scans, 0);
		assert_int_equal(seen.watch_packets, 4771);
		assert_int_equal(sum.packets, 4771);
		assert_int_equal(sum.own + sum.foreign + sum.not_ip + sum.malformed, sum.packets);
		assert_int_equal(sum.victims, 1);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_attack_and_no_scan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
