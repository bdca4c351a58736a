/*
 * src/evidence/jsonl.c - JSON lines of any make: ECS, CloudTrail, Microsoft 365 and
 * Entra, docker, Traefik, journalctl -o json, Windows events shipped as JSON.
 * What each calls an address or a user stands in names.c; here is what their
 * events mean.
 */
#include "evidence/log_priv.h"

#include "base/json.h"

static struct noro_view got(const struct noro_take *t, const char *name)
{
	return noro_ev_taken(t, name);
}

/* Success and failure in the words of many tongues. */
static const char *verdict(struct noro_view v)
{
	static const char *const good[] = { "success", "succeeded", "true", "ok", "accepted",
		"allowed", "0" };
	static const char *const bad[] = { "failure", "failed", "false", "denied", "error", "fail",
		"rejected" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (noro_view_is_i(v, good[i]))
			return "success";
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (noro_view_is_i(v, bad[i]))
			return "failure";
	return NULL;
}

static void normal_outcome(struct noro_record *r)
{
	const char *word = verdict(r->field[NORO_FIELD_OUTCOME]);

	if (word)
		r->field[NORO_FIELD_OUTCOME] = noro_view_str(word);
}

static void aws(struct noro_take *t)
{
	struct noro_record *r = t->rec;
	struct noro_view name = got(t, "eventName");

	r->shape = "cloudtrail";
	noro_ev_put(r, NORO_FIELD_EVENT, name);
	if (noro_view_is(name, "ConsoleLogin") || noro_view_is(name, "GetSigninToken")) {
		noro_ev_login(r, verdict(got(t, "responseElements.ConsoleLogin")));
		return;
	}
	noro_ev_set_str(r, NORO_FIELD_OUTCOME, got(t, "errorCode").p ? "failure" : "success");
	if (noro_view_starts(name, "Create") || noro_view_starts(name, "Put") ||
		noro_view_starts(name, "Attach"))
		noro_ev_set_str(r, NORO_FIELD_ACTION, "add");
	else if (noro_view_starts(name, "Delete") || noro_view_starts(name, "Detach"))
		noro_ev_set_str(r, NORO_FIELD_ACTION, "delete");
	else if (noro_view_starts(name, "Update") || noro_view_starts(name, "Modify"))
		noro_ev_set_str(r, NORO_FIELD_ACTION, "config");
}

static void entra_signin(struct noro_take *t, struct noro_view code)
{
	struct noro_record *r = t->rec;

	r->shape = "entra-signin";
	noro_ev_login(r, noro_view_is(code, "0") ? "success" : "failure");
	noro_ev_set(r, NORO_FIELD_METHOD, got(t, "clientAppUsed"));
}

/* The portal's CSV: titles for people, and the name shown before the name signed in with. */
static void entra_table(struct noro_take *t)
{
	struct noro_record *r = t->rec;

	r->shape = "entra-signin";
	noro_ev_put(r, NORO_FIELD_USER, got(t, "Username"));
	noro_ev_login(r, verdict(got(t, "Status")));
}

static void microsoft(struct noro_take *t)
{
	struct noro_record *r = t->rec;
	struct noro_view op = got(t, "Operation");

	r->shape = "m365-audit";
	normal_outcome(r);
	if (noro_view_is(op, "UserLoggedIn"))
		noro_ev_login(r, "success");
	else if (noro_view_is(op, "UserLoginFailed"))
		noro_ev_login(r, "failure");
	else if (noro_view_is(op, "MailboxLogin"))
		noro_ev_login(r, NULL);
	else if (noro_view_starts(op, "Add "))
		noro_ev_set_str(r, NORO_FIELD_ACTION, "add");
	else if (noro_view_starts(op, "New-") || noro_view_starts(op, "Set-") ||
		 noro_view_starts(op, "Update"))
		noro_ev_set_str(r, NORO_FIELD_ACTION, "config");
	else if (noro_view_starts(op, "Delete") || noro_view_starts(op, "Remove"))
		noro_ev_set_str(r, NORO_FIELD_ACTION, "delete");
}

static void ecs(struct noro_take *t)
{
	struct noro_record *r = t->rec;

	r->shape = "ecs";
	normal_outcome(r);
	if (noro_view_is(got(t, "event.category"), "authentication") ||
		noro_view_is_i(got(t, "event.action"), "ssh_login") ||
		noro_view_is_i(got(t, "event.action"), "logged-in") ||
		noro_view_is_i(got(t, "event.action"), "logon-failed") ||
		noro_view_is_i(got(t, "event.action"), "user_login"))
		noro_ev_login(r, NULL);
}

/* Cowrie, the SSH honeypot, is JSON with an eventid of its own. */
static void cowrie(struct noro_take *t, struct noro_view event)
{
	struct noro_record *r = t->rec;

	r->shape = "cowrie";
	if (noro_view_is(event, "cowrie.login.success"))
		noro_ev_login(r, "success");
	else if (noro_view_is(event, "cowrie.login.failed"))
		noro_ev_login(r, "failure");
	else if (noro_view_starts(event, "cowrie.command"))
		noro_ev_set_str(r, NORO_FIELD_ACTION, "command");
}

static void generic(struct noro_take *t)
{
	struct noro_record *r = t->rec;
	struct noro_view msg = r->field[NORO_FIELD_MESSAGE];

	normal_outcome(r);
	if (!r->field[NORO_FIELD_SRC_IP].p && msg.n && msg.p[0] != '{') {
		/* docker and journals wrap another program's line */
		struct noro_view program = r->field[NORO_FIELD_PROGRAM];

		if (program.p || got(t, "stream").p)
			noro_ev_message(t->log, t->arena, r);
		else
			(void)noro_ev_free_text(r, msg);
	}
	if (noro_view_is(r->field[NORO_FIELD_STATUS], "401"))
		noro_ev_set_str(r, NORO_FIELD_OUTCOME, "failure");
}

void noro_ev_json_done(struct noro_take *t)
{
	struct noro_record *r = t->rec;
	struct noro_view v;

	r->shape = "json";
	if (got(t, "eventSource").p && got(t, "eventName").p)
		aws(t);
	else if ((v = got(t, "status.errorCode")).p && got(t, "createdDateTime").p)
		entra_signin(t, v);
	else if ((v = got(t, "properties.status.errorCode")).p)
		entra_signin(t, v);
	else if ((v = got(t, "ResultType")).p && got(t, "UserPrincipalName").p)
		entra_signin(t, v);
	else if (got(t, "Sign-in error code").p || (got(t, "Request ID").p && got(t, "Username").p))
		entra_table(t);
	else if (got(t, "Operation").p && (got(t, "Workload").p || got(t, "CreationTime").p))
		microsoft(t);
	else if (noro_view_starts(v = got(t, "eventid"), "cowrie."))
		cowrie(t, v);
	else if (got(t, "event.category").p || got(t, "ecs.version").p || got(t, "event.action").p)
		ecs(t);
	else
		generic(t);
}

static bool windows_names(struct noro_view line)
{
	return noro_view_find(line, NORO_V("\"EventID\"")) != SIZE_MAX ||
	       noro_view_find(line, NORO_V("\"winlog\"")) != SIZE_MAX ||
	       ((noro_view_find(line, NORO_V("\"ProviderName\"")) != SIZE_MAX ||
			noro_view_find(line, NORO_V("\"TimeCreated\"")) != SIZE_MAX) &&
		       noro_view_find(line, NORO_V("\"Id\"")) != SIZE_MAX);
}

static enum noro_family family_of(struct noro_view line)
{
	line = noro_view_sub(line, 0, 2048);
	if (noro_view_find(line, NORO_V("\"event_type\"")) != SIZE_MAX &&
		noro_view_find(line, NORO_V("\"timestamp\"")) != SIZE_MAX)
		return NORO_FAMILY_EVE;
	if (noro_view_find(line, NORO_V("\"id.orig_h\"")) != SIZE_MAX)
		return NORO_FAMILY_ZEEK;
	if (windows_names(line))
		return NORO_FAMILY_WIN;
	return NORO_FAMILY_JSON;
}

/* A JSON line in a file of another kind, or wrapped in a syslog head: its names tell whose it is.
 */
bool noro_ev_json_line(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	struct noro_take t;
	enum noro_family family = family_of(raw);

	noro_ev_take_init(&t, log, a, r, family);
	if (!noro_ev_flat_json(&t, raw))
		return false;
	if (family == NORO_FAMILY_EVE)
		noro_ev_eve_done(&t);
	else if (family == NORO_FAMILY_ZEEK)
		noro_ev_zeek_done(&t, noro_ev_taken(&t, "_path"));
	else if (family == NORO_FAMILY_WIN)
		noro_ev_windows_done(&t);
	else
		noro_ev_json_done(&t);
	noro_ev_take_done(&t);
	return true;
}

/* An object alone on its line closes there; a lone brace means it goes on below. */
bool noro_ev_pretty(struct noro_view head)
{
	struct noro_view line;

	for (unsigned i = 0; i < 8 && noro_view_line(&head, &line); i++) {
		line = noro_view_trim(line);
		if (noro_view_is(line, "{") || noro_view_is(line, "[") || noro_view_is(line, "[{"))
			return true;
		if (line.n)
			return false;
	}
	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The lines of an indented document: from the brace that opens a record to the one that closes it.
 */
struct noro_view noro_ev_json_around(const struct noro_log *log, struct noro_view text, size_t at)
{
	size_t from = at, to = at, indent, low = at > NORO_EV_LINE ? at - NORO_EV_LINE : 0;
	size_t high = text.n - at > NORO_EV_LINE ? at + NORO_EV_LINE : text.n;

	if (!log->pretty)
		return (struct noro_view){ 0 };
	/* back to a line that is only '{' at the least indentation records have */
	for (;;) {
		while (from > low && text.p[from - 1] != '\n')
			from--;
		for (indent = 0; from + indent < text.n && is_blank(text.p[from + indent]);
			indent++)
			;
		if ((log->indent == SIZE_MAX ? indent <= 4 : indent == log->indent) &&
			from + indent < text.n && text.p[from + indent] == '{')
			break;
		if (from == low)
			return (struct noro_view){ 0 };
		from--;
	}
	if (from + indent > at)
		return (struct noro_view){ 0 };
	for (to = from; to < high; to++) {
		size_t i, n = 0;

		if (text.p[to] != '\n')
			continue;
		for (i = to + 1; i < high && is_blank(text.p[i]); i++)
			n++;
		if (i >= high || n != indent || text.p[i] != '}')
			continue;
		if (i < at) /* between two records */
			return (struct noro_view){ 0 };
		return noro_view(text.p + from + indent, i + 1 - from - indent);
	}
	return noro_view(text.p + from + indent, high - from - indent);
}

static bool row(struct noro_view line)
{
	return line.n > 2 && line.p[0] == '{' && noro_view_chr(line, '"') != SIZE_MAX;
}

static bool row_cloud(struct noro_view line)
{
	line = noro_view_sub(line, 0, 4096);
	return row(line) &&
	       ((noro_view_find(line, NORO_V("\"eventSource\"")) != SIZE_MAX &&
			noro_view_find(line, NORO_V("\"eventName\"")) != SIZE_MAX) ||
		       (noro_view_find(line, NORO_V("\"Operation\"")) != SIZE_MAX &&
			       noro_view_find(line, NORO_V("\"CreationTime\"")) != SIZE_MAX) ||
		       noro_view_find(line, NORO_V("\"createdDateTime\"")) != SIZE_MAX);
}

static bool row_windows(struct noro_view line)
{
	return row(line) && windows_names(noro_view_sub(line, 0, 4096));
}

static void sniff(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)path;
	if (noro_ev_sample(head, row) >= 60)
		noro_ev_sniffed(ret, 70, N_("every line is a JSON object"), "");
	else if (noro_ev_pretty(head))
		noro_ev_sniffed(ret, 60, N_("indented JSON objects"), "");
}

static void sniff_cloud(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)path;
	if (noro_ev_sample(head, row_cloud) >= 60)
		noro_ev_sniffed(
			ret, 90, N_("JSON lines with the names of a cloud's audit log"), "");
}

