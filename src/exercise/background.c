/* src/exercise/background.c - what a small carrier logs on a day when nothing happens. */
#include "exercise/exercise_priv.h"

#define RTR                   "$B $R.net.example.org $n: $M: "
#define COMBINED(req, status) "$o - - [$H] \"" req "\" " status " $z \"-\" \"$b\""
#define NGINX(req, status)    "$g - - [$H] \"" req "\" " status " $z \"-\" \"$b\""
#define CONN(src, dst, port, proto, service, state)                                                \
	"$E\t$u\t" src "\t$p\t" dst "\t" port "\t" proto "\t" service "\t$y\t$z\t$z\t" state       \
	"\tF\tF\t0\tShADadFf\t$r\t$z\t$r\t$z\t-"
#define FORTI(rest)                                                                                \
	"$Y devname=\"fw2-osa\" devid=\"FGT-EXAMPLE-02\" logid=\"0000000013\" type=\"traffic\" "   \
	"subtype=\"forward\" level=\"notice\" vd=\"root\" " rest
#define EVE(type, src, dst, port, rest)                                                            \
	"{\"timestamp\":\"$S\",\"flow_id\":$f,\"in_iface\":\"mon0\",\"event_type\":\"" type        \
	"\",\"src_ip\":\"" src "\",\"src_port\":$p,\"dest_ip\":\"" dst "\",\"dest_port\":" port    \
	",\"proto\":\"TCP\"," rest "}"

static const struct line ios[] = {
	{ 20, RTR "%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/0/$8, changed "
		  "state to up" },
	{ 20, RTR "%LINK-3-UPDOWN: Interface GigabitEthernet0/0/$8, changed state to down" },
	{ 18, RTR "%SEC-6-IPACCESSLOGP: list MGMT-IN denied tcp $o($p) -> 203.0.113.1(22), 1 "
		  "packet" },
	{ 10, RTR "%SEC-6-IPACCESSLOGP: list MGMT-IN denied tcp $o($p) -> 203.0.113.2(23), 3 "
		  "packets" },
	{ 8, RTR "%BGP-5-ADJCHANGE: neighbor 198.18.0.$t Up" },
	{ 8, RTR "%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: $m] [Source: $g] [localport: "
		 "22] at "
		 "$M UTC" },
	{ 6, RTR "%SYS-6-LOGOUT: User $m has exited tty session 2($g)" },
	{ 5, RTR "%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: $m] [Source: $g] [localport: 22] "
		 "[Reason: Login Authentication Failed] at $M UTC" },
	{ 3, RTR "%SYS-5-CONFIG_I: Configured from console by $m on vty0 ($g)" },
	{ 3, RTR "%PARSER-5-CFGLOG_LOGGEDCMD: User:$m  logged command:interface "
		 "GigabitEthernet0/0/$8" },
	{ 3, RTR "%PARSER-5-CFGLOG_LOGGEDCMD: User:$m  logged command:description cust-$r" },
	{ 6, RTR "%OSPF-5-ADJCHG: Process 1, Nbr 10.10.255.$t on TenGigabitEthernet0/1/0 from "
		 "LOADING to FULL, Loading Done" },
	{ 0, NULL },
};

static const struct line xr[] = {
	{ 20, "$B core1-tyo $n: RP/0/RSP0/CPU0:$M UTC: ifmgr[$r]: %PKT_INFRA-LINK-3-UPDOWN : "
	      "Interface TenGigE0/0/0/$8, changed state to Up" },
	{ 12, "$B core1-tyo $n: RP/0/RSP0/CPU0:$M UTC: bgp[1058]: %ROUTING-BGP-5-ADJCHANGE : "
	      "neighbor 10.10.255.$t Up (VRF: default) (AS: 64500)" },
	{ 6, "$B core2-osa $n: RP/0/RSP0/CPU0:$M UTC: config[$r]: %MGBL-CONFIG-6-DB_COMMIT : "
	     "Configuration committed by user '$m'. Use 'show configuration commit changes "
	     "10000$r' "
	     "to view the changes." },
	{ 6, "$B core2-osa $n: RP/0/RSP0/CPU0:$M UTC: SSHD_[$r]: %SECURITY-SSHD-6-INFO_SUCCESS : "
	     "Successfully authenticated user '$m' from '$g' on 'vty0'(cipher 'aes256-ctr', mac "
	     "'hmac-sha2-256')" },
	{ 10, "$B core1-tyo $n: LC/0/0/CPU0:$M UTC: fib_mgr[$r]: %ROUTING-FIB-4-RETRYDB_NONEMPTY : "
	      "RetryDB NOT empty after $r seconds" },
	{ 0, NULL },
};

