/*
 * src/intel/export_json.c - STIX 2.1 and MISP.
 *
 * Ids are made from what they name (UUID version 5, RFC 4122), so that the same
 * set gives the same bundle, byte for byte, and a receiver that has it already
 * sees no change. What the formats have no field for stands in x_noroshi_*
 * properties or noroshi: tags, which our own readers take back.
 */
#include "intel/export_priv.h"

#include "base/hash.h"
#include "base/jsonw.h"
#include "finding/finding.h"
#include "intel/pattern.h"

#include <stdio.h>

enum { UUID_TEXT = 37 };

struct writer {
	struct noro_buf *out;
	struct noro_jsonw w;
	const struct noro_export_opts *o;
	const struct noro_set *set;
	struct noro_buf name, ids; /* `ids`: those written of the value at hand */
	char identity[64];
	enum noro_status status;
};

/* SHA-1 over the namespace STIX fixes for its own deterministic ids and the name. */
static void uuid5(struct writer *x, struct noro_view name, char out[UUID_TEXT])
{
	static const unsigned char space[16] = { 0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c,
		0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7 };
	struct noro_buf all = { 0 };
	char hex[NORO_HASH_TEXT] = { 0 };

	noro_buf_add(&all, space, sizeof(space));
	noro_buf_view(&all, name);
	if (all.status != NORO_OK ||
		noro_hash_of(NORO_SHA1, noro_buf_as_view(&all), hex) != NORO_OK)
		x->status = NORO_ENOMEM;
	noro_buf_done(&all);
	hex[12] = '5';
	hex[16] = "89ab"[noro_hex_value(hex[16]) & 3];
	memset(out, 0, UUID_TEXT);
	for (size_t i = 0, n = 0; i < 32 && n < UUID_TEXT - 1; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			out[n++] = '-';
		out[n++] = hex[i];
	}
}

/* Several sources may say the very same of a value; an id stands once. */
static bool was_written(struct writer *x, const char uuid[UUID_TEXT])
{
	if (noro_view_find(noro_buf_as_view(&x->ids), noro_view_str(uuid)) != SIZE_MAX)
		return true;
	noro_buf_str(&x->ids, uuid);
	if (x->ids.status != NORO_OK)
		x->status = x->ids.status;
	return false;
}

static void put_id(struct writer *x, const char *type, struct noro_view name)
{
	char uuid[UUID_TEXT], id[80];

	uuid5(x, name, uuid);
	(void)snprintf(id, sizeof(id), "%s--%s", type, uuid);
	noro_jsonw_kstr(&x->w, "id", id);
}

static void put_text(struct writer *x, const char *key, const char *value)
{
	if (value)
		noro_jsonw_kstr(&x->w, key, value);
}

static void put_time(struct writer *x, const char *key, int64_t ns)
{
	if (ns != NORO_TIME_NONE)
		noro_jsonw_ktime(&x->w, key, ns);
}

/* --- STIX ---------------------------------------------------------------- */

static const char *path_of(enum noro_ioc_kind kind, struct noro_view v)
{
	switch (kind) {
	case NORO_IOC_IPV4:
		return "ipv4-addr:value";
	case NORO_IOC_IPV6:
		return "ipv6-addr:value";
	case NORO_IOC_NET:
		if (noro_view_chr(v, '-') != SIZE_MAX)
			return NULL;
		return noro_view_chr(v, ':') == SIZE_MAX ? "ipv4-addr:value" : "ipv6-addr:value";
	case NORO_IOC_DOMAIN:
		return "domain-name:value";
	case NORO_IOC_URL:
		return "url:value";
	case NORO_IOC_EMAIL:
		return "email-addr:value";
	case NORO_IOC_MD5:
		return "file:hashes.MD5";
	case NORO_IOC_SHA1:
		return "file:hashes.'SHA-1'";
	case NORO_IOC_SHA256:
		return "file:hashes.'SHA-256'";
	case NORO_IOC_SHA512:
		return "file:hashes.'SHA-512'";
	case NORO_IOC_MAC:
		return "mac-addr:value";
	case NORO_IOC_FILE_NAME:
		return "file:name";
	case NORO_IOC_USER_NAME:
		return "user-account:account_login";
	case NORO_IOC_REGISTRY:
		return "windows-registry-key:key";
	case NORO_IOC_MUTEX:
		return "mutex:name";
	default:
		return NULL;
	}
}

