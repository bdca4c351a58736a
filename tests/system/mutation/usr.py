"""Users, secrets and keys; SNMP."""
from mutation.plant import add, state

PRIVILEGED = {
    'IX': ('username %s privilege 15 secret 9 $9${long}$x', 'username %s privilege 15 secret 5 {md5}', 'username %s privilege 15 password 7 {t7}'),
    'N': ('username %s password 5 $5${long} role network-admin', 'username %s role network-admin'),
    'R': ('username %s\n group root-lr\n group cisco-support\n secret 10 {sha}', 'username %s\n group root-system\n secret 5 {md5}'),
    'A': ('username %s password {long} encrypted privilege 15', 'username %s password $sha512$5000${long}==${long}== pbkdf2 privilege 15'),
    'J': ('system > login > user %s > class super-user', 'system > login > user %s > uid 2{n}\nsystem > login > user %s > class super-user'),
    'E': ('username %s privilege 15 role network-admin secret sha512 {sha}', 'username %s privilege 15 secret sha512 {sha}'),
    'H': ('aaa\n local-user %s password irreversible-cipher $1a${long}$\n local-user %s privilege level 15\n local-user %s service-type ssh',
          'aaa\n local-user %s password irreversible-cipher $1a${long}$\n local-user %s level 15'),
    'F': ('config system admin\n    edit "%s"\n        set accprofile "super_admin"\n        set trusthost1 192.0.2.0 255.255.255.128\n        set vdom "root"\n'
          '        set password ENC SH2{long}\n    next\nend',),
    'P': ('mgt-config > users > @%s > permissions > role-based > superuser yes', 'mgt-config > users > @%s > phash $5${long}\nmgt-config > users > @%s > permissions > role-based > superuser yes'),
    'M': ('/user\n add address=192.0.2.0/25 group=full name=%s', '/user\n add group=full name=%s password={pass}'),
    'V': ('system > login > user %s > level admin', 'system > login > user %s > authentication > encrypted-password {sha}'),
}
for dialects, forms in PRIVILEGED.items():
    add('USR-01', dialects, *[f.replace('%s', '{user}') for f in forms])
    for name in ('cisco_tac_admin', 'cisco_support', 'cisco_sys_manager'):
        add('USR-02', dialects, forms[0].replace('%s', name), tries=1)
add('USR-02', 'IX', 'username cisco privilege 15 password 0 cisco', 'username cisco secret 5 {md5}', without='^username cisco ')

# USR-03 cleartext
add('USR-03', 'IX', 'username {user} password 0 {pass}', 'enable password {pass}', 'line con 0\n password {pass}', 'username {user} password {pass}')
add('USR-03', 'N', 'username {user} password 0 {pass} role network-operator')
add('USR-03', 'R', 'username {user}\n password 0 {pass}', 'username {user}\n secret 0 {pass}')
add('USR-03', 'A', 'username {user} password {pass}', 'enable password {pass}')
add('USR-03', 'E', 'username {user} secret 0 {pass}', 'enable secret 0 {pass}')
add('USR-03', 'H', 'aaa\n local-user {user} password simple {pass}', 'user-interface con 0\n set authentication password simple {pass}')
# USR-04 to USR-06 weak types
add('USR-04', 'IX', 'username {user} password 7 {t7}', 'line con 0\n password 7 {t7}', 'enable password 7 {t7}')
add('USR-04', 'N', 'username {user} password 7 {t7} role network-operator')
add('USR-04', 'R', 'username {user}\n password 7 {t7}')
add('USR-05', 'IX', 'username {user} secret 4 {t4}', 'enable secret 4 {t4}', 'username {user} privilege 15 secret 4 {t4}')
add('USR-06', 'IX', 'username {user} secret 5 {md5}', 'enable secret 5 {md5}')
add('USR-06', 'R', 'username {user}\n secret 5 {md5}')
add('USR-06', 'E', 'username {user} secret 5 {md5}', 'enable secret 5 {md5}')
add('USR-06', 'N', 'username {user} password 5 {md5} role network-operator')
add('USR-06', 'J', 'system > login > user {user} > authentication > encrypted-password "{md5}"', 'system > root-authentication > encrypted-password "{md5}"')

