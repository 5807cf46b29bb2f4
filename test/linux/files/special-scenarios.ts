/** More scripts of file calls: devices, directories, structures, limits, files without names. See scenarios.ts. */

import { AT, CWD, E, F, O, POLL, S, SEEK } from './numbers.ts';
import type { Scenario } from './scenario.ts';
import { differences, makeFile } from './scenario.ts';

const NOWHERE = 16;

const devices: Scenario = {
  name: 'device nodes lead to their devices',
  build(s) {
    const make = (name: string, device: number) => {
      const path = s.text(name);
      s.expect(0, 'mknodat', CWD, path, S.character | 0o666, device);
      return path;
    };
    const room = s.room(64);
    const nothing = s.call('openat', CWD, make('null', 0x103), O.readWrite | O.truncate);
    s.expect(0, 'read', nothing, room, 8);
    s.expect(8, 'write', nothing, room, 8);
    s.expect(0, 'lseek', nothing, 0, SEEK.end);
    s.expect(E.INVAL, 'ftruncate', nothing, 0);
    s.expect(E.NOTTY, 'ioctl', nothing, 0x5401, room);
    const zero = s.call('openat', CWD, make('zero', 0x105), O.readOnly);
    const filled = s.text('xxxxxxxx');
    s.expect(8, 'read', zero, filled, 8);
    const full = s.call('openat', CWD, make('full', 0x107), O.readWrite);
    s.expect(E.NOSPC, 'write', full, room, 1);
    const random = s.call('openat', CWD, make('random', 0x109), O.readOnly);
    s.expect(8, 'read', random, room, 8);
    s.expect(8, 'read', random, room + 8, 8);
    s.expect(E.NXIO, 'openat', CWD, make('absent', 0x7f07), O.readOnly);
    const st = s.room(128);
    s.expect(0, 'fstat', full, st);
    return (o) =>
      differences({
        zeros: [o.word(filled), 0],
        'equal random numbers': [o.word(room) === o.word(room + 8), false],
        mode: [o.int(st + 16) & ~0o022, (S.character | 0o666) & ~0o022],
        device: [o.word(st + 32), 0x107],
      });
  },
};

/** Names that a getdents64 gave, in order of their bytes. */
function namesIn(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names: string[] = [];
  for (let at = 0; at < bytes.length; at += view.getUint16(at + 16, true)) {
    const end = bytes.indexOf(0, at + 19);
    names.push(`${new TextDecoder().decode(bytes.subarray(at + 19, end))}:${bytes[at + 18]}`);
  }
  return names.sort().join(' ');
}

const directories: Scenario = {
  name: 'directories are listed and entered',
  build(s) {
    const list = s.room(1024);
    s.expect(0, 'mkdirat', CWD, s.text('sub'), 0o755);
    s.expect(0, 'symlinkat', s.text('sub'), CWD, s.text('link'));
    makeFile(s, 'file');
    const here = s.call('openat', CWD, s.text('.'), O.directory);
    s.expect(E.INVAL, 'getdents64', here, list, 10);
    const length = s.call('getdents64', here, list, 1024);
    s.expect(0, 'getdents64', here, list + 512, 512);
    s.expect(0, 'lseek', here, 0, SEEK.start);
    const again = s.call('getdents64', here, s.room(1024), 1024);
    s.expect(E.NOTDIR, 'chdir', s.text('file'));
    s.expect(E.NOENT, 'chdir', s.text('nothing'));
    const before = s.room(512);
    const lengthBefore = s.call('getcwd', before, 512);
    s.expect(0, 'chdir', s.text('link'));
    const inside = s.room(512);
    const lengthInside = s.call('getcwd', inside, 512);
    s.expect(E.RANGE, 'getcwd', inside, 2);
    s.expect(E.FAULT, 'getcwd', NOWHERE, 512);
    s.expect(0, 'unlinkat', here, s.text('sub'), AT.removeDirectory);
    s.expect(E.NOENT, 'getcwd', s.room(512), 512);
    s.expect(E.NOENT, 'openat', CWD, s.text('new'), O.create | O.writeOnly, 0o600);
    s.expect(0, 'fchdir', here);
    s.expect(E.NOTDIR, 'fchdir', s.call('openat', CWD, s.text('file'), O.readOnly));
    s.expect(E.BADF, 'fchdir', 999);
    return (o) =>
      differences({
        names: [namesIn(o.bytes(list, o.value(length))), '..:4 .:4 file:8 link:10 sub:4'],
        'listed again': [o.value(again), o.value(length)],
        inside: [
          o.text(inside, o.value(lengthInside) - 1),
          `${o.text(before, o.value(lengthBefore) - 1)}/sub`,
        ],
      });
  },
};

