/* src/device/ask_priv.h - from rows to findings. */
#pragma once

#include "device/audit_priv.h"

enum {
	MAX_EVENTS = 1 << 16, /* of one device; more are counted */
	MAX_RECORD = 1024,    /* bytes of a statement in a finding */
};

/* Where an event stands that is compared with those of other devices. */
struct stand {
	struct noro_place at;
	const char *container;
	unsigned grade;
	bool state; /* in an output, not in a configuration */
};

/* A finding without what all of its check share. Texts are part of the result. */
struct found {
	uint32_t check;
	uint8_t severity, confidence, sort, grade;
	uint8_t id[16];
	uint64_t count;
	int64_t first_ns, last_ns;
	const struct noro_msg *reason;
	const char *type, *value, *role, *container;
	const struct noro_place *place;
	const char *const *host;
	uint16_t reasons, places, hosts;
	uint8_t time_from;
	uint8_t source; /* bits: 1 a configuration shows it, 2 the state */
};

/* What remains of a device after its examination. */
struct outcome {
	struct noro_machine machine;
	const struct found *found; /* in order of checks */
	size_t founds;
	const struct noro_rule_event *event; /* that checks compare between devices */
	const struct stand *place;
	size_t events;
	const struct noro_audit_line *line; /* that a check on rows spoke of */
	size_t lines;
	uint64_t dropped;   /* events beyond MAX_EVENTS */
	uint64_t undecided; /* times an expression gave up */
	enum noro_status status;
};

/* The rows of an examined device for the rule engine; borrowed. */
struct noro_rule_rows noro_exam_rows(const struct exam *x);
/* joined.c: a finding of the configuration that the running state shows as well is one step worse.
 */
enum noro_status noro_findings_confirm(
	struct noro_arena *a, struct noro_finding *f, const uint8_t *source, size_t n) NORO_MUSTUSE;
/* Examine x->text and put down what remains in the desk's memory; its scratch is the caller's. */
enum noro_status noro_exam_outcome(struct exam *x, struct desk *d, struct outcome *o) NORO_MUSTUSE;
/* collector.c: the same of a collector's file. */
enum noro_status noro_collected_outcome(
	struct noro_audit *u, size_t i, struct desk *d, struct outcome *o) NORO_MUSTUSE;
/* What the checks say of rows; o->machine is known. */
enum noro_status noro_outcome_ask(
	struct outcome *o, const struct exam *x, struct desk *d) NORO_MUSTUSE;
/* found.c: a finding as `found`, its texts in the keeping of the desk, and back again. */
enum noro_status noro_found_pack(const struct noro_finding *f, uint32_t check, struct desk *d,
	struct found *ret) NORO_MUSTUSE;
void noro_found_unpack(const struct found *k, const struct noro_rules *r, struct noro_finding *ret);
/* conclude.c: a note of the result on a text; its arguments are copied. */
enum noro_status noro_audit_tell(struct noro_audit *u, struct noro_arena *a, const char *path,
	const struct noro_msg *what) NORO_MUSTUSE;
/* gather.c: findings of all devices, and what checks say of the devices together. */
enum noro_status noro_fleet_findings(struct noro_audit *u, const struct outcome *const *o, size_t n,
	struct noro_arena *a, struct noro_audit_result *ret, struct noro_error *err) NORO_MUSTUSE;
