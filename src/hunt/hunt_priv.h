/* src/hunt/hunt_priv.h - what the files of the hunt share. */
#pragma once

#include "base/buf.h"
#include "base/pool.h"
#include "device/audit.h"
#include "evidence/reader.h"
#include "hunt/hunt.h"
#include "match/match.h"
#include "rule/rule.h"

#include <pthread.h>

enum {
	CHUNK_BYTES = 2 << 20,   /* larger costs nothing, smaller what begins with each */
	RANGE_BYTES = 8 << 20,   /* one worker's share of a large plain file */
	FIRST_LOOK = 4 << 10,    /* nearly every line ends within */
	MAX_LINE_LOOK = 1 << 20, /* how far a range looks for its first line end */
	GROUP_SAMPLES = 5,       /* places kept of one group */
	MAX_GROUPS = 2 << 20, /* distinct (indicator, file) pairs of one worker; beyond it hits are
				 only counted */
	MAX_EVENTS = 1 << 20, /* events of checks kept by one worker */
	MAX_SIGHTINGS = 1 << 18,   /* records kept for patterns by one worker */
	MAX_YARA_BYTES = 64 << 20, /* larger objects are not given to YARA, and coverage says so */
	MAX_DEVICE_TEXT = 128 << 20, /* of one configuration or collection; coverage says so */
	ENOUGH_BYTES = 384 << 10,    /* of unpacked text to hand on */
	SMALL_BYTES = 256 << 10,     /* such a text is read by one worker */
	MAX_GAPS = 64,               /* reported of one piece of evidence */
	SHAPE_PROBES = 12,           /* records of a chunk whose shape is looked at, for coverage */
	SHAPE_CHUNKS = 64,           /* of so many segments */
	HEARD_DENSE = 256,           /* records of a chunk whose host and time are kept ... */
	HEARD_DENSE_BYTES = 32 << 20, /* ... of the beginning of a text ... */
	HEARD_SPARSE = 16,            /* ... and of what follows */
	MAX_RECORD_KEPT = 1024,       /* bytes of a record in a finding */
};

/* A record of a sample: who spoke, and when. */
struct heard {
	int64_t ns;
	uint64_t offset;
	const char *host;
};

/* A stretch of one text, looked at by one worker. Line numbers are relative until all are known. */
struct seg {
	uint64_t offset, bytes, newlines;
	uint64_t before;           /* newlines in all segments before it; known at the end */
	int64_t first_ns, last_ns; /* of the first and last record that tells a time */
	unsigned time_flags;
	struct noro_gap *gap;
	uint32_t gaps;
	struct heard *heard; /* in order of their place */
	size_t heards, heard_cap;
};

/* One text: a file or a member. Made by the worker that opens it, shared by those that read it. */
struct piece {
	uint32_t number;       /* index in hunt.piece; order of creation, not of reports */
	uint32_t item, member; /* order of reports */
	const char *path, *container, *packing, *charset;
	const char *charset_why;
	const struct noro_reader *reader;
	struct noro_log *log;
	struct noro_sniff sniff;
	uint64_t size;
	int64_t mtime_ns;
	unsigned confined;
	unsigned engine;       /* which matcher searches it */
	bool binary;           /* no text: no records, no times */
	bool flows;            /* its records may be flows, and checks ask for those */
	bool object;           /* hashed and named, not a log */
	bool earlier;          /* read by an interrupted run: only places of events are known */
	bool machine;          /* a configuration or what a device printed: kept for the audit */
	bool taken, config;    /* the audit took it; as one configuration */
	bool shared;           /* other workers may be reading it: it keeps its log to the end */
	size_t guessed;        /* bytes from which its dialect was told; 0: it was not asked */
	const char *collector; /* "mrt", "bmp": routes, judged while they are read */
	uint64_t routes_records;
	int64_t routes_first_ns, routes_last_ns;
	enum noro_dialect dialect;
	unsigned sure;           /* of the dialect, of 100 */
	uint32_t not_understood; /* statements and lines */
	uint32_t strange;        /* statements that nobody knows, and the first of them */
	struct noro_strange *stranger;
	size_t strangers;
	const char *attest; /* a register of the boot that does not follow from its hashes; NULL */
	uint64_t attest_line;
	uint32_t asked[NORO_AUDIT_CONFIGS][2], askeds; /* lines of configurations in a transcript */
	struct noro_msg note;                          /* id NULL: none */
	atomic_bool device;     /* records of a network device were seen in it */
	atomic_bool incomplete; /* interrupted in the middle */
	const struct noro_error
		*err; /* what stopped us; NULL: nothing. Few have one, and it is large */
	char (*hash)[NORO_IP_TEXT *
		     3]; /* hex of an object, by enum noro_hash_kind; NULL: not asked */
	int fd;          /* duplicate for range reading, -1 */

