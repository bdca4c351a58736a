/*
 * src/cli/cmd_hub.c - noroshi hub: a hub in a folder, its members and their keys, and its server.
 * The folder holds hub.db and, once it serves, access.jsonl: one line for each request.
 */
#include "cli/cmd_hub_priv.h"
#include "cli/cmd_hub_seen.h"
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
		N_("key, person: reader, reporter, analyst, approver, admin; comma-separated; "
		   "otherwise reader,reporter") },
	{ "profile", 0, "NAME",
		N_("init: jp makes councils of 47 prefectures and 15 critical sectors") },
	{ "key", 0, "FILE", N_("act as the person whose key stands in this file; vet needs it") },
	{ "sector", 0, "ID", N_("member: its sector of critical infrastructure") },
	{ "industry", 0, "ID", N_("member: its sector as STIX 2.1 calls it") },
	{ "prefecture", 0, "NAME", N_("member: its prefecture, by code or name") },
	{ "why", 0, "TEXT", N_("member suspend, resume: the reason, for the log") },
	{ "requests", 0, "N", N_("member quota: requests a second") },
	{ "burst", 0, "N", N_("member quota: requests at once") },
	{ "bytes", 0, "SIZE", N_("member quota: bytes a day; K, M, G") },
	{ "en", 0, "TEXT", N_("group: its name in English") },
	{ "ja", 0, "TEXT", N_("group: its name in Japanese") },
	{ "as", 0, "ROLE",
		N_("contact: soc, technical, management, duty, legal, press; otherwise "
		   "technical") },
	{ "language", 0, "ja|en", N_("contact: in which language; otherwise ja") },
	{ "token", 0, "NAME", N_("key: what this key is called; otherwise as the person") },
	{ "expires", 0, "DAY", N_("key: the last day it is good for (UTC)") },
	{ "revoke", 0, NULL, N_("key: take back that key, or all of the person") },
	{ "list", 0, NULL, N_("key: those of the person") },
	{ "spki", 0, "HEX",
		N_("key: a client certificate instead, by the SHA-256 of its public key") },
	{ "url", 0, "URL", N_("invite: where the hub is, as members reach it") },
	{ "html", 0, "FILE", N_("invite: the letter as a page with a QR code, into this file") },
	{ "kept", 0, "FILE",
		N_("audit verify: roots that were kept elsewhere, as audit roots --json prints "
		   "them") },
	{ "to", 0, "COLLECTION",
		N_("import, tell: into which collection; amber, or the loosest that may hold it, "
		   "otherwise. Data sets bring their own") },
	{ "member", 0, "NAME", N_("import: as the word of this member, into its inbox") },
	{ "tlp", 0, "TLP",
		N_("import: what collections of a data set may hold; AMBER otherwise. tell: at "
		   "least as strict as this") },
	{ "days", 0, "N", N_("correlate: met on one of so many days back from now; 7 otherwise") },
	{ "rule", 0, "N/M/T",
		N_("correlate: N members of M sectors within T days; the hub's own rule, 3/2/7, "
		   "otherwise") },
	{ "allow", 0, "FILE",
		N_("correlate, value: allow-list (plain or MISP warning list); repeatable") },
	{ "yes", 0, NULL, N_("tell: do it; otherwise it is only shown") },
	{ "public", 0, NULL, N_("value: only what members are told today, as JSON") },
	{ 0 },
};

