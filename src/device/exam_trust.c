/*
 * src/device/exam_trust.c - rows about the collection itself: signs that a text is not what the
 * device would print, or not all of it, or another device's.
 */
#include "device/audit_priv.h"

#include "base/mem.h"
#include "base/text.h"

enum noro_status noro_exam_trouble(struct exam *x, const char *item, const char *detail,
	const struct noro_stmt *s, const struct noro_fact_file *f)
{
	struct noro_fact like = noro_exam_fact(s, f);
	const char *pair[] = { "item", item, "detail", detail, NULL };

	return noro_exam_row(x, "collection", &like, pair);
}

enum noro_status noro_exam_output_trouble(
	struct exam *x, const struct noro_output *o, const struct noro_fact_file *f)
{
	struct noro_fact like = noro_exam_fact(NULL, f);
	const char *pair[] = { "item", "echo-mismatch", "detail", f->command, NULL };

	like.source = NORO_FACT_STATE;
	like.line = o->line;
	like.offset = o->offset;
	return noro_exam_row(x, "collection", &like, pair);
}

/* A byte no device prints in a name or description: control characters, or UTF-8 of zero width
 * and of changed direction. */
static bool disguised(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++) {
		unsigned char c = (unsigned char)v.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return true;
		if (c == 0xe2 && i + 2 < v.n && (unsigned char)v.p[i + 1] == 0x80) {
			unsigned char d = (unsigned char)v.p[i + 2];

			if ((d >= 0x8b && d <= 0x8f) || (d >= 0xaa && d <= 0xae))
				return true;
		}
		if (c == 0xef && i + 2 < v.n && (unsigned char)v.p[i + 1] == 0xbb &&
			(unsigned char)v.p[i + 2] == 0xbf)
			return true;
	}
	return false;
}

/* Letters of other scripts that look like a Latin one: Greek, Cyrillic, Armenian, full width. */
static bool looks_latin(uint32_t c)
{
	static const uint16_t alike[] = { 0x391, 0x392, 0x395, 0x396, 0x397, 0x399, 0x39a, 0x39c,
		0x39d, 0x39f, 0x3a1, 0x3a4, 0x3a5, 0x3a7, 0x3b9, 0x3bd, 0x3bf, 0x3c1, 0x3c5, 0x405,
		0x406, 0x408, 0x410, 0x412, 0x415, 0x41a, 0x41c, 0x41d, 0x41e, 0x420, 0x421, 0x422,
		0x423, 0x425, 0x430, 0x432, 0x433, 0x435, 0x43a, 0x43e, 0x43f, 0x440, 0x441, 0x443,
		0x445, 0x455, 0x456, 0x458, 0x4bb, 0x4cf, 0x501, 0x51b, 0x51d, 0x570, 0x578, 0x57d,
		0x585 };

	if (c >= 0xff21 && c <= 0xff5a)
		return c <= 0xff3a || c >= 0xff41;
	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++)
		if (alike[i] == c)
			return true;
	return false;
}

/*
 * A run of letters of which some are Latin and the others only look so. A word of another
 * script beside a Latin one ("VLAN-сеть") is two runs, and one with a letter that
 * no Latin one resembles deceives nobody.
 */
static bool lookalike(struct noro_view v)
{
	bool latin = false, alike = false, other = false;
	size_t at = 0, n;

	while (at < v.n) {
		uint32_t c = (unsigned char)v.p[at];

		if (c < 0x80) {
			bool alpha = noro_is_alpha(v.p[at++]);

			latin |= alpha;
			if (alpha)
				continue;
			if (latin && alike && !other)
				return true;
			latin = alike = other = false;
			continue;
		}
		n = noro_utf8_next(noro_view_sub(v, at, v.n), &c);
		at += n ? n : 1;
		c = n ? c : 0;
		alike |= looks_latin(c);
		other |= !looks_latin(c);
	}
	return latin && alike && !other;
}

/* Free text, where people write as they please. */
static bool is_remark(const struct noro_stmt *s)
{
	static const char *const words[] = { "description", "remark", "comment", "comments",
		"banner", "message", "location", "contact", "snmp-server", "alias", "header" };

	for (size_t i = 0; s->words && i < sizeof(words) / sizeof(words[0]); i++)
		if (noro_view_is_i(s->word[0], words[i]) ||
			(s->words > 1 && noro_view_is_i(s->word[1], words[i])))
			return true;
	return s->parent && s->parent->words == 1 &&
	       (noro_view_is_i(s->parent->word[0], "description") ||
		       noro_view_is_i(s->parent->word[0], "comment"));
}

