/* src/intel/intake.c - the way from a read value into the set: normal form, allow-lists, notes. */
#include "intel/intake_priv.h"

#include "base/text.h"
#include "base/timeparse.h"
#include "finding/finding.h"
#include "intel/indicator_priv.h"

#include <stdio.h>

struct noro_intake_meta noro_intake_start(const struct noro_intake *in)
{
	const struct noro_import_opts *o = in->opts;

	return (struct noro_intake_meta){ .m = {
						  .source = in->name,
						  .advisory = o->advisory,
						  .from_ns = o->from_ns,
						  .until_ns = o->until_ns,
						  .typed_ns = NORO_TIME_NONE,
						  .expires_ns = NORO_TIME_NONE,
						  .role = o->have_role ? o->role : NORO_ROLE_HUNT,
						  .confidence = 50,
						  .severity = 2,
					  } };
}

enum noro_status noro_intake_note(struct noro_intake *in, enum noro_import_what what, uint64_t at,
	const char *msg, struct noro_view arg)
{
	struct noro_import_note *more;
	struct noro_buf shown = { 0 };
	char *copy;

	if (what == NORO_IMPORT_REFUSED)
		in->ret->refused++;
	if (what == NORO_IMPORT_UNDECIDED)
		in->ret->undecided++;
	if (in->note_of[what]++ >= NORO_IMPORT_NOTES)
		return NORO_OK;
	noro_escape(arg, 200, &shown);
	copy = noro_arena_strn(in->a, shown.p ? shown.p : "", shown.n);
	noro_buf_done(&shown);
	more = noro_arena_grow(in->a, in->note, in->ret->notes, &in->note_cap, sizeof(*more));
	if (!copy || !more)
		return NORO_ENOMEM;
	in->note = more;
	more[in->ret->notes++] = (struct noro_import_note){ what, at, msg, copy };
	in->ret->note = more;
	return NORO_OK;
}

enum noro_status noro_intake_meta_id(
	struct noro_intake *in, struct noro_intake_meta *m, uint32_t *ret)
{
	enum noro_status st = NORO_OK;

	if (!m->have)
		st = noro_set_meta(in->b, &m->m, &m->id);
	m->have |= st == NORO_OK;
	*ret = m->id;
	return st;
}

/* The variant of the meta that tells why an allow-list lowers the value. */
static enum noro_status lowered_id(
	struct noro_intake *in, struct noro_intake_meta *m, const char *why, uint32_t *ret)
{
	struct noro_ioc_meta said = m->m;
	enum noro_status st;

	for (size_t i = 0; i < m->lowereds; i++)
		if (m->lowered[i].why == why) {
			*ret = m->lowered[i].id;
			return NORO_OK;
		}
	said.allowed = why;
	st = noro_set_meta(in->b, &said, ret);
	if (st != NORO_OK)
		return st;
	if (m->lowereds == NORO_INTAKE_WHYS)
		m->lowereds = 0; /* only a cache: equal metas share their number anyway */
	m->lowered[m->lowereds].why = why;
	m->lowered[m->lowereds++].id = *ret;
	return NORO_OK;
}

enum noro_status noro_intake_add_normal(struct noro_intake *in, struct noro_intake_meta *m,
	enum noro_ioc_kind kind, struct noro_view value, uint32_t pattern)
{
	const char *why = in->allow ? noro_allow_why(in->allow, kind, value) : NULL;
	enum noro_status st;
	uint32_t id;

	if (why)
		st = lowered_id(in, m, why, &id);
	else
		st = noro_intake_meta_id(in, m, &id);
	if (st == NORO_OK)
		st = noro_set_add(in->b, kind, value, id, pattern);
	if (st == NORO_OK)
		in->ret->indicators++;
	return st;
}

static bool no_scheme(struct noro_view v)
{
	return noro_view_find(v, NORO_V("://")) == SIZE_MAX;
}

enum noro_status noro_intake_add(struct noro_intake *in, struct noro_intake_meta *m,
	enum noro_ioc_kind kind, struct noro_view value, uint64_t at)
{
	enum noro_status st;

	noro_buf_clear(&in->tmp);
	st = noro_ioc_normal(kind, value, &in->tmp);
	if (st == NORO_OK)
		st = noro_intake_add_normal(
			in, m, kind, noro_buf_as_view(&in->tmp), NORO_NO_PATTERN);
	if (st == NORO_OK && kind == NORO_IOC_URL && no_scheme(value)) {
		/* nothing says which scheme: both are meant */
		struct noro_buf twin = { 0 };

		noro_buf_str(&twin, "https");
		noro_buf_view(&twin, noro_view_sub(noro_buf_as_view(&in->tmp), 4, in->tmp.n));
		st = twin.status;
		if (st == NORO_OK)
			st = noro_intake_add_normal(
				in, m, kind, noro_buf_as_view(&twin), NORO_NO_PATTERN);
		noro_buf_done(&twin);
	}
	if (st == NORO_EFORMAT || st == NORO_ELIMIT)
		return noro_intake_note(
			in, NORO_IMPORT_REFUSED, at, N_("not a valid value: %1"), value);
	return st;
}

