/* src/base/password.c - Argon2id through libargon2. */
#include "base/password.h"

#include "base/base64.h"
#include "base/hash.h"
#include "base/library.h"

#include <argon2.h>

#define CALLS(X) X(argon2id_hash_encoded) X(argon2id_verify)
NORO_LIBRARY(argon2, "libargon2", CALLS, "libargon2.so.1");

/* OWASP's first choice for Argon2id; RFC 9106, 4 asks for a salt of 16 bytes and a tag of 32 */
enum { MEMORY_KIB = 47104, PASSES = 1, LANES = 1, SALT = 16, TAG = 32 };
/* what is accepted from a file */
enum { MEMORY_LEAST = 8, MEMORY_MOST = 1 << 18, PASSES_MOST = 16, LANES_MOST = 16, PART_MOST = 64 };

static bool number(struct noro_view *rest, const char *name, char end, uint32_t *ret)
{
	uint64_t n;
	size_t at;

	if (!noro_view_starts(*rest, name))
		return false;
	*rest = noro_view_sub(*rest, strlen(name), rest->n);
	at = noro_view_chr(*rest, end);
	if (at == SIZE_MAX || at > 9 || (at > 1 && rest->p[0] == '0') ||
		!noro_view_u64(noro_view_sub(*rest, 0, at), &n))
		return false;
	*ret = (uint32_t)n;
	*rest = noro_view_sub(*rest, at + 1, rest->n);
	return true;
}

/* How many bytes the digits of base64 are; 0: none of it. */
static size_t part(struct noro_view v)
{
	struct noro_buf out = { 0 };
	size_t n = 0;

	if (v.n == 0 || v.n > PART_MOST || v.p[v.n - 1] == '=')
		return 0;
	if (noro_base64_undo(v, false, &out))
		n = out.n;
	noro_buf_done(&out);
	return n;
}

bool noro_phc_parse(struct noro_view text, struct noro_phc *ret)
{
	struct noro_view rest = text;
	struct noro_phc p = { 0 };
	uint32_t version;
	size_t at;

	if (text.n >= NORO_PHC_TEXT || !number(&rest, "$argon2id$v=", '$', &version) ||
		version != ARGON2_VERSION_13 || !number(&rest, "m=", ',', &p.memory_kib) ||
		!number(&rest, "t=", ',', &p.passes) || !number(&rest, "p=", '$', &p.lanes))
		return false;
	at = noro_view_chr(rest, '$');
	if (at == SIZE_MAX)
		return false;
	p.salt = part(noro_view_sub(rest, 0, at));
	p.hash = part(noro_view_sub(rest, at + 1, rest.n));
	if (p.lanes < 1 || p.lanes > LANES_MOST || p.memory_kib < MEMORY_LEAST * p.lanes ||
		p.memory_kib > MEMORY_MOST || p.passes < 1 || p.passes > PASSES_MOST ||
		p.salt < 8 || p.hash < 16)
		return false;
	*ret = p;
	return true;
}

bool noro_phc_weak(const struct noro_phc *p)
{
	return (uint64_t)p->memory_kib * p->passes < (uint64_t)MEMORY_KIB * PASSES ||
	       p->hash < TAG || p->salt < SALT;
}

enum noro_status noro_password_hash(
	struct noro_view password, char ret[NORO_PHC_TEXT], struct noro_error *err)
{
	uint8_t salt[SALT];
	enum noro_status st = noro_library_load(&argon2_library, err);

	if (st != NORO_OK)
		return st;
	if (password.n > NORO_PASSWORD_MOST)
		return noro_fail(err, NORO_ELIMIT, N_("a password has at most %1 bytes"),
			NORO_NUM(NORO_PASSWORD_MOST));
	st = noro_random(salt, sizeof(salt));
	if (st != NORO_OK)
		return noro_fail(err, st, NULL);
	if (argon2.argon2id_hash_encoded(PASSES, MEMORY_KIB, LANES, password.n ? password.p : "",
		    password.n, salt, sizeof(salt), TAG, ret, NORO_PHC_TEXT) != ARGON2_OK)
		return noro_fail(err, NORO_ENOMEM, NULL);
	return NORO_OK;
}

enum noro_status noro_password_check(
	struct noro_view password, const char *phc, struct noro_error *err)
{
	/* of nothing anybody can type: 16 zero bytes of salt, 32 of tag */
	static const char nobody[] = "$argon2id$v=19$m=47104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA"
				     "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	struct noro_phc p;
	enum noro_status st = noro_library_load(&argon2_library, err);
	int rc;

	if (st != NORO_OK)
		return st;
	if (password.n > NORO_PASSWORD_MOST)
		return noro_fail(err, NORO_EACCESS, NULL);
	if (phc && !noro_phc_parse(noro_view_str(phc), &p))
		return noro_fail(err, NORO_ECORRUPT, N_("a password is not kept as it should be"));
	/* it compares without looking where they differ */
	rc = argon2.argon2id_verify(phc ? phc : nobody, password.n ? password.p : "", password.n);
	if (rc == ARGON2_OK && phc)
		return NORO_OK;
	return noro_fail(
		err, rc == ARGON2_VERIFY_MISMATCH || !phc ? NORO_EACCESS : NORO_ENOMEM, NULL);
}
