/*
 * tests/system/spool_writer.c - a sensor that observes one thing after the other and acknowledges
 * each: spool_writer SPOOL FIRST MAX_BYTES. "+n" on standard output: observation n is kept; "-n":
 * it was dropped, for want of room. Ends with the pipe.
 */
#include "sensor/spool.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const int64_t day = 1756252800 * NORO_NS_PER_S; /* 2025-08-27 */

static enum noro_status observe(const struct noro_measures *to, uint32_t n)
{
	const int64_t at = day + (int64_t)n * 60 * NORO_NS_PER_S;
	const struct noro_scan scan = { .sensor = "tokyo-1",
		.src = noro_ip_from_v4(n),
		.port = "tcp/23",
		.klass = "scan",
		.first_ns = at,
		.last_ns = at,
		.packets = 1 };
	const struct noro_watch watch = { .sensor = "tokyo-1",
		.start_ns = at,
		.width_s = 60,
		.alive_s = 60,
		.addresses = 256,
		.packets = 1 };
	enum noro_status st = to->scan(to->ctx, &scan);

	return st == NORO_OK ? to->watch(to->ctx, &watch) : st;
}

int main(int argc, char **argv)
{
	const struct timespec pause = { 0, 1000000 };
	struct noro_spool_opts o = { .keep_going = true, .now_ns = day };
	struct noro_spool *s;
	uint32_t n;

	if (argc != 4)
		return 2;
	n = (uint32_t)strtoul(argv[2], NULL, 10);
	o.max_bytes = strtoull(argv[3], NULL, 10);
	if (noro_spool_open(argv[1], &o, &s, NULL) != NORO_OK)
		return 2;
	for (;; n++) {
		bool kept = observe(noro_spool_measures(s), n) == NORO_OK &&
			    noro_spool_publish(s, day + n, NULL) == NORO_OK;

		if (printf("%c%u\n", kept ? '+' : '-', n) < 0 || fflush(stdout) != 0)
			return 1;
		(void)nanosleep(&pause, NULL);
	}
}
