/* src/rule/cond.c - ask a condition of one record. */
#include "base/mem.h"
#include "rule/rule_priv.h"

static void *pcre_alloc(size_t n, void *ctx)
{
	(void)ctx;
	return noro_malloc(n);
}

static void pcre_free(void *p, void *ctx)
{
	(void)ctx;
	free(p);
}

enum noro_status noro_asker_init(struct noro_asker *k, const struct noro_rules *r)
{
	pcre2_general_context *general = pcre2_general_context_create(pcre_alloc, pcre_free, NULL);

	*k = (struct noro_asker){ .rules = r, .set = r->set };
	if (!general)
		return NORO_ENOMEM;
	k->match_data = pcre2_match_data_create(1, general);
	k->match_context = pcre2_match_context_create(general);
	pcre2_general_context_free(general);
	if (!k->match_data || !k->match_context) {
		noro_asker_done(k);
		return NORO_ENOMEM;
	}
	pcre2_set_match_limit(k->match_context, NORO_RULE_REGEX_STEPS);
	pcre2_set_depth_limit(k->match_context, NORO_RULE_REGEX_STEPS);
	pcre2_set_heap_limit(k->match_context, 20000);
	return NORO_OK;
}

void noro_asker_done(struct noro_asker *k)
{
	pcre2_match_data_free(k->match_data);
	pcre2_match_context_free(k->match_context);
	for (size_t i = 0; i < NORO_DECODED_SLOTS; i++)
		noro_buf_done(&k->slot[i].buf);
	noro_buf_done(&k->scratch);
	*k = (struct noro_asker){ 0 };
}

void noro_asker_next(struct noro_asker *k)
{
	k->slots = 0;
}

static bool number_of(struct noro_view v, int64_t *ret)
{
	bool minus = v.n && v.p[0] == '-';
	size_t dot = noro_view_chr(v, '.');
	uint64_t u;

	v = noro_view_sub(v, minus, (dot == SIZE_MAX ? v.n : dot) - minus);
	if (!noro_view_u64(v, &u) || u > INT64_MAX)
		return false;
	*ret = minus ? -(int64_t)u : (int64_t)u;
	return true;
}

static bool contains(struct noro_view in, struct noro_view what, bool cased)
{
	return (cased ? noro_view_find(in, what) : noro_view_find_i(in, what)) != SIZE_MAX;
}

static bool equals(struct noro_view a, struct noro_view b, bool cased)
{
	return cased ? noro_view_eq(a, b) : noro_view_eq_i(a, b);
}

static bool has_word(struct noro_view in, struct noro_view what, bool cased)
{
	size_t from = 0;

	for (size_t i = 0; i <= in.n; i++) {
		if (i < in.n && in.p[i] != ',' && !noro_is_space(in.p[i]))
			continue;
		if (i > from && equals(noro_view_sub(in, from, i - from), what, cased))
			return true;
		from = i + 1;
	}
	return false;
}

static bool regex(struct noro_asker *k, const struct noro_value *v, struct noro_view text)
{
	int n = pcre2_match(v->regex, (PCRE2_SPTR)(text.p ? text.p : ""), text.n, 0, 0,
		k->match_data, k->match_context);

	if (n >= 0)
		return true;
	if (n != PCRE2_ERROR_NOMATCH && !k->undecided++)
		k->gave_up = v->text;
	return false;
}

static bool in_prefix(struct noro_view text, const struct noro_prefix *p)
{
	struct noro_ip ip;

	return noro_ip_parse_loose(text, &ip) && noro_prefix_has(p, &ip);
}

static bool is_class(struct noro_view text, const char *name)
{
	struct noro_prefix net;
	struct noro_ip ip;
	bool host_bits;

	if (!noro_ip_parse_loose(text, &ip)) {
		if (noro_view_chr(text, '/') == SIZE_MAX ||
			!noro_prefix_parse(text, &net, &host_bits))
			return false;
		ip = net.ip;
	}
	return strcmp(noro_ip_class_name(noro_ip_classify(&ip)), name) == 0;
}

static int cmp_text(const void *a, const void *b)
{
	const struct noro_view *key = a;
	const char *const *text = b;

	return noro_view_cmp(*key, noro_view_str(*text));
}

