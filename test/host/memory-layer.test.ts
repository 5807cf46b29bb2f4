/** Layers made of entries in memory, the built-in programs among them. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { builtInLayer } from '../../src/host/node/programs.ts';
import { memoryLayer } from '../../src/host/shared/memory-layer.ts';
import { mergedLayer } from '../../src/host/shared/merged-layer.ts';
import { utf8 } from './support/tar-builder.ts';
import { temporaryFolder } from './support/temporary.ts';

const folder = temporaryFolder();
const names = (list: readonly Uint8Array[]): string[] => list.map((name) => new TextDecoder().decode(name));

describe('entries', () => {
  const layer = memoryLayer([
    { path: 'bin/cat', mode: 0o755, bytes: utf8('program') },
    { path: 'bin/[', linkTo: 'bin/cat' },
    { path: 'tmp', mode: 0o1777 },
    { path: 'sh', target: 'bin/cat' },
  ]);

  test('are a tree', () => {
    expect(names(layer.list(utf8('')))).toEqual(['bin', 'sh', 'tmp']);
    expect(layer.attributes(utf8('bin/cat'))).toMatchObject({ kind: 'file', mode: 0o755, size: 7, links: 2 });
    expect(layer.attributes(utf8('bin/['))?.identity).toBe(layer.attributes(utf8('bin/cat'))?.identity);
    expect(layer.attributes(utf8('tmp'))).toMatchObject({ kind: 'directory', mode: 0o1777 });
    expect(layer.attributes(utf8('sh'))).toMatchObject({ kind: 'symlink', size: 7 });
  });

  test('have a fingerprint that tells them apart', () => {
    const of = (bytes: string, mode: number): string =>
      memoryLayer([{ path: 'f', mode, bytes: utf8(bytes) }]).fingerprint;
    expect(of('a', 0o644)).toBe(of('a', 0o644));
    expect(new Set([of('a', 0o644), of('b', 0o644), of('a', 0o755)]).size).toBe(3);
  });
});

describe('layers merged', () => {
  const merged = mergedLayer([
    memoryLayer([
      { path: 'bin/cat', bytes: utf8('upper') },
      { path: 'etc', bytes: utf8('a file') },
    ]),
    memoryLayer([
      { path: 'bin/cat', bytes: utf8('lower cat') },
      { path: 'bin/ls', bytes: utf8('ls') },
      { path: 'etc/passwd', bytes: utf8('root') },
      { path: 'usr/x', bytes: utf8('x') },
    ]),
  ]);

  test('directories unite, and of files the upper one is seen', () => {
    expect(names(merged.list(utf8('')))).toEqual(['bin', 'etc', 'usr']);
    expect(names(merged.list(utf8('bin')))).toEqual(['cat', 'ls']);
    expect(merged.attributes(utf8('bin/cat'))?.size).toBe(5);
    expect(merged.read(utf8('bin/ls'), 0, new Uint8Array(2))).toBe(2);
    expect(merged.attributes(utf8('usr/x'))?.kind).toBe('file');
  });

  test('what lies below a file of an upper layer is not seen', () => {
    expect(merged.attributes(utf8('etc'))?.kind).toBe('file');
    expect(merged.attributes(utf8('etc/passwd'))).toBeUndefined();
    expect(() => merged.list(utf8('etc'))).toThrow();
    expect(() => merged.read(utf8('nothing'), 0, new Uint8Array(1))).toThrow(/is not there/);
  });

  test('identities of different layers differ', () => {
    expect(merged.attributes(utf8('bin/cat'))?.identity).not.toBe(
      merged.attributes(utf8('bin/ls'))?.identity,
    );
  });
});

describe('built-in programs', () => {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

  function prebuilt(name: string, digest: string): string {
    const place = join(folder(), name);
    mkdirSync(join(place, 'bin'), { recursive: true });
    mkdirSync(join(place, 'tests'), { recursive: true });
    writeFileSync(join(place, 'bin/test'), 'elf');
    writeFileSync(join(place, 'tests/t'), 'elf');
    const program = { size: 3, sha256: digest };
    const programs = { 'bin/test': program, 'tests/t': program };
    writeFileSync(
      join(place, 'manifest.json'),
      JSON.stringify({ programs, links: { '[': 'test', x: 'absent' } }),
    );
    return place;
  }

  test('come from the manifest, with their other names', () => {
    const layer = builtInLayer(['bin'], prebuilt('good', sha256('elf')));
    expect(names(layer.list(utf8('')))).toEqual(['bin']);
    expect(names(layer.list(utf8('bin')))).toEqual(['[', 'test']);
    expect(layer.attributes(utf8('bin/['))?.mode).toBe(0o755);
  });

  test('are refused when they are not those of the manifest', () => {
    const place = prebuilt('bad', sha256('another'));
    const layer = builtInLayer(['bin'], place);
    const read = () => layer.read(utf8('bin/test'), 0, new Uint8Array(3));
    expect(read).toThrow(/'bin\/test' is not the one of its manifest/);
  });
});
