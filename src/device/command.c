/*
 * src/device/command.c - the words of exec commands: abbreviations written out, and
 * which commands print configurations or routes.
 *
 * A device takes any beginning of a word that is the only one to begin so. Here a
 * typed word goes with every command of the table whose word at that place it
 * begins; where several are left at the end, the one that stands first wins, so the
 * common ones stand first.
 */
#include "device/command_priv.h"
#include "device/transcript_priv.h"

enum { MAX_WORDS = 24 };

static uint8_t family(enum noro_dialect d)
{
	switch (d) {
	case NORO_DIALECT_JUNOS:
	case NORO_DIALECT_VYOS:
		return NORO_CMD_JUNOS;
	case NORO_DIALECT_VRP:
		return NORO_CMD_VRP;
	case NORO_DIALECT_FORTIOS:
		return NORO_CMD_FORTIOS;
	case NORO_DIALECT_PANOS:
		return NORO_CMD_PANOS;
	case NORO_DIALECT_ROUTEROS:
	case NORO_DIALECT_SROS:
		return 0;
	default:
		return NORO_CMD_CISCO;
	}
}

static bool begins(struct noro_view typed, struct noro_view full)
{
	return typed.n && typed.n <= full.n &&
	       noro_view_eq_i(typed, noro_view_sub(full, 0, typed.n));
}

/* Two typed words that a file name parted: "running config". */
static bool parted(const struct noro_view *typed, struct noro_view full)
{
	return typed[0].n + typed[1].n + 1 == full.n && full.p[typed[0].n] == '-' &&
	       begins(typed[0], full) &&
	       noro_view_eq_i(typed[1], noro_view_sub(full, typed[0].n + 1, full.n));
}

/* How many of the typed words the command takes, and how many of them were written out. */
static size_t takes(const char *full, const struct noro_view *typed, size_t n, size_t *ret_exact)
{
	struct noro_view rest = noro_view_str(full), word;
	size_t i = 0;

	*ret_exact = 0;
	while (noro_view_word(&rest, &word)) {
		if (i + 1 < n && parted(typed + i, word)) {
			i += 2;
			continue;
		}
		/* all of the command must have been asked for */
		if (i == n || !begins(typed[i], word))
			return 0;
		*ret_exact += typed[i++].n == word.n;
	}
	return i;
}

struct noro_view noro_command_expand(
	enum noro_dialect d, struct noro_view typed, struct noro_arena *a)
{
	struct noro_view word[MAX_WORDS], rest = typed, one;
	size_t words = 0, best = 0, best_exact = 0, n = 0;
	const char *chosen = NULL;
	uint8_t of = family(d);
	char *out;

	while (words < MAX_WORDS && noro_view_word(&rest, &one))
		word[words++] = one;
	for (size_t i = 0; i < noro_command_word_count; i++) {
		size_t exact, got;

		if (!(noro_command_words[i].of & of) && d != NORO_DIALECT_NONE)
			continue;
		got = takes(noro_command_words[i].text, word, words, &exact);
		/* of a system that nobody named: Cisco's, or what is written out in full */
		if (!(noro_command_words[i].of & of) && exact < got)
			continue;
		if (got > best || (got == best && got && exact > best_exact)) {
			best = got;
			best_exact = exact;
			chosen = noro_command_words[i].text;
		}
	}
	if (!chosen || best_exact == best)
		return noro_view_trim(typed);
	n = strlen(chosen) + 1;
	for (size_t i = best; i < words; i++)
		n += word[i].n + 1;
	out = noro_arena_alloc(a, n + rest.n + 1);
	if (!out)
		return noro_view_trim(typed);
	n = strlen(chosen);
	memcpy(out, chosen, n);
	for (size_t i = best; i < words; i++) {
		out[n++] = ' ';
		memcpy(out + n, word[i].p, word[i].n);
		n += word[i].n;
	}
	memcpy(out + n, rest.p, rest.n);
	return noro_view_trim(noro_view(out, n + rest.n));
}

/* Without "do", a pipe, and the slot it was sent to: what templates compare. */
struct noro_view noro_command_bare(struct noro_view command)
{
	size_t pipe = noro_view_chr(command, '|');

	command = noro_view_trim(noro_view_sub(command, 0, pipe));
	if (noro_view_starts_i(command, "do "))
		command = noro_view_trim(noro_view_sub(command, 3, command.n));
	if (noro_view_starts_i(command, "run "))
		command = noro_view_trim(noro_view_sub(command, 4, command.n));
	return command;
}

