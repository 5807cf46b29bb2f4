// Real programs against real behaviour: each command runs in a Debian root under QEMU's user emulation and in a machine of
// ours, and must print the same on both streams and end with the same status: under the monolithic structure, and under one of
// the others for every fourth command (all commands under all of them with ALL_STRUCTURES=1).
import { beforeAll, describe, expect, it } from 'vitest';
import type { LowerLayer } from '../../../src/contracts/outside.ts';
import { rootLayer, runInMachine } from '../../support/machine.ts';
import { runUnderQemu } from '../support/qemu.ts';
import { COMMANDS, DIRECTORY } from './commands.ts';
import { comparedRoot } from './fixture.ts';

/** Commands that are not carried out whole yet, each with what is missing. */
const NOT_YET: { readonly [name: string]: string } = {};

/** Structures under which every program runs. Unikernel and DOS refuse processes: the conformance suite has them. */
const ELSEWHERE = ['microkernel', 'l4', 'hybrid'] as const;

const EVERY = 4;

function structuresFor(index: number): readonly string[] {
  if (process.env.ALL_STRUCTURES === '1') return ELSEWHERE;
  return index % EVERY === 0 ? [ELSEWHERE[(index / EVERY) % ELSEWHERE.length] as string] : [];
}

let root = '';
let layer: LowerLayer;
beforeAll(async () => {
  root = await comparedRoot();
  layer = rootLayer(root);
}, 600_000);

describe('the list of compared commands', () => {
  it('is broad', () => {
    expect(new Set(COMMANDS.map(({ name }) => name)).size).toBe(COMMANDS.length);
    expect(COMMANDS.length).toBeGreaterThanOrEqual(200);
    expect(new Set(COMMANDS.flatMap(({ programs }) => programs)).size).toBeGreaterThanOrEqual(140);
    expect(COMMANDS.filter(({ severalProcesses }) => severalProcesses).length).toBeGreaterThanOrEqual(60);
  });
});

describe('each command does as under Linux', () => {
  for (const [index, { name, command, ...given }] of COMMANDS.entries()) {
    const missing = NOT_YET[name];
    it.skipIf(missing !== undefined)(
      missing === undefined ? name : `${name} (not yet: ${missing})`,
      async () => {
        const options = { ...given, directory: DIRECTORY };
        const expected = await runUnderQemu(root, command, options);
        for (const structure of ['monolithic', ...structuresFor(index)]) {
          const { stdout, stderr, status } = await runInMachine(layer, command, { ...options, structure });
          expect({ structure, stdout, stderr, status }).toEqual({ structure, ...expected });
        }
      },
    );
  }
});
