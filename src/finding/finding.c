/* src/finding/finding.c - names, order and identity of findings. */
#include "finding/finding.h"

#include "base/hash.h"

static const char *const severity_names[] = { "info", "low", "medium", "high", "critical" };
static const char *const tlp_names[] = { NULL, "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED" };
static const char *const time_from_names[] = { "none", "record", "file" };
static const char *const window_names[] = { "unknown", "inside", "before", "after" };
static const char *const kind_names[] = { "indicator", "check", "route", "image", "behaviour",
	"rule", "gap", "vulnerability", "scan", "attack", "surge" };
static const char *const state_names[] = { NULL, "new", "known", "gone" };
static const char *const sort_names[] = { "trace", "weakness", "unlisted" };
static const char *const answer_names[] = { "found", "not-found", "no-evidence", "no-detector",
	"open" };

#define COUNT(names) (sizeof(names) / sizeof((names)[0]))

static const char *name_of(const char *const *names, size_t n, unsigned at)
{
	return at < n ? names[at] : NULL;
}

static int find_name(const char *const *names, size_t n, struct noro_view v)
{
	for (size_t i = 0; i < n; i++)
		if (names[i] && noro_view_is_i(v, names[i]))
			return (int)i;
	return -1;
}

const char *noro_severity_name(enum noro_severity s)
{
	return name_of(severity_names, COUNT(severity_names), (unsigned)s);
}

const char *noro_tlp_name(enum noro_tlp t)
{
	return name_of(tlp_names, COUNT(tlp_names), (unsigned)t);
}

const char *noro_time_from_name(enum noro_time_from f)
{
	return name_of(time_from_names, COUNT(time_from_names), (unsigned)f);
}

const char *noro_window_name(enum noro_window w)
{
	return name_of(window_names, COUNT(window_names), (unsigned)w);
}

const char *noro_finding_kind_name(enum noro_finding_kind k)
{
	return name_of(kind_names, COUNT(kind_names), (unsigned)k);
}

const char *noro_state_name(enum noro_state s)
{
	return name_of(state_names, COUNT(state_names), (unsigned)s);
}

const char *noro_answer_name(enum noro_answer a)
{
	return name_of(answer_names, COUNT(answer_names), (unsigned)a);
}

int noro_severity_parse(struct noro_view v)
{
	return find_name(severity_names, COUNT(severity_names), v);
}

int noro_tlp_parse(struct noro_view v)
{
	if (noro_view_starts_i(v, "TLP:"))
		v = noro_view_sub(v, 4, SIZE_MAX);
	if (noro_view_is_i(v, "WHITE")) /* what TLP 1.0 called CLEAR */
		return NORO_TLP_CLEAR;
	return find_name(tlp_names, COUNT(tlp_names), v);
}

int noro_time_from_parse(struct noro_view v)
{
	return find_name(time_from_names, COUNT(time_from_names), v);
}

int noro_window_parse(struct noro_view v)
{
	return find_name(window_names, COUNT(window_names), v);
}

int noro_finding_kind_parse(struct noro_view v)
{
	return find_name(kind_names, COUNT(kind_names), v);
}

int noro_state_parse(struct noro_view v)
{
	return find_name(state_names, COUNT(state_names), v);
}

int noro_sort_parse(struct noro_view v)
{
	return find_name(sort_names, COUNT(sort_names), v);
}

const char *noro_sort_name(enum noro_sort v)
{
	return name_of(sort_names, COUNT(sort_names), (unsigned)v);
}

/* Every field with its NUL, an absent one as a lone 0x01, so that no two different tuples meet. */
static void add_field(struct noro_hash *h, const char *s)
{
	if (s)
		noro_hash_add(h, s, strlen(s) + 1);
	else
		noro_hash_add(h, "\1", 1);
}

enum noro_status noro_finding_identify(struct noro_finding *f)
{
	struct noro_hash *h = noro_hash_new(1u << NORO_SHA256);
	char hex[NORO_HASH_TEXT];
	enum noro_status st;

	if (!h)
		return NORO_ENOMEM;
	add_field(h, noro_finding_kind_name(f->kind));
	add_field(h, f->rule);
	add_field(h, f->type);
	add_field(h, f->value);
	add_field(h, f->container);
	st = noro_hash_hex(h, NORO_SHA256, hex);
	if (st == NORO_OK) {
		memcpy(f->id, hex, sizeof(f->id) - 1);
		f->id[sizeof(f->id) - 1] = '\0';
	}
	noro_hash_free(h);
	return st;
}

/* -1 when a comes first because its number is larger. */
static int larger_first(int64_t a, int64_t b)
{
	return a > b ? -1 : a < b;
}

int noro_finding_cmp(const void *a, const void *b)
{
	const struct noro_finding *x = a, *y = b;
	int64_t tx = x->first_ns == NORO_TIME_NONE ? INT64_MAX : x->first_ns;
	int64_t ty = y->first_ns == NORO_TIME_NONE ? INT64_MAX : y->first_ns;

	if (!x->suppressed != !y->suppressed)
		return x->suppressed ? 1 : -1;
	if (x->severity != y->severity)
		return larger_first((int64_t)x->severity, (int64_t)y->severity);
	if (x->sort != y->sort)
		return x->sort < y->sort ? -1 : 1;
	if (x->confidence != y->confidence)
		return larger_first(x->confidence, y->confidence);
	if (tx != ty)
		return larger_first(ty, tx);
	return strcmp(x->id, y->id);
}
