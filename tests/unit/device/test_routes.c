/* tests/unit/device/test_routes.c - routing tables of every system, whole, cut and mutilated. */
#include "tests/test.h"

#include "device/route.h"

struct sample {
	const char *name;
	enum noro_dialect dialect;
	const char *shape, *text;
	const char *expect; /* one line a route */
	uint64_t unknown;
};

static const struct sample samples[] = {
	{ "ios", NORO_DIALECT_IOS, NULL,
		"Codes: L - local, C - connected, S - static, B - BGP\n"
		"       O - OSPF, IA - OSPF inter area, i - IS-IS, L1 - IS-IS level-1\n"
		"       a - application route, * - candidate default\n"
		"\n"
		"Gateway of last resort is 192.0.2.1 to network 0.0.0.0\n"
		"\n"
		"S*    0.0.0.0/0 [1/0] via 192.0.2.1\n"
		"      10.0.0.0/24 is subnetted, 2 subnets\n"
		"O IA     10.0.1.0 [110/20] via 192.0.2.2, 1d02h, GigabitEthernet0/1\n"
		"                  [110/20] via 192.0.2.3, 00:01:10, GigabitEthernet0/2\n"
		"i L1     10.0.2.0\n"
		"           [115/30] via 192.0.2.9, 5w6d, TenGigabitEthernet1/1/3\n"
		"      172.16.0.0/16 is variably subnetted, 2 subnets, 2 masks\n"
		"C        172.16.1.0/24 is directly connected, GigabitEthernet0/0\n"
		"a        172.16.2.0/24 [1/0] via 192.0.2.77 (red), 00:04:47\n"
		"this is no route\n",
		"0.0.0.0/0 192.0.2.1 - - static 1/0 ? b d\n"
		"10.0.1.0/24 192.0.2.2 GigabitEthernet0/1 - ospf 110/20 93600 b\n"
		"10.0.1.0/24 192.0.2.3 GigabitEthernet0/2 - ospf 110/20 70 b\n"
		"10.0.2.0/24 192.0.2.9 TenGigabitEthernet1/1/3 - isis 115/30 3542400 b\n"
		"172.16.1.0/24 - GigabitEthernet0/0 - connected 0/0 ? b\n"
		"172.16.2.0/24 192.0.2.77 - - application 1/0 287 b\n",
		1 },
	{ "ios ipv6", NORO_DIALECT_IOS_XE, NULL,
		"IPv6 Routing Table - VRF red - 3 entries\n"
		"Codes: C - Connected, L - Local, S - Static, B - BGP\n"
		"S   ::/0 [1/0]\n"
		"     via FE80::1, GigabitEthernet2\n"
		"C   2001:DB8:1::/64 [0/0]\n"
		"     via GigabitEthernet2, directly connected\n"
		"B   2001:DB8:2::/48 [20/0]\n"
		"     via 2001:DB8:1::9\n",
		"::/0 fe80::1 GigabitEthernet2 red static 1/0 ? b d\n"
		"2001:db8:1::/64 - GigabitEthernet2 red connected 0/0 ? b\n"
		"2001:db8:2::/48 2001:db8:1::9 - red bgp 20/0 ? b\n",
		0 },
	{ "asa", NORO_DIALECT_ASA, NULL,
		"S*       0.0.0.0 0.0.0.0 [1/0] via 203.0.113.1, outside\n"
		"C        10.1.0.0 255.255.0.0 is directly connected, inside\n"
		"V        10.9.9.0 255.255.255.0 connected by VPN (advertised), outside\n",
		"0.0.0.0/0 203.0.113.1 outside - static 1/0 ? b d\n"
		"10.1.0.0/16 - inside - connected 0/0 ? b\n"
		"10.9.9.0/24 - outside - vpn 0/0 ? b\n",
		0 },
	{ "xr", NORO_DIALECT_IOS_XR, NULL,
		"Codes: C - connected, S - static, B - BGP, L - local, a - Application route\n"
		"       A - access/subscriber, (!) - FRR Backup path\n"
		"\n"
		"VRF: CUST\n"
		"S    0.0.0.0/0 is directly connected, 3d04h, Null0\n"
		"B    198.51.100.0/24 [200/0] via 192.0.2.8 (nexthop in vrf default), 00:00:09\n"
		"L    192.0.2.5/32 is directly connected, 1w0d, Loopback0\n",
		"0.0.0.0/0 - Null0 CUST static 0/0 273600 b d n\n"
		"198.51.100.0/24 192.0.2.8 - CUST bgp 200/0 9 b\n"
		"192.0.2.5/32 - Loopback0 CUST local 0/0 604800 b\n",
		0 },
	{ "nxos", NORO_DIALECT_NXOS, NULL,
		"IP Route Table for VRF \"TEST\"\n"
		"'*' denotes best ucast next-hop\n"
		"\n"
		"10.0.0.0/24, ubest/mbest: 2/0, attached\n"
		"    *via 10.0.0.1%default, Eth1/1, [110/45], 13w5d, ospf-1000, type-1, tag 7,\n"
		"    *via 10.0.0.2, Eth1/2, [110/45], 00:10:00, ospf-1000, type-1\n"
		"10.1.0.0/16, ubest/mbest: 1/0\n"
		"    *via Null0, [220/0], 1d01h, bgp-65000, discard, tag 65000\n",
		"10.0.0.0/24 10.0.0.1 Eth1/1 TEST ospf 110/45 8294400 b l\n"
		"10.0.0.0/24 10.0.0.2 Eth1/2 TEST ospf 110/45 600 b\n"
		"10.1.0.0/16 - Null0 TEST bgp 220/0 90000 b n\n",
		0 },
	{ "eos", NORO_DIALECT_EOS, NULL,
		"VRF: MGMT\n"
		"Codes: C - connected, S - static, K - kernel,\n"
		"       B I - iBGP, B E - eBGP, A B - BGP Aggregate, L - VRF Leaked\n"
		"\n"
		"Gateway of last resort:\n"
		" S        0.0.0.0/0 [1/0] via 172.20.20.1, Management0\n"
		"\n"
		" B E      10.0.0.0/24 [200/0] via 192.0.2.1, Ethernet1\n"
		"                              via 192.0.2.3, Ethernet2\n"
		" A B      10.0.0.0/8 is directly connected, Null0\n"
		" K        10.9.0.0/16 [40/0] via 192.0.2.66, Ethernet3\n",
		"0.0.0.0/0 172.20.20.1 Management0 MGMT static 1/0 ? b d\n"
		"10.0.0.0/24 192.0.2.1 Ethernet1 MGMT bgp 200/0 ? b\n"
		"10.0.0.0/24 192.0.2.3 Ethernet2 MGMT bgp 200/0 ? b\n"
		"10.0.0.0/8 - Null0 MGMT aggregate 0/0 ? b n\n"
		"10.9.0.0/16 192.0.2.66 Ethernet3 MGMT kernel 40/0 ? b\n",
		0 },
	{ "frr", NORO_DIALECT_VYOS, NULL,
		"Codes: K - kernel route, C - connected, S - static, B - BGP,\n"
		"       > - selected route, * - FIB route, q - queued route\n"
		"\n"
		"VRF red:\n"
		"K>* 0.0.0.0/0 [0/100] via 192.0.2.1, eth0, src 192.0.2.5, 00:12:34\n"
		"B>* 10.0.0.0/24 [20/0] via 192.0.2.7, eth1, weight 1, 1d00h01m\n"
		"  *                    via 192.0.2.8, eth2, weight 1, 1d00h01m\n"
		"S   10.0.0.0/24 [30/0] via 192.0.2.9, eth1, weight 1, 00:00:01\n"
		"S>* 10.2.0.0/16 [1/0] unreachable (blackhole), weight 1, 00:00:03\n",
		"0.0.0.0/0 192.0.2.1 eth0 red kernel 0/100 754 b d\n"
		"10.0.0.0/24 192.0.2.7 eth1 red bgp 20/0 86460 b\n"
		"10.0.0.0/24 192.0.2.8 eth2 red bgp 20/0 86460 b\n"
		"10.0.0.0/24 192.0.2.9 eth1 red static 30/0 1 i\n"
		"10.2.0.0/16 - - red static 1/0 3 b n\n",
		0 },
	{ "junos", NORO_DIALECT_JUNOS, NULL,
		"inet.0: 4 destinations, 5 routes (4 active, 0 holddown, 0 hidden)\n"
		"+ = Active Route, - = Last Active, * = Both\n"
		"\n"
		"0.0.0.0/0          *[Static/5] 1w5d 20:30:28\n"
		"                    >  to 192.0.2.1 via ge-0/0/0.0\n"
		"10.0.0.0/24        *[BGP/170] 00:02:20, localpref 100, from 192.0.2.9\n"
		"                      AS path: 65001 65002 I, validation-state: unverified\n"
		"                    >  to 192.0.2.3 via ge-0/0/1.0\n"
		"                       to 192.0.2.4 via ge-0/0/2.0\n"
		"                    [OSPF/10] 00:01:00, metric 5\n"
		"                    > via gr-0/0/0.0\n"
		"192.0.2.5/32       *[Local/0] 3d 01:00:00\n"
		"                       Local via ge-0/0/0.0\n"
		"198.51.100.0/24    *[Aggregate/130] 00:00:05\n"
		"                       Reject\n"
		"\n"
		"red.inet6.0: 1 destinations, 1 routes (1 active, 0 holddown, 0 hidden)\n"
		"2001:db8::/32      *[Static/5] 00:00:09\n"
		"                       to table inet6.0\n",
		"0.0.0.0/0 192.0.2.1 ge-0/0/0.0 - static 5/0 1110628 b d\n"
		"10.0.0.0/24 192.0.2.3 ge-0/0/1.0 - bgp 170/0 140 b as 65001 65002\n"
		"10.0.0.0/24 192.0.2.4 ge-0/0/2.0 - bgp 170/0 140 b as 65001 65002\n"
		"10.0.0.0/24 - gr-0/0/0.0 - ospf 10/5 60 i\n"
		"192.0.2.5/32 - ge-0/0/0.0 - local 0/0 262800 b\n"
		"198.51.100.0/24 - - - aggregate 130/0 5 b n\n"
		"2001:db8::/32 - - red static 5/0 9 b l\n",
		0 },
	{ "junos detail", NORO_DIALECT_JUNOS, NULL,
		"inet.0: 1 destinations, 1 routes (1 active, 0 holddown, 0 hidden)\n"
		"10.0.0.0/24 (1 entry, 1 announced)\n"
		"        *BGP    Preference: 170/-101\n"
		"                Next hop type: Router, Next hop index: 577\n"
		"                Source: 192.0.2.3\n"
		"                Next hop: 192.0.2.3 via ge-0/0/0.0, selected\n"
		"                State: <Active Ext>\n"
		"                Local AS: 65000 Peer AS: 65001\n"
		"                Age: 1:33:27\tMetric: 2\n"
		"                AS path: 65001 I\n",
		"10.0.0.0/24 192.0.2.3 ge-0/0/0.0 - bgp 170/2 5607 b as 65001\n", 0 },
	{ "junos, sets and a confederation", NORO_DIALECT_JUNOS, NULL,
		"inet.0: 2 destinations, 2 routes (2 active, 0 holddown, 0 hidden)\n"
		"+ = Active Route, - = Last Active, * = Both\n"
		"\n"
		"10.0.0.0/24        *[BGP/170] 00:02:20, localpref 100, from 192.0.2.9\n"
		"                      AS path: 65001 {65002 65003} I, validation-state: "
		"unverified\n"
		"                    >  to 192.0.2.3 via ge-0/0/1.0\n"
		"10.0.1.0/24        *[BGP/170] 00:02:20, localpref 100, from 192.0.2.9\n"
		"                      AS path: (65010 65011) 65001 I, validation-state: "
		"unverified\n"
		"                    >  to 192.0.2.3 via ge-0/0/1.0\n",
		"10.0.0.0/24 192.0.2.3 ge-0/0/1.0 - bgp 170/0 140 b as 65001 0\n"
		"10.0.1.0/24 192.0.2.3 ge-0/0/1.0 - bgp 170/0 140 b as 65001\n",
		0 },
	{ "linux", NORO_DIALECT_NONE, NULL,
		"default via 192.0.2.1 dev eth0 proto dhcp metric 100\n"
		"192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.5\n"
		"10.0.0.0/24 proto bgp metric 20\n"
		"\tnexthop via 192.0.2.2 dev eth1 weight 1\n"
		"\tnexthop via 192.0.2.3 dev eth2 weight 1\n"
		"blackhole 10.9.0.0/16 proto static\n",
		"0.0.0.0/0 192.0.2.1 eth0 - dhcp 0/100 ? b d\n"
		"192.0.2.0/24 - eth0 - connected 0/0 ? b\n"
		"10.0.0.0/24 192.0.2.2 eth1 - bgp 0/20 ? b\n"
		"10.0.0.0/24 192.0.2.3 eth2 - bgp 0/20 ? b\n"
		"10.9.0.0/16 - - - static 0/0 ? b n\n",
		0 },
	{ "bird", NORO_DIALECT_NONE, NULL,
		"BIRD 2.0.7 ready.\n"
		"Table master4:\n"
		"10.0.0.0/24          unicast [bgp1 12:00:01 from 192.0.2.9] * (100) [AS65001i]\n"
		"\tvia 192.0.2.2 on eth0\n"
		"                     unicast [static1 12:00:01] (200)\n"
		"\tdev eth1\n",
		"10.0.0.0/24 192.0.2.2 eth0 - bgp 100/0 ? b as 65001\n"
		"10.0.0.0/24 - eth1 - static 200/0 ? i\n",
		0 },
	{ "vrp", NORO_DIALECT_VRP, NULL,
		"Route Flags: R - relay, D - download to fib\n"
		"------------------------------------------------------------------------------\n"
		"Routing Tables: Public\n"
		"         Destinations : 2        Routes : 3\n"
		"Destination/Mask    Proto   Pre  Cost      Flags NextHop         Interface\n"
		"        0.0.0.0/0   Static  60   0          RD   192.0.2.1       "
		"GigabitEthernet0/0/0\n"
		"                    Static  60   0          RD   192.0.2.2       "
		"GigabitEthernet0/0/1\n"
		"       10.1.0.0/16  O_ASE   150  1           D   192.0.2.3       Vlanif10\n",
		"0.0.0.0/0 192.0.2.1 GigabitEthernet0/0/0 - static 60/0 ? b d\n"
		"0.0.0.0/0 192.0.2.2 GigabitEthernet0/0/1 - static 60/0 ? b d\n"
		"10.1.0.0/16 192.0.2.3 Vlanif10 - ospf 150/1 ? b\n",
		0 },
	{ "vrp of a narrow terminal", NORO_DIALECT_VRP, NULL,
		"Route Flags: R - relay, D - download to fib, T - to vpn-instance, B - black "
		"hole\n"
		" route                                                                        "
		"  \n"
		"Routing Table : vpna\n"
		"Summary Count : 2\n"
		"Destination/Mask    Proto   Pre  Cost        Flags NextHop         Interface    "
		"\n"
		"     10.125.0.0/30  EBGP    255  0             RD  198.51.100.18   "
		"40GE2/0/35.20\n"
		"5\n"
		"                    EBGP    255  0             RD  198.51.100.22   "
		"40GE2/0/35.20\n"
		"6\n",
		"10.125.0.0/30 198.51.100.18 40GE2/0/35.205 vpna bgp 255/0 ? b\n"
		"10.125.0.0/30 198.51.100.22 40GE2/0/35.206 vpna bgp 255/0 ? b\n",
		0 },
	{ "bird with names of its own", NORO_DIALECT_NONE, NULL,
		"BIRD 2.0.7 ready.\n"
		"Table master4:\n"
		"10.8.0.0/16          unicast [uplink1 00:59:02.475] * (100) [AS64501i]\n"
		"\tvia 192.0.2.5 on eth0\n"
		"                     unreachable [anchors4 2026-07-08] (200)\n"
		"10.9.0.0/16          unicast [node2 2022-02-10] * (100) [i]\n"
		"\tvia 192.0.2.6 on eth0\n",
		"10.8.0.0/16 192.0.2.5 eth0 - bgp 100/0 ? b as 64501\n"
		"10.8.0.0/16 - - - other 200/0 ? n i\n"
		"10.9.0.0/16 192.0.2.6 eth0 - bgp 100/0 ? b\n",
		0 },
	{ "bgp of ios", NORO_DIALECT_IOS, NULL,
		"BGP table version is 9, local router ID is 192.0.2.1\n"
		"Status codes: s suppressed, d damped, h history, * valid, > best, i - internal,\n"
		"Origin codes: i - IGP, e - EGP, ? - incomplete\n"
		"\n"
		"     Network          Next Hop            Metric LocPrf Weight Path\n"
		" *>  10.1.0.0/16      0.0.0.0                  0         32768 i\n"
		" *>  10.2.0.0/16      192.0.2.5                0             0 64501 64510 i\n"
		" *                    192.0.2.6                              0 64502 64510 ?\n"
		" *>   198.51.100.0     192.0.2.5                0             0 64501 64520 i\n"
		" *>  203.0.113.0      192.0.2.5                0             0 64501 {64520} i\n"
		"Route Distinguisher: 64500:1 (default for vrf CUST)\n"
		" *>  10.123.128.128/28\n"
		"                      192.0.2.9                              0 64503 i\n"
		" *>  2001:DB8:1::/48  2001:DB8:FFFF:FFFF::1\n"
		"                                                             0 64504 i\n"
		"\n"
		"Total number of prefixes 6\n",
		"10.1.0.0/16 0.0.0.0 - - bgp 0/0 ? b\n"
		"10.2.0.0/16 192.0.2.5 - - bgp 0/0 ? b as 64501 64510\n"
		"10.2.0.0/16 192.0.2.6 - - bgp 0/0 ? i as 64502 64510\n"
		"198.51.100.0/24 192.0.2.5 - - bgp 0/0 ? b as 64501 64520\n"
		"203.0.113.0/24 192.0.2.5 - - bgp 0/0 ? b as 64501 0\n"
		"10.123.128.128/28 192.0.2.9 - CUST bgp 0/0 ? b as 64503\n"
		"2001:db8:1::/48 2001:db8:ffff:ffff::1 - CUST bgp 0/0 ? b as 64504\n",
		0 },
	{ "bgp of nx-os", NORO_DIALECT_NXOS, NULL,
		"BGP routing table information for VRF RED, address family IPv4 Unicast\n"
		"   Network            Next Hop            Metric     LocPrf     Weight Path\n"
		"*>e10.2.0.0/16        192.0.2.5                0                     0 64501 i\n"
		"* e                   192.0.2.6                0                     0 64502 i\n",
		"10.2.0.0/16 192.0.2.5 - RED bgp 0/0 ? b as 64501\n"
		"10.2.0.0/16 192.0.2.6 - RED bgp 0/0 ? i as 64502\n",
		0 },
	{ "bgp of vrp", NORO_DIALECT_VRP, NULL,
		" BGP Local router ID is 192.0.2.1\n"
		" Total Number of Routes: 4\n"
		"      Network            NextHop        MED        LocPrf    PrefVal Path/Ogn\n"
		"\n"
		" *>   10.1.0.0/16        0.0.0.0        0                     0      i\n"
		" *>   10.2.0.0/16        192.0.2.5      0                     0      64501 "
		"64510i\n"
		" *                       192.0.2.6                            100    64502 "
		"64510?\n"
		" *>i  198.51.100.0/24    192.0.2.7      0          100        0      64520i\n",
		"10.1.0.0/16 0.0.0.0 - - bgp 0/0 ? b\n"
		"10.2.0.0/16 192.0.2.5 - - bgp 0/0 ? b as 64501 64510\n"
		"10.2.0.0/16 192.0.2.6 - - bgp 0/0 ? i as 64502 64510\n"
		"198.51.100.0/24 192.0.2.7 - - bgp 0/0 ? b as 64520\n",
		0 },
	{ "bgp of fortios", NORO_DIALECT_FORTIOS, NULL,
		"VRF 0 BGP table version is 4, local router ID is 192.0.2.1\n"
		"Status codes: s suppressed, d damped, h history, * valid, > best, i - internal,\n"
		"Origin codes: i - IGP, e - EGP, ? - incomplete\n"
		"\n"
		"   Network          Next Hop            Metric     LocPrf Weight RouteTag Path\n"
		"*> 10.2.0.0/16      192.0.2.5                0             0        0 64501 64510 "
		"i <-/1>\n"
		"*> 10.3.0.0/16      0.0.0.0                        100  32768        0 i <-/1>\n",
		"10.2.0.0/16 192.0.2.5 - - bgp 0/0 ? b as 64501 64510\n"
		"10.3.0.0/16 0.0.0.0 - - bgp 0/0 ? b\n",
		0 },
	{ "one route of ios-xr", NORO_DIALECT_IOS_XR, NULL,
		"Sat Feb  6 13:50:00.000 UTC\n"
		"\n"
		"Routing entry for 10.36.3.3/32\n"
		"  Known via \"ospf 1\", distance 110, metric 3, type intra area\n"
		"  Installed Feb  6 13:48:20.471 for 00:01:39\n"
		"  Routing Descriptor Blocks\n"
		"    192.0.2.3, from 10.36.3.3, via GigabitEthernet0/0/0/1\n"
		"      Route metric is 3\n"
		"    192.0.2.7, from 10.36.3.3, via GigabitEthernet0/0/0/0\n"
		"      Route metric is 3\n"
		"  No advertising protos.\n"
		"\n"
		"Routing entry for 10.1.0.0/24\n"
		"  Known via \"connected\", distance 0, metric 0 (connected)\n"
		"  Installed Feb  5 13:48:20.471 for 1d00h\n"
		"  Routing Descriptor Blocks\n"
		"    directly connected, via GigabitEthernet0/0/0/2\n"
		"      Route metric is 0\n"
		"  No advertising protos.\n",
		"10.36.3.3/32 192.0.2.3 GigabitEthernet0/0/0/1 - ospf 110/3 99 b\n"
		"10.36.3.3/32 192.0.2.7 GigabitEthernet0/0/0/0 - ospf 110/3 99 b\n"
		"10.1.0.0/24 - GigabitEthernet0/0/0/2 - connected 0/0 86400 b\n",
		0 },
	{ "one route of ios", NORO_DIALECT_IOS, NULL,
		"Routing Table: CUST\n"
		"Routing entry for 0.0.0.0/0, supernet\n"
		"  Known via \"bgp 64500\", distance 20, metric 0, candidate default path\n"
		"  Tag 64501, type external\n"
		"  Last update from 192.0.2.9 3d04h ago\n"
		"  Routing Descriptor Blocks:\n"
		"  * 192.0.2.9, from 192.0.2.9, 3d04h ago\n"
		"      Route metric is 0, traffic share count is 1\n"
		"      AS Hops 1\n",
		"0.0.0.0/0 192.0.2.9 - CUST bgp 20/0 273600 b d\n", 0 },
	{ "panos", NORO_DIALECT_PANOS, NULL,
		"VIRTUAL ROUTER: edge (id 1)\n"
		"  ==========\n"
		"destination       nexthop      metric flags      age   interface          "
		"next-AS\n"
		"0.0.0.0/0         192.0.2.1    10     A S              ethernet1/1\n"
		"10.0.0.0/8        192.0.2.9           A B        120   tunnel.5           65001\n"
		"total routes shown: 2\n",
		"0.0.0.0/0 192.0.2.1 ethernet1/1 edge static 0/10 ? b d\n"
		"10.0.0.0/8 192.0.2.9 tunnel.5 edge bgp 0/0 120 b\n",
		0 },
	{ "routeros", NORO_DIALECT_ROUTEROS, NULL,
		"Flags: X - disabled, A - active, D - dynamic\n"
		" #      DST-ADDRESS        PREF-SRC        GATEWAY            DISTANCE\n"
		" 0 A S  0.0.0.0/0                          192.0.2.1                 1\n"
		" 1 ADC  10.0.0.0/24        10.0.0.1        ether1                    0\n"
		" 2   S  dst-address=10.9.0.0/16 gateway=192.0.2.7,192.0.2.8 distance=5\n",
		"0.0.0.0/0 192.0.2.1 - - static 1/0 ? b d\n"
		"10.0.0.0/24 - ether1 - connected 0/0 ? b\n"
		"10.9.0.0/16 192.0.2.7 - - static 5/0 ? i\n"
		"10.9.0.0/16 192.0.2.8 - - static 5/0 ? i\n",
		0 },
	{ "fortios", NORO_DIALECT_FORTIOS, NULL,
		"Codes: K - kernel, C - connected, S - static, B - BGP\n"
		"       * - candidate default\n"
		"\n"
		"Routing table for VRF=0\n"
		"S*      0.0.0.0/0 [10/0] via 203.0.113.1, port1, [1/0]\n"
		"B       10.1.0.0/16 [200/0] via 10.2.2.2 (recursive is directly connected, "
		"port3), 01:02:03\n",
		"0.0.0.0/0 203.0.113.1 port1 - static 10/0 ? b d\n"
		"10.1.0.0/16 10.2.2.2 port3 - bgp 200/0 3723 b\n",
		0 },
	{ "bgp of panos", NORO_DIALECT_PANOS, NULL,
		"VIRTUAL ROUTER: edge (id 1)\n"
		"  ==========\n"
		"  Prefix             Nexthop          Peer       Weight   LocPrf Org      MED "
		"flap "
		"AS-Path\n"
		" *10.2.0.0/16        192.0.2.5        up one     0        100    igp      0   0   "
		" "
		"64501,64510\n"
		"  10.2.0.0/16        192.0.2.6        up2        0        100    inc      0   3   "
		" "
		"64502 {64510}\n"
		" *10.3.0.0/16                         Local      0        100    i/c      0   0\n"
		"\n"
		"total routes shown: 3\n"
		"what is this\n",
		"10.2.0.0/16 192.0.2.5 - edge bgp 0/0 ? b as 64501 64510\n"
		"10.2.0.0/16 192.0.2.6 - edge bgp 0/0 ? i\n"
		"10.3.0.0/16 - - edge bgp 0/0 ? b\n",
		1 },
	{ "bgp of sr os", NORO_DIALECT_SROS, NULL,
		"===========================================================\n"
		" BGP Router ID:192.0.2.1        AS:64500       Local AS:64500\n"
		"===========================================================\n"
		" Legend -\n"
		" Status codes  : u - used, s - suppressed, h - history, * - valid\n"
		" Origin codes  : i - IGP, e - EGP, ? - incomplete\n"
		"\n"
		"===========================================================\n"
		"BGP IPv4 Routes\n"
		"===========================================================\n"
		"Flag  Network                        LocalPref   MED\n"
		"      Nexthop (Router)               Path-Id     IGP Cost\n"
		"      As-Path                                    Label\n"
		"-----------------------------------------------------------\n"
		"u*>i  10.2.0.0/16                    100         None\n"
		"      192.0.2.5                      None        10\n"
		"      64501 64510                                -\n"
		"*?    10.2.0.0/16                    100         None\n"
		"      192.0.2.6                      None        10\n"
		"      64502 64503                                -\n"
		"      64510                                      \n"
		"u*>i  10.3.0.0/16                    100         None\n"
		"      192.0.2.7                      None        0\n"
		"      No As-Path                                 -\n"
		"u*>i  10.4.0.0/16                    100         None\n"
		"      192.0.2.7                      None        0\n"
		"      64501 {64520}                              -\n"
		"-----------------------------------------------------------\n"
		"Routes : 4\n"
		"===========================================================\n"
		"BGP VPN-IPv4 Routes\n"
		"===========================================================\n"
		"Flag  Network                        LocalPref   MED\n"
		"-----------------------------------------------------------\n"
		"*i    64500:11:198.51.100.4/32       100         None\n"
		"      192.0.2.9                      None        262132\n"
		"      64505                                      \n"
		"===========================================================\n",
		"10.2.0.0/16 192.0.2.5 - - bgp 0/0 ? b as 64501 64510\n"
		"10.2.0.0/16 192.0.2.6 - - bgp 0/0 ? i as 64502 64503 64510\n"
		"10.3.0.0/16 192.0.2.7 - - bgp 0/0 ? b\n"
		"10.4.0.0/16 192.0.2.7 - - bgp 0/0 ? b\n"
		"198.51.100.4/32 192.0.2.9 - 64500:11 bgp 0/0 ? i as 64505\n",
		0 },
	{ "bgp of sr os in short", NORO_DIALECT_SROS, NULL,
		"BGP IPv4 Routes\n"
		"Flag  Network\n"
		"-----------------------------------------------------------\n"
		"u*>i  10.2.0.0/16\n"
		"*i    10.3.0.0/16\n"
		"-----------------------------------------------------------\n",
		"10.2.0.0/16 - - - bgp 0/0 ? b\n"
		"10.3.0.0/16 - - - bgp 0/0 ? i\n",
		0 },
	{ "bgp of routeros", NORO_DIALECT_ROUTEROS, NULL,
		"Flags: X - disabled, A - active, D - dynamic, b - bgp\n"
		" 0 ADb  dst-address=10.2.0.0/16 gateway=192.0.2.5 gateway-status=192.0.2.5 "
		"reachable via  ether1 distance=20\n"
		"        scope=40 target-scope=10 bgp-as-path=\"64501,64510\" bgp-origin=igp\n"
		" 1  Db  dst-address=10.2.0.0/16 gateway=192.0.2.6 distance=20 "
		"bgp-as-path=\"64502,64510\" received-from=b\n",
		"10.2.0.0/16 192.0.2.5 - - bgp 20/0 ? b as 64501 64510\n"
		"10.2.0.0/16 192.0.2.6 - - bgp 20/0 ? i as 64502 64510\n",
		0 },
	{ "bgp of routeros 7", NORO_DIALECT_ROUTEROS, NULL,
		" Ab   afi=ip4 contribution=active dst-address=10.2.0.0/16 routing-table=main\n"
		"       pref-src=\"\" gateway=192.0.2.5 immediate-gw=192.0.2.5%ether1 distance=20 "
		"belongs-to=\"bgp-IP-192.0.2.5\"\n"
		"       bgp.peer-cache-id=*2000000 .as-path=\"64501,64510\" .origin=igp\n",
		"10.2.0.0/16 192.0.2.5 - - bgp 20/0 ? b as 64501 64510\n", 0 },
	{ "bgp of nx-os, json", NORO_DIALECT_NXOS, NULL,
		"{\"TABLE_vrf\":{\"ROW_vrf\":{\"vrf-name-out\":\"red\",\"TABLE_afi\":{\"ROW_afi\":{"
		"\"TABLE_prefix\":{\"ROW_prefix\":[{\"ipprefix\":\"10.2.0.0/16\",\"TABLE_path\":{"
		"\"ROW_path\":[{\"pathnr\":\"0\",\"statuscode\":\"*\",\"bestcode\":\">\","
		"\"ipnexthop\":"
		"\"192.0.2.5\",\"path\":\"64501 64510\",\"origin\":\"i\"},{\"pathnr\":\"1\","
		"\"bestcode\":\" \",\"ipnexthop\":\"192.0.2.6\",\"path\":\"64502 64510 ?\"}]}},{"
		"\"ipv6prefix\":\"2001:db8:1::/48\",\"TABLE_path\":{\"ROW_path\":{\"pathnr\":\"0\","
		"\"bestcode\":\">\",\"ipv6nexthop\":\"2001:db8::9\",\"path\":\"{64501}\"}}}"
		"]}}}}}}\n",
		"10.2.0.0/16 192.0.2.5 - red bgp 0/0 ? b as 64501 64510\n"
		"10.2.0.0/16 192.0.2.6 - red bgp 0/0 ? i as 64502 64510\n"
		"2001:db8:1::/48 2001:db8::9 - red bgp 0/0 ? b\n",
		0 },
	{ "bgp of frr, json", NORO_DIALECT_VYOS, NULL,
		"{\"red\":{\"vrfName\":\"red\",\"localAS\":64500,\"routes\":{\"10.2.0.0/16\":[{"
		"\"valid\":true,\"bestpath\":true,\"pathFrom\":\"external\",\"prefix\":\"10.2.0."
		"0\","
		"\"prefixLen\":16,\"metric\":5,\"path\":\"64501 64510\",\"origin\":\"IGP\","
		"\"nexthops\":[{\"ip\":\"192.0.2.5\",\"used\":true}]},{\"valid\":true,"
		"\"pathFrom\":\"external\",\"path\":\"64502 64510\",\"nexthops\":[{\"ip\":"
		"\"192.0.2.6\"}]}],\"2001:db8:1::/48\":[{\"bestpath\":true,\"path\":\"64501\","
		"\"nexthops\":[{\"ip\":\"2001:db8::9\"},{\"ip\":\"fe80::1\",\"used\":true}]}]}},"
		"\"one\":{\"prefix\":\"10.3.0.0/16\",\"paths\":[{\"aspath\":{\"string\":\"64501 "
		"64511\"},\"bestpath\":{\"overall\":true},\"nexthops\":[{\"ip\":\"192.0.2.7\"}]}]}}"
		"\n",
		"10.2.0.0/16 192.0.2.5 - red bgp 0/5 ? b as 64501 64510\n"
		"10.2.0.0/16 192.0.2.6 - red bgp 0/0 ? i as 64502 64510\n"
		"2001:db8:1::/48 fe80::1 - red bgp 0/0 ? b as 64501\n"
		"10.3.0.0/16 192.0.2.7 - red bgp 0/0 ? b as 64501 64511\n",
		0 },
	{ "bgp of eos, json", NORO_DIALECT_EOS, NULL,
		"{\"vrfs\":{\"red\":{\"asn\":\"64500\",\"bgpRouteEntries\":{\"10.2.0.0/16\":{"
		"\"address\":\"10.2.0.0\",\"bgpRoutePaths\":[{\"asPathEntry\":{\"asPath\":"
		"\"64501 64510 i\"},\"nextHop\":\"192.0.2.5\",\"routeType\":{\"active\":true}},"
		"{\"asPathEntry\":{\"asPath\":\"64502 {64510} ?\"},\"nextHop\":\"192.0.2.6\","
		"\"routeType\":{\"active\":false}}],\"maskLength\":16},\"10.3.0.0/16\":{"
		"\"bgpRoutePaths\":[{\"asPathEntry\":{\"asPath\":\"i\"},\"routeType\":{"
		"\"active\":true}}]}}}}}\n",
		"10.2.0.0/16 192.0.2.5 - red bgp 0/0 ? b as 64501 64510\n"
		"10.2.0.0/16 192.0.2.6 - red bgp 0/0 ? i as 64502 0\n"
		"10.3.0.0/16 - - red bgp 0/0 ? b\n",
		0 },
	{ "eos json", NORO_DIALECT_EOS, NULL,
		"{\"vrfs\":{\"red\":{\"routes\":{\"10.0.0.0/"
		"24\":{\"routeType\":\"eBGP\",\"metric\":5,"
		"\"preference\":200,\"vias\":[{\"interface\":\"Ethernet1\",\"nexthopAddr\":\"192.0."
		"2.1\"},"
		"{\"interface\":\"Ethernet2\",\"nexthopAddr\":\"192.0.2.2\"}]}}}}}\n",
		"10.0.0.0/24 192.0.2.1 Ethernet1 red bgp 200/5 ? b\n"
		"10.0.0.0/24 192.0.2.2 Ethernet2 red bgp 200/5 ? b\n",
		0 },
	{ "nxos json", NORO_DIALECT_NXOS, NULL,
		"{\"TABLE_vrf\":{\"ROW_vrf\":{\"vrf-name-out\":\"red\",\"TABLE_addrf\":{\"ROW_"
		"addrf\":{"
		"\"TABLE_prefix\":{\"ROW_prefix\":[{\"ipprefix\":\"10.0.0.0/24\",\"TABLE_path\":{"
		"\"ROW_path\":{\"ipnexthop\":\"192.0.2.1\",\"ifname\":\"Eth1/"
		"1\",\"uptime\":\"P1DT2H\","
		"\"pref\":\"110\",\"metric\":\"45\",\"clientname\":\"ospf-1\",\"ubest\":\"true\"}}}"
		"]}}}}}}\n",
		"10.0.0.0/24 192.0.2.1 Eth1/1 red ospf 110/45 93600 b\n", 0 },
	{ "junos xml", NORO_DIALECT_JUNOS, NULL,
		"<rpc-reply><route-information><route-table><table-name>red.inet.0</table-name>"
		"<rt><rt-destination>10.0.0.0/8</rt-destination><rt-entry><active-tag>*</"
		"active-tag>"
		"<protocol-name>Static</protocol-name><preference>5</preference><age>00:01:00</age>"
		"<nh><to>192.0.2.1</to><via>ge-0/0/0.0</via></nh></rt-entry></rt></route-table>"
		"</route-information></rpc-reply>\n",
		"10.0.0.0/8 192.0.2.1 ge-0/0/0.0 red static 5/0 60 b\n", 0 },
};

