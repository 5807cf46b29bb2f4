// The same policies under real programs: a pipeline of processes ends as it should under each, on several harts and structures.
import { describe, expect, it } from 'vitest';
import { builtInLayer } from '../../src/host/node/index.ts';
import { POLICIES, policyNamed, runToEnd, System } from '../../src/workbench/index.ts';
import { partsFor, recordingConsole } from '../support/machine.ts';

/** Structures and numbers of harts; all of them with SCHEDULE_ALL=1. */
const SETTINGS: readonly (readonly [string, number])[] =
  process.env.SCHEDULE_ALL === undefined
    ? [['monolithic', 2]]
    : ['monolithic', 'microkernel'].flatMap((structure) =>
        [1, 2, 4].map((harts) => [structure, harts] as const),
      );

const SCRIPT = 'for i in 1 2 3; do echo line $i; done | cat | wc -l; (exit 7) & wait $!; echo $?';

describe.each(POLICIES.map(({ name }) => name))('%s', (name) => {
  it.each(SETTINGS)('runs programs under %s with %i harts', async (structure, harts) => {
    const console = recordingConsole(new Uint8Array(0));
    const parts = partsFor(builtInLayer(), ['/bin/sh', '-c', SCRIPT], { structure, harts }, console);
    const system = System.start({ ...parts, policy: policyNamed(name).make, scheduler: name });
    const end = await runToEnd(system, { maxInstructions: 100_000_000, realPace: false });
    expect(console.text(1)).toBe('3\n7\n');
    expect(end).toMatchObject({ status: 0 });
    expect(system.kernel.scheduling.policy.name).toBe(name);
    expect(system.kernel.scheduling.policy.dump()).not.toBe('');
  });
});
