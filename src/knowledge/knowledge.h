/*
 * src/knowledge/knowledge.h - what the world knows, as data: advisories, actors,
 * incidents, ATT&CK, reporting forms. Read from YAML folders (knowledge/), never
 * compiled in. Everything lives in the arena it was loaded into and is immutable.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"

/* One text in both languages. Names that need no translation carry it twice. Either may be NULL. */
struct noro_bitext {
	const char *en, *ja;
};

struct noro_strings {
	const char *const *item;
	size_t n;
};

/* A day, month or year as it was written; `ns` is its first nanosecond (of an end: its last). */
struct noro_day {
	int64_t ns;       /* NORO_TIME_NONE: not said */
	const char *text; /* "2025-08-27", "2021-08", "2021"; NULL: not said */
};

/*
 * Where a fact was read, and how far that is to be trusted: P primary text read,
 * D third party's derivation of it, N news or blog, C computed here, GK general
 * knowledge with no page read.
 */
struct noro_origin {
	struct noro_strings source; /* ids of struct noro_know_source */
	const char *trust;          /* "P", "D", "N", "C", "GK"; NULL: that of the sources */
};

struct noro_know_source {
	const char *id, *url, *trust;
	struct noro_bitext title;
	struct noro_day date;
};

/* ---- advisories ---- */

struct noro_know_revision {
	struct noro_day date;
	struct noro_bitext note;
};

struct noro_know_issuer {
	const char *country; /* ISO 3166 */
	struct noro_bitext name;
	bool lead;
};

/* A published file of the advisory, so that a copy can be recognised. */
struct noro_know_file {
	const char *name, *sha256;
	struct noro_origin origin;
};

/* As listed. `kind` is a name of intel/indicator.h, or "file": then `value` is its name. */
struct noro_know_ioc {
	const char *kind, *value;
	const char *sha256, *sha1, *md5, *ssdeep;
	const char *role; /* "hunt", "block", "context"; NULL: hunt */
	const char *country, *network;
	struct noro_strings malware;
	struct noro_bitext note;
	struct noro_day from, until; /* not said: the window of the advisory */
};

/* As printed; the id is never rewritten, noro_knowledge_technique() gives today's. */
struct noro_know_cited {
	const char *id;     /* "T1562.004"; "TA0011" for a tactic that stands alone */
	const char *tactic; /* under which it is printed: "defense-evasion"; NULL for a tactic */
	struct noro_origin origin;
};

struct noro_know_cve {
	const char *id, *vendor, *product;
	struct noro_day kev; /* when CISA added it to its catalogue of exploited ones */
	struct noro_bitext role;
	struct noro_origin origin;
};

struct noro_behaviour {
	const char *id; /* "BHV-01", of its advisory */
	struct noro_bitext title, looks;
	struct noro_bitext caution;   /* what looks the same and is harmless */
	struct noro_strings tokens;   /* exact words to look for */
	struct noro_strings evidence; /* cfg, sys, pcap, flow, fs, rt, web */
	struct noro_strings classes;  /* evidence classes as in coverage: config, command, ... */
	struct noro_strings attack;
	struct noro_strings cve;
	struct noro_origin origin;
};

/* One line of guidance. */
struct noro_advice {
	struct noro_bitext text;
	struct noro_strings behaviours; /* ids it hinders or finds */
	struct noro_strings commands;   /* exact words, where there are any */
	struct noro_origin origin;
};

/* Groups stand in the order in which they are worth doing. */
struct noro_advice_group {
	struct noro_bitext title;
	const struct noro_advice *item;
	size_t items;
};

struct noro_know_case {
	struct noro_bitext title, text;
	struct noro_day from, until;
	struct noro_origin origin;
};

struct noro_advisory {
	const char *id;
	struct noro_strings also; /* other ids of the same document */
	struct noro_bitext title, summary, caution;
	const char *tlp; /* "CLEAR" */
	const struct noro_know_revision *revision;
	size_t revisions;
	const struct noro_know_issuer *issuer;
	size_t issuers;
	struct noro_strings actors;  /* ids of actors whose reporting it overlaps */
	struct noro_day from, until; /* when its indicators were seen in use */
	struct noro_bitext window_note;
	const char *attack_version; /* "17" */
	const char *d3fend_version;
	struct noro_strings d3fend;
	const struct noro_know_file *file;
	size_t files;
	const struct noro_know_ioc *ioc;
	size_t iocs;
	const struct noro_know_cited *technique;
	size_t techniques;
	const struct noro_know_cve *cve;
	size_t cves;
	const struct noro_behaviour *behaviour;
	size_t behaviours;
	const struct noro_know_case *cases;
	size_t n_cases;
	const struct noro_advice_group *mitigation, *hunting;
	size_t mitigations, huntings;
	struct noro_origin origin;
};

