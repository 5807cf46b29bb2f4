// The root that the system tests share: built once, kept in the project's own cache, rebuilt when the archive's
// packages or the list of commands change.
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildDebianRoot } from '../../../src/host/node/debian/index.ts';
import { COMPARED_PACKAGES } from './commands.ts';

const CACHE = fileURLToPath(new URL('../../../.cache/debian-roots/', import.meta.url));

/** Path of a root directory that holds every program of the compared commands. */
export async function comparedRoot(): Promise<string> {
  const key = COMPARED_PACKAGES.join('+');
  const path = `${CACHE}${key}`;
  if (existsSync(`${path}/etc/polykernel-root.json`)) return path;
  rmSync(path, { recursive: true, force: true });
  await buildDebianRoot({ packages: COMPARED_PACKAGES, output: path });
  return path;
}
