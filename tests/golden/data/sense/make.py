#!/usr/bin/env python3
"""Write day.pcap: two days of a made-up sensor (192.0.2.0/24). Headers alone, addresses of RFC 5737 and RFC 2544; nothing was captured and nothing is sent.
What is in it: masscan (window 1025) on tcp/8080 to 60 addresses, Mirai on tcp/23 to 40, requests for NTP's monlist, answers of a web server under a flood
with made-up sources (120 distinct, each sent three times), one packet for somebody else, one cut short."""
import pathlib
import random
import struct

r = random.Random(1)
START = 1756252800  # 2025-08-27T00:00:00Z
out = []


def ip4(*b):
    return bytes(b)


def ip(src, dst, proto, body, ttl=50, ident=1, df=0):
    head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(body), ident, 0x4000 if df else 0, ttl, proto, 0, src, dst)
    total = sum(struct.unpack('!10H', head))
    total = (total & 0xffff) + (total >> 16)
    return head[:10] + struct.pack('!H', ~(total + (total >> 16)) & 0xffff) + head[12:] + body


def tcp(sport, dport, seq, ack, flags, window, options=b''):
    return struct.pack('!HHIIBBHHH', sport, dport, seq, ack, (5 + len(options) // 4) << 4, flags, window, 0, 0) + options


def put(at, packet, cut=None):
    out.append((at, packet, cut))


def number(address):
    return int.from_bytes(address, 'big')


scanner, bot, victim, asker = ip4(198, 18, 3, 7), ip4(198, 18, 9, 9), ip4(198, 51, 100, 80), ip4(203, 0, 113, 123)
for i in range(60):
    dst, seq = ip4(192, 0, 2, r.randrange(256)), r.getrandbits(32)
    put(START + 3600 + i * 2, ip(scanner, dst, 6, tcp(61000, 8080, seq, 0, 2, 1025, bytes.fromhex('020405b4')), 240, (number(dst) ^ 8080 ^ seq) & 0xffff))
for i in range(40):
    dst = ip4(192, 0, 2, (i * 5) % 256)
    put(START + 7200 + i * 3, ip(bot, dst, 6, tcp(14321, 23, number(dst), 0, 2, r.randrange(65536)), 47, r.randrange(65536)))
for i in range(12):
    put(START + 90000 + i, ip(asker, ip4(192, 0, 2, 17 * i), 17, struct.pack('!HHHH', 5000, 123, 56, 0) + bytes.fromhex('1700032a') + bytes(44)))
for i in range(120):
    ours, port, ack = ip4(192, 0, 2, r.randrange(256)), r.randrange(1024, 65536), r.getrandbits(32)
    for k in range(3):
        put(START + 40000 + i * 2 + k * 3, ip(victim, ours, 6, tcp(80, port, 1000 + i, ack, 0x12, 5840, bytes.fromhex('020405b4'))))
put(START + 50000, ip(scanner, ip4(192, 0, 3, 1), 6, tcp(1, 2, 3, 0, 2, 1024)))
put(START + 50001, ip(scanner, ip4(192, 0, 2, 1), 6, tcp(1, 2, 3, 0, 2, 1024)), 30)
put(START + 172799, ip(bot, ip4(192, 0, 2, 200), 6, tcp(14321, 23, number(ip4(192, 0, 2, 200)), 0, 2, 77), 47))
out.sort(key=lambda x: x[0])
with open(pathlib.Path(__file__).parent / 'day.pcap', 'wb') as f:
    f.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
    for at, packet, cut in out:
        kept = packet[:cut] if cut else packet
        f.write(struct.pack('<IIII', at, 0, len(kept), len(packet)) + kept)
