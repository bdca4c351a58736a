/*
 * src/image/image.h - is this software what its maker made? Hash lists of several makes, and
 * what IOS XE attests of its boot. Who vouches decides what an answer is worth
 * (grades 0 to 4): a lower one may raise an alarm and never clears a device.
 */
#pragma once

#include "base/arena.h"
#include "base/hash.h"
#include "finding/finding.h"

enum {
	NORO_KNOWN_MAX = 8 << 20,       /* entries of all lists */
	NORO_BIV_MAX_PACKAGES = 256,    /* of one record */
	NORO_BIV_MAX_TEXT = 4 << 20,    /* bytes of one record */
	NORO_BIV_MAX_CERTIFICATES = 64, /* in one text */
};

/* --- what is known to be good --- */

enum noro_known_what { NORO_KNOWN_FILE, NORO_KNOWN_BOOT0, NORO_KNOWN_LOADER, NORO_KNOWN_OS };

struct noro_known_value {
	const char *hash; /* lower-case hex; its length tells the kind */
	const char *name; /* of the file or the version; NULL: not said */
	const char *list; /* file it was read from */
	enum noro_known_what what;
	bool makers; /* the signature of the list was verified */
	uint64_t line;
};

struct noro_known;
struct noro_known *noro_known_new(struct noro_arena *a);
/*
 * A list: CSV with a header that names columns of hashes, known good values as JSON, or lines of
 * sha512sum, md5deep and "SHA512 (f) = h". Everything is copied. NORO_EFORMAT: none of them.
 */
