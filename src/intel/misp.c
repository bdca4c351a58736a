/*
 * src/intel/misp.c - MISP events and feeds.
 *
 * `to_ids` is MISP's word for "look for it": it becomes the role. Composite types
 * (domain|ip, filename|sha256) are two values; tags and galaxies name the actors,
 * techniques and the circle of readers. Everything of one event shares a meta
 * unless an attribute says more.
 */
#include "intel/intake_priv.h"

#include "base/file.h"
#include "intel/stix_priv.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	MAX_FEED_FILES = 200000,
	IGNORE = -2,
	UNDECIDED = -3,
	STIX_PATTERN = -4,
	PORT = -5,
	CVE = -6
};

static const struct {
	const char *type;
	int kind;
} types[] = {
	{ "ip-src", NORO_IOC_IPV4 },
	{ "ip-dst", NORO_IOC_IPV4 },
	{ "ip", NORO_IOC_IPV4 },
	{ "port", PORT },
	{ "domain", NORO_IOC_DOMAIN },
	{ "hostname", NORO_IOC_DOMAIN },
	{ "url", NORO_IOC_URL },
	{ "uri", NORO_IOC_STRING },
	{ "email", NORO_IOC_EMAIL },
	{ "email-src", NORO_IOC_EMAIL },
	{ "email-dst", NORO_IOC_EMAIL },
	{ "email-reply-to", NORO_IOC_EMAIL },
	{ "eppn", NORO_IOC_EMAIL },
	{ "email-subject", NORO_IOC_STRING },
	{ "email-attachment", NORO_IOC_FILE_NAME },
	{ "md5", NORO_IOC_MD5 },
	{ "sha1", NORO_IOC_SHA1 },
	{ "sha256", NORO_IOC_SHA256 },
	{ "sha512", NORO_IOC_SHA512 },
	{ "x509-fingerprint-md5", NORO_IOC_MD5 },
	{ "x509-fingerprint-sha1", NORO_IOC_SHA1 },
	{ "x509-fingerprint-sha256", NORO_IOC_SHA256 },
	{ "filename", NORO_IOC_FILE_NAME },
	{ "ja3-fingerprint-md5", NORO_IOC_JA3 },
	{ "hassh-md5", NORO_IOC_HASSH },
	{ "hasshserver-md5", NORO_IOC_HASSH },
	{ "AS", NORO_IOC_ASN },
	{ "mac-address", NORO_IOC_MAC },
	{ "btc", NORO_IOC_BTC },
	{ "regkey", NORO_IOC_REGISTRY },
	{ "value", IGNORE },
	{ "mutex", NORO_IOC_MUTEX },
	{ "user-agent", NORO_IOC_USER_AGENT },
	{ "windows-service-name", NORO_IOC_SERVICE },
	{ "target-user", NORO_IOC_USER_NAME },
	{ "pattern-in-traffic", NORO_IOC_STRING },
	{ "pattern-in-file", NORO_IOC_STRING },
	{ "named pipe", NORO_IOC_STRING },
	{ "stix2-pattern", STIX_PATTERN },
	{ "vulnerability", CVE },
	{ "yara", UNDECIDED },
	{ "snort", UNDECIDED },
	{ "sigma", UNDECIDED },
	{ "zeek", UNDECIDED },
	{ "bro", UNDECIDED },
	{ "ssdeep", UNDECIDED },
	{ "imphash", UNDECIDED },
	{ "pehash", UNDECIDED },
	{ "tlsh", UNDECIDED },
	{ "authentihash", UNDECIDED },
	{ "impfuzzy", UNDECIDED },
};

static int type_kind(struct noro_view type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (noro_view_is(type, types[i].type))
			return types[i].kind;
	return IGNORE;
}

struct misp {
	struct noro_intake *in;
	struct noro_intake_meta event; /* what all attributes share */
	struct noro_buf labels, actors, attack, cve, section, advisory, note;
	struct noro_buf own_advisory; /* of one attribute, from a tag of our own export */
	int said_kind;                /* from a tag of our own export */
};

/* namespace:predicate="value" -> value */
static struct noro_view tag_value(struct noro_view tag)
{
	size_t at = noro_view_find(tag, NORO_V("=\""));

	if (at == SIZE_MAX || tag.p[tag.n - 1] != '"' || at + 3 > tag.n)
		return noro_view_sub(tag, tag.n, 0);
	return noro_view_sub(tag, at + 2, tag.n - at - 3);
}

/* "Exploit Public-Facing Application - T1190" -> T1190 */
static struct noro_view last_word(struct noro_view v)
{
	size_t blank = noro_view_rchr(v, ' ');

	return blank == SIZE_MAX ? v : noro_view_sub(v, blank + 1, v.n);
}

