/* tests/unit/exercise/test_exercise.c - the same seed gives the same bytes, the truth is true,
 * scores are fair. */
#include "tests/test.h"

#include "base/addr.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "exercise/exercise.h"

#include <ftw.h>
#include <unistd.h>
#include <zlib.h>

enum { SIZE = 1 << 20, MAX_FILES = 40 };

static char root[64];

static int make_root(void **state)
{
	(void)state;
	(void)snprintf(root, sizeof(root), "/tmp/noro-exercise-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *s, int type, struct FTW *at)
{
	(void)s;
	(void)type;
	(void)at;
	return remove(path);
}

static int drop_root(void **state)
{
	(void)state;
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static const char *make(
	const char *name, const char *scenario, uint64_t seed, uint64_t size, const char *lang)
{
	static char dir[200];
	struct noro_exercise_opts o = {
		.scenario = scenario, .seed = seed, .size_bytes = size, .dir = dir, .lang = lang
	};
	struct noro_error err = { 0 };

	(void)snprintf(dir, sizeof(dir), "%s/%s", root, name);
	if (noro_exercise_make(&o, &err) != NORO_OK)
		fail_msg("%s: %s %s", scenario, err.msg ? err.msg : "", err.where);
	return dir;
}

/* --- a digest over a whole folder --- */

static char listed[MAX_FILES][300];
static size_t listeds;

static int list_one(const char *path, const struct stat *s, int type, struct FTW *at)
{
	(void)s;
	(void)at;
	if (type == FTW_F) {
		assert_true(listeds < MAX_FILES);
		(void)snprintf(listed[listeds++], sizeof(listed[0]), "%s", path);
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void digest_folder(const char *dir, char out[NORO_HASH_TEXT])
{
	struct noro_hash *h = noro_hash_new(1u << NORO_SHA256);

	listeds = 0;
	assert_int_equal(nftw(dir, list_one, 16, FTW_PHYS), 0);
	qsort(listed, listeds, sizeof(listed[0]), by_name);
	for (size_t i = 0; i < listeds; i++) {
		struct noro_buf b = { 0 };

		assert_int_equal(noro_file_read(listed[i], SIZE * 8, &b, NULL), NORO_OK);
		noro_hash_add(h, listed[i] + strlen(dir), strlen(listed[i]) - strlen(dir));
		noro_hash_add(h, b.p, b.n);
		noro_buf_done(&b);
	}
	assert_int_equal(noro_hash_hex(h, NORO_SHA256, out), NORO_OK);
	noro_hash_free(h);
}

static void the_same_seed_gives_the_same_bytes(void **state)
{
	char one[NORO_HASH_TEXT], two[NORO_HASH_TEXT], other[NORO_HASH_TEXT];

	(void)state;
	for (const struct noro_exercise_scenario *s = noro_exercise_scenarios; s->name; s++) {
		digest_folder(make("same1", s->name, 7, SIZE / 2, "ja"), one);
		digest_folder(make("same2", s->name, 7, SIZE / 2, "ja"), two);
		digest_folder(make("same2", s->name, 8, SIZE / 2, "ja"), other);
		assert_string_equal(one, two);
		assert_string_not_equal(one, other);
	}
}

/* --- the truth stands where it says --- */

static void slurp(const char *path, struct noro_buf *out)
{
	gzFile f = gzopen(path, "rb"); /* reads plain files as well */
	char *room;
	int n;

	assert_non_null(f);
	do {
		room = noro_buf_room(out, 1 << 16);
		assert_non_null(room);
		n = gzread(f, room, 1 << 16);
		assert_true(n >= 0);
		out->n += (size_t)n;
	} while (n > 0);
	gzclose(f);
}

struct loaded {
	char path[300];
	struct noro_buf text;
	struct noro_view *line;
	size_t lines;
};

static struct loaded cache[MAX_FILES];

static struct loaded *load(const char *dir, struct noro_view path)
{
	struct loaded *l = cache;
	char full[300];
	struct noro_view rest, line;
	size_t cap = 0;

	(void)snprintf(full, sizeof(full), "%s/evidence/%.*s", dir, NORO_VARG(path));
	while (l->path[0] && strcmp(l->path, full) != 0)
		l++;
	if (l->path[0])
		return l;
	assert_true(l < cache + MAX_FILES - 1);
	memcpy(l->path, full, sizeof(full));
	slurp(full, &l->text);
	rest = noro_buf_as_view(&l->text);
	while (noro_view_line(&rest, &line)) {
		l->line = noro_grow(l->line, l->lines, &cap, sizeof(*l->line));
		assert_non_null(l->line);
		l->line[l->lines++] = line;
	}
	return l;
}

static void forget(void)
{
	for (struct loaded *l = cache; l->path[0]; l++) {
		noro_buf_done(&l->text);
		free(l->line);
		*l = (struct loaded){ 0 };
	}
}

static void check_item(const char *dir, const struct noro_json *it)
{
	struct loaded *l = load(dir, noro_json_str(it, "path"));
	struct noro_view value = noro_json_str(it, "value");
	int64_t line;

	assert_true(noro_json_i64(noro_json_get(it, "line"), &line));
	assert_true(line >= 1 && (size_t)line <= l->lines);
	if (value.p && noro_view_find(l->line[line - 1], value) == SIZE_MAX)
		fail_msg("%s:%d does not hold %.*s", l->path, (int)line, NORO_VARG(value));
}

static void every_truth_stands_at_its_line(void **state)
{
	(void)state;
	for (const struct noro_exercise_scenario *s = noro_exercise_scenarios; s->name; s++) {
		const char *dir = make(s->name, s->name, 3, SIZE, "en");
		struct noro_arena *a = noro_arena_new(0);
		struct noro_buf truth = { 0 };
		struct noro_view rest, line;
		unsigned kinds[3] = { 0 };
		char path[300];

		(void)snprintf(path, sizeof(path), "%s/truth.jsonl", dir);
		assert_int_equal(noro_file_read(path, SIZE, &truth, NULL), NORO_OK);
		rest = noro_buf_as_view(&truth);
		while (noro_view_line(&rest, &line)) {
			const struct noro_json *v;

			assert_int_equal(noro_json_parse(a, line, NULL, &v, NULL), NORO_OK);
			check_item(dir, v);
			kinds[0] += noro_json_is_str(noro_json_get(v, "kind"), "indicator");
			kinds[1] += noro_json_is_str(noro_json_get(v, "kind"), "behaviour");
			kinds[2] += noro_json_is_str(noro_json_get(v, "kind"), "decoy");
		}
		assert_true(kinds[0] > 30 && kinds[1] > 10 && kinds[2] > 20);
		forget();
		noro_buf_done(&truth);
		noro_arena_free(a);
	}
}

/* --- nobody real is named --- */

static bool harmless(const struct noro_ip *ip)
{
	switch (noro_ip_classify(ip)) {
	case NORO_IP_GLOBAL:
		return false;
	case NORO_IP_UNSPECIFIED:
	case NORO_IP_LOOPBACK:
	case NORO_IP_PRIVATE:
	case NORO_IP_SHARED:
	case NORO_IP_LINK_LOCAL:
	case NORO_IP_DOCUMENTATION:
	case NORO_IP_BENCHMARK:
	case NORO_IP_MULTICAST:
	case NORO_IP_BROADCAST:
	case NORO_IP_RESERVED:
		return true;
	}
	return false;
}

static bool addressy(char c)
{
	return noro_is_digit(c) || c == '.';
}

/* Every run of digits and dots that is an IPv4 address and no browser's version. */
static void check_addresses(const struct loaded *l)
{
	for (size_t i = 0; i < l->lines; i++) {
		struct noro_view v = l->line[i];

		for (size_t at = 0; at < v.n; at++) {
			size_t from = at;
			struct noro_ip ip;

			while (at < v.n && addressy(v.p[at]))
				at++;
			if (noro_ip_parse(noro_view_sub(v, from, at - from), &ip) &&
				!harmless(&ip) && !(from && v.p[from - 1] == '/'))
				fail_msg("%s:%zu: %.*s", l->path, i + 1,
					NORO_VARG(noro_view_sub(v, from, at - from)));
		}
	}
}

static void only_documentation_addresses_attack(void **state)
{
	struct noro_range doc[3];
	const char *dir = make("doc", "salt-typhoon", 11, SIZE, NULL);
	struct noro_arena *a = noro_arena_new(0);
	struct noro_buf b = { 0 };
	const struct noro_json *v;
	char path[300];

	(void)state;
	assert_true(noro_range_parse(NORO_V("192.0.2.0/24"), &doc[0]));
	assert_true(noro_range_parse(NORO_V("198.51.100.0/24"), &doc[1]));
	assert_true(noro_range_parse(NORO_V("203.0.113.0/24"), &doc[2]));
	(void)snprintf(path, sizeof(path), "%s/intel/advisory.json", dir);
	assert_int_equal(noro_file_read(path, SIZE, &b, NULL), NORO_OK);
	assert_int_equal(noro_json_parse(a, noro_buf_as_view(&b), NULL, &v, NULL), NORO_OK);
	for (const struct noro_json *o = noro_json_get(v, "objects")->child; o; o = o->next) {
		struct noro_view name = noro_json_str(o, "name");
		struct noro_ip ip;

		if (!noro_json_is_str(noro_json_get(o, "type"), "indicator") ||
			!noro_ip_parse(name, &ip))
			continue;
		if (ip.family == 6)
			assert_int_equal(noro_ip_classify(&ip), NORO_IP_DOCUMENTATION);
		else
			assert_true(noro_range_has(&doc[0], &ip) || noro_range_has(&doc[1], &ip) ||
				    noro_range_has(&doc[2], &ip));
	}
	listeds = 0;
	(void)snprintf(path, sizeof(path), "%s/evidence", dir);
	assert_int_equal(nftw(path, list_one, 16, FTW_PHYS), 0);
	assert_true(listeds >= 10);
	for (size_t i = 0; i < listeds; i++)
		check_addresses(load(dir, noro_view_str(listed[i] + strlen(path) + 1)));
	forget();
	noro_buf_done(&b);
	noro_arena_free(a);
}

/* --- scores --- */

static char truth_path[300];

/* One perfect finding for each expected item. */
static struct noro_finding *perfect(
	struct noro_arena *a, const struct noro_exercise_score *s, size_t *ret_n)
{
	struct noro_finding *f = noro_arena_array(a, s->items, sizeof(*f));
	struct noro_place *place = noro_arena_array(a, s->items, sizeof(*place));
	size_t n = 0;

	assert_non_null(f);
	assert_non_null(place);
	for (size_t i = 0; i < s->items; i++) {
		const struct noro_exercise_item *it = &s->item[i];

		if (!it->expected)
			continue;
		place[n] = (struct noro_place){
			.path = noro_arena_printf(a, "x/evidence/%s", it->path), .line = it->line
		};
		f[n] = (struct noro_finding){ .kind = it->kind == NORO_EXERCISE_INDICATOR
							      ? NORO_F_INDICATOR
							      : NORO_F_CHECK,
			.severity = NORO_SEV_HIGH,
			.confidence = 90,
			.window = NORO_WIN_INSIDE,
			.count = 1,
			.place = &place[n],
			.places = 1,
			.first_ns = it->time_ns,
			.last_ns = it->time_ns,
			.type = it->type,
			.value = it->value };
		n++;
	}
	*ret_n = n;
	return f;
}

static void scores_of_nothing_everything_and_noise(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_exercise_score none, all, noisy;
	struct noro_buf text = { 0 };
	struct noro_finding *f;
	size_t n;

	(void)state;
	(void)snprintf(truth_path, sizeof(truth_path), "%s/truth.jsonl",
		make("score", "salt-typhoon", 5, SIZE, NULL));
	assert_int_equal(noro_exercise_score(a, truth_path, NULL, 0, &none, NULL), NORO_OK);
	assert_true(none.recall == 0 && none.precision == 1);
	assert_true(none.first_evidence_ns == NORO_TIME_NONE);
	f = perfect(a, &none, &n);
	assert_int_equal(noro_exercise_score(a, truth_path, f, n, &all, NULL), NORO_OK);
	assert_true(all.recall == 1 && all.precision == 1);
	assert_true(all.first_evidence_ns == all.first_planted_ns);
	assert_int_equal(all.kind[NORO_EXERCISE_DECOY].found, 0);
	/* every second finding points at a line where nothing was planted */
	for (size_t i = 0; i < n; i += 2)
		((struct noro_place *)(uintptr_t)f[i].place)->line += 1000000;
	assert_int_equal(noro_exercise_score(a, truth_path, f, n, &noisy, NULL), NORO_OK);
	assert_true(noisy.recall < 1 && noisy.recall > 0.3 &&
		    noisy.kind[NORO_EXERCISE_INDICATOR].lines_found <
			    noisy.kind[NORO_EXERCISE_INDICATOR].lines);
	assert_int_equal(noisy.wrong, (n + 1) / 2);
	noro_exercise_score_text(&noisy, "ja", &text);
	noro_exercise_score_text(&noisy, "en", &text);
	assert_true(noro_view_find(noro_buf_as_view(&text), NORO_V("false findings")) != SIZE_MAX);
	noro_buf_clear(&text);
	noro_exercise_score_json(&noisy, &text);
	{
		const struct noro_json *v;

		assert_int_equal(
			noro_json_parse(a, noro_view_trim(noro_buf_as_view(&text)), NULL, &v, NULL),
			NORO_OK);
		assert_int_equal(noro_json_get(v, "false_findings")->count, noisy.wrong);
	}
	noro_buf_done(&text);
	noro_arena_free(a);
}

static void a_decoy_costs_only_him_who_is_sure(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_exercise_score s;
	const struct noro_exercise_item *decoy = NULL;
	struct noro_place place = { 0 };
	struct noro_finding f = { .kind = NORO_F_INDICATOR,
		.severity = NORO_SEV_HIGH,
		.confidence = 80,
		.count = 1,
		.place = &place,
		.places = 1 };

	(void)state;
	assert_int_equal(noro_exercise_score(a, truth_path, NULL, 0, &s, NULL), NORO_OK);
	for (size_t i = 0; i < s.items && !decoy; i++)
		if (!s.item[i].expected && s.item[i].value)
			decoy = &s.item[i];
	if (!decoy) {
		fail_msg("no decoy");
		return;
	}
	place = (struct noro_place){ .path = decoy->path, .line = decoy->line };
	f.value = decoy->value;
	f.window = NORO_WIN_INSIDE;
	assert_int_equal(noro_exercise_score(a, truth_path, &f, 1, &s, NULL), NORO_OK);
	assert_int_equal(s.wrong, 1);
	assert_int_equal(s.kind[NORO_EXERCISE_DECOY].found, 1);
	f.window = NORO_WIN_BEFORE;
	assert_int_equal(noro_exercise_score(a, truth_path, &f, 1, &s, NULL), NORO_OK);
	assert_int_equal(s.wrong, 0);
	assert_true(s.precision == 1);
	f.window = NORO_WIN_INSIDE;
	f.confidence = 20;
	assert_int_equal(noro_exercise_score(a, truth_path, &f, 1, &s, NULL), NORO_OK);
	assert_int_equal(s.wrong, 0);
	noro_arena_free(a);
}

/* A group prints its first places only; the rest of its lines count all the same. */
static void a_group_names_the_lines_it_does_not_print(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_exercise_score s;
	const struct noro_exercise_item *it = NULL;
	struct noro_place place = { 0 };
	struct noro_finding f = { .kind = NORO_F_INDICATOR,
		.count = 18,
		.place = &place,
		.places = 1,
		.confidence = 90,
		.severity = NORO_SEV_HIGH };
	uint64_t same = 0;

	(void)state;
	assert_int_equal(noro_exercise_score(a, truth_path, NULL, 0, &s, NULL), NORO_OK);
	for (size_t i = 0; i < s.items; i++)
		if (strcmp(s.item[i].path, "zeek/conn.log") == 0 &&
			s.item[i].kind == NORO_EXERCISE_INDICATOR) {
			it = it ? it : &s.item[i];
			same += strcmp(s.item[i].value, it->value) == 0;
		}
	if (!it) {
		fail_msg("nothing in conn.log");
		return;
	}
	place = (struct noro_place){ .path = "e.tar!/evidence/zeek/conn.log", .line = it->line };
	f.value = it->value;
	f.first_ns = it->time_ns;
	f.last_ns = it->time_ns + INT64_C(28) * 86400 * NORO_NS_PER_S;
	assert_int_equal(noro_exercise_score(a, truth_path, &f, 1, &s, NULL), NORO_OK);
	assert_int_equal(s.kind[NORO_EXERCISE_INDICATOR].lines_found, same);
	noro_arena_free(a);
}

static void a_truth_that_is_none_is_refused(void **state)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_exercise_score s;
	struct noro_error err;
	char path[300];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/bad.jsonl", root);
	assert_int_equal(noro_file_write(path, 0600, NORO_V("\n{\"id\":\"x\"}\n"), NULL), NORO_OK);
	assert_int_equal(noro_exercise_score(a, path, NULL, 0, &s, &err), NORO_EFORMAT);
	assert_int_equal(err.unit, NORO_AT_LINE);
	assert_int_equal(err.at, 2);
	assert_int_equal(noro_exercise_score(a, "/nonexistent", NULL, 0, &s, &err), NORO_ENOENT);
	noro_arena_free(a);
}

static void what_cannot_be_made_is_said(void **state)
{
	struct noro_exercise_opts o = { .scenario = "other", .dir = root };
	struct noro_error err;

	(void)state;
	assert_int_equal(noro_exercise_make(&o, &err), NORO_EARG);
	o.scenario = "apt40-web";
	o.size_bytes = 5;
	assert_int_equal(noro_exercise_make(&o, &err), NORO_EARG);
	o.size_bytes = 0;
	o.lang = "fr";
	assert_int_equal(noro_exercise_make(&o, &err), NORO_EARG);
	o.lang = NULL;
	o.dir = "/proc/none";
	assert_int_not_equal(noro_exercise_make(&o, &err), NORO_OK);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_seed_gives_the_same_bytes),
		cmocka_unit_test(every_truth_stands_at_its_line),
		cmocka_unit_test(only_documentation_addresses_attack),
		cmocka_unit_test(scores_of_nothing_everything_and_noise),
		cmocka_unit_test(a_decoy_costs_only_him_who_is_sure),
		cmocka_unit_test(a_group_names_the_lines_it_does_not_print),
		cmocka_unit_test(a_truth_that_is_none_is_refused),
		cmocka_unit_test(what_cannot_be_made_is_said),
	};

	return cmocka_run_group_tests(tests, make_root, drop_root);
}
