/*
 * src/source/charset.c - which character set is it? Marks first, then statistics.
 *
 * Only what changes the bytes an indicator is written in matters: UTF-16 must be
 * converted to be searched at all; the three Japanese sets so that names and dates
 * can be read. Everything else passes as it is, and a wrong guess for a file with
 * a few odd bytes would do more harm than none, so Japanese must show itself: in
 * pairs that are valid, stand side by side, and contain kana or common kanji.
 */
#include "source/source_priv.h"

#include "base/mem.h"
#include "base/text.h"

struct tally {
	size_t pairs;   /* valid double-byte letters */
	size_t beside;  /* of these, right behind another one */
	size_t kana;    /* hiragana, katakana, and Japanese punctuation */
	size_t level1;  /* kanji of everyday use */
	size_t half;    /* half-width katakana */
	size_t invalid; /* bytes >= 0x80 that fit nothing */
};

static bool is_control(unsigned char c)
{
	return c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1B;
}

static bool sjis_lead(unsigned char c)
{
	return (c >= 0x81 && c <= 0x9F) || (c >= 0xE0 && c <= 0xFC);
}

static bool sjis_trail(unsigned char c)
{
	return c >= 0x40 && c <= 0xFC && c != 0x7F;
}

static void count_pair(struct tally *t, bool kana, bool level1, bool *was_pair)
{
	t->pairs++;
	t->kana += kana;
	t->level1 += level1;
	t->beside += *was_pair;
	*was_pair = true;
}

static struct tally as_sjis(struct noro_view v)
{
	const unsigned char *p = (const unsigned char *)v.p;
	struct tally t = { 0 };
	bool pair = false;

	for (size_t i = 0; i < v.n; i++) {
		unsigned char c = p[i], d = i + 1 < v.n ? p[i + 1] : 0;

		if (c < 0x80) {
			pair = false;
		} else if (sjis_lead(c) && i + 1 == v.n) {
			break; /* the sample ends in the middle */
		} else if (sjis_lead(c) && sjis_trail(d)) {
			count_pair(&t,
				(c == 0x82 && d >= 0x9F && d <= 0xF1) || (c == 0x83 && d <= 0x96) ||
					(c == 0x81 && d <= 0x7A),
				c >= 0x88 && c <= 0x97, &pair);
			i++;
		} else {
			t.half += c >= 0xA1 && c <= 0xDF;
			t.invalid += !(c >= 0xA1 && c <= 0xDF);
			pair = false;
		}
	}
	return t;
}

static struct tally as_euc(struct noro_view v)
{
	const unsigned char *p = (const unsigned char *)v.p;
	struct tally t = { 0 };
	bool pair = false;

	for (size_t i = 0; i < v.n; i++) {
		unsigned char c = p[i], d = i + 1 < v.n ? p[i + 1] : 0xA1;
		size_t more = c == 0x8F ? 2 : 1;

		if (c < 0x80) {
			pair = false;
		} else if (c == 0x8E && d >= 0xA1 && d <= 0xDF) {
			t.half++;
			i++;
		} else if ((c == 0x8F || (c >= 0xA1 && c <= 0xFE)) && d >= 0xA1 && d <= 0xFE) {
			count_pair(&t, c == 0xA4 || c == 0xA5 || c == 0xA1, c >= 0xB0 && c <= 0xCF,
				&pair);
			i += more;
		} else {
			t.invalid++;
			pair = false;
		}
	}
	return t;
}

static bool is_japanese(const struct tally *t)
{
	return t->pairs >= 2 && t->invalid * 50 <= t->pairs && t->beside * 2 >= t->pairs &&
	       (t->kana + t->level1) * 2 >= t->pairs;
}

/* How Japanese it reads: everyday letters for it, odd bytes and half-width kana against. */
static int64_t score(const struct tally *t)
{
	return (int64_t)(t->kana * 3 + t->level1) - (int64_t)(t->invalid * 20) - (int64_t)(t->half);
}

/* ESC $ @, ESC $ B, ESC ( I or ESC ( J, in bytes of seven bits. */
static bool is_iso2022(struct noro_view v)
{
	bool shifts = false;

	for (size_t i = 0; i < v.n; i++) {
		if ((unsigned char)v.p[i] >= 0x80)
			return false;
		if (v.p[i] == 0x1B && i + 2 < v.n && v.p[i + 1] == '$' &&
			(v.p[i + 2] == 'B' || v.p[i + 2] == '@'))
			shifts = true;
		if (v.p[i] == 0x1B && i + 2 < v.n && v.p[i + 1] == '(' && v.p[i + 2] == 'I')
			shifts = true;
	}
	return shifts;
}

/*
 * UTF-16 without a mark: zeros in every second place only, and units that are
 * letters. Japanese text has few zeros, but its digits, blanks and line ends do.
 */
static bool is_utf16(struct noro_view v, size_t high)
{
	size_t pairs = v.n / 2, ascii = 0;

	if (pairs < 4)
		return false;
	for (size_t i = 0; i < pairs; i++) {
		unsigned char hi = (unsigned char)v.p[2 * i + high];
		unsigned char lo = (unsigned char)v.p[2 * i + 1 - high];

		if (hi == 0 && (lo == 0x7F || is_control(lo)))
			return false;
		/* units that no text has: private use, unassigned blocks, U+FFFE */
		if ((hi >= 0xE0 && hi <= 0xF8) || (hi == 0xFF && lo >= 0xF0))
			return false;
		ascii += hi == 0;
	}
	return ascii * 8 >= pairs;
}

