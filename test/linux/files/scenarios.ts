/**
 * Scripts of file calls with what Linux returns for each. Their process works in an empty directory as user 0. `check` looks
 * at what results alone do not tell; each of its lines is a difference.
 */
import type { Script } from './call-script.ts';
import { AT, CWD, E, F, O, POLL, S, SEEK } from './numbers.ts';
import { differences, makeFile, type Scenario } from './scenario.ts';
import { SPECIAL_SCENARIOS } from './special-scenarios.ts';

const nothing = (): readonly string[] => [];
const NOWHERE = 16;
const STAT_BYTES = 128;
/** Places in struct stat. */
const MODE = 16;
const LINKS = 20;
const USER = 24;
const GROUP = 28;

/** Both ends of a pipe, under numbers that are known beforehand. */
function makePipe(s: Script, flags: number): readonly [reader: number, writer: number] {
  const [reader, writer] = [30, 31];
  const pair = s.room(16);
  s.expect(0, 'pipe2', pair, flags);
  s.expect(reader, 'dup3', s.at(pair), reader, 0);
  s.expect(writer, 'dup3', s.at(pair + 4), writer, 0);
  s.expect(0, 'close', s.at(pair));
  s.expect(0, 'close', s.at(pair + 4));
  return [reader, writer];
}

const opening: Scenario = {
  name: 'opening follows its flags',
  build(s) {
    const name = s.text('a');
    const create = O.create | O.exclusive | O.readWrite;
    const file = s.call('openat', CWD, name, create | O.closeOnExec, 0o666);
    s.expect(E.EXIST, 'openat', CWD, name, create, 0o666);
    s.expect(1, 'fcntl', file, F.getDescriptorFlags);
    s.expect(E.NOENT, 'openat', CWD, s.text('nothing'), O.readOnly);
    s.expect(E.NOENT, 'openat', CWD, s.text(''), O.readOnly);
    s.expect(E.FAULT, 'openat', CWD, NOWHERE, O.readOnly);
    s.expect(E.NAMETOOLONG, 'openat', CWD, s.text('x'.repeat(4096)), O.readOnly);
    s.expect(E.NAMETOOLONG, 'openat', CWD, s.text('x'.repeat(256)), O.readOnly);
    s.expect(E.NOTDIR, 'openat', CWD, s.text('a/b'), O.readOnly);
    s.expect(E.NOTDIR, 'openat', CWD, name, O.directory);
    s.expect(E.ISDIR, 'openat', CWD, s.text('.'), O.writeOnly);
    s.expect(E.ISDIR, 'openat', CWD, s.text('new/'), O.create | O.readWrite, 0o600);
    s.expect(E.BADF, 'openat', 999, name, O.readOnly);
    s.expect(E.NOTDIR, 'openat', file, name, O.readOnly);
    s.expect(0, 'symlinkat', name, CWD, s.text('link'));
    s.expect(0, 'symlinkat', s.text('loop'), CWD, s.text('loop'));
    s.expect(E.LOOP, 'openat', CWD, s.text('link'), O.noFollow);
    s.expect(E.LOOP, 'openat', CWD, s.text('loop'), O.readOnly);
    const directory = s.call('openat', CWD, s.text('.'), O.directory);
    const room = s.room(64);
    s.expect(E.ISDIR, 'read', directory, room, 8);
    const again = s.call('openat', directory, name, O.readOnly);
    s.expect(E.BADF, 'write', again, room, 1);
    s.expect(E.INVAL, 'ftruncate', again, 1);
    const named = s.call('openat', CWD, s.text('link'), O.path | O.noFollow);
    s.expect(E.BADF, 'read', named, room, 1);
    s.expect(E.BADF, 'fchmod', named, 0o600);
    s.expect(1, 'readlinkat', named, s.text(''), room, 64);
    s.expect(0, 'close', named);
    s.expect(E.BADF, 'close', named);
    return (o) => differences({ target: [o.text(room, 1), 'a'] });
  },
};

