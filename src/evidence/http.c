/*
 * src/evidence/http.c - access logs of web servers and proxies that write
 * Apache's common or combined format or a relative of it (nginx, vhost first, HAProxy, Traefik).
 */
#include "evidence/log_priv.h"

/* At a quote: what stands in it, with \" inside; `*rest` moves behind it. */
static bool quoted(struct noro_view *rest, struct noro_view *ret)
{
	size_t i;

	while (rest->n && rest->p[0] == ' ')
		*rest = noro_view_sub(*rest, 1, rest->n);
	if (rest->n == 0 || rest->p[0] != '"')
		return false;
	for (i = 1; i < rest->n && rest->p[i] != '"'; i++)
		if (rest->p[i] == '\\' && i + 1 < rest->n)
			i++;
	*ret = noro_view_sub(*rest, 1, (i < rest->n ? i : rest->n) - 1);
	*rest = noro_view_sub(*rest, i + 1, rest->n);
	return true;
}

static bool is_method(struct noro_view v)
{
	if (v.n < 3 || v.n > 16)
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!((v.p[i] >= 'A' && v.p[i] <= 'Z') || v.p[i] == '_' || v.p[i] == '-'))
			return false;
	return true;
}

/* "GET /path?query HTTP/1.1"; whatever else a stranger sent stays in `message`. */
static void request_line(struct noro_record *r, struct noro_view v)
{
	size_t sp = noro_view_chr(v, ' '), last = noro_view_rchr(v, ' ');
	struct noro_view target;

	if (v.n == 0)
		return;
	if (sp == SIZE_MAX || !is_method(noro_view(v.p, sp))) {
		noro_ev_set(r, NORO_FIELD_MESSAGE, v);
		return;
	}
	noro_ev_set(r, NORO_FIELD_METHOD, noro_view(v.p, sp));
	if (last > sp && noro_view_starts(noro_view_sub(v, last + 1, v.n), "HTTP/")) {
		noro_ev_set(r, NORO_FIELD_PROTO, noro_view_sub(v, last + 1, v.n));
		target = noro_view_sub(v, sp + 1, last - sp - 1);
	} else {
		target = noro_view_sub(v, sp + 1, v.n);
	}
	noro_ev_set_url(r, target);
	if (!r->field[NORO_FIELD_PATH].p && !r->field[NORO_FIELD_URL].p &&
		!r->field[NORO_FIELD_DST_IP].p && !r->field[NORO_FIELD_DST_HOST].p)
		noro_ev_set(r, NORO_FIELD_PATH, target);
}

static bool digits(struct noro_view v, size_t least, size_t most)
{
	if (v.n < least || v.n > most)
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_digit(v.p[i]))
			return false;
	return true;
}

/* Status and size behind the request: " 404 47", " 403 34/38", " 200 -". */
static bool status_size(struct noro_view *rest, struct noro_record *r)
{
	struct noro_view left = *rest, w;
	size_t slash;

	if (!noro_view_word(&left, &w) || !digits(w, 3, 3))
		return false;
	noro_ev_set(r, NORO_FIELD_STATUS, w);
	*rest = left;
	if (noro_view_word(&left, &w)) {
		slash = noro_view_chr(w, '/');
		if (slash != SIZE_MAX)
			w.n = slash;
		if (digits(w, 1, 19))
			noro_ev_set(r, NORO_FIELD_BYTES_IN, w);
		if (digits(w, 1, 19) || noro_view_is(w, "-"))
			*rest = left;
	}
	return true;
}

/* What stands before the bracket: "[vhost[:port]] client ident user". */
static bool before_time(struct noro_view v, struct noro_record *r)
{
	struct noro_view first, second, ip, port;
	size_t comma;

	if (!noro_view_word(&v, &first))
		return false;
	comma = noro_view_chr(first, ',');
	if (comma != SIZE_MAX && comma)
		first.n = comma; /* "client, proxy": the client comes first */
	if (!noro_ev_addr(first, &ip, &port)) {
		struct noro_view left = v;

		if (noro_view_word(&left, &second) && noro_ev_addr(second, &ip, &port)) {
			(void)noro_ev_set_addr(r, NORO_FIELD_DST_IP, first); /* a vhost first */
			v = left;
			first = second;
		}
	}
	if (!noro_ev_set_addr(r, NORO_FIELD_SRC_IP, first))
		return false;
	v = noro_view_trim(v);
	if (noro_view_starts(v, "- ")) { /* ident, hardly ever anything else */
		noro_ev_set(r, NORO_FIELD_USER, noro_view_trim(noro_view_sub(v, 2, v.n)));
		return true;
	}
	if (!noro_view_word(&v, &second))
		return true;
	v = noro_view_trim(v);
	noro_ev_set(r, NORO_FIELD_USER, v);
	return true;
}