bool noro_set_has(const struct noro_set_facts *s, struct noro_view value)
{
	char low[256];
	struct noro_view key = { low, value.n };
	struct noro_prefix net;
	struct noro_ip ip;
	unsigned least = 128;
	bool host_bits;

	for (size_t i = 0; i < value.n && i < sizeof(low); i++)
		low[i] = noro_lower(value.p[i]);
	if (value.n <= sizeof(low) && s->texts &&
		bsearch(&key, s->text, s->texts, sizeof(*s->text), cmp_text))
		return true;
	if (s->prefixes == 0)
		return false;
	if (!noro_ip_parse_loose(value, &ip)) {
		/* "192.0.2.0/24": the whole of it has to lie within */
		if (!noro_prefix_parse(value, &net, &host_bits))
			return false;
		ip = net.ip;
		least = net.len;
	}
	for (size_t i = 0; i < s->prefixes; i++)
		if (s->prefix[i].len <= least && noro_prefix_has(&s->prefix[i], &ip))
			return true;
	return false;
}

static bool numeric(enum noro_op op, struct noro_view text, int64_t than)
{
	int64_t is;

	if (!number_of(text, &is))
		return false;
	if (op == NORO_OP_LT)
		return is < than;
	if (op == NORO_OP_LE)
		return is <= than;
	return op == NORO_OP_GT ? is > than : is >= than;
}

static bool one_value(struct noro_asker *k, const struct noro_cond *c, const struct noro_value *v,
	struct noro_view t, const struct noro_rule_view *view)
{
	struct noro_view other;

	switch ((enum noro_op)c->op) {
	case NORO_OP_EQUALS:
		return equals(t, v->text, c->cased);
	case NORO_OP_CONTAINS:
		return contains(t, v->text, c->cased);
	case NORO_OP_STARTS:
		return t.n >= v->text.n && equals(noro_view(t.p, v->text.n), v->text, c->cased);
	case NORO_OP_ENDS:
		return t.n >= v->text.n &&
		       equals(noro_view_sub(t, t.n - v->text.n, t.n), v->text, c->cased);
	case NORO_OP_GLOB:
		return noro_glob(v->text, t, c->cased);
	case NORO_OP_REGEX:
		return regex(k, v, t);
	case NORO_OP_CIDR:
		return in_prefix(t, &v->prefix);
	case NORO_OP_LT:
	case NORO_OP_LE:
	case NORO_OP_GT:
	case NORO_OP_GE:
		return numeric((enum noro_op)c->op, t, v->number);
	case NORO_OP_IOS:
		return noro_ios_matches(v, t, false);
	case NORO_OP_IOS_IN:
		return noro_ios_matches(v, t, true);
	case NORO_OP_CLASS:
		return is_class(t, v->text.p);
	case NORO_OP_WORD:
		return has_word(t, v->text, c->cased);
	case NORO_OP_SAME:
		return view->get(view->rec, v->field, &other) && equals(t, other, c->cased);
	case NORO_OP_IN:
	case NORO_OP_EXISTS:
	case NORO_OP_ALL:
	case NORO_OP_ANY:
	case NORO_OP_NONE:
	case NORO_OP_TRUE:
	case NORO_OP_FALSE:
	case NORO_OP_DEFINED:
		break;
	}
	return false;
}

static struct noro_decoded *slot_for(
	struct noro_asker *k, uint32_t field, uint8_t how, bool *ret_have)
{
	struct noro_decoded *slot;

	for (size_t i = 0; i < k->slots; i++)
		if (k->slot[i].field == field && k->slot[i].how == how) {
			*ret_have = true;
			return &k->slot[i];
		}
	*ret_have = false;
	if (k->slots == NORO_DECODED_SLOTS)
		k->slots = 0;
	slot = &k->slot[k->slots++];
	slot->field = field;
	slot->how = how;
	return slot;
}

