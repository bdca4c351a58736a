/* tests/unit/cli/test_picture.c - the last frame of a picture, and that rows go on through it. */
#include "tests/test.h"

#include "cli/picture.h"

#include <stdio.h>
#include <stdlib.h>

static const int64_t day0 = INT64_C(1756252800000000000), day = INT64_C(86400000000000);

static enum noro_status counted(void *ctx, const struct noro_cell *m)
{
	(void)m;
	++*(unsigned *)ctx;
	return NORO_OK;
}

static enum noro_status refused(void *ctx, const struct noro_cell *m)
{
	(void)ctx;
	(void)m;
	return NORO_EIO;
}

static void give(const struct noro_measures *to, const char *sensor, unsigned at, enum noro_cut cut,
	const char *key, uint64_t packets)
{
	const struct noro_cell m = { .sensor = sensor,
		.start_ns = day0 + at * day,
		.width_s = NORO_DAY_S,
		.cut = cut,
		.key = key,
		.packets = packets };

	assert_int_equal(to->cell(to->ctx, &m), NORO_OK);
}

static void the_last_frame_says_it_all(void **state)
{
	const char *const port = "80";
	const struct noro_victim victim = { .sensor = "b",
		.victim = { { .family = 4, .b = { 192, 0, 2, 7 } }, 32 },
		.proto = "tcp",
		.ports = { &port, 1 },
		.first_ns = day0 };
	char *text = NULL, key[16];
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);
	const struct noro_cli cli = { .lang = NORO_EN };
	struct noro_picture *p = noro_picture_new(&cli, f, 0);
	unsigned passed = 0;
	const struct noro_measures to = { .cell = counted, .ctx = &passed };
	const struct noro_measures *in = noro_picture_measures(p, &to);
	const char *frame;

	(void)state;
	for (unsigned i = 0; i < 3000; i++) { /* more ports than are counted */
		(void)snprintf(key, sizeof(key), "tcp/%u", i + 1000);
		give(in, "a", 0, NORO_CUT_PORT, key, 1);
	}
	give(in, "a", 0, NORO_CUT_PORT, "tcp/1000", 41);
	give(in, "a", 0, NORO_CUT_TOOL, "mirai", 40);
	for (unsigned i = 0; i < 100; i++)
		give(in, i % 2 ? "a" : "b", i / 2, NORO_CUT_TOTAL, "", i + 1);
	assert_int_equal(in->victim(in->ctx, &victim), NORO_OK);
	give(in, "b", 60, NORO_CUT_TOTAL, "", 9);
	assert_int_equal(passed, 3000 + 2 + 101);
	(void)fflush(f);
	frame = text;
	for (const char *at = text; (at = strstr(at, "A2025-")) != NULL; at++)
		frame = at; /* after the last move up */
	assert_non_null(strstr(frame, "A2025-10-26"));
	assert_non_null(strstr(frame, "  a         |"));
	assert_non_null(strstr(frame, "  tcp/1000             42  ####"));
	assert_non_null(strstr(frame, "  mirai                40  ####"));
	assert_non_null(strstr(frame, "victims: 1\033[K"));
	assert_non_null(strstr(frame, "192.0.2.7"));
	in = noro_picture_measures(p, &(struct noro_measures){ .cell = refused });
	assert_int_equal(
		in->cell(in->ctx, &(struct noro_cell){ .sensor = "a", .key = "", .width_s = 60 }),
		NORO_EIO);
	noro_picture_free(p);
	(void)fclose(f);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_last_frame_says_it_all) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
