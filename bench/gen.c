/*
 * bench/gen.c - a log and indicator lists to measure with, the same on every machine.
 *
 * The log mixes what a carrier keeps: 35 % Apache combined, 25 % Cisco ASA, 20 %
 * Zeek conn (10 % IPv6), 12 % Zeek dns, 8 % Suricata EVE. Addresses and names come
 * from pools of very different sizes, as in life. One line in 100,000 carries one
 * of the first 100 indicators. Lists hold 45 % IPv4, 5 % IPv6, 30 % domains, 20 %
 * SHA-256; a list is the beginning of every longer one. Benign addresses share
 * /24s with indicators but never equal one.
 *
 * usage: gen text MIB | gen list N | gen kinds N | gen strings N | gen stix N
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[] = { "update", "cloud", "secure", "login", "mail", "shop", "media",
	"static", "data", "home", "office", "web", "news", "bank", "pay", "track", "metrics", "cdn",
	"image", "video", "game", "health", "tech", "store", "travel", "market", "portal",
	"service", "account", "online", "digital", "global", "smart", "green", "blue", "red",
	"fast", "open", "free", "best", "first", "next", "pro", "hub", "lab", "zone", "point",
	"link", "net", "sys", "core", "base", "flow", "stream", "box", "kit", "works", "group",
	"team", "world" };
static const char *const tlds[] = { "com", "com", "com", "com", "com", "net", "net", "org", "org",
	"io", "co.uk", "de", "jp", "fr", "info", "biz", "ru", "cn", "xyz", "top", "online", "site",
	"club", "app", "dev" };
static const char *const subs[] = { "www.", "www.", "api.", "cdn.", "m.", "img.", "static-01.",
	"edge-eu-3.", "a1837.", "login." };
static const char *const agents[] = {
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
	"Chrome/124.0.0.0 Safari/537.36",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
	"Gecko) Version/17.4 Mobile/15E148 Safari/604.1",
	"Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0",
	"curl/8.5.0",
	"Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
};
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static uint64_t mix(uint64_t z)
{
	z += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static uint64_t state = 20210801;

static uint64_t next(void)
{
	state += UINT64_C(0x9e3779b97f4a7c15);
	return mix(state);
}

static uint32_t below(uint32_t n)
{
	return (uint32_t)((next() >> 32) * n >> 32);
}

/* --- indicators --- */

/* Half of all addresses could be indicators, the other half never is. */
static bool could_be_bad(uint32_t ip)
{
	return mix(ip * UINT64_C(0x1234567) + 77) & 1;
}

static bool is_public(uint32_t ip)
{
	uint32_t a = ip >> 24, b = ip >> 16 & 255;

	return a && a != 10 && a != 127 && a < 224 && !(a == 172 && (b & 0xf0) == 16) &&
	       !(a == 192 && b == 168) && !(a == 169 && b == 254);
}

static uint32_t address(uint64_t seed, bool bad)
{
	for (uint64_t s = mix(seed);; s = mix(s)) {
		uint32_t ip = (uint32_t)(s >> 16);

		if (is_public(ip) && could_be_bad(ip) == bad)
			return ip;
	}
}

enum {
	ROOM = 1024
}; /* what one call of put may write; the lines end far before their buffers do */

__attribute__((format(printf, 2, 3))) static int put(char *o, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(o, ROOM, fmt, ap);
	va_end(ap);
	if (n < 0 || n >= ROOM)
		abort();
	return n;
}

static int put_v4(char *o, uint32_t ip)
{
	return put(o, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255);
}

/* The lowest bit of the third group tells indicators from others. */
static int put_v6(char *o, uint64_t seed, bool bad)
{
	uint64_t a = mix(seed), b = mix(a);
	unsigned third = ((unsigned)(a >> 48) & 0xfffe) | bad | 0x100;

	if (b >> 63)
		return put(o, "2a0%x:%x:%x::%x", (unsigned)(a >> 4 & 15),
			(unsigned)(a >> 8 & 0xffff) | 1, third, (unsigned)(b & 0xffff) | 1);
	return put(o, "2a0%x:%x:%x:%x:%x:%x:%x:%x", (unsigned)(a >> 4 & 15),
		(unsigned)(a >> 8 & 0xffff) | 1, third, (unsigned)(a >> 24 & 0xffff) | 1,
		(unsigned)(b & 0xffff) | 1, (unsigned)(b >> 16 & 0xffff) | 1,
		(unsigned)(b >> 32 & 0xffff) | 1, (unsigned)(b >> 48 & 0xfff) | 1);
}

static int put_hex(char *o, uint64_t seed, int digits)
{
	uint64_t v = 0;

	for (int i = 0; i < digits; i++, v >>= 4) {
		if (i % 16 == 0)
			v = mix(seed + (uint64_t)i);
		o[i] = "0123456789abcdef"[v & 15];
	}
	o[digits] = '\0';
	return digits;
}

