/* src/cli/cmd_hub_people.c - noroshi hub person, key. */
#include "cli/cmd_hub_priv.h"

#include "base/file.h"
#include "base/timeparse.h"
#include "hub/letter.h"

#include <string.h>

/* ---- people ---- */

static void print_person(
	const struct hubbing *h, const struct noro_hub_person *p, struct noro_buf *out)
{
	char roles[48];

	noro_hub_roles_print(p->roles, roles);
	if (h->cli->json) {
		struct noro_jsonw w = noro_jsonw(out);

		noro_jsonw_object(&w);
		noro_jsonw_kstr(&w, "name", p->name);
		noro_jsonw_kstr(&w, "member", p->of);
		noro_jsonw_kstr(&w, "roles", roles);
		noro_jsonw_kbool(&w, "suspended", p->suspended);
		noro_jsonw_object_end(&w);
	} else {
		noro_buf_printf(out, "%s  %s  %s", p->name, p->of, roles);
		if (p->suspended)
			noro_buf_printf(
				out, "  (%s)", noro_lang_text(h->cli->lang, N_("may not come in")));
	}
	noro_buf_chr(out, '\n');
}

static enum noro_status list_persons(struct hubbing *h, struct noro_error *err)
{
	const struct noro_hub_person *p = NULL;
	struct noro_buf out = { 0 };
	size_t n = 0;
	enum noro_status st = noro_hubdb_persons(h->db, h->cli->arena, 0, &p, &n, err);

	for (size_t i = 0; st == NORO_OK && i < n; i++)
		print_person(h, &p[i], &out);
	return st == NORO_OK ? noro_hub_cli_emit(h, &out, err) : st;
}

static enum noro_status set_roles(struct hubbing *h, const char *name, struct noro_error *err)
{
	const char *list = noro_args_get(h->args, "roles");
	unsigned roles;
	enum noro_status st;

	if (!list)
		return noro_hub_cli_what("--roles NAMES", err);
	st = noro_hub_roles_read(list, &roles, err);
	return st == NORO_OK ? noro_hubdb_person_roles(h->db, &h->by, name, roles, err) : st;
}

enum noro_status noro_hub_do_person(struct hubbing *h, const char *dir, struct noro_error *err)
{
	const char *what = noro_hub_cli_word(h, 0), *name = noro_hub_cli_word(h, 1);
	struct noro_hub_person p;
	struct noro_buf out = { 0 };
	enum noro_status st = noro_hub_cli_open(h, dir, true, err);

	if (st != NORO_OK)
		return st;
	if (!what || (strcmp(what, "list") == 0 && !name))
		return list_persons(h, err);
	if (name && strcmp(what, "show") == 0) {
		st = noro_hubdb_person(h->db, h->cli->arena, name, &p, err);
		if (st == NORO_OK)
			print_person(h, &p, &out);
		return st == NORO_OK ? noro_hub_cli_emit(h, &out, err) : st;
	}
	if (name && strcmp(what, "roles") == 0)
		return set_roles(h, name, err);
	if (name && strcmp(what, "suspend") == 0)
		return noro_hubdb_person_stop(h->db, &h->by, name, true, err);
	if (name && strcmp(what, "resume") == 0)
		return noro_hubdb_person_stop(h->db, &h->by, name, false, err);
	return noro_hub_cli_what("list | show NAME | roles NAME --roles LIST | suspend NAME | "
				 "resume NAME",
		err);
}

/* ---- keys ---- */

enum noro_status noro_hub_cli_token(
	struct hubbing *h, const char *name, const char *token, struct noro_error *err)
{
	struct noro_buf out = { 0 };
	struct noro_jsonw w = noro_jsonw(&out);

	if (!h->cli->json) {
		noro_say(h->cli, h->cli->out, N_("name %1, key %2 (shown once)"), name, token);
		return NORO_OK;
	}
	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "name", name);
	noro_jsonw_kstr(&w, "key", token);
	noro_jsonw_object_end(&w);
	noro_buf_chr(&out, '\n');
	return noro_hub_cli_emit(h, &out, err);
}

