/*
 * src/report/html_chart.c - one picture of time: findings, activity window, coverage.
 *
 * Three bands share one axis: how many findings were active in each slice, the
 * strongest findings as bars from first to last trace, and below them what the
 * evidence covers with its holes, because "nothing in May" means something else
 * when there are no logs of May. Drawn as SVG by the program, so that it is there
 * without JavaScript and on paper.
 */
#include "base/text.h"
#include "report/html_priv.h"
#include "report/layout.h"

enum {
	WIDTH = 1100,
	LEFT = 300, /* room for labels */
	RIGHT = 14,
	PLOT = WIDTH - LEFT - RIGHT,
	SLICES = 90,
	HISTOGRAM = 84, /* height */
	ROW = 20,
	LANES = 12,
	SOURCES = 14,
	LABEL_COLUMNS = 42,
	TICKS = 7,
	GAPS_DRAWN = 50,
};

struct chart {
	struct noro_html *h;
	int64_t from, until;
	int64_t active_from, active_until; /* NORO_TIME_NONE: open */
	bool has_window;
	unsigned y;
	unsigned slice[SLICES][5];
	unsigned highest;
};

/* Clocks that were never set, and forged times, must not stretch the axis: 1990 to next year. */
static bool is_plausible(const struct chart *c, int64_t ns)
{
	const int64_t year_ns = INT64_C(366) * 86400 * NORO_NS_PER_S;
	int64_t latest;

	if (ns == NORO_TIME_NONE || ns < INT64_C(631152000) * NORO_NS_PER_S)
		return false;
	if (__builtin_add_overflow(c->h->r->run.now_ns, year_ns, &latest))
		return true;
	return ns <= latest;
}

static void widen(struct chart *c, int64_t ns)
{
	if (!is_plausible(c, ns))
		return;
	if (c->from == NORO_TIME_NONE || ns < c->from)
		c->from = ns;
	if (c->until == NORO_TIME_NONE || ns > c->until)
		c->until = ns;
}

static bool find_range(struct chart *c)
{
	const struct noro_html *h = c->h;

	c->from = c->until = NORO_TIME_NONE;
	for (size_t i = 0; i < h->s->active; i++) {
		widen(c, h->s->sorted[i]->first_ns);
		widen(c, h->s->sorted[i]->last_ns);
	}
	for (size_t i = 0; i < h->r->coverages; i++) {
		widen(c, h->r->coverage[i].first_ns);
		widen(c, h->r->coverage[i].last_ns);
	}
	if (c->from == NORO_TIME_NONE)
		return false;
	if (c->until - c->from < 60 * NORO_NS_PER_S)
		c->until = c->from + 60 * NORO_NS_PER_S;
	return true;
}

/* From the least to the greatest bound of any active finding's indicator. */
static void find_window(struct chart *c)
{
	bool open_from = false, open_until = false;

	for (size_t i = 0; i < c->h->s->active; i++) {
		const struct noro_finding *f = c->h->s->sorted[i];

		if (!f->active_from_ns && !f->active_until_ns)
			continue;
		open_from = open_from || f->active_from_ns == NORO_TIME_NONE;
		open_until = open_until || f->active_until_ns == NORO_TIME_NONE;
		if (!c->has_window || f->active_from_ns < c->active_from)
			c->active_from = f->active_from_ns;
		if (!c->has_window || f->active_until_ns > c->active_until)
			c->active_until = f->active_until_ns;
		c->has_window = true;
	}
	if (open_from)
		c->active_from = NORO_TIME_NONE;
	if (open_until)
		c->active_until = NORO_TIME_NONE;
}

/* Where a moment stands, in tenths of a unit; moments beyond the axis stand at its ends. */
static unsigned place(const struct chart *c, int64_t ns)
{
	double share;

	if (ns <= c->from)
		return LEFT * 10;
	if (ns >= c->until)
		return (LEFT + PLOT) * 10;
	share = (double)(ns - c->from) / (double)(c->until - c->from);
	return LEFT * 10 + (unsigned)(share * PLOT * 10);
}

static void put_rect(struct chart *c, const char *class, unsigned x10, unsigned to10, unsigned top,
	unsigned height)
{
	unsigned wide = to10 > x10 + 30 ? to10 - x10 : 30; /* a moment is still seen */

	if (x10 + wide > (LEFT + PLOT) * 10)
		x10 = (LEFT + PLOT) * 10 - wide;
	noro_buf_printf(c->h->out,
		"<rect class=\"%s\" x=\"%u.%u\" y=\"%u\" width=\"%u.%u\" height=\"%u\"/>", class,
		x10 / 10, x10 % 10, top, wide / 10, wide % 10, height);
}

