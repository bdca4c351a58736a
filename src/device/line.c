/*
 * src/device/line.c - patterns over one line.
 *
 * A pattern becomes a list of operations without loops: a run over a class of
 * characters is one operation that tries its ends in turn, a choice is a fork.
 * Every fork and every end of a run is explored at most once for each position of
 * the line (a bit remembers), because a second visit could only fail again: the
 * cost is operations x length, whatever the line says.
 */
#include "device/line_priv.h"

#include "base/addr.h"
#include "device/fact_priv.h"

enum {
	LINE_LIT,
	LINE_BLANK,
	LINE_RUN,
	LINE_LAZY,
	LINE_OPEN,
	LINE_CLOSE,
	LINE_FORK,
	LINE_JUMP,
	LINE_REST,
	LINE_WORDS,
	LINE_END
};
enum { CLS_WORD, CLS_NUM, CLS_IP, CLS_NET, CLS_MAC, CLS_HEX, CLS_ITEM, CLS_ANY };
enum { MAX_NEST = 8, MAX_FORKS = 128 };

static const struct {
	const char *name;
	enum noro_line_type type;
} types[] = {
	{ "word", NORO_LT_WORD },
	{ "num", NORO_LT_NUM },
	{ "ip", NORO_LT_IP },
	{ "net", NORO_LT_NET },
	{ "mac", NORO_LT_MAC },
	{ "hex", NORO_LT_HEX },
	{ "iface", NORO_LT_IFACE },
	{ "name", NORO_LT_NAME },
	{ "item", NORO_LT_ITEM },
	{ "low", NORO_LT_LOW },
	{ "duration", NORO_LT_DURATION },
	{ "acl", NORO_LT_ACL },
	{ "port", NORO_LT_PORT },
	{ "secret", NORO_LT_SECRET },
};

static const uint8_t class_of[] = {
	[NORO_LT_WORD] = CLS_WORD,
	[NORO_LT_NUM] = CLS_NUM,
	[NORO_LT_IP] = CLS_IP,
	[NORO_LT_NET] = CLS_NET,
	[NORO_LT_MAC] = CLS_MAC,
	[NORO_LT_HEX] = CLS_HEX,
	[NORO_LT_IFACE] = CLS_WORD,
	[NORO_LT_NAME] = CLS_WORD,
	[NORO_LT_ITEM] = CLS_ITEM,
	[NORO_LT_LOW] = CLS_WORD,
	[NORO_LT_DURATION] = CLS_WORD,
	[NORO_LT_ACL] = CLS_WORD,
	[NORO_LT_PORT] = CLS_WORD,
	[NORO_LT_SECRET] = CLS_WORD,
};

bool noro_line_type_by_name(struct noro_view name, enum noro_line_type *ret)
{
	for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++)
		if (noro_view_is(name, types[t].name)) {
			*ret = types[t].type;
			return true;
		}
	return false;
}

static bool in_class(uint8_t cls, char c)
{
	switch (cls) {
	case CLS_NUM:
		return noro_is_digit(c);
	case CLS_IP:
		return noro_is_hex(c) || c == '.' || c == ':';
	case CLS_NET:
		return noro_is_hex(c) || c == '.' || c == ':' || c == '/';
	case CLS_MAC:
		return noro_is_hex(c) || c == '.' || c == ':' || c == '-';
	case CLS_HEX:
		return noro_is_hex(c) || c == 'x' || c == 'X';
	case CLS_ITEM:
		return !noro_is_space(c) && c != ',' && c != ';';
	case CLS_ANY:
		return true;
	default:
		return !noro_is_space(c);
	}
}

/* --- compiling --- */

struct compiler {
	struct noro_arena *a;
	struct noro_view text;
	size_t at;
	struct noro_line_op *op;
	struct noro_line_cap *cap;
	uint16_t ops, caps, forks;
	unsigned nest;
	struct noro_error *err;
	enum noro_status status;
};

static void bad(struct compiler *c, const char *msg)
{
	if (c->status != NORO_OK)
		return;
	c->status =
		noro_fail(c->err, NORO_EFORMAT, msg, noro_arena_strn(c->a, c->text.p, c->text.n));
}

