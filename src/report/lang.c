/*
 * src/report/lang.c - messages in the reader's language.
 *
 * The English text is the message id. Catalogues are gettext files (po/ja/) that
 * tools/po2c turns into one sorted table of the program: no installed locale, no
 * file at run time, the same words under LC_ALL=C. Arguments come from evidence,
 * so what is put in is escaped for a terminal; every other writer escapes once
 * more for its own format.
 */
#include "report/lang.h"

#include "base/text.h"
#include "report/lang_priv.h"

#include <inttypes.h>
#include <stdlib.h>

enum { MAX_ARG_BYTES = 4096 };

enum noro_lang noro_lang_by_name(const char *name)
{
	struct noro_view v = noro_view_str(name);

	if (noro_view_is_i(v, "japanese") || noro_view_is(v, "日本語"))
		return NORO_JA;
	if (!noro_view_starts_i(v, "ja"))
		return NORO_EN;
	return v.n == 2 || v.p[2] == '_' || v.p[2] == '-' || v.p[2] == '.' ? NORO_JA : NORO_EN;
}

static int entry_cmp(const void *key, const void *entry)
{
	return strcmp(key, ((const struct noro_lang_entry *)entry)->id);
}

const char *noro_lang_text(enum noro_lang l, const char *id)
{
	const struct noro_lang_entry *e;

	if (!id)
		return "";
	if (l != NORO_JA)
		return id;
	e = bsearch(id, noro_lang_ja, noro_lang_ja_count, sizeof(*e), entry_cmp);
	return e ? e->text : id;
}

/* The text with %1 .. %n replaced. The id may itself come from a file, so it is escaped as well. */
static void fill(
	enum noro_lang l, const char *id, const char *const *arg, size_t n, struct noro_buf *out)
{
	const char *text = noro_lang_text(l, id);

	while (*text) {
		size_t plain = strcspn(text, "%");

		noro_escape(noro_view(text, plain), plain, out);
		text += plain;
		if (!*text)
			break;
		if (text[1] >= '1' && (size_t)(text[1] - '1') < n) {
			const char *a = arg[text[1] - '1'];

			noro_escape(noro_view_str(a ? a : ""), MAX_ARG_BYTES, out);
			text += 2;
		} else {
			noro_buf_chr(out, *text++);
		}
	}
}

void noro_lang_msg(enum noro_lang l, const struct noro_msg *m, struct noro_buf *out)
{
	if (m->id)
		fill(l, m->id, m->arg, 4, out);
}

void noro_lang_error(enum noro_lang l, const struct noro_error *err, struct noro_buf *out)
{
	const char *arg[4] = { err->arg[0], err->arg[1], err->arg[2], NULL };
	struct noro_buf text = { 0 };
	char at[24];

	fill(l, err->msg ? err->msg : noro_status_text(err->status), arg, 4, &text);
	if (text.status != NORO_OK) {
		out->status = text.status;
		noro_buf_done(&text);
		return;
	}
	arg[0] = err->where;
	arg[1] = text.p ? text.p : "";
	arg[2] = noro_num(at, err->at);
	if (!err->where[0])
		noro_buf_str(out, arg[1]);
	else if (err->unit == NORO_AT_BYTE)
		fill(l, N_("cannot read '%1': %2 at byte %3"), arg, 4, out);
	else if (err->unit == NORO_AT_LINE)
		fill(l, N_("cannot read '%1': %2 at line %3"), arg, 4, out);
	else
		fill(l, N_("'%1': %2"), arg, 4, out);
	noro_buf_done(&text);
}

const char *noro_lang_pick(enum noro_lang l, struct noro_text t)
{
	const char *first = l == NORO_JA ? t.ja : t.en;
	const char *second = l == NORO_JA ? t.en : t.ja;

	if (first && *first)
		return first;
	return second ? second : "";
}