static void sniff_windows(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)path;
	if (noro_ev_sample(head, row_windows) >= 60)
		noro_ev_sniffed(ret, 90, N_("JSON lines with the names of Windows events"), "");
}

static enum noro_status learn(struct noro_log *log, struct noro_view head)
{
	log->family = NORO_FAMILY_JSON;
	log->indent = noro_ev_json_indent(head);
	log->pretty = noro_ev_pretty(head) || log->indent != SIZE_MAX;
	return NORO_OK;
}

const struct noro_reader noro_reader_jsonl = {
	.name = "json-lines",
	.title = N_("JSON lines (ECS, docker, Traefik, journalctl and others)"),
	.sniff = sniff,
	.parse = noro_ev_json_line,
	.learn = learn,
	.around = noro_ev_json_around,
	.classes = "ip domain url hash login web dns command",
};
const struct noro_reader noro_reader_cloud = {
	.name = "cloud-audit",
	.title = N_("cloud sign-in and audit log (Microsoft 365, Entra, CloudTrail)"),
	.sniff = sniff_cloud,
	.parse = noro_ev_json_line,
	.learn = learn,
	.around = noro_ev_json_around,
	.classes = "ip login config user_agent email",
};
const struct noro_reader noro_reader_winjson = {
	.name = "windows-json",
	.title = N_("Windows events as JSON (winlogbeat, Get-WinEvent)"),
	.sniff = sniff_windows,
	.parse = noro_ev_json_line,
	.learn = learn,
	.around = noro_ev_json_around,
	.classes = "ip domain hash login command process windows",
};
