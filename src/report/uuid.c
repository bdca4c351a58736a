/* src/report/uuid.c - version 5 UUIDs (RFC 9562 section 5.5). */
#include "report/uuid_priv.h"

#include "base/buf.h"
#include "base/hash.h"

#include <stdio.h>

enum noro_status noro_uuid5(
	const uint8_t space[16], struct noro_view name, char out[NORO_UUID_TEXT])
{
	struct noro_buf all = { 0 };
	char hex[NORO_HASH_TEXT];
	enum noro_status st;

	noro_buf_add(&all, space, 16);
	noro_buf_view(&all, name);
	st = all.status;
	if (st == NORO_OK)
		st = noro_hash_of(NORO_SHA1, noro_buf_as_view(&all), hex);
	noro_buf_done(&all);
	if (st != NORO_OK)
		return st;
	hex[12] = '5';
	hex[16] = "89ab"[noro_hex_value(hex[16]) & 3];
	(void)snprintf(out, NORO_UUID_TEXT, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
		hex + 16, hex + 20);
	return NORO_OK;
}