const modes: Scenario = {
  name: 'modes, masks and owners',
  build(s) {
    const st = s.room(STAT_BYTES);
    const path = s.text('a');
    s.call('umask', 0o027);
    s.expect(0o027, 'umask', 0o027);
    s.call('openat', CWD, path, O.create | O.writeOnly, 0o666);
    const first = s.room(STAT_BYTES);
    s.expect(0, 'newfstatat', CWD, path, first, 0);
    s.expect(0, 'fchmodat', CWD, path, 0o4755);
    s.expect(0, 'fchownat', CWD, path, 5, 6, 0);
    s.expect(0, 'newfstatat', CWD, path, st, 0);
    s.expect(E.INVAL, 'fchownat', CWD, path, 5, 6, 1);
    s.expect(0, 'symlinkat', path, CWD, s.text('link'));
    s.expect(0, 'fchownat', CWD, s.text('link'), 7, -1, AT.noFollow);
    const link = s.room(STAT_BYTES);
    s.expect(0, 'newfstatat', CWD, s.text('link'), link, AT.noFollow);
    s.expect(E.NOENT, 'fchmodat', CWD, s.text('nothing'), 0);
    s.expect(E.BADF, 'fchmod', 999, 0);
    return (o) =>
      differences({
        'new mode': [o.int(first + MODE), S.regular | 0o640],
        'mode after chown': [o.int(st + MODE), S.regular | 0o755],
        user: [o.int(st + USER), 5],
        group: [o.int(st + GROUP), 6],
        "link's user": [o.int(link + USER), 7],
        "link's mode": [o.int(link + MODE), S.link | 0o777],
      });
  },
};

const positions: Scenario = {
  name: 'positions, holes and appending',
  build(s) {
    const { file } = makeFile(s, 'a', 'hello world');
    const room = s.room(64);
    s.expect(8, 'lseek', file, -3, SEEK.end);
    s.expect(3, 'read', file, room, 64);
    s.expect(0, 'read', file, room + 8, 64);
    s.expect(E.INVAL, 'lseek', file, -1, SEEK.start);
    s.expect(E.INVAL, 'lseek', file, 0, 9);
    s.expect(2, 'pwrite64', file, s.text('XY'), 2, 20_000);
    s.expect(11, 'lseek', file, 0, SEEK.current);
    s.expect(E.INVAL, 'pread64', file, room, 3, -1);
    s.expect(3, 'pread64', file, room + 16, 3, 19_999);
    s.expect(20_002, 'lseek', file, 0, SEEK.end);
    s.expect(E.NXIO, 'lseek', file, 30_000, SEEK.data);
    s.expect(0, 'fcntl', file, F.setFlags, O.append);
    s.expect(0, 'lseek', file, 0, SEEK.start);
    s.expect(3, 'write', file, s.text('end'), 3);
    s.expect(20_005, 'lseek', file, 0, SEEK.current);
    s.expect(0, 'ftruncate', file, 4);
    s.expect(4, 'pread64', file, room + 24, 64, 0);
    s.expect(E.INVAL, 'ftruncate', file, -1);
    return (o) =>
      differences({
        tail: [o.text(room, 3), 'rld'],
        hole: [o.text(room + 16, 3), '\0XY'],
        rest: [o.text(room + 24, 4), 'hell'],
      });
  },
};

const names: Scenario = {
  name: 'names are made, linked, moved and removed',
  build(s) {
    const st = s.room(STAT_BYTES);
    const { path, file } = makeFile(s, 'a', 'x');
    const [other, directory] = [s.text('b'), s.text('d')];
    s.expect(0, 'mkdirat', CWD, directory, 0o755);
    s.expect(E.EXIST, 'mkdirat', CWD, directory, 0o755);
    s.expect(E.NOENT, 'mkdirat', CWD, s.text('no/where'), 0o755);
    s.expect(0, 'linkat', CWD, path, CWD, other, 0);
    s.expect(E.EXIST, 'linkat', CWD, path, CWD, other, 0);
    s.expect(E.PERM, 'linkat', CWD, directory, CWD, s.text('dd'), 0);
    s.expect(0, 'fstat', file, st);
    s.expect(E.ISDIR, 'renameat2', CWD, path, CWD, directory, 0);
    s.expect(E.NOTDIR, 'renameat2', CWD, directory, CWD, path, 0);
    s.expect(E.INVAL, 'renameat2', CWD, directory, CWD, s.text('d/e'), 0);
    s.expect(E.EXIST, 'renameat2', CWD, path, CWD, other, 1);
    s.expect(0, 'renameat2', CWD, path, CWD, s.text('d/c'), 0);
    s.expect(E.NOTEMPTY, 'unlinkat', CWD, directory, AT.removeDirectory);
    s.expect(E.ISDIR, 'unlinkat', CWD, directory, 0);
    s.expect(E.NOTDIR, 'unlinkat', CWD, other, AT.removeDirectory);
    s.expect(0, 'renameat2', CWD, s.text('d/c'), CWD, other, 2);
    const below = s.call('openat', CWD, directory, O.directory);
    s.expect(0, 'unlinkat', below, s.text('c'), 0);
    s.expect(0, 'unlinkat', CWD, directory, AT.removeDirectory);
    s.expect(E.NOENT, 'openat', below, s.text('c'), O.create | O.writeOnly, 0o600);
    s.expect(E.INVAL, 'unlinkat', CWD, s.text('.'), AT.removeDirectory);
    s.expect(0, 'unlinkat', CWD, other, 0);
    s.expect(1, 'write', file, s.text('y'), 1);
    s.expect(E.NOENT, 'unlinkat', CWD, s.text('missing'), 0);
    return (o) => differences({ links: [o.int(st + LINKS), 2] });
  },
};

