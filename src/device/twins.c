/*
 * src/device/twins.c - devices of one name. Two sites may each have a "core1", and a
 * pair for failover shares one configuration: judged as one device their states would
 * contradict each other, and the older would hide behind the newer. Told apart they are
 * by what belongs to one box: a serial number of the same kind that differs, or two
 * configurations without one interface address in common. Two that say nothing of their box are one
 * device at several times only where something puts them in order (order.c); else they are
 * two, and it is said why. Texts of one folder stay together, if it holds outputs as well.
 */
#include "device/audit_priv.h"

#include "base/mem.h"

#include <stdlib.h>

enum {
	MOST = 256,        /* devices of one name; what comes then joins the last */
	MIN_ADDRESSES = 2, /* with fewer, another address is the same device renumbered */
	LOOK_AT = 256 << 10,
};

/* --- what identifies a box --- */

static bool is_serial(struct noro_view v)
{
	size_t digits = 0;

	for (size_t i = 0; i < v.n; i++) {
		bool digit = v.p[i] >= '0' && v.p[i] <= '9';

		if (!digit && !(noro_lower(v.p[i]) >= 'a' && noro_lower(v.p[i]) <= 'z') &&
			v.p[i] != '-')
			return false;
		digits += digit;
	}
	return v.n >= 6 && v.n < NORO_SERIAL_TEXT && digits >= 3;
}

static bool equal(const struct noro_serial *a, const struct noro_serial *b)
{
	return a->kind == b->kind && strcmp(a->text, b->text) == 0;
}

static void add_serial(struct noro_identity *id, const struct noro_serial *s)
{
	for (uint32_t i = 0; i < id->serials; i++)
		if (equal(&id->serial[i], s))
			return;
	if (id->serials < NORO_IDENTITY_SERIALS)
		id->serial[id->serials++] = *s;
}

static void take_serial(struct noro_identity *id, unsigned kind, struct noro_view rest)
{
	struct noro_view word;

	while (rest.n && (rest.p[0] == ':' || rest.p[0] == '=' || rest.p[0] == ' ' ||
				 rest.p[0] == '\t' || rest.p[0] == '#'))
		rest = noro_view_sub(rest, 1, rest.n);
	if (!noro_view_word(&rest, &word))
		return;
	while (word.n && (word.p[word.n - 1] == ',' || word.p[word.n - 1] == '"'))
		word.n--;
	if (is_serial(word)) {
		struct noro_serial s = { .kind = (uint8_t)kind };

		memcpy(s.text, word.p, word.n);
		add_serial(id, &s);
	}
}

/* Kinds are compared with their like only: a board and its chassis have different numbers. */
static void line_serial(struct noro_identity *id, struct noro_view line)
{
	static const struct {
		const char *lead;
		unsigned kind;
	} leads[] = {
		{ "processor board id", NORO_SERIAL_BOARD },
		{ "system serial number", NORO_SERIAL_SYSTEM },
		{ "chassis serial number", NORO_SERIAL_SYSTEM },
		{ "serial number", NORO_SERIAL_SYSTEM },
		{ "serial-number", NORO_SERIAL_SYSTEM },
		{ "serial:", NORO_SERIAL_SYSTEM },
		{ "license udi pid", NORO_SERIAL_UDI },
	};

	while (line.n && (line.p[0] == '#' || line.p[0] == '!' || line.p[0] == ':' ||
				 noro_is_space(line.p[0])))
		line = noro_view_sub(line, 1, line.n);
	if (!line.n || !strchr("pPsScClL", line.p[0]))
		return;
	for (size_t i = 0; i < sizeof(leads) / sizeof(*leads); i++) {
		struct noro_view rest;
		size_t sn;

		if (line.n < 2 || noro_lower(line.p[1]) != leads[i].lead[1] ||
			!noro_view_starts_i(line, leads[i].lead))
			continue;
		rest = noro_view_sub(line, strlen(leads[i].lead), line.n);
		sn = noro_view_find_i(rest, NORO_V(" sn "));
		if (leads[i].kind == NORO_SERIAL_UDI)
			rest = noro_view_sub(rest, sn == SIZE_MAX ? rest.n : sn + 4, rest.n);
		take_serial(id, leads[i].kind, rest);
		return;
	}
}

