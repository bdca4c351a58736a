/*
 * src/store/history.h - a sensor's measures kept for years in bounded size: SQLite (WAL),
 * crash-safe, rolled up with age. What was acknowledged is there after kill -9, a full disk or a
 * power cut; a batch that comes twice counts once.
 */
#pragma once

#include "base/arena.h"
#include "base/progress.h"
#include "finding/measure.h"

/* How long each width of bin is kept before only the next wider one stays; days. */
struct noro_history_keep {
	unsigned minute, ten, hour;        /* 0: 3, 35, 400; days are kept for ever */
	unsigned scans, victims, payloads; /* 0: 400, 1500, 400 */
	uint64_t max_bytes; /* of the file; 0: no ceiling. Past it the oldest fine bins go first,
			       and it is told */
};

struct noro_history;
/* `path` NULL: in memory. Makes it (mode 0640) unless `must_exist`. Refuses a newer schema,
 * migrates an older. */
enum noro_status noro_history_open(const char *path, bool must_exist, struct noro_history **ret,
	struct noro_error *err) NORO_MUSTUSE;
void noro_history_close(struct noro_history *h);

/*
 * The same in ClickHouse, for when it outgrows one machine. The store knows what to say; who says
 * it to the server is the link: `sql`, and behind it `rows` of an INSERT; the bytes of the answer
 * to `on` as they come (NULL: there are none). NORO_EIO: the server cannot be reached or fell
 * silent; otherwise what it refused, in words. `database` outlives the history; letters, digits and
 * _ only.
 */
typedef enum noro_status noro_history_bytes_fn(void *ctx, struct noro_view bytes);
struct noro_history_link {
	enum noro_status (*ask)(void *ctx, struct noro_view sql, struct noro_view rows,
		noro_history_bytes_fn *on, void *on_ctx, struct noro_error *err);
	void (*close)(void *ctx);
	void *ctx;
	const char *database;
};
/* The link is closed with the history, and if this fails. No question may be asked inside an
 * answer. What was written counts once it is committed, and a batch counts once; a crash between
 * leaves rows that nobody sees. */
enum noro_status noro_history_open_link(const struct noro_history_link *link, bool must_exist,
	struct noro_history **ret, struct noro_error *err) NORO_MUSTUSE;

/*
 * A batch is one transaction: begin with its id (sensor and number, or a digest); NORO_END if it is
 * already there (write nothing). Rows go through the measures; commit makes it durable.
 */
enum noro_status noro_history_begin(
	struct noro_history *h, const char *batch_id, struct noro_error *err) NORO_MUSTUSE;
const struct noro_measures *noro_history_measures(struct noro_history *h);
enum noro_status noro_history_commit(struct noro_history *h, struct noro_error *err) NORO_MUSTUSE;
void noro_history_abandon(struct noro_history *h);
/* Why a measure of this batch could not be written, in words, which its callback could not say.
 * False, and *ret untouched: they all could. */
bool noro_history_why(const struct noro_history *h, struct noro_error *ret);
/* Cells of one sensor, bin, cut and key that come in several batches: packets and bytes add;
 * sources: the larger (the writer gives final bins once, except after a restart inside a bin). */

/* What is asked. NULL or 0: all. Times are [from, to). */
struct noro_ask {
	const char *sensor;
	int64_t from_ns, to_ns; /* NORO_TIME_NONE: open */
	uint32_t width_s;       /* cells: wanted width; wider ones stand in where finer are gone */
	int cut;                /* enum noro_cut or -1 */
	const char *key, *port;
	const struct noro_ip *ip; /* scans by source, victims by victim, payloads by source */
	size_t limit;
};
/* In order of time, then sensor, cut, key. Strings live until the call returns. */
enum noro_status noro_history_cells(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_history_scans(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_history_victims(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_history_payloads(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_history_watch(struct noro_history *h, const struct noro_ask *ask,
	const struct noro_measures *to, struct noro_error *err) NORO_MUSTUSE;
/* Sums of cells by key over [from, to), largest first: what a ranking is made of. */
enum noro_status noro_history_top(struct noro_history *h, const struct noro_ask *ask,
	bool by_sources, const struct noro_measures *to, struct noro_error *err) NORO_MUSTUSE;
/*
 * Give every stored payload to `judge`, which may replace its lists and numbers; what differs in
 * rules or CVEs is written (those alone, if it was judged before), all in one transaction. A second
 * run changes nothing. The lists must live until `judge` is called again.
 */
typedef enum noro_status noro_history_judge_fn(void *ctx, struct noro_payload *m);
enum noro_status noro_history_judge(struct noro_history *h, noro_history_judge_fn *judge, void *ctx,
	uint64_t *ret_changed, struct noro_error *err) NORO_MUSTUSE;
/* Sources seen on a port in the 28 days before `before_ns`: for `fresh`. */
enum noro_status noro_history_known(struct noro_history *h, const char *port,
	const struct noro_ip *ip, int64_t before_ns, bool *ret,
	struct noro_error *err) NORO_MUSTUSE;
/* The first bin of counts of this width that is still kept; NORO_TIME_NONE: none. */
enum noro_status noro_history_oldest(struct noro_history *h, uint32_t width_s, int64_t *ret_ns,
	struct noro_error *err) NORO_MUSTUSE;
/* The names of sensors that ever wrote, and the span. */
struct noro_history_span {
	const char *const *sensor;
	size_t sensors;
	int64_t first_ns, last_ns; /* NORO_TIME_NONE: nothing yet */
};
enum noro_status noro_history_sensors(struct noro_history *h, struct noro_arena *a,
	struct noro_history_span *ret, struct noro_error *err) NORO_MUSTUSE;
/* Age: drop what `keep` says (wider bins exist already), reclaim pages. Safe at any time. */
enum noro_status noro_history_age(struct noro_history *h, const struct noro_history_keep *keep,
	int64_t now_ns, struct noro_progress *progress, struct noro_error *err) NORO_MUSTUSE;
/* PRAGMA integrity_check, schema, batches. NORO_ECORRUPT with the first fault. */
enum noro_status noro_history_verify(struct noro_history *h, struct noro_error *err) NORO_MUSTUSE;
