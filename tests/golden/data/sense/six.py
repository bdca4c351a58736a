#!/usr/bin/env python3
"""A capture of two hundred SYNs from a network of IPv6, whose three hosts are one actor. six.py FILE"""
import ipaddress
import struct
import sys

with open(sys.argv[1], 'wb') as f:
    f.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
    for i in range(200):
        tcp = struct.pack('>HHIIBBHHH', 40000 + i, 22, 7 * i, 0, 0x50, 2, 1024, 0, 0)
        packet = struct.pack('>IHBB', 0x60000000, len(tcp), 6, 60) + ipaddress.ip_address(f'3fff:1:2:3::{1 + i % 3}').packed \
            + ipaddress.ip_address(f'2001:db8::{i + 1:x}').packed + tcp
        f.write(struct.pack('<IIII', 1756684800 + i, 0, len(packet), len(packet)) + packet)
