/* src/cli/load.h - what every command that uses intelligence loads: knowledge, indicators, checks,
 * site facts. */
#pragma once

#include "cli/cli.h"
#include "device/fact.h"
#include "device/route.h"
#include "intel/import.h"
#include "knowledge/knowledge.h"
#include "rule/rule.h"
#include "source/source.h"

/* The operator's own facts (--site): lists by name. */
struct noro_site {
	struct noro_rule_set *set; /* "site.management", "site.admins" ... */
	size_t sets;
	struct noro_prefix *own; /* of the lists that name the operator's own machines */
	size_t owns;
	bool exercise; /* `exercise: true`: documentation addresses stand for the outside */
};

struct noro_load {
	struct noro_cli *cli;
	const struct noro_args *args;
	const struct noro_knowledge *knowledge; /* NULL with --no-builtin and no --knowledge */
	const char *const *knowledge_dir;
	size_t knowledge_dirs;
	struct noro_site site;
	struct noro_allow *allow;
	struct noro_set *set;
	struct noro_rules *rules;
	struct noro_facts_def *facts; /* tables, patterns and templates of devices; NULL: none */
	const struct noro_prefix
		*protect; /* prefixes of the site list "protected" and of own servers */
	size_t protects;
	const struct noro_vrps *vrps; /* --roas */
	struct noro_intel_used *used;
	size_t useds;
	const char **yara; /* rule files among -i */
	size_t yaras;
	const char **sigma; /* Sigma rules among -i */
	size_t sigmas;
	bool linting;     /* notes are the result, not remarks beside it */
	bool exposure;    /* also the checks that `patch` judges exposure by */
	bool failed_part; /* some of the intelligence or of the checks could not be read */
};

/* The options that hunt and audit have in common: what noro_load_* understands, outputs, times,
 * limits. */
extern const struct noro_opt noro_load_opts[];

/* "-" is standard input. */
const char *noro_load_path(const char *path);

/* All of it, complaining on cli->err about parts that cannot be read. */
enum noro_status noro_load_all(struct noro_cli *cli, const struct noro_args *args,
	struct noro_load *ret, struct noro_error *err) NORO_MUSTUSE;
/* Only the knowledge folders. */
enum noro_status noro_load_knowledge(struct noro_cli *cli, const struct noro_args *args,
	struct noro_load *ret, struct noro_error *err) NORO_MUSTUSE;
/* How devices are read: the device/ part of all knowledge folders; and --roas. */
enum noro_status noro_load_devices(struct noro_load *l, struct noro_error *err) NORO_MUSTUSE;
/* Checks of all knowledge folders, with site facts. */
enum noro_status noro_load_rules(struct noro_load *l, struct noro_error *err) NORO_MUSTUSE;
/* The operator's own facts and allow-lists: --site, --allow. */
enum noro_status noro_load_site(
	struct noro_load *l, const struct noro_args *args, struct noro_error *err) NORO_MUSTUSE;
/* Indicators of files named by words[0..n) and of the knowledge, into a builder. */
enum noro_status noro_load_into(struct noro_load *l, const char *const *word, size_t n,
	bool builtin, struct noro_set_builder *b, struct noro_error *err) NORO_MUSTUSE;
/* The words with each folder replaced by what of it is intelligence, in the arena; a folder without
 * any is complained about. */
enum noro_status noro_load_expand(struct noro_load *l, const char *const *word, size_t n,
	const char *const **ret, size_t *ret_n, struct noro_error *err) NORO_MUSTUSE;
/* Is it a folder of Sigma rules? */
bool noro_load_holds_rules(const char *path);
/* --password-file: one a line, for encrypted archives; in the arena. */
enum noro_status noro_load_passwords(struct noro_cli *cli, const struct noro_args *args,
	struct noro_source_opts *ret, struct noro_error *err) NORO_MUSTUSE;
void noro_load_done(struct noro_load *l);

/* --tz and --show-tz; NULL in *ret for none given. Freed with cli->arena. */
/* `st` of making a set; where --max-memory was in the way, `err` says so. */
enum noro_status noro_load_room(
	const struct noro_args *args, enum noro_status st, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_load_zone(struct noro_cli *cli, const char *name,
	const struct noro_zone **ret, struct noro_error *err) NORO_MUSTUSE;
/* A moment given by a person, read in a zone. */
enum noro_status noro_load_time(const struct noro_cli *cli, const char *option, const char *text,
	const struct noro_zone *zone, int64_t *ret, struct noro_error *err) NORO_MUSTUSE;
/* Every value of a repeatable option, in the arena. */
const char *const *noro_load_list(
	struct noro_cli *cli, const struct noro_args *args, const char *name, size_t *ret_n);
