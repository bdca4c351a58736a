/*
 * src/store/hub_audit.c - the log: adding to it.
 *
 * A row's digest is over the row and the digest before it, so that nothing can be changed, taken
 * out or moved without everything behind it. What the chain cannot show, that its end was cut off,
 * the head shows: one row with the last number and digest, signed. The first row of a day is the
 * root of all before, signed as well and printed for whoever keeps it elsewhere.
 *
 * A change and its row are one transaction. What is read is too much for that: it is gathered in
 * memory for a second, the same again only counted, and written in front of the next row.
 */
#include "store/hub_priv.h"

#include "base/jsonw.h"
#include "base/jws.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/hub_audit_priv.h"

#include <stdlib.h>

enum { DETAIL_MOST = 16, GATHER_S = 1, DAY_S = 86400 };

void noro_hubdb_audit_key(struct noro_hubdb *h, const struct noro_key *key)
{
	(void)pthread_mutex_lock(&h->lock);
	h->told.key = key;
	(void)pthread_mutex_unlock(&h->lock);
}

/* ---- texts that are hashed and signed: canonical, names in order ---- */

enum noro_status audit_digest(
	const char *before, const struct noro_hub_row_told *row, char ret[NORO_HASH_TEXT])
{
	struct noro_buf text = { 0 };
	struct noro_jsonw w;
	char at[24];
	enum noro_status st;

	(void)noro_num(at, (uint64_t)row->at_ns);
	noro_buf_str(&text, before);
	w = noro_jsonw(&text);
	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "at", at); /* past 2^53: no number of JSON */
	noro_jsonw_kstr(&w, "detail", row->detail);
	noro_jsonw_ki64(&w, "no", row->no);
	noro_jsonw_kstr(&w, "object", row->object);
	noro_jsonw_kstr(&w, "verb", row->verb);
	noro_jsonw_kstr(&w, "who", row->who);
	noro_jsonw_object_end(&w);
	st = text.status;
	if (st == NORO_OK)
		st = noro_hash_of(NORO_SHA256, noro_buf_as_view(&text), ret);
	noro_buf_done(&text);
	return st;
}

void audit_head_text(int64_t no, int64_t at_ns, const char *digest, struct noro_buf *out)
{
	struct noro_jsonw w = noro_jsonw(out);
	char at[24];

	(void)noro_num(at, (uint64_t)at_ns);
	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "at", at);
	noro_jsonw_kstr(&w, "digest", digest);
	noro_jsonw_ki64(&w, "no", no);
	noro_jsonw_kstr(&w, "of", "noroshi hub audit head");
	noro_jsonw_object_end(&w);
}

void audit_root_text(const struct noro_hub_audit_root *r, struct noro_buf *out)
{
	struct noro_jsonw w = noro_jsonw(out);

	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "day", r->day);
	noro_jsonw_kstr(&w, "digest", r->digest);
	noro_jsonw_ki64(&w, "no", r->no);
	noro_jsonw_kstr(&w, "of", "noroshi hub audit root");
	noro_jsonw_object_end(&w);
}

/* ---- one row ---- */

static enum noro_status add_row(
	struct noro_hubdb *h, struct noro_hub_row_told *row, struct noro_error *err)
{
	static const char add[] = "INSERT INTO audit(no, at, who, verb, object, detail, digest)"
				  " VALUES($1, $2, $3, $4, $5, $6, $7)";
	char digest[NORO_HASH_TEXT];
	enum noro_status st;

	row->no = h->told.no + 1;
	st = audit_digest(h->told.digest, row, digest);
	if (st != NORO_OK)
		return noro_fail(err, st, NULL);
	st = db_do(h->writer, add,
		DB_ARGS(db_of(row->no), db_of(row->at_ns), db_of_text(noro_view_str(row->who)),
			db_of_text(noro_view_str(row->verb)),
			db_of_text(noro_view_str(row->object)),
			db_of_text(noro_view_str(row->detail)), db_of_text(noro_view_str(digest))),
		NULL, err);
	if (st == NORO_OK) {
		h->told.no = row->no;
		h->told.at_ns = row->at_ns > h->told.at_ns ? row->at_ns : h->told.at_ns;
		memcpy(h->told.digest, digest, sizeof(h->told.digest));
	}
	return st;
}

