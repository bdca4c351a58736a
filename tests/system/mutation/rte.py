"""Routes: what a device's table shows and its configuration does not, and files of collectors.

The tables are written as the devices print them: `B`, `S` and `C` are the lines of one dialect for a route learned, one that is
static and one that is connected, {p} a prefix, {h} a next hop, {i} an interface."""
import random

from mutation import mrt
from mutation.plant import ALL, KINDS, add, fill, state

CODES = ('Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP\n       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area\n'
         '       a - application route, H - NHRP, l - LISP\n')
EOS_CODES = 'Codes: C - connected, S - static, K - kernel,\n       O - OSPF, B - Other BGP Routes, B I - iBGP, B E - eBGP, R - RIP\n'
# command, head, then one line (or lines) for: connected, static, static by an interface, learned by BGP
SHAPE = {
    'I': ('show ip route', CODES + '\nGateway of last resort is not set\n', 'C        {p} is directly connected, {i}', 'S        {p} [1/0] via {h}',
          'S        {p} is directly connected, {i}', 'B        {p} [20/0] via {h}, 2d03h'),
    'R': ('show route', CODES + '\nGateway of last resort is not set\n', 'C    {p} is directly connected, 2d03h, {i}', 'S    {p} [1/0] via {h}, 2d03h',
          'S    {p} is directly connected, 2d03h, {i}', 'B    {p} [20/0] via {h}, 2d03h'),
    'N': ('show ip route', 'IP Route Table for VRF "default"\n\'*\' denotes best ucast next-hop\n\'**\' denotes best mcast next-hop\n\'[x/y]\' denotes [preference/metric]\n\'%<string>\' in via output denotes VRF <string>\n',
          '{p}, ubest/mbest: 1/0, attached\n    *via 10.250.1.1, {i}, [0/0], 2d03h, direct', '{p}, ubest/mbest: 1/0\n    *via {h}, [1/0], 2d03h, static',
          '{p}, ubest/mbest: 1/0\n    *via {i}, [1/0], 2d03h, static', '{p}, ubest/mbest: 1/0\n    *via {h}, [20/0], 2d03h, bgp-64500, external, tag 64501'),
    'A': ('show route', CODES + '\nGateway of last resort is not set\n', 'C        {m} is directly connected, {i}', 'S        {m} [1/0] via {h}, inside',
          'S        {m} is directly connected, {i}', 'B        {m} [20/0] via {h}, 2d03h'),
    'E': ('show ip route', 'VRF: default\n' + EOS_CODES + '\nGateway of last resort is not set\n', ' C        {p} is directly connected, {i}', ' S        {p} [1/0] via {h}, Ethernet3',
          ' S        {p} is directly connected, {i}', ' B E      {p} [200/0] via {h}, Ethernet3'),
    'J': ('show route', 'inet.0: 24 destinations, 24 routes (24 active, 0 holddown, 0 hidden)\n@ = Routing Use Only, # = Forwarding Use Only\n{plus} = Active Route, {minus} = Last Active, {star} = Both\n',
          '{p}{sp}{star}[Direct/0] 2d 03:04:05\n                    >  via {i}', '{p}{sp}{star}[Static/5] 2d 03:04:05\n                    >  to {h} via ge-0/0/3.0',
          '{p}{sp}{star}[Static/5] 2d 03:04:05\n                    >  via {i}',
          '{p}{sp}{star}[BGP/170] 2d 03:04:05, localpref 100\n                      AS path: {path} I, validation-state: unverified\n                    >  to {h} via ge-0/0/3.0'),
    'H': ('display ip routing-table', 'Route Flags: R - relay, D - download to fib\n------------------------------------------------------------------------------\nRouting Tables: Public\n         Destinations : 9        Routes : 9\n\nDestination/Mask    Proto   Pre  Cost      Flags NextHop         Interface\n',
          '{p:>18}  Direct  0    0           D   10.250.1.1      {i}', '{p:>18}  Static  60   0          RD   {h:<15} GigabitEthernet0/0/3',
          '{p:>18}  Static  60   0           D   10.250.1.1      {i}', '{p:>18}  EBGP    255  0          RD   {h:<15} GigabitEthernet0/0/3'),
    'F': ('get router info routing-table all', 'Codes: K - kernel, C - connected, S - static, R - RIP, B - BGP\n       O - OSPF, IA - OSPF inter area\n\nRouting table for VRF=0\n', 'C       {p} is directly connected, {i}',
          'S       {p} [10/0] via {h}, port3', 'S       {p} [10/0] is directly connected, {i}', 'B       {p} [20/0] via {h}, port3, 02:03:04'),
    'P': ('show routing route', "flags: A:active, ?:loose, C:connect, H:host, S:static, ~:internal, R:rip, O:ospf, B:bgp,\n       Oi:ospf intra-area, Oo:ospf inter-area, O1:ospf ext-type-1, O2:ospf ext-type-2, E:ecmp, M:multicast\n\n\nVIRTUAL ROUTER: default (id 1)\n  ==========\ndestination                                 nexthop                                 metric flags      age   interface          next-AS   \n",
          '{p:<44}10.250.1.1                              0      A C              {i:<19}', '{p:<44}{h:<40}10     A S              ethernet1/3        ',
          '{p:<44}0.0.0.0                                 10     A S              {i:<19}', '{p:<44}{h:<40}       A B        9302  ethernet1/3        64501     '),
    'M': ('/ip route print', 'Flags: D - DYNAMIC; A - ACTIVE; c, s, b, y - COPY\nColumns: DST-ADDRESS, GATEWAY, DISTANCE\n     DST-ADDRESS         GATEWAY         DISTANCE\n', '  DAc {p:<19} {i:<15}        0', '{k}  As {p:<19} {h:<15}        1',
          '{k}  As {p:<19} {i:<15}        1', '  DAb {p:<19} {h:<15}       20'),
    'V': ('show ip route', 'Codes: K - kernel route, C - connected, S - static, R - RIP,\n       O - OSPF, I - IS-IS, B - BGP, E - EIGRP, N - NHRP,\n       > - selected route, * - FIB route, q - queued, r - rejected, b - backup\n\n',
          'C>* {p} is directly connected, {i}, 02:03:04', 'S>* {p} [1/0] via {h}, eth1, weight 1, 02:03:04', 'S>* {p} [1/0] is directly connected, {i}, weight 1, 02:03:04',
          'B>* {p} [20/0] via {h}, eth1, weight 1, 02:03:04'),
}
SHAPE['X'] = SHAPE['I']
PORT = {'I': 'GigabitEthernet0/3', 'X': 'GigabitEthernet3', 'R': 'GigabitEthernet0/0/0/3', 'N': 'Ethernet1/3', 'A': 'inside', 'E': 'Ethernet3', 'J': 'ge-0/0/3.0',
        'H': 'GigabitEthernet0/0/3', 'F': 'port3', 'P': 'ethernet1/3', 'M': 'ether3', 'V': 'eth1'}