void noro_identity_text(struct noro_view text, struct noro_identity *id)
{
	struct noro_view line;

	text = noro_view_sub(text, 0, LOOK_AT);
	while (noro_view_line(&text, &line))
		if (line.n < 200)
			line_serial(id, line);
}

static void add_address(struct noro_identity *id, uint64_t key)
{
	for (uint32_t i = 0; i < id->addresses; i++)
		if (id->address[i] == key)
			return;
	if (id->addresses < NORO_IDENTITY_ADDRESSES)
		id->address[id->addresses++] = key;
}

/* "ip address A M", "address A/L;", "set ip A M", "add address=A/L". */
static void statement_address(struct noro_identity *id, const struct noro_stmt *s)
{
	for (uint32_t i = 0; i < s->words; i++) {
		struct noro_view w = s->word[i];
		struct noro_prefix p = { 0 };
		struct noro_ip ip;
		uint64_t high, low;
		size_t cut;

		if (noro_view_starts_i(w, "address="))
			w = noro_view_sub(w, 8, w.n);
		else if (i == 0 || !(noro_view_is_i(s->word[i - 1], "address") ||
					   noro_view_is_i(s->word[i - 1], "ip")))
			continue;
		cut = noro_view_chr(w, '/');
		if (!noro_ip_parse_loose(noro_view_sub(w, 0, cut == SIZE_MAX ? w.n : cut), &ip))
			continue;
		p.ip = ip;
		if (noro_ip_classify(&p.ip) == NORO_IP_LOOPBACK ||
			noro_ip_classify(&p.ip) == NORO_IP_LINK_LOCAL)
			continue;
		memcpy(&high, ip.b, sizeof(high));
		memcpy(&low, ip.b + sizeof(high), sizeof(low));
		add_address(id, high * 0x9e3779b97f4a7c15ULL ^ low);
	}
}

static bool of_interfaces(const struct noro_stmt *top)
{
	for (uint32_t i = 0; i < top->words && i < 4; i++)
		if (noro_view_find_i(top->word[i], NORO_V("interface")) != SIZE_MAX ||
			noro_view_is_i(top->word[i], "address"))
			return true;
	return false;
}

void noro_identity_tree(const struct noro_tree *t, struct noro_identity *id)
{
	for (const struct noro_stmt *top = t->root.child; top; top = top->next) {
		if (!of_interfaces(top))
			continue;
		for (const struct noro_stmt *s = top; s && s != top->next; s = noro_stmt_walk(s)) {
			statement_address(id, s);
			if (id->addresses == NORO_IDENTITY_ADDRESSES)
				return;
		}
	}
}

/* --- one box or two? --- */

enum relation { CONFLICT, NEUTRAL, MATCH };

static enum relation relation(const struct noro_identity *a, const struct noro_identity *b)
{
	uint32_t shared = 0;
	uint32_t fewer = a->addresses < b->addresses ? a->addresses : b->addresses;
	bool other = false;

	for (uint32_t i = 0; i < a->serials; i++)
		for (uint32_t k = 0; k < b->serials; k++) {
			if (equal(&a->serial[i], &b->serial[k]))
				return MATCH;
			other = other || a->serial[i].kind == b->serial[k].kind;
		}
	if (other)
		return CONFLICT;
	for (uint32_t i = 0; i < a->addresses; i++)
		for (uint32_t k = 0; k < b->addresses; k++)
			shared += a->address[i] == b->address[k];
	if (fewer >= MIN_ADDRESSES && shared == 0)
		return CONFLICT;
	return shared ? MATCH : NEUTRAL;
}

static void merge(struct noro_identity *into, const struct noro_identity *from)
{
	for (uint32_t i = 0; i < from->serials; i++)
		add_serial(into, &from->serial[i]);
	for (uint32_t i = 0; i < from->addresses; i++)
		add_address(into, from->address[i]);
}

static struct noro_view folder_of(const char *path)
{
	struct noro_view v = noro_view_str(path);
	size_t cut = noro_view_rchr(v, '/'), bang = noro_view_rchr(v, '!');

	if (bang != SIZE_MAX && (cut == SIZE_MAX || bang > cut))
		cut = bang;
	return noro_view_sub(v, 0, cut == SIZE_MAX ? 0 : cut);
}