const descriptors: Scenario = {
  name: 'descriptors are the lowest free ones, up to the limit',
  build(s) {
    const { path, file } = makeFile(s, 'a', 'abc');
    s.expect(50, 'fcntl', file, F.duplicateCloseOnExec, 50);
    s.expect(1, 'fcntl', 50, F.getDescriptorFlags);
    s.expect(0, 'lseek', 50, 0, SEEK.start);
    s.expect(0, 'lseek', file, 0, SEEK.current);
    s.expect(E.INVAL, 'dup3', file, file, 0);
    s.expect(E.INVAL, 'dup3', file, 60, 1);
    s.expect(60, 'dup3', file, 60, O.closeOnExec);
    s.expect(E.INVAL, 'fcntl', file, F.duplicate, -1);
    s.expect(E.INVAL, 'fcntl', file, 999);
    s.expect(E.BADF, 'fcntl', 777, F.getFlags);
    s.expect(0, 'prlimit64', 0, 7, s.words(20, 1024), 0);
    s.expect(E.BADF, 'dup3', file, 20, 0);
    s.expect(E.INVAL, 'fcntl', file, F.duplicate, 20);
    s.expect(19, 'fcntl', file, F.duplicate, 19);
    s.expect(E.MFILE, 'fcntl', file, F.duplicate, 19);
    s.expect(0, 'close', 19);
    s.expect(0, 'close_range', 50, 60, 0);
    s.expect(E.BADF, 'close', 60);
    s.expect(18, 'dup3', file, 18, 0);
    s.expect(0, 'close_range', 0, 10, 4);
    s.expect(1, 'fcntl', file, F.getDescriptorFlags);
    const last = s.call('openat', CWD, path, O.readOnly);
    s.expect(0, 'close', last);
    return nothing;
  },
};

const vectors: Scenario = {
  name: 'vectors are moved in order',
  build(s) {
    const { file } = makeFile(s, 'a', 'hello world');
    const room = s.room(64);
    s.expect(0, 'lseek', file, 0, SEEK.start);
    const list = s.words(room, 3, room + 8, 0, room + 16, 4, room + 24, 20);
    s.expect(11, 'readv', file, list, 4);
    s.expect(7, 'preadv', file, list, 3, 2, 0);
    s.expect(11, 'lseek', file, 0, SEEK.current);
    const big = s.room(12_000);
    s.expect(11_000, 'writev', file, s.words(big, 6000, big + 6000, 5000), 2);
    s.expect(11_011, 'lseek', file, 0, SEEK.current);
    s.expect(7, 'pwritev', file, s.words(room, 3, room + 16, 4), 2, 0, 0);
    s.expect(E.INVAL, 'readv', file, list, -1);
    s.expect(E.INVAL, 'readv', file, list, 1025);
    s.expect(0, 'readv', file, list, 0);
    s.expect(E.INVAL, 'readv', file, s.words(room, -1, room, 1), 2);
    s.expect(E.FAULT, 'readv', file, NOWHERE, 1);
    s.expect(E.FAULT, 'writev', file, s.words(NOWHERE, 5), 1);
    s.expect(E.BADF, 'writev', 999, list, 1);
    s.expect(4, 'pread64', file, room + 48, 4, 7);
    return (o) =>
      differences({
        first: [o.text(room, 3), 'llo'],
        second: [o.text(room + 16, 4), ' wor'],
        third: [o.text(room + 24, 4), 'orld'],
        after: [o.text(room + 48, 4), 'orld'],
      });
  },
};

