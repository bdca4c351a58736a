/*
 * src/exercise/write.c - one evidence file, as a stream.
 *
 * The number of background lines is fixed by the size and the mean length of the
 * file's templates; each hour gets its part of them by the rhythm of a working
 * week, and within the hour the times only ever go forward. Planted lines are
 * merged in by time, so nothing is held but one block of text.
 */
#include "exercise/exercise_priv.h"

#include <stdlib.h>

#include "base/mem.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <zlib.h>

enum { HOURS = NORO_EXERCISE_DAYS * 24, BLOCK = 1 << 17, SAMPLES = 400 };
static const int64_t hour_ns = 3600 * NORO_NS_PER_S;

/* Traffic of an hour of the day in Japan, seen in UTC: the evening is the peak, 18:00 UTC the
 * valley. */
static const unsigned char rhythm[24] = { 70, 75, 78, 85, 80, 78, 76, 78, 82, 88, 94, 100, 98, 90,
	76, 56, 38, 26, 20, 20, 26, 38, 52, 63 };

/* The file on its way out, compressed or not. */
struct sink {
	struct noro_outfile *out;
	z_stream z;
	bool gzip;
	struct noro_buf text;
	uint64_t lines;
	struct noro_error *err;
	struct noro_progress *progress;
};

static enum noro_status deflate_text(struct sink *s, int flush)
{
	unsigned char room[1 << 15];

	s->z.next_in = (Bytef *)(void *)s->text.p;
	s->z.avail_in = (uInt)s->text.n;
	do {
		enum noro_status st;

		s->z.next_out = room;
		s->z.avail_out = sizeof(room);
		if (deflate(&s->z, flush) == Z_STREAM_ERROR)
			return noro_fail(s->err, NORO_EIO, NULL);
		st = noro_outfile_write(s->out, room, sizeof(room) - s->z.avail_out, s->err);
		if (st != NORO_OK)
			return st;
	} while (s->z.avail_out == 0);
	return NORO_OK;
}

static enum noro_status drain(struct sink *s, bool last)
{
	enum noro_status st = NORO_OK;

	if (s->text.status != NORO_OK)
		return noro_fail(s->err, s->text.status, NULL);
	if (noro_progress_stop(s->progress))
		return noro_fail(s->err, NORO_EINTR, NULL);
	noro_progress_add(s->progress, s->text.n);
	if (s->gzip)
		st = deflate_text(s, last ? Z_FINISH : Z_NO_FLUSH);
	else if (s->text.n)
		st = noro_outfile_write(s->out, s->text.p, s->text.n, s->err);
	noro_buf_clear(&s->text);
	return st;
}

static enum noro_status end_line(struct sink *s)
{
	noro_buf_chr(&s->text, '\n');
	s->lines++;
	return s->text.n < BLOCK ? NORO_OK : drain(s, false);
}

/* What runs through one file. */
struct run {
	struct job *job;
	enum evidence file;
	const struct source *source;
	struct sink sink;
	struct rng noise, plants; /* apart: the plants are the same for every size */
	uint64_t serial;
	unsigned weights;
	struct planted **due; /* this file's, by time */
	size_t dues, next_due;
};

static const char *pick_line(struct run *r)
{
	unsigned n = rng_below(&r->noise, r->weights);
	const struct line *l = r->source->line;

	while (n >= l->weight) {
		n -= l->weight;
		l++;
	}
	return l->text;
}

static uint64_t mean_length(struct run *r)
{
	struct rng before = r->noise;
	struct moment m = { &r->job->cast, &r->noise, r->job->start_ns, &r->serial };
	struct noro_buf text = { 0 };
	uint64_t mean;

	for (int i = 0; i < SAMPLES; i++) {
		noro_exercise_expand(pick_line(r), &m, &text);
		noro_buf_chr(&text, '\n');
	}
	mean = text.n / SAMPLES + 1;
	noro_buf_done(&text);
	r->noise = before;
	r->serial = 100000;
	return mean;
}

static enum noro_status write_due(struct run *r, int64_t until_ns)
{
	while (r->next_due < r->dues && r->due[r->next_due]->ns < until_ns) {
		struct planted *p = r->due[r->next_due++];
		struct moment m = { &r->job->cast, &r->plants, p->ns, &r->serial };
		enum noro_status st;

		noro_exercise_expand(p->plant->text, &m, &r->sink.text);
		p->line = r->sink.lines + 1;
		st = end_line(&r->sink);
		if (st != NORO_OK)
			return st;
	}
	return NORO_OK;
}

static bool is_silent(const struct run *r, uint64_t hour)
{
	const struct scenario *s = r->job->scenario;
	uint64_t from = (uint64_t)s->silent_day * 24 + s->silent_from;

	return r->file == EV_IOS && hour >= from && hour < from + s->silent_hours;
}

static enum noro_status write_hour(struct run *r, uint64_t hour, uint64_t lines)
{
	int64_t from = r->job->start_ns + (int64_t)hour * hour_ns;
	int64_t step = hour_ns / (int64_t)(lines + 1);
	enum noro_status st;

