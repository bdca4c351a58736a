/* src/cli/cmd_hub_member.c - noroshi hub member, group, asset, contact. */
#include "cli/cmd_hub_priv.h"

#include "hub/sector.h"

#include <stdio.h>
#include <string.h>

/* ---- members ---- */

static void print_member(
	const struct hubbing *h, const struct noro_hub_member *m, struct noro_buf *out)
{
	if (h->cli->json) {
		struct noro_jsonw w = noro_jsonw(out);

		noro_jsonw_object(&w);
		noro_jsonw_ki64(&w, "no", m->no);
		noro_jsonw_kstr(&w, "name", m->name);
		noro_jsonw_kstr(&w, "state", noro_hub_state_name(m->state));
		noro_jsonw_kbool(&w, "suspended", m->suspended);
		noro_jsonw_ku64(&w, "votes", m->votes);
		noro_jsonw_kstr(&w, "sector", m->sector);
		noro_jsonw_kstr(&w, "industry", m->industry);
		noro_jsonw_ki64(&w, "prefecture", m->prefecture);
		noro_jsonw_object_end(&w);
	} else {
		noro_buf_printf(out, "%6lld  %s", (long long)m->no, m->name);
		if (m->state != NORO_HUB_ACTIVE)
			noro_buf_printf(out, "  (%s)",
				noro_lang_text(h->cli->lang, noro_hub_state_name(m->state)));
		if (m->suspended)
			noro_buf_printf(
				out, "  (%s)", noro_lang_text(h->cli->lang, N_("suspended")));
	}
	noro_buf_chr(out, '\n');
}

static enum noro_status list_members(struct hubbing *h, const char *group, struct noro_error *err)
{
	const struct noro_hub_member *m = NULL;
	struct noro_buf out = { 0 };
	size_t n = 0;
	enum noro_status st =
		group ? noro_hubdb_group_members(h->db, h->cli->arena, group, &m, &n, err)
		      : noro_hubdb_members(h->db, h->cli->arena, &m, &n, err);

	for (size_t i = 0; st == NORO_OK && i < n; i++)
		print_member(h, &m[i], &out);
	return st == NORO_OK ? noro_hub_cli_emit(h, &out, err) : st;
}

static const char *name_of(const struct hubbing *h, const struct noro_hub_sector *s)
{
	return !s ? "-" : h->cli->lang == NORO_JA ? s->name_ja : s->name_en;
}

static void show_place(
	const struct hubbing *h, const struct noro_hub_member *m, struct noro_buf *out)
{
	noro_buf_printf(out, "%s: %s\n", noro_lang_text(h->cli->lang, N_("sector")),
		name_of(h, noro_hub_sector(noro_view_str(m->sector))));
	noro_buf_printf(out, "%s: %s\n", noro_lang_text(h->cli->lang, N_("prefecture")),
		m->prefecture >= 1 && m->prefecture <= NORO_HUB_PREFECTURES
			? name_of(h, &noro_hub_prefectures[m->prefecture - 1])
			: "-");
}

static void show_asset(
	const struct hubbing *h, const struct noro_hub_asset *a, struct noro_buf *out)
{
	if (h->cli->json) {
		struct noro_jsonw w = noro_jsonw(out);

		noro_jsonw_object(&w);
		noro_jsonw_ki64(&w, "no", a->no);
		noro_jsonw_kstr(&w, "kind", noro_hub_asset_kind_name(a->kind));
		noro_jsonw_kstr(&w, "value", a->value);
		noro_jsonw_kbool(&w, "confirmed", a->confirmed);
		noro_jsonw_object_end(&w);
	} else {
		noro_buf_printf(out, "%6lld  %-8s %s", (long long)a->no,
			noro_hub_asset_kind_name(a->kind), a->value);
		if (!a->confirmed)
			noro_buf_printf(
				out, "  (%s)", noro_lang_text(h->cli->lang, N_("not confirmed")));
	}
	noro_buf_chr(out, '\n');
}

