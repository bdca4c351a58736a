/*
 * src/hunt/behaviour.c - for each advisory in use, each behaviour it describes:
 * found; not found although this evidence would have shown it; no evidence of
 * that kind; or no detector yet. The last two are answers too.
 */
#include "hunt/hunt_priv.h"

#include <stdio.h>

enum {
	MOST_IDS = 64, /* findings that a behaviour names */
	CLASSES = 64,  /* classes of evidence whose number is remembered */
};

/* What was found by one check: the first findings, and whether one of them is a trace. */
struct shown {
	const char **id;
	size_t ids;
	bool trace;
};

struct table {
	struct noro_arena *a;
	struct shown *shown;        /* by number of the check */
	const char *class[CLASSES]; /* asked for, and how many pieces could show them */
	bool audited[CLASSES];
	uint64_t pieces[CLASSES];
	size_t classes;
	struct noro_behaviour_row *row;
	size_t n, cap;
};

static bool list_has(const struct noro_list *l, const char *s)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->item[i], s) == 0)
			return true;
	return false;
}

/* `audited`: only what was taken for a device's text, whatever else logs of that class hold. */
static uint64_t evidence_of(const struct noro_result *r, const char *needed, bool audited)
{
	uint64_t n = 0;

	for (size_t i = 0; i < r->coverages; i++)
		n += list_has(&r->coverage[i].classes, needed) &&
		     (!audited || list_has(&r->coverage[i].detectors, "devices"));
	return n;
}

/* One pass over what was found, so that a row of an advisory costs no further one. */
static enum noro_status index_findings(
	const struct noro_rules *rules, struct table *t, const struct noro_result *r)
{
	const char *last = NULL;
	ptrdiff_t at = -1;

	t->shown = noro_arena_array(t->a, noro_rules_count(rules) + 1, sizeof(*t->shown));
	if (!t->shown)
		return NORO_ENOMEM;
	for (size_t i = 0; i < r->findings; i++) {
		const struct noro_finding *f = &r->finding[i];
		struct shown *s;

		if (f->rule != last)
			at = noro_rules_by_id(rules, f->rule);
		last = f->rule;
		if (at < 0)
			continue;
		s = &t->shown[at];
		s->trace |= f->sort == NORO_SORT_TRACE;
		if (s->ids == MOST_IDS)
			continue;
		if (!s->id && !(s->id = noro_arena_array(t->a, MOST_IDS, sizeof(*s->id))))
			return NORO_ENOMEM;
		s->id[s->ids++] = f->id;
	}
	return NORO_OK;
}

/* Ids of what a check found, each once. */
static void add_ids(const struct shown *s, const char **id, size_t *n)
{
	for (size_t i = 0; i < s->ids && *n < MOST_IDS; i++) {
		bool there = false;

		for (size_t k = 0; k < *n; k++)
			there = there || strcmp(id[k], s->id[i]) == 0;
		if (!there)
			id[(*n)++] = s->id[i];
	}
}

/*
 * What is typed into a router shows only where a router speaks: for a check of
 * devices, "command", "config" and "login" mean evidence in which device records were seen.
 */
static const char *needed(const struct noro_check *k, const char *class)
{
	bool typed = strcmp(class, "command") == 0 || strcmp(class, "config") == 0 ||
		     strcmp(class, "login") == 0;

	if (k->over.n)
		return class; /* rows of devices: what was audited says it itself */
	if (typed && (list_has(&k->needs, "config") || list_has(&k->needs, "device") ||
			     (k->file && strstr(k->file, "/network/"))))
		return "device";
	return class;
}

static uint64_t remembered(
	struct table *t, const struct noro_result *r, const char *class, bool audited)
{
	uint64_t n;

	for (size_t i = 0; i < t->classes; i++)
		if (t->audited[i] == audited && strcmp(t->class[i], class) == 0)
			return t->pieces[i];
	n = evidence_of(r, class, audited);
	if (t->classes < CLASSES) {
		t->class[t->classes] = class;
		t->audited[t->classes] = audited;
		t->pieces[t->classes++] = n;
	}
	return n;
}

static enum noro_status one_check(struct table *t, const struct noro_result *r,
	const struct noro_check *k, struct noro_behaviour_row *row)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < k->needs.n; i++) {
		uint64_t n = remembered(t, r, needed(k, k->needs.item[i]), k->over.n > 0);

		st = hunt_list_add(t->a, &row->evidence_needed, k->needs.item[i]);
		if (n > row->could_show)
			row->could_show = n;
	}
	return st;
}

static enum noro_status name_findings(
	struct table *t, const char *const *id, size_t n, struct noro_list *ret)
{
	const char **own = n ? noro_arena_array(t->a, n, sizeof(*own)) : NULL;

	if (n && !own)
		return NORO_ENOMEM;
	if (n)
		memcpy(own, id, n * sizeof(*own)); /* they live as long as the findings */
	*ret = (struct noro_list){ own, n };
	return NORO_OK;
}

