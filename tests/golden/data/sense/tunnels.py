#!/usr/bin/env python3
"""Captures of twenty SYNs to 192.0.2.0/24, each brought in another tunnel; one of a link type that nobody knows. tunnels.py FOLDER"""
import ipaddress
import pathlib
import struct
import sys


def ip(src, dst, proto, inner):
    return struct.pack('>BBHHHBBH', 0x45, 0, 20 + len(inner), 7, 0, 64, proto, 0) + ipaddress.ip_address(src).packed \
        + ipaddress.ip_address(dst).packed + inner


def ether(kind, inner):
    return bytes.fromhex('020000000001020000000002') + struct.pack('>H', kind) + inner


def outer(proto, inner):
    return ether(0x800, ip('203.0.113.1', '203.0.113.9', proto, inner))


def udp(port, inner):
    return struct.pack('>HHHH', 40000, port, 8 + len(inner), 0) + inner


TUNNEL = {
    'gre': lambda p: outer(47, b'\0\0\x08\0' + p),
    'erspan': lambda p: outer(47, b'\x10\0\x88\xbe\0\0\0\1' + b'\x10\1\0\1\0\0\0\0' + ether(0x800, p)),
    'vxlan': lambda p: outer(17, udp(4789, b'\x08\0\0\0\0\0\5\0' + ether(0x800, p))),
    'unknown': lambda p: p,
}

out = pathlib.Path(sys.argv[1])
out.mkdir(exist_ok=True)
for name, wrap in TUNNEL.items():
    with open(out / f'{name}.pcap', 'wb') as f:
        f.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 147 if name == 'unknown' else 1))
        for i in range(20):
            tcp = struct.pack('>HHIIBBHHH', 40000, 23, 1000 + i, 0, 0x50, 2, 1024, 0, 0)
            frame = wrap(ip('198.18.0.1', f'192.0.2.{i + 1}', 6, tcp))
            f.write(struct.pack('<IIII', 1756684800 + i, 0, len(frame), len(frame)) + frame)
