/*
 * src/telescope/payload_plain.c - the text of a payload with everything undone that hides it:
 * percent encoding, '+', \x41 and \u0041, ${lower:j} and its kin, ${IFS}, base64.
 *
 * A request is taken apart first and each part undone by itself, so that an encoded blank or '?'
 * does not move the borders. Every step makes the text shorter or leaves it as it is, and walks it
 * once; what base64 hid is added behind, once.
 */
#include "telescope/payload_priv.h"

#include "base/text.h"

enum {
	METHOD_LEAST = 3,
	METHOD_MOST = 20,
	BASE64_LEAST = 20, /* letters: 15 bytes */
	BASE64_TRIES = 8,  /* starts within one run, at each '/' */
	MASK_HEX = 12,     /* so many hex digits in a row are a number, whatever it is */
};

/* --- taking a request apart --- */

static bool is_method(struct noro_view v)
{
	if (v.n < METHOD_LEAST || v.n > METHOD_MOST)
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_alpha(v.p[i]) && v.p[i] != '_' && v.p[i] != '-')
			return false;
	return true;
}

static bool is_target(struct noro_view v, bool versioned)
{
	if (v.n == 0)
		return false;
	return v.p[0] == '/' || versioned || noro_view_starts_i(v, "http://") ||
	       noro_view_starts_i(v, "https://");
}

/* "GET /a?b HTTP/1.1": the version is missing in HTTP/0.9 and where the bytes end early. */
static bool request_line(struct noro_view line, struct payload_request *ret)
{
	size_t first = noro_view_chr(line, ' '), last = noro_view_rchr(line, ' '), mark;
	struct noro_view target;
	bool versioned;

	if (first == SIZE_MAX || !is_method(noro_view(line.p, first)))
		return false;
	ret->method = noro_view(line.p, first);
	versioned =
		last > first && noro_view_starts_i(noro_view_sub(line, last + 1, line.n), "HTTP/");
	if (versioned)
		ret->version = noro_view_sub(line, last + 1, line.n);
	else
		last = line.n;
	target = noro_view_trim(noro_view_sub(line, first + 1, last - first - 1));
	if (!is_target(target, versioned))
		return false;
	mark = noro_view_chr(target, '?');
	ret->path = noro_view_sub(target, 0, mark == SIZE_MAX ? target.n : mark);
	if (mark != SIZE_MAX)
		ret->query = noro_view_sub(target, mark + 1, target.n);
	return true;
}

bool payload_request(struct noro_view bytes, struct payload_request *ret)
{
	struct noro_view rest = bytes, line, at;

	*ret = (struct payload_request){ 0 };
	if (!noro_view_line(&rest, &line) || !request_line(line, ret))
		return false;
	at = rest;
	ret->headers = noro_view(rest.p, rest.n);
	while (noro_view_line(&rest, &line)) {
		if (line.n == 0) {
			ret->body = rest;
			ret->headers = noro_view(at.p, (size_t)(line.p - at.p));
			return true;
		}
	}
	return true;
}

static bool same_name(struct noro_view a, struct noro_view b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		char x = a.p[i] == '_' ? '-' : noro_lower(a.p[i]);

		if (x != (b.p[i] == '_' ? '-' : noro_lower(b.p[i])))
			return false;
	}
	return true;
}

bool payload_header(struct noro_view headers, struct noro_view name, struct noro_view *ret)
{
	struct noro_view line;

	while (noro_view_line(&headers, &line)) {
		size_t colon = noro_view_chr(line, ':');

		if (colon == SIZE_MAX || !same_name(noro_view_trim(noro_view(line.p, colon)), name))
			continue;
		*ret = noro_view_trim(noro_view_sub(line, colon + 1, line.n));
		return true;
	}
	return false;
}

/* --- undoing --- */

/* "\x2f", "\u002f" (of ASCII): how many bytes it takes at v.p, 0 if it is none. */
static size_t escape(struct noro_view v, char *ret)
{
	size_t digits = v.n > 1 && (v.p[1] == 'x' || v.p[1] == 'X') ? 2 : 4;
	unsigned value = 0;

	if (v.n < digits + 2 || v.p[0] != '\\' || !strchr("xXuU", v.p[1]))
		return 0;
	for (size_t i = 2; i < digits + 2; i++) {
		int digit = noro_hex_value(v.p[i]);

		if (digit < 0)
			return 0;
		value = value * 16 + (unsigned)digit;
	}
	if (value == 0 || value > 0xff)
		return 0;
	*ret = (char)value;
	return digits + 2;
}

