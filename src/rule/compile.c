/* src/rule/compile.c - from YAML to conditions. */
#include "base/mem.h"
#include "base/yaml.h"
#include "rule/rule_priv.h"

#include <stdio.h>

const char *noro_rule_vtext(char buf[64], struct noro_view v)
{
	(void)snprintf(buf, 64, "%.*s", (int)(v.n > 60 ? 60 : v.n), v.p ? v.p : "");
	return buf;
}

enum noro_status noro_rule_bad_(const struct noro_rule_doc *doc, size_t at, enum noro_status status)
{
	(void)noro_error_at(doc->err, doc->file, NORO_AT_LINE, noro_line_of(doc->text, at));
	return status;
}

enum noro_status noro_rule_nomem(const struct noro_rule_doc *doc)
{
	return noro_fail(doc->err, NORO_ENOMEM, N_("out of memory"));
}

/* The words of evidence/record.h; a test above both holds the two together. */
static const char *const canonical[] = { "raw", "shape", "target", "host", "program", "event",
	"severity", "message", "src.ip", "src.port", "src.host", "dst.ip", "dst.port", "dst.host",
	"src.nat.ip", "dst.nat.ip", "proto", "bytes.out", "bytes.in", "user", "user.target",
	"action", "outcome", "method", "url", "path", "query", "status", "referer", "user_agent",
	"dns.query", "dns.answer", "tls.sni", "ja3", "ja3s", "ja4", "hassh", "command", "file",
	"hash.md5", "hash.sha1", "hash.sha256", "mail.from", "mail.to", "subject", "session",
	"rule", "country", "app", "device", "mac", "reason" };

bool noro_rule_field_known(struct noro_view name)
{
	if (noro_view_starts(name, "own.") && name.n > 4 && name.n < 128)
		return true;
	for (size_t i = 0; i < sizeof(canonical) / sizeof(*canonical); i++)
		if (noro_view_is(name, canonical[i]))
			return true;
	return false;
}

enum noro_status noro_rule_field(struct noro_rules *r, struct noro_view name, uint32_t *ret)
{
	const char **grown;

	for (size_t i = 0; i < r->fields; i++)
		if (noro_view_is(name, r->field[i])) {
			*ret = (uint32_t)i;
			return NORO_OK;
		}
	if (r->fields >= 4096)
		return NORO_ELIMIT;
	if (r->fields == r->field_cap) {
		grown = noro_arena_grow(
			r->arena, r->field, r->fields, &r->field_cap, sizeof(*grown));
		if (!grown)
			return NORO_ENOMEM;
		r->field = grown;
	}
	r->field[r->fields] = noro_arena_strn(r->arena, name.p, name.n);
	if (!r->field[r->fields])
		return NORO_ENOMEM;
	*ret = (uint32_t)r->fields++;
	if (!noro_view_is(name, "target"))
		return NORO_OK;
	r->target = *ret + 1;
	return noro_rule_target(r);
}

enum noro_status noro_rule_target(struct noro_rules *r)
{
	enum noro_status st = NORO_OK;

	if (r->query)
		return NORO_OK;
	st = noro_rule_field(r, NORO_V("path"), &r->path);
	if (st == NORO_OK)
		st = noro_rule_field(r, NORO_V("query"), &r->query);
	if (st != NORO_OK) {
		r->query = 0;
		return st;
	}
	r->path++;
	r->query++;
	return NORO_OK;
}

enum noro_status noro_rule_field_at(
	const struct noro_rule_doc *doc, const struct noro_json *v, uint32_t *ret)
{
	enum noro_status st;

	bool known =
		v->kind == NORO_JSON_STRING && !doc->no_records && noro_rule_field_known(v->text);

	for (uint32_t i = 0; v->kind == NORO_JSON_STRING && i < doc->tables && !known; i++)
		known = noro_table_has(doc->rules, doc->table[i], v->text);
	if (!known)
		return noro_rule_bad(
			doc, v->at, N_("'%1' is not a field name"), NORO_VTEXT(v->text));
	st = noro_rule_field(doc->rules, v->text, ret);
	return st == NORO_ENOMEM ? noro_rule_nomem(doc) : st;
}

