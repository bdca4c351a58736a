/* src/intel/coin.c - base58check, bech32(m), EIP-55 and Monero's base58. */
#include "intel/coin.h"

#include "base/hash.h"

#include <tomcrypt.h>

enum { BASE58_BYTES = 25, BECH32_MIN = 14, BECH32_MAX = 90, BECH32_SUM = 6 };

static int base58_digit(char c)
{
	static const char digits[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Exactly 25 bytes come out, or it is no address. */
static bool base58_decode(struct noro_view v, uint8_t out[BASE58_BYTES])
{
	size_t zeros = 0, lead = 0;

	if (v.n < 26 || v.n > 35)
		return false;
	memset(out, 0, BASE58_BYTES);
	for (size_t i = 0; i < v.n; i++) {
		int carry = base58_digit(v.p[i]);

		if (carry < 0)
			return false;
		for (size_t k = BASE58_BYTES; k-- > 0;) {
			carry += 58 * out[k];
			out[k] = (uint8_t)(carry & 0xff);
			carry >>= 8;
		}
		if (carry)
			return false;
	}
	while (zeros < v.n && v.p[zeros] == '1')
		zeros++;
	while (lead < BASE58_BYTES && out[lead] == 0)
		lead++;
	/* a leading 1 is a zero byte and nothing else is: otherwise two texts had one value */
	return zeros == lead;
}

static enum noro_status sha256_bytes(const void *p, size_t n, uint8_t out[32])
{
	char hex[NORO_HASH_TEXT];
	enum noro_status st = noro_hash_of(NORO_SHA256, noro_view(p, n), hex);

	for (size_t i = 0; st == NORO_OK && i < 32; i++)
		out[i] = (uint8_t)((unsigned)noro_hex_value(hex[2 * i]) << 4 |
				   (unsigned)noro_hex_value(hex[2 * i + 1]));
	return st;
}

/* The version byte of a base58check text whose checksum holds. */
static enum noro_status base58check(struct noro_view v, uint8_t *ret_version)
{
	uint8_t bytes[BASE58_BYTES], once[32], twice[32];
	enum noro_status st;

	if (!base58_decode(v, bytes))
		return NORO_EFORMAT;
	st = sha256_bytes(bytes, BASE58_BYTES - 4, once);
	if (st == NORO_OK)
		st = sha256_bytes(once, sizeof(once), twice);
	if (st != NORO_OK)
		return st;
	if (memcmp(twice, bytes + BASE58_BYTES - 4, 4) != 0)
		return NORO_EFORMAT;
	*ret_version = bytes[0];
	return NORO_OK;
}

static uint32_t bech32_step(uint32_t sum, uint8_t value)
{
	static const uint32_t gen[5] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
		0x2a1462b3 };
	uint32_t top = sum >> 25;

	sum = (sum & 0x1ffffff) << 5 ^ value;
	for (unsigned i = 0; i < 5; i++)
		if (top >> i & 1)
			sum ^= gen[i];
	return sum;
}

/* Upper case as a whole is allowed (BIP 173), mixed case is not. */
static bool one_case(struct noro_view v)
{
	bool upper = false, lower = false;

	for (size_t i = 0; i < v.n; i++) {
		upper |= v.p[i] >= 'A' && v.p[i] <= 'Z';
		lower |= v.p[i] >= 'a' && v.p[i] <= 'z';
	}
	return !(upper && lower);
}

/* The values behind "bc1"; how many, or 0 when a character does not belong. */
static size_t bech32_values(struct noro_view v, uint8_t out[BECH32_MAX])
{
	static const char digits[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
	size_t n = 0;

	for (size_t i = 3; i < v.n; i++) {
		const char *at = v.p[i] ? strchr(digits, noro_lower(v.p[i])) : NULL;

		if (!at)
			return 0;
		out[n++] = (uint8_t)(at - digits);
	}
	return n;
}

static bool bech32_ok(struct noro_view v)
{
	uint8_t value[BECH32_MAX];
	uint32_t sum = 1;
	size_t n, bytes;

	if (v.n < BECH32_MIN || v.n > BECH32_MAX || !noro_view_starts_i(v, "bc1") || !one_case(v))
		return false;
	n = bech32_values(v, value);
	if (n < BECH32_SUM + 1 || value[0] > 16)
		return false;
	for (const char *hrp = "\3\3"; *hrp; hrp++)
		sum = bech32_step(sum, (uint8_t)*hrp);
	sum = bech32_step(sum, 0);
	for (const char *hrp = "\2\3"; *hrp; hrp++) /* 'b' & 31, 'c' & 31 */
		sum = bech32_step(sum, (uint8_t)*hrp);
	for (size_t i = 0; i < n; i++)
		sum = bech32_step(sum, value[i]);
	bytes = (n - BECH32_SUM - 1) * 5 / 8;
	if (value[0] == 0)
		return sum == 1 && (bytes == 20 || bytes == 32);
	return sum == 0x2bc830a3 && bytes >= 2 && bytes <= 40;
}

static void copy_text(struct noro_view v, bool lower, char *out)
{
	for (size_t i = 0; i < v.n; i++)
		out[i] = lower ? noro_lower(v.p[i]) : v.p[i];
	out[v.n] = '\0';
}

enum noro_status noro_coin_btc(struct noro_view v, char out[NORO_COIN_TEXT])
{
	uint8_t version = 0xff;
	enum noro_status st;

	if (bech32_ok(v)) {
		copy_text(v, true, out);
		return NORO_OK;
	}
	if (v.n == 0 || (v.p[0] != '1' && v.p[0] != '3'))
		return NORO_EFORMAT;
	st = base58check(v, &version);
	if (st != NORO_OK)
		return st;
	if (version != 0 && version != 5)
		return NORO_EFORMAT;
	copy_text(v, false, out);
	return NORO_OK;
}

enum noro_status noro_coin_tron(struct noro_view v, char out[NORO_COIN_TEXT])
{
	uint8_t version = 0;
	enum noro_status st;

	if (v.n != 34 || v.p[0] != 'T')
		return NORO_EFORMAT;
	st = base58check(v, &version);
	if (st != NORO_OK)
		return st;
	if (version != 0x41)
		return NORO_EFORMAT;
	copy_text(v, false, out);
	return NORO_OK;
}

/*
 * Keccak-256 as Ethereum and Monero use it is SHA3-256 with the first padding byte 01
 * instead of 06. libtomcrypt 1.18 has only the standard one, so the difference
 * is put into its state before it pads: the padding byte stands behind the bytes
 * of the last, unfinished word. Shorter than a block, so that that word is still there.
 */
enum { KECCAK_MOST = 135 };

static bool keccak256(const void *p, size_t n, uint8_t out[32])
{
	hash_state md;

	if (n > KECCAK_MOST || sha3_256_init(&md) != CRYPT_OK)
		return false;
	if (sha3_process(&md, p, (unsigned long)n) != CRYPT_OK)
		return false;
	md.sha3.saved ^= (ulong64)(0x06 ^ 0x01) << 8 * (n % 8);
	return sha3_done(&md, out) == CRYPT_OK;
}

enum noro_status noro_coin_eth(struct noro_view v, char out[NORO_COIN_TEXT])
{
	uint8_t digest[32];

	if (v.n != 42 || v.p[0] != '0' || noro_lower(v.p[1]) != 'x')
		return NORO_EFORMAT;
	for (size_t i = 2; i < v.n; i++)
		if (!noro_is_hex(v.p[i]))
			return NORO_EFORMAT;
	copy_text(v, true, out);
	if (one_case(noro_view_sub(v, 2, 40)))
		return NORO_OK;
	if (!keccak256(out + 2, 40, digest))
		return NORO_EUNSUPPORTED;
	for (size_t i = 0; i < 40; i++) {
		unsigned nibble = i % 2 ? digest[i / 2] & 15u : digest[i / 2] >> 4;
		bool upper = v.p[i + 2] >= 'A' && v.p[i + 2] <= 'F';

		if (noro_is_alpha(v.p[i + 2]) && upper != (nibble >= 8))
			return NORO_EFORMAT;
	}
	return NORO_OK;
}

/* --- Monero --- */

enum { XMR_BLOCK = 11, XMR_BYTES = 80, XMR_LEAST = 95, XMR_MOST = 106, XMR_SUM = 4 };

/* Eleven digits are eight bytes, seven (the last ones) are five; a value that needs more is none.
 */
static size_t xmr_block(const char *p, size_t n, uint8_t *out)
{
	size_t bytes = n == XMR_BLOCK ? 8 : 5;
	unsigned __int128 v = 0;

	for (size_t i = 0; i < n; i++) {
		int digit = base58_digit(p[i]);

		if (digit < 0)
			return 0;
		v = v * 58 + (unsigned)digit;
	}
	if (v >> 8 * bytes)
		return 0;
	for (size_t i = bytes; i-- > 0; v >>= 8)
		out[i] = (uint8_t)v;
	return bytes;
}

enum noro_status noro_coin_xmr(struct noro_view v, char out[NORO_COIN_TEXT])
{
	uint8_t bytes[XMR_BYTES], digest[32];
	size_t n = 0;

	if ((v.n != XMR_LEAST && v.n != XMR_MOST) || (v.p[0] != '4' && v.p[0] != '8'))
		return NORO_EFORMAT;
	for (size_t i = 0; i < v.n; i += XMR_BLOCK) {
		size_t one =
			xmr_block(v.p + i, v.n - i < XMR_BLOCK ? v.n - i : XMR_BLOCK, bytes + n);

		if (!one)
			return NORO_EFORMAT;
		n += one;
	}
	/* 18 an address, 42 a subaddress, 19 one with a payment id */
	if (v.n == XMR_MOST ? bytes[0] != 19 : bytes[0] != 18 && bytes[0] != 42)
		return NORO_EFORMAT;
	if (!keccak256(bytes, n - XMR_SUM, digest))
		return NORO_EUNSUPPORTED;
	if (memcmp(digest, bytes + n - XMR_SUM, XMR_SUM) != 0)
		return NORO_EFORMAT;
	copy_text(v, false, out);
	return NORO_OK;
}
