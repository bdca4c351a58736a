/*
 * src/device/pattern.c - patterns of words. A pattern becomes a short program that walks
 * over the words of a statement; where it may go two ways it tries the first and comes
 * back. A budget per statement keeps that linear whatever a map says, and most patterns
 * are never tried: what a statement begins with selects them (see map.c).
 */
#include "device/fact_priv.h"

#include <stdio.h>

static const char *const type_names[FACT_TYPES] = {
	[FACT_WORD] = "word",
	[FACT_REST] = "rest",
	[FACT_CHOICE] = NULL,
	[FACT_IP] = "ip",
	[FACT_NUM] = "num",
	[FACT_NET] = "net",
	[FACT_HOST] = "host",
	[FACT_ACL] = "acl",
	[FACT_PORT] = "port",
	[FACT_SECRET] = "secret",
	[FACT_PLAIN] = "plain",
	[FACT_HASH] = "hash",
	[FACT_SECONDS] = "seconds",
	[FACT_MINUTES] = "minutes",
	[FACT_HOURS] = "hours",
	[FACT_NAME] = "name",
};

uint32_t fact_hash(struct noro_view word)
{
	const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t h = word.n * odd;

	for (size_t i = 0; i < word.n; i += 8) {
		uint64_t x = 0;

		if (word.n - i >= 8)
			memcpy(&x, word.p + i, 8);
		for (size_t k = i; word.n - i < 8 && k < word.n; k++)
			x = x << 8 | (uint8_t)word.p[k];
		h = (h ^ noro_lower8(x)) * odd;
		h ^= h >> 32;
	}
	return (uint32_t)h ? (uint32_t)h : 1;
}

/* Stars only; each star is met greedily from the left, so the time is at most glob x word. */
bool fact_glob(struct noro_view glob, struct noro_view word)
{
	size_t g = 0, w = 0, star = SIZE_MAX, back = 0;

	while (w < word.n) {
		if (g < glob.n && glob.p[g] == '*') {
			star = g++;
			back = w;
		} else if (g < glob.n && noro_lower(glob.p[g]) == noro_lower(word.p[w])) {
			g++;
			w++;
		} else if (star != SIZE_MAX) {
			g = star + 1;
			w = ++back;
		} else {
			return false;
		}
	}
	while (g < glob.n && glob.p[g] == '*')
		g++;
	return g == glob.n;
}

int fact_name(struct fact_names *t, struct noro_arena *a, struct noro_view name)
{
	struct noro_view *more;

	for (size_t i = 0; i < t->n; i++)
		if (noro_view_eq(t->name[i], name))
			return (int)i;
	if (t->n == FACT_MAX_NAMES)
		return -1;
	more = noro_arena_grow(a, t->name, t->n, &t->cap, sizeof(*more));
	if (!more)
		return -1;
	t->name = more;
	t->name[t->n] = noro_arena_view(a, name);
	if (!t->name[t->n].p)
		return -1;
	return (int)t->n++;
}

/* --- compiling --- */

struct compiler {
	struct noro_arena *a;
	struct fact_names *names;
	struct noro_view text;
	size_t at;
	struct fact_op *op;
	size_t ops;
	unsigned depth;
	struct noro_error *err;
};

static enum noro_status bad(struct compiler *c, const char *msg)
{
	char shown[96];

	(void)snprintf(shown, sizeof(shown), "%.*s", NORO_VARG(c->text));
	return noro_fail(c->err, NORO_EFORMAT, msg, shown);
}

static enum noro_status put(struct compiler *c, struct fact_op op)
{
	if (c->ops == FACT_MAX_OPS - 1)
		return bad(c, N_("the pattern '%1' is too long"));
	c->op[c->ops++] = op;
	return NORO_OK;
}

static bool is_mark(char ch)
{
	return ch == '[' || ch == ']' || ch == '(' || ch == ')' || ch == '|';
}

