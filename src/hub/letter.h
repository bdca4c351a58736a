/* src/hub/letter.h - the letter by which a member is invited: Japanese and English, as text or as
 * one page of HTML that asks for nothing else, with the address as a QR code. */
#pragma once

#include "hub/gate.h"

struct noro_hub_letter {
	const char *hub, *member; /* names */
	const char *url;          /* of the hub, "https://hub.example/" */
	const char *code;
	int64_t expires_ns;
};
/* NORO_EARG: the address is not https (or http of this machine) or has what no address has. */
enum noro_status noro_hub_letter_text(
	const struct noro_hub_letter *l, struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;
/* NORO_EUNSUPPORTED: libqrencode is not there. */
enum noro_status noro_hub_letter_html(
	const struct noro_hub_letter *l, struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;