/* ---- actors and incidents ---- */

/*
 * "Source S says: A is called N" or "A overlaps, is part of, serves, supplies B".
 * Never a fact by itself: claims of different sources may contradict each other.
 */
struct noro_claim {
	const char *rel; /* "alias", "overlaps", "part-of", "serves", "supplies", "uses" */
	struct noro_strings names; /* alias: other names */
	struct noro_strings to;    /* else: ids of actors */
	const char *about;         /* the actor, when the claim stands apart from its record */
	struct noro_bitext by;     /* who says so */
	struct noro_bitext note;
	struct noro_origin origin;
};

struct noro_know_event {
	struct noro_day date;
	const char
		*kind; /* advisory, sanction, indictment, attribution, warning, takedown, report */
	struct noro_bitext issuer, title;
	const char *advisory;       /* id, NULL */
	struct noro_strings actors; /* when it stands apart from a record */
	struct noro_origin origin;
};

struct noro_actor {
	const char *id, *type, *state; /* actor, organ, unit, company, malware; "CN" or NULL */
	struct noro_bitext name, summary;
	const char *attack_id; /* "G1045" */
	struct noro_day since;
	struct noro_strings regions;
	const struct noro_bitext *sector; /* array */
	size_t sectors;
	const struct noro_claim *claim;
	size_t claims;
	const struct noro_know_event *event;
	size_t events;
	struct noro_strings spellings; /* of its names in Japanese: ours, no claim of anybody */
	struct noro_strings techniques, cves, malware;
	const struct noro_bitext *indicator; /* kinds by which it is found */
	size_t indicators;
	struct noro_origin technique_origin, cve_origin, malware_origin, origin;
	const struct noro_bitext *sign; /* how it is recognised, one line each */
	size_t signs;
};

struct noro_incident {
	const char *id;
	struct noro_bitext name, summary, victim;
	struct noro_day from, until;
	struct noro_strings actors, regions, cves, techniques, advisories;
	struct noro_bitext attributed; /* who named whom, when */
	const struct noro_bitext *fact;
	size_t facts;
	struct noro_origin origin;
};

/* ---- ATT&CK ---- */

struct noro_technique {
	const char *id;
	struct noro_bitext name;     /* ja NULL where we wrote none */
	struct noro_strings tactics; /* short names: "defense-evasion" */
	const char *revoked_by;      /* direct successor, NULL */
	const char *revoked_in;      /* where that succession was read; NULL: in `release` */
	const char *domain;          /* "enterprise", "ics", "mobile" */
	const char *release;         /* of ATT&CK, or the list it was taken from */
	bool deprecated;
};

struct noro_tactic {
	const char *id, *key; /* "TA0005", "defense-evasion" */
	struct noro_bitext name;
	const char *domain;
};

/* ---- reporting ---- */

/* To whom and by when. Facts of law age: `as_of` says when this was true. */
struct noro_report_duty {
	struct noro_bitext recipient, when, deadline, basis, note;
	struct noro_day as_of;
	struct noro_origin origin;
};

struct noro_report_field {
	const char *id;
	struct noro_bitext label, hint;
	const char
		*fill; /* what of a run fills it (docs/decisions/0004): NULL, only a person knows */
	struct noro_strings options; /* choices of the form, ja */
	bool required;
};

struct noro_report_section {
	struct noro_bitext title;
	const struct noro_report_field *field;
	size_t fields;
};

struct noro_report_form {
	const char *id; /* "ddos", "ransomware", "intrusion" */
	struct noro_bitext title, note;
	struct noro_day as_of;
	const struct noro_report_section *section;
	size_t sections;
	const struct noro_report_duty *duty;
	size_t duties;
	struct noro_origin origin;
};

/* ---- the whole ---- */

struct noro_knowledge_index; /* names and ids, sorted */

struct noro_knowledge {
	const struct noro_advisory *const *advisory;
	size_t advisories;
	const struct noro_actor *const *actor;
	size_t actors;
	const struct noro_incident *const *incident;
	size_t incidents;
	const struct noro_claim *const *claim; /* that stand apart from a record */
	size_t claims;
	const struct noro_know_event *const *event;
	size_t events;
	const struct noro_technique *const *technique;
	size_t techniques;
	const struct noro_tactic *const *tactic;
	size_t tactics;
	const struct noro_report_form *const *form;
	size_t forms;
	const struct noro_know_source *const *source;
	size_t sources;
	const struct noro_knowledge_index *index;
};

/*
 * Read sources/, advisories/, actors/, incidents/, attack/ and reporting/ (*.yaml) of each
 * folder; a missing sub-folder is fine, a missing folder is not. Strict: an unknown key or a wrong
 * kind is an error with file and line. A record of a later folder replaces the one of the same id
 * of an earlier folder; twice in one folder is an error.
 */
