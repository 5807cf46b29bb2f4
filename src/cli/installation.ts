// Where this copy of polykernel lives, and which version it is. Found by walking up from this file to the
// package's own package.json, because the same code runs from src/cli, from dist/cli.js and when installed.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the folder that holds polykernel's package.json. */
function installationRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('package.json of polykernel not found');
    folder = parent;
  }
  return folder;
}

/** The version in package.json, for example `0.1.0`. */
export function installedVersion(): string {
  const text = readFileSync(join(installationRoot(), 'package.json'), 'utf8');
  const manifest: unknown = JSON.parse(text);
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
    return String(manifest.version);
  }
  throw new Error('package.json of polykernel has no version');
}
