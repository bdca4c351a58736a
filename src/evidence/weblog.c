/* src/evidence/weblog.c - error logs of Apache and nginx, Squid's own format, and W3C extended logs
 * (IIS). */
#include "evidence/log_priv.h"

static void split_level(struct noro_record *r, struct noro_view v)
{
	size_t colon = noro_view_chr(v, ':');

	if (colon != SIZE_MAX) {
		noro_ev_set(r, NORO_FIELD_PROGRAM, noro_view(v.p, colon));
		v = noro_view_sub(v, colon + 1, v.n);
	}
	noro_ev_set(r, NORO_FIELD_SEVERITY, v);
}

/* emerg to trace8, with or without the module: nothing else stands second in a line of Apache's. */
static bool is_level(struct noro_view v)
{
	static const char *const levels[] = { "emerg", "alert", "crit", "error", "warn", "notice",
		"info", "debug" };
	size_t colon = noro_view_rchr(v, ':');

	if (colon != SIZE_MAX)
		v = noro_view_sub(v, colon + 1, v.n);
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (noro_view_is(v, levels[i]))
			return true;
	return noro_view_starts(v, "trace");
}

/* "[time] [module:level] [pid 1:tid 2] [client 192.0.2.1:5] message" */
static bool apache_error(const struct noro_log *log, struct noro_view v, struct noro_record *r)
{
	bool time = false;
	size_t close, at;

	while (v.n && v.p[0] == '[') {
		struct noro_view in;

		close = noro_view_chr(noro_view_sub(v, 0, 256), ']');
		if (close == SIZE_MAX)
			break;
		in = noro_view_sub(v, 1, close - 1);
		if (!time) {
			time = noro_ev_set_time(log, r, in, NULL);
			if (!time)
				return false;
		} else if (noro_view_starts(in, "client ")) {
			(void)noro_ev_set_addr(r, NORO_FIELD_SRC_IP, noro_view_sub(in, 7, in.n));
		} else if (noro_view_starts(in, "remote ")) {
			(void)noro_ev_set_addr(r, NORO_FIELD_SRC_IP, noro_view_sub(in, 7, in.n));
		} else if (!r->field[NORO_FIELD_SEVERITY].p && is_level(in)) {
			split_level(r, in);
		} else if (!noro_view_starts(in, "pid ")) {
			break;
		}
		v = noro_view_trim(noro_view_sub(v, close + 1, v.n));
	}
	if (!time || !r->field[NORO_FIELD_SEVERITY].p)
		return false;
	noro_ev_set(r, NORO_FIELD_MESSAGE, v);
	at = noro_view_find(v, NORO_V(", referer: "));
	if (at != SIZE_MAX)
		noro_ev_set(r, NORO_FIELD_REFERER, noro_view_sub(v, at + 11, v.n));
	r->shape = "apache-error";
	return true;
}

static const struct noro_template apache[] = {
	{ T_SKIP "user " T_USER_LAST ": authentication failure for \"" T_PATH "\"", "login",
		"failure" },
	{ T_SKIP "user `" T_USER_LAST "' in realm ", "login", "failure" },
	{ T_SKIP "user " T_USER_LAST " not found: " T_PATH, "login", "failure" },
	{ T_SKIP "user " T_USER_LAST " not in right group: ", "login", "failure" },
	{ T_SKIP "File does not exist: " T_FILE, NULL, NULL },
	{ T_SKIP "script '" T_FILE "' not found", NULL, NULL },
	{ T_SKIP "script not found or unable to stat: " T_FILE, NULL, NULL },
	{ T_SKIP "client denied by server configuration: " T_FILE, "deny", "failure" },
	{ NULL, NULL, NULL },
};

