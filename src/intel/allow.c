/*
 * src/intel/allow.c - values that are in every network and in every bad list.
 *
 * An allow-list explains and lowers, it never removes (DESIGN 6). Nets are kept
 * as sorted ranges that do not overlap, names as a sorted table that is asked
 * for the whole value and, where an entry means everything below it, for its
 * parents. Facts that are the same everywhere are built in.
 */
#include "intel/import.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"

enum {
	MAX_ENTRIES = 4 << 20,
	MAX_FILE = 256 << 20,
	MAX_SUBSTRINGS = 1000, /* each costs a search of every value */
	MIN_SUBSTRING = 3,
};

struct net {
	struct noro_range r;
	const char *why;
};

struct name {
	const char *text;
	const char *why;
	bool below; /* and everything below it */
};

struct noro_allow {
	struct noro_arena *a;
	struct net *net;
	size_t nets, net_cap;
	struct name *name;
	size_t names, name_cap;
	struct name *part; /* substrings */
	size_t parts, part_cap;
	/* What most values fail at once: first octets in use, lengths of names in use (modulo 64).
	 */
	bool octet[256];
	uint64_t lengths;
};

#define RESOLVER N_("a public DNS resolver")
#define SHARED   N_("a service that many others use as well")
#define EMPTY    N_("the digest of an empty file")

static const struct {
	const char *value, *why;
} facts[] = {
	{ "1.0.0.1", RESOLVER },
	{ "1.1.1.1", RESOLVER },
	{ "1.0.0.2", RESOLVER },
	{ "1.1.1.2", RESOLVER },
	{ "1.0.0.3", RESOLVER },
	{ "1.1.1.3", RESOLVER },
	{ "4.2.2.1", RESOLVER },
	{ "4.2.2.2", RESOLVER },
	{ "8.8.4.4", RESOLVER },
	{ "8.8.8.8", RESOLVER },
	{ "8.20.247.20", RESOLVER },
	{ "8.26.56.26", RESOLVER },
	{ "9.9.9.9", RESOLVER },
	{ "9.9.9.10", RESOLVER },
	{ "9.9.9.11", RESOLVER },
	{ "64.6.64.6", RESOLVER },
	{ "64.6.65.6", RESOLVER },
	{ "76.76.2.0", RESOLVER },
	{ "76.76.10.0", RESOLVER },
	{ "77.88.8.1", RESOLVER },
	{ "77.88.8.8", RESOLVER },
	{ "84.200.69.80", RESOLVER },
	{ "84.200.70.40", RESOLVER },
	{ "94.140.14.14", RESOLVER },
	{ "94.140.15.15", RESOLVER },
	{ "114.114.114.114", RESOLVER },
	{ "119.29.29.29", RESOLVER },
	{ "149.112.112.112", RESOLVER },
	{ "180.76.76.76", RESOLVER },
	{ "185.222.222.222", RESOLVER },
	{ "208.67.220.220", RESOLVER },
	{ "208.67.222.222", RESOLVER },
	{ "223.5.5.5", RESOLVER },
	{ "223.6.6.6", RESOLVER },
	{ "2001:4860:4860::8844", RESOLVER },
	{ "2001:4860:4860::8888", RESOLVER },
	{ "2606:4700:4700::1001", RESOLVER },
	{ "2606:4700:4700::1111", RESOLVER },
	{ "2620:119:35::35", RESOLVER },
	{ "2620:119:53::53", RESOLVER },
	{ "2620:fe::9", RESOLVER },
	{ "2620:fe::fe", RESOLVER },
	{ "2400:3200::1", RESOLVER },
	{ "2a10:50c0::ad1:ff", RESOLVER },
	{ "dns.google", RESOLVER },
	{ "dns.quad9.net", RESOLVER },
	{ "dns.adguard-dns.com", RESOLVER },
	{ "one.one.one.one", RESOLVER },
	{ "cloudflare-dns.com", RESOLVER },
	{ "doh.opendns.com", RESOLVER },
	{ "resolver1.opendns.com", RESOLVER },
	{ "api.ipify.org", SHARED },
	{ "api.my-ip.io", SHARED },
	{ "api.telegram.org", SHARED },
	{ "api.openweathermap.org", SHARED },
	{ "cdn.discordapp.com", SHARED },
	{ "checkip.amazonaws.com", SHARED },
	{ "checkip.dyndns.org", SHARED },
	{ "discord.com", SHARED },
	{ "docs.google.com", SHARED },
	{ "drive.google.com", SHARED },
	{ "dropbox.com", SHARED },
	{ "freegeoip.app", SHARED },
	{ "github.com", SHARED },
	{ "gitlab.com", SHARED },
	{ "google.com", SHARED },
	{ "icanhazip.com", SHARED },
	{ "ident.me", SHARED },
	{ "ifconfig.me", SHARED },
	{ "ip-api.com", SHARED },
	{ "ipinfo.io", SHARED },
	{ "login.microsoftonline.com", SHARED },
	{ "microsoft.com", SHARED },
	{ "onedrive.live.com", SHARED },
	{ "pastebin.com", SHARED },
	{ "raw.githubusercontent.com", SHARED },
	{ "reallyfreegeoip.org", SHARED },
	{ "t.me", SHARED },
	{ "telegram.org", SHARED },
	{ "wtfismyip.com", SHARED },
	{ "www.google.com", SHARED },
	{ "www.microsoft.com", SHARED },
	{ "d41d8cd98f00b204e9800998ecf8427e", EMPTY },
	{ "da39a3ee5e6b4b0d3255bfef95601890afd80709", EMPTY },
	{ "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", EMPTY },
	{ "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2"
	  "877ee"
	  "c2f63b931bd47417a81a538327af927da3e",
		EMPTY },
};

