/* tests/unit/evidence/test_lines.c - what each shape of line must give, and what a cut line must
 * not. */
#include "tests/unit/evidence/evidence_test.h"

struct sample {
	const char *line;
	const char *time; /* RFC 3339 with nine digits, NULL: not looked at */
	const char *want[14];
};

static const struct sample samples[] = {
	/* sshd over RFC 3164, RFC 5424, a relay and the journal */
	{ "Aug  7 01:02:03 web1 sshd[812]: Accepted publickey for operator from 192.0.2.10 port "
	  "50222 ssh2: ED25519 SHA256:abc",
		"2025-08-07T01:02:03.000000000Z",
		{ "host=web1", "program=sshd", "action=login", "outcome=success", "user=operator",
			"src.ip=192.0.2.10", "src.port=50222", "method=publickey" } },
	{ "<38>Aug  7 01:02:03 web1 sshd[812]: Failed password for invalid user admin from "
	  "2001:db8::5 port 40000 ssh2",
		"2025-08-07T01:02:03.000000000Z",
		{ "severity=38", "action=login", "outcome=failure", "user=admin",
			"src.ip=2001:db8::5", "method=password" } },
	{ "Aug  7 01:02:03 web1 sshd[812]: Failed password for invalid user a from 198.51.100.9 "
	  "port 1 ssh2 from 192.0.2.77 port 9999 ssh2",
		NULL, { "src.ip=192.0.2.77", "src.port=9999", "outcome=failure" } },
	{ "<86>1 2025-08-07T01:02:03.5+09:00 web1 sshd 812 - - Invalid user test from 192.0.2.11 "
	  "port 1234",
		"2025-08-06T16:02:03.500000000Z",
		{ "host=web1", "program=sshd", "user=test", "src.ip=192.0.2.11" } },
	{ "2025-08-07T01:02:03Z relay1 Aug  7 01:02:00 core1 sshd[5]: Connection closed by "
	  "authenticating user root 192.0.2.12 port 22022 [preauth]",
		"2025-08-07T01:02:00.000000000Z",
		{ "host=core1", "user=root", "src.ip=192.0.2.12", "action=disconnect" } },
	{ "web1 sshd[812]: error: PAM: Authentication failure for root from host.example.net", NULL,
		{ "host=web1", "src.host=host.example.net", "outcome=failure", "user=root" } },
	{ "Aug  7 01:02:03 web1 sudo:   alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; "
	  "COMMAND=/usr/bin/tcpdump -i eth0",
		NULL,
		{ "action=command", "user=alice", "user.target=root",
			"command=/usr/bin/tcpdump -i eth0", "outcome=success" } },
	{ "Aug  7 01:02:03 web1 su: FAILED SU (to root) mallory on pts/3", NULL,
		{ "action=login", "outcome=failure", "user=mallory", "user.target=root" } },
	{ "Aug  7 01:02:03 web1 useradd[9]: new user: name=support2, UID=0, GID=0, home=/root, "
	  "shell=/bin/sh",
		NULL, { "action=add", "user.target=support2" } },
	{ "Aug  7 01:02:03 web1 CRON[99]: (root) CMD (/tmp/.x/run.sh)", NULL,
		{ "action=command", "user=root", "command=/tmp/.x/run.sh" } },
	{ "Aug  7 01:02:03 web1 vsftpd: pam_unix(vsftpd:auth): authentication failure; logname= "
	  "uid=0 euid=0 tty=ftp ruser=rhost=192.0.2.66 rhost=198.51.100.4  user=bob",
		NULL, { "src.ip=198.51.100.4", "user=bob", "action=login", "outcome=failure" } },
	{ "Aug  7 01:02:03 fw1 kernel: [12.3] DROP IN=eth0 OUT= SRC=198.51.100.1 DST=192.0.2.1 "
	  "LEN=40 PROTO=TCP SPT=4000 DPT=22",
		NULL,
		{ "src.ip=198.51.100.1", "dst.ip=192.0.2.1", "dst.port=22", "proto=TCP",
			"action=deny" } },
	/* SonicWall and WELF have the whole time in one field; FortiOS may name the zone only */
	{ "<129>id=firewall sn=0017C5000000 time=\"2025-08-07 01:02:03 UTC\" fw=203.0.113.9 pri=1 "
	  "c=32 m=30 msg=\"Administrator login denied\" src=198.51.100.9:44321:X1 "
	  "dst=203.0.113.9:22:X1",
		"2025-08-07T01:02:03.000000000Z",
		{ "src.ip=198.51.100.9", "action=login", "outcome=failure" } },
	{ "  id=sslvpn sn=18B169000000 time=\"2025-08-07 10:02:03\" "
	  "vp_time=\"2025-08-07 01:02:03 UTC\" fw=203.0.113.9 pri=5 m=1 src=198.51.100.9",
		"2025-08-07T01:02:03.000000000Z", { "src.ip=198.51.100.9" } },
	{ "<189>date=2025-08-07 time=10:02:03 devname=FGT-1 devid=FGT60F0000000001 "
	  "logid=0000000013 type=traffic srcip=198.51.100.9 dstip=192.0.2.9 action=accept "
	  "tz=\"+0900\"",
		"2025-08-07T01:02:03.000000000Z", { "src.ip=198.51.100.9", "action=allow" } },
	/* Ivanti: exported text, and WELF */
	{ "info - [198.51.100.9] - jsmith(Users)[Staff] - 2025/08/07 01:02:03 - vpn01 - Primary "
	  "authentication successful for jsmith/AD from 198.51.100.9",
		"2025-08-07T01:02:03.000000000Z",
		{ "host=vpn01", "user=jsmith", "src.ip=198.51.100.9", "action=login",
			"outcome=success" } },
	{ "id=firewall time=\"2025-08-07 01:02:03\" pri=6 fw=203.0.113.5 vpn=ive user=jsmith "
	  "realm=\"Users\" proto=auth src=198.51.100.9 dst= type=vpn msg=\"AUT24327: Primary "
	  "authentication failed for jsmith/AD from 198.51.100.9\"",
		"2025-08-07T01:02:03.000000000Z",
		{ "host=ive", "user=jsmith", "event=AUT24327", "action=login", "outcome=failure",
			"method=vpn" } },
	/* a clock alone is of the day before, if it were still to come */
	{ "10:15:01 system,error,critical login failure for user admin from 198.51.100.9 via ssh",
		"2025-08-31T10:15:01.000000000Z", { "src.ip=198.51.100.9" } },
	{ "type=USER_LOGIN msg=audit(1754528523.123:456): pid=1 uid=0 auid=1000 ses=3 "
	  "msg='op=login acct=\"root\" exe=\"/usr/sbin/sshd\" hostname=192.0.2.9 addr=192.0.2.9 "
	  "terminal=ssh res=failed'",
		"2025-08-07T01:02:03.123000000Z",
		{ "event=USER_LOGIN", "action=login", "outcome=failure", "user=root",
			"src.ip=192.0.2.9" } },
	{ "type=EXECVE msg=audit(1754528523.200:457): argc=3 a0=\"curl\" a1=\"-o\" a2=2F746D702F78",
		NULL, { "action=command", "command=curl -o /tmp/x" } },

	/* Cisco */
	{ "<189>45: core1: *Aug  7 01:02:03.123: %SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: "
	  "admin] [Source: 192.0.2.20] [localport: 22] at 01:02:03 UTC Thu Aug 7 2025",
		"2025-08-07T01:02:03.123000000Z",
		{ "host=core1", "event=SEC_LOGIN-5-LOGIN_SUCCESS", "action=login",
			"outcome=success", "user=admin", "src.ip=192.0.2.20" } },
	{ "Aug  7 01:02:03.000 UTC: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: cisco] [Source: "
	  "192.0.2.21] [localport: 23] [Reason: Login Authentication Failed] at 01:02:03 UTC Thu "
	  "Aug 7 2025",
		NULL,
		{ "outcome=failure", "user=cisco", "src.ip=192.0.2.21",
			"reason=Login Authentication Failed" } },
	{ "Aug  7 01:02:03: %PARSER-5-CFGLOG_LOGGEDCMD: User:ops  logged command:monitor capture "
	  "CAP interface Gi1 both",
		NULL, { "action=command", "command=monitor capture CAP interface Gi1 both" } },
	{ "Aug  7 01:02:03: %SYS-5-CONFIG_I: Configured from console by ops on vty0 (192.0.2.22)",
		NULL, { "action=config", "user=ops", "src.ip=192.0.2.22" } },
	{ "Aug  7 01:02:03: %SEC-6-IPACCESSLOGP: list 199 denied tcp 198.51.100.7(50000) -> "
	  "192.0.2.1(22), 1 packet",
		NULL,
		{ "action=deny", "src.ip=198.51.100.7", "src.port=50000", "dst.ip=192.0.2.1",
			"dst.port=22", "rule=199", "proto=tcp" } },
	{ "RP/0/RSP0/CPU0:Aug  7 01:02:03.456 UTC: SSHD_[65]: %SECURITY-SSHD-6-INFO_SUCCESS : "
	  "Successfully authenticated user 'ops' from '192.0.2.23' on 'vty1'",
		"2025-08-07T01:02:03.456000000Z",
		{ "device=RP/0/RSP0/CPU0", "action=login", "outcome=success", "user=ops",
			"src.ip=192.0.2.23" } },
	{ "2025 Aug  7 01:02:03 nx1 %AUTHPRIV-3-SYSTEM_MSG: pam_aaa:Authentication failed for user "
	  "admin from 192.0.2.24 - sshd[100]",
		NULL, { "host=nx1", "src.ip=192.0.2.24" } },
	{ "Aug 07 2025 01:02:03 fw1 : %ASA-6-302013: Built inbound TCP connection 100 for "
	  "outside:198.51.100.8/4444 (198.51.100.8/4444) to inside:192.0.2.30/443 "
	  "(203.0.113.30/443)",
		"2025-08-07T01:02:03.000000000Z",
		{ "host=fw1", "event=ASA-6-302013", "src.ip=198.51.100.8", "src.port=4444",
			"dst.ip=192.0.2.30", "dst.port=443", "dst.nat.ip=203.0.113.30",
			"proto=TCP" } },
	{ "Aug 07 2025 01:02:03: %ASA-6-302017: Built outbound GRE connection 101 from "
	  "inside:192.0.2.30 (203.0.113.30) to outside:198.51.100.8/0 (198.51.100.8/0)",
		NULL, { "action=allow", "src.ip=192.0.2.30", "dst.ip=198.51.100.8", "proto=GRE" } },
	{ "Aug 07 2025 01:02:03: %ASA-4-106023: Deny tcp src outside:198.51.100.8/4444 dst "
	  "inside:192.0.2.30/22 by access-group \"OUT\" [0x0, 0x0]",
		NULL, { "action=deny", "src.ip=198.51.100.8", "dst.port=22", "rule=OUT" } },
	{ "Aug 07 2025 01:02:03: %ASA-6-113005: AAA user authentication Rejected : reason = AAA "
	  "failure : server = 192.0.2.31 : user = ***** : user IP = 198.51.100.9",
		NULL, { "action=login", "outcome=failure", "src.ip=198.51.100.9", "user!" } },
	{ "Aug 07 2025 01:02:03: %ASA-5-111010: User 'ops', running 'CLI' from IP 192.0.2.32, "
	  "executed 'capture c interface outside'",
		NULL,
		{ "action=command", "command=capture c interface outside", "user=ops",
			"src.ip=192.0.2.32" } },
	{ "Aug 07 2025 01:02:03: %ASA-6-605005: Login permitted from 192.0.2.33/50000 to "
	  "inside:192.0.2.1/ssh for user \"ops\"",
		NULL, { "action=login", "outcome=success", "src.ip=192.0.2.33", "user=ops" } },

	/* Junos, Huawei, FortiOS, PAN-OS, RouterOS */
	{ "<189>Aug  7 01:02:03 mx1 mgd[77]: UI_CMDLINE_READ_LINE: User 'ops', command 'show "
	  "configuration | no-more '",
		NULL,
		{ "host=mx1", "action=command", "user=ops",
			"command=show configuration | no-more" } },
	{ "<28>1 2025-08-07T01:02:03.004Z mx1 sshd 9 SSHD_LOGIN_FAILED [junos@2636.1.1.1.2.18 "
	  "username=\"root\" source-address=\"192.0.2.40\"] Login failed for user 'root' from host "
	  "'192.0.2.40'",
		"2025-08-07T01:02:03.004000000Z",
		{ "action=login", "outcome=failure", "user=root", "src.ip=192.0.2.40" } },
	{ "<14>1 2025-08-07T01:02:03Z srx1 RT_FLOW - RT_FLOW_SESSION_CREATE [junos@2636.1.1.1.2.40 "
	  "source-address=\"192.0.2.41\" source-port=\"1025\" destination-address=\"198.51.100.2\" "
	  "destination-port=\"443\" protocol-id=\"6\" policy-name=\"P1\"]",
		NULL,
		{ "src.ip=192.0.2.41", "src.port=1025", "dst.ip=198.51.100.2", "dst.port=443",
			"rule=P1", "action=allow" } },
	{ "<29>2025-8-7 01:02:03.270.1 sw1 %%01SSH/4/SSH_FAIL(l)[12]:Failed to log in. "
	  "(Ip=192.0.2.42, UserName=root, Times=1)",
		NULL,
		{ "host=sw1", "event=SSH/4/SSH_FAIL", "src.ip=192.0.2.42", "user=root",
			"outcome=failure" } },
	{ "date=2025-08-07 time=01:02:03 devname=\"fg1\" devid=\"FG1\" logid=\"0000000013\" "
	  "type=\"traffic\" subtype=\"forward\" level=\"notice\" srcip=192.0.2.43 srcport=1026 "
	  "dstip=198.51.100.3 dstport=53 proto=17 action=\"accept\" sentbyte=60 rcvdbyte=120",
		"2025-08-07T01:02:03.000000000Z",
		{ "host=fg1", "src.ip=192.0.2.43", "dst.ip=198.51.100.3", "dst.port=53",
			"bytes.out=60", "bytes.in=120", "action=allow" } },
	{ "date=2025-08-07 time=01:02:03 devname=\"fg1\" devid=\"FG1\" logid=\"0101039426\" "
	  "type=\"event\" subtype=\"vpn\" action=\"ssl-login-fail\" tunneltype=\"ssl-web\" "
	  "remip=198.51.100.4 user=\"carol\" reason=\"sslvpn_login_permission_denied\"",
		NULL,
		{ "action=login", "outcome=failure", "src.ip=198.51.100.4", "user=carol",
			"method=vpn" } },
	{ "<14>Aug  7 01:02:03 pa1 1,2025/08/07 01:02:03,001,TRAFFIC,end,2305,2025/08/07 "
	  "01:02:02,192.0.2.44,198.51.100.5,0.0.0.0,0.0.0.0,R1,dave,,ssl,vsys1,in,out,e1,e2,L,2025/"
	  "08/07 01:02:02,77,1,1027,443,0,0,0x0,tcp,allow,300,100,200,3",
		NULL,
		{ "src.ip=192.0.2.44", "dst.ip=198.51.100.5", "src.port=1027", "dst.port=443",
			"rule=R1", "user=dave", "bytes.out=100", "bytes.in=200", "action=allow" } },
	{ "Aug  7 01:02:03 gw1 system,error,critical login failure for user admin from 192.0.2.45 "
	  "via winbox",
		NULL,
		{ "action=login", "outcome=failure", "user=admin", "src.ip=192.0.2.45",
			"method=winbox" } },

	/* remote access */
	{ "<134>08/07/2025:01:02:03 GMT ns1 0-PPE-0 : default SSLVPN LOGIN 55 0 : Context "
	  "erin@198.51.100.6 - SessionId: 12 - User erin - Client_ip 198.51.100.6 - Nat_ip "
	  "\"Mapped Ip\" - Vserver 192.0.2.46:443",
		NULL, { "action=login", "outcome=success", "user=erin", "src.ip=198.51.100.6" } },
	{ "Aug  7 01:02:03 vpn1 PulseSecure: 2025-08-07 01:02:03 - ive - [198.51.100.7] "
	  "frank(Users)[] - Primary authentication failed for frank/LDAP from 198.51.100.7",
		NULL, { "outcome=failure", "user=frank", "src.ip=198.51.100.7", "action=login" } },
	{ "id=firewall sn=0017 time=\"2025-08-07 01:02:03\" fw=192.0.2.47 pri=1 c=32 m=30 "
	  "msg=\"Administrator login denied due to bad credentials\" n=1 usr=\"admin\" "
	  "src=198.51.100.8:50000:X1 dst=192.0.2.47:443:X1",
		NULL,
		{ "action=login", "outcome=failure", "user=admin", "src.ip=198.51.100.8",
			"src.port=50000" } },

	/* web */
	{ "192.0.2.50 - - [07/Aug/2025:01:02:03 +0900] \"GET /index.php?id=1 HTTP/1.1\" 200 512 "
	  "\"https://example.com/\" \"Mozilla/5.0 (X11)\"",
		"2025-08-06T16:02:03.000000000Z",
		{ "src.ip=192.0.2.50", "method=GET", "path=/index.php", "query=id=1", "status=200",
			"bytes.in=512", "referer=https://example.com/",
			"user_agent=Mozilla/5.0 (X11)" } },
	{ "www.example.com:443 192.0.2.51 - gina [07/Aug/2025:01:02:03 +0000] \"POST /api "
	  "HTTP/2.0\" 401 - \"-\" \"-\"",
		NULL,
		{ "dst.host=www.example.com", "src.ip=192.0.2.51", "user=gina", "method=POST",
			"status=401", "outcome=failure", "user_agent!" } },
	{ "192.0.2.52 - - [07/Aug/2025:01:02:03 +0000] \"\\x16\\x03\\x01\" 400 150", NULL,
		{ "src.ip=192.0.2.52", "method!", "path!", "status=400" } },
	{ "[Thu Aug 07 01:02:03.123456 2025] [core:error] [pid 5:tid 6] [client 192.0.2.53:50001] "
	  "AH00126: Invalid URI in request GET /../etc HTTP/1.1",
		"2025-08-07T01:02:03.123456000Z",
		{ "program=core", "severity=error", "src.ip=192.0.2.53", "src.port=50001" } },
	{ "2025/08/07 01:02:03 [error] 5#5: *9 user \"hana\": password mismatch, client: "
	  "192.0.2.54, server: www.example.com, request: \"GET /a?b=c HTTP/1.1\", host: "
	  "\"www.example.com\"",
		NULL,
		{ "src.ip=192.0.2.54", "user=hana", "action=login", "outcome=failure",
			"dst.host=www.example.com", "path=/a" } },
	{ "1754528523.123    250 192.0.2.55 TCP_MISS/200 4512 GET http://bad.example.org/x?y=1 "
	  "ivan HIER_DIRECT/198.51.100.10 text/html",
		"2025-08-07T01:02:03.123000000Z",
		{ "src.ip=192.0.2.55", "status=200", "method=GET", "path=/x", "query=y=1",
			"dst.host=bad.example.org", "dst.ip=198.51.100.10", "user=ivan" } },

	/* JSON */
	{ "{\"timestamp\":\"2025-08-07T01:02:03.000004+0900\",\"event_type\":\"dns\",\"src_ip\":"
	  "\"192.0.2.60\",\"src_port\":5353,\"dest_ip\":\"192.0.2.1\",\"dest_port\":53,\"proto\":"
	  "\"UDP\",\"dns\":{\"type\":\"query\",\"rrname\":\"c2.example.org\"}}",
		"2025-08-06T16:02:03.000004000Z",
		{ "event=dns", "src.ip=192.0.2.60", "dst.port=53", "dns.query=c2.example.org" } },
	{ "{\"eventTime\":\"2025-08-07T01:02:03Z\",\"eventSource\":\"signin.amazonaws.com\","
	  "\"eventName\":\"ConsoleLogin\",\"sourceIPAddress\":\"192.0.2.61\",\"userAgent\":\"x\\/"
	  "1\",\"userIdentity\":{\"userName\":\"judy\"},\"responseElements\":{\"ConsoleLogin\":"
	  "\"Failure\"}}",
		"2025-08-07T01:02:03.000000000Z",
		{ "event=ConsoleLogin", "action=login", "outcome=failure", "user=judy",
			"src.ip=192.0.2.61", "user_agent=x/1" } },
	{ "{\"createdDateTime\":\"2025-08-07T01:02:03Z\",\"userPrincipalName\":\"ken@example.com\","
	  "\"ipAddress\":\"192.0.2.62\",\"clientAppUsed\":\"Browser\",\"status\":{\"errorCode\":"
	  "50126,\"failureReason\":\"bad password\"},\"location\":{\"countryOrRegion\":\"JP\"}}",
		NULL,
		{ "action=login", "outcome=failure", "user=ken@example.com", "src.ip=192.0.2.62",
			"status=50126", "country=JP" } },
	{ "{\"CreationTime\":\"2025-08-07T01:02:03\",\"Operation\":\"UserLoggedIn\",\"Workload\":"
	  "\"AzureActiveDirectory\",\"UserId\":\"lee@example.com\",\"ClientIP\":\"192.0.2.63:"
	  "4000\",\"ResultStatus\":\"Success\"}",
		NULL,
		{ "action=login", "outcome=success", "src.ip=192.0.2.63", "src.port=4000",
			"user=lee@example.com" } },
	{ "{\"EventID\":4625,\"Computer\":\"dc1\",\"TimeCreated\":\"2025-08-07T01:02:03Z\","
	  "\"EventData\":{\"TargetUserName\":\"mia\",\"IpAddress\":\"192.0.2.64\",\"LogonType\":10}"
	  "}",
		NULL,
		{ "action=login", "outcome=failure", "user=mia", "src.ip=192.0.2.64",
			"method=remote-interactive", "event=4625" } },
	{ "{\"log\":\"192.0.2.65 - - [07/Aug/2025:01:02:03 +0000] \\\"GET /x HTTP/1.1\\\" 200 "
	  "1\\n\",\"stream\":\"stdout\",\"time\":\"2025-08-07T01:02:03.5Z\"}",
		NULL, { "src.ip=192.0.2.65", "path=/x" } },
	{ "{\"__REALTIME_TIMESTAMP\":\"1754528523000001\",\"_HOSTNAME\":\"h1\",\"SYSLOG_"
	  "IDENTIFIER\":\"sshd\",\"MESSAGE\":\"Accepted password for root from 192.0.2.67 port 1 "
	  "ssh2\"}",
		"2025-08-07T01:02:03.000001000Z",
		{ "host=h1", "action=login", "outcome=success", "src.ip=192.0.2.67" } },

	/* an object in a message, with one of its own kind inside and a message of its own */
	{ "<14>Aug  7 01:02:03 h1 app: @cee:{\"src_ip\":\"192.0.2.68\",\"stream\":\"x\"}", NULL,
		{ "host=h1", "src.ip=192.0.2.68" } },
	{ "{\"msg\":\"@cee:{\\\"src_ip\\\":\\\"192.0.2.69\\\"}\",\"program\":\"p\"}", NULL,
		{ "src.ip=192.0.2.69", "program=p" } },

	/* anything else */
	{ "2025-08-07 01:02:03,456 app: login failed for user 'nina' from 192.0.2.70",
		"2025-08-07T01:02:03.456000000Z",
		{ "user=nina", "src.ip=192.0.2.70", "action=login", "outcome=failure" } },
	{ "CEF:0|Acme|Box|1|100|Denied|5|src=192.0.2.71 spt=1 dst=198.51.100.11 dpt=22 act=blocked",
		NULL,
		{ "src.ip=192.0.2.71", "dst.ip=198.51.100.11", "dst.port=22", "action=deny" } },
};

