/* src/evidence/record.c - the canonical names of fields. */
#include "evidence/record.h"

static const char *const names[NORO_FIELDS] = {
	[NORO_FIELD_HOST] = "host",
	[NORO_FIELD_PROGRAM] = "program",
	[NORO_FIELD_EVENT] = "event",
	[NORO_FIELD_SEVERITY] = "severity",
	[NORO_FIELD_MESSAGE] = "message",
	[NORO_FIELD_SRC_IP] = "src.ip",
	[NORO_FIELD_SRC_PORT] = "src.port",
	[NORO_FIELD_SRC_HOST] = "src.host",
	[NORO_FIELD_DST_IP] = "dst.ip",
	[NORO_FIELD_DST_PORT] = "dst.port",
	[NORO_FIELD_DST_HOST] = "dst.host",
	[NORO_FIELD_SRC_NAT] = "src.nat.ip",
	[NORO_FIELD_DST_NAT] = "dst.nat.ip",
	[NORO_FIELD_PROTO] = "proto",
	[NORO_FIELD_BYTES_OUT] = "bytes.out",
	[NORO_FIELD_BYTES_IN] = "bytes.in",
	[NORO_FIELD_USER] = "user",
	[NORO_FIELD_USER_TARGET] = "user.target",
	[NORO_FIELD_ACTION] = "action",
	[NORO_FIELD_OUTCOME] = "outcome",
	[NORO_FIELD_METHOD] = "method",
	[NORO_FIELD_URL] = "url",
	[NORO_FIELD_PATH] = "path",
	[NORO_FIELD_QUERY] = "query",
	[NORO_FIELD_STATUS] = "status",
	[NORO_FIELD_REFERER] = "referer",
	[NORO_FIELD_USER_AGENT] = "user_agent",
	[NORO_FIELD_DNS_QUERY] = "dns.query",
	[NORO_FIELD_DNS_ANSWER] = "dns.answer",
	[NORO_FIELD_TLS_SNI] = "tls.sni",
	[NORO_FIELD_JA3] = "ja3",
	[NORO_FIELD_JA3S] = "ja3s",
	[NORO_FIELD_JA4] = "ja4",
	[NORO_FIELD_HASSH] = "hassh",
	[NORO_FIELD_COMMAND] = "command",
	[NORO_FIELD_FILE] = "file",
	[NORO_FIELD_MD5] = "hash.md5",
	[NORO_FIELD_SHA1] = "hash.sha1",
	[NORO_FIELD_SHA256] = "hash.sha256",
	[NORO_FIELD_MAIL_FROM] = "mail.from",
	[NORO_FIELD_MAIL_TO] = "mail.to",
	[NORO_FIELD_SUBJECT] = "subject",
	[NORO_FIELD_SESSION] = "session",
	[NORO_FIELD_RULE] = "rule",
	[NORO_FIELD_COUNTRY] = "country",
	[NORO_FIELD_APP] = "app",
	[NORO_FIELD_DEVICE] = "device",
	[NORO_FIELD_MAC] = "mac",
	[NORO_FIELD_REASON] = "reason",
};

const char *noro_field_name(enum noro_field f)
{
	return (unsigned)f < NORO_FIELDS ? names[f] : "";
}

int noro_field_by_name(struct noro_view name)
{
	for (int f = 0; f < NORO_FIELDS; f++)
		if (noro_view_is(name, names[f]))
			return f;
	return -1;
}
