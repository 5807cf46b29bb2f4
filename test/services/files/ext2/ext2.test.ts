// Files on a disk: what is left there, what is refused, and what a disk that makes no sense comes to.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ErrorNumber, errorName } from '../../../../src/contracts/errors.ts';
import { files, MountKind, OpenFlag } from '../../../../src/services/files/interface.ts';
import { diskBench, Shell, textOf } from '../shell.ts';
import { checkImage, emptyImage } from './image.ts';

const CREATE = OpenFlag.create | OpenFlag.readWrite;
const MEBIBYTE = 1024 * 1024;

function open(contents: Uint8Array, flags = 0) {
  const said: string[] = [];
  const bench = diskBench(contents, {}, (message) => said.push(message));
  const shell = new Shell(bench);
  const mounted = shell.mount('/', MountKind.disk, 0, flags);
  const file = (path: string, offset: number, data: string | Uint8Array): number => {
    const node = shell.open(path, CREATE);
    if (node < 0) return node;
    const written = shell.write(node, offset, data);
    shell.close(node);
    return written;
  };
  const read = (path: string, offset: number, length: number): string | number => {
    const node = shell.open(path);
    if (node < 0) return node;
    const bytes = shell.read(node, offset, length);
    shell.close(node);
    return typeof bytes === 'number' ? bytes : textOf(bytes);
  };
  const end = () => shell.program.call(files.shutdown, {}).error;
  return { bench, shell, mounted, file, read, end, said };
}

/** A disk with a directory, a file with holes, links, and enough names for several blocks. */
function populated(): Uint8Array {
  const contents = emptyImage(1024, 1024);
  const { shell, file, end } = open(contents);
  shell.mkdir('d', 0o755);
  file('d/file', 0, 'a'.repeat(20_000));
  file('d/sparse', 400_000, 'end');
  for (let index = 0; index < 60; index++) file(`d/a-name-that-is-rather-long-${index}`, 0, `${index}`);
  shell.symlink('target', 'fast');
  shell.symlink('t'.repeat(100), 'slow');
  expect(end()).toBe(0);
  expect(checkImage(contents).faults).toEqual([]);
  return contents;
}

