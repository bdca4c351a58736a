/*
 * bench/bench_packets.c - makes a darknet's capture and reads it: bench_packets make N KIND to
 * standard output (KIND: syn, 60-byte frames of nothing but SYNs; mix, with UDP, ICMP, tags and
 * fragments); frames FILE and packets FILE print what was read and the seconds of it.
 * bench/packets sets them beside tcpdump.
 */
#include "evidence/packet.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, MIN_FRAME = 60, ETHERNET = 14 };

/* Of the processor: other work on the machine must not count. */
static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
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

/* One frame of at least 60 bytes; its length. */
static size_t make_frame(uint8_t *p, uint64_t *seed, bool mix)
{
	uint64_t r = next(seed), kind = mix ? next(seed) % 100 : 0;
	uint8_t *ip = p + ETHERNET, *up;
	unsigned payload = 0;

	memset(p, 0, 128);
	put16(p + 12, 0x0800);
	if (kind >= 95) { /* tagged */
		put16(p + 12, 0x8100);
		put16(p + 16, 0x0800);
		ip += 4;
	}
	ip[0] = 0x45;
	ip[8] = (uint8_t)(30 + r % 220);
	put16(ip + 4, r & 0xffff);
	put32(ip + 12, (uint32_t)(r % 400000) * 2654435761U);
	put32(ip + 16, 0x2c000000 | (uint32_t)(next(seed) & 0x3fffff));
	up = ip + 20;
	put16(up, 1024 + (r >> 20 & 0x7fff));
	put16(up + 2, r >> 40 & 1 ? 23 : r >> 41 & 0xffff);
	if (kind < 80 || kind >= 95) {
		ip[9] = 6;
		put16(ip + 2, 40);
		put32(up + 4, (uint32_t)next(seed));
		up[12] = 0x50;
		up[13] = kind >= 70 && kind < 80 ? 0x12 : 2;
		put16(up + 14, 1024);
	} else if (kind < 90) {
		payload = 8 + (unsigned)(r % 40);
		ip[9] = 17;
		put16(ip + 2, 28 + payload);
		put16(up + 4, 8 + payload);
	} else {
		ip[9] = 1;
		put16(ip + 2, 28);
		put32(up, kind == 94 ? 0x03030000 : 0x08000000);
		if (kind == 93)
			put16(ip + 6, 0x2003); /* a later fragment */
	}
	payload += (unsigned)(up - p) + 20;
	return payload > MIN_FRAME ? payload : MIN_FRAME;
}

static void make(unsigned long n, bool mix)
{
	uint64_t seed = 88172645463325252U;
	uint8_t head[NORO_PCAP_HEADER], record[NORO_PCAP_RECORD], frame[256];
	int64_t ts = 1700000000 * NORO_NS_PER_S;

	noro_pcap_header(head, 1, 65535);
	(void)fwrite(head, 1, sizeof(head), stdout);
	for (unsigned long i = 0; i < n; i++) {
		size_t size = make_frame(frame, &seed, mix);

		ts += (int64_t)(next(&seed) % 2000);
		noro_pcap_record(record, ts, (uint32_t)size, (uint32_t)size);
		(void)fwrite(record, 1, sizeof(record), stdout);
		(void)fwrite(frame, 1, size, stdout);
	}
}

struct told {
	uint64_t frames, tcp, udp, flaws, sum;
};

static void take_apart(const struct noro_frame *f, struct told *t)
{
	struct noro_packet pk;

	noro_packet_read(f, NORO_OPEN_ALL, &pk);
	t->tcp += pk.proto == 6;
	t->udp += pk.proto == 17;
	t->flaws += pk.flaw != NORO_FLAW_NONE;
	t->sum += pk.src4 + pk.dport + pk.seq;
}

static int read_file(const char *path, bool packets)
{
	struct noro_frame f[BATCH];
	struct noro_capture *c = NULL;
	struct told t = { 0 };
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	double from;
	void *p;
	size_t n;

	if (fd < 0 || fstat(fd, &st) != 0)
		return 2;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
	if (p == MAP_FAILED ||
		noro_capture_new_bytes(noro_view(p, (size_t)st.st_size), &c, NULL) != NORO_OK)
		return 2;
	from = now();
	while (noro_capture_next(c, f, BATCH, &n, NULL) == NORO_OK) {
		t.frames += n;
		for (size_t i = 0; packets && i < n; i++)
			take_apart(&f[i], &t);
		for (size_t i = 0; !packets && i < n; i++)
			t.sum += f[i].n + f[i].p[0];
	}
	printf("%llu frames, %llu tcp, %llu udp, %llu with a flaw (%llx)\n%.6f\n",
		(unsigned long long)t.frames, (unsigned long long)t.tcp, (unsigned long long)t.udp,
		(unsigned long long)t.flaws, (unsigned long long)t.sum, now() - from);
	noro_capture_free(c);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "make") == 0) {
		make(strtoul(argv[2], NULL, 10), strcmp(argv[3], "mix") == 0);
		return ferror(stdout) ? 2 : 0;
	}
	if (argc == 3)
		return read_file(argv[2], strcmp(argv[1], "packets") == 0);
	fputs("usage: bench_packets make N syn|mix | frames FILE | packets FILE\n", stderr);
	return 2;
}
