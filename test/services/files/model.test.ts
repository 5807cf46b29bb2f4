/**
 * Random sequences of calls on the service and on the host's own file system, which must answer alike.
 *
 * The host's truncate(2) by path is `open` and `ftruncate` in Node, so it is not compared. Both sides start some directories
 * below their tops, so that '..' leads to the same places.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { writableDirectoryLayer } from '../../../src/host/node/writable-directory-layer.ts';
import { ChangeFlag, files, MountKind, OpenFlag } from '../../../src/services/files/interface.ts';
import type { ServiceBench } from '../../support/service-bench.ts';
import { checkImage, emptyImage } from './ext2/image.ts';
import { HostShell, type Told } from './host-shell.ts';
import { PlantedLayer } from './layer.ts';
import { diskBench, filesBench, Shell, type Stat } from './shell.ts';

/** A user without privileges, and a group that both users are in. */
const PLAIN_USER = 1000;
const COMMON_GROUP = 100;

const isRoot = process.geteuid?.() === 0;

const DEPTH = 8;
const NEST = Array.from({ length: DEPTH }, (_, level) => `n${level}`).join('/');

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'files-model-'));
fs.chmodSync(scratch, 0o755);
const home = process.cwd();
afterAll(() => {
  process.chdir(home);
  fs.rmSync(scratch, { recursive: true, force: true });
});

/** An open file, and whether it may be written to: the service leaves that to the personality. */
interface Open {
  readonly file: number;
  readonly writable: boolean;
}

interface Side {
  readonly files: (Open | undefined)[];
  /** Whoever acts now. */
  shell: Shell | HostShell;
  user: number;
  become(user: number): void;
}

function told(stat: Stat | Told | number): Told | number {
  if (typeof stat === 'number') return stat;
  const { mode, links, user, group, size } = stat;
  return { mode, links, user, group, size: (mode & 0o170000) === 0o040000 ? 0 : size };
}

/** Bytes as a string, which is compared much faster. */
function shown(bytes: Uint8Array | number): string | number {
  return typeof bytes === 'number' ? bytes : Buffer.from(bytes).toString('latin1');
}

function bytesFor(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (seed * 31 + index * 7) & 0xff);
}

/** One call: what it does on a side, and what is compared; it shows as what it is called. */
type Call = ((side: Side) => unknown) & { [fc.toStringMethod](): string };

function named(text: string, action: (side: Side) => unknown): Call {
  return Object.assign((side: Side) => action(side), { [fc.toStringMethod]: () => text });
}

const name = fc.constantFrom('a', 'b', 'c');
const component = fc.oneof(
  { weight: 8, arbitrary: name },
  { weight: 1, arbitrary: fc.constantFrom('.', '..') },
);
const place = fc
  .tuple(
    fc.oneof(
      { weight: 3, arbitrary: fc.tuple(component) },
      { weight: 3, arbitrary: fc.tuple(component, component) },
      { weight: 1, arbitrary: fc.tuple(component, component, component) },
    ),
    fc.oneof(
      { weight: 12, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: fc.constantFrom('/', '//') },
    ),
  )
  .map(([parts, end]) => parts.join('/') + end);
const anyPlace = fc.oneof({ weight: 60, arbitrary: place }, { weight: 1, arbitrary: fc.constant('') });
// No directory is sticky and writable for all: hosts differ in what they then forbid (sysctl fs.protected_*).
const mode = fc.constantFrom(0o777, 0o755, 0o644, 0o600, 0o000, 0o2775, 0o1775, 0o4755, 0o070, 0o007, 0o2711);
const user = fc.constantFrom(0, PLAIN_USER);
const slot = fc.nat({ max: 3 });
const size = fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 20_000 }), fc.constantFrom(4095, 4096, 4097, 8192));
const flags = fc
  .tuple(
    fc.constantFrom(OpenFlag.readOnly, OpenFlag.readWrite, OpenFlag.readWrite),
    fc.subarray([
      OpenFlag.create,
      OpenFlag.create,
      OpenFlag.exclusive,
      OpenFlag.truncate,
      OpenFlag.noFollow,
      OpenFlag.directory,
    ]),
  )
  .map(([access, more]) => more.reduce<number>((all, flag) => all | flag, access))
  // Undefined without O_CREAT, and Linux has changed its mind about O_CREAT with O_DIRECTORY.
  .filter((all) => (all & OpenFlag.create) !== 0 || (all & OpenFlag.exclusive) === 0)
  .filter((all) => (all & OpenFlag.create) === 0 || (all & OpenFlag.directory) === 0);

