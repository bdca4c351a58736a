/* tests/unit/evidence/evidence_test.h - what the tests of readers share. */
#pragma once

#include "tests/test.h"

#include "base/clock.h"
#include "evidence/reader.h"

/* 2025-09-01T00:00:00Z: what "now" is in these tests. */
#define TEST_REF INT64_C(1756684800000000000)

static inline struct noro_log *test_log(const char *reader, const char *path, struct noro_view head)
{
	struct noro_log_opts opts = { .ref_ns = TEST_REF, .path = path };
	struct noro_log *log = NULL;

	assert_non_null(noro_reader_by_name(reader));
	assert_int_equal(
		noro_log_new(noro_reader_by_name(reader), &opts, head, &log, NULL), NORO_OK);
	return log;
}

/* "field=value" pairs that a record must have; a trailing "!" after the name means absent. */
static inline void test_fields(const struct noro_record *r, const char *const *want)
{
	unsigned bad = 0;

	for (; *want; want++) {
		const char *eq = strchr(*want, '=');
		size_t n = eq ? (size_t)(eq - *want) : strlen(*want) - 1;
		int f = noro_field_by_name(noro_view(*want, n));

		assert_true(f >= 0);
		if (!eq) {
			if (r->field[f].p) {
				print_error(
					"%s should be absent in: %.*s\n", *want, NORO_VARG(r->raw));
				bad++;
			}
			continue;
		}
		if (!r->field[f].p || !noro_view_is(r->field[f], eq + 1)) {
			print_error("wanted %s, got '%.*s' (%s) in: %.*s\n", *want,
				NORO_VARG(r->field[f]), r->shape ? r->shape : "-",
				NORO_VARG(r->raw));
			bad++;
		}
	}
	assert_int_equal(bad, 0);
}

/* Asked for its time alone, a record says the same. */
static inline void test_same_time(
	const struct noro_log *log, struct noro_view raw, const struct noro_record *r)
{
	struct noro_time t = { .ns = NORO_TIME_NONE };

	assert_true(noro_record_time(log, raw, &t) == (r->time_ns != NORO_TIME_NONE));
	assert_true(t.ns == r->time_ns && (t.ns == NORO_TIME_NONE || t.flags == r->time_flags));
}

/* A view that lies inside the bytes, or is not made of them at all (literals and the arena). */
static inline void test_inside(const struct noro_record *r, const uint8_t *bytes, size_t n)
{
	const char *from = (const char *)bytes;

	for (unsigned f = 0; f < NORO_FIELDS; f++) {
		struct noro_view v = r->field[f];

		if (v.p && v.p >= from && v.p <= from + n)
			assert_true(v.p + v.n <= from + n);
	}
}
