/*
 * bench/bench_match.c - the engine alone: read a file in chunks cut at line ends and
 * search them on one thread. Prints CPU seconds, rate, hits, and memory.
 *
 * usage: bench_match [-k KERNEL] [-r REPEATS] [-d] [-c KIB] [-s STRINGS] [-w SET] LIST|SET FILE
 *        -d leaves escaped forms out; -w writes the set and ends.
 */
#include "base/clock.h"
#include "match/match.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct options {
	struct noro_match_opts match;
	const char *strings, *write, *list, *file;
	int repeats;
	size_t chunk;
};

static double cpu_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double wall_s(void)
{
	return (double)noro_clock_mono() * 1e-9;
}

static _Noreturn void give_up(const char *what)
{
	(void)fprintf(stderr, "bench_match: %s\n", what);
	exit(2);
}

static bool looks_like_v4(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_digit(v.p[i]) && v.p[i] != '.')
			return false;
	return true;
}

/* The lists of bench/gen are normal already; only their kinds are guessed. */
static int kind_of(struct noro_view v)
{
	bool hex = true;

	for (size_t i = 0; i < v.n && hex; i++)
		hex = noro_is_hex(v.p[i]);
	if (hex && v.n == 64)
		return NORO_IOC_SHA256;
	if (looks_like_v4(v))
		return NORO_IOC_IPV4;
	if (hex && v.n == 32)
		return NORO_IOC_MD5;
	if (hex && v.n == 40)
		return NORO_IOC_SHA1;
	if (hex && v.n == 128)
		return NORO_IOC_SHA512;
	if (noro_view_find(v, NORO_V("://")) != SIZE_MAX)
		return NORO_IOC_URL;
	if (noro_view_chr(v, '@') != SIZE_MAX)
		return NORO_IOC_EMAIL;
	if (noro_view_chr(v, '/') != SIZE_MAX)
		return NORO_IOC_NET;
	if (v.n == 17 && v.p[2] == ':' && v.p[5] == ':')
		return NORO_IOC_MAC;
	if (noro_view_chr(v, ':') != SIZE_MAX)
		return NORO_IOC_IPV6;
	if (noro_view_starts(v, "0x"))
		return NORO_IOC_ETH;
	if (noro_view_starts(v, "AS") && noro_view_chr(v, '.') == SIZE_MAX)
		return NORO_IOC_ASN;
	if (v.n == 36 && v.p[10] == '_')
		return NORO_IOC_JA4;
	return NORO_IOC_DOMAIN;
}

static void add_file(struct noro_set_builder *b, const char *path, uint32_t meta, int kind)
{
	FILE *f = fopen(path, "r");
	size_t cap = 0;
	char *line = NULL;
	ssize_t n;

	if (!f)
		give_up("cannot read the list");
	while ((n = getline(&line, &cap, f)) > 0) {
		struct noro_view v = noro_view(line, (size_t)n - (line[n - 1] == '\n'));
		enum noro_ioc_kind k = (enum noro_ioc_kind)(kind >= 0 ? kind : kind_of(v));

		if (noro_set_add(b, k, v, meta, NORO_NO_PATTERN) != NORO_OK)
			(void)fprintf(stderr, "refused: %s", line);
	}
	free(line);
	(void)fclose(f);
}

static struct noro_set *load(const struct options *o)
{
	struct noro_ioc_meta m = { .source = "bench", .confidence = 50 };
	struct noro_set_builder *b = NULL;
	struct noro_set *s = NULL;
	struct noro_error err = { 0 };
	char head[8] = { 0 };
	double t0 = wall_s(), t1;
	uint32_t meta;
	int fd = open(o->list, O_RDONLY);

