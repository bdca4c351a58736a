"""Logging and time."""
from mutation.plant import add, gone, state

# LOG-01 no remote syslog
for dialects, control in (('IX', 'logging host 192.0.2.50'), ('R', 'logging 192.0.2.50 vrf default severity info'), ('N', 'logging server 192.0.2.50 6'),
                          ('A', 'logging enable\nlogging host inside 192.0.2.50'), ('J', 'system > syslog > host 192.0.2.50 > any info'), ('E', 'logging host 192.0.2.50'),
                          ('H', 'info-center loghost 192.0.2.50'), ('F', 'config log syslogd setting\n    set status enable\n    set server "192.0.2.50"\nend'),
                          ('P', 'shared > log-settings > syslog > @{name} > server > @srv1 > server 192.0.2.50'),
                          ('M', '/system logging action\n add name=remote1 remote=192.0.2.50 target=remote'),
                          ('V', 'system > syslog > host 192.0.2.50 > facility all > level info')):
    gone('LOG-01', dialects, control, without=r'^logging (\S+ )?[\w.:]*\d|syslog host|syslogd|syslog-server|remote=|server-profile|syslog \{')

# LOG-02 receivers of logs, flows and telemetry
add('LOG-02', 'IX', 'logging host {pub}', 'logging host {lan} transport udp port 5514', 'logging {lan}', 'flow exporter {name}\n destination {pub}\n transport udp 2055', 'ip flow-export destination {pub} 9996')
add('LOG-02', 'X', 'telemetry ietf subscription {n}\n receiver ip address {pub} 57500 protocol grpc-tcp')
add('LOG-02', 'R', 'logging {pub} vrf default severity info', 'flow exporter-map {name}\n destination {pub}\n transport udp 2055',
    'telemetry model-driven\n destination-group {name}\n  address-family ipv4 {pub} port 57000\n   encoding self-describing-gpb')
add('LOG-02', 'N', 'logging server {pub} 6', 'flow exporter {name}\n destination {pub}', 'telemetry\n destination-group 1\n  ip address {pub} port 50001 protocol gRPC encoding GPB',
    'sflow collector-ip {pub} vrf default')
add('LOG-02', 'A', 'logging host inside {pub}', 'flow-export destination inside {pub} 2055')
add('LOG-02', 'J', 'system > syslog > host {pub} > any any', 'forwarding-options > sampling > instance {word} > family inet > output > flow-server {pub} > port 2055',
    'services > analytics > streaming-server {word} > remote-address {pub}', 'protocols > sflow > collector {pub} > udp-port 6343')
add('LOG-02', 'E', 'logging host {pub}', 'sflow destination {pub}', 'flow tracking sampled\n tracker {word}\n  exporter {name}\n   collector {pub}')
add('LOG-02', 'H', 'info-center loghost {pub}', 'ip netstream export host {pub} 9996', 'sflow collector 1 ip {pub}')
add('LOG-02', 'F', 'config log syslogd2 setting\n    set status enable\n    set server "{pub}"\nend', 'config system netflow\n    set collector-ip {pub}\nend', 'config system sflow\n    set collector-ip {pub}\nend')
add('LOG-02', 'P', 'shared > log-settings > syslog > @{name} > server > @srv1 > server {pub}', 'shared > server-profile > netflow > @{name} > server > @srv1 > host {pub}')
add('LOG-02', 'M', '/system logging action\n add name={word} remote={pub} target=remote', '/ip traffic-flow target\n add dst-address={pub}')
add('LOG-02', 'V', 'system > syslog > host {pub} > facility all > level info', 'system > flow-accounting > netflow > server {pub} > port 2055', 'system > flow-accounting > sflow > server {pub} > port 6343')

# LOG-03 suppression
add('LOG-03', 'IX', 'no logging on', 'no logging buffered', 'no logging trap', 'logging trap emergencies', 'no logging monitor', 'no logging console', 'logging discriminator {name} severity drops 6')
add('LOG-03', 'R', 'logging trap disable', 'logging console disable', 'logging buffered emergencies')
add('LOG-03', 'N', 'no logging console', 'no logging monitor', 'no logging logfile')
add('LOG-03', 'E', 'no logging on', 'no logging buffered', 'no logging console', 'logging trap emergencies')
add('LOG-03', 'A', 'no logging enable', 'no logging buffered', 'logging trap emergencies')
add('LOG-03', 'J', 'system > syslog > file messages > any none', 'system > syslog > host 192.0.2.50 > any none')
add('LOG-03', 'H', 'undo info-center enable')
add('LOG-03', 'F', 'config log memory setting\n    set status disable\nend', 'config log syslogd setting\n    set status disable\nend', 'config log disk setting\n    set status disable\nend')
add('LOG-03', 'M', '/system logging\n set 0 disabled=yes', '/system logging\n set 1 disabled=yes')
add('LOG-03', 'V', 'system > syslog > global > facility all > level none')
add('LOG-04', 'A', *[f'no logging message {n}' for n in (302013, 302014, 609002, 710005, 111008, 111009)], tries=1)

