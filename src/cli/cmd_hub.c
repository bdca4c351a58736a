/*
 * src/cli/cmd_hub.c - noroshi hub: a hub in a folder, its members and their keys, and its server.
 * The folder holds hub.db and, once it serves, access.jsonl: one line for each request.
 */
#include "cli/cmd_hub_seen.h"
#include "cli/cmds.h"
#include "cli/watch.h"
#include "hub/taxii.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/jsonw.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PEM = 1 << 16, MAX_CONTENT = 16 << 20, LOOK_MS = 250, CONNECTIONS = 4096, THREADS = 4 };

static const struct noro_opt opts[] = {
	{ "title", 0, "TEXT", N_("init: what the hub is called") },
	{ "listen", 0, "ADDRESS:PORT",
		N_("serve: where to listen; 127.0.0.1:8480 otherwise. Open to others only with a "
		   "certificate") },
	{ "cert", 0, "FILE", N_("certificate of the server, PEM") },
	{ "cert-key", 0, "FILE", N_("its key, PEM") },
	{ "roles", 0, "NAMES",
		N_("key: reader, reporter, analyst (of the hub itself); comma-separated; otherwise "
		   "reader,reporter") },
	{ "to", 0, "COLLECTION",
		N_("import: into which collection; amber otherwise. Data sets bring their own") },
	{ "member", 0, "NAME", N_("import: as the word of this member, into its inbox") },
	{ "tlp", 0, "TLP", N_("import: what collections of a data set may hold; AMBER otherwise") },
	{ "days", 0, "N", N_("correlate: met on one of so many days back from now; 7 otherwise") },
	{ "rule", 0, "N/M/T",
		N_("correlate: N members of M sectors within T days; the hub's own rule, 3/2/7, "
		   "otherwise") },
	{ "allow", 0, "FILE",
		N_("correlate, value: allow-list (plain or MISP warning list); repeatable") },
	{ "public", 0, NULL, N_("value: only what members are told today, as JSON") },
	{ 0 },
};

static const char *const text[] = {
	N_("A hub is a folder. init makes one, with collections for each TLP and an inbox in which "
	   "every member reads back only what it sent itself; serve answers TAXII 2.1 from it. "
	   "Members are "
	   "organisations; a person or a program of a member has a key, which is shown once."),
	N_("What came in is kept as it came, byte for byte, and is durable before it is "
	   "acknowledged. docs/taxii.md says what is answered."),
	N_("import takes in what others have: data sets of TAXII servers with their dates, STIX, "
	   "MISP, "
	   "lists. correlate tells which values several members of several sectors saw within a "
	   "few "
	   "days: new or rising ones with the rows that say so, steady, common and allowed ones as "
	   "counts. value tells all that is known of one. No member is named."),
	NULL,
};

static const char *const examples[] = {
	"noroshi hub init /var/lib/noroshi",
	N_("make a hub; the key of its first analyst is shown"),
	"noroshi hub member /var/lib/noroshi add 'Example Telecom'",
	N_("a new member"),
	"noroshi hub key /var/lib/noroshi 'Example Telecom' soc",
	N_("a key for it, to read and to report"),
	"noroshi hub serve /var/lib/noroshi",
	N_("answer TAXII on this machine; discovery is at /taxii2/"),
	"noroshi hub import /var/lib/noroshi dump.json event.json",
	N_("take in a data set of another server and a MISP event"),
	"noroshi hub correlate /var/lib/noroshi",
	N_("what members have in common this week; exit code 1 if something is new or rising"),
	"noroshi hub value /var/lib/noroshi 'hxxp://example[.]com/x'",
	N_("all that is known of one value"),
	NULL,
};

struct hubbing {
	struct noro_cli *cli;
	const struct noro_args *args;
	struct noro_hubdb *db;
	struct noro_progress progress;
	pthread_mutex_t lock; /* of what is written below */
	int log;
};

static enum noro_status open_hub(
	struct hubbing *h, const char *dir, bool must_exist, struct noro_error *err)
{
	const char *path = noro_arena_printf(h->cli->arena, "%s/hub.db", dir);

	if (!path)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (!must_exist && access(path, F_OK) == 0)
		return noro_fail(err, NORO_EARG, N_("'%1' is there already"), path);
	return noro_hubdb_open(path, must_exist, &h->db, err);
}

/* ---- init ---- */

