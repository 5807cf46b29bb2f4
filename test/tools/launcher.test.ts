// The launcher, copied into small trees: an installed package, and a source tree whose build is a stand-in.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const made: string[] = [];

afterEach(() => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true });
});

function tree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'launcher-'));
  made.push(root);
  for (const name of ['polykernel', 'tools/launch.mjs', 'tools/image.mjs', 'tools/loader/flags.mjs'])
    cpSync(name, join(root, name));
  for (const [name, text] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

function run(command: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const echo = 'process.stdout.write(process.argv.slice(2).join("|")); process.exitCode = 7;';

const sources = {
  'src/cli/index.ts': '',
  'dist/cli.js': 'process.stdout.write("old");',
  'tools/ensure-installed.mjs': 'export function ensureInstalled() {}',
  'tools/build.mjs': `
    import { writeFileSync } from 'node:fs';
    export async function buildCli(root) { writeFileSync(root + '/dist/cli.js', 'process.stdout.write("new");'); }
    export const buildErrors = (error) => [error.message];`,
};

/** Gives every part of a source tree a time before the bundle's. */
function age(root: string): void {
  const past = new Date(Date.now() - 60_000);
  for (const name of ['src/cli/index.ts', 'src/cli', 'src', 'tools/build.mjs']) {
    utimesSync(join(root, name), past, past);
  }
}

describe('the launcher', () => {
  it('runs an installed package with its arguments and status', () => {
    const root = tree({ 'dist/cli.js': echo });
    const result = run(join(root, 'polykernel'), 'run', '--flag', 'a b');
    expect(result).toEqual({ status: 7, stdout: 'run|--flag|a b', stderr: '' });
  });

  it('finds its root through symbolic links', () => {
    const root = tree({ 'dist/cli.js': echo });
    mkdirSync(join(root, 'bin'));
    symlinkSync('../polykernel', join(root, 'bin', 'first'));
    symlinkSync(join(root, 'bin', 'first'), join(root, 'second'));
    expect(run(join(root, 'second'), 'x')).toEqual({ status: 7, stdout: 'x', stderr: '' });
  });

  it('says in one line that an installation is broken', () => {
    const root = tree({});
    const stderr = 'polykernel: dist/cli.js is missing from this installation\n';
    expect(run(join(root, 'polykernel'))).toEqual({ status: 1, stdout: '', stderr });
  });

  it('does not build while the bundle is newest', () => {
    const root = tree(sources);
    age(root);
    expect(run(join(root, 'polykernel'))).toMatchObject({ status: 0, stdout: 'old' });
  });

  it.each(['src/cli/index.ts', 'src/cli', 'tools/build.mjs'])('builds when %s is newer', (name) => {
    const root = tree(sources);
    age(root);
    const future = new Date(Date.now() + 60_000);
    utimesSync(join(root, name), future, future);
    expect(run(join(root, 'polykernel'))).toMatchObject({ status: 0, stdout: 'new' });
  });

  it('shows why a build failed and runs nothing', () => {
    const build = 'export async function buildCli() { throw new Error("src/x.ts:1:1 no"); }';
    const errors = 'export const buildErrors = (error) => [error.message];';
    const root = tree({ ...sources, 'tools/build.mjs': `${build}${errors}` });
    const stderr = 'polykernel: the build failed\nsrc/x.ts:1:1 no\n';
    rmSync(join(root, 'dist/cli.js'));
    expect(run(join(root, 'polykernel'))).toEqual({ status: 1, stdout: '', stderr });
  });
});