static void skip_blanks(struct compiler *c)
{
	while (c->at < c->text.n && noro_is_space(c->text.p[c->at]))
		c->at++;
}

static struct noro_view lowered(struct noro_arena *a, struct noro_view v)
{
	struct noro_view copy = noro_arena_view(a, v);
	char *p = noro_arena_alloc(a, v.n + 1);

	if (!copy.p || !p)
		return noro_view(NULL, 0);
	for (size_t i = 0; i < v.n; i++)
		p[i] = noro_lower(v.p[i]);
	return noro_view(p, v.n);
}

/* "ip", "num" ... or a list of words: "permit|deny", "tunnel*". */
static enum noro_status capture_type(struct compiler *c, struct noro_view text, struct fact_op *op)
{
	struct noro_view rest = text, one;
	struct noro_view *choice;
	size_t n = 1;

	for (unsigned t = 0; t < FACT_TYPES; t++)
		if (type_names[t] && noro_view_is(text, type_names[t])) {
			op->type = (uint8_t)t;
			return NORO_OK;
		}
	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '|';
	if (noro_view_starts(text, "=") ||
		noro_view_starts(text, "!")) /* so that a misspelled sort is no word */
		rest = noro_view_sub(text, 1, SIZE_MAX);
	else if (n == 1 && noro_view_chr(text, '*') == SIZE_MAX)
		return bad(c, N_("unknown sort of capture in '%1'"));
	choice = noro_arena_array(c->a, n, sizeof(*choice));
	if (!choice)
		return noro_fail(c->err, NORO_ENOMEM, NULL);
	n = 0;
	while (noro_view_cut(&rest, '|', &one)) {
		choice[n] = lowered(c->a, one);
		if (!choice[n++].p)
			return noro_fail(c->err, NORO_ENOMEM, NULL);
	}
	op->type = noro_view_starts(text, "!") ? FACT_OTHER : FACT_CHOICE;
	op->choice = choice;
	op->choices = (uint16_t)n;
	return NORO_OK;
}

/* What stands between < and >. */
static enum noro_status capture(struct compiler *c, struct noro_view inner, struct fact_op *op)
{
	size_t colon = noro_view_chr(inner, ':');
	struct noro_view name = colon == SIZE_MAX ? inner : noro_view(inner.p, colon);
	int number;

	op->kind = OP_TAKE;
	op->type = FACT_WORD;
	if (colon != SIZE_MAX) {
		enum noro_status s =
			capture_type(c, noro_view(inner.p + colon + 1, inner.n - colon - 1), op);

		if (s != NORO_OK)
			return s;
	} else if (noro_view_ends(name, "*")) {
		name.n--;
		op->type = FACT_REST;
	}
	if (name.n == 0)
		return bad(c, N_("a capture without a name in '%1'"));
	for (size_t i = 0; i < name.n; i++)
		if (!noro_is_alnum(name.p[i]) && name.p[i] != '.' && name.p[i] != '_' &&
			name.p[i] != '-')
			return bad(c, N_("a capture without a name in '%1'"));
	number = fact_name(c->names, c->a, name);
	if (number < 0)
		return noro_fail(c->err, NORO_ENOMEM, NULL);
	op->name = (uint16_t)number;
	return NORO_OK;
}

/* Where a word ends, and where its capture stands (SIZE_MAX: none). A backslash takes the next
 * character as it is. */
static enum noro_status word_span(struct compiler *c, size_t *ret_open, size_t *ret_close)
{
	*ret_open = *ret_close = SIZE_MAX;
	while (c->at < c->text.n && !noro_is_space(c->text.p[c->at])) {
		char ch = c->text.p[c->at];

		if (ch == '\\' && c->at + 1 < c->text.n) {
			c->at++;
		} else if (ch == '<' && *ret_open == SIZE_MAX) {
			*ret_open = c->at;
			while (c->at < c->text.n && c->text.p[c->at] != '>')
				c->at++;
			if (c->at == c->text.n)
				return bad(c, N_("a '<' without its '>' in '%1'"));
			*ret_close = c->at;
		} else if (is_mark(ch)) {
			break;
		}
		c->at++;
	}
	return NORO_OK;
}

