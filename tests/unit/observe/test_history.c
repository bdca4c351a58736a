/*
 * tests/unit/observe/test_history.c - answers out of a store: who makes a rise, which flaw came
 * before it, how the years went, and days where hours are gone.
 */
#include "tests/test.h"

#include "noise.h"
#include "observe/observe.h"

#include <math.h>
#include <stdio.h>

#define NS  1000000000LL
#define DAY (86400 * NS)
static const int64_t day0 = 1754006400LL * NS; /* 2025-08-01 */

static const char *knowledge(void)
{
	static char path[4096];
	const char *root = getenv("NOROSHI_SOURCE");

	(void)snprintf(path, sizeof(path), "%s/knowledge", root ? root : "..");
	return path;
}

static void watch(struct noro_history *h, int64_t start, uint32_t width, uint64_t addresses,
	double per_address_day, uint64_t dropped)
{
	const struct noro_measures *to = noro_history_measures(h);
	double came = per_address_day * (double)addresses * width / 86400;
	struct noro_watch w = { .sensor = "tokyo",
		.start_ns = start,
		.width_s = width,
		.alive_s = width,
		.addresses = addresses,
		.packets = (uint64_t)(came + 0.5) - dropped,
		.own = (uint64_t)(came + 0.5) - dropped,
		.dropped = dropped };

	assert_int_equal(to->watch(to->ctx, &w), NORO_OK);
}

static void count(struct noro_history *h, int64_t start, uint32_t width, enum noro_cut cut,
	const char *key, uint64_t sources)
{
	const struct noro_measures *to = noro_history_measures(h);
	struct noro_cell m = { .sensor = "tokyo",
		.start_ns = start,
		.width_s = width,
		.cut = cut,
		.key = key,
		.packets = sources * 4,
		.sources = sources,
		.nets = sources,
		.wide = sources };

	if (sources)
		assert_int_equal(to->cell(to->ctx, &m), NORO_OK);
}

static void event(struct noro_history *h, int64_t first, uint32_t src, const char *port,
	const char *tool, const char *version, const char *as, uint64_t packets)
{
	const struct noro_measures *to = noro_history_measures(h);
	struct noro_scan m = { .sensor = "tokyo",
		.src = noro_ip_from_v4(src),
		.port = port,
		.klass = "scan",
		.first_ns = first,
		.last_ns = first + 600 * NS,
		.packets = packets,
		.dsts = packets,
		.tool = tool,
		.tool_version = version,
		.as = as,
		.country = "ZZ" };

	assert_int_equal(to->scan(to->ctx, &m), NORO_OK);
}

/* 40 days of hours: 8443 with ten sources an hour, and on day 36 at 09:00 a hundred more, nine of
 * ten by a tool of a version that was not there before, from three networks. */
static struct noro_history *forty_days(void)
{
	static const char *const port[] = { "tcp/23", "tcp/8443", "udp/53", "tcp/9" };
	static const double rate[] = { 300, 10, 40, 0.03 };
	struct noise rnd = { 5 };
	struct noro_history *h;

	assert_int_equal(noro_history_open(NULL, false, &h, NULL), NORO_OK);
	assert_int_equal(noro_history_begin(h, "b", NULL), NORO_OK);
	for (int64_t hour = 0; hour < 40 * 24; hour++) {
		int64_t at = day0 + hour * 3600 * NS;
		bool now = hour == 36 * 24 + 9;

		watch(h, at, 3600, 4096, 500, 0);
		for (size_t i = 0; i < 4; i++) {
			uint64_t n = noise_poisson(&rnd, rate[i]);

			count(h, at, 3600, NORO_CUT_PORT, port[i], n + (now && i == 1 ? 110 : 0));
			if (hour % 24 == 0)
				count(h, at, 86400, NORO_CUT_PORT, port[i],
					noise_poisson(&rnd, rate[i] * 6) +
						(hour == 36 * 24 && i == 1 ? 110 : 0));
		}
		for (uint32_t k = 0; k < 10; k++)
			event(h, at, 0x0a000000 + k * 65536 + (uint32_t)hour % 7, "tcp/8443",
				"masscan", NULL, "AS64500", 20);
		for (uint32_t k = 0; now && k < 110; k++)
			event(h, at, 0xc6120000 + (k % 3) * 65536 + k, "tcp/8443",
				k % 10 ? "zmap" : "masscan", k % 10 ? ">=4.1" : NULL,
				k % 3 ? "AS64501" : "AS64502", 10);
	}
	assert_int_equal(noro_history_commit(h, NULL), NORO_OK);
	return h;
}

