/* tests/unit/telescope/test_tags.c - whose address it is: spans against a slow truth, tables,
 * labels. */
#include "tests/test.h"

#include "base/file.h"
#include "telescope/spans.h"
#include "telescope/tag.h"

#include <unistd.h>

static uint64_t random_of(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

/* The longest prefix that holds it, the last one added of equal ones aside. */
static void the_narrowest_prefix_wins(void **state)
{
	enum { N = 300, SPACE = 4096 };
	uint64_t s = 88172645463325252u;

	(void)state;
	for (int round = 0; round < 20; round++) {
		struct noro_spans spans = { 0 };
		static uint32_t truth[SPACE];
		static unsigned width[SPACE];

		for (int i = 0; i < SPACE; i++) {
			truth[i] = 0;
			width[i] = SPACE * 2;
		}
		for (uint32_t i = 1; i <= N; i++) {
			unsigned bits = (unsigned)(random_of(&s) % 10);
			uint64_t lo = random_of(&s) % SPACE >> bits << bits;
			bool again = false;

			for (uint64_t at = lo; at < lo + (1u << bits); at++)
				again = again || width[at] == 1u << bits;
			if (again)
				continue;
			assert_int_equal(
				noro_spans_add(&spans, lo, lo + (1u << bits) - 1, i), NORO_OK);
			for (uint64_t at = lo; at < lo + (1u << bits); at++)
				if (1u << bits < width[at]) {
					width[at] = 1u << bits;
					truth[at] = i;
				}
		}
		assert_int_equal(noro_spans_make(&spans), NORO_OK);
		for (uint64_t at = 0; at < SPACE; at++)
			assert_int_equal(noro_spans_get(&spans, at), truth[at]);
		assert_int_equal(noro_spans_get(&spans, UINT64_MAX), 0);
		noro_spans_done(&spans);
	}
}

static void the_whole_space_is_a_span_too(void **state)
{
	struct noro_spans spans = { 0 };

	(void)state;
	assert_int_equal(noro_spans_add(&spans, 0, UINT64_MAX, 7), NORO_OK);
	assert_int_equal(noro_spans_add(&spans, 5, 5, 8), NORO_OK);
	assert_int_equal(noro_spans_make(&spans), NORO_OK);
	assert_int_equal(noro_spans_get(&spans, 4), 7);
	assert_int_equal(noro_spans_get(&spans, 5), 8);
	assert_int_equal(noro_spans_get(&spans, UINT64_MAX), 7);
	noro_spans_done(&spans);
}

static const char rir[] = "2|apnic|20261120|4|19830101|20261119|+1000\n"
			  "apnic|*|ipv4|*|3|summary\n"
			  "apnic|JP|ipv4|192.0.2.0|256|20100101|allocated|A1\n"
			  "apnic|AU|ipv4|198.51.100.0|128|20100101|assigned\n"
			  "apnic|JP|ipv6|2001:db8::|32|20100101|allocated\n"
			  "apnic|JP|asn|64500|1|20100101|allocated\n"
			  "apnic||ipv4|203.0.113.0|256||available\n";
static const char as[] =
	"192.0.2.0\t24\t64500_64501\n192.0.2.128/25 AS64502\n2001:db8::\t32\t64503\nrubbish\n";
static const char research[] = "# lists\n192.0.2.7 # pinger.example.net\n198.51.100.0/26,census\n";

struct files {
	char rir[40], as[40], research[40];
};

static void write_text(char path[40], const char *text)
{
	int fd;

	(void)snprintf(path, 40, "/tmp/noro_tags_XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* CAIDA's lists have their day in their names. */
static void a_list_is_dated_by_its_name(void **state)
{
	static const char path[] = "/tmp/noroshi-rv2-20250801-1200.pfx2as";
	const char *const list[] = { path, NULL };
	const struct noro_tag_files files = { NULL, list, NULL };
	struct noro_tags *t;
	char made[40];

	(void)state;
	write_text(made, "192.0.2.0\t24\t64500\n");
	assert_int_equal(rename(made, path), 0);
	assert_int_equal(noro_tags_open(&files, &t, NULL), NORO_OK);
	assert_string_equal(noro_tags_dates(t), "prefix-as 2025-08-01");
	noro_tags_free(t);
	(void)unlink(path);
}

static void tables_say_country_and_as(void **state)
{
	struct files f;
	const char *rirs[] = { f.rir, NULL }, *ases[] = { f.as, NULL },
		   *own[] = { f.research, NULL };
	const struct noro_tag_files files = { rirs, ases, NULL };
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_research *r;
	struct noro_error err = { 0 };
	struct noro_tags *t;
	struct noro_tag tag;
	static const uint8_t six[16] = { 0x20, 1, 0xd, 0xb8, 1 };

	(void)state;
	write_text(f.rir, rir);
	write_text(f.as, as);
	write_text(f.research, research);
	assert_int_equal(noro_tags_open(&files, &t, &err), NORO_OK);
	noro_tags_v4(t, 0xc0000201, &tag);
	assert_string_equal(tag.country, "JP");
	assert_int_equal(tag.asn, 64500);
	noro_tags_v4(t, 0xc0000281, &tag);
	assert_int_equal(tag.asn, 64502);
	noro_tags_v4(t, 0xc6336480, &tag);
	assert_string_equal(tag.country, "");
	noro_tags_v6(t, six, &tag);
	assert_string_equal(tag.country, "JP");
	assert_int_equal(tag.asn, 64503);
	assert_memory_equal(noro_tags_dates(t), "rir 2026-11-20, prefix-as ", 26);
	assert_int_equal(strlen(noro_tags_dates(t)), 26 + 12); /* of a digest: no date is there */
	assert_int_equal(noro_tags_reload(t, &err), NORO_OK);
	noro_tags_v4(t, 0xc0000201, &tag);
	assert_string_equal(tag.country, "JP");
	(void)unlink(f.as);
	write_text(f.as, "192.0.2.0/24,AS64500\n"); /* not one line of its kind: as bad as none */
	assert_int_equal(noro_tags_reload(t, &err), NORO_EFORMAT);
	noro_tags_v4(t, 0xc0000201, &tag);
	assert_int_equal(tag.asn, 64500);
	(void)unlink(f.as);
	write_text(f.as, as);
	assert_int_equal(unlink(f.rir), 0); /* what cannot be read leaves the old table */
	assert_int_equal(noro_tags_reload(t, &err), NORO_ENOENT);
	noro_tags_v4(t, 0xc0000201, &tag);
	assert_string_equal(tag.country, "JP");
	noro_tags_free(t);
	rirs[0] = f.as;
	assert_int_equal(noro_tags_open(&files, &t, &err), NORO_EFORMAT);
	assert_int_equal(noro_research_load(own, a, &r, &err), NORO_OK);
	assert_string_equal(noro_research_v4(r, 0xc0000207), "pinger.example.net");
	assert_string_equal(noro_research_v4(r, 0xc6336401), "census");
	assert_null(noro_research_v4(r, 0xc0000208));
	assert_null(noro_research_v6(r, six));
	noro_arena_free(a);
	(void)unlink(f.as);
	(void)unlink(f.research);
}

static void real_lists_of_scanners_are_read(void **state)
{
	const char *data = test_data();
	char path[4200];
	const char *list[] = { path, NULL };
	struct noro_arena *a;
	const struct noro_research *r;

	(void)state;
	if (!data)
		return;
	(void)snprintf(
		path, sizeof(path), "%s/ti/stamparm+maltrail/trails/static/mass_scanner.txt", data);
	a = noro_arena_new(0);
	assert_int_equal(noro_research_load(list, a, &r, NULL), NORO_OK);
	assert_string_equal(noro_research_v4(r, 0x81528a0c), "pinger1a.netsec.colostate.edu");
	noro_arena_free(a);
}

/* --- a MaxMind DB file of one network, written here --- */

enum { MM_NODES = 24 };

static void mm_text(struct noro_buf *b, const char *t)
{
	noro_buf_chr(b, (char)(2 << 5 | strlen(t)));
	noro_buf_str(b, t);
}

static void mm_number(struct noro_buf *b, const char *key, unsigned type, uint32_t v)
{
	if (key)
		mm_text(b, key);
	noro_buf_chr(b, (char)(type << 5 | 4));
	for (int i = 3; i >= 0; i--)
		noro_buf_chr(b, (char)(v >> (8 * i)));
}

static void mm_short(struct noro_buf *b, const char *key, uint32_t v)
{
	mm_text(b, key);
	noro_buf_chr(b, (char)(5 << 5 | 2));
	noro_buf_chr(b, (char)(v >> 8));
	noro_buf_chr(b, (char)v);
}

/* 192.0.2.0/24, JP, AS64500. */
static struct noro_buf mm_file(void)
{
	static const char epoch[] = { 8, 2, 0, 0, 0, 0, 0x68, (char)0xae, 0x2b, (char)0x00 };
	const uint32_t net = 0xc0000200;
	struct noro_buf b = { 0 };

	for (uint32_t i = 0; i < MM_NODES; i++) {
		uint32_t to = i + 1 < MM_NODES ? i + 1 : MM_NODES + 16;

		for (uint32_t side = 0; side < 2; side++) {
			uint32_t v = (net >> (31 - i) & 1) == side ? to : MM_NODES;

			noro_buf_chr(&b, (char)(v >> 16));
			noro_buf_chr(&b, (char)(v >> 8));
			noro_buf_chr(&b, (char)v);
		}
	}
	for (int i = 0; i < 16; i++)
		noro_buf_chr(&b, 0);
	noro_buf_chr(&b, (char)(7 << 5 | 2));
	mm_text(&b, "country");
	noro_buf_chr(&b, (char)(7 << 5 | 1));
	mm_text(&b, "iso_code");
	mm_text(&b, "JP");
	mm_number(&b, "autonomous_system_number", 6, 64500);
	noro_buf_str(&b, "\xab\xcd\xefMaxMind.com");
	noro_buf_chr(&b, (char)(7 << 5 | 9));
	mm_number(&b, "node_count", 6, MM_NODES);
	mm_short(&b, "record_size", 24);
	mm_short(&b, "ip_version", 4);
	mm_text(&b, "database_type");
	mm_text(&b, "Test");
	mm_text(&b, "languages");
	noro_buf_chr(&b, 0);
	noro_buf_chr(&b, 4);
	mm_short(&b, "binary_format_major_version", 2);
	mm_short(&b, "binary_format_minor_version", 0);
	mm_text(&b, "build_epoch");
	noro_buf_add(&b, epoch, sizeof(epoch));
	mm_text(&b, "description");
	noro_buf_chr(&b, (char)(7 << 5));
	assert_int_equal(b.status, NORO_OK);
	return b;
}

static enum noro_status mm_open(
	const char *path, struct noro_view bytes, struct noro_tags **ret, struct noro_error *err)
{
	const char *const list[] = { path, NULL };
	const struct noro_tag_files files = { .mmdb = list };

	assert_int_equal(noro_file_write(path, 0600, bytes, err), NORO_OK);
	return noro_tags_open(&files, ret, err);
}

static void a_maxmind_file_is_a_table(void **state)
{
	char path[] = "/tmp/noroshi-test-mmdb-XXXXXX";
	struct noro_buf b = mm_file();
	struct noro_tags *t = NULL;
	struct noro_error err = { 0 };
	struct noro_tag tag;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	if (mm_open(path, noro_buf_as_view(&b), &t, &err) != NORO_OK)
		fail_msg("%s", err.msg);
	noro_tags_v4(t, 0xc0000201, &tag);
	assert_string_equal(tag.country, "JP");
	assert_int_equal(tag.asn, 64500);
	noro_tags_v4(t, 0xc0000301, &tag);
	assert_string_equal(tag.country, "");
	assert_int_equal(tag.asn, 0);
	assert_string_equal(noro_tags_dates(t), "mmdb 2025-08-26");
	noro_tags_free(t);
	/* a lying file is refused or read as something, and never more than that */
	for (size_t i = 0; i < b.n; i++) {
		char was = b.p[i];

		b.p[i] = (char)(was ^ 0xff);
		t = NULL;
		if (mm_open(path, noro_buf_as_view(&b), &t, &err) == NORO_OK)
			noro_tags_v4(t, 0xc0000201, &tag);
		noro_tags_free(t);
		b.p[i] = was;
		t = NULL;
		if (mm_open(path, noro_view(b.p, i), &t, &err) == NORO_OK)
			noro_tags_v4(t, 0xc0000201, &tag);
		noro_tags_free(t);
	}
	unlink(path);
	t = NULL;
	{
		const char *const list[] = { path, NULL };
		const struct noro_tag_files files = { .mmdb = list };

		assert_int_equal(noro_tags_open(&files, &t, &err), NORO_ENOENT);
	}
	noro_buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_narrowest_prefix_wins),
		cmocka_unit_test(the_whole_space_is_a_span_too),
		cmocka_unit_test(tables_say_country_and_as),
		cmocka_unit_test(a_list_is_dated_by_its_name),
		cmocka_unit_test(a_maxmind_file_is_a_table),
		cmocka_unit_test(real_lists_of_scanners_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
