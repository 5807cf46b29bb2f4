/** Tar archives as layers: the formats that are met, what is refused, and that nothing hostile crashes or hangs. */
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import type { LowerLayer } from '../../src/contracts/outside.ts';
import { tarFileLayer, unpacked } from '../../src/host/node/tar-file.ts';
import { ArchiveError } from '../../src/host/shared/tar/archive.ts';
import { tarLayer } from '../../src/host/shared/tar/layer.ts';
import {
  BLOCK,
  directory,
  END,
  extended,
  file,
  header,
  join,
  latin,
  longName,
  padded,
  seal,
  utf8,
} from './support/tar-builder.ts';

const names = (layer: LowerLayer, path: string): string[] =>
  layer.list(utf8(path)).map((name) => new TextDecoder().decode(name));

function content(layer: LowerLayer, path: string): string {
  const into = new Uint8Array(layer.attributes(utf8(path))?.size ?? 0);
  expect(layer.read(utf8(path), 0, into)).toBe(into.length);
  return new TextDecoder().decode(into);
}

const layerOf = (...parts: readonly Uint8Array[]): LowerLayer => tarLayer(join(...parts, END), 'a.tar');

/** The error with which an archive is refused. */
function refusal(...parts: readonly Uint8Array[]): ArchiveError {
  try {
    layerOf(...parts);
  } catch (error) {
    expect(error).toBeInstanceOf(ArchiveError);
    return error as ArchiveError;
  }
  throw new Error('the archive was not refused');
}

describe('formats', () => {
  test('ustar: kinds, modes, owners, times, devices, prefix', () => {
    const layer = layerOf(
      directory('etc', 0o750),
      file('etc/passwd', 'root', { mode: 0o4644, user: 3, group: 4, modified: 1_700_000_000 }),
      header({ name: 'link', type: '2', linkName: 'etc/passwd' }),
      header({ name: 'null', type: '3', deviceMajor: 1, deviceMinor: 3 }),
      header({ name: 'disk', type: '4', deviceMajor: 8 }),
      header({ name: 'pipe', type: '6' }),
      file('name', 'x', { prefix: 'a/long/prefix' }),
    );
    expect(names(layer, '')).toEqual(['a', 'disk', 'etc', 'link', 'null', 'pipe']);
    expect(layer.attributes(utf8('etc'))).toMatchObject({ kind: 'directory', mode: 0o750, links: 2 });
    expect(layer.attributes(utf8('etc/passwd'))).toMatchObject({
      kind: 'file',
      mode: 0o4644,
      user: 3,
      group: 4,
      size: 4,
      modifiedSeconds: 1_700_000_000,
      links: 1,
    });
    expect(new TextDecoder().decode(layer.link(utf8('link')))).toBe('etc/passwd');
    expect(layer.attributes(utf8('link'))).toMatchObject({ kind: 'symlink', size: 10 });
    expect(layer.attributes(utf8('null'))).toMatchObject({
      kind: 'character',
      deviceMajor: 1,
      deviceMinor: 3,
    });
    expect(layer.attributes(utf8('disk'))?.kind).toBe('block');
    expect(layer.attributes(utf8('pipe'))?.kind).toBe('fifo');
    expect(content(layer, 'a/long/prefix/name')).toBe('x');
    expect(layer.attributes(utf8('nowhere'))).toBeUndefined();
    expect(layer.attributes(utf8('etc/passwd/below'))).toBeUndefined();
  });

  test('old archives without a magic: a name that ends in a slash is a directory', () => {
    const layer = layerOf(
      header({ name: 'old/', type: '\0', magic: '' }),
      file('old/f', 'y', { magic: '', type: '\0' }),
    );
    expect(layer.attributes(utf8('old'))?.kind).toBe('directory');
    expect(content(layer, 'old/f')).toBe('y');
  });

  test('GNU: long names, long links, numbers in base 256, negative times', () => {
    const long = `${'d'.repeat(120)}/${'f'.repeat(130)}`;
    const big = header({ name: 'big', size: 0 });
    big.set([0x80, 0, 0, 0, 0x01, 0x02, 0x03, 0x04], 108);
    big.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe], 136);
    const layer = layerOf(
      longName(long),
      file('cut', 'deep', { magic: 'ustar  \0' }),
      longName('t'.repeat(300), 'K'),
      header({ name: 'sym', type: '2', linkName: 'tttt' }),
      seal(big),
    );
    expect(content(layer, long)).toBe('deep');
    expect(layer.link(utf8('sym')).length).toBe(300);
    expect(layer.attributes(utf8('big'))).toMatchObject({ user: 0x01020304, modifiedSeconds: -2 });
  });

  test('PAX: path, linkpath, size, owners, fractions of seconds, global headers', () => {
    const layer = layerOf(
      extended({ mtime: '5.5' }, 'g'),
      extended({
        path: 'ünïcode/näme',
        uid: '3000000',
        gid: '7',
        mtime: '1700000000.123456789',
        comment: 'a=b',
      }),
      file('short', 'abc'),
      extended({ linkpath: 'z'.repeat(200) }),
      header({ name: 'sym', type: '2' }),
      extended({ size: '3', mtime: '-1.25' }),
      join(header({ name: 'sized', size: 0 }), padded(utf8('xyz'))),
    );
    expect(content(layer, 'ünïcode/näme')).toBe('abc');
    expect(layer.attributes(utf8('ünïcode/näme'))).toMatchObject({
      user: 3_000_000,
      group: 7,
      modifiedSeconds: 1_700_000_000,
      modifiedNanoseconds: 123_456_789,
    });
    expect(layer.link(utf8('sym')).length).toBe(200);
    expect(layer.attributes(utf8('sym'))).toMatchObject({
      modifiedSeconds: 5,
      modifiedNanoseconds: 500_000_000,
    });
    expect(content(layer, 'sized')).toBe('xyz');
    expect(layer.attributes(utf8('sized'))).toMatchObject({
      modifiedSeconds: -2,
      modifiedNanoseconds: 750_000_000,
    });
  });

  test('names that are no UTF-8 stay as they are', () => {
    const layer = layerOf(file('\xff\xfe', 'x'));
    expect([...(layer.list(utf8(''))[0] as Uint8Array)]).toEqual([0xff, 0xfe]);
    expect(layer.attributes(Uint8Array.of(0xff, 0xfe))?.size).toBe(1);
  });

  test('an archive may end without blocks of zeros', () => {
    expect(names(tarLayer(file('f', 'x'), 'a.tar'), '')).toEqual(['f']);
  });

  test('a volume label is no file', () => {
    expect(names(layerOf(header({ name: 'label', type: 'V' }), file('f', 'x')), '')).toEqual(['f']);
  });
});