/* Bad names carry a random part of at least four characters; benign ones are words only. */
static int put_bad_name(char *o, uint64_t i)
{
	uint64_t s = mix(0xe71 * UINT64_C(104729) + i), q = mix(s);
	const char *word = words[(s >> 16) % COUNT(words)], *tld = tlds[(s >> 32) % COUNT(tlds)];
	char part[16];
	size_t n = 4 + s % 6;

	for (size_t k = 0; k < n; k++, q /= 36)
		part[k] = "abcdefghijklmnopqrstuvwxyz0123456789"[q % 36];
	part[0] = (char)('0' + s % 10); /* no word begins with a digit */
	part[n] = '\0';
	switch ((s >> 40) % 10) {
	default:
		return put(o, "%s-%s.%s", word, part, tld);
	case 6:
	case 7:
		return put(o, "%s%s.%s", part, word, tld);
	case 8:
	case 9:
		return put(o, "%s.%s%s.%s", words[(s >> 48) % COUNT(words)], part, word, tld);
	}
}

static int put_bad(char *o, uint64_t i)
{
	uint64_t kind = i % 20;

	if (kind < 9)
		return put_v4(o, address(0x10c * UINT64_C(1000003) + i, true));
	if (kind < 10)
		return put_v6(o, 0x666000000 + i, true);
	if (kind < 16)
		return put_bad_name(o, i);
	return put_hex(o, 0x5a256000000 + i * 977, 64);
}

/* Kinds beside the four of the lists, for the "other kinds" row. */
static int put_other_kind(char *o, uint64_t i)
{
	uint64_t s = mix(0x07e4 + i);
	char name[ROOM], hex[130];
	int n;

	switch (i % 10) {
	case 0:
		(void)put_bad_name(name, i + (1u << 30));
		return put(o, "http://%s/%s/%s.php", name, words[s % COUNT(words)],
			words[(s >> 8) % COUNT(words)]);
	case 1:
		(void)put_bad_name(name, i + (1u << 30));
		return put(o, "%s.%" PRIu64 "@%s", words[s % COUNT(words)], s >> 40, name);
	case 2:
		return put_hex(o, s, 32);
	case 3:
		return put_hex(o, s, 40);
	case 4:
		return put_hex(o, s, 128);
	case 5:
		(void)put_hex(hex, s, 24);
		return put(o, "t13d%02u%02uh2_%.12s_%.12s", (unsigned)(s % 90) + 10,
			(unsigned)(s >> 8) % 90 + 10, hex, hex + 12);
	case 6:
		return put(o, "AS%u", (unsigned)(s % 4000000000) + 1);
	case 7:
		(void)put_hex(hex, s, 12);
		return put(o, "%.2s:%.2s:%.2s:%.2s:%.2s:%.2s", hex, hex + 2, hex + 4, hex + 6,
			hex + 8, hex + 10);
	case 8:
		n = put(o, "0x");
		return n + put_hex(o + n, s, 40);
	default:
		return put_v4(o, (uint32_t)(s >> 16) & 0xffffff00) + put(o + strlen(o), "/24");
	}
}

/* --- the log --- */

static uint32_t benign_address(void)
{
	uint32_t k = below(100), pool = k < 70 ? 2000 : k < 90 ? 60000 : 4000000;

	if (k < 40)
		return 0x0a000000 | below(64) << 16 | below(32) << 8 | (1 + below(250));
	return address(UINT64_C(0xbe9160000) + below(pool), false);
}

static int put_benign_v4(char *o)
{
	return put_v4(o, benign_address());
}

static int put_benign_name(char *o)
{
	uint32_t k = below(10), pool = below(10) < 6 ? 300 : 100000;
	uint64_t s = mix(0xd0a * UINT64_C(7919) + below(pool));
	int n = 0;

	if (k < 8)
		n += put(o + n, "%s", subs[below(COUNT(subs))]);
	if (k == 0)
		n += put(o + n, "%s.", words[below(COUNT(words))]);
	return n + put(o + n, "%s%s%s.%s", words[s % COUNT(words)], (s >> 8) % 3 ? "" : "-",
			   words[(s >> 16) % COUNT(words)], tlds[(s >> 32) % COUNT(tlds)]);
}

static unsigned long now_s = 1714521600; /* 2024-05-01 */

