/*
 * src/hunt/yara.c - the user's YARA rules on files and members that are no logs.
 * The rules are compiled here, because they are the user's own; the bytes are a
 * stranger's, so each object is scanned in a confined child that has them in its
 * memory and can do no more than name the rules that match.
 */
#include "hunt/hunt_priv.h"

#include "base/confine.h"
#include "base/file.h"
#include "base/library.h"
#include "base/mem.h"

#include <stdio.h>
#include <unistd.h>
#include <yara.h>

enum {
	SCAN_TIMEOUT_S = 60,
	MAX_ANSWER = 64 << 10,
	MAX_RULE_FILE = 64 << 20,
	CHILD_MEMORY = 1 << 30
};

/* The name that goes with the structs of the header at hand: a rule is read through its own. */
#if YR_VERSION_HEX >= 0x040300
#define SONAME "libyara.so.10"
#else
#define SONAME "libyara.so.9"
#endif
#define CALLS(X)                                                                                   \
	X(yr_compiler_set_callback)                                                                \
	X(yr_compiler_add_string)                                                                  \
	X(yr_initialize)                                                                           \
	X(yr_compiler_create)                                                                      \
	X(yr_compiler_get_rules)                                                                   \
	X(yr_compiler_destroy)                                                                     \
	X(yr_rules_destroy)                                                                        \
	X(yr_finalize)                                                                             \
	X(yr_rules_scan_mem)
NORO_LIBRARY(yara, "libyara", CALLS, SONAME);

struct noro_yara {
	YR_RULES *rules;
};

static void on_problem(
	int level, const char *file, int line, const YR_RULE *rule, const char *message, void *ctx)
{
	struct noro_error *err = ctx;

	(void)rule;
	if (level != YARA_ERROR_LEVEL_ERROR || err->status != NORO_OK)
		return;
	(void)noro_fail(err, NORO_EFORMAT, N_("YARA: %1"), message);
	(void)noro_error_at(err, file ? file : "", NORO_AT_LINE, (uint64_t)(line > 0 ? line : 0));
}

static enum noro_status add_file(YR_COMPILER *c, const char *path, struct noro_error *err)
{
	struct noro_buf text = { 0 };
	struct noro_error problem = { 0 };
	enum noro_status st = noro_file_read(path, MAX_RULE_FILE, &text, err);

	if (st == NORO_OK) {
		yara.yr_compiler_set_callback(c, on_problem, &problem);
		if (yara.yr_compiler_add_string(c, text.p ? text.p : "", path) != 0) {
			if (problem.status == NORO_OK)
				(void)noro_fail(&problem, NORO_EFORMAT, N_("YARA: %1"), "?");
			(void)noro_error_at(&problem, path, NORO_AT_LINE, problem.at);
			*err = problem;
			st = NORO_EFORMAT;
		}
	}
	noro_buf_done(&text);
	return st;
}

static enum noro_status compile(struct hunt *h, const char **file, size_t n, struct noro_yara *y,
	size_t *ret_bad, struct noro_error *err)
{
	YR_COMPILER *c = NULL;
	enum noro_status st = NORO_OK;
	size_t i = 0;

	if (yara.yr_compiler_create(&c) != ERROR_SUCCESS)
		return noro_fail(err, NORO_ENOMEM, NULL);
	for (; st == NORO_OK && i < n; i++)
		st = add_file(c, file[i], err);
	*ret_bad = i - 1;
	if (st == NORO_OK && yara.yr_compiler_get_rules(c, &y->rules) != ERROR_SUCCESS)
		st = noro_fail(err, NORO_ENOMEM, NULL);
	else if (st == NORO_ENOMEM || !h->o->on_refused)
		*ret_bad = n;
	yara.yr_compiler_destroy(c);
	return st;
}

/* A file that cannot be read or compiled costs only itself; a compiler that has refused one is
 * of no more use, and another begins without that file. */
static enum noro_status compile_all(struct hunt *h, struct noro_yara *y, struct noro_error *err)
{
	size_t n = h->o->yaras, bad = n;
	const char **file = noro_arena_array(h->keep, n + 1, sizeof(*file));
	enum noro_status st = NORO_EFORMAT;

