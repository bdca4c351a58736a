/* src/intel/pattern_print.c - a pattern as text again, in one spelling. */
#include "intel/pattern.h"

static void quoted(struct noro_view v, struct noro_buf *out)
{
	noro_buf_chr(out, '\'');
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '\'' || v.p[i] == '\\')
			noro_buf_chr(out, '\\');
		noro_buf_chr(out, v.p[i]);
	}
	noro_buf_chr(out, '\'');
}

static void hex(struct noro_view v, struct noro_buf *out)
{
	static const char digits[] = "0123456789abcdef";

	noro_buf_str(out, "h'");
	for (size_t i = 0; i < v.n; i++) {
		noro_buf_chr(out, digits[(unsigned char)v.p[i] >> 4]);
		noro_buf_chr(out, digits[(unsigned char)v.p[i] & 15]);
	}
	noro_buf_chr(out, '\'');
}

static void base64(struct noro_view v, struct noro_buf *out)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	noro_buf_str(out, "b'");
	for (size_t i = 0; i < v.n; i += 3) {
		size_t have = v.n - i < 3 ? v.n - i : 3;
		uint32_t bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < have ? (unsigned char)v.p[i + k] : 0u);
		for (size_t k = 0; k < 4; k++)
			noro_buf_chr(out, k <= have ? digits[bits >> (18 - 6 * k) & 63] : '=');
	}
	noro_buf_chr(out, '\'');
}

static void literal(const struct noro_pattern_literal *l, struct noro_buf *out)
{
	switch (l->kind) {
	case NORO_LITERAL_STRING:
		quoted(l->text, out);
		break;
	case NORO_LITERAL_INT:
	case NORO_LITERAL_FLOAT:
	case NORO_LITERAL_BOOL:
		noro_buf_view(out, l->text);
		break;
	case NORO_LITERAL_HEX:
		hex(l->text, out);
		break;
	case NORO_LITERAL_BINARY:
		base64(l->text, out);
		break;
	case NORO_LITERAL_TIME:
		noro_buf_chr(out, 't');
		quoted(l->text, out);
		break;
	}
}

/* A name stands bare when it is one word and no keyword; all upper case may be one, so it is
 * quoted. */
static bool bare(struct noro_view v)
{
	bool lower = false;

	if (v.n == 0 || noro_is_digit(v.p[0]))
		return false;
	for (size_t i = 0; i < v.n; i++) {
		if (!noro_is_alnum(v.p[i]) && v.p[i] != '_')
			return false;
		lower |= v.p[i] == '_' || (v.p[i] >= 'a' && v.p[i] <= 'z') || noro_is_digit(v.p[i]);
	}
	return lower && !noro_view_is(v, "true") && !noro_view_is(v, "false");
}

void noro_pattern_print_path(const struct noro_pattern_path *path, struct noro_buf *out)
{
	noro_buf_view(out, path->type);
	noro_buf_chr(out, ':');
	for (size_t i = 0; i < path->steps; i++) {
		const struct noro_pattern_step *s = &path->step[i];

		if (s->kind == NORO_STEP_ANY) {
			noro_buf_str(out, "[*]");
		} else if (s->kind == NORO_STEP_INDEX) {
			noro_buf_chr(out, '[');
			noro_buf_i64(out, s->index);
			noro_buf_chr(out, ']');
		} else {
			if (i)
				noro_buf_chr(out, '.');
			if (bare(s->name))
				noro_buf_view(out, s->name);
			else
				quoted(s->name, out);
		}
	}
}

void noro_pattern_print_compare(const struct noro_pattern_node *n, struct noro_buf *out)
{
	static const char *const ops[] = { "=", "!=", ">", ">=", "<", "<=", "IN", "LIKE", "MATCHES",
		"ISSUBSET", "ISSUPERSET", "EXISTS" };

	if (n->op == NORO_PATTERN_EXISTS) {
		noro_buf_str(out, n->negated ? "NOT EXISTS " : "EXISTS ");
		noro_pattern_print_path(&n->path, out);
		return;
	}
	noro_pattern_print_path(&n->path, out);
	noro_buf_str(out, n->negated ? " NOT " : " ");
	noro_buf_str(out, ops[n->op]);
	noro_buf_chr(out, ' ');
	if (n->op == NORO_PATTERN_IN)
		noro_buf_chr(out, '(');
	for (size_t i = 0; i < n->literals; i++) {
		if (i)
			noro_buf_str(out, ", ");
		literal(&n->literal[i], out);
	}
	if (n->op == NORO_PATTERN_IN)
		noro_buf_chr(out, ')');
}

static void node(const struct noro_pattern_node *n, struct noro_buf *out);

/* Brackets around every chain inside another: more than needed, never less. */
static void child(const struct noro_pattern_node *c, struct noro_buf *out)
{
	bool leaf = c->kind == NORO_PATTERN_COMPARE || c->kind == NORO_PATTERN_OBSERVE;

	if (!leaf)
		noro_buf_chr(out, '(');
	node(c, out);
	if (!leaf)
		noro_buf_chr(out, ')');
}

static void chain(const struct noro_pattern_node *n, const char *word, struct noro_buf *out)
{
	for (const struct noro_pattern_node *c = n->child; c; c = c->next) {
		if (c != n->child)
			noro_buf_str(out, word);
		child(c, out);
	}
}

static void node(const struct noro_pattern_node *n, struct noro_buf *out)
{
	switch (n->kind) {
	case NORO_PATTERN_COMPARE:
		noro_pattern_print_compare(n, out);
		break;
	case NORO_PATTERN_AND:
	case NORO_PATTERN_OBS_AND:
		chain(n, " AND ", out);
		break;
	case NORO_PATTERN_OR:
	case NORO_PATTERN_OBS_OR:
		chain(n, " OR ", out);
		break;
	case NORO_PATTERN_FOLLOWEDBY:
		chain(n, " FOLLOWEDBY ", out);
		break;
	case NORO_PATTERN_OBSERVE:
		noro_buf_chr(out, '[');
		node(n->child, out);
		noro_buf_chr(out, ']');
		break;
	case NORO_PATTERN_WITHIN:
		child(n->child, out);
		noro_buf_str(out, " WITHIN ");
		literal(&n->number[0], out);
		noro_buf_str(out, " SECONDS");
		break;
	case NORO_PATTERN_REPEATS:
		child(n->child, out);
		noro_buf_str(out, " REPEATS ");
		literal(&n->number[0], out);
		noro_buf_str(out, " TIMES");
		break;
	case NORO_PATTERN_START_STOP:
		child(n->child, out);
		noro_buf_str(out, " START ");
		literal(&n->number[0], out);
		noro_buf_str(out, " STOP ");
		literal(&n->number[1], out);
		break;
	}
}

void noro_pattern_print(const struct noro_pattern *p, struct noro_buf *out)
{
	node(p->root, out);
}
