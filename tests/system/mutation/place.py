"""Where a statement goes: a configuration as a list of [text, mark] lines, and one way of planting for each shape of dialect.

Marks: 0 was there, 1 planted, 2 the header of a block that something was planted into. A plant is reported right when a
finding of its check names a marked line."""
import re

PLANTED, HEADER = 1, 2
STEP = {'I': 1, 'X': 1, 'R': 1, 'N': 2, 'A': 1, 'E': 3, 'H': 1}
PHYSICAL = {'I': 'GigabitEthernet0/3', 'X': 'GigabitEthernet3', 'R': 'GigabitEthernet0/0/0/3', 'N': 'Ethernet1/3', 'A': 'GigabitEthernet0/3',
            'E': 'Ethernet3', 'H': 'GigabitEthernet0/0/3'}
LINES = {'I': 'line vty 0 4', 'X': 'line vty 0 4', 'R': 'line default', 'N': 'line vty', 'E': 'line vty', 'H': 'user-interface vty 0 4'}


def lines_of(text):
    return [[line, 0] for line in text.split('\n')]


def text_of(lines):
    return '\n'.join(line for line, _ in lines)


def quiet_lines(lines):
    """Indexes of lines that stand inside a banner or a certificate: nothing is planted there."""
    inside, out = None, set()
    for i, (line, _) in enumerate(lines):
        if inside:
            out.add(i)
            if re.search(inside, line):
                inside = None
            continue
        m = re.match(r'\s*banner \S+(?: \S+)? (\^C|\S)(.*)$', line)
        if m and m.group(1) not in m.group(2):
            inside = re.escape(m.group(1))
        elif re.match(r'banner (login|motd)$', line):
            inside = r'^EOF$'
        elif re.match(r'(prefix-set|route-policy|as-path-set|community-set|extcommunity-set|rd-set) ', line):
            inside = r'^\s*end-(set|policy)'
        elif re.match(r'\s*certificate ', line):
            inside = r'^\s*quit'
    return out


def depth(line):
    return len(line) - len(line.lstrip(' '))


def cut(lines, pattern):
    """Without the lines the pattern names, and what stands below them."""
    out, below = [], None
    for line, mark in lines:
        if below is not None and line.strip() and depth(line) > below:
            continue
        below = depth(line) if re.search(pattern, line) else None
        if below is None:
            out.append([line, mark])
    return out


def without(text, pattern):
    return text_of(cut(lines_of(text), pattern))


def blocks(plant):
    """A plant's text as [(header, [child, ...])]; children keep their extra indentation."""
    out = []
    for line in plant.strip('\n').split('\n'):
        if line.startswith(' '):
            out[-1][1].append(line[1:])
        else:
            out.append((line, []))
    return out


def header_of(lines, dialect, header, r):
    """`line vty ~`, `interface ~` and `router bgp ~` mean one that is there, else a usual one."""
    if not header.endswith(' ~'):
        return header
    start = header[:-1]
    if start == 'line vty ':
        start = 'user-interface vty ' if dialect == 'H' else 'line default' if dialect == 'R' else 'line vty'
    there = [line for line, _ in lines if line.startswith(start) and not re.search('[Ll]oopback|[Tt]unnel|[Vv]lan|mgmt|Null|nve', line)]
    if there:
        return r.choice(there)
    if header.startswith('line'):
        return LINES[dialect]
    return start + (PHYSICAL[dialect] if header.startswith('interface') else str(64600 + r.randrange(300)))


def boundaries(lines):
    quiet, tops = quiet_lines(lines), []
    for i, (line, _) in enumerate(lines):
        if i and i not in quiet and line[:1] not in ('', ' ', '\t') and not line.startswith(('end', 'exit', 'quit', '}')):
            tops.append(i)
    name = next((i for i, (line, _) in enumerate(lines) if re.match('(hostname|sysname|switchname) ', line)), 0)
    marks = [i + 1 for i in tops if lines[i][0] in ('!', '#') and i > name]
    end = next((i for i, (line, _) in enumerate(lines) if line.strip() in ('end', 'return')), len(lines))
    return [i for i in (marks if len(marks) > 4 else [i for i in tops if i > name]) if i <= end] or [end]


