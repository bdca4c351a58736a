/*
 * src/device/audit.c - collect the texts of many devices. What belongs to one device may
 * lie in many files, and one file may hold many devices: first every text is looked at once for
 * whose it is and kept packed; at the end devices are examined one after the other, so
 * that ten thousand of them need no more memory than a few.
 */
#include "device/audit_priv.h"
#include "device/strange_priv.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdio.h>

enum noro_status noro_audit_new(
	const struct noro_audit_opts *o, struct noro_audit **ret, struct noro_error *err)
{
	struct noro_audit *u = noro_calloc(1, sizeof(*u));

	if (!u || !(u->keep = noro_arena_new(0))) {
		free(u);
		return noro_fail(err, NORO_ENOMEM, NULL);
	}
	u->o = *o;
	pthread_mutex_init(&u->lock, NULL);
	if (o->secret_key)
		memcpy(u->secret_key, o->secret_key, sizeof(u->secret_key));
	else if (noro_random(u->secret_key, sizeof(u->secret_key)) != NORO_OK) {
		noro_audit_free(u);
		return noro_fail(err, NORO_EIO, N_("the system gives no random bytes"));
	}
	*ret = u;
	return NORO_OK;
}

void noro_audit_free(struct noro_audit *u)
{
	if (!u)
		return;
	for (size_t i = 0; i < u->texts; i++)
		noro_kept_done(&u->text[i].kept);
	free(u->text);
	noro_collected_free(u);
	noro_fleet_done(&u->fleet);
	free(u->early.slot);
	free(u->member);
	noro_desks_free(u);
	noro_arena_free(u->keep);
	pthread_mutex_destroy(&u->lock);
	free(u);
}

/* --- whose is it? --- */

/* Names found in one text, in a scratch arena. */
struct names {
	struct noro_view item[MAX_NAMES];
	uint32_t n;
	struct noro_identity id;      /* of the box, if it is one */
	const struct noro_tree *tree; /* of a configuration that counts in the fleet */
	struct marks marks;
};

static void name_add(struct names *l, struct noro_view v)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (noro_view_eq_i(l->item[i], v))
			return;
	if (v.n && l->n < MAX_NAMES)
		l->item[l->n++] = v;
}

static struct noro_view last_part(struct noro_view path, struct noro_view *ret_above)
{
	size_t cut = noro_view_rchr(path, '/');
	struct noro_view above = noro_view_sub(path, 0, cut == SIZE_MAX ? 0 : cut);

	*ret_above = above;
	return cut == SIZE_MAX ? path : noro_view_sub(path, cut + 1, path.n);
}

static bool names_no_device(struct noro_view folder)
{
	static const char *const kinds[] = { "show", "configs", "config", "cfg", "baseline",
		"running", "startup", "routes", "backup", "backups", "evidence", "devices", ".",
		".." };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (noro_view_is_i(folder, kinds[i]))
			return true;
	return folder.n == 0;
}

struct noro_view noro_audit_name_of_path(const char *path, bool command)
{
	struct noro_view above, file = last_part(noro_view_str(path), &above), folder;
	size_t dot = noro_view_rchr(file, '.');
	size_t show;

	if (dot != SIZE_MAX && dot > 0)
		file = noro_view_sub(file, 0, dot);
	if (!command)
		return file;
	show = noro_view_find_i(file, NORO_V("show"));
	if (show == SIZE_MAX)
		show = noro_view_find_i(file, NORO_V("display"));
	if (show != SIZE_MAX && show > 1)
		return noro_view_sub(file, 0, show - 1);
	folder = last_part(above, &above);
	while (names_no_device(folder) && above.n)
		folder = last_part(above, &above);
	return names_no_device(folder) ? file : folder;
}

