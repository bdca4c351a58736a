/*
 * tests/unit/observe/test_campaign.c - sources that work as one: each reason by itself, what joins
 * nobody, and the same answer whichever way the rows came.
 */
#include "tests/test.h"

#include "observe/observe.h"

#include <stdio.h>

static const int64_t day0 = INT64_C(1756252800000000000), hour = INT64_C(3600000000000);

/* A scan as the tests need it; what is 0 is usual. */
struct put {
	const char *src, *port, *tool, *version, *owner, *cluster;
	int64_t at, lasts;    /* hours */
	uint32_t seq, window; /* of its two samples: seq, and what the second differs in */
	uint64_t packets;
	enum noro_proof proof;
};

static void packet(const struct put *p, unsigned i, struct noro_sample *s)
{
	uint32_t seq = p->seq ^ (i ? p->window : 0);
	const uint8_t head[40] = { 0x45, 0, 0, 40, 0, (uint8_t)i, 0, 0, 57, 6, 0, 0, 192, 0, 2, 1,
		198, 18, 0, (uint8_t)i, 0x9c, (uint8_t)(0x40 + i), 0, 80, (uint8_t)(seq >> 24),
		(uint8_t)(seq >> 16), (uint8_t)(seq >> 8), (uint8_t)seq, 0, 0, 0, 0, 0x50, 2, 4,
		0 };

	*s = (struct noro_sample){ .time_ns = day0 + i, .n = sizeof(head) };
	memcpy(s->byte, head, sizeof(head));
}

static void put(struct noro_history *h, const struct put *p)
{
	const struct noro_measures *to = noro_history_measures(h);
	struct noro_scan m = { .sensor = "t",
		.port = p->port ? p->port : "tcp/80",
		.klass = "scan",
		.first_ns = day0 + p->at * hour,
		.last_ns = day0 + (p->at + p->lasts) * hour + 1,
		.packets = p->packets ? p->packets : 20,
		.dsts = 20,
		.tool = p->tool,
		.tool_version = p->version,
		.cluster = p->cluster ? p->cluster : "1024:none:64:df0",
		.owner = p->owner,
		.proof = p->proof,
		.samples = 2 };

	assert_true(noro_ip_parse(noro_view_str(p->src), &m.src));
	packet(p, 0, &m.sample[0]);
	packet(p, 1, &m.sample[1]);
	assert_int_equal(to->scan(to->ctx, &m), NORO_OK);
}

static void name_host(struct noro_history *h, const char *src, const char *url)
{
	const struct noro_measures *to = noro_history_measures(h);
	struct noro_payload m = { .sensor = "t",
		.time_ns = day0,
		.port = "tcp/80",
		.byte = (const uint8_t *)"x",
		.n = 1,
		.urls = { &url, 1 } };

	memset(m.sha256, 'a', 64);
	assert_true(noro_ip_parse(noro_view_str(src), &m.src));
	assert_true(noro_ip_parse(noro_view_str("203.0.113.9"), &m.dst));
	assert_int_equal(to->payload(to->ctx, &m), NORO_OK);
}

static struct noro_history *opened(void)
{
	struct noro_history *h;

	assert_int_equal(noro_history_open(NULL, false, &h, NULL), NORO_OK);
	assert_int_equal(noro_history_begin(h, "one", NULL), NORO_OK);
	return h;
}

static struct noro_campaigns asked(struct noro_history *h, bool alike, struct noro_arena *a)
{
	const struct noro_campaign_ask ask = {
		.which = { .cut = -1, .from_ns = NORO_TIME_NONE, .to_ns = NORO_TIME_NONE },
		.alike = alike
	};
	struct noro_campaigns c;

	assert_int_equal(noro_observe_campaigns(h, &ask, a, &c, NULL), NORO_OK);
	return c;
}

static const char *address(char text[32], unsigned net, unsigned i)
{
	(void)snprintf(text, 32, "%u.%u.7.%u", net, i % 200, 1 + i / 200);
	return text;
}

/* Spread evenly over ten days, on one port each: what the internet is full of. */
static void crowd(struct noro_history *h, unsigned net, const char *tool)
{
	for (unsigned i = 0; i < 60; i++) {
		char text[32];
		const struct put p = { .src = address(text, net, i), .tool = tool, .at = 4 * i };

		put(h, &p);
	}
}

