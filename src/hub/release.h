/*
 * src/hub/release.h - what a member sent, as it may be told to others. Nothing that a member sent
 * is passed on: what others read are new objects by the hub (STIX 2.1, 3.6: a changed object has a
 * new id), without the names, references and custom properties that lead back to who reported. What
 * cannot be told without naming somebody is withheld, and for whom it is meant is said.
 *
 * The same call makes the preview for the reporter and the objects that are published.
 */
#pragma once

#include "hub/leak.h"
#include "intel/stix21.h"

enum noro_release_did {
	NORO_RELEASE_REPLACED, /* a part of a text by NORO_RELEASE_MARK */
	NORO_RELEASE_REMOVED,  /* a property or an element of a list */
	NORO_RELEASE_WITHHELD, /* the object */
	NORO_RELEASE_LOOK,     /* nothing: but a person should look at it */
};
#define NORO_RELEASE_MARK "[\xe2\x80\xa6]" /* [...], one sign between */

struct noro_release_change {
	size_t object; /* of what came in */
	enum noro_release_did did;
	const char *path;     /* JSON pointer; "" the object */
	struct noro_view was; /* what stood there, cut off when long; p NULL: nothing to show */
	const char *why;      /* a message id, N_() */
	int64_t member;       /* whose name it is, 0: nobody's */
};
struct noro_released {
	size_t of;              /* of what came in */
	const char *id;         /* the new one; of an observable that its content gives, the same */
	const char *version;    /* of it; NULL: an observable has none */
	struct noro_view bytes; /* canonical (RFC 8785) */
};
struct noro_release {
	const struct noro_released *object;
	size_t objects;
	const struct noro_release_change *change; /* in order of `object` */
	size_t changes, more;                     /* more: past NORO_RELEASE_CHANGES */
	enum noro_tlp tlp;                        /* the strictest of what is told */
};
enum { NORO_RELEASE_CHANGES = 10000, NORO_RELEASE_OBJECTS = 20000 };

struct noro_release_opts {
	const char *hub;   /* the hub's own identity, by which all is said */
	int64_t now_ns;    /* `created` and `modified` */
	enum noro_tlp tlp; /* at least as strict as this */
	/* Everybody's names. */
	struct noro_leak_finder *names;
	/* May an object that is not among these be referred to: is it told to the same readers
	 * already? NULL: no. */
	bool (*known)(void *ctx, struct noro_view id);
	/* A new UUID; NULL: random. */
	enum noro_status (*uuid)(void *ctx, char ret[37]);
	void *ctx;
};
/* `object` were checked (stix21.h). All in the arena; views may borrow from the objects. */
enum noro_status noro_release_make(struct noro_arena *a, const struct noro_json *const *object,
	size_t n, const struct noro_release_opts *o, struct noro_release *ret,
	struct noro_error *err) NORO_MUSTUSE;