static const struct noro_surge_cause *cause_of(
	const struct noro_surge *u, const char *kind, const char *key)
{
	static const struct noro_surge_cause none = { .share = -1 };

	for (size_t i = 0; i < u->causes; i++)
		if (strcmp(u->cause[i].kind, kind) == 0 &&
			(!key || strcmp(u->cause[i].key, key) == 0))
			return &u->cause[i];
	return &none;
}

static struct noro_flaws *flaws_of(struct noro_arena *a, const char *text)
{
	const char *folder = knowledge();
	struct noro_flaws *f;
	size_t used;

	assert_int_equal(noro_flaws_open(&folder, 1, a, &f, NULL), NORO_OK);
	assert_int_equal(noro_flaws_text(f, "flaws", noro_view_str(text), &used, NULL), NORO_OK);
	return f;
}

static void a_rise_is_told_with_its_cause_and_its_flaw(void **state)
{
	struct noro_history *h = forty_days();
	struct noro_arena *a = noro_arena_new(0);
	struct noro_surge_ask ask = { .from_ns = day0 + 36 * DAY, .to_ns = day0 + 37 * DAY };
	const struct noro_surge_cause *c;
	const struct noro_surge *u;
	struct noro_surges r;

	(void)state;
	ask.flaws =
		flaws_of(a, "cve,vendor,product,published\n"
			    "CVE-2025-11111,Ivanti,Endpoint Manager Mobile (EPMM),2025-09-02\n"
			    "CVE-2025-22222,Fortinet,FortiOS,2025-09-05\n"
			    "CVE-2024-33333,Ivanti,Endpoint Manager Mobile (EPMM),2024-09-02\n");
	assert_int_equal(noro_observe_surges(h, &ask, a, &r, NULL), NORO_OK);
	assert_int_equal(r.surges, 1);
	u = &r.surge[0];
	assert_string_equal(u->port, "tcp/8443");
	assert_int_equal(u->width_s, 3600); /* not told again by days */
	assert_true(u->first_ns == day0 + 36 * DAY + 9 * 3600 * NS);
	assert_true(u->fold > 8 && u->fold < 16 && !u->continues);
	assert_int_equal(u->named, 120);
	assert_int_equal(u->fresh, 110);
	c = cause_of(u, "tool", "zmap");
	assert_true(c->fresh && c->sources == 99 && fabs(c->share - 0.9) < 0.05);
	assert_true(cause_of(u, "version", "zmap >=4.1")->fresh);
	c = cause_of(u, "as", "AS64501");
	assert_true(c->fresh && fabs(c->share - 0.66) < 0.05);
	assert_true(cause_of(u, "as", "AS64500")->share < 0); /* was there all the time */
	assert_true(u->one < 0.1);
	assert_int_equal(u->links, 1);
	assert_string_equal(u->link[0].cve, "CVE-2025-11111");
	assert_int_equal(u->link[0].days, 4);
	assert_false(u->link[0].kev);
	/* a day later it is no news */
	ask.from_ns += DAY;
	ask.to_ns += DAY;
	assert_int_equal(noro_observe_surges(h, &ask, a, &r, NULL), NORO_OK);
	assert_int_equal(r.surges, 0);
	/* and with 20 days there is no verdict */
	ask.to_ns = day0 + 20 * DAY;
	ask.from_ns = NORO_TIME_NONE;
	assert_int_equal(noro_observe_surges(h, &ask, a, &r, NULL), NORO_OK);
	assert_true(r.from_ns == NORO_TIME_NONE && r.surges == 0 && r.days == 20);
	noro_arena_free(a);
	noro_history_close(h);
}

