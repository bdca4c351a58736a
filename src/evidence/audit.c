/* src/evidence/audit.c - the Linux audit log, and TACACS+ accounting of network devices. */
#include "evidence/log_priv.h"

#include "base/addr.h"

/* auditd writes untrusted strings as hex; most are readable as they are. */
static struct noro_view unhex(struct noro_arena *a, struct noro_view v)
{
	char *out;

	if (v.n < 4 || v.n % 2 || v.n > 8192)
		return v;
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_digit(v.p[i]) && !(v.p[i] >= 'A' && v.p[i] <= 'F'))
			return v;
	out = noro_arena_alloc(a, v.n / 2 + 1);
	if (!out)
		return v;
	for (size_t i = 0; i < v.n / 2; i++) {
		char c = (char)(noro_hex_value(v.p[2 * i]) * 16 + noro_hex_value(v.p[2 * i + 1]));

		out[i] = c ? c : ' '; /* arguments are separated by NUL */
	}
	return noro_view(out, v.n / 2);
}

static void login(struct noro_record *r, struct noro_view type, struct noro_view res)
{
	if (noro_view_is(type, "USER_LOGIN") || noro_view_is(type, "USER_AUTH") ||
		noro_view_is(type, "USER_ERR"))
		noro_ev_login(r, NULL);
	else if (noro_view_is(type, "USER_CMD") || noro_view_is(type, "EXECVE") ||
		 noro_view_is(type, "PROCTITLE") || noro_view_is(type, "USER_TTY") ||
		 noro_view_is(type, "TTY"))
		noro_ev_set_str(r, NORO_FIELD_ACTION, "command");
	else if (noro_view_starts(type, "ADD_"))
		noro_ev_set_str(r, NORO_FIELD_ACTION, "add");
	else if (noro_view_starts(type, "DEL_"))
		noro_ev_set_str(r, NORO_FIELD_ACTION, "delete");
	if (noro_view_is(res, "success") || noro_view_is(res, "yes") || noro_view_is(res, "1"))
		r->field[NORO_FIELD_OUTCOME] = NORO_V("success");
	else if (res.p)
		r->field[NORO_FIELD_OUTCOME] = NORO_V("failure");
}

/* a0="ls" a1="-l": joined, as the command that was run. */
static void execve_args(struct noro_take *t)
{
	char *out = noro_arena_alloc(t->arena, 1025);
	size_t n = 0;

	if (!out)
		return;
	for (size_t i = 0; i < t->n; i++) {
		struct noro_view k = t->pair[i].name, v = t->pair[i].value;

		if (k.n < 2 || k.n > 3 || k.p[0] != 'a' || !noro_is_digit(k.p[1]))
			continue;
		v = unhex(t->arena, v);
		if (n + v.n + 1 > 1024)
			break;
		if (n)
			out[n++] = ' ';
		memcpy(out + n, v.p, v.n);
		n += v.n;
	}
	if (n)
		t->rec->field[NORO_FIELD_COMMAND] = noro_view(out, n);
}

static void sockaddr(struct noro_take *t)
{
	struct noro_view v = noro_ev_taken(t, "saddr");
	struct noro_ip ip = { .family = 4 };
	char *out;

	t->rec->field[NORO_FIELD_SRC_IP] = t->rec->field[NORO_FIELD_SRC_HOST] =
		(struct noro_view){ 0 };
	if (v.n < 16 || !noro_view_starts(v, "0200"))
		return;
	for (size_t i = 0; i < 4; i++) {
		int hi = noro_hex_value(v.p[8 + 2 * i]), lo = noro_hex_value(v.p[9 + 2 * i]);

		if (hi < 0 || lo < 0)
			return;
		ip.b[i] = (uint8_t)(hi * 16 + lo);
	}
	out = noro_arena_alloc(t->arena, NORO_IP_TEXT);
	if (out)
		t->rec->field[NORO_FIELD_DST_IP] = noro_view(out, noro_ip_print(&ip, out));
}

bool noro_ev_audit(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	struct noro_take t;
	struct noro_view v = raw, type, res;
	size_t at = noro_view_find(noro_view_sub(raw, 0, 200), NORO_V("msg=audit("));

	if (noro_view_starts(v, "node=")) {
		struct noro_view node;

		(void)noro_view_word(&v, &node);
		noro_ev_set(r, NORO_FIELD_HOST, noro_view_sub(node, 5, node.n));
		v = noro_view_trim(v);
	}
	if (at == SIZE_MAX || !noro_view_starts(v, "type=") ||
		!noro_ev_set_time(log, r, noro_view_sub(raw, at + 10, 24), NULL))
		return false;
	v = noro_view_sub(v, 5, v.n);
	if (!noro_view_word(&v, &type))
		return false;
	noro_ev_put(r, NORO_FIELD_EVENT, type);
	noro_ev_set_str(r, NORO_FIELD_PROGRAM, "auditd");
	at = noro_view_find(v, NORO_V("): "));
	if (at != SIZE_MAX)
		v = noro_view_sub(v, at + 3, v.n);
	at = noro_view_find(v, NORO_V("msg='"));
	noro_ev_take_init(&t, log, a, r, NORO_FAMILY_KV);
	t.time_from = noro_ev_alias(&log->names, NORO_FAMILY_KV, NORO_V("eventtime"));
	noro_ev_flat_kv(&t, at == SIZE_MAX ? v : noro_view(v.p, at));
	if (at != SIZE_MAX)
		noro_ev_flat_kv(&t, noro_view_sub(v, at + 5, v.n));
	res = noro_ev_taken(&t, "res");
	if (!res.p)
		res = noro_ev_taken(&t, "success");
	if (res.n > 1 && res.p[res.n - 1] == '\'')
		res.n--;
	login(r, type, res);
	if (noro_view_is(type, "EXECVE"))
		execve_args(&t);
	else if (noro_view_is(type, "SOCKADDR"))
		sockaddr(&t);
	else if (r->field[NORO_FIELD_COMMAND].p)
		r->field[NORO_FIELD_COMMAND] = unhex(a, r->field[NORO_FIELD_COMMAND]);
	noro_ev_set(r, NORO_FIELD_COMMAND, unhex(a, noro_ev_taken(&t, "proctitle")));
	r->shape = "auditd";
	noro_ev_take_done(&t);
	return true;
}

