// Real programs against real behaviour: each command runs in a Debian root under QEMU's user emulation and in a machine of
// ours, and must print the same on both streams and end with the same status: under the monolithic structure, and under one of
// the others for every fourth command. Every third command has its turn each day; FULL_COMPARISON=1 compares all of them, and
// ALL_STRUCTURES=1 all of them under all structures.
//
// The commands are dealt to several test files, so that several processors compare at once.
import { beforeAll, describe, expect, it } from 'vitest';
import type { LowerLayer } from '../../../src/contracts/outside.ts';
import { rootLayer, runInMachine } from '../../support/machine.ts';
import { runUnderQemu } from '../support/qemu.ts';
import { hasTurn, isTimeUp } from '../support/turn.ts';
import { type ComparedCommand, DIRECTORY } from './command.ts';
import { COMMANDS } from './commands.ts';
import { comparedRoot } from './fixture.ts';

/** Commands that are not carried out whole yet, each with what is missing. */
const NOT_YET: { readonly [name: string]: string } = {};

/** Structures under which every program runs. Unikernel and DOS refuse processes: the conformance suite has them. */
const ELSEWHERE = ['microkernel', 'l4', 'hybrid'] as const;

const EVERY = 4;

/** One command of so many has its turn. */
const SHARE = 3;
const everything = process.env.FULL_COMPARISON === '1' || process.env.ALL_STRUCTURES === '1';

/** How many test files there are. */
export const PARTS = 3;

function structuresFor(index: number): readonly string[] {
  if (process.env.ALL_STRUCTURES === '1') return ELSEWHERE;
  return index % EVERY === 0
    ? [ELSEWHERE[Math.floor(index / EVERY / SHARE) % ELSEWHERE.length] as string]
    : [];
}

/** The commands of one part, each with its place in the list of all. */
function dealt(part: number): readonly (readonly [number, ComparedCommand])[] {
  const chosen = [...COMMANDS.entries()].filter(([index]) => everything || hasTurn(index, SHARE));
  return chosen.filter((_, place) => place % PARTS === part);
}

/** Compares the commands of part `part` of PARTS. */
export function compareCommands(part: number): void {
  const root = comparedRoot();
  let layer: LowerLayer;
  beforeAll(() => {
    layer = rootLayer(root);
  });

  describe('each command does as under Linux', () => {
    for (const [index, { name, command, ...given }] of dealt(part)) {
      const missing = NOT_YET[name];
      it.skipIf(missing !== undefined)(
        missing === undefined ? name : `${name} (not yet: ${missing})`,
        async ({ skip }) => {
          skip(isTimeUp(), 'the time for tests is up');
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
}
