/* src/patch/patch_priv.h - what the files of this module share. */
#pragma once

#include "patch/patch.h"

#include "base/buf.h"
#include "base/json.h"
#include "device/audit.h"

/* A moment at which a device was seen with a version. */
struct sighting {
	const char *name, *from, *path, *written, *version, *model;
	enum noro_dialect dialect;
	uint64_t line;
	int64_t time_ns, since_ns; /* since: it had been running that long already */
	bool config;               /* its configuration, not its version */
};

/* What a feed says of a flaw by its id alone. */
struct by_id {
	uint64_t cve; /* noro_cve_number */
	int64_t kev_ns, due_ns;
	float epss, percentile;
	bool ransomware;
};

struct noro_patch {
	struct noro_patch_opts o;
	struct noro_arena *a;
	struct noro_asset *asset;
	size_t assets, asset_cap;
	struct sighting *seen;
	size_t seens, seen_cap;
	struct noro_vuln *vuln;
	size_t vulns, vuln_cap;
	uint32_t *slot; /* of vulns by number: index + 1 */
	size_t slots;
	const char **key; /* products of the inventory, sorted */
	size_t keys;
	bool keyed;
	struct by_id *id;
	size_t ids, id_cap;
	struct noro_feed *feed;
	size_t feeds, feed_cap;
	struct noro_coverage *coverage;
	size_t coverages, coverage_cap;
	uint64_t unread;
	struct noro_audit *audit; /* the device texts once more, for exposure */
	const char *at;           /* file that is being read */
};

/* --- patch.c --- */

/* "CVE-2023-20198" as a number that sorts; 0: no such id. */
uint64_t noro_cve_number(struct noro_view v);
/* The flaw of that id, made if it is not there; NULL without memory or if it is no id. */
struct noro_vuln *noro_patch_vuln(struct noro_patch *p, struct noro_view id);
struct noro_vuln *noro_patch_vuln_find(struct noro_patch *p, uint64_t number);
/* Does the inventory hold something of that name? */
bool noro_patch_wants(struct noro_patch *p, const char *key);
enum noro_status noro_patch_asset(struct noro_patch *p, const struct noro_asset *a) NORO_MUSTUSE;
struct noro_feed *noro_patch_feed(struct noro_patch *p, const char *path, const char *kind);
enum noro_status noro_patch_by_id(struct noro_patch *p, const struct by_id *row) NORO_MUSTUSE;
/* What is wrong with a file, told once; then the rest goes on. NORO_ENOMEM and NORO_EINTR pass. */
enum noro_status noro_patch_refuse(
	struct noro_patch *p, const char *path, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_patch_cover(struct noro_patch *p, const char *path, const char *format,
	uint64_t bytes, uint64_t records) NORO_MUSTUSE;
/* Midnight UTC of "2023-10-16", or the moment of "2023-10-16T10:00:00Z"; NORO_TIME_NONE. */
int64_t noro_patch_date(struct noro_view v);
const char *noro_patch_text(struct noro_patch *p, struct noro_view v); /* copy; NULL for empty */

/* exposure.c: ask the checks, and give each row its answer. */
struct noro_exposure;
enum noro_status noro_exposure_new(struct noro_patch *p, struct noro_arena *a,
	struct noro_patch_result *ret, struct noro_exposure **e,
	struct noro_error *err) NORO_MUSTUSE;
void noro_exposure_of(const struct noro_exposure *e, struct noro_patch_row *row);

/* --- readers of inventories: NORO_ENOENT if the text is nothing of theirs --- */

struct noro_inventory_text {
	const char *path;
	struct noro_view text;
	int64_t mtime_ns;
};
enum noro_status noro_patch_machine(struct noro_patch *p, const struct noro_inventory_text *t,
	struct noro_error *err) NORO_MUSTUSE;
/* Names of devices, letter case aside. */
int noro_patch_name_cmp(const char *a, const char *b);
/* Sightings become one asset for each device. */
enum noro_status noro_patch_machines(struct noro_patch *p) NORO_MUSTUSE;
