/*
 * src/report/chart.c - lines, bars, shares, timelines and strips.
 *
 * Places are whole tenths of a unit, so that no figure, however odd, becomes anything but digits
 * in the drawing: a value is first made a share of the highest, then a place.
 */
#include "report/chart_priv.h"

#include "report/layout.h"

#include <math.h>
#include <stdio.h>

enum {
	LEFT = 84,
	RIGHT = 14,
	HEIGHT = 240, /* of a plot of lines */
	ROW = 22,
	TICKS = 8,
	POINTS = 400, /* of a line that are marked, and can be pointed at */
	LABEL = 150,
	LABEL_COLUMNS = 21,
	SHARE_BAR = 34,
};

/* ---- what all need ---- */

static void open_svg(struct noro_html *h, const char *title, unsigned width, unsigned height)
{
	noro_buf_printf(h->out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %u %u\" role=\"img\" "
		"aria-label=\"",
		width, height);
	noro_html_text(h, title);
	noro_html_raw(h, "\">");
}

static void close_svg(struct noro_html *h)
{
	noro_html_raw(h, "</svg>");
}

static void text_at(
	struct noro_html *h, const char *class, const char *anchor, unsigned x, unsigned y)
{
	noro_buf_printf(h->out, "<text class=\"%s\" text-anchor=\"%s\" x=\"%u\" y=\"%u\">", class,
		anchor, x, y);
}

static void put_text(struct noro_html *h, const char *class, const char *anchor, unsigned x,
	unsigned y, const char *text)
{
	text_at(h, class, anchor, x, y);
	noro_html_text(h, text);
	noro_html_raw(h, "</text>");
}

/* A label that fits; whole when pointed at. */
static void put_label(
	struct noro_html *h, const char *anchor, unsigned x, unsigned y, const char *label)
{
	struct noro_buf flat = { 0 }, cut = { 0 };

	noro_report_flat(noro_view_str(label ? label : ""), 400, &flat);
	noro_layout_fit(noro_buf_as_view(&flat), LABEL_COLUMNS, false, &cut);
	if (flat.status != NORO_OK || cut.status != NORO_OK)
		h->out->status = NORO_ENOMEM;
	text_at(h, "label", anchor, x, y);
	noro_html_view(h, noro_buf_as_view(&cut));
	noro_html_raw(h, "<title>");
	noro_html_view(h, noro_buf_as_view(&flat));
	noro_html_raw(h, "</title></text>");
	noro_buf_done(&flat);
	noro_buf_done(&cut);
}

static void put_title(struct noro_html *h, const char *text)
{
	noro_html_raw(h, "<title>");
	noro_html_text(h, text);
	noro_html_raw(h, "</title>");
}

/* "0.25", "1,200", "3.4M": as short as can be told apart. */
static const char *number(char text[32], double v)
{
	static const char *const unit[] = { "", "k", "M", "G", "T", "P", "E" };
	unsigned u = 0;

	if (!isfinite(v))
		return "-";
	if (fabs(v) < 10000) {
		(void)snprintf(text, 32, "%.*f",
			fabs(v) < 1 && v != 0 ? 2
			: fabs(v) < 100       ? 1
					      : 0,
			v);
		return text;
	}
	while (u < 6 && fabs(v) >= 1000) {
		v /= 1000;
		u++;
	}
	(void)snprintf(text, 32, fabs(v) < 1e6 ? "%.1f%s" : "%.1e%s", v, unit[u]);
	return text;
}
#define NUMBER(v) number((char[32]){ 0 }, v)

/* The next of 1, 2, 2.5, 5, 10 times a power of ten, for a fourth of the axis. */
static double nice_top(double highest)
{
	static const double step[] = { 1, 2, 2.5, 5, 10 };
	double part = highest / 4, power;

	if (!(part > 1e-300) || !isfinite(part))
		return 1;
	power = pow(10, floor(log10(part)));
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++)
		if (step[i] * power >= part * 0.999999)
			return step[i] * power * 4;
	return power * 40;
}

/* A place in tenths: `share` of the way from `a` to `b`. */
static unsigned place(double share, unsigned a, unsigned b)
{
	double s = share > 0 ? share < 1 ? share : 1 : 0;

	return (unsigned)lround(a * 10 + s * ((double)b * 10 - a * 10.0));
}

static double share_of(double v, double whole)
{
	return isfinite(v) && whole > 0 ? v / whole : 0;
}

static void put_rect(struct noro_html *h, const char *class, unsigned x10, unsigned y, unsigned w10,
	unsigned height)
{
	noro_buf_printf(h->out,
		"<rect class=\"%s\" x=\"%u.%u\" y=\"%u\" width=\"%u.%u\" height=\"%u\"", class,
		x10 / 10, x10 % 10, y, w10 / 10, w10 % 10, height);
}

