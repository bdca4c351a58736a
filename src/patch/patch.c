/* src/patch/patch.c - the parts held together: assets, flaws by number, feeds. */
#include "patch/patch_priv.h"

#include "base/mem.h"
#include "base/timeparse.h"

enum noro_status noro_patch_new(
	const struct noro_patch_opts *o, struct noro_patch **ret, struct noro_error *err)
{
	struct noro_patch *p = noro_calloc(1, sizeof(*p));

	if (!p || !(p->a = noro_arena_new(0))) {
		free(p);
		return noro_fail(err, NORO_ENOMEM, NULL);
	}
	p->o = *o;
	if (o->facts && o->rules && o->pool) {
		struct noro_audit_opts audit = {
			.def = o->facts, .rules = o->rules, .pool = o->pool, .now_ns = o->now_ns
		};
		enum noro_status st = noro_audit_new(&audit, &p->audit, err);

		if (st != NORO_OK) {
			noro_patch_free(p);
			return st;
		}
	}
	*ret = p;
	return NORO_OK;
}

void noro_patch_free(struct noro_patch *p)
{
	if (!p)
		return;
	noro_audit_free(p->audit);
	noro_arena_free(p->a);
	free(p->asset);
	free(p->seen);
	free(p->vuln);
	free(p->slot);
	free(p->id);
	free(p);
}

uint64_t noro_cve_number(struct noro_view v)
{
	struct noro_view year, number;
	uint64_t y, n;
	size_t dash;

	v = noro_view_trim(v);
	if (!noro_view_starts_i(v, "cve-"))
		return 0;
	v = noro_view_sub(v, 4, v.n);
	dash = noro_view_chr(v, '-');
	if (dash != 4)
		return 0;
	year = noro_view_sub(v, 0, 4);
	number = noro_view_sub(v, 5, v.n);
	if (number.n < 4 || number.n > 10 || !noro_view_u64(year, &y) || !noro_view_u64(number, &n))
		return 0;
	return y < 1988 || n == 0 ? 0 : y << 40 | n;
}

/* --- flaws by number --- */

