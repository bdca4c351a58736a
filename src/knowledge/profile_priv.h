/* src/knowledge/profile_priv.h - what the text and the JSON form of a profile share. */
#pragma once

#include "knowledge/knowledge.h"

/* A claim of another record that points at this one. */
struct know_pointer {
	const struct noro_actor *from;
	const struct noro_claim *claim;
};

/* An event and whose record it stands in (NULL: apart). */
struct know_dated {
	const struct noro_know_event *event;
	const struct noro_actor *actor;
};

/* What is gathered about some records, sorted; lives in the arena. */
struct know_gathered {
	const struct know_pointer *pointer;
	size_t pointers;
	const struct know_dated *event;
	size_t events;
	const struct noro_incident *const *incident;
	size_t incidents;
	const struct noro_advisory *const *advisory;
	size_t advisories;
};

/* Everything about `n` records: pointers only from outside of them. */
enum noro_status know_gather(const struct noro_knowledge *k, struct noro_arena *a,
	const struct noro_actor *const *actor, size_t n, struct know_gathered *ret) NORO_MUSTUSE;

/* All records of a state in the order organ, unit, company, actor, malware, each by name. */
enum noro_status know_of_state(const struct noro_knowledge *k, struct noro_arena *a,
	const char *state, const struct noro_actor ***ret, size_t *ret_n) NORO_MUSTUSE;

bool know_has(struct noro_strings list, const char *id);