/* What the client asked for: readers cut it into path and query, rules also want it whole. */
static bool target_of(struct noro_asker *k, const struct noro_rule_view *v, struct noro_view *ret)
{
	const struct noro_rules *r = k->rules;
	struct noro_view path, query;
	struct noro_decoded *slot;
	bool have;

	if (!v->get(v->rec, r->path - 1, &path) || !path.p)
		return false;
	*ret = path;
	if (!v->get(v->rec, r->query - 1, &query) || !query.p)
		return true;
	slot = slot_for(k, r->target - 1, NORO_DECODE_TARGET, &have);
	if (!have) {
		noro_buf_clear(&slot->buf);
		noro_buf_view(&slot->buf, noro_view_sub(path, 0, NORO_UNVEIL_MAX));
		noro_buf_chr(&slot->buf, '?');
		noro_buf_view(&slot->buf, noro_view_sub(query, 0, NORO_UNVEIL_MAX));
	}
	if (slot->buf.status != NORO_OK) {
		k->undecided++;
		k->slots--;
		return true;
	}
	*ret = noro_buf_as_view(&slot->buf);
	return true;
}

static bool field_get(
	struct noro_asker *k, const struct noro_rule_view *v, uint32_t field, struct noro_view *ret)
{
	if (field + 1 == k->rules->target)
		return target_of(k, v, ret);
	return v->get(v->rec, field, ret) && ret->p;
}

/* The field with its wrapping undone, kept for the next condition on the same record. */
static struct noro_view decoded(
	struct noro_asker *k, uint32_t field, uint8_t how, struct noro_view t)
{
	bool have;
	struct noro_decoded *slot = slot_for(k, field, how, &have);

	if (have)
		return noro_buf_as_view(&slot->buf);
	noro_unveil(t, (enum noro_decode)how, &k->scratch, &slot->buf);
	if (slot->buf.status != NORO_OK || k->scratch.status != NORO_OK) {
		k->undecided++;
		k->slots--;
		return t;
	}
	return noro_buf_as_view(&slot->buf);
}

static bool one_field(struct noro_asker *k, const struct noro_cond *c, uint32_t field,
	const struct noro_rule_view *v)
{
	struct noro_view t;

	if (!field_get(k, v, field, &t))
		return false;
	if (c->op == NORO_OP_EXISTS)
		return true;
	if (c->op == NORO_OP_IN)
		return noro_set_has(&k->set[c->set - 1], t);
	if (c->decode != NORO_DECODE_NONE)
		t = decoded(k, field, c->decode, t);
	for (uint32_t i = 0; i < c->values; i++)
		if (one_value(k, c, &c->value[i], t, v) != c->every)
			return !c->every;
	return c->every;
}

static bool leaf(struct noro_asker *k, const struct noro_cond *c, const struct noro_rule_view *v)
{
	for (uint32_t i = 0; i < c->fields; i++)
		if (one_field(k, c, c->field[i], v))
			return true;
	return false;
}

bool noro_cond_holds(
	struct noro_asker *k, const struct noro_cond *c, const struct noro_rule_view *v)
{
	bool any = c->op != NORO_OP_ALL; /* ALL looks for one that does not hold */

	switch ((enum noro_op)c->op) {
	case NORO_OP_TRUE:
		return true;
	case NORO_OP_FALSE:
		return false;
	case NORO_OP_DEFINED:
		return k->set[c->set - 1].known;
	case NORO_OP_ALL:
	case NORO_OP_ANY:
	case NORO_OP_NONE:
		for (uint32_t i = 0; i < c->children; i++)
			if (noro_cond_holds(k, &c->child[i], v) == any)
				return c->op == NORO_OP_ANY;
		return c->op != NORO_OP_ANY;
	case NORO_OP_EQUALS:
	case NORO_OP_CONTAINS:
	case NORO_OP_STARTS:
	case NORO_OP_ENDS:
	case NORO_OP_GLOB:
	case NORO_OP_REGEX:
	case NORO_OP_IN:
	case NORO_OP_CIDR:
	case NORO_OP_LT:
	case NORO_OP_LE:
	case NORO_OP_GT:
	case NORO_OP_GE:
	case NORO_OP_EXISTS:
	case NORO_OP_IOS:
	case NORO_OP_IOS_IN:
	case NORO_OP_CLASS:
	case NORO_OP_SAME:
	case NORO_OP_WORD:
		break;
	}
	return leaf(k, c, v) != c->negate;
}
