/* tests/unit/evidence/test_live.c - frames from the loopback interface, and what is said where
 * there are none. */
#include "tests/test.h"

#include "base/library.h"
#include "evidence/live.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PORT = 9, FRAMES = 40, TURNS = 400, SNAPLEN = 96, LONG = 700, SHORT = 20 };

static void without_the_library_that_is_said(void **state)
{
	const struct noro_live_opts o = { .interface = "lo" };
	struct noro_live *l = NULL;
	struct noro_error err = { 0 };

	(void)state;
	noro_library_hide("libpcap");
	assert_int_equal(noro_live_open(&o, &l, &err), NORO_EUNSUPPORTED);
	noro_library_hide(NULL);
	assert_null(l);
	assert_string_equal(err.arg[0], "libpcap");
}

static void without_a_library_of_the_driver_that_is_said(void **state)
{
	static const char *const name[] = { "libbpf", "libxdp" };
	const struct noro_live_opts o = { .interface = "lo", .xdp = true };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct noro_live *l = NULL;
		struct noro_error err = { 0 };

		noro_library_hide(name[i]);
		assert_int_equal(noro_live_open(&o, &l, &err), NORO_EUNSUPPORTED);
		noro_library_hide(NULL);
		assert_null(l);
		assert_string_equal(err.arg[0], name[i]);
	}
}

static void an_interface_that_is_not_there_is_named(void **state)
{
	(void)state;
	for (int xdp = 0; xdp < 2; xdp++) {
		const struct noro_live_opts o = { .interface = "nowhere0", .xdp = xdp };
		struct noro_live *l = NULL;
		struct noro_error err = { 0 };
		enum noro_status st = noro_live_open(&o, &l, &err);

		assert_true(st == NORO_ENOENT || st == NORO_EACCESS);
		assert_string_equal(err.arg[0], "nowhere0");
	}
}

static void send_to_itself(size_t n)
{
	const struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char bytes[LONG] = "noroshi-live";

	assert_true(fd >= 0);
	/* nobody listens there: the refusals that come back are frames as well */
	for (size_t i = 0; i < n; i++)
		(void)sendto(fd, bytes, i % 2 ? LONG : SHORT, 0, (const struct sockaddr *)&to,
			sizeof(to));
	close(fd);
}

static bool ours(const struct noro_frame *f)
{
	return f->n >= 54 && memcmp(f->p + 42, "noroshi-live", 12) == 0 && f->p[12] == 8 &&
	       f->p[23] == 17;
}

static void frames_come_cut_and_timed(unsigned rings)
{
	const struct noro_live_opts o = {
		.interface = "lo", .rings = rings, .snaplen = SNAPLEN, .ring_bytes = 8 << 20
	};
	struct noro_live *l = NULL;
	struct noro_error err = { 0 };
	enum noro_status st = noro_live_open(&o, &l, &err);
	size_t seen = 0, cut = 0;

	if (st == NORO_EACCESS || st == NORO_EUNSUPPORTED || st == NORO_EIO) {
		print_message("no right to capture here\n");
		return;
	}
	assert_int_equal(st, NORO_OK);
	send_to_itself(FRAMES);
	for (int turn = 0; turn < TURNS && seen < FRAMES; turn++) {
		struct noro_frame f[16];
		size_t n;

		assert_int_equal(noro_live_next(l, f, 16, 50, &n, &err), NORO_OK);
		assert_true(n <= 16);
		for (size_t i = 0; i < n; i++) {
			assert_true(f[i].n <= SNAPLEN && f[i].wire_n >= f[i].n && f[i].link == 1);
			assert_true(f[i].iface < rings && f[i].ts_ns > 0);
			if (!ours(&f[i]))
				continue;
			seen++;
			cut += f[i].wire_n > f[i].n;
			assert_true(f[i].wire_n == 42 + LONG || f[i].wire_n == 42 + SHORT);
		}
	}
	assert_int_equal(seen, FRAMES);
	assert_int_equal(cut, FRAMES / 2);
	assert_true(noro_live_sum(l)->frames >= seen && noro_live_sum(l)->cut >= cut);
	assert_int_equal(noro_live_sum(l)->dropped, 0);
	noro_live_close(l);
}

static void frames_of_one_ring(void **state)
{
	(void)state;
	frames_come_cut_and_timed(1);
}

static void frames_of_three_rings(void **state)
{
	(void)state;
	frames_come_cut_and_timed(3);
}

static bool opens(void *arg)
{
	const struct noro_live_opts o = { .interface = arg };
	struct noro_live *l = NULL;
	struct noro_error err = { 0 };
	enum noro_status st = noro_live_open(&o, &l, &err);
	bool good = st != NORO_ENOMEM;

	if (st == NORO_OK) {
		struct noro_frame f[4];
		size_t n;

		good = noro_live_next(l, f, 4, 0, &n, &err) != NORO_ENOMEM;
		noro_live_close(l);
	}
	return good;
}

static void want_of_memory_is_an_error(void **state)
{
	char name[] = "lo";

	(void)state;
	test_allocation_sweep(opens, name, 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_the_library_that_is_said),
		cmocka_unit_test(without_a_library_of_the_driver_that_is_said),
		cmocka_unit_test(an_interface_that_is_not_there_is_named),
		cmocka_unit_test(frames_of_one_ring),
		cmocka_unit_test(frames_of_three_rings),
		cmocka_unit_test(want_of_memory_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