static enum noro_status one_row(const struct noro_hunt_opts *o, struct table *t,
	const struct noro_result *r, const struct noro_advisory *adv,
	const struct noro_behaviour *b)
{
	struct noro_behaviour_row *grown =
		noro_arena_grow(t->a, t->row, t->n, &t->cap, sizeof(*grown));
	struct noro_behaviour_row row = {
		.advisory = adv->id, .id = b->id, .title = { b->title.en, b->title.ja }
	};
	char full[128];
	const char *id[MOST_IDS];
	size_t ids = 0;
	bool detector = false, seen = false;
	enum noro_status st = NORO_OK;

	if (!grown)
		return NORO_ENOMEM;
	t->row = grown;
	(void)snprintf(full, sizeof(full), "%s/%s", adv->id, b->id);
	for (size_t i = 0; st == NORO_OK && o->rules && i < noro_rules_count(o->rules); i++) {
		const struct noro_check *k = noro_rules_check(o->rules, i);

		bool shows = list_has(&k->behaviours, full);

		if (!shows && !list_has(&k->opens, full))
			continue;
		detector = true;
		st = one_check(t, r, k, &row);
		add_ids(&t->shown[i], id, &ids);
		/* more than that it is possible, or that a list is missing */
		seen = seen || (shows && t->shown[i].trace);
	}
	if (st == NORO_OK)
		st = name_findings(t, id, ids, &row.finding_ids);
	for (size_t i = 0; st == NORO_OK && !detector && i < b->classes.n; i++)
		st = hunt_list_add(t->a, &row.evidence_needed, b->classes.item[i]);
	row.answer = !detector           ? NORO_ANSWER_NO_DETECTOR
		     : seen              ? NORO_ANSWER_FOUND
		     : row.finding_ids.n ? NORO_ANSWER_OPEN
		     : row.could_show    ? NORO_ANSWER_NOT_FOUND
					 : NORO_ANSWER_NO_EVIDENCE;
	t->row[t->n++] = row;
	return st;
}

/* In use: named by the intelligence, or by a finding. */
static bool in_use(const struct noro_hunt_opts *o, const struct noro_result *r, const char *id)
{
	for (uint32_t i = 0; i < noro_set_metas(o->set); i++) {
		const struct noro_ioc_meta *m = noro_set_meta_at(o->set, i);

		if (m->advisory && strcmp(m->advisory, id) == 0)
			return true;
	}
	for (size_t i = 0; i < r->findings; i++) {
		const struct noro_list *l = &r->finding[i].advisory;

		/* findings of one check share a list, and often stand together */
		if ((i == 0 || l->item != r->finding[i - 1].advisory.item) && list_has(l, id))
			return true;
	}
	return false;
}

/* Indicator kinds in use for which no evidence was read that could hold them. */
static enum noro_status missing_classes(
	const struct noro_hunt_opts *o, struct noro_arena *a, struct noro_result *r)
{
	static const struct {
		enum noro_ioc_kind kind;
		const char *needs;
	} rows[] = {
		{ NORO_IOC_IPV4, "ip" },
		{ NORO_IOC_IPV6, "ip" },
		{ NORO_IOC_NET, "ip" },
		{ NORO_IOC_DOMAIN, "domain" },
		{ NORO_IOC_URL, "url" },
		{ NORO_IOC_EMAIL, "mail" },
		{ NORO_IOC_MD5, "hash" },
		{ NORO_IOC_SHA1, "hash" },
		{ NORO_IOC_SHA256, "hash" },
		{ NORO_IOC_SHA512, "hash" },
		{ NORO_IOC_FILE_NAME, "file" },
		{ NORO_IOC_FILE_PATH, "file" },
	};
	enum noro_status st = NORO_OK;

	for (size_t i = 0; st == NORO_OK && i < sizeof(rows) / sizeof(*rows); i++)
		if (noro_set_kind_count(o->set, rows[i].kind) &&
			!evidence_of(r, rows[i].needs, false))
			st = hunt_list_add(a, &r->run.classes_missing, rows[i].needs);
	return st;
}

enum noro_status noro_hunt_behaviours(
	const struct noro_hunt_opts *o, struct noro_arena *a, struct noro_result *ret)
{
	const struct noro_knowledge *k = o->knowledge;
	struct table t = { .a = a };
	enum noro_status st;

	ret->run.classes_missing = (struct noro_list){ 0 };
	st = missing_classes(o, a, ret);
	if (st == NORO_OK && o->rules)
		st = index_findings(o->rules, &t, ret);

	for (size_t i = 0; st == NORO_OK && k && i < k->advisories; i++) {
		const struct noro_advisory *adv = k->advisory[i];

		if (!in_use(o, ret, adv->id))
			continue;
		for (size_t b = 0; st == NORO_OK && b < adv->behaviours; b++)
			st = one_row(o, &t, ret, adv, &adv->behaviour[b]);
	}
	ret->run.behaviour = t.row;
	ret->run.behaviours = t.n;
	return st;
}