describe('trees', () => {
  test('directories without a member are implied; the root has one of its own', () => {
    const layer = layerOf(file('./a/b/c', 'x'), directory('./', 0o700));
    expect(layer.attributes(utf8('a/b'))).toMatchObject({ kind: 'directory', mode: 0o755 });
    expect(layer.attributes(utf8(''))).toMatchObject({ kind: 'directory', mode: 0o700, links: 3 });
  });

  test('absolute names are taken from the root', () => {
    expect(content(layerOf(file('/abs/name', 'x')), 'abs/name')).toBe('x');
  });

  test('hard links are one file; with a size but no content too', () => {
    const layer = layerOf(
      file('one', 'same'),
      header({ name: 'two', type: '1', linkName: 'one' }),
      header({ name: 'three', type: '1', linkName: './one', size: 4 }),
      file('other', 'x'),
    );
    const [one, two, three] = ['one', 'two', 'three'].map((name) => layer.attributes(utf8(name)));
    expect(one?.links).toBe(3);
    expect(two).toEqual(one);
    expect(three).toEqual(one);
    expect(layer.attributes(utf8('other'))?.identity).not.toBe(one?.identity);
    expect(content(layer, 'three')).toBe('same');
    expect(content(layer, 'other')).toBe('x');
  });

  test('a hard link that carries its content is passed over', () => {
    const layer = layerOf(
      file('one', 'same'),
      join(header({ name: 'two', type: '1', linkName: 'one', size: 4 }), padded(utf8('same'))),
      file('after', 'x'),
    );
    expect(content(layer, 'two')).toBe('same');
    expect(content(layer, 'after')).toBe('x');
  });

  test('of members with one name the last is meant', () => {
    const layer = layerOf(
      file('f', 'first'),
      file('f', 'second'),
      file('d/inner', 'x'),
      header({ name: 'hard', type: '1', linkName: 'd/inner' }),
      directory('d', 0o711),
      file('d', 'now a file'),
    );
    expect(content(layer, 'f')).toBe('second');
    expect(content(layer, 'd')).toBe('now a file');
    expect(layer.attributes(utf8('hard'))).toMatchObject({ links: 1, size: 1 });
  });

  test('a directory again keeps what is in it', () => {
    const layer = layerOf(file('d/f', 'x'), directory('d', 0o711));
    expect(names(layer, 'd')).toEqual(['f']);
    expect(layer.attributes(utf8('d'))?.mode).toBe(0o711);
  });

  test('names are listed in the order of their bytes', () => {
    const layer = layerOf(file('b', ''), file('é', ''), file('a', ''), file('B', ''));
    const sorted = layer.list(utf8('')).map((name) => Buffer.from(name));
    expect(sorted.map((name) => name.toString('hex'))).toEqual(['42', '61', '62', 'e9']);
  });

  test('a read ends with the file, not with the archive', () => {
    const layer = layerOf(file('f', 'hello'), file('g', 'next'));
    const into = new Uint8Array(100);
    expect(layer.read(utf8('f'), 2, into)).toBe(3);
    expect(layer.read(utf8('f'), 5, into)).toBe(0);
    expect(layer.read(utf8('f'), 1000, into)).toBe(0);
    expect(() => layer.read(utf8(''), 0, into)).toThrow(/is no file/);
    expect(() => layer.list(utf8('f'))).toThrow(/is no directory/);
    expect(() => layer.link(utf8('f'))).toThrow(/is no symlink/);
  });
});

