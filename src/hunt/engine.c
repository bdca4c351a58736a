/*
 * src/hunt/engine.c - one matcher for each kind of evidence. The indicators are
 * the same in all; the checks' literals are those that such evidence could hold,
 * so that a web log is not searched for what only a router says. Made when the
 * first text of its kind is opened.
 */
#include "hunt/hunt_priv.h"

enum { MAX_LITERALS = 65536 };

static enum noro_status fill(struct hunt *h, struct engine *e, const char *classes)
{
	struct noro_match_opts o = { .kernel = h->o->kernel, .no_decode = h->o->no_decode };
	struct noro_error err = { 0 };
	const char **extra = NULL;

	if (classes && h->o->rules) {
		size_t all, n = noro_rules_literals_for(h->o->rules, classes, NULL, 0);
		const char *const *text = noro_rules_literals(h->o->rules, &all);

		if (n > MAX_LITERALS)
			return NORO_ELIMIT;
		e->literal = noro_arena_array(h->keep, n + 1, sizeof(*e->literal));
		extra = noro_arena_array(h->keep, n + 1, sizeof(*extra));
		if (!e->literal || !extra)
			return NORO_ENOMEM;
		(void)noro_rules_literals_for(h->o->rules, classes, e->literal, n);
		for (size_t i = 0; i < n; i++)
			extra[i] = text[e->literal[i]];
		o.extra = extra;
		o.extras = n;
	}
	return noro_match_new(h->o->set, &o, &e->match, &err);
}

enum noro_status hunt_engine(struct hunt *h, const char *classes, unsigned *ret)
{
	enum noro_status st = NORO_OK;
	unsigned i;

	*ret = 0;
	if (!classes || !h->o->rules)
		return NORO_OK;
	pthread_mutex_lock(&h->lock);
	for (i = 1; i < h->engines && strcmp(h->engine[i].classes, classes) != 0; i++)
		;
	if (i == h->engines && i < MAX_ENGINES) {
		st = fill(h, &h->engine[i], classes);
		h->engine[i].classes = classes;
		if (st == NORO_OK)
			h->engines++;
	}
	pthread_mutex_unlock(&h->lock);
	if (st == NORO_OK && i < MAX_ENGINES)
		*ret = i;
	return st;
}

enum noro_status hunt_engine_first(struct hunt *h)
{
	enum noro_status st = fill(h, &h->engine[0], NULL);

	if (st == NORO_OK)
		h->engines = 1;
	h->match = h->engine[0].match;
	return st;
}

void hunt_engine_free(struct hunt *h)
{
	for (unsigned i = 0; i < h->engines; i++)
		noro_match_free(h->engine[i].match);
}

struct noro_scanner *hunt_scanner(struct worker *w, unsigned engine)
{
	if (!w->scanner[engine] &&
		noro_scanner_new(w->h->engine[engine].match, &w->scanner[engine]) != NORO_OK)
		return NULL;
	return w->scanner[engine];
}
