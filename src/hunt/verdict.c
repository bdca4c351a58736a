/*
 * src/hunt/verdict.c - groups of hits become findings: who names the indicator,
 * whether the record's time lies in the window in which it was used, how sure
 * that makes us, and why. Sums, minima and sorted places only, so that the answer
 * is the same for any number of workers.
 */
#include "hunt/hunt_priv.h"

#include "base/mem.h"

enum { MAX_SOURCES = 64, MERGED_SAMPLES = 5 };

struct noro_finding *hunt_finding_new(struct findings *f)
{
	struct noro_finding *grown = noro_arena_grow(f->a, f->item, f->n, &f->cap, sizeof(*grown));

	if (!grown)
		return NULL;
	f->item = grown;
	f->item[f->n] = (struct noro_finding){ 0 };
	return &f->item[f->n++];
}

enum noro_status hunt_reason(
	struct noro_arena *a, struct noro_finding *f, const char *id, const char *arg)
{
	struct noro_msg *more = noro_arena_array(a, f->reasons + 1, sizeof(*more));

	if (!more)
		return NORO_ENOMEM;
	if (f->reasons)
		memcpy(more, f->reason, f->reasons * sizeof(*more));
	more[f->reasons++] =
		(struct noro_msg){ .id = id, .arg = { arg ? noro_arena_str(a, arg) : NULL } };
	f->reason = more;
	return NORO_OK;
}

static bool list_has(const struct noro_list *l, struct noro_view v)
{
	for (size_t i = 0; i < l->n; i++)
		if (noro_view_is(v, l->item[i]))
			return true;
	return false;
}

enum noro_status hunt_list_add(struct noro_arena *a, struct noro_list *l, const char *commas)
{
	struct noro_view rest = noro_view_str(commas), v;

	while (noro_view_cut(&rest, ',', &v)) {
		const char **more;

		v = noro_view_trim(v);
		if (!v.n || list_has(l, v) || l->n == MAX_SOURCES)
			continue;
		more = noro_arena_array(a, l->n + 1, sizeof(*more));
		if (!more)
			return NORO_ENOMEM;
		if (l->n)
			memcpy(more, l->item, l->n * sizeof(*more));
		more[l->n] = noro_arena_strn(a, v.p, v.n);
		if (!more[l->n])
			return NORO_ENOMEM;
		l->item = more;
		l->n++;
	}
	return NORO_OK;
}

struct noro_place hunt_place(const struct hunt *h, const struct piece *p, const struct sample *s)
{
	bool text = p->seg && s->seg < p->segs && !(s->role && strcmp(s->role, "file") == 0);

	(void)h;
	if (p->earlier) /* as it was told then */
		return (struct noro_place){ p->path, s->offset, s->line, s->time_ns, s->time_flags,
			s->record, s->host };
	return (struct noro_place){ .path = p->path,
		.offset = s->offset,
		.line = text ? p->seg[s->seg].before + s->line + 1 : 0,
		.time_ns = s->time_ns,
		.time_flags = s->time_flags,
		.record = s->record,
		.host = s->host };
}

/* What all that name this indicator say together. */
struct said {
	bool context_only, allowed, exempt;
	const char *why_allowed, *note;
	unsigned confidence, severity;
	uint8_t tlp;
	int64_t from_ns, until_ns, expires_ns;
};

static enum noro_status one_meta(struct noro_arena *a, struct noro_finding *f, struct said *s,
	const struct noro_ioc_meta *m, const struct window *win)
{
	enum noro_status st = hunt_list_add(a, &f->sources, m->source);

	if (st == NORO_OK && m->advisory)
		st = hunt_list_add(a, &f->advisory, m->advisory);
	if (st == NORO_OK && m->actors)
		st = hunt_list_add(a, &f->actors, m->actors);
	if (st == NORO_OK && m->attack)
		st = hunt_list_add(a, &f->attack, m->attack);
	if (st == NORO_OK && m->cve)
		st = hunt_list_add(a, &f->cve, m->cve);
	s->context_only = s->context_only && m->role == NORO_ROLE_CONTEXT;
	if (m->allowed && !s->exempt) {
		s->allowed = true;
		s->why_allowed = m->allowed;
	}
	if (m->confidence > s->confidence)
		s->confidence = m->confidence;
	if (m->severity > s->severity)
		s->severity = m->severity;
	if (m->tlp > s->tlp)
		s->tlp = m->tlp;
	if (!s->note)
		s->note = m->note;
	if (s->from_ns == NORO_TIME_NONE)
		s->from_ns = win->from_ns;
	if (win->until_ns != NORO_TIME_NONE && win->until_ns > s->until_ns)
		s->until_ns = win->until_ns;
	return st;
}

