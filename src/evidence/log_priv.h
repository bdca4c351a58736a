/*
 * src/evidence/log_priv.h - what the readers of this folder share: the state of one
 * file, how fields are set, and the little languages (templates, flat JSON,
 * key=value) that most formats are made of.
 */
#pragma once

#include "evidence/reader.h"

enum {
	NORO_EV_PAIRS = 128,     /* own fields kept of one record */
	NORO_EV_COLUMNS = 512,   /* columns kept of one header */
	NORO_EV_LINE = 64 << 10, /* bytes of one record that are looked at */
	NORO_EV_SLOTS = 1024,    /* of one name index; a table has at most half as many names */
};

/* Vocabularies: the same word means different things in different formats. */
enum noro_family {
	NORO_FAMILY_JSON, /* generic JSON, ECS, cloud audit, CSV with a header */
	NORO_FAMILY_ZEEK,
	NORO_FAMILY_EVE,
	NORO_FAMILY_KV, /* key=value of firewalls and daemons */
	NORO_FAMILY_WIN,
	NORO_FAMILY_IIS,
	NORO_FAMILIES,
};

/* A name of a format and what it means: an enum noro_field, or one of these. */
enum noro_meaning {
	NORO_MEANS_TIME = NORO_FIELDS, /* when it happened; earlier rows are believed more */
	NORO_MEANS_DATE,               /* a date whose clock stands in another field */
	NORO_MEANS_CLOCK,
	NORO_MEANS_SRC, /* address, perhaps with a port, or a host name */
	NORO_MEANS_DST,
	NORO_MEANS_URL, /* whole URL or only path and query */
};
struct noro_alias {
	const char *name; /* lower case */
	uint8_t means;
};
struct noro_names {
	uint16_t slot[NORO_FAMILIES][NORO_EV_SLOTS]; /* row + 1, 0: free */
};
void noro_ev_names_init(struct noro_names *n);
/* The row of a name, or NULL. ASCII case does not count. */
const struct noro_alias *noro_ev_alias(
	const struct noro_names *n, enum noro_family family, struct noro_view name);
/* How many names a family knows, for the test that the index holds them. */
const struct noro_alias *noro_ev_family(enum noro_family family, size_t *ret_n);

struct noro_column {
	struct noro_view name;
	const struct noro_alias *alias; /* NULL: kept under its own name only */
	bool many;                      /* holds several values with a separator */
};

struct noro_log {
	const struct noro_reader *reader;
	struct noro_arena *arena; /* owns what a header taught */
	struct noro_time_ctx time;
	const char *path;
	enum noro_family family;
	char sep, set_sep;
	struct noro_view unset, empty;
	struct noro_view dialect; /* Zeek #path */
	struct noro_column *column;
	size_t columns;
	bool pretty;   /* JSON objects that span lines */
	size_t indent; /* at which they begin; SIZE_MAX: not known */
	struct noro_names names;
};

/* One record under construction: its fields and its own pairs (on the stack until the end). */
struct noro_take {
	const struct noro_log *log;
	struct noro_arena *arena;
	struct noro_record *rec;
	enum noro_family family;
	const struct noro_alias *time_from; /* which name gave the time */
	struct noro_view date, clock;
	size_t n;
	struct noro_pair pair[NORO_EV_PAIRS];
};
void noro_ev_take_init(struct noro_take *t, const struct noro_log *log, struct noro_arena *a,
	struct noro_record *rec, enum noro_family family);
/* One named value: kept as own pair and, if the family knows the name, as canonical field. */
void noro_ev_take(struct noro_take *t, struct noro_view name, struct noro_view value);
void noro_ev_take_as(struct noro_take *t, struct noro_view name, const struct noro_alias *alias,
	struct noro_view value);
/* Move the pairs into the arena. Without memory they are left out. */
void noro_ev_take_done(struct noro_take *t);
/* An own value by name; p is NULL if absent. */
struct noro_view noro_ev_taken(const struct noro_take *t, const char *name);

/* Fields: the first value wins, an empty one and "-" are none. */
void noro_ev_set(struct noro_record *r, enum noro_field f, struct noro_view v);
void noro_ev_set_str(struct noro_record *r, enum noro_field f, const char *literal);
/* Replace what stands there. */
void noro_ev_put(struct noro_record *r, enum noro_field f, struct noro_view v);
/*
 * An address as logs write it: 192.0.2.1, [2001:db8::1]:22, 192.0.2.1:22, #22, (22), /22,
 * ::ffff:192.0.2.1, or a host name. Sets ip, port and host of the side `ip`
 * (NORO_FIELD_SRC_IP or NORO_FIELD_DST_IP). False: it is none of these.
 */
