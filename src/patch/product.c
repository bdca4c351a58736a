/*
 * src/patch/product.c - one name for each product.
 *
 * Feeds spell products as they like ("IOS, XR, and XE Software"), and lists written by
 * people more so. Words of a spelling are looked up in a table of network gear; what is not there
 * keeps its own name in letters and digits. Products are joined by these names alone.
 */
#include "patch/patch.h"

#include <stdio.h>

/* `all`: words that must stand in the name; `vendor`: one of these must be the maker's first
 * word, if the maker is known. */
struct product {
	const char *key;
	enum noro_dialect dialect;
	const char *vendor;
	const char *all;
	const char *without; /* none of these words */
};

static const struct product products[] = {
	{ "ios_xr", NORO_DIALECT_IOS_XR, "cisco シスコ シスコシステムズ", "ios xr", NULL },
	{ "ios_xr", NORO_DIALECT_IOS_XR, "cisco シスコ シスコシステムズ", "ios_xr", NULL },
	{ "ios_xr", NORO_DIALECT_IOS_XR, "cisco シスコ シスコシステムズ", "iosxr", NULL },
	{ "ios_xr", NORO_DIALECT_IOS_XR, "cisco シスコ シスコシステムズ", "xr", NULL },
	{ "ios_xe", NORO_DIALECT_IOS_XE, "cisco シスコ シスコシステムズ", "ios xe", NULL },
	{ "ios_xe", NORO_DIALECT_IOS_XE, "cisco シスコ シスコシステムズ", "ios_xe", NULL },
	{ "ios_xe", NORO_DIALECT_IOS_XE, "cisco シスコ シスコシステムズ", "iosxe", NULL },
	{ "ios_xe", NORO_DIALECT_IOS_XE, "cisco シスコ シスコシステムズ", "xe", NULL },
	{ "ios", NORO_DIALECT_IOS, "cisco シスコ シスコシステムズ", "ios", "xe xr" },
	{ "nx-os", NORO_DIALECT_NXOS, "cisco シスコ シスコシステムズ", "nx os", NULL },
	{ "nx-os", NORO_DIALECT_NXOS, "cisco シスコ シスコシステムズ", "nxos", NULL },
	{ "asa", NORO_DIALECT_ASA, "cisco シスコ シスコシステムズ", "asa", NULL },
	{ "asa", NORO_DIALECT_ASA, "cisco シスコ シスコシステムズ", "adaptive security appliance",
		NULL },
	{ "asa", NORO_DIALECT_ASA, "cisco シスコ シスコシステムズ",
		"adaptive_security_appliance_software", NULL },
	{ "ftd", NORO_DIALECT_NONE, "cisco シスコ シスコシステムズ", "ftd", NULL },
	{ "ftd", NORO_DIALECT_NONE, "cisco シスコ シスコシステムズ", "firepower threat defense",
		NULL },
	{ "ftd", NORO_DIALECT_NONE, "cisco シスコ シスコシステムズ", "firepower_threat_defense",
		NULL },
	{ "junos", NORO_DIALECT_JUNOS, "juniper ジュニパー ジュニパーネットワークス", "junos",
		"evolved space" },
	{ "junos-evolved", NORO_DIALECT_NONE, "juniper ジュニパー ジュニパーネットワークス",
		"junos evolved", NULL },
	{ "eos", NORO_DIALECT_EOS, "arista アリスタ アリスタネットワークス", "eos", NULL },
	{ "vrp", NORO_DIALECT_VRP, "huawei ファーウェイ", "vrp", NULL },
	{ "fortios", NORO_DIALECT_FORTIOS, "fortinet フォーティネット", "fortios", NULL },
	{ "fortios", NORO_DIALECT_FORTIOS, "fortinet フォーティネット", "fortigate", NULL },
	{ "fortiproxy", NORO_DIALECT_NONE, "fortinet フォーティネット", "fortiproxy", NULL },
	{ "fortiadc", NORO_DIALECT_NONE, "fortinet フォーティネット", "fortiadc", NULL },
	{ "pan-os", NORO_DIALECT_PANOS,
		"palo paloalto paloaltonetworks パロアルト パロアルトネットワークス", "pan os",
		NULL },
	{ "pan-os", NORO_DIALECT_PANOS,
		"palo paloalto paloaltonetworks パロアルト パロアルトネットワークス", "panos",
		NULL },
	{ "routeros", NORO_DIALECT_ROUTEROS, "mikrotik", "routeros", NULL },
	{ "vyos", NORO_DIALECT_VYOS, "vyos", "vyos", NULL },
	{ "sros", NORO_DIALECT_SROS, "nokia", "sr os", NULL },
	{ "sros", NORO_DIALECT_SROS, "nokia", "service router operating system", NULL },
	{ "yamaha", NORO_DIALECT_YAMAHA, "yamaha ヤマハ", "rtx", NULL },
	{ "connect_secure", NORO_DIALECT_NONE, "ivanti pulse pulsesecure", "connect secure", NULL },
	{ "connect_secure", NORO_DIALECT_NONE, "ivanti pulse pulsesecure", "ics", NULL },
	{ "connect_secure", NORO_DIALECT_NONE, "ivanti pulse pulsesecure", "connect_secure", NULL },
	{ "policy_secure", NORO_DIALECT_NONE, "ivanti pulse pulsesecure", "policy secure", NULL },
	{ "policy_secure", NORO_DIALECT_NONE, "ivanti pulse pulsesecure", "ips", NULL },
	{ "policy_secure", NORO_DIALECT_NONE, "ivanti pulse pulsesecure", "policy_secure", NULL },
	{ "netscaler", NORO_DIALECT_NONE, "citrix netscaler", "netscaler", "sd wan" },
	{ "netscaler", NORO_DIALECT_NONE, "citrix netscaler", "application delivery controller",
		NULL },
	{ "netscaler", NORO_DIALECT_NONE, "citrix netscaler", "adc", NULL },
	{ "netscaler", NORO_DIALECT_NONE, "citrix netscaler", "gateway", NULL },
	{ "sonicos", NORO_DIALECT_NONE, "sonicwall", "sonicos", NULL },
	{ "sma100", NORO_DIALECT_NONE, "sonicwall", "sma100", NULL },
	{ "sma100", NORO_DIALECT_NONE, "sonicwall", "sma 100", NULL },
	{ "sma1000", NORO_DIALECT_NONE, "sonicwall", "sma1000", NULL },
	{ "big-ip", NORO_DIALECT_NONE, "f5", "big ip", NULL },
	{ "big-ip", NORO_DIALECT_NONE, "f5", "bigip", NULL },
	{ "big-iq", NORO_DIALECT_NONE, "f5", "big iq", NULL },
	{ "zld", NORO_DIALECT_NONE, "zyxel", "firewalls", NULL },
	{ "zld", NORO_DIALECT_NONE, "zyxel", "zld", NULL },
	{ "zld", NORO_DIALECT_NONE, "zyxel", "usg", NULL },
	{ "zld", NORO_DIALECT_NONE, "zyxel", "atp", NULL },
};

