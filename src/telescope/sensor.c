/*
 * src/telescope/sensor.c - reading a sensor's description, and the figures that follow from its
 * size. A small sensor sees a scanner seldom: silence means less to it, so that every threshold is
 * computed from how many addresses it has (reference: the gap of Merit's telescope, 624 s for
 * 475,136 addresses, is this formula for 100 packets/s and 0.001).
 */
#include "telescope/sensor.h"

#include "evidence/packet.h"

#include <math.h>
#include <stdlib.h>

enum {
	MAX_SENSORS = 4096,
	MAX_PREFIXES = 65536,
	MAX_PATHS = 256,
	MAX_BYTES = 4 << 20,
	GAP_MIN_S = 60,
	GAP_MAX_S = 21600,
	ATTACK_GAP_MIN_S = 300,
	ATTACK_GAP_MAX_S = 3600,
	ATTACK_PROBES = 25,
};

static const double V4_SPACE = 4294967296.0;

struct loader {
	struct noro_arena *a;
	const char *path;
	struct noro_view text; /* of this document; `line` lines stand before it */
	uint64_t line;
	struct noro_error *err;
};

static enum noro_status bad_at(struct loader *l, const struct noro_json *v, enum noro_status st)
{
	if (l->path)
		(void)noro_error_at(
			l->err, l->path, NORO_AT_LINE, l->line + noro_line_of(l->text, v->at));
	return st;
}

static const char *shown(struct loader *l, struct noro_view v)
{
	const char *s = noro_arena_strn(l->a, v.p ? v.p : "", v.n > 80 ? 80 : v.n);

	return s ? s : "";
}

static enum noro_status wrong(struct loader *l, const struct noro_json *v, const char *key)
{
	return bad_at(
		l, v, noro_fail(l->err, NORO_EFORMAT, N_("'%1' has no value of its kind"), key));
}

/* Outer prefixes before what lies in them. */
static int prefix_cmp(const void *a, const void *b)
{
	const struct noro_prefix *x = a, *y = b;
	int c = noro_ip_cmp(&x->ip, &y->ip);

	return c ? c : (int)x->len - (int)y->len;
}

/* Sort, and drop what lies inside another. */
static size_t tidy(struct noro_prefix *p, size_t n)
{
	size_t kept = 0;

	if (n)
		qsort(p, n, sizeof(*p), prefix_cmp);
	for (size_t i = 0; i < n; i++) {
		if (kept && noro_prefix_has(&p[kept - 1], &p[i].ip))
			continue;
		p[kept++] = p[i];
	}
	return kept;
}

static enum noro_status prefixes(struct loader *l, const struct noro_json *v, const char *key,
	const struct noro_prefix **ret, size_t *ret_n)
{
	bool list = v->kind == NORO_JSON_ARRAY;
	size_t n = list ? v->count : 1, used = 0;
	struct noro_prefix *p;

	if (!list && v->kind != NORO_JSON_STRING)
		return wrong(l, v, key);
	if (n > MAX_PREFIXES)
		return bad_at(l, v,
			noro_fail(l->err, NORO_ELIMIT, N_("more than %1 prefixes"),
				NORO_NUM(MAX_PREFIXES)));
	p = noro_arena_array(l->a, n + 1, sizeof(*p));
	if (!p)
		return noro_fail(l->err, NORO_ENOMEM, NULL);
	for (const struct noro_json *x = list ? v->child : v; x; x = list ? x->next : NULL) {
		bool host_bits;

		if (x->kind != NORO_JSON_STRING ||
			!noro_prefix_parse(x->text, &p[used], &host_bits))
			return bad_at(l, x,
				noro_fail(l->err, NORO_EFORMAT, N_("'%1' is no address or prefix"),
					shown(l, x->text)));
		if (host_bits) /* a slip of the pen would move the sensor */
			return bad_at(l, x,
				noro_fail(l->err, NORO_EFORMAT,
					N_("'%1' has bits set behind its length"),
					shown(l, x->text)));
		used++;
	}
	*ret = p;
	*ret_n = tidy(p, used);
	return NORO_OK;
}

