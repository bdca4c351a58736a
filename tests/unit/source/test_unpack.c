/* tests/unit/source/test_unpack.c - every packing, alone and nested, whole, cut and hostile. */
#include "tests/unit/source/archives.h"

static const struct {
	const char *name;
	set_format *filter;
} codecs[] = { { "gzip", archive_write_add_filter_gzip },
	{ "bzip2", archive_write_add_filter_bzip2 }, { "xz", archive_write_add_filter_xz },
	{ "zstd", archive_write_add_filter_zstd }, { "lz4", archive_write_add_filter_lz4 },
	{ "lzip", archive_write_add_filter_lzip },
	{ "compress", archive_write_add_filter_compress } };

static const struct {
	const char *name;
	set_format *format;
} containers[] = { { "tar", archive_write_set_format_ustar },
	{ "tar", archive_write_set_format_pax }, { "zip", archive_write_set_format_zip },
	{ "7z", archive_write_set_format_7zip }, { "cpio", archive_write_set_format_cpio_newc },
	{ "cpio", archive_write_set_format_cpio_odc }, { "ar", archive_write_set_format_ar_svr4 } };

enum {
	CODECS = sizeof(codecs) / sizeof(*codecs),
	CONTAINERS = sizeof(containers) / sizeof(*containers)
};

/* Lines that compress, but not to nothing. */
static struct noro_buf lines(size_t n)
{
	struct noro_buf b = { 0 };
	uint32_t x = 1;

	while (b.n < n) {
		x = x * 1664525 + 1013904223;
		noro_buf_printf(&b, "Aug  7 01:02:%02u host app[%u]: from 192.0.2.%u\n",
			x >> 8 & 63, x >> 16, x & 255);
	}
	return b;
}

static void every_compressed_stream_is_read_whole(void **state)
{
	struct noro_buf text = lines(3 << 20);

	(void)state;
	for (size_t i = 0; i < CODECS; i++) {
		struct noro_buf packed = compress(codecs[i].filter, noro_buf_as_view(&text));
		struct seen seen = { 0 };
		char want[64];

		(void)snprintf(want, sizeof(want), "f [%s]\n", codecs[i].name);
		assert_int_equal(see(&seen, noro_buf_as_view(&packed), NULL), NORO_OK);
		assert_string_equal(seen_text(&seen), want);
		assert_int_equal(seen.last.n, text.n);
		assert_memory_equal(seen.last.p, text.p, text.n);
		assert_int_equal(seen.refused, 0);
		assert_int_equal(seen.fd, -1);
		seen_done(&seen);
		noro_buf_done(&packed);
	}
	noro_buf_done(&text);
}

static void members_of_many_streams_follow_one_another(void **state)
{
	struct noro_buf text = lines(100000);

	(void)state;
	for (size_t i = 0; i < 5; i++) { /* what is decoded in process */
		struct noro_buf packed = compress(codecs[i].filter, noro_buf_as_view(&text));
		struct noro_buf twice = { 0 };
		struct seen seen = { 0 };

		noro_buf_view(&twice, noro_buf_as_view(&packed));
		noro_buf_view(&twice, noro_buf_as_view(&packed));
		assert_int_equal(see(&seen, noro_buf_as_view(&twice), NULL), NORO_OK);
		assert_int_equal(seen.last.n, 2 * text.n);
		assert_int_equal(seen.refused, 0);
		seen_done(&seen);
		/* padding is silent, anything else is told and costs nothing that came before */
		noro_buf_clear(&twice);
		noro_buf_view(&twice, noro_buf_as_view(&packed));
		noro_buf_str(&twice, "trailing rubbish");
		assert_int_equal(see(&seen, noro_buf_as_view(&twice), NULL), NORO_OK);
		if (seen.last.n != text.n || seen.refused != 1)
			fail_msg("%s: %zu bytes, %zu refused", codecs[i].name, seen.last.n,
				seen.refused);
		seen_done(&seen);
		noro_buf_done(&packed);
		noro_buf_done(&twice);
	}
	noro_buf_done(&text);
}

