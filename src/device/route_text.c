/*
 * src/device/route_text.c - routing tables as devices print them. A reader is a
 * function for one line; which one is told by the first lines, for a text is
 * often older than the system its device is said to run. Lines that mean nothing
 * to the reader are counted, never an error.
 */
#include "device/route_priv.h"

static const char *const global_names[] = { "default", "global", "public", "inet.0", "inet6.0",
	"default-vrf", "master", "master4", "master6", "main", "_public_", "0" };

const char *noro_route_text(struct noro_route_in *in, struct noro_view v)
{
	uint32_t h;
	const char **kept, *nul = v.n ? memchr(v.p, 0, v.n) : NULL;

	v.n = nul ? (size_t)(nul - v.p) : v.n;
	if (!v.n)
		return NULL;
	h = (uint32_t)v.n;
	for (size_t i = 0; i < v.n && i < 32; i++)
		h = (h ^ (unsigned char)v.p[i]) * 0x01000193U;
	h = (h >> 8) % NORO_ROUTE_TEXTS;
	kept = &in->text[h];
	if (*kept && in->text_n[h] == v.n && memcmp(*kept, v.p, v.n) == 0)
		return *kept;
	v.n = v.n > 255 ? 255 : v.n;
	*kept = noro_rib_text(in->rib, v);
	in->text_n[h] = (uint8_t)v.n;
	if (!*kept)
		in->status = NORO_ENOMEM;
	return *kept;
}

void noro_route_vrf(struct noro_route_in *in, struct noro_view name)
{
	in->have = in->waits = false;
	in->net.ip.family = 0;
	in->now.vrf = NULL;
	for (size_t i = 0; i < sizeof(global_names) / sizeof(global_names[0]); i++)
		if (noro_view_is_i(name, global_names[i]))
			return;
	in->now.vrf = noro_route_text(in, name);
}

void noro_route_begin(struct noro_route_in *in, const struct noro_prefix *p)
{
	in->now = (struct noro_route){ .prefix = *p,
		.vrf = in->now.vrf,
		.age_s = NORO_ROUTE_NO_AGE,
		.path = NORO_ROUTE_NO_PATH };
	in->have = in->waits = true;
}

void noro_route_emit(struct noro_route_in *in)
{
	struct noro_route r = in->now;

	in->waits = false;
	if (in->status != NORO_OK)
		return;
	if (r.prefix.len == 0)
		r.flags |= NORO_RTF_DEFAULT;
	r.line = in->line;
	in->status = noro_rib_add(in->rib, &r);
	in->read->routes += in->status == NORO_OK;
}

void noro_route_unknown(struct noro_route_in *in)
{
	if (!in->read->unknown++)
		in->read->first_unknown = in->line;
}

void noro_route_via(struct noro_route_in *in, struct noro_view v)
{
	in->now.nexthop.family = 0;
	if (noro_route_ip(v, &in->now.nexthop) ||
		noro_route_ip(noro_view_sub(v, 0, noro_view_chr(v, '%')), &in->now.nexthop))
		return;
	if (noro_route_is_discard(v))
		in->now.flags |= NORO_RTF_DISCARD;
	in->now.interface = noro_route_text(in, v);
}

/* --- which reader --- */

typedef void line_reader(struct noro_route_in *in, struct noro_view line);

struct shape {
	const char *name;  /* as a caller may say it */
	const char *token; /* stands in one of the first lines; NULL: only by name */
	line_reader *read;
};

static const struct shape shapes[] = {
	{ "bgp", " Weight Path", noro_routes_bgp },
	{ "bgp", " Weight  Path", noro_routes_bgp },
	{ "bgp", " Weight RouteTag Path", noro_routes_bgp }, /* FortiOS */
	{ "bgp", " PrefVal Path/Ogn", noro_routes_bgp },     /* VRP */
	{ "entry", "Routing entry for ", noro_routes_entry },
	{ "junos", " destinations, ", noro_routes_junos },
	{ "junos", " announced)", noro_routes_junos },
	{ "nxos", "ubest/mbest", noro_routes_nxos },
	{ "nxos", " ucast next-hops", noro_routes_nxos },
	{ "nxos", "denotes best ucast", noro_routes_nxos },
	{ "panos-bgp", " flap AS-Path", noro_routes_panos_bgp },
	{ "sros-bgp", "Flag  Network", noro_routes_sros_bgp },
	{ "panos", "VIRTUAL ROUTER:", noro_routes_panos },
	{ "panos", "LOGICAL ROUTER:", noro_routes_panos },
	{ "codes", "Codes:", noro_routes_codes },
	{ "codes", "Gateway of last resort", noro_routes_codes },
	{ "vrp", "Destination/Mask", noro_routes_vrp },
	{ "vrp", "PrefixLength :", noro_routes_vrp },
	{ "routeros", "dst-address=", noro_routes_routeros },
	{ "routeros", "DST-ADDRESS", noro_routes_routeros },
	{ "sros", "Dest Prefix[Flags]", noro_routes_sros },
	{ "bird", "BIRD ", noro_routes_bird },
	{ "bird", " unicast [", noro_routes_bird },
	{ "linux", " proto kernel", noro_routes_linux },
	{ "linux", "default via ", noro_routes_linux },
	{ "linux", " scope link", noro_routes_linux },
	{ "simple", "Next Hop   ", noro_routes_simple }, /* show ip cef */
	{ "simple", "Genmask", noro_routes_simple },
	{ "simple", "Kind  Additional", noro_routes_simple },
	{ "simple", "\xe7\xa8\xae\xe5\x88\xa5", noro_routes_simple }, /* Yamaha in Japanese */
	{ "frr", NULL, noro_routes_codes },
};

