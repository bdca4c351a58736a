/*
 * src/telescope/payload.c - the checks are asked about a first payload.
 *
 * The language and the checks are those of the hunt (docs/checks.md), so that what is learnt here
 * is found in old logs and the other way round. A payload is asked twice: as it came, as a log
 * would have it, and as the text with everything undone; a check that holds for one of them holds.
 * Words that a check needs are looked for first, in both, with one walk by their first three
 * letters.
 */
#include "telescope/payload_priv.h"

#include "base/hash.h"
#include "base/mem.h"
#include "evidence/record.h"
#include "evidence/tls.h"

enum {
	HEADS = 4096, /* slots for the first three letters of words */
	EVENTS = 512, /* of one payload */
	SCRATCH_MAX = 16 << 20,
};

static const char classes[] = "web url payload";

/* Field numbers beside enum noro_field; header fields have their name. */
enum { FIELD_RAW = -1, FIELD_SHAPE = -2, FIELD_OWN = -3 };

struct noro_payload_rules {
	const struct noro_rules *checks;
	struct noro_rule_worker *worker;
	struct noro_hash *hash;
	struct noro_arena *scratch; /* of one payload */
	int *field;                 /* what each field of the checks is */
	const char *const *field_name;
	size_t fields;
	bool *asked; /* by check: does it look at such evidence? */
	/* words that checks need, chained by their first three letters */
	uint32_t *literal, *chain, *seen;
	size_t literals;
	uint32_t round, head[HEADS];
	const char *const *word;
	struct payload_plain plain;
	struct noro_buf lower;
};

/* --- setting up --- */

static unsigned head_of(const char *p)
{
	uint32_t h = (uint32_t)(unsigned char)p[0] | (uint32_t)(unsigned char)p[1] << 8 |
		     (uint32_t)(unsigned char)p[2] << 16;

	return h * UINT32_C(2654435761) >> 20;
}

static bool wanted(const struct noro_check *c)
{
	for (size_t i = 0; c->records && i < c->needs.n; i++) {
		struct noro_view rest = noro_view_str(classes), one;

		while (noro_view_word(&rest, &one))
			if (noro_view_is(one, c->needs.item[i]))
				return true;
	}
	return false;
}

static void name_fields(struct noro_payload_rules *r)
{
	for (size_t i = 0; i < r->fields; i++) {
		const char *name = r->field_name[i];
		int f = noro_field_by_name(noro_view_str(name));

		if (strcmp(name, "raw") == 0)
			f = FIELD_RAW;
		else if (strcmp(name, "shape") == 0)
			f = FIELD_SHAPE;
		else if (f < 0)
			f = FIELD_OWN;
		r->field[i] = f;
	}
}

static enum noro_status build(struct noro_payload_rules *r)
{
	size_t words, checks = noro_rules_count(r->checks);

	r->word = noro_rules_literals(r->checks, &words);
	r->field_name = noro_rules_fields(r->checks, &r->fields);
	r->field = noro_calloc(r->fields + 1, sizeof(*r->field));
	r->asked = noro_calloc(checks + 1, sizeof(*r->asked));
	r->literal = noro_calloc(words + 1, sizeof(*r->literal));
	r->chain = noro_calloc(words + 1, sizeof(*r->chain));
	r->seen = noro_calloc(words + 1, sizeof(*r->seen));
	r->scratch = noro_arena_new(SCRATCH_MAX);
	r->hash = noro_hash_new(1U << NORO_SHA256);
	if (!r->field || !r->asked || !r->literal || !r->chain || !r->seen || !r->scratch ||
		!r->hash)
		return NORO_ENOMEM;
	name_fields(r);
	for (size_t i = 0; i < checks; i++)
		r->asked[i] = wanted(noro_rules_check(r->checks, i));
	r->literals = noro_rules_literals_for(r->checks, classes, r->literal, words);
	for (size_t i = 0; i < r->literals; i++) {
		uint32_t *head = &r->head[head_of(r->word[r->literal[i]])];

		r->chain[i] = *head;
		*head = (uint32_t)i + 1;
	}
	return noro_rule_worker_new(r->checks, &r->worker);
}

