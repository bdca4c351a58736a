/* src/cli/cmd_hub_priv.h - noroshi hub: what its files share. */
#pragma once

#include "cli/cmds.h"
#include "hub/gate.h"
#include "hub/member.h"

#include "base/jsonw.h"
#include "base/progress.h"

#include <pthread.h>

struct hubbing {
	struct noro_cli *cli;
	const struct noro_args *args;
	struct noro_hubdb *db;
	struct noro_hub_gate *gate; /* serve */
	struct noro_key *key;       /* of the hub: signs its log */
	struct noro_hub_act by;     /* who does what is done */
	struct noro_progress progress;
	pthread_mutex_t lock; /* of what is written below */
	int log;
	int code; /* how it ends when nothing went wrong */
};

/* DIR/hub.db, the key of the log, and who asks: --key FILE, or the console. */
enum noro_status noro_hub_cli_open(
	struct hubbing *h, const char *dir, bool must_exist, struct noro_error *err) NORO_MUSTUSE;
const char *noro_hub_cli_path(struct hubbing *h, const char *dir, const char *name);
/* The word behind DIR, or NULL. */
const char *noro_hub_cli_word(const struct hubbing *h, size_t i);
/* "say what to do: ..." */
enum noro_status noro_hub_cli_what(const char *usage, struct noro_error *err);
/* All of it on standard output; frees it. */
enum noro_status noro_hub_cli_emit(
	struct hubbing *h, struct noro_buf *out, struct noro_error *err) NORO_MUSTUSE;
/* A number of a thing, from 1. */
enum noro_status noro_hub_cli_number(
	const char *digits, int64_t *ret, struct noro_error *err) NORO_MUSTUSE;

/* The verbs: each opens the hub itself. */
enum noro_status noro_hub_do_member(struct hubbing *h, const char *dir, struct noro_error *err);
enum noro_status noro_hub_do_group(struct hubbing *h, const char *dir, struct noro_error *err);
enum noro_status noro_hub_do_asset(struct hubbing *h, const char *dir, struct noro_error *err);
enum noro_status noro_hub_do_contact(struct hubbing *h, const char *dir, struct noro_error *err);
enum noro_status noro_hub_do_person(struct hubbing *h, const char *dir, struct noro_error *err);
enum noro_status noro_hub_do_key(struct hubbing *h, const char *dir, struct noro_error *err);
enum noro_status noro_hub_do_invite(struct hubbing *h, const char *dir, struct noro_error *err);
enum noro_status noro_hub_do_audit(struct hubbing *h, const char *verb, struct noro_error *err);
enum noro_status noro_hub_do_backup(struct hubbing *h, const char *dir, struct noro_error *err);
enum noro_status noro_hub_do_restore(struct hubbing *h, const char *dir, struct noro_error *err);
enum noro_status noro_hub_do_tell(struct hubbing *h, const char *dir, struct noro_error *err);
enum noro_status noro_hub_do_doctor(struct hubbing *h, const char *dir, struct noro_error *err);

/* A group and the collection that its members read. */
enum noro_status noro_hub_cli_group(
	struct hubbing *h, const struct noro_hub_group *g, struct noro_error *err) NORO_MUSTUSE;
/* 47 prefectures and 15 sectors. */
enum noro_status noro_hub_cli_councils(struct hubbing *h, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_hub_cli_token(struct hubbing *h, const char *name, const char *token,
	struct noro_error *err) NORO_MUSTUSE;