static char *lowered(struct noro_arena *a, struct noro_view v, bool cased)
{
	char *copy = noro_arena_strn(a, v.p ? v.p : "", v.n);

	for (size_t i = 0; copy && !cased && i < v.n; i++)
		copy[i] = noro_lower(copy[i]);
	return copy;
}

static void free_regex(void *handle)
{
	pcre2_code_free(handle);
}

static enum noro_status make_regex(
	struct noro_rules *r, bool cased, struct noro_view text, struct noro_value *v)
{
	pcre2_compile_context *cc;
	int code;
	PCRE2_SIZE at;
	uint32_t options = PCRE2_DOTALL | PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C;

	if (text.n > 4096)
		return NORO_EFORMAT;
	cc = pcre2_compile_context_create(r->pcre);
	if (!cc)
		return NORO_ENOMEM;
	pcre2_set_parens_nest_limit(cc, 50);
	v->regex = pcre2_compile(
		(PCRE2_SPTR)text.p, text.n, options | (cased ? 0 : PCRE2_CASELESS), &code, &at, cc);
	pcre2_compile_context_free(cc);
	if (!v->regex)
		return code == PCRE2_ERROR_HEAP_FAILED ? NORO_ENOMEM : NORO_EFORMAT;
	return noro_arena_on_free(r->arena, free_regex, v->regex);
}

static bool signed_number(struct noro_view v, int64_t *ret)
{
	uint64_t u;
	bool minus = v.n && v.p[0] == '-';

	if (!noro_view_u64(noro_view_sub(v, minus, v.n), &u) || u > INT64_MAX)
		return false;
	*ret = minus ? -(int64_t)u : (int64_t)u;
	return true;
}

static bool is_class_name(struct noro_view v)
{
	for (int c = NORO_IP_GLOBAL; c <= NORO_IP_RESERVED; c++)
		if (noro_view_is(v, noro_ip_class_name((enum noro_ip_class)c)))
			return true;
	return false;
}

enum noro_status noro_value_make(struct noro_rules *r, enum noro_op op, bool cased,
	struct noro_view text, struct noro_value *v)
{
	bool host_bits;
	char *copy = lowered(r->arena, text, cased || op == NORO_OP_REGEX);

	if (!copy)
		return NORO_ENOMEM;
	v->text = noro_view(copy, text.n);
	if (op == NORO_OP_REGEX)
		return make_regex(r, cased, v->text, v);
	if (op == NORO_OP_CIDR)
		return noro_prefix_parse(text, &v->prefix, &host_bits) ? NORO_OK : NORO_EFORMAT;
	if (op >= NORO_OP_LT && op <= NORO_OP_GE)
		return signed_number(text, &v->number) ? NORO_OK : NORO_EFORMAT;
	if (op == NORO_OP_IOS || op == NORO_OP_IOS_IN)
		return noro_ios_compile(r->arena, v->text, v);
	if (op == NORO_OP_CLASS)
		return is_class_name(v->text) ? NORO_OK : NORO_EFORMAT;
	return text.n <= 4096 ? NORO_OK : NORO_EFORMAT;
}

static const struct op_name {
	const char *name;
	enum noro_op op;
	bool every;
} ops[] = {
	{ "equals", NORO_OP_EQUALS, false },
	{ "contains", NORO_OP_CONTAINS, false },
	{ "contains_all", NORO_OP_CONTAINS, true },
	{ "starts", NORO_OP_STARTS, false },
	{ "ends", NORO_OP_ENDS, false },
	{ "glob", NORO_OP_GLOB, false },
	{ "regex", NORO_OP_REGEX, false },
	{ "in", NORO_OP_IN, false },
	{ "cidr", NORO_OP_CIDR, false },
	{ "lt", NORO_OP_LT, false },
	{ "le", NORO_OP_LE, false },
	{ "gt", NORO_OP_GT, false },
	{ "ge", NORO_OP_GE, false },
	{ "exists", NORO_OP_EXISTS, false },
	{ "ios", NORO_OP_IOS, false },
	{ "ios_in", NORO_OP_IOS_IN, false },
	{ "class", NORO_OP_CLASS, false },
	{ "same_as", NORO_OP_SAME, false },
	{ "word", NORO_OP_WORD, false },
};

