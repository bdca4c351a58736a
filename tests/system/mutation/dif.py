"""Differences that need more than one file: startup beside running, snapshots of one device, devices beside each other; and what a
collection says of itself."""
import hashlib

from mutation.plant import ALL, Plant, add, gone, state

# What an intruder adds, in each dialect: the same statement serves every difference.
PRIVILEGED = (('IX', 'username {user} privilege 15 secret 9 $9${long}$x'), ('IX', 'line vty ~\n transport input telnet'), ('IX', 'ip access-list standard {name}\n permit {pub}'),
              ('N', 'username {user} password 5 $5${long} role network-admin'), ('N', 'feature bash-shell'), ('R', 'username {user}\n group root-lr\n secret 10 {sha}'),
              ('A', 'username {user} password {long} encrypted privilege 15'), ('E', 'username {user} privilege 15 role network-admin secret sha512 {sha}'),
              ('J', 'system > login > user {user} > class super-user'), ('J', 'firewall > family inet > filter {word} > term 1 > then accept'),
              ('H', 'aaa\n local-user {user} privilege level 15'), ('F', 'config system admin\n    edit "{user}"\n        set accprofile "super_admin"\n    next\nend'),
              ('P', 'mgt-config > users > @{user} > permissions > role-based > superuser yes'), ('M', '/user\n add group=full name={user}'),
              ('V', 'system > login > user {user} > level admin'))

for dialects, text in PRIVILEGED:
    add('DIF-01', dialects, text, beside='startup')
    add('DIF-04', dialects, text, beside='passing')
gone('DIF-01', 'IX', 'logging host 192.0.2.50', beside='startup', without=r'^logging')
gone('DIF-01', 'N', 'logging server 192.0.2.50 6', beside='startup', without=r'^logging')
gone('DIF-01', 'J', 'system > syslog > host 192.0.2.50 > any info', beside='startup', without=r'syslog')
ARCHIVE = """ idx   sess           user@line      Logged command
    1     1        noc-admin@vty0     |  logging enable
*    2     2        {user}@vty1     |  """
for undone in ('no username {user2}', 'no monitor capture {word}', 'no interface Tunnel{n}'):
    state('DIF-04', 'IX', 'show archive log config all', ARCHIVE + undone)
state('DIF-04', 'IX', 'show history all', """CMD: 'show version' 10:01:00 UTC Sun Jan 12 2025
*CMD: 'guestshell destroy' 10:02:01 UTC Sun Jan 12 2025""")
LEDGER = """Sun Jan 12 10:01:00 2025:type=update:id=192.0.2.10@pts/0:user=noc-admin:cmd=configure terminal ; logging level daemon 6 (SUCCESS)
*Sun Jan 12 10:02:01 2025:type=update:id={pub}@pts/0:user={user}:cmd="""
state('DIF-04', 'N', 'show accounting log', LEDGER + 'guestshell destroy (SUCCESS)')
state('DIF-04', 'N', 'show accounting log', LEDGER + 'configure terminal ; no username {user2} (SUCCESS)')

# One device of five says something else than the others; none of them is wrong by itself.
FLEET = (('IX', 'username {user} privilege 15 secret 9 $9${long}$x\naaa authorization exec {name} none'), ('N', 'feature bash-shell'), ('R', 'telnet vrf default ipv4 server max-servers 5'),
         ('A', 'same-security-traffic permit intra-interface'), ('E', 'management telnet\n no shutdown'), ('J', 'system > services > telnet'), ('H', 'telnet server enable'),
         ('F', 'config system global\n    set admin-telnet enable\nend'), ('P', 'deviceconfig > system > service > disable-telnet no'),
         ('M', '/ip socks\n set enabled=yes port=4153'), ('V', 'service > telnet > port 23'))
for dialects, text in FLEET:
    add('DIF-05', dialects, text, beside='fleet', tries=3, without=r'^telnet vrf' if dialects == 'R' else None)  # one of another number is there

def hashes(check, dialects, command, line):
    """The same line, with another hash on one device."""
    a, b = ('{hash}', '{hash2}') if 'md5' in command else ('{h256}', '{x256}')
    state(check, dialects, command, '-' + line.replace('HASH', a) + '\n*' + line.replace('HASH', b), beside='fleet')


