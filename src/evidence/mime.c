/* src/evidence/mime.c - base64, quoted-printable, encoded words and character sets of mail. */
#include "evidence/mime_priv.h"

#include "base/confine.h"
#include "base/text.h"

#include <iconv.h>

void noro_mime_base64(struct noro_view v, struct noro_buf *out)
{
	uint32_t bits = 0;
	unsigned have = 0;

	for (size_t i = 0; i < v.n; i++) {
		char c = v.p[i];
		int x;

		if (c >= 'A' && c <= 'Z')
			x = c - 'A';
		else if (c >= 'a' && c <= 'z')
			x = c - 'a' + 26;
		else if (noro_is_digit(c))
			x = c - '0' + 52;
		else if (c == '+' || c == '-')
			x = 62;
		else if (c == '/' || c == '_')
			x = 63;
		else if (c == '=')
			break;
		else
			continue;
		bits = bits << 6 | (uint32_t)x;
		have += 6;
		if (have >= 8) {
			have -= 8;
			noro_buf_chr(out, (char)(bits >> have & 0xff));
		}
	}
}

void noro_mime_quoted(struct noro_view v, bool header, struct noro_buf *out)
{
	for (size_t i = 0; i < v.n; i++) {
		char c = v.p[i];

		if (header && c == '_') {
			noro_buf_chr(out, ' ');
		} else if (c != '=') {
			noro_buf_chr(out, c);
		} else if (i + 2 < v.n && noro_is_hex(v.p[i + 1]) && noro_is_hex(v.p[i + 2])) {
			noro_buf_chr(out, (char)(noro_hex_value(v.p[i + 1]) * 16 +
						  noro_hex_value(v.p[i + 2])));
			i += 2;
		} else if (i + 1 < v.n && v.p[i + 1] == '\n') {
			i++; /* soft line break */
		} else if (i + 2 < v.n && v.p[i + 1] == '\r' && v.p[i + 2] == '\n') {
			i += 2;
		} else {
			noro_buf_chr(out, c);
		}
	}
}

/* Names iconv may be asked for: a stranger's text never becomes its argument. */
static const char *known_charset(struct noro_view v)
{
	static const struct {
		const char *name, *iconv;
	} sets[] = {
		{ "iso-2022-jp", "ISO-2022-JP-2" },
		{ "shift_jis", "CP932" },
		{ "shift-jis", "CP932" },
		{ "x-sjis", "CP932" },
		{ "sjis", "CP932" },
		{ "cp932", "CP932" },
		{ "windows-31j", "CP932" },
		{ "euc-jp", "EUC-JP-MS" },
		{ "iso-8859-1", "CP1252" },
		{ "iso-8859-15", "ISO-8859-15" },
		{ "windows-1252", "CP1252" },
		{ "iso-8859-2", "ISO-8859-2" },
		{ "windows-1251", "CP1251" },
		{ "koi8-r", "KOI8-R" },
		{ "gb2312", "GB18030" },
		{ "gbk", "GB18030" },
		{ "gb18030", "GB18030" },
		{ "big5", "BIG5" },
		{ "euc-kr", "UHC" },
		{ "ks_c_5601-1987", "UHC" },
		{ "utf-16", "UTF-16" },
		{ "utf-16le", "UTF-16LE" },
		{ "utf-7", "UTF-7" },
	};

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		if (noro_view_is_i(v, sets[i].name))
			return sets[i].iconv;
	return NULL;
}

/* UTF-8 that is sound, with U+FFFD for each byte that is not. */
static void sound_utf8(struct noro_view v, struct noro_buf *out)
{
	while (v.n) {
		size_t n = noro_utf8_valid(v);

		noro_buf_add(out, v.p, n);
		v = noro_view_sub(v, n, v.n);
		if (v.n) {
			noro_buf_str(out, "\xef\xbf\xbd");
			v = noro_view_sub(v, 1, v.n);
		}
	}
}

static void convert(iconv_t cd, struct noro_view v, struct noro_buf *out)
{
	char piece[1024], *in;
	size_t left = v.n;

	memcpy(&in, &v.p, sizeof(in)); /* iconv's signature drops const but it does not write */
	while (left) {
		char *to = piece;
		size_t room = sizeof(piece), before = left;
		size_t bad = iconv(cd, &in, &left, &to, &room);

		noro_buf_add(out, piece, sizeof(piece) - room);
		if (bad == (size_t)-1 && room > 16 && left) { /* not for want of room */
			noro_buf_str(out, "\xef\xbf\xbd");
			in++;
			left--;
		} else if (left == before && room == sizeof(piece)) {
			break;
		}
	}
}

