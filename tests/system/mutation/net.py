"""Tunnels and routing."""
from mutation.plant import add, state

# TUN-01 a tunnel
add('TUN-01', 'IX', 'interface Tunnel{n}\n ip address {lan} 255.255.255.252\n tunnel source GigabitEthernet0/0\n tunnel destination {pub}',
    'interface Tunnel{n}\n no ip address\n tunnel source Loopback0\n tunnel mode ipip\n tunnel destination {pub}')
add('TUN-01', 'R', 'interface tunnel-ip{n}\n ipv4 address {lan} 255.255.255.252\n tunnel mode gre ipv4\n tunnel source Loopback0\n tunnel destination {pub}')
add('TUN-01', 'N', 'feature tunnel\ninterface Tunnel{n}\n ip address {lan}/30\n tunnel source loopback0\n tunnel destination {pub}\n no shutdown')
add('TUN-01', 'A', 'interface Tunnel{n}\n nameif {word}\n ip address {lan} 255.255.255.252\n tunnel source interface outside\n tunnel destination {pub}\n tunnel mode ipsec ipv4')
add('TUN-01', 'J', 'interfaces > gr-0/0/0 > unit {n} > tunnel > source 192.0.2.1\ninterfaces > gr-0/0/0 > unit {n} > tunnel > destination {pub}',
    'interfaces > ip-0/0/0 > unit {n} > tunnel > destination {pub}', 'interfaces > st0 > unit {n} > family inet > address {lan}/30')
add('TUN-01', 'E', 'interface Tunnel{n}\n ip address {lan}/30\n tunnel mode gre\n tunnel source 192.0.2.1\n tunnel destination {pub}')
add('TUN-01', 'H', 'interface Tunnel0/0/{n}\n ip address {lan} 255.255.255.252\n tunnel-protocol gre\n source 192.0.2.1\n destination {pub}')
add('TUN-01', 'F', 'config system gre-tunnel\n    edit "{word}"\n        set interface "wan1"\n        set remote-gw {pub}\n        set local-gw 192.0.2.1\n    next\nend')
add('TUN-01', 'P', 'network > interface > tunnel > units > @tunnel.{n} > comment {word}', 'network > tunnel > gre > @{name} > peer-address > ip {pub}')
add('TUN-01', 'M', '/interface gre\n add name={word} remote-address={pub}', '/interface ipip\n add name={word} remote-address={pub}')
add('TUN-01', 'V', 'interfaces > tunnel tun{n} > encapsulation gre\ninterfaces > tunnel tun{n} > remote {pub}', 'interfaces > tunnel tun{n} > remote-ip {pub}')
# TUN-02 many points
add('TUN-02', 'IX', 'interface Tunnel{n}\n ip address {lan} 255.255.255.0\n ip nhrp network-id {n}\n tunnel source Loopback0\n tunnel mode gre multipoint',
    'interface Tunnel{n}\n ip nhrp map multicast dynamic', 'interface Tunnel{n}\n ip address {lan} 255.255.255.252\n tunnel source Loopback0\n tunnel destination {pub}')
# TUN-03 an IPsec peer
add('TUN-03', 'IX', 'crypto map {name} 10 ipsec-isakmp\n set peer {pub}\n match address 120', 'crypto ikev2 profile {name}\n match identity remote address {pub} 255.255.255.255',
    'crypto isakmp key 6 {long} address {pub}')
add('TUN-03', 'A', 'crypto map {name} 10 set peer {pub}', 'tunnel-group {pub} type ipsec-l2l')
add('TUN-03', 'J', 'security > ike > gateway {name} > address {pub}', 'security > ike > gateway {name} > ike-policy p1\nsecurity > ike > gateway {name} > address {pub}')
add('TUN-03', 'H', 'ike peer {word}\n remote-address {pub}')
add('TUN-03', 'F', 'config vpn ipsec phase1-interface\n    edit "{word}"\n        set interface "wan1"\n        set remote-gw {pub}\n        set psksecret ENC {long}\n    next\nend')
add('TUN-03', 'P', 'network > ike > gateway > @{name} > peer-address > ip {pub}')
add('TUN-03', 'M', '/ip ipsec peer\n add address={pub}/32 name={word}')
add('TUN-03', 'V', 'vpn > ipsec > site-to-site > peer {pub} > authentication > mode pre-shared-secret', 'vpn > ipsec > site-to-site > peer {word} > remote-address {pub}')
# TUN-04 remote access
add('TUN-04', 'IX', 'vpdn enable\nvpdn-group {name}\n request-dialin\n  protocol l2tp\n initiate-to ip {pub}', 'vpdn-group {name}\n accept-dialin\n  protocol pptp')
add('TUN-04', 'A', 'vpdn group {name} request dialout pppoe')
add('TUN-04', 'F', 'config vpn l2tp\n    set status enable\n    set sip {lan}\n    set usrgrp "{word}"\nend', 'config vpn pptp\n    set status enable\n    set usrgrp "{word}"\nend')
add('TUN-04', 'M', '/interface l2tp-client\n add connect-to={pub} disabled=no name=lvpn user={user}', '/interface sstp-client\n add connect-to={pub} disabled=no name={word} user={user}',
    '/interface wireguard\n add listen-port=13231 name={word}', '/interface ovpn-client\n add connect-to={pub} name={word} user={user}')