/* Next to no statement has a byte that is not plain ASCII. */
static const char *disguise_of(const struct noro_stmt *s)
{
	if (s->flags & NORO_STMT_TEXT || noro_view_plain(s->text))
		return NULL;
	if (disguised(s->text))
		return "control-bytes";
	return s->text.n && !is_remark(s) && lookalike(s->text) ? "lookalike" : NULL;
}

static enum noro_status disguises(struct exam *x)
{
	enum { MOST = 100 };
	unsigned told = 0;
	enum noro_status st = NORO_OK;

	for (const struct noro_stmt *s = noro_stmt_walk(&x->config->root);
		s && st == NORO_OK && told < MOST; s = noro_stmt_walk(s)) {
		const char *item = disguise_of(s);

		if (!item)
			continue;
		st = noro_exam_trouble(x, item, "", s, x->config_file);
		told++;
	}
	return st;
}

/* Less than half of what it was: cut off on the way, or emptied. */
static enum noro_status shrunk(struct exam *x)
{
	const struct noro_tree *was = x->baseline;

	if (!was && x->snapshots)
		was = x->snapshot[x->snapshots - 1];
	if (!was || was->statements < 20 || x->config->statements * 2 >= was->statements)
		return NORO_OK;
	return noro_exam_trouble(x, "shrunk",
		noro_arena_printf(x->a, "%u < %u", x->config->statements, was->statements), NULL,
		x->config_file);
}

/* --- two devices of one name --- */

static int by_hash(const void *p, const void *q)
{
	uint64_t a = *(const uint64_t *)p, b = *(const uint64_t *)q;

	return (a > b) - (a < b);
}

/* Sorted hashes of what the configuration says, with the way to it. */
static uint64_t *hashes_of(struct exam *x, const struct noro_tree *t, size_t *ret_n)
{
	uint64_t *h = noro_arena_array(x->a, (size_t)t->statements + 1, sizeof(*h));
	size_t n = 0;

	if (!h)
		return NULL;
	for (const struct noro_stmt *s = noro_stmt_walk(&t->root); s && n < t->statements;
		s = noro_stmt_walk(s))
		h[n++] = noro_stmt_path_hash(s);
	qsort(h, n, sizeof(*h), by_hash);
	*ret_n = n;
	return h;
}

static size_t common(const uint64_t *a, size_t n, const uint64_t *b, size_t m)
{
	size_t both = 0;

	for (size_t i = 0, k = 0; i < n && k < m;) {
		both += a[i] == b[k];
		if (a[i] <= b[k])
			i++;
		else
			k++;
	}
	return both;
}

/*
 * Two texts of one name that have next to nothing in common, or are of two makes, are no history of
 * one device: one of them is not what its name says.
 */
static enum noro_status two_devices(struct exam *x)
{
	enum { LEAST = 30, SHARE = 10 };
	const struct noro_tree *was = x->snapshots ? x->snapshot[x->snapshots - 1] : NULL;
	size_t n = 0, m = 0;
	uint64_t *now, *then;

	if (strcmp(x->name, x->shown) != 0) /* members.c told them apart already */
		return noro_exam_trouble(x, "two-devices", x->name, NULL, x->config_file);
	if (!was)
		return NORO_OK;
	if (was->dialect != x->config->dialect)
		return noro_exam_trouble(
			x, "two-devices", noro_dialect_name(was->dialect), NULL, x->config_file);
	if (was->statements < LEAST || x->config->statements < LEAST)
		return NORO_OK;
	now = hashes_of(x, x->config, &n);
	then = hashes_of(x, was, &m);
	if (!now || !then)
		return NORO_ENOMEM;
	if (common(now, n, then, m) * SHARE >= (n < m ? n : m))
		return NORO_OK;
	return noro_exam_trouble(
		x, "two-devices", x->snapshot_file[x->snapshots - 1]->path, NULL, x->config_file);
}

enum noro_status noro_exam_collection(struct exam *x)
{
	enum noro_status st = NORO_OK;

	if (!x->config)
		return NORO_OK;
	if (!x->config->complete || x->config->cut)
		st = noro_exam_trouble(x, "incomplete", x->config->cut ? "ceiling" : "ending", NULL,
			x->config_file);
	if (st == NORO_OK)
		st = disguises(x);
	if (st == NORO_OK)
		st = shrunk(x);
	return st == NORO_OK ? two_devices(x) : st;
}
