/*
 * src/hunt/pattern.c - STIX patterns that are more than a list of values. The
 * matcher found records that hold an anchor; here each such record is asked
 * which observations it satisfies, and the whole expression is decided over the
 * records of one text. A record that cannot tell is "undecided", never "no".
 */
#include "hunt/hunt_priv.h"

#include "base/mem.h"
#include "intel/pattern.h"

struct asked {
	struct hunt *h;
	const struct sighting *s; /* all sightings of one record: the same pattern and place */
	size_t n;
};

/* STIX object paths on our canonical fields. Several fields may answer one path. */
static const struct {
	const char *type, *prop; /* the path's first step; "" for any */
	enum noro_field field[5];
	unsigned fields;
} rows[] = {
	{ "ipv4-addr", "value",
		{ NORO_FIELD_SRC_IP, NORO_FIELD_DST_IP, NORO_FIELD_SRC_NAT, NORO_FIELD_DST_NAT,
			NORO_FIELD_DNS_ANSWER },
		5 },
	{ "ipv6-addr", "value",
		{ NORO_FIELD_SRC_IP, NORO_FIELD_DST_IP, NORO_FIELD_SRC_NAT, NORO_FIELD_DST_NAT,
			NORO_FIELD_DNS_ANSWER },
		5 },
	{ "domain-name", "value",
		{ NORO_FIELD_DNS_QUERY, NORO_FIELD_TLS_SNI, NORO_FIELD_DST_HOST,
			NORO_FIELD_SRC_HOST },
		4 },
	{ "url", "value", { NORO_FIELD_URL }, 1 },
	{ "file", "name", { NORO_FIELD_FILE }, 1 },
	{ "file", "hashes.MD5", { NORO_FIELD_MD5 }, 1 },
	{ "file", "hashes.SHA-1", { NORO_FIELD_SHA1 }, 1 },
	{ "file", "hashes.SHA-256", { NORO_FIELD_SHA256 }, 1 },
	{ "network-traffic", "src_ref.value", { NORO_FIELD_SRC_IP }, 1 },
	{ "network-traffic", "dst_ref.value", { NORO_FIELD_DST_IP }, 1 },
	{ "network-traffic", "src_port", { NORO_FIELD_SRC_PORT }, 1 },
	{ "network-traffic", "dst_port", { NORO_FIELD_DST_PORT }, 1 },
	{ "network-traffic", "protocols[*]", { NORO_FIELD_PROTO, NORO_FIELD_APP }, 2 },
	{ "network-traffic", "extensions.http-request-ext.request_method", { NORO_FIELD_METHOD },
		1 },
	{ "network-traffic", "extensions.http-request-ext.request_value", { NORO_FIELD_PATH }, 1 },
	{ "network-traffic", "extensions.http-request-ext.request_header.User-Agent",
		{ NORO_FIELD_USER_AGENT }, 1 },
	{ "email-message", "subject", { NORO_FIELD_SUBJECT }, 1 },
	{ "email-message", "from_ref.value", { NORO_FIELD_MAIL_FROM }, 1 },
	{ "email-message", "sender_ref.value", { NORO_FIELD_MAIL_FROM }, 1 },
	{ "email-message", "to_refs[*].value", { NORO_FIELD_MAIL_TO }, 1 },
	{ "email-addr", "value", { NORO_FIELD_MAIL_FROM, NORO_FIELD_MAIL_TO }, 2 },
	{ "user-account", "user_id", { NORO_FIELD_USER, NORO_FIELD_USER_TARGET }, 2 },
	{ "user-account", "account_login", { NORO_FIELD_USER, NORO_FIELD_USER_TARGET }, 2 },
	{ "process", "command_line", { NORO_FIELD_COMMAND }, 1 },
	{ "process", "name", { NORO_FIELD_PROGRAM }, 1 },
	{ "mac-addr", "value", { NORO_FIELD_MAC }, 1 },
	{ "x509-certificate", "hashes.SHA-256", { NORO_FIELD_SHA256 }, 1 },
};

/* The path behind the type as one text: "hashes.SHA-256", "protocols[*]". */
static void flatten(const struct noro_pattern_path *path, struct noro_buf *out)
{
	for (size_t i = 0; i < path->steps; i++) {
		const struct noro_pattern_step *s = &path->step[i];

		if (s->kind != NORO_STEP_NAME) {
			noro_buf_str(out, "[*]");
			continue;
		}
		if (i)
			noro_buf_chr(out, '.');
		noro_buf_view(out, s->name);
	}
}

