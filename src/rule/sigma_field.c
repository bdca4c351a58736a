/*
 * src/rule/sigma_field.c - Sigma's names for fields and log sources in our words.
 *
 * Sigma has no vocabulary of its own: each log source uses the names of its
 * product. Names that mean a canonical field are listed; every other name is
 * looked for among the fields that a record itself names ("own.").
 */
#include "rule/sigma_priv.h"

static const struct {
	const char *sigma, *ours[4];
} names[] = {
	{ "c-uri", { "target", "url" } },
	{ "cs-uri", { "target", "url" } },
	{ "uri", { "target", "url" } },
	{ "url", { "target", "url" } },
	{ "cs-uri-stem", { "path" } },
	{ "cs-uri-query", { "query", "target", "url" } },
	{ "c-uri-query", { "query" } },
	{ "c-uri-path", { "path" } },
	{ "cs-method", { "method" } },
	{ "sc-status", { "status" } },
	{ "cs-status", { "status" } },
	{ "status", { "status" } },
	{ "c-useragent", { "user_agent" } },
	{ "cs-user-agent", { "user_agent" } },
	{ "user_agent", { "user_agent" } },
	{ "userAgent", { "user_agent" } },
	{ "cs-referer", { "referer" } },
	{ "cs-referrer", { "referer" } },
	{ "c-referer", { "referer" } },
	{ "cs-host", { "dst.host", "dst.ip", "url" } },
	{ "cs-host-name", { "dst.host" } },
	{ "r-dns", { "dst.host", "url" } },
	{ "c-uri-host", { "dst.host", "url" } },
	{ "cs-username", { "user" } },
	{ "c-ip", { "src.ip" } },
	{ "src_ip", { "src.ip" } },
	{ "SourceIp", { "src.ip" } },
	{ "IpAddress", { "src.ip" } },
	{ "SourceAddress", { "src.ip" } },
	{ "id.orig_h", { "src.ip" } },
	{ "dst_ip", { "dst.ip" } },
	{ "DestinationIp", { "dst.ip" } },
	{ "DestAddress", { "dst.ip" } },
	{ "id.resp_h", { "dst.ip" } },
	{ "src_port", { "src.port" } },
	{ "SourcePort", { "src.port" } },
	{ "id.orig_p", { "src.port" } },
	{ "dst_port", { "dst.port" } },
	{ "DestinationPort", { "dst.port" } },
	{ "id.resp_p", { "dst.port" } },
	{ "DestinationHostname", { "dst.host" } },
	{ "proto", { "proto" } },
	{ "protocol", { "proto" } },
	{ "query", { "dns.query", "query" } },
	{ "QueryName", { "dns.query" } },
	{ "record_type", { "method" } },
	{ "answers", { "dns.answer" } },
	{ "answer", { "dns.answer" } },
	{ "server_name", { "tls.sni" } },
	{ "ja3", { "ja3" } },
	{ "User", { "user" } },
	{ "user", { "user" } },
	{ "username", { "user" } },
	{ "SubjectUserName", { "user" } },
	{ "TargetUserName", { "user.target", "user" } },
	{ "ComputerName", { "host" } },
	{ "Computer", { "host" } },
	{ "hostname", { "host" } },
	{ "EventID", { "event" } },
	{ "event_id", { "event" } },
	{ "eventName", { "event", "action" } },
	{ "Operation", { "action", "event" } },
	{ "action", { "action" } },
	{ "CommandLine", { "command" } },
	{ "command", { "command" } },
	{ "a0", { "command" } },
	{ "TargetFilename", { "file" } },
	{ "FileName", { "file" } },
	{ "filename", { "file" } },
	{ "message", { "message" } },
	{ "Message", { "message" } },
	{ "msg", { "message" } },
	{ "", { "raw" } },
};

static enum noro_status one(
	struct noro_rules *r, const char *name, uint32_t field[8], uint32_t *ret_n)
{
	enum noro_status st = noro_rule_field(r, noro_view_str(name), &field[*ret_n]);

	if (st == NORO_OK)
		++*ret_n;
	return st;
}

