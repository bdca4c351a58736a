/* tests/unit/source/test_charset.c - five ways to write Japanese, cut at every byte. */
#include "tests/unit/source/archives.h"

#include "base/hash.h"
#include "base/text.h"
#include "source/source_priv.h"

#include <iconv.h>

/* A log as a Japanese site writes it: ASCII, kanji, hiragana, katakana, punctuation. */
static const char sample[] =
	"2025-08-27 01:02:03 host1 ログイン失敗: ユーザー管理者 送信元 192.0.2.1\n"
	"通信先は evil.example.com です。警察庁が公表した侵害指標と一致しました。\n"
	"ファイアウォールの設定を確認してください。攻撃者は設定を変更しています。\n";

static const struct {
	const char *name; /* as we name it */
	const char *iconv;
	const char *mark;
	size_t mark_n;
	enum noro_charset kind;
} sets[] = { { "UTF-8", "UTF-8", "", 0, NORO_CHARSET_RAW },
	{ "UTF-8", "UTF-8", "\xEF\xBB\xBF", 3, NORO_CHARSET_RAW },
	{ "UTF-16LE", "UTF-16LE", "", 0, NORO_CHARSET_UTF16LE },
	{ "UTF-16LE", "UTF-16LE", "\xFF\xFE", 2, NORO_CHARSET_UTF16LE },
	{ "UTF-16BE", "UTF-16BE", "", 0, NORO_CHARSET_UTF16BE },
	{ "UTF-16BE", "UTF-16BE", "\xFE\xFF", 2, NORO_CHARSET_UTF16BE },
	{ "Shift_JIS", "CP932", "", 0, NORO_CHARSET_SJIS },
	{ "EUC-JP", "EUC-JP", "", 0, NORO_CHARSET_EUCJP },
	{ "ISO-2022-JP", "ISO-2022-JP", "", 0, NORO_CHARSET_ISO2022JP } };

enum { SETS = sizeof(sets) / sizeof(*sets) };

static struct noro_buf encoded(size_t set, struct noro_view utf8)
{
	struct noro_buf out = { 0 };
	iconv_t cd = iconv_open(sets[set].iconv, "UTF-8");
	char *in = (char *)(uintptr_t)utf8.p, *to;
	size_t left = utf8.n, room = utf8.n * 3 + 16, cap = room;

	assert_true(cd != (iconv_t)-1);
	noro_buf_add(&out, sets[set].mark, sets[set].mark_n);
	to = noro_buf_room(&out, cap);
	assert_non_null(to);
	assert_true(iconv(cd, &in, &left, &to, &room) != (size_t)-1);
	assert_true(iconv(cd, NULL, NULL, &to, &room) != (size_t)-1);
	out.n += cap - room;
	iconv_close(cd);
	return out;
}

static void every_set_is_recognised_and_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < SETS; i++) {
		struct noro_buf bytes = encoded(i, NORO_V(sample));

		for (size_t step = 0; step < 40; step++) {
			struct seen seen = { .step = step };

			assert_int_equal(see(&seen, noro_buf_as_view(&bytes), NULL), NORO_OK);
			assert_string_equal(seen.charset, sets[i].name);
			assert_view_is(noro_buf_as_view(&seen.last), sample);
			assert_int_equal(seen.refused, 0);
			assert_int_equal(seen.fd >= 0, i == 0);
			seen_done(&seen);
		}
		noro_buf_done(&bytes);
	}
}

/* Longer than every buffer, and shifted so that the buffers end at every byte of a letter. */
static void letters_across_the_buffers_are_whole(void **state)
{
	struct noro_buf text = { 0 };

	(void)state;
	while (text.n < 300000)
		noro_buf_str(&text, sample);
	for (size_t i = 0; i < SETS; i++) {
		for (size_t shift = 0; shift < 6; shift++) {
			struct noro_buf shifted = { 0 }, bytes;
			struct seen seen = { .step = shift * 5000 };

			noro_buf_add(&shifted, "------", shift);
			noro_buf_view(&shifted, noro_buf_as_view(&text));
			bytes = encoded(i, noro_buf_as_view(&shifted));
			assert_int_equal(see(&seen, noro_buf_as_view(&bytes), NULL), NORO_OK);
			assert_string_equal(seen.charset, sets[i].name);
			assert_int_equal(seen.last.n, shifted.n);
			assert_memory_equal(seen.last.p, shifted.p, shifted.n);
			seen_done(&seen);
			noro_buf_done(&bytes);
			noro_buf_done(&shifted);
		}
	}
	noro_buf_done(&text);
}

