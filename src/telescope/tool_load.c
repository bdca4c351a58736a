/*
 * src/telescope/tool_load.c - the files of knowledge/fingerprints into rules, and their vectors:
 *
 *   tools:
 *     - id: masscan-1025
 *       tool: masscan
 *       version: "since 2023-11"
 *       title: { en: ..., ja: ... }
 *       source: where the rule was read
 *       strong: true                        # one packet suffices (a 32-bit test)
 *       test: { flags: 2, window: 1025, ttl: [0, 64] }   # a number, or the lowest and highest
 *       equal: { field: ip_id, xor: [dst, dport, seq], bits: 16 }
 *       options: ["020405b4"]               # one of these, whole
 *       pair: nmap | unicornscan            # two packets of one source
 *       vectors:
 *         - packets: [hex of an IP packet, ...]   # two for a pair
 *           is: [masscan-1025]              # all rules that hold, and no other
 */
#include "telescope/tool_priv.h"

#include "base/yaml.h"

#include <string.h>

static const char *const field_name[FIELDS] = {
	[F_IP_N] = "length",
	[F_TTL] = "ttl",
	[F_DF] = "df",
	[F_IP_ID] = "ip_id",
	[F_FLAGS] = "flags",
	[F_HEADER] = "header",
	[F_WINDOW] = "window",
	[F_SPORT] = "sport",
	[F_DPORT] = "dport",
	[F_SEQ] = "seq",
	[F_ACK] = "ack",
	[F_SRC] = "src",
	[F_DST] = "dst",
	[F_OPTIONS_N] = "options_length",
	[F_PAYLOAD_N] = "payload_length",
};

struct load {
	struct noro_arena *a;
	struct noro_tools *t;
	const struct noro_yaml_file *file; /* at hand */
};

static enum noro_status bad(
	struct load *l, const struct noro_json *at, const char *msg, struct noro_view arg)
{
	return noro_yaml_bad(l->file->err, l->file->path, l->file->text, at, msg, arg);
}

static int field_by_name(struct noro_view name)
{
	for (int i = 0; i < FIELDS; i++)
		if (noro_view_is(name, field_name[i]))
			return i;
	return -1;
}

static bool number(const struct noro_json *v, uint32_t *ret)
{
	int64_t n;

	if (!v || !noro_json_i64(v, &n) || n < 0 || n > UINT32_MAX)
		return false;
	*ret = (uint32_t)n;
	return true;
}

static enum noro_status read_tests(struct load *l, struct rule *r, const struct noro_json *v)
{
	for (const struct noro_json *m = v ? v->child : NULL; m; m = m->next) {
		struct test *t = &r->test[r->tests];
		int field = field_by_name(m->key);
		bool ok;

		if (field < 0)
			return bad(l, m, N_("no header field is called '%1'"), m->key);
		if (r->tests == RULE_MAX_TESTS)
			return bad(l, m, N_("too many tests in one rule"), NORO_V(""));
		t->field = (uint8_t)field;
		if (m->kind == NORO_JSON_ARRAY)
			ok = m->count == 2 && number(m->child, &t->lo) &&
			     number(m->child->next, &t->hi) && t->lo <= t->hi;
		else
			ok = number(m, &t->lo) && number(m, &t->hi);
		if (!ok)
			return bad(l, m, N_("'%1' takes a number, or the lowest and the highest"),
				m->key);
		r->tests++;
	}
	return NORO_OK;
}

static enum noro_status read_equation(struct load *l, struct rule *r, const struct noro_json *v)
{
	const struct noro_json *of = noro_json_get(v, "xor");
	int field = field_by_name(noro_json_str(v, "field"));
	uint32_t bits = 0;

