/** Host directories as layers: what they show, what they change, and that they never lead out of their tree. */
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { ErrorNumber } from '../../src/contracts/errors.ts';
import { type OutsideAttributes, OutsideError } from '../../src/contracts/outside.ts';
import { directoryLayer } from '../../src/host/node/directory-layer.ts';
import { HostTree } from '../../src/host/node/host-tree.ts';
import { writableDirectoryLayer } from '../../src/host/node/writable-directory-layer.ts';
import { utf8 } from './support/tar-builder.ts';
import { temporaryFolder } from './support/temporary.ts';

const folder = temporaryFolder();
const inTree = (path: string): string => join(folder(), 'tree', path);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

beforeEach(() => {
  rmSync(inTree(''), { recursive: true, force: true });
  mkdirSync(inTree('usr/lib'), { recursive: true });
  mkdirSync(join(folder(), 'outside'), { recursive: true });
  writeFileSync(join(folder(), 'outside/secret'), 'secret');
  writeFileSync(inTree('usr/lib/a'), 'hello');
  symlinkSync('usr/lib', inTree('lib'));
  symlinkSync('../outside', inTree('out'));
  symlinkSync(join(folder(), 'outside/secret'), inTree('absolute'));
});

/** The error number with which a call is refused. */
function refusal(body: () => unknown): number {
  try {
    body();
  } catch (error) {
    expect(error).toBeInstanceOf(OutsideError);
    return (error as OutsideError).errorNumber;
  }
  throw new Error('nothing was refused');
}

const plain = (more: Partial<OutsideAttributes>): OutsideAttributes => ({
  kind: 'file',
  mode: 0o644,
  user: process.getuid?.() ?? 0,
  group: process.getgid?.() ?? 0,
  size: 0,
  modifiedSeconds: 1_000_000,
  modifiedNanoseconds: 0,
  deviceMajor: 0,
  deviceMinor: 0,
  identity: 0,
  links: 1,
  ...more,
});
const NONE = new Uint8Array(0);

describe('a read-only layer', () => {
  test('shows names in byte order, attributes, contents and links', () => {
    const layer = directoryLayer(inTree(''));
    expect(layer.list(utf8('')).map(text)).toEqual(['absolute', 'lib', 'out', 'usr']);
    utimesSync(inTree('usr/lib/a'), 1_700_000_000.25, 1_700_000_000.25);
    expect(layer.attributes(utf8('usr/lib/a'))).toMatchObject({
      kind: 'file',
      mode: lstatSync(inTree('usr/lib/a')).mode & 0o7777,
      size: 5,
      modifiedSeconds: 1_700_000_000,
      modifiedNanoseconds: 250_000_000,
      links: 1,
    });
    expect(layer.attributes(utf8(''))?.kind).toBe('directory');
    expect(layer.attributes(utf8('lib'))).toMatchObject({ kind: 'symlink', size: 7 });
    expect(text(layer.link(utf8('lib')))).toBe('usr/lib');
    const into = new Uint8Array(8);
    expect(layer.read(utf8('usr/lib/a'), 1, into)).toBe(4);
    expect(text(into.subarray(0, 4))).toBe('ello');
    expect(layer.read(utf8('usr/lib/a'), 5, into)).toBe(0);
    layer.close();
  });

  test('hard links have one identity, other files another', () => {
    linkSync(inTree('usr/lib/a'), inTree('b'));
    writeFileSync(inTree('c'), '');
    const layer = directoryLayer(inTree(''));
    const [a, b, c] = ['usr/lib/a', 'b', 'c'].map((path) => layer.attributes(utf8(path)));
    expect(a?.identity).toBe(b?.identity);
    expect(a?.links).toBe(2);
    expect(Number.isSafeInteger(a?.identity)).toBe(true);
    expect(c?.identity).not.toBe(a?.identity);
    layer.close();
  });

  test('names that are no UTF-8 stay as they are', () => {
    writeFileSync(Buffer.concat([Buffer.from(`${inTree('')}/`), Buffer.of(0xff, 0xfe)]), 'odd');
    const layer = directoryLayer(inTree(''));
    expect(layer.list(utf8('')).map((name) => [...name])).toContainEqual([0xff, 0xfe]);
    expect(layer.read(Uint8Array.of(0xff, 0xfe), 0, new Uint8Array(3))).toBe(3);
    layer.close();
  });

  test('an owner for everything', () => {
    const layer = directoryLayer(inTree(''), { owner: { user: 12, group: 34 } });
    expect(layer.attributes(utf8('usr'))).toMatchObject({ user: 12, group: 34 });
    layer.close();
  });

  test('absence and refusals', () => {
    const layer = directoryLayer(inTree(''));
    expect(layer.attributes(utf8('nothing'))).toBeUndefined();
    expect(layer.attributes(utf8('usr/lib/a/below'))).toBeUndefined();
    expect(refusal(() => layer.list(utf8('nothing')))).toBe(ErrorNumber.ENOENT);
    expect(refusal(() => layer.list(utf8('usr/lib/a')))).toBe(ErrorNumber.ENOTDIR);
    expect(refusal(() => layer.read(utf8('usr'), 0, NONE))).toBe(ErrorNumber.EINVAL);
    expect(refusal(() => layer.link(utf8('usr')))).toBe(ErrorNumber.EINVAL);
    expect(refusal(() => directoryLayer(inTree('nothing')))).toBe(ErrorNumber.ENOENT);
    layer.close();
  });

  test('the fingerprint changes with what lies at the top', () => {
    const layer = directoryLayer(inTree(''));
    const before = layer.fingerprint;
    expect(layer.fingerprint).toBe(before);
    writeFileSync(inTree('new'), 'x');
    expect(layer.fingerprint).not.toBe(before);
    layer.close();
  });
});

