"""Management plane exposure."""
from mutation.plant import add, gone, state

# MGT-01 lines and servers without a filter on the source
add('MGT-01', 'IX', 'line vty 5 15\n login local\n transport input ssh', 'line vty 16 20\n transport input all')
add('MGT-01', 'N', 'line vty\n session-limit 5', 'line vty\n exec-timeout 10')
add('MGT-01', 'A', 'ssh 0.0.0.0 0.0.0.0 inside')
add('MGT-01', 'E', 'management ssh\n idle-timeout 10', 'management ssh\n authentication mode password')
add('MGT-01', 'H', 'user-interface vty 0 4\n authentication-mode aaa\n protocol inbound ssh', 'user-interface vty 5 14\n authentication-mode aaa')
add('MGT-01', 'V', 'service > ssh > port 22')
gone('MGT-01', 'R', 'control-plane\n management-plane\n  inband\n   interface all\n    allow SSH peer\n     address ipv4 192.0.2.0/25', without='^ access-class')
gone('MGT-01', 'J', 'interfaces > lo0 > unit 0 > family inet > filter > input PROTECT', control='system > services > ssh\n'
     'firewall > family inet > filter PROTECT > term mgmt > from > source-address > 192.0.2.0/25\n'
     'firewall > family inet > filter PROTECT > term mgmt > then > accept')

# MGT-02 Telnet
add('MGT-02', 'IX', 'line vty ~\n transport input telnet', 'line vty ~\n transport input all', 'line vty ~\n transport input telnet ssh')
add('MGT-02', 'N', 'feature telnet')
add('MGT-02', 'R', 'telnet vrf default ipv4 server max-servers 10', 'telnet ipv4 server max-servers 5', 'telnet vrf {word} ipv4 server max-servers 2', without='^telnet')
add('MGT-02', 'A', 'telnet 10.0.0.0 255.0.0.0 inside', 'telnet {lan} 255.255.255.255 management')
add('MGT-02', 'J', 'system > services > telnet', 'system > services > telnet > connection-limit 5')
add('MGT-02', 'E', 'management telnet\n no shutdown')
add('MGT-02', 'H', 'telnet server enable', 'user-interface vty ~\n protocol inbound telnet', 'user-interface vty ~\n protocol inbound all')
add('MGT-02', 'F', 'config system interface\n    edit "port9"\n        set ip {lan} 255.255.255.0\n        set allowaccess ping ssh telnet\n    next\nend',
    'config system interface\n    edit "port8"\n        set allowaccess telnet\n    next\nend')
add('MGT-02', 'P', 'deviceconfig > system > service > disable-telnet no', 'network > profiles > interface-management-profile > @{name} > telnet yes')
add('MGT-02', 'M', '/ip service\n set telnet disabled=no', '/ip service\n set telnet address=10.0.0.0/8 disabled=no')
add('MGT-02', 'V', 'service > telnet > port 23')

# MGT-03 SSH on another port
add('MGT-03', 'IX', 'ip ssh port {odd} rotary 1', 'ip ssh port {twos} rotary 5')
add('MGT-03', 'J', 'system > services > ssh > port {odd}', 'system > services > ssh > port {twos}')
add('MGT-03', 'E', 'management ssh\n server-port {odd}', 'management ssh\n server-port {twos}')
add('MGT-03', 'H', 'ssh server port {odd}', 'ssh server port {twos}')
add('MGT-03', 'F', 'config system global\n    set admin-ssh-port {odd}\nend', 'config system global\n    set admin-ssh-port {twos}\nend')
add('MGT-03', 'M', '/ip service\n set ssh port={odd}', '/ip service\n set ssh address=10.0.0.0/8 port={twos}')
add('MGT-03', 'V', 'service > ssh > port {odd}', 'service > ssh > port {twos}')