static const char *const verbs[] = { "show", "display", "get", "diagnose", "execute", "dir", "more",
	"verify", "terminal", "configure", "copy", "monitor", "request", "file", "bash", "netstat",
	"enable", "disable", "exit", "quit", "end", "ping", "traceroute", "telnet", "ssh", "admin",
	"undo", "save", "system-view", "screen-length", "screen-width", "debug", "undebug", "clear",
	"clock", "write", "reload", "run", "set", "delete", "edit", "commit", "test", "tclsh",
	"guestshell", "print", "export", "fnsysctl", "config", "sudo", "cat", "ls", "ps", "uname",
	"start", "tail", "fips", "app-hosting", "attach", "environment", "top", "restart", "check",
	"reset", "return", "service" };

/* Three letters at least: output that begins so is rare. */
bool noro_command_like(struct noro_view text)
{
	struct noro_view word;

	if (text.n && text.p[0] == '/' && text.n > 2 && noro_is_alpha(text.p[1]))
		return true; /* RouterOS */
	if (noro_view_starts(text, "do "))
		text = noro_view_sub(text, 3, text.n);
	if (!noro_view_word(&text, &word))
		return false;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (word.n >= (strlen(verbs[i]) < 3 ? strlen(verbs[i]) : 3) &&
			begins(word, noro_view_str(verbs[i])))
			return true;
	/* "sh ver", "dis cur": two letters with something behind */
	return (noro_view_is_i(word, "sh") || noro_view_is_i(word, "di")) && noro_view_trim(text).n;
}

/* --- what kind of output --- */

struct kind {
	const char *begins; /* written out, lower case */
	enum noro_fact_source source;
};

static bool one_of(
	struct noro_view command, const struct kind *k, size_t n, enum noro_fact_source *ret)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(k[i].begins);

		if (noro_view_starts_i(command, k[i].begins) &&
			(command.n == len || noro_is_space(command.p[len]))) {
			*ret = k[i].source;
			return true;
		}
	}
	return false;
}

/* Expanded without an arena: into the caller's room. */
static struct noro_view written_out(enum noro_dialect d, struct noro_view command, char room[256])
{
	struct noro_arena *a = noro_arena_new(4096);
	struct noro_view v = noro_command_bare(command);

	if (!a)
		return v;
	v = noro_command_expand(d, v, a);
	if (v.n > 255)
		v.n = 255;
	if (v.n)
		memcpy(room, v.p, v.n);
	noro_arena_free(a);
	return noro_view(room, v.n);
}

bool noro_command_is_config(
	enum noro_dialect d, struct noro_view command, enum noro_fact_source *ret)
{
	static const struct kind configs[] = {
		{ "show running-config", NORO_FACT_CONFIG },
		{ "show configuration", NORO_FACT_CONFIG },
		{ "show startup-config", NORO_FACT_STARTUP },
		{ "show startup", NORO_FACT_STARTUP },
		{ "write terminal", NORO_FACT_CONFIG },
		{ "more nvram:startup-config", NORO_FACT_STARTUP },
		{ "more system:running-config", NORO_FACT_CONFIG },
		{ "admin show running-config", NORO_FACT_CONFIG },
		{ "show full-configuration", NORO_FACT_CONFIG },
		{ "display current-configuration", NORO_FACT_CONFIG },
		{ "display saved-configuration", NORO_FACT_STARTUP },
		{ "display this", NORO_FACT_CONFIG },
		{ "show config running", NORO_FACT_CONFIG },
		{ "show config saved", NORO_FACT_STARTUP },
		{ "show config", NORO_FACT_CONFIG },
		{ "show", NORO_FACT_CONFIG },
		{ "/export", NORO_FACT_CONFIG },
		{ "export", NORO_FACT_CONFIG },
		{ "admin display-config", NORO_FACT_CONFIG },
		{ "info", NORO_FACT_CONFIG },
	};
	char room[256];
	struct noro_view v = written_out(d, command, room);

	/* "show" alone prints the configuration in FortiOS and in edit mode; it takes no more words
	 */
	if (noro_view_starts_i(v, "show ") || noro_view_starts_i(v, "info ")) {
		if (d == NORO_DIALECT_FORTIOS)
			return *ret = NORO_FACT_CONFIG, true;
		if (!one_of(v, configs, 5, ret) && !one_of(v, configs + 8, 1, ret) &&
			!one_of(v, configs + 12, 3, ret))
			return false;
		/* parts and differences of a configuration are none */
		return noro_view_find_i(v, NORO_V("diff")) == SIZE_MAX &&
		       noro_view_find_i(v, NORO_V("commit")) == SIZE_MAX &&
		       noro_view_find_i(v, NORO_V("history")) == SIZE_MAX;
	}
	return one_of(v, configs, sizeof(configs) / sizeof(configs[0]), ret);
}

