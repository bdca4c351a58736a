/* src/report/jsonl_priv.h - what findings.jsonl's writer and reader must agree on. */
#pragma once

/* Names of enum noro_time_flag, lowest bit first, ends with NULL. */
extern const char *const noro_report_time_flags[];
