/** The built-in programs, from the folder programs/prebuilt that stands above this file in the project and in its package. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LowerLayer } from '../../contracts/outside.ts';
import {
  checkedProgram,
  type Digest,
  type ProgramsManifest,
  programsLayer,
  USER_FOLDERS,
} from '../shared/programs.ts';

/** SHA-256 by Node. */
export function nodeDigest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function prebuiltFolder(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    const folder = join(at, 'programs', 'prebuilt');
    if (existsSync(join(folder, 'manifest.json'))) return folder;
    if (dirname(at) === at) throw new Error('the folder programs/prebuilt is not there: build the programs');
  }
}

/**
 * @param folders which programs: those for users when left out; 'tests' are the house's own. @param folder where their manifest is.
 * @param digest SHA-256, where the caller has a faster way to it.
 */
export function builtInLayer(
  folders: readonly string[] = USER_FOLDERS,
  folder = prebuiltFolder(),
  digest: Digest = nodeDigest,
): LowerLayer {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as ProgramsManifest;
  const read = (path: string) => readFileSync(join(folder, path));
  return programsLayer(manifest, folders, read, digest);
}

/** The program of a server, by its service's name. Throws when there is none, or another than the manifest says. */
export function serverProgram(service: string, folder = prebuiltFolder()): Uint8Array {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as ProgramsManifest;
  const path = `servers/${service}`;
  return checkedProgram(manifest, path, readFileSync(join(folder, path)), nodeDigest);
}
