/* src/knowledge/page_priv.h - a page of text about knowledge, for people, in either language. */
#pragma once

#include "knowledge/knowledge.h"

enum { LABEL_COLUMNS = 12 };

/* Words of the page itself. The reader's language is known here, the catalogues are not. */
enum label {
	L_NAMES,
	L_RELATIONS,
	L_POINTERS,
	L_SECTORS,
	L_REGIONS,
	L_TECHNIQUES,
	L_CVES,
	L_MALWARE,
	L_INDICATORS,
	L_SIGNS,
	L_EVENTS,
	L_INCIDENTS,
	L_ADVISORIES,
	L_SOURCES,
	L_SINCE,
	L_SEVERAL,
	L_RECORDS,
	L_SAYS,
	L_LISTED,
	L_ISSUERS,
	L_REVISIONS,
	L_WINDOW,
	L_CAUTION,
	L_COUNTED,
	L_BEHAVIOURS,
	L_CASES,
	L_MITIGATIONS,
	L_HUNTING,
	L_LEADS,
};

struct page {
	const struct noro_knowledge *k;
	struct noro_buf *out;
	struct noro_arena *arena;
	bool *cited; /* by place in k->source */
	bool ja;
};

/* Fails only without memory; page_close must follow a success and a failure alike. */
enum noro_status page_open(struct page *p, const struct noro_knowledge *k, bool japanese,
	struct noro_buf *out) NORO_MUSTUSE;
/* Print the sources that were named, free, and give `s` or what went wrong with the buffer. */
enum noro_status page_close(struct page *p, enum noro_status s) NORO_MUSTUSE;

const char *page_label(const struct page *p, enum label l);
/* The word for a key of the data ("part-of", "CN"), the key itself where there is none. */
const char *page_word(const struct page *p, const char *key);
/* Text of the data, escaped for a terminal; NULL prints nothing. */
void page_put(struct page *p, const char *s);
void page_bi(struct page *p, struct noro_bitext t);
/* A label with %1 and %2 in it. */
void page_filled(struct page *p, enum label l, const char *one, const char *two);
void page_heading(struct page *p, enum label l);
/* A word and blanks up to the column, also for wide characters. */
void page_padded(struct page *p, const char *s, size_t columns);
void page_list(struct page *p, struct noro_strings list);
/* "[A1, M1; P]", and remember that they were named. */
void page_origin(struct page *p, struct noro_origin o);