static uint16_t emit(struct compiler *c, uint8_t op, uint8_t cls, uint16_t x)
{
	if (c->ops == NORO_LINE_OPS)
		bad(c, N_("pattern '%1' is too long"));
	if (c->status != NORO_OK)
		return 0;
	c->op[c->ops] = (struct noro_line_op){ .op = op, .cls = cls, .x = x };
	return c->ops++;
}

static bool more(const struct compiler *c)
{
	return c->status == NORO_OK && c->at < c->text.n;
}

static char here(const struct compiler *c)
{
	return c->at < c->text.n ? c->text.p[c->at] : 0;
}

static bool rest_is(const struct compiler *c, const char *s)
{
	return noro_view_starts(noro_view_sub(c->text, c->at, c->text.n), s);
}

/* "..." at the end of the pattern, or of a choice. */
static bool is_rest(const struct compiler *c)
{
	return rest_is(c, "...") && (c->at + 3 == c->text.n || strchr("]|)", c->text.p[c->at + 3]));
}

static uint16_t fork_op(struct compiler *c)
{
	uint16_t at = emit(c, LINE_FORK, 0, 0);

	if (c->forks == MAX_FORKS)
		bad(c, N_("pattern '%1' has too many choices"));
	c->op[at].cls = (uint8_t)c->forks++;
	return at;
}

static void literal(struct compiler *c)
{
	size_t room = c->text.n - c->at, n = 0;
	char *out = noro_arena_alloc(c->a, room + 1);
	uint16_t at;

	if (!out) {
		c->status = NORO_ENOMEM;
		return;
	}
	for (; more(c); c->at++) {
		char ch = here(c);

		if (ch == '\\' && c->at + 1 < c->text.n)
			ch = c->text.p[++c->at];
		else if (noro_is_space(ch) || strchr("<[]|()", ch) || is_rest(c))
			break;
		out[n++] = noro_lower(ch);
	}
	at = emit(c, LINE_LIT, 0, 0);
	if (c->status == NORO_OK)
		c->op[at].lit = noro_view(out, n);
}

static void one_char(struct compiler *c, char ch)
{
	char *out = noro_arena_alloc(c->a, 2);
	uint16_t at = emit(c, LINE_LIT, 0, 0);

	if (!out)
		c->status = NORO_ENOMEM;
	if (c->status != NORO_OK)
		return;
	out[0] = ch;
	c->op[at].lit = noro_view(out, 1);
	c->at++;
}

static void capture(struct compiler *c)
{
	struct noro_view in = noro_view_sub(c->text, c->at + 1, c->text.n);
	size_t end = noro_view_chr(in, '>'), colon;
	struct noro_line_cap cap = { 0 };
	uint8_t cls = CLS_WORD;
	uint16_t at;

	if (end == SIZE_MAX || c->caps == NORO_LINE_CAPS) {
		bad(c, end == SIZE_MAX ? N_("pattern '%1': '>' is missing")
				       : N_("pattern '%1' has too many captures"));
		return;
	}
	in.n = end;
	c->at += end + 2;
	for (; in.n && (in.p[in.n - 1] == '*' || in.p[in.n - 1] == '+'); in.n--) {
		cap.rest |= in.p[in.n - 1] == '*';
		cap.add |= in.p[in.n - 1] == '+';
	}
	colon = noro_view_chr(in, ':');
	cap.name = noro_view_sub(in, 0, colon == SIZE_MAX ? in.n : colon);
	if (noro_view_is(cap.name, "_"))
		cap.name.n = 0;
	if (colon != SIZE_MAX) {
		if (!noro_line_type_by_name(noro_view_sub(in, colon + 1, in.n), &cap.type)) {
			bad(c, N_("pattern '%1' has a capture of an unknown type"));
			return;
		}
		cls = class_of[cap.type];
	}
	c->cap[c->caps] = cap;
	(void)emit(c, LINE_OPEN, 0, c->caps);
	if (cap.type == NORO_LT_ACL || cap.type == NORO_LT_PORT) {
		(void)emit(c, LINE_WORDS, (uint8_t)cap.type, 0);
		(void)emit(c, LINE_CLOSE, 0, c->caps++);
		return;
	}
	at = emit(c, cap.rest ? LINE_LAZY : LINE_RUN, cap.rest ? CLS_ANY : cls, 0);
	if (c->forks == MAX_FORKS)
		bad(c, N_("pattern '%1' has too many choices"));
	c->op[at].x = c->forks++;
	(void)emit(c, LINE_CLOSE, 0, c->caps++);
}