static void every_container_gives_its_members(void **state)
{
	const struct file files[] = { { "a.log", NORO_V("alpha\n") }, { "b.log", NORO_V("") },
		{ "c.log", NORO_V("gamma\n") } };

	(void)state;
	for (size_t i = 0; i < CONTAINERS; i++) {
		struct noro_buf packed = make_archive(containers[i].format, NULL, files, 3, NULL);
		struct seen seen = { .print_content = true };
		char want[200];

		(void)snprintf(want, sizeof(want),
			"f!/a.log [%s] alpha\n\nf!/b.log [%s] \nf!/c.log [%s] gamma\n\n",
			containers[i].name, containers[i].name, containers[i].name);
		assert_int_equal(see(&seen, noro_buf_as_view(&packed), NULL), NORO_OK);
		/* 7z stores empty files last */
		if (strcmp(containers[i].name, "7z") != 0)
			assert_string_equal(seen_text(&seen), want);
		assert_int_equal(seen.streams, 3);
		assert_int_equal(seen.refused, 0);
		assert_true(seen.mtime_ns == 1723000000 * NORO_NS_PER_S);
		seen_done(&seen);
		noro_buf_done(&packed);
	}
}

static void packings_nest(void **state)
{
	struct noro_buf text = lines(50000);
	struct noro_buf log_gz = compress(archive_write_add_filter_gzip, noro_buf_as_view(&text));
	const struct file in_tar[] = { { "c.gz", noro_buf_as_view(&log_gz) },
		{ "d", NORO_V("dd\n") } };
	struct noro_buf tar = make_archive(
		archive_write_set_format_ustar, archive_write_add_filter_zstd, in_tar, 2, NULL);
	const struct file in_zip[] = { { "b.tar.zst", noro_buf_as_view(&tar) } };
	struct noro_buf zip = make_archive(archive_write_set_format_zip, NULL, in_zip, 1, NULL);
	const struct file in_7z[] = { { "a.zip", noro_buf_as_view(&zip) } };
	struct noro_buf sevenz = make_archive(archive_write_set_format_7zip, NULL, in_7z, 1, NULL);
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(see(&seen, noro_buf_as_view(&sevenz), NULL), NORO_OK);
	assert_string_equal(seen_text(&seen), "f!/a.zip!/b.tar.zst!/c.gz [gzip/tar+zstd/zip/7z]\n"
					      "f!/a.zip!/b.tar.zst!/d [tar+zstd/zip/7z]\n");
	assert_int_equal(seen.refused, 0);
	seen_done(&seen);
	noro_buf_done(&sevenz);
	noro_buf_done(&zip);
	noro_buf_done(&tar);
	noro_buf_done(&log_gz);
	noro_buf_done(&text);
}

static void an_empty_archive_is_no_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < CONTAINERS; i++) {
		struct noro_buf packed = make_archive(containers[i].format, NULL, NULL, 0, NULL);
		struct seen seen = { 0 };

		assert_int_equal(see(&seen, noro_buf_as_view(&packed), NULL), NORO_OK);
		if (seen.refused != 0)
			fail_msg("%s: %s", containers[i].name, seen.message);
		seen_done(&seen);
		noro_buf_done(&packed);
	}
}

/* What was decoded before the cut is delivered, and the cut is told once. */
static void every_cut_of_a_stream_keeps_what_came_before(void **state)
{
	struct noro_buf text = lines(2000);

	(void)state;
	for (size_t i = 0; i < CODECS; i++) {
		struct noro_buf packed = compress(codecs[i].filter, noro_buf_as_view(&text));
		const bool child = i >= 5;

		for (size_t n = 12; n < packed.n; n += child ? 37 : 1) {
			struct seen seen = { 0 };

			assert_int_equal(see(&seen, noro_view(packed.p, n), NULL), NORO_OK);
			if (strcmp(codecs[i].name, "compress") != 0 && seen.refused != 1)
				fail_msg("%s cut at %zu of %zu: %zu refused", codecs[i].name, n,
					packed.n, seen.refused);
			assert_true(seen.last.n <= text.n);
			if (seen.last.n > 0)
				assert_memory_equal(seen.last.p, text.p, seen.last.n);
			seen_done(&seen);
		}
		noro_buf_done(&packed);
	}
	noro_buf_done(&text);
}

