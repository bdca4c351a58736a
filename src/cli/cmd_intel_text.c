/* src/cli/cmd_intel_text.c - noroshi intel extract: what an advisory names, in which role, and
 * where it says so. */
#include "base/jsonw.h"
#include "base/text.h"
#include "cli/cmd_intel_priv.h"
#include "intel/document.h"
#include "intel/import.h"

static void item_json(const struct noro_doc_item *it, struct noro_buf *out)
{
	struct noro_jsonw w = noro_jsonw(out);

	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "kind", noro_ioc_kind_name(it->kind));
	noro_jsonw_kview(&w, "value", it->value);
	noro_jsonw_kstr(&w, "role", noro_ioc_role_name(it->role));
	noro_jsonw_ku64(&w, "confidence", it->confidence);
	noro_jsonw_kbool(&w, "defanged", it->defanged);
	noro_jsonw_kstr(&w, "section", it->section);
	noro_jsonw_ku64(&w, "line", it->line);
	noro_jsonw_ktime(&w, "from", it->from_ns);
	noro_jsonw_ktime(&w, "until", it->until_ns);
	noro_jsonw_object_end(&w);
	noro_buf_chr(out, '\n');
}

static void item_text(const struct noro_doc_item *it, struct noro_buf *out)
{
	noro_buf_printf(out, "%-7s %3u  %-10s ", noro_ioc_role_name(it->role), it->confidence,
		noro_ioc_kind_name(it->kind));
	noro_escape(it->value, 2048, out);
	noro_buf_printf(out, "  :%llu", (unsigned long long)it->line);
	if (it->section) {
		noro_buf_str(out, "  ");
		noro_escape(noro_view_str(it->section), 60, out);
	}
	noro_buf_chr(out, '\n');
}

static void heading(struct noro_cli *cli, const char *path, const struct noro_doc *d)
{
	if (cli->json || cli->quiet)
		return;
	noro_say(cli, cli->err, N_("%1: %2, %3 lines, %4 values"), path, d->format,
		NORO_NUM(d->lines), NORO_NUM(d->items));
	if (d->advisory)
		noro_say(cli, cli->err, N_("advisory: %1"), d->advisory);
	if (d->cve)
		noro_say(cli, cli->err, N_("vulnerabilities: %1"), d->cve);
	if (d->attack)
		noro_say(cli, cli->err, N_("techniques: %1"), d->attack);
}

static enum noro_status extract_one(struct noro_cli *cli, const char *path, struct noro_error *err)
{
	struct noro_buf bytes = { 0 }, out = { 0 };
	struct noro_doc d = { 0 };
	enum noro_status st =
		noro_import_text(noro_load_path(path), NORO_DOC_MAX_BYTES, &bytes, err);

	if (st == NORO_OK)
		st = noro_document_read(cli->arena, noro_buf_as_view(&bytes), &d, err);
	if (st == NORO_OK)
		heading(cli, path, &d);
	for (size_t i = 0; st == NORO_OK && i < d.items; i++) {
		if (cli->json)
			item_json(&d.item[i], &out);
		else
			item_text(&d.item[i], &out);
	}
	noro_emit(cli->out, &out);
	noro_buf_done(&out);
	noro_buf_done(&bytes);
	if (st != NORO_OK && !err->where[0])
		(void)noro_error_at(err, path, err->unit, err->at);
	return st;
}

int intel_extract(struct noro_cli *cli, const struct noro_args *args)
{
	int code = NORO_EXIT_CLEAN;

	if (args->words < 2)
		return intel_usage(cli, "extract FILE...");
	for (size_t i = 1; i < args->words; i++) {
		struct noro_error err = { 0 };

		if (extract_one(cli, args->word[i], &err) != NORO_OK)
			code = noro_complain(cli, &err);
	}
	return code;
}
