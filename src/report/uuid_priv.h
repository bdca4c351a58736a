/* src/report/uuid_priv.h - deterministic identifiers. */
#pragma once

#include "base/status.h"
#include "base/view.h"

enum { NORO_UUID_TEXT = 37 };

/* The version 5 UUID of a name in a name space, as text. */
enum noro_status noro_uuid5(
	const uint8_t space[16], struct noro_view name, char out[NORO_UUID_TEXT]) NORO_MUSTUSE;
