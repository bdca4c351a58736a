/*
 * src/device/order.c - is one configuration the other at another time? Two texts of one name are
 * a device before and after only where something puts them in order: the times of the files, a
 * date in their paths, a name that continues the other's. Where nothing does, and nothing that
 * belongs to one box is in both, they may as well be two devices.
 */
#include "device/audit_priv.h"

enum {
	APART_S = 60, /* files written in one go are not a history */
	DATE_MIN = 6, /* digits of 250827 */
};

static bool in_order_of_time(const struct text *a, const struct text *b)
{
	int64_t d;

	if (a->time_ns == NORO_TIME_NONE || b->time_ns == NORO_TIME_NONE)
		return false;
	d = a->time_ns > b->time_ns ? a->time_ns - b->time_ns : b->time_ns - a->time_ns;
	return d >= APART_S * NORO_NS_PER_S;
}

/* Words and numbers of a path that say when. */
static bool says_when(struct noro_view w)
{
	static const char *const words[] = { "old", "new", "before", "after", "prev", "previous",
		"current", "bak", "backup", "orig", "original", "earlier", "later", "yesterday",
		"today", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct",
		"nov", "dec", "january", "february", "march", "april", "june", "july", "august",
		"september", "october", "november", "december", "mon", "tue", "wed", "thu", "fri",
		"sat", "sun" };
	size_t digits = 0;

	while (digits < w.n && noro_is_digit(w.p[digits]))
		digits++;
	if (digits >= DATE_MIN)
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (noro_view_is_i(w, words[i]))
			return true;
	return false;
}

/* 2025-08-27, 2025_08_27: a year with its month. */
static bool is_year(struct noro_view path, size_t at)
{
	struct noro_view y = noro_view_sub(path, at, 7);

	return y.n == 7 && (noro_view_starts(y, "19") || noro_view_starts(y, "20")) &&
	       noro_is_digit(y.p[2]) && noro_is_digit(y.p[3]) && !noro_is_alnum(y.p[4]) &&
	       noro_is_digit(y.p[5]) && noro_is_digit(y.p[6]);
}

static bool path_says_when(struct noro_view path)
{
	for (size_t i = 0; i < path.n;) {
		size_t n = 0;

		if (is_year(path, i))
			return true;
		while (i + n < path.n && noro_is_alnum(path.p[i + n]))
			n++;
		if (n && says_when(noro_view(path.p + i, n)))
			return true;
		i += n + 1;
	}
	return false;
}

/* Where two paths begin to differ, back to the beginning of that word. */
static size_t differ_at(struct noro_view a, struct noro_view b)
{
	size_t n = 0;

	while (n < a.n && n < b.n && a.p[n] == b.p[n])
		n++;
	while (n && noro_is_alnum(a.p[n - 1]))
		n--;
	/* a date is one word, though it is written in parts */
	while (n && strchr("-_.0123456789", a.p[n - 1]))
		n--;
	return n;
}

static bool in_order_of_path(const struct text *a, const struct text *b)
{
	struct noro_view x = noro_view_str(a->path), y = noro_view_str(b->path);
	size_t same = differ_at(x, y);

	/* r1.cfg and r1.cfg.1 */
	if (noro_view_starts(x, b->path) || noro_view_starts(y, a->path))
		return true;
	return path_says_when(noro_view_sub(x, same, x.n)) ||
	       path_says_when(noro_view_sub(y, same, y.n));
}

static bool is_copy(const struct text *a, const struct text *b)
{
	return a->kept.p && b->kept.p && a->kept.bytes == b->kept.bytes &&
	       a->kept.packed == b->kept.packed &&
	       memcmp(a->kept.p, b->kept.p, a->kept.packed) == 0;
}

bool noro_text_is_running(const struct text *t)
{
	return t->config && !t->baseline && !t->startup && !noro_path_is_startup(t->path);
}

bool noro_texts_in_order(const struct text *a, const struct text *b)
{
	return in_order_of_time(a, b) || in_order_of_path(a, b) || is_copy(a, b);
}
