"""AAA servers, lists and secrets."""
from mutation.plant import add, gone, state

TACACS = {
    'IX': ('tacacs server {name}\n address ipv4 %s\n key 6 {long}', 'tacacs-server host %s', 'radius server {name}\n address ipv4 %s auth-port 1812 acct-port 1813',
           'radius-server host %s auth-port 1812 acct-port 1813 key 6 {long}', 'aaa group server tacacs+ {name}\n server-private %s key 6 {long}'),
    'N': ('tacacs-server host %s key 6 "{long}"', 'radius-server host %s key 6 "{long}" authentication accounting'),
    'R': ('tacacs-server host %s port 49\n key 6 {long}', 'radius-server host %s auth-port 1812 acct-port 1813'),
    'A': ('aaa-server {name} protocol tacacs+\naaa-server {name} (inside) host %s\n key *****', 'aaa-server {name} protocol radius\naaa-server {name} (inside) host %s'),
    'J': ('system > tacplus-server > %s > single-connection', 'system > radius-server > %s > retry 3'),
    'E': ('tacacs-server host %s key 8a $1c$sd{long}==', 'radius-server host %s key 8a $1c$sd{long}=='),
    'H': ('hwtacacs-server template {word}\n hwtacacs-server authentication %s', 'radius-server template {word}\n radius-server authentication %s 1812'),
    'F': ('config user tacacs+\n    edit "{name}"\n        set server "%s"\n    next\nend', 'config user radius\n    edit "{name}"\n        set server "%s"\n    next\nend'),
    'P': ('shared > server-profile > tacplus > @{name} > server > @srv1 > address %s', 'shared > server-profile > radius > @{name} > server > @srv1 > ip-address %s'),
    'M': ('/radius\n add address=%s service=login',),
    'V': ('system > login > radius > server %s > port 1812', 'system > login > tacacs > server %s > port 49'),
}
for dialects, forms in TACACS.items():
    add('AAA-02', dialects, *[f % '{lan}' for f in forms])
    add('AAA-03', dialects, *[f % '{pub}' for f in forms])
add('AAA-03', 'IX', 'radius-server host 192.0.2.49 auth-port {radius} acct-port {radius}', 'tacacs-server host 192.0.2.49 port {radius}',
    'tacacs server {name}\n address ipv4 192.0.2.49\n port {radius}')
add('AAA-03', 'J', 'system > tacplus-server > 192.0.2.49 > port {radius}')
add('AAA-03', 'H', 'radius-server template {word}\n radius-server authentication 192.0.2.49 {radius}')
add('AAA-03', 'M', '/radius\n add address=192.0.2.49 authentication-port={radius} service=login')

# AAA-01 central AAA absent
add('AAA-01', 'IX', 'no aaa new-model')
gone('AAA-01', 'IX', 'aaa new-model\naaa authentication login default group tacacs+ local', without='^aaa ')
gone('AAA-01', 'RE', 'aaa authentication login default group tacacs+ local', without='^aaa authentication')
gone('AAA-01', 'N', 'feature tacacs+\naaa authentication login default group {name}', without='^aaa authentication')
add('AAA-01', 'J', 'system > authentication-order password', 'system > authentication-order [ password tacplus ]')

# AAA-04 weakened lists
add('AAA-04', 'IX', 'aaa authentication login {name} none', 'aaa authentication login default local none', 'aaa authentication login {name} group tacacs+ none',
    'aaa authentication login {name} local group tacacs+', 'aaa authentication enable default none')
add('AAA-04', 'N', 'aaa authentication login default none', 'aaa authentication login default group {name} none', 'aaa authentication login console none')
add('AAA-04', 'R', 'aaa authentication login {name} none', 'aaa authentication login default local group tacacs+')
add('AAA-04', 'E', 'aaa authentication login default none', 'aaa authentication enable default none', 'aaa authentication login default local group tacacs+')
add('AAA-04', 'J', 'system > authentication-order [ password tacplus ]', 'system > authentication-order [ password radius ]')
add('AAA-04', 'H', 'aaa\n authentication-scheme {word}\n  authentication-mode none', 'user-interface vty ~\n authentication-mode none',
    'aaa\n authentication-scheme {word}\n  authentication-mode local hwtacacs')

