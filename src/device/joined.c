/*
 * src/device/joined.c - what is configured may lie idle. When the running state of the same device
 * shows the same object under another check, it is in use: the finding of the configuration is one
 * step worse, with that reason. Weaknesses and what only an operator's list could judge stay as
 * they are, and so does what speaks of the device as a whole.
 */
#include "device/ask_priv.h"

#include "base/mem.h"

static const char *host_of(const struct noro_finding *f)
{
	return f->hosts.n ? f->hosts.item[0] : "";
}

static int by_object(const void *x, const void *y)
{
	const struct noro_finding *a = *(struct noro_finding *const *)x,
				  *b = *(struct noro_finding *const *)y;
	int c = strcmp(host_of(a), host_of(b));

	if (c == 0)
		c = strcmp(a->value ? a->value : "", b->value ? b->value : "");
	return c ? c : (a > b) - (a < b);
}

static bool same_object(const struct noro_finding *a, const struct noro_finding *b)
{
	return strcmp(host_of(a), host_of(b)) == 0 && a->value && b->value &&
	       strcmp(a->value, b->value) == 0;
}

static bool may_rise(const struct noro_finding *f, uint8_t source)
{
	return source == 1 && f->sort == NORO_SORT_TRACE && f->severity >= NORO_SEV_MEDIUM &&
	       f->severity < NORO_SEV_CRITICAL && f->value && strcmp(f->value, host_of(f)) != 0;
}

static enum noro_status raise(struct noro_arena *a, struct noro_finding *f)
{
	static const struct noro_msg why = { N_("the running state shows it as well"), { NULL } };
	struct noro_msg *reason = noro_arena_array(a, f->reasons + 1, sizeof(*reason));

	if (!reason)
		return NORO_ENOMEM;
	if (f->reasons)
		memcpy(reason, f->reason, f->reasons * sizeof(*reason));
	reason[f->reasons] = why;
	f->reason = reason;
	f->reasons++;
	f->severity++;
	return NORO_OK;
}

/* Those of one object stand side by side. */
static enum noro_status confirm_object(struct noro_arena *a, struct noro_finding *const *f,
	size_t n, const struct noro_finding *first, const uint8_t *source)
{
	enum noro_status st = NORO_OK;

	for (size_t i = 0; i < n && st == NORO_OK; i++) {
		bool shown = false;

		if (!may_rise(f[i], source[f[i] - first]))
			continue;
		for (size_t k = 0; k < n && !shown; k++)
			shown = (source[f[k] - first] & 2) && strcmp(f[k]->rule, f[i]->rule) != 0;
		if (shown)
			st = raise(a, f[i]);
	}
	return st;
}

enum noro_status noro_findings_confirm(
	struct noro_arena *a, struct noro_finding *f, const uint8_t *source, size_t n)
{
	struct noro_finding **order;
	enum noro_status st = NORO_OK;
	size_t all = n;

	for (n = 0; n < all && !(source[n] & 2); n++)
		;
	if (n == all)
		return NORO_OK; /* a fleet of configurations alone is not even sorted */
	order = noro_reallocarray(NULL, all + 1, sizeof(*order));
	if (!order)
		return NORO_ENOMEM;
	n = 0;
	for (size_t i = 0; i < all; i++)
		if ((source[i] & 2) || may_rise(&f[i], source[i]))
			order[n++] = &f[i];
	if (n)
		qsort((void *)order, n, sizeof(*order), by_object);
	for (size_t i = 0, to; st == NORO_OK && i < n; i = to) {
		for (to = i + 1; to < n && same_object(order[i], order[to]); to++)
			;
		if (to - i > 1)
			st = confirm_object(a, order + i, to - i, f, source);
	}
	free((void *)order);
	return st;
}
