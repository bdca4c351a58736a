/* src/base/jsonw.h - the only writer of JSON: compact, or canonical (RFC 8785). */
#pragma once

#include "base/buf.h"
#include "base/json.h"

/*
 * Writes into `out`; commas and colons are its business. Strings that are not
 * UTF-8 get U+FFFD; control characters are escaped. Misuse (two keys in a row)
 * is our bug and asserts.
 */
struct noro_jsonw {
	struct noro_buf *out;
	unsigned depth;
	bool need_comma, after_key;
};

static inline struct noro_jsonw noro_jsonw(struct noro_buf *out)
{
	return (struct noro_jsonw){ .out = out };
}

void noro_jsonw_object(struct noro_jsonw *w);     /* { */
void noro_jsonw_object_end(struct noro_jsonw *w); /* } */
void noro_jsonw_array(struct noro_jsonw *w);
void noro_jsonw_array_end(struct noro_jsonw *w);
void noro_jsonw_key(struct noro_jsonw *w, const char *name);
void noro_jsonw_key_view(struct noro_jsonw *w, struct noro_view name);
void noro_jsonw_str(struct noro_jsonw *w, const char *s); /* NULL writes null */
void noro_jsonw_view(struct noro_jsonw *w, struct noro_view v);
void noro_jsonw_i64(struct noro_jsonw *w, int64_t v);
void noro_jsonw_u64(struct noro_jsonw *w, uint64_t v);
void noro_jsonw_bool(struct noro_jsonw *w, bool v);
void noro_jsonw_null(struct noro_jsonw *w);
/* key and value in one. */
void noro_jsonw_kstr(struct noro_jsonw *w, const char *name, const char *s);
void noro_jsonw_kview(struct noro_jsonw *w, const char *name, struct noro_view v);
void noro_jsonw_ki64(struct noro_jsonw *w, const char *name, int64_t v);
void noro_jsonw_ku64(struct noro_jsonw *w, const char *name, uint64_t v);
void noro_jsonw_kbool(struct noro_jsonw *w, const char *name, bool v);
/* A moment as RFC 3339 text, null for NORO_TIME_NONE. */
void noro_jsonw_ktime(struct noro_jsonw *w, const char *name, int64_t ns);
/* The same with three digits, as STIX asks of "created" and "modified" (2.1, section 3.2). */
void noro_jsonw_kmillis(struct noro_jsonw *w, const char *name, int64_t ns);
/* A parsed value, as it is. */
void noro_jsonw_value(struct noro_jsonw *w, const struct noro_json *v);

/* The canonical form of a value (JCS, RFC 8785): names sorted by UTF-16, numbers as ECMAScript
 * prints them. */
enum noro_status noro_json_canonical(
	const struct noro_json *v, struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;
/* The same of an object without one of its members: what a signature that stands in it covers. */
enum noro_status noro_json_canonical_but(const struct noro_json *v, const char *name,
	struct noro_arena *a, struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;
