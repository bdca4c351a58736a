/*
 * src/hub/correlate_wave.c - how many of an alert's reports are one text, sent to many: what tells
 * a wave of mails from several people who met the same thing.
 */
#include "hub/correlate_priv.h"

#include "base/json.h"
#include "hub/likeness.h"

enum { REPORTS = 24 };
static const double ALIKE = 0.5;

static enum noro_status text_of(
	struct correlating *c, const struct noro_hub_mention *m, struct noro_likeness *ret)
{
	const struct noro_json *o;
	struct noro_view bytes, name, more;
	struct noro_buf text = { 0 };
	enum noro_status st = noro_hubdb_mention_bytes(c->db, m, c->scratch, &bytes, c->err);

	ret->is = false;
	if (st != NORO_OK)
		return st == NORO_ENOENT ? NORO_OK : st; /* deleted meanwhile */
	st = noro_json_parse(c->scratch, bytes, NULL, &o, NULL);
	if (st == NORO_ENOMEM)
		return noro_fail(c->err, st, NULL);
	if (st != NORO_OK)
		return NORO_OK;
	name = noro_json_str(o, "name");
	more = noro_json_str(o, "description");
	noro_buf_view(&text, name);
	noro_buf_chr(&text, ' ');
	noro_buf_view(&text, more);
	if (text.status == NORO_OK)
		*ret = noro_likeness(noro_buf_as_view(&text));
	st = text.status == NORO_OK ? NORO_OK : noro_fail(c->err, NORO_ENOMEM, NULL);
	noro_buf_done(&text);
	return st;
}

/* The most that are like one of them. */
static uint32_t largest(const struct noro_likeness *l, size_t n)
{
	uint32_t most = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t like = 0;

		for (size_t k = 0; k < n; k++)
			like += noro_likeness_of(&l[i], &l[k]) >= ALIKE;
		most = like > most ? like : most;
	}
	return most;
}

enum noro_status hub_wave(struct correlating *c, struct noro_hub_correlation *r)
{
	struct noro_hub_mentions m = { .most = REPORTS };
	struct noro_likeness *l = noro_arena_array(c->scratch, REPORTS, sizeof(*l));
	size_t n = 0;
	enum noro_status st = l ? noro_hubdb_mentions(c->db, r->value.no, c->scratch, &m, c->err)
				: noro_fail(c->err, NORO_ENOMEM, NULL);

	for (size_t i = 0; st == NORO_OK && i < m.n; i++) {
		if (m.row[i].owner == 0)
			continue; /* what the hub says itself */
		st = text_of(c, &m.row[i], &l[n]);
		n += st == NORO_OK && l[n].is;
	}
	r->texts = (uint32_t)n;
	r->alike = st == NORO_OK ? largest(l, n) : 0;
	return st;
}
