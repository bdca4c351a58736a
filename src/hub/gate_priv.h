/* src/hub/gate_priv.h - the gate inside. */
#pragma once

#include "hub/gate.h"
#include "hub/throttle.h"

#include "base/clock.h"
#include "base/hash.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

enum { GATE_MEMORY = 1024 };

struct noro_hub_gate {
	struct noro_hubdb *db;
	uint8_t key[32];          /* of this process: for what is remembered */
	char csrf[65], offer[65]; /* of the hub */
	atomic_int slow;          /* passwords that are being checked */
	pthread_mutex_t lock;     /* of what stands below */
	struct noro_throttle failed;
	struct noro_quota_table quota;
	struct gate_memory {
		char mac[64]; /* of a header whose password was right */
		int64_t counter, until_ns;
	} memory[GATE_MEMORY];
};

/* A place for a digest in hex. */
static inline size_t gate_slot(const char *hex)
{
	size_t n = 0;

	for (int i = 0; i < 4; i++)
		n = n << 4 | (size_t)noro_hex_value(hex[i]);
	return n % GATE_MEMORY;
}

/* Seconds until one may try again. */
uint32_t gate_wait(struct noro_hub_gate *g, const char *name, const char *address, int64_t now_ns);
void gate_failed(struct noro_hub_gate *g, const char *name, const char *address, int64_t now_ns);
void gate_right(struct noro_hub_gate *g, const char *name);
/* noro_password_check, a few at once: NORO_ELIMIT. */
enum noro_status gate_password(struct noro_hub_gate *g, struct noro_view password, const char *phc,
	uint32_t *ret_wait_s, struct noro_error *err) NORO_MUSTUSE;
