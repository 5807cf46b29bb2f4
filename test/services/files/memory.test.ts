/** What the service takes of the machine's memory, and that it gives it back; and spans whose pages are not there. */
import { describe, expect, it } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { PAGE_SIZE } from '../../../src/contracts/units.ts';
import { files, MountKind, OpenFlag } from '../../../src/services/files/interface.ts';
import { FilesRoot } from '../../../src/services/files/records.ts';
import { PlantedLayer } from './layer.ts';
import { bytesOf, filesBench, Shell, textOf } from './shell.ts';

const DATA = 0x10_0000;
const CREATE = OpenFlag.readWrite | OpenFlag.create;

function start(options: { memory?: number; limit?: number } = {}) {
  const bench = filesBench({}, { memory: options.memory ?? 16 * 1024 * 1024 });
  const shell = new Shell(bench);
  shell.mount('/', MountKind.memory, 0, 0, options.limit ?? 0);
  // Whatever the bench itself takes for spans is taken before anything is counted.
  shell.program.poke(DATA, new Uint8Array(256 * 1024));
  shell.stat('/');
  shell.rename('/none', '/none');
  return { bench, shell };
}

describe('memory', () => {
  it('comes back when files are removed', () => {
    const { bench, shell } = start();
    const before = bench.freeFrames;
    shell.mkdir('/d');
    for (let index = 0; index < 200; index++) shell.writeFile(`/d/${index}`, 'x'.repeat(index * 100));
    for (let index = 0; index < 50; index++) shell.symlink('y'.repeat(index * 80 + 1), `/d/l${index}`);
    expect(bench.freeFrames).toBeLessThan(before);
    for (let index = 0; index < 200; index++) expect(shell.unlink(`/d/${index}`)).toBe(0);
    for (let index = 0; index < 50; index++) expect(shell.unlink(`/d/l${index}`)).toBe(0);
    expect(shell.rmdir('/d')).toBe(0);
    expect(bench.freeFrames).toBe(before);
  });

  it('comes back from a large, sparse file', () => {
    const { bench, shell } = start();
    const before = bench.freeFrames;
    const node = shell.open('/f', CREATE);
    for (const offset of [0, 4096 * 1024, 4096 * 1024 * 1024, 2 ** 43]) shell.write(node, offset, 'x');
    expect(shell.fstat(node)).toMatchObject({ size: 2 ** 43 + 1, blocks: 32 });
    expect(shell.write(node, 2 ** 52, 'x')).toBe(-ErrorNumber.EFBIG);
    expect(textOf(shell.read(node, 4096 * 1024, 3) as Uint8Array)).toBe('x\0\0');
    expect(shell.program.call(files.seek, { node, offset: 5000, hole: 0 }).value).toBe(4096 * 1024);
    shell.unlink('/f');
    shell.close(node);
    expect(bench.freeFrames).toBe(before);
  });

  it('comes back when a file of many pages goes', () => {
    const { bench, shell } = start();
    const before = bench.freeFrames;
    expect(shell.writeFile('/f', new Uint8Array(4 * 1024 * 1024))).toBe(0);
    expect(shell.truncate('/f', 3 * 1024 * 1024 + 1)).toBe(0);
    expect(shell.stat('/f')).toMatchObject({ blocks: (768 + 1) * 8 });
    expect(shell.unlink('/f')).toBe(0);
    expect(bench.freeFrames).toBe(before);
    expect(shell.writeFile('/f', new Uint8Array(4 * 1024 * 1024))).toBe(0);
    shell.writeFile('/g', 'x');
    expect(shell.rename('/g', '/f')).toBe(0);
    expect(shell.unlink('/f')).toBe(0);
    expect(bench.freeFrames).toBe(before);
  });

  it('comes back when a tree is unmounted', () => {
    const layer = new PlantedLayer({
      d: { directory: true },
      'd/e': { directory: true },
      'd/e/f': { content: 'z'.repeat(10_000) },
      'd/g': { content: 'shared', attributes: { identity: 5, links: 9 } },
      l: { link: 'd' },
    });
    const bench = filesBench({ layers: [layer] });
    const shell = new Shell(bench);
    shell.mount('/', MountKind.memory);
    shell.mkdir('/m');
    shell.program.poke(DATA, new Uint8Array(64 * 1024));
    shell.stat('/m');
    const before = bench.freeFrames;
    for (const kind of [MountKind.overlay, MountKind.memory]) {
      expect(shell.mount('/m', kind, 0)).toBeGreaterThan(0);
      shell.mkdir('/m/new');
      shell.writeFile('/m/new/file', 'q'.repeat(300_000));
      shell.readFile('/m/d/e/f');
      shell.readFile('/m/d/g');
      shell.names('/m/l');
      const node = shell.open('/m/new/file');
      expect(shell.unmount('/m')).toBe(-ErrorNumber.EBUSY);
      shell.close(node);
      expect(shell.rmdir('/m')).toBe(-ErrorNumber.EBUSY);
      expect(shell.unmount('/m')).toBe(0);
      expect(shell.names('/m')).toEqual([]);
      expect(bench.freeFrames).toBe(before);
      const { kernel } = bench;
      expect(FilesRoot.at(kernel.meter.observer, kernel.serviceRoot('files')).cleanPages).toBe(0);
    }
  });

  it('ends at the limit of a mount', () => {
    const { shell } = start({ limit: 4 });
    const node = shell.open('/f', CREATE);
    expect(shell.write(node, 0, new Uint8Array(5 * PAGE_SIZE))).toBe(4 * PAGE_SIZE);
    expect(shell.write(node, 4 * PAGE_SIZE, 'x')).toBe(-ErrorNumber.ENOSPC);
    shell.truncate('/f', PAGE_SIZE);
    expect(shell.write(node, 4 * PAGE_SIZE, 'x')).toBe(1);
  });

  it('that holds clean pages is given up for other needs', () => {
    const content = new Uint8Array(6 * 1024 * 1024).fill(7);
    const layer = new PlantedLayer({ big: { content } });
    const bench = filesBench({ layers: [layer] }, { memory: 8 * 1024 * 1024 });
    const shell = new Shell(bench);
    shell.mount('/', MountKind.overlay, 0);
    const node = shell.open('/big');
    for (let round = 0; round < 2; round++)
      for (let at = 0; at < content.length; at += 65536)
        expect((shell.read(node, at, 65536) as Uint8Array)[65535]).toBe(7);
    expect(shell.writeFile('/new', new Uint8Array(3 * 1024 * 1024))).toBe(0);
  });

  it('runs out with ENOSPC and nothing is broken', () => {
    const { bench, shell } = start({ memory: 4 * 1024 * 1024, limit: 100_000 });
    const before = bench.freeFrames;
    expect(shell.writeFile('/f', new Uint8Array(5 * 1024 * 1024))).toBe(-ErrorNumber.ENOSPC);
    expect(shell.unlink('/f')).toBe(0);
    expect(bench.freeFrames).toBe(before);
    expect(shell.writeFile('/g', 'x')).toBe(0);
  });
});

