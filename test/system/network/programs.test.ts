// Network programs of Debian's, servers and clients in one machine: they print what they print under QEMU. One of them has its
// turn each day under the monolithic structure, and one where the network is a server (ALL_STRUCTURES=1: all of them).
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LowerLayer } from '../../../src/contracts/outside.ts';
import { rootLayer, runInMachine } from '../../support/machine.ts';
import { networkRoot } from '../debian/fixture.ts';
import { runUnderQemu } from '../support/qemu.ts';
import { hasTurn } from '../support/turn.ts';

const ROOT = networkRoot();
const SCRIPTS = fileURLToPath(new URL('scripts/', import.meta.url));

let layer: LowerLayer;
beforeAll(() => {
  layer = rootLayer(ROOT);
});

const files = Object.fromEntries(
  readdirSync(SCRIPTS).map((name) => [`/scripts/${name}`, readFileSync(`${SCRIPTS}${name}`, 'utf8')]),
);

const NAMES = ['http', 'redis', 'socat'] as const;
const everything = process.env.ALL_STRUCTURES === '1';

const underQemu = new Map<string, ReturnType<typeof runUnderQemu>>();

/** What a script prints under QEMU, which is run once. */
function expected(name: string): ReturnType<typeof runUnderQemu> {
  const known = underQemu.get(name);
  if (known !== undefined) return known;
  const run = runUnderQemu(ROOT, ['bash', `/scripts/${name}.sh`], { files, timeout: 120_000 });
  underQemu.set(name, run);
  return run;
}

async function expectSame(name: string, structure: string): Promise<void> {
  const { stdout, stderr, status } = await runInMachine(layer, ['bash', `/scripts/${name}.sh`], {
    files,
    structure,
  });
  expect({ stdout, stderr, status }).toEqual({ ...(await expected(name)), stderr });
  expect(status).toBe(0);
}

describe('servers and their clients', () => {
  const chosen = NAMES.filter((_, index) => everything || hasTurn(index, NAMES.length));
  it.each(chosen)('%s', (name) => expectSame(name, 'monolithic'), 300_000);
});

describe('where the network is a server of its own', () => {
  const structures = ['microkernel', 'l4', 'hybrid:outside=network,files'];
  const all = structures.flatMap((structure) => NAMES.map((name) => [name, structure] as const));
  const chosen = all.filter((_, index) => everything || hasTurn(index, all.length));
  it.each(chosen)('%s under %s', (name, structure) => expectSame(name, structure), 300_000);
});

describe('where no process can be copied', () => {
  it.each([
    ['dos', /^DOS has one address space/],
    ['unikernel', /^a unikernel runs one program/],
  ])('%s says why a server has no clients', async (structure, reason) => {
    const command = ['bash', '/scripts/redis.sh'];
    const { report, stderr, status } = await runInMachine(layer, command, { files, structure });
    expect(report.refused).toMatch(reason);
    expect(stderr).toContain('fork: Function not implemented');
    expect(status).not.toBe(0);
  });
});
