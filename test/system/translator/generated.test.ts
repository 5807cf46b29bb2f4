// Programs that make code while they run do, translated, what they do under QEMU: callbacks of Python's ctypes, which libffi
// makes, and patterns of grep -P, which PCRE compiles. With FULL_COMPARISON=1 by each engine that there is, TLB on and off.
import { describe, expect, it } from 'vitest';
import { USUAL } from '../../../src/workbench/index.ts';
import { type MachineOptions, rootLayer, runInMachine } from '../../support/machine.ts';
import { DIRECTORY } from '../debian/command.ts';
import { COMMANDS } from '../debian/commands.ts';
import { comparedRoot } from '../debian/fixture.ts';
import { runUnderQemu } from '../support/qemu.ts';
import { LATER, SOON, WHOLE } from './engines.ts';

const NAMES = ['python-ctypes-callbacks', 'grep-perl-jit'];

/** What `--engine translator` and `auto` make of themselves, and translators that wait for less. */
const ENGINES: readonly { readonly name: string; readonly options: MachineOptions }[] = [
  { name: 'an eager translator', options: { translate: LATER } },
  { name: 'a very eager translator', options: { translate: SOON } },
  { name: 'translator', options: { translate: { ...USUAL, countExits: true } } },
  { name: 'translator, TLB on', options: { translate: USUAL, modelTranslation: true } },
  { name: 'auto', options: { translate: USUAL } },
  { name: 'auto, TLB on', options: { translate: false, modelTranslation: true } },
];

describe.each(COMMANDS.filter(({ name }) => NAMES.includes(name)))('$name', ({ command, ...given }) => {
  it('gives the same as under QEMU', async () => {
    const options = { ...given, directory: DIRECTORY };
    const expected = await runUnderQemu(comparedRoot(), command, options);
    const layer = rootLayer(comparedRoot());
    for (const engine of WHOLE ? ENGINES : ENGINES.slice(0, 1)) {
      const run = await runInMachine(layer, command, { ...options, ...engine.options });
      const { stdout, stderr, status } = run;
      expect({ engine: engine.name, stdout, stderr, status }).toEqual({ engine: engine.name, ...expected });
      if (engine.options.translate === LATER) expect(run.translator?.modules).toBeGreaterThan(0);
    }
  }, 240_000);
});

it('is of commands that there are', () => {
  expect(COMMANDS.filter(({ name }) => NAMES.includes(name))).toHaveLength(NAMES.length);
});
