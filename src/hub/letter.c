/*
 * src/hub/letter.c - letters of invitation. The code stands behind a # in the address: a browser
 * keeps that to itself, so that it is in no log on the way.
 */
#include "hub/letter.h"

#include "base/library.h"

#include <qrencode.h>

#define CALLS(X) X(QRcode_encodeString8bit) X(QRcode_free)
NORO_LIBRARY(qr, "libqrencode", CALLS, "libqrencode.so.4");

enum { MAX_URL = 200, QUIET = 4 /* ISO/IEC 18004: so many modules of white around it */ };

static const char ja[] =
	"%s 様\n\n%s への参加のご案内\n\n"
	"次のアドレスを開き、招待コードを入力して、パスワードと認証アプリを設定してください。\n\n"
	"  アドレス: %s\n  招待コード: %s\n  有効期限: %.10s（UTC）\n\n"
	"このコードは一度だけ使えます。他の人に渡さないでください。\n"
	"心当たりがない場合は開かずに、ハブの運営者へお知らせください。\n";
static const char en[] =
	"To %s\n\nInvitation to %s\n\n"
	"Open this address, enter the code, and choose a password and an authenticator app.\n\n"
	"  Address: %s\n  Code: %s\n  Good until: %.10s (UTC)\n\n"
	"The code works once. Do not pass it on.\n"
	"If you did not expect this letter, do not open the address; tell who runs the hub.\n";

static enum noro_status address(
	const struct noro_hub_letter *l, struct noro_buf *out, struct noro_error *err)
{
	struct noro_view url = noro_view_str(l->url);
	bool secure = noro_view_starts(url, "https://") ||
		      noro_view_starts(url, "http://127.0.0.1") ||
		      noro_view_starts(url, "http://[::1]");

	for (size_t i = 0; i < url.n; i++)
		secure = secure && url.p[i] > ' ' && url.p[i] < 0x7f &&
			 !strchr("\"'<>\\#?", url.p[i]);
	if (!secure || url.n > MAX_URL)
		return noro_fail(
			err, NORO_EARG, N_("the address of the hub is https://...: %1"), l->url);
	noro_buf_view(out, url);
	noro_buf_str(out, url.p[url.n - 1] == '/' ? "join#" : "/join#");
	noro_buf_str(out, l->code);
	return out->status == NORO_OK ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
}

static void both(const struct noro_hub_letter *l, const char *url, struct noro_buf *out)
{
	char until[NORO_TIME_TEXT];

	(void)noro_time_print(l->expires_ns, until);
	noro_buf_printf(out, ja, l->member, l->hub, url, l->code, until);
	noro_buf_str(out, "\n----\n\n");
	noro_buf_printf(out, en, l->member, l->hub, url, l->code, until);
}

enum noro_status noro_hub_letter_text(
	const struct noro_hub_letter *l, struct noro_buf *out, struct noro_error *err)
{
	struct noro_buf url = { 0 };
	enum noro_status st = address(l, &url, err);

	if (st == NORO_OK) {
		both(l, url.p, out);
		st = out->status == NORO_OK ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
	}
	noro_buf_done(&url);
	return st;
}

/* One path of squares. */
static enum noro_status draw(const char *text, struct noro_buf *out, struct noro_error *err)
{
	enum noro_status st = noro_library_load(&qr_library, err);
	QRcode *code;

	if (st != NORO_OK)
		return st;
	code = qr.QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	if (!code)
		return noro_fail(err, NORO_ENOMEM, NULL);
	noro_buf_printf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"240\" "
		"height=\"240\" role=\"img\" aria-label=\"QR\"><path fill=\"#fff\" d=\"M0 "
		"0h%dv%dH0z\"/>"
		"<path d=\"",
		code->width + 2 * QUIET, code->width + 2 * QUIET, code->width + 2 * QUIET,
		code->width + 2 * QUIET);
	for (int y = 0; y < code->width; y++)
		for (int x = 0; x < code->width; x++)
			if (code->data[y * code->width + x] & 1)
				noro_buf_printf(out, "M%d %dh1v1h-1z", x + QUIET, y + QUIET);
	noro_buf_str(out, "\"/></svg>\n");
	qr.QRcode_free(code);
	return out->status == NORO_OK ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
}

static void escape(struct noro_view v, struct noro_buf *out)
{
	for (size_t i = 0; i < v.n; i++)
		switch (v.p[i]) {
		case '<':
			noro_buf_str(out, "&lt;");
			break;
		case '>':
			noro_buf_str(out, "&gt;");
			break;
		case '&':
			noro_buf_str(out, "&amp;");
			break;
		case '"':
			noro_buf_str(out, "&quot;");
			break;
		default:
			noro_buf_chr(out, v.p[i]);
		}
}

enum noro_status noro_hub_letter_html(
	const struct noro_hub_letter *l, struct noro_buf *out, struct noro_error *err)
{
	struct noro_buf url = { 0 }, text = { 0 };
	enum noro_status st = address(l, &url, err);

	if (st == NORO_OK) {
		both(l, url.p, &text);
		noro_buf_str(out,
			"<!DOCTYPE html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\">"
			"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
			"'none'; "
			"style-src 'unsafe-inline'\"><meta name=\"viewport\" "
			"content=\"width=device-width\"><title>noroshi</"
			"title><style>body{max-width:40em;"
			"margin:2em auto;padding:0 "
			"1em;font-family:sans-serif}pre{white-space:pre-wrap;"
			"font:inherit;line-height:1.6}</style></head><body>\n");
		st = draw(url.p, out, err);
	}
	if (st == NORO_OK) {
		noro_buf_str(out, "<pre>");
		escape(noro_buf_as_view(&text), out);
		noro_buf_str(out, "</pre>\n</body></html>\n");
		if (text.status != NORO_OK || out->status != NORO_OK)
			st = noro_fail(err, NORO_ENOMEM, NULL);
	}
	noro_buf_done(&url);
	noro_buf_done(&text);
	return st;
}
