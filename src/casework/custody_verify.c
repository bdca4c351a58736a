/*
 * src/casework/custody_verify.c - does the manifest still hold?
 *
 * Each line is checked against the digest that the next one carries, so a changed
 * line is told at its successor's "prev" and named by its own number. Going on
 * after a break matters: an examiner wants to know which files still stand.
 */
#include "casework/custody_priv.h"

#include "base/file.h"
#include "base/json.h"

#include <limits.h>
#include <stdio.h>

enum { MAX_MANIFEST = 1 << 30 };

struct check {
	const char *root;
	noro_custody_report *report;
	void *arg;
	struct noro_custody_verdict *v;
	uint64_t line;
	char prev[NORO_HASH_TEXT];
	bool ended;
};

static void tell(struct check *c, uint64_t line, const char *path, struct noro_msg what)
{
	struct noro_custody_problem p = { .line = line, .path = path, .what = what };

	c->v->problems++;
	if (!path)
		c->v->chain++;
	if (c->report)
		c->report(c->arg, &p);
}

static void tell_chain(struct check *c, uint64_t line, const char *id)
{
	tell(c, line, NULL, (struct noro_msg){ .id = id });
}

/* What the file is now, against what the line says. */
static void compare(
	struct check *c, const char *path, const struct noro_json *line, const struct examined *x)
{
	int64_t size = 0;
	char mtime[NORO_TIME_TEXT];

	(void)noro_time_print(x->mtime_ns, mtime);
	if (!noro_json_is_str(noro_json_get(line, "sha256"), x->sha256)) {
		if (noro_json_i64(noro_json_get(line, "size"), &size) && (uint64_t)size != x->size)
			tell(c, c->line, path,
				(struct noro_msg){
					.id = N_("the file has another size: %1 bytes, was %2"),
					.arg = { NORO_NUM(x->size), NORO_NUM(size) } });
		else
			tell(c, c->line, path,
				(struct noro_msg){ .id = N_("the file's content has changed") });
		return;
	}
	if (!noro_json_is_str(noro_json_get(line, "mtime"), mtime))
		tell(c, c->line, path,
			(struct noro_msg){ .id = N_("the content is the same, but the file's time "
						    "has changed") });
}

static void check_file(struct check *c, const struct noro_json *line, struct noro_view path)
{
	char full[PATH_MAX], shown[PATH_MAX];
	bool below = c->root && path.n && path.p[0] != '/';
	struct noro_error err = { 0 };
	struct examined x;
	int n;

	if (path.n >= sizeof(shown) || memchr(path.p, '\0', path.n)) {
		tell_chain(c, c->line, N_("the line names no file"));
		return;
	}
	memcpy(shown, path.p, path.n);
	shown[path.n] = '\0';
	n = snprintf(full, sizeof(full), "%s%s%s", below ? c->root : "", below ? "/" : "", shown);
	if (n < 0 || (size_t)n >= sizeof(full)) {
		tell_chain(c, c->line, N_("the line names no file"));
		return;
	}
	if (noro_json_get(line, "changed_while_read"))
		tell(c, c->line, shown,
			(struct noro_msg){ .id = N_("the file changed while it was examined: its "
						    "digest proves nothing") });
	if (noro_custody_examine_(full, &x, &err) == NORO_OK)
		compare(c, shown, line, &x);
	else
		tell(c, c->line, shown,
			(struct noro_msg){ .id = N_("the file cannot be read: %1"),
				.arg = { err.arg[0][0] ? err.arg[0]
						       : noro_status_text(err.status) } });
}

static void check_end(struct check *c, const struct noro_json *line)
{
	int64_t entries;

	c->ended = true;
	if (!noro_json_i64(noro_json_get(line, "entries"), &entries) ||
		(uint64_t)entries != c->v->entries)
		tell_chain(c, c->line, N_("the last line counts other entries than there are"));
}

static void check_kind(struct check *c, const struct noro_json *line)
{
	struct noro_view path = noro_json_str(line, "path");

	if (c->line == 1) {
		if (!noro_json_is_str(noro_json_get(line, "format"), CUSTODY_FORMAT))
			tell_chain(c, c->line, N_("not the first line of a custody manifest"));
	} else if (noro_json_get(line, "end")) {
		check_end(c, line);
	} else if (path.p) {
		c->v->entries++;
		check_file(c, line, path);
	} else {
		tell_chain(c, c->line, N_("not a line of a custody manifest"));
	}
}

static enum noro_status check_line(struct check *c, struct noro_view text, struct noro_error *err)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *line = NULL;
	enum noro_status st;
	int64_t number;

	if (!a)
		return noro_fail(err, NORO_ENOMEM, NULL);
	c->line++;
	if (c->ended)
		tell_chain(c, c->line, N_("something follows the last line"));
	st = noro_json_parse(a, text, NULL, &line, err);
	if (st == NORO_OK) {
		if (!noro_json_is_str(noro_json_get(line, "prev"), c->prev))
			tell_chain(c, c->line,
				N_("the chain is broken: the line before is not the one that was "
				   "written"));
		if (!noro_json_i64(noro_json_get(line, "line"), &number) ||
			(uint64_t)number != c->line)
			tell_chain(
				c, c->line, N_("lines are missing or were added before this one"));
		check_kind(c, line);
	} else if (st != NORO_ENOMEM) {
		tell_chain(c, c->line, N_("not a line of a custody manifest"));
	}
	noro_arena_free(a);
	if (st == NORO_ENOMEM)
		return st;
	st = noro_hash_of(NORO_SHA256, text, c->prev);
	return st == NORO_OK ? NORO_OK : noro_fail(err, st, NULL);
}

enum noro_status noro_custody_verify(const char *manifest, const char *root,
	noro_custody_report *report, void *arg, struct noro_custody_verdict *ret,
	struct noro_error *err)
{
	struct noro_custody_verdict v = { 0 };
	struct check c = { .root = root, .report = report, .arg = arg, .v = &v };
	struct noro_buf bytes = { 0 };
	struct noro_view rest, line;
	enum noro_status st = noro_file_read(manifest, MAX_MANIFEST, &bytes, err);

	memset(c.prev, '0', NORO_CUSTODY_DIGEST - 1);
	rest = noro_buf_as_view(&bytes);
	while (st == NORO_OK && noro_view_cut(&rest, '\n', &line)) {
		if (line.n > NORO_CUSTODY_MAX_LINE) {
			noro_fail(err, NORO_ELIMIT,
				N_("a line of the manifest is longer than %1 bytes"),
				NORO_NUM(NORO_CUSTODY_MAX_LINE));
			st = NORO_ELIMIT;
			break;
		}
		st = check_line(&c, line, err);
	}
	noro_buf_done(&bytes);
	if (st != NORO_OK)
		return st;
	if (!c.ended)
		tell_chain(&c, c.line, N_("the manifest ends before its last line"));
	memcpy(v.digest, c.prev, NORO_CUSTODY_DIGEST);
	*ret = v;
	return NORO_OK;
}