/* In an exercise the attackers have documentation addresses, which no list may excuse. */
static bool plays_attacker(const struct hunt *h, const struct noro_set_key *key)
{
	struct noro_ip ip;

	return h->o->exercise && (key->kind == NORO_IOC_IPV4 || key->kind == NORO_IOC_IPV6) &&
	       noro_ip_parse(key->value, &ip) && noro_ip_classify(&ip) == NORO_IP_DOCUMENTATION;
}

static bool is_own(const struct hunt *h, const struct noro_set_key *key)
{
	struct noro_ip ip;

	if ((key->kind != NORO_IOC_IPV4 && key->kind != NORO_IOC_IPV6) ||
		!noro_ip_parse(key->value, &ip))
		return false;
	for (size_t i = 0; i < h->o->owns; i++)
		if (noro_prefix_has(&h->o->own[i], &ip))
			return true;
	return false;
}

static enum noro_status ask_sources(struct hunt *h, struct noro_arena *a, struct noro_finding *f,
	const struct noro_set_key *key, struct said *s)
{
	enum noro_status st = NORO_OK;

	*s = (struct said){ .context_only = true,
		.from_ns = NORO_TIME_NONE,
		.until_ns = NORO_TIME_NONE,
		.exempt = plays_attacker(h, key) };
	for (uint32_t i = 0; st == NORO_OK && i < key->records && i < MAX_SOURCES; i++) {
		struct noro_set_record r;

		st = noro_set_record(h->o->set, key->record + i, &r);
		if (st == NORO_OK)
			st = one_meta(
				a, f, s, noro_set_meta_at(h->o->set, r.meta), &h->window[r.meta]);
	}
	if (is_own(h, key)) {
		s->allowed = true;
		s->why_allowed = "--site";
	} else if (!s->allowed && !s->exempt && h->o->allow) {
		s->why_allowed = noro_allow_why(h->o->allow, key->kind, key->value);
		s->allowed = s->why_allowed != NULL;
	}
	return st;
}

/* How far a match of this kind alone can be trusted. */
static int kind_trust(enum noro_ioc_kind k)
{
	switch (k) {
	case NORO_IOC_SHA256:
	case NORO_IOC_SHA512:
		return 95;
	case NORO_IOC_SHA1:
	case NORO_IOC_MD5:
	case NORO_IOC_URL:
	case NORO_IOC_BTC:
	case NORO_IOC_ETH:
	case NORO_IOC_TRON:
		return 90;
	case NORO_IOC_DOMAIN:
	case NORO_IOC_EMAIL:
		return 80;
	case NORO_IOC_IPV4:
	case NORO_IOC_IPV6:
	case NORO_IOC_JA4:
		return 75;
	case NORO_IOC_JA3:
	case NORO_IOC_HASSH:
	case NORO_IOC_MAC:
	case NORO_IOC_FILE_PATH:
	case NORO_IOC_REGISTRY:
	case NORO_IOC_MUTEX:
	case NORO_IOC_SERVICE:
	case NORO_IOC_USER_AGENT:
		return 60;
	case NORO_IOC_NET:
	case NORO_IOC_STRING:
	case NORO_IOC_REGEX:
		return 50;
	case NORO_IOC_FILE_NAME:
	case NORO_IOC_USER_NAME:
	case NORO_IOC_ASN:
		return 30;
	case NORO_IOC_KINDS:
		break;
	}
	return 50;
}

static enum noro_window window_of_group(const struct group *g)
{
	if (g->inside)
		return NORO_WIN_INSIDE;
	if (g->after)
		return NORO_WIN_AFTER;
	return g->before ? NORO_WIN_BEFORE : NORO_WIN_UNKNOWN;
}