# LOG-05 cleared logs
state('LOG-05', 'IX', 'show logging', """Syslog logging: enabled (0 messages dropped, 3 messages rate-limited, 0 flushes, 0 overruns)
    Console logging: level debugging, 35 messages logged
    Buffer logging:  level debugging, 35 messages logged

Log Buffer (8192 bytes):

Jan 12 09:59:01.120: %SYS-5-CONFIG_I: Configured from console by noc-admin on vty0 (192.0.2.10)
*Jan 12 10:02:01.733: %PARSER-5-CFGLOG_LOGGEDCMD: User:{user}  logged command:!exec: clear logging""")
state('LOG-05', 'J', 'show log messages', """Jan 12 09:59:01  {host} mgd[2110]: UI_LOGIN_EVENT: User 'noc-admin' login, class 'j-operator' [2110], ssh-connection '192.0.2.10 50022 192.0.2.1 22', client-mode 'cli'
*Jan 12 10:02:01  {host} mgd[2110]: UI_CMDLINE_READ_LINE: User '{user}', command 'clear log messages '""")
state('LOG-05', 'N', 'show accounting log', """Sun Jan 12 09:59:01 2025:type=update:id=192.0.2.10@pts/0:user=noc-admin:cmd=configure terminal ; interface Ethernet1/1 (SUCCESS)
*Sun Jan 12 10:02:01 2025:type=update:id={pub}@pts/1:user={user}:cmd=clear logging logfile (SUCCESS)""")
state('LOG-05', 'R', 'show logging', """Syslog logging: enabled (0 messages dropped, 0 flushes, 0 overruns)

RP/0/RP0/CPU0:Jan 12 09:59:01.120 UTC: config[65710]: %MGBL-SYS-5-CONFIG_I : Configured from console by noc-admin
*RP/0/RP0/CPU0:Jan 12 10:02:01.120 UTC: exec[65710]: %SECURITY-LOCALD-6-CMD : {user} ran command: clear logging""")
state('LOG-05', 'A', 'show logging', """Syslog logging: enabled
    Buffer logging: level informational, 35 messages logged
Jan 12 2025 09:59:01: %ASA-5-111008: User 'noc-admin' executed the 'write memory' command.
*Jan 12 2025 10:02:01: %ASA-5-111008: User '{user}' executed the 'clear logging buffer' command.""")

# LOG-06 changes not logged
gone('LOG-06', 'IX', 'archive\n log config\n  logging enable', without='^archive')
# LOG-07 commands that an intruder types
for command in ('service internal', 'tclsh', 'test platform software', 'config-register 0x2142', 'boot system tftp://{pub}/{word}.bin', 'monitor capture mycap start',
                'request platform software system shell', 'guestshell run bash', 'show region', 'show memory platform', 'clear logging', 'test crash'):
    state('LOG-07', 'IX', 'show archive log config all', f""" idx   sess           user@line      Logged command
    1     1        noc-admin@vty0     |  logging enable
*    2     2        {{user}}@vty1     |  {command}""", tries=1)
for command in ('run bash', 'guestshell', 'attach module 1', 'clear logging logfile', 'test crypto', 'configure terminal ; boot nxos tftp://{pub}/x'):
    state('LOG-07', 'N', 'show accounting log', f"""Sun Jan 12 09:59:01 2025:type=update:id=192.0.2.10@pts/0:user=noc-admin:cmd=configure terminal ; interface Ethernet1/1 (SUCCESS)
*Sun Jan 12 10:02:01 2025:type=update:id={{pub}}@pts/1:user={{user}}:cmd={command} (SUCCESS)""", tries=1)
for command in ('se in', 'conf-reg 0x2142', 'tcl', 'mon cap mycap st'):
    state('LOG-07', 'IX', 'show archive log config all', f""" idx   sess           user@line      Logged command
    1     1        noc-admin@vty0     |  logging enable
*    2     2        {{user}}@vty1     |  {command}""", tries=1)

# LOG-08 time
add('LOG-08', 'IXNE', 'ntp server {pub}', 'ntp server {lan}')
add('LOG-08', 'A', 'ntp server {pub}', 'ntp server {lan} source inside')
add('LOG-08', 'R', 'ntp\n server {pub}', 'ntp\n peer {lan}')
add('LOG-08', 'J', 'system > ntp > server {pub}', 'system > ntp > peer {lan}')
add('LOG-08', 'H', 'ntp-service unicast-server {pub}')
add('LOG-08', 'F', 'config system ntp\n    set type custom\n    config ntpserver\n        edit 1\n            set server "{pub}"\n        next\n    end\nend')
add('LOG-08', 'P', 'deviceconfig > system > ntp-servers > primary-ntp-server > ntp-server-address {pub}')
add('LOG-08', 'M', '/system ntp client servers\n add address={pub}', '/system ntp client\n set enabled=yes primary-ntp={pub}')
add('LOG-08', 'V', 'system > ntp > server {pub}', 'service > ntp > server {pub}')