static void show_contact(
	const struct hubbing *h, const struct noro_hub_contact *c, struct noro_buf *out)
{
	if (h->cli->json) {
		struct noro_jsonw w = noro_jsonw(out);

		noro_jsonw_object(&w);
		noro_jsonw_ki64(&w, "no", c->no);
		noro_jsonw_kstr(&w, "name", c->name);
		noro_jsonw_kstr(&w, "mail", c->mail);
		noro_jsonw_kstr(&w, "role", c->role);
		noro_jsonw_kstr(&w, "lang", c->lang);
		noro_jsonw_object_end(&w);
		noro_buf_chr(out, '\n');
	} else {
		noro_buf_printf(out, "%6lld  %-10s %s <%s> (%s)\n", (long long)c->no, c->role,
			c->name, c->mail, c->lang);
	}
}

static enum noro_status show_assets(
	struct hubbing *h, int64_t member, struct noro_buf *out, struct noro_error *err)
{
	const struct noro_hub_asset *a = NULL;
	size_t n = 0;
	enum noro_status st = noro_hubdb_assets(h->db, h->cli->arena, member, &a, &n, err);

	for (size_t i = 0; st == NORO_OK && i < n; i++)
		show_asset(h, &a[i], out);
	return st;
}

static enum noro_status show_contacts(
	struct hubbing *h, int64_t member, struct noro_buf *out, struct noro_error *err)
{
	const struct noro_hub_contact *c = NULL;
	size_t n = 0;
	enum noro_status st = noro_hubdb_contacts(h->db, h->cli->arena, member, &c, &n, err);

	for (size_t i = 0; st == NORO_OK && i < n; i++)
		show_contact(h, &c[i], out);
	return st;
}

static enum noro_status show_member(struct hubbing *h, const char *name, struct noro_error *err)
{
	const struct noro_hub_group *g = NULL;
	struct noro_hub_member m;
	struct noro_buf out = { 0 };
	size_t n = 0;
	enum noro_status st = noro_hubdb_member(h->db, h->cli->arena, name, &m, err);

	if (st == NORO_OK)
		st = noro_hubdb_groups(h->db, h->cli->arena, m.no, &g, &n, err);
	if (st != NORO_OK)
		return st;
	print_member(h, &m, &out);
	if (!h->cli->json) {
		show_place(h, &m, &out);
		for (size_t i = 0; i < n; i++)
			noro_buf_printf(&out, "%s: %s  %s\n",
				noro_lang_text(h->cli->lang, N_("group")), g[i].id,
				h->cli->lang == NORO_JA ? g[i].name_ja : g[i].name_en);
	}
	st = show_assets(h, m.no, &out, err);
	if (st == NORO_OK)
		st = show_contacts(h, m.no, &out, err);
	if (st == NORO_OK)
		return noro_hub_cli_emit(h, &out, err);
	noro_buf_done(&out);
	return st;
}

/* --sector, --industry, --prefecture; false: none of them was given. */
static enum noro_status read_place(
	struct hubbing *h, struct noro_hub_place *p, bool *ret, struct noro_error *err)
{
	const char *prefecture = noro_args_get(h->args, "prefecture");

	*p = (struct noro_hub_place){ .sector = noro_args_get(h->args, "sector"),
		.industry = noro_args_get(h->args, "industry"),
		.prefecture = -1 };
	*ret = p->sector || p->industry || prefecture;
	if (p->sector && !noro_hub_sector(noro_view_str(p->sector)))
		return noro_fail(err, NORO_EARG, N_("no such sector: %1"), p->sector);
	if (p->industry && !noro_hub_is_industry(noro_view_str(p->industry)))
		return noro_fail(
			err, NORO_EARG, N_("%1 is no industry sector of STIX 2.1"), p->industry);
	if (prefecture)
		p->prefecture = noro_hub_prefecture(noro_view_str(prefecture));
	if (prefecture && !p->prefecture)
		return noro_fail(err, NORO_EARG, N_("no such prefecture: %1"), prefecture);
	return NORO_OK;
}

static enum noro_status add_member(struct hubbing *h, const char *name, struct noro_error *err)
{
	struct noro_hub_place place;
	bool placed = false;
	int64_t no;
	enum noro_status st = noro_hub_check_name(name, err);

	if (st == NORO_OK)
		st = read_place(h, &place, &placed, err);
	if (st == NORO_OK)
		st = noro_hubdb_member_apply(h->db, &h->by, name, &no, err);
	if (st == NORO_OK && placed)
		st = noro_hubdb_member_place(h->db, &h->by, name, &place, err);
	return st;
}