/* --- building ------------------------------------------------------------ */

static enum noro_status add_net(struct noro_allow *al, const struct noro_range *r, const char *why)
{
	struct net *more;

	if (al->nets >= MAX_ENTRIES)
		return NORO_ELIMIT;
	more = noro_grow(al->net, al->nets, &al->net_cap, sizeof(*more));
	if (!more)
		return NORO_ENOMEM;
	al->net = more;
	more[al->nets++] = (struct net){ *r, why };
	return NORO_OK;
}

static enum noro_status add_name(struct noro_allow *al, struct name **list, size_t *n, size_t *cap,
	const struct name *entry, struct noro_view text)
{
	struct name *more;

	if (*n >= MAX_ENTRIES)
		return NORO_ELIMIT;
	more = noro_grow(*list, *n, cap, sizeof(*more));
	if (!more)
		return NORO_ENOMEM;
	*list = more;
	more[*n] = *entry;
	more[*n].text = noro_arena_strn(al->a, text.p, text.n);
	if (!more[*n].text)
		return NORO_ENOMEM;
	(*n)++;
	return NORO_OK;
}

/* Any value in its normal form; a domain with what is below it where `below` says so. */
static enum noro_status add_value(
	struct noro_allow *al, struct noro_view value, const char *why, bool below)
{
	struct name entry = { .why = why, .below = below };
	struct noro_buf normal = { 0 };
	struct noro_view v = noro_view_trim(value);
	struct noro_range r;
	enum noro_status st = NORO_OK;
	int kind;

	if (v.n == 0)
		return NORO_OK;
	if (noro_range_parse(v, &r))
		return add_net(al, &r, why);
	if (v.p[0] == '.') {
		v = noro_view_sub(v, 1, v.n);
		entry.below = true;
	}
	kind = noro_ioc_guess(v);
	if (kind >= 0)
		st = noro_ioc_normal((enum noro_ioc_kind)kind, v, &normal);
	/* a name under no public root is still the operator's own: kept in lower case */
	if (kind < 0 || st == NORO_EFORMAT) {
		noro_buf_clear(&normal);
		for (size_t i = 0; i < v.n; i++)
			noro_buf_chr(&normal, noro_lower(v.p[i]));
		st = normal.status;
	}
	if (st == NORO_OK)
		st = add_name(al, &al->name, &al->names, &al->name_cap, &entry,
			noro_buf_as_view(&normal));
	noro_buf_done(&normal);
	return st;
}

static int by_range(const void *a, const void *b)
{
	const struct net *x = a, *y = b;
	int c = noro_ip_cmp(&x->r.lo, &y->r.lo);

	return c ? c : noro_ip_cmp(&y->r.hi, &x->r.hi);
}

static int by_text(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int c = strcmp(x->text, y->text);

	return c ? c : (int)y->below - (int)x->below;
}

