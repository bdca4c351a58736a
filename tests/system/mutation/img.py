"""Boot and images; services; cryptography; differences."""
from mutation.plant import add, gone, state

VERSION = """+Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version 15.2(4)M7, RELEASE SOFTWARE (fc2)
ROM: System Bootstrap, Version 15.0(1r)M16, RELEASE SOFTWARE (fc1)

{host} uptime is 1 week, 2 days
System returned to ROM by power-on
%s

%s"""
GOOD, REG = 'System image file is "flash:c2900-universalk9-mz.SPA.152-4.M7.bin"', 'Configuration register is 0x2102'
state('IMG-01', 'IX', 'show version', VERSION % ('-' + GOOD + '\n*System image file is "flash:{word}.bin"', REG), config='boot system flash:c2900-universalk9-mz.SPA.152-4.M7.bin')
state('IMG-03', 'IX', 'verify flash:c2900-universalk9-mz.SPA.152-4.M7.bin', """Verifying file integrity of flash:c2900-universalk9-mz.SPA.152-4.M7.bin
*Embedded Hash   MD5 : {hash}
*Computed Hash   MD5 : {hash2}
*CCO Hash        MD5 : {hash3}
*%ERROR: Computed and embedded hash mismatch. Verification failed.
-Signature Verified""")
state('IMG-04', 'IX', 'show software authenticity running', """+SYSTEM IMAGE
------------
-Image type                    : Production
*Image type                    : Development
    Signer Information
        Common Name           : CiscoSystems
        Organization Unit     : C2900
        Organization Name     : CiscoSystems
    Certificate Serial Number : 5A6B7C8D
    Hash Algorithm            : SHA512
    Signature Algorithm       : 2048-bit RSA
-    Key Version               : A
*    Key Version               : S""")
state('IMG-09', 'A', 'show kernel process', """PID PPID PRI NI      VSIZE      RSS      WCHAN STAT  RUNTIME COMMAND
  1    0  20  0    4456448      624          0    S       87 init
1105  931   0 -20 1508089856  9122816         0    S    12022 lina
*1820  931   0 -20   12582912   812304         0    S     1202 lina_cs""")
state('IMG-09', 'A', 'dir disk0:', """Directory of disk0:/

10     drwx  8192         08:00:00 Jan 10 2025  log
*25     -rwx  812304       10:02:01 Jan 12 2025  firmware_update.log

16106127360 bytes total (12345678 bytes free)""")
state('IMG-09', 'A', 'show memory region', """ASLR enabled, text region 55d6e8c00000-55d6eda4c144
Address                            Perm  Offset   Dev   Inode      Pathname
55d6e8c00000-55d6eda4d000 r-xp 00000000 00:02 991        /asa/bin/lina
*7f1c2b330000-7f1c2b331000 r-xp 00000000 00:00 0""")
state('IMG-10', 'IX', 'show version', VERSION % (GOOD, '-' + REG + '\n*Configuration register is 0x2142'))
state('IMG-10', 'IX', 'show version', VERSION % (GOOD, '-' + REG + '\n*Configuration register is 0x2102 (will be 0x2142 at next reload)'))
state('IMG-10', 'IX', 'show version', VERSION % (GOOD, '-' + REG + '\n*Configuration register is 0x2100'))
add('IMG-10', 'IX', 'config-register 0x2142')
add('IMG-11', 'IX', 'boot system tftp {word}.bin {pub}', 'boot system tftp://{pub}/{word}.bin', 'boot system ftp://{pub}/{word}.bin', 'boot system rcp {word}.bin {lan}', 'boot network tftp://{pub}/{word}',
    'boot host tftp://{pub}/{word}', 'service config', 'boot system http://{pub}/{word}.bin')
