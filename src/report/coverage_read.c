/*
 * src/report/coverage_read.c - coverage.jsonl of an earlier run, so that --resume
 * can go on where it stopped. What a line lacks is unsaid; a line that is no
 * object refuses the file, because a text must not be taken for read that was not.
 */
#include "base/json.h"
#include "base/timeparse.h"
#include "report/jsonl_priv.h"
#include "report/report.h"

enum { MAX_ENTRIES = 10 * 1000 * 1000 };

static const char *text_of(struct noro_arena *a, const struct noro_json *v, const char *name)
{
	struct noro_view t = noro_json_str(v, name);

	return t.p ? noro_arena_strn(a, t.p, t.n) : NULL;
}

static uint64_t number_of(const struct noro_json *v, const char *name)
{
	uint64_t n = 0;

	(void)noro_view_u64(noro_json_str(v, name), &n);
	return n;
}

static int64_t time_of(const struct noro_json *v, const char *name)
{
	struct noro_time_ctx utc = { .ref_ns = NORO_TIME_NONE };
	struct noro_time t;

	return noro_time_parse(noro_json_str(v, name), &utc, &t) ? t.ns : NORO_TIME_NONE;
}

static struct noro_list list_of(struct noro_arena *a, const struct noro_json *v)
{
	struct noro_list l = { 0 };
	const char **item = v && v->kind == NORO_JSON_ARRAY
				    ? noro_arena_array(a, v->count + 1, sizeof(*item))
				    : NULL;

	for (const struct noro_json *c = item ? v->child : NULL; c; c = c->next) {
		item[l.n] = noro_arena_strn(a, c->text.p, c->text.n);
		if (item[l.n])
			l.n++;
	}
	l.item = item;
	return l;
}

static struct noro_msg msg_of(struct noro_arena *a, const struct noro_json *v)
{
	const struct noro_json *arg = noro_json_get(v, "arguments");
	struct noro_msg m = { .id = text_of(a, v, "message") };
	size_t n = 0;

	for (arg = arg ? arg->child : NULL; arg && n < 4; arg = arg->next)
		m.arg[n++] = noro_arena_strn(a, arg->text.p, arg->text.n);
	return m;
}

static const struct noro_gap *gaps_of(
	struct noro_arena *a, const struct noro_json *v, size_t *ret_n)
{
	struct noro_gap *gap = v && v->kind == NORO_JSON_ARRAY
				       ? noro_arena_array(a, v->count + 1, sizeof(*gap))
				       : NULL;

	*ret_n = 0;
	for (const struct noro_json *c = gap ? v->child : NULL; c; c = c->next)
		gap[(*ret_n)++] = (struct noro_gap){ .from_ns = time_of(c, "from"),
			.to_ns = time_of(c, "to"),
			.offset = number_of(c, "offset") };
	return gap;
}

static void one_entry(struct noro_arena *a, const struct noro_json *v, struct noro_coverage *c)
{
	const struct noro_json *unread = noro_json_get(v, "unread");
	int from = noro_time_from_parse(noro_json_str(v, "time_from"));

	*c = (struct noro_coverage){ .path = text_of(a, v, "path"),
		.format = text_of(a, v, "format"),
		.charset = text_of(a, v, "charset"),
		.why = msg_of(a, noro_json_get(v, "why")),
		.size_bytes = number_of(v, "size_bytes"),
		.read_bytes = number_of(v, "read_bytes"),
		.records = number_of(v, "records"),
		.first_ns = time_of(v, "first"),
		.last_ns = time_of(v, "last"),
		.time_from = from < 0 ? NORO_FROM_NONE : (enum noro_time_from)from,
		.detectors = list_of(a, noro_json_get(v, "detectors")),
		.classes = list_of(a, noro_json_get(v, "classes")),
		.sha256 = text_of(a, v, "sha256"),
		.confined = text_of(a, v, "confined"),
		.host = text_of(a, v, "host"),
		.skipped = number_of(v, "skipped"),
		.strange = number_of(v, "strange") };
	(void)noro_report_flags_read(noro_json_get(v, "time_flags"), &c->time_flags);
	(void)noro_json_i64(noro_json_get(v, "skew_ns"), &c->skew_ns);
	c->gap = gaps_of(a, noro_json_get(v, "gaps"), &c->gaps);
	if (noro_json_get(v, "note"))
		c->note = msg_of(a, noro_json_get(v, "note"));
	if (unread && unread->kind == NORO_JSON_OBJECT) {
		c->unread = msg_of(a, unread);
		c->status = NORO_EIO;
		c->unread_at = number_of(v, "unread_at");
	}
}

enum noro_status noro_coverage_read(struct noro_view jsonl, struct noro_arena *a,
	const struct noro_coverage **ret, size_t *ret_n, struct noro_error *err)
{
	struct noro_view rest = jsonl, line;
	struct noro_coverage *all = NULL;
	size_t n = 0, cap = 0;
	uint64_t number = 0;

	while (noro_view_line(&rest, &line)) {
		const struct noro_json *v;
		struct noro_coverage *grown;
		enum noro_status st = n < MAX_ENTRIES ? noro_json_parse(a, line, NULL, &v, err)
						      : noro_fail(err, NORO_ELIMIT, NULL);

		number++;
		if (st == NORO_OK && v->kind != NORO_JSON_OBJECT)
			st = noro_fail(err, NORO_EFORMAT, N_("an object was expected"));
		grown = st == NORO_OK ? noro_arena_grow(a, all, n, &cap, sizeof(*all)) : NULL;
		if (st == NORO_OK && !grown)
			st = noro_fail(err, NORO_ENOMEM, NULL);
		if (st != NORO_OK) {
			(void)noro_error_at(err, "coverage.jsonl", NORO_AT_LINE, number);
			return st;
		}
		all = grown;
		one_entry(a, v, &all[n++]);
	}
	*ret = all;
	*ret_n = n;
	return NORO_OK;
}