static void every_cut_of_a_container_is_told(void **state)
{
	struct noro_buf text = lines(1500);
	const struct file files[] = { { "a.log", noro_buf_as_view(&text) },
		{ "b.log", noro_buf_as_view(&text) } };

	(void)state;
	for (size_t i = 0; i < CONTAINERS; i++) {
		struct noro_buf packed = make_archive(containers[i].format, NULL, files, 2, NULL);

		for (size_t n = 600; n < packed.n; n += 1 + packed.n / 23) {
			struct seen seen = { 0 };

			assert_int_equal(see(&seen, noro_view(packed.p, n), NULL), NORO_OK);
			/* a tar may end without its two empty blocks */
			if (seen.refused == 0 && seen.streams < 2)
				fail_msg("%s cut at %zu of %zu: %zu streams, no word",
					containers[i].name, n, packed.n, seen.streams);
			if (seen.refused > 2)
				fail_msg("%s cut at %zu: %s", containers[i].name, n,
					seen_text(&seen));
			seen_done(&seen);
		}
		noro_buf_done(&packed);
	}
	noro_buf_done(&text);
}

static void a_flipped_bit_never_passes_for_the_whole(void **state)
{
	struct noro_buf text = lines(2000);

	(void)state;
	for (size_t i = 0; i < 3; i++) { /* those that carry a checksum of the content */
		struct noro_buf packed = compress(codecs[i].filter, noro_buf_as_view(&text));

		for (size_t n = 20; n < packed.n; n += 7) {
			struct seen seen = { 0 };
			bool same;

			packed.p[n] ^= 0x10;
			assert_int_equal(see(&seen, noro_buf_as_view(&packed), NULL), NORO_OK);
			same = seen.last.n == text.n && memcmp(seen.last.p, text.p, text.n) == 0;
			if (seen.refused == 0 && !same)
				fail_msg("%s flipped at %zu: no word", codecs[i].name, n);
			seen_done(&seen);
			packed.p[n] ^= 0x10;
		}
		noro_buf_done(&packed);
	}
	noro_buf_done(&text);
}

static void limit_is(
	struct noro_view bytes, const struct noro_source_limits *limits, const char *name)
{
	const struct noro_source_opts opts = { .limits = *limits };
	struct seen seen = { 0 };

	assert_int_equal(see(&seen, bytes, &opts), NORO_OK);
	assert_int_equal(seen.refused, 1);
	assert_int_equal(seen.status, NORO_ELIMIT);
	if (!strstr(seen.message, name))
		fail_msg("'%s' does not name %s", seen.message, name);
	seen_done(&seen);
}

static void every_limit_is_named_when_it_is_hit(void **state)
{
	static char zeros[1 << 20];
	const struct file three[] = { { "a", NORO_V("1\n") }, { "b", NORO_V("2\n") },
		{ "c", NORO_V("3\n") } };
	const struct file big[] = { { "a", noro_view(zeros, sizeof(zeros)) },
		{ "b", noro_view(zeros, sizeof(zeros)) } };
	struct noro_buf tar = make_archive(archive_write_set_format_ustar, NULL, three, 3, NULL);
	struct noro_buf zip = make_archive(archive_write_set_format_zip, NULL, big, 2, NULL);
	struct noro_buf gz = compress(archive_write_add_filter_gzip, noro_buf_as_view(&tar));
	struct noro_buf gzgz = compress(archive_write_add_filter_gzip, noro_buf_as_view(&gz));

	(void)state;
	limit_is(noro_buf_as_view(&tar), &(struct noro_source_limits){ .max_members = 2 },
		"max_members");
	limit_is(noro_buf_as_view(&zip), &(struct noro_source_limits){ .max_total_bytes = 1500000 },
		"max_total_bytes");
	limit_is(noro_buf_as_view(&gzgz), &(struct noro_source_limits){ .max_depth = 1 },
		"max_depth");
	noro_buf_done(&tar);
	tar = compress(archive_write_add_filter_gzip, noro_view(zeros, sizeof(zeros)));
	limit_is(noro_buf_as_view(&tar), &(struct noro_source_limits){ .max_member_bytes = 1000 },
		"max_member_bytes");
	noro_buf_done(&tar);
	noro_buf_done(&zip);
	noro_buf_done(&gz);
	noro_buf_done(&gzgz);
}