# MGT-04 web and API on another port
add('MGT-04', 'IX', 'ip http server\nip http port {web}', 'ip http secure-server\nip http secure-port {e18}', 'ip http secure-server\nip http secure-port {web}')
add('MGT-04', 'J', 'system > services > web-management > https > port {e18}', 'system > services > web-management > http > port {web}')
add('MGT-04', 'F', 'config system global\n    set admin-sport {e18}\nend', 'config system global\n    set admin-port {web}\nend')
add('MGT-04', 'M', '/ip service\n set www port={e18}', '/ip service\n set api port={web}', '/ip service\n set www-ssl disabled=no port={web}')

# MGT-05 web user interface
add('MGT-05', 'IX', 'ip http server', 'ip http secure-server')
add('MGT-05', 'N', 'feature nxapi')
add('MGT-05', 'A', 'http server enable', 'http server enable {web}')
add('MGT-05', 'J', 'system > services > web-management > http > interface ge-0/0/0.0', 'system > services > web-management > https > system-generated-certificate')
add('MGT-05', 'E', 'management api http-commands\n protocol http\n no shutdown', 'management api http-commands\n no shutdown')
add('MGT-05', 'P', 'deviceconfig > system > service > disable-http no', 'network > profiles > interface-management-profile > @{name} > https yes')

# MGT-06 jump host
add('MGT-06', 'IX', 'line vty 5 15\n login local\n transport input ssh')
add('MGT-06', 'R', 'line default\n exec-timeout 10 0\n transport input ssh', 'line template {name}\n exec-timeout 10 0')

# MGT-07 the sshd below IOS XR
state('MGT-07', 'R', 'show tcp brief', """   PCB     VRF-ID     Recv-Q Send-Q Local Address       Foreign Address     State
0x00007f2a1c00a5e8 0x60000000      0      0  0.0.0.0:22             0.0.0.0:0              LISTEN
*0x00007f2a1c00b9d8 0x60000000      0      0  0.0.0.0:57722          0.0.0.0:0              LISTEN""")
state('MGT-07', 'R', 'run netstat -tlnp', """Active Internet connections (only servers)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name
tcp        0      0 127.0.0.1:10080         0.0.0.0:*               LISTEN      2101/emsd
*tcp        0      0 0.0.0.0:57722           0.0.0.0:*               LISTEN      6881/sshd""")
state('MGT-07', 'R', 'run ps -ef', """UID        PID  PPID  C STIME TTY          TIME CMD
root         1     0  0 Jan01 ?        00:00:12 init
*root      6881     1  0 Jan01 ?        00:00:00 /usr/sbin/sshd_operns -D""")

# MGT-08 idle timeout
add('MGT-08', 'IX', 'line vty ~\n exec-timeout 0 0', 'line con 0\n exec-timeout 0 0', without='^ +exec-timeout')  # what stands later in the block wins
add('MGT-08', 'IX', 'line vty ~\n no exec-timeout', without='^ +exec-timeout')
add('MGT-08', 'J', 'system > login > class {word} > idle-timeout 0', 'system > login > class {word} > permissions all')
add('MGT-08', 'E', 'management ssh\n idle-timeout 0', 'management console\n idle-timeout 0')
add('MGT-08', 'H', 'user-interface vty 0 4\n idle-timeout 0 0', 'user-interface con 0\n idle-timeout 0')

# MGT-09 programmable interfaces
add('MGT-09', 'X', 'netconf-yang', 'restconf', 'gnxi\ngnxi server\ngnxi port 50052')
add('MGT-09', 'R', 'grpc\n port 57400\n no-tls', 'grpc\n port {odd}', 'netconf-yang agent\n ssh')
add('MGT-09', 'N', 'feature grpc', 'feature restconf', 'feature netconf')
add('MGT-09', 'J', 'system > services > netconf > ssh', 'system > services > extension-service > request-response > grpc > clear-text > port 32767')
add('MGT-09', 'E', 'management api http-commands\n no shutdown', 'management api gnmi\n transport grpc default', 'management api netconf\n transport ssh default')

