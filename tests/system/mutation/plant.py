"""What a plant is. Three kinds, each with the text before and the text after:

add:   statements that are there afterwards and were not before
gone:  a control that stood before and does not afterwards
state: an output of a show command in a transcript beside the configuration, of which the lines with * come afterwards, those
       with - go, and those with + are the record that the change belongs to

late=True: the text before is given as a baseline. beside= says what other files there are (Trial.files): startup, passing, fleet, twin; or
what happened to the file: torn, small. {words} in braces are drawn at random, the same word the same way in one plant."""
import collections
import random
import re

from mutation import bases, place

ALL = []
PROMPT = {'I': '{}#', 'X': '{}#', 'R': 'RP/0/RP0/CPU0:{}#', 'N': '{}# ', 'A': '{}# ', 'E': '{}#', 'J': 'admin@{}> ', 'H': '<{}>', 'F': '{} # ',
          'P': 'admin@{}> ', 'M': '[admin@{}] > ', 'V': 'admin@{}:~$ '}
SHOW = {'J': 'show configuration', 'H': 'display current-configuration', 'F': 'show full-configuration', 'P': 'show config running',
        'M': '/export', 'V': 'show configuration'}
FLEET = 11  # other devices of the same make
HEX, B64 = '0123456789ABCDEF', 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./'


def some(r, letters, n):
    return ''.join(r.choice(letters) for _ in range(n))


def type7(r, text=None):
    key = b'dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87'
    at, text = r.randrange(16), (text or some(r, 'abcdefghjkmnpqrstuvwxyz23456789', 14)).encode()
    return f'{at:02d}' + ''.join(f'{c ^ key[(at + i) % len(key)]:02X}' for i, c in enumerate(text))


KINDS = {
    'pub': lambda r: f'{r.choice((45, 91, 103, 154, 185))}.{r.randrange(11, 99)}.{r.randrange(1, 250)}.{r.randrange(1, 250)}',
    'lan': lambda r: f'10.{r.randrange(60, 200)}.{r.randrange(1, 250)}.{r.randrange(1, 250)}',
    'net': lambda r: f'10.{r.randrange(60, 200)}.{r.randrange(1, 250)}.0',
    'user': lambda r: r.choice(('svc', 'ops', 'mnt', 'sup')) + some(r, 'abcdefghkmnp', 4),
    'name': lambda r: some(r, 'ABCDEFGHKMNP', 6),
    'word': lambda r: some(r, 'bcdfghkmnprst', 9),
    'pass': lambda r: some(r, 'abcdefghkmnpqrstuvwxyz23456789', 12),
    'long': lambda r: some(r, B64[:62], 24),
    'digit': lambda r: str(r.randrange(0, 10)),
    'two': lambda r: str(r.randrange(12, 35)),
    'third': lambda r: str(r.randrange(66, 126)),
    'n': lambda r: str(r.randrange(100, 199)),
    'nn': lambda r: str(r.randrange(10, 99)),
    'vlan': lambda r: str(r.randrange(2, 4000)),
    'asn': lambda r: str(r.randrange(4200, 60000)),
    'odd': lambda r: str(r.choice((2022, 2200, 5022, 9922, 22222, 10022, 60022))),
    'twos': lambda r: r.choice(('22022', '22122', '22222', '10022', '50222', '60022')),
    'web': lambda r: str(r.choice((8080, 8443, 9443, 10443, 18080, 18443))),
    'e18': lambda r: f'18{r.randrange(100, 999)}',
    'radius': lambda r: str(r.choice((4949, 5049, 8049, 20049))),
    'md5': lambda r: f'$1${some(r, B64, 4)}${some(r, B64, 22)}',
    'sha': lambda r: f'$6${some(r, B64, 8)}${some(r, B64, 86)}',
    'nine': lambda r: f'$9$uY{some(r, B64[:62], 20)}',
    't4': lambda r: some(r, B64, 43),
    't7': type7,
    'cisco7': lambda r: type7(r, 'cisco'),
    'admin7': lambda r: type7(r, 'admin'),
    'rsa': lambda r: 'AAAAB3NzaC1yc2EAAAADAQABAAAB' + some(r, B64[:62], 60),
    'hash': lambda r: some(r, HEX, 32),
    'ioc': lambda r: r.choice(bases.LISTED),
    'h256': lambda r: some(r, HEX.lower(), 64),
    'x256': lambda r: some(r, HEX.lower(), 64),
}


def fill(text, r, given):
    def one(m):
        word = m.group(1)
        if word not in given:
            given[word] = KINDS[word.rstrip('0123456789') if word not in KINDS else word](r)
        return given[word]
    return re.sub(r'\{(\w+)\}', one, text)


class Plant:
    def __init__(self, check, dialects, text='', control='', late=False, state=None, before='', tries=2, anywhere=False, cut=None, bare=False, without=None, beside='', within=None):
        self.check, self.dialects, self.text, self.control, self.late = check, dialects, text, control, late
        self.beside, self.within = beside, within  # within: what a base must have
        self.state, self.before, self.tries, self.anywhere, self.cut, self.bare, self.without = state or [], before, tries, anywhere, cut, bare, without
        ALL.append(self)

    def transcript(self, lines, dialect, host, after, given, r):
        prompt = PROMPT[dialect].format(host)
        out = [] if self.bare else [[prompt + SHOW.get(dialect, 'show running-config'), 0]] + lines
        for command, text in self.state:
            out.append([prompt + fill(command, r, given), 0])
            for line in fill(text.strip('\n').replace('{host}', host), r, given).split('\n'):
                sure = line.replace('\x01', '*').replace('\x02', '+')  # stars that the device prints
                if line.startswith('*'):
                    out += [[sure[1:], place.PLANTED]] if after else []
                elif line.startswith('+'):
                    out.append([sure[1:], place.HEADER])
                elif line.startswith('-'):
                    out += [] if after else [[sure[1:], 0]]
                else:
                    out.append([sure, 0])
        return out + [[prompt, 0]]

    def make(self, dialect, base, host, r):
        given = {}
        seed, lines = r.random(), place.lines_of(bases.named(dialect, base, host))
        if self.control:
            place.place(lines, dialect, fill(self.control, r, given), random.Random(seed), place.HEADER if self.state else 0)
        before, after = [list(x) for x in lines], [list(x) for x in lines]
        if self.before:
            place.place(before, dialect, fill(self.before, r, given), random.Random(seed), 0)
        if self.text:
            place.place(after, dialect, fill(self.text, r, given), random.Random(seed))
        if self.cut:
            after = place.cut(after, self.cut)
        if self.state:
            before = self.transcript(before, dialect, host, False, given, r)
            after = self.transcript(after, dialect, host, True, given, r)
        return before, after