/* The same counts made by names that were there before, or by one /16: no finding. */
static void known_sources_are_gated(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_surge_ask ask = { .from_ns = day0 + 30 * DAY, .to_ns = day0 + 40 * DAY };
	struct noro_history *h;
	struct noro_surges r;

	(void)state;
	for (int known = 0; known < 2; known++) {
		assert_int_equal(noro_history_open(NULL, false, &h, NULL), NORO_OK);
		assert_int_equal(noro_history_begin(h, "b", NULL), NORO_OK);
		for (int64_t hour = 0; hour < 40 * 24; hour++) {
			int64_t at = day0 + hour * 3600 * NS;
			bool now = hour == 36 * 24 + 9, early = hour < 240 && known;

			watch(h, at, 3600, 4096, 500, 0);
			count(h, at, 3600, NORO_CUT_PORT, "tcp/502", now ? 8 : early);
			for (uint32_t k = 0; now && k < 8; k++)
				event(h, at, 0xc6120000 + (k << (known ? 16 : 0)), "tcp/502", NULL,
					NULL, NULL, 10);
			if (early)
				event(h, at, 0xc6120000 + (uint32_t)((hour % 8) << 16), "tcp/502",
					NULL, NULL, NULL, 10);
		}
		assert_int_equal(noro_history_commit(h, NULL), NORO_OK);
		assert_int_equal(noro_observe_surges(h, &ask, a, &r, NULL), NORO_OK);
		assert_int_equal(r.surges, 0);
		assert_true(r.stood >= 1 && r.gated >= 1);
		noro_history_close(h);
	}
	noro_arena_free(a);
}

/* What the police printed of each year, from sensors that heard as much: 2018, 2019, 2023, 2024
 * (reference: NPA), and a year of NICTER's, which is another body's and another number. */
static void each_year_has_its_own_figure(void **state)
{
	static const struct {
		int year;
		double per_day;
		const char *interval;
	} npa[] = { { 2018, 2752.8, "31.4" }, { 2019, 4192.0, "20.6" }, { 2023, 9145.0, "9.4" },
		{ 2024, 9520.2, "9.1" } };
	struct noro_history *h;
	struct noro_arena *a = noro_arena_new(0);
	struct noro_ask ask = { .cut = -1 };
	struct noro_trend t;
	char text[16];

	(void)state;
	assert_int_equal(noro_history_open(NULL, false, &h, NULL), NORO_OK);
	assert_int_equal(noro_history_begin(h, "b", NULL), NORO_OK);
	for (size_t i = 0; i < 4; i++) {
		struct noro_civil c = { .year = npa[i].year, .month = 1, .day = 1 };
		int64_t start, days = c.year % 4 ? 365 : 366;

		assert_true(noro_civil_to_ns(&c, 0, &start));
		for (int64_t day = 0; day < days; day++) {
			/* a fifth is lost on some days, and made good */
			uint64_t lost = day % 10 == 3 ? (uint64_t)(npa[i].per_day * 200) : 0;

			if (npa[i].year == 2019 && day >= 100)
				break; /* the sensor was off for the rest of that year */
			watch(h, start + day * DAY, 86400, 1000, npa[i].per_day, lost);
			count(h, start + day * DAY, 86400, NORO_CUT_TOTAL, "", 45808);
		}
	}
	assert_int_equal(noro_history_commit(h, NULL), NORO_OK);
	assert_int_equal(noro_observe_trend(h, &ask, NORO_BY_YEAR, a, &t, NULL), NORO_OK);
	assert_int_equal(t.rows, 4);
	for (size_t i = 0; i < 4; i++) {
		(void)snprintf(text, sizeof(text), "%d", npa[i].year);
		assert_string_equal(t.row[i].label, text);
		assert_true(fabs(t.row[i].per_address_day - npa[i].per_day) < 0.05);
		(void)snprintf(text, sizeof(text), "%.1f", t.row[i].interval_s);
		assert_string_equal(text, npa[i].interval);
		assert_true(t.row[i].sources_per_day == 45808);
		assert_int_equal(t.row[i].days, npa[i].year == 2019 ? 100 : t.row[i].of);
	}
	assert_int_equal(t.row[3].of, 366);
	assert_true(isnan(t.row[0].change));
	assert_true(isnan(t.row[2].change)); /* four years lie between */
	(void)snprintf(text, sizeof(text), "%+.1f", 100 * t.row[3].change);
	assert_string_equal(text, "+4.1");
	assert_int_equal(noro_observe_trend(h, &ask, NORO_BY_MONTH, a, &t, NULL), NORO_OK);
	assert_int_equal(t.rows, 12 + 4 + 12 + 12);
	assert_string_equal(t.row[1].label, "2018-02");
	assert_int_equal(t.row[1].of, 28);
	assert_true(fabs(t.row[1].change) < 1e-9 && isnan(t.row[16].change));
	ask.from_ns = t.row[39].from_ns;
	assert_int_equal(noro_observe_trend(h, &ask, NORO_BY_DAY, a, &t, NULL), NORO_OK);
	assert_int_equal(t.rows, 31);
	assert_string_equal(t.row[30].label, "2024-12-31");
	noro_arena_free(a);
	noro_history_close(h);
}

