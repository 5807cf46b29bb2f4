// The compared commands of ../debian by both engines: every one with FULL_COMPARISON=1, else a few that are drawn anew when
// ENGINES_SEED changes; under the monolithic structure, and for every third under another one, with the TLB modelled or not, on
// one or two harts.
import { describe, expect, it } from 'vitest';
import { rootLayer } from '../../support/machine.ts';
import { DIRECTORY } from '../debian/command.ts';
import { COMMANDS } from '../debian/commands.ts';
import { comparedRoot } from '../debian/fixture.ts';
import { Random } from '../isa/random.ts';
import { byBoth, LATER, SEED, SOON, WHOLE } from './engines.ts';

const DRAWN = 3;
/** It makes code while it runs: always among those drawn. */
const GENERATOR = 'grep-perl-jit';
const STRUCTURES = ['microkernel', 'l4', 'hybrid'];

const random = new Random(SEED);
const chosen = WHOLE
  ? COMMANDS
  : [
      ...COMMANDS.filter(({ name }) => name === GENERATOR),
      ...Array.from({ length: DRAWN }, () => random.pick(COMMANDS)),
    ];
const layer = rootLayer(comparedRoot());

describe(`commands of Debian by both engines (seed ${SEED})`, () => {
  for (const [index, { name, command, ...given }] of chosen.entries()) {
    const elsewhere = index % 3 === 1 ? random.pick(STRUCTURES) : 'monolithic';
    const machines = [
      { structure: 'monolithic', modelTranslation: random.chance(50), harts: 1 },
      ...(index % 3 === 1
        ? [{ structure: elsewhere, modelTranslation: random.chance(50), harts: random.between(1, 2) }]
        : []),
    ];
    for (const machine of machines)
      it(`${name}: ${machine.structure}, TLB ${machine.modelTranslation ? 'on' : 'off'}, ${machine.harts} harts`, async () => {
        const { translator } = await byBoth(
          layer,
          command,
          { ...given, ...machine, directory: DIRECTORY },
          WHOLE ? LATER : SOON,
        );
        // Of those that are over soon, little is met again before it ends.
        if (!WHOLE) expect(translator?.modules).toBeGreaterThan(0);
      });
  }
});
