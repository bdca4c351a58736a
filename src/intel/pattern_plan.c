/*
 * src/intel/pattern_plan.c - which values to search for so that a pattern is noticed.
 *
 * A matcher finds values, not patterns. So each bracket gets anchors: values of
 * which at least one must be in the evidence when the bracket is true. An OR
 * needs the anchors of every branch, an AND those of its most telling one. What
 * has no anchor and what nobody can decide is named.
 */
#include "intel/pattern.h"

#include "base/text.h"
#include "intel/pattern_priv.h"

enum { MAX_ANCHORS = 1 << 16, MIN_LITERAL = 4, GUESS = -2, NAME_OR_PATH = -3 };

/* Object type and last property -> kind. NULL property: any. The first row that fits counts. */
static const struct {
	const char *type, *last;
	int kind;
} known_paths[] = {
	{ "ipv4-addr", "value", GUESS },
	{ "ipv4addr", "value", GUESS },
	{ "ipv6-addr", "value", GUESS },
	{ "ipv6addr", "value", GUESS },
	{ "domain-name", "value", GUESS },
	{ "domainname", "value", NORO_IOC_DOMAIN },
	{ "hostname", "value", GUESS },
	{ "url", "value", NORO_IOC_URL },
	{ "email-addr", "value", NORO_IOC_EMAIL },
	{ "emailaddr", "value", NORO_IOC_EMAIL },
	{ "email-message", "value", NORO_IOC_EMAIL },
	{ "email-message", "subject", NORO_IOC_STRING },
	{ "mac-addr", "value", NORO_IOC_MAC },
	{ "autonomous-system", "number", NORO_IOC_ASN },
	{ "mutex", "name", NORO_IOC_MUTEX },
	{ "file", "name", NAME_OR_PATH },
	{ "file", "file_name", NAME_OR_PATH },
	{ "file", "path", NORO_IOC_FILE_PATH },
	{ "directory", "path", NORO_IOC_FILE_PATH },
	{ "process", "name", NAME_OR_PATH },
	{ "process", "command_line", NORO_IOC_STRING },
	{ "process", "service_name", NORO_IOC_SERVICE },
	{ "process", "display_name", NORO_IOC_SERVICE },
	{ "windows-registry-key", "key", NORO_IOC_REGISTRY },
	{ "win-registry-key", "key", NORO_IOC_REGISTRY },
	{ "user-account", "user_id", NORO_IOC_USER_NAME },
	{ "user-account", "account_login", NORO_IOC_USER_NAME },
	{ "user-account", "display_name", NORO_IOC_USER_NAME },
	{ "network-traffic", "User-Agent", NORO_IOC_USER_AGENT },
	{ "network-traffic", "Host", GUESS },
	{ "network-traffic", "request_value", NORO_IOC_STRING },
	{ "network-traffic", "value", GUESS },
	{ "artifact", "url", NORO_IOC_URL },
	{ "x509-certificate", "serial_number", NORO_IOC_STRING },
	{ "cryptocurrency-wallet", NULL, GUESS },
	{ "x-cryptocurrency-wallet", NULL, GUESS },
};

static const struct noro_pattern_step *last_name(const struct noro_pattern_path *path)
{
	for (size_t i = path->steps; i-- > 0;)
		if (path->step[i].kind == NORO_STEP_NAME)
			return &path->step[i];
	return NULL;
}

static bool has_step(const struct noro_pattern_path *path, const char *name)
{
	for (size_t i = 0; i < path->steps; i++)
		if (noro_view_is(path->step[i].name, name))
			return true;
	return false;
}

