/*
 * src/report/chart_priv.h - small pictures as SVG, drawn by the program: there without JavaScript
 * and on paper. Each is one well-formed element; what is not a number is a gap, never a zero; text
 * goes through noro_html_text. Colours are classes of html.css, c0 to c7.
 */
#pragma once

#include "report/html_priv.h"

enum { NORO_CHART_COLOURS = 8, NORO_CHART_WIDE = 1100, NORO_CHART_HALF = 530 };

/* Values at equal steps of time as lines; the first is filled below. NaN: a gap. */
struct noro_chart_series {
	const char *name;
	const double *y;
};
struct noro_chart_lines {
	const char *title; /* for who cannot see it; in the language of the page */
	int64_t from_ns, step_ns;
	size_t n;
	const struct noro_chart_series *series;
	size_t series_n; /* NORO_CHART_COLOURS at most are drawn */
};
void noro_chart_lines(struct noro_html *h, const struct noro_chart_lines *c);

/* Rows with a bar each. */
struct noro_chart_bar {
	const char *label, *text, *note; /* note stands behind the text: a change */
	double value;
	int tone; /* of the note: 1 rose, -1 fell, 0 neither */
};
void noro_chart_bars(struct noro_html *h, const char *title, const struct noro_chart_bar *bar,
	size_t n, unsigned width);

/* Parts of a whole as one bar, with their names below. */
void noro_chart_shares(
	struct noro_html *h, const char *title, const struct noro_chart_bar *part, size_t n);

/* Rows from one moment to another. */
struct noro_chart_span {
	const char *label, *text; /* text: shown when pointed at */
	int64_t from_ns, to_ns;
	unsigned colour;
};
void noro_chart_timeline(struct noro_html *h, const char *title, const struct noro_chart_span *span,
	size_t n, int64_t from_ns, int64_t to_ns);

/* Rows of cells, each a share from 0 to 1: how much of a day was covered. */
void noro_chart_strips(struct noro_html *h, const struct noro_chart_lines *c);
