/*
 * src/patch/affect.c - is this version affected? One source and one product at a time.
 *
 * A list of releases and a span of versions answer with different weight; what a source
 * does not say, and what cannot be compared, stays unknown. Only a source that
 * covers the version, or its maker's word on the product, clears it.
 */
#include "patch/patch.h"

/* Sources that name single releases name them all; of a few one cannot be sure. */
enum { WHOLE_LIST = 5 };

struct judging {
	const struct noro_asset *asset;
	bool in_doubt; /* some bound could not be compared */
};

static int compare(struct judging *j, const char *bound, bool *ret_ok)
{
	char normal[NORO_VERSION_TEXT];
	enum noro_dialect d = j->asset->dialect;
	const char *b = bound;

	if (!j->asset->scheme && d != NORO_DIALECT_NONE &&
		noro_version_normal(d, noro_view_str(bound), normal))
		b = normal;
	return noro_patch_cmp(j->asset->scheme, d, j->asset->version, b, ret_ok);
}

/* 1 inside, 0 outside, -1 cannot tell. */
static int inside(struct judging *j, const struct noro_vuln_range *r)
{
	bool ok;
	int c;

	if (r->exact) {
		c = compare(j, r->exact, &ok);
		if (!ok && !strchr(r->exact, '(') != !strchr(j->asset->version, '('))
			return -1;   /* IOS XE by the number of its IOSd, or the other way round */
		return ok && c == 0; /* another train is another release */
	}
	if (r->from) {
		c = compare(j, r->from, &ok);
		if (!ok)
			return -1;
		if (c < 0 || (c == 0 && r->after))
			return 0;
	}
	if (r->before) {
		c = compare(j, r->before, &ok);
		return ok ? c < 0 : -1;
	}
	if (r->through) {
		c = compare(j, r->through, &ok);
		return ok ? c <= 0 : -1;
	}
	return 1;
}

/* 1 one of those named, 0 none of them, -1 the model is not known. */
static int on_hardware(const struct noro_vuln_product *p, const struct noro_asset *a)
{
	char model[NORO_PATCH_KEY], name[NORO_PATCH_KEY];

	if (!p->hardware || p->hardware->n == 0)
		return 1;
	if (!a->model ||
		noro_product_keys((struct noro_view){ 0 }, noro_view_str(a->model), &model, 1) == 0)
		return -1;
	for (size_t i = 0; i < p->hardware->n; i++) {
		if (noro_product_keys((struct noro_view){ 0 }, noro_view_str(p->hardware->item[i]),
			    &name, 1) == 0)
			continue;
		if (strstr(name, model) || strstr(model, name))
			return 1;
	}
	return 0;
}

static enum noro_affected judge_rest(const struct noro_vuln_product *p, size_t exact, bool in_doubt)
{
	if (p->rest_unknown || in_doubt)
		return NORO_AFFECTED_UNKNOWN;
	if (p->rest_affected)
		return NORO_AFFECTED_RANGE;
	if (p->rest_unaffected || exact == 0)
		return p->ranges ? NORO_AFFECTED_NOT : NORO_AFFECTED_UNKNOWN;
	return exact >= WHOLE_LIST ? NORO_AFFECTED_NOT : NORO_AFFECTED_UNKNOWN;
}

/* Does it speak of versions of packages (with a release), not of the upstream program? */
static bool of_packager(const struct noro_vuln_product *p)
{
	for (size_t i = 0; i < p->ranges; i++) {
		const struct noro_vuln_range *r = &p->range[i];
		const char *const bound[] = { r->exact, r->before, r->through };

		for (size_t k = 0; k < 3; k++)
			if (bound[k] && strchr(bound[k], '-'))
				return true;
	}
	return false;
}

/* "1:5.4.1+dfsg-1+deb12u2" is 5.4.1 of its makers: their versions have neither epoch nor release.
 */
static const char *upstream_version(const char *version, char room[NORO_VERSION_TEXT])
{
	struct noro_view v = noro_view_str(version);
	size_t colon = noro_view_chr(v, ':'), dash, mark;

	if (colon != SIZE_MAX)
		v = noro_view_sub(v, colon + 1, v.n);
	dash = noro_view_rchr(v, '-');
	v = noro_view_sub(v, 0, dash);
	mark = noro_view_find(v, NORO_V("+d")); /* +dfsg, +ds: what the packager took out */
	v = noro_view_sub(v, 0, mark);
	if (!v.n || v.n >= NORO_VERSION_TEXT)
		return version;
	memcpy(room, v.p, v.n);
	room[v.n] = '\0';
	return room;
}

enum noro_affected noro_vuln_judge(const struct noro_vuln_product *p,
	const struct noro_asset *given, const char **ret_fixed, bool *ret_vex)
{
	char room[NORO_VERSION_TEXT];
	struct noro_asset as = *given;
	const struct noro_asset *asset = &as;
	struct judging j = { .asset = asset };
	enum noro_affected found = NORO_AFFECTED_NOT;
	size_t exact = 0;
	int hardware = on_hardware(p, asset);

	*ret_fixed = NULL;
	*ret_vex = false;
	if (!asset->version)
		return NORO_AFFECTED_UNKNOWN;
	if (asset->scheme && !of_packager(p))
		as.version = upstream_version(asset->version, room);
	for (size_t i = 0; i < p->ranges; i++) {
		const struct noro_vuln_range *r = &p->range[i];
		int in = inside(&j, r);

		exact += r->exact != NULL;
		j.in_doubt = j.in_doubt || (in < 0 && r->status == NORO_VULN_AFFECTED);
		if (in != 1)
			continue;
		if (r->status == NORO_VULN_UNAFFECTED) {
			*ret_vex = r->vex;
			return NORO_AFFECTED_NOT;
		}
		if (found < NORO_AFFECTED_EXACT) {
			found = r->exact ? NORO_AFFECTED_EXACT : NORO_AFFECTED_RANGE;
			*ret_fixed = r->fixed ? r->fixed : r->before;
		}
	}
	if (found == NORO_AFFECTED_NOT)
		return judge_rest(p, exact, j.in_doubt);
	/* packagers repair without a new upstream version */
	if (asset->scheme && !of_packager(p))
		return NORO_AFFECTED_UNKNOWN;
	return hardware == 0 ? NORO_AFFECTED_UNKNOWN : found;
}
