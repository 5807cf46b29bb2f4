# programs: python3
# packages: python3

import os, stat, shutil, tempfile, pathlib, glob, mmap
p = pathlib.Path('d/e')
p.mkdir(parents=True)
(p / 'f.txt').write_text('héllo\nworld\n', encoding='utf-8')
print(sorted((str(x) for x in pathlib.Path('.').rglob('*'))), (p / 'f.txt').stat().st_size, oct(stat.S_IMODE(os.stat('d/e/f.txt').st_mode)))
os.symlink('f.txt', 'd/e/l')
os.link('d/e/f.txt', 'h')
print(os.readlink('d/e/l'), os.stat('h').st_nlink, os.path.realpath('d/e/l'))
with open('h', 'r+b') as f:
    f.seek(0, 2)
    f.write(b'end')
    f.seek(1)
    print(f.read(3))
    f.truncate(4)
print(open('d/e/f.txt', 'rb').read(), os.path.samefile('h', 'd/e/f.txt'))
os.rename('h', 'g')
os.utime('g', (5, 1000000000.0))
print(os.stat('g').st_mtime)
shutil.copytree('d', 'x')
shutil.rmtree('d')
print(sorted(glob.glob('*')), os.access('g', os.W_OK))
with open('m', 'wb') as f:
    f.write(b'\x00' * 8192)
with open('m', 'r+b') as f, mmap.mmap(f.fileno(), 0) as m:
    m[4096:4101] = b'hello'
    m.flush()
    print(m.find(b'hello'), len(m))
print(open('m', 'rb').read()[4090:4105])
fd = os.open('n', os.O_RDWR | os.O_CREAT | os.O_EXCL, 384)
print(os.pwrite(fd, b'abc', 3), os.pread(fd, 9, 0), os.lseek(fd, 0, os.SEEK_END))
os.close(fd)
for bad in (lambda: open('absent'), lambda: os.mkdir('x'), lambda: os.rmdir('x'), lambda: os.open('n', os.O_CREAT | os.O_EXCL), lambda: open('x', 'w'), lambda: os.listdir('g'), lambda: os.close(99), lambda: os.readlink('g')):
    try:
        bad()
    except OSError as e:
        print(type(e).__name__, e.errno, e)
with tempfile.TemporaryDirectory() as t:
    print(os.path.isdir(t))
print(os.path.isdir(t), [e.name for e in sorted(os.scandir('x/e'), key=lambda e: e.name)], os.getcwd())