static bool audit_row(struct noro_view line)
{
	return noro_view_find(noro_view_sub(line, 0, 200), NORO_V("msg=audit(")) != SIZE_MAX;
}

static void sniff_audit(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)path;
	if (noro_ev_sample(head, audit_row) >= 50)
		noro_ev_sniffed(ret, 92, N_("lines with msg=audit(...)"), "");
}

static void accounting(struct noro_record *r, struct noro_view pair)
{
	size_t eq = noro_view_chr(pair, '=');
	struct noro_view name, value;

	if (eq == SIZE_MAX)
		return;
	name = noro_view(pair.p, eq);
	value = noro_view_sub(pair, eq + 1, pair.n);
	if (noro_view_is(name, "cmd")) {
		if (noro_view_ends(value, " <cr>"))
			value.n -= 5;
		noro_ev_set(r, NORO_FIELD_COMMAND, value);
	} else if (noro_view_is(name, "service")) {
		noro_ev_set(r, NORO_FIELD_APP, value);
	} else if (noro_view_is(name, "task_id")) {
		noro_ev_set(r, NORO_FIELD_SESSION, value);
	}
}

/* The first column is the time; daemons that write through syslog put the device behind it. */
static bool time_and_device(struct noro_view *rest, struct noro_view *time, struct noro_view *dev)
{
	struct noro_view ip, port;
	size_t blank;

	if (!noro_view_cut(rest, '\t', time))
		return false;
	blank = noro_view_rchr(*time, ' ');
	if (blank == SIZE_MAX)
		return noro_view_cut(rest, '\t', dev);
	*dev = noro_view_sub(*time, blank + 1, time->n);
	if (!noro_ev_addr(*dev, &ip, &port))
		return noro_view_cut(rest, '\t', dev);
	time->n = blank;
	return true;
}

/* "time TAB device TAB user TAB line TAB from TAB start|stop TAB task_id=1 TAB service=shell TAB
 * cmd=..." */
bool noro_ev_tacacs(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	struct noro_view w[6], rest = raw, pair, ip, port;

	(void)a;
	if (!time_and_device(&rest, &w[0], &w[1]))
		return false;
	for (size_t i = 2; i < 6; i++)
		if (!noro_view_cut(&rest, '\t', &w[i]))
			return false;
	if (!noro_ev_set_time(log, r, w[0], NULL) || !noro_ev_addr(w[1], &ip, &port))
		return false;
	if (!noro_view_is(w[5], "start") && !noro_view_is(w[5], "stop") &&
		!noro_view_is(w[5], "update") && !noro_view_is(w[5], "accounting"))
		return false;
	r->field[NORO_FIELD_HOST] = w[1];
	noro_ev_set(r, NORO_FIELD_USER, w[2]);
	noro_ev_set(r, NORO_FIELD_DEVICE, w[3]);
	(void)noro_ev_set_addr(r, NORO_FIELD_SRC_IP, w[4]);
	noro_ev_put(r, NORO_FIELD_EVENT, w[5]);
	while (noro_view_cut(&rest, '\t', &pair))
		accounting(r, pair);
	noro_ev_set_str(
		r, NORO_FIELD_ACTION, r->field[NORO_FIELD_COMMAND].p ? "command" : "session");
	r->shape = "tacacs";
	return true;
}

static bool tacacs_row(struct noro_view line)
{
	return noro_view_find(line, NORO_V("\tstop\t")) != SIZE_MAX ||
	       noro_view_find(line, NORO_V("\tstart\t")) != SIZE_MAX;
}

static void sniff_tacacs(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)path;
	if (noro_ev_sample(head, tacacs_row) >= 60)
		noro_ev_sniffed(ret, 88, N_("tab-separated start and stop records of TACACS+"), "");
}

const struct noro_reader noro_reader_linux_audit = {
	.name = "auditd",
	.title = N_("Linux audit log"),
	.sniff = sniff_audit,
	.parse = noro_ev_audit,
	.classes = "ip login command process file",
};
const struct noro_reader noro_reader_tacacs = {
	.name = "tacacs",
	.title = N_("TACACS+ accounting"),
	.sniff = sniff_tacacs,
	.parse = noro_ev_tacacs,
	.classes = "ip login command config",
};
