/* src/evidence/columns_priv.h - learning columns from a header. */
#pragma once

#include "evidence/log_priv.h"

enum noro_status noro_ev_column_add(struct noro_log *log, struct noro_view name) NORO_MUSTUSE;
/* All of a header line. At most NORO_EV_COLUMNS. */
enum noro_status noro_ev_columns_set(
	struct noro_log *log, struct noro_view names, char sep) NORO_MUSTUSE;