static void sequence(struct compiler *c, char until, bool bar);
static void choice(struct compiler *c, char until);

/* Is the bracket at `at` closed at a word's end? Then the blank beside it is part of the choice. */
static bool whole_words(const struct compiler *c, size_t at)
{
	unsigned depth = 0;

	if (at && !noro_is_space(c->text.p[at - 1]))
		return false;
	for (; at < c->text.n; at++) {
		char ch = c->text.p[at];

		if (ch == '\\')
			at++;
		else if (ch == '[')
			depth++;
		else if (ch == ']' && --depth == 0)
			return at + 1 == c->text.n || noro_is_space(c->text.p[at + 1]);
	}
	return false;
}

/* Is the place within brackets of the other sort that opened behind the one at c->at? */
static bool within(const struct compiler *c, size_t at, char open, char close)
{
	size_t depth = 0;

	for (size_t i = c->at; i < at; i++) {
		if (c->text.p[i] == '\\')
			i++;
		else if (c->text.p[i] == open)
			depth++;
		else if (c->text.p[i] == close && depth)
			depth--;
	}
	return depth > 0;
}

/* Has the bracket here a '|' of its own? Else a parenthesis is just a parenthesis. */
static bool is_choice(const struct compiler *c, char open, char close)
{
	unsigned depth = 0;

	for (size_t at = c->at; at < c->text.n; at++) {
		char ch = c->text.p[at];

		if (ch == '\\')
			at++;
		else if (ch == open)
			depth++;
		else if (ch == close && --depth == 0)
			return false;
		else if (ch == '|' && depth == 1 &&
			 !within(c, at, open == '(' ? '[' : '(', open == '(' ? ']' : ')'))
			return true;
	}
	return false;
}

/*
 * [..]: "a [b] c" may be "a c": the blank before goes inside; at the beginning of
 * the line there is none before, so the one behind does.
 */
static void optional(struct compiler *c, bool blank_before, bool whole)
{
	uint16_t f = fork_op(c);

	if (++c->nest > MAX_NEST)
		bad(c, N_("pattern '%1' nests too deep"));
	if (c->status != NORO_OK)
		return;
	c->op[f].x = (uint16_t)(f + 1);
	if (blank_before)
		(void)emit(c, LINE_BLANK, 0, 0);
	if (is_choice(c, '[', ']')) {
		choice(c, ']');
	} else {
		c->at++;
		sequence(c, ']', false);
		if (c->status == NORO_OK && here(c) != ']')
			bad(c, N_("pattern '%1': ']' is missing"));
		c->at++;
	}
	if (whole && !blank_before && more(c)) {
		(void)emit(c, LINE_BLANK, 0, 0);
		while (more(c) && noro_is_space(here(c)))
			c->at++;
	}
	c->op[f].y = c->ops;
	c->nest--;
}

static void choice(struct compiler *c, char until)
{
	uint16_t jump[32];
	size_t jumps = 0;

	if (++c->nest > MAX_NEST)
		bad(c, N_("pattern '%1' nests too deep"));
	do {
		uint16_t f = fork_op(c);

		c->at++;
		if (c->status != NORO_OK)
			return;
		c->op[f].x = (uint16_t)(f + 1);
		sequence(c, until, true);
		if (jumps == sizeof(jump) / sizeof(jump[0]))
			bad(c, N_("pattern '%1' has too many choices"));
		if (c->status != NORO_OK)
			return;
		jump[jumps++] = emit(c, LINE_JUMP, 0, 0);
		c->op[f].y = c->ops;
	} while (more(c) && here(c) == '|');
	if (here(c) != until)
		bad(c, until == ')' ? N_("pattern '%1': ')' is missing")
				    : N_("pattern '%1': ']' is missing"));
	c->at++;
	/* behind the last alternative nothing is left to try */
	(void)emit(c, LINE_LIT, 1, 0);
	while (jumps)
		c->op[jump[--jumps]].x = c->ops;
	c->nest--;
}