	if (!file)
		return noro_fail(err, NORO_ENOMEM, NULL);
	memcpy(file, h->o->yara, n * sizeof(*file));
	while (n > 0) {
		struct noro_error one = { 0 };

		st = compile(h, file, n, y, &bad, &one);
		if (st == NORO_OK || bad >= n) {
			*err = one;
			return st;
		}
		h->o->on_refused(h->o->refused_ctx, file[bad], &one);
		memmove(file + bad, file + bad + 1, (--n - bad) * sizeof(*file));
	}
	return NORO_OK;
}

/* Without the library the hunt goes on, and every file it would have scanned says so in coverage.
 */
enum noro_status hunt_yara_open(struct hunt *h, struct noro_error *err)
{
	struct noro_yara *y;
	struct noro_error missing;
	enum noro_status st = NORO_OK;

	if (noro_library_load(&yara_library, &missing) != NORO_OK) {
		(void)noro_fail(&h->no_yara, NORO_EUNSUPPORTED,
			N_("the YARA rules were not run over it: needs %1"), missing.arg[0]);
		return NORO_OK;
	}
	y = noro_calloc(1, sizeof(*y));
	if (!y)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (yara.yr_initialize() != ERROR_SUCCESS)
		st = noro_fail(err, NORO_ENOMEM, NULL);
	else
		st = compile_all(h, y, err);
	if (st == NORO_OK && y->rules) {
		h->yara = y;
	} else {
		(void)yara.yr_finalize();
		free(y);
	}
	return st;
}

void hunt_yara_free(struct noro_yara *y)
{
	if (!y)
		return;
	yara.yr_rules_destroy(y->rules);
	(void)yara.yr_finalize();
	free(y);
}

/* --- in the child --- */

struct scan {
	const struct noro_yara *y;
	const char *p;
	size_t n;
	int out;
};

static int on_match(YR_SCAN_CONTEXT *context, int message, void *data, void *user)
{
	const struct scan *s = user;
	const YR_RULE *rule = data;
	char line[256];
	int n;

	(void)context;
	if (message != CALLBACK_MSG_RULE_MATCHING)
		return CALLBACK_CONTINUE;
	n = snprintf(line, sizeof(line), "%s\n", rule->identifier);
	if (n > 0 && (size_t)n < sizeof(line) && write(s->out, line, (size_t)n) != n)
		return CALLBACK_ABORT;
	return CALLBACK_CONTINUE;
}

static int scan_child(int in, int out, void *arg)
{
	struct scan *s = arg;

	(void)in;
	s->out = out;
	return yara.yr_rules_scan_mem(s->y->rules, (const uint8_t *)s->p, s->n, 0, on_match, s,
		       SCAN_TIMEOUT_S) == ERROR_SUCCESS
		       ? 0
		       : 1;
}

/* --- in the worker --- */

static enum noro_status keep_match(struct worker *w, struct piece *p, struct noro_view rule)
{
	struct yara_match *grown = noro_grow(w->yara, w->yaras, &w->yara_cap, sizeof(*grown));

	if (!grown)
		return NORO_ENOMEM;
	w->yara = grown;
	w->yara[w->yaras] = (struct yara_match){ .piece = p->number,
		.rule = noro_arena_strn(w->keep, rule.p, rule.n) };
	return w->yara[w->yaras++].rule ? NORO_OK : NORO_ENOMEM;
}

enum noro_status hunt_yara_scan(struct worker *w, struct piece *p, const char *bytes, size_t n)
{
	struct scan s = { .y = w->h->yara, .p = bytes, .n = n };
	struct noro_child child;
	struct noro_error err = { 0 };
	struct noro_buf answer = { 0 };
	struct noro_view rest, line;
	enum noro_status st = noro_child_start(scan_child, -1, &s, CHILD_MEMORY + n, &child, &err);
	ssize_t got = 1;
	int code;

