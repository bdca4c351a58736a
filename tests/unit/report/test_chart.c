/* tests/unit/report/test_chart.c - pictures: well-formed whatever they are given, nothing that is
 * no number in them, hostile text harmless; and the page of sensors that is made of them. */
#include "tests/test.h"

#include "base/text.h"
#include "report/chart_priv.h"
#include "report/sense.h"

#include <math.h>

static const char hostile[] = "</text><script>alert('1')</script>\"&\x1b[2J\xe2\x80\xae\xff<!--";
static const int64_t june = INT64_C(1748736000) * NORO_NS_PER_S;
static const int64_t day = INT64_C(86400) * NORO_NS_PER_S;

/* One element of an SVG: attributes are quoted, tags closed in order; returns how deep it went. */
static void assert_xml(struct noro_view v)
{
	struct noro_view open[32];
	size_t depth = 0;

	for (size_t i = 0; i < v.n; i++) {
		size_t name, end;
		bool closing, quoted = false;

		if (v.p[i] == '&') {
			const char *semi = memchr(v.p + i, ';', v.n - i);

			assert_true(semi && semi - (v.p + i) <= 6);
		}
		assert_true(v.p[i] != '>');
		if (v.p[i] != '<')
			continue;
		closing = v.p[i + 1] == '/';
		name = end = i + 1 + closing;
		while (end < v.n && noro_is_alnum(v.p[end]))
			end++;
		assert_true(end > name);
		for (i = end; i < v.n && (quoted || v.p[i] != '>'); i++) {
			if (v.p[i] == '=')
				assert_true(quoted || v.p[i + 1] == '"');
			quoted ^= v.p[i] == '"';
			assert_true(v.p[i] != '<');
		}
		assert_false(quoted);
		if (closing) {
			assert_true(depth > 0 && noro_view_eq(open[depth - 1],
							 noro_view(v.p + name, end - name)));
			depth--;
		} else if (v.p[i - 1] != '/') {
			assert_true(depth < 32);
			open[depth++] = noro_view(v.p + name, end - name);
		}
	}
	assert_int_equal(depth, 0);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, what)); p++)
		n++;
	return n;
}

/* Every SVG of a text; and nothing but digits where digits belong. */
static size_t assert_pictures(const struct noro_buf *b)
{
	size_t n = 0;

	assert_int_equal(b->status, NORO_OK);
	assert_int_equal(noro_utf8_valid(noro_buf_as_view(b)), b->n);
	for (const char *p = b->p; p && (p = strstr(p, "<svg")); n++) {
		const char *end = strstr(p, "</svg>");
		struct noro_buf one = { 0 };

		assert_non_null(end);
		end += 6;
		assert_xml(noro_view(p, (size_t)(end - p)));
		noro_buf_add(&one, p, (size_t)(end - p));
		noro_buf_chr(&one, '\0');
		assert_null(strstr(one.p, "nan"));
		assert_null(strstr(one.p, "inf"));
		assert_null(strstr(one.p, "=\"-"));
		assert_null(strstr(one.p, "script>"));
		assert_null(memchr(one.p, 0x1b, one.n));
		assert_null(strstr(one.p, "\xe2\x80\xae"));
		noro_buf_done(&one);
		p = end;
	}
	return n;
}

static struct noro_html page_of(struct noro_buf *out)
{
	static const struct noro_report_opts o = { .lang = NORO_EN };

	return (struct noro_html){ .o = &o, .out = out };
}

static void lines(void **state)
{
	static const double odd[][6] = {
		{ 1, 2, 3, 2, 1, 0 },
		{ NAN, NAN, NAN, NAN, NAN, NAN },
		{ NAN, 4, NAN, 1e308, 3, NAN },
		{ 0, 0, 0, 0, 0, 0 },
		{ INFINITY, -INFINITY, -5, 1e-308, 1e15, 7 },
		{ -1e308, -1, -2, -3, -4, -5 },
	};
	struct noro_buf out = { 0 };
	struct noro_html h = page_of(&out);
	size_t drawn = 0;

	(void)state;
	for (size_t i = 0; i < 6; i++)
		for (size_t n = 0; n <= 6; n++) {
			struct noro_chart_series s[2] = { { hostile, odd[i] },
				{ "b", odd[(i + 1) % 6] } };
			struct noro_chart_lines c = { hostile, june, day, n, s, 2 };

			noro_chart_lines(&h, &c);
			noro_chart_strips(&h, &c);
			c.series_n = 0;
			noro_chart_lines(&h, &c);
			c.from_ns = INT64_MAX - 10;
			noro_chart_lines(&h, &c);
			drawn += 4;
		}
	assert_int_equal(assert_pictures(&out), drawn);
	noro_buf_done(&out);
	noro_buf_done(&h.text);
}