static int by_path(const void *x, const void *y, void *ctx)
{
	const struct text *const *t = ctx;
	const uint32_t *a = x, *b = y;
	int c = noro_view_cmp(folder_of(t[*a]->path), folder_of(t[*b]->path));

	return c ? c : strcmp(t[*a]->path, t[*b]->path);
}

/* Texts of one folder, or one text where a folder holds two boxes. */
struct unit {
	uint32_t from, to;         /* in `order` */
	const struct text *config; /* that runs; NULL: none, or one of several in order */
	struct noro_identity id;
	uint32_t group;
	bool sure;
};

struct telling {
	const char *name;
	const struct text *const *text;
	size_t n;
	uint32_t *order;
	struct unit *unit;
	size_t units;
	struct noro_identity *group;
	const struct text **config; /* of each group, the last that came */
	uint32_t *founder;          /* unit */
	uint32_t groups;
};

static const struct text *first_of(const struct telling *w, const struct unit *u)
{
	return w->text[w->order[u->from]];
}

/* Nothing is in both, and nothing tells which was first. */
static bool in_doubt(const struct text *a, const struct text *b)
{
	return a && b && relation(&a->id, &b->id) == NEUTRAL && !noro_texts_in_order(a, b);
}

static bool is_own_folder(const struct telling *w, struct noro_view folder)
{
	size_t cut = noro_view_rchr(folder, '/');

	return noro_view_is_i(
		noro_view_sub(folder, cut == SIZE_MAX ? 0 : cut + 1, folder.n), w->name);
}

/* The texts of a folder from `u->from` on, as one unit; false: they are of several boxes. */
static bool gather(const struct telling *w, struct unit *u)
{
	struct noro_view folder = folder_of(w->text[w->order[u->from]]->path);
	bool one = true, doubt = false, outputs = false;

	for (u->to = u->from; u->to < w->n; u->to++) {
		const struct text *t = w->text[w->order[u->to]];

		if (!noro_view_eq(folder_of(t->path), folder))
			break;
		one = one && relation(&u->id, &t->id) != CONFLICT;
		merge(&u->id, &t->id);
		outputs = outputs || !noro_text_is_running(t);
		if (!noro_text_is_running(t))
			continue;
		doubt = doubt || in_doubt(u->config, t);
		u->config = t;
	}
	return one && (outputs || !doubt || is_own_folder(w, folder));
}

static const struct text *running(const struct text *t)
{
	return noro_text_is_running(t) ? t : NULL;
}

static void make_units(struct telling *w)
{
	for (uint32_t i = 0, to; i < w->n; i = to) {
		struct unit u = { .from = i };
		bool one = gather(w, &u);

		to = u.to;
		if (one) {
			w->unit[w->units++] = u;
			continue;
		}
		for (uint32_t k = i; k < to; k++) {
			const struct text *t = w->text[w->order[k]];

			w->unit[w->units++] = (struct unit){
				.from = k, .to = k + 1, .config = running(t), .id = t->id
			};
		}
	}
}

static size_t common(struct noro_view a, struct noro_view b)
{
	size_t n = 0, whole = 0;

	for (; n < a.n && n < b.n && a.p[n] == b.p[n]; n++)
		if (a.p[n] == '/')
			whole = n + 1;
	return n == a.n && n == b.n ? n + 1 : whole;
}

/* The group it may belong to and lies nearest to; `groups` for none. */
static uint32_t nearest(const struct telling *w, const struct unit *u, bool *ret_sure)
{
	struct noro_view folder = folder_of(first_of(w, u)->path);
	size_t best = 0;
	uint32_t ret = w->groups;

	*ret_sure = false;
	for (uint32_t g = 0; g < w->groups; g++) {
		enum relation r = relation(&w->group[g], &u->id);
		size_t near;

		if (r == MATCH) {
			*ret_sure = true;
			return g;
		}
		if (r == NEUTRAL && in_doubt(w->config[g], u->config))
			continue;
		near = 1 + common(folder, folder_of(first_of(w, &w->unit[w->founder[g]])->path));
		if (r == NEUTRAL && near > best) {
			best = near;
			ret = g;
		}
	}
	return ret;
}

static bool says_nothing(const struct noro_identity *id)
{
	return id->serials == 0 && id->addresses == 0;
}