/* Lower case, backslashes gone. */
static struct noro_view literal(struct compiler *c, size_t from, size_t to)
{
	char *p = noro_arena_alloc(c->a, to - from + 1);
	size_t n = 0;

	if (!p)
		return noro_view(NULL, 0);
	for (size_t i = from; i < to; i++) {
		if (c->text.p[i] == '\\' && i + 1 < to)
			i++;
		p[n++] = noro_lower(c->text.p[i]);
	}
	return noro_view(p, n);
}

/* A word of the pattern: literal, glob, or a capture with what is stuck to it. */
static enum noro_status word(struct compiler *c)
{
	size_t from = c->at, open, close;
	struct fact_op op = { 0 };
	enum noro_status s = word_span(c, &open, &close);

	if (s != NORO_OK)
		return s;
	if (open != SIZE_MAX) {
		s = capture(c, noro_view(c->text.p + open + 1, close - open - 1), &op);
		op.word = literal(c, from, open);
		op.tail = literal(c, close + 1, c->at);
		if (s == NORO_OK && (op.word.n || op.tail.n) && op.type == FACT_REST)
			return bad(
				c, N_("nothing may be stuck to the rest of a statement in '%1'"));
	} else {
		op.word = op.tail = literal(c, from, c->at);
		if (noro_view_is(op.word, "..."))
			op.kind = OP_MORE;
		else if (noro_view_is(noro_view(c->text.p + from, c->at - from), "\\*"))
			op.kind = OP_WORD; /* the word is a star */
		else
			op.kind = noro_view_chr(op.word, '*') == SIZE_MAX ? OP_WORD : OP_GLOB;
		op.hash = op.word.p ? fact_hash(op.word) : 0;
	}
	if (s == NORO_OK && (!op.word.p || !op.tail.p))
		return noro_fail(c->err, NORO_ENOMEM, NULL);
	return s == NORO_OK ? put(c, op) : s;
}

/* Is there another '|' of this group before it closes? */
static bool another_way(const struct compiler *c)
{
	unsigned depth = 0;

	for (size_t i = c->at; i < c->text.n; i++) {
		char ch = c->text.p[i];

		if (ch == '\\') {
			i++;
		} else if (ch == '<') {
			while (i < c->text.n && c->text.p[i] != '>')
				i++;
		} else if (ch == '[' || ch == '(') {
			depth++;
		} else if (ch == ']' || ch == ')') {
			if (depth-- == 0)
				return false;
		} else if (ch == '|' && depth == 0) {
			return true;
		}
	}
	return false;
}

static enum noro_status sequence(struct compiler *c);

/* The ways of a group, each but the last behind a split; all end at the same place. */
static enum noro_status ways(struct compiler *c, char close)
{
	uint16_t jump[64];
	size_t jumps = 0;

	for (;;) {
		bool more = another_way(c);
		size_t split = c->ops;
		enum noro_status s;

		if (more && (s = put(c, (struct fact_op){ .kind = OP_SPLIT })) != NORO_OK)
			return s;
		s = sequence(c);
		if (s != NORO_OK)
			return s;
		if (!more)
			break;
		if (jumps == 64)
			return bad(c, N_("the pattern '%1' is too long"));
		jump[jumps++] = (uint16_t)c->ops;
		s = put(c, (struct fact_op){ .kind = OP_JUMP });
		if (s != NORO_OK)
			return s;
		c->op[split].to = (uint16_t)c->ops;
		c->at++; /* the bar */
	}
	for (size_t i = 0; i < jumps; i++)
		c->op[jump[i]].to = (uint16_t)c->ops;
	if (c->at == c->text.n || c->text.p[c->at] != close)
		return bad(c, N_("a group of the pattern '%1' does not close"));
	c->at++;
	return NORO_OK;
}