static struct noro_view unquoted(struct noro_view v)
{
	static const char *const pairs[] = { "\"\"", "''", "``", "<>", "()", "[]" };

	v = noro_view_trim(v);
	while (v.n && strchr(",;", v.p[v.n - 1]))
		v.n--;
	/* a quote that only closes was opened on another line, or never */
	if (v.n > 1 && strchr("\"'", v.p[v.n - 1]) &&
		noro_view_chr(noro_view_sub(v, 0, v.n - 1), v.p[v.n - 1]) == SIZE_MAX)
		v.n--;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (v.n > 2 && v.p[0] == pairs[i][0] && v.p[v.n - 1] == pairs[i][1] &&
			noro_view_chr(noro_view_sub(v, 1, v.n), pairs[i][0]) == SIZE_MAX)
			return noro_view_trim(noro_view_sub(v, 1, v.n - 2));
	return v;
}

/* "192.0.2.1:443", "192.0.2.1|443" and "evil.example:8080" without the port; empty if there is
 * none.
 */
static struct noro_view without_port(struct noro_view v)
{
	size_t bar = noro_view_rchr(v, '|'), colon = bar != SIZE_MAX ? bar : noro_view_rchr(v, ':');
	uint64_t port;

	if (colon == SIZE_MAX || colon < 4 ||
		!noro_view_u64(noro_view_sub(v, colon + 1, v.n), &port) || port > 65535 ||
		noro_view_chr(noro_view_sub(v, 0, colon), ':') != SIZE_MAX)
		return noro_view_sub(v, v.n, 0);
	return noro_view_sub(v, 0, colon);
}

static bool may_be_defanged(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (strchr("[({\\", v.p[i]) || (v.p[i] & 0x80) || noro_is_space(v.p[i]))
			return true;
	return noro_view_starts_i(v, "hxx") || noro_view_starts_i(v, "fxp") ||
	       noro_view_starts_i(v, "meow") || noro_view_starts_i(v, "h**");
}

int noro_intake_read(struct noro_intake *in, struct noro_view value, struct noro_view *ret)
{
	struct noro_view v = unquoted(value), bare;
	int kind;

	if (may_be_defanged(v)) {
		noro_buf_clear(&in->refanged);
		(void)noro_refang(v, &in->refanged);
		if (in->refanged.status == NORO_OK)
			v = noro_view_trim(noro_buf_as_view(&in->refanged));
	}
	*ret = v;
	kind = noro_ioc_guess(v);
	if (kind >= 0)
		return kind;
	bare = without_port(v);
	kind = bare.n ? noro_ioc_guess(bare) : -1;
	if (kind == NORO_IOC_IPV4 || kind == NORO_IOC_DOMAIN) {
		*ret = bare;
		return kind;
	}
	return -1;
}

/* The column says what it is; yet "ip" holds either family, nets too, and "hash" any length. */
static int reconcile(int said, int seen)
{
	bool address = said == NORO_IOC_IPV4 || said == NORO_IOC_IPV6 || said == NORO_IOC_NET;
	bool hash = said >= NORO_IOC_MD5 && said <= NORO_IOC_SHA512;
	bool place = said == NORO_IOC_DOMAIN || said == NORO_IOC_URL;

	if (said < 0)
		return seen;
	if (address && seen >= NORO_IOC_IPV4 && seen <= NORO_IOC_NET)
		return seen;
	if (hash && seen >= NORO_IOC_MD5 && seen <= NORO_IOC_SHA512)
		return seen;
	if (place && seen >= NORO_IOC_IPV4 && seen <= NORO_IOC_URL)
		return seen;
	return said;
}

enum noro_status noro_intake_loose(struct noro_intake *in, struct noro_intake_meta *m, int kind,
	struct noro_view value, uint64_t at)
{
	struct noro_view v;
	int seen;

	if (kind == NORO_IOC_STRING || kind == NORO_IOC_REGEX)
		return noro_intake_add(in, m, (enum noro_ioc_kind)kind, value, at);
	seen = noro_intake_read(in, value, &v);
	if (kind >= NORO_IOC_FILE_NAME) {
		v = unquoted(value); /* a path keeps its backslashes and brackets */
		if (kind == NORO_IOC_FILE_NAME &&
			(noro_view_chr(v, '/') != SIZE_MAX || noro_view_chr(v, '\\') != SIZE_MAX))
			kind = NORO_IOC_FILE_PATH;
	} else {
		kind = reconcile(kind, seen);
	}
	if (kind < 0)
		return noro_intake_note(in, NORO_IMPORT_REFUSED, at,
			N_("not an indicator of any known kind: %1"), value);
	return noro_intake_add(in, m, (enum noro_ioc_kind)kind, v, at);
}

