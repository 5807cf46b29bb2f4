// A root file tree with the guest programs and nothing else, for the oracle in ../support/qemu.ts.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProgramsManifest } from '../../../programs/build.mjs';

export const PROGRAMS = fileURLToPath(new URL('../../../programs/', import.meta.url));
export const PREBUILT = `${PROGRAMS}prebuilt`;

export function readManifest(folder: string): ProgramsManifest {
  return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as ProgramsManifest;
}

/** Copies the programs in `folder` (laid out as programs/prebuilt) into a new root; returns its path. */
export function makeRoot(folder: string): string {
  const root = mkdtempSync(join(tmpdir(), 'guest-root-'));
  for (const name of ['bin', 'tests', 'scenarios', 'etc', 'proc', 'dev', 'tmp', 'root'])
    mkdirSync(join(root, name));
  const copyAll = (from: string, to: string) => {
    for (const name of readdirSync(from)) copyFileSync(join(from, name), join(root, to, name));
  };
  copyAll(join(folder, 'bin'), 'bin');
  copyAll(join(folder, 'tests'), 'tests');
  copyAll(join(PROGRAMS, 'scenarios'), 'scenarios');
  for (const [name, program] of Object.entries(readManifest(folder).links))
    copyFileSync(join(folder, 'bin', program), join(root, 'bin', name));
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\n');
  return root;
}