/* What a reader of the result must know of this configuration; the worst first. */
static void note_config(const struct noro_tree *t, const struct noro_dialect_guess *g,
	struct noro_audit_taken *taken)
{
	(void)snprintf(taken->arg[0], sizeof(taken->arg[0]), "%s", noro_dialect_title(g->dialect));
	(void)snprintf(taken->arg[1], sizeof(taken->arg[1]), "%s", noro_dialect_title(g->other));
	(void)snprintf(taken->arg[2], sizeof(taken->arg[2]), "%u", g->other_line);
	taken->note = (struct noro_msg){ .arg = { taken->arg[0], taken->arg[1], taken->arg[2] } };
	if (t->cut)
		taken->note.id = N_("larger or longer in one line than a configuration is: its "
				    "rest was not judged");
	else if (g->other != NORO_DIALECT_NONE)
		taken->note.id = N_("judged as %1, but from line %3 on lines of %2 stand in it");
	else if (!t->complete)
		taken->note.id = N_("it ends without the last line of a configuration of %1: its "
				    "rest is missing");
}

static enum noro_status names_of_config(struct noro_audit *u, const struct noro_audit_text *t,
	struct noro_arena *a, struct noro_audit_taken *taken, struct names *l)
{
	struct noro_tree *tree;
	enum noro_status st = noro_tree_parse(t->text, &taken->guess, a, &tree);

	if (st != NORO_OK)
		return st;
	taken->used = true;
	taken->statements = tree->statements;
	taken->unknown = tree->unknown;
	taken->noise = tree->noise;
	if (!t->probe && !t->baseline && !noro_path_is_startup(t->path) &&
		noro_fleet_count(&u->fleet, tree, a, &l->marks))
		l->tree = tree;
	note_config(tree, &taken->guess, taken);
	if (!t->probe)
		noro_strange_ask(u->o.def, tree, 1, taken);
	noro_identity_tree(tree, &l->id);
	name_add(l, tree->name.n ? tree->name : noro_audit_name_of_path(t->path, false));
	return NORO_OK;
}

/* Would any of our parsers read this output? */
static bool understood(const struct noro_audit *u, const struct noro_output *o)
{
	enum noro_fact_source source;

	return !o->refused && o->command.n && o->body.n &&
	       (noro_command_is_config(o->dialect, o->command, &source) ||
		       noro_command_is_routes(o->dialect, o->command) ||
		       noro_command_is_bgp(o->dialect, o->command) ||
		       noro_command_is_known(u->o.def, o->dialect, o->command));
}

/* The configuration in a transcript counts like one in a file of its own. */
static enum noro_status count_output(struct noro_audit *u, const struct noro_audit_text *t,
	const struct noro_output *o, struct noro_arena *a, struct noro_audit_taken *taken)
{
	enum noro_fact_source source;
	const struct noro_tree *tree;
	enum noro_status st;

	if (!noro_command_is_config(o->dialect, o->command, &source) ||
		source != NORO_FACT_CONFIG || noro_command_cuts(o->command))
		return NORO_OK;
	st = noro_exam_output_tree(o, t->path, a, &tree);
	if (st != NORO_OK || !tree)
		return st;
	(void)noro_fleet_count(&u->fleet, tree, NULL, NULL);
	/* a part that was asked for may begin at any level: the whole names its device */
	if (tree->name.n)
		noro_strange_ask(u->o.def, tree, o->line, taken);
	return NORO_OK;
}

/* Its lines are a configuration, asked by rows and not as a log. */
static void remember_config(struct noro_audit_taken *taken, const struct noro_output *o)
{
	enum noro_fact_source source;
	struct noro_view rest = o->body, line;
	uint32_t n = 0;

	if (taken->configs == NORO_AUDIT_CONFIGS ||
		!noro_command_is_config(o->dialect, o->command, &source))
		return;
	while (noro_view_line(&rest, &line))
		n++;
	taken->config[taken->configs][0] = o->line;
	taken->config[taken->configs++][1] = o->line + n;
}

static enum noro_status names_of_outputs(struct noro_audit *u, const struct noro_audit_text *t,
	struct noro_arena *a, struct noro_audit_taken *taken, struct names *l)
{
	const struct noro_output *o;
	size_t n;
	enum noro_status st = noro_transcript_cut(t->text, t->path, a, &o, &n);

	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		if (!understood(u, &o[i]))
			continue;
		taken->outputs++;
		remember_config(taken, &o[i]);
		if (!t->probe && !t->baseline)
			st = count_output(u, t, &o[i], a, taken);
		name_add(l, o[i].device.n ? o[i].device : noro_audit_name_of_path(t->path, true));
	}
	taken->used = taken->outputs != 0;
	return st;
}