/* Through the tree and its printer, so that quoting happens in one place. */
static void pattern_of(const struct noro_export_row *r, struct noro_buf *out)
{
	struct noro_pattern_literal l = { .kind = NORO_LITERAL_STRING, .text = r->value };
	struct noro_pattern_step step = { .name = noro_view_str(noro_ioc_kind_name(r->kind)) };
	struct noro_pattern_node compare = {
		.literal = &l, .literals = 1, .path = { NORO_V("x-noroshi"), &step, 1 }
	};
	struct noro_pattern_node observe = { .kind = NORO_PATTERN_OBSERVE, .child = &compare };
	const struct noro_pattern whole = { .root = &observe };
	const char *path = path_of(r->kind, r->value);
	struct noro_buf tail = { 0 };

	noro_pattern_print(&whole, &tail);
	if (path && tail.n) {
		/* the print begins "[x-noroshi:kind = "; only the path differs */
		size_t eq = noro_view_find(noro_buf_as_view(&tail), NORO_V(" = "));

		noro_buf_chr(out, '[');
		noro_buf_str(out, path);
		noro_buf_view(out, noro_view_sub(noro_buf_as_view(&tail), eq, tail.n));
	} else {
		noro_buf_view(out, noro_buf_as_view(&tail));
	}
	if (tail.status != NORO_OK)
		out->status = tail.status;
	noro_buf_done(&tail);
}

static const char *tlp_marking(uint8_t tlp)
{
	static const char *const ids[] = { NULL,
		"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
		"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
		"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
		"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
		"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1" };

	return tlp < sizeof(ids) / sizeof(ids[0]) ? ids[tlp] : NULL;
}

static void put_types(struct writer *x, enum noro_ioc_role role)
{
	noro_jsonw_key(&x->w, "indicator_types");
	noro_jsonw_array(&x->w);
	noro_jsonw_str(&x->w, role == NORO_ROLE_BLOCK  ? "malicious-activity"
			      : role == NORO_ROLE_HUNT ? "anomalous-activity"
						       : "benign");
	noro_jsonw_array_end(&x->w);
}

static void put_indicator(struct writer *x, struct noro_view pattern, const struct noro_ioc_meta *m)
{
	char uuid[UUID_TEXT];

	noro_buf_clear(&x->name);
	noro_buf_printf(&x->name, "indicator:%s:%d:%lld:%lld:", m->advisory ? m->advisory : "",
		(int)m->role, (long long)m->from_ns, (long long)m->until_ns);
	noro_buf_str(&x->name, m->note ? m->note : "");
	noro_buf_view(&x->name, pattern);
	uuid5(x, noro_buf_as_view(&x->name), uuid);
	if (was_written(x, uuid))
		return;
	noro_jsonw_object(&x->w);
	noro_jsonw_kstr(&x->w, "type", "indicator");
	noro_jsonw_kstr(&x->w, "spec_version", "2.1");
	put_id(x, "indicator", noro_buf_as_view(&x->name));
	noro_jsonw_kstr(&x->w, "created_by_ref", x->identity);
	noro_jsonw_kmillis(&x->w, "created", x->o->now_ns);
	noro_jsonw_kmillis(&x->w, "modified", x->o->now_ns);
	put_types(x, m->role);
	put_text(x, "description", m->note);
	noro_jsonw_kview(&x->w, "pattern", pattern);
	noro_jsonw_kstr(&x->w, "pattern_type", "stix");
	noro_jsonw_ktime(
		&x->w, "valid_from", m->typed_ns != NORO_TIME_NONE ? m->typed_ns : x->o->now_ns);
	put_time(x, "valid_until", m->expires_ns);
	noro_jsonw_ku64(&x->w, "confidence", m->confidence);
	if (tlp_marking(m->tlp)) {
		noro_jsonw_key(&x->w, "object_marking_refs");
		noro_jsonw_array(&x->w);
		noro_jsonw_str(&x->w, tlp_marking(m->tlp));
		noro_jsonw_array_end(&x->w);
	}
	noro_jsonw_kstr(&x->w, "x_noroshi_role", noro_ioc_role_name(m->role));
	put_time(x, "x_noroshi_from", m->from_ns);
	put_time(x, "x_noroshi_until", m->until_ns);
	put_text(x, "x_noroshi_advisory", m->advisory);
	put_text(x, "x_noroshi_actors", m->actors);
	put_text(x, "x_noroshi_attack", m->attack);
	put_text(x, "x_noroshi_cve", m->cve);
	put_text(x, "x_noroshi_labels", m->labels);
	noro_jsonw_object_end(&x->w);
}