hashes('IMG-02', 'IX', 'verify /sha512 flash:{word}.bin', 'verify /sha512 (flash:{word}.bin) = HASHHASH')
hashes('IMG-02', 'E', 'verify /sha512 flash:{word}-4.31.2F.swi', 'verify /sha512 (flash:{word}-4.31.2F.swi) = HASHHASH')
hashes('IMG-02', 'IX', 'verify /md5 flash:{word}.bin', 'verify /md5 (flash:{word}.bin) = HASH')
hashes('IMG-02', 'A', 'verify /sha-512 disk0:/{word}.bin', 'verify /SHA-512 (disk0:/{word}.bin) = HASHHASH')
hashes('IMG-02', 'N', 'show file bootflash:{word}.bin sha512sum', 'HASHHASH')
hashes('IMG-02', 'N', 'run bash sha512sum /bootflash/{word}.bin', 'HASHHASH  /bootflash/{word}.bin')
hashes('IMG-02', 'R', 'run sha512sum /harddisk:/{word}.iso', 'HASHHASH  /harddisk:/{word}.iso')
hashes('IMG-02', 'V', 'sha512sum /usr/lib/live/mount/1.4.3-{word}.squashfs', 'HASHHASH  /usr/lib/live/mount/1.4.3-{word}.squashfs')
hashes('IMG-02', 'J', 'file checksum sha-256 /var/tmp/junos-{word}-21.4R3.15.tgz', 'SHA256 (/var/tmp/junos-{word}-21.4R3.15.tgz) = HASH')
MEMORY = """-verify /md5 (%s) = {hash}
*verify /md5 (%s) = {hash2}"""
state('IMG-06', 'IX', 'verify /md5 system:memory/text', MEMORY % (('system:memory/text',) * 2), beside='fleet')
state('IMG-06', 'A', 'verify /md5 system:/text', MEMORY % (('system:/text',) * 2), beside='fleet')
state('IMG-06', 'IX', 'verify /md5 system:memory/text', MEMORY % (('system:memory/text',) * 2), late=True)


def version(dialects, command, text):
    state('IMG-12', dialects, command, text, late=True)


IOS = """+Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version %s, RELEASE SOFTWARE (fc2)
%s

{host} uptime is 1 week, 2 days
System returned to ROM by power-on
System image file is "flash:c2900-universalk9-mz.bin"

Configuration register is 0x2102"""
ROM = 'ROM: System Bootstrap, Version 15.0(1r)M16, RELEASE SOFTWARE (fc1)'
version('IX', 'show version', IOS % ('15.2(4)M7', '-' + ROM + '\n*' + ROM.replace('M16', 'M9')))
version('I', 'show version', (IOS % ('15.2(4)M7', ROM)).replace('+', '-', 1) .replace('\n', '\n*' + (IOS % ('15.2(4)M3', ROM)).split('\n')[0][1:] + '\n', 1))
version('X', 'show version', """-Cisco IOS XE Software, Version 17.09.04a
*Cisco IOS XE Software, Version 16.09.02
-Cisco IOS Software [Cupertino], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 17.9.4a, RELEASE SOFTWARE (fc3)
*Cisco IOS Software [Fuji], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 16.9.2, RELEASE SOFTWARE (fc3)
+ROM: IOS-XE ROMMON
{host} uptime is 1 week, 2 days
System image file is "flash:packages.conf"
Configuration register is 0x102""")
version('N', 'show version', """+Cisco Nexus Operating System (NX-OS) Software
Software
-  BIOS: version 07.69
*  BIOS: version 07.61
+ NXOS: version 9.3(10)
  NXOS image file is: bootflash:///nxos.bin

Hardware
  cisco Nexus9000 C93180YC-EX chassis
  Device name: {host}
Kernel uptime is 10 day(s), 2 hour(s), 3 minute(s), 4 second(s)""")
version('N', 'show version', """+Cisco Nexus Operating System (NX-OS) Software
Software
  BIOS: version 07.69
- NXOS: version 9.3(10)
* NXOS: version 9.2(1)
+  NXOS image file is: bootflash:///nxos.bin

Hardware
  cisco Nexus9000 C93180YC-EX chassis
  Device name: {host}
Kernel uptime is 10 day(s), 2 hour(s), 3 minute(s), 4 second(s)""")
version('R', 'show version', """-Cisco IOS XR Software, Version 7.3.2
*Cisco IOS XR Software, Version 6.5.1
+Copyright (c) 2013-2021 by Cisco Systems, Inc.

cisco NCS-5500 () processor
System uptime is 1 week 2 days""")
version('A', 'show version', """-Cisco Adaptive Security Appliance Software Version 9.12(4)67
*Cisco Adaptive Security Appliance Software Version 9.8(2)
+Device Manager Version 7.12(2)

System image file is "disk0:/asa.bin"
{host} up 10 days 2 hours

Hardware:   ASA5516, 8192 MB RAM, CPU Atom C2000 series 2416 MHz, 1 CPU (8 cores)""")
version('J', 'show version', """Hostname: {host}
Model: mx240
-Junos: 21.4R3.15
*Junos: 18.4R1.8""")
version('E', 'show version', """+Arista DCS-7050TX-64-R
+Hardware version:    01.01
-Software image version: 4.27.0F
*Software image version: 4.22.1F
Architecture:           i686
Uptime:                 1 week, 2 days, 3 hours and 4 minutes""")
version('H', 'display version', """+Huawei Versatile Routing Platform Software
-VRP (R) software, Version 8.180 (NE40E V800R011C00SPC200)
*VRP (R) software, Version 8.100 (NE40E V800R008C10SPC500)
+HUAWEI NE40E uptime is 10 days, 2 hours, 3 minutes""")
version('F', 'get system status', """-Version: FortiGate-501E v7.4.8,build2795,250523 (GA.M)
*Version: FortiGate-501E v7.0.2,build0234,211019 (GA)
+Security Level: High
Serial-Number: FG5H1E0000000000
Hostname: {host}""")
version('P', 'show system info', """hostname: {host}
ip-address: 192.0.2.1
model: PA-220
-sw-version: 10.2.9-h1
*sw-version: 9.1.3
+uptime: 10 days, 2:03:04""")
version('M', '/system resource print', """                   uptime: 1w2d3h4m5s
-                  version: 6.49.10 (long-term)
*                  version: 6.42.1 (stable)
+               board-name: CCR1009-8G-1S""")
version('V', 'show version', """-Version:          VyOS 1.4.3
*Version:          VyOS 1.2.5
+Release train:    sagitta
Built by:         maintainers@vyos.net""")

