/*
 * src/hunt/contact.c - from single hits to behaviour: a machine of ours that keeps
 * asking for a listed name, or keeps calling a listed address. One packet may be
 * chance, a reader of the report clicking on a name or a scanner; something that
 * comes back over hours has been installed. Only what goes out counts, and only
 * inside the window in which the indicator was in use.
 */
#include "hunt/hunt_priv.h"

#include "base/mem.h"

enum { LEAST_CONTACTS = 8, LEAST_HOURS = 1 };

static bool goes_out(const char *role)
{
	static const char *const roles[] = { "dst", "dns.query", "tls.sni", "url" };

	for (size_t i = 0; role && i < sizeof(roles) / sizeof(*roles); i++)
		if (strcmp(role, roles[i]) == 0)
			return true;
	return false;
}

static bool all_out(const struct group *const *g, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (uint32_t s = 0; s < g[i]->samples; s++)
			if (!goes_out(g[i]->sample[s].role))
				return false;
	return true;
}

static struct noro_text title_of(struct noro_arena *a, const char *value)
{
	struct noro_text t = {
		.en = noro_arena_printf(a, "repeated contact from inside with %.200s", value),
		.ja = noro_arena_printf(a, "内部から%.200sへの反復的な通信", value),
	};

	return t;
}

enum noro_status hunt_contact(struct findings *out, const struct noro_finding *f,
	const struct group *sum, const struct group *const *g, size_t n)
{
	struct noro_finding c = *f, *slot;
	enum noro_status st;
	int64_t span;

	if (sum->inside < LEAST_CONTACTS || sum->denied * 2 > sum->count ||
		f->severity < NORO_SEV_MEDIUM || sum->first_ns == NORO_TIME_NONE ||
		__builtin_sub_overflow(sum->last_ns, sum->first_ns, &span) ||
		span < INT64_C(3600) * LEAST_HOURS * NORO_NS_PER_S || !all_out(g, n))
		return NORO_OK;
	c.kind = NORO_F_BEHAVIOUR;
	c.rule = "contact";
	c.title = title_of(out->a, f->value);
	c.next = (struct noro_text){
		"Find the program that does it on the machine that asks, before the machine is "
		"cut off or restarted; then look for other machines with the same habit.",
		"切断や再起動の前に、通信元の機器で通信を行っているプログラムを特定する。続いて、"
		"同じ通信を行うほかの機器を探す。",
	};
	c.attack = (struct noro_list){ 0 };
	st = c.title.en && c.title.ja ? hunt_list_add(out->a, &c.attack, "T1071") : NORO_ENOMEM;
	if (st == NORO_OK)
		st = hunt_reason(out->a, &c,
			N_("something inside came back to it again and again over hours"), NULL);
	if (st == NORO_OK)
		st = noro_finding_identify(&c);
	slot = st == NORO_OK ? hunt_finding_new(out) : NULL;
	if (slot)
		*slot = c;
	return slot ? NORO_OK : st == NORO_OK ? NORO_ENOMEM : st;
}
