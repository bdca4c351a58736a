/*
 * src/telescope/payload.h - what a first payload says: what was wrapped around it is undone,
 * the checks that look at web requests and payloads are asked, and the addresses it names are
 * taken out of it.
 */
#pragma once

#include "base/arena.h"
#include "finding/measure.h"
#include "rule/rule.h"

enum {
	NORO_PAYLOAD_MAX = 4096, /* bytes that are looked at */
	NORO_PAYLOAD_RULES = 32, /* that one payload names */
	NORO_PAYLOAD_CVES = 64,
	NORO_PAYLOAD_URLS = 32,
	NORO_PAYLOAD_NEAR = 3, /* bits by which near payloads differ */
};

/*
 * The checks of one judge: those over records that need evidence of the class web, url or payload.
 * A payload that is an HTTP request is asked as a web log's record would be (method, path, query,
 * host, user_agent, referer, own.body, own.headers, own.<header>), anything else as a record of
 * the shape "payload"; `raw` is the normalised text, dst.port the port.
 *
 * Scratch memory is inside: one judge for each thread. `checks` stays borrowed.
 */
struct noro_payload_rules;
enum noro_status noro_payload_rules_new(const struct noro_rules *checks,
	struct noro_payload_rules **ret, struct noro_error *err) NORO_MUSTUSE;
void noro_payload_rules_free(struct noro_payload_rules *r);

/*
 * Given byte, n, port (and dst, if known): fills sha256, simhash, rules, cve, urls and ja4; lists
 * live in `a`. What a TLS client says first is mostly random: its simhash is of its JA4. The digest
 * is of all bytes, the rest of the first NORO_PAYLOAD_MAX. The answer depends on those and the
 * checks alone.
 */
enum noro_status noro_payload_judge(struct noro_payload_rules *r, struct noro_arena *a,
	struct noro_payload *m, struct noro_error *err) NORO_MUSTUSE;
/* The text the checks were asked about last; until the next call. For tests and for people. */
struct noro_view noro_payload_text(const struct noro_payload_rules *r);
