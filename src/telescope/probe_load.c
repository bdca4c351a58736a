/*
 * src/telescope/probe_load.c - the files of knowledge/probes into rules, and their vectors:
 *
 *   probes:
 *     - id: ntp-monlist
 *       port: 123                 # where it is usually sent
 *       factor: 556.9             # amplification, as `source` gives it
 *       reflector: true
 *       title: { en: ..., ja: ... }
 *       source: where it was read
 *       match:                    # any of these; all that one of them says
 *         - { at: 0, bytes: "1700", mask: "ff00", text: "x", within: 40, nocase: true,
 *             length: [8, 48], port: 123, dns: { type: 255, class: 3, edns: 4096 }, snmp: "a5" }
 *       vectors: ["1700032a", "c0 +1199"]   # payloads it holds for; +N: so many zeros more
 *       others: ["e30004fa"]      # and does not
 */
#include "telescope/probe_priv.h"
#include "telescope/tool_priv.h"

#include "base/yaml.h"

#include <stdlib.h>
#include <string.h>

struct load {
	struct noro_arena *a;
	struct noro_probes *p;
	const struct noro_yaml_file *file; /* at hand */
};

static enum noro_status bad(
	struct load *l, const struct noro_json *at, const char *msg, struct noro_view arg)
{
	return noro_yaml_bad(l->file->err, l->file->path, l->file->text, at, msg, arg);
}

static bool small(const struct noro_json *v, uint32_t most, uint32_t *ret)
{
	int64_t n;

	if (!v || !noro_json_i64(v, &n) || n < 0 || n > most)
		return false;
	*ret = (uint32_t)n;
	return true;
}

static bool small_u16(const struct noro_json *v, uint16_t *ret)
{
	uint32_t n;

	if (!small(v, UINT16_MAX, &n))
		return false;
	*ret = (uint16_t)n;
	return true;
}

static bool read_dns(struct match *m, const struct noro_json *v)
{
	m->dns = true;
	for (const struct noro_json *k = v->child; k; k = k->next)
		if (!small_u16(k, noro_view_is(k->key, "type")    ? &m->dns_type
				  : noro_view_is(k->key, "class") ? &m->dns_class
								  : &m->dns_edns))
			return false;
	return v->kind == NORO_JSON_OBJECT;
}

static bool read_snmp(struct match *m, const struct noro_json *v)
{
	static const char *const pdu[] = { "a0", "a1", "a3", "a5", "v3" };
	static const uint8_t value[] = { 0xa0, 0xa1, 0xa3, 0xa5, 3 };

	m->snmp = true;
	for (size_t i = 0; i < sizeof(pdu) / sizeof(pdu[0]); i++)
		if (noro_view_is(v->text, pdu[i]))
			m->pdu = value[i];
	return m->pdu != 0;
}

static bool read_length(struct match *m, const struct noro_json *v)
{
	return v->kind == NORO_JSON_ARRAY && v->count == 2 && small(v->child, 65535, &m->lo) &&
	       small(v->child->next, 65535, &m->hi) && m->lo <= m->hi;
}

static bool read_key(struct load *l, struct match *m, const struct noro_json *k)
{
	if (noro_view_is(k->key, "at"))
		return small_u16(k, &m->at);
	if (noro_view_is(k->key, "port"))
		return small_u16(k, &m->port) && m->port;
	if (noro_view_is(k->key, "within"))
		return small_u16(k, &m->within) && m->within;
	if (noro_view_is(k->key, "length"))
		return read_length(m, k);
	if (noro_view_is(k->key, "dns"))
		return read_dns(m, k);
	if (noro_view_is(k->key, "snmp"))
		return read_snmp(m, k);
	if (noro_view_is(k->key, "nocase")) {
		m->nocase = k->kind == NORO_JSON_TRUE;
		return true;
	}
	if (noro_view_is(k->key, "text")) {
		m->text = k->text;
		return k->text.n > 0 && k->text.n < 256;
	}
	if (noro_view_is(k->key, "bytes"))
		return (m->bytes = noro_hex_bytes(l->a, k->text)).n > 0;
	if (noro_view_is(k->key, "mask"))
		return (m->mask = noro_hex_bytes(l->a, k->text)).n > 0;
	return false;
}

static bool first_may(const struct match *m, unsigned c)
{
	uint8_t mask = m->mask.p ? (uint8_t)m->mask.p[0] : 0xff;

	if (m->bytes.n && m->at == 0)
		return (c & mask) == (uint8_t)m->bytes.p[0];
	if (m->text.n && m->at == 0 && !m->within && !m->nocase)
		return c == (uint8_t)m->text.p[0];
	return !m->snmp || c == 0x30;
}

/* The fewest bytes in which all that is said of it can stand. */
static size_t least(const struct match *m)
{
	size_t n = m->lo, text = m->text.n + (m->within ? 0 : m->at);

	n = m->bytes.n && n < m->at + m->bytes.n ? m->at + m->bytes.n : n;
	n = m->text.n && n < text ? text : n;
	return m->dns && n < DNS_LEAST ? DNS_LEAST : n;
}

static void possible(struct noro_probes *p, size_t at)
{
	const struct match *m = &p->match[at];
	uint64_t bit = 1ULL << at % 64;

	for (unsigned v = 0; v < 256; v++) {
		if (first_may(m, v))
			p->first[v][at / 64] |= bit;
		if ((v == 255 || least(m) <= v) && m->hi >= v)
			p->length[v][at / 64] |= bit;
		if (!m->port || (m->port & 255) == v)
			p->port[v][at / 64] |= bit;
	}
}