/* ", client: 192.0.2.1, server: x, request: "GET / HTTP/1.1", host: "x"" */
static bool nginx_labels(struct noro_record *r, struct noro_view msg)
{
	size_t at = noro_view_find(msg, NORO_V("client: ")), end;
	struct noro_view v;

	/* a user name is a stranger's text and may hold labels of its own: then the last are real
	 */
	if (noro_view_find(noro_view_sub(msg, 0, 24), NORO_V("user ")) != SIZE_MAX)
		for (; at != SIZE_MAX && (end = noro_view_find(noro_view_sub(msg, at + 8, msg.n),
						  NORO_V(", client: "))) != SIZE_MAX;)
			at += end + 10;

	if (at == SIZE_MAX)
		return false;
	v = noro_view_sub(msg, at + 8, msg.n);
	for (end = 0; end < v.n && v.p[end] != ',' && v.p[end] != ' '; end++)
		;
	(void)noro_ev_set_addr(r, NORO_FIELD_SRC_IP, noro_view(v.p, end));
	at = noro_view_find(v, NORO_V("request: \""));
	if (at != SIZE_MAX) {
		static const struct noro_template request = { T_METHOD " " T_URL " HTTP/", NULL,
			NULL };

		(void)noro_ev_template(&request, noro_view_sub(v, at + 10, v.n), r);
	}
	at = noro_view_find(v, NORO_V("host: \""));
	if (at != SIZE_MAX) {
		v = noro_view_sub(v, at + 7, v.n);
		end = noro_view_chr(v, '"');
		if (end != SIZE_MAX)
			(void)noro_ev_set_addr(r, NORO_FIELD_DST_IP, noro_view(v.p, end));
	}
	return true;
}

static const struct noro_template nginx[] = {
	{ T_SKIP "user \"" T_USER_LAST "\": password mismatch", "login", "failure" },
	{ T_SKIP "user \"" T_USER_LAST "\" was not found in ", "login", "failure" },
	{ T_SKIP "PAM: user '" T_USER_LAST "' - not authenticated: " T_REASON ", client", "login",
		"failure" },
	{ T_SKIP "access forbidden by rule", "deny", "failure" },
	{ T_SKIP "open() \"" T_FILE "\" failed", NULL, NULL },
	{ NULL, NULL, NULL },
};

/* "2025/08/07 01:02:03 [error] 23#23: *5 message, client: ..." */
static bool nginx_error(const struct noro_log *log, struct noro_view v, struct noro_record *r)
{
	size_t used, close;

	if (!noro_ev_set_time(log, r, noro_view_sub(v, 0, 64), &used))
		return false;
	v = noro_view_trim(noro_view_sub(v, used, v.n));
	if (v.n < 3 || v.p[0] != '[')
		return false;
	close = noro_view_chr(noro_view_sub(v, 0, 16), ']');
	if (close == SIZE_MAX || noro_view_chr(noro_view_sub(v, close, 24), '#') == SIZE_MAX)
		return false;
	noro_ev_set(r, NORO_FIELD_SEVERITY, noro_view_sub(v, 1, close - 1));
	v = noro_view_trim(noro_view_sub(v, close + 1, v.n));
	close = noro_view_find(noro_view_sub(v, 0, 32), NORO_V(": "));
	if (close != SIZE_MAX)
		v = noro_view_sub(v, close + 2, v.n);
	noro_ev_put(r, NORO_FIELD_MESSAGE, v);
	(void)noro_ev_templates(nginx, v, r);
	(void)nginx_labels(r, v);
	r->shape = "nginx-error";
	return true;
}

bool noro_ev_http_error(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	(void)a;
	if (raw.n == 0)
		return false;
	if (raw.p[0] != '[')
		return nginx_error(log, raw, r);
	if (!apache_error(log, raw, r))
		return false;
	(void)noro_ev_templates(apache, r->field[NORO_FIELD_MESSAGE], r);
	return true;
}

