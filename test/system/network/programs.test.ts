// Network programs of Debian's, servers and clients in one machine: they print what they print under QEMU.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LowerLayer } from '../../../src/contracts/outside.ts';
import { buildDebianRoot } from '../../../src/host/node/debian/index.ts';
import { rootLayer, runInMachine } from '../../support/machine.ts';
import { runUnderQemu } from '../support/qemu.ts';

const PACKAGES = [
  'bash',
  'coreutils',
  'curl',
  'diffutils',
  'python3',
  'redis-server',
  'redis-tools',
  'socat',
  'wget',
];
const ROOT = fileURLToPath(new URL('../../../.cache/debian-roots/network/', import.meta.url));
const SCRIPTS = fileURLToPath(new URL('scripts/', import.meta.url));

let layer: LowerLayer;
beforeAll(async () => {
  if (!existsSync(`${ROOT}etc/polykernel-root.json`)) {
    rmSync(ROOT, { recursive: true, force: true });
    await buildDebianRoot({ packages: PACKAGES, output: ROOT });
  }
  layer = rootLayer(ROOT);
}, 600_000);

const files = Object.fromEntries(
  readdirSync(SCRIPTS).map((name) => [`/scripts/${name}`, readFileSync(`${SCRIPTS}${name}`, 'utf8')]),
);

describe('servers and their clients', () => {
  it.each(['http', 'redis', 'socat'])(
    '%s',
    async (name) => {
      const command = ['bash', `/scripts/${name}.sh`];
      const expected = await runUnderQemu(ROOT, command, { files, timeout: 120_000 });
      const { stdout, stderr, status } = await runInMachine(layer, command, { files });
      expect({ stdout, stderr, status }).toEqual({ ...expected, stderr });
      expect(status).toBe(0);
    },
    300_000,
  );
});