void noro_mime_charset(struct noro_view v, struct noro_view charset, struct noro_buf *out)
{
	const char *name = known_charset(charset);
	iconv_t cd;

	if (!name) {
		sound_utf8(v, out);
		return;
	}
	noro_fork_forbid();
	cd = iconv_open("UTF-8", name);
	noro_fork_allow();
	if (cd == (iconv_t)-1) { /* the C library lacks its tables */
		sound_utf8(v, out);
		return;
	}
	convert(cd, v, out);
	noro_fork_forbid();
	(void)iconv_close(cd);
	noro_fork_allow();
}

/* At "=?charset?B?text?=": its length, 0 if it is none. */
static size_t encoded_word(struct noro_view v, struct noro_buf *out)
{
	struct noro_view rest = noro_view_sub(v, 2, v.n), charset, how, text;
	struct noro_buf bytes = { 0 };
	size_t star, end;

	if (!noro_view_starts(v, "=?") || !noro_view_cut(&rest, '?', &charset) || charset.n > 40 ||
		!noro_view_cut(&rest, '?', &how) || how.n != 1)
		return 0;
	end = noro_view_find(noro_view_sub(rest, 0, 1024), NORO_V("?="));
	if (end == SIZE_MAX)
		return 0;
	text = noro_view(rest.p, end);
	star = noro_view_chr(charset, '*'); /* a language, RFC 2231 5 */
	if (star != SIZE_MAX)
		charset.n = star;
	if (noro_lower(how.p[0]) == 'b')
		noro_mime_base64(text, &bytes);
	else
		noro_mime_quoted(text, true, &bytes);
	if (bytes.status != NORO_OK)
		out->status = bytes.status;
	noro_mime_charset(noro_buf_as_view(&bytes), charset, out);
	noro_buf_done(&bytes);
	return (size_t)(text.p + text.n - v.p) + 2;
}

void noro_mime_header(struct noro_view v, struct noro_buf *out)
{
	bool after_word = false;
	size_t i = 0, used, gap;

	while (i < v.n) {
		used = v.p[i] == '=' ? encoded_word(noro_view_sub(v, i, v.n), out) : 0;
		if (used) {
			i += used;
			after_word = true;
			continue;
		}
		for (gap = i; gap < v.n && noro_is_space(v.p[gap]); gap++)
			;
		/* blanks between two encoded words are part of neither (RFC 2047 6.2) */
		if (gap > i && after_word && gap + 1 < v.n && v.p[gap] == '=' &&
			v.p[gap + 1] == '?') {
			i = gap;
			continue;
		}
		after_word = false;
		if (gap > i) {
			noro_buf_chr(out, ' ');
			i = gap;
			continue;
		}
		for (used = i + 1; used < v.n && v.p[used] != '=' && !noro_is_space(v.p[used]);
			used++)
			;
		sound_utf8(noro_view_sub(v, i, used - i), out);
		i = used;
	}
}

struct noro_view noro_mime_param(struct noro_view header, const char *name)
{
	size_t n = strlen(name);
	struct noro_view piece;

	(void)noro_view_cut(&header, ';', &piece);
	while (header.n) {
		size_t eq, end;
		struct noro_view k, v;

		eq = noro_view_chr(header, '=');
		if (eq == SIZE_MAX)
			break;
		k = noro_view_trim(noro_view(header.p, eq));
		while (k.n && k.p[0] == ';')
			k = noro_view_trim(noro_view_sub(k, 1, k.n));
		v = noro_view_trim(noro_view_sub(header, eq + 1, header.n));
		if (v.n && v.p[0] == '"') {
			end = noro_view_chr(noro_view_sub(v, 1, v.n), '"');
			end = end == SIZE_MAX ? v.n - 1 : end;
			header = noro_view_sub(v, end + 2, v.n);
			v = noro_view_sub(v, 1, end);
		} else {
			end = noro_view_chr(v, ';');
			end = end == SIZE_MAX ? v.n : end;
			header = noro_view_sub(v, end, v.n);
			v = noro_view_trim(noro_view(v.p, end));
		}
		if (k.n >= n && noro_view_is_i(noro_view(k.p, n), name) &&
			(k.n == n || k.p[n] == '*'))
			return v;
	}
	return (struct noro_view){ 0 };
}
