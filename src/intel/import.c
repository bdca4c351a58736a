/* src/intel/import.c - which reader a file needs, and what stands around every import. */
#include "intel/import.h"

#include "base/hash.h"
#include "base/text.h"
#include "intel/intake_priv.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

typedef enum noro_status reader_fn(
	struct noro_intake *in, struct noro_view text, struct noro_error *err);

/* The name users force with --as, what the report calls it, and who reads it. */
static const struct reader {
	const char *name;
	reader_fn *read;
} readers[] = {
	{ "list", noro_import_list },
	{ "csv", noro_import_csv },
	{ "stix", noro_import_stix },
	{ "misp", noro_import_misp },
	{ "text", noro_import_document },
	{ "pdf", noro_import_document },
	{ "html", noro_import_document },
};

static const struct reader *reader_named(const char *name)
{
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (strcmp(readers[i].name, name) == 0)
			return &readers[i];
	return NULL;
}

/* --- what is it? --------------------------------------------------------- */

static const char *json_kind(struct noro_view text)
{
	/* the names that tell the formats apart stand near the beginning or anywhere in small files
	 */
	struct noro_view head = noro_view_sub(text, 0, 1 << 20);

	if (noro_view_find(head, NORO_V("\"Event\"")) != SIZE_MAX ||
		noro_view_find(head, NORO_V("\"Attribute\"")) != SIZE_MAX ||
		noro_view_find(head, NORO_V("\"to_ids\"")) != SIZE_MAX)
		return "misp";
	if (noro_view_find(head, NORO_V("\"objects\"")) != SIZE_MAX ||
		noro_view_find(head, NORO_V("\"spec_version\"")) != SIZE_MAX ||
		noro_view_find(head, NORO_V("\"pattern\"")) != SIZE_MAX)
		return "stix";
	return NULL;
}

static bool is_html(struct noro_view text)
{
	struct noro_view head = noro_view_sub(text, 0, 4096);

	return noro_view_find_i(head, NORO_V("<!doctype html")) != SIZE_MAX ||
	       noro_view_find_i(head, NORO_V("<html")) != SIZE_MAX;
}

const char *noro_import_sniff(struct noro_view text, const char *name)
{
	struct noro_view head = noro_view_trim(text), path = noro_view_str(name);
	bool table = noro_view_ends_i(path, ".csv") || noro_view_ends_i(path, ".tsv");
	bool prose = noro_view_ends_i(path, ".md") || noro_view_ends_i(path, ".adoc") ||
		     noro_view_ends_i(path, ".rst");

	if (noro_view_starts(text, "%PDF-"))
		return "pdf";
	if (head.n && (head.p[0] == '{' || head.p[0] == '['))
		return json_kind(head) ? json_kind(head) : "text";
	if (is_html(text))
		return "html";
	if (prose)
		return "text";
	if (table && noro_csv_sniff(text))
		return "csv";
	if (noro_list_sniff(text))
		return "list";
	return noro_csv_sniff(text) && noro_csv_has_values(text) ? "csv" : "text";
}

/* --- compiled sets ------------------------------------------------------- */

static enum noro_status take_key(struct noro_intake *in, const struct noro_set *s, uint32_t key,
	uint32_t *metas, uint32_t *patterns)
{
	struct noro_set_key k;
	enum noro_status st = noro_set_key(s, key, &k);

	for (uint32_t i = 0; st == NORO_OK && i < k.records; i++) {
		uint32_t pattern = NORO_NO_PATTERN;
		struct noro_set_record r;

		st = noro_set_record(s, k.record + i, &r);
		if (st == NORO_OK && r.pattern != NORO_NO_PATTERN)
			pattern = patterns[r.pattern];
		if (st == NORO_OK)
			st = noro_set_add(in->b, k.kind, k.value, metas[r.meta], pattern);
		in->ret->indicators += st == NORO_OK;
	}
	return st;
}

/* Everything of a compiled set into the builder, metas and patterns under new numbers. */
static enum noro_status take_set(struct noro_intake *in, const struct noro_set *s)
{
	uint32_t n = noro_set_metas(s), k = noro_set_patterns(s);
	uint32_t *metas = noro_arena_array(in->a, (size_t)n + k + 1, sizeof(*metas));
	uint32_t *patterns = metas ? metas + n : NULL;
	enum noro_status st = metas ? NORO_OK : NORO_ENOMEM;

	for (uint32_t i = 0; st == NORO_OK && i < n; i++)
		st = noro_set_meta(in->b, noro_set_meta_at(s, i), &metas[i]);
	for (uint32_t i = 0; st == NORO_OK && i < k; i++) {
		uint32_t meta = 0;
		struct noro_view text = noro_set_pattern(s, i, &meta);

		st = noro_set_add_pattern(in->b, metas[meta], text, &patterns[i]);
	}
	for (uint32_t i = 0; st == NORO_OK && i < noro_set_keys(s); i++)
		st = take_key(in, s, i, metas, patterns);
	return st;
}

/* --- around a reader ----------------------------------------------------- */

enum noro_status noro_intake_begin(struct noro_intake *in, struct noro_error *err)
{
	struct noro_view rest = in->opts->own_names, line;
	enum noro_status st = NORO_OK;

	in->name = noro_arena_str(in->a, in->name);
	in->allow = in->opts->allow;
	if (!in->name)
		st = NORO_ENOMEM;
	if (st == NORO_OK && !in->allow) {
		st = noro_allow_new(&in->own);
		in->allow = in->own;
		while (st == NORO_OK && noro_view_line(&rest, &line))
			st = noro_allow_value(in->own, line, N_("the site's own name or address"));
	}
	return st == NORO_OK ? st : noro_fail(err, st, NULL);
}

