/*
 * src/device/vrps_read.c - validated ROAs as validators write them: JSON (routinator,
 * rpki-client, OctoRPKI), CSV in all their dialects, OpenBGPD and BIRD lists; and the
 * local exceptions of RFC 8416. Entries are cut out of the JSON one by one: no tree of
 * half a million objects is made.
 */
#include "device/vrps_priv.h"

#include "base/json.h"
#include "device/route_priv.h"

struct reading {
	struct noro_vrps *v;
	enum noro_status st;
	uint64_t bad;
	uint64_t line;
};

/* --- JSON --- */

/* The next object of an array whose brackets stand in `t`. */
static bool next_object(struct noro_view t, size_t *at, struct noro_view *ret)
{
	size_t from = *at, to;

	while (from < t.n && t.p[from] != '{')
		from++;
	if (from >= t.n)
		return false;
	to = noro_route_json_end(t, from);
	*ret = noro_view_sub(t, from, to - from);
	*at = to;
	return true;
}

/* "192.0.2.0\/24": some writers escape the slash. */
static struct noro_view plain(struct noro_view raw, char room[64])
{
	size_t n = 0;

	if (noro_view_chr(raw, '\\') == SIZE_MAX)
		return raw;
	for (size_t i = 0; i < raw.n && n < 64; i++)
		if (raw.p[i] != '\\')
			room[n++] = raw.p[i];
	return noro_view(room, n);
}

static void json_roas(struct reading *r, struct noro_view array, const char *max_name)
{
	const char *const names[] = { "prefix", "asn", max_name };
	struct noro_view one, got[3];
	size_t at = 0;
	char room[64];

	while (r->st == NORO_OK && next_object(array, &at, &one)) {
		if (!noro_json_pick(one, names, 3, got) || !got[0].p || !got[1].p ||
			!noro_vrps_add(r->v, plain(got[0], room), got[1], got[2], &r->st))
			r->bad++;
	}
}

/* A filter takes out what lies under its prefix, has its AS, or both (RFC 8416, 3.3.1). */
static void filter(struct noro_vrps *v, const struct noro_prefix *p, const uint32_t *asn)
{
	struct noro_range range = p ? noro_prefix_range(p) : (struct noro_range){ 0 };

	for (size_t i = 0; i < v->vrps; i++) {
		struct noro_vrp *one = &v->vrp[i];
		struct noro_ip ip = { .family = one->family };

		for (int b = 0; b < 8; b++) {
			ip.b[b] = (uint8_t)(one->hi >> (56 - 8 * b));
			ip.b[8 + b] = (uint8_t)(one->lo >> (56 - 8 * b));
		}
		if (asn && one->asn != *asn)
			continue;
		if (p && (one->len < p->len || !noro_range_has(&range, &ip)))
			continue;
		one->gone = true;
	}
}

static void json_filters(struct reading *r, struct noro_view array)
{
	static const char *const names[] = { "prefix", "asn" };
	struct noro_view one, got[2];
	size_t at = 0;
	char room[64];

	while (next_object(array, &at, &one)) {
		struct noro_prefix p;
		bool host_bits, has_prefix, has_asn;
		uint32_t asn;

		if (!noro_json_pick(one, names, 2, got))
			continue;
		has_prefix = got[0].p && noro_prefix_parse(plain(got[0], room), &p, &host_bits);
		has_asn = got[1].p && noro_vrps_asn(got[1], &asn);
		if (has_prefix || has_asn)
			filter(r->v, has_prefix ? &p : NULL, has_asn ? &asn : NULL);
		else
			r->bad++;
	}
}

static bool json(struct reading *r, struct noro_view text)
{
	static const char *const names[] = { "roas", "vrps",
		"validationOutputFilters.prefixFilters", "locallyAddedAssertions.prefixAssertions",
		"slurmVersion", "metadata" };
	struct noro_view got[6];

	if (!noro_json_pick(text, names, 6, got))
		return false;
	for (int i = 0; i < 2; i++)
		if (got[i].p)
			json_roas(r, got[i], "maxLength");
	if (got[2].p)
		json_filters(r, got[2]);
	if (got[3].p)
		json_roas(r, got[3], "maxPrefixLength");
	return got[0].p || got[1].p || got[4].p || got[5].p;
}

/* --- lines --- */

struct columns {
	int prefix, asn, max; /* -1: not there */
};

static struct noro_view cell(struct noro_view *line)
{
	struct noro_view v;