static void read_role(struct noro_ioc_meta *m, struct noro_view v)
{
	for (int r = NORO_ROLE_HUNT; r <= NORO_ROLE_CONTEXT; r++)
		if (noro_view_is(v, noro_ioc_role_name((enum noro_ioc_role)r)))
			m->role = (enum noro_ioc_role)r;
}

static void read_tag(struct misp *s, struct noro_view tag, struct noro_ioc_meta *m)
{
	struct noro_view v = tag_value(tag);
	uint64_t n;

	if (noro_view_starts_i(tag, "tlp:")) {
		uint8_t t = noro_intake_tlp(tag);

		m->tlp = t > m->tlp ? t : m->tlp;
	} else if (noro_view_starts(tag, "noroshi:role=") && !s->in->opts->have_role) {
		read_role(m, v);
	} else if (noro_view_starts(tag, "noroshi:kind=")) {
		s->said_kind = noro_ioc_kind_by_name(v);
	} else if (noro_view_starts(tag, "noroshi:confidence=") && noro_view_u64(v, &n) &&
		   n <= 100) {
		m->confidence = (uint8_t)n;
	} else if (noro_view_starts(tag, "noroshi:advisory=")) {
		noro_buf_clear(&s->own_advisory);
		noro_buf_view(&s->own_advisory, v);
	} else if (noro_view_starts(tag, "misp-galaxy:threat-actor=") ||
		   noro_view_starts(tag, "misp-galaxy:mitre-intrusion-set=") ||
		   noro_view_starts(tag, "misp-galaxy:microsoft-activity-group=")) {
		noro_intake_join(&s->actors, v);
	} else if (noro_view_starts(tag, "misp-galaxy:mitre-") &&
		   noro_view_find(tag, NORO_V("attack-pattern")) != SIZE_MAX) {
		noro_intake_join(&s->attack, last_word(v));
	} else {
		noro_intake_join(&s->labels, v.n ? v : tag);
	}
}

static void read_tags(struct misp *s, const struct noro_json *o, struct noro_ioc_meta *m)
{
	const struct noro_json *tags = noro_json_get(o, "Tag");

	for (const struct noro_json *t = tags ? tags->child : NULL; t; t = t->next)
		read_tag(s, noro_json_str(t, "name"), m);
}

static void read_galaxies(struct misp *s, const struct noro_json *o)
{
	const struct noro_json *list = noro_json_get(o, "Galaxy");

	for (const struct noro_json *g = list ? list->child : NULL; g; g = g->next) {
		struct noro_view type = noro_json_str(g, "type");
		const struct noro_json *clusters = noro_json_get(g, "GalaxyCluster");

		for (const struct noro_json *c = clusters ? clusters->child : NULL; c;
			c = c->next) {
			struct noro_view v = noro_json_str(c, "value");

			if (noro_view_find(type, NORO_V("actor")) != SIZE_MAX ||
				noro_view_find(type, NORO_V("intrusion-set")) != SIZE_MAX)
				noro_intake_join(&s->actors, v);
			else if (noro_view_find(type, NORO_V("attack-pattern")) != SIZE_MAX)
				noro_intake_join(&s->attack, last_word(v));
			else
				noro_intake_join(&s->labels, v);
		}
	}
}

static bool is_true(const struct noro_json *v)
{
	return v && (v->kind == NORO_JSON_TRUE || noro_json_is_str(v, "1") ||
			    (v->kind == NORO_JSON_NUMBER && noro_view_is(v->text, "1")));
}

/* --- attributes ---------------------------------------------------------- */

static enum noro_status one_value(struct misp *s, struct noro_intake_meta *m, struct noro_view type,
	struct noro_view v, uint64_t at)
{
	int kind = s->said_kind >= 0 ? s->said_kind : type_kind(type);

	switch (kind) {
	case IGNORE:
	case PORT:
	case CVE:
		return NORO_OK;
	case UNDECIDED:
		return noro_intake_note(s->in, NORO_IMPORT_UNDECIDED, at,
			N_("an attribute of this type is not decided here: %1"), type);
	case STIX_PATTERN:
		return noro_stix_pattern(s->in, m, v, at);
	default:
		break;
	}
	return noro_intake_loose(s->in, m, kind, v, at);
}

/* "type|type" with "value|value"; a value with more bars keeps them in its first part. */
static enum noro_status values(struct misp *s, struct noro_intake_meta *m, struct noro_view type,
	struct noro_view v, uint64_t at)
{
	size_t bar = noro_view_chr(type, '|'), cut = noro_view_rchr(v, '|');
	enum noro_status st;