/* ---- the axis of time ---- */

struct axis {
	int64_t from, to;
	unsigned left, right;
};

static double share_at(const struct axis *a, int64_t ns)
{
	return a->to > a->from ? ((double)ns - (double)a->from) / ((double)a->to - (double)a->from)
			       : 0;
}

static void day_text(int64_t ns, bool years, char out[32])
{
	struct noro_civil c = noro_civil_from_ns(ns, 0);

	if (years)
		(void)snprintf(out, 32, "%04d-%02u", c.year, c.month);
	else
		(void)snprintf(out, 32, "%04d-%02u-%02u", c.year, c.month, c.day);
}

/* When the value begins; times end in 2262. */
static int64_t time_of(const struct noro_chart_lines *c, size_t i)
{
	int64_t ns;

	if (__builtin_mul_overflow((int64_t)i, c->step_ns, &ns) ||
		__builtin_add_overflow(c->from_ns, ns, &ns))
		return INT64_MAX;
	return ns;
}

static void put_days(struct noro_html *h, const struct axis *a, unsigned top, unsigned bottom)
{
	static const int step[] = { 1, 2, 7, 14, 28, 61, 91, 182, 365, 730, 1826, 3652, 36525 };
	const int64_t day = INT64_C(86400) * NORO_NS_PER_S;
	int64_t days = a->to / day - a->from / day, at;
	size_t i = 0;
	char text[32];

	while (i + 1 < sizeof(step) / sizeof(step[0]) && days / step[i] >= TICKS)
		i++;
	if (__builtin_mul_overflow(a->from / day + (a->from % day > 0), day, &at))
		return; /* the last day there is */
	for (unsigned k = 0; k <= TICKS && at <= a->to; k++) {
		unsigned x = place(share_at(a, at), a->left, a->right) / 10;

		noro_buf_printf(h->out, "<path class=\"grid\" d=\"M%u %uV%u\"/>", x, top, bottom);
		day_text(at, step[i] >= 61, text);
		if (x + 40 < a->right + RIGHT)
			put_text(h, "soft", k ? "middle" : "start", k ? x : a->left, bottom + 17,
				text);
		if (__builtin_add_overflow(at, step[i] * day, &at))
			break;
	}
}

/* ---- lines ---- */

struct plot {
	struct noro_html *h;
	const struct noro_chart_lines *c;
	struct axis axis;
	double top;
};

enum { PLOT_TOP = 10, PLOT_BOTTOM = PLOT_TOP + HEIGHT };

static unsigned x_of(const struct plot *p, size_t i)
{
	/* a value stands in the middle of its step */
	return place(((double)i + 0.5) / (double)p->c->n, p->axis.left, p->axis.right);
}

static unsigned y_of(const struct plot *p, double v)
{
	return place(1 - share_of(v, p->top), PLOT_TOP, PLOT_BOTTOM);
}

static void put_scale(const struct plot *p)
{
	for (unsigned i = 0; i <= 4; i++) {
		unsigned y = PLOT_BOTTOM - HEIGHT * i / 4;

		noro_buf_printf(p->h->out, "<path class=\"%s\" d=\"M%d %uH%u\"/>",
			i ? "grid" : "axis", LEFT, y, p->axis.right);
		put_text(p->h, "soft", "end", LEFT - 8, y + 4, NUMBER(p->top * i / 4));
	}
}

/* Nobody saw these: shaded over the whole height. */
static void put_gaps(const struct plot *p)
{
	const double *y = p->c->series[0].y;

	for (size_t i = 0; i < p->c->n; i++) {
		size_t end = i;
		unsigned a, b;

		while (end < p->c->n && !isfinite(y[end]))
			end++;
		if (end == i)
			continue;
		a = place((double)i / (double)p->c->n, p->axis.left, p->axis.right);
		b = place((double)end / (double)p->c->n, p->axis.left, p->axis.right);
		put_rect(p->h, "hole", a, PLOT_TOP, b - a, HEIGHT);
		noro_html_raw(p->h, "/>");
		i = end;
	}
}

/* One unbroken run of values: filled for the first series, then the line. */
static void put_run(const struct plot *p, size_t s, size_t from, size_t to)
{
	const double *y = p->c->series[s].y;
	struct noro_buf *out = p->h->out;

	for (int line = s ? 1 : 0; line < 2; line++) {
		unsigned x = x_of(p, from);

		noro_buf_printf(out, "<path class=\"%s%zu\" d=\"M%u.%u ",
			line ? "line c" : "area c", s, x / 10, x % 10);
		if (!line)
			noro_buf_printf(out, "%uL%u.%u ", PLOT_BOTTOM, x / 10, x % 10);
		for (size_t i = from; i < to; i++) {
			unsigned at = y_of(p, y[i]);

			x = x_of(p, i);
			if (i > from)
				noro_buf_printf(out, "L%u.%u ", x / 10, x % 10);
			noro_buf_printf(out, "%u.%u", at / 10, at % 10);
		}
		if (!line)
			noro_buf_printf(out, "L%u.%u %uZ", x / 10, x % 10, PLOT_BOTTOM);
		noro_html_raw(p->h, "\"/>");
	}
}

