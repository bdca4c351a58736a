/*
 * src/device/pathname.c - what the name of a file says of the command in it.
 *
 * Collectors write "r1/show_version.txt", "r1_show-ip-route.raw", "show users.log",
 * "show_version_|_json.json"; collections of samples "cisco_ios/show_version/x.raw"
 * or "iosxe/tests/ShowIpArp/cli/equal/x.txt". The innermost part that holds a
 * command's first word wins.
 */
#include "device/transcript_priv.h"

enum { MAX_PARTS = 64, MAX_UP = 5 };

static const struct {
	const char *name;
	enum noro_dialect dialect;
} systems[] = {
	{ "cisco_ios", NORO_DIALECT_IOS },
	{ "ios", NORO_DIALECT_IOS },
	{ "cisco_xe", NORO_DIALECT_IOS_XE },
	{ "iosxe", NORO_DIALECT_IOS_XE },
	{ "ios-xe", NORO_DIALECT_IOS_XE },
	{ "ios_xe", NORO_DIALECT_IOS_XE },
	{ "cisco_iosxe", NORO_DIALECT_IOS_XE },
	{ "cisco_xr", NORO_DIALECT_IOS_XR },
	{ "iosxr", NORO_DIALECT_IOS_XR },
	{ "ios-xr", NORO_DIALECT_IOS_XR },
	{ "iosxr_netconf", NORO_DIALECT_IOS_XR },
	{ "cisco_nxos", NORO_DIALECT_NXOS },
	{ "nxos", NORO_DIALECT_NXOS },
	{ "nx-os", NORO_DIALECT_NXOS },
	{ "nxos_ssh", NORO_DIALECT_NXOS },
	{ "cisco_asa", NORO_DIALECT_ASA },
	{ "cisco_ftd", NORO_DIALECT_ASA },
	{ "asa", NORO_DIALECT_ASA },
	{ "juniper_junos", NORO_DIALECT_JUNOS },
	{ "juniper", NORO_DIALECT_JUNOS },
	{ "junos", NORO_DIALECT_JUNOS },
	{ "arista_eos", NORO_DIALECT_EOS },
	{ "arista", NORO_DIALECT_EOS },
	{ "eos", NORO_DIALECT_EOS },
	{ "fortinet", NORO_DIALECT_FORTIOS },
	{ "fortios", NORO_DIALECT_FORTIOS },
	{ "fortigate", NORO_DIALECT_FORTIOS },
	{ "huawei_vrp", NORO_DIALECT_VRP },
	{ "huawei_smartax", NORO_DIALECT_NONE },
	{ "huawei", NORO_DIALECT_VRP },
	{ "vrp", NORO_DIALECT_VRP },
	{ "paloalto_panos", NORO_DIALECT_PANOS },
	{ "panos", NORO_DIALECT_PANOS },
	{ "pan-os", NORO_DIALECT_PANOS },
	{ "mikrotik_routeros", NORO_DIALECT_ROUTEROS },
	{ "mikrotik", NORO_DIALECT_ROUTEROS },
	{ "routeros", NORO_DIALECT_ROUTEROS },
	{ "vyatta_vyos", NORO_DIALECT_VYOS },
	{ "vyos", NORO_DIALECT_VYOS },
	{ "alcatel_sros", NORO_DIALECT_SROS },
	{ "nokia_sros", NORO_DIALECT_SROS },
	{ "sros", NORO_DIALECT_SROS },
	{ "yamaha", NORO_DIALECT_YAMAHA },
	{ "alaxala", NORO_DIALECT_ALAXALA },
	{ "nec_ix", NORO_DIALECT_NEC_IX },
};

static enum noro_dialect system_of(struct noro_view part)
{
	for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++)
		if (noro_view_eq_i(part, noro_view_str(systems[i].name)))
			return systems[i].dialect;
	return NORO_DIALECT_NONE;
}

/* "eos_multicast_base": its first word. */
static enum noro_dialect system_hint(struct noro_view part)
{
	size_t n = 0;

	while (n < part.n && noro_is_alnum(part.p[n]))
		n++;
	return n == part.n ? NORO_DIALECT_NONE : system_of(noro_view_sub(part, 0, n));
}

static bool is_gap(char c)
{
	return c == '_' || noro_is_space(c) || c == '+' || c == '.' || c == '-';
}

/* Words that begin commands in file names. */
static const char *const verbs[] = { "show", "display", "get", "diagnose", "dir", "netstat",
	"verify", "more", "admin_show", "fnsysctl", "execute", "bash" };

static size_t verb_at(struct noro_view part)
{
	for (size_t i = 0; i < part.n; i++) {
		struct noro_view rest = noro_view_sub(part, i, part.n);

		if (i && !is_gap(part.p[i - 1]))
			continue;
		for (size_t k = 0; k < sizeof(verbs) / sizeof(verbs[0]); k++) {
			size_t n = strlen(verbs[k]);

			if (noro_view_starts_i(rest, verbs[k]) &&
				(rest.n == n || is_gap(rest.p[n])))
				return i;
		}
	}
	return SIZE_MAX;
}

/* "___" was a pipe. */
static void pipes(char *p)
{
	for (char *at = strstr(p, "___"); at; at = strstr(at, "___"))
		memcpy(at, " | ", 3);
}