/* Words of a name in lower case between single blanks: " ios, xe software" becomes
 * " ios xe software ". A dash parts words, an underscore does not. */
static size_t spread(struct noro_view v, char *out, size_t cap)
{
	size_t n = 0;

	out[n++] = ' ';
	for (size_t i = 0; i < v.n && n + 2 < cap; i++) {
		char c = noro_lower(v.p[i]);
		bool in = noro_is_alnum(c) || c == '_' || (unsigned char)c >= 0x80;

		if (in)
			out[n++] = c;
		else if (out[n - 1] != ' ')
			out[n++] = ' ';
		if (c == ',' && n + 4 < cap) { /* a word too: "IOS, XR" is not "IOS XR" */
			out[n++] = ',';
			out[n++] = ' ';
		}
	}
	if (out[n - 1] != ' ')
		out[n++] = ' ';
	out[n] = '\0';
	return n;
}

static bool has_words(const char *text, struct noro_view words)
{
	char padded[64];

	(void)snprintf(padded, sizeof(padded), " %.*s ", NORO_VARG(words));
	return strstr(text, padded) != NULL;
}

static bool vendor_fits(const struct product *p, const char *vendor)
{
	struct noro_view rest = noro_view_str(p->vendor), one;

	if (vendor[0] == '\0' || strcmp(vendor, " ") == 0 || strcmp(vendor, " n a ") == 0)
		return true;
	while (noro_view_word(&rest, &one))
		if (has_words(vendor, one))
			return true;
	return false;
}

