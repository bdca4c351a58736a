/*
 * src/device/desk.c - what a thread needs to examine a device: memory that is forgotten after
 * it, memory that stays, and the scratch of the checks. Desks are taken and given back,
 * so there are no more of them than threads.
 */
#include "device/audit_priv.h"

#include "base/mem.h"

static void desk_free(struct desk *d)
{
	noro_once_done(&d->once);
	noro_arena_free(d->keep);
	noro_arena_free(d->until);
	noro_arena_free(d->scratch);
	noro_rule_worker_free(d->rules);
	noro_packer_free(d->packer);
	free(d);
}

static struct desk *desk_new(const struct noro_audit *u)
{
	struct desk *d = noro_calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->key = u->secret_key;
	d->keep = noro_arena_new(0);
	d->until = noro_arena_new(0);
	d->scratch = noro_arena_new(MAX_DEVICE_ARENA);
	d->packer = noro_packer_new();
	if (!d->keep || !d->until || !d->scratch || !d->packer ||
		(u->o.rules && noro_rule_worker_new(u->o.rules, &d->rules) != NORO_OK)) {
		desk_free(d);
		return NULL;
	}
	return d;
}

struct desk *noro_desk_take(struct noro_audit *u)
{
	struct desk *d;

	pthread_mutex_lock(&u->lock);
	d = u->idle;
	if (d)
		u->idle = d->next;
	pthread_mutex_unlock(&u->lock);
	if (d)
		return d;
	d = desk_new(u);
	if (!d)
		return NULL;
	pthread_mutex_lock(&u->lock);
	d->all = u->desks;
	u->desks = d;
	pthread_mutex_unlock(&u->lock);
	return d;
}

void noro_desk_give(struct noro_audit *u, struct desk *d)
{
	if (!d)
		return;
	noro_arena_reset(d->scratch);
	pthread_mutex_lock(&u->lock);
	d->next = u->idle;
	u->idle = d;
	pthread_mutex_unlock(&u->lock);
}

const char *noro_desk_text(struct desk *d, struct noro_view v)
{
	return noro_once_text(&d->once, d->key, d->keep, v);
}

void noro_desks_forget(struct noro_audit *u)
{
	for (struct desk *d = u->desks; d; d = d->all) {
		noro_arena_free(d->until);
		d->until = NULL;
	}
	noro_mem_trim();
}

void noro_desks_free(struct noro_audit *u)
{
	for (struct desk *d = u->desks, *next; d; d = next) {
		next = d->all;
		desk_free(d);
	}
	u->desks = u->idle = NULL;
}