/* 20 MiB of zeros are 20 KiB of gzip: the ratio counts after the first 16 MiB. */
static void a_bomb_stops_at_the_ratio(void **state)
{
	struct noro_buf zeros = { 0 };
	struct noro_buf gz, zip;
	char *room = noro_buf_room(&zeros, 20 << 20);
	struct file in_zip = { "a", { 0 } };

	(void)state;
	assert_non_null(room);
	memset(room, 0, 20 << 20);
	zeros.n = 20 << 20;
	gz = compress(archive_write_add_filter_gzip, noro_buf_as_view(&zeros));
	limit_is(noro_buf_as_view(&gz), &(struct noro_source_limits){ .max_ratio = 100 },
		"max_ratio");
	in_zip.bytes = noro_buf_as_view(&zeros);
	zip = make_archive(archive_write_set_format_zip, NULL, &in_zip, 1, NULL);
	limit_is(noro_buf_as_view(&zip), &(struct noro_source_limits){ .max_ratio = 100 },
		"max_ratio");
	noro_buf_done(&gz);
	noro_buf_done(&zip);
	noro_buf_done(&zeros);
}

static void an_encrypted_member_is_named_and_opened_with_its_password(void **state)
{
	const struct file files[] = { { "secret.log", NORO_V("attack at dawn\n") } };
	const struct noro_view words[] = { NORO_V("wrong"), NORO_V("right") };
	struct noro_buf zip = make_archive(archive_write_set_format_zip, NULL, files, 1, "right");
	struct noro_source_opts opts = { 0 };
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(see(&seen, noro_buf_as_view(&zip), &opts), NORO_OK);
	assert_int_equal(seen.status, NORO_EENCRYPTED);
	assert_string_equal(seen_text(&seen), "f!/secret.log ! -11\n");
	seen_done(&seen);
	opts.password = words;
	opts.passwords = 1;
	assert_int_equal(see(&seen, noro_buf_as_view(&zip), &opts), NORO_OK);
	assert_int_equal(seen.status, NORO_EENCRYPTED);
	assert_non_null(strstr(seen.message, "no given password"));
	seen_done(&seen);
	opts.passwords = 2;
	seen.print_content = true;
	assert_int_equal(see(&seen, noro_buf_as_view(&zip), &opts), NORO_OK);
	assert_string_equal(seen_text(&seen), "f!/secret.log [zip] attack at dawn\n\n");
	seen_done(&seen);
	noro_buf_done(&zip);
}

static void names_are_shown_and_never_used(void **state)
{
	const struct file files[] = { { "../../etc/passwd", NORO_V("a\n") },
		{ "/abs\x1B[2J", NORO_V("b\n") },
		/* Shift_JIS for 日本.log */
		{ "\x93\xFA\x96\x7B.log", NORO_V("c\n") } };
	struct noro_buf tar = make_archive(archive_write_set_format_ustar, NULL, files, 3, NULL);
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(see(&seen, noro_buf_as_view(&tar), NULL), NORO_OK);
	assert_string_equal(seen_text(&seen),
		"f!/../../etc/passwd [tar]\nf!//abs\\x1b[2J [tar]\nf!/\xE6\x97\xA5\xE6\x9C\xAC.log "
		"[tar]\n");
	seen_done(&seen);
	noro_buf_done(&tar);
}

/* 証跡.log, stored with zip's UTF-8 flag; the test itself runs under the locale C. */
static void names_of_every_script_are_kept(void **state)
{
	static const char zip[] = "PK\x03\x04\x14\0\0\x08\0\0\0\0!\0"
				  "\xac\x2a\x93\xd8\x02\0\0\0\x02\0\0\0\x0a\0\0\0"
				  "\xE8\xA8\xBC\xE8\xB7\xA1.log"
				  "hi"
				  "PK\x01\x02\x14\0\x14\0\0\x08\0\0\0\0!\0"
				  "\xac\x2a\x93\xd8\x02\0\0\0\x02\0\0\0\x0a\0\0\0"
				  "\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
				  "\xE8\xA8\xBC\xE8\xB7\xA1.log"
				  "PK\x05\x06\0\0\0\0\x01\0\x01\0\x38\0\0\0\x2a\0\0\0\0\0";
	struct seen seen = { .print_content = true };

	(void)state;
	assert_int_equal(see(&seen, noro_view(zip, sizeof(zip) - 1), NULL), NORO_OK);
	assert_string_equal(seen_text(&seen), "f!/\xE8\xA8\xBC\xE8\xB7\xA1.log [zip] hi\n");
	seen_done(&seen);
}

