// The programs in programs/prebuilt are made from the present sources, and a new build gives the same bytes.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildAll, type ProgramsManifest, sourceDigest } from '../../../programs/build.mjs';
import { imageText } from '../../../programs/vdso.mjs';
import { runUnderQemu } from '../support/qemu.ts';
import { makeRoot, PREBUILT, readManifest } from './root.ts';

const prebuilt = readManifest(PREBUILT);

const KIBIBYTE = 1024;
/** Bytes that a program has at most, and those that need more: its 32 pages of code are what many-pages is about. */
const MOST_BYTES = 64 * KIBIBYTE;
const LARGER: { readonly [path: string]: number } = { 'demos/many-pages': 160 * KIBIBYTE };

describe('prebuilt programs', () => {
  it('are made from the present sources', () => {
    expect(prebuilt.sources).toBe(sourceDigest());
  });

  it('are those of the manifest', () => {
    for (const [path, { size, sha256 }] of Object.entries(prebuilt.programs)) {
      const bytes = readFileSync(join(PREBUILT, path));
      expect([path, bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([
        path,
        size,
        sha256,
      ]);
      expect(statSync(join(PREBUILT, path)).mode & 0o111).not.toBe(0);
    }
  });

  it('are small', () => {
    const isLarge = ([path, { size }]: readonly [string, { size: number }]) =>
      size >= (LARGER[path] ?? MOST_BYTES);
    expect(Object.entries(prebuilt.programs).filter(isLarge)).toEqual([]);
  });
});

describe('a new build', () => {
  const folder = mkdtempSync(join(tmpdir(), 'guest-build-'));
  let fresh: ProgramsManifest | undefined;
  beforeAll(() => {
    fresh = buildAll(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('gives the same bytes, if the compiler is the same', ({ skip }) => {
    skip(fresh?.compiler !== prebuilt.compiler, `prebuilt by ${prebuilt.compiler}`);
    expect(fresh).toEqual(prebuilt);
  });

  it('gives the same page of code for every program, if the compiler is the same', ({ skip }) => {
    skip(fresh?.compiler !== prebuilt.compiler, `prebuilt by ${prebuilt.compiler}`);
    const image = join(import.meta.dirname, '../../../src/linux/vdso/image.ts');
    expect(imageText()).toBe(readFileSync(image, 'utf8'));
  });

  it('behaves the same', async () => {
    const root = makeRoot(folder);
    try {
      const { stdout, stderr, status } = await runUnderQemu(root, ['/bin/sh', '/scenarios/pipeline.sh']);
      const before = makeRoot(PREBUILT);
      const expected = await runUnderQemu(before, ['/bin/sh', '/scenarios/pipeline.sh']);
      rmSync(before, { recursive: true });
      expect([stdout, stderr, status]).toEqual([expected.stdout, '', 0]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
