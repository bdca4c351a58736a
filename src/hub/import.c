/*
 * src/hub/import.c - what is this file? STIX and data sets are taken as they are, byte for byte;
 * anything else is read as hunting reads it (MISP, CSV, lists, text) and written as STIX with ids
 * made of the content, so that the same file again adds nothing.
 */
#include "hub/import_priv.h"

#include "intel/export.h"
#include "intel/import.h"

#include <string.h>
#include <sys/stat.h>

enum { MAX_BYTES = 1 << 30, MAX_DEPTH = NORO_STIX21_MAX_DEPTH + 8 };

/* ---- where to ---- */

static enum noro_status find_target(struct importing *m, const struct noro_hub_collection **ret)
{
	const char *to = m->imp->to ? m->imp->to : m->imp->member ? "inbox" : "amber";
	const struct noro_hub_root *root;
	const struct noro_hub_collection *c;
	size_t roots, n;
	enum noro_status st = noro_hubdb_roots(m->imp->db, m->a, &root, &roots, m->err);

	*ret = NULL;
	for (size_t i = 0; st == NORO_OK && i < roots && !*ret; i++) {
		st = noro_hubdb_collections(m->imp->db, root[i].no, m->a, &c, &n, m->err);
		for (size_t k = 0; st == NORO_OK && k < n && !*ret; k++)
			if (strcmp(c[k].id, to) == 0 || (c[k].alias && !strcmp(c[k].alias, to)))
				*ret = &c[k];
	}
	if (st == NORO_OK && !*ret)
		st = noro_fail(m->err, NORO_ENOENT, N_("no such collection: %1"), to);
	if (st == NORO_OK && ((*ret)->kind == NORO_HUB_INBOX) != (m->imp->member != 0))
		st = noro_fail(m->err, NORO_EARG,
			N_("into an inbox goes what a member says, and nothing else: %1"), to);
	return st;
}

/* ---- STIX ---- */

static const struct noro_json *objects_of(const struct noro_json *root, const char **ret_place)
{
	const struct noro_json *list = noro_json_get(root, "objects");

	*ret_place = "/objects";
	if (list && list->kind == NORO_JSON_ARRAY)
		return list;
	*ret_place = "";
	if (root->kind == NORO_JSON_ARRAY && root->child && noro_json_str(root->child, "id").p &&
		noro_json_str(root->child, "type").p)
		return root;
	return NULL;
}

static enum noro_status take_objects(struct importing *m, struct import_list *l)
{
	enum noro_status st = find_target(m, &l->to);

	return st == NORO_OK ? import_objects(m, l) : st;
}

/* ---- anything else ---- */

static void tell_notes(struct importing *m, const struct noro_import_result *r)
{
	for (size_t i = 0; i < r->notes; i++) {
		struct noro_hub_refusal one = { .msg = r->note[i].msg, .arg = r->note[i].arg };

		if (r->note[i].what == NORO_IMPORT_WARNING)
			continue;
		one.place = noro_arena_printf(m->a, "%llu", (unsigned long long)r->note[i].at);
		import_refuse(m, &one);
	}
}

static enum noro_status as_stix(struct importing *m, struct noro_buf *out)
{
	const struct noro_import_opts o = {
		.from_ns = NORO_TIME_NONE, .until_ns = NORO_TIME_NONE, .now_ns = m->imp->now_ns
	};
	const struct noro_export *stix = noro_export_find("stix");
	const struct noro_export_opts eo = { .now_ns = m->imp->now_ns };
	struct noro_import_result r = { 0 };
	struct noro_set_builder *b = NULL;
	struct noro_set *set = NULL;
	enum noro_status st = noro_set_builder_new(0, &b);

	if (st != NORO_OK)
		return noro_fail(m->err, st, NULL);
	st = noro_import(m->path, &o, m->a, b, &r, m->err);
	if (st == NORO_OK)
		tell_notes(m, &r);
	if (st == NORO_OK)
		st = noro_set_finish(b, &set, m->err);
	if (st == NORO_OK && (!stix || (st = stix->write(set, &eo, out)) != NORO_OK))
		st = noro_fail(m->err, st == NORO_OK ? NORO_EUNSUPPORTED : st, NULL);
	noro_set_free(set);
	noro_set_builder_free(b);
	return st;
}

static enum noro_status parse(
	struct importing *m, struct noro_view text, const struct noro_json **ret)
{
	static const struct noro_json_limits limits = { .max_bytes = MAX_BYTES,
		.max_depth = MAX_DEPTH };
	enum noro_status st = noro_json_parse(m->a, text, &limits, ret, m->err);

	if (st != NORO_OK && m->err && !m->err->where[0])
		(void)noro_error_at(m->err, m->path, m->err->unit, m->err->at);
	return st;
}

static enum noro_status take_other(struct importing *m)
{
	struct noro_buf bundle = { 0 };
	struct import_list l = { .place = "/objects", .made = true };
	const struct noro_json *root;
	enum noro_status st = as_stix(m, &bundle);

	if (st == NORO_OK) {
		m->text = noro_buf_as_view(&bundle);
		st = parse(m, m->text, &root);
	}
	if (st == NORO_OK) {
		l.array = noro_json_get(root, "objects");
		st = take_objects(m, &l);
	}
	noro_buf_done(&bundle);
	return st;
}

/* ---- a file ---- */

static enum noro_status take_json(struct importing *m, struct noro_view text)
{
	struct import_list l = { 0 };
	const struct noro_json *root;
	enum noro_status st = parse(m, text, &root);

	if (st != NORO_OK)
		return st;
	m->text = text;
	if (import_is_set(root))
		return import_set(m, root);
	/* what is older than 2.1 is read for what it says */
	if (noro_json_is_str(noro_json_get(root, "spec_version"), "2.0"))
		return take_other(m);
	l.array = objects_of(root, &l.place);
	return l.array ? take_objects(m, &l) : take_other(m);
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

enum noro_status noro_hub_import(const struct noro_hub_import *imp, const char *path,
	struct noro_hub_imported *ret, struct noro_error *err)
{
	struct importing m = { .imp = imp, .path = path, .ret = ret, .err = err };
	struct noro_buf bytes = { 0 };
	struct noro_view head;
	enum noro_status st = NORO_OK;

	m.a = noro_arena_new(0);
	if (!m.a)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (is_folder(path)) {
		st = take_other(&m);
	} else {
		st = noro_import_text(path, MAX_BYTES, &bytes, err);
		head = noro_view_trim(noro_buf_as_view(&bytes));
		if (st == NORO_OK && head.n && (head.p[0] == '{' || head.p[0] == '['))
			st = take_json(&m, noro_buf_as_view(&bytes));
		else if (st == NORO_OK)
			st = take_other(&m);
	}
	noro_buf_done(&bytes);
	noro_arena_free(m.a);
	return st;
}
