/*
 * src/evidence/template.c - message texts with holes.
 *
 * Log messages are sentences somebody wrote once, so a reader is mostly a list
 * of them. Matching goes left to right without turning back: a hole ends at the
 * next literal, so one template costs at most one pass over the message. Nothing
 * is written to the record before the whole template fits.
 */
#include "evidence/log_priv.h"

enum { MAX_HOLES = 16 };

struct hole {
	char code;
	struct noro_view text;
};

/* Holes that hold one token when nothing follows them. */
static bool is_token(char code)
{
	return strchr("sSdDpbBknNMwe", code) != NULL;
}

static size_t token_end(struct noro_view v)
{
	size_t i;

	for (i = 0; i < v.n && !noro_is_space(v.p[i]) && v.p[i] != ',' && v.p[i] != ';'; i++)
		;
	return i;
}

static bool may_hold_blanks(char code)
{
	return strchr("SDpbBknNMwe", code) == NULL;
}

static size_t find_last(struct noro_view v, struct noro_view needle)
{
	size_t from = v.n;

	while (from >= needle.n && needle.n) {
		size_t at = noro_view_rchr(noro_view(v.p, from - needle.n + 1), needle.p[0]);

		if (at == SIZE_MAX)
			return SIZE_MAX;
		if (memcmp(v.p + at, needle.p, needle.n) == 0)
			return at;
		from = at + needle.n - 1;
	}
	return SIZE_MAX;
}

/*
 * Where a name ends that its owner chose: at the last place the literal stands. A single
 * blank would stand anywhere, so then it is the one before the address in front of " port ".
 */
static size_t user_end(struct noro_view v, struct noro_view lit)
{
	size_t port;

	if (lit.n != 1 || lit.p[0] != ' ')
		return find_last(v, lit);
	port = find_last(v, NORO_V(" port "));
	return port == SIZE_MAX ? SIZE_MAX : noro_view_rchr(noro_view(v.p, port), ' ');
}

/* An address has no blank but before a bracket: "name [192.0.2.1]". */
static bool like_address(struct noro_view v)
{
	size_t blank = noro_view_chr(v, ' ');

	if (v.n == 0 || v.n > 300 || noro_view_chr(v, '<') != SIZE_MAX ||
		noro_view_chr(v, '=') != SIZE_MAX)
		return false;
	return blank == SIZE_MAX || (blank + 1 < v.n && strchr("[(", v.p[blank + 1]));
}

/* The literal that follows at `*t`, up to the next hole; `*t` moves behind it. */
static struct noro_view literal(const char **t)
{
	const char *start = *t;

	*t += strcspn(start, "\001");
	return noro_view(start, (size_t)(*t - start));
}

static bool fill_hole(struct hole *h, struct noro_view *rest, struct noro_view lit)
{
	size_t at;

	if (lit.n == 0) {
		at = is_token(h->code) ? token_end(*rest) : rest->n;
	} else {
		at = h->code == 'U' ? user_end(*rest, lit) : noro_view_find(*rest, lit);
		if (at == SIZE_MAX)
			return false;
	}
	h->text = noro_view(rest->p, at);
	*rest = noro_view(rest->p + at + lit.n, rest->n - at - lit.n);
	if (!may_hold_blanks(h->code) && noro_view_chr(h->text, ' ') != SIZE_MAX)
		return false;
	return (h->code != 's' && h->code != 'd') || like_address(h->text);
}

static const struct {
	char code;
	uint8_t field;
} holes[] = {
	{ 'S', NORO_FIELD_SRC_PORT },
	{ 'D', NORO_FIELD_DST_PORT },
	{ 'u', NORO_FIELD_USER },
	{ 'U', NORO_FIELD_USER },
	{ 't', NORO_FIELD_USER_TARGET },
	{ 'm', NORO_FIELD_METHOD },
	{ 'p', NORO_FIELD_PROTO },
	{ 'c', NORO_FIELD_COMMAND },
	{ 'r', NORO_FIELD_REASON },
	{ 'R', NORO_FIELD_RULE },
	{ 'i', NORO_FIELD_DEVICE },
	{ 'b', NORO_FIELD_BYTES_OUT },
	{ 'B', NORO_FIELD_BYTES_IN },
	{ 'e', NORO_FIELD_SESSION },
	{ 'f', NORO_FIELD_FILE },
	{ 'g', NORO_FIELD_APP },
	{ 'a', NORO_FIELD_ACTION },
	{ 'k', NORO_FIELD_STATUS },
	{ 'q', NORO_FIELD_DNS_QUERY },
	{ 'P', NORO_FIELD_PATH },
	{ 'A', NORO_FIELD_USER_AGENT },
	{ 'F', NORO_FIELD_MAIL_FROM },
	{ 'T', NORO_FIELD_MAIL_TO },
	{ 'M', NORO_FIELD_MAC },
	{ 'h', NORO_FIELD_HOST },
};

static void set_nat(struct noro_record *r, enum noro_field f, struct noro_view v)
{
	struct noro_view ip, port;

	if (noro_ev_addr(v, &ip, &port))
		noro_ev_set(r, f, ip);
}

static void commit(struct noro_record *r, const struct hole *h)
{
	switch (h->code) {
	case 's':
		(void)noro_ev_set_addr(r, NORO_FIELD_SRC_IP, h->text);
		return;
	case 'd':
		(void)noro_ev_set_addr(r, NORO_FIELD_DST_IP, h->text);
		return;
	case 'n':
		set_nat(r, NORO_FIELD_SRC_NAT, h->text);
		return;
	case 'N':
		set_nat(r, NORO_FIELD_DST_NAT, h->text);
		return;
	case 'l':
		noro_ev_set_url(r, h->text);
		return;
	default:
		break;
	}
	for (size_t i = 0; i < sizeof(holes) / sizeof(holes[0]); i++)
		if (holes[i].code == h->code)
			noro_ev_set(r, (enum noro_field)holes[i].field, noro_ev_unquote(h->text));
}

bool noro_ev_template(const struct noro_template *t, struct noro_view msg, struct noro_record *r)
{
	const char *at = t->text;
	struct noro_view lit = literal(&at);
	struct hole hole[MAX_HOLES];
	size_t n = 0;

	if (msg.n < lit.n || (lit.n && memcmp(msg.p, lit.p, lit.n) != 0))
		return false;
	msg = noro_view_sub(msg, lit.n, msg.n);
	while (*at) {
		struct hole *h = &hole[n];

		if (++n > MAX_HOLES)
			return false;
		h->code = at[1];
		at += 2;
		lit = literal(&at);
		if (!fill_hole(h, &msg, lit))
			return false;
	}
	for (size_t i = 0; i < n; i++)
		commit(r, &hole[i]);
	noro_ev_set_str(r, NORO_FIELD_ACTION, t->action);
	noro_ev_set_str(r, NORO_FIELD_OUTCOME, t->outcome);
	return true;
}

const struct noro_template *noro_ev_templates(
	const struct noro_template *rows, struct noro_view msg, struct noro_record *r)
{
	for (; rows->text; rows++) {
		/* nearly all rows end here: another sentence begins with another letter */
		if (rows->text[0] != '\001' && (msg.n == 0 || rows->text[0] != msg.p[0]))
			continue;
		if (noro_ev_template(rows, msg, r))
			return rows;
	}
	return NULL;
}