static bool scalar(const struct noro_json *v, struct noro_view *ret)
{
	*ret = v->kind == NORO_JSON_TRUE    ? NORO_V("true")
	       : v->kind == NORO_JSON_FALSE ? NORO_V("false")
					    : v->text;
	return v->kind == NORO_JSON_STRING || v->kind == NORO_JSON_NUMBER ||
	       v->kind == NORO_JSON_TRUE || v->kind == NORO_JSON_FALSE;
}

static enum noro_status one_text(const struct noro_rule_doc *doc, const struct noro_json *v,
	struct noro_cond *c, struct noro_value *ret)
{
	struct noro_view text;
	enum noro_status st;

	if (!scalar(v, &text))
		return noro_rule_bad(doc, v->at, N_("a text or a list of texts is expected here"));
	if (c->op == NORO_OP_SAME)
		return noro_rule_field_at(doc, v, &ret->field);
	if (text.n == 0 && c->op != NORO_OP_EQUALS)
		return noro_rule_bad(doc, v->at, N_("an empty text would match everything"));
	st = noro_value_make(doc->rules, (enum noro_op)c->op, c->cased, text, ret);
	if (st == NORO_EFORMAT && c->op == NORO_OP_REGEX)
		return noro_rule_bad(doc, v->at,
			N_("'%1' is no regular expression, or nested or longer than is accepted"),
			NORO_VTEXT(text));
	if (st == NORO_EFORMAT)
		return noro_rule_bad(
			doc, v->at, N_("'%1' does not fit its operator"), NORO_VTEXT(text));
	return st == NORO_ENOMEM ? noro_rule_nomem(doc) : st;
}

static enum noro_status values(
	const struct noro_rule_doc *doc, const struct noro_json *v, struct noro_cond *c)
{
	bool list = v->kind == NORO_JSON_ARRAY;
	uint32_t n = list ? v->count : 1;
	const struct noro_json *at = list ? v->child : v;
	struct noro_value *value;

	if (n == 0 || n > NORO_RULE_MAX_VALUES)
		return noro_rule_bad(doc, v->at, N_("a list here holds 1 to %1 values"),
			NORO_NUM(NORO_RULE_MAX_VALUES));
	value = noro_arena_array(doc->rules->arena, n, sizeof(*value));
	if (!value)
		return noro_rule_nomem(doc);
	c->value = value;
	c->values = n;
	for (uint32_t i = 0; i < n; i++, at = at->next) {
		enum noro_status st = one_text(doc, at, c, &value[i]);

		if (st != NORO_OK)
			return st;
	}
	return NORO_OK;
}

/* "$name", or a list of facts that becomes a set of its own. */
static enum noro_status in_set(
	const struct noro_rule_doc *doc, const struct noro_json *v, struct noro_cond *c)
{
	struct noro_rules *r = doc->rules;
	struct noro_view text, name;
	const struct noro_json *at = v->kind == NORO_JSON_ARRAY ? v->child : v;
	char own[32];
	uint32_t set;
	enum noro_status st;

	if (v->kind == NORO_JSON_STRING && noro_view_starts(v->text, "$")) {
		st = noro_rule_set(r, noro_view_sub(v->text, 1, v->text.n), &set);
		c->set = set + 1;
		return st == NORO_ENOMEM ? noro_rule_nomem(doc) : st;
	}
	(void)snprintf(own, sizeof(own), "#%zu", r->sets);
	name = noro_view_str(own);
	st = noro_rule_set(r, name, &set);
	if (st != NORO_OK)
		return st == NORO_ENOMEM ? noro_rule_nomem(doc) : st;
	r->set[set].known = true;
	c->set = set + 1;
	for (uint32_t i = 0; at && i < NORO_RULE_MAX_VALUES; i++, at = at->next) {
		if (!scalar(at, &text))
			return noro_rule_bad(
				doc, at->at, N_("a text or a list of texts is expected here"));
		if (noro_rule_set_add(r, set, text) != NORO_OK)
			return noro_rule_nomem(doc);
		if (at == v)
			break;
	}
	return NORO_OK;
}