static void what_anybody_has_joins_nobody(void **state)
{
	struct noro_history *h = opened();
	struct noro_arena *a = noro_arena_new(0);
	struct noro_campaigns c;

	(void)state;
	crowd(h, 25, "zmap");
	crowd(h, 26, NULL);
	assert_int_equal(noro_history_commit(h, NULL), NORO_OK);
	c = asked(h, false, a);
	assert_int_equal(c.sources, 120);
	assert_int_equal(c.campaigns, 0);
	c = asked(h, true, a);
	assert_int_equal(c.campaigns, 2);
	assert_int_equal(c.joined, 120);
	assert_int_equal(c.campaign[0].proof, NORO_CAMPAIGN_ALIKE);
	assert_string_equal(c.campaign[0].why[0].kind, "alike");
	assert_string_equal(c.campaign[0].why[0].value, "zmap 1024:none:64:df0 tcp/80");
	noro_arena_free(a);
	noro_history_close(h);
}

static void a_secret_joins_whatever_the_ports(void **state)
{
	static const char *const port[] = { "tcp/22", "tcp/443", "tcp/8080" };
	struct noro_history *h = opened();
	struct noro_arena *a = noro_arena_new(0);
	struct noro_campaigns c;
	char text[32];

	(void)state;
	crowd(h, 25, NULL);
	for (unsigned i = 0; i < 3; i++)
		put(h, &(struct put){ .src = address(text, 29, i),
			       .port = port[i],
			       .tool = "nmap",
			       .at = 80 * i,
			       .seq = 0x12345678 ^ i * 0x00070007,
			       .window = 0x00330033 });
	put(h, &(struct put){ .src = "30.1.1.1", .tool = "nmap", .seq = 0x99345678 });
	put(h, &(struct put){ .src = "30.1.1.2",
		       .tool = "nmap",
		       .seq = 0x12345678,
		       .window = 0x01000001 });
	assert_int_equal(noro_history_commit(h, NULL), NORO_OK);
	c = asked(h, false, a);
	assert_int_equal(c.campaigns, 1);
	assert_int_equal(c.campaign[0].sources, 3);
	assert_int_equal(c.campaign[0].proof, NORO_CAMPAIGN_STRONG);
	assert_string_equal(c.campaign[0].why[0].kind, "sequence");
	assert_string_equal(c.campaign[0].tool, "nmap");
	assert_int_equal(c.campaign[0].ports.n, 3);
	assert_int_equal(c.campaign[0].networks, 3);
	noro_arena_free(a);
	noro_history_close(h);
}

static void hosts_and_owners_join(void **state)
{
	struct noro_history *h = opened();
	struct noro_arena *a = noro_arena_new(0);
	struct noro_campaigns c;
	char text[32];

	(void)state;
	crowd(h, 25, NULL);
	for (unsigned i = 0; i < 4; i++) {
		put(h, &(struct put){
			       .src = address(text, 33, i), .owner = "Survey", .at = 50 * i });
		name_host(h, address(text, 25, 7 * i), "hxxp");
		name_host(h, address(text, 25, 7 * i),
			i % 2 ? "http://EVIL.example:81/a" : "evil.example/b");
		name_host(h, address(text, 25, i), "http://203.0.113.9/ours");
	}
	assert_int_equal(noro_history_commit(h, NULL), NORO_OK);
	c = asked(h, false, a);
	assert_int_equal(c.campaigns, 2);
	for (size_t i = 0; i < 2; i++) {
		bool owner = strcmp(c.campaign[i].why[0].kind, "owner") == 0;

		assert_int_equal(c.campaign[i].sources, 4);
		assert_string_equal(c.campaign[i].why[0].value, owner ? "Survey" : "evil.example");
	}
	assert_string_not_equal(c.campaign[0].id, c.campaign[1].id);
	noro_arena_free(a);
	noro_history_close(h);
}