# USR-07 keys
add('USR-07', 'IX', 'ip ssh pubkey-chain\n username {user}\n  key-hash ssh-rsa {hash}', 'ip ssh pubkey-chain\n username {user}\n  key-string\n   {rsa}\n   exit')
add('USR-07', 'N', 'username {user} sshkey ssh-rsa {rsa}', 'username {user} sshkey file bootflash:{word}.pub')
add('USR-07', 'A', 'username {user} attributes\n ssh authentication publickey {rsa}')
add('USR-07', 'J', 'system > login > user {user} > authentication > ssh-rsa "ssh-rsa {rsa} x@y"', 'system > root-authentication > ssh-ed25519 "ssh-ed25519 {rsa}"')
add('USR-07', 'E', 'username {user} ssh-key ssh-rsa {rsa}', 'username {user} sshkey ssh-rsa {rsa}')
add('USR-07', 'H', 'ssh user {user} authentication-type rsa\nssh user {user} assign rsa-key {word}')
add('USR-07', 'F', 'config system admin\n    edit "{user}"\n        set accprofile "prof_admin"\n        set ssh-public-key1 "ssh-rsa {rsa}"\n    next\nend')
add('USR-07', 'P', 'mgt-config > users > @{user} > public-key {rsa}')
add('USR-07', 'M', '/user ssh-keys\n add key="ssh-rsa {rsa}" user={user}', '/user ssh-keys\n import public-key-file={word}.pub user={user}')
add('USR-07', 'V', 'system > login > user {user} > authentication > public-keys {word} > key {rsa}')

# USR-08 accounts of the system below
for dialect, command in (('R', 'run cat /etc/passwd'), ('N', 'run bash cat /etc/passwd'), ('E', 'bash cat /etc/passwd'), ('V', 'cat /etc/passwd'),
                         ('J', 'file show /etc/passwd')):
    state('USR-08', dialect, command, """root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/bin/sh
*{user}:x:0:0::/var/tmp:/bin/bash""")
for dialect, command in (('R', 'run cat /etc/sudoers'), ('N', 'run bash cat /etc/sudoers'), ('E', 'bash cat /etc/sudoers'), ('V', 'cat /etc/sudoers')):
    state('USR-08', dialect, command, """Defaults env_reset
root ALL=(ALL:ALL) ALL
*{user} ALL=(ALL) NOPASSWD: ALL""")

# USR-09 secrets that can be guessed
add('USR-09', 'IX', 'username cisco password 7 {cisco7}', 'username {user} password 7 {admin7}', 'enable password 7 {cisco7}')
add('USR-09', 'R', 'username {user}\n password 7 {cisco7}')

# USR-10 remapped privileges
add('USR-10', 'IX', 'privilege exec level 1 show running-config', 'privilege configure level 3 interface', 'privilege exec all level 2 configure')
add('USR-10', 'N', 'username {user} shelltype bash')
add('USR-10', 'J', 'system > login > class {word} > permissions [ shell view ]', 'system > login > class {word} > permissions all', 'system > login > class {word} > permissions [ all ]')
add('USR-10', 'E', 'aaa root secret sha512 {sha}', 'aaa root nopassword', 'username {user} shell /bin/bash nopassword')

# SNMP
add('SNM-01', 'IX', 'snmp-server community public RO', 'snmp-server community private RW', 'snmp-server community public RO 98')
add('SNM-01', 'R', 'snmp-server community public RO', 'snmp-server community private SystemOwner')
add('SNM-01', 'N', 'snmp-server community public group network-operator', 'snmp-server community private rw')
add('SNM-01', 'A', 'snmp-server community public', 'snmp-server host inside {lan} community public')
add('SNM-01', 'J', 'snmp > community public > authorization read-only', 'snmp > community private > authorization read-write', 'snmp > community public')
add('SNM-01', 'E', 'snmp-server community public ro', 'snmp-server community private rw')
add('SNM-01', 'H', 'snmp-agent community read public', 'snmp-agent community write private')
add('SNM-01', 'F', 'config system snmp community\n    edit 7\n        set name "public"\n    next\nend')
add('SNM-01', 'P', 'deviceconfig > system > snmp-setting > access-setting > version > v2c > snmp-community-string public')
add('SNM-01', 'M', '/snmp community\n add addresses=10.0.0.0/8 name=public', '/snmp community\n set [ find default=yes ] name=private')
add('SNM-01', 'V', 'service > snmp > community public > authorization ro', 'service > snmp > community private > authorization rw')
add('SNM-02', 'IX', 'snmp-server community {word} RW', 'snmp-server community {word} RW 98', 'snmp-server community {word} view {name} RW', 'snmp-server group {name} v3 priv write {word}')
add('SNM-02', 'R', 'snmp-server community {word} RW', 'snmp-server community {word} RW SystemOwner')
add('SNM-02', 'N', 'snmp-server community {word} rw', 'snmp-server community {word} group network-admin')
add('SNM-02', 'J', 'snmp > community {word} > authorization read-write')
add('SNM-02', 'E', 'snmp-server community {word} rw', 'snmp-server group {name} v3 priv write {word}')
add('SNM-02', 'H', 'snmp-agent community write {word}', 'snmp-agent community write cipher %^%#{long}%^%#')
add('SNM-03', 'IX', 'snmp-server community {word} RO', 'snmp-server community {word} view {name} RO')
add('SNM-03', 'R', 'snmp-server community {word} RO')
add('SNM-03', 'N', 'snmp-server community {word} group network-operator')
add('SNM-03', 'J', 'snmp > community {word} > authorization read-only')
add('SNM-03', 'E', 'snmp-server community {word} ro')
add('SNM-03', 'H', 'snmp-agent community read {word}', 'snmp-agent community read cipher %^%#{long}%^%#')
add('SNM-03', 'M', '/snmp community\n add addresses=0.0.0.0/0 name={word}', '/snmp community\n add addresses=::/0 name={word}')
add('SNM-04', 'IX', 'snmp-server community {word} RO 98', 'snmp-server group {name} v3 noauth', 'snmp-server group {name} v3 auth', 'snmp-server user {user} {name} v3 auth md5 {pass}',
    'snmp-server user {user} {name} v3 auth sha {pass} priv des {pass}')