/* NICTER 2024: 686.2 thousand million packets, one in about 13 s for each address: the same sum,
 * and never the police's figure. */
static void the_sums_are_those_of_the_books(void **state)
{
	struct noro_history *h;
	struct noro_arena *a = noro_arena_new(0);
	struct noro_ask ask = { .cut = -1 };
	struct noro_trend t;

	(void)state;
	assert_int_equal(noro_history_open(NULL, false, &h, NULL), NORO_OK);
	assert_int_equal(noro_history_begin(h, "b", NULL), NORO_OK);
	for (int64_t day = 0; day < 366; day++)
		watch(h, 1704067200LL * NS + day * DAY, 86400, 282095, 6646.15, 0);
	assert_int_equal(noro_history_commit(h, NULL), NORO_OK);
	assert_int_equal(noro_observe_trend(h, &ask, NORO_BY_YEAR, a, &t, NULL), NORO_OK);
	assert_int_equal(t.rows, 1);
	assert_true(fabs((double)t.row[0].packets / 686.2e9 - 1) < 0.001);
	assert_true(fabs(t.row[0].interval_s - 13) < 0.01);
	noro_arena_free(a);
	noro_history_close(h);
}

/* A ranking of six hours of a day whose hours were aged away is one of the day, and says so. */
static void days_stand_in_for_hours_that_are_gone(void **state)
{
	struct noro_history *h = forty_days();
	struct noro_arena *a = noro_arena_new(0);
	struct noro_history_keep keep = { .hour = 10 };
	struct noro_ask ask = { .cut = NORO_CUT_PORT };
	struct noro_ranks ranks;
	bool widened;

	(void)state;
	assert_int_equal(noro_history_begin(h, "totals", NULL), NORO_OK);
	for (int64_t hour = 0; hour < 40 * 24; hour++) {
		count(h, day0 + hour * 3600 * NS, 3600, NORO_CUT_TOTAL, "", 350);
		if (hour % 24 == 0)
			count(h, day0 + hour * 3600 * NS, 86400, NORO_CUT_TOTAL, "", 2000);
	}
	assert_int_equal(noro_history_commit(h, NULL), NORO_OK);
	for (int aged = 0; aged < 2; aged++) {
		ask.width_s = NORO_HOUR_S;
		ask.from_ns = day0 + 5 * DAY + 3 * 3600 * NS;
		ask.to_ns = day0 + 5 * DAY + 9 * 3600 * NS;
		assert_int_equal(noro_observe_period(h, &ask, &widened, NULL), NORO_OK);
		assert_int_equal(widened, aged);
		assert_int_equal(ask.width_s, aged ? NORO_DAY_S : NORO_HOUR_S);
		assert_int_equal(noro_observe_rank(h, &ask, false, a, &ranks, NULL), NORO_OK);
		assert_true(ranks.rows >= 3);
		assert_string_equal(ranks.row[0].key, "tcp/23");
		assert_true(ranks.row[0].per_address_day > 0);
		if (aged)
			assert_true(ask.from_ns == day0 + 5 * DAY && ask.to_ns == day0 + 6 * DAY);
		assert_int_equal(noro_history_age(h, &keep, day0 + 40 * DAY, NULL, NULL), NORO_OK);
	}
	/* what is still kept stays as it is; so does what lies before the history */
	ask = (struct noro_ask){ .width_s = NORO_HOUR_S,
		.from_ns = day0 + 39 * DAY,
		.to_ns = day0 + 39 * DAY + 3600 * NS };
	assert_int_equal(noro_observe_period(h, &ask, &widened, NULL), NORO_OK);
	assert_false(widened);
	noro_arena_free(a);
	noro_history_close(h);
}