static void print_route(
	const struct noro_rib *r, const struct noro_route *x, char *out, size_t room)
{
	char p[NORO_IP_TEXT], h[NORO_IP_TEXT] = "-", age[16] = "?";
	static const char letters[] = "bdnhil";
	size_t n, ases;
	const uint32_t *as = noro_rib_path(r, x->path, &ases);

	(void)noro_ip_print(&x->prefix.ip, p);
	if (x->nexthop.family)
		(void)noro_ip_print(&x->nexthop, h);
	if (x->age_s != UINT32_MAX)
		(void)snprintf(age, sizeof(age), "%u", x->age_s);
	n = (size_t)snprintf(out, room, "%s/%u %s %s %s %s %u/%u %s", p, x->prefix.len, h,
		x->interface ? x->interface : "-", x->vrf ? x->vrf : "-",
		noro_route_proto_name(x->proto), x->distance, x->metric, age);
	for (unsigned i = 0; i < 6; i++)
		if (x->flags & 1U << i)
			n += (size_t)snprintf(out + n, room - n, " %c", letters[i]);
	for (size_t i = 0; i < ases; i++)
		n += (size_t)snprintf(out + n, room - n, "%s %u", i ? "" : " as", as[i]);
	(void)snprintf(out + n, room - n, "\n");
}

