/* src/patch/list_priv.h - lists of software: what their readers share. */
#pragma once

#include "patch/patch_priv.h"

/* What a row of a list says; any may be empty. */
struct noro_listed {
	struct noro_view name, vendor, product, model, version, cpe, purl;
	const char *scheme; /* "deb", "rpm" */
	/* Of a package: what it was built from, and where that lives. */
	struct noro_view source, source_version, homepage;
	uint64_t line;
};
/* Make it an asset; nothing for a row that names no software. */
enum noro_status noro_listed_add(struct noro_patch *p, const struct noro_inventory_text *t,
	const char *from, const struct noro_listed *given) NORO_MUSTUSE;

/* A table row by row; the first row that names columns is the header. */
enum { NORO_SHEET_CELLS = 256 };
struct noro_sheet {
	struct noro_patch *p;
	const struct noro_inventory_text *t;
	const char *from;
	uint8_t role[NORO_SHEET_CELLS];
	bool header;
	uint64_t rows, found;
};
enum noro_status noro_sheet_row(
	struct noro_sheet *s, const struct noro_view *cell, size_t n, uint64_t line) NORO_MUSTUSE;

/* A workbook: its shared strings and one sheet, as XML. NORO_ENOENT: no table of software. */
enum noro_status noro_patch_workbook(struct noro_patch *p, const struct noro_inventory_text *sheet,
	struct noro_view shared, struct noro_error *err) NORO_MUSTUSE;

/* Readers of texts, as in patch_priv.h. */
enum noro_status noro_patch_table(struct noro_patch *p, const struct noro_inventory_text *t,
	struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_patch_sbom(struct noro_patch *p, const struct noro_inventory_text *t,
	struct noro_error *err) NORO_MUSTUSE;
enum noro_status noro_patch_packages(struct noro_patch *p, const struct noro_inventory_text *t,
	struct noro_error *err) NORO_MUSTUSE;

/* XML event by event: no entities of its own, no document types, nothing kept. */
enum noro_xml_kind { NORO_XML_END, NORO_XML_OPEN, NORO_XML_CLOSE, NORO_XML_TEXT };
struct noro_xml {
	struct noro_view rest;
	enum noro_xml_kind kind;
	struct noro_view name; /* without its prefix */
	struct noro_view attributes, text;
	bool closes; /* <a/>: a CLOSE follows */
};
/* False at the end, or where the text is no XML any more. */
bool noro_xml_next(struct noro_xml *x);
struct noro_view noro_xml_attribute(const struct noro_xml *x, const char *name);
/* &lt; &#12; ... undone; the text itself if there is nothing to undo. */
struct noro_view noro_xml_plain(struct noro_arena *a, struct noro_view text);
