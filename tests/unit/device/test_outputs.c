/*
 * tests/unit/device/test_outputs.c - outputs as devices print them, written for these tests with
 * documentation addresses, and the row that matters in each.
 */
#include "tests/test.h"

#include "device/state.h"
#include "tests/unit/device/facts.h"

static const struct {
	enum noro_dialect d;
	const char *command, *body;
	const char *table;
	size_t rows;
	const char *first; /* "column=value;column=value" of the first row */
} outputs[] = {
	{ NORO_DIALECT_IOS_XR, "show users",
		"   Line            User                 Service  Conns   Idle        Location\n"
		"*  vty0            ops                  ssh          0  00:00:00    192.0.2.7\n",
		"session", 1, "line=vty0;user=ops;proto=ssh;src.ip=192.0.2.7" },
	{ NORO_DIALECT_NXOS, "show users",
		"NAME     LINE         TIME         IDLE          PID COMMENT\n"
		"ops      pts/0        Nov 22 08:12   .          1234 (192.0.2.7) session=ssh *\n"
		"ops      ttyS0        Nov 22 07:00 01:12        1100\n",
		"session", 2, "user=ops;line=pts/0;src.ip=192.0.2.7;proto=ssh" },
	{ NORO_DIALECT_JUNOS, "show system users",
		" 8:48AM  up 154 days, 19:16, 2 users, load averages: 0.04, 0.04, 0.01\n"
		"USER     TTY      FROM                              LOGIN@  IDLE WHAT\n"
		"ops      pts/0    192.0.2.7                         8:40AM      - -cli (cli)\n",
		"session", 1, "user=ops;line=pts/0;src.ip=192.0.2.7;what=-cli (cli)" },
	{ NORO_DIALECT_ASA, "show ssh sessions",
		"SID Client IP       Version Mode Encryption Hmac     State            Username\n"
		"0   192.0.2.7       2.0     IN   aes256-ctr sha1     SessionStarted   ops\n"
		"                            OUT  aes256-ctr sha1     SessionStarted   ops\n",
		"session", 1, "src.ip=192.0.2.7;user=ops;state=SessionStarted;proto=ssh" },
	{ NORO_DIALECT_IOS, "show ssh",
		"Connection Version Mode Encryption  Hmac         State                 Username\n"
		"0          2.0     IN   aes256-ctr  hmac-sha1    Session started       ops\n"
		"0          2.0     OUT  aes256-ctr  hmac-sha1    Session started       ops\n"
		"%No SSHv1 server connections running.\n",
		"session", 2, "user=ops;line=ssh 0;state=open;version=2.0" },
	{ NORO_DIALECT_VRP, "display users",
		"  User-Intf    Delay    Type   Network Address     AuthenStatus    AuthorcmdFlag\n"
		"+ 129 VTY 0   00:00:00  SSH    192.0.2.7           pass            no\n"
		"  Username : ops\n",
		"session", 1, "user=ops;line=VTY 0;proto=ssh;src.ip=192.0.2.7" },
	{ NORO_DIALECT_FORTIOS, "get system admin list",
		"username                   local          device                             "
		"remote                    started\n"
		"ops                        sshv2          port1:192.0.2.1:22                 "
		"192.0.2.7:54132           2026-11-22 08:12:13\n",
		"session", 1, "user=ops;proto=sshv2;src.ip=192.0.2.7" },
	{ NORO_DIALECT_PANOS, "show admins",
		"Admin            From             Client  Session-start           Idle-for\n"
		"--------------------------------------------------------------------------\n"
		"ops              192.0.2.7        CLI     11/22 08:12:13          00:00:05s\n",
		"session", 1, "user=ops;src.ip=192.0.2.7;proto=cli" },
	{ NORO_DIALECT_IOS_XE, "show archive log config all",
		" idx   sess           user@line      Logged command\n"
		"    1     1        ops@vty1     |interface Tunnel77 \n"
		"    2     1        unknown user@vty2     | no shutdown\n",
		"history", 2, "user=ops;line=vty1;command=interface Tunnel77" },
	{ NORO_DIALECT_IOS, "show bootvar",
		"BOOT variable = flash:a.bin,1;tftp://192.0.2.9/b.bin,255;\n"
		"CONFIG_FILE variable = \n",
		"boot", 2, "item=system;value=flash:a.bin;kind=local" },
	{ NORO_DIALECT_IOS_XE, "dir /recursive all-filesystems",
		"Directory of bootflash:/*\n\n"
		"   13  -rw-          1048576  Aug 28 2025 08:55:00 +09:00  x/a.pcap\n\n"
		"6286540800 bytes total (5102215168 bytes free)\n",
		"file", 1, "path=bootflash:/x/a.pcap;fs=bootflash:/" },
	{ NORO_DIALECT_IOS_XE, "show install active",
		"[ R0 ] Active Package(s) Information:\nState (St): I - Inactive\n"
		"------------------------------------------------\n"
		"Type  St   Filename/Version\n"
		"------------------------------------------------\n"
		"IMG   C    17.03.04a.0.5446\n",
		"package", 1, "version=17.03.04a.0.5446;state=C" },
	{ NORO_DIALECT_IOS, "show event manager policy registered",
		"No.  Class     Type    Event Type          Trap  Time Registered           Name\n"
		"1    applet    user    syslog              Off   Thu Aug 28 08:40:01 2025  HIDE\n"
		" pattern {LOGIN}\n action 1.0 cli command \"enable\"\n"
		"2    script    system  multi               Off   Thu Aug 28 08:40:01 2025  "
		"M.tcl\n",
		"automation", 1, "kind=eem;name=HIDE;trigger=syslog" },
	{ NORO_DIALECT_IOS, "show udp",
		"Proto        Remote      Port      Local       Port  In Out  Stat TTY OutputIF\n"
		"17 192.0.2.5           514 192.0.2.1      54812   0   0  400201   0 \n"
		"17       0.0.0.0             0 192.0.2.1        67   0   0 2002211   0 \n",
		"listen", 2, "local.port=54812;state=connected;remote.port=514" },
	{ NORO_DIALECT_IOS, "show snmp community",
		"Community name: ILMI\nCommunity Index: cisco0\n"
		"Community SecurityName: ILMI\nstorage-type: read-only\t active\n\n"
		"Community name: abcdefgh\nCommunity Index: cisco1\n"
		"Community SecurityName: abcdefgh\n"
		"storage-type: nonvolatile\t active access-list: 10\n",
		"snmp.community", 1, "filter=10;secret.length=8-11" },
	{ NORO_DIALECT_EOS, "show ip access-lists | json",
		"{\"aclList\":[{\"name\":\"MGMT\",\"sequence\":[{\"sequenceNumber\":20,\"text\":"
		"\"permit tcp host 192.0.2.77 any eq "
		"ssh\",\"counterData\":{\"packetCount\":33}}]}]}",
		"acl", 1, "name=MGMT;seq=20;action=permit;src=192.0.2.77;dst.port=22;hits=33" },
	{ NORO_DIALECT_EOS, "show tacacs | json",
		"{\"tacacsServers\":[{\"serverInfo\":{\"hostname\":\"192.0.2.49\",\"authport\":"
		"4949},"
		"\"connectionOpens\":2}]}",
		"aaa.server", 1, "proto=tacacs+;address=192.0.2.49;port=4949" },
	{ NORO_DIALECT_EOS, "show monitor session | json",
		"{\"sessions\":{\"SPY\":{\"targetInterfaces\":[{\"name\":\"Tunnel77\"}]}}}",
		"mirror", 1, "name=SPY;kind=span;destination=Tunnel77" },
	{ NORO_DIALECT_NXOS, "show ip access-lists | json",
		"{\"TABLE_ip_ipv6_mac\":{\"ROW_ip_ipv6_mac\":{\"acl_name\":\"MGMT\",\"TABLE_"
		"seqno\":"
		"{\"ROW_seqno\":{\"seqno\":\"20\",\"permitdeny\":\"permit\",\"ip\":\"ip\","
		"\"src_ip_prefix\":\"192.0.2.77/32\",\"dest_any\":\"any\",\"hitcount\":\"33\"}}}}}",
		"acl", 1, "name=MGMT;seq=20;action=permit;src=192.0.2.77/32;hits=33" },
	{ NORO_DIALECT_NXOS, "show monitor session all | json",
		"{\"TABLE_session\":{\"ROW_session\":{\"session_number\":\"2\",\"type\":"
		"\"erspan-source\",\"state\":\"up\",\"destination_ip\":\"192.0.2.92\"}}}",
		"mirror", 1, "name=2;kind=erspan;destination.ip=192.0.2.92" },
	{ NORO_DIALECT_NXOS, "show feature | json",
		"{\"TABLE_cfcFeatureCtrlTable\":{\"ROW_cfcFeatureCtrlTable\":[{"
		"\"cfcFeatureCtrlName2\":\"bash-shell\",\"cfcFeatureCtrlOpStatus2\":\"enabled\"}]}"
		"}",
		"service", 1, "name=bash;enabled=yes" },
	{ NORO_DIALECT_NXOS, "show users | xml",
		"<?xml version=\"1.0\"?>\n<nf:rpc-reply>\n <nf:data>\n  <show>\n   <users>\n"
		"    <__readonly__>\n     <TABLE_sessions>\n      <ROW_sessions>\n"
		"       <p_user>ops</p_user>\n       <p_line>pts/2</p_line>\n"
		"       <p_comment>(192.0.2.99) session=ssh</p_comment>\n      </ROW_sessions>\n"
		"     </TABLE_sessions>\n    </__readonly__>\n   </users>\n  </show>\n </nf:data>\n"
		"</nf:rpc-reply>\n]]>]]>\n",
		"session", 1, "user=ops;line=pts/2;src.ip=192.0.2.99" },
	{ NORO_DIALECT_JUNOS, "show security ike security-associations | display xml",
		"<rpc-reply>\n<ike-security-associations-information>\n"
		"<ike-security-associations>\n"
		"<ike-sa-remote-address>192.0.2.88</ike-sa-remote-address>\n"
		"<ike-sa-index>12</ike-sa-index>\n<ike-sa-state>UP</ike-sa-state>\n"
		"</ike-security-associations>\n</ike-security-associations-information>\n"
		"</rpc-reply>\n",
		"vpn.peer", 1, "kind=ipsec;address=192.0.2.88;state=up" },
	{ NORO_DIALECT_EOS, "show users detail",
		"    Session   Username   Roles          TTY   State  Duration  Auth     Remote "
		"Host\n"
		" ------------ ---------- -------------- ----- ------ --------- -------- "
		"-----------\n"
		"    2         ops        network-admin  vty3  E      0:12:01   tacacs+  "
		"192.0.2.7\n",
		"session", 1, "user=ops;src.ip=192.0.2.7;line=vty3" },
	{ NORO_DIALECT_EOS, "show event-handler",
		"Event-handler hide\nTrigger: onLogging delay 20 seconds\n"
		"Action: bash /mnt/flash/x.sh\nTotal Actions: 0\n",
		"automation", 1, "kind=event-handler;name=hide;action=bash /mnt/flash/x.sh" },
	{ NORO_DIALECT_EOS, "show daemon",
		"Agent: beacon (running with PID 9911)\nUptime: 0:12:01 (Start time: x)\n",
		"process", 1, "name=beacon;pid=9911" },
	{ NORO_DIALECT_EOS, "show vrf",
		"   VRF           Protocols       State         Interfaces\n"
		"------------- --------------- ---------------- -------------\n"
		"   XFER          IPv4            routing       Et1\n",
		"vrf", 1, "name=XFER" },
	{ NORO_DIALECT_EOS, "show ip interface brief",
		"Interface       IP Address            Status     Protocol         MTU    Owner  \n"
		"Loopback99      192.0.2.200/32        up         up             65535           "
		"\n",
		"interface", 1, "name=Loopback99;vrf=;up=yes" },
	{ NORO_DIALECT_ASA, "show logging",
		"Syslog logging: enabled\n    Console logging: disabled\n"
		"    Trap logging: level informational, facility 20, 1222 messages logged\n"
		"        Logging to inside 192.0.2.9 tx:1222\n",
		"receiver", 1, "kind=syslog;address=192.0.2.9" },
	{ NORO_DIALECT_IOS, "show logging",
		"Syslog logging: enabled (0 messages dropped)\n"
		"    Console logging: disabled\n    Buffer logging: disabled, xml disabled\n",
		"logging", 3, "item=on;enabled=yes" },
	{ NORO_DIALECT_JUNOS, "show interfaces terse",
		"Interface               Admin Link Proto    Local                 Remote\n"
		"lo0.0                   up    up   inet     10.255.0.6          --> 0/0\n"
		"                                            192.0.2.200         --> 0/0\n",
		"interface", 2, "name=lo0.0;prefix=10.255.0.6" },
	{ NORO_DIALECT_JUNOS, "show interfaces",
		"Physical interface: gr-0/0/10, Enabled, Physical link is Up\n\n"
		"  Logical interface gr-0/0/10.77 (Index 340) (SNMP ifIndex 560)\n"
		"    IP-Header 192.0.2.66:10.0.12.6:47:df:64:00000000:0\n",
		"tunnel", 1, "name=gr-0/0/10.77;mode=gre;destination=192.0.2.66" },
	{ NORO_DIALECT_NXOS, "show scheduler job",
		"====================\nJob Name: beacon\n--------------\n"
		"copy running-config tftp://192.0.2.5/x vrf management\n====================\n",
		"automation", 1, "kind=scheduler;name=beacon" },
	{ NORO_DIALECT_NXOS, "show feature",
		"Feature Name          Instance  State   \n"
		"--------------------  --------  --------\n"
		"bash-shell             1          enabled\n"
		"bgp                    1          enabled\n",
		"service", 1, "name=bash;enabled=yes" },
	{ NORO_DIALECT_NXOS, "show boot",
		"Boot Variables on next reload:\n\nsup-1\nNXOS variable = bootflash:/b.bin\n",
		"boot", 1, "item=system;order=next;value=bootflash:/b.bin;name=b.bin" },
	{ NORO_DIALECT_NXOS, "show sockets connection",
		"[host]:  tcp(4/6) LISTEN      0         *(2222)\n"
		"                 Wildcard     0         *(*)\n\n"
		"         tcp     ESTABLISHED  0         192.0.2.9(22)\n"
		"                 management   0         192.0.2.7(50112)\n",
		"listen", 2, "proto=tcp;local.port=2222;remote.port=;state=listen" },
	{ NORO_DIALECT_IOS, "show ip nat translations",
		"Pro  Inside global      Inside local       Outside local      Outside global\n"
		"tcp  192.0.2.1:2222     10.0.5.1:22        ---                ---\n",
		"nat", 1, "kind=static;inside=10.0.5.1;inside.port=22" },
	{ NORO_DIALECT_IOS_XE, "show access-lists",
		"Role-based IP access list Deny IP-00 (downloaded)\n    10 deny ip\n", "acl", 1,
		"name=Deny;seq=10;action=deny" },
	{ NORO_DIALECT_IOS, "show logging",
		"Syslog logging: enabled (0 messages dropped)\n"
		"        Logging to 192.0.2.9  (udp port 514, audit disabled,\n"
		"              link up),\n\nLog Buffer (4096 bytes):\n",
		"receiver", 1, "kind=syslog;address=192.0.2.9;port=514" },
	{ NORO_DIALECT_IOS_XE, "show monitor session all",
		"Session 1\n---------\nType                   : ERSPAN Source Session\n"
		"Status                 : Admin Enabled\nSource Ports           : \n"
		"    Both               : Gi0/0/1\nDestination IP Address : 198.51.100.9\n"
		"Destination ERSPAN ID  : 7\nOrigin IP Address      : 192.0.2.1\n",
		"mirror", 1,
		"name=1;kind=erspan;state=up;source=Gi0/0/1;destination.ip=198.51.100.9" },
	{ NORO_DIALECT_NXOS, "show monitor session all",
		"   session 2\n---------------\ntype              : local\nstate             : up\n"
		"source intf       : \n    rx            : Eth1/1        \n    tx            : "
		"Eth1/1        \n"
		"    both          : Eth1/1        \nsource VLANs      : \ndestination ports : "
		"Eth1/48\n",
		"mirror", 1, "name=2;kind=span;state=up;source=Eth1/1;destination=Eth1/48" },
	{ NORO_DIALECT_IOS_XE, "show monitor capture",
		"\nStatus Information for Capture mycap\n  Target Type: \n Interface: "
		"GigabitEthernet1, Direction: BOTH\n"
		"   Status : Active\n  Filter Details: \n   Capture all packets\n  Buffer Details: "
		"\n   Buffer Type: LINEAR (default)\n"
		"   Buffer Size (in MB): 10\n  File Details: \n   File not associated\n",
		"capture", 1, "name=mycap;interface=GigabitEthernet1;active=yes" },
	{ NORO_DIALECT_ASA, "show capture",
		"capture CAP type raw-data interface outside [Capturing - 1024 bytes]\n"
		"  match tcp any any eq tacacs\n",
		"capture", 1, "name=CAP;kind=raw-data;interface=outside;active=yes" },
	{ NORO_DIALECT_IOS_XE, "show app-hosting list",
		"App id                                   State\n"
		"---------------------------------------------------------\n"
		"guestshell                               RUNNING\n",
		"container", 1, "name=guestshell;state=running;kind=app" },
	{ NORO_DIALECT_NXOS, "show virtual-service list",
		"\nVirtual Service List:\n\nName                    Status             Package "
		"Name\n"
		"-----------------------------------------------------------------------\n"
		"guestshell+             Activated          guestshell.ova\n",
		"container", 1, "name=guestshell+;state=activated;image=guestshell.ova" },
	{ NORO_DIALECT_IOS, "show tacacs",
		"\nTacacs+ Server -  public  :\n               Server name: T1\n            Server "
		"address: 192.0.2.49\n"
		"               Server port: 49\n              Socket opens:          7\n          "
		"   Socket closes:          7\n",
		"aaa.server", 1, "name=T1;address=192.0.2.49;port=49;sockets=7;proto=tacacs+" },
	{ NORO_DIALECT_IOS, "show aaa servers",
		"RADIUS: id 1, priority 1, host 192.0.2.12, auth-port 1812, acct-port 1813, "
		"hostname R1\n"
		"     State: current UP, duration 100s, previous duration 0s\n     Dead: total "
		"time 0s, count 0\n",
		"aaa.server", 1, "address=192.0.2.12;port=1812;name=R1;state=up;proto=radius" },
	{ NORO_DIALECT_NXOS, "show tacacs-server",
		"timeout value:5\ndeadtime value:0\nsource interface:any available\ntotal number "
		"of servers:1\n\n"
		"following TACACS+ servers are configured:\n        192.0.2.49:\n                "
		"available on port:49\n"
		"                TACACS+ shared secret:********\n",
		"aaa.server", 1, "address=192.0.2.49;port=49" },
	{ NORO_DIALECT_IOS, "show snmp user",
		"\nUser name: ops\nEngine ID: 800000090300\nstorage-type: nonvolatile        "
		"active access-list: 10\n"
		"Authentication Protocol: SHA\nPrivacy Protocol: AES128\nGroup-name: G\n",
		"snmp.user", 1, "name=ops;auth=sha;priv=aes128;group=G;filter=10" },
	{ NORO_DIALECT_IOS, "show snmp host",
		"Notification host: 192.0.2.162   udp-port: 162   type: trap\nuser: x   security "
		"model: v2c\n",
		"receiver", 1, "address=192.0.2.162;port=162;version=v2c;kind=trap" },
	{ NORO_DIALECT_IOS, "show snmp group",
		"groupname: G                                security model:v3 priv \n"
		"contextname: <no context specified>           storage-type: nonvolatile\n"
		"readview : R                                  writeview: W                        "
		"       \n"
		"notifyview: <no notifyview specified>       \nrow status: active  access-list: "
		"10\n",
		"snmp.group", 1, "name=G;level=priv;read=R;write=W;filter=10" },
	{ NORO_DIALECT_IOS, "show archive log config all",
		" idx   sess           user@line      Logged command\n"
		"    1     1        ops@vty0     |  logging enable\n"
		"    2     2        ops@vty0     |username x privilege 15\n",
		"history", 2, "user=ops;line=vty0;command=logging enable" },
	{ NORO_DIALECT_NXOS, "show accounting log",
		"Sun Nov 22 08:12:13 2026:type=update:id=192.0.2.7@pts/0:user=ops:cmd=configure "
		"terminal (SUCCESS)\n",
		"history", 1,
		"user=ops;src.ip=192.0.2.7;line=pts/0;command=configure terminal (SUCCESS)" },
	{ NORO_DIALECT_IOS, "show logging",
		"Syslog logging: enabled (0 messages dropped, 3 messages rate-limited)\n\nNo "
		"Active Message Discriminator.\n\n"
		"    Console logging: disabled\n    Monitor logging: level debugging, 0 messages "
		"logged\n"
		"    Buffer logging:  level debugging, 90 messages logged\n    Trap logging: level "
		"informational, 94 message lines logged\n"
		"        Logging to 192.0.2.14  (udp port 514, audit disabled,\n\nLog Buffer (8192 "
		"bytes):\n\n"
		"*Nov 22 08:12:13.000: %SYS-5-CONFIG_I: Configured from console\n",
		"logging", 6, "item=on;enabled=yes" },
	{ NORO_DIALECT_IOS_XE, "show software authenticity running",
		"PACKAGE packages.conf\n---------------------\nImage type                    : "
		"Development\n"
		"    Signer Information\n        Common Name           : X\n"
		"    Certificate Serial Number : 5C1B\n    Hash Algorithm            : SHA512\n"
		"    Key Version               : A\n\n    Verifier Information\n        Verifier "
		"Name         : ROMMON 1\n",
		"image", 1, "path=packages.conf;type=development;serial=5C1B;key.type=A" },
	{ NORO_DIALECT_IOS_XE, "verify bootflash:x.bin",
		"Verifying file integrity of bootflash:x.bin\nEmbedded Hash   SHA-1 : "
		"AA01\nComputed Hash   SHA-1 : AA02\n"
		"%ERROR: Hashes do not match\n",
		"image", 1, "expected=AA01;sum=AA02;verified=no" },
	{ NORO_DIALECT_IOS_XE, "show platform integrity sign nonce 12",
		"Platform: C9300\nBoot 0 Version: R04\nBoot 0 Hash: 01AB\nBoot Loader Version: X "
		"1\nBoot Loader Hash: 02CD\n"
		"OS Version: 17.3\nOS Hashes:\na.pkg: 03EF\nPCR0: 04\nPCR8: 05\nSignature version: "
		"1\nSignature:\n06\n",
		"integrity", 10, "item=attestation;value=C9300" },
	{ NORO_DIALECT_IOS_XE, "show platform software process memory rp active name iosd smaps",
		"55d0-55e0 r-xp 00000000 08:02 1234       /usr/bin/iosd\nSize:                 64 "
		"kB\nPrivate_Dirty:         4 kB\n"
		"7f00-7f10 rwxp 00000000 00:00 0 \nSize:                 64 kB\nPrivate_Dirty:     "
		"   64 kB\n",
		"memory.map", 2, "start=55d0;perms=r-xp;path=/usr/bin/iosd;dirty=4;size=64" },
	{ NORO_DIALECT_JUNOS, "show security ike security-associations",
		"Index   State  Initiator cookie  Responder cookie  Mode           Remote Address  "
		" \n"
		"1234567 UP     0123456789abcdef  fedcba9876543210  Main           203.0.113.9     "
		"\n",
		"vpn.peer", 1, "address=203.0.113.9;state=up;mode=Main" },
	{ NORO_DIALECT_IOS, "show crypto session detail",
		"Crypto session current status\n\nInterface: Tunnel5\nProfile: P\nUptime: "
		"00:01:02\nSession status: UP-ACTIVE     \n"
		"Peer: 203.0.113.9 port 500 fvrf: (none) ivrf: (none)\n      Phase1_id: "
		"203.0.113.9\n      Desc: (none)\n"
		"  IKEv2 SA: local 192.0.2.1/500 remote 203.0.113.9/500 Active \n",
		"vpn.peer", 1, "interface=Tunnel5;address=203.0.113.9;state=up-active;profile=P" },
	{ NORO_DIALECT_IOS, "show crypto isakmp sa",
		"IPv4 Crypto ISAKMP SA\ndst             src             state          conn-id "
		"status\n"
		"203.0.113.9     192.0.2.1       QM_IDLE           1001 ACTIVE\n\nIPv6 Crypto "
		"ISAKMP SA\n\n",
		"vpn.peer", 1, "address=203.0.113.9;mode=QM_IDLE;state=active" },
	{ NORO_DIALECT_IOS, "show udp",
		"Proto        Remote      Port      Local       Port  In Out  Stat TTY OutputIF\n"
		"17       --listen--          192.0.2.1         161   0   0 1001011   0 \n"
		"17(v6)   --listen--          --any--           161   0   0 1020011   0 \n",
		"listen", 2, "proto=udp;local.ip=192.0.2.1;local.port=161;state=listen" },
	{ NORO_DIALECT_NXOS, "show sockets connection",
		"Total number of netstack tcp sockets: 1\nActive connections (including servers)\n"
		"        Protocol State/       Recv-Q/   Local Address(port)/\n        Context     "
		"          Send-Q    Remote Address(port)\n"
		"[host]: tcp(4/6) LISTEN       0         *(22)\n        Wildcard              0    "
		"     *(*)\n",
		"listen", 1, "proto=tcp;local.ip=*;local.port=22;state=listen;vrf=Wildcard" },
	{ NORO_DIALECT_IOS, "show ip interface brief",
		"Interface              IP-Address      OK? Method Status                Protocol\n"
		"GigabitEthernet0/0     192.0.2.1       YES NVRAM  up                    up      \n"
		"GigabitEthernet0/1     unassigned      YES NVRAM  administratively down down    "
		"\n",
		"interface", 2, "name=GigabitEthernet0/0;address=192.0.2.1;up=yes;protocol=up" },
	{ NORO_DIALECT_IOS_XR, "show install active summary",
		"Label : 7.3.2\n\n    Active Packages: 2\n        xrv9k-xr-7.3.2 version=7.3.2 "
		"[Boot image]\n        xrv9k-mgbl-1.0.0.0-r732\n",
		"package", 2, "name=xrv9k-xr-7.3.2;version=7.3.2" },
	{ NORO_DIALECT_FORTIOS, "get system status",
		"Version: FortiGate-60F v7.4.7,build2731,250120 (GA.M)\nSecurity Level: "
		"Low\nFirmware Signature: un-certified\n"
		"Serial-Number: FGT60F0000000000\nBIOS version: 05000100\nHostname: fw1\n",
		"device", 1,
		"name=fw1;model=FortiGate-60F;security.level=Low;certified=un-certified;image=7.4."
		"7" },
	{ NORO_DIALECT_PANOS, "show system info",
		"hostname: pa1\nip-address: 192.0.2.1\nmodel: PA-220\nserial: 0123\nsw-version: "
		"10.2.9-h1\n",
		"image", 1, "version=10.2.9-h1" },
	{ NORO_DIALECT_VRP, "display acl all",
		" Total nonempty ACL number is 1 \n\nAdvanced ACL 3998, 2 rules\nAcl's step is 5\n"
		" rule 5 permit tcp source 192.0.2.0 0.0.0.255 destination-port eq 22 (4 times "
		"matched)\n rule 10 deny ip \n",
		"acl", 2, "name=3998;seq=5;action=permit;hits=4" },
	{ NORO_DIALECT_EOS, "show vxlan vtep",
		"Remote VTEPS for Vxlan1:\n\nVTEP             Tunnel Type(s)\n---------------- "
		"--------------\n198.51.100.2     flood, unicast\n\nTotal number of remote VTEPS:  "
		"1\n",
		"l2.extension", 1, "peer=198.51.100.2;interface=Vxlan1;kind=vxlan" },
	{ NORO_DIALECT_ROUTEROS, "/system resource print",
		"                   uptime: 2d3h4m5s\n                  version: 6.48.6 "
		"(long-term)\n               board-name: RB750\n",
		"image", 1, "version=6.48.6;type=long-term" },
	/* knowledge/device/show/linux.yaml */
	{ NORO_DIALECT_NXOS, "run bash cat /etc/passwd",
		"root:*:0:0:root:/root:/bin/bash\nops:x:0:503:,,,:/home/ops:/bin/bash\n"
		"daemon:*:1:1::/usr/sbin:/bin/sh\n",
		"os.user", 3, "name=root;uid=0;gid=0;home=/root;shell=/bin/bash" },
	{ NORO_DIALECT_EOS, "bash sudo cat /etc/sudoers",
		"# This file\nDefaults env_reset\nroot ALL=(ALL) ALL\n%wheel ALL=(ALL) ALL\n"
		"ops ALL=(ALL) NOPASSWD: ALL\n",
		"os.user", 1, "name=ops;sudo=NOPASSWD: ALL" },
	{ NORO_DIALECT_IOS_XR, "run ps -ef",
		"UID        PID  PPID  C STIME TTY          TIME CMD\n"
		"root      2101     1  0 08:12 ?        00:00:03 /opt/cisco/bin/sysmgr -p\n",
		"process", 1, "name=/opt/cisco/bin/sysmgr;pid=2101;user=root" },
	{ NORO_DIALECT_NXOS, "run bash dnf history userinstalled",
		"Packages userinstalled\nnc-1.10-1.x86_64\n", "package", 1,
		"name=nc-1.10-1.x86_64;user=yes" },
	{ NORO_DIALECT_ASA, "show memory region",
		"ASLR enabled, text region 55d6e8c00000-55d6eda4c144\n"
		"Address                            Perm  Offset   Dev   Inode      Pathname\n"
		"55d6e8c00000-55d6eda4d000 r-xp 00000000 00:02 991        /asa/bin/lina\n",
		"memory.map", 1, "process=lina;start=55d6e8c00000;perms=r-xp;path=/asa/bin/lina" },
	{ NORO_DIALECT_ASA, "show asp table socket",
		"Protocol  Socket    State      Local Address         Foreign Address\n"
		"TCP       0000b1c8  LISTEN     192.0.2.1:22          0.0.0.0:*\n",
		"listen", 1, "proto=tcp;state=listen;local.ip=192.0.2.1;local.port=22" },
	{ NORO_DIALECT_IOS, "show vstack config",
		" Role: Client (SmartInstall enabled)\n Vstack Director IP address: 0.0.0.0\n"
		"\n *** Following configurations will be effective only on director ***\n"
		" Vstack default management vlan: 1\n",
		"service", 1, "name=smart-install;enabled=yes" },
	{ NORO_DIALECT_ROUTEROS, "/file print",
		" # NAME                TYPE            SIZE CREATION-TIME\n"
		" 0 flash/x.rsc         script          1204 jan/12/2025 10:02:01\n",
		"file", 1, "name=flash/x.rsc;path=flash/x.rsc;size=1204" },
	{ NORO_DIALECT_JUNOS, "show log messages",
		"Jan 12 09:59:01  j1 mgd[2110]: UI_COMMIT: User 'noc' requested 'commit' "
		"operation\n"
		"Jan 12 10:02:01  j1 /kernel: veriexec: fingerprint for dev 0/74, file 1412 "
		"(/var/tmp/x) does not match loaded value\n",
		"integrity", 1, "item=veriexec;name=log;state=fail" },
	{ NORO_DIALECT_VYOS, "ls -l /config/scripts",
		"total 8\n-rwxr-xr-x 1 root vyattacfg 230 Jan 12 10:02 x.sh\n", "file", 1,
		"name=x.sh;mode=-rwxr-xr-x;size=230" },
	{ NORO_DIALECT_VYOS, "who", "ops      pts/0        2025-01-12 10:02 (192.0.2.7)\n",
		"session", 1, "user=ops;line=pts/0;src.ip=192.0.2.7" },
	{ NORO_DIALECT_VYOS, "show version",
		"Version:          VyOS 1.4.3\nRelease train:    sagitta\n"
		"Built by:         maintainers@vyos.net\n",
		"image", 1, "version=1.4.3;running=yes" },
	/* hashes that a device prints */
	{ NORO_DIALECT_IOS, "verify /md5 system:memory/text",
		".....Done!\nverify /md5 (system:memory/text) = 62bc4df38dbbcbd806eb62a0cd6d7da3\n",
		"integrity", 1,
		"item=region;name=system:memory/text;value=62bc4df38dbbcbd806eb62a0cd6d7da3" },
	{ NORO_DIALECT_IOS_XR, "run sha256sum /harddisk:/a.iso",
		"6336ca871a8253e0fb8d5155d691170b8e98ab42e3345ad68bb802d3de23e4c5  "
		"/harddisk:/a.iso\n",
		"image", 1, "path=/harddisk:/a.iso;sum.kind=sha256" },
	{ NORO_DIALECT_NXOS, "show file bootflash:a.bin sha512sum",
		"6336ca871a8253e0fb8d5155d691170b8e98ab42e3345ad68bb802d3de23e4c5\n", "image", 1,
		"sum=6336ca871a8253e0fb8d5155d691170b8e98ab42e3345ad68bb802d3de23e4c5" },
	{ NORO_DIALECT_IOS_XE, "show history all",
		"CMD: 'guestshell destroy' 10:02:01 UTC Sun Jan 12 2025\n", "history", 1,
		"command=guestshell destroy" },
};