/* ---- roots ---- */

static int64_t day_of(int64_t ns)
{
	return ns / NORO_NS_PER_S / DAY_S;
}

/* Of everything so far; its own row is the first of the next day. */
static enum noro_status add_root(struct noro_hubdb *h, int64_t now_ns, struct noro_error *err)
{
	static const char add[] = "INSERT INTO audit_root(no, day, digest, body, jws)"
				  " VALUES($1, $2, $3, $4, $5)";
	struct noro_buf body = { 0 }, jws = { 0 };
	char day[NORO_TIME_TEXT], digest[65];
	struct noro_hub_audit_root root = { .no = h->told.no, .day = day, .digest = digest };
	struct noro_hub_row_told row = {
		.at_ns = now_ns, .who = "hub", .verb = "audit.root", .object = day, .detail = "{}"
	};
	enum noro_status st;

	(void)noro_time_print(h->told.at_ns, day);
	day[10] = '\0'; /* 2026-11-22 */
	memcpy(digest, h->told.digest, sizeof(digest));
	audit_root_text(&root, &body);
	st = body.status;
	if (st == NORO_OK && h->told.key)
		st = noro_jws_sign(h->told.key, noro_buf_as_view(&body), &jws);
	if (st != NORO_OK)
		(void)noro_fail(err, st, NULL);
	else
		st = db_do(h->writer, add,
			DB_ARGS(db_of(root.no), db_of_text(noro_view_str(day)),
				db_of_text(noro_view_str(digest)),
				db_of_text(noro_buf_as_view(&body)),
				db_of_text(jws.n ? noro_buf_as_view(&jws) : NORO_V(""))),
			NULL, err);
	noro_buf_done(&body);
	noro_buf_done(&jws);
	return st == NORO_OK ? add_row(h, &row, err) : st;
}

/* Once a transaction: where the chain ends. */
static enum noro_status open_head(struct noro_hubdb *h, int64_t now_ns, struct noro_error *err)
{
	static const char ask[] = "SELECT no, at, digest FROM audit_head WHERE one = 1";
	struct db_rows r;
	enum noro_status st = db_ask(h->writer, ask, NULL, 0, &r, err);

	if (st == NORO_OK)
		st = db_row(&r, err);
	if (st == NORO_OK) {
		struct noro_view digest = db_view(&r, 2);

		h->told.no = db_i64(&r, 0);
		h->told.at_ns = db_i64(&r, 1);
		memset(h->told.digest, 0, sizeof(h->told.digest));
		if (digest.n < sizeof(h->told.digest))
			memcpy(h->told.digest, digest.p, digest.n);
		h->told.open = true;
	} else if (st == NORO_END) {
		st = noro_fail(err, NORO_ECORRUPT, N_("the log has no head"));
	}
	db_done(&r);
	if (st == NORO_OK && h->told.no && day_of(now_ns) > day_of(h->told.at_ns))
		st = add_root(h, now_ns, err);
	return st;
}

/* ---- what was read ---- */

static enum noro_status add_read(
	struct noro_hubdb *h, const struct hubdb_read *r, struct noro_error *err)
{
	struct noro_buf detail = { 0 };
	struct noro_jsonw w = noro_jsonw(&detail);
	struct noro_hub_row_told row = {
		.at_ns = r->first_ns, .who = r->who, .verb = r->verb, .object = r->object
	};
	char n[24], last[NORO_TIME_TEXT];
	enum noro_status st;

	(void)noro_time_print(r->last_ns, last);
	noro_jsonw_object(&w);
	noro_jsonw_kstr(&w, "last", last);
	noro_jsonw_kstr(&w, "n", noro_num(n, r->n));
	noro_jsonw_object_end(&w);
	row.detail = detail.p;
	st = detail.status == NORO_OK ? add_row(h, &row, err) : noro_fail(err, NORO_ENOMEM, NULL);
	noro_buf_done(&detail);
	return st;
}

static enum noro_status add_reads(struct noro_hubdb *h, struct noro_error *err)
{
	enum noro_status st = NORO_OK;
	size_t n;

