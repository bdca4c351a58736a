"""Real configurations to plant into, each with a host name of its own; VRP, VyOS and PAN-OS XML, of which there are none, are ours."""
import gzip
import re

PB = 'config/batfish+batfish/projects/batfish/src/test/resources/org/batfish/'
LAB = 'config/batfish+lab-validation/snapshots/'
CCP = 'config/mpenning+ciscoconfparse/tests/fixtures/configs/'
OX = 'config/ytti+oxidized/spec/model/data/'
NAPALM = 'show/napalm-automation+napalm/test/'
WHERE = {
    'I': ['config/batfish+batfish/networks/example/live/configs/*.cfg', 'config/batfish+batfish/networks/example/live-with-isp/configs/as2*.cfg',
          CCP + '*.ios', PB + 'grammar/cisco/testconfigs/ios*', NAPALM + 'ios/mocked_data/*/*/show_running_config.txt'],
    'R': [CCP + '*.iosxr', PB + 'grammar/cisco_xr/testconfigs/*'],
    'N': [CCP + '*.nxos', PB + 'vendor/cisco_nxos/grammar/testconfigs/*', NAPALM + 'nxos_ssh/mocked_data/*/*/show_running_config.txt'],
    'A': [CCP + '*.asa', PB + 'grammar/cisco_asa/testconfigs/*'],
    'J': [LAB + 'junos*/configs/*/*', PB + 'grammar/juniper/testconfigs/*', CCP + '*.junos', OX + 'junos*output.txt'],
    'E': [LAB + 'eos*/configs/*/*', PB + 'vendor/arista/grammar/testconfigs/*'],
    'F': [OX + 'fortigate*output.txt', PB + 'grammar/fortios/testconfigs/*'],
    'P': [LAB + 'panos*/configs/*/*', PB + 'grammar/palo_alto/testconfigs/*'],
    'M': [OX + 'routeros*output.txt'],
}
WHERE['X'] = WHERE['I'] + [OX + 'ios#asr920*output.txt']
FRAME = {'I': 'version 15.2\n', 'X': 'version 17.3\n', 'R': '!! IOS XR Configuration 7.3.2\n', 'N': '!Command: show running-config\nversion 9.3(3)\n',
         'A': ': Saved\nASA Version 9.12(4)67 \n', 'E': '! device: spine (DCS-7050TX-64, EOS-4.27.0F)\n', 'J': '', 'F': '', 'P': '', 'M': '', 'H': '', 'V': ''}
HOST = {'F': r'^\s*set hostname .*$', 'P': r'^set deviceconfig system hostname .*$', 'H': r'^\s*sysname .*$', 'M': r'^set name=.*$'}
OURS = {'H': ["""!Software Version V800R011C00SPC200
#
sysname base
#
 undo http server enable
#
aaa
 authentication-scheme default
 authorization-scheme default
 accounting-scheme default
 domain default
#
interface GigabitEthernet0/0/0
 description uplink
 ip address 192.0.2.1 255.255.255.252
#
interface GigabitEthernet0/0/1
 ip address 10.20.0.1 255.255.255.0
#
bgp 64500
 router-id 192.0.2.1
 #
 ipv4-family unicast
  undo synchronization
#
user-interface con 0
 authentication-mode aaa
#
return
"""], 'V': ["""interfaces {
    ethernet eth0 {
        address 192.0.2.2/30
        description uplink
    }
    ethernet eth1 {
        address 10.30.0.1/24
    }
    loopback lo {
    }
}
system {
    host-name base
    time-zone UTC
}
""", """set interfaces ethernet eth0 address '192.0.2.2/30'
set interfaces ethernet eth0 description 'uplink'
set interfaces ethernet eth1 address '10.30.0.1/24'
set interfaces loopback lo
set system host-name 'base'
set system time-zone 'UTC'
set system config-management commit-revisions '100'
"""], 'P': ["""<?xml version="1.0"?>
<config version="10.2.0" urldb="paloaltonetworks" detail-version="10.2.9">
  <mgt-config>
    <!-- mgt-config -->
  </mgt-config>
  <shared>
    <!-- shared -->
  </shared>
  <devices>
    <entry name="localhost.localdomain">
      <deviceconfig><system>
        <hostname>base</hostname>
      </system></deviceconfig>
      <!-- device-entry -->
      <vsys>
        <entry name="vsys1">
          <!-- vsys-entry -->
        </entry>
      </vsys>
    </entry>
  </devices>
</config>
"""]}


