/*
 * src/intel/list.c - plain lists: one value a line.
 *
 * Lists come by the million, so the four shapes nearly all lines have (dotted
 * quad, hex digest, plain domain, and a comment) are told apart by their bytes;
 * everything else takes the careful way with refanging and guessing.
 */
#include "intel/intake_priv.h"

#include "intel/indicator_priv.h"
#include "intel/tld.h"

enum { SNIFF_LINES = 400 };

struct line {
	struct noro_view v;
	uint64_t no;
};

/* In front of a word it is a comment; behind a blank too. */
static bool is_comment(struct noro_view v)
{
	return v.n == 0 || v.p[0] == '#' || v.p[0] == ';' || noro_view_starts(v, "//");
}

/* "value # why", "value // why", and the blank-separated count or name behind a value. */
static struct noro_view first_field(struct noro_view v, struct noro_view *ret_rest)
{
	for (size_t i = 1; i < v.n; i++)
		if (noro_is_space(v.p[i])) {
			*ret_rest = noro_view_trim(noro_view_sub(v, i, v.n));
			return noro_view_sub(v, 0, i);
		}
	*ret_rest = noro_view_sub(v, v.n, 0);
	return v;
}

/* "regex:...", "file-name:...": how a list says what cannot be guessed. */
static int said_kind(struct noro_view *v)
{
	size_t colon = noro_view_chr(*v, ':');
	struct noro_view name;

	if (colon == SIZE_MAX || colon > 12 ||
		noro_view_starts(noro_view_sub(*v, colon, v->n), "://"))
		return -1;
	name = noro_view_sub(*v, 0, colon);
	for (int k = 0; k < NORO_IOC_KINDS; k++) {
		if (!noro_view_is(name, noro_ioc_kind_name((enum noro_ioc_kind)k)))
			continue;
		*v = noro_view_sub(*v, colon + 1, v->n);
		return k;
	}
	return -1;
}

/* A line of a hosts file names what it blocks behind the address. */
static bool hosts_line(struct noro_view first, struct noro_view rest)
{
	return rest.n && (noro_view_is(first, "0.0.0.0") || noro_view_is(first, "127.0.0.1") ||
				 noro_view_is(first, "::1") || noro_view_is(first, "::"));
}

static bool fast_v4(const struct noro_view v)
{
	struct noro_ip ip;

	return v.n >= 7 && v.n <= 15 && noro_ip_parse(v, &ip) && ip.family == 4;
}

static bool hex_line(struct noro_view v, char out[128])
{
	bool bad = false;

	if (v.n != 32 && v.n != 40 && v.n != 64 && v.n != 128)
		return false;
	/* digits and letters come mixed: no branch that would have to guess */
	for (size_t i = 0; i < v.n; i++) {
		unsigned c = (uint8_t)v.p[i] | 0x20U, digit = (uint8_t)v.p[i] - 0x30U;

		bad |= !((digit < 10) | (c - 'a' < 6));
		out[i] = (char)c; /* a digit has that bit already */
	}
	return !bad;
}

static enum noro_ioc_kind hash_of(size_t digits)
{
	return digits == 32   ? NORO_IOC_MD5
	       : digits == 40 ? NORO_IOC_SHA1
	       : digits == 64 ? NORO_IOC_SHA256
			      : NORO_IOC_SHA512;
}

/* Name.py with a capital is a script in a list, name.py could be either and is a domain. */
static bool looks_like_script(struct noro_view v)
{
	size_t dot = noro_view_rchr(v, '.');
	bool upper = false;

	if (dot == SIZE_MAX || noro_view_chr(v, '/') != SIZE_MAX ||
		!noro_tld_is_extension(noro_view_sub(v, dot + 1, v.n)))
		return false;
	for (size_t i = 0; i < v.n; i++)
		upper |= v.p[i] >= 'A' && v.p[i] <= 'Z';
	return upper || noro_view_chr(v, '_') != SIZE_MAX;
}

static enum noro_status slow(
	struct noro_intake *in, struct noro_intake_meta *m, struct noro_view v, uint64_t at)
{
	int kind = said_kind(&v);
	struct noro_view first, rest;
	enum noro_status st;

	if (kind >= 0)
		return noro_intake_loose(in, m, kind, v, at);
	first = first_field(v, &rest);
	if (hosts_line(first, rest)) {
		while (rest.n && !is_comment(rest)) {
			struct noro_view host = first_field(rest, &rest);

			st = noro_intake_loose(in, m, NORO_IOC_DOMAIN, host, at);
			if (st != NORO_OK)
				return st;
		}
		return NORO_OK;
	}
	if (looks_like_script(v))
		return noro_intake_add(in, m, NORO_IOC_FILE_NAME, v, at);
	if (rest.n && (is_comment(rest) || noro_is_digit(rest.p[0]) || rest.p[0] == '-' ||
			      rest.p[0] == '('))
		v = first;
	return noro_intake_loose(in, m, -1, v, at);
}