/* Tables lie beside the description that names them, wherever it was called from. */
static char *beside(const struct loader *l, struct noro_view name)
{
	const char *slash = l->path ? strrchr(l->path, '/') : NULL;

	if (!slash || name.p[0] == '/')
		return noro_arena_strn(l->a, name.p, name.n);
	return noro_arena_printf(
		l->a, "%.*s/%.*s", (int)(slash - l->path), l->path, (int)name.n, name.p);
}

static enum noro_status paths(
	struct loader *l, const struct noro_json *v, const char *key, const char *const **ret)
{
	bool list = v->kind == NORO_JSON_ARRAY;
	size_t n = list ? v->count : 1, used = 0;
	const char **p;

	if (!list && v->kind != NORO_JSON_STRING)
		return wrong(l, v, key);
	if (n > MAX_PATHS)
		return wrong(l, v, key);
	p = noro_arena_array(l->a, n + 1, sizeof(*p));
	if (!p)
		return noro_fail(l->err, NORO_ENOMEM, NULL);
	for (const struct noro_json *x = list ? v->child : v; x; x = list ? x->next : NULL) {
		if (x->kind != NORO_JSON_STRING || !x->text.n || memchr(x->text.p, 0, x->text.n))
			return wrong(l, x, key);
		p[used] = beside(l, x->text);
		if (!p[used++])
			return noro_fail(l->err, NORO_ENOMEM, NULL);
	}
	*ret = p;
	return NORO_OK;
}

/* Greater than zero, at most `most`. */
static enum noro_status number(
	struct loader *l, const struct noro_json *v, const char *key, double most, double *ret)
{
	char text[32], *end;
	double n;

	if (v->kind != NORO_JSON_NUMBER || v->text.n >= sizeof(text))
		return wrong(l, v, key);
	memcpy(text, v->text.p, v->text.n);
	text[v->text.n] = 0;
	n = strtod(text, &end);
	if (*end || !(n > 0) || n > most)
		return wrong(l, v, key);
	*ret = n;
	return NORO_OK;
}

/* Mirrored packets ride in GRE whatever is in it, so ERSPAN needs both. */
static const struct {
	const char *name;
	unsigned via;
} tunnel[] = {
	{ "gre", NORO_VIA_GRE },
	{ "erspan", NORO_VIA_GRE | NORO_VIA_ERSPAN },
	{ "vxlan", NORO_VIA_VXLAN },
	{ "geneve", NORO_VIA_GENEVE },
	{ "ipip", NORO_VIA_IPIP },
	{ "gtp", NORO_VIA_GTP },
	{ "l2tp", NORO_VIA_L2TP },
	{ "mpls", NORO_VIA_MPLS },
};

static unsigned tunnel_named(struct noro_view name)
{
	for (size_t i = 0; i < sizeof(tunnel) / sizeof(tunnel[0]); i++)
		if (noro_view_is(name, tunnel[i].name))
			return tunnel[i].via;
	return 0;
}

static enum noro_status tunnels(struct loader *l, const struct noro_json *v, unsigned *ret)
{
	bool list = v->kind == NORO_JSON_ARRAY;

	if (!list && v->kind != NORO_JSON_STRING)
		return wrong(l, v, "tunnels");
	for (const struct noro_json *x = list ? v->child : v; x; x = list ? x->next : NULL) {
		unsigned via = x->kind == NORO_JSON_STRING ? tunnel_named(x->text) : 0;

		if (!via)
			return bad_at(l, x,
				noro_fail(l->err, NORO_EFORMAT,
					N_("'%1' is no tunnel; gre, erspan, vxlan, geneve, ipip, "
					   "gtp, l2tp or mpls"),
					shown(l, x->kind == NORO_JSON_STRING
							 ? x->text
							 : noro_view_str("tunnels"))));
		*ret |= via;
	}
	return NORO_OK;
}

