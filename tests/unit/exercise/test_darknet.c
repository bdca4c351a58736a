/* tests/unit/exercise/test_darknet.c - simulated captures: for our addresses, inert, with right
 * checksums, and packets that are what their kind says. */
#include "tests/test.h"

#include "base/file.h"
#include "evidence/capture.h"
#include "exercise/darknet_priv.h"
#include "telescope/tool.h"

#include <ftw.h>
#include <unistd.h>

static char root[64];

static int make_root(void **state)
{
	(void)state;
	(void)snprintf(root, sizeof(root), "/tmp/noro-darknet-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *s, int type, struct FTW *at)
{
	(void)s;
	(void)type;
	(void)at;
	return remove(path);
}

static int drop_root(void **state)
{
	(void)state;
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static unsigned folded(const uint8_t *p, size_t n, uint32_t sum)
{
	for (size_t i = 0; i < n; i++)
		sum += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* Every kind, some hundred packets each: well formed, to us, classed and named as it should be. */
static void every_kind(void **state)
{
	char knowledge[4096];
	const char *folder = knowledge;
	struct noro_darknet_opts o = { .seed = 3, .packets = 2000000, .days = 1 };
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_tools *tools;
	struct dark_actor *actor;
	struct dark_plan plan;
	struct rng r = { 7 };
	size_t n, kinds = 0;
	const struct dark_kind *last = NULL;

	(void)state;
	(void)snprintf(knowledge, sizeof(knowledge), "%s/knowledge", getenv("NOROSHI_SOURCE"));
	assert_int_equal(noro_tools_load(a, &folder, 1, &tools, NULL), NORO_OK);
	noro_dark_plan(&o, &plan);
	assert_int_equal(noro_dark_actors(&plan, 0, a, &actor, &n), NORO_OK);
	for (size_t i = 0; i < n; i++) {
		const struct dark_sensor *s =
			&noro_dark_sensor[actor[i].kind->make == MAKE_SIX_SYN ||
					  actor[i].kind->make == MAKE_SIX_ANSWER];
		struct dark_packet p;
		struct noro_packet read;
		struct noro_judged j;
		struct noro_ip to;

		noro_dark_packet(&actor[i], s, &r, &p);
		noro_packet_read_ip(p.b, p.n, 0, &read);
		noro_judge(&read, &j);
		kinds += actor[i].kind != last;
		last = actor[i].kind;
		assert_int_equal(j.klass, p.klass);
		to = noro_packet_dst(&read);
		assert_true(
			p.six ? memcmp(to.b, s->six, 6) == 0 : noro_ip_v4(&to) - s->base < s->n);
		if (!p.six)
			assert_int_equal(folded(p.b, 20, 0), 0xffff);
		if (!p.six && p.b[9] == 6 && p.klass != NORO_KLASS_MALFORMED)
			assert_int_equal(
				folded(p.b + 20, p.n - 20U, folded(p.b + 12, 8, 6 + p.n - 20U)),
				0xffff);
		if (p.klass == NORO_KLASS_SCAN || p.klass == NORO_KLASS_BACKSCATTER)
			assert_int_equal(j.port, p.port);
		if (actor[i].kind->tool && actor[i].kind->make != MAKE_NMAP &&
			actor[i].kind->make != MAKE_UNICORN)
			assert_true(noro_tools_test(tools, &read));
	}
	assert_true(kinds + 1 >= noro_dark_kinds); /* the quiet surge has its own day */
	noro_arena_free(a);
}

/* Whatever is carried is one of the requests or holds the marker; sources are where they say. */
static void inert(void **state)
{
	char dir[128], path[200];
	struct noro_darknet_opts o = { .seed = 4, .packets = 30000, .days = 1, .dir = dir };
	struct noro_darknet_sum sum;
	struct noro_buf bytes = { 0 };
	struct noro_capture *c;
	struct noro_frame f[64];
	size_t n, seen = 0;
	int64_t before = 0;

	(void)state;
	(void)snprintf(dir, sizeof(dir), "%s/a", root);
	assert_int_equal(noro_darknet_make(&o, &sum, NULL), NORO_OK);
	assert_int_equal(sum.files, NORO_DARKNET_SENSORS);
	(void)snprintf(path, sizeof(path), "%s/captures/tokyo/2025-06-01.pcap", dir);
	assert_int_equal(noro_file_read(path, 64 << 20, &bytes, NULL), NORO_OK);
	assert_int_equal(noro_capture_new_bytes(noro_buf_as_view(&bytes), &c, NULL), NORO_OK);
	while (noro_capture_next(c, f, 64, &n, NULL) == NORO_OK)
		for (size_t i = 0; i < n; i++, seen++) {
			struct noro_packet p;

			assert_true(f[i].ts_ns >= before);
			before = f[i].ts_ns;
			noro_packet_read(&f[i], 0, &p);
			assert_true(p.payload_n <= 60);
			if (p.proto == 6 && p.payload_n && !p.frag && !p.flaw)
				assert_non_null(memmem(p.payload, p.payload_n, NORO_EXERCISE_MARK,
					strlen(NORO_EXERCISE_MARK)));
		}
	assert_true(seen > 20000 && noro_capture_sum(c)->damaged == 0);
	noro_capture_free(c);
	noro_buf_done(&bytes);
}

static void refused(void **state)
{
	struct noro_darknet_opts o = { .packets = 10, .days = 0, .dir = "/dev/null/x" };
	struct noro_darknet_sum sum;
	struct noro_error err = { 0 };

	(void)state;
	assert_int_equal(noro_darknet_make(&o, &sum, &err), NORO_EARG);
	o.days = 1;
	assert_true(noro_darknet_make(&o, &sum, &err) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind),
		cmocka_unit_test(inert),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, make_root, drop_root);
}
