/*
 * src/patch/listed.c - a row of a list as an asset: which product is meant, and which version.
 *
 * People write "Cisco IOS XE 17.3.4" into one cell and "17.03.04a" into another; a model
 * stands for its system where nothing else is said.
 */
#include "patch/list_priv.h"

enum { KEPT = 256, CPE_FIELDS = 13 };

/* Fields of a CPE 2.3 or 2.2 name; escapes stay, names of products seldom have them. */
static bool cpe_fields(struct noro_view v, struct noro_view *vendor, struct noro_view *product,
	struct noro_view *version)
{
	struct noro_view one;
	size_t i = 0, first;

	if (noro_view_starts_i(v, "cpe:2.3:"))
		first = 3;
	else if (noro_view_starts_i(v, "cpe:/"))
		first = 2;
	else
		return false;
	while (noro_view_cut(&v, ':', &one) && i < CPE_FIELDS) {
		if (i == first)
			*vendor = one;
		else if (i == first + 1)
			*product = one;
		else if (i == first + 2 && !noro_view_is(one, "*") && !noro_view_is(one, "-"))
			*version = one;
		i++;
	}
	return i > first + 1;
}

/* "pkg:deb/debian/openssl@3.0.11-1?arch=amd64": how its packager orders versions. */
static const char *scheme_of(struct noro_view purl)
{
	if (noro_view_starts_i(purl, "pkg:deb/"))
		return "deb";
	return noro_view_starts_i(purl, "pkg:rpm/") ? "rpm" : NULL;
}

static size_t product_key(const struct noro_listed *l, char key[NORO_PATCH_KEY])
{
	const struct noro_view tries[] = { l->product, l->model };
	size_t n = 0;

	/* a name of network gear in either cell, else what stands there */
	for (size_t i = 0; i < 2; i++) {
		n = tries[i].n ? noro_product_keys(
					 l->vendor, tries[i], (char(*)[NORO_PATCH_KEY])key, 1)
			       : 0;
		if (n && noro_product_dialect(key))
			return n;
	}
	for (size_t i = 0; i < 2; i++)
		if (tries[i].n)
			return noro_product_keys(
				l->vendor, tries[i], (char(*)[NORO_PATCH_KEY])key, 1);
	return 0;
}

static bool holds_digit(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (noro_is_digit(v.p[i]))
			return true;
	return false;
}

/* --- the other names of a package --- */

