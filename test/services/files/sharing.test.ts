/** Several programs at once, with so short a quantum that every step may be the last for a while. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { files, MountKind, OpenFlag } from '../../../src/services/files/interface.ts';
import type { Pending } from '../../support/service-bench.ts';
import { PlantedLayer } from './layer.ts';
import { bytesOf, filesBench, Shell, textOf } from './shell.ts';

const PATH = 0x1_0000;
const DATA = 0x10_0000;
const QUANTUM = 500;

function start(programs: number) {
  const layer = new PlantedLayer({
    a: { directory: true },
    'a/b': { content: 'lower'.repeat(3000) },
    'a/c': { directory: true },
    b: { link: 'a/b' },
  });
  const bench = filesBench({ layers: [layer] }, { quantum: QUANTUM });
  const shells = Array.from({ length: programs }, () => new Shell(bench));
  return { bench, shells, shell: shells[0] as Shell };
}

describe('programs that share files', () => {
  it('append whole blocks', () => {
    const { bench, shells, shell } = start(3);
    shell.mount('/', MountKind.memory);
    const node = shell.open('/log', OpenFlag.readWrite | OpenFlag.create);
    const length = 200_000;
    const pending = shells.map(({ program }, index) => {
      program.poke(DATA, new Uint8Array(length).fill(0x61 + index));
      for (let page = 3; page < 48; page += 7) program.absent(DATA + page * 4096);
      const from = program.span(DATA, length);
      return program.start(files.write, { node, offset: -1, from, limit: Infinity });
    });
    bench.run();
    expect(pending.map(({ result }) => result?.value)).toEqual([length, length, length]);
    let text = '';
    while (text.length < 3 * length) text += textOf(shell.read(node, text.length, 65536) as Uint8Array);
    const blocks = text.match(/a+|b+|c+/g) as string[];
    expect(blocks.map((block) => block.length)).toEqual([length, length, length]);
  });

  it('make a file once', () => {
    const { bench, shells, shell } = start(8);
    shell.mount('/', MountKind.memory);
    const pending = shells.map(({ program }) => {
      const path = program.poke(PATH, bytesOf('/f'));
      const flags = OpenFlag.create | OpenFlag.readWrite;
      return program.start(files.open, { root: 0, base: 0, path, flags, mode: 0o644 });
    });
    bench.run();
    const nodes = pending.map(({ result }) => result?.value);
    expect(new Set(nodes).size).toBe(1);
    expect(shell.names('/')).toEqual(['f']);
  });

  type Step = { who: number; what: number; path: string; other: string };
  const path = fc.constantFrom('/a', '/b', '/a/b', '/a/c', '/a/c/d', '/a/b/c', '/c', '/c/a');
  const step = fc.record({ who: fc.nat({ max: 3 }), what: fc.nat({ max: 9 }), path, other: path });

  /** Lets four programs do the steps in a tree mounted for them, and takes it down. */
  function carryOut(kind: number, steps: readonly Step[]): void {
    const { bench, shells, shell } = start(4);
    shell.mount('/', MountKind.memory);
    shell.mkdir('/m');
    for (const each of shells) {
      each.program.poke(DATA, new Uint8Array(20_000));
      each.rename('/none', '/none');
    }
    const before = bench.freeFrames;
    shell.mount('/m', kind);
    const opened: { shell: Shell; pending: Pending }[] = [];
    for (const { who, what, path, other } of steps) {
      const each = shells[who] as Shell;
      const pending = send(each, what, `/m${path}`, `/m${other}`);
      if (what < 3) opened.push({ shell: each, pending });
      if (what === 9) bench.run();
    }
    bench.run();
    for (const { shell: each, pending } of opened)
      if (pending.result?.error === 0) expect(each.close(pending.result.value)).toBe(0);
    expect(shell.unmount('/m')).toBe(0);
    expect(bench.freeFrames).toBe(before);
  }

  it.each([MountKind.memory, MountKind.overlay])('leave nothing behind and break nothing (%i)', (kind) => {
    const steps = fc.array(step, { maxLength: 80, size: 'max' });
    fc.assert(
      fc.property(steps, (all) => carryOut(kind, all)),
      { numRuns: 25 },
    );
  });
});

/** Puts a request on its way, whatever comes of it. Paths alternate their places, for several may be on the way. */
function send({ program }: Shell, what: number, path: string, other: string): Pending {
  const at = PATH + 64 * (program.bench.scripts.get(program.thread)?.length ?? 0);
  const place = { root: 0, base: 0, path: program.poke(at, bytesOf(path)) };
  const second = program.poke(at + 0x1_0000, bytesOf(other));
  switch (what) {
    case 0:
      return program.start(files.open, { ...place, flags: OpenFlag.create | 2, mode: 0o644 });
    case 1:
      return program.start(files.open, { ...place, flags: OpenFlag.truncate | 2, mode: 0 });
    case 2:
      return program.start(files.lookup, { ...place, flags: 0 });
    case 3:
      return program.start(files.remove, { ...place, directory: 0 });
    case 4:
      return program.start(files.remove, { ...place, directory: 1 });
    case 5:
      return program.start(files.rename, { ...place, newBase: 0, newPath: second, flags: 0 });
    case 6:
      return program.start(files.rename, { ...place, newBase: 0, newPath: second, flags: 2 });
    case 7:
      return program.start(files.symbolicLink, { ...place, target: second });
    default:
      return program.start(files.rename, { ...place, newBase: 0, newPath: second, flags: 1 });
  }
}
