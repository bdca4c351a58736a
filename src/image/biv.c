/*
 * src/image/biv.c - what IOS XE attests of its boot ("show platform integrity sign nonce N").
 *
 * The device prints the hash of each stage and two registers that its chip extended with them.
 * We extend again: register = H(register || H(hash)), from 32 zero bytes, H is SHA-256 over the
 * binary of the printed hash. PCR0 covers boot 0 and the boot loader, PCR8 the packages in the
 * order in which they are printed. The signature covers nonce, version and both registers.
 */
#include "image/image.h"

#include "base/buf.h"

bool noro_biv_is(struct noro_view text)
{
	text = noro_view_sub(text, 0, NORO_BIV_MAX_TEXT);
	return noro_view_find(text, NORO_V("PCR0:")) != SIZE_MAX &&
	       noro_view_find(text, NORO_V("Boot 0 Hash:")) != SIZE_MAX;
}

/* --- reading --- */

struct reading {
	struct noro_arena *a;
	struct noro_biv *b;
	struct noro_biv_package *package;
	struct noro_buf value; /* of a line and what it is wrapped onto */
	struct noro_view rest;
	uint64_t line;
	bool in_packages;
	struct noro_error *err;
};

static bool all_hex(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_hex(v.p[i]))
			return false;
	return v.n != 0;
}

/* A hash, and the lines of nothing but hex that it is wrapped onto. */
static const char *hex(struct reading *r, struct noro_view first)
{
	struct noro_view peek = r->rest, line;

	noro_buf_clear(&r->value);
	noro_buf_view(&r->value, noro_view_trim(first));
	while (noro_view_line(&peek, &line)) {
		line = noro_view_trim(line);
		if (line.n == 0 && r->value.n)
			break;
		if (line.n && !all_hex(line))
			break;
		noro_buf_view(&r->value, line);
		r->rest = peek;
		r->line++;
	}
	if (r->value.status != NORO_OK || !all_hex(noro_buf_as_view(&r->value)) || r->value.n % 2)
		return NULL;
	return noro_arena_strn(r->a, r->value.p, r->value.n);
}

static enum noro_status hash_value(
	struct reading *r, struct noro_view v, const char *what, const char **to)
{
	uint64_t line = r->line;

	*to = hex(r, v);
	if (*to)
		return NORO_OK;
	if (r->value.status != NORO_OK)
		return NORO_ENOMEM;
	(void)noro_fail(r->err, NORO_EFORMAT, N_("'%1' is no hash"), what);
	(void)noro_error_at(r->err, "", NORO_AT_LINE, line);
	return NORO_EFORMAT;
}

static enum noro_status package(struct reading *r, struct noro_view name, struct noro_view value)
{
	struct noro_biv_package *p;

	if (r->b->packages >= NORO_BIV_MAX_PACKAGES)
		return noro_fail(r->err, NORO_ELIMIT, N_("more packages than %1"), "256");
	p = &r->package[r->b->packages];
	p->name = name.n ? noro_arena_strn(r->a, name.p, name.n) : NULL;
	r->b->packages++;
	return hash_value(r, value, "OS Hash", &p->hash);
}

/* The nonce of "... sign nonce 1", as it was asked. */
static void asked(struct reading *r, struct noro_view line)
{
	size_t at = noro_view_find(line, NORO_V(" nonce "));
	struct noro_view rest, word;

	if (at == SIZE_MAX || noro_view_find(line, NORO_V("integrity")) == SIZE_MAX)
		return;
	rest = noro_view_sub(line, at + 7, line.n);
	if (noro_view_word(&rest, &word))
		r->b->has_nonce = noro_view_u64(word, &r->b->nonce);
}

static enum noro_status text_value(struct reading *r, struct noro_view v, const char **to)
{
	v = noro_view_trim(v);
	*to = noro_arena_strn(r->a, v.p, v.n);
	return *to ? NORO_OK : NORO_ENOMEM;
}

static enum noro_status field(struct reading *r, struct noro_view name, struct noro_view v)
{
	struct noro_biv *b = r->b;
	uint64_t n;
	static const char *const known[] = { "Platform", "Boot 0 Version", "Boot Loader Version",
		"OS Version" };
	const char **to[] = { &b->platform, &b->boot0_version, &b->loader_version, &b->os_version };

	for (size_t i = 0; i < 4; i++)
		if (noro_view_is(name, known[i]))
			return text_value(r, v, to[i]);
	if (noro_view_is(name, "Boot 0 Hash"))
		return hash_value(r, v, "Boot 0 Hash", &b->boot0_hash);
	if (noro_view_is(name, "Boot Loader Hash"))
		return hash_value(r, v, "Boot Loader Hash", &b->loader_hash);
	if (noro_view_is(name, "OS Hash"))
		return package(r, (struct noro_view){ 0 }, v);
	if (noro_view_is(name, "PCR0"))
		return hash_value(r, v, "PCR0", &b->pcr0);
	if (noro_view_is(name, "PCR8"))
		return hash_value(r, v, "PCR8", &b->pcr8);
	if (noro_view_is(name, "Signature"))
		return hash_value(r, v, "Signature", &b->signature);
	if (noro_view_is(name, "Signature version")) {
		if (!noro_view_u64(noro_view_trim(v), &n) || n > UINT32_MAX)
			return noro_fail(r->err, NORO_EFORMAT, N_("the signature has no version"));
		b->signature_version = (uint32_t)n;
		return NORO_OK;
	}
	if (r->in_packages && name.n)
		return package(r, name, v);
	return NORO_OK;
}

