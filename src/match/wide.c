/*
 * src/match/wide.c - names written in letters outside ASCII, as 例え.テスト is of
 * xn--r8jz45g.xn--zckzah.
 *
 * A set that has A-labels is asked as well for what its names look like to people.
 * Logs are nearly all ASCII, so the bytes above 0x7f are looked for eight words at a
 * time; only a run of letters around one that has a dot is folded, put into Punycode
 * label by label from its end, and asked like any other name. So the cost depends on
 * the text, not on how many such names the set has.
 */
#include "match/match_priv.h"

#include "base/text.h"

/* A name of 255 bytes in Punycode has no more in UTF-8. */
enum { WIDE_MAX = 1024, LABEL_MAX = 63 };

static bool is_ascii_host(uint8_t c)
{
	return noro_is_alnum((char)c) || c == '_' || c == '-' || c == '.';
}

/* Bytes of the letter of a name at `at`, or 0; a stray byte is none. */
static size_t letter(const struct noro_scanner *s, size_t at)
{
	uint32_t c;
	size_t len;

	if (s->text[at] < 0x80)
		return is_ascii_host(s->text[at]);
	len = noro_utf8_next(noro_view(s->text + at, s->len - at), &c);
	return len && noro_utf8_in_name(c) ? len : 0;
}

static size_t next_wide(const struct noro_scanner *s, size_t at)
{
	const uint64_t high = UINT64_C(0x8080808080808080);

	for (; at + 64 <= s->len; at += 64) {
		uint64_t any = 0;

		for (size_t i = 0; i < 64; i += 8)
			any |= noro_load64(s->text + at + i);
		if (any & high)
			break;
	}
	while (at < s->len && s->text[at] < 0x80)
		at++;
	return at;
}

static bool has_wide(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] & 0x80)
			return true;
	return false;
}

/* --- one name --- */

/* The name in Punycode, filled from its end. */
struct wide {
	size_t at, end; /* in the text */
	char ascii[NORO_NAME_MAX];
	size_t from; /* in `ascii` */
};

static struct noro_view so_far(const struct wide *w)
{
	return noro_view(w->ascii + w->from, sizeof(w->ascii) - w->from);
}

static bool prepend(struct wide *w, struct noro_view label)
{
	char part[LABEL_MAX];
	size_t n = noro_label_ascii(label, part), dot = w->from < sizeof(w->ascii);

	if (!n || n + dot > w->from)
		return false;
	if (dot)
		w->ascii[--w->from] = '.';
	w->from -= n;
	memcpy(w->ascii + w->from, part, n);
	return true;
}

/* Suffixes that have a letter outside ASCII; the others are found as they stand. */
static bool ask_suffixes(struct noro_scanner *s, struct wide *w)
{
	size_t end = w->end, labels = 0;
	bool wide = false;

	for (;;) {
		size_t at = end;
		struct noro_view label;

		while (at > w->at && s->text[at - 1] != '.')
			at--;
		label = noro_view(s->text + at, end - at);
		if (!prepend(w, label))
			return false;
		wide = wide || has_wide(label);
		if (++labels > 1 && wide &&
			noro_bloom_has(&s->m->view->name, noro_hash_text(so_far(w))))
			noro_verify_text(s, NORO_IOC_DOMAIN, so_far(w), w->at, w->end, at != w->at);
		if (at == w->at)
			return wide;
		end = at - 1;
	}
}

static void ask_email(struct noro_scanner *s, const struct wide *w)
{
	char text[64 + 1 + NORO_NAME_MAX];
	struct noro_view host = so_far(w);
	size_t start[2], local;

	noro_email_starts(s, w->at, start);
	for (size_t i = 0; i < 2; i++) {
		local = w->at - start[i]; /* with the '@' */
		if (local < 2 || local > 65 || (i && start[1] == start[0]))
			continue;
		memcpy(text, s->text + start[i], local);
		memcpy(text + local, host.p, host.n);
		noro_verify_text(s, NORO_IOC_EMAIL, noro_view(text, local + host.n), start[i],
			w->end, false);
	}
}

/* The name that ends at `end`; its letters go back to `from`. */
static void ask_name(struct noro_scanner *s, size_t from, size_t end)
{
	struct wide w = { .at = from, .end = end, .from = NORO_NAME_MAX };

	if (end == from || s->text[end - 1] == '.')
		return;
	if (end - from > WIDE_MAX) { /* too long: begin at a label */
		w.at = end - WIDE_MAX;
		while (w.at < end && s->text[w.at - 1] != '.')
			w.at++;
	}
	while (w.at < end && s->text[w.at] == '.')
		w.at++;
	if (w.at == end || !ask_suffixes(s, &w) ||
		!noro_bloom_has(&s->m->view->name, noro_hash_text(so_far(&w))))
		return;
	if (s->m->has[NORO_IOC_EMAIL] && w.at && s->text[w.at - 1] == '@')
		ask_email(s, &w);
	if (s->m->has[NORO_IOC_URL])
		noro_verify_url(s, w.at, end);
}

static void ask_run(struct noro_scanner *s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (s->text[i] == '.' && (i + 1 == to || s->text[i + 1] == '.'))
			ask_name(s, from, i);
	ask_name(s, from, to);
}

void noro_wide_scan(struct noro_scanner *s)
{
	size_t done = 0, at = next_wide(s, 0);

	while (at < s->len) {
		size_t from = at, to = at, len;

		while (from > done && is_ascii_host(s->text[from - 1]))
			from--;
		while (to < s->len && (len = letter(s, to)) > 0)
			to += len;
		if (to == at)
			to++; /* no letter, or no UTF-8 */
		else if (memchr(s->text + from, '.', to - from))
			ask_run(s, from, to);
		done = to;
		at = next_wide(s, to);
	}
}
