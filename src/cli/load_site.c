/*
 * src/cli/load_site.c - what an operator says of itself (--site, --allow): lists by name, of which
 * some say what is its own, and some what must not be routed elsewhere.
 */
#include "cli/load.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/yaml.h"

enum { MAX_SITE_BYTES = 4 << 20 };

static enum noro_status site_list(struct noro_load *l, const struct noro_json *v,
	struct noro_rule_set *set, struct noro_error *err)
{
	struct noro_arena *a = l->cli->arena;
	const char **item = noro_arena_array(a, v->count + 1, sizeof(*item));

	if (!item)
		return noro_fail(err, NORO_ENOMEM, NULL);
	for (const struct noro_json *c = v->child; c; c = c->next) {
		if (c->kind != NORO_JSON_STRING && c->kind != NORO_JSON_NUMBER)
			return noro_fail(err, NORO_EFORMAT, N_("a list of texts is expected"));
		item[set->values] = noro_arena_strn(a, c->text.p, c->text.n);
		if (!item[set->values++])
			return noro_fail(err, NORO_ENOMEM, NULL);
	}
	set->name = noro_arena_printf(a, "site.%.*s", NORO_VARG(v->key));
	set->value = item;
	return set->name ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
}

/* Lists of the operator's own machines: an indicator list that names one of them is wrong, or about
 * us. */
static bool names_own(const char *list)
{
	static const char *const own[] = { "site.own", "site.management", "site.admins", "site.aaa",
		"site.syslog", "site.ntp", "site.dns", "site.snmp", "site.tftp", "site.sensors",
		"site.scanners", "site.names" };

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (strcmp(list, own[i]) == 0)
			return true;
	return false;
}

static enum noro_status site_own(struct noro_load *l, const struct noro_rule_set *set)
{
	enum noro_status st = NORO_OK;
	struct noro_prefix *more;

	if (!names_own(set->name))
		return NORO_OK;
	more = noro_arena_array(l->cli->arena, l->site.owns + set->values + 1, sizeof(*more));
	if (!more)
		return NORO_ENOMEM;
	if (l->site.owns)
		memcpy(more, l->site.own, l->site.owns * sizeof(*more));
	l->site.own = more;
	for (size_t k = 0; st == NORO_OK && k < set->values; k++) {
		bool host_bits;

		if (noro_prefix_parse(
			    noro_view_str(set->value[k]), &more[l->site.owns], &host_bits))
			l->site.owns++;
		else
			st = noro_allow_value(l->allow, noro_view_str(set->value[k]), set->name);
	}
	return st;
}

/* Prefixes whose routes must not move: the list "protected", and the servers that devices rely on.
 */
static enum noro_status site_protected(struct noro_load *l, const struct noro_rule_set *set)
{
	static const char *const lists[] = { "site.protected", "site.aaa", "site.syslog",
		"site.dns", "site.ntp" };
	struct noro_prefix *more;
	bool one = false;

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		one = one || strcmp(set->name, lists[i]) == 0;
	if (!one)
		return NORO_OK;
	more = noro_arena_array(l->cli->arena, l->protects + set->values + 1, sizeof(*more));
	if (!more)
		return NORO_ENOMEM;
	if (l->protects)
		memcpy(more, l->protect, l->protects * sizeof(*more));
	for (size_t i = 0; i < set->values; i++) {
		bool host_bits;

		if (noro_prefix_parse(noro_view_str(set->value[i]), &more[l->protects], &host_bits))
			l->protects++;
	}
	l->protect = more;
	return NORO_OK;
}

static enum noro_status load_site(struct noro_load *l, const char *path, struct noro_error *err)
{
	struct noro_buf text = { 0 };
	const struct noro_json *root;
	enum noro_status st = noro_file_read(path, MAX_SITE_BYTES, &text, err);

	if (st == NORO_OK)
		st = noro_yaml_parse(l->cli->arena,
			noro_arena_view(l->cli->arena, noro_buf_as_view(&text)), NULL, &root, err);
	noro_buf_done(&text);
	if (st != NORO_OK)
		return noro_error_at(err, path, err->unit, err->at);
	l->site.set = noro_arena_array(l->cli->arena, root->count + 1, sizeof(*l->site.set));
	if (!l->site.set)
		return noro_fail(err, NORO_ENOMEM, NULL);
	for (const struct noro_json *v = root->child; st == NORO_OK && v; v = v->next) {
		struct noro_rule_set *set = &l->site.set[l->site.sets];

		if (noro_view_is(v->key, "exercise"))
			l->site.exercise = v->kind == NORO_JSON_TRUE;
		if (v->kind != NORO_JSON_ARRAY)
			continue; /* names and notes of the organisation are not lists of values */
		st = site_list(l, v, set, err);
		if (st == NORO_OK)
			st = site_own(l, set);
		if (st == NORO_OK)
			st = site_protected(l, set);
		l->site.sets++;
	}
	if (st == NORO_OK && !l->site.sets && !l->site.exercise)
		st = noro_fail(err, NORO_EFORMAT, N_("no list of the site stands in it"));
	if (st != NORO_OK)
		(void)noro_error_at(err, path, NORO_AT_NONE, 0);
	return st;
}

enum noro_status noro_load_site(
	struct noro_load *l, const struct noro_args *args, struct noro_error *err)
{
	const char *site = noro_args_get(args, "site"), *file;
	enum noro_status st = noro_allow_new(&l->allow);

	if (st != NORO_OK)
		return noro_fail(err, st, NULL);
	for (size_t k = 0; st == NORO_OK && (file = noro_args_nth(args, "allow", k)) != NULL; k++)
		st = noro_allow_file(l->allow, file, err);
	if (st == NORO_OK && site)
		st = load_site(l, site, err);
	return st;
}
