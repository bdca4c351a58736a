/* src/cli/cmd_hub_tell.c - noroshi hub tell: what a member sent, shown as others would read it, and
 * told to them with --yes. */
#include "cli/cmd_hub_priv.h"

#include "base/text.h"
#include "hub/tell.h"
#include "store/hub_member.h"

#include <string.h>

static const char *did_name(enum noro_release_did did)
{
	switch (did) {
	case NORO_RELEASE_REPLACED:
		return "replaced";
	case NORO_RELEASE_REMOVED:
		return "removed";
	case NORO_RELEASE_WITHHELD:
		return "withheld";
	case NORO_RELEASE_LOOK:
		return "look";
	}
	return "";
}

static void add_text(
	const struct noro_cli *cli, const char *id, const char *arg, struct noro_buf *out)
{
	struct noro_msg m = { .id = id, .arg = { arg } };

	noro_lang_msg(cli->lang, &m, out);
}

static void show_change(
	const struct noro_cli *cli, const struct noro_release_change *c, struct noro_buf *out)
{
	static const char *const what[] = { [NORO_RELEASE_REPLACED] = N_("replaced"),
		[NORO_RELEASE_REMOVED] = N_("left out"),
		[NORO_RELEASE_WITHHELD] = N_("not told"),
		[NORO_RELEASE_LOOK] = N_("please look") };

	noro_buf_str(out, "  ");
	add_text(cli, what[c->did], NULL, out);
	if (c->path[0]) {
		noro_buf_chr(out, ' ');
		noro_escape(noro_view_str(c->path), 200, out);
	}
	if (c->was.p && c->did != NORO_RELEASE_WITHHELD) {
		noro_buf_str(out, " '");
		noro_escape(c->was, 120, out);
		noro_buf_chr(out, '\'');
	}
	noro_buf_str(out, ": ");
	add_text(cli, c->why, NULL, out);
	noro_buf_chr(out, '\n');
}

/* Each object that came in, what others read of it, and what they do not. */
static void show_text(
	const struct noro_cli *cli, const struct noro_hub_telling *t, struct noro_buf *out)
{
	const struct noro_release *r = &t->release;
	size_t told = 0, change = 0;

	for (size_t i = 0; i < t->ins; i++) {
		const struct noro_released *o =
			told < r->objects && r->object[told].of == i ? &r->object[told] : NULL;

		noro_escape(noro_json_str(t->in[i], "id"), 300, out);
		noro_buf_chr(out, '\n');
		if (o) {
			noro_buf_str(out, "  -> ");
			noro_escape(o->bytes, 100000, out);
			noro_buf_chr(out, '\n');
			told++;
		}
		for (; change < r->changes && r->change[change].object == i; change++)
			show_change(cli, &r->change[change], out);
	}
}

static void json_change(struct noro_jsonw *w, const struct noro_release_change *c)
{
	noro_jsonw_object(w);
	noro_jsonw_kstr(w, "did", did_name(c->did));
	noro_jsonw_kstr(w, "path", c->path);
	if (c->was.p)
		noro_jsonw_kview(w, "was", c->was);
	noro_jsonw_kstr(w, "why", c->why);
	if (c->member)
		noro_jsonw_ki64(w, "member", c->member);
	noro_jsonw_object_end(w);
}

static void show_json(const struct noro_hub_telling *t, struct noro_buf *out)
{
	const struct noro_release *r = &t->release;
	size_t told = 0, change = 0;

	for (size_t i = 0; i < t->ins; i++) {
		struct noro_jsonw w = noro_jsonw(out);

		noro_jsonw_object(&w);
		noro_jsonw_kview(&w, "id", noro_json_str(t->in[i], "id"));
		noro_jsonw_key(&w, "told");
		if (told < r->objects && r->object[told].of == i)
			noro_jsonw_view(&w, r->object[told++].bytes);
		else
			noro_jsonw_null(&w);
		noro_jsonw_key(&w, "changes");
		noro_jsonw_array(&w);
		for (; change < r->changes && r->change[change].object == i; change++)
			json_change(&w, &r->change[change]);
		noro_jsonw_array_end(&w);
		noro_jsonw_object_end(&w);
		noro_buf_chr(out, '\n');
	}
}