/* SR OS: "show router 99 bgp routes", of a service by its number or name */
static bool of_service(struct noro_view v, const char *what)
{
	struct noro_view word;

	if (!noro_view_starts_i(v, "show router ") || !noro_view_cut(&v, ' ', &word) ||
		!noro_view_cut(&v, ' ', &word) || !noro_view_cut(&v, ' ', &word))
		return false;
	return noro_view_starts_i(noro_view_trim(v), what);
}

/* SR OS prints the table of BGP of a service, or of the management, without its name. */
struct noro_view noro_command_vrf(enum noro_dialect d, struct noro_view command)
{
	struct noro_view word = { 0 };

	if (d != NORO_DIALECT_SROS || !of_service(command, "bgp routes"))
		return (struct noro_view){ 0 };
	for (int i = 0; i < 3; i++)
		if (!noro_view_cut(&command, ' ', &word))
			return (struct noro_view){ 0 };
	if (noro_view_is_i(word, "Base"))
		word.n = 0;
	return word;
}

/* RouterOS 7: "/routing/route print", and with blanks; what it is asked for comes behind. */
static bool is_routeros_table(struct noro_view v)
{
	if (noro_view_starts(v, "/"))
		v = noro_view_sub(v, 1, v.n);
	return noro_view_starts_i(v, "routing/route/print") ||
	       noro_view_starts_i(v, "routing/route print") ||
	       noro_view_starts_i(v, "routing route print");
}

bool noro_command_is_bgp(enum noro_dialect d, struct noro_view command)
{
	static const struct kind tables[] = { { "show ip bgp", 0 }, { "show bgp", 0 },
		{ "show ipv6 bgp", 0 }, { "get router info bgp network", 0 },
		{ "get router info6 bgp network", 0 }, { "display bgp routing-table", 0 },
		{ "show routing protocol bgp loc-rib", 0 }, { "show router bgp routes", 0 } };
	static const char *const others[] = { "summary", "neighbor", "statistics", "instance",
		"process", "community", "detail" };
	enum noro_fact_source none;
	char room[256];
	struct noro_view v = written_out(d, command, room);

	if (is_routeros_table(v))
		return noro_view_find_i(v, NORO_V("bgp")) != SIZE_MAX;
	if (d == NORO_DIALECT_JUNOS ||
		(!one_of(v, tables, sizeof(tables) / sizeof(tables[0]), &none) &&
			!of_service(v, "bgp routes")))
		return false;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (noro_view_find_i(v, noro_view_str(others[i])) != SIZE_MAX)
			return false;
	return true;
}

bool noro_command_is_routes(enum noro_dialect d, struct noro_view command)
{
	static const struct kind routes[] = {
		{ "show ip route", 0 },
		{ "show ipv6 route", 0 },
		{ "show route", 0 },
		{ "show routing route", 0 },
		{ "show advanced-routing route", 0 },
		{ "show ip cef", 0 },
		{ "get router info routing-table", 0 },
		{ "get router info6 routing-table", 0 },
		{ "display ip routing-table", 0 },
		{ "display ipv6 routing-table", 0 },
		{ "/ip route print", 0 },
		{ "ip route print", 0 },
		{ "/ip/route print", 0 },
		{ "/ip/route/print", 0 },
		{ "/ipv6/route print", 0 },
		{ "/ipv6 route print", 0 },
		{ "ip route show", 0 },
		{ "ip -6 route", 0 },
		{ "ip route", 0 },
		{ "netstat -rn", 0 },
		{ "show router route-table", 0 },
		{ "birdc show route", 0 },
	};
	enum noro_fact_source none;
	char room[256];
	struct noro_view v = written_out(d, command, room);

	if (!one_of(v, routes, sizeof(routes) / sizeof(routes[0]), &none) &&
		!of_service(v, "route-table") && !is_routeros_table(v))
		return false;
	if (is_routeros_table(v) && noro_view_find_i(v, NORO_V("bgp")) != SIZE_MAX)
		return false; /* told of one protocol, ways that are not taken among them */
	/* counts of routes are no routes */
	return noro_view_find_i(v, NORO_V("summary")) == SIZE_MAX &&
	       noro_view_find_i(v, NORO_V("instance")) == SIZE_MAX;
}