struct weighing {
	struct noro_arena *a;
	struct noro_finding *f;
	int score;
	enum noro_status st;
};

static void weigh(struct weighing *w, int change, const char *why, const char *arg)
{
	w->score += change;
	if (w->st == NORO_OK)
		w->st = hunt_reason(w->a, w->f, why, arg);
}

static void weigh_window(struct weighing *w, const struct said *s)
{
	char from[NORO_TIME_TEXT] = "", until[NORO_TIME_TEXT] = "";

	if (s->from_ns != NORO_TIME_NONE)
		(void)noro_time_print(s->from_ns, from);
	if (s->until_ns != NORO_TIME_NONE)
		(void)noro_time_print(s->until_ns, until);
	from[from[0] ? 10 : 0] = until[until[0] ? 10 : 0] = '\0';
	switch (w->f->window) {
	case NORO_WIN_INSIDE:
		weigh(w, 10,
			N_("the record's time lies in the window in which the indicator was in use "
			   "(from %1)"),
			from);
		break;
	case NORO_WIN_BEFORE:
		weigh(w, -35,
			N_("the record is older than the window in which the indicator was in use "
			   "(from %1)"),
			from);
		break;
	case NORO_WIN_AFTER:
		weigh(w, -30,
			N_("the record is newer than the window in which the indicator was in use "
			   "(until %1)"),
			until);
		break;
	case NORO_WIN_UNKNOWN:
		if (w->f->first_ns == NORO_TIME_NONE)
			weigh(w, -10, N_("the record tells no time"), NULL);
		else
			weigh(w, -5, N_("no source says when the indicator was in use"), NULL);
		break;
	}
}

static void weigh_writing(struct weighing *w, const struct group *g)
{
	if (!(g->forms & 1U << NORO_FORM_PLAIN) && g->forms)
		weigh(w, -10,
			N_("it is written defanged or escaped in the evidence: somebody may be "
			   "writing about it"),
			NULL);
	if (g->sub == g->count && g->count)
		weigh(w, -5, N_("the evidence names something below or inside the indicator"),
			NULL);
	if (g->denied == g->count && g->count)
		weigh(w, 0, N_("every record says that the traffic was refused"), NULL);
	if (g->time_flags & NORO_TIME_NO_YEAR)
		weigh(w, -3, N_("the records carry no year: it was taken from their neighbours"),
			NULL);
	if (g->time_flags & (NORO_TIME_UNSYNCED | NORO_TIME_LOST_SYNC))
		weigh(w, -5, N_("the device says that its clock was not synchronised"), NULL);
}

static enum noro_severity severity_of(const struct noro_finding *f, const struct said *s,
	bool lowered, bool denied, enum noro_ioc_kind kind)
{
	int sev = (int)s->severity;

	if (lowered)
		return NORO_SEV_INFO;
	if (f->window == NORO_WIN_BEFORE || f->window == NORO_WIN_AFTER)
		return NORO_SEV_LOW;
	if (f->window == NORO_WIN_INSIDE || kind_trust(kind) >= 90)
		sev++;
	if (denied && sev > NORO_SEV_MEDIUM)
		sev = NORO_SEV_MEDIUM;
	if (kind_trust(kind) <= 30 && sev > NORO_SEV_LOW)
		sev = NORO_SEV_LOW;
	return sev > NORO_SEV_CRITICAL ? NORO_SEV_CRITICAL : (enum noro_severity)sev;
}

enum noro_status hunt_describe(
	struct hunt *h, struct noro_finding *f, uint32_t key_number, const struct group *g)
{
	struct noro_arena *a = h->keep;
	struct weighing w = { .a = a, .f = f };
	struct noro_set_key key;
	struct said said;
	bool lowered, denied = g->count && g->denied == g->count;
	enum noro_status st = noro_set_key(h->o->set, key_number, &key);

