/*
 * src/evidence/zeek.c - Zeek logs, tab-separated and JSON. Both ways of writing
 * end in the same vocabulary, so one capture gives the same fields either way.
 */
#include "evidence/columns_priv.h"

/* Columns of logs whose header was lost (split files, syslog forwarding), by Zeek's defaults. */
static const struct {
	const char *path, *columns;
} defaults[] = {
	{ "conn", "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration "
		  "orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history "
		  "orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents" },
	{ "dns", "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto trans_id rtt query qclass "
		 "qclass_name qtype qtype_name rcode rcode_name AA TC RD RA Z answers TTLs "
		 "rejected" },
	{ "http",
		"ts uid id.orig_h id.orig_p id.resp_h id.resp_p trans_depth method host uri "
		"referrer version user_agent origin request_body_len response_body_len status_code "
		"status_msg info_code info_msg tags username password proxied orig_fuids "
		"orig_filenames orig_mime_types resp_fuids resp_filenames resp_mime_types" },
	{ "ssl", "ts uid id.orig_h id.orig_p id.resp_h id.resp_p version cipher curve server_name "
		 "resumed last_alert next_protocol established" },
	{ "ssh", "ts uid id.orig_h id.orig_p id.resp_h id.resp_p version auth_success "
		 "auth_attempts direction client server cipher_alg mac_alg compression_alg kex_alg "
		 "host_key_alg host_key" },
	{ "files", "ts fuid tx_hosts rx_hosts conn_uids source depth analyzers mime_type filename "
		   "duration local_orig is_orig seen_bytes total_bytes missing_bytes "
		   "overflow_bytes timedout parent_fuid md5 sha1 sha256" },
};

static const char *log_path(struct noro_view dialect, const char *path)
{
	const char *base = noro_ev_base_name(path);

	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
		size_t n = strlen(defaults[i].path);

		if (noro_view_is(dialect, defaults[i].path) ||
			(strncmp(base, defaults[i].path, n) == 0 && !noro_is_alpha(base[n])))
			return defaults[i].columns;
	}
	return NULL;
}

static enum noro_status dialect(struct noro_log *log, struct noro_view name)
{
	log->dialect = noro_arena_view(log->arena, name);
	return log->dialect.p ? NORO_OK : NORO_ENOMEM;
}

/* The character of "#separator \x09". */
static char separator(struct noro_view v)
{
	if (v.n >= 4 && v.p[0] == '\\' && v.p[1] == 'x' && noro_is_hex(v.p[2]) &&
		noro_is_hex(v.p[3]))
		return (char)(noro_hex_value(v.p[2]) * 16 + noro_hex_value(v.p[3]));
	return v.n ? v.p[0] : '\t';
}

static enum noro_status types(struct noro_log *log, struct noro_view list)
{
	struct noro_view one;

	for (size_t i = 0; i < log->columns && noro_view_cut(&list, log->sep, &one); i++)
		log->column[i].many =
			noro_view_starts(one, "set[") || noro_view_starts(one, "vector[");
	return NORO_OK;
}

static enum noro_status header_line(struct noro_log *log, struct noro_view line)
{
	struct noro_view name, rest;
	size_t i;

	for (i = 1; i < line.n && noro_is_alpha(line.p[i] == '_' ? 'a' : line.p[i]); i++)
		;
	name = noro_view_sub(line, 1, i - 1);
	rest = noro_view_sub(line, i + 1, line.n);
	if (noro_view_is(name, "separator"))
		log->sep = separator(noro_view_trim(rest));
	else if (noro_view_is(name, "set_separator") && rest.n)
		log->set_sep = rest.p[0];
	else if (noro_view_is(name, "path"))
		return dialect(log, rest);
	else if (noro_view_is(name, "fields"))
		return noro_ev_columns_set(log, rest, log->sep);
	else if (noro_view_is(name, "types"))
		return types(log, rest);
	return NORO_OK;
}

