/*
 * bench/bench_hub.c - what a hub takes in: envelopes of 1,000 objects posted as members post them,
 * each parsed, validated, correlated and durable (SQLite, synchronous=FULL) before it is
 * acknowledged, without the network.
 *
 * bench_hub FILE OBJECTS [MEMBERS]: two members at a time post until so many objects are stored in
 * FILE, which is made. A tenth of the values was said by others before. Prints objects a second for
 * each tenth of the run, and how the last compares with the first.
 */
#include "hub/taxii.h"

#include "base/buf.h"
#include "store/hub_member.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { ENVELOPE = 1000, TENTHS = 10, POSTERS = 2, SHARED = 10, KNOWN = 5000 };

struct run {
	struct noro_taxii taxii;
	const char (*key)[NORO_HUB_TOKEN];
	unsigned members;
	uint64_t envelopes;
	_Atomic uint64_t next;
	/* seconds, and seconds of CPU, at which each tenth was begun */
	double mark[TENTHS + 1], cpu[TENTHS + 1];
	_Atomic bool failed;
};

static double now_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu_s(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static int64_t clock_of(void *ctx)
{
	(void)ctx;
	return noro_clock_now();
}

static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Ids are random, as members make them; values are new but for one in `SHARED`. */
static void object(struct noro_buf *out, uint64_t i)
{
	uint64_t r = mix(i + 1),
		 value = i % SHARED ? r : mix(i / SHARED % KNOWN + (UINT64_C(1) << 40));

	noro_buf_printf(out,
		"{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--%08x-%04x-4%"
		"03x-"
		"8%03x-%012llx\",\"created\":\"2025-01-02T03:04:05.678Z\",\"modified\":"
		"\"2025-01-02T03:04:05.678Z\",\"object_marking_refs\":[\"marking-definition--"
		"bab4a63c-"
		"aed9-4cf5-a766-dfca5abac2bb\"],\"indicator_types\":[\"malicious-activity\"],"
		"\"confidence\":80,\"valid_from\":\"2025-01-01T00:00:00Z\",\"pattern_type\":"
		"\"stix\",",
		(unsigned)(r >> 32), (unsigned)(r >> 16) & 0xffff, (unsigned)(r >> 4) & 0xfff,
		(unsigned)r & 0xfff, (unsigned long long)i);
	if (value % 3 == 0)
		noro_buf_printf(out, "\"pattern\":\"[domain-name:value = 'h%llx.n%u.com']\"}",
			(unsigned long long)value, (unsigned)(value >> 40) % 100000);
	else if (value % 3 == 1)
		noro_buf_printf(out, "\"pattern\":\"[ipv4-addr:value = '%u.%u.%u.%u']\"}",
			20 + (unsigned)(value >> 8) % 100, (unsigned)(value >> 16) & 255,
			(unsigned)(value >> 24) & 255, (unsigned)(value >> 32) & 255);
	else
		noro_buf_printf(out,
			"\"pattern\":\"[file:hashes.'SHA-256' = '%016llx%016llx%016llx%016llx']\"}",
			(unsigned long long)value, (unsigned long long)mix(value + 1),
			(unsigned long long)mix(value + 2), (unsigned long long)mix(value + 3));
}

static void post(struct run *r, uint64_t no, struct noro_buf *body)
{
	char authorization[80];
	const struct noro_http_header h[] = { { "Accept", NORO_TAXII_TYPE },
		{ "Content-Type", NORO_TAXII_TYPE } };
	struct noro_http_request q = { .method = "POST",
		.path = "/share/collections/inbox/objects/",
		.header = h,
		.headers = 2,
		.authorization = authorization };
	struct noro_http_answer a = { 0 };

	noro_buf_clear(body);
	noro_buf_str(body, "{\"objects\":[");
	for (uint64_t i = 0; i < ENVELOPE; i++) {
		if (i)
			noro_buf_chr(body, ',');
		object(body, no * ENVELOPE + i);
	}
	noro_buf_str(body, "]}");
	(void)snprintf(authorization, sizeof(authorization), "Bearer %s", r->key[no % r->members]);
	q.body = noro_buf_as_view(body);
	noro_taxii_answer(&r->taxii, &q, &a);
	if (a.code != 202 || noro_view_find(noro_buf_as_view(&a.body),
				     NORO_V("\"success_count\":1000")) == SIZE_MAX) {
		(void)fprintf(stderr, "%u: %.300s\n", a.code, a.body.p ? a.body.p : "");
		r->failed = true;
	}
	noro_buf_done(&a.body);
	noro_buf_done(&a.header);
}

static void *poster(void *arg)
{
	struct run *r = arg;
	struct noro_buf body = { 0 };

	while (!r->failed) {
		uint64_t no = r->next++;

		if (no >= r->envelopes)
			break;
		if (no % (r->envelopes / TENTHS) == 0) {
			r->mark[no / (r->envelopes / TENTHS)] = now_s();
			r->cpu[no / (r->envelopes / TENTHS)] = cpu_s();
		}
		post(r, no, &body);
	}
	noro_buf_done(&body);
	return NULL;
}

static bool prepare(struct run *r, char (*key)[NORO_HUB_TOKEN], struct noro_error *err)
{
	struct noro_hub_root root = { .name = "share", .title = "b", .max_content = 16 << 20 };
	struct noro_hub_collection inbox = { .root = 1,
		.alias = "inbox",
		.title = "in",
		.kind = NORO_HUB_INBOX,
		.tlp = NORO_TLP_RED };
	const struct noro_hub_act by = { "bench", 0 };
	enum noro_status st = noro_hubdb_root_add(r->taxii.db, &root, err);

	if (st == NORO_OK)
		st = noro_hubdb_collection_add(r->taxii.db, &inbox, err);
	for (unsigned m = 0; st == NORO_OK && m < r->members; m++) {
		char name[32], sector[32];
		int64_t no;

		(void)snprintf(name, sizeof(name), "member %u", m);
		st = noro_hubdb_member_add(r->taxii.db, name, 0, &no, err);
		if (st == NORO_OK)
			st = noro_hubdb_person_add(r->taxii.db,
				&(struct noro_hub_newcomer){
					name, name, NORO_HUB_READER | NORO_HUB_REPORTER },
				0, key[m], err);
		(void)snprintf(sector, sizeof(sector), "sector %u", m % 15);
		if (st == NORO_OK)
			st = noro_hubdb_member_place(r->taxii.db, &by, name,
				&(struct noro_hub_place){ sector, NULL, -1 }, err);
	}
	r->key = (const char(*)[NORO_HUB_TOKEN])key;
	return st == NORO_OK && noro_taxii_init(&r->taxii, err) == NORO_OK;
}

static void report(const struct run *r)
{
	double each = (double)r->envelopes / TENTHS * ENVELOPE;
	struct rusage u;

	for (int i = 0; i < TENTHS; i++)
		printf("%9.0f stored: %7.0f objects/s, %5.1f us of CPU each\n", each * (i + 1),
			each / (r->mark[i + 1] - r->mark[i]),
			(r->cpu[i + 1] - r->cpu[i]) / each * 1e6);
	(void)getrusage(RUSAGE_SELF, &u);
	printf("all: %.0f objects/s, %.1f us of CPU each; the last tenth costs %.2f of the first "
	       "in "
	       "CPU, %.2f in time; %ld MB\n",
		each * TENTHS / (r->mark[TENTHS] - r->mark[0]),
		(r->cpu[TENTHS] - r->cpu[0]) / (each * TENTHS) * 1e6,
		(r->cpu[TENTHS] - r->cpu[TENTHS - 1]) / (r->cpu[1] - r->cpu[0]),
		(r->mark[TENTHS] - r->mark[TENTHS - 1]) / (r->mark[1] - r->mark[0]),
		u.ru_maxrss / 1024);
}

int main(int argc, char **argv)
{
	struct run r = { .taxii = { .title = "bench", .now = clock_of } };
	struct noro_error err = { 0 };
	char(*key)[NORO_HUB_TOKEN];
	pthread_t t[POSTERS];

	if (argc < 3) {
		(void)fprintf(stderr, "usage: bench_hub FILE OBJECTS [MEMBERS]\n");
		return 2;
	}
	r.envelopes = strtoull(argv[2], NULL, 10) / ENVELOPE / TENTHS * TENTHS;
	r.members = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 200;
	key = calloc(r.members ? r.members : 1, sizeof(*key));
	if (!r.envelopes || !r.members || !key ||
		noro_hubdb_open(argv[1], false, &r.taxii.db, &err) != NORO_OK ||
		!prepare(&r, key, &err)) {
		(void)fprintf(stderr, "cannot begin: %s\n", err.msg ? err.msg : "");
		return 2;
	}
	for (int i = 0; i < POSTERS; i++)
		if (pthread_create(&t[i], NULL, poster, &r) != 0)
			return 2;
	for (int i = 0; i < POSTERS; i++)
		(void)pthread_join(t[i], NULL);
	r.mark[TENTHS] = now_s();
	r.cpu[TENTHS] = cpu_s();
	if (!r.failed)
		report(&r);
	noro_hubdb_close(r.taxii.db);
	free(key);
	return r.failed ? 1 : 0;
}