const pipesAndPolls: Scenario = {
  name: 'pipes, and waiting for them',
  build(s) {
    const room = s.room(64);
    s.expect(E.INVAL, 'pipe2', room, 0o123);
    s.expect(E.FAULT, 'pipe2', NOWHERE, 0);
    const [reader, writer] = makePipe(s, O.nonBlocking);
    s.expect(O.nonBlocking, 'fcntl', reader, F.getFlags);
    s.expect(E.AGAIN, 'read', reader, room, 1);
    s.expect(E.SPIPE, 'lseek', reader, 0, SEEK.current);
    s.expect(E.SPIPE, 'pread64', reader, room, 1, 0);
    s.expect(5, 'write', writer, s.text('hello'), 5);
    s.expect(0, 'ioctl', reader, 0x541b, room);
    s.expect(65_536, 'fcntl', reader, F.getPipeSize);
    s.expect(8192, 'fcntl', reader, F.setPipeSize, 5000);
    const event = (descriptor: number, events: number): number => events * 2 ** 32 + descriptor;
    const list = s.words(event(reader, POLL.in), event(writer, POLL.out), event(777, POLL.in));
    s.expect(3, 'ppoll', list, 3, s.words(0, 0), 0, 8);
    s.expect(5, 'read', reader, room + 8, 64);
    const second = s.words(event(reader, POLL.in));
    s.expect(0, 'ppoll', second, 1, s.words(0, 1_000_000), 0, 8);
    s.child(() => {
      s.call('nanosleep', s.words(0, 5_000_000), 0);
      s.call('write', writer, s.text('later'), 5);
    });
    s.expect(1, 'ppoll', second, 1, 0, 0, 8);
    const set = s.words(2 ** reader);
    s.expect(1, 'pselect6', 40, set, 0, 0, 0, 0);
    s.expect(5, 'read', reader, room + 16, 64);
    s.call('wait4', -1, 0, 0, 0);
    s.expect(0, 'close', writer);
    const third = s.words(event(reader, 0));
    s.expect(1, 'ppoll', third, 1, 0, 0, 8);
    s.expect(0, 'read', reader, room, 1);
    s.expect(E.INVAL, 'ppoll', list, 1, s.words(0, 1_000_000_000), 0, 8);
    return (o) =>
      differences({
        'bytes in the pipe': [o.int(room), 5],
        readable: [o.short(list + 6), POLL.in],
        writable: [o.short(list + 14), POLL.out],
        'not open': [o.short(list + 22), POLL.notOpen],
        'hung up': [o.short(third + 6), POLL.hangUp],
        'after the wait': [o.text(room + 16, 5), 'later'],
        'in the set': [o.word(set), 2 ** reader],
      });
  },
};

const fifos: Scenario = {
  name: 'FIFOs wait for their other end',
  build(s) {
    const path = s.text('fifo');
    const room = s.room(64);
    s.expect(0, 'mknodat', CWD, path, S.fifo | 0o600, 0);
    s.expect(E.NXIO, 'openat', CWD, path, O.writeOnly | O.nonBlocking);
    s.child(() => {
      const end = s.call('openat', CWD, path, O.writeOnly);
      s.call('write', end, s.text('from the child'), 14);
    });
    const end = s.call('openat', CWD, path, O.readOnly);
    s.expect(14, 'read', end, room, 64);
    s.expect(0, 'read', end, room + 32, 32);
    s.call('wait4', -1, 0, 0, 0);
    s.expect(0, 'close', end);
    const both = s.call('openat', CWD, path, O.readWrite);
    s.expect(4, 'write', both, s.text('kept'), 4);
    s.expect(4, 'read', both, room + 40, 8);
    return (o) =>
      differences({ message: [o.text(room, 14), 'from the child'], kept: [o.text(room + 40, 4), 'kept'] });
  },
};

/** struct flock. */
function lock(s: Script, kind: number, start: number, length: number): number {
  return s.words(kind, start, length, 0);
}