describe.each([
  ['with descriptors', false],
  ['looking at each directory', true],
])('the way is never lost, %s', (_, trustful) => {
  test('links are not followed, neither at the end nor on the way', () => {
    const tree = new HostTree(inTree(''), trustful);
    const layer = directoryLayer(inTree(''));
    for (const path of ['out/secret', 'lib/a']) {
      expect(layer.attributes(utf8(path))).toBeUndefined();
      expect(() => lstatSync(tree.at(utf8(path)))).toThrow();
    }
    for (const path of ['out', 'absolute', 'lib']) {
      expect(() => tree.directoryAt(utf8(path))).toThrow();
      expect(() => tree.file(utf8(path), 0)).toThrow();
      expect(() => tree.withFile(utf8(path), () => undefined)).toThrow();
    }
    expect(() => tree.at(utf8('../outside/secret'))).toThrow(/is no path within a tree/);
    expect(() => tree.at(utf8('usr/../../outside'))).toThrow(/is no path within a tree/);
    expect(() => tree.at(utf8('usr/\0'))).toThrow(/is no path within a tree/);
    tree.close();
    layer.close();
  });
});

test('a directory swapped for a link while its descriptor is kept does not lead outside', () => {
  mkdirSync(inTree('usr/secret'));
  const layer = directoryLayer(inTree(''));
  expect(layer.list(utf8('usr')).map(text)).toEqual(['lib', 'secret']);
  renameSync(inTree('usr'), inTree('moved'));
  symlinkSync('../outside', inTree('usr'));
  // Outside, 'secret' is a file. A kept descriptor still means the directory that was there; a new one is refused.
  expect(layer.attributes(utf8('usr/secret'))?.kind).not.toBe('file');
  const fresh = directoryLayer(inTree(''));
  expect(fresh.attributes(utf8('usr/secret'))).toBeUndefined();
  fresh.close();
  layer.close();
});