def is_set(text):
    return bool(re.search(r'^set \S', text, re.M)) and '{' not in text


def named(dialect, text, host):
    """The text under another host name, in its own place where it has one, so that no other line moves needlessly."""
    if dialect == 'M':
        return text.rstrip('\n') + f'\n/system identity\nset name={host}\n'
    if dialect in 'JV':
        if re.search(r'^set system host-name \S+', text, re.M):
            return re.sub(r'^(set system host-name ).*$', rf'\g<1>{host}', text, flags=re.M)
        if re.search(r'^\s+host-name \S+', text, re.M):
            return re.sub(r'^(\s+host-name )[^;\n]*', rf'\g<1>{host}', text, count=1, flags=re.M)
        return f'set system host-name {host}\n' + text if is_set(text) else f'system {{\n    host-name {host};\n}}\n' + text
    if dialect == 'P':
        if '<hostname>' in text:
            return re.sub(r'<hostname>.*?</hostname>', f'<hostname>{host}</hostname>', text)
        text = re.sub(HOST['P'] + r'\n?', '', text, flags=re.M).lstrip('\n')
        return f'set deviceconfig system hostname {host}\n' + text
    if dialect == 'F':
        text = re.sub(r'^# Hostname: .*$', f'# Hostname: {host}', text, flags=re.M)
        if re.search(HOST['F'], text, re.M):
            return re.sub(HOST['F'], f'    set hostname "{host}"', text, flags=re.M)
        return f'config system global\n    set hostname "{host}"\nend\n' + text
    if dialect == 'H':
        return re.sub(HOST['H'], f'sysname {host}', text, flags=re.M)
    if re.search(r'^(hostname|switchname) .*$', text, re.M):
        return re.sub(r'^(hostname|switchname) .*$', rf'hostname {host}', text, count=1, flags=re.M)
    return f'hostname {host}\n!\n' + text


def framed(dialect, text):
    """A fragment gets the line that names its system's version."""
    text = text.replace('\r\n', '\n')
    if dialect == 'X':
        text = re.sub(r'^version 1[25].*$', 'version 17.3', text, flags=re.M)
    version = {'I': r'^version ', 'X': r'^version ', 'R': r'IOS XR', 'N': r'^version ', 'A': r'^ASA Version', 'E': r'EOS'}.get(dialect)
    return text if not version or re.search(version, text, re.M) else FRAME[dialect] + text


LISTED = []  # the IPv4 addresses of the advisory's own bundle


def load(data):
    for bundle in data.glob('ti/ollerenac+tim-platform/corpus/aa25-239a/*.json'):
        LISTED[:] = sorted(set(re.findall(r"ipv4-addr:value\s*=\s*'([0-9.]+)'", bundle.read_text())))
    out = {d: list(t) for d, t in OURS.items()}
    for dialect, globs in WHERE.items():
        for pattern in globs:
            for path in sorted(data.glob(pattern)):
                if not path.is_file():
                    continue
                text = path.read_text(encoding='utf-8', errors='replace')
                if dialect == 'E' and re.search(r'^version 1\d', text, re.M):
                    continue  # a neighbour of another make
                if 200 < len(text) < 30000 and (dialect != 'J' or re.search(r'^set |\{$', text, re.M)):
                    out.setdefault(dialect, []).append(framed(dialect, text))
    for path in sorted(data.glob('routing/RIPE-NCC+bgpdump/test_data/updates.2*.gz')):
        out.setdefault('T', []).append(gzip.decompress(path.read_bytes()))
    return out


LETTER = {'I': 'IOS', 'X': 'IOS XE', 'R': 'IOS XR', 'N': 'NX-OS', 'A': 'ASA', 'J': 'Junos', 'E': 'EOS', 'H': 'VRP', 'F': 'FortiOS', 'P': 'PAN-OS',
          'M': 'RouterOS', 'V': 'VyOS', 'T': 'files of collectors'}