/* Can the program go from `from` to `to` without a word? */
static bool empty_way(const struct fact_op *op, size_t from, size_t to)
{
	while (from < to) {
		if (op[from].kind == OP_SPLIT) {
			if (empty_way(op, from + 1, to))
				return true;
			from = op[from].to;
		} else if (op[from].kind == OP_JUMP) {
			if (op[from].to <= from)
				return true;
			from = op[from].to;
		} else {
			return false;
		}
	}
	return true;
}

static enum noro_status group(struct compiler *c)
{
	bool optional = c->text.p[c->at] == '[', again;
	size_t split = c->ops, close = c->at;
	unsigned depth = 0;
	enum noro_status s = NORO_OK;

	for (; close < c->text.n; close++) { /* a star behind it makes it a loop */
		char ch = c->text.p[close];

		if (ch == '\\')
			close++;
		else if (ch == '<')
			while (close < c->text.n && c->text.p[close] != '>')
				close++;
		else if (ch == '[' || ch == '(')
			depth++;
		else if ((ch == ']' || ch == ')') && --depth == 0)
			break;
	}
	again = close + 1 < c->text.n && c->text.p[close + 1] == '*';
	if (++c->depth > 8)
		return bad(c, N_("the pattern '%1' is too long"));
	c->at++;
	if (optional || again)
		s = put(c, (struct fact_op){ .kind = OP_SPLIT });
	if (s == NORO_OK)
		s = ways(c, optional ? ']' : ')');
	if (s == NORO_OK && again) {
		c->at++;
		if (empty_way(c->op, split + 1, c->ops))
			return bad(c, N_("a repeated group of '%1' may be empty"));
		s = put(c, (struct fact_op){ .kind = OP_JUMP, .to = (uint16_t)split });
	}
	if (s == NORO_OK && (optional || again))
		c->op[split].to = (uint16_t)c->ops;
	c->depth--;
	return s;
}

static enum noro_status sequence(struct compiler *c)
{
	enum noro_status s = NORO_OK;

	while (s == NORO_OK) {
		skip_blanks(c);
		if (c->at == c->text.n)
			break;
		if (c->text.p[c->at] == '[' || c->text.p[c->at] == '(')
			s = group(c);
		else if (is_mark(c->text.p[c->at]))
			break;
		else
			s = word(c);
	}
	return s;
}

/* Which words may come first? Anything: firsts stays 0. */
static bool gather_first(struct fact_pattern *p, size_t at)
{
	for (;;) {
		const struct fact_op *op = &p->op[at];

		if (op->kind == OP_WORD) {
			for (unsigned i = 0; i < p->firsts; i++)
				if (p->first[i] == op->hash)
					return true;
			if (p->firsts == sizeof(p->first) / sizeof(p->first[0]))
				return false;
			p->first[p->firsts++] = op->hash;
			return true;
		}
		if (op->kind == OP_SPLIT) {
			if (!gather_first(p, at + 1))
				return false;
			at = op->to;
		} else if (op->kind == OP_JUMP && op->to > at) {
			at = op->to;
		} else {
			return false;
		}
	}
}

static enum noro_status settle(struct compiler *c, struct fact_pattern *ret)
{
	struct fact_op *op;
	unsigned takes = 0;

	for (size_t i = 0; i < c->ops; i++) {
		takes += c->op[i].kind == OP_TAKE;
		if (c->op[i].kind == OP_MORE && i + 1 != c->ops && c->op[i + 1].kind != OP_JUMP)
			return bad(c, N_("'...' stands at the end of a pattern: '%1'"));
	}
	if (c->ops == 0)
		return bad(c, N_("an empty pattern '%1'"));
	if (takes > FACT_MAX_CAPS)
		return bad(c, N_("the pattern '%1' is too long"));
	op = noro_arena_array(c->a, c->ops + 1, sizeof(*op));
	if (!op)
		return noro_fail(c->err, NORO_ENOMEM, NULL);
	memcpy(op, c->op, c->ops * sizeof(*op));
	op[c->ops].kind = OP_END;
	ret->op = op;
	ret->ops = (uint16_t)(c->ops + 1);
	ret->text = noro_arena_view(c->a, c->text);
	if (!ret->text.p)
		return noro_fail(c->err, NORO_ENOMEM, NULL);
	if (!gather_first(ret, 0))
		ret->firsts = 0;
	if (op[0].kind == OP_WORD && op[1].kind == OP_WORD)
		ret->second = op[1].hash;
	return NORO_OK;
}

