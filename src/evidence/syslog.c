/*
 * src/evidence/syslog.c - the head of a syslog line: RFC 5424, RFC 3164 and what
 * relays, journals and devices make of them; what stands behind the head is told
 * by message.c.
 */
#include "evidence/log_priv.h"

static struct noro_view skip_blanks(struct noro_view v)
{
	while (v.n && (v.p[0] == ' ' || v.p[0] == '\t'))
		v = noro_view(v.p + 1, v.n - 1);
	return v;
}

/* "<189>" or BSD's "<4.3>" and "<auth.info>"; `*rest` moves behind it. */
static bool priority(struct noro_view *rest, struct noro_view *ret)
{
	size_t end = noro_view_chr(noro_view_sub(*rest, 0, 24), '>');

	if (rest->n == 0 || rest->p[0] != '<' || end == SIZE_MAX || end < 2)
		return false;
	for (size_t i = 1; i < end; i++)
		if (!noro_is_alnum(rest->p[i]) && rest->p[i] != '.')
			return false;
	*ret = noro_view(rest->p + 1, end - 1);
	*rest = noro_view_sub(*rest, end + 1, rest->n);
	return true;
}

static bool tag_char(char c)
{
	return noro_is_alnum(c) || strchr("_-./()@+\\", c) != NULL;
}

/*
 * "prog[123]:", "prog:", "prog [123]:", "%ASA-..." is not one. `strict` asks for
 * the colon, because any two words could be host and program otherwise.
 */
static bool tag(struct noro_view *rest, bool strict, struct noro_view *ret_program)
{
	struct noro_view v = *rest, after;
	size_t i, close;

	for (i = 0; i < v.n && v.p[i] && tag_char(v.p[i]); i++)
		;
	if (i == 0 || i > 64)
		return false;
	*ret_program = noro_view(v.p, i);
	after = noro_view_sub(v, i, v.n);
	if (after.n > 1 && after.p[0] == ' ' && after.p[1] != ' ')
		after = skip_blanks(after); /* "sogod [26818]:", "fail2ban.actions  [123]:" */
	if (after.n && after.p[0] == '[') {
		close = noro_view_chr(noro_view_sub(after, 0, 24), ']');
		if (close != SIZE_MAX && close > 1 && noro_is_digit(after.p[1])) {
			after = noro_view_sub(after, close + 1, after.n);
			if (after.n && after.p[0] == ':')
				after = noro_view_sub(after, 1, after.n);
			else if (strict && !(after.n && after.p[0] == ' '))
				return false;
			*rest = skip_blanks(after);
			return true;
		}
	}
	if (i < v.n && v.p[i] == ':' && (i + 1 == v.n || v.p[i + 1] == ' ')) {
		*rest = skip_blanks(noro_view_sub(v, i + 1, v.n));
		return true;
	}
	return false;
}

static bool host_word(struct noro_view v)
{
	if (v.n == 0 || v.n > 255)
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_alnum(v.p[i]) && !strchr("._-:/[]@", v.p[i]))
			return false;
	return noro_is_alnum(v.p[0]) || v.p[0] == '[';
}

/* [id name="value" ...]...: RFC 5424 6.3. Values keep their escapes: only \" \\ \] exist. */
static struct noro_view structured_data(struct noro_take *t, struct noro_view v)
{
	if (v.n && v.p[0] == '-')
		return noro_view_sub(v, 1, v.n);
	while (v.n && v.p[0] == '[') {
		size_t i;
		bool quoted = false;

		for (i = 1; i < v.n && (quoted || v.p[i] != ']'); i++) {
			if (v.p[i] == '\\' && i + 1 < v.n)
				i++;
			else if (v.p[i] == '"')
				quoted = !quoted;
		}
		noro_ev_flat_kv(t, noro_view_sub(v, 1, i - 1));
		v = noro_view_sub(v, i + 1, v.n);
	}
	return v;
}

