/* src/exercise/exercise_priv.h - the cast, the files and the plants of an exercise. */
#pragma once

#include "base/buf.h"
#include "base/file.h"
#include "exercise/exercise.h"

#define NORO_EXERCISE_MARK "NOROSHI-EXERCISE"

/* Small, fast, and the same everywhere (splitmix64): an exercise is its seed. */
struct rng {
	uint64_t s;
};
static inline uint64_t rng_next(struct rng *r)
{
	uint64_t z = r->s += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}
/* 0 .. n-1 */
static inline uint32_t rng_below(struct rng *r, uint32_t n)
{
	return (uint32_t)((rng_next(r) >> 32) * n >> 32);
}
struct rng noro_exercise_rng(const char *scenario, uint64_t seed, const char *purpose);

enum { ATTACKERS = 7, STALE = 3, LOOKALIKE = 4, SCANNER = 2, DOMAIN = 3, DIGEST = 3, V6 = 2 };

/* Who plays: texts, so that templates can name them. All from the seed. */
struct cast {
	char attacker[ATTACKERS][20];  /* $a1 ... listed, seen inside the window */
	char stale[STALE][20];         /* $s1 ... listed, seen outside the window only */
	char lookalike[LOOKALIKE][24]; /* $l1 ... not listed, but a careless search finds one */
	char scanner[SCANNER][20]; /* $k1 our own, approved; $k2 our resolver, listed by mistake */
	char domain[DOMAIN][64];   /* $d1 ... listed */
	char like_domain[DOMAIN][64]; /* $e1 ... end alike, without a dot before */
	char digest[DIGEST][65];      /* $x1 ... SHA-256 */
	char v6[V6][48];              /* $v1 ... */
};
enum noro_status noro_exercise_cast(
	const char *scenario, uint64_t seed, struct cast *ret) NORO_MUSTUSE;

/* One evidence file: how its background lines read and how often. */
struct line {
	unsigned weight;
	const char *text; /* template, see template.c */
};
enum evidence {
	EV_IOS,
	EV_XR,
	EV_JUNOS,
	EV_ASA,
	EV_FORTI,
	EV_PORTAL,
	EV_MGMT,
	EV_CONN,
	EV_DNS,
	EV_EVE,
	EV_AUTH,
	EV_AAA,
	EV_VPN,
	EV_FILES,
};
struct source {
	const char *path;   /* below evidence/ */
	const char *header; /* lines before the first record, NULL: none */
	unsigned share;     /* of the size, per mille */
	bool gzip;
	const struct line *line; /* ends with text NULL */
};
extern const struct source noro_exercise_sources[EV_FILES];

/*
 * One row of a scenario: `times` lines, `every_s` apart, from `day` at `clock`
 * (hhmm). A row that is no decoy and names both an observable and a behaviour
 * becomes two items of truth on one line.
 */
struct plant {
	enum evidence file;
	unsigned day, clock;
	unsigned times, every_s; /* 0: once */
	bool decoy;
	const char *type, *value; /* value is a template */
	const char *behaviour;
	struct noro_text what;
	const char *text;
};

/* What a brief says beside the plants; plain Markdown. */
struct brief {
	struct noro_text situation, question, answer, lesson;
	const struct inject {
		unsigned minute;
		struct noro_text text;
	} * inject; /* ends with text.en NULL */
};

struct scenario {
	const char *name, *advisory;
	const struct plant *plant; /* ends with text NULL */
	struct brief brief;
	unsigned silent_day, silent_from, silent_hours; /* EV_IOS says nothing: logs were off */
};
extern const struct scenario noro_exercise_salt, noro_exercise_web, noro_exercise_remote;

/* The advisory's window, in days from the start. */
enum { WINDOW_FROM = 8, WINDOW_UNTIL = 26 };

/* What a template may need. */
struct moment {
	const struct cast *cast;
	struct rng *rng;
	int64_t ns;
	uint64_t *serial;
};
void noro_exercise_expand(const char *text, const struct moment *m, struct noro_buf *out);

/* A planted line on its way into a file, and where it came to stand. */
struct planted {
	const struct plant *plant;
	int64_t ns;
	uint64_t line;
	size_t order; /* in the scenario */
};

struct job {
	const struct noro_exercise_opts *opts;
	const struct scenario *scenario;
	struct cast cast;
	int64_t start_ns;
	uint64_t size;
	struct noro_arena *arena;
	struct planted *planted;
	size_t planteds;
	struct noro_error *err;
};
enum noro_status noro_exercise_write_evidence(struct job *j, enum evidence file) NORO_MUSTUSE;
enum noro_status noro_exercise_write_truth(struct job *j) NORO_MUSTUSE;
enum noro_status noro_exercise_write_intel(struct job *j) NORO_MUSTUSE;
enum noro_status noro_exercise_write_brief(struct job *j) NORO_MUSTUSE;
/* DIR/name, folders made. */
enum noro_status noro_exercise_put(
	struct job *j, const char *name, const struct noro_buf *text) NORO_MUSTUSE;