# MGT-10 management on the untrusted side
add('MGT-10', 'F', 'config system interface\n    edit "wan2"\n        set vdom "root"\n        set ip {pub} 255.255.255.0\n        set allowaccess ping https ssh\n'
    '        set role wan\n    next\nend', 'config system interface\n    edit "wan1"\n        set allowaccess https\n        set role wan\n    next\nend')
add('MGT-10', 'P', 'network > profiles > interface-management-profile > @{name} > ssh yes\n'
    'network > interface > ethernet > @ethernet1/8 > layer3 > interface-management-profile {name}\nzone > @untrust > network > layer3 +ethernet1/8')
add('MGT-10', 'A', 'ssh 0.0.0.0 0.0.0.0 outside', 'http 0.0.0.0 0.0.0.0 outside', 'telnet {pub} 255.255.255.255 outside')
add('MGT-10', 'J', 'security > zones > security-zone untrust > host-inbound-traffic > system-services > ssh',
    'security > zones > security-zone untrust > interfaces > ge-0/0/7.0 > host-inbound-traffic > system-services > https',
    'security > zones > security-zone untrust > host-inbound-traffic > system-services > all')
add('MGT-10', 'H', 'interface GigabitEthernet0/0/3\n service-manage ssh permit', 'interface GigabitEthernet0/0/3\n service-manage https permit',
    control='firewall zone untrust\n add interface GigabitEthernet0/0/3')

# MGT-11 administrators from anywhere
add('MGT-11', 'F', 'config system admin\n    edit "{user}"\n        set accprofile "prof_admin"\n        set vdom "root"\n        set password ENC SH2{long}\n    next\nend')
gone('MGT-11', 'P', 'deviceconfig > system > permitted-ip > @192.0.2.0/25')
add('MGT-11', 'M', '/user\n add group=write name={user} password={pass}', '/ip service\n set winbox address="" disabled=no', '/ip service\n set api address=0.0.0.0/0')

# MGT-12 sockets that nothing explains
state('MGT-12', 'IX', 'show tcp brief all', """TCB       Local Address               Foreign Address             (state)
7F5A2C1B  0.0.0.0.22                  *.*                         LISTEN
*7F5A2C9D  0.0.0.0.{twos}               *.*                         LISTEN""")
state('MGT-12', 'IX', 'show control-plane host open-ports', """Active internet connections (servers and established)
Prot               Local Address             Foreign Address                  Service    State
 tcp                        *:22                         *:0               SSH-Server   LISTEN
* tcp                     *:{twos}                         *:0                     IOSd   LISTEN""")
state('MGT-12', 'N', 'show sockets connection', """Total number of netstack tcp sockets: 3
Active connections (including servers)
   Protocol State/       Recv-Q/   Local Address(port)/
            Context      Send-Q    Remote Address(port)
[host]: tcp(4/6) LISTEN       0         *(22)
        Wildcard     0         *(*)
*[host]: tcp(4)   LISTEN       0         *({twos})
*        Wildcard     0         *(*)""")
state('MGT-12', 'R', 'show tcp brief', """   PCB     VRF-ID     Recv-Q Send-Q Local Address       Foreign Address     State
0x00007f2a1c00a5e8 0x60000000      0      0  0.0.0.0:22             0.0.0.0:0              LISTEN
*0x00007f2a1c00b9d8 0x60000000      0      0  0.0.0.0:{twos}          0.0.0.0:0              LISTEN""")
state('MGT-12', 'A', 'show asp table socket', """Protocol   Socket    State      Local Address                                Foreign Address
SSL       00005ad8  LISTEN     192.0.2.1:443                                0.0.0.0:*
*TCP       0000b1c8  LISTEN     192.0.2.1:{twos}                              0.0.0.0:*""")
state('MGT-12', 'J', 'show system connections', """Active Internet connections (including servers)
Proto Recv-Q Send-Q  Local Address                                 Foreign Address                               (state)
tcp4       0      0  *.22                                          *.*                                           LISTEN
*tcp4       0      0  *.{twos}                                       *.*                                           LISTEN""")
state('MGT-12', 'H', 'display tcp status', """TCPCB    Tid/Soid Local Add:port        Foreign Add:port      VPNID  State
39952df8 36 /1509 0.0.0.0:22            0.0.0.0:0             0      Listening
*32af9074 59 /1   0.0.0.0:{twos}         0.0.0.0:0             0      Listening""")
state('MGT-12', 'E', 'bash netstat -tlnp', """Active Internet connections (only servers)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name
tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      2101/sshd
*tcp        0      0 0.0.0.0:{twos}           0.0.0.0:*               LISTEN      6881/nc""")
state('MGT-12', 'V', 'netstat -tln', """Active Internet connections (only servers)
Proto Recv-Q Send-Q Local Address           Foreign Address         State
tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN
*tcp        0      0 0.0.0.0:{twos}           0.0.0.0:*               LISTEN""")