static void a_visitor_may_leave_streams_unread(void **state)
{
	struct noro_buf text = lines(3 << 20);
	const struct file files[] = { { "a", noro_buf_as_view(&text) },
		{ "b", noro_buf_as_view(&text) } };
	struct noro_buf tar = make_archive(
		archive_write_set_format_ustar, archive_write_add_filter_gzip, files, 2, NULL);
	struct seen seen = { .ignore = true };

	(void)state;
	assert_int_equal(see(&seen, noro_buf_as_view(&tar), NULL), NORO_OK);
	assert_string_equal(seen_text(&seen), "f!/a [tar+gzip]\nf!/b [tar+gzip]\n");
	assert_int_equal(seen.refused, 0);
	seen_done(&seen);
	noro_buf_done(&tar);
	noro_buf_done(&text);
}

static void a_plain_file_can_be_read_in_parallel(void **state)
{
	struct seen seen = { .print_content = true };

	(void)state;
	assert_int_equal(see(&seen, NORO_V("plain\n"), NULL), NORO_OK);
	assert_string_equal(seen_text(&seen), "f [plain] plain\n\n");
	assert_true(seen.fd >= 0);
	seen_done(&seen);
	assert_int_equal(see(&seen, NORO_V(""), NULL), NORO_OK);
	assert_int_equal(seen.streams, 1);
	seen_done(&seen);
}

struct attempt {
	struct noro_view bytes;
};

static bool try_visit(void *arg)
{
	const struct attempt *t = arg;
	struct seen seen = { 0 };
	enum noro_status st = see(&seen, t->bytes, NULL);
	bool done = st == NORO_OK && seen.refused == 0 && seen.streams > 0 &&
		    seen.text.status == NORO_OK && seen.last.status == NORO_OK;

	seen_done(&seen);
	return done;
}

static void no_memory_is_a_clean_failure(void **state)
{
	const struct file files[] = { { "a", NORO_V("alpha\n") } };
	struct noro_buf packed[4];
	struct attempt t;

	(void)state;
	packed[0] = compress(archive_write_add_filter_gzip, NORO_V("alpha\n"));
	packed[1] = compress(archive_write_add_filter_xz, NORO_V("alpha\n"));
	packed[2] = make_archive(archive_write_set_format_ustar, NULL, files, 1, NULL);
	packed[3] = make_archive(archive_write_set_format_zip, NULL, files, 1, NULL);
	for (size_t i = 0; i < 4; i++) {
		t.bytes = noro_buf_as_view(&packed[i]);
		test_allocation_sweep(try_visit, &t, 200);
		noro_buf_done(&packed[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_compressed_stream_is_read_whole),
		cmocka_unit_test(members_of_many_streams_follow_one_another),
		cmocka_unit_test(every_container_gives_its_members),
		cmocka_unit_test(packings_nest),
		cmocka_unit_test(an_empty_archive_is_no_fault),
		cmocka_unit_test(every_cut_of_a_stream_keeps_what_came_before),
		cmocka_unit_test(every_cut_of_a_container_is_told),
		cmocka_unit_test(a_flipped_bit_never_passes_for_the_whole),
		cmocka_unit_test(every_limit_is_named_when_it_is_hit),
		cmocka_unit_test(a_bomb_stops_at_the_ratio),
		cmocka_unit_test(an_encrypted_member_is_named_and_opened_with_its_password),
		cmocka_unit_test(names_are_shown_and_never_used),
		cmocka_unit_test(names_of_every_script_are_kept),
		cmocka_unit_test(a_visitor_may_leave_streams_unread),
		cmocka_unit_test(a_plain_file_can_be_read_in_parallel),
		cmocka_unit_test(no_memory_is_a_clean_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
