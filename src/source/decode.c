/*
 * src/source/decode.c - UTF-16 and the Japanese character sets into UTF-8, streaming.
 *
 * UTF-16 is done here, because Windows exports are large and the rule is short; the
 * Japanese sets are tables, so the C library's. A letter that cannot be read
 * becomes U+FFFD and the next byte is tried: one bad byte costs one letter.
 */
#include "source/source_priv.h"

#include "base/confine.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <iconv.h>

enum { LEFT_AT_MOST = 8 };

struct noro_decoder {
	enum noro_charset kind;
	iconv_t cd;
};

static iconv_t open_first(const char *const *name)
{
	for (; *name; name++) {
		iconv_t cd;

		noro_fork_forbid();
		cd = iconv_open("UTF-8", *name);
		noro_fork_allow();
		if ((intptr_t)cd != -1)
			return cd;
	}
	return NULL;
}

static iconv_t open_kind(enum noro_charset kind)
{
	/* the vendors' supersets first: real files use them whatever they call themselves */
	static const char *const sjis[] = { "CP932", "SHIFT_JIS", NULL };
	static const char *const euc[] = { "EUC-JP-MS", "EUC-JP", NULL };
	static const char *const iso[] = { "ISO-2022-JP-3", "ISO-2022-JP", NULL };

	switch (kind) {
	case NORO_CHARSET_SJIS:
		return open_first(sjis);
	case NORO_CHARSET_EUCJP:
		return open_first(euc);
	case NORO_CHARSET_ISO2022JP:
		return open_first(iso);
	case NORO_CHARSET_RAW:
	case NORO_CHARSET_UTF16LE:
	case NORO_CHARSET_UTF16BE:
		break;
	}
	return NULL;
}

enum noro_status noro_decoder_new(enum noro_charset kind, struct noro_decoder **ret)
{
	struct noro_decoder *d = noro_calloc(1, sizeof(*d));
	bool utf16 = kind == NORO_CHARSET_UTF16LE || kind == NORO_CHARSET_UTF16BE;

	if (!d)
		return NORO_ENOMEM;
	d->kind = kind;
	d->cd = open_kind(kind);
	if (!utf16 && !d->cd) {
		free(d);
		return NORO_EUNSUPPORTED;
	}
	*ret = d;
	return NORO_OK;
}

void noro_decoder_free(struct noro_decoder *d)
{
	if (!d)
		return;
	if (d->cd) {
		noro_fork_forbid();
		(void)iconv_close(d->cd);
		noro_fork_allow();
	}
	free(d);
}

static uint32_t unit(const char *p, bool big)
{
	unsigned char a = (unsigned char)p[0], b = (unsigned char)p[1];

	return big ? (uint32_t)a << 8 | b : (uint32_t)b << 8 | a;
}

static struct noro_decoded run_utf16(
	bool big, struct noro_view in, bool last, char *out, size_t cap)
{
	size_t i = 0, n = 0;

	while (i + 2 <= in.n && cap - n >= 4) {
		uint32_t c = unit(in.p + i, big);

		i += 2;
		if (c < 0x80) {
			out[n++] = (char)c;
			continue;
		}
		if (c >= 0xD800 && c < 0xDC00) {
			uint32_t low = i + 2 <= in.n ? unit(in.p + i, big) : 0;

			if (i + 2 > in.n && !last) {
				i -= 2;
				break;
			}
			if (low >= 0xDC00 && low < 0xE000) {
				c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
				i += 2;
			}
		}
		n += noro_utf8_put(c, out + n); /* a lone surrogate becomes U+FFFD there */
	}
	if (last && i + 1 == in.n && cap - n >= 4) {
		n += noro_utf8_put(0xFFFD, out + n);
		i++;
	}
	return (struct noro_decoded){ i, n };
}

/* Put U+FFFD for one byte and start again behind it. */
static bool replace_byte(char **in, size_t *in_n, char **out, size_t *out_n)
{
	if (*in_n == 0 || *out_n < 4)
		return false;
	*out += noro_utf8_put(0xFFFD, *out);
	*out_n -= 3;
	(*in)++;
	(*in_n)--;
	return true;
}

static struct noro_decoded run_iconv(
	iconv_t cd, struct noro_view in, bool last, char *out, size_t cap)
{
	union {
		const char *read;
		char *p; /* iconv does not write there; its prototype is older than const */
	} from = { in.p };
	char *o = out;
	size_t left = in.n, room = cap;

	while (left > 0) {
		if (iconv(cd, &from.p, &left, &o, &room) != (size_t)-1)
			break;
		if (errno == E2BIG)
			break;
		if (errno == EINVAL && !last && left <= LEFT_AT_MOST)
			break; /* the rest of the letter comes with the next bytes */
		if (!replace_byte(&from.p, &left, &o, &room))
			break;
	}
	if (left == 0 && last) /* EUC and ISO-2022 may hold a letter back for a combining one */
		(void)iconv(cd, NULL, NULL, &o, &room);
	return (struct noro_decoded){ in.n - left, cap - room };
}

struct noro_decoded noro_decoder_run(
	struct noro_decoder *d, struct noro_view in, bool last, char *out, size_t cap)
{
	if (d->kind == NORO_CHARSET_UTF16LE || d->kind == NORO_CHARSET_UTF16BE)
		return run_utf16(d->kind == NORO_CHARSET_UTF16BE, in, last, out, cap);
	return run_iconv(d->cd, in, last, out, cap);
}
