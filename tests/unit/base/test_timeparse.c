/* tests/unit/base/test_timeparse.c - the forms of base/timeparse.h, one row each. */
#include "tests/test.h"

#include "base/timeparse.h"

enum {
	YEAR = NORO_TIME_NO_YEAR,
	ZONE = NORO_TIME_NO_ZONE,
	DATE = NORO_TIME_NO_DATE,
	CLOCK = NORO_TIME_NO_CLOCK,
	ERA = NORO_TIME_ERA,
	SWAP = NORO_TIME_AMBIGUOUS,
};

struct row {
	const char *text;
	const char *want; /* RFC 3339, UTC; NULL: no time */
	unsigned flags;
	const char *rest; /* what must be left */
};

/* The zone is UTC and the neighbour 2025-08-27T12:00:00Z. */
static const struct row rows[] = {
	{ "2025-08-07T01:02:03Z", "2025-08-07T01:02:03.000000000Z", 0, "" },
	{ "2025-08-07t01:02:03z x", "2025-08-07T01:02:03.000000000Z", 0, " x" },
	{ "2025-08-07T01:02:03.123456789+09:00 host", "2025-08-06T16:02:03.123456789Z", 0,
		" host" },
	{ "2025-08-07 01:02:03", "2025-08-07T01:02:03.000000000Z", ZONE, "" },
	{ "2025-08-07 01:02:03,123 INFO", "2025-08-07T01:02:03.123000000Z", ZONE, " INFO" },
	{ "2025-08-07 01:02:03,5,tcp", "2025-08-07T01:02:03.000000000Z", ZONE, ",5,tcp" },
	{ "2025-08-07 01:02", "2025-08-07T01:02:00.000000000Z", ZONE, "" },
	{ "2025-08-07T01:02:03-0330", "2025-08-07T04:32:03.000000000Z", 0, "" },
	{ "2025-08-07T01:02:03+09", "2025-08-06T16:02:03.000000000Z", 0, "" },
	{ "2025-08-07T23:59:60Z", "2025-08-08T00:00:00.000000000Z", 0, "" },
	{ "2025-08-07", "2025-08-07T00:00:00.000000000Z", CLOCK | ZONE, "" },
	{ "2025-08-07\t01:02:03\t1.2.3.4", "2025-08-07T01:02:03.000000000Z", ZONE, "\t1.2.3.4" },
	{ "2025-08-07,01:02:03,x", "2025-08-07T01:02:03.000000000Z", ZONE, ",x" },
	{ "20250807T010203Z", "2025-08-07T01:02:03.000000000Z", 0, "" },
	{ "20250807T010203.5+0900", "2025-08-06T16:02:03.500000000Z", 0, "" },
	{ "20250807 01:02:03", "2025-08-07T01:02:03.000000000Z", ZONE, "" },
	{ "20250807-01:02:03]", "2025-08-07T01:02:03.000000000Z", ZONE, "]" },
	{ "20250807010203Z", "2025-08-07T01:02:03.000000000Z", 0, "" },
	{ "20250807", "2025-08-07T00:00:00.000000000Z", CLOCK | ZONE, "" },
	{ "2025/08/07 01:02:03", "2025-08-07T01:02:03.000000000Z", ZONE, "" },
	{ "2025.08.07 01:02:03 LOG", "2025-08-07T01:02:03.000000000Z", ZONE, " LOG" },
	{ "2025 Aug  7 01:02:03 host", "2025-08-07T01:02:03.000000000Z", ZONE, " host" },
	{ "2025 Aug  7 01:02:03.123 UTC", "2025-08-07T01:02:03.123000000Z", 0, "" },
	/* RFC 3164: the year is the latest one not more than a day after the neighbour */
	{ "Aug  7 01:02:03 host", "2025-08-07T01:02:03.000000000Z", YEAR | ZONE, " host" },
	{ "Aug 28 11:59:59", "2025-08-28T11:59:59.000000000Z", YEAR | ZONE, "" },
	{ "Aug 28 12:00:01", "2024-08-28T12:00:01.000000000Z", YEAR | ZONE, "" },
	{ "Dec 31 23:59:59", "2024-12-31T23:59:59.000000000Z", YEAR | ZONE, "" },
	{ "Feb 29 01:00:00", "2024-02-29T01:00:00.000000000Z", YEAR | ZONE, "" },
	{ "Feb 30 01:00:00", NULL, 0, "" },
	{ "Aug 07 2025 01:02:03: %ASA", "2025-08-07T01:02:03.000000000Z", ZONE, ": %ASA" },
	{ "Aug  7 01:02:03 2025", "2025-08-07T01:02:03.000000000Z", ZONE, "" },
	{ "Aug  7 01:02:03 2001:db8::1", "2025-08-07T01:02:03.000000000Z", YEAR | ZONE,
		" 2001:db8::1" },
	{ "Aug  7 01:02:03.123456 host", "2025-08-07T01:02:03.123456000Z", YEAR | ZONE, " host" },
	{ "*Mar  1 00:00:00.123 UTC: %SYS", "2025-03-01T00:00:00.123000000Z",
		YEAR | NORO_TIME_UNSYNCED, ": %SYS" },
	{ ".Mar  1 00:00:00: x", "2025-03-01T00:00:00.000000000Z",
		YEAR | ZONE | NORO_TIME_LOST_SYNC, ": x" },
	{ "*Aug  7 2025 01:02:03.1 JST: x", "2025-08-06T16:02:03.100000000Z", NORO_TIME_UNSYNCED,
		": x" },
	{ "*01:02:03.123 UTC Thu Aug 7 2025", "2025-08-07T01:02:03.123000000Z", NORO_TIME_UNSYNCED,
		"" },
	{ "Aug  7 01:02:03 CST: x", "2025-08-07T01:02:03.000000000Z", YEAR | ZONE, ": x" },
	{ "07/Aug/2025:01:02:03 +0900] \"GET", "2025-08-06T16:02:03.000000000Z", 0, "] \"GET" },
	{ "Thu Aug 07 01:02:03.123456 2025] [", "2025-08-07T01:02:03.123456000Z", ZONE, "] [" },
	{ "Thu Aug  7 01:02:03 UTC 2025", "2025-08-07T01:02:03.000000000Z", 0, "" },
	{ "Thu, 07 Aug 2025 01:02:03 +0900 (JST)", "2025-08-06T16:02:03.000000000Z", 0, " (JST)" },
	{ "7 Aug 2025 01:02 GMT", "2025-08-07T01:02:00.000000000Z", 0, "" },
	{ "07-Aug-2025 01:02:03.123", "2025-08-07T01:02:03.123000000Z", ZONE, "" },
	{ "7Aug2025 1:02:03", "2025-08-07T01:02:03.000000000Z", ZONE, "" },
	{ "August 7, 2025", "2025-08-07T00:00:00.000000000Z", CLOCK | ZONE, "" },
	{ "aug/07/2025 01:02:03", "2025-08-07T01:02:03.000000000Z", ZONE, "" },
	{ "Apr-07-13 07:08:36", "2013-04-07T07:08:36.000000000Z", ZONE, "" },
	{ "08/07/25 01:02:03", "2025-08-07T01:02:03.000000000Z", ZONE | SWAP, "" },
	{ "27/08/2025 01:02:03", "2025-08-27T01:02:03.000000000Z", ZONE, "" },
	{ "08/27/2025 01:02:03", "2025-08-27T01:02:03.000000000Z", ZONE, "" },
	{ "08/08/2025", "2025-08-08T00:00:00.000000000Z", ZONE | CLOCK, "" },
	{ "07.08.2025 01:02:03", "2025-08-07T01:02:03.000000000Z", ZONE, "" },
	{ "8/7/2025 1:02:03 AM", "2025-08-07T01:02:03.000000000Z", ZONE | SWAP, "" },
	{ "8/7/2025 12:02:03 AM x", "2025-08-07T00:02:03.000000000Z", ZONE | SWAP, " x" },
	{ "8/27/2025 1:02:03 p.m.", "2025-08-27T13:02:03.000000000Z", ZONE, "" },
	{ "08/07-01:02:03.5 [**]", "2025-08-07T01:02:03.500000000Z", ZONE | YEAR, " [**]" },
	{ "130322  1:26:54", "2013-03-22T01:26:54.000000000Z", ZONE, "" },
	{ "1723000000", "2024-08-07T03:06:40.000000000Z", 0, "" },
	{ "1723000000.123456", "2024-08-07T03:06:40.123456000Z", 0, "" },
	{ "1723000000123", "2024-08-07T03:06:40.123000000Z", 0, "" },
	{ "1723000000123456", "2024-08-07T03:06:40.123456000Z", 0, "" },
	{ "1723000000123456789,", "2024-08-07T03:06:40.123456789Z", 0, "," },
	{ "@4000000050d506482dbdf024 x", "2012-12-22T01:00:46.767422500Z", 0, " x" },
	{ "01:02:03.5 x", "2025-08-27T01:02:03.500000000Z", DATE | ZONE, " x" },
	{ "  2025-08-07T01:02:03Z", "2025-08-07T01:02:03.000000000Z", 0, "" },
	/* Japanese */
	{ "2025年8月7日 1時2分3秒", "2025-08-07T01:02:03.000000000Z", ZONE, "" },
	{ "2025年8月7日（木）午後1時2分", "2025-08-07T13:02:00.000000000Z", ZONE, "" },
	{ "2025年8月7日に", "2025-08-07T00:00:00.000000000Z", ZONE | CLOCK, "に" },
	{ "2025年8月7日 10:02:03 JST", "2025-08-07T01:02:03.000000000Z", 0, "" },
	{ "8月7日 1時", "2025-08-07T01:00:00.000000000Z", YEAR | ZONE, "" },
	{ "令和7年8月27日", "2025-08-27T00:00:00.000000000Z", ERA | CLOCK | ZONE, "" },
	{ "令和７年８月２７日、", "2025-08-27T00:00:00.000000000Z", ERA | CLOCK | ZONE, "、" },
	{ "令和元年5月1日", "2019-05-01T00:00:00.000000000Z", ERA | CLOCK | ZONE, "" },
	{ "平成31年4月30日", "2019-04-30T00:00:00.000000000Z", ERA | CLOCK | ZONE, "" },
	{ "昭和64年1月7日", "1989-01-07T00:00:00.000000000Z", ERA | CLOCK | ZONE, "" },
	{ "大正15年12月24日", "1926-12-24T00:00:00.000000000Z", ERA | CLOCK | ZONE, "" },
	{ "明治45年7月29日", "1912-07-29T00:00:00.000000000Z", ERA | CLOCK | ZONE, "" },
	{ "R7.8.27", "2025-08-27T00:00:00.000000000Z", ERA | CLOCK | ZONE, "" },
	{ "R07/08/07 01:02:03", "2025-08-07T01:02:03.000000000Z", ERA | ZONE, "" },
	{ "Ｒ７．８．２７", "2025-08-27T00:00:00.000000000Z", ERA | CLOCK | ZONE, "" },
	{ "２０２５／０８／０７　０１：０２：０３x", "2025-08-07T01:02:03.000000000Z", ZONE, "x" },
	{ "２０２５年８月７日", "2025-08-07T00:00:00.000000000Z", CLOCK | ZONE, "" },
	/* what is no time */
	{ "", NULL, 0, "" },
	{ "10.0.0.1", NULL, 0, "" },
	{ "1.2.3.4 - -", NULL, 0, "" },
	{ "00:11:22:33:44:55", NULL, 0, "" },
	{ "1:2:3", NULL, 0, "" },
	{ "2025-13-07 01:02:03", NULL, 0, "" },
	{ "2025-02-29 01:02:03", NULL, 0, "" },
	{ "2025-08-07 25:02:03x", NULL, 0, "" },
	{ "may be 5", NULL, 0, "" },
	{ "Marc 5 01:02:03", "2025-03-05T01:02:03.000000000Z", YEAR | ZONE, "" },
	{ "Mars 5 01:02:03", NULL, 0, "" },
	{ "S3.1.2-b", NULL, 0, "" },
	{ "令和0年1月1日", NULL, 0, "" },
	{ "0312345678", NULL, 0, "" },
	{ "9999999999", NULL, 0, "" },
	{ "12345678901", NULL, 0, "" },
	{ "*", NULL, 0, "" },
	{ "2025年8月", NULL, 0, "" },
	{ "99999999999999999999999", NULL, 0, "" },
};