/* Every shape in which lists of flaws come. */
static void lists_of_flaws_are_known_by_their_shape(void **state)
{
	static const char *const shape[] = {
		"cve,port,product,published\nCVE-2025-1000,tcp/8443,Thing,2025-09-01\n",
		"{\"cve\":\"CVE-2025-1000\",\"port\":\"tcp/8443\",\"product\":\"Thing\","
		"\"published\":\"2025-09-01\"}\n\n"
		"{\"cve\":\"CVE-2025-1001\",\"port\":\"tcp/1\",\"published\":\"2025-09-01\"}\n",
		"[{\"cve\":\"CVE-2025-1000\",\"port\":\"8443\",\"published\":\"2025-09-01\"}]",
		"\xef\xbb\xbf{\"title\":\"KEV\",\"vulnerabilities\":[{\"cveID\":\"CVE-2025-1000\","
		"\"vendorProject\":\"Ivanti\",\"product\":\"Endpoint Manager Mobile (EPMM)\","
		"\"dateAdded\":\"2025-09-01\"}]}",
		"cveID,vendorProject,product,dateAdded\n"
		"CVE-2025-1000,Ivanti,\"Sentry, all\",2025-09-01\n",
		"{\"dataType\":\"CVE_RECORD\",\"cveMetadata\":{\"cveId\":\"CVE-2025-1000\","
		"\"datePublished\":\"2025-09-01T03:04:05.678Z\"},\"containers\":{\"cna\":{"
		"\"affected\":[{\"vendor\":\"x\",\"product\":\"y\"},{\"vendor\":\"Ivanti\","
		"\"product\":\"Ivanti Sentry\"}]}}}",
	};
	struct noro_arena *a = noro_arena_new(0);
	struct noro_surge_links near;
	size_t used;

	(void)state;
	for (size_t i = 0; i < sizeof(shape) / sizeof(shape[0]); i++) {
		struct noro_flaws *f = flaws_of(a, shape[i]);

		assert_int_equal(
			noro_flaws_near(f, "tcp/8443", day0 + 33 * DAY, NULL, a, &near), NORO_OK);
		assert_int_equal(near.links, 1);
		assert_string_equal(near.link[0].cve, "CVE-2025-1000");
		assert_int_equal(near.link[0].days, i == 5 ? 1 : 2);
		assert_int_equal(
			noro_flaws_near(f, "tcp/22", day0 + 33 * DAY, NULL, a, &near), NORO_OK);
		assert_int_equal(near.links, 0);
		for (size_t cut = 0; cut <= strlen(shape[i]);
			cut++) { /* never more than is there */
			uint8_t *exact = test_exact_copy(shape[i], cut);
			struct noro_error err = { 0 };
			enum noro_status st =
				noro_flaws_text(f, "cut", noro_view(exact, cut), &used, &err);

			assert_true(st == NORO_OK || err.status == st);
			assert_true(used <= 2);
			free(exact);
		}
	}
	noro_arena_free(a);
}

/* A payload that names a flaw goes before a product that may be meant; a flaw that was listed after
 * the rise is told as such. */
static void the_likeliest_flaw_comes_first(void **state)
{
	static const char *const seen[] = { "CVE-2025-1003", NULL };
	struct noro_arena *a = noro_arena_new(0);
	struct noro_surge_links near;
	struct noro_flaws *f = flaws_of(a, "cve,vendor,product,published,dateAdded\n"
					   "CVE-2025-1000,Ivanti,Sentry,2025-08-01,2025-09-20\n"
					   "CVE-2025-1001,Ivanti,Sentry,2025-09-01,\n"
					   "CVE-2025-1002,Other,Thing,2025-09-02,\n"
					   "CVE-2025-1003,Other,Thing,2025-07-02,\n"
					   "CVE-2025-1004,F5,BIG-IP,,2025-09-10\n");

	(void)state;
	assert_int_equal(noro_flaws_near(f, "tcp/8443", day0 + 33 * DAY, seen, a, &near), NORO_OK);
	assert_int_equal(near.links, 3);
	assert_string_equal(near.link[0].cve, "CVE-2025-1003");
	assert_string_equal(near.link[0].why, "payload");
	assert_string_equal(near.link[1].cve, "CVE-2025-1001");
	assert_string_equal(near.link[2].cve, "CVE-2025-1000");
	assert_int_equal(near.link[2].days, 33);
	noro_arena_free(a);
}