add('TUN-04', 'V', 'interfaces > wireguard wg{n} > port 51820', 'interfaces > openvpn vtun{n} > remote-host {pub}', 'vpn > l2tp > remote-access > outside-address {pub}',
    'interfaces > wireguard wg{n} > peer {word} > address {pub}')
# TUN-05 extended layer 2
add('TUN-05', 'IX', 'interface GigabitEthernet0/0/7\n no ip address\n xconnect {pub} {vlan} encapsulation mpls', 'interface ~\n xconnect {pub} {vlan} encapsulation l2tpv3 pw-class {name}')
add('TUN-05', 'X', 'interface nve1\n no ip address\n member vni 10{n} ingress-replication {pub}')
add('TUN-05', 'R', 'l2vpn\n xconnect group {name}\n  p2p {word}\n   interface GigabitEthernet0/0/0/7\n   neighbor ipv4 {pub} pw-id {vlan}', 'interface nve1\n member vni 10{n}\n  host-reachability protocol bgp')
add('TUN-05', 'N', 'feature nv overlay\ninterface nve1\n no shutdown\n member vni 10{n}\n  ingress-replication protocol static\n   peer-ip {pub}')
add('TUN-05', 'E', 'interface Vxlan1\n vxlan vlan {n} vni 10{n}', 'interface Vxlan1\n vxlan source-interface Loopback0\n vxlan flood vtep {pub}')
add('TUN-05', 'J', 'protocols > l2circuit > neighbor {pub} > interface ge-0/0/7.0 > virtual-circuit-id {vlan}', 'protocols > connections > interface-switch {word} > interface ge-0/0/7.0',
    'vlans > {word} > vxlan > vni 10{n}')
add('TUN-05', 'H', 'interface Nve1\n vni 10{n} head-end peer-list {pub}', 'interface ~\n mpls l2vc {pub} {vlan}')
add('TUN-05', 'M', '/interface eoip\n add name={word} remote-address={pub} tunnel-id={n}', '/interface vxlan\n add name={word} vni={n}')
# TUN-06 a tunnel that no configuration explains
UP = """Tunnel7 is up, line protocol is up
  Hardware is Tunnel
  Internet address is 10.7.7.1/30
  MTU 17916 bytes, BW 100 Kbit/sec, DLY 50000 usec,
     reliability 255/255, txload 1/255, rxload 1/255
  Encapsulation TUNNEL, loopback not set
  Keepalive not set
  Tunnel source 192.0.2.1, destination {pub}
  Tunnel protocol/transport GRE/IP"""