static char *read_text(const struct sample *s, struct noro_view text, struct noro_route_read *read)
{
	struct noro_arena *a = noro_arena_new(0);
	struct noro_error err = { 0 };
	struct noro_rib *r;
	char *out = calloc(1, 64 << 10), one[512];

	assert_non_null(out);
	assert_int_equal(noro_rib_new(a, &r), NORO_OK);
	assert_int_equal(noro_routes_read(r, s->dialect, s->shape, text, read, &err), NORO_OK);
	assert_int_equal(read->routes, noro_rib_routes(r));
	for (size_t i = 0; i < noro_rib_routes(r); i++) {
		print_route(r, noro_rib_route(r, i), one, sizeof(one));
		strcat(out, one); /* tests may: the room is far larger than any sample */
	}
	noro_arena_free(a);
	return out;
}

static void every_system_reads_as_expected(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const struct sample *s = &samples[i];
		struct noro_route_read read;
		char *got = read_text(s, noro_view_str(s->text), &read);

		if (strcmp(got, s->expect) != 0 || read.unknown != s->unknown)
			fail_msg("%s: %u unknown (line %u)\n%s", s->name, (unsigned)read.unknown,
				read.first_unknown, got);
		free(got);
	}
}

static void every_prefix_of_a_table_reads(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		size_t n = strlen(samples[i].text);

		for (size_t cut = 0; cut < n; cut++) {
			uint8_t *exact = test_exact_copy(samples[i].text, cut);
			struct noro_route_read read;

			free(read_text(&samples[i], noro_view(exact, cut), &read));
			free(exact);
		}
	}
}