static enum noro_status learn(struct noro_log *log, struct noro_view head)
{
	struct noro_view line;
	enum noro_status st = NORO_OK;
	const char *columns;

	log->family = NORO_FAMILY_ZEEK;
	log->sep = '\t';
	log->set_sep = ',';
	while (st == NORO_OK && noro_view_line(&head, &line) && line.n && line.p[0] == '#')
		st = header_line(log, line);
	if (st == NORO_OK && log->columns == 0) {
		columns = log_path(log->dialect, log->path);
		if (!columns) /* what nearly all of them begin with */
			columns = "ts uid id.orig_h id.orig_p id.resp_h id.resp_p";
		st = noro_ev_columns_set(log, noro_view_str(columns), ' ');
	}
	return st;
}

static bool is(const struct noro_take *t, const char *name, const char *value)
{
	return noro_view_is_i(noro_ev_taken(t, name), value);
}

/* What logs mean beyond their columns; `path` is the name of the log, "" if unknown. */
void noro_ev_zeek_done(struct noro_take *t, struct noro_view path)
{
	struct noro_record *r = t->rec;

	r->shape = "zeek";
	noro_ev_set(r, NORO_FIELD_PROGRAM, path);
	if (noro_ev_taken(t, "auth_success").p) {
		noro_ev_login(r, NULL);
		noro_ev_set_str(r, NORO_FIELD_OUTCOME,
			is(t, "auth_success", "T") || is(t, "auth_success", "true") ? "success"
										    : "failure");
	} else if (noro_ev_taken(t, "request_type")
			   .p) { /* kerberos: "from" is when a ticket begins */
		noro_ev_login(r, NULL);
		r->field[NORO_FIELD_MAIL_FROM] = (struct noro_view){ 0 };
		noro_ev_set(r, NORO_FIELD_USER, noro_ev_taken(t, "client"));
		if (noro_ev_taken(t, "success").p)
			noro_ev_set_str(r, NORO_FIELD_OUTCOME,
				is(t, "success", "T") || is(t, "success", "true") ? "success"
										  : "failure");
	} else if (noro_ev_taken(t, "conn_state").p) {
		noro_ev_set_str(r, NORO_FIELD_ACTION, "conn");
	} else if (noro_view_is(path, "ntlm") || noro_view_is(path, "radius")) {
		noro_ev_login(r, NULL);
		noro_ev_set_str(r, NORO_FIELD_OUTCOME,
			is(t, "success", "T") || is(t, "success", "true") ||
					is(t, "result", "success")
				? "success"
				: "failure");
	}
	if (noro_view_is(path, "http") && r->field[NORO_FIELD_DST_HOST].p == NULL)
		noro_ev_set(r, NORO_FIELD_DST_HOST, noro_ev_taken(t, "host"));
	if (noro_view_starts(path, "smb_"))
		noro_ev_set(r, NORO_FIELD_FILE, noro_ev_taken(t, "name"));
	if (noro_ev_taken(t, "authentication_method").p && noro_ev_taken(t, "auth").p) /* rfb */
		noro_ev_login(
			r, is(t, "auth", "T") || is(t, "auth", "true") ? "success" : "failure");
	/* software and known_* name the machine itself "host" */
	if (noro_view_starts(path, "known_") || noro_view_is(path, "software")) {
		struct noro_view host = noro_ev_taken(t, "host");

		r->field[NORO_FIELD_DST_HOST] = (struct noro_view){ 0 };
		(void)noro_ev_set_addr(r, NORO_FIELD_SRC_IP, host);
	}
}

static void column(struct noro_take *t, const struct noro_column *c, struct noro_view v)
{
	struct noro_view one;

	if (v.n == 0 || noro_view_is(v, "-") || noro_view_is(v, "(empty)"))
		return;
	if (!c->many) {
		noro_ev_take_as(t, c->name, c->alias, v);
		return;
	}
	while (noro_view_cut(&v, t->log->set_sep, &one))
		noro_ev_take_as(t, c->name, c->alias, one);
}

