/*
 * src/hub/leak.h - does a text name a member? What members declare as theirs (networks, domains,
 * names) is searched in what is about to be said to others: as it stands, defanged,
 * percent-encoded, in JSON escapes, in full width, with other signs between the words, and inside
 * base64.
 *
 * It says too much rather than too little: "example-telecom" and "ExampleTelecom" are the name
 * "Example Telecom", and so is what merely contains it.
 */
#pragma once

#include "base/arena.h"

enum noro_leak_kind {
	NORO_LEAK_NETWORK, /* "192.0.2.0/24": any address in it, and the prefix itself */
	NORO_LEAK_DOMAIN,  /* and every name below it */
	NORO_LEAK_WORD,    /* a name of the organisation, of a person, of a machine */
};
enum {
	NORO_LEAK_LEAST = 5, /* letters and digits of a word: with fewer it is not looked for ... */
	NORO_LEAK_LEAST_WIDE = 3, /* ... unless none of them is ASCII */
};

struct noro_leak_name {
	int64_t member;
	enum noro_leak_kind kind;
	const char *text;
};
/* Whose names: immutable, shared by threads. What cannot be looked for (a word too short, no
 * network) is counted in *ret_skipped (may be NULL) and left out. */
struct noro_leaks;
enum noro_status noro_leaks_new(const struct noro_leak_name *name, size_t n, size_t *ret_skipped,
	struct noro_leaks **ret, struct noro_error *err) NORO_MUSTUSE;
void noro_leaks_free(struct noro_leaks *l);

struct noro_leak {
	size_t at, len; /* in the text; of what stands in base64 the whole run */
	const struct noro_leak_name *name;
	bool hidden; /* inside base64 */
};

/* One thread's state. Borrows the names. */
struct noro_leak_finder;
enum noro_status noro_leak_finder_new(const struct noro_leaks *l, struct noro_leak_finder **ret,
	struct noro_error *err) NORO_MUSTUSE;
void noro_leak_finder_free(struct noro_leak_finder *f);
/* In order of place. The list lives in the arena. */
enum noro_status noro_leaks_find(struct noro_leak_finder *f, struct noro_view text,
	struct noro_arena *a, const struct noro_leak **ret, size_t *ret_n) NORO_MUSTUSE;
