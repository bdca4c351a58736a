/* src/evidence/fill.c - setting the fields of a record: what counts as a value, an address, a URL.
 */
#include "evidence/log_priv.h"

#include "base/addr.h"

static bool is_none(struct noro_view v)
{
	return v.n == 0 || (v.n == 1 && v.p[0] == '-') || (v.n == 3 && noro_view_is_i(v, "n/a")) ||
	       (v.n == 4 && noro_view_is_i(v, "null"));
}

void noro_ev_put(struct noro_record *r, enum noro_field f, struct noro_view v)
{
	if (!is_none(v))
		r->field[f] = v;
}

void noro_ev_set(struct noro_record *r, enum noro_field f, struct noro_view v)
{
	if (!r->field[f].p)
		noro_ev_put(r, f, v);
}

void noro_ev_set_str(struct noro_record *r, enum noro_field f, const char *literal)
{
	if (literal && !r->field[f].p)
		r->field[f] = noro_view_str(literal);
}

void noro_ev_login(struct noro_record *r, const char *outcome)
{
	r->field[NORO_FIELD_ACTION] = NORO_V("login");
	if (outcome)
		r->field[NORO_FIELD_OUTCOME] = noro_view_str(outcome);
}

struct noro_view noro_ev_unquote(struct noro_view v)
{
	static const char open[] = "\"'<`([", close[] = "\"'>')]";

	v = noro_view_trim(v);
	for (size_t i = 0; i + 1 < sizeof(open) && v.n >= 2; i++) {
		if (v.p[0] == open[i] && v.p[v.n - 1] == close[i])
			return noro_view(v.p + 1, v.n - 2);
	}
	return v;
}

static bool all_digits(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_digit(v.p[i]))
			return false;
	return v.n > 0;
}

/* The tail of an IPv4-mapped address is what people compare. */
static struct noro_view unmap(struct noro_view v)
{
	if (v.n > 7 && noro_view_starts_i(v, "::ffff:") && noro_view_chr(v, '.') != SIZE_MAX)
		return noro_view(v.p + 7, v.n - 7);
	return v;
}

static bool whole_ip(struct noro_view v, struct noro_view *ret)
{
	struct noro_ip ip;

	if (v.n > 2 && v.p[0] == '[' && v.p[v.n - 1] == ']')
		v = noro_view(v.p + 1, v.n - 2);
	if (v.n < 2 || v.n > 64 || !noro_ip_parse_loose(v, &ip))
		return false;
	*ret = unmap(v);
	return true;
}

/* "(22)", "22)", "22": the digits of a port written behind an address. */
static bool port_tail(struct noro_view v, struct noro_view *ret)
{
	if (v.n && v.p[v.n - 1] == ')')
		v.n--;
	if (v.n == 0 || v.n > 5 || !all_digits(v))
		return false;
	*ret = v;
	return true;
}

bool noro_ev_addr(struct noro_view v, struct noro_view *ret_ip, struct noro_view *ret_port)
{
	static const char seps[] = ":#/(.+";
	struct noro_view ip, port;
	size_t at;

	v = noro_view_trim(v);
	*ret_port = (struct noro_view){ 0 };
	if (v.n > 1 && (v.p[0] == '\\' && v.p[1] == '\\'))
		v = noro_view(v.p + 2, v.n - 2);
	if (v.n == 0 || v.n > 80 || !(noro_is_hex(v.p[0]) || v.p[0] == ':' || v.p[0] == '['))
		return false;
	if (whole_ip(v, ret_ip))
		return true;
	for (size_t i = 0; i + 1 < sizeof(seps); i++) {
		at = noro_view_rchr(v, seps[i]);
		if (at == SIZE_MAX || !port_tail(noro_view_sub(v, at + 1, v.n), &port) ||
			!whole_ip(noro_view(v.p, at), &ip))
			continue;
		*ret_ip = ip;
		*ret_port = port;
		return true;
	}
	return false;
}

static bool is_host_name(struct noro_view v)
{
	bool letter = false;

	if (v.n == 0 || v.n > 255 || v.p[0] == '-' || v.p[0] == '.')
		return false;
	for (size_t i = 0; i < v.n; i++) {
		char c = v.p[i];

		if (noro_is_alpha(c) || (unsigned char)c >= 0x80)
			letter = true;
		else if (!noro_is_digit(c) && c != '.' && c != '-' && c != '_')
			return false;
	}
	return letter;
}

static void set_host(struct noro_record *r, enum noro_field ip, struct noro_view v)
{
	struct noro_view port;
	size_t at = noro_view_rchr(v, ':');

	if (at != SIZE_MAX && port_tail(noro_view_sub(v, at + 1, v.n), &port)) {
		noro_ev_set(r, (enum noro_field)(ip + 1), port);
		v.n = at;
	}
	if (is_host_name(v))
		noro_ev_set(r, (enum noro_field)(ip + 2), v);
}