static int hash_kind(struct noro_view name, struct noro_view text)
{
	static const struct {
		const char *name;
		enum noro_ioc_kind kind;
	} known[] = { { "MD5", NORO_IOC_MD5 }, { "SHA-1", NORO_IOC_SHA1 },
		{ "SHA1", NORO_IOC_SHA1 }, { "SHA-256", NORO_IOC_SHA256 },
		{ "SHA256", NORO_IOC_SHA256 }, { "SHA-512", NORO_IOC_SHA512 },
		{ "SHA512", NORO_IOC_SHA512 } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (noro_view_is_i(name, known[i].name))
			return (int)known[i].kind;
	if (noro_view_is(name, "hashes")) /* hashes[*]: any algorithm, so the length tells */
		return noro_ioc_guess(text);
	return -1;
}

int noro_pattern_path_kind(const struct noro_pattern_path *path, struct noro_view text)
{
	const struct noro_pattern_step *last = last_name(path);

	if (!last)
		return -1;
	if (noro_view_is(path->type, "x-noroshi")) /* kinds that STIX has no object for */
		return noro_ioc_kind_by_name(last->name);
	if (has_step(path, "hashes"))
		return hash_kind(last->name, text);
	if (noro_view_find_i(last->name, NORO_V("ja3")) != SIZE_MAX)
		return NORO_IOC_JA3;
	if (noro_view_find_i(last->name, NORO_V("hassh")) != SIZE_MAX)
		return NORO_IOC_HASSH;
	for (size_t i = 0; i < sizeof(known_paths) / sizeof(known_paths[0]); i++) {
		if (path->type.p[0] != known_paths[i].type[0] ||
			!noro_view_is(path->type, known_paths[i].type))
			continue;
		if (known_paths[i].last && !noro_view_is_i(last->name, known_paths[i].last))
			continue;
		if (known_paths[i].kind == GUESS)
			return noro_ioc_guess(text);
		if (known_paths[i].kind == NAME_OR_PATH)
			return noro_view_chr(text, '/') == SIZE_MAX &&
					       noro_view_chr(text, '\\') == SIZE_MAX
				       ? NORO_IOC_FILE_NAME
				       : NORO_IOC_FILE_PATH;
		return known_paths[i].kind;
	}
	return -1;
}

/* Paths that records tell although no search starts from them. */
static bool told_by_records(const struct noro_pattern_path *path)
{
	static const char *const names[] = { "dst_port", "src_port", "protocols", "type", "start",
		"end", "src_byte_count", "dst_byte_count", "src_packets", "dst_packets",
		"request_method", "account_type", "user_id", "is_multipart", "size", "name",
		"mime_type", "value", "key", "path", "command_line", "subject" };
	const struct noro_pattern_step *last = last_name(path);

	for (size_t i = 0; last && i < sizeof(names) / sizeof(names[0]); i++)
		if (noro_view_is(last->name, names[i]))
			return !has_step(path, "hashes");
	return false;
}

/* --- collecting ---------------------------------------------------------- */

struct planner {
	struct noro_arena *a;
	uint32_t observation;
	const char **undecided;
	size_t undecideds, undecided_cap;
	enum noro_status status;
};

/* What one node offers; lists are joined by copying heads, which the ceiling keeps cheap. */
struct offer {
	struct noro_pattern_anchor *anchor;
	size_t n, cap;
	bool complete;
	bool plain; /* only ORs of equalities so far */
};

int noro_pattern_as_meant(struct noro_view v, int kind, struct noro_buf *out)
{
	int seen;

	if (kind == NORO_IOC_URL && noro_view_find(v, NORO_V("\\%")) != SIZE_MAX) {
		for (size_t i = 0; i < v.n; i++)
			if (v.p[i] != '\\' || i + 1 == v.n || v.p[i + 1] != '%')
				noro_buf_chr(out, v.p[i]);
		return kind;
	}
	if (kind == NORO_IOC_STRING || kind == NORO_IOC_REGEX ||
		noro_view_chr(v, '[') == SIZE_MAX || noro_refang(v, out) == 0)
		goto as_it_is;
	seen = noro_ioc_guess(noro_buf_as_view(out));
	if (seen >= 0)
		return kind == NORO_IOC_FILE_NAME || kind == NORO_IOC_FILE_PATH ? seen : kind;
as_it_is:
	noro_buf_clear(out);
	noro_buf_view(out, v);
	return kind;
}

static void add_anchor(
	struct planner *p, struct offer *o, enum noro_ioc_kind kind, struct noro_view value)
{
	struct noro_pattern_anchor *more;
	struct noro_buf normal = { 0 }, meant = { 0 };
	enum noro_status st;

	kind = (enum noro_ioc_kind)noro_pattern_as_meant(value, (int)kind, &meant);
	st = meant.status == NORO_OK ? noro_ioc_normal(kind, noro_buf_as_view(&meant), &normal)
				     : meant.status;
	noro_buf_done(&meant);
	if (st == NORO_ENOMEM)
		p->status = st;
	if (st != NORO_OK || o->n >= MAX_ANCHORS) {
		o->complete = false;
		noro_buf_done(&normal);
		return;
	}
	more = noro_arena_grow(p->a, o->anchor, o->n, &o->cap, sizeof(*more));
	if (more) {
		o->anchor = more;
		more[o->n] = (struct noro_pattern_anchor){ kind,
			noro_arena_view(p->a, noro_buf_as_view(&normal)), p->observation };
		if (more[o->n].value.p)
			o->n++;
		else
			more = NULL;
	}
	if (!more)
		p->status = NORO_ENOMEM;
	noro_buf_done(&normal);
}

static void name_undecided(struct planner *p, const struct noro_pattern_node *n)
{
	struct noro_buf text = { 0 };
	const char **more = noro_arena_grow(
		p->a, p->undecided, p->undecideds, &p->undecided_cap, sizeof(*more));

	noro_pattern_print_compare(n, &text);
	if (more && text.status == NORO_OK) {
		p->undecided = more;
		more[p->undecideds] = noro_arena_strn(p->a, text.p, text.n);
		if (more[p->undecideds])
			p->undecideds++;
		else
			p->status = NORO_ENOMEM;
	} else {
		p->status = NORO_ENOMEM;
	}
	noro_buf_done(&text);
}

/* LIKE 'a%long literal%': the longest run between wildcards. */
static struct noro_view longest_run(struct noro_view v)
{
	struct noro_view best = { v.p, 0 };
	size_t from = 0;

	for (size_t i = 0; i <= v.n; i++) {
		if (i < v.n && v.p[i] != '%' && v.p[i] != '_')
			continue;
		if (i - from > best.n)
			best = noro_view_sub(v, from, i - from);
		from = i + 1;
	}
	return best;
}

#define BEGINS "(?<![\\w.-])"
#define ENDS   "(?![\\w-]|\\.\\w)"

/* In a log the value has neighbours: what ties the expression to its ends ties it to a word's. */
static struct noro_view with_neighbours(struct planner *p, struct noro_view re)
{
	bool begins = re.n && re.p[0] == '^';
	bool ends = re.n > 1 && re.p[re.n - 1] == '$' && re.p[re.n - 2] != '\\';
	/* "^a|b$": each end ties one of them only */
	bool ties = noro_view_chr(re, '|') == SIZE_MAX || noro_view_chr(re, '(') != SIZE_MAX;
	const char *text;

	if (begins)
		re = noro_view_sub(re, 1, re.n);
	if (ends)
		re.n--;
	if (!ties || (!begins && !ends))
		return re;
	text = noro_arena_printf(
		p->a, "%s%.*s%s", begins ? BEGINS : "", NORO_VARG(re), ends ? ENDS : "");
	if (!text)
		p->status = NORO_ENOMEM;
	return text ? noro_view_str(text) : re;
}

/* LIKE 'a-%.b': a run alone would be found in much else. */
static struct noro_view like_as_regex(struct planner *p, struct noro_view v)
{
	struct noro_buf re = { 0 };
	struct noro_view kept = { 0 };

	bool begins = v.n && v.p[0] != '%', ends = v.n && v.p[v.n - 1] != '%';

	while (v.n && v.p[0] == '%')
		v = noro_view_sub(v, 1, v.n);
	while (v.n && v.p[v.n - 1] == '%')
		v.n--;
	noro_buf_str(&re, begins ? BEGINS : "");
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '%')
			noro_buf_str(&re, "[^\\s\"'<>]*");
		else if (v.p[i] == '_')
			noro_buf_chr(&re, '.');
		else if (noro_is_alnum(v.p[i]) || (v.p[i] & 0x80))
			noro_buf_chr(&re, v.p[i]);
		else
			noro_buf_printf(&re, "\\%c", v.p[i]);
	}
	noro_buf_str(&re, ends ? ENDS : "");
	if (re.status == NORO_OK)
		kept = noro_arena_view(p->a, noro_buf_as_view(&re));
	if (!kept.p)
		p->status = NORO_ENOMEM;
	noro_buf_done(&re);
	return kept;
}

