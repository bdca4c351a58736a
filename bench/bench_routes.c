/*
 * bench/bench_routes.c - makes routing tables and reads them: bench_routes make-text N,
 * make-mrt N to standard output; text FILE, mrt FILE, vrps N print what was read and the
 * seconds of it. bench/routes sets them beside python3-textfsm and bgpdump.
 */
#include "device/mrt.h"
#include "device/route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Of the processor: other work on the machine must not count. */
static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

static void make_text(unsigned n)
{
	uint32_t seed = 1;

	puts("Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP\n"
	     "       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area\n"
	     "\nGateway of last resort is not set\n");
	for (unsigned i = 0; i < n; i++)
		printf("%s     %u.%u.%u.0/24 [%u/%u] via 10.0.%u.%u, %02u:%02u:%02u, "
		       "GigabitEthernet0/%u\n",
			i % 3 ? "B" : "O", 11 + i / 65536, i / 256 % 256, i % 256,
			i % 3 ? 20U : 110U, next(&seed) % 100, next(&seed) % 4,
			1 + next(&seed) % 250, next(&seed) % 24, next(&seed) % 60, next(&seed) % 60,
			next(&seed) % 8);
}

struct bytes {
	uint8_t p[4096];
	size_t n;
};

static void put(struct bytes *b, uint64_t v, unsigned bytes)
{
	while (bytes--)
		b->p[b->n++] = (uint8_t)(v >> 8 * bytes);
}

static void record(unsigned subtype, const struct bytes *body)
{
	struct bytes h = { 0 };

	put(&h, 1700000000, 4);
	put(&h, 13, 2);
	put(&h, subtype, 2);
	put(&h, body->n, 4);
	(void)fwrite(h.p, 1, h.n, stdout);
	(void)fwrite(body->p, 1, body->n, stdout);
}

static void make_mrt(unsigned n)
{
	struct bytes b = { 0 };
	uint32_t seed = 1;

	put(&b, 1, 4);
	put(&b, 0, 2);
	put(&b, 4, 2);
	for (unsigned i = 0; i < 4; i++) {
		put(&b, 2, 1);
		put(&b, i + 1, 4);
		put(&b, 0xc0000201 + i, 4);
		put(&b, 3356 + i, 4);
	}
	record(1, &b);
	for (unsigned i = 0; i < n / 4; i++) {
		b.n = 0;
		put(&b, i, 4);
		put(&b, 24, 1);
		put(&b, 0x0b0000 + i, 3);
		put(&b, 4, 2);
		for (unsigned k = 0; k < 4; k++) {
			unsigned hops = 3 + next(&seed) % 4, coms = next(&seed) % 6;

			put(&b, k, 2);
			put(&b, 1600000000, 4);
			put(&b, 4 + 5 + hops * 4 + 7 + 3 + coms * 4, 2);
			put(&b, 0x40010100, 4);
			put(&b, 0x4002, 2);
			put(&b, 2 + hops * 4, 1);
			put(&b, 2, 1);
			put(&b, hops, 1);
			put(&b, 3356 + k, 4);
			for (unsigned h = 1; h < hops; h++)
				put(&b, 1000 + next(&seed) % 60000, 4);
			put(&b, 0x400304, 3);
			put(&b, 0xc0000201 + k, 4);
			put(&b, 0xc008, 2);
			put(&b, coms * 4, 1);
			for (unsigned c = 0; c < coms; c++)
				put(&b, (uint64_t)(3356 + k) << 16 | next(&seed) % 5000, 4);
		}
		record(2, &b);
	}
}

static char *slurp(const char *path, size_t *ret_n)
{
	FILE *f = fopen(path, "rb");
	char *p;

	if (!f || fseek(f, 0, SEEK_END) != 0)
		exit(2);
	*ret_n = (size_t)ftell(f);
	rewind(f);
	p = malloc(*ret_n + 1);
	if (!p || fread(p, 1, *ret_n, f) != *ret_n)
		exit(2);
	(void)fclose(f);
	return p;
}

