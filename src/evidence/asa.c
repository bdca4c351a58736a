/* src/evidence/asa.c - Cisco ASA and FTD messages by their number. */
#include "evidence/log_priv.h"

#define IFACE T_DEVICE ":"

struct row {
	const char *numbers; /* blank-separated */
	struct noro_template t;
};

static const struct row rows[] = {
	{ "302013 302015", { "Built inbound " T_PROTO " connection " T_SESSION " for " IFACE T_SRC
			     " (" T_SRC_NAT ")" T_SKIP "to " T_SKIP ":" T_DST " (" T_DST_NAT ")",
				   "allow", "success" } },
	{ "302013 302015",
		{ "Built outbound " T_PROTO " connection " T_SESSION " for " T_DEVICE ":" T_DST
		  " (" T_DST_NAT ")" T_SKIP "to " T_SKIP ":" T_SRC " (" T_SRC_NAT ")",
			"allow", "success" } },
	{ "302014 302016",
		{ "Teardown " T_PROTO " connection " T_SESSION " for " T_DEVICE ":" T_SRC
		  " to " T_SKIP ":" T_DST " duration " T_WORD " bytes " T_BYTES_OUT " " T_REASON,
			"close", NULL } },
	{ "302014 302016", { "Teardown " T_PROTO " connection " T_SESSION " for " T_DEVICE ":" T_SRC
			     " to " T_SKIP ":" T_DST " duration " T_WORD " bytes " T_BYTES_OUT,
				   "close", NULL } },
	{ "302017", { "Built inbound " T_PROTO " connection " T_SESSION " from " IFACE T_SRC
		      " (" T_SRC_NAT ")" T_SKIP "to " T_SKIP ":" T_DST " (" T_DST_NAT ")",
			    "allow", "success" } },
	{ "302017", { "Built outbound " T_PROTO " connection " T_SESSION " from " IFACE T_SRC
		      " (" T_SRC_NAT ")" T_SKIP "to " T_SKIP ":" T_DST " (" T_DST_NAT ")",
			    "allow", "success" } },
	{ "302020", { "Built inbound " T_PROTO " connection for faddr " T_SRC " gaddr " T_DST_NAT
		      " laddr " T_DST,
			    "allow", "success" } },
	{ "302020", { "Built outbound " T_PROTO " connection for faddr " T_DST " gaddr " T_SRC_NAT
		      " laddr " T_SRC,
			    "allow", "success" } },
	{ "302021", { "Teardown " T_PROTO " connection for faddr " T_SRC " gaddr " T_DST_NAT
		      " laddr " T_DST,
			    "close", NULL } },
	{ "305011 305012", { T_WORD " " T_WORD " " T_PROTO " translation from " IFACE T_SRC
				    " to " T_SKIP ":" T_SRC_NAT,
				   "translate", NULL } },
	{ "106023", { "Deny " T_PROTO " src " IFACE T_SRC " dst " T_SKIP ":" T_DST " (type " T_SKIP
		      "by access-group \"" T_RULE "\"",
			    "deny", "failure" } },
	{ "106023", { "Deny " T_PROTO " src " IFACE T_SRC " dst " T_SKIP ":" T_DST
		      " by access-group \"" T_RULE "\"",
			    "deny", "failure" } },
	{ "106001", { "Inbound " T_PROTO " connection denied from " T_SRC " to " T_DST
		      " flags " T_SKIP " on interface " T_DEVICE,
			    "deny", "failure" } },
	{ "106006 106007",
		{ "Deny inbound " T_PROTO " from " T_SRC " to " T_DST " ", "deny", "failure" } },
	{ "106014", { "Deny inbound " T_PROTO " src " IFACE T_SRC " dst " T_SKIP ":" T_DST " (",
			    "deny", "failure" } },
	{ "106015", { "Deny " T_PROTO " (no connection) from " T_SRC " to " T_DST " flags " T_SKIP
		      " on interface " T_DEVICE,
			    "deny", "failure" } },
	{ "106016", { "Deny IP spoof from (" T_SRC ") to " T_DST " on interface " T_DEVICE, "deny",
			    "failure" } },
	{ "106021", { "Deny " T_PROTO " reverse path check from " T_SRC " to " T_DST
		      " on interface " T_DEVICE,
			    "deny", "failure" } },
	{ "106100", { "access-list " T_RULE " denied " T_PROTO " " T_DEVICE "/" T_SRC " -> " T_SKIP
		      "/" T_DST " hit-cnt",
			    "deny", "failure" } },
	{ "106100", { "access-list " T_RULE " permitted " T_PROTO " " T_DEVICE "/" T_SRC
		      " -> " T_SKIP "/" T_DST " hit-cnt",
			    "allow", "success" } },
	{ "106102", { "access-list " T_RULE " permitted " T_PROTO " for user '" T_USER "' " T_DEVICE
		      "/" T_SRC " " T_SRC_PORT " ",
			    "allow", "success" } },
	{ "109005", { "Authentication succeeded for user '" T_USER "' from " T_SRC " to " T_DST
		      " on interface " T_DEVICE,
			    "login", "success" } },
	{ "109006", { "Authentication failed for user '" T_USER "' from " T_SRC " to " T_DST
		      " on interface " T_DEVICE,
			    "login", "failure" } },
	{ "109007", { "Authorization permitted for user '" T_USER "' from " T_SRC " to " T_DST
		      " on interface " T_DEVICE,
			    "allow", "success" } },
	{ "109008", { "Authorization denied for user '" T_USER "' from " T_SRC " to " T_DST
		      " on interface " T_DEVICE,
			    "deny", "failure" } },
	{ "109017",
		{ "User at " T_SRC " exceeded auth proxy connection limit", "login", "failure" } },
	{ "113004", { "AAA user " T_METHOD " Successful : server = " T_DST " : user = " T_USER,
			    "login", "success" } },
	{ "113005", { "AAA user " T_METHOD " Rejected : reason = " T_REASON " : server = " T_DST
		      " : user = " T_USER " : user IP = " T_SRC,
			    "login", "failure" } },
	{ "113005", { "AAA user " T_METHOD " Rejected : reason = " T_REASON " : server = " T_DST
		      " : user = " T_USER,
			    "login", "failure" } },
	{ "113006", { "User " T_USER " locked out on exceeding '", "login", "failure" } },
	{ "113008", { "AAA transaction status ACCEPT : user = " T_USER, "login", "success" } },
	{ "113009", { "AAA retrieved default group policy " T_RULE " for user = " T_USER, NULL,
			    NULL } },
	{ "113012", { "AAA user authentication Successful : local database : user = " T_USER,
			    "login", "success" } },
	{ "113015", { "AAA user authentication Rejected : reason = " T_REASON
		      " : local database : user = " T_USER " : user IP = " T_SRC,
			    "login", "failure" } },
	{ "113015", { "AAA user authentication Rejected : reason = " T_REASON
		      " : local database : user = " T_USER,
			    "login", "failure" } },
	{ "113019", { "Group = " T_RULE ", Username = " T_USER ", IP = " T_SRC
		      ", Session disconnected. Session Type: " T_APP ", Duration: " T_SKIP
		      ", Bytes xmt: " T_BYTES_IN ", Bytes rcv: " T_BYTES_OUT ", Reason: " T_REASON,
			    "logout", NULL } },
	{ "113039", { "Group <" T_RULE "> User <" T_USER "> IP <" T_SRC
		      "> AnyConnect parent session started",
			    "login", "success" } },
	{ "605004", { "Login denied from " T_SRC " to " T_DEVICE ":" T_DST
		      " for user \"" T_USER_LAST "\"",
			    "login", "failure" } },
	{ "605005", { "Login permitted from " T_SRC " to " T_DEVICE ":" T_DST
		      " for user \"" T_USER_LAST "\"",
			    "login", "success" } },
	{ "611101", { "User authentication succeeded: IP address: " T_SRC ", Uname: " T_USER,
			    "login", "success" } },
	{ "611101", { "User authentication succeeded: Uname: " T_USER, "login", "success" } },
	{ "611102", { "User authentication failed: IP address: " T_SRC ", Uname: " T_USER, "login",
			    "failure" } },
	{ "611102", { "User authentication failed: Uname: " T_USER, "login", "failure" } },
	{ "611103", { "User logged out: Uname: " T_USER, "logout", NULL } },
	{ "111008 111009", { "User '" T_USER "' executed the '" T_COMMAND "' command.", "command",
				   "success" } },
	{ "111008 111009", { "User '" T_USER "' executed cmd: " T_COMMAND, "command", "success" } },
	{ "111010", { "User '" T_USER "', running '" T_APP "' from IP " T_SRC
		      ", executed '" T_COMMAND "'",
			    "command", "success" } },
	{ "111001", { "Begin configuration: " T_SRC " writing to " T_DEVICE, "config", NULL } },
	{ "111004", { T_SRC " end configuration: " T_REASON, "config", NULL } },
	{ "111005", { T_SRC " end configuration: " T_REASON, "config", "success" } },
	{ "111007", { "Begin configuration: " T_SRC " reading from " T_DEVICE, "config", NULL } },
	{ "315011", { "SSH session from " T_SRC " on interface " T_DEVICE " for user \"" T_USER
		      "\" " T_REASON,
			    "logout", NULL } },
	{ "315001", { "Denied SSH session from " T_SRC " on interface " T_DEVICE, "connect",
			    "failure" } },
	{ "502101", { "New user added to local dbase: Uname: " T_TARGET " Priv: " T_SKIP " Encp: ",
			    "add", "success" } },
	{ "502102", { "User deleted from local dbase: Uname: " T_TARGET " Priv: ", "delete",
			    "success" } },
	{ "502103", { "User priv level changed: Uname: " T_USER " From: ", "config", "success" } },
	{ "710002 710003", { T_PROTO " access permitted from " T_SRC " to " T_DEVICE ":" T_DST,
				   "allow", "success" } },
	{ "710003", { T_PROTO " access denied by ACL from " T_SRC " to " T_DEVICE ":" T_DST, "deny",
			    "failure" } },
	{ "710005", { T_PROTO " request discarded from " T_SRC " to " T_DEVICE ":" T_DST, "deny",
			    "failure" } },
	{ "713", { "Group = " T_RULE ", Username = " T_USER ", IP = " T_SRC ", " T_REASON, NULL,
			 NULL } },
	{ "713", { "Group = " T_RULE ", IP = " T_SRC ", " T_REASON, NULL, NULL } },
	{ "713", { "IP = " T_SRC ", " T_REASON, NULL, NULL } },
	{ "716001 716038",
		{ "Group <" T_RULE "> User <" T_USER "> IP <" T_SRC "> WebVPN session started",
			"login", "success" } },
	{ "716038",
		{ "Group <" T_RULE "> User <" T_USER "> IP <" T_SRC "> Authentication: successful",
			"login", "success" } },
	{ "716039",
		{ "Group <" T_RULE "> User <" T_USER "> IP <" T_SRC "> Authentication: rejected",
			"login", "failure" } },
	{ "716002", { "Group <" T_RULE "> User <" T_USER "> IP <" T_SRC
		      "> WebVPN session terminated: " T_REASON,
			    "logout", NULL } },
	{ "716", { "Group <" T_RULE "> User <" T_USER "> IP <" T_SRC "> " T_REASON, NULL, NULL } },
	{ "722051", { "Group <" T_RULE "> User <" T_USER "> IP <" T_SRC "> IPv4 Address <" T_SRC_NAT
		      "> IPv6 address <" T_SKIP "> assigned to session",
			    "login", "success" } },
	{ "722055", { "Group <" T_RULE "> User <" T_USER "> IP <" T_SRC "> Client Type: " T_AGENT,
			    NULL, NULL } },
	{ "722", { "Group <" T_RULE "> User <" T_USER "> IP <" T_SRC "> " T_REASON, NULL, NULL } },
	{ "725", { T_WORD " SSL client " T_DEVICE ":" T_SRC " to " T_DST " ", NULL, NULL } },
	{ "733100", { "[" T_SRC "] drop rate-" T_SKIP, "deny", NULL } },
	{ "733101", { T_WORD " " T_SRC " is targeted", NULL, NULL } },
	{ "733102", { "Threat-detection adds host " T_SRC " to shun list", "deny", NULL } },
	{ "751", { "Local:" T_DST " Remote:" T_SRC " Username:" T_USER " ", NULL, NULL } },
	{ "338", { "Dynamic filter " T_SKIP " " T_PROTO " traffic from " T_DEVICE ":" T_SRC
		   " (" T_SRC_NAT ") to " T_SKIP ":" T_DST " (" T_DST_NAT ")",
			 NULL, NULL } },
};

static bool listed(const char *numbers, struct noro_view number)
{
	struct noro_view rest = noro_view_str(numbers), one;

	while (noro_view_word(&rest, &one))
		if (number.n >= one.n && memcmp(number.p, one.p, one.n) == 0)
			return true;
	return false;
}

/* Users that ASA hides are written as *****: that is no name. */
static void hidden_user(struct noro_record *r)
{
	if (r->field[NORO_FIELD_USER].n > 2 && noro_view_starts(r->field[NORO_FIELD_USER], "***"))
		r->field[NORO_FIELD_USER] = (struct noro_view){ 0 };
}

bool noro_ev_asa_message(struct noro_record *r, struct noro_view number, struct noro_view msg)
{
	bool known = false;

	if (number.n < 3)
		return false;
	/* the numbers of one row begin with the same three digits */
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && !known; i++)
		if (memcmp(rows[i].numbers, number.p, 3) == 0 && listed(rows[i].numbers, number))
			known = noro_ev_template(&rows[i].t, msg, r);
	hidden_user(r);
	return known;
}