describe('refusals name archive, offset and reason', () => {
  const good = file('good', 'x');
  test.each<[string, readonly Uint8Array[], RegExp]>([
    ["'..'", [file('a/../../etc/passwd', 'x')], /leads upwards/],
    ["'..' in a hard link", [header({ name: 'l', type: '1', linkName: '../x' })], /leads upwards/],
    ['a hard link to nothing', [header({ name: 'l', type: '1', linkName: 'x' })], /does not come before it/],
    [
      'a hard link to a directory',
      [directory('d'), header({ name: 'l', type: '1', linkName: 'd' })],
      /to a directory/,
    ],
    ['a file below a file', [good, file('good/below', 'x')], /which is no directory/],
    ['a root that is a file', [file('./', 'x', { type: '2' })], /can only be a directory/],
    ['GNU sparse files', [header({ name: 's', type: 'S' })], /sparse/],
    ['PAX sparse files', [extended({ 'GNU.sparse.major': '1' }), file('s', '')], /sparse/],
    ['volumes', [header({ name: 's', type: 'M' })], /another volume/],
    ['unknown types', [header({ name: 's', type: 'Z' })], /unknown type \("Z"\)/],
    [
      'a size beyond the archive',
      [header({ name: 's', size: 0o7777777777 })],
      /ends in the middle of a file/,
    ],
    [
      'a PAX size beyond the archive',
      [extended({ size: '9007199254740991' }), header({ name: 's' })],
      /in the middle/,
    ],
    ['a PAX size that is none', [extended({ size: '-1' }), header({ name: 's' })], /no size or number/],
    ['an extended header too long', [header({ name: 'x', type: 'x', size: 0o100000000 })], /too long/],
    [
      'a bad PAX record',
      [join(header({ name: 'x', type: 'x', size: 5 }), padded(latin('99 a=')))],
      /wrong length/,
    ],
    [
      'a PAX record without a key',
      [join(header({ name: 'x', type: 'x', size: 5 }), padded(latin('5 ab\n')))],
      /no key/,
    ],
    ['a PAX time that is none', [extended({ mtime: 'now' }), file('f', '')], /no decimal number/],
    ['a long part of a name', [longName('n'.repeat(256)), file('f', '')], /more than 255 bytes/],
    ['a long name', [longName('n/'.repeat(2100)), file('f', '')], /longer than 4095 bytes/],
    ['a zero byte in a name', [extended({ path: 'a\0b' }), file('f', '')], /zero byte/],
    [
      'a bad octal number',
      [seal(Uint8Array.from(header({ name: 'f' })).fill(0x39, 124, 130))],
      /no octal number/,
    ],
    ['garbage', [new Uint8Array(BLOCK).fill(0x41)], /checksum does not fit/],
  ])('%s', (_, parts, reason) => {
    const error = refusal(good, ...parts);
    expect(error.message).toMatch(reason);
    expect(error.archive).toBe('a.tar');
    expect(error.message).toContain(`a.tar: at byte ${error.offset}: `);
    expect(error.offset).toBeGreaterThanOrEqual(2 * BLOCK);
  });

  test('the entry is named, on one line and shortly', () => {
    expect(refusal(good, file('a/../../etc/passwd', 'x')).message).toContain(
      'entry "a/../../etc/passwd": its name leads',
    );
    expect(refusal(good, longName(`a\n${'n'.repeat(300)}`), file('f', '')).message).toMatch(
      /at byte \d+: entry "a\\nn{58}"\.\.\.: its name has a part/,
    );
    expect(refusal(good, header({ name: 'l', type: '1', linkName: 'x' })).message).toContain(
      'entry "l": it is a link',
    );
  });

  test('an archive that is cut off', () => {
    const whole = join(good, file('f', 'y'.repeat(600)));
    expect(() => tarLayer(whole.subarray(0, whole.length - 1000), 'a.tar')).toThrow(
      /at byte 1024: .*middle of a file/,
    );
    expect(() => tarLayer(whole.subarray(0, 1124), 'a.tar')).toThrow(/at byte 1024: .*middle of a header/);
    expect(() => tarLayer(new Uint8Array(0), 'a.tar')).toThrow(/at byte 0: it is too short/);
  });
});