static void sequence(struct compiler *c, char until, bool bar)
{
	while (more(c)) {
		char ch = here(c);
		bool blank = false;

		if (ch == until || (ch == '|' && bar))
			return;
		if (noro_is_space(ch)) {
			while (more(c) && noro_is_space(here(c)))
				c->at++;
			if (is_rest(c)) {
				c->at += 3;
				(void)emit(c, LINE_REST, 1, 0);
				return;
			}
			if (here(c) != '[' || !whole_words(c, c->at)) {
				if (more(c))
					(void)emit(c, LINE_BLANK, 0, 0);
				continue;
			}
			blank = true;
			ch = '[';
		}
		if (ch == '[') {
			optional(c, blank, whole_words(c, c->at));
		} else if (ch == '<') {
			capture(c);
		} else if (ch == '(' && is_choice(c, '(', ')')) {
			choice(c, ')');
		} else if (is_rest(c)) {
			c->at += 3;
			(void)emit(c, LINE_REST, 0, 0);
		} else if (strchr("(]|)", ch)) {
			one_char(c, ch);
		} else {
			literal(c);
		}
	}
}

enum noro_status noro_line_compile(struct noro_arena *a, struct noro_view text,
	struct noro_line_pattern **ret, struct noro_error *err)
{
	struct noro_line_op op[NORO_LINE_OPS];
	struct noro_line_cap cap[NORO_LINE_CAPS];
	struct compiler c = { .a = a, .text = text, .op = op, .cap = cap, .err = err };
	struct noro_line_pattern *p = noro_arena_alloc(a, sizeof(*p));

	if (!p)
		return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
	p->source = text;
	if (here(&c) == '^') {
		p->flush = true;
		c.at++;
	} else if (noro_is_space(here(&c))) {
		p->indented = true;
		while (more(&c) && noro_is_space(here(&c)))
			c.at++;
	}
	/* what follows stands at the beginning, so that an optional word there takes its blank */
	c.text = noro_view_sub(text, c.at, text.n);
	c.at = 0;
	sequence(&c, 0, false);
	(void)emit(&c, LINE_END, 0, 0);
	if (c.status != NORO_OK)
		return c.status == NORO_ENOMEM ? noro_fail(err, NORO_ENOMEM, N_("out of memory"))
					       : c.status;
	p->op = noro_arena_array(a, c.ops, sizeof(*op));
	p->cap = noro_arena_array(a, c.caps + 1u, sizeof(*cap));
	if (!p->op || !p->cap)
		return noro_fail(err, NORO_ENOMEM, N_("out of memory"));
	memcpy((void *)(uintptr_t)p->op, op, c.ops * sizeof(*op));
	memcpy((void *)(uintptr_t)p->cap, cap, c.caps * sizeof(*cap));
	p->ops = c.ops;
	p->caps = c.caps;
	p->forks = c.forks;
	*ret = p;
	return NORO_OK;
}

/* --- matching --- */

enum noro_status noro_line_scratch(struct noro_arena *a, struct noro_line_scratch *ret)
{
	*ret = (struct noro_line_scratch){ .words = (size_t)MAX_FORKS * (NORO_LINE_MAX + 1) / 64 +
						    1 };
	ret->seen = noro_arena_array(a, ret->words, sizeof(*ret->seen));
	return ret->seen ? NORO_OK : NORO_ENOMEM;
}

struct matcher {
	const struct noro_line_pattern *p;
	struct noro_view line;
	struct noro_line_scratch *s;
};

/* The first visit of a fork at a position; later ones are refused. */
static bool first(struct matcher *m, size_t number, size_t pos)
{
	size_t bit = number * (m->line.n + 1) + pos;
	uint64_t *word = &m->s->seen[bit / 64], mask = (uint64_t)1 << bit % 64;
	bool seen = *word & mask;

	*word |= mask;
	return !seen;
}

static bool literal_at(struct noro_view line, size_t *pos, struct noro_view lit)
{
	if (line.n - *pos < lit.n)
		return false;
	for (size_t i = 0; i < lit.n; i++)
		if (noro_lower(line.p[*pos + i]) != lit.p[i])
			return false;
	*pos += lit.n;
	return true;
}