/* HAProxy: "192.0.2.1:5 [time] frontend backend/server 1/2/3/4/5 200 750 - - ---- 1/1/1/1/0 0/0
 * "GET / HTTP/1.1"". */
static bool haproxy(struct noro_view rest, struct noro_record *r)
{
	struct noro_view w[5] = { { 0 } }, request;
	size_t at;

	for (size_t i = 0; i < 5; i++)
		if (!noro_view_word(&rest, &w[i]))
			return false;
	if (noro_view_chr(w[2], '/') == SIZE_MAX || w[3].n > 4)
		return false;
	noro_ev_set(r, NORO_FIELD_APP, w[0]);
	noro_ev_set(r, NORO_FIELD_STATUS, w[3]);
	noro_ev_set(r, NORO_FIELD_BYTES_IN, w[4]);
	at = noro_view_chr(rest, '"');
	if (at != SIZE_MAX) {
		rest = noro_view_sub(rest, at, rest.n);
		if (quoted(&rest, &request))
			request_line(r, request);
	}
	r->shape = "haproxy";
	return true;
}

static bool is_size(struct noro_view v)
{
	return v.n == 0 || noro_view_is(v, "-");
}

static void http_outcome(struct noro_record *r)
{
	struct noro_view s = r->field[NORO_FIELD_STATUS];

	if (s.n == 3 && noro_view_is(s, "401"))
		noro_ev_set_str(r, NORO_FIELD_OUTCOME, "failure");
}

bool noro_ev_http_access(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	size_t open, close;
	struct noro_view rest, v, request;

	(void)a;
	if (raw.n && raw.p[0] == '"') /* some exports wrap the line in quotes */
		raw = noro_view_sub(raw, 1, raw.n);
	open = noro_view_chr(noro_view_sub(raw, 0, 2048), '[');
	while (open != SIZE_MAX && open + 1 < raw.n && !noro_is_digit(raw.p[open + 1])) {
		close = noro_view_chr(
			noro_view_sub(raw, open + 1, 2048 - (open < 2048 ? open : 2047)), '[');
		open = close == SIZE_MAX || open > 2000 ? SIZE_MAX : open + 1 + close;
	}
	if (open == SIZE_MAX || open == 0)
		return false;
	close = noro_view_chr(noro_view_sub(raw, open, 64), ']');
	if (close == SIZE_MAX ||
		!noro_ev_set_time(log, r, noro_view_sub(raw, open + 1, close - 1), NULL))
		return false;
	rest = noro_view_sub(raw, open + close + 1, raw.n);
	if (!before_time(noro_view(raw.p, open), r))
		return false;
	r->shape = "http-access";
	if (!quoted(&rest, &request))
		return haproxy(rest, r);
	request_line(r, request);
	if (!status_size(&rest, r))
		return false;
	if (quoted(&rest, &v) && !is_size(v))
		noro_ev_set(r, NORO_FIELD_REFERER, v);
	if (quoted(&rest, &v))
		noro_ev_set(r, NORO_FIELD_USER_AGENT, v);
	http_outcome(r);
	return true;
}

/* Cheap: '[' dd/Mon/yyyy and a quote behind it. */
static bool looks_access(struct noro_view line)
{
	size_t open = noro_view_find(noro_view_sub(line, 0, 600), NORO_V(" ["));

	if (open == SIZE_MAX || line.n < open + 22 || !noro_is_digit(line.p[open + 2]))
		return false;
	return line.p[open + 4] == '/' && line.p[open + 8] == '/' &&
	       noro_view_find(noro_view_sub(line, open, 64), NORO_V("] ")) != SIZE_MAX &&
	       !noro_is_alpha(line.p[0] == '<' ? 'a' : '0');
}

static void sniff(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	int fit = noro_ev_sample(head, looks_access);

	(void)path;
	if (fit >= 40)
		noro_ev_sniffed(ret, (unsigned)(62 + fit / 4),
			N_("lines hold a client, a bracketed time and a request"), "");
}

const struct noro_reader noro_reader_http_access = {
	.name = "http-access",
	.title = N_("web access log (common, combined, vhost, HAProxy)"),
	.sniff = sniff,
	.parse = noro_ev_http_access,
	.classes = "ip domain url web user_agent",
};