TUNNEL = {'I': 'Tunnel7', 'X': 'Tunnel7', 'R': 'tunnel-ip7', 'N': 'Tunnel7', 'E': 'Tunnel7', 'J': 'gr-0/0/0.7', 'H': 'Tunnel0/0/7', 'P': 'tunnel.7', 'M': 'gre-tunnel7', 'V': 'tun7'}
MASKS = {'24': '255.255.255.0', '30': '255.255.255.252', '32': '255.255.255.255', '18': '255.255.192.0', '0': '0.0.0.0'}
CONNECTED, STATIC, BY_INTERFACE, BGP = 2, 3, 4, 5
ADDRESS = {'IX': 'interface {port}\n ip address 10.250.1.1 255.255.255.0', 'R': 'interface {port}\n ipv4 address 10.250.1.1 255.255.255.0', 'NE': 'interface {port}\n no switchport\n ip address 10.250.1.1/24',
           'H': 'interface {port}\n ip address 10.250.1.1 255.255.255.0'}
ALL_DIALECTS = 'IXRNAEJHFPMV'


def route(d, kind, prefix, hop='10.250.1.9', port=None, mark='', path='64501 64510', number=0):
    net, length = prefix.split('/')
    p = prefix
    text = SHAPE[d][kind].replace('{m}', f'{net} {MASKS[length]}').replace('{path}', path).replace('{sp}', ' ' * max(1, 19 - len(p))).replace('{star}', '{STAR}').replace('{k}', str(number))
    for name, value in (('p', p), ('h', hop), ('i', port or PORT[d])):
        for spec in (':>18', ':<44', ':<40', ':<19', ':<15', ''):
            text = text.replace('{' + name + spec + '}', format(value, spec[1:]) if '{' not in value else value)
    return '\n'.join(mark + line for line in text.split('\n')).replace('{STAR}', '\x01')