/* Gaps become blanks; a hyphen only where nothing else parts the words. */
static struct noro_view spaced(struct noro_view v, struct noro_arena *a)
{
	bool other = noro_view_chr(v, '_') != SIZE_MAX || noro_view_chr(v, ' ') != SIZE_MAX;
	char *p = noro_arena_strn(a, v.p, v.n);

	if (!p)
		return noro_view(NULL, 0);
	pipes(p);
	for (size_t i = 0; i < v.n; i++)
		if (p[i] == '_' || p[i] == '+' || (p[i] == '-' && !other))
			p[i] = ' ';
	return noro_view_trim(noro_view(p, v.n));
}

/* "ShowIpArpVrf" */
static struct noro_view uncamelled(struct noro_view v, struct noro_arena *a)
{
	char *p = noro_arena_alloc(a, 2 * v.n + 1);
	size_t n = 0;

	if (!p)
		return noro_view(NULL, 0);
	for (size_t i = 0; i < v.n; i++) {
		bool upper = v.p[i] >= 'A' && v.p[i] <= 'Z';

		if (upper && i)
			p[n++] = ' ';
		p[n++] = noro_lower(v.p[i]);
	}
	return noro_view(p, n);
}

static struct noro_view without_extension(struct noro_view v)
{
	static const char *const ends[] = { ".txt", ".log", ".raw", ".json", ".xml", ".out",
		".text", ".cfg", ".output", ".show", ".gz" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (noro_view_ends_i(v, ends[i])) {
			v.n -= strlen(ends[i]);
			i = SIZE_MAX;
		}
	return v;
}

struct parts {
	struct noro_view part[MAX_PARTS]; /* from the innermost */
	size_t n;
};

static void split(const char *path, struct parts *ret)
{
	struct noro_view rest = noro_view_str(path);

	while (rest.n && ret->n < MAX_PARTS) {
		size_t at = noro_view_rchr(rest, '/');
		struct noro_view part = at == SIZE_MAX ? rest : noro_view_sub(rest, at + 1, rest.n);

		rest.n = at == SIZE_MAX ? 0 : at;
		if (part.n)
			ret->part[ret->n++] = part;
	}
}

static enum noro_status command_of(
	const struct parts *ps, struct noro_arena *a, struct noro_path_says *ret, size_t *ret_at)
{
	for (size_t i = 0; i < ps->n && i < MAX_UP; i++) {
		struct noro_view part = i ? ps->part[i] : without_extension(ps->part[i]);
		size_t at = verb_at(part);

		/* "show_version/x_show_version2.raw": the folder says it without the number */
		if (i == 0 && ps->n > 1 && verb_at(ps->part[1]) == 0 &&
			(noro_view_chr(ps->part[1], '_') != SIZE_MAX ||
				noro_view_is(ps->part[1], "dir")))
			continue;
		if (at != SIZE_MAX && (i == 0 || at == 0 || noro_view_starts(part, "admin_"))) {
			ret->command = spaced(noro_view_sub(part, at, part.n), a);
			if (at > 1)
				ret->device = noro_view_sub(part, 0, at - 1);
			*ret_at = i;
			return ret->command.p ? NORO_OK : NORO_ENOMEM;
		}
		if (noro_view_starts(part, "Show") && part.n > 4 && part.p[4] >= 'A' &&
			part.p[4] <= 'Z') {
			ret->command = uncamelled(part, a);
			*ret_at = i;
			return ret->command.p ? NORO_OK : NORO_ENOMEM;
		}
	}
	return NORO_OK;
}

enum noro_status noro_path_says(const char *path, struct noro_arena *a, struct noro_path_says *ret)
{
	struct parts ps = { 0 };
	size_t at = SIZE_MAX;
	enum noro_status st;

	*ret = (struct noro_path_says){ 0 };
	if (!path)
		return NORO_OK;
	split(path, &ps);
	st = command_of(&ps, a, ret, &at);
	for (size_t i = 0; i < ps.n && !ret->dialect; i++) {
		ret->dialect = system_of(ps.part[i]);
		ret->firm = ret->dialect != NORO_DIALECT_NONE;
	}
	/* "mikrotik_routeros/ip_arp_print/mikrotik_routeros_ip_arp_print.raw" */
	if (st == NORO_OK && !ret->command.n && ret->firm && ps.n > 2 &&
		system_of(ps.part[2]) == ret->dialect &&
		noro_view_find(ps.part[0], ps.part[1]) != SIZE_MAX) {
		ret->command = spaced(ps.part[1], a);
		st = ret->command.p ? NORO_OK : NORO_ENOMEM;
		at = 1;
	}
	for (size_t i = 0; i < ps.n && !ret->dialect; i++)
		ret->dialect = system_hint(ps.part[i]);
	if (system_of(ret->device) || (ret->firm && at && at != SIZE_MAX))
		ret->device = noro_view("", 0);
	/* "r1/show_version.txt": the folder is the device, if it is not a word of order */
	if (!ret->device.n && at == 0 && ps.n > 1 && !ret->firm &&
		!noro_view_is_i(ps.part[1], "show") && verb_at(ps.part[1]) == SIZE_MAX)
		ret->device = ps.part[1];
	if (st == NORO_OK && ret->device.n) {
		ret->device = noro_arena_view(a, ret->device);
		st = ret->device.p ? NORO_OK : NORO_ENOMEM;
	}
	return st;
}
