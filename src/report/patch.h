/* src/report/patch.h - the order of repairs for people and programs. */
#pragma once

#include "patch/patch.h"
#include "report/report.h"

struct noro_report_patch_format {
	const char *name, *file; /* "jsonl", "patch.jsonl" */
	enum noro_status (*write)(const struct noro_patch_result *r,
		const struct noro_report_opts *o, struct noro_buf *out, struct noro_error *err);
};
/* terminal, jsonl, csv, html; ends with name == NULL. All but the first are written with -o. */
extern const struct noro_report_patch_format noro_report_patch_formats[];
