/* src/hub/member.c - what is said of members, checked. */
#include "hub/member.h"

#include "base/addr.h"
#include "base/text.h"
#include "hub/sector.h"

#include <stdio.h>
#include <string.h>

enum { WIDEST_V4 = 8, WIDEST_V6 = 19, WORD_MOST = 200, WORD_LEAST = 2, MAIL_MOST = 254 };

/* ---- names ---- */

/* Controls, and what turns the direction of writing or is not seen (UAX 9, UAX 31). */
static bool is_shown(uint32_t c)
{
	return !(c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
		 (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
		 (c >= 0xfff9 && c <= 0xfffb));
}

/* How many characters; 0: not one line of text. */
static size_t line_of(struct noro_view v)
{
	size_t n = 0;

	while (v.n) {
		uint32_t c;
		size_t len = noro_utf8_next(v, &c);

		if (!len || !is_shown(c))
			return 0;
		v = noro_view_sub(v, len, v.n);
		n++;
	}
	return n;
}

enum noro_status noro_hub_check_name(const char *name, struct noro_error *err)
{
	struct noro_view v = noro_view_str(name);

	if (v.n == 0 || v.n > NORO_HUB_NAME || !line_of(v) || noro_view_chr(v, ':') != SIZE_MAX ||
		noro_view_trim(v).n != v.n)
		return noro_fail(err, NORO_EARG,
			N_("a name is 1 to %1 bytes without control characters and colons"),
			NORO_NUM(NORO_HUB_NAME));
	return NORO_OK;
}

enum noro_status noro_hub_check_person(const char *name, struct noro_error *err)
{
	enum noro_status st = noro_hub_check_name(name, err);

	if (st == NORO_OK && (strcmp(name, "console") == 0 || strcmp(name, "hub") == 0))
		st = noro_fail(err, NORO_EARG, N_("this name is the hub's own: %1"), name);
	return st;
}

enum noro_status noro_hub_check_id(const char *id, struct noro_error *err)
{
	size_t n = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (!n || id[n] || n > NORO_HUB_NAME)
		return noro_fail(err, NORO_EARG,
			N_("an id is lower-case letters, digits and -, not %1"), id);
	return NORO_OK;
}

/* ---- networks ---- */

static const char *const kinds[] = {
	[NORO_HUB_NETWORK] = "network", [NORO_HUB_DOMAIN] = "domain", [NORO_HUB_WORD] = "word"
};

enum noro_hub_asset_kind noro_hub_asset_kind(struct noro_view name)
{
	for (int i = NORO_HUB_NETWORK; i <= NORO_HUB_WORD; i++)
		if (noro_view_is(name, kinds[i]))
			return (enum noro_hub_asset_kind)i;
	return 0;
}

const char *noro_hub_asset_kind_name(enum noro_hub_asset_kind kind)
{
	return kind >= NORO_HUB_NETWORK && kind <= NORO_HUB_WORD ? kinds[kind] : "?";
}

/* Routed, or for examples and drills. */
static bool is_public(const struct noro_ip *ip)
{
	enum noro_ip_class c = noro_ip_classify(ip);

	return c == NORO_IP_GLOBAL || c == NORO_IP_DOCUMENTATION;
}

static void sorted(const struct noro_ip *ip, uint8_t ret[17])
{
	ret[0] = ip->family;
	memcpy(ret + 1, ip->b, sizeof(ip->b));
}

static enum noro_status read_network(struct noro_arena *a, struct noro_view text,
	struct noro_hub_asset *ret, struct noro_error *err)
{
	char address[NORO_IP_TEXT], why[96];
	struct noro_prefix p;
	struct noro_range range;
	bool bits;

	(void)snprintf(why, sizeof(why), "%.*s", (int)(text.n < 64 ? text.n : 64), text.p);
	if (!noro_prefix_parse(text, &p, &bits))
		return noro_fail(err, NORO_EARG,
			N_("this is no network (192.0.2.0/24, 2001:db8::/32): %1"), why);
	if (bits)
		return noro_fail(err, NORO_EARG,
			N_("%1 has bits set behind its length; which network is meant?"), why);
	if (p.len < (p.ip.family == 4 ? WIDEST_V4 : WIDEST_V6))
		return noro_fail(err, NORO_EARG, N_("%1 is wider than one member can be"), why);
	range = noro_prefix_range(&p);
	if (!is_public(&range.lo) || !is_public(&range.hi))
		return noro_fail(err, NORO_EARG,
			N_("%1 is not routed on the Internet; many have the same"), why);
	(void)noro_ip_print(&p.ip, address);
	ret->value = noro_arena_printf(a, "%s/%u", address, (unsigned)p.len);
	sorted(&range.lo, ret->lo);
	sorted(&range.hi, ret->hi);
	return ret->value ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
}

/* ---- domains ---- */

/* Is everybody under it? co.jp, go.jp, tokyo.jp, com.au: a word of registries, or a prefecture of
 * jp, under two letters. */
static bool is_registry(struct noro_view name)
{
	static const char *const words[] = { "co", "or", "ne", "ac", "ad", "ed", "go", "gr", "lg",
		"com", "net", "org", "edu", "gov", "mil", "info", "biz" };
	size_t dot = noro_view_chr(name, '.');
	struct noro_view first = noro_view_sub(name, 0, dot),
			 rest = noro_view_sub(name, dot + 1, name.n);

	if (dot == SIZE_MAX)
		return true;
	if (rest.n != 2)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (noro_view_is(first, words[i]))
			return true;
	return noro_view_is(rest, "jp") && !noro_is_digit(first.p[0]) && noro_hub_prefecture(first);
}

static enum noro_status read_domain(struct noro_arena *a, struct noro_view text,
	struct noro_hub_asset *ret, struct noro_error *err)
{
	char why[96];
	struct noro_buf out = { 0 };
	struct noro_view name;
	enum noro_status st = NORO_OK;

	(void)snprintf(why, sizeof(why), "%.*s", (int)(text.n < 80 ? text.n : 80), text.p);
	if (noro_view_starts(text, "*."))
		text = noro_view_sub(text, 2, text.n);
	if (text.n > 1024 || !noro_domain_normal(text, &out))
		st = out.status == NORO_OK
			     ? noro_fail(err, NORO_EARG, N_("this is no domain: %1"), why)
			     : noro_fail(err, NORO_ENOMEM, NULL);
	name = noro_buf_as_view(&out);
	if (st == NORO_OK && is_registry(name))
		st = noro_fail(
			err, NORO_EARG, N_("%1 is not one member's: many are under it"), why);
	if (st == NORO_OK) {
		ret->value = noro_arena_strn(a, name.p, name.n);
		st = ret->value ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
	}
	noro_buf_done(&out);
	return st;
}

/* ---- words ---- */

static enum noro_status read_word(struct noro_arena *a, struct noro_view text,
	struct noro_hub_asset *ret, struct noro_error *err)
{
	struct noro_buf out = { 0 };
	struct noro_view v;
	enum noro_status st = NORO_OK;

	if (text.n > WORD_MOST || !line_of(text))
		return noro_fail(err, NORO_EARG,
			N_("a word is one line of text of at most %1 bytes"), NORO_NUM(WORD_MOST));
	noro_nfkc(text, &out);
	v = noro_view_trim(noro_buf_as_view(&out));
	if (out.status != NORO_OK)
		st = noro_fail(err, NORO_ENOMEM, NULL);
	else if (line_of(v) < WORD_LEAST || v.n < 4)
		/* two characters of Japanese are a name, three Latin letters are anybody's */
		st = noro_fail(err, NORO_EARG, N_("this is too short to mean one member"));
	if (st == NORO_OK) {
		ret->value = noro_arena_strn(a, v.p, v.n);
		st = ret->value ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
	}
	noro_buf_done(&out);
	return st;
}

enum noro_status noro_hub_asset_read(struct noro_arena *a, enum noro_hub_asset_kind kind,
	struct noro_view text, struct noro_hub_asset *ret, struct noro_error *err)
{
	struct noro_hub_asset asset = { .kind = kind };
	enum noro_status st = NORO_EARG;

	text = noro_view_trim(text);
	switch (kind) {
	case NORO_HUB_NETWORK:
		st = read_network(a, text, &asset, err);
		break;
	case NORO_HUB_DOMAIN:
		st = read_domain(a, text, &asset, err);
		break;
	case NORO_HUB_WORD:
		st = read_word(a, text, &asset, err);
		break;
	}
	if (st == NORO_OK)
		*ret = asset;
	return st;
}

/* ---- contacts ---- */

static bool is_local_part(struct noro_view v)
{
	if (v.n == 0 || v.n > 64 || v.p[0] == '.' || v.p[v.n - 1] == '.')
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!v.p[i] ||
			(!noro_is_alnum(v.p[i]) && !strchr("!#$%&'*+-/=?^_`{|}~.", v.p[i])) ||
			(v.p[i] == '.' && v.p[i + 1] == '.'))
			return false;
	return true;
}