static enum noro_status add_collections(struct hubbing *h, struct noro_error *err)
{
	static const struct noro_hub_collection list[] = {
		{ .alias = "clear", .title = "TLP:CLEAR", .tlp = NORO_TLP_CLEAR },
		{ .alias = "green", .title = "TLP:GREEN", .tlp = NORO_TLP_GREEN },
		{ .alias = "amber", .title = "TLP:AMBER", .tlp = NORO_TLP_AMBER },
		{ .alias = "amber-strict",
			.title = "TLP:AMBER+STRICT",
			.tlp = NORO_TLP_AMBER_STRICT },
		{ .alias = "inbox",
			.title = "Inbox",
			.kind = NORO_HUB_INBOX,
			.tlp = NORO_TLP_RED,
			.description = "What a member sends; it reads back its own." },
	};
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < sizeof(list) / sizeof(list[0]); i++) {
		struct noro_hub_collection c = list[i];

		c.root = 1;
		st = noro_hubdb_collection_add(h->db, &c, err);
	}
	return st;
}

static enum noro_status show_key(
	struct hubbing *h, const char *name, const char *token, struct noro_error *err)
{
	struct noro_buf out = { 0 };
	struct noro_jsonw w = noro_jsonw(&out);
	enum noro_status st;

	if (!h->cli->json) {
		noro_say(h->cli, h->cli->out, N_("name %1, key %2 (shown once)"), name, token);
		return NORO_OK;
	}
	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "name", name);
	noro_jsonw_kstr(&w, "key", token);
	noro_jsonw_object_end(&w);
	noro_buf_chr(&out, '\n');
	st = out.status == NORO_OK ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
	noro_emit(h->cli->out, &out);
	noro_buf_done(&out);
	return st;
}

static enum noro_status do_init(struct hubbing *h, const char *dir, struct noro_error *err)
{
	const char *title = noro_args_get(h->args, "title");
	struct noro_hub_root root = {
		.name = "share", .title = title ? title : "noroshi", .max_content = MAX_CONTENT
	};
	char token[NORO_HUB_TOKEN];
	enum noro_status st = noro_mkdirs(dir, err);

	if (st == NORO_OK)
		st = open_hub(h, dir, false, err);
	if (st == NORO_OK)
		st = noro_hubdb_root_add(h->db, &root, err);
	if (st == NORO_OK)
		st = add_collections(h, err);
	if (st == NORO_OK)
		st = noro_hubdb_person_add(h->db,
			&(struct noro_hub_newcomer){ "hub", "analyst",
				NORO_HUB_READER | NORO_HUB_ANALYST | NORO_HUB_ADMIN },
			noro_clock_now(), token, err);
	if (st == NORO_OK && !h->cli->quiet && !h->cli->json)
		noro_say(h->cli, h->cli->out, N_("a hub in '%1'; its first analyst:"), dir);
	return st == NORO_OK ? show_key(h, "analyst", token, err) : st;
}

/* ---- member, key ---- */

static enum noro_status list_members(struct hubbing *h, struct noro_error *err)
{
	const struct noro_hub_member *m;
	struct noro_buf out = { 0 };
	size_t n;
	enum noro_status st = noro_hubdb_members(h->db, h->cli->arena, &m, &n, err);

	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		if (h->cli->json) {
			struct noro_jsonw w = noro_jsonw(&out);

			noro_jsonw_object(&w);
			noro_jsonw_ki64(&w, "no", m[i].no);
			noro_jsonw_kstr(&w, "name", m[i].name);
			noro_jsonw_kbool(&w, "suspended", m[i].suspended);
			noro_jsonw_object_end(&w);
		} else {
			noro_buf_printf(&out, "%6lld  %s", (long long)m[i].no, m[i].name);
			if (m[i].suspended)
				noro_buf_printf(&out, "  (%s)",
					noro_lang_text(h->cli->lang, N_("suspended")));
		}
		noro_buf_chr(&out, '\n');
	}
	noro_emit(h->cli->out, &out);
	noro_buf_done(&out);
	return st;
}

/* Names are printed and go into headers: one line of text. */
static enum noro_status check_name(const char *name, struct noro_error *err)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)name[i] < ' ' || name[i] == 0x7f || name[i] == ':')
			n = 0;
	if (n == 0 || n > NORO_HUB_NAME)
		return noro_fail(err, NORO_EARG,
			N_("a name is 1 to %1 bytes without control characters and colons"),
			NORO_NUM(NORO_HUB_NAME));
	return NORO_OK;
}