def table(d, *lines):
    """A table with a connected network, and what else is given."""
    head = SHAPE[d][1].replace('{plus}', '\x02').replace('{minus}', '-').replace('{star}', '\x01')
    return head + '\n'.join((route(d, CONNECTED, '10.250.1.0/24'),) + lines)


def rib(check, d, *lines, **more):
    config = next((c for k, c in ADDRESS.items() if d in k), '').replace('{port}', PORT[d])
    # each prefix is drawn here already: a line must not begin with a mark, and columns keep their width
    state(check, d, SHAPE[d][0], table(d, *lines), config, **more)


for d in ALL_DIALECTS:
    r = random.Random('routes' + d)
    for n in range(3):
        net, far = f'10.{r.randrange(60, 200)}.{r.randrange(1, 250)}.0/24', KINDS['pub'](r)
        own = f'198.18.{r.randrange(65, 127)}.0/24'
        # RTE-11 no line of the configuration makes it
        rib('RTE-11', d, route(d, STATIC, net, mark='*'))
        # RTE-02 into a tunnel, or to a hop that nobody is connected to
        if d in TUNNEL:
            rib('RTE-02', d, route(d, BY_INTERFACE, net, port=TUNNEL[d], mark='*'))
        rib('RTE-02', d, route(d, STATIC, net, hop=far, mark='*', number=1))
        # RTE-03 a part of what is protected goes another way; a way of its own for the AAA server
        rib('RTE-03', d, route(d, BGP, '198.18.64.0/18'), route(d, BGP, own, hop='10.250.1.66', mark='*'))
        rib('RTE-03', d, route(d, BGP, '192.0.2.0/24'), route(d, BGP, '192.0.2.49/32', hop='10.250.1.66', mark='*'))
        # RTE-12 against the table of before: one more, one less, one that moved
        rib('RTE-12', d, route(d, BGP, '198.51.100.0/24'), route(d, BGP, net, mark='*'), late=True)
        rib('RTE-12', d, route(d, BGP, net, mark='-'), route(d, BGP, net, hop='10.250.1.66', mark='*'), late=True)
for d, text in {'I': 'a        {net}/24 [1/0] via 10.250.1.9', 'X': 'a        {net}/24 [1/0] via 10.250.1.9', 'R': 'a    {net}/24 [1/0] via 10.250.1.9, 2d03h', 'F': 'K       {net}/24 [0/0] via 10.250.1.9, port3', 'V': 'K>* {net}/24 [0/0] via 10.250.1.9, eth1, 02:03:04',
                'E': ' K        {net}/24 [1/0] via 10.250.1.9, Ethernet3'}.items():
    rib('RTE-11', d, '*' + text)
# RTE-02 in the configuration
add('RTE-02', 'IX', 'ip route {net} 255.255.255.0 Tunnel{n}', 'interface Tunnel{n}\n tunnel destination {pub}\nip route {net} 255.255.255.0 Tunnel{n}')
add('RTE-02', 'R', 'router static\n address-family ipv4 unicast\n  {net}/24 tunnel-ip{n}')
add('RTE-02', 'N', 'ip route {net}/24 Tunnel{n}')
add('RTE-02', 'E', 'ip route {net}/24 Tunnel{n}')
add('RTE-02', 'J', 'routing-options > static > route {net}/24 > next-hop gr-0/0/0.{nn}', 'routing-options > static > route {net}/24 > next-hop st0.{nn}')
add('RTE-02', 'H', 'ip route-static {net} 255.255.255.0 Tunnel0/0/{n}')
add('RTE-02', 'V', 'protocols > static > interface-route {net}/24 > next-hop-interface tun{nn}', 'protocols > static > route {net}/24 > interface wg{nn}')
# RTE-12 an adjacency
state('RTE-12', 'IX', 'show ip ospf neighbor', 'Neighbor ID     Pri   State           Dead Time   Address         Interface\n10.250.9.1        1   FULL/DR         00:00:33    10.250.1.9      GigabitEthernet0/3\n'
      '*{lan}    1   FULL/DR         00:00:33    10.250.2.9      GigabitEthernet0/2', late=True)