describe('spans', () => {
  it('are supplied where their pages are absent', () => {
    const { bench, shell } = start();
    const node = shell.open('/f', CREATE);
    const { program } = shell;
    program.poke(DATA, new Uint8Array(20_000).fill(5));
    for (const page of [0, 2, 3]) program.absent(DATA + page * PAGE_SIZE);
    const from = program.span(DATA, 20_000);
    const asked = bench.supplied;
    expect(program.call(files.write, { node, offset: 100, from, limit: Infinity }).value).toBe(20_000);
    expect(bench.supplied - asked).toBe(3);
    for (const page of [1, 4]) program.absent(DATA + page * PAGE_SIZE);
    expect(program.call(files.read, { node, offset: 100, into: from }).value).toBe(20_000);
    expect(program.peek(DATA, 20_000).every((byte) => byte === 5)).toBe(true);
  });

  it('move what they can before a page that is nobody’s', () => {
    const { shell } = start();
    const node = shell.open('/f', CREATE);
    const { program } = shell;
    program.absent(DATA + 2 * PAGE_SIZE, true);
    const from = program.span(DATA, 4 * PAGE_SIZE);
    expect(program.call(files.write, { node, offset: 0, from, limit: Infinity }).value).toBe(2 * PAGE_SIZE);
    expect(shell.fstat(node)).toMatchObject({ size: 2 * PAGE_SIZE, blocks: 16 });
    const late = program.span(DATA + 2 * PAGE_SIZE, 10);
    const failed = program.call(files.write, { node, offset: 0, from: late, limit: Infinity });
    expect(failed.error).toBe(ErrorNumber.EFAULT);
    expect(program.call(files.read, { node, offset: 0, into: late }).error).toBe(ErrorNumber.EFAULT);
    const path = program.span(DATA + 2 * PAGE_SIZE, 10);
    expect(program.call(files.lookup, { root: 0, base: 0, path, flags: 0 }).error).toBe(ErrorNumber.EFAULT);
    const next = shell.open('/g', CREATE);
    expect(program.call(files.write, { node: next, offset: 9000, from: late, limit: 9 ** 9 }).error).toBe(
      ErrorNumber.EFAULT,
    );
    expect(shell.fstat(next)).toMatchObject({ size: 0, blocks: 0 });
  });

  it('of paths and answers are supplied as well', () => {
    const { shell } = start();
    shell.mkdir('/directory');
    const { program } = shell;
    const path = program.poke(DATA + PAGE_SIZE - 4, bytesOf('/directory'));
    program.absent(DATA);
    program.absent(DATA + PAGE_SIZE);
    const { value: node } = program.call(files.lookup, { root: 0, base: 0, path, flags: 0 });
    expect(node).toBeGreaterThan(0);
    program.absent(DATA + PAGE_SIZE);
    program.absent(DATA + 2 * PAGE_SIZE);
    const into = program.span(DATA + 2 * PAGE_SIZE - 30, 100);
    expect(program.call(files.list, { node, cursor: 0, into }).value).toBe(48);
    program.absent(DATA + 2 * PAGE_SIZE);
    const short = program.span(DATA + 2 * PAGE_SIZE - 3, 20);
    expect(program.call(files.path, { root: 0, node, into: short }).value).toBe(10);
    expect(textOf(program.peek(DATA + 2 * PAGE_SIZE - 3, 10))).toBe('/directory');
  });
});