enum noro_status noro_knowledge_load(const char *const *dirs, size_t n, struct noro_arena *a,
	const struct noro_knowledge **ret, struct noro_error *err) NORO_MUSTUSE;

/* One file's text for a named sub-folder ("advisories", ...): what the loader does to each file. */
enum noro_status noro_knowledge_parse(const char *folder, struct noro_view text,
	struct noro_arena *a, const struct noro_knowledge **ret,
	struct noro_error *err) NORO_MUSTUSE;

/* By id, also by its other ids; case does not matter. NULL if unknown. */
const struct noro_advisory *noro_knowledge_advisory(const struct noro_knowledge *k, const char *id);
const struct noro_know_source *noro_knowledge_source(
	const struct noro_knowledge *k, const char *id);
const struct noro_incident *noro_knowledge_incident(const struct noro_knowledge *k, const char *id);
const struct noro_report_form *noro_knowledge_form(const struct noro_knowledge *k, const char *id);
/* The behaviour of an advisory, by its id. */
const struct noro_behaviour *noro_advisory_behaviour(
	const struct noro_advisory *adv, const char *id);

/* An actor by its own id or name, NULL if none. */
const struct noro_actor *noro_knowledge_actor(const struct noro_knowledge *k, const char *id);

/* One record that a name leads to, and the claim that leads there (NULL: its own name). */
struct noro_actor_hit {
	const struct noro_actor *actor;
	const struct noro_claim *claim;
};
/*
 * All records that carry the name, own names first, in order of id, each once; case, width,
 * blanks and hyphens do not matter. Fills at most `max` and returns how many there are.
 */
size_t noro_knowledge_names(
	const struct noro_knowledge *k, const char *name, struct noro_actor_hit *ret, size_t max);

/* A technique by id as it is, revoked or not. NULL if unknown. */
const struct noro_technique *noro_knowledge_technique(
	const struct noro_knowledge *k, const char *id);
/* What that id is called today: follows revocations to the end. */
const struct noro_technique *noro_knowledge_technique_now(
	const struct noro_knowledge *k, const char *id);
/* By "TA0005" or "defense-evasion". */
const struct noro_tactic *noro_knowledge_tactic(const struct noro_knowledge *k, const char *id);

/* One searchable value: a file of an advisory gives one for its name and one for each digest. */
struct noro_know_item {
	const struct noro_advisory *advisory;
	const struct noro_know_ioc *ioc;
	const char *kind; /* name of intel/indicator.h */
	const char *value;
	const char *role;
	int64_t from_ns, until_ns;
};
struct noro_know_walk {
	size_t advisory, ioc, part;
};
/* Start with a zeroed walk; false at the end. */
bool noro_knowledge_next(
	const struct noro_knowledge *k, struct noro_know_walk *walk, struct noro_know_item *ret);

/* How far a fact is to be trusted: its own mark, else that of its weakest source; "GK" for none. */
const char *noro_knowledge_trust(const struct noro_knowledge *k, struct noro_origin origin);

/* The side of a text for a reader, falling back to the other; "" for neither. */
const char *noro_bitext_pick(struct noro_bitext t, bool japanese);

/*
 * The profile of whatever the name leads to (all candidates, when sources disagree), as text or
 * as one JSON object. NORO_ENOENT when nobody claims that name.
 */
enum noro_status noro_knowledge_profile(const struct noro_knowledge *k, const char *name,
	bool japanese, struct noro_buf *out) NORO_MUSTUSE;
enum noro_status noro_knowledge_profile_json(
	const struct noro_knowledge *k, const char *name, struct noro_buf *out) NORO_MUSTUSE;
/*
 * An advisory (by any of its ids), a technique or an incident as text: window, issuers, what to
 * look for, what to do, in order. NORO_ENOENT for anything else.
 */
enum noro_status noro_knowledge_document(const struct noro_knowledge *k, const char *id,
	bool japanese, struct noro_buf *out) NORO_MUSTUSE;
/* All records of one state ("CN"): its organs, units, companies, groups, events and incidents. */
enum noro_status noro_knowledge_state(const struct noro_knowledge *k, const char *state,
	bool japanese, struct noro_buf *out) NORO_MUSTUSE;
enum noro_status noro_knowledge_state_json(
	const struct noro_knowledge *k, const char *state, struct noro_buf *out) NORO_MUSTUSE;

/* One thing that is wrong with the data: a message id with its arguments. */
struct noro_know_problem {
	const char *record; /* "advisory AA25-239A" */
	const char *msg;    /* N_() text */
	const char *arg[2];
};
/* Dangling references, unknown technique ids, missing Japanese, reversed windows ... */
enum noro_status noro_knowledge_lint(const struct noro_knowledge *k, struct noro_arena *a,
	const struct noro_know_problem **ret, size_t *ret_n) NORO_MUSTUSE;
