/* src/patch/sbom.c - bills of material: CycloneDX as JSON and XML, SPDX as JSON and tags. */
#include "patch/list_priv.h"

#include "base/yaml.h"

enum { MAX_DEPTH = 32, MAX_COMPONENTS = 1 << 20 };

struct bill {
	struct noro_patch *p;
	const struct noro_inventory_text *t;
	const char *from;
	struct noro_view name; /* of what the bill is about */
	struct noro_arena *a;
	size_t found;
};

static enum noro_status add(struct bill *b, struct noro_listed *l)
{
	if (!l->product.n || b->found >= MAX_COMPONENTS)
		return NORO_OK;
	l->name = b->name;
	b->found++;
	return noro_listed_add(b->p, b->t, b->from, l);
}

static enum noro_status components(struct bill *b, const struct noro_json *l, unsigned depth)
{
	enum noro_status st = NORO_OK;

	for (const struct noro_json *c = l ? l->child : NULL;
		st == NORO_OK && c && depth < MAX_DEPTH; c = c->next) {
		struct noro_listed one = { .product = noro_json_str(c, "name"),
			.version = noro_json_str(c, "version"),
			.cpe = noro_json_str(c, "cpe"),
			.purl = noro_json_str(c, "purl"),
			.vendor = noro_json_str(noro_json_get(c, "supplier"), "name"),
			.line = noro_line_of(b->t->text, c->at) };

		if (!one.vendor.n)
			one.vendor = noro_json_str(c, "publisher");
		st = add(b, &one);
		if (st == NORO_OK)
			st = components(b, noro_json_get(c, "components"), depth + 1);
	}
	return st;
}

static enum noro_status cyclonedx(struct bill *b, const struct noro_json *v)
{
	const struct noro_json *about = noro_json_path(v, "metadata.component");

	b->from = "cyclonedx";
	b->name = noro_json_str(about, "name");
	return components(b, noro_json_get(v, "components"), 0);
}

static void references(const struct noro_json *package, struct noro_listed *l)
{
	const struct noro_json *refs = noro_json_get(package, "externalRefs");

	for (const struct noro_json *r = refs ? refs->child : NULL; r; r = r->next) {
		struct noro_view type = noro_json_str(r, "referenceType"),
				 at = noro_json_str(r, "referenceLocator");

		if (noro_view_is(type, "purl"))
			l->purl = at;
		else if (noro_view_is(type, "cpe23Type") || noro_view_is(type, "cpe22Type"))
			l->cpe = at;
	}
}

/* "Organization: Example Ltd. (mail)": NOASSERTION is nobody. */
static struct noro_view supplier(struct noro_view v)
{
	if (noro_view_starts(v, "Organization:"))
		v = noro_view_sub(v, strlen("Organization:"), v.n);
	else if (noro_view_starts(v, "Person:") || noro_view_is(v, "NOASSERTION"))
		return (struct noro_view){ 0 };
	return noro_view_trim(noro_view_sub(v, 0, noro_view_chr(v, '(')));
}

static enum noro_status spdx(struct bill *b, const struct noro_json *v)
{
	const struct noro_json *l = noro_json_get(v, "packages");
	enum noro_status st = NORO_OK;

	b->from = "spdx";
	b->name = noro_json_str(v, "name");
	for (const struct noro_json *c = l ? l->child : NULL; st == NORO_OK && c; c = c->next) {
		struct noro_listed one = { .product = noro_json_str(c, "name"),
			.version = noro_json_str(c, "versionInfo"),
			.vendor = supplier(noro_json_str(c, "supplier")),
			.line = noro_line_of(b->t->text, c->at) };

		references(c, &one);
		st = add(b, &one);
	}
	return st;
}

static enum noro_status json_bill(struct bill *b, struct noro_error *err)
{
	struct noro_json_limits limits = { .allow_duplicates = true,
		.allow_lone_surrogates = true };
	static const char *const marks[] = { "bomFormat", "spdxVersion" };
	struct noro_view mark[2] = { { 0 } };
	const struct noro_json *v;
	enum noro_status st;

	if (!noro_json_pick(b->t->text, marks, 2, mark) || (!mark[0].p && !mark[1].p))
		return NORO_ENOENT;
	st = noro_json_parse(b->a, b->t->text, &limits, &v, err);
	if (st != NORO_OK)
		return st;
	return mark[0].p ? cyclonedx(b, v) : spdx(b, v);
}

/* --- CycloneDX as XML --- */