/* The real list: every flaw of it is taken, and a port of it finds its flaw. */
static void the_real_list_is_read(void **state)
{
	static const char *const name[] = {
		"vuln/cisagov+kev-data/known_exploited_vulnerabilities.json",
		"vuln/cisagov+kev-data/known_exploited_vulnerabilities.csv"
	};
	const char *data = test_data(), *folder = knowledge();
	char path[8192];

	(void)state;
	if (!data)
		return;
	for (size_t i = 0; i < 2; i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_surge_links near;
		struct noro_flaws *f;
		size_t used;

		(void)snprintf(path, sizeof(path), "%s/%s", data, name[i]);
		assert_int_equal(noro_flaws_open(&folder, 1, a, &f, NULL), NORO_OK);
		assert_int_equal(noro_flaws_file(f, path, &used, NULL), NORO_OK);
		assert_true(used >= 1400);
		/* CVE-2025-4427 and 4428 of EPMM were listed on 2025-05-19 */
		assert_int_equal(
			noro_flaws_near(f, "tcp/8443", 1747872000LL * NS, NULL, a, &near), NORO_OK);
		assert_true(near.links >= 1);
		assert_true(near.link[0].kev && near.link[0].days >= 0 && near.link[0].days <= 10);
		noro_arena_free(a);
	}
}

/* Memory that ends at a growing number of allocations, until it suffices. */
static void want_of_memory_is_told(void **state)
{
	struct noro_history *h = forty_days();
	struct noro_surge_ask ask = { .from_ns = day0 + 36 * DAY, .to_ns = day0 + 37 * DAY };
	enum noro_status st = NORO_ENOMEM;

	(void)state;
	for (size_t n = 1; st == NORO_ENOMEM; n += 1 + n / 4) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_surges r;

		assert_true(n < 10000000);
		(void)noro_mem_fail_after(n);
		st = noro_observe_surges(h, &ask, a, &r, NULL);
		(void)noro_mem_fail_after(0);
		assert_true(st == NORO_ENOMEM || (st == NORO_OK && r.surges == 1));
		noro_arena_free(a);
	}
	assert_int_equal(st, NORO_OK);
	noro_history_close(h);
}

static bool one_list(void *text)
{
	struct noro_arena *a = noro_arena_new(0);
	const char *folder = knowledge();
	struct noro_flaws *f;
	size_t used = 0;
	enum noro_status st = a ? noro_flaws_open(&folder, 1, a, &f, NULL) : NORO_ENOMEM;

	if (st == NORO_OK)
		st = noro_flaws_text(f, "flaws", noro_view_str(text), &used, NULL);
	assert_true(st == NORO_ENOMEM || (st == NORO_OK && used == 1));
	noro_arena_free(a);
	return st == NORO_OK;
}

static void want_of_memory_ends_a_list(void **state)
{
	static char list[] = "[{\"cve\":\"CVE-2025-1000\",\"published\":\"2025-09-01\"}]";
	static char table[] = "cve,published\nCVE-2025-1000,\"2025-09-01\"\n";

	(void)state;
	test_allocation_sweep(one_list, list, 10000);
	test_allocation_sweep(one_list, table, 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rise_is_told_with_its_cause_and_its_flaw),
		cmocka_unit_test(known_sources_are_gated),
		cmocka_unit_test(each_year_has_its_own_figure),
		cmocka_unit_test(the_sums_are_those_of_the_books),
		cmocka_unit_test(days_stand_in_for_hours_that_are_gone),
		cmocka_unit_test(lists_of_flaws_are_known_by_their_shape),
		cmocka_unit_test(the_likeliest_flaw_comes_first),
		cmocka_unit_test(the_real_list_is_read),
		cmocka_unit_test(want_of_memory_is_told),
		cmocka_unit_test(want_of_memory_ends_a_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