static enum noro_status operation(
	const struct noro_rule_doc *doc, const struct noro_json *v, struct noro_cond *c)
{
	for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++) {
		if (!noro_view_is(v->key, ops[i].name))
			continue;
		c->op = (uint8_t)ops[i].op;
		c->every = ops[i].every;
		if (c->op == NORO_OP_EXISTS) {
			if (v->kind != NORO_JSON_TRUE && v->kind != NORO_JSON_FALSE)
				return noro_rule_bad(
					doc, v->at, N_("'%1' is true or false"), "exists");
			c->negate = v->kind == NORO_JSON_FALSE;
			return NORO_OK;
		}
		return c->op == NORO_OP_IN ? in_set(doc, v, c) : values(doc, v, c);
	}
	return noro_rule_bad(doc, v->at, N_("unknown operator '%1'"), NORO_VTEXT(v->key));
}

/* "command|message": any of the named fields. */
static enum noro_status field_names(
	const struct noro_rule_doc *doc, const struct noro_json *v, struct noro_cond *c)
{
	struct noro_view rest = v->key, name;
	uint32_t *field = noro_arena_array(doc->rules->arena, 8, sizeof(*field));

	if (!field)
		return noro_rule_nomem(doc);
	c->field = field;
	while (noro_view_cut(&rest, '|', &name)) {
		struct noro_json named = { .kind = NORO_JSON_STRING, .text = name, .at = v->at };
		enum noro_status st;

		if (c->fields == 8)
			return noro_rule_bad(
				doc, v->at, N_("at most %1 fields in one condition"), "8");
		st = noro_rule_field_at(doc, &named, &field[c->fields++]);
		if (st != NORO_OK)
			return st;
	}
	return NORO_OK;
}

/* The modifiers of a field's mapping; what is left are operators. */
static enum noro_status modifier(const struct noro_rule_doc *doc, const struct noro_json *v,
	struct noro_cond *c, bool *ret_taken)
{
	*ret_taken = true;
	if (noro_view_is(v->key, "case") && v->kind == NORO_JSON_TRUE) {
		c->cased = true;
		return NORO_OK;
	}
	if (noro_view_is(v->key, "decode") && noro_json_is_str(v, "percent")) {
		c->decode = NORO_DECODE_PERCENT;
		return NORO_OK;
	}
	if (noro_view_is(v->key, "decode") && noro_json_is_str(v, "lookups")) {
		c->decode = NORO_DECODE_LOOKUPS;
		return NORO_OK;
	}
	if (noro_view_is(v->key, "decode"))
		return noro_rule_bad(doc, v->at, N_("decode is 'percent' or 'lookups'"));
	*ret_taken = false;
	return NORO_OK;
}

/* { contains: [...], case: true }: each operator is a condition; all must hold. */
static enum noro_status field_mapping(
	const struct noro_rule_doc *doc, const struct noro_json *v, struct noro_cond *c)
{
	struct noro_cond *child = noro_arena_array(doc->rules->arena, v->count, sizeof(*child));
	struct noro_cond like = { 0 };
	enum noro_status st = field_names(doc, v, &like);
	bool taken;

	if (st == NORO_OK && !child)
		return noro_rule_nomem(doc);
	for (const struct noro_json *m = v->child; m && st == NORO_OK; m = m->next)
		st = modifier(doc, m, &like, &taken);
	c->op = NORO_OP_ALL;
	c->child = child;
	for (const struct noro_json *m = v->child; m && st == NORO_OK; m = m->next) {
		struct noro_cond *one = &child[c->children];

		*one = like;
		st = modifier(doc, m, one, &taken);
		if (st == NORO_OK && !taken) {
			st = operation(doc, m, one);
			c->children++;
		}
	}
	if (st == NORO_OK && c->children == 0)
		return noro_rule_bad(doc, v->at, N_("'%1' has no operator"), NORO_VTEXT(v->key));
	if (st == NORO_OK && c->children == 1)
		*c = child[0];
	return st;
}