describe('a writable layer', () => {
  test('makes files, directories and links with the mode asked for', () => {
    const layer = writableDirectoryLayer(inTree(''));
    const before = process.umask(0o077);
    layer.create(utf8('f'), plain({ mode: 0o664 }), NONE);
    layer.create(utf8('d'), plain({ kind: 'directory', mode: 0o775 }), NONE);
    process.umask(before);
    layer.create(utf8('d/l'), plain({ kind: 'symlink', mode: 0o777 }), utf8('../f'));
    expect(lstatSync(inTree('f')).mode & 0o7777).toBe(0o664);
    expect(lstatSync(inTree('d')).mode & 0o7777).toBe(0o775);
    expect(readlinkSync(inTree('d/l'))).toBe('../f');
    expect(refusal(() => layer.create(utf8('f'), plain({}), NONE))).toBe(ErrorNumber.EEXIST);
    expect(refusal(() => layer.create(utf8('p'), plain({ kind: 'fifo' }), NONE))).toBe(ErrorNumber.EPERM);
    layer.close();
  });

  test('writes, reads back, and follows a file that was replaced', () => {
    const layer = writableDirectoryLayer(inTree(''));
    layer.write(utf8('usr/lib/a'), 3, utf8('p me'));
    expect(readFileSync(inTree('usr/lib/a'), 'utf8')).toBe('help me');
    const into = new Uint8Array(7);
    expect(layer.read(utf8('usr/lib/a'), 0, into)).toBe(7);
    layer.create(utf8('new'), plain({}), NONE);
    layer.rename(utf8('new'), utf8('usr/lib/a'));
    expect(layer.read(utf8('usr/lib/a'), 0, into)).toBe(0);
    layer.close();
  });

  test('changes mode, size and times, and nothing besides', () => {
    const layer = writableDirectoryLayer(inTree(''));
    const path = utf8('usr/lib/a');
    const now = layer.attributes(path) as OutsideAttributes;
    layer.change(path, {
      ...now,
      mode: 0o600,
      size: 2,
      modifiedSeconds: 1234,
      modifiedNanoseconds: 500_000_000,
    });
    expect(layer.attributes(path)).toMatchObject({
      mode: 0o600,
      size: 2,
      modifiedSeconds: 1234,
      modifiedNanoseconds: 500_000_000,
    });
    expect(readFileSync(inTree('usr/lib/a'), 'utf8')).toBe('he');
    const link = layer.attributes(utf8('absolute')) as OutsideAttributes;
    layer.change(utf8('absolute'), { ...link, mode: 0o700, modifiedSeconds: 99, modifiedNanoseconds: 0 });
    expect(layer.attributes(utf8('absolute'))?.modifiedSeconds).toBe(99);
    expect(lstatSync(join(folder(), 'outside/secret')).mtimeMs).not.toBe(99_000);
    layer.close();
  });

  test('removes, renames and links', () => {
    const layer = writableDirectoryLayer(inTree(''));
    layer.hardLink(utf8('usr/lib/a'), utf8('hard'));
    expect(lstatSync(inTree('hard')).nlink).toBe(2);
    layer.rename(utf8('hard'), utf8('usr/hard'));
    layer.remove(utf8('usr/hard'));
    expect(refusal(() => layer.remove(utf8('usr')))).toBe(ErrorNumber.ENOTEMPTY);
    layer.remove(utf8('usr/lib/a'));
    layer.remove(utf8('usr/lib'));
    layer.remove(utf8('usr'));
    layer.remove(utf8('out'));
    expect(existsSync(join(folder(), 'outside/secret'))).toBe(true);
    expect(layer.list(utf8('')).map(text)).toEqual(['absolute', 'lib']);
    layer.close();
  });

  test('touches nothing outside through a link', () => {
    const layer = writableDirectoryLayer(inTree(''));
    const secret = join(folder(), 'outside/secret');
    const before = lstatSync(secret);
    expect(() => layer.write(utf8('absolute'), 0, utf8('x'))).toThrow(OutsideError);
    expect(() => layer.write(utf8('out/secret'), 0, utf8('x'))).toThrow(OutsideError);
    expect(() => layer.create(utf8('out/new'), plain({}), NONE)).toThrow(OutsideError);
    expect(() => layer.create(utf8('absolute'), plain({}), NONE)).toThrow(OutsideError);
    expect(() => layer.remove(utf8('out/secret'))).toThrow(OutsideError);
    expect(() => layer.rename(utf8('usr/lib/a'), utf8('out/a'))).toThrow(OutsideError);
    expect(() => layer.rename(utf8('out/secret'), utf8('stolen'))).toThrow(OutsideError);
    expect(() => layer.hardLink(utf8('out/secret'), utf8('stolen'))).toThrow(OutsideError);
    expect(() => layer.change(utf8('out/secret'), plain({ mode: 0o777 }))).toThrow(OutsideError);
    expect(lstatSync(secret)).toMatchObject({
      mtimeMs: before.mtimeMs,
      mode: before.mode,
      size: 6,
      nlink: 1,
    });
    expect(existsSync(join(folder(), 'outside/new'))).toBe(false);
    layer.close();
  });

  test('a hard link to a link is the link, not what it leads to', () => {
    const layer = writableDirectoryLayer(inTree(''));
    layer.hardLink(utf8('absolute'), utf8('again'));
    expect(layer.attributes(utf8('again'))?.kind).toBe('symlink');
    unlinkSync(inTree('again'));
    layer.close();
  });
});