static bool is_forge(struct noro_view host)
{
	static const char *const ends[] = { "github.com", "gitlab.com", "gnu.org", "debian.org",
		"sourceforge.net", "launchpad.net", "freedesktop.org", "gnome.org", "kde.org",
		"apache.org" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (noro_view_ends(host, ends[i]))
			return true;
	return false;
}

/*
 * What its makers call a program stands at the end of the address of its home:
 * https://tukaani.org/xz/ is xz, https://www.openssl.org/ is openssl. A wrong guess is a
 * name that no advisory uses.
 */
static struct noro_view upstream_of(struct noro_view home)
{
	size_t at = noro_view_find(home, NORO_V("://")), end;
	struct noro_view host, name;

	if (at == SIZE_MAX)
		return (struct noro_view){ 0 };
	home = noro_view_sub(home, at + 3, home.n);
	for (end = 0; end < home.n && home.p[end] != '?' && home.p[end] != '#' &&
		      !noro_is_space(home.p[end]);)
		end++;
	home = noro_view_sub(home, 0, end);
	while (home.n && home.p[home.n - 1] == '/')
		home.n--;
	at = noro_view_rchr(home, '/');
	if (at != SIZE_MAX) {
		name = noro_view_sub(home, at + 1, home.n);
		if (noro_view_ends(name, ".git"))
			name.n -= 4;
		return name;
	}
	host = home;
	at = noro_view_rchr(host, '.');
	if (at == SIZE_MAX || is_forge(host))
		return (struct noro_view){ 0 };
	host = noro_view_sub(host, 0, at);
	at = noro_view_rchr(host, '.');
	return at == SIZE_MAX ? host : noro_view_sub(host, at + 1, host.n);
}

/* "pkg:deb/debian/liblzma5@5.4.1-1?arch=amd64&upstream=xz-utils" */
static struct noro_view purl_source(struct noro_view purl)
{
	size_t at = noro_view_find(purl, NORO_V("upstream="));
	struct noro_view v;

	if (at == SIZE_MAX || at == 0 || (purl.p[at - 1] != '?' && purl.p[at - 1] != '&'))
		return (struct noro_view){ 0 };
	v = noro_view_sub(purl, at + strlen("upstream="), purl.n);
	v = noro_view_sub(v, 0, noro_view_chr(v, '&'));
	return noro_view_sub(v, 0, noro_view_chr(v, '@'));
}

/* NULL where it says nothing new. */
static const char *other_key(struct noro_patch *p, struct noro_view name, const char *key)
{
	char own[NORO_PATCH_KEY];

	if (!name.n || name.n > KEPT ||
		!noro_product_keys((struct noro_view){ 0 }, name, &own, 1) ||
		noro_product_dialect(own) != NORO_DIALECT_NONE || strcmp(own, key) == 0)
		return NULL;
	return noro_arena_str(p->a, own);
}

static void other_names(struct noro_patch *p, const struct noro_listed *l, struct noro_asset *a)
{
	if (!a->scheme)
		return;
	a->source_key = other_key(p, l->source.n ? l->source : purl_source(l->purl), a->key);
	a->upstream_key = other_key(p, upstream_of(l->homepage), a->key);
	a->source_version = noro_patch_text(p, noro_view_sub(l->source_version, 0, KEPT));
}

enum noro_status noro_listed_add(struct noro_patch *p, const struct noro_inventory_text *t,
	const char *from, const struct noro_listed *given)
{
	struct noro_listed l = *given;
	struct noro_view vendor = { 0 }, product = { 0 }, version = { 0 };
	char key[NORO_PATCH_KEY], out[NORO_VERSION_TEXT];
	struct noro_asset a = { .from = from,
		.path = t->path,
		.line = l.line,
		.since_ns = NORO_TIME_NONE,
		.seen_ns = NORO_TIME_NONE };

	if (cpe_fields(l.cpe, &vendor, &product, &version)) {
		if (!l.vendor.n)
			l.vendor = vendor;
		if (!l.product.n)
			l.product = product;
		if (!l.version.n)
			l.version = version;
	}
	if (!product_key(&l, key))
		return NORO_OK;
	a.dialect = noro_product_dialect(key);
	a.scheme = l.scheme ? l.scheme : scheme_of(l.purl);
	a.key = noro_arena_str(p->a, key);
	a.name = noro_patch_text(p, noro_view_sub(l.name, 0, KEPT));
	a.vendor = noro_patch_text(p, noro_view_sub(l.vendor, 0, KEPT));
	a.product = noro_patch_text(p, noro_view_sub(l.product.n ? l.product : l.model, 0, KEPT));
	a.model = noro_patch_text(p, noro_view_sub(l.model, 0, KEPT));
	a.cpe = noro_patch_text(p, noro_view_sub(l.cpe, 0, KEPT));
	a.purl = noro_patch_text(p, noro_view_sub(l.purl, 0, KEPT));
	if (!l.version.n && a.dialect && holds_digit(l.product)) /* "IOS XE 16.9.3" in one cell */
		l.version = l.product;
	a.written = noro_patch_text(p, noro_view_sub(l.version, 0, KEPT));
	if (a.dialect && a.written && noro_version_normal(a.dialect, noro_view_str(a.written), out))
		a.version = noro_arena_str(p->a, out);
	else if (!a.dialect)
		a.version = a.written;
	if (!a.name)
		a.name = t->path;
	if (a.key)
		other_names(p, &l, &a);
	return a.key ? noro_patch_asset(p, &a) : NORO_ENOMEM;
}