static void put_points(const struct plot *p, size_t s)
{
	const double *y = p->c->series[s].y;
	char day[32];

	for (size_t i = 0; i < p->c->n && p->c->n <= POINTS; i++) {
		unsigned x = x_of(p, i), at = y_of(p, y[i]);

		if (!isfinite(y[i]))
			continue;
		day_text(time_of(p->c, i), false, day);
		noro_buf_printf(p->h->out,
			"<circle class=\"c%zu\" cx=\"%u.%u\" cy=\"%u.%u\" r=\"%d\"><title>", s,
			x / 10, x % 10, at / 10, at % 10, p->c->n > 120 ? 2 : 3);
		noro_html_text(p->h, day);
		noro_html_raw(p->h, ": ");
		noro_html_text(p->h, NUMBER(y[i]));
		noro_html_raw(p->h, "</title></circle>");
	}
}

static void put_series(const struct plot *p, size_t s)
{
	const double *y = p->c->series[s].y;

	for (size_t i = 0; i < p->c->n; i++) {
		size_t end = i;

		while (end < p->c->n && isfinite(y[end]))
			end++;
		if (end > i)
			put_run(p, s, i, end);
		i = end > i ? end : i;
	}
	if (s == 0)
		put_points(p, s);
}

static struct axis axis_of(const struct noro_chart_lines *c, unsigned left)
{
	struct axis a = { c->from_ns, c->from_ns, left, NORO_CHART_WIDE - RIGHT };
	int64_t length;

	if (!__builtin_mul_overflow((int64_t)c->n, c->step_ns, &length) &&
		!__builtin_add_overflow(c->from_ns, length, &a.to))
		return a;
	a.to = c->from_ns;
	return a;
}

static void put_names(struct noro_html *h, const struct noro_chart_series *s, size_t n)
{
	if (n < 2)
		return;
	noro_html_raw(h, "<ul class=legend>");
	for (size_t i = 0; i < n; i++) {
		noro_buf_printf(h->out, "<li><i class=\"c%zu\"></i>", i);
		noro_html_text(h, s[i].name);
		noro_html_raw(h, "</li>");
	}
	noro_html_raw(h, "</ul>");
}

void noro_chart_lines(struct noro_html *h, const struct noro_chart_lines *c)
{
	struct plot p = { h, c, axis_of(c, LEFT), 0 };
	size_t n = c->series_n < NORO_CHART_COLOURS ? c->series_n : NORO_CHART_COLOURS;

	open_svg(h, c->title, NORO_CHART_WIDE, PLOT_BOTTOM + 26);
	for (size_t s = 0; s < n; s++)
		for (size_t i = 0; i < c->n; i++)
			if (isfinite(c->series[s].y[i]) && c->series[s].y[i] > p.top)
				p.top = c->series[s].y[i];
	p.top = nice_top(p.top);
	if (c->n && n)
		put_gaps(&p);
	put_scale(&p);
	if (c->n)
		put_days(h, &p.axis, PLOT_TOP, PLOT_BOTTOM);
	for (size_t s = n; s > 0; s--)
		put_series(&p, s - 1);
	close_svg(h);
	put_names(h, c->series, n);
}

/* ---- bars ---- */

void noro_chart_bars(struct noro_html *h, const char *title, const struct noro_chart_bar *bar,
	size_t n, unsigned width)
{
	unsigned right = width > LABEL + 300 ? width - 170 : width;
	double highest = 0;

	for (size_t i = 0; i < n; i++)
		if (isfinite(bar[i].value) && bar[i].value > highest)
			highest = bar[i].value;
	open_svg(h, title, width, (unsigned)(n ? n : 1) * ROW + 4);
	for (size_t i = 0; i < n; i++) {
		unsigned y = (unsigned)i * ROW + 2;
		unsigned x = place(share_of(bar[i].value, highest), LABEL, right);

		put_label(h, "end", LABEL - 10, y + 15, bar[i].label);
		put_rect(h, "c0", LABEL * 10, y + 3, x > LABEL * 10 + 10 ? x - LABEL * 10 : 10,
			ROW - 7);
		noro_html_raw(h, "/>");
		put_text(h, "figure", "end", width - 74, y + 15, bar[i].text);
		put_text(h,
			bar[i].tone > 0   ? "rose"
			: bar[i].tone < 0 ? "fell"
					  : "soft",
			"end", width - 4, y + 15, bar[i].note);
	}
	close_svg(h);
}