# RTE-09, RTE-10 where the table prints paths
for n in range(3):
    rib('RTE-09', 'J', route('J', BGP, '198.18.0.0/18'), route('J', BGP, f'198.18.{64 + n}.0/24', path=f'64501 6499{n}', mark='*'))
    rib('RTE-09', 'J', route('J', BGP, '198.18.0.0/18'), route('J', BGP, f'198.18.{8 + n}.0/24', mark='*'))
    rib('RTE-10', 'J', route('J', BGP, f'10.77.{n}.0/24', path=f'3356 6451{2 + n} 174', mark='*'))
    rib('RTE-10', 'J', route('J', BGP, f'10.78.{n}.0/24', path=f'3356 5{n}80 1299 5580', mark='*'))
# RTE-03, RTE-09, RTE-10 in a table of BGP
BGP_HEAD = ('BGP table version is 9, local router ID is 192.0.2.1\n     Network          Next Hop            Metric LocPrf Weight Path\n'
            ' \x01>  10.9.0.0/16      10.250.1.9               0             0 64501 64510 i\n')
BGP_NX = ('BGP routing table information for VRF default, address family IPv4 Unicast\n   Network            Next Hop            Metric     LocPrf     Weight Path\n'
          '\x01>e10.9.0.0/16        10.250.1.9               0                     0 64501 64510 i\n')
for d in 'IXRENV':
    nx = d == 'N'
    for check, prefix, path in (('RTE-09', '198.18.70.0/24', '64501 64999'), ('RTE-09', '198.18.71.0/24', '64501 64510'), ('RTE-10', '10.77.8.0/24', '3356 64513 174'),
                                ('RTE-10', '10.78.8.0/24', '3356 5580 1299 5580')):
        row = f'*\x01>e{prefix:<19}10.250.1.66              0                     0 {path} i' if nx else f'* \x01>  {prefix:<17}10.250.1.66              0             0 {path} i'
        state(check, d, 'show bgp' if d == 'R' else 'show ip bgp', (BGP_NX if nx else BGP_HEAD) + row)
ROAS = 'ASN,IP Prefix,Max Length,Trust Anchor\nAS64510,198.18.0.0/15,18,test\n'


class Collector:
    """A route in a file of a collector: the same kinds, as RFC 6396 writes them, among the records of a real file."""
    late, without, within, tries, anywhere, state, text, control, before, beside, dialects = False, None, None, 4, False, [], '', '', '', '', 'T'

    def __init__(self, check, prefix, path, form):
        self.check, self.prefix, self.path, self.form = check, prefix, path, form
        ALL.append(self)

    def trial(self, dialect, base, host, r):
        return CollectorTrial(self, base, host, r)


class CollectorTrial:
    def __init__(self, plant, base, host, r):
        self.plant, self.dialect, self.name, self.says = plant, 'T', host + '.bin', [f'{plant.form} {plant.prefix} {plant.path}']
        given, peer = {}, ('203.0.113.1', 64501)
        prefix = fill(plant.prefix, r, given)
        path = [int(a) for a in fill(plant.path, r, given).split()]
        time = r.randrange(1_700_000_000, 1_750_000_000)
        if plant.form == 'bmp':
            parts = [mrt.bmp_initiation('station')] + [mrt.bmp_route(time + i, peer, f'10.9.{i}.0/24', [64501, 64510], '203.0.113.1') for i in range(20)]
            new = mrt.bmp_route(time, peer, prefix, path, '203.0.113.9')
        elif plant.form == 'table':
            parts = [mrt.peer_index(time, [peer])] + [mrt.rib(time, i, f'10.9.{i}.0/24', [(0, [64501, 64510], '203.0.113.1')]) for i in range(20)]
            new = mrt.rib(time, 99, prefix, [(0, path, '203.0.113.9')])
        else:
            parts = mrt.records(base)
            time = int.from_bytes(parts[0][:4], 'big')
            new = mrt.update(time, peer, prefix, path, '203.0.113.9')
        at = r.randrange(1, len(parts))
        self.before, self.after, self.lines = b''.join(parts), b''.join(parts[:at] + [new] + parts[at:]), {at + 1}

    def files(self, what):
        return [(self.name, what)]

    def noisy(self, found):
        return False

    def found(self, found):
        return any(c == self.plant.check and n in self.lines for c, n in found)


for form in ('table', 'update', 'bmp'):
    Collector('RTE-09', '198.18.{nn}.0/24', '64501 6499{digit}', form)
    Collector('RTE-09', '198.18.{nn}.0/24', '64501 64510', form)
    Collector('RTE-10', '{net}/24', '3356 645{two} 174', form)
    Collector('RTE-10', '{net}/24', '3356 5580 1299 5580', form)
    Collector('RTE-03', '198.18.{third}.0/24', '64501 64510', form)