# State that the configuration does not say: what other checks find one by one.
for p in [p for p in ALL if p.check in ('MGT-12', 'AAA-08', 'TUN-06', 'MIR-06', 'CON-02') and p.state and not p.late]:
    Plant('DIF-06', p.dialects, p.text, p.control, state=p.state, tries=1, bare=p.bare, without=p.without)

# A text that is not all of what the device said.
# ASA, NX-OS, RouterOS and set commands have no ending that is always there.
for dialect in 'IXREHJFPV':
    # a text half in set commands, half in braces has no ending either
    Plant('DIF-07', dialect, beside='torn', anywhere=True, within=r'\{$|^<config|^end$|^return$', without=r'^set ' if dialect == 'J' else None)
for dialect in 'IXRNAEJFPM':
    Plant('DIF-07', dialect, beside='small', late=True, anywhere=True, within=r'(?s)(\n[^\n]*){90}')
for dialect in 'IXRNAEJFPMHV':
    Plant('DIF-07', dialect, beside='twin', anywhere=True)
state('DIF-07', 'IX', 'show users', """-    Line       User       Host(s)              Idle       Location
-*  2 vty 0     noc-admin  idle                 00:00:00 192.0.2.10
*Protocol  Address          Age (min)  Hardware Addr   Type   Interface
*Internet  192.0.2.2              12   0050.56aa.bb01  ARPA   GigabitEthernet0/0""")

# Letters that only look like those of a name.
for dialects, text in (('N', 'username \u0430dmin password 5 $5${long} role network-admin'), ('R', 'username \u0430dmin\n group root-lr'), ('A', 'username \u0430dmin password {long} encrypted privilege 15'),
                       ('E', 'username \u0430dmin privilege 15 role network-admin secret sha512 {sha}'), ('J', 'system > login > user \u0430dmin > class super-user'),
                       ('H', 'aaa\n local-user \u0430dmin privilege level 15'), ('F', 'config system admin\n    edit "\u0430dmin"\n        set accprofile "super_admin"\n    next\nend'),
                       ('P', 'mgt-config > users > @\u0430dmin > permissions > role-based > superuser yes'), ('M', '/user\n add group=full name=\u0430dmin'),
                       ('V', 'system > login > user \u0430dmin > level admin'), ('IX', 'ip access-list standard MGM\u0422\n permit {pub}')):
    add('DIF-08', dialects, text)

# Attestation: the registers are folded from the hashes printed with them; on the device that lies one hash or one register is another.
def fold(*hashes):
    register = bytes(32)
    for h in hashes:
        register = hashlib.sha256(register + hashlib.sha256(bytes.fromhex(h)).digest()).digest()
    return register.hex().upper()


BOOT, LOADER, OS = ([hashlib.sha256(f'{w}{i}'.encode()).hexdigest().upper() for i in range(2)] for w in ('boot', 'loader', 'os'))
RECORD = """Platform: C9300-24UX
Boot 0 Version: F01144R16.216e68ad62019-02-13
Boot 0 Hash: %s
Boot Loader Version: System Bootstrap, Version 17.9.1r[FC1], RELEASE SOFTWARE (P)
Boot Loader Hash: %s
OS Version: 2023-07-18_15.50_mcpre
OS Hashes:
cat9k-rpbase.17.09.04.SPA.pkg: %s
cat9k-wlc.17.09.04.SPA.pkg: %s
%s
%s
Signature Version: 1
Signature:
%s"""
GOOD0, GOOD8 = 'PCR0: ' + fold(BOOT[0], LOADER[0]), 'PCR8: ' + fold(*OS)
for first, second in (('-' + GOOD0 + '\n*PCR0: ' + fold(BOOT[1], LOADER[0]), GOOD8), (GOOD0, '-' + GOOD8 + '\n*PCR8: ' + fold(OS[1], OS[0])), (GOOD0, '-' + GOOD8 + '\n*PCR8: ' + fold(OS[0]))):
    state('IMG-05', 'X', 'show platform integrity sign nonce 7214', RECORD % (BOOT[0], LOADER[0], *OS, first, second, 'AB' * 256))