static bool ends_packages(struct noro_view name)
{
	static const char *const known[] = { "PCR0", "PCR8", "Signature version", "Signature",
		"Platform" };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (noro_view_is(name, known[i]))
			return true;
	return false;
}

static enum noro_status one_line(struct reading *r, struct noro_view line)
{
	size_t colon;
	struct noro_view name;

	asked(r, line);
	colon = noro_view_chr(line, ':');
	if (colon == SIZE_MAX || noro_view_chr(line, '#') < colon)
		return NORO_OK;
	name = noro_view_trim(noro_view_sub(line, 0, colon));
	if (noro_view_is(name, "OS Hashes")) {
		r->in_packages = true;
		return NORO_OK;
	}
	if (ends_packages(name))
		r->in_packages = false;
	return field(r, name, noro_view_sub(line, colon + 1, line.n));
}

enum noro_status noro_biv_parse(
	struct noro_view text, struct noro_arena *a, struct noro_biv *ret, struct noro_error *err)
{
	struct noro_biv b = { .line = 1 };
	struct reading r = {
		.a = a, .b = &b, .rest = noro_view_sub(text, 0, NORO_BIV_MAX_TEXT), .err = err
	};
	struct noro_view line;
	enum noro_status st = NORO_OK;

	r.package = noro_arena_array(a, NORO_BIV_MAX_PACKAGES, sizeof(*r.package));
	if (!r.package)
		return noro_fail(err, NORO_ENOMEM, NULL);
	b.package = r.package;
	while (st == NORO_OK && noro_view_line(&r.rest, &line)) {
		r.line++;
		st = one_line(&r, line);
	}
	noro_buf_done(&r.value);
	if (st == NORO_OK && (!b.boot0_hash || !b.loader_hash || !b.packages || !b.pcr0 || !b.pcr8))
		return noro_fail(err, NORO_EFORMAT,
			N_("the record is not whole: a hash of a stage or a register is missing"));
	if (st == NORO_OK)
		*ret = b;
	else if (st == NORO_ENOMEM)
		(void)noro_fail(err, st, NULL);
	return st;
}

/* --- registers --- */

static size_t unhex(const char *s, uint8_t *out, size_t cap)
{
	size_t n = 0;

	for (; s[0] && s[1] && n < cap; s += 2, n++)
		out[n] = (uint8_t)((unsigned)noro_hex_value(s[0]) << 4 |
				   (unsigned)noro_hex_value(s[1]));
	return *s ? 0 : n;
}

static bool sha256(const uint8_t *p, size_t n, uint8_t out[32])
{
	char text[NORO_HASH_TEXT];

	return noro_hash_of(NORO_SHA256, noro_view(p, n), text) == NORO_OK &&
	       unhex(text, out, 32) == 32;
}

static bool extend(uint8_t pcr[32], const char *hash)
{
	uint8_t raw[256], both[64];
	size_t n = unhex(hash, raw, sizeof(raw));

	memcpy(both, pcr, 32);
	return n && sha256(raw, n, both + 32) && sha256(both, sizeof(both), pcr);
}

static enum noro_biv_answer same(const uint8_t pcr[32], const char *printed)
{
	uint8_t want[32];

	return unhex(printed, want, sizeof(want)) == 32 && memcmp(pcr, want, 32) == 0
		       ? NORO_BIV_GOOD
		       : NORO_BIV_BAD;
}

enum noro_biv_answer noro_biv_pcr0(const struct noro_biv *b)
{
	uint8_t pcr[32] = { 0 };

	if (!extend(pcr, b->boot0_hash) || !extend(pcr, b->loader_hash))
		return NORO_BIV_BAD;
	return same(pcr, b->pcr0);
}

enum noro_biv_answer noro_biv_pcr8(const struct noro_biv *b)
{
	uint8_t pcr[32] = { 0 };

	for (size_t i = 0; i < b->packages; i++)
		if (!extend(pcr, b->package[i].hash))
			return NORO_BIV_BAD;
	return same(pcr, b->pcr8);
}

size_t noro_biv_signed(
	const struct noro_biv *b, bool has_nonce, uint64_t nonce, uint8_t out[NORO_BIV_SIGNED])
{
	size_t n = 0;

	for (unsigned i = 0; has_nonce && i < 8; i++)
		out[n++] = (uint8_t)(nonce >> (56 - 8 * i));
	for (unsigned i = 0; i < 4; i++)
		out[n++] = (uint8_t)(b->signature_version >> (24 - 8 * i));
	if (unhex(b->pcr0, out + n, 32) != 32 || unhex(b->pcr8, out + n + 32, 32) != 32)
		return 0;
	return n + 64;
}
