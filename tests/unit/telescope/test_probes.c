/* tests/unit/telescope/test_probes.c - what payloads ask for: the vectors, and those of the field.
 */
#include "tests/test.h"

#include "base/file.h"
#include "telescope/probe.h"

static const char *folder[1];
static struct noro_arena *arena;
static const struct noro_probes *probes;

static int load(void **state)
{
	static char path[4096];
	struct noro_error err = { 0 };

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/knowledge", getenv("NOROSHI_SOURCE"));
	folder[0] = path;
	arena = noro_arena_new(0);
	if (noro_probes_load(arena, folder, 1, &probes, &err) != NORO_OK) {
		print_error("%s: %s %s at %llu\n", err.where, err.msg, err.arg[0],
			(unsigned long long)err.at);
		return -1;
	}
	return 0;
}

static int unload(void **state)
{
	(void)state;
	noro_arena_free(arena);
	return 0;
}

static void tell(void *ctx, const char *rule, const char *what)
{
	print_error("%s: %s\n", rule, what);
	++*(size_t *)ctx;
}

static void every_vector_holds(void **state)
{
	size_t failed = 0, run = 0;
	struct noro_error err = { 0 };

	(void)state;
	assert_int_equal(noro_probes_self_test(folder, 1, tell, &failed, &run, &err), NORO_OK);
	assert_int_equal(failed, 0);
	assert_true(run >= noro_probes_n(probes));
}

/* A first byte that is masked out, too short, or of another port must never be looked at twice. */
static void nothing_is_read_past_the_end(void **state)
{
	uint8_t bytes[64];

	(void)state;
	for (unsigned c = 0; c < 256; c++)
		for (size_t n = 0; n < sizeof(bytes); n += 7) {
			uint8_t *exact;

			memset(bytes, (int)c, sizeof(bytes));
			exact = test_exact_copy(bytes, n);
			(void)noro_probes_judge(probes, noro_view(exact, n), (uint16_t)(c * 97));
			free(exact);
		}
}

static void syn_payloads_have_kinds(void **state)
{
	static const uint8_t cookie[] = { 2, 4, 5, 0xb4, 34, 2 };
	struct noro_packet p = { .family = 4, .proto = 6, .tcp_flags = NORO_TCP_SYN };
	static const struct {
		const char *bytes;
		size_t n;
		enum noro_syn_payload kind;
	} row[] = { { "GET / HTTP/1.1\r\n", 16, NORO_SYNP_HTTP },
		{ "\x16\x03\x01\x02", 4, NORO_SYNP_TLS }, { "\0\0\0\0", 4, NORO_SYNP_ZEROS },
		{ "hello\n", 6, NORO_SYNP_TEXT }, { "\x01\x02z", 3, NORO_SYNP_BINARY } };

	(void)state;
	assert_int_equal(noro_syn_payload(&p), NORO_SYNP_NONE);
	p.options = cookie;
	p.options_n = sizeof(cookie);
	assert_int_equal(noro_syn_payload(&p), NORO_SYNP_TFO);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		p.payload = (const uint8_t *)row[i].bytes;
		p.payload_n = p.payload_wire_n = (uint32_t)row[i].n;
		assert_int_equal(noro_syn_payload(&p), row[i].kind);
	}
	p.tcp_flags |= NORO_TCP_ACK;
	assert_int_equal(noro_syn_payload(&p), NORO_SYNP_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_vector_holds),
		cmocka_unit_test(nothing_is_read_past_the_end),
		cmocka_unit_test(syn_payloads_have_kinds),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