static enum noro_status do_member(struct hubbing *h, const char *dir, struct noro_error *err)
{
	const char *what = h->args->words > 2 ? h->args->word[2] : "list",
		   *name = h->args->words > 3 ? h->args->word[3] : NULL;
	bool suspend = strcmp(what, "suspend") == 0;
	int64_t no;
	enum noro_status st = open_hub(h, dir, true, err);

	if (st != NORO_OK)
		return st;
	if (!name && strcmp(what, "list") == 0)
		return list_members(h, err);
	if (!name)
		return noro_fail(err, NORO_EARG, N_("say what to do: %1"),
			"add NAME | list | suspend NAME | resume NAME");
	st = check_name(name, err);
	if (st != NORO_OK)
		return st;
	if (strcmp(what, "add") == 0)
		return noro_hubdb_member_add(h->db, name, noro_clock_now(), &no, err);
	if (suspend || strcmp(what, "resume") == 0)
		return noro_hubdb_member_suspend(h->db, name, suspend, noro_clock_now(), err);
	return noro_fail(err, NORO_EARG, N_("say what to do: %1"),
		"add NAME | list | suspend NAME | resume NAME");
}

static enum noro_status read_roles(const char *list, unsigned *ret, struct noro_error *err)
{
	static const struct {
		const char *name;
		unsigned role;
	} names[] = { { "reader", NORO_HUB_READER }, { "reporter", NORO_HUB_REPORTER },
		{ "analyst", NORO_HUB_ANALYST } };
	struct noro_view rest = noro_view_str(list ? list : "reader,reporter");

	*ret = 0;
	while (rest.n) {
		size_t end = noro_view_chr(rest, ',');
		struct noro_view one = noro_view_sub(rest, 0, end);
		unsigned before = *ret;

		rest = end == SIZE_MAX ? noro_view(NULL, 0) : noro_view_sub(rest, end + 1, rest.n);
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			*ret |= noro_view_is(one, names[i].name) ? names[i].role : 0;
		if (*ret == before)
			return noro_fail(err, NORO_EARG, N_("no such role, or given twice: %1"),
				list ? list : "");
	}
	return NORO_OK;
}

static enum noro_status do_key(struct hubbing *h, const char *dir, struct noro_error *err)
{
	char token[NORO_HUB_TOKEN];
	unsigned roles;
	enum noro_status st;

	if (h->args->words != 4)
		return noro_fail(err, NORO_EARG, N_("for whom? hub key DIR MEMBER NAME"));
	st = read_roles(noro_args_get(h->args, "roles"), &roles, err);
	if (st == NORO_OK)
		st = check_name(h->args->word[3], err);
	if (st == NORO_OK)
		st = open_hub(h, dir, true, err);
	if (st == NORO_OK)
		st = noro_hubdb_person_add(h->db,
			&(struct noro_hub_newcomer){ h->args->word[2], h->args->word[3], roles },
			noro_clock_now(), token, err);
	return st == NORO_OK ? show_key(h, h->args->word[3], token, err) : st;
}

/* ---- serve ---- */

static int64_t clock_of(void *ctx)
{
	(void)ctx;
	return noro_clock_now();
}

static void on_line(void *ctx, const char *line)
{
	struct hubbing *h = ctx;
	struct noro_buf b = { 0 };

	noro_buf_str(&b, line);
	noro_buf_chr(&b, '\n');
	/* one write a line: lines of several processes do not mix */
	if (b.status == NORO_OK && write(h->log, b.p, b.n) < 0) {
		struct noro_error err;

		(void)noro_fail(&err, NORO_EIO, N_("the access log cannot be written"));
		(void)pthread_mutex_lock(&h->lock);
		(void)noro_complain(h->cli, &err);
		(void)pthread_mutex_unlock(&h->lock);
	}
	noro_buf_done(&b);
}

static void on_fault(void *ctx, const struct noro_error *err)
{
	struct hubbing *h = ctx;

	(void)pthread_mutex_lock(&h->lock);
	(void)noro_complain(h->cli, err);
	(void)pthread_mutex_unlock(&h->lock);
}

static enum noro_status pem_of(
	struct hubbing *h, const char *option, const char **ret, struct noro_error *err)
{
	const char *path = noro_args_get(h->args, option);
	struct noro_buf bytes = { 0 };
	enum noro_status st;

	*ret = NULL;
	if (!path)
		return NORO_OK;
	st = noro_file_read(path, MAX_PEM, &bytes, err);
	if (st == NORO_OK) {
		*ret = noro_arena_str(h->cli->arena, bytes.p ? bytes.p : "");
		st = *ret ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
	}
	noro_buf_done(&bytes);
	return st;
}