static void count_slices(struct chart *c)
{
	for (size_t i = 0; i < c->h->s->active; i++) {
		const struct noro_finding *f = c->h->s->sorted[i];
		int64_t last = f->last_ns >= f->first_ns ? f->last_ns : f->first_ns;
		unsigned a, b;

		if (!is_plausible(c, f->first_ns))
			continue;
		a = (place(c, f->first_ns) - LEFT * 10) * SLICES / (PLOT * 10);
		b = (place(c, last) - LEFT * 10) * SLICES / (PLOT * 10);
		for (; a <= b && a < SLICES; a++)
			c->slice[a][f->severity]++;
	}
	for (unsigned i = 0; i < SLICES; i++) {
		unsigned sum = 0;

		for (unsigned s = 0; s < 5; s++)
			sum += c->slice[i][s];
		c->highest = sum > c->highest ? sum : c->highest;
	}
}

static void put_histogram(struct chart *c)
{
	unsigned base = c->y + HISTOGRAM;

	for (unsigned i = 0; i < SLICES && c->highest; i++) {
		unsigned x = LEFT * 10 + i * PLOT * 10 / SLICES;
		unsigned to = LEFT * 10 + (i + 1) * PLOT * 10 / SLICES - 10, below = 0;

		for (int s = NORO_SEV_CRITICAL; s >= 0; s--) {
			unsigned n = c->slice[i][s], top, bottom;
			const char class[] = { 'f', (char)('0' + s), '\0' };

			if (!n)
				continue;
			bottom = (unsigned)((uint64_t)below * (HISTOGRAM - 8) / c->highest);
			below += n;
			top = (unsigned)((uint64_t)below * (HISTOGRAM - 8) / c->highest);
			put_rect(c, class, x, to, base - top, top - bottom ? top - bottom : 1);
		}
	}
	noro_buf_printf(c->h->out,
		"<text x=\"%d\" y=\"%u\" text-anchor=\"end\">%u</text>"
		"<path class=\"axis\" d=\"M%d %uH%d\"/>",
		LEFT - 8, c->y + 16, c->highest, LEFT, base, LEFT + PLOT);
	c->y = base + 10;
}

/* A label that fits, in each language it has. */
static void put_label(struct chart *c, const char *lang, const char *s, unsigned y)
{
	struct noro_buf flat = { 0 }, cut = { 0 };

	noro_report_flat(noro_view_str(s), 400, &flat);
	noro_layout_fit(noro_buf_as_view(&flat), LABEL_COLUMNS, false, &cut);
	if (flat.status != NORO_OK || cut.status != NORO_OK)
		c->h->out->status = NORO_ENOMEM;
	noro_buf_printf(c->h->out,
		"<text class=\"label\"%s%s x=\"%d\" y=\"%u\" text-anchor=\"end\">",
		lang ? " lang=" : "", lang ? lang : "", LEFT - 8, y);
	noro_html_view(c->h, noro_buf_as_view(&cut));
	noro_html_raw(c->h, "</text>");
	noro_buf_done(&flat);
	noro_buf_done(&cut);
}

static void put_both_labels(struct chart *c, const char *en, const char *ja, unsigned y)
{
	if (!strcmp(en, ja)) {
		put_label(c, NULL, en, y);
		return;
	}
	put_label(c, "en", en, y);
	put_label(c, "ja", ja, y);
}

static void put_band_title(struct chart *c, const char *id, unsigned y)
{
	static const char *const lang[] = { "en", "ja" };

	for (unsigned i = 0; i < 2; i++) {
		noro_buf_printf(c->h->out, "<text lang=%s x=\"0\" y=\"%u\">", lang[i], y);
		noro_html_text(c->h, noro_lang_text(i ? NORO_JA : NORO_EN, id));
		noro_html_raw(c->h, "</text>");
	}
}

static void put_lanes(struct chart *c)
{
	unsigned drawn = 0;

	put_band_title(c, N_("The strongest findings, from first to last trace"), c->y + 14);
	c->y += 22;
	for (size_t i = 0; i < c->h->s->active && drawn < LANES; i++) {
		const struct noro_finding *f = c->h->s->sorted[i];
		const char class[] = { 'f', (char)('0' + f->severity), '\0' };

		if (!is_plausible(c, f->first_ns))
			continue;
		drawn++;
		noro_buf_printf(c->h->out, "<a href=\"#f-%s\"><title>", f->id);
		noro_html_text(c->h, noro_lang_pick(c->h->o->lang, f->title));
		noro_html_raw(c->h, "</title>");
		put_both_labels(c, noro_lang_pick(NORO_EN, f->title),
			noro_lang_pick(NORO_JA, f->title), c->y + 14);
		put_rect(c, class, place(c, f->first_ns),
			place(c, f->last_ns > f->first_ns ? f->last_ns : f->first_ns), c->y + 4,
			ROW - 8);
		noro_html_raw(c->h, "</a>");
		c->y += ROW;
	}
	c->y += 8;
}