static enum noro_status place_member(struct hubbing *h, const char *name, struct noro_error *err)
{
	struct noro_hub_place place;
	bool placed;
	enum noro_status st = read_place(h, &place, &placed, err);

	if (st == NORO_OK && !placed)
		st = noro_hub_cli_what("--sector ID | --industry ID | --prefecture NAME", err);
	return st == NORO_OK ? noro_hubdb_member_place(h->db, &h->by, name, &place, err) : st;
}

static enum noro_status vet_member(struct hubbing *h, const char *name, struct noro_error *err)
{
	enum noro_hub_state state;
	enum noro_status st;

	if (!noro_args_get(h->args, "key"))
		return noro_fail(err, NORO_EARG,
			N_("who vets? --key FILE with the key of an approver or administrator"));
	st = noro_hubdb_member_vet(h->db, &h->by, name, &state, err);
	if (st == NORO_OK && !h->cli->quiet && !h->cli->json)
		noro_say(h->cli, h->cli->out,
			state == NORO_HUB_VETTED
				? N_("%1 is vetted; invite its first person")
				: N_("%1 is vetted once; a second person of the hub must do so"),
			name);
	return st;
}

static enum noro_status activate_member(struct hubbing *h, const char *name, struct noro_error *err)
{
	return noro_hubdb_member_activate(h->db, &h->by, name, err);
}

static enum noro_status suspend_member(struct hubbing *h, const char *name, struct noro_error *err)
{
	return noro_hubdb_member_stop(
		h->db, &h->by, name, true, noro_args_get(h->args, "why"), err);
}

static enum noro_status resume_member(struct hubbing *h, const char *name, struct noro_error *err)
{
	return noro_hubdb_member_stop(
		h->db, &h->by, name, false, noro_args_get(h->args, "why"), err);
}

static enum noro_status set_quota(struct hubbing *h, const char *name, struct noro_error *err)
{
	struct noro_hub_quota q;
	struct noro_hub_member m = { 0 };
	uint64_t n[3];
	enum noro_status st = NORO_OK;

	if (strcmp(name, "all") == 0)
		name = NULL;
	if (name)
		st = noro_hubdb_member(h->db, h->cli->arena, name, &m, err);
	if (st == NORO_OK)
		st = noro_hubdb_quota(h->db, m.no, &q, err);
	if (st == NORO_OK)
		st = noro_args_count(
			h->args, "requests", (uint64_t)q.requests_s, 1000000, &n[0], err);
	if (st == NORO_OK)
		st = noro_args_count(h->args, "burst", (uint64_t)q.burst, 1000000, &n[1], err);
	if (st == NORO_OK)
		st = noro_args_size(h->args, "bytes", (uint64_t)q.bytes_day, &n[2], err);
	if (st == NORO_OK && n[2] > INT64_MAX)
		st = noro_fail(err, NORO_EARG, N_("a quota is at least one"));
	if (st == NORO_OK) {
		q = (struct noro_hub_quota){ (int64_t)n[0], (int64_t)n[1], (int64_t)n[2] };
		st = noro_hubdb_quota_set(h->db, &h->by, name, &q, err);
	}
	return st;
}

struct verb {
	const char *name;
	enum noro_status (*run)(struct hubbing *h, const char *name, struct noro_error *err);
};

enum noro_status noro_hub_do_member(struct hubbing *h, const char *dir, struct noro_error *err)
{
	static const struct verb verbs[] = { { "add", add_member }, { "show", show_member },
		{ "place", place_member }, { "vet", vet_member }, { "activate", activate_member },
		{ "suspend", suspend_member }, { "resume", resume_member },
		{ "quota", set_quota } };
	const char *what = noro_hub_cli_word(h, 0), *name = noro_hub_cli_word(h, 1);
	enum noro_status st = noro_hub_cli_open(h, dir, true, err);

	if (st != NORO_OK)
		return st;
	if (!what || (!name && strcmp(what, "list") == 0))
		return list_members(h, NULL, err);
	for (size_t i = 0; name && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(what, verbs[i].name) == 0)
			return verbs[i].run(h, name, err);
	return noro_hub_cli_what("list | add NAME | show NAME | place NAME | vet NAME | activate "
				 "NAME | suspend NAME | resume NAME | quota NAME|all",
		err);
}