enum noro_status fact_pattern_compile(struct noro_arena *a, struct fact_names *names,
	struct noro_view text, struct fact_pattern *ret, struct noro_error *err)
{
	struct fact_op op[FACT_MAX_OPS];
	struct compiler c = {
		.a = a, .names = names, .text = noro_view_trim(text), .op = op, .err = err
	};
	enum noro_status s;

	*ret = (struct fact_pattern){ 0 };
	if (noro_view_starts(c.text, "no ")) {
		ret->negated = true;
		c.text = noro_view_trim(noro_view_sub(c.text, 3, SIZE_MAX));
	}
	s = sequence(&c);
	if (s == NORO_OK && c.at < c.text.n)
		s = bad(&c, N_("a bracket of the pattern '%1' has no partner"));
	return s == NORO_OK ? settle(&c, ret) : s;
}

/* --- one word a level --- */

struct spread {
	struct noro_arena *a;
	const struct fact_pattern *p;
	struct fact_op op[FACT_MAX_PATH + 1];
	struct fact_pattern *out;
	size_t n, cap;
	struct noro_error *err;
};

static enum noro_status spread_end(struct spread *x, size_t ops)
{
	struct fact_pattern *one = noro_arena_grow(x->a, x->out, x->n, &x->cap, sizeof(*one));
	struct fact_op *op = noro_arena_array(x->a, ops + 1, sizeof(*op));

	if (!one || !op)
		return noro_fail(x->err, NORO_ENOMEM, NULL);
	if (x->n == FACT_MAX_EXPANDED || ops == 0)
		return noro_fail(x->err, NORO_EFORMAT,
			N_("a pattern stands for too many paths, or for none"));
	memcpy(op, x->op, ops * sizeof(*op));
	op[ops].kind = OP_END;
	x->out = one;
	x->out[x->n++] = (struct fact_pattern){
		.op = op, .ops = (uint16_t)(ops + 1), .negated = x->p->negated, .text = x->p->text
	};
	return NORO_OK;
}

static enum noro_status spread_from(struct spread *x, size_t at, size_t ops)
{
	for (;;) {
		const struct fact_op *op = &x->p->op[at];
		enum noro_status s;

		switch ((enum fact_op_kind)op->kind) {
		case OP_END:
		case OP_MORE:
			return spread_end(x, ops);
		case OP_SPLIT:
			s = spread_from(x, at + 1, ops);
			if (s != NORO_OK)
				return s;
			at = op->to;
			continue;
		case OP_JUMP:
			if (op->to <= at)
				return noro_fail(x->err, NORO_EFORMAT,
					N_("repeated groups have no sense where each word has a "
					   "level"));
			at = op->to;
			continue;
		case OP_WORD:
		case OP_GLOB:
		case OP_TAKE:
			break;
		}
		if (ops == FACT_MAX_PATH)
			return noro_fail(x->err, NORO_EFORMAT, N_("a pattern of too many levels"));
		x->op[ops++] = *op;
		at++;
	}
}

enum noro_status fact_pattern_levels(struct noro_arena *a, const struct fact_pattern *p,
	struct fact_pattern **ret, size_t *ret_n, struct noro_error *err)
{
	struct spread x = { .a = a, .p = p, .err = err };
	enum noro_status s = spread_from(&x, 0, 0);

	*ret = x.out;
	*ret_n = x.n;
	return s;
}