static void join(struct telling *w, uint32_t i)
{
	struct unit *u = &w->unit[i];

	u->group = nearest(w, u, &u->sure);
	if (u->group == w->groups && w->groups == MOST)
		u->group--;
	if (u->group == w->groups) {
		w->founder[w->groups++] = i;
		u->sure = true;
	}
	merge(&w->group[u->group], &u->id);
	if (u->config)
		w->config[u->group] = u->config;
}

/* First who says what box it is, then configurations, then what can only lie near to one. */
static void make_groups(struct telling *w)
{
	for (uint32_t i = 0; i < w->units; i++)
		if (!says_nothing(&w->unit[i].id))
			join(w, i);
	for (uint32_t i = 0; i < w->units; i++)
		if (says_nothing(&w->unit[i].id) && w->unit[i].config)
			join(w, i);
	for (uint32_t i = 0; i < w->units && w->groups; i++) {
		struct unit *u = &w->unit[i];
		bool sure;

		if (!u->sure && !(says_nothing(&u->id) && u->config))
			u->group = nearest(w, u, &sure) % w->groups;
	}
}

/* --- what they are called --- */

/* The first part of the folder in which they differ; `whole`: all of the rest. */
static struct noro_view label_of(const struct telling *w, uint32_t g, bool whole)
{
	struct noro_view path = folder_of(first_of(w, &w->unit[w->founder[g]])->path), part;
	size_t same = path.n, cut;

	for (uint32_t k = 0; k < w->groups; k++) {
		struct noro_view other = folder_of(first_of(w, &w->unit[w->founder[k]])->path);
		size_t n = common(path, other);

		same = k != g && n < same ? n : same;
	}
	part = noro_view_sub(path, same, path.n);
	if (!part.n) {
		cut = noro_view_rchr(path, '/');
		return noro_view_sub(path, cut == SIZE_MAX ? 0 : cut + 1, path.n);
	}
	cut = noro_view_chr(part, '/');
	return whole || cut == SIZE_MAX ? part : noro_view_sub(part, 0, cut);
}

static bool taken(const struct noro_twins *t, uint32_t g, const char *shown)
{
	for (uint32_t i = 0; i < g; i++)
		if (strcmp(t->shown[i], shown) == 0)
			return true;
	return false;
}

static enum noro_status name_groups(
	const struct telling *w, const char *name, struct noro_arena *a, struct noro_twins *ret)
{
	for (uint32_t g = 0; g < w->groups; g++) {
		struct noro_view part = label_of(w, g, false);
		const char *path = first_of(w, &w->unit[w->founder[g]])->path, *shown;
		size_t above = folder_of(path).n;

		shown = noro_arena_printf(a, "%s (%.*s)", name, NORO_VARG(part));
		if (shown && taken(ret, g, shown)) {
			part = label_of(w, g, true);
			shown = noro_arena_printf(a, "%s (%.*s)", name, NORO_VARG(part));
		}
		if (shown && (taken(ret, g, shown) || !part.n))
			shown = noro_arena_printf(a, "%s (%s)", name, path + above + (above != 0));
		if (shown && taken(ret, g, shown))
			shown = noro_arena_printf(a, "%s (%u)", name, g + 1);
		if (!shown)
			return NORO_ENOMEM;
		ret->shown[g] = shown;
	}
	return NORO_OK;
}

static const char *why_apart(
	const struct noro_identity *x, const struct noro_identity *y, bool serial)
{
	if (serial)
		return N_("not the %1 of '%2' (serial number %3, there %4): kept apart");
	if (relation(x, y) == CONFLICT)
		return N_("not the %1 of '%2' (no interface address in common): kept apart");
	return N_(
		"'%1' is the name of the device in '%2' as well, and neither an address, a serial "
		"number nor the time of the files tells whether they are one: taken for two "
		"devices; put dates into the names of the files if they are one, or the 'show "
		"version' of each beside it if they are two");
}

