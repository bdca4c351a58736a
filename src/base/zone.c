/*
 * src/base/zone.c - time zones from the system's compiled files (RFC 8536).
 *
 * A zone is a list of moments at which the offset changed, and a rule in the
 * POSIX TZ notation for all time after the last of them. Fixed offsets are a
 * zone with a rule only. The files are the system's, yet read as if a stranger
 * had written them: counts have ceilings, and every index is checked once when
 * the zone is opened, so that looking up needs no checks.
 */
#include "base/clock.h"
#include "base/cursor.h"
#include "base/file.h"
#include "base/mem.h"

#include <stdio.h>

enum {
	MAX_NAME = 64,
	MAX_FILE = 256 * 1024, /* the largest in tzdata is under 4 KiB */
	MAX_TRANSITIONS = 8192,
	MAX_TYPES = 256, /* an index is one byte (RFC 8536 3.2) */
	MAX_OFFSET = 25 * 3600,
	SECONDS_A_DAY = 86400,
};

/* The last whole second of 64-bit nanoseconds, less a day for any offset. */
#define LAST_SECOND (INT64_MAX / NORO_NS_PER_S - SECONDS_A_DAY)

/* When a rule switches: Jn (1-365, no leap day), n (0-365), or Mm.w.d; and the seconds after
 * midnight. */
struct switch_day {
	enum { BY_JULIAN, BY_DAY, BY_WEEK } kind;
	int day, month, week;
	int32_t at_s;
};

struct rule {
	bool present, has_dst;
	int32_t std_s, dst_s;
	struct switch_day to_dst, to_std;
};

struct noro_zone {
	char name[MAX_NAME];
	size_t n;
	int64_t *at_s;    /* rising */
	int32_t *after_s; /* the offset from at_s[i] on */
	int32_t first_s;  /* before the first */
	struct rule rule;
};

/* The POSIX TZ string. */

static bool skip_name(struct noro_cursor *in)
{
	size_t n = 0;
	bool quoted = noro_cursor_left(in) > 0 && in->p[in->at] == '<';

	if (quoted)
		noro_cursor_skip(in, 1);
	while (noro_cursor_left(in) > 0) {
		char c = (char)in->p[in->at];

		if (quoted ? c == '>' : !noro_is_alpha(c))
			break;
		noro_cursor_skip(in, 1);
		n++;
	}
	if (quoted && noro_cursor_u8(in) != '>')
		return false;
	return n >= 3;
}

static bool take(struct noro_cursor *in, char c)
{
	if (noro_cursor_left(in) == 0 || (char)in->p[in->at] != c)
		return false;
	noro_cursor_skip(in, 1);
	return true;
}

static bool number(struct noro_cursor *in, int max, int *ret)
{
	int v = 0, digits = 0;

	while (noro_cursor_left(in) > 0 && noro_is_digit((char)in->p[in->at])) {
		v = v * 10 + (noro_cursor_u8(in) - '0');
		if (++digits > 3)
			return false;
	}
	*ret = v;
	return digits > 0 && v <= max;
}

/* [+-]hh[:mm[:ss]]; hours to 167 as RFC 8536 3.3.1 allows for rule times. */
static bool hms(struct noro_cursor *in, int max_hour, int32_t *ret)
{
	bool minus = take(in, '-');
	int h, m = 0, s = 0;

	if (!minus)
		(void)take(in, '+');
	if (!number(in, max_hour, &h))
		return false;
	if (take(in, ':') && !number(in, 59, &m))
		return false;
	if (take(in, ':') && !number(in, 59, &s))
		return false;
	*ret = (minus ? -1 : 1) * (h * 3600 + m * 60 + s);
	return true;
}

static bool parse_switch(struct noro_cursor *in, struct switch_day *ret)
{
	struct switch_day d = { .kind = BY_DAY, .at_s = 2 * 3600 };

	if (!take(in, ','))
		return false;
	if (take(in, 'M')) {
		d.kind = BY_WEEK;
		if (!number(in, 12, &d.month) || d.month == 0 || !take(in, '.') ||
			!number(in, 5, &d.week) || d.week == 0 || !take(in, '.') ||
			!number(in, 6, &d.day))
			return false;
	} else {
		if (take(in, 'J'))
			d.kind = BY_JULIAN;
		if (!number(in, 365, &d.day) || (d.kind == BY_JULIAN && d.day == 0))
			return false;
	}
	if (take(in, '/') && !hms(in, 167, &d.at_s))
		return false;
	*ret = d;
	return true;
}

