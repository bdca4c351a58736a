/* src/cli/cmd_hub_audit.c - noroshi hub audit, doctor: does what a hub kept still hold? */
#include "cli/cmd_hub_priv.h"

#include "base/clock.h"
#include "base/file.h"
#include "store/hub_doctor.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_ROOTS = 1 << 20, MAX_PEM = 1 << 16 };

/* ---- audit ---- */

static void print_root(
	const struct hubbing *h, const struct noro_hub_audit_root *r, struct noro_buf *out)
{
	struct noro_jsonw w = noro_jsonw(out);

	if (!h->cli->json) {
		noro_buf_printf(out, "%s  %lld  %s\n", r->day, (long long)r->no, r->digest);
		return;
	}
	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "day", r->day);
	noro_jsonw_kstr(&w, "digest", r->digest);
	noro_jsonw_kstr(&w, "jws", r->jws);
	noro_jsonw_ki64(&w, "no", r->no);
	noro_jsonw_kstr(&w, "of", "noroshi hub audit root");
	noro_jsonw_object_end(&w);
	noro_buf_chr(out, '\n');
}

static enum noro_status roots(struct hubbing *h, struct noro_error *err)
{
	const struct noro_hub_audit_root *r;
	struct noro_buf out = { 0 };
	size_t n;
	enum noro_status st = noro_hubdb_audit_roots(h->db, h->cli->arena, &r, &n, err);

	for (size_t i = 0; st == NORO_OK && i < n; i++)
		print_root(h, &r[i], &out);
	return st == NORO_OK ? noro_hub_cli_emit(h, &out, err) : st;
}

/* --kept FILE: what `audit roots --json` printed once. */
static enum noro_status read_kept(
	struct hubbing *h, struct noro_hub_audit_asked *asked, struct noro_error *err)
{
	const char *path = noro_args_get(h->args, "kept");
	struct noro_hub_audit_root *list = NULL;
	struct noro_buf text = { 0 };
	struct noro_view rest, line;
	size_t n = 0, cap = 0;
	uint64_t at = 0;
	enum noro_status st = path ? noro_file_read(path, MAX_ROOTS, &text, err) : NORO_OK;

	rest = noro_arena_view(h->cli->arena, noro_buf_as_view(&text));
	noro_buf_done(&text);
	while (st == NORO_OK && noro_view_line(&rest, &line)) {
		at++;
		if (!noro_view_trim(line).n)
			continue;
		list = noro_arena_grow(h->cli->arena, list, n, &cap, sizeof(*list));
		st = list ? noro_hub_audit_root_read(h->cli->arena, line, &list[n++], err)
			  : noro_fail(err, NORO_ENOMEM, NULL);
		if (st != NORO_OK)
			(void)noro_error_at(err, path, NORO_AT_LINE, at);
	}
	asked->kept = list;
	asked->n = n;
	return st;
}

static enum noro_status said_as_json(
	struct hubbing *h, const struct noro_hub_audit_said *said, struct noro_error *err)
{
	struct noro_buf out = { 0 };
	struct noro_jsonw w = noro_jsonw(&out);

	noro_jsonw_object(&w);
	noro_jsonw_kbool(&w, "holds", !said->fault);
	noro_jsonw_ku64(&w, "rows", said->rows);
	noro_jsonw_ku64(&w, "roots", said->roots);
	noro_jsonw_kstr(&w, "digest", said->digest);
	noro_jsonw_kbool(&w, "signed", said->signed_head);
	if (said->fault) {
		noro_jsonw_kstr(&w, "fault", said->fault);
		noro_jsonw_ki64(&w, "row", said->fault_no);
	}
	noro_jsonw_object_end(&w);
	noro_buf_chr(&out, '\n');
	return noro_hub_cli_emit(h, &out, err);
}

static enum noro_status verify(struct hubbing *h, struct noro_error *err)
{
	struct noro_hub_audit_asked asked = { .key = h->key };
	struct noro_hub_audit_said said;
	const struct noro_hub_audit_root *r = NULL;
	struct noro_buf out = { 0 };
	size_t n = 0;
	enum noro_status st = read_kept(h, &asked, err);