enum noro_status noro_payload_rules_new(
	const struct noro_rules *checks, struct noro_payload_rules **ret, struct noro_error *err)
{
	struct noro_payload_rules *r = noro_calloc(1, sizeof(*r));
	enum noro_status st;

	*ret = NULL;
	if (!r)
		return noro_fail(err, NORO_ENOMEM, NULL);
	r->checks = checks;
	st = build(r);
	if (st != NORO_OK) {
		noro_payload_rules_free(r);
		return noro_fail(err, st, NULL);
	}
	*ret = r;
	return NORO_OK;
}

void noro_payload_rules_free(struct noro_payload_rules *r)
{
	if (!r)
		return;
	noro_rule_worker_free(r->worker);
	noro_hash_free(r->hash);
	noro_arena_free(r->scratch);
	payload_plain_done(&r->plain);
	noro_buf_done(&r->lower);
	free(r->field);
	free(r->asked);
	free(r->literal);
	free(r->chain);
	free(r->seen);
	free(r);
}

struct noro_view noro_payload_text(const struct noro_payload_rules *r)
{
	return noro_buf_as_view(&r->plain.text);
}

/* --- a payload as a record --- */

struct record {
	const struct noro_payload_rules *r;
	struct noro_view raw, port;
	bool request;
	struct payload_request part;
};

static bool header_field(const struct record *q, const char *name, struct noro_view *ret)
{
	return payload_header(q->part.headers, noro_view_str(name), ret);
}

static bool own_field(const struct record *q, const char *name, struct noro_view *ret)
{
	*ret = (struct noro_view){ NULL, 0 };
	if (strcmp(name, "body") == 0)
		*ret = q->part.body;
	else if (strcmp(name, "headers") == 0)
		*ret = q->part.headers;
	else
		return header_field(q, name, ret);
	return ret->p != NULL;
}

static bool request_field(const struct record *q, int f, struct noro_view *ret)
{
	switch (f) {
	case NORO_FIELD_METHOD:
		*ret = q->part.method;
		break;
	case NORO_FIELD_PATH:
		*ret = q->part.path;
		break;
	case NORO_FIELD_QUERY:
		*ret = q->part.query;
		break;
	case NORO_FIELD_HOST:
		return header_field(q, "Host", ret);
	case NORO_FIELD_USER_AGENT:
		return header_field(q, "User-Agent", ret);
	case NORO_FIELD_REFERER:
		return header_field(q, "Referer", ret);
	default:
		return false;
	}
	return ret->p != NULL;
}

static bool get_field(const void *rec, uint32_t field, struct noro_view *ret)
{
	const struct record *q = rec;
	int f = q->r->field[field];

	*ret = (struct noro_view){ NULL, 0 };
	if (f == FIELD_RAW)
		*ret = q->raw;
	else if (f == FIELD_SHAPE)
		*ret = noro_view_str(q->request ? "http-request" : "payload");
	else if (f == NORO_FIELD_DST_PORT)
		*ret = q->port;
	else if (f == FIELD_OWN)
		return q->request && own_field(q, q->r->field_name[field] + strlen("own."), ret);
	else
		return q->request && request_field(q, f, ret);
	return ret->p != NULL;
}

/* --- asking --- */

struct asking {
	struct noro_payload_rules *r;
	struct noro_rule_event event[EVENTS];
	size_t events;
	uint32_t *hit; /* words that stand in it */
	size_t hits;
};

static void look(struct asking *k, struct noro_view text)
{
	struct noro_payload_rules *r = k->r;

	for (size_t i = 0; i + 3 <= text.n; i++) {
		for (uint32_t at = r->head[head_of(text.p + i)]; at; at = r->chain[at - 1]) {
			const char *word = r->word[r->literal[at - 1]];

			if (r->seen[at - 1] == r->round ||
				!noro_view_starts(noro_view(text.p + i, text.n - i), word))
				continue;
			r->seen[at - 1] = r->round;
			k->hit[k->hits++] = r->literal[at - 1];
		}
	}
}

/* Words are in lower case; so is what they are looked for in. */
static enum noro_status find_words(struct asking *k, struct noro_view text)
{
	struct noro_payload_rules *r = k->r;

	noro_buf_clear(&r->lower);
	noro_buf_view(&r->lower, text);
	if (r->lower.status != NORO_OK)
		return NORO_ENOMEM;
	for (size_t i = 0; i < r->lower.n; i++)
		r->lower.p[i] = noro_lower(r->lower.p[i]);
	look(k, noro_buf_as_view(&r->lower));
	return NORO_OK;
}

