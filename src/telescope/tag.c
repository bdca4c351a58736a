/*
 * src/telescope/tag.c - tables of countries and ASes. RIR delegated statistics: lines
 * `apnic|JP|ipv4|192.0.2.0|256|20100101|allocated` under a version line whose third field is the
 * table's date (NRO extended allocation and assignment reports). Prefix-to-AS: `192.0.2.0 24 64500`
 * (CAIDA RouteViews; of several origins the first) or `192.0.2.0/24 AS64500`. MaxMind DB files:
 * tag_mmdb.c.
 */
#include "telescope/tag_priv.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { MAX_TABLE = 512 << 20 };

struct noro_tags {
	struct noro_tag_files files; /* borrowed */
	_Atomic(struct noro_tag_table *) now;
	struct noro_tag_table *before; /* until the next reload */
};

static void table_free(struct noro_tag_table *t)
{
	if (!t)
		return;
	for (int i = 0; i < 2; i++) {
		noro_spans_done(&t->country[i]);
		noro_spans_done(&t->as[i]);
	}
	free(t);
}

uint32_t noro_tag_country(struct noro_view v)
{
	if (v.n != 2 || v.p[0] < 'A' || v.p[0] > 'Z' || v.p[1] < 'A' || v.p[1] > 'Z')
		return 0;
	return (uint32_t)v.p[0] << 8 | (uint32_t)v.p[1];
}

void noro_tag_date(struct noro_tag_table *t, const char *what, struct noro_view day)
{
	size_t n = strlen(t->dates);

	if (day.n == 8)
		(void)snprintf(t->dates + n, sizeof(t->dates) - n, "%s%s %.4s-%.2s-%.2s",
			n ? ", " : "", what, day.p, day.p + 4, day.p + 6);
}

/* One line; what is none of ours (summaries, AS numbers) is passed over. */
static enum noro_status rir_line(struct noro_tag_table *t, struct noro_view line, bool *dated)
{
	struct noro_view f[7] = { { 0 } };
	struct noro_prefix p = { 0 };
	uint64_t count;
	uint32_t value;
	size_t n = 0;

	while (n < 7 && noro_view_cut(&line, '|', &f[n]))
		n++;
	if (n >= 6 && f[0].n && noro_is_digit(f[0].p[0])) {
		if (!*dated)
			noro_tag_date(t, "rir", f[2]);
		*dated = true;
		return NORO_OK;
	}
	value = n >= 6 ? noro_tag_country(f[1]) : 0;
	if (!value || !noro_view_u64(f[4], &count) || !count || !noro_ip_parse(f[3], &p.ip))
		return NORO_OK;
	if (noro_view_is(f[2], "ipv4") && p.ip.family == 4) {
		uint64_t lo = noro_ip_v4(&p.ip), hi = lo + count - 1;

		return hi > UINT32_MAX ? NORO_OK : noro_spans_add(&t->country[0], lo, hi, value);
	}
	p.len = (uint8_t)count;
	if (!noro_view_is(f[2], "ipv6") || p.ip.family != 6 || count > 128)
		return NORO_OK;
	return noro_spans_add_prefix(&t->country[1], &p, value);
}

/*
 * A list of prefixes says nowhere of when it is: the day stands in its name, if at all
 * (routeviews-rv2-20250801-1200.pfx2as). A digest names the others, so that a tag can be told from
 * that of another list.
 */
static enum noro_status as_dated(struct noro_tag_table *t, const char *path, struct noro_view bytes)
{
	const char *slash = strrchr(path, '/');
	struct noro_view name = noro_view_str(slash ? slash + 1 : path);
	char hex[NORO_HASH_TEXT];
	size_t n = strlen(t->dates), digits = 0;
	enum noro_status st;

	for (size_t i = 0; i <= name.n; i++) {
		if (i < name.n && noro_is_digit(name.p[i])) {
			digits++;
			continue;
		}
		if (digits == 8 && (name.p[i - 8] == '1' || name.p[i - 8] == '2')) {
			noro_tag_date(t, "prefix-as", noro_view_sub(name, i - 8, 8));
			return NORO_OK;
		}
		digits = 0;
	}
	st = noro_hash_of(NORO_SHA256, bytes, hex);
	if (st == NORO_OK)
		(void)snprintf(t->dates + n, sizeof(t->dates) - n, "%sprefix-as %.12s",
			n ? ", " : "", hex);
	return st;
}

static enum noro_status as_line(struct noro_tag_table *t, struct noro_view line, bool *known)
{
	struct noro_view word[3] = { { 0 } }, number;
	struct noro_prefix p;
	uint64_t len = 0, asn;
	size_t n = 0;
	bool bits;