static struct noro_view *field_of(struct noro_listed *l, struct noro_view name)
{
	if (noro_view_is(name, "name"))
		return &l->product;
	if (noro_view_is(name, "version"))
		return &l->version;
	if (noro_view_is(name, "purl"))
		return &l->purl;
	if (noro_view_is(name, "cpe"))
		return &l->cpe;
	return noro_view_is(name, "publisher") ? &l->vendor : NULL;
}

/* Only the direct children of a component describe it; licences have names too. */
static enum noro_status xml_bill(struct bill *b)
{
	struct noro_xml x = { .rest = b->t->text };
	struct noro_listed level[MAX_DEPTH] = { { .line = 0 } };
	unsigned component[MAX_DEPTH] = { 0 }, depth = 0, levels = 0;
	struct noro_view *to = NULL;
	bool about = false;
	enum noro_status st = NORO_OK;

	while (st == NORO_OK && noro_xml_next(&x)) {
		if (x.kind == NORO_XML_OPEN) {
			depth++;
			about = about || noro_view_is(x.name, "metadata");
			to = NULL;
			if (noro_view_is(x.name, "component") && levels < MAX_DEPTH) {
				level[levels] = (struct noro_listed){
					.line = noro_line_of(
						b->t->text, (size_t)(x.rest.p - b->t->text.p))
				};
				component[levels++] = depth;
			} else if (levels && depth == component[levels - 1] + 1) {
				to = field_of(&level[levels - 1], x.name);
			}
		} else if (x.kind == NORO_XML_TEXT) {
			if (to)
				*to = noro_view_trim(noro_xml_plain(b->a, x.text));
		} else {
			to = NULL;
			if (levels && depth == component[levels - 1] &&
				noro_view_is(x.name, "component")) {
				levels--;
				if (about)
					b->name = level[levels].product;
				else
					st = add(b, &level[levels]);
			}
			if (noro_view_is(x.name, "metadata"))
				about = false;
			depth -= depth > 0;
		}
	}
	return st;
}

/* --- SPDX as tags --- */

static bool tagged(struct noro_view line, const char *name, struct noro_view *ret)
{
	if (!noro_view_starts(line, name))
		return false;
	*ret = noro_view_trim(noro_view_sub(line, strlen(name), line.n));
	return true;
}

static void reference(struct noro_view v, struct noro_listed *l)
{
	struct noro_view category, type, at;

	if (!noro_view_word(&v, &category) || !noro_view_word(&v, &type) ||
		!noro_view_word(&v, &at))
		return;
	if (noro_view_is(type, "purl"))
		l->purl = at;
	else if (noro_view_starts(type, "cpe2"))
		l->cpe = at;
}

static enum noro_status tag_bill(struct bill *b)
{
	struct noro_view rest = b->t->text, line, v;
	struct noro_listed l = { 0 };
	uint64_t number = 0;
	enum noro_status st = NORO_OK;

	b->from = "spdx";
	while (st == NORO_OK && noro_view_line(&rest, &line)) {
		number++;
		if (tagged(line, "PackageName:", &v)) {
			st = add(b, &l);
			l = (struct noro_listed){ .product = v, .line = number };
		} else if (tagged(line, "DocumentName:", &v)) {
			b->name = v;
		} else if (tagged(line, "PackageVersion:", &v)) {
			l.version = v;
		} else if (tagged(line, "PackageSupplier:", &v)) {
			l.vendor = supplier(v);
		} else if (tagged(line, "ExternalRef:", &v)) {
			reference(v, &l);
		}
	}
	return st == NORO_OK ? add(b, &l) : st;
}

enum noro_status noro_patch_sbom(
	struct noro_patch *p, const struct noro_inventory_text *t, struct noro_error *err)
{
	struct bill b = { .p = p, .t = t, .from = "cyclonedx" };
	struct noro_view head = noro_view_trim(noro_view_sub(t->text, 0, 4096));
	enum noro_status st = NORO_ENOENT;

	if (noro_view_starts(head, "\xef\xbb\xbf"))
		head = noro_view_sub(head, 3, head.n);
	b.a = noro_arena_new((size_t)4 << 30);
	if (!b.a)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (noro_view_starts(head, "{"))
		st = json_bill(&b, err);
	else if (noro_view_starts(head, "<") &&
		 noro_view_find(head, NORO_V("cyclonedx.org")) != SIZE_MAX)
		st = xml_bill(&b);
	else if (noro_view_starts(head, "SPDXVersion:"))
		st = tag_bill(&b);
	noro_arena_free(b.a);
	return st == NORO_OK && !b.found ? NORO_ENOENT : st;
}