static void show_end(struct hubbing *h, const struct noro_hub_telling *t, size_t done)
{
	const struct noro_cli *cli = h->cli;
	const char *name = t->to.alias ? t->to.alias : t->to.title;

	if (cli->json || cli->quiet)
		return;
	if (noro_args_get(h->args, "yes"))
		noro_say(cli, cli->out, N_("%1 of %2 objects told in '%3'"), NORO_NUM(done),
			NORO_NUM(t->ins), name);
	else
		noro_say(cli, cli->out,
			N_("%1 of %2 objects would be told in '%3'; --yes tells them"),
			NORO_NUM(t->release.objects), NORO_NUM(t->ins), name);
	if (t->skipped)
		noro_say(cli, cli->out,
			N_("%1 names of members are too short to be looked for: read it yourself"),
			NORO_NUM(t->skipped));
}

static enum noro_status read_tlp(const char *name, enum noro_tlp *ret, struct noro_error *err)
{
	for (int t = NORO_TLP_CLEAR; name && t <= NORO_TLP_RED; t++)
		if (noro_view_is_i(noro_view_str(name), noro_tlp_name((enum noro_tlp)t))) {
			*ret = (enum noro_tlp)t;
			return NORO_OK;
		}
	return name ? noro_fail(err, NORO_EARG, N_("no such TLP: %1"), name) : NORO_OK;
}

static enum noro_status choose(struct hubbing *h, struct noro_hub_tell *t, struct noro_error *err)
{
	struct noro_hub_member member;
	const struct noro_hub_root *root;
	struct noro_view *id;
	const char *name = noro_hub_cli_word(h, 0), *one;
	size_t n;
	enum noro_status st;

	if (!name)
		return noro_fail(err, NORO_EARG, N_("whose? hub tell DIR MEMBER [ID...]"));
	st = noro_hubdb_member(h->db, h->cli->arena, name, &member, err);
	if (st == NORO_OK)
		st = read_tlp(noro_args_get(h->args, "tlp"), &t->tlp, err);
	if (st == NORO_OK)
		st = noro_hubdb_roots(h->db, h->cli->arena, &root, &n, err);
	if (st != NORO_OK)
		return st;
	id = noro_arena_array(h->cli->arena, h->args->words, sizeof(*id));
	if (!id)
		return noro_fail(err, NORO_ENOMEM, NULL);
	for (size_t i = 1; (one = noro_hub_cli_word(h, i)) != NULL; i++)
		id[t->ids++] = noro_view_str(one);
	t->member = member.no;
	t->id = id;
	t->title = n ? root[0].title : "noroshi";
	t->to = noro_args_get(h->args, "to");
	return NORO_OK;
}

enum noro_status noro_hub_do_tell(struct hubbing *h, const char *dir, struct noro_error *err)
{
	struct noro_hub_tell t = { 0 };
	struct noro_hub_telling of;
	struct noro_buf out = { 0 };
	size_t done = 0;
	enum noro_status st = noro_hub_cli_open(h, dir, true, err);

	t.db = h->db;
	t.by = h->by.who;
	t.now_ns = h->by.now_ns;
	if (st == NORO_OK)
		st = choose(h, &t, err);
	if (st == NORO_OK)
		st = noro_hub_tell_prepare(&t, h->cli->arena, &of, err);
	if (st == NORO_OK) /* what is shown stands in the log before */
		st = noro_hubdb_read(h->db, &h->by,
			&(struct noro_hub_reading){
				"inbox.read", noro_hub_cli_word(h, 0), of.ins, true },
			err);
	if (st == NORO_OK && noro_args_get(h->args, "yes"))
		st = noro_hub_tell_do(&t, &of, h->cli->arena, &done, err);
	if (st != NORO_OK)
		return st;
	if (h->cli->json)
		show_json(&of, &out);
	else
		show_text(h->cli, &of, &out);
	st = noro_hub_cli_emit(h, &out, err);
	show_end(h, &of, done);
	return st;
}