function openAt(at: number, where: string, how: number, bits: number): Call {
  return named(`${at} = open(${where}, 0${how.toString(8)}, 0${bits.toString(8)})`, ({ files, shell }) => {
    const old = files[at];
    if (old !== undefined) shell.close(old.file);
    const file = shell.open(where, how, bits);
    files[at] = file < 0 ? undefined : { file, writable: (how & OpenFlag.accessMask) !== 0 };
    return file < 0 ? file : told(shell.fstat(file));
  });
}

function onFile(at: number, text: string, action: (shell: Side['shell'], open: Open) => unknown): Call {
  return named(`${text} of ${at}`, ({ files, shell }) => {
    const open = files[at];
    return open === undefined ? 'not open' : action(shell, open);
  });
}

function onPath(text: string, action: (shell: Side['shell']) => unknown): Call {
  return named(text, ({ shell }) => action(shell));
}

const octal = (bits: number): string => `0${bits.toString(8)}`;

const fileCall: fc.Arbitrary<Call> = fc.oneof(
  fc
    .tuple(slot, size, size)
    .map(([at, offset, length]) =>
      onFile(at, `read ${length} at ${offset}`, (shell, { file }) => shown(shell.read(file, offset, length))),
    ),
  fc
    .tuple(slot, fc.oneof(size, fc.constant(-1)), size, fc.nat({ max: 9 }))
    .map(([at, offset, length, seed]) =>
      onFile(at, `write ${length} at ${offset}`, (shell, { file, writable }) =>
        writable ? shell.write(file, offset, bytesFor(length, seed)) : 'not tried',
      ),
    ),
  fc
    .tuple(slot, size)
    .map(([at, length]) =>
      onFile(at, `truncate to ${length}`, (shell, { file, writable }) =>
        writable ? shell.resize(file, length) : 'not tried',
      ),
    ),
  slot.map((at) => onFile(at, 'fstat', (shell, { file }) => told(shell.fstat(file)))),
);

const pathCall: fc.Arbitrary<Call> = fc.oneof(
  fc
    .tuple(anyPlace, mode)
    .map(([at, bits]) => onPath(`mkdir ${at} ${octal(bits)}`, (s) => s.mkdir(at, bits))),
  anyPlace.map((at) => onPath(`rmdir ${at}`, (s) => s.rmdir(at))),
  anyPlace.map((at) => onPath(`unlink ${at}`, (s) => s.unlink(at))),
  fc.tuple(anyPlace, anyPlace).map(([from, to]) => onPath(`rename ${from} ${to}`, (s) => s.rename(from, to))),
  fc.tuple(anyPlace, anyPlace).map(([to, at]) => onPath(`symlink ${to} ${at}`, (s) => s.symlink(to, at))),
  anyPlace.map((at) => onPath(`readlink ${at}`, (s) => s.readlink(at))),
  fc
    .tuple(anyPlace, fc.boolean())
    .map(([at, follow]) => onPath(`stat ${at} ${follow}`, (s) => told(s.stat(at, follow)))),
  fc
    .tuple(anyPlace, mode)
    .map(([at, bits]) => onPath(`chmod ${at} ${octal(bits)}`, (s) => s.chmod(at, bits))),
  anyPlace.map((at) => onPath(`list ${at}`, (s) => s.names(at))),
);

const call: fc.Arbitrary<Call> = fc.oneof(
  { weight: 2, arbitrary: fc.tuple(slot, anyPlace, flags, mode).map((all) => openAt(...all)) },
  {
    weight: 1,
    arbitrary: fc.tuple(slot, anyPlace, mode).map(([at, where, bits]) => openAt(at, where, 0o102, bits)),
  },
  { weight: 4, arbitrary: fileCall },
  { weight: 9, arbitrary: pathCall },
);

/** What only user 0 does here: hosts differ in what links others may make. */
const owning: fc.Arbitrary<Call> = fc.oneof(
  fc
    .tuple(anyPlace, anyPlace)
    .map(([from, to]) =>
      named(`link ${from} ${to}`, (side) => (side.user === 0 ? side.shell.link(from, to) : 'not tried')),
    ),
  fc
    .tuple(anyPlace, user, fc.constantFrom(0, COMMON_GROUP, PLAIN_USER))
    .map(([at, owner, group]) => onPath(`chown ${at} ${owner} ${group}`, (s) => s.chown(at, owner, group))),
);