static const struct line junos[] = {
	{ 20, "$B agg1-ngo mgd[$r]: UI_CMDLINE_READ_LINE: User '$m', command 'show bgp summary '" },
	{ 14, "$B agg1-ngo mgd[$r]: UI_CMDLINE_READ_LINE: User '$m', command 'show interfaces "
	      "descriptions '" },
	{ 20, "$B agg2-fuk rpd[$r]: bgp_recv: read from peer 10.10.255.$t (Internal AS 64500) "
	      "failed: "
	      "Connection reset by peer" },
	{ 20, "$B agg2-fuk mib2d[$r]: SNMP_TRAP_LINK_UP: ifIndex $r, ifAdminStatus up(1), "
	      "ifOperStatus "
	      "up(1), ifName xe-0/0/$8" },
	{ 8, "$B agg1-ngo sshd[$r]: Accepted publickey for $m from $g port $p ssh2" },
	{ 10, "$B agg1-ngo sshd[$r]: Failed password for root from $o port $p ssh2" },
	{ 3, "$B agg1-ngo mgd[$r]: UI_COMMIT: User '$m' requested 'commit' operation (comment: "
	     "none)" },
	{ 0, NULL },
};

static const struct line asa[] = {
	{ 30, "$B fw1-tyo : %ASA-6-302013: Built outbound TCP connection $n for outside:$o/443 "
	      "($O/443) to inside:$j/$p (203.0.113.9/$p)" },
	{ 30, "$B fw1-tyo : %ASA-6-302014: Teardown TCP connection $n for outside:$o/443 to "
	      "inside:$j/$p duration 0:0$8:1$8 bytes $z TCP FINs" },
	{ 18, "$B fw1-tyo : %ASA-4-106023: Deny tcp src outside:$o/$p dst dmz:203.0.113.20/23 by "
	      "access-group \"outside_in\" [0x0, 0x0]" },
	{ 12, "$B fw1-tyo : %ASA-4-106023: Deny tcp src outside:$o/$p dst dmz:203.0.113.30/3389 by "
	      "access-group \"outside_in\" [0x0, 0x0]" },
	{ 14, "$B fw1-tyo : %ASA-6-302015: Built outbound UDP connection $n for outside:$o/53 "
	      "($O/53) "
	      "to inside:10.30.0.53/$p (203.0.113.53/$p)" },
	{ 10, "$B fw1-tyo : %ASA-6-302013: Built inbound TCP connection $n for outside:$o/$p "
	      "($O/$P) to "
	      "dmz:10.30.0.20/443 (203.0.113.20/443)" },
	{ 2, "$B fw1-tyo : %ASA-6-605005: Login permitted from $g/$p to mgmt:10.10.0.11/ssh for "
	     "user "
	     "\"$m\"" },
	{ 1, "$B fw1-tyo : %ASA-5-111008: User '$m' executed the 'show conn count' command." },
	{ 0, NULL },
};