static int apache(char *o)
{
	static const char *const methods[] = { "GET", "GET", "GET", "GET", "POST", "HEAD" };
	static const char *const tails[] = { ".html", ".php?id=", "/", ".css?v=", ".js", ".png",
		"?q=red%20shoes&p=" };
	int n = put_benign_v4(o);
	unsigned tail = below(COUNT(tails));

	/* one query in a hundred is percent-encoded */
	if (tail == 6 && below(14))
		tail = 0;
	n += put(o + n, " - - [%02lu/May/2024:%02lu:%02lu:%02lu +0000] \"%s /%s/%s%s",
		now_s / 86400 % 28 + 1, now_s / 3600 % 24, now_s / 60 % 60, now_s % 60,
		methods[below(COUNT(methods))], words[below(COUNT(words))],
		words[below(COUNT(words))], tails[tail]);
	if (strchr("?q=", tails[tail][strlen(tails[tail]) - 1]))
		n += put(o + n, "%u", below(100000));
	n += put(o + n, " HTTP/1.1\" %u %u \"", below(10) ? 200 : 404, below(60000));
	if (below(3)) {
		n += put(o + n, "https://");
		n += put_benign_name(o + n);
		n += put(o + n, "/%s\" \"", words[below(COUNT(words))]);
	} else {
		n += put(o + n, "-\" \"");
	}
	return n + put(o + n, "%s\"\n", agents[below(COUNT(agents))]);
}

static int asa(char *o)
{
	static const char *const months[] = { "May" };
	int n = put(o, "<166>%s %02lu 2024 %02lu:%02lu:%02lu fw-%02u : ", months[0],
		now_s / 86400 % 28 + 1, now_s / 3600 % 24, now_s / 60 % 60, now_s % 60, below(20));
	unsigned port = 1024 + below(60000), id = below(90000000);

	if (below(2)) {
		n += put(
			o + n, "%%ASA-6-302013: Built outbound TCP connection %u for outside:", id);
		n += put_benign_v4(o + n);
		n += put(o + n, "/443 (");
		n += put_benign_v4(o + n);
		n += put(o + n, "/443) to inside:");
		n += put_benign_v4(o + n);
		n += put(o + n, "/%u (", port);
		n += put_benign_v4(o + n);
		return n + put(o + n, "/%u)\n", port);
	}
	n += put(o + n, "%%ASA-6-302014: Teardown TCP connection %u for outside:", id);
	n += put_benign_v4(o + n);
	n += put(o + n, "/443 to inside:");
	n += put_benign_v4(o + n);
	return n + put(o + n, "/%u duration 0:%02u:%02u bytes %u TCP FINs\n", port, below(60),
			   below(60), below(900000));
}