/* ---- groups ---- */

enum noro_status noro_hub_cli_group(
	struct hubbing *h, const struct noro_hub_group *g, struct noro_error *err)
{
	struct noro_hub_collection c = { .root = 1,
		.alias = g->id,
		.title = g->name_en,
		.description = g->name_ja,
		.tlp = NORO_TLP_AMBER_STRICT };
	const struct noro_hub_group *list;
	size_t n;
	enum noro_status st = noro_hubdb_group_add(h->db, &h->by, g, err);

	if (st == NORO_OK)
		st = noro_hubdb_groups(h->db, h->cli->arena, 0, &list, &n, err);
	for (size_t i = 0; st == NORO_OK && i < n; i++)
		if (strcmp(list[i].id, g->id) == 0)
			c.audience = list[i].no;
	return st == NORO_OK ? noro_hubdb_collection_add(h->db, &c, err) : st;
}

enum noro_status noro_hub_cli_councils(struct hubbing *h, struct noro_error *err)
{
	char id[80];
	enum noro_status st = NORO_OK;

	for (int i = 0; st == NORO_OK && i < NORO_HUB_PREFECTURES; i++) {
		(void)snprintf(id, sizeof(id), "prefecture-%02d", i + 1);
		st = noro_hub_cli_group(h,
			&(struct noro_hub_group){ 0, id, NORO_HUB_PREFECTURE,
				noro_hub_prefectures[i].name_en, noro_hub_prefectures[i].name_ja,
				0 },
			err);
	}
	for (int i = 0; st == NORO_OK && i < NORO_HUB_SECTORS; i++) {
		(void)snprintf(id, sizeof(id), "sector-%s", noro_hub_sectors[i].id);
		st = noro_hub_cli_group(h,
			&(struct noro_hub_group){ 0, id, NORO_HUB_SECTOR,
				noro_hub_sectors[i].name_en, noro_hub_sectors[i].name_ja, 0 },
			err);
	}
	return st;
}

static enum noro_status list_groups(struct hubbing *h, struct noro_error *err)
{
	const struct noro_hub_group *g;
	struct noro_buf out = { 0 };
	size_t n;
	enum noro_status st = noro_hubdb_groups(h->db, h->cli->arena, 0, &g, &n, err);

	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		if (h->cli->json) {
			struct noro_jsonw w = noro_jsonw(&out);

			noro_jsonw_object(&w);
			noro_jsonw_kstr(&w, "id", g[i].id);
			noro_jsonw_kstr(&w, "en", g[i].name_en);
			noro_jsonw_kstr(&w, "ja", g[i].name_ja);
			noro_jsonw_ku64(&w, "members", g[i].members);
			noro_jsonw_object_end(&w);
			noro_buf_chr(&out, '\n');
		} else {
			noro_buf_printf(&out, "%-20s %6llu  %s\n", g[i].id,
				(unsigned long long)g[i].members,
				h->cli->lang == NORO_JA ? g[i].name_ja : g[i].name_en);
		}
	}
	return st == NORO_OK ? noro_hub_cli_emit(h, &out, err) : st;
}

static enum noro_status add_group(struct hubbing *h, const char *id, struct noro_error *err)
{
	const char *en = noro_args_get(h->args, "en"), *ja = noro_args_get(h->args, "ja");
	struct noro_hub_group g = { .id = id, .name_en = en ? en : id };
	enum noro_status st = noro_hub_check_id(id, err);

	g.name_ja = ja ? ja : g.name_en;
	if (st == NORO_OK)
		st = noro_hub_check_name(g.name_en, err);
	if (st == NORO_OK)
		st = noro_hub_check_name(g.name_ja, err);
	return st == NORO_OK ? noro_hub_cli_group(h, &g, err) : st;
}

enum noro_status noro_hub_do_group(struct hubbing *h, const char *dir, struct noro_error *err)
{
	const char *what = noro_hub_cli_word(h, 0), *id = noro_hub_cli_word(h, 1),
		   *member = noro_hub_cli_word(h, 2);
	enum noro_status st = noro_hub_cli_open(h, dir, true, err);