static struct noro_view column(
	const struct noro_facts_def *def, const struct noro_fact *f, struct noro_view name)
{
	int c = noro_table_column(noro_facts_table(def, f->table), name);

	assert_true(c >= NORO_COMMONS);
	return f->col[c - NORO_COMMONS].p ? f->col[c - NORO_COMMONS] : NORO_V("");
}

static bool row_is(const struct noro_facts_def *def, const struct noro_fact *f, const char *want,
	const char *what)
{
	struct noro_view rest = noro_view_str(want), pair;

	while (noro_view_cut(&rest, ';', &pair)) {
		size_t eq = noro_view_chr(pair, '=');
		struct noro_view value = noro_view_sub(pair, eq + 1, pair.n);
		struct noro_view got = column(def, f, noro_view_sub(pair, 0, eq));

		if (!noro_view_eq(value, got)) {
			print_message(
				"# %s: %.*s, got '%.*s'\n", what, NORO_VARG(pair), NORO_VARG(got));
			return false;
		}
	}
	return true;
}

static void every_output_gives_its_row(void **state)
{
	static const struct noro_fact_file file = { .path = "x" };
	struct noro_arena *a = noro_arena_new(0);
	struct noro_facts_def *def = facts_def(a);
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++) {
		struct noro_output o = { .command = noro_view_str(outputs[i].command),
			.body = noro_view_str(outputs[i].body),
			.dialect = outputs[i].d,
			.line = 1 };
		int t = noro_facts_table_by_name(def, noro_view_str(outputs[i].table));
		struct noro_facts_maker *m;
		struct noro_state_read r;
		struct noro_facts f;
		char what[128];

		(void)snprintf(what, sizeof(what), "%s, %s", noro_dialect_name(outputs[i].d),
			outputs[i].command);
		assert_int_equal(noro_facts_maker_new(def, a, facts_key, &m), NORO_OK);
		assert_int_equal(noro_state_read(def, &o, &file, m, &r, NULL), NORO_OK);
		assert_int_equal(noro_facts_take(m, &f), NORO_OK);
		assert_true(t >= 0);
		if (f.at[t + 1] - f.at[t] != outputs[i].rows) {
			print_message("# %s: %u rows of %s, not %zu\n", what, f.at[t + 1] - f.at[t],
				outputs[i].table, outputs[i].rows);
			wrong++;
		} else if (!row_is(def, &f.row[f.at[t]], outputs[i].first, what)) {
			wrong++;
		}
		if (r.unknown) {
			print_message("# %s: line %u is unknown\n", what, r.first_unknown);
			wrong++;
		}
	}
	noro_arena_free(a);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_output_gives_its_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
