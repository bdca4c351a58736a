/* src/base/otp.h - one-time codes that go with the clock (TOTP, RFC 6238: HMAC-SHA-1, 30 seconds,
 * six digits), as every authenticator app makes them. */
#pragma once

#include "base/buf.h"

enum { NORO_OTP_SECRET = 20, NORO_OTP_DIGITS = 6, NORO_OTP_STEP_S = 30 };

/* The code of a step (the time in seconds divided by 30). NORO_ENOMEM: OpenSSL refused. */
enum noro_status noro_otp_code(
	struct noro_view secret, int64_t step, char ret[NORO_OTP_DIGITS + 1]) NORO_MUSTUSE;
/*
 * The step whose code this is, of now, the one before and the one after; blanks between the digits
 * are fine. NORO_EACCESS: none. Whether it was used before is for the caller to know.
 */
enum noro_status noro_otp_check(struct noro_view secret, struct noro_view code, int64_t now_ns,
	int64_t *ret_step) NORO_MUSTUSE;
/* "otpauth://totp/..." for a QR code: who is told to the app by issuer and account. */
void noro_otp_url(
	struct noro_view secret, const char *issuer, const char *account, struct noro_buf *out);