static void put_source(struct chart *c, const struct noro_coverage *v)
{
	size_t gaps = v->gaps < GAPS_DRAWN ? v->gaps : GAPS_DRAWN;

	put_label(c, NULL, v->path ? v->path : "", c->y + 14);
	put_rect(c, "covered", place(c, v->first_ns), place(c, v->last_ns), c->y + 5, ROW - 10);
	for (size_t i = 0; i < gaps; i++) {
		if (v->gap[i].to_ns < v->gap[i].from_ns)
			continue; /* a step of the clock hides nothing */
		put_rect(c, "gap", place(c, v->gap[i].from_ns), place(c, v->gap[i].to_ns), c->y + 4,
			ROW - 8);
	}
	c->y += ROW;
}

static size_t put_sources(struct chart *c)
{
	size_t drawn = 0, dated = 0;

	put_band_title(c, N_("What the evidence covers, and its gaps"), c->y + 14);
	c->y += 22;
	for (size_t i = 0; i < c->h->r->coverages; i++) {
		const struct noro_coverage *v = &c->h->r->coverage[i];

		if (!is_plausible(c, v->first_ns) || v->last_ns < v->first_ns)
			continue;
		dated++;
		if (drawn < SOURCES) {
			put_source(c, v);
			drawn++;
		}
	}
	return dated - drawn;
}

/* Ticks at round distances: the smallest step that needs at most TICKS of them. */
static int64_t tick_step(const struct chart *c)
{
	static const int64_t step_s[] = { 10, 60, 300, 900, 3600, 10800, 21600, 43200, 86400,
		172800, 604800, 1209600, 2592000 };
	size_t i = 0, n = sizeof(step_s) / sizeof(step_s[0]);

	while (i + 1 < n && (c->until - c->from) / (step_s[i] * NORO_NS_PER_S) > TICKS)
		i++;
	return step_s[i] * NORO_NS_PER_S;
}

static void put_tick(struct chart *c, int64_t ns, int64_t step, unsigned top, unsigned bottom)
{
	struct noro_civil t = noro_civil_from_ns(ns, 0);
	unsigned x = place(c, ns) / 10;

	noro_buf_printf(c->h->out,
		"<path class=\"grid\" d=\"M%u %uV%u\"/><text x=\"%u\" y=\"%u\" "
		"text-anchor=\"middle\">",
		x, top, bottom, x, bottom + 16);
	if (step >= INT64_C(86400) * NORO_NS_PER_S)
		noro_buf_printf(c->h->out, "%04d-%02u-%02u", t.year, t.month, t.day);
	else
		noro_buf_printf(c->h->out, "%02u-%02u %02u:%02u", t.month, t.day, t.hour, t.minute);
	noro_html_raw(c->h, "</text>");
}

static void put_inner_tick(struct chart *c, int64_t at, int64_t step, unsigned top, unsigned bottom)
{
	unsigned x = place(c, at) / 10;

	if (at <= c->until && x > LEFT + 30 && x < LEFT + PLOT - 30)
		put_tick(c, at, step, top, bottom);
}

/* Months differ in length, so beyond some weeks the ticks follow the calendar. */
static void put_month_ticks(struct chart *c, int64_t step, unsigned top, unsigned bottom)
{
	int64_t months = (c->until - c->from) / step, every = months / TICKS + 1;
	struct noro_civil t = noro_civil_from_ns(c->from, 0);
	int64_t at = c->from;

	every = every > 6 ? (every + 11) / 12 * 12 : every;
	t = (struct noro_civil){ .year = t.year, .month = 1, .day = 1 };
	for (unsigned i = 0; i < 1000 && at <= c->until; i++) {
		if (!noro_civil_to_ns(&t, 0, &at))
			return;
		if (at >= c->from)
			put_inner_tick(c, at, step, top, bottom);
		t.month += (unsigned)(every % 12);
		t.year += (int)(every / 12) + (t.month > 12);
		t.month = t.month > 12 ? t.month - 12 : t.month;
	}
}