static enum noro_status name_of(struct loader *l, const struct noro_json *v, const char **ret)
{
	/* it becomes a column, a file name and a part of batch ids */
	if (v->kind != NORO_JSON_STRING || !v->text.n || v->text.n > 64)
		return wrong(l, v, "sensor");
	for (size_t i = 0; i < v->text.n; i++) {
		char c = v->text.p[i];

		if (!noro_is_alnum(c) && (i == 0 || (c != '-' && c != '_' && c != '.')))
			return wrong(l, v, "sensor");
	}
	*ret = noro_arena_strn(l->a, v->text.p, v->text.n);
	return *ret ? NORO_OK : noro_fail(l->err, NORO_ENOMEM, NULL);
}

static enum noro_status unknown(struct loader *l, const struct noro_json *v)
{
	return bad_at(
		l, v, noro_fail(l->err, NORO_EFORMAT, N_("unknown key '%1'"), shown(l, v->key)));
}

static enum noro_status tables(struct loader *l, const struct noro_json *t, struct noro_sensor *s)
{
	if (t->kind != NORO_JSON_OBJECT)
		return wrong(l, t, "tables");
	for (const struct noro_json *v = t->child; v; v = v->next) {
		enum noro_status st;

		if (noro_view_is(v->key, "rir"))
			st = paths(l, v, "rir", &s->rir);
		else if (noro_view_is(v->key, "prefix-as"))
			st = paths(l, v, "prefix-as", &s->prefix_as);
		else if (noro_view_is(v->key, "mmdb"))
			st = paths(l, v, "mmdb", &s->mmdb);
		else
			st = unknown(l, v);
		if (st != NORO_OK)
			return st;
	}
	return NORO_OK;
}

static enum noro_status key(struct loader *l, const struct noro_json *v, struct noro_sensor *s)
{
	if (noro_view_is(v->key, "sensor"))
		return name_of(l, v, &s->name);
	if (noro_view_is(v->key, "addresses"))
		return prefixes(l, v, "addresses", &s->own, &s->owns);
	if (noro_view_is(v->key, "except"))
		return prefixes(l, v, "except", &s->except, &s->excepts);
	if (noro_view_is(v->key, "respond"))
		return prefixes(l, v, "respond", &s->respond, &s->responds);
	if (noro_view_is(v->key, "rate"))
		return number(l, v, "rate", 1e9, &s->rate_pps);
	if (noro_view_is(v->key, "miss"))
		return number(l, v, "miss", 0.5, &s->miss);
	if (noro_view_is(v->key, "attack-rate"))
		return number(l, v, "attack-rate", 1e9, &s->attack_pps);
	if (noro_view_is(v->key, "tunnels"))
		return tunnels(l, v, &s->tunnels);
	if (noro_view_is(v->key, "research"))
		return paths(l, v, "research", &s->research);
	if (noro_view_is(v->key, "tables"))
		return tables(l, v, s);
	return unknown(l, v);
}

static double v4_size(const struct noro_prefix *p)
{
	return p->ip.family == 4 ? ldexp(1, 32 - p->len) : 0;
}

/* Both lists are sorted and without nesting; a pair overlaps as a whole or not at all. */
static uint64_t count(const struct noro_sensor *s)
{
	double n = 0;

	for (size_t i = 0, k = 0; i < s->owns; i++) {
		struct noro_range own = noro_prefix_range(&s->own[i]);

		n += v4_size(&s->own[i]);
		while (k < s->excepts && noro_ip_cmp(&s->except[k].ip, &own.hi) <= 0) {
			struct noro_range out = noro_prefix_range(&s->except[k]);

			if (noro_ip_cmp(&out.hi, &own.lo) >= 0)
				n -= fmin(v4_size(&s->own[i]), v4_size(&s->except[k]));
			if (noro_ip_cmp(&out.hi, &own.hi) > 0)
				break; /* it may cover the next one too */
			k++;
		}
	}
	return n > 0 ? (uint64_t)n : 0;
}