	if (!noro_view_cut(line, ',', &v))
		return NORO_V("");
	v = noro_view_trim(v);
	if (v.n >= 2 && v.p[0] == '"' && v.p[v.n - 1] == '"')
		v = noro_view_sub(v, 1, v.n - 2);
	return v;
}

static bool csv_header(struct noro_view line, struct columns *c)
{
	*c = (struct columns){ -1, -1, -1 };
	for (int i = 0; i < 16 && line.n; i++) {
		struct noro_view name = cell(&line);

		if (noro_view_is_i(name, "IP Prefix") || noro_view_is_i(name, "prefix"))
			c->prefix = i;
		else if (noro_view_is_i(name, "ASN") || noro_view_is_i(name, "origin as"))
			c->asn = i;
		else if (noro_view_starts_i(name, "max"))
			c->max = i;
	}
	return c->prefix >= 0 && c->asn >= 0;
}

static void csv_line(struct reading *r, const struct columns *c, struct noro_view line)
{
	struct noro_view prefix = { 0 }, asn = { 0 }, max = { 0 };

	for (int i = 0; i < 16 && line.n; i++) {
		struct noro_view v = cell(&line);

		if (i == c->prefix)
			prefix = v;
		else if (i == c->asn)
			asn = v;
		else if (i == c->max)
			max = v;
	}
	if (!noro_vrps_add(r->v, prefix, asn, max, &r->st))
		r->bad++;
}

/* "192.0.2.0/24 maxlen 26 source-as 64496" and "roa 192.0.2.0/24 max 26 as 64496;" */
static bool set_line(struct reading *r, struct noro_view line)
{
	struct noro_view word, value, prefix = { 0 }, asn = { 0 }, max = { 0 };

	while (noro_view_word(&line, &word)) {
		while (word.n && (word.p[word.n - 1] == ';' || word.p[word.n - 1] == '}'))
			word.n--;
		if (noro_view_is(word, "maxlen") || noro_view_is(word, "max"))
			(void)noro_view_word(&line, &max);
		else if ((noro_view_is(word, "source-as") || noro_view_is(word, "as")) &&
			 noro_view_word(&line, &value))
			asn = noro_view_sub(value, 0, noro_view_chr(value, ';'));
		else if (noro_view_chr(word, '/') != SIZE_MAX)
			prefix = word;
	}
	return prefix.n && asn.n && noro_vrps_add(r->v, prefix, asn, max, &r->st);
}

static bool lines(struct reading *r, struct noro_view text)
{
	struct columns c = { -1, -1, -1 };
	struct noro_view line;
	bool csv = false, set = false;

	while (r->st == NORO_OK && noro_view_line(&text, &line)) {
		line = noro_view_trim(line);
		r->line++;
		if (!line.n || line.p[0] == '#')
			continue;
		if (csv)
			csv_line(r, &c, line);
		else if (r->line < 16 && csv_header(line, &c))
			csv = true;
		else if (noro_view_starts(line, "roa-set") || set_line(r, line))
			set = true;
		else if (!set)
			return false;
	}
	return csv || set;
}

/* --- --- */

static enum noro_status read_all(struct reading *r, struct noro_view text, struct noro_error *err)
{
	struct noro_view t = noro_view_trim(text);
	bool known = t.n && t.p[0] == '{' ? json(r, t) : lines(r, t);

	if (r->st == NORO_ELIMIT)
		return noro_fail(err, NORO_ELIMIT, N_("more than %1 validated ROAs"),
			NORO_NUM(NORO_VRPS_MAX));
	if (r->st == NORO_OK && !known)
		return noro_fail(err, NORO_EFORMAT,
			N_("no list of validated ROAs: neither JSON nor CSV of a validator"));
	if (r->st == NORO_OK)
		r->st = noro_vrps_index(r->v);
	return r->st == NORO_OK ? NORO_OK : noro_fail(err, r->st, N_("out of memory"));
}

enum noro_status noro_vrps_read(
	struct noro_view text, struct noro_arena *a, struct noro_vrps **ret, struct noro_error *err)
{
	struct reading r = { 0 };
	enum noro_status st = noro_vrps_new(a, &r.v);

	if (st != NORO_OK)
		return noro_fail(err, st, N_("out of memory"));
	st = read_all(&r, text, err);
	if (st == NORO_OK)
		*ret = r.v;
	return st;
}

enum noro_status noro_vrps_more(struct noro_vrps *v, struct noro_view text, struct noro_error *err)
{
	struct reading r = { .v = v };

	return read_all(&r, text, err);
}
