/* src/device/command_priv.h - exec commands as a table of words. */
#pragma once

#include "device/state.h"

/* Whose command it is. Cisco's words are those of EOS and many others too. */
enum {
	NORO_CMD_CISCO = 1,
	NORO_CMD_JUNOS = 2,
	NORO_CMD_VRP = 4,
	NORO_CMD_FORTIOS = 8,
	NORO_CMD_PANOS = 16,
};
struct noro_command_word {
	uint8_t of; /* bits */
	const char *text;
};
extern const struct noro_command_word noro_command_words[];
extern const size_t noro_command_word_count;

/* Without "do", a pipe and what follows it: what templates compare. */
struct noro_view noro_command_bare(struct noro_view command);