static void word_field(struct noro_record *r, enum noro_field f, struct noro_view *rest)
{
	struct noro_view w;

	if (noro_view_word(rest, &w))
		noro_ev_set(r, f, w);
}

/* Behind "<PRI>1 ". False when no time follows: then it was no RFC 5424 head. */
static bool rfc5424(const struct noro_log *log, struct noro_arena *a, struct noro_view rest,
	struct noro_record *r)
{
	struct noro_take t;
	struct noro_view pid;
	size_t used = 0;

	rest = skip_blanks(rest);
	if (rest.n && rest.p[0] == '-' && (rest.n == 1 || rest.p[1] == ' '))
		used = 1;
	else if (!noro_ev_set_time(log, r, rest, &used))
		return false;
	rest = noro_view_sub(rest, used, rest.n);
	word_field(r, NORO_FIELD_HOST, &rest);
	word_field(r, NORO_FIELD_PROGRAM, &rest);
	(void)noro_view_word(&rest, &pid);
	word_field(r, NORO_FIELD_EVENT, &rest);
	noro_ev_take_init(&t, log, a, r, NORO_FAMILY_KV);
	rest = skip_blanks(structured_data(&t, skip_blanks(rest)));
	if (noro_view_starts(rest, "\xef\xbb\xbf"))
		rest = noro_view_sub(rest, 3, rest.n);
	noro_ev_set(r, NORO_FIELD_MESSAGE, rest);
	r->shape = "syslog-5424";
	if (t.n && r->field[NORO_FIELD_EVENT].p)
		(void)noro_ev_junos_message(&t);
	noro_ev_take_done(&t);
	noro_ev_message(log, a, r);
	return true;
}

static bool message(const struct noro_log *log, struct noro_arena *a, struct noro_view msg,
	struct noro_record *r)
{
	noro_ev_set(r, NORO_FIELD_MESSAGE, msg);
	if (!r->shape)
		r->shape = "syslog";
	noro_ev_message(log, a, r);
	return true;
}

/* A second head behind a relay's: "2025-08-07T01:02:03Z relay Aug  7 01:02:03 host prog: ...". */
static bool relayed(const struct noro_log *log, struct noro_view *rest, struct noro_record *r)
{
	struct noro_view v = skip_blanks(*rest);
	size_t used;

	if (v.n < 15 || !(noro_is_alpha(v.p[0]) || noro_is_digit(v.p[0]) || v.p[0] == '*') ||
		!noro_ev_set_time(log, r, v, &used))
		return false;
	*rest = skip_blanks(noro_view_sub(v, used, v.n));
	if (rest->n && rest->p[0] == ':')
		*rest = skip_blanks(noro_view_sub(*rest, 1, rest->n));
	return true;
}

static bool after_time(const struct noro_log *log, struct noro_arena *a, struct noro_view rest,
	struct noro_record *r)
{
	bool strict = !(r->time_flags & NORO_TIME_NO_YEAR);
	struct noro_view program = { 0 }, host, left, pri;

	rest = skip_blanks(rest);
	if (priority(&rest, &pri))
		rest = skip_blanks(rest);
	if (tag(&rest, true, &program)) {
		noro_ev_set(r, NORO_FIELD_PROGRAM, program);
		return message(log, a, rest, r);
	}
	left = rest;
	if (!noro_view_word(&left, &host) || !host_word(host))
		return false;
	left = skip_blanks(left);
	if (tag(&left, strict, &program)) {
		r->field[NORO_FIELD_HOST] = host;
		noro_ev_set(r, NORO_FIELD_PROGRAM, program);
		return message(log, a, left, r);
	}
	if (left.n && relayed(log, &left, r)) {
		r->field[NORO_FIELD_DEVICE] = (struct noro_view){ 0 };
		if (after_time(log, a, left, r))
			return true;
		r->field[NORO_FIELD_HOST] = host;
		return message(log, a, left, r);
	}
	if (strict && !(left.n && left.p[0] == '%'))
		return false;
	r->field[NORO_FIELD_HOST] = host;
	return message(log, a, left, r);
}