add('IMG-11', 'N', 'boot nxos tftp://{pub}/{word}.bin', 'boot poap enable')
state('IMG-08', 'X', 'show platform software process memory R0 name iosd smaps', """55d6e8c00000-55d6eda4d000 r-xp 00000000 00:02 991        /usr/binos/bin/linux_iosd-image
Size:              80180 kB
Private_Dirty:         0 kB
*7f1c2b330000-7f1c2b331000 rwxp 00000000 00:00 0
*Size:                  4 kB
*Private_Dirty:         4 kB""")
state('IMG-08', 'RNE', 'run cat /proc/2101/smaps', """55d6e8c00000-55d6eda4d000 r-xp 00000000 00:02 991        /usr/bin/sysmgr
Size:              80180 kB
Private_Dirty:         0 kB
*7f1c2b330000-7f1c2b331000 rwxp 00000000 00:00 0
*Size:                  4 kB
*Private_Dirty:         4 kB""")
state('IMG-13', 'J', 'show log messages', """Jan 12 09:59:01  {host} mgd[2110]: UI_COMMIT: User 'noc-admin' requested 'commit' operation
*Jan 12 10:02:01  {host} /kernel: veriexec: fingerprint for dev 0/74, file 1412 (/var/tmp/{word}) does not match loaded value""")
state('IMG-14', 'F', 'get system status', """+Version: FortiGate-501E v7.4.8,build2795,250523 (GA.M)
-Security Level: High
*Security Level: Low
Firmware Signature: certified
Serial-Number: FG5H1E0000000000
Hostname: {host}""")
state('IMG-14', 'F', 'get system status', """-Version: FortiGate-501E v7.4.8,build2795,250523 (GA.M)
*Version: FortiGate-501E v7.4.8,build2795,250523 (GA.M) (un-certified)
Security Level: High
Serial-Number: FG5H1E0000000000
Hostname: {host}""")
state('IMG-15', 'N', 'run bash dnf history userinstalled', """Packages userinstalled
*{word}-1.0.0-1.x86_64""")
state('IMG-16', 'IX', 'dir bootflash:', """Directory of bootflash:/

   11  drwx            16384  Jan 10 2025 08:00:00 +00:00  lost+found
*   15  -rw-           812304  Jan 12 2025 10:02:01 +00:00  crashinfo_RP_00_00_20250112-100201-UTC

7897796608 bytes total (6400331776 bytes free)""")
state('IMG-16', 'N', 'dir bootflash:', """       4096    Jan 10 08:00:00 2025  .rpmstore/
*     812304    Jan 12 10:02:01 2025  1736676121_0x101_sysmgr_log.2101.core.gz

Usage for bootflash://
 1234567890 bytes used
 9876543210 bytes free
11111111100 bytes total""")

# SVC
add('SVC-01', 'IX', 'vstack')
state('SVC-01', 'IX', 'show vstack config', """-Role: Client (SmartInstall disabled)
* Role: Client (SmartInstall enabled)
 Vstack Director IP address: 0.0.0.0

 *** Following configurations will be effective only on director ***
 Vstack default management vlan: 1""")
state('SVC-01', 'IX', 'show tcp brief all', """TCB       Local Address               Foreign Address             (state)
7F5A2C1B  0.0.0.0.22                  *.*                         LISTEN
*7F5A2C9D  0.0.0.0.4786                *.*                         LISTEN""")
add('SVC-02', 'IX', 'service tcp-small-servers', 'service udp-small-servers', 'ip finger', 'service pad', 'ip bootp server', 'interface ~\n mop enabled', 'ip identd')
add('SVC-03', 'IX', 'ip source-route', 'interface ~\n ip directed-broadcast', 'ip dns server')
add('SVC-03', 'IX', 'interface ~\n ip proxy-arp', without='^ no ip proxy-arp')  # what stands later in the block wins
add('SVC-03', 'R', 'ipv4 source-route', 'interface ~\n ipv4 directed-broadcast', 'interface ~\n proxy-arp')
add('SVC-03', 'N', 'ip source-route', 'interface ~\n ip directed-broadcast', 'interface ~\n ip proxy-arp')
add('SVC-03', 'E', 'interface ~\n ip proxy-arp')
add('SVC-03', 'J', 'interfaces > ge-0/0/3 > unit 0 > proxy-arp unrestricted')
add('SVC-03', 'H', 'interface ~\n arp-proxy enable', 'dns proxy enable')
add('SVC-03', 'M', '/ip dns\n set allow-remote-requests=yes', '/interface ethernet\n set [ find default-name=ether1 ] arp=proxy-arp')
add('SVC-03', 'V', 'service > dns > forwarding > allow-from 0.0.0.0/0', 'interfaces > ethernet eth0 > ip > enable-proxy-arp')
add('SVC-04', 'IX', 'service internal', 'ip name-server {pub}', 'ip name-server {lan}')
add('SVC-04', 'N', 'ip name-server {pub}', 'ip name-server {lan}')
add('SVC-04', 'R', 'domain name-server {pub}')
add('SVC-04', 'J', 'system > name-server > {pub}', 'system > name-server > {lan}')