	if (st != NORO_OK)
		return st;
	if (!what || (strcmp(what, "list") == 0 && !id))
		return list_groups(h, err);
	if (id && !member && strcmp(what, "add") == 0)
		return add_group(h, id, err);
	if (id && !member && strcmp(what, "show") == 0)
		return list_members(h, id, err);
	if (member && strcmp(what, "join") == 0)
		return noro_hubdb_group_join(h->db, &h->by, id, member, true, err);
	if (member && strcmp(what, "leave") == 0)
		return noro_hubdb_group_join(h->db, &h->by, id, member, false, err);
	return noro_hub_cli_what("list | add ID | show ID | join ID MEMBER | leave ID MEMBER", err);
}

/* ---- assets and contacts of one member ---- */

static enum noro_status list_theirs(struct hubbing *h, const char *member,
	enum noro_status (*show)(struct hubbing *, int64_t, struct noro_buf *, struct noro_error *),
	struct noro_error *err)
{
	struct noro_hub_member m;
	struct noro_buf out = { 0 };
	enum noro_status st = noro_hubdb_member(h->db, h->cli->arena, member, &m, err);

	if (st == NORO_OK)
		st = show(h, m.no, &out, err);
	if (st == NORO_OK)
		return noro_hub_cli_emit(h, &out, err);
	noro_buf_done(&out);
	return st;
}

enum noro_status noro_hub_do_asset(struct hubbing *h, const char *dir, struct noro_error *err)
{
	static const char usage[] =
		"MEMBER | MEMBER add network|domain|word VALUE | MEMBER confirm "
		"NUMBER | MEMBER remove NUMBER";
	const char *member = noro_hub_cli_word(h, 0), *what = noro_hub_cli_word(h, 1),
		   *one = noro_hub_cli_word(h, 2), *value = noro_hub_cli_word(h, 3);
	struct noro_hub_asset asset = { 0 };
	int64_t no;
	enum noro_status st = noro_hub_cli_open(h, dir, true, err);

	if (st != NORO_OK)
		return st;
	if (member && !what)
		return list_theirs(h, member, show_assets, err);
	if (value && strcmp(what, "add") == 0 && noro_hub_asset_kind(noro_view_str(one))) {
		st = noro_hub_asset_read(h->cli->arena, noro_hub_asset_kind(noro_view_str(one)),
			noro_view_str(value), &asset, err);
		asset.confirmed = true; /* by who runs the hub */
		return st == NORO_OK ? noro_hubdb_asset_add(h->db, &h->by, member, &asset, err)
				     : st;
	}
	if (!one || (strcmp(what, "confirm") != 0 && strcmp(what, "remove") != 0))
		return noro_hub_cli_what(usage, err);
	st = noro_hub_cli_number(one, &no, err);
	if (st != NORO_OK)
		return st;
	return strcmp(what, "remove") == 0
		       ? noro_hubdb_asset_remove(h->db, &h->by, member, no, err)
		       : noro_hubdb_asset_confirm(h->db, &h->by, member, no, err);
}

enum noro_status noro_hub_do_contact(struct hubbing *h, const char *dir, struct noro_error *err)
{
	const char *member = noro_hub_cli_word(h, 0), *what = noro_hub_cli_word(h, 1),
		   *one = noro_hub_cli_word(h, 2), *mail = noro_hub_cli_word(h, 3),
		   *role = noro_args_get(h->args, "as"), *lang = noro_args_get(h->args, "language");
	struct noro_hub_contact c = { 0, one, mail, role ? role : "technical", lang ? lang : "ja" };
	int64_t no;
	enum noro_status st = noro_hub_cli_open(h, dir, true, err);

	if (st != NORO_OK)
		return st;
	if (member && !what)
		return list_theirs(h, member, show_contacts, err);
	if (mail && strcmp(what, "add") == 0) {
		st = noro_hub_contact_check(h->cli->arena, &c, err);
		return st == NORO_OK ? noro_hubdb_contact_add(h->db, &h->by, member, &c, err) : st;
	}
	if (!one || strcmp(what, "remove") != 0)
		return noro_hub_cli_what(
			"MEMBER | MEMBER add NAME MAIL | MEMBER remove NUMBER", err);
	st = noro_hub_cli_number(one, &no, err);
	return st == NORO_OK ? noro_hubdb_contact_remove(h->db, &h->by, member, no, err) : st;
}