bool noro_ev_set_addr(struct noro_record *r, enum noro_field ip, struct noro_view v);
/* Cut an address and port; the port may stay empty. False if it is no IP address. */
bool noro_ev_addr(struct noro_view v, struct noro_view *ret_ip, struct noro_view *ret_port);
void noro_ev_set_url(struct noro_record *r, struct noro_view url);
/* action=login and an outcome. */
void noro_ev_login(struct noro_record *r, const char *outcome);
bool noro_ev_set_time(const struct noro_log *log, struct noro_record *r, struct noro_view text,
	size_t *ret_length);
/* Without quotes around it. */
struct noro_view noro_ev_unquote(struct noro_view v);

/*
 * Templates: message texts with holes, "Failed " T_METHOD " for " T_USER_LAST " from " T_SRC.
 * A hole takes what stands before the literal that follows it (its first occurrence, for _LAST the
 * last one: names that strangers chose may hold anything). A template that ends in a literal leaves
 * the rest of the message alone.
 */
#define T_SRC       "\001s"
#define T_SRC_PORT  "\001S"
#define T_DST       "\001d"
#define T_DST_PORT  "\001D"
#define T_USER      "\001u"
#define T_USER_LAST "\001U"
#define T_TARGET    "\001t"
#define T_METHOD    "\001m"
#define T_PROTO     "\001p"
#define T_COMMAND   "\001c"
#define T_REASON    "\001r"
#define T_RULE      "\001R"
#define T_DEVICE    "\001i"
#define T_BYTES_OUT "\001b"
#define T_BYTES_IN  "\001B"
#define T_SESSION   "\001e"
#define T_FILE      "\001f"
#define T_APP       "\001g"
#define T_SRC_NAT   "\001n"
#define T_DST_NAT   "\001N"
#define T_ACTION    "\001a"
#define T_STATUS    "\001k"
#define T_QUERY     "\001q"
#define T_URL       "\001l"
#define T_PATH      "\001P"
#define T_AGENT     "\001A"
#define T_MAIL_FROM "\001F"
#define T_MAIL_TO   "\001T"
#define T_MAC       "\001M"
#define T_HOST      "\001h"
#define T_SKIP      "\001_"
#define T_WORD      "\001w" /* one run without blanks */
struct noro_template {
	const char *text;
	const char *action, *outcome; /* literals for the fields, NULL: none */
};
bool noro_ev_template(const struct noro_template *t, struct noro_view msg, struct noro_record *r);
/* The first row that fits; NULL if none. A row list ends with a NULL text. */
const struct noro_template *noro_ev_templates(
	const struct noro_template *rows, struct noro_view msg, struct noro_record *r);

/*
 * Walk a JSON object and take every scalar under its dotted path; arrays repeat
 * the name. At most 16 deep. False if the text is no object (what was taken before the
 * fault stays: a cut line still shows what it has).
 */
bool noro_ev_flat_json(struct noro_take *t, struct noro_view text);
/* key=value key="v v" key:'v' ... separated by blanks, commas or semicolons. Returns how many. */
size_t noro_ev_flat_kv(struct noro_take *t, struct noro_view text);
/* The next pair; false at the end. */
bool noro_ev_next_kv(struct noro_view *rest, struct noro_view *name, struct noro_view *value);

/* How many of the first lines (at most 32) fit, 0 to 100 percent; -1 when there is no line. */
int noro_ev_sample(struct noro_view head, bool (*fits)(struct noro_view line));
void noro_ev_sniffed(struct noro_sniff *ret, unsigned score, const char *why, const char *arg);
const char *noro_ev_base_name(const char *path);

/*
 * Line shapes. Each is tried by the fallback after a look at the first bytes and
 * returns false when the line is not of its shape, with the record untouched but for fields it set
 * (the caller clears).
 */
bool noro_ev_line(
	const struct noro_log *, struct noro_arena *, struct noro_view, struct noro_record *);
bool noro_ev_syslog(
	const struct noro_log *, struct noro_arena *, struct noro_view, struct noro_record *);