static line_reader *by_name(const char *shape)
{
	for (size_t i = 0; shape && i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (strcmp(shapes[i].name, shape) == 0)
			return shapes[i].read;
	return NULL;
}

static line_reader *by_text(struct noro_view text)
{
	struct noro_view head = noro_view_sub(text, 0, 4096);

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (shapes[i].token &&
			noro_view_find(head, noro_view_str(shapes[i].token)) != SIZE_MAX)
			return shapes[i].read;
	return NULL;
}

static line_reader *by_dialect(enum noro_dialect d)
{
	switch (d) {
	case NORO_DIALECT_NXOS:
		return noro_routes_nxos;
	case NORO_DIALECT_JUNOS:
		return noro_routes_junos;
	case NORO_DIALECT_VRP:
		return noro_routes_vrp;
	case NORO_DIALECT_PANOS:
		return noro_routes_panos;
	case NORO_DIALECT_ROUTEROS:
		return noro_routes_routeros;
	case NORO_DIALECT_SROS:
		return noro_routes_sros;
	case NORO_DIALECT_YAMAHA:
		return noro_routes_simple;
	default:
		return noro_routes_codes;
	}
}

static void read_lines(struct noro_route_in *in, line_reader *reader, struct noro_view text)
{
	struct noro_view line;

	while (in->status == NORO_OK && noro_view_line(&text, &line)) {
		in->line++;
		in->read->lines++;
		line.n = line.n > NORO_ROUTE_MAX_LINE ? (size_t)NORO_ROUTE_MAX_LINE : line.n;
		while (line.n && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t'))
			line.n--;
		reader(in, line);
	}
	if (in->waits && in->status == NORO_OK)
		noro_route_unknown(in); /* a route whose next hop never came */
}

/* JSON and XML as whole documents: '{', '[' or '<' before anything else but a prompt's line. */
static bool read_document(struct noro_route_in *in, struct noro_view text)
{
	struct noro_view t = noro_view_trim(text);
	struct noro_arena *a;
	bool json = t.n && (t.p[0] == '{' || t.p[0] == '['), xml = t.n && t.p[0] == '<';

	/* "{master:0}" is a prompt of Junos; "<HUAWEI>" one of VRP */
	if (noro_view_starts(t, "{master") || noro_view_starts(t, "{primary") ||
		(xml && noro_view_find(noro_view_sub(t, 0, 4096), NORO_V("</")) == SIZE_MAX &&
			noro_view_find(noro_view_sub(t, 0, 4096), NORO_V("xmlns")) == SIZE_MAX))
		return false;
	/* "[edit]" and "[admin@MikroTik] >" are prompts as well */
	if ((!json && !xml) || (t.n > 1 && t.p[0] == '[' && noro_is_alpha(t.p[1])))
		return false;
	a = noro_arena_new(0);
	if (!a)
		in->status = NORO_ENOMEM;
	else if (json)
		noro_routes_json(in, t, a);
	else
		noro_routes_xml(in, t, a);
	noro_arena_free(a);
	return true;
}

enum noro_status noro_routes_read(struct noro_rib *r, enum noro_dialect d, const char *shape,
	struct noro_view text, struct noro_route_read *ret, struct noro_error *err)
{
	struct noro_route_in in = { .rib = r, .read = ret, .dialect = d, .now.vrf = r->vrf };
	line_reader *reader = by_name(shape);

	*ret = (struct noro_route_read){ 0 };
	if (!reader)
		reader = by_text(text);
	if (!reader)
		reader = by_dialect(d);
	if (!read_document(&in, text))
		read_lines(&in, reader, text);
	if (in.status != NORO_OK)
		return noro_fail(err, in.status, N_("out of memory"));
	return NORO_OK;
}
