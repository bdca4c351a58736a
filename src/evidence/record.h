/*
 * src/evidence/record.h - one record of a log, understood: its time and its fields
 * under canonical names. Records are parsed lazily: only around a hit, for a
 * check's prefiltered lines, and at sample points for the time span.
 */
#pragma once

#include "base/arena.h"
#include "base/timeparse.h"
#include "base/view.h"

/*
 * Canonical fields. Every reader maps its own names onto these, so that checks,
 * Sigma rules, STIX paths and reports see one vocabulary. `noro_field_name`
 * gives the text used in rules ("src.ip").
 */
enum noro_field {
	NORO_FIELD_HOST,        /* host          the machine that speaks */
	NORO_FIELD_PROGRAM,     /* program       process or facility: sshd, %SEC_LOGIN */
	NORO_FIELD_EVENT,       /* event         message id, event id, mnemonic: 4625,
				   SEC_LOGIN-5-LOGIN_SUCCESS */
	NORO_FIELD_SEVERITY,    /* severity      as written */
	NORO_FIELD_MESSAGE,     /* message       free text */
	NORO_FIELD_SRC_IP,      /* src.ip */
	NORO_FIELD_SRC_PORT,    /* src.port */
	NORO_FIELD_SRC_HOST,    /* src.host */
	NORO_FIELD_DST_IP,      /* dst.ip */
	NORO_FIELD_DST_PORT,    /* dst.port */
	NORO_FIELD_DST_HOST,    /* dst.host */
	NORO_FIELD_SRC_NAT,     /* src.nat.ip    translated address */
	NORO_FIELD_DST_NAT,     /* dst.nat.ip */
	NORO_FIELD_PROTO,       /* proto */
	NORO_FIELD_BYTES_OUT,   /* bytes.out     from src to dst */
	NORO_FIELD_BYTES_IN,    /* bytes.in */
	NORO_FIELD_USER,        /* user */
	NORO_FIELD_USER_TARGET, /* user.target */
	NORO_FIELD_ACTION, /* action        allow, deny, login, logout, command, config, add, delete
			      ... */
	NORO_FIELD_OUTCOME, /* outcome       success, failure, unknown */
	NORO_FIELD_METHOD,  /* method        HTTP method, or way of logging in: password, publickey
			     */
	NORO_FIELD_URL,     /* url           whole, if the record has it */
	NORO_FIELD_PATH,    /* path          URL path */
	NORO_FIELD_QUERY,   /* query */
	NORO_FIELD_STATUS,  /* status        HTTP status or result code */
	NORO_FIELD_REFERER, /* referer */
	NORO_FIELD_USER_AGENT, /* user_agent */
	NORO_FIELD_DNS_QUERY,  /* dns.query */
	NORO_FIELD_DNS_ANSWER, /* dns.answer */
	NORO_FIELD_TLS_SNI,    /* tls.sni */
	NORO_FIELD_JA3,        /* ja3 */
	NORO_FIELD_JA3S,       /* ja3s */
	NORO_FIELD_JA4,        /* ja4 */
	NORO_FIELD_HASSH,      /* hassh */
	NORO_FIELD_COMMAND,    /* command       a command line somebody typed or a process ran */
	NORO_FIELD_FILE,       /* file          path or name */
	NORO_FIELD_MD5,        /* hash.md5 */
	NORO_FIELD_SHA1,       /* hash.sha1 */
	NORO_FIELD_SHA256,     /* hash.sha256 */
	NORO_FIELD_MAIL_FROM,  /* mail.from */
	NORO_FIELD_MAIL_TO,    /* mail.to */
	NORO_FIELD_SUBJECT,    /* subject */
	NORO_FIELD_SESSION,    /* session       connection uid, logon id */
	NORO_FIELD_RULE,       /* rule          policy or signature name */
	NORO_FIELD_COUNTRY,    /* country */
	NORO_FIELD_APP,        /* app           application or service */
	NORO_FIELD_DEVICE,     /* device        interface or device name */
	NORO_FIELD_MAC,        /* mac */
	NORO_FIELD_REASON,     /* reason */
	NORO_FIELDS,
};
const char *noro_field_name(enum noro_field f);
int noro_field_by_name(struct noro_view name); /* -1 if none */

/*
 * Views point into the record's bytes, or into the arena where an escape had to
 * be undone. A field that is absent has p == NULL.
 */
struct noro_record {
	struct noro_view raw;
	int64_t time_ns; /* NORO_TIME_NONE */
	unsigned time_flags;
	bool parsed;       /* false: no reader understood it; raw is all there is */
	bool only_time;    /* nobody asks what its message says: readers may leave that out */
	const char *shape; /* what it was taken for: "cisco-asa", "sshd", "apache-combined" */
	struct noro_view field[NORO_FIELDS];
	/* Fields under their own names, for formats that name them (JSON, CSV, Zeek, key=value); at
	 * most 128. */
	const struct noro_pair {
		struct noro_view name, value;
	} * own;
	size_t owns;
};

static inline struct noro_view noro_record_get(const struct noro_record *r, enum noro_field f)
{
	return r->field[f];
}