/* ${IFS}, $IFS and $IFS$9: a blank in a shell. */
static size_t separator(struct noro_view v)
{
	static const char *const form[] = { "${IFS}", "$IFS$9", "$IFS" };

	for (size_t i = 0; v.n && v.p[0] == '$' && i < sizeof(form) / sizeof(form[0]); i++)
		if (noro_view_starts(v, form[i]))
			return strlen(form[i]);
	return 0;
}

/* Append with escapes and separators undone; how many there were. */
static size_t unescape(struct noro_view v, struct noro_buf *out)
{
	size_t found = 0, from = 0;

	for (size_t i = 0; i < v.n;) {
		struct noro_view at = noro_view_sub(v, i, v.n);
		char c = ' ';
		size_t n = v.p[i] == '\\' ? escape(at, &c) : separator(at);

		if (n == 0) {
			i++;
			continue;
		}
		noro_buf_add(out, v.p + from, i - from);
		noro_buf_chr(out, c);
		found++;
		i += n;
		from = i;
	}
	noro_buf_add(out, v.p + from, v.n - from);
	return found;
}

static void pluses(char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] == '+')
			p[i] = ' ';
}

/* One part, undone, behind the text; where it stands is told as an offset. */
static void add(struct payload_plain *p, struct noro_view v, bool form)
{
	noro_buf_clear(&p->piece);
	noro_buf_clear(&p->twice);
	if (v.n == 0)
		return;
	if (form) {
		noro_buf_view(&p->twice, v);
		if (p->twice.status == NORO_OK)
			pluses(p->twice.p, p->twice.n);
		v = noro_buf_as_view(&p->twice);
	}
	noro_rule_unveil(v, &p->scratch, &p->piece);
	noro_buf_clear(&p->twice);
	if (p->piece.n && unescape(noro_buf_as_view(&p->piece), &p->twice) && p->twice.n)
		noro_rule_unveil(noro_buf_as_view(&p->twice), &p->scratch, &p->piece);
	if (p->piece.status != NORO_OK || p->twice.status != NORO_OK)
		p->text.status = NORO_ENOMEM;
	noro_buf_view(&p->text, noro_buf_as_view(&p->piece));
}

static size_t part(struct payload_plain *p, struct noro_view v, bool form, struct noro_view *ret)
{
	size_t from = p->text.n;

	add(p, v, form);
	*ret = noro_view(v.p ? "" : NULL, p->text.n - from);
	return from;
}

static bool is_form(const struct payload_request *q)
{
	struct noro_view type;

	return payload_header(q->headers, NORO_V("Content-Type"), &type) &&
	       noro_view_find_i(type, NORO_V("x-www-form-urlencoded")) != SIZE_MAX;
}

/* The request again, part by part. */
static void plain_request(struct payload_plain *p, const struct payload_request *q)
{
	struct payload_request *t = &p->part;
	size_t at[6];

	*t = (struct payload_request){ 0 };
	at[0] = part(p, q->method, false, &t->method);
	noro_buf_chr(&p->text, ' ');
	at[1] = part(p, q->path, false, &t->path);
	if (q->query.p)
		noro_buf_chr(&p->text, '?');
	at[2] = part(p, q->query, true, &t->query);
	if (q->version.p)
		noro_buf_chr(&p->text, ' ');
	at[3] = part(p, q->version, false, &t->version);
	noro_buf_chr(&p->text, '\n');
	at[4] = part(p, q->headers, false, &t->headers);
	if (q->body.p)
		noro_buf_chr(&p->text, '\n');
	at[5] = part(p, q->body, is_form(q), &t->body);
	if (p->text.status != NORO_OK)
		return;
	(void)noro_buf_room(&p->text, p->text.n + 8); /* base64 must not move it any more */
	for (size_t i = 0; p->text.status == NORO_OK && i < 6; i++) {
		struct noro_view *v = (struct noro_view *[]){ &t->method, &t->path, &t->query,
			&t->version, &t->headers, &t->body }[i];

		if (v->p)
			v->p = p->text.p + at[i];
	}
}

/* --- base64 --- */

static int digit64(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (noro_is_digit(c))
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

static void decode64(struct noro_view v, struct noro_buf *out)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < v.n; i++) {
		bits = bits << 6 | (uint32_t)digit64(v.p[i]);
		if (i % 4)
			noro_buf_chr(out, (char)(bits >> (6 - 2 * (i % 4))));
	}
}

/* Text, perhaps with a NUL behind each letter as PowerShell has it; those are dropped. */
static bool is_text(struct noro_buf *b)
{
	size_t plain = 0, to = 0;

	for (size_t i = 0; i < b->n; i++) {
		unsigned char c = (unsigned char)b->p[i];

		if (c == 0 && i % 2)
			continue;
		plain += c == '\n' || c == '\r' || c == '\t' || (c >= ' ' && c < 0x7f);
		b->p[to++] = (char)c;
	}
	b->n = to;
	return to >= 8 && plain * 20 >= to * 19;
}