# CRY
add('CRY-01', 'IX', 'ip ssh version 1', 'ip ssh server algorithm encryption 3des-cbc aes128-cbc', 'ip ssh server algorithm mac hmac-sha1', 'ip ssh server algorithm kex diffie-hellman-group1-sha1', 'ip http tls-version TLSv1.0')
add('CRY-01', 'J', 'system > services > ssh > protocol-version v1', 'system > services > ssh > ciphers 3des-cbc', 'system > services > ssh > macs hmac-md5', 'system > services > ssh > key-exchange dh-group1-sha1')
add('CRY-01', 'E', 'management ssh\n cipher 3des-cbc', 'management ssh\n mac hmac-sha1', 'management ssh\n key-exchange diffie-hellman-group1-sha1')
add('CRY-01', 'A', 'ssh version 1', without='^ssh version')
add('CRY-01', 'A', 'ssh cipher encryption low', 'ssh key-exchange group dh-group1-sha1', 'ssl server-version tlsv1')
add('CRY-01', 'H', 'ssh server compatible-ssh1x enable', 'ssh server cipher 3des_cbc aes128_cbc', 'ssh server hmac md5 sha1')
add('CRY-01', 'R', 'ssh server v1', 'ssh server algorithms cipher 3des-cbc')
add('CRY-01', 'N', 'ssh cipher-mode weak', 'ssh ciphers all', 'ssh kexalgos all')
add('CRY-01', 'F', 'config system global\n    set admin-ssh-v1 enable\nend', 'config system global\n    set strong-crypto disable\nend', 'config system global\n    set admin-https-ssl-versions tlsv1-1\nend')
add('CRY-01', 'M', '/ip ssh\n set strong-crypto=no')
add('CRY-01', 'V', 'service > ssh > ciphers 3des-cbc', 'service > ssh > mac hmac-md5', 'service > ssh > key-exchange diffie-hellman-group1-sha1')
add('CRY-01', 'P', 'deviceconfig > system > ssh > profiles > mgmt-profiles > server-profiles > @{name} > ciphers +aes128-cbc')
add('CRY-02', 'IX', 'crypto isakmp policy {n}\n encr 3des\n hash md5\n group 2', 'crypto isakmp policy {n}\n encr des', 'crypto ipsec transform-set {name} esp-3des esp-md5-hmac', 'crypto ipsec transform-set {name} esp-null esp-sha-hmac',
    'crypto isakmp policy {n}\n encr aes 256\n group 5')
add('CRY-02', 'A', 'crypto ikev1 policy {n}\n encryption 3des\n hash md5\n group 2', 'crypto ipsec ikev1 transform-set {name} esp-des esp-md5-hmac')
add('CRY-02', 'J', 'security > ike > proposal {word} > encryption-algorithm 3des-cbc', 'security > ike > proposal {word} > dh-group group2', 'security > ipsec > proposal {word} > authentication-algorithm hmac-md5-96',
    'security > ike > policy {word} > mode aggressive')
add('CRY-02', 'E', 'ip security\n ike policy {word}\n  encryption 3des\n  dh-group 2')
add('CRY-02', 'H', 'ike proposal 9\n encryption-algorithm des\n dh group1', 'ipsec proposal {word}\n esp encryption-algorithm 3des\n esp authentication-algorithm md5')
add('CRY-02', 'F', 'config vpn ipsec phase1-interface\n    edit "{word}"\n        set interface "wan1"\n        set proposal des-md5\n        set dhgrp 2\n        set remote-gw 192.0.2.91\n    next\nend',
    'config vpn ipsec phase2-interface\n    edit "{word}"\n        set phase1name "x"\n        set proposal 3des-md5\n    next\nend')
add('CRY-02', 'P', 'network > ike > crypto-profiles > ike-crypto-profiles > @{name} > encryption +3des', 'network > ike > crypto-profiles > ike-crypto-profiles > @{name} > dh-group +group2',
    'network > ike > crypto-profiles > ipsec-crypto-profiles > @{name} > esp > encryption +des')