enum noro_status noro_sigma_fields(
	struct noro_rules *r, struct noro_view name, uint32_t field[8], uint32_t *ret_n)
{
	enum noro_status st = NORO_OK;
	char *own;

	*ret_n = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!noro_view_is(name, names[i].sigma))
			continue;
		for (size_t k = 0; k < 4 && names[i].ours[k] && st == NORO_OK; k++)
			st = one(r, names[i].ours[k], field, ret_n);
		break;
	}
	if (st != NORO_OK || name.n == 0)
		return st;
	if (name.n > 100)
		return NORO_EUNSUPPORTED;
	own = noro_arena_printf(r->arena, "own.%.*s", NORO_VARG(name));
	return own ? one(r, own, field, ret_n) : NORO_ENOMEM;
}

static const struct {
	const char *category, *product, *service, *classes;
} sources[] = {
	{ "webserver", NULL, NULL, "web" },
	{ "proxy", NULL, NULL, "web" },
	{ "application", NULL, NULL, "web" },
	{ "dns", NULL, NULL, "dns" },
	{ "dns_query", NULL, NULL, "dns" },
	{ "firewall", NULL, NULL, "conn" },
	{ "network_connection", NULL, NULL, "conn" },
	{ "authentication", NULL, NULL, "login" },
	{ "process_creation", NULL, NULL, "process" },
	{ "file_event", NULL, NULL, "file" },
	{ NULL, "zeek", "http", "web" },
	{ NULL, "zeek", "dns", "dns" },
	{ NULL, "zeek", NULL, "conn" },
	{ NULL, "cisco", NULL, "command" },
	{ NULL, "juniper", NULL, "command" },
	{ NULL, "huawei", NULL, "command" },
	{ NULL, "fortigate", NULL, "config" },
	{ NULL, "fortinet", NULL, "config" },
	{ NULL, "paloalto", NULL, "config" },
	{ NULL, NULL, "apache", "web" },
	{ NULL, NULL, "nginx", "web" },
	{ NULL, "linux", "auditd", "process" },
	{ NULL, "linux", NULL, "login" },
	{ NULL, "windows", "security", "login" },
	{ NULL, "windows", NULL, "process" },
	{ NULL, "azure", NULL, "login" },
	{ NULL, "m365", NULL, "login" },
	{ NULL, "aws", NULL, "login" },
};

static bool fits(const char *want, struct noro_view is)
{
	return !want || noro_view_is_i(is, want);
}

const char *noro_sigma_class(
	struct noro_view category, struct noro_view product, struct noro_view service)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++)
		if (fits(sources[i].category, category) && fits(sources[i].product, product) &&
			fits(sources[i].service, service))
			return sources[i].classes;
	return "other";
}

static const char *const windows[] = { "windows*", "ecs", "json", "csv", "cef", "key-value" };
static const char *const zeek[] = { "zeek*", "json", "ecs" };
static const char *const web[] = { "http-access", "haproxy", "w3c", "squid", "eve", "zeek*", "json",
	"ecs", "csv", "cef", "key-value", "panos*", "fortios*", "cloudfront*", "nginx*",
	"apache*" };
static const char *const errors[] = { "apache*", "nginx*", "http-error", "syslog*", "text",
	"json" };

const char *const *noro_sigma_shapes(struct noro_view category, struct noro_view product,
	struct noro_view service, size_t *ret_n)
{
	if (noro_view_is_i(product, "windows")) {
		*ret_n = sizeof(windows) / sizeof(*windows);
		return windows;
	}
	if (noro_view_is_i(product, "zeek")) {
		*ret_n = sizeof(zeek) / sizeof(*zeek);
		return zeek;
	}
	if (noro_view_is_i(category, "webserver") || noro_view_is_i(category, "proxy")) {
		*ret_n = sizeof(web) / sizeof(*web);
		return web;
	}
	if (noro_view_is_i(service, "apache") || noro_view_is_i(service, "nginx")) {
		*ret_n = sizeof(errors) / sizeof(*errors);
		return errors;
	}
	*ret_n = 0;
	return NULL;
}
