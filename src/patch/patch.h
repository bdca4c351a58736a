/*
 * src/patch/patch.h - what to repair first: an inventory, what is known of flaws, and how
 * exposed each device is, as one ranked list with the reason for every place. Knows
 * no report and prints nothing; asks no network.
 */
#pragma once

#include "base/pool.h"
#include "device/version.h"
#include "source/source.h"

/* Ceilings; reaching one is told as a note. */
enum {
	NORO_PATCH_MAX_TEXT = 256 << 20, /* bytes of one inventory text */
	NORO_PATCH_MAX_ASSETS = 1 << 20,
	NORO_PATCH_MAX_ROWS = 1 << 20, /* of the list */
	NORO_PATCH_MAX_RANGES = 20000, /* versions and ranges of one product in one source */
};
enum { NORO_PATCH_KEY = 48, NORO_CVE_TEXT = 24 };

/* --- what there is --- */

/* One piece of software somewhere. */
struct noro_asset {
	const char *name; /* of the device or host; of the list if it names none */
	const char *from; /* "show version", "configuration", "csv", "xlsx", "cyclonedx", ... */
	const char *key;  /* canonical product ("ios_xe", "fortios", "openssl"); never NULL */
	const char *vendor, *product; /* as written; NULL: not said */
	const char *model;
	const char *written; /* the version as it stands there; NULL */
	const char *version; /* normal form; NULL: unknown */
	const char *scheme;  /* "deb", "rpm": how versions are ordered; NULL: by dialect */
	/* A package is known by other names too, NULL if it has none: that of the source it was
	 * built from, and what its makers call it. */
	const char *source_key, *upstream_key, *source_version;
	const char *cpe, *purl;
	enum noro_dialect dialect;
	const char *path;
	uint64_t line;
	bool config;    /* its configuration was read: exposure can be judged */
	bool spoken_of; /* some fact speaks of this product, whatever it says */
	/* The software is known to have run with this version since and until. */
	int64_t since_ns, seen_ns;
};

/* --- what is known --- */

enum noro_vuln_status { NORO_VULN_AFFECTED, NORO_VULN_UNAFFECTED };

/* One version or a span of them: from <= v < before, from <= v <= through. */
struct noro_vuln_range {
	const char *exact;
	const char *from, *before, *through; /* NULL: open */
	const char *fixed; /* first repaired release of that line; NULL: see `before` */
	bool after;        /* `from` itself is outside */
	bool vex;          /* said of exactly this product by its maker */
	enum noro_vuln_status status;
};

/* One source's word on one product. */
struct noro_vuln_product {
	const char *key;
	const struct noro_vuln_range *range;
	size_t ranges;
	const struct noro_list *hardware;    /* the flaw needs one of these; NULL: any */
	const char *source;                  /* file, or "builtin" */
	bool rest_affected, rest_unaffected; /* versions that no range names */
	bool rest_unknown;                   /* affected versions are not told at all */
	struct noro_vuln_product *next;
};

struct noro_vuln {
	char id[NORO_CVE_TEXT];
	struct noro_text title, mitigation, exposure; /* exposure: what makes a device open to it */
	int64_t published_ns, kev_ns, kev_due_ns;
	bool ransomware;
	double cvss, epss, epss_percentile; /* < 0: not known */
	const char *ssvc_exploitation, *ssvc_automatable, *ssvc_impact;
	struct noro_list advisory;
	struct noro_list checks;    /* a finding of one of these: exposed */
	struct noro_list untrusted; /* a finding of one of these: from untrusted networks */
	struct noro_list
		clears; /* dialects whose configuration shows it, so that no finding clears */
	struct noro_list doubts; /* ... unless one of these says that other things run there */
	struct noro_vuln_product *product;
};

/* A file of facts and how old it is. */
struct noro_feed {
	const char *path, *kind; /* "kev", "epss", "cve", "csaf", "nvd", "builtin" */
	const char *model;       /* EPSS: model version */
	int64_t date_ns;
	uint64_t records, used, refused;
};

/* --- the answer --- */

enum noro_affected {
	NORO_AFFECTED_NOT,
	NORO_AFFECTED_UNKNOWN,
	NORO_AFFECTED_RANGE,
	NORO_AFFECTED_EXACT
};
enum noro_exposed {
	NORO_EXPOSED_NOT,
	NORO_EXPOSED_UNKNOWN,
	NORO_EXPOSED_YES,
	NORO_EXPOSED_UNTRUSTED
};
const char *noro_affected_name(enum noro_affected a); /* "exact", "range", "unknown" */
const char *noro_exposed_name(
	enum noro_exposed e); /* "untrusted", "exposed", "unknown", "not-exposed" */