static bool parse_rule(struct noro_view text, struct rule *ret)
{
	struct noro_cursor in = noro_cursor(text.p, text.n);
	struct rule r = { .present = true };

	if (!skip_name(&in) || !hms(&in, 24, &r.std_s))
		return false;
	r.std_s = -r.std_s; /* POSIX counts west of Greenwich */
	if (noro_cursor_left(&in) > 0) {
		r.has_dst = true;
		r.dst_s = r.std_s + 3600;
		if (!skip_name(&in))
			return false;
		if (noro_cursor_left(&in) > 0 && in.p[in.at] != ',') {
			if (!hms(&in, 24, &r.dst_s))
				return false;
			r.dst_s = -r.dst_s;
		}
		if (!parse_switch(&in, &r.to_dst) || !parse_switch(&in, &r.to_std))
			return false;
	}
	if (in.status != NORO_OK || noro_cursor_left(&in) > 0)
		return false;
	*ret = r;
	return true;
}

/* Midnight that begins a civil day, as seconds of the wall clock; years here are in range. */
static int64_t midnight_s(int year, unsigned month, unsigned day)
{
	struct noro_civil c = { .year = year, .month = month, .day = day };
	int64_t ns;

	return noro_civil_to_ns(&c, 0, &ns) ? ns / NORO_NS_PER_S : 0;
}

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int64_t week_day_s(const struct switch_day *d, int year)
{
	int64_t first = midnight_s(year, (unsigned)d->month, 1);
	int64_t next = d->month == 12 ? midnight_s(year, 12, 31) + SECONDS_A_DAY
				      : midnight_s(year, (unsigned)d->month + 1, 1);
	int64_t weekday = noro_weekday(first * NORO_NS_PER_S);
	int64_t day_s =
		first + ((d->day - weekday + 7) % 7 + (int64_t)7 * (d->week - 1)) * SECONDS_A_DAY;

	return day_s >= next ? day_s - (int64_t)7 * SECONDS_A_DAY
			     : day_s; /* week 5 is the last one */
}

/* Wall-clock seconds of the switch in a year. */
static int64_t switch_s(const struct switch_day *d, int year)
{
	int64_t start = midnight_s(year, 1, 1);

	switch (d->kind) {
	case BY_JULIAN:
		start += (int64_t)(d->day - 1 + (is_leap(year) && d->day >= 60)) * SECONDS_A_DAY;
		break;
	case BY_DAY:
		start += (int64_t)d->day * SECONDS_A_DAY;
		break;
	case BY_WEEK:
		start = week_day_s(d, year);
		break;
	}
	return start + d->at_s;
}

static int32_t rule_offset(const struct rule *r, int64_t utc_s)
{
	int64_t from, to;
	int year;

	if (!r->has_dst)
		return r->std_s;
	if (utc_s < -LAST_SECOND || utc_s > LAST_SECOND)
		return r->std_s; /* beyond what nanoseconds can tell */
	year = noro_civil_from_ns(utc_s * NORO_NS_PER_S, r->std_s).year;
	from = switch_s(&r->to_dst, year) - r->std_s;
	to = switch_s(&r->to_std, year) - r->dst_s;
	if (from < to)
		return utc_s >= from && utc_s < to ? r->dst_s : r->std_s;
	return utc_s >= to && utc_s < from ? r->std_s : r->dst_s;
}

/* The file. */

struct counts {
	uint32_t isut, isstd, leap, time, type, chars;
};

static bool header(struct noro_cursor *in, unsigned *ret_version, struct counts *ret)
{
	struct noro_view magic = noro_cursor_bytes(in, 4);
	uint8_t version = noro_cursor_u8(in);

	noro_cursor_skip(in, 15);
	*ret = (struct counts){ noro_cursor_be32(in), noro_cursor_be32(in), noro_cursor_be32(in),
		noro_cursor_be32(in), noro_cursor_be32(in), noro_cursor_be32(in) };
	*ret_version = version == 0 ? 1 : (unsigned)(version - '0');
	return in->status == NORO_OK && noro_view_is(magic, "TZif") &&
	       (version == 0 || (version >= '2' && version <= '9')) &&
	       ret->time <= MAX_TRANSITIONS && ret->type >= 1 && ret->type <= MAX_TYPES &&
	       ret->chars <= MAX_FILE && ret->leap <= MAX_FILE && ret->isstd <= MAX_TYPES &&
	       ret->isut <= MAX_TYPES;
}

static size_t after_types(const struct counts *n, size_t time_size)
{
	return n->chars + n->leap * (time_size + 4) + n->isstd + n->isut;
}

