/*
 * src/hub/taxii_read.c - pages of a collection (TAXII 2.1, 5.3 to 5.8). Objects are copied as they
 * were stored; nothing is put together again.
 */
#include "hub/taxii_priv.h"

#include <string.h>

enum form { OBJECTS, MANIFEST, VERSIONS };

struct page {
	struct taxii_call *c;
	enum form form;
	size_t n;
	int64_t first_us, last_us;
};

static const char *const names[] = { "objects", "objects", "versions" };

static void version_text(
	const struct noro_hub_row *row, char ret[NORO_TIME_TEXT], struct noro_view *text)
{
	*text = row->version;
	if (text->p)
		return;
	taxii_time(row->version_ns, ret); /* T38: of an SCO, when it was added */
	*text = noro_view_str(ret);
}

static enum noro_status on_row(void *ctx, const struct noro_hub_row *row)
{
	struct page *p = ctx;
	struct noro_buf *out = &p->c->a->body;
	struct noro_jsonw w = noro_jsonw(out);
	char time[NORO_TIME_TEXT];
	struct noro_view text;

	if (!p->n++) {
		noro_buf_printf(out, "{\"%s\":[", names[p->form]);
		p->first_us = row->added_us;
	} else {
		noro_buf_chr(out, ',');
	}
	p->last_us = row->added_us;
	if (p->form == OBJECTS) {
		noro_buf_view(out, row->bytes);
		return out->status;
	}
	version_text(row, time, &text);
	if (p->form == VERSIONS) {
		noro_jsonw_view(&w, text);
		return out->status;
	}
	noro_jsonw_object(&w);
	noro_jsonw_kview(&w, "id", row->id);
	noro_jsonw_kview(&w, "version", text);
	taxii_time(row->added_us * 1000, time);
	noro_jsonw_kstr(&w, "date_added", time);
	noro_jsonw_kstr(&w, "media_type", NORO_STIX_TYPE);
	noro_jsonw_object_end(&w);
	return out->status;
}

/* T52, T53. */
static void dates(const struct page *p, const struct noro_hub_ask *ask)
{
	char time[NORO_TIME_TEXT];
	struct noro_buf *out = &p->c->a->header;
	int64_t ns;

	if (p->n) {
		taxii_time(p->first_us * 1000, time);
		noro_buf_printf(out, "X-TAXII-Date-Added-First: %s\n", time);
	}
	if (p->n || ask->after_us != INT64_MIN) {
		if (__builtin_mul_overflow(p->n ? p->last_us : ask->after_us, INT64_C(1000), &ns))
			ns = ask->after_us < 0 ? INT64_MIN + 1 : INT64_MAX;
		taxii_time(ns, time);
		noro_buf_printf(out, "X-TAXII-Date-Added-Last: %s\n", time);
	}
}

static void give(struct taxii_call *c, enum form form, const struct noro_hub_ask *ask)
{
	struct page p = { .c = c, .form = form };
	struct noro_buf *out = &c->a->body;
	struct noro_hub_end end;
	char next[64];
	enum noro_status st = noro_hubdb_page(c->t->db, ask, on_row, &p, &end, &c->err);

	if (st == NORO_OK && end.more && !taxii_next(c, ask, end.after_us, next))
		st = NORO_ENOMEM;
	if (st == NORO_OK && p.n) /* what cannot be told in the log is not shown */
		st = noro_hubdb_read(c->t->db, &(struct noro_hub_act){ c->who.name, c->now_ns },
			&(struct noro_hub_reading){ "objects.read", c->collection.id, p.n, false },
			&c->err);
	if (st != NORO_OK) {
		taxii_failed(c, st);
		return;
	}
	noro_buf_str(out, p.n ? "]" : "{");
	if (end.more) /* T60 */
		noro_buf_printf(out, "%s\"more\":true,\"next\":\"%s\"", p.n ? "," : "", next);
	noro_buf_chr(out, '}');
	dates(&p, ask);
}

static bool may_read(struct taxii_call *c)
{
	if (!c->may.read) /* T51 */
		taxii_error(c, 403, "this collection is not yours to read", NULL);
	return c->may.read;
}

/* Of one object: is there any version of it (T82)? */
static bool is_there(struct taxii_call *c)
{
	bool is = false;
	enum noro_status st = noro_hubdb_has(
		c->t->db, c->collection.no, c->may.owner, c->segment[4], &is, &c->err);

	if (st != NORO_OK)
		taxii_failed(c, st);
	else if (!is)
		taxii_error(c, 404, "there is no such object", NULL);
	return is;
}

static struct noro_hub_ask asking(const struct taxii_call *c)
{
	struct noro_hub_ask ask = { .collection = c->collection.no, .owner = c->may.owner };

	if (c->segments > 4) {
		ask.id[0] = c->segment[4];
		ask.ids = 1;
	}
	return ask;
}

void taxii_objects(struct taxii_call *c)
{
	struct noro_hub_ask ask = asking(c);
	unsigned filters = TAXII_PAGE | TAXII_VERSION | TAXII_SPEC;

	if (!may_read(c))
		return;
	if (!ask.ids)
		filters |= TAXII_ID_TYPE;
	ask.bytes = true;
	if (taxii_ask(c, filters, &ask) && (c->segments <= 4 || is_there(c)))
		give(c, OBJECTS, &ask);
}

void taxii_manifest(struct taxii_call *c)
{
	struct noro_hub_ask ask = asking(c);

	if (may_read(c) &&
		taxii_ask(c, TAXII_PAGE | TAXII_ID_TYPE | TAXII_VERSION | TAXII_SPEC, &ask))
		give(c, MANIFEST, &ask);
}

void taxii_versions(struct taxii_call *c)
{
	struct noro_hub_ask ask = asking(c);

	if (!may_read(c) || !taxii_ask(c, TAXII_PAGE | TAXII_SPEC, &ask) || !is_there(c))
		return;
	ask.versions = NORO_HUB_ALL;
	give(c, VERSIONS, &ask);
}

/* T83 to T85. */
void taxii_delete(struct taxii_call *c)
{
	struct noro_hub_ask ask = asking(c);
	uint64_t n = 0;
	enum noro_status st;

	if (!c->may.read || !c->may.write) {
		taxii_error(c, 403, "this collection is not yours to delete from", NULL);
		return;
	}
	if (!taxii_ask(c, TAXII_VERSION | TAXII_SPEC | TAXII_EVERY, &ask) || !is_there(c))
		return;
	ask.who = c->who.name;
	ask.where = c->collection.id;
	ask.now_ns = c->now_ns;
	st = noro_hubdb_delete(c->t->db, &ask, &n, &c->err);
	if (st != NORO_OK)
		taxii_failed(c, st);
}
