/* src/base/otp.c - RFC 4226 and RFC 6238. */
#include "base/otp.h"

#include "base/base64.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { MILLION = 1000000, MAX_SECRET = 80 };

enum noro_status noro_otp_code(struct noro_view secret, int64_t step, char ret[NORO_OTP_DIGITS + 1])
{
	uint8_t counter[8], mac[20];
	unsigned n = 0, at;
	uint32_t code;

	for (int i = 0; i < 8; i++)
		counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
	if (secret.n > MAX_SECRET ||
		!HMAC(EVP_sha1(), secret.p, (int)secret.n, counter, sizeof(counter), mac, &n) ||
		n != sizeof(mac))
		return NORO_ENOMEM;
	at = mac[19] & 15; /* RFC 4226, 5.3 */
	code = ((uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 |
		       (uint32_t)mac[at + 2] << 8 | mac[at + 3]) %
	       MILLION;
	for (int i = NORO_OTP_DIGITS - 1; i >= 0; i--) {
		ret[i] = (char)('0' + code % 10);
		code /= 10;
	}
	ret[NORO_OTP_DIGITS] = '\0';
	return NORO_OK;
}

static bool read_code(struct noro_view v, char ret[NORO_OTP_DIGITS])
{
	size_t n = 0;

	for (size_t i = 0; i < v.n; i++) {
		if (i < 32 && v.p[i] == ' ')
			continue;
		if (!noro_is_digit(v.p[i]) || n == NORO_OTP_DIGITS)
			return false;
		ret[n++] = v.p[i];
	}
	return n == NORO_OTP_DIGITS;
}

enum noro_status noro_otp_check(
	struct noro_view secret, struct noro_view code, int64_t now_ns, int64_t *ret_step)
{
	char given[NORO_OTP_DIGITS], right[NORO_OTP_DIGITS + 1];
	int64_t step = now_ns / (INT64_C(1000000000) * NORO_OTP_STEP_S);
	enum noro_status st = NORO_EACCESS;

	if (!secret.n || !read_code(code, given))
		return NORO_EACCESS;
	for (int64_t i = step - 1; i <= step + 1; i++) { /* all three, whichever it is */
		if (noro_otp_code(secret, i, right) != NORO_OK)
			return NORO_ENOMEM;
		if (CRYPTO_memcmp(given, right, NORO_OTP_DIGITS) == 0) {
			*ret_step = i;
			st = NORO_OK;
		}
	}
	return st;
}

static void quote(const char *s, struct noro_buf *out)
{
	for (; *s; s++)
		if (noro_is_alnum(*s) || strchr("-._~", *s))
			noro_buf_chr(out, *s);
		else
			noro_buf_printf(out, "%%%02X", (uint8_t)*s);
}

void noro_otp_url(
	struct noro_view secret, const char *issuer, const char *account, struct noro_buf *out)
{
	noro_buf_str(out, "otpauth://totp/");
	quote(issuer, out);
	noro_buf_str(out, ":");
	quote(account, out);
	noro_buf_str(out, "?secret=");
	noro_base32(secret, out);
	noro_buf_str(out, "&issuer=");
	quote(issuer, out);
}