static enum noro_status read_mail(
	struct noro_arena *a, const char *text, const char **ret, struct noro_error *err)
{
	struct noro_view v = noro_view_str(text), local;
	size_t at = noro_view_rchr(v, '@');
	struct noro_buf domain = { 0 };
	enum noro_status st = NORO_OK;

	local = noro_view_sub(v, 0, at == SIZE_MAX ? 0 : at);
	if (at == SIZE_MAX || v.n > MAIL_MOST || !is_local_part(local) ||
		!noro_domain_normal(noro_view_sub(v, at + 1, v.n), &domain) ||
		noro_view_chr(noro_buf_as_view(&domain), '.') == SIZE_MAX)
		st = domain.status == NORO_OK
			     ? noro_fail(err, NORO_EARG, N_("this is no mail address: %1"), text)
			     : noro_fail(err, NORO_ENOMEM, NULL);
	if (st == NORO_OK) {
		*ret = noro_arena_printf(a, "%.*s@%s", (int)local.n, local.p, domain.p);
		st = *ret ? NORO_OK : noro_fail(err, NORO_ENOMEM, NULL);
	}
	noro_buf_done(&domain);
	return st;
}

enum noro_status noro_hub_contact_check(
	struct noro_arena *a, struct noro_hub_contact *c, struct noro_error *err)
{
	static const char *const roles[] = { "soc", "technical", "management", "duty", "legal",
		"press" };
	enum noro_status st = noro_hub_check_name(c->name, err);
	bool known = false;

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		known = known || strcmp(c->role, roles[i]) == 0;
	if (st == NORO_OK && !known)
		st = noro_fail(err, NORO_EARG, N_("%1 is none of these: %2"), c->role,
			"soc technical management duty legal press");
	if (st == NORO_OK && strcmp(c->lang, "ja") != 0 && strcmp(c->lang, "en") != 0)
		st = noro_fail(err, NORO_EARG, N_("%1 is none of these: %2"), c->lang, "ja en");
	return st == NORO_OK ? read_mail(a, c->mail, &c->mail, err) : st;
}