enum { SAMPLES = sizeof(samples) / sizeof(samples[0]) };

static void every_shape_gives_its_fields(void **state)
{
	struct noro_log *log = test_log("lines", "x.log", NORO_V(""));

	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_record r;
		char text[NORO_TIME_TEXT];

		noro_record_parse(log, a, noro_view_str(samples[i].line), &r);
		if (!r.parsed)
			fail_msg("not understood: %s", samples[i].line);
		test_same_time(log, noro_view_str(samples[i].line), &r);
		test_fields(&r, samples[i].want);
		if (samples[i].time) {
			assert_true(r.time_ns != NORO_TIME_NONE);
			noro_time_print(r.time_ns, text);
			if (strcmp(text, samples[i].time) != 0)
				fail_msg("time %s, wanted %s: %s", text, samples[i].time,
					samples[i].line);
		}
		noro_arena_free(a);
	}
	noro_log_free(log);
}

/* Every reader gets every prefix of every sample: none may read past it, and no field may either.
 */
static void a_cut_line_gives_nothing_beyond_its_bytes(void **state)
{
	(void)state;
	for (size_t k = 0; noro_readers[k]; k++) {
		struct noro_log *log =
			test_log(noro_readers[k]->name, "conn.log", NORO_V("a,b,c\n"));

		for (size_t i = 0; i < SAMPLES; i++) {
			for (size_t n = 0; n <= strlen(samples[i].line); n++) {
				uint8_t *exact = test_exact_copy(samples[i].line, n);
				struct noro_arena *a = noro_arena_new(0);
				struct noro_record r;
				struct noro_sniff s;

				noro_record_parse(log, a, noro_view(exact, n), &r);
				test_inside(&r, exact, n);
				test_same_time(log, noro_view(exact, n), &r);
				if (k == 0 && n % 7 == 0)
					assert_non_null(
						noro_reader_sniff(noro_view(exact, n), "x", &s));
				noro_arena_free(a);
				free(exact);
			}
		}
		noro_log_free(log);
	}
}