	if (st == NORO_OK)
		st = ask_sources(h, a, f, &key, &said);
	if (st != NORO_OK)
		return st;
	lowered = said.allowed || said.context_only;
	f->kind = NORO_F_INDICATOR;
	f->rule = noro_arena_printf(a, "ioc:%s", noro_ioc_kind_name(key.kind));
	f->type = noro_ioc_kind_name(key.kind);
	f->value = noro_arena_strn(a, key.value.p, key.value.n);
	f->window = window_of_group(g);
	f->tlp = (enum noro_tlp)said.tlp;
	f->active_from_ns = said.from_ns;
	f->active_until_ns = said.until_ns;
	f->grade = 1;
	f->title = hunt_title(a, key.kind, key.value,
		f->advisory.n  ? f->advisory.item[0]
		: f->sources.n ? f->sources.item[0]
			       : "-");
	w.score = kind_trust(key.kind) + ((int)said.confidence - 50) / 5;
	weigh(&w, 0, N_("exact match of the whole value (%1)"), f->type);
	if (said.note)
		weigh(&w, 0, N_("the source says: %1"), said.note);
	weigh_window(&w, &said);
	weigh_writing(&w, g);
	if (said.allowed)
		weigh(&w, -60, N_("an allow-list names it: %1"), said.why_allowed);
	if (said.context_only)
		weigh(&w, -50, N_("the source names it only as context, not as an indicator"),
			NULL);
	f->severity = severity_of(f, &said, lowered, denied, key.kind);
	f->confidence = (unsigned)(w.score < 1 ? 1 : w.score > 99 ? 99 : w.score);
	f->next = hunt_next(key.kind, f->window, lowered, denied);
	if (!f->rule || !f->value || !f->title.en || !f->title.ja)
		return NORO_ENOMEM;
	return w.st;
}

/* --- merging the workers' groups --- */

static int by_item_and_key(const void *x, const void *y, void *ctx)
{
	const struct hunt *h = ctx;
	const struct group *a = *(const struct group *const *)x,
			   *b = *(const struct group *const *)y;
	const struct piece *p = h->piece[a->piece], *q = h->piece[b->piece];

	if (p->item != q->item)
		return p->item < q->item ? -1 : 1;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return p->member < q->member ? -1 : p->member > q->member;
}

static void merge_counts(struct group *to, const struct group *g)
{
	to->count += g->count;
	to->inside += g->inside;
	to->before += g->before;
	to->after += g->after;
	to->denied += g->denied;
	to->sub += g->sub;
	to->forms |= g->forms;
	to->time_flags |= g->time_flags;
	if (g->first_ns != NORO_TIME_NONE &&
		(to->first_ns == NORO_TIME_NONE || g->first_ns < to->first_ns))
		to->first_ns = g->first_ns;
	if (g->last_ns != NORO_TIME_NONE &&
		(to->last_ns == NORO_TIME_NONE || g->last_ns > to->last_ns))
		to->last_ns = g->last_ns;
}

struct found_at {
	const struct piece *p;
	const struct sample *s;
};

static int by_place(const void *x, const void *y)
{
	const struct found_at *a = x, *b = y;

	if (a->p->member != b->p->member)
		return a->p->member < b->p->member ? -1 : 1;
	return hunt_sample_cmp(a->s, b->s);
}

/* The first places of some groups of one container. */
static enum noro_status merge_places(struct hunt *h, struct noro_arena *a, struct noro_finding *f,
	const struct group *const *g, size_t n)
{
	struct noro_place *place = noro_arena_array(a, MERGED_SAMPLES, sizeof(*place));
	struct found_at *at = noro_reallocarray(NULL, n * GROUP_SAMPLES + 1, sizeof(*at));
	size_t k = 0;
	enum noro_status st = place && at ? NORO_OK : NORO_ENOMEM;

	for (size_t i = 0; st == NORO_OK && i < n; i++)
		for (uint32_t s = 0; s < g[i]->samples; s++)
			at[k++] = (struct found_at){ h->piece[g[i]->piece], &g[i]->sample[s] };
	if (k > 1)
		qsort(at, k, sizeof(*at), by_place);
	for (size_t i = 0; st == NORO_OK && i < k && i < MERGED_SAMPLES; i++) {
		place[f->places++] = hunt_place(h, at[i].p, at[i].s);
		if (!f->role)
			f->role = at[i].s->role;
		if (at[i].s->host)
			st = hunt_list_add(a, &f->hosts, at[i].s->host);
	}
	f->place = place;
	free(at);
	return st;
}