const structures: Scenario = {
  name: 'stat, statx and times tell the same',
  build(s) {
    const { path, file } = makeFile(s, 'a', 'abc');
    const [st, sx, figures] = [s.room(128), s.room(256), s.room(120)];
    s.expect(0, 'utimensat', CWD, path, s.words(1000, 5, 2000, 999_999_999), 0);
    s.expect(0, 'fstat', file, st);
    s.expect(0, 'statx', file, s.text(''), AT.emptyPath, 0xfff, sx);
    s.expect(E.INVAL, 'statx', CWD, path, 0x6000, 0xfff, sx);
    s.expect(E.FAULT, 'statx', CWD, path, 0, 0xfff, NOWHERE);
    const omit = 0x3fff_fffe;
    s.expect(0, 'utimensat', file, 0, s.words(3000, 7, 0, omit), 0);
    const later = s.room(128);
    s.expect(0, 'newfstatat', file, s.text(''), later, AT.emptyPath);
    s.expect(E.INVAL, 'utimensat', CWD, path, s.words(0, 1_000_000_000, 0, 0), 0);
    s.expect(E.NOENT, 'utimensat', CWD, s.text('nothing'), 0, 0);
    s.expect(0, 'statfs', path, figures);
    s.expect(E.NOENT, 'statfs', s.text('nothing'), figures);
    s.expect(0, 'faccessat', CWD, path, 6);
    s.expect(E.ACCES, 'faccessat', CWD, path, 1);
    s.expect(E.INVAL, 'faccessat', CWD, path, 8);
    return (o) =>
      differences({
        'mode and links': [o.word(st + 16), 2 ** 32 + (S.regular | 0o644)],
        size: [o.word(st + 48), 3],
        'access time': [o.word(st + 72) * 1e9 + o.word(st + 80), 1000e9 + 5],
        'modify time': [o.word(st + 88), 2000],
        "modify time's nanoseconds": [o.word(st + 96), 999_999_999],
        'statx mode': [o.short(sx + 28) & 0xffff, S.regular | 0o644],
        'statx inode': [o.word(sx + 32), o.word(st + 8)],
        'statx size': [o.word(sx + 40), 3],
        'statx modify time': [o.word(sx + 112), 2000],
        'access time later': [o.word(later + 72), 3000],
        'modify time later': [o.word(later + 88), 2000],
        'longest name': [o.word(figures + 64), 255],
      });
  },
};

const limits: Scenario = {
  name: 'RLIMIT_FSIZE stops writing',
  build(s) {
    const { path, file } = makeFile(s, 'a');
    const [SIGXFSZ, FILE_SIZE] = [25, 1];
    // The signal is ignored: only errors are told.
    s.expect(0, 'rt_sigaction', SIGXFSZ, s.words(1, 0, 0), 0, 8);
    s.expect(0, 'prlimit64', 0, FILE_SIZE, s.words(8, 100), 0);
    s.expect(5, 'write', file, s.text('12345'), 5);
    s.expect(3, 'write', file, s.text('67890'), 5);
    s.expect(E.FBIG, 'write', file, s.text('x'), 1);
    s.expect(E.FBIG, 'ftruncate', file, 9);
    s.expect(E.FBIG, 'truncate', path, 9);
    s.expect(0, 'truncate', path, 8);
    s.expect(8, 'lseek', file, 0, SEEK.end);
    // The script's own output must get through.
    s.expect(0, 'prlimit64', 0, FILE_SIZE, s.words(100, 100), 0);
    return () => [];
  },
};

const nameless: Scenario = {
  name: 'files and counters without names',
  build(s) {
    const room = s.room(64);
    const temporary = s.call('openat', CWD, s.text('.'), O.temporary | O.readWrite, 0o600);
    s.expect(1, 'write', temporary, s.text('t'), 1);
    s.expect(E.INVAL, 'openat', CWD, s.text('.'), O.temporary, 0o600);
    s.expect(0, 'linkat', temporary, s.text(''), CWD, s.text('named'), AT.emptyPath);
    const memory = s.call('memfd_create', s.text('memory'), 1);
    s.expect(4, 'write', memory, s.text('data'), 4);
    s.expect(4, 'pread64', memory, room, 8, 0);
    s.expect(1, 'fcntl', memory, F.getDescriptorFlags);
    const counter = s.call('eventfd2', 3, O.nonBlocking);
    s.expect(8, 'write', counter, s.words(4), 8);
    s.expect(8, 'read', counter, room + 8, 8);
    s.expect(E.AGAIN, 'read', counter, room + 16, 8);
    s.expect(E.INVAL, 'read', counter, room + 16, 7);
    s.expect(E.INVAL, 'write', counter, s.words(-1), 8);
    s.expect(40, 'dup3', counter, 40, 0);
    const list = s.words((POLL.in | POLL.out) * 2 ** 32 + 40);
    s.expect(1, 'ppoll', list, 1, 0, 0, 8);
    s.expect(0, 'fallocate', memory, 0, 0, 8192);
    s.expect(0, 'fallocate', memory, 3, 0, 4096);
    s.expect(8192, 'lseek', memory, 0, SEEK.end);
    s.expect(4, 'pread64', memory, room + 24, 4, 0);
    return (o) =>
      differences({
        data: [o.text(room, 4), 'data'],
        count: [o.word(room + 8), 7],
        'what poll finds': [o.short(list + 6), POLL.out],
        'punched out': [o.int(room + 24), 0],
      });
  },
};

export const SPECIAL_SCENARIOS: readonly Scenario[] = [devices, directories, structures, limits, nameless];