/* First octets that a special range or a listed net can have. */
static void note_octets(struct noro_allow *al)
{
	static const uint8_t special[] = { 0, 10, 100, 127, 169, 172, 192, 198, 203 };

	memset(al->octet, 0, sizeof(al->octet));
	for (size_t i = 0; i < sizeof(special); i++)
		al->octet[special[i]] = true;
	for (unsigned o = 224; o < 256; o++)
		al->octet[o] = true;
	for (size_t i = 0; i < al->nets; i++)
		for (unsigned o = al->net[i].r.lo.b[0];
			al->net[i].r.lo.family == 4 && o <= al->net[i].r.hi.b[0]; o++)
			al->octet[o] = true;
	al->lengths = 0;
	for (size_t i = 0; i < al->names; i++)
		al->lengths |= UINT64_C(1) << (strlen(al->name[i].text) & 63);
}

/* Ranges that touch what came before are drawn together under the first reason. */
static void settle(struct noro_allow *al)
{
	size_t out = 0;

	if (al->nets)
		qsort(al->net, al->nets, sizeof(*al->net), by_range);
	for (size_t i = 0; i < al->nets; i++) {
		struct net *last = out ? &al->net[out - 1] : NULL;

		if (last && last->r.lo.family == al->net[i].r.lo.family &&
			noro_ip_cmp(&al->net[i].r.lo, &last->r.hi) <= 0) {
			if (noro_ip_cmp(&al->net[i].r.hi, &last->r.hi) > 0)
				last->r.hi = al->net[i].r.hi;
			continue;
		}
		al->net[out++] = al->net[i];
	}
	al->nets = out;
	if (al->names)
		qsort(al->name, al->names, sizeof(*al->name), by_text);
	out = 0;
	/* of equal names the one that covers more stands first and stays */
	for (size_t i = 0; i < al->names; i++)
		if (out == 0 || strcmp(al->name[out - 1].text, al->name[i].text) != 0)
			al->name[out++] = al->name[i];
	al->names = out;
	note_octets(al);
}

enum noro_status noro_allow_new(struct noro_allow **ret)
{
	struct noro_allow *al = noro_calloc(1, sizeof(*al));
	enum noro_status st = NORO_OK;

	if (!al)
		return NORO_ENOMEM;
	al->a = noro_arena_new(0);
	if (!al->a)
		st = NORO_ENOMEM;
	for (size_t i = 0; st == NORO_OK && i < sizeof(facts) / sizeof(facts[0]); i++)
		/* the name alone: what stands below or behind it may well be bad */
		st = add_value(al, noro_view_str(facts[i].value), facts[i].why, false);
	if (st != NORO_OK) {
		noro_allow_free(al);
		return st;
	}
	settle(al);
	*ret = al;
	return NORO_OK;
}

void noro_allow_free(struct noro_allow *al)
{
	if (!al)
		return;
	noro_arena_free(al->a);
	free(al->net);
	free(al->name);
	free(al->part);
	free(al);
}

enum noro_status noro_allow_value(struct noro_allow *al, struct noro_view value, const char *why)
{
	const char *kept = noro_arena_str(al->a, why);
	enum noro_status st = kept ? add_value(al, value, kept, true) : NORO_ENOMEM;

	settle(al);
	return st;
}

/* --- files --------------------------------------------------------------- */

static enum noro_status plain_file(struct noro_allow *al, struct noro_view text, const char *why)
{
	enum noro_status st = NORO_OK;
	struct noro_view line;

	while (st == NORO_OK && noro_view_line(&text, &line)) {
		size_t hash = noro_view_find(line, NORO_V("#"));
		struct noro_buf clean = { 0 };

		if (hash != SIZE_MAX)
			line.n = hash;
		(void)noro_refang(noro_view_trim(line), &clean);
		st = clean.status;
		if (st == NORO_OK)
			st = add_value(al, noro_buf_as_view(&clean), why, true);
		noro_buf_done(&clean);
	}
	return st;
}

static enum noro_status misp_entry(
	struct noro_allow *al, struct noro_view v, struct noro_view type, const char *why)
{
	struct name entry = { .why = why };