describe('files of the host', () => {
  test('what GNU tar writes, plain and by gzip, in each of its formats', ({ skip }) => {
    const folder = mkdtempSync(joinPath(tmpdir(), 'archives-'));
    try {
      try {
        execFileSync('tar', ['--version'], { stdio: 'ignore' });
      } catch {
        skip('GNU tar is not installed here');
      }
      const deep = `${'x'.repeat(90)}/${'y'.repeat(120)}`;
      mkdirSync(joinPath(folder, 'tree', 'x'.repeat(90)), { recursive: true });
      writeFileSync(joinPath(folder, 'tree', deep), 'deep down');
      symlinkSync('z'.repeat(150), joinPath(folder, 'tree/sym'));
      linkSync(joinPath(folder, 'tree', deep), joinPath(folder, 'tree/zhard'));
      for (const format of ['gnu', 'posix'])
        for (const compression of ['--no-auto-compress', '--gzip']) {
          const archive = joinPath(folder, `${format}${compression}.tar`);
          execFileSync('tar', [
            '-c',
            `--format=${format}`,
            compression,
            '-f',
            archive,
            '-C',
            joinPath(folder, 'tree'),
            '.',
          ]);
          const layer = tarFileLayer(archive);
          const bytes = unpacked(readFileSync(archive), archive);
          expect(layer.fingerprint).toBe(tarLayer(bytes, archive).fingerprint);
          expect(content(layer, deep)).toBe('deep down');
          expect(layer.link(utf8('sym')).length).toBe(150);
          expect(layer.attributes(utf8('zhard'))?.identity).toBe(layer.attributes(utf8(deep))?.identity);
        }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('what tar-stream writes', async () => {
    const stream = pack();
    stream.entry({ name: 'd', type: 'directory', mode: 0o700 });
    stream.entry({ name: `d/${'n'.repeat(200)}`, mtime: new Date(1234567) }, 'bytes');
    stream.finalize();
    const pieces: Uint8Array[] = [];
    for await (const piece of stream) pieces.push(piece as Uint8Array);
    const layer = tarLayer(join(...pieces), 'a.tar');
    expect(content(layer, `d/${'n'.repeat(200)}`)).toBe('bytes');
    expect(layer.attributes(utf8('d'))?.mode).toBe(0o700);
  });

  test('other packers are named in the refusal', () => {
    const start = (...bytes: number[]): Uint8Array => Uint8Array.from([...bytes, ...new Uint8Array(600)]);
    expect(() => unpacked(start(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0), 'a.tar.xz')).toThrow(
      /a.tar.xz: .*packed by xz/,
    );
    expect(() => unpacked(start(0x28, 0xb5, 0x2f, 0xfd), 'a')).toThrow(/packed by zstd/);
    expect(() => unpacked(start(0x1f, 0x8b, 8), 'a')).toThrow(/gzip cannot unpack it/);
    const plain = join(file('f', 'x'), END);
    expect(unpacked(gzipSync(plain), 'a').length).toBe(plain.length);
  });

  test('the fingerprint is the same for the same bytes only', () => {
    const archive = join(file('f', 'x'), END);
    const other = join(file('f', 'y'), END);
    expect(tarLayer(archive, 'a').fingerprint).toBe(tarLayer(archive, 'b').fingerprint);
    expect(tarLayer(archive, 'a').fingerprint).not.toBe(tarLayer(other, 'a').fingerprint);
  });
});

test('a heap of extended records does not multiply with the members', () => {
  const heap = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`key${index}`, 'value']));
  const members = Array.from({ length: 2000 }, (_, index) => file(`f${index}`, ''));
  const started = performance.now();
  expect(names(layerOf(extended(heap, 'g'), ...members), '').length).toBe(2000);
  // A quarter of a second alone; minutes if each member carried the heap.
  expect(performance.now() - started).toBeLessThan(10_000);
});