static void print_time(struct noro_jsonw *w, const char *name, int64_t ns)
{
	noro_jsonw_ktime(w, name, ns ? ns : NORO_TIME_NONE);
}

static enum noro_status list_keys(struct hubbing *h, const char *person, struct noro_error *err)
{
	const struct noro_hub_token *t = NULL;
	struct noro_buf out = { 0 };
	size_t n = 0;
	enum noro_status st = noro_hubdb_tokens(h->db, h->cli->arena, person, &t, &n, err);

	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		bool over = t[i].expires_ns && t[i].expires_ns <= h->by.now_ns;

		if (h->cli->json) {
			struct noro_jsonw w = noro_jsonw(&out);

			noro_jsonw_object(&w);
			noro_jsonw_kstr(&w, "name", t[i].name);
			print_time(&w, "added", t[i].added_ns);
			print_time(&w, "expires", t[i].expires_ns);
			print_time(&w, "used", t[i].used_ns);
			noro_jsonw_kbool(&w, "revoked", t[i].revoked);
			noro_jsonw_object_end(&w);
		} else {
			noro_buf_str(&out, t[i].name);
			if (t[i].revoked || over)
				noro_buf_printf(&out, "  (%s)",
					noro_lang_text(h->cli->lang,
						over ? N_("expired") : N_("revoked")));
		}
		noro_buf_chr(&out, '\n');
	}
	return st == NORO_OK ? noro_hub_cli_emit(h, &out, err) : st;
}

/* "2026-12-31" or a whole time; --expires. */
static enum noro_status read_expiry(struct hubbing *h, int64_t *ret, struct noro_error *err)
{
	static const struct noro_time_ctx utc = { .ref_ns = NORO_TIME_NONE };
	const char *text = noro_args_get(h->args, "expires");
	struct noro_view v = noro_view_str(text);
	char whole[32];
	struct noro_time t;

	*ret = 0;
	if (!text)
		return NORO_OK;
	if (v.n == 10) {
		memcpy(whole, text, 10);
		memcpy(whole + 10, "T23:59:59Z", 11);
		v = noro_view_str(whole);
	}
	if (!noro_time_parse(v, &utc, &t) || t.length != v.n || t.flags)
		return noro_fail(
			err, NORO_EARG, N_("'%1' is no day (2026-12-31) and no time"), text);
	if (t.ns <= h->by.now_ns)
		return noro_fail(err, NORO_EARG, N_("%1 is past"), text);
	*ret = t.ns;
	return NORO_OK;
}

/* The person is made with its first key. */
static enum noro_status make_person(
	struct hubbing *h, const char *member, const char *name, struct noro_error *err)
{
	const char *list = noro_args_get(h->args, "roles");
	struct noro_hub_newcomer p = { member, name, 0 };
	struct noro_hub_person there;
	int64_t no;
	enum noro_status st = noro_hubdb_person(h->db, h->cli->arena, name, &there, err);

	if (st == NORO_OK && strcmp(there.of, member) != 0)
		return noro_fail(err, NORO_EARG, N_("there is one of that name: %1"), name);
	if (st == NORO_OK && list)
		return noro_fail(err, NORO_EARG,
			N_("%1 is there already; its roles: hub person DIR roles"), name);
	if (st != NORO_ENOENT)
		return st;
	*err = (struct noro_error){ 0 };
	st = noro_hub_check_person(name, err);
	if (st == NORO_OK)
		st = noro_hub_roles_read(list ? list : "reader,reporter", &p.roles, err);
	return st == NORO_OK ? noro_hubdb_person_make(h->db, &h->by, &p, &no, err) : st;
}

enum noro_status noro_hub_do_key(struct hubbing *h, const char *dir, struct noro_error *err)
{
	const char *member = noro_hub_cli_word(h, 0), *person = noro_hub_cli_word(h, 1),
		   *name = noro_args_get(h->args, "token"), *spki = noro_args_get(h->args, "spki");
	struct noro_hub_token t = { .person = person, .name = name ? name : person };
	char token[NORO_HUB_TOKEN];
	enum noro_status st;

