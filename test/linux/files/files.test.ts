/** File calls by scripts: each returns what Linux returns. test/system/files runs the same scripts under QEMU. */
import { describe, expect, test } from 'vitest';
import { Script } from './call-script.ts';
import { runScript } from './run-script.ts';
import { SCENARIOS } from './scenarios.ts';

describe('file calls', () => {
  for (const { name, build } of SCENARIOS)
    test.each([1, 3])(`${name}, with %i harts`, async (harts) => {
      const script = new Script();
      const check = build(script);
      const outcome = await runScript(script, { harts });
      expect([...outcome.surprises(), ...check(outcome)]).toEqual([]);
    });
});
