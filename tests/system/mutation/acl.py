"""Filters: additions, holes, addresses of the intruder."""
from mutation.plant import add, gone

# ACL-01 a permit more in a filter that guards management
IOS = 'ip access-list standard {name}\n permit 192.0.2.0 0.0.0.127\n'
add('ACL-01', 'IX', 'ip access-list standard {name}\n permit {pub}', 'ip access-list standard {name}\n permit {net} 0.0.0.255', 'ip access-list standard {name}\n permit any',
    control=IOS + 'line vty ~\n access-class {name} in', late=True)
add('ACL-01', 'IX', 'access-list 98 permit {pub}', 'access-list 98 permit any', control='access-list 98 permit 192.0.2.0 0.0.0.127\nsnmp-server community {word} RO 98', late=True)
add('ACL-01', 'IX', 'ip access-list standard {name}\n permit {pub}', control=IOS + 'ip http server\nip http access-class ipv4 {name}', late=True)
add('ACL-01', 'N', 'ip access-list {name}\n 20 permit tcp {pub}/32 any eq 22', control='ip access-list {name}\n 10 permit ip 192.0.2.0/25 any\nline vty\n access-class {name} in', late=True)
add('ACL-01', 'R', 'ipv4 access-list {name}\n 20 permit ipv4 host {pub} any', control='ipv4 access-list {name}\n 10 permit ipv4 192.0.2.0 0.0.0.127 any\nline default\n access-class ingress {name}', late=True)
add('ACL-01', 'A', 'ssh {pub} 255.255.255.255 outside', 'http {pub} 255.255.255.255 outside', control='ssh 192.0.2.0 255.255.255.128 inside', late=True)
add('ACL-01', 'E', 'ip access-list standard {name}\n 20 permit host {pub}', control='ip access-list standard {name}\n 10 permit 192.0.2.0/25\nmanagement ssh\n ip access-group {name} in', late=True)
JUNOS = ('firewall > family inet > filter {name} > term mgmt > from > source-address > 192.0.2.0/25\nfirewall > family inet > filter {name} > term mgmt > then > accept\n'
         'interfaces > lo0 > unit 0 > family inet > filter > input {name}')
add('ACL-01', 'J', 'firewall > family inet > filter {name} > term mgmt > from > source-address > {pub}/32',
    'firewall > family inet > filter {name} > term extra > from > source-address > {pub}/32\nfirewall > family inet > filter {name} > term extra > then > accept', control=JUNOS, late=True)
add('ACL-01', 'H', 'acl number 2001\n rule 15 permit source {pub} 0', control='acl number 2001\n rule 5 permit source 192.0.2.0 0.0.0.127\nuser-interface vty 0 4\n acl 2001 inbound', late=True)
add('ACL-01', 'F', 'config system admin\n    edit "ops1"\n        set trusthost2 {pub} 255.255.255.255\n    next\nend',
    control='config system admin\n    edit "ops1"\n        set trusthost1 192.0.2.0 255.255.255.128\n        set accprofile "prof_admin"\n        set vdom "root"\n    next\nend', late=True)
add('ACL-01', 'P', 'deviceconfig > system > permitted-ip > @{pub}', control='deviceconfig > system > permitted-ip > @192.0.2.0/25', late=True)
add('ACL-01', 'M', '/ip firewall filter\n add action=accept chain=input src-address={pub}', control='/ip firewall filter\n add action=accept chain=input src-address=192.0.2.0/25', late=True)
add('ACL-01', 'V', 'firewall > name LOCAL > rule 15 > action accept\nfirewall > name LOCAL > rule 15 > source > address {pub}',
    control='firewall > name LOCAL > default-action drop\nfirewall > name LOCAL > rule 10 > action accept\nfirewall > name LOCAL > rule 10 > source > address 192.0.2.0/25\n'
    'interfaces > ethernet eth0 > firewall > local > name LOCAL', late=True)

# ACL-02 the numbers of the advisory
for n in (10, 20, 50):
    add('ACL-02', 'IX', f'access-list {n} permit {{pub}}', f'access-list {n} permit {{pub}}\nline vty ~\n access-class {n} in', f'ip access-list standard {n}\n permit {{lan}}', tries=1)

# ACL-03 permit everything
add('ACL-03', 'IX', 'ip access-list extended {name}\n permit ip any any\ninterface ~\n ip access-group {name} in', 'access-list 1{nn} permit ip any any\ninterface ~\n ip access-group 1{nn} in',
    'ip access-list extended {name}\n permit ip any any\n deny ip host {lan} any\ninterface ~\n ip access-group {name} in')