void noro_intake_end(struct noro_intake *in)
{
	noro_allow_free(in->own);
	noro_arena_free(in->scratch);
	noro_buf_done(&in->tmp);
	noro_buf_done(&in->refanged);
}

/* UTF-16 with its mark, and UTF-8 with or without one; anything else stays as it is. */
static struct noro_view as_utf8(struct noro_view v, struct noro_buf *out)
{
	bool le = noro_view_starts(v, "\xff\xfe"), be = noro_view_starts(v, "\xfe\xff");
	uint32_t high = 0;

	if (noro_view_starts(v, "\xef\xbb\xbf"))
		return noro_view_sub(v, 3, v.n);
	if (!le && !be)
		return v;
	for (size_t i = 2; i + 1 < v.n; i += 2) {
		uint32_t lo = (unsigned char)v.p[i], hi = (unsigned char)v.p[i + 1];
		uint32_t unit = le ? lo | hi << 8 : lo << 8 | hi;
		char text[4];

		if (unit >= 0xd800 && unit < 0xdc00) {
			high = unit;
			continue;
		}
		if (unit >= 0xdc00 && unit < 0xe000)
			unit = high ? 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00) : 0xfffd;
		high = 0;
		noro_buf_add(out, text, noro_utf8_put(unit, text));
	}
	return noro_buf_as_view(out);
}

bool noro_import_is_list(const char *as)
{
	/* --as regex, --as user-agent: a list of that kind */
	if (!reader_named(as))
		return noro_ioc_kind_by_name(noro_view_str(as)) >= 0;
	return strcmp(as, "list") == 0;
}

static enum noro_status read_as(
	struct noro_intake *in, const char *kind, struct noro_view bytes, struct noro_error *err)
{
	const struct reader *r = reader_named(kind);
	struct noro_buf utf8 = { 0 };
	struct noro_view text = as_utf8(bytes, &utf8);
	enum noro_status st;

	if (!r && noro_import_is_list(kind))
		r = reader_named("list");
	if (!r)
		st = noro_fail(err, NORO_EARG, N_("no such format: %1"), kind);
	else if (utf8.status != NORO_OK)
		st = noro_fail(err, NORO_ENOMEM, NULL);
	else {
		in->ret->kind = r->name;
		st = r->read(in, text, err);
	}
	noro_buf_done(&utf8);
	return st;
}

/* NOLINTNEXTLINE(readability-function-size) */
enum noro_status noro_import_as_is(struct noro_view bytes, const char *name,
	const struct noro_import_opts *opts, struct noro_arena *a, struct noro_set_builder *b,
	struct noro_import_result *ret, struct noro_error *err)
{
	struct noro_intake in = { .opts = opts, .a = a, .b = b, .ret = ret, .name = name };
	enum noro_status st;

	*ret = (struct noro_import_result){ .kind = "text", .advisory = opts->advisory };
	st = noro_intake_begin(&in, err);
	if (st == NORO_OK)
		st = read_as(&in, opts->as ? opts->as : noro_import_sniff(bytes, name), bytes, err);
	noro_intake_end(&in);
	if (st != NORO_OK && err && !err->where[0])
		(void)noro_error_at(err, name, NORO_AT_NONE, 0);
	return st;
}

/* NOLINTNEXTLINE(readability-function-size) */
enum noro_status noro_import_bytes(struct noro_view bytes, const char *name,
	const struct noro_import_opts *opts, struct noro_arena *a, struct noro_set_builder *b,
	struct noro_import_result *ret, struct noro_error *err)
{
	char sha256[NORO_HASH_TEXT];
	enum noro_status st = noro_hash_of(NORO_SHA256, bytes, sha256);

	if (st != NORO_OK)
		return noro_fail(err, st, NULL);
	st = noro_import_as_is(bytes, name, opts, a, b, ret, err);
	memcpy(ret->sha256, sha256, sizeof(ret->sha256));
	return st;
}

static enum noro_status import_set(const char *path, struct noro_intake *in, struct noro_error *err)
{
	struct noro_set *s;
	enum noro_status st = noro_set_open(path, &s, err);

	if (st != NORO_OK)
		return st;
	in->ret->kind = "set";
	st = take_set(in, s);
	noro_set_free(s);
	return noro_intake_fail(in, err, st, NORO_AT_NONE, 0);
}

/* The first bytes tell: a set is mapped, everything else is opened like evidence. */
static bool is_set(const char *path)
{
	char head[64];
	ssize_t n = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		n = read(fd, head, sizeof(head));
		(void)close(fd);
	}
	return n > 0 && noro_set_is(noro_view(head, (size_t)n));
}

void noro_import_add_up(struct noro_import_result *sum, const struct noro_import_result *one)
{
	sum->indicators += one->indicators;
	sum->refused += one->refused;
	sum->undecided += one->undecided;
	if (one->notes && !sum->notes) {
		sum->note = one->note;
		sum->notes = one->notes;
	}
}

enum noro_status noro_import(const char *path, const struct noro_import_opts *opts,
	struct noro_arena *a, struct noro_set_builder *b, struct noro_import_result *ret,
	struct noro_error *err)
{
	struct noro_intake in = { .opts = opts, .a = a, .b = b, .ret = ret, .name = path };
	struct stat about = { 0 };

	if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
		return noro_import_feed(path, opts, a, b, ret, err);
	/* a pipe gives its bytes only once */
	if (S_ISREG(about.st_mode) && is_set(path)) {
		*ret = (struct noro_import_result){ .kind = "set" };
		return import_set(path, &in, err);
	}
	return noro_import_open(path, opts, a, b, ret, err);
}
