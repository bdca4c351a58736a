/* fuzz/fuzz_charset.c - whatever it is taken for, what comes out converted is UTF-8, in any pieces.
 */
#include "fuzz/fuzz.h"

#include "base/text.h"
#include "source/source_priv.h"

static void convert(struct noro_view v, enum noro_charset kind, size_t piece, struct noro_buf *out)
{
	struct noro_decoder *d = NULL;
	size_t at = 0, fed = 0;

	if (noro_decoder_new(kind, &d) != NORO_OK)
		return;
	for (;;) {
		char room[64];
		struct noro_decoded got;
		bool last;

		fed = fed + piece < v.n ? fed + piece : v.n;
		last = fed == v.n;
		got = noro_decoder_run(d, noro_view(v.p + at, fed - at), last, room, sizeof(room));
		assert(got.made <= sizeof(room) && got.used <= fed - at);
		noro_buf_add(out, room, got.made);
		at += got.used;
		if (last && at == v.n)
			break;
		assert(!last || got.used > 0 || got.made > 0); /* it always gets on */
	}
	noro_decoder_free(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct noro_view v = noro_view(data, size);
	struct noro_charset_guess g = noro_charset_guess(v, true);
	struct noro_buf name = { 0 };

	assert(g.name && g.why && g.bom <= size);
	for (enum noro_charset kind = NORO_CHARSET_UTF16LE; kind <= NORO_CHARSET_ISO2022JP;
		kind++) {
		struct noro_buf small = { 0 };

		convert(v, kind, 1 + size % 7, &small);
		assert(noro_utf8_valid(noro_buf_as_view(&small)) == small.n);
		noro_buf_done(&small);
	}
	noro_charset_name(noro_view_sub(v, 0, 255), &name);
	assert(noro_utf8_valid(noro_buf_as_view(&name)) == name.n);
	noro_buf_done(&name);
	return 0;
}