add('ACL-03', 'N', 'ip access-list {name}\n 5 permit ip any any\ninterface ~\n ip access-group {name} in')
add('ACL-03', 'R', 'ipv4 access-list {name}\n 5 permit ipv4 any any\ninterface ~\n ipv4 access-group {name} ingress')
add('ACL-03', 'A', 'access-list {name} extended permit ip any any\naccess-group {name} in interface outside', 'access-list {name} extended permit ip any4 any4\naccess-group {name} in interface outside')
add('ACL-03', 'E', 'ip access-list {name}\n 5 permit ip any any\ninterface ~\n ip access-group {name} in')
add('ACL-03', 'J', 'firewall > family inet > filter {name} > term all > then > accept\ninterfaces > lo0 > unit 0 > family inet > filter > input {name}',
    'security > policies > from-zone untrust to-zone trust > policy {name} > match > source-address any\n'
    'security > policies > from-zone untrust to-zone trust > policy {name} > match > destination-address any\n'
    'security > policies > from-zone untrust to-zone trust > policy {name} > match > application any\n'
    'security > policies > from-zone untrust to-zone trust > policy {name} > then > permit')
add('ACL-03', 'H', 'acl number 3333\n rule 5 permit ip\ninterface ~\n traffic-filter inbound acl 3333')
add('ACL-03', 'F', 'config firewall policy\n    edit 990\n        set name "{word}"\n        set srcintf "any"\n        set dstintf "any"\n        set action accept\n        set srcaddr "all"\n'
    '        set dstaddr "all"\n        set schedule "always"\n        set service "ALL"\n    next\nend')
add('ACL-03', 'P', '\n'.join(f'rulebase > security > rules > @{{name}} > {w}' for w in ('from +any', 'to +any', 'source +any', 'destination +any', 'application +any', 'service +any', 'action allow')))
add('ACL-03', 'M', '/ip firewall filter\n add action=accept chain=forward', '/ip firewall filter\n add action=accept chain=input comment={word}')
add('ACL-03', 'V', 'firewall > name {name} > rule 1 > action accept', 'firewall > name {name} > default-action accept')

# ACL-04 a filter that is not there
add('ACL-04', 'IX', 'line vty ~\n access-class {name} in', 'interface ~\n ip access-group {name} in', 'line vty ~\n access-class {n} in')
add('ACL-04', 'N', 'interface ~\n ip access-group {name} in', 'line vty\n access-class {name} in')
add('ACL-04', 'R', 'interface ~\n ipv4 access-group {name} ingress', 'line default\n access-class ingress {name}')
add('ACL-04', 'A', 'access-group {name} in interface outside')
add('ACL-04', 'E', 'interface ~\n ip access-group {name} in', 'management ssh\n ip access-group {name} in')
add('ACL-04', 'J', 'interfaces > ge-0/0/3 > unit 0 > family inet > filter > input {name}', 'interfaces > lo0 > unit 0 > family inet > filter > input {name}')
add('ACL-04', 'H', 'interface ~\n traffic-filter inbound acl 3999', 'user-interface vty ~\n acl 2999 inbound')

# ACL-05 ahead of the baseline
add('ACL-05', 'IX', 'ip access-list extended {name}\n 5 permit ip host {pub} any', control='ip access-list extended {name}\n 10 permit tcp any host {lan} eq 443\n 20 deny ip any any\n'
    'interface ~\n ip access-group {name} in', late=True)
add('ACL-05', 'N', 'ip access-list {name}\n 5 permit ip {pub}/32 any', control='ip access-list {name}\n 10 permit tcp any {lan}/32 eq 443\n 20 deny ip any any', late=True)
add('ACL-05', 'E', 'ip access-list {name}\n 5 permit ip host {pub} any', control='ip access-list {name}\n 10 permit tcp any host {lan} eq https\n 20 deny ip any any', late=True)

# ACL-06 nothing guards the control plane
gone('ACL-06', 'IX', 'control-plane\n service-policy input {name}', without='^control-plane|^ *service-policy input')
gone('ACL-06', 'N', 'control-plane\n service-policy input copp-system-p-policy-strict', without='^control-plane|^ *service-policy input|^copp profile')
gone('ACL-06', 'J', 'interfaces > lo0 > unit 0 > family inet > filter > input PROTECT', control='firewall > family inet > filter PROTECT > term mgmt > then > accept')

