/*
 * src/telescope/probe.h - what a payload to an unused address asks for: UDP
 * requests by their first bytes (knowledge/probes), TCP SYN payloads by their kind.
 */
#pragma once

#include "base/arena.h"
#include "finding/measure.h"
#include "telescope/klass.h"

struct noro_probe_rule {
	const char *id; /* "ntp-monlist" */
	struct noro_text title;
	uint16_t port; /* usual one; a rule holds on any port unless one of its matches names one */
	double factor; /* bandwidth amplification, 0 not known; source in the data */
	bool reflector; /* a request that makes the answerer a reflector */
};

struct noro_probes;
enum noro_status noro_probes_load(struct noro_arena *a, const char *const *folder, size_t n,
	const struct noro_probes **ret, struct noro_error *err) NORO_MUSTUSE;
size_t noro_probes_n(const struct noro_probes *p);
const struct noro_probe_rule *noro_probes_rule(const struct noro_probes *p, size_t i);
/* The rule that holds for a UDP payload, SIZE_MAX for none: the one whose usual port was asked,
 * else the first. */
size_t noro_probes_test(const struct noro_probes *p, const struct noro_packet *packet);
/* The same for bytes that came without a packet, sent to a UDP port. */
size_t noro_probes_judge(const struct noro_probes *p, struct noro_view payload, uint16_t port);

enum noro_syn_payload {
	NORO_SYNP_NONE,
	NORO_SYNP_TFO, /* only a Fast Open cookie (option 34) */
	NORO_SYNP_HTTP,
	NORO_SYNP_TLS,
	NORO_SYNP_ZEROS,
	NORO_SYNP_TEXT,
	NORO_SYNP_BINARY,
};
enum noro_syn_payload noro_syn_payload(const struct noro_packet *p);
const char *noro_syn_payload_name(enum noro_syn_payload s); /* "syn-http", ... */
enum noro_status noro_probes_self_test(const char *const *folder, size_t n,
	void (*fail)(void *ctx, const char *rule, const char *what), void *ctx, size_t *ret_run,
	struct noro_error *err) NORO_MUSTUSE;
