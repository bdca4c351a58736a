/*
 * src/patch/feed_kev.c - what is said of a flaw by its id alone: CISA's catalogue of exploited
 * ones, and EPSS. Product names of the catalogue are not looked at: it spells one product in many
 * ways.
 */
#include "patch/feed_priv.h"

#include "base/mem.h"
#include "intel/csv.h"

enum noro_status noro_feed_kev(struct noro_feeding *f, const struct noro_json *v)
{
	struct by_id row = {
		.cve = noro_cve_number(noro_json_str(v, "cveID")), .epss = -1, .percentile = -1
	};

	if (!row.cve)
		return noro_fail(f->err, NORO_EFORMAT, N_("a record without a CVE id"));
	row.kev_ns = noro_patch_date(noro_json_str(v, "dateAdded"));
	row.due_ns = noro_patch_date(noro_json_str(v, "dueDate"));
	row.ransomware = noro_json_is_str(noro_json_get(v, "knownRansomwareCampaignUse"), "Known");
	f->feed->used++;
	return noro_patch_by_id(f->p, &row);
}

struct columns {
	size_t cve, epss, percentile, added, due, ransomware;
};

static bool header(const struct noro_csv_row *row, struct columns *c)
{
	static const struct {
		const char *name;
		size_t at;
	} names[] = {
		{ "cve", offsetof(struct columns, cve) },
		{ "cveid", offsetof(struct columns, cve) },
		{ "epss", offsetof(struct columns, epss) },
		{ "percentile", offsetof(struct columns, percentile) },
		{ "epss percentile", offsetof(struct columns, percentile) },
		{ "dateadded", offsetof(struct columns, added) },
		{ "duedate", offsetof(struct columns, due) },
		{ "knownransomwarecampaignuse", offsetof(struct columns, ransomware) },
	};

	*c = (struct columns){ SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX };
	for (size_t i = 0; i < row->cells; i++)
		for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++)
			if (noro_view_is_i(row->cell[i], names[k].name))
				*(size_t *)(void *)((char *)c + names[k].at) = i;
	return c->cve != SIZE_MAX && (c->epss != SIZE_MAX || c->added != SIZE_MAX);
}

static struct noro_view at(const struct noro_csv_row *row, size_t column)
{
	return column < row->cells ? row->cell[column] : (struct noro_view){ 0 };
}

static float decimal(struct noro_view v)
{
	char text[32] = "";

	if (v.n == 0 || v.n >= sizeof(text))
		return -1;
	memcpy(text, v.p, v.n);
	return strtof(text, NULL);
}

static enum noro_status use_row(
	struct noro_feeding *f, const struct noro_csv_row *row, const struct columns *c)
{
	struct by_id r = { .cve = noro_cve_number(at(row, c->cve)) };

	f->feed->records++;
	if (!r.cve) {
		f->feed->refused++;
		return NORO_OK;
	}
	r.epss = decimal(at(row, c->epss));
	r.percentile = decimal(at(row, c->percentile));
	r.kev_ns = noro_patch_date(at(row, c->added));
	r.due_ns = noro_patch_date(at(row, c->due));
	r.ransomware = noro_view_is(at(row, c->ransomware), "Known");
	f->feed->used++;
	return noro_patch_by_id(f->p, &r);
}

/* "#model_version:v2025.03.14,score_date:2025-08-27T00:00:00+0000": scores of two models do not
 * compare, so the model is shown. */
static void first_line(struct noro_feeding *f, struct noro_view line)
{
	struct noro_view one, rest = noro_view_sub(line, 1, line.n);

	while (noro_view_cut(&rest, ',', &one)) {
		size_t colon = noro_view_chr(one, ':');

		if (colon == SIZE_MAX)
			continue;
		if (noro_view_starts(one, "model_version"))
			f->feed->model = noro_patch_text(f->p, noro_view_sub(one, colon + 1, 64));
		if (noro_view_starts(one, "score_date"))
			noro_feed_date(f, noro_view_sub(one, colon + 1, 40));
	}
}

enum noro_status noro_feed_table(struct noro_feeding *f)
{
	struct noro_view text = f->text, line = { 0 };
	struct noro_csv_row *row = noro_calloc(1, sizeof(*row));
	struct columns c;
	enum noro_status st = NORO_OK;

	if (!row)
		return NORO_ENOMEM;
	row->next_line = 1;
	if (text.n && text.p[0] == '#')
		(void)noro_view_line(&text, &line);
	if (!noro_csv_next(text, ',', row) || !header(row, &c)) {
		st = row->text.status != NORO_OK
			     ? row->text.status
			     : noro_fail(f->err, NORO_EFORMAT,
				       N_("no CVE record, CSAF, NVD, KEV or EPSS"));
	} else {
		f->feed = noro_patch_feed(f->p, f->path, c.added != SIZE_MAX ? "kev" : "epss");
		st = f->feed ? NORO_OK : NORO_ENOMEM;
	}
	if (st == NORO_OK && line.n)
		first_line(f, line);
	while (st == NORO_OK && noro_csv_next(text, ',', row))
		st = use_row(f, row, &c);
	if (st == NORO_OK)
		st = row->text.status;
	noro_csv_row_done(row);
	free(row);
	return st;
}