/* journalctl -o cat with identifiers, or a cut head: "host prog[123]: message". */
static bool without_time(const struct noro_log *log, struct noro_arena *a, struct noro_view rest,
	struct noro_record *r)
{
	struct noro_view host, program, left = rest, id;

	if (!noro_view_word(&left, &host) || !host_word(host))
		return false;
	left = skip_blanks(left);
	id = left;
	if (!tag(&left, true, &program) ||
		noro_view_chr(noro_view_sub(id, 0, program.n + 2), '[') == SIZE_MAX)
		return false;
	r->field[NORO_FIELD_HOST] = host;
	noro_ev_set(r, NORO_FIELD_PROGRAM, program);
	return message(log, a, left, r);
}

bool noro_ev_syslog(const struct noro_log *log, struct noro_arena *a, struct noro_view raw,
	struct noro_record *r)
{
	struct noro_view rest = skip_blanks(raw), pri = { 0 };
	size_t used;

	if (priority(&rest, &pri)) {
		if (rest.n > 2 && rest.p[0] == '1' && rest.p[1] == ' ' &&
			rfc5424(log, a, noro_view_sub(rest, 2, rest.n), r)) {
			noro_ev_set(r, NORO_FIELD_SEVERITY, pri);
			return true;
		}
		noro_ev_set(r, NORO_FIELD_SEVERITY, pri);
		rest = skip_blanks(rest);
	}
	if (rest.n && rest.p[0] == '[' && pri.p == NULL)
		return false;
	if (!noro_ev_set_time(log, r, rest, &used)) {
		if (pri.p && noro_view_chr(rest, ' ') != SIZE_MAX) {
			struct noro_view program;

			if (without_time(log, a, rest, r))
				return true;
			if (!tag(&rest, true, &program))
				return false;
			noro_ev_set(r, NORO_FIELD_PROGRAM, program);
			return message(log, a, rest, r);
		}
		return without_time(log, a, rest, r);
	}
	return after_time(log, a, noro_view_sub(rest, used, rest.n), r);
}

/* Cheap: a month name or an ISO date behind an optional priority, then a word and a colon. */
static bool looks_syslog(struct noro_view line)
{
	static const struct noro_time_ctx any = { .ref_ns = INT64_C(1700000000000000000) };
	struct noro_view rest = line, pri, w;
	struct noro_time t;

	if (priority(&rest, &pri) && noro_view_starts(rest, "1 "))
		return true;
	rest = skip_blanks(rest);
	if (rest.n == 0 || (!noro_is_alpha(rest.p[0]) && !noro_is_digit(rest.p[0])))
		return false;
	if (!noro_time_parse(rest, &any, &t))
		return false;
	rest = noro_view_sub(rest, t.length, rest.n);
	if (!noro_view_word(&rest, &w))
		return false;
	rest = skip_blanks(rest);
	return tag(&rest, true, &pri) || (t.flags & NORO_TIME_NO_YEAR && host_word(w));
}

static void sniff(struct noro_view head, const char *path, struct noro_sniff *ret)
{
	int fit = noro_ev_sample(head, looks_syslog);
	const char *base = noro_ev_base_name(path);

	if (fit >= 50)
		noro_ev_sniffed(
			ret, (unsigned)(50 + fit / 5), N_("lines begin with a syslog head"), "");
	else if (fit >= 20 && (strstr(base, "syslog") || strstr(base, "messages") ||
				      strstr(base, "auth") || strstr(base, "secure")))
		noro_ev_sniffed(ret, 45, N_("the name %1 and some syslog heads"), base);
}

const struct noro_reader noro_reader_syslog = {
	.name = "syslog",
	.title = N_("syslog: RFC 3164, RFC 5424, relayed"),
	.sniff = sniff,
	.parse = noro_ev_syslog,
	.classes = "ip domain login command",
};