enum noro_status noro_known_read(struct noro_known *k, const char *path, struct noro_view text,
	bool makers, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;
/* Sort; after it no more lists. */
void noro_known_seal(struct noro_known *k);
/* By hash (any letter case), NULL if it is in no list. */
const struct noro_known_value *noro_known_find(const struct noro_known *k, struct noro_view hash);
/* Some value of a file of that name, last part, case folded; NULL. `len`: hex digits of its hash, 0
 * any. */
const struct noro_known_value *noro_known_named(
	const struct noro_known *k, struct noro_view name, size_t len);

/* Values of files of that name whose hash is one of these three, and those with another of the
 * same kind. */
void noro_known_votes(const struct noro_known *k, struct noro_view name,
	const char *const digest[3], size_t *same, size_t *others);

/* --- attestation of the boot: show platform integrity --- */

struct noro_biv_package {
	const char *name; /* NULL: the one of old records */
	const char *hash; /* as printed, line wraps undone */
};

struct noro_biv {
	const char *platform, *boot0_version, *boot0_hash, *loader_version, *loader_hash,
		*os_version;
	const struct noro_biv_package *package;
	size_t packages;
	const char *pcr0, *pcr8, *signature; /* hex */
	uint32_t signature_version;
	bool has_nonce;
	uint64_t nonce; /* of the command that the text shows */
	uint64_t line;
};

/* Is it such a record? Looks at the words only. */
bool noro_biv_is(struct noro_view text);
/* NORO_EFORMAT: a value that belongs to it is missing or no hex, with its line. */
enum noro_status noro_biv_parse(struct noro_view text, struct noro_arena *a, struct noro_biv *ret,
	struct noro_error *err) NORO_MUSTUSE;

enum noro_biv_answer {
	NORO_BIV_GOOD,
	NORO_BIV_BAD,
	NORO_BIV_UNKNOWN, /* what it takes was not given */
};
/* PCR0 and PCR8 made again from the printed hashes. */
enum noro_biv_answer noro_biv_pcr0(const struct noro_biv *b);
enum noro_biv_answer noro_biv_pcr8(const struct noro_biv *b);

/* --- the newer records: show system integrity ... compliance --- */

enum { NORO_CLAIMS = 4 };
struct noro_boot_claim {
	const char *name; /* as the device writes it */
	char value[32];   /* "" if it is not told */
	enum noro_biv_answer answer;
};
struct noro_claims {
	struct noro_boot_claim claim[NORO_CLAIMS];
	bool bad, has_nonce;
	uint64_t nonce;
};
/* As printed, or as the JSON or XML of its model. Reading cannot fail; what is missing is unknown.
 */
bool noro_claims_is(struct noro_view text);
void noro_claims_parse(struct noro_view text, struct noro_claims *ret);

/* --- signatures --- */

/* Certificates out of PEM text (others are passed over), and those to be trusted. */
struct noro_certs;
struct noro_certs *noro_certs_new(void);
void noro_certs_free(struct noro_certs *c);
/* How many were read; `trust`: they vouch for others. */
enum noro_status noro_certs_add(
	struct noro_certs *c, struct noro_view pem, bool trust, size_t *ret_n) NORO_MUSTUSE;

struct noro_signed {
	enum noro_biv_answer signature; /* by one of the certificates */
	enum noro_biv_answer chain;     /* from it to a trusted one; UNKNOWN: none is trusted */
	char signer[160];               /* its subject */
	bool expired;                   /* the certificate, at `now_ns` */
};
/*
 * RSA PKCS#1 v1.5 with SHA-256 (or SHA-512) over `bytes`: does any certificate fit? Time is no
 * ground to refuse: devices outlive their certificates; it is told.
 */
enum noro_status noro_certs_verify(const struct noro_certs *c, struct noro_view bytes,
	struct noro_view signature, bool sha512, int64_t now_ns,
	struct noro_signed *ret) NORO_MUSTUSE;
/* The bytes that the record's signature covers: nonce, version, PCR0, PCR8. 0: a value is no hex.
 */
enum { NORO_BIV_SIGNED = 8 + 4 + 32 + 32 };
size_t noro_biv_signed(
	const struct noro_biv *b, bool has_nonce, uint64_t nonce, uint8_t out[NORO_BIV_SIGNED]);

/* --- verdicts --- */

enum noro_image_outcome {
	NORO_IMAGE_MAKERS,   /* its hash is in a list whose signature fits */
	NORO_IMAGE_LISTED,   /* in a list that somebody gave */
	NORO_IMAGE_MAJORITY, /* as most others of that name among the files given */
	NORO_IMAGE_ODD,      /* not as most others of that name */
	NORO_IMAGE_OTHER,    /* lists know a file of that name with another hash */
	NORO_IMAGE_UNKNOWN,  /* no list knows it */
	NORO_IMAGE_UNREAD,
};

/* One file that was given, hashed as it lies there. */
struct noro_image_file {
	const char *path;
	uint64_t size;
	char md5[33], sha256[65], sha512[129];
	enum noro_image_outcome outcome;
	const struct noro_known_value *value; /* what vouches, or contradicts; NULL */
	size_t same, others; /* files of that name with this hash, and with another; the fleet's too
			      */
};
/* Read and hash; `err` names the file. */
enum noro_status noro_image_hash(
	const char *path, struct noro_image_file *ret, struct noro_error *err) NORO_MUSTUSE;
/* Fill outcome, value, same and others of all. NORO_ENOMEM only. */
enum noro_status noro_image_judge(
	const struct noro_known *k, struct noro_image_file *file, size_t n) NORO_MUSTUSE;

/*
 * The same with the hashes of other devices of the fleet: each value of that name in
 * `fleet` is one vote more, and clears nothing.
 */
enum noro_status noro_image_judge_fleet(const struct noro_known *k, const struct noro_known *fleet,
	struct noro_image_file *file, size_t n) NORO_MUSTUSE;

struct noro_biv_verdict {
	enum noro_biv_answer pcr0, pcr8, nonce, hashes;
	struct noro_signed sign;
	const char *unlisted; /* the first stage whose hash is in no list; NULL */
	bool bad;
	unsigned grade;
};
/* What a record is held against. */
struct noro_biv_question {
	const struct noro_known *known;
	bool any_list; /* `known` holds something */
	const struct noro_certs *certs;
	bool has_nonce; /* we chose one, and asked for it */
	uint64_t nonce;
	int64_t now_ns;
};
enum noro_status noro_biv_judge(const struct noro_biv *b, const struct noro_biv_question *q,
	struct noro_biv_verdict *ret) NORO_MUSTUSE;