# MGT-13 who is logged in
state('MGT-13', 'IX', 'show users', """    Line       User       Host(s)              Idle       Location
   0 con 0                idle                 00:12:01
*   2 vty 0     {user}    idle                 00:00:00 {pub}

  Interface    User               Mode         Idle     Peer Address""")
state('MGT-13', 'N', 'show users', """NAME     LINE         TIME         IDLE          PID COMMENT
*admin    pts/0        Jan 12 10:02   .          12021 ({pub}) session=ssh *""")
state('MGT-13', 'R', 'show users', """   Line            User                 Service  Conns   Idle        Location
   con0/RP0/CPU0   admin                hardware     0  00:12:01
*   vty0            {user}               ssh          0  00:00:00  {pub}""")
state('MGT-13', 'A', 'show ssh sessions', """SID Client IP       Version Mode Encryption Hmac     State            Username
*0   {pub}    2.0     IN   aes256-ctr sha2-256 SessionStarted   {user}""")
state('MGT-13', 'J', 'show system users', """ 1:10AM  up 120 days,  4:01, 2 users, load averages: 0.12, 0.08, 0.05
USER     TTY      FROM                              LOGIN@  IDLE WHAT
*{user}  pts/0    {pub}                       12:01AM      - -cli (cli)""")
state('MGT-13', 'E', 'show users', """    Line      User        Host(s)       Idle        Location
*   1 vty 3   {user}      idle          00:00:03    {pub}""")
state('MGT-13', 'H', 'display users', """  User-Intf    Delay    Type   Network Address     AuthenStatus    AuthorcmdFlag
*  34  VTY 0   00:00:00  SSH    {pub}            pass           no            Username : {user}""")
state('MGT-13', 'M', '/user active print', """Flags: R - RADIUS; M - BY-ROMON
Columns: WHEN, NAME, ADDRESS, VIA
#   WHEN                 NAME   ADDRESS         VIA
*0   2025-01-12 10:02:01  {user}  {pub}    winbox""")
state('MGT-13', 'F', 'get system admin list', """username  local             device                                                    remote                       started
*{user}   sshv2             port1:192.0.2.1:22                                        {pub}:50922            2025-01-12 10:02:01""")
state('MGT-13', 'P', 'show admins', """Admin         From           Type         Session-start    Idle-for
--------------------------------------------------------------------------
*{user}       {pub}    CLI          01/12 10:02:01   00:00:00s""")
state('MGT-13', 'V', 'show users', """NAME     LINE         TIME             COMMENT
*{user}  pts/0        2025-01-12 10:02 ({pub})""")

# MGT-14 file servers
add('MGT-14', 'IX', 'tftp-server flash:{word}.bin', 'ip scp server enable', 'ftp-server enable')
add('MGT-14', 'N', 'feature sftp-server', 'feature scp-server')
add('MGT-14', 'A', 'ssh scopy enable')
add('MGT-14', 'J', 'system > services > ftp', 'system > services > tftp-server')
add('MGT-14', 'H', 'ftp server enable', 'sftp server enable')
add('MGT-14', 'M', '/ip service\n set ftp disabled=no', '/ip tftp\n add ip-addresses=10.0.0.0/8 real-filename={word}.npk req-filename=.*')
