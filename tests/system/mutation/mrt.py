"""Files of route collectors, written from RFC 6396, RFC 4271 and RFC 7854, apart from what reads them."""
import ipaddress
import struct


def record(time, kind, subtype, body):
    return struct.pack('>IHHI', time, kind, subtype, len(body)) + body


def nlri(prefix):
    net = ipaddress.ip_network(prefix)
    return bytes([net.prefixlen]) + net.network_address.packed[:(net.prefixlen + 7) // 8]


def attribute(flags, kind, value):
    return bytes([flags, kind, len(value)]) + value


def attributes(path, hop):
    """ORIGIN, AS_PATH of one sequence of four-byte numbers, NEXT_HOP."""
    ases = b''.join(struct.pack('>I', a) for a in path)
    return (attribute(0x40, 1, b'\0') + attribute(0x40, 2, bytes([2, len(path)]) + ases)
            + attribute(0x40, 3, ipaddress.ip_address(hop).packed))


def peer_index(time, peers):
    body = b'\xc0\x00\x02\x01' + struct.pack('>HH', 0, len(peers))
    for address, number in peers:
        body += b'\x02' + bytes(4) + ipaddress.ip_address(address).packed + struct.pack('>I', number)
    return record(time, 13, 1, body)


def rib(time, sequence, prefix, entries):
    """entries: (number of the peer, path, next hop)."""
    body = struct.pack('>I', sequence) + nlri(prefix) + struct.pack('>H', len(entries))
    for peer, path, hop in entries:
        a = attributes(path, hop)
        body += struct.pack('>HIH', peer, time - 60, len(a)) + a
    return record(time, 13, 2, body)


def bgp_update(prefix, path, hop, withdrawn=()):
    gone = b''.join(nlri(p) for p in withdrawn)
    a = attributes(path, hop) if prefix else b''
    body = struct.pack('>H', len(gone)) + gone + struct.pack('>H', len(a)) + a + (nlri(prefix) if prefix else b'')
    return b'\xff' * 16 + struct.pack('>HB', 19 + len(body), 2) + body


def update(time, peer, prefix, path, hop):
    """BGP4MP_MESSAGE_AS4."""
    address, number = peer
    body = struct.pack('>IIHH', number, 64500, 0, 1) + ipaddress.ip_address(address).packed + ipaddress.ip_address('192.0.2.1').packed
    return record(time, 16, 4, body + bgp_update(prefix, path, hop))


def bmp(kind, body):
    return struct.pack('>BIB', 3, 6 + len(body), kind) + body


def bmp_peer(time, peer):
    address, number = peer
    return b'\0\0' + bytes(8) + bytes(12) + ipaddress.ip_address(address).packed + struct.pack('>I', number) + bytes(4) + struct.pack('>II', time, 0)


def bmp_initiation(name):
    return bmp(4, struct.pack('>HH', 2, len(name)) + name.encode())


def bmp_route(time, peer, prefix, path, hop):
    return bmp(0, bmp_peer(time, peer) + bgp_update(prefix, path, hop))


def records(data):
    """Every record of an MRT file, as it believes its lengths."""
    out, at = [], 0
    while at + 12 <= len(data):
        n = 12 + struct.unpack('>I', data[at + 8:at + 12])[0]
        out.append(data[at:at + n])
        at += n
    return out