	while (n < 3 && noro_view_word(&line, &word[n]))
		n++;
	if (n < 2 || word[0].p[0] == '#' || !noro_prefix_parse(word[0], &p, &bits))
		return NORO_OK;
	number = word[n - 1];
	if (noro_view_starts_i(number, "AS"))
		number = noro_view_sub(number, 2, number.n);
	for (size_t i = 0; i < number.n; i++) /* 64500_64501 and {64500,64501}: the first */
		if (i && !noro_is_digit(number.p[i]))
			number.n = i;
	if (!noro_view_u64(number, &asn) || !asn || asn > UINT32_MAX)
		return NORO_OK;
	if (n == 3) {
		if (!noro_view_u64(word[1], &len) || len > (p.ip.family == 4 ? 32 : 128))
			return NORO_OK;
		p.len = (uint8_t)len;
	}
	*known = true;
	return noro_spans_add_prefix(&t->as[p.ip.family == 6], &p, (uint32_t)asn);
}

static enum noro_status read_file(
	struct noro_tag_table *t, const char *path, bool rir, struct noro_error *err)
{
	struct noro_buf bytes = { 0 };
	struct noro_view rest, line;
	bool dated = false, known = false;
	enum noro_status st = noro_file_read(path, MAX_TABLE, &bytes, err);

	rest = noro_buf_as_view(&bytes);
	while (st == NORO_OK && noro_view_line(&rest, &line))
		st = rir ? rir_line(t, line, &dated) : as_line(t, line, &known);
	if (st == NORO_OK && known)
		st = as_dated(t, path, noro_buf_as_view(&bytes));
	noro_buf_done(&bytes);
	if (st == NORO_OK && !rir && !known) {
		(void)noro_fail(err, NORO_EFORMAT,
			N_("not one line of prefix and AS: '192.0.2.0/24 AS64500'"));
		return noro_error_at(err, path, NORO_AT_NONE, 0), NORO_EFORMAT;
	}
	if (st == NORO_OK && rir && !dated) {
		(void)noro_fail(err, NORO_EFORMAT,
			N_("this is no delegated statistics file of a registry"));
		return noro_error_at(err, path, NORO_AT_NONE, 0), NORO_EFORMAT;
	}
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}

static enum noro_status table_read(
	const struct noro_tag_files *f, struct noro_tag_table **ret, struct noro_error *err)
{
	struct noro_tag_table *t = noro_calloc(1, sizeof(*t));
	enum noro_status st = t ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);

	for (size_t i = 0; st == NORO_OK && f->rir && f->rir[i]; i++)
		st = read_file(t, f->rir[i], true, err);
	for (size_t i = 0; st == NORO_OK && f->prefix_as && f->prefix_as[i]; i++)
		st = read_file(t, f->prefix_as[i], false, err);
	for (size_t i = 0; st == NORO_OK && f->mmdb && f->mmdb[i]; i++)
		st = noro_tag_mmdb(t, f->mmdb[i], err);
	for (int i = 0; st == NORO_OK && i < 2; i++) {
		st = noro_spans_make(&t->country[i]);
		if (st == NORO_OK)
			st = noro_spans_make(&t->as[i]);
		if (st != NORO_OK)
			(void)noro_fail(err, st, NULL);
	}
	if (st == NORO_OK)
		*ret = t;
	else
		table_free(t);
	return st;
}

enum noro_status noro_tags_open(
	const struct noro_tag_files *f, struct noro_tags **ret, struct noro_error *err)
{
	struct noro_tags *t = noro_calloc(1, sizeof(*t));
	struct noro_tag_table *first;
	enum noro_status st;

	if (!t)
		return noro_fail(err, NORO_ENOMEM, NULL);
	t->files = *f;
	st = table_read(f, &first, err);
	if (st != NORO_OK) {
		free(t);
		return st;
	}
	atomic_init(&t->now, first);
	*ret = t;
	return NORO_OK;
}

enum noro_status noro_tags_reload(struct noro_tags *t, struct noro_error *err)
{
	struct noro_tag_table *next;
	enum noro_status st = table_read(&t->files, &next, err);

	if (st != NORO_OK)
		return st;
	table_free(t->before);
	t->before = atomic_exchange(&t->now, next);
	return NORO_OK;
}

void noro_tags_free(struct noro_tags *t)
{
	if (!t)
		return;
	table_free(t->before);
	table_free(atomic_load(&t->now));
	free(t);
}