static enum noro_status serve(struct hubbing *h, struct noro_httpd_opts *o, struct noro_error *err)
{
	const struct timespec pause = { 0, (long)LOOK_MS * 1000000 };
	struct noro_httpd *d;
	struct noro_watcher *watcher;
	enum noro_status st;

	(void)signal(SIGPIPE, SIG_IGN);
	watcher = noro_watch_start(h->cli, &h->progress);
	st = noro_httpd_start(o, &d, err);
	if (st == NORO_OK) {
		noro_say(h->cli, h->cli->out, N_("listening on port %1; discovery is at /taxii2/"),
			NORO_NUM(noro_httpd_port(d)));
		(void)fflush(h->cli->out);
		while (!noro_progress_stop(&h->progress))
			(void)nanosleep(&pause, NULL);
		noro_httpd_stop(d);
	}
	noro_watch_stop(watcher);
	return st;
}

static enum noro_status do_serve(struct hubbing *h, const char *dir, struct noro_error *err)
{
	const char *listen = noro_args_get(h->args, "listen"), *log;
	struct noro_taxii t = {
		.title = "noroshi", .now = clock_of, .log = on_line, .tell = on_fault, .ctx = h
	};
	struct noro_httpd_opts o = { .listen = listen ? listen : "127.0.0.1:8480",
		.answer = noro_taxii_answer,
		.refuse = noro_taxii_refuse,
		.max_body = MAX_CONTENT,
		.max_connections = CONNECTIONS,
		.threads = THREADS,
		.ctx = &t };
	enum noro_status st = pem_of(h, "cert", &o.cert, err);

	if (st == NORO_OK)
		st = pem_of(h, "cert-key", &o.secret, err);
	if (st == NORO_OK && !o.cert != !o.secret)
		st = noro_fail(err, NORO_EARG, N_("a certificate and its key: both are needed"));
	if (st == NORO_OK)
		st = open_hub(h, dir, true, err);
	t.db = h->db;
	if (st == NORO_OK)
		st = noro_taxii_init(&t, err);
	log = noro_arena_printf(h->cli->arena, "%s/access.jsonl", dir);
	if (st == NORO_OK && !log)
		st = noro_fail(err, NORO_ENOMEM, NULL);
	if (st == NORO_OK) {
		h->log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
		st = h->log < 0 ? noro_fail_errno(err, errno, log) : NORO_OK;
	}
	return st == NORO_OK ? serve(h, &o, err) : st;
}

static int run(struct noro_cli *cli, const struct noro_args *args)
{
	static const struct {
		const char *name;
		enum noro_status (*run)(struct hubbing *h, const char *dir, struct noro_error *err);
	} verbs[] = { { "init", do_init }, { "serve", do_serve }, { "member", do_member },
		{ "key", do_key } };
	struct hubbing h = { .cli = cli, .args = args, .log = -1 };
	struct noro_error err = { 0 };
	enum noro_status st = NORO_END;
	int code;

	if (noro_hub_seen_verb(cli, args, &code))
		return code;
	(void)pthread_mutex_init(&h.lock, NULL);
	for (size_t i = 0; args->words > 1 && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(args->word[0], verbs[i].name) == 0)
			st = verbs[i].run(&h, args->word[1], &err);
	noro_hubdb_close(h.db);
	if (h.log >= 0)
		(void)close(h.log);
	(void)pthread_mutex_destroy(&h.lock);
	if (st == NORO_END) {
		(void)noro_fail(&err, NORO_EARG, N_("say what to do: %1"),
			"init DIR | serve DIR | member DIR ... | key DIR MEMBER NAME | import DIR "
			"FILE... | "
			"correlate DIR | value DIR VALUE");
		return noro_usage(cli, &noro_cmd_hub, &err);
	}
	return st == NORO_OK ? NORO_EXIT_CLEAN : noro_complain(cli, &err);
}

const struct noro_cmd noro_cmd_hub = {
	.name = "hub",
	.usage = "init DIR | serve DIR | member DIR add|list|suspend|resume [NAME] | key DIR "
		 "MEMBER NAME | import DIR FILE... | correlate DIR | value DIR VALUE",
	.summary = N_("the sharing network: members, their keys and a TAXII 2.1 server"),
	.text = text,
	.opts = opts,
	.examples = examples,
	.standards = "TAXII 2.1, STIX 2.1, RFC 7493 (I-JSON), RFC 8785 (JCS), TLP 2.0",
	.run = run,
	.words = "init serve member key import correlate value",
};