static bool step(struct matcher *m, size_t pc, size_t pos);

static bool type_holds(const struct noro_line_cap *c, struct noro_view v)
{
	struct noro_ip ip;
	struct noro_prefix net;
	bool host_bits;
	uint64_t n;

	if (c->type == NORO_LT_IP)
		return noro_ip_parse_loose(v, &ip);
	if (c->type == NORO_LT_NET)
		return noro_ip_parse_loose(v, &ip) || noro_prefix_parse(v, &net, &host_bits);
	if (c->type == NORO_LT_IFACE) {
		size_t i = 0;

		while (i < v.n && !noro_is_digit(v.p[i]))
			i++;
		return i < v.n;
	}
	if (c->type == NORO_LT_DURATION)
		return noro_line_duration(v, &n);
	return true;
}

/* A capture opened or closed here; undone if what follows fails. */
static bool save(struct matcher *m, const struct noro_line_op *o, size_t pc, size_t pos)
{
	struct noro_view *cap = &m->s->cap[o->x], was = *cap;

	if (o->op == LINE_OPEN)
		*cap = noro_view(m->line.p + pos, 0);
	else
		cap->n = (size_t)(m->line.p + pos - cap->p);
	if (o->op == LINE_CLOSE && !type_holds(&m->p->cap[o->x], *cap)) {
		*cap = was;
		return false;
	}
	if (step(m, pc + 1, pos))
		return true;
	*cap = was;
	return false;
}

static bool run(struct matcher *m, const struct noro_line_op *o, size_t pc, size_t pos)
{
	size_t most = pos;

	if (o->op == LINE_LAZY) {
		if (pos == m->line.n || noro_is_space(m->line.p[pos]))
			return false;
		for (size_t end = pos + 1; end <= m->line.n; end++)
			if (!noro_is_space(m->line.p[end - 1]) && first(m, o->x, end) &&
				step(m, pc + 1, end))
				return true;
		return false;
	}
	while (most < m->line.n && in_class(o->cls, m->line.p[most]))
		most++;
	for (size_t end = most; end > pos; end--)
		if (first(m, o->x, end) && step(m, pc + 1, end))
			return true;
	return false;
}

/* Addresses and ports of filters are several words: as many as the maps of configurations take. */
static bool words_of(struct noro_view line, size_t *pos, uint8_t type)
{
	struct noro_view word[24], rest = noro_view_sub(line, *pos, line.n);
	uint32_t n = 0, took;

	if (!rest.n || noro_is_space(rest.p[0]))
		return false;
	while (n < 24 && noro_view_word(&rest, &word[n]))
		n++;
	took = fact_type_takes(type == NORO_LT_ACL ? FACT_ACL : FACT_PORT, word, n, false);
	if (took == 0 || took > n)
		return false;
	*pos = (size_t)(word[took - 1].p + word[took - 1].n - line.p);
	return true;
}

static bool step(struct matcher *m, size_t pc, size_t pos)
{
	for (;; pc++) {
		const struct noro_line_op *o = &m->p->op[pc];

		switch (o->op) {
		case LINE_LIT:
			if (o->cls || !literal_at(m->line, &pos, o->lit))
				return false;
			break;
		case LINE_BLANK:
			if (pos == m->line.n || !noro_is_space(m->line.p[pos]))
				return false;
			while (pos < m->line.n && noro_is_space(m->line.p[pos]))
				pos++;
			break;
		case LINE_WORDS:
			if (!words_of(m->line, &pos, o->cls))
				return false;
			break;
		case LINE_RUN:
		case LINE_LAZY:
			return run(m, o, pc, pos);
		case LINE_OPEN:
		case LINE_CLOSE:
			return save(m, o, pc, pos);
		case LINE_FORK:
			if (!first(m, o->cls, pos))
				return false;
			if (step(m, o->x, pos))
				return true;
			pc = o->y - 1u;
			break;
		case LINE_JUMP:
			pc = o->x - 1u;
			break;
		case LINE_REST:
			return !o->cls || pos == m->line.n || noro_is_space(m->line.p[pos]);
		default:
			return pos == m->line.n;
		}
	}
}