	if (noro_view_is(type, "substring"))
		return v.n < MIN_SUBSTRING || al->parts >= MAX_SUBSTRINGS
			       ? NORO_OK
			       : add_name(al, &al->part, &al->parts, &al->part_cap, &entry, v);
	return add_value(al, v, why, false);
}

/* https://github.com/MISP/misp-warninglists: {"name", "type", "list": [...]}. */
static enum noro_status misp_file(
	struct noro_allow *al, struct noro_view text, const char *path, struct noro_error *err)
{
	struct noro_arena *a = noro_arena_new(0);
	const struct noro_json *root, *list;
	struct noro_view type, title;
	const char *why = NULL;
	enum noro_status st = a ? noro_json_parse(a, text, NULL, &root, err) : NORO_ENOMEM;

	if (st != NORO_OK)
		goto out;
	list = noro_json_get(root, "list");
	type = noro_json_str(root, "type");
	title = noro_json_str(root, "name");
	if (!list || list->kind != NORO_JSON_ARRAY) {
		st = noro_fail(err, NORO_EFORMAT, N_("a MISP warning list needs a list of values"));
		goto out;
	}
	if (noro_view_is(type, "regex")) {
		st = noro_fail(err, NORO_EUNSUPPORTED,
			N_("a warning list of regular expressions cannot be used as an "
			   "allow-list"));
		goto out;
	}
	why = title.n ? noro_arena_strn(al->a, title.p, title.n) : noro_arena_str(al->a, path);
	if (!why)
		st = NORO_ENOMEM;
	for (const struct noro_json *v = list->child; v && st == NORO_OK; v = v->next)
		if (v->kind == NORO_JSON_STRING)
			st = misp_entry(al, v->text, type, why);
out:
	noro_arena_free(a);
	return st;
}

enum noro_status noro_allow_bytes(
	struct noro_allow *al, struct noro_view text, const char *name, struct noro_error *err)
{
	const char *why = noro_arena_str(al->a, name);
	struct noro_view head;
	enum noro_status st;

	if (noro_view_starts(text, "\xef\xbb\xbf"))
		text = noro_view_sub(text, 3, text.n);
	head = noro_view_trim(text);
	if (!why)
		st = NORO_ENOMEM;
	else if (head.n && head.p[0] == '{')
		st = misp_file(al, text, name, err);
	else
		st = plain_file(al, text, why);
	settle(al);
	if (st == NORO_ENOMEM || st == NORO_ELIMIT)
		(void)noro_fail(err, st, NULL);
	if (st != NORO_OK && err && !err->where[0])
		(void)noro_error_at(err, name, NORO_AT_NONE, 0);
	return st;
}

enum noro_status noro_allow_file(struct noro_allow *al, const char *path, struct noro_error *err)
{
	struct noro_buf bytes = { 0 };
	enum noro_status st = noro_import_text(path, MAX_FILE, &bytes, err);

	if (st == NORO_OK)
		st = noro_allow_bytes(al, noro_buf_as_view(&bytes), path, err);
	noro_buf_done(&bytes);
	return st;
}

/* --- asking -------------------------------------------------------------- */

static const char *class_why(enum noro_ip_class c)
{
	static const char *const whys[] = {
		[NORO_IP_GLOBAL] = NULL,
		[NORO_IP_UNSPECIFIED] = N_("the unspecified address"),
		[NORO_IP_LOOPBACK] = N_("a loopback address"),
		[NORO_IP_PRIVATE] = N_("a private address (RFC 1918, RFC 4193)"),
		[NORO_IP_SHARED] = N_("a shared address (RFC 6598)"),
		[NORO_IP_LINK_LOCAL] = N_("a link-local address"),
		/* in no real network, so it cannot mislead; exercises are made of them */
		[NORO_IP_DOCUMENTATION] = NULL,
		[NORO_IP_BENCHMARK] = N_("a benchmarking address (RFC 2544)"),
		[NORO_IP_MULTICAST] = N_("a multicast address"),
		[NORO_IP_BROADCAST] = N_("the broadcast address"),
		[NORO_IP_RESERVED] = N_("a reserved address"),
	};

	return whys[c];
}

