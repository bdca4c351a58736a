/* src/cli/watch.h - progress for a person: a line that moves on a terminal, nothing on a pipe. */
#pragma once

#include "base/progress.h"
#include "cli/cli.h"
#include "hunt/hunt.h"

struct noro_watcher;

/* Starts a thread that redraws one line on cli->err twice a second if that is a terminal; NULL
 * otherwise. Ctrl-C sets progress->interrupted. */
struct noro_watcher *noro_watch_start(const struct noro_cli *cli, struct noro_progress *progress);
/* Stop, wipe the line, restore signals. NULL is fine. */
void noro_watch_stop(struct noro_watcher *w);
/* For noro_hunt_opts.on_first: the first few hits are shown above the line as they come. */
void noro_watch_first(void *watch, const struct noro_first_hit *hit);