bool noro_ev_cisco(
	const struct noro_log *, struct noro_arena *, struct noro_view, struct noro_record *);
bool noro_ev_http_access(
	const struct noro_log *, struct noro_arena *, struct noro_view, struct noro_record *);
bool noro_ev_http_error(
	const struct noro_log *, struct noro_arena *, struct noro_view, struct noro_record *);
bool noro_ev_squid(
	const struct noro_log *, struct noro_arena *, struct noro_view, struct noro_record *);
bool noro_ev_json_line(
	const struct noro_log *, struct noro_arena *, struct noro_view, struct noro_record *);
bool noro_ev_fortios(
	const struct noro_log *, struct noro_arena *, struct noro_view, struct noro_record *);
bool noro_ev_panos(
	const struct noro_log *, struct noro_arena *, struct noro_view, struct noro_record *);
bool noro_ev_audit(
	const struct noro_log *, struct noro_arena *, struct noro_view, struct noro_record *);
bool noro_ev_tacacs(
	const struct noro_log *, struct noro_arena *, struct noro_view, struct noro_record *);
bool noro_ev_winevent(
	const struct noro_log *, struct noro_arena *, struct noro_view, struct noro_record *);
bool noro_ev_ivanti_export(
	const struct noro_log *, struct noro_arena *, struct noro_view, struct noro_record *);
bool noro_ev_huawei(
	const struct noro_log *, struct noro_arena *, struct noro_view, struct noro_record *);

/* The Cisco tag %FAC-SEV-MNEMONIC in a line: where it starts, or SIZE_MAX. */
size_t noro_ev_cisco_tag(struct noro_view v);
/* What stands behind the tag. */
void noro_ev_cisco_message(struct noro_record *r, struct noro_view tag, struct noro_view msg);
/* JSON whose objects span lines, and the object that holds a byte (empty: the line does). */
bool noro_ev_pretty(struct noro_view head);
/* How far the records of a document of several lines are indented; SIZE_MAX: it holds none so. */
size_t noro_ev_json_indent(struct noro_view head);
struct noro_view noro_ev_json_around(const struct noro_log *, struct noro_view text, size_t at);
bool noro_ev_asa_message(struct noro_record *r, struct noro_view number, struct noro_view msg);

/*
 * A daemon's message (rec->field PROGRAM and MESSAGE are set): by program, then by what any
 * program could say. Each returns false when it knows nothing of it.
 */
void noro_ev_message(const struct noro_log *, struct noro_arena *, struct noro_record *);
bool noro_ev_linux_message(struct noro_record *r);
bool noro_ev_mail_message(struct noro_record *r);
bool noro_ev_junos_message(struct noro_take *t);
bool noro_ev_appliance_message(struct noro_take *t);
bool noro_ev_cef(struct noro_take *t, struct noro_view msg);
/* The sentence of an Ivanti log, perhaps with its number before it. */
bool noro_ev_ivanti_text(struct noro_record *r, struct noro_view msg);
bool noro_ev_routeros_message(struct noro_record *r);
/* Labelled addresses and names in free text; returns true when it found one. */
bool noro_ev_free_text(struct noro_record *r, struct noro_view msg);

/* Derive action, outcome and their kin once all names of a JSON or TSV record are taken. */
void noro_ev_zeek_done(struct noro_take *t, struct noro_view path);
void noro_ev_eve_done(struct noro_take *t);
void noro_ev_json_done(struct noro_take *t);
void noro_ev_windows_done(struct noro_take *t);

extern const struct noro_reader noro_reader_syslog, noro_reader_cisco, noro_reader_junos,
	noro_reader_huawei, noro_reader_fortios, noro_reader_panos, noro_reader_routeros,
	noro_reader_appliance, noro_reader_linux_audit, noro_reader_tacacs, noro_reader_http_access,
	noro_reader_http_error, noro_reader_squid, noro_reader_iis, noro_reader_zeek_tsv,
	noro_reader_zeek_json, noro_reader_eve, noro_reader_jsonl, noro_reader_cloud,
	noro_reader_winjson, noro_reader_csv, noro_reader_journal, noro_reader_winevent,
	noro_reader_clouddoc, noro_reader_windoc, noro_reader_jsondoc, noro_reader_evtx,
	noro_reader_utmp, noro_reader_history, noro_reader_mail, noro_reader_lines,
	noro_reader_binary;
