/* src/base/json.h - strict I-JSON (RFC 8259 and RFC 7493) into a tree with spans. */
#pragma once

#include "base/arena.h"
#include "base/status.h"
#include "base/view.h"

enum noro_json_kind {
	NORO_JSON_NULL,
	NORO_JSON_FALSE,
	NORO_JSON_TRUE,
	NORO_JSON_NUMBER, /* `text` is the number as written: nothing is lost */
	NORO_JSON_STRING, /* `text` is the decoded string, UTF-8, may hold NUL */
	NORO_JSON_ARRAY,
	NORO_JSON_OBJECT,
};

/* A value. Children of a container are a list in document order. */
struct noro_json {
	enum noro_json_kind kind;
	uint32_t count;        /* children */
	struct noro_view text; /* number or string */
	struct noro_view key;  /* decoded name, when it is a member of an object */
	size_t at, end;        /* span in the input, quotes and brackets included */
	struct noro_json *child, *next;
};

struct noro_json_limits {
	size_t max_bytes;      /* 0: 1 GiB */
	unsigned max_depth;    /* 0: 64 */
	size_t max_values;     /* 0: 100 million */
	bool allow_duplicates; /* evidence may carry what we would refuse in a document: the first
				  wins */
	bool allow_lone_surrogates; /* become U+FFFD */
};

/*
 * Parse one whole text. Refused, with the byte: duplicate names, bad UTF-8, lone
 * surrogates, a byte order mark, trailing bytes, depth or size past the limits.
 * Everything lives in the arena or in `text`, which must outlive it.
 */
enum noro_status noro_json_parse(struct noro_arena *a, struct noro_view text,
	const struct noro_json_limits *limits, const struct noro_json **ret,
	struct noro_error *err) NORO_MUSTUSE;

/* Member by name, NULL if absent or not an object. `_path` walks "a.b.c" (no array index). */
const struct noro_json *noro_json_get(const struct noro_json *v, const char *name);
const struct noro_json *noro_json_path(const struct noro_json *v, const char *path);
/* The text of a string (or number) member; an empty view with p == NULL if absent or of another
 * kind. */
struct noro_view noro_json_str(const struct noro_json *v, const char *name);
/* A whole number that fits; false otherwise. */
bool noro_json_i64(const struct noro_json *v, int64_t *ret);
bool noro_json_is_str(const struct noro_json *v, const char *text);

/*
 * Without a tree, for records: find top-level or nested members of one object by
 * path and give their raw spans. `paths` is an array of "a.b" texts; `ret[i]` is
 * the raw bytes of the value (string: without quotes, still escaped) or NULL p.
 * False when the text is no object. Never allocates.
 */
bool noro_json_pick(
	struct noro_view text, const char *const *paths, size_t n, struct noro_view *ret);
/*
 * The text from the value of a member of the outermost object on, to its very end: for walking a
 * large array without walking over it first. False if there is no such member.
 */
bool noro_json_inside(struct noro_view text, const char *name, struct noro_view *ret);
/*
 * The raw elements of an array one after the other, without a tree and without judging them: start
 * with `rest` on the opening bracket, whatever follows the array, and go on with what is left in
 * it. False at the end; then `ret` is what stands behind the closing bracket, or has p == NULL if
 * the array breaks off or goes wrong.
 */
bool noro_json_element(struct noro_view *rest, struct noro_view *ret);
/* Undo JSON escapes of a raw string into the arena; a view without a backslash is returned as it
 * is. */
struct noro_view noro_json_unescape(struct noro_arena *a, struct noro_view raw);
