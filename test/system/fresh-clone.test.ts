// A clone nobody has installed anything in: npm scripts must work at once, and so must the packed package.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let clone = '';

/** Copies what git would: every tracked or new file that is not ignored. */
function copyTree(to: string): void {
  const listing = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  for (const name of listing.toString().split('\0').filter(existsSync)) {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    cpSync(name, join(to, name));
  }
}

/** This process's environment as a user's shell has it: without what an npm script leaves in it. */
function shellEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
}

function run(folder: string, command: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    env: shellEnvironment(),
  });
  return { status, stdout, stderr };
}

beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), 'clone-'));
  copyTree(clone);
});

afterAll(() => {
  rmSync(clone, { recursive: true });
});

describe('a fresh clone', () => {
  it('has nothing installed or built', () => {
    expect(readdirSync(clone)).not.toEqual(expect.arrayContaining(['node_modules', 'dist']));
  });

  it('starts by one command', () => {
    const result = run(clone, 'npm', 'start');
    expect(result).toMatchObject({ status: 0, stderr: expect.stringContaining('installing dependencies') });
    expect(existsSync(join(clone, 'dist/cli.js'))).toBe(true);
  });

  it('starts again without installing or building', () => {
    const result = run(clone, './polykernel', '--version');
    expect(result).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
  });

  it('packs into a package that runs without sources or dependencies', () => {
    const packed = run(clone, 'npm', 'pack', '--silent');
    expect(packed).toMatchObject({ status: 0 });
    const archive = packed.stdout.trim().split('\n').at(-1) ?? '';
    expect(run(clone, 'tar', '-xzf', archive, '-C', 'dist')).toMatchObject({ status: 0 });
    const unpacked = join(clone, 'dist/package');
    expect(readdirSync(unpacked)).not.toContain('src');
    const result = run(unpacked, './polykernel', '--version');
    expect(result).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
  });
});