static size_t letters_of(struct noro_view v)
{
	size_t n = 0;

	for (size_t i = 0; i < v.n; i++)
		n += v.p[i] != '%' && v.p[i] != '_';
	return n;
}

static void offer_literal(struct planner *p, struct offer *o, const struct noro_pattern_node *n,
	const struct noro_pattern_literal *l)
{
	struct noro_view v = l->text;
	int kind = noro_pattern_path_kind(&n->path, v);

	if (l->kind == NORO_LITERAL_BOOL || l->kind == NORO_LITERAL_FLOAT ||
		l->kind == NORO_LITERAL_TIME)
		kind = -1;
	if (n->op == NORO_PATTERN_LIKE && longest_run(v).n < v.n) {
		bool told = told_by_records(&n->path);

		if (told && letters_of(v) > longest_run(v).n && letters_of(v) >= MIN_LITERAL) {
			kind = NORO_IOC_REGEX;
			v = like_as_regex(p, v);
		} else {
			v = longest_run(v);
			kind = (kind < 0 && !told) || v.n < MIN_LITERAL ? -1 : NORO_IOC_STRING;
		}
	} else if (n->op == NORO_PATTERN_MATCHES) {
		v = with_neighbours(p, v);
		kind = told_by_records(&n->path) && n->regex && v.n >= MIN_LITERAL ? NORO_IOC_REGEX
										   : -1;
	} else if (n->op == NORO_PATTERN_ISSUBSET && kind >= 0) {
		kind = NORO_IOC_NET;
	}
	if (kind < 0)
		o->complete = false;
	else
		add_anchor(p, o, (enum noro_ioc_kind)kind, v);
}