static void stix_row(void *ctx, const struct noro_export_row *r)
{
	struct writer *x = ctx;
	struct noro_buf pattern = { 0 };

	if (r->pattern != NORO_NO_PATTERN)
		return; /* its pattern is written whole */
	if (r->first)
		noro_buf_clear(&x->ids);
	pattern_of(r, &pattern);
	put_indicator(x, noro_buf_as_view(&pattern), r->meta);
	if (pattern.status != NORO_OK)
		x->status = pattern.status;
	noro_buf_done(&pattern);
}

static enum noro_status finish(struct writer *x, enum noro_status st)
{
	noro_buf_done(&x->name);
	noro_buf_done(&x->ids);
	if (st == NORO_OK)
		st = x->status;
	return st == NORO_OK ? x->out->status : st;
}

enum noro_status noro_export_stix(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	struct writer x = { .out = out, .w = noro_jsonw(out), .o = o, .set = s };
	char uuid[UUID_TEXT];
	enum noro_status st;

	uuid5(&x, noro_view_str(noro_export_source(o)), uuid);
	(void)snprintf(x.identity, sizeof(x.identity), "identity--%s", uuid);
	noro_jsonw_object(&x.w);
	noro_jsonw_kstr(&x.w, "type", "bundle");
	put_id(&x, "bundle", noro_view_str(noro_export_source(o)));
	noro_jsonw_key(&x.w, "objects");
	noro_jsonw_array(&x.w);
	noro_jsonw_object(&x.w);
	noro_jsonw_kstr(&x.w, "type", "identity");
	noro_jsonw_kstr(&x.w, "spec_version", "2.1");
	noro_jsonw_kstr(&x.w, "id", x.identity);
	noro_jsonw_kmillis(&x.w, "created", o->now_ns);
	noro_jsonw_kmillis(&x.w, "modified", o->now_ns);
	noro_jsonw_kstr(&x.w, "name", noro_export_source(o));
	noro_jsonw_kstr(&x.w, "identity_class", "organization");
	noro_jsonw_object_end(&x.w);
	st = noro_export_each(s, stix_row, &x);
	for (uint32_t i = 0; st == NORO_OK && i < noro_set_patterns(s); i++) {
		uint32_t meta = 0;
		struct noro_view text = noro_set_pattern(s, i, &meta);

		noro_buf_clear(&x.ids);
		put_indicator(&x, text, noro_set_meta_at(s, meta));
	}
	noro_jsonw_array_end(&x.w);
	noro_jsonw_object_end(&x.w);
	noro_buf_chr(out, '\n');
	return finish(&x, st);
}

/* --- MISP ---------------------------------------------------------------- */