/* The listed range that holds [lo, hi] whole. */
static const char *range_why(const struct noro_allow *al, const struct noro_range *r)
{
	size_t lo = 0, hi = al->nets;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (noro_ip_cmp(&al->net[mid].r.lo, &r->lo) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == 0 || al->net[lo - 1].r.hi.family != r->hi.family ||
		noro_ip_cmp(&al->net[lo - 1].r.hi, &r->hi) < 0)
		return NULL;
	return al->net[lo - 1].why;
}

static bool common_v4(const struct noro_allow *al, struct noro_view v)
{
	unsigned octet = 0;

	for (size_t i = 0; i < v.n && i < 3 && noro_is_digit(v.p[i]); i++)
		octet = octet * 10 + (unsigned)(v.p[i] - '0');
	return octet < 256 && !al->octet[octet];
}

static const char *address_why(const struct noro_allow *al, struct noro_view value)
{
	enum noro_ip_class c;
	struct noro_range r;

	if (!noro_range_parse(value, &r))
		return NULL;
	c = noro_ip_classify(&r.lo);
	if (class_why(c) && c == noro_ip_classify(&r.hi))
		return class_why(c);
	return range_why(al, &r);
}

static const struct name *find_name(const struct noro_allow *al, struct noro_view v)
{
	size_t lo = 0, hi = al->lengths >> (v.n & 63) & 1 ? al->names : 0;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const char *t = al->name[mid].text;
		int c = v.n && v.p[0] != t[0] ? (uint8_t)v.p[0] - (uint8_t)t[0]
					      : strncmp(v.p, t, v.n);

		if (c == 0)
			c = t[v.n] ? -1 : 0;
		if (c == 0)
			return &al->name[mid];
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

static const char *domain_why(const struct noro_allow *al, struct noro_view v, bool exact)
{
	const struct name *n = exact ? find_name(al, v) : NULL;

	if (n)
		return n->why;
	for (size_t dot = 0; dot != SIZE_MAX && v.n;) {
		n = find_name(al, v);
		if (n && n->below)
			return n->why;
		dot = noro_view_chr(v, '.');
		v = dot == SIZE_MAX ? v : noro_view_sub(v, dot + 1, v.n);
	}
	return NULL;
}

/*
 * A URL on a listed host may still be bad (a file on a public store), so only
 * the operator's own names and special addresses lower it. `v` is normalised.
 */
static const char *url_why(const struct noro_allow *al, struct noro_view v)
{
	size_t at = noro_view_find(v, NORO_V("://")), end;
	struct noro_view host = noro_view_sub(v, at == SIZE_MAX ? 0 : at + 3, v.n);
	struct noro_ip ip;

	if (find_name(al, v))
		return find_name(al, v)->why;
	for (end = 0; end < host.n && !strchr("/?#", host.p[end]); end++)
		;
	host.n = end;
	end = noro_view_rchr(host, ':');
	if (end != SIZE_MAX && host.n && host.p[host.n - 1] != ']')
		host.n = end;
	if (noro_ip_parse_loose(host, &ip)) /* of addresses only special ones, as of names */
		return class_why(noro_ip_classify(&ip));
	return domain_why(al, host, false);
}

static const char *email_why(const struct noro_allow *al, struct noro_view v)
{
	size_t at = noro_view_rchr(v, '@');
	const struct name *n = find_name(al, v);

	if (n || at == SIZE_MAX)
		return n ? n->why : NULL;
	return domain_why(al, noro_view_sub(v, at + 1, v.n), false);
}

const char *noro_allow_why(
	const struct noro_allow *al, enum noro_ioc_kind kind, struct noro_view value)
{
	const struct name *n;

	for (size_t i = 0; i < al->parts; i++)
		if (noro_view_find(value, noro_view_str(al->part[i].text)) != SIZE_MAX)
			return al->part[i].why;
	switch (kind) {
	case NORO_IOC_IPV4:
		return common_v4(al, value) ? NULL : address_why(al, value);
	case NORO_IOC_IPV6:
	case NORO_IOC_NET:
		return address_why(al, value);
	case NORO_IOC_DOMAIN:
		return domain_why(al, value, true);
	case NORO_IOC_URL:
		return url_why(al, value);
	case NORO_IOC_EMAIL:
		return email_why(al, value);
	case NORO_IOC_STRING:
	case NORO_IOC_REGEX:
		return NULL;
	default:
		break;
	}
	n = find_name(al, value);
	return n ? n->why : NULL;
}