bool noro_intake_plain(struct noro_intake *in, struct noro_intake_meta *m, struct noro_view v,
	uint64_t at, enum noro_status *ret)
{
	char text[NORO_DOMAIN_MAX + 1];
	enum noro_status st;
	size_t n;

	if (v.n == 0)
		return false;
	if (noro_is_digit(v.p[0]) && fast_v4(v)) {
		st = noro_intake_add_normal(in, m, NORO_IOC_IPV4, v, NORO_NO_PATTERN);
	} else if (hex_line(v, text)) {
		st = noro_intake_add_normal(
			in, m, hash_of(v.n), noro_view(text, v.n), NORO_NO_PATTERN);
	} else if (noro_is_alnum(v.p[0]) && (n = noro_domain_ascii(v, text)) > 0 &&
		   !looks_like_script(v)) {
		st = noro_intake_add_normal(
			in, m, NORO_IOC_DOMAIN, noro_view(text, n), NORO_NO_PATTERN);
	} else {
		return false;
	}
	if (st == NORO_EFORMAT || st == NORO_ELIMIT)
		st = noro_intake_note(in, NORO_IMPORT_REFUSED, at, N_("not a valid value: %1"), v);
	*ret = st;
	return true;
}

/* "Mutexes", "Registry keys:": what the lines below it are, where their form does not say. */
static int section_kind(struct noro_view v)
{
	int kind;

	if (v.n && v.p[v.n - 1] == ':')
		v.n--;
	if (v.n == 0 || !noro_is_alpha(v.p[0]) || noro_view_chr(v, ':') != SIZE_MAX ||
		noro_view_chr(v, '.') != SIZE_MAX)
		return -1;
	kind = v.n < 32 ? noro_ioc_kind_by_name(v) : -1;
	if (kind < 0 && v.n > 4 && v.n < 32 && noro_view_ends_i(v, "s"))
		kind = noro_ioc_kind_by_name(noro_view_sub(v, 0, v.n - 1));
	if (kind < 0 && v.n > 4 && v.n < 32 && noro_view_ends_i(v, "es"))
		kind = noro_ioc_kind_by_name(noro_view_sub(v, 0, v.n - 2));
	return kind >= NORO_IOC_FILE_NAME && kind != NORO_IOC_REGEX ? kind : -1;
}

void noro_list_begin(const struct noro_intake *in, struct noro_list_state *ret)
{
	*ret = (struct noro_list_state){ .m = noro_intake_start(in),
		.forced = in->opts->as ? noro_ioc_kind_by_name(noro_view_str(in->opts->as)) : -1,
		.section = -1 };
}

static enum noro_status list_line(
	struct noro_intake *in, struct noro_list_state *l, struct noro_view v)
{
	struct noro_view value;
	enum noro_status st;

	if (v.n == 0 || v.p[v.n - 1] == ':')
		l->section = -1;
	if (v.n == 0 || (l->forced < NORO_IOC_FILE_NAME && is_comment(v)))
		return NORO_OK;
	if (l->forced < 0 && noro_intake_plain(in, &l->m, v, l->no, &st))
		return st;
	if (l->forced < 0 && section_kind(v) >= 0) {
		l->section = section_kind(v);
		return NORO_OK;
	}
	if (l->section >= 0 && noro_intake_read(in, v, &value) < 0)
		return noro_intake_loose(in, &l->m, l->section, v, l->no);
	if (l->forced >= 0)
		return noro_intake_loose(in, &l->m, l->forced, v, l->no);
	return slow(in, &l->m, v, l->no);
}

enum noro_status noro_list_lines(
	struct noro_intake *in, struct noro_list_state *l, struct noro_view text)
{
	struct noro_view line;
	enum noro_status st = NORO_OK;

	while (st == NORO_OK && noro_next_line(&text, &l->no, &line))
		st = list_line(in, l, noro_view_trim(line));
	return st;
}

enum noro_status noro_import_list(
	struct noro_intake *in, struct noro_view text, struct noro_error *err)
{
	struct noro_list_state l;

	noro_list_begin(in, &l);
	return noro_intake_fail(in, err, noro_list_lines(in, &l, text), NORO_AT_LINE, l.no);
}

bool noro_list_sniff(struct noro_view text)
{
	struct noro_view rest = text, line;
	size_t values = 0, others = 0;
	uint64_t no = 0;

	while (no < SNIFF_LINES && noro_next_line(&rest, &no, &line)) {
		struct noro_view v = noro_view_trim(line), tail;
		struct noro_intake in = { 0 };
		int kind;

		if (is_comment(v))
			continue;
		if (said_kind(&v) >= 0) {
			values++;
			continue;
		}
		kind = noro_intake_read(&in, v, &tail);
		if (kind < 0 && noro_intake_read(&in, first_field(v, &tail), &tail) >= 0 &&
			v.n < 80)
			kind = 0;
		noro_buf_done(&in.refanged);
		if (kind >= 0)
			values++;
		else
			others++;
	}
	return values > 0 && values >= 4 * others;
}