const privileged = fc.oneof(
  { weight: 2, arbitrary: owning },
  { weight: 1, arbitrary: user.map((who) => named(`become ${who}`, (side) => side.become(who))) },
);

/** Where every sequence starts, so that names are found more often than not. */
const PRELUDE: readonly Call[] = [
  onPath('mkdir a', (s) => s.mkdir('a', 0o777)),
  onPath('mkdir a/a', (s) => s.mkdir('a/a', 0o755)),
  onPath('mkdir a/a/a', (s) => s.mkdir('a/a/a', 0o755)),
  onPath('symlink a/b', (s) => s.symlink('../b', 'a/b')),
  openAt(0, 'b', 0o102, 0o666),
  onFile(0, 'write', (s, { file }) => s.write(file, 0, bytesFor(5000, 1))),
  openAt(1, 'a/c', 0o102, 0o640),
  onFile(1, 'write', (s, { file }) => s.write(file, 9000, bytesFor(10, 2))),
  onPath('symlink c', (s) => s.symlink('a/a', 'c')),
];

const sequence = (of: fc.Arbitrary<Call>): fc.Arbitrary<readonly Call[]> =>
  fc.array(of, { maxLength: 40, size: 'max' }).map((calls) => [...PRELUDE, ...calls]);

type Survey = Record<string, unknown>;

/** All there is below a directory, for comparing at the end. */
function survey(shell: Side['shell'], where: string, into: Survey = {}): Survey {
  const names = shell.names(where);
  for (const entry of typeof names === 'number' ? [] : names) {
    const full = `${where}/${entry}`;
    const stat = told(shell.stat(full, false));
    into[full] = stat;
    const kind = typeof stat === 'number' ? 0 : stat.mode & 0o170000;
    if (kind === 0o120000) into[`${full}@`] = shell.readlink(full);
    if (kind === 0o040000) survey(shell, full, into);
    if (kind !== 0o100000) continue;
    const file = shell.open(full, 0, 0);
    into[`${full}=`] = file < 0 ? file : shown(shell.read(file, 0, 65536));
    if (file >= 0) shell.close(file);
  }
  return into;
}

function nest(shell: Shell | HostShell): void {
  let where = '';
  for (const level of NEST.split('/')) {
    where = where === '' ? level : `${where}/${level}`;
    expect(shell.mkdir(where, 0o755)).toBe(0);
  }
  expect(shell.chmod(NEST, 0o777)).toBe(0);
}

let runs = 0;

function hostSide(directory: string): Side {
  const shell = new HostShell(directory);
  return {
    files: [],
    shell,
    user: process.geteuid?.() ?? 0,
    become(who) {
      this.user = who;
      if (process.geteuid?.() !== 0) process.seteuid?.(0);
      process.setegid?.(who);
      if (who !== 0) process.seteuid?.(who);
    },
  };
}

function ourSide(bench: ServiceBench, users: readonly number[]): Side {
  const groups = isRoot ? [COMMON_GROUP] : (process.getgroups?.() ?? []);
  const shells = users.map((who) => {
    const group = isRoot ? who : (process.getegid?.() ?? 0);
    const shell = new Shell(bench, { user: who, group, groups });
    expect(shell.chdir(NEST)).toBe(0);
    return shell;
  });
  return {
    files: [],
    shell: shells[0] as Shell,
    user: users[0] as number,
    become(who) {
      this.user = who;
      this.shell = shells[users.indexOf(who)] as Shell;
    },
  };
}

/** Makes both sides, lets them do the same, and compares. Returns all that is left in the end. */
function compare(calls: readonly Call[], bench: ServiceBench, users: readonly number[]): Survey {
  runs += 1;
  const host = path.join(scratch, String(runs));
  fs.mkdirSync(host, 0o755);
  nest(new HostShell(host));
  const maker = new Shell(bench);
  nest(maker);
  maker.change('/', ChangeFlag.user | ChangeFlag.group, {
    user: users[0] as number,
    group: process.getegid?.() ?? 0,
  });
  const ours = ourSide(bench, users);
  const theirs = hostSide(path.join(host, NEST));
  try {
    calls.forEach((action, index) => {
      expect(action(ours), `call ${index}`).toEqual(action(theirs));
    });
    if (isRoot) for (const side of [ours, theirs]) side.become(0);
    for (const file of ours.files) if (file !== undefined) ours.shell.close(file.file);
    const left = survey(theirs.shell, '.');
    expect(survey(ours.shell, '.')).toEqual(left);
    return left;
  } finally {
    if (isRoot) theirs.become(0);
    for (const file of theirs.files) if (file !== undefined) fs.closeSync(file.file);
    fs.rmSync(host, { recursive: true, force: true });
  }
}