static bool try_read(void *arg)
{
	const struct sample *s = arg;
	struct noro_arena *a = noro_arena_new(0);
	struct noro_route_read read;
	struct noro_error err = { 0 };
	struct noro_rib *r;
	enum noro_status st = a ? noro_rib_new(a, &r) : NORO_ENOMEM;

	if (st == NORO_OK)
		st = noro_routes_read(r, s->dialect, s->shape, noro_view_str(s->text), &read, &err);
	noro_arena_free(a);
	return st == NORO_OK;
}

/* "show router 99 bgp routes" prints a table that does not say whose it is. */
static void a_table_without_name_is_the_one_asked_for(void **state)
{
	static const char text[] = "BGP IPv4 Routes\n"
				   "Flag  Network\n"
				   "-----------------------------------------------------------\n"
				   "u*>i  10.2.0.0/16\n"
				   "-----------------------------------------------------------\n";
	struct noro_arena *a = noro_arena_new(0);
	struct noro_route_read read;
	struct noro_error err = { 0 };
	struct noro_rib *r;

	(void)state;
	assert_int_equal(noro_rib_new(a, &r), NORO_OK);
	assert_int_equal(noro_rib_of_vrf(r, NORO_V("99")), NORO_OK);
	assert_int_equal(
		noro_routes_read(r, NORO_DIALECT_SROS, NULL,
			NORO_V("BGP IPv4 Routes\nFlag  Network\n----\nu*>i  10.3.0.0/16\n----\n"),
			&read, &err),
		NORO_OK);
	assert_int_equal(noro_rib_of_vrf(r, NORO_V("")), NORO_OK);
	assert_int_equal(
		noro_routes_read(r, NORO_DIALECT_SROS, NULL, noro_view_str(text), &read, &err),
		NORO_OK);
	assert_int_equal(noro_rib_routes(r), 2);
	assert_string_equal(noro_rib_route(r, 0)->vrf, "99");
	assert_null(noro_rib_route(r, 1)->vrf);
	noro_arena_free(a);
}

static void no_allocation_is_taken_for_granted(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct sample s = samples[i];

		test_allocation_sweep(try_read, &s, 4000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_system_reads_as_expected),
		cmocka_unit_test(every_prefix_of_a_table_reads),
		cmocka_unit_test(a_table_without_name_is_the_one_asked_for),
		cmocka_unit_test(no_allocation_is_taken_for_granted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