describe('fuzzing', () => {
  const seeds = [
    join(
      directory('d'),
      longName(`${'l'.repeat(150)}/x`),
      file('cut', 'content of a file'),
      extended({ path: 'p', mtime: '1.5', size: '4' }),
      file('q', 'four'),
      header({ name: 'h', type: '1', linkName: 'p' }),
      header({ name: 's', type: '2', linkName: 'd' }),
      END,
    ),
  ];

  /** Reads all that a layer says. */
  function walk(layer: LowerLayer, path: Uint8Array, depth = 0): void {
    for (const name of layer.list(path)) {
      const below = path.length === 0 ? name : join(path, latin('/'), name);
      const found = layer.attributes(below);
      expect(found).toBeDefined();
      if (found?.kind === 'directory' && depth < 50) walk(layer, below, depth + 1);
      if (found?.kind === 'symlink') layer.link(below);
      if (found?.kind === 'file') layer.read(below, 0, new Uint8Array(Math.min(found.size, 4096)));
    }
  }

  function check(archive: Uint8Array): void {
    try {
      walk(tarLayer(archive, 'fuzzed.tar'), new Uint8Array(0));
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      expect(error.message).toMatch(/^fuzzed\.tar: at byte [0-9]+: ./);
      expect(error.offset).toBeLessThanOrEqual(archive.length);
    }
  }

  const mutation = fc.record({
    offset: fc.nat(),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 0x20, 0x2f, 0x2e, 0x30, 0x37, 0x80, 0xff)),
    reseal: fc.boolean(),
  });

  test('mutated archives are read or refused, never anything else', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(mutation, { minLength: 1, maxLength: 12 }),
        fc.option(fc.nat()),
        (seed, mutations, cut) => {
          const archive = Uint8Array.from(seed);
          for (const { offset, byte, reseal } of mutations) {
            const at = offset % archive.length;
            archive[at] = byte;
            // A block that still has its checksum gets further.
            const start = Math.floor(at / BLOCK) * BLOCK;
            if (reseal) archive.set(seal(archive.slice(start, start + BLOCK)), start);
          }
          check(cut === null ? archive : archive.subarray(0, cut % archive.length));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('sealed headers of random fields are read or refused', () => {
    const field = fc.uint8Array({ minLength: BLOCK, maxLength: BLOCK });
    fc.assert(
      fc.property(fc.array(field, { maxLength: 6 }), fc.constantFrom(...'0123456xgLKSV'), (blocks, type) => {
        const sealed = blocks.map((block) => {
          const copy = Uint8Array.from(block);
          copy[156] = type.charCodeAt(0);
          for (const start of [100, 108, 116, 124, 136, 329, 337]) copy.set(latin('0000001\0'), start);
          return seal(copy);
        });
        check(join(...sealed, END));
      }),
      { numRuns: 1000 },
    );
  });

  test('random bytes are read or refused', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 4000 }), check), { numRuns: 500 });
  });
});