function inMemory(): ServiceBench {
  const bench = filesBench({}, { memory: 8 * 1024 * 1024 });
  expect(new Shell(bench).mount('/', MountKind.memory)).toBeGreaterThan(0);
  return bench;
}

function overNothing(): ServiceBench {
  const bench = filesBench({ layers: [new PlantedLayer({})] }, { memory: 8 * 1024 * 1024 });
  expect(new Shell(bench).mount('/', MountKind.overlay)).toBeGreaterThan(0);
  return bench;
}

/** A host mount of a directory of its own: what is done to it must also be done on the host. */
function onHost(): ServiceBench {
  runs += 1;
  const directory = path.join(scratch, `mount-${runs}`);
  fs.mkdirSync(directory);
  const bench = filesBench({ layers: [writableDirectoryLayer(directory)] }, { memory: 8 * 1024 * 1024 });
  expect(new Shell(bench).mount('/', MountKind.host)).toBeGreaterThan(0);
  return bench;
}

/** On a disk: what is left there must be in order once the machine has ended. */
function compareOnDisk(calls: readonly Call[]): void {
  const contents = emptyImage(2048, 1024);
  const bench = diskBench(contents);
  const shell = new Shell(bench);
  expect(shell.mount('/', MountKind.disk)).toBeGreaterThan(0);
  compare(calls, bench, [process.geteuid?.() ?? 0]);
  expect(shell.program.call(files.shutdown, {}).error).toBe(0);
  if (process.env.KEEP_IMAGE) fs.writeFileSync(process.env.KEEP_IMAGE, contents);
  expect(checkImage(contents).faults).toEqual([]);
}

function compareOnHost(calls: readonly Call[]): void {
  const bench = onHost();
  const directory = path.join(scratch, `mount-${runs}`, NEST);
  const left = compare(calls, bench, [process.geteuid?.() ?? 0]);
  expect(survey(new HostShell(directory), '.')).toEqual(left);
}

const RUNS = process.env.MODEL_RUNS;
const runsOf = (usual: number): number => (RUNS === undefined ? usual : Number(RUNS));
/** Milliseconds for a test. */
const PATIENCE = RUNS === undefined ? 60_000 : Number(RUNS) * 1000;

describe('the service answers as the host does', () => {
  const mask = process.umask(0);
  const groups = process.getgroups?.() ?? [];
  if (isRoot) process.setgroups?.([COMMON_GROUP]);
  afterAll(() => {
    process.umask(mask);
    if (isRoot) process.setgroups?.(groups);
  });
  const self = process.geteuid?.() ?? 0;

  it.each([
    ['in memory', inMemory, 30],
    ['over an empty layer', overNothing, 10],
  ])(
    '%s',
    (_where, start, usual) => {
      const property = fc.property(sequence(call), (calls) => {
        compare(calls, start(), [self]);
      });
      fc.assert(property, { numRuns: runsOf(usual) });
    },
    PATIENCE,
  );

  it(
    'on a disk, which is in order afterwards',
    () => {
      fc.assert(fc.property(sequence(call), compareOnDisk), { numRuns: runsOf(20) });
    },
    PATIENCE,
  );

  it.runIf(isRoot)(
    'to users with and without privileges',
    () => {
      const mixed = fc.oneof({ weight: 4, arbitrary: call }, { weight: 1, arbitrary: privileged });
      const property = fc.property(sequence(mixed), (calls) => {
        compare(calls, inMemory(), [0, PLAIN_USER]);
      });
      fc.assert(property, { numRuns: runsOf(30) });
    },
    PATIENCE,
  );

  it.runIf(isRoot)(
    'through a host mount',
    () => {
      const mixed = fc.oneof({ weight: 9, arbitrary: call }, { weight: 1, arbitrary: owning });
      const property = fc.property(sequence(mixed), compareOnHost);
      fc.assert(property, { numRuns: runsOf(15) });
    },
    PATIENCE,
  );
});