static bool types(struct noro_cursor *in, const struct counts *n, int32_t offset[MAX_TYPES])
{
	for (uint32_t i = 0; i < n->type; i++) {
		offset[i] = (int32_t)noro_cursor_be32(in);
		noro_cursor_skip(in, 2); /* is it summer time, and its name: not needed */
		if (in->status != NORO_OK || offset[i] < -MAX_OFFSET || offset[i] > MAX_OFFSET)
			return false;
	}
	return true;
}

static enum noro_status transitions(
	struct noro_cursor *in, const struct counts *n, size_t time_size, struct noro_zone *z)
{
	int32_t offset[MAX_TYPES] = { 0 };
	struct noro_cursor index;

	z->at_s = noro_calloc(n->time + 1, sizeof(*z->at_s));
	z->after_s = noro_calloc(n->time + 1, sizeof(*z->after_s));
	if (!z->at_s || !z->after_s)
		return NORO_ENOMEM;
	for (uint32_t i = 0; i < n->time; i++) {
		z->at_s[i] = time_size == 8 ? (int64_t)noro_cursor_be64(in)
					    : (int32_t)noro_cursor_be32(in);
		if (i > 0 && z->at_s[i] <= z->at_s[i - 1])
			return NORO_EFORMAT;
	}
	index = *in;
	noro_cursor_skip(in, n->time);
	if (!types(in, n, offset))
		return NORO_EFORMAT;
	for (uint32_t i = 0; i < n->time; i++) {
		uint8_t type = noro_cursor_u8(&index);

		if (type >= n->type)
			return NORO_EFORMAT;
		z->after_s[i] = offset[type];
	}
	z->n = n->time;
	z->first_s = offset[0];
	noro_cursor_skip(in, after_types(n, time_size));
	return in->status;
}

static enum noro_status footer(struct noro_cursor *in, struct noro_zone *z)
{
	struct noro_view text = noro_cursor_bytes(in, noro_cursor_left(in)), line;

	if (text.n < 2 || text.p[0] != '\n')
		return NORO_EFORMAT;
	text = noro_view_sub(text, 1, SIZE_MAX);
	if (noro_view_chr(text, '\n') == SIZE_MAX || !noro_view_cut(&text, '\n', &line))
		return NORO_EFORMAT;
	if (line.n > 0 && !parse_rule(line, &z->rule))
		return NORO_EFORMAT;
	return NORO_OK;
}

static enum noro_status read_tzif(struct noro_view bytes, struct noro_zone *z)
{
	struct noro_cursor in = noro_cursor(bytes.p, bytes.n);
	struct counts n;
	unsigned version;
	enum noro_status st;

	if (!header(&in, &version, &n))
		return NORO_EFORMAT;
	if (version == 1)
		return transitions(&in, &n, 4, z);
	/* the old block with 32-bit times comes first; nobody needs it */
	noro_cursor_skip(&in, n.time * 5 + n.type * 6 + after_types(&n, 4));
	if (!header(&in, &version, &n))
		return NORO_EFORMAT;
	st = transitions(&in, &n, 8, z);
	return st == NORO_OK ? footer(&in, z) : st;
}

/* Only names below the folder: letters, digits and _ + - in parts that "/" divides. */
static bool name_is_plain(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n >= MAX_NAME || name[0] == '/' || name[n - 1] == '/')
		return false;
	for (size_t i = 0; i < n; i++)
		if (!noro_is_alnum(name[i]) && !strchr("_+-/", name[i]))
			return false;
	return true;
}

static enum noro_status load_bytes(
	struct noro_view bytes, const char *name, struct noro_zone *z, struct noro_error *err)
{
	enum noro_status st = read_tzif(bytes, z);

	if (st == NORO_OK)
		return NORO_OK;
	if (st == NORO_ENOMEM)
		return noro_fail(err, st, NULL);
	return noro_fail(err, st, N_("cannot read the file of time zone %1"), name);
}

static enum noro_status load(const char *name, struct noro_zone *z, struct noro_error *err)
{
	char path[MAX_NAME + sizeof("/usr/share/zoneinfo/")];
	struct noro_buf bytes = { 0 };
	enum noro_status st;

	(void)snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name);
	st = noro_file_read(path, MAX_FILE, &bytes, NULL);
	if (st == NORO_OK)
		st = load_bytes(noro_buf_as_view(&bytes), name, z, err);
	else if (st == NORO_ENOMEM)
		noro_fail(err, st, NULL);
	else
		st = noro_fail(err, NORO_ENOENT, N_("no such time zone: %1"), name);
	noro_buf_done(&bytes);
	return st;
}