	pthread_mutex_t lock; /* over seg */
	struct seg *seg;
	size_t segs, seg_cap;
	uint64_t records_failed; /* candidate records no reader understood */
};

/* One place of a hit, in a worker's memory. */
struct sample {
	uint32_t seg;
	uint64_t offset, line; /* line: newlines before it in its segment */
	int64_t time_ns;
	unsigned time_flags;
	const char *record, *host, *role;
};

/* All hits of one indicator in one piece, seen by one worker. */
struct group {
	uint32_t piece, key;
	uint64_t count, inside, before, after, denied, sub;
	int64_t first_ns, last_ns;
	unsigned time_flags;
	uint32_t forms; /* bit per enum noro_form */
	uint32_t samples;
	struct sample sample[GROUP_SAMPLES]; /* ascending (seg, offset) */
};

/* An event of the checks and where it stands. */
struct checked {
	uint32_t piece;
	struct sample at;
	struct noro_rule_event event; /* fields copied into the worker's memory */
};

/* A record that holds an anchor of a STIX pattern, kept whole for the pattern's evaluation. */
struct sighting {
	uint32_t piece, pattern, key;
	enum noro_ioc_kind kind;
	struct noro_view anchor; /* the key's value */
	struct sample at;
	struct noro_record record; /* views into `keep` */
};

/* A file that one of the user's YARA rules matches. */
struct yara_match {
	uint32_t piece;
	const char *rule;
};

enum {
	MAX_ENGINES = 48
}; /* kinds of evidence with literals of their own; there are fewer readers */

/* A matcher for evidence of some classes: the set, and the literals of the checks that such
 * evidence could show. */
struct engine {
	const char *classes;
	struct noro_match *match;
	uint32_t *literal; /* number in noro_rules_literals of each extra literal */
};

struct worker {
	struct hunt *h;
	struct noro_scanner *scanner[MAX_ENGINES]; /* made at first use */
	struct noro_arena *keep;                   /* what findings will need */
	struct noro_arena *scratch;                /* one record */
	struct group *group;
	size_t groups, group_cap;
	uint32_t *slot; /* open addressing over (piece, key): index + 1 */
	size_t slots;
	struct noro_rule_worker *rules;
	struct checked *event;
	size_t events, event_cap;
	uint64_t events_dropped;
	struct yara_match *yara;
	size_t yaras, yara_cap;
	struct sighting *sighting;
	size_t sightings, sighting_cap;
	uint64_t dropped;       /* hits beyond MAX_GROUPS */
	uint64_t outside_range; /* hits outside --since/--until */
	enum noro_status status;
	char *buf; /* NORO_SCAN_PAD + CHUNK_BYTES + NORO_SCAN_PAD */
};

/* When an indicator was in use: what its source says, else what the advisory says. */
struct window {
	int64_t from_ns, until_ns;
};

struct findings;

struct hunt {
	const struct noro_hunt_opts *o;
	const struct noro_match *match; /* of engine[0]: indicators only */
	struct engine engine[MAX_ENGINES];
	unsigned engines;
	struct noro_pool *pool;
	const struct noro_item *item;
	size_t items;
	atomic_bool *item_done; /* read to the end, before any interruption */
	uint32_t *by_path;      /* items in order of their paths; NULL without an earlier run */
	bool *earlier_item;     /* read whole by the earlier run */
	pthread_mutex_t lock;   /* over piece, free_buf, keep, refused */
	struct piece **piece;
	size_t pieces, piece_cap;
	struct noro_arena *keep; /* pieces and their texts */
	struct worker *worker;
	unsigned workers;
	char **free_buf;
	size_t free_bufs, bufs_out;
	unsigned hash_mask;             /* kinds of file hashes in the set */
	bool has_names;                 /* the set has file names or paths */
	struct noro_yara *yara;         /* NULL: no rules */
	struct noro_audit *audit;       /* NULL: devices are not audited */
	struct noro_audit_result asked; /* what it said; empty before it concluded */
	struct findings *findings;      /* where the audit puts its own */
	struct noro_error no_yara;      /* why there are rules and nothing to run them with */
	struct window *window;          /* by number of the set's metas */
	int *rule_field; /* what a check's field number is here: enum noro_field, or below 0 */
	atomic_bool failed_memory;
	int64_t started_ns;
};

