/* src/cli/watch.c - progress for a person. */
#include "cli/watch.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <pthread.h>
#include <signal.h>

enum { REDRAW_MS = 500, MAX_SHOWN = 12 };

struct noro_watcher {
	const struct noro_cli *cli;
	struct noro_progress *progress;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stop, threaded;
	unsigned shown;
	int64_t began;
};

static struct noro_progress *interruptible; /* the signal handler has no argument */
static struct sigaction before_int, before_term;

static void on_signal(int number)
{
	(void)number;
	if (interruptible)
		atomic_store(&interruptible->interrupted, true);
}

static void human(uint64_t n, char out[24])
{
	static const char *const unit[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double v = (double)n;
	unsigned u = 0;

	for (; v >= 1024 && u < 4; u++)
		v /= 1024;
	(void)snprintf(out, 24, u ? "%.1f %s" : "%.0f %s", v, unit[u]);
}

static void draw(struct noro_watcher *w)
{
	uint64_t done = atomic_load(&w->progress->bytes_done),
		 total = atomic_load(&w->progress->bytes_total);
	double seconds = (double)(noro_clock_mono() - w->began) / 1e9;
	char d[24], t[24], r[24], left[32] = "";
	uint64_t rate = seconds > 0.1 ? (uint64_t)((double)done / seconds) : 0;
	unsigned percent = total ? (unsigned)(done >= total ? 100 : done * 100 / total) : 0;

	human(done, d);
	human(total, t);
	human(rate, r);
	if (rate && total > done)
		(void)snprintf(left, sizeof(left), ", %llu s",
			(unsigned long long)((total - done) / rate + 1));
	(void)fprintf(w->cli->err, "\r\033[K%3u %%  %s / %s  %s/s%s  %llu", percent, d, t, r, left,
		(unsigned long long)atomic_load(&w->progress->hits));
	(void)fflush(w->cli->err);
}

static void *redraw(void *arg)
{
	struct noro_watcher *w = arg;

	pthread_mutex_lock(&w->lock);
	while (!w->stop) {
		struct timespec until;

		(void)clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += REDRAW_MS * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000L;
		until.tv_nsec %= 1000000000L;
		(void)pthread_cond_timedwait(&w->wake, &w->lock, &until);
		if (!w->stop)
			draw(w);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

struct noro_watcher *noro_watch_start(const struct noro_cli *cli, struct noro_progress *progress)
{
	struct noro_watcher *w = noro_calloc(1, sizeof(*w));
	struct sigaction act = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };

	if (!w)
		return NULL;
	w->cli = cli;
	w->progress = progress;
	w->began = noro_clock_mono();
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->wake, NULL);
	interruptible = progress;
	/* the second Ctrl-C ends the program at once: the handler is reset by the first */
	(void)sigaction(SIGINT, &act, &before_int);
	(void)sigaction(SIGTERM, &act, &before_term);
	if (cli->err_tty && !cli->quiet)
		w->threaded = pthread_create(&w->thread, NULL, redraw, w) == 0;
	return w;
}

void noro_watch_stop(struct noro_watcher *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
	if (w->threaded) {
		(void)pthread_join(w->thread, NULL);
		(void)fprintf(w->cli->err, "\r\033[K");
	}
	(void)sigaction(SIGINT, &before_int, NULL);
	(void)sigaction(SIGTERM, &before_term, NULL);
	interruptible = NULL;
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->wake);
	free(w);
}

void noro_watch_first(void *watch, const struct noro_first_hit *hit)
{
	struct noro_watcher *w = watch;
	struct noro_buf b = { 0 };

	if (!w->threaded)
		return;
	pthread_mutex_lock(&w->lock);
	if (w->shown++ < MAX_SHOWN) {
		char when[NORO_TIME_TEXT] = "-";

		if (hit->time_ns != NORO_TIME_NONE)
			when[noro_time_print(hit->time_ns, when) - 11] = '\0';
		noro_buf_printf(&b, "\r\033[K%s  %s ", when, hit->kind);
		noro_escape(noro_view_str(hit->value), 80, &b);
		noro_buf_str(&b, "  ");
		noro_escape(noro_view_str(hit->path), 120, &b);
		noro_buf_chr(&b, '\n');
		noro_emit(w->cli->err, &b);
	}
	pthread_mutex_unlock(&w->lock);
	noro_buf_done(&b);
}
