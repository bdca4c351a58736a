/*
 * src/hunt/device.c - configurations and outputs of commands among the evidence. Such a
 * text is searched like any other, and kept whole for the audit, which needs all
 * texts of a device together; the baseline is read for the audit alone.
 */
#include "hunt/hunt_priv.h"

#include "base/yaml.h"
#include "device/audit.h"
#include "image/image.h"

#include <stdio.h>

enum {
	GUESS_BYTES = 64 << 10,     /* of a text tell its dialect */
	MAX_BARE_OUTPUT = 16 << 20, /* an output known only by the name of its file */
};

static enum noro_status give(
	struct hunt *h, const struct noro_audit_text *t, struct noro_audit_taken *ret)
{
	struct noro_error err = { 0 };

	return noro_audit_add(h->audit, t, ret, &err);
}

bool hunt_device_wants(
	struct hunt *h, struct piece *p, struct noro_view head, struct noro_dialect_guess *g)
{
	struct noro_audit_taken taken;
	struct noro_audit_text t = { .path = p->path, .text = head, .guess = g, .probe = true };

	if (!h->audit)
		return false;
	p->collector = p->binary ? noro_mrt_form(head) : NULL;
	if (p->binary)
		return p->collector != NULL;
	noro_dialect_guess(head, p->path, g);
	p->guessed = head.n;
	p->config = g->config && !g->transcript;
	if (g->config || g->transcript)
		return true;
	return p->size <= MAX_BARE_OUTPUT && give(h, &t, &taken) == NORO_OK && taken.used;
}

/* Registers of the boot are made again from the hashes printed with them (IMG-05). */
static void attest(struct piece *p, struct noro_view text)
{
	struct noro_arena *a = noro_biv_is(text) ? noro_arena_new(0) : NULL;
	struct noro_error err = { 0 };
	struct noro_biv b;

	if (a && noro_biv_parse(text, a, &b, &err) == NORO_OK) {
		if (noro_biv_pcr0(&b) == NORO_BIV_BAD)
			p->attest = "PCR0";
		else if (noro_biv_pcr8(&b) == NORO_BIV_BAD)
			p->attest = "PCR8";
	}
	if (p->attest)
		p->attest_line = noro_line_of(text, noro_view_find(text, noro_view_str(p->attest)));
	noro_arena_free(a);
}

static enum noro_status keep_note(struct hunt *h, struct piece *p, const struct noro_msg *note)
{
	enum noro_status st = NORO_OK;

	pthread_mutex_lock(&h->lock);
	p->note = *note;
	for (size_t i = 0; i < sizeof(note->arg) / sizeof(*note->arg); i++)
		if (note->arg[i] && !(p->note.arg[i] = noro_arena_str(h->keep, note->arg[i])))
			st = NORO_ENOMEM;
	pthread_mutex_unlock(&h->lock);
	return st;
}

static enum noro_status keep_strange(
	struct hunt *h, struct piece *p, const struct noro_audit_taken *t)
{
	size_t n = t->strange < NORO_AUDIT_STRANGE ? t->strange : NORO_AUDIT_STRANGE;

	p->strange = t->strange;
	pthread_mutex_lock(&h->lock);
	p->stranger = noro_arena_array(h->keep, n, sizeof(*p->stranger));
	for (size_t i = 0; p->stranger && i < n; i++) {
		p->stranger[i].line = t->stranger[i].line;
		p->stranger[i].text = noro_arena_str(h->keep, t->stranger[i].text);
		p->strangers += p->stranger[i].text != NULL;
	}
	pthread_mutex_unlock(&h->lock);
	return p->strangers == n ? NORO_OK : NORO_ENOMEM;
}

enum noro_status hunt_device_text(struct worker *w, struct piece *p, const struct noro_buf *whole,
	const struct noro_dialect_guess *g)
{
	struct noro_audit_text t = { .path = p->path,
		.container = p->container,
		.text = noro_buf_as_view(whole),
		.mtime_ns = p->mtime_ns };
	struct noro_audit_taken taken = { 0 };
	enum noro_status st = whole->status;

	/* the head was all of the text, or all that a guess looks at */
	if (p->guessed && p->guessed >= (whole->n < GUESS_BYTES ? whole->n : GUESS_BYTES))
		t.guess = g;

	if (st == NORO_OK)
		st = give(w->h, &t, &taken);
	if (st != NORO_OK || !taken.used)
		return st;
	p->taken = true;
	attest(p, t.text);
	p->dialect = taken.guess.dialect;
	p->sure = taken.guess.confidence;
	p->config = taken.guess.config && !taken.guess.transcript;
	p->not_understood = taken.unknown;
	memcpy(p->asked, taken.config, sizeof(p->asked));
	p->askeds = taken.configs;
	if (taken.note.id)
		st = keep_note(w->h, p, &taken.note);
	if (st == NORO_OK && taken.strange)
		st = keep_strange(w->h, p, &taken);
	if (taken.guess.config && taken.guess.why.id) {
		p->sniff.why = taken.guess.why.id;
		memcpy(p->sniff.arg, taken.guess.arg,
			sizeof(p->sniff.arg) < sizeof(taken.guess.arg) ? sizeof(p->sniff.arg)
								       : sizeof(taken.guess.arg));
		p->sniff.arg[sizeof(p->sniff.arg) - 1] = '\0';
	} else if (!taken.guess.config && taken.outputs) {
		p->sniff.why = N_("it holds outputs of commands of network devices");
		p->sniff.arg[0] = '\0';
	}
	return st;
}