static const char *const text[] = {
	N_("A hub is a folder. init makes one, with collections for each TLP and an inbox in which "
	   "every member reads back only what it sent itself; serve answers TAXII 2.1 from it. "
	   "Members are "
	   "organisations; a person or a program of a member has a key, which is shown once."),
	N_("A member applies (member add), is vetted by two different persons of the hub, each "
	   "with an "
	   "own key (member vet --key FILE), and is active when its first person has come or "
	   "member activate says so. Suspending works with the next request. Groups are councils: "
	   "each has a collection that its members alone read."),
	N_("Everything that is changed, seen or exported stands in a log whose rows are chained "
	   "and "
	   "signed with hub.key. audit verify finds any row that was changed, removed, moved or "
	   "cut off; audit roots prints one line for each day, to be kept elsewhere. doctor looks "
	   "the whole hub over; exit code 1 if something is wrong."),
	N_("What came in is kept as it came, byte for byte, and is durable before it is "
	   "acknowledged. docs/taxii.md says what is answered."),
	N_("import takes in what others have: data sets of TAXII servers with their dates, STIX, "
	   "MISP, "
	   "lists. correlate tells which values several members of several sectors saw within a "
	   "few "
	   "days: new or rising ones with the rows that say so, steady, common and allowed ones as "
	   "counts. value tells all that is known of one. No member is named."),
	N_("backup copies a whole hub into another folder while it serves, and looks the copy "
	   "over: "
	   "the database, and its log with the key that signed it. restore is the way back, into "
	   "a folder where no hub is."),
	N_("tell shows what a member sent as others would read it: new objects by the hub, "
	   "without the names, networks and domains of any member; what cannot be said without "
	   "them is not told. --yes tells it."),
	NULL,
};

static const char *const examples[] = {
	"noroshi hub init /var/lib/noroshi",
	N_("make a hub; the key of its first analyst is shown"),
	"noroshi hub member /var/lib/noroshi add 'Example Telecom'",
	N_("an organisation asks to come in"),
	"noroshi hub member /var/lib/noroshi vet 'Example Telecom' --key ichiro.key",
	N_("the first of two persons of the hub has looked at it"),
	"noroshi hub asset /var/lib/noroshi 'Example Telecom' add network 192.0.2.0/24",
	N_("what is its own"),
	"noroshi hub key /var/lib/noroshi 'Example Telecom' soc",
	N_("a key for it, to read and to report"),
	"noroshi hub audit verify /var/lib/noroshi",
	N_("does the log still say what was written?"),
	"noroshi hub serve /var/lib/noroshi",
	N_("answer TAXII on this machine; discovery is at /taxii2/"),
	"noroshi hub import /var/lib/noroshi dump.json event.json",
	N_("take in a data set of another server and a MISP event"),
	"noroshi hub backup /var/lib/noroshi /backup/noroshi-monday",
	N_("a copy that was looked over; it holds secrets, so keep it like the hub itself"),
	"noroshi hub tell /var/lib/noroshi 'Example Telecom'",
	N_("what it sent, as others would read it"),
	"noroshi hub correlate /var/lib/noroshi",
	N_("what members have in common this week; exit code 1 if something is new or rising"),
	"noroshi hub value /var/lib/noroshi 'hxxp://example[.]com/x'",
	N_("all that is known of one value"),
	NULL,
};

const char *noro_hub_cli_path(struct hubbing *h, const char *dir, const char *name)
{
	return noro_arena_printf(h->cli->arena, "%s/%s", dir, name);
}

const char *noro_hub_cli_word(const struct hubbing *h, size_t i)
{
	return h->args->words > i + 2 ? h->args->word[i + 2] : NULL;
}

enum noro_status noro_hub_cli_what(const char *usage, struct noro_error *err)
{
	return noro_fail(err, NORO_EARG, N_("say what to do: %1"), usage);
}

enum noro_status noro_hub_cli_emit(struct hubbing *h, struct noro_buf *out, struct noro_error *err)
{
	enum noro_status st = out->status == NORO_OK ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);

	if (st == NORO_OK)
		noro_emit(h->cli->out, out);
	noro_buf_done(out);
	return st;
}

enum noro_status noro_hub_cli_number(const char *digits, int64_t *ret, struct noro_error *err)
{
	uint64_t n;

	if (!noro_view_u64(noro_view_str(digits), &n) || n < 1 || n > INT64_MAX)
		return noro_fail(err, NORO_EARG, N_("this is no number: %1"), digits);
	*ret = (int64_t)n;
	return NORO_OK;
}

/* ---- opening: the store, the key of its log, who acts ---- */

static enum noro_status make_key(struct hubbing *h, const char *path, struct noro_error *err)
{
	struct noro_buf pem = { 0 };
	enum noro_status st = noro_key_make(&h->key, err);