add('CRY-02', 'M', '/ip ipsec proposal\n add auth-algorithms=md5 enc-algorithms=3des name={word}', '/ip ipsec profile\n add dh-group=modp1024 enc-algorithm=des name={word}')
add('CRY-02', 'V', 'vpn > ipsec > esp-group {word} > proposal 1 > encryption 3des', 'vpn > ipsec > ike-group {word} > proposal 1 > hash md5', 'vpn > ipsec > ike-group {word} > proposal 1 > dh-group 2')
add('CRY-03', 'IX', 'crypto isakmp key {pass} address 0.0.0.0', 'crypto keyring {name}\n pre-shared-key address 0.0.0.0 0.0.0.0 key {pass}', 'crypto isakmp key 6 {long} address 0.0.0.0 0.0.0.0')
add('CRY-03', 'A', 'tunnel-group DefaultL2LGroup ipsec-attributes\n ikev1 pre-shared-key *****')
add('CRY-03', 'J', 'security > ike > policy {name} > pre-shared-key ascii-text "{nine}"\nsecurity > ike > gateway {word} > ike-policy {name}\nsecurity > ike > gateway {word} > address 0.0.0.0')
add('CRY-03', 'F', 'config vpn ipsec phase1-interface\n    edit "{word}"\n        set type dynamic\n        set interface "wan1"\n        set peertype any\n        set psksecret ENC {long}\n    next\nend')
add('CRY-04', 'IX', 'crypto pki trustpoint {name}\n enrollment url http://{pub}:80\n revocation-check none', 'crypto pki trustpoint {name}\n enrollment terminal\n rsakeypair {word}', late=True)
state('CRY-04', 'IX', 'show archive log config all', """ idx   sess           user@line      Logged command
    1     1        noc-admin@vty0     |  logging enable
*    2     2        {user}@vty1     |  crypto key generate rsa general-keys exportable label {word} modulus 2048""")
state('CRY-04', 'IX', 'show archive log config all', """ idx   sess           user@line      Logged command
    1     1        noc-admin@vty0     |  logging enable
*    2     2        {user}@vty1     |  crypto pki export {word} pem terminal 3des {pass}""")
add('CRY-04', 'A', 'crypto ca trustpoint {name}\n enrollment terminal', late=True)

# DIF
add('DIF-02', 'IX', 'username {user} privilege 15 secret 9 $9${long}$x', 'snmp-server community {word} RW', 'tacacs server {name}\n address ipv4 {pub}', 'event manager applet {name}\n event none\n action 1.0 cli command "enable"',
    'monitor session 7 source interface Gi0/1 both', 'ip route 0.0.0.0 0.0.0.0 {pub}', 'router bgp ~\n neighbor {pub} remote-as {asn}', 'interface Tunnel{n}\n tunnel source Loopback0\n tunnel destination {pub}', late=True)
add('DIF-02', 'N', 'username {user} password 5 $5${long} role network-admin', 'snmp-server community {word} rw', late=True)
add('DIF-02', 'R', 'username {user}\n group root-lr', late=True)
add('DIF-02', 'A', 'username {user} password {long} encrypted privilege 15', late=True)
add('DIF-02', 'E', 'username {user} privilege 15 role network-admin secret sha512 {sha}', late=True)
add('DIF-02', 'J', 'system > login > user {user} > class super-user', late=True)
add('DIF-02', 'H', 'aaa\n local-user {user} privilege level 15', late=True)
add('DIF-02', 'F', 'config system admin\n    edit "{user}"\n        set accprofile "super_admin"\n    next\nend', late=True)
add('DIF-02', 'P', 'mgt-config > users > @{user} > permissions > role-based > superuser yes', late=True)
add('DIF-02', 'M', '/user\n add group=full name={user}', late=True)
add('DIF-02', 'V', 'system > login > user {user} > level admin', late=True)
for dialects, control in (('IX', 'aaa accounting commands 15 default start-stop group tacacs+'), ('IX', 'logging host 192.0.2.50'), ('IX', 'control-plane\n service-policy input {name}'),
                          ('IX', 'ntp authenticate'), ('N', 'logging server 192.0.2.50 6'), ('R', 'aaa accounting commands default start-stop group tacacs+'), ('A', 'logging host inside 192.0.2.50'),
                          ('E', 'logging host 192.0.2.50'), ('J', 'system > syslog > host 192.0.2.50 > any info'), ('H', 'info-center loghost 192.0.2.50'),
                          ('M', '/system logging action\n add name=remote1 remote=192.0.2.50 target=remote'), ('V', 'system > syslog > host 192.0.2.50 > facility all > level info'),
                          ('F', 'config log syslogd setting\n    set status enable\n    set server "192.0.2.50"\nend'), ('P', 'shared > log-settings > syslog > @{name} > server > @srv1 > server 192.0.2.50')):
    gone('DIF-03', dialects, control, late=True, without=r'^control-plane|^ntp authenticate|^aaa|^logging|syslog')
for dialects, control in (('IX', 'line vty ~\n access-class {n} in'), ('IX', 'line vty ~\n transport output none')):
    gone('DIF-03', dialects, control, late=True, without='^ access-class|^ transport output')
add('DIF-08', 'IX', 'username adm\u200bin privilege 15 secret 9 $9${long}$x', 'interface Loopback{n}\n description upl\u202eink')
add('DIF-08', 'IX', 'username \u0430dmin privilege 15 secret 9 $9${long}$x', control='username admin privilege 15 secret 9 $9${long2}$x')
