// Damaged programs are refused with an error number of execve, end by themselves, or die of a signal: nothing else happens.
import { it } from 'vitest';
import { hostileCases, hostileSeed } from '../support/environment.ts';
import { expectOrder } from './expectations.ts';
import { runHostilePrograms } from './suite.ts';

it('damaged programs', async () => {
  expectOrder(await runHostilePrograms({ seed: hostileSeed(), count: hostileCases(300) }));
});

it('damaged programs on three harts', async () => {
  expectOrder(await runHostilePrograms({ seed: hostileSeed() + 1, count: hostileCases(150), harts: 3 }));
});