struct noro_patch_row {
	uint32_t place; /* from 1 */
	const struct noro_asset *asset;
	const struct noro_vuln *vuln;
	enum noro_affected affected;
	enum noro_exposed exposed;
	const char *fixed;             /* first repaired release of that line, NULL */
	const struct noro_msg *reason; /* one for each part of the order */
	size_t reasons;
	int32_t days_published, days_kev, days_open; /* -1: not known */
	const struct noro_finding *finding;          /* the exposure, NULL */
};

struct noro_patch_result {
	const struct noro_asset *asset;
	size_t assets;
	const struct noro_patch_row *row; /* in order */
	size_t rows;
	const struct noro_feed *feed;
	size_t feeds;
	const struct noro_machine *machine;
	size_t machines;
	const struct noro_coverage *coverage;
	size_t coverages;
	uint64_t unread;   /* files of which something could not be read */
	uint64_t cleared;  /* pairs that were judged not affected, or repaired */
	uint64_t dropped;  /* rows beyond the ceiling */
	uint64_t unspoken; /* assets of which no fact speaks: nothing is known, good or bad */
	int64_t now_ns;
};

struct noro_facts_def; /* device/fact.h */
struct noro_rules;     /* rule/rule.h */
struct noro_patch_opts {
	const struct noro_facts_def *facts; /* how devices are read; NULL: no device texts */
	const struct noro_rules *rules;     /* for exposure; NULL: not known */
	struct noro_pool *pool;
	struct noro_source_opts source;
	int64_t now_ns;
	/* What could not be read, once for each file. */
	void (*refuse)(void *ctx, const struct noro_error *err);
	void *ctx;
};

struct noro_patch;
enum noro_status noro_patch_new(const struct noro_patch_opts *o, struct noro_patch **ret,
	struct noro_error *err) NORO_MUSTUSE;
void noro_patch_free(struct noro_patch *p);

/*
 * In this order: facts that come with the program, inventory, feeds, conclusion. Records
 * of feeds are kept only if something of the inventory may be meant, or if they
 * speak of a flaw by its id.
 */
enum noro_status noro_patch_builtin(
	struct noro_patch *p, const char *folder, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_patch_builtin_text(struct noro_patch *p, const char *name,
	struct noro_view text, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_patch_inventory(struct noro_patch *p, const char *const *path, size_t n,
	struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_patch_inventory_text(struct noro_patch *p, const char *path,
	struct noro_view text, int64_t mtime_ns, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_patch_feeds(struct noro_patch *p, const char *const *path, size_t n,
	struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_patch_feed_text(struct noro_patch *p, const char *path, struct noro_view text,
	struct noro_error *err) NORO_MUSTUSE;
/* Everything in `ret` lives in `a` or in `p`. */
enum noro_status noro_patch_conclude(struct noro_patch *p, struct noro_arena *a,
	struct noro_patch_result *ret, struct noro_error *err) NORO_MUSTUSE;
/* Rows as findings of kind vulnerability, for reports of the usual kind. */
enum noro_status noro_patch_findings(const struct noro_patch_result *r, struct noro_arena *a,
	const struct noro_finding **ret, size_t *ret_n) NORO_MUSTUSE;

/* --- parts that tests ask directly --- */

/*
 * Canonical product names of what a maker, a feed or a list calls it: "Cisco IOS and IOS XE" is
 * "ios" and "ios_xe". At least one, at most `cap`. `vendor` may be empty.
 */
size_t noro_product_keys(
	struct noro_view vendor, struct noro_view product, char (*ret)[NORO_PATCH_KEY], size_t cap);
/* The dialect of a canonical product, NORO_DIALECT_NONE for all others; and back, NULL if none. */
enum noro_dialect noro_product_dialect(const char *key);
const char *noro_product_of(enum noro_dialect d);
/* <0, 0, >0 as the product or the packager orders versions; *ret_ok false: cannot be compared. */
int noro_patch_cmp(
	const char *scheme, enum noro_dialect d, const char *a, const char *b, bool *ret_ok);
/* What one source says of one version (NULL: unknown); *ret_fixed the repaired release. */
enum noro_affected noro_vuln_judge(const struct noro_vuln_product *p,
	const struct noro_asset *given, const char **ret_fixed, bool *ret_vex);
