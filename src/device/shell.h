/* src/device/shell.h - commands of a shell that show routes. */
#pragma once

#include "base/addr.h"
#include "base/view.h"

/* The command that does the same in words known elsewhere ("ip -j r" -> "ip route"); what it runs,
 * or what was typed, where there is none. */
struct noro_view noro_shell_command(struct noro_view typed);
/* May this stand behind the prompt of a shell? */
bool noro_shell_like(struct noro_view typed);
/* The command that prints such a table of routes, by its form; empty: no table known here. */
struct noro_view noro_shell_command_of(struct noro_view text);