static struct noro_view base_name(struct noro_view path)
{
	for (size_t i = path.n; i > 0; i--)
		if (path.p[i - 1] == '/' || path.p[i - 1] == '\\')
			return noro_view_sub(path, i, path.n);
	return path;
}

static size_t from_fields(const struct noro_record *r, const struct noro_pattern_path *path,
	struct noro_view *out, size_t cap)
{
	struct noro_buf flat = { 0 };
	size_t n = 0;

	flatten(path, &flat);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows) && flat.p; i++) {
		if (!noro_view_is(path->type, rows[i].type) ||
			!noro_view_is_i(noro_buf_as_view(&flat), rows[i].prop))
			continue;
		for (unsigned f = 0; f < rows[i].fields && n < cap; f++) {
			struct noro_view v = r->field[rows[i].field[f]];

			if (v.p && v.n)
				out[n++] = rows[i].field[f] == NORO_FIELD_FILE ? base_name(v) : v;
		}
	}
	noro_buf_done(&flat);
	return n;
}

/* The anchors themselves stood in the record, whether or not a reader understood it. */
static size_t from_anchors(const struct asked *q, const struct noro_pattern_path *path,
	struct noro_view *out, size_t n, size_t cap)
{
	for (size_t i = 0; i < q->n && n < cap; i++) {
		struct noro_view v = q->s[i].anchor;

		if (noro_pattern_path_kind(path, v) == (int)q->s[i].kind)
			out[n++] = v;
	}
	return n;
}

static size_t get_values(
	void *ctx, const struct noro_pattern_path *path, struct noro_view *out, size_t cap)
{
	const struct asked *q = ctx;
	size_t n = from_fields(&q->s->record, path, out, cap);

	n = from_anchors(q, path, out, n, cap);
	return n ? n : NORO_PATTERN_UNKNOWN;
}

static int by_pattern_and_place(const void *x, const void *y, void *ctx)
{
	const struct hunt *h = ctx;
	const struct sighting *a = x, *b = y;
	const struct piece *p = h->piece[a->piece], *q = h->piece[b->piece];

	if (a->pattern != b->pattern)
		return a->pattern < b->pattern ? -1 : 1;
	if (p->item != q->item)
		return p->item < q->item ? -1 : 1;
	if (p->member != q->member)
		return p->member < q->member ? -1 : 1;
	if (a->at.seg != b->at.seg || a->at.offset != b->at.offset)
		return hunt_sample_cmp(&a->at, &b->at);
	return noro_view_cmp(a->anchor, b->anchor);
}

static struct sighting *all_sightings(struct hunt *h, size_t *ret_n)
{
	struct sighting *all;
	size_t n = 0;

	for (unsigned w = 0; w < h->workers; w++)
		n += h->worker[w].sightings;
	all = noro_reallocarray(NULL, n + 1, sizeof(*all));
	*ret_n = 0;
	for (unsigned w = 0; all && w < h->workers; w++) {
		for (size_t i = 0; i < h->worker[w].sightings; i++)
			all[(*ret_n)++] = h->worker[w].sighting[i];
	}
	return all;
}

static bool same_record(const struct sighting *a, const struct sighting *b)
{
	return a->piece == b->piece && a->at.seg == b->at.seg && a->at.offset == b->at.offset;
}

struct deciding {
	struct hunt *h;
	struct findings *out;
	const struct noro_pattern *p;
	uint32_t number, meta;
	const struct sighting *s; /* of one piece */
	size_t n;
	struct noro_pattern_event *event;
	size_t events, event_cap;
	bool contradicted; /* a digest stood there, but another part of the pattern does not hold */
};

/* A known file under another name is still that file: it is told, with the contradiction. */
static bool has_digest(const struct asked *q)
{
	for (size_t i = 0; i < q->n; i++)
		if (q->s[i].kind >= NORO_IOC_MD5 && q->s[i].kind <= NORO_IOC_SHA512)
			return true;
	return false;
}

static enum noro_status ask_record(struct deciding *d, size_t from, size_t n)
{
	struct asked q = { .h = d->h, .s = d->s + from, .n = n };

	if (!d->p)
		return NORO_EARG;
	for (uint32_t o = 0; o < d->p->observations; o++) {
		enum noro_truth t = noro_pattern_eval_record(d->p, o, get_values, &q);
		struct noro_pattern_event *grown;

		if (t == NORO_FALSE && has_digest(&q)) {
			d->contradicted = true;
			t = NORO_UNDECIDED;
		}
		if (t == NORO_FALSE)
			continue;
		grown = noro_grow(d->event, d->events, &d->event_cap, sizeof(*grown));
		if (!grown)
			return NORO_ENOMEM;
		d->event = grown;
		d->event[d->events++] = (struct noro_pattern_event){
			.time_ns = q.s->at.time_ns, .observation = o, .record = from, .truth = t
		};
	}
	return NORO_OK;
}