static enum noro_status read_match(struct load *l, const struct noro_json *v)
{
	struct match *m = &l->p->match[l->p->matches];

	if (l->p->matches == MATCHES_MAX)
		return bad(l, v, N_("too many matches; at most 128"), NORO_V(""));
	*m = (struct match){ .rule = (uint16_t)l->p->rules, .hi = UINT32_MAX };
	for (const struct noro_json *k = v->child; k; k = k->next)
		if (!read_key(l, m, k))
			return bad(
				l, k, N_("'%1' cannot stand here, or not with this value"), k->key);
	if ((m->mask.p && m->mask.n != m->bytes.n) ||
		(!m->bytes.n && !m->text.n && !m->dns && !m->snmp && !m->port))
		return bad(l, v,
			N_("a match that tests nothing, or whose mask is not as long as its bytes"),
			NORO_V(""));
	possible(l->p, l->p->matches++);
	return NORO_OK;
}

static const char *text_of(struct load *l, const struct noro_json *v, const char *name)
{
	struct noro_view s = noro_json_str(v, name);

	return s.p ? noro_arena_strn(l->a, s.p, s.n) : NULL;
}

static double factor_of(const struct noro_json *v)
{
	struct noro_view s = noro_json_str(v, "factor");

	return s.p ? strtod(s.p, NULL)
		   : 0; /* the reader saw a number, which ends before the line does */
}

static enum noro_status read_rule(
	void *ctx, const struct noro_yaml_file *file, const struct noro_json *v)
{
	struct load *l = ctx;
	const struct noro_json *title = noro_json_get(v, "title"),
			       *match = noro_json_get(v, "match");
	const struct noro_json *reflector = noro_json_get(v, "reflector");
	struct noro_probe_rule *r = &l->p->rule[l->p->rules];
	enum noro_status st = NORO_OK;

	l->file = file;
	if (l->p->rules == PROBES_MAX)
		return bad(l, v, N_("too many probes; at most 96"), NORO_V(""));
	*r = (struct noro_probe_rule){ .id = text_of(l, v, "id"),
		.title = { text_of(l, title, "en"), text_of(l, title, "ja") },
		.factor = factor_of(v),
		.reflector = reflector && reflector->kind == NORO_JSON_TRUE };
	if (!r->id || !r->title.en || !match || !match->child || !text_of(l, v, "source") ||
		!small_u16(noro_json_get(v, "port"), &r->port))
		return bad(l, v, N_("a probe has id, port, title, source and match"), NORO_V(""));
	for (const struct noro_json *m = match->child; m && st == NORO_OK; m = m->next)
		st = read_match(l, m);
	l->p->vectors[l->p->rules] = noro_json_get(v, "vectors");
	l->p->others[l->p->rules++] = noro_json_get(v, "others");
	return st;
}

enum noro_status noro_probes_load(struct noro_arena *a, const char *const *folder, size_t n,
	const struct noro_probes **ret, struct noro_error *err)
{
	struct load l = { .a = a, .p = noro_arena_alloc(a, sizeof(*l.p)) };
	const struct noro_yaml_rows rows = { "probes", "probes", read_rule, &l };
	enum noro_status st;

	if (!l.p)
		return noro_fail(err, NORO_ENOMEM, NULL);
	st = noro_yaml_lists(a, folder, n, &rows, err);
	*ret = l.p;
	return st;
}

/* --- vectors --- */

/* "c0 +1199": the bytes and so many zeros. */
static struct noro_view payload_of(struct noro_arena *a, struct noro_view written)
{
	const char *plus = memchr(written.p, '+', written.n);
	size_t hex = plus ? (size_t)(plus - written.p) : written.n;
	struct noro_view bytes = noro_hex_bytes(a, noro_view(written.p, hex));
	uint64_t zeros = 0;
	char *out;

	if (!plus || !bytes.p)
		return bytes;
	if (!noro_view_u64(noro_view_sub(written, hex + 1, written.n), &zeros) || zeros > 65535)
		return (struct noro_view){ NULL, 0 };
	out = noro_arena_alloc(a, bytes.n + zeros + 1);
	if (!out)
		return (struct noro_view){ NULL, 0 };
	memcpy(out, bytes.p, bytes.n);
	return noro_view(out, bytes.n + zeros);
}

enum noro_status noro_probes_self_test(const char *const *folder, size_t n,
	void (*fail)(void *ctx, const char *rule, const char *what), void *ctx, size_t *ret_run,
	struct noro_error *err)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_probes *p;
	enum noro_status st =
		a ? noro_probes_load(a, folder, n, &p, err) : noro_fail(err, NORO_ENOMEM, NULL);

	*ret_run = 0;
	for (size_t i = 0; st == NORO_OK && i < p->rules; i++) {
		const struct noro_json *sets[] = { p->vectors[i], p->others[i] };

		if (!sets[0] || !sets[0]->count)
			fail(ctx, p->rule[i].id, N_("has no vector"));
		for (int other = 0; other < 2; other++)
			for (const struct noro_json *v = sets[other] ? sets[other]->child : NULL; v;
				v = v->next) {
				struct noro_view bytes = payload_of(a, v->text);
				bool holds = bytes.n &&
					     noro_probes_judge(p, bytes, p->rule[i].port) == i;

				++*ret_run;
				if (!bytes.n || holds == (other == 1))
					fail(ctx, p->rule[i].id,
						other ? N_("holds for a payload that is not its "
							   "own")
						      : N_("does not hold for its own payload"));
			}
	}
	noro_arena_free(a);
	return st;
}