	if (st == NORO_OK)
		st = noro_hubdb_audit_verify(h->db, &asked, &said, err);
	if (st != NORO_OK)
		return st;
	h->code = said.fault ? NORO_EXIT_FINDINGS : NORO_EXIT_CLEAN;
	if (h->cli->json)
		return said_as_json(h, &said, err);
	if (said.fault) {
		noro_say(h->cli, h->cli->out, N_("the log does not hold from row %1 on: %2"),
			NORO_NUM(said.fault_no), noro_lang_text(h->cli->lang, said.fault));
		return NORO_OK;
	}
	noro_say(h->cli, h->cli->out, N_("the log holds: %1 rows, %2 roots, last digest %3"),
		NORO_NUM(said.rows), NORO_NUM(said.roots), said.digest);
	st = noro_hubdb_audit_roots(h->db, h->cli->arena, &r, &n, err);
	if (st == NORO_OK && n)
		print_root(h, &r[n - 1], &out);
	return st == NORO_OK ? noro_hub_cli_emit(h, &out, err) : st;
}

struct listing {
	const struct hubbing *h;
	struct noro_buf out;
	int64_t last;
	size_t n;
};

static enum noro_status print_row(void *ctx, const struct noro_hub_row_told *row)
{
	struct listing *l = ctx;
	struct noro_jsonw w = noro_jsonw(&l->out);
	char at[NORO_TIME_TEXT];

	l->last = row->no;
	l->n++;
	if (l->h->cli->json) {
		noro_jsonw_object(&w);
		noro_jsonw_ki64(&w, "no", row->no);
		noro_jsonw_ktime(&w, "at", row->at_ns);
		noro_jsonw_kstr(&w, "who", row->who);
		noro_jsonw_kstr(&w, "verb", row->verb);
		noro_jsonw_kstr(&w, "object", row->object);
		noro_jsonw_kstr(&w, "detail", row->detail);
		noro_jsonw_object_end(&w);
	} else {
		(void)noro_time_print(row->at_ns, at);
		noro_buf_printf(&l->out, "%6lld  %.19sZ  %s  %s  %s  %s", (long long)row->no, at,
			row->who, row->verb, row->object, row->detail);
	}
	noro_buf_chr(&l->out, '\n');
	return l->out.status;
}

static enum noro_status list_rows(struct hubbing *h, struct noro_error *err)
{
	struct listing l = { .h = h };
	enum noro_status st;

	do { /* a page at a time, so that a log of years needs no memory */
		l.n = 0;
		st = noro_hubdb_audit_rows(h->db, l.last, 1000, print_row, &l, err);
		if (st == NORO_OK)
			noro_emit(h->cli->out, &l.out);
		noro_buf_clear(&l.out);
	} while (st == NORO_OK && l.n);
	noro_buf_done(&l.out);
	return st;
}

enum noro_status noro_hub_do_audit(struct hubbing *h, const char *verb, struct noro_error *err)
{
	static const struct {
		const char *name;
		enum noro_status (*run)(struct hubbing *h, struct noro_error *err);
	} verbs[] = { { "verify", verify }, { "roots", roots }, { "list", list_rows } };
	const char *dir = noro_hub_cli_word(h, 0);
	enum noro_status st;

	for (size_t i = 0; dir && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verb, verbs[i].name) == 0) {
			st = noro_hub_cli_open(h, dir, true, err);
			return st == NORO_OK ? verbs[i].run(h, err) : st;
		}
	return noro_hub_cli_what("verify DIR | roots DIR | list DIR", err);
}

/* ---- doctor ---- */

struct exam {
	struct hubbing *h;
	const char *dir;
	struct noro_buf out;
	bool bad;
};

/* "ok" or "bad", what was looked at, and what is wrong. */
static void found(struct exam *x, const char *what, const char *wrong, const char *arg)
{
	struct noro_jsonw w = noro_jsonw(&x->out);
	const struct noro_cli *cli = x->h->cli;

	x->bad = x->bad || wrong;
	if (cli->json) {
		noro_jsonw_object(&w);
		noro_jsonw_kstr(&w, "look", what);
		noro_jsonw_kbool(&w, "ok", !wrong);
		if (wrong)
			noro_jsonw_kstr(&w, "wrong", wrong);
		if (wrong && arg)
			noro_jsonw_kstr(&w, "at", arg);
		noro_jsonw_object_end(&w);
	} else {
		noro_buf_printf(
			&x->out, "%-4s %s", wrong ? "BAD" : "ok", noro_lang_text(cli->lang, what));
		if (wrong)
			noro_buf_printf(&x->out, ": %s", noro_lang_text(cli->lang, wrong));
		if (wrong && arg)
			noro_buf_printf(&x->out, " (%s)", arg);
	}
	noro_buf_chr(&x->out, '\n');
}