static struct noro_time_ctx neighbour(void)
{
	struct noro_time_ctx ctx = { 0 };
	const struct noro_civil c = { 2025, 8, 27, 12, 0, 0, 0 };

	assert_true(noro_civil_to_ns(&c, 0, &ctx.ref_ns));
	return ctx;
}

static void every_form_is_read_and_what_was_assumed_is_told(void **state)
{
	const struct noro_time_ctx ctx = neighbour();
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *r = &rows[i];
		struct noro_time t = { .ns = NORO_TIME_NONE };
		bool ok = noro_time_parse(noro_view_str(r->text), &ctx, &t);
		char got[NORO_TIME_TEXT];

		(void)noro_time_print(t.ns, got);
		if (!ok && !r->want)
			continue;
		if (ok && r->want && strcmp(got, r->want) == 0 && t.flags == r->flags &&
			strcmp(r->text + t.length, r->rest) == 0)
			continue;
		print_message("# '%s': got %s flags %u rest '%s'\n", r->text, got, t.flags,
			r->text + t.length);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void no_prefix_of_any_form_is_read_past_its_end(void **state)
{
	const struct noro_time_ctx ctx = neighbour();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		for (size_t n = 0; n <= strlen(rows[i].text); n++) {
			uint8_t *exact = test_exact_copy(rows[i].text, n);
			struct noro_time t = { .length = 0 };

			(void)noro_time_parse(noro_view(exact, n), &ctx, &t);
			assert_true(t.length <= n);
			free(exact);
		}
}

static void without_a_neighbour_a_yearless_time_is_refused(void **state)
{
	const struct noro_time_ctx ctx = { .ref_ns = NORO_TIME_NONE };
	struct noro_time t = { .ns = 7 };

	(void)state;
	assert_false(noro_time_parse(NORO_V("Aug  7 01:02:03"), &ctx, &t));
	assert_false(noro_time_parse(NORO_V("01:02:03"), &ctx, &t));
	assert_false(noro_time_parse(NORO_V("Aug  7 01:02:03"), NULL, &t));
	assert_true(t.ns == 7);
	assert_true(noro_time_parse(NORO_V("2025-08-07 01:02:03"), NULL, &t));
}

static void the_zone_and_the_order_of_day_and_month_come_from_the_caller(void **state)
{
	struct noro_time_ctx ctx = neighbour();
	struct noro_zone *tokyo = NULL;
	struct noro_time t;
	char got[NORO_TIME_TEXT];

	(void)state;
	assert_int_equal(noro_zone_open("Asia/Tokyo", &tokyo, NULL), NORO_OK);
	ctx.zone = tokyo;
	ctx.day_first = true;
	assert_true(noro_time_parse(NORO_V("03/04/2025 09:00:00"), &ctx, &t));
	(void)noro_time_print(t.ns, got);
	assert_string_equal(got, "2025-04-03T00:00:00.000000000Z");
	assert_int_equal(t.flags, SWAP | ZONE);
	noro_zone_free(tokyo);
}

static void a_time_inside_a_line_is_found(void **state)
{
	static const struct {
		const char *line, *want;
		size_t at;
	} row[] = {
		{ "<34>Aug  7 01:02:03 host app: x", "2025-08-07T01:02:03.000000000Z", 4 },
		{ "<34>1 2025-08-07T01:02:03Z host", "2025-08-07T01:02:03.000000000Z", 6 },
		{ "1.2.3.4 - - [07/Aug/2025:01:02:03 +0000] \"GET / HTTP/1.1\"",
			"2025-08-07T01:02:03.000000000Z", 13 },
		{ "{\"ts\":1723000000.5,\"x\":1}", "2024-08-07T03:06:40.500000000Z", 6 },
		{ "{\"timestamp\":\"2025-08-07T01:02:03.5+0000\"}",
			"2025-08-07T01:02:03.500000000Z", 14 },
		{ "000123: *Mar  1 00:00:00.123: %SYS-5-CONFIG_I", "2025-03-01T00:00:00.123000000Z",
			8 },
		{ "seq=1234567890 t=2025-08-07T01:02:03Z", "2025-08-07T01:02:03.000000000Z", 17 },
		{ "date=2025-08-07 time=01:02:03 devname=x", "2025-08-07T01:02:03.000000000Z", 5 },
		{ "day=2025-08-07 x", "2025-08-07T00:00:00.000000000Z", 4 },
		{ "at 01:02:03 on 2025-08-07 01:02:04", "2025-08-07T01:02:04.000000000Z", 15 },
		{ "no time at all 1.2.3.4", NULL, 0 },
		{ "版 令和7年8月27日", "2025-08-27T00:00:00.000000000Z", 4 },
	};
	const struct noro_time_ctx ctx = neighbour();

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct noro_time t = { .ns = NORO_TIME_NONE };
		char got[NORO_TIME_TEXT];
		size_t at = 0;

		(void)noro_time_find(noro_view_str(row[i].line), &ctx, &t, &at);
		(void)noro_time_print(t.ns, got);
		if (strcmp(got, row[i].want ? row[i].want : "") != 0 || at != row[i].at)
			fail_msg("'%s': %s at %zu", row[i].line, got, at);
	}
}