describe('pages for mappings', () => {
  it('are the ones that are read and written', () => {
    const { bench, shell } = start();
    const node = shell.open('/f', CREATE);
    shell.write(node, 0, 'abc');
    const { value: frame } = shell.program.call(files.page, { node, index: 0, write: 1 });
    bench.memory.u8[frame * PAGE_SIZE + 1] = 0x58;
    expect(textOf(shell.read(node, 0, 10) as Uint8Array)).toBe('aXc');
    shell.write(node, 2, 'Y');
    expect(bench.memory.u8[frame * PAGE_SIZE + 2]).toBe(0x59);
    expect(shell.program.call(files.page, { node, index: 1, write: 0 }).error).toBe(ErrorNumber.EIO);
    bench.kernel.frames.release(frame);
  });

  it('live on in a mapping when the file is cut', () => {
    const { bench, shell } = start();
    const before = bench.freeFrames;
    const node = shell.open('/f', CREATE);
    shell.write(node, 0, 'abc');
    const { value: frame } = shell.program.call(files.page, { node, index: 0, write: 0 });
    shell.unlink('/f');
    shell.close(node);
    expect(bench.freeFrames).toBe(before - 1);
    expect(bench.memory.u8[frame * PAGE_SIZE]).toBe(0x61);
    bench.kernel.frames.release(frame);
    expect(bench.freeFrames).toBe(before);
  });
});

describe('directories of many names', () => {
  it('are listed whole while names are removed', () => {
    const { shell } = start();
    shell.mkdir('/d');
    for (let index = 0; index < 300; index++) shell.mknod(`/d/name-${index}`, 0o100644);
    const node = shell.open('/d');
    const seen: string[] = [];
    for (let cursor = 0; ; ) {
      const part = shell.getdents(node, cursor, 512);
      if (typeof part === 'number' || part.length === 0) break;
      for (const { name, next } of part) {
        seen.push(name);
        cursor = next;
        if (name !== '.' && name !== '..') expect(shell.unlink(`/d/${name}`)).toBe(0);
      }
    }
    expect(seen.length).toBe(302);
    expect(new Set(seen).size).toBe(302);
    expect(shell.rmdir('/d')).toBe(0);
    expect(shell.getdents(node, 0, 10)).toBe(-ErrorNumber.ENOENT);
  });

  it('find a name among 100,000 at a cost that hardly grows', () => {
    const names = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, index) => [`name-${index}`, { content: '' }]),
    );
    const layer = new PlantedLayer(names);
    const bench = filesBench({ layers: [layer] }, { memory: 64 * 1024 * 1024 });
    const shell = new Shell(bench);
    shell.mount('/', MountKind.overlay, 0);
    shell.stat('/name-7');
    const start = bench.kernel.now;
    shell.stat('/name-99999');
    expect(bench.kernel.now - start).toBeLessThan(3000);
    expect(shell.stat('/name-100000')).toBe(-ErrorNumber.ENOENT);
  });
});