	if (st == NORO_OK && noro_key_print(h->key, true, &pem) != NORO_OK)
		st = noro_fail(err, NORO_ENOMEM, NULL);
	if (st == NORO_OK)
		st = noro_file_write(path, 0600, noro_buf_as_view(&pem), err);
	noro_buf_done(&pem);
	return st;
}

static enum noro_status any_row(void *ctx, const struct noro_hub_row_told *row)
{
	(void)row;
	*(bool *)ctx = true;
	return NORO_OK;
}

/* Made with the hub, or with the first word of the log; never again behind a log that has one. */
static enum noro_status open_key(struct hubbing *h, const char *dir, struct noro_error *err)
{
	const char *path = noro_hub_cli_path(h, dir, "hub.key");
	struct noro_buf pem = { 0 };
	bool any = false;
	enum noro_status st;

	if (!path)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (access(path, F_OK) == 0) {
		st = noro_file_read(path, MAX_PEM, &pem, err);
		if (st == NORO_OK)
			st = noro_key_read(noro_buf_as_view(&pem), &h->key, err);
	} else {
		st = noro_hubdb_audit_rows(h->db, 0, 1, any_row, &any, err);
		if (st == NORO_OK && any)
			st = noro_fail(err, NORO_ENOENT,
				N_("'%1' is missing: the key that signed the log"), path);
		if (st == NORO_OK)
			st = make_key(h, path, err);
	}
	noro_buf_done(&pem);
	if (st == NORO_OK)
		noro_hubdb_audit_key(h->db, h->key);
	return st;
}

/* --key FILE holds the key of a person; what is done is done in that name. */
static enum noro_status who_acts(struct hubbing *h, struct noro_error *err)
{
	const char *path = noro_args_get(h->args, "key");
	struct noro_buf said = { 0 };
	struct noro_hub_shown shown = { .now_ns = h->cli->now_ns };
	struct noro_hub_person who = { 0 };
	enum noro_status st;

	h->by = (struct noro_hub_act){ "console", h->cli->now_ns };
	if (!path)
		return NORO_OK;
	st = noro_file_read(path, MAX_PEM, &said, err);
	if (st == NORO_OK) {
		shown.token = noro_view_trim(noro_buf_as_view(&said));
		st = noro_hubdb_person_shown(h->db, &shown, h->cli->arena, &who, err);
		if (st == NORO_ENOENT || (st == NORO_OK && who.suspended))
			st = noro_fail(err, NORO_EACCESS,
				N_("the key in '%1' is nobody's who may come in"), path);
	}
	noro_buf_done(&said);
	h->by.who = who.name ? who.name : "console";
	return st;
}

enum noro_status noro_hub_cli_open(
	struct hubbing *h, const char *dir, bool must_exist, struct noro_error *err)
{
	const char *path = noro_hub_cli_path(h, dir, "hub.db");
	enum noro_status st;

	if (!path)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (!must_exist && access(path, F_OK) == 0)
		return noro_fail(err, NORO_EARG, N_("'%1' is there already"), path);
	st = noro_hubdb_open(path, must_exist, &h->db, err);
	if (st == NORO_OK)
		st = open_key(h, dir, err);
	return st == NORO_OK ? who_acts(h, err) : st;
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

static enum noro_status first_person(
	struct hubbing *h, char token[NORO_HUB_TOKEN], struct noro_error *err)
{
	struct noro_hub_newcomer p = { "hub", "analyst",
		NORO_HUB_READER | NORO_HUB_ANALYST | NORO_HUB_ADMIN };
	struct noro_hub_token t = { .person = p.name, .name = p.name };
	int64_t no;
	enum noro_status st = noro_hubdb_person_make(h->db, &h->by, &p, &no, err);

	return st == NORO_OK ? noro_hubdb_token_add(h->db, &h->by, &t, token, err) : st;
}

static enum noro_status do_init(struct hubbing *h, const char *dir, struct noro_error *err)
{
	const char *title = noro_args_get(h->args, "title"),
		   *profile = noro_args_get(h->args, "profile");
	struct noro_hub_root root = {
		.name = "share", .title = title ? title : "noroshi", .max_content = MAX_CONTENT
	};
	char token[NORO_HUB_TOKEN];
	enum noro_status st;