state('TUN-06', 'IX', 'show interfaces', '\n'.join('*' + line for line in UP.split('\n')))
state('TUN-06', 'IX', 'show interfaces tunnel 7', '\n'.join('*' + line for line in UP.split('\n')))
state('TUN-06', 'IX', 'show ip interface brief', """Interface              IP-Address      OK? Method Status                Protocol
GigabitEthernet0/0     192.0.2.1       YES NVRAM  up                    up
*Tunnel7                10.7.7.1        YES unset  up                    up""")
state('TUN-06', 'IX', 'show crypto session', """Crypto session current status

*Interface: Tunnel7
*Session status: UP-ACTIVE
*Peer: {pub} port 500
*  IKEv1 SA: local 192.0.2.1/500 remote {pub}/500 Active
*  IPSEC FLOW: permit 47 host 192.0.2.1 host {pub}
*        Active SAs: 2, origin: crypto map""")
state('TUN-06', 'N', 'show ip interface brief', """IP Interface Status for VRF "default"(1)
Interface            IP Address      Interface Status
mgmt0                192.0.2.1       protocol-up/link-up/admin-up
*Tunnel7              10.7.7.1        protocol-up/link-up/admin-up""")
state('TUN-06', 'R', 'show ipv4 interface brief', """Interface                      IP-Address      Status          Protocol Vrf-Name
MgmtEth0/RP0/CPU0/0            192.0.2.1       Up              Up       default
*tunnel-ip7                     10.7.7.1        Up              Up       default""")
state('TUN-06', 'J', 'show interfaces terse', """Interface               Admin Link Proto    Local                 Remote
ge-0/0/0                up    up
*gr-0/0/0.7              up    up   inet     10.7.7.1/30""")
state('TUN-06', 'J', 'show security ipsec sa', """  Total active tunnels: 1
  ID    Algorithm       SPI      Life:sec/kb  Mon lsys Port  Gateway
*  <131073 ESP:aes-cbc-256/sha256 5d5fb9ec 2690/ unlim - root 500 {pub}
*  >131073 ESP:aes-cbc-256/sha256 7f1c2b33 2690/ unlim - root 500 {pub}""")
state('TUN-06', 'E', 'show ip interface brief', """                                                                                 Address
Interface         IP Address            Status       Protocol            MTU     Owner
----------------- --------------------- ------------ -------------- ----------- -------
Ethernet1         192.0.2.1/30          up           up                 1500
*Tunnel7           10.7.7.1/30           up           up                 1476""")
state('TUN-06', 'A', 'show vpn-sessiondb detail l2l', """
Session Type: LAN-to-LAN Detailed

*Connection   : {pub}
*Index        : 2527                   IP Addr      : {pub}
*Protocol     : IKEv2 IPsec
*Encryption   : IKEv2: (1)AES256  IPsec: (1)AES256
*Duration     : 1h:02m:11s""")
# TUN-07 a loopback
add('TUN-07', 'IX', 'interface Loopback{n}\n ip address {pub} 255.255.255.255', 'interface Loopback{n}\n ip address {lan} 255.255.255.255\nip ssh source-interface Loopback{n}', late=True)
add('TUN-07', 'N', 'interface loopback{n}\n ip address {pub}/32', late=True)
add('TUN-07', 'R', 'interface Loopback{n}\n ipv4 address {pub} 255.255.255.255', late=True)
add('TUN-07', 'J', 'interfaces > lo0 > unit 0 > family inet > address {pub}/32', 'interfaces > lo0 > unit {n} > family inet > address {lan}/32', late=True)

# RTE-01 static routes
add('RTE-01', 'IX', 'ip route 0.0.0.0 0.0.0.0 {pub}', 'ip route {net} 255.255.255.0 {lan}', 'ip route vrf {name} {net} 255.255.255.0 {lan}', late=True)
add('RTE-01', 'R', 'router static\n address-family ipv4 unicast\n  0.0.0.0/0 {pub}', 'router static\n address-family ipv4 unicast\n  {net}/24 {lan}', late=True)
add('RTE-01', 'N', 'ip route 0.0.0.0/0 {pub}', 'ip route {net}/24 {lan}', late=True)
add('RTE-01', 'A', 'route outside 0.0.0.0 0.0.0.0 {pub} 1', 'route inside {net} 255.255.255.0 {lan} 1', late=True)
add('RTE-01', 'J', 'routing-options > static > route 0.0.0.0/0 > next-hop {pub}', 'routing-options > static > route {net}/24 > next-hop {lan}', late=True)
add('RTE-01', 'E', 'ip route 0.0.0.0/0 {pub}', 'ip route {net}/24 {lan}', late=True)
add('RTE-01', 'H', 'ip route-static 0.0.0.0 0.0.0.0 {pub}', 'ip route-static {net} 255.255.255.0 {lan}', late=True)
add('RTE-01', 'F', 'config router static\n    edit 99\n        set dst {net} 255.255.255.0\n        set gateway {lan}\n        set device "port3"\n    next\nend', late=True)
add('RTE-01', 'P', 'network > virtual-router > @default > routing-table > ip > static-route > @{name} > nexthop > ip-address {lan}\n'
    'network > virtual-router > @default > routing-table > ip > static-route > @{name} > destination {net}/24', late=True)
