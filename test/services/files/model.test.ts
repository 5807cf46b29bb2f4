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
import { ChangeFlag, MountKind, OpenFlag } from '../../../src/services/files/interface.ts';
import type { ServiceBench } from '../../support/service-bench.ts';
import { HostShell, type Told } from './host-shell.ts';
import { PlantedLayer } from './layer.ts';
import { filesBench, Shell, type Stat } from './shell.ts';

/** A user without privileges, and a group that both users are in. */
const PLAIN_USER = 1000;
const COMMON_GROUP = 100;

const isRoot = process.geteuid?.() === 0;

const DEPTH = 8;
const NEST = Array.from({ length: DEPTH }, (_, level) => `n${level}`).join('/');

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'files-model-'));
fs.chmodSync(scratch, 0o755);
afterAll(() => fs.rmSync(scratch, { recursive: true, force: true }));

interface Side {
  readonly files: (number | undefined)[];
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

function bytesFor(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (seed * 31 + index * 7) & 0xff);
}

/** One call: what it does on a side, and what is compared. */
type Call = (side: Side) => unknown;

const name = fc.constantFrom('a', 'b', 'c');
const component = fc.oneof(
  { weight: 8, arbitrary: name },
  { weight: 1, arbitrary: fc.constantFrom('.', '..') },
);
const place = fc
  .tuple(fc.array(component, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '', '', '', '/', '//'))
  .map(([parts, end]) => parts.join('/') + end);
const anyPlace = fc.oneof({ weight: 30, arbitrary: place }, { weight: 1, arbitrary: fc.constant('') });
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
  return ({ files, shell }) => {
    const old = files[at];
    if (old !== undefined) shell.close(old);
    const node = shell.open(where, how, bits);
    files[at] = node < 0 ? undefined : node;
    return node < 0 ? node : told(shell.fstat(node));
  };
}

function onFile(at: number, action: (shell: Side['shell'], file: number) => unknown): Call {
  return ({ files, shell }) => {
    const file = files[at];
    return file === undefined ? 'not open' : action(shell, file);
  };
}

const call: fc.Arbitrary<Call> = fc.oneof(
  fc.tuple(slot, anyPlace, flags, mode).map(([at, where, how, bits]) => openAt(at, where, how, bits)),
  fc.tuple(slot, anyPlace, mode).map(([at, where, bits]) => openAt(at, where, 0o102, bits)),
  fc
    .tuple(slot, size, size)
    .map(([at, offset, length]) => onFile(at, (shell, file) => shell.read(file, offset, length))),
  fc
    .tuple(slot, fc.oneof(size, fc.constant(-1)), size, fc.nat({ max: 9 }))
    .map(([at, offset, length, seed]) =>
      onFile(at, (shell, file) => {
        const { mode } = shell.fstat(file);
        // Node opens with the access asked for; a file that was opened only to read is not written to here.
        return (mode & 0o170000) === 0o100000 ? shell.write(file, offset, bytesFor(length, seed)) : 'no file';
      }),
    ),
  fc
    .tuple(slot, size)
    .map(([at, length]) =>
      onFile(
        at,
        (shell, file) =>
          ((shell.fstat(file) as Told).mode & 0o170000) === 0o100000 && shell.resize(file, length),
      ),
    ),
  slot.map((at) => onFile(at, (shell, file) => told(shell.fstat(file)))),
  fc.tuple(anyPlace, mode).map(
    ([where, bits]): Call =>
      ({ shell }) =>
        shell.mkdir(where, bits),
  ),
  anyPlace.map(
    (where): Call =>
      ({ shell }) =>
        shell.rmdir(where),
  ),
  anyPlace.map(
    (where): Call =>
      ({ shell }) =>
        shell.unlink(where),
  ),
  fc.tuple(anyPlace, anyPlace).map(
    ([from, to]): Call =>
      ({ shell }) =>
        shell.rename(from, to),
  ),
  fc.tuple(anyPlace, anyPlace).map(
    ([target, where]): Call =>
      ({ shell }) =>
        shell.symlink(target, where),
  ),
  anyPlace.map(
    (where): Call =>
      ({ shell }) =>
        shell.readlink(where),
  ),
  fc.tuple(anyPlace, fc.boolean()).map(
    ([where, follow]): Call =>
      ({ shell }) =>
        told(shell.stat(where, follow)),
  ),
  fc.tuple(anyPlace, mode).map(
    ([where, bits]): Call =>
      ({ shell }) =>
        shell.chmod(where, bits),
  ),
  anyPlace.map(
    (where): Call =>
      ({ shell }) =>
        shell.names(where),
  ),
);

/** What only user 0 does here: hosts differ in what links others may make. */
const privileged: fc.Arbitrary<Call> = fc.oneof(
  fc.tuple(anyPlace, anyPlace).map(
    ([from, to]): Call =>
      (side) =>
        side.user === 0 ? side.shell.link(from, to) : 'not tried',
  ),
  fc.tuple(anyPlace, user, fc.constantFrom(0, COMMON_GROUP, PLAIN_USER)).map(
    ([where, owner, group]): Call =>
      ({ shell }) =>
        shell.chown(where, owner, group),
  ),
  user.map(
    (who): Call =>
      (side) =>
        side.become(who),
  ),
);

/** All there is below a directory, for comparing at the end. */
function survey(
  shell: Side['shell'],
  where: string,
  into: Record<string, unknown> = {},
): Record<string, unknown> {
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
    into[`${full}=`] = file < 0 ? file : shell.read(file, 0, 65536);
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

/** Makes both sides, lets them do the same, and compares. Whatever the service took must be given back. */
function compare(calls: readonly Call[], bench: ServiceBench, users: readonly number[]): void {
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
    expect(survey(ours.shell, '.')).toEqual(survey(theirs.shell, '.'));
  } finally {
    if (isRoot) theirs.become(0);
    for (const file of theirs.files) if (file !== undefined) fs.closeSync(file);
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

const runsOf = (usual: number): number => Number(process.env.MODEL_RUNS ?? usual);

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
    ['in memory', inMemory, 120],
    ['over an empty layer', overNothing, 20],
  ])('%s', (_where, start, usual) => {
    const property = fc.property(fc.array(call, { maxLength: 40 }), (calls) =>
      compare(calls, start(), [self]),
    );
    fc.assert(property, { numRuns: runsOf(usual) });
  });

  it.runIf(isRoot)('to users with and without privileges', () => {
    const mixed = fc.oneof({ weight: 4, arbitrary: call }, { weight: 1, arbitrary: privileged });
    const property = fc.property(fc.array(mixed, { maxLength: 60 }), (calls) =>
      compare(calls, inMemory(), [0, PLAIN_USER]),
    );
    fc.assert(property, { numRuns: runsOf(120) });
  });
});