static const struct {
	enum noro_ioc_kind kind;
	const char *type, *category;
} misp_types[] = {
	{ NORO_IOC_IPV4, "ip-dst", "Network activity" },
	{ NORO_IOC_IPV6, "ip-dst", "Network activity" },
	{ NORO_IOC_NET, "ip-dst", "Network activity" },
	{ NORO_IOC_DOMAIN, "domain", "Network activity" },
	{ NORO_IOC_URL, "url", "Network activity" },
	{ NORO_IOC_EMAIL, "email", "Payload delivery" },
	{ NORO_IOC_MD5, "md5", "Payload delivery" },
	{ NORO_IOC_SHA1, "sha1", "Payload delivery" },
	{ NORO_IOC_SHA256, "sha256", "Payload delivery" },
	{ NORO_IOC_SHA512, "sha512", "Payload delivery" },
	{ NORO_IOC_JA3, "ja3-fingerprint-md5", "Network activity" },
	{ NORO_IOC_HASSH, "hassh-md5", "Network activity" },
	{ NORO_IOC_ASN, "AS", "Network activity" },
	{ NORO_IOC_MAC, "mac-address", "Network activity" },
	{ NORO_IOC_BTC, "btc", "Financial fraud" },
	{ NORO_IOC_FILE_NAME, "filename", "Payload delivery" },
	{ NORO_IOC_FILE_PATH, "filename", "Payload delivery" },
	{ NORO_IOC_USER_AGENT, "user-agent", "Network activity" },
	{ NORO_IOC_REGISTRY, "regkey", "Persistence mechanism" },
	{ NORO_IOC_MUTEX, "mutex", "Artifacts dropped" },
	{ NORO_IOC_SERVICE, "windows-service-name", "Artifacts dropped" },
	{ NORO_IOC_STRING, "pattern-in-traffic", "Network activity" },
};

static void put_tag(struct writer *x, const char *space, const char *value)
{
	noro_buf_clear(&x->name);
	noro_buf_str(&x->name, space);
	if (value) {
		noro_buf_str(&x->name, "=\"");
		noro_buf_str(&x->name, value);
		noro_buf_chr(&x->name, '"');
	}
	noro_jsonw_object(&x->w);
	noro_jsonw_kview(&x->w, "name", noro_buf_as_view(&x->name));
	noro_jsonw_object_end(&x->w);
}

static void put_tags_of(struct writer *x, const char *space, const char *list)
{
	struct noro_view rest = noro_view_str(list), part;

	while (list && noro_view_cut(&rest, ',', &part)) {
		struct noro_buf one = { 0 };

		noro_buf_view(&one, part);
		if (one.n)
			put_tag(x, space ? space : one.p, space ? one.p : NULL);
		noro_buf_done(&one);
	}
}

static void misp_tags(struct writer *x, const struct noro_export_row *r, const char *kind)
{
	const struct noro_ioc_meta *m = r->meta;
	char number[8], tlp[24];

	noro_jsonw_key(&x->w, "Tag");
	noro_jsonw_array(&x->w);
	put_tag(x, "noroshi:role", noro_ioc_role_name(m->role));
	if (kind)
		put_tag(x, "noroshi:kind", kind);
	if (m->advisory)
		put_tag(x, "noroshi:advisory", m->advisory);
	(void)snprintf(number, sizeof(number), "%u", m->confidence);
	put_tag(x, "noroshi:confidence", number);
	if (m->tlp) {
		(void)snprintf(tlp, sizeof(tlp), "tlp:%s", noro_tlp_name((enum noro_tlp)m->tlp));
		for (char *c = tlp; *c; c++)
			*c = noro_lower(*c);
		put_tag(x, tlp, NULL);
	}
	put_tags_of(x, "misp-galaxy:threat-actor", m->actors);
	put_tags_of(x, "misp-galaxy:mitre-attack-pattern", m->attack);
	put_tags_of(x, NULL, m->labels);
	noro_jsonw_array_end(&x->w);
}