# AAA-05 and AAA-06 accounting and authorization of commands
gone('AAA-05', 'IX', 'aaa new-model\naaa accounting commands 15 default start-stop group tacacs+', without='^aaa (accounting|authorization)')
gone('AAA-05', 'N', 'aaa accounting default group {name}', without='^aaa (accounting|authorization)')
gone('AAA-05', 'R', 'aaa accounting commands default start-stop group tacacs+', without='^aaa (accounting|authorization)')
gone('AAA-05', 'E', 'aaa accounting commands all default start-stop group tacacs+', without='^aaa (accounting|authorization)')
gone('AAA-05', 'J', 'system > accounting > events [ login change-log interactive-commands ]\nsystem > accounting > destination > tacplus')
gone('AAA-05', 'H', 'aaa\n recording-scheme {word}\n  recording-mode hwtacacs tac\n cmd recording-scheme {word}')
gone('AAA-06', 'IX', 'aaa new-model\naaa authorization commands 15 default group tacacs+ local', without='^aaa (accounting|authorization)')
gone('AAA-06', 'N', 'aaa authorization commands default group {name} local', without='^aaa (accounting|authorization)')
gone('AAA-06', 'R', 'aaa authorization commands default group tacacs+ none', without='^aaa (accounting|authorization)')
gone('AAA-06', 'E', 'aaa authorization commands all default group tacacs+ local', without='^aaa (accounting|authorization)')

# AAA-07 weak shared secrets
add('AAA-07', 'IX', 'tacacs-server key 7 {t7}', 'tacacs server {name}\n address ipv4 192.0.2.49\n key {pass}', 'radius-server key 0 {pass}',
    'radius server {name}\n address ipv4 192.0.2.49 auth-port 1812 acct-port 1813\n key 7 {t7}', 'radius-server host 192.0.2.49 key {pass}')
add('AAA-07', 'N', 'tacacs-server key 7 "{t7}"', 'radius-server host 192.0.2.49 key 7 "{t7}" authentication accounting', 'tacacs-server host 192.0.2.49 key 0 {pass}')
add('AAA-07', 'R', 'tacacs-server key 7 {t7}', 'tacacs-server host 192.0.2.49 port 49\n key 7 {t7}', 'radius-server key 7 {t7}')
add('AAA-07', 'E', 'tacacs-server key 7 {t7}', 'tacacs-server host 192.0.2.49 key 7 {t7}', 'radius-server key 0 {pass}')
add('AAA-07', 'J', 'system > tacplus-server > 192.0.2.49 > secret "{nine}"', 'system > radius-server > 192.0.2.49 > secret "{nine}"')
add('AAA-07', 'H', 'hwtacacs-server template {word}\n hwtacacs-server authentication 192.0.2.49\n hwtacacs-server shared-key simple {pass}',
    'radius-server template {word}\n radius-server authentication 192.0.2.49 1812\n radius-server shared-key simple {pass}')
add('AAA-07', 'A', 'aaa-server {name} protocol tacacs+\naaa-server {name} (inside) host 192.0.2.49\n key {pass}')
add('AAA-07', 'M', '/radius\n add address=192.0.2.49 secret=abc123 service=login')
add('AAA-07', 'V', 'system > login > radius > server 192.0.2.49 > key abc123')
add('AAA-07', 'F', 'config user radius\n    edit "{name}"\n        set server "192.0.2.49"\n        set secret abc123\n    next\nend')

# AAA-08 what runs is not what is configured
state('AAA-08', 'IX', 'show tacacs', """
Tacacs+ Server -  public  :
               Server name: CORP
            Server address: 192.0.2.49
               Server port: 49
              Socket opens:         12
*Tacacs+ Server -  public  :
*               Server name: {name}
*            Server address: {pub}
*               Server port: 49
*              Socket opens:         12""", config='tacacs server CORP\n address ipv4 192.0.2.49')
state('AAA-08', 'IX', 'show aaa servers', """
*RADIUS: id 2, priority 2, host {pub}, auth-port 1812, acct-port 1813
*     State: current UP, duration 1200s, previous duration 0s
RADIUS: id 1, priority 1, host 192.0.2.49, auth-port 1812, acct-port 1813
     State: current UP, duration 1200s, previous duration 0s""", config='radius server CORP\n address ipv4 192.0.2.49 auth-port 1812 acct-port 1813')
state('AAA-08', 'N', 'show tacacs-server', """
Global TACACS+ shared secret:********
timeout value:5
deadtime value:0
total number of servers:2
following TACACS+ servers are configured:
        192.0.2.49:
                available on port:49
*        {pub}:
*                available on port:49""", config='feature tacacs+\ntacacs-server host 192.0.2.49')
state('AAA-08', 'R', 'show tacacs', """
For IPv4 IP addresses:
Server: 192.0.2.49/49 opens=0 closes=0 aborts=0 errors=0
        packets in=0 packets out=0
        status=up single-connect=false family=IPv4
*Server: {pub}/49 opens=2 closes=2 aborts=0 errors=0
*        packets in=4 packets out=4
*        status=up single-connect=false family=IPv4""", config='tacacs-server host 192.0.2.49 port 49')
