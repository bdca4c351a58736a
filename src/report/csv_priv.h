/* src/report/csv_priv.h - the only writer of CSV: quotes, formulas, line ends. */
#pragma once

#include "report/report.h"

/* A zeroed struct with `out` set. Free `text` at the end. */
struct noro_csv {
	struct noro_buf *out;
	struct noro_buf text;
	size_t cells; /* of this line */
};

/* Cells: text from anywhere (quoted, made harmless), numbers, moments. */
void noro_csv_view(struct noro_csv *c, struct noro_view v);
void noro_csv_str(struct noro_csv *c, const char *s);
void noro_csv_u64(struct noro_csv *c, uint64_t n);
void noro_csv_real(struct noro_csv *c, double v); /* NaN, infinite: an empty cell */
void noro_csv_time(struct noro_csv *c, int64_t ns);
void noro_csv_list(struct noro_csv *c, struct noro_list l);
void noro_csv_end(struct noro_csv *c);
