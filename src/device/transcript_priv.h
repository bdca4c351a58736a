/* src/device/transcript_priv.h - session noise, prompts and file names. */
#pragma once

#include "device/state.h"

/* A line that the terminal made, not the command: --More--, load and time banners. Cleaned text. */
bool noro_transcript_noise(struct noro_view line);
/* Colours, backspaces, overwritten beginnings and --More-- taken off; the line itself if it has
 * none. */
enum noro_status noro_transcript_clean(
	struct noro_view line, struct noro_arena *a, struct noro_view *ret) NORO_MUSTUSE;
/* The moment a banner line tells: "Time source is NTP, 12:34:56.789 UTC ...", XR's date line, a
 * show clock. NORO_TIME_NONE. */
int64_t noro_transcript_time(struct noro_view line);

/* What a path says: "r1/show_version.txt". Views into `a`; empty where it says nothing. */
struct noro_path_says {
	struct noro_view command, device;
	enum noro_dialect dialect;
	bool firm; /* the dialect is a folder's whole name */
};
enum noro_status noro_path_says(
	const char *path, struct noro_arena *a, struct noro_path_says *ret) NORO_MUSTUSE;

/* Does the text begin with a word that commands begin with? */
bool noro_command_like(struct noro_view text);