/* Why the device of a group is not the first one, at its first text. */
static enum noro_status explain(
	const struct telling *w, const char *name, struct noro_arena *a, struct noro_twins *ret)
{
	const char *first = first_of(w, &w->unit[w->founder[0]])->path;

	for (uint32_t g = 1; g < w->groups; g++) {
		struct noro_audit_note *n = &ret->note[ret->notes++];
		const struct noro_identity *x = &w->group[g], *y = &w->group[0];
		const char *here = NULL, *there = NULL;

		for (uint32_t i = 0; !here && i < x->serials; i++)
			for (uint32_t k = 0; !here && k < y->serials; k++)
				if (x->serial[i].kind == y->serial[k].kind) {
					here = noro_arena_str(a, x->serial[i].text);
					there = noro_arena_str(a, y->serial[k].text);
				}
		n->path = noro_arena_str(a, first_of(w, &w->unit[w->founder[g]])->path);
		n->what = (struct noro_msg){ .id = why_apart(x, y, here != NULL),
			.arg = { noro_arena_str(a, name), noro_arena_str(a, first), here, there } };
		if (!n->path || !n->what.arg[0] || !n->what.arg[1])
			return NORO_ENOMEM;
	}
	return NORO_OK;
}

/* What was approved of one of them lies in a folder of the same name, or says the same of itself.
 */
static uint32_t approved_of(const struct telling *w, const struct text *t)
{
	struct noro_view folder = folder_of(t->path);
	size_t cut = noro_view_rchr(folder, '/');

	folder = noro_view_sub(folder, cut == SIZE_MAX ? 0 : cut + 1, folder.n);
	for (uint32_t g = 0; g < w->groups; g++)
		if (relation(&w->group[g], &t->id) == MATCH)
			return g;
	for (uint32_t g = 0; g < w->groups; g++)
		if (noro_view_eq(label_of(w, g, false), folder))
			return g;
	return NORO_TWINS_ALL;
}

/* May all be of one box? The texts come in order of time. */
static bool same_box(const struct text *const *t, size_t n)
{
	struct noro_identity all = { 0 };
	const struct text *last = NULL;

	for (size_t i = 0; i < n; i++) {
		if (t[i]->baseline)
			continue;
		if (relation(&all, &t[i]->id) == CONFLICT || in_doubt(last, running(t[i])))
			return false;
		merge(&all, &t[i]->id);
		last = noro_text_is_running(t[i]) ? t[i] : last;
	}
	return true;
}

static enum noro_status tell(struct telling *w, const struct text *const *t, size_t n,
	const char *name, struct noro_arena *a, struct noro_twins *ret)
{
	enum noro_status st;

	for (uint32_t i = 0; i < n; i++)
		if (!t[i]->baseline)
			w->order[w->n++] = i;
	qsort_r(w->order, w->n, sizeof(*w->order), by_path, (void *)(uintptr_t)t);
	make_units(w);
	make_groups(w);
	if (w->groups < 2)
		return NORO_OK;
	ret->shown = noro_arena_array(a, w->groups, sizeof(char *));
	ret->note = noro_arena_array(a, w->groups, sizeof(*ret->note));
	ret->of = noro_arena_array(a, n, sizeof(*ret->of));
	if (!ret->shown || !ret->note || !ret->of)
		return NORO_ENOMEM;
	for (size_t i = 0; i < w->units; i++)
		for (uint32_t k = w->unit[i].from; k < w->unit[i].to; k++)
			ret->of[w->order[k]] = w->unit[i].group;
	for (size_t i = 0; i < n; i++)
		if (t[i]->baseline)
			ret->of[i] = approved_of(w, t[i]);
	ret->groups = w->groups;
	st = name_groups(w, name, a, ret);
	return st == NORO_OK ? explain(w, name, a, ret) : st;
}

enum noro_status noro_twins_tell(const char *name, const struct text *const *t, size_t n,
	struct noro_arena *a, struct noro_twins *ret)
{
	struct telling w = { .name = name, .text = t };
	enum noro_status st = NORO_ENOMEM;

	*ret = (struct noro_twins){ .groups = 1 };
	if (same_box(t, n))
		return NORO_OK;
	w.order = noro_calloc(n, sizeof(*w.order));
	w.unit = noro_calloc(n, sizeof(*w.unit));
	w.group = noro_calloc(MOST, sizeof(*w.group));
	w.config = noro_calloc(MOST, sizeof(const struct text *));
	w.founder = noro_calloc(MOST, sizeof(*w.founder));
	if (w.order && w.unit && w.group && w.config && w.founder)
		st = tell(&w, t, n, name, a, ret);
	free(w.order);
	free(w.unit);
	free(w.group);
	free((void *)w.config);
	free(w.founder);
	return st;
}