/* A gap is a gap: the line breaks, and the days are shaded; a point alone is still seen. */
static void gaps_are_no_zeros(void **state)
{
	static const double y[] = { 1, 2, NAN, NAN, 5, NAN, 3 };
	struct noro_chart_series s = { "a", y };
	struct noro_chart_lines c = { "t", june, day, 7, &s, 1 };
	struct noro_buf out = { 0 };
	struct noro_html h = page_of(&out);

	(void)state;
	noro_chart_lines(&h, &c);
	assert_int_equal(assert_pictures(&out), 1);
	assert_int_equal(count(out.p, "class=\"hole\""), 2);
	assert_int_equal(count(out.p, "class=\"line c0\""), 3);
	assert_int_equal(count(out.p, "<circle"), 4);
	assert_non_null(strstr(out.p, "2025-06-05: 5.0"));
	assert_null(strstr(out.p, "2025-06-03:"));
	noro_buf_done(&out);
	noro_buf_done(&h.text);
}

static void bars_shares_and_spans(void **state)
{
	const struct noro_chart_bar bar[] = {
		{ hostile, hostile, hostile, 1e300, 1 },
		{ "b", "2", "", 2, -1 },
		{ NULL, NULL, NULL, NAN, 0 },
		{ "d", "-", "", -7, 0 },
		{ "e", "", "", INFINITY, 0 },
	};
	const struct noro_chart_span span[] = {
		{ hostile, hostile, june, june + day, 3 },
		{ "before", "", INT64_MIN, june - day, 99 },
		{ "turned round", "", june + day, june, 0 },
		{ "after", "", INT64_MAX, INT64_MAX, 0 },
	};
	struct noro_buf out = { 0 };
	struct noro_html h = page_of(&out);
	size_t drawn = 0;

	(void)state;
	for (size_t n = 0; n <= 5; n++, drawn += 3) {
		noro_chart_bars(&h, hostile, bar, n, NORO_CHART_HALF);
		noro_chart_bars(&h, hostile, bar, n, 10);
		noro_chart_shares(&h, hostile, bar, n);
	}
	for (size_t n = 0; n <= 4; n++, drawn += 3) {
		noro_chart_timeline(&h, "t", span, n, june, june + 3 * day);
		noro_chart_timeline(&h, "t", span, n, june, june);
		noro_chart_timeline(&h, "t", span, n, june, INT64_MAX);
	}
	assert_int_equal(assert_pictures(&out), drawn);
	noro_buf_done(&out);
	noro_buf_done(&h.text);
}

/* The page: closed to the network, both languages, all that the report holds. */
static void the_page(void **state)
{
	static const double rate[] = { 1.5, NAN, 3 }, alive[] = { 1, 0, 0.5 };
	const struct noro_day_sensor sensor[] = { { hostile, rate, alive }, { "b", rate, alive } };
	const struct noro_rank_row row[] = { { .key = hostile, .packets = 7, .change = NAN },
		{ .key = "tcp/23", .packets = 3, .change = 0.5 } };
	const struct noro_sense_ranking k[] = { { "Ranking", row, 2, NORO_CUT_PORT, false },
		{ "Ranking", row, 2, NORO_CUT_TOOL, false } };
	const char *port[] = { "80", hostile };
	const struct noro_victim victim = { .sensor = "a",
		.victim = { { .family = 4, .b = { 192, 0, 2, 1 } }, 32 },
		.proto = "tcp",
		.ports = { port, 2 },
		.first_ns = june,
		.last_ns = june + 60 * NORO_NS_PER_S,
		.how = "syn-ack" };
	const struct noro_victim *victims[] = { &victim };
	const struct noro_scan scan = { .sensor = "a",
		.src = { .family = 4, .b = { 25, 0, 0, 1 } },
		.port = "tcp/23",
		.tool = "mirai",
		.owner = hostile };
	const struct noro_scan *scans[] = { &scan };
	const struct noro_ill ill = { "a", "has been silent", { NULL, NULL }, june };
	struct noro_sense_report r = { .now = { june, june + 3 * day, .packets = 10,
					       .per_address_day = 2.25, .interval_s = 38400,
					       .alive = 0.5 },
		.ranking = k,
		.rankings = 2,
		.victim = victims,
		.victims = 1,
		.scan = scans,
		.scans = 1,
		.ill = &ill,
		.ills = 1,
		.sensors = 2,
		.days = { june, 3, rate, sensor, 2 },
		.now_ns = june + 4 * day };
	struct noro_buf out = { 0 };

	(void)state;
	assert_int_equal(noro_sense_html(&r, NORO_JA, &out), NORO_OK);
	assert_int_equal(assert_pictures(&out), 6);
	assert_non_null(strstr(out.p, "<html lang=ja"));
	assert_non_null(strstr(out.p, "one every 38,400.0 s"));
	assert_null(strstr(out.p, "http-equiv=refresh"));
	assert_null(strstr(out.p, "src="));
	assert_null(strstr(out.p, "<script>alert"));
	out.n = 0;
	r = (struct noro_sense_report){ .now_ns = june };
	assert_int_equal(noro_sense_html(&r, NORO_EN, &out), NORO_OK);
	assert_int_equal(assert_pictures(&out), 0);
	noro_buf_done(&out);
}