static bool try_all(void *arg)
{
	struct noro_log_opts opts = { .ref_ns = TEST_REF, .path = "x.log" };
	struct noro_log *log;
	bool done = true;

	(void)arg;
	if (noro_log_new(noro_reader_by_name("lines"), &opts, NORO_V(""), &log, NULL) != NORO_OK)
		return false;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct noro_arena *a = noro_arena_new(0);
		struct noro_record r;

		if (!a) {
			done = false;
			break;
		}
		noro_record_parse(log, a, noro_view_str(samples[i].line), &r);
		done = done && r.parsed;
		noro_arena_free(a);
	}
	noro_log_free(log);
	return done;
}

static void a_lack_of_memory_costs_fields_and_nothing_else(void **state)
{
	(void)state;
	test_allocation_sweep(try_all, NULL, 100000);
}

static void field_names_go_both_ways(void **state)
{
	(void)state;
	for (int f = 0; f < NORO_FIELDS; f++)
		assert_int_equal(
			noro_field_by_name(noro_view_str(noro_field_name((enum noro_field)f))), f);
	assert_int_equal(noro_field_by_name(NORO_V("nothing")), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shape_gives_its_fields),
		cmocka_unit_test(a_cut_line_gives_nothing_beyond_its_bytes),
		cmocka_unit_test(a_lack_of_memory_costs_fields_and_nothing_else),
		cmocka_unit_test(field_names_go_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