/* "IOS XE" must not be taken for IOS as well, "IOS and IOS XE" must. */
static bool words_fit(const struct product *p, const char *text)
{
	char rest[256];
	char *at;
	struct noro_view words = noro_view_str(p->without), one;

	if (!p->without)
		return has_words(text, noro_view_str(p->all));
	(void)snprintf(rest, sizeof(rest), "%s", text);
	/* take what belongs to the longer names out: " ios xe " goes, " ios " alone stays */
	while (noro_view_word(&words, &one)) {
		char longer[96];
		size_t n = (size_t)snprintf(
			longer, sizeof(longer), " %s %.*s ", p->all, NORO_VARG(one));

		while (n < sizeof(longer) && (at = strstr(rest, longer)) != NULL)
			memmove(at + 1, at + n, strlen(at + n) + 1);
	}
	return has_words(rest, noro_view_str(p->all));
}

static size_t add(const char *key, char (*ret)[NORO_PATCH_KEY], size_t n, size_t cap)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(ret[i], key) == 0)
			return n;
	if (n < cap)
		(void)snprintf(ret[n++], NORO_PATCH_KEY, "%s", key);
	return n;
}

static bool is_taken(const char *key)
{
	for (size_t i = 0; i < sizeof(products) / sizeof(*products); i++)
		if (strcmp(products[i].key, key) == 0)
			return true;
	return false;
}

/* The name of its own: letters and digits. If it is the one of another maker's product, a star
 * tells them apart. */
static size_t plain(struct noro_view vendor, struct noro_view product, char out[NORO_PATCH_KEY])
{
	size_t n = 0;

	for (size_t i = 0; i < product.n && n + 1 < NORO_PATCH_KEY; i++) {
		char c = noro_lower(product.p[i]);

		if (noro_is_alnum(c) || (unsigned char)c >= 0x80 || c == '+')
			out[n++] = c;
	}
	out[n] = '\0';
	if (vendor.n && n + 1 < NORO_PATCH_KEY && is_taken(out)) {
		out[n++] = '*';
		out[n] = '\0';
	}
	return n;
}

size_t noro_product_keys(
	struct noro_view vendor, struct noro_view product, char (*ret)[NORO_PATCH_KEY], size_t cap)
{
	char text[256], maker[128], own[NORO_PATCH_KEY];
	size_t n = 0;
	char *at;

	(void)spread(noro_view_sub(product, 0, 240), text, sizeof(text));
	(void)spread(noro_view_sub(vendor, 0, 100), maker, sizeof(maker));
	if (vendor.n == 0)
		maker[0] = '\0';
	at = strstr(text, " junos os ");
	if (at) /* "Junos OS Evolved" is "Junos Evolved", and not Junos */
		memmove(at + strlen(" junos"), at + strlen(" junos os"),
			strlen(at + strlen(" junos os")) + 1);
	for (size_t i = 0; i < sizeof(products) / sizeof(*products); i++) {
		const struct product *p = &products[i];

		/* a two-letter word is a product only if its maker is named somewhere */
		if (strlen(p->all) <= 3 && strcmp(p->all, "ios") != 0 && maker[0] == '\0' &&
			!vendor_fits(p, text))
			continue;
		if (vendor_fits(p, maker) && words_fit(p, text))
			n = add(p->key, ret, n, cap);
	}
	if (n == 0 && plain(vendor, product, own))
		n = add(own, ret, n, cap);
	return n;
}

enum noro_dialect noro_product_dialect(const char *key)
{
	for (size_t i = 0; i < sizeof(products) / sizeof(*products); i++)
		if (strcmp(products[i].key, key) == 0)
			return products[i].dialect;
	return NORO_DIALECT_NONE;
}

const char *noro_product_of(enum noro_dialect d)
{
	for (size_t i = 0; d != NORO_DIALECT_NONE && i < sizeof(products) / sizeof(*products); i++)
		if (products[i].dialect == d)
			return products[i].key;
	return d == NORO_DIALECT_NONE ? NULL : noro_dialect_name(d);
}