static bool parse_tsv(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	struct noro_take t;
	struct noro_view v, rest = raw;

	if (raw.n == 0 || raw.p[0] == '#' || log->columns == 0 ||
		noro_view_chr(raw, log->sep) == SIZE_MAX)
		return false;
	noro_ev_take_init(&t, log, a, r, NORO_FAMILY_ZEEK);
	for (size_t i = 0; i < log->columns && noro_view_cut(&rest, log->sep, &v); i++)
		column(&t, &log->column[i], v);
	noro_ev_zeek_done(&t, log->dialect);
	noro_ev_take_done(&t);
	return t.n > 0 && t.time_from;
}

/* A time stamp with a fraction, a tab, and a uid of Zeek's kind. */
static bool bare_row(struct noro_view line)
{
	struct noro_view w;

	if (!noro_view_cut(&line, '\t', &w) || w.n < 12 || w.n > 20 || w.p[10] != '.' ||
		!noro_is_digit(w.p[0]))
		return false;
	return noro_view_cut(&line, '\t', &w) && w.n > 4 && w.n < 24 &&
	       (w.p[0] == 'C' || w.p[0] == 'F' || w.p[0] == 'D');
}

static void sniff_tsv(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)path;
	if (noro_view_starts(head, "#separator ") || noro_view_starts(head, "#fields\tts\t"))
		noro_ev_sniffed(ret, 100, N_("begins with a Zeek header"), "");
	else if (noro_ev_sample(head, bare_row) >= 80)
		noro_ev_sniffed(ret, 85, N_("rows begin like Zeek's, without a header"), "");
}

static bool parse_json(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	struct noro_take t;
	struct noro_view path;

	noro_ev_take_init(&t, log, a, r, NORO_FAMILY_ZEEK);
	if (!noro_ev_flat_json(&t, raw))
		return false;
	path = noro_ev_taken(&t, "_path");
	noro_ev_zeek_done(&t, path.p ? path : log->dialect);
	noro_ev_take_done(&t);
	return true;
}

static bool json_row(struct noro_view line)
{
	line = noro_view_sub(line, 0, 4096);
	return line.n && line.p[0] == '{' && noro_view_find(line, NORO_V("\"ts\"")) != SIZE_MAX &&
	       (noro_view_find(line, NORO_V("\"id.orig_h\"")) != SIZE_MAX ||
		       noro_view_find(line, NORO_V("\"_path\"")) != SIZE_MAX ||
		       noro_view_find(line, NORO_V("\"uid\"")) != SIZE_MAX ||
		       noro_view_find(line, NORO_V("\"fuid\"")) != SIZE_MAX);
}

static void sniff_json(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	(void)path;
	if (noro_ev_sample(head, json_row) >= 60)
		noro_ev_sniffed(ret, 92, N_("JSON lines with Zeek's names"), "");
}

/* The name of the log stands only in the file's name when JSON is written. */
static enum noro_status learn_json(struct noro_log *log, struct noro_view head)
{
	const char *base = noro_ev_base_name(log->path);
	size_t n;

	(void)head;
	log->family = NORO_FAMILY_ZEEK;
	for (n = 0; noro_is_alnum(base[n]) || base[n] == '_'; n++)
		;
	return dialect(log, noro_view(base, n));
}

const struct noro_reader noro_reader_zeek_tsv = {
	.name = "zeek-tsv",
	.title = N_("Zeek log, tab-separated"),
	.sniff = sniff_tsv,
	.parse = parse_tsv,
	.learn = learn,
	.classes = "ip domain url hash ja3 conn dns web login user_agent email",
};
const struct noro_reader noro_reader_zeek_json = {
	.name = "zeek-json",
	.title = N_("Zeek log, JSON"),
	.sniff = sniff_json,
	.parse = parse_json,
	.learn = learn_json,
	.classes = "ip domain url hash ja3 conn dns web login user_agent email",
};