static void eras_are_printed_from_their_first_day(void **state)
{
	static const struct {
		struct noro_civil c;
		const char *want;
	} row[] = { { { 2025, 8, 27, 0, 0, 0, 0 }, "令和7年8月27日" },
		{ { 2019, 5, 1, 0, 0, 0, 0 }, "令和元年5月1日" },
		{ { 2019, 4, 30, 0, 0, 0, 0 }, "平成31年4月30日" },
		{ { 1989, 1, 7, 0, 0, 0, 0 }, "昭和64年1月7日" },
		{ { 1926, 12, 24, 0, 0, 0, 0 }, "大正15年12月24日" },
		{ { 1868, 10, 23, 0, 0, 0, 0 }, "明治元年10月23日" },
		{ { 1868, 10, 22, 0, 0, 0, 0 }, NULL } };

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char out[NORO_TIME_TEXT];
		int64_t ns;

		assert_true(noro_civil_to_ns(&row[i].c, 0, &ns));
		assert_int_equal(noro_era_print(ns, NULL, out), row[i].want != NULL);
		if (row[i].want)
			assert_string_equal(out, row[i].want);
	}
}

/* What we print, in either calendar, is read back as the same day. */
static void a_printed_era_reads_back(void **state)
{
	const struct noro_time_ctx ctx = { .ref_ns = NORO_TIME_NONE };
	const int64_t day = 86400 * NORO_NS_PER_S;

	(void)state;
	for (int64_t ns = -36000 * day; ns < 30000 * day; ns += 7 * day) {
		char out[NORO_TIME_TEXT];
		struct noro_time t;

		assert_true(noro_era_print(ns, NULL, out));
		assert_true(noro_time_parse(noro_view_str(out), &ctx, &t));
		assert_true(t.ns == ns);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_is_read_and_what_was_assumed_is_told),
		cmocka_unit_test(no_prefix_of_any_form_is_read_past_its_end),
		cmocka_unit_test(without_a_neighbour_a_yearless_time_is_refused),
		cmocka_unit_test(the_zone_and_the_order_of_day_and_month_come_from_the_caller),
		cmocka_unit_test(a_time_inside_a_line_is_found),
		cmocka_unit_test(eras_are_printed_from_their_first_day),
		cmocka_unit_test(a_printed_era_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