/* feed.c: read one item to the end, handing chunks to whoever is free. */
void hunt_item(struct hunt *h, uint32_t item, unsigned worker);

/* look.c: search one text that ends at a line end; `seg` is this worker's to write. */
enum noro_status hunt_look(struct worker *w, struct piece *p, uint32_t seg_number, struct seg *seg,
	struct noro_view text, uint64_t offset);
/* A hit that is no text: a file's hash or name. */
enum noro_status hunt_object_hit(
	struct worker *w, struct piece *p, uint32_t key, const char *name, const char *what);

/* check.c: give a record to the checks; what they say waits for the end. */
enum noro_status hunt_check(struct worker *w, struct piece *p, const struct noro_record *r,
	const struct sample *at, const uint32_t *literal, size_t n);
/* The same for checks over flows. */
enum noro_status hunt_check_flow(
	struct worker *w, struct piece *p, const struct noro_record *r, const struct sample *at);
enum noro_status hunt_check_fields(struct hunt *h) NORO_MUSTUSE;

/* look.c: the place of a record, its text kept; `hit` (n bytes) is shown and gives the role. */
struct place;
/* Which wins when only some samples can be kept: the earlier place. */
int hunt_sample_cmp(const struct sample *a, const struct sample *b);

/* look.c: count a moment against the indicator's windows. */
void hunt_group_time(
	const struct hunt *h, struct group *g, uint32_t key, int64_t ns, unsigned flags);

/* engine.c: matchers by kind of evidence. */
enum noro_status hunt_engine_first(struct hunt *h) NORO_MUSTUSE;
enum noro_status hunt_engine(struct hunt *h, const char *classes, unsigned *ret) NORO_MUSTUSE;
void hunt_engine_free(struct hunt *h);
/* NULL when there is no memory. */
struct noro_scanner *hunt_scanner(struct worker *w, unsigned engine);

/* feed.c: why a text was not read, or not all of it; the first reason stays. */
void hunt_piece_fails(struct hunt *h, struct piece *p, const struct noro_error *err);
/* gather.c: worker-local groups. NULL when there is no memory or no room. */
struct group *hunt_group(struct worker *w, uint32_t piece, uint32_t key);
/* Nothing new is kept: a ceiling is reached, or the worker's share of --max-memory. What is found
 * from here on is counted, and told. */
bool hunt_is_full(const struct worker *w);

/* times.c: first and last time of a text, and the holes in it. */
void hunt_times(
	struct worker *w, struct piece *p, struct seg *seg, struct noro_view text, uint64_t offset);
/* Holes and steps of a whole piece, from its segments in order; at most MAX_GAPS, in the arena. */
enum noro_status hunt_gaps(
	const struct piece *p, struct noro_arena *a, const struct noro_gap **ret, size_t *ret_n);

/* verdict.c: groups, verdicts of checks and patterns become findings. */
enum noro_status hunt_conclude(struct hunt *h, struct noro_arena *a, struct noro_result *ret,
	struct noro_error *err) NORO_MUSTUSE;
/* check.c: the checks' conclusions, appended to an array of findings in the arena. */
struct findings {
	struct noro_arena *a;
	struct noro_finding *item;
	size_t n, cap;
};
struct noro_finding *hunt_finding_new(struct findings *f);
enum noro_status hunt_check_conclude(
	struct hunt *h, struct findings *f, struct noro_error *err) NORO_MUSTUSE;
/* contact.c: the behaviour behind many hits of one indicator (`sum` of the groups g), if it is one.
 */
