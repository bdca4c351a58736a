/* src/evidence/mailers.c - mail servers and directories over syslog: postfix, dovecot, exim,
 * sendmail, slapd. */
#include "evidence/log_priv.h"

static const struct noro_template postfix[] = {
	{ "warning: " T_SRC ": SASL " T_METHOD " authentication failed" T_REASON, "login",
		"failure" },
	{ "connect from " T_SRC, "connect", NULL },
	{ "disconnect from " T_SRC " ", "disconnect", NULL },
	{ T_SESSION ": reject: " T_WORD " from " T_SRC ": " T_REASON "; from=<" T_MAIL_FROM
		    "> to=<" T_MAIL_TO "> ",
		"deny", "failure" },
	{ T_SESSION ": reject: " T_WORD " from " T_SRC ": " T_REASON, "deny", "failure" },
	{ T_SESSION ": client=" T_SRC ", sasl_method=" T_METHOD ", sasl_username=" T_USER, "login",
		"success" },
	{ T_SESSION ": client=" T_SRC, "connect", NULL },
	{ T_SESSION ": from=<" T_MAIL_FROM ">, size=" T_BYTES_OUT ",", "send", NULL },
	{ T_SESSION ": to=<" T_MAIL_TO ">, relay=" T_DST ",", "send", NULL },
	{ T_SKIP " from " T_SRC " after ", NULL, NULL },
	{ T_SKIP " after " T_WORD " from " T_SRC, NULL, NULL },
	{ NULL, NULL, NULL },
};

static const struct noro_template dovecot[] = {
	{ T_SKIP "-login: Login: user=<" T_USER ">, method=" T_METHOD ", rip=" T_SRC ", lip=" T_DST
		 ",",
		"login", "success" },
	{ T_SKIP "-login: Info: Login: user=<" T_USER ">, method=" T_METHOD ", rip=" T_SRC
		 ", lip=" T_DST ",",
		"login", "success" },
	{ T_SKIP "uth fail" T_REASON "user=<" T_USER ">, method=" T_METHOD ", rip=" T_SRC
		 ", lip=" T_DST,
		"login", "failure" },
	{ T_SKIP "(auth failed" T_REASON "rip=" T_SRC ", lip=" T_DST, "login", "failure" },
	{ NULL, NULL, NULL },
};

/* dovecot's password databases: "pam(user,192.0.2.1,<session>): unknown user". */
static const struct noro_template databases[] = {
	{ T_SKIP "pam(" T_USER_LAST "," T_SRC "): " T_REASON, "login", "failure" },
	{ T_SKIP "pam(" T_USER_LAST "," T_SRC "," T_SKIP "): " T_REASON, "login", "failure" },
	{ T_SKIP "sql(" T_USER_LAST "," T_SRC "): " T_REASON, "login", "failure" },
	{ T_SKIP "sql(" T_USER "," T_SRC "," T_SKIP "): " T_REASON, "login", "failure" },
	{ T_SKIP "ldap(" T_USER "," T_SRC, "login", "failure" },
	{ T_SKIP "passwd-file(" T_USER "," T_SRC "): " T_REASON, "login", "failure" },
	{ T_SKIP "passwd-file(" T_USER "," T_SRC "," T_SKIP "): " T_REASON, "login", "failure" },
	{ NULL, NULL, NULL },
};

static const struct noro_template sendmail[] = {
	{ T_SKIP "AUTH failure (" T_METHOD "): " T_SKIP ", user=" T_USER_LAST ", relay=[" T_SRC "]",
		"login", "failure" },
	{ T_SKIP "AUTH failure (" T_METHOD "): " T_SKIP ", user=" T_USER_LAST ", relay=" T_WORD
		 " [" T_SRC "]",
		"login", "failure" },
	{ T_SKIP ": [" T_SRC "]: possible SMTP attack: command=" T_METHOD ",", "probe", NULL },
	{ T_SKIP "AUTH=server, relay=" T_WORD " [" T_SRC "], authid=" T_USER ", mech=" T_METHOD ",",
		"login", "success" },
	{ NULL, NULL, NULL },
};

static const struct noro_template xrdp[] = {
	{ T_SKIP "AUTHFAIL: user=" T_USER_LAST " ip=" T_SRC " time=", "login", "failure" },
	{ T_SKIP "login failed for user " T_USER_LAST " ip=" T_SRC " time=", "login", "failure" },
	{ NULL, NULL, NULL },
};

static const struct noro_template exim[] = {
	{ T_SKIP " authenticator failed for " T_SKIP "[" T_SRC
		 "]: 535 Incorrect authentication data (set_id=" T_USER ")",
		"login", "failure" },
	{ NULL, NULL, NULL },
};

static const struct noro_template slapd[] = {
	{ T_SESSION " fd=" T_SKIP "ACCEPT from IP=" T_SRC " (IP=" T_DST ")", "connect", NULL },
	{ T_SESSION " op=" T_SKIP " BIND dn=\"" T_USER "\" method=" T_METHOD, NULL, NULL },
	{ NULL, NULL, NULL },
};

static const struct {
	const char *program, *shape;
	const struct noro_template *rows;
} programs[] = {
	{ "postfix", "postfix", postfix },
	{ "dovecot", "dovecot", dovecot },
	{ "dovecot", "dovecot", databases },
	{ "auth", "dovecot", databases },
	{ "exim", "exim", exim },
	{ "sendmail", "sendmail", sendmail },
	{ "sm-mta", "sendmail", sendmail },
	{ "xrdp", "xrdp", xrdp },
	{ "slapd", "slapd", slapd },
};

bool noro_ev_mail_message(struct noro_record *r)
{
	struct noro_view msg = r->field[NORO_FIELD_MESSAGE], program = r->field[NORO_FIELD_PROGRAM];

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		if (!noro_view_starts_i(program, programs[i].program))
			continue;
		if (!noro_ev_templates(programs[i].rows, msg, r))
			continue;
		r->shape = programs[i].shape;
		return true;
	}
	if (noro_view_find(noro_view_sub(msg, 0, 64), NORO_V("AUTHFAIL: ")) != SIZE_MAX &&
		noro_ev_templates(xrdp, msg, r)) {
		r->shape = "xrdp";
		return true;
	}
	return false;
}
