"""What stands on a page (words of headings and cells, pictures that are whole) or in a workbook (its parts)."""
import re
import sys
import zipfile
from xml.etree import ElementTree

data = sys.stdin.buffer.read()
if data.startswith(b'PK'):
    with open(sys.argv[1], 'wb') as f:
        f.write(data)
    with zipfile.ZipFile(sys.argv[1]) as z:
        for n in z.namelist():
            if n.startswith(('xl/charts/', 'xl/worksheets/sheet')):
                ElementTree.fromstring(z.read(n))
                print(n, re.findall(r'<c:f>(.*?)</c:f>', z.read(n).decode()))
else:
    page = data.decode()
    for svg in re.findall(r'<svg .*?</svg>', page, re.S):
        e = ElementTree.fromstring(svg)
        print('picture:', e.get('aria-label'), len(list(e.iter())))
    main = page[page.index('<main>'):page.index('<script')]
    print(*[re.sub(r'<[^>]+>', '', x) for x in re.findall(r'<(?:h1|h2|strong|td)[^>]*>(.*?)</(?:h1|h2|strong|td)>', main, re.S)], sep=' | ')
    print('asks the network for:', re.findall(r'(?:src|href)=["\']?(?!#)[^ >]+', page))