# ACL-07 an address of the advisory, anywhere
add('ACL-07', 'IX', 'ip route {ioc} 255.255.255.255 Null0', 'ip host {word} {ioc}', 'access-list 77 permit {ioc}', 'snmp-server host {ioc} {word}')
add('ACL-07', 'N', 'ip route {ioc}/32 Null0', 'snmp-server host {ioc} version 2c {word}')
add('ACL-07', 'R', 'router static\n address-family ipv4 unicast\n  {ioc}/32 Null0', 'domain ipv4 host {word} {ioc}')
add('ACL-07', 'A', 'name {ioc} {word}', 'object network {name}\n host {ioc}')
add('ACL-07', 'J', 'policy-options > prefix-list {word} > {ioc}/32', 'system > static-host-mapping > {word} > inet {ioc}')
add('ACL-07', 'E', 'ip host {word} {ioc}', 'ip route {ioc}/32 Null0')
add('ACL-07', 'H', 'ip host {word} {ioc}', 'ip route-static {ioc} 255.255.255.255 NULL0')
add('ACL-07', 'F', 'config firewall address\n    edit "{word}"\n        set subnet {ioc} 255.255.255.255\n    next\nend')
add('ACL-07', 'P', 'address > @{word} > ip-netmask {ioc}')
add('ACL-07', 'M', '/ip firewall address-list\n add address={ioc} list={word}')
add('ACL-07', 'V', 'firewall > group > address-group {word} > address {ioc}')

# ACL-08 a group that holds everything
add('ACL-08', 'IX', 'object-group network {name}\n 0.0.0.0 0.0.0.0', 'ip prefix-list {name} seq 5 permit 0.0.0.0/0 le 32', control='ip access-list extended {word}\n permit ip object-group {name} any', late=True)
add('ACL-08', 'N', 'object-group ip address {name}\n 10 0.0.0.0/0', control='ip access-list {word}\n 10 permit ip addrgroup {name} any', late=True)
add('ACL-08', 'R', 'object-group network ipv4 {name}\n 0.0.0.0/0', control='ipv4 access-list {word}\n 10 permit ipv4 net-group {name} any', late=True)
add('ACL-08', 'A', 'object-group network {name}\n network-object 0.0.0.0 0.0.0.0', control='access-list {word} extended permit ip object-group {name} any', late=True)
add('ACL-08', 'J', 'policy-options > prefix-list {name} > 0.0.0.0/0', control='firewall > family inet > filter {word} > term a > from > source-prefix-list > {name}', late=True)
add('ACL-08', 'H', 'ip address-set {word} type object\n address 0 0.0.0.0 mask 0', control='security-policy\n rule name {name}\n  source-address address-set {word}\n  action permit', late=True)
add('ACL-08', 'F', 'config firewall address\n    edit "{word}"\n        set subnet 0.0.0.0 0.0.0.0\n    next\nend', control='config firewall addrgrp\n    edit "{name}"\n        set member "{word}"\n    next\nend\n'
    'config firewall policy\n    edit 991\n        set srcintf "port1"\n        set dstintf "port2"\n        set action accept\n        set srcaddr "{name}"\n        set dstaddr "{word}"\n        set schedule "always"\n        set service "SSH"\n    next\nend', late=True)
add('ACL-08', 'P', 'address > @{word} > ip-netmask 0.0.0.0/0', control='address-group > @{name} > static +{word}\nrulebase > security > rules > @R9 > source +{name}\nrulebase > security > rules > @R9 > destination +{word}\nrulebase > security > rules > @R9 > action allow', late=True)
add('ACL-08', 'M', '/ip firewall address-list\n add address=0.0.0.0/0 list={word}', control='/ip firewall filter\n add action=accept chain=input src-address-list={word}', late=True)
add('ACL-08', 'V', 'firewall > group > network-group {word} > network 0.0.0.0/0', control='firewall > name {name} > rule 10 > source > group > network-group {word}', late=True)

# ACL-09 doors through address translation
add('ACL-09', 'IX', 'ip nat inside source static tcp {lan} 22 {pub} 2222 extendable', 'ip nat inside source static tcp {lan} 443 interface GigabitEthernet0/0 8443')
add('ACL-09', 'A', 'object network {name}\n host {lan}\n nat (inside,outside) static interface service tcp ssh 2222')
add('ACL-09', 'F', 'config firewall vip\n    edit "{name}"\n        set extip {pub}\n        set mappedip "{lan}"\n        set extintf "any"\n        set portforward enable\n        set extport 2222\n        set mappedport 22\n    next\nend')
add('ACL-09', 'P', 'rulebase > nat > rules > @{name} > destination-translation > translated-address {lan}\nrulebase > nat > rules > @{name} > destination-translation > translated-port 22')
add('ACL-09', 'M', '/ip firewall nat\n add action=dst-nat chain=dstnat dst-port=2222 protocol=tcp to-addresses={lan} to-ports=22',
    '/ip firewall nat\n add action=dst-nat chain=dstnat dst-address={pub1} to-addresses={pub2}')
add('ACL-09', 'J', 'security > nat > destination > pool {name} > address {lan}/32\nsecurity > nat > destination > pool {name} > address port 22\n'
    'security > nat > destination > rule-set {word} > rule r1 > match > destination-address {pub}/32\nsecurity > nat > destination > rule-set {word} > rule r1 > then > destination-nat > pool {name}')