def place_indented(lines, dialect, plant, r, mark=PLANTED):
    step, last = ' ' * STEP[dialect], None
    for header, children in blocks(plant):
        header = header_of(lines, dialect, header, r)
        lines[:] = [x for x in lines if x[0] not in ('no ' + header, 'undo ' + header)]
        at = next((i for i, x in enumerate(lines) if x[0].rstrip() == header and i not in quiet_lines(lines)), None) if children else None
        new = [[step * (1 + depth(c)) + c.lstrip(), mark] for c in children]
        if at is None:
            near = next((i + 1 for i, x in enumerate(lines) if x is last), None) if last and header.split()[:2] == last[0].split()[:2] else None
            at = near or r.choice(boundaries(lines))
            tail = [['!' if dialect != 'H' else '#', 0]] if children and dialect not in 'NA' else []
            last = [header, mark]
            lines[at:at] = [last] + new + tail
            continue
        stop = next((i for i in range(at + 1, len(lines)) if lines[i][0][:1] not in (' ', '\t')), len(lines))
        if header.startswith(('line ', 'user-interface ')):  # one value each: what stood there goes
            heads = {' '.join(c.split()[:2]) for c in children}
            lines[at + 1:stop] = [x for x in lines[at + 1:stop] if ' '.join(x[0].split()[:2]) not in heads]
        lines[at][1] = lines[at][1] or (HEADER if mark else 0)
        lines[at + 1:at + 1] = new
    return lines


def words(level):
    """`@x` is an entry called x, `a +b` a list called a that holds b: both matter in XML only."""
    return level.lstrip('@').replace(' +', ' ')


def place_set(lines, plant, r, mark=PLANTED):
    for path in plant.strip('\n').split('\n'):
        there = [i for i, x in enumerate(lines) if x[0].startswith('set ')] or [len(lines) - 1]
        path = [words(w) for w in path.split(' > ')]
        if mark == PLANTED and len(path) > 3:  # what stands in the same block
            block = path[:2 + path[2].startswith('unit')] if path[0] == 'interfaces' else path[:4] if path[0] == 'firewall' else path[:-1]
            for x in lines:
                x[1] = x[1] or (HEADER if x[0].startswith('set ' + ' '.join(block) + ' ') else 0)
        lines.insert(r.choice(there) + 1, ['set ' + ' '.join(path), mark])
    return lines


def block_end(lines, at):
    level = 0
    for i in range(at, len(lines)):
        bare = re.sub(r'"[^"]*"|#.*|/\*.*\*/', '', lines[i][0])
        level += bare.count('{') - bare.count('}')
        if level == 0 and i > at:
            return i
    return len(lines) - 1


def place_braces(lines, plant, r, mark=PLANTED, end=';', pad=4):
    """Each path goes below the deepest block of it that is there."""
    for path in plant.strip('\n').split('\n'):
        path, lo, hi, level = path.split(' > '), 0, len(lines), 0
        while level < len(path) - 1:
            found = next((i for i in range(lo, hi) if re.fullmatch(re.escape(' ' * pad * level + words(path[level])) + r'\s*\{', lines[i][0])), None)
            if found is None:
                break
            hi, lo, level = block_end(lines, found), found + 1, level + 1
            if mark and level >= min(2, len(path) - 1):
                lines[found][1] = lines[found][1] or HEADER
        new = [[' ' * pad * k + words(path[k]) + ' {', mark] for k in range(level, len(path) - 1)]
        new += [[' ' * pad * (len(path) - 1) + words(path[-1]) + end, mark]]
        new += [[' ' * pad * k + '}', 0] for k in range(len(path) - 2, level - 1, -1)]
        at = lo if level else max([i + 1 for i, x in enumerate(lines) if x[0] == '}'] or [len(lines)])
        lines[at:at] = new
    return lines