	if (h->args->words != 4)
		return noro_fail(err, NORO_EARG, N_("for whom? hub key DIR MEMBER NAME"));
	st = noro_hub_cli_open(h, dir, true, err);
	if (st != NORO_OK)
		return st;
	if (noro_args_has(h->args, "list"))
		return list_keys(h, person, err);
	if (noro_args_has(h->args, "revoke"))
		return spki ? noro_hubdb_certificate_revoke(h->db, &h->by, spki, err)
			    : noro_hubdb_token_revoke(h->db, &h->by, person, name, err);
	st = read_expiry(h, &t.expires_ns, err);
	if (st == NORO_OK && name)
		st = noro_hub_check_name(name, err);
	if (st == NORO_OK)
		st = make_person(h, member, person, err);
	if (st == NORO_OK && spki)
		return noro_hubdb_certificate_add(h->db, &h->by, person, spki, err);
	if (st == NORO_OK)
		st = noro_hubdb_token_add(h->db, &h->by, &t, token, err);
	return st == NORO_OK ? noro_hub_cli_token(h, person, token, err) : st;
}

/* ---- invitations ---- */

enum { INVITATION_DAYS = 14, DAY_S = 86400 };

static enum noro_status print_letter(
	struct hubbing *h, const struct noro_hub_letter *l, struct noro_error *err)
{
	const char *path = noro_args_get(h->args, "html");
	struct noro_buf out = { 0 };
	struct noro_jsonw w = noro_jsonw(&out);
	enum noro_status st = NORO_OK;

	if (path) {
		st = noro_hub_letter_html(l, &out, err);
		if (st == NORO_OK)
			st = noro_file_write(path, 0600, noro_buf_as_view(&out), err);
		noro_buf_done(&out);
		return st;
	}
	if (h->cli->json) {
		noro_jsonw_object(&w);
		noro_jsonw_kstr(&w, "member", l->member);
		noro_jsonw_kstr(&w, "url", l->url);
		noro_jsonw_kstr(&w, "code", l->code);
		noro_jsonw_ktime(&w, "expires", l->expires_ns);
		noro_jsonw_object_end(&w);
		noro_buf_chr(&out, '\n');
	} else {
		st = noro_hub_letter_text(l, &out, err);
	}
	if (st == NORO_OK)
		return noro_hub_cli_emit(h, &out, err);
	noro_buf_done(&out);
	return st;
}

enum noro_status noro_hub_do_invite(struct hubbing *h, const char *dir, struct noro_error *err)
{
	const char *member = noro_hub_cli_word(h, 0), *url = noro_args_get(h->args, "url"),
		   *roles = noro_args_get(h->args, "roles");
	struct noro_hub_invite i = { .member = member };
	char code[NORO_HUB_CODE];
	struct noro_hub_letter l = {
		.member = member, .url = url ? url : "http://127.0.0.1:8480/", .code = code
	};
	const struct noro_hub_root *root;
	struct noro_buf tried = { 0 };
	size_t n;
	enum noro_status st;

	if (h->args->words != 3)
		return noro_hub_cli_what("invite DIR MEMBER --url URL", err);
	st = noro_hub_roles_read(roles ? roles : "reader,reporter", &i.roles, err);
	if (st == NORO_OK)
		st = noro_hub_cli_open(h, dir, true, err);
	if (st == NORO_OK)
		st = noro_hubdb_roots(h->db, h->cli->arena, &root, &n, err);
	if (st == NORO_OK)
		st = read_expiry(h, &i.expires_ns, err);
	if (st != NORO_OK)
		return st;
	if (!i.expires_ns)
		i.expires_ns = h->by.now_ns + NORO_NS_PER_S * DAY_S * INVITATION_DAYS;
	l.hub = n ? root[0].title : "noroshi";
	l.expires_ns = i.expires_ns;
	code[0] = '\0';
	st = noro_hub_letter_text(&l, &tried, err); /* a bad address makes no invitation */
	noro_buf_done(&tried);
	if (st == NORO_OK)
		st = noro_hub_invite(h->db, &h->by, &i, code, err);
	return st == NORO_OK ? print_letter(h, &l, err) : st;
}
