/* src/base/status.h - what a call can say, and where it went wrong. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define NORO_MUSTUSE __attribute__((warn_unused_result))

/* Marks a message for the catalogues (po/); the text itself is the message id. */
#define N_(text) text

/* 0 is success, positive a normal end, negative a failure. */
enum noro_status {
	NORO_OK = 0,
	NORO_END = 1,           /* nothing more to give: end of input, of a list */
	NORO_ENOMEM = -1,       /* out of memory, or past --max-memory */
	NORO_EIO = -2,          /* the system refused: errno text is an argument of the error */
	NORO_ENOENT = -3,       /* there is no such file, key or indicator */
	NORO_EACCESS = -4,      /* not permitted */
	NORO_EFORMAT = -5,      /* the bytes are not what they claim to be */
	NORO_ETRUNC = -6,       /* the bytes end too early */
	NORO_ELIMIT = -7,       /* a named ceiling was reached */
	NORO_EARG = -8,         /* the user or the caller asked for something impossible */
	NORO_EUNSUPPORTED = -9, /* known, but not decided or read here */
	NORO_ECORRUPT = -10,    /* a digest or an internal check does not hold */
	NORO_EENCRYPTED = -11,  /* a password is needed */
	NORO_EINTR = -12,       /* the user interrupted */
	NORO_ENOSPC = -13,      /* the disk is full */
};

enum noro_at { NORO_AT_NONE, NORO_AT_BYTE, NORO_AT_LINE };

enum { NORO_ERROR_ARGS = 3 };

/*
 * Where a person must act. Fixed size, on the caller's stack, so that reporting
 * cannot fail. `msg` is a message id (static text with %1 %2 %3); the sentence in
 * the reader's language is made in report/lang.h.
 */
struct noro_error {
	enum noro_status status;
	enum noro_at unit;
	uint64_t at;     /* byte offset or line number (from 1) in `where` */
	char where[160]; /* file or object; of a long path the end is kept */
	const char *msg; /* NULL: the generic text of `status` */
	char arg[NORO_ERROR_ARGS][96];
};

/*
 * Fill `err` (NULL is allowed and ignored) and return `status`. Arguments are
 * up to three strings, cut to fit: noro_fail(err, NORO_EIO, N_("cannot read: %1"), text).
 */
#define noro_fail(err, status, ...)                                                                \
	({                                                                                         \
		enum noro_status noro_fail_status_ = (status); /* so that an analyser sees it */   \
		noro_fail_((err), noro_fail_status_, __VA_ARGS__, (const char *)NULL);             \
		noro_fail_status_;                                                                 \
	})
void noro_fail_(struct noro_error *err, enum noro_status status, const char *msg, ...)
	__attribute__((sentinel));

/* Say where: the end of a long `where` is kept. Returns err->status, or NORO_OK for a NULL `err`.
 */
enum noro_status noro_error_at(
	struct noro_error *err, const char *where, enum noro_at unit, uint64_t at);

/* NORO_EIO and its kin for an errno value, with the system's own text as %1 of "%1". */
enum noro_status noro_fail_errno_(struct noro_error *err, int errnum, const char *where);
static inline enum noro_status noro_fail_errno(
	struct noro_error *err, int errnum, const char *where)
{
	enum noro_status st = noro_fail_errno_(err, errnum, where);

	return st < NORO_OK ? st : NORO_EIO; /* so that an analyser sees a failure too */
}

/* The generic English text of a status: a message id. Never NULL. */
const char *noro_status_text(enum noro_status status);

/* A number as an argument of noro_fail: NORO_NUM(n) lives to the end of the block. */
#define NORO_NUM(n) noro_num((char[24]){ 0 }, (uint64_t)(n))
const char *noro_num(char buf[24], uint64_t n);
