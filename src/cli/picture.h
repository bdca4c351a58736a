/* src/cli/picture.h - what sensors see, drawn in place on a terminal while it is read. */
#pragma once

#include "cli/cli.h"
#include "finding/measure.h"

enum { NORO_PICTURE_SENSORS = 8 };

struct noro_picture;
/* A frame a day and sensor; after each it waits for `pause_ms`, so that there is something to be
 * seen. NULL: no memory. */
struct noro_picture *noro_picture_new(const struct noro_cli *cli, FILE *f, unsigned pause_ms);
/* Rows that are given to the picture are counted and go on to `to`. */
const struct noro_measures *noro_picture_measures(
	struct noro_picture *p, const struct noro_measures *to);
/* The last frame stays on the screen. NULL is fine. */
void noro_picture_free(struct noro_picture *p);
