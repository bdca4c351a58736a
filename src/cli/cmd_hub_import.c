/* src/cli/cmd_hub_import.c - noroshi hub import. */
#include "cli/cmd_hub_seen_priv.h"

#include "base/text.h"
#include "cli/watch.h"
#include "hub/import.h"

#include <string.h>

enum { TOLD = 20 }; /* refusals that are told without --verbose */

struct taking_in {
	struct seeing *s;
	uint64_t told;
};

static void write_why(
	const struct noro_cli *cli, const struct noro_hub_refusal *r, struct noro_buf *out)
{
	struct noro_msg m = { .id = r->msg, .arg = { r->arg } };

	for (size_t i = 0; r->faults && i < r->faults->n; i++) {
		const struct noro_stix21_fault *f = &r->faults->fault[i];

		m = (struct noro_msg){ .id = f->msg };
		for (size_t k = 0; k < NORO_STIX21_ARGS; k++)
			m.arg[k] = f->arg[k];
		noro_buf_printf(out, "%s%s: ", i ? "; " : "", f->path[0] ? f->path : "/");
		noro_lang_msg(cli->lang, &m, out);
	}
	if (!r->faults && r->msg)
		noro_lang_msg(cli->lang, &m, out);
}

static void on_refused(void *ctx, const struct noro_hub_refusal *r)
{
	struct taking_in *t = ctx;
	struct noro_buf out = { 0 }, why = { 0 };

	if (t->s->cli->quiet || (t->told++ >= TOLD && !t->s->cli->verbose))
		return;
	noro_buf_printf(&out, "%s: %s", r->file, r->place ? r->place : "");
	if (r->id.p) {
		noro_buf_chr(&out, ' ');
		noro_escape(r->id, 120, &out);
	}
	noro_buf_str(&out, ": ");
	write_why(t->s->cli, r, &why);
	noro_escape(noro_buf_as_view(&why), 2000, &out);
	noro_buf_chr(&out, '\n');
	noro_emit(t->s->cli->err, &out);
	noro_buf_done(&out);
	noro_buf_done(&why);
}

static enum noro_status member_no(
	struct seeing *s, const char *name, int64_t *ret, struct noro_error *err)
{
	const struct noro_hub_member *m;
	size_t n;
	enum noro_status st = noro_hubdb_members(s->db, s->cli->arena, &m, &n, err);

	*ret = 0;
	for (size_t i = 0; st == NORO_OK && i < n; i++)
		if (m[i].no > 1 && strcmp(m[i].name, name) == 0)
			*ret = m[i].no;
	if (st == NORO_OK && !*ret)
		st = noro_fail(err, NORO_ENOENT, N_("no such member: %1"), name);
	return st;
}

static enum noro_status read_tlp(const char *name, enum noro_tlp *ret, struct noro_error *err)
{
	*ret = NORO_TLP_AMBER;
	if (!name)
		return NORO_OK;
	for (int t = NORO_TLP_CLEAR; t <= NORO_TLP_RED; t++)
		if (noro_view_is_i(noro_view_str(name), noro_tlp_name((enum noro_tlp)t))) {
			*ret = (enum noro_tlp)t;
			return NORO_OK;
		}
	return noro_fail(err, NORO_EARG, N_("no such TLP: %1"), name);
}

static void tell_sum(const struct noro_cli *cli, const struct noro_hub_imported *r)
{
	struct noro_buf out = { 0 };
	struct noro_jsonw w = noro_jsonw(&out);

	if (!cli->json) {
		if (cli->quiet)
			return;
		noro_say(cli, cli->out, N_("%1 objects: %2 taken, %3 there already, %4 refused"),
			NORO_NUM(r->objects), NORO_NUM(r->taken), NORO_NUM(r->there),
			NORO_NUM(r->refused));
		if (r->undated)
			noro_say(cli, cli->out,
				N_("%1 have the date of today: they had none, or readers here are "
				   "past it"),
				NORO_NUM(r->undated));
		if (r->values)
			noro_say(cli, cli->out, N_("%1 values are no indicators and count nowhere"),
				NORO_NUM(r->values));
		return;
	}
	noro_jsonw_object(&w);
	noro_jsonw_ku64(&w, "objects", r->objects);
	noro_jsonw_ku64(&w, "taken", r->taken);
	noro_jsonw_ku64(&w, "there", r->there);
	noro_jsonw_ku64(&w, "refused", r->refused);
	noro_jsonw_ku64(&w, "undated", r->undated);
	noro_jsonw_ku64(&w, "no_indicators", r->values);
	noro_jsonw_ku64(&w, "collections", r->collections);
	noro_jsonw_object_end(&w);
	noro_buf_chr(&out, '\n');
	noro_emit(cli->out, &out);
	noro_buf_done(&out);
}

static enum noro_status import_files(
	struct seeing *s, struct noro_hub_import *imp, struct noro_error *err)
{
	struct noro_hub_imported sum = { 0 };
	enum noro_status st = NORO_OK;

	for (size_t i = 2; st == NORO_OK && i < s->args->words; i++) {
		uint64_t before = sum.taken;

		st = noro_hub_import(imp, s->args->word[i], &sum, err);
		if (st == NORO_OK)
			st = noro_hub_seen_log(
				s, "hub.import", s->args->word[i], sum.taken - before, err);
		else if (st != NORO_EINTR && st != NORO_ENOMEM && st != NORO_ENOSPC) {
			(void)noro_complain(s->cli, err);
			s->failed = true;
			st = NORO_OK;
		}
	}
	tell_sum(s->cli, &sum);
	s->unread = sum.refused != 0;
	return st;
}

enum noro_status noro_hub_do_import(struct seeing *s, struct noro_error *err)
{
	const char *member = noro_args_get(s->args, "member");
	struct noro_progress progress = { 0 };
	struct taking_in t = { .s = s };
	struct noro_hub_import imp = { .db = s->db,
		.now_ns = s->cli->now_ns,
		.to = noro_args_get(s->args, "to"),
		.progress = &progress,
		.refused = on_refused,
		.ctx = &t };
	struct noro_watcher *watcher;
	enum noro_status st = read_tlp(noro_args_get(s->args, "tlp"), &imp.tlp, err);

	if (st == NORO_OK && s->args->words < 3)
		st = noro_fail(err, NORO_EARG, N_("which files? hub import DIR FILE..."));
	if (st == NORO_OK && member)
		st = member_no(s, member, &imp.member, err);
	if (st != NORO_OK)
		return st;
	watcher = noro_watch_start(s->cli, &progress);
	st = import_files(s, &imp, err);
	noro_watch_stop(watcher);
	if (t.told > TOLD && !s->cli->verbose && !s->cli->quiet)
		noro_say(s->cli, s->cli->err, N_("and %1 more; --verbose tells all"),
			NORO_NUM(t.told - TOLD));
	return st;
}
