/*
 * src/intel/doc_wide.c - names in letters outside ASCII in a document: mail.例え[.]jp.
 *
 * Japanese has no blanks, so most words end where such a letter stands. A name of them
 * is believed where its borders are plain: all of a stretch between blanks, quotes or
 * punctuation. In a sentence the stretch is longer than the name. What follows a root in
 * ASCII is the sentence then, and so is what precedes a first label in ASCII; whether
 * 攻撃者は例え[.]jp names 例え.jp or 者は例え.jp nobody can tell, and nothing is taken.
 */
#include "base/text.h"
#include "intel/doc_reading.h"

/* A name of 255 bytes in A-labels has no more in UTF-8, harmless dots included. */
enum { STRETCH_MAX = 1024, JOINT_MAX = 5 };

static bool parts_words(char c)
{
	return noro_is_space(c) || !c || strchr("\"'`<>|;,()[]{}", c) != NULL;
}

/* [.], (dot), [://]: brackets that are part of a name made harmless, or 0. */
static size_t joint(struct noro_view v, size_t i)
{
	const char *open = strchr("([{", v.p[i]);
	struct noro_view rest = noro_view_sub(v, i + 1, JOINT_MAX);
	size_t end = v.p[i] && open ? noro_view_chr(rest, ")]}"[*open == '['     ? 1
								  : *open == '{' ? 2
										 : 0])
				    : SIZE_MAX;

	if (end == SIZE_MAX || end == 0)
		return 0;
	rest.n = end;
	if (!noro_view_is_i(rest, "dot") && !noro_view_is_i(rest, "at"))
		for (size_t k = 0; k < rest.n; k++)
			if (!rest.p[k] || !strchr(".:/@", rest.p[k]))
				return 0;
	return end + 2;
}

/* Bytes of the letter at `i` that a stretch may hold, 0 behind its end. */
static size_t step(struct noro_view v, size_t i, bool *wide)
{
	uint32_t c;
	size_t n;

	if (v.p[i] == ':')
		return noro_view_starts(noro_view_sub(v, i, 3), "://");
	if (!(v.p[i] & 0x80))
		return parts_words(v.p[i]) ? joint(v, i) : 1;
	n = noro_utf8_next(noro_view_sub(v, i, 4), &c);
	if (!n || !noro_utf8_in_name(c))
		return 0;
	*wide = true;
	return n;
}

/* Does a letter of a name or a joint stand before `at`? Then it is inside a stretch. */
static bool goes_on_before(struct noro_view v, size_t at)
{
	uint32_t c;
	size_t from = at;

	if (!at)
		return false;
	while (from && at - from < 4 && (v.p[from - 1] & 0xc0) == 0x80)
		from--;
	if (from == at)
		return !parts_words(v.p[at - 1]);
	return !from || noro_utf8_next(noro_view_sub(v, from - 1, 4), &c) != at - from + 1 ||
	       noro_utf8_in_name(c);
}

static size_t ascii_letters(struct noro_view v)
{
	size_t n = 0;

	while (n < v.n && (noro_is_alnum(v.p[n]) || v.p[n] == '-'))
		n++;
	return n;
}

/* "mail.例え.jpを使用": the name in a sentence, if both its ends are ASCII; else nothing. */
static struct noro_view out_of_sentence(struct noro_view v)
{
	size_t dot = noro_view_rchr(v, '.'), first = noro_view_chr(v, '.'), from = first, root;

	if (dot == SIZE_MAX || first == dot)
		return noro_view("", 0);
	root = ascii_letters(noro_view_sub(v, dot + 1, v.n));
	while (from && (noro_is_alnum(v.p[from - 1]) || v.p[from - 1] == '-'))
		from--;
	if (root < 2 || from == first)
		return noro_view("", 0);
	return noro_view_sub(v, from, dot + 1 + root - from);
}

static bool has_wide(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] & 0x80)
			return true;
	return false;
}

static bool takes(struct reading *r, struct noro_view v, bool defanged, bool alone)
{
	size_t before = r->n;
	enum noro_ioc_kind kind = NORO_IOC_DOMAIN;

	if (noro_view_find(v, NORO_V("://")) != SIZE_MAX)
		kind = NORO_IOC_URL;
	else if (noro_view_chr(v, '@') != SIZE_MAX)
		kind = NORO_IOC_EMAIL;
	else if (noro_view_chr(v, '/') != SIZE_MAX)
		return false;
	noro_doc_take(r, kind, v, defanged, alone);
	return r->n > before;
}

static bool is_name_of(struct reading *r, struct noro_view word, bool alone)
{
	bool defanged, believed;
	struct noro_view v, name;

	noro_buf_clear(&r->plain);
	defanged = noro_refang(noro_doc_bare(word), &r->plain) > 0;
	v = noro_buf_as_view(&r->plain);
	if (r->plain.status != NORO_OK)
		return false;
	believed = defanged || (alone && r->where.place == NORO_DOC_INDICATORS);
	if (!believed || noro_view_chr(v, '.') == SIZE_MAX)
		return false;
	if (takes(r, v, defanged, alone))
		return true;
	name = defanged ? out_of_sentence(v) : noro_view("", 0);
	return has_wide(name) && takes(r, name, true, false);
}

size_t noro_doc_wide_name(struct reading *r, struct noro_view cell, size_t at)
{
	/* words end behind 先 of 通信先:mail.例え[.]jp, so that a colon begins one */
	bool bracket = cell.p[at] && strchr("([{:=", cell.p[at]) && !joint(cell, at), wide = false;
	size_t end, n;

	if (!bracket && goes_on_before(cell, at))
		return 0;
	at += bracket;
	for (end = at; end < cell.n && (n = step(cell, end, &wide)) > 0; end += n)
		;
	if (!wide || end - at > STRETCH_MAX)
		return 0;
	r->cut = r->labelled = false;
	return is_name_of(r, noro_view_sub(cell, at, end - at), at == 0 && end == cell.n)
		       ? end - at + bracket
		       : 0;
}
