/*
 * src/cli/cmd_sense_priv.h - what the verbs of `noroshi sense` share.
 *
 * A verb is a row of the table in cmd_sense.c and a function in a file of its own family:
 * cmd_sense_read.c fills the history, cmd_sense_report.c answers from it.
 */
#pragma once

#include "cli/cmds.h"
#include "cli/load.h"
#include "observe/observe.h"
#include "telescope/scope.h"
#include "telescope/tuple.h"

struct noro_spool;

struct sensing {
	struct noro_cli *cli;
	const struct noro_args *args;
	struct noro_load load;
	struct noro_history *h;
	struct noro_progress progress;
	struct noro_sensor sensor;
	struct noro_tools const *tools;
	struct noro_probes const *probes;
	struct noro_tags *tags;
	struct noro_research const *research;
	struct noro_scope *scope;
	struct noro_tuples *tuples; /* export of captures: packets go there, not to the scope */
	uint64_t captures, unread;
	unsigned jobs;             /* without --jobs; 0: as many as processors */
	struct noro_error failed;  /* why a file could not be taken up to its end: the work ends */
	uint64_t findings;         /* what cron must hear of: the exit code */
	struct noro_spool *spool;  /* of --spool, NULL */
	struct noro_measures both; /* into history and spool */
};

/* Ceilings of numbers that a person gives. */
enum { NORO_SENSE_TOP = 1000000, NORO_SENSE_RINGS = 16 };
#define NORO_SENSE_PACKETS UINT64_C(100000000000)

/* The history of --store, or one in memory; every verb may call it once. */
enum noro_status noro_sense_store(
	struct sensing *s, bool must_exist, struct noro_error *err) NORO_MUSTUSE;
/* Where measures go: the history, and the spool of --spool. Publish makes what the spool got
 * durable and visible, and says how much. */
enum noro_status noro_sense_spool(
	struct sensing *s, const struct noro_measures **ret, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_sense_publish(struct sensing *s, struct noro_error *err) NORO_MUSTUSE;
/* The sensor of --sensor and --name, or of --addresses. */
enum noro_status noro_sense_sensor(struct sensing *s, struct noro_error *err) NORO_MUSTUSE;
/* Of a file that may describe several; name NULL: it describes one. */
enum noro_status noro_sense_sensor_of(
	struct sensing *s, const char *path, const char *name, struct noro_error *err) NORO_MUSTUSE;
/* On standard error: why packets were not whole, how many frames were no packets. */
void noro_sense_say_flaws(const struct sensing *s);
/* Files and folders through the scope into the history, as one batch. */
enum noro_status noro_sense_captures(struct sensing *s, const char *const *path, size_t paths,
	struct noro_error *err) NORO_MUSTUSE;
/* The same without a batch: every packet goes to the scope, or to the tuples. */
enum noro_status noro_sense_walk(struct sensing *s, const char *const *path, size_t paths,
	struct noro_error *err) NORO_MUSTUSE;
/* Tools, probes, tags and research lists. */
enum noro_status noro_sense_tables(struct sensing *s, struct noro_error *err) NORO_MUSTUSE;
/* Tools, probes, tags and research lists, as the options and the sensor's description name them;
 * then the scope of the sensor. */
enum noro_status noro_sense_scope(
	struct sensing *s, const struct noro_measures *to, struct noro_error *err) NORO_MUSTUSE;
/* The period of --since and --until (otherwise the last 30 days of the history), the sensors it
 * has. */
struct noro_sense_report;
enum noro_status noro_sense_period(struct sensing *s, struct noro_ask *ask,
	struct noro_sense_report *r, struct noro_error *err) NORO_MUSTUSE;
/* All that the history holds, unless --since or --until asks for less. */
enum noro_status noro_sense_whole(
	struct sensing *s, struct noro_ask *ask, struct noro_error *err) NORO_MUSTUSE;
/* Everything the report says about what the history holds, in the format that was asked for. */
enum noro_status noro_sense_report_all(struct sensing *s, struct noro_error *err) NORO_MUSTUSE;

/* The same as text on the screen, and as a page in a file. */
enum noro_status noro_sense_report_page(
	struct sensing *s, const char *path, struct noro_error *err) NORO_MUSTUSE;

/* The checks as the judge of first payloads; a noro_history_judge_fn and the responder's. */
struct noro_sense_judge;
enum noro_status noro_sense_judge_new(
	struct sensing *s, struct noro_sense_judge **ret, struct noro_error *err) NORO_MUSTUSE;
void noro_sense_judge_free(struct noro_sense_judge *j);
enum noro_status noro_sense_judge(void *ctx, struct noro_payload *m) NORO_MUSTUSE;

/* The verbs. */
enum noro_status noro_sense_do_campaigns(struct sensing *s, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_sense_do_payloads(struct sensing *s, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_sense_do_read(struct sensing *s, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_sense_do_report(struct sensing *s, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_sense_do_rank(struct sensing *s, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_sense_do_rows(struct sensing *s, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_sense_do_simulate(struct sensing *s, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_sense_do_send(struct sensing *s, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_sense_do_receive(struct sensing *s, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_sense_do_key(struct sensing *s, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_sense_do_run(struct sensing *s, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_sense_do_demo(struct sensing *s, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_sense_do_export(struct sensing *s, struct noro_error *err) NORO_MUSTUSE;
/* Where an export goes: standard output, or the file of --output, which gets its name when all is
 * written. Close with the status so far; what could not be written is the reason that counts. */
struct noro_sense_out {
	FILE *stream;
	struct noro_outfile *file;
	struct noro_error why;
};
enum noro_status noro_sense_out_open(
	struct sensing *s, struct noro_sense_out *to, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_sense_out_write(void *ctx, struct noro_view bytes) NORO_MUSTUSE;
enum noro_status noro_sense_out_close(
	struct noro_sense_out *to, enum noro_status st, struct noro_error *err) NORO_MUSTUSE;
/* Of captures; `how` is an enum noro_flows_format. */
enum noro_status noro_sense_do_flows(
	struct sensing *s, int how, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_sense_do_surge(struct sensing *s, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_sense_do_trend(struct sensing *s, struct noro_error *err) NORO_MUSTUSE;