/* True if anybody names the key by itself, not only inside a larger pattern. */
static bool stands_alone(const struct hunt *h, uint32_t key_number)
{
	struct noro_set_key key;

	if (noro_set_key(h->o->set, key_number, &key) != NORO_OK)
		return false;
	for (uint32_t i = 0; i < key.records; i++) {
		struct noro_set_record r;

		if (noro_set_record(h->o->set, key.record + i, &r) == NORO_OK &&
			r.pattern == NORO_NO_PATTERN)
			return true;
	}
	return false;
}

static enum noro_status one_finding(
	struct hunt *h, struct findings *out, const struct group *const *g, size_t n)
{
	const struct piece *p = h->piece[g[0]->piece];
	struct group sum = { .first_ns = NORO_TIME_NONE, .last_ns = NORO_TIME_NONE };
	struct noro_finding f = { .container = p->container };
	struct noro_finding *slot;
	enum noro_status st;

	for (size_t i = 0; i < n; i++)
		merge_counts(&sum, g[i]);
	f.count = sum.count;
	f.first_ns = sum.first_ns;
	f.last_ns = sum.last_ns;
	st = merge_places(h, out->a, &f, g, n);
	f.time_from = sum.first_ns == NORO_TIME_NONE ? NORO_FROM_NONE : NORO_FROM_RECORD;
	if (f.role && strcmp(f.role, "file") == 0 && f.time_from == NORO_FROM_RECORD)
		f.time_from = NORO_FROM_FILE;
	if (st == NORO_OK)
		st = hunt_describe(h, &f, g[0]->key, &sum);
	if (st == NORO_OK)
		st = noro_finding_identify(&f);
	slot = st == NORO_OK ? hunt_finding_new(out) : NULL;
	if (!slot)
		return st == NORO_OK ? NORO_ENOMEM : st;
	*slot = f;
	st = hunt_contact(out, &f, &sum, g, n);
	return st == NORO_OK && h->piece[g[0]->piece]->taken ? hunt_device_hit(h, out, &f) : st;
}

static enum noro_status merge_groups(struct hunt *h, struct findings *out)
{
	const struct group **all;
	size_t n = 0, from = 0;
	enum noro_status st = NORO_OK;

	for (unsigned w = 0; w < h->workers; w++)
		n += h->worker[w].groups;
	all = noro_reallocarray(NULL, n + 1, sizeof(*all));
	if (!all)
		return NORO_ENOMEM;
	n = 0;
	for (unsigned w = 0; w < h->workers; w++)
		for (size_t i = 0; i < h->worker[w].groups; i++)
			all[n++] = &h->worker[w].group[i];
	qsort_r(all, n, sizeof(*all), by_item_and_key, h);
	while (st == NORO_OK && from < n) {
		size_t to = from + 1;

		while (to < n && all[to]->key == all[from]->key &&
			h->piece[all[to]->piece]->item == h->piece[all[from]->piece]->item)
			to++;
		if (stands_alone(h, all[from]->key))
			st = one_finding(h, out, all + from, to - from);
		from = to;
	}
	free((void *)all);
	return st;
}

enum noro_status hunt_conclude(
	struct hunt *h, struct noro_arena *a, struct noro_result *ret, struct noro_error *err)
{
	struct findings out = { .a = a };
	enum noro_status st = merge_groups(h, &out);

	if (st == NORO_OK)
		st = hunt_pattern_conclude(h, &out, err);
	if (st == NORO_OK)
		st = hunt_yara_conclude(h, &out);
	if (st == NORO_OK)
		st = hunt_device_conclude(h, &out, ret, err);
	if (st == NORO_OK)
		st = hunt_check_conclude(h, &out, err);
	if (st == NORO_OK)
		st = hunt_silence(h, &out);
	if (st == NORO_OK)
		st = hunt_join_findings(h, &out);
	if (st != NORO_OK)
		return noro_fail(err, st, NULL);
	if (out.n)
		qsort(out.item, out.n, sizeof(*out.item), noro_finding_cmp);
	ret->finding = out.item;
	ret->findings = out.n;
	return NORO_OK;
}