/* ---- roles and states ---- */

static const struct {
	const char *name;
	unsigned role;
} roles_of[] = { { "reader", NORO_HUB_READER }, { "reporter", NORO_HUB_REPORTER },
	{ "analyst", NORO_HUB_ANALYST }, { "approver", NORO_HUB_APPROVER },
	{ "admin", NORO_HUB_ADMIN } };

enum { ROLES = sizeof(roles_of) / sizeof(roles_of[0]) };

enum noro_status noro_hub_roles_read(const char *list, unsigned *ret, struct noro_error *err)
{
	struct noro_view rest = noro_view_str(list), one;

	*ret = 0;
	while (noro_view_cut(&rest, ',', &one)) {
		unsigned before = *ret;

		for (size_t i = 0; i < ROLES; i++)
			*ret |= noro_view_is(one, roles_of[i].name) ? roles_of[i].role : 0;
		if (*ret == before)
			return noro_fail(
				err, NORO_EARG, N_("no such role, or given twice: %1"), list);
	}
	return NORO_OK;
}

void noro_hub_roles_print(unsigned roles, char ret[48])
{
	size_t n = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < ROLES; i++)
		if (roles & roles_of[i].role)
			n += (size_t)snprintf(
				ret + n, 48 - n, "%s%s", n ? "," : "", roles_of[i].name);
}

const char *noro_hub_state_name(int state)
{
	switch (state) {
	case NORO_HUB_APPLIED:
		return N_("applied");
	case NORO_HUB_VETTED:
		return N_("vetted");
	default:
		return N_("active");
	}
}