	if (profile && strcmp(profile, "jp") != 0)
		return noro_fail(err, NORO_EARG, N_("%1 is none of these: %2"), profile, "jp");
	st = noro_mkdirs(dir, err);
	if (st == NORO_OK)
		st = noro_hub_cli_open(h, dir, false, err);
	if (st == NORO_OK)
		st = noro_hubdb_root_add(h->db, &root, err);
	if (st == NORO_OK)
		st = add_collections(h, err);
	if (st == NORO_OK && profile)
		st = noro_hub_cli_councils(h, err);
	if (st == NORO_OK)
		st = first_person(h, token, err);
	if (st == NORO_OK && !h->cli->quiet && !h->cli->json)
		noro_say(h->cli, h->cli->out, N_("a hub in '%1'; its first analyst:"), dir);
	return st == NORO_OK ? noro_hub_cli_token(h, "analyst", token, err) : st;
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

/* What was read becomes durable, a day that is over gets its root. */
static void tick(struct hubbing *h)
{
	struct noro_error err = { 0 };

	if (noro_hubdb_audit_tick(h->db, noro_clock_now(), &err) != NORO_OK)
		on_fault(h, &err);
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
		while (!noro_progress_stop(&h->progress)) {
			(void)nanosleep(&pause, NULL);
			tick(h);
		}
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
		st = noro_hub_cli_open(h, dir, true, err);
	t.db = h->db;
	if (st == NORO_OK)
		st = noro_taxii_init(&t, err);
	if (st == NORO_OK)
		st = noro_hub_gate_new(h->db, &h->gate, err);
	t.gate = h->gate;
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
	} verbs[] = { { "init", do_init }, { "serve", do_serve }, { "member", noro_hub_do_member },
		{ "group", noro_hub_do_group }, { "asset", noro_hub_do_asset },
		{ "contact", noro_hub_do_contact }, { "person", noro_hub_do_person },
		{ "key", noro_hub_do_key }, { "invite", noro_hub_do_invite },
		{ "audit", noro_hub_do_audit }, { "doctor", noro_hub_do_doctor },
		{ "backup", noro_hub_do_backup }, { "restore", noro_hub_do_restore },
		{ "tell", noro_hub_do_tell } };
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
	noro_hub_gate_free(h.gate);
	noro_hubdb_close(h.db);
	noro_key_free(h.key);
	if (h.log >= 0)
		(void)close(h.log);
	(void)pthread_mutex_destroy(&h.lock);
	if (st == NORO_END) {
		(void)noro_fail(&err, NORO_EARG, N_("say what to do: %1"),
			"init DIR | serve DIR | member DIR ... | group DIR ... | asset DIR MEMBER "
			"... | "
			"contact DIR MEMBER ... | person DIR ... | key DIR MEMBER NAME | invite "
			"DIR MEMBER | audit "
			"verify DIR | doctor DIR | backup DIR TO | restore DIR FROM | "
			"tell DIR MEMBER | import DIR FILE... | "
			"correlate DIR | value DIR "
			"VALUE");
		return noro_usage(cli, &noro_cmd_hub, &err);
	}
	return st == NORO_OK ? h.code : noro_complain(cli, &err);
}

const struct noro_cmd noro_cmd_hub = {
	.name = "hub",
	.usage = "init DIR | serve DIR | member DIR VERB NAME | group DIR VERB ID | asset DIR "
		 "MEMBER "
		 "VERB ... | contact DIR MEMBER VERB ... | person DIR VERB NAME | key DIR MEMBER "
		 "NAME | invite DIR MEMBER | audit verify|roots|list DIR | doctor DIR | backup DIR "
		 "TO | restore DIR FROM | "
		 "tell DIR MEMBER [ID...] | import DIR FILE... | correlate "
		 "DIR | value DIR VALUE",
	.summary = N_("the sharing network: members, their keys and a TAXII 2.1 server"),
	.text = text,
	.opts = opts,
	.examples = examples,
	.standards = "TAXII 2.1, STIX 2.1, RFC 7493 (I-JSON), RFC 8785 (JCS), TLP 2.0",
	.run = run,
	.words = "init serve member group asset contact person key invite audit doctor backup "
		 "restore tell "
		 "import "
		 "correlate "
		 "value",
};
