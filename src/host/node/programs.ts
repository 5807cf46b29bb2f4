/** The built-in programs, from the folder programs/prebuilt that stands above this file in the project and in its package. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LowerLayer } from '../../contracts/outside.ts';
import { type ProgramsManifest, programPaths, programsLayer } from '../shared/programs.ts';

function prebuiltFolder(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    const folder = join(at, 'programs', 'prebuilt');
    if (existsSync(join(folder, 'manifest.json'))) return folder;
    if (dirname(at) === at) throw new Error('the folder programs/prebuilt is not there: build the programs');
  }
}

/** @param folders which programs: 'bin' and 'demos' for users, 'tests' for the house. @param folder where their manifest is. */
export function builtInLayer(
  folders: readonly string[] = ['bin', 'demos', 'native'],
  folder = prebuiltFolder(),
): LowerLayer {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as ProgramsManifest;
  const contents = new Map<string, Uint8Array>();
  for (const path of programPaths(manifest, folders)) contents.set(path, readFileSync(join(folder, path)));
  return programsLayer(manifest, contents, (bytes) => createHash('sha256').update(bytes).digest('hex'));
}
