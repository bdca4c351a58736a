/* src/report/stix_kind.c - observables and patterns in the words of STIX 2.1. */
#include "report/stix_priv.h"

#include "base/mem.h"

#include <stdio.h>

static const struct noro_stix_kind kinds[] = {
	{ "ipv4", "ipv4-addr", "value", "ipv4-addr:value", false, false },
	{ "ipv6", "ipv6-addr", "value", "ipv6-addr:value", false, false },
	{ "domain", "domain-name", "value", "domain-name:value", false, false },
	{ "url", "url", "value", "url:value", false, false },
	{ "email", "email-addr", "value", "email-addr:value", false, false },
	{ "mac", "mac-addr", "value", "mac-addr:value", false, false },
	{ "asn", "autonomous-system", "number", "autonomous-system:number", false, true },
	{ "md5", "file", "MD5", "file:hashes.MD5", true, false },
	{ "sha1", "file", "SHA-1", "file:hashes.'SHA-1'", true, false },
	{ "sha256", "file", "SHA-256", "file:hashes.'SHA-256'", true, false },
	{ "sha512", "file", "SHA-512", "file:hashes.'SHA-512'", true, false },
	{ "file-name", "file", "name", "file:name", false, false },
	{ "user-name", "user-account", "account_login", "user-account:account_login", false,
		false },
	{ "mutex", "mutex", "name", "mutex:name", false, false },
	{ "registry", "windows-registry-key", "key", "windows-registry-key:key", false, false },
	{ "user-agent", NULL, NULL,
		"network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'", false,
		false },
	{ 0 },
};

const struct noro_stix_kind *noro_stix_kind(const char *type)
{
	if (!type)
		return NULL;
	for (const struct noro_stix_kind *k = kinds; k->type; k++)
		if (!strcmp(k->type, type))
			return k;
	return NULL;
}

/* "AS64500", "64500": the number; 0 for anything else. */
static uint64_t as_number(const char *value)
{
	struct noro_view v = noro_view_str(value);
	uint64_t n = 0;

	if (noro_view_starts_i(v, "AS"))
		v = noro_view_sub(v, 2, SIZE_MAX);
	return noro_view_u64(v, &n) && n <= UINT32_MAX ? n : 0;
}

void noro_stix_properties(const struct noro_stix_kind *k, const char *value, struct noro_jsonw *w)
{
	if (k->number) {
		noro_jsonw_ku64(w, k->name, as_number(value));
	} else if (k->hash) {
		noro_jsonw_key(w, "hashes");
		noro_jsonw_object(w);
		noro_jsonw_kstr(w, k->name, value);
		noro_jsonw_object_end(w);
	} else {
		noro_jsonw_kstr(w, k->name, value);
	}
}

/* One property, so the order that RFC 8785 asks for is there by itself. */
void noro_stix_identify(const struct noro_stix_kind *k, const char *value, struct noro_buf *out)
{
	struct noro_jsonw w = noro_jsonw(out);

	noro_jsonw_object(&w);
	noro_stix_properties(k, value, &w);
	noro_jsonw_object_end(&w);
}

void noro_report_stix_pattern(
	const struct noro_stix_kind *k, const char *value, struct noro_buf *out)
{
	noro_buf_printf(out, "[%s = ", k->path);
	if (k->number) {
		noro_buf_u64(out, as_number(value));
	} else {
		noro_buf_chr(out, '\'');
		for (; *value; value++) {
			if (*value == '\'' || *value == '\\')
				noro_buf_chr(out, '\\');
			noro_buf_chr(out, *value);
		}
		noro_buf_chr(out, '\'');
	}
	noro_buf_chr(out, ']');
}

/* FNV-1a. The ids are digests already, so nobody can choose them to collide cheaply. */
static size_t spot(const struct noro_stix_seen *s, const char *id)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (const char *p = id; *p; p++)
		h = (h ^ (uint8_t)*p) * UINT64_C(0x100000001b3);
	h ^= h >> 32;
	for (size_t i = (size_t)h & (s->cap - 1);; i = (i + 1) & (s->cap - 1))
		if (!s->slot[i][0] || !strcmp(s->slot[i], id))
			return i;
}

static bool enlarge(struct noro_stix_seen *s)
{
	struct noro_stix_seen larger = { .cap = s->cap ? s->cap * 2 : 64, .n = s->n };

	larger.slot = noro_calloc(larger.cap, sizeof(*larger.slot));
	if (!larger.slot)
		return false;
	for (size_t i = 0; i < s->cap; i++)
		if (s->slot[i][0])
			memcpy(larger.slot[spot(&larger, s->slot[i])], s->slot[i],
				sizeof(*larger.slot));
	free(s->slot);
	*s = larger;
	return true;
}

int noro_stix_see(struct noro_stix_seen *s, const char *id)
{
	size_t at;

	if ((s->n + 1) * 2 > s->cap && !enlarge(s))
		return -1;
	at = spot(s, id);
	if (s->slot[at][0])
		return 0;
	(void)snprintf(s->slot[at], sizeof(s->slot[at]), "%s", id);
	s->n++;
	return 1;
}

void noro_stix_seen_done(struct noro_stix_seen *s)
{
	free(s->slot);
	*s = (struct noro_stix_seen){ 0 };
}