/* all, any, not: a mapping or a list of mappings. */
static enum noro_status group(const struct noro_rule_doc *doc, const struct noro_json *v,
	unsigned depth, enum noro_op op, struct noro_cond *c)
{
	bool list = v->kind == NORO_JSON_ARRAY;
	uint32_t n = list ? v->count : 1;
	const struct noro_json *at = list ? v->child : v;
	struct noro_cond *child = noro_arena_array(doc->rules->arena, n ? n : 1, sizeof(*child));

	if (!child)
		return noro_rule_nomem(doc);
	if (n == 0)
		return noro_rule_bad(doc, v->at, N_("an empty list decides nothing"));
	*c = (struct noro_cond){ .op = (uint8_t)op, .child = child, .children = n };
	for (uint32_t i = 0; i < n; i++, at = at->next) {
		enum noro_status st = noro_cond_compile(doc, at, depth + 1, &child[i]);

		if (st != NORO_OK)
			return st;
	}
	return NORO_OK;
}

/* defined: $name - whether the site file or a rule file gave it. */
static enum noro_status defined(
	const struct noro_rule_doc *doc, const struct noro_json *v, struct noro_cond *c)
{
	struct noro_rules *r = doc->rules;
	uint32_t set;

	if (v->kind != NORO_JSON_STRING || !noro_view_starts(v->text, "$"))
		return noro_rule_bad(doc, v->at, N_("'%1' takes the name of a set"), "defined");
	if (noro_rule_set(r, noro_view_sub(v->text, 1, v->text.n), &set) != NORO_OK)
		return noro_rule_nomem(doc);
	c->op = NORO_OP_DEFINED;
	c->set = set + 1;
	return NORO_OK;
}

static enum noro_status member(const struct noro_rule_doc *doc, const struct noro_json *v,
	unsigned depth, struct noro_cond *c)
{
	enum noro_status st;

	if (noro_view_is(v->key, "all"))
		return group(doc, v, depth, NORO_OP_ALL, c);
	if (noro_view_is(v->key, "any"))
		return group(doc, v, depth, NORO_OP_ANY, c);
	if (noro_view_is(v->key, "not"))
		return group(doc, v, depth, NORO_OP_NONE, c);
	if (noro_view_is(v->key, "defined"))
		return defined(doc, v, c);
	if (v->kind == NORO_JSON_OBJECT)
		return field_mapping(doc, v, c);
	st = field_names(doc, v, c);
	c->op = NORO_OP_EQUALS;
	return st == NORO_OK ? values(doc, v, c) : st;
}

enum noro_status noro_cond_compile(const struct noro_rule_doc *doc, const struct noro_json *v,
	unsigned depth, struct noro_cond *ret)
{
	struct noro_cond *child;

	if (v->kind != NORO_JSON_OBJECT || v->count == 0)
		return noro_rule_bad(doc, v->at, N_("conditions are a mapping of fields"));
	if (depth > NORO_RULE_MAX_DEPTH)
		return noro_rule_bad(doc, v->at, N_("conditions are nested deeper than %1"),
			NORO_NUM(NORO_RULE_MAX_DEPTH));
	child = noro_arena_array(doc->rules->arena, v->count, sizeof(*child));
	if (!child)
		return noro_rule_nomem(doc);
	*ret = (struct noro_cond){ .op = NORO_OP_ALL, .child = child, .children = v->count };
	for (const struct noro_json *m = v->child; m; m = m->next) {
		enum noro_status st = member(doc, m, depth, child++);

		if (st != NORO_OK)
			return st;
	}
	if (ret->children == 1)
		*ret = ret->child[0];
	return NORO_OK;
}