bool noro_line_match(
	const struct noro_line_pattern *p, struct noro_view line, struct noro_line_scratch *s)
{
	struct matcher m = { .p = p, .line = noro_view_trim(line), .s = s };
	bool indented = line.n && noro_is_space(line.p[0]);

	if (m.line.n > NORO_LINE_MAX || (p->flush && indented) || (p->indented && !indented))
		return false;
	/* most lines part at the first letter */
	if (p->op[0].op == LINE_LIT && !p->op[0].cls && p->op[0].lit.n &&
		(!m.line.n || noro_lower(m.line.p[0]) != p->op[0].lit.p[0]))
		return false;
	if (p->forks)
		memset(s->seen, 0, ((size_t)p->forks * (m.line.n + 1) / 64 + 1) * sizeof(*s->seen));
	memset(s->cap, 0, p->caps * sizeof(*s->cap));
	return step(&m, 0, 0);
}

/* --- durations --- */

static const struct {
	const char *name;
	uint32_t seconds;
} units[] = {
	{ "y", 365 * 86400 },
	{ "w", 7 * 86400 },
	{ "d", 86400 },
	{ "h", 3600 },
	{ "m", 60 },
	{ "s", 1 },
	{ "mo", 30 * 86400 },
	{ "month", 30 * 86400 },
	{ "months", 30 * 86400 },
	{ "ms", 0 },
};

static uint32_t unit(struct noro_view name)
{
	uint32_t found = UINT32_MAX;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (noro_view_is_i(name, units[i].name))
			found = units[i].seconds;
	/* "years", "wks", "hrs", "mins", "secs" go by their first letter */
	for (size_t i = 0; found == UINT32_MAX && name.n > 1 && i < 6; i++)
		if (noro_lower(name.p[0]) == units[i].name[0])
			found = units[i].seconds;
	return found;
}

/* "h:m:s" or "m:s" or "h:m" taken as hours and minutes. */
static bool clock_part(struct noro_view v, uint64_t *total)
{
	uint64_t part[3] = { 0 };
	struct noro_view piece;
	size_t n = 0;

	while (noro_view_cut(&v, ':', &piece)) {
		size_t dot = noro_view_chr(piece, '.');

		if (n == 3 || !noro_view_u64(noro_view_sub(piece, 0, dot), &part[n]) ||
			part[n] > 100000000)
			return false;
		n++;
	}
	*total += part[0] * 3600 + part[1] * 60 + part[2];
	return n > 1;
}

bool noro_line_duration(struct noro_view text, uint64_t *ret)
{
	uint64_t total = 0;
	bool any = false;

	text = noro_view_trim(text);
	while (text.n) {
		size_t digits = 0, letters;
		uint64_t n;
		uint32_t of;

		if (noro_is_space(text.p[0]) || text.p[0] == ',') {
			text = noro_view_sub(text, 1, text.n);
			continue;
		}
		if (noro_view_starts_i(text, "and ")) {
			text = noro_view_sub(text, 4, text.n);
			continue;
		}
		while (digits < text.n && noro_is_digit(text.p[digits]))
			digits++;
		if (!noro_view_u64(noro_view_sub(text, 0, digits), &n) || n > 1000000000)
			return false;
		if (digits < text.n && text.p[digits] == ':') {
			size_t end = digits;

			while (end < text.n && !noro_is_space(text.p[end]) && text.p[end] != ',')
				end++;
			if (!clock_part(noro_view_sub(text, 0, end), &total))
				return false;
			text = noro_view_sub(text, end, text.n);
			any = true;
			continue;
		}
		text = noro_view_sub(text, digits, text.n);
		while (text.n && noro_is_space(text.p[0]))
			text = noro_view_sub(text, 1, text.n);
		letters = 0;
		while (letters < text.n && noro_is_alpha(text.p[letters]))
			letters++;
		of = unit(noro_view_sub(text, 0, letters));
		if (of == UINT32_MAX)
			return false;
		total += n * of;
		text = noro_view_sub(text, letters, text.n);
		if (text.n > 2 && noro_view_starts(text, "(s)"))
			text = noro_view_sub(text, 3, text.n);
		any = true;
	}
	*ret = total;
	return any;
}