/* Feed the decoder two pieces, cut at every byte; what it leaves is offered again. */
static void a_cut_at_any_byte_changes_nothing(void **state)
{
	(void)state;
	for (size_t i = 2; i < SETS; i++) {
		struct noro_buf bytes = encoded(i, NORO_V(sample));
		struct noro_view v =
			noro_view_sub(noro_buf_as_view(&bytes), sets[i].mark_n, SIZE_MAX);

		for (size_t cut = 0; cut <= v.n; cut++) {
			uint8_t *first = test_exact_copy(v.p, cut);
			struct noro_decoder *d = NULL;
			struct noro_decoded a, b;
			char out[2048];

			assert_int_equal(noro_decoder_new(sets[i].kind, &d), NORO_OK);
			a = noro_decoder_run(d, noro_view(first, cut), false, out, sizeof(out));
			assert_true(cut - a.used <= 8);
			b = noro_decoder_run(d, noro_view_sub(v, a.used, SIZE_MAX), true,
				out + a.made, sizeof(out) - a.made);
			assert_view_is(noro_view(out, a.made + b.made), sample);
			noro_decoder_free(d);
			free(first);
		}
		noro_buf_done(&bytes);
	}
}

static void bad_bytes_cost_one_letter(void **state)
{
	static const struct {
		enum noro_charset kind;
		const char *in;
		size_t n;
		const char *want;
	} row[] = { { NORO_CHARSET_UTF16LE,
			    "a\0\0\xD8"
			    "b\0",
			    6,
			    "a\xEF\xBF\xBD"
			    "b" },
		{ NORO_CHARSET_UTF16LE,
			"a\0\0\xDC"
			"b\0",
			6,
			"a\xEF\xBF\xBD"
			"b" },
		{ NORO_CHARSET_UTF16LE, "a\0b", 3, "a\xEF\xBF\xBD" },
		{ NORO_CHARSET_UTF16BE, "\xD8\x3D\xDD\x25", 4, "\xF0\x9F\x94\xA5" },
		{ NORO_CHARSET_SJIS,
			"a\x93\xFA\xFF"
			"b",
			5,
			"a\xE6\x97\xA5\xEF\xBF\xBD"
			"b" },
		{ NORO_CHARSET_SJIS, "a\x93", 2, "a\xEF\xBF\xBD" },
		{ NORO_CHARSET_EUCJP,
			"a\xC6\xFC\xFF"
			"b",
			5,
			"a\xE6\x97\xA5\xEF\xBF\xBD"
			"b" } };

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct noro_decoder *d = NULL;
		char out[64];
		struct noro_decoded got;

		assert_int_equal(noro_decoder_new(row[i].kind, &d), NORO_OK);
		got = noro_decoder_run(d, noro_view(row[i].in, row[i].n), true, out, sizeof(out));
		assert_int_equal(got.used, row[i].n);
		if (got.made != strlen(row[i].want) || memcmp(out, row[i].want, got.made) != 0)
			fail_msg("row %zu: '%.*s'", i, (int)got.made, out);
		noro_decoder_free(d);
	}
}

static const char *named(struct noro_view v)
{
	return noro_charset_guess(v, true).name;
}

static void what_is_not_japanese_is_left_alone(void **state)
{
	static const char zeros[64];
	static const char latin1[] = "caf\xE9 ol\xE9 na\xEFve \xFC"
				     "ber stra\xDF"
				     "e \xE0 la carte";
	static const char elf[] = "\x7F"
				  "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0\1\0\0\0";
	static const char hole[] = "Aug  7 01:02:03 host: a line of a log that is long enough\n"
				   "Aug  7 01:02:03 host: and another one with one zero\0 in it";

	(void)state;
	assert_string_equal(named(NORO_V("")), "UTF-8");
	assert_string_equal(named(NORO_V("plain")), "UTF-8");
	assert_string_equal(named(NORO_V(latin1)), "UTF-8");
	assert_string_equal(named(NORO_V(zeros)), "binary");
	assert_string_equal(named(NORO_V(elf)), "binary");
	assert_string_equal(named(NORO_V(hole)), "UTF-8");
	assert_string_equal(named(NORO_V("\x1B[31mred\x1B[0m")), "UTF-8");
}

