/*
 * src/device/found.c - findings of one device, small: a fleet has hundreds of thousands of
 * them, and most of what a finding says is said by its check.
 */
#include "device/ask_priv.h"

static uint8_t nibble(char c)
{
	return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static const char *text(struct desk *d, const char *s, bool *failed)
{
	const char *copy = s ? noro_desk_text(d, noro_view_str(s)) : NULL;

	*failed |= s && !copy;
	return copy;
}

/* Most findings of a check have the same reasons, argument by argument. */
static const struct noro_msg *reasons(struct desk *d, const struct noro_finding *f, bool *failed)
{
	struct noro_msg *m =
		f->reasons ? noro_arena_array(d->scratch, f->reasons, sizeof(*m)) : NULL;
	const void *kept;

	*failed |= f->reasons && !m;
	for (size_t i = 0; m && i < f->reasons; i++) {
		m[i].id = f->reason[i].id;
		for (size_t k = 0; k < sizeof(m->arg) / sizeof(*m->arg); k++)
			m[i].arg[k] = text(d, f->reason[i].arg[k], failed);
	}
	if (!m)
		return NULL;
	kept = noro_once_bytes(&d->once, d->key, d->keep, m, f->reasons * sizeof(*m));
	*failed |= !kept;
	return kept;
}

enum noro_status noro_found_pack(
	const struct noro_finding *f, uint32_t check, struct desk *d, struct found *ret)
{
	bool failed = false;

	*ret = (struct found){ .check = check,
		.severity = (uint8_t)f->severity,
		.confidence = (uint8_t)f->confidence,
		.sort = (uint8_t)f->sort,
		.grade = (uint8_t)f->grade,
		.count = f->count,
		.first_ns = f->first_ns,
		.last_ns = f->last_ns,
		.time_from = (uint8_t)f->time_from,
		.reason = reasons(d, f, &failed),
		.reasons = (uint16_t)f->reasons,
		.type = f->type,
		.value = text(d, f->value, &failed),
		.role = f->role,
		.container = f->container,
		.place = f->place,
		.places = (uint16_t)f->places,
		.host = f->hosts.item,
		.hosts = (uint16_t)f->hosts.n };
	for (size_t i = 0; i < sizeof(ret->id); i++)
		ret->id[i] = (uint8_t)(nibble(f->id[2 * i]) << 4 | nibble(f->id[2 * i + 1]));
	return failed ? NORO_ENOMEM : NORO_OK;
}

void noro_found_unpack(const struct found *k, const struct noro_rules *r, struct noro_finding *ret)
{
	static const char digits[] = "0123456789abcdef";

	*ret = (struct noro_finding){ .severity = (enum noro_severity)k->severity,
		.confidence = k->confidence,
		.sort = (enum noro_sort)k->sort,
		.grade = k->grade,
		.count = k->count,
		.first_ns = k->first_ns,
		.last_ns = k->last_ns,
		.time_from = (enum noro_time_from)k->time_from,
		.reason = k->reason,
		.reasons = k->reasons,
		.type = k->type,
		.value = k->value,
		.role = k->role,
		.container = k->container,
		.place = k->place,
		.places = k->places,
		.hosts = { k->host, k->hosts } };
	noro_rule_describe(r, k->check, ret);
	for (size_t i = 0; i < sizeof(k->id); i++) {
		ret->id[2 * i] = digits[k->id[i] >> 4];
		ret->id[2 * i + 1] = digits[k->id[i] & 15];
	}
}