	if (st != NORO_OK)
		return st;
	while (got > 0 && answer.n < MAX_ANSWER && noro_buf_room(&answer, 4096)) {
		got = read(child.fd, answer.p + answer.n, 4096);
		if (got > 0)
			answer.n += (size_t)got;
	}
	code = noro_child_end(&child);
	rest = noro_buf_as_view(&answer);
	while (st == NORO_OK && noro_view_line(&rest, &line))
		if (line.n)
			st = keep_match(w, p, line);
	noro_buf_done(&answer);
	if (st == NORO_OK && code != 0) {
		(void)noro_fail(&err, NORO_EUNSUPPORTED,
			N_("the YARA rules could not be run over it to the end"));
		hunt_piece_fails(w->h, p, &err);
	}
	return st;
}

/* --- findings --- */

static int by_item_and_rule(const void *x, const void *y, void *ctx)
{
	const struct hunt *h = ctx;
	const struct yara_match *a = x, *b = y;
	const struct piece *p = h->piece[a->piece], *q = h->piece[b->piece];
	int c;

	if (p->item != q->item)
		return p->item < q->item ? -1 : 1;
	c = strcmp(a->rule, b->rule);
	if (c)
		return c;
	return p->member < q->member ? -1 : p->member > q->member;
}

static enum noro_status yara_finding(
	struct hunt *h, struct findings *out, const struct yara_match *m, size_t n)
{
	const struct piece *p = h->piece[m->piece];
	struct noro_finding *f = hunt_finding_new(out);
	struct noro_place *place = noro_arena_array(out->a, GROUP_SAMPLES, sizeof(*place));
	enum noro_status st;

	if (!f || !place)
		return NORO_ENOMEM;
	*f = (struct noro_finding){ .kind = NORO_F_RULE,
		.rule = noro_arena_printf(out->a, "yara:%s", m->rule),
		.severity = NORO_SEV_HIGH,
		.confidence = 70,
		.type = "yara",
		.value = m->rule,
		.role = "file",
		.count = n,
		.container = p->container,
		.first_ns = p->mtime_ns,
		.last_ns = p->mtime_ns,
		.time_from = NORO_FROM_FILE,
		.grade = 1,
		.place = place,
		.next = hunt_next(NORO_IOC_SHA256, NORO_WIN_UNKNOWN, false, false),
		.title = { noro_arena_printf(out->a, "file matches YARA rule %s", m->rule),
			noro_arena_printf(out->a, "YARAルール %s に一致するファイル", m->rule) } };
	for (size_t i = 0; i < n && i < GROUP_SAMPLES; i++) {
		const struct piece *q = h->piece[m[i].piece];

		place[f->places++] = (struct noro_place){ .path = q->path,
			.time_ns = q->mtime_ns,
			.record = q->hash && q->hash[2][0] ? q->hash[2] : "" };
	}
	st = hunt_reason(out->a, f,
		N_("the rule matches the bytes of the file; how much that says depends on the "
		   "rule"),
		NULL);
	if (st == NORO_OK)
		st = f->rule && f->title.en && f->title.ja ? noro_finding_identify(f) : NORO_ENOMEM;
	return st;
}

enum noro_status hunt_yara_conclude(struct hunt *h, struct findings *out)
{
	struct yara_match *all;
	size_t n = 0, from = 0;
	enum noro_status st = NORO_OK;

	for (unsigned w = 0; w < h->workers; w++)
		n += h->worker[w].yaras;
	if (!n)
		return NORO_OK;
	all = noro_reallocarray(NULL, n, sizeof(*all));
	if (!all)
		return NORO_ENOMEM;
	n = 0;
	for (unsigned w = 0; w < h->workers; w++)
		for (size_t i = 0; i < h->worker[w].yaras; i++)
			all[n++] = h->worker[w].yara[i];
	qsort_r(all, n, sizeof(*all), by_item_and_rule, h);
	while (st == NORO_OK && from < n) {
		size_t to = from + 1;

		while (to < n && strcmp(all[to].rule, all[from].rule) == 0 &&
			h->piece[all[to].piece]->item == h->piece[all[from].piece]->item)
			to++;
		st = yara_finding(h, out, all + from, to - from);
		from = to;
	}
	free(all);
	return st;
}
