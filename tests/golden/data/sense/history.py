#!/usr/bin/env python3
"""history.py FILE DAYS: a sensor's history as the first schema kept it, from 2025-08-01 on.

Counts follow from the hour alone. On day 36 at 09:00 a hundred sources more ask for 8443, nine of ten with a tool that was not seen
there before, from three networks; from then on a few come every hour. The schema is written out: old files must stay readable."""
import sqlite3
import sys

SCHEMA = """
CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE sensor(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE key(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE batch(id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE cell(width INTEGER NOT NULL, cut INTEGER NOT NULL, start INTEGER NOT NULL, sensor INTEGER NOT NULL,
 key INTEGER NOT NULL, packets INTEGER NOT NULL, bytes INTEGER NOT NULL, sources INTEGER NOT NULL, nets INTEGER NOT NULL,
 fresh INTEGER NOT NULL, error REAL NOT NULL, PRIMARY KEY(width, cut, start, sensor, key)) WITHOUT ROWID;
CREATE TABLE scan(id INTEGER PRIMARY KEY, sensor INTEGER NOT NULL, src BLOB NOT NULL, port TEXT NOT NULL, first INTEGER NOT NULL,
 last INTEGER NOT NULL, dsts INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX scan_time ON scan(first);
CREATE INDEX scan_src ON scan(src, port, last);
CREATE TABLE victim(id INTEGER PRIMARY KEY, sensor INTEGER NOT NULL, ip BLOB NOT NULL, first INTEGER NOT NULL,
 last INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX victim_time ON victim(first);
CREATE INDEX victim_ip ON victim(ip, first);
CREATE TABLE payload(id INTEGER PRIMARY KEY, sensor INTEGER NOT NULL, src BLOB NOT NULL, port TEXT NOT NULL, time INTEGER NOT NULL,
 body TEXT NOT NULL);
CREATE INDEX payload_time ON payload(time);
CREATE INDEX payload_src ON payload(src, time);
CREATE TABLE watch(width INTEGER NOT NULL, start INTEGER NOT NULL, sensor INTEGER NOT NULL, alive INTEGER NOT NULL,
 addresses INTEGER NOT NULL, packets INTEGER NOT NULL, own INTEGER NOT NULL, dropped INTEGER NOT NULL, malformed INTEGER NOT NULL,
 strange INTEGER NOT NULL, clock_back INTEGER NOT NULL, PRIMARY KEY(width, start, sensor)) WITHOUT ROWID;
INSERT INTO meta VALUES('schema', 1);
INSERT INTO sensor VALUES(1, 'tokyo');
"""
START = 1754006400
TOTAL, PORT = 0, 2
PORTS = {'tcp/23': 300, 'tcp/8443': 10, 'udp/53': 40}


def wobble(hour, mean):
    """A count near the mean, the same in every run."""
    return max(0, mean + (hour * 7919 % 13 - 6) * max(1, int(mean ** 0.5)) // 6)


def event(db, at, src, tool, version, network, packets):
    text = '.'.join(str(b) for b in src)
    label = f',"tool":"{tool}"' + (f',"tool_version":"{version}"' if version else '')

    def moment(s):
        import datetime
        return datetime.datetime.fromtimestamp(s, datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.000000000Z')

    body = (f'{{"measure":"scan","sensor":"tokyo","src":"{text}","port":"tcp/8443","class":"scan","first":"{moment(at)}",'
            f'"last":"{moment(at + 600)}","packets":{packets},"dsts":{packets}{label},"country":"ZZ","as":"{network}"}}')
    db.execute('INSERT INTO scan(sensor, src, port, first, last, dsts, body) VALUES(1, ?, ?, ?, ?, ?, ?)',
               (bytes(src), 'tcp/8443', at * 10**9, (at + 600) * 10**9, packets, body))


def main():
    path, days = sys.argv[1], int(sys.argv[2])
    db = sqlite3.connect(path)
    db.executescript(SCHEMA)
    keys = {'': 1}
    db.execute("INSERT INTO key VALUES(1, '')")
    for i, name in enumerate(PORTS, 2):
        keys[name] = i
        db.execute('INSERT INTO key VALUES(?, ?)', (i, name))

    def cell(width, cut, at, key, sources):
        db.execute('INSERT INTO cell VALUES(?, ?, ?, 1, ?, ?, ?, ?, ?, 0, 0)',
                   (width, cut, at, keys[key], sources * 4, sources * 160, sources, sources))

    for hour in range(days * 24):
        at = START + hour * 3600
        more = 110 if hour == 36 * 24 + 9 else 4 if hour > 36 * 24 + 9 else 0
        for name, mean in PORTS.items():
            cell(3600, PORT, at, name, wobble(hour, mean) + (more if name == 'tcp/8443' else 0))
        cell(3600, TOTAL, at, '', 400)
        db.execute('INSERT INTO watch VALUES(3600, ?, 1, 3600, 4096, 85333, 85333, 0, 0, 0, 0)', (at,))
        for k in range(8):
            event(db, at, (10, k, 0, hour % 7), 'masscan', None, 'AS64500', 20)
        for k in range(more):
            event(db, at, (198, 18 + k % 3, hour % 5, k), *(('zmap', '>=4.1') if k % 10 else ('masscan', None)),
                  'AS64501' if k % 3 else 'AS64502', 10)
        if hour % 24 == 0:
            for name, mean in PORTS.items():
                cell(86400, PORT, at, name, wobble(hour, mean * 6) + (110 if hour == 36 * 24 and name == 'tcp/8443' else 0))
            cell(86400, TOTAL, at, '', 2300)
            lived = 43200 if hour == 48 else 86400
            db.execute('INSERT INTO watch VALUES(86400, ?, 1, ?, 4096, ?, ?, 0, 0, 0, 0)',
                       (at, lived, lived * 24, lived * 24))
    db.commit()


main()
