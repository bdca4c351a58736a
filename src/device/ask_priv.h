/* src/device/ask_priv.h - from rows to findings. */
#pragma once

#include "device/audit_priv.h"

enum {
	MAX_EVENTS = 1 << 16, /* of one device; more are counted */
	MAX_RECORD = 1024,    /* bytes of a statement in a finding */
};

/* Where an event stands. */
struct stand {
	struct noro_place at;
	const char *container;
	unsigned grade;
	bool state; /* in an output, not in a configuration */
};

/* What remains of a device after its examination. */
struct outcome {
	struct noro_arena *a;
	struct noro_rule_event *event;
	size_t events, event_cap;
	struct stand *place;
	size_t places, place_cap;
	uint64_t dropped;
	struct noro_machine machine;
	enum noro_status status;
	struct noro_error err;
};

/* The rows of an examined device for the rule engine; borrowed. */
struct noro_rule_rows noro_exam_rows(const struct exam *x);
/* joined.c: a finding of the configuration that the running state shows as well is one step worse.
 */
enum noro_status noro_findings_confirm(
	struct noro_arena *a, struct noro_finding *f, const uint8_t *source, size_t n) NORO_MUSTUSE;
enum noro_status noro_outcome_ask(
	struct outcome *o, const struct exam *x, struct noro_rule_worker *w) NORO_MUSTUSE;
/* collector.c: what a collector's file said, for the checks, and its page. */
enum noro_status noro_collected_ask(
	struct noro_audit *u, size_t i, struct outcome *o, struct noro_rule_worker *w) NORO_MUSTUSE;
