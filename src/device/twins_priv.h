/* src/device/twins_priv.h - several devices of one name, told apart. */
#pragma once

#include "device/audit.h"

enum {
	NORO_SERIAL_BOARD,
	NORO_SERIAL_SYSTEM,
	NORO_SERIAL_UDI,
	NORO_SERIAL_TEXT = 32,
	NORO_IDENTITY_SERIALS = 8, /* a stack has one for each member */
	NORO_IDENTITY_ADDRESSES = 16,
};

/* What a text says of the box it comes from. All zero: nothing. */
struct noro_identity {
	struct noro_serial {
		uint8_t kind;
		char text[NORO_SERIAL_TEXT];
	} serial[NORO_IDENTITY_SERIALS];
	uint32_t serials;
	uint64_t address[NORO_IDENTITY_ADDRESSES]; /* digests of interface addresses */
	uint32_t addresses;
};

void noro_identity_text(struct noro_view text, struct noro_identity *id);
void noro_identity_tree(const struct noro_tree *t, struct noro_identity *id);

struct text; /* audit_priv.h */

#define NORO_TWINS_ALL UINT32_MAX /* a text that is of every one of them */

struct noro_twins {
	uint32_t groups;    /* 1: one device, and nothing below is set */
	uint32_t *of;       /* the group of each text */
	const char **shown; /* the name of each group: "core1 (tokyo)" */
	struct noro_audit_note *note;
	size_t notes;
};
/* The texts of one name; results in `a`. Linear in texts but for devices of one name. */
enum noro_status noro_twins_tell(const char *name, const struct text *const *t, size_t n,
	struct noro_arena *a, struct noro_twins *ret) NORO_MUSTUSE;