static bool looks_error(struct noro_view line)
{
	size_t close;

	if (line.n < 30)
		return false;
	if (line.p[0] == '[') { /* "[Thu Aug 07 ...] [" */
		close = noro_view_find(noro_view_sub(line, 0, 48), NORO_V("] ["));
		return close != SIZE_MAX && noro_is_alpha(line.p[1]) && noro_is_alpha(line.p[5]);
	}
	return noro_is_digit(line.p[0]) && line.p[4] == '/' && line.p[19] == ' ' &&
	       line.p[20] == '[' && noro_view_chr(noro_view_sub(line, 20, 24), '#') != SIZE_MAX;
}

static void sniff_error(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	int fit = noro_ev_sample(head, looks_error);

	(void)path;
	if (fit >= 40)
		noro_ev_sniffed(ret, (unsigned)(60 + fit / 4),
			N_("lines begin like an Apache or nginx error log"), "");
}

static bool digits_only(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_digit(v.p[i]))
			return false;
	return v.n > 0;
}

/* "1386543323.000      4 192.0.2.1 TCP_DENIED/403 4099 GET http://x/ user HIER_NONE/- text/html" */
bool noro_ev_squid(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	struct noro_view w[9], rest;
	size_t used, slash, n = 0;

	(void)a;
	if (raw.n < 40 || !noro_is_digit(raw.p[0]) || raw.p[10] != '.' ||
		!noro_ev_set_time(log, r, raw, &used))
		return false;
	rest = noro_view_sub(raw, used, raw.n);
	while (n < 9 && noro_view_word(&rest, &w[n]))
		n++;
	if (n < 7 || !digits_only(w[0]) || (slash = noro_view_chr(w[2], '/')) == SIZE_MAX)
		return false;
	if (!noro_ev_set_addr(r, NORO_FIELD_SRC_IP, w[1]))
		return false;
	noro_ev_set(r, NORO_FIELD_ACTION,
		noro_view_find(w[2], NORO_V("DENIED")) != SIZE_MAX ? NORO_V("deny")
								   : NORO_V("allow"));
	noro_ev_set(r, NORO_FIELD_REASON, noro_view(w[2].p, slash));
	noro_ev_set(r, NORO_FIELD_STATUS, noro_view_sub(w[2], slash + 1, w[2].n));
	noro_ev_set(r, NORO_FIELD_BYTES_IN, w[3]);
	noro_ev_set(r, NORO_FIELD_METHOD, w[4]);
	noro_ev_set_url(r, w[5]);
	noro_ev_set(r, NORO_FIELD_USER, w[6]);
	if (n > 7 && (slash = noro_view_chr(w[7], '/')) != SIZE_MAX)
		(void)noro_ev_set_addr(
			r, NORO_FIELD_DST_IP, noro_view_sub(w[7], slash + 1, w[7].n));
	r->shape = "squid";
	return true;
}

static bool looks_squid(struct noro_view line)
{
	struct noro_view w;

	if (line.n < 40 || line.p[10] != '.' || !noro_is_digit(line.p[0]) ||
		!noro_is_digit(line.p[9]))
		return false;
	for (unsigned i = 0; i < 4; i++)
		if (!noro_view_word(&line, &w))
			return false;
	return noro_view_chr(w, '/') != SIZE_MAX && noro_view_chr(w, '_') != SIZE_MAX;
}

static void sniff_squid(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	int fit = noro_ev_sample(head, looks_squid);

	(void)path;
	if (fit >= 50)
		noro_ev_sniffed(ret, (unsigned)(65 + fit / 4),
			N_("lines are in Squid's native format"), "");
}

const struct noro_reader noro_reader_http_error = {
	.name = "http-error",
	.title = N_("web server error log (Apache, nginx)"),
	.sniff = sniff_error,
	.parse = noro_ev_http_error,
	.classes = "ip web",
};
const struct noro_reader noro_reader_squid = {
	.name = "squid",
	.title = N_("Squid access log"),
	.sniff = sniff_squid,
	.parse = noro_ev_squid,
	.classes = "ip domain url web conn",
};
