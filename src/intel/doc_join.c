/*
 * src/intel/doc_join.c - values that a PDF broke over lines: pieces that stand in one
 * column are joined where only the whole is a value.
 */
#include "base/text.h"
#include "intel/doc_reading.h"

bool noro_doc_one_plain_word(struct noro_view v, size_t least)
{
	for (size_t i = 0; i < v.n; i++)
		if (noro_is_space(v.p[i]) || (v.p[i] & 0x80))
			return false;
	return v.n >= least && v.n <= 1024;
}

static bool all_hex(struct noro_view v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!noro_is_hex(v.p[i]))
			return false;
	return v.n > 0;
}

static bool hash_length(size_t n)
{
	return n == 32 || n == 40 || n == 64 || n == 128;
}

static int value_kind(struct reading *r, struct noro_view v)
{
	struct noro_view bare;

	noro_buf_clear(&r->plain);
	(void)noro_refang(v, &r->plain);
	return noro_doc_kind_of(noro_view_trim(noro_buf_as_view(&r->plain)), &bare);
}

/* "https:", "hxxps[:]///": whatever its rest, it is no rest of another. */
static bool starts_anew(struct noro_view v)
{
	static const char *const schemes[] = { "http", "hxxp", "ftp", "fxp" };

	if (noro_view_find(noro_view_sub(v, 0, 12), NORO_V("//")) == SIZE_MAX)
		return false;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (noro_view_starts_i(v, schemes[i]))
			return true;
	return false;
}

/* Do `a` and, in the line below it, `b` make one value? */
static bool belongs_together(struct reading *r, struct noro_view a, struct noro_view b)
{
	struct noro_buf both = { 0 };
	bool yes, scheme = noro_view_find(a, NORO_V("://")) != SIZE_MAX;
	char last = a.p[a.n - 1];
	int whole, first, second;

	if (all_hex(a) && all_hex(b)) {
		if (r->where.wants_sha256 && a.n + b.n == 64)
			return true;
		/* halves of a SHA-256 look like MD5 values: the words of the author decide */
		if (r->only_sha256 && a.n == 32 && b.n == 32)
			return true;
		/* a digest's first line may be as long as a shorter digest; then its rest is not */
		return a.n + b.n <= 128 && !(hash_length(a.n) && hash_length(b.n)) &&
		       hash_length(a.n + b.n);
	}
	if (starts_anew(b))
		return false;
	noro_buf_view(&both, a);
	noro_buf_view(&both, b);
	whole = value_kind(r, noro_buf_as_view(&both));
	noro_buf_done(&both);
	if (!noro_doc_is_place(whole))
		return false;
	first = value_kind(r, a);
	second = value_kind(r, b);
	if (first < 0)
		yes = scheme || second < 0 || strchr("-.]", last);
	else
		yes = first == NORO_IOC_URL && second < 0 && strchr("/-_=&?%.", last);
	return yes;
}

void noro_doc_flush_piece(struct reading *r, struct piece *p)
{
	uint64_t line = r->line;
	enum noro_doc_row row = r->around.row;

	if (p->live) {
		r->line = p->line;
		r->around.row = p->row;
		noro_doc_words_of(r, noro_buf_as_view(&p->text));
		r->around.row = row;
		r->line = line;
	}
	p->live = false;
}

void noro_doc_flush_all(struct reading *r)
{
	for (size_t i = 0; i < MAX_PIECES; i++)
		noro_doc_flush_piece(r, &r->piece[i]);
}

struct piece *noro_doc_piece_above(struct reading *r, const struct cell *c)
{
	for (size_t i = 0; i < MAX_PIECES; i++) {
		struct piece *p = &r->piece[i];
		size_t far = p->column > c->column ? p->column - c->column : c->column - p->column;

		if (p->live && p->line < r->line && far <= NEAR_COLUMNS)
			return p;
	}
	return NULL;
}

void noro_doc_keep_piece(struct reading *r, const struct cell *c, struct noro_view v)
{
	for (size_t i = 0; i < MAX_PIECES; i++) {
		struct piece *p = &r->piece[i];

		if (p->live)
			continue;
		noro_buf_clear(&p->text);
		noro_buf_view(&p->text, v);
		p->column = c->column;
		p->line = r->line;
		p->row = r->around.row;
		p->live = p->text.status == NORO_OK;
		if (!p->live)
			r->status = NORO_ENOMEM;
		return;
	}
	noro_doc_words_of(r, v);
}

bool noro_doc_join_cell(struct reading *r, const struct cell *c, struct noro_view v)
{
	struct piece *above = noro_doc_piece_above(r, c);
	bool open = above && above->text.n && above->text.p[above->text.n - 1] == '&';

	if (!above || !noro_doc_one_plain_word(v, open ? 2 : MIN_PIECE) ||
		!belongs_together(r, noro_buf_as_view(&above->text), v))
		return false;
	noro_buf_view(&above->text, v);
	above->line = r->line; /* it may go on */
	if (above->text.status != NORO_OK)
		r->status = NORO_ENOMEM;
	return true;
}