static enum noro_status keep_event(void *ctx, const struct noro_rule_event *e)
{
	struct asking *k = ctx;
	struct noro_view *field;

	if (k->events == EVENTS)
		return NORO_OK;
	field = noro_arena_array(k->r->scratch, e->fields + 1, sizeof(*field));
	if (!field)
		return NORO_ENOMEM;
	for (uint32_t i = 0; i < e->fields; i++)
		if (e->field[i].p && !(field[i] = noro_arena_view(k->r->scratch, e->field[i])).p)
			return NORO_ENOMEM;
	k->event[k->events] = *e;
	k->event[k->events++].field = field;
	return NORO_OK;
}

static enum noro_status ask(struct asking *k, const struct record *q)
{
	struct noro_rule_view v = { .get = get_field, .rec = q, .time_ns = NORO_TIME_NONE };

	return noro_rules_match(k->r->worker, &v, k->hit, k->hits, keep_event, k);
}

struct verdicts {
	const struct noro_payload_rules *r;
	uint32_t check[NORO_PAYLOAD_RULES];
	size_t n;
};

static enum noro_status take(void *ctx, const struct noro_verdict *v)
{
	struct verdicts *t = ctx;

	if (!t->r->asked[v->check] || t->n == NORO_PAYLOAD_RULES ||
		(t->n && t->check[t->n - 1] == v->check))
		return NORO_OK;
	t->check[t->n++] = v->check;
	return NORO_OK;
}

static struct noro_view port_of(const char *port)
{
	struct noro_view v = noro_view_str(port ? port : "");
	size_t slash = noro_view_chr(v, '/');

	return slash == SIZE_MAX ? v : noro_view_sub(v, slash + 1, v.n);
}

static enum noro_status ask_both(struct asking *k, const struct noro_payload *m)
{
	const struct payload_plain *p = &k->r->plain;
	struct record q = { .r = k->r, .port = port_of(m->port), .request = p->request };
	struct noro_view came =
		noro_view(m->byte, m->n < NORO_PAYLOAD_MAX ? m->n : NORO_PAYLOAD_MAX);
	enum noro_status st = find_words(k, noro_buf_as_view(&p->text));

	if (st == NORO_OK)
		st = find_words(k, came);
	if (st != NORO_OK || !k->hits)
		return st;
	q.raw = noro_buf_as_view(&p->text);
	q.part = p->part;
	st = ask(k, &q);
	if (st != NORO_OK)
		return st;
	q.raw = came;
	(void)payload_request(came, &q.part);
	return ask(k, &q);
}

/* --- lists of the answer --- */

static bool list_has(const struct noro_list *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->item[i], text) == 0)
			return true;
	return false;
}

static enum noro_status fill(struct noro_arena *a, const struct verdicts *t, struct noro_payload *m)
{
	const char **rule = noro_arena_array(a, t->n + 1, sizeof(*rule)),
		   **cve = noro_arena_array(a, NORO_PAYLOAD_CVES, sizeof(*cve));

	if (!rule || !cve)
		return NORO_ENOMEM;
	m->rules = (struct noro_list){ rule, t->n };
	m->cve = (struct noro_list){ cve, 0 };
	for (size_t i = 0; i < t->n; i++) {
		const struct noro_check *c = noro_rules_check(t->r->checks, t->check[i]);

		rule[i] = noro_arena_str(a, c->id);
		if (!rule[i])
			return NORO_ENOMEM;
		for (size_t j = 0; j < c->cve.n && m->cve.n < NORO_PAYLOAD_CVES; j++) {
			if (list_has(&m->cve, c->cve.item[j]))
				continue;
			cve[m->cve.n] = noro_arena_str(a, c->cve.item[j]);
			if (!cve[m->cve.n])
				return NORO_ENOMEM;
			m->cve.n++;
		}
	}
	return NORO_OK;
}

static enum noro_status name(
	struct noro_payload_rules *r, struct noro_arena *a, struct noro_payload *m)
{
	struct payload_names names = { .a = a };
	const char **item;
	enum noro_status st;