static bool inside(const struct noro_prefix *p, const struct noro_prefix *in, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (in[i].len <= p->len && noro_prefix_has(&in[i], &p->ip))
			return true;
	return false;
}

static void defaults(struct noro_sensor *s)
{
	*s = (struct noro_sensor){ .rate_pps = 100, .miss = 0.001, .attack_pps = 100 };
}

static bool listens(const struct noro_sensor *s)
{
	for (size_t i = 0; i < s->owns; i++)
		if (s->own[i].ip.family == 6)
			return true;
	return s->addresses > 0;
}

static enum noro_status one(struct loader *l, const struct noro_json *o, struct noro_sensor *s)
{
	defaults(s);
	s->path = l->path;
	if (o->kind != NORO_JSON_OBJECT)
		return wrong(l, o, "sensor");
	for (const struct noro_json *v = o->child; v; v = v->next) {
		enum noro_status st = key(l, v, s);

		if (st != NORO_OK)
			return st;
	}
	if (!s->name || !s->owns)
		return bad_at(l, o,
			noro_fail(l->err, NORO_EFORMAT, N_("key '%1' is missing"),
				s->name ? "addresses" : "sensor"));
	s->addresses = count(s);
	if (!listens(s))
		return bad_at(l, o,
			noro_fail(l->err, NORO_EFORMAT, N_("sensor '%1' has no address left"),
				s->name));
	for (size_t i = 0; i < s->responds; i++)
		if (!inside(&s->respond[i], s->own, s->owns)) {
			char text[NORO_IP_TEXT];

			(void)noro_ip_print(&s->respond[i].ip, text);
			return bad_at(l, o,
				noro_fail(l->err, NORO_EFORMAT,
					N_("'%1' may be answered for but is not among the "
					   "addresses"),
					text));
		}
	return NORO_OK;
}

struct rows {
	struct noro_sensor *p;
	size_t n, cap;
};

static enum noro_status add(struct loader *l, const struct noro_json *o, struct rows *r)
{
	struct noro_sensor *p;
	enum noro_status st;

	if (r->n == MAX_SENSORS)
		return bad_at(l, o,
			noro_fail(l->err, NORO_ELIMIT, N_("more than %1 sensors"),
				NORO_NUM(MAX_SENSORS)));
	p = noro_arena_grow(l->a, r->p, r->n, &r->cap, sizeof(*p));
	if (!p)
		return noro_fail(l->err, NORO_ENOMEM, NULL);
	r->p = p;
	st = one(l, o, &p[r->n]);
	if (st != NORO_OK)
		return st;
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(p[i].name, p[r->n].name) == 0)
			return bad_at(l, o,
				noro_fail(l->err, NORO_EFORMAT,
					N_("sensor '%1' is described twice"), p[i].name));
	r->n++;
	return NORO_OK;
}

static enum noro_status document(struct loader *l, struct rows *r)
{
	const struct noro_json *root, *list;
	enum noro_status st =
		noro_yaml_parse(l->a, l->text, &(struct noro_json_limits){ 0 }, &root, l->err);

	if (st != NORO_OK) {
		/* the parser counts from the beginning of the document */
		if (l->err && l->path)
			(void)noro_error_at(l->err, l->path, NORO_AT_LINE,
				l->line + (l->err->unit == NORO_AT_LINE ? l->err->at : 1));
		return st;
	}
	list = noro_json_get(root, "sensors");
	if (!list)
		return add(l, root, r);
	if (list->kind != NORO_JSON_ARRAY || root->count != 1)
		return wrong(l, list, "sensors");
	for (const struct noro_json *v = list->child; v; v = v->next) {
		st = add(l, v, r);
		if (st != NORO_OK)
			return st;
	}
	return NORO_OK;
}