/* A finding that stands for the pattern: first its sources, then what the evaluation adds. */
static enum noro_status conclude(struct deciding *d, const struct noro_pattern_result *r)
{
	struct noro_arena *a = d->out->a;
	const struct piece *p = d->h->piece[d->s->piece];
	struct group g = { .count = d->events,
		.first_ns = NORO_TIME_NONE,
		.last_ns = NORO_TIME_NONE,
		.forms = 1 };
	struct noro_finding f = { .container = p->container };
	struct noro_finding *slot;
	struct noro_place *place = noro_arena_array(a, GROUP_SAMPLES, sizeof(*place));
	enum noro_status st = place ? NORO_OK : NORO_ENOMEM;

	for (size_t i = 0; st == NORO_OK && i < d->events; i++) {
		const struct sighting *s = &d->s[d->event[i].record];

		if (i && d->event[i].record == d->event[i - 1].record)
			continue;
		hunt_group_time(d->h, &g, s->key, s->at.time_ns, s->at.time_flags);
		if (f.places < GROUP_SAMPLES)
			place[f.places++] = hunt_place(d->h, p, &s->at);
		if (s->at.host)
			st = hunt_list_add(a, &f.hosts, s->at.host);
	}
	f.place = place;
	f.count = g.count;
	f.first_ns = g.first_ns;
	f.last_ns = g.last_ns;
	f.time_from = g.first_ns == NORO_TIME_NONE ? NORO_FROM_NONE : NORO_FROM_RECORD;
	f.role = d->s->at.role;
	if (st == NORO_OK)
		st = hunt_describe(d->h, &f, d->s[d->event[0].record].key, &g);
	if (st != NORO_OK)
		return st;
	f.rule = noro_arena_printf(a, "stix-pattern:%s", f.type);
	if (r->truth == NORO_TRUE) {
		st = hunt_reason(a, &f, N_("the whole STIX pattern holds"), NULL);
	} else {
		f.confidence = f.confidence > 25 ? f.confidence - 25 : 1;
		st = hunt_reason(a, &f,
			d->contradicted
				? N_("the digest matches, but another part of the STIX pattern "
				     "does not hold: %1")
				: N_("only part of the STIX pattern could be decided here: %1"),
			noro_arena_strn(a, d->p->text.p, d->p->text.n));
	}
	if (st == NORO_OK)
		st = f.rule ? noro_finding_identify(&f) : NORO_ENOMEM;
	slot = st == NORO_OK ? hunt_finding_new(d->out) : NULL;
	if (slot)
		*slot = f;
	return slot ? NORO_OK : st == NORO_OK ? NORO_ENOMEM : st;
}

static enum noro_status decide_piece(struct deciding *d)
{
	struct noro_pattern_result r;
	enum noro_status st = NORO_OK;
	size_t from = 0;

	d->events = 0;
	d->contradicted = false;
	while (st == NORO_OK && from < d->n) {
		size_t to = from + 1;

		while (to < d->n && same_record(&d->s[to], &d->s[from]))
			to++;
		st = ask_record(d, from, to - from);
		from = to;
	}
	if (st != NORO_OK || !d->events)
		return st;
	st = noro_pattern_eval(d->p, d->event, d->events, &r);
	if (st != NORO_OK || r.truth == NORO_FALSE)
		return st;
	return conclude(d, &r);
}

enum noro_status hunt_pattern_conclude(struct hunt *h, struct findings *out, struct noro_error *err)
{
	struct deciding d = { .h = h, .out = out, .number = UINT32_MAX };
	size_t n, from = 0;
	struct sighting *all = all_sightings(h, &n);
	enum noro_status st = all ? NORO_OK : NORO_ENOMEM;

	if (all && n > 1)
		qsort_r(all, n, sizeof(*all), by_pattern_and_place, h);
	while (st == NORO_OK && from < n) {
		size_t to = from + 1;

		while (to < n && all[to].pattern == all[from].pattern &&
			all[to].piece == all[from].piece)
			to++;
		if (d.number != all[from].pattern) {
			d.number = all[from].pattern;
			st = noro_pattern_parse(out->a,
				noro_set_pattern(h->o->set, d.number, &d.meta), true, &d.p, err);
		}
		d.s = all + from;
		d.n = to - from;
		if (st == NORO_OK)
			st = decide_piece(&d);
		from = to;
	}
	free(all);
	free(d.event);
	return st;
}