static bool searchable_op(const struct noro_pattern_node *n)
{
	switch (n->op) {
	case NORO_PATTERN_EQ:
	case NORO_PATTERN_IN:
	case NORO_PATTERN_LIKE:
	case NORO_PATTERN_MATCHES:
	case NORO_PATTERN_ISSUBSET:
	case NORO_PATTERN_ISSUPERSET:
		return !n->negated;
	case NORO_PATTERN_NE:
		return n->negated;
	case NORO_PATTERN_GT:
	case NORO_PATTERN_GE:
	case NORO_PATTERN_LT:
	case NORO_PATTERN_LE:
	case NORO_PATTERN_EXISTS:
		break;
	}
	return false;
}

static struct offer plan_compare(struct planner *p, const struct noro_pattern_node *n)
{
	struct offer o = { .complete = true,
		.plain = (n->op == NORO_PATTERN_EQ || n->op == NORO_PATTERN_IN ||
				 n->op == NORO_PATTERN_ISSUBSET) &&
			 !n->negated };

	if (searchable_op(n))
		for (size_t i = 0; i < n->literals && p->status == NORO_OK; i++)
			offer_literal(p, &o, n, &n->literal[i]);
	else
		o.complete = false;
	if (o.n == 0 && !told_by_records(&n->path))
		name_undecided(p, n);
	else if (n->op == NORO_PATTERN_MATCHES && !n->regex)
		name_undecided(p, n);
	return o;
}

/* How much a hit on this kind says by itself. */
static unsigned weight(enum noro_ioc_kind k)
{
	if (k >= NORO_IOC_MD5 && k <= NORO_IOC_SHA512)
		return 100;
	switch (k) {
	case NORO_IOC_URL:
	case NORO_IOC_EMAIL:
		return 90;
	case NORO_IOC_DOMAIN:
		return 80;
	case NORO_IOC_IPV4:
	case NORO_IOC_IPV6:
		return 75;
	case NORO_IOC_REGEX:
		return 10;
	case NORO_IOC_FILE_NAME:
	case NORO_IOC_USER_NAME:
		return 30;
	case NORO_IOC_NET:
		return 20;
	default:
		return 50;
	}
}

