/* tests/unit/sensor/spool.h - a spool in a folder of its own, and observations to put into it. */
#pragma once

#include "tests/test.h"

#include "sensor/spool.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#define NS INT64_C(1000000000)
static const int64_t day = 1756252800 * NS; /* 2025-08-27 */

static inline char *test_folder(void)
{
	char path[] = "/tmp/noro_spool_XXXXXX";

	assert_non_null(mkdtemp(path));
	return strdup(path);
}

static inline void test_remove(char *folder)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	assert_int_equal(system(command), 0);
	free(folder);
}

/* Files of this ending in the folder's folders, or in itself; the last one's path. */
static inline unsigned test_files(const char *folder, const char *ending, char path[512])
{
	unsigned n = 0;
	DIR *d = opendir(folder);

	assert_non_null(d);
	for (const struct dirent *e; (e = readdir(d)) != NULL;) {
		char *at = NULL;
		struct stat s;

		if (e->d_name[0] == '.')
			continue;
		assert_true(asprintf(&at, "%s/%s", folder, e->d_name) > 0);
		assert_int_equal(stat(at, &s), 0);
		if (S_ISDIR(s.st_mode))
			n += test_files(at, ending, path);
		else if (noro_view_ends(noro_view_str(e->d_name), ending) && ++n && path)
			(void)snprintf(path, 512, "%s", at);
		free(at);
	}
	(void)closedir(d);
	return n;
}

/* Observation `i`: a scan, and the minute in which it was seen. */
static inline enum noro_status test_observe(const struct noro_measures *to, unsigned i)
{
	const struct noro_scan scan = { .sensor = "tokyo-1",
		.src = noro_ip_from_v4(0x0a000000 + i),
		.port = "tcp/23",
		.klass = "scan",
		.first_ns = day + i * 60 * NS,
		.last_ns = day + i * 60 * NS,
		.packets = 1 };
	const struct noro_watch watch = { .sensor = "tokyo-1",
		.start_ns = day + i * 60 * NS,
		.width_s = 60,
		.alive_s = 60,
		.addresses = 256,
		.packets = 1 };
	enum noro_status st = to->scan(to->ctx, &scan);

	return st == NORO_OK ? to->watch(to->ctx, &watch) : st;
}
