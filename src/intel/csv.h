/* src/intel/csv.h - rows of a table (RFC 4180, any separator). */
#pragma once

#include "base/buf.h"

enum { NORO_CSV_CELLS = 256 }; /* of one row; what is behind them is not looked at */

struct noro_csv_row {
	size_t at;                /* where the next row begins */
	uint64_t line, next_line; /* from 1, of this row and the next; start with next_line = 1 */
	size_t cells;
	struct noro_view cell[NORO_CSV_CELLS]; /* trimmed; valid until the next row */
	size_t start[NORO_CSV_CELLS];
	struct noro_buf text; /* cells that were quoted, without quotes */
};

/* False at the end, or when memory fails (row->text.status). */
bool noro_csv_next(struct noro_view text, char sep, struct noro_csv_row *row);
void noro_csv_row_done(struct noro_csv_row *row);
