/* src/cli/cmd_intel_export.c - noroshi intel export | convert: the same indicators in another
 * tool's language. */
#include "base/file.h"
#include "cli/cmd_intel_priv.h"
#include "intel/export.h"

static int list_formats(struct noro_cli *cli)
{
	size_t n;
	const struct noro_export *e = noro_exports(&n);

	for (size_t i = 0; i < n; i++)
		(void)fprintf(
			cli->out, "%-14s %s\n", e[i].name, noro_lang_text(cli->lang, e[i].title));
	return NORO_EXIT_CLEAN;
}

static enum noro_status deliver(struct noro_cli *cli, const struct noro_args *args,
	const struct noro_buf *out, struct noro_error *err)
{
	const char *file = noro_args_get(args, "output");

	if (out->status != NORO_OK)
		return noro_fail(err, out->status, NULL);
	if (file)
		return noro_file_write(file, 0644, noro_buf_as_view(out), err);
	noro_emit(cli->out, out);
	return NORO_OK;
}

static int write_as(struct noro_cli *cli, const struct noro_args *args, const char *format,
	const char *const *file, size_t n, bool builtin)
{
	const struct noro_export *e = noro_export_find(format);
	const char *role = noro_args_get(args, "role");
	struct noro_export_opts o = { .hunt = role && strcmp(role, "hunt") == 0,
		.now_ns = cli->now_ns };
	struct noro_load l = { 0 };
	struct noro_set *s = NULL;
	struct noro_buf out = { 0 };
	struct noro_error err = { 0 };
	enum noro_status st =
		e ? noro_load_knowledge(cli, args, &l, &err)
		  : noro_fail(&err, NORO_EARG,
			    N_("no format '%1'; 'noroshi intel export' lists them"), format);

	if (st == NORO_OK)
		st = intel_set_of(&l, file, n, builtin, &s, &err);
	if (st == NORO_OK)
		st = e->write(s, &o, &out);
	if (st == NORO_OK)
		st = deliver(cli, args, &out, &err);
	noro_buf_done(&out);
	noro_set_free(s);
	noro_load_done(&l);
	if (st != NORO_OK && err.status == NORO_OK)
		(void)noro_fail(&err, st, NULL);
	if (st != NORO_OK)
		return noro_complain(cli, &err);
	return l.failed_part ? NORO_EXIT_UNREAD : NORO_EXIT_CLEAN;
}

int intel_export(struct noro_cli *cli, const struct noro_args *args)
{
	const char *format = noro_args_get(args, "format");
	size_t n;
	const char *const *file = noro_load_list(cli, args, "intel", &n);

	if (!format)
		return list_formats(cli);
	return write_as(cli, args, format, file, n, n == 0);
}

int intel_convert(struct noro_cli *cli, const struct noro_args *args)
{
	const char *format = noro_args_get(args, "to");

	if (!format || args->words < 2)
		return intel_usage(cli, "convert --to FORMAT FILE...");
	return write_as(
		cli, args, format, (const char *const *)args->word + 1, args->words - 1, false);
}
