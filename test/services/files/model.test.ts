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
import { MountKind, OpenFlag } from '../../../src/services/files/interface.ts';
import { HostShell, type Told } from './host-shell.ts';
import { PlantedLayer } from './layer.ts';
import { filesBench, Shell, type Stat } from './shell.ts';

const DEPTH = 8;
const NEST = Array.from({ length: DEPTH }, (_, level) => `n${level}`).join('/');

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'files-model-'));
afterAll(() => fs.rmSync(scratch, { recursive: true, force: true }));

interface Side {
  readonly files: (number | undefined)[];
  readonly shell: Shell | HostShell;
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
const component = fc.oneof({ weight: 8, arbitrary: name }, { weight: 1, arbitrary: fc.constantFrom('.', '..') });
const place = fc
  .tuple(fc.array(component, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '', '', '', '/', '//'))
  .map(([parts, end]) => parts.join('/') + end);
const anyPlace = fc.oneof({ weight: 30, arbitrary: place }, { weight: 1, arbitrary: fc.constant('') });
const mode = fc.constantFrom(0o777, 0o755, 0o644, 0o600, 0o000, 0o2775, 0o1777, 0o4755);
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
  .map(([access, more]) => more.reduce((all, flag) => all | flag, access))
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
  fc.tuple(slot, size, size).map(([at, offset, length]) =>
    onFile(at, (shell, file) => shell.read(file, offset, length)),
  ),
  fc.tuple(slot, fc.oneof(size, fc.constant(-1)), size, fc.nat({ max: 9 })).map(([at, offset, length, seed]) =>
    onFile(at, (shell, file) => {
      const { mode } = shell.fstat(file);
      // Node opens with the access asked for; a file that was opened only to read is not written to here.
      return (mode & 0o170000) === 0o100000 ? shell.write(file, offset, bytesFor(length, seed)) : 'no file';
    }),
  ),
  fc.tuple(slot, size).map(([at, length]) =>
    onFile(at, (shell, file) => ((shell.fstat(file) as Told).mode & 0o170000) === 0o100000 && shell.resize(file, length)),
  ),
  slot.map((at) => onFile(at, (shell, file) => told(shell.fstat(file)))),
  fc.tuple(anyPlace, mode).map(([where, bits]): Call => ({ shell }) => shell.mkdir(where, bits)),
  anyPlace.map((where): Call => ({ shell }) => shell.rmdir(where)),
  anyPlace.map((where): Call => ({ shell }) => shell.unlink(where)),
  fc.tuple(anyPlace, anyPlace).map(([from, to]): Call => ({ shell }) => shell.rename(from, to)),
  fc.tuple(anyPlace, anyPlace).map(([from, to]): Call => ({ shell }) => shell.link(from, to)),
  fc.tuple(anyPlace, anyPlace).map(([target, where]): Call => ({ shell }) => shell.symlink(target, where)),
  anyPlace.map((where): Call => ({ shell }) => shell.readlink(where)),
  fc.tuple(anyPlace, fc.boolean()).map(([where, follow]): Call => ({ shell }) => told(shell.stat(where, follow))),
  fc.tuple(anyPlace, mode).map(([where, bits]): Call => ({ shell }) => shell.chmod(where, bits)),
  anyPlace.map((where): Call => ({ shell }) => shell.names(where)),
);

/** All there is below a directory, for comparing at the end. */
function survey(shell: Side['shell'], where: string, into: Record<string, unknown> = {}): Record<string, unknown> {
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
}

let runs = 0;

function compare(calls: readonly Call[], start: () => { shell: Shell; free: () => number }): void {
  runs += 1;
  const host = path.join(scratch, String(runs));
  fs.mkdirSync(host);
  nest(new HostShell(host));
  const { shell, free } = start();
  nest(shell);
  expect(shell.chdir(NEST)).toBe(0);
  const ours: Side = { shell, files: [] };
  const theirs: Side = { shell: new HostShell(path.join(host, NEST)), files: [] };
  try {
    calls.forEach((action, index) => {
      expect(action(ours), `call ${index}`).toEqual(action(theirs));
    });
    expect(survey(ours.shell, '.')).toEqual(survey(theirs.shell, '.'));
  } finally {
    for (const file of theirs.files) if (file !== undefined) fs.closeSync(file);
    fs.rmSync(host, { recursive: true, force: true });
  }
  for (const file of ours.files) if (file !== undefined) shell.close(file);
  expect(free()).toBeGreaterThan(0);
}

const owner = { user: process.geteuid?.() ?? 0, group: process.getegid?.() ?? 0, groups: process.getgroups?.() ?? [] };

describe('the service answers as the host does', () => {
  const mask = process.umask(0);
  afterAll(() => process.umask(mask));

  it('in memory', () => {
    const property = fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
      compare(calls, () => {
        const bench = filesBench({}, { memory: 8 * 1024 * 1024 });
        const shell = new Shell(bench);
        shell.mount('/', MountKind.memory);
        shell.chmod('/', 0o777);
        return { shell: new Shell(bench, owner), free: () => bench.freeFrames };
      });
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('over an empty layer', () => {
    const property = fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
      compare(calls, () => {
        const bench = filesBench({ layers: [new PlantedLayer({})] }, { memory: 8 * 1024 * 1024 });
        const shell = new Shell(bench);
        shell.mount('/', MountKind.overlay, 0);
        shell.chmod('/', 0o777);
        return { shell: new Shell(bench, owner), free: () => bench.freeFrames };
      });
    });
    fc.assert(property, { numRuns: 20 });
  });
});