static void misp_attribute(struct writer *x, const struct noro_export_row *r, const char *type,
	const char *category, const char *kind)
{
	char uuid[UUID_TEXT];

	noro_buf_clear(&x->name);
	noro_buf_printf(&x->name, "attribute:%s:%s:%d:", type,
		r->meta->advisory ? r->meta->advisory : "", (int)r->meta->role);
	noro_buf_str(&x->name, r->meta->note ? r->meta->note : "");
	noro_buf_view(&x->name, r->value);
	uuid5(x, noro_buf_as_view(&x->name), uuid);
	if (was_written(x, uuid))
		return;
	noro_jsonw_object(&x->w);
	noro_jsonw_kstr(&x->w, "uuid", uuid);
	noro_jsonw_kstr(&x->w, "type", type);
	noro_jsonw_kstr(&x->w, "category", category);
	noro_jsonw_kbool(&x->w, "to_ids", r->meta->role == NORO_ROLE_BLOCK);
	noro_jsonw_kview(&x->w, "value", r->value);
	noro_jsonw_kstr(&x->w, "comment", r->meta->note ? r->meta->note : "");
	put_time(x, "first_seen", r->meta->from_ns);
	put_time(x, "last_seen", r->meta->until_ns);
	misp_tags(x, r, kind);
	noro_jsonw_object_end(&x->w);
}

static void misp_row(void *ctx, const struct noro_export_row *r)
{
	struct writer *x = ctx;

	if (r->pattern != NORO_NO_PATTERN)
		return;
	if (r->first)
		noro_buf_clear(&x->ids);
	for (size_t i = 0; i < sizeof(misp_types) / sizeof(misp_types[0]); i++)
		if (misp_types[i].kind == r->kind) {
			misp_attribute(x, r, misp_types[i].type, misp_types[i].category,
				r->kind == NORO_IOC_FILE_PATH ? noro_ioc_kind_name(r->kind) : NULL);
			return;
		}
	misp_attribute(x, r, "text", "Other", noro_ioc_kind_name(r->kind));
}

enum noro_status noro_export_misp(
	const struct noro_set *s, const struct noro_export_opts *o, struct noro_buf *out)
{
	struct writer x = { .out = out, .w = noro_jsonw(out), .o = o, .set = s };
	char uuid[UUID_TEXT], date[NORO_TIME_TEXT];
	enum noro_status st;

	uuid5(&x, noro_view_str(noro_export_source(o)), uuid);
	(void)noro_time_print(o->now_ns, date);
	date[10] = '\0';
	noro_jsonw_object(&x.w);
	noro_jsonw_key(&x.w, "Event");
	noro_jsonw_object(&x.w);
	noro_jsonw_kstr(&x.w, "uuid", uuid);
	noro_jsonw_kstr(&x.w, "info", noro_export_source(o));
	noro_jsonw_kstr(&x.w, "date", date);
	noro_jsonw_kstr(&x.w, "threat_level_id", "2");
	noro_jsonw_kstr(&x.w, "analysis", "2");
	noro_jsonw_key(&x.w, "Attribute");
	noro_jsonw_array(&x.w);
	st = noro_export_each(s, misp_row, &x);
	for (uint32_t i = 0; st == NORO_OK && i < noro_set_patterns(s); i++) {
		struct noro_export_row r = { .pattern = i };
		uint32_t meta = 0;

		r.value = noro_set_pattern(s, i, &meta);
		r.meta = noro_set_meta_at(s, meta);
		noro_buf_clear(&x.ids);
		misp_attribute(&x, &r, "stix2-pattern", "Artifacts dropped", NULL);
	}
	noro_jsonw_array_end(&x.w);
	noro_jsonw_object_end(&x.w);
	noro_jsonw_object_end(&x.w);
	noro_buf_chr(out, '\n');
	return finish(&x, st);
}
