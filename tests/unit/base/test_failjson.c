/*
 * tests/unit/base/test_failjson.c - the times of fail2ban's annotated log lines.
 *
 * Its own tests run in Europe/Zurich with the clock at 14 August 2005, noon: a
 * line without a year is the latest one not after that.
 */
#include "tests/test.h"

#include "base/timeparse.h"

#include <dirent.h>

/*
 * The annotations our reading differs from, each with its reason. A line is named
 * by its file and the annotated time.
 */
static const struct {
	const char *file, *time, *why;
} differs[] = {
	/* a clock alone, an hour after the reference: there the day before, here the same day */
	{ "guacamole", "2005-08-13T12:57:32", "a clock without a date takes the neighbour's date" },
	/* multilog's labels begin at 1970-01-01 00:00:10 (cr.yp.to/libtai/tai64.html) */
	{ "dovecot", "2010-09-16T07:51:00", "the ten seconds of TAI64 labels are taken off here" },
	/* the line says 2013, and the annotation of this non-match is not checked there */
	{ "apache-botsearch", "2014-12-06T09:29:34", "the line itself says 2013" },
};

struct tally {
	size_t right, wrong, excused;
	int64_t last_ns; /* of the line before: what a line without a time has */
};

static bool excused(const char *file, struct noro_view time)
{
	for (size_t i = 0; i < sizeof(differs) / sizeof(*differs); i++)
		if (strcmp(file, differs[i].file) == 0 && noro_view_is(time, differs[i].time))
			return true;
	return false;
}

/* The string value of "time" in the annotation. */
static bool annotated(struct noro_view json, struct noro_view *ret)
{
	size_t at = noro_view_find(json, NORO_V("\"time\""));
	struct noro_view rest;

	if (at == SIZE_MAX)
		return false;
	rest = noro_view_sub(json, at + 6, SIZE_MAX);
	at = noro_view_chr(rest, '"');
	rest = noro_view_sub(rest, at == SIZE_MAX ? rest.n : at + 1, SIZE_MAX);
	return noro_view_cut(&rest, '"', ret);
}

static void check_line(const char *file, struct noro_view want, struct noro_view line,
	const struct noro_time_ctx *ctx, struct tally *sum)
{
	struct noro_time expected, got = { .ns = NORO_TIME_NONE };
	char a[NORO_TIME_TEXT], b[NORO_TIME_TEXT];
	size_t at = 0;

	assert_true(noro_time_parse(want, ctx, &expected));
	if (!noro_time_find(line, ctx, &got, &at))
		got.ns = sum->last_ns;
	if (got.ns / NORO_NS_PER_S == expected.ns / NORO_NS_PER_S) {
		sum->right++;
		return;
	}
	if (excused(file, want)) {
		sum->excused++;
		return;
	}
	sum->wrong++;
	(void)noro_time_print(expected.ns, a);
	(void)noro_time_print(got.ns, b);
	print_message("# %s: want %s (%.*s) got %s at %zu: %.*s\n", file, a, NORO_VARG(want), b, at,
		NORO_VARG(noro_view_sub(line, 0, 160)));
}

static void check_file(
	const char *dir, const char *file, const struct noro_time_ctx *ctx, struct tally *sum)
{
	char path[4500];
	struct noro_view rest, line, want = { 0 };
	static char bytes[1 << 20];
	struct noro_time here;
	bool pending = false;
	size_t at;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, file);
	f = fopen(path, "rb");
	if (!f)
		return;
	rest = noro_view(bytes, fread(bytes, 1, sizeof(bytes), f));
	fclose(f);
	while (noro_view_line(&rest, &line)) {
		if (noro_view_starts(line, "# failJSON:") || noro_view_starts(line, "#failJSON:")) {
			pending = annotated(line, &want);
			continue;
		}
		if (noro_view_starts(line, "#"))
			continue;
		if (pending)
			check_line(file, want, line, ctx, sum);
		pending = false;
		if (noro_time_find(line, ctx, &here, &at))
			sum->last_ns = here.ns;
	}
}

static void annotated_lines_are_read_as_annotated(void **state)
{
	static const struct noro_civil noon = { 2005, 8, 14, 12, 0, 0, 0 };
	const char *root = test_data();
	struct noro_time_ctx ctx = { 0 };
	struct noro_zone *zurich = NULL;
	struct tally sum = { 0 };
	char dir[4200];
	struct dirent *e;
	DIR *d;

	(void)state;
	if (!root)
		return; /* said so; cmocka's TAP would count a skip as a failure */
	assert_int_equal(noro_zone_open("Europe/Zurich", &zurich, NULL), NORO_OK);
	ctx.zone = zurich;
	assert_true(noro_civil_to_ns(&noon, 7200, &ctx.ref_ns));
	(void)snprintf(
		dir, sizeof(dir), "%s/log/fail2ban+fail2ban/fail2ban/tests/files/logs", root);
	d = opendir(dir);
	assert_non_null(d);
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			check_file(dir, e->d_name, &ctx, &sum);
	closedir(d);
	noro_zone_free(zurich);
	print_message("# %zu right, %zu excused, %zu wrong\n", sum.right, sum.excused, sum.wrong);
	assert_true(sum.right > 300);
	assert_int_equal(sum.wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(annotated_lines_are_read_as_annotated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