/* Why a text that should be a device's is none that we can judge. */
enum noro_status hunt_device_refuse(
	const struct piece *p, struct noro_view head, struct noro_error *err)
{
	enum { LONG = 32 << 10 };
	struct noro_dialect_guess g;

	if (head.n == 0)
		return noro_fail(err, NORO_EUNSUPPORTED, N_("the file is empty"));
	if (p->binary)
		return noro_fail(err, NORO_EUNSUPPORTED,
			N_("binary data: no configuration, and no output of a command"));
	for (struct noro_view rest = head, line; noro_view_line(&rest, &line);)
		if (line.n > LONG)
			return noro_fail(err, NORO_EUNSUPPORTED,
				N_("line %1 is longer than 32 KiB: no configuration, and no output "
				   "of a command"),
				NORO_NUM(noro_line_of(head, (size_t)(line.p - head.p))));
	noro_dialect_guess(head, p->path, &g);
	if (g.other != NORO_DIALECT_NONE)
		return noro_fail(err, NORO_EUNSUPPORTED,
			N_("lines of %1, and from line %3 on of %2: too mixed to be the "
			   "configuration of one device"),
			noro_dialect_title(g.dialect), noro_dialect_title(g.other),
			NORO_NUM(g.other_line));
	if (g.dialect != NORO_DIALECT_NONE)
		return noro_fail(err, NORO_EUNSUPPORTED,
			N_("some lines could be of %1, too few for a configuration; and no output "
			   "of a command that is known"),
			noro_dialect_title(g.dialect));
	return noro_fail(err, NORO_EUNSUPPORTED,
		N_("no configuration, and no output of a command that is known"));
}

static void routes_fail(struct hunt *h, struct piece *p, const struct noro_mrt_stats *stats)
{
	struct noro_error err = { 0 };
	char n[24];

	if (p->err || atomic_load(&p->incomplete) || !(stats->truncated || stats->bad_records))
		return;
	(void)snprintf(n, sizeof(n), "%llu", (unsigned long long)stats->bad_records);
	if (stats->truncated)
		(void)noro_fail(&err, NORO_ETRUNC, N_("the last record of routes is not whole"));
	else
		(void)noro_fail(&err, NORO_EFORMAT,
			N_("%1 records of routes do not hold together; the others were read"), n);
	err.at = stats->truncated ? stats->at : 0;
	hunt_piece_fails(h, p, &err);
}

enum noro_status hunt_device_routes(
	struct hunt *h, struct piece *p, const struct noro_mrt_source *source)
{
	struct noro_audit_text t = { .path = p->path, .container = p->container };
	struct noro_mrt_sum sum;
	struct noro_error err = { 0 };
	enum noro_status st = noro_audit_add_routes(h->audit, &t, source, &sum, &err);
	uint64_t bad = sum.stats.bad_records + sum.stats.bad_attributes;

	if (st == NORO_ENOMEM)
		return st;
	if (st != NORO_OK)
		hunt_piece_fails(h, p, &err);
	p->taken = st == NORO_OK;
	p->routes_records = sum.stats.records;
	p->not_understood = bad < UINT32_MAX ? (uint32_t)bad : UINT32_MAX;
	p->routes_first_ns = p->routes_last_ns = NORO_TIME_NONE;
	if (sum.first_s) {
		p->routes_first_ns = sum.first_s * NORO_NS_PER_S;
		p->routes_last_ns = sum.last_s * NORO_NS_PER_S;
	}
	p->sniff.why = N_("records of routes follow one another from the first byte");
	p->sniff.arg[0] = '\0';
	routes_fail(h, p, &sum.stats);
	return NORO_OK;
}

/* --- the baseline --- */

struct approving {
	struct hunt *h;
	enum noro_status status;
	bool again; /* evidence that an interrupted run has searched, read for the audit alone */
};