static void who_comes_together_is_told_from_who_comes_anyway(void **state)
{
	struct noro_history *h = opened();
	struct noro_arena *a = noro_arena_new(0);
	struct noro_campaigns c;
	char text[32];

	(void)state;
	crowd(h, 25, NULL);
	for (unsigned i = 0; i < 12; i++)
		put(h, &(struct put){ .src = address(text, 28, i),
			       .port = "tcp/7001",
			       .at = 100 + i % 5 });
	put(h, &(struct put){ .src = "28.200.1.1", .port = "tcp/7001", .at = 3 });
	for (unsigned i = 0; i < 50; i++) { /* made up: seen as such, or only once */
		put(h, &(struct put){ .src = address(text, 40, i),
			       .port = "tcp/81",
			       .at = 9,
			       .proof = NORO_PROOF_FLOOD });
		put(h, &(struct put){ .src = address(text, 41, i),
			       .port = "tcp/82",
			       .at = 9,
			       .packets = 1 });
	}
	assert_int_equal(noro_history_commit(h, NULL), NORO_OK);
	c = asked(h, false, a);
	assert_int_equal(c.campaigns, 1);
	assert_int_equal(c.campaign[0].sources, 12);
	assert_string_equal(c.campaign[0].why[0].kind, "burst");
	assert_string_equal(c.campaign[0].ports.item[0], "tcp/7001");
	assert_int_equal(c.campaign[0].first_ns, day0 + 100 * hour);
	noro_arena_free(a);
	noro_history_close(h);
}

static void bots_and_hours_join(void **state)
{
	static const char *const port[] = { "tcp/22", "tcp/443", "tcp/8080", "tcp/21" };
	struct noro_history *h = opened();
	struct noro_arena *a = noro_arena_new(0);
	struct noro_campaigns c;
	char text[32];

	(void)state;
	crowd(h, 25, NULL);
	for (unsigned i = 0; i < 8; i++)
		put(h, &(struct put){ .src = address(text, 26, i),
			       .port = i % 2 ? "tcp/23" : "tcp/2323",
			       .tool = "mirai",
			       .version = "family",
			       .at = 20 * i });
	for (unsigned i = 0; i < 4; i++) /* two of them began later than half of it */
		put(h, &(struct put){ .src = address(text, 29, i),
			       .port = port[i],
			       .cluster = "9:none:64:df0",
			       .at = 30 + (i == 3 ? 9 : i % 2),
			       .lasts = 10 });
	assert_int_equal(noro_history_commit(h, NULL), NORO_OK);
	c = asked(h, false, a);
	/* four on each port are no family yet */
	assert_int_equal(c.campaigns, 1);
	assert_string_equal(c.campaign[0].why[0].kind, "hours");
	assert_int_equal(c.campaign[0].sources, 3);
	assert_true(c.campaign[0].why[0].measure >= 0.5);
	assert_int_equal(noro_history_begin(h, "two", NULL), NORO_OK);
	for (unsigned i = 0; i < 8; i++)
		put(h, &(struct put){ .src = address(text, 26, i),
			       .port = "tcp/23",
			       .tool = "mirai",
			       .version = "family",
			       .at = 20 * i + 2 });
	assert_int_equal(noro_history_commit(h, NULL), NORO_OK);
	c = asked(h, false, a);
	assert_int_equal(c.campaigns, 2);
	assert_int_equal(c.campaign[0].sources, 8);
	assert_string_equal(c.campaign[0].why[0].kind, "family");
	assert_string_equal(c.campaign[0].why[0].value, "mirai tcp/23");
	noro_arena_free(a);
	noro_history_close(h);
}

static struct noro_history *swept;

static bool sweep(void *ctx)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_campaign_ask ask = {
		.which = { .cut = -1, .from_ns = NORO_TIME_NONE, .to_ns = NORO_TIME_NONE },
		.alike = true
	};
	struct noro_campaigns c;
	enum noro_status st;

	(void)ctx;
	if (!a)
		return false;
	st = noro_observe_campaigns(swept, &ask, a, &c, NULL);
	noro_arena_free(a);
	assert_true(st == NORO_OK || st == NORO_ENOMEM);
	return st == NORO_OK;
}

static void memory_may_fail_anywhere(void **state)
{
	char text[32];

	(void)state;
	swept = opened();
	for (unsigned i = 0; i < 9; i++)
		put(swept, &(struct put){ .src = address(text, 26, i),
				   .tool = "mirai",
				   .version = "family",
				   .at = 3 * i,
				   .lasts = 8 });
	name_host(swept, "26.0.7.1", "http://a.example/");
	name_host(swept, "26.1.7.1", "http://a.example/");
	assert_int_equal(noro_history_commit(swept, NULL), NORO_OK);
	test_allocation_sweep(sweep, NULL, 2000);
	noro_history_close(swept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_anybody_has_joins_nobody),
		cmocka_unit_test(a_secret_joins_whatever_the_ports),
		cmocka_unit_test(hosts_and_owners_join),
		cmocka_unit_test(who_comes_together_is_told_from_who_comes_anyway),
		cmocka_unit_test(bots_and_hours_join),
		cmocka_unit_test(memory_may_fail_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