/* Nobody else may write it, and a secret nobody else may read. */
static void look_mode(struct exam *x, const char *name, mode_t forbidden)
{
	const char *path = noro_hub_cli_path(x->h, x->dir, name);
	struct stat s;

	if (!path || lstat(path, &s) != 0)
		return;
	if (!S_ISREG(s.st_mode) && !S_ISDIR(s.st_mode))
		found(x, N_("files"), N_("is no plain file"), name);
	else if (s.st_mode & forbidden)
		found(x, N_("files"), N_("others may read or write what they must not"), name);
}

static void look_files(struct exam *x)
{
	bool before = x->bad;

	x->bad = false;
	look_mode(x, ".", 0022);
	look_mode(x, "hub.key", 0177);
	look_mode(x, "hub.db", 0137);
	look_mode(x, "hub.db-wal", 0137);
	look_mode(x, "access.jsonl", 0137);
	if (!x->bad)
		found(x, N_("files"), NULL, NULL);
	x->bad = x->bad || before;
}

static void look_tls(struct exam *x, const char *option)
{
	const char *path = noro_args_get(x->h->args, option);
	struct noro_buf text = { 0 };
	struct noro_error err = { 0 };

	if (!path)
		return;
	if (noro_file_read(path, MAX_PEM, &text, &err) != NORO_OK)
		found(x, N_("TLS"), N_("cannot be read"), path);
	else if (noro_view_find(noro_buf_as_view(&text), NORO_V("-----BEGIN ")) == SIZE_MAX)
		found(x, N_("TLS"), N_("this is no PEM"), path);
	else
		found(x, N_("TLS"), NULL, NULL);
	noro_buf_done(&text);
}

static void look_store(struct exam *x)
{
	char first[160] = "";
	struct noro_error err = { 0 };
	enum noro_status st = noro_hubdb_integrity(x->h->db, first, &err);

	found(x, N_("store"), st == NORO_OK ? NULL : N_("the database is damaged"),
		first[0] ? first : NULL);
}

static void look_audit(struct exam *x)
{
	struct noro_hub_audit_asked asked = { .key = x->h->key };
	struct noro_hub_audit_said said = { 0 };
	struct noro_error err = { 0 };
	enum noro_status st = noro_hubdb_audit_verify(x->h->db, &asked, &said, &err);

	if (st == NORO_OK && said.fault)
		found(x, N_("log"), said.fault, NORO_NUM(said.fault_no));
	else
		found(x, N_("log"), st == NORO_OK ? NULL : noro_status_text(st), NULL);
}

/* The clock may have gone back: what was written last is later than now. */
static void look_clock(struct exam *x)
{
	struct noro_error err = { 0 };
	int64_t last = 0, now = x->h->by.now_ns;
	enum noro_status st = noro_hubdb_latest(x->h->db, &last, &err);
	char text[NORO_TIME_TEXT];

	(void)noro_time_print(last, text);
	if (st != NORO_OK)
		found(x, N_("clock"), noro_status_text(st), NULL);
	else if (last > now + 60 * NORO_NS_PER_S)
		found(x, N_("clock"), N_("what was written last is later than now"), text);
	else
		found(x, N_("clock"), NULL, NULL);
}

static void look_keys(struct exam *x)
{
	struct noro_error err = { 0 };
	int64_t n = 0;
	enum noro_status st = noro_hubdb_tokens_expired(x->h->db, x->h->by.now_ns, &n, &err);

	if (st != NORO_OK)
		found(x, N_("keys"), noro_status_text(st), NULL);
	else
		found(x, N_("keys"), n ? N_("keys that have expired and were not revoked") : NULL,
			NORO_NUM(n));
}

enum noro_status noro_hub_do_doctor(struct hubbing *h, const char *dir, struct noro_error *err)
{
	struct exam x = { .h = h, .dir = dir };
	enum noro_status st = noro_hub_cli_open(h, dir, true, err);

	if (st != NORO_OK)
		return st; /* the schema, the file itself: said as it is */
	found(&x, N_("schema"), NULL, NULL);
	look_store(&x);
	look_files(&x);
	look_audit(&x);
	look_clock(&x);
	look_keys(&x);
	look_tls(&x, "cert");
	look_tls(&x, "cert-key");
	h->code = x.bad ? NORO_EXIT_FINDINGS : NORO_EXIT_CLEAN;
	return noro_hub_cli_emit(h, &x.out, err);
}
