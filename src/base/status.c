/* src/base/status.c - what a call can say, and where it went wrong. */
#include "base/status.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void copy_cut(char *to, size_t cap, const char *from)
{
	size_t n = strlen(from);

	if (n >= cap)
		n = cap - 1;
	memcpy(to, from, n);
	to[n] = '\0';
}

void noro_fail_(struct noro_error *err, enum noro_status status, const char *msg, ...)
{
	va_list ap;

	if (!err)
		return;
	*err = (struct noro_error){ .status = status, .msg = msg };
	va_start(ap, msg);
	for (size_t i = 0; i < NORO_ERROR_ARGS; i++) {
		const char *a = va_arg(ap, const char *);

		if (!a)
			break;
		copy_cut(err->arg[i], sizeof(err->arg[i]), a);
	}
	va_end(ap);
}

enum noro_status noro_error_at(
	struct noro_error *err, const char *where, enum noro_at unit, uint64_t at)
{
	size_t n = strlen(where);

	if (!err)
		return NORO_OK;
	if (n >= sizeof(err->where))
		where += n - (sizeof(err->where) - 1);
	copy_cut(err->where, sizeof(err->where), where);
	err->unit = unit;
	err->at = at;
	return err->status;
}

static enum noro_status from_errno(int errnum)
{
	switch (errnum) {
	case ENOENT:
	case ENOTDIR:
		return NORO_ENOENT;
	case EACCES:
	case EPERM:
		return NORO_EACCESS;
	case ENOMEM:
		return NORO_ENOMEM;
	case ENOSPC:
	case EDQUOT:
		return NORO_ENOSPC;
	case EINTR:
		return NORO_EINTR;
	default:
		return NORO_EIO;
	}
}

enum noro_status noro_fail_errno_(struct noro_error *err, int errnum, const char *where)
{
	enum noro_status st = from_errno(errnum);
	char text[96];

	(void)noro_fail(err, st, "%1", strerror_r(errnum, text, sizeof(text)));
	(void)noro_error_at(err, where, NORO_AT_NONE, 0);
	return st;
}

const char *noro_status_text(enum noro_status status)
{
	switch (status) {
	case NORO_OK:
		return N_("no error");
	case NORO_END:
		return N_("end of input");
	case NORO_ENOMEM:
		return N_("out of memory");
	case NORO_EIO:
		return N_("input or output failed");
	case NORO_ENOENT:
		return N_("not found");
	case NORO_EACCESS:
		return N_("permission denied");
	case NORO_EFORMAT:
		return N_("not in the expected format");
	case NORO_ETRUNC:
		return N_("input ends too early");
	case NORO_ELIMIT:
		return N_("a limit was reached");
	case NORO_EARG:
		return N_("bad argument");
	case NORO_EUNSUPPORTED:
		return N_("not supported");
	case NORO_ECORRUPT:
		return N_("damaged: a checksum does not match");
	case NORO_EENCRYPTED:
		return N_("encrypted: a password is needed");
	case NORO_EINTR:
		return N_("interrupted");
	case NORO_ENOSPC:
		return N_("no space left on the disk");
	}
	return N_("unknown error");
}

const char *noro_num(char buf[24], uint64_t n)
{
	(void)snprintf(buf, 24, "%" PRIu64, n);
	return buf;
}