	if (!v)
		return NORO_OK;
	if (field < 0 || !of || of->kind != NORO_JSON_ARRAY || !of->count ||
		of->count > RULE_MAX_XOR || !number(noro_json_get(v, "bits"), &bits) || bits < 1 ||
		bits > 32)
		return bad(l, v, N_("an equation has a field, up to four fields to xor, and bits"),
			NORO_V(""));
	r->equals = (uint8_t)field;
	r->mask = bits == 32 ? UINT32_MAX : (1u << bits) - 1;
	for (const struct noro_json *m = of->child; m; m = m->next) {
		field = field_by_name(m->text);
		if (field < 0)
			return bad(l, m, N_("no header field is called '%1'"), m->text);
		r->xor_of[r->xors++] = (uint8_t)field;
	}
	return NORO_OK;
}

struct noro_view noro_hex_bytes(struct noro_arena *a, struct noro_view hex)
{
	uint8_t *out = noro_arena_alloc(a, hex.n / 2 + 1);
	size_t n = 0;
	int high = -1;

	if (!out)
		return (struct noro_view){ NULL, 0 };
	for (size_t i = 0; i < hex.n; i++) {
		int c = hex.p[i] | 0x20, v;

		if (noro_is_space(hex.p[i]))
			continue;
		v = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
		if (v < 0 || (hex.p[i] < '0'))
			return (struct noro_view){ NULL, 0 };
		if (high < 0) {
			high = v;
			continue;
		}
		out[n++] = (uint8_t)(high << 4 | v);
		high = -1;
	}
	return high < 0 ? noro_view(out, n) : (struct noro_view){ NULL, 0 };
}

static enum noro_status read_options(struct load *l, struct rule *r, const struct noro_json *v)
{
	for (const struct noro_json *m = v ? v->child : NULL; m; m = m->next) {
		struct noro_view bytes = noro_hex_bytes(l->a, m->text);

		if (!bytes.p || bytes.n > 40 || r->option_sets == RULE_MAX_OPTIONS)
			return bad(l, m,
				N_("TCP options are hexadecimal, at most 40 bytes, four of them"),
				NORO_V(""));
		r->option[r->option_sets++] = bytes;
	}
	return NORO_OK;
}

static enum noro_status read_pair(struct load *l, struct rule *r, const struct noro_json *v)
{
	struct noro_view kind = noro_json_str(v, "pair");

	if (!kind.p)
		return NORO_OK;
	r->pair = noro_view_is(kind, "nmap")          ? PAIR_NMAP
		  : noro_view_is(kind, "unicornscan") ? PAIR_UNICORN
						      : PAIR_NONE;
	if (!r->pair)
		return bad(l, v, N_("no test of pairs is called '%1'"), kind);
	r->shown.pairwise = true;
	l->t->pairs++;
	return NORO_OK;
}

static const char *text_of(struct load *l, const struct noro_json *v, const char *name)
{
	struct noro_view s = noro_json_str(v, name);

	return s.p ? noro_arena_strn(l->a, s.p, s.n) : NULL;
}

static enum noro_status read_rule(
	void *ctx, const struct noro_yaml_file *file, const struct noro_json *v)
{
	struct load *l = ctx;
	const struct noro_json *title = noro_json_get(v, "title");
	const struct noro_json *strong = noro_json_get(v, "strong");
	struct rule *r = &l->t->rule[l->t->rules];
	enum noro_status st;

	l->file = file;
	if (l->t->rules == NORO_TOOLS_MAX)
		return bad(l, v, N_("too many fingerprints; at most 16"), NORO_V(""));
	*r = (struct rule){ 0 };
	r->shown.id = text_of(l, v, "id");
	r->shown.tool = text_of(l, v, "tool");
	r->shown.version = text_of(l, v, "version");
	r->shown.source = text_of(l, v, "source");
	r->shown.title = (struct noro_text){ text_of(l, title, "en"), text_of(l, title, "ja") };
	r->shown.strong = strong && strong->kind == NORO_JSON_TRUE;
	r->vectors = noro_json_get(v, "vectors");
	if (!r->shown.id || !r->shown.tool || !r->shown.source || !r->shown.title.en)
		return bad(l, v, N_("a fingerprint has id, tool, title and source"), NORO_V(""));
	st = read_tests(l, r, noro_json_get(v, "test"));
	if (st == NORO_OK)
		st = read_equation(l, r, noro_json_get(v, "equal"));
	if (st == NORO_OK)
		st = read_options(l, r, noro_json_get(v, "options"));
	if (st == NORO_OK)
		st = read_pair(l, r, v);
	if (st == NORO_OK && !r->tests && !r->xors)
		return bad(l, v, N_("a fingerprint that tests nothing"), NORO_V(""));
	l->t->rules++;
	return st;
}