static void read_text(const char *path)
{
	size_t n;
	char *text = slurp(path, &n);
	double best = 1e9;
	struct noro_route_read read = { 0 };

	for (int i = 0; i < 7; i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_error err = { 0 };
		struct noro_rib *r;
		double from = now();

		if (noro_rib_new(a, &r) != NORO_OK ||
			noro_routes_read(r, NORO_DIALECT_IOS, NULL, noro_view(text, n), &read,
				&err) != NORO_OK)
			exit(2);
		best = now() - from < best ? now() - from : best;
		noro_arena_free(a);
	}
	printf("%llu routes %llu unknown %.6f s %.0f MB/s\n", (unsigned long long)read.routes,
		(unsigned long long)read.unknown, best, (double)n / best / 1e6);
	free(text);
}

static enum noro_status pull(void *ctx, void *buf, size_t n, size_t *ret_n)
{
	*ret_n = fread(buf, 1, n, ctx);
	return NORO_OK;
}

static enum noro_status count(void *ctx, const struct noro_bgp_entry *e)
{
	*(uint64_t *)ctx += e->attrs ? noro_bgp_origin(e->attrs) : 0;
	return NORO_OK;
}

static enum noro_status print(void *ctx, const struct noro_bgp_entry *e)
{
	struct noro_buf *out = ctx;

	noro_mrt_print(e, out);
	if (out->n > 1 << 20) {
		(void)fwrite(out->p, 1, out->n, stdout);
		noro_buf_clear(out);
	}
	return out->status;
}

static void read_mrt(const char *path, bool lines)
{
	FILE *f = fopen(path, "rb");
	struct noro_mrt_source source = { pull, f };
	struct noro_mrt_stats stats;
	struct noro_error err = { 0 };
	struct noro_buf out = { 0 };
	uint64_t sum = 0;
	double from = now();

	if (!f || noro_mrt_read(&source, lines ? print : count, lines ? (void *)&out : (void *)&sum,
			  &stats, &err) != NORO_OK)
		exit(2);
	if (lines)
		(void)fwrite(out.p, 1, out.n, stdout);
	else
		printf("%llu entries %.6f s\n", (unsigned long long)stats.entries, now() - from);
	noro_buf_done(&out);
	(void)fclose(f);
}

static void ask_vrps(unsigned n)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf text = { 0 };
	struct noro_error err = { 0 };
	struct noro_vrps *v;
	uint32_t seed = 3;
	unsigned valid = 0;
	double from;

	noro_buf_str(&text, "ASN,IP Prefix,Max Length,Trust Anchor\n");
	for (unsigned i = 0; i < n; i++) {
		/* as the real ones: mostly /24 and a little less, few large */
		unsigned x = next(&seed) % 100, ip = next(&seed) << 8 ^ next(&seed);
		unsigned len = x < 60 ? 24 : x < 95 ? 20 + x % 4 : 14 + x % 6;

		noro_buf_printf(&text, "AS%u,%u.%u.%u.0/%u,24,x\n", 1 + next(&seed) % 60000,
			ip >> 24 & 223, ip >> 16 & 255, ip >> 8 & 255, len);
	}
	from = now();
	if (noro_vrps_read(noro_buf_as_view(&text), a, &v, &err) != NORO_OK)
		exit(2);
	printf("%zu read in %.3f s; ", noro_vrps_count(v), now() - from);
	from = now();
	for (unsigned i = 0; i < 1000000; i++) {
		struct noro_ip ip = noro_ip_from_v4(next(&seed) << 8);
		struct noro_prefix p = { ip, 24 };

		valid += noro_vrps_ask(v, &p, 1 + i % 60000) == NORO_ROV_VALID;
	}
	printf("asked in %.0f ns each (%u valid)\n", (now() - from) * 1e3, valid);
	noro_buf_done(&text);
	noro_arena_free(a);
}

int main(int argc, char **argv)
{
	const char *what = argc == 3 ? argv[1] : "";

	if (strcmp(what, "make-text") == 0)
		make_text((unsigned)strtoul(argv[2], NULL, 10));
	else if (strcmp(what, "make-mrt") == 0)
		make_mrt((unsigned)strtoul(argv[2], NULL, 10));
	else if (strcmp(what, "text") == 0)
		read_text(argv[2]);
	else if (strcmp(what, "mrt") == 0 || strcmp(what, "mrt-lines") == 0)
		read_mrt(argv[2], what[3] != '\0');
	else if (strcmp(what, "vrps") == 0)
		ask_vrps((unsigned)strtoul(argv[2], NULL, 10));
	else
		return 2;
	return 0;
}
