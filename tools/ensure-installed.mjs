// Installs the dependencies when they are absent or are not the ones the lock names, so that every npm
// script works in a fresh clone. Plain JavaScript on Node's own modules alone: it runs before anything is
// installed. Versions are compared, not file times, because a checkout gives every file a new time.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repositoryRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** The `packages` table of a lock file, or undefined when the file is absent or unreadable. */
function readPackages(path) {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined; // A damaged record of what is installed means: install again.
  }
}

/** Why the installed packages do not answer to the lock file, or undefined when they do. */
export function reasonToInstall(root) {
  const modules = join(root, 'node_modules');
  if (!existsSync(modules)) return 'node_modules is absent';
  const installed = readPackages(join(modules, '.package-lock.json'));
  if (installed === undefined) return 'node_modules has no record of what is installed';
  const wanted = readPackages(join(root, 'package-lock.json')) ?? {};
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.optional || entry.devOptional || entry.peer) continue;
    if (installed[path]?.version !== entry.version) return `${path} is not ${entry.version}`;
  }
  return undefined;
}

/** Installs what `package-lock.json` names when it is not there. Throws with one line when that fails. */
export function ensureInstalled(root = repositoryRoot) {
  const reason = reasonToInstall(root);
  if (reason === undefined) return;
  const modules = join(root, 'node_modules');
  if (existsSync(modules) && lstatSync(modules).isSymbolicLink()) {
    throw new Error(`${reason}, and node_modules is a link: install where it points`);
  }
  process.stderr.write(`polykernel: installing dependencies (${reason})\n`);
  const command = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (result.error) throw new Error(`cannot run npm: ${result.error.message}`);
  if (result.status !== 0) throw new Error(`'npm ci' failed with status ${result.status}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    ensureInstalled();
  } catch (error) {
    process.stderr.write(`polykernel: ${error.message}\n`);
    process.exitCode = 1;
  }
}
