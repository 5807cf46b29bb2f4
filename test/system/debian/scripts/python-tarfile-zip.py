# programs: python3
# packages: python3

import tarfile, zipfile, gzip, bz2, lzma, io, os, csv, configparser, xml.etree.ElementTree as ET, datetime, calendar
b = io.BytesIO()
t = tarfile.open(fileobj=b, mode='w')
i = tarfile.TarInfo('a/b')
i.size = 5
t.addfile(i, io.BytesIO(b'hello'))
t.close()
b.seek(0)
t = tarfile.open(fileobj=b)
print(t.getnames(), t.extractfile('a/b').read(), len(b.getvalue()))
t.extractall('o', filter='data')
print(os.listdir('o/a'))
z = io.BytesIO()
f = zipfile.ZipFile(z, 'w', zipfile.ZIP_DEFLATED)
f.writestr('x.txt', 'data' * 100)
f.close()
print(zipfile.ZipFile(z).read('x.txt')[:8], zipfile.ZipFile(z).testzip())
for m in (gzip, bz2, lzma):
    print(m.__name__, m.decompress(m.compress(b'abc' * 999)) == b'abc' * 999)
s = io.StringIO()
csv.writer(s).writerows([[1, 'a,b'], ['q"q', None]])
print(repr(s.getvalue()))
c = configparser.ConfigParser()
c.read_string('[s]\nk = v\n')
print(c['s']['k'])
r = ET.fromstring('<a x="1"><b>t</b><b/></a>')
print(r.attrib, [e.text for e in r.iter('b')], ET.tostring(r))
print(datetime.datetime.fromtimestamp(1000000000.0, datetime.timezone.utc).isoformat(), datetime.date(2024, 2, 29) + datetime.timedelta(365), calendar.month(2024, 2))