/* --- matching --- */

struct run {
	const struct fact_op *op;
	const struct noro_stmt *s;
	struct fact_cap *cap;
	size_t n, max;
	unsigned budget;
	bool masks;
};

/* How many words the capture takes here; 0: it does not fit. */
static uint32_t take(struct run *r, const struct fact_op *op, uint32_t at)
{
	const struct noro_view *w = r->s->word + at;
	uint32_t left = r->s->words - at, n;
	struct fact_cap cap = {
		.name = op->name, .type = op->type, .word = w, .stmt = r->s, .part = { NULL, 0 }
	};
	struct noro_view inner;

	if (left == 0 || r->n == r->max)
		return 0;
	inner = *w;
	if (op->word.n || op->tail.n) {
		if (w->n < op->word.n + op->tail.n ||
			!noro_view_eq_i(noro_view(w->p, op->word.n), op->word) ||
			!noro_view_eq_i(noro_view(w->p + w->n - op->tail.n, op->tail.n), op->tail))
			return 0;
		inner = noro_view(w->p + op->word.n, w->n - op->word.n - op->tail.n);
		cap.part = inner;
		left = 1;
	}
	if (op->type == FACT_CHOICE || op->type == FACT_OTHER) {
		for (n = 0; n < op->choices; n++)
			if (fact_glob(op->choice[n], inner))
				break;
		if ((n == op->choices) == (op->type == FACT_CHOICE))
			return 0;
		if (n < op->choices && noro_view_chr(op->choice[n], '*') == SIZE_MAX)
			cap.part = op->choice[n]; /* as the map writes it */
		n = 1;
	} else {
		n = fact_type_takes(op->type, cap.part.p ? &cap.part : w, left, r->masks);
	}
	if (n == 0)
		return 0;
	cap.n = (uint16_t)(n > UINT16_MAX ? UINT16_MAX : n);
	r->cap[r->n++] = cap;
	return n;
}

/* Would the operation at once fail? Saves most of the calls behind a split. */
static bool hopeless(const struct run *r, const struct fact_op *op, uint32_t at)
{
	if (op->kind != OP_WORD)
		return false;
	if (at == r->s->words || r->s->word[at].n != op->word.n)
		return true;
	return op->word.n && (noro_lower(r->s->word[at].p[0]) != noro_lower(op->word.p[0]) ||
				     !noro_view_eq_i(r->s->word[at], op->word));
}

static bool go(struct run *r, size_t pc, uint32_t at)
{
	for (;;) {
		const struct fact_op *op = &r->op[pc];
		size_t mark = r->n;
		uint32_t n;

		if (r->budget == 0)
			return false;
		r->budget--;
		switch ((enum fact_op_kind)op->kind) {
		case OP_WORD:
			if (hopeless(r, op, at))
				return false;
			at++;
			break;
		case OP_GLOB:
			if (at == r->s->words || !fact_glob(op->word, r->s->word[at]))
				return false;
			at++;
			break;
		case OP_TAKE:
			n = take(r, op, at);
			if (n == 0)
				return false;
			at += n;
			break;
		case OP_SPLIT:
			if (!hopeless(r, op + 1, at) && go(r, pc + 1, at))
				return true;
			r->n = mark;
			pc = op->to;
			continue;
		case OP_JUMP:
			pc = op->to;
			continue;
		case OP_MORE:
			return true;
		case OP_END:
			return at == r->s->words;
		}
		pc++;
	}
}

bool fact_pattern_match(const struct fact_pattern *p, const struct noro_stmt *s, bool masks,
	struct fact_cap *cap, size_t *n, size_t max)
{
	struct run r = { .op = p->op,
		.s = s,
		.cap = cap,
		.n = *n,
		.max = max,
		.budget = FACT_MAX_STEPS_TRIED,
		.masks = masks };

	if (!go(&r, 0, 0))
		return false;
	*n = r.n;
	return true;
}
