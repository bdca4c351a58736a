/*
 * fuzz/fuzz_set.c - a compiled set changed in any way is refused or answers; it never
 * crashes. The input is a list of changes to a small valid set; half of them also
 * repair the checksums, as a forger would.
 */
#include "fuzz/fuzz.h"

#include "intel/set_view.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static uint8_t *good;
static size_t good_n;

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void make_good(const char *path)
{
	static const struct {
		enum noro_ioc_kind kind;
		const char *value;
	} keys[] = { { NORO_IOC_IPV4, "1.2.3.4" }, { NORO_IOC_IPV4, "1.2.3.5" },
		{ NORO_IOC_DOMAIN, "evil.com" }, { NORO_IOC_DOMAIN, "a.evil.com" },
		{ NORO_IOC_NET, "10.0.0.0/8" }, { NORO_IOC_NET, "10.1.0.0/16" },
		{ NORO_IOC_NET, "2001:db8::/33" }, { NORO_IOC_URL, "http://evil.com/a" },
		{ NORO_IOC_MD5, "d41d8cd98f00b204e9800998ecf8427e" },
		{ NORO_IOC_STRING, "Bad Str" } };
	struct noro_ioc_meta m = { .source = "fuzz", .note = "n" }, two = { .source = "other" };
	struct noro_set_builder *b = NULL;
	uint32_t meta = 0, meta2 = 0, pattern = 0;
	off_t size;
	int fd;

	must(noro_set_builder_new(0, &b) == NORO_OK && noro_set_meta(b, &m, &meta) == NORO_OK &&
		noro_set_meta(b, &two, &meta2) == NORO_OK);
	must(noro_set_add_pattern(b, meta, NORO_V("[x]"), &pattern) == NORO_OK);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		struct noro_view v = noro_view_str(keys[i].value);

		must(noro_set_add(b, keys[i].kind, v, meta, NORO_NO_PATTERN) == NORO_OK);
		must(i % 2 || noro_set_add(b, keys[i].kind, v, meta2, pattern) == NORO_OK);
	}
	must(noro_set_write(b, path, NULL) == NORO_OK);
	noro_set_builder_free(b);
	fd = open(path, O_RDONLY);
	must(fd >= 0);
	size = lseek(fd, 0, SEEK_END);
	good_n = (size_t)size;
	good = malloc(good_n);
	must(good && pread(fd, good, good_n, 0) == (ssize_t)good_n);
	(void)close(fd);
}

static void use(const struct noro_set *s)
{
	uint32_t keys[8], key;
	size_t n;

	for (uint32_t i = 0; i < noro_set_keys(s) && i < 100; i++) {
		struct noro_set_key k;

		if (noro_set_key(s, i, &k) != NORO_OK)
			continue;
		(void)!noro_set_find(s, k.kind, k.value, &key);
		for (uint32_t r = 0; r < k.records && r < 100; r++) {
			struct noro_set_record rec;
			uint32_t meta;

			if (noro_set_record(s, k.record + r, &rec) != NORO_OK)
				continue;
			must(noro_set_meta_at(s, rec.meta) != NULL);
			if (rec.pattern != NORO_NO_PATTERN)
				(void)noro_set_pattern(s, rec.pattern, &meta);
		}
	}
	for (uint32_t i = 0; i < noro_set_metas(s) && i < 100; i++)
		must(!noro_set_meta_at(s, i)->source ||
			strlen(noro_set_meta_at(s, i)->source) < good_n);
	(void)noro_set_nets4(s, 0x0a010203, keys, 8);
	(void)!noro_set_find_text(s, NORO_IOC_DOMAIN, NORO_V("evil.com"), keys, 8, &n);
	(void)!noro_set_verify(s, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char path[] = "/tmp/fuzz_set_XXXXXX";
	static int fd = -1;
	struct noro_set *s = NULL;
	uint8_t *bytes;
	size_t n;

	if (fd < 0) {
		fd = mkstemp(path);
		must(fd >= 0);
		make_good(path);
		(void)close(fd);
		fd = open(path, O_RDWR | O_TRUNC);
		must(fd >= 0);
	}
	if (size < 1)
		return 0;
	bytes = malloc(good_n);
	must(bytes != NULL);
	memcpy(bytes, good, good_n);
	for (size_t i = 1; i + 4 <= size; i += 4) {
		size_t at = ((size_t)data[i] | (size_t)data[i + 1] << 8) % good_n;

		bytes[at] = data[i + 2];
		if (at + 1 < good_n && data[i + 3] & 1)
			bytes[at + 1] = data[i + 3];
	}
	if (data[0] & 1)
		noro_set_resum(bytes, good_n);
	n = data[0] & 2 ? good_n * (data[0] >> 2) / 64 : good_n;
	must(ftruncate(fd, 0) == 0 && pwrite(fd, bytes, n, 0) == (ssize_t)n);
	if (noro_set_open(path, &s, NULL) == NORO_OK)
		use(s);
	noro_set_free(s);
	free(bytes);
	return 0;
}
