/* src/cli/cmd_hub_seen_priv.h - what the verbs of cmd_hub_seen.h share. */
#pragma once

#include "base/jsonw.h"
#include "cli/cmd_hub_seen.h"
#include "hub/correlate.h"
#include "store/hub_audit.h"

struct seeing {
	struct noro_cli *cli;
	const struct noro_args *args;
	struct noro_hubdb *db;
	struct noro_hub_act by; /* who looks */
	struct noro_allow *allow;
	bool found, unread, failed; /* the exit code */
};

/* Who looked at what, or took it in, stands in the hub's log before it is shown. */
enum noro_status noro_hub_seen_log(struct seeing *s, const char *verb, const char *object,
	uint64_t n, struct noro_error *err) NORO_MUSTUSE;
/* "2025-08-27" */
const char *noro_hub_seen_day(int64_t day, char out[NORO_TIME_TEXT]);
/* --allow, over what is built in. */
enum noro_status noro_hub_seen_allow(struct seeing *s, struct noro_error *err) NORO_MUSTUSE;

enum noro_status noro_hub_do_import(struct seeing *s, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_hub_do_correlate(struct seeing *s, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_hub_do_value(struct seeing *s, struct noro_error *err) NORO_MUSTUSE;
/* One correlation: a line and its explanation, or a JSON line. */
void noro_hub_show(struct seeing *s, const struct noro_hub_correlation *r, struct noro_buf *out);