static void refuse(void *ctx, const char *path, const char *container, const struct noro_error *err)
{
	struct approving *v = ctx;

	(void)container;
	(void)err;
	if (v->h->o->on_refused && !v->again)
		v->h->o->on_refused(v->h->o->refused_ctx, path, err);
}

static enum noro_status pull_again(void *ctx, void *buf, size_t n, size_t *ret_n)
{
	struct noro_error err = { 0 };

	*ret_n = 0;
	return noro_stream_read(ctx, buf, n, ret_n, &err) == NORO_ENOMEM ? NORO_ENOMEM : NORO_OK;
}

static enum noro_status approve(
	void *ctx, struct noro_stream *s, const struct noro_stream_info *info)
{
	struct approving *v = ctx;
	struct noro_buf b = { 0 };
	struct noro_audit_taken taken;
	struct noro_audit_text t = { .path = info->path,
		.container = info->container,
		.mtime_ns = info->mtime_ns,
		.baseline = !v->again };
	enum noro_status st = NORO_OK;
	struct noro_view head;
	struct noro_error peek = { 0 };
	struct piece p = { .path = info->path, .container = info->container, .size = info->size };
	struct noro_dialect_guess g;

	if (noro_stream_peek(s, &head, &peek) < 0)
		return NORO_OK;
	p.collector = noro_mrt_form(head);
	if (p.collector && v->again)
		return hunt_device_routes(v->h, &p, &(struct noro_mrt_source){ pull_again, s });
	if (p.collector) {
		(void)noro_fail(
			&peek, NORO_EUNSUPPORTED, N_("routes of a collector are no baseline"));
		refuse(v, info->path, info->container, &peek);
		return NORO_OK;
	}
	if (v->again && !hunt_device_wants(v->h, &p, head, &g))
		return NORO_OK;

	while (st == NORO_OK && b.n < MAX_DEVICE_TEXT) {
		char *room = noro_buf_room(&b, CHUNK_BYTES);
		struct noro_error err = { 0 };
		size_t got = 0;

		if (!room) {
			st = NORO_ENOMEM;
			break;
		}
		st = noro_stream_read(s, room, CHUNK_BYTES, &got, &err);
		b.n += got;
	}
	t.text = noro_buf_as_view(&b);
	if (st == NORO_OK || st == NORO_END)
		st = give(v->h, &t, &taken);
	noro_buf_done(&b);
	if (st == NORO_ENOMEM)
		v->status = st;
	return st == NORO_ENOMEM ? st : NORO_OK;
}

static enum noro_status read_baseline(struct hunt *h, struct noro_error *err)
{
	struct approving v = { .h = h };
	struct noro_visitor visitor = { .visit = approve, .refuse = refuse, .ctx = &v };
	const struct noro_item *item;
	size_t n;
	enum noro_status st;

	if (!h->o->baselines)
		return NORO_OK;
	st = noro_walk(h->o->baseline, h->o->baselines, h->keep, &item, &n, err);
	for (size_t i = 0; st == NORO_OK && i < n; i++) {
		struct noro_error one = { 0 };

		if (item[i].status != NORO_OK)
			refuse(&v, item[i].path, item[i].path, &item[i].err);
		else if (noro_source_visit(&item[i], &h->o->source, &visitor, &one) == NORO_ENOMEM)
			v.status = NORO_ENOMEM;
		st = v.status;
	}
	return st;
}

/* Did the earlier run take something in this container for the audit? */
static bool held_devices(const struct hunt *h, const char *container)
{
	const struct noro_earlier *e = h->o->earlier;
	size_t n = strlen(container);

	for (size_t i = 0; i < e->coverages; i++) {
		const struct noro_coverage *c = &e->coverage[i];

		if (strncmp(c->path, container, n) != 0 || (c->path[n] && c->path[n] != '!'))
			continue;
		for (size_t k = 0; k < c->detectors.n; k++)
			if (strcmp(c->detectors.item[k], "devices") == 0)
				return true;
	}
	return false;
}

void hunt_device_again(struct hunt *h, uint32_t item)
{
	struct approving v = { .h = h, .again = true };
	struct noro_visitor visitor = { .visit = approve, .refuse = refuse, .ctx = &v };
	struct noro_error err = { 0 };

	if (!h->audit || !held_devices(h, h->item[item].path))
		return;
	if (noro_source_visit(&h->item[item], &h->o->source, &visitor, &err) == NORO_ENOMEM)
		atomic_store(&h->failed_memory, true);
}

/* Findings of a fleet are many: they get exactly the room they need, where the others stand. */
static struct noro_finding *room(void *ctx, size_t n)
{
	struct findings *const *out = ctx;
	struct findings *f = *out;
	struct noro_finding *all = noro_arena_array(f->a, f->n + n + 64, sizeof(*all));

