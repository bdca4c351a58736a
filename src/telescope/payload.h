/*
 * src/telescope/payload.h - first payloads: normalised, matched to rules for known flaws
 * (knowledge/payloads), mined for addresses of the next stage, and clustered where no rule
 * holds - the lane in which something new shows first.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "finding/measure.h"

struct noro_payload_rule {
	const char *id;
	struct noro_text title;
	struct noro_list cve, attack, products;
	unsigned confidence;
	bool kev;         /* filled when a KEV list is given */
	int64_t added_ns; /* to KEV; NORO_TIME_NONE */
};

struct noro_payload_rules;
enum noro_status noro_payload_rules_load(struct noro_arena *a, const char *const *folder, size_t n,
	const struct noro_payload_rules **ret, struct noro_error *err) NORO_MUSTUSE;
size_t noro_payload_rules_n(const struct noro_payload_rules *r);
const struct noro_payload_rule *noro_payload_rules_at(const struct noro_payload_rules *r, size_t i);

/*
 * Percent-decoded twice, `+`, \x, unicode escapes, ${lower:l} and its kin unfolded, path in lower
 * case: what rules see. Never longer than the input + 64; `out` is cleared first.
 */
enum noro_status noro_payload_normal(struct noro_view raw, struct noro_buf *out) NORO_MUSTUSE;
/* Indices of rules that hold, at most `cap`; port is a hint, never a condition unless the rule says
 * so. */
size_t noro_payload_match(const struct noro_payload_rules *r, struct noro_view raw,
	const char *port, size_t *ret, size_t cap);
/* Rules, CVEs, URLs and hosts (wget, curl, tftp, ftpget, busybox, powershell, echo-hex), simhash,
 * hash. */
enum noro_status noro_payload_read(const struct noro_payload_rules *r, struct noro_arena *a,
	struct noro_payload *io) NORO_MUSTUSE;
uint64_t noro_simhash(struct noro_view normal);
enum noro_status noro_payload_self_test(const char *const *folder, size_t n,
	void (*fail)(void *ctx, const char *rule, const char *what), void *ctx, size_t *ret_run,
	struct noro_error *err) NORO_MUSTUSE;