/* ASCII for longer than the look ahead, then something else: every byte must pass. */
static void a_late_surprise_passes_as_it_is(void **state)
{
	struct noro_buf text = { 0 };
	struct seen seen = { 0 };

	(void)state;
	while (text.n < 100000)
		noro_buf_str(&text, "plain ascii\n");
	noro_buf_add(&text, "\x93\xFA\x00\xFF\xFE", 5);
	assert_int_equal(see(&seen, noro_buf_as_view(&text), NULL), NORO_OK);
	assert_int_equal(seen.last.n, text.n);
	assert_memory_equal(seen.last.p, text.p, text.n);
	seen_done(&seen);
	noro_buf_done(&text);
}

struct peeked {
	struct noro_buf text;
	char sha[NORO_HASH_TEXT];
};

static enum noro_status peek_then_read(
	void *ctx, struct noro_stream *s, const struct noro_stream_info *info)
{
	struct peeked *p = ctx;
	struct noro_view head, again;
	char buf[5000];
	size_t n;

	(void)info;
	assert_int_equal(noro_stream_hash(s, 1 << NORO_SHA256), NORO_OK);
	assert_int_equal(noro_stream_peek(s, &head, NULL), NORO_OK);
	assert_true(head.n > 60000 && head.n <= 65536);
	assert_int_equal(noro_utf8_valid(head) + 3 > head.n, 1);
	while (noro_stream_read(s, buf, sizeof(buf), &n, NULL) == NORO_OK) {
		noro_buf_add(&p->text, buf, n);
		if (p->text.n < 20000) {
			assert_int_equal(noro_stream_peek(s, &again, NULL), NORO_OK);
			assert_true(again.n > 40000);
		}
	}
	assert_int_equal(noro_stream_digest(s, NORO_SHA256, p->sha), NORO_OK);
	return NORO_OK;
}

static void looking_ahead_loses_nothing_and_the_hash_is_of_the_file(void **state)
{
	struct noro_buf text = { 0 };

	(void)state;
	while (text.n < 200000)
		noro_buf_str(&text, sample);
	for (size_t i = 0; i < SETS; i++) {
		struct noro_buf bytes = encoded(i, noro_buf_as_view(&text));
		struct peeked p = { 0 };
		const struct noro_visitor v = { peek_then_read, NULL, &p };
		char want[NORO_HASH_TEXT];

		assert_int_equal(
			noro_source_visit_bytes(noro_buf_as_view(&bytes), "f", NULL, &v, NULL),
			NORO_OK);
		assert_int_equal(p.text.n, text.n);
		assert_memory_equal(p.text.p, text.p, text.n);
		assert_int_equal(
			noro_hash_of(NORO_SHA256, noro_buf_as_view(&bytes), want), NORO_OK);
		assert_string_equal(p.sha, want);
		noro_buf_done(&p.text);
		noro_buf_done(&bytes);
	}
	noro_buf_done(&text);
}

static bool try_decode(void *arg)
{
	const struct noro_buf *bytes = arg;
	struct seen seen = { 0 };
	bool done = see(&seen, noro_buf_as_view(bytes), NULL) == NORO_OK &&
		    seen.last.status == NORO_OK && seen.text.status == NORO_OK;

	seen_done(&seen);
	return done;
}

static void no_memory_is_a_clean_failure(void **state)
{
	(void)state;
	for (size_t i = 0; i < SETS; i++) {
		struct noro_buf bytes = encoded(i, NORO_V(sample));

		test_allocation_sweep(try_decode, &bytes, 50);
		noro_buf_done(&bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_set_is_recognised_and_read),
		cmocka_unit_test(letters_across_the_buffers_are_whole),
		cmocka_unit_test(a_cut_at_any_byte_changes_nothing),
		cmocka_unit_test(bad_bytes_cost_one_letter),
		cmocka_unit_test(what_is_not_japanese_is_left_alone),
		cmocka_unit_test(a_late_surprise_passes_as_it_is),
		cmocka_unit_test(looking_ahead_loses_nothing_and_the_hash_is_of_the_file),
		cmocka_unit_test(no_memory_is_a_clean_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