	(void)pthread_mutex_lock(&h->reads_lock);
	n = h->reads;
	h->told.reads = n; /* from now on these are not counted up */
	(void)pthread_mutex_unlock(&h->reads_lock);
	for (size_t i = 0; st == NORO_OK && i < n; i++)
		st = add_read(h, &h->read[i], err);
	return st;
}

static void done_read(struct hubdb_read *r)
{
	free(r->who);
	*r = (struct hubdb_read){ 0 };
}

void hubdb_reads_done(struct noro_hubdb *h)
{
	for (size_t i = 0; i < h->reads; i++)
		done_read(&h->read[i]);
	h->reads = 0;
}

static enum noro_status begin_telling(struct noro_hubdb *h, int64_t now_ns, struct noro_error *err)
{
	enum noro_status st = h->told.open ? NORO_OK : open_head(h, now_ns, err);

	if (st == NORO_OK && !h->told.reads)
		st = add_reads(h, err);
	return st;
}

static bool is_same(const struct hubdb_read *r, const char *who, const struct noro_hub_reading *q)
{
	return strcmp(r->who, who) == 0 && strcmp(r->verb, q->verb) == 0 &&
	       strcmp(r->object, q->object) == 0;
}

/* One piece of memory for its three texts. */
static bool make_read(
	struct hubdb_read *r, const struct noro_hub_act *by, const struct noro_hub_reading *q)
{
	size_t who = strlen(by->who) + 1, verb = strlen(q->verb) + 1,
	       object = strlen(q->object) + 1;
	char *p = noro_malloc(who + verb + object);

	if (!p)
		return false;
	memcpy(p, by->who, who);
	memcpy(p + who, q->verb, verb);
	memcpy(p + who + verb, q->object, object);
	*r = (struct hubdb_read){ .who = p,
		.verb = p + who,
		.object = p + who + verb,
		.n = q->n,
		.first_ns = by->now_ns,
		.last_ns = by->now_ns };
	return true;
}

/* NORO_ELIMIT: no room. */
static enum noro_status gather(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct noro_hub_reading *q, bool *ret_due)
{
	enum noro_status st = NORO_OK;
	size_t i;

	(void)pthread_mutex_lock(&h->reads_lock);
	for (i = h->told.reads; i < h->reads && !is_same(&h->read[i], by->who, q); i++)
		;
	if (i < h->reads) {
		h->read[i].n += q->n;
		h->read[i].last_ns = by->now_ns;
	} else if (h->reads == HUBDB_READS) {
		st = NORO_ELIMIT;
	} else {
		st = make_read(&h->read[h->reads], by, q) ? NORO_OK : NORO_ENOMEM;
		h->reads += st == NORO_OK;
	}
	*ret_due = h->reads && by->now_ns - h->read[0].first_ns >= GATHER_S * NORO_NS_PER_S;
	(void)pthread_mutex_unlock(&h->reads_lock);
	return st;
}

static enum noro_status write_reads(struct noro_hubdb *h, int64_t now_ns, struct noro_error *err)
{
	enum noro_status st = hubdb_begin(h, err);

	if (st != NORO_OK)
		return st;
	st = begin_telling(h, now_ns, err);
	return hubdb_finish(h, st, err);
}

static bool is_text(const char *s)
{
	struct noro_view v = noro_view_str(s);

	return noro_utf8_valid(v) == v.n;
}

enum noro_status noro_hubdb_read(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct noro_hub_reading *r, struct noro_error *err)
{
	bool due = false;
	enum noro_status st;

	if (!is_text(by->who) || !is_text(r->verb) || !is_text(r->object))
		return noro_fail(err, NORO_EARG, NULL);
	st = gather(h, by, r, &due);
	if (st == NORO_ELIMIT) {
		st = write_reads(h, by->now_ns, err);
		if (st == NORO_OK)
			st = gather(h, by, r, &due);
	}
	if (st != NORO_OK)
		return err && err->status != NORO_OK ? st : noro_fail(err, st, NULL);
	return r->now || due ? write_reads(h, by->now_ns, err) : NORO_OK;
}