enum noro_status noro_tools_load(struct noro_arena *a, const char *const *folder, size_t n,
	const struct noro_tools **ret, struct noro_error *err)
{
	struct load l = { .a = a, .t = noro_arena_alloc(a, sizeof(*l.t)) };
	const struct noro_yaml_rows rows = { "fingerprints", "tools", read_rule, &l };
	enum noro_status st;

	if (!l.t)
		return noro_fail(err, NORO_ENOMEM, NULL);
	st = noro_yaml_lists(a, folder, n, &rows, err);
	noro_tools_index(l.t);
	*ret = l.t;
	return st;
}

/* --- vectors --- */

struct vectors {
	const struct noro_tools *t;
	struct noro_arena *a;
	void (*fail)(void *ctx, const char *rule, const char *what);
	void *ctx;
	size_t run;
};

static bool expected(const struct noro_json *is, const char *id)
{
	for (const struct noro_json *m = is ? is->child : NULL; m; m = m->next)
		if (noro_view_is(m->text, id))
			return true;
	return false;
}

/* The rules that hold for the packets of a vector: for the last one, pairs with the one before. */
static bool holding(struct vectors *x, const struct noro_json *packets, uint32_t *ret)
{
	struct noro_tool_seen seen = { 0 };
	bool first = true;

	*ret = 0;
	for (const struct noro_json *m = packets ? packets->child : NULL; m; m = m->next) {
		struct noro_view bytes = noro_hex_bytes(x->a, m->text);
		struct noro_packet p;

		if (!bytes.p || !bytes.n)
			return false;
		noro_packet_read_ip((const uint8_t *)bytes.p, bytes.n, 0, &p);
		if (p.flaw != NORO_FLAW_NONE)
			return false;
		*ret = noro_tools_test(x->t, &p) |
		       (first ? 0 : noro_tools_test_pair(x->t, &p, &seen));
		noro_tools_keep(&p, &seen);
		first = false;
	}
	return !first;
}

static void run_vector(struct vectors *x, const struct rule *r, const struct noro_json *v)
{
	uint32_t bits;

	x->run++;
	if (!holding(x, noro_json_get(v, "packets"), &bits)) {
		x->fail(x->ctx, r->shown.id, N_("a vector is no whole packet"));
		return;
	}
	for (size_t i = 0; i < x->t->rules; i++) {
		bool holds = bits & 1u << i;

		if (holds != expected(noro_json_get(v, "is"), x->t->rule[i].shown.id))
			x->fail(x->ctx, x->t->rule[i].shown.id,
				holds ? N_("holds for a packet that is not its own")
				      : N_("does not hold for its own packet"));
	}
}

enum noro_status noro_tools_self_test(const char *const *folder, size_t n,
	void (*fail)(void *ctx, const char *rule, const char *what), void *ctx, size_t *ret_run,
	struct noro_error *err)
{
	struct vectors x = { .a = noro_arena_new(0), .fail = fail, .ctx = ctx };
	enum noro_status st = x.a ? noro_tools_load(x.a, folder, n, &x.t, err)
				  : noro_fail(err, NORO_ENOMEM, NULL);

	for (size_t i = 0; st == NORO_OK && i < x.t->rules; i++) {
		const struct rule *r = &x.t->rule[i];

		if (!r->vectors || !r->vectors->count)
			fail(ctx, r->shown.id, N_("has no vector"));
		for (const struct noro_json *v = r->vectors ? r->vectors->child : NULL; v;
			v = v->next)
			run_vector(&x, r, v);
	}
	*ret_run = x.run;
	noro_arena_free(x.a);
	return st;
}