def place_xml(lines, plant, r, mark=PLANTED):
    """PAN-OS: set paths are below the vsys, the device or the configuration; `@name` is an entry."""
    for path in plant.strip('\n').split('\n'):
        path = path.split(' > ')
        over = '</mgt-config>' if path[0] == 'mgt-config' else '</vsys-entry>' if path[0] in ('rulebase', 'address', 'zone', 'address-group') else '</device-entry>'
        over = '</shared>' if path[0] == 'shared' else over
        path = path[1:] if path[0] in ('mgt-config', 'shared') else path
        anchor = next(i for i, x in enumerate(lines) if f'<!-- {over[2:-1]} -->' in x[0])
        leaf = path[-1].rsplit(' ', 1) if ' ' in path[-1] else [path[-1], '']
        new, close = [], []
        for w in path[:-1]:
            for part in ([w] if w.startswith('@') else w.split(' ')):
                tag = 'entry' if part.startswith('@') else part
                new.append([f'<entry name="{part[1:]}">' if tag == 'entry' else f'<{tag}>', mark])
                close.insert(0, [f'</{tag}>', 0])
        if leaf[0].startswith('@'):
            new.append([f'<entry name="{leaf[0][1:]}"/>', mark])
        else:
            text = f'<member>{leaf[1][1:]}</member>' if leaf[1].startswith('+') else leaf[1].strip('"')
            new.append([f'<{leaf[0]}>{text}</{leaf[0]}>', mark])
        lines[anchor:anchor] = new + close
    return lines


def place_forti(lines, plant, r, mark=PLANTED):
    """`config X` blocks: into the one that is there, else a new one; in a file with virtual domains into the right half."""
    for block in re.findall(r'(?ms)^config .*?^end$', plant.strip('\n')):
        block = block.split('\n')
        head, body = block[0], block[1:-1]
        at = next((i for i, x in enumerate(lines) if x[0].strip() == head and not x[0].startswith('  ')), None)
        if at is not None:
            lines[at][1] = lines[at][1] or (HEADER if mark else 0)
            lines[at + 1:at + 1] = [[b, mark] for b in body]
            continue
        half = 'config global' if re.match('config (system|log)', head) else 'edit root'
        at = next((i + 1 for i, x in enumerate(lines) if x[0].strip() == half and any(y[0].startswith('config vdom') for y in lines)), len(lines))
        lines[at:at] = [[b, mark] for b in block]
    return lines


def place_menus(lines, plant, r, mark=PLANTED):
    """RouterOS: below the menu that is there, as a new menu, or the menu and the command on one line."""
    for menu, commands in blocks(plant):
        at = next((i for i, x in enumerate(lines) if x[0] == menu), None)
        if at is None and r.random() < 0.3:
            lines += [[f'{menu} {c}', mark] for c in commands]
        elif at is None:
            lines += [[menu, mark]] + [[c, mark] for c in commands]
        else:
            lines[at][1] = lines[at][1] or (HEADER if mark else 0)
            lines[at + 1:at + 1] = [[c, mark] for c in commands]
    return lines


def place(lines, dialect, plant, r, mark=PLANTED):
    if dialect in STEP:
        return place_indented(lines, dialect, plant, r, mark)
    if dialect == 'F':
        return place_forti(lines, plant, r, mark)
    if dialect == 'M':
        return place_menus(lines, plant, r, mark)
    if dialect == 'P' and any(x[0].startswith('<config') for x in lines[:3]):
        return place_xml(lines, plant, r, mark)
    if any(re.match(r'\s*\w[^"]*\{\s*$', x[0]) for x in lines):
        return place_braces(lines, plant, r, mark, *(('', 4) if dialect == 'V' else (';', 4)))
    return place_set(lines, plant, r, mark)