/* "name[192.0.2.1]", "name ([192.0.2.1])", "192.0.2.1(name)": an address with its name beside it.
 */
static bool named_addr(struct noro_record *r, enum noro_field f, struct noro_view v)
{
	size_t open = noro_view_rchr(v, '['), close;
	struct noro_view ip, port, inner;

	if (open == SIZE_MAX)
		open = noro_view_chr(v, '(');
	if (open == SIZE_MAX || open == 0)
		return false;
	inner = noro_view_sub(v, open + 1, v.n);
	close = noro_view_chr(inner, v.p[open] == '[' ? ']' : ')');
	if (close == SIZE_MAX)
		return false;
	inner.n = close;
	if (!noro_ev_addr(inner, &ip, &port)) {
		if (!noro_ev_addr(noro_view(v.p, open), &ip, &port))
			return false;
		noro_ev_set(r, f, ip);
		noro_ev_set(r, (enum noro_field)(f + 1), port);
		return true;
	}
	noro_ev_set(r, f, ip);
	noro_ev_set(r, (enum noro_field)(f + 1), port);
	v.n = open;
	v = noro_view_trim(v);
	if (is_host_name(v) && !noro_view_is_i(v, "unknown"))
		noro_ev_set(r, (enum noro_field)(f + 2), v);
	return true;
}

bool noro_ev_set_addr(struct noro_record *r, enum noro_field f, struct noro_view v)
{
	struct noro_view ip, port;

	v = noro_view_trim(v);
	while (v.n && strchr(",;.'\"", v.p[v.n - 1]))
		v.n--;
	if (v.n > 2 && v.p[v.n - 1] == ':' && v.p[v.n - 2] != ':')
		v.n--;
	while (v.n && strchr("'\"", v.p[0]))
		v = noro_view(v.p + 1, v.n - 1);
	if (v.n > 1 && v.p[0] == '(' && v.p[v.n - 1] == ')')
		v = noro_view(v.p + 1, v.n - 2);
	if (is_none(v))
		return false;
	if (noro_ev_addr(v, &ip, &port)) {
		noro_ev_set(r, f, ip);
		noro_ev_set(r, (enum noro_field)(f + 1), port);
		return true;
	}
	if (named_addr(r, f, v))
		return true;
	set_host(r, f, v);
	return r->field[f + 2].p != NULL;
}

static void set_path(struct noro_record *r, struct noro_view v)
{
	size_t q = noro_view_chr(v, '?');

	if (q != SIZE_MAX) {
		noro_ev_set(r, NORO_FIELD_QUERY, noro_view_sub(v, q + 1, v.n));
		v.n = q;
	}
	noro_ev_set(r, NORO_FIELD_PATH, v);
}

void noro_ev_set_url(struct noro_record *r, struct noro_view url)
{
	size_t at = noro_view_find(noro_view_sub(url, 0, 16), NORO_V("://")), slash;
	struct noro_view rest;

	if (is_none(url))
		return;
	if (at == SIZE_MAX) {
		if (url.p[0] == '/' || url.p[0] == '*')
			set_path(r, url);
		else
			(void)noro_ev_set_addr(r, NORO_FIELD_DST_IP, url);
		return;
	}
	noro_ev_set(r, NORO_FIELD_URL, url);
	rest = noro_view_sub(url, at + 3, url.n);
	for (slash = 0; slash < rest.n && rest.p[slash] != '/' && rest.p[slash] != '?'; slash++)
		;
	if (slash < rest.n)
		set_path(r, noro_view_sub(rest, slash, rest.n));
	rest.n = slash;
	at = noro_view_rchr(rest, '@'); /* credentials stay out of the fields */
	(void)noro_ev_set_addr(
		r, NORO_FIELD_DST_IP, at == SIZE_MAX ? rest : noro_view_sub(rest, at + 1, rest.n));
}

bool noro_ev_set_time(const struct noro_log *log, struct noro_record *r, struct noro_view text,
	size_t *ret_length)
{
	struct noro_time t;

	if (text.n == 0 || !noro_time_parse(text, &log->time, &t))
		return false;
	r->time_ns = t.ns;
	r->time_flags = t.flags;
	if (ret_length)
		*ret_length = t.length;
	return true;
}

void noro_ev_take_init(struct noro_take *t, const struct noro_log *log, struct noro_arena *a,
	struct noro_record *rec, enum noro_family family)
{
	t->log = log;
	t->arena = a;
	t->rec = rec;
	t->family = family;
	t->time_from = NULL;
	t->date = t->clock = (struct noro_view){ 0 };
	t->n = 0;
}

static void take_time(struct noro_take *t, const struct noro_alias *alias, struct noro_view v)
{
	if (t->time_from && t->time_from <= alias)
		return;
	if (noro_view_starts(v, "/Date(")) /* PowerShell 5: "/Date(1756257301123)/" */
		v = noro_view_sub(v, 6, v.n);
	if (noro_ev_set_time(t->log, t->rec, v, NULL))
		t->time_from = alias;
}

