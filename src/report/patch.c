/*
 * src/report/patch.c - the order of repairs: on the terminal, as JSON Lines, as a table.
 *
 * What is affected for certain comes line by line with its reasons; flaws of which only the
 * product is known are one line for each device, so that they are seen and do not
 * bury the rest.
 */
#include "report/patch.h"

#include "base/mem.h"
#include "base/text.h"
#include "report/csv_priv.h"
#include "report/patch_priv.h"
#include "report/report_priv.h"

#include <stdio.h>

enum { SHOWN = 50, NAMED = 12, COLUMNS = 100 };

const char *noro_report_asset_text(const struct noro_asset *a, char out[NORO_REPORT_ASSET])
{
	const char *version = a->version ? a->version : a->written ? a->written : "?";

	(void)snprintf(out, NORO_REPORT_ASSET, "%s %s%s%s%s", a->product ? a->product : a->key,
		version, a->model ? " (" : "", a->model ? a->model : "", a->model ? ")" : "");
	return out;
}

bool noro_report_patch_firm(const struct noro_patch_row *r)
{
	return r->affected >= NORO_AFFECTED_RANGE || r->exposed >= NORO_EXPOSED_YES;
}

struct printing {
	const struct noro_patch_result *r;
	const struct noro_report_opts *o;
	struct noro_buf *out;
	struct noro_buf text; /* scratch */
};

static void say(struct printing *p, const struct noro_msg *m)
{
	noro_lang_msg(p->o->lang, m, p->out);
}

static void put(struct printing *p, const char *s)
{
	noro_escape(noro_view_str(s ? s : ""), 512, p->out);
}

static void line(struct printing *p, const struct noro_msg *m)
{
	noro_buf_str(p->out, "     ");
	say(p, m);
	noro_buf_chr(p->out, '\n');
}

static void put_days(struct printing *p, const struct noro_patch_row *row)
{
	char a[24], b[24], c[24];
	const char *published = noro_num(
			   a, (uint64_t)(row->days_published < 0 ? 0 : row->days_published)),
		   *kev = noro_num(b, (uint64_t)(row->days_kev < 0 ? 0 : row->days_kev)),
		   *open = noro_num(c, (uint64_t)(row->days_open < 0 ? 0 : row->days_open));

	if (row->days_published >= 0 && row->days_kev >= 0)
		line(p, &(struct noro_msg){ N_("%1 days since it was published, %2 since it is "
					       "listed as exploited"),
				{ published, kev } });
	else if (row->days_kev >= 0)
		line(p, &(struct noro_msg){
				N_("%1 days since it is listed as exploited"), { kev } });
	else if (row->days_published >= 0)
		line(p, &(struct noro_msg){ N_("%1 days since it was published"), { published } });
	if (row->days_open >= 0)
		line(p, &(struct noro_msg){
				N_("this device stood open for at least %1 days"), { open } });
}

static void put_what(struct printing *p, const struct noro_patch_row *row)
{
	struct noro_text m = row->vuln->mitigation;

	if (row->fixed)
		line(p, &(struct noro_msg){ N_("update to %1 or later"), { row->fixed } });
	else
		line(p, &(struct noro_msg){
				N_("update to the release that its maker names as repaired"),
				{ NULL } });
	if (m.en || m.ja)
		line(p, &(struct noro_msg){
				N_("until then: %1"), { noro_lang_pick(p->o->lang, m) } });
}

static void put_row(struct printing *p, const struct noro_patch_row *row)
{
	char text[NORO_REPORT_ASSET];

	noro_buf_printf(p->out, "%3u. ", row->place);
	put(p, row->asset->name);
	noro_buf_printf(p->out, "  %s  ", row->vuln->id);
	put(p, noro_lang_pick(p->o->lang, row->vuln->title));
	noro_buf_str(p->out, "\n     ");
	put(p, noro_report_asset_text(row->asset, text));
	noro_buf_str(p->out, "  ");
	put(p, row->asset->path);
	noro_buf_printf(p->out, ":%llu\n", (unsigned long long)row->asset->line);
	for (size_t i = 0; i < row->reasons; i++) {
		noro_buf_str(p->out, "     - ");
		say(p, &row->reason[i]);
		noro_buf_chr(p->out, '\n');
	}
	put_days(p, row);
	put_what(p, row);
}

/* --- those of which only the product is known --- */