/* A workbook is a zip; the same figures give the same bytes. */
static void the_workbook(void **state)
{
	static const double rate[] = { 1.5, NAN, 3 };
	const struct noro_day_sensor sensor = { "=1+1", rate, rate };
	const struct noro_rank_row row = { .key = hostile, .packets = 7, .change = NAN };
	const struct noro_sense_ranking k = { "Ranking", &row, 1, NORO_CUT_PORT, false };
	const struct noro_sense_report r = {
		.ranking = &k, .rankings = 1, .days = { june, 3, rate, &sensor, 1 }, .now_ns = june
	};
	struct noro_buf a = { 0 }, b = { 0 };
	struct noro_error err = { 0 };
	enum noro_status st = noro_sense_xlsx(&r, NORO_JA, &a, &err);

	(void)state;
	if (st == NORO_EUNSUPPORTED) {
		print_message("# no libxlsxwriter here\n");
		return;
	}
	assert_int_equal(st, NORO_OK);
	assert_int_equal(noro_sense_xlsx(&r, NORO_JA, &b, &err), NORO_OK);
	assert_memory_equal(a.p, "PK\3\4", 4);
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.p, b.p, a.n);
	noro_buf_done(&a);
	noro_buf_done(&b);
}

/* Rises, and a trend with a day that nobody watched, as pages and as workbooks. */
static void rises_and_trends(void **state)
{
	const struct noro_surge_cause cause = { "tool", hostile, 3, 9, 0.5, true };
	const struct noro_surge_link link = { hostile, hostile, june, 4, true, "port" };
	const struct noro_surge surge[] = {
		{ .port = hostile,
			.first_ns = june,
			.last_ns = june + day,
			.sources = 9,
			.expected = 0.1,
			.fold = 90,
			.cause = &cause,
			.causes = 1,
			.link = &link,
			.links = 1 },
		{ .ports = 120,
			.first_ns = june - day,
			.last_ns = june,
			.sources = INFINITY,
			.fold = NAN,
			.continues = true },
	};
	const struct noro_surges s = { .surge = surge,
		.surges = 2,
		.from_ns = june,
		.to_ns = june + 2 * day },
				 none = { .from_ns = NORO_TIME_NONE, .days = 3 };
	const struct noro_trend_row row[] = {
		{ .label = "2025-06-01",
			.from_ns = june,
			.to_ns = june + day,
			.per_address_day = 2,
			.change = NAN,
			.days = 1,
			.of = 1 },
		{ .label = "2025-06-03",
			.from_ns = june + 2 * day,
			.to_ns = june + 3 * day,
			.per_address_day = NAN,
			.change = -0.5,
			.days = 1,
			.of = 1 },
	};
	const struct noro_trend t = { row, 2 }, year = { row, 1 };
	struct noro_buf out = { 0 };
	struct noro_error err = { 0 };
	enum noro_status st;

	(void)state;
	assert_int_equal(noro_surges_html(&s, NORO_JA, true, &out), NORO_OK);
	assert_int_equal(assert_pictures(&out), 2);
	assert_null(strstr(out.p, "<script>alert"));
	assert_non_null(strstr(out.p, "(120)"));
	out.n = 0;
	assert_int_equal(noro_surges_html(&none, NORO_EN, false, &out), NORO_OK);
	assert_int_equal(assert_pictures(&out), 0);
	assert_non_null(strstr(out.p, "no verdict: the history has 3.0 days"));
	out.n = 0;
	assert_int_equal(noro_trend_html(&t, NORO_EN, false, &out), NORO_OK);
	assert_int_equal(assert_pictures(&out), 1);
	out.n = 0;
	assert_int_equal(noro_trend_html(&year, NORO_JA, false, &out), NORO_OK);
	assert_int_equal(assert_pictures(&out), 1);
	out.n = 0;
	st = noro_surges_xlsx(&s, NORO_JA, true, june, &out, &err);
	if (st != NORO_EUNSUPPORTED) {
		assert_int_equal(st, NORO_OK);
		assert_memory_equal(out.p, "PK\3\4", 4);
		out.n = 0;
		assert_int_equal(noro_trend_xlsx(&t, NORO_EN, false, june, &out, &err), NORO_OK);
		assert_memory_equal(out.p, "PK\3\4", 4);
	}
	noro_buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(gaps_are_no_zeros),
		cmocka_unit_test(bars_shares_and_spans),
		cmocka_unit_test(the_page),
		cmocka_unit_test(the_workbook),
		cmocka_unit_test(rises_and_trends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