static unsigned offer_weight(const struct offer *o)
{
	unsigned least = o->n ? 1000 : 0;

	for (size_t i = 0; i < o->n; i++)
		if (weight(o->anchor[i].kind) < least)
			least = weight(o->anchor[i].kind);
	/* how telling it is decides; that it also shows every way only settles a tie */
	return 2 * least + (o->complete && o->n > 0);
}

static void join(struct planner *p, struct offer *to, const struct offer *more)
{
	for (size_t i = 0; i < more->n && p->status == NORO_OK; i++) {
		struct noro_pattern_anchor *grown =
			noro_arena_grow(p->a, to->anchor, to->n, &to->cap, sizeof(*grown));

		if (!grown) {
			p->status = NORO_ENOMEM;
			return;
		}
		to->anchor = grown;
		grown[to->n++] = more->anchor[i];
	}
}

static struct offer plan_node(struct planner *p, const struct noro_pattern_node *n);

static struct offer plan_and(struct planner *p, const struct noro_pattern_node *n)
{
	struct offer best = { 0 };

	for (const struct noro_pattern_node *c = n->child; c && p->status == NORO_OK; c = c->next) {
		struct offer o = plan_node(p, c);

		if (c == n->child || offer_weight(&o) > offer_weight(&best))
			best = o;
	}
	best.plain = false;
	return best;
}

static struct offer plan_join(struct planner *p, const struct noro_pattern_node *n, bool plain)
{
	struct offer all = { .complete = true, .plain = plain };

	for (const struct noro_pattern_node *c = n->child; c && p->status == NORO_OK; c = c->next) {
		struct offer o = plan_node(p, c);

		join(p, &all, &o);
		all.complete &= o.complete;
		all.plain &= o.plain;
	}
	return all;
}

static struct offer plan_node(struct planner *p, const struct noro_pattern_node *n)
{
	switch (n->kind) {
	case NORO_PATTERN_COMPARE:
		return plan_compare(p, n);
	case NORO_PATTERN_AND:
		return plan_and(p, n);
	case NORO_PATTERN_OBSERVE:
		p->observation = n->observation;
		return plan_node(p, n->child);
	case NORO_PATTERN_OR:
	case NORO_PATTERN_OBS_OR:
		return plan_join(p, n, true);
	case NORO_PATTERN_OBS_AND:
	case NORO_PATTERN_FOLLOWEDBY:
	case NORO_PATTERN_WITHIN:
	case NORO_PATTERN_REPEATS:
	case NORO_PATTERN_START_STOP:
		break;
	}
	return plan_join(p, n, false);
}

enum noro_status noro_pattern_plan(
	struct noro_arena *a, const struct noro_pattern *p, struct noro_pattern_plan *ret)
{
	struct planner pl = { .a = a };
	struct offer o = plan_node(&pl, p->root);

	if (pl.status != NORO_OK)
		return pl.status;
	*ret = (struct noro_pattern_plan){
		.simple = o.plain && o.n > 0,
		.complete = o.complete,
		.anchor = o.anchor,
		.anchors = o.n,
		.undecided = pl.undecided,
		.undecideds = pl.undecideds,
	};
	return NORO_OK;
}

static bool simple_node(const struct noro_pattern_node *n)
{
	switch (n->kind) {
	case NORO_PATTERN_COMPARE:
		return (n->op == NORO_PATTERN_EQ || n->op == NORO_PATTERN_IN) && !n->negated;
	case NORO_PATTERN_OBSERVE:
	case NORO_PATTERN_OR:
	case NORO_PATTERN_OBS_OR:
		for (const struct noro_pattern_node *c = n->child; c; c = c->next)
			if (!simple_node(c))
				return false;
		return true;
	case NORO_PATTERN_AND:
	case NORO_PATTERN_OBS_AND:
	case NORO_PATTERN_FOLLOWEDBY:
	case NORO_PATTERN_WITHIN:
	case NORO_PATTERN_REPEATS:
	case NORO_PATTERN_START_STOP:
		break;
	}
	return false;
}

bool noro_pattern_simple(const struct noro_pattern *p)
{
	return simple_node(p->root);
}