add('RTE-01', 'M', '/ip route\n add dst-address={net}/24 gateway={lan}', '/ip route\n add dst-address=0.0.0.0/0 gateway={pub}', late=True)
add('RTE-01', 'V', 'protocols > static > route {net}/24 > next-hop {lan}', 'protocols > static > route 0.0.0.0/0 > next-hop {pub}', late=True)
# RTE-04 policy-based routing
add('RTE-04', 'IX', 'interface ~\n ip policy route-map {name}', 'ip local policy route-map {name}')
add('RTE-04', 'R', 'ipv4 access-list {name}\n 15 permit ipv4 any any nexthop1 ipv4 {lan}')
add('RTE-04', 'N', 'feature pbr\ninterface ~\n ip policy route-map {name}')
add('RTE-04', 'A', 'interface ~\n policy-route route-map {name}')
add('RTE-04', 'J', 'firewall > family inet > filter {name} > term pbr > then > routing-instance {word}')
add('RTE-04', 'E', 'policy-map type pbr {name}\n 10 class {word}\n  set nexthop {lan}', 'interface ~\n service-policy type pbr input {name}')
add('RTE-04', 'H', 'interface ~\n traffic-policy {name} inbound', 'ip local policy-based-route {word}')
add('RTE-04', 'F', 'config router policy\n    edit 9\n        set input-device "port1"\n        set gateway {lan}\n        set output-device "port3"\n    next\nend')
add('RTE-04', 'P', 'rulebase > pbf > rules > @{name} > action > forward > nexthop > ip-address {lan}')
add('RTE-04', 'M', '/ip firewall mangle\n add action=mark-routing chain=prerouting new-routing-mark={word}')
add('RTE-04', 'V', 'policy > route {name} > rule 10 > set > table 10')
# RTE-05 to RTE-07 neighbours
PEER = {
    'IX': ('router bgp ~\n neighbor {pub} remote-as {asn}', 'router bgp ~\n neighbor {pub} remote-as {asn}\n neighbor {pub} ebgp-multihop 255'),
    'N': ('router bgp ~\n neighbor {pub}\n  remote-as {asn}\n  address-family ipv4 unicast', 'router bgp ~\n neighbor {pub} remote-as {asn}'),
    'R': ('router bgp ~\n neighbor {pub}\n  remote-as {asn}\n  address-family ipv4 unicast',),
    'A': ('router bgp ~\n address-family ipv4 unicast\n  neighbor {pub} remote-as {asn}\n  neighbor {pub} activate',),
    'J': ('protocols > bgp > group {word} > type external\nprotocols > bgp > group {word} > neighbor {pub} > peer-as {asn}',
          'protocols > bgp > group {word} > peer-as {asn}\nprotocols > bgp > group {word} > neighbor {pub}'),
    'E': ('router bgp ~\n neighbor {pub} remote-as {asn}', 'router bgp ~\n neighbor {pub} remote-as {asn}\n neighbor {pub} ebgp-multihop 5'),
    'H': ('bgp 64500\n peer {pub} as-number {asn}',),
    'F': ('config router bgp\n    config neighbor\n        edit "{pub}"\n            set remote-as {asn}\n        next\n    end\nend',),
    'P': ('network > virtual-router > @default > protocol > bgp > peer-group > @{name} > peer > @{word} > peer-address > ip {pub}\n'
          'network > virtual-router > @default > protocol > bgp > peer-group > @{name} > peer > @{word} > peer-as {asn}',),
    'M': ('/routing bgp connection\n add as=64512 local.role=ebgp name={word} remote.address={pub} remote.as={asn}', '/routing bgp peer\n add name={word} remote-address={pub} remote-as={asn}'),
    'V': ('protocols > bgp > neighbor {pub} > remote-as {asn}', 'protocols > bgp 64512 > neighbor {pub} > remote-as {asn}'),
}
for dialects, forms in PEER.items():
    add('RTE-05', dialects, *forms)
    add('RTE-06', dialects, *forms)
    if dialects not in 'AFPMV':
        add('RTE-07', dialects, *forms)
# RTE-08 leaks between VRFs
add('RTE-08', 'IX', 'vrf definition {name}\n rd {asn}:{n}\n address-family ipv4\n  route-target import {asn2}:{n2}\n exit-address-family', 'ip vrf {name}\n rd {asn}:{n}\n route-target import {asn2}:{n2}',
    'ip vrf {name}\n rd {asn}:{n}\n import map {word}', 'ip route vrf {name} {net} 255.255.255.0 {lan} global', late=True)
add('RTE-08', 'R', 'vrf {name}\n address-family ipv4 unicast\n  import route-target\n   {asn}:{n}', 'vrf {name}\n address-family ipv4 unicast\n  import from default-vrf route-policy {word}', late=True)
add('RTE-08', 'N', 'vrf context {name}\n address-family ipv4 unicast\n  route-target import {asn}:{n}', 'vrf context {name}\n address-family ipv4 unicast\n  import map {word}', late=True)
add('RTE-08', 'J', 'routing-instances > {name} > vrf-import {word}', 'routing-instances > {name} > vrf-target import target:{asn}:{n}', 'routing-options > rib-groups > {name} > import-rib [ inet.0 {word}.inet.0 ]', late=True)
add('RTE-08', 'E', 'router bgp ~\n vrf {name}\n  rd {asn}:{n}\n  route-target import vpn-ipv4 {asn2}:{n2}', 'router bgp ~\n vrf {name}\n  route-target import evpn {asn}:{n}', late=True)
add('RTE-08', 'H', 'ip vpn-instance {word}\n ipv4-family\n  vpn-target {asn}:{n} import-extcommunity', late=True)