uint8_t noro_intake_tlp(struct noro_view v)
{
	int t = v.n ? noro_tlp_parse(v) : -1;

	return t > 0 ? (uint8_t)t : NORO_TLP_NONE;
}

enum noro_status noro_intake_fail(const struct noro_intake *in, struct noro_error *err,
	enum noro_status st, enum noro_at unit, uint64_t at)
{
	if (st == NORO_OK)
		return st;
	(void)noro_fail(err, st, NULL);
	(void)noro_error_at(err, in->name, unit, at);
	return st;
}

enum noro_status noro_intake_json(struct noro_intake *in, struct noro_arena *a,
	struct noro_view text, const struct noro_json **ret, struct noro_error *err)
{
	static const struct noro_json_limits limits = { .max_bytes = NORO_IMPORT_MAX_BYTES,
		.allow_duplicates = true,
		.allow_lone_surrogates = true };
	enum noro_status st = noro_json_parse(a, text, &limits, ret, err);

	if (st != NORO_OK && err)
		(void)noro_error_at(err, in->name, err->unit, err->at);
	return st;
}

/* Objects that were exported together carry the same one, and any form takes its time to read. */
int64_t noro_intake_moment(struct noro_intake *in, struct noro_view v)
{
	struct noro_time_ctx ctx = { .ref_ns = NORO_TIME_NONE };
	struct noro_time t;
	int64_t ns;

	if (v.n == 0)
		return NORO_TIME_NONE;
	if (noro_view_is(v, in->moment))
		return in->moment_ns;
	ns = noro_time_parse(v, &ctx, &t) ? t.ns : NORO_TIME_NONE;
	if (v.n < sizeof(in->moment) && noro_view_chr(v, '\0') == SIZE_MAX) {
		(void)snprintf(in->moment, sizeof(in->moment), "%.*s", NORO_VARG(v));
		in->moment_ns = ns;
	}
	return ns;
}

void noro_intake_join(struct noro_buf *list, struct noro_view v)
{
	struct noro_view rest = noro_buf_as_view(list), part;
	char *room;

	if (v.n == 0 || list->n + v.n > 2000)
		return;
	while (noro_view_cut(&rest, ',', &part))
		if (noro_view_eq(part, v))
			return;
	if (list->n)
		noro_buf_chr(list, ',');
	room = noro_buf_room(list, v.n);
	noro_buf_view(list, v);
	/* the comma separates: inside a name it would make two of one */
	for (size_t i = 0; room && i < v.n; i++)
		if (room[i] == ',' || room[i] == '\0')
			room[i] = ' ';
}

const char *noro_intake_text(const struct noro_buf *b)
{
	return b->n ? b->p : NULL;
}

bool noro_next_line(struct noro_view *rest, uint64_t *line, struct noro_view *ret)
{
	if (!noro_view_line(rest, ret))
		return false;
	(*line)++;
	return true;
}

/* Letters-digits ids as agencies give them: AA25-239A, JPCERT-AT-2025-0012, NCSC-..., TA18-074A. */
struct noro_view noro_advisory_id(struct noro_view v)
{
	static const char *const leads[] = { "AA", "TA", "AR", "MAR-", "ICSA-", "JPCERT-AT-", "AL",
		"CSA-" };

	for (size_t i = 0; i < v.n; i++) {
		if (i && (noro_is_alnum(v.p[i - 1]) || v.p[i - 1] == '-'))
			continue;
		for (size_t k = 0; k < sizeof(leads) / sizeof(leads[0]); k++) {
			struct noro_view rest = noro_view_sub(v, i, v.n);
			size_t n = strlen(leads[k]), digits = 0, dashes = 0;

			if (!noro_view_starts(rest, leads[k]) || n >= rest.n ||
				!noro_is_digit(rest.p[n]))
				continue;
			while (n < rest.n && n < 24 &&
				(noro_is_digit(rest.p[n]) ||
					(rest.p[n] == '-' && n + 1 < rest.n &&
						noro_is_digit(rest.p[n + 1])))) {
				digits += noro_is_digit(rest.p[n]);
				dashes += rest.p[n++] == '-';
			}
			if (n < rest.n && rest.p[n] >= 'A' && rest.p[n] <= 'Z')
				n++;
			if (digits >= 5 && dashes >= 1 &&
				(n == rest.n || !noro_is_alnum(rest.p[n])))
				return noro_view_sub(rest, 0, n);
		}
	}
	return noro_view_sub(v, v.n, 0);
}