static const struct line forti[] = {
	{ 40, FORTI("srcip=$j srcport=$p srcintf=\"office\" dstip=$o dstport=443 dstintf=\"wan1\" "
		    "proto=6 action=\"close\" policyid=12 service=\"HTTPS\" duration=$r "
		    "sentbyte=$z "
		    "rcvdbyte=$z") },
	{ 20, FORTI("srcip=$c srcport=$p srcintf=\"cgn\" dstip=$o dstport=443 dstintf=\"wan1\" "
		    "proto=17 action=\"accept\" policyid=30 service=\"QUIC\" duration=$r "
		    "sentbyte=$z "
		    "rcvdbyte=$z") },
	{ 20, FORTI("srcip=$o srcport=$p srcintf=\"wan1\" dstip=203.0.113.40 dstport=8080 "
		    "dstintf=\"dmz\" proto=6 action=\"deny\" policyid=0 service=\"tcp/8080\" "
		    "duration=0 "
		    "sentbyte=0 rcvdbyte=0") },
	{ 10, FORTI("srcip=$j srcport=$p srcintf=\"office\" dstip=10.30.0.53 dstport=53 "
		    "dstintf=\"servers\" proto=17 action=\"accept\" policyid=5 service=\"DNS\" "
		    "duration=$r sentbyte=$r rcvdbyte=$r") },
	{ 0, NULL },
};

static const struct line portal[] = {
	{ 60, COMBINED("GET $q HTTP/1.1", "200") },
	{ 12, COMBINED("GET $q HTTP/2.0", "304") },
	{ 8, COMBINED("POST /portal/login HTTP/1.1", "302") },
	{ 5, COMBINED("POST /portal/login HTTP/1.1", "401") },
	{ 6, COMBINED("GET /wp-login.php HTTP/1.1", "404") },
	{ 4, COMBINED("GET /.env HTTP/1.1", "404") },
	{ 3, COMBINED("GET /phpmyadmin/index.php HTTP/1.1", "404") },
	{ 2, COMBINED("GET /download/release-1.$r.$r.txt HTTP/1.1", "200") },
	{ 0, NULL },
};

static const struct line mgmt[] = {
	{ 50, NGINX("GET /nms/dashboard HTTP/1.1", "200") },
	{ 30, NGINX("GET /nms/api/devices?page=$r HTTP/1.1", "200") },
	{ 10, NGINX("POST /nms/api/ack/$r HTTP/1.1", "204") },
	{ 4, NGINX("GET /nms/login HTTP/1.1", "401") },
	{ 3, "$o - - [$H] \"GET / HTTP/1.1\" 403 153 \"-\" \"$b\"" },
	{ 0, NULL },
};

#define REFUSED(src, dst, port, state)                                                             \
	"$E\t$u\t" src "\t$p\t" dst "\t" port "\ttcp\t-\t-\t-\t-\t" state                          \
	"\tF\tF\t0\tS\t1\t44\t0\t0\t-"

static const char conn_head[] =
	"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
	"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\t"
	"orig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\t"
	"orig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\n"
	"#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring"
	"\t"
	"bool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]\n";

static const struct line conn[] = {
	{ 40, CONN("$c", "$o", "443", "tcp", "ssl", "SF") },
	{ 20, CONN("$c", "$o", "443", "udp", "-", "SF") },
	{ 12, CONN("$j", "10.30.0.53", "53", "udp", "dns", "SF") },
	{ 10, CONN("$o", "203.0.113.20", "443", "tcp", "ssl", "SF") },
	{ 8, REFUSED("$o", "203.0.113.1", "22", "S0") },
	{ 6, REFUSED("$o", "203.0.113.2", "23", "REJ") },
	{ 5, CONN("$g", "10.10.1.1", "22", "tcp", "ssh", "SF") },
	{ 4, CONN("10.10.1.1", "10.10.0.49", "49", "tcp", "-", "SF") },
	{ 4, CONN("10.10.0.60", "10.10.1.1", "161", "udp", "snmp", "SF") },
	{ 2, CONN("10.10.1.1", "10.10.0.69", "69", "udp", "-", "SF") },
	{ 4, CONN("2001:db8:c0de:20::$r", "2001:db8:c0de:30::53", "53", "udp", "dns", "SF") },
	{ 0, NULL },
};