enum noro_status hunt_contact(struct findings *out, const struct noro_finding *f,
	const struct group *sum, const struct group *const *g, size_t n) NORO_MUSTUSE;
/* yara.c: the user's rules; files scanned in confined children. */
struct noro_yara;
enum noro_status hunt_yara_open(struct hunt *h, struct noro_error *err) NORO_MUSTUSE;
void hunt_yara_free(struct noro_yara *y);
enum noro_status hunt_yara_scan(
	struct worker *w, struct piece *p, const char *bytes, size_t n) NORO_MUSTUSE;
enum noro_status hunt_yara_conclude(struct hunt *h, struct findings *out) NORO_MUSTUSE;
/* pattern.c: STIX patterns over the sightings of each piece. */
enum noro_status hunt_pattern_conclude(
	struct hunt *h, struct findings *out, struct noro_error *err) NORO_MUSTUSE;
/* verdict.c: what an indicator's sources say, laid into a finding. */
enum noro_status hunt_describe(
	struct hunt *h, struct noro_finding *f, uint32_t key, const struct group *g) NORO_MUSTUSE;
/* A place of a report from a sample. */
struct noro_place hunt_place(const struct hunt *h, const struct piece *p, const struct sample *s);
/* A list in the arena, from texts that may be comma-separated; doubles are left out. */
enum noro_status hunt_list_add(
	struct noro_arena *a, struct noro_list *l, const char *commas) NORO_MUSTUSE;
/* Append a reason. */
enum noro_status hunt_reason(
	struct noro_arena *a, struct noro_finding *f, const char *id, const char *arg) NORO_MUSTUSE;
/* words.c: titles and advice in both languages. */
struct noro_text hunt_title(
	struct noro_arena *a, enum noro_ioc_kind kind, struct noro_view value, const char *of);
struct noro_text hunt_next(
	enum noro_ioc_kind kind, enum noro_window window, bool lowered, bool denied);

/* resume.c: what an interrupted run leaves, and going on from there. */
enum noro_status hunt_state_save(const struct hunt *h) NORO_MUSTUSE;
enum noro_status hunt_state_open(struct hunt *h, struct noro_error *err) NORO_MUSTUSE;
enum noro_status hunt_join_findings(struct hunt *h, struct findings *out) NORO_MUSTUSE;
enum noro_status hunt_join_coverage(struct hunt *h, struct noro_result *r) NORO_MUSTUSE;
/* device.c: configurations and outputs of commands are kept for the audit. */
enum noro_status hunt_device_open(struct hunt *h, struct noro_error *err) NORO_MUSTUSE;
void hunt_device_close(struct hunt *h);
/* Texts of devices in an item that an earlier run has searched: the audit needs all of a device. */
void hunt_device_again(struct hunt *h, uint32_t item);
/* `g`: what the first p->guessed bytes are taken for. */
bool hunt_device_wants(
	struct hunt *h, struct piece *p, struct noro_view head, struct noro_dialect_guess *g);
/* A collector's file: read through `source` to its end and judged. */
enum noro_status hunt_device_routes(
	struct hunt *h, struct piece *p, const struct noro_mrt_source *source) NORO_MUSTUSE;
enum noro_status hunt_device_text(struct worker *w, struct piece *p, const struct noro_buf *whole,
	const struct noro_dialect_guess *g);
/* Says why `head` begins no text of a device. */
enum noro_status hunt_device_refuse(
	const struct piece *p, struct noro_view head, struct noro_error *err);
#define HUNT_DEVICE_HIT "ACL-07"
/* An indicator that stands in a configuration or in what a device printed is check ACL-07 too. */
enum noro_status hunt_device_hit(
	struct hunt *h, struct findings *out, const struct noro_finding *f) NORO_MUSTUSE;
enum noro_status hunt_device_conclude(struct hunt *h, struct findings *out, struct noro_result *ret,
	struct noro_error *err) NORO_MUSTUSE;

/* silence.c: holes in the logs of devices, as findings; after all that commands on logging say. */
enum noro_status hunt_silence(struct hunt *h, struct findings *out) NORO_MUSTUSE;

/* cover.c: pieces become coverage. */
enum noro_status hunt_cover(
	struct hunt *h, struct noro_arena *a, struct noro_result *ret) NORO_MUSTUSE;
