// The Debian roots that system tests share: built before any of them starts (so that two never build the same one), kept in the
// project's own cache, rebuilt when the list of packages changes.
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildDebianRoot } from '../../../src/host/node/debian/index.ts';
import { COMPARED_PACKAGES } from './commands.ts';

const CACHE = fileURLToPath(new URL('../../../.cache/debian-roots/', import.meta.url));

const NETWORK_PACKAGES = [
  'bash',
  'coreutils',
  'curl',
  'diffutils',
  'python3',
  'redis-server',
  'redis-tools',
  'socat',
  'wget',
] as const;

function pathOf(packages: readonly string[]): string {
  return `${CACHE}${packages.join('+')}`;
}

async function build(packages: readonly string[]): Promise<void> {
  const output = pathOf(packages);
  if (existsSync(`${output}/etc/polykernel-root.json`)) return;
  rmSync(output, { recursive: true, force: true });
  await buildDebianRoot({ packages, output });
}

/** Path of a root directory that holds every program of the compared commands. */
export function comparedRoot(): string {
  return pathOf(COMPARED_PACKAGES);
}

/** Path of a root directory with servers and clients of the network. */
export function networkRoot(): string {
  return pathOf(NETWORK_PACKAGES);
}

/** Run by Vitest once, before the first test file. */
export async function setup(): Promise<void> {
  await build(COMPARED_PACKAGES);
  await build(NETWORK_PACKAGES);
}
