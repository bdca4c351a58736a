/*
 * src/evidence/tls.h - the first thing a TLS client says (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2), and
 * its JA4 fingerprint (FoxIO 2023; the client's part, BSD 3-Clause).
 */
#pragma once

#include "base/hash.h"

enum {
	NORO_TLS_CIPHERS = 512, /* kept; more are counted as if there were no more */
	NORO_TLS_EXTENSIONS = 256,
	NORO_TLS_SIGNATURES = 128,
	NORO_TLS_HELLO_MAX = 16384, /* bytes of one that comes in several records */
	NORO_JA4_TEXT = 37,
};

/* Without the values that RFC 8701 reserves for greasing. Views are borrowed. */
struct noro_tls_hello {
	uint16_t version; /* the highest that is offered */
	uint16_t cipher[NORO_TLS_CIPHERS], extension[NORO_TLS_EXTENSIONS],
		signature[NORO_TLS_SIGNATURES];
	unsigned ciphers, extensions, signatures; /* in the order in which they stand */
	bool has_name;
	struct noro_view name; /* the host of server_name, as it stands: hostile */
	struct noro_view alpn; /* the first protocol */
};

/*
 * `bytes` begin with a record of a TLS handshake. True: they hold a whole ClientHello, over as many
 * records as it takes; one of several is put together in `room`, which must live as long as *ret.
 */
bool noro_tls_hello(
	struct noro_view bytes, uint8_t room[NORO_TLS_HELLO_MAX], struct noro_tls_hello *ret);
/* `over`: 't' TCP, 'q' QUIC, 'd' DTLS. `hash` makes SHA-256. */
enum noro_status noro_tls_ja4(const struct noro_tls_hello *h, char over, struct noro_hash *hash,
	char out[NORO_JA4_TEXT]) NORO_MUSTUSE;
