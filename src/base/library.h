/* src/base/library.h - libraries that are used where they are installed, and named where they are
 * not. */
#pragma once

#include "base/status.h"

#include <stddef.h>

/*
 * The one who uses a library lists the calls it takes as an X-macro and makes
 * the rest with NORO_LIBRARY; the library's header gives the types:
 *
 *	#define CALLS(X) X(yr_initialize) X(yr_finalize)
 *	NORO_LIBRARY(yara, "libyara", CALLS, "libyara.so.9")
 *	...
 *	st = noro_library_load(&yara_library, err);
 *	if (st == NORO_OK)
 *		yara.yr_initialize();
 */
struct noro_library {
	const char *name;          /* as a person knows it: "libyara" */
	const char *const *soname; /* tried in this order; NULL at the end */
	const char *const *call;   /* the names, and */
	size_t calls;
	void *pointer; /* a struct of as many pointers to functions in the same order */
	void *handle;  /* NULL: not loaded yet; never closed */
};

/* NOLINTNEXTLINE(bugprone-macro-parentheses): a name cannot be declared in parentheses */
#define NORO_LIBRARY_POINTER(call) __typeof__(call) *call;
#define NORO_LIBRARY_NAME(call)    #call,
#define NORO_LIBRARY(id, title, calls_of, ...)                                                     \
	static struct {                                                                            \
		calls_of(NORO_LIBRARY_POINTER)                                                     \
	} id;                                                                                      \
	static const char *const id##_call[] = { calls_of(NORO_LIBRARY_NAME) };                    \
	static const char *const id##_soname[] = { __VA_ARGS__, NULL };                            \
	static struct noro_library id##_library = { .name = title,                                 \
		.soname = id##_soname,                                                             \
		.call = id##_call,                                                                 \
		.calls = sizeof(id##_call) / sizeof(id##_call[0]),                                 \
		.pointer = &id }

/*
 * Load it at first use; from any thread, as often as one likes. NORO_EUNSUPPORTED
 * with "needs libyara, which is not installed" when it is not there or lacks a
 * call: then no pointer may be used. A name with another ABI number is another
 * library, so only those are listed that the header at hand describes.
 */
enum noro_status noro_library_load(struct noro_library *lib, struct noro_error *err) NORO_MUSTUSE;

/* For tests: the library of this name is not there, loaded or not; NULL turns that off. */
void noro_library_hide(const char *name);