static bool says_something(struct noro_view text)
{
	struct noro_view line;

	while (noro_view_line(&text, &line)) {
		line = noro_view_trim(line);
		if (line.n && line.p[0] != '#')
			return true;
	}
	return false;
}

enum noro_status noro_sensor_load(const char *path, struct noro_view text, struct noro_arena *a,
	const struct noro_sensor **ret, size_t *ret_n, struct noro_error *err)
{
	struct loader l = { .a = a, .path = path, .err = err };
	struct rows r = { 0 };
	struct noro_view rest = text, line;
	const char *begin = text.p;
	uint64_t lines = 0;
	bool more = true;

	if (text.n > MAX_BYTES)
		return noro_fail(err, NORO_ELIMIT, NULL);
	while (more) {
		const char *end;

		more = noro_view_line(&rest, &line);
		lines += more;
		if (more && !noro_view_is(noro_view_trim(line), "---"))
			continue;
		end = more ? line.p : text.p + text.n;
		l.text = noro_view(begin, (size_t)(end - begin));
		if (says_something(l.text)) {
			enum noro_status st = document(&l, &r);

			if (st != NORO_OK)
				return st;
		}
		l.line = lines;
		begin = rest.p;
	}
	if (!r.n)
		return noro_fail(err, NORO_EFORMAT, N_("it describes no sensor"));
	*ret = r.p;
	*ret_n = r.n;
	return NORO_OK;
}

enum noro_status noro_sensor_make(const char *name, const char *const *prefix, size_t n,
	struct noro_arena *a, struct noro_sensor *ret, struct noro_error *err)
{
	struct noro_prefix *p = noro_arena_array(a, n + 1, sizeof(*p));
	struct noro_json v = { .kind = NORO_JSON_STRING, .text = noro_view_str(name) };
	struct loader l = { .a = a, .err = err };
	enum noro_status st;

	if (!p)
		return noro_fail(err, NORO_ENOMEM, NULL);
	defaults(ret);
	st = name_of(&l, &v, &ret->name);
	if (st != NORO_OK)
		return st;
	for (size_t i = 0; i < n; i++) {
		bool host_bits;

		if (!noro_prefix_parse(noro_view_str(prefix[i]), &p[i], &host_bits))
			return noro_fail(
				err, NORO_EARG, N_("'%1' is no address or prefix"), prefix[i]);
		if (host_bits)
			return noro_fail(err, NORO_EARG, N_("'%1' has bits set behind its length"),
				prefix[i]);
	}
	ret->own = p;
	ret->owns = tidy(p, n);
	ret->addresses = count(ret);
	return listens(ret)
		       ? NORO_OK
		       : noro_fail(err, NORO_EARG, N_("sensor '%1' has no address left"), name);
}

/* Seconds in which a scanner of `pps` over all addresses stays unseen with probability `miss`. */
static uint32_t silence(const struct noro_sensor *s, double pps, uint32_t least, uint32_t most)
{
	double t;

	if (!s->addresses || !(pps > 0) || !(s->miss > 0))
		return most;
	t = -log(s->miss) * V4_SPACE / (pps * (double)s->addresses);
	if (t < least)
		return least;
	return t < most ? (uint32_t)t : most;
}

uint32_t noro_sensor_gap_s(const struct noro_sensor *s)
{
	return silence(s, s->rate_pps, GAP_MIN_S, GAP_MAX_S);
}

uint32_t noro_sensor_attack_gap_s(const struct noro_sensor *s)
{
	return silence(s, s->attack_pps, ATTACK_GAP_MIN_S, ATTACK_GAP_MAX_S);
}

double noro_sensor_attack_floor(const struct noro_sensor *s, double *ret_victim_pps)
{
	double n = (double)s->addresses, least = ATTACK_PROBES * 60.0 / noro_sensor_attack_gap_s(s),
	       scaled = s->attack_pps * n / V4_SPACE * 60;
	double floor = fmax(least, scaled);

	*ret_victim_pps = n > 0 ? floor / 60 * V4_SPACE / n : 0;
	return floor;
}
