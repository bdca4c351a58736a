/*
 * src/image/claims.c - what IOS XE claims of its boot in the newer records ("show system
 * integrity all compliance nonce N", and the same over RESTCONF or NETCONF): was secure boot
 * on, is there a chip, may its registers be written to? Names and values are the same in
 * all three forms, so they are read as pairs, whatever stands around them. What its
 * signature covers is not published, so it proves nothing here: a bad value raises an
 * alarm, a good one is the device's own word.
 */
#include "image/image.h"
/* The value behind a name: "secure_boot: true", "secure_boot", "value": "true", and in XML. */
static struct noro_view value_behind(struct noro_view text, size_t at)
{
	struct noro_view rest = noro_view_sub(text, at, 200), line;
	size_t from = 0, to;

	if (!noro_view_line(&rest, &line))
		line = rest;
	if (noro_view_starts(line, ":")) {
		line = noro_view_trim(noro_view_sub(line, 1, line.n));
		return line;
	}
	rest = noro_view_sub(text, at, 200);
	to = noro_view_find(rest, NORO_V("value"));
	if (to == SIZE_MAX)
		return (struct noro_view){ 0 };
	from = to + 5;
	while (from < rest.n && strchr("\">: ", rest.p[from]))
		from++;
	to = from;
	while (to < rest.n && !strchr("\"<\r\n ", rest.p[to]))
		to++;
	return noro_view_sub(rest, from, to - from);
}

static struct noro_view claim(struct noro_view text, const char *name)
{
	struct noro_view rest = text;
	size_t n = strlen(name), at;

	while ((at = noro_view_find(rest, noro_view_str(name))) != SIZE_MAX) {
		struct noro_view v;

		rest = noro_view_sub(rest, at + n, rest.n);
		v = value_behind(rest, 0);
		if (v.n)
			return v;
	}
	return (struct noro_view){ 0 };
}

static void nonce_of(struct noro_view text, struct noro_claims *c)
{
	static const char *const leads[] = { "compliance nonce ", "\"nonce\": \"", "\"nonce\":\"",
		"<nonce>" };

	for (size_t i = 0; i < sizeof(leads) / sizeof(*leads) && !c->has_nonce; i++) {
		size_t at = noro_view_find(text, noro_view_str(leads[i])), n = 0;
		struct noro_view rest;

		if (at == SIZE_MAX)
			continue;
		rest = noro_view_sub(text, at + strlen(leads[i]), 24);
		while (n < rest.n && rest.p[n] >= '0' && rest.p[n] <= '9')
			n++;
		c->has_nonce = noro_view_u64(noro_view_sub(rest, 0, n), &c->nonce);
	}
}

bool noro_claims_is(struct noro_view text)
{
	text = noro_view_sub(text, 0, NORO_BIV_MAX_TEXT);
	return noro_view_find(text, NORO_V("secure_boot")) != SIZE_MAX &&
	       (noro_view_find(text, NORO_V("tam_service")) != SIZE_MAX ||
		       noro_view_find(text, NORO_V("register.pcr")) != SIZE_MAX);
}

void noro_claims_parse(struct noro_view text, struct noro_claims *ret)
{
	static const struct {
		const char *name, *good;
	} rows[NORO_CLAIMS] = { { "secure_boot", "true" }, { "tam_service", "hardware" },
		{ "register.pcr0.disabled", "false" }, { "register.pcr8.disabled", "false" } };

	*ret = (struct noro_claims){ 0 };
	text = noro_view_sub(text, 0, NORO_BIV_MAX_TEXT);
	nonce_of(text, ret);
	for (size_t i = 0; i < NORO_CLAIMS; i++) {
		struct noro_boot_claim *c = &ret->claim[i];
		struct noro_view v = claim(text, rows[i].name);

		c->name = rows[i].name;
		v = noro_view_sub(v, 0, sizeof(c->value) - 1);
		if (v.n)
			memcpy(c->value, v.p, v.n);
		c->answer = !v.n                            ? NORO_BIV_UNKNOWN
			    : noro_view_is(v, rows[i].good) ? NORO_BIV_GOOD
							    : NORO_BIV_BAD;
		ret->bad = ret->bad || c->answer == NORO_BIV_BAD;
	}
}
