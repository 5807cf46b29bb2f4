// The loader of the bundled command line: what it keeps never changes what a program does, whatever has become of it.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** Makes functions of texts, keeps bytes as engines are kept, and says what it has found. */
const PROGRAM = `
const work = (n) => { let sum = 0; for (let i = 0; i < n; i++) sum += i; return sum; };
const doubled = new Function('made', 'return class { get value() { return made(2); } }')((x) => work(10) * x);
const found = __kept.find('engines', 'a key');
__kept.keep('engines', 'a key', Buffer.from('engine'));
process.stdout.write(new doubled().value + ' ' + (found === undefined ? 'nothing' : Buffer.from(found).toString()));
`;
const FIRST = '90 nothing';
const LATER = '90 engine';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loader-'));
  mkdirSync(join(folder, 'dist'));
  buildSync({
    entryPoints: ['tools/loader/index.mjs'],
    outfile: join(folder, 'dist/cli.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
  });
  writeFileSync(join(folder, 'dist/program.cjs'), PROGRAM);
});
afterEach(() => {
  chmodSync(join(folder, 'dist'), 0o755);
  rmSync(folder, { recursive: true });
});

function run(): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'dist/cli.mjs')], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const kept = (): string[] =>
  readdirSync(join(folder, 'dist'))
    .filter((name) => name.startsWith('kept-'))
    .sort();

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 0x10, at);
  return copy;
}

const DAMAGES: readonly ((bytes: Buffer) => Buffer)[] = [
  () => Buffer.alloc(0),
  (bytes) => bytes.subarray(0, bytes.length - 1),
  (bytes) => Buffer.concat([bytes, Buffer.from('x')]),
  (bytes) => flipped(bytes, 5),
  (bytes) => flipped(bytes, bytes.length >> 1),
  (bytes) => flipped(bytes, bytes.length - 1),
];

describe('what the loader keeps', () => {
  test('is found by the next run', () => {
    expect(run()).toBe(FIRST);
    expect(run()).toBe(LATER);
    expect(kept().map((name) => name.split('-')[1])).toEqual(['code', 'code', 'engines', 'functions']);
    const before = kept().map((name) => readFileSync(join(folder, 'dist', name)));
    expect(run()).toBe(LATER);
    expect(kept().map((name) => readFileSync(join(folder, 'dist', name)))).toEqual(before);
  });

  test('is made anew when it is damaged', () => {
    run();
    run();
    run();
    const good = new Map(kept().map((name) => [name, readFileSync(join(folder, 'dist', name))]));
    for (const change of DAMAGES) {
      for (const [name, bytes] of good) writeFileSync(join(folder, 'dist', name), change(bytes));
      expect(run()).toBe(FIRST);
    }
    run();
    expect(run()).toBe(LATER);
    expect(kept()).toEqual([...good.keys()]);
  });

  test('is dropped with its program', () => {
    run();
    run();
    const old = kept();
    writeFileSync(join(folder, 'dist/program.cjs'), PROGRAM.replace('work(10)', 'work(11)'));
    expect(run()).toBe('110 nothing');
    expect(run()).toBe('110 engine');
    expect(kept().filter((name) => old.includes(name))).toEqual([]);
  });

  test('may be kept by several runs at once', async () => {
    const runs = Array.from({ length: 3 }, () => spawn(process.execPath, [join(folder, 'dist/cli.mjs')]));
    const ends = runs.map((child) => new Promise((resolve) => child.on('close', resolve)));
    expect(await Promise.all(ends)).toEqual([0, 0, 0]);
    expect(run()).toBe(LATER);
    expect(readdirSync(join(folder, 'dist')).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('need not be kept at all', () => {
    // A folder cannot be a file's new name, whoever the user is.
    run();
    for (const name of kept()) {
      rmSync(join(folder, 'dist', name));
      mkdirSync(join(folder, 'dist', name, 'occupied'), { recursive: true });
    }
    expect(run()).toBe(FIRST);
    expect(run()).toBe(FIRST);
    expect(readdirSync(join(folder, 'dist')).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
