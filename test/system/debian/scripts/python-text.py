# programs: python3
# packages: python3

import re, json, textwrap, string, unicodedata, base64, hashlib, zlib, struct, collections, itertools
print(re.sub('(\\w+) (\\w+)', '\\2 \\1', 'hello world'), re.findall('\\d+', 'a1b22c333'), 'ß'.upper(), 'İ'.lower().encode())
print(json.dumps({'b': [1, 2.5, None, True, 'é'], 'a': {}}, sort_keys=True), json.loads('[1e3, "\\u00e9"]'))
print(textwrap.fill('the quick brown fox jumps over the lazy dog', 20))
print(f"{3.14159:.2f}|{42:>6}|{255:#x}|{'x':^5}|{1234567:,}")
print(unicodedata.name('é'), base64.b64encode(b'hi'), hashlib.sha256(b'abc').hexdigest(), zlib.crc32(b'abc'), struct.pack('>Id', 1, 2.5).hex())
print(zlib.decompress(zlib.compress(b'x' * 1000)) == b'x' * 1000, collections.Counter('mississippi').most_common(2), list(itertools.permutations('abc', 2))[:3])