	if (bar == SIZE_MAX || cut == SIZE_MAX)
		return one_value(s, m, bar == SIZE_MAX ? type : noro_view_sub(type, 0, bar), v, at);
	st = one_value(s, m, noro_view_sub(type, 0, bar), noro_view_sub(v, 0, cut), at);
	if (st == NORO_OK)
		st = one_value(s, m, noro_view_sub(type, bar + 1, type.n),
			noro_view_sub(v, cut + 1, v.n), at);
	return st;
}

static void shared_texts(struct misp *s, struct noro_ioc_meta *m)
{
	m->labels = noro_intake_text(&s->labels);
	m->actors = noro_intake_text(&s->actors);
	m->attack = noro_intake_text(&s->attack);
	m->cve = noro_intake_text(&s->cve);
	m->section = noro_intake_text(&s->section);
	if (!s->in->opts->advisory)
		m->advisory = noro_intake_text(s->own_advisory.n ? &s->own_advisory : &s->advisory);
}

/* Has the attribute anything of its own to say, beside its value? */
static bool says_more(const struct noro_json *o)
{
	const struct noro_json *tags = noro_json_get(o, "Tag"),
			       *galaxies = noro_json_get(o, "Galaxy");

	return (tags && tags->child) || (galaxies && galaxies->child);
}

/* Not for automatic use, but what the attack itself left is still worth a look; links are not. */
static enum noro_ioc_role role_of(const struct noro_json *o)
{
	static const char *const traces[] = { "Network activity", "Payload delivery",
		"Payload installation", "Artifacts dropped", "Persistence mechanism",
		"Payload type" };
	struct noro_view category = noro_json_str(o, "category");

	if (is_true(noro_json_get(o, "to_ids")))
		return NORO_ROLE_BLOCK;
	for (size_t i = 0; i < sizeof(traces) / sizeof(traces[0]); i++)
		if (noro_view_is(category, traces[i]))
			return NORO_ROLE_HUNT;
	return NORO_ROLE_CONTEXT;
}

static enum noro_status attribute(struct misp *s, const struct noro_json *o)
{
	size_t labels = s->labels.n, actors = s->actors.n, attack = s->attack.n;
	struct noro_view type = noro_json_str(o, "type"), v = noro_json_str(o, "value");
	struct noro_intake_meta m = s->event;
	enum noro_status st;

	if (!type.p || v.n == 0 || is_true(noro_json_get(o, "deleted")))
		return NORO_OK;
	s->said_kind = -1;
	noro_buf_clear(&s->own_advisory);
	if (!s->in->opts->have_role)
		m.m.role = role_of(o);
	if (says_more(o)) {
		read_tags(s, o, &m.m);
		read_galaxies(s, o);
	}
	noro_buf_clear(&s->note);
	noro_buf_view(&s->note, noro_view_sub(noro_json_str(o, "comment"), 0, 500));
	m.m.note = noro_intake_text(&s->note);
	if (noro_intake_moment(s->in, noro_json_str(o, "first_seen")) != NORO_TIME_NONE)
		m.m.from_ns = noro_intake_moment(s->in, noro_json_str(o, "first_seen"));
	if (noro_intake_moment(s->in, noro_json_str(o, "last_seen")) != NORO_TIME_NONE)
		m.m.until_ns = noro_intake_moment(s->in, noro_json_str(o, "last_seen"));
	m.m.typed_ns = noro_intake_moment(s->in, noro_json_str(o, "timestamp"));
	shared_texts(s, &m.m);
	m.have = false;
	m.lowereds = 0;
	st = values(s, &m, type, v, o->at);
	/* what this attribute added is not the next one's */
	if (s->labels.p)
		s->labels.p[s->labels.n = labels] = '\0';
	if (s->actors.p)
		s->actors.p[s->actors.n = actors] = '\0';
	if (s->attack.p)
		s->attack.p[s->attack.n = attack] = '\0';
	return st;
}

static enum noro_status attributes(struct misp *s, const struct noro_json *list)
{
	enum noro_status st = NORO_OK;

	for (const struct noro_json *o = list ? list->child : NULL; o && st == NORO_OK; o = o->next)
		st = attribute(s, o);
	return st;
}

/* --- events -------------------------------------------------------------- */

static void event_cves(struct misp *s, const struct noro_json *event)
{
	const struct noro_json *list = noro_json_get(event, "Attribute");

	for (const struct noro_json *o = list ? list->child : NULL; o; o = o->next)
		if (noro_json_is_str(noro_json_get(o, "type"), "vulnerability"))
			noro_intake_join(&s->cve, noro_json_str(o, "value"));
}

static uint8_t event_severity(const struct noro_json *event)
{
	struct noro_view v = noro_json_str(event, "threat_level_id");

	/* MISP: 1 high, 2 medium, 3 low, 4 undefined; enum noro_severity: 3, 2, 1 */
	return v.n == 1 && v.p[0] >= '1' && v.p[0] <= '3' ? (uint8_t)('4' - v.p[0]) : 2;
}