static struct noro_charset_guess guess(enum noro_charset kind, const char *name, const char *why)
{
	return (struct noro_charset_guess){ kind, name, why, 0 };
}

static bool by_mark(struct noro_view v, struct noro_charset_guess *ret)
{
	const char *why = N_("a byte order mark");

	if (noro_view_starts(v, "\xEF\xBB\xBF")) {
		*ret = guess(NORO_CHARSET_RAW, "UTF-8", why);
		ret->bom = 3;
		return true;
	}
	if (noro_view_starts(v, "\xFF\xFE") && !(v.n >= 4 && v.p[2] == 0 && v.p[3] == 0)) {
		*ret = guess(NORO_CHARSET_UTF16LE, "UTF-16LE", why);
		ret->bom = 2;
		return true;
	}
	if (noro_view_starts(v, "\xFE\xFF")) {
		*ret = guess(NORO_CHARSET_UTF16BE, "UTF-16BE", why);
		ret->bom = 2;
		return true;
	}
	return false;
}

/* Valid, but for a letter that the end of the sample may cut. */
static bool is_utf8(struct noro_view v, bool whole)
{
	size_t good = noro_utf8_valid(v);

	return good == v.n || (!whole && v.n - good < 4 && (unsigned char)v.p[good] >= 0xC2);
}

static struct noro_charset_guess japanese_or_raw(struct noro_view v)
{
	struct tally sjis = as_sjis(v), euc = as_euc(v);
	bool s = is_japanese(&sjis), e = is_japanese(&euc);

	if (s && e) {
		s = score(&sjis) > score(&euc);
		e = !s;
	}
	if (s)
		return guess(NORO_CHARSET_SJIS, "Shift_JIS",
			N_("its bytes above 127 read as Japanese in Shift_JIS"));
	if (e)
		return guess(NORO_CHARSET_EUCJP, "EUC-JP",
			N_("its bytes above 127 read as Japanese in EUC-JP"));
	return guess(NORO_CHARSET_RAW, "UTF-8",
		N_("some bytes are not valid UTF-8; all pass as they are"));
}

/* Most bytes are letters: eight at a time are passed over. */
static void count_odd(struct noro_view v, size_t *controls, size_t *high)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;

	for (size_t i = 0, to; i < v.n; i = to) {
		uint64_t x = 0;

		to = v.n - i < 8 ? v.n : i + 8;
		if (to == i + 8)
			memcpy(&x, v.p + i, 8);
		if (x && !((x | (x - ones * 0x20)) & tops))
			continue; /* no top bit, none below a blank */
		for (size_t k = i; k < to; k++) {
			*controls += is_control((unsigned char)v.p[k]);
			*high += (unsigned char)v.p[k] >= 0x80;
		}
	}
}

struct noro_charset_guess noro_charset_guess(struct noro_view v, bool whole)
{
	struct noro_charset_guess g;
	size_t controls = 0, high = 0;

	if (by_mark(v, &g))
		return g;
	count_odd(v, &controls, &high);
	if (controls > 0 && is_utf16(v, 1))
		return guess(NORO_CHARSET_UTF16LE, "UTF-16LE", N_("every second byte is zero"));
	if (controls > 0 && is_utf16(v, 0))
		return guess(NORO_CHARSET_UTF16BE, "UTF-16BE", N_("every second byte is zero"));
	if (controls * 64 > v.n)
		return guess(NORO_CHARSET_RAW, "binary", N_("many control characters"));
	if (high == 0 && v.n && memchr(v.p, 0x1B, v.n) && is_iso2022(v))
		return guess(NORO_CHARSET_ISO2022JP, "ISO-2022-JP",
			N_("escape sequences of ISO-2022-JP"));
	if (high == 0)
		return guess(NORO_CHARSET_RAW, "UTF-8", N_("only ASCII at its beginning"));
	if (is_utf8(v, whole))
		return guess(NORO_CHARSET_RAW, "UTF-8", N_("valid UTF-8"));
	return japanese_or_raw(v);
}

void noro_charset_name(struct noro_view raw, struct noro_buf *out)
{
	struct noro_charset_guess g;
	struct noro_decoder *d = NULL;
	char utf8[1024];
	struct noro_decoded got;

	if (noro_utf8_valid(raw) == raw.n) {
		noro_escape(raw, SIZE_MAX, out);
		return;
	}
	g = japanese_or_raw(raw);
	/* a name is short: two valid letters are proof enough where nothing else fits */
	if (g.kind == NORO_CHARSET_RAW && as_sjis(raw).invalid == 0)
		g.kind = NORO_CHARSET_SJIS;
	if (g.kind == NORO_CHARSET_RAW || raw.n > sizeof(utf8) / 4 ||
		noro_decoder_new(g.kind, &d) != NORO_OK) {
		noro_escape(raw, SIZE_MAX, out);
		return;
	}
	got = noro_decoder_run(d, raw, true, utf8, sizeof(utf8));
	noro_escape(noro_view(utf8, got.made), SIZE_MAX, out);
	noro_decoder_free(d);
}
