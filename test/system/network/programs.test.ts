// Network programs of Debian's, servers and clients in one machine: they print what they print under QEMU.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LowerLayer } from '../../../src/contracts/outside.ts';
import { rootLayer, runInMachine } from '../../support/machine.ts';
import { networkRoot } from '../debian/fixture.ts';
import { runUnderQemu } from '../support/qemu.ts';

const ROOT = networkRoot();
const SCRIPTS = fileURLToPath(new URL('scripts/', import.meta.url));

let layer: LowerLayer;
beforeAll(() => {
  layer = rootLayer(ROOT);
});

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
