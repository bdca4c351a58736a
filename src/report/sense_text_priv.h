/* src/report/sense_text_priv.h - what the writers of lines and rows about sensors share. */
#pragma once

#include "base/jsonw.h"
#include "report/csv_priv.h"
#include "report/sense_priv.h"

struct printing {
	enum noro_lang lang;
	bool era;
	struct noro_buf *out;
};

#define say(p, ...)         noro_lang_msg((p)->lang, &(struct noro_msg){ __VA_ARGS__ }, (p)->out)
#define NUMBER(v, decimals) NORO_SENSE_NUMBER(v, decimals)
#define MOMENT(p, ns)       NORO_SENSE_MOMENT(ns, (p)->era)

void noro_sense_column(struct noro_buf *out, const char *text, size_t width, bool right);
/* A line of titles over columns that stand to the right, two blanks between them. */
void noro_sense_heads(
	const struct printing *p, const char *const *title, const size_t *width, size_t n);
/* The first row of a table, after the mark that spreadsheets want before Japanese. */
void noro_sense_csv_begin(
	struct noro_csv *c, enum noro_lang lang, const char *const *name, size_t n);
void noro_sense_real(struct noro_jsonw *w, const char *key, double v);
void noro_sense_csv_real(struct noro_csv *c, double v);
/* "surges": [ ... ] of an open object. */
void noro_sense_json_surges(struct noro_jsonw *w, const struct noro_surges *s);
/* "campaigns": [ ... ] of an open object; not whole: with the busiest members only. */
void noro_sense_json_campaigns(struct noro_jsonw *w, const struct noro_campaigns *c, bool whole);