/* --- keeping it --- */

/* Path and names, under the lock. */
static enum noro_status put_down(struct noro_audit *u, const struct noro_audit_text *t,
	const struct names *l, struct text *k)
{
	k->path = noro_arena_str(u->keep, t->path);
	k->container = !t->container || strcmp(t->container, t->path) == 0
			       ? k->path
			       : noro_arena_str(u->keep, t->container);
	k->name = noro_arena_array(u->keep, l->n + 1, sizeof(char *));
	for (uint32_t i = 0; k->name && i < l->n; i++)
		k->name[i] = noro_arena_strn(u->keep, l->item[i].p, l->item[i].n);
	return !k->path || !k->container || !k->name || (l->n && !k->name[l->n - 1]) ? NORO_ENOMEM
										     : NORO_OK;
}

static enum noro_status list_text(struct noro_audit *u, const struct text *k)
{
	struct text *grown = noro_grow(u->text, u->texts, &u->text_cap, sizeof(*grown));

	free(u->member); /* there is one more to tell apart */
	u->member = NULL;
	u->members = u->notes = u->note_cap = 0;
	u->note = NULL;
	if (!grown)
		return NORO_ENOMEM;
	u->text = grown;
	u->text[u->texts] = *k;
	u->text[u->texts++].tree = NULL; /* it dies with the scratch of the desk */
	return NORO_OK;
}

static enum noro_status keep_text(struct noro_audit *u, const struct noro_audit_text *t,
	const struct noro_audit_taken *taken, const struct names *l, struct desk *d)
{
	struct text k = { .time_ns = t->mtime_ns,
		.baseline = t->baseline,
		.config = taken->guess.config && !taken->guess.transcript,
		.guess = taken->guess,
		.searched = !t->guess || !taken->guess.config || taken->guess.transcript,
		.names = l->n,
		.tree = l->tree };
	enum noro_status st = noro_keep(d->packer, t->text, &k.kept);
	bool at_once;

	if (st != NORO_OK)
		return st;
	if (l->n == 1)
		k.id = l->id;
	pthread_mutex_lock(&u->lock);
	st = put_down(u, t, l, &k);
	at_once = st == NORO_OK && noro_early_wanted(u, &k);
	pthread_mutex_unlock(&u->lock);
	if (at_once)
		k.early = noro_early_examine(u, &k, &l->marks, d);
	pthread_mutex_lock(&u->lock);
	if (st == NORO_OK)
		st = list_text(u, &k);
	pthread_mutex_unlock(&u->lock);
	if (st != NORO_OK)
		noro_kept_done(&k.kept);
	return st;
}

enum noro_status noro_audit_add(struct noro_audit *u, const struct noro_audit_text *t,
	struct noro_audit_taken *ret, struct noro_error *err)
{
	struct desk *d = noro_desk_take(u);
	struct names l = { .n = 0 };
	enum noro_status st = d ? NORO_OK : NORO_ENOMEM;

	*ret = (struct noro_audit_taken){ 0 };
	if (t->guess) {
		ret->guess = *t->guess;
		ret->guess.why.arg[0] = t->guess->why.arg[0] ? ret->guess.arg : NULL;
	} else {
		noro_dialect_guess(noro_view_sub(t->text, 0, 64 << 10), t->path, &ret->guess);
	}
	if (st == NORO_OK && ret->guess.config && !ret->guess.transcript)
		st = names_of_config(u, t, d->scratch, ret, &l);
	else if (st == NORO_OK)
		st = names_of_outputs(u, t, d->scratch, ret, &l);
	if (st == NORO_OK && ret->used && !t->probe) {
		noro_identity_text(t->text, &l.id);
		st = keep_text(u, t, ret, &l, d);
	}
	noro_desk_give(u, d);
	return st == NORO_OK ? st : noro_fail(err, st, NULL);
}