const locks: Scenario = {
  name: 'record locks belong to processes, and go with a close',
  build(s) {
    const { path, file } = makeFile(s, 'a', 'abcdefgh');
    const [WRITE, UNLOCK] = [1, 2];
    s.expect(0, 'fcntl', file, F.setLock, lock(s, WRITE, 2, 3));
    const room = s.room(64);
    const [reader, writer] = makePipe(s, 0);
    const seen = lock(s, WRITE, 0, 0);
    s.child(() => {
      s.call('fcntl', file, F.getLock, seen);
      s.call('write', writer, seen, 32);
      const refused = s.call('fcntl', file, F.setLock, lock(s, WRITE, 0, 3));
      s.call('write', writer, refused.address, 8);
      const granted = s.call('fcntl', file, F.setLock, lock(s, WRITE, 5, 3));
      s.call('write', writer, granted.address, 8);
      const waited = s.call('fcntl', file, F.setLockWait, lock(s, WRITE, 0, 3));
      s.call('write', writer, waited.address, 8);
    });
    s.expect(32, 'read', reader, room, 32);
    s.expect(8, 'read', reader, room + 32, 8);
    s.expect(8, 'read', reader, room + 40, 8);
    s.expect(E.AGAIN, 'fcntl', file, F.setLock, lock(s, WRITE, 6, 1));
    // Closing any descriptor of the file drops the locks of the process.
    const other = s.call('openat', CWD, path, O.readOnly);
    s.expect(0, 'close', other);
    s.expect(8, 'read', reader, room + 48, 8);
    s.call('wait4', -1, 0, 0, 0);
    s.expect(0, 'fcntl', file, F.setLock, lock(s, UNLOCK, 0, 0));
    s.expect(E.INVAL, 'fcntl', file, F.setLock, lock(s, WRITE, -1, 0));
    const second = s.call('openat', CWD, path, O.readWrite);
    s.expect(0, 'flock', file, 2);
    s.expect(E.AGAIN, 'flock', second, 1 | 4);
    s.expect(0, 'flock', file, 8);
    s.expect(0, 'flock', second, 1 | 4);
    s.expect(0, 'fcntl', file, F.ownedSetLock, lock(s, WRITE, 0, 0));
    s.expect(E.AGAIN, 'fcntl', second, F.ownedSetLock, lock(s, WRITE, 0, 0));
    return (o) =>
      differences({
        kind: [o.short(room), WRITE],
        start: [o.word(room + 8), 2],
        length: [o.word(room + 16), 3],
        refused: [o.word(room + 32), E.AGAIN],
        granted: [o.word(room + 40), 0],
        waited: [o.word(room + 48), 0],
      });
  },
};

const copying: Scenario = {
  name: 'sendfile, copy_file_range and splice',
  build(s) {
    const from = makeFile(s, 'from', 'abcdefghijklmnopqrstuvwxyz').file;
    const to = makeFile(s, 'to').file;
    const room = s.room(64);
    const offset = s.words(10);
    s.expect(10, 'sendfile', to, from, offset, 10);
    s.expect(26, 'lseek', from, 0, SEEK.current);
    s.expect(20, 'lseek', from, 20, SEEK.start);
    s.expect(6, 'sendfile', to, from, 0, 100);
    const [start, end] = [s.words(0), s.words(1)];
    s.expect(5, 'copy_file_range', from, start, to, end, 5, 0);
    s.expect(E.INVAL, 'copy_file_range', from, start, from, s.words(6), 10, 0);
    s.expect(E.INVAL, 'copy_file_range', from, 0, to, 0, 1, 1);
    const [reader, writer] = makePipe(s, 0);
    s.expect(4, 'splice', from, s.words(2), writer, 0, 4, 0);
    s.expect(E.INVAL, 'splice', from, 0, to, 0, 4, 0);
    s.expect(4, 'read', reader, room + 32, 32);
    s.expect(16, 'pread64', to, room, 32, 0);
    return (o) =>
      differences({
        copied: [o.text(room, 16), 'kabcdeqrstuvwxyz'],
        'offset after': [o.word(offset), 20],
        'source offset': [o.word(start), 5],
        'target offset': [o.word(end), 6],
        spliced: [o.text(room + 32, 4), 'cdef'],
      });
  },
};

export const SCENARIOS: readonly Scenario[] = [
  opening,
  modes,
  positions,
  names,
  descriptors,
  vectors,
  pipesAndPolls,
  fifos,
  locks,
  copying,
  ...SPECIAL_SCENARIOS,
];