enum noro_status noro_hubdb_audit_tick(struct noro_hubdb *h, int64_t now_ns, struct noro_error *err)
{
	bool due;

	(void)pthread_mutex_lock(&h->lock);
	due = day_of(now_ns) > day_of(h->told.at_ns);
	(void)pthread_mutex_unlock(&h->lock);
	(void)pthread_mutex_lock(&h->reads_lock);
	due = due || h->reads;
	(void)pthread_mutex_unlock(&h->reads_lock);
	return due ? write_reads(h, now_ns, err) : NORO_OK;
}

/* ---- what was changed ---- */

static int by_name(const void *a, const void *b)
{
	const struct hubdb_said *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void write_detail(const struct hubdb_tale *t, struct noro_buf *out)
{
	struct hubdb_said said[DETAIL_MOST];
	size_t n = t->n < DETAIL_MOST ? t->n : DETAIL_MOST;
	struct noro_jsonw w = noro_jsonw(out);

	if (n) {
		memcpy(said, t->said, n * sizeof(*said));
		qsort(said, n, sizeof(*said), by_name); /* names are ASCII: UTF-16 order */
	}
	noro_jsonw_object(&w);
	for (size_t i = 0; i < n; i++)
		if (said[i].value.p)
			noro_jsonw_kview(&w, said[i].name, said[i].value);
	noro_jsonw_object_end(&w);
}

enum noro_status hubdb_tell(struct noro_hubdb *h, const struct noro_hub_act *by,
	const struct hubdb_tale *t, struct noro_error *err)
{
	struct noro_buf text = { 0 };
	struct noro_hub_row_told row = { .at_ns = by->now_ns, .who = by->who, .verb = t->verb };
	size_t object;
	enum noro_status st = begin_telling(h, by->now_ns, err);

	if (st != NORO_OK)
		return st;
	if (!is_text(by->who) || noro_utf8_valid(t->object) != t->object.n ||
		(t->object.n && memchr(t->object.p, 0, t->object.n)))
		return noro_fail(err, NORO_EARG, NULL);
	write_detail(t, &text);
	noro_buf_chr(&text, '\0');
	object = text.n;
	noro_buf_view(&text, t->object);
	noro_buf_chr(&text, '\0');
	if (text.status != NORO_OK) {
		st = noro_fail(err, NORO_ENOMEM, NULL);
	} else {
		row.detail = text.p;
		row.object = text.p + object;
		st = add_row(h, &row, err);
	}
	noro_buf_done(&text);
	return st;
}

enum noro_status hubdb_tell_head(struct noro_hubdb *h, struct noro_error *err)
{
	static const char set[] = "UPDATE audit_head SET no = $1, at = $2, digest = $3,"
				  " signature = $4 WHERE one = 1";
	char signature[NORO_SIGNATURE_TEXT] = "";
	struct noro_buf text = { 0 };
	enum noro_status st = NORO_OK;

	if (!h->told.open)
		return NORO_OK;
	audit_head_text(h->told.no, h->told.at_ns, h->told.digest, &text);
	st = text.status;
	if (st == NORO_OK && h->told.key)
		st = noro_sign(h->told.key, noro_buf_as_view(&text), signature);
	noro_buf_done(&text);
	if (st != NORO_OK)
		return noro_fail(err, st, NULL);
	return db_do(h->writer, set,
		DB_ARGS(db_of(h->told.no), db_of(h->told.at_ns),
			db_of_text(noro_view_str(h->told.digest)),
			db_of_text(noro_view_str(signature))),
		NULL, err);
}

void hubdb_tell_end(struct noro_hubdb *h, bool committed)
{
	size_t n;

	(void)pthread_mutex_lock(&h->reads_lock);
	n = committed ? h->told.reads : 0;
	for (size_t i = 0; i < n; i++)
		done_read(&h->read[i]);
	if (n)
		memmove(h->read, h->read + n, (h->reads - n) * sizeof(h->read[0]));
	h->reads -= n;
	for (size_t i = h->reads; i < h->reads + n; i++)
		h->read[i] = (struct hubdb_read){ 0 };
	h->told.reads = 0;
	h->told.open = false;
	(void)pthread_mutex_unlock(&h->reads_lock);
}