/* "+09:00", "-0930", "+9". */
static bool fixed(const char *name, int32_t *ret)
{
	struct noro_view v = noro_view_str(name), digits;
	uint64_t h, m = 0;
	size_t colon;

	if (v.n < 2 || v.n > 6 || (v.p[0] != '+' && v.p[0] != '-'))
		return false;
	digits = noro_view_sub(v, 1, SIZE_MAX);
	colon = noro_view_chr(digits, ':');
	if (colon != SIZE_MAX || digits.n == 4) {
		struct noro_view low = noro_view_sub(digits, digits.n - 2, 2);

		if ((colon != SIZE_MAX && colon + 3 != digits.n) || !noro_view_u64(low, &m))
			return false;
		digits.n = colon != SIZE_MAX ? colon : 2;
	}
	if (digits.n > 2 || !noro_view_u64(digits, &h) || h > 23 || m > 59)
		return false;
	*ret = (int32_t)(h * 3600 + m * 60) * (v.p[0] == '-' ? -1 : 1);
	return true;
}

static enum noro_status finish(
	struct noro_zone *z, const char *name, enum noro_status st, struct noro_zone **ret)
{
	if (st != NORO_OK) {
		noro_zone_free(z);
		return st;
	}
	memcpy(z->name, name, strlen(name) + 1); /* every way here has bounded the length */
	*ret = z;
	return NORO_OK;
}

enum noro_status noro_zone_open(const char *name, struct noro_zone **ret, struct noro_error *err)
{
	struct noro_zone *z = noro_calloc(1, sizeof(*z));
	enum noro_status st = NORO_OK;

	if (!z)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (noro_view_is_i(noro_view_str(name), "UTC") || fixed(name, &z->rule.std_s))
		z->rule.present = true;
	else if (noro_view_is_i(noro_view_str(name), "local"))
		st = noro_fail(err, NORO_EARG,
			N_("name the time zone: 'local' would give another answer on another "
			   "machine"));
	else if (!name_is_plain(name))
		st = noro_fail(err, NORO_ENOENT, N_("no such time zone: %1"), name);
	else
		st = load(name, z, err);
	return finish(z, name, st, ret);
}

enum noro_status noro_zone_parse(
	struct noro_view bytes, const char *name, struct noro_zone **ret, struct noro_error *err)
{
	struct noro_zone *z = noro_calloc(1, sizeof(*z));

	if (!z)
		return noro_fail(err, NORO_ENOMEM, NULL);
	if (!name_is_plain(name))
		return finish(z, name, noro_fail(err, NORO_EARG, NULL), ret);
	return finish(z, name, load_bytes(bytes, name, z, err), ret);
}

void noro_zone_free(struct noro_zone *z)
{
	if (!z)
		return;
	free(z->at_s);
	free(z->after_s);
	free(z);
}

const char *noro_zone_name(const struct noro_zone *z)
{
	return z ? z->name : "UTC";
}

int32_t noro_zone_offset_at(const struct noro_zone *z, int64_t utc_ns)
{
	int64_t s = utc_ns / NORO_NS_PER_S - (utc_ns % NORO_NS_PER_S < 0);
	size_t lo = 0, hi;

	if (!z)
		return 0;
	hi = z->n;
	if (z->rule.present && (hi == 0 || s >= z->at_s[hi - 1]))
		return rule_offset(&z->rule, s);
	while (lo < hi) { /* the first transition after s */
		size_t mid = lo + (hi - lo) / 2;

		if (z->at_s[mid] <= s)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo == 0 ? z->first_s : z->after_s[lo - 1];
}

/* A moment moved by seconds, held at the ends of what can be told. */
static int64_t shifted(int64_t ns, int64_t by_s)
{
	int64_t r;

	if (__builtin_add_overflow(ns, by_s * NORO_NS_PER_S, &r) || r == NORO_TIME_NONE)
		return by_s < 0 ? INT64_MIN + 1 : INT64_MAX;
	return r;
}

/*
 * No zone is more than a day from UTC and none changes twice within two days,
 * so the offsets a day before and after are the only candidates.
 */
int64_t noro_zone_to_utc(const struct noro_zone *z, int64_t wall_ns)
{
	int32_t before = noro_zone_offset_at(z, shifted(wall_ns, -SECONDS_A_DAY));
	int32_t after = noro_zone_offset_at(z, shifted(wall_ns, SECONDS_A_DAY));
	int64_t early = shifted(wall_ns, -(before > after ? before : after));
	int64_t late = shifted(wall_ns, -(before > after ? after : before));

	if (before == after || noro_zone_offset_at(z, early) == (before > after ? before : after))
		return early;
	return late;
}
