// The image of the loaded command line: whatever becomes of it, ./polykernel does the same, and makes it again.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** Makes a class of a text and says with which arguments it runs, and from what. */
const PROGRAM = `
const doubled = new Function('made', 'return class { get value() { return made(2); } }')((x) => 2 * x);
const main = () => {
  const late = new Function('return 3')();
  const isImage = process.execArgv.includes('--snapshot-blob');
  const place = process.argv[2] === '--version' ? 'version' : isImage ? 'image' : 'bundle';
  process.stdout.write([place, new doubled().value, late, ...process.argv.slice(2)].join(' '));
  process.exitCode = process.argv.includes('seven') ? 7 : 0;
};
if (typeof __start === 'undefined') main();
else __start(main);
`;

let folder = '';
const there = (...names: string[]): string => join(folder, ...names);

function bundle(entry: string, outfile: string, format: 'cjs' | 'esm'): void {
  buildSync({ entryPoints: [entry], outfile: there(outfile), bundle: true, format, platform: 'node' });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'image-'));
  for (const name of ['polykernel', 'tools/launch.mjs', 'tools/image.mjs', 'tools/loader/flags.mjs']) {
    mkdirSync(dirname(there(name)), { recursive: true });
    cpSync(name, there(name));
  }
  writeFileSync(there('package.json'), '{"type":"module"}');
  bundle('tools/loader/image.mjs', 'dist/image.cjs', 'cjs');
  bundle('tools/loader/index.mjs', 'dist/cli.js', 'esm');
  writeFileSync(there('dist/program.cjs'), PROGRAM);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function run(args: readonly string[] = [], environment: Readonly<Record<string, string>> = {}) {
  // What the tests' own runner asks of its processes is not asked of these.
  const env = { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: '', ...environment };
  const { status, stdout, stderr } = spawnSync(there('polykernel'), args, { encoding: 'utf8', env });
  expect(stderr).toBe('');
  return { status, stdout };
}

const BUNDLE = { status: 0, stdout: 'bundle 4 3' };
const IMAGE = { status: 0, stdout: 'image 4 3' };

describe('the image', () => {
  test('is what the second run starts from, with its arguments and status', () => {
    expect(run()).toEqual(BUNDLE);
    expect(run(['--help', 'a  b', 'seven'])).toEqual({
      status: 7,
      stdout: 'image 4 3 --help a  b seven',
    });
    expect(readdirSync(there('dist')).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('is made anew when it is damaged, or its note', () => {
    run();
    const damages: readonly [string, (bytes: Buffer) => Uint8Array][] = [
      ['image.blob', (bytes) => bytes.map((byte) => byte ^ 1)],
      ['image.txt', (bytes) => bytes.subarray(0, bytes.length - 20)],
    ];
    for (const [name, damage] of damages) {
      writeFileSync(there('dist', name), damage(readFileSync(there('dist', name))));
      expect(run()).toEqual(BUNDLE);
    }
    expect(run()).toEqual(IMAGE);
  });

  test('is dropped with its program, and when the folder has moved', () => {
    run();
    writeFileSync(there('dist/program.cjs'), PROGRAM.replace('2 * x', '3 * x'));
    expect(run()).toEqual({ status: 0, stdout: 'bundle 6 3' });
    renameSync(folder, `${folder}-moved`);
    folder = `${folder}-moved`;
    expect(run()).toEqual({ status: 0, stdout: 'bundle 6 3' });
    expect(run()).toEqual({ status: 0, stdout: 'image 6 3' });
  });

  test('is not used when Node has options, nor when sources are newer than the bundle', () => {
    run();
    expect(run([], { NODE_OPTIONS: '--stack-trace-limit=20' })).toEqual(BUNDLE);
    expect(run()).toEqual(IMAGE);
    mkdirSync(there('src/cli'), { recursive: true });
    writeFileSync(there('src/cli/index.ts'), '');
    writeFileSync(there('package-lock.json'), '');
    const past = new Date(Date.now() - 60_000);
    for (const name of ['package-lock.json', 'src/cli/index.ts', 'src/cli', 'src'])
      utimesSync(there(name), past, past);
    rmSync(there('dist/image.txt'));
    expect(run()).toEqual(BUNDLE);
    expect(run()).toEqual(IMAGE);
    utimesSync(there('package-lock.json'), new Date(), new Date(Date.now() + 60_000));
    // The launcher builds, for which nothing is there.
    expect(spawnSync(there('polykernel'), { encoding: 'utf8' })).toMatchObject({ status: 1, stdout: '' });
  });

  test('is not tried again where none can be made', () => {
    writeFileSync(there('dist/image.cjs'), 'throw new Error("no")');
    expect(run()).toEqual(BUNDLE);
    const note = readFileSync(there('dist/image.txt'), 'utf8');
    expect(note.split('\n')[0]).toBe('');
    expect(run()).toEqual(BUNDLE);
    expect(readFileSync(there('dist/image.txt'), 'utf8')).toBe(note);
  });
});
