/* src/report/jsonl_priv.h - what findings.jsonl's writer and reader must agree on. */
#pragma once

#include "base/json.h"

#include <stdbool.h>

/* Names of enum noro_time_flag, lowest bit first, ends with NULL. */
extern const char *const noro_report_time_flags[];
/* The flags an array of such names stands for (NULL: none); false for an unknown name. */
bool noro_report_flags_read(const struct noro_json *v, unsigned *ret);