static void put_loose_of(struct printing *p, const struct noro_asset *a)
{
	char text[NORO_REPORT_ASSET], n[24];
	size_t rows = 0, named = 0;

	for (size_t i = 0; i < p->r->rows; i++)
		rows += p->r->row[i].asset == a && !noro_report_patch_firm(&p->r->row[i]);
	noro_buf_str(p->out, "  ");
	put(p, a->name);
	noro_buf_str(p->out, "  ");
	put(p, noro_report_asset_text(a, text));
	noro_buf_str(p->out, "\n     ");
	say(p, &(struct noro_msg){ N_("%1 flaws may be meant:"), { noro_num(n, rows) } });
	for (size_t i = 0; i < p->r->rows && named < NAMED; i++)
		if (p->r->row[i].asset == a && !noro_report_patch_firm(&p->r->row[i]))
			noro_buf_printf(p->out, "%s%s", named++ % 6 ? " " : "\n     ",
				p->r->row[i].vuln->id);
	noro_buf_str(p->out, rows > named ? " ...\n" : "\n");
	for (size_t i = 0; i < p->r->rows; i++)
		if (p->r->row[i].asset == a && !noro_report_patch_firm(&p->r->row[i])) {
			line(p, &p->r->row[i].reason[0]);
			break;
		}
}

static void put_loose(struct printing *p)
{
	bool *seen = noro_calloc(p->r->assets + 1, sizeof(*seen)), any = false;
	size_t shown = 0;

	if (!seen)
		p->out->status = NORO_ENOMEM;
	for (size_t i = 0; seen && i < p->r->rows && shown < SHOWN; i++) {
		size_t at = (size_t)(p->r->row[i].asset - p->r->asset);

		if (noro_report_patch_firm(&p->r->row[i]) || seen[at])
			continue;
		seen[at] = true;
		if (!any) {
			noro_buf_chr(p->out, '\n');
			say(p, &(struct noro_msg){
				       N_("Not decided, and not safe for that:"), { NULL } });
			noro_buf_chr(p->out, '\n');
			any = true;
		}
		put_loose_of(p, p->r->row[i].asset);
		shown++;
	}
	free(seen);
}

/* Software that no fact speaks of: that is no answer, and must not look like one. */
static void put_unspoken(struct printing *p)
{
	char text[NORO_REPORT_ASSET], n[24];
	size_t shown = 0;

	if (!p->r->unspoken)
		return;
	noro_buf_chr(p->out, '\n');
	say(p, &(struct noro_msg){
		       N_("Nothing is known here of %1 more, good or bad; give --cve, --csaf "
			  "or --nvd:"),
		       { noro_num(n, p->r->unspoken) } });
	noro_buf_chr(p->out, '\n');
	for (size_t i = 0; i < p->r->assets && shown < NAMED; i++) {
		if (p->r->asset[i].spoken_of)
			continue;
		noro_buf_str(p->out, "  ");
		put(p, p->r->asset[i].name);
		noro_buf_str(p->out, "  ");
		put(p, noro_report_asset_text(&p->r->asset[i], text));
		noro_buf_chr(p->out, '\n');
		shown++;
	}
	if (p->r->unspoken > shown)
		noro_buf_str(p->out, "  ...\n");
}

/* --- frame --- */

static void put_head(struct printing *p)
{
	size_t firm = 0;
	char a[24], b[24], c[24];

	for (size_t i = 0; i < p->r->rows; i++)
		firm += noro_report_patch_firm(&p->r->row[i]);
	say(p, &(struct noro_msg){
		       N_("%1 pieces of software, %2 repairs in this order, %3 more not decided"),
		       { noro_num(a, p->r->assets), noro_num(b, firm),
			       noro_num(c, p->r->rows - firm) } });
	noro_buf_chr(p->out, '\n');
}

static void put_feed(struct printing *p, const struct noro_feed *f)
{
	char day[NORO_TIME_TEXT], age[24], n[24];

	noro_buf_str(p->out, "  ");
	noro_buf_printf(p->out, "%-8s ", f->kind);
	put(p, f->path);
	if (f->date_ns == NORO_TIME_NONE) {
		noro_buf_str(p->out, "  ");
		say(p, &(struct noro_msg){
			       N_("no date; %1 records"), { noro_num(n, f->records) } });
	} else {
		(void)noro_time_print(f->date_ns, day);
		day[10] = '\0';
		noro_buf_str(p->out, "  ");
		say(p, &(struct noro_msg){ N_("of %1, %2 days old; %3 records"),
			       { day,
				       noro_num(age,
					       p->r->now_ns > f->date_ns
						       ? (uint64_t)(p->r->now_ns - f->date_ns) /
								 (86400 * NORO_NS_PER_S)
						       : 0),
				       noro_num(n, f->records) } });
	}
	if (f->model) {
		noro_buf_str(p->out, "  ");
		put(p, f->model);
	}
	noro_buf_chr(p->out, '\n');
}