	if (r->plain.request)
		(void)payload_header(r->plain.part.headers, NORO_V("Host"), &names.host);
	st = payload_names(&names, noro_buf_as_view(&r->plain.text));
	if (st != NORO_OK)
		return st;
	item = noro_arena_array(a, names.n + 1, sizeof(*item));
	if (!item)
		return NORO_ENOMEM;
	memcpy(item, names.item, names.n * sizeof(*item));
	m->urls = (struct noro_list){ item, names.n };
	return NORO_OK;
}

/* Who speaks TLS is told by how, and whom it asks for is a host that it names. */
static enum noro_status client(
	struct noro_payload_rules *r, struct noro_arena *a, struct noro_payload *m)
{
	uint8_t *room = noro_arena_alloc(r->scratch, NORO_TLS_HELLO_MAX);
	struct noro_tls_hello *h = noro_arena_alloc(r->scratch, sizeof(*h));
	size_t n = m->n < NORO_PAYLOAD_MAX ? m->n : NORO_PAYLOAD_MAX;
	const char **item;
	char *text;
	enum noro_status st;

	m->ja4 = NULL;
	if (!room || !h)
		return NORO_ENOMEM;
	if (!noro_tls_hello(noro_view(m->byte, n), room, h))
		return NORO_OK;
	text = noro_arena_alloc(a, NORO_JA4_TEXT);
	st = text ? noro_tls_ja4(h, 't', r->hash, text) : NORO_ENOMEM;
	if (st != NORO_OK)
		return st;
	m->ja4 = text;
	m->simhash = payload_simhash(noro_view_str(text), false);
	if (!h->name.n || h->name.n > 255 || !noro_view_plain(h->name))
		return NORO_OK;
	item = noro_arena_array(a, 1, sizeof(*item));
	if (!item || !(item[0] = noro_arena_strn(a, h->name.p, h->name.n)))
		return NORO_ENOMEM;
	m->urls = (struct noro_list){ item, 1 };
	return NORO_OK;
}

static enum noro_status digest(struct noro_payload_rules *r, struct noro_payload *m)
{
	char hex[NORO_HASH_TEXT];
	enum noro_status st = noro_hash_reset(r->hash);

	noro_hash_add(r->hash, m->byte, m->n);
	if (st == NORO_OK)
		st = noro_hash_hex(r->hash, NORO_SHA256, hex);
	if (st == NORO_OK)
		memcpy(m->sha256, hex, sizeof(m->sha256));
	return st;
}

static enum noro_status conclude(struct asking *k, struct verdicts *t, struct noro_error *err)
{
	const struct noro_conclude_opts o = {
		.learn_until_ns = NORO_TIME_NONE, .verdict = take, .ctx = t
	};

	if (!k->events)
		return NORO_OK;
	return noro_rules_conclude(k->r->checks, k->r->scratch, k->event, k->events, &o, err);
}

enum noro_status noro_payload_judge(struct noro_payload_rules *r, struct noro_arena *a,
	struct noro_payload *m, struct noro_error *err)
{
	struct verdicts t = { .r = r };
	struct asking *k;
	enum noro_status st = digest(r, m);

	noro_arena_reset(r->scratch);
	if (++r->round == 0) { /* after 2^32 payloads every mark is stale */
		memset(r->seen, 0, r->literals * sizeof(*r->seen));
		r->round = 1;
	}
	k = noro_arena_alloc(r->scratch, sizeof(*k));
	if (st == NORO_OK &&
		(!k || !(k->hit = noro_arena_array(r->scratch, r->literals + 1, sizeof(*k->hit)))))
		st = NORO_ENOMEM;
	if (st == NORO_OK) {
		k->r = r;
		st = payload_plain(&r->plain, noro_view(m->byte, m->n));
	}
	if (st == NORO_OK)
		st = name(r, a, m);
	if (st == NORO_OK) {
		payload_lower_path(&r->plain);
		m->simhash =
			payload_simhash(noro_view(r->plain.text.p, r->plain.own), r->plain.request);
		st = ask_both(k, m);
	}
	if (st == NORO_OK)
		st = client(r, a, m);
	if (st == NORO_OK)
		st = conclude(k, &t, err);
	if (st == NORO_OK)
		st = fill(a, &t, m);
	return st == NORO_ENOMEM ? noro_fail(err, st, NULL) : st;
}
