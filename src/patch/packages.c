/*
 * src/patch/packages.c - what a packager says is installed: dpkg's status file and list, and
 * the names that rpm prints. Repairs come into packages without a new upstream version, so
 * that only statements of the packager's own versions decide (affect.c).
 */
#include "patch/list_priv.h"

enum { LOOKED_AT = 40 };

struct packages {
	struct noro_patch *p;
	const struct noro_inventory_text *t;
	const char *from, *scheme;
	size_t found;
};

static enum noro_status add_listed(struct packages *k, struct noro_listed *l)
{
	if (!l->product.n || !l->version.n)
		return NORO_OK;
	l->scheme = k->scheme;
	k->found++;
	return noro_listed_add(k->p, k->t, k->from, l);
}

static enum noro_status add(
	struct packages *k, struct noro_view name, struct noro_view version, uint64_t line)
{
	struct noro_listed l = { .product = name, .version = version, .line = line };

	return add_listed(k, &l);
}

static bool field(struct noro_view line, const char *name, struct noro_view *ret)
{
	if (!noro_view_starts(line, name))
		return false;
	*ret = noro_view_trim(noro_view_sub(line, strlen(name), line.n));
	return true;
}

/* "Source: glibc (2.36-9)": its version is told where it is another. */
static void source_of(struct noro_view v, struct noro_listed *l)
{
	size_t open = noro_view_chr(v, '(');

	l->source = noro_view_trim(noro_view_sub(v, 0, open));
	if (open == SIZE_MAX)
		return;
	v = noro_view_sub(v, open + 1, v.n);
	l->source_version = noro_view_trim(noro_view_sub(v, 0, noro_view_chr(v, ')')));
}

static enum noro_status dpkg_status(struct packages *k)
{
	struct noro_view rest = k->t->text, line, state = { 0 }, source;
	struct noro_listed l = { 0 };
	uint64_t number = 0;
	enum noro_status st = NORO_OK;
	bool more = true;

	while (st == NORO_OK && more) {
		more = noro_view_line(&rest, &line);
		number++;
		if (!more || noro_view_trim(line).n == 0) {
			if (noro_view_ends(state, " installed"))
				st = add_listed(k, &l);
			l = (struct noro_listed){ 0 };
			state = (struct noro_view){ 0 };
		} else if (field(line, "Package:", &l.product)) {
			l.line = number;
		} else if (field(line, "Source:", &source)) {
			source_of(source, &l);
		} else if (!field(line, "Version:", &l.version) &&
			   !field(line, "Homepage:", &l.homepage)) {
			(void)field(line, "Status:", &state);
		}
	}
	return st;
}

/* "ii  openssl:amd64  3.0.11-1  amd64  text" */
static bool dpkg_row(struct noro_view line, struct noro_view *name, struct noro_view *version)
{
	struct noro_view state;

	if (!noro_view_word(&line, &state) || state.n < 2 || state.n > 3 ||
		!noro_view_starts(state, "ii") || !noro_view_word(&line, name) ||
		!noro_view_word(&line, version))
		return false;
	*name = noro_view_sub(*name, 0, noro_view_chr(*name, ':'));
	return true;
}

/* "openssl-libs-3.0.7-24.el9.x86_64": two dashes and an architecture from the right. */
static bool rpm_row(struct noro_view line, struct noro_view *name, struct noro_view *version)
{
	static const char *const arch[] = { ".x86_64", ".noarch", ".aarch64", ".i686", ".i386",
		".ppc64le", ".s390x", ".src", ".armv7hl" };
	size_t dash;
	bool known = false;

	line = noro_view_trim(line);
	for (size_t i = 0; i < sizeof(arch) / sizeof(*arch) && !known; i++)
		if (noro_view_ends(line, arch[i])) {
			line.n -= strlen(arch[i]);
			known = true;
		}
	dash = known ? noro_view_rchr(line, '-') : SIZE_MAX;
	if (dash == SIZE_MAX || dash == 0 || noro_view_chr(line, ' ') != SIZE_MAX)
		return false;
	dash = noro_view_rchr(noro_view_sub(line, 0, dash), '-');
	if (dash == SIZE_MAX || dash == 0)
		return false;
	*name = noro_view_sub(line, 0, dash);
	*version = noro_view_sub(line, dash + 1, line.n);
	return noro_is_digit(version->p[0]);
}

typedef bool row_fn(struct noro_view line, struct noro_view *name, struct noro_view *version);

/* At least half of the first lines must be of that kind. */
static bool looks(struct noro_view text, row_fn *row)
{
	struct noro_view line, name, version;
	size_t all = 0, fit = 0;

	while (all < LOOKED_AT && noro_view_line(&text, &line))
		if (noro_view_trim(line).n) {
			all++;
			fit += row(line, &name, &version);
		}
	return fit && fit * 2 >= all;
}

static enum noro_status rows(struct packages *k, row_fn *row)
{
	struct noro_view rest = k->t->text, line, name, version;
	uint64_t number = 0;
	enum noro_status st = NORO_OK;

	while (st == NORO_OK && noro_view_line(&rest, &line)) {
		number++;
		if (row(line, &name, &version))
			st = add(k, name, version, number);
	}
	return st;
}

enum noro_status noro_patch_packages(
	struct noro_patch *p, const struct noro_inventory_text *t, struct noro_error *err)
{
	struct packages k = { .p = p, .t = t, .from = "dpkg", .scheme = "deb" };
	struct noro_view head = noro_view_sub(t->text, 0, 8192);
	enum noro_status st = NORO_ENOENT;

	if (noro_view_starts(head, "Package: ") &&
		noro_view_find(head, NORO_V("\nStatus: ")) != SIZE_MAX) {
		st = dpkg_status(&k);
	} else if (looks(t->text, dpkg_row) ||
		   (noro_view_starts(head, "Desired=") &&
			   noro_view_find(head, NORO_V("\nii ")) != SIZE_MAX)) {
		st = rows(&k, dpkg_row);
	} else if (looks(t->text, rpm_row)) {
		k.from = "rpm";
		k.scheme = "rpm";
		st = rows(&k, rpm_row);
	}
	if (st != NORO_OK && st != NORO_ENOENT)
		return noro_fail(err, st, NULL);
	return st == NORO_OK && !k.found ? NORO_ENOENT : st;
}