static void open_run(struct payload_plain *p, struct noro_view run)
{
	for (int tries = 0; run.n >= BASE64_LEAST && tries < BASE64_TRIES; tries++) {
		size_t slash = noro_view_chr(run, '/');

		noro_buf_clear(&p->piece);
		decode64(run, &p->piece);
		if (p->piece.status != NORO_OK)
			break;
		if (is_text(&p->piece)) {
			noro_buf_chr(&p->text, '\n');
			noro_buf_view(&p->text, noro_buf_as_view(&p->piece));
			return;
		}
		if (slash == SIZE_MAX)
			return;
		run = noro_view_sub(run, slash + 1, run.n);
	}
	if (p->piece.status != NORO_OK)
		p->text.status = NORO_ENOMEM;
}

/* What it adds is shorter than what it read, so that the room taken before is enough. */
static void open_base64(struct payload_plain *p)
{
	size_t from = 0, n = p->text.n;

	for (size_t i = 0; p->text.status == NORO_OK && i <= n; i++) {
		if (i < n && digit64(p->text.p[i]) >= 0)
			continue;
		open_run(p, noro_view(p->text.p + from, i - from));
		from = i + 1;
	}
}

enum noro_status payload_plain(struct payload_plain *p, struct noro_view bytes)
{
	struct payload_request q;

	bytes = noro_view_sub(bytes, 0, NORO_PAYLOAD_MAX);
	noro_buf_clear(&p->text);
	p->part = (struct payload_request){ 0 };
	p->request = payload_request(bytes, &q);
	if (p->request)
		plain_request(p, &q);
	else
		add(p, bytes, false);
	(void)noro_buf_room(&p->text, p->text.n + 8);
	p->own = p->text.n;
	if (p->text.status == NORO_OK)
		open_base64(p);
	return p->text.status;
}

void payload_plain_done(struct payload_plain *p)
{
	noro_buf_done(&p->text);
	noro_buf_done(&p->scratch);
	noro_buf_done(&p->piece);
	noro_buf_done(&p->twice);
}

void payload_lower_path(struct payload_plain *p)
{
	size_t from;

	if (!p->request || !p->part.path.p)
		return;
	from = (size_t)(p->part.path.p - p->text.p);
	for (size_t i = from; i < from + p->part.path.n; i++)
		p->text.p[i] = noro_lower(p->text.p[i]);
}

/* --- near texts --- */

static uint64_t mix(uint64_t h)
{
	h ^= h >> 32;
	h *= UINT64_C(0xd6e8feb86659fd93);
	h ^= h >> 32;
	h *= UINT64_C(0xd6e8feb86659fd93);
	return h ^ h >> 32;
}

struct simhash {
	int32_t bit[64];
	uint64_t before; /* the word before: pairs keep the order */
};

static void feature(struct simhash *s, uint64_t word)
{
	uint64_t pair = mix(s->before * 31 + word);

	word = mix(word);
	for (unsigned i = 0; i < 64; i++)
		s->bit[i] += (word >> i & 1 ? 1 : -1) + (pair >> i & 1 ? 1 : -1);
	s->before = word;
}

/* A run of letters and digits as one number: digits count as one, long hex as none. */
static uint64_t word_of(struct noro_view w)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	size_t hex = 0;

	for (size_t i = 0; i < w.n; i++)
		hex += noro_is_hex(w.p[i]);
	if (w.n >= MASK_HEX && hex == w.n)
		return 1;
	for (size_t i = 0; i < w.n; i++) {
		char c = noro_lower(w.p[i]);

		if (noro_is_digit(c) && i && noro_is_digit(w.p[i - 1]))
			continue;
		h = (h ^ (unsigned char)(noro_is_digit(c) ? '0' : c)) * UINT64_C(0x100000001b3);
	}
	return h;
}

static void words(struct simhash *s, struct noro_view line)
{
	for (size_t i = 0; i < line.n;) {
		size_t from = i;

		while (i < line.n && noro_is_alnum(line.p[i]))
			i++;
		if (i > from)
			feature(s, word_of(noro_view_sub(line, from, i - from)));
		else if (!noro_is_space(line.p[i++]))
			feature(s, (unsigned char)line.p[from]);
	}
}

uint64_t payload_simhash(struct noro_view text, bool request)
{
	struct simhash s = { .before = 0 };
	struct noro_view line;
	uint64_t h = 0;

	while (noro_view_line(&text, &line))
		if (!request || !noro_view_starts_i(line, "host:"))
			words(&s, line);
	for (unsigned i = 0; i < 64; i++)
		h |= (uint64_t)(s.bit[i] > 0) << i;
	return h;
}
