#!/usr/bin/env python3
"""avro.py FILE: what an Avro file holds, read with nothing of ours (Avro 1.11 specification, object container files).

Prints the record's name and fields, the number of records, the sum of their packets, and the first two whole."""
import json
import sys
import zlib


class Cursor:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        if self.at + n > len(self.data):
            raise ValueError('the file ends too early')
        self.at += n
        return self.data[self.at - n:self.at]

    def long(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 127) << shift
            shift += 7
            if not byte & 128:
                return value >> 1 ^ -(value & 1)

    def text(self):
        return self.take(self.long())

    def value(self, kind):
        if isinstance(kind, dict) and kind['type'] == 'record':
            return {f['name']: self.value(f['type']) for f in kind['fields']}
        if isinstance(kind, dict) and kind['type'] == 'array':
            return [self.value(kind['items']) for n in iter(self.long, 0) for _ in range(n)]
        if isinstance(kind, dict):
            return self.value(kind['type'])
        return self.text().decode() if kind == 'string' else self.long()


def read(data):
    c = Cursor(data)
    if c.take(4) != b'Obj\x01':
        raise ValueError('no Avro file')
    meta = {c.text().decode(): c.text() for n in iter(c.long, 0) for _ in range(n)}
    sync = c.take(16)
    schema = json.loads(meta['avro.schema'])
    rows = []
    while c.at < len(data):
        n, block = c.long(), c.text()
        if meta.get('avro.codec') == b'deflate':
            block = zlib.decompress(block, -15)
        inside = Cursor(block)
        rows += [inside.value(schema) for _ in range(n)]
        if inside.at != len(block) or c.take(16) != sync:
            raise ValueError('a block is not as long as it says')
    return schema, rows


schema, rows = read(open(sys.argv[1], 'rb').read())
print(schema.get('namespace'), schema['name'], ' '.join(f['name'] for f in schema['fields']))
print(len(rows), 'records,', sum(r['packet_cnt'] for r in rows), 'packets')
for row in rows[:2]:
    print(json.dumps(row))
