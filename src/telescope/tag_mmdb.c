/*
 * src/telescope/tag_mmdb.c - countries and ASes out of MaxMind DB files (format 2.0), through
 * libmaxminddb.
 *
 * The tree is walked once into the spans that all tables become, so that a look-up costs the same
 * whatever the tables were, and a reload is the swap it is for the others. Names of members are
 * those of GeoLite2 and DB-IP (country.iso_code, autonomous_system_number) and of IPinfo (country
 * or country_code, asn).
 */
#include "telescope/tag_priv.h"

#include "base/clock.h"
#include "base/library.h"

#include <maxminddb.h>
#include <stdio.h>

enum { DEPTH4 = 32, DEPTH6 = 64, DEPTH6_WHOLE = 128 };

/* A tree may share parts of itself: what a walk may visit is bounded by that, not by its nodes. */
#define VISITS_MOST (UINT64_C(1) << 27)

#define CALLS(X) X(MMDB_open) X(MMDB_close) X(MMDB_read_node) X(MMDB_get_value) X(MMDB_strerror)
NORO_LIBRARY(mmdb, "libmaxminddb", CALLS, "libmaxminddb.so.0");

struct walk {
	struct noro_tag_table *t;
	MMDB_s *db;
	int family; /* 0: IPv4, 1: IPv6 */
	unsigned deepest;
	uint64_t visits;
};

static bool text_at(MMDB_entry_s *e, const char *const *path, struct noro_view *ret)
{
	MMDB_entry_data_s d;

	if (mmdb.MMDB_get_value(e, &d, path[0], path[1], NULL) != MMDB_SUCCESS || !d.has_data ||
		d.type != MMDB_DATA_TYPE_UTF8_STRING)
		return false;
	*ret = noro_view(d.utf8_string, d.data_size);
	return true;
}

static uint32_t country_of(MMDB_entry_s *e)
{
	static const char *const path[][2] = { { "country", "iso_code" },
		{ "registered_country", "iso_code" }, { "country_code", NULL },
		{ "country", NULL } };
	struct noro_view v;

	for (size_t i = 0; i < sizeof(path) / sizeof(path[0]); i++)
		if (text_at(e, path[i], &v) && noro_tag_country(v))
			return noro_tag_country(v);
	return 0;
}

static uint32_t as_of(MMDB_entry_s *e)
{
	static const char *const flat[] = { "asn", NULL };
	MMDB_entry_data_s d;
	struct noro_view v;
	uint64_t n = 0;

	if (mmdb.MMDB_get_value(e, &d, "autonomous_system_number", NULL) == MMDB_SUCCESS &&
		d.has_data && d.type == MMDB_DATA_TYPE_UINT32)
		return d.uint32;
	if (!text_at(e, flat, &v))
		return 0;
	if (noro_view_starts_i(v, "AS"))
		v = noro_view_sub(v, 2, v.n);
	return noro_view_u64(v, &n) && n <= UINT32_MAX ? (uint32_t)n : 0;
}

static enum noro_status leaf(struct walk *w, MMDB_entry_s *e, uint64_t at, unsigned depth)
{
	unsigned left = w->deepest - depth;
	uint64_t hi = at | (left >= 64 ? UINT64_MAX : (UINT64_C(1) << left) - 1);
	uint32_t country = country_of(e), as = as_of(e);
	enum noro_status st = NORO_OK;

	if (country)
		st = noro_spans_add(&w->t->country[w->family], at, hi, country);
	if (st == NORO_OK && as)
		st = noro_spans_add(&w->t->as[w->family], at, hi, as);
	return st;
}

static enum noro_status descend(struct walk *w, uint32_t node, uint64_t at, unsigned depth);

static enum noro_status record(
	struct walk *w, uint8_t type, uint64_t to, MMDB_entry_s *e, uint64_t at, unsigned depth)
{
	/* Teredo, 6to4 and mapped addresses point to the IPv4 part again: it is walked as such */
	if (w->family == 1 && to == w->db->ipv4_start_node.node_value && to)
		return NORO_OK;
	if (type == MMDB_RECORD_TYPE_DATA)
		return leaf(w, e, at, depth);
	if (type == MMDB_RECORD_TYPE_SEARCH_NODE)
		return descend(w, (uint32_t)to, at, depth);
	return type == MMDB_RECORD_TYPE_EMPTY ? NORO_OK : NORO_EFORMAT;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as an address has bits */
static enum noro_status descend(struct walk *w, uint32_t node, uint64_t at, unsigned depth)
{
	MMDB_search_node_s n;
	enum noro_status st;

	if (depth >= w->deepest)
		return NORO_OK; /* below a /64: nothing we could keep apart */
	if (++w->visits > VISITS_MOST)
		return NORO_ELIMIT;
	if (mmdb.MMDB_read_node(w->db, node, &n) != MMDB_SUCCESS)
		return NORO_EFORMAT;
	st = record(w, n.left_record_type, n.left_record, &n.left_record_entry, at, depth + 1);
	if (st != NORO_OK)
		return st;
	at |= UINT64_C(1) << (w->deepest - 1 - depth);
	return record(w, n.right_record_type, n.right_record, &n.right_record_entry, at, depth + 1);
}

static enum noro_status walk_all(struct noro_tag_table *t, MMDB_s *db)
{
	struct walk four = { .t = t, .db = db, .family = 0, .deepest = DEPTH4 };
	struct walk six = { .t = t, .db = db, .family = 1, .deepest = DEPTH6 };
	uint32_t start = db->metadata.ip_version == 4 ? 0 : db->ipv4_start_node.node_value;
	enum noro_status st = NORO_OK;

	/* a start that is no node: there is no IPv4 in it */
	if (start < db->metadata.node_count)
		st = descend(&four, start, 0, 0);
	if (st == NORO_OK && db->metadata.ip_version == 6)
		st = descend(&six, 0, 0, 0);
	return st;
}

static void date_of(struct noro_tag_table *t, const MMDB_s *db)
{
	char text[NORO_TIME_TEXT], day[9];

	if (db->metadata.build_epoch > INT64_MAX / NORO_NS_PER_S ||
		noro_time_print((int64_t)db->metadata.build_epoch * NORO_NS_PER_S, text) < 10)
		return;
	(void)snprintf(day, sizeof(day), "%.4s%.2s%.2s", text, text + 5, text + 8);
	noro_tag_date(t, "mmdb", noro_view(day, 8));
}

enum noro_status noro_tag_mmdb(struct noro_tag_table *t, const char *path, struct noro_error *err)
{
	enum noro_status st = noro_library_load(&mmdb_library, err);
	MMDB_s db;
	int code;

	if (st != NORO_OK)
		return st;
	code = mmdb.MMDB_open(path, MMDB_MODE_MMAP, &db);
	if (code != MMDB_SUCCESS) {
		(void)noro_fail(err, code == MMDB_FILE_OPEN_ERROR ? NORO_ENOENT : NORO_EFORMAT,
			N_("'%1' cannot be read as a MaxMind DB: %2"), path,
			mmdb.MMDB_strerror(code));
		return err ? err->status : NORO_EFORMAT;
	}
	st = walk_all(t, &db);
	if (st == NORO_OK)
		date_of(t, &db);
	mmdb.MMDB_close(&db);
	if (st == NORO_EFORMAT)
		return noro_fail(err, st, N_("the tree of '%1' is damaged"), path);
	if (st == NORO_ELIMIT)
		return noro_fail(err, st, N_("the tree of '%1' has more than %2 places"), path,
			NORO_NUM(VISITS_MOST));
	return st == NORO_OK ? st : noro_fail(err, st, NULL);
}