static const char dns_head[] =
	"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n"
	"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ttrans_"
	"id\trtt\tquery\t"
	"qclass\tqclass_name\tqtype\tqtype_name\trcode\trcode_"
	"name\tAA\tTC\tRD\tRA\tZ\tanswers\tTTLs\t"
	"rejected\n"
	"#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tcount\tinterval\tstring\tcount\tstring"
	"\t"
	"count\tstring\tcount\tstring\tbool\tbool\tbool\tbool\tcount\tvector[string]\t"
	"vector[interval]\tbool\n";

static const struct line dns[] = {
	{ 60, "$E\t$u\t$j\t$p\t10.30.0.53\t53\tudp\t$r\t0.0$r\t$w\t1\tC_"
	      "INTERNET\t1\tA\t0\tNOERROR\tF\tF\tT\t"
	      "T\t0\t$o\t300.000000\tF" },
	{ 25, "$E\t$u\t$c\t$p\t10.30.0.53\t53\tudp\t$r\t0.0$r\t$w\t1\tC_"
	      "INTERNET\t28\tAAAA\t0\tNOERROR\tF\tF\t"
	      "T\tT\t0\t2001:db8:c0de::$r\t300.000000\tF" },
	{ 8, "$E\t$u\t$j\t$p\t10.30.0.53\t53\tudp\t$r\t0.0$r\t$t.$8.20.10.in-addr.arpa\t1\tC_"
	     "INTERNET\t12\tPTR\t"
	     "3\tNXDOMAIN\tF\tF\tT\tF\t0\t-\t-\tF" },
	{ 0, NULL },
};

static const struct line eve[] = {
	{ 40, EVE("tls", "$j", "$o", "443",
		      "\"tls\":{\"subject\":\"CN=$w\",\"issuerdn\":\"CN=Example "
		      "CA\",\"sni\":\"$w\","
		      "\"version\":\"TLS 1.3\"}") },
	{ 25, EVE("http", "$c", "$o", "80",
		      "\"http\":{\"hostname\":\"$w\",\"url\":\"$q\",\"http_user_agent\":\"$b\","
		      "\"http_method\":\"GET\",\"status\":200,\"length\":$z}") },
	{ 10, EVE("fileinfo", "$o", "$j", "80",
		      "\"fileinfo\":{\"filename\":\"$q\",\"state\":\"CLOSED\",\"stored\":false,"
		      "\"sha256\":"
		      "\"$h$h$h$h$h$h$h$h\",\"size\":$z,\"tx_id\":0}") },
	{ 6, EVE("alert", "$o", "203.0.113.20", "443",
		     "\"alert\":{\"action\":\"allowed\",\"gid\":1,\"signature_id\":2100$r,\"rev\":"
		     "1,"
		     "\"signature\":\"EXAMPLE SCAN web probe\",\"category\":\"Attempted "
		     "Information "
		     "Leak\",\"severity\":3}") },
	{ 20, EVE("flow", "$c", "$o", "443",
		      "\"flow\":{\"pkts_toserver\":$r,\"pkts_toclient\":$r,\"bytes_toserver\":$z,"
		      "\"bytes_toclient\":$z,\"state\":\"closed\",\"reason\":\"timeout\"}") },
	{ 0, NULL },
};

static const struct line auth[] = {
	{ 30, "$I jump1 sshd[$r]: Failed password for invalid user admin from $o port $p ssh2" },
	{ 20, "$I jump1 sshd[$r]: Failed password for root from $o port $p ssh2" },
	{ 10, "$I jump1 sshd[$r]: Accepted publickey for $m from $g port $p ssh2: ED25519 "
	      "SHA256:$h$h$h$h$h" },
	{ 10, "$I jump1 sshd[$r]: pam_unix(sshd:session): session opened for user $m(uid=1002) by "
	      "(uid=0)" },
	{ 10, "$I jump1 sshd[$r]: pam_unix(sshd:session): session closed for user $m" },
	{ 6, "$I jump1 CRON[$r]: pam_unix(cron:session): session opened for user rancid(uid=990) "
	     "by "
	     "(uid=0)" },
	{ 5, "$I jump1 sshd[$r]: Accepted publickey for rancid from 10.10.0.60 port $p ssh2: "
	     "ED25519 "
	     "SHA256:$h$h$h$h$h" },
	{ 3, "$I jump1 sudo: $m : TTY=pts/1 ; PWD=/home/noc ; USER=root ; COMMAND=/usr/bin/tail "
	     "/var/log/syslog" },
	{ 2, "$I jump1 sshd[$r]: Failed password for $m from $g port $p ssh2" },
	{ 0, NULL },
};

