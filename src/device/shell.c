/*
 * src/device/shell.c - routers that are Linux machines (FRR, BIRD, a plain kernel) have a shell
 * where others have show commands: `ip -j route`, `sudo vtysh -c "show ip route"`, `birdc show
 * route all`. They are written here as the commands that the rest of the module knows. What they
 * print names no command at all when it was redirected to a file; tables of routes have forms of
 * their own, and are told by these.
 */
#include "device/shell.h"

enum { HEAD = 4096, HEAD_LINES = 64 };

/* "sudo " off, and what vtysh is to run. */
static struct noro_view inner(struct noro_view typed)
{
	size_t quote;
	char mark;

	if (noro_view_starts_i(typed, "sudo "))
		typed = noro_view_trim(noro_view_sub(typed, 5, typed.n));
	if (!noro_view_starts_i(typed, "vtysh ") && !noro_view_starts_i(typed, "birdc \""))
		return typed;
	for (quote = 0; quote < typed.n; quote++)
		if (typed.p[quote] == '"' || typed.p[quote] == '\'')
			break;
	if (quote == typed.n)
		return typed;
	mark = typed.p[quote];
	typed = noro_view_sub(typed, quote + 1, typed.n);
	return noro_view_trim(noro_view_sub(typed, 0, noro_view_chr(typed, mark)));
}

/* The object of `ip`, behind its options; empty if this is no such command. */
static struct noro_view object_of_ip(struct noro_view v)
{
	struct noro_view word, rest = v;

	if (!noro_view_word(&rest, &word) || !noro_view_is(word, "ip"))
		return noro_view(NULL, 0);
	do {
		v = noro_view_trim(rest);
		if (!noro_view_word(&rest, &word))
			return noro_view(NULL, 0);
	} while (word.p[0] == '-');
	return noro_view_is(word, "r") || noro_view_is(word, "ro") || noro_view_is(word, "route")
		       ? v
		       : noro_view(NULL, 0);
}

struct noro_view noro_shell_command(struct noro_view typed)
{
	struct noro_view v = inner(typed);

	if (object_of_ip(v).n)
		return NORO_V("ip route");
	if (noro_view_starts(v, "birdc ") && noro_view_find(v, NORO_V("show route")) != SIZE_MAX)
		return NORO_V("birdc show route");
	return v;
}

bool noro_shell_like(struct noro_view typed)
{
	struct noro_view v = inner(typed);

	return object_of_ip(v).n || noro_view_starts(v, "birdc ") ||
	       noro_view_starts(typed, "vtysh ") || noro_view_starts(typed, "sudo vtysh ");
}

/* --- by the form of what was printed --- */

static bool has(struct noro_view head, const char *what)
{
	return noro_view_find(head, noro_view_str(what)) != SIZE_MAX;
}

/* "default via 192.0.2.1 dev eth0 proto static", "192.0.2.0/24 dev eth1 proto kernel scope link" */
static bool is_ip_route(struct noro_view line)
{
	struct noro_view word, rest = line;
	struct noro_prefix p;
	bool bits;

	if (!noro_view_word(&rest, &word) ||
		(!noro_view_is(word, "default") && !noro_prefix_parse(word, &p, &bits)))
		return false;
	return has(rest, "dev ") && (noro_view_starts(noro_view_trim(rest), "via ") ||
					    has(rest, " proto ") || has(rest, " scope "));
}

/* "Table master4:", and a route below it. */
static bool is_bird(struct noro_view head)
{
	return (noro_view_starts(head, "BIRD ") && has(head, " ready.")) ||
	       (noro_view_starts(head, "Table ") &&
		       (has(head, " unicast [") || has(head, " blackhole [") ||
			       has(head, " unreachable [")));
}

struct noro_view noro_shell_command_of(struct noro_view text)
{
	struct noro_view head = noro_view_trim(noro_view_sub(text, 0, HEAD)), line;

	if (noro_view_starts(head, "[") && has(head, "\"dst\":") &&
		(has(head, "\"dev\":") || has(head, "\"gateway\":")))
		return NORO_V("ip route");
	if (noro_view_starts(head, "{") && has(head, "\"prefix\":") && has(head, "\"protocol\":") &&
		has(head, "\"nexthops\":"))
		return NORO_V("show ip route json");
	if (is_bird(head))
		return NORO_V("birdc show route");
	for (size_t n = 0; n < HEAD_LINES && noro_view_line(&head, &line); n++)
		if (noro_view_trim(line).n)
			return is_ip_route(noro_view_trim(line)) ? NORO_V("ip route")
								 : noro_view(NULL, 0);
	return noro_view(NULL, 0);
}
