// When dependencies count as installed. Nothing here installs anything.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';

const made: string[] = [];

afterEach(() => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true });
});

const lock = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '2.0.0', optional: true },
  },
};

function tree(installed?: object): string {
  const root = mkdtempSync(join(tmpdir(), 'installed-'));
  made.push(root);
  mkdirSync(join(root, 'tools'));
  cpSync('tools/ensure-installed.mjs', join(root, 'tools/ensure-installed.mjs'));
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock));
  if (installed !== undefined) {
    mkdirSync(join(root, 'modules'));
    writeFileSync(join(root, 'modules/.package-lock.json'), JSON.stringify({ packages: installed }));
    symlinkSync('modules', join(root, 'node_modules'));
  }
  return root;
}

// A link in place of node_modules makes the tool refuse rather than install, so its reason can be read.
function refusal(root: string): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync('node', [join(root, 'tools/ensure-installed.mjs')], {
    encoding: 'utf8',
  });
  return { status, stderr };
}

it('is content when every package that is not optional is there in its version', () => {
  expect(refusal(tree({ 'node_modules/a': { version: '1.0.0' } }))).toEqual({ status: 0, stderr: '' });
});

it.each([
  ['is of another version', { 'node_modules/a': { version: '1.0.1' } }],
  ['is absent', {}],
])('names the package that %s', (_, installed) => {
  const stderr =
    'polykernel: node_modules/a is not 1.0.0, and node_modules is a link: install where it points\n';
  expect(refusal(tree(installed))).toEqual({ status: 1, stderr });
});

it('installs, and fails when npm does, when nothing is there', () => {
  const root = tree();
  const { status, stderr } = refusal(root); // There is no package.json, so `npm ci` cannot succeed.
  expect(status).toBe(1);
  expect(stderr).toMatch(/^polykernel: installing dependencies \(node_modules is absent\)\n/);
  expect(stderr).toMatch(/'npm ci' failed with status \d+\n$/);
});