/* ---- shares ---- */

void noro_chart_shares(
	struct noro_html *h, const char *title, const struct noro_chart_bar *part, size_t n)
{
	double whole = 0, before = 0;

	for (size_t i = 0; i < n; i++)
		whole += isfinite(part[i].value) && part[i].value > 0 ? part[i].value : 0;
	open_svg(h, title, NORO_CHART_WIDE, SHARE_BAR);
	for (size_t i = 0; i < n; i++) {
		double v = isfinite(part[i].value) && part[i].value > 0 ? part[i].value : 0;
		unsigned a = place(share_of(before, whole), 0, NORO_CHART_WIDE), b;
		char class[4] = { 'c', (char)('0' + i % NORO_CHART_COLOURS), '\0', '\0' };

		before += v;
		b = place(share_of(before, whole), 0, NORO_CHART_WIDE);
		if (b <= a)
			continue;
		put_rect(h, class, a, 0, b - a, SHARE_BAR);
		noro_html_raw(h, ">");
		put_title(h, part[i].label);
		noro_html_raw(h, "</rect>");
		if (b - a > 700)
			put_text(h, "inside", "middle", (a + b) / 20, SHARE_BAR / 2 + 5,
				part[i].label);
	}
	close_svg(h);
	noro_html_raw(h, "<ul class=legend>");
	for (size_t i = 0; i < n; i++) {
		noro_buf_printf(h->out, "<li><i class=\"c%zu\"></i>", i % NORO_CHART_COLOURS);
		noro_html_text(h, part[i].label);
		noro_html_raw(h, " ");
		noro_html_text(h, part[i].text);
		noro_html_raw(h, "</li>");
	}
	noro_html_raw(h, "</ul>");
}

/* ---- timeline ---- */

void noro_chart_timeline(struct noro_html *h, const char *title, const struct noro_chart_span *span,
	size_t n, int64_t from_ns, int64_t to_ns)
{
	struct axis a = { from_ns, to_ns, LABEL, NORO_CHART_WIDE - RIGHT };
	unsigned bottom = (unsigned)n * ROW + 6;

	open_svg(h, title, NORO_CHART_WIDE, bottom + 26);
	put_days(h, &a, 2, bottom);
	for (size_t i = 0; i < n; i++) {
		unsigned x = place(share_at(&a, span[i].from_ns), a.left, a.right);
		unsigned to = place(share_at(&a, span[i].to_ns), a.left, a.right);
		char class[4] = { 'c', (char)('0' + span[i].colour % NORO_CHART_COLOURS), '\0',
			'\0' };

		if (to < x + 40) /* a moment is still seen */
			to = x + 40;
		if (to > a.right * 10) {
			to = a.right * 10;
			x = x > to - 40 ? to - 40 : x;
		}
		put_label(h, "end", LABEL - 10, (unsigned)i * ROW + 17, span[i].label);
		put_rect(h, class, x, (unsigned)i * ROW + 6, to - x, ROW - 8);
		noro_html_raw(h, ">");
		put_title(h, span[i].text);
		noro_html_raw(h, "</rect>");
	}
	close_svg(h);
}

/* ---- strips ---- */

static const char *grade(double v)
{
	return !(v > 0) ? "g0" : v < 0.5 ? "g1" : v < 0.99 ? "g2" : "g3";
}

void noro_chart_strips(struct noro_html *h, const struct noro_chart_lines *c)
{
	struct axis axis = axis_of(c, LABEL);
	unsigned bottom = (unsigned)c->series_n * ROW + 4;
	char day[32];

	open_svg(h, c->title, NORO_CHART_WIDE, bottom + 26);
	if (c->n)
		put_days(h, &axis, 2, bottom);
	for (size_t s = 0; s < c->series_n; s++) {
		const double *y = c->series[s].y;

		put_label(h, "end", LABEL - 10, (unsigned)s * ROW + 17, c->series[s].name);
		for (size_t i = 0, end; i < c->n; i = end) {
			unsigned a = place((double)i / (double)c->n, axis.left, axis.right), b;

			for (end = i + 1; end < c->n && grade(y[end]) == grade(y[i]);)
				end++;
			b = place((double)end / (double)c->n, axis.left, axis.right);
			put_rect(h, grade(y[i]), a, (unsigned)s * ROW + 5, b > a ? b - a : 1,
				ROW - 7);
			noro_html_raw(h, "><title>");
			day_text(time_of(c, i), false, day);
			noro_html_text(h, day);
			noro_html_raw(h, ": ");
			noro_html_text(h, NUMBER(y[i] * 100));
			noro_html_raw(h, " %</title></rect>");
		}
	}
	close_svg(h);
}
