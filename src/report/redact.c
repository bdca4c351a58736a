/*
 * src/report/redact.c - secrets leave a result once, before anything is written of it, so that
 * no format can forget to. Values of indicators stay: they are what was looked for.
 */
#include "report/report.h"

struct redacting {
	struct noro_arena *a;
	struct noro_buf text;
	enum noro_status status;
};

/* The same string if nothing in it had to be hidden. */
static const char *redact(struct redacting *r, const char *s)
{
	struct noro_view v = noro_view_str(s), masked;
	const char *copy;

	if (!v.n || r->status != NORO_OK)
		return s;
	noro_buf_clear(&r->text);
	noro_mask(v, &r->text);
	masked = noro_buf_as_view(&r->text);
	if (r->text.status != NORO_OK)
		r->status = NORO_ENOMEM;
	if (r->status != NORO_OK || noro_view_eq(v, masked))
		return s;
	copy = noro_arena_strn(r->a, masked.p, masked.n);
	if (!copy)
		r->status = NORO_ENOMEM;
	return copy;
}

/* Places are copied only if one of them has something to hide: a fleet has a million. */
static void redact_finding(struct redacting *r, struct noro_finding *f)
{
	struct noro_place *own = NULL;

	for (size_t i = 0; i < f->places; i++) {
		const char *record = f->place[i].record;
		const char *clean = record ? redact(r, record) : NULL;

		if (clean == record)
			continue;
		if (!own) {
			own = noro_arena_array(r->a, f->places, sizeof(*own));
			if (!own) {
				r->status = NORO_ENOMEM;
				return;
			}
			memcpy(own, f->place, f->places * sizeof(*own));
			f->place = own;
		}
		own[i].record = clean;
	}
	if (f->kind != NORO_F_INDICATOR)
		f->value = redact(r, f->value);
}

static void redact_diff(struct redacting *r, struct noro_machine_diff *d)
{
	struct noro_machine_line *line = noro_arena_array(r->a, d->lines + 1, sizeof(*line));

	if (!line) {
		r->status = NORO_ENOMEM;
		return;
	}
	for (size_t i = 0; i < d->lines; i++) {
		line[i] = d->line[i];
		line[i].was = redact(r, line[i].was);
		line[i].now = redact(r, line[i].now);
	}
	d->line = line;
}

static void redact_machine(struct redacting *r, struct noro_machine *m)
{
	struct noro_machine_diff *d = noro_arena_array(r->a, m->diffs + 1, sizeof(*d));

	if (!d) {
		r->status = NORO_ENOMEM;
		return;
	}
	for (size_t i = 0; i < m->diffs; i++) {
		d[i] = m->diff[i];
		redact_diff(r, &d[i]);
	}
	m->diff = d;
}

enum noro_status noro_report_redact(struct noro_result *result, struct noro_arena *a)
{
	struct redacting r = { .a = a };
	struct noro_finding *f =
		(struct noro_finding *)(uintptr_t)result->finding; /* the caller's own */
	struct noro_machine *m = noro_arena_array(a, result->machines + 1, sizeof(*m));

	if (!m)
		return NORO_ENOMEM;
	for (size_t i = 0; i < result->findings; i++)
		redact_finding(&r, &f[i]);
	for (size_t i = 0; i < result->machines; i++) {
		m[i] = result->machine[i];
		redact_machine(&r, &m[i]);
	}
	result->machine = m;
	noro_buf_done(&r.text);
	return r.status;
}