static enum noro_status terminal(const struct noro_patch_result *r,
	const struct noro_report_opts *o, struct noro_buf *out, struct noro_error *err)
{
	struct printing p = { .r = r, .o = o, .out = out };
	size_t shown = 0, left = 0;
	char n[24];

	put_head(&p);
	for (size_t i = 0; i < r->rows; i++) {
		if (!noro_report_patch_firm(&r->row[i]))
			continue;
		if (shown++ < SHOWN) {
			noro_buf_chr(out, '\n');
			put_row(&p, &r->row[i]);
		} else {
			left++;
		}
	}
	if (left) {
		noro_buf_chr(out, '\n');
		say(&p, &(struct noro_msg){
				N_("%1 more: give -o DIR or --json"), { noro_num(n, left) } });
		noro_buf_chr(out, '\n');
	}
	put_loose(&p);
	put_unspoken(&p);
	noro_buf_chr(out, '\n');
	say(&p, &(struct noro_msg){ N_("Facts in use:"), { NULL } });
	noro_buf_chr(out, '\n');
	for (size_t i = 0; i < r->feeds; i++)
		put_feed(&p, &r->feed[i]);
	return noro_report_end(out, err);
}

/* --- JSON Lines --- */

static void json_number(struct noro_jsonw *w, const char *name, double n)
{
	struct noro_json v = { .kind = NORO_JSON_NUMBER };
	char text[32];

	noro_jsonw_key(w, name);
	if (n < 0) {
		noro_jsonw_null(w);
		return;
	}
	(void)snprintf(text, sizeof(text), "%.6g", n);
	v.text = noro_view_str(text);
	noro_jsonw_value(w, &v);
}

static void json_days(struct noro_jsonw *w, const char *name, int32_t n)
{
	noro_jsonw_key(w, name);
	if (n < 0)
		noro_jsonw_null(w);
	else
		noro_jsonw_i64(w, n);
}

static void json_asset(struct noro_jsonw *w, const struct noro_asset *a)
{
	noro_jsonw_kstr(w, "device", a->name);
	noro_jsonw_kstr(w, "product", a->product ? a->product : a->key);
	noro_jsonw_kstr(w, "version", a->version);
	noro_jsonw_kstr(w, "version_written", a->written);
	noro_jsonw_kstr(w, "model", a->model);
	noro_jsonw_kstr(w, "cpe", a->cpe);
	noro_jsonw_kstr(w, "purl", a->purl);
	noro_jsonw_kstr(w, "path", a->path);
	noro_jsonw_ku64(w, "line", a->line);
	noro_jsonw_kstr(w, "from", a->from);
}

static void json_reasons(struct printing *p, struct noro_jsonw *w, const struct noro_patch_row *row)
{
	noro_jsonw_key(w, "reasons");
	noro_jsonw_array(w);
	for (size_t i = 0; i < row->reasons; i++) {
		noro_buf_clear(&p->text);
		noro_lang_msg(p->o->lang, &row->reason[i], &p->text);
		noro_jsonw_view(w, noro_buf_as_view(&p->text));
	}
	noro_jsonw_array_end(w);
}

static void json_row(struct printing *p, const struct noro_patch_row *row)
{
	struct noro_jsonw w = noro_jsonw(p->out);
	const struct noro_vuln *v = row->vuln;

	noro_jsonw_object(&w);
	noro_jsonw_ku64(&w, "place", row->place);
	json_asset(&w, row->asset);
	noro_jsonw_kstr(&w, "cve", v->id);
	noro_jsonw_kstr(&w, "title", noro_lang_pick(p->o->lang, v->title));
	noro_jsonw_kstr(&w, "affected", noro_affected_name(row->affected));
	noro_jsonw_kstr(&w, "exposed", noro_exposed_name(row->exposed));
	noro_jsonw_kstr(&w, "exposed_by", row->finding ? row->finding->rule : NULL);
	noro_jsonw_kstr(&w, "fixed", row->fixed);
	noro_jsonw_ktime(&w, "kev", v->kev_ns);
	noro_jsonw_ktime(&w, "kev_due", v->kev_due_ns);
	noro_jsonw_kbool(&w, "ransomware", v->ransomware);
	noro_report_json_list(&w, "advisory", v->advisory);
	json_number(&w, "epss", v->epss);
	json_number(&w, "epss_percentile", v->epss_percentile);
	json_number(&w, "cvss", v->cvss);
	noro_jsonw_kstr(&w, "ssvc_exploitation", v->ssvc_exploitation);
	noro_jsonw_kstr(&w, "ssvc_automatable", v->ssvc_automatable);
	noro_jsonw_kstr(&w, "ssvc_impact", v->ssvc_impact);
	json_days(&w, "days_published", row->days_published);
	json_days(&w, "days_kev", row->days_kev);
	json_days(&w, "days_open", row->days_open);
	json_reasons(p, &w, row);
	noro_jsonw_kstr(&w, "mitigation",
		*noro_lang_pick(p->o->lang, v->mitigation)
			? noro_lang_pick(p->o->lang, v->mitigation)
			: NULL);
	noro_jsonw_object_end(&w);
	noro_buf_chr(p->out, '\n');
}

