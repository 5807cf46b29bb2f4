import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { directoryLayer } from '../../src/host/node/directory-layer.ts';
import { tarFileLayer } from '../../src/host/node/tar-file.ts';

let top = '';
beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'layers-'));
  mkdirSync(join(top, 'tree/usr/lib'), { recursive: true });
  writeFileSync(join(top, 'tree/usr/lib/a'), 'hello');
  symlinkSync('usr/lib', join(top, 'tree/lib'));
});
afterAll(() => rmSync(top, { recursive: true }));
const b = (t: string) => new TextEncoder().encode(t);
test('x', () => {
  const l = directoryLayer(join(top, 'tree'));
  console.log(
    l.list(b('')).map((x) => Buffer.from(x).toString()),
    l.attributes(b('usr/lib/a')),
    l.attributes(b('lib/a')),
    l.attributes(b('lib')),
    l.attributes(b('')),
  );
  const into = new Uint8Array(10);
  expect(l.read(b('usr/lib/a'), 1, into)).toBe(4);
  expect(Buffer.from(l.link(b('lib'))).toString()).toBe('usr/lib');
  expect(() => l.list(b('lib'))).toThrow();
  expect(() => l.read(b('lib/a'), 0, into)).toThrow();
  for (const z of ['', 'z']) {
    execFileSync('tar', [`c${z}f`, join(top, 't.tar'), '-C', join(top, 'tree'), '.']);
    const t = tarFileLayer(join(top, 't.tar'));
    console.log(
      t.list(b('')).map((x) => Buffer.from(x).toString()),
      t.attributes(b('usr/lib/a')),
      t.attributes(b('')),
      t.fingerprint,
      l.fingerprint,
    );
    expect(t.read(b('usr/lib/a'), 1, into)).toBe(4);
  }
});
