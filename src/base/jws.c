/* src/base/jws.c - detached JWS, EdDSA, b64=false. */
#include "base/jws.h"

#include "base/base64.h"
#include "base/json.h"
#include "base/jsonw.h"

static const struct noro_json_limits limits = {
	.max_bytes = NORO_JWS_MAX, .max_depth = 3, .max_values = 32
};

/* RFC 7797, 5: the header in base64url, a dot, the payload as it is. */
static void to_sign(struct noro_buf *out, struct noro_view header, struct noro_view payload)
{
	noro_buf_view(out, header);
	noro_buf_chr(out, '.');
	noro_buf_view(out, payload);
}

static void write_header(const struct noro_key *k, struct noro_buf *out)
{
	struct noro_buf text = { 0 };
	struct noro_jsonw w = noro_jsonw(&text);

	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "alg", "EdDSA");
	noro_jsonw_kbool(&w, "b64", false);
	noro_jsonw_key(&w, "crit");
	noro_jsonw_array(&w);
	noro_jsonw_str(&w, "b64");
	noro_jsonw_array_end(&w);
	noro_jsonw_kstr(&w, "kid", noro_key_id(k));
	noro_jsonw_object_end(&w);
	if (text.status == NORO_OK)
		noro_base64(noro_buf_as_view(&text), true, out);
	else
		out->status = NORO_ENOMEM;
	noro_buf_done(&text);
}

enum noro_status noro_jws_sign(
	const struct noro_key *k, struct noro_view payload, struct noro_buf *out)
{
	struct noro_buf header = { 0 }, text = { 0 };
	uint8_t signature[NORO_SIGNATURE];
	enum noro_status st;

	write_header(k, &header);
	to_sign(&text, noro_buf_as_view(&header), payload);
	st = header.status == NORO_OK ? text.status : header.status;
	if (st == NORO_OK)
		st = noro_sign_bytes(k, noro_buf_as_view(&text), signature);
	if (st == NORO_OK) {
		noro_buf_view(out, noro_buf_as_view(&header));
		noro_buf_str(out, "..");
		noro_base64(noro_view(signature, sizeof(signature)), true, out);
		st = out->status;
	}
	noro_buf_done(&header);
	noro_buf_done(&text);
	return st;
}

/* All that we would have written, the name of the key aside, and nothing critical beyond. */
static bool is_ours(struct noro_view header, const struct noro_key *k)
{
	struct noro_buf text = { 0 };
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *v, *b64, *crit, *kid;
	bool ok = a && noro_base64_undo(header, true, &text) &&
		  noro_json_parse(a, noro_buf_as_view(&text), &limits, &v, NULL) == NORO_OK;

	if (ok) {
		b64 = noro_json_get(v, "b64");
		crit = noro_json_get(v, "crit");
		kid = noro_json_get(v, "kid");
		ok = noro_view_is(noro_json_str(v, "alg"), "EdDSA") && b64 &&
		     b64->kind == NORO_JSON_FALSE && crit && crit->kind == NORO_JSON_ARRAY &&
		     crit->count == 1 && noro_json_is_str(crit->child, "b64") &&
		     (!kid || noro_json_is_str(kid, noro_key_id(k)));
	}
	noro_buf_done(&text);
	noro_arena_free(a);
	return ok;
}

bool noro_jws_holds(const struct noro_key *k, struct noro_view payload, struct noro_view jws)
{
	struct noro_buf text = { 0 }, signature = { 0 };
	size_t dot = jws.n <= NORO_JWS_MAX ? noro_view_chr(jws, '.') : SIZE_MAX;
	struct noro_view header = noro_view_sub(jws, 0, dot), rest;
	bool ok;

	if (dot == SIZE_MAX || !is_ours(header, k))
		return false;
	rest = noro_view_sub(jws, dot + 1, jws.n);
	if (!rest.n || rest.p[0] != '.') /* what is detached stands elsewhere */
		return false;
	to_sign(&text, header, payload);
	ok = text.status == NORO_OK &&
	     noro_base64_undo(noro_view_sub(rest, 1, rest.n), true, &signature) &&
	     noro_sign_bytes_hold(k, noro_buf_as_view(&text), noro_buf_as_view(&signature));
	noro_buf_done(&text);
	noro_buf_done(&signature);
	return ok;
}