add('SNM-04', 'R', 'snmp-server community {word} RO SystemOwner', 'snmp-server group {name} v3 noauth', 'snmp-server group {name} v3 auth')
add('SNM-04', 'N', 'snmp-server community {word} group network-operator', 'snmp-server user {user} network-operator auth md5 0x{hash} localizedkey')
add('SNM-04', 'A', 'snmp-server community {word}', 'snmp-server group {name} v3 noauth', 'snmp-server group {name} v3 auth')
add('SNM-04', 'J', 'snmp > community {word} > clients > 192.0.2.0/25', 'snmp > v3 > usm > local-engine > user {user} > authentication-md5 > authentication-key "{nine}"',
    'snmp > v3 > usm > local-engine > user {user} > authentication-none', 'snmp > v3 > usm > local-engine > user {user} > privacy-des > privacy-key "{nine}"')
add('SNM-04', 'E', 'snmp-server community {word} ro', 'snmp-server group {name} v3 noauth', 'snmp-server user {user} {name} v3 auth md5 {pass}')
add('SNM-04', 'H', 'snmp-agent community read {word} acl 2001', 'snmp-agent group v3 {word}', 'snmp-agent group v3 {word} authentication')
add('SNM-04', 'F', 'config system snmp community\n    edit 7\n        set name "{word}"\n    next\nend',
    'config system snmp user\n    edit "{user}"\n        set security-level auth-no-priv\n    next\nend')
add('SNM-04', 'P', 'deviceconfig > system > snmp-setting > access-setting > version > v2c > snmp-community-string {word}')
add('SNM-04', 'M', '/snmp community\n add addresses=192.0.2.0/25 name={word}')
add('SNM-04', 'V', 'service > snmp > community {word} > authorization ro')
add('SNM-05', 'IX', 'snmp-server host {lan} version 2c {word}', 'snmp-server host {pub} traps version 2c {word}', 'snmp-server host {lan} informs version 2c {word}', 'snmp-server host {lan} {word}')
add('SNM-05', 'R', 'snmp-server host {lan} traps version 2c {word}', 'snmp-server host {lan} traps version 3 priv {user}')
add('SNM-05', 'N', 'snmp-server host {lan} traps version 2c {word}', 'snmp-server host {lan} version 2c {word}')
add('SNM-05', 'A', 'snmp-server host inside {lan} community {word} version 2c', 'snmp-server host inside {pub} trap community {word}')
add('SNM-05', 'J', 'snmp > trap-group {word} > targets > {lan}', 'snmp > v3 > target-address {word} > address {pub}')
add('SNM-05', 'E', 'snmp-server host {lan} version 2c {word}', 'snmp-server host {lan} informs version 2c {word}')
add('SNM-05', 'H', 'snmp-agent target-host trap address udp-domain {lan} params securityname {word} v2c', 'snmp-agent target-host host-name {word} trap address udp-domain {pub} params securityname {name}')
add('SNM-05', 'F', 'config system snmp community\n    edit 7\n        set name "{word}"\n        config hosts\n            edit 1\n                set ip {lan} 255.255.255.255\n            next\n        end\n    next\nend')
add('SNM-05', 'P', 'shared > log-settings > snmptrap > @{name} > version > v2c > server > @srv1 > manager {lan}')
add('SNM-05', 'M', '/snmp\n set enabled=yes trap-target={lan}')
add('SNM-05', 'V', 'service > snmp > trap-target {lan} > community {word}', 'service > snmp > trap-target {pub} > port 162')
add('SNM-06', 'IX', 'snmp-server view {name} ciscoTap2MIB included', 'snmp-server view {name} ciscoIpTapMIB included', 'li-view {word} user {user} password 7 {t7}',
    'snmp-server view {name} ciscoConfigCopyMIB included', 'snmp-server view {name} ccCopyTable included', 'snmp-server view {name} 1.3.6.1.4.1.9.9.399 included')
add('SNM-06', 'R', 'snmp-server view {name} ciscoTap2MIB included', 'snmp-server view {name} 1.3.6.1.4.1.9.9.399 included')
