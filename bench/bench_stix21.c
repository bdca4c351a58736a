/*
 * bench/bench_stix21.c - what the check of a STIX 2.1 object costs beside reading its JSON.
 *
 * Small indicators and observables as feeds send them, in envelopes of 1,000; each round parses and
 * checks all of them. Prints objects a second on one core and the ratio to the parse alone; the
 * ratio repeats on another machine, a rate does not.
 */
#include "intel/stix21.h"

#include "base/buf.h"

#include <stdio.h>
#include <time.h>

enum { OBJECTS = 1000, ROUND = 20 };

static double now_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void indicator(struct noro_buf *out, unsigned i)
{
	noro_buf_printf(out,
		"{\"type\":\"indicator\",\"spec_version\":\"2.1\","
		"\"id\":\"indicator--4e72cb2c-0d1c-4a3c-8d53-2c4f1a%06x\","
		"\"created_by_ref\":\"identity--4e72cb2c-0d1c-4a3c-8d53-2c4f1ad7a1b0\","
		"\"created\":\"2025-01-02T03:04:05.678Z\",\"modified\":\"2025-01-02T03:04:05."
		"678Z\","
		"\"object_marking_refs\":[\"marking-definition--"
		"bab4a63c-aed9-4cf5-a766-dfca5abac2bb\"],\"indicator_types\":"
		"[\"malicious-activity\"],\"confidence\":80,\"valid_from\":\"2025-01-01T00:00:"
		"00Z\","
		"\"pattern_type\":\"stix\",",
		i);
	switch (i % 4) {
	case 0:
		noro_buf_printf(out, "\"pattern\":\"[ipv4-addr:value = '198.51.%u.%u']\"}", i / 256,
			i % 256);
		break;
	case 1:
		noro_buf_printf(out, "\"pattern\":\"[domain-name:value = 'c%u.example.jp']\"}", i);
		break;
	case 2:
		noro_buf_printf(out,
			"\"pattern\":\"[file:hashes.'SHA-256' = 'aec070645fe53ee3b3763059376134f0"
			"58cc337247c978add178b6ccdf%06x']\"}",
			i);
		break;
	default:
		noro_buf_printf(
			out, "\"pattern\":\"[url:value = 'https://c%u.example.jp/a']\"}", i);
	}
}

static void address(struct noro_buf *out, unsigned i)
{
	noro_buf_printf(out,
		"{\"type\":\"ipv4-addr\",\"spec_version\":\"2.1\","
		"\"id\":\"ipv4-addr--4e72cb2c-0d1c-4a3c-8d53-2c4f1a%06x\","
		"\"value\":\"198.51.%u.%u\"}",
		i, i / 256, i % 256);
}

static void envelope(struct noro_buf *out, void (*one)(struct noro_buf *out, unsigned i))
{
	noro_buf_str(out, "{\"objects\":[");
	for (unsigned i = 0; i < OBJECTS; i++) {
		if (i)
			noro_buf_chr(out, ',');
		one(out, i);
	}
	noro_buf_str(out, "]}");
}

/* Seconds for ROUND envelopes; negative when something is refused. */
static double run(struct noro_view text, bool check)
{
	struct noro_arena *a = noro_arena_new(0), *work = noro_arena_new(0);
	double start = now_s();
	bool ok = a && work;

	for (unsigned r = 0; ok && r < ROUND; r++) {
		const struct noro_json *v;

		noro_arena_reset(a);
		if (noro_json_parse(a, text, NULL, &v, NULL) != NORO_OK) {
			ok = false;
			break;
		}
		v = check ? noro_json_get(v, "objects")->child : NULL;
		for (; v && ok; v = v->next) {
			struct noro_stix21 said;
			struct noro_stix21_faults faults;

			ok = noro_stix21_check(work, v, 0, &said, &faults) == NORO_OK;
			noro_arena_reset(work);
		}
	}
	noro_arena_free(a);
	noro_arena_free(work);
	return ok ? now_s() - start : -1;
}

static double best(struct noro_view text, bool check)
{
	double least = -1;

	for (int i = 0; i < 9; i++) {
		double s = run(text, check);

		if (s < 0)
			return s;
		if (least < 0 || s < least)
			least = s;
	}
	return least;
}

static int report(const char *name, void (*one)(struct noro_buf *out, unsigned i))
{
	struct noro_buf text = { 0 };
	double parse, both;

	envelope(&text, one);
	parse = best(noro_buf_as_view(&text), false);
	both = best(noro_buf_as_view(&text), true);
	if (text.status != NORO_OK || parse <= 0 || both <= 0) {
		printf("%s: refused\n", name);
		noro_buf_done(&text);
		return 1;
	}
	printf("%-11s %4zu bytes each  %9.0f objects/s parsed and checked, %9.0f parsed  "
	       "(%.2f times the parse)\n",
		name, text.n / OBJECTS, OBJECTS * ROUND / both, OBJECTS * ROUND / parse,
		both / parse);
	noro_buf_done(&text);
	return 0;
}

int main(void)
{
	int bad = report("indicators", indicator);

	return report("addresses", address) | bad;
}