static enum noro_status event(struct misp *s, const struct noro_json *e)
{
	struct noro_view info = noro_json_str(e, "info"), id = noro_advisory_id(info);
	const struct noro_json *objects = noro_json_get(e, "Object");
	enum noro_status st;

	noro_buf_clear(&s->labels);
	noro_buf_clear(&s->actors);
	noro_buf_clear(&s->attack);
	noro_buf_clear(&s->cve);
	noro_buf_clear(&s->section);
	noro_buf_clear(&s->advisory);
	s->event = noro_intake_start(s->in);
	s->event.m.severity = event_severity(e);
	noro_buf_view(&s->section, noro_view_sub(info, 0, 300));
	noro_buf_view(&s->advisory, id);
	if (id.n && !s->in->ret->advisory)
		s->in->ret->advisory = noro_arena_strn(s->in->a, id.p, id.n);
	read_tags(s, e, &s->event.m);
	read_galaxies(s, e);
	event_cves(s, e);
	st = attributes(s, noro_json_get(e, "Attribute"));
	for (const struct noro_json *o = objects ? objects->child : NULL; o && st == NORO_OK;
		o = o->next)
		st = attributes(s, noro_json_get(o, "Attribute"));
	return st;
}

/* {"Event"}, {"response": [...]}, {"response": {"Attribute"}}, an array of any of them. */
static enum noro_status any(struct misp *s, const struct noro_json *v, unsigned depth)
{
	const struct noro_json *inner = noro_json_get(v, "Event");
	enum noro_status st = NORO_OK;

	if (depth > 4)
		return NORO_OK;
	if (inner)
		return event(s, inner);
	inner = noro_json_get(v, "response");
	if (inner)
		return any(s, inner, depth + 1);
	if (v->kind == NORO_JSON_ARRAY) {
		for (const struct noro_json *c = v->child; c && st == NORO_OK; c = c->next)
			st = any(s, c, depth + 1);
		return st;
	}
	return noro_json_get(v, "Attribute") ? event(s, v) : NORO_OK;
}

static void misp_done(struct misp *s)
{
	noro_buf_done(&s->labels);
	noro_buf_done(&s->actors);
	noro_buf_done(&s->attack);
	noro_buf_done(&s->cve);
	noro_buf_done(&s->section);
	noro_buf_done(&s->advisory);
	noro_buf_done(&s->own_advisory);
	noro_buf_done(&s->note);
}

enum noro_status noro_import_misp(
	struct noro_intake *in, struct noro_view text, struct noro_error *err)
{
	struct misp s = { .in = in, .said_kind = -1 };
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *root;
	enum noro_status st;

	if (!a)
		return noro_intake_fail(in, err, NORO_ENOMEM, NORO_AT_NONE, 0);
	st = noro_intake_json(in, a, text, &root, err);
	if (st == NORO_OK)
		st = noro_intake_fail(in, err, any(&s, root, 0), NORO_AT_NONE, 0);
	misp_done(&s);
	noro_arena_free(a);
	return st;
}

/* --- feeds: a folder with a manifest and one file for each event --------- */

static int feed_file(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 5 && strcmp(d->d_name + n - 5, ".json") == 0 &&
	       strcmp(d->d_name, "manifest.json") != 0 && strcmp(d->d_name, "hashes.json") != 0;
}

enum noro_status noro_import_feed(const char *path, const struct noro_import_opts *opts,
	struct noro_arena *a, struct noro_set_builder *b, struct noro_import_result *ret,
	struct noro_error *err)
{
	struct noro_import_result sum = { .kind = "misp", .advisory = opts->advisory }, one;
	struct dirent **names;
	int n = scandir(path, &names, feed_file, alphasort);
	enum noro_status st = NORO_OK;

	if (n < 0)
		return noro_fail(err, NORO_EIO, N_("cannot read the feed folder"));
	if (n == 0 || n > MAX_FEED_FILES)
		st = noro_fail(err, n ? NORO_ELIMIT : NORO_EFORMAT,
			n ? N_("a feed with too many files") : N_("a feed folder without events"));
	for (int i = 0; i < n; i++) {
		const char *file = st == NORO_OK
					   ? noro_arena_printf(a, "%s/%s", path, names[i]->d_name)
					   : NULL;

		if (st == NORO_OK && !file)
			st = noro_fail(err, NORO_ENOMEM, NULL);
		if (st == NORO_OK)
			st = noro_import(file, opts, a, b, &one, err);
		if (st == NORO_OK)
			noro_import_add_up(&sum, &one);
		free(names[i]);
	}
	free(names);
	*ret = sum;
	return st;
}