static enum noro_status jsonl(const struct noro_patch_result *r, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err)
{
	struct printing p = { .r = r, .o = o, .out = out };
	size_t from = out->n;

	for (size_t i = 0; i < r->rows; i++)
		json_row(&p, &r->row[i]);
	noro_report_seal_json(out, from, false);
	noro_buf_done(&p.text);
	return noro_report_end(out, err);
}

/* --- a table --- */

static void csv_days(struct noro_csv *c, int32_t n)
{
	if (n < 0)
		noro_csv_str(c, "");
	else
		noro_csv_u64(c, (uint64_t)n);
}

static void csv_number(struct noro_csv *c, double n)
{
	char text[32] = "";

	if (n >= 0)
		(void)snprintf(text, sizeof(text), "%.6g", n);
	noro_csv_str(c, text);
}

static void csv_row(struct printing *p, struct noro_csv *c, const struct noro_patch_row *row)
{
	const struct noro_asset *a = row->asset;
	const struct noro_vuln *v = row->vuln;

	noro_csv_u64(c, row->place);
	noro_csv_str(c, a->name);
	noro_csv_str(c, a->product ? a->product : a->key);
	noro_csv_str(c, a->version ? a->version : "");
	noro_csv_str(c, a->model ? a->model : "");
	noro_csv_str(c, v->id);
	noro_csv_str(c, noro_lang_pick(p->o->lang, v->title));
	noro_csv_str(c, noro_affected_name(row->affected));
	noro_csv_str(c, noro_exposed_name(row->exposed));
	noro_csv_str(c, row->fixed ? row->fixed : "");
	noro_csv_time(c, v->kev_ns);
	noro_csv_list(c, v->advisory);
	csv_number(c, v->epss_percentile);
	csv_number(c, v->cvss);
	csv_days(c, row->days_published);
	csv_days(c, row->days_kev);
	csv_days(c, row->days_open);
	noro_buf_clear(&p->text);
	for (size_t i = 0; i < row->reasons; i++) {
		noro_buf_str(&p->text, i ? "; " : "");
		noro_lang_msg(p->o->lang, &row->reason[i], &p->text);
	}
	noro_csv_view(c, noro_buf_as_view(&p->text));
	noro_csv_str(c, noro_lang_pick(p->o->lang, v->mitigation));
	noro_csv_str(c, a->path);
	noro_csv_u64(c, a->line);
	noro_csv_end(c);
}

static enum noro_status csv(const struct noro_patch_result *r, const struct noro_report_opts *o,
	struct noro_buf *out, struct noro_error *err)
{
	static const char *const head[] = { N_("place"), N_("device"), N_("product"), N_("version"),
		N_("model"), N_("cve"), N_("title"), N_("affected"), N_("exposed"),
		N_("repaired in"), N_("exploited since"), N_("advisory"), N_("EPSS percentile"),
		N_("CVSS"), N_("days published"), N_("days exploited"), N_("days open"),
		N_("reasons"), N_("until then"), N_("file"), N_("line") };
	struct printing p = { .r = r, .o = o, .out = out };
	struct noro_csv c = { .out = out };

	if (o->lang == NORO_JA)
		noro_buf_str(out, "\xef\xbb\xbf");
	for (size_t i = 0; i < sizeof(head) / sizeof(*head); i++)
		noro_csv_str(&c, noro_lang_text(o->lang, head[i]));
	noro_csv_end(&c);
	for (size_t i = 0; i < r->rows; i++)
		csv_row(&p, &c, &r->row[i]);
	noro_buf_done(&c.text);
	noro_buf_done(&p.text);
	return noro_report_end(out, err);
}

const struct noro_report_patch_format noro_report_patch_formats[] = {
	{ "terminal", NULL, terminal },
	{ "jsonl", "patch.jsonl", jsonl },
	{ "csv", "patch.csv", csv },
	{ "html", "patch.html", noro_report_patch_html },
	{ 0 },
};