static int put_uid(char *o, char first)
{
	uint64_t s = next();

	*o = first;
	for (int i = 1; i < 18; i++, s = i == 10 ? next() : s / 62)
		o[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"[s % 62];
	o[18] = '\0';
	return 18;
}

static int zeek_head(char *o, bool v6)
{
	int n = put(o, "%lu.%06u\t", now_s, below(1000000));

	n += put_uid(o + n, 'C');
	o[n++] = '\t';
	n += v6 ? put_v6(o + n, 0xbe96000 + below(30000), false) : put_benign_v4(o + n);
	n += put(o + n, "\t%u\t", 1024 + below(60000));
	n += v6 ? put_v6(o + n, 0xbe96000 + below(30000), false) : put_benign_v4(o + n);
	return n;
}

static int zeek_conn(char *o)
{
	int n = zeek_head(o, below(10) == 0);

	return n + put(o + n,
			   "\t443\ttcp\tssl\t%u.%06u\t%u\t%u\tSF\tT\tF\t0\tShADadFf\t%u\t%u\t%u\t%"
			   "u\t-\n",
			   below(100), below(1000000), below(9000), below(90000), below(90),
			   below(9000), below(90), below(90000));
}

static int zeek_dns(char *o)
{
	int n = zeek_head(o, false);

	n += put(o + n, "\t53\tudp\t%u\t0.%06u\t", below(65536), below(1000000));
	n += put_benign_name(o + n);
	n += put(o + n, "\t1\tC_INTERNET\t1\tA\t0\tNOERROR\tF\tF\tT\tT\t0\t");
	n += put_benign_v4(o + n);
	return n + put(o + n, "\t%u.000000\tF\n", below(3600));
}

static int eve(char *o)
{
	int n = put(o,
		"{\"timestamp\":\"2024-05-%02luT%02lu:%02lu:%02lu.%06u+0000\",\"flow_id\":%" PRIu64
		",\"event_type\":\"fileinfo\",\"src_ip\":\"",
		now_s / 86400 % 28 + 1, now_s / 3600 % 24, now_s / 60 % 60, now_s % 60,
		below(1000000), next() >> 12);

	n += put_benign_v4(o + n);
	n += put(o + n, "\",\"src_port\":80,\"dest_ip\":\"");
	n += put_benign_v4(o + n);
	n += put(o + n, "\",\"dest_port\":%u,\"proto\":\"TCP\",\"http\":{\"hostname\":\"",
		1024 + below(60000));
	n += put_benign_name(o + n);
	n += put(o + n, "\",\"url\":\"/%s/%s.zip\",\"http_user_agent\":\"curl/8.5.0\"},",
		words[below(COUNT(words))], words[below(COUNT(words))]);
	n += put(o + n, "\"fileinfo\":{\"filename\":\"/%s.zip\",\"sha256\":\"",
		words[below(COUNT(words))]);
	n += put_hex(o + n, next(), 64);
	return n + put(o + n, "\",\"size\":%u}}\n", below(900000));
}

static int line(char *o)
{
	uint32_t k = below(100);

	now_s += below(20) == 0;
	if (below(100000) == 0) {
		int n = put(o, "<134>May  1 00:00:00 proxy-1 squid: connect to ");

		n += put_bad(o + n, below(100));
		return n + put(o + n, " port 443 allowed\n");
	}
	if (k < 35)
		return apache(o);
	if (k < 60)
		return asa(o);
	if (k < 80)
		return zeek_conn(o);
	return k < 92 ? zeek_dns(o) : eve(o);
}

static void text(uint64_t bytes)
{
	static char out[1 << 20];
	size_t n = 0;

	for (uint64_t done = 0; done < bytes;) {
		size_t here = (size_t)line(out + n);

		n += here;
		done += here;
		if (n > sizeof(out) - 4096) {
			(void)fwrite(out, 1, n, stdout);
			n = 0;
		}
	}
	(void)fwrite(out, 1, n, stdout);
}

/* The same list as a bundle; every third indicator is related to a malware object. */
static void stix(uint64_t n)
{
	static const char when[] = "2025-08-27T00:00:00.000Z",
			  thing[] = "malware--5d0092c5-5f74-4287-9642-33f4c354e561";
	char value[2 * ROOM];

	(void)printf("{\"type\":\"bundle\",\"id\":\"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d\","
		     "\"objects\":[{\"type\":\"malware\",\"spec_version\":\"2.1\",\"id\":\"%s\","
		     "\"name\":\"m\",\"is_family\":true}",
		thing);
	for (uint64_t i = 0; i < n; i++) {
		const char *path = "domain-name:value";

		(void)put_bad(value, i);
		if (strchr(value, ':'))
			path = "ipv6-addr:value";
		else if (strspn(value, "0123456789.") == strlen(value))
			path = "ipv4-addr:value";
		else if (!strchr(value, '.'))
			path = "file:hashes.'SHA-256'";
		(void)printf(
			",\n{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--%"
			"08" PRIx64
			"-0000-4000-8000-000000000000\",\"created\":\"%s\",\"modified\":\"%s\","
			"\"name\":\"seen %" PRIu64
			"\",\"indicator_types\":[\"malicious-activity\"],"
			"\"pattern\":\"[%s = "
			"'%s']\",\"pattern_type\":\"stix\",\"valid_from\":\"%s\","
			"\"object_marking_refs\":[\"marking-definition--94868c89-83c2-464b-929b-"
			"a1a8aa3c8487\"]}",
			i, when, when, i, path, value, when);
		if (i % 3 == 0)
			(void)printf(
				",\n{\"type\":\"relationship\",\"spec_version\":\"2.1\",\"id\":"
				"\"relationship--%08" PRIx64
				"-0000-4000-8000-000000000000\",\"created\":\"%s\",\"modified\":\"%"
				"s\","
				"\"relationship_type\":\"indicates\",\"source_ref\":\"indicator--%"
				"08" PRIx64 "-0000-4000-8000-000000000000\",\"target_ref\":\"%s\"}",
				i, when, when, i, thing);
	}
	(void)puts("]}");
}

int main(int argc, char **argv)
{
	uint64_t n = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
	char value[2 * ROOM];

	if (!n) {
		(void)fprintf(
			stderr, "usage: gen text MIB | list N | kinds N | strings N | stix N\n");
		return 2;
	}
	if (strcmp(argv[1], "text") == 0) {
		text(n << 20);
		return 0;
	}
	if (strcmp(argv[1], "stix") == 0) {
		stix(n);
		return 0;
	}
	for (uint64_t i = 0; i < n; i++) {
		if (strcmp(argv[1], "list") == 0)
			(void)put_bad(value, i);
		else if (strcmp(argv[1], "kinds") == 0)
			(void)put_other_kind(value, i);
		else
			(void)put(value, "%s %s-%s %" PRIu64, words[mix(i) % COUNT(words)],
				words[mix(i + 7) % COUNT(words)], words[mix(i + 9) % COUNT(words)],
				i);
		(void)puts(value);
	}
	return 0;
}
