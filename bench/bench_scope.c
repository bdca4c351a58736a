/*
 * bench/bench_scope.c - the telescope's pipeline: bench_scope make N SOURCES writes a capture of N
 * packets of that many sources, all live at once, to standard output; run FILE [JOBS] reads it with
 * the rules of KNOWLEDGE (a folder, or "-" for none) and prints what was counted, the seconds of
 * the processor and the peak of memory; frames FILE only takes the frames apart; hold MIB keeps
 * memory for what runs beside it.
 */
#include "base/mem.h"
#include "telescope/scope.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static const char *const PREFIX = "44.0.0.0/12";
enum { SPAN_S = 240, FRAME_MOST = 128 };

static double now(clockid_t which)
{
	struct timespec t;

	(void)clock_gettime(which, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

/* The i-th source: another one for every i, and none that cannot be. */
static uint32_t source(uint32_t i)
{
	for (;; i += 20000003) {
		uint32_t a = i * 2654435761U, top = a >> 24;

		if (top != 0 && top != 10 && top != 127 && top != 44 && top < 224 && top != 100 &&
			top != 169 && top != 172 && top != 192 && top != 198 && top != 203)
			return a;
	}
}

static unsigned port_of(uint32_t who)
{
	static const uint16_t usual[] = { 23, 22, 80, 443, 8080, 3389, 445, 5555, 2323, 6379, 8443,
		81, 1433, 3306, 5900, 60023 };

	return who % 11 ? usual[who % 16] : 1024 + who / 7 % 60000;
}

/* Ethernet, IPv4, and one of eight kinds by source. Its length. */
static size_t packet(uint8_t *b, uint32_t i, uint32_t src, uint32_t dst, uint64_t r)
{
	static const uint8_t options[12] = { 2, 4, 5, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2 };
	unsigned kind = i & 7, dport = port_of(i), flags = 2, options_n = 0;
	uint32_t seq = (uint32_t)r;
	uint8_t *ip = b + 14, *t = ip + 20;

	memset(b, 0, FRAME_MOST);
	b[12] = 8;
	ip[0] = 0x45;
	ip[8] = (uint8_t)(kind < 4 ? 240 : 50);
	ip[9] = 6;
	put32(ip + 12, src);
	put32(ip + 16, dst);
	put16(ip + 4, (unsigned)(r >> 32));
	if (kind == 7) {
		ip[9] = 17;
		put16(ip + 2, 20 + 8 + 12);
		put16(t, 40000);
		put16(t + 2, 53);
		put16(t + 4, 20);
		put16(t + 8, (unsigned)r);
		t[10] = 1;
		t[13] = 1;
		return 14 + 60;
	}
	if (kind == 0)
		put16(ip + 4, 54321);
	if (kind == 1 || kind == 2)
		put16(ip + 4, (dst ^ dport ^ seq) & 0xffff);
	if (kind == 3)
		seq = dst;
	if (kind >= 4)
		options_n = 12;
	put16(t, 32768 + (unsigned)(r >> 48) % 28000);
	put16(t + 2, dport);
	if (kind == 6 && i % 3 == 0) { /* a victim's answers */
		flags = 0x12;
		put16(t, 80);
		put16(t + 2, 1024 + (unsigned)(r >> 40) % 60000);
		put32(t + 8, (uint32_t)(r >> 16));
	}
	put32(t + 4, seq);
	t[12] = (uint8_t)((20 + options_n) << 2);
	t[13] = (uint8_t)flags;
	put16(t + 14, kind == 1 ? 1024 : 65535);
	memcpy(t + 20, options, options_n);
	put16(ip + 2, 40 + options_n);
	return 14 + (40 + options_n < 46 ? 46 : 40 + options_n);
}

static int make(uint32_t n, uint32_t sources)
{
	uint64_t seed = 88172645463325252U;
	uint8_t head[NORO_PCAP_HEADER], record[NORO_PCAP_RECORD], b[FRAME_MOST];
	static char buf[1 << 20];

	(void)setvbuf(stdout, buf, _IOFBF, sizeof(buf));
	noro_pcap_header(head, 1, 65535);
	(void)fwrite(head, 1, sizeof(head), stdout);
	for (uint32_t k = 0; k < n; k++) {
		uint64_t r = next(&seed);
		uint32_t i = k < sources ? k : (uint32_t)(next(&seed) % sources);
		size_t len =
			packet(b, i, source(i), 0x2c000000U + (uint32_t)(r >> 20) % (1U << 20), r);

		noro_pcap_record(record,
			(1700000040 + (int64_t)k * SPAN_S / n) * NORO_NS_PER_S + k % 1000000,
			(uint32_t)len, (uint32_t)len);
		(void)fwrite(record, 1, sizeof(record), stdout);
		(void)fwrite(b, 1, len, stdout);
	}
	return fflush(stdout) ? 1 : 0;
}

static enum noro_status pull(void *ctx, char *buf, size_t cap, size_t *ret_n)
{
	ssize_t n = read(*(int *)ctx, buf, cap);

	*ret_n = n > 0 ? (size_t)n : 0;
	return n > 0 ? NORO_OK : n == 0 ? NORO_END : NORO_EIO;
}

struct rows {
	uint64_t cells, scans, victims, tools, watch;
};

static enum noro_status on_cell(void *ctx, const struct noro_cell *m)
{
	(void)m;
	((struct rows *)ctx)->cells++;
	return NORO_OK;
}

static enum noro_status on_scan(void *ctx, const struct noro_scan *m)
{
	((struct rows *)ctx)->scans++;
	((struct rows *)ctx)->tools += m->tool != NULL;
	return NORO_OK;
}

static enum noro_status on_victim(void *ctx, const struct noro_victim *m)
{
	(void)m;
	((struct rows *)ctx)->victims++;
	return NORO_OK;
}

static void need(enum noro_status st, const struct noro_error *err)
{
	if (st == NORO_OK)
		return;
	(void)fprintf(stderr, "bench_scope: %s %s\n", err->msg ? err->msg : noro_status_text(st),
		err->arg[0]);
	exit(2);
}

static int frames(int fd)
{
	struct noro_capture *c;
	struct noro_error err = { 0 };
	struct noro_frame f[512];
	uint64_t sum = 0, packets = 0;
	size_t n;

	need(noro_capture_new(pull, &fd, &c, &err), &err);
	while (noro_capture_next(c, f, 512, &n, &err) == NORO_OK)
		for (size_t i = 0; i < n; i++) {
			struct noro_packet p;

			noro_packet_read(&f[i], 0, &p);
			sum += p.dst4;
			packets++;
		}
	noro_capture_free(c);
	(void)printf("packets %llu sum %llu cpu %.3f\n", (unsigned long long)packets,
		(unsigned long long)sum, now(CLOCK_PROCESS_CPUTIME_ID));
	return 0;
}

/*
 * A virtual machine gets memory from its host when it is first touched, and gives back what was
 * free for two seconds: that is no work of what runs meanwhile. Touch as much as it will need,
 * say so, read its process number from standard input, and let go a little more than it has taken
 * until it is gone.
 */
static int hold(size_t mib)
{
	enum { AHEAD = 128, STEP = 16 };
	const struct timespec pause = { 0, 2000000 };
	size_t n = mib << 20, held = mib, pages;
	char *p = noro_mem_map(n), path[64];
	long pid;

	for (size_t i = 0; p && i < n; i += 4096)
		((volatile char *)p)[i] = 1;
	(void)printf("held\n");
	(void)fflush(stdout);
	if (!p || scanf("%ld", &pid) != 1)
		return 1;
	(void)snprintf(path, sizeof(path), "/proc/%ld/statm", pid);
	for (;;) {
		FILE *f = fopen(path, "r");
		bool there = f && fscanf(f, "%*u %zu", &pages) == 1 && pages > 0;

		if (f)
			(void)fclose(f);
		if (!there)
			break;
		while (held >= STEP && mib - held < (pages >> 8) + AHEAD) {
			held -= STEP;
			(void)munmap(p + (held << 20), (size_t)STEP << 20);
		}
		(void)nanosleep(&pause, NULL);
	}
	return 0;
}

static int run(int fd, const char *knowledge, unsigned jobs)
{
	struct noro_arena *a = noro_arena_new(0);
	struct rows rows = { 0 };
	struct noro_measures to = {
		.cell = on_cell, .scan = on_scan, .victim = on_victim, .ctx = &rows
	};
	struct noro_sensor sensor;
	struct noro_scope_opts o = { .sensor = &sensor, .jobs = jobs };
	struct noro_error err = { 0 };
	struct noro_capture *c;
	struct noro_scope *s;
	const struct noro_scope_sum *sum;
	struct rusage use;
	double cpu, wall;

	if (strcmp(knowledge, "-") != 0) {
		need(noro_tools_load(a, &knowledge, 1, &o.tools, &err), &err);
		need(noro_probes_load(a, &knowledge, 1, &o.probes, &err), &err);
	}
	need(noro_sensor_make("bench", &PREFIX, 1, a, &sensor, &err), &err);
	need(noro_capture_new(pull, &fd, &c, &err), &err);
	need(noro_scope_new(&o, &to, &s, &err), &err);
	cpu = now(CLOCK_PROCESS_CPUTIME_ID);
	wall = now(CLOCK_MONOTONIC);
	need(noro_scope_read(s, c, NULL, &err), &err);
	need(noro_scope_end(s, &err), &err);
	cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	wall = now(CLOCK_MONOTONIC) - wall;
	(void)getrusage(RUSAGE_SELF, &use);
	sum = noro_scope_sum(s);
	(void)printf(
		"packets %llu sources %llu cells %llu scans %llu labelled %llu victims %llu early "
		"%llu cpu %.3f wall %.3f mib %ld\n",
		(unsigned long long)sum->packets, (unsigned long long)sum->sources,
		(unsigned long long)rows.cells, (unsigned long long)rows.scans,
		(unsigned long long)rows.tools, (unsigned long long)rows.victims,
		(unsigned long long)sum->ended_early, cpu, wall, use.ru_maxrss / 1024);
	noro_scope_free(s);
	noro_capture_free(c);
	noro_arena_free(a);
	return 0;
}

int main(int argc, char **argv)
{
	int fd;

	if (argc == 4 && strcmp(argv[1], "make") == 0)
		return make(
			(uint32_t)strtoul(argv[2], NULL, 10), (uint32_t)strtoul(argv[3], NULL, 10));
	if (argc == 3 && strcmp(argv[1], "hold") == 0)
		return hold(strtoul(argv[2], NULL, 10));
	fd = argc > 2 ? open(argv[2], O_RDONLY | O_CLOEXEC) : -1;
	if (fd >= 0 && strcmp(argv[1], "frames") == 0)
		return frames(fd);
	if (fd >= 0 && argc >= 4 && strcmp(argv[1], "run") == 0)
		return run(fd, argv[3], argc > 4 ? (unsigned)strtoul(argv[4], NULL, 10) : 1);
	(void)fprintf(stderr, "usage: bench_scope make N SOURCES | run FILE KNOWLEDGE [JOBS] | "
			      "frames FILE | hold MIB\n");
	return 2;
}