describe('a disk', () => {
  it.each([1024, 2048, 4096])('keeps files in blocks of %i bytes', (blockSize) => {
    const contents = emptyImage(2048, blockSize);
    const first = open(contents);
    expect(first.mounted).toBeGreaterThan(0);
    first.shell.mkdir('d', 0o755);
    expect(first.file('d/f', 0, 'hello')).toBe(5);
    expect(first.file('d/f', 300_000, 'there')).toBe(5);
    expect(first.shell.symlink('d/f', 'link')).toBe(0);
    expect(first.end()).toBe(0);
    expect(first.file('d/late', 0, 'no')).toBe(-ErrorNumber.EROFS);
    const { faults, paths } = checkImage(contents);
    expect(faults).toEqual([]);
    expect([...paths]).toEqual([
      ['', blockSize],
      ['/d', blockSize],
      ['/d/f', 300_005],
      ['/link', 3],
    ]);
    const again = open(contents);
    expect(again.read('link', 0, 5)).toBe('hello');
    expect(again.read('d/f', 299_998, 10)).toBe('\0\0there');
  });

  it('has files of three heights of indirect blocks, and frees them', () => {
    const contents = emptyImage(2048, 1024);
    const { shell, file, read, end } = open(contents);
    for (const offset of [0, 20_000, 300_000, 70 * MEBIBYTE]) expect(file('f', offset, 'x')).toBe(1);
    expect(read('f', 70 * MEBIBYTE - 1, 2)).toBe('\0x');
    const node = shell.open('f', OpenFlag.readWrite);
    expect(shell.resize(node, 20_000)).toBe(0);
    expect(shell.resize(node, 400_000)).toBe(0);
    expect(shell.read(node, 300_000, 1)).toEqual(new Uint8Array(1));
    shell.close(node);
    expect(end()).toBe(0);
    expect(checkImage(contents).faults).toEqual([]);
    const later = open(contents);
    expect(later.read('f', 300_000, 1)).toBe('\0');
    expect(later.shell.unlink('f')).toBe(0);
    expect(later.end()).toBe(0);
    expect(checkImage(contents).faults).toEqual([]);
  });

  it('is full, and has room again', () => {
    const contents = emptyImage(256, 1024);
    const { shell, file, end } = open(contents);
    const data = new Uint8Array(100_000).fill(7);
    expect(file('a', 0, data)).toBe(100_000);
    const written = file('b', 0, data);
    expect(written).toBeGreaterThan(50_000);
    expect(written).toBeLessThan(100_000);
    expect(file('c', 0, data)).toBe(-ErrorNumber.ENOSPC);
    expect(shell.unlink('a')).toBe(0);
    expect(file('c', 0, data)).toBe(100_000);
    expect(end()).toBe(0);
    expect(checkImage(contents).faults).toEqual([]);
  });

  it('frees a file that is removed while it is open, when it is closed or the machine ends', () => {
    const contents = emptyImage(512, 1024);
    const { shell, file, end } = open(contents);
    file('f', 0, 'x'.repeat(5000));
    file('g', 0, 'y'.repeat(5000));
    const node = shell.open('f');
    shell.open('g');
    expect(shell.unlink('f')).toBe(0);
    expect(shell.unlink('g')).toBe(0);
    expect(textOf(shell.read(node, 4999, 1) as Uint8Array)).toBe('x');
    shell.close(node);
    expect(end()).toBe(0);
    expect(checkImage(contents)).toMatchObject({ faults: [], paths: new Map([['', 1024]]) });
  });

  it('has what was synchronised when the machine stops without a word', () => {
    const contents = emptyImage(1024, 1024);
    const { shell, file } = open(contents);
    shell.mkdir('d', 0o755);
    file('d/safe', 0, 's'.repeat(30_000));
    const node = shell.open('d/safe');
    expect(shell.program.call(files.synchronise, { node }).error).toBe(0);
    const then = contents.slice();
    file('d/other', 0, 'o'.repeat(30_000));
    for (const image of [then, contents]) {
      const after = open(image);
      expect(after.read('d/safe', 29_999, 5)).toBe('s');
    }
    expect(new DataView(contents.buffer).getUint16(1024 + 58, true)).toBe(0);
  });

  it('is left alone when it is only read', () => {
    const contents = populated();
    const before = contents.slice();
    const { read, file, end } = open(contents, 1);
    expect(read('d/sparse', 400_000, 3)).toBe('end');
    expect(file('new', 0, 'x')).toBe(-ErrorNumber.EROFS);
    expect(end()).toBe(0);
    expect(Buffer.compare(contents, before)).toBe(0);
  });

  it('can be unmounted and mounted again', () => {
    const contents = populated();
    const bench = diskBench(contents);
    const shell = new Shell(bench);
    shell.mount('/', MountKind.memory);
    shell.mkdir('m', 0o755);
    for (let round = 0; round < 3; round++) {
      expect(shell.mount('m', MountKind.disk)).toBeGreaterThan(0);
      expect(shell.mount('m', MountKind.disk)).toBe(-ErrorNumber.EBUSY);
      expect(shell.mkdir(`m/new-${round}`, 0o755)).toBe(0);
      const node = shell.open('m/d/file');
      expect(shell.unmount('m')).toBe(-ErrorNumber.EBUSY);
      shell.close(node);
      expect(shell.unmount('m')).toBe(0);
      expect(checkImage(contents).faults).toEqual([]);
    }
  });

  it('is refused with its reason when it is not ext2 or more than that', () => {
    const nothing = open(new Uint8Array(8192));
    expect(nothing.mounted).toBe(-ErrorNumber.EINVAL);
    expect(nothing.said).toEqual(['disk 0 cannot be mounted: it holds no ext2 filesystem']);
    const ext4 = emptyImage(512, 1024);
    new DataView(ext4.buffer).setUint32(1024 + 96, 0x2c2, true);
    expect(open(ext4).said[0]).toMatch(/features that are not ext2's: extents, 64bit, flex_bg$/);
  });
});

describe('a damaged disk', () => {
  const sound = populated();
  const ERRORS = [
    'EIO EUCLEAN ENOENT EINVAL ENOSPC ENOTDIR EISDIR EEXIST ENOTEMPTY ELOOP EPERM ENXIO EFBIG EMLINK ENOMEM EACCES',
  ]
    .join(' ')
    .split(' ');

  /** Uses all of a tree; what is refused must be refused with an error that says why. */
  function use({ shell, file, read, end }: ReturnType<typeof open>): void {
    const results: (number | string)[] = [
      read('d/file', 0, 20_000),
      read('d/sparse', 400_000, 3),
      read('slow', 0, 1),
      file('d/file', 30_000, 'more'),
      file('d/new', 0, 'new'),
      shell.mkdir('d/e', 0o755),
      shell.unlink('d/a-name-that-is-rather-long-7'),
      shell.rename('d/a-name-that-is-rather-long-8', 'moved'),
      shell.unlink('d/sparse'),
      shell.unlink('d/file'),
      -end(),
    ];
    for (const path of ['/', 'd', 'lost']) {
      const node = shell.open(path);
      if (node > 0) shell.close(node);
    }
    for (const result of results)
      if (typeof result === 'number' && result < 0) expect(ERRORS).toContain(errorName(-result));
  }

  it('answers with errors, whatever bytes of its metadata are changed', () => {
    const byte = fc.record({ at: fc.nat(90 * 1024), value: fc.nat(255) });
    const spot = fc.record({ at: fc.constantFrom(1024, 2048, 5120 + 256, 5120 + 11 * 256), byte });
    const change = fc.oneof(
      byte,
      spot.map(({ at, byte: { at: offset, value } }) => ({ at: at + (offset % 256), value })),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 30 }), (changes) => {
        const contents = sound.slice();
        for (const { at, value } of changes) contents[at] = value;
        const opened = open(contents);
        if (opened.mounted > 0) use(opened);
        else expect(['EINVAL', 'EUCLEAN', 'EIO']).toContain(errorName(-opened.mounted));
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 60) },
    );
  });

  it('refuses a directory that contains itself', () => {
    const contents = sound.slice();
    const at = Buffer.from(contents.buffer).indexOf('slow');
    contents[at - 8] = 11;
    contents[at - 7] = 0;
    const { shell } = open(contents);
    shell.lookup('d');
    expect(shell.lookup('slow')).toBe(-ErrorNumber.EUCLEAN);
  });
});