	for (uint64_t i = 0; i < lines; i++) {
		int64_t jitter = (int64_t)(rng_next(&r->noise) % (uint64_t)step);
		struct moment m = { &r->job->cast, &r->noise, from + (int64_t)i * step + jitter,
			&r->serial };

		st = write_due(r, m.ns);
		if (st != NORO_OK)
			return st;
		noro_exercise_expand(pick_line(r), &m, &r->sink.text);
		st = end_line(&r->sink);
		if (st != NORO_OK)
			return st;
	}
	return NORO_OK;
}

static unsigned weight_of(uint64_t hour)
{
	unsigned w = rhythm[hour % 24];

	return hour / 24 % 7 >= 5 ? w * 6 / 10 : w; /* the first day is a Monday */
}

static enum noro_status write_body(struct run *r)
{
	uint64_t lines = r->job->size * r->source->share / 1000 / mean_length(r);
	uint64_t all = 0, seen = 0, written = 0;
	enum noro_status st;

	for (uint64_t h = 0; h < HOURS; h++)
		all += weight_of(h);
	for (uint64_t h = 0; h < HOURS; h++) {
		uint64_t upto;

		seen += weight_of(h);
		upto = (uint64_t)((double)lines * (double)seen / (double)all);
		st = is_silent(r, h) ? NORO_OK : write_hour(r, h, upto - written);
		if (st != NORO_OK)
			return st;
		written = upto;
	}
	return write_due(r, INT64_MAX);
}

static enum noro_status write_all(struct run *r)
{
	enum noro_status st;

	if (r->source->header) {
		for (const char *p = r->source->header; *p; p++)
			r->sink.lines += *p == '\n';
		noro_buf_str(&r->sink.text, r->source->header);
	}
	st = write_body(r);
	return st == NORO_OK ? drain(&r->sink, true) : st;
}

static int by_time(const void *a, const void *b)
{
	const struct planted *x = *(struct planted *const *)a, *y = *(struct planted *const *)b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static enum noro_status gather_due(struct run *r)
{
	struct job *j = r->job;

	r->due = noro_arena_array(j->arena, j->planteds + 1, sizeof(struct planted *));
	if (!r->due)
		return noro_fail(j->err, NORO_ENOMEM, NULL);
	for (size_t i = 0; i < j->planteds; i++)
		if (j->planted[i].plant->file == r->file)
			r->due[r->dues++] = &j->planted[i];
	qsort(r->due, r->dues, sizeof(struct planted *), by_time);
	return NORO_OK;
}

/* A year-less log takes its year from the file's own time. */
static void set_time(const char *path, int64_t ns)
{
	struct timespec both[2] = { { .tv_sec = ns / NORO_NS_PER_S },
		{ .tv_sec = ns / NORO_NS_PER_S } };

	(void)utimensat(AT_FDCWD, path, both, 0);
}

static enum noro_status write_file(struct run *r, const char *path)
{
	struct job *j = r->job;
	enum noro_status st = noro_outfile_open(path, 0644, &r->sink.out, j->err);

	if (st != NORO_OK)
		return st;
	if (r->sink.gzip &&
		deflateInit2(&r->sink.z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
		noro_outfile_abandon(r->sink.out);
		return noro_fail(j->err, NORO_ENOMEM, NULL);
	}
	st = write_all(r);
	if (r->sink.gzip)
		(void)deflateEnd(&r->sink.z);
	noro_buf_done(&r->sink.text);
	if (st != NORO_OK) {
		noro_outfile_abandon(r->sink.out);
		return st;
	}
	st = noro_outfile_commit(r->sink.out, j->err);
	if (st == NORO_OK)
		set_time(path, j->start_ns + HOURS * hour_ns);
	return st;
}

enum noro_status noro_exercise_write_evidence(struct job *j, enum evidence file)
{
	const struct source *source = &noro_exercise_sources[file];
	const char *name = j->scenario->name;
	struct run r = { .job = j,
		.file = file,
		.source = source,
		.sink = { .gzip = source->gzip, .err = j->err, .progress = j->opts->progress },
		.noise = noro_exercise_rng(name, j->opts->seed, source->path),
		.plants = noro_exercise_rng(name, j->opts->seed ^ 1, source->path) };
	char *path = noro_arena_printf(j->arena, "%s/evidence/%s", j->opts->dir, source->path),
	     *slash;
	enum noro_status st;

	if (!path)
		return noro_fail(j->err, NORO_ENOMEM, NULL);
	slash = strrchr(path, '/');
	*slash = '\0';
	st = noro_mkdirs(path, j->err);
	*slash = '/';
	for (const struct line *l = source->line; l->text; l++)
		r.weights += l->weight;
	if (st == NORO_OK)
		st = gather_due(&r);
	return st == NORO_OK ? write_file(&r, path) : st;
}