static void take_meaning(struct noro_take *t, const struct noro_alias *alias, struct noro_view v)
{
	switch (alias->means) {
	case NORO_MEANS_TIME:
		take_time(t, alias, v);
		break;
	case NORO_MEANS_DATE:
		t->date = v;
		break;
	case NORO_MEANS_CLOCK:
		t->clock = v;
		break;
	case NORO_MEANS_SRC:
	case NORO_FIELD_SRC_IP:
		(void)noro_ev_set_addr(t->rec, NORO_FIELD_SRC_IP, v);
		break;
	case NORO_MEANS_DST:
	case NORO_FIELD_DST_IP:
		(void)noro_ev_set_addr(t->rec, NORO_FIELD_DST_IP, v);
		break;
	case NORO_MEANS_URL:
		noro_ev_set_url(t->rec, v);
		break;
	default:
		noro_ev_set(t->rec, (enum noro_field)alias->means, v);
	}
}

void noro_ev_take_as(struct noro_take *t, struct noro_view name, const struct noro_alias *alias,
	struct noro_view value)
{
	if (t->n < NORO_EV_PAIRS)
		t->pair[t->n++] = (struct noro_pair){ name, value };
	if (alias && !is_none(value))
		take_meaning(t, alias, value);
}

void noro_ev_take(struct noro_take *t, struct noro_view name, struct noro_view value)
{
	noro_ev_take_as(t, name, noro_ev_alias(&t->log->names, t->family, name), value);
}

/* "+0900" of FortiOS's tz. */
static struct noro_view zone_of(const struct noro_take *t)
{
	struct noro_view tz = noro_ev_taken(t, "tz");

	if (tz.n < 3 || tz.n > 6 || (tz.p[0] != '+' && tz.p[0] != '-'))
		return NORO_V("");
	return tz;
}

/*
 * Date and clock in two fields are joined in the arena, with the zone if there is one. Where a
 * clock stands alone it may hold the whole: time="2025-08-07 01:02:03 UTC" of SonicWall and WELF.
 */
static void join_date(struct noro_take *t)
{
	struct noro_view tz = zone_of(t);
	struct noro_time whole;
	char *joined;

	if (!t->clock.p || t->time_from || t->date.n + t->clock.n > 64)
		return;
	if (!t->date.p) {
		if (noro_time_parse(t->clock, &t->log->time, &whole) &&
			!(whole.flags & NORO_TIME_NO_DATE))
			(void)noro_ev_set_time(t->log, t->rec, t->clock, NULL);
		return;
	}
	joined = noro_arena_printf(t->arena, "%.*s %.*s%s%.*s", NORO_VARG(t->date),
		NORO_VARG(t->clock), tz.n ? " " : "", NORO_VARG(tz));
	if (joined)
		(void)noro_ev_set_time(t->log, t->rec, noro_view_str(joined), NULL);
}

/* "Date (UTC)", "LogTime", "受付日時": the name says that it is a time. */
static bool names_time(struct noro_view name)
{
	static const char *const words[] = { "time", "date", "\xe6\x97\xa5\xe6\x99\x82",
		"\xe6\x99\x82\xe5\x88\xbb" }; /* 日時, 時刻 */
	static const char *const others[] = { "expir", "until", "valid", "end", "update", "last" };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (noro_view_find_i(name, noro_view_str(others[i])) != SIZE_MAX)
			return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (noro_view_find_i(name, noro_view_str(words[i])) != SIZE_MAX)
			return true;
	return false;
}

/* Tables and JSON of makes we do not know: the first whole time whose name says so. */
static void unknown_time(struct noro_take *t)
{
	struct noro_time time;

	if (t->rec->time_ns != NORO_TIME_NONE ||
		(t->family != NORO_FAMILY_JSON && t->family != NORO_FAMILY_WIN))
		return;
	for (size_t i = 0; i < t->n; i++) {
		struct noro_view v = t->pair[i].value;

		if (v.n < 12 || v.n > 64 || !names_time(t->pair[i].name) ||
			!noro_time_parse(v, &t->log->time, &time) ||
			(time.flags & (NORO_TIME_NO_DATE | NORO_TIME_NO_CLOCK)))
			continue;
		(void)noro_ev_set_time(t->log, t->rec, v, NULL);
		return;
	}
}

void noro_ev_take_done(struct noro_take *t)
{
	struct noro_pair *own;

	join_date(t);
	unknown_time(t);
	if (t->n == 0)
		return;
	own = noro_arena_array(t->arena, t->n, sizeof(*own));
	if (!own)
		return;
	memcpy(own, t->pair, t->n * sizeof(*own));
	t->rec->own = own;
	t->rec->owns = t->n;
}

struct noro_view noro_ev_taken(const struct noro_take *t, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < t->n; i++)
		if (t->pair[i].name.n == n && memcmp(t->pair[i].name.p, name, n) == 0)
			return t->pair[i].value;
	return (struct noro_view){ 0 };
}