static void get(const struct noro_tag_table *t, int family, uint64_t at, struct noro_tag *ret)
{
	uint32_t country = noro_spans_get(&t->country[family], at);

	*ret = (struct noro_tag){ .asn = noro_spans_get(&t->as[family], at) };
	if (country) {
		ret->country[0] = (char)(country >> 8);
		ret->country[1] = (char)(country & 0xff);
	}
}

static const struct noro_tag_table *table_now(const struct noro_tags *t)
{
	return atomic_load_explicit(&((struct noro_tags *)(uintptr_t)t)->now, memory_order_acquire);
}

void noro_tags_v4(const struct noro_tags *t, uint32_t host_order, struct noro_tag *ret)
{
	get(table_now(t), 0, host_order, ret);
}

void noro_tags_v6(const struct noro_tags *t, const uint8_t b[16], struct noro_tag *ret)
{
	uint64_t at = 0;

	for (int i = 0; i < 8; i++)
		at = at << 8 | b[i];
	get(table_now(t), 1, at, ret);
}

const char *noro_tags_dates(const struct noro_tags *t)
{
	return table_now(t)->dates;
}

/* --- research scanners --- */

struct noro_research {
	struct noro_spans own[2];
	const char **name; /* from 1 */
	size_t names, cap;
};

static void research_free(void *p)
{
	struct noro_research *r = p;

	noro_spans_done(&r->own[0]);
	noro_spans_done(&r->own[1]);
	free(r->name);
	free(r);
}

static enum noro_status name_of(
	struct noro_research *r, struct noro_arena *a, struct noro_view v, uint32_t *ret)
{
	const char **grown;

	v = noro_view_trim(v);
	if (!v.n)
		v = NORO_V("research");
	if (r->names > 1 && noro_view_is(v, r->name[r->names - 1])) {
		*ret = (uint32_t)r->names - 1;
		return NORO_OK;
	}
	grown = noro_grow(r->name, r->names, &r->cap, sizeof(*grown));
	if (!grown)
		return NORO_ENOMEM;
	r->name = grown;
	r->name[r->names] = noro_arena_strn(a, v.p, v.n > 80 ? 80 : v.n);
	*ret = (uint32_t)r->names;
	return r->name[r->names++] ? NORO_OK : NORO_ENOMEM;
}

static enum noro_status research_line(
	struct noro_research *r, struct noro_arena *a, struct noro_view line)
{
	struct noro_view first;
	struct noro_prefix p;
	size_t end = 0;
	uint32_t value;
	bool bits;
	enum noro_status st;

	line = noro_view_trim(line);
	while (end < line.n && !noro_is_space(line.p[end]) && !memchr(",;#", line.p[end], 3))
		end++;
	first = noro_view(line.p, end);
	if (!first.n || !noro_prefix_parse(first, &p, &bits))
		return NORO_OK;
	while (end < line.n && (noro_is_space(line.p[end]) || memchr(",;#", line.p[end], 3)))
		end++;
	st = name_of(r, a, noro_view_sub(line, end, line.n), &value);
	return st == NORO_OK ? noro_spans_add_prefix(&r->own[p.ip.family == 6], &p, value) : st;
}

enum noro_status noro_research_load(const char *const *path, struct noro_arena *a,
	const struct noro_research **ret, struct noro_error *err)
{
	struct noro_research *r = noro_calloc(1, sizeof(*r));
	enum noro_status st = r ? noro_arena_on_free(a, research_free, r) : NORO_ENOMEM;
	uint32_t none;

	if (st != NORO_OK)
		return noro_fail(err, NORO_ENOMEM, NULL);
	st = name_of(r, a, NORO_V("-"), &none); /* 0 is nobody */
	for (size_t i = 0; st == NORO_OK && path && path[i]; i++) {
		struct noro_buf bytes = { 0 };
		struct noro_view rest, line;

		st = noro_file_read(path[i], MAX_TABLE, &bytes, err);
		rest = noro_buf_as_view(&bytes);
		while (st == NORO_OK && noro_view_line(&rest, &line))
			st = research_line(r, a, line);
		noro_buf_done(&bytes);
	}
	for (int i = 0; st == NORO_OK && i < 2; i++)
		st = noro_spans_make(&r->own[i]);
	*ret = r;
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}

const char *noro_research_v4(const struct noro_research *r, uint32_t host_order)
{
	uint32_t value = noro_spans_get(&r->own[0], host_order);

	return value ? r->name[value] : NULL;
}

const char *noro_research_v6(const struct noro_research *r, const uint8_t b[16])
{
	uint64_t at = 0;
	uint32_t value;

	for (int i = 0; i < 8; i++)
		at = at << 8 | b[i];
	value = noro_spans_get(&r->own[1], at);
	return value ? r->name[value] : NULL;
}