#define ACCT(user, from, cmd)                                                                      \
	"$B 10.10.1.1\t" user "\ttty2\t" from "\tstop\ttask_id=$n\ttimezone=UTC\tservice=shell\t"  \
	"priv-lvl=15\tcmd=" cmd " <cr>"
static const struct line aaa[] = {
	{ 20, ACCT("$m", "$g", "show ip interface brief") },
	{ 15, ACCT("$m", "$g", "show running-config") },
	{ 15, ACCT("$m", "$g", "show bgp summary") },
	{ 10, ACCT("rancid", "10.10.0.60", "show running-config") },
	{ 10, ACCT("rancid", "10.10.0.60", "show version") },
	{ 5, ACCT("$m", "$g", "configure terminal") },
	{ 5, ACCT("$m", "$g", "interface GigabitEthernet0/0/$8") },
	{ 4, ACCT("$m", "$g", "description cust-$r") },
	{ 3, ACCT("$m", "$g", "write memory") },
	{ 0, NULL },
};

#define VPN(src, user, rest) "$B gw1 PulseSecure: 2 - - $Z - ive - [" src "] " user " - " rest
static const struct line vpn[] = {
	{ 30, VPN("$G", "$m(Staff)[Remote-Staff]", "Login succeeded for $m/Staff from $G.") },
	{ 20, VPN("$G", "$m(Staff)[Remote-Staff]",
		      "VPN Tunneling: Session started for user with IPv4 address 10.99.0.$t, "
		      "hostname NB-$m") },
	{ 20, VPN("$G", "$m(Staff)[Remote-Staff]",
		      "VPN Tunneling: Session ended for user with IPv4 address 10.99.0.$t") },
	{ 12, VPN("$G", "$m(Staff)[]",
		      "Login failed using auth server AD1 (Active Directory).  Reason: Failed") },
	{ 8, VPN("$o", "guest(Staff)[]",
		     "Login failed using auth server AD1 (Active Directory).  Reason: Failed") },
	{ 0, NULL },
};

const struct source noro_exercise_sources[EV_FILES] = {
	[EV_IOS] = { "syslog/edge-routers.log", NULL, 50, false, ios },
	[EV_XR] = { "syslog/core-xr.log", NULL, 25, false, xr },
	[EV_JUNOS] = { "syslog/junos.log", NULL, 25, false, junos },
	[EV_ASA] = { "firewall/asa.log", NULL, 180, false, asa },
	[EV_FORTI] = { "firewall/fortigate.log", NULL, 120, false, forti },
	[EV_PORTAL] = { "web/portal-access.log", NULL, 140, false, portal },
	[EV_MGMT] = { "web/mgmt-access.log", NULL, 20, false, mgmt },
	[EV_CONN] = { "zeek/conn.log", conn_head, 210, false, conn },
	[EV_DNS] = { "zeek/dns.log.gz", dns_head, 130, true, dns },
	[EV_EVE] = { "suricata/eve.json", NULL, 70, false, eve },
	[EV_AUTH] = { "servers/jump1-auth.log", NULL, 15, false, auth },
	[EV_AAA] = { "aaa/tacacs-accounting.log", NULL, 10, false, aaa },
	[EV_VPN] = { "remote-access/gw1.log", NULL, 5, false, vpn },
};