	if (!all)
		return NULL;
	if (f->n)
		memcpy(all, f->item, f->n * sizeof(*all));
	f->item = all;
	f->cap = f->n + n + 64;
	f->n += n;
	return all + f->n - n;
}

enum noro_status hunt_device_open(struct hunt *h, struct noro_error *err)
{
	struct noro_audit_opts o = { .room = room,
		.room_ctx = &h->findings,
		.def = h->o->facts,
		.rules = h->o->rules,
		.vrps = h->o->vrps,
		.protect = h->o->protect,
		.protects = h->o->protects,
		.pool = h->pool,
		.now_ns = h->o->now_ns };
	enum noro_status st;

	if (!h->o->facts)
		return NORO_OK;
	st = noro_audit_new(&o, &h->audit, err);
	return st == NORO_OK ? read_baseline(h, err) : st;
}

void hunt_device_close(struct hunt *h)
{
	noro_audit_free(h->audit);
}

/*
 * A listed address that a device is configured with, or talks to, was typed or routed there:
 * that says more than a packet from it. How sure is what the indicator says.
 */
enum noro_status hunt_device_hit(struct hunt *h, struct findings *out, const struct noro_finding *f)
{
	ptrdiff_t at = h->o->rules ? noro_rules_by_id(h->o->rules, HUNT_DEVICE_HIT) : -1;
	const struct noro_check *k;
	struct noro_finding c = *f, *slot;
	enum noro_status st;

	if (at < 0 || !f->type ||
		(strcmp(f->type, "ipv4") != 0 && strcmp(f->type, "ipv6") != 0 &&
			strcmp(f->type, "cidr") != 0))
		return NORO_OK;
	k = noro_rules_check(h->o->rules, (size_t)at);
	c.kind = NORO_F_CHECK;
	c.rule = k->id;
	c.title = k->title;
	c.next = k->next;
	c.attack = k->attack;
	if (c.severity >= NORO_SEV_MEDIUM && c.confidence >= 50)
		c.severity = k->severity;
	st = noro_finding_identify(&c);
	slot = st == NORO_OK ? hunt_finding_new(out) : NULL;
	if (slot)
		*slot = c;
	return slot ? NORO_OK : st == NORO_OK ? NORO_ENOMEM : st;
}

/* What a record of the boot contradicts in itself. */
static enum noro_status tell_attestation(
	const struct hunt *h, struct findings *out, const struct piece *p)
{
	ptrdiff_t at = h->o->rules ? noro_rules_by_id(h->o->rules, "IMG-05") : -1;
	struct noro_place *place = noro_arena_array(out->a, 1, sizeof(*place));
	const struct noro_check *k;
	struct noro_finding *f;

	if (at < 0)
		return NORO_OK;
	f = place ? hunt_finding_new(out) : NULL;
	if (!f)
		return NORO_ENOMEM;
	k = noro_rules_check(h->o->rules, (size_t)at);
	*place = (struct noro_place){
		.path = p->path, .line = p->attest_line, .time_ns = p->mtime_ns, .record = p->attest
	};
	*f = (struct noro_finding){ .kind = NORO_F_CHECK,
		.rule = k->id,
		.title = k->title,
		.next = k->next,
		.attack = k->attack,
		.severity = k->severity,
		.confidence = k->confidence,
		.first_ns = p->mtime_ns,
		.last_ns = p->mtime_ns,
		.time_from = NORO_FROM_FILE,
		.count = 1,
		.place = place,
		.places = 1,
		.container = p->container,
		.type = "text",
		.value = p->attest };
	return noro_finding_identify(f);
}

static enum noro_status note_twin(struct hunt *h, const struct noro_audit_note *n)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < h->pieces; i++)
		if (h->piece[i]->taken && strcmp(h->piece[i]->path, n->path) == 0)
			st = keep_note(h, h->piece[i], &n->what);
	return st;
}

enum noro_status hunt_device_conclude(
	struct hunt *h, struct findings *out, struct noro_result *ret, struct noro_error *err)
{
	struct noro_audit_result r = { 0 };
	enum noro_status st;

	if (!h->audit)
		return NORO_OK;
	h->findings = out;
	st = noro_audit_conclude(h->audit, out->a, &r, err);
	for (size_t i = 0; st == NORO_OK && i < h->pieces; i++)
		if (h->piece[i]->attest)
			st = tell_attestation(h, out, h->piece[i]);
	h->asked = r;
	for (size_t i = 0; st == NORO_OK && i < r.notes; i++)
		st = note_twin(h, &r.note[i]);
	ret->run.undecided += r.undecided;
	if (r.gave_up.n && !ret->run.undecided_by)
		ret->run.undecided_by = noro_arena_strn(out->a, r.gave_up.p, r.gave_up.n);
	ret->machine = r.machine;
	ret->machines = r.machines;
	return st;
}