def torn(lines):
    """Cut off in the middle of its last block, as a session that broke."""
    fit = [i for i, x in enumerate(lines) if x[0].startswith((' ', '<', '\t')) and 0 < i < 3 * len(lines) // 4] or [len(lines) // 2]
    return lines[:fit[-1]] + [[lines[fit[-1]][0][:-1], 0]]


def small(lines, dialect, host):
    """Less than half of it, with its end: what a device shows that hides the rest."""
    ends = ('end', 'return', '}', '</config>', ': end')
    tops = [i for i, x in enumerate(lines) if x[0][:1] not in (' ', '\t', '') and x[0] not in ends]
    parts = sorted((lines[i:j] for i, j in zip(tops, tops[1:] + [len(lines)])), key=len)
    left, most = [], 2 * len(lines) // 5
    for part in parts:
        if len(left) + len(part) <= most:
            left += part
    end = [x for x in lines if x[0] in ends and x[0] != '}'][-1:]
    return place.lines_of(bases.named(dialect, place.text_of([x for x in left if x not in end] + end), host))


class Trial:
    """One plant in one configuration: the text before and after, and the lines that a finding may name."""

    def __init__(self, plant, dialect, base, host, r, other=''):
        self.plant, self.dialect, self.name = plant, dialect, host + '.txt'
        self.host, self.other = host, other
        before, after = plant.make(dialect, base, host, r)
        after = torn(after) if plant.beside == 'torn' else small(after, dialect, host) if plant.beside == 'small' else after
        self.says = [line.strip() for line, mark in after if mark == place.PLANTED]
        self.lines = {i + 1 for i, (_, mark) in enumerate(after) if mark}
        self.headers = {line for line, mark in after if mark == place.HEADER}
        self.before, self.after = place.text_of(before), place.text_of(after)
        here = {line for line, mark in before}
        self.there = bool(plant.text) and all(line in here for line, mark in after if mark == place.PLANTED)

    def files(self, text):
        """The files of one stage, oldest first: the one that the findings are sought in, and those beside it."""
        old, kind = [], self.plant.beside
        if kind == 'startup':
            old = [('startup-' + self.name, self.before)]
        elif kind == 'passing':
            return [('a-' + self.name, self.before), (self.name, text), ('z-' + self.name, self.before)]
        elif kind == 'fleet':
            old = [(f'{self.host}c{i}.txt', self.before.replace(self.host, f'{self.host}c{i}')) for i in range(FLEET)]
        elif kind == 'twin' and text is self.after:
            return [('a-' + self.name, self.other), (self.name, text)]
        return old + [(self.name, text)]

    def noisy(self, found):
        """The statement stands there or the check speaks already: anywhere, for a control that is missing; on the same
        block, for a statement."""
        lines = self.before.split('\n')
        return self.there or any(c == self.plant.check and (self.plant.anywhere or (n and n <= len(lines) and lines[n - 1] in self.headers)) for c, n in found)

    def found(self, found):
        return any(c == self.plant.check and (self.plant.anywhere or n in self.lines) for c, n in found)


def add(check, dialects, *texts, **more):
    for text in texts:
        Plant(check, dialects, text, **more)


def gone(check, dialects, lost, cut=None, **more):
    """The control stands before; afterwards it is cut, by pattern, or was never there."""
    if cut:
        Plant(check, dialects, control=lost, cut=cut, anywhere=True, **more)
    else:
        Plant(check, dialects, before=lost, anywhere=True, **more)


def state(check, dialects, command, text, config='', **more):
    Plant(check, dialects, control=config, state=[(command, text)], **more)


def tell(path, misses):
    """The misses as a list for people: each plant and dialect once, with the number of times."""
    count, first = collections.Counter(), {}
    for check, dialect, says, other, instead, t in misses:
        key = check, dialect, t.plant.text + t.plant.control + t.plant.before + str(t.plant.state)
        count[key] += 1
        first.setdefault(key, (says, other, instead, t))
    out = []
    for (check, dialect, _), (says, other, instead, t) in sorted(first.items(), key=lambda x: x[0]):
        what = ' | '.join(says) or 'control removed: ' + (t.plant.control or t.plant.before).strip().replace('\n', ' | ')
        out.append(f'- {check} {bases.LETTER[dialect]}: `{what}`' + (f'; in the output of {t.plant.state[0][0]}' if t.plant.state else '')
                   + ('; against a baseline without it' if t.plant.late else '') + (f'; the check speaks at line {other}, not at {sorted(t.lines)}' if other else '')
                   + (f'; on these lines only {", ".join(instead)}' if instead else ''))
    with open(path, 'w') as f:
        f.write('# Misses: check, dialect, planted text\n' + '\n'.join(out) + '\n')
