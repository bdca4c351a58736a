/* src/evidence/windows.c - what Windows event ids mean, however the event was carried here. */
#include "evidence/log_priv.h"

static const struct {
	const char *id;
	const char *action, *outcome;
	bool target; /* the account that matters is the target, not the subject */
} events[] = {
	{ "4624", "login", "success", true },
	{ "4625", "login", "failure", true },
	{ "4634", "logout", NULL, true },
	{ "4647", "logout", NULL, true },
	{ "4648", "login", NULL, false },
	{ "4768", "login", NULL, true },
	{ "4769", "login", NULL, true },
	{ "4771", "login", "failure", true },
	{ "4776", "login", NULL, true },
	{ "4778", "login", "success", false },
	{ "4688", "command", NULL, false },
	{ "4672", "privilege", NULL, false },
	{ "4697", "add", "success", false },
	{ "4698", "add", "success", false },
	{ "4720", "add", "success", false },
	{ "4722", "config", "success", false },
	{ "4724", "config", NULL, false },
	{ "4726", "delete", "success", false },
	{ "4728", "config", "success", false },
	{ "4732", "config", "success", false },
	{ "4756", "config", "success", false },
	{ "4740", "lock", NULL, true },
	{ "1102", "delete", "success", false },
	{ "104", "delete", "success", false },
	{ "7045", "add", "success", false },
	{ "4104", "command", NULL, false },
	{ "5140", "share", NULL, false },
	{ "5145", "share", NULL, false },
	{ "5156", "allow", "success", false },
	{ "5157", "deny", "failure", false },
	{ "1149", "login", "success", false },
};

/* Any name that ends so: EventData comes under many parents. */
static struct noro_view ends(const struct noro_take *t, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < t->n; i++) {
		struct noro_view k = t->pair[i].name;

		if (k.n >= n && memcmp(k.p + (k.n - n), name, n) == 0 &&
			(k.n == n || k.p[k.n - n - 1] == '.'))
			return t->pair[i].value;
	}
	return (struct noro_view){ 0 };
}

static const char *logon_type(struct noro_view v)
{
	static const char *const names[] = { NULL, NULL, "interactive", "network", "batch",
		"service", NULL, "unlock", "cleartext", "new-credentials", "remote-interactive",
		"cached" };
	uint64_t n;

	if (!noro_view_u64(v, &n) || n >= sizeof(names) / sizeof(names[0]))
		return NULL;
	return names[n];
}

/* Sysmon's "SHA1=..,MD5=..,SHA256=..,IMPHASH=..". */
static void hashes(struct noro_record *r)
{
	struct noro_view rest = r->field[NORO_FIELD_RULE], name, value;

	r->field[NORO_FIELD_RULE] = (struct noro_view){ 0 };
	while (noro_ev_next_kv(&rest, &name, &value)) {
		if (noro_view_is_i(name, "md5"))
			noro_ev_set(r, NORO_FIELD_MD5, value);
		else if (noro_view_is_i(name, "sha1"))
			noro_ev_set(r, NORO_FIELD_SHA1, value);
		else if (noro_view_is_i(name, "sha256"))
			noro_ev_set(r, NORO_FIELD_SHA256, value);
	}
}

/* 0x0 is success for the events that tell only a status. */
static const char *by_status(const struct noro_take *t)
{
	struct noro_view v = ends(t, "Status");

	if (!v.p)
		return NULL;
	return noro_view_is_i(v, "0x0") || noro_view_is_i(v, "0x00000000") ? "success" : "failure";
}

void noro_ev_windows_done(struct noro_take *t)
{
	struct noro_record *r = t->rec;
	struct noro_view id = r->field[NORO_FIELD_EVENT];

	r->shape = "windows-event";
	if (r->field[NORO_FIELD_RULE].p)
		hashes(r);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		if (!noro_view_is(id, events[i].id))
			continue;
		noro_ev_set_str(r, NORO_FIELD_ACTION, events[i].action);
		noro_ev_set_str(r, NORO_FIELD_OUTCOME,
			events[i].outcome ? events[i].outcome : by_status(t));
		if (events[i].target && r->field[NORO_FIELD_USER_TARGET].p)
			r->field[NORO_FIELD_USER] = r->field[NORO_FIELD_USER_TARGET];
		break;
	}
	if (logon_type(ends(t, "LogonType")))
		r->field[NORO_FIELD_METHOD] = noro_view_str(logon_type(ends(t, "LogonType")));
}
