/* tests/unit/device/tree_samples.h - a small configuration of our own in every dialect and form. */
#pragma once

#include "device/tree.h"

static const struct tree_sample {
	const char *name;
	enum noro_dialect dialect;
	enum noro_tree_form form;
	const char *host, *version; /* as the text says them; NULL: it does not */
	const char *text;
	const char *shape; /* NULL: not compared here */
} tree_samples[] = {
	{ "ios", NORO_DIALECT_IOS, NORO_FORM_LINES, "edge1", "15.2",
		"Building configuration...\n\nCurrent configuration : 1802 bytes\n!\n"
		"! Last configuration change at 10:00:00 UTC Mon Mar 4 2024\n!\nversion 15.2\n"
		"service timestamps debug datetime msec\nhostname edge1\n!\nboot-start-marker\n"
		"boot-end-marker\n!\nenable secret 5 $1$abcd$efgh\naaa new-model\n!\n"
		"interface FastEthernet0/0\n description \"to core\" side\n"
		" ip address 192.0.2.1 255.255.255.0\n no shutdown\n!\nrouter bgp 64500\n"
		" neighbor 192.0.2.2 remote-as 64501\n address-family ipv4 vrf A\n"
		" neighbor 192.0.2.3 activate\n exit-address-family\n!\n"
		"crypto pki certificate chain TP\n certificate self-signed 01\n  3082022B "
		"30820194\n"
		"  A0030201 02020101\n  \tquit\nbanner motd ^C\nno entry\n^C\nline con 0\n"
		"line vty 0 4\n access-class 10 in\n transport input ssh\n!\nend\n",
		NULL },
	{ "ios-xe", NORO_DIALECT_IOS_XE, NORO_FORM_LINES, "edge2", "17.3",
		"version 17.3\nservice timestamps debug datetime msec\n"
		"platform qfp utilization monitor load 80\nplatform punt-keepalive "
		"disable-kernel-core\n"
		"hostname edge2\n!\nvrf definition Mgmt-intf\n address-family ipv4\n"
		" exit-address-family\n!\ninterface GigabitEthernet1\n ip address dhcp\n"
		" negotiation auto\n!\niox\napp-hosting appid guestshell\nrestconf\n"
		"ip ssh version 2\nline vty 0 4\n login local\nend\n",
		NULL },
	{ "ios-xr", NORO_DIALECT_IOS_XR, NORO_FORM_LINES, "core1", "7.3.2",
		"Mon Mar  4 10:00:00.123 UTC\nBuilding configuration...\n"
		"!! IOS XR Configuration 7.3.2\n!! Last configuration change at Mon Mar  4 by "
		"x\n!\n"
		"hostname core1\ninterface MgmtEth0/RP0/CPU0/0\n ipv4 address 192.0.2.9 "
		"255.255.255.0\n!\n"
		"prefix-set P\n  192.0.2.0/24 le 32\nend-set\n!\nroute-policy ALL\n  "
		"pass\nend-policy\n!\n"
		"router static\n address-family ipv4 unicast\n  0.0.0.0/0 192.0.2.1\n !\n!\n"
		"ssh server v2\nend\n",
		NULL },
	{ "nx-os", NORO_DIALECT_NXOS, NORO_FORM_LINES, "leaf1", "9.3(5)",
		"!Command: show running-config\n!Time: Mon Mar  4 10:00:00 2024\n\nversion 9.3(5) "
		"Bios:version\n"
		"hostname leaf1\nfeature bgp\nfeature nxapi\nvrf context management\n"
		"  ip route 0.0.0.0/0 192.0.2.1\ninterface Ethernet1/1\n  no switchport\n"
		"  ip address 192.0.2.2/31\nbanner motd #Keep\nout#\nline vty\n  access-class X "
		"in\n"
		"boot nxos bootflash:/nxos.9.3.5.bin\n",
		NULL },
	{ "asa", NORO_DIALECT_ASA, NORO_FORM_LINES, "fw1", "9.12(4)",
		": Saved\n: Serial Number: X1\nASA Version 9.12(4)\n!\nhostname fw1\nnames\n!\n"
		"interface GigabitEthernet0/0\n nameif outside\n security-level 0\n"
		" ip address 192.0.2.1 255.255.255.0\n!\nobject network H\n host 192.0.2.8\n"
		"access-list OUT extended permit tcp any host 192.0.2.8 eq https\n"
		"access-group OUT in interface outside\nno logging message 302013\n"
		"ssh 192.0.2.0 255.255.255.0 outside\ntimeout xlate 3:00:00\n"
		"Cryptochecksum:0123456789abcdef\n: end\n",
		NULL },
	{ "eos", NORO_DIALECT_EOS, NORO_FORM_LINES, "spine1", "4.28.3M",
		"! Command: show running-config\n! device: spine1 (DCS-7050, EOS-4.28.3M)\n!\n"
		"transceiver qsfp default-mode 4x10G\n!\nservice routing protocols model "
		"multi-agent\n!\n"
		"hostname spine1\n!\nbanner login\nkeep out\nEOF\n!\nmanagement ssh\n   "
		"idle-timeout 10\n!\n"
		"interface Ethernet1\n   no switchport\n   ip address 192.0.2.2/31\n!\n"
		"event-handler H\n   action bash\nlogger x\nEOF\n   delay 5\n!\nend\n",
		NULL },
	{ "vrp", NORO_DIALECT_VRP, NORO_FORM_LINES, "sw1", "V200R019C00SPC500",
		"!Software Version V200R019C00SPC500\n#\n sysname sw1\n#\n undo telnet server "
		"enable\n#\n"
		"vlan batch 10 20\n#\nacl number 2000\n rule 5 permit source 192.0.2.0 "
		"0.0.0.255\n#\naaa\n"
		" authentication-scheme default\n local-user admin password irreversible-cipher "
		"$1a$x\n"
		" local-user admin privilege level 15\n#\ninterface Vlanif10\n"
		" ip address 192.0.2.1 255.255.255.0\n#\nsnmp-agent community read cipher "
		"%^%#x\n#\n"
		"user-interface vty 0 4\n acl 2000 inbound\n authentication-mode aaa\n#\nreturn\n",
		"<sysname><sw1>\n!<telnet><server><enable>\n<vlan><batch><10><20>\n<acl><number><"
		"2000>\n"
		"  <rule><5><permit><source><192.0.2.0><0.0.0.255>\n<aaa>\n"
		"  <authentication-scheme><default>\n"
		"  <local-user><admin><password><irreversible-cipher><$1a$x>\n"
		"  <local-user><admin><privilege><level><15>\n<interface><Vlanif10>\n"
		"  <ip><address><192.0.2.1><255.255.255.0>\n"
		"<snmp-agent><community><read><cipher><%^%#x>\n<user-interface><vty><0><4>\n"
		"  <acl><2000><inbound>\n  <authentication-mode><aaa>\n" },
	{ "fortios", NORO_DIALECT_FORTIOS, NORO_FORM_BLOCKS, "fgt1", "7.4.7",
		"#config-version=FGT60F-7.4.7-FW-build2731-250120:opmode=0:vdom=0:user=admin\n"
		"config system global\n    set hostname \"fgt1\"\n    set admin-sport 8443\nend\n"
		"config system admin\n    edit \"ops\"\n        set accprofile \"super_admin\"\n"
		"        set trusthost1 192.0.2.0 255.255.255.0\n        unset email-to\n"
		"        config gui-dashboard\n            edit 1\n                set name \"a "
		"b\"\n"
		"            next\n        end\n    next\nend\nconfig vpn certificate local\n"
		"    edit \"C\"\n        set certificate \"-----BEGIN CERTIFICATE-----\nMIIB\n"
		"-----END CERTIFICATE-----\"\n    next\nend\n",
		"<system><global>\n  <hostname><fgt1>\n  <admin-sport><8443>\n<system><admin>\n  "
		"<ops>\n"
		"    <accprofile><super_admin>\n    <trusthost1><192.0.2.0><255.255.255.0>\n"
		"    !<email-to>\n    <gui-dashboard>\n      <1>\n        <name><a b>\n"
		"<vpn><certificate><local>\n  <C>\n"
		"    <certificate><-----BEGIN CERTIFICATE-----\nMIIB\n-----END "
		"CERTIFICATE----->\n" },
	{ "routeros", NORO_DIALECT_ROUTEROS, NORO_FORM_MENUS, "mt1", "7.16",
		"# 2024-03-04 10:00:00 by RouterOS 7.16\n# software id = AB12-CD34\n#\n"
		"/interface ethernet\nset [ find default-name=ether1 ] disable-running-check=no\n"
		"/ip address\nadd address=192.0.2.1/24 comment=\"to \\\"core\\\"\" "
		"interface=ether1 \\\n"
		"    network=192.0.2.0\n/ip service\nset telnet disabled=yes\nset ssh "
		"address=192.0.2.0/24 port=2222\n"
		"/system identity\nset name=mt1\n",
		"<interface>\n  <ethernet>\n    <set><find><default-name=ether1>\n"
		"      <disable-running-check><no>\n<ip>\n  <address>\n    <add>\n"
		"      <address><192.0.2.1/24>\n      <comment><to \"core\">\n      "
		"<interface><ether1>\n"
		"      <network><192.0.2.0>\n  <service>\n    ?<set><telnet>\n      "
		"<disabled><yes>\n"
		"    <set><ssh>\n      <address><192.0.2.0/24>\n      <port><2222>\n<system>\n  "
		"<identity>\n"
		"    <set>\n      <name><mt1>\n" },
	{ "junos curly", NORO_DIALECT_JUNOS, NORO_FORM_BRACES, "mx1", "22.4R1.10",
		"## Last commit: 2024-03-04 10:00:00 UTC by ops\nversion 22.4R1.10;\nsystem {\n"
		"    host-name mx1;\n    login {\n        user ops {\n            class "
		"super-user;\n"
		"            authentication {\n                encrypted-password \"$6$x\"; ## "
		"SECRET-DATA\n"
		"            }\n        }\n    }\n    services {\n        ssh;\n    }\n}\n"
		"interfaces {\n    ge-0/0/0 {\n        unit 0 {\n            family inet {\n"
		"                address 192.0.2.1/24;\n            }\n        }\n    }\n}\n"
		"policy-options {\n    /* ours */\n    community C {\n        members [ 64500:1 "
		"64500:2 ];\n    }\n}\n",
		"<version>\n  <22.4R1.10>\n<system>\n  <host-name>\n    <mx1>\n  <login>\n    "
		"<user>\n"
		"      <ops>\n        <class>\n          <super-user>\n        <authentication>\n"
		"          <encrypted-password>\n            <$6$x>\n  <services>\n    "
		"<ssh>\n<interfaces>\n"
		"  <ge-0/0/0>\n    <unit>\n      <0>\n        <family>\n          <inet>\n"
		"            <address>\n              <192.0.2.1/24>\n<policy-options>\n  "
		"<community>\n"
		"    <C>\n      <members>\n        <64500:1>\n        <64500:2>\n" },
	{ "junos set", NORO_DIALECT_JUNOS, NORO_FORM_SET, "mx1", "22.4R1.10",
		"set version 22.4R1.10\nset system host-name mx1\nset system login user ops class "
		"super-user\n"
		"set system login user ops authentication encrypted-password \"$6$x\"\n"
		"set system services ssh\nset interfaces ge-0/0/0 unit 0 family inet address "
		"192.0.2.1/24\n"
		"set policy-options community C members 64500:1\n"
		"set policy-options community C members 64500:2\n",
		NULL },
	{ "junos xml", NORO_DIALECT_JUNOS, NORO_FORM_XML, "mx1", "22.4R1.10",
		"<rpc-reply xmlns:junos=\"http://xml.juniper.net/junos/22.4R1/junos\">\n"
		"<configuration "
		"junos:commit-seconds=\"1\">\n<version>22.4R1.10</version>\n<system>\n"
		"<host-name>mx1</host-name>\n<login>\n<user>\n<name>ops</name>\n<class>super-user</"
		"class>\n"
		"<authentication>\n<encrypted-password>$6$x</encrypted-password>\n</"
		"authentication>\n"
		"</user>\n</login>\n<services>\n<ssh>\n</ssh>\n</services>\n</"
		"system>\n<interfaces>\n"
		"<interface>\n<name>ge-0/0/0</name>\n<unit>\n<name>0</"
		"name>\n<family>\n<inet>\n<address>\n"
		"<name>192.0.2.1/24</name>\n</address>\n</inet>\n</family>\n</unit>\n</interface>\n"
		"</interfaces>\n<policy-options>\n<community>\n<name>C</name>\n<members>64500:1</"
		"members>\n"
		"<members>64500:2</members>\n</community>\n</policy-options>\n</configuration>\n</"
		"rpc-reply>\n",
		NULL },
	{ "vyos curly", NORO_DIALECT_VYOS, NORO_FORM_BRACES, "vy1", NULL,
		"interfaces {\n    ethernet eth0 {\n        address 192.0.2.1/24\n"
		"        description \"to core\"\n    }\n    loopback lo {\n    }\n}\nservice {\n  "
		"  ssh {\n"
		"        port 22\n    }\n}\nsystem {\n    host-name vy1\n}\n\n"
		"// vyos-config-version: \"x@1\"\n// Release version: 1.4.0\n",
		"<interfaces>\n  <ethernet>\n    <eth0>\n      <address>\n        <192.0.2.1/24>\n"
		"      <description>\n        <to core>\n  <loopback>\n    <lo>\n<service>\n  "
		"<ssh>\n"
		"    <port>\n      <22>\n<system>\n  <host-name>\n    <vy1>\n" },
	{ "vyos set", NORO_DIALECT_VYOS, NORO_FORM_SET, "vy1", NULL,
		"set interfaces ethernet eth0 address '192.0.2.1/24'\n"
		"set interfaces ethernet eth0 description 'to core'\nset interfaces loopback lo\n"
		"set service ssh port '22'\nset system host-name 'vy1'\n",
		NULL },
	{ "pan-os set", NORO_DIALECT_PANOS, NORO_FORM_SET, "pa1", NULL,
		"set mgt-config users admin phash x\nset deviceconfig system hostname pa1\n"
		"set deviceconfig system login-banner \"Keep\nout\"\n"
		"set network interface ethernet ethernet1/1 layer3 ip 192.0.2.1/24\n"
		"set zone trust network layer3 [ ethernet1/1 ethernet1/2 ]\n"
		"set rulebase security rules \"allow all\" source any\n",
		NULL },
	{ "pan-os xml", NORO_DIALECT_PANOS, NORO_FORM_XML, "pa1", "10.2.0",
		"<?xml version=\"1.0\"?>\n<config version=\"10.2.0\" urldb=\"paloaltonetworks\">\n"
		"<mgt-config><users><entry "
		"name=\"admin\"><phash>x</phash></entry></users></mgt-config>\n"
		"<devices><entry name=\"localhost.localdomain\">\n<deviceconfig><system>\n"
		"<hostname>pa1</hostname><login-banner>Keep\nout</login-banner></system></"
		"deviceconfig>\n"
		"<network><interface><ethernet><entry name=\"ethernet1/1\"><layer3><ip>\n"
		"<entry "
		"name=\"192.0.2.1/24\"/></ip></layer3></entry></ethernet></interface></network>\n"
		"<vsys><entry name=\"vsys1\">\n<zone><entry name=\"trust\"><network><layer3>\n"
		"<member>ethernet1/1</member><member>ethernet1/2</member></layer3></network></"
		"entry></zone>\n"
		"<rulebase><security><rules><entry name=\"allow "
		"all\"><source><member>any</member></source>\n"
		"</entry></rules></security></rulebase>\n</entry></vsys>\n</entry></devices></"
		"config>\n",
		NULL },
	{ "sros classic", NORO_DIALECT_SROS, NORO_FORM_LINES, "sr1", "B-21.2.R1",
		"# TiMOS-B-21.2.R1 both/x86_64 Nokia 7750 SR\n# Generated MON MAR 04 10:00:00 2024 "
		"UTC\n\n"
		"exit all\nconfigure\n#--------\necho \"System Configuration\"\n#--------\n    "
		"system\n"
		"        name \"sr1\"\n        snmp\n            no shutdown\n        exit\n    "
		"exit\n"
		"    router Base\n        interface \"to core\"\n            address 192.0.2.1/31\n"
		"        exit\n    exit\nexit all\n",
		NULL },
	{ "sros curly", NORO_DIALECT_SROS, NORO_FORM_BRACES, "sr1", NULL,
		"# TiMOS-B-23.3.R1 both/x86_64 Nokia 7750 SR\nconfigure {\n    router \"Base\" {\n"
		"        autonomous-system 64500\n        interface \"to core\" {\n            "
		"ipv4 {\n"
		"                primary {\n                    address 192.0.2.1\n"
		"                    prefix-length 31\n                }\n            }\n        "
		"}\n    }\n"
		"    system {\n        name \"sr1\"\n    }\n}\n",
		NULL },
	{ "sros flat", NORO_DIALECT_SROS, NORO_FORM_SET, "sr1", NULL,
		"/configure router \"Base\" autonomous-system 64500\n"
		"/configure router \"Base\" interface \"to core\" ipv4 primary address 192.0.2.1\n"
		"/configure router \"Base\" interface \"to core\" ipv4 primary prefix-length 31\n"
		"/configure system name \"sr1\"\n",
		NULL },
	{ "yamaha", NORO_DIALECT_YAMAHA, NORO_FORM_LINES, NULL, "14.01.38",
		"# RTX1210 Rev.14.01.38 (Fri Jul  3 14:40:01 2020)\n"
		"# MAC Address : 00:00:5e:00:53:01\n# Memory 256Mbytes, 3LAN, 1BRI\n"
		"administrator password *\nlogin user ops *\nuser attribute ops administrator=on\n"
		"ip route default gateway pp 1\nip lan1 address 192.0.2.1/24\npp select 1\n"
		" pp always-on on\n pppoe use lan2\n pp enable 1\ntunnel select 1\n"
		" ipsec tunnel 1\n  ipsec sa policy 1 1 esp aes-cbc sha-hmac\n"
		"  ipsec ike remote address 1 198.51.100.2\n tunnel enable 1\n"
		"ip filter 100 reject * * established\nnat descriptor type 1 masquerade\n"
		"telnetd service off\nno httpd service\nsyslog host 192.0.2.9\n",
		"<administrator><password><*>\n<login><user><ops><*>\n"
		"<user><attribute><ops><administrator=on>\n<ip><route><default><gateway><pp><1>\n"
		"<ip><lan1><address><192.0.2.1/24>\n<pp><select><1>\n  <pp><always-on><on>\n"
		"  <pppoe><use><lan2>\n  <pp><enable><1>\n<tunnel><select><1>\n  "
		"<ipsec><tunnel><1>\n"
		"    <ipsec><sa><policy><1><1><esp><aes-cbc><sha-hmac>\n"
		"    <ipsec><ike><remote><address><1><198.51.100.2>\n  <tunnel><enable><1>\n"
		"<ip><filter><100><reject><*><*><established>\n"
		"<nat><descriptor><type><1><masquerade>\n<telnetd><service><off>\n!<httpd><service>"
		"\n"
		"<syslog><host><192.0.2.9>\n" },
	{ "nec-ix", NORO_DIALECT_NEC_IX, NORO_FORM_LINES, "ix1", "10.2.16",
		"! NEC Portable Internetwork Core Operating System Software\n"
		"! IX Series IX2215 (magellan-sec) Software, Version 10.2.16, RELEASE SOFTWARE\n"
		"hostname ix1\ntimezone +09 00\n!\nusername ops password hash X administrator\n!\n"
		"ip ufs-cache enable\nip route default GigaEthernet0.1\n"
		"ip access-list mgmt permit ip src 192.0.2.0/24 dest any\n!\nssh-server ip "
		"enable\n!\n"
		"interface GigaEthernet0.0\n  ip address 192.0.2.1/24\n  ip napt enable\n  no "
		"shutdown\n!\n"
		"interface Tunnel0.0\n  tunnel mode ipsec\n  ip unnumbered GigaEthernet0.0\n  no "
		"shutdown\n",
		NULL },
	{ "alaxala", NORO_DIALECT_ALAXALA, NORO_FORM_LINES, "ax1", NULL,
		"#default configuration file for AX3660S-24T4X\n!\nhostname \"ax1\"\n!\nvlan 1\n"
		"  name \"VLAN0001\"\n!\nspanning-tree mode pvst\n!\naxrp 1\n  mode transit\n!\n"
		"interface gigabitethernet 1/0/1\n  switchport mode access\n!\ninterface vlan 1\n"
		"  ip address 192.0.2.1 255.255.255.0\n!\nip access-list standard MGMT\n"
		"  permit 192.0.2.0 0.0.0.255\n!\nlogging host 192.0.2.9\n"
		"snmp-server community \"public\" ro\nline vty 0 2\n  ip access-group MGMT in\n",
		NULL },
};
enum { TREE_SAMPLES = sizeof(tree_samples) / sizeof(tree_samples[0]) };