static size_t slot_of(const struct noro_patch *p, uint64_t number)
{
	size_t at = (size_t)(number * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (p->slots - 1);

	while (p->slot[at] && noro_cve_number(noro_view_str(p->vuln[p->slot[at] - 1].id)) != number)
		at = (at + 1) & (p->slots - 1);
	return at;
}

static bool more_slots(struct noro_patch *p)
{
	size_t wanted = p->slots ? p->slots * 2 : 1024;
	uint32_t *slot;

	if (p->vulns * 2 < p->slots)
		return true;
	slot = noro_calloc(wanted, sizeof(*slot));
	if (!slot)
		return false;
	free(p->slot);
	p->slot = slot;
	p->slots = wanted;
	for (size_t i = 0; i < p->vulns; i++)
		p->slot[slot_of(p, noro_cve_number(noro_view_str(p->vuln[i].id)))] =
			(uint32_t)i + 1;
	return true;
}

struct noro_vuln *noro_patch_vuln_find(struct noro_patch *p, uint64_t number)
{
	size_t at;

	if (!number || !p->slots)
		return NULL;
	at = slot_of(p, number);
	return p->slot[at] ? &p->vuln[p->slot[at] - 1] : NULL;
}

struct noro_vuln *noro_patch_vuln(struct noro_patch *p, struct noro_view id)
{
	uint64_t number = noro_cve_number(id);
	struct noro_vuln *v = noro_patch_vuln_find(p, number), *grown;

	if (v || !number || !more_slots(p))
		return v;
	grown = noro_grow(p->vuln, p->vulns, &p->vuln_cap, sizeof(*p->vuln));
	if (!grown)
		return NULL;
	p->vuln = grown;
	v = &p->vuln[p->vulns];
	*v = (struct noro_vuln){ .published_ns = NORO_TIME_NONE,
		.kev_ns = NORO_TIME_NONE,
		.kev_due_ns = NORO_TIME_NONE,
		.cvss = -1,
		.epss = -1,
		.epss_percentile = -1 };
	id = noro_view_trim(id);
	for (size_t i = 0; i < id.n && i + 1 < sizeof(v->id); i++)
		v->id[i] = id.p[i] >= 'a' && id.p[i] <= 'z' ? (char)(id.p[i] - 32) : id.p[i];
	p->slot[slot_of(p, number)] = (uint32_t)p->vulns + 1;
	p->vulns++;
	return v;
}

/* --- assets --- */

enum noro_status noro_patch_asset(struct noro_patch *p, const struct noro_asset *a)
{
	struct noro_asset *grown;

	if (p->assets >= NORO_PATCH_MAX_ASSETS)
		return NORO_ELIMIT;
	grown = noro_grow(p->asset, p->assets, &p->asset_cap, sizeof(*p->asset));
	if (!grown)
		return NORO_ENOMEM;
	p->asset = grown;
	p->asset[p->assets++] = *a;
	p->keyed = false;
	return NORO_OK;
}

static int key_cmp(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void index_keys(struct noro_patch *p)
{
	const char **key = noro_arena_array(p->a, p->assets * 3 + 1, sizeof(*key));
	size_t n = 0, all = 0;

	p->keys = 0;
	p->key = key;
	if (!key)
		return;
	for (size_t i = 0; i < p->assets; i++) {
		const struct noro_asset *a = &p->asset[i];

		key[all++] = a->key;
		if (a->source_key)
			key[all++] = a->source_key;
		if (a->upstream_key)
			key[all++] = a->upstream_key;
	}
	if (all > 1)
		qsort(key, all, sizeof(*key), key_cmp);
	for (size_t i = 0; i < all; i++)
		if (n == 0 || strcmp(key[n - 1], key[i]) != 0)
			key[n++] = key[i];
	p->keys = n;
	p->keyed = true;
}

bool noro_patch_wants(struct noro_patch *p, const char *key)
{
	if (!p->keyed)
		index_keys(p);
	return p->keys && bsearch(&key, p->key, p->keys, sizeof(*p->key), key_cmp) != NULL;
}

/* --- feeds and files --- */

struct noro_feed *noro_patch_feed(struct noro_patch *p, const char *path, const char *kind)
{
	struct noro_feed *grown =
		noro_arena_grow(p->a, p->feed, p->feeds, &p->feed_cap, sizeof(*p->feed));

	if (!grown)
		return NULL;
	p->feed = grown;
	grown = &p->feed[p->feeds++];
	*grown = (struct noro_feed){ .path = path, .kind = kind, .date_ns = NORO_TIME_NONE };
	return grown;
}

enum noro_status noro_patch_by_id(struct noro_patch *p, const struct by_id *row)
{
	struct by_id *grown = noro_grow(p->id, p->ids, &p->id_cap, sizeof(*p->id));

	if (!grown)
		return NORO_ENOMEM;
	p->id = grown;
	p->id[p->ids++] = *row;
	return NORO_OK;
}

enum noro_status noro_patch_refuse(struct noro_patch *p, const char *path, struct noro_error *err)
{
	struct noro_error copy = *err;

	if (err->status == NORO_ENOMEM || err->status == NORO_EINTR)
		return err->status;
	if (!copy.where[0])
		(void)noro_error_at(&copy, path, copy.unit, copy.at);
	if (p->o.refuse)
		p->o.refuse(p->o.ctx, &copy);
	p->unread++;
	*err = (struct noro_error){ 0 };
	return NORO_OK;
}

enum noro_status noro_patch_cover(struct noro_patch *p, const char *path, const char *format,
	uint64_t bytes, uint64_t records)
{
	struct noro_coverage *grown = noro_arena_grow(
		p->a, p->coverage, p->coverages, &p->coverage_cap, sizeof(*p->coverage));

	if (!grown)
		return NORO_ENOMEM;
	p->coverage = grown;
	p->coverage[p->coverages++] = (struct noro_coverage){ .path = path,
		.format = format,
		.charset = "UTF-8",
		.size_bytes = bytes,
		.read_bytes = bytes,
		.records = records,
		.first_ns = NORO_TIME_NONE,
		.last_ns = NORO_TIME_NONE };
	return NORO_OK;
}

int64_t noro_patch_date(struct noro_view v)
{
	struct noro_time_ctx ctx = { .ref_ns = NORO_TIME_NONE };
	struct noro_time t;

	v = noro_view_trim(v);
	return v.n && noro_time_parse(v, &ctx, &t) ? t.ns : NORO_TIME_NONE;
}

const char *noro_patch_text(struct noro_patch *p, struct noro_view v)
{
	return v.n ? noro_arena_strn(p->a, v.p, v.n) : NULL;
}