	if (fd < 0 || read(fd, head, 8) < 0)
		give_up("cannot read the list");
	(void)close(fd);
	if (noro_set_is(noro_view(head, 8))) {
		if (noro_set_open(o->list, &s, &err) != NORO_OK)
			give_up(err.msg);
		(void)printf("open %.1f ms  ", (wall_s() - t0) * 1e3);
		return s;
	}
	if (noro_set_builder_new(0, &b) != NORO_OK || noro_set_meta(b, &m, &meta) != NORO_OK)
		give_up("no memory");
	add_file(b, o->list, meta, -1);
	if (o->strings)
		add_file(b, o->strings, meta, NORO_IOC_STRING);
	t1 = wall_s();
	if (o->write) {
		if (noro_set_write(b, o->write, &err) != NORO_OK)
			give_up(err.msg);
		(void)printf("read %.2f s, finish and write %.2f s\n", t1 - t0, wall_s() - t1);
		exit(0);
	}
	if (noro_set_finish(b, &s, &err) != NORO_OK)
		give_up(err.msg);
	noro_set_builder_free(b);
	(void)printf("read %.2f s, finish %.2f s  ", t1 - t0, wall_s() - t1);
	return s;
}

struct result {
	uint64_t hits, newlines, bytes;
	double cpu;
};

static struct result hunt(struct noro_scanner *sc, const struct options *o, char *buf)
{
	struct result r = { 0 };
	double t0 = cpu_s();
	int fd = open(o->file, O_RDONLY);
	size_t kept = 0;
	ssize_t n;

	if (fd < 0)
		give_up("cannot read the file");
	while ((n = read(fd, buf + kept, o->chunk)) > 0) {
		size_t have = kept + (size_t)n, cut = have;
		const char *nl = memrchr(buf, '\n', have);
		struct noro_scan scan;

		if (nl)
			cut = (size_t)(nl - buf) + 1;
		if (noro_scan(sc, buf, cut, &scan) != NORO_OK)
			give_up("the search failed");
		r.hits += scan.hits;
		r.newlines += scan.newlines;
		r.bytes += cut;
		kept = have - cut;
		memmove(buf, buf + cut, kept);
	}
	(void)close(fd);
	r.cpu = cpu_s() - t0;
	return r;
}

static struct options read_options(int argc, char **argv)
{
	struct options o = { .repeats = 1, .chunk = 256 << 10 };
	int c;

	while ((c = getopt(argc, argv, "k:r:dc:s:w:")) != -1) {
		switch (c) {
		case 'k':
			o.match.kernel = optarg;
			break;
		case 'r':
			o.repeats = (int)strtol(optarg, NULL, 10);
			break;
		case 'd':
			o.match.no_decode = true;
			break;
		case 'c':
			o.chunk = (size_t)strtoul(optarg, NULL, 10) << 10;
			break;
		case 's':
			o.strings = optarg;
			break;
		case 'w':
			o.write = optarg;
			break;
		default:
			give_up("unknown option");
		}
	}
	if (argc - optind < 1)
		give_up("usage: bench_match [-k KERNEL] [-r N] [-d] [-c KIB] [-s STRINGS] [-w SET] "
			"LIST|SET [FILE]");
	o.list = argv[optind];
	o.file = argv[optind + 1];
	return o;
}

int main(int argc, char **argv)
{
	struct options o = read_options(argc, argv);
	struct noro_set *s = load(&o);
	struct result best = { .cpu = 1e9 };
	struct noro_scanner *sc = NULL;
	struct noro_match *m = NULL;
	struct rusage ru;
	char *buf = malloc(2 * o.chunk + (1 << 20) + 2 * NORO_SCAN_PAD);

	if (!buf || noro_match_new(s, &o.match, &m, NULL) != NORO_OK ||
		noro_scanner_new(m, &sc) != NORO_OK)
		give_up("cannot make the engine");
	for (int i = 0; o.file && i < o.repeats; i++) {
		struct result r = hunt(sc, &o, buf + NORO_SCAN_PAD);

		if (r.cpu < best.cpu)
			best = r;
	}
	(void)getrusage(RUSAGE_SELF, &ru);
	(void)printf("%s  keys %u  hits %" PRIu64 "  lines %" PRIu64 "  cpu %.3f s  %.3f GB/s  "
		     "peak %.0f MB\n",
		noro_match_kernel(m), noro_set_keys(s), best.hits, best.newlines, best.cpu,
		(double)best.bytes / best.cpu / 1e9, (double)ru.ru_maxrss / 1024);
	noro_scanner_free(sc);
	noro_match_free(m);
	noro_set_free(s);
	free(buf);
	return 0;
}
