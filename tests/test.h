/* tests/test.h - cmocka with what it needs before it, and the house assertions. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/view.h"

/* A heap copy of exactly `n` bytes, so a sanitizer sees a read of byte n. The caller frees it. */
static inline uint8_t *test_exact_copy(const void *bytes, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);

	assert_non_null(copy);
	memcpy(copy, bytes, n);
	return copy;
}

#define assert_view_is(v, text)                                                                    \
	do {                                                                                       \
		struct noro_view view_ = (v);                                                      \
                                                                                                   \
		assert_int_equal(view_.n, strlen(text));                                           \
		assert_memory_equal(view_.p, text, view_.n);                                       \
	} while (0)

/*
 * Run try(arg) with the first, second, ... allocation failing until it succeeds
 * (returns true). It must return false, and leak nothing, whenever memory failed.
 */
static inline void test_allocation_sweep(bool (*try)(void *), void *arg, size_t most)
{
	for (size_t n = 1; n <= most; n++) {
		bool done;

		(void)noro_mem_fail_after(n);
		done = try(arg);
		(void)noro_mem_fail_after(0);
		if (done)
			return;
	}
	fail_msg("still failing after %zu allocations", most);
}

/* The folder of real data, or NULL: then say so and skip(). */
static inline const char *test_data(void)
{
	const char *named = getenv("NOROSHI_DATA");
	static char beside[4096];
	const char *root = getenv("NOROSHI_SOURCE");
	FILE *f;

	if (named)
		return named;
	if (!root)
		return NULL;
	(void)snprintf(beside, sizeof(beside), "%s/../shared/data/MANIFEST.tsv", root);
	f = fopen(beside, "r");
	if (!f) {
		print_message("# skip: no real data (set NOROSHI_DATA)\n");
		return NULL;
	}
	fclose(f);
	(void)snprintf(beside, sizeof(beside), "%s/../shared/data", root);
	return beside;
}