static void put_axis(struct chart *c, unsigned top, unsigned bottom)
{
	int64_t step = tick_step(c), at = c->from - c->from % step + step;

	if (step >= INT64_C(2592000) * NORO_NS_PER_S) {
		put_month_ticks(c, step, top, bottom);
		return;
	}
	for (unsigned i = 0; i <= TICKS + 1; i++, at += step)
		put_inner_tick(c, at, step, top, bottom);
}

static void put_window(struct chart *c, unsigned top, unsigned bottom)
{
	unsigned a, b;

	if (!c->has_window)
		return;
	a = c->active_from == NORO_TIME_NONE ? LEFT * 10 : place(c, c->active_from);
	b = c->active_until == NORO_TIME_NONE ? (LEFT + PLOT) * 10 : place(c, c->active_until);
	if (b <= a)
		return;
	put_rect(c, "shade", a, b, top, bottom - top);
	if (b < (LEFT + PLOT) * 10)
		noro_buf_printf(
			c->h->out, "<path class=\"edge\" d=\"M%u %uV%u\"/>", b / 10, top, bottom);
	if (a > LEFT * 10)
		noro_buf_printf(
			c->h->out, "<path class=\"edge\" d=\"M%u %uV%u\"/>", a / 10, top, bottom);
}

static void put_key(struct noro_html *h, const char *class, const char *id)
{
	noro_buf_printf(h->out, "<li class=%s><i></i>", class);
	noro_html_tr(h, id);
	noro_html_raw(h, "</li>");
}

static void put_legend(struct chart *c, size_t left_out)
{
	struct noro_html *h = c->h;

	noro_html_raw(h, "<ul class=legend>");
	if (c->highest) {
		put_key(h, "critical", N_("critical"));
		put_key(h, "high", N_("high"));
		put_key(h, "medium", N_("medium"));
		put_key(h, "low", N_("low"));
	}
	if (c->has_window)
		put_key(h, "shade-key", N_("activity window of the indicators that were found"));
	put_key(h, "cover-key", N_("records present"));
	put_key(h, "gap-key", N_("no records"));
	noro_html_raw(h, "</ul>");
	if (left_out) {
		noro_html_raw(h, "<p class=\"soft small\">");
		noro_html_say(h, N_("%1 more pieces of evidence are in the coverage table."),
			{ NORO_NUM(left_out) });
		noro_html_raw(h, "</p>");
	}
}

/* Rows that will be drawn; without a dated finding their two bands are left out. */
static unsigned dated_findings(const struct chart *c)
{
	unsigned n = 0;

	for (size_t i = 0; i < c->h->s->active && n < LANES; i++)
		n += is_plausible(c, c->h->s->sorted[i]->first_ns);
	return n;
}

static unsigned height_of(const struct chart *c, unsigned lanes)
{
	unsigned sources = 0, above = lanes ? 22 + HISTOGRAM + 10 + 22 + lanes * ROW + 8 : 0;

	for (size_t i = 0; i < c->h->r->coverages && sources < SOURCES; i++)
		sources += is_plausible(c, c->h->r->coverage[i].first_ns) &&
			   c->h->r->coverage[i].last_ns >= c->h->r->coverage[i].first_ns;
	return above + 22 + sources * ROW + 10;
}

static void put_svg(struct chart *c)
{
	unsigned lanes = dated_findings(c), bottom = height_of(c, lanes);
	size_t left_out;

	noro_buf_printf(c->h->out,
		"<svg viewBox=\"0 0 %d %u\" role=img aria-labelledby=chart-title>", WIDTH,
		bottom + 26);
	put_window(c, 22, bottom);
	put_axis(c, 22, bottom);
	if (lanes) {
		put_band_title(c, N_("Findings active at a time"), 14);
		c->y = 22;
		put_histogram(c);
		put_lanes(c);
	}
	left_out = put_sources(c);
	noro_html_raw(c->h, "</svg>");
	put_legend(c, left_out);
}

void noro_html_chart(struct noro_html *h)
{
	struct chart c = { .h = h };

	noro_html_raw(h, "<section id=chart><h2 id=chart-title>");
	noro_html_tr(h, N_("Timeline"));
	noro_html_raw(h, "</h2><p class=\"soft small\">");
	noro_html_tr(h, N_("Times in UTC. A gap means that nothing is known about that time, not "
			   "that nothing happened."));
	noro_html_raw(h, "</p><figure>");
	if (find_range(&c)) {
		find_window(&c);
		count_slices(&c);
		put_svg(&c);
	} else {
		noro_html_raw(h, "<p>");
		noro_html_tr(h, N_("No record told a time, so there is no timeline."));
		noro_html_raw(h, "</p>");
	}
	noro_html_raw(h, "</figure></section>\n");
}
